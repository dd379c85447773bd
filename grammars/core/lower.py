"""Lowers a pyparsing expression to one regular expression that accepts the same lines.

pyparsing is a PEG: choice is ordered and a finished element is never entered again.
Atomic groups (Python 3.11) mean exactly that, so choices, options and repetitions become such
groups, and the pattern needs time linear in the line, whoever wrote the line.  A plain group
does, and is faster, where going back would fail at the next character (grammars/core/first.py).

What has no exact counterpart, or could take more than linear time, is refused when a shape is
first run (the contract tests run all), with the element named (`NotLowerable`):

* recursion, parse actions, regular expressions, words with a maximum length;
* a repetition of something that can match nothing;
* inside a repetition, a choice that may read far and then fail, or a lookahead that may read far
  (quadratic time);
* a name inside a repetition, a name given twice, a name on more than one token;
* `SkipTo` anything but literals or the end of the text.

No white space is skipped: grammars write their spaces.
Possessive quantifiers stand on single-character classes only: Python 3.11.2 misreads them
on groups.  See docs/adr/0002-grammars-run-as-one-pattern.md.
"""

import re
from functools import cache
from itertools import combinations
from typing import Any

import pyparsing as pp

from grammars.core.first import ANYTHING, Begin, before, begin_of, kind_of


class NotLowerableError(ValueError):
    """A grammar uses an element that has no linear-time pattern; the message names it."""


def lower(expression: pp.ParserElement, follow: Begin = ANYTHING) -> str:
    """Gives the pattern text of `expression`; its names become the names of groups, and it has no other groups.

    `follow` tells what the text behind it may begin with, where that is known.

    Raises NotLowerableError.
    """
    return _Lowering().pattern(expression, follow, inside_repeat=False)


def reference(expression: pp.ParserElement) -> pp.ParserElement:
    """Gives `expression` as pyparsing itself runs it: no skipped white space, whole text."""
    whole = (expression + pp.StringEnd()).leave_whitespace()
    whole.parse_with_tabs()
    return whole


def read_reference(whole: pp.ParserElement, text: str) -> dict[str, str] | None:
    """Parses `text` token by token: the named results, or None where it does not fit.

    Empty results are left out, as they are in the lowered form.
    """
    try:
        results = whole.parse_string(text)
    except pp.ParseException:
        return None
    return {name: str(value) for name, value in results.as_dict().items() if value != ""}


def _parts(element: pp.ParserElement) -> list[pp.ParserElement]:
    if isinstance(element, pp.ParseExpression):
        return list(element.exprs)
    if isinstance(element, pp.ParseElementEnhance):
        if element.expr is None:
            raise NotLowerableError(f"{element}: a forward without a body")
        return [element.expr]
    return []


@cache
def _char_class(chars: frozenset[str], *, negated: bool = False) -> str:
    if not chars:
        return r"[\s\S]" if negated else r"(?!)"
    if len(chars) == 1 and not negated:
        return re.escape(next(iter(chars)))
    codes = sorted(ord(char) for char in chars)
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "[" + ("^" if negated else "") + "".join(_run_text(first, last) for first, last in runs) + "]"


def _run_text(first: int, last: int) -> str:
    ends = re.escape(chr(first)), re.escape(chr(last))
    if first == last:
        return ends[0]
    return ends[0] + ("-" if last > first + 1 else "") + ends[1]


_TOKENS = (pp.Word, pp.CharsNotIn, pp.Literal, pp.SkipTo, pp.Combine)
_REPEATS = (pp.ZeroOrMore, pp.OneOrMore)
_LOOKAHEADS = (pp.FollowedBy, pp.NotAny)


def _is_one_token(element: pp.ParserElement) -> bool:
    """Whether pyparsing gives the text that the element read as one token, unchanged."""
    if isinstance(element, pp.MatchFirst):
        return all(_is_one_token(part) for part in element.exprs)
    return isinstance(element, _TOKENS) and not isinstance(element, pp.CaselessLiteral)


def _nullable(element: pp.ParserElement) -> bool:
    """Whether the element can match without reading a character."""
    if isinstance(element, pp.Literal):
        return not element.match
    if isinstance(element, (pp.Opt, pp.ZeroOrMore, pp.SkipTo, pp.StringEnd, *_LOOKAHEADS)):
        return True
    if isinstance(element, pp.And):
        return all(_nullable(part) for part in element.exprs)
    if isinstance(element, pp.MatchFirst):
        return any(_nullable(part) for part in element.exprs)
    if isinstance(element, pp.ParseElementEnhance):
        return all(_nullable(part) for part in _parts(element))
    return False


def _unbounded(element: pp.ParserElement) -> bool:
    """Whether the element may read any number of characters."""
    if isinstance(element, (pp.Word, pp.CharsNotIn)):
        return bool(element.minLen != element.maxLen)
    if isinstance(element, (pp.SkipTo, *_REPEATS)):
        return True
    return any(_unbounded(part) for part in _parts(element))


def _fails_late(element: pp.ParserElement) -> bool:
    """Whether the element may fail after having read any number of characters."""
    if isinstance(element, pp.SkipTo):
        return True
    if isinstance(element, pp.And):
        read_far = False
        for part in element.exprs:
            if _fails_late(part) or (read_far and not _never_fails(part)):
                return True
            read_far = read_far or _unbounded(part)
        return False
    if isinstance(element, (pp.Opt, pp.ZeroOrMore)):
        return False  # it gives up and succeeds; the waste inside is looked at as a choice
    return any(_fails_late(part) for part in _parts(element))


def _never_fails(element: pp.ParserElement) -> bool:
    return isinstance(element, (pp.Opt, pp.ZeroOrMore, pp.Empty))


class _Lowering:
    """One walk over one expression."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._above: list[pp.ParserElement] = []

    def pattern(self, element: pp.ParserElement, follow: Begin, *, inside_repeat: bool) -> str:
        if any(element is outer for outer in self._above):
            raise NotLowerableError(f"{element}: recursion")
        if element.parseAction:
            raise NotLowerableError(f"{element}: a parse action decides")
        if element.ignoreExprs:
            raise NotLowerableError(f"{element}: ignored text")
        self._above.append(element)
        text = self._body(element, follow, inside_repeat=inside_repeat)
        self._above.pop()
        name = element.resultsName
        return self._named(element, name, text, inside_repeat=inside_repeat) if name else text

    def _named(self, element: pp.ParserElement, name: str, text: str, *, inside_repeat: bool) -> str:
        if inside_repeat:
            raise NotLowerableError(f"{name}: a name inside a repetition")
        if name in self._names:
            raise NotLowerableError(f"{name}: named twice; write it once around the choice")
        if not _is_one_token(element):
            raise NotLowerableError(f"{name}: a name on more than one token; wrap it in Combine")
        self._names.add(name)
        return f"(?P<{name}>{text})"

    def _body(self, element: Any, follow: Begin, *, inside_repeat: bool) -> str:  # noqa: ANN401 - its kind tells
        kind = kind_of(element)
        if kind is pp.CaselessLiteral:
            return f"(?i:{re.escape(element.match)})"
        if kind is pp.StringEnd:
            return r"\Z"
        if kind is pp.Word or kind is pp.CharsNotIn:
            return _run_of_chars(element)
        if kind is pp.Literal:
            return str(re.escape(element.match))
        if kind is pp.And:
            return self._sequence(element.exprs, follow, inside_repeat=inside_repeat)
        if kind is pp.MatchFirst:
            return self._choice(element, follow, inside_repeat=inside_repeat)
        if kind is pp.ParserElement:
            raise NotLowerableError(f"{type(element).__name__} {element}: no exact pattern is known")
        return self._enhanced(element, kind, follow, inside_repeat=inside_repeat)

    def _sequence(self, parts: list[pp.ParserElement], follow: Begin, *, inside_repeat: bool) -> str:
        behind = [follow]  # what stands behind each part, worked out from the last to the first
        for part in parts[:0:-1]:
            behind.append(before(part, behind[-1]))
        return "".join(
            self.pattern(part, rest, inside_repeat=inside_repeat)
            for part, rest in zip(parts, reversed(behind), strict=True)
        )

    def _choice(self, element: pp.MatchFirst, follow: Begin, *, inside_repeat: bool) -> str:
        for part in element.exprs[:-1]:
            _refuse_waste(part, inside_repeat=inside_repeat)
        branches = "|".join(self.pattern(part, follow, inside_repeat=inside_repeat) for part in element.exprs)
        begins = [begin_of(part) for part in element.exprs]
        apart = all(one.apart_from(other) for one, other in combinations(begins, 2))
        return f"(?:{branches})" if apart else f"(?>{branches})"

    def _enhanced(
        self,
        element: Any,  # noqa: ANN401 - its kind tells
        kind: type[pp.ParserElement],
        follow: Begin,
        *,
        inside_repeat: bool,
    ) -> str:
        if element.expr is None:
            raise NotLowerableError(f"{element}: a forward without a body")
        if kind is pp.SkipTo:
            return _skip_to(element)
        if kind is pp.ZeroOrMore or kind is pp.OneOrMore:
            return self._repeat(element, follow, inside_repeat=inside_repeat)
        if kind is pp.Opt:
            _refuse_waste(element.expr, inside_repeat=inside_repeat)
            option = self.pattern(element.expr, follow, inside_repeat=inside_repeat)
            return f"(?:{option}|)" if begin_of(element.expr).apart_from(follow) else f"(?>{option}|)"
        if kind is pp.FollowedBy or kind is pp.NotAny:
            _refuse_waste(element.expr, inside_repeat=inside_repeat)
            if inside_repeat and _unbounded(element.expr):
                raise NotLowerableError(f"{element}: inside a repetition a lookahead may read far")
            sign = "=" if kind is pp.FollowedBy else "!"
            return f"(?{sign}{self.pattern(element.expr, ANYTHING, inside_repeat=True)})"
        if kind is pp.Combine or kind is pp.Suppress:
            return self.pattern(element.expr, follow, inside_repeat=inside_repeat)
        raise NotLowerableError(f"{type(element).__name__} {element}: no exact pattern is known")

    def _repeat(self, element: pp.ZeroOrMore | pp.OneOrMore, follow: Begin, *, inside_repeat: bool) -> str:
        if _nullable(element.expr):
            raise NotLowerableError(f"{element}: a repetition of something that can match nothing")
        if element.not_ender is not None:
            raise NotLowerableError(f"{element}: stop_on; write a lookahead")
        _refuse_waste(element.expr, inside_repeat=inside_repeat)
        sign = "*" if isinstance(element, pp.ZeroOrMore) else "+"
        again = begin_of(element.expr).joined(follow, ends=follow.ends)
        return f"(?>(?:{self.pattern(element.expr, again, inside_repeat=True)}){sign})"


def _refuse_waste(element: pp.ParserElement, *, inside_repeat: bool) -> None:
    if inside_repeat and _fails_late(element):
        raise NotLowerableError(f"{element}: inside a repetition it may read far and then fail")


def _run_of_chars(element: pp.Word | pp.CharsNotIn) -> str:
    if isinstance(element, pp.CharsNotIn):
        first = body = _char_class(frozenset(element.notCharsSet), negated=True)
    else:
        if element.maxSpecified or element.asKeyword:
            raise NotLowerableError(f"{element}: a word with a maximum length, or a keyword")
        first, body = _char_class(frozenset(element.initChars)), _char_class(frozenset(element.bodyChars))
    least, most = element.minLen, element.maxLen
    if least == most:
        counted = f"{body}{{{least}}}" if first == body else f"{first}{body}{{{least - 1}}}"
        return first if least == 1 else counted
    if isinstance(element, pp.CharsNotIn) and most < 2**31:
        raise NotLowerableError(f"{element}: a word with a maximum length")
    if first == body:
        return f"{body}++" if least == 1 else f"{body}{{{least},}}+"
    return f"{first}{body}*+" if least == 1 else f"{first}{body}{{{least - 1},}}+"


def _skip_to(element: pp.SkipTo) -> str:
    if element.includeMatch or element.failOn is not None or element.ignoreExpr is not None:
        raise NotLowerableError(f"{element}: SkipTo with include, ignore or fail_on")
    target = element.expr
    assert target is not None  # noqa: S101 - the caller looked
    if isinstance(target, pp.MatchFirst):
        goals = "|".join(_goal(part) for part in target.exprs)
        return rf"(?>(?:(?!{goals})[\s\S])*(?={goals}))"
    if isinstance(target, pp.StringEnd):
        return r"[\s\S]*+"
    literal = _literal_text(target)
    head, rest = re.escape(literal[0]), re.escape(literal[1:])
    if not rest:
        return f"[^{head}]*+(?={head})"
    return f"(?>[^{head}]*+(?:{head}(?!{rest})[^{head}]*+)*)(?={head}{rest})"


def _goal(target: pp.ParserElement) -> str:
    return r"\Z" if isinstance(target, pp.StringEnd) else re.escape(_literal_text(target))


def _literal_text(target: pp.ParserElement) -> str:
    if not isinstance(target, pp.Literal) or isinstance(target, pp.CaselessLiteral) or not target.match:
        raise NotLowerableError(f"{target}: SkipTo takes literals only")
    return target.match
