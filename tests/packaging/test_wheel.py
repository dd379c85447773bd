"""The wheel: three packages, typed, and nothing else."""

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("correlator", "grammars", "queries")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this tree, built without network."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def _info(wheel: zipfile.ZipFile, name: str) -> str:
    (path,) = (entry for entry in wheel.namelist() if entry.endswith(f".dist-info/{name}"))
    return wheel.read(path).decode("utf-8")


def test_it_holds_exactly_the_three_packages(wheel: zipfile.ZipFile) -> None:
    """Every module of the tree, `py.typed`, and no test, fixture or stray file."""
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    wanted = {
        str(path.relative_to(ROOT).as_posix())
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix == ".py" or path.name == "py.typed"
    }
    assert held == wanted
    assert {f"{package}/py.typed" for package in PACKAGES} <= held


def test_it_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    """Name, Python, licence and its text, readme, and the command."""
    metadata = Parser().parsestr(_info(wheel, "METADATA"))
    assert metadata["Name"] == "mailroom-clerk"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert str(metadata.get_payload()).strip() == (ROOT / "README.md").read_text("utf-8").strip()
    assert _info(wheel, "licenses/LICENSE") == (ROOT / "LICENSE").read_text("utf-8")
    assert _info(wheel, "entry_points.txt").split() == ["[console_scripts]", "clerk", "=", "correlator.cli:main"]


def test_every_dependency_has_both_ends(wheel: zipfile.ZipFile) -> None:
    """A range: the first release with what is used, and the first that may break it (tzdata has dates)."""
    metadata = Parser().parsestr(_info(wheel, "METADATA"))
    requirements = metadata.get_all("Requires-Dist") or []
    assert requirements
    assert [each for each in requirements if ">=" not in each or ("<" not in each and "tzdata" not in each)] == []
