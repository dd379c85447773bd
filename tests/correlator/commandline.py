"""The command line as a user runs it: arguments, standard input, and what comes of it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.correlator.stories import BUNDLE, accepted, removed, to_store, whole

ROOT = Path(__file__).resolve().parents[2]
Run = subprocess.CompletedProcess[str]

STORY = (*accepted(), to_store("jane@recipient.example", "tGU+OS8WBGtkcAAAg+zDdQ"), removed())
"""One message that is handed to a mailbox server, at the time that the bundle states."""


def clerk(*arguments: str, text: str = "", folder: Path, more: Mapping[str, str] | None = None) -> Run:
    """Runs the command line in a folder whose user has no site file."""
    environment = {**os.environ, "TZ": "UTC", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    environment |= {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), **(more or {})}
    environment.pop("CLERK_SITE", None) if not more or "CLERK_SITE" not in more else None
    return subprocess.run(
        [sys.executable, "-c", "from correlator.cli import main; main()", *arguments],
        cwd=folder,
        env=environment,
        input=text,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


def answer(*arguments: str, text: str = BUNDLE, folder: Path, more: Mapping[str, str] | None = None) -> Any:
    """The one answer of `clerk ask` as JSON."""
    run = clerk("ask", *arguments, "--json", text=text, folder=folder, more=more)
    assert run.stdout, run.stderr
    return json.loads(run.stdout)


def written(path: Path, *lines: str) -> Path:
    """Writes a log of short lines, and gives its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(whole(lines or STORY), "utf-8")
    return path
