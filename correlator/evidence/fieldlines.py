"""Reads header fields (RFC 5322 section 2.2) as they were pasted: folded, indented, or with the folding lost."""

from collections.abc import Iterator
from typing import NamedTuple

from correlator.evidence.expressions import expression


class FieldLine(NamedTuple):
    """One field: its name in lower case, where it begins, and the stretch of text that its value takes."""

    name: str
    begin: int
    start: int
    end: int


_NAME = expression(r"[ \t]*([A-Za-z][A-Za-z0-9-]{1,60}):(?=[ \t\n<]|$|[\w(\"=])(?!//)")


def read_fields(text: str, start: int, end: int) -> Iterator[FieldLine]:
    """Gives the fields of a stretch in order; a line that begins none belongs to the field before it."""
    margin: int | None = None
    name, begin, value, value_end = "", start, start, start
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        found = _NAME.match(text, at, stop)
        indent = found.start(1) - at if found else 0
        if found and (margin is None or indent <= margin):
            if name:
                yield FieldLine(name, begin, *_trimmed(text, value, value_end))
            margin = indent
            name, begin, value = found.group(1).lower(), found.start(1), found.end()
        value_end = stop
        at = stop + 1
    if name:
        yield FieldLine(name, begin, *_trimmed(text, value, value_end))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t\n":
        start += 1
    while end > start and text[end - 1] in " \t\n":
        end -= 1
    return start, end
