"""Writes what is made from the program itself: docs/cli.md, and the marked blocks of README.md.

`python docs/generate.py` writes the files; tests/packaging/test_docs.py fails where one of them is stale.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from correlator.cli import app
from grammars import find_formats

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = (
    "ask",
    "fixtures/examples/sender-email.txt",
    "--log",
    "fixtures/scenarios/amavis/mx1-iso.log",
    "--log",
    "fixtures/scenarios/amavis/hub1-iso.log",
)
"""The question that ./try asks."""

_SHOWN = 4  # lines of a long timeline that are kept at either end


def clerk(*arguments: str) -> str:
    """Runs the command line of this tree in its root and gives what it prints."""
    run = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", "from correlator.cli import main; main()", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", "TZ": "UTC", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return run.stdout


# ---------------------------------------------------------------- blocks of README.md


def shortened(answer: str) -> str:
    """Gives a text answer with the middle of its timeline left out."""
    return "\n\n".join(map(_short_timeline, answer.strip().split("\n\n")))


def _short_timeline(section: str) -> str:
    head, *lines = section.split("\n")
    if not head.startswith("Timeline") or len(lines) <= 2 * _SHOWN:
        return section
    return "\n".join([head, *lines[:_SHOWN], f"  … {len(lines) - 2 * _SHOWN} lines more", *lines[-_SHOWN:]])


def example_block() -> str:
    """The example's text, the command and its answer."""
    text = (ROOT / EXAMPLE[1]).read_text("utf-8").strip()
    return f"```text\n{text}\n```\n\n```console\n$ clerk {' '.join(EXAMPLE)}\n{shortened(clerk(*EXAMPLE))}\n```"


def formats_block() -> str:
    """The table of formats."""
    rows = ["| format | product | shows | cannot show |", "|---|---|---|---|"]
    for entry in find_formats():
        cells = (f"`{entry.name}`", entry.title, "; ".join(entry.shows), "; ".join(entry.cannot_show))
        rows.append("| " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join(rows)


BLOCKS: dict[str, Callable[[], str]] = {"example": example_block, "formats": formats_block}
_BLOCK = re.compile(r"(<!-- made by docs/generate.py: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def readme() -> str:
    """README.md with its marked blocks made anew."""
    text = (ROOT / "README.md").read_text("utf-8")
    return _BLOCK.sub(lambda found: found[1] + BLOCKS[found[2]]() + "\n" + found[3], text)


# ---------------------------------------------------------------- docs/cli.md

# typer carries a click of its own, or uses the installed one, by its version: hence no class of click is named here.


def commands() -> dict[str, Any]:
    """Gives every command by its name, in order of name."""
    group: Any = get_command(app)
    return dict(sorted(_flat("", group.commands)))


def _flat(before: str, group: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The commands of a group, and those of the groups in it under both names."""
    for name, command in group.items():
        inner = getattr(command, "commands", None)
        if inner is None:
            yield before + name, command
        else:
            yield from _flat(f"{before}{name} ", inner)


def command_page() -> str:
    """The whole of docs/cli.md."""
    parts = [
        "# The command line",
        "Made by `python docs/generate.py` from the commands themselves; do not edit.",
        "Results go to standard output, everything else to standard error. Exit status: see [README](../README.md).",
        *("\n\n".join(_command(name, command)) for name, command in commands().items()),
    ]
    return "\n\n".join(parts) + "\n"


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option"]
    yield f"## clerk {name}"
    yield _one_line(command.help)
    yield f"```sh\n{_usage(name, arguments)}\n```"
    yield "| | |\n|---|---|\n" + "\n".join(_row(param) for param in (*arguments, *options))
    example, _, more = command.epilog.partition("\n\n")
    yield f"Example: `{_one_line(example).removeprefix('Example: ')}`"
    if more:
        yield f"```text\n{more.replace(_AS_IT_IS, '')}\n```"


_AS_IT_IS = "\b\n"  # click's mark before lines that are not to be joined


def _usage(name: str, arguments: list[Any]) -> str:
    words = [f"{_name(each)}{'...' if each.nargs < 0 else ''}" for each in arguments]
    named = [word if each.required else f"[{word}]" for each, word in zip(arguments, words, strict=True)]
    return " ".join(["clerk", name, *named, "[OPTIONS]"])


def _row(param: Any) -> str:
    text = _one_line(param.help)
    if isinstance(param.default, (str, int)) and param.default not in {False, ""}:
        text += f" Default: `{param.default}`."
    return f"| `{_name(param)}` | {_cell(text)} |"


def _name(param: Any) -> str:
    if param.param_type_name == "argument":
        return str(param.metavar or param.name).upper()
    return ", ".join(param.opts) + ("" if param.is_flag else f" {param.metavar or param.name}".upper())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


# ---------------------------------------------------------------- all


def pages() -> dict[Path, str]:
    """Gives every file that is made, wholly or in part, as it must be today."""
    return {ROOT / "docs" / "cli.md": command_page(), ROOT / "README.md": readme()}


def main() -> None:
    """Writes the files that are stale."""
    for path, text in pages().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
