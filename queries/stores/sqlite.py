"""The embedded store: one SQLite file, asked as log files are, from the blocks that its index names."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from grammars import Basis, Instant, KeyKind, Place
from queries.basis import KnownHosts
from queries.conditions import Condition, Prefix
from queries.found import Count, FoundVerdicts
from queries.ledger import Coverage
from queries.leg import Key, Leg
from queries.losses import Loss
from queries.presence import Presence, coverage_of
from queries.question import Question, Window
from queries.sources import too_long
from queries.stitch import stitch
from queries.stores.embedded.database import explaining, key_of, open_database
from queries.stores.embedded.index import Index
from queries.stores.embedded.shelf import Shelved, Source, sources_of
from queries.stores.embedded.text import StoredText
from queries.stores.protocol import Found, StoreError
from queries.stores.searched import SearchedStore
from queries.stores.verdicts import VerdictTable
from queries.tokens import value_of

_MOST_OF_ID = 200  # rows: one message has one for each recipient
_READ_WHOLE = 32 * 1024 * 1024  # bytes of text: of more, not every line is read for one leg


class LegsAround(NamedTuple):
    """The legs of some blocks, and which these are."""

    legs: tuple[Leg, ...]
    blocks: AbstractSet[tuple[int, int]]


class SqliteStore(SearchedStore):
    """Answers from the embedded store.  It sees the store as it was when it was opened."""

    def __init__(self, path: Path, machine_zone: tzinfo, known_host: KnownHosts | None = None) -> None:
        self._path = path
        self._connection = open_database(path, write=False)
        self._machine = machine_zone
        with self._explained():
            self._connection.execute("begin")  # one state of the store, whoever writes meanwhile
            self.sources = _named(sources_of(self._connection, machine_zone))
            self._index = Index(self._connection, key_of(self._connection))
        bases = {name: replace(source.basis, known_host=known_host) for name, source in self.sources.items()}
        super().__init__((), bases)
        self._stored = {
            name: StoredText(self._index, source, bases[name], name) for name, source in self.sources.items()
        }
        self._texts = self._stored
        self._verdicts = VerdictTable(self._connection)

    def close(self) -> None:
        """Closes the file; while a reader has it open, what is written to it stays in a file beside it."""
        self._connection.close()

    def find(self, question: Question, limit: int = 10_000) -> Found:
        """Gives every leg that the question matches, whole, up to `limit`."""
        with self._explained():
            return super().find(question, limit)

    def search(
        self, condition: Condition, *, limit: int | None, sort: str = "time", newest_first: bool = True
    ) -> FoundVerdicts:
        """Gives the verdicts that a condition matches, in the order of queries.found.in_order, up to `limit`."""
        with self._explained():
            return self._verdicts.search(condition, limit=limit, sort=sort, newest_first=newest_first)

    def count_by(self, name: str, condition: Condition) -> list[Count]:
        """Gives how many of the verdicts that a condition matches have each value of a field, the most first."""
        with self._explained():
            return self._verdicts.count_by(name, condition)

    def legs_around(self, window: Window) -> "LegsAround":
        """Gives the legs of all blocks that touch a stretch of time."""
        blocks = self._index.blocks_between(window)
        return LegsAround(self._legs_of(blocks), {(block.month, block.id) for block in blocks})

    def newest_legs(self, most: int) -> tuple[Leg, ...]:
        """Gives the legs of the newest blocks, at most so many."""
        blocks = self._index.newest_blocks(most)
        return self._legs_of(sorted(blocks, key=lambda block: (block.source, block.start)))

    def _legs_of(self, blocks: Sequence[Shelved]) -> tuple[Leg, ...]:
        names = {source.id: name for name, source in self.sources.items()}
        events = (event for block in blocks for event in self._stored[names[block.source]].events_in(block))
        return stitch(events, spans=self._spans)

    def is_elsewhere(self, key: Key, blocks: AbstractSet[tuple[int, int]]) -> bool:
        """Whether lines with a key may stand outside of some blocks."""
        found = self._index.with_value(value_of(key))
        return any((each.month, each.id) not in blocks for of_source in found.values() for each in of_source)

    def is_later(self, key: Key, instant: Instant) -> bool:
        """Whether lines with a key may stand at a later time."""
        found = self._index.with_value(value_of(key))
        return any(each.last is not None and each.last > instant for blocks in found.values() for each in blocks)

    def legs_within(self, window: Window | None) -> tuple[Leg, ...]:
        """Gives the legs of the lines of some time, as whole as these make them; None: every leg of a small store."""
        if window is None and sum(source.size for source in self.sources.values()) > _READ_WHOLE:
            return ()
        with self._explained():
            events = [event for text in self._stored.values() for event in text.events_at(text.starts_within(window))]
        return stitch(events, spans=self._spans)

    def places_of_id(self, prefix: str) -> list[tuple[Key | None, Instant]]:
        """Gives keys of the messages whose ids begin with some hex digits, and when each arrived."""
        found: dict[tuple[Key | None, Instant], None] = {}
        for row in self.search(Prefix("id", prefix), limit=_MOST_OF_ID).rows:
            keys: list[Key | None] = [Key(KeyKind.QUEUE_ID, each) for each in row.queue_ids]
            if row.client_ip:
                keys.append(Key(KeyKind.CLIENT_IP, row.client_ip))
            found.update(dict.fromkeys((key, row.time) for key in keys or [None]))
        return list(found)

    def presences(self) -> Iterator[tuple[str, Basis, Presence]]:
        """Gives what was counted of each source, and how its stamps are read."""
        yield from ((name, self._bases[name], source.counted) for name, source in self.sources.items())

    def forgotten(self) -> tuple[Window, ...]:
        """Gives the times of which lines were taken out of the store."""
        with self._explained():
            rows = self._connection.execute("select first, last from forgotten order by first").fetchall()
        return tuple(Window(first=Instant(first), last=Instant(last)) for first, last in rows)

    def remarks(self) -> tuple[str, ...]:
        """Gives what must be told of the sources, such as files that were cut off."""
        said = (source.remark for source in self.sources.values() if source.remark)
        cut = (too_long(name) for name, source in self.sources.items() if source.cut_lines)
        return (*said, *cut)

    def losses(self, windows: Sequence[Window]) -> tuple[Loss, ...]:
        """Gives the losses of lines that touch one of some windows, as far as collectors tell of them."""
        with self._explained():
            return super().losses(windows)

    def host_of(self, ip: str) -> str | None:
        """Gives the folded name of the host that has an address, as far as lines prove it."""
        with self._explained():
            return super().host_of(ip)

    def line_number(self, place: Place) -> int:
        """Gives the number, from 1, of the line at a place."""
        with self._explained():
            return super().line_number(place)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns errors into StoreError; one that nobody foresaw too, where the store is damaged."""
        try:
            with explaining(str(self._path)):
                yield
        except StoreError:
            raise
        except Exception as error:
            if not self._is_damaged():
                raise
            raise StoreError(f"{self._path}: is damaged", "see what is left: clerk store check") from error

    def _is_damaged(self) -> bool:
        from queries.stores.embedded.checking import check  # noqa: PLC0415 - for errors that nobody foresaw

        try:
            return bool(check(self._path, self._machine).flaws)
        except (StoreError, sqlite3.Error):
            return True

    @cached_property
    def _ledger(self) -> tuple[Coverage, ...]:
        return coverage_of(self.presences())


def _named(sources: Sequence[Source]) -> Mapping[str, Source]:
    """Gives each source a name of its own: the newest keeps the file's, older ones say until when they reach."""
    found: dict[str, Source] = {}
    for source in reversed(sources):
        name = source.name
        number = 2
        while name in found:
            name = f"{source.name} ({number})"
            number += 1
        found[name] = replace(source, name=name)
    return dict(sorted(found.items(), key=lambda item: item[1].id))
