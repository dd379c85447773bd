"""The line shapes of one program, run as one pattern."""

import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from itertools import groupby
from typing import Any, NamedTuple

import pyparsing as pp

from grammars.core.first import ANYTHING, NOTHING, Begin
from grammars.core.format import Fields, Shape
from grammars.core.lower import NotLowerableError, lower, names_of, read_reference, reference
from grammars.core.words import Verb

Convert = Callable[[str], Any]


def _path(text: str) -> str:
    """A reverse path; the null one, `<>`, is the empty string (RFC 5321 section 4.5.5)."""
    return text[1:-1] if text[:1] == "<" and text[-1:] == ">" else text


def _without_brackets(text: str) -> str | None:
    return (text[1:-1] or None) if text[:1] == "<" and text[-1:] == ">" else text


def _known(text: str) -> str | None:
    return None if text == "unknown" else text


def _bare_ip(text: str) -> str | None:
    if ":" in text:
        return text.removeprefix("IPv6:").partition("%")[0] or None
    return None if text == "unknown" else text


def _seconds(text: str) -> float | None:
    return float(text) if len(text) < _LONGEST_NUMBER else None  # more digits than a float has are no time


_LONGEST_NUMBER = 100


CONVERT: dict[str, Convert] = {
    **dict.fromkeys(
        ("pid", "client_port", "server_port", "relay_port", "size_bytes", "recipient_count", "mailbox_uid"), int
    ),
    **dict.fromkeys(("lost_lines", "lost_total"), int),
    **dict.fromkeys(("score", "threshold", "lost_seconds"), float),
    **dict.fromkeys(("recipient", "orig_recipient", "message_id", "helo"), _without_brackets),
    **dict.fromkeys(("status", "action"), str.lower),
    **dict.fromkeys(("client_ip", "server_ip", "relay_ip", "orig_client_ip", "origin_ip"), _bare_ip),
    **dict.fromkeys(("client_name", "orig_client_name"), _known),
    "reverse_path": _path,
    "delay_seconds": _seconds,
}
"""How the text of a field becomes its value, where it is not the text itself; None leaves it out."""


Take = Callable[["re.Match[str]", Fields], None]
"""Moves what a match captured into fields."""


def _taker(groups: tuple[int, ...], names: tuple[str, ...]) -> Take:
    """Makes the function that takes one shape's captures, written out field by field.

    As a loop over names it would cost a tenth of all reading.  Nothing but group numbers and the
    names of a grammar, which are identifiers, goes into its text.
    """
    lines = ["def take(found, fields):"]
    if names:
        values = "".join(f"v{at}, " for at in range(len(names)))
        lines.append(f" {values}_ = found.group({', '.join(map(str, (*groups, 0)))})")
    for at, name in enumerate(names):
        if name in CONVERT:
            lines.append(f" if v{at} and (v := to_{name}(v{at})) is not None: fields[{name!r}] = v")
        else:
            lines.append(f" if v{at}: fields[{name!r}] = v{at}")
    lines.append(" return None")
    scope: dict[str, Any] = {f"to_{name}": CONVERT[name] for name in names if name in CONVERT}
    exec("\n".join(lines), scope)  # noqa: S102 - the text is made above, of identifiers
    made: Take = scope["take"]
    return made


class _Table(NamedTuple):
    shape: Shape
    verb: Verb | None
    build: Callable[[Fields], None] | None
    take: Take
    groups: tuple[int, ...]
    names: tuple[str, ...]


def _lowered(shape: Shape, grammar: pp.ParserElement, prefix: str, follow: Begin) -> str:
    try:
        return lower(grammar, prefix, follow)
    except NotLowerableError as error:
        raise NotLowerableError(f"shape {shape.name}: {error}") from error


@cache
def _reference_of(shape: Shape) -> pp.ParserElement:
    return reference(shape.whole)


@cache
def machine_for(shapes: tuple[Shape, ...], rare: Callable[[], Sequence[Shape]] | None = None) -> "Machine":
    """Gives the machine of some shapes; programs that share the very same shapes share it."""
    return Machine(shapes, rare)


class Machine:
    """Reads messages of one program.  Raises NotLowerableError when built from a grammar that cannot run.

    `rare` gives further shapes, tried when none of `shapes` fits, and not built before.
    """

    def __init__(self, shapes: Sequence[Shape], rare: Callable[[], Sequence[Shape]] | None = None) -> None:
        self._own = tuple(shapes)
        self._rare = rare
        self._heads: dict[int, int] = {}  # of each shape with a head, the first shape that shares it
        self.pattern = re.compile(self._pattern())
        index = self.pattern.groupindex
        self._tables = {index[f"_{number}"]: self._table(number, shape) for number, shape in enumerate(self._own)}

    def _pattern(self) -> str:
        """Each shape goes to the end of the text, so among them nothing is left to go back for."""
        groups = groupby(enumerate(self._own), key=lambda numbered: id(numbered[1].head or numbered[1]))
        return "|".join(self._group(list(members)) for _, members in groups)

    def _group(self, members: list[tuple[int, Shape]]) -> str:
        tails = "|".join(
            _lowered(shape, shape.grammar, f"s{number}_", NOTHING) + rf"\Z(?P<_{number}>)" for number, shape in members
        )
        first, shape = members[0]
        if shape.head is None:
            return tails
        self._heads |= {number: first for number, _ in members}
        return f"{_lowered(shape, shape.head, f'h{first}_', ANYTHING)}(?:{tails})"

    def _table(self, number: int, shape: Shape) -> _Table:
        index = self.pattern.groupindex
        named = [] if shape.head is None else [(f"h{self._heads[number]}_", name) for name in names_of(shape.head)]
        named += [(f"s{number}_", name) for name in names_of(shape.grammar)]
        names = tuple(name for _, name in named)
        groups = tuple(index[prefix + name] for prefix, name in named)
        return _Table(shape, shape.verb, shape.build, _taker(groups, names), groups, names)

    @cached_property
    def _last_resort(self) -> "Machine | None":
        return None if self._rare is None else machine_for(tuple(self._rare()))

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Its shapes, in the order in which they are tried."""
        return (*self._own, *(() if self._rare is None else self._rare()))

    @property
    def patterns(self) -> "tuple[re.Pattern[str], ...]":
        """Its patterns, in the order in which they are tried."""
        last_resort = self._last_resort
        return (self.pattern,) if last_resort is None else (self.pattern, *last_resort.patterns)

    def read(self, text: str, start: int, fields: Fields) -> Shape | None:
        """Reads the message that begins at `start`, adds what it states to `fields`, gives its shape.

        None, and `fields` untouched, where no shape fits.
        """
        found = self.pattern.match(text, start)
        if found is None:
            last_resort = self._last_resort
            return None if last_resort is None else last_resort.read(text, start, fields)
        shape, verb, build, take, _, _ = self._tables[found.lastindex or 0]
        if verb is not None:
            fields["verb"] = verb
        elif build is None:
            return shape
        take(found, fields)
        if build is not None:
            build(fields)
        return shape

    def read_reference(self, text: str) -> tuple[str, dict[str, str]] | None:
        """Reads a message token by token, by pyparsing itself: the shape's name and the raw texts."""
        for shape in self.shapes:
            found = read_reference(_reference_of(shape), text)
            if found is not None:
                return shape.name, found
        return None

    def read_raw(self, text: str) -> tuple[str, dict[str, str]] | None:
        """As `read_reference`, by the pattern: the two must agree on every text."""
        found = self.pattern.match(text)
        if found is None:
            last_resort = self._last_resort
            return None if last_resort is None else last_resort.read_raw(text)
        table = self._tables[found.lastindex or 0]
        raw = {name: found.group(group) for name, group in zip(table.names, table.groups, strict=True)}
        return table.shape.name, {name: value for name, value in raw.items() if value}
