"""In whatever form a log is kept, the answer is the same, and cites the lines where they stand."""

import gzip
import io
import json
import resource
from collections.abc import Iterator
from datetime import UTC
from functools import cache
from typing import BinaryIO, cast

import pytest

from queries.basis import settle_basis
from queries.sources import LogFile, SourceError, log_file, log_of, read_log_file
from queries.stores.files import FilesStore
from queries.stores.protocol import Store
from queries.stores.searched import SearchedStore
from tests.properties.altered import Logs, answers, fates, questions, recorded, without_places
from tests.queries.log_forms import COARSE, FORMS
from tests.scenarios.runs import NOW, Json, text_of

RUN = "amavis"
EVERY = 15


@cache
def _lines() -> tuple[tuple[str, list[str]], ...]:
    return tuple((name, list(lines)) for name, lines in recorded(RUN, "iso").files.items())


@cache
def _plain() -> dict[str, Json]:
    logs = Logs(files={name: tuple(lines) for name, lines in _lines()})
    return answers(logs.store(RUN), questions(RUN, every=EVERY))


def _store(form: str, *, searched: bool) -> Store:
    make = {**FORMS, **COARSE}[form]
    files = tuple(log_file(name, make(lines), NOW) for name, lines in _lines())
    bases = settle_basis(files, zone=UTC, machine_zone=UTC, now=NOW)
    return SearchedStore(files, bases) if searched else FilesStore(files, bases)


def _texts(answer: Json) -> Json:
    """An answer without places, and without how each line is written in its form."""
    told: Json = json.loads(json.dumps(without_places(answer)), object_hook=_without_raw)
    return told


def _without_raw(found: Json) -> Json:
    return {name: value for name, value in found.items() if name not in {"raw", "id"}}


@pytest.mark.parametrize("searched", [False, True], ids=["whole", "searched"])
@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_the_same_answer(form: str, searched: bool) -> None:
    """All but the way in which a line is written: matches, fates, reasons, times, handoffs."""
    store = _store(form, searched=searched)
    for name, answer in answers(store, questions(RUN, every=EVERY)).items():
        told, plain = _texts(answer), _texts(_plain()[name])
        assert told["matches"] == plain["matches"], name
        assert told["finding"] == plain["finding"], name
        assert told["coverage"]["complete"] == plain["coverage"]["complete"], name


@pytest.mark.parametrize("form", COARSE)
def test_whole_seconds_change_no_fate(form: str) -> None:
    """Forms that lose the fraction of the second say the same of every message."""
    for name, answer in answers(_store(form, searched=False), questions(RUN, every=EVERY)).items():
        assert fates(answer) == fates(_plain()[name]), name


@pytest.mark.parametrize("form", FORMS)
def test_no_line_is_lost(form: str) -> None:
    """Every form has as many events, and each cites a line that stands at its number."""
    for name, lines in _lines():
        entry = log_file(name, FORMS[form](lines), NOW)
        assert len([line for line in entry.lines() if line.text]) == len(lines)
        numbers = [first for first, _, _ in entry.records() if first]
        assert sorted(set(numbers)) == numbers


def test_a_block_is_cited_by_its_first_line() -> None:
    """An exported journal's entry is cited where its block begins, and known to end where the block ends."""
    _, lines = _lines()[0]
    entry = log_file("x", FORMS["journalctl -o export"](lines[:2]), NOW)
    assert [(first, last) for first, last, _ in entry.records()] == [(1, 7), (9, 14)]


# ---------------------------------------------------------------- damaged, empty, foreign


def test_a_cut_file_is_read_as_far_as_it_goes() -> None:
    """And said to be cut."""
    packed = gzip.compress("\n".join(_lines()[0][1]).encode(), compresslevel=1)
    entry = log_file("x.gz", packed[: len(packed) // 2], NOW)
    assert entry.remark is not None
    assert "cut off" in entry.remark
    assert 50 < len(list(entry.lines())) < len(_lines()[0][1])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n\r\n\0\0 \n", "is empty"),
        (gzip.compress(b""), "is empty"),
        (gzip.compress(b"x" * 99)[:10], "holds nothing that can be unpacked"),
        (bytes(range(256)) * 40, "is not a text file"),
        (b"LPKSHHRH" + bytes(200), "export it"),
    ],
)
def test_what_is_no_log_is_named(data: bytes, said: str) -> None:
    """The file, what is wrong with it, and what to do."""
    with pytest.raises(SourceError, match=said) as raised:
        log_file("mail.log", data, NOW)
    assert str(raised.value).startswith("mail.log: ")


class _Pipe(io.RawIOBase):
    """Bytes that come once, as from a pipe."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - pieces come as they are
        return next(self._pieces, b"")

    def seekable(self) -> bool:
        return False


def _piped(pieces: Iterator[bytes]) -> LogFile:
    return log_of("-", cast("BinaryIO", _Pipe(pieces)), NOW)


def test_a_pipe_is_copied() -> None:
    """Standard input cannot be read twice; what it gave can."""
    text = "\n".join(_lines()[0][1]).encode()
    entry = _piped(iter([text[:1000], text[1000:]]))
    assert text_of(entry).encode() == text
    assert len(list(entry.lines())) == len(_lines()[0][1])


# ---------------------------------------------------------------- sizes


def test_a_line_of_200_megabytes_is_cut_not_kept() -> None:
    """All those characters without a line end: the lines around are read, and memory stays small."""
    good = b"Nov 23 10:32:15 mx1 postfix/qmgr[7]: 4F7B21234A: removed\n"
    piece = b"x" * (1 << 20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def pieces() -> Iterator[bytes]:
        yield good + good[:-1]
        for _ in range(200):
            yield piece
        yield b"\n" + good

    entry = _piped(pieces())
    bases = settle_basis([entry], zone=UTC, machine_zone=UTC, now=NOW)
    lines = list(entry.lines())
    assert [len(line.text) < 300_000 for line in lines] == [True] * 3
    store = SearchedStore([entry], bases)
    (source,) = store.coverage()
    assert source.lines_read >= 2
    assert store.line_number(lines[-1].place) == 3
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert used < 100_000, f"{used} kB"


def test_a_file_that_is_cut_while_it_is_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    """`copytruncate` takes the bytes away under a reader: there are fewer lines then, and no crash."""
    path = tmp_path_factory.mktemp("cut") / "mail.log"
    path.write_text("\n".join(_lines()[0][1]), "utf-8")
    entry = read_log_file(path)
    bases = settle_basis([entry], zone=UTC, machine_zone=UTC, now=NOW)
    path.write_bytes(b"")
    assert list(entry.lines()) == []
    store = SearchedStore([entry], bases)
    store.coverage()
    assert answers(store, questions(RUN, every=50))


def test_lines_that_are_appended_meanwhile_are_not_seen(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An answer is about the log as it was when it was opened."""
    path = tmp_path_factory.mktemp("grown") / "mail.log"
    path.write_text("\n".join(_lines()[0][1][:10]) + "\n", "utf-8")
    entry = read_log_file(path)
    with path.open("a") as file:
        file.write(_lines()[0][1][11] + "\n")
    assert len(list(entry.lines())) == 10
