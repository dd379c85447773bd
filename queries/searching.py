"""Byte search in one log file: lines by what they hold, by time, and by the connection they belong to."""

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

from grammars import Basis, Event, Instant, Line, Place, Reader, Reading, Verb
from grammars.core.frames import SYSLOG
from grammars.core.words import MINUTE, SECOND
from queries.question import Window
from queries.sources import LogFile, decode_line

Span = tuple[int, int]

_MOST_PLACES = 200_000
_DISORDER = 10 * MINUTE  # lines of several processes, or of several hosts, may stand this far out of order
_PROBES = 64
_COUNTED_WHOLE = 4 * 1024 * 1024  # bytes; every line of so small a file is read for the ledger
_CHUNKS = 400
_CHUNK_LINES = 8
_REACH = 8 * 1024 * 1024  # bytes to both sides in which the rest of a connection is looked for
_MOST_OF_CONNECTION = 100
_MOST_KEPT = 50_000


class SearchedText:
    """One log file, searched in place."""

    def __init__(self, entry: LogFile, basis: Basis) -> None:
        self._name = entry.name
        self._data = entry.data
        self._reader = Reader(basis, host=entry.host)
        self._events: dict[int, Event | None] = {}  # of lines read before: questions come back to them
        self._marks: dict[str, tuple[int, int, list[int]]] = {}
        self._counted = [(0, 0)]  # offsets, and how many line ends stand before each

    # ------------------------------------------------------------ lines

    def _start(self, offset: int) -> int:
        return self._data.rfind(b"\n", 0, offset) + 1

    def _end(self, offset: int) -> int:
        end = self._data.find(b"\n", offset)
        return len(self._data) if end < 0 else end

    def line_at(self, start: int) -> Line:
        """Gives the line that begins at an offset."""
        return Line(decode_line(self._data[start : self._end(start)]), Place(self._name, start))

    def reading_at(self, start: int) -> Reading:
        """Reads the line that begins at an offset."""
        line = self.line_at(start)
        return self._reader.read(line.text, line)

    def event_at(self, start: int) -> Event | None:
        """Gives the event of the line that begins at an offset, or None where it is none."""
        if start not in self._events:
            if len(self._events) >= _MOST_KEPT:
                self._events.clear()
            reading = self.reading_at(start)
            self._events[start] = reading if isinstance(reading, Event) else None
        return self._events[start]

    def line_number(self, offset: int) -> int:
        """Gives the number, from 1, of the line that begins at an offset."""
        at = bisect_left(self._counted, (offset, 0)) - 1
        known, number = self._counted[max(at, 0)]
        if known > offset:
            known, number = 0, 0
        number += self._data.count(b"\n", known, offset)
        insort(self._counted, (offset, number))
        return number + 1

    def line_count(self) -> int:
        """How many lines the file has."""
        return self._data.count(b"\n") + (not self._data.endswith(b"\n"))

    # ------------------------------------------------------------ by content

    def events_at(self, starts: Iterable[int]) -> list[Event]:
        """Gives the events of the lines that begin at some offsets."""
        return [event for start in starts if (event := self.event_at(start)) is not None]

    def nearest(self, starts: list[int], near: Instant | None, most: int) -> list[int]:
        """Gives at most `most` of some places: those around an instant, else the first."""
        if len(starts) <= most:
            return starts
        at = bisect_left(starts, self._offset_of(near)) if near is not None and self._in_order else most // 2
        first = max(min(at - most // 2, len(starts) - most), 0)
        return starts[first : first + most]

    def places(self, value: str, span: Span, most: int = _MOST_PLACES, *, caseless: bool = False) -> list[int]:
        """Gives where the lines begin that hold a text, in order, at most `most` of them."""
        needle = value.encode("utf-8", "surrogateescape")
        if not needle:
            return []
        hits = self._caseless_hits(needle, span) if caseless else self._hits(needle, span)
        starts: list[int] = []
        for at in hits:
            start = self._start(at)
            if not starts or start != starts[-1]:
                starts.append(start)
                if len(starts) >= most:
                    break
        return starts

    def _hits(self, needle: bytes, span: Span) -> Iterator[int]:
        at = self._data.find(needle, *span)
        while at >= 0:
            yield at
            at = self._data.find(needle, self._end(at), span[1])

    def _caseless_hits(self, needle: bytes, span: Span) -> Iterator[int]:
        """By the longest part that has no case, where there is a telling one; else by both ways of writing it."""
        anchor = max(re.findall(rb"[^A-Za-z]+", needle), key=len, default=b"")
        if len(anchor) >= _TELLING:
            before = needle.index(anchor)
            for at in self._every(anchor, span):
                start = at - before
                if start >= 0 and self._data[start : start + len(needle)].lower() == needle.lower():
                    yield start
            return
        found = False
        for at in self._hits(needle.lower(), span):
            found = True
            yield at
        if not found:
            yield from (hit.start() for hit in re.compile(re.escape(needle), re.IGNORECASE).finditer(self._data, *span))

    def _every(self, needle: bytes, span: Span) -> Iterator[int]:
        at = self._data.find(needle, *span)
        while at >= 0:
            yield at
            at = self._data.find(needle, at + 1, span[1])

    # ------------------------------------------------------------ by time

    def span(self, window: Window | None) -> Span:
        """Gives the part of the file that a window may lie in: all of it where the file is not in order of time."""
        if window is None or not self._in_order:
            return 0, len(self._data)
        first = self._offset_of(Instant(window.first - _DISORDER))
        return first, self._end(self._offset_of(Instant(window.last + _DISORDER)))

    @cached_property
    def _in_order(self) -> bool:
        step = max(len(self._data) // _PROBES, 1)
        seen = [found for at in range(0, len(self._data), step) if (found := self._instant_near(at)) is not None]
        return all(later >= earlier - SECOND * 2 for earlier, later in pairwise(seen))

    def _instant_near(self, offset: int) -> Instant | None:
        """The instant of the first stamped line from an offset on, within a few lines."""
        start = offset if offset == 0 else self._end(offset) + 1
        for _ in range(50):
            if start >= len(self._data):
                return None
            instant = self._reader.instant_of(self.line_at(start).text)
            if instant is not None:
                return instant
            start = self._end(start) + 1
        return None

    def _offset_of(self, instant: Instant) -> int:
        """Where the lines of an instant begin, by bisecting."""

        def is_later(offset: int) -> bool:
            found = self._instant_near(offset)
            return found is None or found >= instant

        low, high = 0, len(self._data)
        while low < high:
            middle = (low + high) // 2
            if is_later(middle):
                high = middle
            else:
                low = middle + 1
        return self._start(low)

    # ------------------------------------------------------------ by connection

    def connection(self, offset: int) -> Iterator[int]:
        """Gives the lines of the same server process around a line, as far as its connection reaches."""
        found = SYSLOG.match(self.line_at(offset).text)
        if found is None or found["pid"] is None:
            return
        starts = self._marked(f"{found['tag']}[{found['pid']}]: ", offset)
        at = bisect_left(starts, offset)
        for start in reversed(starts[max(at - _MOST_OF_CONNECTION, 0) : at]):
            verb = self._verb_at(start)
            if verb is Verb.DISCONNECT:
                break
            yield start
            if verb is Verb.CONNECT:
                break
        for start in starts[at + 1 : at + 1 + _MOST_OF_CONNECTION]:
            verb = self._verb_at(start)
            if verb is Verb.CONNECT:
                break
            yield start
            if verb is Verb.DISCONNECT:
                break

    def _verb_at(self, start: int) -> Verb | None:
        event = self.event_at(start)
        return None if event is None else event.verb

    def _marked(self, mark: str, offset: int) -> list[int]:
        """The lines of one server process within reach of a line; kept, since its next connections stand there too."""
        low, high, starts = self._marks.get(mark, (0, -1, []))
        near = max(offset - _REACH // 2, 0), min(offset + _REACH // 2, len(self._data))
        if low > near[0] or high < near[1]:
            low, high = max(offset - _REACH, 0), min(offset + _REACH, len(self._data))
            starts = self.places(mark, (low, high))
            self._marks[mark] = low, high, starts
        return starts

    # ------------------------------------------------------------ samples

    @property
    def is_sampled(self) -> bool:
        """Whether `sample` gives less than every line."""
        return len(self._data) > _COUNTED_WHOLE

    def sample(self) -> Iterator[Reading]:
        """Gives readings of the first and last lines and of stretches between; of a small file, of every line."""
        if not self.is_sampled:
            start = 0
            while start < len(self._data):
                yield self.reading_at(start)
                start = self._end(start) + 1
            return
        for first in self._sample_starts():
            start = first
            for _ in range(_CHUNK_LINES):
                if start >= len(self._data):
                    break
                yield self.reading_at(start)
                start = self._end(start) + 1

    def _sample_starts(self) -> list[int]:
        step = max(len(self._data) // _CHUNKS, 1)
        starts = {self._start(at) for at in range(0, len(self._data), step)}
        tail = len(self._data)
        for _ in range(_CHUNK_LINES + 1):
            tail = self._start(max(tail - 1, 0))
        return sorted({*starts, tail})

    def pauses(self, least: int) -> list[tuple[Instant, Instant]]:
        """Gives the pauses longer than `least` microseconds between neighbouring lines, as far as samples show."""
        if not self._in_order:
            return []
        starts = self._sample_starts()
        stamped = [(at, found) for at in starts if (found := self._instant_near(max(at - 1, 0))) is not None]
        return [
            pause
            for (left, before), (right, after) in pairwise(stamped)
            if after - before > least and (pause := self._longest_pause(left, right, before, after)) is not None
            if pause[1] - pause[0] > least
        ]

    def _longest_pause(self, left: int, right: int, before: Instant, after: Instant) -> tuple[Instant, Instant] | None:
        """Halves a stretch, always keeping the half in which more time passes."""
        while self._end(left) + 1 < right:
            middle = self._end((left + right) // 2) + 1
            if middle >= right:
                middle = self._end(left) + 1
            instant = self._instant_near(middle - 1)
            if instant is None or middle >= right:
                break
            if instant - before >= after - instant:
                right, after = middle, instant
            else:
                left, before = middle, instant
        return before, after


_TELLING = 8
