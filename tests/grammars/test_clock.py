"""From stamps to instants: years, zones, fractions, and what names no moment."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars import Basis, Instant, TimeBasis
from grammars.core.clock import Clock
from grammars.core.event import rfc3339
from grammars.core.words import DAY, SECOND

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> Instant:
    """Gives the instant of an RFC 3339 text."""
    moment = datetime.fromisoformat(text)
    return Instant((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))


def clock(newest: str, zone: "timezone | ZoneInfo" = UTC) -> Clock:
    """A clock of a source whose last line is not later than `newest`."""
    return Clock(Basis(newest=at(newest), zone=zone, zone_basis=TimeBasis.ZONE_GIVEN))


@pytest.mark.parametrize(
    ("newest", "stamp", "year"),
    [
        ("2027-01-03T00:00:00Z", "Dec 31 23:59:59", 2026),
        ("2027-01-03T00:00:00Z", "Jan  1 00:00:00", 2027),
        ("2027-01-03T00:00:00Z", "Jan  3 20:00:00", 2027),
        ("2026-12-31T12:00:00Z", "Jan  1 06:00:00", 2027),
        ("2026-12-31T12:00:00Z", "Jan  2 06:00:00", 2026),
        ("2026-06-01T00:00:00Z", "Jun  3 00:00:00", 2025),
        ("2026-06-01T00:00:00Z", "Jun  1 23:59:59", 2026),
        ("2026-06-01T00:00:00Z", "Feb 29 10:00:00", 2024),
        ("2024-06-01T00:00:00Z", "Feb 29 10:00:00", 2024),
        ("2103-06-01T00:00:00Z", "Feb 29 10:00:00", 2096),
    ],
)
def test_a_missing_year_is_the_latest_that_is_not_too_late(newest: str, stamp: str, year: int) -> None:
    """The latest year that is at most a day past `newest`: December before January, leap days in leap years."""
    found = clock(newest).instant(stamp)
    assert found is not None
    assert rfc3339(found, 0)[:4] == str(year)


def test_a_year_is_inferred_in_the_zone_of_the_source() -> None:
    """A stamp on New Year's Eve in another zone belongs to the year that zone has."""
    east, west = timezone(timedelta(hours=13)), timezone(timedelta(hours=-11))
    assert clock("2026-12-31T11:30:00Z", east).instant("Jan  1 00:30:00") == at("2026-12-31T11:30:00Z")
    assert clock("2027-01-01T05:00:00Z", west).instant("Dec 31 18:00:00") == at("2027-01-01T05:00:00Z")


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("Jan 15 12:00:00", "2026-01-15T11:00:00Z"),
        ("Jul 15 12:00:00", "2026-07-15T10:00:00Z"),
        ("2026-07-15T12:00:00", "2026-07-15T10:00:00Z"),
        ("2026-07-15 12:00:00", "2026-07-15T10:00:00Z"),
        ("Mar 29 01:59:59", "2026-03-29T00:59:59Z"),
        ("Mar 29 03:00:00", "2026-03-29T01:00:00Z"),
        ("Oct 25 02:30:00", "2026-10-25T00:30:00Z"),  # twice that night: the first one
        ("Oct 25 03:00:00", "2026-10-25T02:00:00Z"),
    ],
)
def test_a_zone_with_summer_time_is_honoured(stamp: str, instant: str) -> None:
    """A source's zone is a place, not an offset: its stamps shift with its clocks."""
    assert clock("2026-12-31T00:00:00Z", BERLIN).instant(stamp) == at(instant)


def test_the_hour_that_does_not_exist_is_still_a_moment() -> None:
    """A clock that was set late writes stamps in the skipped hour: they are kept."""
    assert clock("2026-12-31T00:00:00Z", BERLIN).instant("Mar 29 02:30:00") is not None


@pytest.mark.parametrize("offset", ["+02:00", "+0200"])
def test_an_offset_is_read_with_and_without_its_colon(offset: str) -> None:
    """RFC 3339 has a colon, journald's short-iso may have none; either beats the zone of the source."""
    assert clock("2026-12-31T00:00:00Z", BERLIN).instant("2026-11-23T12:00:00", None, offset) == at(
        "2026-11-23T10:00:00Z"
    )


@pytest.mark.parametrize(
    ("offset", "instant"),
    [
        ("Z", "2026-11-23T12:00:00Z"),
        ("-0330", "2026-11-23T15:30:00Z"),
        ("+05:45", "2026-11-23T06:15:00Z"),
        ("+14:00", "2026-11-22T22:00:00Z"),
        ("-00:00", "2026-11-23T12:00:00Z"),
    ],
)
def test_offsets_of_all_kinds(offset: str, instant: str) -> None:
    """Zulu, half hours, quarter hours and the far ends."""
    assert clock("2026-12-31T00:00:00Z").instant("2026-11-23T12:00:00", None, offset) == at(instant)


@pytest.mark.parametrize("digits", range(1, 10))
def test_fractions_of_one_to_nine_digits(digits: int) -> None:
    """Microseconds are kept, finer ones cut, never rounded into the next second."""
    whole = at("2026-11-23T12:00:00Z")
    fraction = "987654321"[:digits]
    found = clock("2026-12-31T00:00:00Z").instant("2026-11-23T12:00:00", fraction, "Z")
    assert found == whole + int(fraction[:6].ljust(6, "0"))
    nines = clock("2026-12-31T00:00:00Z").instant("2026-11-23T12:00:00", "9" * digits, "Z")
    assert nines is not None
    assert whole < nines < whole + SECOND


@pytest.mark.parametrize("stamp", ["Dec 31 23:59:60", "2026-12-31T23:59:60", "2026-12-31 23:59:60"])
def test_a_leap_second_is_not_lost(stamp: str) -> None:
    """A line stamped :60 counts as the second before: a line must not vanish because the earth was slow."""
    assert clock("2027-01-01T00:00:00Z").instant(stamp) == at("2026-12-31T23:59:59Z")
    assert clock("2027-01-01T00:00:00Z").instant(stamp, "5") == at("2026-12-31T23:59:59.5Z")


@pytest.mark.parametrize(
    ("stamp", "offset"),
    [
        ("Feb 30 10:00:00", None),
        ("Nov  0 10:00:00", None),
        ("Nov 31 10:00:00", None),
        ("Nov 99999999999 10:00:00", None),
        ("Jum  1 10:00:00", None),
        ("Nov 23 24:00:00", None),
        ("Nov 23 10:60:00", None),
        ("Nov 23 10:00:61", None),
        ("2026-13-01T10:00:00", "Z"),
        ("2025-02-29T10:00:00", "Z"),
        ("0000-01-01T00:00:00", "Z"),
        ("2026-11-23T10:00:00", "+99:00"),
        ("2026-11-23T10:00:00", "+2400"),
        ("0001-01-01T00:00:00", "+14:00"),
        ("9999-12-31T23:59:59", "-14:00"),
    ],
)
def test_a_stamp_that_names_no_moment_gives_none(stamp: str, offset: str | None) -> None:
    """Absurd dates are said to be so; they never raise, and never become another date."""
    assert clock("2026-12-31T00:00:00Z").instant(stamp, None, offset) is None


@given(st.datetimes(datetime(2017, 1, 1), datetime(2026, 12, 31)), st.integers(0, 364))
def test_a_stamp_without_year_comes_back(moment: datetime, age: int) -> None:
    """Whatever the day: a line less than a year old gets its own year back."""
    moment = moment.replace(microsecond=0)
    true = Instant(int((moment - datetime(1970, 1, 1)).total_seconds()) * SECOND)
    if (moment.month, moment.day) == (2, 29):
        return
    source = Clock(Basis(newest=Instant(true + age * DAY - DAY)))
    assert source.instant(f"{moment:%b} {moment.day:>2} {moment:%H:%M:%S}") == true


@given(
    st.text(max_size=30),
    st.none() | st.text("0123456789", min_size=1, max_size=12),
    st.sampled_from([None, "Z", "+0200"]),
)
def test_the_same_stamp_gives_the_same_instant(second: str, fraction: str | None, offset: str | None) -> None:
    """A clock remembers seconds: that must not change what it says.  Frames give no empty stamps."""
    source = clock("2026-12-31T00:00:00Z")
    if second:
        assert source.instant(second, fraction, offset) == source.instant(second, fraction, offset)


def test_the_basis_says_what_was_inferred() -> None:
    """Stated where the line has a zone; else the source's own reason; the year where only that was missing."""
    given_zone = clock("2026-12-31T00:00:00Z", BERLIN)
    assumed = Clock(Basis(newest=at("2026-12-31T00:00:00Z")))
    assert given_zone.time_basis("2026-11-23T12:00:00", "+01:00") is TimeBasis.STATED
    assert given_zone.time_basis("2026-11-23T12:00:00", None) is TimeBasis.ZONE_GIVEN
    assert given_zone.time_basis("Nov 23 12:00:00", None) is TimeBasis.YEAR_INFERRED
    assert assumed.time_basis("Nov 23 12:00:00", None) is TimeBasis.ZONE_ASSUMED
