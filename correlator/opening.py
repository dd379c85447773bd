"""Which store is meant by `--store` or CLERK_STORE, and opening it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from correlator.errors import UsageError
from correlator.loading import known_hosts
from correlator.userfolders import data_folder
from queries.basis import machine_zone
from queries.site import NO_SITE, Site

if TYPE_CHECKING:
    from queries.stores.embedded.writer import Rehearsal, StoreWriter
    from queries.stores.sqlite import SqliteStore

VARIABLE = "CLERK_STORE"
_SCHEME = "sqlite:///"


def store_path(named: str | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Gives the file of the embedded store: the one named, that of CLERK_STORE, or the user's own.

    Raises UsageError where another kind of store is named.
    """
    text = named or environment.get(VARIABLE) or ""
    if not text:
        return data_folder(environment) / "clerk.sqlite"
    if text.startswith(_SCHEME):
        text = text.removeprefix(_SCHEME)
    elif "://" in text:
        raise UsageError(
            "E405",
            f"{text.partition('://')[0]}://: is no store that this clerk knows",
            "name a file, or sqlite:///FILE",
        )
    if not text:
        raise UsageError("E405", "sqlite:///: names no file", "name a file, or sqlite:///FILE")
    return Path(text).expanduser()


def has_store() -> bool:
    """Whether a store is named by CLERK_STORE, or the user has one."""
    return bool(os.environ.get(VARIABLE)) or os.path.exists(store_path(None))  # noqa: PTH110 - never raises


def open_store(named: str | None, site: Site = NO_SITE) -> "SqliteStore":
    """Opens a store to read.  Raises StoreError."""
    from queries.stores.sqlite import SqliteStore  # noqa: PLC0415 - SQLite is loaded when it is used

    return SqliteStore(store_path(named), machine_zone(), known_hosts(site))


def open_rehearsal(named: str | None) -> "Rehearsal":
    """Opens a store, or none where there is none, to say what a writer would do.  Raises StoreError."""
    from queries.stores.embedded.writer import Rehearsal  # noqa: PLC0415 - SQLite is loaded when it is used

    return Rehearsal(store_path(named), machine_zone())


def open_writer(named: str | None) -> "StoreWriter":
    """Opens a store to write, and makes it where there is none.  Raises StoreError."""
    from queries.stores.embedded.writer import StoreWriter  # noqa: PLC0415 - SQLite is loaded when it is used

    return StoreWriter(store_path(named), machine_zone())
