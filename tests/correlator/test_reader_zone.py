"""Times in the reader's zone beside UTC: by the offset of each instant, and nothing where it is UTC."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlator.ask import ask
from correlator.evidence import read_evidence
from correlator.render.text import render_text
from correlator.render.zone import ReaderZone
from grammars import Instant
from queries.basis import settle_basis
from queries.sources import log_file
from queries.stores.files import FilesStore
from tests.correlator.stories import BUNDLE, NOW, accepted, removed, stored, to_store, whole

JANE = "jane@recipient.example"
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> Instant:
    """Gives an instant, written in UTC."""
    return Instant(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000)


@pytest.mark.parametrize(
    ("zone", "instant", "words"),
    [
        (BERLIN, "2026-11-23T10:32:15", " UTC (11:32:15 Europe/Berlin)"),
        (BERLIN, "2026-07-23T10:32:15", " UTC (12:32:15 Europe/Berlin)"),
        (BERLIN, "2026-11-23T23:32:15", " UTC (2026-11-24 00:32:15 Europe/Berlin)"),
        (ZoneInfo("Asia/Kolkata"), "2026-11-23T10:32:15", " UTC (16:02:15 Asia/Kolkata)"),
        (timezone(timedelta(hours=-6)), "2026-11-23T03:00:00", " UTC (2026-11-22 21:00:00 UTC-6)"),
        (timezone(timedelta(hours=5, minutes=30)), "2026-11-23T03:00:00", " UTC (08:30:00 UTC+5:30)"),
        (ZoneInfo("Europe/London"), "2026-11-23T10:32:15", ""),
        (ZoneInfo("Europe/London"), "2026-07-23T10:32:15", " UTC (11:32:15 Europe/London)"),
        (UTC, "2026-11-23T10:32:15", ""),
        (BERLIN, "9999-12-31T23:59:59", ""),  # a text may state it; no zone has it
        (timezone(timedelta(hours=-6)), "0001-01-01T00:00:00", ""),
    ],
)
def test_one_instant(zone: tzinfo, instant: str, words: str) -> None:
    """The date only where it is another one; an offset where the zone has no name."""
    assert ReaderZone(zone).beside(at(instant)) == words


def test_a_span() -> None:
    """Both ends, each by its own offset."""
    words = ReaderZone(BERLIN).beside(at("2026-10-25T00:30:00"), at("2026-10-25T01:30:00"))
    assert words == " UTC (02:30:00–02:30:00 Europe/Berlin)"


@pytest.mark.parametrize(
    ("zone", "instants", "words"),
    [
        (BERLIN, ["2026-11-23T10:00:00", "2026-11-23T12:00:00"], "; your zone Europe/Berlin is UTC+1"),
        (
            BERLIN,
            ["2026-10-25T00:10:00", "2026-10-25T00:50:00", "2026-10-25T02:00:00"],
            "; your zone Europe/Berlin is UTC+2, from 2026-10-25 01:00:00 on UTC+1",
        ),
        (
            ZoneInfo("Europe/London"),
            ["2026-10-24T00:10:00", "2026-10-26T02:00:00"],
            "; your zone Europe/London is UTC+1, from 2026-10-25 01:00:00 on UTC",
        ),
        (UTC, ["2026-11-23T10:00:00"], ""),
        (BERLIN, [], ""),
    ],
)
def test_the_heading(zone: tzinfo, instants: list[str], words: str) -> None:
    """The offset, and when it changes on the way."""
    assert ReaderZone(zone).heading(map(at, instants)) == words


@given(
    st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2037, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Asia/Kolkata"]),
)
def test_it_is_what_the_calendar_says(moment: datetime, name: str) -> None:
    """Whatever the instant: the local time that Python's own conversion gives."""
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    local = moment.astimezone(ZoneInfo(name))
    if local.utcoffset():
        assert f"{local:%H:%M:%S} {name})" in ReaderZone(ZoneInfo(name)).beside(
            Instant(int(moment.timestamp()) * 1_000_000)
        )


def _text(zone: tzinfo) -> str:
    log = whole([*accepted(), to_store(JANE, "S1"), stored(JANE, "S1"), removed()])
    entry = log_file("mail.log", log.encode(), NOW)
    (bundle,) = read_evidence(BUNDLE, now=NOW)
    store = FilesStore([entry], settle_basis([entry], zone=None, machine_zone=UTC, now=NOW))
    return render_text(ask(bundle, store), zone=zone)


def test_the_answer_in_both() -> None:
    """Evidence, fate, headings; the lines of the timeline stay in UTC."""
    text = _text(BERLIN)
    assert "2026-11-23 10:24:00 UTC (11:24:00 Europe/Berlin)" in text
    assert " ".join(text.split()).count("10:24:00 UTC (11:24:00 Europe/Berlin)") == 2
    assert "Timeline (2026-11-23, UTC; your zone Europe/Berlin is UTC+1)" in text
    assert "What the logs cover (UTC; your zone Europe/Berlin is UTC+1)" in text


def test_nothing_is_added_in_utc() -> None:
    """Nor in a zone that is UTC at that time."""
    assert _text(UTC) == _text(ZoneInfo("Europe/London"))
    assert "zone" not in _text(UTC)
