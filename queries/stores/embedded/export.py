"""All events of the embedded store, log by log, in the order in which they were written."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from typing import NamedTuple

from grammars import Event, Line, Place, Reader, Record
from grammars.core.records import JOINT
from queries.basis import KnownHosts
from queries.sources import decode_line
from queries.stores.embedded.database import months_of
from queries.stores.embedded.shelf import Source, reader_of, sources_of, text_of


class Exported(NamedTuple):
    """One event: the log, the numbers of its first and last line, from 1, its text, and what it states."""

    file: str
    first: int
    last: int
    raw: str
    record: Record


def events_of(
    connection: sqlite3.Connection, machine: tzinfo, known_host: KnownHosts | None = None
) -> Iterator[Exported]:
    """Gives every event; no more than one block is in memory, and nobody who writes meanwhile has to wait."""
    for source in sources_of(connection, machine):
        reader = reader_of(replace(source, basis=replace(source.basis, known_host=known_host)))
        at = 0
        while (block := _next_block(connection, source, at)) is not None:
            yield from _events_in(text_of(connection, block.month, block.id), block, at, source, reader)
            at = block.end


class _Next(NamedTuple):
    start: int
    month: int
    id: int
    end: int
    line: int


def _next_block(connection: sqlite3.Connection, source: Source, at: int) -> _Next | None:
    """The block at an offset or behind it; blocks may be written anew while others are read."""
    found = [
        _Next(*row)
        for month in months_of(connection)
        for row in connection.execute(
            f"select start, {month}, id, end, line from block_{month} where source = ? and start >= ("
            f"select ifnull(max(start), 0) from block_{month} where source = ? and start <= ?"
            ") and end > ? order by start limit 1",
            (source.id, source.id, at, at),
        )
    ]
    return min(found, default=None)


def _events_in(text: bytes, block: _Next, at: int, source: Source, reader: Reader) -> Iterator[Exported]:
    start = block.start
    for number, raw in enumerate(text.split(b"\n"), block.line + 1):
        if start >= at and raw:
            line = Line(decode_line(raw), Place(source.name, start))
            for record in reader.read_all(line.text, line):
                if isinstance(record.reading, Event):
                    yield Exported(source.name, number, number + line.text.count(JOINT), line.text, record)
        start += len(raw) + 1
