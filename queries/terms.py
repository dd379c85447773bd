"""One term of a query: a field's name and a value, or a bare word, made into a condition."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from difflib import get_close_matches
from ipaddress import ip_network
from typing import NamedTuple

from grammars import Instant
from grammars.core.selfdating import QUEUE_ID_LETTERS, exim_id
from queries.conditions import Condition, Contains, Equals, InNetwork, Or, Prefix, Range, Suffix
from queries.fields import FATES, FIELDS, SINCE, UNTIL, Field, FieldType, fold_ip
from queries.headers import fold_subject
from queries.leg import fold_host
from queries.paths import ascii_domain
from queries.spans import Span, SpanError, read_number, read_size, read_time


class QueryError(ValueError):
    """A query that cannot be meant: what is wrong, at which column (from 1), and what was expected there."""

    def __init__(self, message: str, column: int, expected: str) -> None:
        super().__init__(message)
        self.column = column
        self.expected = expected

    def render(self, query: str, width: int = 78) -> str:
        """Gives the part of the query around the column, a caret below it, and what was expected."""
        start = max(0, self.column - 1 - width // 2) if len(query) > width else 0
        part = "".join(char if char.isprintable() else "?" for char in query[start : start + width])
        caret = " " * (self.column - 1 - start) + "^"
        return f"{self}, at column {self.column}\n  {part}\n  {caret} expected {self.expected}"


class Word(NamedTuple):
    """A value as written; in a quoted one every letter, a star too, is meant as it is."""

    text: str
    quoted: bool
    column: int

    def wrong(self, message: str, expected: str, place: int = 0) -> QueryError:
        """Gives the error that points at a letter of it."""
        return QueryError(message, self.column + place, expected)


@dataclass(slots=True)
class Terms:
    """Makes terms into conditions; `taken` collects what bare words were taken for."""

    now: Instant
    zone: tzinfo
    taken: list[str] = field(default_factory=list)

    def condition(self, name: str | None, word: Word, column: int) -> Condition:
        """Reads one term that begins at a column.  Raises QueryError."""
        if name is None:
            return self._guessed(word)
        if name.lower() not in _NAMES:
            whole = Word(f"{name}:{word.text}", word.quoted, column)
            if not word.quoted and _is_network(whole.text):
                return self._guessed(whole)  # an IPv6 address may begin with letters
            raise QueryError(f"there is no field {name}", column, _one_of(name.lower(), _NAMES))
        if not word.text and not word.quoted:
            raise word.wrong(
                f"{name}: says nothing", f"a value right behind the colon, such as {_EXAMPLES[name.lower()]}"
            )
        return self.named(name.lower(), word)

    def named(self, name: str, word: Word) -> Condition:
        """Reads the value of a field, of `since` or of `until`.  Raises QueryError."""
        if name in {SINCE, UNTIL, "time"}:
            return self._time(name, word)
        searched = FIELDS[name]
        if searched.type in {FieldType.SIZE, FieldType.NUMBER}:
            read = read_size if searched.type is FieldType.SIZE else read_number
            return Range(name, *_span(word, lambda: read(word.text)))
        return _READERS[searched.type](searched, word)

    def _time(self, name: str, word: Word) -> Condition:
        span = _span(word, lambda: read_time(word.text, now=self.now, zone=self.zone))
        if ".." in word.text:
            return Range("time", *span)
        if name == "time" and span.low == span.high:
            raise word.wrong(f"{word.text} is one moment", f"since:{word.text}, until:{word.text}, or {word.text}..now")
        return Range("time", None if name == UNTIL else span.low, None if name == SINCE else span.high)

    def _guessed(self, word: Word) -> Condition:
        guess, names = _guess(word)
        self.taken.append(f"{word.text}: {guess}")
        parts = tuple(self.named(name, word) for name in names)
        return parts[0] if len(parts) == 1 else Or(parts)


_NAMES = (*FIELDS, SINCE, UNTIL)
_EXAMPLES = {
    **{name: f"{name}:news@shop.example" for name in ("from", "author")},
    "to": "to:bob@example.com",
    "subject": 'subject:"your order"',
    "ip": "ip:192.0.2.0/24",
    "client": "client:*.shop.example",
    "helo": "helo:mail.shop.example",
    "mid": "mid:<1234@shop.example>",
    "qid": "qid:4jY2B3D7z",
    "id": "id:7f3a91c2",
    "host": "host:mx1",
    "fate": "fate:rejected",
    "stage": "stage:rcpt",
    "owner": "owner:us",
    "holder": "holder:us",
    "reason": "reason:greylisted",
    "size": "size:>1M",
    "score": "score:>6.2",
    "time": "time:2026-11-01..2026-11-07",
    "since": "since:2h",
    "until": "until:2026-11-07",
}


def _one_of(wrong: str, words: tuple[str, ...]) -> str:
    """The word that was probably meant, else all of them."""
    near = get_close_matches(wrong[:40], words, n=1, cutoff=0.6)
    return f"{near[0]}, perhaps" if near else f"one of {', '.join(words)}"


def _span(word: Word, read: Callable[[], Span]) -> Span:
    try:
        return read()
    except SpanError as error:
        raise word.wrong(str(error), error.expected) from None


# ---------------------------------------------------------------- bare words

_SHORT_QUEUE_ID = re.compile(r"(?=[A-F]*[0-9])[0-9A-F]{6,17}")
_LONG_QUEUE_ID = re.compile(rf"(?=[^0-9]*[0-9])(?=[^A-Z]*[A-Z])[{QUEUE_ID_LETTERS}]{{9,20}}")
_SENDMAIL_ID = re.compile(r"[0-9A-Za-x]{8}[0-9]{6,9}")
_OWN_ID = re.compile(r"[0-9a-f]{8,64}")


def _guess(word: Word) -> tuple[str, tuple[str, ...]]:
    """What a word without a field is taken for, in words for people, and the fields to look in."""
    text = word.text
    if word.quoted:
        return "words of subject or reason", ("subject", "reason")
    if text == "<>":
        return "the null sender", ("from",)
    if _is_network(text):
        return "a network" if "/" in text else "an IP address", ("ip",)
    if "@" in text.strip("@*"):
        return "an address, or a Message-ID", ("from", "to", "mid")
    if text.lower() in FATES:
        return "a fate", ("fate",)
    if _is_queue_id(text):
        return "a queue id", ("qid",)
    if _OWN_ID.fullmatch(text) and not text.isalpha():
        return "clerk's own id, or a queue id", ("id", "qid")
    if "." in text and "@" not in text:
        return "a domain, or a name before @, of sender or recipient", ("from", "to")
    return "a part of sender or recipient", ("from", "to")


def _is_queue_id(text: str) -> bool:
    known = _SHORT_QUEUE_ID.fullmatch(text) or _LONG_QUEUE_ID.fullmatch(text) or _SENDMAIL_ID.fullmatch(text)
    return known is not None or exim_id(text) is not None


def _is_network(text: str) -> bool:
    if not set(text) & {".", ":"}:
        return False  # a bare number is an address, too, for Python
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


# ---------------------------------------------------------------- values by type


class _Pattern(NamedTuple):
    """A value without its stars, and what they make of it."""

    kind: type[Equals] | type[Prefix] | type[Suffix] | type[Contains]
    text: str


def _pattern(word: Word) -> _Pattern:
    """A star may stand at either end."""
    if word.quoted:
        return _Pattern(Equals, word.text)
    text = word.text.strip("*")
    if not text:
        raise word.wrong("a star alone finds everything", "some letters beside it")
    if "*" in text:
        place = word.text.index("*", len(word.text) - len(word.text.lstrip("*")))
        raise word.wrong("a star in the middle", 'stars at the beginning or the end only, or " around the value', place)
    first, last = word.text.startswith("*"), word.text.endswith("*")
    kind = (Contains if last else Suffix) if first else Prefix if last else Equals
    return _Pattern(kind, text)


def _address(searched: Field, word: Word) -> Condition:
    """`bob@example.com`, `bob@`, `@example.com`, `<>`; a bare word is a name before @ or a domain, either whole."""
    if word.text == "<>" or not word.text:
        return Equals(searched.name, "")
    kind, text = _pattern(word)
    text = text.removeprefix("<").removesuffix(">").lower()
    local, at, domain = text.rpartition("@")
    if at and kind in {Equals, Suffix}:
        text = f"{local}@{ascii_domain(domain.rstrip('.'))}"
    if kind is not Equals:
        return kind(searched.name, text)
    if at and local and domain:
        return Equals(searched.name, text)
    if at:
        return Prefix(searched.name, text) if local else Suffix(searched.name, text)
    name = searched.name
    return Or((Prefix(name, f"{text}@"), Suffix(name, f"@{ascii_domain(text.rstrip('.'))}"), Equals(name, text)))


def _ip(searched: Field, word: Word) -> Condition:
    text = word.text.strip("[]")
    if not _is_network(text):
        raise word.wrong(
            f"{word.text} is no IP address", "an address or a network, such as 192.0.2.0/24 or 2001:db8::/32"
        )
    return InNetwork(ip_network(text, strict=False)) if "/" in text else Equals(searched.name, fold_ip(text))


def _name(searched: Field, word: Word) -> Condition:
    kind, text = _pattern(word)
    text = text.lower()
    return kind(searched.name, text.rstrip(".") if kind is Equals else text)


def _host(searched: Field, word: Word) -> Condition:
    """Hosts are compared by their short names, as everywhere: logs of one host name it in both ways."""
    kind, text = _pattern(word)
    return kind(searched.name, (fold_host(text) or "") if kind is Equals else text.lower())


def _id(searched: Field, word: Word) -> Condition:
    kind, text = _pattern(word)
    if searched.name == "mid":
        text = text.removeprefix("<").removesuffix(">")
    if searched.name == "id":
        text = text.lower()
        if not re.fullmatch(r"[0-9a-f]{4,64}", text):
            raise word.wrong(f"{word.text} is no id of clerk's", "4 to 64 hex digits, as the last column shows them")
        return Prefix(searched.name, text)
    return kind(searched.name, text)


def _word(searched: Field, word: Word) -> Condition:
    text = word.text.lower().replace("-", "_")
    if text not in searched.words:
        raise word.wrong(f"there is no {searched.name} {word.text}", _one_of(text, searched.words))
    return Equals(searched.name, text)


def _text(searched: Field, word: Word) -> Condition:
    kind, text = _pattern(word)
    folded = fold_subject(text)
    if not folded:
        raise word.wrong(f"{searched.name}: names no words", f"words, such as {_EXAMPLES[searched.name]}")
    return (Contains if kind is Equals else kind)(searched.name, folded)


_READERS: dict[FieldType, Callable[[Field, Word], Condition]] = {
    FieldType.ADDRESS: _address,
    FieldType.IP: _ip,
    FieldType.NAME: _name,
    FieldType.HOST: _host,
    FieldType.ID: _id,
    FieldType.WORD: _word,
    FieldType.TEXT: _text,
}
