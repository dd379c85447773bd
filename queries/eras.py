"""Where in a file its stamps change their meaning: at a year's end, and when summer time ends.

Stamps without a year do not tell January from the January before, and an hour that comes twice does
not tell its first time from its second.  The order of the lines does.  What is given depends on the
file alone.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple

from grammars import Basis, Instant
from grammars.core.clock import Era
from grammars.core.frames import read_frame
from grammars.core.words import DAY, SECOND
from queries.sources import LogFile

_PROBES = 96
_LINES = 20  # lines that are looked at for a stamp
_HALF_YEAR = timedelta(days=183)
_REPEATED = timedelta(minutes=20)  # a step back by more is no disorder of neighbouring lines
_LEAP = 2000  # a leap year stands in for the years that stamps leave out
_MOST_SCANNED = 1 << 24  # bytes around the end of summer time in which the repeated hour is looked for


class Stamp(NamedTuple):
    """The local time that a line states, in the year 2000 where it states none, and where the line begins."""

    offset: int
    local: datetime
    has_year: bool


def with_eras(entry: LogFile, basis: Basis) -> Basis:
    """Gives the basis of a file with its eras, as far as the file needs any."""
    if not _needs_eras(entry):
        return basis
    probes = [found for at in _probe_places(len(entry.pages)) if (found := _stamp_from(entry, at)) is not None]
    if len(probes) < 2:
        return basis
    eras = [Era(first=0, newest=basis.newest)]
    if not any(stamp.has_year for stamp in probes):
        eras = list(_years(entry, probes, basis))
    eras = sorted((*eras, *_folds(entry, eras, basis)), key=lambda era: era.first)
    plain = len(eras) == 1 and not eras[0].fold
    return (
        basis if plain else Basis(zone=basis.zone, zone_basis=basis.zone_basis, newest=basis.newest, eras=tuple(eras))
    )


def is_in_order(entry: LogFile) -> bool:
    """Whether stamps without a zone only go forward, but for a year's end: else the last line is not the newest."""
    size = len(entry.pages)
    places = range(0, size, max(size // _ORDER_PROBES, 1))
    stamps = [found.local for at in places if (found := _stamp_from(entry, at)) is not None]
    return all(not _HOUR < before - after < _HALF_YEAR for before, after in pairwise(stamps))


_ORDER_PROBES = 48
_HOUR = timedelta(hours=1)  # lines of several hosts, or of a repeated hour, may fall back by so much


def _needs_eras(entry: LogFile) -> bool:
    """Whether a stamp without a zone stands at the beginning, the end, or in the middle; most logs are of one kind."""
    size = len(entry.pages)
    return any(_stamp_from(entry, at) is not None for at in (0, size // 2, max(size - 8192, 0)))


def _probe_places(size: int) -> list[int]:
    step = max(size // _PROBES, 1)
    return sorted({*range(0, size, step), max(size - 4096, 0)})


def _stamp_from(entry: LogFile, offset: int) -> Stamp | None:
    """The first stamp without a zone from an offset on."""
    start = offset if offset == 0 else entry.pages.line_end(offset - 1) + 1
    for _ in range(_LINES):
        if start >= len(entry.pages):
            return None
        found = _stamp_at(entry, start)
        if found is not None:
            return found
        start = entry.pages.line_end(start) + 1
    return None


def _stamp_at(entry: LogFile, start: int) -> Stamp | None:
    frame = read_frame(entry.line_at(start).text)
    if frame is None or frame.offset is not None:
        return None
    has_year = frame.second[0].isdecimal()
    try:
        local = datetime.fromisoformat(frame.second) if has_year else _without_year(frame.second)
    except ValueError:
        return None
    return Stamp(start, local, has_year)


def _without_year(text: str) -> datetime:
    month, day, clock = text.split()
    hour, minute, second = clock.split(":")
    number = "JanFebMarAprMayJunJulAugSepOctNovDec".find(month) // 3 + 1
    return datetime(_LEAP, number, int(day), int(hour), int(minute), min(int(second), 59))


# ---------------------------------------------------------------- years


def _years(entry: LogFile, probes: list[Stamp], basis: Basis) -> Iterator[Era]:
    """One era per year, told by the places at which the stamps fall back by more than half a year."""
    turns = [
        _turn(entry, before, after) for before, after in pairwise(probes) if before.local - after.local > _HALF_YEAR
    ]
    newest = basis.newest
    year = _year_of(probes[-1], newest)
    eras = []
    for turn in reversed(turns):
        eras.append(Era(first=turn, newest=newest))
        newest = Instant(int(datetime(year, 1, 1, tzinfo=basis.zone).timestamp()) * SECOND - DAY - 1)
        year -= 1
    yield Era(first=0, newest=newest)
    yield from reversed(eras)


def _year_of(stamp: Stamp, newest: Instant) -> int:
    latest = datetime.fromtimestamp((newest + DAY) / SECOND, UTC).replace(tzinfo=None)
    return latest.year if stamp.local <= latest.replace(year=_LEAP) else latest.year - 1


def _turn(entry: LogFile, before: Stamp, after: Stamp) -> int:
    """The place of the first line of the new year."""

    def is_new(offset: int) -> bool:
        found = _stamp_from(entry, offset)
        return found is None or found.local <= after.local

    return _first_line(entry, before.offset, after.offset, is_new)


def _first_line(entry: LogFile, low: int, high: int, fits: Callable[[int], bool]) -> int:
    """The start of the first line in a stretch that fits, where all behind it fit."""
    found = bisect_left(range(low, high), True, key=fits)  # noqa: FBT003 - the order is: no, then yes
    return entry.pages.line_end(low + found - 1) + 1 if found else low


# ---------------------------------------------------------------- the hour that comes twice


def _folds(entry: LogFile, eras: list[Era], basis: Basis) -> Iterator[Era]:
    """From the line on at which the repeated hour begins again, up to its end."""
    ends = [era.first for era in eras[1:]] + [len(entry.pages)]
    for era, end in zip(eras, ends, strict=True):
        for low, high in _repeated_hours(entry, era, end, basis):
            first = _repetition(entry, low, high)
            if first is not None:
                yield Era(first=first, newest=era.newest, fold=1)
                yield Era(first=max(high, first + 1), newest=era.newest)


def _repeated_hours(entry: LogFile, era: Era, end: int, basis: Basis) -> Iterator[tuple[int, int]]:
    """The stretches of an era in which stamps of a repeated hour may stand."""
    first, last = _stamp_from(entry, era.first), _last_stamp(entry, end)
    if first is None or last is None or first.has_year != last.has_year:
        return
    years = {first.local.year, last.local.year} if first.has_year else {_year_of(last, era.newest)}
    for begin, stop in (hour for year in sorted(years) for hour in repeated_hours_of(basis.zone, year)):
        if not first.has_year:
            begin, stop = begin.replace(year=_LEAP), stop.replace(year=_LEAP)  # noqa: PLW2901
        if first.local <= stop and last.local >= begin:
            yield _place_of(entry, era.first, end, begin), _place_of(entry, era.first, end, stop)


def repeated_hours_of(zone: tzinfo, year: int) -> list[tuple[datetime, datetime]]:
    """Gives the local times, begin and end, that a zone's clocks show twice in a year."""
    found = []
    day = datetime(year, 1, 1)
    while day.year == year:
        before, after = zone.utcoffset(day), zone.utcoffset(day + timedelta(days=1))
        if before is not None and after is not None and after < before:
            quarters = [day + timedelta(minutes=15 * step) for step in range(24 * 4 + 1)]
            twice = [at for at in quarters if zone.utcoffset(at.replace(fold=1)) != zone.utcoffset(at)]
            if twice:
                found.append((twice[0], twice[-1] + timedelta(minutes=15)))
        day += timedelta(days=1)
    return found


def _last_stamp(entry: LogFile, end: int) -> Stamp | None:
    start = end
    for _ in range(_LINES):
        start = entry.pages.line_start(max(start - 1, 0))
        found = _stamp_at(entry, start)
        if found is not None or start == 0:
            return found
    return None


def _place_of(entry: LogFile, low: int, high: int, local: datetime) -> int:
    """Where the lines begin that are later than a local time, by bisecting; right but for the repeated hour itself."""

    def is_later(offset: int) -> bool:
        found = _stamp_from(entry, offset)
        return found is None or found.local >= local

    return _first_line(entry, low, high, is_later)


def _repetition(entry: LogFile, low: int, high: int) -> int | None:
    """The first line whose stamp falls back by a good part of an hour; None where no hour is repeated."""
    latest: datetime | None = None
    start = low
    while start < min(high, low + _MOST_SCANNED):
        found = _stamp_at(entry, start)
        if found is not None:
            if latest is not None and latest - found.local > _REPEATED:
                return start
            latest = found.local if latest is None else max(latest, found.local)
        start = entry.pages.line_end(start) + 1
    return None
