"""Anybody may write another's return-path: a spoofed message is not the victim's own, whose session broke."""

import pytest

from tests.correlator.stories import BUNDLE, CLIENT, accepted, answer_to, delivery, removed

JANE = "jane@recipient.example"
SPOOFER = "mx.evil.example[203.0.113.66]"
BROKEN = (
    f"smtpd: connect from {CLIENT}",
    f"smtpd: lost connection after EHLO from {CLIENT}",
    f"smtpd: disconnect from {CLIENT} ehlo=1 commands=1",
)
SPOOFED = (*accepted(client=SPOOFER), delivery(JANE, "250 2.0.0 Ok"), removed())
APART = "came from 203.0.113.66, not from 192.0.2.7, of which a session ended at that time before it named a sender"


@pytest.mark.parametrize("log", [(*BROKEN, *SPOOFED), (*SPOOFED, *BROKEN)], ids=["before", "after"])
def test_the_victims_session_broke(log: tuple[str, ...]) -> None:
    """The machine that the text names was there; the message with its return-path came from another."""
    found = answer_to(*log)
    own, *others = found["matches"]
    assert (found["finding"], own["message"]["client_ip"]) == ("found", "192.0.2.7")
    assert [each["fate"] for each in own["recipients"]] == ["not_accepted"]
    for other in others:
        assert f"but {APART}" in other["because"]


@pytest.mark.parametrize("log", [(*BROKEN, *SPOOFED), (*SPOOFED, *BROKEN)], ids=["before", "after"])
def test_the_spoofer_knew_the_recipient(log: tuple[str, ...]) -> None:
    """Nothing in the logs decides: both are listed, with what tells them apart."""
    found = answer_to(*log, bundle=f"{BUNDLE}Recipient: {JANE}\n")
    assert found["finding"] == "cannot_tell"
    clients = {each["message"]["client_ip"]: each["because"] for each in found["matches"]}
    assert set(clients) == {"192.0.2.7", "203.0.113.66"}
    assert f"but {APART}" in clients["203.0.113.66"]


def test_the_sender_has_several_machines() -> None:
    """Where the machine that the text names was not there, the return-path is the best there is."""
    found = answer_to(*SPOOFED)
    assert (found["finding"], found["matches"][0]["message"]["client_ip"]) == ("found", "203.0.113.66")


def test_a_message_id_is_proof() -> None:
    """The same Message-ID: a sender's second machine, whose first session broke."""
    found = answer_to(*BROKEN, *SPOOFED, bundle=f"{BUNDLE}Message-ID: <m1@sender.example>\n")
    assert (found["finding"], found["matches"][0]["message"]["client_ip"]) == ("found", "203.0.113.66")
