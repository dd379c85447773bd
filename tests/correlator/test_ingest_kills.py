"""A kill at any moment costs nothing: a repeat stores what is missing."""

import subprocess
import sys

from tests.correlator.commandline import ROOT


def test_fifty_kills() -> None:
    """By `python -m tests.kills`, as a process of its own: it forks."""
    command = [sys.executable, "-m", "tests.kills", "--times", "50"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
