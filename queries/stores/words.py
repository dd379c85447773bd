"""Texts that many verdicts share, kept once per month, and what is proven of each for a quick search.

A word's number is made from its text, so that it is found again without an index; of two texts with
one number the later takes the next free one.  The numbers of a kind lie side by side.
"""

import hashlib
import json
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from sqlite3 import Connection
from typing import Any

from queries.fields import FieldType, fold_ip, forms_of

_BITS = 28  # of a number; with the kind above them it takes four bytes of a row


class WordKind(IntEnum):
    """What a word is."""

    OUTCOME = 0  # a JSON list: fate, final, stage, owner, holder, reason code, open
    ADDRESS = 1
    CLIENT = 2  # a JSON list: address, name, HELO name
    HOSTS = 3  # a JSON list: where it arrived, then all of its journey
    OTHER = 4

    @property
    def numbers(self) -> range:
        """The numbers of its words."""
        return range(self << _BITS, (self + 1) << _BITS)


class Oddity(IntEnum):
    """What SQL may conclude from a word."""

    NONE = 0  # the one form of it is the text in lower case, ASCII
    WRAPPED = 1  # there are other forms, whose parts before and after @ stand in the text
    ODD = 2  # only Python can tell


Word = tuple[WordKind, str]


def clean(text: str) -> str:
    """Gives a text as a database can keep it: without NUL, and without halves of surrogate pairs."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@lru_cache(maxsize=65536)
def packed(parts: tuple[str | int | None, ...]) -> str:
    """Gives several values as one word."""
    return json.dumps([clean(part) if isinstance(part, str) else part for part in parts], ensure_ascii=False)


def unpacked(text: str) -> list[Any]:
    """Gives the values of a packed word."""
    found: list[Any] = json.loads(text)
    return found


def oddity_of(kind: WordKind, text: str) -> Oddity:
    """Says what may be concluded from a word without looking at its forms."""
    if not text.isascii() or (kind in {WordKind.CLIENT, WordKind.HOSTS} and "\\" in text):
        return Oddity.ODD
    if kind is WordKind.CLIENT:
        ip = unpacked(text)[0]
        return Oddity.NONE if ip is None or fold_ip(ip) == ip.lower() else Oddity.ODD
    if kind is not WordKind.ADDRESS:
        return Oddity.NONE
    forms, lowered = forms_of(FieldType.ADDRESS, text), text.lower()
    if forms == {lowered}:
        return Oddity.NONE
    parts = [part for form in forms for part in str(form).rpartition("@")[::2]]
    return Oddity.WRAPPED if "" not in forms and all(part in lowered for part in parts) else Oddity.ODD


def number_words(connection: Connection, table: str, words: Iterable[Word]) -> dict[Word, int]:
    """Gives the number of each word in a month's table, and adds those that are not there yet."""
    wanted = {word: _number(*word) for word in words}
    there = _words_at(connection, table, wanted.values())
    new: list[tuple[int, str, int]] = []
    for (kind, text), first in wanted.items():
        number = first
        while (found := there.get(number)) not in {None, text}:
            number = kind.numbers[(number + 1 - kind.numbers.start) % len(kind.numbers)]
            if number not in there:
                there |= _words_at(connection, table, [number])
        if found is None:
            there[number] = text
            new.append((number, text, oddity_of(kind, text)))
        wanted[kind, text] = number
    new.sort()
    connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", new)
    return wanted


def _number(kind: WordKind, text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=4).digest()
    return kind.numbers[int.from_bytes(digest) % len(kind.numbers)]


def _words_at(connection: Connection, table: str, numbers: Iterable[int]) -> dict[int, str]:
    listed = json.dumps(sorted(set(numbers)))
    sql = f"SELECT n, text FROM {table} WHERE n IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(sql, (listed,)))
