"""The user's own folders for what programs keep: by the XDG rule, and on Windows by its variables."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_NAME = "mailroom-clerk"


def config_folder(environment: Mapping[str, str]) -> Path:
    """Where settings lie: `$XDG_CONFIG_HOME`, else `~/.config`; on Windows `%APPDATA%`."""
    return _folder(environment, "APPDATA", "XDG_CONFIG_HOME", ".config")


def data_folder(environment: Mapping[str, str]) -> Path:
    """Where data lies: `$XDG_DATA_HOME`, else `~/.local/share`; on Windows `%LOCALAPPDATA%`."""
    return _folder(environment, "LOCALAPPDATA", "XDG_DATA_HOME", ".local/share")


def _folder(environment: Mapping[str, str], windows: str, variable: str, usual: str) -> Path:
    if sys.platform == "win32" and environment.get(windows):
        return Path(environment[windows]) / _NAME
    home = Path(environment.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111 - never raises
    return Path(environment.get(variable) or home / usual) / _NAME
