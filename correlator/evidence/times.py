"""Finds times in text: dates, clocks, zones, counts of seconds, and words such as `yesterday`.

A stamp found here is what the text says, not yet a moment: the zone, the year, the date and the
order of day and month may be open.  `timing` settles them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from correlator.evidence.expressions import expression
from correlator.evidence.zones import ZONE
from grammars.core.words import DAY, HOUR, MINUTE, SECOND


class Day(NamedTuple):
    """A date as written: the (year or None, month, day) it may mean, or how far it lies back from today."""

    options: tuple[tuple[int | None, int, int], ...] = ()
    days_back: int | None = None
    weekday: int | None = None  # 0 is Monday: the latest one that is over or today
    hours: tuple[int, int] | None = None  # part of the day, first and last hour


class TimeOfDay(NamedTuple):
    """A clock as written: microseconds since midnight, and how many of them its last digit covers."""

    since_midnight: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One time as written.  `count` and `width` are microseconds since 1970; `back` microseconds before now."""

    start: int
    end: int
    day: Day | None = None
    clock: TimeOfDay | None = None
    zone: str = ""
    count: int | None = None
    back: int | None = None
    width: int = 0
    until: "Stamp | None" = None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janner janvier enero gennaio ene janv", "feb february februar fevrier febrero febbraio",
            "mar march maerz marz mars marzo mrz", "apr april avril abril aprile avr abr", "may mai mayo maggio mei",
            "jun june juni juin junio giugno", "jul july juli juillet julio luglio", "aug august aout agosto",
            "sep sept september septembre septiembre settembre", "oct october okt oktober octobre octubre ottobre",
            "nov november novembre noviembre", "dec december dez dezember decembre diciembre dicembre dic",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "half an": 0.5,
    "a few": 3,
    "couple of": 2,
    "a couple of": 2,
    **dict.fromkeys(("eine", "einer", "einem", "una", "un", "une"), 1),
    **dict.fromkeys(("zwei", "dos", "deux"), 2),
    **dict.fromkeys(("drei", "tres", "trois"), 3),
}
_UNITS = {
    "minute": MINUTE, "min": MINUTE, "hour": HOUR, "hr": HOUR, "day": DAY, "week": 7 * DAY,
    "minuten": MINUTE, "minuto": MINUTE, "minutos": MINUTE, "stunde": HOUR, "stunden": HOUR, "hora": HOUR,
    "horas": HOUR, "heure": HOUR, "tag": DAY, "tagen": DAY, "dia": DAY, "dias": DAY, "jour": DAY,
}  # fmt: skip
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAY = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _WEEKDAYS)
_WORD_DAYS = {
    "today": (0, None), "yesterday": (1, None), "this morning": (0, (5, 11)), "this afternoon": (0, (12, 17)),
    "this evening": (0, (17, 23)),
    "tonight": (0, (17, 23)), "last night": (1, (18, 23)), "yesterday morning": (1, (5, 11)),
    "yesterday afternoon": (1, (12, 17)),
    "yesterday evening": (1, (17, 23)), "gestern": (1, None), "heute": (0, None),
    "ayer": (1, None), "hoy": (0, None), "hier": (1, None), "aujourd'hui": (0, None), "ieri": (1, None),
    "oggi": (0, None),
}  # fmt: skip
_TOKEN = expression(
    rf"""
    (?<=[/-]\d\d[ T_])(?P<h5>[01]\d|2[0-3])[.-](?P<m5>[0-5]\d)[.-](?P<s5>[0-5]\d)(?!\d|[.-]\d)
  | (?<![\d.:/-])(?P<iy>(?:19|20)\d\d)(?P<sep>[-/.])(?P<im>\d{{1,2}})(?P=sep)(?P<id>\d{{1,2}})(?!\d|[./-]\d)
  | (?<![\w.:/-])(?P<wy>(?:19|20)\d\d)-?W(?P<wk>[0-4]\d|5[0-3])-?(?P<wn>[1-7])(?!\d)
  | (?<![\d.:/-])(?P<pa>\d{{1,2}})/(?P<pb>\d{{1,2}})(?=,?[ ](?:at[ ])?\d{{1,2}}(?::\d\d|[ ]?[ap]\.?m))
  | (?<![\w.:/-])(?P<ga>\d{{1,2}})\.[ ]?(?P<gb>\d{{1,2}})\.
        (?=,?[ ](?:(?:um|gegen|ca\.?)[ ])?\d{{1,2}}(?::\d\d|[ ]uhr\b))
  | (?<=\bon[ ])(?P<qa>\d{{1,2}})/(?P<qb>\d{{1,2}})(?![\d./:-])
  | (?<![\d.:/-])(?P<a>\d{{1,2}})(?P<nsep>[/.-])(?P<b>\d{{1,2}})(?P=nsep)(?P<ny>(?:19|20)\d\d|\d\d)(?!\d|[./:-]\d)
  | (?<![\w.:/])(?P<xy>(?:19|20)\d\d)[ -](?P<xm>{_MONTH})\.?[ -](?P<xd>\d{{1,2}})(?![\d:])
  | (?<![\w.:/])(?P<td>\d{{1,2}})(?:st|nd|rd|th|\.)?[ /-]{{0,2}}(?:of[ ]|de[ ])?(?P<tm>{_MONTH})\b\.?
        (?:[ ,/-]{{1,2}}(?:de[ ])?(?P<ty>(?:19|20)\d\d(?![\d])|'?\d\d(?=[ ,]{{1,2}}\d{{1,2}}:)))?
  | (?<![\w.:/])(?P<um>{_MONTH})\b\.?[ -]{{1,2}}(?P<ud>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]\d|\d)
        (?:,?[ -]{{1,2}}(?P<uy>(?:19|20)\d\d)(?![\d:]))?
  | (?<!\d)(?P<cy>(?:19|20)\d\d)(?P<cm>0[1-9]|1[0-2])(?P<cd>0[1-9]|[12]\d|3[01])
        (?:[T_ -]?(?P<ch>[01]\d|2[0-3])(?P<ci>[0-5]\d)(?P<cs>[0-5]\d))?(?!\d)
  | (?:(?<![\d.:])|(?<=/\d\d\d\d:))(?P<h>[01]?\d|2[0-4]):(?P<mi>[0-5]\d)
        (?::(?P<s>[0-5]\d|60)(?:[.,](?P<f>\d{{1,9}})|:(?P<f2>\d{{3}}))?)?(?!:?\d)
        (?:[ ]?(?P<ap>[ap]m\b|[ap]\.[ ]?m\b\.?))?
  | (?<![\w.:])(?P<h2>1[0-2]|0?[1-9])[ ]?(?P<ap2>[ap]m\b|[ap]\.m\b\.?)
  | (?<![\w.:])(?P<h3>[01]?\d|2[0-3])(?:h|\.)(?P<m3>[0-5]\d)(?=[ ]?(?:uhr|hrs?|hours)\b)
  | (?<![\w.:])(?P<h8>[01]?\d|2[0-3])(?=[ ]uhr\b)
  | (?<![\w.:])(?P<h7>[01]?\d|2[0-3])h(?P<m7>[0-5]\d)?\b
  | (?<![\w.:+-])(?P<h4>[01]\d|2[0-3])(?P<m4>[0-5]\d)(?=[ ]?(?:z|utc|gmt|hrs|hours)\b)
  | \b(?P<word>(?:yesterday|this)[ ](?:morning|afternoon|evening)|last[ ]night|yesterday|today|tonight
        |gestern|heute|ayer|hoy|hier(?=[ ](?:(?:a|vers)[ ])?\d)|aujourd'hui|ieri|oggi)\b
  | \b(?P<n>\d{{1,3}}|half[ ]an|an?[ ]couple[ ]of|an?[ ]few|an?|one|two|three|four|five|six)
        [ ](?P<unit>minute|min|hour|hr|day|week)s?[ ]ago\b
  | \b(?:vor|hace|il[ ]y[ ]a)[ ](?P<fn>\d{{1,3}}|eine[rm]?|zwei|drei|una?|dos|tres|une|deux|trois)
        [ ](?P<funit>minuten?|minutos?|minutes?|stunden?|horas?|heures?|tag(?:en)?|dias?|jours?)\b
  | \b(?:12[ ])?(?P<noon>noon|midday)\b
  | \b(?P<wd2>monday|tuesday|wednesday|thursday|friday|saturday|sunday)
        (?=,?[ ](?:at[ ])?\d{{1,2}}(?::\d\d|[ ]?[ap]\.?m))
  | \b(?:last|on|this)[ ](?P<wd>{_WEEKDAY})\b(?!,?[ ](?:\d{{1,2}}(?![\d:]|[ ]?[ap]\.?m)|{_MONTH}))
  | /Date\((?P<net>\d{{12,14}})(?:[+-]\d{{4}})?\)/
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COUNT = expression(r"(?<![\w.:@/-])(\d{9,10}|\d{13}|\d{16}|\d{19})(?:\.(\d{1,9}))?(?![\w@/:-])")
_ROUNDED = expression(r"(?<![\w.,:@/-])(\d)[.,](\d{1,15})[eE]\+?(\d{1,2})(?![\w@/:.-])")
_GROUPED = expression(r"(?<![\w.,:@/-])(\d{1,3}(?:,\d{3}){3,4})(?![\w@/:-]|[.,]\d)")
_SERIAL = expression(r"(?<![\w.,:@/-])([45]\d{4})\.(\d{2,12})(?![\w@/:-]|[.,]\d)")
_AFTER = expression(
    rf"(?i:[ ]?(?:uhr|hrs?|hours)\b)?[ ]?[\[(]?(?P<zone>{ZONE})[\])]?(?:[ ]\((?:[A-Z]{{2,5}}"
    rf"|[A-Z][a-z]+(?: [A-Z][a-z]+){{1,4}})\))?"
)
_YEAR_AFTER = expression(r",?[ ]((?:19|20)\d\d)(?![\d:-])")
_FILLER = (
    r"(?:at|on|um|gegen|vers|sobre|am|le|the|den|kl|alle|om|las|around|about|approximately|approx|ca|roughly|date|time"
    rf"|{_WEEKDAY}|a|à|o)"
)
_GAP = expression(rf"(?i)[\s,;@T_|(/.:-]*(?:{_FILLER}\b[\s,.:;@(~|-]*){{0,3}}")
_THROUGH = expression(r"(?i)\s*(?:-|to|and|until|till|through|bis|\.\.+)\s*")
_LONGEST_GAP = 24


_PLAIN = str.maketrans("áàâäãéèêëíìîïóòôöõúùûüçñº", "aaaaaeeeeiiiiooooouuuucn.")


def find_stamps(text: str, *, labelled: bool = False) -> list[Stamp]:
    """Finds the times of a text, in order.  `labelled`: a bare count of seconds counts as one, too."""
    if not text.isascii():
        text = text.translate(_PLAIN)  # `décembre`; no character more or less
    tokens = list(_tokens(text))
    if labelled:
        taken = [(token.start, token.end) for token in tokens]
        counts = [_counted(found) for found in _COUNT.finditer(text)]
        counts += [_counted_in_groups(found) for found in _GROUPED.finditer(text)]
        counts += [stamp for found in _SERIAL.finditer(text) if (stamp := _serial(found))]
        counts += [stamp for found in _ROUNDED.finditer(text) if (stamp := _rounded(found))]
        tokens += [token for token in counts if not any(a < token.end and token.start < b for a, b in taken)]
        tokens.sort(key=lambda token: token.start)
    return _ranges(text, _zoned(text, _paired(text, tokens)))


def _tokens(text: str) -> Iterator[Stamp]:
    for found in _TOKEN.finditer(text):
        token = _token(found.groupdict(), *found.span())
        if token is not None:
            yield token


def _token(parts: dict[str, str | None], start: int, end: int) -> Stamp | None:
    if parts["n"]:
        amount = _NUMBERS.get(parts["n"].lower().replace("an couple", "a couple").replace("an few", "a few")) or float(
            parts["n"]
        )
        unit = _UNITS[(parts["unit"] or "").lower()]
        return Stamp(start=start, end=end, back=int(amount * unit), width=unit)
    if parts["fn"]:
        name = parts["fn"].lower()
        unit_name = (parts["funit"] or "").lower()
        unit = _UNITS.get(unit_name) or _UNITS[unit_name.removesuffix("s")]
        return Stamp(start=start, end=end, back=int((_NUMBERS.get(name) or int(name)) * unit), width=unit)
    if parts["net"]:
        return Stamp(start=start, end=end, count=int(parts["net"]) * 1000, width=1000)
    if parts["word"]:
        back, hours = _WORD_DAYS[parts["word"].lower()]
        return Stamp(start=start, end=end, day=Day(days_back=back, hours=hours))
    if named := parts["wd"] or parts["wd2"]:
        weekday = next(n for n, name in enumerate(_WEEKDAYS) if name.startswith(named.lower()[:3]))
        return Stamp(start=start, end=end, day=Day(weekday=weekday))
    day, clock = _day(parts), _clock(parts)
    return Stamp(start=start, end=end, day=day, clock=clock) if day or clock else None


def _day(parts: dict[str, str | None]) -> Day | None:
    for year, month, day in (
        ("iy", "im", "id"),
        ("cy", "cm", "cd"),
        ("xy", "xm", "xd"),
        ("ty", "tm", "td"),
        ("uy", "um", "ud"),
    ):
        if parts[month] is not None:
            return _of((_year(parts[year]), _month(parts[month]), int(parts[day] or 0)))
    if parts["wk"]:
        return _of_week(int(parts["wy"] or 0), int(parts["wk"]), int(parts["wn"] or 1))
    if pair := (parts["pa"] or parts["qa"]):
        other = int(parts["pb"] or parts["qb"] or 0)
        return _of((None, int(pair), other), (None, other, int(pair)))
    if parts["ga"]:
        return _of((None, int(parts["gb"] or 0), int(parts["ga"])))
    first, second, mark = parts["a"], parts["b"], parts["nsep"]
    if not first or not second:
        return None
    year_text = parts["ny"] or ""
    if mark == "." and len(year_text) == 2 and (len(first), len(second)) != (2, 2):
        return None  # 5.7.26 is an enhanced status
    month_first, day_first = (_year(year_text), int(first), int(second)), (_year(year_text), int(second), int(first))
    return _of(day_first) if mark == "." else _of(month_first, day_first)


def _of_week(year: int, week: int, weekday: int) -> Day | None:
    """Gives the day of an ISO 8601 week."""
    try:
        found = date.fromisocalendar(year, week, weekday)
    except ValueError:
        return None
    return _of((found.year, found.month, found.day))


def _of(*options: tuple[int | None, int, int]) -> Day | None:
    valid = tuple(dict.fromkeys(option for option in options if 1 <= option[1] <= 12 and 1 <= option[2] <= 31))
    return Day(options=valid) if valid else None


def _year(text: str | None) -> int | None:
    digits = (text or "").lstrip("'")
    return None if not digits else int(digits) + (2000 if len(digits) == 2 else 0)


def _month(text: str | None) -> int:
    name = (text or "").lower()
    return int(name) if name.isdigit() else _MONTHS[name]


def _clock(parts: dict[str, str | None]) -> TimeOfDay | None:
    if parts["noon"]:
        return TimeOfDay(since_midnight=12 * HOUR, width=MINUTE)
    for names in (
        ("h", "mi", "s"),
        ("h2", "", ""),
        ("h3", "m3", ""),
        ("h7", "m7", ""),
        ("h8", "", ""),
        ("h4", "m4", ""),
        ("h5", "m5", "s5"),
        ("ch", "ci", "cs"),
    ):
        hour_text, minute, second = (parts.get(name) for name in names)
        if hour_text is None:
            continue
        hour = _hour(int(hour_text), parts["ap"] or parts["ap2"])
        if hour is None:
            return None
        fraction = (parts["f"] or parts["f2"] or "")[:6]
        micros = int(fraction.ljust(6, "0")) if fraction else 0
        width = 10 ** (6 - len(fraction)) if second else MINUTE if minute else HOUR
        total = hour * HOUR + int(minute or 0) * MINUTE + min(int(second or 0), 59) * SECOND + micros
        return TimeOfDay(since_midnight=total, width=width)
    return None


def _hour(hour: int, half: str | None) -> int | None:
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _counted(found: re.Match[str]) -> Stamp:
    whole, fraction = found.group(1), (found.group(2) or "")[:6]
    power = {9: 6, 10: 6, 13: 3, 16: 0}.get(len(whole), -3)
    micros = int(whole) * 10**power if power >= 0 else int(whole) // 1000
    width = 10**power if power > 0 else 1
    if fraction and power == 6:
        micros, width = micros + int(fraction.ljust(6, "0")), 10 ** (6 - len(fraction))
    return Stamp(start=found.start(), end=found.end(), count=micros, width=width)


def _counted_in_groups(found: re.Match[str]) -> Stamp:
    """Reads `1,795,429,445`."""
    digits = found.group(1).replace(",", "")
    power = 3 if len(digits) > 11 else 6
    return Stamp(start=found.start(), end=found.end(), count=int(digits) * 10**power, width=10**power)


_SERIALS_BEGIN = date(1899, 12, 30)


def _serial(found: re.Match[str]) -> Stamp | None:
    """Reads a spreadsheet's number for a moment: days since the end of 1899, in no zone that it states."""
    day = _SERIALS_BEGIN + timedelta(days=int(found.group(1)))
    digits = found.group(2)[:9]
    width = max(DAY // 10 ** len(digits), SECOND)
    since = (
        round(int(digits) * DAY / 10 ** len(digits) / SECOND) * SECOND
        if width == SECOND
        else (int(digits) * DAY // 10 ** len(digits))
    )
    return Stamp(
        start=found.start(),
        end=found.end(),
        day=Day(options=((day.year, day.month, day.day),)),
        clock=TimeOfDay(since_midnight=min(since, DAY - width), width=width),
    )


def _rounded(found: re.Match[str]) -> Stamp | None:
    """Reads `1.7774E+12`, a count that a spreadsheet rounded: all the moments that round to it."""
    lead, fraction, power = found.group(1), found.group(2), int(found.group(3))
    unit = {8: 6, 9: 6, 12: 3, 15: 0}.get(power)  # tens of microseconds per unit of the count
    if unit is None or len(fraction) > power:
        return None
    step = 10 ** (power - len(fraction) + unit)
    lost = step // 2 if len(fraction) < power else 0
    return Stamp(start=found.start(), end=found.end(), count=int(lead + fraction) * step - lost, width=step)


def _paired(text: str, tokens: list[Stamp]) -> list[Stamp]:
    """Joins each clock to the date before it, else to the one after it."""
    joined: list[Stamp] = []
    for token in tokens:
        last = joined[-1] if joined else None
        if last and token.start < last.end:
            continue  # the `06:00` of `UTC-06:00`
        if last and last.day and last.day.weekday is not None and token.day and _near(text, last, token):
            joined[-1] = last = replace(last, end=token.end, day=token.day)  # the date says more than its weekday
            if token.clock:
                joined[-1] = replace(last, clock=token.clock)
        elif last and _fit(last, token) and _near(text, last, token):
            joined[-1] = replace(
                last, end=token.end, day=last.day or token.day, clock=last.clock or token.clock, zone=last.zone
            )
        else:
            joined.append(token)
        last = joined[-1]
        if last.clock and not last.zone and (found := _zone_at(text, last.end)):
            joined[-1] = last = replace(last, zone=found.group("zone"), end=_zone_end(found))
        if last.clock and _without_year(last) and (found := _YEAR_AFTER.match(text, last.end)):
            year = int(found.group(1))
            options = tuple((year, month, day) for _, month, day in last.day.options) if last.day else ()
            joined[-1] = replace(last, end=found.end(), day=Day(options=options))
    return joined


def _zone_at(text: str, end: int) -> re.Match[str] | None:
    """Finds the zone behind a clock; `-12:00` with a zone of its own behind it is the end of `10:00-12:00 GMT`."""
    found = _AFTER.match(text, end)
    return None if _THROUGH_TO.match(text, max(0, end - _OF_MINUTES)) else found


_OF_MINUTES = len(" 10:00")
_THROUGH_TO = expression(rf"[^:\d]?[ ]?\d?\d:\d\d-\d\d:\d\d[ ]?(?=[A-Z])(?:{ZONE})")


def _zone_end(found: re.Match[str]) -> int:
    """Gives where a zone ends; a closing bracket belongs to it only if the opening one does."""
    end = found.end("zone")
    return end if found.end() == end + 1 and found.string[found.start("zone") - 1] not in "[(" else found.end()


def _without_year(stamp: Stamp) -> bool:
    return bool(stamp.day and stamp.day.options and stamp.day.options[0][0] is None)


def _fit(one: Stamp, other: Stamp) -> bool:
    return bool(
        (one.day and other.clock and not one.clock and not other.day)
        or (one.clock and other.day and not one.day and not other.clock)
    )


def _near(text: str, one: Stamp, other: Stamp) -> bool:
    return other.start - one.end <= _LONGEST_GAP and _GAP.fullmatch(text, one.end, other.start) is not None


def _zoned(text: str, stamps: list[Stamp]) -> list[Stamp]:
    """Gives each stamp the zone that stands right behind it, unless it has one."""
    out = []
    for stamp in stamps:
        found = _zone_at(text, stamp.end) if stamp.clock and not stamp.zone else None
        out.append(replace(stamp, zone=found.group("zone"), end=_zone_end(found)) if found else stamp)
    return out


def _ranges(text: str, stamps: list[Stamp]) -> list[Stamp]:
    """Joins `10:24 to 10:30 UTC` into one stamp."""
    out: list[Stamp] = []
    for stamp in stamps:
        last = out[-1] if out else None
        if last and last.clock and stamp.clock and not last.until and _THROUGH.fullmatch(text, last.end, stamp.start):
            end = replace(stamp, day=stamp.day or last.day, zone=stamp.zone or last.zone)
            out[-1] = replace(last, day=last.day or stamp.day, zone=last.zone or stamp.zone, end=stamp.end, until=end)
        else:
            out.append(stamp)
    return out
