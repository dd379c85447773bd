"""What the embedded store knows of its sources: which logs were read, how far, and where their text lies."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from hashlib import blake2b
from typing import NamedTuple

from grammars import Basis, Instant
from queries.blocks import BLOCK, Block, Digest
from queries.packing import pack, unpack
from queries.presence import Presence
from queries.stores.embedded.basisjson import basis_from_json, basis_to_json, zone_from_json, zone_to_json
from queries.stores.embedded.database import make_month, month_of, months_of

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
    may stand a line that is still being written.  `lines` are the whole ones.  `proof` is the zone that
    ids in it prove; `is_given`: the user named the zone.  `seen` is the path, size and time of change of the
    file in which all this was last met.
    """

    id: int = 0
    name: str
    host: str | None = None
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
    cut_lines: int = 0
    remark: str | None = None
    seen: str = ""

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


def hash_of(text: bytes) -> bytes:
    """Gives a hash by which stretches of text are compared."""
    return blake2b(text, digest_size=_HASH).digest()


_COLUMNS = (
    "id, name, host, head_size, head, tail, read_to, size, lines, first, last, changed, basis, proof, is_given, "
    "presence, cut_lines, remark, seen"
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


def _source(row: Sequence[object], machine: tzinfo) -> Source:
    kept = dict(zip(_COLUMNS.split(", "), row, strict=True))
    kept["basis"] = basis_from_json(str(kept["basis"]), machine)
    proof = kept["proof"]
    kept["proof"] = None if proof is None else zone_from_json(json.loads(str(proof)), machine)
    kept["is_given"] = bool(kept["is_given"])
    kept["presence"] = Presence.from_json(json.loads(unpack(bytes(kept["presence"]))))  # type: ignore[call-overload]
    return Source(**kept)  # type: ignore[arg-type]


def save_source(connection: sqlite3.Connection, source: Source) -> Source:
    """Writes what is known of a source; gives it with its number."""
    values = (
        source.name, source.host, source.head_size, source.head, source.tail, source.read_to, source.size,
        source.lines, source.first, source.last, source.changed, basis_to_json(source.basis),
        None if source.proof is None else json.dumps(zone_to_json(source.proof)), source.is_given,
        pack(json.dumps(source.presence.to_json()).encode("utf-8", "surrogatepass")), source.cut_lines,
        source.remark, source.seen,
    )  # fmt: skip
    if source.id:
        names = ", ".join(f"{name} = ?" for name in _COLUMNS.split(", ")[1:])
        connection.execute(f"update source set {names} where id = ?", (*values, source.id))
        return source
    names = _COLUMNS.removeprefix("id, ")
    marks = ", ".join("?" * len(values))
    made = connection.execute(f"insert into source({names}) values ({marks})", values)
    return replace(source, id=made.lastrowid or 0)


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
        "select month, block, start, tokens from tail_block where source = ?", (source,)
    ).fetchone()
    return TailBlock(*row) if row else None


def line_of(connection: sqlite3.Connection, tail: TailBlock) -> int:
    """Gives how many lines of its source stand before the last block."""
    row = connection.execute(f"select line from block_{tail.month} where id = ?", (tail.block,)).fetchone()
    return int(row[0]) if row else 0


def text_of(connection: sqlite3.Connection, month: int, block: int) -> bytes:
    """Gives the text of a block; none where it is gone."""
    row = connection.execute(f"select packed from block_{int(month)} where id = ?", (block,)).fetchone()
    return unpack(row[0]) if row else b""


def blocks_of(connection: sqlite3.Connection, source: Source) -> list[Shelved]:
    """Gives the blocks of a source in the order of its text."""
    found: list[Shelved] = []
    for month in months_of(connection):
        rows = connection.execute(
            f"select {month}, id, source, start, end, line, first, last from block_{month} where source = ?",
            (source.id,),
        )
        found += (Shelved(*row) for row in rows)
    return sorted(found, key=lambda block: block.start)


def remove_tail(connection: sqlite3.Connection, source: int, tail: TailBlock) -> None:
    """Takes the last block of a source away, since it is written anew with what comes behind it."""
    connection.execute(
        f"insert into word_{tail.month}(word_{tail.month}, rowid, t) values ('delete', ?, ?)", (tail.block, tail.tokens)
    )
    connection.execute(f"delete from block_{tail.month} where id = ?", (tail.block,))
    connection.execute("delete from tail_block where source = ?", (source,))


def remove_tail_of(connection: sqlite3.Connection, source: int) -> None:
    """Forgets which block of a source is its last one: nothing more is added to it."""
    connection.execute("delete from tail_block where source = ?", (source,))


def remove_block(connection: sqlite3.Connection, block: Shelved) -> None:
    """Takes a block away; the index may still name it, and finds nothing there."""
    connection.execute(f"delete from block_{block.month} where id = ?", (block.id,))


def add_blocks(connection: sqlite3.Connection, source: Source, blocks: Iterable[Block], line: int) -> None:
    """Writes blocks that follow each other in a source; before the first stand `line` lines.

    A block lies in the month of its last event: it is dropped only when all of it is old.
    """
    months = set(months_of(connection))
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
        last = TailBlock(month, made, block.start, block.tokens), block.end
    if last is not None:
        tail, end = last
        if end - tail.start < BLOCK // 2 or end > source.read_to:
            connection.execute("insert or replace into tail_block values (?, ?, ?, ?, ?)", (source.id, *tail))
        else:
            connection.execute("delete from tail_block where source = ?", (source.id,))


def grown(source: Source, made: Digest, end: int, read: ReadText) -> Source:
    """Gives a source with what a stretch of it that ends at `end` was made into."""
    read_to = end if made.half_line is None else made.half_line
    head_size = min(read_to, HEAD)
    return replace(
        counted(source, made),
        head_size=head_size,
        head=source.head if head_size == source.head_size else hash_of(read(0, head_size)),
        tail=hash_of(read(*tail_span(read_to))),
        read_to=read_to,
        size=end,
    )


def counted(source: Source, made: Digest) -> Source:
    """Gives a source with what was counted in a stretch of it."""
    found = [each for block in made.blocks for each in (block.first, block.last) if each is not None]
    found += [each for each in (source.first, source.last) if each is not None]
    source.presence.add(made.presence)
    return replace(
        source,
        first=min(found, default=None),
        last=max(found, default=None),
        cut_lines=source.cut_lines + made.cut_lines,
    )
