"""The reader's own zone beside UTC: each instant by the offset that is in force then."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import NamedTuple

from grammars import Instant
from grammars.core.event import rfc3339
from grammars.core.words import SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)  # a text may state any year


class ReaderZone(NamedTuple):
    """How a zone is shown; with UTC, or none, nothing is ever added."""

    zone: tzinfo = UTC

    def offset(self, instant: Instant) -> timedelta:
        """Gives what the zone is ahead of UTC at an instant."""
        moment = _EPOCH + timedelta(microseconds=instant)
        inside = _FIRST <= moment < _LAST
        return (moment.astimezone(self.zone).utcoffset() if inside else None) or timedelta()

    def beside(self, first: Instant, last: Instant | None = None) -> str:
        """Gives ` UTC (11:32:15 Europe/Berlin)` for an instant or a span; the date only where it is another one."""
        ends = [first] if last is None or last // SECOND == first // SECOND else [first, last]
        if not any(self.offset(end) for end in ends):
            return ""
        return f" UTC ({'–'.join(self._local(end) for end in ends)} {self._name(first)})"

    def heading(self, instants: Iterable[Instant]) -> str:
        """Gives `; your zone Europe/Berlin is UTC+1` for instants in order, and when it changes among them."""
        ordered = list(instants)
        if not any(self.offset(each) for each in ordered):
            return ""
        changes = [self._change(*pair) for pair in pairwise(ordered) if self.offset(pair[0]) != self.offset(pair[1])]
        since = "".join(f", from {_stamp(each)} on {_offset(self.offset(each))}" for each in changes)
        name = f"your zone {self._key}" if self._key else "your zone"
        return f"; {name} is {_offset(self.offset(ordered[0]))}{since}"

    def _change(self, before: Instant, after: Instant) -> Instant:
        """The first second with the later offset."""
        low, high = before // SECOND, after // SECOND
        while high - low > 1:
            middle = (low + high) // 2
            if self.offset(Instant(middle * SECOND)) == self.offset(after):
                high = middle
            else:
                low = middle
        return Instant(high * SECOND)

    @property
    def _key(self) -> str | None:
        return getattr(self.zone, "key", None)

    def _name(self, instant: Instant) -> str:
        return self._key or _offset(self.offset(instant))

    def _local(self, instant: Instant) -> str:
        local = _stamp(Instant(instant + self.offset(instant) // timedelta(microseconds=1)))
        return local[11:] if local[:10] == _stamp(instant)[:10] else local


def _stamp(instant: Instant) -> str:
    return rfc3339(instant, 0)[:-1].replace("T", " ")


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}" if minutes else "UTC"
