"""Makes clerk.pyz: clerk in one file, for a machine with Python 3.11 or newer where nothing may be installed.

`.venv/bin/python release/pyz.py [FILE]`, after `./try`: what is installed beside the Python that runs this goes in,
without network, each file held against the hash that its wheel recorded.  The same tree, packages and Python give
the same bytes.
"""

import argparse
import base64
import hashlib
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("correlator", "grammars", "queries")

_LEFT_OUT = frozenset(
    {
        "rich",  # typer loads it only where rich_markup_mode is set; with what it needs it outweighs all the rest
        "zstandard",  # compiled; a .zst log says what to do where it is missing
    }
)

_MAIN = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("clerk.pyz: this is Python %d.%d; 3.11 or newer is needed: python3.11 clerk.pyz" % sys.version_info[:2])

from correlator.cli import main

main()
"""  # old Pythons must be able to read it: hence no f-string


class BuildError(Exception):
    """The file cannot be made; the message says what to do."""


# ---------------------------------------------------------------- what goes in


def contents() -> dict[str, bytes]:
    """Gives every file that goes in, by its name there: our packages, what they need, and all licences."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = {"__main__.py": _MAIN.encode()}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            found[path.relative_to(ROOT).as_posix()] = path.read_bytes()
    found |= _our_metadata(project)
    for each in needed(project["dependencies"]):
        found |= dict(_files_of(each))
    return found


def _our_metadata(project: dict[str, str]) -> dict[str, bytes]:
    """What `importlib.metadata` finds inside: name and version, and the commit for `clerk --version`."""
    name, version = project["name"], project["version"]
    folder = f"{name.replace('-', '_')}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: {project['license']}\n"
    return {
        f"{folder}/METADATA": metadata.encode(),
        f"{folder}/COMMIT": commit().encode(),
        f"licenses/{name}-{version}/LICENSE": (ROOT / "LICENSE").read_bytes(),
    }


def commit() -> str:
    """Gives the commit of this tree; one with changes that are not committed says so."""
    try:
        if Path(_git("rev-parse", "--show-toplevel")).resolve() != ROOT:
            return "unknown"  # an unpacked archive inside somebody's own repository
        head = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--", *PACKAGES, "pyproject.toml")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head}, changed" if changed else head


def _git(*arguments: str) -> str:
    run = subprocess.run(  # noqa: S603 - our own words
        ["git", "-c", "safe.directory=*", "-C", str(ROOT), *arguments],  # noqa: S607 - the user's git
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return run.stdout.strip()


# ---------------------------------------------------------------- the packages that are needed


def needed(requirements: list[str]) -> list[Distribution]:
    """Gives the installed distributions that the requirements lead to, in order of name."""
    found: dict[str, Distribution] = {}
    waiting = list(requirements)
    while waiting:
        requirement, _, marker = waiting.pop().partition(";")
        matched = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
        name = matched.group().lower().replace("_", "-") if matched else requirement
        if name in found or name in _LEFT_OUT or "extra" in marker:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError as error:
            if marker:
                continue  # of another system or another Python
            raise BuildError(f"{name} is not installed beside {sys.executable}; run ./try first") from error
        waiting += found[name].requires or []
    return [found[name] for name in sorted(found)]


def _files_of(package: Distribution) -> Iterator[tuple[str, bytes]]:
    """The modules and licences of one distribution."""
    label = f"{package.name}-{package.version}"
    licences = 0
    for path in package.files or ():
        if path.suffix in {".so", ".pyd", ".dll", ".dylib"}:
            raise BuildError(f"{label} holds {path}, which is compiled: it runs on one kind of machine only")
        if re.match(r"(?i)(licen[cs]e|copying|notice|authors)", path.name) or "licenses" in path.parts:
            licences += 1
            yield f"licenses/{label}/{path.name}", _recorded(path)
        elif path.suffix == ".py" and ".." not in path.parts:
            yield path.as_posix(), _recorded(path)
    if not licences:
        raise BuildError(f"{label} brings no licence; it cannot be handed on")


def _recorded(path: PackagePath) -> bytes:
    """The bytes of an installed file, if they are still those of its wheel."""
    data = Path(str(path.locate())).read_bytes()
    if path.hash is not None:
        digest = base64.urlsafe_b64encode(hashlib.new(path.hash.mode, data).digest()).rstrip(b"=").decode()
        if digest != path.hash.value:
            raise BuildError(f"{path.locate()} is not what its wheel brought; install it anew")
    return data


# ---------------------------------------------------------------- the file


def with_bytecode(files: dict[str, bytes]) -> dict[str, bytes]:
    """Adds what this Python compiles the modules to: a zip is compiled at every start otherwise.

    Another Python sees by the magic number that it is not meant and takes the source.  Compiled in
    a process of its own, for bytes that do not depend on what this one has loaded.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        options = ["-q", "-b", "--invalidation-mode", "unchecked-hash", "-s", folder, "-p", "clerk.pyz", folder]
        subprocess.run([sys.executable, "-I", "-S", "-m", "compileall", *options], check=True)  # noqa: S603 - our own
        made = {path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*.pyc")}
    return files | made


def write(target: Path, files: dict[str, bytes]) -> None:
    """Writes the archive: names sorted, stamps fixed, and a first line that lets a shell start it.

    Compressed: it starts as fast as with stored entries, at a third of the size.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        stream.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(stream, "w") as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.create_system, entry.external_attr = 3, 0o100644 << 16  # the same on every system
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, files[name])
    target.chmod(0o755)


def main() -> None:
    """Makes the file, and says what is in it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "dist" / "clerk.pyz", help="default: %(default)s")
    target = parser.parse_args().file
    try:
        files = contents()
        write(target, with_bytecode(files))
    except (BuildError, OSError) as error:
        sys.exit(f"{parser.prog}: {error}")
    packages = sorted({name.split("/")[1] for name in files if name.startswith("licenses/")})
    sys.stdout.write(
        f"{target}: {target.stat().st_size / 1e6:.1f} MB of {', '.join(packages)},"
        f" commit {commit()}, compiled for Python {sys.version_info.major}.{sys.version_info.minor}\n"
    )


if __name__ == "__main__":
    main()
