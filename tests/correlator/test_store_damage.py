"""A damaged store: whatever is wrong with it is told in one line, by `ask` and by `check`, and never as a bug."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from queries.stores.embedded.checking import check
from queries.stores.protocol import StoreError
from tests.correlator.commandline import clerk
from tests.correlator.stored import answer, bundle_of, exported, filled, flaws, ingest, instant, log_of_month

NOW = instant(2026, 12, 15)
PAGE = 4096

Damage = Callable[[bytearray, random.Random], bytes]


def _flip(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 3)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _scatter(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(100):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def _fill_page(data: bytearray, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) // PAGE) * PAGE
    data[at : at + PAGE] = chance.choice([bytes(PAGE), chance.randbytes(PAGE)])
    return bytes(data)


def _cut(data: bytearray, chance: random.Random) -> bytes:
    return bytes(data[: chance.randrange(len(data))])


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound store of three months."""
    return filled(tmp_path_factory.mktemp("sound"), apart=True)


@pytest.fixture(scope="module")
def asked(sound: Path) -> dict[str, Any]:
    """What the sound store answers."""
    return answer(sound, bundle_of(10, 7), NOW)


@pytest.mark.parametrize("damage", [_flip, _scatter, _fill_page, _cut])
def test_damage_anywhere_is_an_error_or_does_not_matter(
    damage: Damage, sound: Path, asked: dict[str, Any], tmp_path: Path
) -> None:
    """Random places: where `check` finds nothing, the answer is the right one."""
    raw, store = sound.read_bytes(), tmp_path / "clerk.sqlite"
    for seed in range(25):
        store.write_bytes(damage(bytearray(raw), random.Random(seed)))  # noqa: S311 - it repeats
        said = None
        with suppress(StoreError):
            said = answer(store, bundle_of(10, 7), NOW)
        with suppress(StoreError):
            exported(store)
        with suppress(StoreError):
            found = check(store, UTC).flaws
            assert found or said == asked, seed
            assert all(flaw.where and flaw.what and flaw.remedy for flaw in found)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("delete from block_202610 where id = 1", "bytes of its text are missing"),
        ("update block_202610 set start = start + 1", "bytes"),
        ("update block_202610 set lines = lines + 1", "lines, not"),
        ("update block_202610 set line = line + 5", "the number of the line"),
        ("update block_202610 set end = 'x' where id = 1", "its numbers cannot be"),
        ("update block_202610 set source = 77", "is of log 77, which is not listed"),
        ("update block_202610 set packed = 'text'", "its numbers cannot be"),
        ("update block_202610 set last = last + 90 * 86400 * 1000000", "but ends in another"),
        ("delete from source where id = 2", "is of log 2, which is not listed"),
        ("update source set tail = zeroblob(16) where id = 1", "its end is not the text that was read"),
        ("update source set head = zeroblob(16) where id = 1", "its beginning is not the text that was read"),
        ("update source set basis = '{' where id = 2", "log 2"),
        ("update source set presence = x'00' where id = 2", "log 2"),
        ("update source set size = 'many' where id = 2", "log 2"),
        ("update source set read_to = size + 10 where id = 2", "log 2"),
        ("delete from meta", "the key of the index is gone"),
        ("update meta set value = 'short'", "the key of the index is gone"),
        ("delete from month where month = 202610", "do not agree"),
        ("insert into month values (202501)", "do not agree"),
        ("drop table block_202610", "do not agree"),
        ("delete from word_202610_data where id > 10", "its index is damaged"),
        ("delete from word_202610_data", "its index is damaged"),
        ("update tail_block set block = 99", "what is told of its last block is wrong"),
        ("update tail_block set tokens = 5", "what its last block is found by is gone"),
        ("insert into forgotten values ('x', 1, 2)", "a row cannot be read"),
    ],
)
def test_what_is_wrong_is_told(statement: str, told: str, sound: Path, tmp_path: Path) -> None:
    """Rows that are gone, or say what cannot be: where, what, and what to do; asking never fails otherwise."""
    store = tmp_path / "clerk.sqlite"
    store.write_bytes(sound.read_bytes())
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(statement)
    found = flaws(store)
    assert any(told in f"{flaw.where}: {flaw.what}" for flaw in found), found
    for number in (1, 7):
        with suppress(StoreError):
            answer(store, bundle_of(10, number), NOW)


def test_a_sound_store_has_no_flaws_while_its_log_grows(tmp_path: Path) -> None:
    """Also with half a line at its end, and where a later line completes it."""
    log, store = tmp_path / "mail.log", tmp_path / "s" / "clerk.sqlite"
    text = log_of_month(11).encode()
    for end in (1000, 5003, 150_000, 150_001, len(text) - 7, len(text)):
        log.write_bytes(text[:end])
        ingest(store, log)
        assert flaws(store) == ()


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", ""), (b"no database at all, but some text" * 200, "is no store, or is damaged")],
)
def test_what_is_no_store(content: bytes, told: str, tmp_path: Path) -> None:
    """Another program's file, or none: exit status 6, and the file is left as it is."""
    store = tmp_path / "clerk.sqlite"
    store.write_bytes(content)
    for command in ("check", "stats", "compact", "prune --older-than 1", "forget a@b.example"):
        run = clerk("store", *command.split(), "--store", str(store), folder=tmp_path)
        assert run.returncode == 6, run
        assert told in run.stderr
    assert store.read_bytes() == content


def test_a_store_of_another_program_or_a_newer_clerk(sound: Path, tmp_path: Path) -> None:
    """Each is named as such."""
    for pragma, told in (("user_version = 99", "newer clerk"), ("application_id = 7", "not one of clerk's")):
        store = tmp_path / "clerk.sqlite"
        store.write_bytes(sound.read_bytes())
        with closing(sqlite3.connect(store)) as connection:
            connection.execute(f"pragma {pragma}")
        for command in ("check", "compact"):
            run = clerk("store", command, "--store", str(store), folder=tmp_path)
            assert run.returncode == 6
            assert told in run.stderr
