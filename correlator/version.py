"""Which clerk this is: what to name when asking for help."""

import sys
from importlib.metadata import PackageNotFoundError, distribution


def version_line() -> str:
    """Gives version, commit (`clerk.pyz` carries it; an installed wheel does not), and the Python that runs it."""
    try:
        ours = distribution("mailroom-clerk")
    except PackageNotFoundError:
        return f"clerk, not installed{_python()}"
    commit = ours.read_text("COMMIT")
    return f"clerk {ours.version}{f', commit {commit}' if commit else ''}{_python()}"


def _python() -> str:
    return f", Python {sys.version.partition(' ')[0]}"
