"""Writes verdicts to the embedded store, and knows which stretches of time have none yet."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol

from grammars import Instant
from grammars.core.words import DAY
from queries.question import Window
from queries.stores.embedded.database import explaining, months_of, open_database, transaction
from queries.stores.embedded.shelf import blocks_between
from queries.stores.verdicts import VerdictTable
from queries.verdict import Verdict


class Due(NamedTuple):
    """The stretches that were not settled when it was asked, and the newest of them."""

    windows: tuple[Window, ...]
    newest: int


class PutOff(NamedTuple):
    """A message whose sender was told, or left, to come again."""

    id: str
    time: Instant
    reverse_path: str


_PATIENCE = 6 * DAY


class Message(Protocol):
    """The rows of one message, and the ids under which parts of it may stand as messages of their own."""

    @property
    def rows(self) -> Sequence[Verdict]:
        """Its rows."""
        ...

    @property
    def inside(self) -> Sequence[str]:
        """The ids of its legs but the first."""
        ...


class VerdictWriter:
    """One writer of verdicts; whatever it writes may be written again."""

    def __init__(self, path: Path) -> None:
        self._name = str(path)
        self._connection = open_database(path, write=True)
        self._table = VerdictTable(self._connection)
        self._had_rows = bool(self._table.months())
        self._put: set[str] = set()  # the ids of messages that were written

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def due(self) -> Due:
        """Gives what is to be settled."""
        with self._explained():
            rows = self._connection.execute("select id, first, last from unsettled order by first").fetchall()
        windows = tuple(Window(first=Instant(first), last=Instant(last)) for _, first, last in rows)
        return Due(windows, max((number for number, _, _ in rows), default=0))

    def spans(self, due: Due) -> list[tuple[Instant, Instant]]:
        """Gives from when to when the events of each block lie that touches what is due."""
        with self._explained():
            months = months_of(self._connection)
            found = {each for window in due.windows for each in blocks_between(self._connection, months, window)}
        return [(each.first, each.last) for each in found if each.first is not None and each.last is not None]

    def put(self, messages: Iterable[Message], waiting: Iterable[PutOff] = ()) -> None:
        """Writes the rows of some messages, and takes those away that stood for parts of them.

        `waiting` are those of them that were put off.
        """
        with self._explained(), transaction(self._connection):
            messages = list(messages)
            inside = {name for message in messages for name in message.inside}
            alone = inside if self._had_rows else self._put & inside
            self._put.update(message.rows[0].id for message in messages)
            self._table.put((row for message in messages for row in message.rows), instead_of=alone)
            gone = [(name,) for message in messages for name in (message.rows[0].id, *message.inside)]
            self._connection.executemany("delete from put_off where id = ?", gone)
            self._connection.executemany("insert or replace into put_off values (?, ?, ?)", waiting)

    def done(self, due: Due) -> None:
        """Takes note that all that was due is settled; whom nobody tried again for days is waited for no more."""
        with self._explained(), transaction(self._connection):
            self._connection.execute("delete from unsettled where id <= ?", (due.newest,))
            newest = max((window.last for window in due.windows), default=0)
            self._connection.execute("delete from put_off where time < ?", (newest - _PATIENCE,))

    def put_off(self) -> list[PutOff]:
        """Gives the messages that were put off and not tried again since."""
        with self._explained():
            rows = self._connection.execute("select id, time, reverse_path from put_off order by time").fetchall()
        return [PutOff(name, Instant(time), path) for name, time, path in rows]

    def _explained(self) -> AbstractContextManager[None]:
        return explaining(self._name)
