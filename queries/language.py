"""The search language of the command line: text in, a condition out, or an error that points at the place.

    from:news@shop.example fate:rejected since:7d
    (to:bob@ or to:alice@) and not fate:delivered
    192.0.2.0/24 size:>1M subject:"your order"

pyparsing cuts the text into words; a small loop, whose depth is bounded, joins them.  No text of a
query becomes a pattern or a statement of any store.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

import pyparsing as pp

from grammars import Instant
from queries.conditions import EVERYTHING, And, Condition, Not, Or
from queries.terms import QueryError, Terms, Word

__all__ = ["Query", "QueryError", "parse_bound", "parse_query"]

LONGEST_QUERY = 4_000  # characters
_MOST_TERMS = 200
_DEEPEST = 40  # brackets within brackets


@dataclass(frozen=True, slots=True)
class Query:
    """What a query asks for, and what its bare words were taken for, to be told to who wrote it."""

    condition: Condition
    taken: tuple[str, ...] = ()


def parse_query(text: str, *, now: Instant, zone: tzinfo) -> Query:
    """Reads a query; an empty one matches everything.

    `now` is what relative times count from, `zone` that of times that name none.  Raises QueryError.
    """
    _refuse_unusable(text)
    reader = _Reader(list(_tokens(text)), len(text) + 1, now, zone)
    return Query(reader.whole(), tuple(dict.fromkeys(reader.taken)))


def parse_bound(name: str, text: str, *, now: Instant, zone: tzinfo) -> Condition:
    """Reads the value of `since` or `until` that stands outside a query.  Raises QueryError."""
    return Terms(now, zone).named(name, Word(text, quoted=True, column=1))


def _refuse_unusable(text: str) -> None:
    if len(text) > LONGEST_QUERY:
        raise QueryError(f"the query has {len(text):,} characters", 1, f"at most {LONGEST_QUERY:,}")
    for place, char in enumerate(text):
        if (ord(char) < 32 and char not in "\t\n\r") or 0xD800 <= ord(char) <= 0xDFFF:
            raise QueryError("a control character, or one that is no Unicode", place + 1, "text that can be printed")


# ---------------------------------------------------------------- words


class _Token(NamedTuple):
    """A bracket, an operator (`kind` is its own text), or a term: a field's name, perhaps, and a word."""

    kind: str
    column: int
    name: str | None = None
    word: Word | None = None


_OPERATORS = ("and", "or", "not")


def _piece() -> pp.ParserElement:
    """One bracket or one term, with what stands before it; nothing inside it may be parted by blanks."""
    minus = pp.Literal("-")("minus") + pp.FollowedBy(pp.CharsNotIn(" \t\r\n)"))
    name = pp.Word(pp.alphas, pp.alphanums + "_")("name") + pp.Literal(":").leave_whitespace()
    quotes = pp.QuotedString('"', esc_char="\\", convert_whitespace_escapes=False)
    value = quotes("quoted") | pp.CharsNotIn(' \t\r\n()"')("bare")
    tight = value.leave_whitespace()
    return pp.Opt(minus) + (pp.one_of("( )")("bracket") | (name + pp.Opt(tight)) | value)


def _tokens(text: str) -> Iterator[_Token]:
    """Cuts the text."""
    end = 0
    for found, start, end_of_piece in _piece().parse_with_tabs().scan_string(text):
        _refuse_rest(text[end:start], end)
        if 0 < start == end and text[start] not in "()" and text[start - 1] not in "()":
            raise QueryError("two values without a blank between", start + 1, 'a blank, or " around the whole value')
        yield from _read_piece(found.as_dict(), start + 1)
        end = end_of_piece
    _refuse_rest(text[end:], end)


def _refuse_rest(passed: str, start: int) -> None:
    """The one thing that is no piece is a quote without its second."""
    if passed.strip(" \t\r\n"):
        column = start + len(passed) - len(passed.lstrip(" \t\r\n")) + 1
        raise QueryError("the quotes are not closed", column, 'a second "')


def _read_piece(found: dict[str, str], column: int) -> Iterator[_Token]:
    if "minus" in found:
        yield _Token("not", column)
        column += 1
    name = found.get("name")
    value_column = column if name is None else column + len(name) + 1
    if "bracket" in found:
        yield _Token(found["bracket"], column)
    elif "quoted" in found:
        yield _Token("term", column, name, Word(found["quoted"], quoted=True, column=value_column + 1))
    elif name is None and found["bare"].lower() in _OPERATORS:
        yield _Token(found["bare"].lower(), column)
    else:
        yield _Token("term", column, name, Word(found.get("bare", ""), quoted=False, column=value_column))


# ---------------------------------------------------------------- and, or, not, brackets


class _Reader:
    """Joins words: `or` binds least, then `and` (or nothing at all between two), then `not`."""

    def __init__(self, tokens: list[_Token], end: int, now: Instant, zone: tzinfo) -> None:
        if sum(token.kind == "term" for token in tokens) > _MOST_TERMS:
            raise QueryError("too many conditions", 1, f"at most {_MOST_TERMS}")
        self._tokens = [*tokens, _Token("end", end)]
        self._place = 0
        self._terms = Terms(now, zone)

    @property
    def taken(self) -> list[str]:
        """What bare words were taken for."""
        return self._terms.taken

    def whole(self) -> Condition:
        """Reads all of it."""
        if self._next.kind == "end":
            return EVERYTHING
        found = self._any_of(_DEEPEST)
        if self._next.kind != "end":
            raise QueryError("a closing bracket without an opening one", self._next.column, "( somewhere before it")
        return found

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        self._place += 1
        return self._tokens[self._place - 1]

    def _any_of(self, depth: int) -> Condition:
        parts = [self._all_of(depth)]
        while self._next.kind == "or":
            self._take()
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all_of(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._next.kind in {"and", "not", "(", "term"}:
            if self._next.kind == "and":
                self._take()
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self, depth: int) -> Condition:
        negated = False
        while self._next.kind == "not":
            self._take()
            negated = not negated
        found = self._primary(depth)
        return Not(found) if negated else found

    def _primary(self, depth: int) -> Condition:
        token = self._take()
        if token.kind == "term" and token.word is not None:
            return self._terms.condition(token.name, token.word, token.column)
        if token.kind != "(":
            what = "the query ends" if token.kind == "end" else f"{token.kind} stands alone"
            raise QueryError(what, token.column, "a condition, such as to:bob@example.com")
        if not depth:
            raise QueryError("too many brackets within brackets", token.column, f"at most {_DEEPEST}")
        found = self._any_of(depth - 1)
        if self._take().kind != ")":
            raise QueryError("the bracket is not closed", token.column, "a ) somewhere after it")
        return found
