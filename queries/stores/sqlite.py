"""The embedded store: one SQLite file, asked as log files are, from the blocks that its index names."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import tzinfo
from functools import cached_property
from pathlib import Path

from grammars import KnownHost, Place
from queries.ledger import Coverage
from queries.losses import Loss
from queries.presence import coverage_of
from queries.question import Question, Window
from queries.sources import too_long
from queries.stores.embedded.database import explaining, open_database
from queries.stores.embedded.index import Index
from queries.stores.embedded.shelf import Source, sources_of
from queries.stores.embedded.text import StoredText
from queries.stores.protocol import Found, StoreError
from queries.stores.searched import SearchedStore

KnownHosts = Callable[[str], KnownHost | None]


class SqliteStore(SearchedStore):
    """Answers from the embedded store.  It sees the store as it was when it was opened."""

    def __init__(self, path: Path, machine_zone: tzinfo, known_host: KnownHosts | None = None) -> None:
        self._path = path
        self._connection = open_database(path, write=False)
        self._machine = machine_zone
        with self._explained():
            self._connection.execute("begin")  # one state of the store, whoever writes meanwhile
            key = self._connection.execute("select value from meta where name = 'key'").fetchone()[0]
            self.sources = _named(sources_of(self._connection, machine_zone))
            index = Index(self._connection, key)
        bases = {name: replace(source.basis, known_host=known_host) for name, source in self.sources.items()}
        super().__init__((), bases)
        self._texts = {name: StoredText(index, source, bases[name], name) for name, source in self.sources.items()}

    def close(self) -> None:
        """Closes the file: nothing can be asked any more."""
        self._connection.close()

    def find(self, question: Question, limit: int = 10_000) -> Found:
        """Gives every leg that the question matches, whole, up to `limit`."""
        with self._explained():
            return super().find(question, limit)

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
        return coverage_of((name, self._bases[name], source.presence) for name, source in self.sources.items())


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
