"""What the outside sees when something cannot be done: message, remedy, exit status.

    ClerkError
      EvidenceError   E1xx   the bundle cannot be used                                  exit 4
      InputError      E2xx   log files cannot be opened, or no line of them is read     exit 5
      StoreUnusableError  E3xx  the store cannot be used                                   exit 6
      UsageError      E4xx   an option or the site file says what cannot be meant       exit 2

Numbers are never reused.  Findings are not errors: 0 found, 1 not_found, 3 cannot_tell.
"""

import traceback
from pathlib import PurePath


class ClerkError(Exception):
    """Something the user has to see to; `remedy` is one sentence on what to do."""

    exit_status = 70

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy


class EvidenceError(ClerkError):
    """The sender's text cannot be used."""

    exit_status = 4


class InputError(ClerkError):
    """Log files cannot be used."""

    exit_status = 5


class StoreUnusableError(ClerkError):
    """The store cannot be used."""

    exit_status = 6


class UsageError(ClerkError):
    """An option, a log's name or the site file says what cannot be meant."""

    exit_status = 2


def bug_report(error: BaseException) -> tuple[str, str]:
    """Gives two lines about an error that nobody foresaw: where it happened, and how to report it.

    The error's own words are left out: they may quote a log or a sender's text.
    """
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{PurePath(each.filename).name}:{each.lineno} {each.name}" for each in reversed(frames))
    return (
        f"clerk: this is a bug in clerk: {type(error).__name__} at {places}",
        "  report this line, it quotes no log and no mail; CLERK_TRACEBACK=1 shows all, the log's words too",
    )
