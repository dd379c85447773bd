"""Which moments a sender's time may mean, and why."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from correlator.evidence import read_evidence
from correlator.evidence.claims import Interval, ZoneBasis
from grammars.core.event import rfc3339
from grammars.core.words import SECOND, Instant
from tests.evidence.golden import NOW

_QUEUE_ID = "4jY29K0sf8z3cHk"  # made 2026-11-23T10:24:05.123456Z


def _instant(text: str) -> Instant:
    return Instant(int(datetime.fromisoformat(text).timestamp()) * SECOND)


def _read(time: str, more: str = "", *, now: Instant = NOW, zone: ZoneInfo | None = None) -> tuple[Interval, ...]:
    claims = read_evidence(f"Timestamp: {time}\nSending IP: 192.0.2.77\n{more}", now=now, zone=zone)[0].times
    return claims[0].candidates if claims else ()


def _firsts(intervals: tuple[Interval, ...]) -> list[str]:
    return [rfc3339(interval.first, 0) for interval in intervals]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:24:15Z", "2026-11-23 10:24:15 UTC", "2026-11-23T11:24:15+01:00",
        "2026-11-23T10:24:15.1234567Z", "20261123T102415Z",
        "Mon, 23 Nov 2026 10:24:15 +0000", "Mon, 23 Nov 2026 10:24:15 GMT (UTC)", "Mon Nov 23 10:24:15 UTC 2026",
        "Nov 23 2026 04:24:15 AM CST",
        "11/23/2026 10:24:15 AM GMT", "23.11.2026 10:24:15 UTC", "23/Nov/2026:10:24:15 +0000",
        "23-Nov-26 10:24:15 GMT", "Nov 23 10:24:15 UTC",
        "November 23rd, 2026 at 10:24:15 (UTC)", "23 November 2026, 11:24:15 Uhr MEZ", "1795429455",
        "1795429455000", "1795429455.25", "2026-11-23 15:54:15 IST",
        "2026-11-23 04:24:15 US/Central", "2026-11-23 04:24:15 (UTC-06:00) Central Time (US & Canada)",
        "2026-11-23 05:24:15 Eastern Standard Time",
        "2026-11-23 10-24-15 UTC", "10:24:15 UTC, 23 November 2026", "/Date(1795429455000)/",
        "2026-11-23 12:24:15 UTC+2", "2026/11/23 10:24:15Z", "2026-W48-1T10:24:15Z", "2026W481 10:24:15 UTC",
        "2026-11-23 15:54:15 +5:30", "2026-11-23 15:54:15+0530", "2026-11-23 18:24:15 CST (China)",
        "2026-11-23 18:24:15 China Standard Time", "2026-11-23 02:24:15 Pacific", "1,795,429,455",
        "le 23 novembre 2026 à 10:24:15 UTC", "23 de noviembre de 2026, 10:24:15 UTC", "11/23 10:24:15 UTC",
        "Monday 10:24:15 UTC, 23 Nov 2026", "1.795429455E+09", "23. Nov. 2026 11:24:15 MEZ",
    ],
)  # fmt: skip
def test_every_way_to_write_a_time(text: str) -> None:
    """All of these name the second 10:24:15 UTC of 23 November 2026, and that reading comes first."""
    found = _read(text)
    assert rfc3339(found[0].first, 0) == "2026-11-23T10:24:15Z"
    assert found[0].basis is ZoneBasis.STATED


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-23 10:24 UTC", "2026-11-23T10:24:00.000000Z", "2026-11-23T10:24:59.999999Z"),
        ("2026-11-23 10:24:15 UTC", "2026-11-23T10:24:15.000000Z", "2026-11-23T10:24:15.999999Z"),
        ("2026-11-23 10:24:15.12 UTC", "2026-11-23T10:24:15.120000Z", "2026-11-23T10:24:15.129999Z"),
        ("2026-11-23 10:24:15.123456 UTC", "2026-11-23T10:24:15.123456Z", "2026-11-23T10:24:15.123456Z"),
        ("1795429455123", "2026-11-23T10:24:15.123000Z", "2026-11-23T10:24:15.123999Z"),
        ("2026-11-23 4 PM UTC", "2026-11-23T16:00:00.000000Z", "2026-11-23T16:59:59.999999Z"),
        ("2026-11-23 12:24 AM UTC", "2026-11-23T00:24:00.000000Z", "2026-11-23T00:24:59.999999Z"),
        ("2026-11-23 12:24 p.m. UTC", "2026-11-23T12:24:00.000000Z", "2026-11-23T12:24:59.999999Z"),
        ("Nov 23, 2026 10:24 - 10:30 UTC", "2026-11-23T10:24:00.000000Z", "2026-11-23T10:30:59.999999Z"),
        ("2026-11-23", "2026-11-23T00:00:00.000000Z", "2026-11-23T23:59:59.999999Z"),
    ],
)
def test_a_time_is_as_long_as_its_last_digit(text: str, first: str, last: str) -> None:
    """A time to the minute is that whole minute, to the second that second; a date alone its day."""
    found = _read(text)[0]
    assert (rfc3339(found.first), rfc3339(found.last)) == (first, last)


@pytest.mark.parametrize(
    ("text", "firsts"),
    [
        ("2026-11-23 10:24 CST", ["2026-11-23T16:24:00Z", "2026-11-23T02:24:00Z"]),  # America, China
        (
            "2026-11-23 10:24 IST",
            ["2026-11-23T04:54:00Z", "2026-11-23T09:24:00Z", "2026-11-23T08:24:00Z"],
        ),  # India, Ireland, Israel
        ("2026-07-14 10:24 BST", ["2026-07-14T09:24:00Z", "2026-07-14T04:24:00Z"]),  # Britain, Bangladesh
        ("2026-07-14 10:24 EST", ["2026-07-14T15:24:00Z", "2026-07-14T14:24:00Z"]),  # as written, as meant
        ("2026-07-14 10:24 EDT", ["2026-07-14T14:24:00Z"]),
        ("2026-07-14 10:24 Central Time", ["2026-07-14T15:24:00Z"]),
        ("2026-01-14 10:24 CET", ["2026-01-14T09:24:00Z"]),
        ("2026-07-14 10:24 CET", ["2026-07-14T09:24:00Z", "2026-07-14T08:24:00Z"]),
        (
            "2026-11-01 01:30 America/New_York",
            ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"],
        ),  # the hour that comes twice
        ("03/04/2026 10:24 UTC", ["2026-03-04T10:24:00Z", "2026-04-03T10:24:00Z"]),
        ("13/04/2026 10:24 UTC", ["2026-04-13T10:24:00Z"]),
    ],
)
def test_what_is_open_gives_several_candidates(text: str, firsts: list[str]) -> None:
    """Shared letters, the wrong half of the year, the repeated hour, day and month: all readings, likeliest first."""
    assert _firsts(_read(text)) == firsts


def test_no_zone_tries_all() -> None:
    """A time without zone or proof is tried in UTC first, then in the usual zones of senders, each offset once."""
    found = _read("2026-11-23 10:24")
    assert {interval.basis for interval in found} == {ZoneBasis.TRIED}
    assert _firsts(found)[:5] == [f"2026-11-23T{hour}:24:00Z" for hour in (10, 15, 16, 17, 18)]
    assert len({interval.first for interval in found}) == len(found)


def test_the_users_zone_rules_where_none_is_stated() -> None:
    """`--bundle-zone` settles a time without zone, and never one with."""
    found = _read("2026-11-23 10:24", zone=ZoneInfo("Europe/Berlin"))
    assert [(interval.basis, rfc3339(interval.first, 0)) for interval in found] == [
        (ZoneBasis.GIVEN, "2026-11-23T09:24:00Z")
    ]
    assert _firsts(_read("2026-11-23 10:24 UTC", zone=ZoneInfo("Europe/Berlin"))) == ["2026-11-23T10:24:00Z"]


@pytest.mark.parametrize("local", ["2026-11-23 04:24:06", "11/23/2026 4:24 AM", "23 Nov 2026 04:25"])
def test_an_ids_own_clock_settles_the_zone(local: str) -> None:
    """The long queue id in the reply proves UTC-6; the text gets that one reading and the reason."""
    found = _read(local, f"Reply: 250 2.0.0 Ok: queued as {_QUEUE_ID}\n")
    assert [interval.basis for interval in found] == [ZoneBasis.INFERRED]
    assert found[0].because == "UTC-6 fits the queue id's own clock"
    assert rfc3339(found[0].first, 0)[:14] == "2026-11-23T10:"


def test_an_id_hours_from_no_zone_proves_nothing() -> None:
    """A difference that is no offset in use (a deferral of 16 minutes) is not taken for a zone."""
    found = _read("2026-11-23 10:40:05", f"Reply: 250 2.0.0 Ok: queued as {_QUEUE_ID}\n")
    assert {interval.basis for interval in found} == {ZoneBasis.TRIED}


def test_an_id_settles_the_order_of_day_and_month() -> None:
    """Of two readings the one that an id's clock bears out is left."""
    queue_id = "4cYLc90001z3cHk"
    assert len(_read("03/04/2026 10:24 UTC", f"Reply: 250 2.0.0 Ok: queued as {queue_id}\n")) == 2
    found = _read("11/23/2026 10:24 UTC", f"Reply: 250 2.0.0 Ok: queued as {_QUEUE_ID}\n")
    assert found[0].because == "stated: UTC; fits the queue id's own clock"


def test_a_contradicted_zone_keeps_its_place() -> None:
    """A stated zone that an id's clock contradicts stays first; the other reading follows and is said."""
    bundle = read_evidence(f"Time: 2026-11-23 04:24:05 UTC\nReply: 250 2.0.0 Ok: queued as {_QUEUE_ID}", now=NOW)[0]
    assert [interval.basis for interval in bundle.times[0].candidates] == [ZoneBasis.STATED, ZoneBasis.INFERRED]
    assert "does not fit the queue id's own clock" in bundle.assumed[0]


@pytest.mark.parametrize(
    "text",
    [
        "1994-12-31 10:24 UTC",
        "2026-11-27 10:24 UTC",
        "2031-01-01",
        "2026-02-30 10:24 UTC",
        "2026-13-01",
        "soon",
        "99999",
    ],
)
def test_nonsense_is_no_time(text: str) -> None:
    """Nothing before 1995, nothing from the future, no day that does not exist."""
    assert _read(text) == ()


@pytest.mark.parametrize(
    ("now", "text", "first"),
    [
        ("2026-01-01T00:10:00+00:00", "Dec 31 23:58:00 UTC", "2025-12-31T23:58:00Z"),
        ("2025-12-31T23:50:00+00:00", "Jan 1 00:10:00 UTC", "2026-01-01T00:10:00Z"),  # a clock that is ahead
        ("2026-11-24T12:00:00+00:00", "Nov 26 10:00:00 UTC", "2025-11-26T10:00:00Z"),
        ("2026-11-24T12:00:00+00:00", "Feb 29 10:00:00 UTC", "2024-02-29T10:00:00Z"),
    ],
)
def test_a_missing_year_is_the_latest_that_fits(now: str, text: str, first: str) -> None:
    """No year: the latest in which the day is not after tomorrow."""
    assert _firsts(_read(text, now=_instant(now))) == [first]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("yesterday at 10:24 UTC", "2026-11-23T10:24:00Z"),
        ("today 10:24 UTC", "2026-11-24T10:24:00Z"),
        ("this morning", "2026-11-24T05:00:00Z"),
        ("2 hours ago", "2026-11-24T09:30:00Z"),
        ("last Monday 10:24 UTC", "2026-11-23T10:24:00Z"),
        ("10:24 UTC", "2026-11-24T10:24:00Z"),
        ("18:24 UTC", "2026-11-23T18:24:00Z"),
    ],
)
def test_relative_times_count_from_now(text: str, first: str) -> None:
    """Words such as `yesterday`, and clocks without a date, count back from the caller's clock, and say so."""
    found = _read(text)
    assert (found[0].basis, rfc3339(found[0].first, 0)) == (ZoneBasis.RELATIVE, first)


def test_date_and_clock_under_two_labels() -> None:
    """A date and a clock that stand apart are one time; a zone under a third label holds for it."""
    bundle = read_evidence("Zone: CET\nTime: 10:24\nReturn-Path: a@news.example\nDate: 23.11.2026", now=NOW)[0]
    assert [_firsts(time.candidates) for time in bundle.times] == [["2026-11-23T09:24:00Z"]]


def test_the_readers_own_clock_is_never_asked() -> None:
    """The same text and the same `now` give the same, whatever the time is."""
    later = _instant("2030-01-01T00:00:00+00:00")
    assert _firsts(_read("Nov 23 10:24:15 UTC", now=later)) == ["2029-11-23T10:24:15Z"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("23 août 2026 à 10h24 UTC", "2026-08-23T10:24:00Z"),
        ("3 décembre 2025 10:24 UTC", "2025-12-03T10:24:00Z"),
        ("5. März 2026 10:24 UTC", "2026-03-05T10:24:00Z"),
        ("1º de febrero de 2026 10:24 UTC", "2026-02-01T10:24:00Z"),
        ("ayer a las 10:24 UTC", "2026-11-23T10:24:00Z"),
        ("hier à 10h24 UTC", "2026-11-23T10:24:00Z"),
        ("gestern um 10:24 UTC", "2026-11-23T10:24:00Z"),
        ("vor zwei Stunden", "2026-11-24T09:30:00Z"),
        ("hace 3 horas", "2026-11-24T08:30:00Z"),
        ("il y a 2 heures", "2026-11-24T09:30:00Z"),
        ("Thursday at 10:24 AM EST", "2026-11-19T15:24:00Z"),
        ("noon on Nov 23 2026 UTC", "2026-11-23T12:00:00Z"),
        ("10:24 p.m. PT on 11/22", "2026-11-23T06:24:00Z"),
        ("2026-11-22 24:00 UTC", "2026-11-23T00:00:00Z"),
    ],
)
def test_times_as_people_say_them(text: str, first: str) -> None:
    """Months and words of other languages, weekdays, noon, dates without a year."""
    assert _firsts(_read(text))[0] == first


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1.7954E+12", "2026-11-22T12:20:00Z", "2026-11-23T16:06:39Z"),
        ("1,79543E+12", "2026-11-23T09:10:00Z", "2026-11-23T11:56:39Z"),
        ("1.795429455123E+12", "2026-11-23T10:24:15Z", "2026-11-23T10:24:15Z"),
    ],
)
def test_a_count_that_a_spreadsheet_rounded_is_all_that_rounds_to_it(text: str, first: str, last: str) -> None:
    """Digits that are gone are not invented."""
    (found,) = _read(text)
    assert (rfc3339(found.first, 0), rfc3339(found.last, 0)) == (first, last)


def test_a_spreadsheets_number_for_a_moment() -> None:
    """46349.43339 is 2026-11-23 10:24:05 in a zone that it does not state."""
    found = _read("46349.43339")
    assert _firsts(found)[0] == "2026-11-23T10:24:05Z"
    assert found[0].basis is ZoneBasis.TRIED


def test_the_hour_that_comes_twice_is_both() -> None:
    """1:30 at the end of summer time is two moments."""
    assert _firsts(_read("2026-11-01 01:30 Eastern")) == ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"]


@pytest.mark.parametrize("text", ["1/2 done", "46349", "hier ist es", "2026-W60-1", "12.5"])
def test_what_looks_like_a_time_is_none(text: str) -> None:
    """Fractions, row numbers and words that a time may begin with."""
    assert not _read(text)
