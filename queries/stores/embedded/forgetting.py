"""Forgetting: lines that hold an address are blanked where they lie, or a whole log is taken out.

A blank stands for each byte of a forgotten line, so that numbers and places of all other lines stay
true, and the log's text is still recognised by its hashes: it is not stored again.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from itertools import chain
from typing import Any, NamedTuple

from grammars import Event, Instant, Line, Place, Reader
from queries.blocks import digest
from queries.leg import DELIMITER, fold_address, without_detail
from queries.packing import pack
from queries.paths import canonical_addresses, verp_recipient
from queries.question import Window
from queries.sources import decode_line
from queries.stores.embedded.database import drop_verdicts, key_of, month_of, month_start, months_of, transaction
from queries.stores.embedded.shelf import Shelved, Source, blocks_of, save_source, sources_of, stretch_of, text_of
from queries.stores.embedded.words import drop_postings, optimize, rewrite
from queries.tokens import Values, hashes_of


class Forgotten(NamedTuple):
    """What was taken out: lines, of how many logs, and the time that they are from, None where none tells one."""

    lines: int
    sources: int
    span: Window | None


class Address:
    """An address to be forgotten, in every form in which a line may hold it, with or without a detail."""

    def __init__(self, address: str) -> None:
        self._names = {fold_address(address), *canonical_addresses(address)}
        self.words = [_halves(name) for name in sorted(self._names)]
        choice = b"|".join(
            re.escape(local) + rb"(?:" + re.escape(DELIMITER.encode()) + rb"[^\s@<>,]*)?@" + re.escape(domain)
            for local, domain in self.words
        )
        self._written = re.compile(
            rb"(?<![A-Za-z0-9._%+\x80-\xff-])(?:" + choice + rb")(?![A-Za-z0-9-]|\.[A-Za-z0-9])", re.IGNORECASE
        )

    def is_written_in(self, line: bytes) -> bool:
        """Whether a line holds the address as such."""
        return self._written.search(line) is not None

    def is_begun_in(self, text: str) -> bool:
        """Whether a text, which may be cut off, holds at least the local part and the sign behind it."""
        raw = _bytes(text.lower())
        return any(local + b"@" in raw or local + DELIMITER.encode() in raw for local, _ in self.words)

    def is_meant_by(self, event: Event) -> bool:
        """Whether a line's values hold the address in a rewritten form: VERP, SRS, BATV."""
        forms = {form for value in _addresses_of(event) for form in _forms(value)}
        return not self._names.isdisjoint(forms | set(map(without_detail, forms)))

    def tokens(self, key: bytes) -> set[str]:
        """What the index holds of it."""
        return set(hashes_of(self._names, key).split())


def _halves(name: str) -> tuple[bytes, bytes]:
    local, _, domain = _bytes(name).rpartition(b"@")
    return local, domain


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _forms(value: str) -> Iterator[str]:
    yield fold_address(value)
    yield from canonical_addresses(value)
    held = verp_recipient(value)
    if held is not None:
        yield fold_address(held)


def _addresses_of(event: Event) -> Iterator[str]:
    for name in ("recipient", "orig_recipient", "reverse_path", "header_from"):
        value = getattr(event, name, None)
        if isinstance(value, str):
            yield value
    for each in event.recipients or ():
        yield str(each["recipient"])


# ---------------------------------------------------------------- an address


@dataclass(slots=True)
class _Tally:
    lines: int = 0
    sources: set[int] = field(default_factory=set)
    months: set[int] = field(default_factory=set)
    span: Window | None = None


def forget_address(connection: sqlite3.Connection, text: str, machine: tzinfo) -> Forgotten:
    """Blanks every line that holds an address, and takes what it was found by out of the index, in one transaction.

    What is left of it is a row that says from when to when lines are missing, and no address.  The caller
    writes the file anew then (`scrub`): old pages hold the old text.
    """
    address, tally = Address(text), _Tally()
    key = key_of(connection)
    with transaction(connection):
        for source in sources_of(connection, machine):
            for block in blocks_of(connection, source):
                _forget_in(connection, source, block, address, key, tally)
            left = source.presence.without_examples(address.is_begun_in)
            if left.examples != source.presence.examples:
                save_source(connection, replace(source, presence=left))
        for month in tally.months:
            optimize(connection, month)
            drop_verdicts(connection, month)
            drop_verdicts(connection, month_of(Instant(month_start(month) - 1)))  # messages that arrived just before
        if tally.span is not None:
            connection.execute("insert into forgotten values (?, ?, 'address')", (tally.span.first, tally.span.last))
    return Forgotten(tally.lines, len(tally.sources), tally.span)


def _forget_in(  # noqa: PLR0917 - each is another thing
    connection: sqlite3.Connection, source: Source, block: Shelved, address: Address, key: bytes, tally: _Tally
) -> None:
    old = text_of(connection, block.month, block.id)
    gone = dict(_lines_with(old, address, source, block.start))
    if not gone:
        return
    new = blanked(old, gone)
    connection.execute(f"update block_{block.month} set packed = ? where id = ?", (pack(new), block.id))
    left = digest(stretch_of(source, block, new, key))
    stale = _tokens(gone.values(), key) | address.tokens(key)
    stale = stale.difference(*(each.tokens.split() for each in left.blocks))
    drop_postings(connection, block.month, block.id, stale)
    _drop_from_tail(connection, block, stale)
    tally.lines += len(gone)
    tally.sources.add(source.id)
    tally.months.add(block.month)
    told = [event.instant for events in gone.values() for event in events]
    told = told or [each for each in (block.first, block.last) if each is not None]
    if told:
        tally.span = Window(first=min(told), last=max(told)).joined(tally.span)


def _drop_from_tail(connection: sqlite3.Connection, block: Shelved, stale: set[str]) -> None:
    place = block.month, block.id
    row = connection.execute("select tokens from tail_block where month = ? and block = ?", place).fetchone()
    if row is not None:
        left = " ".join(token for token in row[0].split() if token not in stale)
        connection.execute("update tail_block set tokens = ? where month = ? and block = ?", (left, *place))


def _tokens(lines: Iterable[Sequence[Event]], key: bytes) -> set[str]:
    """What the index may hold of some lines."""
    values = Values()
    for event in chain.from_iterable(lines):
        values.add(event, by_pid=True)
    return set(hashes_of(values.comparable(), key).split())


def _lines_with(
    text: bytes, address: Address, source: Source, start: int
) -> Iterator[tuple[tuple[int, int], list[Event]]]:
    """Where lines that hold the address begin and end in a text, each with what it states."""
    lowered = text.lower()
    places = {place for local, domain in address.words for place in _near(lowered, local, domain)}
    if not places:
        return
    reader = Reader(source.basis, host=source.host)
    for first, end in sorted(places):
        line = Line(decode_line(text[first:end]), Place("", start + first))
        events = [record.reading for record in reader.read_all(line.text, line) if isinstance(record.reading, Event)]
        if address.is_written_in(text[first:end]) or any(map(address.is_meant_by, events)):
            yield (first, end), events


def _near(lowered: bytes, local: bytes, domain: bytes) -> Iterator[tuple[int, int]]:
    """Where lines begin and end that hold both halves of an address."""
    if not local or domain not in lowered:
        return
    at = lowered.find(local)
    while at >= 0:
        first, end = lowered.rfind(b"\n", 0, at) + 1, lowered.find(b"\n", at)
        end = len(lowered) if end < 0 else end
        if lowered.find(domain, first, end) >= 0:
            yield first, end
        at = lowered.find(local, end)


def blanked(text: bytes, places: Mapping[tuple[int, int], Any]) -> bytes:
    """Gives a text with blanks in place of some of its parts."""
    made = bytearray(text)
    for first, end in places:
        made[first:end] = b" " * (end - first)
    return bytes(made)


# ---------------------------------------------------------------- a log


def forget_source(connection: sqlite3.Connection, source: int) -> int:
    """Takes a log out, as if it had never been read, in one transaction; gives how many lines it had in the store."""
    with transaction(connection):
        lines = 0
        for month in months_of(connection):
            found = connection.execute(
                f"select count(*), sum(lines) from block_{month} where source = ?", (source,)
            ).fetchone()
            if not found[0]:
                continue
            lines += found[1]
            connection.execute(f"delete from block_{month} where source = ?", (source,))
            rewrite(connection, month, {})
            drop_verdicts(connection, month)
        for table, column in (("tail_block", "source"), ("pruned", "source"), ("source", "id")):
            connection.execute(f"delete from {table} where {column} = ?", (source,))
    return lines


# ---------------------------------------------------------------- recognising a log of which lines were forgotten


def is_text_of(stored: bytes, read: bytes) -> bool:
    """Whether a stored piece of a log is this text; lines forgotten in it fit any."""
    if stored == read:
        return True
    if len(stored) != len(read):
        return False
    pairs = zip(stored.split(b"\n"), read.split(b"\n"), strict=False)
    return all(old == new or (not old.strip(b" ") and len(old) == len(new)) for old, new in pairs)
