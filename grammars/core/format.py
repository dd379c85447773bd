"""What a log format states about itself: its line shapes, its words, its samples."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyparsing as pp

from grammars.core.records import Records
from grammars.core.words import Verb

Fields = dict[str, Any]


class Origin(NamedTuple):
    """Who wrote a line, read from its syslog tag: the program (last component) and what stands before it."""

    program: str
    instance: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """One form of line: its grammar, in the order of the line, and what such a line states.

    The names in `grammar` are event fields; the text of each becomes its value (numbers become
    numbers, addresses lose their angle brackets).  `build` then states what the grammar alone
    cannot: it may add, change or drop fields of the dictionary it is given, and nothing else.
    `verb` None: the line says nothing about a message (noise).
    """

    name: str
    grammar: pp.ParserElement
    verb: Verb | None = None
    build: Callable[[Fields], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One line, why it is here, and what it must read as.

    `expect` is the event as JSON fields without time, host, program and pid (the frame's share),
    or one of the words "noise" and "reject".
    """

    why: str
    line: str
    expect: Fields | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """How the lines of a format gather into legs.

    `kind` names the leg.  `by` is the event field that holds the local id; lines without it are
    annotations of a session (same host, program, service and pid) or stand alone.  By `pid`, where a
    process does one thing at a time and gives it no id.
    `opens` and `closes` are the verbs that begin and end one life of a local id that is used
    again; a pause longer than `longest_seconds` separates lives too.
    `offered_as` is the kind of key under which other systems name this id; None where none does, or
    where the id is another system's own.
    """

    kind: str
    by: str
    opens: frozenset[Verb] = frozenset()
    closes: frozenset[Verb] = frozenset()
    longest_seconds: float = 5 * 86_400.0
    offered_as: str | None = "local_id"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Format:
    """One product's log.

    `claims` says whether a syslog tag is this product's, and whose; `shapes` gives the line
    shapes of one of its programs, in the order in which they are tried.  `frame` is given by
    products that write files of their own, not framed by syslog: a grammar that names `second`,
    `message` and, where the line has them, `fraction`, `offset`, `year` (where it does not stand
    before the month), `host`, `program`, `pid`; without a `message` it is the whole line.
    `records` tells how lines of such a file make one record, and `unstamped` reads those of its
    lines that have no stamp: they say nothing about a message.
    `rare` gives shapes that any of its programs may print and that few logs hold: they are tried
    last, built and compiled only when a line gets that far.
    `tags` is given by formats that tell of lines lost: each such line has a tag that is one of them, or begins with
    one and a hyphen.  A log that is not read whole is searched for them.
    """

    name: str
    title: str
    family: str
    reference: str
    claims: Callable[[str], Origin | None]
    shapes: Callable[[str], Sequence[Shape]]
    unit: Unit
    samples: tuple[Sample, ...]
    shows: tuple[str, ...]
    cannot_show: tuple[str, ...] = ()
    frame: Callable[[], pp.ParserElement] | None = None
    records: Records | None = None
    unstamped: Callable[[], pp.ParserElement] | None = None
    tags: tuple[str, ...] = ()
    overlaps: frozenset[str] = field(default_factory=frozenset)
    rare: Callable[[], Sequence[Shape]] | None = None


def claims_programs(*programs: str) -> Callable[[str], Origin | None]:
    """Gives a `claims` for products whose whole tag is one of a few names."""
    known: Mapping[str, Origin] = {name: Origin(name) for name in programs}
    return known.get
