"""The lines to send back: they ask for what is missing, for nothing that was given, and tell nothing of our site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlator.askback import lines_for
from correlator.evidence import read_evidence
from tests.correlator.stories import NOW, answer_to

_GIVEN = {
    "time": "Timestamp: 2026-11-23T10:24:00Z",
    "return-path": "Return-Path: news@sender.example",
    "IP address": "Sending IP: 192.0.2.7",
    "recipient's address": "Recipient: jane@recipient.example",
    "SMTP reply": "SMTP reply: 250 2.0.0 Ok: queued as 4F7B21234A",
}
_ASKED = {"time": "to the second", **{name: name for name in _GIVEN if name != "time"}}


def _lines(text: str) -> tuple[str, ...]:
    return lines_for(read_evidence(text, now=NOW)[0])


@given(st.sets(st.sampled_from(sorted(_GIVEN))))
def test_what_was_given_is_not_asked_for(given_names: set[str]) -> None:
    """Each of the five things is asked for exactly if the text lacks it."""
    text = "\n".join(line for name, line in _GIVEN.items() if name in given_names)
    wanted = "\n".join(line for line in _lines(text) if line.startswith("- "))
    for name, words in _ASKED.items():
        assert (words in wanted) == (name not in given_names), (name, wanted)


def test_a_full_text_leaves_nothing_to_ask() -> None:
    """Then there are no lines at all."""
    assert _lines("\n".join(_GIVEN.values())) == ()


def test_without_an_id_the_message_id_helps() -> None:
    """Where all else is known, and a refusal has no id, the Message-ID is what is left."""
    text = "\n".join([*list(_GIVEN.values())[:4], "SMTP reply: 550 5.7.1 Message rejected"])
    assert [line for line in _lines(text) if line.startswith("- ")] == ["- its Message-ID"]


@pytest.mark.parametrize(
    "stamp", ["2026-11-23 10:24:00", "2026-11-23 10:24 UTC", "yesterday at 3 pm", "11/12/2026 CST"]
)
def test_a_vague_time_is_asked_again_and_quoted(stamp: str) -> None:
    """A time without zone or seconds was given, so the lines say what is wrong with it."""
    (asked,) = [line for line in _lines(f"Time: {stamp}") if "to the second" in line]
    assert "you gave" in asked


def test_a_reply_without_its_id_is_quoted() -> None:
    """A cut reply is named, so that the sender sees what to look for."""
    (asked,) = [line for line in _lines("SMTP reply: 250 2.0.0 OK\nTime: 2026-11-23T10:24:00Z") if "SMTP reply" in line]
    assert 'you gave: "250 2.0.0 OK"' in asked


def test_a_message_that_was_never_sent_is_to_be_sent() -> None:
    """The sender has to lift what holds it, in its own words."""
    lines = _lines("Recipient: jane@recipient.example\nStatus: suppressed")
    assert "never sent" in lines[1]
    assert "suppressed" in lines[1]
    assert "send it again" in lines[2]


def test_nothing_of_our_site_is_told() -> None:
    """No host, path, log or address of ours that the text did not name stands in the lines."""
    found = answer_to(
        "smtpd: connect from mail.sender.example[192.0.2.7]",
        "smtpd: disconnect from mail.sender.example[192.0.2.7]",
        bundle="Time: 2026-11-23 10:24:00Z\nRecipient: bob@recipient.example",
    )
    request = found["next_steps"][-1]
    assert request.startswith("Send this back")
    for ours in ("mx1", "mail.log", "postfix", "192.0.2.7"):
        assert ours not in request


@given(st.text(max_size=300))
def test_any_text_gives_lines_of_one_line_each(text: str) -> None:
    """No text makes a line break inside of a line: what is pasted keeps its form."""
    for bundle in read_evidence(text, now=NOW):
        assert all("\n" not in line and len(line) < 1000 for line in lines_for(bundle))
