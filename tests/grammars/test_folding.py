"""Lines that stand for several messages, or hold several; and what a sender cannot make of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars import Event, Noise, Reject, Verb
from tests.grammars.support import reader

HEAD = "Nov 23 10:32:15 mx1 postfix/qmgr[7]: "
REMOVED = "4F7B21234A: removed"
OTHER = "5A7B21234B: removed"
ALL = reader()


def ids(text: str) -> list[str | None]:
    """Gives the queue ids of the events of a line, "reject" for what is not read."""
    readings = [record.reading for record in ALL.read_all(text)]
    return [reading.queue_id if isinstance(reading, Event) else "reject" for reading in readings]


def test_a_repeated_message_is_read_once_and_counted() -> None:
    """Rsyslog says how many times the message came."""
    (record,) = ALL.read_all(f"{HEAD}message repeated 3 times: [ {REMOVED}]")
    assert isinstance(record.reading, Event)
    assert (record.reading.verb, record.reading.queue_id, record.repeat) == (Verb.REMOVE, "4F7B21234A", 3)


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}message repeated 3 times: [ {REMOVED}",
        f"{HEAD}message repeated x times: [ {REMOVED}]",
        f"{HEAD}message repeated {'9' * 30} times: [ {REMOVED}]",
        f"{HEAD}x message repeated 3 times: [ {REMOVED}]",
        f"{HEAD}from=<message repeated 3 times: [ {REMOVED}]>",
    ],
)
def test_only_a_whole_repetition_is_one(text: str) -> None:
    """The words count only as the whole message, with a number and a closing bracket."""
    assert ids(text) == ["reject"]


def test_messages_put_into_one_line() -> None:
    """A forwarder put two messages into one line; neither is lost where the line as a whole says nothing."""
    assert ids(f"<22>{HEAD}{REMOVED}<22>{HEAD}{OTHER}") == ["4F7B21234A", "5A7B21234B"]
    assert ids(f"<22>{HEAD}{REMOVED}<22>1 2026-11-23T10:32:15Z mx1 postfix/qmgr 7 - - {OTHER}") == [
        *("4F7B21234A", "5A7B21234B"),
    ]


FREE = "4F7B21234A: message-id="


@pytest.mark.parametrize("end", ["", ">", " "])
def test_what_a_sender_writes_into_a_line_begins_no_message(end: str) -> None:
    """A Message-ID may imitate the seam of two messages: the second is never read, and the doubt is counted."""
    text = f"<22>Nov 23 10:32:15 mx1 postfix/cleanup[7]: {FREE}<a<22>{HEAD}{OTHER}{end}"
    assert ids(text) == ["4F7B21234A", "reject"]


@pytest.mark.parametrize("seam", [f"<22>{HEAD}", f"#012{HEAD}", f"\\n{HEAD}", f"]message repeated 2 times: [ {HEAD}"])
def test_nor_in_a_line_without_priority(seam: str) -> None:
    """Without a `<PRI>` of its own, a line is one message, whatever stands in it."""
    assert ids(f"Nov 23 10:32:15 mx1 postfix/cleanup[7]: {FREE}<a{seam}{OTHER}") == ["4F7B21234A"]


@pytest.mark.parametrize("end", ["#012", "#015#012", "#000", "#012#012"])
def test_escaped_line_ends_are_no_part_of_the_message(end: str) -> None:
    """What rsyslog makes of a line feed behind the message."""
    (record,) = ALL.read_all(f"Nov 23 10:32:15 mx1 postfix/cleanup[7]: {FREE}<a@b.example>{end}")
    assert isinstance(record.reading, Event)
    assert record.reading.message_id == "a@b.example"


@pytest.mark.parametrize(
    "text", ["-- Journal begins at Mon 2026-11-23 10:00:00 CET. --", "-- No entries --", "-- Reboot --"]
)
def test_remarks_of_a_journal_are_noise(text: str) -> None:
    """They name no program, and no message."""
    (record,) = ALL.read_all(text)
    assert isinstance(record.reading, Noise)


@given(st.text(max_size=120), st.sampled_from(["<22>", "", "message repeated 2 times: [", "#012", "{", "\x1e"]))
def test_anything_is_read_as_something(text: str, begin: str) -> None:
    """Never an exception, never nothing."""
    for line in (begin + text, f"{HEAD}{begin}{text}", f"<22>{HEAD}{text}{begin}{HEAD}{text}"):
        records = ALL.read_all(line)
        assert records
        assert all(record.repeat >= 1 for record in records)
        assert all(isinstance(each.reading, Reject) or each.reading for each in records)
