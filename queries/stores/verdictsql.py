"""Conditions as SQL over one month's verdicts, exactly as `matches` means them.

Names of tables and columns are ours; whatever a user or a log wrote is bound, never pasted.  What
SQL cannot say of a text (the forms of an address, networks, letters beyond ASCII) it asks Python,
for the words that come into question only.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from queries.conditions import And, Condition, Contains, Equals, InNetwork, Not, Or, Prefix, Range, Suffix
from queries.fields import FIELDS
from queries.stores.words import WordKind, unpacked

_Compared = Equals | Prefix | Suffix | Contains
TextLeaf = _Compared | InNetwork

ID_HEAD = 4
"""How many bytes of an id are indexed."""

TEST = "clerk_test"
"""The SQL function `(number of a test, text)` that a connection must have: `Statement.test`."""

_NEVER = "0"


class _Words(NamedTuple):
    """A column of word numbers; of packed words the values from `start` on, up to `end`."""

    name: str
    kind: WordKind
    start: int = 0
    end: int | None = 1


_WORDS: dict[str, tuple[_Words, ...]] = {
    "from": (_Words("path", WordKind.PATH),),
    "to": (_Words("recipient", WordKind.ADDRESS), _Words("final", WordKind.ADDRESS)),
    "author": (_Words("author", WordKind.ADDRESS),),
    "ip": (_Words("client", WordKind.CLIENT, 0, 1),),
    "client": (_Words("client", WordKind.CLIENT, 1, 2),),
    "helo": (_Words("client", WordKind.CLIENT, 2, 3),),
    "host": (_Words("hosts", WordKind.HOSTS, 0, None),),
    "fate": (_Words("outcome", WordKind.OUTCOME, 0, 1),),
    "stage": (_Words("outcome", WordKind.OUTCOME, 2, 3),),
    "owner": (_Words("outcome", WordKind.OUTCOME, 3, 4),),
    "holder": (_Words("outcome", WordKind.OUTCOME, 4, 5),),
    "reason": (_Words("outcome", WordKind.OUTCOME, 5, 6),),
}
_ADDRESSES = frozenset({WordKind.PATH, WordKind.ADDRESS})
_TEXTS = {"reason": "ifnull(v.reason, '')", "subject": "v.subject"}
_NUMBERS = {"size": "v.size", "score": "v.score", "time": "v.time"}


@dataclass(slots=True)
class Statement:
    """A condition over the tables of one month: what is bound to its SQL, and the tests that it asks Python."""

    words: str  # the name of the month's table of words
    bound: list[object] = field(default_factory=list)
    _tests: list[Callable[[str], bool]] = field(default_factory=list)

    def test(self, number: int, text: str | None) -> int:
        """Gives 1 where a text passes a test."""
        return int(text is not None and self._tests[number](text))

    def render(self, condition: Condition) -> str:
        """Gives the SQL of a condition, which is never NULL, and binds its values in their order."""
        match condition:
            case And(parts=parts):
                return f"({' AND '.join(map(self.render, parts))})" if parts else "1"
            case Or(parts=parts):
                together = _on_one_address(parts)
                return self._leaf(*together) if together else self._any(map(self.render, parts))
            case Not(part=part):
                return f"(NOT {self.render(part)})"
            case Range(field=name, low=low, high=high):
                return self._range(_NUMBERS[name], low, high) if name in _NUMBERS else _NEVER
            case _:
                return self._leaf(condition)

    def _any(self, sql: Iterable[str]) -> str:
        return f"({' OR '.join(sql) or _NEVER})"

    def _bind(self, value: object) -> str:
        """Gives the place holder of a value."""
        self.bound.append(value)
        return f"?{len(self.bound)}"

    def _range(self, column: str, low: float | None, high: float | None) -> str:
        ends = [f"{column} IS NOT NULL"]
        for sign, end in ((">=", low), ("<=", high)):
            if end is not None:
                ends.append(f"{column} {sign} {self._bind(_in_reach(end))}")
        return f"({' AND '.join(ends)})"

    def _leaf(self, *leaves: TextLeaf) -> str:
        """Any of some conditions on one field; several only on a field that is all words, read in one pass."""
        leaf = leaves[0]
        parts = [self._in_words(leaves, column) for column in _WORDS.get(leaf.field, ())]
        if not isinstance(leaf, InNetwork):
            if leaf.field in _TEXTS:
                parts.append(self._in_text(leaf, _TEXTS[leaf.field]))
            if leaf.field == "mid":
                parts.append(self._compared(leaf, "v.mid"))
            if leaf.field == "qid":
                parts.append(self._in_lines(leaf, "v.qids"))
            if leaf.field == "id":
                parts.append(self._own_id(leaf))
        return self._any(parts)

    # ------------------------------------------------------------ words

    def _in_words(self, leaves: Iterable[TextLeaf], column: _Words) -> str:
        numbers = column.kind.numbers
        by_kind = self._address if column.kind in _ADDRESSES else partial(self._part, column)
        return (
            f"ifnull(v.{column.name} IN (SELECT w.n FROM {self.words} AS w"
            f" WHERE w.n BETWEEN {numbers.start} AND {numbers.stop - 1} AND {self._any(map(by_kind, leaves))}), 0)"
        )

    def _address(self, leaf: TextLeaf) -> str:
        if isinstance(leaf, InNetwork):
            return _NEVER
        return self._in_lines(leaf, "ifnull(w.forms, lower(w.text))")

    def _part(self, column: _Words, leaf: TextLeaf) -> str:
        needle, python = _needle(leaf), self._asked(leaf, column)
        if needle is None:
            return python
        near = rf"w.text LIKE {self._bind(_holding(needle))} ESCAPE '\'"
        return f"(w.forms IS NOT NULL OR {near}) AND {python}"

    def _asked(self, leaf: TextLeaf, column: _Words | None = None, text: str = "w.text") -> str:
        """Asks Python; the number of the test is ours, and stands in the statement."""
        searched = FIELDS[leaf.field]

        def passes(held: str) -> bool:
            values = [held] if column is None else unpacked(held)[column.start : column.end]
            return any(leaf.test(form) for value in values if value is not None for form in searched.forms(value))

        self._tests.append(passes)
        return f"{TEST}({len(self._tests) - 1}, {text})"

    # ------------------------------------------------------------ texts of a row

    def _in_text(self, leaf: _Compared, column: str) -> str:
        """A row is odd where folding its texts is more than writing them small."""
        return (
            f"CASE WHEN v.odd THEN {self._asked(leaf, text=column)} ELSE {self._compared(leaf, f'lower({column})')} END"
        )

    def _in_lines(self, leaf: _Compared, lines: str) -> str:
        """Whether any of some lines is what is asked for."""
        if "\n" in leaf.value:
            return _NEVER
        before = "" if isinstance(leaf, (Suffix, Contains)) else "\n"
        after = "" if isinstance(leaf, (Prefix, Contains)) else "\n"
        line = self._bind(f"{before}{leaf.value}{after}")
        return f"ifnull(instr(char(10) || {lines} || char(10), {line}) > 0, 0)"

    def _own_id(self, leaf: _Compared) -> str:
        exact = self._compared(leaf, "lower(hex(v.id))")
        head = leaf.value[: 2 * ID_HEAD]
        if isinstance(leaf, (Suffix, Contains)) or not re.fullmatch(rf"[0-9a-f]{{{2 * ID_HEAD}}}", head):
            return exact
        return f"({id_head('v.id')} = {self._bind(bytes.fromhex(head))} AND {exact})"

    def _compared(self, leaf: _Compared, text: str) -> str:
        value = self._bind(leaf.value)
        match leaf:
            case Equals():
                sql = f"{text} = {value}"
            case Prefix():
                sql = f"substr({text}, 1, length({value})) = {value}"
            case Suffix():
                tail = f"substr({text}, length({text}) - length({value}) + 1)"
                sql = f"length({text}) >= length({value}) AND {tail} = {value}"
            case _:
                sql = f"instr({text}, {value}) > 0"
        return f"ifnull({sql}, 0)"


def _on_one_address(parts: tuple[Condition, ...]) -> list[_Compared]:
    """The parts, if all of them are conditions on one address."""
    found = [part for part in parts if isinstance(part, (Equals, Prefix, Suffix, Contains))]
    names = {part.field for part in found}
    is_one = len(found) == len(parts) and len(names) == 1 and names <= {"from", "to", "author"}
    return found if is_one else []


def id_head(column: str) -> str:
    """The part of an id that is indexed, as SQL."""
    return f"substr({column}, 1, {ID_HEAD})"


def _in_reach(number: float) -> float:
    """SQLite's integers have 64 bits, and so has every number that it holds; larger ones compare as floats do."""
    return number if abs(number) < 2**63 else float(number)


def _is_folded(value: str) -> bool:
    """Whether a plain word can have it in it at all."""
    return value.isascii() and value == value.lower()


def _holding(text: str) -> str:
    return f"%{_escaped(text)}%"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _needle(leaf: TextLeaf) -> str | None:
    """What must stand in a packed word that is not odd, or None where that cannot be said."""
    if isinstance(leaf, InNetwork):
        whole = leaf.network.prefixlen // 8
        is_cut = leaf.network.version == 4 and 0 < whole < 4
        return ".".join(str(leaf.network.network_address).split(".")[:whole]) + "." if is_cut else None
    return leaf.value if _is_folded(leaf.value) and not set(leaf.value) & set('"\\') else None
