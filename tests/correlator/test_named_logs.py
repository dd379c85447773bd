"""Logs as the command line names them, from end to end."""

import gzip
import os
import shlex
from pathlib import Path
from typing import Any

import pytest

from correlator import loading, unreadable
from correlator.errors import InputError
from correlator.naming import LogName, parse_log_names
from correlator.unreadable import reading_line
from queries.sources import SourceError, read_log_file
from tests.correlator.commandline import STORY, answer, clerk, written
from tests.correlator.stories import BUNDLE, START, accepted, whole

DAY = 86_400


def hosts(found: Any) -> set[str | None]:
    """The hosts that an answer's logs are of."""
    return {source["host"] for source in found["coverage"]["sources"]}


# ---------------------------------------------------------------- hosts, zones, years


def without_zone(text: str) -> str:
    """The same lines with stamps that name no zone."""
    return text.replace("Z mx1 ", " mx1 ")


def test_a_host_named_before_the_path_is_that_of_its_lines(tmp_path: Path) -> None:
    """A name overrides what the lines say: `localhost` on every machine."""
    log = tmp_path / "mail.log"
    log.write_text(whole(STORY).replace(" mx1 ", " localhost "))
    assert hosts(answer("--log", "mail.log", folder=tmp_path)) == {"localhost"}
    found = answer("--log", "mx1=mail.log", folder=tmp_path)
    assert hosts(found) == {"mx1"}
    entries = found["matches"][0]["recipients"][0]["timeline"]
    assert {entry["host"] for entry in entries} == {"mx1"}
    assert all(" localhost " in entry["raw"] for entry in entries), "the line stays as it is"
    assert {entry["file"] for entry in entries} == {"mail.log"}


def test_each_log_has_its_own_zone(tmp_path: Path) -> None:
    """Two machines, two zones, one message: the zone stands before the path."""
    (tmp_path / "mx1.log").write_text(without_zone(whole(STORY)).replace("T10:", "T11:"))
    (tmp_path / "mx2.log").write_text(without_zone(whole(accepted(host="mx1", queue_id="5F7B21234B"))))
    found = answer("--log", "mx1@Europe/Berlin=mx1.log", "--log", "@UTC=mx2.log", folder=tmp_path)
    assert found["matches"][0]["message"]["received"] == "2026-11-23T10:24:00.200Z"
    zones = {(source["zone"], source["zone_basis"]) for source in found["coverage"]["sources"]}
    assert len(found["matches"]) == 2
    assert {basis for _, basis in zones} == {"zone_given"}


def test_the_year_of_stamps_without_one(tmp_path: Path) -> None:
    """`--year` is that of the last line: a log may begin in the year before."""
    year = 2019
    lines = whole(STORY).splitlines()
    old = "".join(f"Dec 31 23:{line[14:19]} {line[line.index('mx1') :]}\n" for line in lines)
    new = old.replace("Dec 31 23:", "Jan  1 00:").replace("4F7B21234A", "5F7B21234B")
    (tmp_path / "mail.log").write_text(old + new)
    bundle = BUNDLE.replace("2026-11-23T10:24:00Z", f"{year - 1}-12-31T23:24:00Z")
    found = answer("--log", "mail.log", "--zone", "UTC", "--year", str(year), text=bundle, folder=tmp_path)
    received = [match["message"]["received"] for match in found["matches"]]
    assert received[0].startswith(f"{year - 1}-12-31T23:24:0"), received
    assert found["coverage"]["sources"][0]["last"].startswith(f"{year}-01-01T00:24")


def test_a_zone_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    run = clerk("ask", "--log", "mx1@nowhere=mail.log", text=BUNDLE, folder=tmp_path)
    assert run.returncode == 2
    assert "nowhere: no such zone" in run.stderr
    assert not run.stdout


def test_standard_input_may_have_a_host(tmp_path: Path) -> None:
    (tmp_path / "bundle.txt").write_text(BUNDLE)
    log = whole(STORY).replace(" mx1 ", " localhost ")
    found = answer("bundle.txt", "--log", "mx1=-", text=log, folder=tmp_path)
    assert hosts(found) == {"mx1"}
    run = clerk("ask", "--log", "mx1=-", text=log, folder=tmp_path)
    assert run.returncode == 2


# ---------------------------------------------------------------- folders


def test_a_folder(tmp_path: Path) -> None:
    written(tmp_path / "log" / "mail.log")
    (tmp_path / "log" / "wtmp").write_bytes(b"\0\1\2")
    found = answer("--log", "log", folder=tmp_path)
    assert found["finding"] == "found"
    assert found["coverage"]["missing"] == [
        "no log of store1.recipient.example[203.0.113.40]:24, which took the message on"
    ]


@pytest.mark.parametrize("head", [b"\x1f\x8b\x08\0", b"\xfd7zXZ\0\0\4", b"BZh9"])
def test_a_damaged_packed_file_in_a_folder_is_not_a_log(tmp_path: Path, head: bytes) -> None:
    """Each library reports damage by an error of its own: none of them stops the search."""
    suffix = {b"\x1f": "gz", b"\xfd": "xz", b"B": "bz2"}[head[:1]]
    written(tmp_path / "log" / "mail.log")
    (tmp_path / "log" / f"state.{suffix}").write_bytes(head + b"\xff" * 100)
    assert answer("--log", "log", folder=tmp_path)["finding"] == "found"


def test_a_folder_without_logs(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    run = clerk("ask", "--log", "log", text=BUNDLE, folder=tmp_path)
    assert run.returncode == 5
    assert "log: is a directory; name the log files in it" in run.stderr


# ---------------------------------------------------------------- rotated files


def rotate(folder: Path) -> None:
    """Yesterday's lines in the rotated file, today's in the one that is written."""
    written(folder / "mail.log", "+86400 smtpd: connect from other.example[192.0.2.9]", *_later(accepted()))
    packed = folder / "mail.log.1.gz"
    packed.write_bytes(gzip.compress(whole(STORY).encode()))
    older = folder / "mail.log.2.gz"
    older.write_bytes(gzip.compress(whole(STORY).replace("2026-11-23", "2026-11-21").encode()))
    for path, age in ((packed, 0), (older, 2 * DAY)):
        os.utime(path, (START // 1_000_000 + 60 - age,) * 2)


def _later(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line.replace("4F7B21234A", "5F7B21234B").replace("192.0.2.7", "192.0.2.9") for line in lines)


def test_the_rotated_file_that_matters_is_named(tmp_path: Path) -> None:
    """The one of the time asked, with the option that adds it; not the one before."""
    rotate(tmp_path)
    bundle = BUNDLE.replace("news@", "letters@")
    found = answer("--log", "mx1=mail.log", text=bundle, folder=tmp_path)
    assert found["finding"] == "cannot_tell"
    (named,) = [text for text in found["coverage"]["missing"] if "is not among the logs named" in text]
    assert named.startswith("mail.log.1.gz, with lines of 2026-11-23T10:24:00Z to ")
    assert named.endswith("add --log mx1=mail.log.1.gz, or --rotated")
    assert any(named in step for step in found["next_steps"])


def test_rotated_files_are_taken_when_asked_for(tmp_path: Path) -> None:
    rotate(tmp_path)
    found = answer("--log", "mail.log", "--rotated", folder=tmp_path)
    assert found["finding"] == "found"
    files = {entry["file"] for entry in found["matches"][0]["recipients"][0]["timeline"]}
    assert files == {"mail.log.1.gz"}
    assert found["coverage"]["sources"][0]["files"] == ["mail.log.2.gz", "mail.log.1.gz", "mail.log"]


def test_nothing_is_named_where_the_logs_at_hand_cover_the_time(tmp_path: Path) -> None:
    rotate(tmp_path)
    bundle = BUNDLE.replace("2026-11-23T10:24:00Z", "2026-11-24T10:24:00Z").replace("news@", "letters@")
    found = answer("--log", "mail.log", text=bundle, folder=tmp_path)
    assert not [text for text in found["coverage"]["missing"] if "mail.log." in text]


def test_rotated_files_of_another_server_are_no_doubt(tmp_path: Path) -> None:
    """The receiving server's log covers the time: what its neighbour had then does not matter."""
    rotate(tmp_path)
    (tmp_path / "mail.log").rename(tmp_path / "hub.log")
    (tmp_path / "mail.log.1.gz").rename(tmp_path / "hub.log.1.gz")
    written(tmp_path / "mx.log", *STORY, "+60 smtpd: connect from other.example[192.0.2.9]")
    (tmp_path / "site.toml").write_text('version = 1\n[hosts.mx1]\naddresses = ["203.0.113.25"]\n')
    bundle = f"{BUNDLE.replace('news@', 'letters@').replace('192.0.2.7', '192.0.2.77')}Receiving IP: 203.0.113.25\n"
    logs = ("--log", "mx.log", "--log", "hub1=hub.log")
    found = answer(*logs, text=bundle, folder=tmp_path)
    assert (found["finding"], found["coverage"]["missing"]) == ("not_found", [])
    anywhere = answer(*logs, text=bundle.partition("Receiving")[0], folder=tmp_path)
    assert "hub.log.1.gz" in str(anywhere["coverage"]["missing"])


def test_without_a_time_the_rotated_files_are_mentioned_once(tmp_path: Path) -> None:
    rotate(tmp_path)
    found = answer("--log", "mail.log", text="Return-Path: letters@sender.example\n", folder=tmp_path)
    named = [text for text in found["coverage"]["missing"] if "--rotated" in text]
    assert named == ["mail.log.2.gz, mail.log.1.gz not read: --rotated takes rotated files too"]


def test_a_later_file_may_tell_how_an_open_fate_ended(tmp_path: Path) -> None:
    """Only the rotated file is named, and the message waits in the queue at its end."""
    (tmp_path / "mail.log.1").write_text(whole(accepted()))
    os.utime(tmp_path / "mail.log.1", (START // 1_000_000 + 60,) * 2)
    written(tmp_path / "mail.log", "+86400 smtpd: connect from other.example[192.0.2.9]")
    found = answer("--log", "mail.log.1", folder=tmp_path)
    assert found["matches"][0]["recipients"][0]["fate"] == "deferred"
    assert "mail.log, which may tell the rest: --log mail.log" in found["coverage"]["missing"]
    whole_story = answer("--log", "mail.log.1", "--log", "mail.log", folder=tmp_path)
    assert not [text for text in whole_story["coverage"]["missing"] if "may tell the rest" in text]


def test_the_site_file_in_force_is_named(tmp_path: Path) -> None:
    written(tmp_path / "mail.log")
    assert answer("--log", "mail.log", folder=tmp_path)["coverage"]["site_file"] is None
    (tmp_path / "site.toml").write_text("version = 1\n")
    assert answer("--log", "mail.log", folder=tmp_path)["coverage"]["site_file"] == "site.toml"
    run = clerk("ask", "--log", "mail.log", text=BUNDLE, folder=tmp_path)
    assert "What the logs cover (UTC, by the site file site.toml)" in run.stdout


# ---------------------------------------------------------------- files that may not be read


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of files that may not be read: root, who may read all, runs these tests too."""
    names: set[str] = set()

    def read(path: Path, host: str | None = None) -> Any:
        if path.name in names:
            error = PermissionError(13, "Permission denied")
            raise SourceError(f"{path}: may not be read") from error
        return read_log_file(path, host)

    monkeypatch.setattr(loading, "read_log_file", read)
    return names


def test_one_file_that_may_not_be_read_stops_no_answer(tmp_path: Path, forbidden: set[str]) -> None:
    forbidden |= {"hub.log"}
    written(tmp_path / "mail.log")
    (tmp_path / "hub.log").touch(mode=0o640)
    loaded = loading.load(
        parse_log_names([str(tmp_path / "mail.log"), str(tmp_path / "hub.log")]), None, bundle="b.txt"
    )
    assert [Path(entry.name).name for entry in loaded.files] == ["mail.log"]
    (remark,) = loaded.remarks
    assert remark.startswith(f"{tmp_path / 'hub.log'} (owner ")
    assert "mode -rw-r-----" in remark
    cat = f"sudo cat {tmp_path / 'hub.log'} | clerk ask b.txt --log - --log {tmp_path / 'mail.log'}"
    assert remark.endswith(f"may not be read by you; try: {cat}")


def test_the_group_that_may_read_is_named(tmp_path: Path, forbidden: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    forbidden |= {"mail.log"}
    log = tmp_path / "mail.log"
    log.touch(mode=0o640)
    monkeypatch.setattr(unreadable, "_is_member", lambda _: False)
    monkeypatch.setattr(unreadable, "_group_name", lambda _: "adm")
    with pytest.raises(InputError, match="group adm, mode -rw-r-----; you are not in group adm") as caught:
        loading.load(parse_log_names([str(log)]), None, bundle="-")
    assert caught.value.exit_status == 5
    assert caught.value.remedy == f"try (the text saved as bundle.txt): sudo cat {log} | clerk ask bundle.txt --log -"


def test_a_folder_that_may_not_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither it nor a file in it stops the others; pathlib raises where os.path says no."""
    closed = tmp_path / "closed"
    closed.mkdir()
    written(tmp_path / "mail.log")
    real = os.stat

    def stat(path: Any, **options: Any) -> os.stat_result:
        if "closed/" in str(path):
            raise PermissionError(13, "Permission denied")
        return real(path, **options)

    monkeypatch.setattr(os, "stat", stat)
    monkeypatch.setattr(os, "access", lambda path, _: "closed" not in str(path))
    names = parse_log_names(str(tmp_path / name) for name in ("closed", "closed/mail.log", "mail.log"))
    loaded = loading.load(names, None, rotated=True)
    assert [Path(entry.name).name for entry in loaded.files] == ["mail.log"]
    assert f"{closed}: is a folder that you may not list; name the logs in it" in loaded.remarks


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        (("mail.log",), "sudo cat mail.log | clerk ask b.txt --log -"),
        (("mail.log.1", "mail.log"), "sudo cat mail.log.1 mail.log | clerk ask b.txt --log -"),
        (
            ("mail.log.3.gz", "mail.log.2.gz", "mail.log"),
            "{ sudo zcat mail.log.3.gz mail.log.2.gz; sudo cat mail.log; } | clerk ask b.txt --log -",
        ),
        (("a.bz2",), "sudo bzcat a.bz2 | clerk ask b.txt --log -"),
        (("a.xz", "a.zst"), "{ sudo xzcat a.xz; sudo zstdcat a.zst; } | clerk ask b.txt --log -"),
        (("my mail's.log",), "sudo cat 'my mail'\"'\"'s.log' | clerk ask b.txt --log -"),
        (("; rm -rf $HOME",), "sudo cat '; rm -rf $HOME' | clerk ask b.txt --log -"),
        (("-n",), "sudo cat ./-n | clerk ask b.txt --log -"),
        (("mx1=mail.log", "mx1=mail.log.1"), "sudo cat mail.log mail.log.1 | clerk ask b.txt --log mx1=-"),
    ],
)
def test_the_line_that_reads_them_all_the_same(paths: tuple[str, ...], line: str) -> None:
    assert reading_line(parse_log_names(paths), (), "b.txt") == line
    assert shlex.split(line), "a shell can read it"


def test_the_line_for_lines_alone() -> None:
    assert reading_line([LogName(path="mail.log")], (), None) == "sudo cat mail.log | clerk parse -"
