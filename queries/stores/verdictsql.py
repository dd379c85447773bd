"""Conditions as SQL over one month's verdicts, exactly as `matches` means them.

Names of tables and columns are ours; whatever a user or a log wrote is bound, never pasted.  What
SQL cannot say of a text (the forms of an address, networks, letters beyond ASCII) it asks Python,
for the words that come into question only.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from queries.conditions import And, Condition, Contains, Equals, InNetwork, Not, Or, Prefix, Range, Suffix
from queries.fields import FIELDS
from queries.stores.words import Oddity, WordKind, unpacked

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
    "from": (_Words("path", WordKind.ADDRESS),),
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
                return f"({' OR '.join(map(self.render, parts))})" if parts else _NEVER
            case Not(part=part):
                return f"(NOT {self.render(part)})"
            case Range(field=name, low=low, high=high):
                return self._range(_NUMBERS[name], low, high) if name in _NUMBERS else _NEVER
            case _:
                return self._leaf(condition)

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

    def _leaf(self, leaf: Equals | Prefix | Suffix | Contains | InNetwork) -> str:
        parts = [self._in_words(leaf, column) for column in _WORDS.get(leaf.field, ())]
        if not isinstance(leaf, InNetwork):
            if leaf.field in _TEXTS:
                parts.append(self._in_text(leaf, _TEXTS[leaf.field]))
            if leaf.field == "mid":
                parts.append(self._compared(leaf, "v.mid"))
            if leaf.field == "qid":
                parts.append(self._in_ids(leaf))
            if leaf.field == "id":
                parts.append(self._own_id(leaf))
        return f"({' OR '.join(parts)})" if parts else _NEVER

    # ------------------------------------------------------------ words

    def _in_words(self, leaf: TextLeaf, column: _Words) -> str:
        numbers = column.kind.numbers
        chosen = self._address(leaf) if column.kind is WordKind.ADDRESS else self._part(leaf, column)
        return (
            f"ifnull(v.{column.name} IN (SELECT w.n FROM {self.words} AS w"
            f" WHERE w.n BETWEEN {numbers.start} AND {numbers.stop - 1} AND {chosen}), 0)"
        )

    def _address(self, leaf: TextLeaf) -> str:
        """SQL decides of plain words; of others it says yes, or asks Python where the parts stand in the word."""
        python = self._asked(leaf)
        if isinstance(leaf, InNetwork) or not _is_folded(leaf.value):
            return f"w.odd = {Oddity.ODD} AND {python}"
        like = rf"w.text LIKE {self._bind(_like(leaf))} ESCAPE '\'"
        near = self._near(leaf)
        return (
            f"CASE w.odd WHEN {Oddity.NONE} THEN {like}"
            f" WHEN {Oddity.WRAPPED} THEN {like} OR ({near} AND {python}) ELSE {python} END"
        )

    def _near(self, leaf: _Compared) -> str:
        """What is true of a wrapped word that can have the form: it holds the longer side of @; no form is empty."""
        if not leaf.value:
            return _NEVER if isinstance(leaf, Equals) else "1"
        side = max(leaf.value.rpartition("@")[::2], key=len)
        return rf"w.text LIKE {self._bind(_holding(side))} ESCAPE '\'"

    def _part(self, leaf: TextLeaf, column: _Words) -> str:
        needle, python = _needle(leaf), self._asked(leaf, column)
        if needle is None:
            return python
        near = rf"w.text LIKE {self._bind(_holding(needle))} ESCAPE '\'"
        return f"(w.odd = {Oddity.ODD} OR {near}) AND {python}"

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

    def _in_ids(self, leaf: _Compared) -> str:
        """Ids stand in lines."""
        if "\n" in leaf.value:
            return _NEVER
        before = "" if isinstance(leaf, (Suffix, Contains)) else "\n"
        after = "" if isinstance(leaf, (Prefix, Contains)) else "\n"
        line = self._bind(f"{before}{leaf.value}{after}")
        return f"ifnull(instr(char(10) || v.qids || char(10), {line}) > 0, 0)"

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


def id_head(column: str) -> str:
    """The part of an id that is indexed, as SQL."""
    return f"substr({column}, 1, {ID_HEAD})"


def _in_reach(number: float) -> float:
    """SQLite's integers have 64 bits, and so has every number that it holds; larger ones compare as floats do."""
    return number if abs(number) < 2**63 else float(number)


def _is_folded(value: str) -> bool:
    """Whether a plain word can have it in it at all."""
    return value.isascii() and value == value.lower()


def _like(leaf: _Compared) -> str:
    before = "" if isinstance(leaf, (Equals, Prefix)) else "%"
    after = "" if isinstance(leaf, (Equals, Suffix)) else "%"
    return before + _escaped(leaf.value) + after


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
