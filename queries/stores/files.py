"""The store without an index: it reads the log files that it is given."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from grammars import Basis, Event, Foreign, Place, Reader, Reject, Verb
from grammars.core.frames import LONGEST_LINE
from queries.hosts import folding, known_addresses
from queries.ledger import Coverage, Ledger
from queries.leg import Key, Leg
from queries.losses import Loss, losses_of
from queries.question import Question, Window
from queries.sources import LogFile, too_long
from queries.stitch import stitch
from queries.stores.protocol import Found


class FilesStore:
    """Answers from log files: every line is read once, when the first question comes."""

    def __init__(self, files: Sequence[LogFile], bases: Mapping[str, Basis]) -> None:
        self._files = tuple(files)
        self._bases = dict(bases)
        self._ledger = Ledger()
        self._cut: set[str] = set()  # files with lines of which only the beginning was read

    def find(self, question: Question, limit: int = 10_000) -> Found:
        """Gives every leg that the question matches, whole, up to `limit`."""
        near = {leg.id: leg for key in question.keys for leg in self._by_key.get(key, ())}
        legs = [leg for leg in near.values() if question.matches(leg)]
        return Found(legs=question.nearest(legs, limit), cut=len(legs) > limit)

    def legs_within(self, window: Window | None) -> tuple[Leg, ...]:
        """Gives every leg that lies in some time at least in part; None: every leg."""
        return tuple(leg for leg in self.legs if window is None or window.touches(leg.first, leg.last))

    def coverage(self) -> tuple[Coverage, ...]:
        """Gives what the lines at hand cover, per host and format."""
        _ = self.legs  # reading them fills the ledger
        return self._ledger.coverage()

    def losses(self, windows: Sequence[Window]) -> tuple[Loss, ...]:
        """Gives the losses of lines that touch one of some windows, as far as collectors tell of them."""
        _ = self.legs
        return losses_of(self._ledger.losses(), windows)

    def host_of(self, ip: str) -> str | None:
        """Gives the folded name of the host that has an address, as far as lines prove it."""
        return self._hosts.get(ip)

    def remarks(self) -> tuple[str, ...]:
        """Gives what must be told of the sources, such as files that were cut off."""
        _ = self.legs
        names = [entry.name for entry in self._files if entry.name in self._cut]
        return (*(entry.remark for entry in self._files if entry.remark), *map(too_long, names))

    def line_number(self, place: Place) -> int:
        """Gives the number, from 1, of the line at a place."""
        return bisect_right(self._line_starts[place.file], place.offset)

    @cached_property
    def _hosts(self) -> dict[str, str]:
        return known_addresses(self.legs, fold=folding(self._bases.values()))

    @cached_property
    def _line_starts(self) -> dict[str, list[int]]:
        return {entry.name: [line.place.offset for line in entry.lines()] for entry in self._files}

    @cached_property
    def legs(self) -> tuple[Leg, ...]:
        """All legs, in the order of their first lines."""
        events: list[Event] = []
        for entry in self._files:
            basis = self._bases[entry.name]
            reader = Reader(basis, host=entry.host)
            tally = self._ledger.open(entry.name, basis)
            half_line = entry.half_line
            for line in entry.lines():
                for record in reader.read_all(line.text, line):
                    if line.place.offset == half_line and isinstance(record.reading, Reject):
                        continue  # it is still being written
                    tally.count(record.reading)
                    if len(line.text) > LONGEST_LINE and not isinstance(record.reading, Foreign):
                        self._cut.add(entry.name)
                    if isinstance(record.reading, Event) and record.reading.verb is not Verb.LOSE:
                        events.append(record.reading)
        return stitch(events)

    @cached_property
    def _by_key(self) -> dict[Key, list[Leg]]:
        index: dict[Key, list[Leg]] = defaultdict(list)
        for leg in self.legs:
            for key in leg.keys:
                index[key].append(leg)
        return index
