"""The rotated files beside the logs that were named: what times they hold, so that those that matter can be named."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from correlator.folders import first_lines
from correlator.naming import LogName, family_of
from correlator.setting import Beside
from grammars import Basis, Instant, Reader

_MOST_LINES = 200  # lines that are looked at for a stamp
_MOST_FILES = 400


def files_beside(names: Sequence[LogName], bases: Mapping[str, Basis]) -> tuple[Beside, ...]:
    """Gives the rotated files of some logs that are not among them; `bases` tells how a log's stamps are read."""
    named = {Path(name.path) for name in names if name.is_file}
    families: dict[tuple[str, ...], LogName] = {}
    for name in names:
        if name.is_file and name.path in bases:
            families.setdefault(family_of(name.path), name)
    return tuple(
        each
        for paths, name in families.items()
        if not named.issuperset(map(Path, paths))
        for each in _spans(paths[-_MOST_FILES:], name, bases[name.path])
        if Path(each.path) not in named
    )


def _spans(paths: Sequence[str], name: LogName, basis: Basis) -> Iterator[Beside]:
    """Each file's lines end where those of the next one begin, or when it was last changed."""
    changed = {path: _changed(path) for path in paths}
    begins = {path: _first_stamp(path, basis, changed[path]) for path in paths}
    for before, path in pairwise(paths):
        if begins[path] is None:
            begins[path] = changed[before]
    for path, after in zip(paths, (*paths[1:], None), strict=True):
        last = min(changed[path], begins[after] or changed[path]) if after is not None else changed[path]
        first = min(begins[path] or last, last)
        spec = replace(name, path=path).option
        yield Beside(path=path, of=name.path, option=f"--log {shlex.quote(spec)}", first=first, last=last)


def _changed(path: str) -> Instant:
    try:
        return Instant(Path(path).stat().st_mtime_ns // 1000)
    except OSError:
        return Instant(0)


def _first_stamp(path: str, basis: Basis, changed: Instant) -> Instant | None:
    reader = Reader(replace(basis, newest=min(basis.newest, changed)))
    stamps = (reader.instant_of(line) for line in first_lines(path, _MOST_LINES))
    return next((stamp for stamp in stamps if stamp is not None), None)
