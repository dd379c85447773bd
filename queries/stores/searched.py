"""The files store for logs too large to be read whole: it searches their bytes for the few keys asked.

Lines that hold a key are read, then all lines of their ids and connections, until every leg that
answers is whole.  A file in order of time is searched only around the window asked.  What it gives
is what reading the files whole would give; only the ledger is sampled, and says so.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from grammars import Basis, Event, Instant, KeyKind, Place, Verb, find_formats
from grammars.core.words import DAY, HOUR, SECOND
from queries.hosts import folding, known_addresses
from queries.ledger import Coverage, Ledger
from queries.leg import LATER, Key, Leg, fold_host
from queries.losses import BEFORE, BEHIND, Loss, losses_of
from queries.question import Question, Window
from queries.screening import SCREENER
from queries.searching import SearchedText
from queries.sources import LogFile, too_long
from queries.stitch import Spans, is_closed, is_of_session, stitch
from queries.stores.protocol import Found

_MOST_LINES = 20_000  # lines that one key may bring in
_LINES_OF_LEG = 4  # lines of one leg that hold one key, at most as a rule
_MOST_ROUNDS = 20
_NEARBY, _DAYS = HOUR, 6 * DAY  # a message may wait five days in a queue
_MOST_STITCHED = 4  # sets of lines whose legs are kept
_PROOF_LINES = 400  # lines with an address that are looked at for the name of its host


_OF_ANY_UNIT = frozenset({"session", LATER})  # kinds of legs that lines of several kinds of units make


_Said: TypeAlias = tuple[Place, Verb, str | None, str | None]


class SearchedStore:
    """Answers from log files by byte search; what was read once is kept for the next question."""

    def __init__(self, files: Sequence[LogFile], bases: Mapping[str, Basis]) -> None:
        self._texts: Mapping[str, SearchedText] = {
            entry.name: SearchedText(entry, bases[entry.name]) for entry in files
        }
        self._files = tuple(files)
        self._bases = dict(bases)
        self._units = {entry.name: entry.unit for entry in find_formats()}
        self._hosts: dict[str, str | None] = {}
        self._known_legs: dict[bytes, tuple[Leg, ...]] = {}

    def find(self, question: Question, limit: int = 10_000) -> Found:
        """Gives every leg that the question matches, whole, up to `limit`."""
        most = min(limit * _LINES_OF_LEG, _MOST_LINES)
        legs, cut = self._legs(question, most)
        while cut and len(legs) * _LINES_OF_LEG < limit and most < _MOST_LINES:  # most of those lines only look alike
            most = min(most * _LINES_OF_LEG, _MOST_LINES)
            legs, cut = self._legs(question, most)
        return Found(legs=question.nearest(legs, limit), cut=cut or len(legs) > limit)

    def _legs(self, question: Question, most: int) -> tuple[list[Leg], bool]:
        """The legs that some of the lines with a key lead to, whole, and whether there were more such lines."""
        lines, cut = self._search(question, most)
        done: set[object] = set()
        legs: list[Leg] = []
        for _ in range(_MOST_ROUNDS):
            legs = [leg for leg in self._stitched(lines) if question.matches(leg)]
            missing = [*self._rest_of(legs, done), *self._connections(legs, done), *self._screenings(legs, done)]
            if not missing:
                break
            lines.update((_said(event), event) for event in missing)
        return legs, cut

    def coverage(self) -> tuple[Coverage, ...]:
        """Gives what the lines at hand cover, per host and format, from samples of the files."""
        return self._ledger

    def losses(self, windows: Sequence[Window]) -> tuple[Loss, ...]:
        """Gives the losses of lines that touch one of some windows, as far as collectors tell of them."""
        wide = [Window(first=Instant(each.first - BEFORE), last=Instant(each.last + BEHIND)) for each in windows]
        told = [event for text in self._texts.values() for event in text.losses(wide)]
        return losses_of(told, windows)

    def host_of(self, ip: str) -> str | None:
        """Gives the folded name of the host that has an address, as far as lines prove it."""
        if ip not in self._hosts:
            self._hosts[ip] = self._prove_host(ip)
        return self._hosts[ip]

    def remarks(self) -> tuple[str, ...]:
        """Gives what must be told of the sources, such as files that were cut off."""
        names = [name for name, text in self._texts.items() if text.has_cut_lines]
        return (*(entry.remark for entry in self._files if entry.remark), *map(too_long, names))

    def line_number(self, place: Place) -> int:
        """Gives the number, from 1, of the line at a place."""
        return self._texts[place.file].line_number(place.offset)

    # ------------------------------------------------------------ lines

    def _stitched(self, lines: Mapping[_Said, Event]) -> tuple[Leg, ...]:
        """The legs of some lines; the questions about one message come back to the same lines again and again."""
        key = array("q", sorted(map(hash, lines))).tobytes()
        legs = self._known_legs.pop(key, None)
        if legs is None:
            legs = stitch(lines.values(), spans=self._spans)
            if len(self._known_legs) >= _MOST_STITCHED:
                del self._known_legs[next(iter(self._known_legs))]  # the one not asked for longest
        self._known_legs[key] = legs
        return legs

    def _search(self, question: Question, most: int) -> tuple[dict[_Said, Event], bool]:
        """The lines that hold a key, and whether there were more than may be read."""
        lines: dict[_Said, Event] = {}
        cut = False
        for text in self._texts.values():
            starts, has_more = text.places_for(question, most)
            cut = cut or has_more
            events = text.events_at(starts)
            lines.update((_said(event), event) for event in events if self._is_asked_for(event, question))
        return lines, cut

    def _is_asked_for(self, event: Event, question: Question) -> bool:
        kinds = question.kinds
        return kinds is None or self._units[event.format].kind in kinds or not _OF_ANY_UNIT.isdisjoint(kinds)

    def _rest_of(self, legs: Iterable[Leg], done: set[object]) -> list[Event]:
        """The other lines of the legs' ids: nearby first, and days around where a leg has no beginning or end yet."""
        wanted: dict[str, Window] = {}
        for leg in legs:
            reach = next((each for each in self._reaches(leg) if (leg.id, each) not in done), None)
            if leg.local_id is None or reach is None:
                continue
            done.add((leg.id, reach))
            if reach <= _NEARBY or not is_closed(leg, self._units[leg.format]):
                window = Window(first=Instant(leg.first - reach), last=Instant(leg.last + reach))
                wanted[leg.local_id] = window.joined(wanted.get(leg.local_id))
        if not wanted:
            return []
        return [event for text in self._texts.values() for event in text.events_at(text.places_of_ids(wanted))]

    def _reaches(self, leg: Leg) -> tuple[int, ...]:
        """How far around a leg its other lines may stand; the number of a process is soon another message's."""
        unit = self._units[leg.format]
        return (int(unit.longest_seconds * SECOND),) if unit.by == "pid" else (_NEARBY, _DAYS)

    def _connections(self, legs: Iterable[Leg], done: set[object]) -> Iterator[Event]:
        """The connections that lines of an SMTP server belong to."""
        asked: dict[str, list[int]] = {}
        for event in (event for leg in legs for event in leg.events):
            place = _place(event)
            if place in done or not is_of_session(event, self._units[event.format]):
                continue
            done.add(place)
            if len(self._files_of_host.get(fold_host(event.host), frozenset())) < 2:
                asked.setdefault(place.file, []).append(place.offset)
                continue
            text = self._texts[place.file]
            lines = text.events_at(text.connections([place.offset]))
            yield from lines
            yield from self._elsewhere(event, lines)
        for name, offsets in asked.items():
            text = self._texts[name]
            yield from text.events_at(text.connections(offsets))

    def _elsewhere(self, event: Event, lines: Sequence[Event]) -> Iterator[Event]:
        """What other files have of a connection: copies, and the rest of it where a rotation cut it in two.

        Whole seconds of all files: a copy with coarser stamps stands for any line of its second.
        """
        files = self._files_of_host.get(fold_host(event.host), frozenset())
        if len(files) < 2:
            return
        begun = any(line.verb is Verb.CONNECT for line in (event, *lines))
        ended = any(line.verb is Verb.DISCONNECT for line in (event, *lines))
        times = [event.instant, *(line.instant for line in lines)]
        window = Window(
            first=Instant((min(times) - (0 if begun else _NEARBY)) // SECOND * SECOND),
            last=Instant((max(times) + (0 if ended else _NEARBY)) // SECOND * SECOND + SECOND - 1),
        )
        for name in files:
            text = self._texts[name]
            yield from text.events_at(text.of_process(event, window))

    @cached_property
    def _files_of_host(self) -> Mapping[str | None, frozenset[str]]:
        found: dict[str | None, frozenset[str]] = {}
        for source in self.coverage():
            host = fold_host(source.host)
            found[host] = found.get(host, frozenset()) | frozenset(source.files)
        return found

    @cached_property
    def _spans(self) -> Spans:
        ends = {name: text.ends for name, text in self._texts.items()}
        return {name: (Instant(each[0]), Instant(each[1])) for name, each in ends.items() if each is not None}

    def _screenings(self, legs: Iterable[Leg], done: set[object]) -> Iterator[Event]:
        """What postscreen said before it handed the legs' connections over."""
        asked: dict[tuple[str, str], list[int]] = {}
        for event in (event for leg in legs for event in leg.session):
            if event.verb is not Verb.CONNECT or event.client_ip is None or event.program == SCREENER:
                continue
            place = _place(event)
            if (place, SCREENER) not in done:
                done.add((place, SCREENER))
                asked.setdefault((place.file, event.client_ip), []).append(place.offset)
        for (name, client_ip), offsets in asked.items():
            text = self._texts[name]
            yield from text.events_at(text.screenings(offsets, client_ip))

    # ------------------------------------------------------------ hosts and ledger

    def _prove_host(self, ip: str) -> str | None:
        """Looks at some lines with the address, and at what was queued behind it."""
        proofs = [
            event
            for text in self._texts.values()
            for event in text.events_at(text.places(ip, text.span(None), _PROOF_LINES))
        ]
        relayed = [key for event in proofs if event.relay_ip == ip for key in _taken_as(event)]
        taken = frozenset(relayed[:3])
        takers = self.find(Question(keys=taken)).legs if taken else ()
        names = {fold_host(source.host) for source in self.coverage() if source.host}
        return known_addresses([*stitch(proofs), *takers], names, folding(self._bases.values())).get(ip)

    @cached_property
    def _ledger(self) -> tuple[Coverage, ...]:
        ledger = Ledger()
        for entry in self._files:
            text = self._texts[entry.name]
            tally = ledger.open(entry.name, self._bases[entry.name])
            for record in text.sample():
                tally.count(record.reading)
            if text.is_sampled:
                tally.sampled(text.line_count(), text.pauses(tally.usual_pause()))
        return ledger.coverage()


def _taken_as(event: Event) -> Iterator[Key]:
    """The id, or the session, under which the next hop took a message, by its reply."""
    if event.next_queue_id:
        yield Key(KeyKind.QUEUE_ID, event.next_queue_id)
    elif event.session_id:
        yield Key(KeyKind.SESSION_ID, event.session_id)


def _said(event: Event) -> _Said:
    """What tells an event from others: its place, and its words where one line holds several messages."""
    return _place(event), event.verb, event.queue_id, event.recipient


def _place(event: Event) -> Place:
    if event.line is None:
        raise ValueError("an event of a file has a line")
    return event.line.place
