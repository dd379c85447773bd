"""Byte search in one log file: lines by what they hold, by time, and by the connection they belong to."""

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import islice, pairwise
from typing import TypeGuard

from grammars import (
    Basis,
    Event,
    Foreign,
    Format,
    Instant,
    KeyKind,
    Reader,
    Reading,
    Record,
    Reject,
    Verb,
    find_formats,
)
from grammars.core.frames import LONGEST_LINE, process_mark
from grammars.core.words import MINUTE, SECOND
from queries.leg import Key
from queries.question import Question, Window
from queries.screening import SCREENER
from queries.sources import LogFile

Span = tuple[int, int]

_MOST_PLACES = 200_000
_DISORDER = 10 * MINUTE  # lines of several processes, or of several hosts, may stand this far out of order
_PROBES = 64
_COUNTED_WHOLE = 4 * 1024 * 1024  # bytes; every line of so small a file is read for the ledger
_CHUNKS = 256
_CHUNK_LINES = 6
_REACH = 8 * 1024 * 1024  # bytes to both sides in which the rest of a connection is looked for
_NEAR = _REACH // 16  # in which most connections are whole
_MOST_OF_CONNECTION = 100
_MOST_BESIDE = 500  # lines at an end of a file that are no events
_MOST_KEPT = 150_000  # events, of some 2 KB each
CASELESS = frozenset({KeyKind.ADDRESS, KeyKind.AUTHOR, KeyKind.SUBJECT})


class SearchedText:
    """One log file, searched in place."""

    def __init__(self, entry: LogFile, basis: Basis, formats: Sequence[Format] | None = None) -> None:
        self._entry = entry
        self._pages = entry.pages
        self._size = len(entry.pages)
        self._reader = Reader(basis, host=entry.host, formats=formats)
        self._events: dict[int, tuple[Event, ...]] = {}  # of lines read before: questions come back to them
        self._marks: dict[str, tuple[int, int, list[int]]] = {}
        self._unscreened: Span = 0, 0  # a stretch without a line of postscreen
        self._minutes: dict[int, int] = {}
        self._addresses: dict[bytes, list[int]] = {}
        self._losses: dict[Span, list[Event]] = {}
        self._ids: dict[str, list[tuple[Span, list[int]]]] = {}  # where each id was looked for, and where it stands
        self._sampled_lines = self._sampled_bytes = 0
        self.has_cut_lines = False
        """Whether of a line that was read only the beginning was."""
        self._counted = [(0, 0)]  # offsets, and how many line ends stand before each

    # ------------------------------------------------------------ lines

    def records_at(self, start: int) -> tuple[Record, ...]:
        """Reads the line that begins at an offset."""
        line = self._entry.line_at(start)
        records = self._reader.read_all(line.text, line)
        if len(line.text) > LONGEST_LINE and any(not isinstance(each.reading, Foreign) for each in records):
            self.has_cut_lines = True
        return records

    def events_of(self, start: int) -> tuple[Event, ...]:
        """Gives the events of the line that begins at an offset, mostly one."""
        found = self._events.get(start)
        if found is None:
            if len(self._events) >= _MOST_KEPT:
                self._events.clear()
            found = tuple(each.reading for each in self.records_at(start) if _is_of_message(each.reading))
            self._events[start] = found
        return found

    def line_number(self, offset: int) -> int:
        """Gives the number, from 1, of the line that begins at an offset."""
        at = bisect_left(self._counted, (offset, 0))
        known, number = min(self._counted[max(at - 1, 0) : at + 1], key=lambda each: abs(each[0] - offset))
        if known <= offset:
            number += self._pages.count_lines(known, offset)
        else:
            number -= self._pages.count_lines(offset, known)
        insort(self._counted, (offset, number))
        return number + 1

    # ------------------------------------------------------------ by content

    def events_at(self, starts: Iterable[int]) -> list[Event]:
        """Gives the events of the lines that begin at some offsets."""
        return [event for start in starts for event in self.events_of(start)]

    def places_for(self, question: Question, most: int) -> tuple[list[int], bool]:
        """Gives where lines begin that hold a key of a question, at most `most`, and whether there are more."""
        found = self.places_of_keys(question.keys, self.span(question.window), most)
        return self.nearest(found, question.near, most), len(found) > most

    def nearest(self, starts: list[int], near: Instant | None, most: int) -> list[int]:
        """Gives at most `most` of some places: those around an instant, else the first."""
        if len(starts) <= most:
            return starts
        at = bisect_left(starts, self._offset_of(near)) if near is not None and self._in_order else most // 2
        first = max(min(at - most // 2, len(starts) - most), 0)
        return starts[first : first + most]

    def places(self, value: str, span: Span, most: int = _MOST_PLACES) -> list[int]:
        """Gives where the lines begin that hold a text, in order, at most `most` of them."""
        needle = _bytes(value)
        return self._line_starts((hit.offset for hit in self._pages.hits([needle], *span)), most) if needle else []

    def places_of_keys(self, keys: Iterable[Key], span: Span, most: int = _MOST_PLACES) -> list[int]:
        """Gives where the lines begin that hold any of some keys, in order: ids as they are, addresses without case.

        The text is gone through once, whatever the number of keys.  In a file that is in no order of time, the
        first `most` are given: which of more are near a moment, their places do not tell.
        """
        most = _MOST_PLACES if self._in_order else min(most + 1, _MOST_PLACES)
        exact, anchors, caseless = set(), {}, set()
        ids: dict[str, Span] = {}
        for key in keys:
            needle = _bytes(key.value)
            if key.kind not in CASELESS:
                if self._in_order or key.kind is KeyKind.CLIENT_IP:
                    exact.add(needle)
                elif key.value:
                    ids[key.value] = span  # all of the file, each time: it is looked through once
                continue
            for needle in map(bytes.lower, _written(key)):
                anchor = max(re.findall(rb"[^a-z]+", needle), key=len, default=b"")
                if len(anchor) >= _TELLING:
                    anchors[needle] = anchor
                else:
                    caseless.add(needle)
        if max(len(exact), len(anchors) + len(caseless)) > _MANY:
            return self._all_starts(span)
        exact = {each for each in exact if each and not any(other in each for other in exact - {each, b""})}
        hits = [hit.offset for hit in islice(self._pages.hits(exact, *span), _HITS * most)] if exact else []
        if caseless - {b""}:
            found = self._pages.hits(caseless - {b""}, *span, caseless=True)
            hits += (hit.offset for hit in islice(found, _HITS * most))
        for needle, anchor in anchors.items():
            hits += self._anchored_hits(needle, anchor, span, _HITS * most)
        starts = self._line_starts(sorted(hits), most)
        return sorted({*starts, *self._starts_of(ids)}) if ids else starts

    def _anchored_hits(self, needle: bytes, anchor: bytes, span: Span, most: int) -> list[int]:
        """As `_anchored`, remembered for a file that is in no order, since all of it is looked through each time."""
        if self._in_order:
            return [*islice(self._anchored(needle, anchor, span), most)]
        if needle not in self._addresses:
            found = [*islice(self._anchored(needle, anchor, span), most)]
            if len(found) == most:
                return found  # there may be more
            self._addresses[needle] = found
        return self._addresses[needle][:most]

    def places_of_ids(self, wanted: Mapping[str, Window]) -> list[int]:
        """Gives where the lines begin that hold one of some ids, each within its window or a little beyond.

        Ids whose windows lie near each other are looked for in one go; none is looked for twice in one place.
        """
        return self._starts_of({value: self.span(window) for value, window in wanted.items() if value})

    def _starts_of(self, spans: Mapping[str, Span]) -> list[int]:
        missing = {value: span for value, span in spans.items() if not self._knows(value, span)}
        for group in _near_each_other(missing):
            span = min(low for low, _ in group.values()), max(high for _, high in group.values())
            if len(group) > _MANY:
                everything = self._all_starts(span)
                for value in group:
                    self._ids.setdefault(value, []).append((span, everything))
                continue
            needles = {_bytes(value): value for value in group}
            hits: dict[str, list[int]] = {value: [] for value in group}
            for hit in self._pages.hits(needles, *span):
                hits[needles[hit.needle]].append(hit.offset)
            for value, found in hits.items():
                self._ids.setdefault(value, []).append((span, self._line_starts(found, _MOST_PLACES)))
        known = {id(starts): starts for value in spans for _, starts in self._ids[value]}
        return sorted({start for starts in known.values() for start in starts})

    def _all_starts(self, span: Span) -> list[int]:
        """Where the lines of a stretch begin: to read them all is cheaper than to look for very many ids."""
        starts = [self._pages.line_start(span[0])]
        for hit in self._pages.hits([b"\n"], *span):
            if len(starts) >= _MOST_PLACES:
                break
            starts.append(hit.offset + 1)
        return [start for start in starts if start < span[1]]

    def _knows(self, value: str, span: Span) -> bool:
        return any(low <= span[0] and span[1] <= high for (low, high), _ in self._ids.get(value, ()))

    def losses(self, windows: Iterable[Window]) -> Iterator[Event]:
        """Gives what lines near some windows tell of lines lost."""
        for span in _merged(self.span(window) for window in windows):
            if span not in self._losses:
                self._losses[span] = list(self._losses_in(span))
            yield from self._losses[span]

    def _losses_in(self, span: Span) -> Iterator[Event]:
        hits = sorted(hit.offset for hit in self._pages.hits(_collectors()[0], *span))
        for start in self._line_starts((at for at in hits if self._is_collector(at)), _MOST_PLACES):
            for record in self.records_at(start):
                if isinstance(record.reading, Event) and record.reading.verb is Verb.LOSE:
                    yield record.reading

    def _is_collector(self, at: int) -> bool:
        """Whether a word found may be the tag of its line: no tag stands before it, unless the line is JSON."""
        if not _collectors()[1].search(self._pages.near(max(at - _LONGEST_TAG, 0), at + _LONGEST_TAG)):
            return False
        start = self._pages.line_start(at)
        return (
            b": " not in self._pages.near(max(start, at - LONGEST_LINE), at)
            or self._pages.near(start, start + 1) == b"{"
        )

    def _line_starts(self, hits: Iterable[int], most: int) -> list[int]:
        starts: list[int] = []
        end = -1
        for at in hits:
            if at <= end:
                continue  # the line is known
            starts.append(self._pages.line_start(at))
            if len(starts) >= most:
                break
            end = self._pages.line_end(at)
        return starts

    def _anchored(self, needle: bytes, anchor: bytes, span: Span) -> Iterator[int]:
        """Hits of a needle without case, found by its longest part that has none."""
        before = needle.index(anchor)
        for hit in self._pages.hits([anchor], *span):
            start = hit.offset - before
            if start >= 0 and self._pages.near(start, start + len(needle)).lower() == needle:
                yield start

    # ------------------------------------------------------------ by time

    def span(self, window: Window | None) -> Span:
        """Gives the part of the file that a window may lie in: all of it where the file is not in order of time."""
        if window is None or not self._in_order:
            return 0, self._size
        first = self._minute_of(window.first - _DISORDER)
        return first, self._pages.line_end(self._minute_of(window.last + _DISORDER + MINUTE))

    def _minute_of(self, instant: int) -> int:
        """Where the lines of an instant's minute begin; the same minutes are asked for again and again."""
        minute = instant // MINUTE
        if minute not in self._minutes:
            self._minutes[minute] = self._offset_of(Instant(minute * MINUTE))
        return self._minutes[minute]

    @cached_property
    def _in_order(self) -> bool:
        step = max(self._size // _PROBES, 1)
        seen = [found for at in range(0, self._size, step) if (found := self._instant_near(at)) is not None]
        return all(later >= earlier - SECOND * 2 for earlier, later in pairwise(seen))

    def _instant_near(self, offset: int) -> Instant | None:
        """The instant of the first stamped line from an offset on, within a few lines."""
        start = offset if offset == 0 else self._pages.line_end(offset) + 1
        for _ in range(50):
            if start >= self._size:
                return None
            line = self._entry.line_at(start)
            instant = self._reader.instant_of(line.text, line)
            if instant is not None:
                return instant
            start = self._pages.line_end(start) + 1
        return None

    def _offset_of(self, instant: Instant) -> int:
        """Where the lines of an instant begin, by bisecting."""

        def is_later(offset: int) -> bool:
            found = self._instant_near(offset)
            return found is None or found >= instant

        low, high = 0, self._size
        while low < high:
            middle = (low + high) // 2
            if is_later(middle):
                high = middle
            else:
                low = middle + 1
        return self._pages.line_start(low)

    # ------------------------------------------------------------ by connection

    def connections(self, offsets: Iterable[int]) -> set[int]:
        """Gives the lines of the same server processes around some lines, as far as their connections reach."""
        by_mark: dict[str, list[int]] = {}
        for offset in sorted(set(offsets)):
            mark = process_mark(self._entry.line_at(offset).text)
            if mark is not None:
                by_mark.setdefault(mark, []).append(offset)
        found: set[int] = set()
        for mark, group in by_mark.items():
            ordered = [offset for offset in group if self._is_in_order_at(offset)]
            found |= self._connections_nearby(mark, ordered)
            if len(ordered) < len(group):
                found |= self._connections_by_time(mark, [offset for offset in group if offset not in set(ordered)])
        return found

    def _connections_nearby(self, mark: str, offsets: Sequence[int]) -> set[int]:
        """Where lines stand in the order of time: the connections of a process around some of its lines."""
        found: set[int] = set()
        for near in _within(offsets, _NEAR // 2):
            lines, is_whole = self._connections_among(self._marked(mark, near[0], _NEAR), near)
            if not is_whole:  # most are short
                lines, _ = self._connections_among(self._marked(mark, near[0], _REACH), near)
            found |= lines
        return found

    def _connections_by_time(self, mark: str, offsets: Sequence[int]) -> set[int]:
        """Where lines stand in no order: as `_connections_nearby`, from all lines of the process about that time."""
        lists = [self._marked(mark, offset, self._size) for offset in offsets]
        starts = {start for found in {id(found): found for found in lists}.values() for start in found}
        found, _ = self._connections_among(self._by_time(starts), offsets)
        return found

    def _connections_among(self, starts: Sequence[int], offsets: Sequence[int]) -> tuple[set[int], bool]:
        """The lines of some connections among those of their process, and whether all begin and end among them."""
        wanted = set(offsets)
        asked = [at for at, start in enumerate(starts) if start in wanted]
        last = len(starts) - 1
        behind, has_end = self._walk(starts, asked, Verb.CONNECT, Verb.DISCONNECT)
        back = starts[::-1]
        before, has_begin = self._walk(back, [last - at for at in reversed(asked)], Verb.DISCONNECT, Verb.CONNECT)
        return {starts[at] for at in behind} | {back[at] for at in before}, has_end and has_begin

    def _walk(
        self, starts: Sequence[int], asked: Sequence[int], ends_before: Verb, ends_with: Verb
    ) -> tuple[list[int], bool]:
        """The lines behind some of a process's, up to the end of each one's connection, and whether each has an end.

        None is looked at twice.
        """
        found: list[int] = []
        is_whole = True
        reached, ended = 0, False  # how far was looked, and whether a connection ended there
        for at in asked:
            if at < reached and ended:
                continue
            reached, ended = max(at + 1, reached), False
            for number in range(reached, min(at + 1 + _MOST_OF_CONNECTION, len(starts))):
                verb = self._verb_at(starts[number])
                ended = verb is ends_before
                if ended:
                    break
                found.append(number)
                reached = number + 1
                ended = verb is ends_with
                if ended:
                    break
            is_whole = is_whole and ended
        return found, is_whole

    def of_process(self, event: Event, window: Window) -> list[int]:
        """Gives where the lines begin that the server process which wrote another file's line wrote in some time."""
        mark = process_mark(event.line.text) if event.line else None
        starts = self._marked_within(mark, event, window) if mark else []
        return [
            start
            for start in starts
            if any(window.touches(each.instant, each.instant) for each in self.events_of(start))
        ]

    def _marked_within(self, mark: str, _event: Event, window: Window) -> list[int]:
        return self.places(mark, self.span(window))

    def _by_time(self, starts: Iterable[int]) -> list[int]:
        return sorted(
            (start for start in starts if self.events_of(start)), key=lambda at: (self.events_of(at)[0].instant, at)
        )

    def _is_in_order_at(self, _offset: int) -> bool:
        """Whether the lines around a place stand in the order of time."""
        return self._in_order

    @cached_property
    def ends(self) -> Span | None:
        """The instants of the first and the last event; None where they cannot be told without reading everything."""
        if not self._in_order:
            return None
        first = self._first_event(0, forward=True)
        last = self._first_event(self._pages.line_start(max(self._size - 1, 0)), forward=False)
        return None if first is None or last is None else (first, last)

    def _first_event(self, start: int, *, forward: bool) -> Instant | None:
        for _ in range(_MOST_BESIDE):
            if not 0 <= start < self._size:
                break
            if events := self.events_of(start):
                return events[0].instant
            start = self._pages.line_end(start) + 1 if forward else self._pages.line_start(start - 1) if start else -1
        return None

    def screenings(self, offsets: Iterable[int], client_ip: str) -> set[int]:
        """Gives the lines from a client before a server's lines `connect`, by which postscreen's are told apart."""
        found: set[int] = set()
        for offset in sorted(offsets):
            if not self._has_screener((max(offset - _REACH // 2, 0), offset)):
                continue
            starts = self._marked(f"[{client_ip}]", offset, _REACH)
            first, end = bisect_left(starts, offset - _REACH // 2), bisect_left(starts, offset)
            found.update(starts[max(first, end - _MOST_OF_CONNECTION) : end])
        return found

    def _has_screener(self, span: Span) -> bool:
        """Whether postscreen wrote a line in a stretch.  Most sites do without it: a wider one is looked at once."""
        low, high = self._unscreened
        if low <= span[0] and span[1] <= high:
            return False
        wide = max(span[0] - _REACH // 2, 0), min(span[1] + _REACH // 2, self._size)
        if self.places(SCREENER, wide, 1):
            return bool(self.places(SCREENER, span, 1))
        self._unscreened = wide
        return False

    def _verb_at(self, start: int) -> Verb | None:
        events = self.events_of(start)
        return events[0].verb if events else None

    def _marked(self, mark: str, offset: int, reach: int) -> list[int]:
        """The lines that hold a process's or client's mark within reach of a line; kept, since the next stand there."""
        low, high, starts = self._marks.get(mark, (0, -1, []))
        near = max(offset - reach // 2, 0), min(offset + reach // 2, self._size)
        if low > near[0] or high < near[1]:
            low, high = max(offset - reach, 0), min(offset + reach, self._size)
            starts = self.places(mark, (low, high))
            self._marks[mark] = low, high, starts
        return starts

    # ------------------------------------------------------------ samples

    @property
    def is_sampled(self) -> bool:
        """Whether `sample` gives less than every line."""
        return self._size > _COUNTED_WHOLE

    def sample(self) -> Iterator[Record]:
        """Gives the records of the first and last lines and of stretches between; of a small file, of every line."""
        if not self.is_sampled:
            yield from self._stretch(0, self._size)
            return
        for first in self._sample_starts():
            yield from self._stretch(first, _CHUNK_LINES)

    @cached_property
    def _half_line(self) -> int | None:
        return self._entry.half_line

    def _stretch(self, start: int, most: int) -> Iterator[Record]:
        for _ in range(most):
            if start >= self._size:
                return
            records = self.records_at(start)
            if start != self._half_line:
                yield from records
            else:  # it may still be being written
                yield from (each for each in records if not isinstance(each.reading, Reject))
            end = self._pages.line_end(start) + 1
            self._sampled_lines += 1
            self._sampled_bytes += end - start
            start = end

    def line_count(self) -> int:
        """About how many lines the file has, by the length of those that `sample` gave."""
        return round(self._size * self._sampled_lines / max(self._sampled_bytes, 1))

    def _sample_starts(self) -> list[int]:
        step = max(self._size // _CHUNKS, 1)
        starts = {self._pages.line_start(at) for at in range(0, self._size, step)}
        tail = self._size
        for _ in range(_CHUNK_LINES + 1):
            tail = self._pages.line_start(max(tail - 1, 0))
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
        while self._pages.line_end(left) + 1 < right:
            middle = self._pages.line_end((left + right) // 2) + 1
            if middle >= right:
                middle = self._pages.line_end(left) + 1
            instant = self._instant_near(middle - 1)
            if instant is None or middle >= right:
                break
            if instant - before >= after - instant:
                right, after = middle, instant
            else:
                left, before = middle, instant
        return before, after


_TELLING = 8
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_HITS = 4  # of one key in one line, at most as a rule
_MANY = 256  # ids or addresses; more are not looked for one by one


def _near_each_other(spans: Mapping[str, Span]) -> Iterator[dict[str, Span]]:
    """Parts of some ids that are cheaper to look for together: reading costs about as much as looking for one."""
    group: dict[str, Span] = {}
    low = high = 0
    for value, span in sorted(spans.items(), key=lambda item: item[1]):
        wider = max(high, span[1]) - low
        apart = (high - low) * (len(group) + 1) + (span[1] - span[0]) * 2
        if group and wider * (len(group) + 2) > apart:
            yield group
            group = {}
        low, high = (low, max(high, span[1])) if group else span
        group[value] = span
    if group:
        yield group


def _within(offsets: Sequence[int], reach: int) -> Iterator[list[int]]:
    """Parts of some places, in order, each no wider than `reach`."""
    part: list[int] = []
    for offset in offsets:
        if part and offset - part[0] > reach:
            yield part
            part = []
        part.append(offset)
    if part:
        yield part


def _is_of_message(reading: Reading) -> TypeGuard[Event]:
    return isinstance(reading, Event) and reading.verb is not Verb.LOSE


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """The same bytes as some spans, each once."""
    held: Span | None = None
    for low, high in sorted(spans):
        if held is not None and low <= held[1]:
            held = held[0], max(held[1], high)
            continue
        if held is not None:
            yield held
        held = low, high
    if held is not None:
        yield held


_LONGEST_TAG = 32


@cache
def _collectors() -> tuple[tuple[bytes, ...], "re.Pattern[bytes]"]:
    """What to look for to find the lines of collectors, and what tells their tags from other words."""
    tags = sorted({tag for entry in find_formats() for tag in entry.tags}, key=len, reverse=True)
    needles = [tag for tag in tags if not any(other in tag for other in tags if other != tag)]
    choice = "|".join(map(re.escape, tags))
    return tuple(map(_bytes, needles)), re.compile(rf"(?<![\w.@/-])(?:{choice})(?![\w.@])".encode())


def _written(key: Key) -> Iterator[bytes]:
    """How lines may hold a key that is compared without case: as it is, or as SRS or BATV wrap it (see paths)."""
    yield _bytes(key.value)
    local, at, domain = key.value.rpartition("@")
    if key.kind is KeyKind.ADDRESS and local and at:
        yield _bytes(f"={domain}={local}@")
        yield _bytes(f"prvs={local}=")
        if local.lower().startswith("srs0"):
            yield _bytes(key.value[len("srs0") :])


def _bytes(value: str) -> bytes:
    """Gives the bytes that a line must hold; those that no character was made of are left out."""
    if _REPLACED in value:
        value = max(value.split(_REPLACED), key=len)
    return value.encode("utf-8", "surrogateescape")
