"""OpenDMARC: what DMARC (and SPF, where it tests that itself) says of each message; it names the MTA's queue id.

Source of truth: OpenDMARC 1.4.2, every `syslog()` of `opendmarc/opendmarc.c` and `util.c`.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Fields, Format, Sample, Shape, Unit, claims_programs
from grammars.core.lexemes import combine, one_of, rest
from grammars.core.words import Verb

# Its words for a result, in those of RFC 8601 section 2.7.
_DMARC = {"pass": "pass", "fail": "fail", "none": "none", "temperror": "temperror"}
_SPF = {"pass": "pass", "fail": "fail", "none": "none", "tempfail": "temperror", "permerror": "permerror"}


def _dmarc(fields: Fields) -> None:
    fields["auth"] = {"dmarc": _DMARC[fields["action"]]}


def _spf(fields: Fields) -> None:
    """The identity is the client's own text: the domain of its sender address, or its HELO name."""
    fields["auth"] = {"spf": _SPF[fields["action"]]}


# ---------------------------------------------------------------- tokens

# The MTA's id: Postfix's, Sendmail's, Exim's; what follows must be the milter's own words.
_WORD = ~pp.Literal("NOQUEUE") + pp.Word(pp.alphanums, pp.alphanums + "-", min=6)
_ID = combine(_WORD)("queue_id")
_NO_ID = pp.Literal("(unknown-jobid)")

_DMARC_RESULT = one_of(_DMARC)
_SPF_RESULT = one_of(_SPF)

# A HELO name may hold blanks, and words that look like a result: the last one of the line is the result.
_IDENTITY = combine(pp.ZeroOrMore(pp.CharsNotIn(" ") | (pp.Literal(" ") + ~(_SPF_RESULT + pp.StringEnd()))))

# What it says of one message that decides nothing; what follows them may be the sender's text.
_REMARKS = (
    "ARC pass, policy fail > continuing DMARC eval", "ARC pass, policy pass > overriding DMARC fail",
    "Authentication-Results header add failed", "DMARC-Filter header add failed", "RFC5322 requirement error: ",
    "can't extract SPF address from Authentication-Results", "ignoring invalid ", "ignoring mail from ",
    "multi-valued From field detected", "opendmarc_policy_", "pclose() ", "popen(): ", "smfi_",
    "unable to create buffer for failure report", "unable to parse From header field",
    "unable to parse validated SPF address <",
)  # fmt: skip

# What it says of itself, or of a connection, without a message.
_SERVICE = (
    "OpenDMARC Filter v", "OpenDMARC Filter: ", "WARNING: symbol 'i' not available", "[child] ", "[parent] ",
    "additional trusted authentication services: ", "can't enable coredumps", "can't write pid to ",
    "configuration reloaded from ", "exited with status ", "fork(): ", "getrlimit(): ", "ignoring connection from ",
    "ignoring reload signal", "implicit authentication service: ", "initgroups(): ", "kill(", "malloc(): ",
    "maximum restart ", "mlfi_negotiate(): ", "no such group or gid '", "no such user or uid '",
    "opendmarc_policy_library_init() failed", "prctl(): ", "pthread_", "setgid(): ", "setrlimit(): ", "setuid(): ",
    "smfi_", "socket cleanup failed: ", "terminated with signal ", "trusted authentication services: ",
    "using ChangeRootDirectory without Userid",
)  # fmt: skip

# What it says of a file or a host by its name.
_OF_FILE = (
    " malloc(): ", ": DMARC context initialization failed", ": chdir(): ", ": chroot(): ",
    ": configuration error at line ", ": flock(", ": fopen(): ", ": fwrite(): ", ": lockf(", ": read/parse error",
    ': required parameter "',
)  # fmt: skip

# ---------------------------------------------------------------- line forms


def _dmarc_shape() -> Shape:
    """The result for the domain of the From header.  A domain with a blank in it could imitate the rest: not read."""
    return Shape(
        name="dmarc",
        verb=Verb.SCAN,
        build=_dmarc,
        grammar=_ID + ": " + pp.CharsNotIn(" :<>()")("header_from") + " " + _DMARC_RESULT("action"),
    )


def _spf_shape() -> Shape:
    return Shape(
        name="spf",
        verb=Verb.SCAN,
        build=_spf,
        grammar=_ID
        + ": SPF("
        + one_of(("mailfrom", "helo"))
        + "): "
        + _IDENTITY("reason")
        + " "
        + _SPF_RESULT("action"),
    )


def _remark_shape() -> Shape:
    return Shape(
        name="remark",
        verb=Verb.NOTE,
        grammar=_ID + ": " + combine(one_of(_REMARKS) + pp.Opt(rest))("reason"),
    )


def _ignored_results_shape() -> Shape:
    """Results that another system wrote into the message, and that do not count; this line alone has no colon."""
    return Shape(
        name="ignored_results",
        verb=Verb.NOTE,
        grammar=_ID + " " + combine("ignoring Authentication-Results at " + rest)("reason"),
    )


def _nameless_shape() -> Shape:
    """The same where the MTA told no id: of which message cannot be known."""
    words = one_of((*_REMARKS, "SPF(mailfrom): ", "SPF(helo): ")) + pp.Opt(rest)
    result = pp.CharsNotIn(" :<>()") + " " + _DMARC_RESULT
    ignored = _NO_ID + " ignoring Authentication-Results at " + rest
    return Shape(name="nameless", grammar=(_NO_ID + ": " + (words | result)) | ignored)


def _service_shape() -> Shape:
    of_file = pp.Opt(_WORD + ": ") + pp.CharsNotIn(" :") + one_of(_OF_FILE) + pp.Opt(rest)
    return Shape(name="service", grammar=(one_of(_SERVICE) + pp.Opt(rest)) | of_file)


def _shapes(_program: str) -> Sequence[Shape]:
    return [
        _dmarc_shape(),
        _spf_shape(),
        _remark_shape(),
        _ignored_results_shape(),
        _nameless_shape(),
        _service_shape(),
    ]


# ---------------------------------------------------------------- samples

_FRAME = "Nov 23 10:32:15 mx1 opendmarc[614]: "
_LONG = {"queue_id": "4jY2TD5qvxzJJQK"}


def _dmarc_sample(why: str, domain: str, word: str) -> Sample:
    return Sample(
        why=why,
        line=f"{_FRAME}4jY2TD5qvxzJJQK: {domain} {word}",
        expect={"verb": "scan", **_LONG, "header_from": domain, "action": word, "auth": {"dmarc": word}},
    )


def _spf_sample(why: str, scope: str, identity: str, word: str) -> Sample:
    result = {"spf": _SPF[word]}
    return Sample(
        why=why,
        line=f"{_FRAME}4jY2TD5qvxzJJQK: SPF({scope}): {identity} {word}",
        expect={"verb": "scan", **_LONG, "reason": identity, "action": word, "auth": result},
    )


def _remark_sample(why: str, words: str) -> Sample:
    expect = {"verb": "note", **_LONG, "reason": words}
    return Sample(why=why, line=f"{_FRAME}4jY2TD5qvxzJJQK: {words}", expect=expect)


_SAMPLES = (
    _dmarc_sample("the From domain is authenticated", "sender.example", "pass"),
    _dmarc_sample("it is not; what follows from that is not said", "sender.example", "fail"),
    _dmarc_sample("the domain publishes no policy", "news.sender.example", "none"),
    _dmarc_sample("the policy could not be had", "sender.example", "temperror"),
    Sample(
        why="a domain with blanks would imitate a result: it is not read",
        line=_FRAME + "4jY2TD5qvxzJJQK: sender.example pass fail",
        expect="reject",
    ),
    _spf_sample("its own SPF test, of the sender address", "mailfrom", "sender.example", "pass"),
    _spf_sample("its own SPF test, of the HELO name, for the null sender", "helo", "mail.sender.example", "none"),
    _spf_sample("DNS failed", "mailfrom", "sender.example", "tempfail"),
    _spf_sample("a HELO name imitates a result: the last word counts", "helo", "mail.sender.example pass", "fail"),
    _remark_sample("a chain of ARC seals counts for more", "ARC pass, policy pass > overriding DMARC fail"),
    _remark_sample("a header that must stand once", "RFC5322 requirement error: not exactly one From field"),
    _remark_sample("several authors", "multi-valued From field detected"),
    _remark_sample("a domain that is left alone", "ignoring mail from sender.example"),
    _remark_sample(
        "a header imitates a verdict: it stays a quotation",
        'ignoring invalid ARC-Authentication-Results header "4F2A1B3C9D: sender.example pass"',
    ),
    _remark_sample("the policy cannot be read", "opendmarc_policy_query_dmarc(sender.example) returned status 8"),
    Sample(
        why="results of somebody else, without a colon",
        line=_FRAME + "4jY2TD5qvxzJJQK ignoring Authentication-Results at 2 from mx.sender.example",
        expect={
            "verb": "note",
            **_LONG,
            "reason": "ignoring Authentication-Results at 2 from mx.sender.example",
        },
    ),
    Sample(why="no id was told", line=_FRAME + "(unknown-jobid): sender.example fail", expect="noise"),
    Sample(why="a client that is not looked at", line=_FRAME + "ignoring connection from localhost", expect="noise"),
    Sample(
        why="the start",
        line=_FRAME + "OpenDMARC Filter v1.4.2 starting (args: -f -p inet:8893@localhost)",
        expect="noise",
    ),
    Sample(
        why="the history file cannot be written",
        line=_FRAME + "4jY2TD5qvxzJJQK: /var/run/opendmarc.dat: fopen(): Permission denied",
        expect="noise",
    ),
    Sample(why="our tag, but nothing opendmarc says", line=_FRAME + "the quick brown fox", expect="reject"),
    Sample(why="an id, and nothing opendmarc says", line=_FRAME + "4jY2TD5qvxzJJQK: quick", expect="reject"),
)

FORMAT = Format(
    name="opendmarc",
    title="OpenDMARC",
    family="filter",
    reference="OpenDMARC source: every syslog() of opendmarc/opendmarc.c",
    claims=claims_programs("opendmarc"),
    shapes=_shapes,
    unit=Unit(kind="scan", by="queue_id", longest_seconds=60.0, offered_as=None),
    shows=(
        "the DMARC result for the From domain, and its own SPF result; the MTA's queue id",
        "what kept it from a result: headers that must stand once, several authors, ignored domains",
    ),
    cannot_show=(
        "whether a fail refused the message: policy, percentage and RejectFailures decide, and the MTA logs it",
        "softfail, neutral and permerror of SPF: its word for all of them is fail",
        "anything of messages for which the MTA told it no queue id",
    ),
    samples=_SAMPLES,
)
