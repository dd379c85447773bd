"""The hour that comes twice at the end of summer time: where in a file its second run begins."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from grammars import Basis, Instant
from grammars.core.clock import Repeat
from grammars.core.words import DAY, HOUR, SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_DAYS = 800  # before a file's newest line: stamps without a year are of the last one
_BACK = 30  # minutes: so far no two lines of a file stand out of order
_PRIORITY = len("<191>")  # may stand before a stamp: RFC 3164 section 4.1.1


def repeats_in(data: bytes, basis: Basis) -> tuple[Repeat, ...]:
    """Gives the hours that a file ran through twice: only its order tells the two apart.

    An hour of which the file holds one run alone is read as the first.
    """
    if isinstance(basis.zone, timezone):
        return ()
    found = []
    for back in _ends_of_summer(basis.zone, basis.newest // DAY):
        starts = [at for stamp in _stamps_of_hour(back, basis.zone) if (at := _second_run(data, stamp)) is not None]
        if starts:
            found.append(Repeat(Instant(back - HOUR), back, HOUR, min(starts)))
    return tuple(found)


@lru_cache(maxsize=64)
def _ends_of_summer(zone: tzinfo, newest_day: int) -> tuple[Instant, ...]:
    return tuple(_search(zone, newest_day))


def _search(zone: tzinfo, newest_day: int) -> Iterator[Instant]:
    """The instants at which the clocks of a zone went back by an hour, up to the day after the newest."""
    for day in range(newest_day + 1, newest_day - _DAYS, -1):
        before, after = day * DAY, (day + 1) * DAY
        if _offset(before, zone) - _offset(after, zone) != HOUR:
            continue
        summer = _offset(before, zone)
        while after - before > SECOND:
            middle = (before + after) // (2 * SECOND) * SECOND
            before, after = (middle, after) if _offset(middle, zone) == summer else (before, middle)
        yield Instant(after)


def _offset(instant: int, zone: tzinfo) -> int:
    offset = (_EPOCH + timedelta(microseconds=instant)).astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds()) * SECOND


def _stamps_of_hour(back: Instant, zone: tzinfo) -> tuple[bytes, ...]:
    """How stamps of the hour that comes twice begin, up to the minute."""
    local = (_EPOCH + timedelta(microseconds=back)).astimezone(zone)
    date = f"{local.year:04d}-{local.month:02d}-{local.day:02d}"
    month = _MONTHS[local.month - 1]
    texts = (f"{month} {local.day:2d} {local.hour:02d}:", f"{date}T{local.hour:02d}:", f"{date} {local.hour:02d}:")
    return tuple(text.encode() for text in texts)


def _second_run(data: bytes, stamp: bytes) -> int | None:
    """Where the first line begins whose minute is far before that of a line above it."""
    latest = -1
    at = data.find(stamp)
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        minute = data[at + len(stamp) : at + len(stamp) + 2]
        if at - start <= _PRIORITY and minute.isdigit():
            if latest - int(minute) > _BACK:
                return start
            latest = max(latest, int(minute))
        at = data.find(stamp, at + 1)
    return None
