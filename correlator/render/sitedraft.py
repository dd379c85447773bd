"""A draft of the site file as TOML: what is sure stands as it is, what needs a look stands behind a `#`."""

import json
import re
from collections.abc import Iterable, Iterator

from correlator.render.safe import safe
from correlator.suggesting import Draft, Hint

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def render_draft(draft: Draft) -> str:
    """Gives the text of a site file that can be used as it stands."""
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    yield "# Drafted by `clerk site --suggest` from what the index has seen. Look at each fact; see docs/site.md."
    yield "version = 1"
    yield ""
    yield from (f"# {safe(hint.name)}: {hint.why}" for hint in draft.domains)
    yield f"domains = {_list(hint.name for hint in draft.domains)}"
    aliases = {hint.name: hint for hint in draft.aliases}
    inner = {name for hint in draft.aliases for name in hint.values}
    for host in draft.hosts:
        if host.name in inner:
            continue
        yield ""
        yield f"[hosts.{_key(host.name)}]"
        alias = aliases.get(host.name)
        if alias is not None:
            yield f"aliases = {_list(alias.values)}  # {alias.why}"
        if host.values:
            yield f"addresses = {_list(host.values)}  # as log lines prove; add what NAT or a balancer shows outside"
        else:
            yield '# addresses = ["203.0.113.25"]  # no line proves any; the sender\'s "receiving IP" is looked up here'
    yield from _guesses("proxies", draft.proxies, "hands connections on, so that the log shows its address")
    yield from _guesses("filters", draft.filters, "takes messages before us; a backup MX goes under [backups.NAME]")
    for hint in draft.next_hops:
        yield ""
        yield f"# {safe(hint.name)}: {safe(hint.why)}: ingest that log, or name the system under [filters.NAME]"


def _guesses(table: str, hints: Iterable[Hint], what: str) -> Iterator[str]:
    for number, hint in enumerate(hints, 1):
        yield ""
        yield f"# {safe(hint.why)}. If it {what}:"
        yield f"# [{table}.front{number}]"
        yield f"# addresses = {_list(hint.values)}"


def _list(values: Iterable[str]) -> str:
    return json.dumps(list(values))  # a JSON list of strings is a TOML one


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name)
