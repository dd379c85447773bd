"""From the times of a text to the moments they may mean, each with its reason.

Order of proof for a time without a zone: the user's word, a note in the text (`all times UTC`),
an id in the text that carries its own clock, else every zone that senders commonly mean.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from correlator.evidence.claims import Interval, ZoneBasis
from correlator.evidence.times import Day, Stamp
from correlator.evidence.zones import Zone, civil, fixed, zones_named
from grammars.core.words import DAY, HOUR, MINUTE, SECOND, Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EARLIEST = 788_918_400 * SECOND  # 1995: no mail log is older
_AHEAD = 2 * DAY  # a zone east of us and a clock that is fast
_SLACK = 4 * MINUTE  # an id is made, and the time noted, a little apart
_QUARTER = 15 * MINUTE
_ODD_OFFSETS = {-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825}  # minutes, of zones in use
_COMMON = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/London", "Europe/Berlin",
    "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip
_MOST_CANDIDATES = 24
_DAYS_WITHOUT_DATE = 3


class Anchor(NamedTuple):
    """A moment that an id names, and how to call that id to a person."""

    instant: Instant
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known around the times of one message.

    `given` is the user's zone, `noted` the zone that the text states for all its times,
    `anchors` the ids with a clock, `always_standard` whether `CST` is UTC-6 in summer too.
    """

    now: Instant
    given: tzinfo | None = None
    noted: str = ""
    anchors: tuple[Anchor, ...] = ()
    always_standard: bool = False
    inferred: tuple[Zone, Anchor] | None = None  # of all times that state no zone


class _Choice(NamedTuple):
    rules: tzinfo
    basis: ZoneBasis
    because: str


def candidates(stamp: Stamp, hint: str, setting: Setting) -> tuple[Interval, ...]:
    """Gives the stretches of time that a stamp may mean, the likeliest first; none where it names no moment.

    `hint` is a zone that the label names.
    """
    found: dict[tuple[Instant, Instant], Interval] = {}
    for interval in _all(stamp, hint, setting):
        if _EARLIEST <= interval.first <= setting.now + _AHEAD:
            found.setdefault((interval.first, interval.last), interval)
    fitting = [fit for interval in found.values() if (fit := _fitting(interval, setting.anchors))]
    return tuple((fitting or list(found.values()))[:_MOST_CANDIDATES])


def _fitting(interval: Interval, anchors: tuple[Anchor, ...]) -> Interval | None:
    """Gives a reading of a written date that an id's own clock bears out, saying so."""
    for anchor in anchors:
        if _apart(interval, anchor) <= _SLACK and interval.last - interval.first <= HOUR:
            if interval.basis is ZoneBasis.INFERRED:
                return interval
            return replace(interval, because=f"{interval.because}; fits the {anchor.title}'s own clock")
    return None


def inferred_zone(stamps: Iterable[Stamp], setting: Setting) -> tuple[Zone, Anchor] | None:
    """Gives the zone that makes a time without zone agree with an id's own clock, and that id."""
    best: tuple[int, Zone, Anchor] | None = None
    for stamp in stamps:
        for interval in _in_zone(stamp, _Choice(rules=UTC, basis=ZoneBasis.TRIED, because=""), setting.now):
            for anchor in setting.anchors:
                found = _offset_between(interval, anchor)
                if found and (best is None or found[0] < best[0]):
                    best = (*found, anchor)
    return best[1:] if best else None


def contradiction(stamp: Stamp, hint: str, setting: Setting) -> tuple[Zone, Anchor] | None:
    """Gives the zone that an id's clock speaks for, where the stated one is hours away from it."""
    stated = candidates(stamp, hint, setting)
    if not stated or not setting.anchors:
        return None
    if any(_apart(interval, anchor) <= 20 * MINUTE for interval in stated for anchor in setting.anchors):
        return None
    return inferred_zone([replace(stamp, zone="")], setting)


def in_inferred_zone(stamp: Stamp, found: tuple[Zone, Anchor], now: Instant) -> tuple[Interval, ...]:
    """Gives what a stamp means in a zone that an id's clock speaks for."""
    zone, anchor = found
    because = f"{zone.title} fits the {anchor.title}'s own clock"
    choice = _Choice(rules=zone.rules, basis=ZoneBasis.INFERRED, because=because)
    meant = sorted(_in_zone(replace(stamp, zone=""), choice, now, anchor.instant), key=lambda i: _apart(i, anchor))
    return tuple(meant[:1])


def _all(stamp: Stamp, hint: str, setting: Setting) -> Iterator[Interval]:
    if stamp.count is not None:
        first = Instant(stamp.count)
        rounded = ", rounded by a spreadsheet" if stamp.width > SECOND else ""
        yield Interval(
            first=first,
            last=Instant(first + stamp.width - 1),
            basis=ZoneBasis.STATED,
            because=f"seconds since 1970, UTC{rounded}",
        )
        return
    if stamp.back is not None:
        middle, half = setting.now - stamp.back, stamp.width // 2
        yield Interval(
            first=Instant(middle - half),
            last=Instant(middle + half),
            basis=ZoneBasis.RELATIVE,
            because="counted back from now",
        )
        return
    anchor = setting.anchors[0].instant if setting.anchors else None
    if setting.inferred and not (stamp.zone or hint or setting.noted or setting.given):
        yield from in_inferred_zone(stamp, setting.inferred, setting.now)
        return
    for choice in _choices(stamp, hint, setting):
        yield from _in_zone(stamp, choice, setting.now, anchor)


def _choices(stamp: Stamp, hint: str, setting: Setting) -> list[_Choice]:
    named, _, source = hint.partition(" by ")
    for name, where in (
        (stamp.zone, ""),
        (named, f" {source}" if source else " in its label"),
        ("" if setting.given else setting.noted, " for all times"),
    ):
        if zones := zones_named(name) if name else ():
            if setting.always_standard and name.upper() in ("CST", "CDT"):
                return [
                    _Choice(
                        rules=fixed(-360).rules, basis=ZoneBasis.STATED, because="Salesforce's CST is UTC-6 all year"
                    )
                ]
            shown = name.strip() if " (" in name else name.strip("()[] ")
            said = f"stated{where}: {shown}"
            return [
                _Choice(
                    rules=z.rules, basis=ZoneBasis.STATED, because=f"{said}, {z.title}" if z.title != name else said
                )
                for z in zones
            ]
    if setting.given:
        return [_Choice(rules=setting.given, basis=ZoneBasis.GIVEN, because="zone given by you")]
    relative = stamp.day is not None and not stamp.day.options
    tried = [Zone(UTC, "UTC"), *(Zone(rules, name) for name in _COMMON if (rules := civil(name)))]
    if setting.always_standard:
        tried.insert(0, fixed(-360))
    basis = ZoneBasis.RELATIVE if relative else ZoneBasis.TRIED
    return [_Choice(rules=zone.rules, basis=basis, because=f"no zone given; tried as {zone.title}") for zone in tried]


def _in_zone(stamp: Stamp, choice: _Choice, now: Instant, anchor: Instant | None = None) -> Iterator[Interval]:
    for day, note, basis in _days(stamp, choice, now, anchor):
        for first, last in _bounds(stamp, day, choice.rules):
            yield Interval(first=first, last=last, basis=basis, because=choice.because + note)


def _days(stamp: Stamp, choice: _Choice, now: Instant, anchor: Instant | None) -> Iterator[tuple[date, str, ZoneBasis]]:
    today = _local(now, choice.rules)
    if stamp.day is None:
        near = _local(anchor, choice.rules) if anchor is not None else None
        if near is not None:
            yield near, "; the date is that of the id's own clock", choice.basis
            return
        late = stamp.clock is not None and next(_bounds(stamp, today, choice.rules), (0, 0))[0] > now + 15 * MINUTE
        for back in range(int(late), int(late) + _DAYS_WITHOUT_DATE):
            yield today - timedelta(days=back), "; no date given, the latest such times taken", ZoneBasis.RELATIVE
        return
    if stamp.day.days_back is not None:
        yield today - timedelta(days=stamp.day.days_back), "; counted back from today", ZoneBasis.RELATIVE
        return
    if stamp.day.weekday is not None:
        back = (today.weekday() - stamp.day.weekday) % 7
        yield today - timedelta(days=back), "; the latest such weekday", ZoneBasis.RELATIVE
        return
    yield from ((day, note, choice.basis) for day, note in _calendar_days(stamp.day, today))


def _calendar_days(day: Day, today: date) -> Iterator[tuple[date, str]]:
    several = len(day.options) > 1
    for number, (year, month, day_of_month) in enumerate(day.options):
        note = ("; read as month/day", "; read as day/month")[number] if several else ""
        years = [year] if year is not None else range(today.year + 1, today.year - 8, -1)
        for each in years:
            try:
                found = date(each, month, day_of_month)
            except ValueError:
                continue
            if year is None and found > today + timedelta(days=1):
                continue
            yield found, note + (f"; no year given, {each} taken" if year is None else "")
            break


def _bounds(stamp: Stamp, day: date, rules: tzinfo) -> Iterator[tuple[Instant, Instant]]:
    """Gives first and last instant; twice in the hour that the end of summer time repeats."""
    start, end = _clock_bounds(stamp)
    if stamp.until and stamp.until.clock:
        end = stamp.until.clock.since_midnight + stamp.until.clock.width
        end += DAY if end <= start else 0
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the zone is put on below
    found: dict[tuple[Instant, Instant], None] = {}
    for fold in (0, 1):
        try:
            first, last = (_instant(midnight + timedelta(microseconds=at), rules, fold) for at in (start, end - 1))
        except (OverflowError, ValueError):
            return
        found[first, max(first, last)] = None
    yield from found


def _clock_bounds(stamp: Stamp) -> tuple[int, int]:
    if stamp.clock:
        return stamp.clock.since_midnight, stamp.clock.since_midnight + stamp.clock.width
    hours = (stamp.day.hours if stamp.day else None) or (0, 23)
    return hours[0] * HOUR, (hours[1] + 1) * HOUR


def _instant(naive: datetime, rules: tzinfo, fold: int) -> Instant:
    return Instant((naive.replace(tzinfo=rules, fold=fold) - _EPOCH) // _MICROSECOND)


def _local(instant: Instant, rules: tzinfo) -> date:
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(rules).date()


def _apart(interval: Interval, anchor: Anchor) -> int:
    return max(interval.first - anchor.instant, anchor.instant - interval.last, 0)


def _offset_between(interval: Interval, anchor: Anchor) -> tuple[int, Zone] | None:
    """Gives how many microseconds remain, and the zone, where a time in UTC is a zone's offset from an id's clock."""
    if interval.last - interval.first > HOUR:
        return None
    middle = (interval.first + interval.last) // 2
    minutes = round((middle - anchor.instant) / _QUARTER) * 15
    if abs(minutes) > 14 * 60 or (minutes % 60 and minutes not in _ODD_OFFSETS):
        return None
    shift = minutes * MINUTE
    remaining = max(interval.first - shift - anchor.instant, anchor.instant - (interval.last - shift), 0)
    return (remaining, fixed(minutes)) if remaining <= _SLACK else None
