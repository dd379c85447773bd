"""The hour that comes twice: found in a file by the order of its lines."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from grammars import Basis, Instant, Line, Place, Reader
from grammars.core.words import SECOND
from queries.repeats import repeats_in

BERLIN = ZoneInfo("Europe/Berlin")
TEXT = "hub1 postfix/qmgr[7]: 4F7B21234A: removed"


def basis(zone: tzinfo) -> Basis:
    """A file of 2026, in one zone."""
    return Basis(zone=zone, newest=Instant(int(datetime(2026, 12, 24, tzinfo=UTC).timestamp()) * SECOND))


def read(zone: tzinfo, *stamps: str) -> list[str]:
    """The instants of lines with some stamps, in UTC, as clock times."""
    data = "".join(f"{stamp} {TEXT}\n" for stamp in stamps).encode()
    bare = basis(zone)
    reader = Reader(Basis(zone=zone, newest=bare.newest, repeats=repeats_in(data, bare)))
    found, offset = [], 0
    for raw in data.decode().splitlines():
        instant = reader.instant_of(Line(raw, Place("mail.log", offset)))
        assert instant is not None
        found.append((datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)).strftime("%H:%M"))
        offset += len(raw) + 1
    return found


@pytest.mark.parametrize("day", ["Oct 25 {}", "2026-10-25T{}", "<22>Oct 25 {}"])
def test_both_runs(day: str) -> None:
    """03:00 CEST is 02:00 CET: what stands behind the step back is an hour later."""
    times = ("01:59:00", "02:00:10", "02:59:50", "02:00:01", "02:30:00", "03:00:00")
    expected = ["23:59", "00:00", "00:59", "01:00", "01:30", "02:00"]
    assert read(BERLIN, *(day.format(time) for time in times)) == expected


def test_lines_a_little_out_of_order() -> None:
    """Several processes write one file: a minute back is no hour."""
    assert read(BERLIN, "Oct 25 02:10:00", "Oct 25 02:09:00", "Oct 25 02:11:00") == ["00:10", "00:09", "00:11"]


def test_one_run_alone() -> None:
    """Nothing tells which it is: the first, as a stamp is read anywhere."""
    assert read(BERLIN, "Oct 25 01:59:00", "Oct 25 02:30:00", "Oct 25 03:00:00") == ["23:59", "00:30", "02:00"]


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        ("America/New_York", "Nov  1", "01", ["05:50", "06:05"]),
        ("Australia/Sydney", "Apr  5", "02", ["15:50", "16:05"]),
        ("Europe/London", "Oct 25", "01", ["00:50", "01:05"]),
    ],
)
def test_elsewhere(zone: str, day: str, hour: str, expected: list[str]) -> None:
    """Other zones have other days and hours."""
    assert read(ZoneInfo(zone), f"{day} {hour}:50:00", f"{day} {hour}:05:00") == expected


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=1)), ZoneInfo("Asia/Tokyo")])
def test_no_summer_time(zone: tzinfo) -> None:
    """Where no hour comes twice a step back is disorder."""
    data = f"Oct 25 02:50:00 {TEXT}\nOct 25 02:05:00 {TEXT}\n".encode()
    assert repeats_in(data, basis(zone)) == ()


def test_a_stamp_inside_a_message() -> None:
    """What a line quotes is not its stamp."""
    lines = ("Oct 25 02:50:00 a b: x\n", "Oct 25 03:05:00 a b: see Oct 25 02:01:00\n")
    assert repeats_in("".join(lines).encode(), basis(BERLIN)) == ()
