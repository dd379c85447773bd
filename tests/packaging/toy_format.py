"""Does what CONTRIBUTING.md tells: adds its toy format to a copy of the tree, and nothing else.

`python tests/packaging/toy_format.py FOLDER` leaves the copy in FOLDER, for further checks.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORMAT = Path("grammars/formats/stampd.py")
FIXTURE = Path("fixtures/formats/stampd/forged_reason")
_SKIPPED = shutil.ignore_patterns(".*_cache", "__pycache__", ".git", ".venv*", ".hypothesis", "dist", "build", "out")


def blocks(language: str) -> list[str]:
    """Gives the code blocks of CONTRIBUTING.md in one language."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def copy_tree(folder: Path) -> None:
    """Copies the source tree."""
    shutil.copytree(ROOT, folder, ignore=_SKIPPED, dirs_exist_ok=True)


def files_of(folder: Path) -> dict[Path, bytes]:
    """Gives every file of a tree, by its place in it, caches left out."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder): path.read_bytes()
        for path in found
        if not any(part in {"__pycache__", ".hypothesis"} or part.endswith("_cache") for part in path.parts)
    }


def run(folder: Path, *arguments: str, given: str = "") -> str:
    """Runs this Python in the copy, on the copy's own packages; gives what was printed.  Raises RuntimeError."""
    done = subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        input=given,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def clerk(folder: Path, *arguments: str) -> str:
    """Runs the copy's command line."""
    return run(folder, "-c", "from correlator.cli import main; main()", *arguments)


def follow_recipe(folder: Path) -> None:
    """Steps 1 and 2 of the recipe."""
    (folder / FORMAT).write_text(blocks("python")[0], "utf-8")
    (folder / FIXTURE).mkdir(parents=True)
    (folder / FIXTURE / "log.txt").write_text(blocks("text")[0], "utf-8")
    run(folder, "-m", "tests.grammars.golden", given="y\n")


def main() -> None:
    """Makes the copy, follows the recipe, and runs all tests of the grammars in it."""
    folder = Path(sys.argv[1]).resolve()
    copy_tree(folder)
    before = files_of(folder)
    follow_recipe(folder)
    sys.stdout.write(run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/grammars"))
    changed = sorted(str(path) for path, content in files_of(folder).items() if before.get(path) != content)
    sys.stdout.write(f"the recipe wrote {', '.join(changed)} and changed no other file\n")
    sys.stdout.write(clerk(folder, "formats"))


if __name__ == "__main__":
    main()
