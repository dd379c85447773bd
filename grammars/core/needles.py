"""Which fixed texts a line must hold for a grammar to fit it: most grammars of a program are ruled out by these."""

from typing import Any

import pyparsing as pp

from grammars.core.first import kind_of

_MOST = 3  # more are slower to look for than the grammar is to try


def needles_of(element: pp.ParserElement) -> tuple[str, ...]:
    """Gives texts of which at least one stands in every text that `element` fits; `("",)` where none is known."""
    found = _needles(element)
    return found if 0 < len(found) <= _MOST else ("",)


def _needles(element: Any) -> tuple[str, ...]:  # noqa: ANN401 - which element it is, its kind tells
    kind = kind_of(element)
    if kind is pp.Literal:
        return (element.match,)
    if kind is pp.And:
        return max(map(_needles, element.exprs), key=_worth, default=())
    if kind is pp.MatchFirst:
        branches = [_needles(part) for part in element.exprs]
        return tuple({text: None for branch in branches for text in branch}) if all(branches) else ()
    return _needles(element.expr) if kind in _SHELLS else ()


_SHELLS = frozenset({pp.OneOrMore, pp.Combine, pp.Suppress})


def _worth(texts: tuple[str, ...]) -> tuple[bool, int]:
    return len(texts) <= _MOST, min(map(len, texts), default=0)
