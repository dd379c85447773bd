"""The envelope of a line, in each of the forms in which logs are kept."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars import Event, Foreign, Reject, TimeBasis
from grammars.core.frames import RFC5424, SYSLOG, Frame, read_frame, rfc5424, syslog
from grammars.core.lower import read_reference, reference
from tests.grammars.support import reader

MESSAGE = "4jY2TD5qvxzJJQK: removed"


def parts(text: str) -> tuple[object, ...] | None:
    """Gives the envelope of a line, and the message."""
    frame = read_frame(text)
    return None if frame is None else (*frame[:6], frame.text[frame.start :])


@pytest.mark.parametrize(
    ("line", "second", "fraction", "offset"),
    [
        ("Nov 23 10:24:07 mx1 postfix/qmgr[7]: ", "Nov 23 10:24:07", None, None),
        ("Nov  3 10:24:07 mx1 postfix/qmgr[7]: ", "Nov  3 10:24:07", None, None),
        ("Nov 3 10:24:07 mx1 postfix/qmgr[7]: ", "Nov 3 10:24:07", None, None),
        ("Nov 03 10:24:07 mx1 postfix/qmgr[7]: ", "Nov 03 10:24:07", None, None),
        ("Nov 23 10:24:07.123456 mx1 postfix/qmgr[7]: ", "Nov 23 10:24:07", "123456", None),
        ("<22>Nov 23 10:24:07 mx1 postfix/qmgr[7]: ", "Nov 23 10:24:07", None, None),
        ("2026-11-23T10:24:07+01:00 mx1 postfix/qmgr[7]: ", "2026-11-23T10:24:07", None, "+01:00"),
        ("2026-11-23T10:24:07.1+0100 mx1 postfix/qmgr[7]: ", "2026-11-23T10:24:07", "1", "+0100"),
        ("2026-11-23 10:24:07,123 mx1 postfix/qmgr[7]: ", "2026-11-23 10:24:07", "123", None),
        ("<22>2026-11-23T10:24:07.123456789Z mx1 postfix/qmgr[7]: ", "2026-11-23T10:24:07", "123456789", "Z"),
        ("<22>1 2026-11-23T10:24:07.1+01:00 mx1 postfix/qmgr 7 - - ", "2026-11-23T10:24:07", "1", "+01:00"),
        ("<22>1 2026-11-23T10:24:07Z mx1 postfix/qmgr 7 ID47 - \ufeff", "2026-11-23T10:24:07", None, "Z"),
    ],
)
def test_each_form_gives_the_same_envelope(line: str, second: str, fraction: str | None, offset: str | None) -> None:
    """RFC 3164, RFC 3339 and RFC 5424 stamps, with and without priority: host, tag, pid and message are the same."""
    assert parts(line + MESSAGE) == (second, fraction, offset, "mx1", "postfix/qmgr", "7", MESSAGE)


@pytest.mark.parametrize(
    "data",
    [
        "-",
        '[a@1 b="c"]',
        '[a@1 b="say \\"hi\\" ] [x"]',
        '[a@1 b="\\\\"]',
        '[a@1 b="\\]"][c@1 d="]["]',
        '[a@1 b="from=<x> postfix/smtp[7]: y"]',
        "[a@1]",
    ],
)
def test_structured_data_ends_where_it_ends(data: str) -> None:
    """RFC 5424 section 6.3.3: quotes, backslashes and brackets inside values do not end it."""
    line = f"<22>1 2026-11-23T10:24:07Z mx1 postfix/qmgr 7 - {data} {MESSAGE}"
    assert parts(line) == ("2026-11-23T10:24:07", None, "Z", "mx1", "postfix/qmgr", "7", MESSAGE)


@pytest.mark.parametrize("data", ['[a@1 b="c]', "[a@1 b=", '[a@1 b="\\"]'])
def test_structured_data_that_does_not_end_is_no_frame(data: str) -> None:
    """A broken envelope is a reject, not a guess where the message begins."""
    assert read_frame(f"<22>1 2026-11-23T10:24:07Z mx1 postfix/qmgr 7 - {data}") is None


@pytest.mark.parametrize(("procid", "pid"), [("7", "7"), ("-", None), ("7a", None), ("worker", None)])
def test_a_process_id_is_a_number_or_absent(procid: str, pid: str | None) -> None:
    """RFC 5424 section 6.2.6: PROCID may be any word; only a number is a pid."""
    frame = read_frame(f"<22>1 2026-11-23T10:24:07Z mx1 postfix/qmgr {procid} - - {MESSAGE}")
    assert frame is not None
    assert frame.pid == pid


def test_a_tag_without_pid() -> None:
    """Postlogd and containers may leave the pid out; the message may be empty."""
    assert parts("Nov 23 10:24:07 mx1 dovecot: ") == ("Nov 23 10:24:07", None, None, "mx1", "dovecot", None, "")
    assert parts("Nov 23 10:24:07 mx1 dovecot:x") == ("Nov 23 10:24:07", None, None, "mx1", "dovecot", None, "x")


def journal(**changes: object) -> str:
    """Gives one line of `journalctl -o json`; None takes a field away."""
    entry: dict[str, object] = {
        "__REALTIME_TIMESTAMP": "1795429447123456",
        "_HOSTNAME": "mx1",
        "SYSLOG_IDENTIFIER": "postfix/qmgr",
        "_PID": "7",
        "MESSAGE": MESSAGE,
    }
    return json.dumps({name: value for name, value in (entry | changes).items() if value is not None})


def test_a_journal_entry() -> None:
    """Microseconds UTC, host, identifier, pid and message."""
    assert parts(journal()) == ("2026-11-23T10:24:07", "123456", "Z", "mx1", "postfix/qmgr", "7", MESSAGE)


@pytest.mark.parametrize(
    ("changes", "place", "value"),
    [
        ({"MESSAGE": list(MESSAGE.encode())}, 6, MESSAGE),
        ({"MESSAGE": [195, 164, 255]}, 6, "ä\ufffd"),
        ({"SYSLOG_PID": "8"}, 5, "8"),
        ({"_PID": None}, 5, None),
        ({"_PID": "9" * 5000}, 5, None),
        ({"_HOSTNAME": None}, 3, None),
        ({"_HOSTNAME": ""}, 3, None),
        ({"_HOSTNAME": ["a", "b"]}, 3, None),
        ({"_SOURCE_REALTIME_TIMESTAMP": "1795429446000001"}, 0, "2026-11-23T10:24:06"),
        ({"__REALTIME_TIMESTAMP": 1795429447000000}, 1, "000000"),
    ],
)
def test_variants_of_a_journal_entry(changes: dict[str, object], place: int, value: object) -> None:
    """A message of bytes, either pid, a missing host, the time of the source before that of the receipt."""
    found = parts(journal(**changes))
    assert found is not None
    assert found[place] == value


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{",
        "[" * 3,
        '{"a":' * 100_000,
        journal(MESSAGE=None),
        journal(MESSAGE=[256]),
        journal(MESSAGE=["a"]),
        journal(MESSAGE=[1.5]),
        journal(MESSAGE=7),
        journal(SYSLOG_IDENTIFIER=None),
        journal(__REALTIME_TIMESTAMP=None),
        journal(__REALTIME_TIMESTAMP="soon"),
        journal(__REALTIME_TIMESTAMP="9" * 30),
        journal(__REALTIME_TIMESTAMP=[1]),
    ],
    ids=lambda text: text[:20],
)
def test_a_broken_journal_entry_is_no_frame(text: str) -> None:
    """Whatever JSON holds, the reader does not raise."""
    assert read_frame(text) is None
    assert isinstance(reader().read(text), Reject)


@pytest.mark.parametrize(
    "line",
    [
        "",
        " ",
        "\x00\x00\x00",
        "Nov 23 10:24:07",
        "Nov 23 10:24:07 mx1",
        "Nov 23 10:24:07 mx1 postfix/qmgr[7]",
        "Nov 23 10:24 mx1 postfix/qmgr[7]: x",
        "23 Nov 10:24:07 mx1 postfix/qmgr[7]: x",
        "<22 Nov 23 10:24:07 mx1 postfix/qmgr[7]: x",
        f"Nov 23 10:24:07 mx1 postfix/qmgr[{'9' * 19}]: x",
        "\u0661\u0661 Nov 23 10:24:07 mx1 postfix/qmgr[7]: x",
        "Nov \u0662\u0663 10:24:07 mx1 postfix/qmgr[7]: x",
        "last message repeated 3 times",
    ],
)
def test_what_has_no_envelope_is_a_reject(line: str) -> None:
    """No stamp, no host or no tag: a reject with a reason, at column 1."""
    reading = reader().read(line)
    assert isinstance(reading, Reject)
    assert reading.column == 1
    assert reading.reason


def test_a_program_that_nobody_claims_is_foreign() -> None:
    """A good envelope of an unknown program is counted by its name."""
    assert reader().read("Nov 23 10:24:07 mx1 kernel: x") == Foreign("kernel")
    assert reader().read("Nov 23 10:24:07 mx1 smtpd[7]: connect from unknown[192.0.2.1]") == Foreign("smtpd")


def test_a_stamp_that_names_no_moment_is_a_reject_of_its_format() -> None:
    """The line is of the format, and still unread."""
    reading = reader().read("Feb 30 10:24:07 mx1 postfix/qmgr[7]: " + MESSAGE)
    assert isinstance(reading, Reject)
    assert reading.format == "postfix"


def test_an_event_keeps_the_precision_of_its_stamp() -> None:
    """Time is printed with the digits that the line had, six at most."""
    for fraction, printed in (
        ("", ""),
        (".1", ".1"),
        (".123", ".123"),
        (".123456", ".123456"),
        (".123456789", ".123456"),
    ):
        reading = reader().read(f"2026-11-23T10:24:07{fraction}+01:00 mx1 postfix/qmgr[7]: {MESSAGE}")
        assert isinstance(reading, Event)
        assert reading.to_json()["time"] == f"2026-11-23T09:24:07{printed}Z"


@given(
    st.sampled_from(["Nov 23 10:24:07 mx1 a[7]: ", '<22>1 2026-11-23T10:24:07Z mx1 a 7 - [x y="z"] ']),
    st.integers(0, 50),
    st.text('<>[]":\\ 17aZ.,-+', max_size=6),
)
def test_frames_read_as_pyparsing_reads_them(line: str, at: int, put: str) -> None:
    """The two frames, damaged at any place: pattern and reference give the same parts."""
    text = line[:at] + put + line[at:]
    for pattern, grammar in ((SYSLOG, syslog()), (RFC5424, rfc5424())):
        found = re.compile(pattern.pattern + r"\Z").match(text)
        named = None if found is None else {name: value for name, value in found.groupdict().items() if value}
        assert named == read_reference(reference(grammar), text)


@given(st.text(max_size=120))
def test_any_text_has_a_frame_or_none(text: str) -> None:
    """Framing is total."""
    frame = read_frame(text)
    assert frame is None or isinstance(frame, Frame)


_RSPAMD = "2026-11-23 10:32:15 #32(normal) <a1b2c3>; task; rspamd_task_write_log: id: <m1@sender.example>, "
_RSPAMD += "qid: <A993C16F8E8>, ip: 192.0.2.7, from: <news@sender.example>, (default: F (no action): [-0.10/15.00] "
_RSPAMD += "[MIME_GOOD(-0.10){text/plain;}]), len: 1017, time: 81.1ms, dns req: 9, digest: <aa>, rcpts: <j@r.example>"


@pytest.mark.parametrize(
    "prefix",
    ["", "2026-11-23T10:32:15.123456789Z ", "rspamd-1  | ", "rspamd-1  | 2026-11-23T10:32:15.123456789Z ", "STDOUT"],
)
def test_a_products_own_line_inside_a_containers(prefix: str) -> None:
    """Two stamps behind each other are a collector's and the line's own, not the stamp and the name of a host."""
    around = "2026-11-23T10:32:15.123456789Z stdout F " if prefix == "STDOUT" else prefix
    found = reader().read(around + _RSPAMD)
    assert isinstance(found, Event), found
    assert (found.format, found.queue_id) == ("rspamd", "A993C16F8E8")
    assert (found.basis is TimeBasis.STATED) == ("Z " in around)
