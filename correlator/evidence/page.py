"""A text that was cleaned for reading, and for each of its characters the place it came from."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import NamedTuple

from correlator.evidence.claims import Span


class Role(Enum):
    """What a part of a mail source is to the evidence."""

    ASIDE = auto()  # the head of a letter or a bounce, the body of the message itself: no evidence
    LETTER = auto()  # what somebody wrote about the message
    REPORT = auto()  # the fields of RFC 3464
    RETURNED = auto()  # the head of the message, as its sender's side gave it back
    HEAD = auto()  # a head that is the message's own, unless the body below speaks of another
    BODY = auto()  # the body below such a head


class Region(NamedTuple):
    """A stretch of the original that a mail source gives a part to play; `mail` numbers the mail it belongs to."""

    start: int
    end: int
    role: Role
    mail: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A cleaned text; `starts[i]`, `ends[i]` bound the characters of the original that became `text[i]`."""

    text: str
    starts: "array[int]"
    ends: "array[int]"
    regions: tuple[Region, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """Gives the stretch of the original that `text[start:end]` was read from."""
        if start >= end or start >= len(self.text):
            at = self.starts[start] if start < len(self.text) else (self.ends[-1] if self.text else 0)
            return Span(start=at, end=at)
        return Span(start=self.starts[start], end=self.ends[min(end, len(self.text)) - 1])

    def replace(self, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str | None]) -> "Page":
        """Gives the page with each match replaced; None from `new` leaves the match as it is."""
        parts: list[str] = []
        starts, ends = array("L"), array("L")
        kept = 0
        for found in pattern.finditer(self.text):
            text = new(found)
            if text is None or found.start() < kept:
                continue
            begin, finish = found.span()
            parts += (self.text[kept:begin], text)
            starts += self.starts[kept:begin]
            ends += self.ends[kept:begin]
            if finish > begin:
                starts.extend([self.starts[begin]] * len(text))
                ends.extend([self.ends[finish - 1]] * len(text))
            kept = finish
        if not kept:
            return self
        parts.append(self.text[kept:])
        starts += self.starts[kept:]
        ends += self.ends[kept:]
        return replace(self, text="".join(parts), starts=starts, ends=ends)

    def cut(self, start: int, end: int) -> "Page":
        """Gives a stretch of the page as a page of its own."""
        return Page(text=self.text[start:end], starts=self.starts[start:end], ends=self.ends[start:end])

    def where(self, region: Region) -> tuple[int, int]:
        """Gives where the characters of a region stand in the page now."""
        return bisect_left(self.starts, region.start), bisect_left(self.starts, region.end)


def chained(pages: "list[Page]", whole: Page) -> Page:
    """Gives what is left of a page when some of it was cut out."""
    starts, ends = array("L"), array("L")
    for page in pages:
        starts += page.starts
        ends += page.ends
    return replace(whole, text="".join(page.text for page in pages), starts=starts, ends=ends)


def joined(pages: "list[Page]", regions: tuple[Region, ...]) -> Page:
    """Gives the pages as one, a blank line between any two."""
    text: list[str] = []
    starts, ends = array("L"), array("L")
    for page in pages:
        if not page.text:
            continue
        if text:
            text.append("\n\n")
            starts.extend([ends[-1]] * 2)
            ends.extend([ends[-1]] * 2)
        text.append(page.text)
        starts += page.starts
        ends += page.ends
    return Page(text="".join(text), starts=starts, ends=ends, regions=regions)


def page_of(text: str) -> Page:
    """Gives `text` as it stands."""
    return Page(text=text, starts=array("L", range(len(text))), ends=array("L", range(1, len(text) + 1)))
