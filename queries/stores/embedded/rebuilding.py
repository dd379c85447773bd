"""Every stored line read anew: by today's grammars, and by what is known of hosts now."""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import islice

from grammars import Instant
from queries.basis import KnownHosts
from queries.blocks import Digest, Stretch, digest
from queries.presence import Presence
from queries.stores.embedded.database import (
    drop_verdicts,
    key_of,
    make_index,
    make_month,
    month_of,
    month_start,
    months_of,
    transaction,
)
from queries.stores.embedded.retention import trimmed
from queries.stores.embedded.shelf import (
    Shelved,
    Source,
    blocks_of,
    counted,
    save_source,
    sources_of,
    stretch_of,
    text_of,
)
from queries.stores.embedded.words import is_sound

_AT_ONCE = 16  # blocks in one transaction, so that other writers wait for a moment only

Submit = Callable[[Callable[[Stretch], Digest], Stretch], "Future[Digest]"]
"""Runs a function somewhere, as `Executor.submit` does."""


def rebuild(
    connection: sqlite3.Connection,
    machine: tzinfo,
    submit: Submit,
    *,
    known_host: KnownHosts | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> int:
    """Reads every log anew from its stored text, a few blocks in each transaction; gives how many lines.

    What is asked meanwhile is answered from blocks that are read anew, or not yet.  Postings of what was
    replaced are left: `compact` drops them.
    """
    for month in months_of(connection):
        _mend(connection, month)
        with transaction(connection):
            drop_verdicts(connection, month)
    into = _Rebuilding(connection, machine, key_of(connection), submit, progress)
    return sum(into.read(source.id, known_host) for source in sources_of(connection, machine))


def _mend(connection: sqlite3.Connection, month: int) -> None:
    """Puts an empty index in the place of a damaged one."""
    if not is_sound(connection, month):
        with transaction(connection):
            connection.execute(f"drop table word_{month}")
            make_index(connection, f"word_{month}")


@dataclass(frozen=True, slots=True)
class _Rebuilding:
    connection: sqlite3.Connection
    machine: tzinfo
    key: bytes
    submit: Submit
    progress: Callable[[int], object]

    def read(self, number: int, known_host: KnownHosts | None) -> int:
        """Reads one log anew; begins again where somebody wrote to it meanwhile."""
        while (source := self._source(number)) is not None:
            read_as = replace(source, basis=replace(source.basis, known_host=known_host))
            made = replace(source, presence=Presence(), pending=Presence(), first=None, last=None, cut_lines=0)
            for blocks in self._digested(blocks_of(self.connection, source), read_as):
                with transaction(self.connection):
                    for block, found in blocks:
                        made = counted(made, found)
                        _replace(self.connection, source, block, found)
                self.progress(sum(block.end - block.start for block, _ in blocks))
            with transaction(self.connection):
                if self._source(number) == source:
                    cut = self._cut(source)
                    save_source(self.connection, made if cut is None else trimmed(made, cut))
                    return made.presence.lines
        return 0

    def _source(self, number: int) -> Source | None:
        found = sources_of(self.connection, self.machine, "where id = ?", (number,))
        return found[0] if found else None

    def _cut(self, source: Source) -> Instant | None:
        """Where the months begin that a log has lines of, if lines before were dropped."""
        row = self.connection.execute("select 1 from pruned where source = ?", (source.id,)).fetchone()
        months = months_of(self.connection)
        return month_start(months[0]) if row and months else None

    def _digested(self, blocks: Sequence[Shelved], source: Source) -> Iterator[list[tuple[Shelved, Digest]]]:
        left = iter(blocks)
        waiting = deque(self._submitted(block, source) for block in islice(left, 2 * _AT_ONCE))
        while waiting:
            taken = [waiting.popleft() for _ in range(min(_AT_ONCE, len(waiting)))]
            yield [(block, made.result()) for block, made in taken]
            waiting.extend(self._submitted(block, source) for block in islice(left, _AT_ONCE))

    def _submitted(self, block: Shelved, source: Source) -> tuple[Shelved, "Future[Digest]"]:
        text = text_of(self.connection, block.month, block.id)
        return block, self.submit(digest, stretch_of(source, block, text, self.key))


def _replace(connection: sqlite3.Connection, source: Source, block: Shelved, found: Digest) -> None:
    """Puts a block that was read anew in the place of the old one, unless that is gone."""
    tokens = " ".join(sorted({token for each in found.blocks for token in each.tokens.split()}))
    first = min((each.first for each in found.blocks if each.first is not None), default=None)
    last = max((each.last for each in found.blocks if each.last is not None), default=None)
    month = block.month if last is None else month_of(last)
    if month not in months_of(connection):
        make_month(connection, month)
    made = connection.execute(
        f"insert into block_{month}(source, start, end, line, lines, first, last, packed) "
        f"select source, start, end, line, lines, ?, ?, packed from block_{block.month} where id = ? and source = ?",
        (first, last, block.id, source.id),
    )
    if not made.rowcount:
        return
    connection.execute(f"delete from block_{block.month} where id = ?", (block.id,))
    connection.execute(f"insert into word_{month}(rowid, t) values (?, ?)", (made.lastrowid, tokens))
    connection.execute(
        "update tail_block set month = ?, block = ?, tokens = ? where month = ? and block = ?",
        (month, made.lastrowid, tokens, block.month, block.id),
    )
