"""Lines that the collector of a log says it lost: when, how many, whose.

A line about a loss stands for lines lost in the time before it: the interval that it names, else ten
minutes.  One without a count tells of a loss that may go on, so it stands for the ten minutes after it too.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from grammars import Event, Instant, Place, find_formats
from grammars.core.words import HOUR, MINUTE, SECOND
from queries.leg import fold_host
from queries.question import Window

_USUAL = 10 * MINUTE  # rsyslog's default interval for the journal, and syslog-ng's between two statistics
_LONGEST = HOUR  # of an interval that is believed, and between two statistics that are compared

BEFORE, BEHIND = 2 * HOUR, HOUR
"""How far around a stretch of time lines may stand that tell of a loss in it."""


class Loss(NamedTuple):
    """Lines lost between `first` and `last`, as one line says.

    `host` is the collector's as logged; `at` the instant of the line, `place` where it stands; `lines` how
    many, None where it does not say; `whose` the unit, program or process that wrote them.
    """

    host: str | None
    at: Instant
    first: Instant
    last: Instant
    lines: int | None
    whose: str | None
    reason: str | None
    place: Place | None


def losses_of(events: Iterable[Event], windows: Sequence[Window]) -> tuple[Loss, ...]:
    """Gives the losses that touch one of some windows, in order, from lines that tell of any; copies of a line once."""
    found = (loss for loss in _each(_once(events)) if any(each.touches(loss.first, loss.last) for each in windows))
    return tuple(found)


def _once(events: Iterable[Event]) -> list[Event]:
    """One event per statement, host and second, whatever the number of files that hold it; in order of time."""
    kept: dict[tuple[object, ...], Event] = {}
    for event in sorted(events, key=lambda event: (event.instant, str(event.line.place) if event.line else "")):
        said = event.lost_lines, event.lost_total, event.lost_from, event.action, event.reason, event.program
        kept.setdefault((fold_host(event.host), event.instant // SECOND, said), event)
    return sorted(kept.values(), key=attrgetter("instant"))


def _each(events: Iterable[Event]) -> Iterator[Loss]:
    """One loss per event; a counter that did not rise since the statistics before tells of none."""
    before: dict[tuple[object, ...], Event] = {}
    for event in events:
        if event.lost_total is None:
            yield _loss(event, event.lost_lines)
            continue
        counter = fold_host(event.host), event.program, event.lost_from
        last = before.get(counter)
        before[counter] = event
        if last is None or last.lost_total is None or event.instant - last.instant > _LONGEST:
            yield _loss(event, event.lost_total)
        elif last.lost_total != event.lost_total:
            risen = event.lost_total - last.lost_total
            yield _loss(event, risen if risen > 0 else event.lost_total, event.instant - last.instant)


def _loss(event: Event, lines: int | None, interval: int | None = None) -> Loss:
    if interval is None:
        stated = event.lost_seconds
        interval = _USUAL if stated is None else int(min(stated * SECOND, _LONGEST))
    return Loss(
        host=event.host,
        at=event.instant,
        first=Instant(event.instant - interval),
        last=event.instant if lines is not None else Instant(event.instant + _USUAL),
        lines=lines,
        whose=event.lost_from if event.lost_total is None else None,
        reason=event.reason,
        place=event.line.place if event.line else None,
    )


# ---------------------------------------------------------------- whose lines

# Units that write nothing about mail.
_OTHERS = frozenset((
    "cron", "crond", "ssh", "sshd", "sudo", "dbus", "dbus-broker", "init", "user", "kernel", "getty", "serial-getty",
    "NetworkManager", "snapd", "polkit", "udisks2", "ModemManager", "wpa_supplicant", "avahi-daemon", "bluetooth",
    "chronyd", "chrony", "ntp", "ntpd", "auditd", "firewalld", "fail2ban", "nginx", "apache2", "httpd",
))  # fmt: skip


def program_of(whose: str) -> str:
    """Gives the name of a unit or program alone: `/system.slice/postfix@-.service` is `postfix`."""
    name = whose.rpartition("/")[2] if whose.startswith("/") else whose
    return name.removesuffix(".service").removesuffix(".scope").partition("@")[0] or name


def concerns(loss: Loss, log_format: str) -> bool:
    """Whether lines of one format may be among those lost; only of what is known to be another's they are not."""
    if loss.whose is None:
        return True
    program = program_of(loss.whose)
    if program in _OTHERS or program.startswith(("systemd-", "session-", "user-")):
        return False
    owner = next((each.name for each in find_formats() if each.name == program or each.claims(program)), None)
    return owner in {None, log_format}
