"""`clerk ingest`: from names on the command line to what was stored, and what is said of it."""

import glob
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import tzinfo

from correlator.errors import InputError, UsageError
from correlator.folders import logs_in
from correlator.following import PAUSE, Follower
from correlator.ingest import Progress, Said, Store, Writer, is_news, reconsider, seen_of, settled_for
from correlator.ingested import Ingested
from correlator.loading import now, read_log
from correlator.naming import LogName, is_rotated
from correlator.opening import open_rehearsal, open_writer, store_path
from correlator.render.ingested import render_ingested
from correlator.render.safe import complain
from correlator.settler import Settler
from queries.basis import machine_zone
from queries.site import Site
from queries.sources import EmptyLogError, LogFile, SourceError
from queries.stores.embedded.writer import StoreWriter

_AT_ONCE = 64  # files that are open at the same time


def run_ingest(
    names: Sequence[LogName],
    *,
    store_name: str | None,
    said: Said,
    say: Callable[[str], None],
    is_dry: bool = False,
) -> None:
    """Stores some logs, and says so; `is_dry`: only says it.

    Raises InputError where a log could not be read, after the others were stored, and StoreError.
    """
    begun = time.monotonic()
    wanted = expanded(names)
    writer = open_rehearsal(store_name) if is_dry else open_writer(store_name)
    try:
        with progress_bar(_size_of(wanted)) as progress:
            into = Store(writer, progress)
            take(into, writer, wanted, said)
            if isinstance(writer, StoreWriter):
                reconsider(writer, said.site)
                writer.retain(now())
    finally:
        writer.close()
    done = into.done
    done.seconds_to_read = time.monotonic() - begun
    if not is_dry:
        _settle(into, store_name, said.site)
    _complain_of(done)
    if not done.read and not done.unchanged:
        raise InputError("E201", "; ".join(done.remarks), "name at least one log that can be read")
    say(render_ingested(done, None if is_dry else store_path(store_name)))
    mute = _mute(done)
    if mute:
        raise InputError("E203", _UNREAD.format(mute), _SEE)


def run_follow(
    names: Sequence[LogName],
    *,
    store_name: str | None,
    said: Said,
    is_stopped: Callable[[], bool],
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Stores logs and what comes to them until it is stopped; gives what to say of it.

    Raises UsageError where something is named that is no file, and StoreError.
    """
    begun = time.monotonic()
    if any(not name.is_file for name in names):
        raise UsageError("E420", "--follow follows files", "name files; for the journal, run clerk ingest again")

    def progress(_: int) -> None:
        if is_stopped():
            raise _StoppedError

    wanted = expanded(names)
    grown = [name for name in wanted if not is_rotated(name.path)]
    writer = open_writer(store_name)
    into = Store(writer, progress)
    follower = Follower(grown, writer, into, said, complain=lambda text: complain(f"clerk: {text}"))
    try:
        take(into, writer, [name for name in wanted if is_rotated(name.path)], said)
        proofs: dict[int, tzinfo] = {}
        settled = begun
        while not is_stopped():
            follower.look()
            _complain_of(into.done)
            into.done.remarks.clear()
            if proofs != (proofs := writer.proofs()):
                reconsider(writer, said.site)
            if into.done.size and time.monotonic() - settled >= _SETTLED_EVERY:
                _settle(into, store_name, said.site)
                settled = time.monotonic()
            sleep(PAUSE)
    except _StoppedError:
        pass
    finally:
        follower.close()
        writer.close()
    _settle(into, store_name, said.site)
    into.done.seconds_to_read = time.monotonic() - begun - into.done.seconds_to_settle
    mute = _mute(into.done)
    if mute:
        complain(f"clerk: {_UNREAD.format(mute)}; {_SEE}")
    return render_ingested(into.done, store_path(store_name))


_SETTLED_EVERY = 30.0  # seconds


def _settle(into: Store, store_name: str | None, site: Site) -> None:
    """Makes verdicts of what was stored."""
    begun = time.monotonic()
    into.done.messages += Settler(store_path(store_name), machine_zone(), site).run()
    into.done.seconds_to_settle += time.monotonic() - begun


class _StoppedError(Exception):
    """The user has stopped it: what was put is stored."""


def expanded(names: Sequence[LogName]) -> tuple[LogName, ...]:
    """Puts what a folder holds, and what a pattern fits, in its place; the oldest files first."""
    found: dict[str, LogName] = {}
    for name in names:
        paths = [name.path]
        if name.is_file and os.path.isdir(name.path):  # noqa: PTH112 - never raises
            paths = list(logs_in(name.path, rotated=True)) or paths
        elif name.is_file and not os.path.lexists(name.path) and glob.has_magic(name.path):
            paths = sorted(glob.glob(name.path)) or paths  # noqa: PTH207 - as it was written
        for path in paths:
            found.setdefault(path, replace(name, path=path))
    return tuple(sorted(found.values(), key=_changed))


def _changed(name: LogName) -> float:
    try:
        return os.stat(name.path).st_mtime if name.is_file else math.inf  # noqa: PTH116
    except OSError:
        return math.inf


def _size_of(names: Sequence[LogName]) -> int:
    return sum(os.path.getsize(name.path) for name in names if os.path.isfile(name.path))  # noqa: PTH113, PTH202


def take(into: Store, writer: Writer, names: Sequence[LogName], said: Said) -> None:
    """Stores what is new in some files; a file that cannot be used is left out and remarked on."""
    for first in range(0, len(names), _AT_ONCE):
        files: list[LogFile] = []
        seen: dict[str, str] = {}
        for name in names[first : first + _AT_ONCE]:
            seen[name.path] = seen_of(name.path) if name.is_file else ""
            if _is_unchanged(writer, name, seen[name.path], said):
                into.done.unchanged.add(name.path)
                continue
            try:
                files.append(read_log(name, said.site))
            except EmptyLogError:
                into.done.unchanged.add(name.path)
            except SourceError as error:
                into.done.remarks.append(str(error))
        if files:
            into.add(files, settled_for(writer, files, said), seen, said)


def _is_unchanged(writer: Writer, name: LogName, state: str, said: Said) -> bool:
    met = writer.met(state) if state else None
    return met is not None and not is_news(met, name.host, said, name.zone)


def _complain_of(done: Ingested) -> None:
    for remark in done.remarks:
        complain(f"clerk: {remark}")


def _mute(done: Ingested) -> str:
    """The logs with lines of which none was understood."""
    return ", ".join(name for name, log in done.read.items() if log.lines and not log.presence.understood)


_UNREAD = "no line of {} could be read"
_SEE = "see what the lines are taken for: clerk parse FILE | head"


@contextmanager
def progress_bar(size: int) -> Iterator[Progress]:
    """A bar with rate and time left on a terminal; elsewhere nothing is shown."""
    if not sys.stderr.isatty() or size < _WORTH_A_BAR:
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - it takes as long to load as a small log to be read
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = TextColumn("reading"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=size)
        yield lambda done: bar.update(task, advance=done)


_WORTH_A_BAR = 5_000_000  # bytes
