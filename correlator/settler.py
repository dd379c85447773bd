"""Settles what a store has not settled yet: verdicts for `search`, from the legs around each stretch of time."""

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from datetime import tzinfo
from pathlib import Path

from correlator.helpers import helper_count, helping
from correlator.loading import known_hosts
from correlator.settling import MARGIN, Around, Settled, is_put_off, settle, settle_tries
from grammars import Instant, KeyKind, find_formats
from queries.leg import Key, fold_address
from queries.question import Window
from queries.site import Site
from queries.stores.embedded.verdictwriter import PutOff, VerdictWriter
from queries.stores.sqlite import SqliteStore

_BLOCKS = 32  # in one stretch: some four megabytes of text
_WORTH_HELP = 3  # stretches; for fewer, starting other processes takes longer than they save


class Settler:
    """Settles the stretches of one store, by several processes where there are many."""

    def __init__(self, path: Path, machine_zone: tzinfo, site: Site, helpers: int | None = None) -> None:
        self._how = path, machine_zone, site
        self._count = helper_count(helpers)

    def run(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Settles all there is; gives the number of messages.  `progress` is told how many stretches are done."""
        writer = VerdictWriter(self._how[0])
        try:
            due = writer.due()
            windows = list(_windows(writer.spans(due)))
            messages = 0
            for number, settled in enumerate(self._each(windows), 1):
                writer.put(settled, _put_off(settled))
                messages += len(settled)
                if progress is not None:
                    progress(number, len(windows))
            if windows:
                self._follow_up(writer)
            writer.done(due)
        finally:
            writer.close()
        return messages

    def _follow_up(self, writer: VerdictWriter) -> None:
        """Looks for later tries of what was put off, where lines with its return-path stand at a later time."""
        path, machine_zone, site = self._how
        with _store(path, machine_zone, site) as store:
            for waiting in writer.put_off():
                key = Key(KeyKind.ADDRESS, fold_address(waiting.reverse_path))
                if not store.is_later(key, Instant(waiting.time + MARGIN // 2)):
                    continue
                settled = settle_tries(waiting.id, waiting.time, key, store, site)
                if settled is not None and settled.rows[0].id != waiting.id:
                    writer.put([settled], _put_off([settled]))

    def _each(self, windows: Sequence[Window]) -> Iterator[list[Settled]]:
        with helping(self._count if len(windows) >= _WORTH_HELP else 1, _prepare) as submit:
            waiting: deque[Future[list[Settled]]] = deque()
            for window in windows:
                waiting.append(submit(_settle_window, *self._how, window))
                if len(waiting) > 2 * self._count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


def _put_off(settled: Sequence[Settled]) -> list[PutOff]:
    return [
        PutOff(row.id, row.time, row.reverse_path)
        for row in (each.rows[0] for each in settled if is_put_off(each))
        if row.reverse_path
    ]


def _store(path: Path, machine_zone: tzinfo, site: Site) -> "closing[SqliteStore]":
    return closing(SqliteStore(path, machine_zone, known_hosts(site)))


def _prepare() -> None:
    """Has a helper look for garbage between two stretches only: what one is made of lives to its end."""
    gc.disable()
    gc.freeze()


def _settle_window(path: Path, machine_zone: tzinfo, site: Site, window: Window) -> list[Settled]:
    """Settles one stretch; the store is opened for it alone, for it keeps what it has read."""
    if not gc.isenabled():
        gc.collect()
    pool = Window(first=Instant(window.first - MARGIN), last=Instant(window.last + MARGIN))
    units = {entry.name: entry.unit for entry in find_formats()}
    with _store(path, machine_zone, site) as store:
        legs, blocks = store.legs_around(pool)
        around = Around(legs=legs, window=window, pool=pool, is_elsewhere=lambda key: store.is_elsewhere(key, blocks))
        return list(settle(around, store, units, site))


def _windows(spans: Sequence[tuple[Instant, Instant]]) -> Iterator[Window]:
    """Cuts the time that some blocks cover into stretches of about as many blocks each; pauses are left out."""
    first: Instant | None = None
    last: Instant | None = None
    count = 0
    for begin, end in sorted(spans):
        if first is not None and last is not None and (count >= _BLOCKS or begin > last + MARGIN):
            until = max(min(last, Instant(begin - 1)), first) if begin <= last else last
            yield Window(first=first, last=until)
            first, count = (Instant(until + 1) if begin <= last else begin), 0
        first = begin if first is None else first
        last = end if last is None else max(last, end)
        count += 1
    if first is not None and last is not None:
        yield Window(first=first, last=last)
