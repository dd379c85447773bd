"""The golden files of the fixture folders: what each line of a log must read as.

`python -m tests.grammars.golden` shows each difference and asks before it writes one.
"""

import json
import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

from grammars.core.event import Event, Foreign, Noise, Reading
from grammars.core.records import JOINT
from queries.recoding import joins_lines, recoding_of
from tests.grammars.support import reader

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "formats"


def folders() -> list[Path]:
    """Gives every folder `fixtures/formats/<format>/<trap>` that holds a `log.txt`, in order of name."""
    return sorted(found.parent for found in FIXTURES.glob("*/*/log.txt"))


def record(line: int, reading: Reading, last: int | None = None) -> dict[str, Any]:
    """Gives the contract's object for one line, numbered from 1; `last` is that of a record of several."""
    head = {"file": "log.txt", "line": line} | ({"lines": [line, last]} if last not in {None, line} else {})
    if isinstance(reading, Event):
        return {**head, "format": reading.format, "event": reading.to_json()}
    if isinstance(reading, Noise):
        return {**head, "format": reading.format, "noise": True}
    if isinstance(reading, Foreign):
        return {**head, "format": None, "foreign": True, "program": reading.program}
    return {**head, "format": None, "reject": {"reason": reading.reason, "column": reading.column}}


def read_folder(folder: Path) -> Iterator[dict[str, Any]]:
    """Reads the log of a folder as one source; lines that are one record are read as one."""
    source = reader()
    raw = (folder / "log.txt").read_bytes()
    recode = recoding_of(raw)
    if recode is not None and joins_lines(recode):
        raw = b"".join(recode(iter((raw,))))
        joints = JOINT
    else:
        joints = ""
    done = 0
    for number, line in enumerate(raw.decode("utf-8", "replace").removesuffix("\n").split("\n"), 1):
        if number > done:
            done = number + (line.count(joints) if joints else 0)
            yield record(number, source.read(line.removesuffix("\r")), done)


def made(folder: Path) -> str:
    """Gives the golden file's text as it would be written today."""
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in read_folder(folder))


def main() -> int:
    """Shows each difference, and writes what the reader of it accepts."""
    refused = 0
    for folder in folders():
        path = folder / "golden.jsonl"
        before, after = path.read_text("utf-8") if path.exists() else "", made(folder)
        if before == after:
            continue
        name = str(path.relative_to(FIXTURES))
        sys.stdout.writelines(
            unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
        )
        if input(f"write {name}? [y/n] ").strip().lower() == "y":
            path.write_text(after, "utf-8")
        else:
            refused += 1
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
