"""The form of a line that puts a label before a value: `Return-Path: x`, `sending ip ..... x`, `Time (UTC) | x`."""

import re
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from correlator.evidence.expressions import expression
from correlator.evidence.labels import knows


class Labelled(NamedTuple):
    """One label, where it begins, what stood in brackets behind it, and the stretch of text that its value takes."""

    label: str
    begin: int
    note: str
    start: int
    end: int


_LONGEST_LABEL = 120
_ACCENTED = "".join(map(chr, (*range(0xC0, 0xD7), *range(0xD8, 0xF7), *range(0xF8, 0x180))))
_INLINE = expression(
    r"(?<=[\w)\]])[ \t]{0,3}(?::(?!//)|=(?!\?|\d{5,9}-\d\d))"  # amavis replies `Ok, discarded, id=00690-06 - spam`
)
_WORD = expression(r"[A-Za-z][\w./-]*(?:\(s\))?")
_MOST_WORDS = 4
_MOST_PER_LINE = 40
_LEADING_WORD = expression(r"[ \t]*(?:[-*+#|]{1,3}[ \t]+)?([A-Za-z][A-Za-z0-9-]{0,24})(?=[ \t,])")
_CLOCK = expression(r".{0,1}(?<![\w-])\d{1,2}:[0-5]\d(?![\d.])")
_IS = expression(r"[ \t]+(?:is|was|are|were)(?=[ \t])[ \t]*(?::[ \t]*)?")
_TRAILING = " \t,;|"


@lru_cache(maxsize=1)
def _line() -> re.Pattern[str]:
    import pyparsing as pp  # noqa: PLC0415 - 100 ms that a JSON text need not pay

    from grammars.core.lower import lower  # noqa: PLC0415 - as above

    blank = pp.Word(" \t")
    bullet = (pp.Word("-*#+~<>=") | (pp.Word(pp.nums) + pp.Char(".)")) | pp.Literal("C:") | pp.Literal("S:")) + blank
    letters = pp.alphas + _ACCENTED
    word = pp.Word(letters + pp.nums)
    joiner = pp.Char("-_./ &'") + pp.FollowedBy(pp.Char(letters + pp.nums))
    label = pp.Combine(pp.Char(letters) + pp.Opt(word) + pp.ZeroOrMore(joiner + word) + pp.Opt("(s)"))
    number = pp.Opt(pp.Opt(blank) + "#" + pp.Word(pp.nums))
    inside = (pp.Literal("(") + pp.CharsNotIn(")\n") + ")") | (pp.Literal("[") + pp.CharsNotIn("]\n") + "]")
    quote = pp.Opt(pp.Char("\"'"))
    mark = (
        pp.Literal("=>")
        | "->"
        | ":="
        | (pp.Char(":=|") + pp.Opt(":"))
        | (pp.Literal("..") + pp.Opt(pp.Word(".")) + pp.Opt(":"))
    )
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


class Mark(Enum):
    """How plainly the mark behind a label says that it is one."""

    SURE = auto()  # a colon, an equals sign, a bar, a tab, leader dots
    FAIR = auto()  # a dash or two blanks: the label must be known
    WEAK = auto()  # a comma or a semicolon: the value must be of the label's kind, too


def read_label(text: str, start: int, end: int) -> tuple[Labelled, Mark] | None:
    """Reads the label that begins a line, and the mark behind it; None where there is no such form."""
    found = _line().match(text, start, min(end, start + _LONGEST_LABEL))
    if found is None:
        return None
    separator = found.group("separator")
    if separator == ":" and _CLOCK.match(text, max(start, found.end("label") - 3)):
        return None  # `at 10:24:15`
    weak, fair = separator in ",;", separator != "\t" and not separator.strip(" \t-~")
    mark = Mark.WEAK if weak else Mark.FAIR if fair else Mark.SURE
    note = (found.group("note") or "")[1:-1]
    return Labelled(found.group("label"), found.start("label"), note, *_trimmed(text, found.end(), end)), mark


def read_bare_label(text: str, start: int, end: int) -> Labelled | None:
    """Reads a known label that only a blank or `is` divides from what follows: the longest that begins the line."""
    words: list[re.Match[str]] = []
    at = start
    while len(words) < _MOST_WORDS and (found := _LEADING_WORD.match(text, at, end)):
        words.append(found)
        at = found.end()
    for count in range(len(words), 0, -1):
        label = text[words[0].start(1) : words[count - 1].end(1)]
        if knows(label):
            verb = _IS.match(text, words[count - 1].end(), end)
            return Labelled(
                label, words[0].start(1), "", *_trimmed(text, verb.end() if verb else words[count - 1].end(), end)
            )
    return None


class Divider(Enum):
    """What must stand before a further label in a value: the freer the text of the value, the plainer it must be."""

    ANY = auto()
    FIRM = auto()  # a comma, a semicolon, or what is wide
    WIDE = auto()  # a bar, a tab, two blanks


def split_labels(text: str, start: int, end: int, divider: Divider) -> list[Labelled]:
    """Finds further labels inside a value (`..., to=<x>, relay=y`), each with its own value."""
    marks: list[tuple[str, int, int]] = []
    for colon in _INLINE.finditer(text, start, end):
        if len(marks) >= _MOST_PER_LINE:
            break
        floor = marks[-1][2] if marks else start
        at = _label_before(text, max(floor, colon.start() - 40), colon.start(), divider)
        if at is None or _within_quoted_local_part(text, start, at, end):
            continue
        if divider is Divider.ANY or not _within_brackets(text[start:at]):
            marks.append((text[at : colon.start()], at, colon.end()))
    ends = [at for _, at, _ in marks[1:]] + [end]
    return [
        Labelled(label, at, "", *_trimmed(text, value, upto))
        for (label, at, value), upto in zip(marks, ends, strict=False)
    ]


def _within_quoted_local_part(text: str, start: int, at: int, end: int) -> bool:
    """Whether a place is inside `"…"@domain`: a quoted local part may hold anything (RFC 5321 section 4.1.2)."""
    closing = text.find('"@', at, end)
    return closing >= 0 and text.count('"', start, at) % 2 == 1 and '"' not in text[at:closing]


def _within_brackets(before: str) -> bool:
    return any(before.count(opening) > before.count(closing) for opening, closing in ("[]", "()"))


_DIVIDED = {
    Divider.ANY: expression(r"[,;|\s(\[]$"),
    Divider.FIRM: expression(r"(?:[,;|\t(\[]|[,;|] | {2})$"),
    Divider.WIDE: expression(r"(?:[|\t]|\| | {2})$"),
}


def _label_before(text: str, floor: int, end: int, divider: Divider) -> int | None:
    words = list(_WORD.finditer(text, floor, end))
    if not words or words[-1].end() != end:
        return None
    for word in words[-_MOST_WORDS:]:
        before = text[floor : word.start()]
        if (not before or _DIVIDED[divider].search(before)) and knows(text[word.start() : end]):
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
