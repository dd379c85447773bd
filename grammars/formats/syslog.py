"""The collectors of logs: what rsyslogd, syslogd, syslog-ng and systemd-journald say of themselves, losses above all.

Sources of truth: rsyslog `runtime/ratelimit.c` (limits), `action.c`, `plugins/imuxsock`, `plugins/imjournal`,
`runtime/stream.c` (write errors), `plugins/impstats`; systemd `src/journal/journald-manager.c`, `journald-syslog.c`,
`journald-kmsg.c`; syslog-ng `lib/logqueue-*.c`, `lib/stats`, `lib/mainloop.c`; FreeBSD, OpenBSD, sysklogd
and busybox `syslogd.c`; FreeBSD `newsyslog.c`.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Fields, Format, Origin, Sample, Shape, Unit
from grammars.core.frames import stamp
from grammars.core.lexemes import combine, digits, one_of, rest
from grammars.core.words import Verb

# ---------------------------------------------------------------- who speaks

_RSYSLOG, _BSD, _NG, _JOURNAL, _ROTATOR = "rsyslogd", "syslogd", "syslog-ng", "systemd-journald", "newsyslog"
_TAGS = {
    **{name: Origin(name) for name in (_RSYSLOG, _BSD, _NG, _JOURNAL, _ROTATOR)},
    "rsyslogd-pstats": Origin(_RSYSLOG, service="pstats"),
    "systemd-journal": Origin(_JOURNAL),  # the process's name, cut at 15 characters
    "journal": Origin(_JOURNAL),  # rsyslog's imjournal
    "syslog": Origin(_BSD),  # lines without a tag, which `_frame` reads
}


def _claims(tag: str) -> Origin | None:
    """The tags of collectors; rsyslogd before version 8 adds the number of the error (`rsyslogd-2177`)."""
    name, _, number = tag.partition("-")
    is_numbered = name == _RSYSLOG and number.isascii() and number.isdecimal()
    return Origin(_RSYSLOG) if is_numbered else _TAGS.get(tag)


def _frame() -> pp.ParserElement:
    """The lines that syslogd writes without a tag, or with one that holds a blank."""
    level = pp.Word(pp.alphanums) + "." + pp.Word(pp.alphanums)
    untagged = (
        ("last message repeated " + digits + " time" + pp.Opt("s"))
        | pp.Literal("-- MARK --")
        | ("exiting on signal " + digits)
        | ("syslogd " + pp.Word(pp.alphanums + ".#~+-") + ": restart" + pp.Opt(" (remote reception)") + pp.Opt("."))
        | ("syslogd (GNU inetutils " + pp.Word(pp.alphanums + ".-") + "): restart" + pp.Opt(" (remote reception)"))
        | ("syslogd started: BusyBox v" + pp.Word(pp.alphanums + ".-"))
        | pp.Literal("syslogd exiting")
    )
    name = ~one_of(("last message ", "-- ", "exiting ", "syslogd ")) + pp.CharsNotIn(" [/<:")("host") + " "
    return (
        stamp() + " " + pp.Opt("<" + level + "> ") + pp.Opt(name) + pp.Opt(level + " ") + combine(untagged)("message")
    )


# ---------------------------------------------------------------- rsyslogd

_LIMIT = " due to rate-limiting"
_TAIL = pp.Opt(pp.OneOrMore(" ") + "[" + pp.CharsNotIn("[]") + "]")  # `[v8.2302.0 try https://www.rsyslog.com/e/2177 ]`
_OWN = pp.Opt(" ") + pp.Opt("rsyslogd: ")


def _whose(name: str) -> str | None:
    """Whose lines a limiter dropped, from its name: `imuxsock[pid: 57, name: /usr/bin/x] from <mx1:x>`, `imjournal`."""
    _, named, app = name.partition(" from <")
    if named:
        return app.rstrip(">").rpartition(":")[2] or None
    process = name.partition("[")[2].rstrip("]")
    return process.partition("name: ")[2].rpartition("/")[2] or process or None


def _state_whose(fields: Fields, name: str) -> None:
    whose = _whose(name)
    fields.pop("lost_from", None)
    if whose is not None:
        fields["lost_from"] = whose


def _begins(fields: Fields) -> None:
    _state_whose(fields, fields.get("lost_from", ""))


def _limited(fields: Fields) -> None:
    """`imuxsock[pid: 57, name: x]: 12`: a limiter's name may hold anything; the count is behind the last colon."""
    name, _, count = fields.get("lost_from", "").rpartition(": ")
    _state_whose(fields, name)
    _count(fields, "lost_lines", count)


def _count(fields: Fields, name: str, text: str) -> None:
    if text.isascii() and text.isdecimal() and len(text) < _LONGEST_NUMBER:
        fields[name] = int(text)


_LONGEST_NUMBER = 19  # digits; every number of a log fits into 64 bits
_COUNTERS = ("discarded.full=", "discarded.nf=", "ratelimit.discarded=")


def _counters(fields: Fields) -> None:
    """`main Q: origin=core.queue size=0 enqueued=9 full=0 discarded.full=0 …`: noise unless something was discarded."""
    name, text = fields.pop("lost_from", ""), fields.pop("reason", "")
    lost = [word.partition("=")[2] for word in text.split(" ") if word.startswith(_COUNTERS)]
    total = sum(int(word) for word in lost if word.isascii() and word.isdecimal() and len(word) < _LONGEST_NUMBER)
    if total:
        fields |= {"verb": Verb.LOSE, "lost_total": total, "lost_from": name, "action": "discarded"}


def _rsyslog_losses() -> list[Shape]:
    allowed = pp.Opt(" (" + digits + " allowed within " + digits.copy()("lost_seconds") + " seconds)")
    limited = pp.SkipTo(" messages lost" + _LIMIT)("lost_from") + " messages " + pp.Literal("lost")("action")
    begins = pp.SkipTo(": begin to drop messages" + _LIMIT)("lost_from") + ": " + pp.Literal("begin to drop")("action")
    because = " " + pp.Literal("due to rate-limiting")("reason")
    older = "imuxsock " + pp.Literal("lost")("action") + " " + digits("lost_lines") + " messages from "
    older_begins = "imuxsock " + pp.Literal("begins to drop")("action") + " messages from "
    process = combine("pid " + digits)("lost_from")
    action = "action '" + pp.CharsNotIn("'") + "' "
    is_file = "(module 'builtin:omfile') "
    counters = pp.SkipTo(pp.Literal(": origin=") | ": size=")("lost_from") + ": " + rest.copy()("reason")
    return [
        Shape(name="old_limit", verb=Verb.LOSE, grammar=_OWN + older + process + because + _TAIL),
        Shape(name="old_limit_begins", verb=Verb.LOSE, grammar=_OWN + older_begins + process.copy() + because + _TAIL),
        Shape(name="limit", verb=Verb.LOSE, build=_limited, grammar=_OWN + limited + because + allowed + _TAIL),
        Shape(
            name="limit_begins", verb=Verb.LOSE, build=_begins, grammar=_OWN + begins + " messages" + because + _TAIL
        ),
        Shape(
            name="write_error",
            verb=Verb.LOSE,
            grammar=_OWN + "file '" + pp.CharsNotIn("'") + "'[" + digits + "] "
            + combine("write error" + pp.CharsNotIn("[]"))("reason") + pp.Opt("[" + pp.CharsNotIn("[]") + "]"),
        ),
        Shape(
            name="action_lost",
            verb=Verb.LOSE,
            grammar=_OWN + action + pp.Opt(is_file) + "message " + pp.Literal("lost")("action") + ", "
            + pp.Literal("could not be processed")("reason") + pp.Opt(rest),
        ),
        Shape(
            name="file_suspended",
            verb=Verb.LOSE,
            grammar=_OWN + action + pp.Literal("suspended")("action") + " (module 'builtin:omfile')" + pp.Opt(rest),
        ),
        Shape(name="statistics", build=_counters, grammar=pp.Opt(" ") + counters),
    ]  # fmt: skip


# What it says of its start, its modules, its connections and its configuration.
_RSYSLOG_REMARKS = (
    "[origin software=", "rsyslogd's groupid changed to ", "rsyslogd's userid changed to ", "rsyslogd was HUPed",
    "imuxsock: Acquired UNIX socket '", "imuxsock: ", "imjournal: ", "sd_journal_", "imklog", "activation of module ",
    "omfwd: ", "cannot connect to ", "cannot resolve hostname ", "action '", "-- MARK --", "message too long (",
    "environment variable TZ is not set", "warning: ", "error during parsing file ", "command '", "CONFIG ERROR: ",
    "the last error occured in ", "Could not open output pipe '", "Could not open dynamic file '", 'queue "',
    "file '", "No UDP socket could successfully be initialized", "imudp: ", "imtcp: ", "imptcp: ", "nsd_", "netstream ",
    "unexpected GnuTLS error ", "TCP message from ", "peer did not provide a certificate",
)  # fmt: skip


def _rsyslog() -> list[Shape]:
    return [*_rsyslog_losses(), Shape(name="remark", grammar=_OWN + one_of(_RSYSLOG_REMARKS) + pp.Opt(rest))]


# ---------------------------------------------------------------- systemd-journald

_JOURNAL_REMARKS = (
    "Journal started", "Journal stopped", "Runtime Journal (", "Runtime journal (", "System Journal (",
    "System journal (", "Permanent journal is using ", "Runtime journal is using ", "Allowing ", "Fixed max_use=",
    "Time spent on flushing to ", "Received client request to ", "Received request to ", "Received SIG",
    "Vacuuming done, freed ", "Deleted archived journal ", "Collecting audit messages is ", "Data hash table of ",
    "Field hash table of ", "Rotating", "Failed to ", "Forwarding to syslog: ", "Missed ", "/dev/kmsg buffer overrun",
)  # fmt: skip


def _journal() -> list[Shape]:
    suppressed = pp.Literal("Suppressed")("action") + " " + digits("lost_lines") + " messages from " + rest("lost_from")
    missed = pp.Literal("Forwarding to syslog")("reason") + " " + pp.Literal("missed")("action") + " "
    damaged = pp.Literal("corrupted or uncleanly shut down")("reason")
    kept_back = "Failed to write entry " + pp.SkipTo(
        pp.Literal("), ignoring: ") | pp.Literal(") despite vacuuming, ignoring: ")
    )
    path = pp.CharsNotIn(" :\n")
    return [
        Shape(name="suppressed", verb=Verb.LOSE, grammar=suppressed),
        Shape(name="missed", verb=Verb.LOSE, grammar=missed + digits("lost_lines") + " messages" + pp.Opt(".")),
        Shape(name="damaged", verb=Verb.LOSE, grammar="File " + path + " " + damaged + ", renaming and replacing."),
        Shape(
            name="not_written",
            verb=Verb.LOSE,
            grammar=kept_back + ")" + pp.Opt(" despite vacuuming") + ", ignoring: " + rest.copy()("reason"),
        ),
        Shape(name="remark", grammar=one_of(_JOURNAL_REMARKS) + pp.Opt(rest)),
        Shape(name="rotating", grammar="/" + path + ": Journal " + rest),
    ]


# ---------------------------------------------------------------- syslog-ng

_NG_REMARKS = (
    "syslog-ng starting up;", "syslog-ng shutting down;", "syslog-ng version ", "Configuration reload ",
    "Loading the new configuration;", "New configuration initialized;", "Reliable termination requested", "SIGHUP ",
    "SIGTERM ", "Termination requested via signal", "Syslog connection ", "EOF occurred", "I/O error occurred ",
    "Error reading data;", "Error opening file", "Error resolving ", "Error connecting ", "Connection failed;",
    "Connection broken ", "Initiating connection failed", "Reopening ", "Child program exited, restarting;",
    "internal() messages are looping back", "Follow-mode file source ", "Destination timeout has elapsed",
    "Server disconnected", "Certificate ", "SSL error ", "WARNING: ", "start of service (", "-- MARK --",
)  # fmt: skip
_OF_ITSELF = "global(internal_source)="  # its own remarks, no lines of others


def _ng_statistics(fields: Fields) -> None:
    """`processed='…=9', dropped='dst.file(d_mail#0,/var/log/mail.log)=3'`: noise unless something was dropped."""
    texts = fields.pop("reason", "").split("dropped='")[1:]
    counts = [text.partition("'")[0].rpartition("=")[2] for text in texts if not text.startswith(_OF_ITSELF)]
    total = sum(int(each) for each in counts if each.isascii() and each.isdecimal() and len(each) < _LONGEST_NUMBER)
    if total:
        fields |= {"verb": Verb.LOSE, "lost_total": total, "action": "dropped"}


def _ng_old_statistics(fields: Fields) -> None:
    """`STATS: dropped 3`, as before version 2."""
    if fields.get("lost_total"):
        fields |= {"verb": Verb.LOSE, "action": "dropped"}


def _ng() -> list[Shape]:
    why = pp.Literal("Destination queue full")("reason") + ", " + pp.Literal("dropping")("action")
    count = pp.SkipTo("count='") + "count='" + digits("lost_lines") + "'" + pp.Opt(rest)
    return [
        Shape(name="queue_full_count", verb=Verb.LOSE, grammar=why + " messages; " + count),
        Shape(name="queue_full", verb=Verb.LOSE, grammar=why.copy() + " message" + pp.Opt(rest)),
        Shape(name="statistics", build=_ng_statistics, grammar="Log statistics; " + rest.copy()("reason")),
        Shape(name="old_statistics", build=_ng_old_statistics, grammar="STATS: dropped " + digits("lost_total")),
        Shape(name="remark", grammar=one_of(_NG_REMARKS) + pp.Opt(rest)),
    ]


# ---------------------------------------------------------------- syslogd, newsyslog

_BSD_REMARKS = (
    "last message repeated ", "-- MARK --", "restart", "exiting on signal ", "exiting", "kernel boot file is ",
    "syslogd ", "sendto: ", "child ", "Cannot ", "unknown ", "timed out", "start", "loghost ",
)  # fmt: skip


def _bsd() -> list[Shape]:
    full = "/" + pp.CharsNotIn(" :\n") + ": " + pp.Literal("No space left on device")("reason")
    dropped = pp.Literal("dropped")("action") + " " + digits("lost_lines") + " message" + pp.Opt("s") + pp.Opt(rest)
    return [
        Shape(name="dropped", verb=Verb.LOSE, grammar=dropped),
        Shape(name="file_system_full", verb=Verb.LOSE, grammar=full),
        Shape(name="remark", grammar=one_of(_BSD_REMARKS) + pp.Opt(rest)),
    ]


def _shapes(program: str) -> Sequence[Shape]:
    turned = pp.Literal("logfile turned over") | "logfile first created"
    rotated = [Shape(name="turned_over", grammar=turned + pp.Opt(rest))]
    known = {_RSYSLOG: _rsyslog, _JOURNAL: _journal, _NG: _ng, _BSD: _bsd}
    return known[program]() if program in known else rotated


# ---------------------------------------------------------------- samples

_HEAD = "Nov 23 10:32:15 mx1 "


def _sample(why: str, line: str, expect: Fields | str) -> Sample:
    return Sample(why=why, line=_HEAD + line, expect=expect if isinstance(expect, str) else {"verb": "lose", **expect})


_LIMITED = {"reason": "due to rate-limiting"}

_SAMPLES = (
    _sample(
        "imjournal drops what it reads too fast; the interval is stated",
        "rsyslogd[611]: imjournal: 1201 messages lost due to rate-limiting (20000 allowed within 600 seconds)",
        {"action": "lost", "lost_lines": 1201, "lost_seconds": 600.0, **_LIMITED},
    ),
    _sample(
        "one process of the local socket, before version 8; the number of the error in the tag",
        "rsyslogd-2177: imuxsock[pid 4242]: 12 messages lost due to rate-limiting",
        {"action": "lost", "lost_lines": 12, "lost_from": "pid 4242", **_LIMITED},
    ),
    _sample(
        "a limiter's name holds blanks, colons and a path; a tail names version and page",
        "rsyslogd: imuxsock[pid: 57, name: /usr/libexec/postfix/qmgr]: 48 messages lost due to rate-limiting "
        "(200 allowed within 5 seconds) [v8.2302.0]",
        {"action": "lost", "lost_lines": 48, "lost_from": "qmgr", "lost_seconds": 5.0, **_LIMITED},
    ),
    _sample(
        "a process calls itself by our words: the count stands at the end",
        "rsyslogd: imuxsock[pid: 57, name: x: 9 messages]: 48 messages lost due to rate-limiting",
        {"action": "lost", "lost_lines": 48, "lost_from": "x: 9 messages", **_LIMITED},
    ),
    _sample(
        "it begins to drop, and names host and program",
        "rsyslogd: imuxsock[pid: 57, name: /usr/bin/x] from <mx1:postfix/smtpd>: begin to drop messages due to "
        "rate-limiting",
        {"action": "begin to drop", "lost_from": "postfix/smtpd", **_LIMITED},
    ),
    _sample(
        "the words of version 5",
        "rsyslogd-2177: imuxsock lost 12 messages from pid 1234 due to rate-limiting",
        {"action": "lost", "lost_lines": 12, "lost_from": "pid 1234", **_LIMITED},
    ),
    _sample(
        "the words of version 5, at the beginning",
        "rsyslogd-2177: imuxsock begins to drop messages from pid 1234 due to rate-limiting",
        {"action": "begins to drop", "lost_from": "pid 1234", **_LIMITED},
    ),
    _sample(
        "the disk is full: what was to be written is gone",
        "rsyslogd: rsyslogd: file '/var/log/mail.log'[8] write error - see "
        "https://www.rsyslog.com.example/solving-rsyslog-write-errors/ for help OS error: No space left on device "
        "[v8.2312.0 try https://www.rsyslog.com.example/e/2027 ]",
        {
            "reason": "write error - see https://www.rsyslog.com.example/solving-rsyslog-write-errors/ for help OS "
            "error: No space left on device "
        },
    ),
    _sample(
        "an action gave a message up",
        "rsyslogd: action 'action-3-builtin:omfile' (module 'builtin:omfile') message lost, could not be processed. "
        "Check for additional error messages before this one. [v8.2312.0]",
        {"action": "lost", "reason": "could not be processed"},
    ),
    _sample(
        "a file cannot be written for a while",
        "rsyslogd: action 'action-3-builtin:omfile' suspended (module 'builtin:omfile'), retry 0. There should be "
        "messages before this one giving the reason for suspension. [v8.2312.0]",
        {"action": "suspended"},
    ),
    _sample(
        "forwarding waits, the file here has all",
        "rsyslogd: action 'fwd' suspended (module 'builtin:omfwd'), next retry is Mon Nov 23 10:33:00 2026, retry "
        "nbr 0. [v8.2312.0]",
        "noise",
    ),
    _sample(
        "impstats: a queue that was full",
        "rsyslogd-pstats: main Q: size=0 enqueued=9 full=3 discarded.full=2 discarded.nf=1 maxqsize=9",
        {"service": "pstats", "action": "discarded", "lost_total": 3, "lost_from": "main Q"},
    ),
    _sample(
        "impstats of version 7 and later: what limiters discarded",
        "rsyslogd-pstats: imuxsock: origin=imuxsock submitted=9 ratelimit.discarded=4 ratelimit.numratelimiters=2",
        {"service": "pstats", "action": "discarded", "lost_total": 4, "lost_from": "imuxsock"},
    ),
    _sample(
        "impstats: nothing was discarded; no origin, as before version 7",
        "rsyslogd-pstats: main Q[DA]: size=0 enqueued=0 full=0 discarded.full=0 discarded.nf=0 maxqsize=0",
        "noise",
    ),
    _sample(
        "the start",
        'rsyslogd:  [origin software="rsyslogd" swVersion="8.2302.0" x-pid="611" '
        'x-info="https://www.rsyslog.com.example"] start',
        "noise",
    ),
    _sample("rsyslogd's tag, but nothing it says", "rsyslogd: the quick brown fox", "reject"),
    _sample(
        "a unit wrote too much",
        "systemd-journald[241]: Suppressed 2034 messages from postfix@-.service",
        {"action": "suppressed", "lost_lines": 2034, "lost_from": "postfix@-.service"},
    ),
    _sample(
        "the same of systemd 208, by its control group",
        "journal: Suppressed 917 messages from /system.slice/postfix.service",
        {"action": "suppressed", "lost_lines": 917, "lost_from": "/system.slice/postfix.service"},
    ),
    _sample(
        "syslogd beside it did not read fast enough",
        "systemd-journald[241]: Forwarding to syslog missed 7 messages.",
        {"action": "missed", "lost_lines": 7, "reason": "Forwarding to syslog"},
    ),
    _sample(
        "a crash: what was not yet on the disk is gone",
        "systemd-journald[241]: File /var/log/journal/0a1b/system.journal corrupted or uncleanly shut down, renaming "
        "and replacing.",
        {"reason": "corrupted or uncleanly shut down"},
    ),
    _sample(
        "an entry that could not be written",
        "systemd-journald[241]: Failed to write entry to /var/log/journal/0a1b/system.journal (23 items, 836 bytes) "
        "despite vacuuming, ignoring: Input/output error",
        {"reason": "Input/output error"},
    ),
    _sample(
        "it tries again: nothing is lost yet",
        "systemd-journald[241]: Failed to write entry (22 items, 665 bytes), rotating before retrying: Bad message",
        "noise",
    ),
    _sample("the kernel's lines are no mail", "systemd-journal[241]: Missed 1427 kernel messages", "noise"),
    _sample(
        "a journal is full, and goes on in the next file",
        "systemd-journald[241]: /var/log/journal/0a1b/system.journal: Journal header limits reached or header "
        "out-of-date, rotating.",
        "noise",
    ),
    _sample("journald's tag, but nothing it says", "systemd-journald[241]: the quick brown fox", "reject"),
    _sample(
        "a destination dropped messages, and says how many",
        "syslog-ng[33]: Destination queue full, dropping messages; queue_len='10000', log_fifo_size='10000', "
        "count='4', persist_name='afsocket_dd_qfile(stream,loghost.example:514)'",
        {"action": "dropping", "lost_lines": 4, "reason": "Destination queue full"},
    ),
    _sample(
        "a destination dropped a message",
        "syslog-ng[33]: Destination queue full, dropping message; queue_len='10000', mem_fifo_size='10000'",
        {"action": "dropping", "reason": "Destination queue full"},
    ),
    _sample(
        "counters since the start: two destinations dropped; its own remarks do not count",
        "syslog-ng[33]: Log statistics; processed='destination(d_mail)=27', dropped='global(internal_source)=9', "
        "dropped='dst.file(d_mail#0,/var/log/mail.log)=3', dropped='dst.program(d_x#0,/usr/bin/x -t 0.5, y=2)=4', "
        "queued='global(scratch_buffers_count)=3'",
        {"action": "dropped", "lost_total": 7},
    ),
    _sample(
        "counters: nothing was dropped",
        "syslog-ng[33]: Log statistics; processed='center(received)=21', dropped='dst.file(d_mail#0,/var/log/x)=0'",
        "noise",
    ),
    _sample("the words of version 1", "syslog-ng[33]: STATS: dropped 5", {"action": "dropped", "lost_total": 5}),
    _sample("version 1, nothing was dropped", "syslog-ng[33]: STATS: dropped 0", "noise"),
    _sample("syslog-ng starts", "syslog-ng[33]: syslog-ng starting up; version='3.38.1'", "noise"),
    _sample("syslog-ng's tag, but nothing it says", "syslog-ng[33]: the quick brown fox", "reject"),
    _sample(
        "OpenBSD counts what it could not send",
        "syslogd[77]: dropped 5 messages to remote loghost",
        {"action": "dropped", "lost_lines": 5},
    ),
    _sample(
        "FreeBSD: the file system is full",
        "syslogd: /var/log/maillog: No space left on device",
        {"reason": "No space left on device"},
    ),
    _sample("a repetition without a tag, as BSD writes it", "last message repeated 3 times", "noise"),
    _sample("the same with a tag, as FreeBSD 12 and later write it", "syslogd: last message repeated 3 times", "noise"),
    _sample("a sign of life", "-- MARK --", "noise"),
    _sample("sysklogd's tag holds a blank", "syslogd 1.5.0#6ubuntu: restart.", "noise"),
    _sample("busybox writes the level before it", "syslog.info syslogd started: BusyBox v1.36.1", "noise"),
    _sample("syslogd's tag, but nothing it says", "syslogd: the quick brown fox", "reject"),
    _sample("the first line of a rotated file of BSD", "newsyslog[99]: logfile turned over due to size>100K", "noise"),
)

FORMAT = Format(
    name="syslog",
    title="the log's own collectors (rsyslogd, syslogd, syslog-ng, systemd-journald)",
    family="log",
    reference="rsyslog runtime/ratelimit.c, action.c; systemd src/journal; syslog-ng lib; BSD syslogd.c",
    claims=_claims,
    shapes=_shapes,
    frame=_frame,
    tags=tuple(tag for tag in _TAGS if tag not in {"syslog", _ROTATOR}),
    unit=Unit(kind="loss", by="local_id"),
    shows=("lines that were lost or held back: how many, whose, and why, where the collector says so",),
    cannot_show=(
        "lines lost without a word: datagrams on the way, a queue of rsyslog that was full and has no statistics",
        "how often the line before was said: `last message repeated 3 times` is not counted",
        "when between two statistics a counter rose; counters that are set back after each statistic",
    ),
    samples=_SAMPLES,
)
