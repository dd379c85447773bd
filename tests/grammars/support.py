"""What the tests of the grammars share: one basis, and the ways from a line to its message."""

from typing import Any, NamedTuple

from grammars import Basis, Event, Format, Instant, Noise, Reader, Sample, find_formats
from grammars.core.event import Foreign, Reading
from grammars.core.frames import Frame, read_frame
from grammars.core.machine import Machine
from grammars.registry import _read_own_frame, machine_of

NEWEST = Instant(1_798_675_200_000_000)
"""2026-12-31T00:00:00Z: every sample and fixture was written before it."""

FRAME_FIELDS = frozenset(("time", "time_basis", "host", "pid", "program", "instance"))
"""Event fields that the frame gives, and samples leave out."""


class Case(NamedTuple):
    """One sample of one format."""

    format: Format
    sample: Sample


def reader(*formats: Format) -> Reader:
    """A reader of the given formats, or of all."""
    return Reader(Basis(newest=NEWEST), formats=formats or None)


def cases() -> list[Any]:
    """Every sample of every format, named by format and reason."""
    return [Case(entry, sample) for entry in find_formats() for sample in entry.samples]


def case_id(case: object) -> str:
    """Names a case in a test's report."""
    return f"{case.format.name}: {case.sample.why}" if isinstance(case, Case) else str(case)


def expectation(reading: Reading) -> dict[str, Any] | str:
    """Gives what a sample's `expect` must be for this reading."""
    if isinstance(reading, Event):
        fields = {name: value for name, value in reading.to_json().items() if name not in FRAME_FIELDS}
        return fields | {"verb": str(fields["verb"])}
    if isinstance(reading, Noise):
        return "noise"
    return "foreign" if isinstance(reading, Foreign) else "reject"


def frame_of(entry: Format, line: str) -> Frame | None:
    """Gives the envelope of a line that this format may have written."""
    found = read_frame(line)
    if found is None and entry.frame is not None:
        found = _read_own_frame(entry, line)
    return found


def message_of(entry: Format, line: str) -> tuple[str, Machine, str] | None:
    """Gives the program, its compiled shapes and the message of a line, or None where the format does not claim it."""
    frame = frame_of(entry, line)
    origin = None if frame is None else entry.claims(frame.tag)
    if frame is None or origin is None:
        return None
    return origin.program, machine_of(entry, origin.program), frame.text[frame.start :]
