"""rspamd: the verdict on each message it scanned; what happens then is the MTA's to do and to log.

Sources of truth, in the rspamd source: `conf/logging.inc` and `DEFAULT_LOG_FORMAT` (the two result lines in use),
`rspamd_task_write_log` in `src/libserver/task.c`, `src/libserver/logger/` (frame), `src/libserver/milter.c` and
`src/rspamd_proxy.c` (what a verdict makes the milter answer).
"""

import re
from collections.abc import Sequence
from functools import cache

import pyparsing as pp

from grammars.core.format import Fields, Format, Sample, Shape, Unit, claims_programs
from grammars.core.frames import stamp
from grammars.core.lexemes import combine, digits, one_of, rest, word
from grammars.core.lower import lower
from grammars.core.words import Verb

# ---------------------------------------------------------------- who speaks

# Functions that log before there is a module or a tag.
_EARLY = (
    "rspamd_url_init", "rspamd_regexp_library_init", "rspamd_roll_history_load", "rspamd_rs_compile_cb",
    "rspamd_rs_compile", "rspamd_hs_helper_start", "rspamd_log_reset_repeated", "rspamd_log_open",
    "rspamd_cryptobox_init", "rspamd_main_init",
)  # fmt: skip


def _frame() -> pp.ParserElement:
    """`2026-05-28 11:31:19 #4242(normal) <tag>; …`, with fractions and `[info]` where the site asks for them."""
    return (
        stamp()
        + " "
        + pp.Opt("[" + word + "] ")
        + "#"
        + digits.copy()("pid")
        + combine("(" + word + ") " + rest)("message")
    )


# ---------------------------------------------------------------- tokens

# Modules that never speak of a message's fate.
_MODULES = (
    "cfg", "lua", "map", "main", "symcache", "re_cache", "monitored", "controller", "csession", "rrd", "fuzzy_check",
    "fuzzy", "dns", "upstream", "upstreams", "redis_pool", "hs_helper", "control", "http", "ssl", "lua_threads",
    "langdet", "cryptobox",
)  # fmt: skip

# What the functions that handle a task say about connections, parts and statistics.
_TECHNICAL = (
    "proxy_accept_socket", "proxy_milter_finish_handler", "proxy_milter_error_handler", "proxy_client_finish_handler",
    "proxy_client_error_handler", "proxy_backend_master_error_handler", "proxy_backend_mirror_error_handler",
    "rspamd_milter_process_command", "rspamd_milter_consume_input", "rspamd_milter_handle_socket",
    "rspamd_worker_body_handler", "rspamd_worker_error_handler", "rspamd_worker_finish_handler", "accept_socket",
    "rspamd_protocol_http_reply", "rspamd_protocol_parse_task_flags", "rspamd_stat_classifiers_process",
    "rspamd_mime_part_detect_language", "rspamd_mime_part_process", "rspamd_mime_text_part_utf8_convert",
    "rspamd_mime_text_part_extract_words", "rspamd_mime_parser_", "process_text_part", "rspamd_task_load_message",
    "rspamd_symcache_", "symcache_", "process_item", "rspamd_re_cache_", "rspamd_redis_", "rspamd_fuzzy_", "fuzzy_",
    "spf_", "dkim_", "rspamd_spf_", "rspamd_dkim_", "rspamd_dns_", "make_dns_request", "lua_", "rspamd_lua_", "http_",
    "rspamd_http_", "rspamd_learn_task_spam", "rspamd_stat_", "bayes_", "rspamd_inet_address_", "rspamd_message_parse",
    "rspamd_message_get_", "rspamd_images_", "rspamd_archive", "rspamd_mime_headers_process",
    "rspamd_content_disposition", "rspamd_content_type", "rspamd_html_", "rspamd_url_", "rspamd_gtube", "finalize_item",
    "process_pre_postfilters", "rspamd_controller_",
)  # fmt: skip

_START = (
    pp.Opt("#" + digits)
    + pp.Opt("(" + word.copy()("service") + ") ")
    + (pp.Literal("<>; ") | pp.Opt("<" + pp.CharsNotIn("<>; ")("local_id") + ">; "))
)
_MODULE = pp.Word(pp.alphas, pp.alphanums + "_-")
_FUNCTION = pp.Word(pp.alphas + "_", pp.alphanums + "_.-~") + pp.Opt(":" + digits)

# Every worker but the controller, whose scans and lessons are no mail flow.
_TASK = _START + ~(pp.Literal("csession; ") | pp.Literal("controller; ")) + _MODULE + "; " + _FUNCTION + ": "

# rspamd puts no blank into an id or an address; one that has a blank could imitate what follows, and is not read.
_TEXT = combine(
    pp.Literal("<")
    + pp.ZeroOrMore(pp.CharsNotIn(" >") | (pp.Literal(">") + ~(pp.Literal(", ") | pp.Literal("; ") | pp.Literal(": "))))
    + ">"
)

# ---------------------------------------------------------------- what the grammar alone cannot say


def _result(fields: Fields) -> None:
    """The verdict.  Ids, the sender and the options of symbols are the sender's text, and printed as they are.

    Where the true head of the line may stand further right, what was read of it is not stated; where the end of
    the symbols may, they and what follows are not.
    """
    if fields.pop("status", None) == "s":
        fields.pop("score", None)  # decided in advance: no rule was counted
    tail = fields.pop("reply_text", "")
    if ", qid: <" in tail or ", from: <" in tail:
        _keep(fields, _TASK_FIELDS)
    elif "): [" in tail:
        _keep(fields, _TASK_FIELDS | _ID_FIELDS)
    elif tail.count(", len: ") < 2:
        symbols, found, facts = tail.partition(", len: ")
        _state_rules(fields, symbols)
        if found:
            _state_facts(fields, facts)


_TASK_FIELDS = frozenset(("verb", "local_id", "service", "host", "pid", "program", "instance"))
_ID_FIELDS = frozenset(("message_id", "queue_id", "client_ip", "sasl_username"))


def _keep(fields: Fields, names: frozenset[str]) -> None:
    for name in fields.keys() - names:
        del fields[name]


def _state_rules(fields: Fields, symbols: str) -> None:
    """`A(1.0){text;},B(0.00){}]`: the symbols that count, in the order of the line.

    Brackets in a text do no harm; one that looks like the next symbol is taken for it.
    """
    rules = []
    for symbol in symbols.split("}," if "{" in symbols else "),"):
        name, _, behind = symbol.partition("(")
        if not behind.startswith("0.00)") and _counts(behind.partition(")")[0]) and name.isidentifier():
            rules.append(name)
    if rules:
        fields["rules"] = rules


def _counts(score: str) -> bool:
    """Whether a symbol's score is a number, and not zero."""
    whole, _, part = score.removeprefix("-").partition(".")
    return (whole + part).isdecimal() and score.strip("-.0") != ""


def _state_facts(fields: Fields, facts: str) -> None:
    found = _facts().match(facts)
    if found is None:
        return
    fields["size_bytes"] = int(found["size_bytes"])
    recipients = [address for address in (found["recipients"] or "").split(",") if "@" in address]
    if len(recipients) == 1:
        fields["recipient"] = recipients[0]
    elif recipients:
        fields["recipients"] = [{"recipient": address} for address in recipients]
    _state_forced(fields, facts)


@cache
def _facts() -> "re.Pattern[str]":
    """`188249, time: 100ms, dns req: 12, digest: <…>, rcpts: <a,b>`; older lines count real and virtual time."""
    milliseconds = pp.Word(pp.nums + ".") + "ms"
    time = ", time: " + milliseconds + pp.Opt(" real, " + milliseconds + " virtual")
    dns = pp.Literal(", dns") + pp.Opt(" req") + ": " + pp.CharsNotIn(", ")
    digest = ", digest: <" + pp.Word(pp.hexnums) + ">"
    recipients = pp.Opt(",") + " rcpts: <" + pp.CharsNotIn(" <>")("recipients") + ">"
    return re.compile(
        lower(digits.copy()("size_bytes") + pp.Opt(time) + pp.Opt(dns) + pp.Opt(digest) + pp.Opt(recipients))
    )


def _state_forced(fields: Fields, facts: str) -> None:
    """The rule that decided alone: it ends the line, behind the recipients that the header names."""
    at = facts.rfind(", forced: ")
    found = _forced().match(facts, at) if at >= 0 else None
    if found is not None and found["reason"] not in {"", _NO_REASON}:
        fields["reason"] = found["reason"]


def _forced_note(fields: Fields) -> None:
    if fields.get("reason") == _NO_REASON:
        del fields["reason"]


_NO_REASON = "unknown reason"  # what rspamd prints where a rule gives none


@cache
def _forced() -> "re.Pattern[str]":
    setter = '"; score=' + pp.CharsNotIn(" ") + " (set by " + pp.CharsNotIn(")") + ")"
    settings = pp.Opt(", settings_id: " + pp.CharsNotIn(", "))
    action = ", forced: " + pp.CharsNotIn('"') + '"'
    return re.compile(lower(action + pp.SkipTo('"; score=')("reason") + setter + settings + pp.StringEnd()))


# ---------------------------------------------------------------- line forms


# `undef` is how rspamd prints what a message does not have.
_MESSAGE_ID = pp.Literal("<undef>") | _TEXT("message_id")
_QUEUE_ID = pp.Literal("<undef>") | ("<" + pp.Opt(pp.CharsNotIn(" <>")("queue_id")) + ">")
_CLIENT = (one_of(("undef", "unknown", "unix")) + pp.FollowedBy(",")) | (
    pp.Opt("[") + pp.CharsNotIn(", []")("client_ip") + pp.Opt("]")
)


def _ids() -> pp.ParserElement:
    return (
        _MESSAGE_ID
        + ", "
        + pp.Opt("qid: " + _QUEUE_ID + ", ")
        + pp.Opt("ip: " + _CLIENT + ", ")
        + pp.Opt("user: " + pp.CharsNotIn(", ")("sasl_username") + ", ")
    )


def _result_shape() -> Shape:
    number = combine(pp.Opt("-") + pp.Word(pp.nums) + pp.Opt("." + pp.Word(pp.nums)))
    none = pp.Opt("-") + (pp.Literal("nan") | pp.Literal("inf"))
    metric = pp.Opt("(" + word + ": " + pp.Opt(pp.Char("TFS")("status") + " "))
    return Shape(
        name="result",
        verb=Verb.SCAN,
        build=_result,
        grammar=_TASK
        + "id: "
        + _ids()
        + pp.Opt("from: " + (pp.Literal("<undef>") | _TEXT("reverse_path")) + ", ")
        + metric
        + "("
        + pp.CharsNotIn("()")("action")
        + "): ["
        + (number.copy()("score") | none)
        + "/"
        + (number.copy()("threshold") | none)
        + "] ["
        + pp.Opt(rest("reply_text")),
    )


def _unclear_result_shape() -> Shape:
    """A result line of a form that is not known: a message was scanned, and nothing else is certain."""
    return Shape(name="unclear_result", verb=Verb.SCAN, grammar=_TASK + "id: <" + rest)


def _loaded_shape() -> Shape:
    return Shape(
        name="loaded",
        verb=Verb.NAME,
        grammar=_TASK
        + "loaded message; id: "
        + _MESSAGE_ID
        + "; "
        + pp.Opt("queue-id: " + _QUEUE_ID + "; ")
        + "size: "
        + digits.copy()("size_bytes")
        + pp.Opt("; checksum: <" + pp.Word(pp.hexnums) + ">"),
    )


def _forced_shape() -> Shape:
    """`<id>: set pre-result to 'soft reject' (no score): 'text' from module(1)`: a rule decides alone."""
    source = " from " + pp.Word(pp.alphanums + "_-") + "(" + pp.Opt("-") + digits + ")"
    return Shape(
        name="forced",
        verb=Verb.NOTE,
        build=_forced_note,
        grammar=_TASK
        + _MESSAGE_ID
        + ": set pre-result to '"
        + pp.CharsNotIn("'")("action")
        + "'"
        + pp.CharsNotIn("'")
        + "'"
        + combine(pp.SkipTo("' from "))("reason")
        + "'"
        + source,
    )


def _remark_shape() -> Shape:
    """What changes the verdict, or what the milter makes of it; greylisting, rate limits and settings in Lua."""
    starts = (
        "discard message instead of rejection", "quarantine message instead of rejection",
        "cannot find scan results, tempfail", "cannot find action in results, tempfail", "do not apply action ",
        "processing of task time out", "post-processing of task", "greylisted until ", "greylisting pass ",
        "greylisting delayed ", "skip greylisting ", "Score too low - skip greylisting", "Downgrading metric action ",
        "downgrading metric action ", "ratelimit ", "skip ratelimit ", "not forcing action ", "apply static settings",
        "applied settings ", "slow rule: ",
    )  # fmt: skip
    about = _TEXT + one_of((" apply ", ": NOT set pre-result ")) + rest
    return Shape(
        name="remark",
        verb=Verb.NOTE,
        grammar=_TASK + combine((one_of(starts) + pp.Opt(rest)) | about)("reason"),
    )


def _technical_shape() -> Shape:
    """Connections, parts, statistics: functions that work on a task and decide nothing."""
    function = one_of(_TECHNICAL) + pp.Opt(pp.Word(pp.alphanums + "_.-~")) + pp.Opt(":" + digits)
    return Shape(name="technical", grammar=_START + _MODULE + "; " + function + ": " + pp.Opt(rest))


def _module_shape() -> Shape:
    function = pp.Opt(_FUNCTION + ": ")
    return Shape(name="module", grammar=_START + one_of(_MODULES) + "; " + function + pp.Opt(rest))


def _worker_shape() -> Shape:
    """Processes that scan no mail, whatever module they log for; some lines have no module."""
    process = "(" + one_of(("main", "controller", "hs_helper", "fuzzy")) + ") "
    tag = pp.Opt("<" + pp.Opt(pp.CharsNotIn("<>; ")) + ">; ")
    return Shape(
        name="worker",
        grammar=pp.Opt("#" + digits) + process + tag + pp.Opt(_MODULE + "; ") + _FUNCTION + ": " + pp.Opt(rest),
    )


def _early_shape() -> Shape:
    """A known function's line without tag and module."""
    known = pp.Opt("(" + word + ") ") + one_of(_EARLY) + ": "
    return Shape(name="early", grammar=known + pp.Opt(rest))


def _shapes(_: str) -> Sequence[Shape]:
    return [
        _worker_shape(),
        _result_shape(),
        _loaded_shape(),
        _remark_shape(),
        _forced_shape(),
        _unclear_result_shape(),
        _technical_shape(),
        _module_shape(),
        _early_shape(),
    ]


# ---------------------------------------------------------------- samples

_FILE = "2026-05-28 11:31:19 #4242(normal) <a1b2c3>; task; "
_SYSLOG = "May 28 11:31:19 mx1 rspamd[4242]: <a1b2c3>; task; "
_IDS = (
    "rspamd_task_write_log: id: <1@sender.example>, qid: <4jY2TD5qvxzJJQK>, ip: 192.0.2.18, "
    "from: <news@sender.example>, "
)
_END = "), len: 528, time: 59.519ms, dns req: 12, digest: <b621d11fe1dd3f839a26b61a201210b5>"
_RCPT = ", rcpts: <alice@recipient.example>, mime_rcpts: <alice@recipient.example>"
_NAMES = {
    "local_id": "a1b2c3",
    "message_id": "1@sender.example",
    "queue_id": "4jY2TD5qvxzJJQK",
    "client_ip": "192.0.2.18",
    "reverse_path": "news@sender.example",
}
_NORMAL = {"verb": "scan", "service": "normal", **_NAMES}

_SAMPLES = (
    Sample(
        why="the result line as shipped; symbols that count nothing are no rules",
        line=_FILE
        + _IDS
        + "(default: T (add header): [6.83/15.00] "
        + "[BAYES_SPAM(5.00){100.00%;},MIME_GOOD(-0.10){text/plain;},R_DUMMY(0.00){}]"
        + _END
        + _RCPT,
        expect={
            **_NORMAL,
            "action": "add header",
            "score": 6.83,
            "threshold": 15.0,
            "rules": ["BAYES_SPAM", "MIME_GOOD"],
            "size_bytes": 528,
            "recipient": "alice@recipient.example",
        },
    ),
    Sample(
        why="by syslog: no worker type; several recipients; a user who logged in",
        line=_SYSLOG
        + _IDS.replace("from:", "user: carol, from:")
        + "(default: F (no action): [-0.10/15.00] [MIME_GOOD(-0.10){text/plain;}]"
        + _END
        + ", rcpts: <alice@recipient.example,bob@recipient.example>",
        expect={
            "verb": "scan",
            **_NAMES,
            "sasl_username": "carol",
            "action": "no action",
            "score": -0.1,
            "threshold": 15.0,
            "rules": ["MIME_GOOD"],
            "size_bytes": 528,
            "recipients": [{"recipient": "alice@recipient.example"}, {"recipient": "bob@recipient.example"}],
        },
    ),
    Sample(
        why="a rule decided alone: its text is the reason, its score is nan; fractions in the stamp",
        line="2026-05-28 11:31:19.12345 #4242(rspamd_proxy) <a1b2c3>; proxy; "
        + _IDS
        + "(default: T (reject): [nan/15.00] [GTUBE(0.00){}]"
        + _END
        + _RCPT
        + ', forced: reject "Gtube pattern"; score=nan (set by gtube), settings_id: inbound',
        expect={
            **_NORMAL,
            "service": "rspamd_proxy",
            "action": "reject",
            "threshold": 15.0,
            "size_bytes": 528,
            "recipient": "alice@recipient.example",
            "reason": "Gtube pattern",
        },
    ),
    Sample(
        why="S: decided in advance, no rule was counted, so the score is none",
        line=_FILE + _IDS + "(default: S (add header): [0.00/15.00] []" + _END + _RCPT,
        expect={
            **_NORMAL,
            "action": "add header",
            "threshold": 15.0,
            "size_bytes": 528,
            "recipient": "alice@recipient.example",
        },
    ),
    Sample(
        why="another log_format in use: no metric, no flag, old times; severity in the frame",
        line="2026-05-28 11:31:19 [info] #4242(normal) <a1b2c3>; task; "
        + _IDS
        + "(no action): [1.5/15.0] [R_DUMMY(1.50){}], len: 528, time: 978.464ms real, 15.045ms virtual, dns req: 45, "
        + "digest: <b621d11fe1dd3f839a26b61a201210b5> rcpts: <alice@recipient.example>, mime_rcpt: "
        + "<x@recipient.example>, ",
        expect={
            **_NORMAL,
            "action": "no action",
            "score": 1.5,
            "threshold": 15.0,
            "rules": ["R_DUMMY"],
            "size_bytes": 528,
            "recipient": "alice@recipient.example",
        },
    ),
    Sample(
        why="ids that the message does not have; the null sender; no recipients",
        line=_FILE
        + "rspamd_task_write_log: id: <undef>, qid: <undef>, ip: 2001:db8::18, from: <>, "
        + "(default: F (greylist): [4.20/15.00] [MISSING_MID(2.50){},BAYES_SPAM(1.70){90.00%;}]"
        + _END,
        expect={
            "verb": "scan",
            "service": "normal",
            "local_id": "a1b2c3",
            "client_ip": "2001:db8::18",
            "reverse_path": "",
            "action": "greylist",
            "score": 4.2,
            "threshold": 15.0,
            "rules": ["MISSING_MID", "BAYES_SPAM"],
            "size_bytes": 528,
        },
    ),
    Sample(
        why="a Message-ID imitates the head: two heads, so no id is stated",
        line=_FILE
        + "rspamd_task_write_log: id: <x>, qid: <FORGED>, ip: 198.51.100.1, from: <a@b.example>, (default: F (no "
        + "action): "
        + "[0.00/15.00] [x>, qid: <4jY2TD5qvxzJJQK>, ip: 192.0.2.18, from: <news@sender.example>, "
        + "(default: T (reject): [20.00/15.00] [R_DUMMY(20.00){}]"
        + _END,
        expect={"verb": "scan", "service": "normal", "local_id": "a1b2c3"},
    ),
    Sample(
        why="a sender imitates the verdict: ids stand before it and are stated, the verdict is not",
        line=_FILE
        + _IDS.replace(
            "news@sender.example>, ", 'x>, (default: F (no action): [0.00/15.00] [A(0.10){}]), len: 1"@b.example>, '
        )
        + "(default: T (reject): [20.00/15.00] [R_DUMMY(20.00){}]"
        + _END,
        expect={
            "verb": "scan",
            "service": "normal",
            "local_id": "a1b2c3",
            "message_id": "1@sender.example",
            "queue_id": "4jY2TD5qvxzJJQK",
            "client_ip": "192.0.2.18",
        },
    ),
    Sample(
        why="the options of a symbol have brackets, and imitate the end of the symbols",
        line=_FILE
        + _IDS
        + "(default: T (reject): [20.00/15.00] [R_DUMMY(20.00){a}, b]), len: 9, time: 1ms, rcpts: "
        + "<forged@recipient.example>;}]"
        + _END
        + _RCPT,
        expect={**_NORMAL, "action": "reject", "score": 20.0, "threshold": 15.0},
    ),
    Sample(
        why="brackets in options do not end the symbols",
        line=_FILE
        + _IDS
        + "(default: F (no action): [1.10/15.00] [SENDER_REP(1.00){asn: 64500(0.00), country: "
        + "XX(-0.00);},SUBJ(0.10){a]b}c(d;}]"
        + _END,
        expect={
            **_NORMAL,
            "action": "no action",
            "score": 1.1,
            "threshold": 15.0,
            "rules": ["SENDER_REP", "SUBJ"],
            "size_bytes": 528,
        },
    ),
    Sample(
        why="a recipient of the header imitates a forced action: only the end of the line counts",
        line=_FILE
        + _IDS
        + "(default: F (no action): [0.10/15.00] [R_DUMMY(0.10){}]"
        + _END
        + ', rcpts: <alice@recipient.example>, mime_rcpts: <x, forced: reject "forged"; score=nan (set by '
        + "gtube)@b.example>",
        expect={
            **_NORMAL,
            "action": "no action",
            "score": 0.1,
            "threshold": 15.0,
            "rules": ["R_DUMMY"],
            "size_bytes": 528,
            "recipient": "alice@recipient.example",
        },
    ),
    Sample(
        why="a log_format of the site's own: the task is known, nothing else",
        line=_FILE + "rspamd_task_write_log: id: <1@sender.example>; verdict=reject",
        expect={"verb": "scan", "service": "normal", "local_id": "a1b2c3"},
    ),
    Sample(
        why="the WebUI's or rspamc's scan is no mail flow",
        line="2026-05-28 11:31:19 #4243(controller) <a1b2c3>; csession; "
        + _IDS
        + "(default: F (no action): [0.10/15.00] [R_DUMMY(0.10){}]"
        + _END,
        expect="noise",
    ),
    Sample(
        why="the same by syslog, where the module alone tells",
        line="May 28 11:31:19 mx1 rspamd[4243]: <a1b2c3>; csession; rspamd_controller_learn_fin_task: <192.0.2.1> "
        "learned message as spam: 1@sender.example",
        expect="noise",
    ),
    Sample(
        why="ids and size, before any verdict",
        line="2026-05-28 11:31:19 #4242(rspamd_proxy) <a1b2c3>; proxy; rspamd_message_parse: loaded message; "
        "id: <1@sender.example>; queue-id: <4jY2TD5qvxzJJQK>; size: 528; checksum: "
        "<b621d11fe1dd3f839a26b61a201210b5>",
        expect={
            "verb": "name",
            "service": "rspamd_proxy",
            "local_id": "a1b2c3",
            "message_id": "1@sender.example",
            "queue_id": "4jY2TD5qvxzJJQK",
            "size_bytes": 528,
        },
    ),
    Sample(
        why="a rule decides alone, said when it does",
        line=_FILE
        + "rspamd_add_passthrough_result: <1@sender.example>: set pre-result to 'soft reject' (no score): "
        + "'Try again later' from greylist(1)",
        expect={
            "verb": "note",
            "service": "normal",
            "local_id": "a1b2c3",
            "message_id": "1@sender.example",
            "action": "soft reject",
            "reason": "Try again later",
        },
    ),
    Sample(
        why="the proxy does not do what the verdict says",
        line=_SYSLOG + "proxy_milter_finish: discard message instead of rejection",
        expect={"verb": "note", "local_id": "a1b2c3", "reason": "discard message instead of rejection"},
    ),
    Sample(
        why="the scan failed: the milter asks for a retry",
        line="May 28 11:31:19 mx1 rspamd[4242]: (rspamd_proxy) <a1b2c3>; milter; rspamd_milter_send_task_results: "
        "cannot find scan results, tempfail",
        expect={
            "verb": "note",
            "service": "rspamd_proxy",
            "local_id": "a1b2c3",
            "reason": "cannot find scan results, tempfail",
        },
    ),
    Sample(
        why="greylisting, in Lua",
        line="2026-05-28 11:31:19 #4242(normal) <a1b2c3>; lua; greylist.lua:285: greylisted until "
        '"Thu, 28 May 2026 11:36:19 GMT" (meta only)',
        expect={
            "verb": "note",
            "service": "normal",
            "local_id": "a1b2c3",
            "reason": 'greylisted until "Thu, 28 May 2026 11:36:19 GMT" (meta only)',
        },
    ),
    Sample(
        why="a connection",
        line="2026-05-28 11:31:19 #4242(rspamd_proxy) <a1b2c3>; milter; rspamd_milter_process_command: "
        "got connection from 192.0.2.18:34991",
        expect="noise",
    ),
    Sample(
        why="configuration, without a tag",
        line="2026-05-28 11:31:19 #4240(main) lua; cfg.lua:161: group x",
        expect="noise",
    ),
    Sample(
        why="a module that never speaks of a message",
        line="May 28 11:31:19 mx1 rspamd[4240]: <mgw3uw>; cfg; rspamd_init_lua_filters: init lua module rbl from x.lua",
        expect="noise",
    ),
    Sample(
        why="A worker's early line, before it has a tag and a module.",
        line="2026-05-28 11:31:19 #4242(normal) rspamd_url_init: initialized 9609 url match suffixes",
        expect="noise",
    ),
    Sample(
        why="neither tag nor module: syslog's frame takes the function as its tag",
        line="2026-05-28 11:31:19 #4240(main) rspamd_url_init: start compiling of 9000 TLD suffixes",
        expect="noise",
    ),
    Sample(
        why="our tag, but nothing rspamd says",
        line="May 28 11:31:19 mx1 rspamd[4242]: the quick brown fox",
        expect="reject",
    ),
)

FORMAT = Format(
    name="rspamd",
    title="rspamd",
    family="filter",
    reference="rspamd source: conf/logging.inc, src/libserver/task.c, src/libserver/milter.c, src/rspamd_proxy.c",
    claims=claims_programs("rspamd"),
    shapes=_shapes,
    frame=_frame,
    unit=Unit(kind="scan", by="local_id", longest_seconds=3600.0, offered_as="local_id"),
    shows=(
        "the verdict on each scanned message: action, score, the rules that counted",
        "the MTA's queue id, the Message-ID, the envelope",
        "which rule decided alone, greylisting, a failed scan",
    ),
    cannot_show=(
        "what the MTA did with the verdict: reject may be a discard or a quarantine, greylist accepts",
        "messages whose scan a setting keeps out of the log",
        "verdict or ids, where the sender's text imitates the line; a symbol's options may imitate another symbol",
    ),
    samples=_SAMPLES,
)
