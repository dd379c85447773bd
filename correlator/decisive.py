"""Which lines decide for one recipient at one leg, and what addresses say about each other.

A line about the whole message does not touch a recipient who is out of it already.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from correlator.rules import decides, is_our_own
from grammars import Event, Verb
from queries.leg import DELIMITER, Leg, fold_address, recipients_of, without_detail

# Verbs of lines that may decide; what they decide is in the rule table.
_DECIDING = frozenset(
    {Verb.REJECT, Verb.DISCARD, Verb.HOLD, Verb.DELIVER, Verb.EXPIRE, Verb.BREAK_OFF, Verb.REMOVE, Verb.ACCEPT}
)
BY_RULE = frozenset({Verb.DISCARD, Verb.HOLD})


class Lines:
    """Some lines, by whom they concern: a message may have thousands of recipients."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._events = tuple(events)
        self._of_all = [at for at, event in enumerate(self._events) if _is_for_all(event)]
        self._by_address: dict[str, list[int]] = defaultdict(list)
        for at, event in enumerate(self._events):
            for name in recipients_of(event):
                self._by_address[fold_address(name)].append(at)

    def about(self, name: str, final: str | None = None) -> tuple[Event, ...]:
        """Those that concern one recipient, in order."""
        named = self._by_address.get(fold_address(name), [])
        if final is None:
            return tuple(self._events[at] for at in sorted({*self._of_all, *named}))
        places = sorted({*self._of_all, *named, *self._by_address.get(fold_address(final), [])})
        return tuple(event for event in (self._events[at] for at in places) if concerns(event, name, final))


def decisive_lines(leg: Leg, lines: Sequence[Event]) -> list[Event]:
    """Those of some lines that decide for the recipient whom they concern, in order; a release takes a hold back."""
    decisive: list[Event] = []
    for event in (*lines, *breaks(leg)):
        if event.verb in {Verb.RELEASE, Verb.REQUEUE}:
            decisive = [each for each in decisive if each.verb is not Verb.HOLD]
        elif event.verb not in _DECIDING or is_probe(event):
            continue
        elif decides(event) and _counts(event, decisive, leg):
            decisive.append(event)
    return decisive


def _counts(event: Event, before: Sequence[Event], leg: Leg) -> bool:
    """Whether a line about the whole message changes what was already decided for one recipient.

    One who was refused, or has the message, is out of it: a later hold, expiry or broken session
    is about the others.  Nor does the note that an id is gone (Postfix 3.10) replace the reason.
    """
    if event.verb is Verb.BREAK_OFF and is_accepted(leg):
        return False
    if not before or not _is_for_all(event):
        return True
    last = before[-1]
    if last.verb is Verb.REJECT or is_settled(last):
        return False
    return event.action not in {"discarded", "canceled"} or last.verb is not Verb.DISCARD


def breaks(leg: Leg) -> tuple[Event, ...]:
    """The break of the session in which a message came that was never taken."""
    if not leg.has(Verb.OPEN) or is_accepted(leg):
        return ()
    return tuple(event for event in leg.session if event.verb is Verb.BREAK_OFF and event.instant >= leg.first)


def is_accepted(leg: Leg) -> bool:
    """Whether the message was surely taken: the queue manager or a delivery agent had it."""
    return leg.has(Verb.QUEUE, Verb.DELIVER, Verb.RELEASE)


def is_settled(event: Event) -> bool:
    """Whether our queue is done with the recipient: handed on, or given up."""
    return event.verb is Verb.DELIVER and event.status in {"sent", "bounced"}


def is_sent(event: Event) -> bool:
    """Whether the next system, or an agent of ours, took it."""
    return event.verb is Verb.DELIVER and event.status == "sent"


def is_forward(event: Event) -> bool:
    """Whether local(8) sent it on under a new id."""
    return event.reply_text is None and (event.reason or "").startswith("forwarded as ")


def _speaks_of(event: Event, name: str) -> bool:
    return fold_address(name) in {fold_address(found) for found in recipients_of(event)}


def concerns(event: Event, name: str, final: str | None = None) -> bool:
    """Whether a line is about one recipient: it names the recipient, or the message as a whole."""
    if final is not None and event.verb is Verb.DELIVER:
        return fold_address(event.recipient or "") == fold_address(final)
    return _is_for_all(event) or _speaks_of(event, name)


def _is_for_all(event: Event) -> bool:
    """Header checks, milters at the end, DISCARD and HOLD act on the message; their `to=` is only one recipient."""
    if not recipients_of(event):
        return True
    if event.verb in BY_RULE and event.program in {"cleanup", "smtpd"}:
        return True  # Postfix access(5): "this action currently affects all recipients of the message"
    refusal = event.verb is Verb.REJECT and (event.program == "cleanup" or event.stage == "data")
    return refusal or (event.verb is Verb.ACCEPT and event.action == "proxy-accept")


def finals_of(lines: Sequence[Event], name: str) -> list[str]:
    """The addresses to which delivery lines took one address, folded."""
    deliveries = [event for event in lines if event.verb is Verb.DELIVER and _speaks_of(event, name)]
    return list(dict.fromkeys(fold_address(event.recipient or "") for event in deliveries if not is_probe(event)))


def mapped_to(decisive: Sequence[Event], name: str) -> str | None:
    """The address that a map put in the place of one, by the last delivery line."""
    last = decisive[-1] if decisive else None
    if last is None or last.verb is not Verb.DELIVER or fold_address(last.recipient or "") == fold_address(name):
        return None
    return last.recipient


def is_taken_by_filter(event: Event) -> bool:
    """Whether a reply says so: it names the filter's id and no next one, and the filter is ours, or discards."""
    if event.local_id is None or event.next_queue_id is not None:
        return False
    return is_our_own(event) or ", discarded, " in (event.reply_text or "")


def names_recipient(leg: Leg, name: str) -> bool:
    """Whether a leg's lines name an address; a mailbox server's leg is one person's whatever its name there."""
    return leg.kind == "store" or fold_address(name) in leg.addresses


def was_refused_at_rcpt(lines: Sequence[Event], name: str) -> bool:
    """Whether all that some lines say of an address is its refusal at RCPT."""
    named = [event for event in lines if _speaks_of(event, name)]
    return bool(named) and all(event.verb is Verb.REJECT and event.stage == "rcpt" for event in named)


def redirect_target(event: Event) -> str:
    """The address that a REDIRECT rule names: the last word of its text."""
    word = (event.reason or "").rpartition(" ")[2]
    return fold_address(word) if "@" in word else ""


def is_probe(event: Event) -> bool:
    """Address verification asks without sending: Postfix `deliverable`, `undeliverable`."""
    return event.status in {"deliverable", "undeliverable"}


# ---------------------------------------------------------------- addresses


def plain_address(address: str, delimiters: str = DELIMITER) -> str:
    """An address without its `+detail`, folded: filters name recipients so."""
    return without_detail(fold_address(address), delimiters)


def local_part(address: str | None, delimiters: str = DELIMITER) -> str:
    """The local part without its `+detail`, folded."""
    return plain_address(address or "", delimiters).partition("@")[0]


def owner_of_mailbox(events: Sequence[Event], name: str) -> str | None:
    """Whose mailbox it was, where it is not the address's own: `jane+news@` ends in the mailbox of `jane@`."""
    users = {event.recipient for event in events if event.recipient and event.verb is not Verb.DELIVER}
    user = next(iter(users)) if len({fold_address(each) for each in users}) == 1 else None
    wanted = fold_address(name)
    same = user is None or fold_address(user) in {wanted, wanted.partition("@")[0]}
    return None if same else user
