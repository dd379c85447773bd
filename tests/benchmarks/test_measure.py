"""The measuring command: every part gives its rows, and what our command and the rival find is true."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BENCHMARKS = ROOT / "benchmarks"
RUN = Path(__file__).parent / "runs" / "amavis"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small log with bundles, in order of time."""
    out = tmp_path_factory.mktemp("log")
    made = ["--from", str(RUN), "--out", str(out), "--lines", "9000", "--days", "1", "--form", "3164"]
    subprocess.run([sys.executable, str(BENCHMARKS / "generate.py"), *made], check=True, capture_output=True)
    return out / "mail.log"


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our command, of this tree."""
    made = tmp_path_factory.mktemp("bin") / "clerk"
    code = "from correlator.cli import main; main()"
    made.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -c "{code}" "$@"\n')
    made.chmod(0o755)
    return made


def measured(log: Path, clerk: Path, tmp_path: Path, *options: str) -> dict[str, list[str]]:
    """Gives the cells of each row that the command writes down, by program."""
    results = tmp_path / "results.md"
    given = ["--log", str(log), "--clerk", str(clerk), "--results", str(results), *options]
    subprocess.run([sys.executable, str(BENCHMARKS / "measure.py"), *given], check=True, capture_output=True)
    rows = [line.split("|")[1:-1] for line in results.read_text("utf-8").splitlines() if line.startswith("| ")]
    return {cells[1].strip(): [cell.strip() for cell in cells] for cells in rows[1:]}


def test_the_index_is_made_asked_and_searched(log: Path, clerk: Path, tmp_path: Path) -> None:
    """No row is missing a figure, the index grows by what is new, and each key finds its message."""
    rows = measured(log, clerk, tmp_path, "--repeats", "1", "--parts", "ingest", "ask-store", "search")
    ours = {name: cells for name, cells in rows.items() if name.startswith("clerk")}
    assert all(cells[2] for cells in ours.values())
    assert {"clerk ingest", "clerk ingest: reading", "clerk ingest: settling"} <= ours.keys()
    assert " of the log" in ours["clerk ingest"][-1]
    assert ours["clerk ingest, 1 % more"][-1] == "90 lines"
    found, true = (int(word) for word in ours["clerk ask"][-1].partition(" true")[0].split(" of "))
    assert found > true / 2
    searches = [cells[-1] for name, cells in ours.items() if name.startswith("clerk search")]
    assert len(searches) == 8
    assert not any(note.startswith("0 of") for note in searches)


def test_an_index_that_grows(log: Path, clerk: Path, tmp_path: Path) -> None:
    """Figures are given at the milestones alone."""
    options = "--parts", "growth", "--from", str(RUN), "--millions", "0.003,0.006", "--repeats", "1"
    rows = measured(log, clerk, tmp_path, *options)
    assert {"clerk ingest, last part", "clerk ask", "clerk search, slowest key"} <= rows.keys()
    assert {cells[0] for cells in rows.values()} == {"0.006 million lines"}
    assert all(cells[2] for cells in rows.values())


def test_growth_needs_a_recorded_run(log: Path, clerk: Path, tmp_path: Path) -> None:
    """It says so, and measures nothing."""
    rows = measured(log, clerk, tmp_path, "--parts", "growth")
    assert rows["clerk ingest"][-1].startswith("missing: --from")


def test_the_rival_finds_the_messages(log: Path, tmp_path: Path) -> None:
    """It is honest: of nearly every message that a sender asks about it has the recipients."""
    store = tmp_path / "rival.sqlite"
    subprocess.run(
        [sys.executable, str(BENCHMARKS / "rival.py"), str(log), str(store)], check=True, capture_output=True
    )
    bundles = json.loads((log.parent / "bundles.json").read_text("utf-8"))["bundles"]
    asked = [bundle for bundle in bundles if bundle["own_return_path"]]
    database = sqlite3.connect(store)
    query = "select count(*) from message where sender = ?"
    found = [bundle for bundle in asked if database.execute(query, (bundle["return_path"],)).fetchone()[0]]
    assert len(found) > 0.9 * len(asked)
