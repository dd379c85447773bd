"""Makes a large, realistic log from a recorded run of the lab.

    python benchmarks/generate.py --from RUN --out DIR --megabytes 300 --form 3164

Cuts the run into journeys and deals them again and again, spread over days with a day and night
curve, in bursts, so that messages overlap. Each copy has identities of its own that join as the
recorded ones did. Equal arguments give equal bytes. Beside the log stands `bundles.json`: what senders
would ask about some of the messages, and every line that the answer should rest on.
"""

import argparse
import json
import random
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter
from pathlib import Path
from time import perf_counter
from typing import Any

from identities import Identities
from recorded import ENCODING, ERRORS, MICROS, RSPAMD, Journey, Recorded, read_run

HOURLY_MAIL = (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 9, 10, 11, 11, 10, 8, 7, 6, 5, 4, 3, 3)
"""How much of a day's mail comes in each hour: little at night, most in the morning."""

FIRST_DAY = datetime(2026, 11, 16, tzinfo=UTC)
BURST, BURST_GAP = 4, 60_000  # messages that come together, on average; microseconds between them
SORT_EVERY = 2_000  # journeys held back at a time, so that their lines can be sorted
HOUR = 3_600 * MICROS

Entry = tuple[int, str, int]
"""A line to write: instant, text after the stamp, and the number of its bundle or -1."""


# --------------------------------------------------------------------- stamps


@lru_cache(maxsize=8192)
def _iso_second(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}"


@lru_cache(maxsize=8192)
def _stamp_3164(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%b %e %H:%M:%S} "


@lru_cache(maxsize=8192)
def _stamp_rspamd(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S} "


def _stamped(form: str, entries: Sequence[Entry]) -> list[str]:
    """Gives the lines as they are written in that form: `iso`, `3164` or `rspamd`."""
    if form == "iso":
        return [f"{_iso_second(at // MICROS)}.{at % MICROS:06d}+00:00 {text}" for at, text, _ in entries]
    stamp = _stamp_3164 if form == "3164" else _stamp_rspamd
    return [stamp(at // MICROS) + text for at, text, _ in entries]


_STAMP_LENGTH = {"iso": 33, "3164": 16, RSPAMD: 20}


# -------------------------------------------------------------------- writing


@dataclass(slots=True)
class Bundle:
    """A message that a sender would ask about, and the lines that tell what became of it."""

    asked: dict[str, Any]
    lines: list[dict[str, object]] = field(default_factory=list)


class SortedLog:
    """One log file, written in order of time while lines come nearly in order."""

    def __init__(self, path: Path, form: str, bundles: list[Bundle]) -> None:
        self.path, self.pending = path, list[Entry]()
        self.lines = self.bytes = 0
        self._form, self._bundles = form, bundles
        self._file = path.open("wb")

    def write(self, until: int | None) -> None:
        """Writes what is older than `until`, or everything that is left."""
        self.pending.sort(key=itemgetter(0))
        end = len(self.pending) if until is None else bisect_left(self.pending, until, key=itemgetter(0))
        ready, self.pending = self.pending[:end], self.pending[end:]
        texts = _stamped(self._form, ready)
        for index, (_, _, bundle) in enumerate(ready):
            if bundle >= 0:
                cited = {"file": self.path.name, "line": self.lines + index + 1, "raw": texts[index]}
                self._bundles[bundle].lines.append(cited)
        block = "".join(f"{text}\n" for text in texts).encode(ENCODING, ERRORS)
        self._file.write(block)
        self.lines += len(ready)
        self.bytes += len(block)

    def close(self) -> None:
        """Writes what is left."""
        self.write(None)
        self._file.close()


def _open_logs(
    out: Path, sources: set[str], form: str, bundles: list[Bundle], *, per_host: bool
) -> dict[str, SortedLog]:
    """Gives the file that each source writes to; without `per_host`, all hosts write to `mail.log`."""
    out.mkdir(parents=True, exist_ok=True)
    logs: dict[str, SortedLog] = {}
    names = {source: source if per_host or source == RSPAMD else "mail" for source in sources}
    for name in sorted(set(names.values())):
        logs[name] = SortedLog(out / f"{name}.log", RSPAMD if name == RSPAMD else form, bundles)
    return {source: logs[name] for source, name in names.items()}


# ----------------------------------------------------------------- scheduling


def _arrivals(copies: int, first_day: datetime, days: float, rng: random.Random) -> Iterator[int]:
    """Gives that many instants, rising, in bursts that follow the day and night curve."""
    start = int(first_day.timestamp()) * MICROS
    hours = max(1, round(days * 24))
    sums = [0, *accumulate(HOURLY_MAIL[hour % 24] for hour in range(hours))]
    done, last = 0, start
    while done < copies:
        size = min(rng.randint(1, 2 * BURST - 1), copies - done)
        place = (done + rng.random() * size) / copies * sums[-1]
        hour = bisect_right(sums, place) - 1
        at = start + int((hour + (place - sums[hour]) / HOURLY_MAIL[hour % 24]) * HOUR)
        for _ in range(size):
            last = max(at, last + 1)
            yield last
            at = last + int(rng.expovariate(1 / BURST_GAP))
        done += size


def _deal(journeys: Sequence[Journey], rng: random.Random) -> Iterator[Journey]:
    """Gives the journeys as from a deck that is shuffled anew each time it has run out."""
    deck = list(journeys)
    while True:
        rng.shuffle(deck)
        yield from deck


class _Sampler:
    """Picks the copies to ask about: evenly over the log, and each kind of message in turn."""

    def __init__(self, copies: int, wanted: int) -> None:
        self._every, self._due = max(1, copies // max(1, wanted)), 0
        self._left = wanted
        self._met: set[str] = set()
        self._known: set[str] = set()

    def picks(self, number: int, journey: Journey) -> bool:
        if journey.truth is None:
            return False
        tag = journey.truth.tag
        self._known.add(tag)
        if self._left == 0 or number < self._due or (tag in self._met and self._known != self._met):
            return False
        if tag in self._met:
            self._met.clear()
        self._met.add(tag)
        self._due += self._every
        self._left -= 1
        return True


# ------------------------------------------------------------------ the whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to make; exactly one of `size_bytes` and `lines` is given."""

    run: Path
    out: Path
    size_bytes: int | None
    lines: int | None
    form: str
    days: float
    seed: int
    per_host: bool
    bundles: int
    reused_share: float
    first_day: datetime = FIRST_DAY


def _copies(order: Order, journeys: Sequence[Journey]) -> int:
    """How many journeys it takes to reach the size that was ordered."""
    lines = [line for journey in journeys for line in journey.lines]
    if order.lines is not None:
        return -(-order.lines * len(journeys) // len(lines))
    stamps = {line.source: _STAMP_LENGTH[RSPAMD if line.source == RSPAMD else order.form] for line in lines}
    filled = sum(len(line.template) + 1 + stamps[line.source] for journey in journeys for line in journey.lines)
    filled += sum(len(value) - 2 for journey in journeys for value in _values(journey))
    return -(-(order.size_bytes or 0) * len(journeys) // filled)


def _values(journey: Journey) -> Iterator[str]:
    """Gives each identity of a journey as often as its lines hold it."""
    values = [value.rpartition("/")[2] if kind == "process" else value for kind, value in journey.identities]
    for line in journey.lines:
        picked = line.pick(values)
        yield from picked if isinstance(picked, tuple) else (str(picked),)


def _bundle(journey: Journey, shift: int, values: Sequence[str], *, reused: bool) -> Bundle:
    if journey.truth is None:
        message = "only a message that the lab knows can be asked about"
        raise ValueError(message)
    truth = journey.truth
    asked: dict[str, Any] = json.loads(truth.template % truth.pick(values))
    at = datetime.fromtimestamp((truth.instant + shift) // MICROS, UTC).isoformat()
    kinds = [kind for kind, _ in journey.identities]
    queue_id = next((value for kind, value in zip(kinds, values, strict=True) if kind in {"short_id", "long_id"}), None)
    facts = (
        ("Timestamp", at),
        ("Return-Path", asked["return_path"]),
        ("Sending IP", asked["sending_ip"]),
        ("Receiving IP", asked["receiving_ip"]),
    )
    text = "".join(f"{label}: {value}\n" for label, value in facts)
    return Bundle({**asked, "timestamp": at, "queue_id": queue_id, "queue_id_reused": reused, "text": text})


class _Mill:
    """Writes copy after copy of the journeys of a run."""

    def __init__(self, order: Order, sources: set[str], copies: int) -> None:
        self._order = order
        self._bundles: list[Bundle] = []
        self._logs = _open_logs(order.out, sources, order.form, self._bundles, per_host=order.per_host)
        self._files = sorted(set(self._logs.values()), key=lambda log: log.path)
        self._identities = Identities(order.seed, reused_share=order.reused_share)
        self._sampler = _Sampler(copies, order.bundles)
        self._copies = 0

    def start(self, rest: Sequence[Recorded]) -> None:
        """Takes the lines of daemons that start, once, before the first message."""
        shift = int(self._order.first_day.timestamp()) * MICROS - max((line.instant for line in rest), default=0)
        for line in rest:
            if line.source in self._logs:
                self._logs[line.source].pending.append((line.instant + shift, line.text, -1))

    def copy(self, journey: Journey, start: int) -> None:
        """Takes one more copy, which starts at that instant or up to a second later."""
        if self._copies % SORT_EVERY == 0:
            for log in self._files:
                log.write(start)
        reused = self._identities.reused
        shift, values = self._identities.renew(journey, start - journey.start)
        bundle = -1
        if self._sampler.picks(self._copies, journey):
            bundle = len(self._bundles)
            self._bundles.append(_bundle(journey, shift, values, reused=self._identities.reused > reused))
        for line in journey.lines:
            entry = (line.instant + shift, line.template % line.pick(values), bundle)
            self._logs[line.source].pending.append(entry)
        self._copies += 1

    def finish(self) -> dict[str, Any]:
        """Writes what is left, and `bundles.json`; gives what was made."""
        for log in self._files:
            log.close()
        made = {
            "form": self._order.form,
            "days": self._order.days,
            "seed": self._order.seed,
            "journeys": self._copies,
            "reused_queue_ids": self._identities.reused,
            "files": {log.path.name: {"lines": log.lines, "bytes": log.bytes} for log in self._files},
        }
        asked = [{**bundle.asked, "lines": bundle.lines} for bundle in self._bundles]
        text = json.dumps({**made, "bundles": asked}, indent=1)
        (self._order.out / "bundles.json").write_text(text + "\n", encoding="utf-8")
        return made


def generate(order: Order) -> dict[str, Any]:
    """Writes the logs and `bundles.json`; gives what was made."""
    journeys, rest = read_run(order.run)
    copies = _copies(order, journeys)
    rng = random.Random(order.seed)
    mill = _Mill(order, {line.source for journey in journeys for line in journey.lines}, copies)
    mill.start(rest)
    for start, journey in zip(_arrivals(copies, order.first_day, order.days, rng), _deal(journeys, rng), strict=False):
        mill.copy(journey, start)
    return mill.finish()


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


def _parse_arguments(arguments: Sequence[str]) -> Order:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--from", dest="run", type=Path, required=True, help="folder of a recorded run")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--megabytes", type=float, help="millions of bytes to reach, all files together")
    size.add_argument("--lines", type=int, help="lines to reach, all files together")
    parser.add_argument("--form", choices=("iso", "3164"), default="iso", help="stamps (default: iso)")
    parser.add_argument("--days", type=float, default=7, help="days to spread the mail over (default: 7)")
    parser.add_argument("--first-day", type=_day, default=FIRST_DAY, help="YYYY-MM-DD (default: 2026-11-16)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bundles", type=int, default=50, help="messages to ask about (default: 50)")
    parser.add_argument("--reused", type=float, default=0.005, help="share of short queue ids used before")
    files = parser.add_mutually_exclusive_group()
    files.add_argument("--one-file", action="store_true", help="all hosts in mail.log (default)")
    files.add_argument("--per-host", action="store_true", help="HOST.log for each host")
    given = parser.parse_args(arguments)
    return Order(
        run=given.run,
        out=given.out,
        size_bytes=None if given.megabytes is None else int(given.megabytes * 1_000_000),
        lines=given.lines,
        form=given.form,
        days=given.days,
        seed=given.seed,
        per_host=given.per_host,
        bundles=given.bundles,
        reused_share=given.reused,
        first_day=given.first_day,
    )


def main() -> None:
    """Runs the command and says what was written, and how fast."""
    order = _parse_arguments(sys.argv[1:])
    began = perf_counter()
    made = generate(order)
    seconds = perf_counter() - began
    for name, size in made["files"].items():
        print(f"{order.out / name}: {size['lines']:,} lines, {size['bytes'] / 1e6:.1f} MB")
    lines = sum(size["lines"] for size in made["files"].values())
    print(f"{made['journeys']:,} journeys, {made['reused_queue_ids']} queue ids used again")
    print(f"{seconds:.1f} s, {lines / seconds:,.0f} lines/s")


if __name__ == "__main__":
    main()
