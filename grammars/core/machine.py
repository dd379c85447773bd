"""The line shapes of one program, each run as one pattern."""

import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any

import pyparsing as pp

from grammars.core.first import NOTHING, begin_of
from grammars.core.format import Fields, Shape
from grammars.core.lower import NotLowerableError, lower, read_reference, reference
from grammars.core.needles import needles_of

_LONGEST_NUMBER = 100  # more digits than a float has are no time

_BARE_IP = "value.removeprefix('IPv6:').partition('%')[0] or None if ':' in value else value"
_INNER = "value[1:-1] if value[0] == '<' and value[-1] == '>' else value"
_CONVERT: dict[str, str] = {
    **dict.fromkeys(
        ("pid", "client_port", "server_port", "relay_port", "size_bytes", "recipient_count", "mailbox_uid"),
        "int(value)",
    ),
    **dict.fromkeys(("lost_lines", "lost_total"), "int(value)"),
    **dict.fromkeys(("score", "threshold", "lost_seconds"), "float(value)"),
    **dict.fromkeys(("status", "action"), "value.lower()"),
    "reverse_path": _INNER,  # the null one, `<>`, is the empty string (RFC 5321 section 4.5.5)
}
_CONVERT_OR_DROP: dict[str, str] = {
    **dict.fromkeys(("recipient", "orig_recipient", "message_id", "helo"), f"({_INNER}) or None"),
    **dict.fromkeys(
        ("client_ip", "server_ip", "relay_ip", "orig_client_ip", "origin_ip"),
        f"{_BARE_IP} if value != 'unknown' else None",
    ),
    **dict.fromkeys(("client_name", "orig_client_name"), "value if value != 'unknown' else None"),
    "delay_seconds": f"float(value) if len(value) < {_LONGEST_NUMBER} else None",
}
# How the text of a field becomes its value, where it is not the text itself: expressions of Python; None leaves it out.


Run = Callable[[str, int, Fields], bool]
"""Reads the message that begins at an index of a text, and adds what it states; False where the shape does not fit."""


def _runner(shape: Shape) -> Run:
    """Makes the function that reads one shape, written out field by field, as named tuples of the library are.

    As loops and calls it would take a third longer.  Nothing but the names of the grammar, which are identifiers,
    goes into its text.
    """
    pattern = _pattern(shape)
    names = tuple(pattern.groupindex)
    lines = ["def run(text, start, fields):", " found = match(text, start)", " if found is None: return False"]
    if shape.verb is not None:
        lines.append(" fields['verb'] = verb")
    if names and (shape.verb is not None or shape.build is not None):
        lines.append(f" {''.join(f'value_of_{name}, ' for name in names)} = found.groups()")
        lines += [_taking(name) for name in names]
    if shape.build is not None:
        lines.append(" build(fields)")
    lines.append(" return True")
    scope: dict[str, Any] = {"match": pattern.match, "verb": shape.verb, "build": shape.build}
    exec("\n".join(lines), scope)  # noqa: S102 - the text is made above, of identifiers
    made: Run = scope["run"]
    return made


def _taking(name: str) -> str:
    text = f"value_of_{name}"
    if name in _CONVERT_OR_DROP:
        return f" if (value := {text}) and (value := {_CONVERT_OR_DROP[name]}) is not None: fields[{name!r}] = value"
    if name in _CONVERT:
        return f" if value := {text}: fields[{name!r}] = {_CONVERT[name]}"
    return f" if {text}: fields[{name!r}] = {text}"


@cache
def _pattern(shape: Shape) -> "re.Pattern[str]":
    try:
        return re.compile(lower(shape.grammar, follow=NOTHING) + r"\Z")
    except NotLowerableError as error:
        raise NotLowerableError(f"shape {shape.name}: {error}") from error


class _Form:
    """A shape as it is run; compiled when a line that may fit it is first met."""

    __slots__ = ("begin", "needles", "run", "shape")

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.begin = begin_of(shape.grammar)
        self.needles = needles_of(shape.grammar)
        self.run: Run = self._first_run

    def _first_run(self, text: str, start: int, fields: Fields) -> bool:
        self.run = _runner(self.shape)
        return self.run(text, start, fields)


@cache
def _form_of(shape: Shape) -> _Form:
    return _Form(shape)


@cache
def _reference_of(shape: Shape) -> pp.ParserElement:
    return reference(shape.grammar)


@cache
def machine_for(shapes: tuple[Shape, ...], rare: Callable[[], Sequence[Shape]] | None = None) -> "Machine":
    """Gives the machine of some shapes; programs that share the very same shapes share it."""
    return Machine(shapes, rare)


class Machine:
    """Reads messages of one program: its shapes are tried in order, those alone that may fit.

    A shape is compiled when it is first tried.  `rare` gives further shapes, tried when none of
    `shapes` fits, and not built before.
    """

    def __init__(self, shapes: Sequence[Shape], rare: Callable[[], Sequence[Shape]] | None = None) -> None:
        self._forms = tuple(map(_form_of, shapes))
        self._rare = rare
        self._by_first: dict[str, tuple[tuple[str, _Form], ...]] = {}

    def _starting(self, first: str) -> tuple[tuple[str, _Form], ...]:
        """The forms of messages that begin with a character (or are empty), each with texts of which they hold one."""
        fitting = [form for form in self._forms if form.begin.fits(first)]
        found = tuple((needle, form) for form in fitting for needle in form.needles)
        if first.isascii():
            self._by_first[first] = found
        return found

    @cached_property
    def _last_resort(self) -> "Machine | None":
        return None if self._rare is None else machine_for(tuple(self._rare()))

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Its shapes, in the order in which they are tried."""
        own = tuple(form.shape for form in self._forms)
        return own if self._last_resort is None else own + self._last_resort.shapes

    @property
    def patterns(self) -> "tuple[re.Pattern[str], ...]":
        """The patterns of its shapes, in the same order.  Raises NotLowerableError where a grammar cannot run."""
        own = tuple(_pattern(form.shape) for form in self._forms)
        return own if self._last_resort is None else own + self._last_resort.patterns

    def read(self, text: str, start: int, fields: Fields) -> bool:
        """Reads the message that begins at `start`, and adds what it states to `fields`.

        False, and `fields` untouched, where no shape fits.
        """
        first = text[start : start + 1]
        forms = self._by_first.get(first)
        for needle, form in self._starting(first) if forms is None else forms:
            if needle in text and form.run(text, start, fields):
                return True
        return self._last_resort is not None and self._last_resort.read(text, start, fields)

    def read_reference(self, text: str) -> tuple[str, dict[str, str]] | None:
        """Reads a message token by token, by pyparsing itself: the shape's name and the raw texts."""
        for shape in self.shapes:
            found = read_reference(_reference_of(shape), text)
            if found is not None:
                return shape.name, found
        return None

    def read_raw(self, text: str) -> tuple[str, dict[str, str]] | None:
        """As `read_reference`, by the patterns: the two must agree on every text."""
        for needle, form in self._starting(text[:1]):
            found = _pattern(form.shape).match(text) if needle in text else None
            if found is not None:
                return form.shape.name, {name: value for name, value in found.groupdict().items() if value}
        return None if self._last_resort is None else self._last_resort.read_raw(text)
