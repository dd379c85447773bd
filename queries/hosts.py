"""Which of our hosts has which address, as far as lines prove it."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from grammars import Basis, Verb
from queries.leg import Leg, fold_host

Fold = Callable[[str | None], str | None]


def folding(bases: Iterable[Basis]) -> Fold:
    """Gives how host names are compared where logs are read with some bases: by what is known of hosts, too."""
    known_hosts = [basis for basis in bases if basis.known_host is not None]
    if not known_hosts:
        return fold_host
    return lambda name: fold_host(known_hosts[0].of_host(name)[0])


def known_addresses(
    legs: Iterable[Leg], names: AbstractSet[str | None] = frozenset(), fold: Fold = fold_host
) -> dict[str, str]:
    """Gives, by IP address, the folded name of the host that has it; `names` are hosts that keep a log besides.

    Three proofs count.  A host that keeps a log is named beside its address by another host that
    took mail from it (`client=mx1.example.com[192.0.2.1]`).  A relay's reply names the id, or the session, under
    which a host that keeps a log took the message.  And some lines name their own end of the session.
    """
    everything = list(legs)
    names = {fold_host(leg.host) for leg in everything if leg.host} | names
    takers = (leg for leg in everything if leg.kind in {"queue", "store"} and leg.host)
    ids = {leg.local_id: fold_host(leg.host) for leg in takers if leg.local_id}
    found: dict[str, str] = {}
    for leg in everything:
        for event in leg.events:
            client, relay = fold(event.client_name), event.relay_ip
            if event.verb is Verb.OPEN and client in names and client != fold_host(leg.host) and event.client_ip:
                found.setdefault(event.client_ip, client or "")
            taker = ids.get(event.next_queue_id or event.session_id or "")
            if taker is not None and relay and not is_loopback(relay):
                found.setdefault(relay, taker)
        for event in (*leg.events, *leg.session):
            if event.server_ip and event.host:
                found.setdefault(event.server_ip, fold_host(event.host) or "")
    return found


def is_loopback(ip: str) -> bool:
    """Whether it is the address every host has for itself; test systems use the rest of 127/8 for hosts."""
    return ip == "::1" or ip.startswith("127.0.0.")
