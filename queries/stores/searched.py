"""The files store for logs too large to be read whole: it searches their bytes for the few keys asked.

Lines that hold a key are read, then all lines of their ids and connections, until every leg that
answers is whole.  A file in order of time is searched only around the window asked.  What it gives
is what reading the files whole would give; only the ledger is sampled, and says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from grammars import Basis, Event, KeyKind, Place
from queries.hosts import known_addresses
from queries.ledger import Coverage, Ledger
from queries.leg import Key, Leg, fold_host
from queries.question import Question, Window
from queries.searching import SearchedText
from queries.sources import LogFile
from queries.stitch import IN_SESSION, stitch
from queries.stores.protocol import Found

_MOST_LINES = 20_000  # lines that one question may bring in
_MOST_ROUNDS = 20
_PROOF_LINES = 400  # lines with an address that are looked at for the name of its host


class SearchedStore:
    """Answers from log files by byte search; what was read once is kept for the next question."""

    def __init__(self, files: Sequence[LogFile], bases: Mapping[str, Basis]) -> None:
        self._texts = {entry.name: SearchedText(entry, bases[entry.name]) for entry in files}
        self._files = tuple(files)
        self._bases = dict(bases)
        self._pool: dict[Place, Event] = {}
        self._whole: set[tuple[str, str]] = set()  # (format, local id) whose lines are all in the pool
        self._connected: set[Place] = set()  # lines whose connection is in the pool
        self._hosts: dict[str, str | None] = {}

    def find(self, question: Question, limit: int = 10_000) -> Found:
        """Gives every leg that the question matches, whole, up to `limit`."""
        cut = self._search(question.keys, question.window)
        for _ in range(_MOST_ROUNDS):
            legs = [leg for leg in stitch(self._pool.values()) if question.matches(leg)]
            if not self._complete(legs):
                break
        return Found(legs=tuple(legs[:limit]), cut=cut or len(legs) > limit)

    def coverage(self) -> tuple[Coverage, ...]:
        """Gives what the lines at hand cover, per host and format, from samples of the files."""
        return self._ledger

    def host_of(self, ip: str) -> str | None:
        """Gives the folded name of the host that has an address, as far as lines prove it."""
        if ip not in self._hosts:
            self._hosts[ip] = self._prove_host(ip)
        return self._hosts[ip]

    def remarks(self) -> tuple[str, ...]:
        """Gives what must be told of the sources, such as files that were cut off."""
        return tuple(entry.remark for entry in self._files if entry.remark)

    def line_number(self, place: Place) -> int:
        """Gives the number, from 1, of the line at a place."""
        return self._texts[place.file].line_number(place.offset)

    # ------------------------------------------------------------ lines into the pool

    def _search(self, keys: Iterable[Key], window: Window | None) -> bool:
        """Reads the lines that hold a key; gives whether there were more than may be read."""
        left = _MOST_LINES
        for text in self._texts.values():
            span = text.span(window)
            for key in sorted(keys):
                found = text.places(key.value, span, left, caseless=key.kind is KeyKind.ADDRESS)
                left -= self._add(text, found)
                if left <= 0:
                    return True
        return False

    def _add(self, text: SearchedText, offsets: Iterable[int]) -> int:
        count = 0
        for offset in offsets:
            count += 1
            event = text.event_at(offset)
            if event is not None and event.line is not None:
                self._pool.setdefault(event.line.place, event)
        return count

    def _complete(self, legs: Sequence[Leg]) -> bool:
        """Reads what is missing of some legs; gives whether anything was."""
        missing = {(leg.format, leg.local_id) for leg in legs if leg.local_id} - self._whole
        for _, local_id in sorted(missing):
            for text in self._texts.values():
                self._add(text, text.places(local_id, text.span(None), _MOST_LINES))
        self._whole |= missing
        return any([self._connect(event) for leg in legs for event in leg.events]) or bool(missing)

    def _connect(self, event: Event) -> bool:
        """Reads the connection that a line of an SMTP server belongs to."""
        if event.verb not in IN_SESSION or event.pid is None or event.line is None:
            return False
        place = event.line.place
        if place in self._connected:
            return False
        text = self._texts[place.file]
        self._connected.add(place)
        for offset in text.connection(place.offset):
            self._add(text, [offset])
        return True

    # ------------------------------------------------------------ hosts and ledger

    def _prove_host(self, ip: str) -> str | None:
        self._add_proofs(ip)
        named = [event for event in self._pool.values() if ip in (event.client_ip, event.relay_ip, event.server_ip)]
        taken = {Key(KeyKind.QUEUE_ID, event.next_queue_id) for event in named[:3] if event.next_queue_id}
        if taken:
            self.find(Question(keys=frozenset(taken)))
        names = {fold_host(source.host) for source in self.coverage() if source.host}
        return known_addresses(stitch(self._pool.values()), names).get(ip)

    def _add_proofs(self, ip: str) -> None:
        for text in self._texts.values():
            self._add(text, text.places(ip, text.span(None), _PROOF_LINES))

    @cached_property
    def _ledger(self) -> tuple[Coverage, ...]:
        ledger = Ledger()
        for entry in self._files:
            text = self._texts[entry.name]
            tally = ledger.open(entry.name, self._bases[entry.name])
            for reading in text.sample():
                tally.count(reading)
            tally.sampled(text.line_count(), text.pauses(tally.usual_pause()))
        return ledger.coverage()
