"""With which characters an element of a grammar can begin: so the lowering knows where going back is pointless.

An atomic group costs time in `re`.  It is not needed where what could be tried instead fails at
its first character: the other branches of a choice that begin differently, or what follows an
option that begins differently from the option.
"""

from dataclasses import dataclass
from functools import lru_cache, reduce

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


@lru_cache(maxsize=10_000)  # asked again at each level of a nested choice
def begin_of(element: pp.ParserElement) -> Begin:
    """Gives a set that holds every first character of the element (it may hold more)."""
    match element:
        case pp.StringEnd():
            return NOTHING
        case pp.Word():
            return Begin(frozenset(element.initChars))
        case pp.CharsNotIn():
            return Begin(frozenset(element.notCharsSet), negated=True)
        case pp.Literal():
            head = element.match[:1]
            return Begin(frozenset((head.lower(), head.upper(), head))) if head else _EMPTY
        case pp.And():
            return reduce(lambda rest, part: before(part, rest), reversed(element.exprs), _EMPTY)
        case pp.MatchFirst():
            return _any_of([begin_of(part) for part in element.exprs])
        case pp.FollowedBy() | pp.NotAny():
            return _EMPTY
        case pp.Opt() | pp.ZeroOrMore() if element.expr is not None:
            return begin_of(element.expr).joined(NOTHING, ends=True)
        case pp.OneOrMore() | pp.Combine() | pp.Suppress() if element.expr is not None:
            return begin_of(element.expr)
    return ANYTHING


def before(part: pp.ParserElement, rest: Begin) -> Begin:
    """Gives the same of an element and the text behind it, which begins like `rest`."""
    begin = begin_of(part)
    return begin.joined(rest, ends=rest.ends) if begin.ends else begin


def _any_of(begins: list[Begin]) -> Begin:
    found = begins[0]
    for begin in begins[1:]:
        found = found.joined(begin, ends=found.ends or begin.ends)
    return found
