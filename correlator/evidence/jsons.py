"""Reads JSON as people paste it, with the place of every value: cut off, with a comma too many, or as Python prints it.

`json.loads` gives no places and takes all or nothing; single strings are still decoded by it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from correlator.evidence.cleaning import harmless
from correlator.evidence.expressions import expression


class Leaf(NamedTuple):
    """One value: its text decoded, and where it stands; `exact` if it stands there as it is."""

    value: str
    start: int
    end: int
    exact: bool = True


@dataclass(slots=True)
class Node:
    """An object (`keys` as long as `items`) or a list (`keys` empty)."""

    start: int
    end: int = 0
    keys: list[str] = field(default_factory=list)
    items: "list[Leaf | Node]" = field(default_factory=list)

    def pairs(self) -> "Iterator[tuple[str, Leaf | Node]]":
        """Gives the entries of an object."""
        return iter(list(zip(self.keys, self.items, strict=False)))


# `{""name` is JSON inside of a quoted cell of a table, and that table's to read
_OPENING = expression(r"\{\s{0,200}(?:\"(?!\"\w)|'[\w-]{1,60}'\s{0,9}:)|\[\s{0,200}\{\s{0,200}(?:\"(?!\"\w)|['}])")
_TOKEN = expression(r"[\s,]+|\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|([{}\[\]:])|(-?[\w.+-]+)", re.DOTALL)
_WORDS = frozenset(("true", "false", "null", "none", "nan"))
_NUMBER = expression(r"-?\d[\d.eE+-]*")
_DEEPEST = 60
_LONGEST_STRING = 20_000


def find_json(text: str) -> list[Node]:
    """Finds the JSON objects and lists of a text, in order, the outermost only."""
    nodes: list[Node] = []
    at = 0
    while found := _OPENING.search(text, at):
        node = _read(text, found.start())
        at = max(node.end, found.end())
        if any(_has_pairs(node)):
            nodes.append(node)
    return nodes


def _has_pairs(node: Node) -> Iterator[bool]:
    yield bool(node.keys)
    for item in node.items[:4]:
        if isinstance(item, Node):
            yield bool(item.keys)


def _read(text: str, start: int) -> Node:
    """Reads one value that begins with a bracket; ends where it closes, or where the text is no JSON any more."""
    root = Node(start)
    stack: list[Node] = []
    key: str | None = None
    at = start
    while found := _TOKEN.match(text, at):
        at = found.end()
        double, single, mark, word = found.groups()
        if mark in ("{", "["):
            node = Node(found.start()) if stack else root
            if stack and len(stack) < _DEEPEST:
                _put(stack[-1], key, node)
            stack.append(node)
            key = None
        elif mark in ("}", "]"):
            stack.pop().end = at
            key = None
            if not stack:
                break
        elif double is not None or single is not None or word is not None:
            is_key = _COLON.match(text, at) is not None
            if word is not None and not is_key and word.lower() not in _WORDS and not _NUMBER.fullmatch(word):
                at = found.start()
                break
            leaf = _leaf(found, double, single)
            if is_key:
                key = leaf.value
            else:
                _put(stack[-1], key, leaf)
                key = None
    for node in (root, *stack):
        node.end = node.end or at
    return root


_COLON = expression(r"\s{0,200}:")


def _leaf(found: re.Match[str], double: str | None, single: str | None) -> Leaf:
    start, end = found.span(1 if double is not None else 2 if single is not None else 4)
    raw = found.group()[start - found.start() : end - found.start()]
    if "\\" not in raw or double is None:
        return Leaf(raw, start, end)
    try:
        value = json.loads(f'"{raw[:_LONGEST_STRING]}"', strict=False)
    except ValueError:
        value = raw.replace("\\n", "\n").replace('\\"', '"')
    return Leaf(harmless(value), start, end, exact=False)


def _put(parent: Node, key: str | None, item: "Leaf | Node") -> None:
    if key is not None:
        while len(parent.keys) < len(parent.items):
            parent.keys.append("")
        parent.keys.append(key)
    parent.items.append(item)
