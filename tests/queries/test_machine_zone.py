"""This machine's zone: by name where it has one, else by its rules."""

import zoneinfo
from datetime import UTC, datetime
from pathlib import Path

import pytest

from queries.basis import machine_zone

_SUMMER = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)


def _rules() -> bytes:
    found = [path for folder in zoneinfo.TZPATH if (path := Path(folder, "Europe/Berlin")).is_file()]
    return found[0].read_bytes()


def _offset(path: Path) -> str:
    return _SUMMER.astimezone(machine_zone(path)).strftime("%z")


def test_a_link_has_a_name(tmp_path: Path) -> None:
    """As most systems have it."""
    rules = tmp_path / "zoneinfo" / "Europe" / "Berlin"
    rules.parent.mkdir(parents=True)
    rules.write_bytes(_rules())
    (tmp_path / "localtime").symlink_to(rules)
    assert machine_zone(tmp_path / "localtime") == zoneinfo.ZoneInfo("Europe/Berlin")


def test_a_copy_has_rules(tmp_path: Path) -> None:
    """As a container has it into which the host's file was mounted."""
    (tmp_path / "localtime").write_bytes(_rules())
    assert _offset(tmp_path / "localtime") == "+0200"


@pytest.mark.parametrize("content", [None, b"", b"no rules"])
def test_what_cannot_be_read_is_utc(tmp_path: Path, content: bytes | None) -> None:
    """No file, or one that holds something else."""
    if content is not None:
        (tmp_path / "localtime").write_bytes(content)
    assert machine_zone(tmp_path / "localtime") is UTC


def test_the_variable_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`TZ` as libc takes it, with or without its colon."""
    (tmp_path / "localtime").write_bytes(_rules())
    monkeypatch.setenv("TZ", ":America/Chicago")
    assert _offset(tmp_path / "localtime") == "-0500"


def test_the_variable_may_name_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`TZ=:/etc/localtime` saves a look at the file's time at each call of libc: many servers have it."""
    (tmp_path / "rules").write_bytes(_rules())
    monkeypatch.setenv("TZ", f":{tmp_path / 'rules'}")
    assert _offset(tmp_path / "localtime") == "+0200"
