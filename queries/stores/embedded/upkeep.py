"""Upkeep of the embedded store: its file opened to be worked on, made small again, and what it holds in figures."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from queries.blocks import BLOCK
from queries.packing import pack
from queries.stores.embedded.database import explaining, months_of, no_store_yet, open_database, transaction
from queries.stores.embedded.shelf import text_of
from queries.stores.embedded.words import rewrite


@contextmanager
def opened(path: Path, *, write: bool = True) -> Iterator[sqlite3.Connection]:
    """Opens a store that there is, and closes it again.  Raises StoreError, also for errors of what is done with it."""
    name = str(path)
    with explaining(name):
        if not path.exists() or not path.stat().st_size:
            raise no_store_yet(name)
        connection = open_database(path, write=write)
        try:
            yield connection
        finally:
            connection.close()


def scrub(connection: sqlite3.Connection) -> bool:
    """Writes the whole file anew, so that nothing that was taken out lingers in it.

    Whether it is done: a process that reads just now keeps the old pages in the write-ahead log until it ends.
    """
    connection.execute("pragma temp_store = file")  # the copy may be larger than memory
    connection.execute("vacuum")
    is_busy = connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
    return not is_busy


def compact(connection: sqlite3.Connection) -> bool:
    """Joins small blocks that follow each other, drops postings that lead nowhere, and makes the file small.

    Each month is one transaction, so that a kill leaves a store that answers as before.  Gives whether the
    file was written anew, as `scrub`.
    """
    connection.execute("pragma temp_store = file")
    for month in months_of(connection):
        with transaction(connection):
            rewrite(connection, month, _join(connection, month))
    return scrub(connection)


class _Piece(NamedTuple):
    id: int
    source: int
    start: int
    end: int
    lines: int
    first: int | None
    last: int | None


def _join(connection: sqlite3.Connection, month: int) -> dict[int, int]:
    """Joins small neighbours of a month; gives which block went into which one."""
    rows = connection.execute(
        f"select id, source, start, end, lines, first, last from block_{month} "
        "where not exists (select 1 from tail_block where month = ? and block = id) order by source, start",
        (month,),
    )
    moved: dict[int, int] = {}
    for _, pieces in groupby(map(_Piece._make, rows.fetchall()), key=lambda piece: piece.source):
        for run in _runs(pieces):
            if len(run) > 1 and _join_run(connection, month, run):
                moved.update((piece.id, run[0].id) for piece in run[1:])
    return moved


def _runs(pieces: Iterator[_Piece]) -> Iterator[list[_Piece]]:
    """Neighbours that fit into one block together."""
    run: list[_Piece] = []
    for piece in pieces:
        if run and (piece.start != run[-1].end or piece.end - run[0].start > BLOCK):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _join_run(connection: sqlite3.Connection, month: int, run: list[_Piece]) -> bool:
    texts = [text_of(connection, month, piece.id) for piece in run]
    if any(len(text) != piece.end - piece.start for text, piece in zip(texts, run, strict=True)):
        return False  # the end of a very long line was left out
    firsts = [piece.first for piece in run if piece.first is not None]
    lasts = [piece.last for piece in run if piece.last is not None]
    connection.executemany(f"delete from block_{month} where id = ?", [(piece.id,) for piece in run[1:]])
    connection.execute(
        f"update block_{month} set end = ?, lines = ?, first = ?, last = ?, packed = ? where id = ?",
        (
            run[-1].end,
            sum(piece.lines for piece in run),
            min(firsts, default=None),
            max(lasts, default=None),
            pack(b"".join(texts)),
            run[0].id,
        ),
    )
    return True
