"""How sure an answer is said to be, where no id and no quoted reply names the message."""

import pytest

from tests.correlator.stories import CLIENT, ENVELOPE, answer_to

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
