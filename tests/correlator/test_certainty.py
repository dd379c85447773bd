"""How sure an answer is said to be, where no id and no quoted reply names the message."""

from datetime import UTC

import pytest

from correlator.ask import AskOptions, ask
from correlator.evidence import read_evidence
from correlator.render.text import render_text
from queries.basis import settle_basis
from queries.sources import log_file
from queries.stores.files import FilesStore
from tests.correlator.stories import CLIENT, ENVELOPE, NOW, accepted, answer_to, delivery, whole

_BUNDLE = "Return-Path: news@sender.example\nRecipient: jane@recipient.example\nSending IP: 192.0.2.7\n"


@pytest.mark.parametrize(
    ("said", "most"),
    [
        ("Timestamp: 2026-11-23T10:24:00Z\n", 1.0),
        ("Timestamp: 2026-11-23T14:24:00Z\n", 0.9),
        ("Timestamp: 2026-11-23T10:24:00Z\nReply: 250 ok\n", 0.9),
        ("Timestamp: 2026-11-23T14:24:00Z\nReply: 250 ok\n", 0.7),
    ],
)
def test_a_message_of_the_same_people_at_another_hour_or_answered_otherwise_is_not_certain(
    said: str, most: float
) -> None:
    refused = f"smtpd: NOQUEUE: reject: RCPT from {CLIENT}: 554 5.7.1 No; {ENVELOPE}"
    found = answer_to(refused, bundle=_BUNDLE + said)
    assert most - 0.1 < found["matches"][0]["confidence"] <= most


_TAKEN = (*accepted(), delivery("jane@recipient.example", "delivered to mailbox", agent="local", relay="local"))


@pytest.mark.parametrize(
    ("said", "is_certain"),
    [
        ("Return-Path: news@sender.example\nTime: 2026-11-23 10:24 UTC", True),
        ("Return-Path: news@sender.example\nTime: 2026-11-23 10:24", False),
        ("Return-Path: news@sender.example\nSending IP: 192.0.2.7\nTime: 2026-11-23 10:24", True),
        ("Recipient: jane@recipient.example\nTime: 2026-11-23 10:24 UTC", False),
    ],
)
def test_one_fact_and_a_guessed_time_or_the_recipient_alone_are_not_certain(said: str, *, is_certain: bool) -> None:
    """One of several readings of a time fits easily; and a person gets mail from many."""
    found = answer_to(*_TAKEN, bundle=said)
    assert (found["matches"][0]["confidence"] >= 0.98) is is_certain


def test_a_long_list_of_readings_is_cut_in_the_text() -> None:
    """Nine zones are nine stretches that the log does not cover; the text names some, and says how many more."""
    entries = [log_file("mail.log", whole(_TAKEN).encode(), NOW)]
    store = FilesStore(entries, settle_basis(entries, zone=UTC, machine_zone=UTC, now=NOW))
    (bundle,) = read_evidence("Return-Path: other@sender.example\nTime: 2026-12-02 10:24", now=NOW)
    shown = render_text(ask(bundle, store, AskOptions()))
    assert "more reasons; --json has them all" in shown
    assert shown.count("\n  missing: ") == 6
