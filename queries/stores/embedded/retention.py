"""How long the embedded store keeps lines: months are dropped whole, and the ledger says so."""

import sqlite3
from dataclasses import replace
from datetime import tzinfo
from typing import NamedTuple

from grammars import Instant
from grammars.core.words import DAY
from queries.stores.embedded.database import drop_month, month_of, month_start, months_of, transaction
from queries.stores.embedded.shelf import Source, save_source, sources_of

_REMEMBERED = 365 * DAY
"""How long after the cut a log is still known of which nothing is left, so that it is not stored again."""


class Pruned(NamedTuple):
    """What was dropped: the months as YYYYMM, and how many logs are left without a line."""

    months: tuple[int, ...]
    emptied: int


def keep_days(connection: sqlite3.Connection) -> int | None:
    """Gives how many days the store keeps lines; None: for ever."""
    row = connection.execute("select value from meta where name = 'keep_days'").fetchone()
    return None if row is None else int(row[0])


def set_keep_days(connection: sqlite3.Connection, days: int | None) -> None:
    """Sets how many days the store keeps lines; None: for ever."""
    with transaction(connection):
        connection.execute("delete from meta where name = 'keep_days'")
        if days is not None:
            connection.execute("insert into meta values ('keep_days', ?)", (days,))


def apply_retention(connection: sqlite3.Connection, now: Instant, machine: tzinfo) -> Pruned:
    """Drops what is older than the store keeps; a month only where all of it is."""
    days = keep_days(connection)
    return Pruned((), 0) if days is None else prune(connection, Instant(now - days * DAY), machine)


def prune(connection: sqlite3.Connection, before: Instant, machine: tzinfo) -> Pruned:
    """Drops every month that lies before an instant as a whole, in one transaction.

    A log of which lines were dropped is still known by its text, so that it is not stored again from its
    beginning; one of which nothing is left, until a year before the cut.
    """
    kept = month_of(before)
    if not any(month < kept for month in months_of(connection)):
        return Pruned((), 0)
    with transaction(connection):
        gone = tuple(month for month in months_of(connection) if month < kept)
        touched: set[int] = set()
        for month in gone:
            touched |= _note_dropped(connection, month)
            drop_month(connection, month)
        left = _with_blocks(connection)
        marks = ", ".join(map(str, sorted(touched)))
        for source in sources_of(connection, machine, f"where id in ({marks})"):
            save_source(connection, trimmed(source, month_start(kept), is_empty=source.id not in left))
        _forget_empty(connection, left, Instant(before - _REMEMBERED))
    return Pruned(gone, len(touched - left))


def trimmed(source: Source, cut: Instant, *, is_empty: bool = False) -> Source:
    """Gives a log whose lines before a month's beginning are gone; `is_empty`: so are all others."""
    cut = _NEVER if is_empty else cut
    presence = source.presence.behind(cut)
    first, last = source.first, source.last
    if first is None or last is None or last < cut:
        first = last = None
    else:
        first = max(first, cut)
    return replace(source, presence=presence, first=first, last=last)


_NEVER = Instant(1 << 62)


def _note_dropped(connection: sqlite3.Connection, month: int) -> set[int]:
    """Notes how many bytes of each log go with a month; gives the logs."""
    rows = connection.execute(f"select source, sum(end - start) from block_{month} group by source").fetchall()
    connection.executemany(
        "insert into pruned values (?, ?) on conflict(source) do update set bytes = bytes + excluded.bytes", rows
    )
    return {source for source, _ in rows}


def _with_blocks(connection: sqlite3.Connection) -> set[int]:
    return {
        source
        for month in months_of(connection)
        for (source,) in connection.execute(f"select distinct source from block_{month}")
    }


def _forget_empty(connection: sqlite3.Connection, left: set[int], before: Instant) -> None:
    rows = connection.execute("select s.id from source s join pruned p on p.source = s.id where changed < ?", (before,))
    for (source,) in rows.fetchall():
        if source not in left:
            connection.execute("delete from source where id = ?", (source,))
            connection.execute("delete from pruned where source = ?", (source,))
