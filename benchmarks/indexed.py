"""The index: how fast it is made beside what reads logs elsewhere, how large it is, and how fast it answers."""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from bundles import answered, by_hand, searched, searches
from processes import Row, Run, Setting, absent, pflogsumm, row_of, run

INGEST, KEPT_UP = "index made", "index kept up"
ASKED, FOUND = "one bundle, from the index", "search by one key"
RIVAL = Path(__file__).with_name("rival.py")
GROWS_BY = 100  # the last line of so many comes later
_PHASES = re.compile(r"^read .* in ([\d.]+) s.*?^settled .* in ([\d.]+) s", re.MULTILINE | re.DOTALL)


# ------------------------------------------------------------------ made


def ingest(setting: Setting) -> Iterator[Row]:
    """Nearly all of the log at first; then the same again, and the last hundredth of it."""
    log, lines, rest = _most_of(setting)
    yield pflogsumm(INGEST, log, lines)
    yield _rival(setting, log, lines)
    yield _lnav(log, lines)
    program = "clerk ingest"
    missing = absent(INGEST, program, setting.clerk)
    if missing:
        yield missing
        return
    done = run(ingesting(setting, log))
    yield row_of(INGEST, program, done, lines=lines, note=f"{_size(setting.store, log)}; {_together(done)}")
    yield from phases(INGEST, done, lines)
    yield row_of(KEPT_UP, "clerk ingest, nothing new", run(ingesting(setting, log)))
    with log.open("ab") as file:
        file.write(rest)
    grown = setting.lines - lines
    yield row_of(KEPT_UP, "clerk ingest, 1 % more", run(ingesting(setting, log)), note=f"{grown:,} lines")


def ingesting(setting: Setting, log: Path) -> list[str]:
    """Our command that stores a log."""
    return [setting.clerk, "ingest", str(log), "--store", str(setting.store), *setting.zone]


def phases(what: str, done: Run, lines: int) -> Iterator[Row]:
    """The two parts of an ingest, by its own summary."""
    found = _PHASES.search(done.output)
    if found:
        for name, seconds in zip(("reading", "settling"), found.groups(), strict=True):
            yield Row(what=what, program=f"clerk ingest: {name}", seconds=float(seconds), lines=lines)


def _most_of(setting: Setting) -> tuple[Path, int, bytes]:
    """A copy of the log without its last lines, how many lines it has, and the others."""
    lines = setting.log.read_bytes().splitlines(keepends=True)
    most = len(lines) - len(lines) // GROWS_BY
    log = setting.scratch / setting.log.name
    log.write_bytes(b"".join(lines[:most]))
    shutil.copystat(setting.log, log)  # when it changed tells its year
    return log, most, b"".join(lines[most:])


def _rival(setting: Setting, log: Path, lines: int) -> Row:
    store = setting.scratch / "rival.sqlite"
    done = run([sys.executable, str(RIVAL), str(log), str(store)])
    return row_of(INGEST, "rival.py", done, lines=lines, note="" if done.failure else _size(store, log))


def _lnav(log: Path, lines: int) -> Row:
    command = ["lnav", "-n", "-N", "-c", ";SELECT count(*) FROM all_logs", str(log)]
    missing = absent(INGEST, "lnav, lines only", "lnav")
    return missing or row_of(INGEST, "lnav, lines only", run(command, env={"TERM": "dumb"}), lines=lines)


def _size(store: Path, log: Path) -> str:
    size = stored(store)
    return f"{size / 1e6:.0f} MB, {size / log.stat().st_size:.2f} of the log" if size else ""


def stored(store: Path) -> int:
    """The bytes of a store, with what is written beside it."""
    return sum(each.stat().st_size for each in store.parent.glob(f"{store.name}*"))


def _together(done: Run) -> str:
    return "" if done.together is None else f"all processes together {done.together:.0f} MB"


# ----------------------------------------------------------------- asked


def _is_ready(setting: Setting) -> Row | None:
    """Makes the index where no part before has; a row that says why there is none."""
    if setting.store.exists():
        return None
    return absent(ASKED, "clerk ingest", setting.clerk) or _failed(run(ingesting(setting, setting.log)))


def _failed(done: Run) -> Row | None:
    return row_of(ASKED, "clerk ingest", done) if done.failure else None


def ask_store(setting: Setting) -> Iterator[Row]:
    """The chain of one message: by hand from the log, by `clerk ask` from the index."""
    missing = _is_ready(setting)
    if missing:
        yield missing
        return
    bundles = searched(setting)
    yield searches(bundles, ASKED, "grep -F, two passes", by_hand(setting, "grep", setting.log))
    yield searches(bundles, ASKED, "clerk ask", answered(setting.ask_store))


# -------------------------------------------------------------- searched


def search(setting: Setting) -> Iterator[Row]:
    """Rows by each key, beside one pass of grep over the log."""
    missing = _is_ready(setting)
    if missing:
        yield missing
        return
    bundle = searched(setting)[1]
    counted = run(["grep", "-cF", bundle["return_path"], str(setting.log)])
    yield row_of(FOUND, "grep -cF, one pass", counted, note=f"{counted.output.strip()} lines")
    for query in keys_of(bundle):
        yield _found(setting, query, bundle)


def keys_of(bundle: dict[str, Any]) -> dict[str, str]:
    """A query by each key of one message, under the name that is printed."""
    network = bundle["sending_ip"].rpartition(".")[0]
    domain = bundle["return_path"].rpartition("@")[2]
    return {
        "from:ADDRESS": f"from:{bundle['return_path']}",
        "from:@DOMAIN": f"from:@{domain}",
        "to:ADDRESS": f"to:{bundle['recipients'][0]}",
        "ip:ADDRESS": f"ip:{bundle['sending_ip']}",
        "ip:NETWORK/24": f"ip:{network}.0/24",
        "mid:ID": f"mid:{bundle['message_id'].strip('<>')}",
        "qid:ID": f"qid:{bundle['queue_id']}",
        "fate:WORD": f"fate:{next(iter(bundle['expected'].values()))}",
    }


def _found(setting: Setting, name: str, bundle: dict[str, Any]) -> Row:
    command = [setting.clerk, "search", keys_of(bundle)[name], "--json", "--store", str(setting.store)]
    runs = [run(command, fine=(0, 1)) for _ in range(setting.repeats)]
    row = row_of(FOUND, f"clerk search {name}", runs[0], note=_rows(runs[0]))
    return replace(row, seconds=median(done.seconds for done in runs))


def _rows(done: Run) -> str:
    if done.failure:
        return ""
    summary = json.loads(done.output.splitlines()[-1])
    return f"{summary['shown']:,} of {summary['total']:,} rows"


def slowest_search(setting: Setting, bundle: dict[str, Any]) -> Row:
    """The key by which a search for one message takes longest."""
    rows = [_found(setting, name, bundle) for name in keys_of(bundle)]
    slowest = max(rows, key=lambda row: row.seconds or 0)
    middle = median(row.seconds or 0 for row in rows)
    note = f"{slowest.program.removeprefix('clerk search ')}; median of {len(rows)} keys {middle:.3f}"
    missing = next((row.missing for row in rows if row.missing), "")
    return replace(slowest, program="clerk search, slowest key", note=note, missing=missing)
