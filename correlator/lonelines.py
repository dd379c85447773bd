"""Lines of mailbox servers that bear no id of a copy: which delivery of the mail server each of them answers.

Cyrus logs one line per action, with the Message-ID and now and then the session or the person.
What a line leaves out is worked out from the others of the same message; where two deliveries fit
equally and are not the same person's, none is taken.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grammars import Event, Verb
from grammars.core.words import MINUTE, SECOND
from queries.leg import DELIMITER, Leg, fold_address, fold_host, recipients_of, without_detail

_SKEW = 5 * MINUTE  # clocks of two hosts may differ by this much
_FAILED = frozenset({Verb.REJECT, Verb.FAIL_STORE, Verb.BOUNCE})
_AFTERWARDS = frozenset({Verb.MOVE, Verb.EXPUNGE})
_ELSEWHERE = frozenset({"smtp", "error", "discard", "virtual"})
"""Agents that hand nothing to a mailbox server."""


class Delivery(NamedTuple):
    """One delivery line of a mail server."""

    leg: Leg
    event: Event


def is_lone(leg: Leg) -> bool:
    """Whether a leg is one line of a mailbox server, without an id."""
    return leg.kind == "store" and leg.local_id is None


def is_for(store: Leg, event: Event, delimiters: str = DELIMITER) -> bool:
    """Whether a store's leg is for the recipient of a delivery; the store may leave the domain out."""
    wanted = {fold_address(name) for name in recipients_of(event)}
    wanted |= {without_detail(name, delimiters) for name in wanted}
    return any(name in wanted or name in {each.partition("@")[0] for each in wanted} for name in store.addresses)


def near(found: Leg, event: Event, slack: int) -> bool:
    """Whether a leg was written during a delivery, give or take `slack` microseconds."""
    reach = slack + int((event.delay_seconds or 0) * SECOND)
    return found.first - slack <= event.instant + SECOND and event.instant - reach <= found.last


def answered(line: Leg, message: Iterable[Leg]) -> tuple[Delivery, ...]:
    """Gives the deliveries that a lone line answers; `message` is every leg that has its Message-ID."""
    if line.has(*_AFTERWARDS):
        return ()
    known = list(message)
    fitting = _during(line, known)
    if line.addresses:
        return _of_person(line, fitting)
    if len(fitting) < 2:
        return tuple(fitting)
    return _left_over(line, fitting, known)


def taken_by_program(event: Event) -> str | None:
    """The words of a delivery line by which a program took it: `delivered to command: …`, `delivered via … service`."""
    if event.verb is not Verb.DELIVER or event.status != "sent" or event.reply_text is not None:
        return None
    reason = event.reason or ""
    return reason if reason.startswith(("delivered to command: ", "delivered via ")) else None


def recorded(record: Leg, of_sender: Iterable[Leg]) -> Delivery | None:
    """Gives the delivery of which a delivery agent's record tells; `of_sender` is every leg of the same sender.

    Such records name neither id nor person: only where one delivery fits it, and of that delivery no other
    record could be, is it taken.  Copies of one message make several records that look alike.
    """
    known = list(of_sender)
    fitting = _programs_near(record, known)
    if len(fitting) != 1:
        return None
    (only,) = fitting
    rivals = [leg for leg in known if is_lone(leg) and leg.format == record.format and leg.id != record.id]
    rivals = [leg for leg in rivals if only in _programs_near(leg, known)]
    alike = all(_looks(leg) == _looks(record) and abs(leg.first - record.first) <= SECOND for leg in rivals)
    return only if alike else None


def _programs_near(record: Leg, known: Sequence[Leg]) -> list[Delivery]:
    """The deliveries to a program of the record's name during which the record was written."""
    return [
        Delivery(leg, event)
        for leg in known
        if leg.kind == "queue" and (record.host is None or fold_host(record.host) == fold_host(leg.host))
        for event in leg.events
        if record.format in (taken_by_program(event) or "") and near(record, event, SECOND)
    ]


def _looks(record: Leg) -> tuple[str | None, str | None]:
    event = record.events[0]
    return event.subject, event.header_from


def _during(line: Leg, known: Sequence[Leg]) -> list[Delivery]:
    """The deliveries in whose time a line was written: of its session, if both sides name one."""
    wanted = {"sent", "bounced", "deferred"} if line.has(*_FAILED) else {"sent"}
    found = [
        Delivery(leg, event)
        for leg in known
        if leg.kind == "queue"
        for event in leg.events
        if event.verb is Verb.DELIVER and event.status in wanted and event.program not in _ELSEWHERE
        if near(line, event, _SKEW)
    ]
    session = line.events[0].session_id
    of_session = [each for each in found if session and each.event.session_id == session]
    if of_session:
        return of_session
    found = [each for each in found if not (session and each.event.session_id)]
    here = [each for each in found if fold_host(each.leg.host) == fold_host(line.host)]
    return _closest(line, here, SECOND) if here else found


def _closest(line: Leg, found: Sequence[Delivery], slack: int) -> list[Delivery]:
    """Those no further away than the nearest, give or take: on one host the answer comes at once."""
    least = min((_distance(line, each) for each in found), default=0)
    return [each for each in found if _distance(line, each) <= least + slack]


def _distance(line: Leg, delivery: Delivery) -> int:
    return abs(line.first - delivery.event.instant)


def _of_person(line: Leg, fitting: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """By the person's name; under another name, where there is but one delivery."""
    own = [each for each in fitting if is_for(line, each.event)]
    if own:
        return tuple(_closest(line, own, 0))
    return tuple(fitting) if len(fitting) == 1 else ()


def _left_over(line: Leg, fitting: Sequence[Delivery], known: Sequence[Leg]) -> tuple[Delivery, ...]:
    """Of several persons' deliveries the one that no other line answers, if it is one, and nothing else is unnamed."""
    lines = [leg for leg in known if is_lone(leg) and leg.id != line.id]
    taken = {id(each.event) for leg in lines if leg.addresses for each in _of_person(leg, _during(leg, known))}
    left = [each for each in fitting if id(each.event) not in taken]
    unnamed = {
        _action(leg) for leg in lines if not leg.addresses and any(near(leg, each.event, _SKEW) for each in left)
    }
    return (left[0],) if len(left) == 1 and unnamed <= {_action(line)} else ()


def _action(line: Leg) -> tuple[Verb, str | None]:
    """What was done: the audit log says it a second time."""
    event = line.events[0]
    return event.verb, event.forward_address
