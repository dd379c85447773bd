"""The table of verdicts gives exactly what the conditions mean, whatever was put, put again and taken out."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st

from queries.conditions import Condition
from queries.found import COUNTED, SORTS, count_rows, in_order
from queries.stores.verdicts import VerdictTable
from queries.verdict import Verdict
from tests.queries.verdict_rows import CONDITIONS, VERDICTS


@contextmanager
def table(rows: list[Verdict]) -> Iterator[VerdictTable]:
    """A table in memory that holds some rows."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        made = VerdictTable(connection)
        made.put(rows)
        yield made


ROWS = st.lists(VERDICTS, max_size=12, unique_by=lambda row: (row.id, row.ordinal))


@settings(max_examples=600)
@given(ROWS, CONDITIONS, st.sampled_from(SORTS), st.booleans(), st.none() | st.integers(0, 4))
def test_a_search_gives_what_the_conditions_mean(
    rows: list[Verdict], condition: Condition, sort: str, newest_first: bool, limit: int | None
) -> None:
    """SQL and the reference agree on rows, order, total and counts."""
    meant = in_order((row for row in rows if condition.matches(row)), sort, newest_first=newest_first)
    with table(rows) as made:
        found = made.search(condition, limit=limit, sort=sort, newest_first=newest_first)
        assert found.rows == meant[:limit]
        assert found.total == len(meant)
        for name in COUNTED:
            assert made.count_by(name, condition) == count_rows(name, meant)
