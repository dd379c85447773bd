"""Reads lines of further mail logs of senders: OpenSMTPD (smtpd), Haraka's outbound, and qmail-send."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from correlator.evidence.expressions import expression
from correlator.evidence.fields import LOGGED, Fact, Field
from correlator.evidence.times import find_stamps

_OPENSMTPD = expression(
    r"\bsmtpd\[\d{1,8}\]: [0-9a-f]{16} (?P<what>mta (?:event=)?delivery|smtp (?:event=)?(?:message|envelope)) "
)
_OF_OPENSMTPD = (
    (Field.DATED_ID, expression(r"\bevpid=([0-9a-f]{16})\b")),
    (Field.RETURN_PATH, expression(r"\bfrom=<([^<>\s]{0,320})>")),
    (Field.RECIPIENT, expression(r"\bto=<([^<>\s]{1,320})>")),
    (Field.SENDING_IP, expression(r"\bsource=\"?\[?([0-9a-fA-F.:]{3,45})\]?[\" ]")),
    (Field.RECEIVING_IP, expression(r"\brelay=\"?\[?([0-9a-fA-F.:]{3,45})\]? \(")),
    (Field.RECEIVING_HOST, expression(r"\brelay=\"?\[?[0-9a-fA-F.:]{3,45}\]? \(([A-Za-z0-9._-]{3,255})\)")),
    (Field.REPLY, expression(r"\bstat=\"([2-5]\d\d[ -][^\"\n]{2,2000})\"")),
)
_HARAKA = expression(r"\[(?:outbound|core)\] (?P<what>delivered) file=")
_OF_HARAKA = (
    (Field.RECEIVING_HOST, expression(r"\bhost=\"?([A-Za-z0-9._-]{3,255})")),
    (Field.RECEIVING_IP, expression(r"\bip=\"?([0-9a-fA-F.:]{3,45})")),
    (Field.REPLY, expression(r"\bresponse=\"([^\"\n]{3,2000})\"")),
    (Field.RECIPIENT, expression(r"\brcpt_to=\"?<?([^\s<>\",]{1,256}@[^\s<>\",]{1,255})")),
)
_QMAIL = expression(
    r"(?:^|\s)(?P<what>(?:delivery \d{1,12}: (?:success|deferral|failure): )"
    r"|(?:starting delivery \d{1,12}: msg \d{1,12} to remote )"
    r"|(?:info msg \d{1,12}: bytes \d{1,12} from )|(?:new msg \d{1,12}$)|(?:end msg \d{1,12}$)"
    r"|(?:status: local \d{1,6}/\d{1,6} remote )"
    r"|(?:bounce msg \d{1,12} ))"
)
_OF_QMAIL = (
    (Field.RECIPIENT, expression(r"\bto remote ([^\s<>]{1,256}@[^\s<>]{1,255})")),
    (Field.RETURN_PATH, expression(r"\bbytes \d{1,12} from <([^<>\s]{0,320})>")),
    (Field.RECEIVING_IP, expression(r"\b(?:success|deferral|failure): (?:Connected_to_)?(\d{1,3}(?:\.\d{1,3}){3})_")),
    (Field.REPLY, expression(r"Remote_host_said:_([2-5]\d\d[_-][^/\s]{2,2000})")),
)
_TAI64N = expression(r"@(4[0-9a-f]{15})[0-9a-f]{8} ")
_TAI_OF_1970 = 0x4000000000000000 + 10  # as daemontools' tai64n writes it: ten seconds, no leap seconds
_LATEST = 4_102_444_800  # 2100
_ATTEMPTS = frozenset(("mta", "delivered", "delivery"))
_STAMP = 60
NO_ATTEMPT = LOGGED + 4
"""The rank of the time of a line that tells of no attempt to deliver."""


def read_more(line: str, offset: int) -> list[Fact]:
    """Gives what a line of one of these logs states; nothing where the line is of none."""
    for form, fields in ((_OPENSMTPD, _OF_OPENSMTPD), (_HARAKA, _OF_HARAKA), (_QMAIL, _OF_QMAIL)):
        if (found := form.search(line)) and (form is not _QMAIL or found.start() < _STAMP):
            attempt = found.group("what").split(None, 1)[0] in _ATTEMPTS
            return sorted(_facts(line, offset, fields, attempt=attempt), key=lambda fact: fact.start)
    return []


def _facts(
    line: str, offset: int, fields: tuple[tuple[Field, re.Pattern[str]], ...], *, attempt: bool
) -> Iterator[Fact]:
    rank = LOGGED if attempt else NO_ATTEMPT
    if tai := _TAI64N.match(line):
        seconds = int(tai.group(1), 16) - _TAI_OF_1970
        if 0 < seconds < _LATEST:
            said = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield _fact(Field.TIME, said, offset, tai.end(1), rank)
    for stamp in find_stamps(line[:_STAMP])[:1]:
        yield _fact(Field.TIME, line[stamp.start : stamp.end], offset + stamp.start, stamp.end - stamp.start, rank)
    for kind, pattern in fields:
        if found := pattern.search(line):
            value = found.group(1).replace("_", " ") if "_host_said" in found.group() else found.group(1)
            yield _fact(kind, value, offset + found.start(1), len(found.group(1)), LOGGED)


def _fact(kind: Field, value: str, start: int, length: int, rank: int) -> Fact:
    return Fact(field=kind, value=value, start=start, end=start + length, rank=rank, label="log line")
