"""What to say of log files that the user may not read: who may, and the exact line that reads them all the same."""

import os
import shlex
import stat
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from correlator.naming import STDIN, LogName

_READERS = {".gz": "zcat", ".bz2": "bzcat", ".xz": "xzcat", ".zst": "zstdcat"}


def refusal(denied: Sequence[LogName]) -> str:
    """Says that some logs may not be read, and who may."""
    who = [(name.path, _who_may_read(name.path)) for name in denied]
    alike = len({said for _, said in who}) == 1
    if alike:
        named = ", ".join(path for path, _ in who) + (f" ({who[0][1]})" if who[0][1] else "")
    else:
        named = ", ".join(f"{path} ({said})" if said else path for path, said in who)
    return f"{named}: may not be read by you"


def remedy(denied: Sequence[LogName], others: Sequence[LogName], bundle: str | None) -> str:
    """Says what to type; `others` are the logs that could be read, `bundle` is None where no text is asked about."""
    if os.name == "nt":
        return "try again in a window that runs as Administrator"
    saved = " (the text saved as bundle.txt)" if bundle == "-" else ""
    return f"try{saved}: {reading_line(denied, others, bundle)}"


def _who_may_read(path: str) -> str:
    """Owner, group and mode of a file, and whether the group would help; "" where even that is hidden."""
    try:
        found = Path(path).stat()
    except OSError:
        return ""
    owner, group = _user_name(found.st_uid), _group_name(found.st_gid)
    said = f"owner {owner}, group {group}, mode {stat.filemode(found.st_mode)}"
    if found.st_mode & stat.S_IRGRP and not _is_member(found.st_gid):
        said += f"; you are not in group {group}"
    return said


def reading_line(denied: Sequence[LogName], others: Sequence[LogName], bundle: str | None) -> str:
    """Gives the one line that reads files as root and asks all the same: packed ones by the reader of their kind."""
    steps = [f"sudo {reader} {shlex.join(paths)}" for reader, paths in _by_reader(name.path for name in denied)]
    source = steps[0] if len(steps) == 1 else f"{{ {'; '.join(steps)}; }}"
    if bundle is None:
        return f"{source} | clerk parse -"
    text = "bundle.txt" if bundle == "-" else bundle
    kinds = {replace(name, path=STDIN) for name in denied}
    own = kinds.pop() if len(kinds) == 1 else LogName(path=STDIN)
    logs = " ".join(f"--log {shlex.quote(name.option)}" for name in (own, *others) if name is own or name.path != STDIN)
    return f"{source} | clerk ask {shlex.quote(text)} {logs}"


def _by_reader(paths: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Neighbours that one program reads stand together; the order of the files stays."""
    found: list[tuple[str, list[str]]] = []
    for path in paths:
        reader = _READERS.get(Path(path).suffix, "cat")
        safe = f"./{path}" if path.startswith("-") else path
        if found and found[-1][0] == reader:
            found[-1][1].append(safe)
        else:
            found.append((reader, [safe]))
    return found


def _user_name(number: int) -> str:
    try:
        import pwd  # noqa: PLC0415 - not on Windows

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)


def _group_name(number: int) -> str:
    try:
        import grp  # noqa: PLC0415 - not on Windows

        return grp.getgrgid(number).gr_name
    except (ImportError, KeyError):
        return str(number)


def _is_member(number: int) -> bool:
    try:
        from os import getegid, getgroups  # noqa: PLC0415 - not on Windows
    except ImportError:
        return True
    return number in {getegid(), *getgroups()}
