"""The line shapes of one program, run as one pattern."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from grammars.core.first import NOTHING
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


CONVERT: dict[str, Convert] = {
    **dict.fromkeys(("pid", "client_port", "server_port", "relay_port", "size_bytes", "recipient_count"), int),
    **dict.fromkeys(("delay_seconds", "score", "threshold"), float),
    **dict.fromkeys(("recipient", "orig_recipient", "message_id", "helo"), _without_brackets),
    **dict.fromkeys(("status", "action"), str.lower),
    **dict.fromkeys(("client_ip", "server_ip", "relay_ip", "orig_client_ip", "origin_ip"), _bare_ip),
    **dict.fromkeys(("client_name", "orig_client_name"), _known),
    "reverse_path": _path,
}
"""How the text of a field becomes its value, where it is not the text itself; None leaves it out."""


class _Table(NamedTuple):
    shape: Shape
    verb: Verb | None
    build: Callable[[Fields], None] | None
    groups: tuple[int, ...]
    names: tuple[str, ...]
    converts: tuple[Convert | None, ...]


class Machine:
    """Reads messages of one program.  Raises NotLowerableError when built from a grammar that cannot run."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self.shapes = tuple(shapes)
        self.pattern = re.compile(self._pattern())
        index = self.pattern.groupindex
        self._tables = {index[f"_{number}"]: self._table(number, shape) for number, shape in enumerate(self.shapes)}

    def _pattern(self) -> str:
        bodies = []
        for number, shape in enumerate(self.shapes):
            try:
                bodies.append(f"{lower(shape.grammar, f's{number}_', NOTHING)}\\Z(?P<_{number}>)")
            except NotLowerableError as error:
                raise NotLowerableError(f"shape {shape.name}: {error}") from error
        return "|".join(bodies)  # each goes to the end of the text: nothing is left to go back for

    def _table(self, number: int, shape: Shape) -> _Table:
        index = self.pattern.groupindex
        names = names_of(shape.grammar)
        groups = (*(index[f"s{number}_{name}"] for name in names), index[f"_{number}"], index[f"_{number}"])
        return _Table(shape, shape.verb, shape.build, groups, names, tuple(CONVERT.get(name) for name in names))

    def read(self, text: str, start: int, fields: Fields) -> Shape | None:
        """Reads the message that begins at `start`, adds what it states to `fields`, gives its shape.

        None, and `fields` untouched, where no shape fits.
        """
        found = self.pattern.match(text, start)
        if found is None:
            return None
        shape, verb, build, groups, names, converts = self._tables[found.lastindex or 0]
        if verb is not None:
            fields["verb"] = verb
        elif build is None:
            return shape
        # `groups` has one more than `names`: with one group alone, `group` would give no tuple
        for name, convert, value in zip(names, converts, found.group(*groups), strict=False):
            if value:
                if convert is not None:
                    value = convert(value)  # noqa: PLW2901 - the hottest loop there is
                    if value is None:
                        continue
                fields[name] = value
        if build is not None:
            build(fields)
        return shape

    def read_reference(self, text: str) -> tuple[str, dict[str, str]] | None:
        """Reads a message token by token, by pyparsing itself: the shape's name and the raw texts."""
        for shape in self.shapes:
            found = read_reference(reference(shape.grammar), text)
            if found is not None:
                return shape.name, found
        return None

    def read_raw(self, text: str) -> tuple[str, dict[str, str]] | None:
        """As `read_reference`, by the pattern: the two must agree on every text."""
        found = self.pattern.match(text)
        if found is None:
            return None
        table = self._tables[found.lastindex or 0]
        raw = {name: found.group(group) for name, group in zip(table.names, table.groups, strict=False)}
        return table.shape.name, {name: value for name, value in raw.items() if value}
