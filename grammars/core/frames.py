"""The envelope of a log line: stamp, host, tag, process id; then the message.

Syslog as files keep it (RFC 3164 section 4.1 stamps, or RFC 3339 ones), RFC 5424 as collectors
write it, both with or without `<PRI>`; and journald's JSON export.
Reference: RFC 3164 section 4.1, RFC 5424 section 6, systemd.journal-fields(7).
"""

import json
import re
from typing import Any, NamedTuple

import pyparsing as pp

from grammars.core.event import rfc3339
from grammars.core.lexemes import digits
from grammars.core.lower import lower
from grammars.core.words import Instant

LONGEST_LINE = 64 * 1024
"""Characters of one line that are read; what stands behind them is cut off."""


class Frame(NamedTuple):
    """The envelope of one line; `start` is the index at which the message begins in `text`."""

    second: str
    fraction: str | None
    offset: str | None
    host: str | None
    tag: str
    pid: str | None
    text: str
    start: int


def _two() -> pp.ParserElement:
    return pp.Word(pp.nums, exact=2)


def stamp() -> pp.ParserElement:
    """Both kinds of stamp: `second`, and for RFC 3339 ones `fraction` and `offset`."""
    clock = _two() + ":" + _two() + ":" + _two()
    bsd = pp.Char("JFMASOND") + pp.Word(pp.alphas.lower(), exact=2) + " " + pp.Opt(" ") + digits + " " + clock
    iso = pp.Word(pp.nums, exact=4) + "-" + _two() + "-" + _two() + pp.Char("T ") + clock
    zone = pp.Literal("Z") | (pp.Char("+-") + _two() + pp.Opt(":") + _two())
    return (
        pp.Combine(bsd | iso)("second")
        + pp.Opt(pp.Char(".,") + digits.copy()("fraction"))
        + pp.Opt(pp.Combine(zone)("offset"))
    )


def _priority() -> pp.ParserElement:
    return "<" + digits + ">"


def syslog() -> pp.ParserElement:
    """`Nov 23 10:24:07 host tag[pid]: message`, or the same with an RFC 3339 stamp; the message is not included."""
    return (
        pp.Opt(_priority())
        + stamp()
        + " "
        + ~pp.Literal("#")  # rspamd's own file: `stamp #pid(process) function: text`
        + pp.CharsNotIn(" ")("host")
        + " "
        + pp.CharsNotIn(" []:<")("tag")
        + pp.Opt("[" + digits.copy()("pid") + "]")
        + ":"
        + pp.Opt(" ")
    )


def rfc5424() -> pp.ParserElement:
    """`<22>1 stamp host app procid msgid structured-data message`; the message is not included."""
    escaped = pp.Literal("\\") + pp.CharsNotIn("", exact=1)
    value = pp.Literal('"') + pp.ZeroOrMore(pp.CharsNotIn('"\\') | escaped) + '"'
    data = pp.Literal("[") + pp.ZeroOrMore(pp.Literal("][") | pp.CharsNotIn('"]') | value) + "]"
    return (
        _priority()
        + "1 "
        + stamp()
        + " "
        + pp.CharsNotIn(" ")("host")
        + " "
        + pp.CharsNotIn(" ")("tag")
        + " "
        + ((digits.copy()("pid") + pp.FollowedBy(" ")) | pp.CharsNotIn(" "))
        + " "
        + pp.CharsNotIn(" ")
        + " "
        + (pp.Literal("-") | data)
        + pp.Opt(" ")
        + pp.Opt("\ufeff")
    )


SYSLOG = re.compile(lower(syslog()))
RFC5424 = re.compile(lower(rfc5424()))


def read_frame(text: str) -> Frame | None:
    """Reads the envelope of a line, or None where it has none of the known ones."""
    found = SYSLOG.match(text) or RFC5424.match(text)
    if found is not None:
        second, fraction, offset, host, tag, pid = found.groups()
        return Frame(second, fraction, offset, host, tag, pid, text, found.end())
    if text.startswith("{"):
        return _journal(text)
    return None


def _journal(text: str) -> Frame | None:
    """One object of `journalctl -o json`: times are microseconds UTC, a message may be a list of bytes."""
    try:
        entry: dict[str, Any] = json.loads(text)
        stamped = Instant(int(entry.get("_SOURCE_REALTIME_TIMESTAMP") or entry["__REALTIME_TIMESTAMP"]))
        message, tag = _journal_text(entry["MESSAGE"]), _journal_text(entry["SYSLOG_IDENTIFIER"])
        second = rfc3339(stamped, 0)[:-1]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    pid = str(entry.get("SYSLOG_PID") or entry.get("_PID") or "")
    host = entry.get("_HOSTNAME")
    host_text = host if isinstance(host, str) and host else None
    fraction = f"{stamped % 1_000_000:06d}"
    return Frame(second, fraction, "Z", host_text, tag, pid if pid.isdecimal() and len(pid) < 19 else None, message, 0)


def _journal_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return bytes(value).decode("utf-8", "replace")
    raise ValueError("neither text nor bytes")
