"""Tries of one message: a refusal for now or a broken session, joined to the later try of the same envelope.

Always an inference: no id goes from one try to the next.  Same return-path and recipient, same
pool of senders (network, name or HELO domain), the next unclaimed try within five days; never for
the null sender without the same HELO; among several equal partners, none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from correlator.evidence.paths import canonical_addresses
from correlator.link import Journey
from grammars import Event, Instant, Verb
from grammars.core.words import DAY
from queries.leg import Leg, fold_address

_LONGEST = 5 * DAY  # RFC 5321 section 4.5.4.1: a sender gives up after 4 to 5 days


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """One message's tries in the order of time; the last one holds its fate."""

    journeys: tuple[Journey, ...]

    @property
    def last(self) -> Journey:
        """The try that decides."""
        return self.journeys[-1]


def chain_tries(journeys: Iterable[Journey]) -> tuple[Tries, ...]:
    """Joins journeys that are tries of one message; the others stay alone."""
    ordered = sorted(journeys, key=lambda journey: (journey.arrival.first, journey.arrival.id))
    chains: list[list[Journey]] = []
    for journey in ordered:
        open_ends = [chain for chain in chains if _continues(chain[-1], journey)]
        if len(open_ends) == 1:
            open_ends[0].append(journey)
        else:
            chains.append([journey])
    return tuple(Tries(journeys=tuple(chain)) for chain in chains)


def is_put_off(leg: Leg) -> bool:
    """Whether the sender was told, or left, to come again."""
    return put_off_line(leg) is not None and not leg.has(Verb.QUEUE)


def put_off_line(leg: Leg) -> Event | None:
    """The line that says so: a 4xx refusal, or the break of the session."""
    return next((event for event in leg.events if _is_for_now(event)), None)


def _is_for_now(event: Event) -> bool:
    if event.verb is Verb.BREAK_OFF:
        return True
    if event.verb is not Verb.REJECT:
        return False
    code, status = event.reply_code, event.enhanced_status or ""
    return 400 <= code < 500 if code is not None else status.startswith("4")


def _continues(before: Journey, later: Journey) -> bool:
    first, second = before.arrival, later.arrival
    if not is_put_off(first) or not Instant(0) < second.first - first.last + 1 <= _LONGEST:
        return False
    return _same_envelope(first, second) and _same_pool(first, second)


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
