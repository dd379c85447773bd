"""A stretch of a log's text, made ready to be stored: blocks of whole lines, what each can be found by, and the ledger.

Pure: the text, where it stands, and how its stamps are read decide what comes out.  So stretches are
digested side by side, by as many processes as there are.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from grammars import Basis, Event, Instant, Line, Place, Reader, Verb, find_formats
from grammars.core.frames import LONGEST_LINE
from queries.packing import pack
from queries.presence import Presence
from queries.sources import decode_line
from queries.tokens import hashes_of, values_of

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
    beginning was read, `half_line` is where a last line begins that has no end yet.
    """

    blocks: list[Block]
    presence: Presence
    lines: int = 0
    cut_lines: int = 0
    half_line: int | None = None


@dataclass(slots=True)
class _Open:
    """The block that is being filled."""

    start: int
    values: set[str] = field(default_factory=set)
    lines: int = 0
    first: Instant | None = None
    last: Instant | None = None

    def add(self, instant: Instant) -> None:
        if self.first is None or self.last is None:
            self.first = self.last = instant
        elif instant < self.first:
            self.first = instant
        elif instant > self.last:
            self.last = instant


def digest(stretch: Stretch) -> Digest:
    """Reads a stretch line by line and cuts it into blocks."""
    reading = _Reading(stretch)
    text, start = stretch.text, stretch.start
    made = Digest(blocks=[], presence=reading.presence)
    block = _Open(start)
    at = 0
    while at < len(text):
        end = text.find(b"\n", at)
        if end < 0:
            made.half_line = start + at
            end = len(text)
        else:
            made.lines += 1
        made.cut_lines += reading.read(
            text[at : min(end, at + _LONGEST)], start + at, block, is_whole=made.half_line is None
        )
        at = end + 1
        if start + at - block.start >= BLOCK:
            made.blocks.append(_closed(block, stretch, at))
            block = _Open(start + at)
    if block.lines:
        made.blocks.append(_closed(block, stretch, at)._replace(end=stretch.end))
    elif made.blocks:
        made.blocks[-1] = made.blocks[-1]._replace(end=stretch.end)
    reading.presence.sum_up()
    return made


_LONGEST = 4 * LONGEST_LINE  # bytes: a character may take four


class _Reading:
    """Reads the lines of a stretch into blocks, and counts them."""

    def __init__(self, stretch: Stretch) -> None:
        self.presence = Presence()
        self._reader = Reader(stretch.basis, host=stretch.host)
        self._units = {entry.name: entry.unit for entry in find_formats()}
        self._fresh = stretch.fresh

    def read(self, raw: bytes, place: int, block: _Open, *, is_whole: bool) -> bool:
        """Reads one line; whether only its beginning counts."""
        text = decode_line(raw)
        line = Line(text, Place("", place))
        block.lines += 1
        is_counted = is_whole and place >= self._fresh
        for record in self._reader.read_all(text, line):
            reading = record.reading
            if isinstance(reading, Event):
                block.values.update(values_of(reading, self._units[reading.format]))
                if reading.verb is not Verb.LOSE:
                    block.add(reading.instant)
            if is_counted:
                self.presence.count(reading, text)
        return is_counted and len(text) > LONGEST_LINE


def _closed(block: _Open, stretch: Stretch, at: int) -> Block:
    text = stretch.text[block.start - stretch.start : at]
    return Block(
        start=block.start,
        end=block.start + len(text),
        lines=block.lines,
        first=block.first,
        last=block.last,
        packed=pack(text),
        tokens=hashes_of(sorted(block.values), stretch.key),
    )
