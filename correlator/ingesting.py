"""`clerk ingest`: from names on the command line to what was stored, and what is said of it."""

import glob
import math
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import tzinfo

from correlator.errors import InputError
from correlator.folders import logs_in
from correlator.ingest import Progress, Store, reconsider, seen_of, tasks_of
from correlator.ingested import Ingested
from correlator.loading import known_hosts, now, read_log
from correlator.naming import LogName
from correlator.opening import open_writer, store_path
from correlator.render.ingested import render_ingested
from correlator.render.safe import complain
from queries.basis import machine_zone, settle
from queries.site import Site
from queries.sources import LogFile, SourceError
from queries.stores.embedded.writer import StoreWriter

_AT_ONCE = 64  # files that are open at the same time


def run_ingest(
    names: Sequence[LogName], *, store_name: str | None, zone: tzinfo | None, year: int | None, site: Site
) -> str:
    """Stores some logs, and gives what to say of it.  Raises InputError where nothing could be read."""
    begun = time.monotonic()
    wanted = expanded(names)
    writer = open_writer(store_name)
    try:
        with progress_bar(_size_of(wanted)) as progress:
            into = Store(writer, progress)
            for first in range(0, len(wanted), _AT_ONCE):
                _take(into, writer, wanted[first : first + _AT_ONCE], zone, year, site)
            reconsider(writer)
        writer.retain(now())
    finally:
        writer.close()
    done = into.done
    for remark in done.remarks:
        complain(f"clerk: {remark}")
    if not done.read and not done.unchanged:
        raise InputError("E201", "; ".join(done.remarks), "name at least one log that can be read")
    _refuse_unread(done)
    return render_ingested(done, store_path(store_name), time.monotonic() - begun)


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


def _take(  # noqa: PLR0917 - each is given once
    into: Store, writer: StoreWriter, names: Sequence[LogName], zone: tzinfo | None, year: int | None, site: Site
) -> None:
    """Stores what is new in some files; a file that cannot be used is left out and remarked on."""
    files: list[LogFile] = []
    seen: dict[str, str] = {}
    for name in names:
        state = seen_of(name.path) if name.is_file else ""
        if state and (met := writer.met(state)) is not None and name.zone is None and zone is None:
            into.done.unchanged.append(met.name)
            continue
        try:
            files.append(read_log(name, site))
        except SourceError as error:
            into.done.remarks.append(str(error))
            continue
        seen[name.path] = state
    if not files:
        return
    others = [source.proof for source in writer.sources() if source.proof is not None]
    settled = settle(
        files,
        zone=zone,
        machine_zone=machine_zone(),
        now=now(),
        year=year,
        known_host=known_hosts(site),
        others=others,
    )
    for group in apart(files):
        tasks = list(tasks_of(writer, group, settled, seen))
        new = {task.entry.name for task in tasks}
        into.done.unchanged.extend(entry.name for entry in group if entry.name not in new)
        into.take(tasks)


def apart(files: Sequence[LogFile]) -> Iterator[list[LogFile]]:
    """Gives files in groups: those that begin alike may be one log, so that each is looked at behind the other."""
    left = list(files)
    while left:
        group: dict[bytes, LogFile] = {}
        for entry in left:
            group.setdefault(entry.pages.read(0, _ALIKE).partition(b"\n")[0], entry)
        yield list(group.values())
        left = [entry for entry in left if not any(entry is each for each in group.values())]


_ALIKE = 200  # bytes


def _refuse_unread(done: Ingested) -> None:
    """A log with lines and none understood is an error."""
    mute = [name for name, log in done.read.items() if log.lines and not log.presence.understood]
    if mute:
        raise InputError(
            "E203",
            f"no line of {', '.join(mute)} could be read",
            "see what the lines are taken for: clerk parse FILE | head",
        )


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
