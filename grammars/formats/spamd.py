"""spamd, the daemon of SpamAssassin: its verdict on each message.  Who asked, and what came of it, it does not know.

Source of truth: SpamAssassin 3.4 and 4.0, `spamd/spamd.raw` (`parse_msgids`, `check`, `dotell`, and every `info`
and `warn` beside them), `lib/Mail/SpamAssassin/SpamdForkScaling.pm`, `lib/Mail/SpamAssassin/Logger.pm`.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Fields, Format, Sample, Shape, Unit, claims_programs
from grammars.core.lexemes import combine, digits, one_of, rest
from grammars.core.words import Verb

# Tests that say what an authentication came to (rules 25_spf.cf, 25_dkim.cf, 25_dmarc.cf), in the words of RFC 8601.
_AUTH = {
    "SPF_PASS": ("spf", "pass"),
    "SPF_FAIL": ("spf", "fail"),
    "SPF_SOFTFAIL": ("spf", "softfail"),
    "SPF_NEUTRAL": ("spf", "neutral"),
    "SPF_NONE": ("spf", "none"),
    "DKIM_VALID": ("dkim", "pass"),
    "DKIM_INVALID": ("dkim", "fail"),
    "DMARC_PASS": ("dmarc", "pass"),
    "DMARC_NONE": ("dmarc", "fail"),  # a fail under the policy `p=none`
    "DMARC_QUAR": ("dmarc", "fail"),
    "DMARC_REJECT": ("dmarc", "fail"),
    "DMARC_MISSING": ("dmarc", "none"),
}


def _result(fields: Fields) -> None:
    """The tests are names of rules, the site's own words; the message's text stands behind them, and cannot reach back.

    In the Message-ID of this line blanks and commas have become `_`: one that has a `_` may have been another,
    and the line before, which prints it unchanged, must tell.
    """
    rules = fields.pop("reason", "").split(",")
    rules = [name for name in rules if name]
    if rules:
        fields["rules"] = rules
    auth = dict(_AUTH[name] for name in reversed(rules) if name in _AUTH)
    if auth:
        fields["auth"] = auth
    if "_" in fields.get("message_id", ""):
        del fields["message_id"]


# ---------------------------------------------------------------- tokens

_SAYS = pp.Literal("spamd: ")
_NUMBER = combine(pp.Opt("-") + digits + pp.Opt("." + pp.Word(pp.nums)))
_SECONDS = " in " + _NUMBER + " seconds, "

# `parse_msgids` leaves no blank and no further bracket in an id.
_ID = combine("<" + pp.Opt(pp.CharsNotIn(" <>")) + ">")
_SAFE_ID = combine("<" + pp.Opt(pp.CharsNotIn(" <>,")) + ">")
_UNKNOWN = pp.Literal("(unknown)")

# The user for whom spamc asked, and the number of the user that spamd ran as.
_USER = combine(pp.CharsNotIn(" :") + pp.ZeroOrMore(pp.Literal(":") + pp.CharsNotIn(" :")))

_TESTS = pp.Opt(pp.Word(pp.alphanums + "_,")("reason"))

# ---------------------------------------------------------------- line forms


def _begin_shape() -> Shape:
    """One child looks at one message at a time: until its next such line, what its process says is about this one."""
    return Shape(
        name="begin",
        verb=Verb.NAME,
        grammar=_SAYS
        + one_of(("processing", "checking"))("action")
        + " message "
        + (_UNKNOWN | _ID("message_id"))
        + pp.Opt(" aka " + _SAFE_ID)
        + " for "
        + _USER,
    )


def _verdict_shape() -> Shape:
    return Shape(
        name="verdict",
        verb=Verb.SCAN,
        grammar=_SAYS
        + one_of(("identified spam", "clean message"))("action")
        + " ("
        + _NUMBER("score")
        + "/"
        + _NUMBER("threshold")
        + ") for "
        + _USER
        + _SECONDS
        + digits("size_bytes")
        + " bytes."
        + pp.Opt(" "),
    )


def _result_shape() -> Shape:
    """The score here is cut to a whole number: the line before has it whole, and this one does not state it."""
    pair = pp.Word(pp.alphas, pp.alphanums + "_") + "=" + pp.Opt(pp.CharsNotIn(" ,")) + ","
    known = one_of(("size=", "required_score=", "mid="))
    pairs = pp.ZeroOrMore(~known + pair)
    return Shape(
        name="result",
        verb=Verb.SCAN,
        build=_result,
        grammar=_SAYS
        + "result: "
        + pp.Char("Y.")("status")
        + pp.OneOrMore(pp.Literal(" "))
        + _NUMBER
        + " - "
        + _TESTS
        + " "
        + pairs
        + pp.Opt("size=" + digits("size_bytes") + ",")
        + pairs
        + pp.Opt("required_score=" + _NUMBER("threshold") + ",")
        + pairs
        + pp.Opt("mid=" + (_UNKNOWN | _SAFE_ID("message_id")) + pp.Opt(","))
        + pp.Opt(rest),
    )


def _broken_shape() -> Shape:
    """A check that came to no verdict: it took too long, or less of the message arrived than was announced."""
    timeout = "timeout: (" + digits + " second timeout while trying to " + one_of(_METHODS) + ")"
    mismatch = "bad protocol: header error: (Content-Length mismatch: " + rest
    return Shape(name="broken", verb=Verb.NOTE, grammar=_SAYS + combine(timeout | mismatch)("reason"))


_METHODS = ("PROCESS", "CHECK", "SYMBOLS", "REPORT", "REPORT_IFSPAM", "HEADERS")


def _service_shape() -> Shape:
    """Connections, children, users' settings, lessons; `skipped large message` names none."""
    starts = (
        "Tell:", "accept_a_conn: ", "accidental fork: ", "already running on ", "bad protocol: ", "can't ", "cannot ",
        "caught SIG", "child ", "connection from ", "copy_config timeout", "could not ", "created ",
        "creating default_prefs: ", "error returned from copy_config", "error: ", "failed to ", "fatal error: ",
        "fork: ", "got connection over ", "handle_user ", "handled cleanup of child pid ", "in paranoid mode, ",
        "leaving stale socket ", "prefork: ", "respawning server", "restart failed: ", "restarting using '",
        "return setuid failed", "seteuid_to_user ", "server ", "service unavailable: ", "setuid ",
        "skipped large message in ", "socket path was truncated ", "still running as root", "the -", "timeout: ",
        "unauthorized connection from ", "unknown order: ", "using default config for ", "zlib read ",
    )  # fmt: skip
    return Shape(name="service", grammar=_SAYS + one_of(starts) + pp.Opt(rest))


def _module_shape() -> Shape:
    """What the library says: each of its channels has a name of its own (`Mail::SpamAssassin::Logger`)."""
    channels = (
        "archive-iterator", "async", "auto-welcomelist", "auto-whitelist", "bayes", "check", "config", "dcc", "diag",
        "dkim", "dmarc", "dns", "dnseval", "eval", "extracttext",
        "facility", "freemail", "generic", "geodb", "geoip", "hashcash", "html", "https_http",
        "info", "ldap", "learn", "locker", "logger", "mailspamassassin", "markup", "message", "metadata", "mimeheader",
        "netset", "ole", "olevbmacro", "ourheader", "pdfinfo", "phishing", "plugin", "prefork", "progress", "pyzor",
        "razor2", "received-header", "redis", "replacetags", "reporter", "resourcelimits", "rules", "rules-all",
        "shortcircuit", "spf", "splash", "sql", "sql-based", "tag", "textcat", "timing", "tmpfiles", "uri", "uridnsbl",
        "uri_detail", "util", "whitelist_sub", "zoom",
    )  # fmt: skip
    perl = one_of((
        "Argument ", "Use of uninitialized value", "Can't locate ", "Can't open ", "Can't use ", "Insecure ",
        "Malformed UTF-8 ", "Wide character in ", "at ", "Timeout::_run: ", "__alarm__",
    ))  # fmt: skip
    return Shape(name="module", grammar=(one_of(channels) + ": " + pp.Opt(rest)) | (perl + pp.Opt(rest)))


def _client_shape() -> Shape:
    """spamc, which hands messages over; none of its lines names one (`spamc/libspamc.c`, `spamc/spamc.c`)."""
    starts = (
        "connect to spamd on ", "connect(", "connection attempt to spamd aborted after ", "could not ", "error: ",
        "exec failed: ", "failed ", "getaddrinfo", "hostname lookup failed", "gethostbyname(", "message is too large",
        "retrying, ", "SSL_", "skipped message, greater than max message size", "oversized message, skipped",
        "spamd responded with bad string ", "zlib", "input does not match ", "bytes ", "not enough ",
    )  # fmt: skip
    return Shape(name="client", grammar=one_of(starts) + pp.Opt(rest))


def _shapes(program: str) -> Sequence[Shape]:
    if program == "spamc":
        return [_client_shape()]
    return [_begin_shape(), _verdict_shape(), _result_shape(), _broken_shape(), _service_shape(), _module_shape()]


# ---------------------------------------------------------------- samples

_FRAME = "Nov 23 10:32:15 mx1 spamd[22559]: spamd: "
_TAIL = "user=debian-spamd,uid=119,required_score=5.0,rhost=127.0.0.1,raddr=127.0.0.1,rport=46152,"

_SAMPLES = (
    Sample(
        why="a message is read",
        line=_FRAME + "processing message <m1@sender.example> for debian-spamd:119",
        expect={"verb": "name", "action": "processing", "message_id": "m1@sender.example"},
    ),
    Sample(
        why="as spamass-milter's spamc asks with -c or -R; the message was sent again under a second id",
        line=_FRAME + "checking message <m1@sender.example> aka <again@sender.example> for jane@recipient.example:119",
        expect={"verb": "name", "action": "checking", "message_id": "m1@sender.example"},
    ),
    Sample(
        why="a message without a Message-ID",
        line=_FRAME + "processing message (unknown) for debian-spamd:119",
        expect={"verb": "name", "action": "processing"},
    ),
    Sample(
        why="a Message-ID that imitates the rest of the line: it cannot hold a blank",
        line=_FRAME + "processing message <m1@sender.example>?for?root:0?aka?<x> for debian-spamd:119",
        expect="reject",
    ),
    Sample(
        why="spam, with the score to the tenth",
        line=_FRAME + "identified spam (9.3/5.0) for debian-spamd:119 in 0.8 seconds, 2712 bytes.",
        expect={"verb": "scan", "action": "identified spam", "score": 9.3, "threshold": 5.0, "size_bytes": 2712},
    ),
    Sample(
        why="no spam; scores may be below zero",
        line=_FRAME + "clean message (-1.1/5.0) for (unknown):119 in 2.9 seconds, 55475 bytes.",
        expect={"verb": "scan", "action": "clean message", "score": -1.1, "threshold": 5.0, "size_bytes": 55475},
    ),
    Sample(
        why="the summary: rules, size, limit, Message-ID",
        line=_FRAME
        + "result: Y 9 - BAYES_99,HTML_MESSAGE,SPF_FAIL scantime=0.8,size=2712,"
        + _TAIL
        + "mid=<m1@sender.example>,bayes=0.999998,autolearn=no autolearn_force=no",
        expect={
            "verb": "scan",
            "status": "y",
            "rules": ["BAYES_99", "HTML_MESSAGE", "SPF_FAIL"],
            "auth": {"spf": "fail"},
            "size_bytes": 2712,
            "threshold": 5.0,
            "message_id": "m1@sender.example",
        },
    ),
    Sample(
        why="no spam, and SpamAssassin's own look at the signatures",
        line=_FRAME
        + "result: . -1 - DKIM_SIGNED,DKIM_VALID,DKIM_VALID_AU,SPF_PASS scantime=2.9,size=55475,"
        + _TAIL
        + "mid=<m1@sender.example>,autolearn=disabled",
        expect={
            "verb": "scan",
            "status": ".",
            "rules": ["DKIM_SIGNED", "DKIM_VALID", "DKIM_VALID_AU", "SPF_PASS"],
            "auth": {"dkim": "pass", "spf": "pass"},
            "size_bytes": 55475,
            "threshold": 5.0,
            "message_id": "m1@sender.example",
        },
    ),
    Sample(
        why="no rule hit, and there is no Message-ID; a single digit is padded",
        line=_FRAME + "result: .  0 -  scantime=0.1,size=300," + _TAIL + "mid=(unknown),autolearn=unavailable",
        expect={"verb": "scan", "status": ".", "size_bytes": 300, "threshold": 5.0},
    ),
    Sample(
        why="a blank or a comma in a Message-ID is printed as _: which it was cannot be told",
        line=_FRAME
        + "result: .  0 - NO_RELAYS scantime=0.1,size=300,"
        + _TAIL
        + "mid=<a_b@sender.example>,autolearn=no",
        expect={"verb": "scan", "status": ".", "rules": ["NO_RELAYS"], "size_bytes": 300, "threshold": 5.0},
    ),
    Sample(
        why="a Message-ID imitates the other fields: without a comma it cannot end",
        line=_FRAME
        + "result: . 0 - NO_RELAYS scantime=0.1,size=300,"
        + _TAIL
        + "mid=<x;required-score=99;mid=victim@recipient.example>,autolearn=no",
        expect={
            "verb": "scan",
            "status": ".",
            "rules": ["NO_RELAYS"],
            "size_bytes": 300,
            "threshold": 5.0,
            "message_id": "x;required-score=99;mid=victim@recipient.example",
        },
    ),
    Sample(
        why="over a Unix socket the port is a path; the second id follows",
        line=_FRAME
        + "result: . 0 - NO_RELAYS scantime=0.1,size=300,user=nobody,uid=65534,required_score=5.0,rhost=localhost,"
        "raddr=127.0.0.1,rport=/run/spamd.sock,mid=<m1@sender.example>,rmid=<again@sender.example>,autolearn=ham",
        expect={
            "verb": "scan",
            "status": ".",
            "rules": ["NO_RELAYS"],
            "size_bytes": 300,
            "threshold": 5.0,
            "message_id": "m1@sender.example",
        },
    ),
    Sample(
        why="no verdict: it took too long",
        line=_FRAME + "timeout: (300 second timeout while trying to PROCESS)",
        expect={"verb": "note", "reason": "timeout: (300 second timeout while trying to PROCESS)"},
    ),
    Sample(
        why="no verdict: the rest did not come",
        line=_FRAME + "bad protocol: header error: (Content-Length mismatch: Expected 900 bytes, got 300 bytes)",
        expect={
            "verb": "note",
            "reason": "bad protocol: header error: (Content-Length mismatch: Expected 900 bytes, got 300 bytes)",
        },
    ),
    Sample(
        why="too large for spamc: of which message the line does not say",
        line=_FRAME + "skipped large message in 0.0 seconds",
        expect="noise",
    ),
    Sample(
        why="spamc says so itself, and does not name it either",
        line="Nov 23 10:32:15 mx1 spamc[293]: skipped message, greater than max message size (400000 bytes)",
        expect="noise",
    ),
    Sample(why="spamc's tag, but nothing it says", line="Nov 23 10:32:15 mx1 spamc[293]: quick", expect="reject"),
    Sample(
        why="a connection",
        line=_FRAME + "connection from localhost [127.0.0.1]:46152 to port 783, fd 5",
        expect="noise",
    ),
    Sample(
        why="a lesson, not a message on its way",
        line=_FRAME + "Tell: Setting local for debian-spamd:119 in 0.1 seconds, 1234 bytes",
        expect="noise",
    ),
    Sample(
        why="a broken request, before any message",
        line=_FRAME + "bad protocol: header error: (closed before headers)",
        expect="noise",
    ),
    Sample(
        why="the children",
        line="Nov 23 10:32:15 mx1 spamd[612]: prefork: child states: II",
        expect="noise",
    ),
    Sample(
        why="the library",
        line="Nov 23 10:32:15 mx1 spamd[612]: dns: sendto() failed: Connection refused",
        expect="noise",
    ),
    Sample(
        why="the start",
        line=_FRAME
        + "server started on IO::Socket::IP [::1]:783, IO::Socket::IP [127.0.0.1]:783 (running version 4.0.1)",
        expect="noise",
    ),
    Sample(why="our tag, but nothing spamd says", line=_FRAME + "the quick brown fox", expect="reject"),
)

FORMAT = Format(
    name="spamd",
    title="SpamAssassin spamd",
    family="filter",
    reference="SpamAssassin 3.4 and 4.0: spamd/spamd.raw, check and parse_msgids",
    claims=claims_programs("spamd", "spamc"),
    shapes=_shapes,
    unit=Unit(
        kind="scan",
        by="pid",
        opens=frozenset({Verb.NAME}),
        closes=frozenset({Verb.SCAN}),
        longest_seconds=600.0,
        offered_as=None,
    ),
    shows=(
        "the verdict on each message it was given: score, limit, the rules that hit; its size and Message-ID",
        "what SpamAssassin's own SPF, DKIM and DMARC rules found",
        "checks that came to no verdict",
    ),
    cannot_show=(
        "what became of the message: that is the work of who asked (spamass-milter, a delivery rule)",
        "queue id, sender and recipient: its lines join a message by Message-ID, host and time only",
        "which messages were not given to it, for their size or their client: no line, or one without a name",
        "the verdict's message, where another message of that Message-ID is about at the same time",
    ),
    samples=_SAMPLES,
)
