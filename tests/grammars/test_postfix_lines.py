"""The page of Postfix line forms is true: each row is shown by a sample, and each shape of the grammar has a row."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from grammars import Format, Sample, find_formats
from tests.grammars.golden import FIXTURES
from tests.grammars.support import expectation, message_of, reader

PAGE = Path(__file__).resolve().parents[2] / "docs" / "postfix-lines.md"
FORMATS = {entry.name: entry for entry in find_formats()}
READER = reader()


class Row(NamedTuple):
    """One row of the page: its number, what it is read as, and the sample that shows it."""

    number: int
    form: str
    read_as: str
    format: str
    program: str
    why: str


def _rows() -> Iterator[Row]:
    section = ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) != 5 or not cells[0].isdecimal():
            continue
        number, kind, form, read_as, shown = cells
        if section == "Neighbours":
            yield Row(int(number), form, read_as, kind, "", shown)
        else:
            program, colon, why = shown.partition(": ")
            named = colon and program in _PROGRAMS and (program, why) in SAMPLES
            yield Row(int(number), form, read_as, "postfix", program if named else section, why if named else shown)


def _samples_of(entry: Format) -> Iterator[tuple[tuple[str, str], Sample]]:
    for sample in entry.samples:
        found = message_of(entry, sample.line) if entry.name == "postfix" else None
        yield ("" if found is None else found[0], sample.why), sample


SAMPLES = dict(_samples_of(FORMATS["postfix"]))
_PROGRAMS = {program for program, _ in SAMPLES}
ROWS = list(_rows())


def _sample_of(row: Row) -> Sample:
    known = SAMPLES if row.format == "postfix" else dict(_samples_of(FORMATS[row.format]))
    assert (row.program, row.why) in known, f"row {row.number}: no sample of {row.program or row.format}: {row.why}"
    return known[row.program, row.why]


def test_the_rows_are_counted() -> None:
    """A row is cited by its number: no gap, no number twice."""
    assert [row.number for row in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) > 200


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number} {row.program or row.format}")
def test_a_row_reads_as_it_says(row: Row) -> None:
    """The sample of a row exists, and the reader makes of it what the row says."""
    read = expectation(READER.read(_sample_of(row).line))
    assert (read if isinstance(read, str) else read["verb"]) == row.read_as


def test_every_shape_has_a_row() -> None:
    """A line form that the grammar reads and the page does not name would be found by nobody."""
    postfix = FORMATS["postfix"]
    shown: set[str] = set()
    shapes: set[str] = set()
    for row in ROWS:
        if row.format == "postfix":
            found = message_of(postfix, _sample_of(row).line)
            assert found is not None
            _, machine, message = found
            read = machine.read_raw(message)
            assert read is not None, row
            shown.add(read[0])
    for program in _PROGRAMS:
        shapes |= {shape.name for shape in postfix.shapes(program)}
    assert postfix.rare is not None
    shapes |= {shape.name for shape in postfix.rare()}
    assert sorted(shapes - shown) == []


NEIGHBOURS = (
    "amavis cyrus dovecot maildrop mailman mailscanner opendkim opendmarc plesk policyd_spf postgrey procmail rspamd "
    "spamass_milter spamd sympa"
).split()
"""The formats of what stands around Postfix; others need no row on the page."""


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_every_statement_of_a_neighbour_has_a_row(name: str) -> None:
    """Each shape of a neighbour that says something about a message occurs; a new format has to come onto the page.

    A sample is read by the machine that reads it in a log, so that a file of the product's own counts too.
    """
    entry = FORMATS[name]
    shown: set[str] = set()
    shapes: set[str] = set()
    for row in ROWS:
        if row.format == name:
            found = message_of(entry, _sample_of(row).line)
            read = None if found is None else found[1].read_raw(found[2])
            shown |= set() if read is None else {read[0]}
    for sample in entry.samples:
        found = message_of(entry, sample.line)
        if found is not None:
            shapes |= {shape.name for shape in found[1].shapes if shape.verb is not None}
    assert shapes
    assert sorted(shapes - shown) == []


def test_what_is_not_read_is_not_read() -> None:
    """A product that the page calls unread has no format."""
    unread = re.findall(
        r"^\* (\w+)[^:]*: ", PAGE.read_text("utf-8").split("nothing is read, because:")[1], re.MULTILINE
    )
    assert {"postsrsd", "ClamAV"} <= set(unread)
    assert not {name.lower() for name in unread} & FORMATS.keys()


def test_every_trap_is_a_folder() -> None:
    """The folders that the page names exist, and hold a line that is read as the page says."""
    traps = re.findall(
        r"^\| \d+ \| [^|]+ \| (\w+) \| `fixtures/formats/postfix/(\w+)` \|$", PAGE.read_text(), re.MULTILINE
    )
    assert len(traps) == 10
    for read_as, folder in traps:
        lines = (FIXTURES / "postfix" / folder / "golden.jsonl").read_text("utf-8").splitlines()
        verbs = {
            json.loads(line).get("event", {}).get("verb") or ("reject" if "reject" in line else "") for line in lines
        }
        assert read_as in verbs, folder
