"""Logs that are repeated, renamed, rotated, truncated, written anew, in any form: the store says what the files say."""

import errno
import gzip
import os
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest

from queries.sources import open_file
from tests.correlator.commandline import clerk
from tests.correlator.storing import ingest, read, recorded, stored, texts, without_names
from tests.queries.log_forms import FORMS

MX = recorded("mx1")
HUB = recorded("hub1")


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for logs, on a machine whose clock is UTC's."""
    monkeypatch.setenv("TZ", "UTC")
    folder = tmp_path / "log"
    folder.mkdir()
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where the store is to lie."""
    return tmp_path / "store.sqlite"


def write(path: Path, lines: list[bytes]) -> Path:
    """Writes a log."""
    path.write_bytes(b"".join(lines))
    return path


def test_a_repeat_stores_nothing(logs: Path, store: Path) -> None:
    """What did not change is not even opened."""
    names = write(logs / "mx1.log", MX), write(logs / "hub1.log", HUB)
    ingest(store, *names)
    before = store.read_bytes()
    names[0].chmod(0o600)  # its time of change is another one: it is known by its text
    for _ in range(2):
        done = ingest(store, *names)
        assert (done.read, done.unchanged) == ({}, set(map(str, names)))
    names[0].write_bytes(names[0].read_bytes())
    ingest(store, *names)
    assert len(texts(store)) == 2
    assert len(store.read_bytes()) == len(before)
    assert stored(store) == read(*names)


def test_a_renamed_log_is_known(logs: Path, store: Path) -> None:
    """It is answered from under its new name."""
    name = write(logs / "mail.log", MX)
    ingest(store, name)
    moved = name.rename(logs / "elsewhere.log")
    assert ingest(store, moved).read == {}
    assert stored(store) == read(moved)


def test_logrotate(logs: Path, store: Path) -> None:
    """Renamed, packed, and a new one begun: each line is stored once, whenever it is ingested."""
    name = write(logs / "mail.log", MX[:200])
    ingest(store, name)
    first = write(name, MX[:300]).rename(logs / "mail.log.1")
    write(name, MX[300:350])
    ingest(store, first, name)
    packed = logs / "mail.log.2.gz"
    packed.write_bytes(gzip.compress(first.read_bytes()))
    write(name, MX[300:500]).rename(first)
    write(name, MX[500:])
    ingest(store, logs / "mail.log*")
    assert sorted(text for _, _, text in texts(store)) == sorted(map(b"".join, (MX[:300], MX[300:500], MX[500:])))
    assert without_names(stored(store), [packed, first, name]) == without_names(
        read(packed, first, name), [packed, first, name]
    )


def test_copytruncate(logs: Path, store: Path) -> None:
    """The copy goes on with what was stored of the log; the log itself begins anew."""
    name = write(logs / "mail.log", MX[:200])
    ingest(store, name)
    copy = write(logs / "mail.log.1", MX[:220])
    write(name, MX[220:300])
    ingest(store, name)
    ingest(store, copy, name)
    assert [text for _, _, text in texts(store)] == [b"".join(MX[:220]), b"".join(MX[220:300])]
    assert stored(store) == read(copy, name)


def test_a_truncated_log_keeps_its_lines(logs: Path, store: Path) -> None:
    """A shorter state is an earlier one, of whatever size; what is written behind it is another log's."""
    name = write(logs / "mail.log", [*MX, *HUB])
    told = read(name)
    ingest(store, name)
    for size in (1, 20, 600, 800):
        write(name, [*MX, *HUB][:size])
        assert ingest(store, name).read == {}
    assert stored(store) == told
    write(name, [*MX[:20], *HUB[30:40]])
    ingest(store, name)
    assert len(texts(store)) == 2


@pytest.mark.parametrize("kept", [0, 1, 600])
def test_a_log_that_is_written_anew(kept: int, logs: Path, store: Path) -> None:
    """The same head with other content is another log; the one before stays stored."""
    old, new = MX[:kept] + HUB[:200], MX[:kept] + HUB[200:]
    name = write(logs / "mail.log", old)
    ingest(store, name)
    write(name, new)
    ingest(store, name)
    other = write(logs / "old.log", old)
    assert sorted(text for _, _, text in texts(store)) == sorted([b"".join(old), b"".join(new)])
    told = [without_names(each, [name, other, f"{name} (2)"]) for each in (stored(store), read(other, name))]
    assert told[0].replace("LOG (2)", "LOG") == told[1]


@pytest.mark.parametrize("stretch", [1, 300, 1 << 22])
def test_growth_by_parts_of_lines(stretch: int, logs: Path, store: Path) -> None:
    """A half line is answered from as long as it is one, and replaced when it is whole; nothing else is written."""
    raw = b"".join(MX[:60])
    name = logs / "mail.log"
    for size in (10, 60, len(MX[0]) - 1, len(MX[0]), 1000, 3333, 3400, 3470, len(raw) - 1, len(raw)):
        name.write_bytes(raw[:size])
        ingest(store, name, stretch=stretch, block=700)
        assert stored(store) == read(name), size
    assert [each[1:] for each in texts(store)] == [(60, raw)]


def test_small_appends_do_not_bloat(logs: Path, tmp_path: Path) -> None:
    """The store of a log that came line by line is hardly larger than that of one that was there."""
    name = logs / "mail.log"
    for size in range(10, len(MX), 10):
        ingest(tmp_path / "slow.sqlite", write(name, MX[:size]))
    ingest(tmp_path / "slow.sqlite", write(name, MX))
    ingest(tmp_path / "quick.sqlite", name)
    sizes = [(tmp_path / f"{each}.sqlite").stat().st_size for each in ("slow", "quick")]
    assert sizes[0] <= 2 * sizes[1]
    assert stored(tmp_path / "slow.sqlite") == stored(tmp_path / "quick.sqlite")


def test_two_names_of_one_file(logs: Path, store: Path) -> None:
    """A link is no other log."""
    name = write(logs / "mail.log", MX)
    (logs / "hard.log").hardlink_to(name)
    (logs / "soft.log").symlink_to(name)
    ingest(store, name, logs / "hard.log", logs / "soft.log")
    ingest(store, logs / "soft.log")
    assert [text for _, _, text in texts(store)] == [b"".join(MX)]


def test_logs_that_begin_alike(logs: Path, store: Path) -> None:
    """They are apart as soon as they differ, whatever is named first."""
    one, other = write(logs / "a.log", MX[:300]), write(logs / "b.log", [*MX[:100], *HUB])
    ingest(store, one, other)
    assert sorted(text for _, _, text in texts(store)) == sorted([b"".join(MX[:300]), b"".join([*MX[:100], *HUB])])
    assert stored(store) == read(one, other)
    write(one, MX)
    ingest(store, other, one)
    assert stored(store) == read(one, other)


@pytest.mark.parametrize("size", [1, 20, 600])
def test_an_earlier_copy_is_no_other_log(size: int, logs: Path, store: Path) -> None:
    """Whether it comes before the longer one or behind it."""
    name, copy = write(logs / "mail.log", MX), write(logs / "copy.log", MX[:size])
    ingest(store, name)
    assert ingest(store, copy).read == {}
    assert stored(store) == read(name)
    ingest(store.with_name("other"), copy, name)
    assert [each[1:] for each in texts(store.with_name("other"))] == [(len(MX), b"".join(MX))]


ISO = [line.decode().rstrip("\n") for line in recorded("mx1", "iso")]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_log(form: str, logs: Path, store: Path) -> None:
    """What a log is kept in makes no difference, and it may grow."""
    name = logs / "mail.log"
    for size in (250, 251, len(ISO)):
        name.write_bytes(FORMS[form](ISO[:size]))
        ingest(store, name, stretch=5000, block=3000)
    assert stored(store) == read(name)
    if form != "gzip of several members":
        assert len(texts(store)) == 1


@pytest.mark.parametrize("form", ["utf-16", "journalctl -o export", "journalctl -o json", "Docker json-file"])
def test_other_forms_that_grow_by_parts_of_lines(form: str, logs: Path, store: Path) -> None:
    """Whole lines are made of them only as far as they are whole."""
    raw = FORMS[form](ISO[:40])
    name = logs / "mail.log"
    for size in range(900, len(raw) + 131, 131):
        name.write_bytes(raw[:size])
        ingest(store, name)
    assert len(texts(store)) == 1
    assert stored(store) == read(name)


def test_a_line_of_64_megabytes(logs: Path, store: Path) -> None:
    """Only its beginning is kept, and the lines around it are as they were; without an end it is a half line."""
    name = logs / "mail.log"
    for lines in ([], [b"\n", *MX[100:]]):
        name.write_bytes(b"".join([*MX[:100], MX[100].rstrip(b"\n"), b"x" * (64 << 20), *lines]))
        ingest(store, name)
        told = stored(store)
        name.write_bytes(b"".join([*MX[:100], MX[100].rstrip(b"\n"), b"x" * 300_000, *lines]))
        assert told == read(name)
    assert [count for _, count, _ in texts(store)] == [len(MX) + 1]
    assert store.stat().st_size < 1_000_000


def _unreadable(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 40)


def _missing(path: Path) -> None:
    path.unlink(missing_ok=True)


def _denied(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser may read everything: the system's refusal is made up."""
    path.touch()

    def refuse(asked: Path) -> FileIO:
        if asked == path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(asked))
        return open_file(asked)

    monkeypatch.setattr("queries.sources.open_file", refuse)


@pytest.mark.parametrize("make", [_unreadable, _missing, _denied])
def test_an_unusable_file_stops_no_other(
    make: Callable[..., None], logs: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is remarked on."""
    make(logs / "bad.log", *([monkeypatch] if make is _denied else []))
    name = write(logs / "mail.log", MX)
    done = ingest(store, logs / "bad.log", name)
    assert "bad.log" in "".join(done.remarks)
    assert stored(store) == read(name)


def test_an_empty_log_is_nothing_new(logs: Path, store: Path) -> None:
    """As a log is that was rotated a moment ago."""
    empty, name = write(logs / "mail.log", []), write(logs / "mail.log.1", MX)
    done = ingest(store, empty, name)
    assert (done.remarks, done.unchanged) == ([], {str(empty)})
    assert stored(store) == read(name)


def test_folders_patterns_and_standard_input(logs: Path, tmp_path: Path) -> None:
    """All name the same lines."""
    write(logs / "mail.log", MX[400:])
    write(logs / "mail.log.1", MX[:400])
    ways = {"folder": "log", "pattern": "log/mail.l?g*", "input": "-"}
    found = {}
    for way, name in ways.items():
        text = b"".join(MX).decode() if way == "input" else ""
        run = clerk("ingest", "--store", f"{way}.sqlite", name, text=text, folder=tmp_path)
        assert run.returncode == 0, run.stderr
        found[way] = sorted(text for _, _, text in texts(tmp_path / f"{way}.sqlite"))
    assert found["folder"] == found["pattern"] == sorted([b"".join(MX[:400]), b"".join(MX[400:])])
    assert found["input"] == [b"".join(MX)]
