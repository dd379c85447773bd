"""A draft of the site file: pure, from the legs and verdicts of an index to facts, each with its evidence."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grammars.core.selfdating import postfix_queue_id
from queries.hosts import is_loopback, known_addresses
from queries.leg import Leg, fold_host
from queries.paths import domain_of
from queries.verdict import Verdict

_LEAST_SHARE = 0.005  # of the messages stored, for a domain to be ours
_IN_FRONT = 0.3  # of the messages that arrive, for a client to be a system of ours
_MANY_SENDERS = 10  # sender domains
_MANY_NAMES = 5  # HELO names: whoever gives so many only hands connections on
_SAME_LINES = 3  # messages that two names both wrote the same lines of


@dataclass(frozen=True, slots=True)
class Hint:
    """One fact, and what speaks for it."""

    name: str
    why: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What may stand in a site file.

    `in_front` are clients through which much of the mail comes: a proxy where `is_proxy` says so, else
    a filter; `next_hops` are systems that mail for our domains is handed to, of which no log is stored.
    """

    domains: tuple[Hint, ...]
    hosts: tuple[Hint, ...]
    aliases: tuple[Hint, ...]
    proxies: tuple[Hint, ...]
    filters: tuple[Hint, ...]
    next_hops: tuple[Hint, ...]


def draft(legs: Sequence[Leg], rows: Sequence[Verdict], hosts: Iterable[str | None]) -> Draft:
    """Gives a draft from some recent legs, some recent verdicts, and the hosts whose logs are stored."""
    named = {folded for host in hosts if (folded := fold_host(host))}
    domains = _domains(rows)
    proxies, filters = _in_front(rows)
    return Draft(
        domains=domains,
        hosts=_hosts(legs, named),
        aliases=_aliases(legs),
        proxies=proxies,
        filters=filters,
        next_hops=_next_hops(rows, {hint.name for hint in domains}),
    )


def _domains(rows: Iterable[Verdict]) -> tuple[Hint, ...]:
    """The domains whose mail ends in a mailbox here."""
    stored = Counter(
        domain
        for row in rows
        if row.fate in {"delivered", "junked"} and row.stage == "mailbox"
        if (domain := domain_of(row.final_recipient or row.recipient or ""))
    )
    least = max(2, stored.total() * _LEAST_SHARE)
    return tuple(
        Hint(domain, f"{count} of {stored.total()} messages stored in a mailbox")
        for domain, count in stored.most_common()
        if count >= least
    )


def _hosts(legs: Sequence[Leg], named: set[str]) -> tuple[Hint, ...]:
    """Every host with a log, and the addresses that lines prove to be its own."""
    addresses: dict[str, list[str]] = defaultdict(list)
    for ip, host in known_addresses(legs, named).items():
        if not is_loopback(ip):
            addresses[host].append(ip)
    return tuple(Hint(host, "its log is in the store", tuple(sorted(addresses[host]))) for host in sorted(named))


def _aliases(legs: Iterable[Leg]) -> tuple[Hint, ...]:
    """Names of one machine: under both stand the same messages, with ids that no two machines give."""
    names: dict[str, set[str]] = defaultdict(set)
    for leg in legs:
        if leg.kind == "queue" and leg.local_id and postfix_queue_id(leg.local_id) is not None and leg.host:
            names[leg.local_id].add(fold_host(leg.host) or "")
    pairs = Counter(tuple(sorted(found)) for found in names.values() if len(found) > 1)
    return tuple(
        Hint(found[0], f"the same {count} messages stand under both names", found[1:])
        for found, count in sorted(pairs.items())
        if count >= _SAME_LINES
    )


def _in_front(rows: Iterable[Verdict]) -> tuple[tuple[Hint, ...], tuple[Hint, ...]]:
    """Clients through which a good part of the mail of many senders comes: proxies, and filters."""
    arrived: dict[str, set[str]] = defaultdict(set)
    senders: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.client_ip and not is_loopback(row.client_ip):
            arrived[row.client_ip].add(row.id)
            senders[row.client_ip].add(domain_of(row.reverse_path or ""))
            names[row.client_ip].add((row.helo or "").lower())
    total = sum(map(len, arrived.values()))
    proxies: list[Hint] = []
    filters: list[Hint] = []
    for ip, ids in sorted(arrived.items()):
        if len(ids) < _IN_FRONT * total or len(senders[ip]) < _MANY_SENDERS:
            continue
        why = f"{len(ids)} of {total} messages, of {len(senders[ip])} sender domains, come through it"
        many = len(names[ip]) >= _MANY_NAMES
        (proxies if many else filters).append(Hint(ip, f"{why}, under {len(names[ip])} names", (ip,)))
    return tuple(proxies), tuple(filters)


def _next_hops(rows: Iterable[Verdict], domains: set[str]) -> tuple[Hint, ...]:
    """To whom mail for our own domains is handed, and is not seen again."""
    handed = Counter(
        (row.host or "a server", row.handed_to)
        for row in rows
        if row.fate == "relayed" and row.handed_to and domain_of(row.recipient or "") in domains
    )
    return tuple(
        Hint(target, f"{host} handed it {count} messages for your domains, and its log is not in the store")
        for (host, target), count in handed.most_common(20)
    )
