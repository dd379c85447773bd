"""What stories are told with: short log lines made whole, one bundle, and the answer as a table row."""

import re
from collections.abc import Iterable
from datetime import UTC, tzinfo
from functools import cache
from typing import Any
from unittest.mock import ANY

from correlator.ask import AskOptions, ask
from correlator.evidence import read_evidence
from correlator.render.answer_json import render_answer
from grammars import Instant
from grammars.core.event import rfc3339
from queries.basis import machine_zone, settle_basis
from queries.sources import log_file
from queries.stores.files import FilesStore

Row = dict[str, Any]

START = 1_795_429_440_000_000  # 2026-11-23T10:24:00Z
NOW = Instant(START + 30 * 86_400_000_000)
TENTH = 100_000

BUNDLE = "Timestamp: 2026-11-23T10:24:00Z\nReturn-Path: news@sender.example\nSending IP: 192.0.2.7\n"

CLIENT = "mail.sender.example[192.0.2.7]"
ENVELOPE = "from=<news@sender.example> to=<jane@recipient.example> proto=ESMTP helo=<mail.sender.example>"
QUEUE = "4F7B21234A"
"""The id of the message in most stories: a short one, as Postfix gives by default."""

_TAGS = {
    "dovecot": "dovecot", "amavis": "amavis[90]", "rspamd": "rspamd[80]", "postgrey": "postgrey[70]",
    "spamd": "spamd[60]", "opendkim": "opendkim[61]", "opendmarc": "opendmarc[62]", "spf": "policyd-spf[63]",
    "pyspf": "pyspf-milter[64]", "cyrus": "cyrus/lmtpunix[65]", "cyrusimap": "cyrus/imap[66]", "sympa": "sympa_msg[67]",
    "rsyslogd": "rsyslogd", "journald": "systemd-journald[2]", "mailscanner": "MailScanner[90]",
}  # fmt: skip
_LINE = re.compile(r"(?:\+(?P<pause>\d+) )?(?:(?P<host>[a-z0-9]+)/)?(?P<program>[a-z]+): (?P<text>.*)")


def whole(lines: Iterable[str]) -> str:
    """Makes a log of short lines `[+SECONDS ][HOST/]PROGRAM: text`; each comes a tenth of a second after the last."""
    instant, made = START, []
    for line in lines:
        found = _LINE.fullmatch(line)
        assert found is not None, line
        instant += int(found["pause"] or 0) * 1_000_000 + TENTH
        tag = _TAGS.get(found["program"], f"postfix/{found['program']}[7]")
        made.append(f"{rfc3339(Instant(instant))} {found['host'] or 'mx1'} {tag}: {found['text']}\n")
    return "".join(made)


Files = tuple[tuple[str, str], ...]
"""Names and texts of other files, which products write by themselves; their stamps are UTC."""


@cache
def _answer(log: str, bundle: str, others: Files, given: tzinfo | None) -> Row:
    entries = [log_file(name, text.encode(), NOW) for name, text in (("mail.log", log), *others) if text]
    zone, here = (given, UTC) if others else (None, machine_zone())
    store = FilesStore(entries, settle_basis(entries, zone=zone, machine_zone=here, now=NOW))
    (only,) = read_evidence(bundle, now=NOW, zone=None)
    return render_answer(ask(only, store, AskOptions()))


def answer_to(*lines: str, bundle: str = BUNDLE, others: Files = (), zone: tzinfo | None = UTC) -> Row:
    """The whole answer to a bundle; `zone` is what the user says of the other files."""
    return _answer(whole(lines), bundle, others, zone)


def told(*lines: str, bundle: str = BUNDLE, others: Files = (), zone: tzinfo | None = UTC) -> list[Row]:
    """The recipients of the best match, as rows."""
    found = answer_to(*lines, bundle=bundle, others=others, zone=zone)
    assert found["matches"], found["because"]
    return [row(each) for each in found["matches"][0]["recipients"]]


def fates(*lines: str, bundle: str = BUNDLE, others: Files = ()) -> dict[str | None, str]:
    """Only who and what, for stories about several."""
    return {each["recipient"]: each["fate"] for each in told(*lines, bundle=bundle, others=others)}


_KEPT = (
    *("recipient", "fate", "final", "stage", "owner", "holder", "folder", "flags", "handed_to", "quarantine_id"),
    *("final_recipient", "because", "sentence", "reply"),
)


def row(found: Row) -> Row:
    """One recipient of the answer without what stories do not speak of."""
    kept = {name: found[name] for name in _KEPT}
    kept["code"] = found["reason"]["code"]
    kept["attempts"] = len(found["attempts"])
    kept["children"] = [row(child) for child in found["children"]]
    return kept


def right(recipient: str | None, fate: str, place: str, code: str, **more: Any) -> Row:
    """The one right answer: `place` is `stage owner holder`; what is not named is empty, or free (sentence, reply)."""
    stage, owner, holder = place.split()
    final = more.pop("final", fate in {"delivered", "junked", "dropped", "rejected", "bounced"})
    empty: Row = dict.fromkeys(("folder", "handed_to", "quarantine_id", "final_recipient"))
    lists: Row = {"flags": [], "because": [], "children": [], "attempts": 0, "sentence": ANY, "reply": ANY}
    stated = {"recipient": recipient, "fate": fate, "final": final, "stage": stage, "owner": owner, "holder": holder}
    return {**empty, **lists, **stated, "code": code, **more}


# ---------------------------------------------------------------- pieces of logs


def opened(queue_id: str = QUEUE, host: str = "mx1", client: str = CLIENT) -> tuple[str, ...]:
    """The session begins and an id is given; nothing is accepted yet."""
    return (f"{host}/smtpd: connect from {client}", f"{host}/smtpd: {queue_id}: client={client}")


def named(queue_id: str = QUEUE, host: str = "mx1") -> tuple[str, ...]:
    """The Message-ID was read."""
    return (f"{host}/cleanup: {queue_id}: message-id=<m1@sender.example>",)


def queued(
    count: int = 1, queue_id: str = QUEUE, host: str = "mx1", path: str = "news@sender.example"
) -> tuple[str, ...]:
    """It is in the queue."""
    return (f"{host}/qmgr: {queue_id}: from=<{path}>, size=1200, nrcpt={count} (queue active)",)


def accepted(
    count: int = 1, queue_id: str = QUEUE, host: str = "mx1", client: str = CLIENT, path: str = "news@sender.example"
) -> tuple[str, ...]:
    """From the connection to our 250."""
    end = f"{host}/smtpd: disconnect from {client} ehlo=1 mail=1 rcpt={count} data=1 quit=1 commands={count + 4}"
    return (*opened(queue_id, host, client), *named(queue_id, host), *queued(count, queue_id, host, path), end)


def delivery(
    to: str, words: str, *, status: str = "sent", agent: str = "smtp", relay: str = "mx.example.net[198.51.100.9]:25",
    queue_id: str = QUEUE, host: str = "mx1", orig: str | None = None, dsn: str = "2.0.0", delay: str = "0.2",
) -> str:  # fmt: skip
    """One delivery line."""
    before = f" orig_to=<{orig}>," if orig else ""
    return (
        f"{host}/{agent}: {queue_id}: to=<{to}>,{before} relay={relay}, delay={delay}, delays=0.1/0/0/0.1, "
        f"dsn={dsn}, status={status} ({words})"
    )


def removed(queue_id: str = QUEUE, host: str = "mx1") -> str:
    """The id is gone."""
    return f"{host}/qmgr: {queue_id}: removed"


def to_store(to: str, session: str, **more: Any) -> str:
    """Handed to the mailbox server over LMTP."""
    user = more.pop("user", to)
    place = {"agent": "lmtp", "relay": "store1.recipient.example[203.0.113.40]:24"}
    return delivery(to, f"250 2.0.0 <{user}> {session} Saved", **{**place, **more})


def sieve(user: str, session: str, words: str, host: str = "store1") -> str:
    """What the Sieve script of one mailbox did."""
    return f"{host}/dovecot: lmtp({user})<31><{session}>: sieve: msgid=<m1@sender.example>: {words}"


def stored(user: str, session: str, folder: str = "INBOX") -> str:
    """Stored in a folder."""
    return sieve(user, session, f"stored mail into mailbox '{folder}'")


def refused(words: str, *, to: str = "jane@recipient.example", prefix: str = "NOQUEUE", stage: str = "RCPT") -> str:
    """A refusal by smtpd."""
    envelope = f"from=<news@sender.example> to=<{to}> proto=ESMTP helo=<mail.sender.example>"
    return f"smtpd: {prefix}: reject: {stage} from {CLIENT}: {words}; {envelope}"


def rspamd(result: str, *to: str, forced: str = "") -> str:
    """The result line of rspamd; `result` is `(no action): [1.00/15.00] [X(1.00){}]`."""
    people = ",".join(to)
    ids = f"id: <m1@sender.example>, qid: <{QUEUE}>, ip: 192.0.2.7, from: <news@sender.example>"
    facts = "len: 188, time: 100ms, dns req: 12, digest: <0a>"
    recipients = f"rcpts: <{people}>, mime_rcpts: <{people}>"
    where = "(normal) <a1b2c3>; task; rspamd_task_write_log"
    return f"rspamd: {where}: {ids}, (default: F {result}), {facts}, {recipients}{forced}"


def left(counts: str) -> str:
    """The session ends, with the counts of accepted commands."""
    return f"smtpd: disconnect from {CLIENT} {counts}"
