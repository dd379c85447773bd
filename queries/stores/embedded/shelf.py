"""What the embedded store knows of its sources: which logs were read, how far, and where their text lies."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from hashlib import blake2b
from typing import NamedTuple

from grammars import Basis, Instant, Reader
from queries.blocks import Block, Digest, Stretch, formats_named
from queries.packing import pack, unpack
from queries.presence import Presence
from queries.question import Window
from queries.stores.embedded.basisjson import basis_from_json, basis_to_json, zone_from_json, zone_to_json
from queries.stores.embedded.database import make_month, month_of, months_of, unsettle

HEAD = 1 << 16
"""Bytes at a text's beginning that tell it from others; its end is compared, too."""

_TAIL = 1 << 12
_HASH = 16  # bytes

ReadText = Callable[[int, int], bytes]
"""Gives the bytes of a text from one offset to another, fewer where it is shorter."""


class TailBlock(NamedTuple):
    """The last block of a source: what comes behind it is added to it while it is small."""

    month: int
    block: int
    start: int
    tokens: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One log, however it is named now: known by its text.

    `read_to` is where the last whole line ends, `size` where the text ends that is stored: behind it
    may stand a line that is still being written, which `pending` counts.  `lines` are the whole ones.
    `mark` tells its first line, and is empty where that has no end yet; `head` and `tail` tell what
    stands at its beginning and before `read_to`.  `only` is the one format to read it with.  `proof` is the
    zone that ids in it prove; `is_given`: the user named the zone.  `seen` is the state of the file in which
    all this was last met.  `version` counts how often it was written.
    """

    id: int = 0
    name: str
    host: str | None = None
    only: str | None = None
    version: int = 0
    mark: bytes = b""
    head_size: int = 0
    head: bytes = b""
    tail: bytes = b""
    read_to: int = 0
    size: int = 0
    lines: int = 0
    first: Instant | None = None
    last: Instant | None = None
    changed: Instant
    basis: Basis
    proof: tzinfo | None = None
    is_given: bool = False
    presence: Presence = field(default_factory=Presence)
    pending: Presence = field(default_factory=Presence)
    cut_lines: int = 0
    remark: str | None = None
    seen: str = ""

    @property
    def counted(self) -> Presence:
        """What was counted of all its lines."""
        found = Presence()
        found.add(self.presence)
        found.add(self.pending)
        return found

    def check_types(self) -> None:
        """Raises ValueError where a value cannot be, as in a damaged store."""
        numbers = self.head_size, self.read_to, self.size, self.lines, self.changed, self.cut_lines
        texts = self.name, self.seen, self.host or "", self.remark or ""
        hashes = self.head, self.tail
        instants = [each for each in (self.first, self.last) if each is not None]
        if (
            not all(type(each) is int for each in (*numbers, *instants))
            or not all(type(each) is str for each in texts)
            or not all(type(each) is bytes and len(each) == _HASH for each in hashes)
            or not 0 <= self.head_size <= self.read_to <= self.size
        ):
            raise ValueError("its row is damaged")

    def is_beginning_of(self, read: ReadText, size: int) -> bool:
        """Whether the text of another log begins with all that was read of this one."""
        if size < self.read_to or self.head != hash_of(read(0, self.head_size)):
            return False
        return self.tail == hash_of(read(*tail_span(self.read_to)))


def tail_span(read_to: int) -> tuple[int, int]:
    """Gives where the end of a text lies that tells it from others."""
    return max(read_to - _TAIL, 0), read_to


class Ends(NamedTuple):
    """The first bytes of a text, and the last ones before an offset: what tells it from others."""

    head: bytes
    tail: bytes


def ends_of(read: ReadText, read_to: int) -> Ends:
    """Gives what tells a text that is read up to an offset."""
    return Ends(read(0, min(read_to, HEAD)), read(*tail_span(read_to)))


def mark_of_head(head: bytes) -> bytes:
    """Gives what tells a text's first line; nothing where that has no end."""
    line, end, _ = head.partition(b"\n")
    return hash_of(line) if end or len(line) >= HEAD else b""


def hash_of(text: bytes) -> bytes:
    """Gives a hash by which stretches of text are compared."""
    return blake2b(text, digest_size=_HASH).digest()


_COLUMNS = (
    "id, name, host, only, version, mark, head_size, head, tail, read_to, size, lines, first, last, changed, basis, "
    "proof, is_given, presence, pending, cut_lines, remark, seen"
)


def sources_of(
    connection: sqlite3.Connection, machine: tzinfo, where: str = "", values: Sequence[object] = ()
) -> list[Source]:
    """Gives the sources, in the order in which they were first met."""
    rows = connection.execute(f"select {_COLUMNS} from source {where} order by id", values)
    return [_whole(row, machine) for row in rows]


def _whole(row: Sequence[object], machine: tzinfo) -> Source:
    """A source of its row.  Raises ValueError where that is damaged: a flipped byte may make anything of it."""
    try:
        source = _source(row, machine)
        source.check_types()
    except (TypeError, LookupError, ArithmeticError, AttributeError) as error:
        raise ValueError("the list of logs is damaged") from error
    return source


def proofs_of(connection: sqlite3.Connection, machine: tzinfo) -> dict[int, tzinfo]:
    """Gives the zones that sources prove, by their numbers."""
    rows = connection.execute("select id, proof from source where proof is not null order by id")
    return {number: zone_from_json(json.loads(proof), machine) for number, proof in rows}


def _source(row: Sequence[object], machine: tzinfo) -> Source:
    kept = dict(zip(_COLUMNS.split(", "), row, strict=True))
    kept["basis"] = basis_from_json(str(kept["basis"]), machine)
    proof = kept["proof"]
    kept["proof"] = None if proof is None else zone_from_json(json.loads(str(proof)), machine)
    kept["is_given"] = bool(kept["is_given"])
    for name in ("presence", "pending"):
        kept[name] = Presence.from_json(json.loads(unpack(bytes(kept[name]))))  # type: ignore[call-overload]
    return Source(**kept)  # type: ignore[arg-type]


def save_source(connection: sqlite3.Connection, source: Source) -> Source:
    """Writes what is known of a source; gives it with its number, and its next version."""
    source = replace(source, version=source.version + 1)
    values = (
        source.name, source.host, source.only, source.version, source.mark, source.head_size, source.head, source.tail,
        source.read_to, source.size, source.lines, source.first, source.last, source.changed,
        basis_to_json(source.basis), None if source.proof is None else json.dumps(zone_to_json(source.proof)),
        source.is_given, _packed(source.presence), _packed(source.pending), source.cut_lines, source.remark,
        source.seen,
    )  # fmt: skip
    if source.id:
        names = ", ".join(f"{name} = ?" for name in _COLUMNS.split(", ")[1:])
        connection.execute(f"update source set {names} where id = ?", (*values, source.id))
        return source
    names = _COLUMNS.removeprefix("id, ")
    marks = ", ".join("?" * len(values))
    made = connection.execute(f"insert into source({names}) values ({marks})", values)
    return replace(source, id=made.lastrowid or 0)


def _packed(presence: Presence) -> bytes:
    return pack(json.dumps(presence.to_json()).encode("utf-8", "surrogatepass"))


# ---------------------------------------------------------------- blocks


class Shelved(NamedTuple):
    """Where a block lies, and what it holds: bytes `start` to `end` of a source, from line number `line` (0-based)."""

    month: int
    id: int
    source: int
    start: int
    end: int
    line: int
    first: Instant | None
    last: Instant | None


def tail_block_of(connection: sqlite3.Connection, source: int) -> TailBlock | None:
    """Gives the last block of a source, if more may be added to it."""
    row = connection.execute(
        "select t.month, block, start, tokens from tail_block t join month m on m.month = t.month where source = ?",
        (source,),
    ).fetchone()
    return TailBlock(*row) if row else None


def text_of(connection: sqlite3.Connection, month: int, block: int) -> bytes:
    """Gives the text of a block; none where it is gone."""
    row = connection.execute(f"select packed from block_{int(month)} where id = ?", (block,)).fetchone()
    return unpack(row[0]) if row else b""


def select_blocks(
    connection: sqlite3.Connection, month: int, which: str, values: Sequence[object] = ()
) -> list[Shelved]:
    """Gives some blocks of a month; `which` is SQL of ours behind the name of their table, which is `b` in it."""
    columns = "b.id, source, start, end, line, first, last"
    rows = connection.execute(f"select {columns} from block_{int(month)} b {which}", values)
    return [Shelved(month, *row) for row in rows]


def blocks_of(connection: sqlite3.Connection, source: Source) -> list[Shelved]:
    """Gives the blocks of a source in the order of its text."""
    months = months_of(connection)
    found = (each for month in months for each in select_blocks(connection, month, "where source = ?", (source.id,)))
    return sorted(found, key=lambda block: block.start)


def blocks_between(connection: sqlite3.Connection, months: Iterable[int], window: Window) -> list[Shelved]:
    """Gives the blocks with an event in a stretch of time, or around it."""
    span = window.first, window.last
    return [
        each for month in months for each in select_blocks(connection, month, "where last >= ? and first <= ?", span)
    ]


def stretch_of(source: Source, block: Shelved, text: bytes, key: bytes) -> Stretch:
    """Gives the text of a block as a stretch to be read anew; all of it stays one block."""
    size = max(len(text), 1)
    return Stretch(text, block.start, block.end, block.start, source.basis, source.host, key, source.only, size)


def reader_of(source: Source) -> Reader:
    """Gives what reads the lines of a source."""
    return Reader(source.basis, host=source.host, formats=formats_named(source.only))


def remove_block(connection: sqlite3.Connection, month: int, block: int, tokens: str) -> None:
    """Takes a block away, and what the index says of it: the very tokens that it was written with."""
    connection.execute(f"insert into word_{month}(word_{month}, rowid, t) values ('delete', ?, ?)", (block, tokens))
    connection.execute(f"delete from block_{month} where id = ?", (block,))


def redate_block(connection: sqlite3.Connection, block: Shelved, first: Instant | None, last: Instant | None) -> None:
    """Writes the instants of a block's events anew."""
    connection.execute(f"update block_{block.month} set first = ?, last = ? where id = ?", (first, last, block.id))
    if first is not None and last is not None:
        unsettle(connection, first, last)


def keep_tail(connection: sqlite3.Connection, source: int, tail: TailBlock | None) -> None:
    """Notes to which block of a source more may be added; to none: it is full."""
    connection.execute("delete from tail_block where source = ?", (source,))
    if tail is not None:
        connection.execute("insert into tail_block values (?, ?, ?, ?, ?)", (source, *tail))


def add_blocks(connection: sqlite3.Connection, source: Source, blocks: Iterable[Block], line: int) -> TailBlock | None:
    """Writes blocks that follow each other in a source, and gives the last; before the first stand `line` lines.

    A block lies in the month of its last event: it is dropped only when all of it is old.
    """
    months = set(months_of(connection))
    span = Instant(1 << 62), Instant(-1 << 62)
    last = None
    for block in blocks:
        month = month_of(block.last or source.last or source.changed)
        if month not in months:
            make_month(connection, month)
            months.add(month)
        made = (
            connection.execute(
                f"insert into block_{month}(source, start, end, line, lines, first, last, packed) "
                "values (?, ?, ?, ?, ?, ?, ?, ?)",
                (source.id, block.start, block.end, line, block.lines, block.first, block.last, block.packed),
            ).lastrowid
            or 0
        )
        connection.execute(f"insert into word_{month}(rowid, t) values (?, ?)", (made, block.tokens))
        line += block.lines
        last = TailBlock(month, made, block.start, block.tokens)
        if block.first is not None and block.last is not None:
            span = min(block.first, span[0]), max(block.last, span[1])
    if span[0] <= span[1]:
        unsettle(connection, *span)
    return last


def grown(source: Source, stretch: Stretch, made: Digest, ends: Ends) -> Source:
    """Gives a source with what a stretch of it was made into."""
    held = stretch.text.count(b"\n", 0, stretch.fresh - stretch.start)  # lines that were counted before
    return replace(
        counted(source, made),
        mark=mark_of_head(ends.head),
        head_size=len(ends.head),
        head=hash_of(ends.head),
        tail=hash_of(ends.tail),
        read_to=stretch.end if made.half_line is None else made.half_line,
        size=stretch.end,
        lines=source.lines - held + made.lines,
    )


def counted(source: Source, made: Digest) -> Source:
    """Gives a source with what was counted in a stretch of it."""
    found = [each for block in made.blocks for each in (block.first, block.last) if each is not None]
    found += [each for each in (source.first, source.last) if each is not None]
    source.presence.add(made.presence)
    return replace(
        source,
        pending=made.pending,
        first=min(found, default=None),
        last=max(found, default=None),
        cut_lines=source.cut_lines + made.cut_lines,
    )
