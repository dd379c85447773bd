"""The fate of each recipient, read off a journey: the walk of one message, one recipient at a time.

At each leg the last line that decides for the recipient counts; a hand-over that the logs
follow is never the end.  Nothing is more certain than the lines.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from correlator.after import Later
from correlator.decisive import (
    BY_RULE,
    Lines,
    breaks,
    concerns,
    decisive_lines,
    finals_of,
    is_accepted,
    is_forward,
    is_probe,
    is_sent,
    is_settled,
    is_taken_by_filter,
    local_part,
    mapped_to,
    names_recipient,
    owner_of_mailbox,
    plain_address,
    redirect_target,
    was_refused_at_rcpt,
)
from correlator.delays import Delay, HandedOver, quarantined_until, unexplained, wait_before_acceptance, waits_at_queue
from correlator.link import Handoff, HandoffKind, Journey, Strength
from correlator.listfates import decide_list
from correlator.lists import list_of
from correlator.lonelines import is_lone, taken_by_program
from correlator.mailbox import decide_store, is_redirect
from correlator.marks import Score, flags_of, score_of
from correlator.openends import accepted_recipients, open_end, scanned_only, was_left
from correlator.rules import (
    Outcome,
    command_of,
    decide,
    expired_after,
    filter_class,
    next_hop,
    reason_in,
    redirected,
)
from correlator.words import FINAL, Fate, Flag, Holder, Owner, Reason, Stage, listed
from grammars import Event, Verb
from grammars.core.event import rfc3339
from grammars.core.words import SECOND
from queries.leg import Leg, fold_address, recipients_of
from queries.site import NO_SITE, Site


class RecipientFate(NamedTuple):
    """What became of the message for one recipient.

    `recipient` is None for those whom no line names.  `deciding` is the line that decided;
    `timeline` holds every line of the way, in order.  `inferred` says what the fate rests on that no id
    proves; `remarks` the same of what stands beside it.
    """

    recipient: str | None
    outcome: Outcome
    final_recipient: str | None = None
    folder: str | None = None
    flags: frozenset[Flag] = frozenset()
    deciding: Event | None = None
    scan: Score | None = None
    handed_to: str | None = None
    reply: str | None = None
    quarantine_id: str | None = None
    inferred: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    attempts: tuple[Event, ...] = ()
    waits: tuple[Delay, ...] = ()
    before_us: tuple[Delay, ...] = ()
    children: tuple["RecipientFate", ...] = ()
    after: tuple[Later, ...] = ()
    timeline: tuple[Event, ...] = ()

    @property
    def fate(self) -> Fate:
        """The fate, of the closed list."""
        return self.outcome.fate

    def leaves(self) -> Iterator["RecipientFate"]:
        """The ends of the way: itself, or the ends of its children."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    @property
    def is_final(self) -> bool:
        """Whether no later line can change it."""
        if self.children and self.fate in _PARENTS:
            return all(child.is_final for child in self.children)
        return self.fate in FINAL

    @property
    def delays(self) -> tuple[Delay, ...]:
        """Where time was lost: at the sender, before the acceptance, in each queue, and what no line explains."""
        parts = wait_before_acceptance(self.attempts, self.timeline) + self.waits
        return self.before_us + parts + unexplained(parts, self.attempts, self.timeline, self.deciding)


_MOST_HOPS = 30
_MOST_MEMBERS = 200
_FURTHER = frozenset({
    HandoffKind.QUEUED_AS, HandoffKind.XFORWARD, HandoffKind.SCANNED_AS, HandoffKind.FORWARDED_AS, HandoffKind.REQUEUE,
    HandoffKind.REDIRECT, HandoffKind.RESUBMITTED,
})  # fmt: skip
_PARENTS = frozenset({Fate.FORWARDED, Fate.EXPANDED})
_FILTERED = frozenset({Verb.QUARANTINE, Verb.DISCARD, Verb.BOUNCE, Verb.REDIRECT})


def fates_of(journey: Journey, site: Site = NO_SITE, *, is_brief: bool = False) -> tuple[RecipientFate, ...]:
    """Gives the fate of every recipient that the arrival leg names, in the order of its lines; then of the unnamed.

    `is_brief` leaves out what only an answer about one message tells: timelines, waits, flags, remarks, the
    time of the acceptance.  That is most of the work.
    """
    walk = _Walk(journey, site, is_brief=is_brief)
    arrival = journey.arrival
    names = walk.recipients(arrival)
    fates = [walk.at(arrival, name, depth=0) for name in names]
    if not names or walk.has_unnamed(arrival, names):
        fates.append(walk.without_recipient(arrival))
    diverted = walk.diverted(arrival)
    if diverted is not None:
        fates.append(diverted)
    return tuple(fates) if is_brief else tuple(_with_time(fate, arrival) for fate in fates)


def _with_time(fate: RecipientFate, arrival: Leg) -> RecipientFate:
    """Says when it was accepted, where the sentence says that it was."""
    children = tuple(_with_time(child, arrival) for child in fate.children)
    taken = next((event for event in arrival.events if event.verb in {Verb.QUEUE, Verb.OPEN, Verb.ACCEPT}), None)
    sentence = fate.outcome.sentence
    if taken is None or not sentence.startswith(("Accepted, ", "Accepted into ")):
        return fate._replace(children=children)
    time = rfc3339(taken.instant, 0)[11:19]
    outcome = fate.outcome._replace(sentence=f"Accepted at {time} UTC{sentence.removeprefix('Accepted')}")
    return fate._replace(outcome=outcome, children=children)


class _Walk:
    def __init__(self, journey: Journey, site: Site, *, is_brief: bool) -> None:
        self._journey = journey
        self._is_brief = is_brief
        self._delimiter = site.delimiter
        self._junk = site.junk_folders
        self._lines: dict[str, Lines] = {}  # of each leg
        self._said: dict[str, tuple[Event, ...]] = {}  # what filters said of it
        self._scanned: dict[str, Lines] = {}  # the same, by recipient
        self._asked: dict[str, tuple[Lines, frozenset[Flag]]] = {}  # what policy services said of it

    # ------------------------------------------------------------ who

    def recipients(self, leg: Leg) -> tuple[str, ...]:
        """The recipients as the client named them: before aliases, where the lines tell."""
        deliveries = [event for event in leg.events if event.verb is Verb.DELIVER]
        names = [event.orig_recipient or event.recipient for event in deliveries]
        covered = {self._plain(name) for event in deliveries for name in recipients_of(event)}
        others = [event for event in (*leg.events, *self._scans(leg)) if event.verb not in {Verb.DELIVER, Verb.NAME}]
        names += [name for event in others for name in recipients_of(event) if self._plain(name) not in covered]
        further = (*self._behind_proxy(leg), *self._requeues(leg))
        names += [name for each in further for name in self.recipients(each.target)]
        unique = {fold_address(name): name for name in reversed(names) if name}
        for event in leg.events:
            if event.verb is Verb.REDIRECT and len(unique) > 1:
                unique.pop(redirect_target(event), None)
        return tuple(
            unique[key] for key in dict.fromkeys(fold_address(name) for name in names if name) if key in unique
        )

    def _plain(self, name: str) -> str:
        return plain_address(name, self._delimiter)

    def has_unnamed(self, leg: Leg, names: Iterable[str]) -> bool:
        """Whether recipients were accepted whom no line names: the id was given, and every named one was refused."""
        if not leg.has(Verb.OPEN) or leg.local_id is None or is_accepted(leg):
            return False
        return all(was_refused_at_rcpt(self._about(leg, name), name) for name in names)

    def _scans(self, leg: Leg) -> tuple[Event, ...]:
        """What filters said of the message; those that name its id last, for the last one counts."""
        if leg.id not in self._said:
            inferred = self._journey.handoffs_from(leg, HandoffKind.VERDICT)
            handoffs = inferred + self._journey.handoffs_from(leg, HandoffKind.SCAN)
            self._said[leg.id] = tuple(event for each in handoffs for event in each.target.events)
        return self._said[leg.id]

    def _policies(self, leg: Leg) -> tuple[Lines, frozenset[Flag]]:
        """What policy services said, and the flags that it proves of the whole message."""
        if leg.id not in self._asked:
            handoffs = self._journey.handoffs_from(leg, HandoffKind.POLICY)
            events = [event for each in handoffs for event in each.target.events]
            self._asked[leg.id] = Lines(events), flags_of((), events)
        return self._asked[leg.id]

    def _about(self, leg: Leg, name: str, final: str | None = None) -> tuple[Event, ...]:
        """The lines of a leg that concern one recipient."""
        if leg.id not in self._lines:
            self._lines[leg.id] = Lines(leg.events)
        return self._lines[leg.id].about(name, final)

    def _scan_lines(self, leg: Leg, name: str) -> tuple[Event, ...]:
        if not self._scans(leg):
            return ()
        if leg.id not in self._scanned:
            self._scanned[leg.id] = Lines(self._scans(leg))
        return self._scanned[leg.id].about(name)

    def _requeues(self, leg: Leg) -> tuple[Handoff, ...]:
        """Where the message goes on under a new id, as a whole."""
        handoffs = self._journey.handoffs_from(leg, HandoffKind.REQUEUE, HandoffKind.RESUBMITTED)
        return tuple(each for each in handoffs if each.kind is HandoffKind.REQUEUE or each.event.verb is Verb.REQUEUE)

    def _behind_proxy(self, leg: Leg) -> tuple[Handoff, ...]:
        handoffs = self._journey.handoffs_from(leg, HandoffKind.QUEUED_AS)
        return tuple(each for each in handoffs if each.event.verb is Verb.ACCEPT)

    # ------------------------------------------------------------ one recipient at one leg

    def at(self, leg: Leg, name: str, depth: int, final: str | None = None) -> RecipientFate:
        """The fate of one address, from one leg on; `final` picks one of the addresses that it was mapped to."""
        if leg.kind == "store":
            return self._at_store((leg,), name, depth)
        if leg.kind == "scan":
            return self._at_filter(leg, name, depth)
        if leg.kind == "policy_check":  # it advises; whether the mail server followed, its lines must say
            return self._undecided(leg, name, leg.events)
        own = self._about(leg, name, final)
        if final is None and len(finals := finals_of(own, name)) > 1:
            return self._several(leg, name, finals, depth)
        scans = self._scan_lines(leg, name)
        decisive = decisive_lines(leg, own)
        found = self._followed(leg, name, decisive, depth)
        if not self._is_brief:
            session = () if depth and _is_shared(leg.session) else leg.session
            lines = (*(event for event in session if concerns(event, name, final)), *own)
            found = self._told(leg, name, lines, decisive, found)
        return found._replace(
            outcome=_not_enforced(found.outcome, scans),
            recipient=final or name,
            final_recipient=found.final_recipient
            or (None if found.fate in _PARENTS else mapped_to(decisive, final or name)),
            scan=found.scan or score_of(scans),
        )

    def _told(
        self, leg: Leg, name: str, lines: Sequence[Event], decisive: Sequence[Event], found: RecipientFate
    ) -> RecipientFate:
        """With what is told beside the fate itself."""
        scans, (policies, flags) = self._scan_lines(leg, name), self._policies(leg)
        return found._replace(
            timeline=in_order(lines, policies.about(name), scans, found.timeline),
            flags=found.flags | flags | flags_of(scans, lines),
            remarks=self._remarks(leg, found),
            waits=self._waits(leg, decisive) + found.waits,
        )

    def _timeline(self, *parts: Iterable[Event]) -> tuple[Event, ...]:
        return () if self._is_brief else in_order(*parts)

    def _lines_of(self, children: Iterable[RecipientFate]) -> tuple[Event, ...]:
        return self._timeline(*(child.timeline for child in children))

    def _remarks(self, leg: Leg, found: RecipientFate) -> tuple[str, ...]:
        joined = self._journey.handoffs_from(leg, HandoffKind.VERDICT) if found.scan is None else ()
        own = tuple(_verdict_remark(each) for each in joined if score_of(each.target.events) is not None)
        return own + found.remarks

    def _waits(self, leg: Leg, decisive: Sequence[Event]) -> tuple[Delay, ...]:
        into = self._journey.handoffs_to(leg)
        handed = [HandedOver(source=each.source, event=each.event) for each in into if each.event.verb is Verb.DELIVER]
        return waits_at_queue(leg, decisive, scanned=bool(self._scans(leg)), handed=handed[-1] if handed else None)

    def _followed(self, leg: Leg, name: str, decisive: list[Event], depth: int) -> RecipientFate:
        """What the last deciding line says, or the leg that goes on from here."""
        settled = bool(decisive) and (decisive[-1].verb is Verb.REJECT or is_settled(decisive[-1]))
        redirect = next(iter(leg.saying(Verb.REDIRECT)), None)
        if redirect is not None and depth < _MOST_HOPS and not (decisive and decisive[-1].verb is Verb.REJECT):
            target = redirect_target(redirect)
            if target and fold_address(name) != target:
                return self._redirected(leg, name, redirect, target, depth)
        again = self._requeues(leg)
        if again and not settled and depth < _MOST_HOPS:
            found = self.at(again[-1].target, name, depth + 1)
            return _with_inference(again[-1], found)
        if not decisive:
            return self._undecided(leg, name, ())
        copies = [event for event in decisive if is_sent(event)] if is_sent(decisive[-1]) else []
        onward = [event for event in copies if is_forward(event)]
        if onward:
            return self._forwarded(leg, name, [event for event in copies if not is_forward(event)], onward, depth)
        return self._decided(leg, name, decisive, depth)

    def _decided(self, leg: Leg, name: str, decisive: Sequence[Event], depth: int) -> RecipientFate:
        last = decisive[-1]
        outcome = decide(last)
        if outcome is None or (last.verb in BY_RULE and last.program == "smtpd" and was_left(leg)):
            return self._undecided(leg, name, ())
        if last.verb in BY_RULE and (scanned := self._by_scanner(leg, name, depth)) is not None:
            return scanned
        if is_sent(last) or last.verb is Verb.ACCEPT:
            return self._handed_over(leg, name, last, outcome, depth)
        reply = last.reply_text
        deferral = next((event for event in reversed(decisive[:-1]) if event.status == "deferred"), None)
        if last.verb is Verb.EXPIRE and deferral is not None:
            outcome, reply = expired_after(outcome, deferral), deferral.reply_text
        outcome = _as_the_filter_says(outcome, last, self._scan_lines(leg, name))
        return RecipientFate(
            recipient=name,
            outcome=self._with_report(outcome, leg),
            deciding=last,
            reply=reply,
            timeline=self._timeline(self._of_failed_tries(leg, decisive), self._reports(leg, outcome)),
        )

    def _by_scanner(self, leg: Leg, name: str, depth: int) -> RecipientFate | None:
        """What was done by a scanner for which the message was put aside, or by the filter that had it discarded."""
        scans = self._scan_lines(leg, name)
        verdict = _verdict_in(scans, name)
        if verdict is not None:
            return verdict
        redirect = next((scan for scan in scans if scan.verb is Verb.REDIRECT and scan.forward_address), None)
        if redirect is not None:
            return self._sent_elsewhere(leg, name, redirect, depth)
        again = next((scan for scan in reversed(scans) if scan.verb is Verb.REQUEUE), None)
        return None if again is None else _lost_after_requeue(name, again)

    def _sent_elsewhere(self, leg: Leg, name: str, event: Event, depth: int) -> RecipientFate:
        """The recipients were replaced by one address; its copy has a way of its own."""
        address = event.forward_address or ""
        ways = [
            way
            for scan in self._journey.handoffs_from(leg, HandoffKind.SCAN)
            for way in self._journey.handoffs_from(scan.target, HandoffKind.SCANNED_AS)
        ]
        children = tuple(self.at(way.target, address, depth + 1) for way in ways[-1:] if depth < _MOST_HOPS)
        return RecipientFate(
            recipient=name,
            outcome=redirected(event, address)._replace(stage=Stage.CONTENT, code=filter_class(event)),
            deciding=event,
            children=children,
            timeline=self._lines_of(children),
        )

    def _of_failed_tries(self, leg: Leg, decisive: Sequence[Event]) -> Iterator[Event]:
        """What the mailbox server said of tries that failed there."""
        tries = {id(event) for event in decisive}
        for each in self._journey.handoffs_from(leg, HandoffKind.SESSION, HandoffKind.STORED):
            if id(each.event) in tries:
                yield from each.target.events

    def _reports(self, leg: Leg, outcome: Outcome) -> Iterator[Event]:
        """The way of the report that told the sender."""
        if outcome.fate is Fate.BOUNCED:
            for each in self._journey.handoffs_from(leg, HandoffKind.REPORT):
                yield from each.target.events

    def _with_report(self, outcome: Outcome, leg: Leg) -> Outcome:
        """Says whether the sender was told that it was given up."""
        if outcome.fate is not Fate.BOUNCED:
            return outcome
        told = any(event.verb is Verb.NOTIFY and "non-delivery" in (event.action or "") for event in leg.events)
        if told and any(_came_back(each.target) for each in self._journey.handoffs_from(leg, HandoffKind.REPORT)):
            tail = "the report to the sender could not be delivered"
        elif told:
            tail = "the sender was sent a report"
        elif leg.reverse_path == "":
            tail = "nobody was told, for the message names no sender"
        else:
            tail = "no report to the sender is in these logs"
        return outcome._replace(sentence=f"{outcome.sentence}; {tail}")

    def _handed_over(self, leg: Leg, name: str, event: Event, outcome: Outcome, depth: int) -> RecipientFate:
        listed = self._at_list(leg, name, event, depth)
        if listed is not None:
            return listed
        onward = self._onward(leg, event)
        released = self._released(leg, name, depth)
        if released is not None:
            return released
        verdict = self._verdict(leg, name, event)
        target = event.recipient or name if event.verb is Verb.DELIVER else name
        if onward is not None and depth < _MOST_HOPS and (verdict is None or names_recipient(onward.target, target)):
            found = self._at_next(leg, onward, target, depth)
            if found.reply is None and onward.target.kind == "store":
                found = found._replace(reply=event.reply_text)
            return _with_inference(onward, found)
        if verdict is not None:
            return verdict
        return RecipientFate(
            recipient=name,
            outcome=outcome,
            deciding=event,
            reply=event.reply_text,
            handed_to=_handed_to(outcome, event),
        )

    def _at_next(self, leg: Leg, onward: Handoff, name: str, depth: int) -> RecipientFate:
        """What became of it there; the lines of a mailbox server that bear no id are gathered by what they answer."""
        if not is_lone(onward.target):
            return self.at(onward.target, name, depth + 1)
        return self._at_store(self._lone_lines(leg, onward.event), name, depth + 1)

    def _lone_lines(self, leg: Leg, event: Event) -> tuple[Leg, ...]:
        """The mailbox server's legs that one hand-over leads to; a collector may have written its line twice."""
        kinds = HandoffKind.SESSION, HandoffKind.STORED, HandoffKind.RECORDED
        return tuple({each.target.id: each.target for each in self._journey.handoffs_by(leg, event, *kinds)}.values())

    def _onward(self, leg: Leg, event: Event) -> Handoff | None:
        """The hand-over that a delivery line proves; a mailbox server's remarks that decide nothing are none."""
        again = self._journey.handoffs_from(leg, HandoffKind.RESUBMITTED)
        name = event.recipient or ""
        if taken_by_program(event) and (found := next((e for e in again if names_recipient(e.target, name)), None)):
            return found
        lines = self._lone_lines(leg, event)
        if lines and all(is_lone(each) and decide_store(each.events) is None for each in lines):
            return None
        kinds = (
            *(HandoffKind.QUEUED_AS, HandoffKind.FORWARDED_AS),
            *(HandoffKind.SESSION, HandoffKind.STORED, HandoffKind.RECORDED),
        )
        return next(iter(self._journey.handoffs_by(leg, event, *kinds)), None) or next(
            (
                each
                for each in self._journey.handoffs_from(leg, HandoffKind.QUEUED_AS, HandoffKind.FORWARDED_AS)
                if event.next_queue_id is not None and each.target.local_id == event.next_queue_id
            ),
            None,
        )

    def _verdict(self, leg: Leg, name: str, event: Event) -> RecipientFate | None:
        """What a filter did that took the message with 250 and did not give it back for this recipient."""
        verdict = _verdict_in(self._scan_lines(leg, name), name)
        if verdict is not None:
            return verdict._replace(reply=event.reply_text)
        return self._lost_in_filter(name, event) if is_taken_by_filter(event) else None

    def _at_filter(self, leg: Leg, name: str, depth: int) -> RecipientFate:
        """A filter's own lines, where the mail server's before it are not here."""
        lines = self._about(leg, name)
        given = [
            each for each in self._journey.handoffs_from(leg, HandoffKind.SCANNED_AS) if concerns(each.event, name)
        ]
        found = _verdict_in(lines, name)
        if found is None and given and depth < _MOST_HOPS:
            found = self.at(given[-1].target, name, depth + 1)
        found = found or RecipientFate(recipient=name, outcome=scanned_only(leg), deciding=leg.events[-1])
        flags = found.flags | flags_of(lines, ())
        timeline = self._timeline(lines, found.timeline)
        return found._replace(timeline=timeline, flags=flags, scan=found.scan or score_of(lines))

    def _released(self, leg: Leg, name: str, depth: int) -> RecipientFate | None:
        """The later chapter of a quarantine: an administrator let the message go, and it was given back."""
        scans = self._journey.handoffs_from(leg, HandoffKind.SCAN)
        releases = [each for scan in scans for each in self._journey.handoffs_from(scan.target, HandoffKind.RELEASE)]
        releases = [each for each in releases if concerns(each.event, name)]
        if not releases or depth >= _MOST_HOPS:
            return None
        back = self._journey.handoffs_from(releases[-1].target, HandoffKind.RELEASE)
        found = (
            self.at(back[-1].target, name, depth + 1) if back else self._lost_after_release(name, releases[-1].event)
        )
        return found._replace(
            timeline=self._timeline(found.timeline, (each.event for each in releases)),
            waits=quarantined_until(releases[-1].source, releases[-1].event) + found.waits,
        )

    def _lost_after_release(self, name: str, event: Event) -> RecipientFate:
        outcome = Outcome(
            fate=Fate.UNKNOWN, stage=Stage.CONTENT, owner=Owner.US, holder=Holder.UNKNOWN, code=Reason.FILTER,
            sentence=f"Accepted, held by {event.program}, then released by an administrator; no line shows the rest",
            because=("the lines of the message that was let out of the quarantine are missing",),
        )  # fmt: skip
        return RecipientFate(recipient=name, outcome=outcome, deciding=event)

    def _lost_in_filter(self, name: str, event: Event) -> RecipientFate:
        outcome = Outcome(
            fate=Fate.UNKNOWN, stage=Stage.CONTENT, owner=Owner.US, holder=Holder.UNKNOWN,
            code=reason_in(event.reply_text or "") or Reason.FILTER,
            sentence=f"Accepted, then taken by our filter, which did not pass it on ({event.reply_text})",
            because=("the filter's own line, which tells quarantined from destroyed, is not in these logs",),
        )  # fmt: skip
        return RecipientFate(
            recipient=name, outcome=outcome, deciding=event, reply=event.reply_text, handed_to=next_hop(event)
        )

    # ------------------------------------------------------------ several at once

    def _several(self, leg: Leg, name: str, finals: Sequence[str], depth: int) -> RecipientFate:
        """One address that was mapped to several: a list, or a mailbox of that very name and copies beside it."""
        if depth >= _MOST_HOPS:
            return self._undecided(leg, name, ())
        children = tuple(self.at(leg, final, depth + 1, final) for final in finals if final != fold_address(name))
        if len(children) < len(finals):
            return self._with_copies(self.at(leg, name, depth + 1, name), children)
        outcome = Outcome(
            fate=Fate.EXPANDED, stage=Stage.QUEUE, owner=_common_owner(children), holder=Holder.UNKNOWN,
            code=Reason.LIST, sentence=f"A list or group of {len(finals)} addresses; each has a fate of its own",
        )  # fmt: skip
        return RecipientFate(recipient=name, outcome=outcome, children=children, timeline=self._lines_of(children))

    def _with_copies(self, own: RecipientFate, copies: tuple[RecipientFate, ...]) -> RecipientFate:
        outcome = own.outcome._replace(sentence=f"{own.outcome.sentence}; a copy was sent on to {_named(copies)}")
        timeline = self._timeline(own.timeline, self._lines_of(copies))
        return own._replace(outcome=outcome, children=own.children + copies, timeline=timeline)

    def _forwarded(
        self, leg: Leg, name: str, kept: Sequence[Event], onward: Sequence[Event], depth: int
    ) -> RecipientFate:
        """An alias or a `.forward` of local(8): a stored copy beside it is the recipient's own fate."""
        ways = [self._onward(leg, event) for event in onward]
        children = tuple(
            child
            for way, event in zip(ways, onward, strict=True)
            for child in self._copies(way, event.recipient or name, depth)
        )
        if kept:
            return self._with_copies(self._decided(leg, name, kept, depth), children)
        if len(children) > 1:
            return self._list_of(name, onward[-1], children)
        same = children and local_part(children[0].recipient, self._delimiter) == local_part(name, self._delimiter)
        if same:
            return children[0]._replace(final_recipient=children[0].final_recipient or children[0].recipient)
        return self._sent_on(name, onward[-1], children)

    def _copies(self, way: Handoff | None, name: str, depth: int) -> list[RecipientFate]:
        if way is None or depth >= _MOST_HOPS:
            return []
        finals = finals_of(self._about(way.target, name), name) or [fold_address(name)]
        return [self.at(way.target, name, depth + 1, final) for final in finals]

    def _list_of(self, name: str, event: Event, children: tuple[RecipientFate, ...]) -> RecipientFate:
        outcome = Outcome(
            fate=Fate.EXPANDED, stage=Stage.QUEUE, owner=_common_owner(children), holder=Holder.UNKNOWN,
            code=Reason.LIST, sentence=f"A list or group of {len(children)} addresses; each has a fate of its own",
        )  # fmt: skip
        return RecipientFate(
            recipient=name, outcome=outcome, deciding=event, children=children, timeline=self._lines_of(children)
        )

    def _sent_on(self, name: str, event: Event, children: tuple[RecipientFate, ...]) -> RecipientFate:
        where = _named(children) or f"an address that these logs do not show (as {event.next_queue_id})"
        outcome = Outcome(
            fate=Fate.FORWARDED, stage=Stage.MAILBOX, owner=_common_owner(children), holder=Holder.UNKNOWN,
            code=Reason.LIST, sentence=f"Sent on to {where} by an alias or a forward of ours; no copy was kept",
            because=() if children else ("the lines of the message that was sent on are missing",),
        )  # fmt: skip
        return RecipientFate(
            recipient=name, outcome=outcome, deciding=event, children=children, timeline=self._lines_of(children)
        )

    def _redirected(self, leg: Leg, name: str, event: Event, target: str, depth: int) -> RecipientFate:
        child = self.at(leg, target, depth + 1, target)
        return RecipientFate(
            recipient=name,
            outcome=redirected(event, target),
            deciding=event,
            children=(child,),
            timeline=child.timeline,
        )

    # ------------------------------------------------------------ the list

    def _at_list(self, leg: Leg, name: str, event: Event, depth: int) -> RecipientFate | None:
        """What a list did with a message that it took: its own lines, and what it posted to its members."""
        handoffs = [*self._journey.handoffs_by(leg, event, HandoffKind.LIST)]
        handoffs += [more for each in handoffs for more in self._journey.handoffs_from(each.target, HandoffKind.LIST)]
        posts = [*self._journey.handoffs_by(leg, event, HandoffKind.POSTED)]
        posts = [each for each in posts if not self._is_further(each.target)]
        if depth >= _MOST_HOPS or not (handoffs or posts):
            return None
        lines = in_order(*(each.target.events for each in handoffs))
        verdict = decide_list(lines, [each.target for each in posts], list_of(event) or name)
        if verdict is None:
            return None
        children = tuple(
            self.at(each.target, member, depth + 1) for each in posts for member in self.recipients(each.target)
        )
        outcome = verdict.outcome
        if outcome.fate is Fate.EXPANDED:
            children = tuple(sorted(children, key=lambda child: child.outcome.owner is Owner.NOBODY))[:_MOST_MEMBERS]
            outcome = outcome._replace(owner=_common_owner(children) if children else Owner.UNKNOWN)
        else:
            children = ()
        return RecipientFate(
            recipient=name,
            outcome=outcome,
            deciding=verdict.deciding or event,
            quarantine_id=verdict.deciding.quarantine_id if verdict.deciding else None,
            inferred=_inference((*handoffs, *posts)[-1]),
            reply=event.reply_text,
            children=children,
            timeline=self._timeline((event,), lines, self._lines_of(children)),
        )

    def _is_further(self, post: Leg) -> bool:
        """Whether a post is another's copy on its way: back from a filter, or sent on by a member."""
        return any(each.target.id == post.id and each.kind in _FURTHER for each in self._journey.handoffs)

    # ------------------------------------------------------------ the mailbox

    def _at_store(self, legs: tuple[Leg, ...], name: str, depth: int) -> RecipientFate:
        events = in_order(*(leg.events for leg in legs))
        first = self._first_copy(legs, name)
        verdict = decide_store(events, self._junk, first)
        if verdict is None:
            return self._undecided(legs[-1], name, events)
        forwards = {event.forward_address: (leg, event) for leg in legs for event in leg.events if is_redirect(event)}
        children = tuple(self._copy(leg, event, depth) for leg, event in forwards.values())
        outcome = verdict.outcome
        if outcome.fate is Fate.FORWARDED:
            outcome = outcome._replace(owner=_common_owner(children))
        return RecipientFate(
            recipient=name,
            outcome=outcome,
            folder=verdict.folder,
            final_recipient=owner_of_mailbox(events, name),
            handed_to=_handed_to(outcome, verdict.deciding),
            reply=verdict.deciding.reply_text,
            flags=frozenset({Flag.AUTO_REPLIED}) if any(leg.has(Verb.REPLY) for leg in legs) else frozenset(),
            deciding=verdict.deciding,
            children=children,
            timeline=self._timeline(() if first is None else (first,), events, self._lines_of(children)),
        )

    def _first_copy(self, legs: Sequence[Leg], name: str) -> Event | None:
        """The line that stored this person's copy with the same Message-ID, where a later one was suppressed."""
        handoffs = [each for leg in legs for each in self._journey.handoffs_from(leg, HandoffKind.DUPLICATE)]
        stored = [event for each in handoffs for event in each.target.events if event.verb is Verb.STORE]
        return next((event for event in stored if owner_of_mailbox((event,), name) is None and event.recipient), None)

    def _copy(self, leg: Leg, event: Event, depth: int) -> RecipientFate:
        """The way of the copy that a mailbox rule sent on."""
        address = event.forward_address or ""
        handoff = next(iter(self._journey.handoffs_by(leg, event, HandoffKind.REDIRECT)), None)
        if handoff is not None and depth < _MOST_HOPS:
            found = self.at(handoff.target, address, depth + 1)
            return _with_inference(handoff, found)
        outcome = Outcome(
            fate=Fate.RELAYED, stage=Stage.HANDOFF, owner=Owner.NEXT_HOP, holder=Holder.NEXT_HOP,
            code=Reason.HANDED_OVER, sentence=f"Sent on to {address}; its further way is not in these logs",
            because=("the log of the system that sends such copies on is not loaded",),
        )  # fmt: skip
        return RecipientFate(recipient=address, outcome=outcome, deciding=event, timeline=(event,))

    def diverted(self, leg: Leg) -> RecipientFate | None:
        """Those whom a milter took off a message that was called spam, and that went to another address instead.

        spamass-milter -b.  Postfix counts them still when it queues the message, with the address that was added
        (`nrcpt=`), and logs nothing more.
        """
        called = [event for event in self._scans(leg) if event.action == "identified spam"]
        if not called:
            return None
        deliveries = [event for event in leg.events if event.verb is Verb.DELIVER and not is_probe(event)]
        taken_off = accepted_recipients(leg)
        queued = next((event.recipient_count for event in leg.events if event.recipient_count is not None), None)
        takers = {fold_address(event.recipient or "") for event in deliveries}
        if not taken_off or queued != taken_off + 1 or len(takers) != 1 or not leg.has(Verb.REMOVE):
            return None
        outcome = Outcome(
            fate=Fate.QUARANTINED, stage=Stage.CONTENT, owner=Owner.US, holder=Holder.US, code=Reason.SPAM,
            sentence=f"Accepted, then called spam, and sent to {deliveries[-1].recipient} instead of its recipients",
        )  # fmt: skip
        why = (
            f"{taken_off} accepted, {queued} queued, and only the one added has a delivery: a milter took off the rest"
        )
        timeline = self._timeline(leg.session, leg.events, self._scans(leg))
        return RecipientFate(
            recipient=None, outcome=outcome, deciding=called[-1], scan=score_of(self._scans(leg)),
            inferred=(why,), timeline=timeline,
        )  # fmt: skip

    # ------------------------------------------------------------ no decision

    def without_recipient(self, leg: Leg) -> RecipientFate:
        """A session that names no recipient: broken off, or refused before any."""
        timeline = self._timeline(leg.session, leg.events)
        verdict = decide_store(leg.events, self._junk) if leg.kind == "store" else None
        if verdict is not None:
            return RecipientFate(
                recipient=None,
                outcome=verdict.outcome,
                folder=verdict.folder,
                deciding=verdict.deciding,
                timeline=timeline,
            )
        if leg.kind == "scan":
            return RecipientFate(
                recipient=None, outcome=scanned_only(leg), deciding=leg.events[-1], scan=score_of(leg.events),
                timeline=timeline,
            )  # fmt: skip
        if leg.kind == "policy_check":
            return self._undecided(leg, None, timeline)
        for event in reversed((*leg.events, *breaks(leg))):
            outcome = None if recipients_of(event) else decide(event)
            if outcome is not None:
                return RecipientFate(
                    recipient=None, outcome=outcome, deciding=event, reply=event.reply_text, timeline=timeline
                )
        return self._undecided(leg, None, timeline)

    def _undecided(self, leg: Leg, name: str | None, timeline: Iterable[Event]) -> RecipientFate:
        return RecipientFate(recipient=name, outcome=open_end(leg), timeline=tuple(timeline), deciding=leg.events[-1])


# ---------------------------------------------------------------- words around an outcome


def _verdict_in(scans: Sequence[Event], name: str) -> RecipientFate | None:
    """What a filter's lines say that it did with one recipient's copy, where it kept it back.

    What MailScanner queued anew, it kept a copy of at most, unless that went to others.
    """
    verbs = {scan.verb for scan in scans}
    if Verb.REQUEUE in verbs and Verb.REDIRECT not in verbs:
        return None
    for scan in reversed(scans):
        outcome = decide(_completed(scan, scans)) if scan.verb in _FILTERED else None
        if outcome is not None:
            return RecipientFate(
                recipient=name, outcome=outcome, deciding=scan, quarantine_id=scan.quarantine_id, scan=score_of(scans)
            )
    return None


def _as_the_filter_says(outcome: Outcome, event: Event, scans: Sequence[Event]) -> Outcome:
    """A refusal that a filter made is about the content; the filter's own line knows why better than its reply."""
    verb = {"bounced": Verb.REJECT, "deferred": Verb.DEFER}.get(event.status or "")
    acted = [scan for scan in scans if scan.verb is verb] if event.verb is Verb.DELIVER else []
    if acted:
        return outcome._replace(stage=Stage.CONTENT, owner=Owner.US, code=filter_class(acted[-1]))
    if outcome.code is not Reason.FILTER:
        return outcome
    named = reason_in(" ".join(scan.reason or "" for scan in scans))
    spam = any((scan.format, scan.action) in _SPAM for scan in scans)
    grey = any((scan.format, scan.action, scan.reason) in _GREYLISTING for scan in scans)
    code = Reason.SPAM if spam else Reason.GREYLISTED if grey else Reason.FILTER
    return outcome._replace(code=named or code)


# What filters call spam, where the mail server's line does not.
_SPAM = frozenset({("rspamd", "reject"), ("spamd", "identified spam")})
# rspamd's greylist module names itself in no reply: this is its message, which few change.
_GREYLISTING = frozenset({("rspamd", "soft reject", "Try again later")})


def _not_enforced(outcome: Outcome, scans: Sequence[Event]) -> Outcome:
    """A verdict that nobody acted on is said beside the fate: the two lines contradict each other."""
    last = scans[-1] if scans else None
    if last is None or outcome.fate not in _ARRIVED or last.format != "rspamd" or last.action not in _KEEPS_BACK:
        return outcome
    why = f"rspamd's verdict was {last.action}, and the mail server passed the message on all the same"
    return outcome._replace(because=(*outcome.because, why))


_ARRIVED = frozenset({Fate.DELIVERED, Fate.JUNKED})
_KEEPS_BACK = frozenset({"reject", "soft reject", "discard"})


def _completed(scan: Event, scans: Sequence[Event]) -> Event:
    """The filter's line with what other lines of the same scan state: the limit, what was found."""
    found = score_of(scans)
    more = {
        "threshold": None if found is None else found.threshold,
        "reason": next((_finding(each) for each in reversed(scans) if _finds(each)), None),
    }
    stated = {**{name: value for name, value in more.items() if value is not None}, **vars(scan)}
    return Event(stated, scan.instant, scan.digits, scan.basis, scan.format, scan.line)


def _finds(scan: Event) -> bool:
    """Whether a line of MailScanner says what it found in the message, beside its score."""
    return scan.format == "mailscanner" and scan.verb is Verb.SCAN and scan.action in _FINDINGS


def _finding(scan: Event) -> str:
    """What was found, in a word of ours where the product's says less."""
    return _FINDINGS[scan.action or ""] or scan.reason or scan.action or ""


_FINDINGS = {
    "infected": "virus",
    "infected message": "virus",
    "filename checks": "banned",
    "filetype checks": "banned",
    "content checks": None,
    "attachment size check": None,
}


def _lost_after_requeue(name: str, event: Event) -> RecipientFate:
    outcome = Outcome(
        fate=Fate.UNKNOWN, stage=Stage.QUEUE, owner=Owner.US, holder=Holder.UNKNOWN, code=Reason.FILTER,
        sentence=f"Accepted, put aside for {event.program}, and queued anew as {event.next_queue_id}; "
        "no line shows the rest",
        because=(f"the mail server's lines about {event.next_queue_id} are not in these logs",),
    )  # fmt: skip
    return RecipientFate(recipient=name, outcome=outcome, deciding=event)


def _came_back(report: Leg) -> bool:
    """Whether a report was itself given up: it names no sender, so nobody is told."""
    return any(event.verb is Verb.DELIVER and event.status == "bounced" for event in report.events)


def _handed_to(outcome: Outcome, event: Event) -> str | None:
    if outcome.fate is not Fate.RELAYED:
        return None
    return command_of(event) if outcome.code is Reason.COMMAND else next_hop(event)


_MESSAGES = re.compile(r"\bmail=(?:\d+/)?(\d+)")


def _is_shared(session: Sequence[Event]) -> bool:
    """Whether a connection between our own servers brought several messages, or never ended, and so may have.

    Its lines say nothing of one message then.
    """
    if not any(event.verb is Verb.DISCONNECT for event in session):
        return True
    counts = (_MESSAGES.search(event.commands or "") for event in session)
    return any(found is not None and int(found[1]) > 1 for found in counts)


def _named(children: Iterable[RecipientFate]) -> str:
    return listed(child.recipient or "?" for child in children)


def _common_owner(children: Iterable[RecipientFate]) -> Owner:
    """Whose move it is for several: those for whom it arrived need none."""
    owners = {child.outcome.owner for child in children}
    if owners == {Owner.NOBODY}:
        return Owner.NOBODY
    needed = owners - {Owner.NOBODY}
    return needed.pop() if len(needed) == 1 else Owner.UNKNOWN


def _verdict_remark(handoff: Handoff) -> str:
    program = handoff.target.format
    return f"the score is {program}'s, whose lines are joined by Message-ID, host and time, not by an id"


def _with_inference(handoff: Handoff, found: RecipientFate) -> RecipientFate:
    """A fate behind a handoff, which may be an inference itself."""
    own = _inference(handoff)
    return found._replace(inferred=own + found.inferred) if own else found


def _inference(handoff: Handoff) -> tuple[str, ...]:
    if handoff.strength is Strength.PROVEN:
        return ()
    ends = f"{handoff.source.host or 'one host'} to {handoff.target.host or 'another'}"
    what = _BY_WHAT.get(handoff.kind, "Message-ID, recipient")
    return (f"{handoff.kind.value}: {ends} by {what} and time, not by an id",)


_BY_WHAT = {
    HandoffKind.RECORDED: "sender",
    HandoffKind.LIST: "Message-ID, list",
    HandoffKind.RESUBMITTED: "Message-ID, envelope",
    HandoffKind.POSTED: "Message-ID, the list's return-path",
}


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
