"""How an index behaves that grows: logs of a million lines each, whose days follow each other, one after the other."""

import json
import math
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bundles import answered, searched, searches
from generate import FIRST_DAY, Order, generate
from indexed import ingesting, phases, slowest_search, stored
from processes import Row, Setting, absent, row_of, run

MILLION = 1_000_000
DAYS = 4  # of each million lines: a site of a quarter of a million lines a day
GROWTH = "{:g} million lines"


def growth(setting: Setting) -> Iterator[Row]:
    """Gives the figures of the last million lines, and of look-ups of old and new messages, at each milestone."""
    missing = absent("growth", "clerk ingest", setting.clerk)
    if setting.run is None:
        missing = Row(
            what="growth", program="clerk ingest", missing="missing: --from, a recorded run to make logs from"
        )
    if missing:
        yield missing
        return
    into = replace(setting, scratch=setting.scratch / "growth")
    pieces: list[Setting] = []
    size = 0
    for number, (until, millions) in enumerate(_parts(setting.milestones)):
        piece = _piece(into, number, until, millions)
        size += piece.log.stat().st_size
        done = run(ingesting(into, piece.log))
        piece.log.unlink()
        pieces.append(piece)
        if until not in setting.milestones and not done.failure:
            continue
        what = GROWTH.format(until)
        note = f"{stored(into.store) / 1e6:.0f} MB, {stored(into.store) / size:.2f} of the logs"
        yield row_of(what, "clerk ingest, last part", done, lines=piece.lines, note=note)
        if done.failure:
            return
        yield from phases(what, done, piece.lines)
        bundles = [searched(each)[1] for each in (pieces[0], pieces[len(pieces) // 2], pieces[-1])]
        yield searches(bundles, what, "clerk ask", answered(into.ask_store))
        yield replace(slowest_search(into, bundles[1]), what=what)
    shutil.rmtree(into.scratch)


def _parts(milestones: Sequence[float]) -> Iterator[tuple[float, float]]:
    """How many million lines there are after each log, and how many of them are its own: one, or up to a milestone."""
    done = 0.0
    for until in milestones:
        while done < until:
            own = min(1.0, until - done)
            done = until if own < 1 else done + own
            yield done, own


def _piece(into: Setting, number: int, until: float, millions: float) -> Setting:
    """Makes one log; the last of all ends some days after the first day of other logs that are made."""
    if into.run is None:
        raise ValueError("no recorded run")
    days = DAYS * max(millions, 0.25)
    day = FIRST_DAY - timedelta(days=math.ceil(DAYS * (max(into.milestones) - until)))
    order = Order(
        run=into.run,
        out=into.scratch / f"{number}",
        size_bytes=None,
        lines=round(MILLION * millions),
        form=into.made["form"],
        days=days,
        seed=1000 + number,
        per_host=False,
        bundles=30,
        reused_share=0.005,
        first_day=day,
    )
    generate(order)
    log = order.out / "mail.log"
    ended = (day + timedelta(days=days)).timestamp()
    os.utime(log, (ended, ended))  # when it changed tells its year
    made = json.loads((order.out / "bundles.json").read_text(encoding="utf-8"))
    return replace(into, log=log, made=made)
