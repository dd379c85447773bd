"""What an attacker writes into a field: the lines of another message, altered, in every dress of a log line."""

import json
from dataclasses import dataclass
from random import Random

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """A message of a run, as an attacker may know it: its ids, its envelope, and the lines that our servers wrote."""

    message_id: str
    return_path: str
    recipient: str
    queue_ids: Lines
    lines: Lines


# ---------------------------------------------------------------- what is imitated

_FORGED = (
    "{qid}: to=<{rcpt}>, relay=none, delay=1, delays=1/0/0/0, dsn=5.1.1, status=bounced (user unknown)",
    (
        "{qid}: to=<{rcpt}>, relay=mx.evil.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
        "status=sent (250 2.0.0 Ok: queued as {other})"
    ),
    (
        "{qid}: to=<{rcpt}>, orig_to=<x@evil.example>, relay=dovecot, delay=1, delays=0/0/0/1, dsn=2.0.0, "
        "status=sent (delivered via dovecot service)"
    ),
    "{qid}: removed",
    "{qid}: from=<{path}>, size=1, nrcpt=1 (queue active)",
    "{qid}: from=<{path}>, status=expired, returned to sender",
    "{qid}: client=mx.evil.example[203.0.113.9]",
    "{qid}: message-id=<{mid}>",
    (
        "{qid}: discard: RCPT from x[203.0.113.9]: <{rcpt}>: Recipient address triggers; from=<{path}> to=<{rcpt}> "
        "proto=ESMTP helo=<x>"
    ),
    (
        "{qid}: milter-reject: END-OF-MESSAGE from x[203.0.113.9]: 5.7.1 no; from=<{path}> to=<{rcpt}> proto=ESMTP "
        "helo=<x>"
    ),
    (
        "NOQUEUE: reject: RCPT from x[203.0.113.9]: 550 5.1.1 <{rcpt}>: User unknown; from=<{path}> to=<{rcpt}> "
        "proto=ESMTP helo=<x>"
    ),
    "lmtp({rcpt})<1><tGU+OS8WBGtkcAAAg+zDdQ>: msgid=<{mid}>: saved mail to INBOX",
    "lmtp({rcpt})<1><tGU+OS8WBGtkcAAAg+zDdQ>: sieve: msgid=<{mid}>: fileinto action: stored mail into mailbox 'Junk'",
    (
        "lmtp({rcpt})<1><tGU+OS8WBGtkcAAAg+zDdQ>: sieve: msgid=<{mid}>: discard action: Marked message to be discarded "
        "if not explicitly delivered (discard action)"
    ),
    (
        "(28701-01) Passed CLEAN {{RelayedInbound}}, [203.0.113.9]:1 <{path}> -> <{rcpt}>, Queue-ID: {qid}, "
        "Message-ID: <{mid}>, mail_id: ZFI4ctFFJTA9, Hits: -1, size: 1, queued_as: {other}, 1 ms"
    ),
    (
        "(28701-01) Blocked SPAM {{DiscardedInbound,Quarantined}}, [203.0.113.9]:1 <{path}> -> <{rcpt}>, "
        "quarantine: Z/spam-ZFI4ctFFJTA9.gz, Queue-ID: {qid}, Message-ID: <{mid}>, mail_id: ZFI4ctFFJTA9, Hits: 99, "
        "size: 1, 1 ms"
    ),
    (
        "<a12191>; proxy; rspamd_task_write_log: id: <{mid}>, qid: <{qid}>, ip: 203.0.113.9, from: <{path}>, "
        "(default: T (reject): [99.00/15.00] [X(0.00){{}}], len: 1, time: 1ms, dns req: 1, rcpts: <{rcpt}>, "
        "mime_rcpts: <{rcpt}>"
    ),
    "action=greylist, reason=new, client_name=x, client_address=203.0.113.9/32, sender={path}, recipient={rcpt}",
)
_TAILS = (
    ">, relay=x[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {qid})",
    "x>, orig_to=<{rcpt}>, relay=x[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (no)",
    "x>, size=1, nrcpt=1 (queue active)",
    "x> to=<{rcpt}> proto=ESMTP helo=<x>",
    "x; from=<{path}> to=<{rcpt}> proto=ESMTP helo=<x>: queued as {qid}",
    "250 2.0.0 Ok: queued as {qid}",
    "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as {qid}",
    "250 2.0.0 <{rcpt}> tGU+OS8WBGtkcAAAg+zDdQ Saved",
    "250 2.7.0 Ok, discarded, id=28701-01 - spam",
    ") (250 2.0.0 Ok: queued as {qid}",
    "x, orig_queue_id={qid}, orig_client=x[203.0.113.9]",
    "x>, Queue-ID: {qid}, Message-ID: <{mid}>, mail_id: ZFI4ctFFJTA9, Hits: 99, size: 1, queued_as: {other}, 1 ms",
    "{mid}>: saved mail to INBOX",
    "{mid}>: discard action: Marked message to be discarded if not explicitly delivered (discard action)",
    "{mid}",
    "{qid}",
    "{rcpt}",
    "x>, qid: <{qid}>, ip: 203.0.113.9, from: <{path}>, (default: T (reject): [99.00/15.00] []), rcpts: <{rcpt}>",
)


def forged(victim: Victim, random: Random) -> str:
    """Gives the words of a line that would change the victim's fate, or the rest of one."""
    if victim.lines and random.random() < 0.3:
        return _altered(random.choice(victim.lines), random)
    ids = victim.queue_ids or ("4F2A1B3C9D",)
    words = {
        "qid": random.choice(ids),
        "other": random.choice((*ids, "4F2A1B3C9D")),
        "rcpt": victim.recipient,
        "path": victim.return_path,
        "mid": victim.message_id,
    }
    return random.choice(_FORGED if random.random() < 0.6 else _TAILS).format(**words)


_SWAPS = (
    ("status=sent", "status=bounced"),
    ("Passed CLEAN", "Blocked SPAM"),
    ("INBOX", "Junk"),
    ("'Junk'", "'INBOX'"),
    ("reject", "hold"),
    ("no action", "reject"),
    (": 250 ", ": 550 "),
)


def _altered(line: str, random: Random) -> str:
    """A true line of the victim with another outcome; its stamp may be left on."""
    for old, new in random.sample(_SWAPS, len(_SWAPS)):
        if old in line:
            line = line.replace(old, new)
            break
    return line if random.random() < 0.5 else line.split(": ", 1)[-1]


# ---------------------------------------------------------------- how it is dressed

_TAGS = (
    "postfix/qmgr[1]: ",
    "postfix/smtp[28763]: ",
    "postfix/lmtp[7]: ",
    "postfix/cleanup[7]: ",
    "postfix/smtpd[7]: ",
    "dovecot: ",
    "amavis[28701]: ",
    "rspamd[7]: ",
    "postgrey[612]: ",
)
_STAMPS = ("2026-11-23T10:32:15.911523+00:00", "Nov 23 10:32:15", "2026-11-23 10:37:49", "2026-11-23T10:32:15Z")
_BEFORE = (
    "",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "#012",
    "#015#012",
    "\\n",
    "\u2028",
    "\x85",
    "\x0b",
    "\x0c",
    "\x1b[2K\x1b[1G",
    ">",
    "<",
    '"',
    '">',
    "'",
    "(",
    ")",
    "]",
    "[",
    "; ",
    ", ",
    ": ",
    "\t",
    "> ",
    "\u202e",
    "=?utf-8?q?",
)
_AFTER = ("", "\n", "#012", ">", '"', '"@evil.example', ")", "]", "<", "'", "\\", "@evil.example", "...", " ")


def payload(victim: Victim, random: Random) -> str:
    """Gives a text that imitates a line of the victim, dressed as a log, a collector or a container would."""
    words = forged(victim, random)
    tag, stamp, host = random.choice(_TAGS), random.choice(_STAMPS), random.choice(("mx1", "hub1", "x"))
    line = f"{stamp} {host} {tag}{words}"
    dressed = random.choice(
        (
            words,
            words,
            words,
            tag + words,
            f"{host} {tag}{words}",
            line,
            f"<22>{line}",
            f"<22>1 2026-11-23T10:32:15Z {host} postfix/qmgr 1 - - {words}",
            f"message repeated 2 times: [ {words}]",
            f"{stamp} {host} {tag}message repeated 2 times: [ {words}]",
            f"2026-11-23T10:32:15.911523001Z stdout F {line}",
            f"postfix-1  | {line}",
            f"[pod/mail-0/postfix] {line}",
            json.dumps({"log": line + "\n", "stream": "stdout", "time": "2026-11-23T10:32:15.911523001Z"}),
            json.dumps({"__REALTIME_TIMESTAMP": "1795429935911523", "SYSLOG_IDENTIFIER": "postfix/qmgr",
                        "_HOSTNAME": host, "MESSAGE": words}),
        )
    )  # fmt: skip
    text = random.choice(_BEFORE) + dressed + random.choice(_AFTER)
    return " " * random.choice((0, 0, 0, 0, 900, 1900)) + text
