"""Log files at the edge: bytes in, lines out."""

import errno
import io
import os
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain
from pathlib import Path
from threading import Thread
from typing import BinaryIO, cast

from grammars import Instant, Line, Place
from grammars.core.frames import LONGEST_LINE
from grammars.core.records import JOINT
from queries.pages import Pages
from queries.recoding import Recoding, from_journal_export, joins_lines, recoding_of
from queries.unpacking import MissingLibraryError, UnpackError, packing_of, unpacked


class SourceError(Exception):
    """A log file cannot be read; the message names the file and what to do."""


class EmptyLogError(SourceError):
    """A log file holds nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """The text of one log, unpacked and in plain lines.

    `name` is as the user gave it, `changed` its time of last change; `host` and `zone` are what the
    user says of it.  Line n is line n of the file, also where that keeps its lines in another form:
    in blocks of several lines, say.
    """

    name: str
    pages: Pages
    changed: Instant
    remark: str | None = None
    host: str | None = None
    zone: tzinfo | None = None
    is_in_blocks: bool = False
    is_joined: bool = False  # a record of several lines stands in its first one

    def records(self) -> Iterator[tuple[int, int, Line]]:
        """Gives its lines with their numbers, from 1: where a record takes several, its first and its last."""
        held: tuple[int, Line] | None = None
        number = joined_to = 0
        for number, line in enumerate(self.lines(), 1):
            if number <= joined_to:
                continue
            if not self.is_in_blocks:
                joined_to = number + line.text.count(JOINT) if self.is_joined else number
                yield number, joined_to, line
            elif line.text:
                if held is not None:
                    yield held[0], number - 2, held[1]  # an empty line stands between two blocks
                held = number, line
        if held is not None:
            yield held[0], max(number - 1, held[0]), held[1]

    def lines(self) -> Iterator[Line]:
        """Gives its lines without their ends, each with its place; empty ones too; of a very long one its beginning."""
        start, head, length = 0, b"", 0
        for _, piece in self.pages.pieces(0, len(self.pages)):
            *ends, tail = piece.split(b"\n")
            for end in ends:
                yield Line(decode_line(head + end if length else end), Place(self.name, start))
                start += length + len(end) + 1
                head, length = b"", 0
            head += tail[: max(_LONGEST - length, 0)]
            length += len(tail)
        if length:
            yield Line(decode_line(head), Place(self.name, start))

    @property
    def half_line(self) -> int | None:
        """Where the last line begins, if it has no end: it may still be being written."""
        size = len(self.pages)
        return None if not size or self.pages.near(size - 1, size) == b"\n" else self.pages.line_start(size)

    def line_at(self, start: int) -> Line:
        """Gives the line that begins at an offset; of a very long one its beginning."""
        end = min(self.pages.line_end(start), start + _LONGEST)
        return Line(decode_line(self.pages.near(start, end)), Place(self.name, start))


def too_long(name: str) -> str:
    """Says that a file holds lines of which only the beginning was read."""
    return f"{name}: holds lines longer than {LONGEST_LINE // 1024} KiB; they were read up to there"


_LONGEST = 4 * LONGEST_LINE  # bytes: a character may take four


def decode_line(raw: bytes) -> str:
    """Gives the text of one line: without CR, byte order mark, and the NULs that a truncated log begins with."""
    return raw.removesuffix(b"\r").lstrip(b"\0").removeprefix(BOM_UTF8).decode("utf-8", "replace")


def read_log_file(path: Path, host: str | None = None, zone: tzinfo | None = None) -> LogFile:
    """Opens one file: plain or packed, in plain lines or another form.  Raises SourceError."""
    name = str(path)
    if os.path.isdir(path):  # noqa: PTH112 - never raises, where the folder above may not be entered
        raise SourceError(f"{name}: is a directory; name the log files in it")
    try:
        file = open_file(path)
        changed = Instant(path.stat().st_mtime_ns // 1000)
    except OSError as error:
        raise SourceError(f"{name}: {_remedy(path, error)}") from error
    try:
        return log_of(name, cast("BinaryIO", file), changed, host, zone)
    except SourceError:
        file.close()
        raise


def open_file(path: Path) -> io.FileIO:
    """Opens a file to read its bytes; of a named pipe that nobody writes into, raises TimeoutError.

    Opening such a pipe would wait for ever, so another thread does it.
    """
    if not path.is_fifo():
        return path.open("rb", buffering=0)
    opened: list[io.FileIO | OSError] = []

    def wait() -> None:
        try:
            opened.append(path.open("rb", buffering=0))
        except OSError as error:
            opened.append(error)

    waiting = Thread(target=wait, daemon=True)
    waiting.start()
    waiting.join(_PATIENCE)
    if not opened:
        raise TimeoutError(errno.ETIMEDOUT, "is a named pipe that nobody writes into")
    if isinstance(opened[0], OSError):
        raise opened[0]
    return opened[0]


_PATIENCE = 10.0  # seconds


def log_file(name: str, raw: bytes, changed: Instant, host: str | None = None) -> LogFile:
    """Makes a log of bytes from anywhere, as `read_log_file`.  Raises SourceError."""
    return log_of(name, io.BytesIO(raw), changed, host)


def log_of(name: str, file: BinaryIO, changed: Instant, host: str | None = None, zone: tzinfo | None = None) -> LogFile:
    """Makes a log of an open file; of one that cannot be read by position, as of a pipe, a copy is made.

    Raises SourceError.
    """
    try:
        pages, recode, remark = _plain_pages(name, file)
    except MissingLibraryError as error:
        raise SourceError(
            f"{name}: this Python cannot unpack {error}; unpack it and name the plain file, or --log - for a pipe"
        ) from error
    except OSError as error:
        raise SourceError(f"{name}: {error.strerror or error}") from error
    head = pages.read(0, _HEAD)
    if not head.strip(_BLANK) and not any(piece.strip(_BLANK) for _, piece in pages.pieces(0, len(pages))):
        raise EmptyLogError(f"{name}: is empty; was the log rotated? then name the rotated file too")
    if head.startswith(b"LPKSHHRH"):
        raise SourceError(
            f"{name}: is a journal in its own form; export it: journalctl --file {name} -o export | … --log -"
        )
    if _is_binary(head):
        raise SourceError(f"{name}: is not a text file; export it as text (a journal: journalctl -o short-iso)")
    return LogFile(
        name=name,
        pages=pages,
        changed=changed,
        remark=remark,
        host=host,
        zone=zone,
        is_in_blocks=recode is from_journal_export,
        is_joined=joins_lines(recode),
    )


_BLANK = b"\r\n\0 "
_HEAD = 1 << 16
_IN_MEMORY = 1 << 23  # bytes of an unpacked or recoded log that are kept in memory; more go to a file without a name


def _plain_pages(name: str, file: BinaryIO) -> tuple[Pages, Recoding | None, str | None]:
    """The text in plain lines, how it was made of another form, and a remark where it does not go to its end."""
    if not file.seekable():
        file = _copied(iter(lambda: file.read(_HEAD), b""))
    head = _first(file)
    packing = packing_of(head)
    if packing is None:
        recode = recoding_of(head)
        if recode is None:
            return Pages(file), None, None
        with file:
            return Pages(_copied(recode(iter(lambda: file.read(1 << 20), b"")))), recode, None
    end = _End()
    pieces = end.watch(unpacked(file, packing))
    head = b""
    while len(head) < _HEAD and (piece := next(pieces, None)) is not None:
        head += piece
    if not head and end.early:
        raise SourceError(f"{name}: the compressed file holds nothing that can be unpacked; copy it again")
    recode, text = recoding_of(head), chain((head,), pieces)
    with file:
        copy = _copied(text if recode is None else recode(text))
    remark = f"{name}: the compressed file is cut off or damaged; read as far as it goes" if end.early else None
    return Pages(copy), recode, remark


def _first(file: BinaryIO) -> bytes:
    head = file.read(_HEAD)
    file.seek(0)
    return head


class _End:
    """Notes whether packed data ended before its end."""

    early = False

    def watch(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from pieces
        except UnpackError:
            self.early = True


def _copied(pieces: Iterable[bytes]) -> BinaryIO:
    """A copy that can be read by position; a large one lies in a file that has no name and goes with the process."""
    copy = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it lives as long as its log
    for piece in pieces:
        copy.write(piece)
    copy.seek(0)
    return cast("BinaryIO", copy)


def _remedy(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return f"may not be read by you; try: sudo cat {path} | clerk ask BUNDLE --log -"
    return error.strerror or str(error)


def _is_binary(head: bytes) -> bool:
    """Whether the first part holds much that no text log has; NUL runs of a truncated log are not counted."""
    text = head.lstrip(b"\0")[:8192].decode("utf-8", "replace")
    odd = sum(1 for char in text if char == "\ufffd" or char < "\t" or "\r" < char < " ")
    return odd * 5 > len(text)
