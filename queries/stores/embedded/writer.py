"""Writes to the embedded store: what stretches of logs were made into, in transactions that a kill cannot halve."""

import sqlite3
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from grammars import Instant
from queries.blocks import BLOCK, Block, Digest, Stretch, digest
from queries.leg import fold_host
from queries.presence import Presence
from queries.sources import LogFile
from queries.stores.embedded.database import explaining, key_of, month_of, open_database, open_nothing, transaction
from queries.stores.embedded.forgetting import is_text_of
from queries.stores.embedded.index import Index
from queries.stores.embedded.retention import Pruned, apply_retention
from queries.stores.embedded.shelf import (
    HEAD,
    Ends,
    ReadText,
    Shelved,
    Source,
    add_blocks,
    blocks_of,
    counted,
    grown,
    keep_tail,
    mark_of_head,
    proofs_of,
    redate_block,
    remove_block,
    save_source,
    sources_of,
    stretch_of,
    tail_block_of,
    text_of,
)
from queries.stores.embedded.text import StoredPages

_COMPARED = 1 << 16  # bytes


class MovedError(Exception):
    """Another writer has written to the same log: begin again from what the store says now."""


class Shelves:
    """What a store knows of logs, for one who is about to read more of them."""

    def __init__(self, name: str, connection: sqlite3.Connection, machine_zone: tzinfo, block: int = BLOCK) -> None:
        self.block = block
        """Bytes of text in one block."""
        self._name = name
        self._machine = machine_zone
        self._connection = connection
        with self._explained():
            self.key = key_of(connection)

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
        """Gives the log that a text goes on with, or is an earlier state of.

        Of several that of the same host, and the one that was read farthest.  A text that is said to be
        another host's than the log goes on with it, and is no earlier state of it.
        """
        with self._explained():
            mark = mark_of_head(read(0, HEAD))
            like = sources_of(self._connection, self._machine, "where mark = ? or mark = x''", (mark,))
            found = [source for source in like if self._is_same(source, read, size)]
        own = fold_host(host)
        named = [source for source in found if source.read_to <= size or own in {None, fold_host(source.host)}]
        return max(named, key=lambda source: (fold_host(source.host) == own, source.read_to), default=None)

    def _is_same(self, source: Source, read: ReadText, size: int) -> bool:
        if not source.read_to:
            return self._is_stored(source, read, 0, min(source.size, size))
        if size >= source.read_to:
            return source.is_beginning_of(read, size)
        return self._is_stored(source, read, 0, min(size, HEAD)) and self._is_stored(
            source, read, max(size - _COMPARED, 0), size
        )

    def _is_stored(self, source: Source, read: ReadText, start: int, end: int) -> bool:
        """Whether a part of a text, which may not be empty, is what is stored of a log."""
        stored = self.log_of(source).pages.read(start, end)
        return bool(stored) and is_text_of(stored, read(start, start + len(stored)))

    def newest(self) -> int:
        """Gives the number of the log that was met last."""
        with self._explained():
            found: int = self._connection.execute("select coalesce(max(id), 0) from source").fetchone()[0]
        return found

    def proofs(self) -> dict[int, tzinfo]:
        """Gives the zones that logs prove, by the logs' numbers."""
        with self._explained():
            return proofs_of(self._connection, self._machine)

    def log_of(self, source: Source) -> LogFile:
        """Gives a log as it is stored."""
        pages = StoredPages(Index(self._connection, self.key), source)
        return LogFile(name=source.name, pages=pages, changed=source.changed, remark=source.remark, host=source.host)

    def begin(self, source: Source) -> tuple[int, bytes]:
        """Gives where the next stretch of a log begins, and what of it is stored: the small block at its end."""
        with self._explained():
            tail = tail_block_of(self._connection, source.id)
            held = b"" if tail is None else text_of(self._connection, tail.month, tail.block)
        if tail is None or len(held) < source.read_to - tail.start:
            return source.read_to, b""
        return tail.start, held[: source.read_to - tail.start]

    def _explained(self) -> AbstractContextManager[None]:
        return explaining(self._name)


class StoreWriter(Shelves):
    """One writer of a store; others may write other logs, or the same, at the same time."""

    def __init__(self, path: Path, machine_zone: tzinfo, block: int = BLOCK) -> None:
        super().__init__(str(path), open_database(path, write=True), machine_zone, block)

    def retain(self, now: Instant) -> Pruned:
        """Drops what is older than the store keeps."""
        with self._explained():
            return apply_retention(self._connection, now, self._machine)

    def rename(self, source: Source, name: str, seen: str) -> None:
        """Notes the name under which a log was met now."""
        if (source.name, source.seen) != (name, seen):
            with self._explained(), transaction(self._connection):
                self._connection.execute("update source set name = ?, seen = ? where id = ?", (name, seen, source.id))

    def restate(self, source: Source, now: Source) -> Source:
        """Writes what is known of a log now; its lines are read as before.  Raises MovedError."""
        with self._explained(), transaction(self._connection):
            self._refuse_moved(source)
            return save_source(self._connection, now)

    def rederive(self, source: Source, now: Source) -> Source:
        """Reads all that is stored of a log anew, as `now` says that it is read.  Raises MovedError.

        It is one transaction.  The index names values, which do not depend on zones: it stays as it is.
        """
        with self._explained(), transaction(self._connection):
            self._refuse_moved(source)
            blocks = blocks_of(self._connection, source)
            made = replace(now, presence=Presence(), pending=Presence(), first=None, last=None, cut_lines=0)
            for block in blocks:
                found = digest(self._stretch_of(block, made))
                made = counted(made, found)
                self._reshelve(source, made, block, found.blocks[0])
            return save_source(self._connection, made)

    def _stretch_of(self, block: Shelved, source: Source) -> Stretch:
        return stretch_of(source, block, text_of(self._connection, block.month, block.id), self.key)

    def _reshelve(self, was: Source, source: Source, block: Shelved, made: Block) -> None:
        """Writes a block that was read anew in the place of the old one, where that is still the right one."""
        is_found_alike = was.only == source.only
        if is_found_alike and month_of(made.last or source.last or source.changed) == block.month:
            redate_block(self._connection, block, made.first, made.last)
            return
        old = made if is_found_alike else digest(self._stretch_of(block, was)).blocks[0]
        tail = tail_block_of(self._connection, source.id)
        remove_block(self._connection, block.month, block.id, old.tokens)
        added = add_blocks(self._connection, source, [made], block.line)
        if tail is not None and (tail.month, tail.block) == (block.month, block.id):
            keep_tail(self._connection, source.id, added)

    def put(self, source: Source, stretch: Stretch, made: Digest, ends: Ends, newest: int = 0) -> Source:
        """Writes one stretch of a log, all or nothing; gives what is known of the log then.  Raises MovedError.

        `ends` tell the text up to where this stretch's last whole line ends; `newest` is what `newest` gave
        before a log was looked for that is not known.
        """
        with self._explained(), transaction(self._connection):
            self._refuse_moved(source)
            if not source.id:
                self._refuse_known(mark_of_head(ends.head), newest)
            tail = tail_block_of(self._connection, source.id)
            if tail is not None and tail.start == stretch.start:
                remove_block(self._connection, tail.month, tail.block, tail.tokens)
            after = save_source(self._connection, grown(source, stretch, made, ends))
            added = add_blocks(self._connection, after, made.blocks, after.lines - made.lines)
            if added is not None:
                is_open = after.size - added.start < self.block // 2 or after.size > after.read_to
                keep_tail(self._connection, after.id, added if is_open else None)
        return after

    def _refuse_moved(self, source: Source) -> None:
        row = self._connection.execute("select version from source where id = ?", (source.id,)).fetchone()
        if (row[0] if row else 0) != source.version:
            raise MovedError

    def _refuse_known(self, mark: bytes, newest: int) -> None:
        """A log may have been stored by another writer since it was looked for."""
        alike = "select 1 from source where mark = ? and id > ?"
        if self._connection.execute(alike, (mark, newest)).fetchone():
            raise MovedError


class Rehearsal(Shelves):
    """Does as a writer does, and writes nothing: what it is given is kept in mind, but for the text."""

    def __init__(self, path: Path, machine_zone: tzinfo) -> None:
        connection = open_database(path, write=False) if path.exists() else open_nothing()
        super().__init__(str(path), connection, machine_zone)
        self._new: dict[bytes, Source] = {}

    def known(self, read: ReadText, size: int, host: str | None) -> Source | None:
        """As `Shelves.known`; of two logs that begin with one line, one that was not stored before is known."""
        new = self._new.get(mark_of_head(read(0, HEAD)))
        return new if new is not None else super().known(read, size, host)

    def rename(self, source: Source, name: str, seen: str) -> None:
        """Leaves the name as it is."""

    def restate(self, source: Source, now: Source) -> Source:
        """Gives a log as it would be known."""
        return replace(now, version=source.version)

    def rederive(self, source: Source, now: Source) -> Source:
        """Gives a log as it would be read; its lines are not counted anew."""
        return self.restate(source, now)

    def put(self, source: Source, stretch: Stretch, made: Digest, ends: Ends, newest: int = 0) -> Source:
        """Gives what would be known of a log then."""
        del newest
        after = grown(source, stretch, made, ends)
        self._new[after.mark] = after
        return after
