"""What one run of `clerk ingest` did, in one value."""

from dataclasses import dataclass, field
from typing import NamedTuple

from grammars import Basis
from queries.presence import Presence
from queries.question import Window


class LogRead(NamedTuple):
    """A log after it was read: how its stamps are read, what was counted in all of it, and how many lines it has."""

    basis: Basis
    presence: Presence
    lines: int


@dataclass(slots=True)
class Ingested:
    """What was new: `presence` counts its lines, `size` bytes of text, `span` is the time of its events.

    `read` holds the logs that had something new, `unchanged` the names of the others; `remarks` names
    files that could not be used.  `messages` were settled afterwards.
    """

    presence: Presence = field(default_factory=Presence)
    size: int = 0
    span: Window | None = None
    read: dict[str, LogRead] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    messages: int = 0
    seconds_to_read: float = 0.0
    seconds_to_settle: float = 0.0

    def add(self, name: str, log: LogRead, fresh: Presence, size: int) -> None:
        """Takes note of a stretch that was stored."""
        self.presence.add(fresh)
        self.size += size
        self.read[name] = log
        span = fresh.span()
        if span is not None:
            self.span = Window(first=span[0], last=span[1]).joined(self.span)
