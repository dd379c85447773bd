"""The body of `clerk search`: a query, a store that holds verdicts, and what is printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from difflib import get_close_matches
from typing import Protocol

from correlator.errors import UsageError
from correlator.render.mask import Mask
from correlator.render.safe import complain, tell
from correlator.render.search import (
    COLUMNS,
    CSV,
    TABLE,
    Covered,
    counts_as_csv,
    counts_as_json,
    counts_as_table,
    rows_as_csv,
    rows_as_json,
    rows_as_table,
)
from grammars import Instant
from queries.conditions import And, Condition, time_bounds
from queries.fields import SINCE, UNTIL
from queries.found import COUNTED, SORTS, Count, FoundVerdicts
from queries.language import QueryError, parse_bound, parse_query
from queries.ledger import Coverage


class VerdictSource(Protocol):
    """A store, as far as a search needs it."""

    def search(self, condition: Condition, *, limit: int | None, sort: str, newest_first: bool) -> FoundVerdicts:
        """Gives the rows that a condition matches, in the order of queries.found.in_order, up to `limit`."""
        ...

    def count_by(self, name: str, condition: Condition) -> list[Count]:
        """Gives how many of the rows that a condition matches have each value of a field, the most first."""
        ...

    def coverage(self) -> tuple[Coverage, ...]:
        """Gives what the lines at hand cover, per host and format."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """How to search and to print, as the user wrote it; `fields` are names with commas between."""

    since: str | None = None
    until: str | None = None
    limit: int = 50
    sort: str = "-time"
    fields: str | None = None
    count_by: str | None = None
    as_json: bool = False
    as_csv: bool = False
    mask: bool = False


FOUND, NOT_FOUND, USAGE, CANNOT_TELL = 0, 1, 2, 3


def run_search(store: VerdictSource, query: str, options: SearchOptions, *, now: Instant, zone: tzinfo) -> int:
    """Searches and prints; gives the exit status.

    Nothing found is `not_found` only where the logs cover every day asked about.  `now` and `zone`
    are what relative times and those without a zone are read by.  Raises UsageError for options that
    cannot be meant; a query that cannot is shown with a caret below the place.
    """
    sort, newest_first = _sort(options.sort)
    columns = _columns(options)
    condition = _condition(query, options, now, zone)
    if condition is None:
        return USAGE
    covered = Covered(asked=time_bounds(condition), now=now, sources=store.coverage())
    if options.count_by is not None:
        name = _known(options.count_by, COUNTED, "--count-by")
        counts = store.count_by(name, condition)
        if options.mask:
            hidden = Mask()
            counts = [
                each._replace(value=hidden.text(each.value)) if isinstance(each.value, str) else each for each in counts
            ]
        _tell_counts(name, counts, options, covered)
        return _status(len(counts), covered)
    found = store.search(condition, limit=options.limit, sort=sort, newest_first=newest_first)
    _tell_rows(Mask().masked(found) if options.mask else found, columns, options, covered)
    return _status(found.total, covered)


def _status(count: int, covered: Covered) -> int:
    if count:
        return FOUND
    return NOT_FOUND if covered.is_complete else CANNOT_TELL


def _condition(query: str, options: SearchOptions, now: Instant, zone: tzinfo) -> Condition | None:
    """The query and the two options together; None where one of them was refused."""
    label, text = "", query
    try:
        asked = parse_query(query, now=now, zone=zone)
        parts = [asked.condition]
        for name, bound in ((SINCE, options.since), (UNTIL, options.until)):
            if bound is not None:
                label, text = f"--{name}: ", bound
                parts.append(parse_bound(name, bound, now=now, zone=zone))
    except QueryError as error:
        for line in f"clerk: {label}{error.render(text)}".split("\n"):
            complain(line)
        return None
    for taken in asked.taken:
        complain(f"clerk: taken as {taken}")
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _tell_rows(found: FoundVerdicts, columns: Sequence[str], options: SearchOptions, covered: Covered) -> None:
    if options.as_json:
        for line in rows_as_json(found, covered):
            tell(line)
    elif options.as_csv:
        tell(rows_as_csv(found, columns))
        _say_cut(len(found.rows), found.total)
    else:
        tell(rows_as_table(found, columns, covered))


def _tell_counts(name: str, counts: Sequence[Count], options: SearchOptions, covered: Covered) -> None:
    if options.as_json:
        for line in counts_as_json(name, counts, options.limit, covered):
            tell(line)
    elif options.as_csv:
        tell(counts_as_csv(name, counts, options.limit))
        _say_cut(min(len(counts), options.limit), len(counts))
    else:
        tell(counts_as_table(name, counts, options.limit, covered))


def _say_cut(shown: int, total: int) -> None:
    """CSV has no place of its own for it."""
    if shown < total:
        complain(f"clerk: cut: {shown:,} of {total:,} rows; --limit shows more")


# ---------------------------------------------------------------- options


def _sort(text: str) -> tuple[str, bool]:
    return _known(text.removeprefix("-"), SORTS, "--sort"), text.startswith("-")


def _columns(options: SearchOptions) -> Sequence[str]:
    if options.as_json and options.as_csv:
        raise UsageError("E406", "--json and --csv are two forms", "choose one of them")
    if options.fields is None:
        return CSV if options.as_csv else TABLE
    if options.as_json or options.count_by is not None:
        other = "--json" if options.as_json else "--count-by"
        raise UsageError("E407", f"--fields does not go with {other}", "leave one of them out; JSON has every field")
    return [_known(name.strip(), COLUMNS, "--fields") for name in options.fields.split(",")]


def _known(name: str, names: Sequence[str], option: str) -> str:
    if name in names:
        return name
    near = get_close_matches(name[:40], names, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
    raise UsageError("E408", f"{option}: {name} cannot stand there", remedy)
