"""What a command loads and touches: facts of `sys.modules` and of audit events, not of a stopwatch."""

import subprocess
import sys
from pathlib import Path

import pytest

from docs.generate import EXAMPLE

ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = """
import os, sys
touched = []
def watch(event, arguments):
    if event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        touched.append(f"writes {arguments[0]}")
    elif event.partition(".")[0] in {"socket", "subprocess", "os.system", "os.posix_spawn", "shutil"}:
        touched.append(event)
sys.addaudithook(watch)
from correlator.cli import main
try:
    main()
finally:
    sys.stderr.write("\\n".join(["LOADED", *sys.modules, "TOUCHED", *touched]))
"""
_HEAVY = {"asyncio", "email", "multiprocessing", "rich", "socket", "ssl", "unittest", "xml"}


def _run(*arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, "-B", "-c", _PROGRAM, *arguments], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    )
    return run.stderr.partition("LOADED\n")[2]


def loaded(*arguments: str) -> set[str]:
    """Gives the names of the modules that are loaded when the command line ends."""
    return set(_run(*arguments).partition("TOUCHED")[0].split("\n"))


def touched(*arguments: str) -> list[str]:
    """Gives what a command did to the world besides reading and printing."""
    return _run(*arguments).partition("TOUCHED")[2].split("\n")[1:]


def test_help_loads_the_command_line_only() -> None:
    """`clerk --help` needs no grammar, no time zones, no reasoning."""
    ours = {name for name in loaded("--help") if name.partition(".")[0] in {"correlator", "grammars", "queries"}}
    assert ours == {
        "correlator",
        "correlator.cli",
        "correlator.errors",
        "correlator.options",
        "correlator.render",
        "correlator.render.safe",
        "correlator.storecli",
    }
    assert loaded("--help") & {"pyparsing", "zoneinfo", "tabulate", *_HEAVY} == set()


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (("ask", "--help"), {"pyparsing", "correlator.commands"}),
        (("formats", "--json"), {"correlator.evidence", "correlator.ask", "tabulate"}),
        (("parse", EXAMPLE[3]), {"correlator.evidence", "correlator.ask", "tabulate", "sqlite3"}),
        (EXAMPLE, {"tabulate", "hypothesis", "pytest", "sqlite3"}),
    ],
    ids=["ask --help", "formats", "parse", "ask"],
)
def test_a_command_loads_what_it_uses(arguments: tuple[str, ...], unwanted: set[str]) -> None:
    """Tables, reasoning and grammars come in where they are used."""
    assert loaded(*arguments) & unwanted == set()


@pytest.mark.parametrize("arguments", [("--help",), ("parse", EXAMPLE[3]), EXAMPLE], ids=["help", "parse", "ask"])
def test_nothing_leaves_the_machine(arguments: tuple[str, ...]) -> None:
    """Privacy: no command opens a socket, runs a program or writes a file."""
    assert touched(*arguments) == []
