"""What we know of our own site: hosts and their names, zones and addresses, and what stands in front of them.

Everything works without it.  A fact that it does not hold is neutral, never evidence against.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from grammars import KnownHost
from queries.leg import DELIMITER, fold_address, fold_host


class Role(StrEnum):
    """What a system of ours is that keeps no log of its own here."""

    PROXY = "proxy"  # hands connections on: the log shows its address in the place of the client's
    FILTER = "filter"  # takes messages, scans them, and hands them on, or keeps them
    BACKUP = "backup"  # a backup MX: takes messages while our servers do not answer


class SiteHost(NamedTuple):
    """One of our servers: the names that logs give it, the zone of its stamps, the addresses it is reached by."""

    name: str
    aliases: tuple[str, ...] = ()
    zone: tzinfo | None = None
    addresses: tuple[str, ...] = ()


class SiteSystem(NamedTuple):
    """A proxy, filter or backup MX of ours; `product` says whose replies it gives, such as `proofpoint`."""

    name: str
    role: Role
    addresses: tuple[str, ...] = ()
    product: str | None = None

    @property
    def takes_mail(self) -> bool:
        """Whether it takes messages itself; a proxy only hands connections on, and our replies back."""
        return self.role is not Role.PROXY

    @property
    def title(self) -> str:
        """What a sentence calls it."""
        what = {Role.PROXY: "proxy", Role.FILTER: "filter", Role.BACKUP: "backup MX"}[self.role]
        return f"our {what} {self.name}"


HostsOf = Callable[[str], frozenset[str]]
"""The hosts of ours, folded, that may stand behind an address: none where nothing says so."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The facts of a site file; `is_complete` says that it holds every address under which we take mail.

    `retention` is how long logs are kept, in microseconds, `delimiter` the characters that part an
    address from its detail, `sinks` the addresses (or `@domain`) whose mail is meant to be dropped.
    """

    domains: tuple[str, ...] = ()
    hosts: tuple[SiteHost, ...] = ()
    systems: tuple[SiteSystem, ...] = ()
    delimiter: str = DELIMITER
    junk_folders: frozenset[str] = frozenset()
    sinks: frozenset[str] = frozenset()
    retention: int | None = None
    is_complete: bool = False

    # ------------------------------------------------------------ names

    @cached_property
    def _by_name(self) -> Mapping[str, SiteHost]:
        """Hosts by every name in full, and by first labels that only one of them has."""
        full = {_full(name): host for host in self.hosts for name in (host.name, *host.aliases)}
        short: dict[str, list[SiteHost]] = {}
        for name, host in full.items():
            short.setdefault(fold_host(name) or name, []).append(host)
        alone = {name: hosts[0] for name, hosts in short.items() if len({host.name for host in hosts}) == 1}
        return {**alone, **full}

    def host_named(self, name: str) -> SiteHost | None:
        """The host that a log, or a sender, means by a name."""
        return self._by_name.get(_full(name)) or self._by_name.get(fold_host(name) or "")

    def known_host(self, name: str) -> KnownHost | None:
        """The same, as readers of lines need it."""
        found = self.host_named(name)
        return None if found is None else KnownHost(name=found.name, zone=found.zone)

    def fold(self, name: str | None) -> str | None:
        """Gives the name under which a host is compared, its aliases known."""
        found = None if name is None else self.host_named(name)
        return fold_host(name if found is None else found.name)

    # ------------------------------------------------------------ addresses

    def hosts_at(self, ip: str) -> frozenset[str]:
        """The hosts that stand behind an address, folded."""
        return frozenset(
            fold_host(host.name) or host.name for host in self.hosts if _is_in(ip, self._networks[host.name])
        )

    def system_at(self, ip: str | None) -> SiteSystem | None:
        """The proxy, filter or backup MX that has an address."""
        if ip is None:
            return None
        return next((system for system in self.systems if _is_in(ip, self._networks[system.name])), None)

    def system_of(self, product: str) -> SiteSystem | None:
        """The system of ours that is of a product."""
        return next((system for system in self.systems if system.product == product), None)

    def has(self, ip: str) -> bool:
        """Whether an address is one of ours."""
        return bool(self.hosts_at(ip)) or self.system_at(ip) is not None

    @cached_property
    def _networks(self) -> Mapping[str, tuple[IPv4Network | IPv6Network, ...]]:
        named = {host.name: host.addresses for host in self.hosts}
        named |= {system.name: system.addresses for system in self.systems}
        return {name: tuple(ip_network(text, strict=False) for text in texts) for name, texts in named.items()}

    # ------------------------------------------------------------ mail addresses

    def is_our_domain(self, domain: str) -> bool | None:
        """Whether mail to a domain is ours; None where the site file names no domains."""
        folded = domain.lower().rstrip(".")
        return folded in self.domains if self.domains else None

    def is_sink(self, address: str) -> bool:
        """Whether mail to an address is meant to be dropped."""
        folded = fold_address(address)
        return folded in self.sinks or "@" + folded.rpartition("@")[2] in self.sinks


NO_SITE = Site()
"""What is known without a site file."""


def _full(name: str) -> str:
    return name.lower().rstrip(".")


def _is_in(ip: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(ip)
    except ValueError:
        return False
    return any(found in network for network in networks)
