"""Tries of one message: a refusal for now or a broken session, joined to the later try of the same envelope.

Always an inference: no id goes from one try to the next.  Same return-path and recipient, same
pool of senders (network, name or HELO domain), the next unclaimed try within five days; never for
the null sender without the same HELO; among several equal partners, none.
"""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from correlator.fate import RecipientFate, fates_of, in_order
from correlator.link import Journey
from grammars import Event, Instant, Verb
from grammars.core.words import DAY
from queries.leg import Leg, fold_address, recipients_of
from queries.paths import canonical_addresses
from queries.site import NO_SITE, Site

_LONGEST = 5 * DAY  # RFC 5321 section 4.5.4.1: a sender gives up after 4 to 5 days


class Tries(NamedTuple):
    """One message's tries in the order of time; the last one holds its fate."""

    journeys: tuple[Journey, ...]

    @property
    def last(self) -> Journey:
        """The try that decides."""
        return self.journeys[-1]


def chain_tries(journeys: Iterable[Journey]) -> tuple[Tries, ...]:
    """Joins journeys that are tries of one message; the others stay alone.

    A try goes on for the recipients that it put off: one of three may have been told to come again.
    """
    ordered = sorted(journeys, key=lambda journey: (journey.arrival.first, journey.arrival.id))
    chains: list[_Chain] = []
    waiting: dict[str, dict[int, _Chain]] = {}  # chains by the addresses for which they wait, or once did
    for journey in ordered:
        near = {number: each for name in journey.arrival.addresses for number, each in waiting.get(name, {}).items()}
        open_ends = [chain for chain in near.values() if chain.goes_on_with(journey.arrival)]
        if len(open_ends) == 1:
            chain = open_ends[0]
            chain.add(journey)
        else:
            chain = _Chain(journey)
            chains.append(chain)
        for name in put_off_recipients(journey.arrival):
            waiting.setdefault(name, {})[id(chain)] = chain
    return tuple(Tries(journeys=tuple(chain.journeys)) for chain in chains)


def fates_of_tries(tries: Tries, site: Site = NO_SITE, *, is_brief: bool = False) -> tuple[RecipientFate, ...]:
    """Gives each recipient's fate by the last try that it was part of, with the tries before; `is_brief`: without."""
    fates: dict[str | None, RecipientFate] = {}
    earlier: list[Leg] = []
    for journey in tries.journeys:
        waiting = {address for leg in earlier for address in put_off_recipients(leg)}
        fates.pop(None, None)
        for fate in fates_of(journey, site, is_brief=is_brief):
            name = None if fate.recipient is None else fold_address(fate.recipient)
            if name not in fates or name in waiting:
                fates[name] = fate if is_brief else _with_attempts(fate, earlier)
        earlier.append(journey.arrival)
    return tuple(fates.values())


def _with_attempts(fate: RecipientFate, earlier: Sequence[Leg]) -> RecipientFate:
    name = fate.recipient
    mine = [
        leg for leg in earlier if name is None or not leg.addresses or fold_address(name) in put_off_recipients(leg)
    ]
    lines = tuple(line for leg in mine if (line := put_off_line(leg, name)) is not None)
    if not lines:
        return fate
    older = [
        event for leg in mine for event in (*leg.session, *leg.events) if event in lines or not recipients_of(event)
    ]
    timeline = in_order(older, fate.timeline)
    return fate._replace(attempts=lines, timeline=timeline, inferred=(*fate.inferred, _WHY))


_WHY = "earlier tries are joined by return-path, recipient and sender, not by an id"


class _Chain:
    """Tries so far, and for each recipient that waits for another one the leg that put it off."""

    def __init__(self, first: Journey) -> None:
        self.journeys: list[Journey] = []
        self._waiting: dict[str, Leg] = {}
        self.add(first)

    def add(self, journey: Journey) -> None:
        arrival = journey.arrival
        self.journeys.append(journey)
        for address in arrival.addresses:
            self._waiting.pop(address, None)
        self._waiting |= dict.fromkeys(put_off_recipients(arrival), arrival)

    def goes_on_with(self, later: Leg) -> bool:
        before = {leg.id: leg for address, leg in self._waiting.items() if address in later.addresses}
        return any(_continues(leg, later) for leg in before.values())


def put_off_recipients(leg: Leg) -> frozenset[str]:
    """The recipients that the sender was told, or left, to bring again, folded: all of a session that took nothing."""
    if is_put_off(leg):
        return leg.addresses
    lines = [
        event for event in leg.events if _is_for_now(event) and event.verb is Verb.REJECT and event.stage == "rcpt"
    ]
    return frozenset(fold_address(name) for event in lines for name in recipients_of(event))


def is_put_off(leg: Leg) -> bool:
    """Whether the sender was told, or left, to come again with the whole message."""
    return put_off_line(leg) is not None and not leg.has(Verb.QUEUE)


def put_off_line(leg: Leg, recipient: str | None = None) -> Event | None:
    """The line that says so, of one recipient or of any: a 4xx refusal, or the break of the session."""
    wanted = None if recipient is None else fold_address(recipient)
    lines = (event for event in leg.events if _is_for_now(event))
    return next((event for event in lines if wanted is None or wanted in _named(event) or not _named(event)), None)


def _named(event: Event) -> frozenset[str]:
    return frozenset(fold_address(name) for name in recipients_of(event))


def _is_for_now(event: Event) -> bool:
    if event.verb is Verb.BREAK_OFF:
        return True
    if event.verb is not Verb.REJECT:
        return False
    code, status = event.reply_code, event.enhanced_status or ""
    return 400 <= code < 500 if code is not None else status.startswith("4")


def _continues(first: Leg, second: Leg) -> bool:
    if not 0 <= second.first - _refused_at(first) <= _LONGEST:
        return False
    return _same_envelope(first, second) and _same_pool(first, second)


def _refused_at(leg: Leg) -> Instant:
    line = put_off_line(leg)
    return leg.last if line is None or is_put_off(leg) else line.instant


def _same_envelope(first: Leg, second: Leg) -> bool:
    if first.reverse_path is None or second.reverse_path is None:
        return False
    if canonical_addresses(first.reverse_path).isdisjoint(canonical_addresses(second.reverse_path)):
        return False
    if not fold_address(first.reverse_path) and (first.helo is None or first.helo != second.helo):
        return False
    return not first.addresses.isdisjoint(second.addresses)


def _same_pool(first: Leg, second: Leg) -> bool:
    if first.client_ip is None or second.client_ip is None:
        return True
    return (
        same_network(first.client_ip, second.client_ip)
        or (first.helo is not None and _domain(first.helo) == _domain(second.helo))
        or (first.client_name is not None and _domain(first.client_name) == _domain(second.client_name))
    )


def _domain(name: str | None) -> str:
    return ".".join((name or "").lower().rstrip(".").split(".")[-2:])


def same_network(left: str, right: str) -> bool:
    """Whether two addresses are neighbours: the same /24 (IPv4) or /64 (IPv6), as postgrey compares them."""
    try:
        one, other = ip_address(left), ip_address(right)
    except ValueError:
        return left == right
    if one.version != other.version:
        return False
    return other in ip_network((one, 24 if one.version == 4 else 64), strict=False)
