"""Rows of a search as a table, as JSON lines and as CSV; and counts in the same three forms."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tabulate import tabulate

from correlator.render.coverage_json import source_json
from correlator.render.safe import safe, shorten
from grammars import Instant
from grammars.core.event import rfc3339
from grammars.core.words import DAY
from queries.fields import FIELDS
from queries.found import Count, FoundVerdicts
from queries.ledger import Coverage
from queries.verdict import Verdict

_WIDTH = 100
_LEAST = 8  # columns that a shortened value keeps
_SHORT_ID = 8  # hex digits, as `clerk show` takes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What the logs at hand cover of the time asked about; `asked` has open ends as None."""

    asked: tuple[Instant | None, Instant | None]
    now: Instant
    sources: tuple[Coverage, ...]

    @property
    def days(self) -> tuple[int, int] | None:
        """How many of the days asked about have lines of any source, and how many there are; None where no day is."""
        low, high = self.asked
        if low is None:
            return None
        last = self.now if high is None else min(high, self.now)
        days = range(low // DAY, max(last, low) // DAY + 1)
        spans = [(source.first // DAY, source.last // DAY) for source in self.sources]
        return _in_any(days, spans), len(days)

    @property
    def is_complete(self) -> bool:
        """Whether every day asked about has lines; where no day is named, whether there are any lines."""
        return bool(self.sources) and (self.days is None or self.days[0] == self.days[1])

    def to_json(self) -> dict[str, Any]:
        """Gives it as the contract's object."""
        return {
            "asked": [None if end is None else rfc3339(end, 0) for end in self.asked],
            "complete": self.is_complete,
            "sources": [source_json(source) for source in self.sources],
        }

    def to_text(self) -> str:
        """Gives it in one line: hosts, and the days."""
        if not self.sources:
            return "no logs"
        hosts = ", ".join(dict.fromkeys(source.host or "(no host)" for source in self.sources))
        if self.days is not None:
            return f"{hosts}, covered {self.days[0]} of {self.days[1]} day{'' if self.days[1] == 1 else 's'}"
        first, last = min(source.first for source in self.sources), max(source.last for source in self.sources)
        return f"{hosts}, covered {rfc3339(first, 0)[:10]} to {rfc3339(last, 0)[:10]}"


def _in_any(days: range, spans: Sequence[tuple[int, int]]) -> int:
    """How many days lie in one of some spans, by the ends of the spans: a span of years costs no more."""
    count, done = 0, days.start
    for first, last in sorted(spans):
        begin, end = max(first, done), min(last + 1, days.stop)
        count += max(end - begin, 0)
        done = max(done, end)
    return count


# ---------------------------------------------------------------- columns


def why(row: Verdict) -> str:
    """Says in a word or two why a row has its fate."""
    score = f", score {row.score:g}" if row.reason_code == "spam" and row.score is not None else ""
    return row.reason_code.replace("_", " ") + score


_MORE: dict[str, Callable[[Verdict], object]] = {
    "why": why,
    "final_to": lambda row: row.final_recipient,
    "handed_to": lambda row: row.handed_to,
    "open": lambda row: "yes" if row.is_open else "no",
}

COLUMNS = (*FIELDS, *_MORE)
"""What a table or CSV can show."""

TABLE = ("time", "fate", "from", "to", "why", "id")
CSV = (
    *("time", "fate", "from", "to", "final_to", "stage", "owner", "holder", "reason", "ip", "client", "helo"),
    *("host", "mid", "qid", "size", "score", "author", "subject", "handed_to", "open", "id"),
)


def _cell(name: str, row: Verdict) -> str | int | float:
    """One value, as it is shown; texts of logs made safe."""
    if name in _MORE:
        return safe(str(_MORE[name](row) or ""))
    value = FIELDS[name].shown(row)
    if name == "time":
        return rfc3339(row.time, 0)[:-1].replace("T", " ")
    if name == "from" and value == "":
        return "<>"
    if name == "qid":
        return safe(" ".join(row.queue_ids))
    if name == "reason":
        return safe(f"{row.reason_code}: {row.reason_text}" if row.reason_text else row.reason_code)
    return safe(value) if isinstance(value, str) else "" if value is None else value


# ---------------------------------------------------------------- rows


def rows_as_table(found: FoundVerdicts, columns: Sequence[str], covered: Covered) -> str:
    """Gives a table of at most 100 columns, and below it how many rows there are and what the logs cover."""
    rows = [[str(_cell(name, row))[: _SHORT_ID if name == "id" else None] for name in columns] for row in found.rows]
    foot = f"{len(found.rows):,} of {found.total:,} · {safe(covered.to_text())}"
    if len(found.rows) < found.total:
        foot += " · cut: --limit shows more"
    return f"{_table(columns, rows)}\n{foot}" if rows else foot


def rows_as_json(found: FoundVerdicts, covered: Covered) -> Iterator[str]:
    """Gives one JSON object per row, and the summary."""
    for row in found.rows:
        yield json.dumps(verdict_json(row))
    yield _summary(len(found.rows), found.total, covered)


def rows_as_csv(found: FoundVerdicts, columns: Sequence[str]) -> str:
    """Gives CSV with a head, in which no text is a formula."""
    return _csv(columns, ([_cell(name, row) for name in columns] for row in found.rows))


def verdict_json(row: Verdict) -> dict[str, Any]:
    """Gives one row as the contract's object."""
    return {
        "id": row.id,
        "time": rfc3339(row.time),
        "reverse_path": row.reverse_path,
        "recipient": row.recipient,
        "final_recipient": row.final_recipient,
        "fate": row.fate,
        "final": row.is_final,
        "stage": row.stage,
        "owner": row.owner,
        "holder": row.holder,
        "reason": {"code": row.reason_code, "text": row.reason_text},
        "client_ip": row.client_ip,
        "host": row.host,
        "message_id": row.message_id,
        "queue_id": next(iter(row.queue_ids), None),
        "queue_ids": list(row.queue_ids),
        "size_bytes": row.size_bytes,
        "score": row.score,
        "open": row.is_open,
    }


# ---------------------------------------------------------------- counts


def counts_as_table(name: str, counts: Sequence[Count], limit: int, covered: Covered) -> str:
    """Gives counts as a table, the most first."""
    rows = [[_value(count), f"{count.rows:,}"] for count in counts[:limit]]
    total = sum(count.rows for count in counts)
    foot = f"{total:,} in {len(counts):,} group{'' if len(counts) == 1 else 's'} · {safe(covered.to_text())}"
    if len(rows) < len(counts):
        foot += f" · cut: the first {len(rows):,} shown, --limit shows more"
    return f"{_table([name, 'rows'], rows, align=('left', 'right'))}\n{foot}" if rows else foot


def counts_as_json(name: str, counts: Sequence[Count], limit: int, covered: Covered) -> Iterator[str]:
    """Gives one JSON object per value, and the summary, whose numbers are those of values."""
    for count in counts[:limit]:
        yield json.dumps({"field": name, "value": count.value, "rows": count.rows})
    yield _summary(min(len(counts), limit), len(counts), covered)


def counts_as_csv(name: str, counts: Sequence[Count], limit: int) -> str:
    """Gives counts as CSV with a head."""
    return _csv((name, "rows"), ([_value(count), count.rows] for count in counts[:limit]))


def _value(count: Count) -> str:
    return "(none)" if count.value is None else safe(str(count.value)) or "<>"


# ---------------------------------------------------------------- small things


def _summary(shown: int, total: int, covered: Covered) -> str:
    return json.dumps({"shown": shown, "total": total, "cut": shown < total, "coverage": covered.to_json()})


def _table(names: Sequence[str], rows: Sequence[Sequence[str]], align: Sequence[str] | None = None) -> str:
    heads = [_HEADS.get(name, name) for name in names]
    least = [len(head) + _PADDING for head in heads]
    wanted = [max(map(len, column)) for column in zip(*rows, strict=True)]
    widths = _widths(least, [max(pair) for pair in zip(least, wanted, strict=True)], names)
    cut = [[shorten(cell, width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return tabulate(cut, headers=heads, tablefmt="plain", disable_numparse=True, colalign=align)


_HEADS = {"time": "time (UTC)"}
_PADDING = 2  # that tabulate leaves beside a head
_WHOLE = frozenset({"time", "fate", "stage", "owner", "holder", "size", "score", "id", "rows"})


def _widths(least: Sequence[int], wanted: Sequence[int], names: Sequence[str]) -> list[int]:
    """Gives widths that fit the page: the widest of the columns that may be shortened give way first."""
    room = _WIDTH - 2 * (len(names) - 1)
    widths = list(wanted)
    spare = [place for place, name in enumerate(names) if name not in _WHOLE]
    while sum(widths) > room and (open_ones := [place for place in spare if widths[place] > max(least[place], _LEAST)]):
        widths[max(open_ones, key=widths.__getitem__)] -= 1
    return widths


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _csv(names: Sequence[str], rows: Iterator[Sequence[str | int | float]]) -> str:
    """A spreadsheet takes a text that begins like a formula for one, unless an apostrophe stands before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue().removesuffix("\n")
