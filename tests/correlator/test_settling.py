"""Verdicts kept for search are those that an answer gives, however the store was filled and the time was cut."""

from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest

from correlator import settler
from correlator.attempts import chain_tries
from correlator.ingest import Said
from correlator.ingest import Store as Into
from correlator.link import BESIDE_WAY, journey_of
from correlator.settler import Settler
from correlator.settling import is_message
from correlator.verdicts import verdicts_of
from grammars.core.words import HOUR, SECOND
from queries.basis import settle
from queries.conditions import And
from queries.leg import LATER
from queries.site import NO_SITE
from queries.sources import LogFile
from queries.stores.embedded.database import open_database
from queries.stores.embedded.writer import StoreWriter
from queries.stores.files import FilesStore
from queries.stores.verdicts import VerdictTable
from queries.verdict import Verdict
from tests.scenarios.runs import NOW, log_files, runs, store_of, zone_of

_Key = tuple[str, int]


def _filled(path: Path, batches: Iterable[Sequence[LogFile]], run: str) -> dict[_Key, Verdict]:
    """Stores some logs, one batch after the other, settles after each, and gives all rows."""
    for files in batches:
        writer = StoreWriter(path, UTC)
        settled = settle(files, zone=zone_of(run), machine_zone=UTC, now=NOW)
        Into(writer, lambda _: None).add(files, settled, {}, Said())
        writer.close()
        Settler(path, UTC, NO_SITE).run()
    return _rows(path)


def _rows(path: Path) -> dict[_Key, Verdict]:
    connection = open_database(path, write=False)
    rows = VerdictTable(connection).search(And(()), limit=None).rows
    connection.close()
    return {(row.id, row.ordinal): row for row in rows}


def _asked(run: str, form: str) -> dict[_Key, Verdict]:
    """The rows of every message, each followed from its earliest leg as a question follows it."""
    store = store_of(run, form)
    assert isinstance(store, FilesStore)
    inside: set[str] = set()
    journeys = []
    for leg in sorted(store.legs, key=lambda leg: (leg.first, leg.id)):
        if leg.kind == LATER or leg.id in inside:
            continue
        journey = journey_of(leg, store)
        beside = {each.target.id for each in journey.handoffs if each.kind in BESIDE_WAY}
        inside |= {each.id for each in journey.legs} - (beside - {leg.id})
        if is_message(journey):
            journeys.append(journey)
    return {(row.id, row.ordinal): row for tries in chain_tries(journeys) for row in verdicts_of(tries)}


@pytest.mark.parametrize("form", ["iso", "3164"])
@pytest.mark.parametrize("run", runs())
def test_as_asked(run: str, form: str, tmp_path: Path) -> None:
    """Every row of every recorded run."""
    assert _filled(tmp_path / "s.sqlite", [log_files(run, form)], run) == _asked(run, form)


@pytest.mark.parametrize("run", ["amavis", "rspamd-31"])
def test_hosts_one_after_the_other(run: str, tmp_path: Path) -> None:
    """The mailbox server's log first, then the gateway's: what stood alone becomes part of the whole."""
    files = log_files(run, "iso")
    whole = _filled(tmp_path / "whole.sqlite", [files], run)
    for number, ordered in enumerate((files, files[::-1])):
        assert _filled(tmp_path / f"{number}.sqlite", [[each] for each in ordered], run) == whole


def test_another_zone_moves_the_rows(tmp_path: Path) -> None:
    """What was read in a wrong zone is settled anew when the right one is named, and nothing of the old is left."""
    files, path = log_files("amavis", "3164"), tmp_path / "s.sqlite"
    right = _filled(path, [files], "amavis")
    zone = timezone(timedelta(hours=-5))
    writer = StoreWriter(path, UTC)
    wrong = settle(files, zone=zone, machine_zone=UTC, now=NOW)
    Into(writer, lambda _: None).add(files, wrong, {}, Said(zone=zone))
    writer.close()
    Settler(path, UTC, NO_SITE).run()
    later = {key: row.time - right[key].time for key, row in _rows(path).items()}
    assert later == dict.fromkeys(right, 5 * HOUR)


@pytest.mark.parametrize("run", ["amavis-41x", "rspamd-42x", "amavis-53-reused"])
def test_however_the_time_is_cut(run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of one block, blocks of few lines, and margins of half a minute: messages reach over all of them."""
    whole = _filled(tmp_path / "whole.sqlite", [log_files(run, "iso")], run)
    monkeypatch.setattr("queries.blocks.BLOCK", 4_000)
    monkeypatch.setattr(settler, "_BLOCKS", 1)
    monkeypatch.setattr(settler, "MARGIN", 30 * SECOND)
    monkeypatch.setattr("correlator.settling.MARGIN", 30 * SECOND)
    cut = _filled(tmp_path / "cut.sqlite", [log_files(run, "iso")], run)
    assert [row for key, row in cut.items() if row != whole.get(key)] == []
    assert cut.keys() == whole.keys()
