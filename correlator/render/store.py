"""What `clerk store` prints: what a store holds, and whether it is sound."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from correlator.render.ingested import size_text
from correlator.render.safe import safe, shorten
from grammars import Instant
from grammars.core.event import rfc3339
from queries.stores.reports import Checked, Figures, MonthFigures


def checked_json(found: Checked) -> dict[str, Any]:
    """Gives what is wrong with a store as plain values."""
    return {
        "schema": "clerk.check/1",
        "sound": not found.flaws,
        "index_checked": found.is_index_checked,
        "flaws": [flaw._asdict() for flaw in found.flaws],
    }


def checked_text(found: Checked, path: Path) -> str:
    """Says whether a store is sound, else what is wrong, and what to do."""
    lines = [f"{path}: is damaged" if found.flaws else f"{path}: is sound"]
    lines += [f"  {flaw.where}: {flaw.what}" for flaw in found.flaws]
    remedies = dict.fromkeys(flaw.remedy for flaw in found.flaws)
    lines += [f"To do: {remedy}" for remedy in remedies]
    if not found.is_index_checked:
        lines.append("The index was not looked at as a whole: that takes the right to write")
    return "\n".join(map(safe, lines))


def figures_json(found: Figures, path: Path) -> dict[str, Any]:
    """Gives what a store holds as plain values."""
    return {
        "schema": "clerk.stats/1",
        "store": str(path),
        "size_bytes": found.size,
        "unused_bytes": found.unused,
        "raw_bytes": sum(month.raw for month in found.months),
        "ratio": _ratio(found),
        "lines": sum(month.lines for month in found.months),
        "blocks": sum(month.blocks for month in found.months),
        "index_bytes": sum(month.index for month in found.months),
        "verdicts": _verdicts(found),
        "first": _time(found.first),
        "last": _time(found.last),
        "keep_days": found.keep_days,
        "shared": found.is_shared,
        "forgotten": found.forgotten,
        "months": [_month_json(month) for month in found.months],
        "logs": [
            {
                "id": log.id,
                "name": log.name,
                "host": log.host,
                "lines": log.lines,
                "size_bytes": log.size,
                "first": _time(log.first),
                "last": _time(log.last),
                "zone": log.zone,
                "zone_basis": log.zone_basis,
            }
            for log in found.logs
        ],
    }


def _month_json(month: MonthFigures) -> dict[str, Any]:
    return {
        "month": _month_name(month),
        "blocks": month.blocks,
        "lines": month.lines,
        "raw_bytes": month.raw,
        "packed_bytes": month.packed,
        "index_bytes": month.index,
        "verdicts": month.verdicts,
    }


def _month_name(month: MonthFigures) -> str:
    return f"{month.month // 100}-{month.month % 100:02}"


def _ratio(found: Figures) -> float | None:
    raw = sum(month.raw for month in found.months)
    return round((found.size - found.unused) / raw, 3) if raw else None


def _verdicts(found: Figures) -> int | None:
    counts = [month.verdicts for month in found.months if month.verdicts is not None]
    return sum(counts) if counts else None


def _time(instant: Instant | None) -> str | None:
    return None if instant is None else rfc3339(instant, 0)


def figures_text(found: Figures, path: Path) -> str:
    """Says what a store holds."""
    return "\n".join(map(safe, _figures(found, path)))


def _figures(found: Figures, path: Path) -> Iterator[str]:
    raw = sum(month.raw for month in found.months)
    index = sum(month.index for month in found.months)
    ratio = f", {_ratio(found)} of the {size_text(raw)} of text that it holds" if raw else ""
    unused = f"; {size_text(found.unused)} are unused" if found.unused else ""
    yield f"store    {path}, {size_text(found.size)}{ratio}; index {size_text(index)}{unused}"
    lines, blocks = (sum(getattr(month, name) for month in found.months) for name in ("lines", "blocks"))
    yield f"lines    {lines:,} in {blocks:,} blocks, of {len(found.logs):,} logs"
    verdicts = _verdicts(found)
    if verdicts is not None:
        yield f"verdicts {verdicts:,}"
    yield f"time     {_time(found.first) or '-'} to {_time(found.last) or '-'}"
    yield f"keeps    {'every line' if found.keep_days is None else f'lines for {found.keep_days} days'}"
    yield f"readers  {'its group' if found.is_shared else 'its owner alone'}"
    if found.forgotten:
        yield f"forgot   lines of an address, {found.forgotten} times"
    for month in found.months:
        packed = size_text(month.packed + month.index)
        yield f"month    {_month_name(month)}   {month.lines:>12,} lines   {size_text(month.raw):>9} as {packed:>9}"
    for log in found.logs:
        span = f"{_time(log.first)} to {_time(log.last)}" if log.first is not None else "nothing left of it"
        yield f"log {log.id:>4} {shorten(log.name, 48):<48} {log.lines:>12,} lines   {span}"
