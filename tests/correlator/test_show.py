"""`clerk show` and `clerk coverage`: from the store and from log files, as text, lines and JSON."""

import json
from pathlib import Path

import pytest

from tests.correlator.commandline import clerk
from tests.scenarios.runs import FIXTURES

LOGS = tuple(str(FIXTURES / "amavis" / name) for name in ("hub1-iso.log", "mx1-iso.log"))
QUEUE_ID, MESSAGE_ID = "B3D7924C15F", "lab-multi-504105cca7@esp.example"
NAMED = tuple(part for path in LOGS for part in ("--log", path))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that holds a recorded run."""
    folder = tmp_path_factory.mktemp("store")
    made = clerk("ingest", *LOGS, "--store", str(folder / "s.db"), folder=folder)
    assert made.returncode == 0, made.stderr
    return str(folder / "s.db")


def test_the_same_message_by_every_id(store: str, tmp_path: Path) -> None:
    """By queue id, Message-ID and the beginning of its own id, from the store and from its logs: one object."""
    told = []
    for name in (QUEUE_ID, f"<{MESSAGE_ID}>", MESSAGE_ID):
        for source in (("--store", store), NAMED):
            run = clerk("show", name, "--json", *source, folder=tmp_path)
            assert run.returncode == 0, run.stderr
            told.append(json.loads(run.stdout))
    own = told[0]["id"]
    for digits in (8, 12, 64):
        runs = [
            clerk("show", own[:digits], "--json", *source, folder=tmp_path) for source in (("--store", store), NAMED)
        ]
        told += [json.loads(run.stdout) for run in runs]
    assert all(each == told[0] for each in told)
    fates = {each["recipient"]: each["fate"] for each in told[0]["recipients"]}
    assert fates["alice@recipient.example"] == "delivered"
    assert fates["nobody2@recipient.example"] == "rejected"


def test_legs_and_handoffs(store: str, tmp_path: Path) -> None:
    """Each handoff leads from one of the legs to another, and cites the line that proves it."""
    told = json.loads(clerk("show", QUEUE_ID, "--json", "--store", store, folder=tmp_path).stdout)
    ids = {leg["id"] for leg in told["legs"]}
    assert told["id"] in ids
    assert {leg["kind"] for leg in told["legs"]} == {"queue", "scan", "store"}
    lines = {path: Path(path).read_text("utf-8").split("\n") for path in LOGS}
    for each in told["handoffs"]:
        assert {each["from"], each["to"]} <= ids
        proof = each["because"]
        assert lines[proof["file"]][proof["line"] - 1] == proof["raw"]
    queued = [each for each in told["handoffs"] if each["kind"] == "queued_as"]
    assert len(queued) == 2
    assert all(each["strength"] == "proven" for each in queued)


def test_raw_lines_are_the_logs_own(store: str, tmp_path: Path) -> None:
    """Every line stands behind its file and number, as it is in the file."""
    run = clerk("show", QUEUE_ID, "--raw", "--store", store, folder=tmp_path)
    lines = {path: Path(path).read_text("utf-8").split("\n") for path in LOGS}
    shown = run.stdout.rstrip("\n").split("\n")
    assert len(shown) > 30
    for line in shown:
        path = next(path for path in LOGS if line.startswith(path))
        number, _, text = line.removeprefix(f"{path}:").partition(": ")
        assert lines[path][int(number) - 1] == text
    assert sum(f" {QUEUE_ID}: " in line for line in shown) == sum(
        f" {QUEUE_ID}: " in line for each in lines.values() for line in each
    )


def test_a_line_that_would_move_the_cursor(tmp_path: Path) -> None:
    """Control characters of a log are written out, in `--raw` too."""
    log = tmp_path / "mail.log"
    head = "2026-11-23T10:32:15+00:00 mx1 postfix/"
    log.write_text(
        f"{head}smtpd[7]: 4F2A1B3C9D: client=a.example[192.0.2.1]\n"
        f"{head}cleanup[8]: 4F2A1B3C9D: message-id=<x\x1b[2J@sender.example>\n"
        f"{head}qmgr[9]: 4F2A1B3C9D: removed\n",
        "utf-8",
    )
    for option in ("--raw", "--json"):
        run = clerk("show", "4F2A1B3C9D", option, "--log", str(log), folder=tmp_path)
        assert run.returncode == 0, run.stderr
        assert "\x1b" not in run.stdout
    assert "\x1b" not in clerk("show", "4F2A1B3C9D", "--log", str(log), folder=tmp_path).stdout


def test_hints_lead_to_the_message(store: str, tmp_path: Path) -> None:
    """What `ask` suggests shows the message that it found; from log files it suggests nothing."""
    text = f"Message-ID: <{MESSAGE_ID}>\n"
    asked = clerk("ask", "--store", store, text=text, folder=tmp_path).stdout
    (hint,) = [line.split() for line in asked.split("\n") if "clerk show" in line]
    shown = clerk(*hint[1:], "--store", store, folder=tmp_path)
    assert MESSAGE_ID in shown.stdout
    assert "clerk show" not in clerk("ask", *NAMED, text=text, folder=tmp_path).stdout


def test_unknown_and_ambiguous_ids(tmp_path: Path) -> None:
    """Nothing is 1; several are listed with time and sender, and 3."""
    assert clerk("show", "0123456789abcdef", *NAMED, folder=tmp_path).returncode == 1
    log = tmp_path / "mail.log"
    life = (
        "{0}:01+00:00 mx1 postfix/smtpd[7]: 4F2A1B3C9D: client=a.example[192.0.2.1]",
        "{0}:02+00:00 mx1 postfix/qmgr[9]: 4F2A1B3C9D: from=<{1}@sender.example>, size=9, nrcpt=1 (queue active)",
        "{0}:03+00:00 mx1 postfix/qmgr[9]: 4F2A1B3C9D: removed",
    )
    lines = [
        line.format(day, who)
        for day, who in (("2026-11-20T10:00", "ann"), ("2026-11-21T10:00", "bea"))
        for line in life
    ]
    log.write_text("\n".join(lines) + "\n", "utf-8")
    run = clerk("show", "4F2A1B3C9D", "--log", str(log), folder=tmp_path)
    assert run.returncode == 3
    rows = run.stdout.strip().split("\n")
    assert [("2026-11-20" in row, "ann@sender.example" in row) for row in rows] == [(True, True), (False, False)]
    first = rows[0].split()[0]
    assert "ann@sender.example" in clerk("show", first, "--log", str(log), folder=tmp_path).stdout
    assert len(json.loads(clerk("show", "4F2A1B3C9D", "--json", "--log", str(log), folder=tmp_path).stdout)) == 2


# ---------------------------------------------------------------- coverage


def test_coverage_is_the_same_from_the_store(store: str, tmp_path: Path) -> None:
    """Hosts, formats, spans and counts, and whose log is missing."""
    told = json.loads(clerk("coverage", "--json", "--store", store, folder=tmp_path).stdout)
    read = json.loads(clerk("coverage", "--json", *NAMED, folder=tmp_path).stdout)
    for each in (*told["sources"], *read["sources"]):
        assert each.pop("newest_age_seconds") > 0
    assert told == read
    rows = {(each["host"], each["format"]): each for each in told["sources"]}
    assert set(rows) == {("hub1", "dovecot"), ("hub1", "postfix"), ("mx1", "amavis"), ("mx1", "postfix")}
    total = sum(each["lines"] for each in told["sources"])
    assert total == sum(Path(path).read_text("utf-8").count("\n") for path in LOGS)


def test_the_next_hop_without_a_log(tmp_path: Path) -> None:
    """mx1 alone: the hub's log is missing; with it, it is not.  A filter on loopback never is."""
    alone = json.loads(clerk("coverage", "--json", "--log", LOGS[1], folder=tmp_path).stdout)["missing"]
    both = json.loads(clerk("coverage", "--json", *NAMED, folder=tmp_path).stdout)["missing"]
    hub = {"host": "127.0.2.25", "named_by": "mx1", "as": "next hop (relay=127.0.2.25[127.0.2.25]:25)"}
    assert hub in alone
    assert hub not in both
    assert not [each for each in (*alone, *both) if "127.0.0.1" in each["as"]]


def test_gaps_and_unread_lines_are_shown(tmp_path: Path) -> None:
    """A day without lines is a dot, one with a gap is half full; shapes of unread lines come with an example."""
    log = tmp_path / "mail.log"
    hours = [*range(24), *(hour for hour in range(24, 48) if not 26 <= hour < 34), *range(72, 96)]
    times = [(hour, minute) for hour in hours for minute in range(0, 60, 4)]
    stamps = [f"2026-11-{16 + hour // 24}T{hour % 24:02d}:{minute:02d}:00+00:00" for hour, minute in times]
    lines = [f"{stamp} mx1 postfix/qmgr[9]: 4F{number:06d}: removed" for number, stamp in enumerate(stamps)]
    lines.insert(9, "what is this line of <bob@recipient.example>")
    log.write_text("\n".join(lines) + "\n", "utf-8")
    table = clerk("coverage", "--log", str(log), folder=tmp_path).stdout
    (row,) = [line for line in table.split("\n") if line.startswith("mx1")]
    assert row.endswith("██ ░░ ·· ██")
    assert "gap      mx1 postfix has no line 2026-11-17 01:56:00–10:00:00 UTC" in table
    assert "unread   1 x what is this line of <bob@recipient.example>" in table
    assert "bob" not in clerk("coverage", "--mask", "--log", str(log), folder=tmp_path).stdout
    assert "bob" not in clerk("coverage", "--mask", "--json", "--log", str(log), folder=tmp_path).stdout
