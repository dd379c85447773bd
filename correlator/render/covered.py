"""What logs cover, as a table of hosts by days, or as the contract's JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from correlator.covered import Covered
from correlator.render.mask import Mask
from correlator.render.safe import safe_lines, shorten
from correlator.render.text import span_text, stamp
from grammars import Instant, TimeBasis
from grammars.core.event import rfc3339
from grammars.core.words import DAY, HOUR, MINUTE, SECOND
from queries.ledger import Coverage
from queries.presence import Seen

_WIDE_DAYS = 10  # as many days have room for two digits each
_MOST = 5  # of each kind of remark
_FULL, _PART, _NONE = "█", "░", "·"


def covered_text(found: Covered, *, days: int, width: int, mask: bool = False) -> str:
    """Gives the table, and below it gaps, lines that were not read, ages, zones, and what is missing."""
    last = max(max(seen.days) for _, seen in found.rows)
    first = max(min(min(seen.days) for _, seen in found.rows), last - days + 1)
    parts = [
        "\n".join(_table(found.rows, range(first, last + 1))),
        "\n".join(_below(found, Mask() if mask else None, width)),
    ]
    return safe_lines("\n\n".join(part for part in parts if part))


def _table(rows: Sequence[tuple[Coverage, Seen]], days: range) -> Iterator[str]:
    wide = len(days) <= _WIDE_DAYS
    head = ("host", "format", "first", "last", "lines", "unread", _head_of_days(days, wide=wide))
    cells = [head, *(_cells(row, seen, days, wide=wide) for row, seen in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        left = (f"{cell:<{size}}" for cell, size in zip(row[:4], widths[:4], strict=True))
        right = (f"{cell:>{size}}" for cell, size in zip(row[4:6], widths[4:6], strict=True))
        yield "  ".join([*left, *right, row[6]]).rstrip()


def _head_of_days(days: range, *, wide: bool) -> str:
    numbers = [rfc3339(Instant(day * DAY), 0)[8:10] for day in days]
    return " ".join(numbers) if wide else f"days {numbers[0]}-{numbers[-1]}"


def _cells(row: Coverage, seen: Seen, days: range, *, wide: bool) -> tuple[str, ...]:
    marks = [_mark(row, seen, day) for day in days]
    share = 100 * row.unread / row.lines if row.lines else 0.0
    return (
        row.host or "-",
        row.format,
        stamp(row.first)[:16],
        stamp(row.last)[:16],
        f"{row.lines:,}",
        f"{share:.2f} %",
        " ".join(mark * 2 for mark in marks) if wide else "".join(marks),
    )


def _mark(row: Coverage, seen: Seen, day: int) -> str:
    if not seen.days[day]:
        return _NONE
    first, last = day * DAY, (day + 1) * DAY
    return _PART if any(start < last and end > first for start, end in row.gaps) else _FULL


# ---------------------------------------------------------------- below the table


def _below(found: Covered, mask: Mask | None, width: int) -> Iterator[str]:
    for row, _ in found.rows:
        name = f"{row.host or '-'} {row.format}"
        for start, end in row.gaps[-_MOST:]:
            yield f"gap      {name} has no line {span_text(start, end)} UTC"
        if len(row.gaps) > _MOST:
            yield f"gap      {name} has {len(row.gaps) - _MOST} more before; --json has them all"
    newest = max((row for row, _ in found.rows), key=lambda row: row.last)
    yield f"newest   {newest.host or '-'} {newest.format}, {_age(found.now - newest.last)}"
    for zone, hosts in _zones(found).items():
        yield f"zone     {zone}: {', '.join(hosts)}"
    for shape, count in found.counted.shapes.most_common(_MOST):
        example = found.counted.examples[shape] if mask is None else mask.text(shape)
        yield f"unread   {count:,} x {shorten(example, max(width - 24, 40))}"
    foreign = found.counted.foreign.most_common(_MOST)
    if foreign:
        more = f", and {len(found.counted.foreign) - len(foreign)} more" if len(found.counted.foreign) > _MOST else ""
        yield "programs without a format: " + ", ".join(f"{name} {count:,}" for name, count in foreign) + more
    for window in found.forgotten:
        yield f"taken out {span_text(window.first, window.last)} UTC"
    for each in found.missing:
        yield f"missing  {each.host}, named by {each.named_by} as {each.role}: no log of it is here"


def _zones(found: Covered) -> dict[str, list[str]]:
    zones: dict[str, list[str]] = {}
    for row, _ in found.rows:
        if row.basis is not TimeBasis.STATED:
            name = f"{row.host or '-'} {row.format}"
            zones.setdefault(f"{row.zone} ({row.basis.value.replace('_', ' ')})", []).append(name)
    return zones


def _age(microseconds: int) -> str:
    if microseconds < 0:
        return "ahead of this machine's clock"
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if microseconds >= size:
            return f"{microseconds // size} {unit} ago"
    return f"{microseconds // SECOND} s ago"


# ---------------------------------------------------------------- JSON


def covered_json(found: Covered, mask: Mask | None = None) -> dict[str, Any]:
    """Gives the contract's JSON object, with the unread shapes and the foreign programs beside it."""
    shapes = found.counted.shapes.most_common()
    return {
        "sources": [_row_json(row, seen, found.now) for row, seen in found.rows],
        "missing": [{"host": each.host, "named_by": each.named_by, "as": each.role} for each in found.missing],
        "forgotten": [[rfc3339(window.first, 0), rfc3339(window.last, 0)] for window in found.forgotten],
        "unread": [
            {"lines": count, "example": found.counted.examples[shape] if mask is None else mask.text(shape)}
            for shape, count in shapes
        ],
        "foreign": dict(found.counted.foreign.most_common()),
    }


def _row_json(row: Coverage, seen: Seen, now: Instant) -> dict[str, Any]:
    programs = {
        name: {"lines": count, "first": rfc3339(first, 0), "last": rfc3339(last, 0)}
        for name, (count, first, last) in sorted(seen.programs.items())
    }
    return {
        "host": row.host,
        "program": next(iter(programs)) if len(programs) == 1 else row.format,
        "programs": programs,
        "format": row.format,
        "first": rfc3339(row.first, 0),
        "last": rfc3339(row.last, 0),
        "lines": row.lines,
        "unread": row.unread,
        "foreign": row.foreign,
        "gaps": [[rfc3339(start, 0), rfc3339(end, 0)] for start, end in row.gaps],
        "zone": row.zone,
        "zone_basis": row.basis.value,
        "newest_age_seconds": (now - row.last) // SECOND,
    }
