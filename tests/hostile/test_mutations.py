"""Whatever a log or a sender's text has become: no traceback, the exit statuses of the contract, text that is safe."""

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

from correlator import cli
from tests.hostile.forgeries import seeded
from tests.hostile.mutations import mutated

_ROOT = Path(__file__).resolve().parents[2]
_LOGS = sorted(
    [*_ROOT.glob("fixtures/scenarios/*/*-3164.log"), *_ROOT.glob("fixtures/formats/*/*/log.txt")],
    key=lambda path: path.as_posix(),
)
_BUNDLES = sorted(_ROOT.glob("fixtures/evidence/*.txt"))
_STATUSES = frozenset((0, 1, 3, 4, 5))
_LOG = _ROOT / "fixtures" / "scenarios" / "amavis" / "mx1-iso.log"


def _run(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["clerk", *arguments])
    monkeypatch.setattr(gc, "set_threshold", lambda *_: None)
    monkeypatch.setattr(sys.stdout, "reconfigure", lambda **_: None, raising=False)
    monkeypatch.setenv("CLERK_TRACEBACK", "1")
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert told.err.isprintable() or all(line.isprintable() for line in told.err.split("\n")), told.err
    return int(ended.value.code or 0), told.out


def _check_text(text: str) -> None:
    assert all(line.isprintable() for line in text.split("\n"))
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff")


def _check_json(text: str) -> None:
    assert text.isascii()
    for line in text.splitlines():
        json.loads(line)


@pytest.mark.parametrize("seed", range(60))
def test_a_mutated_log(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    random = seeded("log", seed)
    log = tmp_path / "mail.log"
    log.write_bytes(mutated(random.choice(_LOGS).read_bytes()[:120_000], random))
    bundle = random.choice(_BUNDLES)
    status, told = _run(["ask", str(bundle), "--log", str(log), "--json"], monkeypatch, capsys)
    assert status in _STATUSES
    _check_json(told)
    status, told = _run(["ask", str(bundle), "--log", str(log)], monkeypatch, capsys)
    assert status in _STATUSES
    _check_text(told)
    status, told = _run(["parse", str(log)], monkeypatch, capsys)
    assert status in {0, 5}
    _check_json(told)


@pytest.mark.parametrize("seed", range(60))
def test_a_mutated_bundle(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    random = seeded("bundle", seed)
    bundle = tmp_path / "bundle.txt"
    bundle.write_bytes(mutated(random.choice(_BUNDLES).read_bytes(), random))
    for option, check in (("--json", _check_json), ("--limit=3", _check_text)):
        status, told = _run(["ask", str(bundle), "--log", str(_LOG), option], monkeypatch, capsys)
        assert status in _STATUSES
        check(told)


@pytest.mark.parametrize("seed", range(3))
def test_by_the_real_command(seed: int, tmp_path: Path) -> None:
    random = seeded("command", seed)
    log, bundle = tmp_path / "ma\nil\x1b[2J\u202e.log", tmp_path / "bundle.txt"
    log.write_bytes(mutated(_LOG.read_bytes(), random))
    bundle.write_bytes(mutated(random.choice(_BUNDLES).read_bytes(), random))
    command = [sys.executable, "-c", "from correlator.cli import main; main()", "ask", str(bundle), "--log", str(log)]
    done = subprocess.run(command, capture_output=True, check=False, cwd=_ROOT)
    assert done.returncode in _STATUSES
    _check_text(done.stdout.decode("utf-8"))
    _check_text(done.stderr.decode("utf-8"))
