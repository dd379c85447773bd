"""Text from logs and senders, made safe to print: nothing in it moves a cursor or turns text around."""

import os
import sys


def safe(text: str) -> str:
    r"""Gives the text with control, invisible and direction-changing characters written as `\xNN` or `\uNNNN`.

    So are characters that this Python's Unicode does not know: how a terminal shows them, nobody knows.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def safe_lines(text: str) -> str:
    """Makes each line safe to print, and keeps the line ends."""
    return "\n".join(safe(line) for line in text.split("\n"))


def complain(text: str) -> None:
    """Prints to standard error; names of files are made safe too, line ends in them as well."""
    sys.stderr.write(safe(text) + "\n")


def tell(text: str) -> None:
    """Prints a result; where its reader has left, as `head` does, the command ends well."""
    try:
        sys.stdout.write(text + "\n")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the rest is written at exit, and fails
        sys.exit(0)


def shorten(text: str, width: int) -> str:
    """Gives at most `width` characters, with the middle left out where there are more."""
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    return text[:head] + "…" + text[len(text) - (width - 1 - head) :]
