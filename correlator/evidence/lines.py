"""Reads text line by line: labelled lines, log lines, and prose; gives one block per paragraph."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from correlator.evidence.expressions import expression
from correlator.evidence.fields import LABELLED, Fact, Field, Piece
from correlator.evidence.labels import meaning_of
from correlator.evidence.linegrammar import Divider, Labelled, Mark, read_bare_label, read_label, split_labels
from correlator.evidence.loglines import read_log_line
from correlator.evidence.prose import read_prose
from correlator.evidence.providerlines import read_provider_line
from correlator.evidence.values import facts_of, is_nothing
from correlator.evidence.zones import zones_named

_RULE = expression(r"\s*[|+]?[-=_*#~+|: ]{3,}\s*$")
_HEADING = expression(
    r"(?i)\s*[#*=-]{0,4}\s*(?:\[?(?:message|example|bundle|record|case|mail|e-?mail|delivery|sample|incident|item"
    r"|entry|event)\s*(?:#|no\.?|nr\.?)?\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\]?|#\d{1,4})\s*[:.)=*-]{0,4}\s*$"
)
_FREE_TEXT = frozenset((Field.SUBJECT, Field.REPLY, Field.NOTES, Field.HEADER_FROM, Field.IGNORED, Field.STATUS))
_GOES_ON = frozenset((Field.SUBJECT, Field.REPLY))
_OPEN_END = expression(r"(?i)(?:\bas|=|\bfrom|\bto|[(\[<,:-])\s*$")
_SMTP_LINE = expression(r"\s*[2-5]\d\d[- ]")
_WORTH_READING = expression(r"\w{3}")
_SOMETHING_ELSE = expression(r"@|\b[245]\d\d[ -]")  # an address, a reply
_WORDS = expression(r"[A-Za-z]{3,}")
_LONGEST_PARAGRAPH = 6_000
_MOST_PENDING = 16
_ALONE = expression(r"(?P<label>[^:()\[\]\n]{1,60}?)\s*(?:[(\[](?P<note>[^()\[\]]{1,40}?)[)\]])?\s*:?")
_TRACE = expression(r"(?i)\s*(?:from|by)\s")
_LONGEST_IGNORED = 7  # words: more are prose behind a word that happens to be a label


@dataclass(slots=True, kw_only=True)
class Block:
    """What one paragraph states.  `headed`: a heading such as `Message 2` stands before it.

    `alone`: it tells one recipient's fate, and others of the same message met another one.
    """

    start: int
    end: int
    facts: list[Fact] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    headed: bool = False
    alone: bool = False

    def moved(self, by: int) -> "Block":
        """Gives the block as it stands `by` characters further on."""
        facts = [replace(fact, start=fact.start + by, end=fact.end + by) for fact in self.facts]
        pieces = [Piece(start=piece.start + by, end=piece.end + by) for piece in self.pieces]
        return Block(
            start=self.start + by, end=self.end + by, facts=facts, pieces=pieces, headed=self.headed, alone=self.alone
        )


@dataclass(slots=True, kw_only=True)
class _Open:
    """A label whose value may go on in the next line."""

    kind: Field
    rank: int
    label: str
    hint: str
    start: int
    end: int
    facts: list[Fact]


def read_lines(text: str, start: int, end: int) -> list[Block]:
    """Reads `text[start:end]`."""
    reader = _Reader(text)
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        reader.line(at, stop)
        at = stop + 1
    return reader.finish(end)


class _Reader:
    """The state between lines: labels that wait for a value, a value that may go on, prose not yet read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blocks: list[Block] = []
        self.block: Block | None = None
        self.waiting: list[Labelled] = []
        self.open: _Open | None = None
        self.prose: tuple[int, int] | None = None
        self.headed = False

    def line(self, start: int, end: int) -> None:
        """Reads one line."""
        if not self.text[start:end].strip() or _RULE.match(self.text, start, end):
            self._end_block()
            return
        if _HEADING.match(self.text, start, end):
            self._end_block()
            self.headed, self.waiting = True, []
            return
        self._into_block(start, end)
        if not (
            self._continued(start, end)
            or self._logged(start, end)
            or self._labelled(start, end)
            or self._awaited(start, end)
        ):
            self._as_prose(start, end)

    def finish(self, end: int) -> list[Block]:
        """Ends the text and gives its blocks."""
        self._end_block()
        for label in self.waiting:
            self._leave(Piece(start=label.begin, end=label.start), end)
        return self.blocks

    def _into_block(self, start: int, end: int) -> Block:
        if self.block is None:
            self.block = Block(start=start, end=end, headed=self.headed)
            self.headed = False
            self.blocks.append(self.block)
        self.block.end = end
        return self.block

    def _leave(self, piece: Piece, end: int) -> None:
        self._into_block(piece.start, end).pieces.append(piece)
        self.block = None

    def _end_block(self) -> None:
        self._end_prose()
        self.block, self.open = None, None

    def _add(self, facts: list[Fact]) -> None:
        assert self.block is not None  # noqa: S101 - `line` made it
        self.block.facts += facts

    def _continued(self, start: int, end: int) -> bool:
        """Takes a line that carries on the value before it: folded, unfinished, or one more of a list."""
        last = self.open
        if last is None:
            return False
        line = self.text[start:end]
        foldable = last.kind in _GOES_ON or _is_trace(last.label, self.text[last.start : last.end])
        if foldable and self._goes_on(last, line):
            return self._extend(last, end)
        if last.kind is Field.IGNORED and line[0] in " \t" and not _known(line):
            return True  # a folded header that states nothing
        if last.kind in (Field.RECIPIENT, Field.TIME) and read_label(self.text, start, end) is None:
            more = facts_of(last.kind, line, start, rank=last.rank, label=last.label, hint=last.hint)
            if more and not _WORDS.search(_left_over(self.text, start, end, more)):
                self._add(more)
                return True
        return False

    def _goes_on(self, last: _Open, line: str) -> bool:
        if last.end - last.start > _LONGEST_PARAGRAPH:
            return False
        before = self.text[last.start : last.end]
        if last.kind is Field.REPLY and (
            _OPEN_END.search(before) or (_SMTP_LINE.match(line) and _SMTP_LINE.match(before))
        ):
            return True
        return line[0] in " \t" and not _known(line)

    def _extend(self, last: _Open, end: int) -> bool:
        assert self.block is not None  # noqa: S101 - `line` made it
        start = _value_start(self.text, last.label, last.start, end)
        facts = facts_of(last.kind, self.text[start:end], start, rank=last.rank, label=last.label, hint=last.hint)
        if not facts and start == last.start:
            return False
        self.block.facts = [fact for fact in self.block.facts if fact not in last.facts] + facts
        self.open = replace(last, end=end, facts=facts)
        return True

    def _logged(self, start: int, end: int) -> bool:
        line = self.text[start:end]
        facts = read_log_line(line, start) or read_provider_line(line, start)
        if facts:
            self._end_prose()
            self._add(facts)
            self.waiting, self.open = [], None
        return bool(facts)

    def _labelled(self, start: int, end: int) -> bool:
        found, mark = read_label(self.text, start, end) or (None, Mark.WEAK)
        meaning = meaning_of(found.label) if found else None
        if found is None or meaning is None:
            return self._bare(start, end) or self._inline(start, end)
        if mark is not Mark.SURE and found.start < found.end and not self._fits(found, meaning, mark):
            return self._bare(start, end)
        self._end_prose()
        self._take_split(found)
        return True

    def _fits(self, found: Labelled, meaning: tuple[Field, int], mark: Mark) -> bool:
        kind, _ = meaning
        if kind in (Field.SUBJECT, Field.NOTES, Field.IGNORED):
            return mark is Mark.FAIR and self.prose is None
        facts = facts_of(kind, self.text[found.start : found.end], found.start, rank=0, label="")
        return is_nothing(self.text[found.start : found.end]) or bool(facts)

    def _bare(self, start: int, end: int) -> bool:
        """Takes `Sending IP 192.0.2.77`: only if nothing else stands in the line."""
        found = read_bare_label(self.text, start, end)
        meaning = meaning_of(found.label) if found else None
        if not found or not meaning or found.start >= found.end or (self.prose and self.text[found.begin].islower()):
            return False
        facts = self._facts(found, meaning)
        if not facts or meaning[0] in _FREE_TEXT or _WORDS.search(_left_over(self.text, found.start, found.end, facts)):
            return False
        self._end_prose()
        self._keep(found, meaning, facts)
        return True

    def _inline(self, start: int, end: int) -> bool:
        """Takes several labels in one line behind words that are none: `Delivered OK (time=..., ip=...)`."""
        labels = split_labels(self.text, start, end, Divider.ANY)
        known = [label for label in labels if self._facts(label, meaning_of(label.label) or (Field.IGNORED, 0))]
        if len(known) < 2:
            return False
        self._end_prose()
        for label in labels:
            self._take(label)
        if _WORDS.search(self.text, start, labels[0].begin):
            self.prose = (start, labels[0].begin)
            self._end_prose()
        return True

    def _take_split(self, found: Labelled) -> None:
        meaning = meaning_of(found.label)
        kind = meaning[0] if meaning else None
        free = (
            kind in _FREE_TEXT and found.label.lower() != "received-spf"
        )  # a list of `key=value` (RFC 7208 section 9.1)
        divider = Divider.WIDE if kind is Field.SUBJECT else Divider.FIRM if free else Divider.ANY
        more = split_labels(self.text, found.start, found.end, divider)
        if more:
            found = found._replace(
                end=len(self.text[: more[0].begin].rstrip(" \t,;|([")) if found.start < more[0].begin else found.start
            )
        self._take(found)
        for label in more:
            self._take(label)

    def _take(self, found: Labelled) -> None:
        meaning = meaning_of(found.label)
        assert self.block is not None  # noqa: S101 - `line` made it
        if meaning is None:
            self.block.pieces.append(Piece(start=found.begin, end=found.end))
        elif found.start >= found.end:
            self.open = None
            if len(self.waiting) < _MOST_PENDING:
                self.waiting.append(found)
        else:
            self._keep(found, meaning, self._facts(found, meaning))

    def _facts(self, found: Labelled, meaning: tuple[Field, int]) -> list[Fact]:
        kind, rank = meaning
        if kind in (Field.IGNORED, Field.NOTES):
            return []
        hint = found.note if zones_named(found.note) else _zone_in_label(found.label)
        start = _value_start(self.text, found.label.lower(), found.start, found.end)
        return facts_of(
            kind, self.text[start : found.end], start, rank=LABELLED + rank, label=found.label.lower(), hint=hint
        )

    def _keep(self, found: Labelled, meaning: tuple[Field, int], facts: list[Fact]) -> None:
        self.waiting = []
        kind, rank = meaning
        value = self.text[found.start : found.end]
        facts = self._unbroken(facts) if kind is Field.TIME else facts
        self._add(facts)
        self.open = _Open(
            kind=kind, rank=rank, label=found.label.lower(), hint="", start=found.start, end=found.end, facts=facts
        )
        if facts and kind not in _FREE_TEXT:
            self._read_tail(max(fact.end for fact in facts), found.end)
        used = facts or is_nothing(value) or _is_trace(found.label.lower(), value)
        if used or (kind is Field.IGNORED and not _is_sentence(value)):
            return
        self._end_prose()
        self.prose = (found.start, found.end)
        self._end_prose(behind=found)

    def _unbroken(self, facts: list[Fact]) -> list[Fact]:
        """Keeps the times up to something else: a number behind that is no time (it may stand in a reply)."""
        for before, after in pairwise(facts):
            if _SOMETHING_ELSE.search(self.text, before.end, after.start):
                return facts[: facts.index(after)]
        return facts

    def _read_tail(self, start: int, end: int) -> None:
        """Reads what stands behind the value of a label in the same line."""
        if self.block is not None and _WORTH_READING.search(self.text, start, end):
            facts, pieces = read_prose(self.text[start:end], start)
            self._add(facts)
            self.block.pieces += pieces

    def _awaited(self, start: int, end: int) -> bool:
        """Takes a line as the value of the label that stood alone above it, or as a label that stands alone."""
        line = self.text[start:end].strip(" \t|*\"'")
        if self.waiting:
            label = self.waiting[0]
            meaning = meaning_of(label.label) or (Field.IGNORED, 0)
            begin = start + self.text[start:end].index(line) if line else start
            value = label._replace(start=begin, end=begin + len(line))
            facts = self._facts(value, meaning)
            if facts or (meaning[0] is Field.IGNORED and len(self.waiting) > 1) or is_nothing(line):
                rest = self.waiting[1:]
                self._end_prose()
                self._keep(value, meaning, facts)
                self.waiting = rest
                return True
        found = _ALONE.fullmatch(line)
        note = (found.group("note") or "") if found else ""
        if (
            found
            and meaning_of(found.group("label"))
            and len(self.waiting) < _MOST_PENDING
            and (not note or zones_named(note))
        ):
            begin = start + self.text[start:end].index(found.group("label"))
            self.open = None
            self.waiting.append(Labelled(found.group("label"), begin, note, end, end))
            return True
        return False

    def _as_prose(self, start: int, end: int) -> None:
        self.open, self.waiting = None, []
        while end - start > _LONGEST_PARAGRAPH:
            cut = self.text.rfind(" ", start, start + _LONGEST_PARAGRAPH)
            cut = cut if cut > start else start + _LONGEST_PARAGRAPH
            self._as_prose(start, cut)
            self._end_prose()
            start = cut
        if self.prose and end - self.prose[0] > _LONGEST_PARAGRAPH:
            self._end_prose()
        self.prose = (self.prose[0] if self.prose else start, end)

    def _end_prose(self, behind: Labelled | None = None) -> None:
        if self.prose is None or self.block is None:
            return
        start, end = self.prose
        self.prose = None
        facts, pieces = read_prose(self.text[start:end], start)
        self.block.facts += facts
        if behind is not None and pieces:
            pieces = [Piece(start=behind.begin, end=behind.end)]
        self.block.pieces += pieces


def _known(line: str) -> bool:
    found = read_label(line, 0, len(line))
    return found is not None and found[1] is Mark.SURE and meaning_of(found[0].label) is not None


def _is_sentence(value: str) -> bool:
    return "=" not in value and len(value.split(maxsplit=_LONGEST_IGNORED)) > _LONGEST_IGNORED


def _is_trace(label: str, value: str) -> bool:
    return label == "received" and _TRACE.match(value) is not None


def _value_start(text: str, label: str, start: int, end: int) -> int:
    """Gives where the time begins in a Received header (RFC 5321 section 4.4): whose hop it was is not told."""
    return max(text.rfind(";", start, end) + 1, start + 1) if _is_trace(label, text[start:end]) else start


def _left_over(text: str, start: int, end: int, facts: list[Fact]) -> str:
    parts: list[str] = []
    for fact in sorted(facts, key=lambda fact: fact.start):
        parts.append(text[start : max(start, fact.start)])
        start = max(start, fact.end)
    return " ".join((*parts, text[start:end]))


def _zone_in_label(label: str) -> str:
    last: Iterator[str] = reversed(re.split(r"[\s_.-]+", label))
    word = next(last, "")
    return word if word.upper() in ("UTC", "GMT", "CST", "EST", "PST", "MST", "CET") else ""
