"""The text of one source in the embedded store: searched as a log file is, but only where the index says so."""

import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate, islice, pairwise

from grammars import Basis, Event, Instant, Line, Place, Verb
from grammars.core.words import HOUR, SECOND
from queries.blocks import formats_named, lines_of
from queries.leg import Key
from queries.pages import Pages
from queries.question import Question, Window
from queries.searching import CASELESS, SearchedText, Span
from queries.sources import LogFile
from queries.stores.embedded.index import Index
from queries.stores.embedded.shelf import Shelved, Source
from queries.tokens import LOSS, mark_of, value_of

_PROBES = 16


class StoredPages(Pages):
    """The bytes of a source, block by block as they are stored."""

    def __init__(self, index: Index, source: Source) -> None:
        super().__init__(io.BytesIO(), source.size)
        self._index = index
        self._source = source

    @cached_property
    def blocks(self) -> list[Shelved]:
        """The blocks in the order of the text; those of a month that was dropped are missing."""
        return self._index.blocks_of(self._source)

    @cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def block_at(self, offset: int) -> Shelved | None:
        """The block that an offset lies in."""
        at = bisect_right(self._starts, offset) - 1
        return self.blocks[at] if at >= 0 and offset < self.blocks[at].end else None

    def text(self, block: Shelved) -> bytes:
        """The text of a block."""
        return self._index.text(block)

    def read(self, start: int, end: int) -> bytes:
        """Gives the bytes from `start` up to `end`, as far as they are stored."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_left(self._starts, end)
        parts = (
            self.text(block)[max(start - block.start, 0) : max(end - block.start, 0)]
            for block in self.blocks[first:last]
        )
        return b"".join(parts)

    def near(self, start: int, end: int) -> bytes:
        """As `read`: blocks are kept anyway."""
        return self.read(start, end)

    def line_start(self, offset: int) -> int:
        """Where the line begins that an offset lies in: lines lie within blocks."""
        block = self.block_at(min(offset, max(len(self) - 1, 0)))
        if block is None:
            return offset
        if offset >= block.end:
            return offset
        return block.start + self.text(block).rfind(b"\n", 0, offset - block.start) + 1

    def line_end(self, offset: int) -> int:
        """Where the line ends that an offset lies in."""
        block = self.block_at(offset)
        if block is None:
            return len(self)
        found = self.text(block).find(b"\n", offset - block.start)
        return block.end if found < 0 else block.start + found

    def line_number(self, offset: int) -> int:
        """The number, from 1, of the line that begins at an offset."""
        block = self.block_at(offset)
        return 0 if block is None else block.line + self.text(block).count(b"\n", 0, offset - block.start) + 1


class StoredText(SearchedText):
    """One source, searched by the index."""

    def __init__(self, index: Index, source: Source, basis: Basis, name: str) -> None:
        self._stored = StoredPages(index, source)
        entry = LogFile(name=name, pages=self._stored, changed=source.changed, host=source.host)
        super().__init__(entry, basis, formats_named(source.only))
        self._index = index
        self._source = source
        self._marked_starts: dict[tuple[int, str], list[int]] = {}  # by block and server process
        self._order: dict[int, bool] = {}  # of blocks: whether their lines are in the order of time

    def line_number(self, offset: int) -> int:
        """Gives the number, from 1, of the line that begins at an offset."""
        return self._stored.line_number(offset)

    # ------------------------------------------------------------ by content

    def _blocks_with(self, values: Iterable[str], span: Span) -> list[Shelved]:
        found = {block for value in values for block in self._index.with_value(value).get(self._source.id, ())}
        return sorted((block for block in found if block.end > span[0] and block.start < span[1]), key=_start)

    def _starts_in(self, block: Shelved, needles: Iterable[bytes], *, caseless: bool) -> list[int]:
        """Where the lines of a block begin that hold a needle."""
        text = self._stored.text(block)
        searched = text.lower() if caseless else text
        starts: set[int] = set()
        for needle in needles:
            at = searched.find(needle)
            while at >= 0:
                starts.add(block.start + text.rfind(b"\n", 0, at) + 1)
                end = text.find(b"\n", at)
                at = searched.find(needle, end) if end >= 0 else -1
        return sorted(starts)

    def _all_lines(self, block: Shelved) -> list[int]:
        text = self._stored.text(block)
        starts, at = [], 0
        while 0 <= at < len(text):
            starts.append(block.start + at)
            at = text.find(b"\n", at) + 1 or -1
        return starts

    def places(self, value: str, span: Span, most: int = 200_000) -> list[int]:
        """Gives where the lines begin that hold a text which the index knows, in order, at most `most` of them."""
        blocks = self._blocks_with([value.strip("[]").lower()], span)
        needle = [value.encode("utf-8", "surrogateescape")]
        lines = (at for block in blocks for at in self._starts_in(block, needle, caseless=False))
        return list(islice((at for at in lines if span[0] <= at < span[1]), most))

    def places_for(self, question: Question, most: int) -> tuple[list[int], bool]:
        """Gives where lines begin that hold a key of a question, at most `most`, and whether there are more.

        The blocks nearest to the moment asked for are looked through first.  An address that lines hold only
        in another form, such as one that SRS has rewritten, is looked for in every line of a block.
        """
        span, near = self.span(question.window), question.near
        by_block: dict[Shelved, list[Key]] = {}
        for key in question.keys:
            for block in self._blocks_with([value_of(key)], span):
                by_block.setdefault(block, []).append(key)
        starts: set[int] = set()
        for block in sorted(by_block, key=lambda block: (0 if near is None else _from(block, near), block.start)):
            for key in by_block[block]:
                starts.update(self._starts_of_key(block, key))
            if len(starts) > most:
                break
        return self.nearest(sorted(starts), near, most), len(starts) > most

    def _starts_of_key(self, block: Shelved, key: Key) -> list[int]:
        caseless = key.kind in CASELESS
        needle = (key.value.lower() if caseless else key.value).encode("utf-8", "surrogateescape")
        return self._starts_in(block, [needle], caseless=caseless) or self._all_lines(block)

    def starts_within(self, window: Window | None) -> list[int]:
        """Gives where the lines begin of the blocks that have lines of some time; None: all lines."""
        blocks = (block for block in self._stored.blocks if window is None or self._may_touch(block, window))
        return [start for block in blocks for start in self._all_lines(block)]

    def places_of_ids(self, wanted: Mapping[str, Window]) -> list[int]:
        """Gives where the lines begin that hold one of some ids, each within its window or a little beyond."""
        starts: set[int] = set()
        for value, window in wanted.items():
            needle = [value.encode("utf-8", "surrogateescape")]
            for block in self._blocks_with([value.lower()], (0, self._source.size)) if value else ():
                if self._may_touch(block, window):
                    starts.update(self._starts_in(block, needle, caseless=False))
        return sorted(starts)

    def _may_touch(self, block: Shelved, window: Window) -> bool:
        return block.first is not None and block.last is not None and window.touches(block.first, block.last)

    def _losses_in(self, span: Span) -> Iterator[Event]:
        for block in self._blocks_with([LOSS], span):
            for start in self._all_lines(block):
                for record in self.records_at(start):
                    if isinstance(record.reading, Event) and record.reading.verb is Verb.LOSE:
                        yield record.reading

    def _marked(self, mark: str, offset: int, reach: int) -> list[int]:
        """The lines of one server process within reach of a line."""
        if mark.startswith("["):
            blocks = self._blocks_with([mark.strip("[]").lower()], (max(offset - reach, 0), offset + reach))
            return self._marked_in(blocks, mark)
        events = self.events_of(offset)
        if not events:
            return []
        if self._is_in_order_at(offset):
            span = max(offset - reach, 0), offset + reach
            return self._marked_in(self._blocks_with([mark_of(events[0])], span), mark)
        instant = events[0].instant
        return self._marked_within(mark, events[0], Window(first=Instant(instant - HOUR), last=Instant(instant + HOUR)))

    def _marked_within(self, mark: str, event: Event, window: Window) -> list[int]:
        blocks = self._blocks_with([mark_of(event)], (0, self._source.size))
        return self._marked_in((block for block in blocks if self._may_touch(block, window)), mark)

    def _marked_in(self, blocks: Iterable[Shelved], mark: str) -> list[int]:
        needle = mark.encode("utf-8", "surrogateescape")
        starts: list[int] = []
        for block in blocks:
            found = self._marked_starts.get((block.start, mark))
            if found is None:
                found = self._marked_starts[block.start, mark] = self._starts_in(block, [needle], caseless=False)
            starts += found
        return starts

    def _is_in_order_at(self, offset: int) -> bool:
        block = self._stored.block_at(offset)
        return block is None or self._is_in_order(block)

    def _is_in_order(self, block: Shelved) -> bool:
        found = self._order.get(block.start)
        if found is None:
            step = max((block.end - block.start) // _PROBES, 1)
            seen = [each for at in range(block.start, block.end, step) if (each := self._instant_near(at)) is not None]
            found = all(later >= earlier - 2 * SECOND for earlier, later in pairwise(seen))
            self._order[block.start] = found
        return found

    @cached_property
    def ends(self) -> Span | None:
        """The instants of the first and the last event, None where there is none."""
        first, last = self._source.first, self._source.last
        return None if first is None or last is None else (first, last)

    def events_in(self, block: Shelved) -> Iterator[Event]:
        """Gives the events of every line of a block; they are not kept."""
        start = block.start
        name, read_all = self._entry.name, self._reader.read_all
        for text, size in lines_of(self._stored.text(block)):
            for reading, _ in read_all(text, Line(text, Place(name, start))):
                if type(reading) is Event and reading.verb is not Verb.LOSE:
                    yield reading
            start += abs(size)

    # ------------------------------------------------------------ by time

    def span(self, window: Window | None) -> Span:
        """Gives the part of the text that a window may lie in."""
        if window is None:
            return 0, self._source.size
        first, last = self._source.first, self._source.last
        if first is None or last is None or not window.touches(first, last):
            return 0, 0
        lasts, firsts = self._times
        low, high = bisect_left(lasts, window.first), bisect_right(firsts, window.last)
        return (self._stored.blocks[low].start, self._stored.blocks[high - 1].end) if low < high else (0, 0)

    @cached_property
    def _times(self) -> tuple[list[int], list[int]]:
        """By block, the last instant of it and all before it, and the first of it and all behind it: both rise."""
        blocks = self._stored.blocks
        lasts = accumulate((-_NEVER if block.last is None else block.last for block in blocks), max)
        firsts = accumulate((_NEVER if block.first is None else block.first for block in reversed(blocks)), min)
        return [*lasts], [*firsts][::-1]

    @cached_property
    def _in_order(self) -> bool:
        return False

    def nearest(self, starts: list[int], near: Instant | None, most: int) -> list[int]:
        """Gives at most `most` of some places: those around an instant, else the first."""
        if len(starts) <= most or near is None:
            return starts[:most]

        def far(start: int) -> tuple[int, int]:
            block = self._stored.block_at(start)
            return (_NEVER if block is None else _from(block, near)), start

        return sorted(sorted(starts, key=far)[:most])


_NEVER = 1 << 62


def _from(block: Shelved, near: Instant) -> int:
    """How far the events of a block are from an instant."""
    if block.first is None or block.last is None:
        return _NEVER
    return max(block.first - near, near - block.last, 0)


def _start(block: Shelved) -> int:
    return block.start
