"""The form of a line that puts a label before a value: `Return-Path: x`, `sending ip ..... x`, `Time (UTC) | x`."""

import re
from functools import lru_cache
from typing import NamedTuple

from correlator.evidence.labels import knows


class Labelled(NamedTuple):
    """One label, where it begins, what stood in brackets behind it, and the stretch of text that its value takes."""

    label: str
    begin: int
    note: str
    start: int
    end: int


_LONGEST_LABEL = 120
_INLINE = re.compile(r"(?<=[\w)\]])[ \t]{0,3}(?::(?!//)|=(?!\?))")
_WORD = re.compile(r"[A-Za-z][\w./-]*(?:\(s\))?")
_MOST_WORDS = 4
_MOST_PER_LINE = 40
_LEADING_WORD = re.compile(r"[ \t]*(?:[-*+#|]{1,3}[ \t]+)?([A-Za-z][A-Za-z0-9-]{0,24})(?=[ \t,])")
_IS = re.compile(r"[ \t]+(?:is|was|are|were)(?=[ \t])[ \t]*(?::[ \t]*)?")
_TRAILING = " \t,;|"


@lru_cache(maxsize=1)
def _line() -> re.Pattern[str]:
    import pyparsing as pp  # noqa: PLC0415 - 100 ms that a JSON text need not pay

    from grammars.core.lower import lower  # noqa: PLC0415 - as above

    blank = pp.Word(" \t")
    bullet = (pp.Word("-*#+~<>=") | (pp.Word(pp.nums) + pp.Char(".)")) | pp.Literal("C:") | pp.Literal("S:")) + blank
    word = pp.Word(pp.alphanums)
    joiner = pp.Char("-_./ &'") + pp.FollowedBy(pp.Char(pp.alphanums))
    label = pp.Combine(pp.Char(pp.alphas) + pp.Opt(word) + pp.ZeroOrMore(joiner + word) + pp.Opt("(s)"))
    number = pp.Opt(pp.Opt(blank) + "#" + pp.Word(pp.nums))
    inside = (pp.Literal("(") + pp.CharsNotIn(")\n") + ")") | (pp.Literal("[") + pp.CharsNotIn("]\n") + "]")
    quote = pp.Opt(pp.Char("\"'"))
    mark = pp.Literal("=>") | "->" | ":=" | (pp.Char(":=|") + pp.Opt(":")) | (pp.Literal("..") + pp.Opt(pp.Word(".")) + pp.Opt(":"))
    strong = pp.Opt(blank) + mark
    gap = pp.Char("\t") | "  " | (pp.Opt(" ") + pp.Char("-~") + pp.Char(" \t")) | pp.Char(",;")
    return re.compile(
        lower(
            pp.Opt(blank)
            + pp.Opt(pp.Literal("|") + pp.Opt(blank))
            + pp.Opt(bullet)
            + quote
            + label("label")
            + number
            + quote
            + pp.Opt(pp.Opt(blank) + pp.Combine(inside)("note"))
            + pp.Combine(strong | gap)("separator")
        )
    )


def read_label(text: str, start: int, end: int) -> tuple[Labelled, bool] | None:
    """Reads the label that begins a line, and whether the mark behind it leaves no doubt; None where there is no such form."""
    found = _line().match(text, start, min(end, start + _LONGEST_LABEL))
    if found is None:
        return None
    sure = found.group("separator").strip(" \t,;-~") != "" or found.group("separator") == "\t"
    return Labelled(found.group("label"), found.start("label"), (found.group("note") or "")[1:-1], *_trimmed(text, found.end(), end)), sure


def read_bare_label(text: str, start: int, end: int) -> Labelled | None:
    """Reads a known label that only a blank, or `is`, divides from what follows: the longest one that begins the line."""
    words = []
    at = start
    while len(words) < _MOST_WORDS and (found := _LEADING_WORD.match(text, at, end)):
        words.append(found)
        at = found.end()
    for count in range(len(words), 0, -1):
        label = text[words[0].start(1) : words[count - 1].end(1)]
        if knows(label):
            verb = _IS.match(text, words[count - 1].end(), end)
            return Labelled(label, words[0].start(1), "", *_trimmed(text, verb.end() if verb else words[count - 1].end(), end))
    return None


def split_labels(text: str, start: int, end: int, *, firmly: bool) -> list[Labelled]:
    """Finds further labels inside a value (`..., to=<x>, relay=y`), each with its own value.

    `firmly`: only behind a comma, a semicolon, a bar, a tab or two blanks, since the value is free text.
    """
    marks: list[tuple[str, int, int]] = []
    for colon in _INLINE.finditer(text, start, end):
        if len(marks) >= _MOST_PER_LINE:
            break
        floor = marks[-1][2] if marks else start
        at = _label_before(text, max(floor, colon.start() - 40), colon.start(), firmly=firmly)
        if at is not None:
            marks.append((text[at : colon.start()], at, colon.end()))
    ends = [at for _, at, _ in marks[1:]] + [end]
    return [Labelled(label, at, "", *_trimmed(text, value, upto)) for (label, at, value), upto in zip(marks, ends, strict=False)]


def _label_before(text: str, floor: int, end: int, *, firmly: bool) -> int | None:
    words = list(_WORD.finditer(text, floor, end))
    if not words or words[-1].end() != end:
        return None
    for word in words[-_MOST_WORDS:]:
        before = text[floor : word.start()]
        divided = not before or before[-1] in ",;|\t([" or before.endswith((", ", "; ", "| ", "  ", "\n")) or (not firmly and before[-1] in " \n")
        if divided and knows(text[word.start() : end]):
            return word.start()
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t":
        start += 1
    while end > start and text[end - 1] in _TRAILING:
        end -= 1
    if end - start >= 2 and text[start] == text[end - 1] and text[start] in "\"'":
        start, end = start + 1, end - 1
    return start, end
