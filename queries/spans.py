"""Numbers, sizes and times as people write them in a search: one value, or a range of them."""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from grammars import Instant
from grammars.core.words import DAY, HOUR, MINUTE, SECOND


class SpanError(ValueError):
    """A value that cannot be meant; `expected` says what could stand there."""

    def __init__(self, message: str, expected: str) -> None:
        super().__init__(message)
        self.expected = expected


class Span(NamedTuple):
    """From `low` to `high`, both included; None is an open end."""

    low: int | float | None
    high: int | float | None


# ---------------------------------------------------------------- numbers and sizes

_SIGNS = (">=", "<=", ">", "<", "=")
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?")
_SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)([kmgt]?)b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}


def read_number(text: str) -> Span:
    """Reads `6.2`, `>6.2`, `<=0`, `5..10`, `5..`.  Raises SpanError."""
    return _read_range(text, _number, "a number: 6.2, >6.2, <=0 or 5..10")


def read_size(text: str) -> Span:
    """Reads `>1M`, `10k..2M`, `4096`, in bytes.  Raises SpanError."""
    found = _read_range(text, _size, "a size: >1M, <=10k or 10k..2M")
    low = None if found.low is None else math.ceil(found.low)
    return Span(low, None if found.high is None else math.floor(found.high))


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _size(text: str) -> float | None:
    found = _SIZE.fullmatch(text)
    return float(found[1]) * _UNITS[found[2].lower()] if found else None


def _read_range(text: str, read: Callable[[str], float | None], expected: str) -> Span:
    low, dots, high = text.partition("..")
    if dots:
        ends = [read(end) if end else None for end in (low, high)]
        if not (low or high) or any(end and found is None for end, found in zip((low, high), ends, strict=True)):
            raise SpanError(f"{text} is no range", expected)
        return _ordered(Span(*ends), text)
    sign = next((each for each in _SIGNS if text.startswith(each)), "")
    value = read(text[len(sign) :])
    if value is None:
        raise SpanError(f"{text} cannot be read", expected)
    match sign:
        case ">=":
            return Span(value, None)
        case ">":
            return Span(math.nextafter(value, math.inf), None)
        case "<=":
            return Span(None, value)
        case "<":
            return Span(None, math.nextafter(value, -math.inf))
        case _:
            return Span(value, value)


def _ordered(span: Span, text: str) -> Span:
    if span.low is not None and span.high is not None and span.low > span.high:
        raise SpanError(f"{text} ends before it begins", "the smaller or earlier end first")
    return span


# ---------------------------------------------------------------- times

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AGO = re.compile(r"(\d{1,5})([smhdw])")
_AGO_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_STAMP = re.compile(
    r"(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_TIMES = "a time: 2h, 3d, today, yesterday, 2026-11-01, 2026-11-01T10:00, or two of them with .. between"
_YEARS = range(1970, 9999)


def read_time(text: str, *, now: Instant, zone: tzinfo) -> Span:
    """Reads a time or a range of them as the instants that it holds, in microseconds UTC.

    A day, a minute or a second is the whole of it; `2h` is the moment two hours before `now`.
    A time that names no zone is one of `zone`.  Raises SpanError.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return _moment(text, now, zone)
    if not (first or last):
        raise SpanError(f"{text} is no range", _TIMES)
    low = _moment(first, now, zone).low if first else None
    high = _moment(last, now, zone).high if last else None
    return _ordered(Span(low, high), text)


def _moment(text: str, now: Instant, zone: tzinfo) -> Span:
    try:
        found = _relative(text.lower(), now, zone) or _stated(text, zone) or _on_the_clock(text, now, zone)
    except (ValueError, OverflowError):
        raise SpanError(f"there is no {text}", _TIMES) from None
    if found is None:
        raise SpanError(f"{text} is no time", _TIMES)
    return found


def _relative(text: str, now: Instant, zone: tzinfo) -> Span | None:
    if ago := _AGO.fullmatch(text):
        moment = now - int(ago[1]) * _AGO_UNITS[ago[2]]
        return Span(moment, moment)
    today = (_EPOCH + timedelta(microseconds=now)).astimezone(zone).date()
    match text:
        case "now":
            return Span(now, now)
        case "today":
            return _days(today, today + timedelta(days=1), zone)
        case "yesterday":
            return _days(today - timedelta(days=1), today, zone)
        case _:
            return None


def _stated(text: str, zone: tzinfo) -> Span | None:
    found = _STAMP.fullmatch(text)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2])
    if year not in _YEARS:
        raise ValueError
    if found[3] is None:
        following = date(year + month // 12, month % 12 + 1, 1)
        return _days(date(year, month, 1), following, zone)
    day = date(year, month, int(found[3]))
    if found[4] is None:
        return _days(day, day + timedelta(days=1), zone)
    hour, minute, second, fraction = (
        int(part or 0) for part in (*found.group(4, 5, 6), (found[7] or "").ljust(6, "0"))
    )
    start = datetime.combine(day, time(hour, minute, second, fraction), _offset(found[8]) or zone)
    return _span(start, HOUR if found[5] is None else MINUTE if found[6] is None else SECOND if found[7] is None else 1)


def _on_the_clock(text: str, now: Instant, zone: tzinfo) -> Span | None:
    """`10:24` of today."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    today = (_EPOCH + timedelta(microseconds=now)).astimezone(zone).date()
    start = datetime.combine(today, time(int(found[1]), int(found[2]), int(found[3] or 0)), zone)
    return _span(start, SECOND if found[3] else MINUTE)


def _offset(text: str | None) -> tzinfo | None:
    return None if text is None else datetime.strptime(text.upper(), "%z").tzinfo


def _days(first: date, following: date, zone: tzinfo) -> Span:
    start, end = (datetime.combine(day, time(), zone) for day in (first, following))
    return Span(_instant(start), _instant(end) - 1)


def _span(start: datetime, length: int) -> Span:
    """An hour that comes twice is meant as both."""
    return Span(_instant(start), _instant(start.replace(fold=1)) + length - 1)


def _instant(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
