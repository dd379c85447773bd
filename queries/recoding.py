"""Logs that are not kept as plain lines, as plain lines: UTF-16, exports of journald, containers, records in blocks.

Line n of what is given is line n of the original: where a record took several lines, it stands in
its first one and the others are empty.  So places in a log stay what the reader of the file sees.
A last record that may go on, when the file grows, is given without an end, as a half line is.
Reference: systemd "Journal Export Formats", journalctl(1), Docker "JSON File logging driver", Kubernetes "CRI
container log format" (kubelet and container runtime: log format).
"""

import codecs
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from grammars import find_formats
from grammars.core.frames import journal_frame
from grammars.core.records import Records, joined, spans
from grammars.core.wrapping import piece_of

_LONGEST = 1 << 20  # bytes of one field of a journal that are kept
_LONGEST_LINE = 1 << 22  # bytes of one line that are kept

Recoding = Callable[[Iterator[bytes]], Iterator[bytes]]


def recoding_of(head: bytes) -> Recoding | None:
    """Gives how to make plain lines of a text that begins like this; None where it has plain lines."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return from_utf16
    first = head.lstrip(b"\r\n").partition(b"\n")[0]
    if first.startswith((b"__CURSOR=", b"__REALTIME_TIMESTAMP=", b"__MONOTONIC_TIMESTAMP=")):
        return from_journal_export
    if first.lstrip(b"\x1e").startswith(b"{"):
        return from_json_lines
    if piece_of(first[:_LONGEST_PREFIX].decode("utf-8", "replace")) is not None:
        return from_runtime
    for entry in find_formats():
        if entry.records is not None and _has_records(head, entry.records):
            return partial(from_records, entry.records)
    return None


def joins_lines(recode: Recoding | None) -> bool:
    """Whether a way of making plain lines makes one of several."""
    return isinstance(recode, partial) and recode.func is from_records


def from_utf16(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """UTF-16 with a byte order mark, as Windows tools write it."""
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


# ---------------------------------------------------------------- records of several lines


def _has_records(head: bytes, records: Records) -> bool:
    """Whether a text that begins like this holds a record of a product's own file."""
    marks = tuple(mark.encode() for mark in records.marks)
    if not any(head.startswith(mark) or b"\n" + mark in head for mark in marks):
        return False
    lines = head.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    return any(len(found) > 1 for found in spans(records, lines))


def from_records(records: Records, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Each record in its first line, the others left empty."""
    lines = (raw.removesuffix(b"\r").decode("utf-8", "replace") for raw in _lines(pieces, _LONGEST))
    ends = b""
    for found in spans(records, lines):
        yield ends + joined(found).encode("utf-8", "replace")
        ends = b"\n" * len(found)


# ---------------------------------------------------------------- JSON, one object per line


def from_json_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """`journalctl -o json` or `json-seq`, and Docker's json-file, of which long lines were cut into several objects."""
    end = _End()
    begun = before = b""
    for raw in _lines(end.watch(pieces), _LONGEST_LINE):
        text = raw.lstrip(b"\x1e")
        begun, made = _from_object(text, begun) if text.startswith(b"{") else (begun, raw)
        yield before + made
        before = b"\n"
    yield (before if end.is_line_end else b"") + begun


class _End:
    """Notes whether a text that comes in pieces ends with a line end."""

    is_line_end = False

    def watch(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.is_line_end = piece.endswith(b"\n") if piece else self.is_line_end
            yield piece


def _from_object(raw: bytes, begun: bytes) -> tuple[bytes, bytes]:
    """Gives what is begun of a cut line after this object, and the line that is now whole."""
    try:
        entry = json.loads(raw)
    except (ValueError, RecursionError):
        return begun, raw
    if not isinstance(entry, dict):
        return begun, raw
    if isinstance(entry.get("log"), str) and isinstance(entry.get("time"), str):
        text = entry["log"]
        head = begun or f"{entry['time']} {entry.get('stream', 'stdout')} F ".encode("utf-8", "replace")
        whole = head + text.rstrip("\r\n").replace("\n", "#012").encode("utf-8", "replace")
        return (b"", whole) if text.endswith("\n") else (whole[:_LONGEST_LINE], b"")
    return begun, _plain(entry) or raw


def _plain(entry: dict[str, Any]) -> bytes | None:
    """The line that syslog would have kept of a journal's entry; of a container's, what its runtime would have."""
    frame = journal_frame(entry)
    if frame is None:
        return None
    stamp = f"{frame.second}.{frame.fraction}Z"
    message = frame.text.replace("\n", "#012").replace("\r", "#015")
    if "CONTAINER_NAME" in entry:
        return f"{stamp} stdout F {message}".encode("utf-8", "replace")
    pid = f"[{frame.pid}]" if frame.pid else ""
    return f"{stamp} {frame.host or '-'} {frame.tag}{pid}: {message}".encode("utf-8", "replace")


# ---------------------------------------------------------------- container runtimes


def from_runtime(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Long lines of a container in one, in the place of their last piece; the streams are cut apart from each other.

    Where the last piece is missing, what there is of the line stands at the end.
    """
    begun: dict[str, bytes] = {}
    for raw in _lines(pieces, _LONGEST_LINE):
        yield (_with_begun(raw, begun) if begun or b" P " in raw else raw) + b"\n"
    yield from (head + b"\n" for head in begun.values())


_LONGEST_PREFIX = 80  # bytes: a stamp, a stream and a tag


def _with_begun(raw: bytes, begun: dict[str, bytes]) -> bytes:
    """The line that is whole with this piece; nothing where its end is still to come."""
    found = piece_of(raw[:_LONGEST_PREFIX].decode("utf-8", "replace"))
    if found is None:
        return raw
    head = begun.pop(found.stream, b"")
    line = (head + raw[found.start :])[:_LONGEST_LINE] if head else raw
    if not found.is_cut:
        return line
    begun[found.stream] = line.removesuffix(b"\r")
    return b""


# ---------------------------------------------------------------- journalctl -o export


def from_journal_export(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Entries are blocks of `NAME=value` lines; a value with line ends comes as `NAME`, its length, and its bytes."""
    buffer = _Buffer(pieces)
    entry: dict[str, Any] = {}
    lines = 0
    while (raw := buffer.line()) is not None:
        lines += 1
        if not raw:
            yield _record(entry, lines)
            entry, lines = {}, 0
            continue
        name, equals, value = raw.partition(b"=")
        if not equals:
            value, ends = buffer.sized()
            lines += ends
        if name in _FIELDS:
            entry[name.decode()] = value[:_LONGEST].decode("utf-8", "replace")
    if entry:
        yield _plain(entry) or b""


_FIELDS = frozenset(
    b"""__REALTIME_TIMESTAMP _SOURCE_REALTIME_TIMESTAMP MESSAGE SYSLOG_IDENTIFIER _COMM SYSLOG_PID _PID _HOSTNAME
    CONTAINER_NAME""".split()
)


def _record(entry: dict[str, Any], lines: int) -> bytes:
    return (_plain(entry) or b"") + b"\n" * lines


class _Buffer:
    """Bytes that come in pieces, taken by line or by count."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""
        self._at = 0

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._held = self._held[self._at :] + piece
        self._at = 0
        return True

    def line(self) -> bytes | None:
        """The next line without its end, None behind the last; of one that is too long, its beginning."""
        parts: list[bytes] = []
        left = _LONGEST_LINE
        while (end := self._held.find(b"\n", self._at)) < 0:
            parts.append(self._held[self._at : self._at + left])
            left -= len(parts[-1])
            self._at = len(self._held)
            if not self._more():
                return b"".join(parts) or None
        parts.append(self._held[self._at : min(end, self._at + left)])
        self._at = end + 1
        return b"".join(parts)

    def sized(self) -> tuple[bytes, int]:
        """A value that tells its length (64 bits, little endian), and a line end: its beginning, how many lines."""
        while len(self._held) - self._at < 8 and self._more():
            pass
        left = int.from_bytes(self._held[self._at : self._at + 8], "little")
        self._at += 8
        kept, ends = b"", 1
        while left > 0:
            part = self._held[self._at : self._at + left]
            kept += part[: _LONGEST - len(kept)]
            ends += part.count(b"\n")
            left -= len(part)
            self._at += len(part)
            if left > 0 and not self._more():
                break
        if self._at >= len(self._held):
            self._more()
        self._at += 1
        return kept, ends


def _lines(pieces: Iterator[bytes], longest: int) -> Iterator[bytes]:
    """Lines without their ends; of one that is too long, its beginning."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        *ends, tail = piece.split(b"\n")
        for end in ends:
            yield b"".join((*held, end)) if held else end
            held, size = [], 0
        if tail and size < longest:
            held.append(tail[: longest - size])
            size += len(tail)
    if held:
        yield b"".join(held)
