"""From names on the command line to log files, a store, and remarks on what could not be used."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from correlator.errors import InputError
from grammars import Basis, Instant
from queries.basis import machine_zone, settle_basis
from queries.sources import LogFile, SourceError, log_of, read_log_file
from queries.stores.files import FilesStore
from queries.stores.protocol import Store
from queries.stores.searched import SearchedStore

STDIN = "-"
_LARGE = 1024 * 1024  # bytes: from here on searching is faster than reading and joining every line


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Log files that could be read, the clock basis of each, and what must be said of the others."""

    files: tuple[LogFile, ...]
    bases: dict[str, Basis]
    remarks: tuple[str, ...]

    def store(self) -> Store:
        """Gives the store over these files: small ones are read whole, large ones searched."""
        if sum(len(entry.pages) for entry in self.files) > _LARGE:
            return SearchedStore(self.files, self.bases)
        return FilesStore(self.files, self.bases)


def now() -> Instant:
    """Gives this moment."""
    return Instant(time.time_ns() // 1000)


def load(names: Sequence[str], zone: tzinfo | None) -> Loaded:
    """Reads the named files (`-` for standard input); each once, however often it is named.

    A file that cannot be used is left out and remarked on.  Raises InputError where none is left.
    """
    files: list[LogFile] = []
    remarks: list[str] = []
    for name in dict.fromkeys(names):
        try:
            files.append(_read(name))
        except SourceError as error:
            remarks.append(str(error))
    if not files:
        raise InputError("E201", "; ".join(remarks), "name at least one readable log file with --log")
    bases = settle_basis(files, zone=zone, machine_zone=machine_zone(), now=now())
    return Loaded(files=tuple(files), bases=bases, remarks=tuple(remarks))


def _read(name: str) -> LogFile:
    if name == STDIN:
        return log_of("-", sys.stdin.buffer, now())
    return read_log_file(Path(name))
