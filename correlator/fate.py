"""The fate of each recipient, read off a journey: the walk of one message, one recipient at a time.

At each leg the last line that decides for the recipient counts; a hand-over that the logs
follow is never the end.  Nothing is more certain than the lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from correlator.link import Handoff, HandoffKind, Journey, Strength
from correlator.mailbox import decide_store
from correlator.rules import Outcome, decide, next_hop
from correlator.words import FINAL, Fate, Flag, Holder, Owner, Reason, Stage
from grammars import Event, Verb
from grammars.core.words import SECOND
from queries.leg import Leg, fold_address, recipients_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Time spent in one place, in seconds, and why."""

    where: str
    seconds: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientFate:
    """What became of the message for one recipient.

    `recipient` is None only for a session that broke off before it named one.  `deciding` is the
    line that decided; `timeline` holds every line of the way, in order.
    """

    recipient: str | None
    outcome: Outcome
    final_recipient: str | None = None
    folder: str | None = None
    flags: frozenset[Flag] = frozenset()
    deciding: Event | None = None
    scan: Event | None = None
    handed_to: str | None = None
    reply: str | None = None
    quarantine_id: str | None = None
    inferred: tuple[str, ...] = ()
    attempts: tuple[Event, ...] = ()
    delays: tuple[Delay, ...] = ()
    children: tuple["RecipientFate", ...] = ()
    timeline: tuple[Event, ...] = field(default=(), repr=False)

    @property
    def fate(self) -> Fate:
        """The fate, of the closed list."""
        return self.outcome.fate

    @property
    def is_final(self) -> bool:
        """Whether no later line can change it."""
        if self.children and self.fate in {Fate.FORWARDED, Fate.EXPANDED}:
            return all(child.is_final for child in self.children)
        return self.fate in FINAL


_MOST_HOPS = 30


def fates_of(journey: Journey) -> tuple[RecipientFate, ...]:
    """Gives the fate of every recipient that the arrival leg names, in the order of its lines."""
    walk = _Walk(journey)
    names = walk.recipients(journey.arrival)
    if not names:
        return (walk.without_recipient(journey.arrival),)
    return tuple(walk.at(journey.arrival, name, depth=0) for name in names)


class _Walk:
    def __init__(self, journey: Journey) -> None:
        self._journey = journey

    # ------------------------------------------------------------ who

    def recipients(self, leg: Leg) -> tuple[str, ...]:
        """The recipients as the client named them: before aliases, where the lines tell."""
        deliveries = [event for event in leg.events if event.verb is Verb.DELIVER]
        names = [event.orig_recipient or event.recipient for event in deliveries]
        covered = {fold_address(name) for event in deliveries for name in recipients_of(event)}
        others = [event for event in (*leg.events, *self._scans(leg)) if event.verb not in {Verb.DELIVER, Verb.NAME}]
        names += [name for event in others for name in recipients_of(event) if fold_address(name) not in covered]
        unique = {fold_address(name): name for name in reversed(names) if name}
        return tuple(unique[key] for key in dict.fromkeys(fold_address(name) for name in names if name))

    def _scans(self, leg: Leg) -> tuple[Event, ...]:
        handoffs = self._journey.handoffs_from(leg, HandoffKind.SCAN)
        return tuple(event for each in handoffs for event in each.target.events)

    # ------------------------------------------------------------ one recipient at one leg

    def at(self, leg: Leg, name: str, depth: int) -> RecipientFate:
        """The fate of one address, from one leg on."""
        if leg.kind == "store":
            return self._at_store(leg, name, depth)
        deliveries = [event for event in leg.events if event.verb is Verb.DELIVER and _speaks_of(event, name)]
        finals = list(dict.fromkeys(fold_address(event.recipient or "") for event in deliveries))
        if len(finals) > 1:
            return self._expanded(leg, name, finals, depth)
        decisive = self._decisive(leg, name)
        session = leg.session if depth == 0 else ()  # between our own servers the connections say nothing
        timeline = tuple(event for event in (*session, *leg.events) if _concerns(event, name))
        if not decisive:
            return self._undecided(leg, name, timeline)
        last = decisive[-1]
        found = self._decided(leg, name, last, depth)
        timeline = in_order(timeline, self._scan_lines(leg, name), found.timeline)
        final = last.recipient if last.verb is Verb.DELIVER and fold_address(last.recipient or "") != fold_address(name) else None
        return replace(
            found,
            recipient=name,
            final_recipient=found.final_recipient or final,
            timeline=timeline,
            flags=found.flags | self._flags(leg, name),
            scan=found.scan or self._score(leg, name),
        )

    def _decisive(self, leg: Leg, name: str) -> list[Event]:
        """The lines that decide for one recipient at a leg, in order; a release takes a hold back."""
        accepted = leg.has(Verb.QUEUE)
        decisive: list[Event] = []
        for event in leg.events:
            if event.verb is Verb.RELEASE or (event.verb is Verb.REQUEUE and decisive):
                decisive = [each for each in decisive if each.verb is not Verb.HOLD]
            elif event.verb is Verb.BREAK_OFF and accepted:
                continue
            elif event.verb in _DECIDING and _concerns(event, name) and not _is_probe(event) and decide(event):
                decisive.append(event)
        return decisive

    def _decided(self, leg: Leg, name: str, event: Event, depth: int) -> RecipientFate:
        outcome = decide(event)
        if outcome is None:
            return self._undecided(leg, name, ())
        if event.verb is Verb.DELIVER and event.status == "sent":
            return self._handed_over(leg, name, event, outcome, depth)
        if event.verb is Verb.REQUEUE:
            return self._undecided(leg, name, ())
        return RecipientFate(recipient=name, outcome=outcome, deciding=event, reply=event.reply_text)

    def _handed_over(self, leg: Leg, name: str, event: Event, outcome: Outcome, depth: int) -> RecipientFate:
        onward = self._onward(leg, event)
        if onward is not None and depth < _MOST_HOPS:
            target = event.recipient or name
            found = self.at(onward.target, target, depth + 1)
            if onward.kind is HandoffKind.FORWARDED_AS and fold_address(target) != fold_address(name):
                return self._forwarded(name, event, (found,))
            return replace(found, inferred=_inference(onward) + found.inferred)
        verdict = self._verdict(leg, name, event)
        if verdict is not None:
            return verdict
        return RecipientFate(
            recipient=name, outcome=outcome, deciding=event, reply=event.reply_text,
            handed_to=next_hop(event) if outcome.fate is Fate.RELAYED else None,
        )

    def _onward(self, leg: Leg, event: Event) -> Handoff | None:
        """The hand-over that a delivery line proves."""
        kinds = (HandoffKind.QUEUED_AS, HandoffKind.FORWARDED_AS, HandoffKind.SESSION, HandoffKind.STORED)
        return next((each for each in self._journey.handoffs_from(leg, *kinds) if each.event is event), None) or next(
            (
                each
                for each in self._journey.handoffs_from(leg, HandoffKind.QUEUED_AS)
                if event.next_queue_id is not None and each.target.local_id == event.next_queue_id
            ),
            None,
        )

    def _verdict(self, leg: Leg, name: str, event: Event) -> RecipientFate | None:
        """What a filter did that took the message with 250 and did not give it back."""
        for scan in reversed(self._scan_lines(leg, name)):
            outcome = decide(scan)
            if outcome is not None and scan.verb in {Verb.QUARANTINE, Verb.DISCARD, Verb.BOUNCE}:
                return RecipientFate(
                    recipient=name, outcome=outcome, deciding=scan, reply=event.reply_text,
                    quarantine_id=scan.quarantine_id, scan=scan,
                )
        if event.local_id is not None:
            return self._lost_in_filter(name, event)
        return None

    def _lost_in_filter(self, name: str, event: Event) -> RecipientFate:
        outcome = Outcome(
            fate=Fate.UNKNOWN, stage=Stage.CONTENT, owner=Owner.US, holder=Holder.UNKNOWN, code=Reason.FILTER,
            sentence=f"Taken by our filter, which did not pass it on ({event.reply_text})",
            because=("the filter's own line, which tells quarantined from destroyed, is not in these logs",),
        )
        return RecipientFate(recipient=name, outcome=outcome, deciding=event, reply=event.reply_text)

    def _scan_lines(self, leg: Leg, name: str) -> tuple[Event, ...]:
        return tuple(event for event in self._scans(leg) if _concerns(event, name))

    def _score(self, leg: Leg, name: str) -> Event | None:
        scored = [event for event in self._scan_lines(leg, name) if event.score is not None]
        return scored[0] if scored else None

    def _flags(self, leg: Leg, name: str) -> frozenset[Flag]:
        passed = [event for event in self._scan_lines(leg, name) if event.verb is Verb.PASS]
        return frozenset({Flag.COPY_QUARANTINED} if any(event.quarantine_id for event in passed) else ())

    # ------------------------------------------------------------ several at once

    def _expanded(self, leg: Leg, name: str, finals: list[str], depth: int) -> RecipientFate:
        children = tuple(self.at(leg, final, depth + 1) for final in finals if depth < _MOST_HOPS)
        outcome = Outcome(
            fate=Fate.EXPANDED, stage=Stage.QUEUE, owner=_common_owner(children), holder=Holder.UNKNOWN,
            code=Reason.LIST, sentence=f"A list or group of {len(finals)} addresses; each has a fate of its own",
        )
        return RecipientFate(
            recipient=name, outcome=outcome, children=children, timeline=in_order(*(child.timeline for child in children))
        )

    def _forwarded(self, name: str, event: Event, children: tuple[RecipientFate, ...]) -> RecipientFate:
        outcome = Outcome(
            fate=Fate.FORWARDED, stage=Stage.MAILBOX, owner=_common_owner(children), holder=Holder.UNKNOWN,
            code=Reason.LIST, sentence=f"Sent on to {', '.join(child.recipient or '?' for child in children)}",
        )
        timeline = in_order(*(child.timeline for child in children))
        return RecipientFate(recipient=name, outcome=outcome, deciding=event, children=children, timeline=timeline)

    # ------------------------------------------------------------ the mailbox

    def _at_store(self, leg: Leg, name: str, depth: int) -> RecipientFate:
        outcome, folder = decide_store(leg.events)
        if outcome is None:
            return self._undecided(leg, name, leg.events)
        children = tuple(self._copy(leg, event, depth) for event in leg.events if event.verb is Verb.FORWARD)
        owner = _common_owner(children) if outcome.fate is Fate.FORWARDED else outcome.owner
        replied = frozenset({Flag.AUTO_REPLIED}) if leg.has(Verb.REPLY) else frozenset()
        return RecipientFate(
            recipient=name,
            outcome=replace(outcome, owner=owner),
            folder=folder,
            flags=replied,
            deciding=leg.events[-1],
            children=children,
            timeline=in_order(leg.events, *(child.timeline for child in children)),
        )

    def _copy(self, leg: Leg, event: Event, depth: int) -> RecipientFate:
        """The way of the copy that a mailbox rule sent on."""
        address = event.forward_address or ""
        handoff = next((each for each in self._journey.handoffs_from(leg, HandoffKind.REDIRECT) if each.event is event), None)
        if handoff is not None and depth < _MOST_HOPS:
            found = self.at(handoff.target, address, depth + 1)
            return replace(found, inferred=_inference(handoff) + found.inferred)
        outcome = Outcome(
            fate=Fate.RELAYED, stage=Stage.HANDOFF, owner=Owner.NEXT_HOP, holder=Holder.NEXT_HOP, code=Reason.HANDED_OVER,
            sentence=f"Sent on to {address}; its further way is not in these logs",
            because=("the log of the system that sends such copies on is not loaded",),
        )
        return RecipientFate(recipient=address, outcome=outcome, deciding=event, timeline=(event,))

    # ------------------------------------------------------------ no decision

    def without_recipient(self, leg: Leg) -> RecipientFate:
        """A session that names no recipient: broken off, or refused before any."""
        for event in reversed(leg.events):
            outcome = decide(event)
            if outcome is not None:
                timeline = in_order(leg.session, leg.events)
                return RecipientFate(recipient=None, outcome=outcome, deciding=event, reply=event.reply_text, timeline=timeline)
        return self._undecided(leg, None, in_order(leg.session, leg.events))

    def _undecided(self, leg: Leg, name: str | None, timeline: Iterable[Event]) -> RecipientFate:
        return RecipientFate(recipient=name, outcome=_open_end(leg), timeline=tuple(timeline), deciding=leg.events[-1])


# Verbs of lines that may decide; what they decide is in the rule table.
_DECIDING = frozenset(
    {Verb.REJECT, Verb.DISCARD, Verb.HOLD, Verb.DELIVER, Verb.EXPIRE, Verb.BREAK_OFF, Verb.REMOVE}
)


def _speaks_of(event: Event, name: str) -> bool:
    return fold_address(name) in {fold_address(found) for found in recipients_of(event)}


def _concerns(event: Event, name: str) -> bool:
    """Whether a line is about one recipient: it names the recipient, or the message as a whole."""
    named = recipients_of(event)
    if not named or _speaks_of(event, name):
        return True
    if event.verb in {Verb.DISCARD, Verb.HOLD, Verb.REJECT} and event.program == "cleanup":
        return True  # header checks and milters act on the message; their `to=` is only the last recipient
    return event.verb is Verb.REJECT and event.stage == "data"


def _is_probe(event: Event) -> bool:
    """Address verification asks without sending: Postfix `deliverable`, `undeliverable`."""
    return event.status in {"deliverable", "undeliverable"}


def _open_end(leg: Leg) -> Outcome:
    """What may be said of a message whose lines stop before anything was decided."""
    if leg.has(Verb.QUEUE) and not leg.has(Verb.REMOVE):
        return Outcome(
            fate=Fate.DEFERRED, stage=Stage.QUEUE, owner=Owner.US, holder=Holder.US, code=Reason.IN_QUEUE,
            sentence="Accepted into our queue; no delivery to this recipient was logged yet",
            because=("the lines end while the message is in our queue",),
        )
    counts = next((line.commands or "" for line in leg.session if line.verb is Verb.DISCONNECT), "")
    if leg.has(Verb.OPEN) and counts and not _message_was_sent(counts):
        return Outcome(
            fate=Fate.NOT_ACCEPTED, stage=Stage.RCPT, owner=Owner.SENDER, holder=Holder.SENDER, code=Reason.QUIT_EARLY,
            sentence="The client ended the session before it sent the message",
        )
    return Outcome(
        fate=Fate.UNKNOWN, stage=Stage.QUEUE, owner=Owner.UNKNOWN, holder=Holder.UNKNOWN, code=Reason.INCOMPLETE,
        sentence="The lines at hand do not say what became of it",
        because=("lines of this message are missing: none says that it was queued, delivered or refused",),
    )


def _message_was_sent(counts: str) -> bool:
    """Whether `data=1` or `bdat=1` stands among the counts of commands that smtpd accepted."""
    fields = dict(part.partition("=")[::2] for part in counts.split())
    return any(fields.get(name, "0").partition("/")[0] not in {"", "0"} for name in ("data", "bdat"))


def _common_owner(children: tuple[RecipientFate, ...]) -> Owner:
    owners = {child.outcome.owner for child in children}
    return owners.pop() if len(owners) == 1 else Owner.UNKNOWN


def _inference(handoff: Handoff) -> tuple[str, ...]:
    if handoff.strength is Strength.PROVEN:
        return ()
    return (f"{handoff.kind.value}: {handoff.source.host or 'one host'} to {handoff.target.host or 'another'} by Message-ID, recipient and time, not by an id",)


def in_order(*parts: Iterable[Event]) -> tuple[Event, ...]:
    """Makes one timeline of several, each line once.

    One-second stamps do not order lines of different files: within a second the files follow in
    the order in which the message reached them, and the lines of a file in their own.
    """
    unique = list({id(event): event for part in parts for event in part}.values())
    reached = {event.line.place.file: 0 for event in unique if event.line}
    ranks = {file: rank for rank, file in enumerate(reached)}
    coarse = any(event.digits == 0 for event in unique)

    def when(event: Event) -> tuple[int, int, int]:
        instant = event.instant // SECOND if coarse else event.instant
        place = event.line.place if event.line else None
        return instant, ranks[place.file] if place else 0, place.offset if place else 0

    return tuple(sorted(unique, key=when))
