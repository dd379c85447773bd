"""Names of time zones as people write them, and which offsets each may mean.

Abbreviations are not unique (`CST`, `IST`, `BST`) and are said in the wrong half of the year
(`EST` in July), so a name gives several zones, the likeliest first.
"""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple

from correlator.evidence.expressions import expression


class Zone(NamedTuple):
    """A zone that a name may mean, and how to say it."""

    rules: tzinfo
    title: str


_FIXED = {  # hours east of UTC; several where the letters are shared, the likeliest first
    "CST": (-6, 8), "CDT": (-5,), "EST": (-5,), "EDT": (-4,), "MST": (-7,), "MDT": (-6,), "PST": (-8,), "PDT": (-7,),
    "AKST": (-9,), "AKDT": (-8,), "HST": (-10,), "AST": (-4, 3), "ADT": (-3,), "NST": (-3.5,), "NDT": (-2.5,),
    "CET": (1,), "MEZ": (1,), "CEST": (2,), "MESZ": (2,), "WET": (0,), "WEST": (1,), "EET": (2,), "EEST": (3,),
    "MSK": (3,),
    "BST": (1, 6), "IST": (5.5, 1, 2), "JST": (9,), "KST": (9,), "SGT": (8,), "HKT": (8,), "PHT": (8,),
    "AWST": (8,), "WIB": (7,), "ICT": (7,),
    "AEST": (10,), "AEDT": (11,), "ACST": (9.5,), "ACDT": (10.5,), "NZST": (12,), "NZDT": (13,), "SAST": (2,),
    "PKT": (5,), "GST": (4,),
    "BRT": (-3,), "ART": (-3,), "CLT": (-4,), "COT": (-5,), "IDT": (3,), "TRT": (3,), "NPT": (5.75,), "CAT": (2,),
    "EAT": (3,), "WAT": (1,),
}  # fmt: skip
_CIVIL = {
    "ET": "America/New_York", "EASTERN": "America/New_York", "CT": "America/Chicago", "CENTRAL": "America/Chicago",
    "MT": "America/Denver", "MOUNTAIN": "America/Denver", "PT": "America/Los_Angeles", "PACIFIC": "America/Los_Angeles",
    "UK": "Europe/London", "LONDON": "Europe/London", "CENTRAL EUROPEAN": "Europe/Berlin",
    "EASTERN EUROPEAN": "Europe/Helsinki",
    "GERMAN": "Europe/Berlin", "BERLIN": "Europe/Berlin", "PARIS": "Europe/Paris", "AMSTERDAM": "Europe/Amsterdam",
    "MADRID": "Europe/Madrid",
    "ROME": "Europe/Rome", "ZURICH": "Europe/Zurich", "VIENNA": "Europe/Vienna", "DUBLIN": "Europe/Dublin",
    "SYDNEY": "Australia/Sydney",
    "TOKYO": "Asia/Tokyo", "NEW YORK": "America/New_York", "CHICAGO": "America/Chicago",
    "DENVER": "America/Denver", "INDIA": "Asia/Kolkata",
    "LOS ANGELES": "America/Los_Angeles", "SAN FRANCISCO": "America/Los_Angeles", "ROMANCE": "Europe/Paris",
    "W. EUROPE": "Europe/Berlin",
    "AUS EASTERN": "Australia/Sydney", "JAPAN": "Asia/Tokyo", "ARIZONA": "America/Phoenix",
    "ATLANTIC": "America/Halifax", "CHINA": "Asia/Shanghai", "BEIJING": "Asia/Shanghai",
    "SINGAPORE": "Asia/Singapore", "HONG KONG": "Asia/Hong_Kong", "KOREA": "Asia/Seoul",
}  # fmt: skip
_SAID_ALL_YEAR = {  # a name of one half of the year, said in the other, means the civil time of the place
    "EST": "ET", "EDT": "ET", "CST": "CT", "CDT": "CT", "MST": "MT", "MDT": "MT", "PST": "PT", "PDT": "PT",
    "CET": "CENTRAL EUROPEAN", "CEST": "CENTRAL EUROPEAN", "MEZ": "CENTRAL EUROPEAN", "MESZ": "CENTRAL EUROPEAN",
    "EET": "EASTERN EUROPEAN", "EEST": "EASTERN EUROPEAN", "BST": "UK", "AEST": "SYDNEY", "AEDT": "SYDNEY",
}  # fmt: skip
_LONG = expression(r"(.+?) (standard|daylight|summer|daylight saving|daylight savings|local)? ?time")
_UTC_NAMES = frozenset(
    (
        "UTC",
        "GMT",
        "Z",
        "ZULU",
        "UCT",
        "COORDINATED UNIVERSAL TIME",
        "GREENWICH MEAN TIME",
        "UTC TIME",
        "GMT TIME",
        "UNIVERSAL TIME",
    )
)
_CIVIL_WORDS = "|".join(sorted((re.escape(name.title()) for name in _CIVIL if len(name) > 2), key=len, reverse=True))
_OFFSET = r"[+-](?:0?\d|1[0-4])(?::?[0-5]\d)?(?![\d:])"
_PLACE = r" \((?:China|US|USA|U\.S\.|Central|Beijing|Cuba|India|Ireland|Israel|Bangladesh|UK)\)"
ZONE = (
    rf"(?:\(?(?:UTC|GMT)\s?{_OFFSET}\)?|[+-](?:0\d|1[0-4]):?[0-5]\d(?![\d:])|[+-]\d:[0-5]\d(?![\d:])|(?:UTC|GMT|Z|UCT|Zulu|(?<=\d)z)(?![\w/])"
    rf"|(?:{'|'.join(sorted(_FIXED, key=len, reverse=True))}|ET|CT|MT|PT)(?![\w/@-]|\.\w)(?:{_PLACE})?"
    r"|(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|US|Canada|Etc"
    r"|Brazil)/[A-Za-z_]{2,30}(?:/[A-Za-z_]{2,30})?(?:[+-]\d{1,2})?"
    r"|(?i:coordinated universal time|greenwich mean time|british summer time|universal time)"
    rf"|(?i:(?:u\.?s\.? )?(?:{_CIVIL_WORDS}|UK) (?:(?:standard|daylight savings?|daylight|summer|local) )?time)"
    rf"|(?:Eastern|Pacific)(?!\w| [A-Z])|(?:Central|Mountain)(?=\)|$|\n|,))"
)
"""A pattern of every way to write a zone that `zones_named` reads."""


@lru_cache(maxsize=1024)
def zones_named(name: str) -> tuple[Zone, ...]:
    """Gives the zones that a name or an offset may mean, the likeliest first; empty where it names none."""
    text = " ".join(name.strip(" \t()[].,").split())
    upper = text.upper()
    if found := re.fullmatch(r"([A-Z]{3,4}) \(?([A-Z.]+)", upper):
        return _of_place(found.group(1), found.group(2))
    if upper in _UTC_NAMES:
        return (Zone(UTC, "UTC"),)
    if found := re.fullmatch(rf"(?:UTC|GMT|UTC/GMT)?\s?\(?({_OFFSET})\)?", upper):
        return (fixed(_minutes(found.group(1))),)
    if upper in _FIXED:
        return _abbreviated(upper)
    if "/" in text and (rules := civil(text)):
        return (Zone(rules, text),)
    return _spelled_out(upper.removeprefix("U.S. ").removeprefix("US "))


_PLACES = {
    ("CST", "CHINA"): 8, ("CST", "BEIJING"): 8, ("CST", "CUBA"): -5, ("IST", "INDIA"): 5.5, ("IST", "IRELAND"): 1,
    ("IST", "ISRAEL"): 2, ("BST", "BANGLADESH"): 6, ("BST", "UK"): 1,
}  # fmt: skip


def _of_place(name: str, place: str) -> tuple[Zone, ...]:
    """Gives the one zone that shared letters mean where a place stands beside them."""
    hours = _PLACES.get((name, place))
    if hours is not None:
        return (fixed(round(hours * 60)),)
    american = place in {"US", "USA", "U.S.", "CENTRAL"} and name in _FIXED
    return _abbreviated(name)[:2] if american else ()


def fixed(minutes: int) -> Zone:
    """Gives the zone so many minutes east of UTC, called `UTC-6` or `UTC+5:30`."""
    if minutes == 0:
        return Zone(UTC, "UTC")
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return Zone(timezone(timedelta(minutes=minutes)), f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else ""))


@lru_cache(maxsize=256)
def civil(key: str) -> tzinfo | None:
    """Gives a zone of the IANA database, or None where it has none of that name."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - costs 10 ms, and most texts name no place

    try:
        return ZoneInfo(key)
    except (OSError, ValueError, LookupError):
        return None


def _abbreviated(upper: str) -> tuple[Zone, ...]:
    here, *elsewhere = [fixed(round(hours * 60)) for hours in _FIXED[upper]]
    place = _SAID_ALL_YEAR.get(upper)
    rules = civil(_CIVIL[place]) if place else None
    local = [Zone(rules, f"{_CIVIL[place]} civil time")] if place and rules else []
    return (here, *local, *elsewhere)


def _spelled_out(upper: str) -> tuple[Zone, ...]:
    if upper == "BRITISH SUMMER TIME":
        return _abbreviated("BST")[:1]
    found = _LONG.fullmatch(upper.lower())
    place = found.group(1).upper() if found else upper
    if place not in _CIVIL:
        return ()
    half = found.group(2) if found else None
    letters = f"{place[0]}{'S' if half == 'standard' else 'D'}T"
    if (
        half in ("standard", "daylight")
        and letters in _FIXED
        and place in ("EASTERN", "CENTRAL", "MOUNTAIN", "PACIFIC")
    ):
        return _abbreviated(letters)[:2]
    rules = civil(_CIVIL[place])
    return (Zone(rules, f"{_CIVIL[place]} civil time"),) if rules else ()


def _minutes(offset: str) -> int:
    digits = offset[1:].replace(":", "")
    hours, rest = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])
    total = int(hours) * 60 + int(rest)
    return -total if offset[0] == "-" else total
