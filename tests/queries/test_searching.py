"""What one large log is searched for is found as in a log that is read from end to end."""

import pytest

from grammars import Basis, Instant
from queries.searching import SearchedText
from queries.sources import log_file

_STAMP = "2026-11-23T10:32:15.123456+00:00 mx1 "
_OTHER = _STAMP + "postfix/qmgr[7]: 4F2A1B3C9D: removed"


def _text(lines: list[str]) -> SearchedText:
    raw = "".join(f"{line}\n" for line in lines).encode()
    return SearchedText(log_file("mail.log", raw, Instant(0)), Basis(newest=Instant(0)))


def _offset(lines: list[str], number: int) -> int:
    return sum(len(line) + 1 for line in lines[:number])


@pytest.mark.parametrize("between", [3, 20_000])
def test_a_connection_is_whole(between: int) -> None:
    """From its `connect` to its `disconnect`, however far away, and nothing of the process's other connections."""
    server = _STAMP + "postfix/smtpd[35879]: "
    connect, disconnect = server + "connect from unknown[192.0.2.7]", server + "disconnect from unknown[192.0.2.7]"
    reject = server + "lost connection after RCPT from unknown[192.0.2.7]"
    parts = [connect, disconnect, connect, *[_OTHER] * between, reject, *[_OTHER] * between, disconnect, connect]
    middle = 3 + between
    found = _text(parts).connections([_offset(parts, middle)]) - {_offset(parts, middle)}
    assert sorted(found) == [_offset(parts, 2), _offset(parts, middle + between + 1)]


def test_lines_have_their_numbers_in_any_order() -> None:
    """What was counted for one line serves the lines before and behind it."""
    lines = [f"{_OTHER}{'.' * (number % 7)}" for number in range(400)]
    text = _text(lines)
    for number in (200, 190, 399, 0, 1, 395, 200, 205):
        assert text.line_number(_offset(lines, number)) == number + 1


def test_postscreen_is_looked_for_wherever_a_connection_is() -> None:
    """That one part of a log has none of its lines says nothing of the others."""
    screened = _STAMP + "postfix/postscreen[3]: CONNECT from [192.0.2.7]:4711 to [198.51.100.25]:25"
    connect = _STAMP + "postfix/smtpd[35879]: connect from unknown[192.0.2.7]"
    parts = [connect, *[_OTHER] * 150_000, screened, connect]
    text = _text(parts)
    assert text.screenings([_offset(parts, 0)], "192.0.2.7") == set()
    last = len(parts) - 1
    assert _offset(parts, last - 1) in text.screenings([_offset(parts, last)], "192.0.2.7")
    assert text.screenings([_offset(parts, 2)], "192.0.2.7") == set()
