"""Systemd's journal as a log: `journal:` is this machine's, `journal:PATH` a folder or file of one.

journalctl is run with fixed arguments and no shell.  Of its forms the short one with microseconds is
the fastest (a third of the time of JSON, measured) and has all that mail programs say; further lines
of a message of several lines are set in, so none of them can pass for a line of its own.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence

from correlator.naming import JOURNAL
from grammars import Instant
from grammars.core.words import DAY, SECOND
from queries.question import Window
from queries.sources import LogFile, SourceError, log_file

# Facility 2 is mail (RFC 5424 section 6.2.1); programs that log under another facility are known by their units.
_MAIL = "SYSLOG_FACILITY=2"
_UNITS = (
    "amavis amavisd dovecot exim exim4 opendkim opendmarc opensmtpd postfix postfix@- postgrey rspamd sendmail smtpd "
    "spamassassin spamd systemd-journald"
).split()
_JOURNALD = b" systemd-journald["  # what the journal says of itself, such as that it dropped lines
_REACH = 6 * DAY  # a message may wait five days in a queue, and be tried again for as long

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[bytes]"]


def journal_window(windows: Sequence[Window]) -> Window | None:
    """Gives the stretch of a journal that may speak of messages of some times; all of it where no time is known."""
    if not windows:
        return None
    first, last = min(each.first for each in windows), max(each.last for each in windows)
    return Window(first=Instant(first - _REACH), last=Instant(last + _REACH))


def read_journal(name: str, window: Window | None, now: Instant, bundle: str | None, run: Run | None = None) -> LogFile:
    """Reads the mail programs' lines of a journal.  Raises SourceError, with the remedy."""
    program = shutil.which("journalctl")
    if program is None:
        raise SourceError(f"{name} this machine has no journalctl; name log files instead, such as /var/log/mail.log")
    arguments = _arguments(name.removeprefix(JOURNAL), window)
    try:
        done = (run or _run)([program, *arguments])
    except OSError as error:
        raise SourceError(f"{name} journalctl cannot be run: {error.strerror}") from error
    said = done.stderr.decode("utf-8", "replace")
    lines = b"".join(line for line in done.stdout.splitlines(keepends=True) if not _is_beside(line))
    if not lines and ("insufficient permissions" in said or "not seeing messages" in said):
        raise SourceError(f"{name} may not be read by you; {_remedy(arguments, bundle)}")
    if done.returncode:
        why = said.strip().rpartition("\n")[2] or f"exit status {done.returncode}"
        raise SourceError(f"{name} cannot be read by journalctl: {why}")
    if not any(_JOURNALD not in line for line in lines.splitlines()):
        when = "" if window is None else " at the time asked about"
        raise SourceError(f"{name} holds no line of a mail program{when}")
    return log_file(name, lines, now)


def _is_beside(line: bytes) -> bool:
    """A heading between boots; or that syslogd missed lines, which the journal has."""
    return line.startswith(b"-- ") or (_JOURNALD in line and b"]: Forwarding to syslog missed " in line)


def _arguments(path: str, window: Window | None) -> list[str]:
    kind = "file" if os.path.isfile(path) else "directory"  # noqa: PTH113 - never raises
    where = [f"--{kind}={path}"] if path else []
    since = (
        [f"--since=@{window.first // SECOND}", f"--until=@{window.last // SECOND + 1}"] if window is not None else []
    )
    units = [f"_SYSTEMD_UNIT={unit}.service" for unit in _UNITS]
    return ["--output=short-iso-precise", "--all", "--no-pager", "--utc", *where, *since, _MAIL, "+", *units]


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL, env=environment)  # noqa: S603 - fixed arguments, no shell


def _remedy(arguments: Sequence[str], bundle: str | None) -> str:
    text = "bundle.txt" if bundle in {None, "-"} else str(bundle)
    line = f"sudo journalctl {shlex.join(arguments)} | clerk ask {shlex.quote(text)} --log -"
    return f"join the group systemd-journal (or adm) and log in again, or try: {line}"
