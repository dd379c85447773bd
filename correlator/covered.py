"""What logs cover, in one value, and the hosts whose logs would tell more."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from grammars import Basis, Instant
from queries.hosts import is_loopback
from queries.ledger import Coverage
from queries.leg import fold_host
from queries.presence import Hop, Presence, Seen, rows_of
from queries.question import Window
from queries.site import Site

_SHARE, _FEWEST = 0.1, 10  # of what a host hands on: a next hop that takes less is one of the world's


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A host whose log is not at hand, who says that there is one, and as what."""

    host: str
    named_by: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What logs cover: rows by host and format, what was not read, what is missing, what was taken out."""

    rows: tuple[tuple[Coverage, Seen], ...]
    counted: Presence
    missing: tuple[Missing, ...]
    forgotten: tuple[Window, ...]
    now: Instant


Counted = Sequence[tuple[str, Basis, Presence]]


def covered(
    sources: Counted,
    site: Site,
    host_of: Callable[[str], str | None],
    now: Instant,
    forgotten: Sequence[Window] = (),
) -> Covered:
    """Sums up what sources cover, and names the hosts whose logs would tell more."""
    counted = Presence()
    for _, _, presence in sources:
        counted.noise += presence.noise
        counted.unread += presence.unread
        counted.foreign += presence.foreign
        counted.hops += presence.hops
        counted.shapes += presence.shapes
        counted.examples = presence.examples | counted.examples
    rows = rows_of(sources)
    return Covered(
        rows=rows,
        counted=counted,
        missing=tuple(_missing(counted.hops, rows, site, host_of)),
        forgotten=tuple(forgotten),
        now=now,
    )


# ---------------------------------------------------------------- whose log is missing


def _missing(
    hops: Counter[Hop], rows: Iterable[tuple[Coverage, Seen]], site: Site, host_of: Callable[[str], str | None]
) -> Iterable[Missing]:
    loaded = {fold_host(row.host) for row, _ in rows}
    named: dict[str, Missing] = {}
    totals: Counter[str | None] = Counter()
    for hop, count in hops.items():
        totals[hop.host] += count
    for hop, count in sorted(hops.items(), key=lambda item: (-item[1], str(item[0]))):
        if is_loopback(hop.ip) or not _may_be_ours(hop, count / totals[hop.host], count, site):
            continue
        if site.fold(hop.name) in loaded or site.hosts_at(hop.ip) & loaded or host_of(hop.ip) in loaded:
            continue
        name = hop.name or hop.ip
        named.setdefault(name, Missing(host=name, named_by=hop.host or "a log", role=f"next hop (relay={_relay(hop)})"))
    yield from named.values()
    for host in site.hosts:
        if site.fold(host.name) not in loaded and host.name not in named:
            yield Missing(host=host.name, named_by="the site file", role="host")
    for system in site.systems:
        if system.takes_mail and fold_host(system.name) not in loaded and system.name not in named:
            yield Missing(host=system.name, named_by="the site file", role=system.role.value)


def _may_be_ours(hop: Hop, share: float, count: int, site: Site) -> bool:
    """Whether a next hop may be a server of ours: it is known, near, or takes much of what a host hands on."""
    if site.hosts_at(hop.ip) or site.system_at(hop.ip) or (hop.name and site.host_named(hop.name)):
        return True
    return _is_private(hop.ip) or (share >= _SHARE and count >= _FEWEST)


def _is_private(ip: str) -> bool:
    try:
        return ip_address(ip).is_private
    except ValueError:
        return False


def _relay(hop: Hop) -> str:
    port = "" if hop.port is None else f":{hop.port}"
    return f"{hop.name}[{hop.ip}]{port}" if hop.name else f"[{hop.ip}]{port}"
