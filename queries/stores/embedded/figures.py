"""What the embedded store holds, in figures."""

import sqlite3
from datetime import tzinfo
from pathlib import Path

from queries.stores.embedded.database import months_of
from queries.stores.embedded.retention import keep_days
from queries.stores.embedded.shelf import Source, sources_of
from queries.stores.reports import Figures, LogFigures, MonthFigures


def figures_of(connection: sqlite3.Connection, path: Path, machine: tzinfo) -> Figures:
    """Counts what a store holds, of one state of it."""
    connection.execute("begin")
    free, page = (connection.execute(f"pragma {each}").fetchone()[0] for each in ("freelist_count", "page_size"))
    files = (path, path.with_name(path.name + "-wal"))
    found = Figures(
        size=sum(each.stat().st_size for each in files if each.exists()),
        unused=free * page,
        months=tuple(_month(connection, month) for month in months_of(connection)),
        logs=tuple(map(_log, sources_of(connection, machine))),
        keep_days=keep_days(connection),
        is_shared=connection.execute("pragma journal_mode").fetchone()[0] != "wal",
        forgotten=connection.execute("select count(*) from forgotten").fetchone()[0],
    )
    connection.execute("rollback")
    return found


def _month(connection: sqlite3.Connection, month: int) -> MonthFigures:
    blocks, lines, raw, packed = connection.execute(
        f"select count(*), ifnull(sum(lines), 0), ifnull(sum(end - start), 0), ifnull(sum(length(packed)), 0) "
        f"from block_{month}"
    ).fetchone()
    index = connection.execute(f"select ifnull(sum(length(block)), 0) from word_{month}_data").fetchone()[0]
    has_verdicts = connection.execute("select 1 from sqlite_schema where name = ?", (f"verdict_{month}",)).fetchone()
    verdicts = connection.execute(f"select count(*) from verdict_{month}").fetchone()[0] if has_verdicts else None
    return MonthFigures(month=month, blocks=blocks, lines=lines, raw=raw, packed=packed, index=index, verdicts=verdicts)


def _log(source: Source) -> LogFigures:
    return LogFigures(
        id=source.id,
        name=source.name,
        host=source.host,
        lines=source.lines,
        size=source.size,
        first=source.first,
        last=source.last,
        zone=str(source.basis.zone),
        zone_basis=source.basis.zone_basis.value,
    )
