"""`clerk ingest --follow`: what is done at each look, and that nothing is lost, whatever befalls the files."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from correlator.errors import UsageError
from correlator.following import Follower, Look, Step, steps
from correlator.ingest import Said, Store
from correlator.ingesting import run_follow
from correlator.naming import LogName
from queries.stores.embedded.writer import StoreWriter
from tests.correlator.commandline import ROOT
from tests.correlator.storing import read, recorded, stored, texts

MX = recorded("mx1")
A, B = (1, 1), (1, 2)


@pytest.mark.parametrize(
    ("held", "own", "named", "wanted"),
    [
        (None, None, None, ()),
        (None, None, Look(A, 0, 1), (Step.OPEN,)),
        (Look(A, 9, 1), Look(A, 9, 1), Look(A, 9, 1), ()),
        (Look(A, 9, 1), Look(A, 12, 2), Look(A, 12, 2), (Step.READ,)),
        (Look(A, 9, 1), Look(A, 9, 2), Look(A, 9, 2), (Step.READ,)),
        (Look(A, 9, 1), Look(A, 3, 2), Look(A, 3, 2), (Step.READ_COPY, Step.READ)),
        (Look(A, 9, 1), Look(A, 9, 1), None, ()),
        (Look(A, 9, 1), Look(A, 12, 2), None, (Step.READ,)),
        (Look(A, 9, 1), Look(A, 9, 1), Look(B, 0, 2), (Step.OPEN,)),
        (Look(A, 9, 1), Look(A, 12, 2), Look(B, 4, 2), (Step.READ, Step.OPEN)),
    ],
)
def test_steps(held: Look | None, own: Look | None, named: Look | None, wanted: tuple[Step, ...]) -> None:
    """What is held is read to its end before the file is turned to that has the name now."""
    assert steps(held, own, named) == wanted


class Following:
    """A follower of some logs in a folder, and its clock."""

    def __init__(self, store: Path, *names: Path) -> None:
        self.time = 0.0
        self.store = store
        self.said: list[str] = []
        self.writer = StoreWriter(store, UTC, block=2000)
        self.into = Store(self.writer, lambda _: None, helpers=1)
        logs = [LogName(path=str(name)) for name in names]
        clock = lambda: self.time  # noqa: E731
        self.follower = Follower(logs, self.writer, self.into, Said(), clock=clock, complain=self.said.append)

    def look(self, seconds: float = 1.0) -> None:
        """A look, some seconds later."""
        self.time += seconds
        self.follower.look()

    def close(self) -> None:
        """Ends it."""
        self.follower.close()
        self.writer.close()


Begin = Callable[..., Following]


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    """Begins to follow logs."""
    monkeypatch.setenv("TZ", "UTC")
    begun: list[Following] = []

    def follow(*names: Path) -> Following:
        begun.append(Following(tmp_path / "store.sqlite", *names))
        return begun[-1]

    yield follow
    for each in begun:
        each.close()


def append(path: Path, *parts: bytes) -> None:
    """What a log daemon does."""
    with path.open("ab") as file:
        file.write(b"".join(parts))


def lines_in(store: Path) -> list[bytes]:
    """All lines that are stored, in order, each as often as it is stored."""
    return sorted(line for _, _, text in texts(store) for line in text.splitlines(keepends=True))


def test_several_logs_grow_by_parts_of_lines(begin: Begin, tmp_path: Path) -> None:
    """One of them is not there at first."""
    one, other = tmp_path / "mx1.log", tmp_path / "hub1.log"
    raw, more = b"".join(MX[:80]), b"".join(recorded("hub1")[:80])
    following = begin(one, other)
    following.look()
    assert "waiting" in "".join(following.said)
    for at in range(0, max(len(raw), len(more)), 777):
        append(one, raw[at : at + 777])
        if at > 3000:
            append(other, more[at - 3108 : at - 3108 + 777])
        following.look()
    append(other, more[other.stat().st_size :])
    following.look()
    assert lines_in(following.store) == sorted([*MX[:80], *recorded("hub1")[:80]])
    assert _without_basis(stored(following.store)) == _without_basis(read(one, other))


def _without_basis(told: Sequence[Any]) -> list[dict[str, Any]]:
    """That ids prove the zone is seen when a log has grown to twice its size, or an hour later."""
    answers = [answer for answer in told if isinstance(answer, dict)]
    for answer in answers:
        for source in answer["coverage"]["sources"]:
            del source["zone_basis"]
    return answers


@pytest.mark.parametrize("looks_between", [True, False])
def test_rotation_by_name(looks_between: bool, begin: Begin, tmp_path: Path) -> None:
    """What was written before, and what a daemon still writes to the old file, is read too, wherever it went."""
    log, aside = tmp_path / "mail.log", tmp_path / "archive"
    following = begin(log)
    append(log, *MX[:50])
    following.look()
    append(log, *MX[50:60], MX[60][:9])
    log.rename(aside)
    if looks_between:
        following.look()
    append(aside, MX[60][9:], *MX[61:70])
    append(log, *MX[70:80])
    following.look()
    append(aside, *MX[80:90])
    append(log, *MX[90:100])
    following.look()
    assert lines_in(following.store) == sorted(MX[:100])
    following.look(100.0)
    append(aside, *MX[100:110])
    following.look()
    assert lines_in(following.store) == sorted(MX[:100])


@pytest.mark.parametrize("looks_between", [True, False])
@pytest.mark.parametrize("count", [1, 40, 300])
def test_truncation_behind_a_copy(looks_between: bool, count: int, begin: Begin, tmp_path: Path) -> None:
    """What came between the last look and the copy is read from the copy, also where the log is longer again."""
    log, copy = tmp_path / "mail.log", tmp_path / "mail.log.1"
    following = begin(log)
    append(log, *MX[:50])
    following.look()
    append(log, *MX[50:60])
    copy.write_bytes(log.read_bytes())
    os.truncate(log, 0)
    if looks_between:
        following.look()
    append(log, *MX[60 : 60 + count])
    following.look()
    assert lines_in(following.store) == sorted(MX[: 60 + count])
    assert stored(following.store) == read(copy, log)


def test_a_log_that_is_made_anew(begin: Begin, tmp_path: Path) -> None:
    """Removed, and later there again."""
    log = tmp_path / "mail.log"
    following = begin(log)
    append(log, *MX[:50])
    following.look()
    append(log, *MX[50:60])
    log.unlink()
    following.look()
    append(log, *MX[60:90])
    following.look()
    assert lines_in(following.store) == sorted(MX[:90])


def test_rotation_while_nobody_follows(begin: Begin, tmp_path: Path) -> None:
    """The rest of what was begun is read from the rotated file."""
    log = tmp_path / "mail.log"
    following = begin(log)
    append(log, *MX[:50])
    following.look()
    following.close()
    append(log, *MX[50:60])
    log.rename(tmp_path / "mail.log.1")
    append(log, *MX[60:70])
    following = begin(log)
    following.look()
    assert lines_in(following.store) == sorted(MX[:70])


@pytest.mark.parametrize("seed", range(6))
def test_whatever_befalls_a_log(seed: int, begin: Begin, tmp_path: Path) -> None:
    """Each line is stored once, by looks at random moments between writing, rotating and truncating."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    log, old, at = tmp_path / "mail.log", tmp_path / "mail.log.1", 0
    following = begin(log)
    raw = b"".join(MX[:400])
    while at < len(raw):
        deed = chance.choice(("write", "write", "write", "look", "look", "rename", "copy"))
        if deed == "write":
            size = chance.randrange(1, 3000)
            append(log, raw[at : at + size])
            at += size
        elif deed == "look":
            following.look()
        elif log.exists() and log.read_bytes().endswith(b"\n"):
            following.look() if chance.random() < 0.5 else None
            if deed == "rename":
                log.replace(old)
            else:
                following.look()
                old.write_bytes(log.read_bytes())
                os.truncate(log, 0)
    following.look()
    assert lines_in(following.store) == sorted(MX[:400])


def test_a_look_at_what_did_not_change_writes_nothing(begin: Begin, tmp_path: Path) -> None:
    """Nor are zone and year found out again."""
    log = tmp_path / "mail.log"
    append(log, *MX[:50])
    following = begin(log)
    following.look()
    before = following.writer.sources()[0].version
    for _ in range(5):
        following.look()
    assert following.writer.sources()[0].version == before


def test_standard_input_is_not_followed(tmp_path: Path) -> None:
    """It is said so."""
    with pytest.raises(UsageError, match="follows files"):
        run_follow([LogName(path="-")], store_name=str(tmp_path / "s"), said=Said(), is_stopped=lambda: True)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_well_by_a_signal(number: signal.Signals, tmp_path: Path) -> None:
    """What is whole is stored, and the summary is printed."""
    log = tmp_path / "mail.log"
    append(log, *MX[:50])
    command = [sys.executable, "-c", "from correlator.cli import main; main()"]
    arguments = ["ingest", "--follow", "--store", str(tmp_path / "s"), str(log)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TZ": "UTC", "HOME": str(tmp_path)}
    with subprocess.Popen([*command, *arguments], env=environment, stdout=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (tmp_path / "s").exists():
            time.sleep(0.1)
        while time.monotonic() < deadline and not _stored(tmp_path / "s"):
            time.sleep(0.1)
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "50 lines" in out
    assert lines_in(tmp_path / "s") == sorted(MX[:50])


def _stored(store: Path) -> bool:
    try:
        return bool(texts(store))
    except Exception:  # noqa: BLE001 - it is being made
        return False
