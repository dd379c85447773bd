"""What senders ask about: bundles of a log that was made, looked for by hand and by our command."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from processes import ANSWERED, Row, Run, Setting, run

ENOUGH_LINES = 20  # a bundle whose chain is shorter says little about a search
IDS = (
    r"\b([0-9A-F]{10,12}|[0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz]{10}z[0-9A-Za-z]{3,6})\b"
    r"|(Message-ID:|id:) <[^>]+"
)
TWO_PASSES = f"""
{{ echo "$1"; $SEARCH -F -e "$1" "$2" | grep -oE '{IDS}' | sed 's/.*<//' | sort -u; }} > "$3"
$SEARCH -F -f "$3" "$2"
"""
"""What an admin does by hand: the ids on the lines with the address, then all lines with those ids.

The variable must not be called GREP: zgrep runs what that names, and would run itself without end.
"""


Search = Callable[[dict[str, Any]], tuple[Run, int]]
"""Looks for one bundle; gives the process, and how many of the true lines it found."""


def searched(setting: Setting) -> list[dict[str, Any]]:
    """Gives three bundles with long chains, and return paths of their own: early, in the middle and late in the log."""
    name = setting.log.name
    usable = [
        bundle
        for bundle in setting.made["bundles"]
        if bundle["own_return_path"]
        and len(bundle["lines"]) >= ENOUGH_LINES
        and all(cited["file"] == name for cited in bundle["lines"])
    ]
    if not usable:
        message = f"{name} has no bundle with a return path of its own and {ENOUGH_LINES} lines"
        raise SystemExit(message)
    return [usable[len(usable) * place // 6] for place in (1, 3, 5)]


def searches(bundles: Sequence[dict[str, Any]], what: str, program: str, search: Search) -> Row:
    """Looks for some bundles, and gives the median and how many of their true lines were found."""
    runs, found = zip(*map(search, bundles), strict=True)
    true = sum(len(bundle["lines"]) for bundle in bundles)
    return Row(
        what=what,
        program=program,
        seconds=median(done.seconds for done in runs),
        cpu=median(done.cpu for done in runs if done.cpu is not None) if runs[0].cpu is not None else None,
        memory=max((done.memory for done in runs if done.memory is not None), default=None),
        note=f"{sum(found)} of {true} true lines, {len(bundles)} bundles",
        missing=next((done.failure for done in runs if done.failure), ""),
    )


def by_hand(setting: Setting, tool: str, log: Path) -> Search:
    """Gives the search in two passes of grep, or of what does the same for packed logs."""

    def search(bundle: dict[str, Any]) -> tuple[Run, int]:
        ids = str(setting.scratch / "ids")
        command = ["sh", "-c", TWO_PASSES, "sh", bundle["return_path"], str(log), ids]
        done = run(command, env={"SEARCH": tool})
        printed = set(done.output.splitlines())
        return done, sum(cited["raw"] in printed for cited in bundle["lines"])

    return search


def answered(command: Sequence[str], *, timed: bool = True) -> Search:
    """Gives the search by our command; without `timed` the text names no time."""

    def search(bundle: dict[str, Any]) -> tuple[Run, int]:
        lines = bundle["text"].splitlines(keepends=True)
        text = "".join(line for line in lines if timed or not line.startswith("Timestamp:"))
        done = run(command, given=text, fine=ANSWERED)
        cited = set() if done.failure else set(_cited(json.loads(done.output)))
        return done, sum(line["raw"] in cited for line in bundle["lines"])

    return search


def _cited(answer: object) -> Iterator[str]:
    """Gives the lines that an answer cites, wherever in it they stand."""
    if isinstance(answer, dict):
        if isinstance(answer.get("raw"), str):
            yield answer["raw"]
        answer = list(answer.values())
    if isinstance(answer, list):
        for part in answer:
            yield from _cited(part)
