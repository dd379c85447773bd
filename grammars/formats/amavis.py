"""amavis (amavisd-new 2.3 to 2.13): what it found in a message, and what it did with each recipient's copy.

Sources of truth, in the amavis source: the log templates behind `__DATA__` of `Amavis.pm` (main, verbose,
by-recipient), `do_log` in `Amavis/Util.pm` (it doubles every backslash), `write_log` in `Amavis/Log.pm` (it cuts
lines at 980 characters), `msg_from_quarantine` in `Amavis/Notify.pm`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache

import pyparsing as pp

from grammars.core.format import Fields, Format, Sample, Shape, Unit, claims_programs
from grammars.core.lexemes import combine, digits, one_of, rest, word
from grammars.core.lower import lower
from grammars.core.words import Verb

# ---------------------------------------------------------------- words

# The actions in braces, without the direction that follows them (`actions_performed` in Amavis.pm), in ours.
_ACTIONS = {
    "Relayed": Verb.PASS,
    "RelayedTagged": Verb.PASS,
    "Discarded": Verb.DISCARD,
    "NoBounce": Verb.DISCARD,  # a bounce was due and was suppressed: nobody was told
    "Bounced": Verb.BOUNCE,
    "Rejected": Verb.REJECT,
    "TempFailed": Verb.DEFER,
    "Accepted": Verb.SCAN,  # amavis does not forward here: the MTA that called it decides
}
_DIRECTIONS = ("Inbound", "Internal", "Outbound", "OpenRelay")

_CLASSES = (
    "CLEAN", "SPAMMY", "SPAM", "BANNED", "INFECTED", "BAD-HEADER", "UNCHECKED", "OVERSIZED", "MTA-BLOCKED", "OTHER",
    "TEMPFAIL",
)  # fmt: skip

# Pieces whose value amavis itself makes, or a sender cannot put a blank into: reading may go on behind them.
_OWN_KEYS = frozenset((
    "quarantine", "Queue-ID", "mail_id", "secret_id", "parent_mail_id", "Hits", "size", "pt", "b", "tls", "queued_as",
    "tag", "tag2", "kill", "shortcircuit", "autolearn", "autolearnscore", "dkim_d", "dkim_i", "dkim_sd", "dkim_new",
    "rss", "languages", "relaycountry", "asn", "dcc", "dcc_rep", "signer_avg", "From", "User-Agent", "X-Mailer", "SA",
    "rules",
))  # fmt: skip

# ---------------------------------------------------------------- tokens

_ID = "(" + pp.CharsNotIn("() ")("local_id") + ") "
_ALERT = one_of(("(!!)", "(!)"))

# A quoted part may hold anything. One that does not end takes the rest of the line, and what must follow is missing.
_any = pp.CharsNotIn("", exact=1)
_escaped = pp.Literal("\\\\\\\\") | (pp.Literal("\\\\") + _any) | (pp.Literal("\\") + _any)
_quoted = pp.Literal('"') + pp.ZeroOrMore(pp.CharsNotIn('"\\') | _escaped) + pp.Opt('"')
_literal = pp.Literal("[") + pp.ZeroOrMore(pp.CharsNotIn("]\\") | _escaped) + pp.Opt("]")


def _address() -> pp.ParserElement:
    """An address in angle brackets as the log keeps it: every backslash is there twice.

    Read as it was written, so that a quoted local part cannot imitate the rest of the line.
    """
    return combine(pp.Literal("<") + pp.ZeroOrMore(pp.CharsNotIn('<>"') | _quoted) + ">")


_ADDRESSES = combine(pp.Literal("<") + pp.ZeroOrMore(pp.CharsNotIn('<>"') | _quoted | pp.Literal(">,<")) + ">")

_MESSAGE_ID = combine(pp.Literal("<") + pp.ZeroOrMore(pp.CharsNotIn('<>"[\\') | _escaped | _quoted | _literal) + ">")

_BANKS = pp.ZeroOrMore(pp.Word(pp.alphanums + "(", pp.alphanums + "_./-():") + " ")
"""Policy bank names, `LOCAL`, `ESMTPS/ESMTP`: words between the class and the sender."""

_DETAIL_END = one_of((") {", "), "))


def _verdict() -> pp.ParserElement:
    """`Passed SPAM`, `Blocked BANNED (name)`: what was found; the name of a part is the sender's text."""
    found = combine(
        one_of(_CLASSES)
        + pp.Opt("-" + pp.Word(pp.alphanums.upper()))
        + pp.Opt(pp.Literal(" (") + pp.SkipTo(_DETAIL_END) + ")")
    )
    return one_of(("Passed", "Blocked"))("action") + " " + found("reason")


# ---------------------------------------------------------------- what the grammar alone cannot say


def _addresses(text: str) -> list[str]:
    """`<a>,<b>`, up to where a line was cut."""
    if '"' not in text and text.endswith(">"):
        return text[1:-1].split(">,<")
    found = []
    at = 0
    while (one := _address_pattern().match(text, at)) is not None:
        found.append(one.group()[1:-1])
        at = one.end() + 1
    return found


@cache
def _address_pattern() -> "re.Pattern[str]":
    return re.compile(lower(_address()))


def _state_recipients(fields: Fields) -> None:
    found = _addresses(fields.pop("recipients", ""))
    if len(found) == 1:
        fields["recipient"] = found[0]
    elif found:
        fields["recipients"] = [{"recipient": recipient} for recipient in found]


@lru_cache(maxsize=1024)
def _score(text: str) -> float | None:
    """`5.2`, or score and boost `5.2-3.1`; None for `-` (not scanned) and `2..7` (recipients differ)."""
    found = _score_pattern().fullmatch(text)
    if found is None:
        return None
    score, boost = found.groups()
    return float(score) if boost is None else round(float(score) + float(boost), 3)


@cache
def _score_pattern() -> "re.Pattern[str]":
    number = pp.Word(pp.nums, min=1) + pp.Opt("." + pp.Word(pp.nums))
    first = combine(pp.Opt("-") + number)("score")
    return re.compile(lower(first + pp.Opt(combine(pp.Char("+-") + number)("boost"))))


@cache
def _piece() -> "re.Pattern[str]":
    """One `, key: value` of the tail, or all that is left; the value is in brackets, in quotes, or has no blank.

    Further values of a list (several quarantine places) stand without a key.
    """
    bare = combine(pp.CharsNotIn(', "<[') + pp.ZeroOrMore(pp.Literal(",") + pp.CharsNotIn(', "<[')))
    value = (
        bare
        | _MESSAGE_ID
        | combine('"' + pp.ZeroOrMore(pp.CharsNotIn('"') | pp.Literal('""')) + '"')
        | combine("[" + pp.CharsNotIn("]") + "]")
    )
    another = combine(pp.Word(pp.alphanums + "_./+@-") + pp.FollowedBy(", "))
    keyed = pp.Word(pp.alphas, pp.alphanums + "_.-")("key") + one_of((": ", "=")) + pp.Opt(value("value"))
    end = pp.FollowedBy(pp.Literal(", ") | pp.StringEnd())
    piece = ", " + ((keyed + pp.Opt(" (dkim:AUTHOR)") + end) | another("another"))
    return re.compile(lower(piece | pp.CharsNotIn("")))


def _pieces(tail: str) -> dict[str, str]:
    """Reads the tail piece by piece; ends before the first piece that a sender could have written into.

    What stands behind such a piece (an unquoted Subject, a HELO name, a custom key) could be forged.
    """
    pieces: dict[str, str] = {}
    for key, value, another in _piece().findall(tail):
        if not key:
            if another and "quarantine" in pieces and len(pieces) == 1:
                continue
            break
        pieces.setdefault(key, value)
        if key not in _OWN_KEYS and not value.startswith(("<", '"', "[")):
            break
    return pieces


def _state_pieces(fields: Fields, pieces: dict[str, str]) -> None:
    for key, value in pieces.items():
        state = _STATE.get(key)
        if state is not None and value and value != "<>":
            state(fields, value)


def _state_as(name: str) -> Callable[[Fields, str], None]:
    """Gives what states a piece as it stands, without the angle brackets around it."""

    def state(fields: Fields, value: str) -> None:
        fields[name] = value[1:-1] if value[0] == "<" else value

    return state


def _state_hits(fields: Fields, value: str) -> None:
    score = _score(value)
    if score is not None:
        fields["score"] = score


def _state_size(fields: Fields, value: str) -> None:
    if value.isascii() and value.isdecimal() and len(value) < 19:
        fields["size_bytes"] = int(value)


def _state_tests(fields: Fields, tests: str) -> None:
    """`[NAME=1.5,NAME2=-0.1]`: names in the order of the line."""
    names = [test.strip().partition("=")[0] for test in tests.strip("[]").split(",")]
    if any(names):
        fields["rules"] = [name for name in names if name]


def _state_next(fields: Fields, value: str) -> None:
    """`queued_as: A/B` where recipients went in several transactions; replies of other forms are kept out."""
    first = value.partition("/")[0]
    if first.isascii() and first.isalnum() and len(first) > 4:
        fields["next_queue_id"] = first


def _state_subject(fields: Fields, value: str) -> None:
    if value[0] == '"':  # unquoted, it may go on behind the first comma
        fields["subject"] = value[1:-1].replace('""', '"')


def _state_signer(fields: Fields, value: str) -> None:
    """`selector:domain`, the first of those whose signature was valid."""
    fields["dkim_domain"] = value.partition(",")[0].partition(":")[2]
    fields["auth"] = {"dkim": "pass"}


_STATE: dict[str, Callable[[Fields, str], None]] = {
    "quarantine": _state_as("quarantine_id"),
    "Queue-ID": _state_as("queue_id"),
    "Message-ID": _state_as("message_id"),
    "mail_id": _state_as("mail_id"),
    "Hits": _state_hits,
    "size": _state_size,
    "queued_as": _state_next,
    "Subject": _state_subject,
    "From": _state_as("header_from"),
    "helo": _state_as("helo"),
    "Tests": _state_tests,
    "dkim_sd": _state_signer,
}


def _main(fields: Fields) -> None:
    """The line about a message: who, what was found, what was done; up to two of them (let through, held back)."""
    tail = fields.pop("reply_text", "")
    if _two_heads(fields, tail):
        _only_verdict(fields)
        return
    if tail.startswith("<"):  # the line was cut inside the recipients
        fields["recipients"], tail = tail, ""
    _state_recipients(fields)
    at = tail.find("), ") + 1 if tail.startswith(", (") else 0  # the public part of the Received trace
    _state_pieces(fields, _pieces(tail[at:]))
    _decide(fields)


def _two_heads(fields: Fields, tail: str) -> bool:
    """Whether the name of a banned part imitates the line's own head: the true one stands behind it then."""
    if not fields["reason"].endswith(")"):
        return False
    texts = (fields["reverse_path"], fields.get("recipients", ""), tail)
    return any(_second_head().search(text) is not None for text in texts if ")" in text)


@cache
def _second_head() -> "re.Pattern[str]":
    return re.compile(lower(")" + (pp.Literal(" {") | (", " + _BANKS + pp.FollowedBy(one_of(("[", "<")))))))


def _only_verdict(fields: Fields) -> None:
    """States what stands before the sender's text: the id, the first word, the class."""
    for name in fields.keys() - _BEFORE_TEXT:
        del fields[name]
    fields["reason"] = fields["reason"].partition(" ")[0]


_BEFORE_TEXT = frozenset(("local_id", "action", "reason", "verb", "host", "pid", "program", "instance", "service"))


def _decide(fields: Fields) -> None:
    status = fields.get("status", "")
    fields["verb"] = _verb(fields["action"], status, held="quarantine_id" in fields or "quarantined" in status)


@lru_cache(maxsize=1024)
def _verb(action: str, status: str, *, held: bool) -> Verb:
    """The verb of a line's recipients.

    The braces list the actions on all recipients of the message, also those of its other line.
    """
    passed = action == "passed"
    known = set(_verbs(status))
    verbs = {verb for verb in known if (verb in _LET_THROUGH) == passed}
    if not known:  # releases before 2.7 print no braces
        verbs = {Verb.PASS} if passed else {Verb.DISCARD} if held else {Verb.SCAN}
    verb = verbs.pop() if len(verbs) == 1 else Verb.SCAN
    return Verb.QUARANTINE if verb is Verb.DISCARD and held else verb


_LET_THROUGH = frozenset((Verb.PASS, Verb.SCAN))


def _verbs(status: str) -> Iterator[Verb]:
    for action in status.split(","):
        if action in _BY_STATUS:
            yield _BY_STATUS[action]


_BY_STATUS = {
    f"{action}{direction}".lower(): verb for action, verb in _ACTIONS.items() for direction in ("", *_DIRECTIONS)
}


def _by_recipient(fields: Fields) -> None:
    """The second kind of line: the same message again, for one recipient, with the levels that counted."""
    passed = fields["action"] == "passed"
    levels = fields.pop("levels").split(", ")
    score = _score(fields.pop("hits"))
    if score is not None:
        fields["score"] = score
    threshold = _score(levels[1 if passed else 2].partition("=")[2])
    if threshold is not None:
        fields["threshold"] = threshold
    _state_recipients(fields)
    fields["verb"] = Verb.PASS if passed else Verb.SCAN


def _spam_tag(fields: Fields) -> None:
    for name, key in (("hits", "score"), ("level", "threshold")):
        value = _score(fields.pop(name, ""))
        if value is not None:
            fields[key] = value
    if "rules" in fields:
        _state_tests(fields, fields.pop("rules"))
    _state_recipients(fields)


def _release(fields: Fields) -> None:
    if fields["action"] not in {"release", "requeue"}:
        fields["verb"] = Verb.NOTE
    _state_recipients(fields)


# ---------------------------------------------------------------- line forms

_ENVELOPE = _address()("reverse_path") + " -> " + pp.Opt(_ADDRESSES("recipients"))


def _main_shape() -> Shape:
    address = pp.CharsNotIn("] ")
    return Shape(
        name="message",
        verb=Verb.SCAN,
        build=_main,
        grammar=_ID
        + _verdict()
        + pp.Opt(" {" + pp.Opt(pp.CharsNotIn("{} ")("status")) + "}")
        + ", "
        + _BANKS
        + pp.Opt("[" + address.copy()("client_ip") + "]" + pp.Opt(":" + digits("client_port")) + " ")
        + pp.Opt("[" + address.copy()("origin_ip") + "] ")
        + _BANKS
        + pp.Opt("/ESMTP ")
        + _ENVELOPE
        + pp.Opt(rest("reply_text")),
    )


def _by_recipient_shape() -> Shape:
    level = pp.CharsNotIn(", ")
    levels = combine(pp.Literal("tag=") + pp.Opt(level) + ", tag2=" + pp.Opt(level) + ", kill=" + pp.Opt(level))
    flag = pp.CharsNotIn("/, ")
    return Shape(
        name="recipient",
        verb=Verb.PASS,
        build=_by_recipient,
        grammar=_ID
        + _verdict()
        + ", "
        + _ENVELOPE
        + ", Hits: "
        + pp.CharsNotIn(", ")("hits")
        + ", "
        + levels("levels")
        + pp.Opt(", queued_as: " + pp.Word(pp.alphanums)("next_queue_id"))
        + pp.Opt(", fwd: " + pp.SkipTo(one_of((", L/", ", 0/", ", -/"))))
        + ", "
        + flag
        + ("/" + flag + "/" + flag + "/" + flag),
    )


def _spam_tag_shape() -> Shape:
    number = pp.CharsNotIn(", ")
    tests = combine(pp.Literal("[") + pp.CharsNotIn("]") + "]")
    return Shape(
        name="spam_tag",
        verb=Verb.SCAN,
        build=_spam_tag,
        grammar=_ID
        + one_of(("SPAM-TAG, ", "spam-tag, ", "SPAM, "))
        + _ENVELOPE
        + ", "
        + one_of(("Yes", "No"))
        + ", "
        + one_of(("score=", "hits="))
        + number.copy()("hits")
        + pp.Opt(" tagged_above=" + number)
        + pp.Opt(" tag=" + number)
        + pp.Opt(one_of((" required=", " tag2=")) + number.copy()("level"))
        + pp.Opt(" kill=" + number)
        + pp.Opt(" tests=" + pp.Opt(tests("rules")) + pp.Opt(rest)),
    )


def _release_shape() -> Shape:
    return Shape(
        name="release",
        verb=Verb.RELEASE,
        build=_release,
        grammar=pp.Opt(_ID)
        + "Quarantined message "
        + word("action")
        + pp.Opt(" (" + pp.Opt(pp.CharsNotIn(")")("reason")) + ")")
        + ": "
        + pp.CharsNotIn(" ")("mail_id")
        + " "
        + _ENVELOPE
        + pp.Opt(", (excluded: " + rest),
    )


def _skipped_shape() -> Shape:
    return Shape(
        name="scan_skipped",
        verb=Verb.NOTE,
        grammar=_ID + combine(pp.Literal("spam_scan: not wasting time on ") + rest)("reason"),
    )


def _continued_shape() -> Shape:
    """The rest of a line that was cut at 980 characters: it may begin inside the sender's text, so nothing is read."""
    return Shape(name="continued", verb=Verb.NOTE, grammar=_ID + pp.Opt(_ALERT) + "..." + pp.Opt(rest))


def _remark_shape() -> Shape:
    """What amavis says about the message it works on, beside its verdict."""
    starts = (
        "TROUBLE ", "Checking: ", "Open relay? ", "OVERSIZED ", "DEFANGING MAIL: ", "virus_scan: ", "run_av (",
        "local delivery: ", "FWD ", "SEND ", "allow bad header section from ", "Inserting header field: ", "NOTICE: ",
        "WARN: ", "INFO: ", "INFECTED ", "BANNED ", "bounce unverifiable", "bounce ", "DSN: ", "Quarantine ",
        "Negative SMTP ", "mail_via_smtp: ", "unexpected status/result", "temporary failures", "wbl: ", "penpals: ",
        "dkim: ", "check_header: ", "Cached ", "cached ", "p.path BANNED", "OS_fingerprint: ", "address modified (",
        "adding recipient ", "Turning AV infection ", "Message size exceeded", "spam_scan: ", "mangling ", "do_",
        "store_mgr: ", "file(1) ", "Content-Type: ", "ESMTP", "LMTP", "SMTP",
    )  # fmt: skip
    send = (
        pp.Word(pp.alphanums + "_-+") + pp.Opt("(" + pp.Word(pp.alphanums + "_-+") + ")") + one_of((" FWD ", " SEND "))
    )
    remark = (_ALERT + rest) | (one_of(starts) + pp.Opt(rest)) | (send + rest)
    return Shape(name="remark", verb=Verb.NOTE, grammar=_ID + combine(remark)("reason"))


def _work_shape() -> Shape:
    """Timings, parts and connections of one task: about the machine, not about the message."""
    starts = (
        "TIMING", "size: ", "extra modules loaded", "modules loaded", "smtp resp", "smtp connection", "smtp session",
        "KEEP ", "DID CLOSE ", "TempDir::", "Using ", "SpamControl: ", "SA ", "Requesting process rundown",
        "load_policy_bank", "loaded policy bank", "child_init_hook", "file(1)", "running file(1)", "connected to ",
        "connect_to_", "sql ", "sql_", "redis: ", "query", "lookup", "save_info", "Amavis::", "SpamAssassin ",
        "clamav: ", "collect_results",
    )  # fmt: skip
    part = pp.Char("p") + digits + " " + rest
    return Shape(name="work", grammar=_ID + (part | (one_of(starts) + pp.Opt(rest))))


def _process_shape() -> Shape:
    """Start, configuration and end of the daemon: lines without an id."""
    starts = (
        "starting.", "perl=", "Net::Server: ", "No $", "No ext program for ", "No decoder for ", "No programs: ",
        "Found ", "Using ", "Module ", "Internal decoder for ", "SpamControl: ", "SpamAssassin ",
        "extra modules loaded", "modules loaded", "logging initialized", "Valid PID file", "Ignoring stale PID file",
        "Unable to determine system uptime", "no $pid_file", "No such process", "uptime: ", "warm restart on HUP",
        "Deleting db files", "Creating db in ", "initializing Mail::", "SQL", "Lookup::", "DKIM ", "dkim: ",
        "DKIM code ", "ANTI-", "Amavis-DB", "Amavis::", "User: ", "user=", "Daemon ", "bind to ", "config files read: ",
        "sd_notify", "signal: ", "Sending SIG", "removing empty or crippled PID file", "Requesting process rundown",
        "DENIED ACCESS ", "find_program_path: ", "tcp_lookup: ", "loading policy bank", "INFO: ", "NOTICE: ", "WARN: ",
        "TROUBLE ", "ZMQ enabled", "Master PID ", "process_request: ", "child_init_hook", "after_chroot_init: ",
        "shutting down", "Creating ", "Opening ", "open_on_specific_fd", "AV: ", "ClamAV-", "OK ",
    )  # fmt: skip
    alert = _ALERT + rest
    return Shape(name="process", grammar=alert | (one_of(starts) + pp.Opt(rest)))


def _shapes(_program: str) -> Sequence[Shape]:
    return [
        _by_recipient_shape(),
        _main_shape(),
        _spam_tag_shape(),
        _release_shape(),
        _skipped_shape(),
        _continued_shape(),
        _work_shape(),
        _remark_shape(),
        _process_shape(),
    ]


# ---------------------------------------------------------------- samples

_FRAME = "Nov 23 10:32:22 mx1 amavis[28701]: (28701-06) "
_WHO = "[192.0.2.7]:60457 [198.51.100.194] <news@sender.example> -> <carol@recipient.example>"
_IDS = ", Queue-ID: 317A924C1E1, Message-ID: <1@sender.example>, mail_id: zmE9dMDonTjV"
_TASK = {"local_id": "28701-06"}
_PATHS = {"reverse_path": "news@sender.example", "recipient": "carol@recipient.example"}
_CLIENT = {"client_ip": "192.0.2.7", "client_port": 60457, "origin_ip": "198.51.100.194"}
_NAMED = {"queue_id": "317A924C1E1", "message_id": "1@sender.example", "mail_id": "zmE9dMDonTjV"}
_ABOUT = {**_TASK, **_CLIENT, **_PATHS, **_NAMED}
_PASSED = {**_ABOUT, "verb": "pass", "action": "passed"}
_BLOCKED = {**_ABOUT, "action": "blocked"}

_SAMPLES = (
    Sample(
        why="let through: the next queue id is named",
        line=_FRAME
        + "Passed CLEAN {RelayedInbound}, "
        + _WHO
        + _IDS
        + ", Hits: -1, size: 748, queued_as: DBC4624C167, dkim_sd=s1:sender.example,s2:b.example, 151 ms",
        expect={
            **_PASSED,
            "reason": "CLEAN",
            "status": "relayedinbound",
            "score": -1.0,
            "size_bytes": 748,
            "next_queue_id": "DBC4624C167",
            "dkim_domain": "sender.example",
            "auth": {"dkim": "pass"},
        },
    ),
    Sample(
        why="held: put into quarantine, not passed on",
        line=_FRAME
        + "Blocked SPAM {DiscardedInbound,Quarantined}, "
        + _WHO
        + ", quarantine: z/spam-zmE9dMDonTjV.gz"
        + _IDS
        + ", Hits: 24.5, size: 725, 95 ms",
        expect={
            **_BLOCKED,
            "verb": "quarantine",
            "reason": "SPAM",
            "status": "discardedinbound,quarantined",
            "quarantine_id": "z/spam-zmE9dMDonTjV.gz",
            "score": 24.5,
            "size_bytes": 725,
        },
    ),
    Sample(
        why="let through and a copy kept: it passed",
        line=_FRAME
        + "Passed SPAM {RelayedTaggedInbound,Quarantined}, "
        + _WHO
        + ", quarantine: spam-zmE9dMDonTjV, archive-zmE9dMDonTjV"
        + _IDS
        + ", Hits: 5.2-3.1, size: 725, queued_as: CCC5B24C1E1/DDD5B24C1E1, 88 ms",
        expect={
            **_PASSED,
            "reason": "SPAM",
            "status": "relayedtaggedinbound,quarantined",
            "quarantine_id": "spam-zmE9dMDonTjV",
            "score": 2.1,
            "size_bytes": 725,
            "next_queue_id": "CCC5B24C1E1",
        },
    ),
    Sample(
        why="destroyed: no copy is kept; not scanned, so no score; policy banks; no client port",
        line=_FRAME
        + "Blocked INFECTED (Eicar-Signature(44d8:68)) {NoBounceInternal}, ORIGINATING/MYNETS LOCAL [IPv6:2001:db8::7] "
        + "<news@sender.example> -> <carol@recipient.example>"
        + _IDS
        + ", Hits: -, size: 725, 58 ms",
        expect={
            **_TASK,
            **_PATHS,
            **_NAMED,
            "verb": "discard",
            "action": "blocked",
            "reason": "INFECTED (Eicar-Signature(44d8:68))",
            "status": "nobounceinternal",
            "client_ip": "2001:db8::7",
            "size_bytes": 725,
        },
    ),
    Sample(
        why="the sender was told",
        line=_FRAME
        + "Blocked BAD-HEADER-2 {BouncedInbound,Quarantined}, "
        + _WHO
        + ", quarantine: b-1"
        + _IDS
        + ", Hits: 1",
        expect={
            **_BLOCKED,
            "verb": "bounce",
            "reason": "BAD-HEADER-2",
            "status": "bouncedinbound,quarantined",
            "quarantine_id": "b-1",
            "score": 1.0,
        },
    ),
    Sample(
        why="refused towards the MTA",
        line=_FRAME + "Blocked SPAM {RejectedInbound}, " + _WHO + _IDS + ", Hits: 24, size: 725, 95 ms",
        expect={
            **_BLOCKED,
            "verb": "reject",
            "reason": "SPAM",
            "status": "rejectedinbound",
            "score": 24.0,
            "size_bytes": 725,
        },
    ),
    Sample(
        why="the next hop put it off",
        line=_FRAME + "Blocked MTA-BLOCKED {TempFailedInbound}, " + _WHO + _IDS + ", Hits: 0.5, size: 725, 95 ms",
        expect={
            **_BLOCKED,
            "verb": "defer",
            "reason": "MTA-BLOCKED",
            "status": "tempfailedinbound",
            "score": 0.5,
            "size_bytes": 725,
        },
    ),
    Sample(
        why="as a milter: the calling MTA decides",
        line=_FRAME + "Passed CLEAN {AcceptedInbound}, AM.PDP-SOCK " + _WHO + _IDS + ", Hits: 0, size: 725, 95 ms",
        expect={
            **_ABOUT,
            "verb": "scan",
            "action": "passed",
            "reason": "CLEAN",
            "status": "acceptedinbound",
            "score": 0.0,
            "size_bytes": 725,
        },
    ),
    Sample(
        why="one of two lines for a message: the braces name the actions of both, recipients differ in score",
        line=_FRAME
        + "Passed SPAM {DiscardedInbound,RelayedTaggedInbound,Quarantined}, "
        + _WHO
        + ",<dave@recipient.example>, quarantine: spam-zmE9dMDonTjV"
        + _IDS
        + ", Hits: 2.5..7.5, size: 725, queued_as: CCC5B24C1E1, 88 ms",
        expect={
            **_TASK,
            **_CLIENT,
            **_NAMED,
            "verb": "pass",
            "action": "passed",
            "reason": "SPAM",
            "status": "discardedinbound,relayedtaggedinbound,quarantined",
            "reverse_path": "news@sender.example",
            "recipients": [{"recipient": "carol@recipient.example"}, {"recipient": "dave@recipient.example"}],
            "quarantine_id": "spam-zmE9dMDonTjV",
            "size_bytes": 725,
            "next_queue_id": "CCC5B24C1E1",
        },
    ),
    Sample(
        why="the other one: what was not let through",
        line=_FRAME
        + "Blocked SPAM {DiscardedInbound,RelayedTaggedInbound,Quarantined}, "
        + _WHO
        + ", quarantine: spam-zmE9dMDonTjV"
        + _IDS
        + ", Hits: 7.5, size: 725, 88 ms",
        expect={
            **_BLOCKED,
            "verb": "quarantine",
            "reason": "SPAM",
            "status": "discardedinbound,relayedtaggedinbound,quarantined",
            "quarantine_id": "spam-zmE9dMDonTjV",
            "score": 7.5,
            "size_bytes": 725,
        },
    ),
    Sample(
        why="two things were done to those not let through: which recipient met which cannot be told",
        line=_FRAME
        + "Blocked SPAM {BouncedOutbound,DiscardedInbound}, "
        + _WHO
        + _IDS
        + ", Hits: 7.5, size: 725, 88 ms",
        expect={
            **_BLOCKED,
            "verb": "scan",
            "reason": "SPAM",
            "status": "bouncedoutbound,discardedinbound",
            "score": 7.5,
            "size_bytes": 725,
        },
    ),
    Sample(
        why="an old release: no braces, no queue id; the null sender",
        line=_FRAME
        + "Passed CLEAN, [192.0.2.7] [198.51.100.194] <> -> <carol@recipient.example>, Message-ID: <1@sender.example>, "
        + "mail_id: zmE9dMDonTjV, Hits: -0.5, queued_as: CCC5B24C1E1, 650 ms",
        expect={
            **_TASK,
            "verb": "pass",
            "action": "passed",
            "reason": "CLEAN",
            "client_ip": "192.0.2.7",
            "origin_ip": "198.51.100.194",
            "reverse_path": "",
            "recipient": "carol@recipient.example",
            "message_id": "1@sender.example",
            "mail_id": "zmE9dMDonTjV",
            "score": -0.5,
            "next_queue_id": "CCC5B24C1E1",
        },
    ),
    Sample(
        why="an old release: blocked, with and without a quarantine",
        line=_FRAME
        + "Blocked SPAM, <news@sender.example> -> <carol@recipient.example>, quarantine: spam-1, Hits: 24, 650 ms",
        expect={
            **_TASK,
            **_PATHS,
            "verb": "quarantine",
            "action": "blocked",
            "reason": "SPAM",
            "quarantine_id": "spam-1",
            "score": 24.0,
        },
    ),
    Sample(
        why="an old release: blocked, and nothing says what became of it",
        line=_FRAME + "Blocked SPAM, <news@sender.example> -> <carol@recipient.example>, Hits: 24, 650 ms",
        expect={**_TASK, **_PATHS, "verb": "scan", "action": "blocked", "reason": "SPAM", "score": 24.0},
    ),
    Sample(
        why="the verbose template: protocols, trace, quoted Subject, tests; a HELO name ends the reading",
        line=_FRAME
        + "Passed SPAMMY {RelayedTaggedInbound}, [192.0.2.7]:60457 [198.51.100.194] ESMTPS/ESMTP "
        + "<news@sender.example> -> "
        + "<carol@recipient.example>, (ESMTPS://[192.0.2.7]:60457 < 198.51.100.194), tls: TLSv1.3"
        + _IDS
        + ", b: 8jyCOqvQS, Hits: 6.5, size: 719, queued_as: CCC5B24C1E1, "
        + 'Subject: "Re: ""x"", queued_as: FORGED", From: news@sender.example (dkim:AUTHOR), Tests: [A=1.5,B=-0.1], '
        + "shortcircuit=no, autolearn=disabled, helo=x, dkim_sd=s:forged.example, 98 ms",
        expect={
            **_PASSED,
            "reason": "SPAMMY",
            "status": "relayedtaggedinbound",
            "score": 6.5,
            "size_bytes": 719,
            "next_queue_id": "CCC5B24C1E1",
            "subject": 'Re: "x", queued_as: FORGED',
            "header_from": "news@sender.example",
            "rules": ["A", "B"],
            "helo": "x",
        },
    ),
    Sample(
        why="a Subject that a site's template prints unquoted: what follows could be forged, and is not read",
        line=_FRAME
        + "Blocked SPAM {DiscardedInbound}, "
        + _WHO
        + _IDS
        + ", Subject: hi, queued_as: FORGED0, Hits: 1, 98 ms",
        expect={**_BLOCKED, "verb": "discard", "reason": "SPAM", "status": "discardedinbound"},
    ),
    Sample(
        why="a Message-ID with a quoted bracket imitates the next queue id; every backslash is logged twice",
        line=_FRAME
        + "Blocked SPAM {DiscardedInbound}, "
        + _WHO
        + ', Queue-ID: 317A924C1E1, Message-ID: <"\\\\>, queued_as: FORGED0, \\\\""@b.example>, mail_id: '
        + "zmE9dMDonTjV, Hits: 7",
        expect={
            **_BLOCKED,
            "verb": "discard",
            "reason": "SPAM",
            "status": "discardedinbound",
            "message_id": '"\\\\>, queued_as: FORGED0, \\\\""@b.example',
            "score": 7.0,
        },
    ),
    Sample(
        why="a sender with a quoted local part imitates recipient and queue id",
        line=_FRAME
        + 'Blocked SPAM {DiscardedInbound}, [192.0.2.7]:60457 <"a> -> <forged@b.example>, Queue-ID: F"@b.example> -> '
        + "<carol@recipient.example>"
        + _IDS
        + ", Hits: 7",
        expect={
            **_TASK,
            **_NAMED,
            "verb": "discard",
            "action": "blocked",
            "reason": "SPAM",
            "status": "discardedinbound",
            "client_ip": "192.0.2.7",
            "client_port": 60457,
            "reverse_path": '"a> -> <forged@b.example>, Queue-ID: F"@b.example',
            "recipient": "carol@recipient.example",
            "score": 7.0,
        },
    ),
    Sample(
        why="a banned part: its name is the reason",
        line=_FRAME
        + "Blocked BANNED (application/octet-stream,invoice (1).exe) {DiscardedInbound,Quarantined}, "
        + _WHO
        + ", quarantine: banned-HSZhapa1qkID"
        + _IDS
        + ", Hits: -, size: 1382, 58 ms",
        expect={
            **_BLOCKED,
            "verb": "quarantine",
            "reason": "BANNED (application/octet-stream,invoice (1).exe)",
            "status": "discardedinbound,quarantined",
            "quarantine_id": "banned-HSZhapa1qkID",
            "size_bytes": 1382,
        },
    ),
    Sample(
        why="the name of a banned part imitates a whole line: only what stands before it is stated",
        line=_FRAME
        + "Blocked BANNED (x) {RelayedInbound}, [192.0.2.1]:25 <a@b.example> -> <b@recipient.example>, Queue-ID: "
        + "F0F0F0) "
        + "{DiscardedInbound}, "
        + _WHO
        + _IDS
        + ", Hits: -, size: 1382, 58 ms",
        expect={**_TASK, "verb": "scan", "action": "blocked", "reason": "BANNED"},
    ),
    Sample(
        why="a long line is cut at 980 characters: the recipients that can be read are stated",
        line=_FRAME
        + "Passed CLEAN {RelayedInbound}, [192.0.2.7]:60457 <news@sender.example> -> <carol@recipient.example>,<da...",
        expect={
            **_TASK,
            **_PATHS,
            "verb": "pass",
            "action": "passed",
            "reason": "CLEAN",
            "status": "relayedinbound",
            "client_ip": "192.0.2.7",
            "client_port": 60457,
        },
    ),
    Sample(
        why="its rest may begin inside the sender's text: nothing is read",
        line=_FRAME
        + "...ve@recipient.example>, Queue-ID: 317A924C1E1, Hits: 1, size: 725, queued_as: CCC5B24C1E1, 88 ms",
        expect={**_TASK, "verb": "note"},
    ),
    Sample(
        why="the line by recipient, let through: the level that makes it spammy",
        line=_FRAME
        + "Passed CLEAN, <news@sender.example> -> <carol@recipient.example>, Hits: -1, tag=-999, tag2=5, kill=15, "
        + "queued_as: DBC4624C167, L/Y/0/0",
        expect={
            **_TASK,
            **_PATHS,
            "verb": "pass",
            "action": "passed",
            "reason": "CLEAN",
            "score": -1.0,
            "threshold": 5.0,
            "next_queue_id": "DBC4624C167",
        },
    ),
    Sample(
        why="the line by recipient, blocked: it names no recipient; the level that stops it",
        line=_FRAME + "Blocked SPAM, <news@sender.example> -> , Hits: 24, tag=-999, tag2=5, kill=15, L/Y/Y/Y",
        expect={
            **_TASK,
            "verb": "scan",
            "action": "blocked",
            "reason": "SPAM",
            "reverse_path": "news@sender.example",
            "score": 24.0,
            "threshold": 15.0,
        },
    ),
    Sample(
        why="score and tests of one recipient, at log level 2",
        line=_FRAME
        + "spam-tag, <news@sender.example> -> <carol@recipient.example>, Yes, score=6.5 tagged_above=-999 required=5 "
        + "tests=[BAYES_99=3.5, HTML_MESSAGE=0.001] autolearn=no",
        expect={
            **_TASK,
            **_PATHS,
            "verb": "scan",
            "score": 6.5,
            "threshold": 5.0,
            "rules": ["BAYES_99", "HTML_MESSAGE"],
        },
    ),
    Sample(
        why="an administrator let a message out of the quarantine; its mail_id ties it to the verdict",
        line="Nov 23 11:00:00 mx1 amavis[28702]: (rel-zmE9dMDonTjV) Quarantined message release: zmE9dMDonTjV "
        "<news@sender.example> -> <carol@recipient.example>",
        expect={
            **_PATHS,
            "local_id": "rel-zmE9dMDonTjV",
            "verb": "release",
            "action": "release",
            "mail_id": "zmE9dMDonTjV",
        },
    ),
    Sample(
        why="the same, with its reason, and who did not get it",
        line="Nov 23 11:00:00 mx1 amavis[28702]: (28702-16) Quarantined message release (miscategorized): zmE9dMDonTjV "
        "<news@sender.example> -> <carol@recipient.example>, (excluded: <dave@recipient.example> )",
        expect={
            **_PATHS,
            "local_id": "28702-16",
            "verb": "release",
            "action": "release",
            "reason": "miscategorized",
            "mail_id": "zmE9dMDonTjV",
        },
    ),
    Sample(
        why="too large to be scanned",
        line=_FRAME + "spam_scan: not wasting time on SA, message longer than 409600 bytes: 812+2998071",
        expect={
            **_TASK,
            "verb": "note",
            "reason": "spam_scan: not wasting time on SA, message longer than 409600 bytes: 812+2998071",
        },
    ),
    Sample(
        why="trouble with this message",
        line=_FRAME + "(!)run_av (ClamAV-clamd) FAILED - unexpected , output=x",
        expect={**_TASK, "verb": "note", "reason": "(!)run_av (ClamAV-clamd) FAILED - unexpected , output=x"},
    ),
    Sample(
        why="what a task took", line=_FRAME + "TIMING [total 95 ms, cpu 20 ms] - SMTP greeting: 2 (2%)2", expect="noise"
    ),
    Sample(
        why="the daemon starts", line="Nov 23 10:32:08 mx1 amavis[28681]: No decoder for       .7z  ", expect="noise"
    ),
    Sample(
        why="our tag, but nothing amavis says", line="Nov 23 10:32:08 mx1 amavis[28681]: the quick fox", expect="reject"
    ),
)

FORMAT = Format(
    name="amavis",
    title="amavis (amavisd-new)",
    family="filter",
    reference="amavis source: the log templates of Amavis.pm, Amavis/Util.pm, Amavis/Log.pm, Amavis/Notify.pm",
    claims=claims_programs("amavis", "amavisd", "amavisd-new"),
    shapes=_shapes,
    unit=Unit(kind="scan", by="local_id", longest_seconds=3600.0, offered_as="local_id"),
    shows=(
        "what was found in a message, its score, and what was done with each recipient's copy",
        "the MTA's queue id before and the queue id after; the quarantine id; releases",
    ),
    cannot_show=(
        "which recipients met which action, where the line names several actions",
        "recipients and ids behind character 980 of a line",
        "what the next hop did after its 250",
        "the verdict, where the name of a banned part imitates the line",
    ),
    samples=_SAMPLES,
)
