"""Reads lines of a sender's own mail log: Postfix, sendmail and Exim deliveries."""

import re
from collections.abc import Iterator
from dataclasses import replace

from correlator.evidence.expressions import expression
from correlator.evidence.fields import LOGGED, Fact, Field
from correlator.evidence.maillogs import NO_ATTEMPT, read_more
from correlator.evidence.times import find_stamps

_IS_POSTFIX = expression(
    r"\bpostfix(?:-[\w-]{1,30})?/[\w/-]{1,40}\[\d{1,8}\]: |\bsendmail\[\d{1,8}\]: "
    r"|\bto=<[^<>\s]{0,320}>,? .{0,200}\brelay=|\bsm-mta\[\d{1,8}\]: "
)
_IS_EXIM = expression(
    r"(?:^|\s)([0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})) (?:=>|->|==|\*\*"
    r"|<=|>>) "
)
_POSTFIX = (
    (Field.DATED_ID, expression(r"\]: ([0-9A-Za-z]{6,40}): (?!to=\S+ blocked)")),
    (Field.RECIPIENT, expression(r"\b(?:orig_)?to=<([^<>\s]{1,320})>")),
    (Field.RETURN_PATH, expression(r"(?<![\w])from=<([^<>\s]{0,320})>")),
    (Field.MESSAGE_ID, expression(r"\b(?:message-id|msgid)=<([^<>\s]{1,400})>")),
    (Field.HELO, expression(r"\bhelo=<([^<>\s]{1,255})>")),
    (Field.RECEIVING_HOST, expression(r"\brelay=(?!none\b|local\b)([A-Za-z0-9_.-]{1,255}?)\.?(?= ?\[)")),
    (Field.RECEIVING_IP, expression(r"\brelay=[^\s,\[]{1,255} ?\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})\]")),
    (Field.REPLY, expression(r"\b(?:status=\w{1,12}|stat=\w{1,20}) \((.{3,4000})\)\s*$")),
    (Field.REPLY, expression(r"\bstat=([2-5]\d\d .{3,2000})$")),
    (Field.SUBJECT, expression(r"\bwarning: header Subject: (.{1,300}?) from \S{1,255}; from=")),
)  # fmt: skip
_EXIM = (
    (Field.RECIPIENT, expression(
        r" (?:=>|->|==|\*\*|>>) (?:[^\s<>]{1,320} <)?([^\s<>@]{1,256}@[^\s<>]{1,255}?)>?(?= )"
    )),
    (Field.RETURN_PATH, expression(r" (?:<= |F=<?)([^\s<>]{1,256}@[^\s<>]{1,255})>?")),
    (Field.RECEIVING_HOST, expression(r"(?:=>|->|==|\*\*|>>) .{1,2000}? H=([A-Za-z0-9_.-]{1,255}) ")),
    (Field.RECEIVING_IP, expression(r"(?:=>|->|==|\*\*|>>) .{1,2000}? H=[^\[\n]{0,300}\[([0-9A-Fa-f.:]{2,45})\]")),
    (Field.SENDING_IP, expression(r"(?:=>|->|==|\*\*|>>) .{1,2000}? I=\[([0-9A-Fa-f.:]{2,45})\]")),
    (Field.REPLY, expression(r' C="([^\n]{3,2000}?)"(?= |$)')),
    (Field.REPLY, expression(
        r"(?:\*\*|==) .{1,2000}?: ((?:SMTP error from remote mail server .{1,300}?: )?[45]\d\d[ -].{3,2000})$"
    )),
    (Field.MESSAGE_ID, expression(r" <= .{1,2000} id=([^\s<>]{3,400})")),
    (Field.SUBJECT, expression(r' T="([^"\n]{1,300})" ')),
)  # fmt: skip
_IS_ATTEMPT = expression(r"\bto=<.*?\b(?:status|stat)=|\s(?:=>|->|==|\*\*|>>)\s")
_ZONE_OF_STAMP = 60
_LONGEST = 8_000


def read_log_line(line: str, offset: int) -> list[Fact]:
    """Gives what a line of a mail log states; nothing where the line is none."""
    if len(line) > _LONGEST:
        return []
    if more := read_more(line, offset):
        return more
    exim = _IS_EXIM.search(line)
    if exim is None and not _IS_POSTFIX.search(line):
        return []
    return sorted(_facts(line, offset, exim), key=lambda fact: fact.start)


def _facts(line: str, offset: int, exim: re.Match[str] | None) -> Iterator[Fact]:
    attempt = _IS_ATTEMPT.search(line) is not None
    for stamp in find_stamps(line[:_ZONE_OF_STAMP])[:1]:
        time = _fact(Field.TIME, line[stamp.start : stamp.end], offset + stamp.start, stamp.end - stamp.start)
        yield time if attempt else replace(time, rank=NO_ATTEMPT)
    if exim:
        yield _fact(Field.DATED_ID, exim.group(1), offset + exim.start(1), len(exim.group(1)))
    for kind, pattern in _EXIM if exim else _POSTFIX:
        if not attempt and kind in (Field.RECEIVING_HOST, Field.RECEIVING_IP):
            continue  # sendmail's `relay=` of an arrival is the client
        for found in pattern.finditer(line):
            yield _fact(kind, found.group(1), offset + found.start(1), len(found.group(1)))


def _fact(kind: Field, value: str, start: int, length: int) -> Fact:
    return Fact(field=kind, value=value, start=start, end=start + length, rank=LOGGED, label="log line")
