"""What collectors make of several messages: one line that stands for many, or holds many; taken apart again.

Each of these is tried only where a line as it stands is read by no grammar: what a sender writes
into a line that is understood can never cut it.
Reference: rsyslog `$RepeatedMsgReduction` and `$EscapeControlCharactersOnReceive`, syslogd(8),
journalctl(1).
"""

import re
from typing import NamedTuple

import pyparsing as pp

from grammars.core.event import Reading
from grammars.core.frames import read_frame
from grammars.core.lexemes import digits, rest
from grammars.core.lower import lower

COLLECTOR = "syslog"
"""The name under which a collector's own remarks are counted as noise."""


class Record(NamedTuple):
    """What one line states of one message, and how many times its collector says that it was said."""

    reading: Reading
    repeat: int = 1


def repetition() -> pp.ParserElement:
    """`message repeated 3 times: [ message]`, as rsyslog writes it in place of the message."""
    return "message repeated " + digits("times") + " times: [" + pp.Opt(" ") + rest("message")


_REPETITION = re.compile(lower(repetition()))
_MOST_TIMES = 1_000_000_000


def repeated(text: str) -> tuple[int, str]:
    """Gives how many times a line says that its message was said, and the line with the message alone.

    0 where it does not say so; only a message that begins with these words does.
    """
    frame = read_frame(text)
    found = None if frame is None else _REPETITION.match(frame.text, frame.start)
    if frame is None or found is None or not found["message"].endswith("]"):
        return 0, text
    head = text.removesuffix(frame.text[frame.start :])
    return min(int(found["times"]), _MOST_TIMES), head + found["message"][:-1]


_JOINT = re.compile(
    r"(?=<\d{1,3}>(?:1 )?(?:[JFMASOND][a-z]{2} [ \d]\d|\d{4}-\d\d-\d\d)[ T]\d\d:\d\d:\d\d)"
)  # `<PRI>` and a stamp of either form


def joined(text: str) -> list[str]:
    """Gives the messages of a line into which a forwarder put several, each with its `<PRI>`; empty if it is one."""
    if not text.startswith("<"):
        return []
    parts = _JOINT.split(text)[1:]
    return parts if len(parts) > 1 else []


ESCAPED_ENDS = frozenset({"#012", "#015", "#000"})
"""What rsyslog makes of a line feed, a carriage return or a zero byte at the end of a message: no part of it."""


def without_escaped_end(text: str) -> str:
    """Gives a line without escaped line ends behind it."""
    while text[-4:] in ESCAPED_ENDS:
        text = text[:-4]
    return text


def unescaped(text: str) -> list[str]:
    """Gives the line with its tabs, of which rsyslog makes `#011`; empty where there is none."""
    return [text.replace("#011", "\t")] if "#011" in text else []


def remark() -> pp.ParserElement:
    """What journalctl prints between entries, and syslogd without any tag."""
    journal = "-- " + (
        pp.Literal("Journal begins at ") | "Logs begin at " | "No entries --" | "Boot " | "Reboot --" | "cursor: "
    )
    return journal + pp.Opt(rest)


_REMARK = re.compile(lower(remark()))


def is_remark(text: str) -> bool:
    """Whether a line is a collector's remark that names no program and no message."""
    return _REMARK.match(text) is not None
