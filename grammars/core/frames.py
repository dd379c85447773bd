"""The envelope of a log line: stamp, host, tag, process id; then the message.

Syslog as files keep it (RFC 3164 section 4.1 stamps, or RFC 3339 ones), RFC 5424 as collectors
write it, both with or without `<PRI>`; journald's JSON and what `journalctl` prints; and the
envelopes that containers put around such lines (grammars/core/wrapping.py).
Reference: RFC 3164 section 4.1, RFC 5424 section 6, systemd.journal-fields(7), journalctl(1) `-o`,
FreeBSD syslogd(8) `-v`, Solaris syslogd(8) message ids, rsyslog's template RSYSLOG_ForwardFormat.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import pyparsing as pp

from grammars.core.event import rfc3339
from grammars.core.lexemes import combine, digits, two_digits
from grammars.core.lower import lower
from grammars.core.words import SECOND, Instant
from grammars.core.wrapping import unwrap

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


def stamp() -> pp.ParserElement:
    """Both kinds of stamp: `second`, and for RFC 3339 ones `fraction` and `offset`."""
    clock = two_digits + ":" + two_digits + ":" + two_digits
    bsd = pp.Char("JFMASOND") + pp.Word(pp.alphas.lower(), exact=2) + " " + pp.Opt(" ") + digits + " " + clock
    iso = pp.Word(pp.nums, exact=4) + "-" + two_digits + "-" + two_digits + pp.Char("T ") + clock
    zone = pp.Literal("Z") | (pp.Char("+-") + two_digits + pp.Opt(":") + two_digits)
    return (
        combine(bsd | iso)("second")
        + pp.Opt(pp.Char(".,") + digits.copy()("fraction"))
        + pp.Opt(combine(zone)("offset"))
    )


def _priority() -> pp.ParserElement:
    return "<" + digits + ">"


def opening() -> pp.ParserElement:
    """What stands before the first blank behind a stamp: `<22>Nov 23 10:24:07`."""
    return pp.Opt(_priority()) + stamp()


def _level() -> pp.ParserElement:
    """`<mail.info> ` or `<2.6> `, as BSD's syslogd writes facility and level with `-v`."""
    return "<" + pp.Word(pp.alphanums) + "." + pp.Word(pp.alphanums) + "> "


def _message_id() -> pp.ParserElement:
    """`[ID 197553 mail.info] `, as Solaris numbers its messages."""
    return "[ID " + digits + " " + pp.Word(pp.alphanums) + "." + pp.Word(pp.alphanums) + "] "


def syslog() -> pp.ParserElement:
    """`Nov 23 10:24:07 host tag[pid]: message`, or the same with an RFC 3339 stamp; the message is not included."""
    return (
        opening()
        + " "
        + pp.Opt(_level())
        + ~pp.Literal("#")  # rspamd's own file: `stamp #pid(process) function: text`
        + ~(pp.Word(pp.nums, exact=4) + "-" + two_digits + "-")  # a collector's stamp, then the line's own
        + pp.CharsNotIn(" [/")("host")
        + " "
        + pp.Opt(_level())
        + pp.CharsNotIn(" []:<")("tag")
        + pp.Opt("[" + digits.copy()("pid") + "]")
        + ":"
        + pp.Opt(" ")
        + pp.Opt(_message_id())
    )


def without_host() -> pp.ParserElement:
    """As `syslog`, of a logger that leaves the host out; only tags with a slash are taken, as Postfix writes them."""
    name = pp.CharsNotIn(" []:<>/#")
    return (
        opening()
        + " "
        + combine(name + pp.OneOrMore("/" + name))("tag")
        + pp.Opt("[" + digits.copy()("pid") + "]")
        + ": "
    )


_TAG_LENGTH = 32


def cut_tag() -> pp.ParserElement:
    """A tag cut off behind its 32nd character, its colon lost: rsyslog's templates for forwarding do that."""
    return (
        opening() + " " + pp.CharsNotIn(" ")("host") + " " + combine(pp.CharsNotIn(" ", exact=_TAG_LENGTH))("cut") + " "
    )


def journal_short() -> pp.ParserElement:
    """`journalctl -o short-unix` (seconds since 1970) and `short-full` (`Mon 2026-11-23 10:24:07 CET`)."""
    clock = two_digits + ":" + two_digits + ":" + two_digits
    date = pp.Word(pp.nums, exact=4) + "-" + two_digits + "-" + two_digits
    full = (
        pp.Word(pp.alphas, exact=3) + " " + combine(date + " " + clock)("second")
        + pp.Opt("." + digits.copy()("fraction")) + " " + pp.CharsNotIn(" ")("zone")
    )  # fmt: skip
    unix = pp.Word(pp.nums, exact=10)("epoch") + "." + pp.Word(pp.nums, exact=6)("micros")
    return (
        (full | unix)
        + " "
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
OPENING = re.compile(lower(opening()) + r"\Z")
RFC5424 = re.compile(lower(rfc5424()))


@cache
def _rare() -> tuple["re.Pattern[str]", "re.Pattern[str]", "re.Pattern[str]"]:
    """Forms that few logs have; made when the first line is met that has none of the common ones."""
    cut, short, hostless = (re.compile(lower(form)) for form in (cut_tag(), journal_short(), without_host()))
    return cut, short, hostless


def read_frame(text: str) -> Frame | None:
    """Reads the envelope of a line, or None where it has none of the known ones."""
    found = SYSLOG.match(text) or RFC5424.match(text)
    if found is not None:
        second, fraction, offset, host, tag, pid = found.groups()
        return Frame(second, fraction, offset, host, tag, pid, text, found.end())
    if text.startswith("{"):
        frame = _journal(text)
        if frame is not None:
            return frame
    return _wrapped_frame(text) or _rare_frame(text)


def _wrapped_frame(text: str) -> Frame | None:
    """The envelope inside a container's; its stamp counts, unless it names no zone where the container's does."""
    for wrapped in unwrap(text):
        inner = SYSLOG.match(wrapped.text) or RFC5424.match(wrapped.text)
        if inner is not None:
            second, fraction, offset, host, tag, pid = inner.groups()
            if offset is None and wrapped.second is not None:
                second, fraction, offset = wrapped.second, wrapped.fraction, wrapped.offset
            return Frame(second, fraction, offset, host, tag, pid, wrapped.text, inner.end())
        bare = None if wrapped.second is None else _bare().match(wrapped.text)
        if bare is not None and wrapped.second is not None:
            tag, pid = bare.groups()
            return Frame(wrapped.second, wrapped.fraction, wrapped.offset, None, tag, pid, wrapped.text, bare.end())
    return None


def without_stamp() -> pp.ParserElement:
    """`tag[pid]: message`, of a logger that leaves stamp and host to the container; only tags with a slash."""
    name = pp.CharsNotIn(" []:<>/#")
    slashed = combine(name + pp.OneOrMore("/" + name))("tag") + pp.Opt("[" + digits.copy()("pid") + "]")
    return slashed + ": "


@cache
def _bare() -> "re.Pattern[str]":
    return re.compile(lower(without_stamp()))


def _rare_frame(text: str) -> Frame | None:
    if not text[:1].isalnum() and not text.startswith("<"):
        return None
    cut, short, hostless = _rare()
    found = short.match(text)
    if found is not None:
        return _short_frame(found, text)
    found = hostless.match(text)
    if found is not None:
        second, fraction, offset, tag, pid = found.groups()
        return Frame(second, fraction, offset, None, tag, pid, text, found.end())
    found = cut.match(text)
    if found is None:
        return None
    second, fraction, offset, host, tag = found.groups()
    name, _, pid = tag.removesuffix(":").partition("[")
    whole = pid.endswith("]") and pid[:-1].isascii() and pid[:-1].isdecimal()
    return Frame(second, fraction, offset, host, name, pid[:-1] if whole else None, text, found.end())


def _short_frame(found: "re.Match[str]", text: str) -> Frame:
    named = found.groupdict()
    second, fraction = named["second"], named["fraction"]
    offset = "Z" if named["zone"] in {"UTC", "GMT"} else None
    if named["epoch"]:
        second, fraction, offset = rfc3339(Instant(int(named["epoch"]) * SECOND), 0)[:-1], named["micros"], "Z"
    return Frame(second, fraction, offset, named["host"], named["tag"], named["pid"], text, found.end())


def process_mark(text: str) -> str | None:
    """Gives the part of a line that names its process (`postfix/smtpd[7]`), or None; the same text in all its lines."""
    frame = read_frame(text)
    if frame is None or frame.pid is None:
        return None
    marks = f"{frame.tag}[{frame.pid}]", f"{frame.tag} {frame.pid} "
    return next((mark for mark in marks if mark in text), None)


def _journal(text: str) -> Frame | None:
    """One object of `journalctl -o json`."""
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return journal_frame(entry) if isinstance(entry, dict) else None


def journal_frame(entry: Mapping[str, Any]) -> Frame | None:
    """Gives the envelope of a journal's entry: times are microseconds UTC, a message may be a list of bytes."""
    try:
        stamped = Instant(int(entry.get("_SOURCE_REALTIME_TIMESTAMP") or entry["__REALTIME_TIMESTAMP"]))
        message = _journal_text(entry["MESSAGE"])
        tag = _journal_text(entry.get("SYSLOG_IDENTIFIER") or entry["_COMM"])
        second = rfc3339(stamped, 0)[:-1]
    except (ValueError, KeyError, TypeError, OverflowError):
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
