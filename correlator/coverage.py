"""What the logs at hand can and cannot show: a message that is not in them was not in *them*."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from correlator.evidence.claims import Bundle
from correlator.setting import NO_SETTING, Beside, Setting
from correlator.wrongdoor import unseen_repliers
from grammars import Instant, find_formats
from grammars.core.event import rfc3339
from grammars.core.words import DAY, SECOND
from queries.ledger import Coverage
from queries.leg import fold_host
from queries.question import Window
from queries.site import HostsOf, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFinding:
    """Whether the logs cover what was asked.

    `lacking` says in words which logs are not at hand or not usable; `doubts` what keeps a message
    that was not found from being said not to have come: times not covered, a server not known.
    """

    asked: tuple[Window, ...]
    sources: tuple[Coverage, ...]
    lacking: tuple[str, ...]
    doubts: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """All that is missing for a full answer."""
        return self.lacking + self.doubts

    @property
    def complete(self) -> bool:
        """Whether a message that is not in these logs did not come to these servers at that time."""
        return not self.missing

    def of_found(self, unseen: Iterable[str]) -> "CoverageFinding":
        """The same once the message is found: not which other times are covered matters then, but who took it on."""
        return replace(self, doubts=(), lacking=(*self.lacking, *unseen))


def examine(
    bundle: Bundle,
    sources: Sequence[Coverage],
    hosts_of: HostsOf,
    unread: Iterable[str] = (),
    setting: Setting = NO_SETTING,
) -> CoverageFinding:
    """Holds the stated times and the receiving host against the ledger; `unread` are remarks on whole files."""
    asked = times_of((bundle,))
    lacking = list(unread)
    servers = {entry.name for entry in find_formats() if entry.family == "mta"}
    receiving = [source for source in sources if source.format in servers]
    loaded = {fold_host(source.host) for source in receiving}
    named, doubts = _receiving_hosts(bundle, loaded, hosts_of, setting.site)
    if named:
        receiving = [source for source in receiving if fold_host(source.host) in named]
    if not receiving:
        lacking.append("no log of a server that receives mail is at hand")
    doubts += (
        dict.fromkeys(hole for window in asked for hole in _holes(window, receiving, setting)) if asked else [NO_TIME]
    )
    doubts += unseen_repliers(bundle, setting.site, {source.format for source in sources})
    if bundle.receiving_ip is None and bundle.receiving_host is None:
        doubts += _may_have_taken(setting.site, {fold_host(source.host) for source in sources})
    files = {file for source in receiving for file in source.files}
    doubts += _not_named(asked, [each for each in setting.beside if each.of in files])
    return CoverageFinding(asked=asked, sources=tuple(sources), lacking=tuple(lacking), doubts=tuple(doubts))


NO_TIME = "the text names no time, so no stretch of the logs could be checked for gaps"


def times_of(bundles: Iterable[Bundle]) -> tuple[Window, ...]:
    """The stretches of time that bundles may speak of."""
    intervals = (each for bundle in bundles for claim in bundle.times for each in claim.candidates)
    return tuple(Window(first=each.first, last=each.last) for each in intervals)


def _receiving_hosts(
    bundle: Bundle, loaded: Collection[str | None], hosts_of: HostsOf, site: Site
) -> tuple[frozenset[str], list[str]]:
    """The hosts that may have received it, by what the text says, and remarks on those of which no log is at hand."""
    if bundle.receiving_ip is not None:
        return _hosts_behind(bundle.receiving_ip.value, loaded, hosts_of, site)
    if bundle.receiving_host is None:
        return frozenset(), []
    stated = bundle.receiving_host.value
    named = site.fold(stated) or stated
    if named not in loaded:
        return frozenset(), [f"no log of {stated}, which is the receiving host in the text"]
    return frozenset({named}), []


def _hosts_behind(
    ip: str, loaded: Collection[str | None], hosts_of: HostsOf, site: Site
) -> tuple[frozenset[str], list[str]]:
    named, system = hosts_of(ip), site.system_at(ip)
    if system is not None and not named:
        own = fold_host(system.name) or system.name
        if not system.takes_mail or own in loaded:
            return frozenset({own} if own in loaded else ()), []
        return frozenset(), [f"no log of {system.title} ({ip}), which is the receiving IP in the text"]
    if not named:
        return named, [f"nothing in the logs shows that {ip}, the receiving IP in the text, is one of these servers"]
    if len(named) == 1:
        unseen = [f"no log of {name} ({ip}), which is the receiving IP in the text" for name in named - set(loaded)]
    else:
        unseen = [
            f"no log of {name}, which stands behind the receiving IP {ip}" for name in sorted(named - set(loaded))
        ]
    return named, unseen


def _may_have_taken(site: Site, loaded: Collection[str | None]) -> Iterator[str]:
    """Systems of ours before our servers that may have taken it, and kept it, if the text names no receiving server."""
    for system in site.systems:
        if system.takes_mail and fold_host(system.name) not in loaded:
            yield f"no log of {system.title}, which may have taken it"


def _holes(window: Window, receiving: Sequence[Coverage], setting: Setting) -> Iterable[str]:
    for source in receiving:
        name = f"{source.host or 'the log'} {source.format}"
        if window.first // SECOND < source.first // SECOND or window.last // SECOND > source.last // SECOND:
            covered, asked = _span(source.first, source.last), _span(window.first, window.last)
            yield f"{name} covers {covered}, not all of {asked}{_too_old(window, source, setting)}"
        for start, end in source.gaps:
            if window.touches(start, end):
                yield f"{name} has no line from {_span(start, end)}"


def _too_old(window: Window, source: Coverage, setting: Setting) -> str:
    """Says so where a log of that time is kept no longer."""
    kept, now = setting.site.retention, setting.now
    if kept is None or now is None or window.first >= source.first or window.last >= now - kept:
        return ""
    return f", which is older than your retention of {kept // DAY} days"


def _not_named(asked: Sequence[Window], beside: Sequence[Beside]) -> list[str]:
    """The rotated files whose time is asked about; all of them, in one remark, where no time is known."""
    if not asked:
        names = ", ".join(each.path for each in beside[:3]) + (" and others" if len(beside) > 3 else "")
        return [f"{names} not read: --rotated takes rotated files too"] if beside else []
    return [
        f"{each.path}, with lines of {_span(each.first, each.last)}, is not among the logs named: add {each.option}, "
        "or --rotated"
        for each in beside
        if any(window.touches(each.first, each.last) for window in asked)
    ]


def _span(first: Instant, last: Instant) -> str:
    start, end = rfc3339(first, 0), rfc3339(last, 0)
    return start if start == end else f"{start} to {end}"
