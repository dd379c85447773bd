"""One log in every form in which logs are kept: made from ISO syslog lines, as the keepers of logs make them."""

import bz2
import gzip
import json
import lzma
import re
import struct
from collections.abc import Callable
from datetime import datetime

import zstandard

_LINE = re.compile(r"(?P<stamp>\S+) (?P<host>\S+) (?P<tag>[^\[: ]+)(?:\[(?P<pid>\d+)\])?: (?P<message>.*)")


def _parts(line: str) -> tuple[datetime, re.Match[str]]:
    found = _LINE.fullmatch(line)
    assert found is not None, line
    return datetime.fromisoformat(found["stamp"]), found


def _microseconds(line: str) -> int:
    moment = _parts(line)[0]
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def _bsd(line: str) -> str:
    """With the stamp of RFC 3164, which leaves year, zone and fraction out."""
    moment, found = _parts(line)
    return f"{moment:%b} {moment.day:2d} {moment:%H:%M:%S}{line[len(found['stamp']) :]}"


def _zulu(line: str) -> str:
    return f"{_parts(line)[0]:%Y-%m-%dT%H:%M:%S.%f}000Z"


def _entry(number: int, line: str) -> dict[str, str]:
    found = _parts(line)[1]
    return {
        "__CURSOR": f"s=0;i={number}",
        "__REALTIME_TIMESTAMP": str(_microseconds(line)),
        "_HOSTNAME": found["host"],
        "SYSLOG_IDENTIFIER": found["tag"],
        "_PID": found["pid"] or "1",
        "MESSAGE": found["message"],
    }


def _export(lines: list[str]) -> bytes:
    """`journalctl -o export`; every third message as one with bytes that no text holds."""
    blocks = []
    for number, line in enumerate(lines):
        block = b""
        for name, value in _entry(number, line).items():
            data = value.encode("utf-8", "surrogateescape")
            if name == "MESSAGE" and number % 3 == 0:
                block += name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"
            else:
                block += name.encode() + b"=" + data + b"\n"
        blocks.append(block)
    return b"\n".join(blocks) + b"\n"


def _json_file(lines: list[str]) -> bytes:
    """Docker's: brackets escaped, and every fifth line cut into two objects, as it cuts at 16 KiB."""
    made = []
    for number, line in enumerate(lines):
        text = _bsd(line) + "\n"
        for part in (text[:60], text[60:]) if number % 5 == 0 else (text,):
            entry = json.dumps({"log": part, "stream": "stdout", "time": _zulu(line)})
            made.append(entry.replace("<", "\\u003c").replace(">", "\\u003e"))
    return "\n".join(made).encode() + b"\n"


def _runtime_cut(lines: list[str]) -> bytes:
    """A container runtime's file: every fifth line in three pieces, the other stream's lines between them."""
    made = []
    for number, line in enumerate(lines):
        text, stamp = _bsd(line), _zulu(line)
        stream = "stderr" if number % 2 else "stdout"
        parts = (text[:40], text[40:60], text[60:]) if number % 5 == 0 else (text,)
        made += [f"{stamp} {stream} {'F' if part is parts[-1] else 'P'} {part}" for part in parts]
    return _plain(made)


def _plain(lines: list[str]) -> bytes:
    return "\n".join(lines).encode("utf-8", "surrogateescape") + b"\n"


def _each(change: Callable[[str], str]) -> Callable[[list[str]], bytes]:
    return lambda lines: _plain([change(line) for line in lines])


def _without_colon(line: str) -> str:
    """Rsyslog's templates for forwarding cut the tag behind its 32nd character."""
    found = _parts(line)[1]
    tag = f"{found['tag']}[{found['pid']}]:" if found["pid"] else f"{found['tag']}:"
    return f"<22>{_bsd(line)[: 15 + len(found['host']) + 1]} {tag[:32]} {found['message']}"


FORMS: dict[str, Callable[[list[str]], bytes]] = {
    "gzip": lambda lines: gzip.compress(_plain(lines)),
    "gzip of several members": lambda lines: gzip.compress(_plain(lines[:99])) + gzip.compress(_plain(lines[99:])),
    "gzip filled up with zeros": lambda lines: gzip.compress(_plain(lines)) + bytes(700),
    "bzip2": lambda lines: bz2.compress(_plain(lines)),
    "xz": lambda lines: lzma.compress(_plain(lines)),
    "zstd": lambda lines: zstandard.ZstdCompressor().compress(_plain(lines)),
    "utf-16": lambda lines: _plain(lines).decode("utf-8", "replace").encode("utf-16"),
    "utf-16 in gzip": lambda lines: gzip.compress(_plain(lines).decode("utf-8", "replace").encode("utf-16")),
    "byte order mark": lambda lines: b"\xef\xbb\xbf" + _plain(lines),
    "line ends of Windows": lambda lines: _plain(lines).replace(b"\n", b"\r\n"),
    "zeros before the first line": lambda lines: bytes(9000) + _plain(lines),
    "no line end at the end": lambda lines: _plain(lines).rstrip(b"\n"),
    "rsyslog's escaped line end": _each(lambda line: line + "#012"),
    "priority": _each(lambda line: "<22>" + line),
    "BSD syslogd -v": _each(lambda line: line.replace(" ", " <mail.info> ", 1)),
    "BSD syslogd -v, numbers": _each(lambda line: line.replace(" ", " <2.6> ", 1)),
    "Solaris": _each(lambda line: line.replace(": ", ": [ID 197553 mail.info] ", 1)),
    "journalctl -o export": _export,
    "journalctl -o json": lambda lines: _plain([json.dumps(_entry(*each)) for each in enumerate(lines)]),
    "journalctl -o json-seq": lambda lines: _plain(["\x1e" + json.dumps(_entry(*each)) for each in enumerate(lines)]),
    "journalctl -o short-unix": _each(
        lambda line: f"{_microseconds(line) / 1e6:.6f}{line[len(_parts(line)[1]['stamp']) :]}"
    ),
    "docker compose logs": _each(lambda line: f"mail-1  | {line}"),
    "docker compose logs, in colour": _each(lambda line: f"\x1b[36mmail-1  | \x1b[0m{line}"),
    "docker-compose logs (version 1), in colour": _each(lambda line: f"\x1b[36mmail_1    |\x1b[0m {line}"),
    "docker logs --timestamps": _each(lambda line: f"{_zulu(line)} {_bsd(line)}"),
    "container runtime, long lines cut": _runtime_cut,
    "container runtime": _each(lambda line: f"{_zulu(line)} stdout F {_bsd(line)}"),
    "kubectl logs --prefix": _each(lambda line: f"[pod/mail-0/postfix] {line}"),
    "Docker json-file": _json_file,
}
"""What keeps full stamps: all that is said must stay the same."""

COARSE: dict[str, Callable[[list[str]], bytes]] = {
    "RFC 3164": _each(_bsd),
    "docker compose logs, RFC 3164": _each(lambda line: f"mail-1  | {_bsd(line)}"),
    "rsyslog's cut tags": _each(_without_colon),
}
"""What keeps whole seconds: fates and reasons must stay the same."""
