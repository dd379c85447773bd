"""docs/recipes.md: each command is one that clerk understands, and finds the message when it is run."""

import gzip
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from correlator.cli import app
from tests.packaging.test_pyz import build

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "fixtures" / "scenarios" / "amavis"
RECIPES = ROOT / "fixtures" / "recipes"
PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
BLOCKS = [
    (section.partition("\n")[0], block)
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    for block in re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
]
CODE = "\n".join(
    [*re.findall(r"^```\w*\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL), *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", PAGE)]
).replace("|\n", "| ")
CALLS = sorted(set(re.findall(r"\bclerk(?:\.pyz)? (ask [^\n|]+)", CODE)))

_SHIMS = {
    "clerk": 'exec "{python}" -c "from correlator.cli import main; main()" "$@"',
    "python3": 'exec "{python}" "$@"',
    "sudo": 'exec "$@"',
    "ssh": 'shift; cd "{folder}/server" && eval "$*"',  # as sshd does: a shell takes the words again
    "scp": 'cp "$1" "$2" "{folder}/server/"',
    "journalctl": 'case "$*" in *short-iso-precise*) cat "{folder}/journal" ;; *) exit 2 ;; esac',
    "docker": """case "$*" in
  "exec mailserver cat /var/log/mail/mail.log" | "exec mailserver cat {folder}/var/log/mail/mail.log")
    cat "{recipes}/docker-mailserver.log" ;;
  "compose logs --no-color --no-log-prefix "*) cat "{recipes}/mailcow.log" ;;
  *) exit 2 ;;
esac""",
}
"""What stands in for the programs that a recipe needs: it prints what the real one would."""


def _iso_of_journal(text: str) -> str:
    """`short-iso-precise`: the offset has no colon."""
    return re.sub(r"(?m)^(\S+)\+00:00 ", r"\1+0000 ", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine: its logs, its programs, and another one beside it."""
    folder = tmp_path_factory.mktemp("machine")
    mx1, hub1 = ((RUN / f"{host}-3164.log").read_text("utf-8") for host in ("mx1", "hub1"))
    logs = folder / "var" / "log"
    for name in ("remote/mx1", "remote/hub1", "mail"):
        (logs / name).mkdir(parents=True)
    for place, text in (
        ("mail.log", mx1 + hub1), ("maillog", mx1 + hub1), ("remote/all.log", mx1 + hub1), ("remote/mx1/mail.log", mx1),
        ("remote/hub1/mail.log", hub1), ("mail.log.1", mx1),
    ):  # fmt: skip
        (logs / place).write_text(text, "utf-8")
    (logs / "mail.log.2.gz").write_bytes(gzip.compress(hub1.encode()))
    iso = (RUN / "mx1-iso.log").read_text("utf-8") + (RUN / "hub1-iso.log").read_text("utf-8")
    (folder / "journal").write_text(_iso_of_journal(iso), "utf-8")
    for name in ("server", "opt/mailcow-dockerized", "dist", "bin"):
        (folder / name).mkdir(parents=True)
    build(folder / "dist" / "clerk.pyz")
    for name, script in _SHIMS.items():
        path = folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{script.format(python=sys.executable, folder=folder, recipes=RECIPES)}\n", "utf-8")
        path.chmod(0o755)
    return folder


def test_every_recipe_is_found() -> None:
    """The page has recipes, and this file reads all of them."""
    assert len(BLOCKS) == PAGE.count("```sh\n") >= 8
    assert len(CALLS) > 5  # the same call may stand in several


@pytest.mark.parametrize(("name", "commands"), BLOCKS, ids=lambda text: text.split("\n")[0][:40])
def test_a_recipe_finds_the_message(name: str, commands: str, folder: Path) -> None:
    """Run by a shell, with stand-ins for other programs, on recorded logs."""
    container = name in {"docker-mailserver", "mailcow"}
    shutil.copy(
        RECIPES / "bundle.txt" if container else ROOT / "fixtures/examples/sender-email.txt", folder / "bundle.txt"
    )
    shutil.copy(folder / "bundle.txt", folder / "opt" / "mailcow-dockerized")
    script = commands.replace("/var/log/", f"{folder}/var/log/").replace("/opt/", f"{folder}/opt/")
    environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "TZ": "UTC", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["/bin/sh", "-eu", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "FOUND 1 message" in done.stdout
    assert "NOT FOUND" not in done.stdout


@pytest.mark.parametrize("call", CALLS)
def test_clerk_understands_a_command(call: str) -> None:
    """Every `clerk ask` of the page, in a block or in a sentence, has options that exist."""
    words = shlex.split(re.sub(r"\$\(.*?\) ?|\$\(.*$", "--log mail.log", call))
    group: Any = get_command(app)
    context = group.commands[words[0]].make_context(words[0], words[1:])
    assert bool(context.params["log"]) == ("--log" in call)
    assert context.params["bundle"] == "bundle.txt"
