"""What `clerk ingest` says at its end: what was read, what was not, whose lines they are, and from when to when."""

from collections.abc import Iterator
from pathlib import Path

from correlator.ingested import Ingested
from correlator.render.safe import safe, shorten
from grammars.core.event import rfc3339
from queries.presence import coverage_of

_EXAMPLES = 3
_WIDTH = 96


def render_ingested(done: Ingested, store: Path | None) -> str:
    """Gives the summary as text; without a store, that of what would be read."""
    return "\n".join(_lines(done, store))


def _lines(done: Ingested, store: Path | None) -> Iterator[str]:
    found, seconds = done.presence, done.seconds_to_read
    files = f"{len(done.read)} files" if len(done.read) != 1 else "1 file"
    same = f", {len(done.unchanged)} with nothing new" if done.unchanged else ""
    rate = f" ({found.lines / seconds:,.0f} lines/s)" if found.lines and seconds >= 1 else ""
    word = "read    " if store is not None else "would read"
    yield f"{word} {files}{same}: {found.lines:,} lines, {size_text(done.size)}, in {seconds:.1f} s{rate}"
    if found.lines:
        events = sum(seen.lines for seen in found.seen.values())
        yield (
            f"lines    {events:,} about messages · {found.noise.total():,} that say nothing of any · "
            f"{found.foreign.total():,} of other programs · {found.unread.total():,} unread"
        )
    for shape, count in found.shapes.most_common(_EXAMPLES):
        yield f"unread   {count:,} x {shorten(safe(found.examples[shape]), _WIDTH - 20)}"
    bases = ((name, log.basis, log.presence) for name, log in done.read.items())
    for row in coverage_of(bases):
        zone = "" if row.basis.value == "stated" else f"   zone {row.zone} ({row.basis.value.replace('_', ' ')})"
        span = f"{rfc3339(row.first, 0)} to {rfc3339(row.last, 0)}"
        yield f"host     {safe(row.host or '-')}   {row.format}   {span}{zone}"
    if done.messages:
        yield f"settled  {done.messages:,} messages in {done.seconds_to_settle:.1f} s"
    if store is None:
        for name, log in done.read.items():
            yield f"file     {safe(name)}: {log.lines:,} lines"
        return
    size = sum(path.stat().st_size for path in (store, store.with_name(store.name + "-wal")) if path.exists())
    yield f"store    {safe(str(store))}, {size_text(size)}"


def size_text(count: float) -> str:
    """Gives a number of bytes in the unit that fits."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.1f} {unit}" if unit == "MB" else f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
