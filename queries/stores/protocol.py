"""What every store promises, so that no answer can tell which one it came from."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from grammars import Place
from queries.ledger import Coverage
from queries.leg import Leg
from queries.losses import Loss
from queries.question import Question, Window


class StoreError(Exception):
    """A store cannot be used: why, and one sentence on what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class BusyError(StoreError):
    """Another process is using the store, and did not let go of it in time."""


class Found(NamedTuple):
    """Legs that answer a question, in the order of their first lines; `cut` where there were more."""

    legs: tuple[Leg, ...]
    cut: bool = False


class Store(Protocol):
    """Where legs are found."""

    def find(self, question: Question, limit: int = 10_000) -> Found:
        """Gives every leg that the question matches, whole, up to `limit`.

        Of a leg that only reaches into the window asked, the line with the key may stand outside, and such a leg
        may be left out.  `cut` may be said where there are no more; it is never kept back.
        """
        ...

    def coverage(self) -> tuple[Coverage, ...]:
        """Gives what the lines at hand cover, per host and format."""
        ...

    def losses(self, windows: Sequence[Window]) -> tuple[Loss, ...]:
        """Gives the losses of lines that touch one of some windows, as far as collectors tell of them."""
        ...

    def host_of(self, ip: str) -> str | None:
        """Gives the folded name of the host that has an address, as far as lines prove it."""
        ...

    def remarks(self) -> tuple[str, ...]:
        """Gives what must be told of the sources: files left out or cut, zones and years assumed."""
        ...

    def line_number(self, place: Place) -> int:
        """Gives the number, from 1, of the line at a place."""
        ...
