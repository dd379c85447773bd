"""What a daemon says of itself or of its surroundings: many fixed phrases with free text between, as one grammar.

A phrase is written as it is printed: a star stands for any text, everything else for itself.
Phrases that begin with the same character are tried together; those that begin with a star begin
with one word (a table, a file, an address, a function).
"""

from collections import defaultdict
from collections.abc import Iterable

import pyparsing as pp


def lines_of(text: str) -> list[str]:
    """Gives the phrases of a text that holds one a line."""
    return [line for line in text.splitlines() if line]


def phrases(texts: Iterable[str]) -> pp.ParserElement:
    """Gives a grammar that fits each of the phrases, to the end of the line."""
    fixed: list[str] = []
    behind_a_word: list[str] = []
    for text in texts:
        if text.startswith("*"):
            behind_a_word.append(text.partition(" ")[2])
        else:
            fixed.append(text)
    choices = [_by_first_character(fixed)]
    if behind_a_word:
        word = pp.Opt(pp.Literal('"') + pp.CharsNotIn('"') + '"') + pp.CharsNotIn(" ") + " "
        choices.append(word + _by_first_character(behind_a_word))
    return pp.MatchFirst(choices)


def _by_first_character(texts: list[str]) -> pp.ParserElement:
    groups: dict[str, list[str]] = defaultdict(list)
    for text in sorted(texts, reverse=True):  # the longer of two that begin alike comes first, a star last
        groups["" if text.startswith("*") else text[0]].append(text)
    stars = groups.pop("", [])
    return pp.MatchFirst(
        [pp.MatchFirst([_phrase(text) for text in group]) for group in groups.values()]
        + [_phrase(text) for text in stars]
    )


def _phrase(text: str) -> pp.ParserElement:
    """`do not list * in *`: each star reaches to the next fixed piece, the last one to the end."""
    parts: list[pp.ParserElement] = []
    first, *pieces = text.split("*")
    if first:
        parts.append(pp.Literal(first))
    for piece in pieces:
        parts += [pp.SkipTo(pp.Literal(piece)), pp.Literal(piece)] if piece else [_REST]
    return pp.And(parts if text.endswith("*") else [*parts, _END])


_END = pp.StringEnd()
_REST = pp.SkipTo(_END)
