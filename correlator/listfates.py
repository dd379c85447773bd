"""What became of a message that a mailing list took: its last word counts, and what it posted."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from correlator.lists import skew_of
from correlator.rules import Outcome
from correlator.words import Fate, Holder, Owner, Reason, Stage
from grammars import Event, Verb
from queries.leg import Leg


class ListVerdict(NamedTuple):
    """What a list did, and the line of its own that decided; None where only its posts show it."""

    outcome: Outcome
    deciding: Event | None


_DECIDING = frozenset({Verb.HOLD, Verb.RELEASE, Verb.DISCARD, Verb.BOUNCE, Verb.FORWARD, Verb.PASS})


def decide_list(lines: Sequence[Event], posts: Sequence[Leg], name: str) -> ListVerdict | None:
    """Gives what a list's lines, in order of time, and its posts decide; None where they decide nothing."""
    decisive = [event for event in lines if event.verb in _DECIDING]
    last = decisive[-1] if decisive else None
    if posts and (last is None or _goes_on(last) or max(post.first for post in posts) >= last.instant - skew_of(last)):
        return ListVerdict(_expanded(name, len(posts)), last)
    return None if last is None else ListVerdict(_OUTCOMES[last.verb](last, name), last)


def _goes_on(event: Event) -> bool:
    return event.verb in {Verb.RELEASE, Verb.FORWARD, Verb.PASS}


def _reason(event: Event) -> str:
    who = "its moderator" if event.action == "moderator" else "one of its rules"
    return f"{who} ({event.reason})" if event.reason else who


def _expanded(name: str, posts: int) -> Outcome:
    copies = "one message" if posts == 1 else f"{posts} messages"
    return _outcome(
        Fate.EXPANDED, Owner.UNKNOWN, Holder.UNKNOWN, Reason.LIST,
        f"The list {name} posted it to its members in {copies}; each has a fate of its own",
    )  # fmt: skip


def _posted(event: Event, name: str) -> Outcome:
    count = f"{event.recipient_count} members" if event.recipient_count else "its members"
    sentence = f"The list {name} gave it to the mail server for {count}; their deliveries are not in these logs"
    because = "the mail server's lines about the list's own message are not in these logs, or it has another Message-ID"
    return _outcome(Fate.EXPANDED, Owner.UNKNOWN, Holder.UNKNOWN, Reason.LIST, sentence, because)


def _held(event: Event, name: str) -> Outcome:
    why = f" ({event.reason})" if event.reason else ""
    sentence = f"Accepted, then held by the list {name} until {_awaited(event)}{why}"
    return _outcome(Fate.QUARANTINED, _HELD_BY.get(event.action or "", Owner.US), Holder.US, Reason.HELD, sentence)


def _awaited(event: Event) -> str:
    return "its sender confirms it" if event.action == "confirmation" else "a moderator lets it pass"


_HELD_BY = {"confirmation": Owner.SENDER}


def _discarded(event: Event, name: str) -> Outcome:
    sentence = f"Accepted, then destroyed by the list {name}: {_reason(event)}; nobody was told"
    return _outcome(Fate.DROPPED, Owner.US, Holder.NOBODY, Reason.LIST, sentence)


def _refused(event: Event, name: str) -> Outcome:
    sentence = f"Accepted, then returned to the sender by the list {name}: {_reason(event)}"
    return _outcome(Fate.BOUNCED, Owner.US, Holder.NOBODY, Reason.LIST, sentence)


def _passed(_: Event, name: str) -> Outcome:
    sentence = f"Let pass by the list {name}; no line shows that it was posted to the members"
    because = "the list's lines about its post, and the mail server's, are not in these logs"
    return _outcome(Fate.UNKNOWN, Owner.US, Holder.US, Reason.LIST, sentence, because)


_OUTCOMES: dict[Verb, Callable[[Event, str], Outcome]] = {
    Verb.HOLD: _held,
    Verb.DISCARD: _discarded,
    Verb.BOUNCE: _refused,
    Verb.FORWARD: _posted,
    Verb.RELEASE: _passed,
    Verb.PASS: _passed,
}


def _outcome(fate: Fate, owner: Owner, holder: Holder, code: Reason, sentence: str, *because: str) -> Outcome:
    return Outcome(
        fate=fate, stage=Stage.CONTENT, owner=owner, holder=holder, code=code, sentence=sentence, because=because
    )
