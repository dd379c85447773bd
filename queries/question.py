"""A question is data; a store answers it completely or says that it cut."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from grammars import Instant
from queries.leg import Key, Leg


class Window(NamedTuple):
    """A stretch of time, both ends included."""

    first: Instant
    last: Instant

    def joined(self, other: "Window | None") -> "Window":
        """The stretch that holds both."""
        if other is None:
            return self
        return Window(first=min(self.first, other.first), last=max(self.last, other.last))

    def touches(self, first: Instant, last: Instant) -> bool:
        """Whether it shares an instant with another stretch."""
        return first <= self.last and last >= self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Legs that have any of `keys` and, where a window is given, lie in it at least in part.

    Where more legs match than are asked for, those nearest to `near` are given, else the first.
    `kinds`, where given, are those of the legs that are asked for.
    """

    keys: frozenset[Key]
    window: Window | None = None
    near: Instant | None = None
    kinds: frozenset[str] | None = None

    def matches(self, leg: Leg) -> bool:
        """Whether one leg is part of the answer."""
        if self.window is not None and not self.window.touches(leg.first, leg.last):
            return False
        if self.kinds is not None and leg.kind not in self.kinds:
            return False
        return not self.keys.isdisjoint(leg.keys)

    def nearest(self, legs: Iterable[Leg], limit: int) -> tuple[Leg, ...]:
        """Gives at most `limit` of some legs, in the order of their first lines."""
        ordered = sorted(legs, key=lambda leg: (leg.first, leg.id))
        if len(ordered) > limit and self.near is not None:
            near = self.near
            ordered.sort(key=lambda leg: (max(leg.first - near, near - leg.last, 0), leg.first, leg.id))
            ordered = sorted(ordered[:limit], key=lambda leg: (leg.first, leg.id))
        return tuple(ordered[:limit])
