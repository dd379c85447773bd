"""Writes to the embedded store: what stretches of logs were made into, in transactions that a kill cannot halve."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from grammars import Basis, Instant
from queries.blocks import Digest, Stretch, digest
from queries.leg import fold_host
from queries.presence import Presence
from queries.stores.embedded.database import explained, open_database, transaction
from queries.stores.embedded.forgetting import is_text_of
from queries.stores.embedded.retention import Pruned, apply_retention
from queries.stores.embedded.shelf import (
    ReadText,
    Source,
    add_blocks,
    blocks_of,
    counted,
    grown,
    hash_of,
    line_of,
    remove_block,
    remove_tail,
    remove_tail_of,
    save_source,
    sources_of,
    tail_block_of,
    text_of,
)

_COMPARED = 1 << 16  # bytes


class MovedError(Exception):
    """Another writer has read on in the same log: begin again from what the store says now."""


class StoreWriter:
    """One writer of a store; others may write other logs, or the same, at the same time."""

    def __init__(self, path: Path, machine_zone: tzinfo) -> None:
        self._name = str(path)
        self._machine = machine_zone
        self._connection = open_database(path, write=True)
        with self._explained():
            self.key: bytes = self._connection.execute("select value from meta where name = 'key'").fetchone()[0]

    def close(self) -> None:
        """Closes the file; what was put is kept."""
        self._connection.close()

    def sources(self) -> list[Source]:
        """Gives what is known of every log that was read."""
        with self._explained():
            return sources_of(self._connection, self._machine)

    def met(self, seen: str) -> Source | None:
        """Gives the log that was read from a file which has not changed since."""
        with self._explained():
            found = sources_of(self._connection, self._machine, "where seen = ?", (seen,))
        return found[0] if found else None

    def known(self, read: ReadText, size: int, host: str | None) -> Source | None:
        """Gives the log that a text goes on with, or is a part of; of several the one that was read farthest."""
        with self._explained():
            sizes = [row[0] for row in self._connection.execute("select distinct head_size from source")]
            heads = [hash_of(read(0, head_size)) for head_size in sizes if head_size <= size]
            found = [
                source
                for head in heads
                for source in sources_of(self._connection, self._machine, "where head = ?", (head,))
                if fold_host(source.host) == fold_host(host) and self._is_same(source, read, size)
            ]
        return max(found, key=lambda source: source.read_to, default=None)

    def _is_same(self, source: Source, read: ReadText, size: int) -> bool:
        if source.is_beginning_of(read, size):
            return True
        if size >= source.read_to:
            return False
        start, end = max(size - _COMPARED, 0), size  # an earlier state of it
        return all(
            is_text_of(
                text_of(self._connection, block.month, block.id)[max(start - block.start, 0) : end - block.start],
                read(max(start, block.start), min(end, block.end)),
            )
            for block in blocks_of(self._connection, source)
            if block.end > start and block.start < end
        )

    def retain(self, now: Instant) -> Pruned:
        """Drops what is older than the store keeps."""
        with self._explained():
            return apply_retention(self._connection, now, self._machine)

    def rename(self, source: Source, name: str, seen: str) -> None:
        """Notes the name under which a log was met now."""
        if (source.name, source.seen) != (name, seen):
            with self._explained(), transaction(self._connection):
                self._connection.execute("update source set name = ?, seen = ? where id = ?", (name, seen, source.id))

    def rederive(self, source: Source, basis: Basis) -> Source:
        """Reads all that is stored of a log anew with another basis, in one transaction."""
        with self._explained(), transaction(self._connection):
            blocks = blocks_of(self._connection, source)
            remove_tail_of(self._connection, source.id)
            made = replace(source, basis=basis, presence=Presence(), first=None, last=None, cut_lines=0)
            for block in blocks:
                text = text_of(self._connection, block.month, block.id)
                stretch = Stretch(text, block.start, block.end, block.start, basis, source.host, self.key)
                found = digest(stretch)
                made = counted(made, found)
                remove_block(self._connection, block)
                add_blocks(self._connection, made, found.blocks, block.line)
            save_source(self._connection, made)
        return made

    def begin(self, source: Source) -> tuple[int, bytes]:
        """Gives where the next stretch of a log begins, and what of it is stored: the small block at its end."""
        with self._explained():
            tail = tail_block_of(self._connection, source.id)
            if tail is None:
                return source.read_to, b""
            return tail.start, text_of(self._connection, tail.month, tail.block)[: source.read_to - tail.start]

    def put(self, source: Source, stretch: Stretch, made: Digest, read: ReadText) -> Source:
        """Writes one stretch of a log, all or nothing; gives what is known of the log then.  Raises MovedError."""
        with self._explained(), transaction(self._connection):
            if source.id and self._read_to(source.id) != source.read_to:
                raise MovedError
            line = source.lines
            tail = tail_block_of(self._connection, source.id)
            if tail is not None and tail.start == stretch.start:
                line = line_of(self._connection, tail)
                remove_tail(self._connection, source.id, tail)
            after = grown(source, made, stretch.start + len(stretch.text), read)
            after = save_source(self._connection, replace(after, lines=line + made.lines))
            add_blocks(self._connection, after, made.blocks, line)
        return after

    def _read_to(self, source: int) -> int | None:
        row = self._connection.execute("select read_to from source where id = ?", (source,)).fetchone()
        return row[0] if row else None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError) as error:
            raise explained(self._name, error) from error
