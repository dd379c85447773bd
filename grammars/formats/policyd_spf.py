"""SPF policy services: policyd-spf and pyspf-milter (Python, spf-engine), and the older postfix-policyd-spf-perl.

Sources of truth: spf-engine 2.9 to 3.1, every `syslog.syslog()` of `spf_engine/__init__.py` (`_spfcheck`, `_spfbypass`,
`_rejectmessage`), `policyd_spf.py`, `milter_spf.py`, `policydspfsupp.py`; pyspf, `EXPLANATIONS`; authres for the
header of Header_Type AR.  postfix-policyd-spf-perl 2.011, every `syslog()`; Mail::SPF::Result, `received_spf_header`.

A domain may explain its fails in its own words (RFC 7208 section 6.2): what stands after a result may be the sender's.
"""

import re
from collections.abc import Sequence
from functools import cache

import pyparsing as pp

from grammars.core.format import Fields, Format, Origin, Sample, Shape, Unit
from grammars.core.lexemes import combine, one_of, queue_id, rest, split_reply, word
from grammars.core.lower import lower
from grammars.core.words import Verb

# ---------------------------------------------------------------- who speaks

_MILTER_PROGRAM = "pyspf-milter"
_PYTHON = ("policyd-spf", _MILTER_PROGRAM)
_PERL = "policy-spf"
_ORIGINS = {
    **{name: Origin(name) for name in _PYTHON},
    _PERL: Origin(_PERL),
    f"postfix/{_PERL}": Origin(_PERL, "postfix"),
}

# ---------------------------------------------------------------- words

_BY_DEFAULT = "neutral-by-default"  # Mail::SPF: the record ends without saying anything of the client

# The results of RFC 7208 section 2.6, as both programs print them, in the words of RFC 8601.
_RESULTS = ("Pass", "Fail", "Softfail", "Neutral", "None", "Temperror", "Permerror")
_RESULT = one_of((*_RESULTS, *(name.lower() for name in _RESULTS), _BY_DEFAULT))

# pyspf's own words for results that are refused or put off; a fail may have the domain's words instead.
_EXPLAINED = {
    "SPF fail - not authorized": "fail",
    "domain owner discourages use of this host": "softfail",
    "access neither permitted nor denied": "neutral",
    "Receiver policy for SPF Fail": "fail",
    "Receiver policy for SPF Softfail": "softfail",
    "Receiver policy for SPF Neutral": "neutral",
    "SPF Permanent Error": "permerror",
    "permanent error in processing": "permerror",
    "SPF Temporary Error": "temperror",
    "temporary DNS error in processing": "temperror",
}

# Why SPF was not asked at all.
_SKIPPED = (
    "SPF check N/A for local connections",
    "SPF skipped for whitelisted relay",
    "SPF skipped for whitelisted relay domain",
    "SPF skipped for PTR whitelisted relay domain",
    "SPF skipped for whitelisted HELO domain",
)

# ---------------------------------------------------------------- what the grammar alone cannot say


def _verdict(fields: Fields) -> None:
    """The result stands first; behind it who it is about: `client-ip=…; helo=…; envelope-from=…; receiver=…`.

    A domain's explanation, a HELO name or an address may imitate these: what may begin at two places is not stated.
    """
    result = fields.pop("status", "").lower()
    if result:
        fields["auth"] = {"spf": result}
    tail = fields.pop("reply_text", "")
    if tail.count("client-ip=") == 1:
        _state_identity(fields, tail.partition("client-ip=")[2].removesuffix(")"))


def _state_identity(fields: Fields, text: str) -> None:
    address, _, text = text.partition("; helo=")
    if not _is_address(address):
        return
    fields["client_ip"] = address
    if text.count("; envelope-from=") != 1:
        return
    name, _, text = text.partition("; envelope-from=")
    if name:
        fields[_name_field(fields)] = name
    if text.count("; receiver=") != 1:
        return
    sender, _, receiver = text.partition("; receiver=")
    fields["reverse_path"] = "" if sender == "<>" else sender
    if "@" in receiver:
        fields["recipient"] = receiver.strip()


def _name_field(fields: Fields) -> str:
    """What `helo=` holds: the milter writes the name that the MTA found for the client there (`spfMilter.connect`)."""
    return "client_name" if fields.get("program") == _MILTER_PROGRAM else "helo"


def _is_address(text: str) -> bool:
    return bool(text) and all(char in "0123456789abcdefABCDEF.:" for char in text)


def _refusal(fields: Fields) -> None:
    """`550 5.7.23 Message rejected due to: …. Please see http://…?s=mfrom;id=…;ip=…;r=…`, and the words for a retry."""
    code, status, text = split_reply(fields["reply_text"])
    stated = {"reply_code": code, "enhanced_status": status, "reason": text}
    fields |= {name: value for name, value in stated.items() if value}
    if "action" in fields or (status or "").startswith("4"):
        fields["verb"] = Verb.DEFER
    if text.startswith(_FRONT):
        explained = text.partition(": ")[2]
        result = next((found for words, found in _EXPLAINED.items() if explained.startswith(words)), None)
        if result is not None:
            fields["auth"] = {"spf": result}
        _state_link(fields, text)


_FRONT = ("Message rejected due to: ", "Message deferred due to: ")


def _state_link(fields: Fields, text: str) -> None:
    """The link at the end (to openspf.net) names scope, identity and client; the identity is the client's own text."""
    if text.count("Please see http") != 1 or text.count(";ip=") != 1 or text.count(";id=") != 1:
        return
    found = _link().search(text)
    if found is None or not _is_address(found["client_ip"]):
        return
    fields["client_ip"] = found["client_ip"]
    if found["scope"] == "mfrom":
        fields["reverse_path"] = found["identity"]
    else:
        fields[_name_field(fields)] = found["identity"]
    if "@" in found["recipient"]:
        fields["recipient"] = found["recipient"]


@cache
def _link() -> "re.Pattern[str]":
    scope = one_of(("mfrom", "helo"))("scope")
    identity = ";id=" + pp.CharsNotIn("; ")("identity")
    client = ";ip=" + pp.CharsNotIn("; ")("client_ip")
    return re.compile(lower("?s=" + scope + identity + client + ";r=" + pp.CharsNotIn("; ")("recipient")) + r"\s*\Z")


def _prepended(fields: Fields) -> None:
    """Mail::SPF's header: the explanation quotes the identity, and the client's address ends the line."""
    fields["auth"] = {"spf": fields.pop("status").lower()}
    text = fields.pop("reply_text")
    found = _pairs().search(text) if text.count(") receiver=") == 1 else None
    if found is None:
        return
    client = found["client_ip"].strip('"')
    if not _is_address(client):
        return
    fields["client_ip"] = client
    if found["helo"]:
        fields["helo"] = _unquoted(found["helo"])
    if found["scope"] == "helo":
        fields.setdefault("helo", _unquoted(found["identity"]))
        fields["reverse_path"] = ""  # HELO decides alone only for the null sender
    else:
        fields["reverse_path"] = _unquoted(found["identity"])


def _unquoted(value: str) -> str:
    """Without the quotes of a value, and the backslashes in it (RFC 7208 section 9.1)."""
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' else value


@cache
def _pairs() -> "re.Pattern[str]":
    escaped = pp.Literal("\\") + pp.CharsNotIn("", exact=1)
    quoted = pp.Literal('"') + pp.ZeroOrMore(pp.CharsNotIn('"\\') | escaped) + '"'
    value = combine(quoted | pp.CharsNotIn(' ;"'))
    scope = "identity=" + one_of(("mailfrom", "helo"))("scope") + "; "
    identity = one_of(("envelope-from=", "helo=")) + value("identity")
    helo = pp.Opt("; helo=" + value("helo"))
    return re.compile(
        lower(") receiver=" + value + "; " + scope + identity + helo + "; client-ip=" + value("client_ip")) + r"\s*\Z"
    )


def _verbose(fields: Fields) -> None:
    """`SPF pass (…): Envelope-from: …, IP Address: …, Recipient: …`, where each of these stands once."""
    result = fields.pop("status")
    fields["auth"] = {"spf": "neutral" if result == _BY_DEFAULT else result}
    text = fields.pop("reply_text")
    if any(text.count(mark) != 1 for mark in ("): Envelope-from: ", ", IP Address: ", ", Recipient: ")):
        return
    sender, _, text = text.partition("): Envelope-from: ")[2].partition(", IP Address: ")
    client, _, recipient = text.partition(", Recipient: ")
    if _is_address(client):
        fields["client_ip"] = client
        fields["reverse_path"] = sender
        if "@" in recipient:
            fields["recipient"] = recipient.strip()


# ---------------------------------------------------------------- line forms of the Python programs

# Releases print the queue id that Postfix tells, and a bare colon where it tells none yet.
_ID = pp.Opt((queue_id("queue_id") + ": ") | pp.Literal(": "))


def _header_shape() -> Shape:
    """The header that goes on the message, or would: SPF did not refuse it."""
    spf = "Received-SPF: " + _RESULT("status") + " ("
    return Shape(
        name="header",
        verb=Verb.PASS,
        build=_verdict,
        grammar=_ID
        + one_of(("prepend", "Header field not prepended"))("action")
        + pp.Opt(":")
        + " "
        + spf
        + rest("reply_text"),
    )


def _results_header_shape() -> Shape:
    """The same as an Authentication-Results header (Header_Type AR, and always of the milter)."""
    return Shape(
        name="results_header",
        verb=Verb.PASS,
        build=_verdict,
        grammar=_ID
        + one_of(("prepend", "Header field not prepended"))("action")
        + pp.Opt(":")
        + " Authentication-Results: "
        + pp.CharsNotIn("; ")
        + "; spf="
        + _RESULT("status")
        + pp.Opt(" ")
        + pp.Opt(rest("reply_text")),
    )


def _skipped_shape() -> Shape:
    """SPF was not asked: the client is our own, or on a list."""
    why = one_of(_SKIPPED)
    comment = one_of(("X-Comment: ", "Authentication-Results: "))
    server = pp.Opt(pp.CharsNotIn("; ") + "; none (")
    return Shape(
        name="skipped",
        verb=Verb.PASS,
        build=_verdict,
        grammar=_ID
        + one_of(("prepend", "Header field not prepended"))("action")
        + pp.Opt(":")
        + " "
        + comment
        + server
        + why("reason")
        + " - "
        + rest("reply_text"),
    )


def _verdict_shape() -> Shape:
    """One look at one identity; releases before 2.0 print it always, later ones from debugLevel 2 on."""
    return Shape(
        name="verdict",
        verb=Verb.SCAN,
        build=_verdict,
        grammar=_RESULT("status") + "; identity=" + one_of(("helo", "mailfrom"))("action") + "; " + rest("reply_text"),
    )


def _refusal_shape() -> Shape:
    """The answer to Postfix; `Reason_Message` may have other words."""
    later = pp.Literal("defer_if_permit")("action") + " "
    codes = pp.FollowedBy(one_of(("550 ", "5.7.23 ", "5.7.24 ", "4.7.24 ")))
    return Shape(
        name="refusal",
        verb=Verb.REJECT,
        build=_refusal,
        grammar=_ID + (later | codes) + rest("reply_text"),
    )


def _python_service_shape() -> Shape:
    """Settings, debugging, and answers that name no message."""
    starts = (
        "Action: ", "Authserv_Id ", "Cached data for this instance: ", "Config: ", 'Configuration item "',
        "Configuration File parsing error: ", "Could not make HostDataset ", "Domain Whitelist enabled.", "ERROR",
        "Found the end of entry", "HELO Domain Whitelist", "Header text ", "Header_Type includes both ",
        "Normal exit", "Ouch, caught exc: ", "Exception: ", "PTR Domain Whitelist enabled.",
        "Per user configuration data in use ",
        "Per-user settings for ", "Pyspf Cached SPF record before ", 'Read line: "', "Reading per user data ", "Scope ",
        "Starting", "Traceback (most recent call last)", "User data: ", "WARNING: ", "Whitelist ", "_get_resultcodes: ",
        "connect from ", "helo policy ", "mail from: ", "mfrom policy ", "not peruser", "prepend None",
        "pyspf-milter started:",
        "readConfigFile: ", "readUserConfigFile: ", "skip_addresses ", "spfcheck: ", "Authentication-Results: ",
        "X-Comment: ", "drop_privileges: ", "PID dir created: ", "Unable to write pid",
    )  # fmt: skip
    restriction = _ID_TEXT + "result_only " + word
    trace = pp.OneOrMore(pp.Literal(" ")) + 'File "' + rest
    return Shape(name="service", grammar=(one_of(starts) + pp.Opt(rest)) | restriction | trace)


_ID_TEXT = pp.Opt(pp.Opt(pp.Word(pp.alphanums, min=6)) + ": ")

# ---------------------------------------------------------------- line forms of the Perl program


def _perl_header_shape() -> Shape:
    return Shape(
        name="perl_header",
        verb=Verb.PASS,
        build=_prepended,
        grammar=pp.Literal("Policy action=")
        + pp.Literal("PREPEND")("action")
        + " Received-SPF: "
        + _RESULT("status")
        + " "
        + rest("reply_text"),
    )


def _perl_answer_shape() -> Shape:
    """A refusal has the domain's own words only: of whom they speak cannot be trusted, and no result is proven."""
    return Shape(
        name="perl_answer",
        verb=Verb.REJECT,
        build=_perl_answer,
        grammar=pp.Literal("Policy action=") + one_of(("550", "DEFER_IF_PERMIT"))("action") + " " + rest("reason"),
    )


def _perl_answer(fields: Fields) -> None:
    if fields["action"] == "defer_if_permit":
        fields["verb"] = Verb.DEFER
    else:
        fields["reply_code"] = 550


def _perl_verbose_shape() -> Shape:
    """With $VERBOSE: one look at one identity, and of whom."""
    return Shape(
        name="perl_verbose",
        verb=Verb.SCAN,
        build=_verbose,
        grammar="SPF " + _RESULT("status") + " (" + rest("reply_text"),
    )


def _perl_service_shape() -> Shape:
    starts = (
        "Attribute: ", "HELO check failed - ", "Mail From (sender) check failed - ", "fatal_exit: ", "handler ",
        "warning: ignoring garbage: ", "Policy action=DUNNO", "Policy action=dunno",
        "Policy action=PREPEND Authentication-Results: ", "Policy action=PREPEND X-Comment: ",
    )  # fmt: skip
    return Shape(name="perl_service", grammar=one_of(starts) + pp.Opt(rest))


def _shapes(program: str) -> Sequence[Shape]:
    if program == _PERL:
        return [_perl_header_shape(), _perl_answer_shape(), _perl_verbose_shape(), _perl_service_shape()]
    return [
        _header_shape(),
        _results_header_shape(),
        _skipped_shape(),
        _verdict_shape(),
        _refusal_shape(),
        _python_service_shape(),
    ]


# ---------------------------------------------------------------- samples

_FRAME = "Nov 23 10:32:15 mx1 policyd-spf[700]: "
_MILTER = "Nov 23 10:32:15 mx1 pyspf-milter[701]: "
_OLD = "Nov 23 10:32:15 mx1 postfix/policy-spf[702]: "
_WHO = "client-ip=192.0.2.7; helo=mail.sender.example; envelope-from=news@sender.example; receiver="
_CLIENT = {"client_ip": "192.0.2.7", "helo": "mail.sender.example"}
_SENDER = {**_CLIENT, "reverse_path": "news@sender.example"}
_WHY = "Please see http://www.openspf.example/Why?s=mfrom;id=news@sender.example;ip=192.0.2.7;r="
_PAIRS = (
    'receiver=mx1.recipient.example; identity=mailfrom; envelope-from="news@sender.example"; helo=mail.sender.example'
)
_AT = "mechanism 'ip4:192.0.2.7' matched"
_PYTHON_SAMPLES = (
    Sample(
        why="a pass, as releases since 2.9 print it: the recipient is left out",
        line=_FRAME + "prepend Received-SPF: Pass (mailfrom) identity=mailfrom; " + _WHO + "<UNKNOWN> ",
        expect={"verb": "pass", "action": "prepend", "auth": {"spf": "pass"}, **_SENDER},
    ),
    Sample(
        why="Postfix tells no queue id at RCPT: a bare colon is left of it",
        line=_FRAME + ": prepend Received-SPF: Softfail (mailfrom) identity=mailfrom; " + _WHO + "recipient.example ",
        expect={"verb": "pass", "action": "prepend", "auth": {"spf": "softfail"}, **_SENDER},
    ),
    Sample(
        why="with a queue id, and the whole recipient of older releases",
        line=_FRAME
        + "4jY2TD5qvxzJJQK: prepend Received-SPF: None (mailfrom) identity=mailfrom; "
        + _WHO
        + "jane@recipient.example ",
        expect={
            "verb": "pass",
            "queue_id": "4jY2TD5qvxzJJQK",
            "action": "prepend",
            "auth": {"spf": "none"},
            **_SENDER,
            "recipient": "jane@recipient.example",
        },
    ),
    Sample(
        why="the null sender: the HELO name is looked at, and the explanation stands in brackets",
        line=_FRAME
        + "prepend Received-SPF: Pass (sender SPF authorized) identity=helo; client-ip=2001:db8::7; "
        + "helo=mail.sender.example; envelope-from=<>; receiver=<UNKNOWN> ",
        expect={
            "verb": "pass",
            "action": "prepend",
            "auth": {"spf": "pass"},
            "client_ip": "2001:db8::7",
            "helo": "mail.sender.example",
            "reverse_path": "",
        },
    ),
    Sample(
        why="the domain's explanation imitates another client: no client is stated",
        line=_FRAME
        + "prepend Received-SPF: Fail (x) identity=helo; client-ip=198.51.100.1; helo=h) identity=helo; "
        + _WHO
        + "<UNKNOWN> ",
        expect={"verb": "pass", "action": "prepend", "auth": {"spf": "fail"}},
    ),
    Sample(
        why="a HELO name imitates a sender: where it ends cannot be told",
        line=_FRAME
        + "prepend Received-SPF: Neutral (mailfrom) identity=mailfrom; client-ip=192.0.2.7; "
        + "helo=h; envelope-from=victim@example.com; envelope-from=news@sender.example; receiver=<UNKNOWN> ",
        expect={"verb": "pass", "action": "prepend", "auth": {"spf": "neutral"}, "client_ip": "192.0.2.7"},
    ),
    Sample(
        why="a sender imitates a recipient",
        line=_FRAME
        + "prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.7; helo=mail.sender.example; "
        + "envelope-from=x; receiver=ceo@recipient.example@sender.example; receiver=<UNKNOWN> ",
        expect={"verb": "pass", "action": "prepend", "auth": {"spf": "pass"}, **_CLIENT},
    ),
    Sample(
        why="no header wanted (Header_Type None)",
        line=_FRAME
        + "Header field not prepended: Received-SPF: Permerror (mailfrom) identity=mailfrom; "
        + _WHO
        + "<UNKNOWN> ",
        expect={
            "verb": "pass",
            "action": "header field not prepended",
            "auth": {"spf": "permerror"},
            **_SENDER,
        },
    ),
    Sample(
        why="Header_Type AR",
        line=_FRAME
        + "prepend Authentication-Results: mx1.recipient.example; spf=pass (sender SPF authorized) "
        + "smtp.mailfrom=sender.example ("
        + _WHO
        + "<UNKNOWN>)",
        expect={"verb": "pass", "action": "prepend", "auth": {"spf": "pass"}, **_SENDER},
    ),
    Sample(
        why="the milter: its `helo=` is the client's name",
        line=_MILTER
        + "prepend Authentication-Results: mx1.recipient.example; spf=none (no SPF record) "
        + "smtp.helo=mail.sender.example ("
        + _WHO
        + "<UNKNOWN>)",
        expect={
            "verb": "pass",
            "action": "prepend",
            "auth": {"spf": "none"},
            "client_ip": "192.0.2.7",
            "client_name": "mail.sender.example",
            "reverse_path": "news@sender.example",
        },
    ),
    Sample(
        why="a client of ours",
        line=_FRAME + "prepend X-Comment: SPF check N/A for local connections - " + _WHO + "<UNKNOWN> ",
        expect={"verb": "pass", "action": "prepend", "reason": "SPF check N/A for local connections", **_SENDER},
    ),
    Sample(
        why="a forwarder on a list",
        line=_FRAME
        + "prepend Authentication-Results: mx1.recipient.example; none (SPF skipped for whitelisted relay -  "
        + _WHO
        + "<UNKNOWN>)",
        expect={"verb": "pass", "action": "prepend", "reason": "SPF skipped for whitelisted relay", **_SENDER},
    ),
    Sample(
        why="one look at one identity, as releases before 2.0 print it",
        line=_FRAME + "Softfail; identity=helo; " + _WHO + "jane@recipient.example ",
        expect={
            "verb": "scan",
            "action": "helo",
            "auth": {"spf": "softfail"},
            **_SENDER,
            "recipient": "jane@recipient.example",
        },
    ),
    Sample(
        why="a fail is refused",
        line=_FRAME + ": 550 5.7.23 Message rejected due to: SPF fail - not authorized. " + _WHY + "<UNKNOWN>",
        expect={
            "verb": "reject",
            "reply_text": "550 5.7.23 Message rejected due to: SPF fail - not authorized. " + _WHY + "<UNKNOWN>",
            "reply_code": 550,
            "enhanced_status": "5.7.23",
            "reason": "Message rejected due to: SPF fail - not authorized. " + _WHY + "<UNKNOWN>",
            "auth": {"spf": "fail"},
            "client_ip": "192.0.2.7",
            "reverse_path": "news@sender.example",
        },
    ),
    Sample(
        why="a softfail may be refused too; by the HELO name; with the whole recipient",
        line=_FRAME
        + "550 5.7.23 Message rejected due to: domain owner discourages use of this host. Please see "
        + "http://www.openspf.example/Why?s=helo;id=mail.sender.example;ip=192.0.2.7;r=jane@recipient.example",
        expect={
            "verb": "reject",
            "reply_text": "550 5.7.23 Message rejected due to: domain owner discourages use of this host. Please see "
            "http://www.openspf.example/Why?s=helo;id=mail.sender.example;ip=192.0.2.7;r=jane@recipient.example",
            "reply_code": 550,
            "enhanced_status": "5.7.23",
            "reason": "Message rejected due to: domain owner discourages use of this host. Please see "
            "http://www.openspf.example/Why?s=helo;id=mail.sender.example;ip=192.0.2.7;r=jane@recipient.example",
            "auth": {"spf": "softfail"},
            **_CLIENT,
            "recipient": "jane@recipient.example",
        },
    ),
    Sample(
        why="a domain explains its fail with a link to another client: nobody is named",
        line=_FRAME
        + "550 5.7.23 Message rejected due to: Please see http://www.openspf.example/Why?s=mfrom;id=victim@example.com;"
        + "ip=198.51.100.1;r=x. "
        + _WHY
        + "<UNKNOWN>",
        expect={
            "verb": "reject",
            "reply_text": "550 5.7.23 Message rejected due to: Please see http://www.openspf.example/Why?s=mfrom;"
            "id=victim@example.com;ip=198.51.100.1;r=x. " + _WHY + "<UNKNOWN>",
            "reply_code": 550,
            "enhanced_status": "5.7.23",
            "reason": "Message rejected due to: Please see http://www.openspf.example/Why?s=mfrom;id=victim@example.com;"
            "ip=198.51.100.1;r=x. " + _WHY + "<UNKNOWN>",
        },
    ),
    Sample(
        why="DNS failed, and TempError_Defer puts it off",
        line=_FRAME
        + "defer_if_permit 4.7.24 Message deferred due to: SPF Temporary Error: DNS Timeout. "
        + _WHY
        + "<UNKNOWN>",
        expect={
            "verb": "defer",
            "action": "defer_if_permit",
            "reply_text": "4.7.24 Message deferred due to: SPF Temporary Error: DNS Timeout. " + _WHY + "<UNKNOWN>",
            "enhanced_status": "4.7.24",
            "reason": "Message deferred due to: SPF Temporary Error: DNS Timeout. " + _WHY + "<UNKNOWN>",
            "auth": {"spf": "temperror"},
            "client_ip": "192.0.2.7",
            "reverse_path": "news@sender.example",
        },
    ),
    Sample(
        why="the milter refuses, and words of the site's own (Reason_Message) name nobody",
        line=_MILTER + "5.7.23 No mail for you: SPF fail - not authorized",
        expect={
            "verb": "reject",
            "reply_text": "5.7.23 No mail for you: SPF fail - not authorized",
            "enhanced_status": "5.7.23",
            "reason": "No mail for you: SPF fail - not authorized",
        },
    ),
    Sample(
        why="a restriction of the site's own, for nobody named",
        line=_FRAME + "result_only mfrom_passed_spf",
        expect="noise",
    ),
    Sample(
        why="debugging",
        line=_FRAME + "spfcheck: pyspf result: \"['Pass', 'sender SPF authorized', 'helo']\"",
        expect="noise",
    ),
    Sample(
        why="debugging: what Postfix asked", line=_FRAME + 'Read line: "sender=news@sender.example"', expect="noise"
    ),
    Sample(
        why="the milter's connections",
        line=_MILTER + "connect from mail.sender.example at ('192.0.2.7', 4711) EXTERNAL",
        expect="noise",
    ),
    Sample(why="our tag, but nothing it says", line=_FRAME + "the quick brown fox", expect="reject"),
)

_PERL_SAMPLES = (
    Sample(
        why="Perl: a pass; the explanation quotes the sender, the client ends the line",
        line=_OLD
        + "Policy action=PREPEND Received-SPF: pass (sender.example: 192.0.2.7 is authorized to use "
        + "'news@sender.example' in 'mfrom' identity ("
        + _AT
        + ")) "
        + _PAIRS
        + "; client-ip=192.0.2.7",
        expect={"verb": "pass", "action": "prepend", "auth": {"spf": "pass"}, **_SENDER},
    ),
    Sample(
        why="Perl: IPv6 is quoted; the null sender",
        line=_OLD
        + "Policy action=PREPEND Received-SPF: none (mail.sender.example: No applicable sender policy available) "
        + 'receiver=mx1.recipient.example; identity=helo; helo=mail.sender.example; client-ip="2001:db8::7"',
        expect={
            "verb": "pass",
            "action": "prepend",
            "auth": {"spf": "none"},
            "client_ip": "2001:db8::7",
            "helo": "mail.sender.example",
            "reverse_path": "",
        },
    ),
    Sample(
        why="Perl: a sender imitates the pairs, in the explanation and in quotes: who it was is not stated",
        line=_OLD
        + "Policy action=PREPEND Received-SPF: pass (sender.example: 192.0.2.7 is authorized to use "
        + "'\"x) receiver=y; identity=mailfrom; client-ip=198.51.100.1\"@sender.example' in 'mfrom' identity ("
        + _AT
        + ")) "
        + _PAIRS
        + "; client-ip=192.0.2.7",
        expect={"verb": "pass", "action": "prepend", "auth": {"spf": "pass"}},
    ),
    Sample(
        why="Perl: a refusal has the domain's words only, and they may name anybody",
        line=_OLD
        + "Policy action=550 Please see http://www.openspf.example/Why?s=mfrom;id=victim%40example.com;ip=198.51.100.1;r=mx1",
        expect={
            "verb": "reject",
            "action": "550",
            "reply_code": 550,
            "reason": "Please see http://www.openspf.example/Why?s=mfrom;id=victim%40example.com;ip=198.51.100.1;r=mx1",
        },
    ),
    Sample(
        why="Perl: DNS failed",
        line=_OLD + "Policy action=DEFER_IF_PERMIT SPF-Result=sender.example: Time-out on DNS 'TXT' lookup",
        expect={
            "verb": "defer",
            "action": "defer_if_permit",
            "reason": "SPF-Result=sender.example: Time-out on DNS 'TXT' lookup",
        },
    ),
    Sample(
        why="Perl, with $VERBOSE: whom it looked at",
        line=_OLD
        + "SPF softfail (Mechanism '~all' matched): Envelope-from: news@sender.example, IP Address: 192.0.2.7, "
        + "Recipient: jane@recipient.example",
        expect={
            "verb": "scan",
            "auth": {"spf": "softfail"},
            "client_ip": "192.0.2.7",
            "reverse_path": "news@sender.example",
            "recipient": "jane@recipient.example",
        },
    ),
    Sample(why="Perl: the second recipient of a message", line=_OLD + "Policy action=DUNNO", expect="noise"),
    Sample(
        why="Perl: our own machine; the line names nobody",
        line=_OLD
        + "Policy action=PREPEND Authentication-Results: mx1.recipient.example; none (SPF not checked for localhost)",
        expect="noise",
    ),
    Sample(
        why="Perl, under another name of its tag",
        line="Nov 23 10:32:15 mx1 policy-spf[702]: handler sender_policy_framework: is decisive.",
        expect="noise",
    ),
    Sample(why="Perl: our tag, but nothing it says", line=_OLD + "the quick brown fox", expect="reject"),
)

FORMAT = Format(
    name="policyd_spf",
    title="SPF policy services (policyd-spf, pyspf-milter, postfix-policyd-spf-perl)",
    family="filter",
    reference="spf-engine 2.9 to 3.1: every syslog.syslog(); postfix-policyd-spf-perl 2.011: every syslog(); RFC 7208",
    claims=_ORIGINS.get,
    shapes=_shapes,
    unit=Unit(kind="policy_check", by="local_id"),
    shows=(
        "the SPF result for a client and a sender (or its HELO name), and whether it refused them",
        "clients that are on a list, and were not looked at",
    ),
    cannot_show=(
        "the message: its lines have no queue id, and later releases no recipient either",
        "the reply the client got: a restriction of Postfix may overrule it (Postfix logs it)",
        "who was refused, and the result, where the domain explains its fails in its own words (Perl: always)",
        "client, sender or recipient, where the sender's text imitates the line",
    ),
    samples=_PYTHON_SAMPLES + _PERL_SAMPLES,
)
