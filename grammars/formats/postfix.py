"""Postfix: the lines of its daemons and of `postsuper`, releases 2.8 to 3.11.

Sources of truth, in the Postfix source: `src/global/log_adhoc.c` (the one function that prints
delivery lines, for every delivery agent), `src/smtpd/smtpd.c`, `src/cleanup/cleanup_message.c`,
`src/cleanup/cleanup_milter.c`, `src/qmgr/qmgr_active.c`, `src/bounce/`, `src/postsuper/`.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

import pyparsing as pp

from grammars.core.format import Fields, Format, Origin, Shape, Unit
from grammars.core.lexemes import address, anonymous_address, digits, one_of, peer, queue_id, rest, split_reply, word
from grammars.core.lower import lower
from grammars.core.words import Verb

# ---------------------------------------------------------------- who speaks

_DAEMONS = frozenset(
    """anvil bounce cleanup defer discard dnsblog error flush lmtp local master nqmgr oqmgr pickup pipe
    postalias postcat postdrop postfix postfix-script postlog postlogd postmap postqueue postscreen
    postsuper proxymap qmgr qmqpd retry scache sendmail showq smtp smtpd spawn tlsmgr tlsproxy trace
    trivial-rewrite verify virtual""".split()
)


def _claims(tag: str) -> Origin | None:
    """`syslog_name/daemon`, with a service name between them where master.cf sets one."""
    head, slash, program = tag.rpartition("/")
    if not slash or program not in _DAEMONS:
        return None
    instance, _, service = head.partition("/")
    return Origin(program, instance or None, service or None)


# ---------------------------------------------------------------- words

# What a rule or milter did, as smtpd and cleanup print it, in ours.
_ACTIONS = {
    "reject": Verb.REJECT,
    "reject_warning": Verb.WOULD_REJECT,
    "hold": Verb.HOLD,
    "discard": Verb.DISCARD,
    "filter": Verb.MODIFY,
    "redirect": Verb.REDIRECT,
    "bcc": Verb.COPY,
    "info": Verb.NOTE,
    "warn": Verb.WARN,
    "warning": Verb.WARN,
    "hangup": Verb.BREAK_OFF,
    "permit": Verb.ACCEPT,
    "prepend": Verb.MODIFY,
    "replace": Verb.MODIFY,
    "strip": Verb.MODIFY,
    "milter-reject": Verb.REJECT,
    "milter-discard": Verb.DISCARD,
    "milter-hold": Verb.HOLD,
}

_POSTSUPER = {
    "removed": Verb.REMOVE,
    "requeued": Verb.REQUEUE,
    "placed on hold": Verb.HOLD,
    "released from hold": Verb.RELEASE,
    "expired": Verb.EXPIRE,
}

# Where in the session it happened, in the contract's words (RFC 5321 section 3.3).
_STAGES = {
    "CONNECT": "connect",
    "HELO": "helo",
    "EHLO": "helo",
    "STARTTLS": "helo",
    "AUTH": "helo",
    "MAIL": "mail",
    "MAIL FROM": "mail",
    "RCPT": "rcpt",
    "RCPT TO": "rcpt",
    "DATA": "data",
    "BDAT": "data",
    "end of DATA": "data",
    "END-OF-MESSAGE": "data",
}

# ---------------------------------------------------------------- tokens

_ID = queue_id("queue_id") + ": "
_MAYBE_ID = pp.Opt(_ID | "NOQUEUE: ")
_STAGE = pp.Word(pp.alphas.upper() + "-/")("stage")
_ENVELOPE_STARTS = pp.MatchFirst([pp.Literal(text) for text in ("; from=<", "; to=<", "; proto=")])


def _envelope() -> pp.ParserElement:
    """`from=<> to=<> proto=ESMTP helo=<>`, each only if known; postscreen puts commas between them.

    The HELO name is free text of the client: it ends at the first `>`, what follows is left alone.
    """
    gap = pp.Opt(",") + pp.Opt(" ")
    return (
        pp.Opt("from=" + address("reverse_path") + gap)
        + pp.Opt("to=" + address("recipient") + gap)
        + pp.Opt("proto=" + word + gap)
        + pp.Opt("helo=" + pp.Combine("<" + pp.SkipTo(">") + ">")("helo"))
    )


_SASL = pp.Opt(" sasl_method=" + pp.CharsNotIn(" ")) + pp.Opt(" sasl_username=" + pp.CharsNotIn(" ")("sasl_username"))

# ---------------------------------------------------------------- what the grammar alone cannot say


def _state_reply(fields: Fields, reply: str) -> None:
    code, status, text = split_reply(reply)
    fields["reply_text"] = reply
    if code is not None:
        fields["reply_code"] = code
    if status is not None:
        fields["enhanced_status"] = status
    if text:
        fields["reason"] = text


def _access(fields: Fields) -> None:
    """`reject: RCPT from peer: 550 5.1.1 text; from=<> …`: the reply, or the rule's own text."""
    verb = fields["verb"] = _ACTIONS[fields["action"]]
    _state_stage(fields)
    text = fields.pop("reply_text", "")
    if verb in {Verb.REJECT, Verb.WOULD_REJECT}:
        _state_reply(fields, text)
    elif text:
        fields["reason"] = text


def _proxy(fields: Fields) -> None:
    """`proxy-accept: END-OF-MESSAGE: 250 …` of a before-queue filter: its reply is what the client got."""
    fields["verb"] = Verb.REJECT if fields["action"] == "proxy-reject" else Verb.ACCEPT
    _state_stage(fields)
    reply = fields.pop("reply_text", "")
    _state_reply(fields, reply)
    _accepted_as(fields, reply)


def _delivery(fields: Fields) -> None:
    """The text in the last brackets: the next hop's reply, or the agent's own words."""
    text = fields.pop("reason", "").removesuffix(")")
    said = _said(text)
    if said is not None:
        reply, _, command = said.partition(" (in reply to ")
        _state_reply(fields, reply)
        if command:
            fields["stage"] = command.removesuffix(")").removesuffix(" command")
            _state_stage(fields)
    elif text[:3].isdecimal():
        _state_reply(fields, text)
        _accepted_as(fields, text)
    elif text:
        fields["reason"] = text
        if text.startswith("forwarded as "):
            fields["next_queue_id"] = text.removeprefix("forwarded as ")
    if "/" in fields.get("relay_ip", ""):
        del fields["relay_ip"]  # a UNIX socket's path
    if fields.get("relay_host") == "none":
        del fields["relay_host"]


def _said(text: str) -> str | None:
    """The reply in `host h[ip] said: reply (in reply to command)`, or None."""
    for words in (" said: ", " refused to talk to me: "):
        host, found, reply = text.partition(words)
        if found and host.startswith("host ") and " " not in host[5:]:
            return reply
    return None


def _accepted_as(fields: Fields, reply: str) -> None:
    """The id under which the next hop took it, where the reply has a known form."""
    _, found, tail = reply.rpartition(" queued as ")
    if found:
        fields["next_queue_id"] = tail.split(" ", 1)[0]
    elif reply.endswith(" Saved"):
        fields["session_id"] = reply.split(" ")[-2]
    elif ", id=" in reply:
        fields["local_id"] = reply.partition(", id=")[2].split(" ", 1)[0].rstrip(",")


def _attempt(fields: Fields) -> None:
    """`host h[ip] said: 4xx …` without a recipient: this server failed, another may be tried."""
    _state_reply(fields, fields.pop("reply_text").partition(" (in reply to ")[0])


def _header_check(fields: Fields) -> None:
    """`header Subject: … from peer; from=<> to=<> proto= helo=<>: text`.

    The header is the sender's text and may imitate the rest: the last ` from peer;` counts.
    """
    fields["verb"] = _ACTIONS[fields["action"]]
    text = fields.pop("reason")
    for at in _places(text, " from "):
        found = _check_tail().match(text, at)
        if found is not None:
            _state_check(fields, text[:at], {name: value for name, value in found.groupdict().items() if value})
            return
    fields["reason"] = text


def _places(text: str, needle: str) -> Iterator[int]:
    """Where `needle` stands in `text`, from the right; at most fifty places."""
    at = len(text)
    for _ in range(50):
        at = text.rfind(needle, 0, at)
        if at < 0:
            return
        yield at


@cache
def _check_tail() -> "re.Pattern[str]":
    tail = " from " + (peer("client") | "local") + ";" + pp.Opt(" ") + _envelope() + pp.Opt(": " + rest("reason"))
    return re.compile(lower(tail) + r"\Z")


def _state_check(fields: Fields, header: str, named: dict[str, str]) -> None:
    if header[:9].lower() == "subject: ":
        fields["subject"] = header[9:]
    for name in ("reverse_path", "recipient", "helo"):
        if name in named:
            fields[name] = named[name][1:-1]
    for name in ("client_name", "client_ip"):
        if named.get(name, "unknown") != "unknown":
            fields[name] = named[name]
    if "client_port" in named:
        fields["client_port"] = int(named["client_port"])
    rule_text = named.get("reason", "")
    if fields["verb"] is Verb.REJECT and rule_text:
        _state_reply(fields, rule_text)
    else:
        fields["reason"] = rule_text or header


def _removed(fields: Fields) -> None:
    """From 3.10 cleanup says why an id ends: `canceled` (never accepted) or `discarded` (after our 250)."""
    if fields["action"] == "discarded":
        fields["verb"] = Verb.DISCARD
    elif fields["action"] == "canceled":
        fields["verb"] = Verb.BREAK_OFF


def _postsuper(fields: Fields) -> None:
    fields["verb"] = _POSTSUPER[fields["action"]]


def _state_stage(fields: Fields) -> None:
    fields["stage"] = _STAGES.get(fields["stage"], fields["stage"].lower())


def _screen(fields: Fields) -> None:
    fields["action"] = fields["action"].rstrip()


# ---------------------------------------------------------------- line forms, by daemon

_NUMBER = pp.Combine(digits + pp.Opt("." + digits))
_PAIR = word + "=" + pp.CharsNotIn(", ") + ", "


def _pairs_until(*names: str) -> pp.ParserElement:
    """`key=value, ` pieces that are not read (releases add some: `conn_use=`, `delays=`, `tls=`)."""
    return pp.ZeroOrMore(~one_of(f"{name}=" for name in names) + _PAIR)


def _delivery_shape() -> Shape:
    relay = pp.CharsNotIn(",[ ")("relay_host") + pp.Opt(
        "[" + pp.CharsNotIn("]")("relay_ip") + "]" + pp.Opt(":" + digits("relay_port"))
    )
    return Shape(
        name="delivery",
        verb=Verb.DELIVER,
        build=_delivery,
        grammar=_ID
        + "to="
        + address("recipient")
        + ", "
        + pp.Opt("orig_to=" + address("orig_recipient") + ", ")
        + "relay="
        + relay
        + ", "
        + _pairs_until("delay", "dsn", "status")
        + pp.Opt("delay=" + _NUMBER("delay_seconds") + ", ")
        + _pairs_until("dsn", "status")
        + pp.Opt("dsn=" + pp.Combine(digits + "." + digits + "." + digits)("enhanced_status") + ", ")
        + _pairs_until("status")
        + "status="
        + word("status")
        + pp.Opt(" (" + rest("reason")),
    )


def _access_shape() -> Shape:
    """One shape for access rules and milters; TEXT may hold an address, and that may hold anything in quotes."""
    text = pp.Opt(pp.Word("245", pp.nums, min=3) + " ") + pp.Opt(pp.Word("245", "0123456789.", min=5) + " ")
    return Shape(
        name="access",
        verb=Verb.REJECT,
        build=_access,
        grammar=_MAYBE_ID
        + one_of(_ACTIONS)("action")
        + ": "
        + _STAGE
        + " from "
        + peer("client")
        + ": "
        + pp.Opt(
            pp.Combine(text + pp.Opt(anonymous_address()) + (pp.SkipTo(_ENVELOPE_STARTS) | pp.Opt(rest)))("reply_text")
        )
        + pp.Opt("; " + _envelope() + _SASL + pp.Opt(rest)),
    )


def _tls_shape() -> Shape:
    grade = one_of(("Anonymous", "Untrusted", "Trusted", "Verified"))
    return Shape(
        name="tls",
        grammar=pp.Opt(queue_id("queue_id") + ": ") + grade + " TLS connection " + one_of(("established", "reused")) + rest,
    )


def _diagnostic_shape() -> Shape:
    """`warning: …`, `error: …`: what a daemon says of itself or of its surroundings."""
    return Shape(name="diagnostic", grammar=one_of(("warning", "error", "fatal", "panic")) + ": " + rest)


def _warned_message_shape() -> Shape:
    """`warning: QID: …`: a diagnostic about one message."""
    return Shape(
        name="warned_message",
        verb=Verb.NOTE,
        grammar=one_of(("warning", "error", "fatal", "panic"))("action") + ": " + _ID + rest("reason"),
    )


def _smtpd() -> list[Shape]:
    return [
        Shape(name="connect", verb=Verb.CONNECT, grammar="connect from " + peer("client")),
        Shape(
            name="disconnect",
            verb=Verb.DISCONNECT,
            grammar="disconnect from " + peer("client") + pp.Opt(" " + rest("commands")),
        ),
        Shape(
            name="open",
            verb=Verb.OPEN,
            grammar=_MAYBE_ID
            + "client="
            + peer("client")
            + pp.Opt(", sasl_method=" + pp.CharsNotIn(", "))
            + pp.Opt(", sasl_username=" + pp.CharsNotIn(", ")("sasl_username"))
            + pp.Opt(", sasl_sender=" + pp.CharsNotIn(", "))
            + pp.Opt(", orig_queue_id=" + queue_id("orig_queue_id"))
            + pp.Opt(", orig_client=" + peer("orig_client")),
        ),
        _access_shape(),
        Shape(
            name="break_off",
            verb=Verb.BREAK_OFF,
            build=_state_stage,
            grammar=_MAYBE_ID
            + one_of(("lost connection", "timeout", "too many errors"))("action")
            + " after "
            + _STAGE
            + pp.Opt(" (" + pp.CharsNotIn(")") + ")")
            + " from "
            + peer("client"),
        ),
        Shape(
            name="proxy",
            verb=Verb.ACCEPT,
            build=_proxy,
            grammar=one_of(("proxy-accept", "proxy-reject"))("action")
            + ": "
            + _STAGE
            + ": "
            + (pp.SkipTo(_ENVELOPE_STARTS)("reply_text") + "; " + _envelope() + pp.Opt(rest)),
        ),
        Shape(
            name="pipelining",
            grammar=pp.Literal("improper command pipelining after ") + rest,
        ),
        Shape(name="abort", grammar=pp.Literal("NOQUEUE: abort: TLS from ") + rest),
        _tls_shape(),
        Shape(
            name="auth_failed",
            verb=Verb.AUTHENTICATE,
            grammar="warning: "
            + peer("client")
            + ": SASL "
            + pp.CharsNotIn(" ")("action")
            + " authentication failed: "
            + rest("reason"),
        ),
        _warned_message_shape(),
        _diagnostic_shape(),
    ]


def _cleanup() -> list[Shape]:
    part = one_of(("header", "body", "nested header", "nested body", "mime header", "content", "mime-error"))
    return [
        Shape(
            name="message_id",
            verb=Verb.NAME,
            grammar=_ID + pp.Opt("resent-") + "message-id=" + pp.Opt(rest("message_id")),
        ),
        Shape(
            name="header_check",
            verb=Verb.WARN,
            build=_header_check,
            grammar=_ID + one_of(_ACTIONS)("action") + ": " + part + " " + rest("reason"),
        ),
        _access_shape(),
        Shape(
            name="milter_change",
            verb=Verb.MODIFY,
            grammar=_ID + pp.Combine(one_of(("milter-header-", "milter-body-")) + word)("action") + ": " + rest("reason"),
        ),
        Shape(
            name="removed",
            verb=Verb.REMOVE,
            build=_removed,
            grammar=_ID + "removed (" + pp.CharsNotIn(")")("action") + ")",
        ),
        _delivery_shape(),
        _warned_message_shape(),
        _diagnostic_shape(),
    ]


def _qmgr() -> list[Shape]:
    return [
        Shape(
            name="queued",
            verb=Verb.QUEUE,
            grammar=_ID
            + "from="
            + address("reverse_path")
            + ", size="
            + digits("size_bytes")
            + ", nrcpt="
            + digits("recipient_count")
            + " (queue active)",
        ),
        Shape(name="removed", verb=Verb.REMOVE, grammar=_ID + "removed"),
        Shape(
            name="expired",
            verb=Verb.EXPIRE,
            grammar=_ID
            + "from="
            + address("reverse_path")
            + ", status="
            + one_of(("expired", "force-expired"))("status")
            + ", returned to sender",
        ),
        Shape(name="skipped", verb=Verb.NOTE, grammar=_ID + pp.Literal("skipped, still being delivered")("reason")),
        Shape(
            name="report_failed",
            verb=Verb.NOTE,
            grammar=_ID + "status=" + word("status") + " (" + pp.CharsNotIn(")")("reason") + ")",
        ),
        _delivery_shape(),
        _warned_message_shape(),
        _diagnostic_shape(),
    ]


def _delivery_agent() -> list[Shape]:
    host = pp.CharsNotIn(" [")("relay_host") + "[" + pp.CharsNotIn("]")("relay_ip") + "]"
    said = one_of((" said: ", " refused to talk to me: "))
    return [
        _delivery_shape(),
        Shape(
            name="attempt_refused",
            verb=Verb.ATTEMPT,
            build=_attempt,
            grammar=_ID + "host " + host + pp.Opt(":" + digits("relay_port")) + said + rest("reply_text"),
        ),
        Shape(
            name="attempt_unreached",
            verb=Verb.ATTEMPT,
            grammar=pp.Opt(_ID)
            + "connect to "
            + host
            + pp.Opt(":" + digits("relay_port"))
            + ": "
            + rest("reason"),
        ),
        Shape(
            name="attempt_lost",
            verb=Verb.ATTEMPT,
            grammar=pp.Opt(_ID) + pp.Combine(one_of(("lost connection", "conversation")) + " with " + rest)("reason"),
        ),
        Shape(name="passing", verb=Verb.NOTE, grammar=_ID + pp.Combine("passing " + rest)("reason")),
        Shape(name="workaround", verb=Verb.NOTE, grammar=_ID + pp.Combine("enabling PIX " + rest)("reason")),
        _tls_shape(),
        _warned_message_shape(),
        _diagnostic_shape(),
    ]


def _bounce() -> list[Shape]:
    kind = pp.Combine(
        one_of(("sender ", "postmaster "))
        + one_of(("non-delivery", "delivery status", "delay"))
    )
    return [
        Shape(
            name="notification",
            verb=Verb.NOTIFY,
            grammar=_ID + kind("action") + " notification: " + queue_id("next_queue_id"),
        ),
        _delivery_shape(),
        _warned_message_shape(),
        _diagnostic_shape(),
    ]


def _pickup() -> list[Shape]:
    return [
        Shape(
            name="submitted",
            verb=Verb.OPEN,
            grammar=_ID
            + "uid="
            + digits
            + " from="
            + address("reverse_path")
            + pp.Opt(" orig_id=" + queue_id("orig_queue_id")),
        ),
        _warned_message_shape(),
        _diagnostic_shape(),
    ]


def _postsuper_shapes() -> list[Shape]:
    return [
        Shape(
            name="queue_change",
            verb=Verb.NOTE,
            build=_postsuper,
            grammar=_ID + one_of(_POSTSUPER)("action"),
        ),
        Shape(
            name="totals",
            grammar=one_of(("Deleted", "Requeued", "Placed on hold", "Released from hold", "Expired", "Renamed"))
            + ": "
            + rest,
        ),
        _diagnostic_shape(),
    ]


def _postscreen() -> list[Shape]:
    client = peer("client")
    server = " to [" + pp.CharsNotIn("] ")("server_ip") + "]:" + digits("server_port")
    passed = ("PASS NEW", "PASS OLD", "WHITELISTED", "ALLOWLISTED", "BLACKLISTED", "DENYLISTED", "WHITELIST VETO", "ALLOWLIST VETO")
    tests = (
        "PREGREET ", "HANGUP after ", "BARE NEWLINE from ", "COMMAND TIME LIMIT from ", "COMMAND COUNT LIMIT from ",
        "COMMAND LENGTH LIMIT from ", "COMMAND PIPELINING from ", "NON-SMTP COMMAND from ", "DATA without valid RCPT from ",
        "BDAT without valid RCPT from ",
    )
    return [
        Shape(name="connect", verb=Verb.CONNECT, grammar="CONNECT from " + client + pp.Opt(server)),
        Shape(name="disconnect", verb=Verb.DISCONNECT, grammar="DISCONNECT " + client),
        Shape(name="passed", verb=Verb.SCREEN, grammar=one_of(passed)("action") + " " + client),
        _access_shape(),
        Shape(
            name="busy",
            verb=Verb.REJECT,
            grammar=pp.Opt("NOQUEUE: ") + "reject: " + one_of(("connect", "CONNECT")) + " from " + client + ": " + rest("reason"),
        ),
        Shape(
            name="dnsbl",
            verb=Verb.SCREEN,
            grammar=pp.Literal("DNSBL rank")("action") + " " + digits + " for " + client,
        ),
        Shape(name="test_failed", verb=Verb.SCREEN, build=_screen, grammar=one_of(tests)("action") + rest("reason")),
        _diagnostic_shape(),
    ]


def _master() -> list[Shape]:
    lifecycle = (
        "daemon started -- version ", "reload -- version ", "terminating on signal ", "starting the Postfix mail system",
        "stopping the Postfix mail system", "refreshing the Postfix mail system", "the Postfix mail system is ",
        "waiting for the Postfix mail system", "aborting the Postfix mail system", "starting up",
    )
    return [Shape(name="lifecycle", grammar=one_of(lifecycle) + pp.Opt(rest)), _diagnostic_shape()]


def _statistics() -> list[Shape]:
    return [Shape(name="statistics", grammar=pp.Literal("statistics: ") + rest), _diagnostic_shape()]


def _dnsblog() -> list[Shape]:
    listed = "addr " + pp.CharsNotIn(" ") + " listed by domain " + rest
    return [Shape(name="listed", grammar=listed), _diagnostic_shape()]


def _tlsproxy() -> list[Shape]:
    return [
        Shape(name="session", grammar=one_of(("CONNECT ", "DISCONNECT ", "TLS handshake failed ")) + rest),
        _tls_shape(),
        _diagnostic_shape(),
    ]


_SHAPES = {
    "smtpd": _smtpd,
    "cleanup": _cleanup,
    "qmgr": _qmgr,
    "oqmgr": _qmgr,
    "nqmgr": _qmgr,
    "bounce": _bounce,
    "defer": _bounce,
    "trace": _bounce,
    "pickup": _pickup,
    "postsuper": _postsuper_shapes,
    "postscreen": _postscreen,
    "master": _master,
    "postfix-script": _master,
    "anvil": _statistics,
    "scache": _statistics,
    "dnsblog": _dnsblog,
    "tlsproxy": _tlsproxy,
    **dict.fromkeys(("smtp", "lmtp", "local", "virtual", "pipe", "error", "retry", "discard"), _delivery_agent),
}


def _shapes(program: str) -> Sequence[Shape]:
    made = _SHAPES.get(program)
    return made() if made is not None else [_warned_message_shape(), _diagnostic_shape()]


FORMAT = Format(
    name="postfix",
    title="Postfix",
    family="mta",
    reference="Postfix source: src/global/log_adhoc.c, src/smtpd, src/cleanup, src/qmgr, src/bounce, src/postsuper",
    claims=_claims,
    shapes=_shapes,
    unit=Unit(
        kind="queue",
        by="queue_id",
        opens=frozenset({Verb.OPEN}),
        closes=frozenset({Verb.REMOVE, Verb.BREAK_OFF}),
        offered_as="queue_id",
    ),
    shows=(
        "which recipients were accepted, refused, put off or held, and the reply the client got",
        "to whom each recipient was handed on, and the reply of the next hop",
        "final delivery by its own agents (local, virtual)",
    ),
    cannot_show=("what the next hop did after its 250", "which folder a mailbox server chose"),
    samples=(),
)
