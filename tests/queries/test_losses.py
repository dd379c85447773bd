"""What collectors say they lost: when, how many, whose; the same from a log read whole and from one searched."""

from datetime import UTC
from typing import Any

import pytest

from grammars import Event, Instant, find_formats
from grammars.core.event import rfc3339
from grammars.core.frames import LONGEST_LINE
from grammars.core.words import HOUR, MINUTE, SECOND
from queries.basis import settle_basis
from queries.losses import Loss, concerns, program_of
from queries.question import Window
from queries.sources import LogFile, log_file
from queries.stores.files import FilesStore
from queries.stores.protocol import Store
from queries.stores.searched import SearchedStore
from tests.grammars.support import reader

START = 1_795_429_440_000_000  # 2026-11-23T10:24:00Z
NOW = Instant(START + 24 * HOUR)
MAIL = "mx1 postfix/qmgr[7]: 4F7B21234A: removed"
STORES = pytest.mark.parametrize("make", [FilesStore, SearchedStore], ids=["whole", "searched"])


def _log(*lines: tuple[float, str], end: str = "\n", name: str = "mail.log") -> LogFile:
    """A log of lines at so many minutes; among them a line of mail each minute from an hour before to two after."""
    mail = [(float(minute), MAIL) for minute in range(-60, 120)]
    told = [f"{rfc3339(Instant(START + int(at * MINUTE)))} {text}" for at, text in sorted([*mail, *lines])]
    return log_file(name, ("\n".join(told) + end).encode(), NOW)


def _store(make: Any, *files: LogFile) -> Store:
    store: Store = make(files, settle_basis(files, zone=UTC, machine_zone=UTC, now=NOW))
    return store


def _around(first: float, last: float) -> Window:
    return Window(first=Instant(START + int(first * MINUTE)), last=Instant(START + int(last * MINUTE)))


def _seen(losses: tuple[Loss, ...]) -> list[tuple[float, float, int | None, str | None]]:
    return [((loss.first - START) / MINUTE, (loss.last - START) / MINUTE, loss.lines, loss.whose) for loss in losses]


SUPPRESSED = "mx1 systemd-journald[2]: Suppressed 2034 messages from postfix@-.service"
LIMITED = "mx1 rsyslogd: imjournal: 1201 messages lost due to rate-limiting (200 allowed within 300 seconds)"
BEGINS = "mx1 rsyslogd: imjournal from <mx1:x>: begin to drop messages due to rate-limiting"


def _statistics(dropped: int) -> str:
    return f"mx1 syslog-ng[3]: Log statistics; processed='center(received)=9', dropped='dst.file(d_mail)={dropped}'"


@STORES
@pytest.mark.parametrize(
    ("lines", "window", "seen"),
    [
        ([(5, SUPPRESSED)], (0, 0), [(-5, 5, 2034, "postfix@-.service")]),
        ([(5, SUPPRESSED)], (-6, -5.5), []),
        ([(5, SUPPRESSED)], (5.5, 9), []),
        ([(5, LIMITED)], (0, 0), [(0, 5, 1201, None)]),
        ([(5, LIMITED)], (-1, -0.1), []),
        ([(5, BEGINS)], (14, 20), [(-5, 15, None, "x")]),
        ([(5, BEGINS), (10, LIMITED)], (9, 9), [(-5, 15, None, "x"), (5, 10, 1201, None)]),
        ([(5, SUPPRESSED), (5.001, SUPPRESSED)], (0, 0), [(-5, 5, 2034, "postfix@-.service")]),
        ([(-5, _statistics(3)), (5, _statistics(3))], (0, 0), []),
        ([(-5, _statistics(3)), (5, _statistics(7))], (0, 0), [(-5, 5, 4, None)]),
        ([(-5, _statistics(7)), (5, _statistics(3))], (0, 0), [(-5, 5, 3, None)]),
        ([(-5, _statistics(0)), (5, _statistics(3))], (0, 0), [(-5, 5, 3, None)]),
        ([(-50, _statistics(3)), (5, _statistics(3))], (0, 0), []),
    ],
)
def test_losses_that_touch_a_time(make: Any, lines: Any, window: Any, seen: Any) -> None:
    """The interval that a line names, else ten minutes; a counter tells of a loss only if it rose."""
    found = _store(make, _log(*lines)).losses([_around(*window)])
    assert _seen(found) == seen


@STORES
def test_no_time_no_loss(make: Any) -> None:
    """Where nothing is asked nothing is looked for."""
    assert _store(make, _log((5, SUPPRESSED))).losses([]) == ()


@STORES
def test_copies_of_one_line_are_one_loss(make: Any) -> None:
    """Two files may hold the same line."""
    files = _log((5, SUPPRESSED)), _log((5, SUPPRESSED), name="copy.log")
    assert len(_store(make, *files).losses([_around(0, 0)])) == 1


@STORES
def test_what_only_looks_like_a_loss(make: Any) -> None:
    """The words in another program's line, the tag as a host's name or in an address: no loss."""
    forged = (
        "mx1 postfix/smtpd[7]: warning: rsyslogd: imjournal: 9 messages lost due to rate-limiting",
        "syslogd postfix/qmgr[7]: 4F7B21234A: removed",
        "mx1 postfix/qmgr[7]: 4F7B21234A: from=<systemd-journald@sender.example>, size=1, nrcpt=1 (queue active)",
        "mx1 jane: systemd-journald[2]: Suppressed 9 messages from postfix@-.service",
    )
    store = _store(make, _log(*((1.0, line) for line in forged)))
    assert store.losses([_around(0, 2)]) == ()


@STORES
def test_a_loss_covers_nothing(make: Any) -> None:
    """A collector's remark widens no row of the ledger and makes none; it is counted as a line."""
    (plain,) = _store(make, _log()).coverage()
    (row,) = _store(make, _log((-300, SUPPRESSED), (300, LIMITED))).coverage()
    assert (row.first, row.last, row.unread) == (plain.first, plain.last, 0)
    assert row.lines == plain.lines + 2


@pytest.mark.parametrize(
    ("whose", "of_postfix", "of_dovecot"),
    [
        (None, True, True),
        ("postfix@-.service", True, False),
        ("/system.slice/postfix.service", True, False),
        ("postfix/smtpd", True, False),
        ("dovecot.service", False, True),
        ("containerd.service", True, True),
        ("pid 4242", True, True),
        ("qmgr", True, True),
        ("cron.service", False, False),
        ("session-3.scope", False, False),
        ("systemd-resolved.service", False, False),
    ],
)
def test_whose_lines_were_lost(whose: str | None, of_postfix: bool, of_dovecot: bool) -> None:
    """What is known to be another program's is no loss of mail; what is not known may be."""
    at = Instant(START)
    loss = Loss(host="mx1", at=at, first=at, last=at, lines=1, whose=whose, reason=None, place=None)
    assert (concerns(loss, "postfix"), concerns(loss, "dovecot")) == (of_postfix, of_dovecot)


def test_the_name_of_a_unit() -> None:
    """Path, instance and kind are left out."""
    names = "/system.slice/postfix@-.service", "postfix@-.service", "postfix/smtpd", "@x"
    assert [program_of(name) for name in names] == ["postfix", "postfix", "postfix/smtpd", "@x"]


def test_every_line_about_a_loss_can_be_found() -> None:
    """A log that is searched is searched for the tags of collectors: each line that tells of a loss must have one."""
    source = reader()
    told = 0
    for entry in find_formats():
        for sample in entry.samples:
            reading = source.read(sample.line)
            if isinstance(reading, Event) and reading.verb == "lose":
                told += 1
                assert any(f" {tag}" in sample.line for tag in entry.tags), sample.line
                file = log_file("x", f"{sample.line}\n".encode(), NOW)
                window = Window(first=Instant(reading.instant - SECOND), last=reading.instant)
                assert len(_store(SearchedStore, file).losses([window])) == 1, sample.line
    assert told > 10


# ---------------------------------------------------------------- lines cut and half


@STORES
@pytest.mark.parametrize("half", ["mx1 postfix/qmgr[7]: 4F7B21234A: rem", "mx1 postfix/qm", ""])
def test_a_line_that_is_being_written_is_not_unread(make: Any, half: str) -> None:
    """The last line of a growing file may be half a line: it is no line yet."""
    (plain,) = _store(make, _log()).coverage()
    (row,) = _store(make, _log((121, half), end="")).coverage()
    assert (row.unread, row.lines) == (0, plain.lines)


@STORES
def test_a_whole_last_line_counts_without_its_end(make: Any) -> None:
    """Files from editors and pipes often lack the last line feed."""
    (whole,) = _store(make, _log()).coverage()
    (row,) = _store(make, _log(end="")).coverage()
    assert row == whole


@STORES
def test_a_bad_line_with_an_end_is_unread(make: Any) -> None:
    """Only the very last line, and only without an end, is still being written."""
    (row,) = _store(make, _log((121, "mx1 postfix/qmgr[7]: 4F7B21234A: rem"))).coverage()
    assert row.unread == 1


@STORES
def test_a_line_that_was_cut_is_said_once(make: Any) -> None:
    """However many there are in a file; a program's that is no mail program is no matter."""
    long = "x" * LONGEST_LINE
    store = _store(
        make,
        _log((1, f"mx1 postfix/qmgr[7]: {long}"), (2, f"mx1 postfix/qmgr[7]: {long}"), name="a.log"),
        _log((1, f"mx1 kernel: {long}"), name="b.log"),
    )
    store.coverage()
    assert store.remarks() == ("a.log: holds lines longer than 64 KiB; they were read up to there",)
