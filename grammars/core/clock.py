"""From the stamp of a line to an instant, with the reason that makes it one.

A stamp may lack a zone (RFC 3164 and many files of their own) and a year (RFC 3164).  What is
missing is a property of the source, settled once and handed in (`Basis`); a clock is then a
pure function of the stamp.
"""

from calendar import timegm
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from grammars.core.words import DAY, SECOND, Instant, TimeBasis

_MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Era:
    """A part of a source, from the byte offset `first` on, whose stamps mean something else than those before.

    `newest` is as in `Basis`.  `fold` is 1 where the hour that the end of summer time repeats has begun again.
    """

    first: int
    newest: Instant
    fold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHost:
    """A machine that has several names in logs: the one to use, and the zone of its stamps where that is known."""

    name: str
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a source's stamps leave out.

    `zone` is the zone of stamps that state none, `zone_basis` why.  `newest` is an instant that
    no line of the source is later than (by more than a day): a stamp without a year gets the
    latest year that keeps it so.  `eras` are given, in order, where one such rule does not do for
    the whole source: where its order tells a year's end, or an hour from its repetition.
    `known_host` tells what is known of the host that a line names.
    """

    zone: tzinfo = UTC
    zone_basis: TimeBasis = TimeBasis.ZONE_ASSUMED
    newest: Instant
    eras: tuple[Era, ...] = ()
    known_host: Callable[[str], KnownHost | None] | None = None

    def of_host(self, host: str | None) -> "tuple[str | None, Basis]":
        """Gives the name to use for a host that a line names, and the basis of its lines."""
        known = self.known_host(host) if self.known_host is not None and host is not None else None
        if known is None:
            return host, self
        if known.zone is None:
            return known.name, self
        return known.name, replace(self, zone=known.zone, zone_basis=TimeBasis.ZONE_GIVEN)


class Clock:
    """Stamps of one source to instants; remembers the minutes it has seen."""

    def __init__(self, basis: Basis, era: Era | None = None) -> None:
        self.basis = basis
        self._fold = era.fold if era else 0
        self._latest = (era.newest if era else basis.newest) + DAY
        self._minutes: dict[str, int] = {}

    def instant(self, second: str, fraction: str | None = None, offset: str | None = None) -> Instant | None:
        """Gives the instant of a stamp, or None where it names no moment (`Feb 30`).

        `second` is `Mmm dd hh:mm:ss` (RFC 3164) or `yyyy-mm-ddThh:mm:ss` (RFC 3339; a blank may
        stand for the T); `fraction` its digits; `offset` is `Z`, `+hh:mm` or `+hhmm`.
        """
        key = second[:-3] + offset if offset else second[:-3]
        minute = self._minutes.get(key)
        if minute is None:
            minute = self._minute(second[:-3], offset)
            if len(self._minutes) >= _MOST_MINUTES:
                self._minutes.clear()
            self._minutes[key] = minute
        try:
            past = int(second[-2:])
        except ValueError:
            return None
        if minute == _NO_MOMENT or past > _LEAP:
            return None
        past = past if past < _LEAP else 59  # a leap second is no lost line
        whole = minute + past * SECOND
        if whole > self._latest and not second[0].isdecimal():
            whole = self._without_year(second[:-3], past)  # in the very minute in which the year ends to fit
        if not fraction:
            return Instant(whole)
        return Instant(whole + int(fraction if len(fraction) == 6 else fraction[:6].ljust(6, "0")))

    def time_basis(self, second: str, offset: str | None) -> TimeBasis:
        """Gives the reason of an instant that `instant` gave for the same stamp."""
        if offset:
            return TimeBasis.STATED
        if second[0].isalpha() and self.basis.zone_basis is not TimeBasis.ZONE_ASSUMED:
            return TimeBasis.YEAR_INFERRED
        return self.basis.zone_basis

    def _minute(self, minute: str, offset: str | None) -> int:
        try:
            if minute[:1].isalpha():
                return self._without_year(minute)
            if offset:
                return _microseconds(datetime.fromisoformat(minute), _fixed(offset))
            return _microseconds(datetime.fromisoformat(minute), self.basis.zone, self._fold)
        except (KeyError, ValueError, OverflowError):
            return _NO_MOMENT

    def _without_year(self, minute: str, past: int = 0) -> int:
        name, day, clock = minute.split()
        latest = datetime.fromtimestamp(self._latest / SECOND, UTC).year + 1
        for year in range(latest, latest - 10, -1):  # ten: 29 February is rare
            try:
                naive = datetime(year, _MONTHS[name], int(day), int(clock[:2]), int(clock[3:]))
            except ValueError:
                continue
            found = _microseconds(naive, self.basis.zone, self._fold) + past * SECOND
            if found <= self._latest:
                return found
        return _NO_MOMENT


def with_year(second: str, year: str) -> str:
    """Gives a stamp `Mmm dd hh:mm:ss`, whose year stands elsewhere in the line, in the form that begins with it.

    A month that there is not stays, and names no moment.
    """
    month, day, clock = second.split()
    number = _MONTHS.get(month, 0)
    return f"{year}-{number:02d}-{int(day):02d}T{clock}"


_NO_MOMENT = -(2**62)
_MOST_MINUTES = 100_000  # of ten weeks; more are worked out anew
_LEAP = 60


def _fixed(offset: str) -> tzinfo:
    if offset == "Z":
        return UTC
    digits = offset[1:].replace(":", "")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return timezone(-delta if offset[0] == "-" else delta)


def _microseconds(naive: datetime, zone: tzinfo, fold: int = 0) -> int:
    aware = naive.replace(tzinfo=zone, fold=fold)
    return timegm(aware.utctimetuple()) * SECOND
