"""What cannot be read for ever, or at all, is refused in a line; an error of our own is told without private words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from correlator import cli, commands
from queries import sources
from queries.recoding import from_journal_export

_ROOT = Path(__file__).resolve().parents[2]


def _main(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["clerk", *arguments])
    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **_: None, raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_a_bug_is_one_line_without_private_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(**_: object) -> int:
        raise KeyError("alice@recipient.example")

    monkeypatch.setattr(commands, "run_formats", fails)
    assert _main(["formats"], monkeypatch) == 70
    told = capsys.readouterr().err
    assert "KeyError at test_refusals.py:" in told
    assert "alice" not in told
    assert "Traceback" not in told
    monkeypatch.setenv("CLERK_TRACEBACK", "1")
    monkeypatch.setattr(sys, "argv", ["clerk", "formats"])
    with pytest.raises(KeyError, match="alice"):
        cli.main()


def test_a_pipe_that_nobody_writes_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe, bundle = tmp_path / "pipe", tmp_path / "bundle.txt"
    os.mkfifo(pipe)
    bundle.write_text("Return-Path: news@sender.example\n", encoding="utf-8")
    monkeypatch.setattr(sources, "_PATIENCE", 0.05)
    assert _main(["ask", str(bundle), "--log", str(pipe)], monkeypatch) == 5
    assert "nobody writes into" in capsys.readouterr().err
    assert _main(["ask", str(pipe), "--log", str(bundle)], monkeypatch) == 4
    assert "nobody writes into" in capsys.readouterr().err


def test_a_text_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "bundle.txt"
    bundle.write_bytes(b"a" * 2000)
    monkeypatch.setattr(commands, "_LONGEST_TEXT", 1999)
    assert _main(["ask", str(bundle), "--log", str(bundle)], monkeypatch) == 4
    assert "[E104]" in capsys.readouterr().err


def test_a_journal_field_longer_than_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long line its beginning is kept, whatever pieces it comes in, and the next entry is read."""
    monkeypatch.setattr("queries.recoding._LONGEST_LINE", 50)
    entry = b"__REALTIME_TIMESTAMP=1795429935911523\n_COMM=x\nMESSAGE=" + b"a" * 500 + b"\n\n"
    pieces = [(entry * 2)[at : at + 7] for at in range(0, 2 * len(entry), 7)]
    lines = b"".join(from_journal_export(iter(pieces))).split(b"\n")
    told = [line.rpartition(b": ")[2] for line in lines if line]
    assert told == [b"a" * 42, b"a" * 42]


def test_a_reader_that_leaves(tmp_path: Path) -> None:
    """The command ends well, not with the status of `not_found`."""
    log = tmp_path / "mail.log"
    log.write_bytes(b"Nov 23 10:32:15 mx1 postfix/qmgr[7]: 4F2A1B3C9D: removed\n" * 20_000)
    command = [sys.executable, "-c", "from correlator.cli import main; main()", "parse", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=_ROOT) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 0
