"""The clock basis of log files: what their stamps leave out, as far as ids in them prove it."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from grammars import Basis, Event, Instant, KnownHost, Reader, TimeBasis, Verb
from grammars.core.selfdating import message_id_of_postfix, postfix_queue_id
from grammars.core.words import DAY, HOUR, MINUTE, SECOND
from queries.eras import is_in_order, with_eras
from queries.sources import LogFile

_MOST_OFFSET = 14 * HOUR
_PROOF_SLACK = 5 * MINUTE  # an id is made moments before its line is written; queues may hold a line back


KnownHosts = Callable[[str], KnownHost | None]


class Settled(NamedTuple):
    """How a file's stamps are read, and the zone that its own ids prove, None where they prove none."""

    basis: Basis
    proof: tzinfo | None


def settle_basis(
    files: Sequence[LogFile],
    *,
    zone: tzinfo | None,
    machine_zone: tzinfo,
    now: Instant,
    year: int | None = None,
    known_host: KnownHosts | None = None,
) -> dict[str, Basis]:
    """Gives each file's clock basis: the zone that the user gave it, or `zone`, else what ids in the file prove.

    A file that proves nothing takes what the other files prove if they agree, else the machine's zone.
    `year` is that of a file's last line; `known_host` knows the zones of hosts, unless ids prove another.
    """
    settled = settle(files, zone=zone, machine_zone=machine_zone, now=now, year=year, known_host=known_host)
    return {name: each.basis for name, each in settled.items()}


def settle(
    files: Sequence[LogFile],
    *,
    zone: tzinfo | None,
    machine_zone: tzinfo,
    now: Instant,
    year: int | None = None,
    known_host: KnownHosts | None = None,
    others: Iterable[tzinfo] = (),
) -> dict[str, Settled]:
    """As `settle_basis`, with the proofs; `others` are zones that logs prove which are not at hand now."""
    dated = {entry.name: list(_dated(entry, now)) for entry in files}
    proofs = {name: proven_zone(found, machine_zone) for name, found in dated.items()}
    shared = agreed_zone([*others, *(found for found in proofs.values() if found is not None)])
    settled = {}
    for entry in files:
        newest = max((instant for _, instant in dated[entry.name]), default=min(entry.changed, now))
        if dated[entry.name] and not is_in_order(entry):
            newest = max(newest, min(entry.changed, now, Instant(newest + _UNSORTED)))
        if year is not None:
            newest = _newest_in(year, entry)
        given = entry.zone or zone
        basis = _basis(given, proofs[entry.name] or shared, machine_zone, newest)
        hosts = _proven_hosts(known_host, entry.host, dated[entry.name], stated=given is not None)
        settled[entry.name] = Settled(replace(with_eras(entry, basis), known_host=hosts), proofs[entry.name])
    return settled


def agreed_zone(proofs: Iterable[tzinfo]) -> tzinfo | None:
    """Gives the zone that all proofs are of; None where there are none, or several."""
    agreed = {str(found): found for found in proofs}
    return next(iter(agreed.values())) if len(agreed) == 1 else None


def _proven_hosts(
    known_host: KnownHosts | None, host: str | None, dated: Sequence[tuple[Event, Instant]], *, stated: bool
) -> KnownHosts | None:
    """What is known of hosts, without the zones that the user, or ids in their lines, say otherwise."""
    if known_host is None:
        return None
    fits: dict[str, list[bool]] = {}
    for event, instant in dated:
        named = host or event.host
        known = known_host(named) if named is not None else None
        if known is not None and known.zone is not None and event.basis is not TimeBasis.STATED:
            offset = _near_quarter(_within_year(event.instant - instant))
            fits.setdefault(known.name, []).append(offset == _offset_of(known.zone, instant))
    wrong = frozenset(name for name, votes in fits.items() if 2 * sum(votes) < len(votes))
    return _ProvenHosts(known_host, stated, wrong) if stated or wrong else known_host


@dataclass(frozen=True, slots=True)
class _ProvenHosts:
    """What is known of hosts but for zones: of all, or of those whose ids prove another.

    A class, for closures do not travel between processes.
    """

    known_host: KnownHosts
    stated: bool
    wrong: frozenset[str]

    def __call__(self, name: str) -> KnownHost | None:
        known = self.known_host(name)
        if known is None or not (self.stated or known.name in self.wrong):
            return known
        return replace(known, zone=None)


def _newest_in(year: int, entry: LogFile) -> Instant:
    """The instant of the last stamped line, which is of the year given: earlier lines may be of the year before."""
    end = Instant(int(datetime(year + 1, 1, 1, tzinfo=UTC).timestamp()) * SECOND - DAY - 1)
    reader = Reader(Basis(newest=end))
    lines = (raw.decode("utf-8", "replace") for raw in next(_parts(entry)))
    return next((found for line in lines if (found := reader.instant_of(line)) is not None), end)


def _basis(given: tzinfo | None, proven: tzinfo | None, machine_zone: tzinfo, newest: Instant) -> Basis:
    """No line is later than the newest id that dates itself, or than the file's last change."""
    if given is not None:
        return Basis(zone=given, zone_basis=TimeBasis.ZONE_GIVEN, newest=newest)
    if proven is not None:
        return Basis(zone=proven, zone_basis=TimeBasis.ZONE_PROVEN, newest=newest)
    return Basis(zone=machine_zone, zone_basis=TimeBasis.ZONE_ASSUMED, newest=newest)


def proven_zone(dated: Iterable[tuple[Event, Instant]], machine_zone: tzinfo) -> tzinfo | None:
    """Gives the zone of local stamps by the clock inside ids: this machine's where it agrees with most of them.

    Else the rules of a well-known zone where they explain two offsets, an hour apart, and one
    offset for all where there is but one.  None where nothing is proven.
    """
    votes: Counter[tuple[int, Instant]] = Counter()
    for event, instant in dated:
        offset = None if event.basis is TimeBasis.STATED else _near_quarter(_within_year(event.instant - instant))
        if offset is not None:
            votes[offset, instant] += 1
    offsets = Counter({offset: 0 for offset, _ in votes})
    for (offset, _), count in votes.items():
        offsets[offset] += count
    if not offsets:
        return None
    main = [offset for offset, count in offsets.most_common(2) if count * 20 >= offsets.total()]
    told = [(offset, instant) for offset, instant in votes if offset in main]
    candidates: Iterable[tzinfo] = (machine_zone, *(_well_known() if len(main) > 1 else ()))
    for zone in candidates:
        if all(_offset_of(zone, instant) == offset for offset, instant in told):
            return zone
    return timezone(timedelta(microseconds=main[0])) if main[0] else UTC


def _offset_of(zone: tzinfo, instant: Instant) -> int:
    moment = datetime.fromtimestamp(instant / SECOND, UTC).astimezone(zone)
    return round((moment.utcoffset() or timedelta()).total_seconds()) * SECOND


_NAMES = """Europe/Berlin Europe/London Europe/Athens America/New_York America/Chicago America/Denver
    America/Los_Angeles America/Halifax America/St_Johns America/Santiago Australia/Sydney Australia/Adelaide
    Pacific/Auckland""".split()


def _well_known() -> Iterator[tzinfo]:
    """One zone for each of the rules of summer time that many servers keep."""
    for name in _NAMES:
        try:
            yield ZoneInfo(name)
        except (OSError, ValueError, KeyError):  # a system without zone data
            return


def _within_year(difference: int) -> int:
    """A stamp without a year may have been read in a year too early or late: only the rest counts."""
    for days in (0, 365, 366, -365, -366):
        if abs(difference + days * DAY) <= _MOST_OFFSET + _PROOF_SLACK:
            return difference + days * DAY
    return difference


def _near_quarter(difference: int) -> int | None:
    quarter = 15 * MINUTE
    offset = round(difference / quarter) * quarter
    if abs(offset) > _MOST_OFFSET or not -2 * SECOND <= difference - offset <= _PROOF_SLACK:
        return None
    return offset


def _own_clock(event: Event) -> Instant | None:
    """The instant inside an id that the line's event made just then."""
    if event.verb in {Verb.OPEN, Verb.NAME} and event.queue_id:
        own = postfix_queue_id(event.queue_id)
        if own is not None:
            return own
    if event.verb in {Verb.NAME, Verb.SCAN} and event.message_id and event.queue_id:
        made_here = f".{event.queue_id}@" in event.message_id  # a report that this server wrote itself
        return message_id_of_postfix(event.message_id) if made_here else postfix_queue_id(event.queue_id)
    return None


_HAS_CLOCK = re.compile(rb"[z.](?:(?<=[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10}z)|(?<=\d{14}\.)[0-9A-F])")
"""What a long queue id, or the Message-ID of a report, cannot do without: most lines need not be read."""

_SAMPLE_LINES = 1_000
_FEWER_LINES = 500  # of each further part
_DATED_IDS = 20  # so many ids of one part settle its offset; the rest of it need not be read


def _dated(entry: LogFile, now: Instant) -> Iterator[tuple[Event, Instant]]:
    """Events of some parts of a file that hold an id with a clock; stamps are read as UTC."""
    reader = Reader(Basis(newest=Instant(max(min(entry.changed, now), 0) + DAY)))
    for lines in _parts(entry):
        found = 0
        for raw in filter(_HAS_CLOCK.search, lines):
            event = reader.read(raw.decode("utf-8", "replace"))
            instant = _own_clock(event) if isinstance(event, Event) else None
            if instant is not None and isinstance(event, Event):
                yield event, instant
                found += 1
            if found >= _DATED_IDS:
                break


def _parts(entry: LogFile) -> Iterator[list[bytes]]:
    """The last lines, the last first; the first ones; and of a large file some between."""
    size = len(entry.pages)
    yield entry.pages.read(max(size - _PART, 0), size).splitlines()[: -_SAMPLE_LINES - 1 : -1]
    if size > _PART:
        starts = (0,) if size < 8 * _PART else (0, size // 4, size // 2, size * 3 // 4)
        for start in starts:
            yield entry.pages.read(start, start + _PART).splitlines()[bool(start) : _FEWER_LINES]


_PART = 500_000  # bytes
_UNSORTED = 120 * DAY  # how much later than the ids met a line of a file in no order may be


_LOCALTIME = Path("/etc/localtime")


def machine_zone(localtime: Path = _LOCALTIME) -> tzinfo:
    """This machine's zone, by `TZ` or /etc/localtime, as rules where they can be had; else UTC.

    A container may have a copy of the file instead of a link to it: then the zone has rules, and no name.
    `TZ` may name a file, too (`:/etc/localtime`).
    """
    stated = os.environ.get("TZ", "").lstrip(":")
    path = Path(stated) if stated.startswith("/") else localtime
    name = stated if stated and path is localtime else str(path.resolve()).partition("zoneinfo/")[2]
    try:
        if name:
            return ZoneInfo(name)
        with path.open("rb") as rules:
            return ZoneInfo.from_file(rules)
    except (OSError, ValueError, KeyError):
        return UTC
