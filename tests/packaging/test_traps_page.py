"""docs/traps.md names every trap of the field notes once, and what it names is really run."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRAPS = ROOT / "fixtures" / "traps"
_ROW = re.compile(r"^\| (\w+ \S+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_PATH = re.compile(r"`((?:fixtures|tests)/[^`]+)`")

NUMBERS = [
    *(f"postfix 6.{number}" for number in range(1, 11)),
    *(f"gateways 9.{number}" for number in range(1, 11)),
    *(f"evidence D.{number}" for number in range(1, 11)),
    *(f"rivals 7.{number}" for number in range(1, 18)),
]


def rows() -> list[tuple[str, str, str]]:
    """The rows of the table: number, what goes wrong, what springs it."""
    return _ROW.findall((ROOT / "docs" / "traps.md").read_text("utf-8"))


def named() -> list[str]:
    """Every path in the table, once."""
    return sorted({path for _, _, cell in rows() for path in _PATH.findall(cell)})


def test_every_trap_has_one_row() -> None:
    """The four lists, in their order, none twice and none left out."""
    assert [number for number, _, _ in rows()] == NUMBERS


@pytest.mark.parametrize(("number", "wrong", "sprung"), rows())
def test_a_row_names_what_springs_it_or_why_nothing_does(number: str, wrong: str, sprung: str) -> None:
    """A trap without a test belongs to a product or command that is not there yet."""
    assert len(wrong) > 15, number
    assert _PATH.search(sprung) or sprung.startswith("not in this release: "), number


@pytest.mark.parametrize("path", named())
def test_what_is_named_is_run(path: str) -> None:
    """A trap has its demanded answer, a format's fixture its golden file, and a test is a function of its file."""
    file, _, function = path.partition("::")
    if path.startswith("fixtures/traps/"):
        assert (ROOT / path / "expect.json").is_file()
    elif path.startswith("fixtures/formats/"):
        assert (ROOT / path / "golden.jsonl").is_file()
    elif function:
        assert function in _functions(file)
    else:
        assert (ROOT / file).is_file()


@cache
def _functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_folder_is_in_the_table() -> None:
    """No fixture is kept that no trap names."""
    unnamed = {f"fixtures/traps/{folder.name}" for folder in TRAPS.iterdir()} - set(named())
    assert unnamed == set()
