"""Identifiers that carry their own clock: they settle zones, years and skew.

Each function gives the instant that an id names, or None where the text is no such id or
names a moment outside 1995 to 2099.
"""

from grammars.core.words import SECOND, Instant

QUEUE_ID_LETTERS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
"""Postfix's alphabet of long queue ids: digits and consonants, in order of value (src/global/mail_queue.h)."""

_VALUE = {letter: value for value, letter in enumerate(QUEUE_ID_LETTERS)}
_EARLIEST, _LATEST = 788_918_400 * SECOND, 4_102_444_800 * SECOND


def _plausible(microseconds: int) -> Instant | None:
    return Instant(microseconds) if _EARLIEST <= microseconds < _LATEST else None


def postfix_queue_id(queue_id: str) -> Instant | None:
    """When a long Postfix queue id was made: 6 or more base-52 seconds, 4 base-52 microseconds, `z`, inode."""
    clock, separator, inode = queue_id.rpartition("z")
    if not separator or not inode or len(clock) < 10:
        return None
    seconds = micros = 0
    try:
        for letter in clock[:-4]:
            seconds = seconds * 52 + _VALUE[letter]
        for letter in clock[-4:]:
            micros = micros * 52 + _VALUE[letter]
    except KeyError:
        return None
    return _plausible(seconds * SECOND + micros) if micros < SECOND else None
