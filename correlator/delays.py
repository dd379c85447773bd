"""Where a message spent its time: the parts that the lines prove, and the rest that they do not.

Within one host the parts follow each other without a gap, so they add up to the whole.  Between
hosts each part is counted by one host's clock; where two clocks cannot both be right, that is said
as a part of no length.  Parts shorter than stamps of whole seconds can tell are left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from correlator.evidence.claims import Interval
from correlator.rules import next_hop, words_of
from grammars import Event, Instant, Verb
from grammars.core.event import rfc3339
from grammars.core.words import MINUTE, SECOND
from queries.leg import Leg, fold_host


class Delay(NamedTuple):
    """Time spent in one place, in seconds, and why."""

    where: str
    seconds: float
    why: str


BEFORE_ACCEPTANCE = "before acceptance"
UNEXPLAINED = "not explained by the logs"
SENDER = "sender"
"""Not ours: the time between what the sender's text states and our first line."""
_TAKEN = frozenset({Verb.OPEN, Verb.QUEUE})
_COME_AGAIN = _TAKEN | {Verb.REJECT, Verb.BREAK_OFF}
_PUT_OFF = frozenset({"deferred", "softbounce"})


class _Stretch(NamedTuple):
    """From one line to the next: where the message was, and why it did not move."""

    where: str
    why: str
    length: int  # microseconds

    @classmethod
    def between(cls, where: str, why: str, first: Instant, last: Instant) -> "_Stretch":
        return cls(where, why, max(last - first, 0))


def _summed(stretches: Iterable[_Stretch]) -> tuple[Delay, ...]:
    """One part for each place and reason, in the order in which they first come; `N times` where they came again."""
    found: dict[tuple[str, str], list[int]] = {}
    for each in stretches:
        found.setdefault((each.where, each.why), []).append(each.length)
    return tuple(
        Delay(
            where=where,
            seconds=round(sum(lengths) / SECOND, 3),
            why=f"{why}; {len(lengths)} times" if len(lengths) > 1 else why,
        )
        for (where, why), lengths in found.items()
        if sum(lengths) > SECOND
    )


# ---------------------------------------------------------------- before we took it


def wait_before_acceptance(attempts: Sequence[Event], timeline: Sequence[Event]) -> tuple[Delay, ...]:
    """From each try that was put off to the next one: when to come again, the sender chose."""
    if not attempts:
        return ()
    last = attempts[-1].instant
    come = next((event for event in timeline if event.verb in _COME_AGAIN and event.instant > last), None)
    ends = [*attempts[1:], *([come] if come is not None else [])]
    return _summed(
        _Stretch.between(BEFORE_ACCEPTANCE, words_of(put_off), put_off.instant, again.instant)
        for put_off, again in zip(attempts, ends, strict=False)
    )


def before_us(stated: Interval, first: Instant) -> tuple[Delay, ...]:
    """From the time that the sender's text states to our first line, where that is longer than the text is precise."""
    apart = first - stated.last
    if apart <= max(stated.last - stated.first, MINUTE):
        return ()
    why = f"the text states {rfc3339(stated.last, 0)} at the latest, our first line is of {rfc3339(first, 0)}"
    return (Delay(where=SENDER, seconds=round(apart / SECOND, 3), why=why),)


# ---------------------------------------------------------------- in our queues


class HandedOver(NamedTuple):
    """The line with which the leg before handed the message to this one, and that leg."""

    source: Leg
    event: Event


def waits_at_queue(
    leg: Leg, decisive: Sequence[Event], *, scanned: bool, handed: HandedOver | None
) -> tuple[Delay, ...]:
    """Where one recipient's copy was while one queue had it, up to the last line that decides.

    `scanned`: the next hop is a filter.  `handed`: what happened before that line is the time of
    the system that handed the message over.
    """
    if leg.kind != "queue" or not decisive:
        return ()
    stretches = list(_stretches(leg, decisive, scanned=scanned, handed=handed))
    return (*_skew(leg, handed), *_lost_lines(leg, decisive), *_summed(stretches))


def _stretches(leg: Leg, decisive: Sequence[Event], *, scanned: bool, handed: HandedOver | None) -> Iterator[_Stretch]:
    host = leg.host or "our server"
    begin, end = _begin(leg, handed), decisive[-1].instant
    turns = [event for event in _turns(leg, decisive) if begin <= event.instant <= end]
    where, why = _receiving(host) if turns and turns[0].verb in _ENTERS and handed is None else ("", "")
    for event in turns:
        if not where:
            where, why = _under_way(event, host, scanned=scanned)
        tried = _as_counted(event, event.instant - begin, host, scanned=scanned)
        yield _Stretch.between(where, why, begin, Instant(event.instant - sum(each.length for each in tried)))
        yield from tried
        begin = event.instant
        where, why = _after(event, host)
    if where:
        yield _Stretch.between(where, why, begin, end)


_ENTERS = frozenset({Verb.QUEUE, Verb.HOLD})


def _turns(leg: Leg, decisive: Sequence[Event]) -> list[Event]:
    """The lines at which a copy's state changes, in order: into the queue, held, released, tried.

    Within one instant they follow as one message's do, wherever in the files they stand.
    """
    turns = [event for event in decisive if event.verb is Verb.DELIVER]
    turns += [event for verb in _RANK for event in leg.saying(verb)]
    return sorted(turns, key=lambda event: (event.instant, _RANK.get(event.verb, len(_RANK))))


_RANK = {Verb.HOLD: 0, Verb.RELEASE: 1, Verb.QUEUE: 2}


def _receiving(host: str) -> tuple[str, str]:
    return f"receiving at {host}", "the sender was slow to send it, or a check before our queue took its time"


def _after(event: Event, host: str) -> tuple[str, str]:
    """Where a copy is after a line, and why it stays there; empty where the next line will tell."""
    if event.verb is Verb.HOLD:
        return f"hold queue of {host}", f"held{f': {event.reason}' if event.reason else ''}, until it was released"
    if event.verb is Verb.DELIVER and event.status in _PUT_OFF:
        return f"queue of {host}", words_of(event)
    return "", ""


def _under_way(event: Event, host: str, *, scanned: bool) -> tuple[str, str]:
    if event.verb is not Verb.DELIVER or event.delays:
        return f"queue of {host}", "waiting for its turn"
    if scanned:
        return "filter", f"{next_hop(event)} took its time"
    return f"queue of {host}", f"{next_hop(event)} took its time, or the queue was long"


def _as_counted(event: Event, most: int, host: str, *, scanned: bool) -> list[_Stretch]:
    """The last try as Postfix counts it (postconf(5), delay_logging_resolution_limit), where its line says so.

    It ends with the line; of what is counted, no more than the time since the line before is taken.
    """
    if event.verb is not Verb.DELIVER or event.delays is None:
        return []
    hop = next_hop(event)
    named = (
        (f"queue of {host}", f"the queue was long, or few connections to {hop} at a time are allowed"),
        (f"connecting from {host}", f"to {hop}: names looked up, connection made, greeting awaited"),
        ("filter" if scanned else f"handing over from {host}", f"{hop} took its time"),
    )
    found: list[_Stretch] = []
    for (where, why), seconds in zip(reversed(named), reversed(_counted(event.delays)), strict=False):
        length = min(int(seconds * SECOND), most)
        most -= length
        found.insert(0, _Stretch(where, why, length))
    return found


def _counted(delays: str) -> list[float]:
    """The seconds in the active queue, of connecting, and of transmission; a number too long to be one is none."""
    return [float(part) if len(part) < _LONGEST_NUMBER else 0.0 for part in delays.split("/")[1:]]


_LONGEST_NUMBER = 20


def _begin(leg: Leg, handed: HandedOver | None) -> Instant:
    """When the time of this queue begins: with its first line, or when the system before was done."""
    opened, queued = _opened(leg), _queued(leg)
    if handed is None:
        return opened
    return handed.event.instant if opened <= handed.event.instant <= queued else queued


def _opened(leg: Leg) -> Instant:
    return next((event.instant for event in leg.events if event.verb is Verb.OPEN), leg.first)


def _queued(leg: Leg) -> Instant:
    return next((event.instant for event in leg.events if event.verb is Verb.QUEUE), leg.first)


def quarantined_until(verdict: Leg, release: Event) -> tuple[Delay, ...]:
    """From the verdict that held a message back to the line that let it go."""
    why = f"held by {verdict.events[-1].program or verdict.format}, until an administrator released it"
    return _summed([_Stretch.between("quarantine", why, verdict.last, release.instant)])


# ---------------------------------------------------------------- what cannot be so


_COARSE = 2 * SECOND  # stamps of whole seconds, and delays of two digits, may be that wrong


def _skew(leg: Leg, handed: HandedOver | None) -> Iterator[Delay]:
    """Two clocks that cannot both be right: a message taken after it was handed over, or before it was tried."""
    if handed is None or fold_host(handed.source.host) == fold_host(leg.host):
        return
    ahead = _opened(leg) - handed.event.instant
    behind = _triedbegan(handed) - _queued(leg)
    apart, word = (ahead, "ahead of") if ahead > behind else (behind, "behind")
    if apart > _COARSE:
        why = (
            f"at least {round(apart / SECOND)} s {word} that of {handed.source.host or 'the host before'}; not counted"
        )
        yield Delay(where=f"clock of {leg.host or 'our server'}", seconds=0.0, why=why)


def _triedbegan(handed: HandedOver) -> Instant:
    earlier = [event.instant for event in handed.source.events if event.instant <= handed.event.instant]
    tries = [
        event.instant
        for event in handed.source.events
        if event.verb is Verb.QUEUE and event.instant <= handed.event.instant
    ]
    return max(tries, default=min(earlier, default=handed.event.instant))


def _lost_lines(leg: Leg, decisive: Sequence[Event]) -> Iterator[Delay]:
    """What Postfix counts for a delivery beyond the lines that are here: its log begins later, or was cut."""
    counted = [event for event in decisive if event.delay_seconds is not None]
    if not counted or leg.has(Verb.OPEN):
        return
    last = counted[-1]
    missing = int((last.delay_seconds or 0) * SECOND) - (last.instant - leg.first)
    if missing > _COARSE:
        why = f"it was in the queue of {leg.host or 'our server'}; the lines of that time are not here"
        yield Delay(where=UNEXPLAINED, seconds=round(missing / SECOND, 3), why=why)


def unexplained(
    parts: Sequence[Delay], attempts: Sequence[Event], timeline: Sequence[Event], deciding: Event | None
) -> tuple[Delay, ...]:
    """The time from the first line to the one that decided, without the parts that are known."""
    begun = attempts[0] if attempts else next((event for event in timeline if event.verb in _TAKEN), None)
    if begun is None or deciding is None:
        return ()
    one_clock = fold_host(begun.host) == fold_host(deciding.host)
    rest = deciding.instant - begun.instant - int(sum(part.seconds for part in parts) * SECOND)
    if rest <= (_COARSE + len(parts) * SECOND if one_clock else _APART):
        return ()
    why = f"between the lines of {begun.host or '?'} and of {deciding.host or '?'}"
    clocks = "" if one_clock else "; or their clocks differ by that much"
    return (Delay(where=UNEXPLAINED, seconds=round(rest / SECOND, 3), why=why + clocks),)


_APART = MINUTE  # clocks that nobody looks after differ by seconds, seldom by more
