"""What readers did to the stored copies of two recorded runs, read off their own commands; and that no fate saw it."""

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from queries.basis import settle_basis
from queries.sources import log_file
from queries.stores.protocol import Store
from queries.stores.searched import SearchedStore
from tests.scenarios.runs import (
    FIXTURES,
    FORMS,
    NOW,
    Json,
    Sent,
    answer_of,
    ask_json,
    log_files,
    messages,
    store_over,
    table_bundle,
    text_of,
    zone_of,
)

RUNS = ("amavis-51-readers", "rspamd-52-readers")
_SLOW = 4  # seconds: between a reader's command and its line; a copy is logged before it is marked and expunged
_TWIN = "another message with this Message-ID"
_BY_READERS = re.compile(r"^.* dovecot: (?:imap|pop3)\(.*\n", re.MULTILINE)


def _cases() -> list[Any]:
    return [
        pytest.param(sent, form, id=f"{form} {sent.name}") for form in FORMS for run in RUNS for sent in messages(run)
    ]


def _recipients(answer: Json) -> dict[str, Json]:
    return {each["recipient"].partition("@")[0]: each for each in answer["matches"][0]["recipients"]}


def _is_told(entry: Json, done: Json) -> bool:
    late = datetime.fromisoformat(done["time"]) - datetime.fromisoformat(entry["time"])
    right = entry["what"].startswith(done["what"]) and entry["folder"] == done["folder"]
    return right and f"({done['by'].upper()})" in entry["what"] and -1 < late.total_seconds() < _SLOW


@pytest.mark.parametrize(("sent", "form"), _cases())
def test_tells_what_was_done(sent: Sent, form: str) -> None:
    """Each command of a reader is told, in order, with its folder and time; nothing else is, but for twins."""
    for name, found in _recipients(answer_of(sent.run, form, table_bundle(sent))).items():
        done = sent.raw["after"].get(name, [])
        sure = [entry for entry in found["after"] if not any(_TWIN in doubt for doubt in entry["because"])]
        told = found["after"] if done else sure
        assert len(told) == len(done), (sent.name, name, told)
        for entry, one in zip(told, done, strict=True):
            assert _is_told(entry, one), (sent.name, name, entry, one)


@cache
def _unread(run: str, form: str) -> Store:
    """The run's logs as if nobody had opened a mailbox."""
    read = log_files(run, form)
    kept = tuple(log_file(entry.name, _BY_READERS.sub("", text_of(entry)).encode(), NOW) for entry in read)
    assert sum(len(entry.pages) for entry in kept) < sum(len(entry.pages) for entry in read)
    return store_over(kept, zone_of(run))


@pytest.mark.parametrize(("sent", "form"), _cases())
def test_no_fate_sees_it(sent: Sent, form: str) -> None:
    """Without the readers' lines all but `after` is the same."""
    with_readers = _recipients(answer_of(sent.run, form, table_bundle(sent)))
    without = _recipients(ask_json(table_bundle(sent), _unread(sent.run, form)))
    assert all(not found["after"] for found in without.values())
    fates, expected = (
        {name: {**found, "after": []} for name, found in each.items()} for each in (with_readers, without)
    )
    assert fates == expected


def test_the_clocks_went_back() -> None:
    """One run crosses the end of summer time: without a zone in the stamps every instant is still the true one."""
    run = "amavis-51-readers"
    for sent in messages(run):
        iso, bsd = (answer_of(run, form, table_bundle(sent))["matches"][0]["message"]["received"] for form in FORMS)
        assert bsd[:19] == iso[:19], sent.name


def test_the_clocks_went_back_in_a_searched_log() -> None:
    """As before, by a store that reads no file whole."""
    run = "amavis-51-readers"
    files = log_files(run, "3164")
    store = SearchedStore(files, settle_basis(files, zone=zone_of(run), machine_zone=zone_of(run), now=NOW))
    for sent in messages(run):
        text = table_bundle(sent)
        whole, found = answer_of(run, "3164", text)["matches"], ask_json(text, store)["matches"]
        assert [each["message"]["received"] for each in found] == [each["message"]["received"] for each in whole]


def test_ids_were_reused() -> None:
    """One run gave a short queue id to message after message; that is what it is there for."""
    text = (FIXTURES / "amavis-53-reused" / "mx1-iso.log").read_text(encoding="utf-8")
    lives = re.findall(r"postfix/qmgr\[\d+\]: (\w+): removed", text)
    assert len(lives) > 3 * len(set(lives)), json.dumps(lives)
