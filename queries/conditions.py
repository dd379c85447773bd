"""What can be asked of verdicts: a small algebra, and what each part of it means.

`matches` is the reference.  A store may find rows in its own way, but must give exactly these.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from grammars import Instant
from queries.fields import FIELDS, Value
from queries.verdict import Verdict


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A condition on one field: met where any form of the field's value is."""

    field: str

    def test(self, form: Value) -> bool:
        """Whether one form of a value is what is asked for."""
        raise NotImplementedError

    def matches(self, verdict: Verdict) -> bool:
        """Whether a verdict is part of the answer."""
        return any(self.test(form) for form in FIELDS[self.field].values(verdict))


@dataclass(frozen=True, slots=True)
class Equals(_Leaf):
    """The value is this one; `value` is a form as the field's table gives it."""

    value: str

    def test(self, form: Value) -> bool:
        """As the base class."""
        return form == self.value


@dataclass(frozen=True, slots=True)
class Prefix(_Leaf):
    """The value begins so."""

    value: str

    def test(self, form: Value) -> bool:
        """As the base class."""
        return isinstance(form, str) and form.startswith(self.value)


@dataclass(frozen=True, slots=True)
class Suffix(_Leaf):
    """The value ends so."""

    value: str

    def test(self, form: Value) -> bool:
        """As the base class."""
        return isinstance(form, str) and form.endswith(self.value)


@dataclass(frozen=True, slots=True)
class Contains(_Leaf):
    """The value holds this somewhere."""

    value: str

    def test(self, form: Value) -> bool:
        """As the base class."""
        return isinstance(form, str) and self.value in form


@dataclass(frozen=True, slots=True)
class InNetwork(_Leaf):
    """The client's address is inside a network."""

    field: str = field(default="ip", init=False)
    network: IPv4Network | IPv6Network

    def test(self, form: Value) -> bool:
        """As the base class."""
        found = _parsed_ip(form) if isinstance(form, str) else None
        return found is not None and found in self.network


@dataclass(frozen=True, slots=True)
class Range(_Leaf):
    """A number, a size or an instant from `low` to `high`, both included; None is an open end."""

    low: int | float | None
    high: int | float | None

    def test(self, form: Value) -> bool:
        """As the base class."""
        if isinstance(form, str):
            return False
        return (self.low is None or form >= self.low) and (self.high is None or form <= self.high)


@dataclass(frozen=True, slots=True)
class And:
    """All of them; of none at all: every verdict."""

    parts: tuple["Condition", ...]

    def matches(self, verdict: Verdict) -> bool:
        """Whether a verdict is part of the answer."""
        return all(part.matches(verdict) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them; of none at all: no verdict."""

    parts: tuple["Condition", ...]

    def matches(self, verdict: Verdict) -> bool:
        """Whether a verdict is part of the answer."""
        return any(part.matches(verdict) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The verdicts that the part does not match, those without the value among them."""

    part: "Condition"

    def matches(self, verdict: Verdict) -> bool:
        """Whether a verdict is part of the answer."""
        return not self.part.matches(verdict)


Leaf = Equals | Prefix | Suffix | Contains | InNetwork | Range
Condition = Leaf | And | Or | Not

EVERYTHING = And(())
"""What every verdict meets."""


def time_bounds(condition: Condition) -> tuple[Instant | None, Instant | None]:
    """Gives a stretch outside which nothing can match, both ends included; None is an open end."""
    match condition:
        case Range(field="time", low=low, high=high):
            return _instant(low), _instant(high)
        case And(parts=parts):
            bounds = [time_bounds(part) for part in parts]
            return (
                max((low for low, _ in bounds if low is not None), default=None),
                min((high for _, high in bounds if high is not None), default=None),
            )
        case Or(parts=parts) if parts:
            lows, highs = zip(*map(time_bounds, parts), strict=True)
            return (
                None if None in lows else min(low for low in lows if low is not None),
                None if None in highs else max(high for high in highs if high is not None),
            )
        case _:
            return None, None


def _instant(value: float | None) -> Instant | None:
    return None if value is None else Instant(int(value))


@lru_cache(maxsize=65536)
def _parsed_ip(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
