"""`--mask`: no local part and no subject is left in any output, and lines can still be followed."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from correlator.ask import ask
from correlator.evidence import read_evidence
from correlator.finding import find_by_id
from correlator.render.answer_json import render_answer
from correlator.render.mask import Mask
from correlator.render.shown import shown_json, shown_raw, shown_text
from correlator.render.text import render_text
from correlator.shown import shown
from queries.site import NO_SITE
from tests.correlator.commandline import clerk
from tests.queries.stores import legs_of
from tests.scenarios.runs import FIXTURES, NOW, bundles_of, log_files, messages, runs, store_of, text_of

_LOCAL = re.compile(r"([^\s<>\"'(),;:\[\]=|/{}]+)@[A-Za-z0-9]")
_WORDS = frozenset({"busy", "later", "nobody"})  # names of mailboxes that are words of ours, too


@cache
def _secrets(run: str) -> frozenset[str]:
    """The local parts and subjects of a run's logs and of its truth."""
    found: set[str] = set()
    for sent in messages(run):
        for address in (*sent.raw["rcpts"], sent.raw["return_path"] or "", sent.message_id):
            found.add(address.rpartition("@")[0].lower())
    for entry in log_files(run, "iso"):
        found |= {local.lower() for local in _LOCAL.findall(text_of(entry))}
    ids = {leg.local_id.lower() for leg in legs_of(store_of(run, "iso")) if leg.local_id}  # stand in Message-IDs, too
    return frozenset(each for each in found if len(each) > 3) - _WORDS - ids


def _left(text: str, run: str) -> list[str]:
    words = set(re.findall(r"[^\s<>\"'(),;:\[\]=|/@{}]+", text.lower()))
    return sorted(words & _secrets(run))


@pytest.mark.parametrize("run", runs())
def test_nothing_is_left(run: str) -> None:
    """Of every message of the recorded runs: in `ask` and `show`, as text, JSON and lines."""
    store = store_of(run, "iso")
    for sent in messages(run):
        for _, _, text, _ in list(bundles_of(sent))[:1]:
            for bundle in read_evidence(text, now=NOW):
                answer = Mask().masked(ask(bundle, store))
                told = [render_text(answer), json.dumps(render_answer(answer), ensure_ascii=False)]
                for journey in find_by_id(store, sent.message_id)[:1]:
                    one = Mask().masked(shown(journey, store, NO_SITE))
                    told += [shown_text(one, store.coverage()), json.dumps(shown_json(one)), shown_raw(one)]
                for output in told:
                    assert not _left(output, run), (sent.name, output)


@pytest.mark.parametrize("run", runs())
def test_parse_hides_them_too(run: str, tmp_path: Path) -> None:
    """Of every line; what the line is stays."""
    logs = [str(path) for path in sorted((FIXTURES / run).glob("*-iso.log"))]
    plain = clerk("parse", *logs, folder=tmp_path).stdout
    masked = clerk("parse", "--mask", *logs, folder=tmp_path).stdout
    assert not _left(masked, run)
    for before, after in zip(map(json.loads, plain.splitlines()), map(json.loads, masked.splitlines()), strict=True):
        assert before.get("format") == after.get("format")
        for name in ("verb", "time", "queue_id", "host", "status", "client_ip"):
            assert before.get("event", {}).get(name) == after.get("event", {}).get(name)


def test_one_name_in_one_output() -> None:
    """The same person everywhere in an output, by whatever wrapping; another one in the next."""
    mask = Mask()
    masked = mask.masked(
        {"recipient": "bob@x.example", "raw": "lmtp(bob)<7>: to=<Bob@x.example>, from=<bob@y.example>"}
    )
    name = masked["recipient"].partition("@")[0]
    assert masked["raw"] == f"lmtp({name})<7>: to=<{name}@x.example>, from=<{name}@y.example>"
    assert mask.address("BOB@x.example") == f"{name}@x.example"
    assert Mask().address("bob@x.example") != f"{name}@x.example"


@pytest.mark.parametrize(
    "address",
    [
        "SRS0=HHH=TT=sender.example=bob@fwd.example",
        "SRS1=HHH=hop.example==HHH=TT=sender.example=bob@fwd.example",
        "prvs=1234567890=bob@sender.example",
        "list-bounces+bob=recipient.example@lists.example",
        "bob+news@recipient.example",
    ],
)
def test_wrapped_addresses(address: str) -> None:
    """What holds another address is hidden whole, and what it holds is hidden where it stands alone."""
    text = f"from=<{address}> user bob"
    masked = Mask().masked({"reverse_path": address, "raw": text})
    assert "bob" not in str(masked).lower()
    assert masked["reverse_path"].rpartition("@")[2] == address.rpartition("@")[2]
    assert "bob" not in Mask().text(f"to {address} now")


def test_subjects_and_replies() -> None:
    """A subject is hidden in its field and in the line; words beside it stay."""
    masked = Mask().masked(
        {
            "subject": "Re: the secret plan",
            "raw": 'warning: header Subject: Re: the secret plan from a.example; reply "550 <eve@x.example>: no"',
        }
    )
    assert "secret" not in str(masked)
    assert "warning: header Subject: s-" in masked["raw"]
    assert "eve" not in masked["raw"]


def test_search_hides_them_too(tmp_path: Path) -> None:
    """Tables, JSON lines and CSV; what is searched for is still found."""
    logs = [str(path) for path in sorted((FIXTURES / "amavis").glob("*-iso.log"))]
    store = str(tmp_path / "s.db")
    assert clerk("ingest", *logs, "--store", store, folder=tmp_path).returncode == 0
    for form in ((), ("--json",), ("--csv",), ("--count-by", "to")):
        plain = clerk("search", "to:alice@", *form, "--store", store, folder=tmp_path).stdout
        masked = clerk("search", "to:alice@", "--mask", *form, "--store", store, folder=tmp_path).stdout
        assert _left(plain, "amavis")
        assert not _left(masked, "amavis"), masked
        assert masked.count("\n") == plain.count("\n")
