"""A recorded run of real daemons: Postfix, OpenDKIM, OpenDMARC, spamass-milter and policyd-spf, in front of a maildir.

`fixtures/milters/truth.json` was read off the sender's replies, the maildirs and the hold queue.
"""

import json
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grammars import KeyKind
from queries.basis import settle_basis
from queries.leg import Key
from queries.question import Question
from queries.sources import LogFile, log_file, read_log_file
from queries.stores.files import FilesStore
from queries.stores.protocol import Store
from queries.stores.searched import SearchedStore
from tests.scenarios.runs import NOW, ask_json

RUN = Path(__file__).resolve().parents[2] / "fixtures" / "milters"
SENT = json.loads((RUN / "truth.json").read_text("utf-8"))["messages"]
FORGED = "198.51.100.1"
"""The client that a domain's explanation of its fail names: nobody's."""


@cache
def log() -> LogFile:
    """The one log."""
    return read_log_file(RUN / "mail.log")


def store(kind: type[FilesStore] | type[SearchedStore]) -> Store:
    """A fresh store over it."""
    return kind([log()], settle_basis([log()], zone=UTC, machine_zone=UTC, now=NOW))


def answer(text: str, kind: type[FilesStore] | type[SearchedStore] = FilesStore) -> dict[str, Any]:
    """What is said to a bundle."""
    found: dict[str, Any] = ask_json(text, store(kind))
    return found


each = pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent["note"])


@each
def test_each_end_is_the_true_one(sent: dict[str, Any]) -> None:
    """Fate of each recipient, what was proven of the sender, and the score that spamd gave."""
    found = answer(f"Message-ID: <{sent['message_id']}>\n")
    assert found["finding"] == "found", found["because"]
    (match,) = found["matches"]
    assert {one["recipient"] or "": one["fate"] for one in match["recipients"]} == sent["recipients"]
    assert match["message"]["auth"] == sent["auth"]
    assert {one["reason"]["score"] for one in match["recipients"]} == {sent["score"]}


@each
def test_searched_as_read_whole(sent: dict[str, Any]) -> None:
    """The lines of one process are found by its number, and only those of the message."""
    text = f"Message-ID: <{sent['message_id']}>\n"
    assert answer(text, SearchedStore)["matches"] == answer(text)["matches"]


@each
def test_the_same_from_a_file_per_program(sent: dict[str, Any]) -> None:
    """Sites keep programs apart, and files say nothing of the order within a second."""
    text = f"Message-ID: <{sent['message_id']}>\n"
    apart = FilesStore(files_apart(), settle_basis(files_apart(), zone=UTC, machine_zone=UTC, now=NOW))
    assert summary(ask_json(text, apart)) == summary(answer(text))


@cache
def files_apart() -> tuple[LogFile, ...]:
    """The log as one file per program."""
    lines: dict[str, list[str]] = {}
    for line in (RUN / "mail.log").read_text("utf-8").splitlines():
        lines.setdefault(line.split()[4].partition("[")[0].partition("/")[0], []).append(line + "\n")
    return tuple(log_file(f"{name}.log", "".join(part).encode(), NOW) for name, part in sorted(lines.items()))


def summary(found: dict[str, Any]) -> list[Any]:
    """What an answer says of each message, without the places of lines."""
    return [
        (
            match["message"],
            [(one["recipient"], one["fate"], one["sentence"], one["reason"]) for one in match["recipients"]],
        )
        for match in found["matches"]
    ]


@pytest.mark.parametrize(("path", "auth"), [("news@sender.example", {"spf": "fail"}), ("x@explain.example", {})])
def test_refused_for_spf(path: str, auth: dict[str, str]) -> None:
    """Refused at RCPT; where the domain explains its fail in its own words, no result is told."""
    text = f"Return-Path: {path}\nSending IP: 192.0.2.9\nTime: 2026-11-23 10:50:30 UTC\n"
    best = answer(text)["matches"][0]
    (only,) = best["recipients"]
    assert (only["fate"], only["stage"], only["owner"]) == ("rejected", "rcpt", "sender")
    assert only["reason"]["code"] == "authentication"
    assert best["message"]["auth"] == auth


def test_a_policy_line_is_one_message_s() -> None:
    """Three messages of one client and sender within seconds: each has its own line of the policy service."""
    for name in ("b1", "b2", "b3"):
        (match,) = answer(f"Message-ID: <{name}@sender.example>\n", SearchedStore)["matches"]
        for one in match["recipients"]:
            lines = [entry["line"] for entry in one["timeline"] if entry["program"] == "policyd-spf"]
            assert len(lines) <= 1, name


def test_asked_for_a_recipient_whose_name_is_gone() -> None:
    """The milter took jane off: that the lines name others is no evidence against the message at the very second."""
    text = "Return-Path: news@sender.example\nRecipient: jane@recipient.example\nTime: 2026-11-23 10:59:03 UTC\n"
    ids = [match["message"]["message_id"] for match in answer(text)["matches"]]
    assert "b1@sender.example" in ids


def test_a_client_that_an_explanation_names_is_not_found() -> None:
    """The words of a domain cannot make a line about somebody else's client."""
    found = answer(f"Return-Path: victim@example.com\nSending IP: {FORGED}\nTime: 2026-11-23 10:50:31 UTC\n")
    assert not any(match["message"]["client_ip"] == FORGED for match in found["matches"])


def test_legs_of_two_milters_are_two() -> None:
    """Both go by the mail server's id: each has an id of its own, whichever of their logs is at hand."""
    ids = []
    for name in ("opendkim", "opendmarc"):
        files = [file for file in files_apart() if file.name == f"{name}.log"]
        alone = FilesStore(files, settle_basis(files, zone=UTC, machine_zone=UTC, now=NOW))
        ids.append({leg.id for leg in alone.find(Question(keys=QUEUE_IDS)).legs})
    both = {leg.id for leg in store(FilesStore).find(Question(keys=QUEUE_IDS)).legs}
    assert ids[0].isdisjoint(ids[1])
    assert ids[0] | ids[1] <= both


QUEUE_IDS = frozenset({Key(KeyKind.QUEUE_ID, "4jZ1LX5ZWcz1VTvB")})
"""The message with a softfail and a signature."""
