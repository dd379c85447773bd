"""Local parts and subjects hidden: each by a name of its own, the same one wherever it stands in one output.

What is to be shown is masked before it is rendered, so that nothing is cut in the middle of what must
be hidden.  Names are made with a key of this run: two outputs tell nothing of each other.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import blake2b
from typing import Any, TypeVar, cast

from grammars import Event, Line
from queries.leg import without_detail
from queries.paths import canonical_addresses, verp_recipient

_Value = TypeVar("_Value")

# What may stand before the @ of an address, wherever it is quoted; quoted local parts hold anything.
_ADDRESS = r"(?P<quoted>\"[^\"\n]{1,256}\"|(?!{)[^\s<>\"'(),;:\[\]\\|]{1,256})@(?=[\w\[])"
_ADDRESSES = frozenset((
    "recipient", "recipients", "orig_recipient", "final_recipient", "reverse_path", "return_path", "header_from",
    "forward_address",
))  # fmt: skip
_KEPT = frozenset({
    "schema", "finding", "fate", "stage", "owner", "holder", "flags", "code", "kind", "strength", "basis", "zone",
    "zone_basis", "host", "program", "service", "instance", "format", "verb", "id", "file", "time", "first", "last",
    "received", "queue_id", "local_id", "client_ip", "client_name", "helo", "site_file", "files", "hosts", "queue_ids",
    "reason_code",
})  # fmt: skip
"""Names of values that hold words of ours, ids of machines or their names."""


class Mask:
    """Hides what was learnt, and whatever looks like an address."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(16)
        self._words: dict[str, str] = {}  # what must not be seen, in lower case, and what stands in its place
        self._pattern: re.Pattern[str] | None = None

    # ------------------------------------------------------------ one value

    def address(self, address: str) -> str:
        """Gives an address with its local part hidden; what has no domain is hidden whole."""
        name, at, rest = address.rpartition("<") if address.endswith(">") else ("", "", address)
        local, sign, domain = rest.rpartition("@")
        hidden = f"{self._name('u', local)}@{domain}" if sign else self._name("u", rest)
        return f"{name}{at}{hidden}" if address else address

    def subject(self, subject: str) -> str:
        """Gives what stands for a subject."""
        return self._name("s", subject) if subject.strip() else subject

    def text(self, text: str) -> str:
        """Gives a text with all that was learnt hidden, and every local part."""
        if self._pattern is None:
            self._pattern = _pattern_of(self._words)
        return self._pattern.sub(self._hide, text)

    def _hide(self, found: re.Match[str]) -> str:
        word = found.group().lower()
        known = self._words.get(word)
        if known is not None:
            return known
        return f"{self._name('u', found['quoted'])}@"

    def _name(self, letter: str, value: str) -> str:
        folded = value.strip('"').lower().encode("utf-8", "surrogateescape")
        return f"{letter}-{blake2b(folded, digest_size=4, key=self._key).hexdigest()}"

    # ------------------------------------------------------------ all of a value

    def masked(self, value: _Value) -> _Value:
        """Gives a value with every text in it masked: dataclasses, lines, lists and mappings, however deep."""
        self._learn(value, set())
        return cast("_Value", self._apply(value, {}))

    def _learn(self, value: object, seen: set[int]) -> None:
        """Takes note of what stands alone elsewhere: names without a domain, subjects."""
        if isinstance(value, str) or id(value) in seen:
            return
        seen.add(id(value))
        for name, part in _parts(value):
            if name == "subject":
                self._learn_subject(part)
            elif name in _ADDRESSES:
                for each in _texts(part):
                    self._learn_address(each)
            elif name == "message_id":  # its local part may be a queue id, which is no secret elsewhere
                for each in _texts(part):
                    if "@" not in each:
                        self._add(each, self._name("u", each))
            self._learn(part, seen)

    def _learn_subject(self, value: object) -> None:
        for subject in _texts(value):
            if subject.strip():
                self._add(subject, self.subject(subject))

    def _learn_address(self, address: str) -> None:
        for form in {address, *canonical_addresses(address), verp_recipient(address) or ""}:
            bare = form.rpartition("<")[2].strip("<>")
            local = bare.rpartition("@")[0] or bare
            plain = without_detail(f"{local}@").removesuffix("@")
            for each in {local, plain, local[len(plain) + 1 :]}:
                if len(each) > 1:
                    self._add(each, self._name("u", each))

    def _add(self, word: str, hidden: str) -> None:
        self._words.setdefault(word.lower(), hidden)
        self._pattern = None

    def _apply(self, value: Any, memo: dict[int, Any]) -> Any:  # noqa: ANN401 - of any type
        if isinstance(value, str):
            return value if isinstance(value, Enum) else self.text(value)
        if id(value) in memo:
            return memo[id(value)][1]
        made = self._rebuilt(value, memo)
        memo[id(value)] = value, made
        return made

    def _rebuilt(self, value: Any, memo: dict[int, Any]) -> Any:  # noqa: ANN401 - as above
        if isinstance(value, Event):
            made = copy(value)
            for name, part in vars(value).items():
                setattr(made, name, part if name in _KEPT else self._apply(part, memo))
            if value.line is not None:
                made.line = Line(self.text(value.line.text), value.line.place)
            return made
        if isinstance(value, Mapping):
            return {
                name: part if name in _KEPT and not isinstance(part, (Mapping, list)) else self._apply(part, memo)
                for name, part in value.items()
            }
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*(self._apply(part, memo) for part in value))
        if isinstance(value, (list, tuple, set, frozenset)):
            return type(value)(self._apply(part, memo) for part in value)
        if is_dataclass(value) and not isinstance(value, type):
            return self._rebuilt_dataclass(value, memo)
        return value

    def _rebuilt_dataclass(self, value: Any, memo: dict[int, Any]) -> object:  # noqa: ANN401 - as above
        made = object.__new__(type(value))
        for each in fields(value):
            part = getattr(value, each.name)
            object.__setattr__(made, each.name, part if each.name in _KEPT else self._apply(part, memo))
        return made


def _parts(value: object) -> Iterator[tuple[str, Any]]:
    """The named parts of a value, those of a list without names."""
    if isinstance(value, Event):
        yield from vars(value).items()
    elif isinstance(value, Mapping):
        yield from value.items()
    elif is_dataclass(value) and not isinstance(value, type):
        yield from ((each.name, getattr(value, each.name)) for each in fields(value))
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from (("", part) for part in value)


def _texts(value: object) -> Iterator[str]:
    """The texts of a value: itself, a claim's, or those of a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Iterable):
        for part in value:
            yield from _texts(part.get("recipient") if isinstance(part, Mapping) else part)
    elif isinstance(found := getattr(value, "value", getattr(value, "raw", None)), str):
        yield found


def _pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    """Known words as whole words, the longest first; then anything before an @."""
    known = (rf"(?<![\w]){re.escape(word)}(?![\w])" for word in sorted(words, key=len, reverse=True))
    return re.compile("|".join([*known, _ADDRESS]), re.IGNORECASE)
