"""From names on the command line to log files, a store, and remarks on what could not be used."""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple

from correlator.errors import InputError
from correlator.folders import is_closed_folder, without_folders
from correlator.naming import JOURNAL, STDIN, LogName, with_rotated
from correlator.rotated import files_beside
from correlator.setting import Beside
from correlator.unreadable import refusal, remedy
from grammars import Basis, Instant
from queries.basis import KnownHosts, machine_zone, settle_basis
from queries.question import Window
from queries.site import NO_SITE, Site
from queries.sources import LogFile, SourceError, log_of, read_log_file
from queries.stores.files import FilesStore
from queries.stores.protocol import Store
from queries.stores.searched import SearchedStore

_LARGE = 1024 * 1024  # bytes: from here on searching is faster than reading and joining every line


class Loaded(NamedTuple):
    """Log files that could be read, the clock basis of each, what must be said of others, and what lies beside."""

    files: tuple[LogFile, ...]
    bases: dict[str, Basis]
    remarks: tuple[str, ...]
    beside: tuple[Beside, ...] = ()

    def store(self) -> Store:
        """Gives the store over these files: small ones are read whole, large ones searched."""
        if sum(len(entry.pages) for entry in self.files) > _LARGE:
            return SearchedStore(self.files, self.bases)
        return FilesStore(self.files, self.bases)


def now() -> Instant:
    """Gives this moment."""
    return Instant(time.time_ns() // 1000)


def load(
    names: Sequence[LogName],
    zone: tzinfo | None,
    *,
    year: int | None = None,
    site: Site = NO_SITE,
    rotated: bool = False,
    bundle: str | None = None,
    times: Sequence[Window] = (),
) -> Loaded:
    """Reads the named logs; of a folder the mail logs in it, and with `rotated` the rotated files of each.

    A file that cannot be used is left out and remarked on; `bundle` is the text asked about, for the
    line that the remark suggests.  Of a journal the days around `times` are read.  Raises InputError
    where no log is left.
    """
    wanted = without_folders(names)
    wanted = with_rotated(wanted) if rotated else wanted
    files: list[LogFile] = []
    read: list[LogName] = []
    denied: list[LogName] = []
    remarks: list[str] = []
    for name in wanted:
        try:
            files.append(read_log(name, site, bundle, times))
            read.append(name)
        except SourceError as error:
            if isinstance(error.__cause__, PermissionError):
                denied.append(name)
            else:
                remarks.append(str(error))
    way_out = remedy(denied, read, bundle) if denied else "name at least one log that can be read with --log"
    if not files:
        raise InputError("E201", "; ".join([*remarks, *([refusal(denied)] if denied else [])]), way_out)
    if denied:
        remarks.append(f"{refusal(denied)}; {way_out}")
    bases = settle_basis(
        files, zone=zone, machine_zone=machine_zone(), now=now(), year=year, known_host=known_hosts(site)
    )
    return Loaded(files=tuple(files), bases=bases, remarks=tuple(remarks), beside=files_beside(wanted, bases))


def known_hosts(site: Site) -> KnownHosts | None:
    """Gives what a site file knows of hosts; None where it names none, so that lines need no look-up."""
    return site.known_host if site.hosts else None


def read_log(name: LogName, site: Site = NO_SITE, bundle: str | None = None, times: Sequence[Window] = ()) -> LogFile:
    """Opens one log.  Raises SourceError."""
    if is_closed_folder(name.path):
        raise SourceError(f"{name.path}: is a folder that you may not list; name the logs in it")
    if name.path.startswith(JOURNAL):
        found = _journal(name.path, bundle, times)
    else:
        found = _standard_input() if name.path == STDIN else read_log_file(Path(name.path))
    return as_named(found, name, site)


def as_named(found: LogFile, name: LogName, site: Site = NO_SITE) -> LogFile:
    """Gives a log as of the host and zone that the user names."""
    known = site.host_named(name.host) if name.host is not None else None
    return replace(found, name=name.path, host=known.name if known is not None else name.host, zone=name.zone)


def _journal(name: str, bundle: str | None, times: Sequence[Window]) -> LogFile:
    from correlator.journal import journal_window, read_journal  # noqa: PLC0415 - it runs a program: only if asked to

    return read_journal(name, journal_window(times), now(), bundle)


def _standard_input() -> LogFile:
    return log_of(STDIN, sys.stdin.buffer, now())
