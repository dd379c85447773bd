"""Finds the formats, and decides for each line which of them speaks."""

import pkgutil
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TypeAlias

import pyparsing as pp

from grammars import formats as formats_folder
from grammars.core.clock import Basis, Clock, Era, with_year
from grammars.core.event import Event, Foreign, Line, Noise, Reading, Reject
from grammars.core.first import NOTHING
from grammars.core.folding import (
    COLLECTOR,
    ESCAPED_ENDS,
    Record,
    is_remark,
    joined,
    repeated,
    unescaped,
    without_escaped_end,
)
from grammars.core.format import Fields, Format
from grammars.core.frames import LONGEST_LINE, OPENING, SYSLOG, Frame, read_frame
from grammars.core.lower import lower
from grammars.core.machine import Machine, machine_for
from grammars.core.words import Instant, TimeBasis
from grammars.core.wrapping import unwrap


@cache
def find_formats() -> tuple[Format, ...]:
    """Gives every format: those of this package, then those that installed packages offer.

    A package offers a module that holds `FORMAT` under the entry point `mailroom_clerk.formats`.
    """
    own = [import_module(f"{formats_folder.__name__}.{found.name}") for found in _modules()]
    return tuple(module.FORMAT for module in [*own, *_offered()])


def _modules() -> Iterable[pkgutil.ModuleInfo]:
    return sorted(pkgutil.iter_modules(formats_folder.__path__), key=lambda found: found.name)


_ENTRY_POINTS = "mailroom_clerk.formats"


def _offered() -> Sequence[ModuleType]:
    """The modules that installed packages offer; the standard library's reader of them is slow to load."""
    if not any(_may_offer(Path(entry)) for entry in sys.path):
        return ()
    from importlib.metadata import entry_points  # noqa: PLC0415 - it loads e-mail, sockets and zip files

    return [point.load() for point in entry_points(group=_ENTRY_POINTS)]


def _may_offer(entry: Path) -> bool:
    """Whether a place where packages are looked for holds one that names our group, or cannot be looked through."""
    if entry.is_file():
        return entry not in Path(__file__).parents  # a zip of packages; in the one that we are in, formats are our own
    return any(_ENTRY_POINTS.encode() in found.read_bytes() for found in entry.glob("*-info/entry_points.txt"))


@cache
def machine_of(log_format: Format, program: str) -> Machine:
    """Gives the compiled line shapes of one program of a format; made when first asked for."""
    return machine_for(tuple(log_format.shapes(program)), log_format.rare)


class _Speaker(NamedTuple):
    """Who writes lines with one tag, and how they are read."""

    format: Format
    machine: Machine
    fields: Fields
    noise: Noise


_Moment: TypeAlias = tuple[Instant, int, TimeBasis]
"""When a line was written, by its stamp: with how many digits of the second's fraction, and for what reason."""


class _Hand:
    """Whose clock wrote a stamp: the name of the host, and how its stamps are read."""

    __slots__ = ("_without_year", "_without_zone", "clock", "moments", "name")

    def __init__(self, name: str | None, clock: Clock) -> None:
        self.name = name
        self.clock = clock
        self.moments: dict[str, _Moment] = {}  # of openings met before
        self._without_zone = clock.time_basis("2026-01-01T00:00:00", None)
        self._without_year = clock.time_basis("Jan  1 00:00:00", None)

    def moment(self, second: str, fraction: str | None, offset: str | None) -> _Moment | None:
        """The moment of a stamp; None where it names none (`Feb 30`)."""
        instant = self.clock.instant(second, fraction, offset)
        if instant is None:
            return None
        basis = _STATED if offset else self._without_zone if second[0] <= "9" else self._without_year
        return instant, min(len(fraction), 6) if fraction else 0, basis

    def moment_of(self, opening: str) -> _Moment | None:
        """The moment of what stands before a line's host; None where that is no stamp, or names none."""
        found = OPENING.match(opening)
        if found is None:
            return None
        second, fraction, offset = found.groups()
        moment = self.moment(second, fraction, offset)
        if moment is not None and fraction is None:  # one with a fraction seldom comes twice
            if len(self.moments) >= _MOST_MOMENTS:
                self.moments.clear()
            self.moments[opening] = moment
        return moment


@dataclass(slots=True)
class _Head:
    """What all lines with one host, tag and process id share; read for each line, hence neither frozen nor a tuple."""

    format: str
    machine: Machine
    fields: Fields
    noise: Noise
    hand: _Hand


class _Hands:
    """The hands of one source, or of one era of it: its own, and where hosts are known, one for each."""

    def __init__(self, name: str | None, basis: Basis, era: Era | None, *, names_hosts: bool) -> None:
        self.first = era.first if era is not None else 0
        self.own = _Hand(name, Clock(basis, era))
        self.heads: dict[str, _Head] = {}  # by what stands between a stamp and a message, both blanks included
        self._basis, self._era = basis, era
        self._by_host: dict[str | None, _Hand] | None = {} if names_hosts else None

    def of(self, host: str | None) -> _Hand:
        """Who wrote a line that names a host."""
        if self._by_host is None:
            return self.own
        hand = self._by_host.get(host)
        if hand is None:
            name, basis = self._basis.of_host(host)
            hand = _Hand(name, self.own.clock if basis is self._basis else Clock(basis, self._era))
            if len(self._by_host) < _MOST_TAGS:
                self._by_host[host] = hand
        return hand

    def remember(self, text: str, head: _Head) -> None:
        """Keeps what the text between a stamp and a message says."""
        if len(text) <= _LONGEST_HEAD:
            if len(self.heads) >= _MOST_TAGS:
                self.heads.clear()
            self.heads[text] = head


class Reader:
    """Reads the lines of one source, one by one; what it gives depends on the line and the basis alone."""

    def __init__(self, basis: Basis, *, host: str | None = None, formats: Sequence[Format] | None = None) -> None:
        self._formats = find_formats() if formats is None else tuple(formats)
        self._host, basis = basis.of_host(host)
        names_hosts = basis.known_host is not None and host is None
        self._eras = [_Hands(self._host, basis, era, names_hosts=names_hosts) for era in basis.eras]
        self._hands = self._eras[-1] if self._eras else _Hands(self._host, basis, None, names_hosts=names_hosts)
        self._speakers: dict[str, _Speaker | None] = {}
        self._framed = [entry for entry in self._formats if entry.frame is not None]

    def read_all(self, text: str, line: Line | None = None) -> tuple[Record, ...]:
        """Reads one line that may hold several messages, or one that stands for several; never raises.

        Each record has the number of times that it was said, mostly 1.
        """
        reading = self.read(text, line)
        if type(reading) is Reject:
            return self._unfolded(text, line) or (Record(reading),)
        if text[0] == "<" and (parts := joined(text)):
            return self._first_of(parts, line) or (Record(reading),)
        return (Record(reading),)

    def _first_of(self, parts: list[str], line: Line | None) -> tuple[Record, ...]:
        """The first message of a line in which another seems to begin: as likely, a sender wrote it there."""
        first = self.read(parts[0], line)
        if isinstance(first, Reject):
            return ()
        return Record(first), Record(Reject("another message seems to begin in this line", len(parts[0]) + 1))

    def _unfolded(self, text: str, line: Line | None) -> tuple[Record, ...]:
        """What a collector made of several messages, taken apart; empty where it is nothing of the kind."""
        times, inner = repeated(text)
        if times:
            reading = self.read(inner, line)
            return () if isinstance(reading, Reject) else (Record(reading, times),)
        for parts in (joined(text), unescaped(text)):
            readings = [self.read(part, line) for part in parts]
            if readings and not any(isinstance(reading, Reject) for reading in readings):
                return tuple(Record(reading) for reading in readings)
        return (Record(Noise(COLLECTOR)),) if is_remark(text) else ()

    def read(self, text: str, line: Line | None = None) -> Reading:
        """Reads one line (without its line end) as one message; never raises, whatever the line holds."""
        if self._eras:
            self._enter_era(line)
        if text[-4:-3] == "#" and text[-4:] in ESCAPED_ENDS:
            text = without_escaped_end(text)
        # Most lines begin as others did, up to the message: then their envelope need not be read again.
        blank = text.find(" ", _SHORTEST_STAMP)
        start = text.find(": ", blank) + 2
        head = self._hands.heads.get(text[blank:start])
        if head is not None and text[start : start + 1] != _MESSAGE_ID:
            opening = text[:blank]
            moment = head.hand.moments.get(opening) or head.hand.moment_of(opening)
            if moment is not None:
                return _speak(head, moment, text, start, line)
        return self._read_envelope(text, line, blank, start)

    def _read_envelope(self, text: str, line: Line | None, blank: int, colon: int) -> Reading:
        """Reads a line from its first character; remembers its head if that is what stands from `blank` to `colon`."""
        found = SYSLOG.match(text)
        if found is not None:
            second, fraction, offset, host, tag, pid = found.groups()
            start = found.end()
        else:
            frame = read_frame(text)
            if frame is None:
                return self._own_file(text, line)
            second, fraction, offset, host, tag, pid, text, start = frame
        try:
            speaker = self._speakers[tag]
        except KeyError:
            speaker = self._find(tag)
        if speaker is not None:
            head = self._head(speaker, host, pid)
            if (
                found is not None
                and start == colon
                and blank in (found.end("second"), found.end("fraction"), found.end("offset"))
            ):
                self._hands.remember(text[blank:start], head)
            return _speak_at(head, (second, fraction, offset), text, start, line)
        if pid is not None:
            return Foreign(tag)
        own = self._own_file(text, line)  # a product's own file may look like syslog of an unknown program
        return Foreign(tag) if isinstance(own, Reject) and own.format is None else own

    def _head(self, speaker: _Speaker, host: str | None, pid: str | None) -> _Head:
        log_format, machine, stated, noise = speaker
        hand = self._hands.of(host)
        fields = stated.copy()
        if host is not None:
            fields["host"] = hand.name or host
        elif self._host is not None:
            fields["host"] = self._host
        if pid is not None:
            fields["pid"] = int(pid)
        return _Head(log_format.name, machine, fields, noise, hand)

    def instant_of(self, text: str, line: Line | None = None) -> Instant | None:
        """Gives the instant of a line's stamp, whatever its program, or None where it has no known stamp."""
        if self._eras:
            self._enter_era(line)
        found = SYSLOG.match(text)
        if found is not None:
            return self._hands.of(found["host"]).clock.instant(*found.groups()[:3])
        frame: tuple[Any, ...] | None = read_frame(text)
        for log_format in self._framed if frame is None else ():
            frame = frame or _read_own_frame(log_format, text)
        return None if frame is None else self._hands.of(frame[3]).clock.instant(*frame[:3])

    def _enter_era(self, line: Line | None) -> None:
        """The era that a line stands in; a line without a place is of the newest."""
        at = len(self._eras) if line is None else bisect_right(self._eras, line.place.offset, key=attrgetter("first"))
        self._hands = self._eras[max(at - 1, 0)]

    def _find(self, tag: str) -> _Speaker | None:
        speaker = None
        for log_format in self._formats:
            origin = log_format.claims(tag)
            if origin is not None:
                speaker = _speaker(log_format, origin)
                break
        if len(self._speakers) < _MOST_TAGS:
            self._speakers[tag] = speaker
        return speaker

    def _own_file(self, text: str, line: Line | None) -> Reading:
        for log_format in self._framed:
            frame = _read_own_frame(log_format, text)
            if frame is not None:
                origin = log_format.claims(frame.tag)
                if origin is not None:
                    second, fraction, offset, host, _, pid, text, start = frame
                    head = self._head(_speaker(log_format, origin), host, pid)
                    return _speak_at(head, (second, fraction, offset), text, start, line)
        for log_format in self._framed:
            if log_format.unstamped is not None and _unstamped_pattern(log_format).match(text) is not None:
                return Noise(log_format.name)
        return Reject("no known kind of log line" if text.strip() else "an empty line", 1)


def _speak_at(
    head: _Head,
    stamp: tuple[str, str | None, str | None],
    text: str,
    start: int,
    line: Line | None,
) -> Reading:
    moment = head.hand.moment(*stamp)
    if moment is None:
        return Reject("the stamp names no moment", 1, head.format)
    return _speak(head, moment, text, start, line)


def _speak(head: _Head, moment: _Moment, text: str, start: int, line: Line | None) -> Reading:
    fields = head.fields.copy()
    if not head.machine.read(text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE], start, fields):
        return Reject(f"no line form of {head.format} fits", start + 1, head.format)
    if "verb" not in fields:
        return head.noise
    instant, digits, basis = moment
    return Event(fields, instant, digits, basis, head.format, line)


_STATED = TimeBasis.STATED  # a look into an enumeration for each line would cost more than the line's stamp
_MOST_TAGS = 10_000  # tags are written by whoever may log; remembering them must stay bounded
_LONGEST_HEAD = 200
_MOST_MOMENTS = 1_000
_SHORTEST_STAMP = 15
_MESSAGE_ID = "["  # with it begins what Solaris puts before the message, and no part of it is


@cache
def _speaker_of(log_format: Format, program: str, instance: str | None, service: str | None) -> _Speaker:
    stated = {"program": program, "instance": instance, "service": service}
    fields = {name: value for name, value in stated.items() if value is not None}
    return _Speaker(log_format, machine_of(log_format, program), fields, Noise(log_format.name))


def _speaker(log_format: Format, origin: tuple[str, str | None, str | None]) -> _Speaker:
    return _speaker_of(log_format, *origin)


@cache
def _frame_pattern(log_format: Format) -> "re.Pattern[str]":
    if log_format.frame is None:
        raise ValueError(f"{log_format.name} has no frame of its own")
    return _whole_line(log_format.frame())


@cache
def _unstamped_pattern(log_format: Format) -> "re.Pattern[str]":
    if log_format.unstamped is None:
        raise ValueError(f"{log_format.name} has no lines without a stamp")
    return _whole_line(log_format.unstamped())


def _whole_line(grammar: pp.ParserElement) -> "re.Pattern[str]":
    return re.compile(lower(grammar, NOTHING) + r"\Z")


def _read_own_frame(log_format: Format, text: str) -> Frame | None:
    """The envelope of a product's own file, also inside a container's; its stamp counts if it names a zone."""
    pattern = _frame_pattern(log_format)
    found, wrapped = pattern.match(text), None
    for wrapped in () if found is not None else unwrap(text):
        found = pattern.match(wrapped.text)
        if found is not None:
            text = wrapped.text
            break
    if found is None:
        return None
    named = {name: value for name, value in found.groupdict().items() if value}
    message = named.get("message", text)
    second = with_year(named["second"], named["year"]) if "year" in named else named["second"]
    stamp = second, named.get("fraction"), named.get("offset")
    if stamp[2] is None and wrapped is not None and wrapped.second is not None:
        stamp = wrapped.second, wrapped.fraction, wrapped.offset
    return Frame(
        *stamp,
        named.get("host"),
        named.get("program") or log_format.name,
        named.get("pid"),
        text,
        len(text) - len(message),
    )
