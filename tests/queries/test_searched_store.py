"""The store that searches large logs gives what reading them whole gives."""

import json
import subprocess
import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from queries.basis import settle_basis
from queries.sources import read_log_file
from queries.stores.searched import SearchedStore
from tests.scenarios.runs import NOW, ask_json, bundles_of, log_files, messages, store_of, zone_of

ROOT = Path(__file__).parents[2]


def _without_ledger(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer but for what the ledger says: it may be sampled."""
    return {name: value for name, value in answer.items() if name not in {"coverage", "next_steps"}}


@pytest.mark.parametrize(("run", "form"), [("amavis", "3164"), ("rspamd-31", "iso"), ("amavis-41x", "iso")])
def test_the_same_answers(run: str, form: str) -> None:
    """Searched or read whole: the same matches, fates, timelines and reasons, each question asked of a fresh store."""
    files = log_files(run, form)
    bases = settle_basis(files, zone=zone_of(run), machine_zone=UTC, now=NOW)
    for sent in messages(run):
        for kind, _, text, _ in list(bundles_of(sent))[:1]:
            whole = ask_json(text, store_of(run, form))
            searched = ask_json(text, SearchedStore(files, bases))
            assert _without_ledger(searched) == _without_ledger(whole), f"{sent.name} {kind}"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of many interleaved messages, made from a recorded one, with some of their chains beside it."""
    out = tmp_path_factory.mktemp("large")
    script = ROOT / "benchmarks" / "generate.py"
    source = ROOT / "tests" / "benchmarks" / "runs" / "amavis"
    options = ["--lines", "60000", "--days", "3", "--one-file", "--form", "3164", "--bundles", "40"]
    command = [sys.executable, str(script), "--from", str(source), "--out", str(out), *options]
    subprocess.run(command, check=True, capture_output=True)
    return out


def test_one_message_among_many(large: Path) -> None:
    """In a log of thousands of messages the right one is found, no line of another is cited, each end is right."""
    file = read_log_file(large / "mail.log")
    bases = settle_basis([file], zone=UTC, machine_zone=UTC, now=NOW)
    bundles = json.loads((large / "bundles.json").read_text())["bundles"]
    asked = 0
    for bundle in bundles:
        if not bundle["own_return_path"]:
            continue
        answer = ask_json(bundle["text"], SearchedStore([file], bases))
        assert answer["finding"] == "found", bundle["text"]
        fates = answer["matches"][0]["recipients"]
        cited = {entry["line"] for fate in fates for entry in fate["timeline"]}
        assert cited, bundle["text"]
        assert cited <= {entry["line"] for entry in bundle["lines"]}, bundle["text"]
        _check_ends(fates, bundle["expected"])
        asked += 1
    assert asked >= 20


def _check_ends(fates: list[dict[str, Any]], expected: dict[str, str]) -> None:
    """Names that are no recipient are members of a list."""
    nodes = [node for fate in fates for node in (fate, *fate["children"])]
    for name, true in expected.items():
        said = [
            node["fate"] for node in nodes if name in {_mailbox(node["recipient"]), _mailbox(node["final_recipient"])}
        ]
        assert true in said or (not said and true == "rejected"), (name, true, said)


def _mailbox(address: str | None) -> str:
    return (address or "").partition("@")[0]
