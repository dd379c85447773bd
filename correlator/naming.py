"""How logs are named: `[HOST[@ZONE]=]PATH`, and the rotated files beside a log.

A file that exists under the whole name is meant as it stands, so a path may hold `=` and `@`.
"""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta, timezone, tzinfo

from correlator.errors import UsageError

STDIN = "-"
JOURNAL = "journal:"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogName:
    """One log as the user named it.

    `path` is a path, `-` for standard input, or begins with `journal:`.  `host` is the machine whose
    log it is, whatever its lines say; `zone` that of its stamps that state none.
    """

    path: str
    host: str | None = None
    zone: tzinfo | None = None

    @property
    def is_file(self) -> bool:
        """Whether it names something in the file system that is read as it is."""
        return self.path != STDIN and not self.path.startswith(JOURNAL)

    @property
    def option(self) -> str:
        """The name as the user would write it."""
        zone = f"@{self.zone}" if self.zone is not None else ""
        if self.host or zone:
            return f"{self.host or ''}{zone}={self.path}"
        return f"./{self.path}" if _parts(self.path) else self.path


# No blank, slash, backslash or colon: `C:\logs\a=b.log` and `./a=b.log` are paths.
_NAMED = re.compile(r"(?P<host>[A-Za-z0-9._-]*)(?:@(?P<zone>[A-Za-z0-9_+:/-]+))?=(?P<path>.+)", re.DOTALL)


def parse_log_name(text: str) -> LogName:
    """Reads one name.  Raises UsageError where its zone is none."""
    found = _parts(text)
    if found is None or os.path.lexists(text):
        return LogName(path=text)
    try:
        zone = find_zone(found["zone"])
    except UsageError as error:
        raise UsageError(
            "E401", f"{text}: {error}", f"write HOST@ZONE=PATH; if the whole is a path, write ./{text}"
        ) from error
    return LogName(path=found["path"], host=found["host"] or None, zone=zone)


def _parts(text: str) -> re.Match[str] | None:
    found = _NAMED.fullmatch(text)
    return found if found is not None and (found["host"] or found["zone"]) else None


def parse_log_names(texts: Iterable[str]) -> tuple[LogName, ...]:
    """Reads several names, each file once.  Raises UsageError where one file is said to be of two hosts or zones."""
    found: dict[str, LogName] = {}
    for name in map(parse_log_name, texts):
        if found.setdefault(name.path, name) != name:
            raise UsageError("E402", f"{name.path} is named twice, as of different hosts or zones", "name it once")
    return tuple(found.values())


def find_zone(name: str | None) -> tzinfo | None:
    """Gives a zone: a name of the zone database, `UTC`, or an offset such as `+02:00` or `UTC-6`.

    Raises UsageError where there is none of that name.
    """
    if name is None:
        return None
    offset = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", name.strip(), re.IGNORECASE)
    if offset:
        sign, hours, minutes = offset.groups()
        delta = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if delta <= timedelta(hours=14):
            return timezone(-delta if sign == "-" else delta)
    if name.strip().upper() in {"UTC", "Z", "GMT"}:
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only named zones need it

    try:
        return ZoneInfo(name.strip())
    except (KeyError, ValueError, OSError) as error:
        raise UsageError("E403", f"{name}: no such zone", "write Europe/Berlin, UTC or UTC-6") from error


# ---------------------------------------------------------------- rotated files

_PACKED = re.compile(r"\.(?:gz|bz2|xz|zst)$")
_DATED = r"[-.](?P<date>\d{8}|\d{4}-\d{2}-\d{2})(?:-?(?P<more>\d{1,10}))?"
# logrotate: `mail.log.1`, `dateext`: `mail.log-20261122`, with `extension .log`: `mail-20261122.log`; newsyslog: `.0`
_ROTATED = (
    re.compile(rf"(?P<stem>.+?){_DATED}(?P<tail>)"),
    re.compile(rf"(?P<stem>.+?){_DATED}(?P<tail>\.[A-Za-z]+)"),
    re.compile(r"(?P<stem>.+?)\.(?P<number>\d{1,4})(?P<tail>)"),
)


def base_of(name: str) -> str:
    """Gives the name that a rotated file had while it was written (`mail.log` of `mail.log.2.gz`)."""
    found = _rotation(name)
    return found["stem"] + found["tail"] if found else _PACKED.sub("", name)


def is_rotated(name: str) -> bool:
    """Whether a file's name says that it is written no more."""
    return _rotation(name) is not None


def _rotation(name: str) -> re.Match[str] | None:
    plain = _PACKED.sub("", name)
    return next((found for pattern in _ROTATED if (found := pattern.fullmatch(plain))), None)


def _age(name: str) -> tuple[int, str, int]:
    """Sorts the oldest first: by date, then by number from the highest, the file that is still written last."""
    found = _rotation(name)
    if found is None:
        return 2, "", 0
    parts = found.groupdict()
    if parts.get("date"):
        return 0, parts["date"].replace("-", ""), int(parts["more"] or 0)
    return 1, "", -int(parts["number"])


def family_of(path: str) -> tuple[str, ...]:
    """Gives a log and the files it was rotated into, the oldest first; of a file and its packed copy the plain one."""
    folder, own = os.path.split(path)
    base = base_of(own)
    try:
        entries = [entry for entry in os.scandir(folder or ".") if base_of(entry.name) == base]
    except OSError:
        return (path,)
    names = [entry.name for entry in entries if os.path.isfile(entry.path)]  # noqa: PTH113 - never raises
    kept = [name for name in names if _PACKED.sub("", name) == name or _PACKED.sub("", name) not in names]
    ordered = sorted({*kept, own}, key=lambda name: (_age(name), name))
    return tuple(os.path.join(folder, name) for name in ordered)  # noqa: PTH118 - as the user wrote it, `./` too


def with_rotated(names: Sequence[LogName]) -> tuple[LogName, ...]:
    """Gives the names with the rotated files of each, in the order of time, of the same host and zone."""
    found: dict[str, LogName] = {}
    for name in names:
        for path in family_of(name.path) if name.is_file else (name.path,):
            found.setdefault(path, replace(name, path=path))
    return tuple(found.values())
