"""The bytes of one log, read in pieces: whatever its size, little of it is in memory at once.

A file is read by position rather than mapped: a log that is truncated while it is read gives fewer
bytes then, where a mapping would kill the process.
"""

import io
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

_PIECE = 1 << 19  # bytes searched at once: few enough to stay in the processor's cache for the next needle
_BLOCK = 1 << 14  # bytes kept at once for lines that are looked at one by one
_MOST_BLOCKS = 1024


class Hit(NamedTuple):
    """Where a needle stands."""

    offset: int
    needle: bytes


class Pages:
    """The bytes of a file as it was when it was opened; what is appended later is not seen."""

    def __init__(self, file: BinaryIO, size: int | None = None) -> None:
        self._file = file
        weakref.finalize(self, file.close)
        self._size = file.seek(0, io.SEEK_END) if size is None else size
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._without_end: set[int] = set()  # blocks that lie within one line: a line of a gigabyte is looked at once

    def __len__(self) -> int:
        return self._size

    def read(self, start: int, end: int) -> bytes:
        """Gives the bytes from `start` up to `end`; fewer where the file was cut meanwhile."""
        end = min(end, self._size)
        if end <= start:
            return b""
        self._file.seek(start)
        return self._file.read(end - start)

    def near(self, start: int, end: int) -> bytes:
        """As `read`, for short stretches: the blocks around are kept, since neighbours are asked for next."""
        first, last = start // _BLOCK, (max(end, start + 1) - 1) // _BLOCK
        parts = b"".join(self._block(number) for number in range(first, last + 1))
        offset = first * _BLOCK
        return parts[start - offset : end - offset]

    def _block(self, number: int) -> bytes:
        found = self._blocks.get(number)
        if found is None:
            found = self.read(number * _BLOCK, (number + 1) * _BLOCK)
            self._blocks[number] = found
            if len(self._blocks) > _MOST_BLOCKS:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end(number)
        return found

    # ------------------------------------------------------------ searching

    def pieces(self, start: int, end: int, overlap: int = 0) -> Iterator[tuple[int, bytes]]:
        """Gives a stretch piece by piece, each with its offset; neighbours share `overlap` bytes."""
        at, end = start, min(end, self._size)
        while at < end:
            piece = self.read(at, min(at + _PIECE + overlap, end))
            if not piece:
                return
            yield at, piece
            at += _PIECE

    def hits(self, needles: Iterable[bytes], start: int, end: int, *, caseless: bool = False) -> Iterator[Hit]:
        """Gives where any of the needles stands in a stretch; in order within each piece and needle only.

        `caseless`: the needles are in lower case, and the case of ASCII letters in the text does not count.
        """
        wanted = list(needles)
        reach = max(map(len, wanted), default=1) - 1
        for offset, raw in self.pieces(start, end, reach):
            piece = raw.lower() if caseless else raw
            for needle in wanted:
                at = piece.find(needle)
                while 0 <= at < _PIECE:
                    yield Hit(offset + at, needle)
                    at = piece.find(needle, at + 1)

    def count_lines(self, start: int, end: int) -> int:
        """How many line ends stand in a stretch."""
        pieces = (piece for _, piece in self.pieces(start, end))
        return sum(len(piece) - len(piece.replace(b"\n", b"")) for piece in pieces)  # twice as fast as to count them

    def line_start(self, offset: int) -> int:
        """Where the line begins that an offset lies in."""
        end = min(offset, self._size)
        while end > 0:
            number = (end - 1) // _BLOCK
            first = number * _BLOCK
            at = -1 if number in self._without_end else self._block(number).rfind(b"\n", 0, end - first)
            if at >= 0:
                return first + at + 1
            if end - first == _BLOCK:
                self._without_end.add(number)
            end = first
        return 0

    def line_end(self, offset: int) -> int:
        """Where the line ends that an offset lies in: at its line feed, or at the end of the file."""
        at = offset
        while at < self._size:
            number = at // _BLOCK
            first = number * _BLOCK
            if number not in self._without_end:
                block = self._block(number)
                if not block:
                    break
                found = block.find(b"\n", at - first)
                if found >= 0:
                    return first + found
                if at == first:
                    self._without_end.add(number)
            at = first + _BLOCK
        return self._size
