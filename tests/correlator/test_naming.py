"""How logs are named: hosts and zones before a path, folders, rotated files."""

import gzip
from datetime import UTC, timedelta, timezone
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlator.errors import UsageError
from correlator.folders import logs_in, without_folders
from correlator.naming import LogName, base_of, family_of, parse_log_name, parse_log_names, with_rotated
from tests.correlator.commandline import written

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mail.log", LogName(path="mail.log")),
        ("-", LogName(path="-")),
        ("mx1=-", LogName(path="-", host="mx1")),
        ("mx1=mail.log", LogName(path="mail.log", host="mx1")),
        ("mx1.recipient.example=/var/log/mail.log", LogName(path="/var/log/mail.log", host="mx1.recipient.example")),
        ("mx1@Europe/Berlin=mail.log", LogName(path="mail.log", host="mx1", zone=BERLIN)),
        ("mx1@UTC-6=a=b@c.log", LogName(path="a=b@c.log", host="mx1", zone=timezone(timedelta(hours=-6)))),
        ("mx1@+02:00=mail.log", LogName(path="mail.log", host="mx1", zone=timezone(timedelta(hours=2)))),
        ("@UTC=mail.log", LogName(path="mail.log", zone=UTC)),
        (r"C:\logs\mail.log", LogName(path=r"C:\logs\mail.log")),
        (r"C:\a=b\mail.log", LogName(path=r"C:\a=b\mail.log")),
        (r"EX01=C:\logs\mail.log", LogName(path=r"C:\logs\mail.log", host="EX01")),
        ("./a=b.log", LogName(path="./a=b.log")),
        ("/srv/x@y=z/mail.log", LogName(path="/srv/x@y=z/mail.log")),
        ("logs of mx1=new.log", LogName(path="logs of mx1=new.log")),
        ("user@host.log", LogName(path="user@host.log")),
        ("=mail.log", LogName(path="=mail.log")),
        ("mx1=", LogName(path="mx1=")),
        ("mx1=journal:/var/log/journal", LogName(path="journal:/var/log/journal", host="mx1")),
        ("journal:/srv/a=b", LogName(path="journal:/srv/a=b")),
    ],
)
def test_a_name(text: str, name: LogName) -> None:
    assert parse_log_name(text) == name
    assert parse_log_name(name.option) == name, "written out, it means the same"


@pytest.mark.parametrize("name", ["mx1=mail.log", "mx1@UTC=mail.log", "mx1@nowhere=mail.log"])
def test_a_file_of_that_very_name_wins(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("x")
    assert parse_log_name(name) == LogName(path=name)


def test_no_such_zone_is_an_error_that_says_how_to_mean_a_path() -> None:
    with pytest.raises(UsageError, match=r"mx1@nowhere=mail\.log: nowhere: no such zone") as caught:
        parse_log_name("mx1@nowhere=mail.log")
    assert caught.value.exit_status == 2
    assert "./mx1@nowhere=mail.log" in caught.value.remedy


def test_one_file_is_read_once_and_is_of_one_host() -> None:
    assert parse_log_names(["a.log", "b.log", "a.log"]) == (LogName(path="a.log"), LogName(path="b.log"))
    with pytest.raises(UsageError, match=r"a\.log is named twice"):
        parse_log_names(["mx1=a.log", "mx2=a.log"])


@given(st.text(st.sampled_from("mx1@=/.-:\\ UTC+"), max_size=16))
def test_any_name_is_a_name_or_no_zone(text: str) -> None:
    try:
        path = parse_log_name(text).path
    except UsageError:
        path = text.partition("=")[2]
    assert text.endswith(path)


# ---------------------------------------------------------------- rotated files

LOGROTATE = ("mail.log.10.gz", "mail.log.3.xz", "mail.log.2.gz", "mail.log.1", "mail.log")
DATED = ("maillog-20261108.gz", "maillog-20261115", "maillog-20261122", "maillog")
EXTENSION = ("mail-20261121.log.zst", "mail-20261122.log", "mail.log")
NEWSYSLOG = ("maillog.2.bz2", "maillog.1.bz2", "maillog.0.bz2", "maillog")
HOURLY = ("mail.log-20261122-1795300000", "mail.log-20261122-1795303600", "mail.log-2026-11-23", "mail.log")


@pytest.mark.parametrize("names", [LOGROTATE, DATED, EXTENSION, NEWSYSLOG, HOURLY], ids=lambda names: names[0])
def test_the_rotated_files_of_a_log_in_the_order_of_time(names: tuple[str, ...], tmp_path: Path) -> None:
    others = ["mail.err", "mail.log.bak", "mail.logs", "maillog2", "syslog.1", "mail"]
    shuffled = [*names, *others]
    Random(7).shuffle(shuffled)  # noqa: S311
    for name in shuffled:
        (tmp_path / name).write_text("x")
    for each in names:
        family = family_of(str(tmp_path / each))
        assert tuple(Path(path).name for path in family) == names
    (only,) = {base_of(name) for name in names}
    assert only == names[-1]


def test_of_a_file_and_its_packed_copy_the_plain_one(tmp_path: Path) -> None:
    for name in ("mail.log", "mail.log.1", "mail.log.1.gz"):
        (tmp_path / name).write_text("x")
    assert [Path(path).name for path in family_of(str(tmp_path / "mail.log"))] == ["mail.log.1", "mail.log"]


def test_rotated_files_are_of_the_same_host_and_written_as_the_user_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("mail.log", "mail.log.1", "mail.log.2.gz"):
        (tmp_path / name).write_text("x")
    named = with_rotated([LogName(path="./mail.log", host="mx1"), LogName(path="mail.log.1"), LogName(path="-")])
    assert [(name.path, name.host) for name in named[:3]] == [
        ("./mail.log.2.gz", "mx1"),
        ("./mail.log.1", "mx1"),
        ("./mail.log", "mx1"),
    ]
    assert named[-1] == LogName(path="-")


def test_a_log_that_is_not_there_stays_named(tmp_path: Path) -> None:
    missing = LogName(path=str(tmp_path / "nowhere" / "mail.log"))
    assert with_rotated([missing]) == (missing,)


# ---------------------------------------------------------------- folders


def test_a_folder_means_the_mail_logs_that_are_written_in_it(tmp_path: Path) -> None:
    """By their names, or by what stands in them: a folder of logs that were collected has names of its own."""
    for name in ("dovecot-info.log", "mail.info", "mail.log", "maillog", "mail.log.1", "mail.log.2.gz", "wtmp"):
        (tmp_path / name).write_bytes(b"\0\1 nothing that is understood\n")
    for name in ("hub1-of-monday.txt", "hub1-of-monday.txt.1", "syslog"):
        written(tmp_path / name)
    (tmp_path / "nginx.log").write_text('192.0.2.7 - - [23/Nov/2026:10:24:00 +0000] "GET / HTTP/1.1" 200 5\n')
    (tmp_path / "mail").mkdir()
    logs = ("dovecot-info.log", "hub1-of-monday.txt", "mail.info", "mail.log", "maillog")
    assert logs_in(str(tmp_path)) == tuple(str(tmp_path / name) for name in logs)
    named = without_folders([LogName(path=str(tmp_path), host="mx1")])
    assert [name.path for name in named] == [str(tmp_path / name) for name in logs]
    assert {name.host for name in named} == {"mx1"}


def test_where_there_is_no_mail_log_the_log_of_everything_is_one(tmp_path: Path) -> None:
    written(tmp_path / "syslog")
    (tmp_path / "hub.log.gz").write_bytes(gzip.compress((tmp_path / "syslog").read_bytes()))
    assert [Path(path).name for path in logs_in(str(tmp_path))] == ["hub.log.gz", "syslog"], "packed, not rotated"
    written(tmp_path / "hub.log")
    assert [Path(path).name for path in logs_in(str(tmp_path))] == ["hub.log", "syslog"]


def test_a_folder_without_any_stays_named(tmp_path: Path) -> None:
    folder = LogName(path=str(tmp_path))
    (tmp_path / "notes.txt").write_text("nothing about mail\n")
    assert without_folders([folder]) == (folder,)
