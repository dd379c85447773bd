"""Processes that are measured, and the rows that their figures make."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any, NamedTuple

TIME = "/usr/bin/time"
LONGEST = "3600"  # seconds that a program may take (exit 124: it was ended)
_LOOK_EVERY = 0.2  # seconds between two looks at how much memory a family of processes has


class Run(NamedTuple):
    """One command that ran; None is what could not be measured, `failure` is empty if all went well.

    `cpu` are the seconds that all of its processes computed, `memory` is the peak of the largest of them
    in MB, `together` that of all at the same time, pages that they share counted once.
    """

    seconds: float
    cpu: float | None
    memory: float | None
    together: float | None
    output: str
    failure: str


class _Family(Thread):
    """Looks now and then at how much memory the processes of a session have together."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.peak: float | None = None
        self._session = str(session)
        self._is_over = Event()

    def run(self) -> None:
        while not self._is_over.wait(_LOOK_EVERY):
            sizes = [_shared_out(each) for each in Path("/proc").glob("[0-9]*") if self._is_member(each)]
            if sizes:
                self.peak = max(self.peak or 0, sum(sizes) / 1024)

    def _is_member(self, process: Path) -> bool:
        with suppress(OSError, IndexError):
            return (process / "stat").read_text().rpartition(")")[2].split()[3] == self._session
        return False

    def stop(self) -> float | None:
        """Gives the most that was seen, in MB."""
        self._is_over.set()
        self.join()
        return self.peak


def _shared_out(process: Path) -> int:
    """The memory of a process in kB, of a page that several share its part."""
    with suppress(OSError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def run(
    command: Sequence[str], *, given: str = "", fine: Sequence[int] = (0,), env: dict[str, str] | None = None
) -> Run:
    """Runs a command to its end, and measures the whole process."""
    with tempfile.NamedTemporaryFile("r") as report:
        timed = [TIME, "-q", "-f", "%M %U %S", "-o", report.name] if Path(TIME).exists() else []
        began = perf_counter()
        with subprocess.Popen(
            [*timed, "timeout", "--foreground", LONGEST, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "LC_ALL": "C", **(env or {})},
        ) as process:
            family = _Family(process.pid)
            family.start()
            output, errors = process.communicate(given)
            seconds = perf_counter() - began
            together = family.stop()
        figures = report.read().splitlines()
    memory, cpu = None, None
    if figures:
        peak, user, system = figures[-1].split()
        memory, cpu = int(peak) / 1024, float(user) + float(system)
    said = errors.strip().splitlines()
    failure = "" if process.returncode in fine else f"exit {process.returncode}: {said[-1] if said else 'no message'}"
    return Run(seconds, cpu, memory, together, output, failure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure; `missing` says why there is none."""

    what: str
    program: str
    seconds: float | None = None
    lines: int | None = None
    cpu: float | None = None
    memory: float | None = None
    note: str = ""
    missing: str = ""

    @property
    def speed(self) -> float | None:
        """Lines per second, where the program read the whole log."""
        return self.lines / self.seconds if self.lines and self.seconds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is measured on: the log and its bundles, our command, and a folder to write in.

    `milestones` are the millions of lines at which a growing index is looked at, made from the recorded `run`;
    `repeats` how often each search is done.
    """

    log: Path
    made: dict[str, Any]
    clerk: str
    scratch: Path
    milestones: Sequence[float] = ()
    run: Path | None = None
    repeats: int = 5

    @property
    def lines(self) -> int:
        """How many lines the log has."""
        return int(self.made["files"][self.log.name]["lines"])

    @property
    def zone(self) -> list[str]:
        """The option that the log's stamps need."""
        return [] if self.made["form"] == "iso" else ["--zone", "UTC"]

    def ask(self, log: Path) -> list[str]:
        """Our command that answers one bundle on standard input from a log."""
        return [self.clerk, "ask", "-", "--log", str(log), "--json", *self.zone]

    @property
    def ask_store(self) -> list[str]:
        """Our command that answers one bundle on standard input from the index."""
        return [self.clerk, "ask", "-", "--store", str(self.store), "--json"]

    @property
    def store(self) -> Path:
        """The index that our commands make."""
        return self.scratch / "clerk.sqlite"


ANSWERED = (0, 1, 3)  # exit statuses of `clerk ask` that are answers


def row_of(what: str, program: str, done: Run, *, lines: int | None = None, note: str = "") -> Row:
    """Gives the row of one command that ran."""
    return Row(
        what=what,
        program=program,
        seconds=done.seconds,
        lines=lines,
        cpu=done.cpu,
        memory=done.memory,
        note=note,
        missing=done.failure,
    )


def absent(what: str, program: str, needed: str) -> Row | None:
    """Gives a row that says so where a program is not installed, else None."""
    return (
        None if shutil.which(needed) else Row(what=what, program=program, missing=f"missing: {needed} is not installed")
    )


def pflogsumm(what: str, log: Path, lines: int) -> Row:
    """The peer that reads every line once, for totals."""
    return absent(what, "pflogsumm", "pflogsumm") or row_of(
        what, "pflogsumm", run(["pflogsumm", str(log)]), lines=lines
    )
