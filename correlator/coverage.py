"""What the logs at hand can and cannot show: a message that is not in them was not in *them*."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from correlator.evidence.claims import Bundle, Interval
from grammars import Instant, find_formats
from grammars.core.event import rfc3339
from grammars.core.words import SECOND
from queries.ledger import Coverage
from queries.leg import fold_host
from queries.question import Window

HostOf = Callable[[str], str | None]
"""Which host of ours has an address, as far as lines prove it."""


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
    bundle: Bundle, sources: Sequence[Coverage], host_of: HostOf, unread: Iterable[str] = ()
) -> CoverageFinding:
    """Holds the stated times and the receiving host against the ledger; `unread` are remarks on whole files."""
    asked = tuple(Window(first=each.first, last=each.last) for each in _intervals(bundle))
    lacking = list(unread)
    servers = {entry.name for entry in find_formats() if entry.family == "mta"}
    receiving = [source for source in sources if source.format in servers]
    named, remark = _receiving_host(bundle, receiving, host_of)
    if named is not None:
        receiving = [source for source in receiving if fold_host(source.host) == named]
    if not receiving:
        lacking.append("no log of a server that receives mail is at hand")
    doubts = [remark] if remark is not None else []
    doubts += dict.fromkeys(hole for source in receiving for hole in _holes(asked, source)) if asked else [NO_TIME]
    return CoverageFinding(asked=asked, sources=tuple(sources), lacking=tuple(lacking), doubts=tuple(doubts))


NO_TIME = "the text names no time, so no stretch of the logs could be checked for gaps"


def _intervals(bundle: Bundle) -> tuple[Interval, ...]:
    return tuple(interval for claim in bundle.times for interval in claim.candidates)


def _receiving_host(bundle: Bundle, receiving: Sequence[Coverage], host_of: HostOf) -> tuple[str | None, str | None]:
    """The host that the text says received it, and a remark where no log of it is at hand."""
    loaded = {fold_host(source.host) for source in receiving}
    if bundle.receiving_ip is not None:
        ip = bundle.receiving_ip.value
        named = host_of(ip)
        if named is None:
            return None, f"nothing in the logs shows that {ip}, the receiving IP in the text, is one of these servers"
        return named, None if named in loaded else f"no log of {named} ({ip}), which is the receiving IP in the text"
    if bundle.receiving_host is not None:
        named = fold_host(bundle.receiving_host.value)
        if named not in loaded:
            return None, f"no log of {bundle.receiving_host.value}, which is the receiving host in the text"
        return named, None
    return None, None


_MOST_READINGS = 2  # of a time that are told one by one


def _holes(asked: Sequence[Window], source: Coverage) -> Iterable[str]:
    """What of the stated times one source does not cover; many readings of one time are told together."""
    name = f"{source.host or 'the log'} {source.format}"
    has = _span(source.first, source.last)
    outside = [
        window
        for window in asked
        if window.first // SECOND < source.first // SECOND or window.last // SECOND > source.last // SECOND
    ]
    if len(outside) > _MOST_READINGS:
        whole = _span(min(window.first for window in outside), max(window.last for window in outside))
        yield f"{name} covers {has}, not all that the time may mean: {len(outside)} readings within {whole}"
    else:
        for window in outside:
            yield f"{name} covers {has}, not all of {_span(window.first, window.last)}"
    for start, end in source.gaps:
        if any(window.touches(start, end) for window in asked):
            yield f"{name} has no line between {_span(start, end)}"


def _span(first: Instant, last: Instant) -> str:
    start, end = rfc3339(first, 0), rfc3339(last, 0)
    return start if start == end else f"{start} to {end}"
