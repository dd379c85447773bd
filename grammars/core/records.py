"""Records of several lines, in files that a product writes by itself: each is read as one line.

The lines of a record are joined by a character that no line holds any more then, so that nothing in
a line can imitate the border between two.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import pyparsing as pp

from grammars.core.lexemes import combine, two_digits

JOINT = "\x1e"
"""What stands between two lines of one record (ASCII: record separator)."""

REACH = 64
"""How many lines, the first included, a record may have."""


class Records(NamedTuple):
    """How the lines of a product's own file make records.

    `marks` are the beginnings of a record's first line.  `span` is given the line before, and the
    lines from such a one on (at most `REACH` + 1); it says how many of these are one record: 1 where
    the line stands alone.  It is a function of these lines and of nothing else.
    """

    marks: tuple[str, ...]
    span: Callable[[str, Sequence[str]], int]


def spans(records: Records, lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Gathers lines: each record's, and each line that stands alone, in order, none left out."""
    source = iter(lines)
    ahead: deque[str] = deque()
    before = ""
    while True:
        if not ahead:
            ahead.extend(islice(source, 1))
        if not ahead:
            return
        size = 1
        if ahead[0].startswith(records.marks):
            ahead.extend(islice(source, REACH + 1 - len(ahead)))
            size = max(records.span(before, tuple(ahead)), 1)
        taken = tuple(ahead.popleft() for _ in range(min(size, len(ahead))))
        before = taken[-1]
        yield taken


def joined(lines: Sequence[str]) -> str:
    """Makes one line of a record; what looks like the joint in it becomes a question mark."""
    return JOINT.join(line.replace(JOINT, "?") for line in lines)


# ---------------------------------------------------------------- stamps with the year behind the clock


def _month_and_clock() -> pp.ParserElement:
    day = two_digits | (pp.Literal(" ") + pp.Word(pp.nums, exact=1))
    month = pp.Char("JFMASOND") + pp.Word(pp.alphas.lower(), exact=2)
    return month + " " + day + " " + two_digits + ":" + two_digits + ":" + two_digits


def month_stamp() -> pp.ParserElement:
    """`Nov 23 10:32:15 2026`, as Mailman writes it: names `second` and `year`."""
    return combine(_month_and_clock())("second") + " " + pp.Word(pp.nums, exact=4)("year")


def any_ctime() -> pp.ParserElement:
    """`Mon Nov 23 10:32:15 2026` (ctime), without names: 24 characters."""
    weekday = pp.Char("MTWFS") + pp.Word(pp.alphas.lower(), exact=2)
    return weekday + " " + _month_and_clock() + " " + pp.Word(pp.nums, exact=4)


def ctime() -> pp.ParserElement:
    """The same, named as `month_stamp`."""
    weekday = pp.Char("MTWFS") + pp.Word(pp.alphas.lower(), exact=2)
    return weekday + " " + month_stamp()
