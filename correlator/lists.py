"""Mailing lists: which delivery gave a message to one, what the list's own lines say of it, and what it posted.

A list manager takes a message by a command, a pipe or LMTP, and posts it to the members as a new
message with the old Message-ID and a return-path of its own: that is how the two are joined.
"""

import re
from collections.abc import Iterable
from functools import cache

from correlator.lonelines import is_for
from grammars import Event, Verb
from grammars.core.words import DAY, HOUR, MINUTE, TimeBasis
from queries.leg import Leg, fold_address

_SKEW = 5 * MINUTE
_ZONES = 14 * HOUR
_LONGEST = 30 * DAY  # a moderator may take her time

_MAILMAN_LMTP = 8024
"""The port at which Mailman 3 listens for LMTP: config/schema.cfg, `lmtp_port`."""

_SERVICES = frozenset({"mailman", "mailman3", "sympa"})

# `…/mailman post LIST` (Mailman 2.1), `…/queue LIST@DOMAIN` (Sympa), in the aliases that they make.
_COMMAND = re.compile(r"(?:/mailman\"? +post +|/sympa[^ ]*/queue\"? +|/queue\"? +(?=[^ ]+@))\"?[A-Za-z0-9]")


def list_of(event: Event) -> str | None:
    """The address of the list that took a message, by a delivery line; None where no list did."""
    if event.verb is not Verb.DELIVER or event.status != "sent" or not event.recipient:
        return None
    reason = event.reason or ""
    if event.program == "lmtp" and event.relay_port == _MAILMAN_LMTP:
        return event.recipient
    if event.reply_text is not None:
        return None
    if reason.startswith("delivered to command: ") and _COMMAND.search(reason):
        return event.recipient
    by_service = reason.removeprefix("delivered via ").removesuffix(" service")
    return event.recipient if by_service != reason and by_service in _SERVICES else None


def gives_to_list(leg: Leg) -> bool:
    """Whether any of its lines gave the message to a list."""
    return leg.kind == "queue" and any(list_of(event) is not None for event in leg.saying(Verb.DELIVER))


def is_post_of(post: Leg, event: Event) -> bool:
    """Whether a message came from the list that took another: by its return-path, and not before."""
    address = list_of(event)
    if post.kind != "queue" or address is None or not post.reverse_path:
        return False
    return -_SKEW <= post.first - event.instant <= _LONGEST and bool(
        _return_path(fold_address(address).partition("@")[0]).fullmatch(fold_address(post.reverse_path))
    )


@cache
def _return_path(name: str) -> "re.Pattern[str]":
    """`list-bounces@`, `list-bounces+member=dom@` (Mailman); `list-owner@`, `bounce+member==dom==list@` (Sympa)."""
    local = re.escape(name)
    return re.compile(rf"(?:{local}-bounces(?:\+[^@]*)?|{local}-owner|bounce\+[^@]*=={local}(?:==[^@]*)?)@[^@]*")


def speaks_of(line: Leg, event: Event, givers: Iterable[Leg]) -> bool:
    """Whether a list's lines are about the message that a delivery gave it; `givers` have the same Message-ID.

    Lines that name no list are about the only one that took it.
    """
    if line.kind != "list" or list_of(event) is None:
        return False
    if not -skew_of(line.events[-1]) <= line.last - event.instant <= _LONGEST:
        return False
    if names_list(line):
        return is_for(line, event)
    lists = {list_of(each) for leg in givers if leg.kind == "queue" for each in leg.events} - {None}
    return len(lists) == 1


def skew_of(event: Event) -> int:
    """By how much, in microseconds, a line may seem to come too early or late: its zone may have been guessed."""
    return _ZONES if event.basis is TimeBasis.ZONE_ASSUMED else _SKEW


def names_list(line: Leg) -> bool:
    """Whether a list's lines name the list: the addresses of members in them do not."""
    return any(event.recipient and event.verb is not Verb.DELIVER for event in line.events)


def moderated(line: Leg, held: Iterable[Leg]) -> Leg | None:
    """The held message that a moderator's line is about, which has no Message-ID: by its key, or by list and sender."""
    event = line.events[0]
    if line.kind != "list" or event.action != "moderator" or line.message_id is not None:
        return None
    fitting = [
        leg
        for leg in held
        if leg.kind == "list" and leg.message_id is not None and leg.first <= event.instant
        for each in leg.events
        if each.verb is Verb.HOLD and _are_alike(each, event)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _are_alike(held: Event, decision: Event) -> bool:
    """By the key that the list gave it; else by list and sender."""
    if decision.quarantine_id:
        return held.quarantine_id == decision.quarantine_id
    sender = (decision.header_from or "").lower()
    return bool(sender) and held.recipient == decision.recipient and (held.header_from or "").lower() == sender
