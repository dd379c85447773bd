"""Counts the steps of a lowered pattern: a proof of linear time that needs no stopwatch.

Every element of a lowered pattern is atomic, so it can be run without ever going back.  This
runs the parsed pattern that way, and counts each look at a character.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

_parser: Any = import_module("re._parser")
_ONE_CHAR = {"LITERAL", "NOT_LITERAL", "ANY", "IN"}


@cache
def parsed(pattern: str) -> list[Any]:
    """Gives the parse tree of a pattern, as `re` itself makes it."""
    return list(_parser.parse(pattern))


class Steps:
    """One run over one text; `count` is how many characters and empty places were looked at."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.count = 0

    def run(self, items: Iterable[Any], at: int) -> int:
        """Gives where the sequence ends, or -1 where it does not fit."""
        for item in items:
            at = self._one(item, at)
            if at < 0:
                return -1
        return at

    def _one(self, item: tuple[Any, Any], at: int) -> int:
        name, value = str(item[0]), item[1]
        self.count += 1
        if name in _ONE_CHAR:
            return at + 1 if at < len(self.text) and _fits(name, value, self.text[at]) else -1
        if name == "AT":
            return at if at == len(self.text) else -1
        if name == "BRANCH":
            return next((end for end in (self.run(part, at) for part in value[1]) if end >= 0), -1)
        if name == "SUBPATTERN":
            return self.run(value[3], at)
        if name == "ATOMIC_GROUP":
            return self.run(value, at)
        if name in {"ASSERT", "ASSERT_NOT"}:
            return at if (self.run(value[1], at) >= 0) == (name == "ASSERT") else -1
        if name in {"MAX_REPEAT", "POSSESSIVE_REPEAT"}:
            return self._repeat(value, at)
        raise AssertionError(f"a lowered pattern holds no {name}")

    def _repeat(self, value: tuple[int, int, Any], at: int) -> int:
        least, most, body = value
        times = 0
        while times < most:
            end = self.run(body, at)
            if end < 0 or end == at:
                break
            at, times = end, times + 1
        return at if times >= least else -1


def _fits(name: str, value: Any, char: str) -> bool:
    if name == "LITERAL":
        return bool(ord(char) == value)
    if name == "NOT_LITERAL":
        return bool(ord(char) != value)
    return name == "ANY" or _in_class(value, char)


def _in_class(parts: list[Any], char: str) -> bool:
    negated = str(parts[0][0]) == "NEGATE"
    return any(_in_part(str(kind), part, char) for kind, part in parts[negated:]) != negated


def _in_part(kind: str, part: Any, char: str) -> bool:
    if kind == "LITERAL":
        return bool(ord(char) == part)
    if kind == "RANGE":
        return bool(part[0] <= ord(char) <= part[1])
    if kind == "CATEGORY":
        return char.isspace() == (str(part) == "CATEGORY_SPACE")
    raise AssertionError(f"a lowered pattern holds no {kind}")


def steps(pattern: "re.Pattern[str]", text: str) -> int:
    """Counts the steps of one match of a lowered pattern; says when its outcome is not the one of `re`."""
    run = Steps(text)
    end = run.run(parsed(pattern.pattern), 0)
    found = pattern.match(text)
    assert (found.end() if found else -1) == end
    return run.count
