"""A question is data; a store answers it completely or says that it cut."""

from dataclasses import dataclass

from grammars import Instant
from queries.leg import Key, Leg


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of time, both ends included."""

    first: Instant
    last: Instant

    def touches(self, first: Instant, last: Instant) -> bool:
        """Whether it shares an instant with another stretch."""
        return first <= self.last and last >= self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Legs that have any of `keys` and, where a window is given, lie in it at least in part."""

    keys: frozenset[Key]
    window: Window | None = None

    def matches(self, leg: Leg) -> bool:
        """Whether one leg is part of the answer."""
        if self.window is not None and not self.window.touches(leg.first, leg.last):
            return False
        return not self.keys.isdisjoint(leg.keys)
