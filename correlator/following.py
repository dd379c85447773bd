"""`clerk ingest --follow`: logs that grow, are rotated, truncated or made anew while they are followed."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from correlator.ingest import Said, Store, Writer, seen_of, settled_for, state_of
from correlator.loading import as_named, read_log
from correlator.naming import LogName, family_of
from grammars import Instant
from queries.basis import Settled
from queries.sources import EmptyLogError, LogFile, SourceError, log_of, open_file
from queries.stores.protocol import BusyError

PAUSE = 1.0
"""Seconds between two looks at the logs."""

_LATE = 60.0  # seconds in which a program may write on into a log that was rotated away
_SETTLED = 3600.0  # seconds for which the zone and year of a growing log are taken to stay the same
_EASE = 10  # a log that takes long to be read is looked at so many times as long afterwards


# ---------------------------------------------------------------- what changed


class Look(NamedTuple):
    """A file as it stands: which one it is, its size, and when it was last changed, in nanoseconds."""

    file: tuple[int, int]
    size: int
    changed: int


class Step(Enum):
    """What a look at a log asks for."""

    READ = "read"  # what came to the file that is held
    READ_COPY = "read copy"  # what came to it before it was truncated: a copy may have that
    OPEN = "open"  # the file that has the name now


def steps(held: Look | None, own: Look | None, named: Look | None) -> tuple[Step, ...]:
    """Says what to do about a log.

    `held` is the file that is held open as it was when it was read, `own` the same file now, `named` the
    file that has the log's name now.  None: there is none.
    """
    found: list[Step] = []
    if held is not None and own is not None and own != held:
        found += [Step.READ_COPY, Step.READ] if own.size < held.size else [Step.READ]
    if named is not None and (own is None or named.file != own.file):
        found.append(Step.OPEN)
    return tuple(found)


# ---------------------------------------------------------------- the edge


def _look(found: os.stat_result) -> Look:
    return Look((found.st_dev, found.st_ino), found.st_size, found.st_mtime_ns)


def _look_at(path: str) -> Look | None:
    try:
        return _look(Path(path).stat())
    except OSError:
        return None


@dataclass(slots=True)
class _Held:
    """A file that is held open: as it was when it was read, until when it is of interest, and how it is read.

    `source` is the log that it was known to be, `sized` its size when `settled` was found out.
    """

    file: FileIO
    look: Look | None = None
    until: float | None = None
    source: int = 0
    settled: Settled | None = None
    settled_at: float = 0.0
    sized: int = 0
    rests_until: float = 0.0


class _Followed:
    """One log that is followed: the file that has its name, and those that had it a moment ago."""

    def __init__(self, name: LogName) -> None:
        self.name = name
        self.held: _Held | None = None
        self.late: list[_Held] = []
        self.said: set[str] = set()


class Follower:
    """Looks at logs, and stores what came to them."""

    def __init__(
        self,
        names: Sequence[LogName],
        writer: Writer,
        into: Store,
        said: Said,
        *,
        clock: Callable[[], float] = time.monotonic,
        complain: Callable[[str], None],
    ) -> None:
        self._followed = [_Followed(name) for name in names]
        self._writer = writer
        self._into = into
        self._said = said
        self._clock = clock
        self._complain = complain

    def close(self) -> None:
        """Lets go of the files."""
        for log in self._followed:
            for held in (*log.late, *([log.held] if log.held is not None else [])):
                held.file.close()

    def look(self) -> None:
        """Looks at every log once.  What a busy store did not take is read at the next look."""
        for log in self._followed:
            try:
                self._look_at(log)
            except BusyError as error:
                self._remark(log, f"{error}; trying again")
            except (OSError, SourceError) as error:
                self._remark(log, str(error) if isinstance(error, SourceError) else f"{log.name.path}: {error}")

    def _remark(self, log: _Followed, text: str) -> None:
        if text not in log.said:
            log.said.add(text)
            self._complain(text)

    def _look_at(self, log: _Followed) -> None:
        for late in log.late:
            self._read_on(log, late)
        self._let_go(log)
        held, named = log.held, _look_at(log.name.path)
        if held is not None and self._clock() < held.rests_until:
            return
        own = _look(os.fstat(held.file.fileno())) if held is not None else None
        for step in steps(None if held is None else held.look, own, named):
            self._do(log, step)
        if held is None and named is None:
            self._remark(log, f"{log.name.path}: is not there yet; waiting for it")

    def _do(self, log: _Followed, step: Step) -> None:
        if step is Step.OPEN:
            self._open(log)
        elif step is Step.READ_COPY:
            self._read_copy(log)
        elif log.held is not None:
            self._read(log, log.held)

    def _open(self, log: _Followed) -> None:
        """Turns to the file that has the name now; the one before is read on for a while."""
        file = open_file(Path(log.name.path))
        if log.held is not None:
            log.held.until = self._clock() + _LATE
            log.late.append(log.held)
        log.held = _Held(file)
        self._read_copy(log)
        self._read(log, log.held)

    def _let_go(self, log: _Followed) -> None:
        over = [held for held in log.late if held.until is not None and held.until < self._clock()]
        for held in over:
            held.file.close()
            log.late.remove(held)

    def _read_on(self, log: _Followed, held: _Held) -> None:
        own = _look(os.fstat(held.file.fileno()))
        if held.look is not None and own.size > held.look.size:
            self._read(log, held)

    def _read(self, log: _Followed, held: _Held) -> None:
        """Stores what came to a file that is held; where it holds another log now, the rest of that one first."""
        begun = self._clock()
        state = os.fstat(held.file.fileno())
        look, seen = _look(state), {log.name.path: state_of(state)}
        try:
            file = FileIO(os.dup(held.file.fileno()), "rb")
            file.seek(0)
            entry = as_named(log_of(log.name.path, file, Instant(look.changed // 1000)), log.name, self._said.site)
        except EmptyLogError:
            held.look = look
            return
        known = self._writer.known(entry.pages.read, len(entry.pages), entry.host)
        source = 0 if known is None else known.id
        if held.source and source != held.source:
            self._read_copy(log)
        self._into.add([entry], {entry.name: self._settled(held, source, entry)}, seen, self._said)
        found = self._writer.known(entry.pages.read, len(entry.pages), entry.host)
        held.look, held.source = look, found.id if found is not None else 0
        took = self._clock() - begun
        held.rests_until = self._clock() + (_EASE * took if took > PAUSE / _EASE else 0.0)

    def _settled(self, held: _Held, source: int, entry: LogFile) -> Settled:
        """How a file is read: found out when it is another log than before, has doubled, or an hour has passed."""
        now, size = self._clock(), len(entry.pages)
        if (
            held.settled is None
            or not source
            or source != held.source
            or now > held.settled_at + _SETTLED
            or size > 2 * held.sized
        ):
            held.settled = settled_for(self._writer, [entry], self._said)[entry.name]
            held.settled_at, held.sized = now, size
        return held.settled

    def _read_copy(self, log: _Followed) -> None:
        """Stores the rest of what was begun, where a rotated file beside the log has it."""
        path = log.name.path
        before = [sibling for sibling in family_of(path) if sibling != path][-1:]
        for sibling in before:
            seen = seen_of(sibling)
            if self._writer.met(seen) is not None:
                continue
            try:
                entry = read_log(replace(log.name, path=sibling), self._said.site)
            except SourceError:
                continue
            if self._writer.known(entry.pages.read, len(entry.pages), entry.host) is not None:
                settled = settled_for(self._writer, [entry], self._said)
                self._into.add([entry], settled, {entry.name: seen}, self._said)
