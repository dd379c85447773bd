"""Reads tables with a row of headings: tabs, bars, commas, semicolons, or columns aligned by blanks."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from correlator.evidence.expressions import expression
from correlator.evidence.fields import GUESSED, LABELLED, Fact, Field, Piece
from correlator.evidence.jsons import Leaf
from correlator.evidence.labels import knows, meaning_of, squeezed
from correlator.evidence.lines import Block
from correlator.evidence.prose import read_prose
from correlator.evidence.records import Mood, facts_from, joint_id, mood_of, settled, without_readers
from correlator.evidence.sources import Adapter, export_of, source_of
from correlator.evidence.times import find_stamps
from correlator.evidence.tokens import addresses, ips
from correlator.evidence.values import facts_of, is_nothing
from correlator.evidence.zones import zones_named
from queries.paths import is_machine_made

_NOTE = expression(r"\s*[(\[]([^()\[\]]{1,40})[)\]]\s*$")
_RULE = expression(r"[-=_+|: \t]{3,}")
_BLANKS = expression(r"\S+(?: \S+)*")
_LONGEST_HEADING = 1_500
_MOST_COLUMNS = 80


class Table(NamedTuple):
    """Where a table stands, and one block per row."""

    start: int
    end: int
    rows: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column, and where its heading stands; `source` and `path` where a known source's export is read."""

    start: int
    end: int
    name: str
    hint: str
    meaning: tuple[Field, int] | None
    source: Adapter | None = None
    path: tuple[str, ...] = ()


_Cells = list[tuple[int, int]]


def find_tables(text: str) -> list[Table]:
    """Finds the tables of a text, in order."""
    tables: list[Table] = []
    at = 0
    while at < len(text):
        end = _line_end(text, at)
        table = (
            (_table_at(text, at, end) or _transposed_at(text, at) or _unnamed_at(text, at, end))
            if at < end <= at + _LONGEST_HEADING
            else None
        )
        if table:
            tables.append(table)
            at = table.end
        else:
            at = end + 1
    return tables


def _unnamed_at(text: str, start: int, end: int) -> Table | None:
    """Reads rows without headings, two or more, each with a time and an address or IP: the values tell the columns."""
    mark = next((mark for mark in ("\t", "|", ";", ",") if mark in text[start:end]), None)
    lines: list[_Cells] = []
    at = start
    while mark and at < len(text):
        cells, line_end = _cells(text, at, mark)
        if len(cells) < _FEWEST_SIDE_BY_SIDE or (lines and len(cells) != len(lines[0])):
            break
        kinds = [_kind_of(text[a:b]) for a, b in cells]
        if Field.TIME not in kinds or not {Field.RECIPIENT, Field.SENDING} & set(kinds):
            break
        lines.append(cells)
        at = line_end + 1
    if len(lines) < 2:
        return None
    columns = _columns_by_value(text, lines[0])
    rows = []
    for cells in lines:
        row = Block(start=cells[0][0], end=cells[-1][1])
        for column, (a, b) in zip(columns, cells, strict=True):
            _take(row, text, a, b, column)
        row.facts = [replace(fact, rank=GUESSED) for fact in row.facts]
        rows.append(row)
    return Table(start=start, end=min(at, len(text)), rows=tuple(rows))


def _kind_of(value: str) -> Field | None:
    if next(addresses(value), None):
        return (
            Field.MESSAGE_ID if value.startswith("<") and sum(char.isdigit() for char in value) > 4 else Field.RECIPIENT
        )
    if next(ips(value), None):
        return Field.SENDING
    if find_stamps(value, labelled=True):
        return Field.TIME
    return Field.REPLY if re.match(r"[245]\d\d[ -]", value) else None


def _columns_by_value(text: str, cells: _Cells) -> list[_Column]:
    """Names columns by the first row: of two IPs the first sends; an address beside two IPs is the return-path."""
    kinds = [_kind_of(text[a:b]) for a, b in cells]
    parties = [number for number, kind in enumerate(kinds) if kind is Field.RECIPIENT]
    machines = [number for number, kind in enumerate(kinds) if kind is Field.SENDING]
    if parties and (len(parties) > 1 or len(machines) > 1 or is_machine_made(text[slice(*cells[parties[0]])])):
        kinds[parties[0]] = Field.RETURN_PATH
    if len(machines) > 1:
        kinds[machines[1]] = Field.RECEIVING
    return [_Column(start=0, end=0, name="", hint="", meaning=(kind, 0) if kind else None) for kind in kinds]


def _transposed_at(text: str, start: int) -> Table | None:
    """Reads a table with its headings down the side: one column per message."""
    lines: list[tuple[_Column, _Cells]] = []
    at = start
    while at < len(text) and len(lines) < _MOST_COLUMNS:
        mark = next((mark for mark in "\t|" if mark in text[at : _line_end(text, at)]), "\t")
        cells, end = _cells(text, at, mark)
        if len(cells) < _FEWEST_SIDE_BY_SIDE or (lines and len(cells) != len(lines[0][1]) + 1):
            break
        column = _column(text[slice(*cells[0])], 0, 0)
        if column.meaning is None or (not lines and not knows(column.name)):
            break
        lines.append((column, cells[1:]))
        at = end + 1
    if len(lines) < 2:
        return None
    rows = []
    for number in range(len(lines[0][1])):
        row = Block(start=start, end=min(at, len(text)))
        for column, cells in lines:
            if cells[number][0] < cells[number][1]:
                _take(row, text, *cells[number], column)
        rows.append(row)
    good = all(any(fact.label == column.name for fact in row.facts) for row in rows for column, _ in lines[:2])
    return Table(start=start, end=min(at, len(text)), rows=tuple(rows)) if good else None


_FEWEST_SIDE_BY_SIDE = 3  # a heading and two messages; one message is a labelled line


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _table_at(text: str, start: int, end: int) -> Table | None:
    line = text[start:end]
    for mark in ("\t", "|", ";", ",", "  "):
        if mark not in line:
            continue
        cells, _ = _cells(text, start, mark)
        columns = _columns(text, start, cells)
        if columns:
            rows, stop = _rows(text, end + 1, mark, columns)
            if rows or stop > end + 1:
                return Table(start=start, end=stop, rows=tuple(rows))
    return None


def _columns(text: str, start: int, cells: _Cells) -> list[_Column]:
    """Gives the columns that a line names, or none where it is no row of headings."""
    if not 2 <= len(cells) <= _MOST_COLUMNS:
        return []
    names = [text[a:b] for a, b in cells]
    if (known_source := _of_source(names, [(a - start, b - start) for a, b in cells])) is not None:
        return known_source
    if any(len(name) > _LONGEST_NAME for name in names) or not any(knows(_NOTE.sub("", name)) for name in names):
        return []
    columns = [_column(name, a - start, b - start) for name, (a, b) in zip(names, cells, strict=True)]
    known = sum(column.meaning is not None for column in columns)
    values = any(next(addresses(name), None) or next(ips(name), None) or name[:1].isdigit() for name in names)
    return columns if known >= 2 and known * 3 >= len(columns) and not values else []


_LONGEST_NAME = 60
_STEPS = expression(r"[./\s]+(?:\d{1,3}(?=[./]|$)[./]?)?|\[\d{0,3}\]\.?")


def _of_source(names: list[str], places: _Cells) -> list[_Column] | None:
    """Gives the columns of a known source's export: with headings of its own, or named as the JSON's fields are."""
    if any(len(name) > _LONGEST_NAME * 2 for name in names):
        return None
    paths: list[tuple[str, ...]] = [(squeezed(name),) for name in names]
    source = export_of(names)
    if source is None:
        paths = [tuple(step for step in _STEPS.split(name) if step) for name in names]
        source = source_of(step for path in paths for step in path)
    if source is None:
        return None
    columns = [_column(name, *place) for name, place in zip(names, places, strict=True)]
    return [
        replace(column, source=source, path=path) if source.meanings(path) else column
        for column, path in zip(columns, paths, strict=True)
    ]


def _column(name: str, start: int, end: int) -> _Column:
    note = _NOTE.search(name)
    bare = _NOTE.sub("", name).strip(" *_#")
    hint = note.group(1) if note and zones_named(note.group(1)) else ""
    last = re.split(r"[\s_.-]+", bare)[-1]
    if not hint and last.upper() in ("UTC", "GMT", "CST", "EST", "PST"):
        hint = last
    return _Column(start=start, end=end, name=bare.lower(), hint=hint, meaning=meaning_of(bare))


def _rows(text: str, at: int, mark: str, columns: list[_Column]) -> tuple[list[Block], int]:
    rows: list[tuple[Block, bool]] = []
    stop = at
    while at < len(text):
        end = _line_end(text, at)
        if _RULE.fullmatch(text, at, end) or (mark == "\t" and _is_row_gap(text, at, end, len(columns))):
            at = end + 1
            continue
        cells, end = _cells(text, at, mark)
        if not any(a < b for a, b in cells) or len(cells) < 2 or len(cells) * 2 < len(columns):
            break
        if len(cells) > len(columns) + 2:
            break
        if text[slice(*cells[0])].lower() == columns[0].name and _columns(text, at, cells):
            if rows:
                break  # the headings of the next table
            if [text[a:b].lower() for a, b in cells] != [column.name for column in columns]:
                break
            at = stop = end + 1  # the same headings once more
            continue
        row, reader = _row(text, at, cells, columns, by_place=mark == "  " and len(cells) != len(columns))
        if not row.facts and not rows:
            return [], at
        rows.append((row, reader))
        at = stop = end + 1
    return without_readers(rows), min(stop, len(text))


def _is_row_gap(text: str, start: int, end: int, count: int) -> bool:
    """Whether an empty line stands between rows, as in tables taken from HTML, and not behind the last."""
    if text[start:end].strip() or end >= len(text):
        return False
    after = text[end + 1 : _line_end(text, end + 1)]
    return after.strip() != "" and after.count("\t") + 1 == count


def _row(text: str, start: int, cells: _Cells, columns: list[_Column], *, by_place: bool) -> tuple[Block, bool]:
    """Reads a row, and tells whether it is of what a reader did."""
    block = Block(start=start, end=max(b for _, b in cells))
    placed = [
        (_over(columns, a - start, b - start) if by_place else columns[number] if number < len(columns) else None, a, b)
        for number, (a, b) in enumerate(cells)
        if a < b
    ]
    source = next((column.source for column in columns if column.source), None)
    if source is None:
        for column, a, b in placed:
            _take(block, text, a, b, column)
        return block, False
    events = [text[a:b] for column, a, b in placed if column and (Field.EVENT, 0) in source.meanings(column.path)]
    mood = mood_of(events, source) or Mood.PLAIN
    for column, a, b in placed:
        if column is None or column.source is None:
            _take(block, text, a, b, column)
            continue
        facts, pieces = facts_from(Leaf(text[a:b], a, b), column.path, source, mood)
        block.facts += _undoubled(facts)
        block.pieces += pieces
    named = {column.path[0]: Leaf(text[a:b], a, b) for column, a, b in placed if column and column.path}
    block.facts = settled(block.facts, source) + joint_id(named, source)
    return block, mood is Mood.ENGAGED


def _over(columns: list[_Column], start: int, end: int) -> _Column:
    return max(
        columns, key=lambda column: (min(end, column.end) - max(start, column.start), -abs(start - column.start))
    )


def _take(block: Block, text: str, start: int, end: int, column: _Column | None) -> None:
    value = text[start:end]
    if column is None or column.meaning is None:
        block.pieces.append(Piece(start=start, end=end))
        return
    kind, rank = column.meaning
    if kind is Field.IGNORED or is_nothing(value):
        return
    facts: list[Fact] = []
    if kind is not Field.NOTES:
        facts = facts_of(kind, value, start, rank=LABELLED + rank, label=column.name, hint=column.hint)
    if not facts:
        facts, pieces = read_prose(value, start)
        block.pieces += pieces
    block.facts += _undoubled(facts)


def _undoubled(facts: list[Fact]) -> list[Fact]:
    return [replace(fact, value=fact.value.replace('""', '"')) if '""' in fact.value else fact for fact in facts]


@lru_cache(maxsize=8)
def _cell(mark: str) -> re.Pattern[str]:
    mark = re.escape(mark)
    blank = "[ ]*" if mark == "\\\t" else "[ \\t]*"
    return re.compile(rf'{blank}"((?:[^"]|""){{0,4000}})"{blank}(?={mark}|\n|\Z)|([^{mark}\n]*)')


def _cells(text: str, start: int, mark: str) -> tuple[_Cells, int]:
    """Gives the stretches of a row's cells, and where the row ends; a quoted cell may hold line ends."""
    if mark == "  ":
        end = _line_end(text, start)
        return [found.span() for found in _BLANKS.finditer(text, start, end)], end
    cells: _Cells = []
    at = start
    while True:
        found = _cell(mark).match(text, at)
        assert found is not None  # noqa: S101 - the second branch fits every text
        cells.append(_stripped(text, *found.span(1 if found.group(1) is not None else 2)))
        at = found.end()
        if len(cells) > _MOST_COLUMNS or not text.startswith(mark, at):
            break
        at += 1
    end = at if text.startswith("\n", at) or at >= len(text) else _line_end(text, at)
    if mark == "|" and text[start:end].lstrip().startswith("|"):
        cells = cells[1:-1] if cells and cells[-1][0] == cells[-1][1] else cells[1:]
    return cells, end


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t":
        start += 1
    while end > start and text[end - 1] in " \t":
        end -= 1
    return start, end
