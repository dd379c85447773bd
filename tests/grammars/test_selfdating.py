"""Queue ids that carry their own clock."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars import Instant
from grammars.core.event import rfc3339
from grammars.core.selfdating import QUEUE_ID_LETTERS, postfix_queue_id
from grammars.core.words import SECOND


def long_id(instant: int, inode: str = "JJQK") -> str:
    """Makes the long queue id of a moment, as Postfix does: seconds and microseconds in base 52."""

    def digits(number: int, least: int) -> str:
        text = ""
        while number or len(text) < least:
            number, digit = divmod(number, 52)
            text = QUEUE_ID_LETTERS[digit] + text
        return text

    return digits(instant // SECOND, 6) + digits(instant % SECOND, 4) + "z" + inode


@pytest.mark.parametrize(
    ("queue_id", "time"),
    [
        ("4jY2VN3600zJJDG", "2026-11-23T10:38:52"),  # lab lines of these ids, 10:38:52Z and 10:39:00Z
        ("4jY2VX3W0xzJJDG", "2026-11-23T10:39:00"),
    ],
)
def test_a_long_id_of_a_real_log_names_its_second(queue_id: str, time: str) -> None:
    """Ids taken from a real run give the second in which their first line was written."""
    found = postfix_queue_id(queue_id)
    assert found is not None
    assert rfc3339(found, 0)[:19] == time


@given(
    st.integers(788_918_400 * SECOND, 4_102_444_799 * SECOND), st.text(QUEUE_ID_LETTERS[:-1], min_size=1, max_size=8)
)
def test_a_long_id_gives_back_the_moment_it_was_made(instant: int, inode: str) -> None:
    """Exact to the microsecond, whatever the inode; a `z` inside the clock part does not end it."""
    assert postfix_queue_id(long_id(instant, inode)) == Instant(instant)


def test_the_last_z_separates() -> None:
    """Seconds and microseconds may hold the letter z themselves; the inode, in base 51, cannot."""
    instant = (1_790_000_000 // 52 * 52 + 51) * SECOND + 51 * 52 + 51  # ends in z00zz
    made = long_id(instant)
    assert made.count("z") > 1
    assert postfix_queue_id(made) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "4F7B21234",
        "ABCDEF0123456",
        "warning",
        "NOQUEUE",
        "4jY2VN3600z",
        "4jY2VN360zJJDG",
        "4jY2VN3a00zJJDG",
        "4jY2VN36\u00e900zJJDG",
        "4jY2VNzzzzzJJDG",
        "0000000000zJJDG",
        "zzzzzzzzzzzzzzzzzzzzzzzzzz",
    ],
)
def test_what_is_no_long_id_names_no_moment(text: str) -> None:
    """Short ids, words, ids without clock or inode, vowels, too many microseconds, absurd years."""
    assert postfix_queue_id(text) is None


@given(st.text(max_size=40))
def test_any_text_names_a_plausible_moment_or_none(text: str) -> None:
    """Decoding is total, and stays between 1995 and 2099."""
    found = postfix_queue_id(text)
    assert found is None or 1995 <= datetime.fromtimestamp(found / SECOND, UTC).year <= 2099
