"""The wrong door: what in the sender's text says that another organisation's server took, or refused, the message.

It is certain only where the site file says that it holds every address of ours; without that, a server
that no log shows to be ours may still be one.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from correlator.evidence.claims import Bundle
from queries.leg import fold_address
from queries.site import HostsOf, Site


class Door(NamedTuple):
    """One sign of it: what it is, in plain words, whether it is certain, and what to do.

    `is_doubt`: our logs cannot show that the message did not come, for it may have come by this door.
    """

    because: str
    step: str
    is_certain: bool
    is_doubt: bool = True


# Whose id a reply names: who hosts such servers for others, and how our own installation would be known.
_HOSTED = {
    "google_id": ("google", "Google", "Google's Email Log Search"),
    "mimecast_id": ("mimecast", "Mimecast", "Mimecast's Message Center"),
    "proofpoint_sid": ("proofpoint", "Proofpoint", "Proofpoint's Smart Search"),
}

# By the names of their servers: whose they are, and what to ask there.
_PROVIDERS = (
    (("google.com", "googlemail.com"), *_HOSTED["google_id"]),
    (("pphosted.com", "ppe-hosted.com"), *_HOSTED["proofpoint_sid"]),
    (("mimecast.com",), *_HOSTED["mimecast_id"]),
    (("outlook.com", "microsoft.com"), "exchange", "Microsoft 365", "Microsoft's message trace"),
    (("iphmx.com",), "cisco", "Cisco", "Cisco's message tracking"),
)


# Products that anybody may run: their reply asks for their log.  "Ok: queued as" is said by others than Postfix too.
_INSTALLED = {
    "exchange_internal_id": ("exchange", "Exchange"),
    "exim_id": ("exim", "Exim"),
    "sendmail_queue_id": ("sendmail", "sendmail"),
    "cisco_mid": ("cisco", "Cisco"),
    "kumomta_id": ("kumomta", "KumoMTA"),
}


def unseen_repliers(bundle: Bundle, site: Site, formats: Collection[str]) -> list[str]:
    """Gives a remark for each server that answered the sender, by its reply, and whose log is not at hand."""
    remarks: list[str] = []
    for kind in _kinds(bundle):
        product, title, *_ = _INSTALLED.get(kind) or _HOSTED.get(kind) or ("", "")
        if not product or _is_loaded(product, formats):
            continue
        system = site.system_of(product)
        if system is not None:
            remarks.append(f"no log of {system.title}, whose reply stands in the text")
        elif kind in _INSTALLED:
            remarks.append(f"no log of a server of {title}, whose reply stands in the text")
    return remarks


def _kinds(bundle: Bundle) -> list[str]:
    return list(dict.fromkeys(found.kind for reply in bundle.replies for found in reply.ids))


def _is_loaded(product: str, formats: Collection[str]) -> bool:
    return any(name.startswith(product) for name in formats)


def wrong_doors(bundle: Bundle, site: Site, hosts_of: HostsOf, formats: Collection[str]) -> tuple[Door, ...]:
    """Gives every sign that it was not our server; `formats` are those of the logs at hand."""
    if bundle.receiving_ip is not None and _is_ours(bundle.receiving_ip.value, site, hosts_of):
        return tuple(_by_domain(bundle, site))
    at_host = tuple(_by_host(bundle, site))
    return (
        *_by_ip(bundle, site, named=bool(at_host)),
        *at_host,
        *(() if at_host else _by_reply(bundle, site, formats)),
        *_by_domain(bundle, site),
    )


def _is_ours(ip: str, site: Site, hosts_of: HostsOf) -> bool:
    return bool(hosts_of(ip)) or site.has(ip)


def _by_ip(bundle: Bundle, site: Site, *, named: bool) -> Iterator[Door]:
    """Where the file is not complete, the coverage says that nothing shows it to be ours."""
    if bundle.receiving_ip is None or not site.is_complete:
        return
    ip = bundle.receiving_ip.value
    step = "" if named else f"ask who runs {ip}: that server answered the sender"
    yield Door(because=f"{ip} is not one of our servers: ask who runs it", step=step, is_certain=True)


def _by_host(bundle: Bundle, site: Site) -> Iterator[Door]:
    if bundle.receiving_host is None:
        return
    name = bundle.receiving_host.value.lower().rstrip(".")
    if site.host_named(name) is not None or any(_is_under(name, domain) for domain in site.domains):
        return
    for suffixes, product, owner, log in _PROVIDERS:
        if any(_is_under(name, suffix) for suffix in suffixes):
            if site.system_of(product) is None:
                yield _taken(f"{name} is a server of {owner}", owner, log, site)
            return
    if site.is_complete:
        because = f"{name} is not one of our servers: ask who runs it"
        yield Door(because=because, step=f"ask who runs {name}: that server answered the sender", is_certain=True)


def _by_reply(bundle: Bundle, site: Site, formats: Collection[str]) -> Iterator[Door]:
    for kind in _kinds(bundle):
        product, owner, log = _HOSTED.get(kind, ("", "", ""))
        if not product or site.system_of(product) is not None or _is_loaded(product, formats):
            continue
        yield _taken(f"the reply is that of {owner}", owner, log, site)


def _taken(sign: str, owner: str, log: str, site: Site) -> Door:
    doubt = "" if site.is_complete else "; nothing in the logs shows that it is yours"
    because = f"{sign}: the message was taken by {owner}, whose log to ask next{doubt}"
    return Door(because=because, step=f"ask {log}: {owner} answered the sender", is_certain=site.is_complete)


def _by_domain(bundle: Bundle, site: Site) -> Iterator[Door]:
    domains = list(dict.fromkeys(fold_address(each.value).rpartition("@")[2] for each in bundle.recipients))
    if not domains or any(site.is_our_domain(domain) is not False for domain in domains):
        return
    named = ", ".join(domains)
    yield Door(
        because=f"{named} is not one of our domains: its mail is not for our servers",
        step=f"ask who receives mail for {named}",
        is_certain=site.is_complete,
        is_doubt=False,
    )


def _is_under(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")
