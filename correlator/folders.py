"""Folders in the place of a log: which of the files in them are mail logs, by their names or by their first lines."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from correlator.naming import LogName, base_of, is_rotated
from grammars import Basis, Event, Instant, Noise, Reader
from grammars.core.words import DAY
from queries.unpacking import MissingLibraryError, UnpackError, packing_of, unpacked

_HEAD = 65_536  # bytes, unpacked
_MOST_LINES = 200  # of a file that may be a mail log
_FAR = Instant(4_000 * 365 * DAY)  # stamps do not matter here

# What syslog and mail programs name them: Debian, Red Hat and the BSDs, SUSE; and files of their own.
_NAMES = re.compile(
    r"mail|maillog|mail[._-]?(?:log|info|warn|err)|mail-[\w.-]+\.log"
    r"|(?:postfix|dovecot|amavis|rspamd|postgrey|exim)[\w.-]*|(?:main|reject|panic)log"
)
_EVERYTHING = frozenset({"syslog", "messages"})  # mail among all else: the same lines as in the mail logs beside


def without_folders(names: Iterable[LogName]) -> tuple[LogName, ...]:
    """Puts the mail logs of a folder in its place; a folder without any stays, to be remarked on."""
    found: dict[str, LogName] = {}
    for name in names:
        is_folder = name.is_file and os.path.isdir(name.path)  # noqa: PTH112 - never raises, unlike pathlib's
        inside = logs_in(name.path) if is_folder else ()
        for path in inside or (name.path,):
            found.setdefault(path, replace(name, path=path))
    return tuple(found.values())


def is_closed_folder(path: str) -> bool:
    """Whether it is a folder that this user may not look into."""
    return os.path.isdir(path) and not os.access(path, os.R_OK | os.X_OK)  # noqa: PTH112


def logs_in(folder: str, *, rotated: bool = False) -> tuple[str, ...]:
    """Gives the mail logs of a folder, in order of name; rotated ones only if asked for."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if os.path.isfile(entry.path))  # noqa: PTH113
    except OSError:
        return ()
    written = [name for name in names if not is_rotated(name) and (base_of(name) == name or base_of(name) not in names)]
    named = {name for name in written if _NAMES.fullmatch(base_of(name).lower())}
    others = [name for name in written if name not in named and not (named and name in _EVERYTHING)]
    taken = named | {name for name in others if _is_mail_log(os.path.join(folder, name))}  # noqa: PTH118 - as written
    if rotated:
        bases = {base_of(name) for name in taken}
        written, taken = names, {name for name in names if name in taken or base_of(name) in bases}
    return tuple(os.path.join(folder, name) for name in written if name in taken)  # noqa: PTH118


def _is_mail_log(path: str) -> bool:
    reader = Reader(Basis(newest=_FAR))
    return any(isinstance(reader.read(line), (Event, Noise)) for line in first_lines(path, _MOST_LINES))


def first_lines(path: str, most: int) -> Iterator[str]:
    """Gives the first lines of a file, unpacked; none where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            head = _unpacked_head(file)
    except (OSError, ValueError, UnpackError, MissingLibraryError):
        return
    for line in head.split(b"\n")[:most]:
        yield line.decode("utf-8", "replace")


def _unpacked_head(file: BinaryIO) -> bytes:
    head = file.read(_HEAD)
    packing = packing_of(head)
    if packing is None:
        return head
    file.seek(0)
    found = b""
    for piece in unpacked(file, packing):
        found += piece
        if len(found) >= _HEAD:
            break
    return found[:_HEAD]
