"""Logs that say one thing very often: a broken sender, or one who wants the clerk to be slow.

By hand: `python -m tests.hostile.repeats --lines 100000 [KIND …]` tells what each kind costs to ask about, in
processor seconds and peak memory, of a process of its own.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_STARTED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
_HOST = "mx1"
_ID, _SHORT_ID = "4jY2TD5qvxzJJQK", "4F2A1B3C9D"
_CLIENT = "mail.sender.example[192.0.2.7]"
_FROM, _TO = "news@sender.example", "jane@recipient.example"
_MESSAGE_ID = "1@sender.example"
_SESSION = "gbdjLYBTWjrQfwAAkXbTLA"

EVIDENCE = f"""\
Time: 2026-11-23T10:00:05Z
Return-Path: <{_FROM}>
To: {_TO}
Message-ID: <{_MESSAGE_ID}>
Sending IP: 192.0.2.7
"""


@dataclass(frozen=True, slots=True)
class _Clock:
    """Stamps lines, a hundredth of a second apart."""

    def line(self, number: int, tag: str, words: str) -> str:
        stamp = (_STARTED + timedelta(milliseconds=10 * number)).isoformat(timespec="microseconds")
        return f"{stamp} {_HOST} {tag}: {words}"


def _stamped(said: Iterator[tuple[str, str]]) -> Iterator[str]:
    clock = _Clock()
    return (clock.line(number, tag, words) for number, (tag, words) in enumerate(said))


def _smtpd(words: str, pid: int = 100) -> tuple[str, str]:
    return f"postfix/smtpd[{pid}]", words


def _qmgr(words: str) -> tuple[str, str]:
    return "postfix/qmgr[7]", words


def _opened(queue_id: str = _ID, message_id: str = _MESSAGE_ID, recipients: int = 1) -> Iterator[tuple[str, str]]:
    yield _smtpd(f"connect from {_CLIENT}")
    yield _smtpd(f"{queue_id}: client={_CLIENT}")
    yield "postfix/cleanup[101]", f"{queue_id}: message-id=<{message_id}>"
    yield _qmgr(f"{queue_id}: from=<{_FROM}>, size=748, nrcpt={recipients} (queue active)")
    yield _smtpd(f"disconnect from {_CLIENT} ehlo=1 mail=1 rcpt={recipients} data=1 quit=1 commands=5")


def _delivery(recipient: str, status: str, queue_id: str = _ID, orig: str = "") -> tuple[str, str]:
    relay = "relay=mx.next.example[198.51.100.9]:25"
    return "postfix/smtp[102]", f"{queue_id}: to=<{recipient}>,{orig} {relay}, delay=1, delays=0/0/0/1, {status}"


_SENT = "dsn=2.0.0, status=sent (250 2.0.0 Ok)"
_DEFERRED = "dsn=4.0.0, status=deferred (host mx.next.example[198.51.100.9] said: 450 4.0.0 later)"
_UNKNOWN = "550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table"
_GREYLISTED = "450 4.2.0 <{to}>: Recipient address rejected: Greylisted"


def _refusal(words: str, sender: str = _FROM, to: str = _TO, queue_id: str = "NOQUEUE") -> str:
    envelope = f"from=<{sender}> to=<{to}> proto=ESMTP helo=<mail.sender.example>"
    return f"{queue_id}: reject: RCPT from {_CLIENT}: {words.format(to=to)}; {envelope}"


# ---------------------------------------------------------------- one message


def recipients(most: int) -> Iterator[tuple[str, str]]:
    """One message to very many."""
    yield from _opened(recipients=most)
    yield _delivery(_TO, _SENT)
    yield from (_delivery(f"x{number}@recipient.example", _SENT) for number in range(most))
    yield _qmgr(f"{_ID}: removed")


def deliveries(most: int) -> Iterator[tuple[str, str]]:
    """One recipient to whom it was sent again and again."""
    yield from _opened()
    yield from (_delivery(_TO, _SENT) for _ in range(most))
    yield _qmgr(f"{_ID}: removed")


def deliveries_on(most: int) -> Iterator[tuple[str, str]]:
    """As `deliveries`, and each reply names another id, which nothing here has."""
    yield from _opened()
    yield from (
        _delivery(_TO, f"dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4jY2TD{number:05d}zJJQK)")
        for number in range(most)
    )
    yield _qmgr(f"{_ID}: removed")


def deferrals(most: int) -> Iterator[tuple[str, str]]:
    """One recipient, put off again and again."""
    yield from _opened()
    yield from (_delivery(_TO, _DEFERRED) for _ in range(most))


def deferrals_of_many(most: int) -> Iterator[tuple[str, str]]:
    """A few hundred recipients, each put off as often."""
    yield from _opened()
    width = max(round(most**0.5), 1)
    yield from (_delivery(f"x{number % width}@recipient.example", _DEFERRED) for number in range(most))


def members(most: int) -> Iterator[tuple[str, str]]:
    """One address that was mapped to very many."""
    yield from _opened()
    orig = f" orig_to=<{_TO}>,"
    yield from (_delivery(f"x{number}@recipient.example", _SENT, orig=orig) for number in range(most))
    yield _qmgr(f"{_ID}: removed")


def forwards(most: int) -> Iterator[tuple[str, str]]:
    """An alias that sends on again and again."""
    yield from _opened()
    for number in range(most):
        words = f"to=<{_TO}>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (forwarded as "
        yield "postfix/local[102]", f"{_ID}: {words}{number:05X}B3C9D)"


def holds(most: int) -> Iterator[tuple[str, str]]:
    """Held and released in turn."""
    yield from _opened()
    for number in range(most):
        yield "postfix/postsuper[9]", f"{_ID}: {'released from hold' if number % 2 else 'placed on hold'}"


def header_notes(most: int) -> Iterator[tuple[str, str]]:
    """A rule that warns of every line of a header."""
    yield from _opened()
    envelope = f"from=<{_FROM}> to=<{_TO}> proto=ESMTP helo=<mail.sender.example>"
    for number in range(most):
        yield "postfix/cleanup[101]", f"{_ID}: warning: header X-Note: {number} from {_CLIENT}; {envelope}"
    yield _delivery(_TO, _SENT)


def reports(most: int) -> Iterator[tuple[str, str]]:
    """A message that was reported to its sender again and again."""
    yield from _opened()
    yield _delivery(_TO, "dsn=5.0.0, status=bounced (host mx.next.example[198.51.100.9] said: 550 5.0.0 no)")
    for number in range(most):
        yield "postfix/bounce[103]", f"{_ID}: sender non-delivery notification: {number:05X}B3C9D"


def queue_turns(most: int) -> Iterator[tuple[str, str]]:
    """A message that the queue manager takes up again and again."""
    yield from _opened()
    for _ in range(most):
        yield _qmgr(f"{_ID}: from=<{_FROM}>, size=748, nrcpt=1 (queue active)")


def lives(most: int) -> Iterator[tuple[str, str]]:
    """A short id that is given again and again."""
    for number in range(most // 8):
        yield from _opened(_SHORT_ID, f"{number}@sender.example")
        yield _delivery(_TO, _SENT, _SHORT_ID)
        yield _qmgr(f"{_SHORT_ID}: removed")


def opens(most: int) -> Iterator[tuple[str, str]]:
    """A short id, and nothing but clients that open it."""
    yield from (_smtpd(f"{_SHORT_ID}: client={_CLIENT}") for _ in range(most))
    yield "postfix/cleanup[101]", f"{_SHORT_ID}: message-id=<{_MESSAGE_ID}>"


# ---------------------------------------------------------------- one connection


def refusals(most: int) -> Iterator[tuple[str, str]]:
    """One session, one envelope sender, very many recipients refused."""
    yield _smtpd(f"connect from {_CLIENT}")
    yield _smtpd(_refusal(_UNKNOWN))
    yield from (_smtpd(_refusal(_UNKNOWN, to=f"x{number}@recipient.example")) for number in range(most))
    yield _smtpd(f"disconnect from {_CLIENT} ehlo=1 mail=1 rcpt=0/{most} quit=1 commands=3")


def refusals_alike(most: int) -> Iterator[tuple[str, str]]:
    """One session that asks for the same refused recipient again and again."""
    yield _smtpd(f"connect from {_CLIENT}")
    yield from (_smtpd(_refusal(_UNKNOWN)) for _ in range(most))
    yield _smtpd(f"disconnect from {_CLIENT} ehlo=1 mail=1 rcpt=0/{most} quit=1 commands=3")


def refusals_for_now(most: int) -> Iterator[tuple[str, str]]:
    """As `refusals`, each to come again."""
    yield _smtpd(f"connect from {_CLIENT}")
    yield _smtpd(_refusal(_GREYLISTED))
    yield from (_smtpd(_refusal(_GREYLISTED, to=f"x{number}@recipient.example")) for number in range(most))
    yield _smtpd(f"disconnect from {_CLIENT} ehlo=1 mail=1 rcpt=0/{most} quit=1 commands=3")


def senders(most: int) -> Iterator[tuple[str, str]]:
    """One process that never says who connects, and a new envelope sender each time."""
    yield _smtpd(_refusal(_UNKNOWN))
    yield from (_smtpd(_refusal(_UNKNOWN, sender=f"x{number}@sender.example")) for number in range(most))


def refused_before_id(most: int) -> Iterator[tuple[str, str]]:
    """One session: very many recipients refused, then one taken."""
    yield _smtpd(f"connect from {_CLIENT}")
    yield from (_smtpd(_refusal(_UNKNOWN, to=f"x{number}@recipient.example")) for number in range(most))
    yield from list(_opened())[1:]
    yield _delivery(_TO, _SENT)


def messages_of_session(most: int) -> Iterator[tuple[str, str]]:
    """One session that brings very many messages, a recipient of each refused before it."""
    yield _smtpd(f"connect from {_CLIENT}")
    yield from list(_opened())[1:4]
    for number in range(most // 4):
        queue_id = f"4jY2TD{number:05d}zJJQK"
        yield _smtpd(_refusal(_UNKNOWN, to=f"x{number}@recipient.example"))
        yield from list(_opened(queue_id, f"a{number}@sender.example"))[1:4]
    yield _smtpd(f"disconnect from {_CLIENT} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5")


def sessions(most: int) -> Iterator[tuple[str, str]]:
    """One client that comes again and again, refused for good each time."""
    for _ in range(most // 3):
        yield _smtpd(f"connect from {_CLIENT}")
        yield _smtpd(_refusal(_UNKNOWN))
        yield _smtpd(f"disconnect from {_CLIENT} ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3")


def tries(most: int) -> Iterator[tuple[str, str]]:
    """One client that comes again and again, told to come again each time."""
    for _ in range(most // 3):
        yield _smtpd(f"connect from {_CLIENT}")
        yield _smtpd(_refusal(_GREYLISTED))
        yield _smtpd(f"disconnect from {_CLIENT} ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3")


def breaks(most: int) -> Iterator[tuple[str, str]]:
    """One client that hangs up again and again."""
    for _ in range(most // 3):
        yield _smtpd(f"connect from {_CLIENT}")
        yield _smtpd(f"lost connection after EHLO from {_CLIENT}")
        yield _smtpd(f"disconnect from {_CLIENT} ehlo=1 commands=1")


def connects(most: int) -> Iterator[tuple[str, str]]:
    """One client that connects, and no line says more."""
    yield from _opened()
    yield from (_smtpd(f"connect from {_CLIENT}") for _ in range(most))


def screened(most: int) -> Iterator[tuple[str, str]]:
    """One client whom postscreen hands over again and again, and a server that takes few of these."""
    for number in range(most // 2):
        port = 10000 + number % 50000
        yield "postfix/postscreen[50]", f"CONNECT from [192.0.2.7]:{port} to [192.0.2.25]:25"
        yield "postfix/postscreen[50]", f"PASS NEW [192.0.2.7]:{port}"
        if number % 50 == 0:
            yield from _opened(f"4jY2TD{number:05d}zJJQK", f"{number}@sender.example")


def policy_checks(most: int) -> Iterator[tuple[str, str]]:
    """A policy service that is asked about one client and envelope again and again."""
    yield from list(_opened())[:4]
    words = "action=pass, reason=triplet found, client_name=mail.sender.example, client_address=192.0.2.7"
    for _ in range(most):
        yield "postgrey[60]", f"{words}, sender={_FROM}, recipient={_TO}"
    yield _delivery(_TO, _SENT)


# ---------------------------------------------------------------- filters


def amavis_lines(most: int) -> Iterator[tuple[str, str]]:
    """One scan of amavis that says very much."""
    yield from _opened()
    yield from (("amavis[70]", f"(00070-01) (!)WARN: bad header: {number}") for number in range(most))
    yield _amavis("00070-01", _ID)
    yield _delivery(_TO, _SENT)


def amavis_scans(most: int) -> Iterator[tuple[str, str]]:
    """Very many scans that name one queue id."""
    yield from _opened()
    yield from (_amavis(f"{number:05d}-01", _ID) for number in range(most))
    yield _delivery(_TO, _SENT)


def amavis_verdicts(most: int) -> Iterator[tuple[str, str]]:
    """One scan that gives its verdict again and again."""
    yield from _opened()
    yield from (_amavis("00070-01", _ID) for _ in range(most))
    yield _delivery(_TO, _SENT)


def _amavis(task: str, queue_id: str) -> tuple[str, str]:
    words = (
        f"({task}) Passed CLEAN {{RelayedInbound}}, [192.0.2.7]:44477 [192.0.2.7] <{_FROM}> -> <{_TO}>, "
        f"Queue-ID: {queue_id}, Message-ID: <{_MESSAGE_ID}>, mail_id: 9QWERTZUIOPA, Hits: 0.1, size: 748, 151 ms"
    )
    return "amavis[70]", words


def rspamd_lines(most: int) -> Iterator[tuple[str, str]]:
    """One task of rspamd that says its verdict again and again."""
    yield from _opened()
    yield from (_rspamd("<a1b2c3>", _ID) for _ in range(most))
    yield _delivery(_TO, _SENT)


def rspamd_tasks(most: int) -> Iterator[tuple[str, str]]:
    """Very many tasks that name no queue id, only the Message-ID."""
    yield from _opened()
    yield from (_rspamd(f"<{number:06x}>", "undef") for number in range(most))
    yield _delivery(_TO, _SENT)


def _rspamd(task: str, queue_id: str) -> tuple[str, str]:
    words = (
        f"{task}; proxy; rspamd_task_write_log: id: <{_MESSAGE_ID}>, qid: <{queue_id}>, ip: 192.0.2.7, "
        f"from: <{_FROM}>, (default: F (no action): [0.30/15.00] [R_DUMMY(0.30){{}}]), len: 748, "
        f"time: 59.519ms, dns req: 12, digest: <b621d11fe1dd3f839a26b61a201210b5>, rcpts: <{_TO}>"
    )
    return "rspamd[80]", f"(rspamd_proxy) {words}"


# ---------------------------------------------------------------- mailboxes


def _lmtp(session: str) -> tuple[str, str]:
    reply = f"250 2.0.0 <{_TO}> {session} Saved"
    words = f"to=<{_TO}>, relay=mx1[private/dovecot-lmtp], delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent ({reply})"
    return "postfix/lmtp[104]", f"{_ID}: {words}"


def dovecot_lines(most: int) -> Iterator[tuple[str, str]]:
    """One LMTP session of Dovecot that stores again and again."""
    yield from _opened()
    head = f"lmtp({_TO})<90><{_SESSION}>: "
    yield from (
        ("dovecot", f"{head}sieve: msgid=<{_MESSAGE_ID}>: stored mail into mailbox 'INBOX'") for _ in range(most)
    )
    yield _lmtp(_SESSION)


def dovecot_sessions(most: int) -> Iterator[tuple[str, str]]:
    """Very many sessions that store the same Message-ID, and a hand-over that names none of them."""
    yield from _opened()
    for number in range(most):
        head = f"lmtp({_TO})<90><{number:022d}>: "
        yield "dovecot", f"{head}sieve: msgid=<{_MESSAGE_ID}>: stored mail into mailbox 'INBOX'"
    yield _lmtp(_SESSION)


def redirects(most: int) -> Iterator[tuple[str, str]]:
    """A script that sends on to very many."""
    yield from _opened()
    head = f"lmtp({_TO})<90><{_SESSION}>: sieve: msgid=<{_MESSAGE_ID}>: "
    for number in range(most):
        yield "dovecot", f"{head}redirect action: forwarded to <x{number}@next.example>"
    yield _lmtp(_SESSION)


def later_moves(most: int) -> Iterator[tuple[str, str]]:
    """A stored copy that is moved back and forth."""
    yield from _opened()
    head = f"lmtp({_TO})<90><{_SESSION}>: sieve: msgid=<{_MESSAGE_ID}>: "
    yield "dovecot", f"{head}stored mail into mailbox 'INBOX'"
    yield _lmtp(_SESSION)
    head = f"imap({_TO})<91><tGU+OS8WBGtkcAAA>: "
    for number in range(most // 2):
        source, target = ("INBOX", "Trash") if number % 2 else ("Trash", "INBOX")
        what = f"box={target}, uid={number}, msgid=<{_MESSAGE_ID}>, size=748"
        yield "dovecot", f"{head}copy from {source}: {what}"
        yield "dovecot", f"{head}expunge: box={source}, uid={number}, msgid=<{_MESSAGE_ID}>, size=748"


def later_copies(most: int) -> Iterator[tuple[str, str]]:
    """A stored copy that is copied, marked and copied again."""
    yield from _opened()
    head = f"lmtp({_TO})<90><{_SESSION}>: sieve: msgid=<{_MESSAGE_ID}>: "
    yield "dovecot", f"{head}stored mail into mailbox 'INBOX'"
    yield _lmtp(_SESSION)
    head = f"imap({_TO})<91><tGU+OS8WBGtkcAAA>: "
    for number in range(most // 2):
        what = f"box=Keep{number}, uid={number}, msgid=<{_MESSAGE_ID}>, size=748"
        yield "dovecot", f"{head}copy from INBOX: {what}"
        word = "undelete" if number % 2 else "delete"
        yield "dovecot", f"{head}{word}: box=INBOX, uid=1, msgid=<{_MESSAGE_ID}>, size=748"


# ---------------------------------------------------------------- one Message-ID


def same_message_id(most: int) -> Iterator[tuple[str, str]]:
    """Very many messages of one Message-ID and envelope."""
    for number in range(most // 7):
        queue_id = f"4jY2TD{number:05d}zJJQK"
        yield from _opened(queue_id)
        yield _delivery(_TO, _SENT, queue_id)
        yield _qmgr(f"{queue_id}: removed")


def same_message_id_in_circles(most: int) -> Iterator[tuple[str, str]]:
    """A message that goes round in circles, each time under a new id."""
    for number in range(most // 7):
        queue_id, onward = f"4jY2TD{number:05d}zJJQK", f"4jY2TD{number + 1:05d}zJJQK"
        yield from _opened(queue_id)
        yield _delivery(_TO, f"dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {onward})", queue_id)
        yield _qmgr(f"{queue_id}: removed")


KINDS: dict[str, Callable[[int], Iterator[tuple[str, str]]]] = {
    each.__name__: each
    for each in (
        recipients, deliveries, deliveries_on, deferrals, deferrals_of_many, members, forwards, holds, header_notes,
        reports, queue_turns, lives, opens, refusals, refusals_alike, refusals_for_now, senders, refused_before_id,
        messages_of_session, sessions, tries, breaks, connects, screened, policy_checks, amavis_lines, amavis_scans,
        amavis_verdicts, rspamd_lines, rspamd_tasks, dovecot_lines, dovecot_sessions, redirects, later_moves,
        later_copies, same_message_id, same_message_id_in_circles,
    )
}  # fmt: skip


def log_of(kind: str, most: int) -> bytes:
    """Gives a log in which something is said about `most` times."""
    return ("\n".join(_stamped(KINDS[kind](most))) + "\n").encode()


# ---------------------------------------------------------------- by hand


def _measured(kind: str, most: int, form: str) -> str:
    """What it costs to ask, told by a child process, whose memory is no other's."""
    with tempfile.TemporaryDirectory() as folder:
        log, bundle = Path(folder) / "mail.log", Path(folder) / "bundle.txt"
        log.write_bytes(log_of(kind, most))
        bundle.write_text(EVIDENCE, encoding="utf-8")
        told = Path(folder) / "told"
        command = ["-c", "from correlator.cli import main; main()", "ask", str(bundle), "--log", str(log)]
        with told.open("wb") as out:
            child = subprocess.Popen([sys.executable, *command, *([form] if form else [])], stdout=out)
            _, status, used = os.wait4(child.pid, 0)
        size, child.returncode = told.stat().st_size, os.waitstatus_to_exitcode(status)
    cost = f"{used.ru_utime + used.ru_stime:7.2f} s {used.ru_maxrss / 1024:6.0f} MB"
    return f"{kind:<28} {most:>7} {cost}, {size:>9} bytes told, exit {child.returncode}"


def main() -> None:
    """Measures each kind."""
    options = argparse.ArgumentParser(prog="python -m tests.hostile.repeats")
    options.add_argument("--lines", type=int, default=100_000)
    options.add_argument("--form", default="", help="--json, say")
    options.add_argument("--limit", type=int, default=120, help="processor seconds after which a kind is given up")
    options.add_argument("kinds", nargs="*", choices=[[], *KINDS])
    chosen = options.parse_args()
    resource.setrlimit(resource.RLIMIT_CPU, (chosen.limit, chosen.limit))
    for kind in chosen.kinds or KINDS:
        sys.stdout.write(_measured(kind, chosen.lines, chosen.form) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
