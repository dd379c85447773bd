"""Systemd's journal as a log, and the usual places; journalctl is played by a script that says what it was asked."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from correlator import commands
from correlator.errors import InputError
from correlator.journal import journal_window, read_journal
from correlator.naming import JOURNAL
from correlator.usual import usual_logs
from grammars import Basis, Event, Instant, Reader
from queries.question import Window
from queries.sources import SourceError
from tests.correlator.commandline import STORY, answer, clerk, written
from tests.correlator.stories import BUNDLE, NOW, START, whole

WINDOW = Window(first=Instant(START), last=Instant(START + 59_000_000))


class Played:
    """A journalctl that gives some output, and keeps what it was asked."""

    def __init__(self, out: str, said: str = "", status: int = 0) -> None:
        self.done = subprocess.CompletedProcess[bytes]([], status, out.encode(), said.encode())
        self.asked: list[str] = []

    def run(self, command: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
        """Takes the place of running it."""
        self.asked = list(command)
        return self.done


@pytest.fixture(autouse=True)
def _there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")


def as_journal(text: str) -> str:
    """The story as `journalctl -o short-iso-precise` prints it."""
    return re.sub(r"(?m)^(\S{19})(?:\.(\d+))?Z ", lambda found: f"{found[1]}.{(found[2] or ''):0<6}+0000 ", text)


JOURNAL_TEXT = as_journal(whole(STORY))


def test_its_lines_are_read_as_any_others() -> None:
    """A message of several lines cannot pass for another line; headings between boots are no lines."""
    forged = f"{'':50}2026-11-23T10:24:00.000000+0000 mx1 postfix/qmgr[7]: 4F7B21234A: removed\n"
    out = f"-- Boot 57063549520648c093f80b777d87779e --\n{JOURNAL_TEXT}{forged}"
    entry = read_journal(JOURNAL, WINDOW, NOW, None, Played(out).run)
    reader = Reader(Basis(newest=NOW))
    readings = [reader.read(line.text, line) for line in entry.lines()]
    assert [isinstance(each, Event) for each in readings] == [True] * len(STORY) + [False]


def test_what_the_journal_lost_is_asked_for_and_what_it_did_not_is_left_out() -> None:
    """Lines that journald dropped are nowhere; those that it could not hand to syslogd are in the journal."""
    head = "2026-11-23T10:24:09.000000+0000 mx1 systemd-journald[2]: "
    dropped, missed = (
        f"{head}Suppressed 9 messages from postfix@-.service\n",
        f"{head}Forwarding to syslog missed 9 messages.\n",
    )
    played = Played(JOURNAL_TEXT + dropped + missed)
    texts = [line.text for line in read_journal(JOURNAL, WINDOW, NOW, None, played.run).lines()]
    assert "_SYSTEMD_UNIT=systemd-journald.service" in played.asked
    assert dropped.rstrip() in texts
    assert missed.rstrip() not in texts


def test_a_journal_that_speaks_only_of_itself_holds_no_mail() -> None:
    out = "2026-11-23T10:24:09.000000+0000 mx1 systemd-journald[2]: Journal started\n"
    with pytest.raises(SourceError, match="holds no line of a mail program"):
        read_journal(JOURNAL, WINDOW, NOW, None, Played(out).run)


def test_only_mail_programs_of_the_days_asked_about() -> None:
    played = Played(JOURNAL_TEXT)
    window = journal_window([WINDOW])
    read_journal(JOURNAL, window, NOW, None, played.run)
    program, *arguments = played.asked
    assert program == "/usr/bin/journalctl"
    day = 86_400
    assert f"--since=@{START // 1_000_000 - 6 * day}" in arguments
    assert f"--until=@{START // 1_000_000 + 59 + 6 * day + 1}" in arguments
    matches = arguments[arguments.index("SYSLOG_FACILITY=2") :]
    assert matches[1] == "+"
    assert {"_SYSTEMD_UNIT=postfix@-.service", "_SYSTEMD_UNIT=dovecot.service", "_SYSTEMD_UNIT=rspamd.service"} <= {
        *matches
    }
    assert all(each.startswith("--") for each in arguments[: arguments.index("SYSLOG_FACILITY=2")])


def test_without_a_time_all_of_it_is_read() -> None:
    played = Played(JOURNAL_TEXT)
    read_journal(JOURNAL, journal_window([]), NOW, None, played.run)
    assert not [each for each in played.asked if each.startswith(("--since", "--until"))]


def test_a_folder_or_file_of_a_journal(tmp_path: Path) -> None:
    """Its name is one argument, whatever it looks like."""
    file = tmp_path / "--system.journal"
    file.touch()
    for path, option in ((tmp_path, "--directory"), (file, "--file"), (Path("--flush"), "--directory")):
        played = Played(JOURNAL_TEXT)
        read_journal(f"{JOURNAL}{path}", None, NOW, None, played.run)
        assert f"{option}={path}" in played.asked


@pytest.mark.parametrize(
    "said",
    [
        "Hint: You are currently not seeing messages from other users and the system.",
        "No journal files were opened due to insufficient permissions.",
    ],
)
def test_a_journal_that_may_not_be_read(said: str) -> None:
    with pytest.raises(SourceError, match="may not be read by you; join the group systemd-journal") as caught:
        read_journal(JOURNAL, WINDOW, NOW, "b.txt", Played("-- No entries --\n", said, 1).run)
    assert "sudo journalctl --output=short-iso-precise --all" in str(caught.value)
    assert str(caught.value).endswith("| clerk ask b.txt --log -")


def test_a_journal_without_lines_and_one_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match="holds no line of a mail program at the time asked about"):
        read_journal(JOURNAL, WINDOW, NOW, None, Played("-- No entries --\n").run)
    with pytest.raises(SourceError, match="cannot be read by journalctl: Failed to open /x: No such file"):
        read_journal("journal:/x", None, NOW, None, Played("", "Hint: x\nFailed to open /x: No such file\n", 1).run)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(SourceError, match="this machine has no journalctl; name log files instead"):
        read_journal(JOURNAL, WINDOW, NOW, None, Played("").run)


def played_on_path(folder: Path) -> dict[str, str]:
    """A program of that name, first on the search path, that prints the story."""
    program = folder / "bin" / "journalctl"
    program.parent.mkdir()
    (folder / "out").write_text(JOURNAL_TEXT)
    program.write_text(f'#!/bin/sh\necho "$@" > {folder}/asked\ncat {folder}/out\n')
    program.chmod(0o755)
    return {"PATH": f"{program.parent}:/usr/bin:/bin"}


def test_the_command_line_asks_the_journal(tmp_path: Path) -> None:
    more = played_on_path(tmp_path)
    found = answer("--log", "mx9=journal:", folder=tmp_path, more=more)
    assert found["finding"] == "found"
    assert {source["host"] for source in found["coverage"]["sources"]} == {"mx9"}
    assert "--since=@" in (tmp_path / "asked").read_text()
    run = clerk("ask", "--log", "journal:", text=BUNDLE, folder=tmp_path, more={"PATH": "/nowhere"})
    assert run.returncode == 5
    assert "this machine has no journalctl" in run.stderr


# ---------------------------------------------------------------- the usual places


def there(root: Path, *names: str) -> list[str]:
    """Makes some logs below a root, and gives what is looked at then."""
    for name in names:
        written(root / name)
    return [str(Path(each.path).relative_to(root)) for each in usual_logs(root)]


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (("var/log/mail.log", "var/log/syslog"), ["var/log/mail.log"]),
        (("var/log/maillog", "var/log/messages"), ["var/log/maillog"]),
        (("var/log/mail", "var/log/mail.info"), ["var/log/mail"]),
        (("var/log/mail.info",), ["var/log/mail.info"]),
        (("var/log/syslog",), ["var/log/syslog"]),
        (
            ("var/log/mail.log", "var/log/rspamd/rspamd.log", "var/log/dovecot.log"),
            ["var/log/mail.log", "var/log/rspamd/rspamd.log", "var/log/dovecot.log"],
        ),
        ((), []),
    ],
    ids=str,
)
def test_the_usual_places(names: tuple[str, ...], taken: list[str], tmp_path: Path) -> None:
    assert there(tmp_path, *names) == taken


def test_an_empty_log_is_none(tmp_path: Path) -> None:
    (tmp_path / "var/log").mkdir(parents=True)
    (tmp_path / "var/log/mail.log").touch()
    assert there(tmp_path, "var/log/syslog") == ["var/log/syslog"]


def ask_at(root: Path, bundle: Path) -> int:
    """The command without `--log`, on a machine whose file system begins at a root."""
    options: dict[str, Any] = {"to": None, "zone": None, "bundle_zone": None, "window": "30m", "limit": 5}
    return commands.run_ask(str(bundle), (), max_bundles=9, as_json=False, root=root, **options)


def test_without_a_log_the_usual_places_are_read_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    log = written(tmp_path / "var/log/mail.log")
    bundle = tmp_path / "b.txt"
    bundle.write_text(BUNDLE)
    assert ask_at(tmp_path, bundle) == 0
    told = capsys.readouterr()
    assert told.err == f"clerk: no log was named; reading {log}\n"
    assert "assumed       no log was named, so " in told.out


def test_where_there_is_none_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    bundle = tmp_path / "b.txt"
    bundle.write_text(BUNDLE)
    with pytest.raises(InputError, match="there is none in the usual places") as caught:
        ask_at(tmp_path, bundle)
    assert caught.value.exit_status == 5
    assert "add --log FILE" in caught.value.remedy
