"""What is told of a store: whether it is sound, and what it holds, in figures."""

from dataclasses import dataclass
from typing import NamedTuple

from grammars import Instant


class Flaw(NamedTuple):
    """Something that is wrong: where, what, and what to do."""

    where: str
    what: str
    remedy: str


class Checked(NamedTuple):
    """What was found; `is_index_checked`: whether the index could be looked at, which takes the right to write."""

    flaws: tuple[Flaw, ...]
    is_index_checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """One month: its number as YYYYMM, what it holds, and how many bytes its text takes raw, packed, and in the index.

    `verdicts` is None where none are kept yet.
    """

    month: int
    blocks: int
    lines: int
    raw: int
    packed: int
    index: int
    verdicts: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFigures:
    """One log: its number and name, its whole lines and bytes, and the time of its events that are left."""

    id: int
    name: str
    host: str | None
    lines: int
    size: int
    first: Instant | None
    last: Instant | None
    zone: str
    zone_basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A whole store; sizes in bytes, `unused` of them are free inside the file.

    `keep_days` is None where lines are kept for ever; `is_shared`: other users may be let read.
    """

    size: int
    unused: int
    months: tuple[MonthFigures, ...]
    logs: tuple[LogFigures, ...]
    keep_days: int | None
    is_shared: bool
    forgotten: int

    @property
    def first(self) -> Instant | None:
        """The instant of the first event."""
        return min((log.first for log in self.logs if log.first is not None), default=None)

    @property
    def last(self) -> Instant | None:
        """The instant of the last event."""
        return max((log.last for log in self.logs if log.last is not None), default=None)
