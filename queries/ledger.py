"""The coverage ledger: which hosts and formats the lines cover, from when to when, and what was not read."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from grammars import Basis, Event, Foreign, Instant, Noise, Reading, Reject
from grammars.core.words import HOUR
from queries.leg import fold_host
from queries.stores.protocol import Coverage

_LEAST_GAP = HOUR
_UNUSUAL = 50  # times the usual pause between two lines


@dataclass(slots=True)
class Tally:
    """Counts the lines of one file."""

    basis: Basis
    instants: dict[tuple[str | None, str], list[Instant]] = field(default_factory=lambda: defaultdict(list))
    noise: Counter[str] = field(default_factory=Counter)
    unread: Counter[str | None] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)
    names: dict[tuple[str | None, str], str | None] = field(default_factory=dict)

    def count(self, reading: Reading) -> None:
        """Counts one line; empty lines are no lines."""
        if isinstance(reading, Event):
            key = (fold_host(reading.host), reading.format)
            self.instants[key].append(reading.instant)
            self.names.setdefault(key, reading.host)
        elif isinstance(reading, Noise):
            self.noise[reading.format] += 1
        elif isinstance(reading, Foreign):
            self.foreign[reading.program] += 1
        elif reading.reason != EMPTY_LINE:
            self.unread[reading.format] += 1

    def understood(self) -> int:
        """How many lines a grammar read."""
        return sum(len(found) for found in self.instants.values()) + self.noise.total()


EMPTY_LINE = "an empty line"


@dataclass(slots=True)
class Ledger:
    """The tallies of all files, by file name."""

    tallies: dict[str, Tally] = field(default_factory=dict)

    def open(self, file: str, basis: Basis) -> Tally:
        """Begins, or begins anew, the tally of a file."""
        self.tallies[file] = Tally(basis)
        return self.tallies[file]

    def coverage(self) -> tuple[Coverage, ...]:
        """Sums the tallies up by host and format; lines that name neither count for the file's commonest."""
        rows: dict[tuple[str | None, str], _Row] = defaultdict(_Row)
        for file, tally in self.tallies.items():
            if tally.instants:
                _add(rows, file, tally)
        return tuple(row.coverage(key[1]) for key, row in sorted(rows.items(), key=lambda item: str(item[0])))


@dataclass(slots=True)
class _Row:
    host: str | None = None
    instants: list[Instant] = field(default_factory=list)
    lines: int = 0
    unread: int = 0
    foreign: int = 0
    files: list[str] = field(default_factory=list)
    basis: Basis | None = None

    def coverage(self, log_format: str) -> Coverage:
        ordered = sorted(self.instants)
        assert self.basis is not None  # noqa: S101 - _add set it
        return Coverage(
            host=self.host,
            format=log_format,
            first=ordered[0],
            last=ordered[-1],
            lines=self.lines,
            unread=self.unread,
            foreign=self.foreign,
            gaps=_gaps(ordered),
            zone=str(self.basis.zone),
            basis=self.basis.zone_basis,
            files=tuple(self.files),
        )


def _add(rows: dict[tuple[str | None, str], _Row], file: str, tally: Tally) -> None:
    commonest = max(tally.instants, key=lambda key: len(tally.instants[key]))
    for key, instants in tally.instants.items():
        row = rows[key]
        row.host, row.basis = row.host or tally.names[key], tally.basis
        row.instants += instants
        row.lines += len(instants)
        row.files.append(file)
    for log_format, count in tally.noise.items():
        rows[_key_of(tally, log_format, commonest)].lines += count
    for unread_format, count in tally.unread.items():
        row = rows[_key_of(tally, unread_format, commonest)]
        row.lines += count
        row.unread += count
    rows[commonest].foreign += tally.foreign.total()
    rows[commonest].lines += tally.foreign.total()


def _key_of(tally: Tally, log_format: str | None, commonest: tuple[str | None, str]) -> tuple[str | None, str]:
    keys = [key for key in tally.instants if key[1] == log_format]
    return max(keys, key=lambda key: len(tally.instants[key])) if keys else commonest


def _gaps(ordered: list[Instant]) -> tuple[tuple[Instant, Instant], ...]:
    pauses = [later - earlier for earlier, later in pairwise(ordered)]
    if not pauses:
        return ()
    least = max(_LEAST_GAP, _UNUSUAL * int(median(pauses)))
    return tuple((earlier, later) for earlier, later in pairwise(ordered) if later - earlier > least)
