"""How an index behaves that grows: logs of a million lines each, whose days follow each other, one after the other."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bundles import answered, searched, searches
from generate import FIRST_DAY, Order, generate
from indexed import ingesting, phases, slowest_search, stored
from processes import Row, Setting, absent, row_of, run

MILLION = 1_000_000
DAYS = 4  # of each log: a site of a quarter of a million lines a day
GROWTH = "{} million lines"


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
    for number in range(1, max(setting.milestones) + 1):
        piece = _piece(into, number)
        size += piece.log.stat().st_size
        done = run(ingesting(into, piece.log))
        piece.log.unlink()
        pieces.append(piece)
        if number not in setting.milestones and not done.failure:
            continue
        what = GROWTH.format(number)
        note = f"{stored(into.store) / 1e6:.0f} MB, {stored(into.store) / size:.2f} of the logs"
        yield row_of(what, "clerk ingest, last million", done, lines=piece.lines, note=note)
        if done.failure:
            return
        yield from phases(what, done, piece.lines)
        bundles = [searched(each)[1] for each in (pieces[0], pieces[len(pieces) // 2], pieces[-1])]
        yield searches(bundles, what, "clerk ask", answered(into.ask_store))
        yield slowest_search(into, bundles[1])
    shutil.rmtree(into.scratch)


def _piece(into: Setting, number: int) -> Setting:
    """Makes one log of a million lines; the last of all begins on the first day of other logs that are made."""
    if into.run is None:
        raise ValueError("no recorded run")
    day = FIRST_DAY - timedelta(days=DAYS * (max(into.milestones) - number))
    order = Order(
        run=into.run,
        out=into.scratch / f"{number}",
        size_bytes=None,
        lines=MILLION,
        form=into.made["form"],
        days=DAYS,
        seed=1000 + number,
        per_host=False,
        bundles=30,
        reused_share=0.005,
        first_day=day,
    )
    generate(order)
    log = order.out / "mail.log"
    ended = (day + timedelta(days=DAYS)).timestamp()
    os.utime(log, (ended, ended))  # when it changed tells its year
    made = json.loads((order.out / "bundles.json").read_text(encoding="utf-8"))
    return replace(into, log=log, made=made)
