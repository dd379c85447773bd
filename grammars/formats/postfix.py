"""Postfix: the lines of its daemons and of `postsuper`, releases 2.8 to 3.11.

Sources of truth, in the Postfix source: `src/global/log_adhoc.c` (the one function that prints
delivery lines, for every delivery agent), `src/smtpd/smtpd.c`, `src/cleanup/cleanup_message.c`,
`src/cleanup/cleanup_milter.c`, `src/qmgr/qmgr_active.c`, `src/bounce/`, `src/postsuper/`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product

import pyparsing as pp

from grammars.core.format import Fields, Format, Origin, Sample, Shape, Unit
from grammars.core.lexemes import (
    address,
    address_before,
    anonymous_address,
    combine,
    digits,
    one_of,
    peer,
    queue_id,
    rest,
    split_reply,
    strict_address,
    word,
)
from grammars.core.lower import lower
from grammars.core.phrases import lines_of, phrases
from grammars.core.words import Verb
from grammars.phrases.postfix import REMARKS, WARNINGS

# ---------------------------------------------------------------- who speaks

_DAEMONS = frozenset(
    """anvil bounce cleanup defer discard dnsblog error flush lmtp local master nbdb_reindexd nqmgr oqmgr pickup pipe
    post-install postalias postcat postconf postdrop postfix postfix-script postkick postlock postlog
    postlogd postmap postmulti postmulti-script postqueue postscreen postsuper proxymap qmgr
    qmqpd retry scache sendmail showq smtp smtpd spawn tlsmgr tlsproxy trace trivial-rewrite verify
    virtual""".split()
)
# Other products whose tags have a slash too, and whose programs may bear names that Postfix has.
_OTHERS = frozenset(
    """amavis apache2 clamav courier cyrus cyrus-imapd dovecot exim haproxy httpd mailman nginx opendkim
    opendmarc saslauthd sendmail sympa""".split()
)
# Names that no other product's programs have: these are Postfix's under any `syslog_name`.
_ONLY_OURS = frozenset(
    """anvil cleanup dnsblog nqmgr oqmgr pickup postscreen postsuper qmgr qmqpd scache smtpd tlsproxy
    trivial-rewrite""".split()
)


def _claims(tag: str) -> Origin | None:
    """`syslog_name/daemon`, with a service name between them where master.cf sets one."""
    head, slash, program = tag.rpartition("/")
    if not slash or program not in _DAEMONS:
        return None
    instance, _, service = head.partition("/")
    if not instance or (instance in _OTHERS and program not in _ONLY_OURS):
        return None
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
# A rule for what a milter added is logged as `milter-header-ACTION` or `milter-body-ACTION`.
_MILTER_RULES = ("milter-header-", "milter-body-")

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

# What anvil counts, and the stage at which a client that exceeds it is refused.
_RATES = {
    "Connection rate limit": "connect",
    "Connection concurrency limit": "connect",
    "New TLS session rate limit": "helo",
    "Message delivery request rate limit": "mail",
    "Recipient address rate limit": "rcpt",
}

# Why one server of the next hop was given up (smtp_connect.c, smtp_proto.c, smtp_sasl_glue.c); another may be tried.
_FAILURES = (
    "Cannot start TLS: ",
    "SASL authentication failed; ",
    "SASL [CACHED] authentication failed; ",
    "SMTPUTF8 is required, but was not offered by host ",
    "Sender requires verified TLS, ",
    "Server certificate ",
    "Server configuration error",
    "TLS is not available due to local problem",
    "TLS is required, but ",
    "TLSA lookup error for ",
    "authentication protocol loop with server ",
    "client TLS configuration problem",
    "local data error while talking to ",
    "message size ",
    "network address conversion failed: ",
    "server configuration error",
    "server unavailable or unable to receive mail",
)

# ---------------------------------------------------------------- tokens

_ID = queue_id("queue_id") + ": "
_MAYBE_ID = pp.Opt(_ID | "NOQUEUE: ")
# What daemons often say of themselves; `grammars.phrases.postfix` has the rest.
_OFTEN_SAID = (
    "Host offered STARTTLS: [*",
    "Illegal address syntax from *",
    "SASL authentication failure: *",
    "SSL_accept error from *",
    "SSL_connect error to *",
    "TLS library problem: *",
    "connect to Milter service *",
    "connect to transport *",
    "database * is older than source file *",
    "discarding EHLO keywords: *",
    "dnsblog reply timeout *",
    "hostname * does not resolve to address *",
    "milter *: can't read *",
    "no MX host for * has a valid address record",
    "non-SMTP command from *",
    "numeric domain name in resource data *",
    "problem talking to *",
    "process * pid * exit status *",
    "run-time library vs. compile-time header version mismatch: *",
    "setting up TLS connection *",
    "table * has changed *",
    "using backwards-compatible default setting *",
    "valid_hostname: *",
)
_PEER = pp.Opt(pp.CharsNotIn(" []")) + "[" + pp.CharsNotIn("] ") + "]" + pp.Opt(":" + digits)
_STAGE = pp.Word(pp.alphas.upper() + "-/")("stage")
_ENVELOPE_STARTS = pp.MatchFirst([pp.Literal(text) for text in ("; from=<", "; to=<", "; proto=")])


def _envelope(path: Callable[[str], pp.ParserElement] = address) -> pp.ParserElement:
    """`from=<> to=<> proto=ESMTP helo=<>`, each only if known; postscreen puts commas between them.

    The HELO name is free text of the client: it ends at the first `>`, what follows is left alone.
    """
    gap = pp.Opt(",") + pp.Opt(" ")
    return (
        pp.Opt("from=" + path("reverse_path") + gap)
        + pp.Opt("to=" + path("recipient") + gap)
        + pp.Opt("proto=" + word + gap)
        + pp.Opt("helo=" + combine("<" + pp.SkipTo(">") + ">")("helo"))
    )


_LOGIN_ENDS = pp.MatchFirst(
    [pp.Literal(text) for text in (", sasl_sender=", ", orig_queue_id=", ", orig_client=")] + [pp.StringEnd()]
)
_SASL = pp.Opt(" sasl_method=" + pp.CharsNotIn(" ")) + pp.Opt(
    " sasl_username=" + (pp.SkipTo(" sasl_sender=") | rest)("sasl_username")
)

# ---------------------------------------------------------------- what the grammar alone cannot say


def _bare(text: str) -> str:
    """Without the angle brackets that milter lines put around a login, and access lines do not."""
    return text[1:-1] if text[:1] == "<" and text[-1:] == ">" else text


def _state_reply(fields: Fields, reply: str) -> None:
    code, status, text = split_reply(reply)
    fields["reply_text"] = reply
    if code is not None:
        fields["reply_code"] = code
    if status is not None:
        fields["enhanced_status"] = status
    if text:
        fields["reason"] = text


_ENVELOPE_MARKS = ("from=<", "to=<", "helo=<", "proto=")
_NEARLY_CUT = 1700  # characters; Postfix cuts its messages off at 2,000 bytes


def _leave_doubtful_envelope(fields: Fields) -> None:
    """Leaves out the envelope where a second one stands behind it, or may have been cut off there.

    Releases print addresses without their quotes: one that the client made up may hold `; from=<…> to=<…>`,
    and nothing tells it from the server's own.
    """
    behind = fields.pop("behind", "") + fields.get("sasl_username", "")
    length = sum(len(fields.get(name, "")) for name in ("reply_text", *_ENVELOPE_FIELDS)) + len(behind)
    if length > _NEARLY_CUT or any(mark in behind for mark in _ENVELOPE_MARKS):
        for name in _ENVELOPE_FIELDS:
            fields.pop(name, None)


_ENVELOPE_FIELDS = ("reverse_path", "recipient", "helo", "sasl_username")


def _access(fields: Fields) -> None:
    """`reject: RCPT from peer: 550 5.1.1 text; from=<> …`: the reply, or the rule's own text."""
    verb = fields["verb"] = _ACTIONS[fields["action"]]
    _state_stage(fields)
    _leave_doubtful_envelope(fields)
    text = fields.pop("reply_text", "")
    if "sasl_username" in fields:
        fields["sasl_username"] = _bare(fields["sasl_username"])
    if verb in {Verb.REJECT, Verb.WOULD_REJECT}:
        _state_reply(fields, text)
    elif text:
        fields["reason"] = text


def _proxy(fields: Fields) -> None:
    """`proxy-accept: END-OF-MESSAGE: 250 …` of a before-queue filter: its reply is what the client got."""
    fields["verb"] = Verb.REJECT if fields["action"] == "proxy-reject" else Verb.ACCEPT
    _state_stage(fields)
    _leave_doubtful_envelope(fields)
    reply = fields.pop("reply_text", "")
    _state_reply(fields, reply)
    _accepted_as(fields, reply)


def _delivery(fields: Fields) -> None:
    """The text in the last brackets: the next hop's reply, or the agent's own words."""
    text = fields.pop("reason", "").removesuffix(")")
    said = _said(text) if text.startswith("host ") else None
    if said is not None:
        _state_said(fields, said)
    elif text[:3].isdecimal():
        _state_reply(fields, text)
        _accepted_as(fields, text)
    elif text:
        fields["reason"] = text
        if text.startswith("forwarded as ") and len(text) > len("forwarded as "):
            fields["next_queue_id"] = text.removeprefix("forwarded as ")
    if fields.get("relay_host") == "none":
        del fields["relay_host"]
    else:
        _drop_socket(fields)


def _drop_socket(fields: Fields) -> None:
    """The path of a UNIX socket stands where an address may stand."""
    if "/" in fields.get("relay_ip", ""):
        del fields["relay_ip"]


def _state_said(fields: Fields, said: str) -> None:
    reply, _, command = _split_command(said)
    _state_reply(fields, reply)
    command = command.removesuffix(")")
    if command.endswith(" command"):  # else the line was cut
        fields["stage"] = command.removesuffix(" command")
        _state_stage(fields)


def _split_command(said: str) -> tuple[str, str, str]:
    """Splits off `(in reply to … command)`: Postfix adds the last one, the reply itself may hold others."""
    if " (in reply to " not in said:
        return said, "", ""
    reply, found, command = said.rpartition(" (in reply to ")
    return reply, found, command


def _said(text: str) -> str | None:
    """The reply in `host h[ip] said: reply (in reply to command)`, or None."""
    for words in (" said: ", " refused to talk to me: "):
        host, found, reply = text.partition(words)
        if found and " " not in host[5:]:
            return reply
    return None


# amavis: `250 2.0.0 Ok, id=90-01, from MTA(…)`, `554 5.7.0 Reject, id=90-01 - spam`; its own words come first.
_FILTERS_ID = re.compile(r"[2-5][0-9]{2} [245]\.[0-9]+\.[0-9]+ [^=]{1,100}, id=([^ ,]+)")


def _accepted_as(fields: Fields, reply: str) -> None:
    """The id under which the next hop took it, where the reply has a known form."""
    _, found, tail = reply.rpartition(" queued as ")
    if found and tail[:1].strip():
        fields["next_queue_id"] = tail.split(" ", 1)[0]
    elif reply.endswith(" Saved"):
        session = reply.removesuffix(" Saved").rpartition("> ")[2]
        if session and " " not in session:
            fields["session_id"] = session
    elif reply.endswith(">") and " SESSIONID=<" in reply:  # Cyrus
        fields["session_id"] = reply[:-1].rpartition(" SESSIONID=<")[2]
    if ", id=" in reply and (local_id := _FILTERS_ID.match(reply)):
        fields["local_id"] = local_id[1]


def _attempt(fields: Fields) -> None:
    """`host h[ip] said: 4xx …` without a recipient: this server failed, another may be tried."""
    _drop_socket(fields)
    _state_reply(fields, _split_command(fields.pop("reply_text"))[0])


def _attempt_lost(fields: Fields) -> None:
    """The whole remark, from its parts."""
    port = f":{fields['relay_port']}" if "relay_port" in fields else ""
    place = f"{fields['relay_host']}[{fields['relay_ip']}]{port}" if "relay_ip" in fields else fields["relay_host"]
    fields["reason"] = f"{fields['action']} with {place} {fields['reason']}"
    _drop_socket(fields)


def _passing(fields: Fields) -> None:
    fields["reason"] = f"passing <{fields.get('recipient', '')}> {fields['reason']}"


def _outgoing_check(fields: Fields) -> None:
    """smtp_header_checks and its like: neither peer nor envelope follow."""
    fields["verb"] = _ACTIONS[fields["action"]]
    if fields["reason"][:9].lower() == "subject: ":
        fields["subject"] = fields["reason"][9:]


def _header_check(fields: Fields) -> None:
    """`header Subject: … from peer; from=<> to=<> proto= helo=<>: text`.

    The header is the sender's text and may imitate the rest: the last ` from peer;` counts.  So are
    the addresses: one that stands inside quotes does not count.
    """
    fields["verb"] = _ACTIONS.get(fields["action"].rpartition("-")[2], Verb.MODIFY)
    text = fields.pop("reason")
    for path, at in product((strict_address, address), tuple(_places(text, " from "))):
        found = _check_tail(path).match(text, at)
        if found is not None and " helo=<" not in (found["reason"] or ""):
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
def _check_tail(path: Callable[[str], pp.ParserElement]) -> "re.Pattern[str]":
    tail = " from " + (peer("client") | "local") + ";" + pp.Opt(" ") + _envelope(path) + pp.Opt(": " + rest("reason"))
    return re.compile(lower(tail) + r"\Z")


def _state_check(fields: Fields, header: str, named: dict[str, str]) -> None:
    if header[:9].lower() == "subject: ":
        fields["subject"] = header[9:]
    elif header[:6].lower() == "from: " and (author := _author(header[6:])):
        fields["header_from"] = author
    for name in ("reverse_path", "recipient", "helo"):
        if name in named and (named[name] != "<>" or name == "reverse_path"):
            fields[name] = named[name][1:-1]
    for name in ("client_name", "client_ip"):
        if named.get(name, "unknown") != "unknown":
            fields[name] = named[name].partition("%")[0]
    if "client_port" in named:
        fields["client_port"] = int(named["client_port"])
    rule_text = named.get("reason", "")
    if fields["verb"] is Verb.REJECT and rule_text:
        _state_reply(fields, rule_text)
    else:
        fields["reason"] = rule_text or header


def _author(text: str) -> str | None:
    """The one address of a From header; none where it holds several, or something else."""
    inner = text[text.rfind("<") + 1 : -1] if text.endswith(">") else text
    plain = inner.count("@") == 1 and text.count("<") <= 1 and not any(char in inner for char in ' <>"(),;:')
    return inner if plain and not inner.startswith("@") and not inner.endswith("@") else None


def _not_taken(fields: Fields) -> None:
    """Cleanup could not take the message; what smtpd then answers is logged nowhere (`cleanup_stat_detail`)."""
    fields["stage"] = "data"


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


def _tls_abort(fields: Fields) -> None:
    """The client has no certificate that is good enough: the session ends."""
    fields["stage"] = "helo"


def _login_limit(fields: Fields) -> None:
    fields["reason"] = fields["action"] + " exceeded"


def _rate_limit(fields: Fields) -> None:
    """The client got 421 4.7.0 (connection, TLS session) or 450 4.7.1 (mail, recipient): smtpd.c; no line says so."""
    fields["reason"] = fields["action"] + " exceeded"
    fields["stage"] = next(stage for words, stage in _RATES.items() if words.lower() == fields["action"])


# ---------------------------------------------------------------- line forms, by daemon

_NUMBER = combine(digits + pp.Opt("." + digits))
_TOO_BIG = "queue file size limit exceeded"
_NOT_TAKEN = pp.Literal(_TOO_BIG) + pp.StringEnd()
_TOO_LONG = pp.Literal(" exceeds message size limit")
_TRY_AGAIN = pp.Literal("message not accepted, try again later")
_ENDS_SO = pp.SkipTo(_TRY_AGAIN) + _TRY_AGAIN + pp.StringEnd()  # an address in the text may imitate it, not end it
_PAIR = word + "=" + pp.CharsNotIn(", ") + ", "


def _pairs_until(*names: str) -> pp.ParserElement:
    """`key=value, ` pieces that are not read (releases add some: `conn_use=`, `tls=`)."""
    return pp.ZeroOrMore(~one_of(f"{name}=" for name in names) + _PAIR)


@cache
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
        + address_before("recipient", ", relay=", ", orig_to=<")
        + ", "
        + pp.Opt("orig_to=" + address_before("orig_recipient", ", relay=") + ", ")
        + "relay="
        + relay
        + ", "
        + _pairs_until("delay", "dsn", "status")
        + pp.Opt("delay=" + _NUMBER("delay_seconds") + ", ")
        + pp.Opt("delays=" + combine(_NUMBER + "/" + _NUMBER + "/" + _NUMBER + "/" + _NUMBER)("delays") + ", ")
        + _pairs_until("dsn", "status")
        + pp.Opt("dsn=" + combine(digits + "." + digits + "." + digits)("enhanced_status") + ", ")
        + _pairs_until("status")
        + "status="
        + word("status")
        + " ("
        + pp.Opt(rest("reason")),
    )


@cache
def _delivery_cut_shape() -> Shape:
    """A delivery line that was cut before its status (Postfix cuts at 2,000 bytes): somebody was tried, that is all."""
    return Shape(
        name="delivery_cut",
        verb=Verb.NOTE,
        grammar=_ID + "to=" + pp.Opt(strict_address("recipient") + ", ") + pp.Opt(rest("reason")),
    )


def _access_shape(tail: pp.ParserElement = _SASL) -> Shape:
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
            combine(text + pp.Opt(anonymous_address()) + (pp.SkipTo(_ENVELOPE_STARTS) | pp.Opt(rest)))("reply_text")
        )
        + pp.Opt("; " + _envelope() + tail + pp.Opt(rest("behind"))),
    )


@cache
def _tls_shape() -> Shape:
    grade = one_of(("Anonymous", "Untrusted", "Trusted", "Verified"))
    return Shape(
        name="tls",
        grammar=pp.Opt(queue_id("queue_id") + ": ")
        + grade
        + " TLS connection "
        + one_of(("established ", "reused "))
        + one_of(("from ", "to "))
        + pp.SkipTo(" with cipher ")
        + " with cipher "
        + rest,
    )


def _warned_message_shape() -> Shape:
    """`warning: QID: …`: a diagnostic about one message."""
    return Shape(
        name="warned_message",
        verb=Verb.NOTE,
        grammar=one_of(("warning", "error", "fatal", "panic"))("action") + ": " + _ID + rest("reason"),
    )


@cache
def _diagnostics() -> tuple[Shape, ...]:
    """What daemons often say of themselves or of one message; the same shapes for all daemons."""
    return (
        _warned_message_shape(),
        Shape(name="often_said", grammar=pp.Opt("warning: ") + phrases(_OFTEN_SAID)),
    )


@cache
def _rare() -> tuple[Shape, ...]:
    """What a daemon may say of itself or of its surroundings, by its words."""
    trouble = one_of(("warning: ", "error: ", "fatal: "))
    return (
        Shape(
            name="corrupt",
            verb=Verb.HOLD,
            grammar='warning: saving corrupt file "'
            + queue_id("queue_id")
            + '" from queue "'
            + word
            + '" to queue "'
            + pp.Literal("corrupt")("action")
            + '"',
        ),
        Shape(name="diagnostic", grammar=trouble + phrases(lines_of(WARNINGS))),
        Shape(name="bug", grammar="panic: " + word + ": " + rest),  # a function's name and its complaint
        Shape(name="remark", grammar=phrases(lines_of(REMARKS))),
    )


def _smtpd() -> list[Shape]:
    original = (
        pp.Opt(pp.CharsNotIn(" []")("orig_client_name"))
        + "["
        + pp.CharsNotIn("] ")("orig_client_ip")
        + "]"
        + pp.Opt(":" + digits)
    )
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
            + pp.Opt(", sasl_username=" + pp.SkipTo(_LOGIN_ENDS)("sasl_username"))
            + pp.Opt(", sasl_sender=" + pp.CharsNotIn(","))
            + pp.Opt(", orig_queue_id=" + queue_id("orig_queue_id"))
            + pp.Opt(", orig_client=" + original),
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
            + (pp.SkipTo(_ENVELOPE_STARTS)("reply_text") + "; " + _envelope() + pp.Opt(rest("behind"))),
        ),
        Shape(
            name="too_big",
            verb=Verb.REJECT,
            build=_not_taken,
            grammar=pp.Literal("warning")("action")
            + ": "
            + _ID
            + (pp.FollowedBy(_NOT_TAKEN) | pp.FollowedBy("BDAT request from " + pp.SkipTo(_TOO_LONG)))
            + rest("reason"),
        ),
        Shape(
            name="pipelining",
            grammar=pp.Literal("improper command pipelining after ") + _STAGE + " from " + _PEER + pp.Opt(": " + rest),
        ),
        Shape(
            name="abort",
            verb=Verb.BREAK_OFF,
            build=_tls_abort,
            grammar="NOQUEUE: "
            + pp.Literal("abort")("action")
            + ": TLS from "
            + peer("client")
            + ": "
            + rest("reason"),
        ),
        _tls_shape(),
        Shape(
            name="auth_failed",
            verb=Verb.AUTHENTICATE,
            grammar="warning: "
            + peer("client")
            + ": SASL "
            + pp.CharsNotIn(" ")("action")
            + " authentication failed:"
            + pp.Opt(" ")
            + pp.Opt((pp.SkipTo(", sasl_username=") | rest)("reason"))
            + pp.Opt(", sasl_username=" + rest("sasl_username")),
        ),
        Shape(
            name="login_limit",
            verb=Verb.AUTHENTICATE,
            build=_login_limit,
            grammar="warning: "
            + pp.Literal("AUTH command rate limit")("action")
            + " exceeded: "
            + digits
            + " from "
            + peer("client")
            + " for service "
            + rest,
        ),
        Shape(
            name="rate_limit",
            verb=Verb.REJECT,
            build=_rate_limit,
            grammar="warning: "
            + one_of(_RATES)("action")
            + " exceeded: "
            + digits
            + " from "
            + peer("client")
            + " for service "
            + rest,
        ),
        *_diagnostics(),
    ]


def _qmqpd() -> list[Shape]:
    return [
        *(shape for shape in _smtpd() if shape.name in {"connect", "disconnect", "open"}),
        Shape(
            name="aborted",
            verb=Verb.BREAK_OFF,
            grammar=_MAYBE_ID + peer("client") + ": " + pp.FollowedBy(pp.SkipTo(" while ")) + rest("reason"),
        ),
        *_diagnostics(),
    ]


def _cleanup() -> list[Shape]:
    part = one_of(("header", "body", "nested header", "nested body", "mime header", "content", "mime-error"))
    return [
        Shape(
            name="message_id",
            verb=Verb.NAME,
            grammar=_ID + pp.Opt(pp.Literal("resent")("action") + "-") + "message-id=" + pp.Opt(rest("message_id")),
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
            build=_header_check,
            grammar=_ID
            + combine(one_of(_MILTER_RULES) + word)("action")
            + ": "
            + one_of(("header ", "body "))
            + rest("reason"),
        ),
        Shape(
            name="not_taken",
            verb=Verb.REJECT,
            build=_not_taken,
            grammar=pp.Literal("warning")("action")
            + ": "
            + _ID
            + (pp.FollowedBy("message rejected: ") | pp.FollowedBy(_NOT_TAKEN) | pp.FollowedBy(_ENDS_SO))
            + rest("reason"),
        ),
        Shape(
            name="map_problem",
            verb=Verb.REJECT,
            build=_not_taken,
            grammar=_ID + combine(word + " map lookup problem -- " + _TRY_AGAIN)("reason"),
        ),
        Shape(
            name="removed",
            verb=Verb.REMOVE,
            build=_removed,
            grammar=_ID + "removed (" + pp.CharsNotIn(")")("action") + ")",
        ),
        _delivery_shape(),
        _delivery_cut_shape(),
        *_diagnostics(),
    ]


def _qmgr() -> list[Shape]:
    return [
        Shape(
            name="queued",
            verb=Verb.QUEUE,
            grammar=_ID
            + "from="
            + address_before("reverse_path", ", size=")
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
            + address_before("reverse_path", ", status=")
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
        _delivery_cut_shape(),
        *_diagnostics(),
    ]


def _delivery_agent() -> list[Shape]:
    host = pp.CharsNotIn(" [")("relay_host") + "[" + pp.CharsNotIn("]")("relay_ip") + "]"
    said = one_of((" said: ", " refused to talk to me: "))
    part = one_of(("header ", "body ", "nested header ", "mime header "))
    return [
        _delivery_shape(),
        _delivery_cut_shape(),
        Shape(
            name="attempt_refused",
            verb=Verb.ATTEMPT,
            build=_attempt,
            grammar=_ID + "host " + host + pp.Opt(":" + digits("relay_port")) + said + rest("reply_text"),
        ),
        Shape(
            name="attempt_unreached",
            verb=Verb.ATTEMPT,
            build=_drop_socket,
            grammar=pp.Opt(_ID) + "connect to " + host + pp.Opt(":" + digits("relay_port")) + ": " + rest("reason"),
        ),
        Shape(
            name="attempt_lost",
            verb=Verb.ATTEMPT,
            build=_attempt_lost,
            grammar=pp.Opt(_ID)
            + one_of(("lost connection", "conversation"))("action")
            + " with "
            + host
            + pp.Opt(":" + digits("relay_port"))
            + " "
            + rest("reason"),
        ),
        Shape(
            name="attempt_failed",
            verb=Verb.ATTEMPT,
            grammar=_ID + combine(one_of(_FAILURES) + pp.Opt(rest))("reason"),
        ),
        Shape(
            name="passing",
            verb=Verb.NOTE,
            build=_passing,
            grammar=_ID
            + "passing "
            + address_before("recipient", " to transport=")
            + " "
            + combine("to transport=" + rest)("reason"),
        ),
        Shape(
            name="workaround",
            verb=Verb.NOTE,
            grammar=_ID + combine(one_of(("enabling PIX ", "breaking line > ")) + rest)("reason"),
        ),
        Shape(
            name="outgoing_header_check",
            verb=Verb.WARN,
            build=_outgoing_check,
            grammar=_ID + one_of(_ACTIONS)("action") + ": " + part + rest("reason"),
        ),
        _tls_shape(),
        *_diagnostics(),
    ]


def _bounce() -> list[Shape]:
    kind = combine(one_of(("sender ", "postmaster ")) + one_of(("non-delivery", "delivery status", "delay")))
    return [
        Shape(
            name="notification",
            verb=Verb.NOTIFY,
            grammar=_ID + kind("action") + " notification: " + queue_id("next_queue_id"),
        ),
        Shape(
            name="no_report",
            verb=Verb.NOTE,
            grammar=_ID
            + combine(one_of(("not sending trace/success notification for ", "sender notification failed to ")) + rest)(
                "reason"
            ),
        ),
        _delivery_shape(),
        _delivery_cut_shape(),
        *_diagnostics(),
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
        *_diagnostics(),
    ]


_TOTALS = (
    "Deleted",
    "Requeued",
    "Placed on hold",
    "Released from hold",
    "Force-expired",
    "Renamed to match inode number",
)


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
            grammar=one_of(_TOTALS) + ": " + digits + " message" + pp.Opt("s"),
        ),
        Shape(name="renamed", grammar="renamed file " + pp.SkipTo(" as ") + " as " + rest),
        Shape(name="tidied", grammar=pp.Literal("remove subdirectory ") + rest),
        *_diagnostics(),
    ]


def _postscreen() -> list[Shape]:
    client = peer("client")
    server = " to [" + pp.CharsNotIn("] ")("server_ip") + "]:" + digits("server_port")
    passed = (
        "PASS NEW",
        "PASS OLD",
        "WHITELISTED",
        "ALLOWLISTED",
        "BLACKLISTED",
        "DENYLISTED",
        "WHITELIST VETO",
        "ALLOWLIST VETO",
    )
    tests = (
        "BARE NEWLINE",
        "COMMAND TIME LIMIT",
        "COMMAND COUNT LIMIT",
        "COMMAND LENGTH LIMIT",
        "COMMAND PIPELINING",
        "NON-SMTP COMMAND",
        "DATA without valid RCPT",
        "BDAT without valid RCPT",
    )
    early = pp.Opt(" " + digits) + " after " + _NUMBER
    return [
        Shape(name="connect", verb=Verb.CONNECT, grammar="CONNECT from " + client + pp.Opt(server)),
        Shape(name="disconnect", verb=Verb.DISCONNECT, grammar="DISCONNECT " + client),
        Shape(name="passed", verb=Verb.SCREEN, grammar=one_of(passed)("action") + " " + client),
        _access_shape(tail=pp.Empty()),  # the HELO name comes last, and may hold anything
        Shape(
            name="busy",
            verb=Verb.REJECT,
            build=_state_stage,
            grammar=pp.Literal("reject")("action")
            + ": "
            + pp.Literal("connect")("stage")
            + " from "
            + client
            + ": "
            + rest("reason"),
        ),
        Shape(
            name="dnsbl",
            verb=Verb.SCREEN,
            grammar=pp.Literal("DNSBL rank")("action") + " " + digits("score") + " for " + client,
        ),
        Shape(
            name="early_talker",
            verb=Verb.SCREEN,
            grammar=one_of(("PREGREET", "HANGUP"))("action")
            + early
            + " from "
            + client
            + pp.Opt(":")
            + pp.Opt(" ")
            + pp.Opt(rest("reason")),
        ),
        Shape(
            name="test_failed",
            verb=Verb.SCREEN,
            grammar=one_of(tests)("action") + " from " + client + pp.Opt(":") + pp.Opt(" " + rest("reason")),
        ),
        *_diagnostics(),
    ]


def _master() -> list[Shape]:
    lifecycle = (
        "daemon started -- version ",
        "reload -- version ",
        "terminating on signal ",
        "starting the Postfix mail system",
        "stopping the Postfix mail system",
        "refreshing the Postfix mail system",
        "the Postfix mail system is ",
        "waiting for the Postfix mail system",
        "aborting the Postfix mail system",
    )
    return [Shape(name="lifecycle", grammar=one_of(lifecycle) + pp.Opt(rest)), *_diagnostics()]


def _statistics() -> list[Shape]:
    return [Shape(name="statistics", grammar=pp.Literal("statistics: ") + rest), *_diagnostics()]


def _dnsblog() -> list[Shape]:
    listed = "addr " + pp.CharsNotIn(" ") + " listed by domain " + rest
    return [Shape(name="listed", grammar=listed), *_diagnostics()]


def _tlsproxy() -> list[Shape]:
    return [
        Shape(name="session", grammar=one_of(("CONNECT ", "DISCONNECT ", "TLS handshake failed ")) + rest),
        _tls_shape(),
        *_diagnostics(),
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
    "qmqpd": _qmqpd,
    "anvil": _statistics,
    "scache": _statistics,
    "dnsblog": _dnsblog,
    "tlsproxy": _tlsproxy,
    **dict.fromkeys(("smtp", "lmtp", "local", "virtual", "pipe", "error", "retry", "discard"), _delivery_agent),
}


def _others() -> list[Shape]:
    return list(_diagnostics())


@cache
def _made_by(make: Callable[[], list[Shape]]) -> tuple[Shape, ...]:
    """The daemons that share line forms share the very same shapes, and so one compiled pattern."""
    return tuple(make())


def _shapes(program: str) -> Sequence[Shape]:
    return _made_by(_SHAPES.get(program, _others))


# ---------------------------------------------------------------- samples

_AT = "Nov 23 10:32:15 mx1 postfix/"
_CLIENT = {"client_name": "mail.sender.example", "client_ip": "192.0.2.10"}
_ENVELOPE = {"reverse_path": "news@sender.example", "recipient": "jane@example.org", "helo": "mail.sender.example"}
_RELAY = {"relay_host": "mx.example.net", "relay_ip": "198.51.100.7", "relay_port": 25}

# fmt: off
_SAMPLES: tuple[Sample, ...] = (
    # smtpd
    Sample(why="A session begins.",
           line=_AT + "smtpd[7]: connect from mail.sender.example[192.0.2.10]",
           expect={"verb": "connect", **_CLIENT}),
    Sample(why="With smtpd_client_port_logging the port follows.",
           line=_AT + "smtpd[7]: connect from mail.sender.example[192.0.2.10]:40312",
           expect={"verb": "connect", **_CLIENT, "client_port": 40312}),
    Sample(why="No reverse name: the word unknown is no name.",
           line=_AT + "smtpd[7]: connect from unknown[192.0.2.66]",
           expect={"verb": "connect", "client_ip": "192.0.2.66"}),
    Sample(why="The peer had vanished before its address was read.",
           line=_AT + "smtpd[7]: connect from unknown[unknown]",
           expect={"verb": "connect"}),
    Sample(why="IPv6 addresses are printed bare.",
           line=_AT + "smtpd[7]: connect from mail.sender.example[2001:db8::10]",
           expect={"verb": "connect", "client_name": "mail.sender.example", "client_ip": "2001:db8::10"}),
    Sample(why="The scope of a link-local address is not part of it.",
           line=_AT + "smtpd[7]: connect from unknown[::1%lo]",
           expect={"verb": "connect", "client_ip": "::1"}),
    Sample(why="A session ends; the counters are those of 3.0 and later.",
           line=_AT + "smtpd[7]: disconnect from mail.sender.example[192.0.2.10] ehlo=1 mail=1 rcpt=0/1 "
                "data=1 quit=1 commands=4/5",
           expect={"verb": "disconnect", **_CLIENT,
                   "commands": "ehlo=1 mail=1 rcpt=0/1 data=1 quit=1 commands=4/5"}),
    Sample(why="Before 3.0 there are no counters.",
           line=_AT + "smtpd[7]: disconnect from mail.sender.example[192.0.2.10]",
           expect={"verb": "disconnect", **_CLIENT}),
    Sample(why="From 3.9 a note may follow the counters.",
           line=_AT + "smtpd[7]: disconnect from unknown[192.0.2.66]:41022 ehlo=1 mail=1 rcpt=1 bdat=1 "
                "quit=1 commands=5 notes=bare_lf",
           expect={"verb": "disconnect", "client_ip": "192.0.2.66", "client_port": 41022,
                   "commands": "ehlo=1 mail=1 rcpt=1 bdat=1 quit=1 commands=5 notes=bare_lf"}),
    Sample(why="An id is given at the first accepted recipient, long form.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: client=mail.sender.example[192.0.2.10]",
           expect={"verb": "open", "queue_id": "4jY2TD5qvxzJJQK", **_CLIENT}),
    Sample(why="The same with a short id.",
           line=_AT + "smtpd[7]: 4F7B21234: client=mail.sender.example[192.0.2.10]:40312",
           expect={"verb": "open", "queue_id": "4F7B21234", **_CLIENT, "client_port": 40312}),
    Sample(why="A submission: who logged in.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: client=unknown[192.0.2.77], sasl_method=PLAIN, "
                "sasl_username=jane@example.org",
           expect={"verb": "open", "queue_id": "4jY2TD5qvxzJJQK", "client_ip": "192.0.2.77",
                   "sasl_username": "jane@example.org"}),
    Sample(why="Logins may hold blanks.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: client=unknown[192.0.2.77], sasl_method=LOGIN, "
                "sasl_username=jane doe, sasl_sender=jane@example.org",
           expect={"verb": "open", "queue_id": "4jY2TD5qvxzJJQK", "client_ip": "192.0.2.77",
                   "sasl_username": "jane doe"}),
    Sample(why="Re-injected by a filter: XFORWARD names the id and the client before it.",
           line=_AT + "smtpd[7]: 4jY2TF0Kz1zJJQN: client=localhost[127.0.0.1], "
                "orig_queue_id=4jY2TD5qvxzJJQK, orig_client=mail.sender.example[192.0.2.10]",
           expect={"verb": "open", "queue_id": "4jY2TF0Kz1zJJQN", "client_name": "localhost", "client_ip": "127.0.0.1",
                   "orig_queue_id": "4jY2TD5qvxzJJQK", "orig_client_name": "mail.sender.example",
                   "orig_client_ip": "192.0.2.10"}),
    Sample(why="The same where the first client had no name, and ports are logged.",
           line=_AT + "smtpd[7]: 4jY2TF0Kz1zJJQN: client=localhost[127.0.0.1]:50112, "
                "orig_queue_id=4F7B21234, orig_client=unknown[192.0.2.66]:40100",
           expect={"verb": "open", "queue_id": "4jY2TF0Kz1zJJQN", "client_name": "localhost", "client_ip": "127.0.0.1",
                   "client_port": 50112, "orig_queue_id": "4F7B21234", "orig_client_ip": "192.0.2.66"}),
    Sample(why="The first client may be unknown altogether.",
           line=_AT + "smtpd[7]: 4jY2TF0Kz1zJJQN: client=localhost[127.0.0.1], orig_client=unknown[unknown]",
           expect={"verb": "open", "queue_id": "4jY2TF0Kz1zJJQN", "client_name": "localhost",
                   "client_ip": "127.0.0.1"}),
    Sample(why="A before-queue proxy: no id of its own.",
           line=_AT + "smtpd[7]: NOQUEUE: client=mail.sender.example[192.0.2.10]",
           expect={"verb": "open", **_CLIENT}),
    Sample(why="The most common refusal: no such recipient.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: RCPT from mail.sender.example[192.0.2.10]: 550 5.1.1 "
                "<jane@example.org>: Recipient address rejected: User unknown in relay recipient table; "
                "from=<news@sender.example> to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", **_CLIENT, **_ENVELOPE,
                   "reply_text": "550 5.1.1 <jane@example.org>: Recipient address rejected: User unknown in relay "
                   "recipient table", "reply_code": 550, "enhanced_status": "5.1.1",
                   "reason": "<jane@example.org>: Recipient address rejected: User unknown in relay recipient table"}),
    Sample(why="Greylisting: a 4xx is not an end.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: RCPT from mail.sender.example[192.0.2.10]: 450 4.2.0 "
                "<jane@example.org>: Recipient address rejected: Greylisted, see http://grey.example/help; "
                "from=<news@sender.example> to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", **_CLIENT, **_ENVELOPE,
                   "reply_text": "450 4.2.0 <jane@example.org>: Recipient address rejected: Greylisted, see "
                   "http://grey.example/help", "reply_code": 450, "enhanced_status": "4.2.0",
                   "reason": "<jane@example.org>: Recipient address rejected: Greylisted, see "
                   "http://grey.example/help"}),
    Sample(why="One recipient of a message that goes on: a real id stands in front.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: reject: RCPT from mail.sender.example[192.0.2.10]: 550 "
                "5.1.1 <nobody@example.org>: Recipient address rejected: User unknown in virtual mailbox table; "
                "from=<news@sender.example> to=<nobody@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "reject", "stage": "rcpt", **_CLIENT,
                   "reverse_path": "news@sender.example", "recipient": "nobody@example.org",
                   "helo": "mail.sender.example",
                   "reply_text": "550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown in "
                   "virtual mailbox table", "reply_code": 550, "enhanced_status": "5.1.1",
                   "reason": "<nobody@example.org>: Recipient address rejected: User unknown in virtual mailbox "
                   "table"}),
    Sample(why="A block list's reply holds semicolons.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.66]: 554 5.7.1 Service "
                "unavailable; Client host [192.0.2.66] blocked using dnsbl.example; "
                "https://dnsbl.example/q?ip=192.0.2.66; from=<> to=<jane@example.org> proto=ESMTP "
                "helo=<sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", "client_ip": "192.0.2.66",
                   "reverse_path": "", "recipient": "jane@example.org", "helo": "sender.example",
                   "reply_text": "554 5.7.1 Service unavailable; Client host [192.0.2.66] blocked using "
                   "dnsbl.example; https://dnsbl.example/q?ip=192.0.2.66", "reply_code": 554,
                   "enhanced_status": "5.7.1",
                   "reason": "Service unavailable; Client host [192.0.2.66] blocked using dnsbl.example; "
                   "https://dnsbl.example/q?ip=192.0.2.66"}),
    Sample(why="The null reverse-path is an empty string, not a missing one.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: RCPT from mail.sender.example[192.0.2.10]: 554 5.7.1 "
                "<jane@example.org>: Relay access denied; from=<> to=<jane@example.org> proto=SMTP "
                "helo=<mail.sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", **_CLIENT, "reverse_path": "",
                   "recipient": "jane@example.org", "helo": "mail.sender.example",
                   "reply_text": "554 5.7.1 <jane@example.org>: Relay access denied", "reply_code": 554,
                   "enhanced_status": "5.7.1", "reason": "<jane@example.org>: Relay access denied"}),
    Sample(why="A quoted local part that imitates the rest of the line, printed twice.",
           line=_AT + 'smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.66]: 550 5.1.1 <"x>; '
                'from=<boss@example.com> to=<ceo@example.com> proto=SMTP helo=<y"@example.org>: Recipient address '
                'rejected: User unknown; from=<"a>b"@sender.example> to=<"x>; from=<boss@example.com> '
                'to=<ceo@example.com> proto=SMTP helo=<y"@example.org> proto=ESMTP helo=<sender.example>',
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", "client_ip": "192.0.2.66",
                   "reverse_path": '"a>b"@sender.example',
                   "recipient": '"x>; from=<boss@example.com> to=<ceo@example.com> proto=SMTP helo=<y"@example.org',
                   "helo": "sender.example",
                   "reply_text": '550 5.1.1 <"x>; from=<boss@example.com> to=<ceo@example.com> proto=SMTP '
                   'helo=<y"@example.org>: Recipient address rejected: User unknown', "reply_code": 550,
                   "enhanced_status": "5.1.1",
                   "reason": '<"x>; from=<boss@example.com> to=<ceo@example.com> proto=SMTP '
                   'helo=<y"@example.org>: Recipient address rejected: User unknown'}),
    Sample(why="Releases print addresses unquoted: a client's own may hold a whole envelope, and the true one behind.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.66]: 550 5.1.1 <x>; "
                "from=<boss@example.com> to=<ceo@example.com> proto=ESMTP helo=<y@example.org>: Recipient address "
                "rejected: User unknown; from=<a@sender.example> to=<x>; from=<boss@example.com> "
                "to=<ceo@example.com> proto=ESMTP helo=<y@example.org> proto=ESMTP helo=<sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", "client_ip": "192.0.2.66",
                   "reply_text": "550 5.1.1 <x>", "reply_code": 550, "enhanced_status": "5.1.1", "reason": "<x>"}),
    Sample(why="The same, and so long that the true envelope was cut off.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.66]: 550 5.1.1 <x>; "
                "from=<boss@example.com> to=<ceo@example.com> proto=ESMTP helo=<y>" + "z" * 1800,
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", "client_ip": "192.0.2.66",
                   "reply_text": "550 5.1.1 <x>", "reply_code": 550, "enhanced_status": "5.1.1", "reason": "<x>"}),
    Sample(why="At CONNECT only the protocol is known.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: CONNECT from unknown[192.0.2.66]: 554 5.7.1 "
                "<unknown[192.0.2.66]>: Client host rejected: Access denied; proto=SMTP",
           expect={"verb": "reject", "action": "reject", "stage": "connect", "client_ip": "192.0.2.66",
                   "reply_text": "554 5.7.1 <unknown[192.0.2.66]>: Client host rejected: Access denied",
                   "reply_code": 554, "enhanced_status": "5.7.1",
                   "reason": "<unknown[192.0.2.66]>: Client host rejected: Access denied"}),
    Sample(why="At HELO: a forged name with blanks and brackets neutered by Postfix.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: HELO from unknown[192.0.2.66]: 504 5.5.2 <a??b>: Helo "
                "command rejected: need fully-qualified hostname; proto=SMTP helo=<a??b>",
           expect={"verb": "reject", "action": "reject", "stage": "helo", "client_ip": "192.0.2.66", "helo": "a??b",
                   "reply_text": "504 5.5.2 <a??b>: Helo command rejected: need fully-qualified hostname",
                   "reply_code": 504, "enhanced_status": "5.5.2",
                   "reason": "<a??b>: Helo command rejected: need fully-qualified hostname"}),
    Sample(why="At EHLO.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: EHLO from unknown[192.0.2.66]: 550 5.7.1 <sender.example>: "
                "Helo command rejected: Host not found; proto=ESMTP helo=<sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "helo", "client_ip": "192.0.2.66",
                   "helo": "sender.example",
                   "reply_text": "550 5.7.1 <sender.example>: Helo command rejected: Host not found",
                   "reply_code": 550, "enhanced_status": "5.7.1",
                   "reason": "<sender.example>: Helo command rejected: Host not found"}),
    Sample(why="At STARTTLS.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: STARTTLS from unknown[192.0.2.66]: 454 4.7.0 TLS not "
                "available due to local problem; proto=ESMTP helo=<sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "helo", "client_ip": "192.0.2.66",
                   "helo": "sender.example", "reply_text": "454 4.7.0 TLS not available due to local problem",
                   "reply_code": 454, "enhanced_status": "4.7.0", "reason": "TLS not available due to local problem"}),
    Sample(why="At MAIL: neither recipient nor proof of one.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: MAIL from mail.sender.example[192.0.2.10]: 552 5.3.4 "
                "Message size exceeds fixed limit; from=<news@sender.example> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "mail", **_CLIENT,
                   "reverse_path": "news@sender.example", "helo": "mail.sender.example",
                   "reply_text": "552 5.3.4 Message size exceeds fixed limit", "reply_code": 552,
                   "enhanced_status": "5.3.4", "reason": "Message size exceeds fixed limit"}),
    Sample(why="At DATA: covers the whole transaction.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: reject: DATA from mail.sender.example[192.0.2.10]: 550 "
                "5.5.3 <DATA>: Data command rejected: Multi-recipient bounce; from=<> to=<jane@example.org> "
                "proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "reject", "stage": "data", **_CLIENT,
                   "reverse_path": "", "recipient": "jane@example.org", "helo": "mail.sender.example",
                   "reply_text": "550 5.5.3 <DATA>: Data command rejected: Multi-recipient bounce", "reply_code": 550,
                   "enhanced_status": "5.5.3", "reason": "<DATA>: Data command rejected: Multi-recipient bounce"}),
    Sample(why="At BDAT.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: reject: BDAT from mail.sender.example[192.0.2.10]: 552 "
                "5.3.4 Error: message file too big; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "reject", "stage": "data", **_CLIENT,
                   **_ENVELOPE, "reply_text": "552 5.3.4 Error: message file too big", "reply_code": 552,
                   "enhanced_status": "5.3.4", "reason": "Error: message file too big"}),
    Sample(why="After the final dot.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: reject: END-OF-MESSAGE from "
                "mail.sender.example[192.0.2.10]: 554 5.7.1 <END-OF-MESSAGE>: End-of-data rejected: Too many "
                "recipients; from=<news@sender.example> to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "reject", "stage": "data", **_CLIENT,
                   **_ENVELOPE, "reply_text": "554 5.7.1 <END-OF-MESSAGE>: End-of-data rejected: Too many recipients",
                   "reply_code": 554, "enhanced_status": "5.7.1",
                   "reason": "<END-OF-MESSAGE>: End-of-data rejected: Too many recipients"}),
    Sample(why="At VRFY.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: VRFY from unknown[192.0.2.66]: 550 5.1.1 <jane>: Recipient "
                "address rejected: User unknown in local recipient table; to=<jane> proto=SMTP helo=<sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "vrfy", "client_ip": "192.0.2.66",
                   "recipient": "jane", "helo": "sender.example",
                   "reply_text": "550 5.1.1 <jane>: Recipient address rejected: User unknown in local recipient "
                   "table", "reply_code": 550, "enhanced_status": "5.1.1",
                   "reason": "<jane>: Recipient address rejected: User unknown in local recipient table"}),
    Sample(why="At ETRN.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: ETRN from unknown[192.0.2.66]: 554 5.7.1 <example.org>: "
                "Etrn command rejected: Access denied; proto=SMTP helo=<sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "etrn", "client_ip": "192.0.2.66",
                   "helo": "sender.example",
                   "reply_text": "554 5.7.1 <example.org>: Etrn command rejected: Access denied", "reply_code": 554,
                   "enhanced_status": "5.7.1", "reason": "<example.org>: Etrn command rejected: Access denied"}),
    Sample(why="From 3.10 the login stands behind the HELO name.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.77]: 553 5.7.1 "
                "<boss@example.org>: Sender address rejected: not owned by user jane; from=<boss@example.org> "
                "to=<joe@example.net> proto=ESMTP helo=<[192.0.2.77]> sasl_method=PLAIN "
                "sasl_username=jane@example.org sasl_sender=j@example.org",
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", "client_ip": "192.0.2.77",
                   "reverse_path": "boss@example.org", "recipient": "joe@example.net", "helo": "[192.0.2.77]",
                   "sasl_username": "jane@example.org",
                   "reply_text": "553 5.7.1 <boss@example.org>: Sender address rejected: not owned by user jane",
                   "reply_code": 553, "enhanced_status": "5.7.1",
                   "reason": "<boss@example.org>: Sender address rejected: not owned by user jane"}),
    Sample(why="A bare <LF>: this reject carries no reply code.",
           line=_AT + "smtpd[7]: NOQUEUE: reject: DATA from unknown[192.0.2.66]: bare <LF> received; "
                "from=<a@sender.example> to=<jane@example.org> proto=ESMTP helo=<sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "data", "client_ip": "192.0.2.66",
                   "reverse_path": "a@sender.example", "recipient": "jane@example.org", "helo": "sender.example",
                   "reply_text": "bare <LF> received", "reason": "bare <LF> received"}),
    Sample(why="warn_if_reject: the message went on.",
           line=_AT + "smtpd[7]: NOQUEUE: reject_warning: RCPT from mail.sender.example[192.0.2.10]: 450 "
                "4.7.1 Client host rejected: cannot find your hostname, [192.0.2.10]; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "would_reject", "action": "reject_warning", "stage": "rcpt", **_CLIENT, **_ENVELOPE,
                   "reply_text": "450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.10]",
                   "reply_code": 450, "enhanced_status": "4.7.1",
                   "reason": "Client host rejected: cannot find your hostname, [192.0.2.10]"}),
    Sample(why="A rule holds the message.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: hold: RCPT from mail.sender.example[192.0.2.10]: "
                "<news@sender.example>: Sender address triggers HOLD action; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "hold", "queue_id": "4jY2TD5qvxzJJQK", "action": "hold", "stage": "rcpt", **_CLIENT,
                   **_ENVELOPE, "reason": "<news@sender.example>: Sender address triggers HOLD action"}),
    Sample(why="A rule throws it away after a 250.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: discard: RCPT from mail.sender.example[192.0.2.10]: "
                "<jane@example.org>: Recipient address triggers DISCARD silently; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "discard", "queue_id": "4jY2TD5qvxzJJQK", "action": "discard", "stage": "rcpt", **_CLIENT,
                   **_ENVELOPE, "reason": "<jane@example.org>: Recipient address triggers DISCARD silently"}),
    Sample(why="A rule sends it through a filter.",
           line=_AT + "smtpd[7]: NOQUEUE: filter: RCPT from mail.sender.example[192.0.2.10]: "
                "<mail.sender.example[192.0.2.10]>: Client host triggers FILTER amavis:[127.0.0.1]:10024; "
                "from=<news@sender.example> to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "modify", "action": "filter", "stage": "rcpt", **_CLIENT, **_ENVELOPE,
                   "reason": "<mail.sender.example[192.0.2.10]>: Client host triggers FILTER "
                   "amavis:[127.0.0.1]:10024"}),
    Sample(why="A rule replaces the recipients.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: redirect: RCPT from mail.sender.example[192.0.2.10]: "
                "<jane@example.org>: Recipient address triggers REDIRECT archive@example.org; "
                "from=<news@sender.example> to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "redirect", "queue_id": "4jY2TD5qvxzJJQK", "action": "redirect", "stage": "rcpt", **_CLIENT,
                   **_ENVELOPE,
                   "reason": "<jane@example.org>: Recipient address triggers REDIRECT archive@example.org"}),
    Sample(why="A rule adds a recipient.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: bcc: RCPT from mail.sender.example[192.0.2.10]: "
                "<jane@example.org>: Recipient address triggers BCC copy@example.org; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "copy", "queue_id": "4jY2TD5qvxzJJQK", "action": "bcc", "stage": "rcpt", **_CLIENT,
                   **_ENVELOPE, "reason": "<jane@example.org>: Recipient address triggers BCC copy@example.org"}),
    Sample(why="A rule leaves a note.",
           line=_AT + "smtpd[7]: NOQUEUE: info: RCPT from mail.sender.example[192.0.2.10]: "
                "<jane@example.org>: Recipient address triggers seen before; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "note", "action": "info", "stage": "rcpt", **_CLIENT, **_ENVELOPE,
                   "reason": "<jane@example.org>: Recipient address triggers seen before"}),
    Sample(why="A rule warns.",
           line=_AT + "smtpd[7]: NOQUEUE: warn: RCPT from mail.sender.example[192.0.2.10]: "
                "<jane@example.org>: Recipient address triggers WARN look here; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "warn", "action": "warn", "stage": "rcpt", **_CLIENT, **_ENVELOPE,
                   "reason": "<jane@example.org>: Recipient address triggers WARN look here"}),
    Sample(why="A rule cuts the session.",
           line=_AT + "smtpd[7]: NOQUEUE: hangup: RCPT from mail.sender.example[192.0.2.10]: "
                "<mail.sender.example[192.0.2.10]>: Client host triggers HANGUP; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "break_off", "action": "hangup", "stage": "rcpt", **_CLIENT, **_ENVELOPE,
                   "reason": "<mail.sender.example[192.0.2.10]>: Client host triggers HANGUP"}),
    Sample(why="With smtpd_log_access_permit_actions a pass is logged too.",
           line=_AT + "smtpd[7]: NOQUEUE: permit: RCPT from mail.sender.example[192.0.2.10]: "
                "action=permit_mynetworks for client=mail.sender.example[192.0.2.10]; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "accept", "action": "permit", "stage": "rcpt", **_CLIENT, **_ENVELOPE,
                   "reason": "action=permit_mynetworks for client=mail.sender.example[192.0.2.10]"}),
    Sample(why="A milter refuses at MAIL.",
           line=_AT + "smtpd[7]: NOQUEUE: milter-reject: MAIL from mail.sender.example[192.0.2.10]: 451 "
                "4.7.1 Service unavailable - try again later; from=<news@sender.example> proto=ESMTP "
                "helo=<mail.sender.example>",
           expect={"verb": "reject", "action": "milter-reject", "stage": "mail", **_CLIENT,
                   "reverse_path": "news@sender.example", "helo": "mail.sender.example",
                   "reply_text": "451 4.7.1 Service unavailable - try again later", "reply_code": 451,
                   "enhanced_status": "4.7.1", "reason": "Service unavailable - try again later"}),
    Sample(why="A milter refuses a logged-in client; here the login has brackets.",
           line=_AT + "smtpd[7]: NOQUEUE: milter-reject: RCPT from unknown[192.0.2.77]: 550 5.7.1 Command "
                "rejected; from=<jane@example.org> to=<joe@example.net> proto=ESMTP helo=<[192.0.2.77]> "
                "sasl_username=<jane@example.org>",
           expect={"verb": "reject", "action": "milter-reject", "stage": "rcpt", "client_ip": "192.0.2.77",
                   "reverse_path": "jane@example.org", "recipient": "joe@example.net", "helo": "[192.0.2.77]",
                   "sasl_username": "jane@example.org", "reply_text": "550 5.7.1 Command rejected", "reply_code": 550,
                   "enhanced_status": "5.7.1", "reason": "Command rejected"}),
    Sample(why="A milter discards.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: milter-discard: RCPT from mail.sender.example[192.0.2.10]: "
                "milter triggers DISCARD action; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>",
           expect={"verb": "discard", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-discard", "stage": "rcpt",
                   **_CLIENT, **_ENVELOPE, "reason": "milter triggers DISCARD action"}),
    Sample(why="A milter holds.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: milter-hold: RCPT from mail.sender.example[192.0.2.10]: "
                "milter triggers HOLD action; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>",
           expect={"verb": "hold", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-hold", "stage": "rcpt", **_CLIENT,
                   **_ENVELOPE, "reason": "milter triggers HOLD action"}),
    Sample(why="A before-queue filter accepted: its reply went to the client.",
           line=_AT + "smtpd[7]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN; "
                "from=<news@sender.example> to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "accept", "action": "proxy-accept", "stage": "data", **_ENVELOPE,
                   "reply_text": "250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN", "reply_code": 250,
                   "enhanced_status": "2.0.0", "reason": "Ok: queued as 4jY2TF0Kz1zJJQN",
                   "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="A before-queue filter refused.",
           line=_AT + "smtpd[7]: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=00042-01 - spam; "
                "from=<news@sender.example> to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "reject", "action": "proxy-reject", "stage": "data", **_ENVELOPE,
                   "reply_text": "554 5.7.0 Reject, id=00042-01 - spam", "reply_code": 554, "enhanced_status": "5.7.0",
                   "reason": "Reject, id=00042-01 - spam", "local_id": "00042-01"}),
    Sample(why="The client went away.",
           line=_AT + "smtpd[7]: lost connection after RCPT from unknown[192.0.2.66]",
           expect={"verb": "break_off", "action": "lost connection", "stage": "rcpt", "client_ip": "192.0.2.66"}),
    Sample(why="From 3.10 the id stands in front, and DATA has a size.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: lost connection after DATA (34212 bytes) from "
                "mail.sender.example[192.0.2.10]",
           expect={"verb": "break_off", "queue_id": "4jY2TD5qvxzJJQK", "action": "lost connection", "stage": "data",
                   **_CLIENT}),
    Sample(why="From 3.10 without an id.",
           line=_AT + "smtpd[7]: NOQUEUE: lost connection after CONNECT from unknown[unknown]",
           expect={"verb": "break_off", "action": "lost connection", "stage": "connect"}),
    Sample(why="We may hold it, and the client does not know: a duplicate will come.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: timeout after END-OF-MESSAGE from "
                "mail.sender.example[192.0.2.10]:40312",
           expect={"verb": "break_off", "queue_id": "4jY2TD5qvxzJJQK", "action": "timeout", "stage": "data", **_CLIENT,
                   "client_port": 40312}),
    Sample(why="A chunk broke off.",
           line=_AT + "smtpd[7]: timeout after BDAT (8192 bytes) from mail.sender.example[192.0.2.10]",
           expect={"verb": "break_off", "action": "timeout", "stage": "data", **_CLIENT}),
    Sample(why="Postfix cuts a client off.",
           line=_AT + "smtpd[7]: too many errors after RCPT from unknown[192.0.2.66]",
           expect={"verb": "break_off", "action": "too many errors", "stage": "rcpt", "client_ip": "192.0.2.66"}),
    Sample(why="A client that talks too early; says nothing about a message.",
           line=_AT + "smtpd[7]: improper command pipelining after EHLO from unknown[192.0.2.66]: QUIT\\r\\n",
           expect="noise"),
    Sample(why="A client without a certificate, where one is required: the session ends.",
           line=_AT + "smtpd[7]: NOQUEUE: abort: TLS from unknown[192.0.2.66]: No client certificate presented",
           expect={"verb": "break_off", "action": "abort", "client_ip": "192.0.2.66", "stage": "helo",
                   "reason": "No client certificate presented"}),
    Sample(why="TLS was set up (3.4 tail).",
           line=_AT + "smtpd[7]: Anonymous TLS connection established from mail.sender.example[192.0.2.10]: "
                "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature "
                "RSA-PSS (2048 bits) server-digest SHA256",
           expect="noise"),
    Sample(why="TLS that a proxy process set up (2.x tail).",
           line=_AT + "smtpd[7]: Trusted TLS connection reused from mail.sender.example[192.0.2.10]: TLSv1.2 "
                "with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)",
           expect="noise"),
    Sample(why="A handshake failed.",
           line=_AT + "smtpd[7]: SSL_accept error from unknown[192.0.2.66]: lost connection",
           expect="noise"),
    Sample(why="A login failed; from 3.9 the user is named.",
           line=_AT + "smtpd[7]: warning: unknown[192.0.2.66]: SASL LOGIN authentication failed: "
                "UGFzc3dvcmQ6, sasl_username=info@example.org",
           expect={"verb": "authenticate", "client_ip": "192.0.2.66", "action": "login", "reason": "UGFzc3dvcmQ6",
                   "sasl_username": "info@example.org"}),
    Sample(why="A login failed, no reason known.",
           line=_AT + "smtpd[7]: warning: unknown[192.0.2.66]:41022: SASL PLAIN authentication failed:",
           expect={"verb": "authenticate", "client_ip": "192.0.2.66", "client_port": 41022, "action": "plain"}),
    Sample(why="Too many connections.",
           line=_AT + "smtpd[7]: warning: Connection rate limit exceeded: 61 from unknown[192.0.2.66] for "
                "service smtp",
           expect={"verb": "reject", "action": "connection rate limit", "client_ip": "192.0.2.66",
                   "reason": "connection rate limit exceeded", "stage": "connect"}),
    Sample(why="Too many at a time.",
           line=_AT + "smtpd[7]: warning: Connection concurrency limit exceeded: 51 from unknown[192.0.2.66] "
                "for service smtp",
           expect={"verb": "reject", "action": "connection concurrency limit", "client_ip": "192.0.2.66",
                   "reason": "connection concurrency limit exceeded", "stage": "connect"}),
    Sample(why="Too much mail: the client got a 450 that is logged nowhere else.",
           line=_AT + "smtpd[7]: warning: Message delivery request rate limit exceeded: 101 from "
                "mail.sender.example[192.0.2.10] for service smtp",
           expect={"verb": "reject", "action": "message delivery request rate limit", **_CLIENT,
                   "reason": "message delivery request rate limit exceeded", "stage": "mail"}),
    Sample(why="Too many recipients.",
           line=_AT + "smtpd[7]: warning: Recipient address rate limit exceeded: 1001 from "
                "mail.sender.example[192.0.2.10]:40312 for service smtp",
           expect={"verb": "reject", "action": "recipient address rate limit", **_CLIENT, "client_port": 40312,
                   "reason": "recipient address rate limit exceeded", "stage": "rcpt"}),
    Sample(why="Too many handshakes.",
           line=_AT + "smtpd[7]: warning: New TLS session rate limit exceeded: 11 from unknown[192.0.2.66] "
                "for service smtp",
           expect={"verb": "reject", "action": "new tls session rate limit", "client_ip": "192.0.2.66",
                   "reason": "new tls session rate limit exceeded", "stage": "helo"}),
    Sample(why="Too many logins: the login is put off, the session goes on.",
           line=_AT + "smtpd[7]: warning: AUTH command rate limit exceeded: 6 from unknown[192.0.2.66] for "
                "service submission",
           expect={"verb": "authenticate", "action": "auth command rate limit", "client_ip": "192.0.2.66",
                   "reason": "auth command rate limit exceeded"}),
    Sample(why="Forward and reverse name differ: nothing about a message.",
           line=_AT + "smtpd[7]: warning: hostname mail.sender.example does not resolve to address "
                "192.0.2.66: Name or service not known",
           expect="noise"),
    Sample(why="A web client on port 25; its text imitates a delivery.",
           line=_AT + "smtpd[7]: warning: non-SMTP command from unknown[192.0.2.66]: 4jY2TD5qvxzJJQK: "
                "to=<jane@example.org>, relay=local, delay=0, dsn=2.0.0, status=sent (x)",
           expect="noise"),
    Sample(why="An address that Postfix would not read.",
           line=_AT + "smtpd[7]: warning: Illegal address syntax from unknown[192.0.2.66] in MAIL command: "
                "<a b@@sender.example>",
           expect="noise"),
    Sample(why="Too large: the client got a 552 that is logged nowhere else.",
           line=_AT + "smtpd[7]: warning: 4jY2TD5qvxzJJQK: queue file size limit exceeded",
           expect={"verb": "reject", "action": "warning", "queue_id": "4jY2TD5qvxzJJQK", "stage": "data",
                   "reason": "queue file size limit exceeded"}),
    Sample(why="Too large in chunks (3.4 and later).",
           line=_AT + "smtpd[7]: warning: 4jY2TD5qvxzJJQK: BDAT request from mail.sender.example[192.0.2.10] "
                "exceeds message size limit",
           expect={"verb": "reject", "action": "warning", "queue_id": "4jY2TD5qvxzJJQK", "stage": "data",
                   "reason": "BDAT request from mail.sender.example[192.0.2.10] exceeds message size limit"}),
    Sample(why="A warning about one message.",
           line=_AT + "smtpd[7]: warning: 4jY2TD5qvxzJJQK: null BDAT request from unknown[192.0.2.66]",
           expect={"verb": "note", "action": "warning", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "null BDAT request from unknown[192.0.2.66]"}),
    Sample(why="The login has a comma in it.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: client=unknown[192.0.2.77], sasl_method=PLAIN, sasl_username=doe, "
                "jane, orig_client=unknown[192.0.2.66]",
           expect={"verb": "open", "queue_id": "4jY2TD5qvxzJJQK", "client_ip": "192.0.2.77",
                   "sasl_username": "doe, jane", "orig_client_ip": "192.0.2.66"}),
    Sample(why="smtpd itself is in trouble: a 421 without an envelope.",
           line=_AT + "smtpd[7]: 4jY2TD5qvxzJJQK: reject: RCPT from mail.sender.example[192.0.2.10]: 421 4.3.0 "
                "mx1.example.org Server local data error",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "reject", "stage": "rcpt", **_CLIENT,
                   "reply_text": "421 4.3.0 mx1.example.org Server local data error", "reply_code": 421,
                   "enhanced_status": "4.3.0", "reason": "mx1.example.org Server local data error"}),
    Sample(why="A milter closes the connection (quit action): a 421.",
           line=_AT + "smtpd[7]: NOQUEUE: milter-reject: CONNECT from unknown[192.0.2.66]: 421 4.7.0 Server closing "
                "connection; proto=SMTP",
           expect={"verb": "reject", "action": "milter-reject", "stage": "connect", "client_ip": "192.0.2.66",
                   "reply_text": "421 4.7.0 Server closing connection", "reply_code": 421, "enhanced_status": "4.7.0",
                   "reason": "Server closing connection"}),
    Sample(why="A milter's reply has a second line, which Postfix prints as blanks.",
           line=_AT + "smtpd[7]: NOQUEUE: milter-reject: RCPT from unknown[192.0.2.66]: 550-5.7.1 first??550 5.7.1 "
                "second; from=<a@sender.example> to=<jane@example.org> proto=ESMTP helo=<sender.example>",
           expect={"verb": "reject", "action": "milter-reject", "stage": "rcpt", "client_ip": "192.0.2.66",
                   "reverse_path": "a@sender.example", "recipient": "jane@example.org", "helo": "sender.example",
                   "reply_text": "550-5.7.1 first??550 5.7.1 second", "reply_code": 550, "enhanced_status": "5.7.1",
                   "reason": "first??550 5.7.1 second"}),
    Sample(why="The last bytes before 2.9 of a client that talks too early.",
           line=_AT + "smtpd[7]: improper command pipelining after DATA from unknown[192.0.2.66]",
           expect="noise"),
    Sample(why="What this pipelining client never says.",
           line=_AT + "smtpd[7]: improper command pipelining after lunch",
           expect="reject"),
    Sample(why="A default that 3.0 and later assume for old configurations.",
           line=_AT + "smtpd[7]: using backwards-compatible default setting relay_domains=$mydestination to accept "
                'mail for domain "sub.example.org"',
           expect="noise"),
    Sample(why="debug_peer_list: the dialogue; what it came to stands in other lines.",
           line=_AT + "smtpd[7]: > mail.sender.example[192.0.2.10]: 250 2.1.0 Ok",
           expect="noise"),
    Sample(why="smtpd_command_filter at work.",
           line=_AT + 'smtpd[7]: unknown[192.0.2.66]: replacing command "NOOP x" with "NOOP"',
           expect="noise"),
    Sample(why="An error that no release of Postfix prints.",
           line=_AT + "smtpd[7]: warning: jane@example.org was delivered to her mailbox",
           expect="reject"),
    Sample(why="A program error.",
           line=_AT + "smtpd[7]: panic: smtpd_check_rewrite: unknown context",
           expect="noise"),
    Sample(why="The word warning is no queue id.",
           line=_AT + "smtpd[7]: warning: dict_nis_init: NIS domain name not set - NIS lookups disabled",
           expect="noise"),
    Sample(why="A map was edited.",
           line=_AT + "smtpd[7]: table hash:/etc/postfix/access(0,lock|fold_fix) has changed -- restarting",
           expect="noise"),
    Sample(why="A word made of hexadecimal digits is no id where no id may stand.",
           line=_AT + "smtpd[7]: DEADBEEF from unknown[192.0.2.66]",
           expect="reject"),
    # submission/smtpd
    Sample(why="master.cf may name the service in the tag.",
           line=_AT + "submission/smtpd[7]: 4jY2TD5qvxzJJQK: client=unknown[192.0.2.77], sasl_method=PLAIN, "
                "sasl_username=jane@example.org",
           expect={"service": "submission", "verb": "open", "queue_id": "4jY2TD5qvxzJJQK", "client_ip": "192.0.2.77",
                   "sasl_username": "jane@example.org"}),
    Sample(
        why="An instance may be named after its address.",
        line="Nov 23 10:32:15 mx1 postfix-203.0.113.23/smtpd[7]: connect from unknown[192.0.2.66]",
        expect={"verb": "connect", "client_ip": "192.0.2.66"},
    ),
    Sample(
        why="Any syslog_name may stand before a daemon's name.",
        line="Nov 23 10:32:15 mx1 mx-out/smtpd[7]: connect from unknown[192.0.2.66]",
        expect={"verb": "connect", "client_ip": "192.0.2.66"},
    ),
    Sample(
        why="Instance, service and daemon.",
        line="Nov 23 10:32:15 mx1 postfix-smo/submission/smtpd[7]: connect from unknown[192.0.2.66]",
        expect={"service": "submission", "verb": "connect", "client_ip": "192.0.2.66"},
    ),
    # qmqpd
    Sample(why="QMQP: a session begins.",
           line=_AT + "qmqpd[7]: connect from mail.sender.example[192.0.2.10]",
           expect={"verb": "connect", **_CLIENT}),
    Sample(why="QMQP: an id is given.",
           line=_AT + "qmqpd[7]: 4jY2TD5qvxzJJQK: client=mail.sender.example[192.0.2.10]",
           expect={"verb": "open", "queue_id": "4jY2TD5qvxzJJQK", **_CLIENT}),
    Sample(why="QMQP: broken off.",
           line=_AT + "qmqpd[7]: 4jY2TD5qvxzJJQK: mail.sender.example[192.0.2.10]: lost connection while "
                "receiving message content",
           expect={"verb": "break_off", "queue_id": "4jY2TD5qvxzJJQK", **_CLIENT,
                   "reason": "lost connection while receiving message content"}),
    Sample(why="QMQP: broken off before there was an id.",
           line=_AT + "qmqpd[7]: NOQUEUE: mail.sender.example[192.0.2.10]: timeout while receiving sender "
                "address",
           expect={"verb": "break_off", **_CLIENT, "reason": "timeout while receiving sender address"}),
    Sample(why="QMQP: a session ends.",
           line=_AT + "qmqpd[7]: disconnect from mail.sender.example[192.0.2.10]",
           expect={"verb": "disconnect", **_CLIENT}),
    Sample(why="QMQP: a warning about one message.",
           line=_AT + "qmqpd[7]: warning: 4jY2TD5qvxzJJQK: queue file write error",
           expect={"verb": "note", "action": "warning", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "queue file write error"}),
    Sample(why="QMQP: its own trouble.",
           line=_AT + "qmqpd[7]: fatal: open lock file /var/lib/postfix/master.lock: unable to set exclusive "
                "lock",
           expect="noise"),
    # pickup
    Sample(why="A local submission.",
           line=_AT + "pickup[7]: 4jY2TD5qvxzJJQK: uid=33 from=<www-data>",
           expect={"verb": "open", "queue_id": "4jY2TD5qvxzJJQK", "reverse_path": "www-data"}),
    Sample(why="postsuper -r: the same message under a new id.",
           line=_AT + "pickup[7]: 4jY2TF0Kz1zJJQN: uid=110 from=<news@sender.example> orig_id=4F7B21234",
           expect={"verb": "open", "queue_id": "4jY2TF0Kz1zJJQN", "reverse_path": "news@sender.example",
                   "orig_queue_id": "4F7B21234"}),
    Sample(why="A bounce requeued by hand: the null reverse-path.",
           line=_AT + "pickup[7]: 4jY2TD5qvxzJJQK: uid=0 from=<>",
           expect={"verb": "open", "queue_id": "4jY2TD5qvxzJJQK", "reverse_path": ""}),
    Sample(why="A warning about one message.",
           line=_AT + "pickup[7]: warning: 4F7B21234: message has been queued for 2 days",
           expect={"verb": "note", "action": "warning", "queue_id": "4F7B21234",
                   "reason": "message has been queued for 2 days"}),
    Sample(why="A warning about the daemon.",
           line=_AT + "pickup[7]: warning: remove maildrop/5C2B: Operation not permitted",
           expect="noise"),
    # cleanup
    Sample(why="The Message-ID.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: message-id=<abc.123@sender.example>",
           expect={"verb": "name", "queue_id": "4jY2TD5qvxzJJQK", "message_id": "abc.123@sender.example"}),
    Sample(why="Resent: the header has another name.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: resent-message-id=<abc.124@sender.example>",
           expect={"verb": "name", "action": "resent", "queue_id": "4jY2TD5qvxzJJQK",
                   "message_id": "abc.124@sender.example"}),
    Sample(why="Without brackets.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: message-id=abc.125@sender.example",
           expect={"verb": "name", "queue_id": "4jY2TD5qvxzJJQK", "message_id": "abc.125@sender.example"}),
    Sample(why="None at all: absent, not empty.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: message-id=<>",
           expect={"verb": "name", "queue_id": "4jY2TD5qvxzJJQK"}),
    Sample(why="An empty header.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: message-id=",
           expect={"verb": "name", "queue_id": "4jY2TD5qvxzJJQK"}),
    Sample(why="Blanks inside, folded, cut.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: message-id=<abc 126??@sender.example> (added by "
                "relay.example",
           expect={"verb": "name", "queue_id": "4jY2TD5qvxzJJQK",
                   "message_id": "<abc 126??@sender.example> (added by relay.example"}),
    Sample(why="A Message-ID that imitates another line.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: message-id=4F7B21234: removed",
           expect={"verb": "name", "queue_id": "4jY2TD5qvxzJJQK", "message_id": "4F7B21234: removed"}),
    Sample(why="A header rule warns; this is how a subject comes into a log.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: warning: header Subject: Your invoice from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: invoice",
           expect={"verb": "warn", "queue_id": "4jY2TD5qvxzJJQK", "action": "warning", "subject": "Your invoice",
                   **_ENVELOPE, **_CLIENT, "reason": "invoice"}),
    Sample(why="A forged subject that imitates client, addresses and text: the last ones count.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: reject: header Subject: a from "
                "boss.example.com[203.0.113.5]; from=<boss@example.com> to=<ceo@example.com> proto=ESMTP "
                "helo=<boss.example.com>: ok from unknown[192.0.2.66]; from=<a@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<sender.example>: 5.7.1 not here",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "reject",
                   "subject": "a from boss.example.com[203.0.113.5]; from=<boss@example.com> to=<ceo@example.com> "
                   "proto=ESMTP helo=<boss.example.com>: ok", "reverse_path": "a@sender.example",
                   "recipient": "jane@example.org", "helo": "sender.example", "client_ip": "192.0.2.66",
                   "reply_text": "5.7.1 not here", "enhanced_status": "5.7.1", "reason": "not here"}),
    Sample(why="A forged reverse-path that imitates client and addresses.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: warning: header Subject: hi from unknown[192.0.2.66]; "
                'from=<" from boss[203.0.113.5]; from=<boss@example.com> to=<ceo@example.com>: x"@sender.example> '
                "to=<jane@example.org> proto=ESMTP helo=<sender.example>",
           expect={"verb": "warn", "queue_id": "4jY2TD5qvxzJJQK", "action": "warning", "subject": "hi",
                   "reverse_path": '" from boss[203.0.113.5]; from=<boss@example.com> to=<ceo@example.com>: '
                   'x"@sender.example', "recipient": "jane@example.org", "helo": "sender.example",
                   "client_ip": "192.0.2.66", "reason": "Subject: hi"}),
    Sample(why="A forged reverse-path that opens a quoted pair inside its own quotes.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: warning: header Subject: hi from unknown[192.0.2.66]; "
                'from=<" from boss[203.0.113.5]; from=<\\"boss"@sender.example> to=<jane@example.org> proto=ESMTP '
                "helo=<sender.example>",
           expect={"verb": "warn", "queue_id": "4jY2TD5qvxzJJQK", "action": "warning", "subject": "hi",
                   "reverse_path": '" from boss[203.0.113.5]; from=<\\"boss"@sender.example',
                   "recipient": "jane@example.org", "helo": "sender.example", "client_ip": "192.0.2.66",
                   "reason": "Subject: hi"}),
    Sample(why="From a local submission there is neither peer nor HELO.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: warning: header Subject: cron job from local; "
                "from=<root@example.org> to=<root@example.org>",
           expect={"verb": "warn", "queue_id": "4jY2TD5qvxzJJQK", "action": "warning", "subject": "cron job",
                   "reverse_path": "root@example.org", "recipient": "root@example.org",
                   "reason": "Subject: cron job"}),
    Sample(why="A body rule.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: reject: body buy now from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: 5.7.1 spam words",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "reject", **_ENVELOPE, **_CLIENT,
                   "reply_text": "5.7.1 spam words", "enhanced_status": "5.7.1", "reason": "spam words"}),
    Sample(why="A content rule.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: info: content anything from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>",
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK", "action": "info", **_ENVELOPE, **_CLIENT,
                   "reason": "anything"}),
    Sample(why="A header rule holds.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: hold: header X-Flag: yes from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: look at it",
           expect={"verb": "hold", "queue_id": "4jY2TD5qvxzJJQK", "action": "hold", **_ENVELOPE, **_CLIENT,
                   "reason": "look at it"}),
    Sample(why="A header rule discards.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: discard: header X-Flag: yes from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>",
           expect={"verb": "discard", "queue_id": "4jY2TD5qvxzJJQK", "action": "discard", **_ENVELOPE, **_CLIENT,
                   "reason": "X-Flag: yes"}),
    Sample(why="A header rule redirects.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: redirect: header X-Flag: yes from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: archive@example.org",
           expect={"verb": "redirect", "queue_id": "4jY2TD5qvxzJJQK", "action": "redirect", **_ENVELOPE, **_CLIENT,
                   "reason": "archive@example.org"}),
    Sample(why="A header rule adds a recipient.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: bcc: header X-Flag: yes from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: copy@example.org",
           expect={"verb": "copy", "queue_id": "4jY2TD5qvxzJJQK", "action": "bcc", **_ENVELOPE, **_CLIENT,
                   "reason": "copy@example.org"}),
    Sample(why="A header rule chooses a filter.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: filter: header X-Flag: yes from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: smtp:[127.0.0.1]:10026",
           expect={"verb": "modify", "queue_id": "4jY2TD5qvxzJJQK", "action": "filter", **_ENVELOPE, **_CLIENT,
                   "reason": "smtp:[127.0.0.1]:10026"}),
    Sample(why="A header rule puts a header in front.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: prepend: header X-Flag: yes from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: X-Seen: 1",
           expect={"verb": "modify", "queue_id": "4jY2TD5qvxzJJQK", "action": "prepend", **_ENVELOPE, **_CLIENT,
                   "reason": "X-Seen: 1"}),
    Sample(why="A header rule replaces a header.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: replace: header Received: by relay.example from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: Received: masked",
           expect={"verb": "modify", "queue_id": "4jY2TD5qvxzJJQK", "action": "replace", **_ENVELOPE, **_CLIENT,
                   "reason": "Received: masked"}),
    Sample(why="A header rule strips a header (3.2 and later).",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: strip: header X-Secret: 1 from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: private",
           expect={"verb": "modify", "queue_id": "4jY2TD5qvxzJJQK", "action": "strip", **_ENVELOPE, **_CLIENT,
                   "reason": "private"}),
    Sample(why="Broken MIME is refused.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: reject: mime-error improper use of 8-bit data in message "
                "header: Subject: ?? from mail.sender.example[192.0.2.10]; from=<news@sender.example> "
                "to=<jane@example.org>",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "reject",
                   "reverse_path": "news@sender.example", "recipient": "jane@example.org", **_CLIENT,
                   "reason": "improper use of 8-bit data in message header: Subject: ??"}),
    Sample(why="A text that ends in no known way keeps its words.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: warning: header Subject: cut off in the mid",
           expect={"verb": "warn", "queue_id": "4jY2TD5qvxzJJQK", "action": "warning",
                   "reason": "Subject: cut off in the mid"}),
    Sample(why="A milter refuses at the end: cleanup drops the reply code.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: milter-reject: END-OF-MESSAGE from "
                "mail.sender.example[192.0.2.10]: 5.7.1 Spam message rejected; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-reject", "stage": "data",
                   **_CLIENT, **_ENVELOPE, "reply_text": "5.7.1 Spam message rejected", "enhanced_status": "5.7.1",
                   "reason": "Spam message rejected"}),
    Sample(why="A milter defers at the end: only the first digit tells.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: milter-reject: END-OF-MESSAGE from "
                "mail.sender.example[192.0.2.10]: 4.7.1 Try again later; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-reject", "stage": "data",
                   **_CLIENT, **_ENVELOPE, "reply_text": "4.7.1 Try again later", "enhanced_status": "4.7.1",
                   "reason": "Try again later"}),
    Sample(why="A milter holds (before 3.10).",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: milter-hold: END-OF-MESSAGE from "
                "mail.sender.example[192.0.2.10]: milter triggers HOLD action; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "hold", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-hold", "stage": "data", **_CLIENT,
                   **_ENVELOPE, "reason": "milter triggers HOLD action"}),
    Sample(why="From 3.10 the milter's own words.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: milter-hold: END-OF-MESSAGE from "
                "mail.sender.example[192.0.2.10]: virus Eicar-Test; kept 7 days; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "hold", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-hold", "stage": "data", **_CLIENT,
                   **_ENVELOPE, "reason": "virus Eicar-Test; kept 7 days"}),
    Sample(why="A milter discards at the end.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: milter-discard: END-OF-MESSAGE from "
                "mail.sender.example[192.0.2.10]: milter triggers DISCARD action; from=<news@sender.example> "
                "to=<jane@example.org> proto=ESMTP helo=<mail.sender.example>",
           expect={"verb": "discard", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-discard", "stage": "data",
                   **_CLIENT, **_ENVELOPE, "reason": "milter triggers DISCARD action"}),
    Sample(why="milter_header_checks: a rule for a header that a milter added refuses (2.7 and later).",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: milter-header-reject: header X-Spam-Flag: YES from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: 5.7.1 no spam",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-header-reject", **_CLIENT,
                   **_ENVELOPE, "reply_text": "5.7.1 no spam", "enhanced_status": "5.7.1", "reason": "no spam"}),
    Sample(why="The same, held.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: milter-header-hold: header X-Spam-Flag: YES from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>",
           expect={"verb": "hold", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-header-hold", **_CLIENT,
                   **_ENVELOPE, "reason": "X-Spam-Flag: YES"}),
    Sample(why="The same, put in front of.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: milter-header-prepend: header X-Spam-Flag: YES from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>: X-Seen: 1",
           expect={"verb": "modify", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-header-prepend", **_CLIENT,
                   **_ENVELOPE, "reason": "X-Seen: 1"}),
    Sample(why="A word that later releases may add changes something, no more.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: milter-body-replace: body text from "
                "mail.sender.example[192.0.2.10]; from=<news@sender.example> to=<jane@example.org> proto=ESMTP "
                "helo=<mail.sender.example>",
           expect={"verb": "modify", "queue_id": "4jY2TD5qvxzJJQK", "action": "milter-body-replace", **_CLIENT,
                   **_ENVELOPE, "reason": "text"}),
    Sample(why="Refused for a loop: the client got a 554 that is logged nowhere else.",
           line=_AT + "cleanup[7]: warning: 4jY2TD5qvxzJJQK: message rejected: hopcount exceeded",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "warning", "stage": "data",
                   "reason": "message rejected: hopcount exceeded"}),
    Sample(why="A table is out of order: the client got a 451.",
           line=_AT + "cleanup[7]: warning: 4jY2TD5qvxzJJQK: virtual_alias_maps map lookup problem for "
                "jane@example.org -- message not accepted, try again later",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "action": "warning", "stage": "data",
                   "reason": "virtual_alias_maps map lookup problem for jane@example.org -- message not accepted, "
                   "try again later"}),
    Sample(
        why="An address that imitates such a refusal.",
        line=_AT + "cleanup[7]: warning: 4jY2TD5qvxzJJQK: multi-valued canonical_maps entry for "
        '"message not accepted, try again later"@sender.example',
        expect={
            "verb": "note",
            "queue_id": "4jY2TD5qvxzJJQK",
            "action": "warning",
            "reason": 'multi-valued canonical_maps entry for "message not accepted, try again later"@sender.example',
        },
    ),
    Sample(why="The same for masquerading, without the word warning.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: masquerade_exceptions map lookup problem -- message not "
                "accepted, try again later",
           expect={"verb": "reject", "queue_id": "4jY2TD5qvxzJJQK", "stage": "data",
                   "reason": "masquerade_exceptions map lookup problem -- message not accepted, try again later"}),
    Sample(why="A delivery line of cleanup that was cut.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=none, delay=0.2, del",
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "reason": "relay=none, delay=0.2, del"}),
    Sample(why="From 3.10: a transaction that ended without our 250.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: removed (canceled)",
           expect={"verb": "break_off", "queue_id": "4jY2TD5qvxzJJQK", "action": "canceled"}),
    Sample(why="From 3.10: destroyed after our 250.",
           line=_AT + "cleanup[7]: 4F7B21234: removed (discarded)",
           expect={"verb": "discard", "queue_id": "4F7B21234", "action": "discarded"}),
    Sample(why="cleanup can bounce by itself.",
           line=_AT + "cleanup[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=none, delay=0.2, "
                "delays=0.2/0/0/0, dsn=5.7.1, status=bounced (spam words)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "delay_seconds": 0.2, "delays": "0.2/0/0/0",
                   "enhanced_status": "5.7.1", "status": "bounced", "reason": "spam words"}),
    Sample(why="A warning about one message.",
           line=_AT + "cleanup[7]: warning: 4jY2TD5qvxzJJQK: read timeout on cleanup socket",
           expect={"verb": "note", "action": "warning", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "read timeout on cleanup socket"}),
    Sample(why="A warning about the daemon.",
           line=_AT + "cleanup[7]: warning: milter inet:localhost:8891: can't read SMFIC_BODYEOB reply "
                "packet header: Connection timed out",
           expect="noise"),
    # qmgr
    Sample(why="In the queue: accepted for good.",
           line=_AT + "qmgr[7]: 4jY2TD5qvxzJJQK: from=<news@sender.example>, size=4711, nrcpt=2 (queue active)",
           expect={"verb": "queue", "queue_id": "4jY2TD5qvxzJJQK", "reverse_path": "news@sender.example",
                   "size_bytes": 4711, "recipient_count": 2}),
    Sample(why="A bounce: the null reverse-path.",
           line=_AT + "qmgr[7]: 4F7B21234: from=<>, size=9001, nrcpt=1 (queue active)",
           expect={"verb": "queue", "queue_id": "4F7B21234", "reverse_path": "", "size_bytes": 9001,
                   "recipient_count": 1}),
    Sample(why="A quoted local part with a bracket in it.",
           line=_AT + 'qmgr[7]: 4jY2TD5qvxzJJQK: from=<"a>, size=1, nrcpt=9 (queue active)"@sender.example>, '
                "size=4711, nrcpt=1 (queue active)",
           expect={"verb": "queue", "queue_id": "4jY2TD5qvxzJJQK",
                   "reverse_path": '"a>, size=1, nrcpt=9 (queue active)"@sender.example', "size_bytes": 4711,
                   "recipient_count": 1}),
    Sample(why="The id is free again.",
           line=_AT + "qmgr[7]: 4jY2TD5qvxzJJQK: removed",
           expect={"verb": "remove", "queue_id": "4jY2TD5qvxzJJQK"}),
    Sample(why="Given up after maximal_queue_lifetime.",
           line=_AT + "qmgr[7]: 4jY2TD5qvxzJJQK: from=<news@sender.example>, status=expired, returned to sender",
           expect={"verb": "expire", "queue_id": "4jY2TD5qvxzJJQK", "reverse_path": "news@sender.example",
                   "status": "expired"}),
    Sample(why="Given up by postsuper -e (3.5 and later).",
           line=_AT + "qmgr[7]: 4jY2TD5qvxzJJQK: from=<news@sender.example>, status=force-expired, returned "
                "to sender",
           expect={"verb": "expire", "queue_id": "4jY2TD5qvxzJJQK", "reverse_path": "news@sender.example",
                   "status": "force-expired"}),
    Sample(why="An agent still works on it.",
           line=_AT + "qmgr[7]: 4jY2TD5qvxzJJQK: skipped, still being delivered",
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK", "reason": "skipped, still being delivered"}),
    Sample(why="A report could not be made.",
           line=_AT + "qmgr[7]: 4jY2TD5qvxzJJQK: status=deferred (bounce failed)",
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK", "status": "deferred", "reason": "bounce failed"}),
    Sample(why="qmgr puts off a recipient of a destination that is down.",
           line=_AT + "qmgr[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=none, delay=5.1, "
                "delays=5.1/0/0/0, dsn=4.4.1, status=deferred (delivery temporarily suspended: connect to "
                "mx.example.net[198.51.100.7]:25: Connection refused)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "delay_seconds": 5.1, "delays": "5.1/0/0/0",
                   "enhanced_status": "4.4.1", "status": "deferred",
                   "reason": "delivery temporarily suspended: connect to mx.example.net[198.51.100.7]:25: "
                   "Connection refused"}),
    Sample(why="A warning about one message.",
           line=_AT + "qmgr[7]: warning: 4jY2TD5qvxzJJQK: qmgr_active_corrupt: save corrupt file queue active",
           expect={"verb": "note", "action": "warning", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "qmgr_active_corrupt: save corrupt file queue active"}),
    Sample(why="A warning about the daemon.",
           line=_AT + "qmgr[7]: warning: mail for example.net is using up 4001 of 5000 active queue entries",
           expect="noise"),
    # smtp
    Sample(why="Handed to the next Postfix, which names its id.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=2.0.0, status=sent "
                "(250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5", "enhanced_status": "2.0.0", "status": "sent",
                   "reply_text": "250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN", "reply_code": 250,
                   "reason": "Ok: queued as 4jY2TF0Kz1zJJQN", "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="The same after BDAT: a size stands between.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=2.0.0, status=sent "
                "(250 2.0.0 Ok: 4711 bytes queued as 4jY2TF0Kz1zJJQN)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5", "enhanced_status": "2.0.0", "status": "sent",
                   "reply_text": "250 2.0.0 Ok: 4711 bytes queued as 4jY2TF0Kz1zJJQN", "reply_code": 250,
                   "reason": "Ok: 4711 bytes queued as 4jY2TF0Kz1zJJQN", "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="3.11 puts a TLS field before dsn=.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, tls=dane:halfdane, "
                "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5", "enhanced_status": "2.0.0", "status": "sent",
                   "reply_text": "250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN", "reply_code": 250,
                   "reason": "Ok: queued as 4jY2TF0Kz1zJJQN", "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="3.11: TLS wanted, not had.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, tls=may?, dsn=2.0.0, "
                "status=sent (250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5", "enhanced_status": "2.0.0", "status": "sent",
                   "reply_text": "250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN", "reply_code": 250,
                   "reason": "Ok: queued as 4jY2TF0Kz1zJJQN", "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="A connection used again.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, conn_use=3, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=2.0.0, "
                "status=sent (250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5", "enhanced_status": "2.0.0", "status": "sent",
                   "reply_text": "250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN", "reply_code": 250,
                   "reason": "Ok: queued as 4jY2TF0Kz1zJJQN", "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="A field that no release has yet.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, future=1/2, dsn=2.0.0, "
                "status=sent (250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5", "enhanced_status": "2.0.0", "status": "sent",
                   "reply_text": "250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN", "reply_code": 250,
                   "reason": "Ok: queued as 4jY2TF0Kz1zJJQN", "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="An alias: orig_to is what the sender wrote.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, orig_to=<info@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=2.0.0, status=sent "
                "(250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "orig_recipient": "info@example.org", **_RELAY, "delay_seconds": 1.2,
                   "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "2.0.0",
                   "status": "sent", "reply_text": "250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN", "reply_code": 250,
                   "reason": "Ok: queued as 4jY2TF0Kz1zJJQN", "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="amavis answers for the Postfix behind it.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=127.0.0.1[127.0.0.1]:10024, "
                "delay=1.7, delays=0.1/0/0/1.6, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): "
                "250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "relay_host": "127.0.0.1", "relay_ip": "127.0.0.1", "relay_port": 10024, "delay_seconds": 1.7,
                   "delays": "0.1/0/0/1.6",
                   "enhanced_status": "2.0.0", "status": "sent",
                   "reply_text": "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as "
                   "4jY2TF0Kz1zJJQN", "reply_code": 250,
                   "reason": "from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN",
                   "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="amavis threw it away: its 250 is no delivery.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=127.0.0.1[127.0.0.1]:10024, "
                "delay=1.7, delays=0.1/0/0/1.6, dsn=2.7.0, status=sent (250 2.7.0 Ok, discarded, id=00042-07 - spam)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "relay_host": "127.0.0.1", "relay_ip": "127.0.0.1", "relay_port": 10024, "delay_seconds": 1.7,
                   "delays": "0.1/0/0/1.6",
                   "enhanced_status": "2.7.0", "status": "sent",
                   "reply_text": "250 2.7.0 Ok, discarded, id=00042-07 - spam", "reply_code": 250,
                   "reason": "Ok, discarded, id=00042-07 - spam", "local_id": "00042-07"}),
    Sample(why="Refused by the next hop.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=5.1.1, "
                "status=bounced (host mx.example.net[198.51.100.7] said: 550 5.1.1 <jane@example.org>: Recipient "
                "address rejected: User unknown (in reply to RCPT TO command))",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "5.1.1", "status": "bounced",
                   "reply_text": "550 5.1.1 <jane@example.org>: Recipient address rejected: User unknown",
                   "reply_code": 550, "reason": "<jane@example.org>: Recipient address rejected: User unknown",
                   "stage": "rcpt"}),
    Sample(why="A reply that imitates Postfix's own tail: the last one counts.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=5.0.0, "
                "status=bounced (host mx.example.net[198.51.100.7] said: 550 no (in reply to MAIL FROM command) "
                "status=sent (250 Ok: queued as 4F7B21235) (in reply to end of DATA command))",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "5.0.0", "status": "bounced",
                   "reply_text": "550 no (in reply to MAIL FROM command) status=sent (250 Ok: queued as 4F7B21235)",
                   "reply_code": 550,
                   "reason": "no (in reply to MAIL FROM command) status=sent (250 Ok: queued as 4F7B21235)",
                   "stage": "data"}),
    Sample(why="Greylisted by the next hop.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=4.2.0, "
                "status=deferred (host mx.example.net[198.51.100.7] said: 450 4.2.0 Greylisted (in reply to RCPT TO "
                "command))",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "4.2.0", "status": "deferred",
                   "reply_text": "450 4.2.0 Greylisted", "reply_code": 450, "reason": "Greylisted", "stage": "rcpt"}),
    Sample(why="The next hop would not talk.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=300, delays=299/0.02/0.6/0, dsn=4.7.0, "
                "status=deferred (host mx.example.net[198.51.100.7] refused to talk to me: 421 4.7.0 Too many "
                "connections)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 300.0, "delays": "299/0.02/0.6/0",
                   "enhanced_status": "4.7.0", "status": "deferred",
                   "reply_text": "421 4.7.0 Too many connections", "reply_code": 421,
                   "reason": "Too many connections"}),
    Sample(why="The next hop could not be reached.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=none, delay=30, "
                "delays=0.1/0.02/30/0, dsn=4.4.1, status=deferred (connect to mx.example.net[198.51.100.7]:25: "
                "Connection timed out)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "delay_seconds": 30.0, "delays": "0.1/0.02/30/0",
                   "enhanced_status": "4.4.1", "status": "deferred",
                   "reason": "connect to mx.example.net[198.51.100.7]:25: Connection timed out"}),
    Sample(why="The session broke at the worst moment.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=301, delays=0.1/0.02/0.6/300, dsn=4.4.2, "
                "status=deferred (lost connection with mx.example.net[198.51.100.7] while sending end of data -- "
                "message may be sent more than once)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 301.0, "delays": "0.1/0.02/0.6/300",
                   "enhanced_status": "4.4.2", "status": "deferred",
                   "reason": "lost connection with mx.example.net[198.51.100.7] while sending end of data -- "
                   "message may be sent more than once"}),
    Sample(why="No such domain; the text nests brackets.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@nowhere.invalid>, relay=none, delay=0.3, "
                "delays=0.1/0.02/0.2/0, dsn=5.4.4, status=bounced (Host or domain name not found. Name service "
                "error for name=nowhere.invalid type=MX: Host not found (try again))",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@nowhere.invalid",
                   "delay_seconds": 0.3, "delays": "0.1/0.02/0.2/0",
                   "enhanced_status": "5.4.4", "status": "bounced",
                   "reason": "Host or domain name not found. Name service error for name=nowhere.invalid type=MX: "
                   "Host not found (try again)"}),
    Sample(why="The line was cut at 2,000 bytes: no last bracket.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=5.7.1, "
                "status=bounced (host mx.example.net[198.51.100.7] said: 550 5.7.1 message refused, see "
                "https://mx.example.net/q?id=4",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "5.7.1", "status": "bounced",
                   "reply_text": "550 5.7.1 message refused, see https://mx.example.net/q?id=4", "reply_code": 550,
                   "reason": "message refused, see https://mx.example.net/q?id=4"}),
    Sample(why="An IPv6 next hop.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[2001:db8::7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=2.0.0, status=sent "
                "(250 OK id=1vNVjr-00000000A1B-2c3D)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "relay_host": "mx.example.net", "relay_ip": "2001:db8::7", "relay_port": 25, "delay_seconds": 1.2,
                   "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "2.0.0", "status": "sent", "reply_text": "250 OK id=1vNVjr-00000000A1B-2c3D",
                   "reply_code": 250, "reason": "OK id=1vNVjr-00000000A1B-2c3D"}),
    Sample(why="soft_bounce: kept, though refused for good.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=4.1.1, "
                "status=SOFTBOUNCE (host mx.example.net[198.51.100.7] said: 550 5.1.1 no such user (in reply to "
                "RCPT TO command))",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "5.1.1", "status": "softbounce",
                   "reply_text": "550 5.1.1 no such user", "reply_code": 550, "reason": "no such user",
                   "stage": "rcpt"}),
    Sample(why="A probe: no mail was sent.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=0.6, delays=0.1/0.02/0.4/0.1, dsn=2.1.5, "
                "status=deliverable (250 2.1.5 Ok)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 0.6, "delays": "0.1/0.02/0.4/0.1",
                   "enhanced_status": "2.1.5", "status": "deliverable",
                   "reply_text": "250 2.1.5 Ok", "reply_code": 250, "reason": "Ok"}),
    Sample(why="A probe that failed: no mail bounced.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=0.6, delays=0.1/0.02/0.4/0.1, dsn=5.1.1, "
                "status=undeliverable (host mx.example.net[198.51.100.7] said: 550 5.1.1 no such user (in reply to "
                "RCPT TO command))",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org", **_RELAY,
                   "delay_seconds": 0.6, "delays": "0.1/0.02/0.4/0.1",
                   "enhanced_status": "5.1.1", "status": "undeliverable",
                   "reply_text": "550 5.1.1 no such user", "reply_code": 550, "reason": "no such user",
                   "stage": "rcpt"}),
    Sample(why="A quoted local part that imitates the fields.",
           line=_AT + 'smtp[7]: 4jY2TD5qvxzJJQK: to=<"x>, relay=local, delay=0, dsn=2.0.0, status=sent '
                '(y"@example.org>, relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, '
                "dsn=5.1.1, status=bounced (host mx.example.net[198.51.100.7] said: 550 5.1.1 no (in reply to RCPT "
                "TO command))",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK",
                   "recipient": '"x>, relay=local, delay=0, dsn=2.0.0, status=sent (y"@example.org', **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "5.1.1", "status": "bounced", "reply_text": "550 5.1.1 no",
                   "reply_code": 550, "reason": "no", "stage": "rcpt"}),
    Sample(why="Before 3.5 addresses are printed unquoted, brackets too.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<a>b@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=2.0.0, status=sent "
                "(250 ok)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "a>b@example.org", **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "2.0.0", "status": "sent", "reply_text": "250 ok",
                   "reply_code": 250, "reason": "ok"}),
    Sample(why="Before 3.5, a lone quote.",
           line=_AT + 'smtp[7]: 4jY2TD5qvxzJJQK: to=<a"b@example.org>, '
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=2.0.0, status=sent "
                "(250 ok)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": 'a"b@example.org', **_RELAY,
                   "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "2.0.0", "status": "sent", "reply_text": "250 ok",
                   "reply_code": 250, "reason": "ok"}),
    Sample(why="One server refused, another will be tried.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: host mx1.example.net[198.51.100.7] said: 451 4.3.0 Try "
                "later (in reply to end of DATA command)",
           expect={"verb": "attempt", "queue_id": "4jY2TD5qvxzJJQK", "relay_host": "mx1.example.net",
                   "relay_ip": "198.51.100.7", "reply_text": "451 4.3.0 Try later", "reply_code": 451,
                   "enhanced_status": "4.3.0", "reason": "Try later"}),
    Sample(why="One server would not talk.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: host mx1.example.net[198.51.100.7] refused to talk to me: "
                "554 5.7.1 go away",
           expect={"verb": "attempt", "queue_id": "4jY2TD5qvxzJJQK", "relay_host": "mx1.example.net",
                   "relay_ip": "198.51.100.7", "reply_text": "554 5.7.1 go away", "reply_code": 554,
                   "enhanced_status": "5.7.1", "reason": "go away"}),
    Sample(why="One server was not reached: no id, the pid joins it.",
           line=_AT + "smtp[7]: connect to mx1.example.net[198.51.100.7]:25: Connection refused",
           expect={"verb": "attempt", "relay_host": "mx1.example.net", "relay_ip": "198.51.100.7", "relay_port": 25,
                   "reason": "Connection refused"}),
    Sample(why="The same over IPv6.",
           line=_AT + "smtp[7]: connect to mx1.example.net[2001:db8::7]:25: Network is unreachable",
           expect={"verb": "attempt", "relay_host": "mx1.example.net", "relay_ip": "2001:db8::7", "relay_port": 25,
                   "reason": "Network is unreachable"}),
    Sample(why="One session broke.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: lost connection with mx1.example.net[198.51.100.7] while "
                "receiving the initial server greeting",
           expect={"verb": "attempt", "queue_id": "4jY2TD5qvxzJJQK", "action": "lost connection",
                   "relay_host": "mx1.example.net", "relay_ip": "198.51.100.7",
                   "reason": "lost connection with mx1.example.net[198.51.100.7] while receiving the initial "
                   "server greeting"}),
    Sample(why="One session timed out.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: conversation with mx1.example.net[198.51.100.7] timed out "
                "while sending MAIL FROM",
           expect={"verb": "attempt", "queue_id": "4jY2TD5qvxzJJQK", "action": "conversation",
                   "relay_host": "mx1.example.net", "relay_ip": "198.51.100.7",
                   "reason": "conversation with mx1.example.net[198.51.100.7] timed out while sending MAIL FROM"}),
    Sample(why="One server has no TLS, which the policy demands; another will be tried.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: TLS is required, but was not offered by host "
                "mx1.example.net[198.51.100.7]",
           expect={"verb": "attempt", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "TLS is required, but was not offered by host mx1.example.net[198.51.100.7]"}),
    Sample(why="A handshake with one server failed.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: Cannot start TLS: handshake failure",
           expect={"verb": "attempt", "queue_id": "4jY2TD5qvxzJJQK", "reason": "Cannot start TLS: handshake failure"}),
    Sample(why="A long line was broken.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: breaking line > 998 bytes with <CR><LF>SPACE",
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "breaking line > 998 bytes with <CR><LF>SPACE"}),
    Sample(why="smtp_header_checks: neither peer nor envelope stand behind.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: replace: header Received: from host.example.org: Received: masked",
           expect={"verb": "modify", "queue_id": "4jY2TD5qvxzJJQK", "action": "replace",
                   "reason": "Received: from host.example.org: Received: masked"}),
    Sample(why="smtp_header_checks may show a subject.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: warning: header Subject: Your invoice",
           expect={"verb": "warn", "queue_id": "4jY2TD5qvxzJJQK", "action": "warning", "subject": "Your invoice",
                   "reason": "Subject: Your invoice"}),
    Sample(why="The line was cut at 2,000 bytes before its status: somebody was tried, nothing more.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=mx.example.net[198.51.100.7]:25, "
                "delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=5.7.1, status=boun",
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "reason": "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=5.7.1, "
                   "status=boun"}),
    Sample(why="Cut inside the address.",
           line=_AT + 'smtp[7]: 4jY2TD5qvxzJJQK: to=<"x>, relay=local, delay=0, dsn=2.0.0, status=se',
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": '<"x>, relay=local, delay=0, dsn=2.0.0, status=se'}),
    Sample(why="An unreadable queue file was put aside; it stays until somebody looks.",
           line=_AT + 'smtp[7]: warning: saving corrupt file "4F7B21234" from queue "active" to queue "corrupt"',
           expect={"verb": "hold", "queue_id": "4F7B21234", "action": "corrupt"}),
    Sample(why="What TLSRPT counts (3.10 and later).",
           line=_AT + "smtp[7]: TLSRPT: status=success, domain=example.net, receiving_mx=mx.example.net[198.51.100.7]",
           expect="noise"),
    Sample(why="A workaround for a firewall.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: enabling PIX workarounds: disable_esmtp delay_dotcrlf for "
                "mx.example.net[198.51.100.7]:25",
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "enabling PIX workarounds: disable_esmtp delay_dotcrlf for "
                   "mx.example.net[198.51.100.7]:25"}),
    Sample(why="TLS with the next hop, id in front.",
           line=_AT + "smtp[7]: 4jY2TD5qvxzJJQK: Verified TLS connection established to "
                "mx.example.net[198.51.100.7]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
           expect="noise"),
    Sample(why="TLS with the next hop.",
           line=_AT + "smtp[7]: Untrusted TLS connection established to mx.example.net[198.51.100.7]:25: "
                "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature "
                "ECDSA (P-256) server-digest SHA256",
           expect="noise"),
    Sample(why="A warning about one message.",
           line=_AT + "smtp[7]: warning: 4jY2TD5qvxzJJQK: defer service failure",
           expect={"verb": "note", "action": "warning", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "defer service failure"}),
    Sample(why="A warning about the agent.",
           line=_AT + "smtp[7]: warning: no MX host for example.net has a valid address record",
           expect="noise"),
    Sample(why="The next hop offered TLS.",
           line=_AT + "smtp[7]: Host offered STARTTLS: [mx.example.net]",
           expect="noise"),
    # relay/smtp
    Sample(why="Stock master.cf tags the relay service so since 3.3.",
           line=_AT + "relay/smtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx.example.net[198.51.100.7]:25, delay=1.2, delays=0.1/0.02/0.6/0.5, dsn=2.0.0, status=sent "
                "(250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN)",
           expect={"service": "relay", "verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK",
                   "recipient": "jane@example.org", **_RELAY, "delay_seconds": 1.2, "delays": "0.1/0.02/0.6/0.5",
                   "enhanced_status": "2.0.0",
                   "status": "sent", "reply_text": "250 2.0.0 Ok: queued as 4jY2TF0Kz1zJJQN", "reply_code": 250,
                   "reason": "Ok: queued as 4jY2TF0Kz1zJJQN", "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    # lmtp
    Sample(why="Dovecot stored it: the session joins its lines.",
           line=_AT + "lmtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx1.example.org[private/dovecot-lmtp], delay=0.2, delays=0.1/0.01/0.02/0.07, dsn=2.0.0, "
                "status=sent (250 2.0.0 <jane@example.org> Ci4vNGQyZ2kAAAABc3d1 Saved)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "relay_host": "mx1.example.org", "delay_seconds": 0.2, "delays": "0.1/0.01/0.02/0.07",
                   "enhanced_status": "2.0.0", "status": "sent",
                   "reply_text": "250 2.0.0 <jane@example.org> Ci4vNGQyZ2kAAAABc3d1 Saved", "reply_code": 250,
                   "reason": "<jane@example.org> Ci4vNGQyZ2kAAAABc3d1 Saved", "session_id": "Ci4vNGQyZ2kAAAABc3d1"}),
    Sample(why="A further recipient of the same session; ids may begin with a slash.",
           line=_AT + "lmtp[7]: 4jY2TD5qvxzJJQK: to=<joe@example.org>, "
                "relay=mx1.example.org[/var/run/dovecot/lmtp], delay=0.2, delays=0.1/0.01/0.02/0.07, dsn=2.0.0, "
                "status=sent (250 2.0.0 <joe@example.org> /Ci4vNGQyZ2kAAAABc3d1:2 Saved)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "joe@example.org",
                   "relay_host": "mx1.example.org", "delay_seconds": 0.2, "delays": "0.1/0.01/0.02/0.07",
                   "enhanced_status": "2.0.0", "status": "sent",
                   "reply_text": "250 2.0.0 <joe@example.org> /Ci4vNGQyZ2kAAAABc3d1:2 Saved", "reply_code": 250,
                   "reason": "<joe@example.org> /Ci4vNGQyZ2kAAAABc3d1:2 Saved",
                   "session_id": "/Ci4vNGQyZ2kAAAABc3d1:2"}),
    Sample(why="A reply without a session id is none.",
           line=_AT + "lmtp[7]: 4jY2TD5qvxzJJQK: to=<joe@example.org>, relay=mx1.example.org[private/lmtp], "
                "delay=0.2, delays=0.1/0.01/0.02/0.07, dsn=2.0.0, status=sent (250 2.0.0 Saved)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "joe@example.org",
                   "relay_host": "mx1.example.org", "delay_seconds": 0.2, "delays": "0.1/0.01/0.02/0.07",
                   "enhanced_status": "2.0.0", "status": "sent",
                   "reply_text": "250 2.0.0 Saved", "reply_code": 250, "reason": "Saved"}),
    Sample(why="Over IPv6 loopback.",
           line=_AT + "lmtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=::1[::1]:24, delay=0.2, "
                "delays=0.1/0.01/0.02/0.07, dsn=2.0.0, status=sent (250 2.1.5 Ok)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "relay_host": "::1", "relay_ip": "::1", "relay_port": 24, "delay_seconds": 0.2,
                   "delays": "0.1/0.01/0.02/0.07",
                   "enhanced_status": "2.1.5", "status": "sent", "reply_text": "250 2.1.5 Ok", "reply_code": 250,
                   "reason": "Ok"}),
    Sample(why="Over quota: the store refused.",
           line=_AT + "lmtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, "
                "relay=mx1.example.org[private/dovecot-lmtp], delay=0.2, delays=0.1/0.01/0.02/0.07, dsn=5.2.2, "
                "status=bounced (host mx1.example.org[private/dovecot-lmtp] said: 552 5.2.2 <jane@example.org> "
                "Quota exceeded (mailbox for user is full) (in reply to end of DATA command))",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "relay_host": "mx1.example.org", "delay_seconds": 0.2, "delays": "0.1/0.01/0.02/0.07",
                   "enhanced_status": "5.2.2",
                   "status": "bounced",
                   "reply_text": "552 5.2.2 <jane@example.org> Quota exceeded (mailbox for user is full)",
                   "reply_code": 552, "reason": "<jane@example.org> Quota exceeded (mailbox for user is full)",
                   "stage": "data"}),
    Sample(
        why="The store's socket is gone; no address stands in the brackets.",
        line=_AT + "lmtp[7]: connect to mx1.example.org[private/dovecot-lmtp]: No such file or directory",
        expect={"verb": "attempt", "relay_host": "mx1.example.org", "reason": "No such file or directory"},
    ),
    Sample(
        why="The store went away in the middle.",
        line=_AT + "lmtp[7]: 4jY2TD5qvxzJJQK: lost connection with mx1.example.org[private/dovecot-lmtp] while "
        "sending end of data -- message may be sent more than once",
        expect={
            "verb": "attempt",
            "queue_id": "4jY2TD5qvxzJJQK",
            "action": "lost connection",
            "relay_host": "mx1.example.org",
            "reason": "lost connection with mx1.example.org[private/dovecot-lmtp] while sending end of data -- "
            "message may be sent more than once",
        },
    ),
    Sample(why="The store's socket is gone.",
           line=_AT + "lmtp[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=none, delay=0.2, "
                "delays=0.1/0.01/0.02/0, dsn=4.4.1, status=deferred (connect to "
                "mx1.example.org[private/dovecot-lmtp]: No such file or directory)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "delay_seconds": 0.2, "delays": "0.1/0.01/0.02/0",
                   "enhanced_status": "4.4.1", "status": "deferred",
                   "reason": "connect to mx1.example.org[private/dovecot-lmtp]: No such file or directory"}),
    # local
    Sample(why="Into a mailbox file.",
           line=_AT + "local[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=local, delay=0.1, "
                "delays=0.05/0.01/0/0.04, dsn=2.0.0, status=sent (delivered to mailbox)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "relay_host": "local", "delay_seconds": 0.1, "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "2.0.0", "status": "sent",
                   "reason": "delivered to mailbox"}),
    Sample(why="Into a maildir.",
           line=_AT + "local[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=local, delay=0.1, "
                "delays=0.05/0.01/0/0.04, dsn=2.0.0, status=sent (delivered to maildir)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "relay_host": "local", "delay_seconds": 0.1, "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "2.0.0", "status": "sent",
                   "reason": "delivered to maildir"}),
    Sample(why="Into nothing: sent, and gone.",
           line=_AT + "local[7]: 4jY2TD5qvxzJJQK: to=<noreply@example.org>, relay=local, delay=0.1, "
                "delays=0.05/0.01/0/0.04, dsn=2.0.0, status=sent (delivered to file: /dev/null)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "noreply@example.org",
                   "relay_host": "local", "delay_seconds": 0.1, "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "2.0.0", "status": "sent",
                   "reason": "delivered to file: /dev/null"}),
    Sample(why="To a command.",
           line=_AT + "local[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, orig_to=<jane>, relay=local, "
                "delay=0.1, delays=0.05/0.01/0/0.04, dsn=2.0.0, status=sent (delivered to command: "
                '/usr/bin/procmail -a "$EXTENSION")',
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "orig_recipient": "jane", "relay_host": "local", "delay_seconds": 0.1,
                   "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "2.0.0",
                   "status": "sent", "reason": 'delivered to command: /usr/bin/procmail -a "$EXTENSION"'}),
    Sample(why="Forwarded: the message goes on under a new id.",
           line=_AT + "local[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, orig_to=<info@example.org>, "
                "relay=local, delay=0.1, delays=0.05/0.01/0/0.04, dsn=2.0.0, status=sent (forwarded as "
                "4jY2TF0Kz1zJJQN)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "orig_recipient": "info@example.org", "relay_host": "local", "delay_seconds": 0.1,
                   "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "2.0.0", "status": "sent", "reason": "forwarded as 4jY2TF0Kz1zJJQN",
                   "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="postmaster without an alias: destroyed.",
           line=_AT + "local[7]: 4jY2TD5qvxzJJQK: to=<postmaster@example.org>, relay=local, delay=0.1, "
                "delays=0.05/0.01/0/0.04, dsn=2.0.0, status=sent (discarded)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "postmaster@example.org",
                   "relay_host": "local", "delay_seconds": 0.1, "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "2.0.0", "status": "sent",
                   "reason": "discarded"}),
    Sample(why="No such user.",
           line=_AT + "local[7]: 4jY2TD5qvxzJJQK: to=<nobody@example.org>, relay=local, delay=0.1, "
                'delays=0.05/0.01/0/0.04, dsn=5.1.1, status=bounced (unknown user: "nobody")',
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "nobody@example.org",
                   "relay_host": "local", "delay_seconds": 0.1, "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "5.1.1", "status": "bounced",
                   "reason": 'unknown user: "nobody"'}),
    Sample(why="A move between transports (3.6 and later).",
           line=_AT + "local[7]: 4jY2TD5qvxzJJQK: passing <jane@example.org> to transport=virtual",
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "reason": "passing <jane@example.org> to transport=virtual"}),
    Sample(why="A warning about one message.",
           line=_AT + "local[7]: warning: 4jY2TD5qvxzJJQK: required alias not found: postmaster",
           expect={"verb": "note", "action": "warning", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "required alias not found: postmaster"}),
    # virtual
    Sample(why="A virtual mailbox.",
           line=_AT + "virtual[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=virtual, delay=0.1, "
                "delays=0.05/0.01/0/0.04, dsn=2.0.0, status=sent (delivered to maildir)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "relay_host": "virtual", "delay_seconds": 0.1, "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "2.0.0", "status": "sent",
                   "reason": "delivered to maildir"}),
    # pipe
    Sample(why="To a program, named by its service.",
           line=_AT + "pipe[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=dovecot, delay=0.1, "
                "delays=0.05/0.01/0/0.04, dsn=2.0.0, status=sent (delivered via dovecot service)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "relay_host": "dovecot", "delay_seconds": 0.1, "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "2.0.0", "status": "sent",
                   "reason": "delivered via dovecot service"}),
    # error
    Sample(why="The error transport.",
           line=_AT + "error[7]: 4jY2TD5qvxzJJQK: to=<old@example.org>, relay=none, delay=0.1, "
                "delays=0.05/0.01/0/0.04, dsn=5.1.1, status=bounced (User has moved to <new@example.org>)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "old@example.org",
                   "delay_seconds": 0.1, "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "5.1.1", "status": "bounced",
                   "reason": "User has moved to <new@example.org>"}),
    # retry
    Sample(why="The retry transport.",
           line=_AT + "retry[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=none, delay=3601, "
                "delays=3600/0.01/0/0.04, dsn=4.3.0, status=deferred (mail transport unavailable)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "delay_seconds": 3601.0, "delays": "3600/0.01/0/0.04",
                   "enhanced_status": "4.3.0", "status": "deferred",
                   "reason": "mail transport unavailable"}),
    # discard
    Sample(why="The discard transport: sent means destroyed.",
           line=_AT + "discard[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=none, delay=0.1, "
                "delays=0.05/0.01/0/0.04, dsn=2.0.0, status=sent (silently dropped)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "delay_seconds": 0.1, "delays": "0.05/0.01/0/0.04",
                   "enhanced_status": "2.0.0", "status": "sent", "reason": "silently dropped"}),
    # bounce
    Sample(why="A bounce was made under an id of its own.",
           line=_AT + "bounce[7]: 4jY2TD5qvxzJJQK: sender non-delivery notification: 4jY2TF0Kz1zJJQN",
           expect={"verb": "notify", "queue_id": "4jY2TD5qvxzJJQK", "action": "sender non-delivery",
                   "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="A success report.",
           line=_AT + "bounce[7]: 4jY2TD5qvxzJJQK: sender delivery status notification: 4jY2TF0Kz1zJJQN",
           expect={"verb": "notify", "queue_id": "4jY2TD5qvxzJJQK", "action": "sender delivery status",
                   "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="A delay warning.",
           line=_AT + "bounce[7]: 4F7B21234: sender delay notification: 4jY2TF0Kz1zJJQN",
           expect={"verb": "notify", "queue_id": "4F7B21234", "action": "sender delay",
                   "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="The postmaster's copy.",
           line=_AT + "bounce[7]: 4jY2TD5qvxzJJQK: postmaster non-delivery notification: 4jY2TF0Kz1zJJQN",
           expect={"verb": "notify", "queue_id": "4jY2TD5qvxzJJQK", "action": "postmaster non-delivery",
                   "next_queue_id": "4jY2TF0Kz1zJJQN"}),
    Sample(why="No report for a report.",
           line=_AT + "bounce[7]: 4jY2TD5qvxzJJQK: not sending trace/success notification for double-bounce message",
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "not sending trace/success notification for double-bounce message"}),
    Sample(why="A report could not be made, and the reason stands in lines before (3.11).",
           line=_AT + "bounce[7]: 4jY2TD5qvxzJJQK: sender notification failed to <news@sender.example>",
           expect={"verb": "note", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "sender notification failed to <news@sender.example>"}),
    Sample(why="A report could not be made (3.11).",
           line=_AT + "bounce[7]: warning: 4jY2TD5qvxzJJQK: sender notification failed to "
                "<news@sender.example>: queue file write error",
           expect={"verb": "note", "action": "warning", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "sender notification failed to <news@sender.example>: queue file write error"}),
    Sample(why="A recipient bounced by the bounce daemon.",
           line=_AT + "bounce[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=none, delay=0.1, "
                "delays=0.1/0/0/0, dsn=5.4.6, status=bounced (mail for example.org loops back to myself)",
           expect={"verb": "deliver", "queue_id": "4jY2TD5qvxzJJQK", "recipient": "jane@example.org",
                   "delay_seconds": 0.1, "delays": "0.1/0/0/0",
                   "enhanced_status": "5.4.6", "status": "bounced",
                   "reason": "mail for example.org loops back to myself"}),
    Sample(why="A warning about the daemon.",
           line=_AT + "bounce[7]: fatal: open /etc/postfix/bounce.cf: No such file or directory",
           expect="noise"),
    # postsuper
    Sample(why="Deleted by an administrator.",
           line=_AT + "postsuper[7]: 4jY2TD5qvxzJJQK: removed",
           expect={"verb": "remove", "queue_id": "4jY2TD5qvxzJJQK", "action": "removed"}),
    Sample(why="Requeued: a new id follows.",
           line=_AT + "postsuper[7]: 4jY2TD5qvxzJJQK: requeued",
           expect={"verb": "requeue", "queue_id": "4jY2TD5qvxzJJQK", "action": "requeued"}),
    Sample(why="Held by hand.",
           line=_AT + "postsuper[7]: 4F7B21234: placed on hold",
           expect={"verb": "hold", "queue_id": "4F7B21234", "action": "placed on hold"}),
    Sample(why="Let go.",
           line=_AT + "postsuper[7]: 4F7B21234: released from hold",
           expect={"verb": "release", "queue_id": "4F7B21234", "action": "released from hold"}),
    Sample(why="Expired by hand (3.5 and later).",
           line=_AT + "postsuper[7]: 4F7B21234: expired",
           expect={"verb": "expire", "queue_id": "4F7B21234", "action": "expired"}),
    Sample(why="Totals.",
           line=_AT + "postsuper[7]: Deleted: 3 messages",
           expect="noise"),
    Sample(why="Totals of postsuper -e (3.5 and later).",
           line=_AT + "postsuper[7]: Force-expired: 1 message",
           expect="noise"),
    Sample(why="One file renamed after a restore; both names are paths.",
           line=_AT + "postsuper[7]: renamed file deferred/4/4F7B21234 as deferred/A/A1B2C1234",
           expect="noise"),
    Sample(why="An empty folder of the queue went.",
           line=_AT + "postsuper[7]: remove subdirectory deferred/4",
           expect="noise"),
    Sample(why="Files renamed after a restore.",
           line=_AT + "postsuper[7]: Renamed to match inode number: 2 messages",
           expect="noise"),
    Sample(why="Its own trouble.",
           line=_AT + "postsuper[7]: warning: QUEUE FILE NAMES WERE CHANGED TO MATCH INODE NUMBERS",
           expect="noise"),
    # postscreen
    Sample(why="A connection, with the address it came to.",
           line=_AT + "postscreen[7]: CONNECT from [192.0.2.10]:40001 to [203.0.113.25]:25",
           expect={"verb": "connect", "client_ip": "192.0.2.10", "client_port": 40001, "server_ip": "203.0.113.25",
                   "server_port": 25}),
    Sample(why="The same over IPv6.",
           line=_AT + "postscreen[7]: CONNECT from [2001:db8::10]:40001 to [2001:db8:25::1]:25",
           expect={"verb": "connect", "client_ip": "2001:db8::10", "client_port": 40001, "server_ip": "2001:db8:25::1",
                   "server_port": 25}),
    Sample(why="2.8 does not say where it came to.",
           line=_AT + "postscreen[7]: CONNECT from [192.0.2.10]:40001",
           expect={"verb": "connect", "client_ip": "192.0.2.10", "client_port": 40001}),
    Sample(why="The end of a session.",
           line=_AT + "postscreen[7]: DISCONNECT [192.0.2.10]:40001",
           expect={"verb": "disconnect", "client_ip": "192.0.2.10", "client_port": 40001}),
    Sample(why="Passed for the first time: smtpd goes on.",
           line=_AT + "postscreen[7]: PASS NEW [192.0.2.10]:40001",
           expect={"verb": "screen", "action": "pass new", "client_ip": "192.0.2.10", "client_port": 40001}),
    Sample(why="Passed again.",
           line=_AT + "postscreen[7]: PASS OLD [192.0.2.10]:40001",
           expect={"verb": "screen", "action": "pass old", "client_ip": "192.0.2.10", "client_port": 40001}),
    Sample(why="On a list that lets in.",
           line=_AT + "postscreen[7]: ALLOWLISTED [192.0.2.10]:40001",
           expect={"verb": "screen", "action": "allowlisted", "client_ip": "192.0.2.10", "client_port": 40001}),
    Sample(why="The word before 3.6.",
           line=_AT + "postscreen[7]: WHITELISTED [192.0.2.10]:40001",
           expect={"verb": "screen", "action": "whitelisted", "client_ip": "192.0.2.10", "client_port": 40001}),
    Sample(why="On a list that keeps out.",
           line=_AT + "postscreen[7]: DENYLISTED [192.0.2.66]:40001",
           expect={"verb": "screen", "action": "denylisted", "client_ip": "192.0.2.66", "client_port": 40001}),
    Sample(why="Allowed by a list, but at a backup address.",
           line=_AT + "postscreen[7]: ALLOWLIST VETO [192.0.2.66]:40001",
           expect={"verb": "screen", "action": "allowlist veto", "client_ip": "192.0.2.66", "client_port": 40001}),
    Sample(why="The score of the block lists.",
           line=_AT + "postscreen[7]: DNSBL rank 6 for [192.0.2.66]:40001",
           expect={"verb": "screen", "action": "dnsbl rank", "score": 6.0, "client_ip": "192.0.2.66",
                   "client_port": 40001}),
    Sample(why="Talked before the greeting; its text is the client's.",
           line=_AT + "postscreen[7]: PREGREET 27 after 0.09 from [192.0.2.66]:40001: EHLO PASS OLD "
                "[203.0.113.5]:1\\r\\n",
           expect={"verb": "screen", "action": "pregreet", "client_ip": "192.0.2.66", "client_port": 40001,
                   "reason": "EHLO PASS OLD [203.0.113.5]:1\\r\\n"}),
    Sample(why="Left early.",
           line=_AT + "postscreen[7]: HANGUP after 0.2 from [192.0.2.66]:40001 in tests before SMTP handshake",
           expect={"verb": "screen", "action": "hangup", "client_ip": "192.0.2.66", "client_port": 40001,
                   "reason": "in tests before SMTP handshake"}),
    Sample(why="Ended a line with LF only.",
           line=_AT + "postscreen[7]: BARE NEWLINE from [192.0.2.66]:40001 after HELO",
           expect={"verb": "screen", "action": "bare newline", "client_ip": "192.0.2.66", "client_port": 40001,
                   "reason": "after HELO"}),
    Sample(why="Took too long.",
           line=_AT + "postscreen[7]: COMMAND TIME LIMIT from [192.0.2.66]:40001 after CONNECT",
           expect={"verb": "screen", "action": "command time limit", "client_ip": "192.0.2.66", "client_port": 40001,
                   "reason": "after CONNECT"}),
    Sample(why="Too many commands (2.9 has no after).",
           line=_AT + "postscreen[7]: COMMAND COUNT LIMIT from [192.0.2.66]:40001",
           expect={"verb": "screen", "action": "command count limit", "client_ip": "192.0.2.66",
                   "client_port": 40001}),
    Sample(why="Too long a command.",
           line=_AT + "postscreen[7]: COMMAND LENGTH LIMIT from [192.0.2.66]:40001 after EHLO",
           expect={"verb": "screen", "action": "command length limit", "client_ip": "192.0.2.66", "client_port": 40001,
                   "reason": "after EHLO"}),
    Sample(why="Did not wait for replies.",
           line=_AT + "postscreen[7]: COMMAND PIPELINING from [192.0.2.66]:40001 after EHLO: MAIL "
                "FROM:<a@sender.example>",
           expect={"verb": "screen", "action": "command pipelining", "client_ip": "192.0.2.66", "client_port": 40001,
                   "reason": "after EHLO: MAIL FROM:<a@sender.example>"}),
    Sample(why="A web client (2.10 and later).",
           line=_AT + "postscreen[7]: NON-SMTP COMMAND from [192.0.2.66]:40001 after CONNECT: GET / HTTP/1.1",
           expect={"verb": "screen", "action": "non-smtp command", "client_ip": "192.0.2.66", "client_port": 40001,
                   "reason": "after CONNECT: GET / HTTP/1.1"}),
    Sample(why="A web client (2.9).",
           line=_AT + "postscreen[7]: NON-SMTP COMMAND from [192.0.2.66]:40001 Host: mx1.example.org",
           expect={"verb": "screen", "action": "non-smtp command", "client_ip": "192.0.2.66", "client_port": 40001,
                   "reason": "Host: mx1.example.org"}),
    Sample(why="DATA with no recipient.",
           line=_AT + "postscreen[7]: DATA without valid RCPT from [192.0.2.66]:40001",
           expect={"verb": "screen", "action": "data without valid rcpt", "client_ip": "192.0.2.66",
                   "client_port": 40001}),
    Sample(why="The fate line: commas stand between the fields.",
           line=_AT + "postscreen[7]: NOQUEUE: reject: RCPT from [192.0.2.66]:40001: 550 5.7.1 Service "
                "unavailable; client [192.0.2.66] blocked using dnsbl.example; from=<a@sender.example>, "
                "to=<jane@example.org>, proto=ESMTP, helo=<sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", "client_ip": "192.0.2.66",
                   "client_port": 40001, "reverse_path": "a@sender.example", "recipient": "jane@example.org",
                   "helo": "sender.example",
                   "reply_text": "550 5.7.1 Service unavailable; client [192.0.2.66] blocked using dnsbl.example",
                   "reply_code": 550, "enhanced_status": "5.7.1",
                   "reason": "Service unavailable; client [192.0.2.66] blocked using dnsbl.example"}),
    Sample(why="Come again: passed the deep tests, deferred and not refused.",
           line=_AT + "postscreen[7]: NOQUEUE: reject: RCPT from [192.0.2.10]:40001: 450 4.3.2 Service "
                "currently unavailable; from=<news@sender.example>, to=<jane@example.org>, proto=ESMTP, "
                "helo=<mail.sender.example>",
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", "client_ip": "192.0.2.10",
                   "client_port": 40001, **_ENVELOPE, "reply_text": "450 4.3.2 Service currently unavailable",
                   "reply_code": 450, "enhanced_status": "4.3.2", "reason": "Service currently unavailable"}),
    Sample(why="A protocol error.",
           line=_AT + "postscreen[7]: NOQUEUE: reject: RCPT from [192.0.2.66]:40001: 550 5.5.1 Protocol "
                "error; from=<>, to=<jane@example.org>, proto=SMTP, helo=<x>",
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", "client_ip": "192.0.2.66",
                   "client_port": 40001, "reverse_path": "", "recipient": "jane@example.org", "helo": "x",
                   "reply_text": "550 5.5.1 Protocol error", "reply_code": 550, "enhanced_status": "5.5.1",
                   "reason": "Protocol error"}),
    Sample(why="A HELO name that imitates a login.",
           line=_AT + "postscreen[7]: NOQUEUE: reject: RCPT from [192.0.2.66]:40001: 550 5.5.1 Protocol "
                "error; from=<a@sender.example>, to=<jane@example.org>, proto=SMTP, helo=<x> sasl_method=PLAIN "
                "sasl_username=boss>",
           expect={"verb": "reject", "action": "reject", "stage": "rcpt", "client_ip": "192.0.2.66",
                   "client_port": 40001, "reverse_path": "a@sender.example", "recipient": "jane@example.org",
                   "helo": "x", "reply_text": "550 5.5.1 Protocol error", "reply_code": 550,
                   "enhanced_status": "5.5.1", "reason": "Protocol error"}),
    Sample(why="Too many at once.",
           line=_AT + "postscreen[7]: NOQUEUE: reject: CONNECT from [192.0.2.66]:40001: too many connections",
           expect={"verb": "reject", "action": "reject", "stage": "connect", "client_ip": "192.0.2.66",
                   "client_port": 40001, "reply_text": "too many connections", "reason": "too many connections"}),
    Sample(why="No process is free.",
           line=_AT + "postscreen[7]: NOQUEUE: reject: CONNECT from [192.0.2.66]:40001: all server ports busy",
           expect={"verb": "reject", "action": "reject", "stage": "connect", "client_ip": "192.0.2.66",
                   "client_port": 40001, "reply_text": "all server ports busy", "reason": "all server ports busy"}),
    Sample(why="No screen is free: another form, no envelope.",
           line=_AT + "postscreen[7]: reject: connect from [192.0.2.66]:40001: all screening ports busy",
           expect={"verb": "reject", "action": "reject", "stage": "connect", "client_ip": "192.0.2.66",
                   "client_port": 40001, "reason": "all screening ports busy"}),
    Sample(why="Before 3.6 the list that keeps out had another name.",
           line=_AT + "postscreen[7]: BLACKLISTED [192.0.2.66]:40001",
           expect={"verb": "screen", "action": "blacklisted", "client_ip": "192.0.2.66", "client_port": 40001}),
    Sample(why="And so had the veto.",
           line=_AT + "postscreen[7]: WHITELIST VETO [192.0.2.66]:40001",
           expect={"verb": "screen", "action": "whitelist veto", "client_ip": "192.0.2.66", "client_port": 40001}),
    Sample(why="Left after the greeting.",
           line=_AT + "postscreen[7]: HANGUP after 1.2 from [2001:db8::66]:40001 in tests after SMTP handshake",
           expect={"verb": "screen", "action": "hangup", "client_ip": "2001:db8::66", "client_port": 40001,
                   "reason": "in tests after SMTP handshake"}),
    Sample(why="A web client, with a colon before its text.",
           line=_AT + "postscreen[7]: NON-SMTP COMMAND from [192.0.2.66]:40001: GET / HTTP/1.1",
           expect={"verb": "screen", "action": "non-smtp command", "client_ip": "192.0.2.66", "client_port": 40001,
                   "reason": "GET / HTTP/1.1"}),
    Sample(why="BDAT with no recipient (3.4 and later).",
           line=_AT + "postscreen[7]: BDAT without valid RCPT from [192.0.2.66]:40001",
           expect={"verb": "screen", "action": "bdat without valid rcpt", "client_ip": "192.0.2.66",
                   "client_port": 40001}),
    Sample(why="Another syslog_name, as one container distribution sets it.",
           line="Nov 23 10:32:15 mx1 haproxy/postscreen[7]: PASS OLD [192.0.2.10]:40001",
           expect={"verb": "screen", "action": "pass old", "client_ip": "192.0.2.10", "client_port": 40001}),
    Sample(why="Many at once.",
           line=_AT + "postscreen[7]: entering STRESS mode with 90 connections",
           expect="noise"),
    Sample(why="A table was edited; postscreen goes on.",
           line=_AT + "postscreen[7]: table cidr:/etc/postfix/access has changed - finishing in the background",
           expect="noise"),
    Sample(why="Its own trouble.",
           line=_AT + "postscreen[7]: warning: dnsblog reply timeout 10s for dnsbl.example",
           expect="noise"),
    # dnsblog
    Sample(why="What one list said.",
           line=_AT + "dnsblog[7]: addr 192.0.2.66 listed by domain dnsbl.example as 127.0.0.4",
           expect="noise"),
    Sample(why="Its own trouble.",
           line=_AT + "dnsblog[7]: warning: dnsblog_query: lookup error for DNS query "
                "66.2.0.192.dnsbl.example: Host or domain name not found. Name service error for "
                "name=66.2.0.192.dnsbl.example type=A: Host not found, try again",
           expect="noise"),
    # tlsproxy
    Sample(why="A session.",
           line=_AT + "tlsproxy[7]: CONNECT from [192.0.2.10]:40001",
           expect="noise"),
    Sample(why="Its end.",
           line=_AT + "tlsproxy[7]: DISCONNECT [192.0.2.10]:40001",
           expect="noise"),
    Sample(why="A handshake failed (3.4 and later).",
           line=_AT + "tlsproxy[7]: TLS handshake failed for service=smtpd peer=[192.0.2.66]:40001",
           expect="noise"),
    Sample(why="TLS set up.",
           line=_AT + "tlsproxy[7]: Anonymous TLS connection established from [192.0.2.10]:40001: TLSv1.3 "
                "with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
           expect="noise"),
    Sample(why="Its own trouble.",
           line=_AT + "tlsproxy[7]: warning: TLS library problem: error:0A000126:SSL routines::unexpected "
                "eof while reading",
           expect="noise"),
    # anvil
    Sample(why="Statistics.",
           line=_AT + "anvil[7]: statistics: max connection rate 3/60s for (smtp:192.0.2.10) at Nov 23 10:30:00",
           expect="noise"),
    Sample(why="Its own trouble.",
           line=_AT + "anvil[7]: fatal: event_loop: select: Bad file descriptor",
           expect="noise"),
    # master
    Sample(why="Started.",
           line=_AT + "master[7]: daemon started -- version 3.7.11, configuration /etc/postfix",
           expect="noise"),
    Sample(why="Stopped.",
           line=_AT + "master[7]: terminating on signal 15",
           expect="noise"),
    Sample(why="A child died.",
           line=_AT + "master[7]: warning: process /usr/lib/postfix/sbin/smtpd pid 77 exit status 1",
           expect="noise"),
    Sample(
        why="Configuration read anew.",
        line=_AT + "master[7]: reload -- version 3.10.13, configuration /etc/postfix",
        expect="noise",
    ),
    # verify
    Sample(
        why="Its cache was swept.",
        line=_AT + "verify[7]: cache lmdb:/var/lib/postfix/verify_cache full cleanup: retained=12 dropped=3 entries",
        expect="noise",
    ),
    # scache
    Sample(
        why="How often connections were used again.",
        line=_AT + "scache[7]: statistics: domain lookup hits=3 miss=1 success=75%",
        expect="noise",
    ),
    # nbdb_reindexd
    Sample(why="A table was indexed anew, away from Berkeley DB (3.11).",
           line=_AT + "nbdb_reindexd[7]: successfully executed 'postmap lmdb:/etc/postfix/access' as uid 0",
           expect="noise"),
    # tlsmgr
    Sample(
        why="Its source of randomness went away.",
        line=_AT + "tlsmgr[7]: lost connection to EGD server /var/run/egd-pool -- exiting to reconnect",
        expect="noise",
    ),
    # proxymap
    Sample(
        why="A database did not answer.",
        line=_AT + "proxymap[7]: warning: connect to mysql server 192.0.2.53: Can't connect to MySQL server",
        expect="noise",
    ),
    # postdrop
    Sample(
        why="A tool cannot reach the mail system.",
        line=_AT + "postdrop[7]: warning: unable to look up public/pickup: No such file or directory",
        expect="noise",
    ),
    # postqueue
    Sample(
        why="The mail system is down.",
        line=_AT + "postqueue[7]: fatal: Queue report unavailable - mail system is down",
        expect="noise",
    ),
    # postlogd, flush, showq, spawn
    Sample(
        why="A daemon that has been idle for too long.",
        line=_AT + "showq[7]: fatal: watchdog timeout",
        expect="noise",
    ),
    # postfix-script
    Sample(why="Started by hand.",
           line=_AT + "postfix-script[7]: starting the Postfix mail system",
           expect="noise"),
    # trivial-rewrite
    Sample(why="A daemon without lines about messages.",
           line=_AT + "trivial-rewrite[7]: warning: do not list domain example.org in BOTH mydestination and "
                "virtual_alias_domains",
           expect="noise"),
    Sample(why="A daemon may still warn about one.",
           line=_AT + "trivial-rewrite[7]: warning: 4jY2TD5qvxzJJQK: bounce service failure",
           expect={"verb": "note", "action": "warning", "queue_id": "4jY2TD5qvxzJJQK",
                   "reason": "bounce service failure"}),
    Sample(why="What such a daemon never says is read by nobody.",
           line=_AT + "trivial-rewrite[7]: 4jY2TD5qvxzJJQK: to=<jane@example.org>, relay=local, delay=0, "
                "dsn=2.0.0, status=sent (x)",
           expect="reject"),
    Sample(why="A default that was assumed.",
           line=_AT + "trivial-rewrite[7]: using backwards-compatible default setting "
                'append_dot_mydomain=yes to rewrite "mail" to "mail.example.org"',
           expect="noise"),
)
# fmt: on


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
    samples=_SAMPLES,
    rare=_rare,
)
