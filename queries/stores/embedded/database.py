"""The file of the embedded store: how it is opened, its tables, and what is said where it cannot be used.

Truth lies in `block_YYYYMM`: whole lines of sources, packed, in tables by month, so that a month is
dropped whole.  `word_YYYYMM` is the index over them: a contentless FTS5 table from the tokens of
`queries/tokens.py` to blocks.  `source` says of each file how far it was read, and how its stamps are.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from grammars import Instant
from grammars.core.words import SECOND
from queries.stores.protocol import BusyError, StoreError

APPLICATION = 0x636C726B
"""Stands in the file's header (`pragma application_id`), so that another program's database is known as such."""

SCHEMA = 1
"""The form of the tables (`pragma user_version`)."""

_BUSY = 15.0  # seconds that a writer waits for another one

_TABLES = """
create table meta(name text primary key, value) without rowid;
create table source(
  id integer primary key,
  name text not null,
  host text,
  only text,
  version integer not null,
  mark blob not null,
  head_size integer not null,
  head blob not null,
  tail blob not null,
  read_to integer not null,
  size integer not null,
  lines integer not null,
  first integer,
  last integer,
  changed integer not null,
  basis text not null,
  proof text,
  is_given integer not null,
  presence blob not null,
  pending blob not null,
  cut_lines integer not null,
  remark text,
  seen text not null
);
create index source_by_mark on source(mark);
create index source_by_seen on source(seen);
create table tail_block(
  source integer primary key,
  month integer not null,
  block integer not null,
  start integer not null,
  tokens text not null
);
create table month(month integer primary key) without rowid;
create table put_off(id text primary key, time integer not null, reverse_path text not null) without rowid;
create table unsettled(id integer primary key, first integer not null, last integer not null);
create table forgotten(first integer not null, last integer not null, what text not null);
"""

_MONTH = """
create table block_{0}(
  id integer primary key,
  source integer not null,
  start integer not null,
  end integer not null,
  line integer not null,
  lines integer not null,
  first integer,
  last integer,
  packed blob not null
);
create index block_{0}_by_source on block_{0}(source, start);
create index block_{0}_by_time on block_{0}(last, first);
create virtual table word_{0} using fts5(t, content='', columnsize=0, detail=none, tokenize='ascii');
insert into month values ({0});
"""


def month_of(instant: Instant) -> int:
    """Gives the month of an instant in UTC, as the number YYYYMM."""
    moment = datetime.fromtimestamp(instant / SECOND, UTC)
    return moment.year * 100 + moment.month


def open_database(path: Path, *, write: bool) -> sqlite3.Connection:
    """Opens a store's file; to write, makes it where there is none.  Raises StoreError."""
    name = str(path)
    if not write and not path.exists():
        raise _no_store_yet(name)
    with _explained(name):
        if write:
            _make_private(path)
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'rw' if write else 'ro'}",
            uri=True,
            timeout=_BUSY,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _prepare(connection, name, write=write)
        except BaseException:
            connection.close()
            raise
    return connection


def open_nothing() -> sqlite3.Connection:
    """Opens an empty store that is in no file."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _make_tables(connection)
    return connection


def _no_store_yet(name: str) -> StoreError:
    return StoreError(f"{name}: there is no store yet", "fill one: clerk ingest /var/log/mail.log*")


def _make_private(path: Path) -> None:
    """Makes an empty file that only its owner may read, where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _is_blank(connection: sqlite3.Connection) -> bool:
    """Whether nothing stands in a database yet: a store that is being made, or whose maker was killed."""
    return not connection.execute("select count(*) from sqlite_master").fetchone()[0]


def _prepare(connection: sqlite3.Connection, name: str, *, write: bool) -> None:
    if write and _is_blank(connection):
        connection.execute("pragma journal_mode = wal")
        with transaction(connection):
            if _is_blank(connection):
                _make_tables(connection)
    application, schema = (
        connection.execute(f"pragma {each}").fetchone()[0] for each in ("application_id", "user_version")
    )
    if application != APPLICATION:
        if not application and _is_blank(connection):
            raise _no_store_yet(name)
        raise StoreError(f"{name}: is a database, but not one of clerk's", "name another file with --store")
    if schema > SCHEMA:
        raise StoreError(
            f"{name}: was written by a newer clerk (schema {schema}, this one knows {SCHEMA})",
            "use that clerk, or name another file with --store",
        )
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma cache_size = -65536")
    connection.execute("pragma temp_store = memory")
    if write:
        connection.execute("pragma wal_autocheckpoint = 4000")


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    connection.execute("insert into meta values ('key', ?)", (secrets.token_bytes(16),))
    connection.execute(f"pragma application_id = {APPLICATION}")
    connection.execute(f"pragma user_version = {SCHEMA}")


def make_month(connection: sqlite3.Connection, month: int) -> None:
    """Makes the tables of a month."""
    for statement in _MONTH.format(int(month)).split(";\n"):
        if statement.strip():
            connection.execute(statement)


def drop_month(connection: sqlite3.Connection, month: int) -> None:
    """Drops a month whole."""
    connection.execute(f"drop table if exists block_{int(month)}")
    connection.execute(f"drop table if exists word_{int(month)}")
    connection.execute("delete from month where month = ?", (month,))


def months_of(connection: sqlite3.Connection) -> list[int]:
    """Gives the months that have tables, in order."""
    return [month for (month,) in connection.execute("select month from month order by month")]


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that writes: all of it or nothing."""
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise explained(name, error) from error


def explained(name: str, error: Exception) -> StoreError:
    """Gives what to say of an error of the database: what is wrong with which file, and what to do."""
    text = str(error)
    remedies = (
        (
            "not a database",
            "is no store, or is damaged",
            "name another file with --store, or fill a new one: clerk ingest",
        ),
        ("malformed", "is damaged", "see what is left: clerk store check; the logs themselves can be ingested anew"),
        ("readonly", "may not be written to", "use a store of your own with --store, or ask its owner"),
        ("read-only", "may not be written to", "use a store of your own with --store, or ask its owner"),
        ("unable to open", "may not be opened by you", "use a store of your own with --store, or ask its owner"),
        ("full", "the disk is full", "make room; what was stored so far is kept, and a repeat goes on from there"),
        ("Permission denied", "may not be opened by you", "use a store of your own with --store, or ask its owner"),
        ("no such module: fts5", "this Python's SQLite has no full-text index (FTS5)", "use another Python"),
    )
    if "locked" in text:
        return BusyError(f"{name}: another process is writing to it", "wait for it to end, then try again")
    for word, what, remedy in remedies:
        if word in text:
            return StoreError(f"{name}: {what}", remedy)
    return StoreError(f"{name}: {text}", "see whether it is sound: clerk store check")
