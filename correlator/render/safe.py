"""Text from logs and senders, made safe to print: nothing in it moves a cursor or turns text around."""

import re
import sys

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def safe(text: str) -> str:
    r"""Gives the text with control, invisible and direction-changing characters written as `\xNN` or `\uNNNN`."""
    return _UNSAFE.sub(lambda found: ascii(found.group())[1:-1], text)


def safe_lines(text: str) -> str:
    """Makes each line safe to print, and keeps the line ends."""
    return "\n".join(safe(line) for line in text.split("\n"))


def complain(text: str) -> None:
    """Prints to standard error; names of files are made safe too, line ends in them as well."""
    sys.stderr.write(safe(text) + "\n")


def shorten(text: str, width: int) -> str:
    """Gives at most `width` characters, with the middle left out where there are more."""
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    return text[:head] + "…" + text[len(text) - (width - 1 - head) :]
