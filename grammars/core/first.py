"""With which characters an element of a grammar can begin: so the lowering knows where going back is pointless.

An atomic group costs time in `re`.  It is not needed where what could be tried instead fails at
its first character: the other branches of a choice that begin differently, or what follows an
option that begins differently from the option.
"""

from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from typing import Any

import pyparsing as pp


@dataclass(frozen=True, slots=True)
class Begin:
    """A set of first characters: `chars`, or all but those; `ends` where the element may match nothing."""

    chars: frozenset[str]
    negated: bool = False
    ends: bool = False

    def apart_from(self, other: "Begin") -> bool:
        """Whether no text begins like both; never said of elements that may match nothing."""
        if self.ends or other.ends:
            return False
        if self.negated and other.negated:
            return False
        if self.negated:
            return other.chars <= self.chars
        return self.chars <= other.chars if other.negated else self.chars.isdisjoint(other.chars)

    def fits(self, first: str) -> bool:
        """Whether a text that begins with this character, or is empty, may be meant."""
        return self.ends or not first or (first in self.chars) is not self.negated

    def joined(self, other: "Begin", *, ends: bool) -> "Begin":
        """Either of two sets."""
        if self.negated and other.negated:
            return Begin(self.chars & other.chars, negated=True, ends=ends)
        if self.negated or other.negated:
            left_out, added = (self, other) if self.negated else (other, self)
            return Begin(left_out.chars - added.chars, negated=True, ends=ends)
        return Begin(self.chars | other.chars, ends=ends)


NOTHING = Begin(frozenset())
"""The end of the text: no character begins it."""

ANYTHING = Begin(frozenset(), negated=True, ends=True)
_EMPTY = Begin(frozenset(), ends=True)


_KINDS = (
    pp.CaselessLiteral, pp.StringEnd, pp.Word, pp.CharsNotIn, pp.Literal, pp.And, pp.MatchFirst,
    pp.FollowedBy, pp.NotAny, pp.Opt, pp.ZeroOrMore, pp.OneOrMore, pp.SkipTo, pp.Combine, pp.Suppress,
    pp.ParseElementEnhance,
)  # fmt: skip


@cache
def _kind_of(element_type: type[pp.ParserElement]) -> type[pp.ParserElement]:
    return next((kind for kind in _KINDS if issubclass(element_type, kind)), pp.ParserElement)


def kind_of(element: pp.ParserElement) -> type[pp.ParserElement]:
    """Gives the first of the known classes that an element is of; its own abstract ones are slow to ask each time."""
    return _kind_of(type(element))


@lru_cache(maxsize=10_000)  # asked again at each level of a nested choice
def begin_of(element: Any) -> Begin:  # noqa: ANN401 - which element it is, its kind tells
    """Gives a set that holds every first character of the element (it may hold more)."""
    kind = kind_of(element)
    if kind is pp.StringEnd:
        return NOTHING
    if kind is pp.Word:
        return _one_of(frozenset(element.initChars))
    if kind is pp.CharsNotIn:
        return Begin(frozenset(element.notCharsSet), negated=True)
    if kind is pp.Literal:
        return _one_of(frozenset(element.match[:1])) if element.match else _EMPTY
    if kind is pp.CaselessLiteral:
        return ANYTHING  # a letter has more cases than two
    if kind is pp.And:
        return reduce(lambda rest, part: before(part, rest), reversed(element.exprs), _EMPTY)
    if kind is pp.MatchFirst:
        return _any_of([begin_of(part) for part in element.exprs])
    if kind in _LOOKAHEADS:
        return _EMPTY
    if kind in _OPTIONS:
        return begin_of(element.expr).joined(NOTHING, ends=True)
    return begin_of(element.expr) if kind in _SHELLS else ANYTHING


_LOOKAHEADS = frozenset({pp.FollowedBy, pp.NotAny})
_OPTIONS = frozenset({pp.Opt, pp.ZeroOrMore})
_SHELLS = frozenset({pp.OneOrMore, pp.Combine, pp.Suppress})


@cache
def _one_of(chars: frozenset[str]) -> Begin:
    return Begin(chars)


def before(part: pp.ParserElement, rest: Begin) -> Begin:
    """Gives the same of an element and the text behind it, which begins like `rest`."""
    begin = begin_of(part)
    return begin.joined(rest, ends=rest.ends) if begin.ends else begin


def _any_of(begins: list[Begin]) -> Begin:
    found = begins[0]
    for begin in begins[1:]:
        found = found.joined(begin, ends=found.ends or begin.ends)
    return found
