"""Reads the lines in which senders' platforms show their logs to people."""

import re
from collections.abc import Iterator

from correlator.evidence.expressions import expression
from correlator.evidence.fields import LOGGED, Fact, Field
from correlator.evidence.silence import find_never_sent
from correlator.evidence.times import find_stamps

# Mailgun's log: `Delivered: news@shop.example -> alice@recipient.example 'Subject' Server response: 250 ...`
_MAILGUN = expression(
    r"\b(?P<event>Accepted|Delivered|Failed|Will retry|Rejected|Temporary failure|Permanent failure)\b[^:\n]{0,40}: "
    r"(?P<from>[^\s<>]{1,256}@[^\s<>]{1,255}) ?(?:->|=>) ?(?P<to>[^\s<>]{1,256}@[^\s<>]{1,255})"
    r"(?: '(?P<subject>[^\n]{0,300}?)')?"
    r"(?:[ ,.]{1,3}(?:Server response|Response|Reason): ?(?P<reply>[^\n]{1,2000}))?$"
)
_PARTS = (
    (Field.HEADER_FROM, "from"),
    (Field.RECIPIENT, "to"),
    (Field.SUBJECT, "subject"),
    (Field.REPLY, "reply"),
)
_EARLY = 4
_BEFORE_EVENT = 60


def read_provider_line(line: str, offset: int) -> list[Fact]:
    """Gives what a line of a platform's log states; nothing where the line is none."""
    if "->" not in line and "=>" not in line:
        return []
    found = _MAILGUN.search(line)
    return sorted(_facts(line, offset, found), key=lambda fact: fact.start) if found else []


def _facts(line: str, offset: int, found: re.Match[str]) -> Iterator[Fact]:
    late = _EARLY if found.group("event") == "Accepted" else 0
    start = max(0, found.start() - _BEFORE_EVENT)
    for stamp in find_stamps(line[start : found.start()])[:1]:
        begin, end = start + stamp.start, start + stamp.end
        yield Fact(
            field=Field.TIME,
            value=line[begin:end],
            start=offset + begin,
            end=offset + end,
            rank=LOGGED + late,
            label="log line",
        )
    for field, name in _PARTS:
        value = found.group(name)
        if value:
            kind = Field.NEVER_SENT if field is Field.REPLY and find_never_sent(value) else field
            yield Fact(
                field=kind,
                value=value,
                start=offset + found.start(name),
                end=offset + found.end(name),
                rank=LOGGED,
                label="log line",
            )
