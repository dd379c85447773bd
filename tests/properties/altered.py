"""Recorded logs, altered: split, copied, mixed, shifted in time, doubled; and what must then stay the same."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from queries.sources import LogFile, log_file
from queries.stores.protocol import Store
from tests.scenarios.runs import (
    NOW,
    Json,
    Sent,
    ask_json,
    log_files,
    messages,
    store_over,
    table_bundle,
    text_of,
    zone_of,
)

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """Log files by name, as lines."""

    files: Mapping[str, Lines]

    def store(self, run: str) -> Store:
        """A store over them, with stamps of the run's zone; files in the order of `files`."""
        made = tuple(_file(name, lines) for name, lines in self.files.items() if lines)
        return store_over(made, zone_of(run))

    def with_files(self, files: Mapping[str, Lines]) -> "Logs":
        """The same with files added or replaced."""
        return Logs(files={**self.files, **files})


def _file(name: str, lines: Lines) -> LogFile:
    return log_file(name, ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"), NOW)


def recorded(run: str, form: str) -> Logs:
    """Gives the logs of a run as they were recorded."""
    texts = {entry.name: text_of(entry) for entry in log_files(run, form)}
    return Logs(files={name: tuple(text.rstrip("\n").split("\n")) for name, text in texts.items()})


# ---------------------------------------------------------------- questions and what is compared


def questions(run: str, *, every: int = 1, start: int = 0, shift: timedelta = timedelta()) -> dict[str, str]:
    """Gives a bundle for every nth message of a run; `shift` moves the time stated."""
    chosen = [sent for sent in messages(run) if not sent.is_silent and sent.in_log][start::every]
    return {sent.name: _shifted_bundle(sent, shift) for sent in chosen}


def _shifted_bundle(sent: Sent, shift: timedelta) -> str:
    stamp = (sent.last_attempt + shift).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return re.sub(r"(?m)^Timestamp: .*$", f"Timestamp: {stamp}", table_bundle(sent))


def answers(store: Store, asked: Mapping[str, str]) -> dict[str, Json]:
    """Gives the answer to each question."""
    return {name: ask_json(text, store) for name, text in asked.items()}


def without_places(answer: Json) -> Json:
    """An answer without what tells where its lines stand: files, line numbers, the ledger."""
    stripped: Json = _without(answer, frozenset({"file", "line", "sources"}))
    return stripped


def _without(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(part, names) for key, part in value.items() if key not in names}
    if isinstance(value, list):
        return [_without(part, names) for part in value]
    return value


def without_order(answer: Json) -> Json:
    """An answer without places, its timelines in the order of stamps and text: for logs whose lines were mixed."""
    told: Json = _sorted(without_places(answer))
    return told


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: sorted(part, key=lambda entry: (entry["time"], entry["raw"])) if key == "timeline" else _sorted(part)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [_sorted(part) for part in value]
    return value


def fates(answer: Json) -> list[Json]:
    """Which message is meant and what became of it, without times, places and words."""
    return [
        {"message_id": match["message"]["message_id"], "recipients": [_fate(node) for node in match["recipients"]]}
        for match in answer["matches"][:1]
    ]


def _fate(node: Json) -> Json:
    kept = ("recipient", "final_recipient", "fate", "final", "folder", "stage", "owner", "holder", "flags")
    said: Json = {name: node[name] for name in kept}
    children = sorted((_fate(child) for child in node["children"]), key=str)
    return {**said, "code": node["reason"]["code"], "children": children}


# ---------------------------------------------------------------- alterations


def cut(lines: Lines, at: Iterable[int]) -> list[Lines]:
    """Cuts lines into pieces at some places."""
    places = sorted({place % (len(lines) + 1) for place in at})
    bounds = [0, *places, len(lines)]
    return [lines[first:last] for first, last in pairwise(bounds) if first < last]


def rotated(name: str, pieces: list[Lines]) -> dict[str, Lines]:
    """Names the pieces as a rotation does: the oldest has the highest number, the newest none."""
    last = len(pieces) - 1
    return {name if number == last else f"{name}.{last - number}": piece for number, piece in enumerate(pieces)}


_ISO = re.compile(r"(?m)^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})([+-]\d\d:\d\d)")


def shifted(logs: Logs, by: timedelta) -> Logs:
    """Moves every ISO stamp of a log; ids stay, so it suits runs with short queue ids."""

    def moved(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found.group(1)) + by).isoformat(timespec="microseconds") + found.group(2)

    return Logs(files={name: tuple(_ISO.sub(moved, line) for line in lines) for name, lines in logs.files.items()})


def renamed(logs: Logs, replacements: Mapping[str, str], name: Callable[[str], str]) -> Logs:
    """Writes other names and addresses into a log, and gives its files other names."""
    pattern = re.compile("|".join(re.escape(word) for word in replacements))
    return Logs(
        files={
            name(file): tuple(pattern.sub(lambda found: replacements[found.group()], line) for line in lines)
            for file, lines in logs.files.items()
        }
    )


def joined(*parts: Logs) -> Logs:
    """Appends files of one name to each other."""
    files: dict[str, Lines] = {}
    for part in parts:
        for name, lines in part.files.items():
            files[name] = files.get(name, ()) + lines
    return Logs(files=files)
