"""Whether the embedded store is sound: its file, by SQLite, and what it holds, by what must be true of it."""

import os
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import tzinfo
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from grammars import Event, Line, Place, Reader
from grammars.core.frames import LONGEST_LINE
from grammars.core.words import Verb
from queries.packing import unpack
from queries.sources import decode_line
from queries.stores.embedded.database import month_of, open_database
from queries.stores.embedded.shelf import Source, hash_of, reader_of, sources_of, tail_span
from queries.stores.embedded.words import is_sound
from queries.stores.protocol import StoreError
from queries.stores.reports import Checked, Flaw
from queries.tokens import Values, hashes_of
from queries.unpacking import MissingLibraryError

_MOST_ERRORS = 20  # of SQLite's own
_NEW_STORE = "fill a new store from the logs: clerk ingest --store NEW, or take a backup"
_NEW_INDEX = "make the index anew: clerk store rebuild"
_TRIED_LINES = 20


class _Row(NamedTuple):
    month: int
    id: int
    source: int
    start: int
    end: int
    line: int
    lines: int
    first: int | None
    last: int | None
    packed: bytes

    def is_well_formed(self) -> bool:
        numbers = self.id, self.source, self.start, self.end, self.line, self.lines
        instants = self.first, self.last
        return (
            all(type(each) is int and each >= 0 for each in numbers)
            and all(each is None or type(each) is int for each in instants)
            and (self.first is None) == (self.last is None)
            and type(self.packed) is bytes
            and self.start < self.end
        )


def check(path: Path, machine: tzinfo) -> Checked:
    """Looks at everything.  Raises StoreError where there is no store, or nobody can open it."""
    may_write = os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK) and path.stat().st_size > 0
    connection = open_database(path, write=may_write)
    try:
        checking = _Checking(connection, machine, may_write=may_write)
        checking.run()
        return Checked(tuple(dict.fromkeys(checking.flaws)), may_write)
    finally:
        with suppress(sqlite3.Error):
            connection.close()


class _Checking:
    def __init__(self, connection: sqlite3.Connection, machine: tzinfo, *, may_write: bool) -> None:
        self.flaws: list[Flaw] = []
        self._connection = connection
        self._machine = machine
        self._may_write = may_write
        self._key = b""
        self._sources: dict[int, Source] = {}
        self._ends: dict[int, dict[int, bytes]] = defaultdict(dict)  # texts at the beginning and end, by offset
        self._readers: dict[int, Reader] = {}

    def run(self) -> None:
        with self._noting("the file"):
            for (said,) in self._connection.execute(f"pragma integrity_check({_MOST_ERRORS})"):
                if said != "ok":
                    self._note("the file", str(said), _NEW_STORE)
        with self._noting("settings"):
            self._check_settings()
        with self._noting("the list of logs"):
            for (number,) in self._connection.execute("select id from source order by id").fetchall():
                self._check_source(number)
        months: list[int] = []
        with self._noting("the list of months"):
            months = self._months()
        by_source: dict[int, list[_Row]] = defaultdict(list)
        for month in months:
            with self._noting(f"month {month}"):
                self._check_month(month, by_source)
        for number, source in self._sources.items():
            with self._noting(_name(source)):
                self._check_chain(source, sorted(by_source[number], key=lambda row: row.start))
        with self._noting("the last blocks of logs"):
            self._check_tails({(row.month, row.id): row for rows in by_source.values() for row in rows})
        with self._noting("what was forgotten"):
            self._check_forgotten()

    def _note(self, where: str, what: str, remedy: str) -> None:
        self.flaws.append(Flaw(where, what, remedy))

    @contextmanager
    def _noting(self, where: str, remedy: str = _NEW_STORE) -> Iterator[None]:
        """Notes whatever comes of damage: a byte that is flipped makes any type or value of any other."""
        try:
            yield
        except MissingLibraryError as error:
            raise StoreError(
                f"its text is packed by {error}, which this Python lacks", f"pip install {error}"
            ) from error
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise
            self._note(where, f"cannot be read: {error}", remedy)
        except Exception as error:  # noqa: BLE001 - each is told
            self._note(where, f"cannot be read: {str(error) or type(error).__name__}", remedy)

    # ------------------------------------------------------------ tables

    def _check_settings(self) -> None:
        found = dict(self._connection.execute("select name, value from meta"))
        self._key = found.get("key", b"")
        if type(self._key) is not bytes or len(self._key) != _KEY:
            self._note("settings", "the key of the index is gone: nothing can be looked up", _NEW_STORE)
        days = found.get("keep_days", 0)
        if type(days) is not int or days < 0:
            self._note("settings", "how long lines are kept is no number", "set it: clerk store keep DAYS")

    def _check_source(self, number: int) -> None:
        with self._noting(f"log {number}", _anew(number)):
            source = sources_of(self._connection, self._machine, "where id = ?", (number,))[0]
            source.check_types()
            self._sources[number] = source
            self._readers[number] = reader_of(source)

    def _months(self) -> list[int]:
        names = {name for (name,) in self._connection.execute("select name from sqlite_schema where type = 'table'")}
        told = {month for (month,) in self._connection.execute("select month from month")}
        found = {int(name[6:]) for name in names if name.startswith("block_") and name[6:].isdigit()}
        for month in sorted(found ^ told, key=str):
            self._note(f"month {month}", "its table of blocks and the list of months do not agree", _NEW_STORE)
        return sorted(found & told)

    def _check_month(self, month: int, by_source: Mapping[int, list[_Row]]) -> None:
        if self._may_write:
            with self._noting(f"month {month}", _NEW_INDEX):
                if not is_sound(self._connection, month):
                    self._note(f"month {month}", "its index is damaged", _NEW_INDEX)
        numbers = self._connection.execute(f"select id from block_{month} order by id").fetchall()
        for (number,) in numbers:
            with self._noting(f"month {month}, block {number}"):
                row = self._connection.execute(
                    f"select {month}, id, source, start, end, line, lines, first, last, packed "
                    f"from block_{month} where id = ?",
                    (number,),
                ).fetchone()
                if row is None:
                    raise ValueError("is listed, but not there")
                self._check_block(_Row(*row), by_source)

    # ------------------------------------------------------------ blocks

    def _check_block(self, row: _Row, by_source: Mapping[int, list[_Row]]) -> None:
        where = f"month {row.month}, block {row.id}"
        if not row.is_well_formed():
            self._note(where, "its numbers cannot be", _anew(row.source))
            return
        source = self._sources.get(row.source)
        if source is None:
            self._note(where, f"is of log {row.source}, which is not listed", _NEW_STORE)
            return
        where = f"{_name(source)}, bytes {row.start} to {row.end}"
        by_source[row.source].append(row._replace(packed=b""))
        with self._noting(where, _anew(row.source)):
            text = unpack(row.packed)
            self._check_text(where, row, text)
            self._keep_ends(source, row, text)
            if not self._is_found(row, text):
                self._note(where, "the index does not lead to it", _NEW_INDEX)
        if row.last is not None and month_of(row.last) != row.month:  # type: ignore[arg-type]
            self._note(where, f"lies in month {row.month}, but ends in another", "clerk store rebuild")

    def _check_text(self, where: str, row: _Row, text: bytes) -> None:
        size = row.end - row.start
        last = len(text) - (text.rfind(b"\n", 0, -1) + 1)
        if len(text) > size or (len(text) < size and last <= LONGEST_LINE):
            self._note(where, f"holds {len(text)} bytes of text", _anew(row.source))
        lines = text.count(b"\n") + (not text.endswith(b"\n"))
        if lines != row.lines:
            self._note(where, f"holds {lines} lines, not {row.lines}", _anew(row.source))

    def _is_found(self, row: _Row, text: bytes) -> bool:
        """Whether the index leads to a block by some value of its first lines; true where these have none."""
        reader, tried, at = self._readers[row.source], 0, 0
        while 0 <= at < len(text) and tried < _TRIED_LINES:
            end = text.find(b"\n", at)
            line = Line(decode_line(text[at : end if end >= 0 else len(text)]), Place("", row.start + at))
            for record in reader.read_all(line.text, line):
                if isinstance(record.reading, Event) and record.reading.verb is not Verb.LOSE:
                    tried += 1
                    if self._leads_to(row, record.reading):
                        return True
            at = end + 1 if end >= 0 else -1
        return not tried

    def _leads_to(self, row: _Row, event: Event) -> bool:
        values = Values()
        values.add(event, by_pid=False)
        return any(
            self._connection.execute(
                f"select 1 from word_{row.month} where word_{row.month} match ? and rowid = ?", (token, row.id)
            ).fetchone()
            for token in hashes_of(values.comparable(), self._key).split()
        )

    # ------------------------------------------------------------ logs

    def _keep_ends(self, source: Source, row: _Row, text: bytes) -> None:
        start, end = tail_span(source.read_to)
        if row.start < source.head_size or (row.end > start and row.start < end):
            self._ends[source.id][row.start] = text

    def _check_chain(self, source: Source, rows: Sequence[_Row]) -> None:
        """Blocks follow each other, as far as nothing was dropped, and end where the log does."""
        where, remedy = _name(source), _anew(source.id)
        dropped = self._connection.execute("select bytes from pruned where source = ?", (source.id,)).fetchone()
        missing = source.size - sum(row.end - row.start for row in rows) - (dropped[0] if dropped else 0)
        if missing > 0:
            self._note(where, f"{missing} bytes of its text are missing", remedy)
        elif missing < 0:
            self._note(where, f"{-missing} bytes of its text are there twice, or too many", remedy)
        if rows and rows[-1].end > source.size:
            self._note(where, "reaches beyond its end", remedy)
        if rows and (rows[0].line == 0) != (rows[0].start == 0):
            self._note(where, f"the number of the line at byte {rows[0].start} is wrong", remedy)
        for before, after in pairwise(rows):
            if after.start < before.end:
                self._note(where, f"is there twice from byte {after.start}", remedy)
            elif not _is_next_line(before, after):
                self._note(where, f"the number of the line at byte {after.start} is wrong", remedy)
        texts = self._ends.pop(source.id, {})
        for what, start, end, told in (
            ("beginning", 0, source.head_size, source.head),
            ("end", *tail_span(source.read_to), source.tail),
        ):
            if not self._fits(texts, start, end, told):
                self._note(where, f"its {what} is not the text that was read", remedy)

    def _fits(self, texts: Mapping[int, bytes], start: int, end: int, told: bytes) -> bool:
        """Whether a stretch has the hash told; true where it is not stored whole, or lines of it were forgotten."""
        parts = [
            text[max(start - at, 0) : max(end - at, 0)]
            for at, text in sorted(texts.items())
            if at < end and at + len(text) > start
        ]
        text = b"".join(parts)
        has_blanks = any(line and not line.strip(b" ") for line in text.split(b"\n"))
        return len(text) != end - start or has_blanks or hash_of(text) == told

    def _check_tails(self, rows: Mapping[tuple[int, int], _Row]) -> None:
        tails = self._connection.execute("select source, month, block, start, tokens from tail_block").fetchall()
        for number, month, block, start, tokens in tails:
            row, source = rows.get((month, block)), self._sources.get(number)
            if row is None or source is None or (row.source, row.start, row.end) != (number, start, source.size):
                self._note(f"log {number}", "what is told of its last block is wrong", _anew(number))
            elif type(tokens) is not str or _TOKENS.fullmatch(tokens) is None:
                self._note(f"log {number}", "what its last block is found by is gone", _anew(number))
        known = {number for number, *_ in tails}
        stored = {row.source: row.end for row in sorted(rows.values(), key=lambda row: row.start)}
        for number, source in self._sources.items():
            if source.size > source.read_to and number not in known and stored.get(number) == source.size:
                self._note(_name(source), "its unfinished last line would be stored twice", _anew(number))

    def _check_forgotten(self) -> None:
        for first, last, what in self._connection.execute("select first, last, what from forgotten"):
            if type(first) is not int or type(last) is not int or type(what) is not str:
                self._note("what was forgotten", "a row cannot be read", _NEW_STORE)


_KEY = 16  # bytes
_TOKENS = re.compile(r"(?:[a-z2-7]{8}(?: |\Z))*")


def _is_next_line(before: _Row, after: _Row) -> bool:
    next_line = before.line + before.lines
    return after.line == next_line if after.start == before.end else after.line >= next_line


def _name(source: Source) -> str:
    return f"log {source.id} ({source.name})"


def _anew(source: object) -> str:
    return f"drop this log and store it anew: clerk store forget {source}, then clerk ingest"
