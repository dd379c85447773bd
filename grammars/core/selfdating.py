"""Identifiers that carry their own clock: they settle zones, years and skew.

Each function gives the instant that an id names, or None where the text is no such id or
names a moment outside 1995 to 2099.
"""

import re
from datetime import UTC, datetime
from string import ascii_lowercase, ascii_uppercase, digits

from grammars.core.words import SECOND, Instant

QUEUE_ID_LETTERS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
"""Postfix's alphabet of long queue ids: digits and consonants, in order of value (src/global/mail_queue.h)."""

_VALUE = {letter: value for value, letter in enumerate(QUEUE_ID_LETTERS)}
_FIRST_YEAR = 1995
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


_MILLISECOND = 1_000
_BASE_62 = {char: value for value, char in enumerate(digits + ascii_uppercase + ascii_lowercase)}
_EXIM = re.compile(r"([0-9A-Za-z]{6})-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})")
_SENDMAIL = re.compile(r"[0-9A-Za-x]{8}[0-9]{6,}")
_SES = re.compile(r"(?:0100|010[1-9a-f]|01[1-9a-f][0-9a-f])([0-9a-f]{12})-[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE)
_GMAIL = re.compile(r"\b(\d{10})\b (?=\S{1,80} - gsmtp\b)")
_SENDGRID = re.compile(r"[.-]([0-9A-F]{8})(?:-[0-9A-F]{1,3}|[0-9A-F]{0,2})\.\d{1,3}$")
_MARKETO = re.compile(r"\d{6,12}\.\d{1,12}\.(\d{13})@")
_MAILCHIMP = re.compile(r"[0-9a-f]{1,40}\.[0-9a-f]{1,40}\.(\d{14})\.")
_POSTFIX_MESSAGE_ID = re.compile(
    r"(\d{14})\.(?=\d*[A-F])[0-9A-F]{6,21}@"
)  # digits only: the process id of swaks, in local time
_MIMECAST = re.compile(r"SmtpThread-\d{1,12}-(\d{13})@")


def exim_id(message_id: str) -> Instant | None:
    """When an Exim message id was made: 6 base-62 digits of seconds (Exim specification, section 3.4)."""
    found = _EXIM.fullmatch(message_id)
    if not found:
        return None
    seconds = 0
    for char in found.group(1):
        seconds = seconds * 62 + _BASE_62[char]
    return _plausible(seconds * SECOND)


def sendmail_queue_id(queue_id: str) -> Instant | None:
    """When a sendmail queue id was made, *in UTC*: base-60 year, month, day, hour, minute, second (queue.c)."""
    if not _SENDMAIL.fullmatch(queue_id):
        return None
    year, month, day, hour, minute, second = (_BASE_62[char] for char in queue_id[:6])
    year += 1900
    while year < _FIRST_YEAR:  # the digit holds years modulo 60
        year += 60
    return _civil(year, month + 1, day, hour, minute, second)


def ses_id(text: str) -> Instant | None:
    """When Amazon SES accepted a message: 4 hex digits of region, then 12 of milliseconds."""
    found = _SES.match(text)
    return _plausible(int(found.group(1), 16) * _MILLISECOND) if found else None


def gmail_reply(text: str) -> Instant | None:
    """When Gmail took a message, from its reply `250 2.0.0 OK  1461095248 ... - gsmtp`."""
    found = _GMAIL.search(text)
    return _plausible(int(found.group(1)) * SECOND) if found else None


def sendgrid_message_id(text: str) -> Instant | None:
    """When SendGrid processed a message: 8 hex digits of seconds near the end of `sg_message_id`."""
    found = _SENDGRID.search(text)
    return _plausible(int(found.group(1), 16) * SECOND) if found else None


def marketo_message_id(message_id: str) -> Instant | None:
    """When Marketo made a message: the third number of its Message-ID, milliseconds."""
    found = _MARKETO.match(message_id) if "marketo" in message_id or "mkt" in message_id else None
    return _plausible(int(found.group(1)) * _MILLISECOND) if found else None


def mailchimp_message_id(message_id: str) -> Instant | None:
    """When Mailchimp made a message: the third field of its Message-ID, yyyymmddhhmmss in UTC."""
    found = _MAILCHIMP.match(message_id) if "mcsv.net" in message_id or "mcdlv.net" in message_id else None
    return _stamp(found.group(1)) if found else None


def message_id_of_postfix(message_id: str) -> Instant | None:
    """When a Postfix with short queue ids wrote a message, by the form of its Message-ID alone (cleanup_message.c)."""
    found = _POSTFIX_MESSAGE_ID.match(message_id)
    return _stamp(found.group(1)) if found else None


def mimecast_thread(text: str) -> Instant | None:
    """When a Mimecast session began: the milliseconds of `SmtpThread-<n>-<ms>@`."""
    found = _MIMECAST.search(text)
    return _plausible(int(found.group(1)) * _MILLISECOND) if found else None


def _stamp(text: str) -> Instant | None:
    return _civil(*(int(text[a:b]) for a, b in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))))


def _civil(*parts: int) -> Instant | None:
    try:
        moment = datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # six numbers, no tzinfo among them
    except ValueError:
        return None
    return _plausible(int(moment.timestamp()) * SECOND)
