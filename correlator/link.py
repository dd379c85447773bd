"""Legs to a journey: handoffs are found by key, and each is verified by time, host and envelope.

A journey is computed from the legs at hand, never stored: logs of other hosts may come later,
in any order.  Every handoff keeps the line that proves it, and says how strong the proof is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import chain, islice
from typing import NamedTuple

from correlator.lists import gives_to_list, is_post_of, list_of, moderated, speaks_of
from correlator.lonelines import answered, is_for, is_lone, near, recorded, taken_by_program
from grammars import Event, Instant, KeyKind, Verb
from grammars.core.selfdating import postfix_queue_id
from grammars.core.words import DAY, HOUR, MINUTE, SECOND
from queries.hosts import is_loopback
from queries.leg import Key, Leg, fold_address, fold_host, recipients_of
from queries.paths import canonical_addresses
from queries.question import Question, Window
from queries.site import NO_SITE, Site
from queries.stores.protocol import Store


class HandoffKind(StrEnum):
    """How one leg became another."""

    QUEUED_AS = "queued_as"  # the next hop's reply names its id
    XFORWARD = "xforward"  # the re-injected message names the id it had before (Postfix XFORWARD)
    SCAN = "scan"  # a filter's line names the queue id that it scanned
    VERDICT = "verdict"  # inferred: a filter looked at a message of this Message-ID, here, at that moment
    SCANNED_AS = "scanned_as"  # a filter's line names the queue id under which it gave the message back
    SESSION = "session"  # the mailbox server's reply names its session
    STORED = "stored"  # inferred: same Message-ID and recipient, at the time of the hand-over
    RECORDED = "recorded"  # inferred: a delivery agent's record of the same sender, at the time when it took it
    REDIRECT = "redirect"  # inferred: same Message-ID, to the address that the mailbox's rule names
    FORWARDED_AS = "forwarded_as"  # a local forward names the new id
    RESUBMITTED = "resubmitted"  # inferred: a program that took it gave it back to the server, for the same recipient
    LIST = "list"  # inferred: a list's own lines about the message that it took, by Message-ID and list
    POSTED = "posted"  # inferred: what the list sent to its members, by Message-ID and return-path
    RELEASE = "release"  # a message let out of the quarantine: verdict, release, and the message given back
    REQUEUE = "requeue"  # the same message under a new id (postsuper -r, MailScanner)
    REPORT = "report"  # a delivery status notification: another message, back to the sender
    POLICY = "policy"  # inferred: a policy service asked about the same client, sender and recipient
    ATTEMPT = "attempt"  # inferred: a later try of a message that was put off
    DUPLICATE = "duplicate"  # inferred: the copy with the same Message-ID for whose sake this one was suppressed


class Strength(StrEnum):
    """How sure a handoff is."""

    PROVEN = "proven"
    INFERRED = "inferred"


class Handoff(NamedTuple):
    """Proof that one leg gave a message to another; `event` is the line that says so."""

    source: Leg
    target: Leg
    kind: HandoffKind
    event: Event

    @property
    def strength(self) -> Strength:
        """Whether the line names the other side's id, or time and envelope only fit."""
        return Strength.INFERRED if self.kind in _INFERRED else Strength.PROVEN


_INFERRED = frozenset({
    HandoffKind.VERDICT, HandoffKind.STORED, HandoffKind.RECORDED, HandoffKind.REDIRECT, HandoffKind.POLICY,
    HandoffKind.ATTEMPT, HandoffKind.DUPLICATE, HandoffKind.LIST, HandoffKind.POSTED, HandoffKind.RESUBMITTED,
})  # fmt: skip

BESIDE_WAY = frozenset({HandoffKind.REPORT, HandoffKind.DUPLICATE})
"""Handoffs to another message that is kept beside the way, since it tells of this one."""

ASIDE = BESIDE_WAY | {HandoffKind.ATTEMPT}
"""Handoffs that lead to another message, or to another try: not part of the way of this one."""


@dataclass(frozen=True, kw_only=True)
class Journey:
    """One message's legs, from its arrival on, and the handoffs between them."""

    arrival: Leg
    legs: tuple[Leg, ...]
    handoffs: tuple[Handoff, ...]

    @cached_property
    def _by_source(self) -> dict[str, dict[HandoffKind, list[Handoff]]]:
        found: dict[str, dict[HandoffKind, list[Handoff]]] = {}
        for each in self.handoffs:
            found.setdefault(each.source.id, {}).setdefault(each.kind, []).append(each)
        return found

    def handoffs_from(self, leg: Leg, *kinds: HandoffKind) -> tuple[Handoff, ...]:
        """The handoffs that leave a leg, of the kinds asked for, in the order of their lines."""
        by_kind = self._by_source.get(leg.id)
        if by_kind is None:
            return ()
        found = [by_kind[kind] for kind in kinds if kind in by_kind]
        return tuple(found[0]) if len(found) == 1 else tuple(_in_order(chain.from_iterable(found)))

    @cached_property
    def _by_line(self) -> dict[tuple[str, Instant, str | None], list[Handoff]]:
        found: dict[tuple[str, Instant, str | None], list[Handoff]] = {}
        for each in self.handoffs:
            found.setdefault((each.source.id, each.event.instant, each.event.recipient), []).append(each)
        return found

    def handoffs_by(self, leg: Leg, event: Event, *kinds: HandoffKind) -> tuple[Handoff, ...]:
        """The handoffs that one line of a leg proves, or the same line once more in the same file."""
        found = self._by_line.get((leg.id, event.instant, event.recipient))
        if found is None:
            return ()
        return tuple(each for each in found if each.kind in kinds and vars(each.event) == vars(event))

    @cached_property
    def _by_target(self) -> dict[str, list[Handoff]]:
        found: dict[str, list[Handoff]] = {}
        for each in self.handoffs:
            found.setdefault(each.target.id, []).append(each)
        return found

    def handoffs_to(self, leg: Leg) -> Sequence[Handoff]:
        """The handoffs that lead to a leg."""
        return self._by_target.get(leg.id, ())


_MOST_LEGS = 400
_MOST_CHECKS = 60  # legs of one client and moment, the nearest, that are looked at for questions to policy services
_MOST_ROUNDS = 60
_SKEW = 5 * MINUTE  # clocks of two hosts may differ by this much
_ZONES = 14 * HOUR + _SKEW  # the zone of one host's stamps may have been assumed wrongly
_AT_ONCE = 10 * SECOND


def journey_of(seed: Leg, store: Store, site: Site = NO_SITE) -> Journey:
    """Follows a leg's keys through the store, both ways, until nothing new is joined.

    What was once found stays at hand: a leg may be joined only by one that is found later.
    """
    legs: dict[str, Leg] = {seed.id: seed}
    pool = dict(legs)
    asked: dict[int, set[Key]] = {reach: set() for reach in _REACHES}
    handoffs: list[Handoff] = []
    for _ in range(_MOST_ROUNDS):
        keys, reach = _next_keys(legs.values(), pool.values(), asked)
        if not keys or len(legs) > _MOST_LEGS:
            break
        asked[reach] |= keys
        found = {leg.id: leg for leg in _find_near(store, keys, legs.values(), reach)}
        if found.keys() <= pool.keys():
            continue
        pool |= found
        handoffs = find_handoffs(pool.values(), site)
        legs = _connected(seed, handoffs)
    arrival = arrival_of(seed, handoffs)
    checks = [each for each in _policy_checks(arrival, store, site) if each.target.id not in pool]
    if checks:
        handoffs = _in_order([*handoffs, *checks])
        legs = _connected(seed, handoffs)
    inside = [each for each in handoffs if each.source.id in legs and each.target.id in legs]
    return Journey(
        arrival=arrival,
        legs=tuple(sorted(legs.values(), key=lambda leg: (leg.first, leg.id))),
        handoffs=tuple(inside),
    )


def journeys_of(legs: Iterable[Leg], store: Store, site: Site = NO_SITE, most: int | None = None) -> list[Journey]:
    """Gives the messages that some legs are part of, each once, in the order of the legs; at most so many."""
    journeys: dict[str, Journey] = {}
    inside: set[str] = set()
    for leg in legs:
        if leg.id in inside:
            continue
        if len(journeys) == most:
            break
        journey = journey_of(leg, store, site)
        journeys.setdefault(journey.arrival.id, journey)
        inside |= {each.id for each in journey.legs}
    return list(journeys.values())


def _policy_checks(arrival: Leg, store: Store, site: Site) -> list[Handoff]:
    """What policy services were asked when the message arrived: they name no id, only the client and the envelope.

    The other messages of that client and moment are looked at too: a question may have been about one of these.
    """
    if arrival.kind not in {"queue", "session"}:
        return []
    taken = next((event.instant for event in arrival.events if event.verb is Verb.QUEUE), arrival.last)
    window = Window(first=Instant(arrival.first - _AT_ONCE), last=Instant(taken + _AT_ONCE))
    if arrival.client_ip is not None:  # then a question about it names the client too
        keys = {Key(KeyKind.CLIENT_IP, arrival.client_ip)}
    else:
        keys = {Key(KeyKind.ADDRESS, address) for address in arrival.addresses}
    question = Question(keys=frozenset(keys), window=window, near=arrival.first, kinds=frozenset({"policy_check"}))
    asked = store.find(question, limit=_MOST_CHECKS).legs
    if not asked:
        return []
    found = store.find(replace(question, kinds=None), limit=_MOST_CHECKS).legs
    pool = _Pool([arrival, *(leg for leg in found if leg.kind in {"queue", "session"} and leg.id != arrival.id)], site)
    return [each for leg in asked for each in _policy(leg, pool) if each.source.id == arrival.id]


def search_keys(leg: Leg) -> Iterator[Key]:
    """Gives the keys by which the legs before and behind a leg are found."""
    yield from leg.offers
    yield from leg.wants
    if leg.kind == "policy_check":
        senders = canonical_addresses(leg.reverse_path) if leg.reverse_path else frozenset()
        yield from (Key(KeyKind.ADDRESS, address) for address in leg.addresses or senders)
    if leg.sender and (_is_record(leg) or leg.kind == "list" or any(taken_by_program(event) for event in leg.events)):
        yield Key(KeyKind.ADDRESS, fold_address(leg.sender))
    for event in leg.events:
        if event.verb is Verb.BOUNCE and event.reverse_path:
            yield Key(KeyKind.ADDRESS, fold_address(event.reverse_path))
    yield from release_keys(leg)


def release_keys(leg: Leg) -> Iterator[Key]:
    """Gives the ids under which a message that was let out of a quarantine lay there.

    It has a Resent-Message-ID then, which amavis makes of its own ids: `mail_id-release_id@host`.
    """
    named = {event.message_id for event in leg.events if event.message_id}
    if len(named) > 1:
        yield from (
            Key(KeyKind.QUARANTINE_ID, name[:_MAIL_ID]) for name in named if name[_MAIL_ID : _MAIL_ID + 1] == "-"
        )


def _is_record(leg: Leg) -> bool:
    """Whether it is a delivery agent's record, which has no id and no Message-ID."""
    return is_lone(leg) and leg.message_id is None


_MAIL_ID = 12  # characters of amavis's id of a message: amavisd 2.13, generate_mail_id


_CLOSE, _FAR, _WIDE = _REACHES = 2 * HOUR, 15 * HOUR, 30 * DAY


def _next_keys(legs: Iterable[Leg], pool: Iterable[Leg], asked: Mapping[int, set[Key]]) -> tuple[set[Key], int]:
    """The keys to ask for next, and how far around the legs in time.

    All are asked close by.  An id that only one leg knows is asked for once more, farther around: another
    host's clock may have been read in the wrong zone.  What lies in a quarantine may be let out weeks later,
    and comes back then with its old Message-ID.
    """
    legs = list(legs)
    keys = {key for leg in legs for key in search_keys(leg)}
    close = keys - asked[_CLOSE]
    if close:
        return close, _CLOSE
    known = Counter(key for leg in pool for key in leg.offers | leg.wants)
    lone = {key for key in keys if key.kind not in _NOT_IDS and known[key] <= 1} - asked[_FAR]
    if lone:
        return lone, _FAR
    lasting = {key for leg in legs for key in lasting_keys(leg)}
    if any(leg.has(Verb.RELEASE) for leg in legs):
        lasting |= {key for leg in legs if leg.has(Verb.QUARANTINE) for key in _message_ids(leg)}
    return lasting - asked[_WIDE], _WIDE


def _message_ids(leg: Leg) -> Iterator[Key]:
    return (key for key in search_keys(leg) if key.kind is KeyKind.MESSAGE_ID)


def lasting_keys(leg: Leg) -> Iterator[Key]:
    """Keys of what may come weeks apart: a quarantine, a list's moderator, the first copy of a suppressed one."""
    if leg.has(Verb.QUARANTINE, Verb.HOLD):
        yield from (key for key in search_keys(leg) if key.kind is KeyKind.QUARANTINE_ID)
    if is_suppressed(leg) or gives_to_list(leg):
        yield from leg.offers
    if leg.kind == "list" and leg.has(Verb.HOLD) and leg.sender:
        yield Key(KeyKind.ADDRESS, fold_address(leg.sender))


_NOT_IDS = frozenset({KeyKind.MESSAGE_ID, KeyKind.ADDRESS})


def _find_near(store: Store, keys: Iterable[Key], legs: Iterable[Leg], widest: int) -> tuple[Leg, ...]:
    """The legs that have any of the keys; where there are too many, those near in time."""
    known = list(legs)
    first, last = min(leg.first for leg in known), max(leg.last for leg in known)
    near: tuple[Leg, ...] = ()
    keys = frozenset(keys)
    only_held = all(key.kind is KeyKind.QUARANTINE_ID for key in keys)  # it is let out later, never before
    for reach in (each for each in (_WIDE, _FAR, _CLOSE, 20 * MINUTE, MINUTE, SECOND) if each <= widest):
        before = 0 if reach == _WIDE and only_held else reach
        window = Window(first=Instant(first - before), last=Instant(last + reach))
        found = store.find(Question(keys=keys, window=window), limit=_MOST_LEGS * 5)
        near = found.legs
        if not found.cut:
            break
    return near


def _connected(seed: Leg, handoffs: list[Handoff]) -> dict[str, Leg]:
    """The legs of the seed's way, and the reports that were made about it, which lead no further."""
    legs = {seed.id: seed}
    grown = True
    while grown:
        grown = False
        for each in handoffs:
            if each.kind in ASIDE or (each.source.id in legs) == (each.target.id in legs):
                continue
            legs[each.source.id], legs[each.target.id] = each.source, each.target
            grown = True
    aside = {each.target.id: each.target for each in handoffs if each.kind in BESIDE_WAY and each.source.id in legs}
    return {**aside, **legs}


def arrival_of(seed: Leg, handoffs: list[Handoff]) -> Leg:
    """Gives the leg that took the message in: walks upstream from the seed to it; filters are walked through."""
    sources: dict[str, list[Leg]] = {}
    for each in handoffs:
        if each.kind not in ASIDE:
            sources.setdefault(each.target.id, []).append(each.source)
    arrival, leg, seen = seed, seed, {seed.id}
    while True:
        above = [found for found in sources.get(leg.id, ()) if found.id not in seen]
        if not above:
            return arrival
        leg = min(above, key=lambda found: (found.kind in BESIDE, found.first, found.id))
        seen.add(leg.id)
        if leg.kind not in BESIDE or arrival.kind in BESIDE:
            arrival = leg


BESIDE = frozenset({"scan", "policy_check"})
"""Kinds of legs that look at a message which another system holds."""


# ---------------------------------------------------------------- the handoffs among some legs


def find_handoffs(legs: Iterable[Leg], site: Site = NO_SITE) -> list[Handoff]:
    """Gives every handoff among the legs, in the order of the lines that prove them."""
    known = sorted({leg.id: leg for leg in legs}.values(), key=lambda leg: (leg.first, leg.id))
    pool = _Pool(known, site)
    found = [each for leg in known for rule in _RULES for each in rule(leg, pool)]
    unique = {(each.source.id, each.target.id, each.kind): each for each in reversed(found)}
    return _in_order(unique.values())


def _in_order(handoffs: Iterable[Handoff]) -> list[Handoff]:
    return sorted(handoffs, key=lambda each: (each.event.instant, each.source.id, each.target.id, each.kind))


class _Pool:
    """Legs by the keys that they offer, and by those that they want."""

    def __init__(self, legs: list[Leg], site: Site) -> None:
        self.site = site
        self._offered: dict[Key, list[Leg]] = {}
        self._wanted: dict[Key, list[Leg]] = {}
        for leg in legs:
            for key in leg.offers:
                self._offered.setdefault(key, []).append(leg)
            for key in leg.wants:
                self._wanted.setdefault(key, []).append(leg)
        self.legs = legs
        self._of_message: dict[str | None, tuple[list[Leg], list[Leg]]] = {}
        self._shown: dict[str, bool] = {}
        self._by_sender: dict[str, list[Leg]] | None = None
        self._without_sender: dict[tuple[str | None, int], list[Leg]] | None = None
        self._inherited: dict[str, str] = {}  # Message-IDs of legs that were queued anew, whose lines name none
        for each in [each for leg in legs for each in _requeued(leg, self)]:
            if each.source.message_id is not None and each.target.message_id is None:
                self._inherited[each.target.id] = each.source.message_id
                self._offered[Key(KeyKind.MESSAGE_ID, each.source.message_id)].append(each.target)

    def message_id(self, leg: Leg) -> str | None:
        """The Message-ID of a leg's message, which the lines of the leg need not name."""
        return leg.message_id or self._inherited.get(leg.id)

    def offering(self, kind: KeyKind, value: str | None) -> list[Leg]:
        return self._offered.get(Key(kind, value), []) if value else []

    def sent_by(self, sender: str | None) -> list[Leg]:
        """The legs of one envelope sender, or whose record names it."""
        if self._by_sender is None:
            self._by_sender = {}
            for leg in self.legs:
                if leg.sender:
                    self._by_sender.setdefault(fold_address(leg.sender), []).append(leg)
        return self._by_sender.get(fold_address(sender), []) if sender else []

    def without_sender(self, host: str | None, instant: Instant) -> list[Leg]:
        """The legs of a host that begin about an instant and name no sender, as reports do."""
        if self._without_sender is None:
            self._without_sender = {}
            for leg in self.legs:
                if not leg.reverse_path:
                    place = fold_host(leg.host), leg.first // _AT_ONCE
                    self._without_sender.setdefault(place, []).append(leg)
        host, moment = fold_host(host), instant // _AT_ONCE
        return [leg for near in (-1, 0, 1) for leg in self._without_sender.get((host, moment + near), ())]

    def queued(self, message_id: str | None) -> list[Leg]:
        """The mail server's legs of one Message-ID."""
        return self._by_message_id(message_id)[0]

    def is_shown_once(self, holder: Leg) -> bool:
        """Whether a filter's scan that names no queue id is the only one that may be about a message."""
        if holder.id not in self._shown:
            scans = (each for each in self._by_message_id(holder.message_id)[1] if _may_have_shown(holder, each))
            self._shown[holder.id] = len(list(islice(scans, 2))) == 1
        return self._shown[holder.id]

    def _by_message_id(self, message_id: str | None) -> tuple[list[Leg], list[Leg]]:
        """The mail server's legs of one Message-ID, and the scans that name nothing else."""
        if message_id not in self._of_message:
            same = self.offering(KeyKind.MESSAGE_ID, message_id)
            self._of_message[message_id] = (
                [leg for leg in same if leg.kind == "queue"],
                [leg for leg in same if _is_nameless(leg)],
            )
        return self._of_message[message_id]

    def wanting(self, kind: KeyKind, value: str | None) -> list[Leg]:
        return self._wanted.get(Key(kind, value), []) if value else []


def _queued_as(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """The reply to a hand-over names the id of the next system."""
    for event in leg.events:
        if event.next_queue_id is None or event.verb is Verb.NOTIFY:
            continue
        target = _nearest(pool.offering(KeyKind.QUEUE_ID, event.next_queue_id), leg, event, pool.site)
        if target is not None:
            yield Handoff(source=leg, target=target, kind=_next_kind(leg, event), event=event)


def _next_kind(leg: Leg, event: Event) -> HandoffKind:
    if leg.kind == "scan":
        return HandoffKind.SCANNED_AS
    local = event.reason is not None and event.reason.startswith("forwarded as ")
    return HandoffKind.FORWARDED_AS if local else HandoffKind.QUEUED_AS


def _nearest(candidates: list[Leg], leg: Leg, event: Event, site: Site) -> Leg | None:
    """The life of an id that opened nearest before the line that names it, if its envelope agrees."""
    fitting = [
        (_strangeness(found, leg, event, site), abs(found.first - event.instant), found.id, found)
        for found in candidates
        if found.id != leg.id and _may_follow(leg, event, found)
    ]
    best = min(fitting, default=None, key=lambda each: each[:3])
    # whoever takes our mail writes the reply, and may name the id of another message of ours in it
    return best[3] if best is not None and best[0] < _STRANGER else None


def _strangeness(found: Leg, leg: Leg, event: Event, site: Site) -> int:
    """How much speaks against a leg that has the id named: two hosts may have given the same id in the same second."""
    here = fold_host(leg.host) == fold_host(found.host)
    at_home = here and event.relay_ip is not None and is_loopback(event.relay_ip)
    elsewhere = event.relay_host is not None and not at_home and site.fold(event.relay_host) != fold_host(found.host)
    stranger = bool(found.addresses) and bool(recipients_of(event)) and not is_for(found, event, site.delimiter)
    other = _disagree(leg.message_id, found.message_id, str.lower)
    if elsewhere and stranger and not _same_message(leg, found):
        return _STRANGER
    return 3 * other + 2 * stranger + elsewhere


_STRANGER = 4  # another Message-ID and another server or recipient, or neither server nor recipient in common


def _may_follow(leg: Leg, event: Event, found: Leg) -> bool:
    if found.kind == leg.kind and fold_host(found.host) == fold_host(leg.host) and found.local_id == leg.local_id:
        return False
    if _disagree(leg.reverse_path, found.reverse_path, fold_address):
        return False
    if event.verb is Verb.REQUEUE and found.first < leg.first:
        return False  # the new id begins on the spot
    if _is_unique(found):
        return True
    same_message = leg.message_id is not None and leg.message_id == found.message_id
    apart = found.first - event.instant
    slack = int((event.delay_seconds or 0) * SECOND) + (_ZONES if same_message else _SKEW)
    return -slack - _SKEW <= apart <= slack


def _disagree(left: str | None, right: str | None, fold: Callable[[str], str]) -> bool:
    return left is not None and right is not None and fold(left) != fold(right)


def _xforward(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A message that comes back from a filter, or under a new id, names the id it had."""
    for event in leg.events:
        if event.orig_queue_id is None:
            continue
        source = _origin(pool.offering(KeyKind.QUEUE_ID, event.orig_queue_id), leg, event)
        if source is not None:
            kind = HandoffKind.REQUEUE if event.program == "pickup" else HandoffKind.XFORWARD
            yield Handoff(source=source, target=leg, kind=kind, event=event)


def _origin(candidates: list[Leg], leg: Leg, event: Event) -> Leg | None:
    """The life of an id that was open before the message came under its new one, on this host or on the client's."""
    others = [found for found in candidates if found.id != leg.id]
    here = [found for found in others if fold_host(found.host) == fold_host(leg.host) and found.first <= event.instant]
    if not here and event.program != "pickup":
        here = [found for found in others if _same_message(found, leg) and found.first - _SKEW <= event.instant]
    return max(here, key=lambda found: (found.first, found.id), default=None)


def _same_message(left: Leg, right: Leg) -> bool:
    return left.message_id is not None and left.message_id == right.message_id


def _scan(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A filter's line names the id of the message that it looked at."""
    if leg.kind != "scan":
        return
    for event in leg.events:
        source = _holder(pool.offering(KeyKind.QUEUE_ID, event.queue_id), leg, event)
        if source is not None:
            yield Handoff(source=source, target=leg, kind=HandoffKind.SCAN, event=event)
            return


def _requeued(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A scanner that works through what was put aside for it names the old id and the new one.

    MailScanner behind Postfix's hold queue writes the new queue file by itself.  Behind its own milter, which has
    Postfix discard what it took, the new id is a file of its own, and it gives the message back to a server on this
    machine: Message-ID, envelope and moment have to fit then.  What it sent to others than the recipients is not
    their way on.
    """
    if leg.kind != "scan" or leg.has(Verb.REDIRECT):
        return
    for event in leg.saying(Verb.REQUEUE):
        source = _holder(pool.offering(KeyKind.QUEUE_ID, event.queue_id), leg, event)
        if source is None:
            continue
        kind = HandoffKind.REQUEUE
        target = _nearest(pool.offering(KeyKind.QUEUE_ID, event.next_queue_id), leg, event, pool.site)
        if target is None:
            kind, target = HandoffKind.RESUBMITTED, _given_back_by_scanner(source, event, pool)
        if target is not None and (source.first, source.id) < (target.first, target.id):
            yield Handoff(source=source, target=target, kind=kind, event=event)


def _given_back_by_scanner(source: Leg, event: Event, pool: _Pool) -> Leg | None:
    fitting = [
        found
        for found in pool.offering(KeyKind.MESSAGE_ID, source.message_id)
        if found.kind == "queue"
        and found.id != source.id
        and fold_host(found.host) == fold_host(source.host)
        and is_loopback(found.client_ip or "")
        and not _disagree(source.reverse_path, found.reverse_path, fold_address)
        and -SECOND <= found.first - event.instant <= _RETRIES
    ]
    return min(fitting, key=lambda found: (found.first, found.id), default=None)


_RETRIES = 10 * MINUTE  # it tries again soon where the server did not take it


def _proxied(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A before-queue filter works inside the session, and no queue id is known yet.

    Its reply names its own id of the message, or the id under which it gave the message on.
    """
    for event in leg.events:
        if event.action not in _BY_PROXY:
            continue
        named = pool.offering(KeyKind.LOCAL_ID, event.local_id) or pool.wanting(KeyKind.QUEUE_ID, event.next_queue_id)
        fitting = [
            found
            for found in named
            if found.kind == "scan"
            and (leg.host is None or found.host is None or fold_host(leg.host) == fold_host(found.host))
            and not _disagree(leg.reverse_path, found.reverse_path, fold_address)
            and near(found, event, _SKEW)
        ]
        nearest = min(fitting, key=lambda found: (_distance(found, event.instant), found.id), default=None)
        if nearest is not None:
            yield Handoff(source=leg, target=nearest, kind=HandoffKind.SCAN, event=event)


_BY_PROXY = frozenset({"proxy-accept", "proxy-reject"})


def _holder(candidates: list[Leg], leg: Leg, event: Event) -> Leg | None:
    """The life of a queue id that was open when a filter on the same host named it."""
    here = [
        found
        for found in candidates
        if leg.host is None or found.host is None or fold_host(found.host) == fold_host(leg.host)
    ]
    here = [found for found in here if not _disagree(leg.message_id, found.message_id, str.lower)]
    here = here or [found for found in candidates if _same_message(found, leg) or _is_unique(found)]  # another host
    slack = _SKEW if leg.host is not None else _ZONES
    here = [found for found in here if found.first - slack <= event.instant <= found.last + slack]
    return min(here, key=lambda found: (_distance(found, event.instant), found.id), default=None)


def _is_unique(leg: Leg) -> bool:
    """Whether its id cannot be another message's on another host: a long one holds a microsecond and an inode."""
    return leg.local_id is not None and postfix_queue_id(leg.local_id) is not None


def _distance(leg: Leg, instant: Instant) -> int:
    return max(leg.first - instant, instant - leg.last, 0)


def _session(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """The mailbox server's reply names its session; where it failed, Message-ID, person and time must do."""
    if leg.kind != "queue":
        return
    for event in leg.saying(Verb.DELIVER):
        if event.program in {"smtp", "error", "discard"}:
            continue
        named = [found for found in pool.offering(KeyKind.SESSION_ID, event.session_id) if near(found, event, _ZONES)]
        if named:
            target = min(
                named,
                key=lambda found: (
                    _strangeness(found, leg, event, pool.site),
                    fold_host(found.host) != fold_host(leg.host),
                    _distance(found, event.instant),
                    found.id,
                ),
            )
            yield Handoff(source=leg, target=target, kind=HandoffKind.SESSION, event=event)
        elif event.session_id is None:
            yield from _stored(leg, event, pool)


def _stored(leg: Leg, event: Event, pool: _Pool) -> Iterator[Handoff]:
    fitting = [
        found
        for found in pool.offering(KeyKind.MESSAGE_ID, pool.message_id(leg))
        if found.kind == "store"
        and not is_lone(found)
        and is_for(found, event, pool.site.delimiter)
        and near(found, event, _SKEW)
    ]
    nearest = min(fitting, key=lambda found: (abs(found.last - event.instant), found.id), default=None)
    if nearest is not None:
        yield Handoff(source=leg, target=nearest, kind=HandoffKind.STORED, event=event)


def _lone_line(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A mailbox server whose lines bear no id: each is joined to the delivery that it answers."""
    if not is_lone(leg) or leg.message_id is None:
        return
    session = leg.events[0].session_id
    for source, event in answered(leg, pool.offering(KeyKind.MESSAGE_ID, leg.message_id)):
        proven = session is not None and event.session_id == session
        kind = HandoffKind.SESSION if proven else HandoffKind.STORED
        yield Handoff(source=source, target=leg, kind=kind, event=event)


def _record(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A delivery agent's own file: its record is joined to the delivery that it alone can tell of."""
    found = recorded(leg, pool.sent_by(leg.sender)) if _is_record(leg) else None
    if found is not None:
        yield Handoff(source=found.leg, target=leg, kind=HandoffKind.RECORDED, event=found.event)


def _resubmitted(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A filter behind pipe(8) gives the message back to sendmail(1): Postfix FILTER_README, simple content filter.

    The new message names no old id: host, envelope, Message-ID and moment have to fit.  To another recipient it
    would be a forward by that program.
    """
    if leg.kind != "queue" or leg.message_id is None or not any(map(_is_picked_up, leg.events)):
        return
    fitting = [
        (source, event)
        for source in pool.offering(KeyKind.MESSAGE_ID, leg.message_id)
        if source.kind == "queue" and (source.first, source.id) < (leg.first, leg.id)
        if fold_host(source.host) == fold_host(leg.host)
        if source.reverse_path is not None and not _disagree(source.reverse_path, leg.reverse_path, fold_address)
        for event in source.saying(Verb.DELIVER)
        if taken_by_program(event) and is_for(leg, event, pool.site.delimiter) and near(leg, event, _PIPED)
    ]
    if fitting:
        source, event = min(fitting, key=lambda found: (abs(found[1].instant - leg.first), found[0].id))
        yield Handoff(source=source, target=leg, kind=HandoffKind.RESUBMITTED, event=event)


_PIPED = 2 * SECOND


def _is_picked_up(event: Event) -> bool:
    return event.verb is Verb.OPEN and event.program == "pickup" and event.orig_queue_id is None


def is_suppressed(leg: Leg) -> bool:
    """Whether a mailbox server destroyed a copy because one with the same Message-ID had come before."""
    return leg.kind == "store" and any(
        (event.action or "").startswith("duplicate") for event in leg.saying(Verb.DISCARD)
    )


def _first_copy(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """The stored copies with the Message-ID of a suppressed one, not later than it."""
    if not is_suppressed(leg):
        return
    event = leg.events[0]
    for found in pool.offering(KeyKind.MESSAGE_ID, leg.message_id):
        if found.kind == "store" and found.has(Verb.STORE) and found.first <= event.instant:
            yield Handoff(source=leg, target=found, kind=HandoffKind.DUPLICATE, event=event)


def _list(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """What a list's own lines say of a message, and what it posted, joined to the delivery that gave it to the list."""
    if not gives_to_list(leg):
        return
    same = pool.offering(KeyKind.MESSAGE_ID, pool.message_id(leg))
    for event in leg.events:
        if list_of(event) is None:
            continue
        for found in same:
            if found.id != leg.id and is_post_of(found, event):
                yield Handoff(source=leg, target=found, kind=HandoffKind.POSTED, event=event)
            elif speaks_of(found, event, same):
                yield Handoff(source=leg, target=found, kind=HandoffKind.LIST, event=event)


def _moderator(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A moderator's decision that names list, sender and subject only."""
    if leg.kind != "list":
        return
    event = leg.events[0]
    named = pool.wanting(KeyKind.QUARANTINE_ID, event.quarantine_id)
    held = moderated(leg, named if event.quarantine_id else pool.sent_by(leg.sender))
    if held is not None:
        yield Handoff(source=held, target=leg, kind=HandoffKind.LIST, event=event)


def _redirect(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A mailbox rule sent the message on: the copy keeps the Message-ID and enters on the spot."""
    for event in leg.saying(Verb.FORWARD):
        target_address = event.forward_address
        if not target_address:
            continue
        fitting = [
            found
            for found in pool.offering(KeyKind.MESSAGE_ID, leg.message_id)
            if found.kind == "queue"
            and fold_address(target_address) in found.addresses
            and abs(found.first - event.instant) <= _AT_ONCE
        ]
        nearest = min(fitting, key=lambda found: (abs(found.first - event.instant), found.id), default=None)
        if nearest is not None:
            yield Handoff(source=leg, target=nearest, kind=HandoffKind.REDIRECT, event=event)


def _report(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A non-delivery report names its own id; one that a mailbox rule made is known by its recipient and time."""
    if not leg.has(Verb.NOTIFY, Verb.BOUNCE):
        return
    for event in leg.events:
        if event.verb is Verb.NOTIFY:
            target = _nearest_report(pool.offering(KeyKind.QUEUE_ID, event.next_queue_id), leg, event)
            if target is not None:
                yield Handoff(source=leg, target=target, kind=HandoffKind.REPORT, event=event)
        elif event.verb is Verb.BOUNCE and leg.kind == "store" and event.reverse_path:
            target = _nearest_report(pool.without_sender(leg.host, event.instant), leg, event)
            if target is not None:
                yield Handoff(source=leg, target=target, kind=HandoffKind.REPORT, event=event)


def _nearest_report(candidates: list[Leg], leg: Leg, event: Event) -> Leg | None:
    addressee = fold_address(event.reverse_path or leg.reverse_path or "")
    fitting = [
        found
        for found in candidates
        if found.kind == "queue"
        and found.id != leg.id
        and found.reverse_path in {"", None}
        and fold_host(found.host) == fold_host(leg.host)
        and (not addressee or not found.addresses or addressee in found.addresses)
        and abs(found.first - event.instant) <= _AT_ONCE
    ]
    return min(fitting, key=lambda found: (abs(found.first - event.instant), found.id), default=None)


def _verdict(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A filter that names no queue id: the Message-ID must do, and that is the sender's own text.

    So it counts for little: on this host, while the message was being taken in or handed on, of about its size,
    and only where one message and one verdict fit each other and no third is about.
    """
    if not _is_nameless(leg):
        return
    holders = list(islice(_holders(leg, pool), 2))
    if len(holders) == 1 and pool.is_shown_once(holders[0]):
        yield Handoff(source=holders[0], target=leg, kind=HandoffKind.VERDICT, event=_last_scan(leg))


def _holders(scan: Leg, pool: "_Pool") -> Iterator[Leg]:
    """The messages that a scan may be about."""
    return (found for found in pool.queued(scan.message_id) if _may_have_shown(found, scan))


def _is_nameless(leg: Leg) -> bool:
    """Whether it is one look at one message, known by its Message-ID alone; where lines were lost, two may be mixed."""
    names = {event.message_id for event in leg.events if event.message_id is not None}
    scores = [event for event in leg.events if event.score is not None]
    unnamed = all(event.queue_id is None for event in leg.events)
    return leg.kind == "scan" and unnamed and len(names) == 1 and len(scores) <= 1


def _last_scan(leg: Leg) -> Event:
    return next((event for event in reversed(leg.events) if event.verb is Verb.SCAN), leg.events[-1])


def _may_have_shown(holder: Leg, scan: Leg) -> bool:
    """Whether a message's lines leave room for a scan: after its Message-ID, and done as its next line came."""
    if holder.message_id != scan.message_id or holder.last + _MOMENTS < scan.first:
        return False
    if fold_host(holder.host) != fold_host(scan.host) or not _is_near_size(holder.size_bytes, scan.size_bytes):
        return False
    named = next((event.instant for event in holder.events if event.message_id == scan.message_id), holder.first)
    done = _last_scan(scan).instant
    later = [event.instant for event in holder.events if event.instant >= named]
    return scan.first >= named - SECOND and any(abs(instant - done) <= _MOMENTS for instant in later)


_MOMENTS = 5 * SECOND  # between a verdict and what the mail server did next


def _is_near_size(queued: int | None, scanned: int | None) -> bool:
    """The filter sees a header more, and line ends of two bytes; what it adds, a report around spam too, is queued."""
    if queued is None or scanned is None:
        return True
    return abs(queued - scanned) <= 8192 + max(queued, scanned) // 4


def _policy(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """A policy service logs the question it was asked; the answer is what the refusal quotes.

    Where several messages of one client and envelope come at once, the nearest counts: the same question has the
    same answer.
    """
    if leg.kind != "policy_check":
        return
    event = leg.events[0]
    fitting = [
        found
        for found in pool.legs
        if found.kind in {"queue", "session"}
        and fold_host(found.host) == fold_host(leg.host)
        and found.client_ip == event.client_ip
        and _same_question(found, event)
        and any(abs(line.instant - event.instant) <= 2 * SECOND for line in found.events)
    ]
    nearest = min(
        fitting,
        key=lambda found: (_distance(found, event.instant), abs(found.first - event.instant), found.id),
        default=None,
    )
    if nearest is not None:
        yield Handoff(source=nearest, target=leg, kind=HandoffKind.POLICY, event=event)


def _same_question(found: Leg, event: Event) -> bool:
    """Whether a message has the sender, and the recipient if any, that a policy service was asked about."""
    if _disagree(found.reverse_path, event.reverse_path, fold_address) or _disagree(found.helo, event.helo, str.lower):
        return False
    if event.recipient is not None:
        return fold_address(event.recipient) in found.addresses
    named = event.reverse_path is not None or (event.helo is not None and found.helo is not None)
    return named and event.client_ip is not None


def _release(leg: Leg, pool: _Pool) -> Iterator[Handoff]:
    """An administrator let a message out of the quarantine: the filter's id of the message ties it to the verdict."""
    for event in leg.saying(Verb.RELEASE):
        if not event.mail_id:
            continue
        verdict = _verdict_before(event, pool)
        if verdict is None:
            continue
        yield Handoff(source=verdict, target=leg, kind=HandoffKind.RELEASE, event=event)
        given_back = _given_back(event, verdict, pool)
        if given_back is not None:
            yield Handoff(source=leg, target=given_back, kind=HandoffKind.RELEASE, event=event)


def _verdict_before(release: Event, pool: _Pool) -> Leg | None:
    held = [
        found
        for found in pool.wanting(KeyKind.QUARANTINE_ID, release.mail_id)
        if found.first <= release.instant and any(line.verb is Verb.QUARANTINE for line in found.events)
    ]
    return max(held, key=lambda found: (found.first, found.id), default=None)


def _given_back(release: Event, verdict: Leg, pool: _Pool) -> Leg | None:
    """The released message enters on the spot, with its old Message-ID and a Resent-Message-ID of the filter's."""
    mark = f"{release.mail_id}-"
    fitting = [
        found
        for found in pool.offering(KeyKind.MESSAGE_ID, verdict.message_id)
        if found.kind == "queue"
        and any((line.message_id or "").startswith(mark) for line in found.events)
        and 0 <= found.first + 2 * SECOND - release.instant <= _AT_ONCE
    ]
    return min(
        fitting,
        key=lambda found: (fold_host(found.host) != fold_host(release.host), found.first, found.id),
        default=None,
    )


_RULES = (
    _release, _queued_as, _xforward, _scan, _requeued, _proxied, _verdict, _session, _lone_line, _record, _resubmitted,
    _first_copy, _list, _moderator, _redirect, _report, _policy,
)  # fmt: skip
