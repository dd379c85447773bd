"""Gives each copy of a journey identities of its own: consistent within it, met nowhere else.

Whatever carries its own clock (long queue ids, Dovecot sessions, generated Message-IDs) tells the
copy's time; whatever carries a process id tells the copy's process.
"""

import random
import struct
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from heapq import heappop, heappush

from recorded import MICROS, Journey

QUEUE_ID_LETTERS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
"""Postfix's digits for long queue ids, in order of value; the inode has all but the last (src/global/mail_queue.h)."""

REUSE_AFTER = 6 * 3600 * MICROS
"""A short queue id comes back after this time at the earliest."""

_PAIRS = [first + second for first in QUEUE_ID_LETTERS for second in QUEUE_ID_LETTERS]
_INODE_PAIRS = [first + second for first in QUEUE_ID_LETTERS[:-1] for second in QUEUE_ID_LETTERS[:-1]]
_SESSION = struct.Struct("<IIII")  # nanosecond, second, process id, host (Dovecot's guid_128_generate)
_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_HEX_STEP = 0x9E3779B97F4A7C15  # odd: its multiples visit every value before one comes back
_VERP_STEP, _VERP_SPACE = 314_159_265_358_979, 90_000 * 9_000 * 900_000  # without common factor
_MESSAGES_PER_PROCESS = {"amavis": 20}  # $max_requests; Postfix's max_use is 100
_LAST_PROCESS_ID = 4_194_304
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def long_queue_id_clock(queue_id: str) -> int:
    """Gives the instant that a long queue id states, in microseconds."""
    seconds = micros = 0
    for letter in queue_id[:6]:
        seconds = seconds * 52 + QUEUE_ID_LETTERS.index(letter)
    for letter in queue_id[6:10]:
        micros = micros * 52 + QUEUE_ID_LETTERS.index(letter)
    return seconds * MICROS + micros


def make_long_queue_id(instant: int, inode: str) -> str:
    """Gives the long queue id of a queue file made at that instant."""
    seconds, micros = divmod(instant, MICROS)
    high, low = divmod(seconds, 52**4)
    middle, low = divmod(low, 52**2)
    left, right = divmod(micros, 52**2)
    return f"{_PAIRS[high]}{_PAIRS[middle]}{_PAIRS[low]}{_PAIRS[left]}{_PAIRS[right]}z{inode}"


@lru_cache(maxsize=4096)
def _recorded_long_clock(queue_id: str) -> int:
    return long_queue_id_clock(queue_id)


@lru_cache(maxsize=4096)
def _recorded_session(session: str) -> tuple[int, int, int]:
    nanos, second, process, host = _SESSION.unpack(b64decode(session + "=="))
    return second * MICROS * 1000 + nanos, process, host


@lru_cache(maxsize=4096)
def _recorded_second(stamp: str) -> int:
    """Gives the instant of `YYYYMMDDHHMMSS.` and the microseconds in hexadecimal, as a short queue id has them."""
    at = datetime.strptime(stamp[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return int(at.timestamp()) * MICROS + int(stamp[15:], 16)


@dataclass(slots=True)
class _Process:
    number: int
    served: int = 0


@dataclass(slots=True)
class _Seat:
    """The processes that serve one journey at a time; journeys that overlap sit on different seats."""

    processes: dict[str, _Process] = field(default_factory=dict)


class _Seats:
    """Finds each journey a seat whose last journey is over, so that no process serves two at once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._taken: list[tuple[int, int]] = []
        self._free: list[int] = []
        self._seats: list[_Seat] = []
        self._last_number = 30_000

    def take(self, start: int, end: int) -> _Seat:
        while self._taken and self._taken[0][0] < start:
            heappush(self._free, heappop(self._taken)[1])
        if not self._free:
            self._free.append(len(self._seats))
            self._seats.append(_Seat())
        number = heappop(self._free)
        heappush(self._taken, (end, number))
        return self._seats[number]

    def serve(self, seat: _Seat, name: str) -> None:
        """Counts one more message for a process of the seat; one that has served enough is replaced."""
        process = seat.processes.get(name)
        limit = _MESSAGES_PER_PROCESS.get(name.split("/")[1], 100)
        if process is None or process.served >= limit:
            process = seat.processes[name] = _Process(self._new_number())
        process.served += 1

    def _new_number(self) -> int:
        self._last_number += self._rng.randint(1, 8)
        if self._last_number > _LAST_PROCESS_ID:
            self._last_number = self._rng.randint(300, 1000)
        return self._last_number


class Identities:
    """Makes the identities of copy after copy; copies must come in order of their start."""

    def __init__(self, seed: int, *, reused_share: float) -> None:
        self._rng = random.Random(seed)
        self._seats = _Seats(self._rng)
        self._seat = _Seat()
        self._reused_share = reused_share
        self._free_ids: deque[tuple[int, str]] = deque(maxlen=4096)
        self._given: Mapping[str, str] = {}
        self._count = self._first = self._rng.getrandbits(16)
        self._customers = [f"{self._rng.randint(100, 999)}-ABC-{self._rng.randint(100, 999)}" for _ in range(40)]
        self.reused = 0
        self._makers: dict[str, Callable[[str, int], str]] = {
            "message": self._hex10,
            "verp": self._verp,
            "batv": self._hex10,
            "utc_second": self._utc_second,
            "dovecot_clock": self._dovecot_clock,
            "session": self._session,
            "long_id": self._long_id,
            "short_id": self._short_id,
            "amavis": self._amavis,
            "mail_id": self._mail_id,
            "tag": self._hex6,
            "digest": self._digest,
            "port": self._port,
            "process": self._process,
        }

    def renew(self, journey: Journey, shift: int) -> tuple[int, list[str]]:
        """Gives the identities of a copy that is `shift` microseconds later than recorded, in the journey's order.

        The shift comes back a little longer (under a second) where an old short queue id is used again.
        """
        shift = self._reuse(journey, shift)
        self._seat = self._seats.take(journey.start + shift, journey.end + shift)
        for kind, value in journey.identities:
            if kind == "process":
                self._seats.serve(self._seat, value)
        makers = self._makers
        values = [makers[kind](value, shift) for kind, value in journey.identities]
        self._remember(journey, shift, values)
        return shift, values

    # ---------------------------------------------------- short ids come again

    def _reuse(self, journey: Journey, shift: int) -> int:
        self._given = {}
        recorded = journey.reusable
        if recorded is None or self._rng.random() >= self._reused_share or not self._free_ids:
            return shift
        freed, queue_id = self._free_ids[0]
        if journey.start + shift - freed < REUSE_AFTER:
            return shift
        self._free_ids.popleft()
        self._given = {recorded: queue_id}
        self.reused += 1
        return shift + (int(queue_id[:5], 16) - int(recorded[:5], 16) - shift) % MICROS

    def _remember(self, journey: Journey, shift: int, values: list[str]) -> None:
        if journey.reusable is None or self._given or self._rng.random() >= 2 * self._reused_share:
            return
        number = journey.identities.index(("short_id", journey.reusable))
        self._free_ids.append((journey.end + shift, values[number]))

    # ------------------------------------------------------------------ makers

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _hex10(self, _: str, __: int) -> str:
        return f"{self._next() * _HEX_STEP % 16**10:010x}"

    def _hex6(self, _: str, __: int) -> str:
        return f"{self._next() * _HEX_STEP % 16**6:06x}"

    def _digest(self, _: str, __: int) -> str:
        return f"{self._rng.getrandbits(128):032x}"

    def _port(self, _: str, __: int) -> str:
        return str(self._rng.randint(32_768, 60_999))

    def _verp(self, _: str, __: int) -> str:
        number = self._next() * _VERP_STEP % _VERP_SPACE
        number, mailing = divmod(number, 900_000)
        campaign, lead = divmod(number, 9_000)
        customer = self._customers[mailing % len(self._customers)]
        return f"{customer}.0.{campaign + 10_000}.0.0.{lead + 1_000}.9.{mailing + 100_000}"

    def _mail_id(self, _: str, __: int) -> str:
        middle = urlsafe_b64encode(self._rng.randbytes(8))[:10].decode()
        return f"{self._rng.choice(_ALPHANUMERIC)}{middle}{self._rng.choice(_ALPHANUMERIC)}"

    def _utc_second(self, recorded: str, shift: int) -> str:
        at = _EPOCH + timedelta(microseconds=_recorded_second(recorded) + shift)
        return f"{at:%Y%m%d%H%M%S}"

    def _dovecot_clock(self, recorded: str, shift: int) -> str:
        second, _, micros = recorded.partition("-")
        return "{}-{}".format(*divmod(int(second) * MICROS + int(micros) + shift, MICROS))

    def _session(self, recorded: str, shift: int) -> str:
        nanos, process, host = _recorded_session(recorded)
        second, nano = divmod(nanos + shift * 1000, MICROS * 1000)
        served_by = self._seat.processes[f"hub1/dovecot/{process}"]
        return b64encode(_SESSION.pack(nano, second, served_by.number, host))[:22].decode()

    def _long_id(self, recorded: str, shift: int) -> str:
        high, low = divmod(self._next() % 51**3, 51**2)
        inode = f"{recorded[11:-3]}{QUEUE_ID_LETTERS[high]}{_INODE_PAIRS[low]}"
        return make_long_queue_id(_recorded_long_clock(recorded) + shift, inode)

    def _short_id(self, recorded: str, shift: int) -> str:
        given = self._given.get(recorded)
        if given is not None:
            return given
        micros = (int(recorded[:5], 16) + shift) % MICROS
        inode = (int(recorded[5:], 16) & ~0xFFFFF) | (self._next() & 0xFFFFF)
        return f"{micros:05X}{inode:X}"

    def _amavis(self, recorded: str, _: int) -> str:
        process = self._seat.processes[f"mx1/amavis/{recorded.partition('-')[0]}"]
        return f"{process.number:05d}-{process.served:02d}"

    def _process(self, recorded: str, _: int) -> str:
        return str(self._seat.processes[recorded].number)
