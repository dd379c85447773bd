"""The site file, `site.toml`: where it is looked for, what may stand in it, and where each fact came from.

Everything works without it.  What it says is checked when it is read: a word that is not known is an
error with its line, for a fact that is misspelt would be missing without a word.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple

from correlator.errors import UsageError
from correlator.naming import find_zone
from correlator.userfolders import config_folder
from grammars.core.words import DAY
from queries.leg import DELIMITER, fold_address, fold_host
from queries.site import NO_SITE, Role, Site, SiteHost, SiteSystem

NAME = "site.toml"
VARIABLE = "CLERK_SITE"
PRODUCTS = ("cisco", "exchange", "exim", "google", "kumomta", "mimecast", "postfix", "proofpoint", "sendmail")
_DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """What is known of our site, and where it stands: `origins` gives the place of each fact by its key."""

    site: Site = NO_SITE
    path: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Gives the effective site file: every key of it, defaults too; `origins` tells which are which."""
        site = self.site
        systems = {
            word: {each.name: _system_json(each) for each in site.systems if each.role is role}
            for word, role in _ROLES.items()
        }
        return {
            "version": 1,
            "complete": site.is_complete,
            "domains": list(site.domains),
            "delimiter": site.delimiter,
            "junk_folders": sorted(site.junk_folders),
            "sinks": sorted(site.sinks),
            "retention_days": None if site.retention is None else site.retention // DAY,
            "hosts": {host.name: _host_json(host) for host in site.hosts},
            **systems,
            "file": self.path,
            "origins": {key: self.origins.get(key, _DEFAULT) for key in _KEYS},
        }


def _host_json(host: SiteHost) -> dict[str, Any]:
    zone = None if host.zone is None else str(host.zone)
    return {"aliases": list(host.aliases), "zone": zone, "addresses": list(host.addresses)}


def _system_json(system: SiteSystem) -> dict[str, Any]:
    return {"addresses": list(system.addresses), "product": system.product}


# ---------------------------------------------------------------- where it is


def find_site_file(named: str | None, folder: Path, environment: Mapping[str, str]) -> Path | None:
    """Gives the site file: the one named, by option or `CLERK_SITE`, else of the working or the user's folder."""
    chosen = named or environment.get(VARIABLE)
    if chosen:
        return Path(chosen)
    places = (folder / NAME, config_folder(environment) / NAME)
    return next((place for place in places if os.path.isfile(place)), None)  # noqa: PTH113 - never raises


def load_site(named: str | None = None) -> SiteFile:
    """Reads the site file that is in force here.  Raises UsageError where it cannot be used."""
    path = find_site_file(named, Path(), os.environ)
    if path is None:
        return SiteFile()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise UsageError(
            "E410", f"{path}: {reason}", f"name a readable site file with --site or {VARIABLE}, or none"
        ) from error
    return read_site(text, str(path))


# ---------------------------------------------------------------- what it says


def read_site(text: str, path: str = NAME) -> SiteFile:
    """Reads the text of a site file.  Raises UsageError, with the line, for what is not known or is of a wrong type."""
    import tomllib  # noqa: PLC0415 - most have no site file

    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError("E411", f"{path}: {error}", "see https://toml.io, or the example in docs/site.md") from error
    page = _Page(text, path)
    for key in stated:
        if key not in _KEYS:
            raise page.error((key,), f"unknown key {key!r}", f"known are {', '.join(_KEYS)}")
    if stated.get("version") != 1:
        raise page.error(("version",), "the file must begin with version = 1", "write version = 1")
    values = {key: take(page, (key,), stated[key]) for key, take in _TAKERS.items() if key in stated}
    hosts = tuple(_hosts(page, stated.get("hosts", {})))
    systems = tuple(
        system for word, role in _ROLES.items() for system in _systems(page, word, role, stated.get(word, {}))
    )
    _refuse_twins(page, hosts, systems)
    site = Site(
        hosts=hosts,
        systems=systems,
        domains=tuple(each.lower().strip(".") for each in values.get("domains", ())),
        delimiter=values.get("delimiter", DELIMITER),
        junk_folders=frozenset(values.get("junk_folders", ())),
        sinks=frozenset(fold_address(each) for each in values.get("sinks", ())),
        retention=values["retention_days"] * DAY if "retention_days" in values else None,
        is_complete=values.get("complete", False),
    )
    return SiteFile(site=site, path=path, origins={key: f"{path}:{page.line_of((key,))}" for key in stated})


KeyPath = tuple[str, ...]
_Take = Callable[["_Page", KeyPath, Any], Any]


class _Page(NamedTuple):
    text: str
    path: str

    def error(self, key: KeyPath, what: str, remedy: str) -> UsageError:
        line = self.line_of(key)
        return UsageError("E412", f"{self.path}:{line}: {what}", remedy)

    def line_of(self, key: KeyPath) -> int:
        """The line on which a key stands: tomllib tells none.  The nearest that holds it, where the form is unusual."""
        table: KeyPath = ()
        best, depth = 1, 0
        for number, line in enumerate(self.text.splitlines(), 1):
            bare = line.strip()
            if bare.startswith("["):
                table = _key_path(bare.strip("[]").partition("]")[0])
                here = table
            elif "=" in bare and not bare.startswith("#"):
                here = table + _key_path(bare.partition("=")[0])
            else:
                continue
            same = _shared(here, key)
            inline = same == len(here) < len(key) and re.search(rf"\b{re.escape(key[same])}\b", bare) is not None
            if same + inline > depth:
                best, depth = number, same + inline
        return best


def _key_path(text: str) -> KeyPath:
    parts = re.findall(r"\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+)", text)
    return tuple(next(filter(None, part), "") for part in parts)


def _shared(left: KeyPath, right: KeyPath) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


# ---------------------------------------------------------------- values


def _truth(page: _Page, key: KeyPath, value: object) -> bool:
    if not isinstance(value, bool):
        raise page.error(key, f"{key[-1]} must be true or false", "write true or false, without quotes")
    return value


def _text(page: _Page, key: KeyPath, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise page.error(key, f"{key[-1]} must be a text", f'write {key[-1]} = "..."')
    return value.strip()


def _texts(page: _Page, key: KeyPath, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise page.error(key, f"{key[-1]} must be a list of texts", f'write {key[-1]} = ["...", "..."]')
    return tuple(_text(page, key, each) for each in value)


def _days(page: _Page, key: KeyPath, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 40_000:
        raise page.error(key, f"{key[-1]} must be a number of days", f"write {key[-1]} = 30")
    return value


def _delimiter(page: _Page, key: KeyPath, value: object) -> str:
    if not isinstance(value, str) or len(value) > 8 or re.search(r"[\w@.\s]", value):
        raise page.error(
            key, "delimiter must be the marks of recipient_delimiter", 'write delimiter = "+", or "" for none'
        )
    return value


def _networks(page: _Page, key: KeyPath, value: object) -> tuple[str, ...]:
    found = _texts(page, key, value)
    for text in found:
        try:
            ip_network(text, strict=False)
        except ValueError as error:
            raise page.error(key, f"{text}: no IP address", "write 192.0.2.1, 192.0.2.0/24 or 2001:db8::1") from error
    return found


_TAKERS: Mapping[str, _Take] = {
    "complete": _truth,
    "domains": _texts,
    "delimiter": _delimiter,
    "junk_folders": _texts,
    "sinks": _texts,
    "retention_days": _days,
}
_ROLES = {"proxies": Role.PROXY, "filters": Role.FILTER, "backups": Role.BACKUP}
_KEYS = ("version", *_TAKERS, "hosts", *_ROLES)


# ---------------------------------------------------------------- tables


def _hosts(page: _Page, value: object) -> list[SiteHost]:
    takers: dict[str, _Take] = {"aliases": _texts, "zone": _text, "addresses": _networks}
    hosts: list[SiteHost] = []
    known: dict[str, str] = {}
    for name, facts in _tables(page, "hosts", value, takers).items():
        host = SiteHost(
            name=name,
            aliases=facts.get("aliases", ()),
            addresses=facts.get("addresses", ()),
            zone=_zone(page, name, facts.get("zone")),
        )
        for each in {each.lower().rstrip(".") for each in (name, *host.aliases)} | {fold_host(name) or name}:
            if known.setdefault(each, name) != name:
                what = f"{each} is a name of both {known[each]} and {name}"
                raise page.error(
                    ("hosts", name), what, "give each host names of its own, different before the first dot"
                )
        hosts.append(host)
    return hosts


def _zone(page: _Page, host: str, name: str | None) -> Any:  # noqa: ANN401 - a tzinfo or None
    try:
        return find_zone(name)
    except UsageError as error:
        raise page.error(("hosts", host, "zone"), str(error), error.remedy) from error


def _systems(page: _Page, word: str, role: Role, value: object) -> list[SiteSystem]:
    takers: dict[str, _Take] = {"addresses": _networks, "product": _product}
    return [
        SiteSystem(name=name, role=role, addresses=facts.get("addresses", ()), product=facts.get("product"))
        for name, facts in _tables(page, word, value, takers).items()
    ]


def _refuse_twins(page: _Page, hosts: Sequence[SiteHost], systems: Sequence[SiteSystem]) -> None:
    """One name means one machine: what is both a host and a filter keeps a log, so it is a host."""
    taken = {host.name for host in hosts}
    words = {role: word for word, role in _ROLES.items()}
    for system in systems:
        if system.name in taken:
            key = (words[system.role], system.name)
            raise page.error(key, f"{system.name} is the name of another machine too", "give it another name")
        taken.add(system.name)


def _product(page: _Page, key: KeyPath, value: object) -> str:
    found = _text(page, key, value).lower()
    if found not in PRODUCTS:
        raise page.error(key, f"unknown product {found!r}", f"known are {', '.join(PRODUCTS)}")
    return found


def _tables(page: _Page, word: str, value: object, takers: Mapping[str, _Take]) -> dict[str, dict[str, Any]]:
    """One table per name, each with known keys only."""
    if not isinstance(value, dict):
        raise page.error((word,), f"{word} must be tables, one per name", f"write [{word}.NAME]")
    found: dict[str, dict[str, Any]] = {}
    for name, facts in value.items():
        if not isinstance(facts, dict):
            raise page.error((word, name), f"{word}.{name} must be a table", f"write [{word}.{name}]")
        for key in facts:
            if key not in takers:
                raise page.error(
                    (word, name, key), f"unknown key {key!r} in {word}.{name}", f"known are {', '.join(takers)}"
                )
        found[name] = {key: takers[key](page, (word, name, key), fact) for key, fact in facts.items()}
    return found
