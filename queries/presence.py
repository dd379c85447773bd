"""The ledger of stored lines in little room: whose lines there are, from when to when, and what was not read.

What stretches of a log add is summed up; the ledger of a whole store is the union of its sources'.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias, TypeVar

from grammars import Basis, Event, Foreign, Instant, Noise, Reading, TimeBasis, Verb
from grammars.core.words import DAY, SECOND
from queries.ledger import EMPTY_LINE, LEAST_GAP, UNUSUAL, Coverage
from queries.leg import fold_host

Stretches: TypeAlias = list[tuple[Instant, Instant]]
"""Times in which lines follow each other within an hour, in order."""


@dataclass(slots=True)
class Seen:
    """What one host's lines of one format cover; `pauses` counts whole seconds between neighbours."""

    name: str | None = None
    lines: int = 0
    is_unstated: bool = False  # some stamps leave the zone or the year out
    stretches: Stretches = field(default_factory=list)
    pauses: Counter[int] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    programs: dict[str, tuple[int, Instant, Instant]] = field(default_factory=dict)

    def note(self, host: str | None, program: str, basis: TimeBasis, instants: Sequence[Instant]) -> None:
        """Takes note of who wrote some lines, and when."""
        self.name = self.name or host
        self.is_unstated |= basis is not TimeBasis.STATED
        self._add_program(program, len(instants), min(instants), max(instants))

    def _add_program(self, program: str, lines: int, first: Instant, last: Instant) -> None:
        had = self.programs.get(program, (0, first, last))
        self.programs[program] = had[0] + lines, min(had[1], first), max(had[2], last)

    def add(self, other: "Seen") -> None:
        """Takes another's sums in: of the lines behind these, or of any others."""
        if self.stretches and other.stretches and other.stretches[0][0] >= self.stretches[-1][1]:
            self.pauses[(other.stretches[0][0] - self.stretches[-1][1]) // SECOND] += 1
        self.name = self.name or other.name
        self.lines += other.lines
        self.is_unstated |= other.is_unstated
        self.stretches = _joined([*self.stretches, *other.stretches])
        self.pauses += other.pauses
        self.days += other.days
        for program, counted in other.programs.items():
            self._add_program(program, *counted)

    def behind(self, cut: Instant) -> "Seen | None":
        """Gives what is left where lines before the beginning of a day, in UTC, are gone; None where nothing is.

        Lines of programs are counted in proportion, since nobody knows which of them are left.
        """
        days = Counter({day: count for day, count in self.days.items() if day >= cut // DAY})
        stretches = [(max(first, cut), last) for first, last in self.stretches if last >= cut]
        if not stretches:
            return None
        share = days.total() / max(self.days.total(), 1)
        programs = {
            program: (max(round(count * share), 1), max(first, cut), last)
            for program, (count, first, last) in self.programs.items()
            if last >= cut
        }
        return Seen(self.name, days.total(), self.is_unstated, stretches, self.pauses, days, programs)

    def gaps(self) -> tuple[tuple[Instant, Instant], ...]:
        """The pauses that are far longer than the usual ones."""
        least = max(LEAST_GAP, UNUSUAL * _median(self.pauses) * SECOND)
        return tuple(
            (before[1], after[0]) for before, after in pairwise(self.stretches) if after[0] - before[1] > least
        )


class Hop(NamedTuple):
    """Where a host hands messages on to, as its lines name it."""

    host: str | None  # folded, that hands them on
    name: str | None
    ip: str
    port: int | None


_Counted = TypeVar("_Counted")
_Key: TypeAlias = tuple[str | None, str]
_Source: TypeAlias = tuple[str | None, str, str | None, TimeBasis]  # host, format, program, how stamps are read


@dataclass(slots=True)
class Presence:
    """What was counted of the lines of one source, or of a stretch of it."""

    seen: dict[_Key, Seen] = field(default_factory=lambda: defaultdict(Seen))
    noise: Counter[str] = field(default_factory=Counter)
    unread: Counter[str | None] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)  # of the unread lines
    examples: dict[str, str] = field(default_factory=dict)  # of each shape
    hops: Counter[Hop] = field(default_factory=Counter)
    fresh: dict[_Source, list[Instant]] = field(default_factory=lambda: defaultdict(list))  # not yet summed up
    fresh_hops: Counter[tuple[str | None, str | None, str, int | None]] = field(default_factory=Counter)

    def count(self, reading: Reading, text: str) -> None:
        """Counts one line; empty lines are no lines, and what a collector says of itself covers nothing."""
        if isinstance(reading, Event):
            if reading.verb is Verb.LOSE:
                self.noise[reading.format] += 1
            else:
                self.fresh[reading.host, reading.format, reading.program, reading.basis].append(reading.instant)
                if reading.verb is Verb.DELIVER and reading.relay_ip is not None:
                    self.fresh_hops[reading.host, reading.relay_host, reading.relay_ip, reading.relay_port] += 1
        elif isinstance(reading, Noise):
            self.noise[reading.format] += 1
        elif isinstance(reading, Foreign):
            self.foreign[reading.program] += 1
        elif reading.reason != EMPTY_LINE:
            self.unread[reading.format] += 1
            shape = shape_of(text)
            if shape in self.examples or len(self.examples) < _MOST_SHAPES:
                self.shapes[shape] += 1
                self.examples.setdefault(shape, text[:_EXAMPLE])

    def sum_up(self) -> None:
        """Takes the fresh instants into sums, which are small."""
        by_key: dict[_Key, list[Instant]] = defaultdict(list)
        for (host, log_format, program, basis), instants in self.fresh.items():
            key = fold_host(host), log_format
            by_key[key] += instants
            self.seen[key].note(host, program or log_format, basis, instants)
        self.fresh.clear()
        for (host, name, ip, port), count in self.fresh_hops.items():
            self.hops[Hop(fold_host(host), name, ip, port)] += count
        self.fresh_hops.clear()
        self._forget_rare_hops()
        for key, instants in by_key.items():
            self.seen[key].add(_sums(sorted(instants)))

    def _forget_rare_hops(self) -> None:
        """Keeps those that take most: a server that sends to the world hands to thousands."""
        if len(self.hops) > _MOST_HOPS:
            self.hops = Counter(dict(sorted(self.hops.items(), key=lambda item: (-item[1], str(item[0])))[:_MOST_HOPS]))

    def add(self, other: "Presence") -> None:
        """Takes in what was counted of the lines behind these."""
        self.sum_up()
        other.sum_up()
        for key, seen in other.seen.items():
            self.seen[key].add(seen)
        self.noise += other.noise
        self.unread += other.unread
        self.foreign += other.foreign
        self.hops += other.hops
        self._forget_rare_hops()
        for shape, count in other.shapes.items():
            if shape in self.examples or len(self.examples) < _MOST_SHAPES:
                self.shapes[shape] += count
                self.examples.setdefault(shape, other.examples[shape])

    def behind(self, cut: Instant) -> "Presence":
        """Gives what is left where lines before the beginning of a day, in UTC, are gone.

        Lines without a time are counted in proportion.
        """
        self.sum_up()
        kept = {key: left for key, seen in self.seen.items() if (left := seen.behind(cut)) is not None}
        events = sum(seen.lines for seen in self.seen.values())
        share = sum(seen.lines for seen in kept.values()) / max(events, 1)
        found = Presence(
            noise=_shared(self.noise, share),
            unread=_shared(self.unread, share),
            foreign=_shared(self.foreign, share),
            hops=_shared(self.hops, share),
            shapes=_shared(self.shapes, share),
            examples=self.examples if share else {},
        )
        found.seen.update(kept)
        return found

    def without_examples(self, is_wanted: Callable[[str], bool]) -> "Presence":
        """Gives the same without the unread lines that are kept as examples, where these are wanted away."""
        gone = {shape for shape, example in self.examples.items() if is_wanted(example) or is_wanted(shape)}
        shapes = Counter({shape: count for shape, count in self.shapes.items() if shape not in gone})
        examples = {shape: example for shape, example in self.examples.items() if shape not in gone}
        return replace(self, shapes=shapes, examples=examples)

    @property
    def lines(self) -> int:
        """How many lines were counted."""
        events = sum(seen.lines for seen in self.seen.values()) + sum(map(len, self.fresh.values()))
        return events + self.noise.total() + self.unread.total() + self.foreign.total()

    @property
    def understood(self) -> int:
        """How many of them were: events, and lines known to say nothing."""
        return self.lines - self.unread.total() - self.foreign.total()

    def span(self) -> tuple[Instant, Instant] | None:
        """The instants of the first and the last event, None where there is none."""
        found = [stretch for seen in self.seen.values() for stretch in seen.stretches]
        return (min(first for first, _ in found), max(last for _, last in found)) if found else None

    # ------------------------------------------------------------ as JSON

    def to_json(self) -> dict[str, Any]:
        """Gives everything as plain values."""
        self.sum_up()
        return {
            "seen": [[*key, *_seen_json(seen)] for key, seen in self.seen.items()],
            "noise": dict(self.noise),
            "unread": [[name, count] for name, count in self.unread.items()],
            "foreign": dict(self.foreign),
            "hops": [[*hop, count] for hop, count in self.hops.items()],
            "shapes": [[shape, count, self.examples[shape]] for shape, count in self.shapes.items()],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Presence":
        """Gives what `to_json` was made of."""
        found = cls(
            noise=Counter(kept["noise"]),
            unread=Counter(dict(kept["unread"])),
            foreign=Counter(kept["foreign"]),
            hops=Counter({Hop(*hop): count for *hop, count in kept.get("hops", ())}),
            shapes=Counter({shape: count for shape, count, _ in kept["shapes"]}),
            examples={shape: example for shape, _, example in kept["shapes"]},
        )
        for host, log_format, *rest in kept["seen"]:
            found.seen[host, log_format] = _seen_from(rest)
        return found


def _seen_json(seen: Seen) -> list[Any]:
    pauses, days = ([[key, count] for key, count in each.items()] for each in (seen.pauses, seen.days))
    return [seen.name, seen.lines, seen.is_unstated, seen.stretches, pauses, days, seen.programs]


def _seen_from(kept: list[Any]) -> Seen:
    name, lines, is_unstated, stretches, pauses, days, programs = kept
    return Seen(
        name=name,
        lines=lines,
        is_unstated=is_unstated,
        stretches=[(Instant(first), Instant(last)) for first, last in stretches],
        pauses=Counter(dict(pauses)),
        days=Counter(dict(days)),
        programs={program: (count, first, last) for program, (count, first, last) in programs.items()},
    )


_MOST_SHAPES = 100
_MOST_HOPS = 200
_EXAMPLE = 300
_ID = re.compile(r"[0-9A-Fa-f]*[0-9][0-9A-Za-z]*|<[^>]*>|\"[^\"]*\"")


def shape_of(text: str) -> str:
    """Gives a line with its numbers, ids and quoted parts left out: lines of one form have one shape."""
    return _ID.sub("…", text[:_EXAMPLE])


def _shared(counts: Counter[_Counted], share: float) -> Counter[_Counted]:
    """A part of some counts; what was counted at all is still counted."""
    return Counter({name: max(round(count * share), 1) for name, count in counts.items()} if share else {})


def _sums(ordered: list[Instant]) -> Seen:
    return Seen(
        lines=len(ordered),
        stretches=_stretches(ordered),
        pauses=Counter((later - earlier) // SECOND for earlier, later in pairwise(ordered)),
        days=Counter(instant // DAY for instant in ordered),
    )


def _stretches(ordered: list[Instant]) -> Stretches:
    found: Stretches = []
    first = last = ordered[0]
    for instant in ordered:
        if instant - last > LEAST_GAP:
            found.append((first, last))
            first = instant
        last = instant
    return [*found, (first, last)]


def _joined(stretches: Stretches) -> Stretches:
    found: Stretches = []
    for first, last in sorted(stretches):
        if found and first - found[-1][1] <= LEAST_GAP:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found


def _median(counts: Mapping[int, int]) -> int:
    left = (sum(counts.values()) + 1) // 2
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    return 0


# ---------------------------------------------------------------- the ledger of several sources


def coverage_of(sources: Iterable[tuple[str, Basis, Presence]]) -> tuple[Coverage, ...]:
    """Gives what sources cover together, by host and format, as the ledger of files does."""
    return tuple(row for row, _ in rows_of(sources))


def rows_of(sources: Iterable[tuple[str, Basis, Presence]]) -> tuple[tuple[Coverage, Seen], ...]:
    """As `coverage_of`, each row with its days and programs."""
    rows: dict[_Key, Seen] = {}
    counts: dict[_Key, Counter[str]] = defaultdict(Counter)
    files: dict[_Key, list[str]] = defaultdict(list)
    bases: dict[_Key, tuple[str, TimeBasis]] = {}
    for name, basis, presence in sources:
        if not presence.seen:
            continue
        for key, seen in presence.seen.items():
            rows.setdefault(key, Seen()).add(seen)
            counts[key]["lines"] += seen.lines
            files[key].append(name)
            if seen.is_unstated:
                own = basis.of_host(seen.name)[1]
                bases[key] = str(own.zone), own.zone_basis
        for key, word, count in _others(presence):
            counts[key]["lines"] += count
            counts[key][word] += count
    return tuple(
        (_coverage(key, seen, counts[key], files[key], bases.get(key, ("UTC", TimeBasis.STATED))), seen)
        for key, seen in sorted(rows.items(), key=lambda item: str(item[0]))
    )


def _coverage(key: _Key, seen: Seen, counts: Counter[str], files: list[str], basis: tuple[str, TimeBasis]) -> Coverage:
    return Coverage(
        host=seen.name,
        format=key[1],
        first=seen.stretches[0][0],
        last=max(last for _, last in seen.stretches),
        lines=counts["lines"],
        unread=counts["unread"],
        foreign=counts["foreign"],
        gaps=seen.gaps(),
        zone=basis[0],
        basis=basis[1],
        files=tuple(files),
        lines_read=counts["lines"],
    )


def _others(presence: Presence) -> Iterable[tuple[_Key, str, int]]:
    """Lines that name no host: each counts for the commonest host of its format, else of the source."""
    commonest = max(presence.seen, key=lambda key: presence.seen[key].lines)
    for log_format, count in presence.noise.items():
        yield _key_of(presence, log_format, commonest), "noise", count
    for unread_format, count in presence.unread.items():
        yield _key_of(presence, unread_format, commonest), "unread", count
    yield commonest, "foreign", presence.foreign.total()


def _key_of(presence: Presence, log_format: str | None, commonest: _Key) -> _Key:
    keys = [key for key in presence.seen if key[1] == log_format]
    return max(keys, key=lambda key: presence.seen[key].lines) if keys else commonest
