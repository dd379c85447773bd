"""Log files at the edge: bytes in, lines out, and the clock basis that a file's own ids prove."""

import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from pathlib import Path

from grammars import Basis, Event, Instant, Line, Place, Reader, TimeBasis, Verb
from grammars.core.selfdating import message_id_of_postfix, postfix_queue_id
from grammars.core.words import DAY, HOUR, MINUTE, SECOND


class SourceError(Exception):
    """A log file cannot be read; the message names the file and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """The text of one log, unpacked: `name` as the user gave it, `changed` its time of last change."""

    name: str
    data: bytes
    changed: Instant
    remark: str | None = None
    host: str | None = None

    def lines(self) -> Iterator[Line]:
        """Gives its lines without their ends, each with its place; empty ones too."""
        offset = 0
        for raw in self.data.split(b"\n"):
            if raw or offset < len(self.data):
                yield Line(decode_line(raw), Place(self.name, offset))
            offset += len(raw) + 1


def decode_line(raw: bytes) -> str:
    """Gives the text of one line: without CR, and without the NULs that a truncated log begins with."""
    return raw.removesuffix(b"\r").lstrip(b"\0").decode("utf-8", "replace")


def read_log_file(path: Path, host: str | None = None) -> LogFile:
    """Reads one file, plain or gzip.  Raises SourceError."""
    name = str(path)
    if path.is_dir():
        raise SourceError(f"{name}: is a directory; name the log files in it")
    try:
        raw = path.read_bytes()
        changed = Instant(path.stat().st_mtime_ns // 1000)
    except OSError as error:
        raise SourceError(f"{name}: {_remedy(path, error)}") from error
    return log_file(name, raw, changed, host)


def log_file(name: str, raw: bytes, changed: Instant, host: str | None = None) -> LogFile:
    """Makes a log of bytes from anywhere; unpacks gzip, as far as it goes.  Raises SourceError."""
    remark = None
    if raw[:2] == b"\x1f\x8b":
        raw, whole = _unzip(raw)
        remark = None if whole else f"{name}: the compressed file is cut off; read as far as it goes"
        if not whole and not raw:
            raise SourceError(f"{name}: the compressed file holds nothing that can be unpacked; copy it again")
    if not (raw[:65_536].strip(_BLANK) or raw.strip(_BLANK)):
        raise SourceError(f"{name}: is empty; was the log rotated? then name the rotated file too")
    if _is_binary(raw):
        raise SourceError(f"{name}: is not a text file; export it as text (a journal: journalctl -o short-iso)")
    return LogFile(name=name, data=raw, changed=changed, remark=remark, host=host)


_BLANK = b"\r\n\0 "


def _remedy(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return f"may not be read by you; try: sudo cat {path} | clerk ask BUNDLE --log -"
    return error.strerror or str(error)


def _unzip(raw: bytes) -> tuple[bytes, bool]:
    """Unpacks gzip members one after another; gives what there is and whether it was whole."""
    parts: list[bytes] = []
    while raw[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(wbits=31)
        try:
            parts.append(unpacker.decompress(raw))
        except zlib.error:
            return b"".join(parts), False
        if not unpacker.eof:
            return b"".join(parts), False
        raw = unpacker.unused_data
    return b"".join(parts), True


def _is_binary(raw: bytes) -> bool:
    """Whether the first part holds much that no text log has; NUL runs of a truncated log are not counted."""
    head = raw.lstrip(b"\0")[:8192].decode("utf-8", "replace")
    odd = sum(1 for char in head if char == "\ufffd" or char < "\t" or "\r" < char < " ")
    return odd * 5 > len(head)


# ---------------------------------------------------------------- the clock of a source


_MOST_OFFSET = 14 * HOUR
_PROOF_SLACK = 5 * MINUTE  # an id is made moments before its line is written; queues may hold a line back


def settle_basis(
    files: Sequence[LogFile], *, zone: tzinfo | None, machine_zone: tzinfo, now: Instant
) -> dict[str, Basis]:
    """Gives each file's clock basis: `zone` where the user gave one, else what ids in the file prove.

    A file that proves nothing takes what the other files prove if they agree, else the machine's zone.
    """
    dated = {entry.name: list(_dated(entry, now)) for entry in files}
    proofs = {name: _proven_offset(found) for name, found in dated.items()}
    agreed = {offset for offset in proofs.values() if offset is not None}
    shared = next(iter(agreed)) if len(agreed) == 1 else None
    bases = {}
    for entry in files:
        newest = max((instant for _, instant in dated[entry.name]), default=min(entry.changed, now))
        offset = proofs[entry.name] if proofs[entry.name] is not None else shared
        bases[entry.name] = _basis(zone, offset, machine_zone, newest)
    return bases


def _basis(zone: tzinfo | None, offset: int | None, machine_zone: tzinfo, newest: Instant) -> Basis:
    """No line is later than the newest id that dates itself, or than the file's last change."""
    if zone is not None:
        return Basis(zone=zone, zone_basis=TimeBasis.ZONE_GIVEN, newest=newest)
    if offset is not None:
        proven = timezone(timedelta(microseconds=offset)) if offset else UTC
        return Basis(zone=proven, zone_basis=TimeBasis.ZONE_PROVEN, newest=newest)
    return Basis(zone=machine_zone, zone_basis=TimeBasis.ZONE_ASSUMED, newest=newest)


def _proven_offset(dated: Iterable[tuple[Event, Instant]]) -> int | None:
    """The offset from UTC, in microseconds, by which local stamps differ from the clock inside ids."""
    votes: Counter[int] = Counter()
    for event, instant in dated:
        offset = None if event.basis is TimeBasis.STATED else _near_quarter(_within_year(event.instant - instant))
        if offset is not None:
            votes[offset] += 1
    return votes.most_common(1)[0][0] if votes else None


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


_SAMPLE_LINES = 4_000
_DATED_IDS = 200  # so many agreeing ids settle a zone; the rest of the sample need not be read


def _dated(entry: LogFile, now: Instant) -> Iterator[tuple[Event, Instant]]:
    """Events of the last and the first part of a file that hold an id with a clock; stamps are read as UTC."""
    reader = Reader(Basis(newest=Instant(max(min(entry.changed, now), 0) + DAY)))
    for part in _ends(entry):
        found = 0
        for raw in part:
            event = reader.read(raw.decode("utf-8", "replace"))
            instant = _own_clock(event) if isinstance(event, Event) else None
            if instant is not None and isinstance(event, Event):
                yield event, instant
                found += 1
            if found >= _DATED_IDS:
                break


def _ends(entry: LogFile) -> Iterator[list[bytes]]:
    head = entry.data[:1_000_000]
    tail = entry.data[-500_000:] if len(entry.data) > len(head) else b""
    yield tail.splitlines()[: -_SAMPLE_LINES - 1 : -1]
    yield head.splitlines()[:_SAMPLE_LINES]


def machine_zone() -> tzinfo:
    """This machine's zone, by `TZ` or /etc/localtime, as rules where they can be had."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only logs without zones need it

    name = os.environ.get("TZ", "").lstrip(":")
    try:
        return ZoneInfo(name) if name else ZoneInfo(str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2])
    except (OSError, ValueError, KeyError):
        return UTC
