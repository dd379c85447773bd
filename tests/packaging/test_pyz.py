"""clerk.pyz: one file, nothing installed, the same bytes each time."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from correlator.version import version_line
from docs.generate import EXAMPLE
from tests.packaging.toy_format import blocks

ROOT = Path(__file__).resolve().parents[2]
ASK = tuple(str(ROOT / word) if word.startswith("fixtures/") else word for word in EXAMPLE)


def build(target: Path, seed: str = "0") -> Path:
    """Runs the script as its page says; `seed` is that of the hashes, which must not matter."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run([sys.executable, str(ROOT / "release" / "pyz.py"), str(target)], check=True, env=environment)
    return target


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, alone in a folder."""
    return build(tmp_path_factory.mktemp("pyz") / "clerk.pyz")


def run(pyz: Path, *arguments: str, options: tuple[str, ...] = ("-I", "-S"), status: int = 0, **more: str) -> str:
    """Runs it without site-packages, from its own folder; gives what it prints on both outputs."""
    environment = {"PATH": os.environ["PATH"], "TZ": "UTC", "PYTHONIOENCODING": "utf-8", **more}
    done = subprocess.run(
        [sys.executable, *options, pyz.name, *arguments],
        cwd=pyz.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == status, done.stdout
    return done.stdout


def test_it_answers_with_nothing_installed(pyz: Path) -> None:
    """The fates of the recorded run, read inside the zip, with no package of this environment in sight."""
    answer = json.loads(run(pyz, *ASK, "--json"))
    fates = {each["recipient"].partition("@")[0]: each["fate"] for each in answer["matches"][0]["recipients"]}
    assert fates == {"alice": "delivered", "junkie": "junked", "discarder": "dropped", "nobody2": "rejected"}


def test_the_other_commands_run_too(pyz: Path) -> None:
    """`parse`, and `formats`, which finds the formats by walking a folder of the zip."""
    names = {path.stem for path in (ROOT / "grammars" / "formats").glob("*.py")} - {"__init__"}
    assert {entry["name"] for entry in json.loads(run(pyz, "formats", "--json"))} == names
    assert "postfix" in run(pyz, "formats")
    assert '"queue_id"' in run(pyz, "parse", ASK[3])


def test_errors_are_sentences(pyz: Path) -> None:
    """A log that is not there: what, why, what to do; no traceback."""
    shown = run(pyz, "ask", ASK[1], "--log", "nowhere.log", status=5)
    assert shown.startswith("clerk: nowhere.log: ")
    assert "Traceback" not in shown
    (pyz.parent / "mail.log.zst").write_bytes(
        b"\x28\xb5\x2f\xfd\x04\x00"
    )  # what unpacks it is compiled, and not inside
    shown = run(pyz, "ask", ASK[1], "--log", "mail.log.zst", status=5)
    assert shown.startswith("clerk: mail.log.zst: ")
    assert "Traceback" not in shown
    assert "Usage: clerk.pyz ask" in run(pyz, "ask", "--limit", "none", status=2)


def test_it_says_which_it_is(pyz: Path) -> None:
    """Version and commit, for whoever asks for help."""
    assert re.match(r"clerk \d+\.\d+\.\d+, commit ([0-9a-f]{40}|unknown)", run(pyz, "--version"))
    assert version_line().startswith("clerk 0.")


def test_the_same_tree_gives_the_same_bytes(pyz: Path, tmp_path: Path) -> None:
    """Built again elsewhere, under another seed of hashes."""
    assert build(tmp_path / "deep" / "again.pyz", seed="7").read_bytes() == pyz.read_bytes()


def test_it_holds_what_it_needs_and_the_licences(pyz: Path) -> None:
    """Each module as source and compiled, nothing compiled for one kind of machine, a licence for each."""
    held = set(zipfile.ZipFile(pyz).namelist())
    sources = {name for name in held if name.endswith(".py")}
    assert {f"{name}c" for name in sources} <= held
    assert {name for name in held if not name.endswith((".py", ".pyc"))} == {
        name for name in held if name.startswith("licenses/") or ".dist-info/" in name
    }
    licences = {name.split("/")[1].rpartition("-")[0] for name in held if name.startswith("licenses/")}
    assert {"mailroom-clerk", "pyparsing", "tabulate", "typer"} <= licences
    tops = {name.partition("/")[0] for name in sources} - {"__main__.py"}
    assert "rich" not in tops
    assert tops - {"correlator", "grammars", "queries"} == {
        path for path in tops if any(path.startswith(name.replace("-", "_")) for name in licences)
    }


def test_an_installed_package_may_offer_a_format(pyz: Path, tmp_path: Path) -> None:
    """The entry point of a package beside it is found from inside the zip."""
    (tmp_path / "offered_stampd.py").write_text(blocks("python")[0], "utf-8")
    info = tmp_path / "offered-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: offered\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[mailroom_clerk.formats]\nstampd = offered_stampd\n", "utf-8")
    shown = run(pyz, "formats", "--json", options=("-S",), PYTHONPATH=str(tmp_path))
    assert "stampd" in {entry["name"] for entry in json.loads(shown)}


def test_another_python_takes_the_source(pyz: Path, tmp_path: Path) -> None:
    """The compiled modules are for one Python; with another's magic number the file runs all the same."""
    other = tmp_path / "clerk.pyz"
    with zipfile.ZipFile(pyz) as archive, zipfile.ZipFile(other, "w") as changed:
        for name in archive.namelist():
            data = archive.read(name)
            changed.writestr(name, b"\x00\x00\r\n" + data[4:] if name.endswith(".pyc") else data)
    assert "DELIVERED" in run(other, *ASK)
