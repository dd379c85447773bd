"""A stretch of a log's text, made ready to be stored: blocks of whole lines, what each can be found by, and the ledger.

Pure: the text, where it stands, and how its stamps are read decide what comes out.  So stretches are
digested side by side, by as many processes as there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from grammars import Basis, Event, Format, Instant, Line, Place, Reader, Reject, Verb, find_formats
from grammars.core.frames import LONGEST_LINE
from queries.packing import pack
from queries.presence import Presence
from queries.sources import decode_line
from queries.tokens import Values, hashes_of

BLOCK = 1 << 17
"""Bytes of text in one block: smaller ones pack worse, larger ones take longer to look through."""


class Stretch(NamedTuple):
    """Lines of one source: where they begin and end, and how they are read.

    Lines before `fresh` were counted before; they are here since the block that they stand in grows.  The
    text is shorter than from `start` to `end` where its last line is longer than any line that is kept whole.
    """

    text: bytes
    start: int
    end: int
    fresh: int
    basis: Basis
    host: str | None
    key: bytes  # of the hashes
    only: str | None = None  # the one format to read with
    block: int = BLOCK


class Block(NamedTuple):
    """Some lines of a stretch, packed; `first` and `last` are the instants of its events, None where it has none."""

    start: int
    end: int
    lines: int
    first: Instant | None
    last: Instant | None
    packed: bytes
    tokens: str


@dataclass(slots=True)
class Digest:
    """What a stretch was made into.

    `presence` counts its fresh lines; `lines` are all whole ones, `cut_lines` those of which only the
    beginning was read, `half_line` is where a last line begins that has no end yet, `pending` counts that
    one where it can be read: it may become another one.
    """

    blocks: list[Block]
    presence: Presence
    pending: Presence
    lines: int = 0
    cut_lines: int = 0
    half_line: int | None = None


def formats_named(only: str | None) -> tuple[Format, ...] | None:
    """Gives what a reader is to be told where a source is read with one format only."""
    return None if only is None else tuple(entry for entry in find_formats() if entry.name == only)


class _Open:
    """The block that is being filled."""

    __slots__ = ("first", "last", "lines", "start", "values")

    def __init__(self, start: int) -> None:
        self.start = start
        self.values = Values()
        self.lines = 0
        self.first: Instant | None = None
        self.last: Instant | None = None

    def add(self, event: Event, *, by_pid: bool) -> None:
        self.values.add(event, by_pid=by_pid)
        if event.verb is Verb.LOSE:
            return
        instant = event.instant
        if self.first is None or self.last is None:
            self.first = self.last = instant
        elif instant > self.last:
            self.last = instant
        elif instant < self.first:
            self.first = instant

    def closed(self, stretch: Stretch, end: int) -> Block:
        text = stretch.text[self.start - stretch.start : end - stretch.start]
        tokens = hashes_of(self.values.comparable(), stretch.key)
        return Block(self.start, end, self.lines, self.first, self.last, pack(text), tokens)


def digest(stretch: Stretch) -> Digest:
    """Reads a stretch line by line and cuts it into blocks."""
    reading = _Reading(stretch)
    made = Digest(blocks=[], presence=reading.presence, pending=reading.pending)
    block = _Open(stretch.start)
    at = stretch.start
    for text, size in lines_of(stretch.text):
        is_half = size < 0
        if is_half:
            made.half_line = at
        else:
            made.lines += 1
        made.cut_lines += reading.read(text, at, block, is_whole=not is_half)
        at += abs(size)
        if at - block.start >= stretch.block:
            made.blocks.append(block.closed(stretch, at))
            block = _Open(at)
    if block.lines:
        made.blocks.append(block.closed(stretch, at))
    if made.blocks:
        made.blocks[-1] = made.blocks[-1]._replace(end=stretch.end)
    reading.presence.sum_up()
    reading.pending.sum_up()
    return made


LONGEST = 4 * LONGEST_LINE
"""Bytes of a line that are looked at, at most: a character may take four."""


def lines_of(raw: bytes) -> Iterator[tuple[str, int]]:
    """Gives lines without their ends, and how many bytes each takes; negative where the last one has no end yet."""
    if raw.isascii() and b"\0" not in raw:  # as nearly all are: decoded at once
        *lines, half = raw.decode("ascii").split("\n")
        for line in lines:
            yield (line[:-1] if line[-1:] == "\r" else line), len(line) + 1
        if half:
            yield half, -len(half)
        return
    *parts, rest = raw.split(b"\n")
    for part in parts:
        yield decode_line(part[:LONGEST]), len(part) + 1
    if rest:
        yield decode_line(rest[:LONGEST]), -len(rest)


class _Reading:
    """Reads the lines of a stretch into blocks, and counts them."""

    def __init__(self, stretch: Stretch) -> None:
        self.presence, self.pending = Presence(), Presence()
        self._reader = Reader(stretch.basis, host=stretch.host, formats=formats_named(stretch.only))
        self._needs_place = bool(stretch.basis.eras)
        self._by_pid = frozenset(entry.name for entry in find_formats() if entry.unit.by == "pid")
        self._fresh = stretch.fresh

    def read(self, text: str, start: int, block: _Open, *, is_whole: bool) -> bool:
        """Reads one line; whether only its beginning counts."""
        line = Line(text, Place("", start)) if self._needs_place else None
        block.lines += 1
        is_counted = is_whole and start >= self._fresh
        for reading, _ in self._reader.read_all(text, line):
            if type(reading) is Event:
                block.add(reading, by_pid=reading.format in self._by_pid)
            if is_counted:
                self.presence.count(reading, text)
            elif not is_whole and type(reading) is not Reject:
                self.pending.count(reading, text)
        return is_counted and len(text) > LONGEST_LINE
