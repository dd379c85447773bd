"""The embedded store's index: from a value to the blocks whose lines hold it, and the text of these."""

import sqlite3
from collections import OrderedDict
from collections.abc import Mapping

from queries.question import Window
from queries.stores.embedded.database import months_of
from queries.stores.embedded.shelf import Shelved, Source, blocks_between, blocks_of, select_blocks, text_of
from queries.tokens import hashes_of

_MOST_TEXTS = 400  # blocks of text that are kept: 50 MB

_By = Mapping[int, list[Shelved]]


class Index:
    """Look-ups in one store; what was looked up is kept for the next question."""

    def __init__(self, connection: sqlite3.Connection, key: bytes) -> None:
        self._connection = connection
        self._key = key
        self._months = months_of(connection)
        self._found: dict[str, _By] = {}
        self._texts: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    def with_value(self, value: str) -> _By:
        """Gives the blocks that may hold a value, by source."""
        found = self._found.get(value)
        if found is None:
            found = self._found[value] = self._look_up(hashes_of([value], self._key)) if value else {}
        return found

    def _look_up(self, token: str) -> _By:
        found: dict[int, list[Shelved]] = {}
        for month in self._months:
            which = f"join word_{month} w on b.id = w.rowid where word_{month} match ?"
            for block in select_blocks(self._connection, month, which, (token,)):
                found.setdefault(block.source, []).append(block)
        return found

    def blocks_of(self, source: Source) -> list[Shelved]:
        """Gives the blocks of a source in the order of its text."""
        return blocks_of(self._connection, source)

    def blocks_between(self, window: Window) -> list[Shelved]:
        """Gives the blocks with an event in a stretch of time, or around it."""
        found = blocks_between(self._connection, self._months, window)
        return sorted(found, key=lambda block: (block.source, block.start))

    def newest_blocks(self, most: int) -> list[Shelved]:
        """Gives the blocks with the newest events, at most so many."""
        found: list[Shelved] = []
        for month in reversed(self._months):
            which = "where last is not null order by last desc limit ?"
            found += select_blocks(self._connection, month, which, (most - len(found),))
        return found

    def text(self, block: Shelved) -> bytes:
        """Gives the text of a block."""
        place = block.month, block.id
        found = self._texts.get(place)
        if found is None:
            found = self._texts[place] = text_of(self._connection, *place)
            if len(self._texts) > _MOST_TEXTS:
                self._texts.popitem(last=False)
        else:
            self._texts.move_to_end(place)
        return found
