"""README.md and docs/ say what is true today."""

import doctest
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import correlator
import grammars
from correlator import errors
from docs import generate

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(path for path in ROOT.glob("docs/**/*.md")),
]
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def block(name: str) -> str:
    """Gives one made block of README.md as it stands."""
    found = re.search(rf"<!-- made by docs/generate.py: {name} -->\n(.*?)<!-- end -->", readme(), re.DOTALL)
    assert found is not None
    return found[1].strip()


def readme() -> str:
    """Gives README.md as it stands."""
    return (ROOT / "README.md").read_text("utf-8")


def test_the_page_of_commands_is_fresh() -> None:
    """`python docs/generate.py` makes it anew."""
    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == generate.command_page()


def test_the_example_is_what_the_program_prints() -> None:
    """The README's example is a real run; `python docs/generate.py` makes it anew."""
    assert block("example") == generate.example_block()


def test_no_row_of_the_table_of_formats_is_wrong() -> None:
    """A new format may be missing from the README until the next release; what stands there must be true."""
    rows = block("formats").splitlines()
    assert len(rows) > 2
    assert set(rows) <= set(generate.formats_block().splitlines())


@pytest.mark.parametrize("name", generate.commands())
def test_every_command_has_help_and_an_example(name: str) -> None:
    """Help says what it does, each option says what it is for, and an example shows a call."""
    command: Any = generate.commands()[name]
    assert command.help
    assert command.epilog.startswith(f"Example: clerk {name} ")
    assert all(param.help for param in command.params if param.name != "help")
    assert f"`clerk {name.partition(' ')[0]}" in readme()
    shown = generate.clerk(*name.split(), "--help")
    assert all(param.opts[0] in shown for param in command.params if param.param_type_name == "option")


def test_the_command_lists_its_commands() -> None:
    """`clerk --help` names every command."""
    shown = generate.clerk("--help")
    assert all(f"  {name} " in shown for name in {each.partition(" ")[0] for each in generate.commands()})


def _doctest(text: str, name: str) -> doctest.TestResults:
    test = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    assert test.examples
    return doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test)


@pytest.mark.parametrize(
    "text",
    re.findall(r"^```pycon\n(.*?)^```$", readme(), re.DOTALL | re.MULTILINE),
    ids=lambda text: text.split("\n")[0],
)
def test_the_library_examples_run(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each `pycon` block of the README gives what it shows; paths are those of the tree."""
    monkeypatch.chdir(ROOT)
    assert _doctest(text, "README.md").failed == 0


@pytest.mark.parametrize("package", [correlator, grammars], ids=lambda package: package.__name__)
def test_the_examples_in_docstrings_run(package: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first lines that a reader of `help(grammars)` sees."""
    monkeypatch.chdir(ROOT)
    assert _doctest(package.__doc__ or "", package.__name__).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file of the tree."""
    text = _CODE.sub("", page.read_text("utf-8"))
    assert [target for target in _LINK.findall(text) if not (page.parent / target).exists()] == []


def test_every_decision_is_one_page_with_its_three_parts() -> None:
    """docs/adr: numbered without a gap; context, choice, what we gave up."""
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        assert [line for line in text.splitlines() if line.startswith("## ")] == [
            "## Context",
            "## Choice",
            "## What we gave up",
        ]
        assert len(text.splitlines()) <= 60, page.name


def test_exit_states_are_those_of_the_program() -> None:
    """The README's table of exit states has every state that the program's errors have."""
    stated = re.findall(r"^\| (\d+) \|", readme(), re.MULTILINE)
    assert stated == [*map(str, range(7))]
    assert {kind.exit_status for kind in errors.ClerkError.__subclasses__()} <= {*map(int, stated)}


def test_hooks_and_checks_use_the_same_versions() -> None:
    """`.pre-commit-config.yaml` pins the tools as the group `check` of pyproject.toml does."""
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]["check"]
    hooks = re.findall(r"[a-z-]+==[\d.]+", (ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert hooks
    assert set(hooks) <= {each for each in pinned if isinstance(each, str)}
