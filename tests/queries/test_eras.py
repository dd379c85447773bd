"""What the order of a file's lines tells of stamps: years without a number, and the hour that comes twice."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from grammars import Instant, Reader
from queries.basis import settle_basis
from queries.eras import repeated_hours_of
from queries.sources import log_file

BERLIN, NEW_YORK, SYDNEY = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Sydney")


def instant(moment: datetime) -> Instant:
    """Gives an aware moment as an instant."""
    return Instant(int(moment.timestamp()) * 1_000_000)


def read_back(moments: list[datetime], zone: tzinfo, *, year: bool = False) -> list[datetime | None]:
    """Writes one line per moment with stamps of local time, and reads the file's instants."""
    form = "%Y-%m-%d %H:%M:%S" if year else "%b %e %H:%M:%S"
    lines = [f"{moment.astimezone(zone).strftime(form)} mx1 postfix/qmgr[7]: 4F7B21234A: removed" for moment in moments]
    entry = log_file("mail.log", ("\n".join(lines) + "\n").encode(), instant(max(moments)))
    now = instant(moments[-1] + timedelta(days=90))
    basis = settle_basis([entry], zone=zone, machine_zone=UTC, now=now)["mail.log"]
    reader = Reader(basis)
    found = [reader.instant_of(line.text, line) for line in entry.lines()]
    return [None if each is None else datetime.fromtimestamp(each / 1_000_000, UTC) for each in found]


def every(first: datetime, step: timedelta, count: int) -> list[datetime]:
    """Gives equally spaced moments."""
    return [first + step * number for number in range(count)]


@pytest.mark.parametrize(
    ("first", "step", "count"),
    [
        (datetime(2021, 3, 1, tzinfo=UTC), timedelta(days=3), 700),  # almost six years
        (datetime(2025, 12, 30, tzinfo=UTC), timedelta(hours=1), 120),  # over one year's end
        (datetime(2024, 2, 20, tzinfo=UTC), timedelta(hours=7), 1200),  # from a leap year on
        (datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=5), 900),  # within one year
    ],
)
def test_years_are_told_by_the_order_of_the_lines(first: datetime, step: timedelta, count: int) -> None:
    """An archive of many years without a year in its stamps: every line gets its own."""
    moments = every(first, step, count)
    assert read_back(moments, UTC) == moments


@pytest.mark.parametrize("year", [False, True], ids=["RFC 3164", "with a year"])
@pytest.mark.parametrize(
    ("zone", "turn"),
    [
        (BERLIN, datetime(2026, 10, 25, 1, tzinfo=UTC)),
        (NEW_YORK, datetime(2026, 11, 1, 6, tzinfo=UTC)),
        (SYDNEY, datetime(2026, 4, 4, 16, tzinfo=UTC)),
        (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 4, 4, 15, tzinfo=UTC)),  # half an hour
    ],
)
def test_the_hour_that_comes_twice(zone: tzinfo, turn: datetime, year: bool) -> None:
    """The second time is told from the first by the place in the file."""
    moments = every(turn - timedelta(hours=5), timedelta(minutes=1), 600)
    assert read_back(moments, zone, year=year) == moments


def test_two_summers_in_one_file() -> None:
    """Each end of summer time within an archive of years counts."""
    first, second = datetime(2025, 10, 26, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
    moments = [
        *every(first - timedelta(hours=3), timedelta(minutes=2), 200),
        *every(first + timedelta(days=1), timedelta(days=1), 360),
        *every(second - timedelta(hours=3), timedelta(minutes=2), 200),
    ]
    assert read_back(moments, BERLIN) == moments


def test_an_hour_that_was_seen_once_is_taken_for_its_first_time() -> None:
    """Nothing in the file tells; the first is as good as the second."""
    turn = datetime(2026, 10, 25, 0, 10, tzinfo=UTC)
    moments = every(turn, timedelta(minutes=5), 5)
    assert read_back(moments, BERLIN) == moments


@pytest.mark.parametrize(("zone", "count"), [(BERLIN, 1), (UTC, 0), (ZoneInfo("Asia/Tokyo"), 0), (SYDNEY, 1)])
def test_which_hours_come_twice(zone: tzinfo, count: int) -> None:
    """One in most zones with summer time."""
    assert len(repeated_hours_of(zone, 2026)) == count


def test_a_file_out_of_order_is_no_archive_of_years() -> None:
    """Two weeks in the wrong order: nobody's year is changed."""
    first = datetime(2026, 11, 1, tzinfo=UTC)
    late, early = every(first + timedelta(days=7), timedelta(hours=1), 100), every(first, timedelta(hours=1), 100)
    assert read_back([*late, *early], UTC) == [*late, *early]


def test_the_newest_lines_may_stand_in_the_middle() -> None:
    """Weeks put together in the wrong order: ids at the ends are older than lines between, whose year is the same."""
    first = datetime(2026, 10, 1, tzinfo=UTC)
    weeks = [every(first + timedelta(days=7 * week), timedelta(minutes=2), 5000) for week in range(3)]
    moments = [*weeks[1], *weeks[2], *weeks[0]]
    lines = [
        f"{moment:%b} {moment.day:2d} {moment:%H:%M:%S} mx1 postfix/cleanup[7]: 4F7B2{number:06X}: "
        f"message-id=<{moment:%Y%m%d%H%M%S}.4F7B2{number:06X}@mx1.example>"
        for number, moment in enumerate(moments)
    ]
    entry = log_file("mail.log", ("\n".join(lines) + "\n").encode(), instant(max(moments)))
    now = instant(max(moments) + timedelta(days=30))
    reader = Reader(settle_basis([entry], zone=None, machine_zone=UTC, now=now)["mail.log"])
    found = [reader.instant_of(line.text, line) for line in entry.lines()]
    assert found == [instant(moment) for moment in moments]
