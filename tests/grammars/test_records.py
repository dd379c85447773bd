"""Records of several lines, and stamps whose year stands behind the clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars import Event, find_formats
from grammars.core.clock import with_year
from grammars.core.event import rfc3339
from grammars.core.records import JOINT, REACH, Records, joined, spans
from tests.grammars.support import reader

WITH_RECORDS = [entry for entry in find_formats() if entry.records is not None]
PAIRS = Records(marks=("a",), span=lambda before, lines: 2 if before != "x" and lines[1:2] == ("b",) else 1)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("ab", ["ab"]),
        ("abab", ["ab", "ab"]),
        ("cabc", ["c", "ab", "c"]),
        ("ac", ["a", "c"]),
        ("a", ["a"]),
        ("xab", ["x", "a", "b"]),
        ("", []),
        ("ba", ["b", "a"]),
    ],
)
def test_lines_gather(lines: str, found: list[str]) -> None:
    """A record where the rule says so, at the end of the file too; the line before can forbid it."""
    assert ["".join(each) for each in spans(PAIRS, lines)] == found


@given(lines=st.lists(st.sampled_from(["a", "b", "c", "x", ""]), max_size=40), size=st.integers(-1, 3 * REACH))
def test_no_line_is_left_out(lines: list[str], size: int) -> None:
    """Whatever a rule says, every line is given once, in its order."""
    rule = Records(marks=("a",), span=lambda _before, _lines: size)
    assert [line for found in spans(rule, lines) for line in found] == lines


@pytest.mark.parametrize("entry", WITH_RECORDS, ids=lambda entry: entry.name)
@given(data=st.data())
def test_a_format_gathers_any_lines(entry: object, data: st.DataObject) -> None:
    """Its own lines in any order, with any text among them, never raise and lose none."""
    (known,) = [each for each in WITH_RECORDS if each is entry]
    own = [line for sample in known.samples for line in sample.line.split(JOINT)]
    lines = data.draw(st.lists(st.sampled_from(own) | st.text(max_size=30), max_size=30))
    assert known.records is not None
    assert [line for found in spans(known.records, lines) for line in found] == lines


def test_a_line_cannot_hold_the_joint() -> None:
    """What looks like a border inside a line is none."""
    assert joined(["a" + JOINT + "b", "c"]) == f"a?b{JOINT}c"


def test_the_year_behind_the_clock_counts() -> None:
    """Such files are kept for years: the latest year that fits would be wrong."""
    line = f"From news@sender.example  Fri Feb 29 10:32:15 2008{JOINT}  Folder: inbox\t\t      9"
    event = reader().read(line)
    assert isinstance(event, Event)
    assert rfc3339(event.instant, 0) == "2008-02-29T10:32:15Z"


@pytest.mark.parametrize("stamp", ["Mon Feb 30 10:32:15 2026", "Mon Foo 23 10:32:15 2026", "Mon Nov 23 29:32:15 2026"])
def test_no_moment(stamp: str) -> None:
    """A date that there is not is no event."""
    line = f"From news@sender.example  {stamp}{JOINT}  Folder: inbox\t\t      9"
    assert not isinstance(reader().read(line), Event)


def test_with_year() -> None:
    """The form that begins with the year; a blank may stand before the day."""
    assert with_year("Nov  3 10:32:15", "2026") == "2026-11-03T10:32:15"
    assert with_year("Foo 23 10:32:15", "2026") == "2026-00-23T10:32:15"
