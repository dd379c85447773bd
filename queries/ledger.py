"""The coverage ledger: which hosts and formats the lines cover, from when to when, and what was not read."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from grammars import Basis, Event, Foreign, Instant, Noise, Reading, TimeBasis, Verb
from grammars.core.words import HOUR
from queries.leg import fold_host
from queries.losses import Loss

LEAST_GAP = HOUR
"""A shorter pause between two lines is no gap, in microseconds."""
UNUSUAL = 50
"""A pause this many times as long as the usual one is a gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What one host's lines of one format cover.

    `first` and `last` are the instants of its first and last line, `gaps` the pauses that are
    far longer than its usual ones.  `unread` counts lines that no grammar reads, `foreign` those
    of programs that no grammar claims, both among `lines_read` lines, a sample where a file is large.
    `zone` and `basis` tell how stamps without a zone were read.  `losses` are lines that its collector
    says it lost, near the time that was asked about.
    """

    host: str | None
    format: str
    first: Instant
    last: Instant
    lines: int
    unread: int
    foreign: int
    gaps: tuple[tuple[Instant, Instant], ...]
    zone: str
    basis: TimeBasis
    files: tuple[str, ...]
    lines_read: int
    losses: tuple[Loss, ...] = ()

    @property
    def holes(self) -> tuple[tuple[Instant, Instant], ...]:
        """All stretches of which lines are not at hand, or not all: pauses and losses."""
        return tuple(sorted({*self.gaps, *((loss.first, loss.last) for loss in self.losses)}))


@dataclass(slots=True)
class Tally:
    """Counts the lines of one file."""

    basis: Basis
    instants: dict[tuple[str | None, str], list[Instant]] = field(default_factory=lambda: defaultdict(list))
    noise: Counter[str] = field(default_factory=Counter)
    unread: Counter[str | None] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)
    names: dict[tuple[str | None, str], str | None] = field(default_factory=dict)
    all_lines: int | None = None  # of the file, where only a sample of them was counted
    gaps: tuple[tuple[Instant, Instant], ...] = ()
    unstated: set[tuple[str | None, str]] = field(default_factory=set)  # rows with stamps that leave zone or year out
    losses: list[Event] = field(default_factory=list)  # lines that tell of lines lost

    def count(self, reading: Reading) -> None:
        """Counts one line; empty lines are no lines, and what a collector says of itself covers nothing."""
        if isinstance(reading, Event) and reading.verb is Verb.LOSE:
            self.losses.append(reading)
            self.noise[reading.format] += 1
        elif isinstance(reading, Event):
            key = (fold_host(reading.host), reading.format)
            self.instants[key].append(reading.instant)
            self.names.setdefault(key, reading.host)
            if reading.basis is not TimeBasis.STATED:
                self.unstated.add(key)
        elif isinstance(reading, Noise):
            self.noise[reading.format] += 1
        elif isinstance(reading, Foreign):
            self.foreign[reading.program] += 1
        elif reading.reason != EMPTY_LINE:
            self.unread[reading.format] += 1

    def usual_pause(self) -> int:
        """The least pause, in microseconds, that is unusual for the file as a whole."""
        return min((_least_gap(sorted(found)) for found in self.instants.values()), default=LEAST_GAP)

    def sampled(self, lines: int, gaps: Iterable[tuple[Instant, Instant]]) -> None:
        """Says that only a sample was counted: how many lines there are, and the gaps found otherwise."""
        self.all_lines, self.gaps = lines, tuple(gaps)

    def counted(self) -> int:
        """How many lines were counted."""
        read = sum(len(found) for found in self.instants.values())
        return read + self.noise.total() + self.unread.total() + self.foreign.total()


EMPTY_LINE = "an empty line"


@dataclass(slots=True)
class Ledger:
    """The tallies of all files, by file name."""

    tallies: dict[str, Tally] = field(default_factory=dict)

    def open(self, file: str, basis: Basis) -> Tally:
        """Begins, or begins anew, the tally of a file."""
        self.tallies[file] = Tally(basis)
        return self.tallies[file]

    def losses(self) -> list[Event]:
        """Gives the lines counted that tell of lines lost."""
        return [event for tally in self.tallies.values() for event in tally.losses]

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
    read: int = 0
    lines: int = 0
    unread: int = 0
    foreign: int = 0
    files: list[str] = field(default_factory=list)
    gaps: list[tuple[Instant, Instant]] = field(default_factory=list)
    zone: str = "UTC"
    basis: TimeBasis = TimeBasis.STATED

    def coverage(self, log_format: str) -> Coverage:
        ordered = sorted(self.instants)
        return Coverage(
            host=self.host,
            format=log_format,
            first=ordered[0],
            last=ordered[-1],
            lines=self.lines,
            unread=self.unread,
            foreign=self.foreign,
            gaps=tuple(sorted(self.gaps)) if self.lines != self.read else _gaps(ordered),
            zone=self.zone,
            basis=self.basis,
            files=tuple(self.files),
            lines_read=self.read,
        )


def _add(rows: dict[tuple[str | None, str], _Row], file: str, tally: Tally) -> None:
    """Adds one file's counts; of a sampled file, its lines are shared out as the sample is."""
    commonest = max(tally.instants, key=lambda key: len(tally.instants[key]))
    read: Counter[tuple[str | None, str]] = Counter()
    for key, instants in tally.instants.items():
        row = rows[key]
        row.host = row.host or tally.names[key]
        if key in tally.unstated:
            basis = tally.basis.of_host(tally.names[key])[1]
            row.zone, row.basis = str(basis.zone), basis.zone_basis
        row.instants += instants
        row.gaps += tally.gaps
        row.files.append(file)
        read[key] += len(instants)
    for log_format, count in tally.noise.items():
        read[_key_of(tally, log_format, commonest)] += count
    for unread_format, count in tally.unread.items():
        read[_key_of(tally, unread_format, commonest)] += count
        rows[_key_of(tally, unread_format, commonest)].unread += count
    read[commonest] += tally.foreign.total()
    rows[commonest].foreign += tally.foreign.total()
    share = 1.0 if tally.all_lines is None else tally.all_lines / max(tally.counted(), 1)
    for key, count in read.items():
        rows[key].read += count
        rows[key].lines += round(count * share)


def _key_of(tally: Tally, log_format: str | None, commonest: tuple[str | None, str]) -> tuple[str | None, str]:
    keys = [key for key in tally.instants if key[1] == log_format]
    return max(keys, key=lambda key: len(tally.instants[key])) if keys else commonest


def _gaps(ordered: list[Instant]) -> tuple[tuple[Instant, Instant], ...]:
    least = _least_gap(ordered)
    return tuple((earlier, later) for earlier, later in pairwise(ordered) if later - earlier > least)


def _least_gap(ordered: list[Instant]) -> int:
    """A pause is a gap if it is far longer than the usual ones, and longer than an hour."""
    pauses = [later - earlier for earlier, later in pairwise(ordered)]
    return max(LEAST_GAP, UNUSUAL * _median(pauses)) if pauses else LEAST_GAP


def _median(numbers: Sequence[int]) -> int:
    """As `statistics.median`, which takes longer to load than this whole ledger to make."""
    ordered = sorted(numbers)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2
