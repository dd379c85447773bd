"""`clerk search`: what is printed, in every form, and the exit status."""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC

import pytest

from correlator.errors import UsageError
from correlator.searching import SearchOptions, run_search
from grammars import Instant, TimeBasis
from queries.conditions import Condition
from queries.found import Count, FoundVerdicts
from queries.ledger import Coverage
from queries.stores.verdicts import VerdictTable
from queries.verdict import Verdict

NOW = Instant(1_795_575_600_000_000)  # 2026-11-25T03:00:00Z
DAY = 86_400_000_000


class Source:
    """A store that holds some verdicts, and covers some days."""

    def __init__(self, table: VerdictTable, coverage: tuple[Coverage, ...]) -> None:
        self._table, self._coverage = table, coverage

    def search(self, condition: Condition, *, limit: int | None, sort: str, newest_first: bool) -> FoundVerdicts:
        """As the table's."""
        return self._table.search(condition, limit=limit, sort=sort, newest_first=newest_first)

    def count_by(self, name: str, condition: Condition) -> list[Count]:
        """As the table's."""
        return self._table.count_by(name, condition)

    def coverage(self) -> tuple[Coverage, ...]:
        """As given."""
        return self._coverage


def covered(host: str, first_day: int, last_day: int) -> Coverage:
    """A host's log from some days ago to some days ago."""
    return Coverage(
        host=host,
        format="postfix",
        first=Instant(NOW - first_day * DAY),
        last=Instant(NOW - last_day * DAY),
        lines=10,
        unread=0,
        foreign=0,
        gaps=(),
        zone="UTC",
        basis=TimeBasis.STATED,
        files=("mail.log",),
        lines_read=10,
    )


JUNKED = Verdict(
    id="7f3a91c2" + "ab" * 28,
    ordinal=0,
    time=Instant(NOW - DAY),
    fate="junked",
    is_final=True,
    stage="mailbox",
    owner="recipient",
    holder="mailbox",
    reason_code="sieve",
    reason_text="fileinto: Junk",
    is_open=False,
    reverse_path="568-ABC-770.0.46459.0.0.7664.9.678046@em-sj-77.mktomail.example",
    recipient="junkie@recipient.example",
    client_ip="192.0.2.77",
    client_name="em-sj-77.mktomail.example",
    host="mx1",
    hosts=("mx1", "hub1"),
    message_id="1234@mktomail.example",
    queue_ids=("4jY2B3D7z", "A1B2C3"),
    size_bytes=4096,
    score=1.2,
)
SPAM = replace(
    JUNKED,
    id="61c0d3e8" + "cd" * 28,
    time=Instant(NOW - 2 * DAY),
    fate="quarantined",
    is_final=False,
    is_open=True,
    reason_code="spam",
    reason_text="=HYPERLINK(evil)\x1b[31m",
    reverse_path="",
    recipient="=cmd|calc@recipient.example",
    client_ip="198.51.100.1",
    subject="+49\r\nX",
    score=-8.1,
)
Run = Callable[..., int]


@pytest.fixture
def run() -> Iterator[Run]:
    """Runs a search over the two rows, with logs of three days."""
    with closing(sqlite3.connect(":memory:")) as connection:
        table = VerdictTable(connection)
        table.put([JUNKED, SPAM])
        source = Source(table, (covered("mx1", 3, 0), covered("hub1", 2, 1)))
        yield lambda query="", **options: run_search(source, query, SearchOptions(**options), now=NOW, zone=UTC)


def test_the_table(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Newest first, at most 100 columns, the middle of long values cut; below it what the logs cover."""
    assert run("since:2026-11-23") == 0
    assert capsys.readouterr().out == (
        "time (UTC)           fate         from                to                  why               id\n"
        "2026-11-24 03:00:00  junked       568-ABC-…l.example  junkie@r…t.example  sieve             7f3a91c2\n"
        "2026-11-23 03:00:00  quarantined  <>                  =cmd|cal…t.example  spam, score -8.1  61c0d3e8\n"
        "2 of 2 · mx1, hub1, covered 3 of 3 days\n"
    )


def test_json_lines_are_the_contract_s(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """One object per row with exactly these fields, and the summary last; no control character is printed."""
    assert run("", as_json=True, limit=1, sort="time") == 0
    out = capsys.readouterr().out
    row, summary = map(json.loads, out.splitlines())
    assert row == {
        "id": SPAM.id,
        "time": "2026-11-23T03:00:00.000000Z",
        "reverse_path": "",
        "recipient": "=cmd|calc@recipient.example",
        "final_recipient": None,
        "fate": "quarantined",
        "final": False,
        "stage": "mailbox",
        "owner": "recipient",
        "holder": "mailbox",
        "reason": {"code": "spam", "text": "=HYPERLINK(evil)\x1b[31m"},
        "client_ip": "198.51.100.1",
        "host": "mx1",
        "message_id": "1234@mktomail.example",
        "queue_id": "4jY2B3D7z",
        "queue_ids": ["4jY2B3D7z", "A1B2C3"],
        "size_bytes": 4096,
        "score": -8.1,
        "open": True,
    }
    assert (summary["shown"], summary["total"], summary["cut"]) == (1, 2, True)
    assert summary["coverage"]["complete"]
    assert [source["host"] for source in summary["coverage"]["sources"]] == ["mx1", "hub1"]
    assert re.search(r"[^ -~\n]", out) is None


def test_csv_has_no_formula(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """A text that begins like a formula has an apostrophe before it; numbers stay numbers; it says when it is cut."""
    assert run("fate:quarantined", as_csv=True) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["to"] == "'=cmd|calc@recipient.example"
    assert row["subject"] == "'+49\\r\\nX"
    assert row["reason"] == "spam: =HYPERLINK(evil)\\x1b[31m"
    assert (row["score"], row["from"], row["qid"], row["id"]) == ("-8.1", "<>", "4jY2B3D7z A1B2C3", SPAM.id)
    assert run("", as_csv=True, fields="to, fate", limit=1) == 0
    out, err = capsys.readouterr()
    assert out == "to,fate\njunkie@recipient.example,junked\n"
    assert err == "clerk: cut: 1 of 2 rows; --limit shows more\n"


def test_counts(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """By a field, the most first, in all forms."""
    assert run("", count_by="fate") == 0
    assert capsys.readouterr().out == (
        "fate           rows\n"
        "junked            1\n"
        "quarantined       1\n"
        "2 in 2 groups · mx1, hub1, covered 2026-11-22 to 2026-11-25\n"
    )
    assert run("", count_by="from", as_csv=True) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["from,rows", "<>,1"]
    assert run("", count_by="ip", as_json=True, limit=1) == 0
    count, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert count == {"field": "ip", "value": "192.0.2.77", "rows": 1}
    assert (summary["shown"], summary["total"], summary["cut"]) == (1, 2, True)


def test_the_options_bound_the_query(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """`--since` and `--until` are joined by and, also to a query with or in it."""
    assert run("junkie or fate:quarantined", since="2d", until="2026-11-23") == 0
    out, err = capsys.readouterr()
    assert out.count("recipient.example") + out.count("nt.example") >= 1
    assert "61c0d3e8" in out
    assert "7f3a91c2" not in out
    assert err == "clerk: taken as junkie: a part of sender or recipient\n"


@pytest.mark.parametrize(
    ("query", "status"), [("fate:bounced since:2d", 1), ("fate:bounced", 1), ("fate:bounced since:9d", 3)]
)
def test_nothing_found_is_said_only_where_logs_cover_it(
    run: Run, capsys: pytest.CaptureFixture[str], query: str, status: int
) -> None:
    """1: not there; 3: the logs do not cover every day asked about."""
    assert run(query) == status
    assert capsys.readouterr().out.startswith("0 of 0 · mx1, hub1, covered ")


def test_a_wrong_query_is_shown_with_its_place(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, with status 2; what was typed moves no cursor."""
    assert run("fate:regected") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "clerk: there is no fate regected, at column 6\n  fate:regected\n       ^ expected rejected, perhaps\n"
    )
    assert run("", until="so\x1bon") == 2
    assert capsys.readouterr().err.startswith("clerk: --until: so\\x1bon is no time")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sort": "tme"}, "--sort: tme"),
        ({"fields": "to,nonsense"}, "--fields: nonsense"),
        ({"count_by": "subject"}, "--count-by: subject"),
        ({"as_json": True, "as_csv": True}, "two forms"),
        ({"as_json": True, "fields": "to"}, "--json"),
        ({"count_by": "fate", "fields": "to"}, "--count-by"),
    ],
)
def test_options_that_cannot_be_meant(run: Run, options: dict[str, object], message: str) -> None:
    """An error that names the option."""
    with pytest.raises(UsageError, match=message):
        run("", **options)


def test_no_table_is_wider_than_the_page(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the columns that fit, however long their values are."""
    assert run("", fields="time,fate,from,to,client,mid,why") == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 100
