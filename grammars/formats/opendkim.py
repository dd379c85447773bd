"""OpenDKIM: what a signature on each message was worth, and which messages got one; it names the MTA's queue id.

Source of truth: OpenDKIM 2.11.0 Beta 2, every `syslog()` of `opendkim/opendkim.c`, `stats.c` and `util.c`;
`libopendkim/dkim-tables.c` for the words of one signature's result.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Fields, Format, Sample, Shape, Unit, claims_programs
from grammars.core.lexemes import combine, one_of, rest
from grammars.core.words import Verb

# What the milter says of the message as a whole, in the words of RFC 8601 section 2.7.1.
_RESULTS = {"DKIM verification successful": "pass", "bad signature data": "fail", "no signature data": "none"}


def _result(fields: Fields) -> None:
    fields["auth"] = {"dkim": _RESULTS[fields["reason"]]}


def _openssl(fields: Fields) -> None:
    """OpenSSL has no words where a signature held, and where the body is another."""
    if fields["reason"].strip() == "SSL":
        del fields["reason"]


# ---------------------------------------------------------------- tokens

# The MTA's id: Postfix's, Sendmail's, Exim's; what follows must be the milter's own words.
_WORD = ~pp.Literal("NOQUEUE") + pp.Word(pp.alphanums, pp.alphanums + "-", min=6)
_ID = combine(_WORD)("queue_id")
_NO_ID = pp.Literal("(unknown-jobid)")
_DOMAIN = pp.CharsNotIn(" ,()")

# What it says of one message that decides nothing; what follows them may be the sender's text.
_REMARKS = (
    "Authentication-Results header add failed", "BodyLengthDB matched ", "DKIM-Filter header add failed",
    "DKIM-Signature header add failed", "RFC5322 header requirement error: ", "SSL ", "VBR-Info header add failed",
    "X-VBR-Certifiers header remove failed", "X-VBR-Type header remove failed",
    "allowed by reputation of ", "blocked by reputation of ", "would be blocked by reputation of ",
    "can't create VBR", "can't initialize VBR", "can't parse ", "can't set VBR ", "can't verify VBR information",
    "cannot find identity header ", "curl_easy_", "dkim_get", "dkimf_db_get() failed", "dkimf_dstring_new() failed",
    "dkimf_lua_", "domain '", "error handling VBR information", "error loading key '", "error reading signing table",
    "external host ", "failed to add default signing request", "failed to add signature for ", "failed to parse ",
    "fdopen(): ", "ignoring ", "internal error from libopendkim: ", "key retrieval failed", "key revoked (",
    "malloc(): ", "message has signatures from ", "mkstemp(): ", "no MTA name match (", "no macros match",
    "no reputation data available for ", "no signing domain match for '", "no signing subdomain match for '",
    "no signing table match for '", "not POP authenticated", "not authenticated", 'overflow parsing "', "pclose(): ",
    "popen(): ", "rate limit for ", "reputation query for ", "resource unavailable: ", "signature generation error: ",
    "signature processing failed: ", "signing table references unknown key '", "skipping signing of mail to '",
    "smfi_", "strdup(): ", "syntax error: ", "dkim_eoh(): ", "dkim_body(): ", "dkim_eom(): ", "dkim_verify(): ",
    "mlfi_eom(): ",
)  # fmt: skip

# What it says of itself, or of a connection, without a message.
_SERVICE = (
    "OpenDKIM Filter v", "OpenDKIM Filter: ", "[child] ", "[parent] ", "cache: ", "can't ",
    "configuration reloaded from ",
    "dkim_sign() failed", "dkimf_", "error looking up ", "error requesting key '", "exited with status ",
    "failed to load/apply default key", "failed to remove ", "fork(): ", "getrlimit(): ", "ignoring header field '",
    "ignoring reload signal", "initgroups(): ", "key '", "kill(", "malloc()", "maximum restart ",
    "message requeueing (internal error)", "mlfi_negotiate(): ", "no such group or gid '", "no such user or uid '",
    "prctl(): ", "pthread_", "regexec() failed", "setgid(): ", "setrlimit(): ", "setuid(): ", "smfi_",
    "socket cleanup failed: ", "statistics recording failed", "terminated with signal ", "too much header data",
    "using ChangeRootDirectory without Userid", "KeyTable entry for '", "WARNING: ",
)  # fmt: skip

# What it says of a file, a host or a key by its name.
_OF_FILE = (
    ": open(): ", ": stat(): ", ": read(): ", ": read() wrong size (", ": fopen(): ", ": chdir(): ", ": chroot(): ",
    ": access(): ", ": key data is not secure: ", ": configuration error at line ", ': required parameter "',
    " malloc(): ",
)  # fmt: skip

# ---------------------------------------------------------------- line forms


def _result_shape() -> Shape:
    return Shape(
        name="result",
        verb=Verb.SCAN,
        build=_result,
        grammar=_ID + ": " + one_of(_RESULTS)("reason"),
    )


def _signed_shape() -> Shape:
    """The message got a signature of ours: it goes out, or back to the world."""
    return Shape(
        name="signed",
        verb=Verb.NOTE,
        grammar=_ID
        + ": "
        + combine("DKIM-Signature " + one_of(("field", "header")) + " added")("action")
        + " (s="
        + _DOMAIN
        + ", d="
        + _DOMAIN("dkim_domain")
        + ")",
    )


def _openssl_shape() -> Shape:
    """One signature, with OpenSSL's words where it has any; another of the message may be worth more."""
    return Shape(
        name="openssl",
        verb=Verb.NOTE,
        build=_openssl,
        grammar=_ID
        + ": s="
        + _DOMAIN
        + " d="
        + _DOMAIN("dkim_domain")
        + pp.Opt(" a=" + _DOMAIN)  # not in every release
        + " "
        + combine("SSL" + pp.Opt(rest))("reason"),
    )


def _signatures_shape() -> Shape:
    """Every signature with its result, behind a domain and a selector that the sender chose: no verdict is taken."""
    return Shape(
        name="signatures",
        verb=Verb.NOTE,
        grammar=_ID + ": " + combine("signature=" + rest)("reason"),
    )


def _external_shape() -> Shape:
    """The client that is not ours, so that the message is verified and not signed."""
    return Shape(
        name="external",
        verb=Verb.NOTE,
        grammar=_ID
        + ": "
        + pp.CharsNotIn(" []")("client_name")
        + " ["
        + pp.CharsNotIn(" []")("client_ip")
        + "] "
        + pp.Literal("not internal")("reason"),
    )


def _remark_shape() -> Shape:
    return Shape(
        name="remark",
        verb=Verb.NOTE,
        grammar=_ID + ": " + combine(one_of(_REMARKS) + pp.Opt(rest))("reason"),
    )


def _nameless_shape() -> Shape:
    """The same remarks where the MTA told no id: of which message cannot be known."""
    words = one_of((*_RESULTS, *_REMARKS, "s=", "signature=", "DKIM-Signature field added ")) + pp.Opt(rest)
    external = pp.CharsNotIn(" []") + " [" + pp.CharsNotIn(" []") + "] not internal"
    return Shape(name="nameless", grammar=_NO_ID + ": " + (words | external))


def _service_shape() -> Shape:
    of_file = pp.Opt(_WORD + ": ") + pp.CharsNotIn(" :") + one_of(_OF_FILE) + pp.Opt(rest)
    xtag = pp.Word(pp.alphanums, pp.alphanums + "-") + ' dkim_add_xtag() for "' + rest
    return Shape(name="service", grammar=(one_of(_SERVICE) + pp.Opt(rest)) | of_file | xtag)


def _shapes(_program: str) -> Sequence[Shape]:
    return [
        _result_shape(),
        _signed_shape(),
        _openssl_shape(),
        _signatures_shape(),
        _external_shape(),
        _remark_shape(),
        _nameless_shape(),
        _service_shape(),
    ]


# ---------------------------------------------------------------- samples

_FRAME = "Nov 23 10:32:15 mx1 opendkim[612]: "
_LONG = {"queue_id": "4jY2TD5qvxzJJQK"}

_SAMPLES = (
    Sample(
        why="a signature holds",
        line=_FRAME + "4jY2TD5qvxzJJQK: DKIM verification successful",
        expect={"verb": "scan", **_LONG, "reason": "DKIM verification successful", "auth": {"dkim": "pass"}},
    ),
    Sample(
        why="none holds; a short id",
        line=_FRAME + "4F2A1B3C9D: bad signature data",
        expect={"verb": "scan", "queue_id": "4F2A1B3C9D", "reason": "bad signature data", "auth": {"dkim": "fail"}},
    ),
    Sample(
        why="there is none",
        line=_FRAME + "4jY2TD5qvxzJJQK: no signature data",
        expect={"verb": "scan", **_LONG, "reason": "no signature data", "auth": {"dkim": "none"}},
    ),
    Sample(
        why="Sendmail's ids have another form",
        line=_FRAME + "4ANAWFx1012345: DKIM verification successful",
        expect={
            "verb": "scan",
            "queue_id": "4ANAWFx1012345",
            "reason": "DKIM verification successful",
            "auth": {"dkim": "pass"},
        },
    ),
    Sample(
        why="the milter signs",
        line=_FRAME + "4jY2TD5qvxzJJQK: DKIM-Signature field added (s=mail, d=recipient.example)",
        expect={"verb": "note", **_LONG, "action": "dkim-signature field added", "dkim_domain": "recipient.example"},
    ),
    Sample(
        why="OpenSSL's words about one signature: not yet the message's result",
        line=_FRAME
        + "4jY2TD5qvxzJJQK: s=s1 d=sender.example a=rsa-sha256 SSL error:02000068:rsa routines::bad signature",
        expect={
            "verb": "note",
            **_LONG,
            "dkim_domain": "sender.example",
            "reason": "SSL error:02000068:rsa routines::bad signature",
        },
    ),
    Sample(
        why="OpenSSL had nothing to say: the signature may have held or not",
        line=_FRAME + "4jY2TD5qvxzJJQK: s=s1 d=sender.example a=rsa-sha256 SSL ",
        expect={"verb": "note", **_LONG, "dkim_domain": "sender.example"},
    ),
    Sample(
        why="a release that does not name the algorithm",
        line=_FRAME + "4jY2TD5qvxzJJQK: s=s1 d=sender.example SSL ",
        expect={"verb": "note", **_LONG, "dkim_domain": "sender.example"},
    ),
    Sample(
        why="LogResults: words of one signature, in which the sender's stand before the result",
        line=_FRAME + '4jY2TD5qvxzJJQK: signature=abc123 domain=sender.example selector=s1 result="no signature error"',
        expect={
            "verb": "note",
            **_LONG,
            "reason": 'signature=abc123 domain=sender.example selector=s1 result="no signature error"',
        },
    ),
    Sample(
        why="the client is a stranger",
        line=_FRAME + "4jY2TD5qvxzJJQK: mail.sender.example [192.0.2.7] not internal",
        expect={
            "verb": "note",
            **_LONG,
            "client_name": "mail.sender.example",
            "client_ip": "192.0.2.7",
            "reason": "not internal",
        },
    ),
    Sample(
        why="and did not log in",
        line=_FRAME + "4jY2TD5qvxzJJQK: not authenticated",
        expect={"verb": "note", **_LONG, "reason": "not authenticated"},
    ),
    Sample(
        why="the key is not there: whether for now or for good is not said",
        line=_FRAME + "4jY2TD5qvxzJJQK: key retrieval failed (s=s1, d=sender.example): 's1._domainkey.sender.example' "
        "record not found",
        expect={
            "verb": "note",
            **_LONG,
            "reason": "key retrieval failed (s=s1, d=sender.example): 's1._domainkey.sender.example' record not found",
        },
    ),
    Sample(
        why="a From header imitates a verdict: it stays a quotation",
        line=_FRAME + "4jY2TD5qvxzJJQK: can't parse From: header value '4F2A1B3C9D: DKIM verification successful'",
        expect={
            "verb": "note",
            **_LONG,
            "reason": "can't parse From: header value '4F2A1B3C9D: DKIM verification successful'",
        },
    ),
    Sample(
        why="a domain imitates the end of a signing line: it is no such line",
        line=_FRAME + "4jY2TD5qvxzJJQK: DKIM-Signature field added (s=mail, d=x) (s=mail, d=forged.example)",
        expect="reject",
    ),
    Sample(
        why="a message without the headers it must have",
        line=_FRAME + "4jY2TD5qvxzJJQK: RFC5322 header requirement error: message has multiple Subject fields",
        expect={
            "verb": "note",
            **_LONG,
            "reason": "RFC5322 header requirement error: message has multiple Subject fields",
        },
    ),
    Sample(why="no id was told", line=_FRAME + "(unknown-jobid): no signature data", expect="noise"),
    Sample(why="a word that stands where an id would", line=_FRAME + "NOQUEUE: no signature data", expect="reject"),
    Sample(
        why="the start",
        line=_FRAME + "OpenDKIM Filter v2.11.0 starting (args: -f -x /etc/opendkim.conf)",
        expect="noise",
    ),
    Sample(
        why="libmilter, under the name it was registered with",
        line=_FRAME + "OpenDKIM Filter: mi_stop=1",
        expect="noise",
    ),
    Sample(
        why="a key that others may read",
        line=_FRAME
        + "mail._domainkey.recipient.example: key data is not secure: /etc/dkimkeys/mail.private is in group 0",
        expect="noise",
    ),
    Sample(
        why="a Lua hook, whose tag has no colon before it",
        line=_FRAME + '4jY2TD5qvxzJJQK dkim_add_xtag() for "r" failed',
        expect="noise",
    ),
    Sample(why="our tag, but nothing opendkim says", line=_FRAME + "the quick brown fox", expect="reject"),
    Sample(why="an id, and nothing opendkim says", line=_FRAME + "4jY2TD5qvxzJJQK: quick", expect="reject"),
)

FORMAT = Format(
    name="opendkim",
    title="OpenDKIM",
    family="filter",
    reference="OpenDKIM source: every syslog() of opendkim/opendkim.c",
    claims=claims_programs("opendkim"),
    shapes=_shapes,
    unit=Unit(kind="scan", by="queue_id", longest_seconds=60.0, offered_as=None),
    shows=(
        "whether a DKIM signature on the message held (pass, fail, none); the MTA's queue id",
        "which outgoing messages were signed, and for which domain",
    ),
    cannot_show=(
        "what the MTA then did: the milter accepts a bad signature unless its settings say otherwise",
        "which of several signatures held; why a key could not be had, for now or for good",
        "a pass, where SyslogSuccess is off; anything of messages for which the MTA told it no queue id",
    ),
    samples=_SAMPLES,
)
