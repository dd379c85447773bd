"""The generator: copies that collide with nothing, join as the recorded ones did, and tell their own time."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from grammars.core.selfdating import postfix_queue_id

ROOT = Path(__file__).parent.parent.parent
RUNS = Path(__file__).parent / "runs"
SHORT_ID = r"[0-9A-F]{10,12}"

Make = Callable[..., Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Gives a function that runs the generator with these options and gives its folder."""

    def run(profile: str, *options: str) -> Path:
        out = tmp_path_factory.mktemp(profile)
        script = ROOT / "benchmarks" / "generate.py"
        command = [sys.executable, str(script), "--from", str(RUNS / profile), "--out", str(out), *options]
        subprocess.run(command, check=True, capture_output=True)
        return out

    return run


@pytest.fixture(scope="module")
def amavis(make: Make) -> Path:
    return make("amavis", "--lines", "6000", "--days", "2", "--reused", "0")


@pytest.fixture(scope="module")
def rspamd(make: Make) -> Path:
    return make("rspamd", "--lines", "6000", "--days", "2")


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def instant(line: str) -> float:
    return datetime.fromisoformat(line.partition(" ")[0]).timestamp()


def bundles_of(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "bundles.json").read_text(encoding="utf-8"))["bundles"]
    return found


def captured(pattern: str, text: str) -> list[str]:
    """Gives the one group of the pattern, wherever it matches."""
    return re.findall(pattern, text)


def pairs(pattern: str, text: str) -> list[tuple[str, str]]:
    """Gives the two groups of the pattern, wherever it matches."""
    return re.findall(pattern, text)


def test_equal_arguments_give_equal_bytes(make: Make, amavis: Path) -> None:
    again = make("amavis", "--lines", "6000", "--days", "2", "--reused", "0")
    for name in ("mail.log", "bundles.json"):
        assert (again / name).read_bytes() == (amavis / name).read_bytes()


def test_another_seed_gives_another_log(make: Make, amavis: Path) -> None:
    other = make("amavis", "--lines", "6000", "--days", "2", "--reused", "0", "--seed", "2")
    assert (other / "mail.log").read_bytes() != (amavis / "mail.log").read_bytes()


@pytest.mark.parametrize("profile", ["amavis", "rspamd"])
def test_lines_stand_in_order_of_time(profile: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(profile)
    for path in folder.glob("*.log"):
        width = 19 if path.name == "rspamd.log" else 32
        stamps = [line[:width] for line in lines_of(path)]
        assert stamps == sorted(stamps)


def test_messages_overlap(amavis: Path) -> None:
    """Some message begins while another is under way."""
    under_way, most = set[str](), 0
    for line in lines_of(amavis / "mail.log"):
        if opened := re.search(rf"({SHORT_ID}): client=(?!localhost)", line):
            under_way.add(opened[1])
        elif closed := re.search(rf"({SHORT_ID}): removed", line):
            under_way.discard(closed[1])
        most = max(most, len(under_way))
    assert most > 3


def test_every_copy_has_identities_of_its_own(amavis: Path, rspamd: Path) -> None:
    text = (amavis / "mail.log").read_text(encoding="utf-8")
    opened = Counter(captured(rf"({SHORT_ID}): client=", text))
    assert len(opened) > 500
    assert set(opened.values()) == {1}
    filtered = Counter(captured(r"mail_id: ([\w-]+)", text))
    assert set(filtered.values()) == {1}
    scans = Counter(captured(r"amavis\[\d+\]: (\(\d+-\d+\)) \w+ [^{\n]*\{", text))
    assert set(scans.values()) == {1}
    long_ids = Counter(captured(r"(\w{10}z\w+): client=", (rspamd / "mail.log").read_text(encoding="utf-8")))
    assert set(long_ids.values()) == {1}


def test_a_message_keeps_one_message_id_and_return_path(amavis: Path) -> None:
    text = (amavis / "mail.log").read_text(encoding="utf-8")
    paths: dict[str, set[str]] = {}
    for path, message_id in pairs(r"<([\w.-]+@\S+)> -> \S+, .*Message-ID: <([^>]+)>", text):
        paths.setdefault(message_id, set()).add(path)
    assert len(paths) > 100
    assert all(len(found) == 1 for found in paths.values())
    assert len({path for found in paths.values() for path in found}) == len(paths)


def test_ids_that_lines_name_are_found_where_they_lead(amavis: Path) -> None:
    text = (amavis / "mail.log").read_text(encoding="utf-8")
    opened = set(captured(rf"({SHORT_ID}): (?:client=|message-id=)", text))
    for pattern in (
        rf"relay=127\.0\.2\.25.* queued as ({SHORT_ID})",
        rf"orig_queue_id=({SHORT_ID})",
        rf"Queue-ID: ({SHORT_ID})",
        rf"queued_as: ({SHORT_ID})",
        rf"notification: ({SHORT_ID})",
        rf"message-id=<\d{{14}}\.({SHORT_ID})@",
    ):
        named = set(captured(pattern, text))
        assert named, pattern
        assert named <= opened, pattern
    saved = set(captured(r"> ([\w+/]{22})(?::R\d)? Saved", text))
    assert saved
    assert saved <= set(captured(r"lmtp\([^)]+\)<\d+><([\w+/]{22})", text))


def test_rspamd_tells_of_the_same_messages(rspamd: Path) -> None:
    mail = (rspamd / "mail.log").read_text(encoding="utf-8")
    scanned = pairs(r"write_log: id: <([^>]+)>, qid: <(\w+)>", (rspamd / "rspamd.log").read_text(encoding="utf-8"))
    assert scanned
    for message_id, queue_id in scanned:
        assert f"{queue_id}: message-id=<{message_id}>" in mail


def test_rspamd_stands_within_a_second_of_the_edge(rspamd: Path) -> None:
    seen: dict[str, list[float]] = {}
    for line in lines_of(rspamd / "mail.log"):
        for queue_id in captured(r"\]: (\w{10}z\w+): ", line):
            seen.setdefault(queue_id, []).append(instant(line))
    for line in lines_of(rspamd / "rspamd.log"):
        for queue_id in captured(r"write_log: .* qid: <(\w+)>", line):
            scanned = instant(f"{line[:10]}T{line[11:19]}+00:00 ")
            assert seen[queue_id][0] - 2 < scanned < seen[queue_id][-1] + 1


def test_long_ids_date_themselves(rspamd: Path) -> None:
    checked = 0
    for line in lines_of(rspamd / "mail.log"):
        for queue_id in captured(r"(\w{10}z\w+): client=", line):
            own = postfix_queue_id(queue_id)
            assert own is not None
            assert abs(own / 1e6 - instant(line)) < 1
            checked += 1
    assert checked > 100


def test_short_ids_hold_the_microsecond_of_their_line(amavis: Path) -> None:
    for line in lines_of(amavis / "mail.log"):
        for micros in captured(r"([0-9A-F]{5})[0-9A-F]{5,7}: client=", line):
            assert (instant(line) - int(micros, 16) / 1e6) % 1 < 0.1


def test_a_short_id_comes_back_only_after_hours(make: Make) -> None:
    folder = make("amavis", "--lines", "6000", "--days", "4", "--reused", "0.3")
    lives: dict[str, list[float]] = {}
    closed: dict[str, float] = {}
    again = 0
    for line in lines_of(folder / "mail.log"):
        if removed := re.search(rf"({SHORT_ID}): removed", line):
            closed[removed[1]] = instant(line)
        elif opened := re.search(rf"({SHORT_ID}): client=", line):
            starts = lives.setdefault(opened[1], [])
            if starts:
                again += 1
                assert instant(line) - closed[opened[1]] >= 6 * 3600
            starts.append(instant(line))
    assert again > 10


def test_a_process_serves_one_connection_at_a_time(amavis: Path) -> None:
    busy: set[str] = set()
    for line in lines_of(amavis / "mail.log"):
        _, host, tag, text = line.split(" ", 3)
        if text.startswith("connect from") and "localhost" not in text:
            assert f"{host} {tag}" not in busy
            busy.add(f"{host} {tag}")
        elif text.startswith("disconnect from"):
            busy.discard(f"{host} {tag}")


@pytest.mark.parametrize("profile", ["amavis", "rspamd"])
def test_bundles_cite_their_lines(profile: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(profile)
    logs = {path.name: lines_of(path) for path in folder.glob("*.log")}
    bundles = bundles_of(folder)
    assert len(bundles) == 50
    assert len({bundle["tag"] for bundle in bundles}) >= 7
    for bundle in bundles:
        assert all(logs[cited["file"]][cited["line"] - 1] == cited["raw"] for cited in bundle["lines"])
        raw = [cited["raw"] for cited in bundle["lines"]]
        assert any(bundle["return_path"] in line for line in raw)
        if bundle["queue_id"] is not None:
            assert any(f"{bundle['queue_id']}: client=" in line for line in raw)
        times = [instant(cited["raw"]) for cited in bundle["lines"] if cited["file"] == "mail.log"]
        asked = datetime.fromisoformat(bundle["timestamp"]).timestamp()
        assert min(times) - 2 < asked < max(times) + 2


def test_bundles_miss_no_line(amavis: Path) -> None:
    """Every line of the log that names an address or queue id of a bundle's lines is among them."""
    log = lines_of(amavis / "mail.log")
    for bundle in bundles_of(amavis)[:10]:
        cited = {entry["line"] for entry in bundle["lines"]}
        named = {word for entry in bundle["lines"] for word in captured(rf"\b{SHORT_ID}\b", entry["raw"])}
        named.add(bundle["message_id"])
        if bundle["own_return_path"]:
            named.add(bundle["return_path"])
        for number, line in enumerate(log, 1):
            assert number in cited or not any(word in line for word in named)


def test_both_forms_tell_the_same(make: Make, amavis: Path) -> None:
    traditional = make("amavis", "--lines", "6000", "--days", "2", "--reused", "0", "--form", "3164")
    iso = lines_of(amavis / "mail.log")
    other = lines_of(traditional / "mail.log")
    assert [line[33:] for line in iso] == [line[16:] for line in other]
    assert all(re.fullmatch(r"Nov [ \d]\d \d\d:\d\d:\d\d ", line[:16]) for line in other)


def test_hosts_may_have_a_file_each(make: Make, amavis: Path) -> None:
    folder = make("amavis", "--lines", "6000", "--days", "2", "--reused", "0", "--per-host")
    apart = lines_of(folder / "mx1.log") + lines_of(folder / "hub1.log")
    assert sorted(apart) == sorted(lines_of(amavis / "mail.log"))
    assert all(line.split(" ")[1] == "hub1" for line in lines_of(folder / "hub1.log"))


def test_a_large_log_has_the_size_ordered_and_is_in_order(make: Make) -> None:
    """So large that it is written in several stretches."""
    path = make("amavis", "--megabytes", "12") / "mail.log"
    assert path.stat().st_size == pytest.approx(12_000_000, rel=0.03)
    stamps = [line[:32] for line in lines_of(path)]
    assert stamps == sorted(stamps)
