"""Log files into the embedded store: read once, however often they are named, renamed, rotated or grown."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple, TypeAlias

from correlator.helpers import helper_count, helping
from correlator.ingested import Ingested, LogRead
from correlator.loading import known_hosts, now
from grammars import Basis, Reader, TimeBasis
from queries.basis import Settled, agreed_zone, machine_zone, settle
from queries.blocks import LONGEST, Digest, Stretch, digest
from queries.eras import with_eras
from queries.leg import fold_host
from queries.pages import Pages
from queries.presence import Presence
from queries.site import NO_SITE, Site
from queries.sources import LogFile
from queries.stores.embedded.shelf import HEAD, Ends, Source, ends_of, hash_of
from queries.stores.embedded.writer import MovedError, Rehearsal, StoreWriter

STRETCH = 1 << 22
"""Bytes that one process reads at once."""

WORTH_HELP = 3 * STRETCH
"""Bytes of text: of less, starting other processes takes longer than they save."""

Writer: TypeAlias = StoreWriter | Rehearsal


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the user says of every log of a run; a log's own name may say more.  `only` is the one format to read."""

    zone: tzinfo | None = None
    year: int | None = None
    only: str | None = None
    site: Site = NO_SITE


class Task(NamedTuple):
    """A log that has something new: the file that holds it, what is known of it, and the newest log known then."""

    entry: LogFile
    source: Source
    newest: int


Progress: TypeAlias = Callable[[int], object]
"""Is told how many bytes of text more were stored."""


def seen_of(path: str) -> str:
    """Gives what tells whether a file has changed since; nothing where there is none."""
    try:
        return state_of(Path(path).stat())
    except OSError:
        return ""


def state_of(found: os.stat_result) -> str:
    """Gives the same of a file that was looked at."""
    state = found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    return " ".join(map(str, state))


def is_news(source: Source, host: str | None, said: Said, zone: tzinfo | None) -> bool:
    """Whether the user says something of a log that was not said before."""
    zone = zone or said.zone
    return (
        said.year is not None
        or (zone is not None and not (source.is_given and str(source.basis.zone) == str(zone)))
        or (host is not None and fold_host(host) != fold_host(source.host))
        or (said.only is not None and said.only != source.only)
    )


# ---------------------------------------------------------------- what is to be done


def settled_for(writer: Writer, files: Sequence[LogFile], said: Said) -> dict[str, Settled]:
    """Gives how the stamps of files are read: as the user says, now or before, else by what all logs prove."""
    known = {entry.name: writer.known(entry.pages.read, len(entry.pages), entry.host) for entry in files}
    at_hand = {source.id for source in known.values() if source is not None}
    others = [proof for number, proof in writer.proofs().items() if number not in at_hand]
    return settle(
        [replace(entry, zone=entry.zone or said.zone or _given(known[entry.name])) for entry in files],
        zone=None,
        machine_zone=machine_zone(),
        now=now(),
        year=said.year,
        known_host=known_hosts(said.site),
        others=others,
    )


def _given(source: Source | None) -> tzinfo | None:
    return source.basis.zone if source is not None and source.is_given else None


def plan(
    writer: Writer, files: Sequence[LogFile], settled: Mapping[str, Settled], seen: Mapping[str, str], said: Said
) -> Iterator[Task]:
    """Gives the logs that hold something which is not stored yet; `seen` tells in which state each file was met.

    What is stored of a log is read anew where its stamps are read otherwise now, or the user says so.
    Raises MovedError.
    """
    newest = writer.newest()
    for entry in files:
        size = len(entry.pages)
        known = writer.known(entry.pages.read, size, entry.host)
        source = _as_met(entry, known, settled[entry.name], seen.get(entry.name, ""), said)
        if known is None:
            yield Task(entry, source, newest)
        elif size > known.size or (size == known.size and is_news(known, entry.host, said, entry.zone)):
            yield Task(entry, _anew(writer, entry, known, source), newest)
        elif size == known.size:
            writer.rename(known, entry.name, source.seen)


def _anew(writer: Writer, entry: LogFile, known: Source, source: Source) -> Source:
    """What is stored of a log is read anew where it must be."""
    if (known.host, known.only) != (source.host, source.only) or not _reads_alike(entry, known, source.basis):
        anew = writer.rederive(known, source if len(entry.pages) == known.size else replace(source, seen=""))
        return replace(anew, seen=source.seen)
    return source if len(entry.pages) > known.size else writer.restate(known, source)


def _as_met(entry: LogFile, known: Source | None, settled: Settled, seen: str, said: Said) -> Source:
    """What is to be known of a log when the file is read."""
    basis, proof = settled
    return replace(
        known or Source(name=entry.name, changed=entry.changed, basis=basis),
        name=entry.name,
        host=entry.host or (known.host if known is not None else None),
        only=said.only or (known.only if known is not None else None),
        changed=entry.changed,
        remark=entry.remark,
        seen=seen,
        basis=basis,
        proof=proof,
        is_given=basis.zone_basis is TimeBasis.ZONE_GIVEN,
    )


def _reads_alike(entry: LogFile, known: Source, basis: Basis) -> bool:
    """Whether the lines that are stored of a log are of the same instants by another basis."""
    if str(known.basis.zone) != str(basis.zone) and _leaves_out(known):
        return False
    end = known.read_to
    eras = {era.first for each in (known.basis, basis) for era in each.eras if era.first < end}
    probes = {*range(0, end, max(end // _PROBES, 1)), max(end - 1, 0), *eras, *(max(at - 1, 0) for at in eras)}
    readers = [Reader(replace(each, known_host=None)) for each in (known.basis, basis)]
    lines = [entry.line_at(start) for start in sorted({entry.pages.line_start(at) for at in probes})]
    return all(len({reader.instant_of(line.text, line) for reader in readers}) == 1 for line in lines)


_PROBES = 16


def _leaves_out(source: Source) -> bool:
    """Whether stamps of a log leave out the zone or the year."""
    return any(seen.is_unstated for seen in source.counted.seen.values())


def apart(files: Sequence[LogFile]) -> Iterator[list[LogFile]]:
    """Gives files in groups: those that begin alike may be one log, so that each is looked at behind the other."""
    left = []
    for entry in files:
        if b"\n" in entry.pages.read(0, _ALIKE) or len(entry.pages) >= _ALIKE:
            left.append(entry)
        else:
            yield [entry]  # half a line may be the beginning of any
    while left:
        group: dict[bytes, LogFile] = {}
        for entry in left:
            group.setdefault(entry.pages.read(0, _ALIKE).partition(b"\n")[0], entry)
        yield list(group.values())
        left = [entry for entry in left if not any(entry is each for each in group.values())]


_ALIKE = 200  # bytes


# ---------------------------------------------------------------- doing it


class Store:
    """Reads logs on from where the store has them, by several processes where there is much to read."""

    def __init__(
        self, writer: Writer, progress: Progress, *, helpers: int | None = None, stretch: int = STRETCH
    ) -> None:
        self.done = Ingested()
        self._writer = writer
        self._progress = progress
        self._stretch = stretch
        self._count = helper_count(helpers)

    def add(
        self, files: Sequence[LogFile], settled: Mapping[str, Settled], seen: Mapping[str, str], said: Said
    ) -> None:
        """Stores what is new in some files.

        Where another process writes to the same log, this one goes on from where that is.  Raises
        StoreError; what was stored before is kept, and a repeat goes on from there.
        """
        for group in apart(files):
            left = group
            while left:
                try:
                    tasks = list(plan(self._writer, left, settled, seen, said))
                except MovedError:
                    continue
                new = {task.entry.name for task in tasks}
                self.done.unchanged.update(entry.name for entry in left if entry.name not in new)
                left = self._take(tasks)

    def _take(self, tasks: Sequence[Task]) -> list[LogFile]:
        """Stores some logs; gives those that another process wrote to meanwhile."""
        left: list[LogFile] = []
        size = sum(len(task.entry.pages) - task.source.read_to for task in tasks)
        with helping(self._count if size > WORTH_HELP else 1, _ignore_interrupts) as submit:
            waiting: deque[_Waiting] = deque()
            for task in tasks:
                log = _Log(task)
                for piece in _pieces(self._writer, log, self._stretch):
                    waiting.append(_Waiting(log, piece, submit(digest, piece.stretch)))
                    while len(waiting) > 2 * self._count:
                        self._put(waiting.popleft(), left)
                    if log.is_left:
                        break
                self._note(log)
            while waiting:
                self._put(waiting.popleft(), left)
        return left

    def _put(self, waiting: "_Waiting", left: list[LogFile]) -> None:
        log, (stretch, ends) = waiting.log, waiting.piece
        if log.is_left:
            return
        made = waiting.made.result()
        fresh = Presence()
        fresh.add(made.presence)
        is_all = stretch.end == len(log.task.entry.pages)
        source = replace(log.source, seen=log.task.source.seen if is_all else "")
        try:
            log.source = self._writer.put(source, stretch, made, ends, log.task.newest)
        except MovedError:
            log.is_left = True
            left.append(log.task.entry)
            return
        self._note(log, fresh, stretch.end - stretch.fresh)
        self._progress(stretch.end - stretch.fresh)

    def _note(self, log: "_Log", fresh: Presence | None = None, size: int = 0) -> None:
        source = log.source
        self.done.add(source.name, LogRead(source.basis, source.presence, source.lines), fresh or Presence(), size)
        if log.is_changed:
            self.done.remarks.append(f"{source.name}: was changed while it was read; read it again for the rest")
            log.is_changed = False


class _Log:
    """One log while it is stored.

    `is_left`: another writer got ahead, so that it must be begun again; `is_changed`: the file does not hold
    any more what it held when it was opened.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.source = task.source
        self.is_left = False
        self.is_changed = False


class _Piece(NamedTuple):
    stretch: Stretch
    ends: Ends


class _Waiting(NamedTuple):
    log: _Log
    piece: _Piece
    made: "Future[Digest]"


def _ignore_interrupts() -> None:
    """Ctrl-C reaches helpers too; the process that they help decides."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _pieces(writer: Writer, log: _Log, most: int) -> Iterator[_Piece]:
    """Whole lines, about `most` bytes at once, from where the store has the log.

    What tells the text from others is read with each piece: where the file was truncated or written anew
    meanwhile, what is read of it then is none of this log.
    """
    source, pages = log.source, log.task.entry.pages
    if len(pages) <= source.size:
        return
    start, held = writer.begin(source) if source.id else (0, b"")
    at = source.read_to
    head = pages.read(0, HEAD)
    log.is_changed = bool(source.head_size) and hash_of(head[: source.head_size]) != source.head
    while at < len(pages) and not log.is_changed:
        text, end = _whole_lines(pages, at, most)
        read_to = end if text.endswith(b"\n") else at + text.rfind(b"\n") + 1
        ends = ends_of(pages.read, read_to)
        if not text or ends.head != head[: len(ends.head)]:
            log.is_changed = True
            return
        stretch = Stretch(held + text, start, end, at, source.basis, source.host, writer.key, source.only, writer.block)
        yield _Piece(stretch, ends)
        start = at = end
        held = b""


def _whole_lines(pages: Pages, start: int, most: int) -> tuple[bytes, int]:
    """Some text that ends with a line or with the file, and where it ends; none where the file was cut meanwhile.

    Of a line that is longer than all of it only the beginning is given, as far as lines are looked at.
    """
    wanted = min(start + most, len(pages))
    text = pages.read(start, wanted)
    if len(text) < wanted - start:
        return b"", start
    end = text.rfind(b"\n") + 1
    if wanted == len(pages) and (end or len(text) <= LONGEST):
        return text, wanted
    if end:
        return text[:end], start + end
    behind = pages.line_end(start)
    text = pages.read(start, min(behind, start + LONGEST))
    return (text, behind) if behind >= len(pages) else (text + b"\n", behind + 1)


def reconsider(writer: StoreWriter, site: Site) -> None:
    """Reads logs anew whose zone is another one by what the others prove now: a log that proves none takes theirs."""
    shared = agreed_zone(writer.proofs().values())
    for source in writer.sources():
        if source.is_given or source.proof is not None:
            continue
        zone, why = (shared, TimeBasis.ZONE_PROVEN) if shared is not None else (machine_zone(), TimeBasis.ZONE_ASSUMED)
        is_other = str(source.basis.zone) != str(zone)
        if not is_other and source.basis.zone_basis is why:
            continue
        basis = replace(source.basis, zone=zone, zone_basis=why)
        if is_other and _leaves_out(source):
            basis = with_eras(writer.log_of(source), replace(basis, eras=()))
            change = writer.rederive
        else:
            change = writer.restate
        with suppress(MovedError):  # whoever wrote to it meanwhile considers it too
            change(source, replace(source, basis=replace(basis, known_host=known_hosts(site))))
