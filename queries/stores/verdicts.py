"""Verdicts in SQLite: one narrow row each, in tables by the month of arrival, and shared texts beside them.

A month is dropped whole.  There is one index, on the head of the id: everything else is found by a
scan, which takes a quarter of a second for a million rows, and costs nothing to keep.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from sqlite3 import Connection
from typing import Any

from grammars import Instant
from grammars.core.words import DAY
from queries.conditions import Condition, time_bounds
from queries.fields import FIELDS, Value
from queries.found import Count, FoundVerdicts, counted, in_order
from queries.stores.verdictsql import TEST, Statement, id_head
from queries.stores.words import Held, WordKind, clean, number_words, one_line, unpacked
from queries.verdict import Verdict

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SCHEMA = """
    n INTEGER PRIMARY KEY, id BLOB NOT NULL, ordinal INTEGER NOT NULL, time INTEGER NOT NULL,
    outcome INTEGER NOT NULL, path INTEGER, recipient INTEGER, final INTEGER, client INTEGER, hosts INTEGER,
    author INTEGER, handed INTEGER, size INTEGER, score REAL, odd INTEGER NOT NULL,
    mid TEXT, qids TEXT, reason TEXT, subject TEXT
"""
_COLUMNS = (
    "id ordinal time outcome path recipient final author client hosts handed size score odd mid qids reason subject"
)
_WORD_COLUMNS = ("outcome", "path", "recipient", "final", "author", "client", "hosts", "handed")


class VerdictTable:
    """The verdicts of a store, over a connection that the store has opened.

    What it writes belongs to the caller's transaction; where there is none, each call is one of its
    own.  A connection that may only read is enough to search.  Texts are kept without NUL and
    without halves of surrogate pairs, addresses and ids without line ends; else as given.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # ------------------------------------------------------------ writing

    def put(self, rows: Iterable[Verdict], *, instead_of: Collection[str] = ()) -> None:
        """Writes the rows of some messages, all rows of each: whatever was kept of these messages is replaced.

        `instead_of` are the ids of messages that are found to be parts of these.
        """
        by_month: dict[str, list[Verdict]] = defaultdict(list)
        for row in rows:
            by_month[month_of(row.time)].append(row)
        with self._whole():
            self._delete({row.id for group in by_month.values() for row in group} | set(instead_of))
            for month, group in by_month.items():
                self._insert(month, group)

    def remove(self, ids: Collection[str]) -> None:
        """Takes messages out, and every text that no other row uses."""
        with self._whole():
            for month in self._delete(set(ids)):
                table, words = _tables(month)
                used = " UNION ".join(f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL" for name in _WORD_COLUMNS)
                self._connection.execute(f"DELETE FROM {words} WHERE n NOT IN ({used})")

    def months(self) -> tuple[str, ...]:
        """Gives the months that have rows, as YYYYMM, the first first."""
        names = self._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        return tuple(found[1] for (name,) in names if (found := _TABLE.fullmatch(name)))

    def drop_month(self, month: str) -> None:
        """Takes a month out, whole."""
        with self._whole():
            for table in _tables(month):
                self._connection.execute(f"DROP TABLE IF EXISTS {table}")

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """All of it or nothing, whether or not the caller is in a transaction."""
        self._connection.execute("SAVEPOINT clerk_verdicts")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO clerk_verdicts")
            raise
        finally:
            self._connection.execute("RELEASE clerk_verdicts")

    def _delete(self, ids: Collection[str]) -> list[str]:
        """Deletes the rows of some messages; gives the months that had any."""
        keys = [(bytes.fromhex(each),) for each in ids]
        touched = []
        for month in self.months():
            table, _ = _tables(month)
            sql = f"DELETE FROM {table} AS v WHERE {id_head('v.id')} = {id_head('?1')} AND v.id = ?1"
            if self._connection.executemany(sql, keys).rowcount > 0:
                touched.append(month)
        return touched

    def _insert(self, month: str, rows: Sequence[Verdict]) -> None:
        table, words = _tables(month)
        if month not in self.months():
            self._connection.execute(f"CREATE TABLE {table} ({_SCHEMA})")
            self._connection.execute(f"CREATE INDEX {table}_id ON {table} ({id_head('id')})")
            self._connection.execute(f"CREATE TABLE {words} (n INTEGER PRIMARY KEY, text TEXT NOT NULL, forms TEXT)")
        names = _COLUMNS.split()
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        self._connection.executemany(sql, self._values(words, rows))

    def _values(self, words: str, rows: Sequence[Verdict]) -> Iterator[tuple[object, ...]]:
        def numbers(kind: WordKind, held: Iterable[Held]) -> Callable[[Held], int | None]:
            return number_words(self._connection, words, kind, held).get

        outcome = numbers(WordKind.OUTCOME, set(map(_OUTCOME, rows)))
        path = numbers(WordKind.PATH, {row.reverse_path for row in rows})
        address = numbers(WordKind.ADDRESS, {text for row in rows for text in _ADDRESSES(row)})
        client = numbers(WordKind.CLIENT, set(map(_CLIENT, rows)) - {_NO_CLIENT})
        hosts = numbers(WordKind.HOSTS, {(row.host, *row.hosts) for row in rows} - {_NO_HOSTS})
        other = numbers(WordKind.OTHER, {row.handed_to for row in rows})
        for row in rows:
            yield (
                bytes.fromhex(row.id),
                row.ordinal,
                row.time,
                outcome(_OUTCOME(row)),
                path(row.reverse_path),
                *map(address, _ADDRESSES(row)),
                client(_CLIENT(row)),
                hosts((row.host, *row.hosts)),
                other(row.handed_to),
                *_own(row),
            )

    # ------------------------------------------------------------ reading

    def search(
        self, condition: Condition, *, limit: int | None, sort: str = "time", newest_first: bool = True
    ) -> FoundVerdicts:
        """Gives the rows that a condition matches, at most `limit` (one or more), and how many there are in all.

        The order is `in_order` of queries.conditions; `newest_first` also puts the largest first.
        """
        found: list[Verdict] = []
        total = 0
        for month in self._months_of(condition):
            rows, count = self._rows(month, condition, _order(sort, month, newest_first=newest_first), limit)
            total += count
            found += rows
        return FoundVerdicts(in_order(found, sort, newest_first=newest_first)[:limit], total)

    def count_by(self, name: str, condition: Condition) -> list[Count]:
        """Gives how many of the rows that a condition matches have each value of a field, the most first."""
        column, part = _COUNTED[name]
        counts: Counter[Value | None] = Counter()
        for month in self._months_of(condition):
            table, words = _tables(month)
            where, bound = self._prepared(words, condition)
            text_of = f"(SELECT text FROM {words} WHERE n = v.{column})"
            sql = f"SELECT {text_of}, count(*) FROM {table} AS v WHERE {where} GROUP BY v.{column}"
            for text, rows in self._connection.execute(sql, bound):
                held = text if part is None or text is None else unpacked(text)[part]
                counts[FIELDS[name].label(held)] += rows
        return counted(counts)

    def _months_of(self, condition: Condition) -> list[str]:
        low, high = (None if end is None else month_of(end) for end in time_bounds(condition))
        return [month for month in self.months() if (low is None or month >= low) and (high is None or month <= high)]

    def _rows(self, month: str, condition: Condition, order: str, limit: int | None) -> FoundVerdicts:
        """Finds the rows once, then counts, orders and picks, and reads the texts of the picked."""
        table, words = _tables(month)
        where, bound = self._prepared(words, condition)
        found = f"WITH found AS MATERIALIZED (SELECT v.n FROM {table} AS v WHERE {where})"
        of_found, those = "found", f"found JOIN {table} AS v ON v.n = found.n"
        if where == "1":  # all rows are found already
            found, of_found, those = "", table, f"{table} AS v"
        sql = f"{found} SELECT v.n, (SELECT count(*) FROM {of_found}) FROM {those} {order} LIMIT ?{len(bound) + 1}"
        picked = self._connection.execute(sql, (*bound, -1 if limit is None else limit)).fetchall()
        texts = (f"(SELECT text FROM {words} WHERE n = v.{name})" for name in _WORD_COLUMNS)
        what = f"v.id, v.ordinal, v.time, {', '.join(texts)}, v.size, v.score, v.mid, v.qids, v.reason, v.subject"
        sql = f"SELECT {what} FROM {table} AS v WHERE v.n IN (SELECT value FROM json_each(?))"
        rows = self._connection.execute(sql, (json.dumps([n for n, _ in picked]),))
        return FoundVerdicts(list(map(_verdict, rows)), picked[0][1] if picked else 0)

    def _prepared(self, words: str, condition: Condition) -> tuple[str, list[object]]:
        """Gives a condition as SQL with what is bound to it, and readies the connection for its tests."""
        statement = Statement(words)
        where = statement.render(condition)
        self._connection.create_function(TEST, 2, statement.test, deterministic=True)
        return where, statement.bound


# ---------------------------------------------------------------- rows

_TABLE = re.compile(r"verdict_(\d{6})")


def _tables(month: str) -> tuple[str, str]:
    """The names of a month's tables: rows, and words."""
    return f"verdict_{month}", f"verdict_word_{month}"


def month_of(instant: Instant) -> str:
    """Gives the month of an instant, as YYYYMM; what lies outside the calendar belongs to its first or last one."""
    return _month_of_day(instant // DAY)


@lru_cache(maxsize=4096)
def _month_of_day(days: int) -> str:
    try:
        moment = _EPOCH + timedelta(days=days)
    except OverflowError:
        return "000101" if days < 0 else "999912"
    return f"{moment.year:04d}{moment.month:02d}"


_OUTCOME = attrgetter("fate", "is_final", "stage", "owner", "holder", "reason_code", "is_open")
_ADDRESSES = attrgetter("recipient", "final_recipient", "header_from")
_CLIENT = attrgetter("client_ip", "client_name", "helo")
_NO_CLIENT = (None, None, None)
_NO_HOSTS = (None,)


def _own(row: Verdict) -> tuple[object, ...]:
    """What a row does not share with others."""
    reason, mid, subject = row.reason_text, row.message_id, row.subject
    ids = "\n".join(row.queue_ids) if row.queue_ids else None
    whole = f"{reason}{mid}{subject}{ids}"
    if not whole.isascii() or "\0" in whole or whole.count("\n") >= len(row.queue_ids):
        reason = clean(reason)
        mid, subject = (None if text is None else clean(text) for text in (mid, subject))
        ids = "\n".join(map(one_line, row.queue_ids)) if row.queue_ids else None
    return row.size_bytes, row.score, _is_odd(reason) or _is_odd(subject), mid, ids, reason or None, subject


def _is_odd(text: str | None) -> bool:
    """Whether folding a text is more than writing it small."""
    return bool(text) and _PLAIN_TEXT.fullmatch(text or "") is None


# ASCII without an encoded word, in single blanks, and without the mark of a cut at its end.
_PLAIN_TEXT = re.compile(r"(?!.*=\?)[!-~]+(?: [!-~]+)*(?<!\.)")


def _verdict(row: tuple[Any, ...]) -> Verdict:
    own_id, ordinal, time, outcome, path, recipient, final, author, client, hosts, handed, size, score, *texts = row
    mid, ids, reason, subject = texts
    fate, is_final, stage, owner, holder, code, is_open = unpacked(outcome)
    ip, name, helo = _NO_CLIENT if client is None else unpacked(client)
    host, *journey = _NO_HOSTS if hosts is None else unpacked(hosts)
    return Verdict(
        id=own_id.hex(),
        ordinal=ordinal,
        time=time,
        fate=fate,
        is_final=bool(is_final),
        stage=stage,
        owner=owner,
        holder=holder,
        reason_code=code,
        reason_text=reason or "",
        is_open=bool(is_open),
        reverse_path=path,
        recipient=recipient,
        final_recipient=final,
        client_ip=ip,
        client_name=name,
        helo=helo,
        host=host,
        hosts=tuple(journey),
        message_id=mid,
        queue_ids=() if ids is None else tuple(ids.split("\n")),
        size_bytes=size,
        score=score,
        header_from=author,
        subject=subject,
        handed_to=handed,
    )


# ---------------------------------------------------------------- order and counts

_COUNTED: dict[str, tuple[str, int | None]] = {
    "from": ("path", None),
    "to": ("recipient", None),
    "author": ("author", None),
    "ip": ("client", 0),
    "client": ("client", 1),
    "helo": ("client", 2),
    "host": ("hosts", 0),
    "fate": ("outcome", 0),
    "stage": ("outcome", 2),
    "owner": ("outcome", 3),
    "holder": ("outcome", 4),
    "reason": ("outcome", 5),
}


def _order(sort: str, month: str, *, newest_first: bool) -> str:
    _, words = _tables(month)
    text = f"(SELECT text FROM {words} WHERE n = v.{{}})"
    key = {
        "time": "v.time",
        "size": "v.size",
        "score": "v.score",
        "from": text.format("path"),
        "to": text.format("recipient"),
        "fate": f"(SELECT json_extract(text, '$[0]') FROM {words} WHERE n = v.outcome)",
    }[sort]
    way = "DESC" if newest_first else "ASC"
    return f"ORDER BY {key} IS NULL, {key} {way}, v.time {way}, v.id, v.ordinal"
