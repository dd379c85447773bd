"""Texts that many verdicts share, kept once per month, and what is proven of each for a quick search.

A word's number is made from its text, so that it is found again without an index; of two texts with
one number the later takes the next free one.  The numbers of a kind lie side by side.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from enum import IntEnum
from sqlite3 import Connection
from typing import Any

from queries.fields import FieldType, fold_ip, forms_of

_BITS = 28  # of a number; with the kind above them it takes four bytes of a row


class WordKind(IntEnum):
    """What a word is."""

    OUTCOME = 0  # a JSON list: fate, final, stage, owner, holder, reason code, open
    PATH = 1  # an envelope sender: there are far more of them than of other addresses
    ADDRESS = 2
    CLIENT = 3  # a JSON list: address, name, HELO name
    HOSTS = 4  # a JSON list: where it arrived, then all of its journey
    OTHER = 5

    @property
    def numbers(self) -> range:
        """The numbers of its words."""
        return range(self << _BITS, (self + 1) << _BITS)


Held = str | tuple[str | bool | None, ...] | None
"""What a word stands for: a text, or several values together."""


def clean(text: str) -> str:
    """Gives a text as a database can keep it: without NUL, and without halves of surrogate pairs."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def one_line(text: str) -> str:
    """Gives a clean text without line ends: forms and ids are kept in lines."""
    return clean(text).replace("\n", "\ufffd")


_packed = json.JSONEncoder(ensure_ascii=False).encode


def _text_of(held: Held) -> str:
    if isinstance(held, str):
        return one_line(held)
    parts = [clean(part) if isinstance(part, str) else part for part in held or ()]
    return _packed(parts)


def unpacked(text: str) -> list[Any]:
    """Gives the values of a packed word."""
    found: list[Any] = json.loads(text)
    return found


def forms_in_lines(kind: WordKind, text: str) -> str | None:
    """Gives what SQL compares instead of a word's text in lower case, or None where that is right.

    Of an address its forms, one a line; of a client or of hosts an empty text where only Python can tell.
    """
    if kind in {WordKind.PATH, WordKind.ADDRESS}:
        if _PLAIN_ADDRESS.fullmatch(text):
            return None
        forms = forms_of(FieldType.ADDRESS, text)
        return None if text.isascii() and forms == {text.lower()} else "\n".join(sorted(map(str, forms)))
    if not text.isascii() or "\\" in text:
        return ""
    if kind is WordKind.CLIENT and not _PLAIN_CLIENT.match(text):
        ip = unpacked(text)[0]
        return None if ip is None or fold_ip(ip) == ip.lower() else ""
    return None


_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PLAIN_CLIENT = re.compile(rf'\["{_OCTET}(?:\.{_OCTET}){{3}}",')
# A mailbox in which nothing can be wrapped: BATV, SRS and VERP need = or +, and none is taken for the null sender.
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]*[A-Za-z0-9]")


def number_words(connection: Connection, table: str, kind: WordKind, held: Iterable[Held]) -> dict[Held, int]:
    """Gives the number of each word of a kind in a month's table, and adds those that are not there yet."""
    texts = {each: _text_of(each) for each in held if each is not None}
    first = {text: _number(kind, text) for text in texts.values()}
    there = _words_at(connection, table, first.values())
    new: list[tuple[int, str, str | None]] = []
    for text, wanted in first.items():
        number = wanted
        while (found := there.get(number)) not in {None, text}:
            number = kind.numbers[(number + 1 - kind.numbers.start) % len(kind.numbers)]
            if number not in there:
                there |= _words_at(connection, table, [number])
        if found is None:
            there[number] = text
            new.append((number, text, forms_in_lines(kind, text)))
        first[text] = number
    new.sort()
    connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", new)
    return {each: first[text] for each, text in texts.items()}


def _number(kind: WordKind, text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=4).digest()
    return kind << _BITS | int.from_bytes(digest) >> (32 - _BITS)


def _words_at(connection: Connection, table: str, numbers: Iterable[int]) -> dict[int, str]:
    listed = json.dumps(sorted(set(numbers)))
    sql = f"SELECT n, text FROM {table} WHERE n IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(sql, (listed,)))
