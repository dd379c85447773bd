"""Kills `clerk ingest` at random moments: `python -m tests.kills --times 1000`.

In each round logs are ingested as they grow, are rotated and said to be of another zone; some runs are killed
(SIGKILL) after a random time before one gets through.  What the store holds then must be what it holds when
nobody is killed.
"""

import argparse
import gzip
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.correlator.storing import ingest, recorded, stored, texts

STRETCH, BLOCK = 4_000, 3_000
STATES = 4


def main() -> int:
    """Does it, and says how it went; 1 where a store was not what it must be."""
    os.environ["TZ"] = "UTC"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1000, help="how many runs are killed at least")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 30)
    chance = random.Random(seed)  # noqa: S311 - repeatable
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    clean(folder)  # reading takes longest at first, before the formats are at hand
    right, seconds = clean(folder)
    killed = rounds = 0
    while killed < options.times:
        rounds += 1
        killed += one_round(folder, seconds, chance)
        if told(folder / "store") != right:
            sys.stderr.write(f"seed {seed}, round {rounds}: another store in {folder}\n")
            return 1
    sys.stdout.write(f"seed {seed}: {killed} runs were killed, {rounds} stores are as they must be\n")
    shutil.rmtree(folder)
    return 0


def clean(folder: Path) -> tuple[list[Any], list[float]]:
    """What a store holds after runs that nobody kills, and how long each takes."""
    seconds = []
    begin(folder)
    for state in range(STATES):
        prepare(folder, state)
        begun = time.monotonic()
        pid = run(folder, state)
        assert os.waitpid(pid, 0)[1] == 0
        seconds.append(time.monotonic() - begun)
    return told(folder / "store"), seconds


def one_round(folder: Path, seconds: list[float], chance: random.Random) -> int:
    """Fills a store by runs that are killed; gives how many were."""
    killed = 0
    begin(folder)
    for state in range(STATES):
        prepare(folder, state)
        for _ in range(chance.randrange(8)):
            pid = run(folder, state)
            time.sleep(chance.uniform(0, 0.7 * seconds[state]))
            os.kill(pid, signal.SIGKILL)
            killed += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
        assert os.waitpid(run(folder, state), 0)[1] == 0
    return killed


def begin(folder: Path) -> None:
    """An empty folder for logs, and no store."""
    shutil.rmtree(folder)
    (folder / "log").mkdir(parents=True)


def prepare(folder: Path, state: int) -> None:
    """The logs: at first, grown to half a line, rotated and begun anew, packed."""
    log, first, second = (folder / "log" / name for name in ("mail.log", "mail.log.1", "mail.log.2.gz"))
    mx, hub = recorded("mx1"), recorded("hub1")
    if state == 0:
        log.write_bytes(b"".join(mx[:150]))
        (folder / "log" / "hub.log").write_bytes(b"".join(hub[:200]))
    elif state == 1:
        log.write_bytes(b"".join(mx[:250])[:-20])
    elif state == 2:
        first.write_bytes(b"".join(mx[:260]))
        log.write_bytes(b"".join(mx[260:300]))
    else:
        second.write_bytes(gzip.compress(first.read_bytes()))
        first.unlink()
        log.write_bytes(b"".join(mx[260:350]))


def run(folder: Path, state: int) -> int:
    """Begins a run as a process of its own; gives its number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        zone = "@+01:00=" if state == STATES - 1 else ""
        names = [f"{zone}{path}" for path in sorted((folder / "log").iterdir())]
        ingest(folder / "store", *names, stretch=STRETCH, block=BLOCK)
    except BaseException as error:  # noqa: BLE001 - a forked process must not go on
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)
    os._exit(0)


def told(store: Path) -> list[Any]:
    """All that a store holds, and what it answers; sqlite finds it sound."""
    connection = sqlite3.connect(store)
    assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    months = [month for (month,) in connection.execute("select month from month")]
    for month in months:
        connection.execute(f"insert into word_{month}(word_{month}) values ('integrity-check')")  # noqa: S608
    connection.close()
    return [texts(store), stored(store)]


if __name__ == "__main__":
    sys.exit(main())
