"""Measures the project and its peers side by side, in one run on one log, and writes down the figures.

    python benchmarks/measure.py --log /tmp/bench/3164/mail.log

The log is one that `generate.py` made: `bundles.json` must stand beside it. Prints a table and appends
it to `benchmarks/RESULTS.md`. Nothing here passes or fails: a figure is for people to judge.
"""

import argparse
import gc
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bundles import answered, by_hand, searched, searches
from growth import growth
from indexed import ASKED, FOUND, INGEST, ask_store, ingest, search
from processes import ANSWERED, TIME, Row, Setting, absent, pflogsumm, run
from tabulate import tabulate

RESULTS = Path(__file__).with_name("RESULTS.md")
SMALL_LOG_MARGIN = 500  # lines before and after the chain, in the small log
STARTS = 10  # how often a whole process is started, to know how long a start takes

# ---------------------------------------------------------------- our library


def parse_ours(path: Path) -> tuple[int, int]:
    """Reads a log with our library, on one core; gives how many lines and how many events it found."""
    from grammars import Basis, Event, Instant, Reader  # noqa: PLC0415 (the peers run without it)

    gc.set_threshold(300_000, 50, 50)  # as the command line does
    reader = Reader(Basis(newest=Instant(path.stat().st_mtime_ns // 1000)))
    lines = events = 0
    with path.open("rb") as file:
        for lines, raw in enumerate(file, 1):  # noqa: B007 (the count is what is wanted)
            events += isinstance(reader.read(raw.rstrip(b"\n").decode("utf-8", "replace")), Event)
    return lines, events


def loop_over(path: Path) -> tuple[int, int]:
    """Reads a log line by line and does nothing: the limit of any Python program."""
    lines = 0
    with path.open("rb") as file:
        for lines, _ in enumerate(file, 1):  # noqa: B007 (the count is what is wanted)
            pass
    return lines, 0


WORKERS: dict[str, Callable[[Path], tuple[int, int]]] = {"parse": parse_ours, "loop": loop_over}


def _work(name: str, path: Path) -> None:
    """Runs one worker in this process and prints its own count and time, without the start of Python."""
    began = perf_counter()
    lines, events = WORKERS[name](path)
    print(json.dumps({"seconds": perf_counter() - began, "lines": lines, "events": events}))


# ------------------------------------------------------------- the whole log


WHOLE = "whole log"


def whole_log(setting: Setting) -> Iterator[Row]:
    """Every line of the log, once: the limit, our parser, and the peer."""
    yield _worker(setting, "loop", "python: for line in file")
    yield _worker(setting, "parse", "our parser, lines to events, one core")
    yield pflogsumm(WHOLE, setting.log, setting.lines)


def _worker(setting: Setting, name: str, program: str) -> Row:
    done = run([sys.executable, __file__, "--worker", name, "--log", str(setting.log)])
    if done.failure:
        return Row(what=WHOLE, program=program, missing=done.failure)
    found = json.loads(done.output)
    note = f"{found['events']:,} events" if found["events"] else ""
    return Row(
        what=WHOLE,
        program=program,
        seconds=found["seconds"],
        lines=found["lines"],
        cpu=done.cpu,
        memory=done.memory,
        note=note,
    )


# ------------------------------------------------------------------ from start to end


START = "start to end"


def starts(setting: Setting) -> Iterator[Row]:
    """Whole processes that have little to do."""
    yield _repeated("python -c pass", [sys.executable, "-c", "pass"])
    program = "clerk --help"
    yield absent(START, program, setting.clerk) or _repeated(program, [setting.clerk, "--help"])
    program = "clerk ask --log, small log"
    bundle = searched(setting)[0]
    small = _small_log(setting, bundle)
    yield absent(START, program, setting.clerk) or _repeated(program, setting.ask(small), given=bundle["text"])


def _repeated(program: str, command: Sequence[str], *, given: str = "") -> Row:
    runs = [run(command, given=given, fine=ANSWERED) for _ in range(STARTS)]
    seconds = [done.seconds for done in runs]
    return Row(
        what=START,
        program=program,
        seconds=median(seconds),
        cpu=median(done.cpu for done in runs if done.cpu is not None) if runs[0].cpu is not None else None,
        memory=max((done.memory for done in runs if done.memory is not None), default=None),
        note=f"best of {STARTS}: {min(seconds):.3f}",
        missing=runs[0].failure,
    )


def _small_log(setting: Setting, bundle: dict[str, Any]) -> Path:
    numbers = [cited["line"] for cited in bundle["lines"]]
    first = max(0, min(numbers) - SMALL_LOG_MARGIN)
    small = setting.scratch / "small.log"
    with setting.log.open("rb") as file, small.open("wb") as out:
        out.writelines(islice(file, first, max(numbers) + SMALL_LOG_MARGIN))
    return small


# ------------------------------------------------------------------ one bundle


ONE = "one bundle"
PACKED, TIMELESS, UNSORTED = f"{ONE}, gz", f"{ONE}, no time given", f"{ONE}, file out of order"


def one_bundle(setting: Setting) -> Iterator[Row]:
    """The chain of one message, out of the whole log: by hand and by `clerk ask`."""
    yield from _beside_grep(setting, ONE, setting.log)


def packed(setting: Setting) -> Iterator[Row]:
    """The same out of a gz."""
    yield from _beside_grep(setting, PACKED, _packed(setting.log), tool="zgrep")


def timeless(setting: Setting) -> Iterator[Row]:
    """The same where the sender names no time: then the whole log must be looked through."""
    yield from _beside_grep(setting, TIMELESS, setting.log, timed=False)


def unsorted(setting: Setting) -> Iterator[Row]:
    """The same out of pieces of the log in no order, so that no stretch of it can be left out."""
    yield from _beside_grep(setting, UNSORTED, _shuffled(setting.log))


def _beside_grep(setting: Setting, what: str, log: Path, *, tool: str = "grep", timed: bool = True) -> Iterator[Row]:
    program = f"{tool} -F, two passes"
    bundles = searched(setting)
    yield absent(what, program, tool) or searches(bundles, what, program, by_hand(setting, tool, log))
    program = "clerk ask --log"
    yield absent(what, program, setting.clerk) or searches(
        bundles, what, program, answered(setting.ask(log), timed=timed)
    )


def _shuffled(log: Path) -> Path:
    """Gives 500 pieces of the log, one behind the other in no order; made once, and stays beside the log."""
    made = log.with_name(f"{log.name}.shuffled")
    if not made.exists() or made.stat().st_mtime < log.stat().st_mtime:
        lines = log.read_bytes().splitlines(keepends=True)
        bounds = [len(lines) * number // 500 for number in range(501)]
        pieces = [b"".join(lines[first:last]) for first, last in pairwise(bounds)]
        random.Random(1).shuffle(pieces)
        made.write_bytes(b"".join(pieces))
    return made


def _packed(log: Path) -> Path:
    """Gives the log as gz; it is made once and stays beside the log."""
    packed = log.with_name(f"{log.name}.gz")
    if not packed.exists() or packed.stat().st_mtime < log.stat().st_mtime:
        with packed.open("wb") as out:
            subprocess.run(["gzip", "-c", str(log)], stdout=out, check=True)
    return packed


# ------------------------------------------------------------------- the table


def table(rows: Sequence[Row]) -> str:
    """Gives the figures as a Markdown table; ratios are to the peer in the same part of it."""
    greps = dict.fromkeys((ONE, TIMELESS, UNSORTED, ASKED), "grep -F, two passes")
    totals = dict.fromkeys((WHOLE, INGEST), "pflogsumm")
    peers = {START: "python -c pass", PACKED: "zgrep -F, two passes", FOUND: "grep -cF, one pass", **greps, **totals}
    by_name = {(row.what, row.program): row for row in rows}
    printed = []
    for row in rows:
        peer = by_name.get((row.what, peers.get(row.what, "")))
        printed.append(
            [
                row.what,
                row.program,
                "" if row.missing or row.seconds is None else f"{row.seconds:.3f}",
                "" if row.missing or row.speed is None else f"{row.speed:,.0f}",
                "" if row.missing or row.cpu is None else f"{row.cpu:.3f}",
                "" if row.missing or row.memory is None else f"{row.memory:.0f}",
                _ratio(row, peer),
                row.missing or row.note,
            ]
        )
    headers = ["what", "program", "seconds", "lines/s", "CPU s", "peak MB", "ratio", ""]
    return tabulate(
        printed, headers, tablefmt="github", disable_numparse=True, colalign=["left"] * 2 + ["right"] * 5 + ["left"]
    )


def _ratio(row: Row, peer: Row | None) -> str:
    """Gives speed over the peer's for the whole log, else time over the peer's."""
    if row.missing or peer is None or peer.missing or not row.seconds or not peer.seconds:
        return ""
    if row.speed is not None and peer.speed is not None:
        return f"{row.speed / peer.speed:.2f} x speed"
    return f"{row.seconds / peer.seconds:.2f} x time"


def _machine() -> str:
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(": ")[2] for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def heading(setting: Setting) -> str:
    """Says when, where and on what the figures were taken."""
    size = setting.log.stat().st_size / 1e6
    made = setting.made
    return (
        f"## {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {made['form']}, {size:.0f} MB\n\n"
        f"{_machine()}; load {os.getloadavg()[2]:.1f} over the last 15 minutes.\n"
        f"Log: {setting.lines:,} lines, {made['journeys']:,} journeys, {made['days']:g} days, seed {made['seed']}.\n"
    )


PARTS: dict[str, Callable[[Setting], Iterator[Row]]] = {
    "whole": whole_log,
    "start": starts,
    "bundle": one_bundle,
    "timeless": timeless,
    "unsorted": unsorted,
    "gz": packed,
    "ingest": ingest,
    "ask-store": ask_store,
    "search": search,
    "growth": growth,
}
"""The last ones come in this order: what is ingested is asked afterwards."""


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--log", type=Path, required=True, help="a log that generate.py made")
    parser.add_argument("--clerk", default="clerk", help="our command (default: clerk)")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure (default: all)")
    parser.add_argument(
        "--millions",
        type=lambda text: sorted(float(each) for each in text.split(",")),
        default=[1, 5, 10],
        help="of lines, at which the part growth looks at the index (default: 1,5,10)",
    )
    parser.add_argument(
        "--from", dest="run", type=Path, help="folder of a recorded run: what growth makes its logs from"
    )
    parser.add_argument("--repeats", type=int, default=5, help="how often each search is done (default: 5)")
    parser.add_argument("--scratch", type=Path, help="folder for what is written meanwhile (default: a temporary one)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="file to append to (default: RESULTS.md)")
    parser.add_argument("--worker", choices=WORKERS, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measures, prints, and appends."""
    given = _parse_arguments()
    if given.worker:
        _work(given.worker, given.log)
        return
    made = json.loads((given.log.parent / "bundles.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
        setting = Setting(
            log=given.log,
            made=made,
            clerk=given.clerk,
            scratch=Path(scratch),
            milestones=given.millions,
            run=given.run,
            repeats=given.repeats,
        )
        rows = []
        for part in given.parts:
            for row in PARTS[part](setting):
                print(f"{row.what}, {row.program}: {row.missing or f'{row.seconds:.3f} s'}", file=sys.stderr)
                rows.append(row)
    report = f"{heading(setting)}\n{table(rows)}\n"
    if not Path(TIME).exists():
        report += f"\nPeak memory is missing: {TIME} is not installed.\n"
    print(report)
    with given.results.open("a", encoding="utf-8") as file:
        file.write(f"{report}\n")


if __name__ == "__main__":
    main()
