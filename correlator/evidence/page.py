"""A text that was cleaned for reading, and for each of its characters the place it came from."""

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass

from correlator.evidence.claims import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A cleaned text; `starts[i]`, `ends[i]` bound the characters of the original that became `text[i]`."""

    text: str
    starts: "array[int]"
    ends: "array[int]"

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
        return Page(text="".join(parts), starts=starts, ends=ends)

    def without(self, start: int, end: int) -> "Page":
        """Gives the page with a stretch taken out."""
        return Page(
            text=self.text[:start] + self.text[end:],
            starts=self.starts[:start] + self.starts[end:],
            ends=self.ends[:start] + self.ends[end:],
        )


def page_of(text: str) -> Page:
    """Gives `text` as it stands."""
    return Page(text=text, starts=array("L", range(len(text))), ends=array("L", range(1, len(text) + 1)))
