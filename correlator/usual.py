"""Where mail logs usually are, for a question that names none."""

from pathlib import Path

from correlator.naming import LogName

# The first group of which a file is there is taken, all of it; the others are the same lines in other files.
_SYSLOG = (
    ("var/log/mail.log",),  # Debian, Ubuntu; macOS
    ("var/log/maillog",),  # Red Hat and its kin, the BSDs
    ("var/log/mail",),  # SUSE
    ("var/log/mail.info",),
    ("var/log/syslog", "var/log/messages"),  # mail among everything else
)
_OWN = ("var/log/rspamd/rspamd.log", "var/log/dovecot.log", "var/log/dovecot-info.log", "var/log/dovecot/dovecot.log")

PLACES = "/var/log/mail.log, /var/log/maillog, /var/log/mail, /var/log/syslog and the journal"


def usual_logs(root: Path) -> tuple[LogName, ...]:
    """Gives the logs of the machine whose file system begins at `root`: its syslog's, and programs' own files."""
    syslog = next((found for group in _SYSLOG if (found := _there(root, group))), [])
    return tuple(LogName(path=str(path)) for path in (*syslog, *_there(root, _OWN)))


def _there(root: Path, names: tuple[str, ...]) -> list[Path]:
    """The files that are there and hold something; one that is empty was just rotated, or is written no more."""
    return [path for name in names if _has_lines(path := root / name)]


def _has_lines(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:
        return False
