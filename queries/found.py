"""What a search of verdicts gives, and in which order: the same from every store."""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from queries.fields import FIELDS, Value
from queries.verdict import Verdict


class FoundVerdicts(NamedTuple):
    """Some of the rows that a condition matches, in the order asked for, and how many there are in all."""

    rows: list[Verdict]
    total: int


class Count(NamedTuple):
    """How many rows have one value; None counts those that have none."""

    value: Value | None
    rows: int


SORTS = ("time", "size", "score", "from", "to", "fate")
"""The fields that rows can be ordered by."""

COUNTED = tuple(field.name for field in FIELDS.values() if field.is_countable)
"""The fields that rows can be counted by."""


def in_order(rows: Iterable[Verdict], sort: str, *, newest_first: bool) -> list[Verdict]:
    """Gives rows by one of SORTS, those without a value last; among equals by time, then by id and ordinal."""
    shown = FIELDS[sort].shown
    ordered = sorted(rows, key=lambda row: (row.id, row.ordinal))
    ordered.sort(key=lambda row: row.time, reverse=newest_first)
    valued: list[tuple[Any, Verdict]] = [(value, row) for row in ordered if (value := shown(row)) is not None]
    valued.sort(key=itemgetter(0), reverse=newest_first)
    return [*(row for _, row in valued), *(row for row in ordered if shown(row) is None)]


def counted(counts: Counter[Value | None]) -> list[Count]:
    """Gives counts, the most first; equal ones by their value, none last."""
    return sorted(
        map(Count._make, counts.items()), key=lambda count: (-count.rows, count.value is None, str(count.value))
    )


def count_rows(name: str, rows: Sequence[Verdict]) -> list[Count]:
    """Counts rows by the value of a field."""
    searched = FIELDS[name]
    return counted(Counter(searched.label(searched.shown(row)) for row in rows))
