"""The table of verdicts gives exactly what the conditions mean, whatever was put, put again and taken out."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from correlator.words import Fate, Holder, Owner, Stage
from grammars import Instant
from queries.conditions import EVERYTHING, Condition, Equals
from queries.fields import FIELDS
from queries.found import COUNTED, SORTS, count_rows, in_order
from queries.stores import words
from queries.stores.verdicts import VerdictTable, month_of
from queries.verdict import Verdict
from tests.queries.verdict_rows import CONDITIONS, DAY, START, VERDICTS


@contextmanager
def table(rows: list[Verdict]) -> Iterator[VerdictTable]:
    """A table in memory that holds some rows."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        made = VerdictTable(connection)
        made.put(rows)
        yield made


ROWS = st.lists(VERDICTS, max_size=12, unique_by=lambda row: (row.id, row.ordinal))


@settings(max_examples=300)
@given(ROWS, CONDITIONS, st.sampled_from(SORTS), st.booleans(), st.none() | st.integers(1, 4))
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


@settings(max_examples=150)
@given(ROWS, ROWS, st.sets(st.integers(0, 7), max_size=3))
def test_putting_again_replaces_and_removing_takes_out(
    first: list[Verdict], second: list[Verdict], gone: set[int]
) -> None:
    """All rows of a message are replaced, in another month too."""
    ids = {row.id for row in second}
    removed = {row.id for row in (*first, *second) if int(row.id[:8], 16) in gone}
    kept = [row for row in (*second, *(row for row in first if row.id not in ids)) if row.id not in removed]
    with table(first) as made:
        made.put(second)
        made.put(second)
        made.remove(removed)
        assert made.search(EVERYTHING, limit=None).rows == in_order(kept, "time", newest_first=True)


def row(number: int, days: int = 0, **fields: object) -> Verdict:
    """A plain row that arrived some days after the start."""
    plain: dict[str, object] = {
        "id": f"{number:064x}",
        "ordinal": 0,
        "time": Instant(START + days * DAY),
        "fate": "delivered",
        "is_final": True,
        "stage": "mailbox",
        "owner": "nobody",
        "holder": "mailbox",
        "reason_code": "stored",
        "is_open": False,
    }
    return Verdict(**(plain | fields))  # type: ignore[arg-type]  # a row of any fields


def test_nothing_of_a_removed_message_stays() -> None:
    """Texts that other rows of the month use stay, those that none uses go."""
    rows = [row(1, recipient="bob@example.com", reverse_path="a@b.example"), row(2, recipient="bob@example.com")]
    with table(rows) as made:
        made.put([row(1, recipient="eve@example.com", reverse_path="a@b.example"), row(3, handed_to="hub1")])
        made.remove([rows[0].id])
        held = {text for (text,) in made._connection.execute("SELECT text FROM verdict_word_202611") if text[0] != "["}
        assert held == {"bob@example.com", "hub1"}


def test_a_month_is_dropped_whole() -> None:
    """Its rows and its texts, and nothing of another month."""
    with table([row(1, 0, recipient="bob@example.com"), row(2, 40, recipient="alice@example.com")]) as made:
        assert made.months() == ("202611", "202701")
        made.drop_month("202611")
        assert made.months() == ("202701",)
        assert [found.recipient for found in made.search(EVERYTHING, limit=9).rows] == ["alice@example.com"]


def test_a_caller_s_transaction_stays_the_caller_s() -> None:
    """What was put is gone with it; without one, a call that fails leaves nothing behind."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        made = VerdictTable(connection)
        connection.execute("BEGIN")
        made.put([row(1)])
        connection.execute("ROLLBACK")
        assert made.months() == ()
        with pytest.raises(ValueError, match="hexadecimal"):
            made.put([row(1), row(2, 40, id="no hex")])
        assert made.months() == ()


def test_who_may_only_read_can_search(tmp_path: Path) -> None:
    """A reader's connection needs no right to write, and sees nothing where there is nothing."""
    path = tmp_path / "store.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        VerdictTable(connection).put([row(1, recipient="bob+x@example.com", score=7.5)])
        connection.commit()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        reader = VerdictTable(connection)
        assert reader.search(Equals("to", "bob@example.com"), limit=1).total == 1
        assert [tuple(count) for count in reader.count_by("to", EVERYTHING)] == [("bob+x@example.com", 1)]
    with closing(sqlite3.connect(":memory:")) as connection:
        assert VerdictTable(connection).search(EVERYTHING, limit=1) == ([], 0)


def test_what_a_database_cannot_keep_is_replaced() -> None:
    """A NUL, half a surrogate pair, a line end in an id: the row is kept, and found."""
    hostile = row(
        1, recipient="a\0b@x.example", subject="\ud800", queue_ids=("A\nB", "C"), helo="\ud800\0", reason_text="\0"
    )
    with table([hostile]) as made:
        found = made.search(Equals("qid", "C"), limit=1).rows[0]
        assert (found.recipient, found.subject, found.queue_ids) == ("a\ufffdb@x.example", "\ufffd", ("A\ufffdB", "C"))


def test_two_texts_of_one_number_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of a word is a hash of 28 bits, so some meet; even if all of them do, none is another."""
    monkeypatch.setattr(words, "_number", lambda kind, _: kind.numbers.stop - 1)
    rows = [row(number, recipient=f"user{number}@example.com") for number in range(40)]
    with table(rows) as made:
        made.put(rows[:7])
        assert made.search(EVERYTHING, limit=None, newest_first=False).rows == rows
        assert made.search(Equals("to", "user31@example.com"), limit=9).rows == [rows[31]]


@pytest.mark.parametrize(("day", "month"), [(-(10**7), "000101"), (10**7, "999912"), (0, "197001"), (31, "197002")])
def test_every_instant_has_a_month(day: int, month: str) -> None:
    """Those outside the calendar, too."""
    assert month_of(Instant(day * DAY)) == month


def test_the_closed_lists_and_fields_are_whole() -> None:
    """Queries cannot ask the correlator for its words; and every field has a place in the table."""
    lists = {"fate": Fate, "stage": Stage, "owner": Owner, "holder": Holder}
    for name, listed in lists.items():
        assert FIELDS[name].words == tuple(word.value for word in listed)
    with table([row(1)]) as made:
        for name in COUNTED:
            assert made.count_by(name, EVERYTHING)


@given(st.from_regex(words._PLAIN_ADDRESS, fullmatch=True))
def test_a_plain_address_has_one_form(text: str) -> None:
    """So its forms need not be made, nor kept."""
    assert FIELDS["from"].forms(text) == {text.lower()}
