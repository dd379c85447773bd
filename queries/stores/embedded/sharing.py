"""Who may read the embedded store: its owner alone, or a group.

A write-ahead log needs a file that every reader may write to, so a shared store has a rollback journal.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from queries.stores.embedded.upkeep import opened
from queries.stores.protocol import StoreError

_SHARED_FILE, _SHARED_FOLDER = 0o640, 0o2750
_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700


def share(path: Path, group: str | None) -> tuple[str, ...]:
    """Lets the file's group read it, `group` if one is named; gives remarks on what else readers need.

    The folder is opened to the group where nothing but the store lies in it.  Raises StoreError.
    """
    _set_journal(path, "delete")
    with opened(path):  # its errors, explained
        if group is not None:
            _give(path, group)
        path.chmod(_SHARED_FILE)
        folder = path.absolute().parent
        if _holds_only(folder, path.name):
            if group is not None:
                _give(folder, group)
            folder.chmod(_SHARED_FOLDER)
        return tuple(_closed_folders(path))


def make_private(path: Path) -> None:
    """Lets its owner alone read it.  Raises StoreError."""
    with opened(path):
        path.chmod(_PRIVATE_FILE)
        folder = path.absolute().parent
        if _holds_only(folder, path.name):
            folder.chmod(_PRIVATE_FOLDER)
    _set_journal(path, "wal")


def _set_journal(path: Path, mode: str) -> None:
    with opened(path) as connection:
        connection.execute(f"pragma journal_mode = {mode}")


def _give(path: Path, group: str) -> None:
    try:
        shutil.chown(path, group=group)
    except LookupError as error:
        raise StoreError(f"{group}: there is no such group", "name one that readers are in: getent group") from error
    except PermissionError as error:
        raise StoreError(
            f"{path}: may not be given to the group {group} by you", "be in that group, or let root do it"
        ) from error


def _holds_only(folder: Path, name: str) -> bool:
    own = {name + end for end in ("", "-wal", "-shm", "-journal")}
    return all(entry.name in own for entry in folder.iterdir())


def _closed_folders(path: Path) -> Iterator[str]:
    """Says which folders above the file its group may not enter."""
    group = path.stat().st_gid
    for folder in path.absolute().parents:
        found = folder.stat()
        needed = stat.S_IXGRP if found.st_gid == group else stat.S_IXOTH
        if os.name == "posix" and not found.st_mode & needed:
            yield f"{folder}: readers may not enter this folder; put the store elsewhere, or let them: chmod o+x"
