"""What `clerk store` does: looks after the embedded store, and says what was done."""

import json
import os
from collections.abc import Sequence
from typing import Any

from correlator.commands import reading_json, repeat_json
from correlator.errors import StoreUnusableError, UsageError
from correlator.helpers import helper_count, helping
from correlator.ingest import WORTH_HELP
from correlator.ingesting import progress_bar
from correlator.loading import known_hosts, now
from correlator.opening import store_path
from correlator.render.safe import complain, safe, tell
from correlator.render.store import checked_json, checked_text, figures_json, figures_text
from correlator.settler import Settler
from correlator.sitefile import load_site
from grammars import Instant
from grammars.core.words import DAY
from queries.basis import machine_zone
from queries.stores.embedded.checking import check
from queries.stores.embedded.database import explaining
from queries.stores.embedded.export import events_of
from queries.stores.embedded.figures import figures_of
from queries.stores.embedded.forgetting import forget_address, forget_source
from queries.stores.embedded.rebuilding import rebuild
from queries.stores.embedded.retention import apply_retention, prune, set_keep_days
from queries.stores.embedded.sharing import make_private, share
from queries.stores.embedded.shelf import Source, sources_of
from queries.stores.embedded.upkeep import compact, opened, scrub


def run_check(store: str | None, *, as_json: bool) -> int:
    """Prints whether a store is sound; gives the exit status."""
    path = store_path(store)
    with explaining(str(path)):
        found = check(path, machine_zone())
    tell(json.dumps(checked_json(found)) if as_json else checked_text(found, path))
    return StoreUnusableError.exit_status if found.flaws else 0


def run_stats(store: str | None, *, as_json: bool) -> int:
    """Prints what a store holds, in figures."""
    path = store_path(store)
    with opened(path, write=False) as connection:
        found = figures_of(connection, path, machine_zone())
    tell(json.dumps(figures_json(found, path)) if as_json else figures_text(found, path))
    return 0


def run_keep(store: str | None, days: str) -> int:
    """Sets how long a store keeps lines: a number of days, or `forever`."""
    kept = None if days == "forever" else _days(days)
    with opened(store_path(store)) as connection:
        set_keep_days(connection, kept)
        found = apply_retention(connection, now(), machine_zone())
    if kept is None:
        tell("keeps every line")
    else:
        tell(f"keeps lines for {kept} days; {_dropped(found.months, found.emptied)}")
    return 0


def _days(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < _MOST_DAYS:
        raise UsageError("E421", f"{text}: is no number of days", "write a number such as 90, or forever")
    return int(text)


_MOST_DAYS = 100_000


def run_prune(store: str | None, older_than: int) -> int:
    """Drops the months that are older than so many days."""
    with opened(store_path(store)) as connection:
        found = prune(connection, Instant(now() - older_than * DAY), machine_zone())
    tell(_dropped(found.months, found.emptied))
    return 0


def _dropped(months: tuple[int, ...], emptied: int) -> str:
    if not months:
        return "no month is older as a whole: nothing was dropped"
    told = ", ".join(f"{month // 100}-{month % 100:02}" for month in months)
    left = f"; nothing is left of {emptied} log{'s' * (emptied != 1)}" if emptied else ""
    return f"dropped {told}{left}"


def run_forget(store: str | None, wanted: str) -> int:
    """Takes an address, or a log, out of a store."""
    path = store_path(store)
    with opened(path) as connection:
        found = _source_named(sources_of(connection, machine_zone()), wanted)
        if found is not None:
            lines = forget_source(connection, found.id)
            said = f"forgot log {found.id} ({safe(found.name)}): {lines:,} lines; it can be ingested anew"
        else:
            local, at, domain = wanted.rpartition("@")
            if not (local and at and domain):
                raise UsageError(
                    "E422",
                    f"{wanted}: is no address, and no log of this store",
                    "name an address, or a log by its name or number: clerk store stats",
                )
            gone = forget_address(connection, wanted, machine_zone())
            said = f"forgot {gone.lines:,} lines of {gone.sources} log{'s' * (gone.sources != 1)}"
        tell(said)
        _scrubbed(done=scrub(connection))
    Settler(path, machine_zone(), load_site().site).run()
    return 0


def run_settle(store: str | None, site: str | None) -> int:
    """Makes the verdicts that are missing."""
    path = store_path(store)
    with opened(path):
        pass  # its errors, explained
    messages = Settler(path, machine_zone(), load_site(site).site).run()
    tell(f"settled {messages:,} messages" if messages else "nothing was to be settled")
    return 0


def _source_named(sources: Sequence[Source], wanted: str) -> Source | None:
    named = [source for source in sources if source.name == wanted]
    if len(named) > 1:
        numbers = ", ".join(str(source.id) for source in named)
        raise UsageError("E423", f"{wanted}: several logs have this name ({numbers})", "name one by its number")
    by_number = [source for source in sources if str(source.id) == wanted]
    return next(iter(named or by_number), None)


def _scrubbed(*, done: bool) -> None:
    if not done:
        complain(
            "clerk: somebody reads the store just now, so old text is still in its write-ahead log; "
            "once they are done: clerk store compact"
        )


def run_compact(store: str | None) -> int:
    """Makes a store small."""
    path = store_path(store)
    with opened(path) as connection:
        before = path.stat().st_size
        is_done = compact(connection)
        tell(f"{before:,} bytes before, {path.stat().st_size:,} now")
        _scrubbed(done=is_done)
    return 0


def run_rebuild(store: str | None, site: str | None) -> int:
    """Reads every stored line anew."""
    known = load_site(site).site
    path, hosts = store_path(store), known_hosts(known)
    with opened(path) as connection:
        size = sum(source.size for source in sources_of(connection, machine_zone()))
        with progress_bar(size) as progress, helping(helper_count() if size >= WORTH_HELP else 1) as submit:
            lines = rebuild(connection, machine_zone(), submit, known_host=hosts, progress=progress)
        is_done = compact(connection)
        tell(f"read {lines:,} lines anew")
        _scrubbed(done=is_done)
    Settler(path, machine_zone(), known).run()
    return 0


def run_export(store: str | None, site: str | None) -> int:
    """Prints every event as one JSON object per line."""
    known = load_site(site).site
    path, hosts = store_path(store), known_hosts(known)
    with opened(path, write=False) as connection:
        for found in events_of(connection, machine_zone(), hosts):
            span = {"lines": [found.first, found.last]} if found.last > found.first else {}
            where: dict[str, Any] = {"file": found.file, "line": found.first, **span, "raw": found.raw}
            tell(json.dumps({**where, **reading_json(found.record.reading), **repeat_json(found.record)}))
    return 0


def run_share(store: str | None, group: str | None) -> int:
    """Lets a group read a store."""
    path = store_path(store)
    if os.name == "nt":
        raise UsageError("E409", "share: Windows has no file groups", "give the right to read the file in Explorer")
    for remark in share(path, group):
        complain(f"clerk: {remark}")
    told = f"the group {safe(group)}" if group else "its group"
    tell(f"{safe(str(path))} may be read by {told}; back again: clerk store private")
    return 0


def run_private(store: str | None) -> int:
    """Lets its owner alone read a store."""
    path = store_path(store)
    make_private(path)
    tell(f"{safe(str(path))} may be read by its owner alone")
    return 0
