r"""What containers put around a log line: a service's name, a stamp, a stream; the line itself stands inside.

`docker compose logs` (`service-1  | line`), `docker logs --timestamps` (`stamp line`), the files of the
container runtime interface (`stamp stdout F line`, kubernetes.io "Logging Architecture", CRI),
`kubectl logs --prefix` (`[pod/name/container] line`) and Docker's json-file
(`{"log": "line\n", "stream": "stdout", "time": "stamp"}`), with or without the terminal's colours.
"""

import json
import re
from functools import cache, lru_cache
from typing import NamedTuple

import pyparsing as pp

from grammars.core.lexemes import combine, digits, two_digits
from grammars.core.lower import lower


class Wrapped(NamedTuple):
    """A line as its program wrote it, and the stamp of who collected it: its second, fraction and offset."""

    text: str
    second: str | None = None
    fraction: str | None = None
    offset: str | None = None


def _colour() -> pp.ParserElement:
    return pp.ZeroOrMore(pp.Literal("\x1b[") + pp.Opt(pp.Word(pp.nums + ";")) + "m")


def _stamp() -> pp.ParserElement:
    """RFC 3339 with a fraction, as Docker and the runtimes write it."""
    date = pp.Word(pp.nums, exact=4) + "-" + two_digits + "-" + two_digits + "T"
    clock = two_digits + ":" + two_digits + ":" + two_digits
    zone = pp.Literal("Z") | (pp.Char("+-") + two_digits + ":" + two_digits)
    return combine(date + clock)("second") + pp.Opt("." + digits.copy()("fraction")) + combine(zone)("offset")


def service_prefix() -> pp.ParserElement:
    """`postfix-1  | `: the name holds no blank and no bar."""
    return _colour() + pp.CharsNotIn(" |[]{}<>\x1b\t") + pp.OneOrMore(" ") + "|" + _colour() + " " + _colour()


def pod_prefix() -> pp.ParserElement:
    """`[pod/mail-0/postfix] `."""
    name = pp.CharsNotIn(" /[]")
    return "[" + name + "/" + name.copy() + "/" + name.copy() + "] "


def _stream() -> pp.ParserElement:
    return (pp.Literal("stdout") | "stderr")("stream") + " " + pp.Char("FP")("tag") + " "


def runtime_prefix() -> pp.ParserElement:
    """`2026-11-23T10:32:15.123456789Z stdout F `; what Docker prints has the stamp alone."""
    return _stamp() + " " + pp.Opt(_stream())


class Piece(NamedTuple):
    """A line of a container runtime's file: its stream, whether the rest of it is still to come, where it begins."""

    stream: str
    is_cut: bool
    start: int


def piece_of(text: str) -> Piece | None:
    """Reads `stamp stdout P `: the runtimes cut long lines, and mark every piece but the last with a P."""
    found = _piece().match(text)
    return None if found is None else Piece(found["stream"], found["tag"] == "P", found.end())


@cache
def _name() -> "re.Pattern[str]":
    return re.compile(lower(service_prefix()) + "|" + lower(pod_prefix()))


@cache
def _runtime() -> "re.Pattern[str]":
    return re.compile(lower(runtime_prefix()))


@cache
def _piece() -> "re.Pattern[str]":
    return re.compile(lower(_stamp() + " " + _stream()))


@lru_cache(maxsize=1)  # each format that has files of its own asks about the same line
def unwrap(text: str) -> tuple[Wrapped, ...]:
    """Takes a container's envelope off: the lines that may stand inside, the likelier first; none without one.

    Whether a stamp is the collector's or the line's own shows only from what stands behind it.
    """
    if text.startswith("{"):
        return _json_file(text)
    named = _name().match(text)
    rest = text[named.end() :] if named is not None else text
    stamped = _runtime().match(rest)
    inside = () if named is None else (Wrapped(rest),)
    if stamped is None:
        return inside
    return (*inside, Wrapped(rest[stamped.end() :], stamped["second"], stamped["fraction"], stamped["offset"]))


def _json_file(text: str) -> tuple[Wrapped, ...]:
    try:
        entry = json.loads(text)
        line, time = entry["log"], entry["time"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    if not isinstance(line, str) or not isinstance(time, str):
        return ()
    stamped = _runtime().match(f"{time} ")
    if stamped is None:
        return ()
    return (Wrapped(line.rstrip("\r\n"), stamped["second"], stamped["fraction"], stamped["offset"]),)
