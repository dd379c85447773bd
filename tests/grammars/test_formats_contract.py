"""What every log format must hold, whatever product it reads; formats are found, not listed."""

import ipaddress
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars import Event, Foreign, Format, Noise, Reject, find_formats
from grammars.core.event import Reading
from grammars.core.format import Shape
from grammars.core.lower import lower
from tests.grammars import golden
from tests.grammars.steps import steps
from tests.grammars.support import Case, case_id, cases, expectation, message_of, reader

ALL = reader()
HINTS = get_type_hints(Event)
each_format = pytest.mark.parametrize("entry", find_formats(), ids=lambda entry: entry.name)
each_sample = pytest.mark.parametrize("case", cases(), ids=case_id)


@each_format
def test_a_format_says_what_it_is(entry: Format) -> None:
    """Title, family, source of truth, what it shows and samples: a format without them helps nobody."""
    assert entry.title
    assert entry.family
    assert entry.reference
    assert entry.shows
    assert entry.samples
    assert all(sample.why and sample.line for sample in entry.samples)


@each_format
def test_a_format_bears_the_name_of_its_file(entry: Format) -> None:
    """File name and format name are one, so that either finds the other."""
    path = Path(__file__).resolve().parents[2] / "grammars" / "formats" / f"{entry.name}.py"
    assert path.is_file()


@each_format
def test_no_sample_stands_twice(entry: Format) -> None:
    """Each sample has its own line; each reason is its own within a program, so that a report names one."""
    assert len({sample.line for sample in entry.samples}) == len(entry.samples)


@each_sample
def test_a_sample_gives_exactly_its_event(case: Case) -> None:
    """What the file promises of a line is what the reader of all formats makes of it."""
    assert expectation(ALL.read(case.sample.line)) == case.sample.expect


@each_sample
def test_no_other_format_claims_a_sample(case: Case) -> None:
    """A line has one format, unless two declare that they overlap."""
    for other in find_formats():
        if other is case.format or other.name in case.format.overlaps or case.format.name in other.overlaps:
            continue
        reading = reader(other).read(case.sample.line)
        assert not isinstance(reading, (Event, Noise)), other.name
        assert not isinstance(reading, Reject) or reading.format is None, other.name


def _is_a(value: object, hint: Any) -> bool:
    if hint is Any:
        return True
    if isinstance(hint, UnionType):
        return any(_is_a(value, part) for part in get_args(hint))
    if get_origin(hint) is list:
        return isinstance(value, list) and all(_is_a(part, get_args(hint)[0]) for part in value)
    if get_origin(hint) is dict:
        key, kind = get_args(hint)
        return isinstance(value, dict) and all(_is_a(k, key) and _is_a(v, kind) for k, v in value.items())
    return type(value) is hint


def check(reading: Reading) -> None:
    """Any reading is whole: fields have their types, nothing is None, nothing is empty."""
    assert isinstance(reading, (Event, Noise, Foreign, Reject))
    if isinstance(reading, Reject):
        assert reading.reason
        assert reading.column >= 1
    if isinstance(reading, Event):
        for fields in [vars(reading), *(reading.recipients or [])]:
            for name, value in fields.items():
                assert name in HINTS, f"{name} is no event field"
                assert value is not None, name
                assert _is_a(value, HINTS[name]), f"{name}: {value!r}"
                assert value not in ("", [], {}) or name == "reverse_path", name
        assert json.loads(json.dumps(reading.to_json(), allow_nan=False))


@each_sample
def test_event_fields_have_their_types(case: Case) -> None:
    """Every field is one of the event's, of its annotated type, and neither None nor empty."""
    check(ALL.read(case.sample.line))


@given(st.text(max_size=200))
def test_any_text_is_read_as_something(text: str) -> None:
    """Whatever stands in a line: an event, noise, foreign or a reject, and no exception."""
    check(ALL.read(text))


HEADS = (
    "Nov 23 10:32:15 mx1 {tag}[7]: ",
    "2026-11-23T10:32:15.123456+01:00 mx1 {tag}: ",
    "<22>1 2026-11-23T10:32:15Z mx1 {tag} 7 - - ",
)


@given(head=st.sampled_from(HEADS), tag=st.sampled_from(["postfix/smtpd", "postfix/smtp"]), text=st.text(max_size=200))
def test_any_message_is_read_as_something(head: str, tag: str, text: str) -> None:
    """The same behind a good frame: no message breaks a grammar."""
    check(ALL.read(head.format(tag=tag) + text))


@st.composite
def mutated(draw: st.DrawFn, lines: list[str]) -> str:
    """One of `lines`, damaged once or more: cut, doubled, swapped, overwritten, spliced with another."""
    line = draw(st.sampled_from(lines))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(line)))
        end = draw(st.integers(at, min(len(line), at + 40)))
        match draw(st.sampled_from(["cut", "drop", "double", "swap", "put", "splice"])):
            case "cut":
                line = line[:at]
            case "drop":
                line = line[:at] + line[end:]
            case "double":
                line = line[:end] + line[at:]
            case "swap":
                line = line[:at] + line[at:end][::-1] + line[end:]
            case "put":
                line = line[:at] + draw(st.text('<>"\\[](){}:;,=% \x00\x07\x1b\x7f\u2028é9', max_size=6)) + line[end:]
            case _:
                line = line[:at] + draw(st.sampled_from(lines))[at:]
    return line


@each_format
@given(data=st.data())
def test_a_damaged_line_is_read_as_something(entry: Format, data: st.DataObject) -> None:
    """Cut, doubled, swapped and spliced lines never raise, and never give a half-made event."""
    check(ALL.read(data.draw(mutated([sample.line for sample in entry.samples]))))


@each_format
def test_long_lines_are_read_as_something(entry: Format) -> None:
    """Lines of 100 kB are cut and read, whatever fills them."""
    for sample in entry.samples[::5]:
        for filling in ("x", "<", '"', "9", "a=b, ", " from ", "\x00"):
            check(ALL.read(sample.line[:80] + filling * (100_000 // len(filling))))
            check(ALL.read(sample.line + filling * (100_000 // len(filling))))


def _agree(entry: Format, line: str) -> None:
    found = message_of(entry, line)
    if found is not None:
        _, machine, message = found
        assert machine.read_raw(message) == machine.read_reference(message)


@each_sample
def test_pattern_and_reference_agree_on_a_sample(case: Case) -> None:
    """The pattern reads each sample as pyparsing reads it, token by token."""
    _agree(case.format, case.sample.line)


@each_format
@given(data=st.data())
def test_pattern_and_reference_agree_on_damaged_lines(entry: Format, data: st.DataObject) -> None:
    """They also agree on what hardly fits, and on what does not."""
    _agree(entry, data.draw(mutated([sample.line for sample in entry.samples])))


@cache
def _lowered(shape: Shape) -> str:
    return lower(shape.grammar)


@each_format
def test_every_shape_has_a_sample(entry: Format) -> None:
    """A line form without a sample is unproven; the message names those that have none."""
    wanted: dict[tuple[str, str], str] = {}
    met: set[tuple[str, str]] = set()
    for sample in entry.samples:
        found = message_of(entry, sample.line)
        if found is None:
            continue
        program, machine, message = found
        keys = {shape.name: (shape.name, _lowered(shape)) for shape in machine.shapes}
        assert len(keys) == len(machine.shapes), f"{program}: two shapes share a name"
        wanted.update({key: f"{program}: {name}" for name, key in keys.items() if key not in wanted})
        read = machine.read_raw(message)
        if read is not None:
            met.add(keys[read[0]])
    assert [name for key, name in wanted.items() if key not in met] == []


PIECES = ("<", ">", '"', "\\", '<"', "[", "]:1", "a=b, ", "; from=<", " from ", ": ", "(", "0", "A", 'a"\\', "-")


def _adversarial(entry: Format) -> Iterator[tuple[Any, str, str]]:
    """Heads of real messages, broken off behind a sign, and what to fill the line with."""
    for sample in entry.samples[::3]:
        found = message_of(entry, sample.line)
        if found is None:
            continue
        _, machine, message = found
        pattern = next((each for each in machine.patterns if each.match(message)), machine.patterns[0])
        signs = [at.end() for at in re.finditer(r"[<=(:] ?", message)]
        for at in {0, *signs[:1], *signs[len(signs) // 2 :][:1], *signs[-1:]}:
            for piece in PIECES:
                yield pattern, message[:at], piece


@each_format
def test_a_line_twice_as_long_takes_twice_the_steps(entry: Format) -> None:
    """Linear time, counted in steps: whatever fills a line, doubling it at most doubles the work."""
    seen: set[tuple[str, str, str]] = set()
    for number, (pattern, head, piece) in enumerate(_adversarial(entry)):
        if number % 5 or (pattern.pattern, head, piece) in seen:
            continue
        seen.add((pattern.pattern, head, piece))
        small, large = (steps(pattern, head + piece * (length // len(piece))) for length in (300, 600))
        assert large <= 2.2 * small + 200, (head, piece, small, large)


@each_format
def test_no_pattern_gets_lost_in_a_long_line(entry: Format) -> None:
    """10, 20 and 40 thousand hostile characters: the pattern ends; a quadratic one would not within the run."""
    for number, (pattern, head, piece) in enumerate(_adversarial(entry)):
        if number % 3 == 0:
            for length in (10_000, 20_000, 40_000):
                pattern.match(head + piece * (length // len(piece)))


@pytest.mark.parametrize("folder", golden.folders(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_fixture_reads_as_its_golden_file_says(folder: Path) -> None:
    """Every line of every fixture, rejects included; `python -m tests.grammars.golden` reviews changes."""
    wanted = [json.loads(line) for line in (folder / "golden.jsonl").read_text("utf-8").splitlines()]
    assert list(golden.read_folder(folder)) == wanted


RESERVED_NAMES = re.compile(
    r"(?:^|\.)(?:example(?:\.(?:com|net|org|edu))?|test|invalid|localhost|localdomain)$", re.IGNORECASE
)
RESERVED_NETWORKS = [
    ipaddress.ip_network(text)
    for text in (
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "127.0.0.0/8", "0.0.0.0/32"),
        *("2001:db8::/32", "::1/128", "::/128", "3fff::/20"),
        "fe80::/10",  # link-local: names nobody, and formats must lose its scope
    )
]
_FILE_ENDING = re.compile(r"(?:\.(?:service|sieve|log|sock|cf|db|eml|lua|pm|c))+$")
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\w)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_DOMAIN = re.compile(
    r"(?:@|://|\[|<|=|\b(?:from|to|by|host|domain) )((?:[A-Za-z0-9_-]+\.)+[A-Za-z]{2,})(?=$|[\s\[\]()<>;:,/\"'])"
)


def _unreserved(text: str) -> list[str]:
    named = [_FILE_ENDING.sub("", name) for name in _DOMAIN.findall(text)]
    found = [name for name in named if "." in name and not RESERVED_NAMES.search(name)]
    for written in (*_IPV4.findall(text), *_IPV6.findall(text)):
        try:
            address = ipaddress.ip_address(written)
        except ValueError:
            continue
        if not any(address in network for network in RESERVED_NETWORKS):
            found.append(written)
    return found


def _own_writing() -> Iterator[Any]:
    for entry in find_formats():
        yield pytest.param("\n".join(sample.line for sample in entry.samples), id=f"{entry.name} samples")
    for path in sorted(golden.FIXTURES.rglob("*")):
        if path.is_file():
            name = str(path.relative_to(golden.FIXTURES))
            yield pytest.param(path.read_bytes().decode("utf-8", "replace"), id=name)


@pytest.mark.parametrize("text", list(_own_writing()))
def test_only_reserved_names_and_addresses_are_written(text: str) -> None:
    """Privacy: RFC 2606 names, RFC 5737 and RFC 3849 addresses, loopback; nobody's mail is in this tree."""
    assert sorted(set(_unreserved(text))) == []


def test_the_privacy_check_sees_what_it_must() -> None:
    """A check that finds nothing proves nothing: these it must find."""
    assert _unreserved(
        "from=<a@mail.acme.com>, relay=mx.acme.de[8.8.8.8]:25, see https://acme.io/x to [2a00:1450::1]"
    ) == [
        *("mail.acme.com", "mx.acme.de", "acme.io"),
        *("8.8.8.8", "2a00:1450::1"),
    ]
    assert _unreserved("a@mx.example.org, b@sender.example, 198.51.100.7, 3.7.11, 5.1.1, ::1, 10:32:15") == []
