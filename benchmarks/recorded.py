"""Reads a recorded run of the lab and cuts it into journeys: groups of lines that share identities.

A run is a folder with `HOST-iso.log` for each host, perhaps `rspamd.log`, and `truth.json`.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

MICROS = 1_000_000
RSPAMD = "rspamd"
ENCODING, ERRORS = "utf-8", "surrogateescape"

_LETTERS = "0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
_MARKS = re.compile(
    rf"""
      (?:lab-[a-z]+-|LAB[A-Z]+\ )(?P<message>[0-9a-f]{{10}})\b
    | (?P<verp>\d{{3}}-ABC-\d{{3}}(?:\.\d+){{7}})(?=@)
    | prvs=(?P<batv>[0-9a-f]{{10}})(?==)
    | (?P<utc_second>20\d{{12}})(?=\.[0-9A-F]{{5}})
    | dovecot-(?P<dovecot_clock>\d{{10}}-\d{{1,6}})(?=-\d+@)
    | (?<=[<\ ])(?P<session>[A-Za-z0-9+/]{{22}})(?=[:>\ ])
    | \b(?P<long_id>[{_LETTERS}]{{10}}z[{_LETTERS}]{{3,6}})\b
    | \b(?P<short_id>[0-9A-F]{{10,12}})\b
    | (?:\(|id=)(?P<amavis>\d{{5}}-\d{{2,}})(?=[)\ ])
    | (?:mail_id:\ |quarantine:\ [a-z]+-)(?P<mail_id>[\w-]{{12}})
    | (?<=\(rspamd_proxy\)\ <)(?P<tag>[0-9a-f]{{6}})(?=>;\ (?!main;))
    | (?:checksum|digest):\ <(?P<digest>[0-9a-f]{{32}})
    | (?:\d\]?:|\ port\ )(?P<port>[3-6]\d{{4}})\b
    | (?P<process>(?<=\w\[)\d+(?=\]:)|(?<=\ lmtp\()\d+|(?<=\)<)\d+(?=><))
    """,
    re.VERBOSE,
)
_PROGRAM = re.compile(r"\S+ (?:postfix/)?([\w-]+)")
_NO_IDENTITY = frozenset({"process", "utc_second", "dovecot_clock"})
_ONE_OF_A_KIND = frozenset({"qmgr", "master", "scache", "anvil", "rsyslogd"})
"""Programs of which a host runs one: their process id stays as recorded."""


class Recorded(NamedTuple):
    """One recorded line: who wrote it, when (microseconds since 1970), and what follows the stamp."""

    source: str
    instant: int
    text: str


class Mark(NamedTuple):
    """An identity in a text, and where it stands."""

    kind: str
    value: str
    start: int
    end: int


class TemplateLine(NamedTuple):
    """A recorded line with its identities left open; `pick` takes those that it needs from the journey's."""

    instant: int
    source: str
    template: str
    pick: Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the lab knows of a message; `template` is JSON with its identities left open."""

    tag: str
    instant: int
    template: str
    pick: Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Lines that belong together, in time order, and the identities that a copy has to renew.

    `reusable` is the queue id, if any, that was free again when the journey ended.
    """

    start: int
    end: int
    identities: tuple[tuple[str, str], ...]
    lines: tuple[TemplateLine, ...]
    truth: Truth | None
    reusable: str | None


def read_run(folder: Path) -> tuple[list[Journey], list[Recorded]]:
    """Gives the journeys of a run, and the lines that belong to none (daemons that start and stop)."""
    lines = _read_lines(folder)
    marks = [find_marks(line) for line in lines]
    groups, rest = _cut(lines, marks)
    truths = _read_truths(folder)
    journeys = [
        _journey([lines[index] for index in group], [marks[index] for index in group], truths) for group in groups
    ]
    return journeys, [lines[index] for index in rest]


# -------------------------------------------------------------------- reading


def _read_lines(folder: Path) -> list[Recorded]:
    paths = sorted(folder.glob("*-iso.log"))
    if not paths:
        message = f"{folder} holds no recorded run: no file is named HOST-iso.log"
        raise FileNotFoundError(message)
    found = [line for path in paths for line in _read_syslog(path)]
    if (folder / "rspamd.log").exists():
        found += _read_rspamd(folder / "rspamd.log")
    return found


def _texts(path: Path) -> Iterator[str]:
    with path.open(encoding=ENCODING, errors=ERRORS, newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def _instant(stamp: str) -> int:
    at = datetime.fromisoformat(stamp)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return int(at.timestamp()) * MICROS + at.microsecond


def _read_syslog(path: Path) -> Iterator[Recorded]:
    source = path.name.removesuffix("-iso.log")
    for text in _texts(path):
        stamp, _, rest = text.partition(" ")
        yield Recorded(source, _instant(stamp), rest)


def _read_rspamd(path: Path) -> Iterator[Recorded]:
    """Gives the lines of rspamd's own log, whose stamps are whole seconds of UTC in the lab."""
    for text in _texts(path):
        yield Recorded(RSPAMD, _instant(text[:19]), text[20:])


def find_marks(line: Recorded) -> list[Mark]:
    """Gives the identities in a line, in the order of the line."""
    return list(_marks(line.text, line.source))


def _marks(text: str, source: str) -> Iterator[Mark]:
    program = _PROGRAM.match(text)
    name = program[1] if program else ""
    for match in _MARKS.finditer(text):
        kind = match.lastgroup or ""
        start, end = match.span(kind)
        value = match[kind]
        if kind == "process":
            if name in _ONE_OF_A_KIND:
                continue
            value = f"{source}/{name}/{value}"
        elif kind == "utc_second":
            value = text[start : end + 6]
        yield Mark(kind, value, start, end)


# -------------------------------------------------------------------- cutting


class _Groups:
    """Sets of line numbers that grow together (union-find)."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, member: int) -> int:
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def unite(self, one: int, other: int) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first


def _cut(lines: Sequence[Recorded], marks: Sequence[Sequence[Mark]]) -> tuple[list[list[int]], list[int]]:
    """Gives groups of line numbers that belong together, and the numbers of the lines that belong to nothing."""
    groups = _Groups(len(lines))
    named = _unite_by_identity(groups, marks)
    in_session = _unite_sessions(groups, lines, marks, named)
    _unite_followers(groups, lines, marks, named | in_session)
    _unite_lone_tags(groups, lines, marks)
    living = {groups.find(index) for index in named | in_session}
    members: dict[int, list[int]] = defaultdict(list)
    for index in range(len(lines)):
        members[groups.find(index)].append(index)
    rest = [index for root, group in members.items() if root not in living for index in group]
    return [group for root, group in members.items() if root in living], sorted(rest)


def _identities(marks: Iterable[Mark]) -> set[tuple[str, str]]:
    return {(mark.kind, mark.value) for mark in marks if mark.kind not in _NO_IDENTITY}


def _unite_by_identity(groups: _Groups, marks: Sequence[Sequence[Mark]]) -> set[int]:
    first: dict[tuple[str, str], int] = {}
    named = set()
    for index, found in enumerate(marks):
        for identity in _identities(found):
            groups.unite(first.setdefault(identity, index), index)
            named.add(index)
    return named


def _process(marks: Iterable[Mark]) -> str | None:
    return next((mark.value for mark in marks if mark.kind == "process"), None)


def _sessions(lines: Sequence[Recorded], marks: Sequence[Sequence[Mark]]) -> Iterator[list[int]]:
    """Gives the line numbers of each connection, from connect to disconnect, of one process."""
    running: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        process = _process(marks[index])
        if process is None:
            continue
        if re.search(r": [cC]onnect from ", line.text):
            running[process] = []
        if process in running:
            running[process].append(index)
        if re.search(r": [dD]isconnect from ", line.text) and process in running:
            yield running.pop(process)
    yield from running.values()


def _unite_sessions(
    groups: _Groups, lines: Sequence[Recorded], marks: Sequence[Sequence[Mark]], named: set[int]
) -> set[int]:
    """Gives each nameless line of a connection to the message before it, else to the one after it.

    A connection that carried several messages does not join them.
    """
    seen: set[int] = set()
    for session in _sessions(lines, marks):
        seen.update(session)
        anchor = next((index for index in session if index in named), session[0])
        for index in session:
            if index in named:
                anchor = index
            else:
                groups.unite(anchor, index)
    return seen


def _unite_followers(
    groups: _Groups, lines: Sequence[Recorded], marks: Sequence[Sequence[Mark]], settled: set[int]
) -> None:
    """Gives a nameless line of a process to the next line of that process ("connect to …: refused")."""
    following: dict[str, int] = {}
    for index in range(len(lines) - 1, -1, -1):
        process = _process(marks[index])
        if process is None:
            continue
        after = following.get(process)
        if index not in settled and after is not None and lines[after].instant - lines[index].instant < MICROS:
            groups.unite(index, after)
        following[process] = index


def _unite_lone_tags(groups: _Groups, lines: Sequence[Recorded], marks: Sequence[Sequence[Mark]]) -> None:
    """Gives an rspamd line whose tag stands on no other line to the line before it."""
    seen: dict[str, list[int]] = defaultdict(list)
    for index, found in enumerate(marks):
        for mark in found:
            if mark.kind == "tag":
                seen[mark.value].append(index)
    for indexes in seen.values():
        index = indexes[0]
        if len(indexes) == 1 and index and lines[index - 1].source == RSPAMD:
            groups.unite(index - 1, index)


# ------------------------------------------------------------------ templates


class _Slots:
    """The identities of one journey, numbered as they are met."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, str], int] = {}

    def open(self, text: str, marks: Iterable[Mark]) -> tuple[str, Callable[[Sequence[str]], object]]:
        """Gives the text as a template for `%`, and what picks its values from the journey's."""
        pieces, numbers, at = [], [], 0
        for mark in marks:
            pieces.append(text[at : mark.start].replace("%", "%%"))
            numbers.append(self.numbers.setdefault((mark.kind, mark.value), len(self.numbers)))
            at = mark.end
        pieces.append(text[at:].replace("%", "%%"))
        return "%s".join(pieces), itemgetter(*numbers) if numbers else _nothing


def _nothing(_: Sequence[str]) -> object:
    return ()


def _journey(lines: list[Recorded], marks: list[list[Mark]], truths: list[dict[str, object]]) -> Journey:
    slots = _Slots()
    timed = sorted(zip(_refine_rspamd(lines), lines, marks, strict=True), key=itemgetter(0))
    open_lines = [TemplateLine(instant, line.source, *slots.open(line.text, found)) for instant, line, found in timed]
    truth = _truth_of({identity for found in marks for identity in _identities(found)}, truths, slots)
    return Journey(
        start=open_lines[0].instant,
        end=open_lines[-1].instant,
        identities=tuple(slots.numbers),
        lines=tuple(open_lines),
        truth=truth,
        reusable=_reusable(lines, marks),
    )


def _refine_rspamd(lines: Sequence[Recorded]) -> list[int]:
    """Gives the instant of each line; whole seconds of rspamd's log follow the edge's line of that second."""
    exact = sorted(line.instant for line in lines if line.source != RSPAMD)
    refined, last = [], 0
    for line in lines:
        if line.source != RSPAMD:
            refined.append(line.instant)
            continue
        end = line.instant + MICROS
        at = next((instant for instant in exact if line.instant <= instant < end), line.instant)
        last = min(max(last, at) + 50, end - 1)
        refined.append(last)
    return refined


def _reusable(lines: Sequence[Recorded], marks: Sequence[Sequence[Mark]]) -> str | None:
    for line, found in zip(lines, marks, strict=True):
        queue_id = next((mark.value for mark in found if mark.kind == "short_id"), None)
        if queue_id and line.text.endswith(": removed"):
            return queue_id
    return None


# ---------------------------------------------------------------------- truth


def _read_truths(folder: Path) -> list[dict[str, object]]:
    path = folder / "truth.json"
    found: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return found


def _truth_of(identities: set[tuple[str, str]], truths: list[dict[str, object]], slots: _Slots) -> Truth | None:
    """Gives what the lab knows of the message that has one of these identities."""
    for truth in truths:
        names = f"{truth['message_id']} {truth['return_path']}@"
        if identities.isdisjoint(_identities(_marks(names, ""))):
            continue
        attempts = truth["attempts"]
        last = attempts[-1] if isinstance(attempts, list) and attempts else {"time": truth["t_inject"]}
        known = {
            "tag": truth["tag"],
            "return_path": truth["return_path"],
            "own_return_path": any(_marks(f"{truth['return_path']}@", "")),
            "message_id": truth["message_id"],
            "recipients": truth["rcpts"],
            "sending_ip": truth["sending_ip"],
            "receiving_ip": truth["receiving_ip"],
            "reply": last.get("response"),
            "expected": truth["expected"],
        }
        text = json.dumps(known)
        template, pick = slots.open(text, _marks(text, ""))
        return Truth(tag=str(truth["tag"]), instant=_instant(str(last["time"])), template=template, pick=pick)
    return None
