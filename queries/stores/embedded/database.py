"""The file of the embedded store: how it is opened, its tables, and what is said where it cannot be used.

Truth lies in `block_YYYYMM`: whole lines of sources, packed, in tables by month, so that a month is
dropped whole.  `word_YYYYMM` is the index over them: a contentless FTS5 table from the tokens of
`queries/tokens.py` to blocks.  `source` says of each file how far it was read, and how its stamps are.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from grammars import Instant
from grammars.core.words import SECOND
from queries.stores.embedded.mounts import network_of
from queries.stores.protocol import BusyError, StoreError
from queries.unpacking import MissingLibraryError

APPLICATION = 0x636C726B
"""Stands in the file's header (`pragma application_id`), so that another program's database is known as such."""

SCHEMA = 1
"""The form of the tables (`pragma user_version`)."""
_FIRST_SCHEMA = 1

Step: TypeAlias = Callable[[sqlite3.Connection], None]

STEPS: Mapping[int, Step] = {}
"""From each older form to the next one: what changes the tables of schema n into those of schema n + 1."""

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
create table pruned(source integer primary key, bytes integer not null);
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
insert into month values ({0});
"""
_INDEX = "create virtual table {} using fts5(t, content='', columnsize=0, detail=none, tokenize='ascii')"


def month_of(instant: Instant) -> int:
    """Gives the month of an instant in UTC, as the number YYYYMM."""
    moment = datetime.fromtimestamp(instant / SECOND, UTC)
    return moment.year * 100 + moment.month


def month_start(month: int) -> Instant:
    """Gives the instant in which a month begins in UTC."""
    return Instant(int(datetime(month // 100, month % 100, 1, tzinfo=UTC).timestamp()) * SECOND)


def open_database(path: Path, *, write: bool) -> sqlite3.Connection:
    """Opens a store's file; to write, makes it where there is none.  Raises StoreError."""
    name = str(path)
    with explaining(name):
        if not write and not path.exists():
            raise no_store_yet(name)
        _refuse_network(path, name)
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


def no_store_yet(name: str) -> StoreError:
    """Gives what to say where there is none."""
    return StoreError(f"{name}: there is no store yet", "fill one: clerk ingest /var/log/mail.log*")


def _refuse_network(path: Path, name: str) -> None:
    kind = network_of(path)
    if kind is not None:
        raise StoreError(
            f"{name}: lies on a network file system ({kind}), whose locks cannot be relied on",
            "put the store on a local disk with --store or CLERK_STORE; to ask it from elsewhere, run clerk there",
        )


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
            raise no_store_yet(name)
        raise StoreError(f"{name}: is a database, but not one of clerk's", "name another file with --store")
    _to_schema(connection, name, schema, write=write)
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma cache_size = -65536")
    connection.execute("pragma temp_store = memory")
    if write:
        connection.execute("pragma wal_autocheckpoint = 4000")
        if connection.execute("pragma journal_mode").fetchone()[0] != "wal":
            connection.execute("pragma synchronous = full")  # a rollback journal needs it to outlive a power cut


def _to_schema(connection: sqlite3.Connection, name: str, schema: int, *, write: bool) -> None:
    """Brings a store's tables up to date.  Raises StoreError where that cannot be."""
    if schema > SCHEMA:
        raise StoreError(
            f"{name}: was written by a newer clerk (schema {schema}, this one knows {SCHEMA})",
            "use that clerk, or name another file with --store",
        )
    if schema < _FIRST_SCHEMA:
        raise StoreError(f"{name}: is damaged", "see what is left: clerk store check; or fill a new one: clerk ingest")
    if schema < SCHEMA:
        if not write:
            raise StoreError(
                f"{name}: was written by an older clerk (schema {schema}, this one writes {SCHEMA})",
                "its owner brings it up to date with: clerk store check",
            )
        migrate(connection, SCHEMA, STEPS)


def migrate(connection: sqlite3.Connection, schema: int, steps: Mapping[int, Step]) -> None:
    """Brings older tables up to a schema, step by step, all in one transaction."""
    with transaction(connection):
        found = connection.execute("pragma user_version").fetchone()[0]  # another process may have been first
        for each in range(found, schema):
            steps[each](connection)
        connection.execute(f"pragma user_version = {max(found, schema)}")


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
    make_index(connection, f"word_{int(month)}")


def make_index(connection: sqlite3.Connection, name: str) -> None:
    """Makes an empty index."""
    connection.execute(_INDEX.format(name))


def drop_month(connection: sqlite3.Connection, month: int) -> None:
    """Drops a month whole."""
    connection.execute(f"drop table if exists block_{int(month)}")
    connection.execute(f"drop table if exists word_{int(month)}")
    connection.execute("delete from month where month = ?", (month,))
    connection.execute("delete from tail_block where month = ?", (month,))
    drop_verdicts(connection, month)


def drop_verdicts(connection: sqlite3.Connection, month: int) -> None:
    """Drops what is cached of a month: it is to be made anew from the lines."""
    for kind in ("verdict", "verdict_word"):
        connection.execute(f"drop table if exists {kind}_{int(month)}")
    span = month_start(month), month_start(month + (1 if month % 100 < 12 else 89)) - 1
    connection.execute("delete from put_off where time between ? and ?", span)
    unsettle(connection, *span)


def unsettle(connection: sqlite3.Connection, first: int, last: int) -> None:
    """Notes that verdicts of some time, both ends included, are to be made, or made anew."""
    connection.execute("insert into unsettled(first, last) values (?, ?)", (first, last))


def key_of(connection: sqlite3.Connection) -> bytes:
    """Gives the key of the index's hashes."""
    key: bytes = connection.execute("select value from meta where name = 'key'").fetchone()[0]
    return key


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
def explaining(name: str) -> Iterator[None]:
    """Turns errors of the database, of the disk, and of what was found stored into StoreError."""
    try:
        yield
    except (sqlite3.Error, OSError, ValueError, MissingLibraryError) as error:
        raise explained(name, error) from error


_OWN = "use a store of your own with --store, or ask its owner"
_SHARE = "use a store of your own with --store, or ask its owner to share it: clerk store share --group NAME"
_OF_CODES = {
    sqlite3.SQLITE_READONLY_ROLLBACK: (
        "was left half-written by a process that was killed",
        "its owner mends it with: clerk store check",
    ),
    sqlite3.SQLITE_READONLY_RECOVERY: (
        "was left half-written by a process that was killed",
        "its owner mends it with: clerk store check",
    ),
    sqlite3.SQLITE_READONLY_CANTINIT: ("is private to its owner", _SHARE),
    sqlite3.SQLITE_READONLY_CANTLOCK: ("is private to its owner", _SHARE),
    sqlite3.SQLITE_READONLY_DIRECTORY: ("lies in a folder that you may not write to", _OWN),
}
_OF_WORDS = (
    ("not a database", "is no store, or is damaged", "name another file with --store, or fill a new one: clerk ingest"),
    ("malformed", "is damaged", "see what is left: clerk store check; the logs themselves can be ingested anew"),
    ("readonly", "may not be written to", _OWN),
    ("read-only", "may not be written to", _OWN),
    ("unable to open", "may not be opened by you", _SHARE),
    ("full", "the disk is full", "make room; what was stored so far is kept, and a repeat goes on from there"),
    ("Permission denied", "may not be opened by you", _SHARE),
    ("no such module: fts5", "this Python's SQLite has no full-text index (FTS5)", "use another Python"),
)


def explained(name: str, error: Exception) -> StoreError:
    """Gives what to say of an error of the database: what is wrong with which file, and what to do."""
    if isinstance(error, MissingLibraryError):
        return StoreError(f"{name}: its text is packed by {error}, which this Python lacks", f"pip install {error}")
    found = _OF_CODES.get(getattr(error, "sqlite_errorcode", 0))
    if found is not None:
        return StoreError(f"{name}: {found[0]}", found[1])
    text = str(error)
    if "locked" in text:
        return BusyError(f"{name}: another process is using it", "wait for it to end, then try again")
    for word, what, remedy in _OF_WORDS:
        if word in text:
            return StoreError(f"{name}: {what}", remedy)
    return StoreError(f"{name}: {text}", "see whether it is sound: clerk store check")
