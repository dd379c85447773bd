"""`clerk store`: what is dropped, forgotten, made small or read anew, and that all else stays as it was."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

from correlator import storecommands
from correlator.errors import UsageError
from queries.stores.embedded import database
from queries.stores.embedded.database import migrate, open_database
from queries.stores.embedded.forgetting import Address, forget_address, forget_source, is_text_of
from queries.stores.embedded.rebuilding import rebuild
from queries.stores.embedded.retention import apply_retention, keep_days, prune, set_keep_days
from queries.stores.embedded.upkeep import compact, opened, scrub
from queries.stores.protocol import StoreError
from queries.stores.sqlite import SqliteStore
from tests.correlator.stored import (
    FORGOTTEN,
    answer,
    bundle_of,
    exported,
    filled,
    flaws,
    ingest,
    instant,
    is_indexed,
    log_of_month,
    mail,
    rows,
)

NOW = instant(2026, 12, 15)


@pytest.fixture(params=[False, True], ids=["one log", "a log a month"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A store of three months."""
    return filled(tmp_path, apart=request.param)


def _months(store: Path) -> list[int]:
    return [month for (month,) in rows(store, "select month from month order by month")]


# ---------------------------------------------------------------- retention


def test_old_months_are_dropped_and_the_ledger_says_so(store: Path) -> None:
    """What is left is found as before, what is gone is not covered, and the store is sound."""
    before = answer(store, bundle_of(11, 7), NOW)
    with opened(store) as connection:
        found = prune(connection, instant(2026, 11, 3), UTC)
        assert prune(connection, instant(2026, 11, 3), UTC).months == ()
    assert found.months == (202609, 202610)
    assert _months(store) == [202611]
    assert flaws(store) == ()
    after = answer(store, bundle_of(11, 7), NOW)
    assert [each["recipients"] for each in after["matches"]] == [each["recipients"] for each in before["matches"]]
    with closing(SqliteStore(store, UTC)) as asked:
        (covered,) = asked.coverage()
    assert covered.first >= instant(2026, 11, 1)
    assert answer(store, bundle_of(9, 7), NOW)["finding"] == "cannot_tell"


def test_next_hops_are_still_known(tmp_path: Path) -> None:
    """To whom the lines that are left hand messages on, `clerk coverage` says as before."""
    log, store = tmp_path / "mail.log", tmp_path / "s" / "clerk.sqlite"
    text = log_of_month(9) + log_of_month(11)
    log.write_text(text.replace("relay=local,", "relay=hub1.recipient.example[198.51.100.9]:25,"))
    ingest(store, log)
    before = _hops(store)
    with opened(store) as connection:
        assert prune(connection, instant(2026, 11, 3), UTC).months == (202609,)
    assert _hops(store).keys() == before.keys() == {"198.51.100.9"}
    assert 0 < _hops(store)["198.51.100.9"] < before["198.51.100.9"]


def _hops(store: Path) -> dict[str, int]:
    with closing(SqliteStore(store, UTC)) as asked:
        return {hop.ip: count for _, _, presence in asked.presences() for hop, count in presence.hops.items()}


def test_what_was_dropped_is_not_stored_again(store: Path, tmp_path: Path) -> None:
    """A log that is still there is known by its text, goes on where it was, and keeps the numbers of its lines."""
    with opened(store) as connection:
        prune(connection, instant(2026, 11, 3), UTC)
    left = exported(store)
    logs = sorted(tmp_path.glob("mail*.log"))
    with logs[0 if len(logs) == 1 else 1].open("a") as file:
        file.write(mail(777, datetime(2026, 11, 29, tzinfo=UTC), "late@recipient.example"))
    ingest(store, *logs)
    assert flaws(store) == ()
    now = exported(store)
    assert [each for each in now if "late" not in json.dumps(each) and "4F7B200309" not in each[2]][: len(left) - 9]
    assert len(now) == len(left) + 7
    text = {log.name: log.read_text().splitlines() for log in logs}
    assert all(text[name][line - 1] == raw for name, line, raw, _ in now)


def test_a_store_keeps_what_it_is_told_to_keep(store: Path, tmp_path: Path) -> None:
    """How long is set once, and applied by every ingest; `forever` takes it back."""
    with opened(store) as connection:
        assert apply_retention(connection, NOW, UTC).months == ()
        set_keep_days(connection, 30)
        assert keep_days(connection) == 30
        assert apply_retention(connection, NOW, UTC).months == (202609, 202610)
        set_keep_days(connection, None)
        assert keep_days(connection) is None
        assert apply_retention(connection, instant(2030, 1, 1), UTC).months == ()
        set_keep_days(connection, 30)
    old = tmp_path / "old.log"
    old.write_text(mail(1, datetime(2020, 1, 2, tzinfo=UTC), "old@recipient.example"))
    ingest(store, old)
    assert 202001 not in _months(store)


def test_a_log_of_which_nothing_is_left_is_remembered_for_a_year(tmp_path: Path) -> None:
    """Else it would be stored again from its beginning, and dropped again, at every ingest."""
    store = filled(tmp_path, apart=True)
    for log in tmp_path.glob("mail*.log"):
        os.utime(log, (1_790_000_000, 1_790_000_000))
    with opened(store) as connection:
        connection.execute("update source set changed = ?", (instant(2026, 9, 30),))
        assert prune(connection, instant(2026, 10, 2), UTC).emptied == 1
        assert connection.execute("select count(*) from source").fetchone() == (3,)
        prune(connection, instant(2028, 1, 1), UTC)
        assert connection.execute("select count(*) from source").fetchone() == (0,)
    assert flaws(store) == ()


# ---------------------------------------------------------------- forgetting


def _bytes_of(store: Path) -> bytes:
    """All that stands in a store's files, packed pieces unpacked wherever they begin."""
    raw = b"".join(path.read_bytes() for path in sorted(store.parent.iterdir()))
    found = [raw]
    for begin in re.finditer(re.escape(b"\x28\xb5\x2f\xfd"), raw):
        reader = zstandard.ZstdDecompressor().stream_reader(raw[begin.start() :])
        try:
            while piece := reader.read(1 << 16):
                found.append(piece)
        except zstandard.ZstdError:
            continue
    return b"\n".join(found)


def test_every_line_of_an_address_is_gone_for_good(store: Path) -> None:
    """From the text, the index and the file's unused pages, also where the address is rewritten; the rest stays."""
    before = exported(store)
    assert FORGOTTEN.encode() in _bytes_of(store)
    assert is_indexed(store, FORGOTTEN)
    with opened(store) as connection:
        gone = forget_address(connection, FORGOTTEN.upper(), UTC)
        assert scrub(connection)
    assert gone.lines == sum("jane" in raw for _, _, raw, _ in before) > 100
    assert exported(store) == [each for each in before if "jane" not in each[2]]
    assert b"jane" not in _bytes_of(store)
    assert not is_indexed(store, FORGOTTEN)
    assert flaws(store) == ()
    ((first, last, what),) = rows(store, "select * from forgotten")
    assert instant(2026, 9, 1) < first < last < instant(2026, 12, 1)
    assert what == "address"


def test_what_was_forgotten_does_not_come_back(store: Path, tmp_path: Path) -> None:
    """The same logs, renamed, grown, or an earlier state of them, are still known."""
    with opened(store) as connection:
        forget_address(connection, FORGOTTEN, UTC)
    left = exported(store)
    logs = sorted(tmp_path.glob("mail*.log"))
    for log in logs:
        log.rename(log.with_suffix(".log.1"))
    early = tmp_path / "early.log"
    text = logs[0].with_suffix(".log.1").read_bytes()
    early.write_bytes(text[: text.rindex(b"\n", 0, len(text) - 500) + 1])
    ingest(store, *sorted(tmp_path.glob("*.log.1")), early)
    assert [each[1:] for each in exported(store)] == [each[1:] for each in left]
    with logs[0].with_suffix(".log.1").open("a") as file:
        file.write(mail(777, datetime(2026, 11, 29, tzinfo=UTC), "late@recipient.example"))
    ingest(store, logs[0].with_suffix(".log.1"))
    assert len(exported(store)) == len(left) + 7
    assert flaws(store) == ()


@pytest.mark.parametrize(
    ("line", "is_held"),
    [
        ("to=<jane@recipient.example>", True),
        ("to=<Jane@Recipient.Example>,", True),
        ("user=jane@recipient.example", True),
        ("to=<jane+lists@recipient.example>", True),
        ("mail for jane@recipient.example.", True),
        ("to=<mary.jane@recipient.example>", False),
        ("to=<jane@recipient.example.org>", False),
        ("to=<jane@recipient.example-mail.test>", False),
        ("to=<janet@recipient.example>", False),
    ],
)
def test_whose_address_it_is(line: str, *, is_held: bool) -> None:
    """Neighbours of an address are other people's."""
    assert Address(FORGOTTEN).is_written_in(line.encode()) is is_held


@pytest.mark.parametrize("end", ["\n", ""])
def test_unread_examples_are_forgotten(end: str, tmp_path: Path) -> None:
    """Lines that nobody understands are kept as examples; these go, too, also of a line without an end yet."""
    log = tmp_path / "mail.log"
    log.write_text(mail(1, datetime(2026, 11, 2, tzinfo=UTC), "a@recipient.example") + f"odd {FORGOTTEN}{end}")
    store = tmp_path / "s" / "clerk.sqlite"
    ingest(store, log)
    with opened(store) as connection:
        assert forget_address(connection, FORGOTTEN, UTC).lines == 1
        scrub(connection)
    assert b"jane" not in _bytes_of(store)
    assert flaws(store) == ()


def test_a_log_that_was_forgotten_can_be_stored_anew(store: Path, tmp_path: Path) -> None:
    """As if it had never been read."""
    before = exported(store)
    with opened(store) as connection:
        number = connection.execute("select max(id) from source").fetchone()[0]
        assert forget_source(connection, number) > 1000
        assert compact(connection)
    assert flaws(store) == ()
    assert len(exported(store)) < len(before)
    ingest(store, *sorted(tmp_path.glob("mail*.log")))
    assert sorted(map(str, exported(store))) == sorted(map(str, before))
    assert flaws(store) == ()


def test_forgotten_lines_fit_any() -> None:
    """A log's earlier state is known by its lines, but for those that were forgotten."""
    assert is_text_of(b"one\n   \nthree\n", b"one\ntwo\nthree\n")
    assert not is_text_of(b"one\n   \nthree\n", b"one\ntwo\nTHREE\n")
    assert not is_text_of(b"one\n  \nthree\n", b"one\ntwo\nthree\n")


# ---------------------------------------------------------------- compact, rebuild


def test_small_blocks_are_joined_and_answers_stay(tmp_path: Path) -> None:
    """Also where every block was cut into many, and the index is full of what is gone."""
    store = filled(tmp_path)
    before, asked = exported(store), answer(store, bundle_of(10, 7), NOW)
    _cut_blocks(store)
    assert flaws(store) == ()
    many = rows(store, "select count(*) from block_202610")[0][0]
    with opened(store) as connection:
        assert compact(connection)
    assert rows(store, "select count(*) from block_202610")[0][0] < many / 2
    assert exported(store) == before
    assert answer(store, bundle_of(10, 7), NOW) == asked
    assert flaws(store) == ()


def _cut_blocks(store: Path) -> None:
    """Cuts each block but the last ones in pieces of some lines, with postings of the whole left behind."""
    from queries.blocks import Stretch, digest  # noqa: PLC0415 - here only
    from queries.stores.embedded.shelf import add_blocks, blocks_of, sources_of, text_of  # noqa: PLC0415

    with opened(store) as connection:
        key = connection.execute("select value from meta where name = 'key'").fetchone()[0]
        tails = {row[0] for row in connection.execute("select block from tail_block")}
        for source in sources_of(connection, UTC):
            for block in blocks_of(connection, source):
                if block.id in tails:
                    continue
                text, start, line = text_of(connection, block.month, block.id), block.start, block.line
                connection.execute(f"delete from block_{block.month} where id = ?", (block.id,))  # noqa: S608
                for at in range(0, text.count(b"\n"), 50):
                    piece = b"".join(text.splitlines(keepends=True)[at : at + 50])
                    made = digest(Stretch(piece, start, start + len(piece), start, source.basis, source.host, key))
                    tail = connection.execute("select * from tail_block").fetchall()
                    add_blocks(connection, source, made.blocks, line)
                    connection.execute("delete from tail_block")
                    connection.executemany("insert into tail_block values (?, ?, ?, ?, ?)", tail)
                    start, line = start + len(piece), line + made.lines


def test_reading_anew_gives_the_same(store: Path) -> None:
    """Events, coverage and answers are those of a fresh ingest; asked meanwhile, they are, too."""
    before, asked = exported(store), answer(store, bundle_of(10, 7), NOW)
    covered = SqliteStore(store, UTC).coverage()
    seen: list[Any] = []
    with opened(store) as connection, ThreadPoolExecutor(1) as pool:
        lines = rebuild(
            connection, UTC, pool.submit, progress=lambda _: seen.append(answer(store, bundle_of(10, 7), NOW))
        )
        compact(connection)
    assert lines == len(before)
    assert seen
    assert all(each == asked for each in seen)
    assert exported(store) == before
    assert SqliteStore(store, UTC).coverage() == covered
    assert flaws(store) == ()


def test_a_log_of_one_format_stays_one(tmp_path: Path) -> None:
    """What was read with one format only is checked, exported and read anew with that one."""
    log = Path(__file__).parents[2] / "fixtures" / "scenarios" / "amavis" / "mx1-iso.log"
    store = tmp_path / "s" / "clerk.sqlite"
    ingest(store, log, only="amavis")
    before, covered = exported(store), SqliteStore(store, UTC).coverage()
    assert {source.format for source in covered} == {"amavis"}
    assert {fields["program"] for *_, fields in before} == {"amavis"}
    assert flaws(store) == ()
    with opened(store) as connection, ThreadPoolExecutor(1) as pool:
        rebuild(connection, UTC, pool.submit)
    assert exported(store) == before
    assert SqliteStore(store, UTC).coverage() == covered
    assert not is_indexed(store, "postscreen")
    assert not is_indexed(store, "qmgr")


def test_a_damaged_index_is_made_anew(store: Path) -> None:
    """`clerk store rebuild` is what `check` advises."""
    asked = answer(store, bundle_of(10, 7), NOW)
    rows(store, "update word_202610_data set block = zeroblob(20) where id > 10")
    assert any(flaw.remedy.endswith("clerk store rebuild") for flaw in flaws(store))
    with opened(store) as connection, ThreadPoolExecutor(1) as pool:
        rebuild(connection, UTC, pool.submit)
        compact(connection)
    assert flaws(store) == ()
    assert answer(store, bundle_of(10, 7), NOW) == asked


@pytest.mark.parametrize("work", ["compact", "rebuild", "forget jane@recipient.example", "prune --older-than 0"])
def test_a_kill_at_any_moment_leaves_a_sound_store(work: str, tmp_path: Path) -> None:
    """What was done is done, the rest is as before, and a repeat goes through."""
    store = filled(tmp_path)
    _cut_blocks(store)
    code = "from correlator.cli import main; main()"
    for delay in (0.0, 0.01, 0.03, 0.06, 0.1, 0.15):
        with subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import correlator.storecommands\nprint('go', flush=True)\n" + code,
                "store",
                *work.split(),
                "--store",
                str(store),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        assert flaws(store) == ()
        assert answer(store, bundle_of(11, 7), NOW)["finding"] in {"found", "cannot_tell"}


# ---------------------------------------------------------------- schema


def test_an_older_store_is_brought_up_to_date(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Step by step, by the first that may write; who may only read is told."""
    done: list[int] = []

    def step(connection: sqlite3.Connection) -> None:
        done.append(connection.execute("pragma user_version").fetchone()[0])
        connection.execute(f"create table step_{len(done)}(value)")

    monkeypatch.setattr(database, "SCHEMA", 3)
    monkeypatch.setattr(database, "STEPS", {1: step, 2: step})
    with pytest.raises(StoreError, match="older clerk"):
        open_database(store, write=False)
    open_database(store, write=True).close()
    open_database(store, write=False).close()
    assert len(done) == 2
    assert rows(store, "select count(*) from sqlite_schema where name like 'step_%'") == [(2,)]


def test_a_step_that_fails_leaves_the_store_as_it_was(store: Path) -> None:
    """All steps are one transaction."""

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("create table half(value)")
        raise sqlite3.OperationalError("disk I/O error")

    with opened(store) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, 2, {1: fail})
        assert connection.execute("pragma user_version").fetchone() == (1,)
    assert rows(store, "select count(*) from sqlite_schema where name = 'half'") == [(0,)]


# ---------------------------------------------------------------- commands


def test_what_the_commands_say(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures, a check, and each event as `clerk parse` gives it."""
    named = str(store)
    assert storecommands.run_stats(named, as_json=True) == 0
    stats = json.loads(capsys.readouterr().out)
    assert stats["lines"] == 3 * 400 * 7
    assert [month["month"] for month in stats["months"]] == ["2026-09", "2026-10", "2026-11"]
    assert 0 < stats["index_bytes"] < stats["size_bytes"] < stats["raw_bytes"]
    assert storecommands.run_stats(named, as_json=False) == 0
    assert "lines    8,400 in " in capsys.readouterr().out
    assert storecommands.run_check(named, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["sound"] is True
    assert storecommands.run_export(named, None) == 0
    lines = capsys.readouterr().out.splitlines()
    first = json.loads(lines[0])
    assert len(lines) == 8400
    assert first["line"] == 1
    assert first["event"]["verb"] == "connect"
    assert first["raw"].endswith("connect from mail.sender.example[192.0.2.7]")
    assert storecommands.run_keep(named, "60") == 0
    assert storecommands.run_prune(named, 90) == 0
    assert storecommands.run_compact(named) == 0
    assert storecommands.run_rebuild(named, None) == 0
    assert storecommands.run_forget(named, FORGOTTEN) == 0
    assert storecommands.run_check(named, as_json=False) == 0
    assert "is sound" in capsys.readouterr().out


@pytest.mark.parametrize("wanted", ["nobody", "@recipient.example", "jane@", "99"])
def test_what_cannot_be_forgotten_is_refused(wanted: str, tmp_path: Path) -> None:
    """A domain is not an address: a slip must not empty a store."""
    store = filled(tmp_path)
    with pytest.raises(UsageError):
        storecommands.run_forget(str(store), wanted)


def test_no_command_makes_a_store(tmp_path: Path) -> None:
    """Looking after what is not there is an error, and leaves nothing behind."""
    store = tmp_path / "none.sqlite"
    for run in (storecommands.run_compact, storecommands.run_private):
        with pytest.raises(StoreError, match="no store yet"):
            run(str(store))
    with pytest.raises(StoreError, match="no store yet"):
        storecommands.run_check(str(store), as_json=False)
    assert not store.exists()
