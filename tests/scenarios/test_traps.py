"""Each trap of `docs/traps.md`: a small log, a sender's text, and the answer that the story demands.

`fixtures/traps/<trap>/` holds the logs, `bundle.txt` and `expect.json`; the latter was worked out from the
story by hand.  Each is asked through the real command line, of the store that reads whole logs and of the one
that searches them.
"""

import gc
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from correlator import loading
from correlator.cli import main

TRAPS = Path(__file__).resolve().parents[2] / "fixtures" / "traps"
Json = dict[str, Any]

_KEYS = {
    "story", "log", "options", "exit", "finding", "complete", "because", "matches", "reverse_path", "recipients",
    "cites", "not_cited", "says", "never_says", "cut", "error",
}  # fmt: skip
_RECIPIENT_KEYS = {
    "fate", "final", "folder", "stage", "owner", "holder", "code", "flags", "attempts", "quarantine_id",
    "final_recipient", "handed_to", "sentence", "because", "after", "children",
}  # fmt: skip


def folders() -> list[Path]:
    """The traps that are told here."""
    return sorted(path.parent for path in TRAPS.glob("*/expect.json"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A user without a site file; what the command line sets for the process is undone."""
    thresholds = gc.get_threshold()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("CLERK_SITE", raising=False)
    yield
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("searched", [False, True], ids=["whole", "searched"])
@pytest.mark.parametrize("folder", folders(), ids=lambda path: path.name)
def test_trap(
    folder: Path, searched: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer is the one that the story demands, in JSON and in text."""
    expect: Json = json.loads((folder / "expect.json").read_text("utf-8"))
    assert set(expect) <= _KEYS
    monkeypatch.chdir(folder)
    monkeypatch.setattr(loading, "_LARGE", 0 if searched else sys.maxsize)
    logs = expect.get("log") or sorted(path.name for path in folder.glob("*.log"))
    arguments = ["ask", "bundle.txt", *(part for log in logs for part in ("--log", log)), *expect.get("options", [])]
    status, made, errors = _run([*arguments, "--json"], monkeypatch, capsys)
    assert status == expect["exit"], errors
    if "error" in expect:
        assert expect["error"] in errors
        assert not made
        return
    answer = json.loads(made)
    text = _run(arguments, monkeypatch, capsys)[1]
    _check_answer(answer, expect)
    if "recipients" in expect:
        _check_recipients(answer["matches"][0]["recipients"], expect["recipients"])
    _check_lines(answer, expect, folder)
    flat = " ".join(text.split())
    for words in expect.get("says", []):
        assert words in flat, text
    for words in expect.get("never_says", []):
        assert words not in flat, text
    assert all(sign.isprintable() or sign == "\n" for sign in text)


def _run(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[object, str, str]:
    monkeypatch.setattr(sys, "argv", ["clerk", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


def _check_answer(answer: Json, expect: Json) -> None:
    assert answer["finding"] == expect["finding"], answer["because"]
    assert answer["coverage"]["complete"] is expect["complete"], answer["coverage"]
    assert answer["cut"] is expect.get("cut", False)
    assert len(answer["matches"]) == expect.get("matches", 1 if expect.get("recipients") else 0)
    if "reverse_path" in expect:
        assert answer["matches"][0]["message"]["reverse_path"] == expect["reverse_path"]
    for words in expect.get("because", []):
        assert any(words in said for said in (*answer["because"], *answer["coverage"]["missing"])), answer["because"]


def _check_recipients(found: list[Json], expect: Json) -> None:
    assert sorted(str(each["recipient"]) for each in found) == sorted(expect)
    for each in found:
        row = expect[str(each["recipient"])]
        assert set(row) <= _RECIPIENT_KEYS
        for name, value in row.items():
            _check_field(each, name, value)


def _check_field(each: Json, name: str, value: object) -> None:
    said = each["reason"]["code"] if name == "code" else each[name]
    where = f"{each['recipient']} {name}: {json.dumps(each, indent=1)[:6000]}"
    if name == "children":
        assert isinstance(value, dict)
        _check_recipients(said, value)
    elif name == "attempts":
        assert len(said) == value, where
    elif name == "sentence":
        assert str(value) in said, where
    elif name == "because":
        assert isinstance(value, list)
        assert len(said) == len(value), where
        assert all(words in because for words, because in zip(value, said, strict=True)), where
    elif name == "after":
        assert [entry["what"] for entry in said] == value, where
    else:
        assert said == value, where


def _check_lines(answer: Json, expect: Json, folder: Path) -> None:
    """What is cited stands there; what belongs to the story is cited, what belongs to another message is not."""
    cited = {
        (entry["file"], entry["line"]): entry["raw"]
        for match in answer["matches"][:1]
        for recipient in _with_children(match["recipients"])
        for entry in recipient["timeline"]
    }
    for (file, line), raw in cited.items():
        stands = (folder / file).read_bytes().split(b"\n")[line - 1].decode("utf-8", "replace")
        assert raw == stands or len(stands) > len(raw) > 200 or not stands.isprintable()
    for file, lines in expect.get("cites", {}).items():
        assert {(file, line) for line in lines} <= set(cited), sorted(cited)
    for file, lines in expect.get("not_cited", {}).items():
        assert not {(file, line) for line in lines} & set(cited), sorted(cited)


def _with_children(recipients: list[Json]) -> Iterator[Json]:
    for each in recipients:
        yield each
        yield from _with_children(each["children"])
