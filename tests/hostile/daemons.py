"""The lines that mail servers write for a hostile session, each with its own masking of what the client sent.

Sources: Postfix `printable()` and its 2,000 bytes per line (src/util/msg_output.c), `smtpd_log_proxy_filter`,
`log_adhoc`, `smtpd_log_reject`, `cleanup_message`; amavis `sanitize_str` and its `...` continuation lines;
rspamd `rspamd_log_escape`; Dovecot `str_sanitize`.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from grammars.core.selfdating import QUEUE_ID_LETTERS

Field = Callable[[], str]
"""Gives what the attacker wrote into the next field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message for the log: its tag with the process id, and the words; `own` where it is for rspamd's own file."""

    tag: str
    words: str
    own: bool = False


def postfix_mask(text: str) -> str:
    """Postfix prints what is not printable ASCII as `?`."""
    return "".join(char if " " <= char <= "~" else "?" for char in text)


def amavis_mask(text: str) -> str:
    r"""Amavis writes control characters as escapes, and doubles the backslash."""
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return re.sub(r"[^ -~]", lambda found: f"\\x{{{ord(found.group()):04X}}}", escaped)


def rspamd_mask(text: str) -> str:
    r"""Rspamd writes what is not printable as `\xNN`, byte by byte."""
    return "".join(
        char if " " <= char <= "~" else "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "replace"))
        for char in text
    )


def dovecot_mask(text: str) -> str:
    """Dovecot prints control characters as `?` and cuts at 80 (names) or more; letters of UTF-8 stay."""
    return "".join("?" if char < " " or "\x7f" <= char <= "\x9f" else char for char in text)


def _short_id(random: Random) -> str:
    return f"{random.randrange(16**5):05X}9{random.randrange(16**5):05X}"


def _long_id(random: Random, stem: str) -> str:
    return stem + "z" + "".join(random.choice(QUEUE_ID_LETTERS[:-1]) for _ in range(5))


_CLIENT = "203.0.113.66"


def session(field: Field, random: Random, *, pid: int, id_stem: str | None) -> Iterator[Said]:
    """Gives all that one hostile session makes our servers write; `id_stem`: the clock of their long queue ids."""
    kinds = (_refused, _accepted, _milter, _amavis, _rspamd, _dovecot, _postscreen, _login, _odds)
    for kind in random.sample(kinds, 3):
        yield from kind(_Pen(field, random, pid, id_stem))


@dataclass(frozen=True, slots=True)
class _Pen:
    field: Field
    random: Random
    pid: int
    id_stem: str | None

    def text(self) -> str:
        return postfix_mask(self.field())

    def local(self) -> str:
        """An envelope address: quoted as the protocol wants it, or as servers that do not mind take it."""
        inner = self.text()
        quoted = '"' + inner.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"{self.random.choice((inner, quoted, quoted))}@evil.example"

    def queue_id(self) -> str:
        return _short_id(self.random) if self.id_stem is None else _long_id(self.random, self.id_stem)

    def client(self) -> str:
        return f"{self.random.choice(('unknown', 'mx.evil.example'))}[{_CLIENT}]"

    def say(self, service: str, words: str, pid: int | None = None) -> Said:
        return Said(tag=f"postfix/{service}[{pid or self.pid}]", words=words[:2000])


def _envelope(pen: _Pen) -> str:
    return f"from=<{pen.local()}> to=<{pen.local()}> proto=ESMTP helo=<{pen.text()}>"


def _refused(pen: _Pen) -> Iterator[Said]:
    client = pen.client()
    yield pen.say("smtpd", f"connect from {client}")
    rcpt = pen.local()
    words = f"550 5.1.1 <{rcpt}>: Recipient address rejected: User unknown in virtual mailbox table; {_envelope(pen)}"
    yield pen.say("smtpd", f"NOQUEUE: reject: RCPT from {client}: {words}")
    yield pen.say(
        "smtpd",
        f"NOQUEUE: reject: RCPT from {client}: 450 4.7.1 <{pen.text()}>: Helo command rejected: Host not "
        f"found; {_envelope(pen)}",
    )
    yield pen.say(
        "smtpd",
        f"NOQUEUE: filter: RCPT from {client}: <{pen.local()}>: Sender address triggers FILTER "
        f"{pen.text()}; {_envelope(pen)}",
    )
    yield pen.say("smtpd", f"warning: Illegal address syntax from {client} in MAIL command: {pen.text()}")
    yield pen.say("smtpd", f"improper command pipelining after EHLO from {client}: {pen.text()}")
    yield pen.say("smtpd", f"warning: non-SMTP command from {client}: {pen.text()}")
    yield pen.say("smtpd", f"disconnect from {client} ehlo=1 mail=1 rcpt=0/2 quit=1 commands=3/5")


def _accepted(pen: _Pen) -> Iterator[Said]:
    client, queue_id = pen.client(), pen.queue_id()
    yield pen.say("smtpd", f"connect from {client}")
    yield pen.say("smtpd", f"{queue_id}: client={client}")
    yield pen.say("cleanup", f"{queue_id}: message-id=<{pen.text()}>", pen.pid + 1)
    for verb in pen.random.sample(("warning", "reject", "hold", "replace", "redirect", "info", "discard"), 2):
        header = f"header {pen.random.choice(('Subject', 'Message-ID', 'To', 'X-Note'))}: {pen.text()}"
        reason = pen.random.choice(("", ": 5.7.1 spam", ": " + pen.text()))
        yield pen.say("cleanup", f"{queue_id}: {verb}: {header} from {client}; {_envelope(pen)}{reason}", pen.pid + 1)
    yield pen.say("qmgr", f"{queue_id}: from=<{pen.local()}>, size=748, nrcpt=1 (queue active)", 7)
    orig = pen.random.choice(("", f" orig_to=<{pen.local()}>,"))
    relay = "mx.evil.example[203.0.113.9]:25"
    status = pen.random.choice(
        (
            f"dsn=2.0.0, status=sent (250 {pen.text()})",
            f"dsn=2.0.0, status=sent ({pen.text()})",
            f"dsn=5.7.1, status=bounced (host {relay[:-3]} said: 550 {pen.text()} (in reply to end of DATA command))",
            f"dsn=4.0.0, status=deferred (host {relay[:-3]} refused to talk to me: 421 {pen.text()})",
        )
    )
    yield pen.say(
        "smtp", f"{queue_id}: host {relay[:-3]} said: 450 {pen.text()} (in reply to RCPT TO command)", pen.pid + 2
    )
    yield pen.say(
        "smtp",
        f"{queue_id}: to=<{pen.local()}>,{orig} relay={relay}, delay=1, delays=0.1/0/0.4/0.5, {status}",
        pen.pid + 2,
    )
    yield pen.say("qmgr", f"{queue_id}: removed", 7)
    yield pen.say("smtpd", f"disconnect from {client} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5")


def _milter(pen: _Pen) -> Iterator[Said]:
    client, queue_id = pen.client(), pen.queue_id()
    yield pen.say("smtpd", f"{queue_id}: client={client}")
    yield pen.say(
        "cleanup",
        f"{queue_id}: milter-reject: END-OF-MESSAGE from {client}: 5.7.1 {pen.text()}; {_envelope(pen)}",
        pen.pid + 1,
    )
    yield pen.say("smtpd", f"proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as {pen.queue_id()}; {_envelope(pen)}")
    yield pen.say(
        "smtpd", f"{queue_id}: milter-hold: END-OF-MESSAGE from {client}: milter triggers HOLD action; {_envelope(pen)}"
    )


def _amavis(pen: _Pen) -> Iterator[Said]:
    def text() -> str:
        return amavis_mask(pen.field())

    def address() -> str:
        quoted = pen.field().replace("\\", "\\\\").replace('"', '\\"')
        return amavis_mask(f'"{quoted}"@evil.example')

    task, tag = f"({pen.pid}-{pen.random.randrange(1, 20):02d})", f"amavis[{pen.pid}]"
    kind = pen.random.choice(
        (
            "Passed CLEAN {RelayedInbound}",
            "Blocked SPAM {DiscardedInbound,Quarantined}",
            f"Blocked BANNED (application/zip,.exe,{text()}) {{DiscardedInbound,Quarantined}}",
        )
    )
    subject = text().replace('"', '""')
    line = (
        f"{task} {kind}, [{_CLIENT}]:44477 [203.0.113.7] <{address()}> -> <{address()}>, "
        f"quarantine: 9/banned-9QWERTZUIOPA, Queue-ID: {pen.queue_id()}, Message-ID: <{text()}>, "
        f'mail_id: 9QWERTZUIOPA, Hits: 9, size: 748, Subject: "{subject}", From: {text()}, 151 ms'
    )
    first, rest = line[:980], line[980:]
    yield Said(tag=tag, words=first + ("..." if rest else ""))
    if rest:
        yield Said(tag=tag, words=f"{task} ...{rest[:900]}")
    yield Said(tag=tag, words=f"{task} ...{text()}")
    yield Said(tag=tag, words=f"{task} (!)WARN: bad header: {text()}")
    yield Said(tag=tag, words=f'{task} p.path BANNED:1 evil@evil.example: "P=p003,L=1,M=multipart/mixed | {text()}"')


def _rspamd(pen: _Pen) -> Iterator[Said]:
    def text() -> str:
        return rspamd_mask(pen.field())

    mark = f"<{pen.random.randrange(16**6):06x}>"
    words = (
        (
            f"{mark}; proxy; rspamd_message_parse: loaded message; id: <{text()}>; queue-id: <{pen.queue_id()}>; "
            "size: 5; checksum: <b621d11fe1dd3f839a26b61a201210b5>"
        ),
        (
            f"{mark}; proxy; rspamd_task_write_log: id: <{text()}>, qid: <{pen.queue_id()}>, ip: {_CLIENT}, "
            f"from: <{text()}@evil.example>, (default: F (no action): [0.30/901.00] "
            f"[FORGED_SENDER(0.30){{{text()};}}], len: 528, time: 978.464ms, dns req: 45, "
            f"digest: <b621d11fe1dd3f839a26b61a201210b5>, rcpts: <{text()}>, "
            f"mime_rcpts: <{text()}>"
        ),
        f'{mark}; lua; greylist.lua:285: greylisted until "{text()}", new record',
        f"{mark}; milter; rspamd_milter_process_command: got connection from {_CLIENT}:34991",
        f"{mark}; proxy; {text()}",
    )
    for each in words:
        yield Said(tag=f"{pen.pid}(rspamd_proxy)", words=each, own=True)
        yield Said(tag=f"rspamd[{pen.pid}]", words=f"(rspamd_proxy) {each}")


def _session(pen: _Pen) -> str:
    """A session's id is Dovecot's own, and new each time: no client can choose it."""
    return b64encode(pen.random.randbytes(16)).decode().rstrip("=")


def _dovecot(pen: _Pen) -> Iterator[Said]:
    def text() -> str:
        return dovecot_mask(pen.field())

    head = f"lmtp(mallory@recipient.example)<{pen.pid}><{_session(pen)}>: "
    for words in (
        f"{head}sieve: msgid=<{text()}>: stored mail into mailbox 'INBOX'",
        f"{head}msgid=<{text()}>: saved mail to INBOX",
        f"{head}sieve: msgid=<{text()}>: fileinto action: stored mail into mailbox '{text()}'",
        f"{head}sieve: msgid=<{text()}>: redirect action: forwarded to <{text()}@evil.example>",
        f"{head}sieve: msgid=<{text()}>: reject action: rejected message from <{text()}@evil.example> (reject)",
        f"{head}sieve: msgid=<{text()}>: {text()}",
        f"{head}sieve: DEBUG: {text()}",
        f"{head}Error: {text()}",
        f"{head}{text()}",
        f"lmtp({pen.pid}): Connect from {_CLIENT}",
    ):
        yield Said(tag="dovecot", words=words[:2000])


def _postscreen(pen: _Pen) -> Iterator[Said]:
    peer = f"[{_CLIENT}]:4711"
    yield pen.say("postscreen", f"CONNECT from {peer} to [127.0.1.25]:25")
    yield pen.say("postscreen", f"PREGREET 14 after 0.2 from {peer}: {pen.text()}")
    yield pen.say("postscreen", f"COMMAND PIPELINING from {peer} after EHLO: {pen.text()}")
    yield pen.say(
        "postscreen",
        f"NOQUEUE: reject: RCPT from {peer}: 550 5.7.1 Service unavailable; client [{_CLIENT}] blocked "
        f"using dnsbl.example; from=<{pen.local()}>, to=<{pen.local()}>, proto=ESMTP, helo=<{pen.text()}>",
    )
    yield pen.say("postscreen", f"DISCONNECT {peer}")


def _login(pen: _Pen) -> Iterator[Said]:
    name = dovecot_mask(pen.field())
    yield Said(
        tag="dovecot",
        words=f"imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{name}>, method=PLAIN, "
        f"rip={_CLIENT}, lip=192.0.2.25, session=<tGU+OS8WBGtkcAAA>",
    )
    yield Said(tag="dovecot", words=f"auth: passwd-file({name},{_CLIENT},<tGU+OS8WBGtkcAAA>): unknown user")
    yield Said(
        tag="dovecot",
        words=f"auth-worker({pen.pid}): conn unix:x: auth-worker<1>: sql({name},{_CLIENT}): Password mismatch",
    )
    yield pen.say(
        "smtpd", f"warning: {pen.client()}: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username={pen.text()}"
    )


def _odds(pen: _Pen) -> Iterator[Said]:
    yield pen.say("smtpd", f"warning: hostname {pen.text()} does not resolve to address {_CLIENT}")
    yield pen.say("smtpd", f"lost connection after {pen.text()} from {pen.client()}")
    yield pen.say("smtpd", f"timeout after DATA from {pen.text()}[{_CLIENT}]")
    yield pen.say("policy-spf", f"Policy action=PREPEND Received-SPF: none ({pen.text()})")
    yield Said(
        tag=f"postgrey[{pen.pid}]",
        words=f"action=pass, reason=client whitelist, client_name={pen.text()}, client_address={_CLIENT}, "
        f"sender={pen.local()}, recipient={pen.local()}",
    )
    yield Said(tag=f"sshd[{pen.pid}]", words=f"Invalid user {dovecot_mask(pen.field())} from {_CLIENT} port 4711")
    yield Said(tag=f"mailman[{pen.pid}]", words=dovecot_mask(pen.field()))
