"""The embedded store: one SQLite file, asked as log files are, from the blocks that its index names."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import cached_property
from pathlib import Path

from grammars import KnownHost
from queries.ledger import Coverage
from queries.losses import Loss
from queries.presence import coverage_of
from queries.question import Question, Window
from queries.sources import too_long
from queries.stores.embedded.database import explained, open_database
from queries.stores.embedded.index import Index
from queries.stores.embedded.shelf import Source, sources_of
from queries.stores.embedded.text import StoredText
from queries.stores.protocol import Found
from queries.stores.searched import SearchedStore

KnownHosts = Callable[[str], KnownHost | None]


class SqliteStore(SearchedStore):
    """Answers from the embedded store.  It sees the store as it was when it was opened."""

    def __init__(self, path: Path, machine_zone: tzinfo, known_host: KnownHosts | None = None) -> None:
        self._path = path
        self._connection = open_database(path, write=False)
        try:
            self._connection.execute("begin")  # one state of the store, whoever writes meanwhile
            key = self._connection.execute("select value from meta where name = 'key'").fetchone()[0]
            self.sources = _named(sources_of(self._connection, machine_zone))
            index = Index(self._connection, key)
        except sqlite3.Error as error:
            raise explained(str(path), error) from error
        bases = {name: replace(source.basis, known_host=known_host) for name, source in self.sources.items()}
        super().__init__((), bases)
        self._texts = {name: StoredText(index, source, bases[name], name) for name, source in self.sources.items()}

    def find(self, question: Question, limit: int = 10_000) -> Found:
        """Gives every leg that the question matches, whole, up to `limit`."""
        try:
            return super().find(question, limit)
        except (sqlite3.Error, ValueError) as error:
            raise explained(str(self._path), error) from error

    def remarks(self) -> tuple[str, ...]:
        """Gives what must be told of the sources, such as files that were cut off."""
        said = (source.remark for source in self.sources.values() if source.remark)
        cut = (too_long(name) for name, source in self.sources.items() if source.cut_lines)
        return (*said, *cut)

    def losses(self, windows: Sequence[Window]) -> tuple[Loss, ...]:
        """Gives the losses of lines that touch one of some windows, as far as collectors tell of them."""
        try:
            return super().losses(windows)
        except sqlite3.Error as error:
            raise explained(str(self._path), error) from error

    @cached_property
    def _ledger(self) -> tuple[Coverage, ...]:
        return coverage_of((name, self._bases[name], source.counted) for name, source in self.sources.items())


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
