"""Files of container runtimes, in which long lines are cut into pieces: P for each but the last, which has an F."""

import io
from itertools import chain

import pytest

from grammars import Instant
from queries.recoding import from_runtime, recoding_of
from queries.sources import log_file

STAMP = "2026-11-23T10:32:15.123456789Z"
NOW = Instant(1_798_675_200_000_000)


def lines_of(*rows: str) -> list[tuple[int, str]]:
    """The lines that are not empty, with their numbers; `rows` are without their stamps."""
    text = "".join(f"{STAMP} {row}\n" for row in rows)
    made = log_file("0.log", text.encode(), NOW).records()
    return [(number, line.text.removeprefix(f"{STAMP} ")) for number, _, line in made if line.text]


def test_pieces_are_one_line() -> None:
    """In the place of the last piece, so that what stands behind keeps its number."""
    assert lines_of("stdout F a", "stdout P one ", "stdout P two ", "stdout F three", "stdout F b") == [
        (1, "stdout F a"),
        (4, "stdout P one two three"),
        (5, "stdout F b"),
    ]


def test_streams_are_kept_apart() -> None:
    """Each stream is cut for itself, and their lines stand between each other's pieces."""
    assert lines_of("stdout P out ", "stderr P err ", "stdout F put", "stderr F or") == [
        (3, "stdout P out put"),
        (4, "stderr P err or"),
    ]


def test_a_line_without_an_end() -> None:
    """Where the file ends, or the container was killed, what there is of a line is not lost."""
    assert lines_of("stdout F a", "stderr P err", "stdout P out") == [
        (1, "stdout F a"),
        (4, "stderr P err"),
        (5, "stdout P out"),
    ]


@pytest.mark.parametrize("size", [1, 7, 100, 1 << 20])
def test_where_the_file_is_read_in_pieces(size: int) -> None:
    """Wherever one read ends and the next begins."""
    rows = ("stdout P a P ", "stderr F x P y", "stdout F b", "no stamp P at all")
    source = io.BytesIO("".join(f"{STAMP} {row}\n" for row in rows).encode())
    made = b"".join(from_runtime(iter(lambda: source.read(size), b""))).decode().split("\n")
    head = f"{STAMP} "
    assert made == ["", f"{head}stderr F x P y", f"{head}stdout P a P b", f"{head}no stamp P at all", ""]


def test_a_line_that_never_ends_is_bounded() -> None:
    """A gigabyte of pieces is no gigabyte of memory: of the line its beginning is kept."""
    piece = f"{STAMP} stdout P {'x' * 16_000}\n".encode()
    last = f"{STAMP} stdout F end\n".encode()
    made = list(from_runtime(chain((piece for _ in range(1000)), (last,))))
    assert max(map(len, made)) == (1 << 22) + 1
    assert made.count(b"\n") == 1000


@pytest.mark.parametrize(
    "head", ["Nov 23 10:32:15 mx1 x: stdout P ", f"{STAMP} stdout X a", f"{STAMP} a", "stdout P a"]
)
def test_other_files_are_left_alone(head: str) -> None:
    """Only the runtime's own mark makes a piece."""
    assert recoding_of(head.encode()) is None
