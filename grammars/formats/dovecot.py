"""Dovecot: what its mail store does with a message, and what people and programs do to it later; 2.0 to 2.4.

The stores are `lmtp` and `lda`, with the Pigeonhole Sieve plugin; what happens later is told by the plugin `mail_log`.

Sources of truth, in the Dovecot source: `src/lib-lda/mail-deliver.c` (saved, save failed, and the
`msgid=…: ` before every statement about a message), `src/lda/main.c` (rejected), `src/lmtp/lmtp-client.c`
(connections), `src/lmtp/lmtp-proxy.c` (messages handed on to a backend); in the Pigeonhole source:
`src/lib-sieve/sieve-actions.c` (stored, left, failed), `cmd-redirect.c`, `cmd-discard.c`, `ext-reject.c`,
`plugins/vacation/cmd-vacation.c`, `src/plugins/lda-sieve/lda-sieve-plugin.c` (script failures).
What happens later: `src/plugins/mail-log/mail-log-plugin.c`, cut by `src/lib/str-sanitize.c`; from 2.4 on the
statement comes after the mailbox's own prefix (`mailbox_event_create` in `src/lib-storage/mail-storage.c`); the
prefixes of replication in `src/doveadm/doveadm-dsync.c`; the ends of sessions in `src/imap/imap-client.c` and
`src/pop3/pop3-client.c`; log-ins in `src/login-common/client-common.c`, what refuses them in `src/auth/auth-request.c`;
what people send, in `src/submission/submission-backend-relay.c`.
What the processes say of themselves is in grammars/phrases/dovecot.py.
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from ipaddress import ip_address

import pyparsing as pp

from grammars.core.format import Fields, Format, Origin, Sample, Shape, Unit
from grammars.core.frames import stamp
from grammars.core.lexemes import address, combine, digits, one_of, rest, split_reply
from grammars.core.phrases import lines_of, phrases
from grammars.core.words import Verb
from grammars.phrases.dovecot import AUTH, COMMON, HELPERS, LOGIN, MASTER, SESSIONS, TOOLS

# ---------------------------------------------------------------- who speaks

_STORES = ("lmtp", "lda", "dovecot-lda", "deliver")
# The lines of these are about themselves, their children or a log-in, never about a message.
_LOGINS = ("imap-login", "imap-urlauth-login", "managesieve-login", "pop3-login", "script-login", "submission-login")
_AUTHS = ("auth", "auth-login", "auth-worker")
_HELPERS = (
    *("aggregator", "anvil", "config", "dict", "dict-async", "director", "dns-client", "imap-hibernate"),
    *("imap-urlauth", "imap-urlauth-worker", "indexer", "indexer-worker", "ipc", "log", "old-stats", "quota-status"),
    *("replicator", "ssl-params", "stats"),
)
_HOUSEKEEPERS = (*_LOGINS, *_AUTHS, *_HELPERS, "master")
_SESSIONS = ("imap", "pop3", "managesieve", "submission")
# Programs of the administrator and of replication.
_TOOLS = ("doveadm", "dsync", "dsync-local", "dsync-remote", "dsync-server")
_SERVICES = (*_STORES, *_HOUSEKEEPERS, *_SESSIONS, *_TOOLS)
# Whoever opens a mailbox may change what is in it; the stores do so when they expire old mail.
_CHANGERS = (*_STORES, "imap", "pop3", *_TOOLS)


def _claims(tag: str) -> Origin | None:
    """Every service logs under `dovecot` and names itself in the line; a lone delivery agent uses its own name."""
    if tag in {"dovecot-lda", "deliver"}:
        return Origin("dovecot", service="lda")
    return Origin("dovecot") if tag == "dovecot" else None


# ---------------------------------------------------------------- words

# What a Sieve script did, followed by the address that it concerns and nothing else.
_TO_ADDRESS = {
    "forwarded to ": Verb.FORWARD,
    "sent vacation response to ": Verb.REPLY,
    "discarded duplicate forward to ": Verb.NOTE,
    "discarded duplicate vacation response to ": Verb.NOTE,
    "discarded vacation reply to ": Verb.NOTE,
    "discarded vacation reply to own address ": Verb.NOTE,
    "discarding vacation response to mailinglist recipient ": Verb.NOTE,
    "discarding vacation response to auto-submitted message from ": Verb.NOTE,
    "not sending vacation response to system address ": Verb.NOTE,
    # a rejected report: it is thrown away, since nobody may be told
    "not sending reject message to ": Verb.DISCARD,
}

_STORED = ("stored mail into mailbox ", "left message in mailbox ")
_NOT_STORED = ("store into mailbox ", "Store into mailbox ")
_DISCARDED = (
    "marked message to be discarded if not explicitly delivered",
    "Marked message to be discarded if not explicitly delivered",
)

# The beginnings of remarks that decide nothing about the message.
_REMARKS = (
    *(words for words, verb in _TO_ADDRESS.items() if verb is Verb.NOTE),
    "piped message to program ",
    "failed to pipe message to program ",
    "sent mail notification to ",
    "failed to send mail notification to ",
    "failed to send vacation response to ",
    "failed to send rejection message to ",
    "failed to redirect message to ",
    "failed to check for duplicate ",
    "not forwarding message to ",
    "not sending reject message ",
    "not sending vacation ",
    "discarding vacation response ",
    "reject action ",
    "vacation action ",
    "sent `",
    "failed to send `",
)

_DECISIONS = (
    *_STORED,
    *_NOT_STORED,
    *_DISCARDED,
    "failed to store into mailbox ",
    "saved mail to ",
    "save failed to ",
    "rejected: ",
    *_REMARKS,
)

# What mail_log says was done to one message.  `deleted` and `expunged` are the words of 1.x, still in its manual.
_CHANGES = {
    "autoexpunge": Verb.EXPUNGE,  # by the rule of the folder (`autoexpunge`), not by a person
    "delete": Verb.MARK,  # the flag Deleted was set; the message is still there
    "deleted": Verb.MARK,
    "expunge": Verb.EXPUNGE,
    "expunged": Verb.EXPUNGE,
    "flag_change": Verb.MARK,
    "save": Verb.FILE,
    "undelete": Verb.MARK,
}
# What it says about the message, in this order, each only if the site wants it.
_DETAILS = ("box", "uid", "msgid", "size", "vsize", "from", "subject", "flags")

_SEVERITIES = ("Debug", "Info", "Warning", "Error", "Fatal", "Panic")

# Parts of Dovecot that report their own trouble; a failed system call is `name(arguments) failed: …`.
_SUBSYSTEMS = (
    *(
        "sieve: ",
        "sieve-",
        "lmtp-server: ",
        "lmtp-client: ",
        "smtp-server: ",
        "smtp-client: ",
        "imap-",
        "auth-master: ",
    ),
    *("master: ", "service(", "conn ", "program ", "quota", "fts", "dict", "file ", "lib ", "userdb ", "read("),
    *("duplicate db", "Mailbox ", "Namespace ", "Index", "Transaction log ", "Cached message size ", "Corrupted "),
    *("Broken file ", "Log synchronization error", "User initialization failed", "Invalid settings", "Plugin "),
    *("Raw backtrace: ", "BUG: ", "Timeout ", "Failed to ", "Couldn't ", "Can't ", "Cannot "),
)

# ---------------------------------------------------------------- tokens

_SEVERITY = pp.Opt(one_of(_SEVERITIES) + ": ")
_BRACKETS = "<" + digits + "><" + pp.Opt(pp.CharsNotIn("<> ")) + ">"
_SESSION = "<" + pp.CharsNotIn("<> ") + ">"
_USER = pp.CharsNotIn("()")
_NEXT = pp.Opt(", ")

_WHO = pp.Opt("(" + _USER + ")") + pp.Opt(_BRACKETS | _SESSION) + ": "
_IP = ", ip=[" + pp.Opt(pp.CharsNotIn("[]")) + "]. "  # of Plesk's prefix


def _by(services: Sequence[str]) -> pp.ParserElement:
    """`imap(user)<pid><session>: `, or `service=imap, user=u, ip=[A]. `, to which Plesk sets `mail_log_prefix`."""
    by_plesk = "service=" + one_of(services) + ", user=" + pp.Opt(pp.CharsNotIn(", ")) + _IP
    return (one_of(services) + ~pp.Char(pp.alphanums + "-") + _WHO) | by_plesk


_ANY_HEAD = _by(_SERVICES)


def _old_session() -> pp.ParserElement:
    """Up to 2.2 the session id stands before the statement; it looks like nothing else there."""
    suffix = pp.Opt(":" + pp.Word(pp.alphas.upper() + pp.nums))
    return pp.Opt(combine(pp.Word(pp.alphanums + "+/", min=16) + suffix)("local_id") + ": ")


def _head() -> pp.ParserElement:
    """Who speaks, severity, old session.

    `lmtp(user)<pid><session>: ` (2.3 on), `lmtp(user): ` or `lmtp(pid, user): ` (before);
    `service=lda, user=u, ip=[]. ` (Plesk).
    """
    who = (
        one_of(_STORES)("service")
        + "("
        + pp.Opt(digits("pid") + ", ")
        + _USER.copy()("recipient")
        + ")"
        + pp.Opt(combine(_BRACKETS)("session_id"))
        + ": "
    )
    return pp.Opt(who | _plesk_head(_STORES)) + _SEVERITY + _old_session()


def _plesk_head(services: Sequence[str]) -> pp.ParserElement:
    return "service=" + one_of(services)("their_service") + ", user=" + pp.CharsNotIn(", ")("their_user") + _IP


def _through_last(*texts: str) -> pp.ParserElement:
    """All up to and including the `: ` before the last of some statements.

    The Message-ID is the sender's text and may imitate a statement; Dovecot's own comes after it.
    """
    goal = one_of(f": {text}" for text in texts)
    before = pp.ZeroOrMore(pp.CharsNotIn(":") | (~goal + ":"))  # a SkipTo, in long steps
    return combine(pp.OneOrMore(before + ": "))


def _message(statements: Iterable[str], *, plugin: bool = True) -> pp.ParserElement:
    """All of a line before the statement; `plugin` False where Dovecot itself makes it, and never Sieve."""
    head = _head() + pp.Opt("sieve: ") if plugin else _head()
    return head + "msgid=" + _through_last(*statements)("message_id")


def _to_last(text: str) -> pp.ParserElement:
    return pp.OneOrMore(pp.SkipTo(text) + text) + pp.StringEnd()


_OPENS = pp.Literal("'") | pp.Literal("[SPECIAL-USE ")


def _folder_at_end() -> pp.ParserElement:
    r"""`'name'`, `'name' (in full)`, `[SPECIAL-USE \Flag]` or `[SPECIAL-USE \Flag] (name)`, to the end of the line."""
    return combine(_OPENS + (_to_last("'") | _to_last(")") | _to_last("]")))("folder")


def _folder_before(*texts: str) -> pp.ParserElement:
    """As `_folder_at_end`, when something follows."""
    ends = [pp.Literal(mark + text) for mark in "')]" for text in texts]
    return combine(_OPENS + pp.SkipTo(pp.MatchFirst(ends)) + pp.Char("')]"))("folder")


# ---------------------------------------------------------------- what the grammar alone cannot say


def _state_delivery(fields: Fields) -> None:
    """Whose delivery it is, and of which message: what all statements about a message share."""
    _state_service(fields)
    _state_session(fields)
    raw = fields.pop("message_id", "").removesuffix(": ")
    head, found, action = raw.rpartition(": ")
    if found and action.endswith(" action") and action.count(" ") == 1:
        fields["action"] = action.removesuffix(" action")
        raw = head
    if raw.startswith("<") and raw.endswith(">"):
        raw = raw[1:-1]
    if raw and raw != "unspecified":
        fields["message_id"] = raw


def _state_service(fields: Fields) -> None:
    if "their_service" in fields:
        fields["service"], fields["recipient"] = fields.pop("their_service"), fields.pop("their_user")
    if fields.get("service") in {"deliver", "dovecot-lda"}:
        fields["service"] = "lda"


def _state_session(fields: Fields) -> None:
    """`<pid><session>`, or the bare session id of old releases; a lone agent's session may be empty."""
    old = fields.pop("local_id", None)
    pid, _, session = fields.pop("session_id", "")[1:-1].partition("><")
    if pid:
        fields["pid"] = int(pid)
    if session or old:
        fields["session_id"] = session or old


def _to_address(fields: Fields) -> None:
    statement, concerned = fields.pop("reason"), fields.pop("forward_address")
    _state_delivery(fields)
    verb = fields["verb"] = _TO_ADDRESS[statement]
    if verb is Verb.REPLY:
        fields["reverse_path"] = concerned[1:-1]
    elif statement in {"forwarded to ", "discarded duplicate forward to "}:
        fields["forward_address"] = concerned[1:-1]
    if verb in {Verb.NOTE, Verb.DISCARD}:
        fields["reason"] = statement + concerned


def _rejected(fields: Fields) -> None:
    kind = fields.pop("action")
    _state_delivery(fields)
    fields["action"] = kind


def _stored(fields: Fields) -> None:
    _state_delivery(fields)
    _state_folder(fields)


def _state_folder(fields: Fields) -> None:
    """The folder's name in full where the line has it; else the name, or the special-use flag, that was asked for."""
    raw: str = fields["folder"]
    if raw.startswith("[SPECIAL-USE "):
        flag, _, name = raw.removeprefix("[SPECIAL-USE ").partition("]")
        fields["folder"] = name[2:-1] or flag
        if name:
            fields["status"] = flag.lower()
    elif raw.endswith(")"):
        fields["folder"] = raw[1:-1].rpartition("' (")[2]
    else:
        fields["folder"] = raw[1:-1]


def _save_failed(fields: Fields) -> None:
    _state_delivery(fields)
    fields["folder"] = fields["folder"].removeprefix("open mailbox ")


def _proxied(fields: Fields) -> None:
    """`at host:port: reply (1/2 at 15 ms)`: the backend's reply is what our client got, but for the session id."""
    _state_session(fields)
    fields["status"] = "sent" if fields["status"].startswith("sent ") else "failed"
    host, _, port = fields["relay_host"].removesuffix(":").rpartition(":")
    fields["relay_host"] = host
    if _is_ip(host):
        fields["relay_ip"] = host
    if port.isdecimal():
        fields["relay_port"] = int(port)
    reply: str = fields["reply_text"]
    if reply.endswith(" ms)"):
        reply = reply.rpartition(" (")[0]
    code, status, text = split_reply(reply)
    stated = {"reply_text": reply, "reply_code": code, "enhanced_status": status, "reason": text or None}
    fields.update({name: value for name, value in stated.items() if value is not None})


@lru_cache(maxsize=1024)
def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _connection(fields: Fields) -> None:
    """The peer may be `local`; the `:` behind it touches it, and an IPv6 address has some of its own."""
    peer = fields.pop("client_ip").removesuffix(":")
    if _is_ip(peer):
        fields["client_ip"] = peer


def _changed(fields: Fields) -> None:
    """What mail_log says; in the session of a delivery it is a remark, for Sieve or Dovecot say what became of it."""
    _state_changer(fields)
    word = fields.pop("reason", "copy")
    fields["verb"], fields["action"] = _CHANGES.get(word, Verb.FILE), word
    _state_box(fields)
    flags = fields.pop("status", "()")[1:-1]
    if flags:
        fields["status"] = flags
    delivers = fields["verb"] is not Verb.EXPUNGE and fields["service"] in {"lmtp", "lda"} and "session_id" in fields
    if delivers:
        fields["verb"] = Verb.NOTE
    raw = fields.get("message_id", "")
    if raw.endswith("..."):  # it was cut, and is told as it was cut; in a delivery other lines have it whole
        fields["message_id"] = raw.removeprefix("<")
        if delivers:
            del fields["message_id"]


def _state_changer(fields: Fields) -> None:
    """As `_state_session`; replication (`dsync-local`) names its session and no pid."""
    _state_service(fields)
    raw = fields.get("session_id", "")
    if raw and "><" not in raw:
        fields["session_id"] = raw[1:-1]
        return
    _state_session(fields)


def _state_box(fields: Fields) -> None:
    """The folder, as 2.4 names it before the statement, or `box=` (both, where the site wants it)."""
    before = fields.pop("stage", "").removeprefix("Mailbox ").removesuffix(": ")
    if before:
        fields.setdefault("folder", before)


# ---------------------------------------------------------------- line forms


def _connections() -> list[Shape]:
    head = pp.Literal("lmtp")("service") + "(" + digits("pid") + "): " + _SEVERITY
    peer = pp.CharsNotIn(" ")("client_ip")
    return [
        Shape(name="connect", verb=Verb.CONNECT, build=_connection, grammar=head + "Connect from " + peer),
        Shape(
            name="disconnect",
            verb=Verb.DISCONNECT,
            build=_connection,
            grammar=head + "Disconnect from " + peer + " " + rest("reason"),
        ),
    ]


def _outgoing() -> list[Shape]:
    """Statements that end with an address: read first, since a quoted local part may imitate the others."""
    return [
        Shape(
            name="rejected",
            verb=Verb.BOUNCE,
            build=_rejected,
            grammar=_message(["rejected message from "])
            + "rejected message from "
            + address("reverse_path")
            + " ("
            + one_of(("reject", "ereject"))("action")
            + ")",
        ),
        Shape(
            name="to_address",
            verb=Verb.NOTE,
            build=_to_address,
            grammar=_message(_TO_ADDRESS) + one_of(_TO_ADDRESS)("reason") + address("forward_address"),
        ),
    ]


def _decisions() -> list[Shape]:
    """What Sieve did with the message, and after these what Dovecot did by itself."""
    by_sieve = _message(_DECISIONS)
    by_itself = _message(_DECISIONS, plugin=False)
    return [
        Shape(
            name="stored",
            verb=Verb.STORE,
            build=_stored,
            grammar=by_sieve + one_of(_STORED) + _folder_at_end(),
        ),
        Shape(
            name="not_stored",
            verb=Verb.FAIL_STORE,
            build=_stored,
            grammar=by_sieve + "failed to store into mailbox " + _folder_before(": ") + ": " + rest("reason"),
        ),
        Shape(
            name="abandoned",
            verb=Verb.FAIL_STORE,
            build=_stored,
            grammar=by_sieve
            + one_of(_NOT_STORED)
            + _folder_before(" skipped", " aborted")
            + " "
            + one_of(("skipped", "aborted"))("reason"),
        ),
        Shape(
            name="discarded",
            verb=Verb.DISCARD,
            build=_state_delivery,
            grammar=by_sieve + one_of(_DISCARDED) + pp.Opt(" (discard action)"),
        ),
        Shape(
            name="saved",
            verb=Verb.STORE,
            build=_state_delivery,
            grammar=by_itself + "saved mail to " + rest("folder"),
        ),
        Shape(
            name="not_saved",
            verb=Verb.FAIL_STORE,
            build=_save_failed,
            grammar=by_itself + "save failed to " + pp.SkipTo(": ")("folder") + ": " + rest("reason"),
        ),
        Shape(
            name="refused",
            verb=Verb.BOUNCE,
            build=_state_delivery,
            grammar=by_itself + "rejected: " + rest("reason"),
        ),
    ]


def _remarks() -> list[Shape]:
    return [
        Shape(
            name="remark",
            verb=Verb.NOTE,
            build=_state_delivery,
            grammar=_message(_REMARKS) + combine(one_of(_REMARKS) + pp.Opt(rest))("reason"),
        ),
        Shape(
            name="script_failed",
            verb=Verb.NOTE,
            build=_state_delivery,
            grammar=_head() + "sieve: " + combine("Execution of script " + rest)("reason"),
        ),
    ]


def _proxy_shape() -> Shape:
    """The pid or the user in the head; from 2.3 on the connection and the recipient before the statement."""
    where = (
        pp.Opt("lmtp-server: ")
        + pp.Opt("conn " + pp.CharsNotIn(" ") + " [" + digits + "]: ")
        + pp.Opt("trans <" + pp.CharsNotIn(">") + ">: ")
        + pp.Opt("rcpt " + pp.CharsNotIn(" ") + " ")
    )
    return Shape(
        name="proxied",
        verb=Verb.DELIVER,
        build=_proxied,
        grammar=pp.Literal("lmtp")("service")
        + "("
        + (digits("pid") + ")" | _USER + ")")
        + pp.Opt(combine(_BRACKETS)("session_id"))
        + ": "
        + _SEVERITY
        + where
        + _old_session()
        + one_of(("Sent message to ", "Failed to send message to "))("status")
        + address("recipient")
        + " at "
        + pp.CharsNotIn(" ")("relay_host")
        + " "
        + rest("reply_text"),
    )


def _detail(name: str) -> pp.ParserElement:
    """The text of one detail: free, so it ends where the next one begins."""
    others = one_of(f", {detail}=" for detail in _DETAILS)
    return combine(pp.OneOrMore(pp.CharsNotIn(",") | (~others + ",")))(name)


def _box() -> pp.ParserElement:
    return pp.Opt("box=" + _detail("folder") + _NEXT)


def _uid() -> pp.ParserElement:
    return pp.Opt("uid=" + (digits("mailbox_uid") | "error") + _NEXT)


def _details() -> pp.ParserElement:
    """`uid=7, msgid=<m1@sender.example>, size=1234`: in a fixed order, some left out.

    Message-ID, From and Subject are the sender's text.  One that holds `, size=` breaks the order,
    so that the line does not fit, and is read as `_unclear`.
    """
    return (
        _uid()
        + pp.Opt("msgid=" + pp.Opt(_detail("message_id")) + _NEXT)
        + pp.Opt("size=" + (digits("size_bytes") | "error") + _NEXT)
        + pp.Opt("vsize=" + (digits | "error") + _NEXT)
        + pp.Opt("from=" + pp.Opt(_detail("header_from")) + _NEXT)
        + pp.Opt("subject=" + pp.Opt(_detail("subject")) + _NEXT)
        + pp.Opt("flags=" + combine("(" + pp.Opt(pp.CharsNotIn("()")) + ")")("status"))
    )


def _unclear() -> pp.ParserElement:
    """As `_details`, where the sender's text imitates a detail: from the Message-ID on nothing is stated."""
    return _uid() + "msgid=" + rest


def _mailbox_changes() -> list[Shape]:
    """The lines of mail_log, by whichever service opened the mailbox."""
    statements = [pp.Literal(f": {words}") for words in ("copy from ", "copy -> ", *(f"{word}: " for word in _CHANGES))]
    who = (
        one_of(_CHANGERS)("service")
        + "("
        + pp.Opt(digits("pid") + ", ")
        + _USER.copy()("recipient")
        + ")"
        + pp.Opt(combine(_BRACKETS | _SESSION)("session_id"))
        + ": "
    )
    head = (
        (who | _plesk_head(_CHANGERS))
        + _SEVERITY
        + _old_session()
        + pp.Opt(combine("Mailbox " + pp.SkipTo(pp.MatchFirst(statements)))("stage") + ": ")
    )
    goals = pp.MatchFirst([pp.Literal(f": {detail}=") for detail in _DETAILS])
    begins = pp.FollowedBy(one_of(f"{detail}=" for detail in _DETAILS))
    copied = "copy from " + pp.SkipTo(goals)("from_folder") + ": " + begins
    copied_to = "copy -> " + pp.SkipTo(goals)("folder") + ": " + begins
    changed = one_of(_CHANGES)("reason") + ": " + begins
    forms = {
        "copied": copied + _box() + _details(),
        "copied_to": copied_to + _details(),
        "changed": changed + _box() + _details(),
        "copied_unclear": copied + _box() + _unclear(),
        "changed_unclear": changed + _box() + _unclear(),
    }
    return [Shape(name=name, verb=Verb.NOTE, build=_changed, grammar=head + grammar) for name, grammar in forms.items()]


def _noise() -> list[Shape]:
    ended = (
        *("Disconnected", "Logged out", "Connection closed", "Disconnect from ", "Inactivity", "Timed out"),
        *("Server shutting down", "Too many ", "Input line too long", "Mailbox is in inconsistent state"),
    )
    failed = pp.Word(pp.alphas.lower() + "_") + "(" + pp.SkipTo(") failed")
    trouble = one_of(("Info", "Warning", "Error", "Fatal", "Panic")) + ": "
    session = _by((*_SESSIONS, "imap-hibernate", "imap-urlauth"))
    folder = one_of(("Mailbox created", "Mailbox deleted", "Mailbox renamed: "))
    before = "Mailbox " + pp.SkipTo(": Mailbox ") + ": "  # 2.4
    # what a person sent, given on to the mail server, whose own lines tell of it from there: nothing was delivered yet
    submitted = (
        _by(("submission",)) + _SEVERITY + one_of(("Successfully relayed message: ", "Failed to relay message: "))
    )
    scripts = pp.Opt(pp.Word(pp.alphas.lower()) + " action: ") + one_of(
        (*_STORED, *_NOT_STORED, *_DISCARDED, *_REMARKS)
    )
    return [
        Shape(name="submitted", grammar=submitted + "from=<" + rest),
        Shape(name="session_end", grammar=session + _SEVERITY + one_of(ended) + pp.Opt(rest)),
        # a script that a reader's change set off: no line of it names the message
        Shape(name="script_of_reader", grammar=session + _SEVERITY + "sieve: " + scripts + pp.Opt(rest)),
        Shape(name="folder", grammar=_ANY_HEAD + _SEVERITY + (folder | before + folder) + pp.Opt(rest)),
        Shape(name="debug", grammar=_ANY_HEAD + "Debug: " + rest),
        Shape(name="trouble", grammar=_ANY_HEAD + trouble + (one_of(_SUBSYSTEMS) | failed) + pp.Opt(rest)),
    ]


# What every connection leaves: these lines are most of a log.  2.4 has other words.
_LOGIN_WORDS = (
    *("Login: ", "Logged in: ", "Aborted login", "Login aborted: ", "Disconnected", "Connection closed", "Inactivity"),
    *("Client has quit the connection", "Remote closed connection", "Maximum number of connections from user+IP "),
)
_LOGIN_REFUSED = ("unknown user", "Password mismatch", "pam_authenticate() failed: ", "invalid credentials")

_OFTEN_SAID = ("Dovecot v", "Indexed ", "Killed with signal ")  # at each start, message and stop


def _auth_head() -> pp.ParserElement:
    """`auth: ` or `auth-worker(pid): `, who asked, and `pam(name,address,<session>): ` of the request.

    The name is whatever a stranger typed; it ends at the first `): `.  Nothing behind it is stated.
    """
    asked = pp.Opt("conn " + pp.SkipTo("): ") + "): ") + pp.Opt("auth-worker<" + digits + ">: ")
    return one_of(_AUTHS) + _WHO + _SEVERITY + asked


def _request() -> pp.ParserElement:
    return pp.Word(pp.alphas.lower(), pp.alphanums + "-") + "(" + pp.SkipTo("): ") + "): "


def _log_ins() -> list[Shape]:
    return [
        Shape(name="login", grammar=one_of(_LOGINS) + _WHO + _SEVERITY + one_of(_LOGIN_WORDS) + pp.Opt(rest)),
        Shape(name="login_refused", grammar=_auth_head() + _request() + one_of(_LOGIN_REFUSED) + pp.Opt(rest)),
        Shape(name="often_said", grammar=_ANY_HEAD + _SEVERITY + one_of(_OFTEN_SAID) + rest),
    ]


@cache
def _rare() -> tuple[Shape, ...]:
    """What the processes around the store may say of themselves, by their words."""
    end = ~pp.Char(pp.alphanums + "-") + _WHO + _SEVERITY
    proxied = pp.Opt("proxy(" + pp.SkipTo("): ") + "): ")
    return (
        Shape(name="said_by_any", grammar=one_of((*_HOUSEKEEPERS, *_SESSIONS, *_TOOLS)) + end + _said(COMMON)),
        Shape(name="said_by_login", grammar=one_of(_LOGINS) + end + proxied + _said(LOGIN)),
        Shape(name="said_by_auth", grammar=_auth_head() + pp.Opt(_request()) + _said(AUTH)),
        Shape(name="said_by_master", grammar="master" + end + _said(MASTER)),
        Shape(name="said_by_helper", grammar=one_of(_HELPERS) + end + _said(HELPERS)),
        Shape(name="said_by_session", grammar=one_of(_SESSIONS) + end + _said(SESSIONS)),
        Shape(name="said_by_tool", grammar=one_of(_TOOLS) + end + _said(TOOLS)),
    )


def _said(words: str) -> pp.ParserElement:
    return phrases(lines_of(words))


def _shapes(_program: str) -> Sequence[Shape]:
    return [
        *(*_connections(), *_outgoing(), *_decisions(), *_remarks()),
        *(_proxy_shape(), *_mailbox_changes(), *_noise(), *_log_ins()),
    ]


def _frame() -> pp.ParserElement:
    """Dovecot's own file (`log_path`): `stamp service(…)…: Severity: …`, the severity always there."""
    return stamp() + " " + combine(_ANY_HEAD + one_of(_SEVERITIES) + ": " + rest)("message")


# ---------------------------------------------------------------- samples

_ISO = "2026-11-23T10:32:15.979706+00:00 hub1 dovecot: "
_BSD = "Nov 23 10:32:15 hub1 dovecot: "
_ALICE = "lmtp(alice@recipient.example)<28772><tGU+OS8WBGtkcAAAg+zDdQ>: "
_MSGID = "msgid=<m1@sender.example>: "
_SIEVE = "sieve: " + _MSGID
_ALICES: Fields = {
    "service": "lmtp",
    "recipient": "alice@recipient.example",
    "session_id": "tGU+OS8WBGtkcAAAg+zDdQ",
}
_MESSAGE: Fields = _ALICES | {"message_id": "m1@sender.example"}
_READER = "imap(alice@recipient.example)<28790><Ing8jUyj1rpNb0xJ>: "
_SEEN: Fields = {
    "service": "imap",
    "recipient": "alice@recipient.example",
    "session_id": "Ing8jUyj1rpNb0xJ",
    "mailbox_uid": 7,
}
_CHANGED: Fields = _SEEN | {"message_id": "m1@sender.example", "size_bytes": 1234}
_SHORT: Fields = {name: value for name, value in _MESSAGE.items() if name != "session_id"}

_SAMPLES = (
    Sample(
        why="a connection over TCP",
        line=_ISO + "lmtp(28772): Connect from 192.0.2.25",
        expect={"verb": "connect", "service": "lmtp", "client_ip": "192.0.2.25"},
    ),
    Sample(
        why="a connection over a UNIX socket has no address",
        line=_ISO + "lmtp(28772): Connect from local",
        expect={"verb": "connect", "service": "lmtp"},
    ),
    Sample(
        why="an IPv6 peer; its scope is not part of the address",
        line=_ISO + "lmtp(28772): Connect from fe80::1%eth0",
        expect={"verb": "connect", "service": "lmtp", "client_ip": "fe80::1"},
    ),
    Sample(
        why="the end of a connection, 2.3 and later",
        line=_ISO + "lmtp(28772): Disconnect from 192.0.2.25: Logged out (state=READY)",
        expect={
            "verb": "disconnect",
            "service": "lmtp",
            "reason": "Logged out (state=READY)",
            "client_ip": "192.0.2.25",
        },
    ),
    Sample(
        why="an IPv6 peer, whose address touches the colon",
        line=_ISO + "lmtp(28772): Disconnect from 2001:db8::25: Connection closed (state=DATA)",
        expect={
            "verb": "disconnect",
            "service": "lmtp",
            "reason": "Connection closed (state=DATA)",
            "client_ip": "2001:db8::25",
        },
    ),
    Sample(
        why="the end of a connection, 2.2",
        line=_BSD + "lmtp(28772): Disconnect from local: Successful quit",
        expect={"verb": "disconnect", "service": "lmtp", "reason": "Successful quit"},
    ),
    Sample(
        why="Sieve's implicit keep",
        line=_ISO + _ALICE + _SIEVE + "stored mail into mailbox 'INBOX'",
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="the second recipient of one transaction has a session id of its own; fileinto",
        line=(
            _ISO + "lmtp(alice@recipient.example)<28772><tGU+OS8WBGtkcAAAg+zDdQ:R2>: sieve: "
            "msgid=<m1@sender.example>: fileinto action: stored mail into mailbox 'Junk'"
        ),
        expect=_MESSAGE
        | {
            "verb": "store",
            "folder": "Junk",
            "session_id": "tGU+OS8WBGtkcAAAg+zDdQ:R2",
            "action": "fileinto",
        },
    ),
    Sample(
        why="a session id may begin with a slash",
        line=(
            _ISO + "lmtp(alice@recipient.example)<28772></3WLGuL9YGfzcwAAg+zDdQ>: sieve: "
            "msgid=<m1@sender.example>: stored mail into mailbox 'INBOX'"
        ),
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX", "session_id": "/3WLGuL9YGfzcwAAg+zDdQ"},
    ),
    Sample(
        why="with Plesk's prefix: neither process nor session",
        line=_BSD + "service=lda, user=alice@recipient.example, ip=[]. " + _SIEVE + "stored mail into mailbox 'INBOX'",
        expect=_SHORT | {"verb": "store", "service": "lda", "folder": "INBOX"},
    ),
    Sample(
        why="a reader, with Plesk's prefix",
        line=_BSD
        + "service=imap, user=alice@recipient.example, ip=[192.0.2.9]. Disconnected: Logged out rcvd=1, sent=2",
        expect="noise",
    ),
    Sample(
        why="what a reader deleted, with Plesk's prefix",
        line=_BSD + "service=imap, user=alice@recipient.example, ip=[192.0.2.9]. expunge: box=INBOX, uid=7, "
        "msgid=<m1@sender.example>, size=1234",
        expect={
            "verb": "expunge",
            "service": "imap",
            "recipient": "alice@recipient.example",
            "action": "expunge",
            "folder": "INBOX",
            "mailbox_uid": 7,
            "message_id": "m1@sender.example",
            "size_bytes": 1234,
        },
    ),
    Sample(
        why="a user without a domain",
        line=_ISO + "lmtp(alice)<28772><tGU+OS8WBGtkcAAAg+zDdQ>: msgid=<m1@sender.example>: saved mail to INBOX",
        expect=_MESSAGE | {"verb": "store", "recipient": "alice", "folder": "INBOX"},
    ),
    Sample(
        why="a user whose name is a number",
        line=_ISO + "lmtp(4711)<28772><tGU+OS8WBGtkcAAAg+zDdQ>: msgid=<m1@sender.example>: saved mail to INBOX",
        expect=_MESSAGE | {"verb": "store", "recipient": "4711", "folder": "INBOX"},
    ),
    Sample(
        why="a folder with an apostrophe",
        line=_ISO + _ALICE + _SIEVE + "fileinto action: stored mail into mailbox 'Alice's letters'",
        expect=_MESSAGE | {"verb": "store", "folder": "Alice's letters", "action": "fileinto"},
    ),
    Sample(
        why="a folder below another, in UTF-8",
        line=_ISO + _ALICE + _SIEVE + "fileinto action: stored mail into mailbox 'Büro/Rechnungen 2026'",
        expect=_MESSAGE | {"verb": "store", "folder": "Büro/Rechnungen 2026", "action": "fileinto"},
    ),
    Sample(
        why="a folder whose name in full differs: the name in full counts",
        line=_ISO + _ALICE + _SIEVE + "fileinto action: stored mail into mailbox 'inbox' (INBOX)",
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX", "action": "fileinto"},
    ),
    Sample(
        why="brackets that belong to the folder's name",
        line=_ISO + _ALICE + _SIEVE + "fileinto action: stored mail into mailbox 'Lists (old)'",
        expect=_MESSAGE | {"verb": "store", "folder": "Lists (old)", "action": "fileinto"},
    ),
    Sample(
        why="a folder found by its special use, its name not told",
        line=_ISO + _ALICE + _SIEVE + "fileinto action: stored mail into mailbox [SPECIAL-USE \\Junk]",
        expect=_MESSAGE | {"verb": "store", "folder": "\\Junk", "action": "fileinto"},
    ),
    Sample(
        why="a folder found by its special use, and its name",
        line=(_ISO + _ALICE + _SIEVE + "fileinto action: stored mail into mailbox [SPECIAL-USE \\Junk] (Unwanted)"),
        expect=_MESSAGE | {"verb": "store", "folder": "Unwanted", "action": "fileinto", "status": "\\junk"},
    ),
    Sample(
        why="a script that ran on a stored message changed nothing",
        line=_ISO + _ALICE + _SIEVE + "left message in mailbox 'INBOX'",
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="no Message-ID",
        line=_ISO + _ALICE + "sieve: msgid=unspecified: stored mail into mailbox 'INBOX'",
        expect=_ALICES | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="an empty Message-ID",
        line=_ISO + _ALICE + "sieve: msgid=: stored mail into mailbox 'INBOX'",
        expect=_ALICES | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="a Message-ID without brackets",
        line=_ISO + _ALICE + "msgid=m1@sender.example: saved mail to INBOX",
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="a Message-ID that imitates a statement: Dovecot's own comes last",
        line=_ISO + _ALICE + _SIEVE + "stored mail into mailbox 'Junk': stored mail into mailbox 'INBOX'",
        expect=_MESSAGE
        | {
            "verb": "store",
            "folder": "INBOX",
            "message_id": "<m1@sender.example>: stored mail into mailbox 'Junk'",
        },
    ),
    Sample(
        why="a Message-ID that imitates another statement, and one that ends in a quote",
        line=_ISO + _ALICE + _SIEVE + "stored mail into mailbox 'INBOX: piped message to program `report'",
        expect=_MESSAGE
        | {
            "verb": "note",
            "reason": "piped message to program `report'",
            "message_id": "<m1@sender.example>: stored mail into mailbox 'INBOX",
        },
    ),
    Sample(
        why="a Message-ID that imitates a discard",
        line=(
            _ISO
            + _ALICE
            + _MSGID
            + "discard action: Marked message to be discarded if not explicitly delivered (discard "
            "action): saved mail to INBOX"
        ),
        expect=_MESSAGE
        | {
            "verb": "store",
            "folder": "INBOX",
            "message_id": (
                "<m1@sender.example>: discard action: Marked message to be discarded if not explicitly "
                "delivered (discard action)"
            ),
        },
    ),
    Sample(
        why="a Message-ID that holds a colon and a head",
        line=(
            _ISO + _ALICE + "sieve: msgid=<x: lmtp(eve@sender.example)<1><y>: m1@sender.example>: stored mail into "
            "mailbox 'INBOX'"
        ),
        expect=_MESSAGE
        | {
            "verb": "store",
            "folder": "INBOX",
            "message_id": "x: lmtp(eve@sender.example)<1><y>: m1@sender.example",
        },
    ),
    Sample(
        why="without Sieve",
        line=_ISO + _ALICE + _MSGID + "saved mail to INBOX",
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="a folder's name with spaces, quotes and a separator, without Sieve",
        line=_ISO + _ALICE + _MSGID + "saved mail to Lists/it's 'new'",
        expect=_MESSAGE | {"verb": "store", "folder": "Lists/it's 'new'"},
    ),
    Sample(
        why="2.2: a session id stands before the statement",
        line=(
            _BSD + "lmtp(alice@recipient.example): tGU+OS8WBGtkcAAAg+zDdQ: sieve: msgid=<m1@sender.example>: "
            "stored mail into mailbox 'INBOX'"
        ),
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="2.1 and 2.2: process id and user",
        line=(
            _BSD + "lmtp(28772, alice@recipient.example): tGU+OS8WBGtkcAAAg+zDdQ:2: msgid=<m1@sender.example>: "
            "saved mail to INBOX"
        ),
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX", "session_id": "tGU+OS8WBGtkcAAAg+zDdQ:2"},
    ),
    Sample(
        why="2.0: neither process nor session",
        line=_BSD + "lmtp(alice@recipient.example): msgid=<m1@sender.example>: saved mail to INBOX",
        expect=_SHORT | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="the delivery agent, up to 2.2",
        line=(
            _BSD + "lda(alice@recipient.example): sieve: msgid=<m1@sender.example>: stored mail into mailbox 'INBOX'"
        ),
        expect=_SHORT | {"verb": "store", "service": "lda", "folder": "INBOX"},
    ),
    Sample(
        why="the delivery agent, 2.3; its session id may be empty",
        line=_ISO + "lda(alice)<1026><>: msgid=<m1@sender.example>: saved mail to INBOX",
        expect=_SHORT | {"verb": "store", "service": "lda", "recipient": "alice", "folder": "INBOX"},
    ),
    Sample(
        why="the delivery agent's name before 2.0",
        line=_BSD + "deliver(alice): msgid=<m1@sender.example>: saved mail to INBOX",
        expect=_SHORT | {"verb": "store", "service": "lda", "recipient": "alice", "folder": "INBOX"},
    ),
    Sample(
        why="the delivery agent under a tag of its own",
        line="Nov 23 10:32:15 hub1 dovecot-lda[1026]: msgid=<m1@sender.example>: saved mail to INBOX",
        expect={
            "verb": "store",
            "service": "lda",
            "folder": "INBOX",
            "message_id": "m1@sender.example",
        },
    ),
    Sample(
        why="a severity, as some set-ups print it",
        line=_ISO + _ALICE + "Info: sieve: msgid=<m1@sender.example>: stored mail into mailbox 'INBOX'",
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="the mailbox is full, with Sieve",
        line=(
            _ISO + _ALICE + _SIEVE + "failed to store into mailbox 'INBOX': Quota exceeded (mailbox for user is full)"
        ),
        expect=_MESSAGE
        | {
            "verb": "fail_store",
            "folder": "INBOX",
            "reason": "Quota exceeded (mailbox for user is full)",
        },
    ),
    Sample(
        why="the mailbox is missing; logged as an error",
        line=(
            _ISO + _ALICE + "Error: sieve: msgid=<m1@sender.example>: fileinto action: failed to store into mailbox "
            "'Alice's' (INBOX/Alice's): Mailbox doesn't exist: INBOX/Alice's"
        ),
        expect=_MESSAGE
        | {
            "verb": "fail_store",
            "folder": "INBOX/Alice's",
            "reason": "Mailbox doesn't exist: INBOX/Alice's",
            "action": "fileinto",
        },
    ),
    Sample(
        why="the mailbox is full, without Sieve",
        line=_ISO + _ALICE + _MSGID + "save failed to INBOX: Quota exceeded (mailbox for user is full)",
        expect=_MESSAGE
        | {
            "verb": "fail_store",
            "folder": "INBOX",
            "reason": "Quota exceeded (mailbox for user is full)",
        },
    ),
    Sample(
        why="the mailbox cannot be opened",
        line=_ISO + _ALICE + _MSGID + "save failed to open mailbox Lists/new: Permission denied",
        expect=_MESSAGE | {"verb": "fail_store", "folder": "Lists/new", "reason": "Permission denied"},
    ),
    Sample(
        why="another action of the script failed first",
        line=_ISO + _ALICE + _SIEVE + "fileinto action: store into mailbox 'Lists' aborted",
        expect=_MESSAGE | {"verb": "fail_store", "folder": "Lists", "reason": "aborted", "action": "fileinto"},
    ),
    Sample(
        why="storing is switched off",
        line=_ISO + _ALICE + _SIEVE + "store into mailbox 'INBOX' skipped",
        expect=_MESSAGE | {"verb": "fail_store", "folder": "INBOX", "reason": "skipped"},
    ),
    Sample(
        why="a Sieve redirect",
        line=_ISO + _ALICE + _SIEVE + "redirect action: forwarded to <bob@elsewhere.example>",
        expect=_MESSAGE
        | {
            "verb": "forward",
            "action": "redirect",
            "forward_address": "bob@elsewhere.example",
        },
    ),
    Sample(
        why="a Sieve redirect, before 0.5.9",
        line=(
            _BSD + "lmtp(alice@recipient.example): sieve: msgid=<m1@sender.example>: forwarded to "
            "<bob@elsewhere.example>"
        ),
        expect=_SHORT | {"verb": "forward", "forward_address": "bob@elsewhere.example"},
    ),
    Sample(
        why="it was forwarded before",
        line=_ISO + _ALICE + _SIEVE + "redirect action: discarded duplicate forward to <bob@elsewhere.example>",
        expect=_MESSAGE
        | {
            "verb": "note",
            "action": "redirect",
            "forward_address": "bob@elsewhere.example",
            "reason": "discarded duplicate forward to <bob@elsewhere.example>",
        },
    ),
    Sample(
        why="a redirect that would loop",
        line=(
            _ISO + _ALICE + _SIEVE + "redirect action: not forwarding message to <bob@elsewhere.example>: the "
            "`x-sieve-redirected-from' header indicates a mail loop"
        ),
        expect=_MESSAGE
        | {
            "verb": "note",
            "reason": (
                "not forwarding message to <bob@elsewhere.example>: the `x-sieve-redirected-from' header "
                "indicates a mail loop"
            ),
            "action": "redirect",
        },
    ),
    Sample(
        why="a Sieve discard",
        line=(
            _ISO
            + _ALICE
            + _SIEVE
            + "discard action: Marked message to be discarded if not explicitly delivered (discard action)"
        ),
        expect=_MESSAGE | {"verb": "discard", "action": "discard"},
    ),
    Sample(
        why="a Sieve discard, before 0.5.10",
        line=(
            _BSD + "lmtp(alice@recipient.example): sieve: msgid=<m1@sender.example>: marked message to be "
            "discarded if not explicitly delivered (discard action)"
        ),
        expect=_SHORT | {"verb": "discard"},
    ),
    Sample(
        why="a Sieve reject: the report goes to the sender",
        line=_ISO + _ALICE + _SIEVE + "reject action: rejected message from <news@sender.example> (reject)",
        expect=_MESSAGE | {"verb": "bounce", "reverse_path": "news@sender.example", "action": "reject"},
    ),
    Sample(
        why="a Sieve ereject, before 0.5.9",
        line=(
            _BSD + "lda(alice@recipient.example): sieve: msgid=<m1@sender.example>: rejected message from "
            "<news@sender.example> (ereject)"
        ),
        expect=_SHORT
        | {
            "verb": "bounce",
            "service": "lda",
            "reverse_path": "news@sender.example",
            "action": "ereject",
        },
    ),
    Sample(
        why="a sender's quoted local part that imitates a statement",
        line=(
            _ISO + _ALICE + _SIEVE + "reject action: rejected message from <\"x: stored mail into mailbox 'INBOX' "
            '(y"@sender.example> (reject)'
        ),
        expect=_MESSAGE
        | {
            "verb": "bounce",
            "reverse_path": "\"x: stored mail into mailbox 'INBOX' (y\"@sender.example",
            "action": "reject",
        },
    ),
    Sample(
        why="a rejected report is thrown away",
        line=_ISO + _ALICE + _SIEVE + "reject action: not sending reject message to <>",
        expect=_MESSAGE
        | {
            "verb": "discard",
            "action": "reject",
            "reason": "not sending reject message to <>",
        },
    ),
    Sample(
        why="the delivery agent gave up and reported it",
        line=(
            _ISO + "lda(alice)<1026><kdLwE2LhBGsCBAAAg+zDdQ>: msgid=<m1@sender.example>: rejected: Quota "
            "exceeded (mailbox for user is full)"
        ),
        expect=_MESSAGE
        | {
            "verb": "bounce",
            "service": "lda",
            "recipient": "alice",
            "reason": "Quota exceeded (mailbox for user is full)",
            "session_id": "kdLwE2LhBGsCBAAAg+zDdQ",
        },
    ),
    Sample(
        why="an automatic answer",
        line=_ISO + _ALICE + _SIEVE + "vacation action: sent vacation response to <news@sender.example>",
        expect=_MESSAGE | {"verb": "reply", "action": "vacation", "reverse_path": "news@sender.example"},
    ),
    Sample(
        why="no second answer",
        line=(
            _ISO + _ALICE + _SIEVE + "vacation action: discarded duplicate vacation response to <news@sender.example>"
        ),
        expect=_MESSAGE
        | {
            "verb": "note",
            "action": "vacation",
            "reason": "discarded duplicate vacation response to <news@sender.example>",
        },
    ),
    Sample(
        why="no answer to a machine; the address imitates a statement",
        line=(
            _ISO
            + _ALICE
            + _SIEVE
            + 'vacation action: discarding vacation response to auto-submitted message from <"x: failed to '
            "store into mailbox 'INBOX': y\"@sender.example>"
        ),
        expect=_MESSAGE
        | {
            "verb": "note",
            "action": "vacation",
            "reason": (
                'discarding vacation response to auto-submitted message from <"x: failed to store into '
                "mailbox 'INBOX': y\"@sender.example>"
            ),
        },
    ),
    Sample(
        why="no answer, with the reason behind the address",
        line=(
            _ISO
            + _ALICE
            + _SIEVE
            + "vacation action: discarding vacation response to message from <news@sender.example> (`All' "
            "flag found in x-auto-response-suppress header)"
        ),
        expect=_MESSAGE
        | {
            "verb": "note",
            "reason": (
                "discarding vacation response to message from <news@sender.example> (`All' flag found in "
                "x-auto-response-suppress header)"
            ),
            "action": "vacation",
        },
    ),
    Sample(
        why="a program got a copy",
        line=_ISO + _ALICE + _SIEVE + "pipe action: piped message to program `report'",
        expect=_MESSAGE | {"verb": "note", "reason": "piped message to program `report'", "action": "pipe"},
    ),
    Sample(
        why="a script failed",
        line=(
            _ISO
            + _ALICE
            + "sieve: Execution of script /srv/sieve/alice.sieve failed, but implicit keep was successful "
            "(user logfile /srv/sieve/alice.sieve.log may reveal additional details)"
        ),
        expect=_ALICES
        | {
            "verb": "note",
            "reason": (
                "Execution of script /srv/sieve/alice.sieve failed, but implicit keep was successful (user "
                "logfile /srv/sieve/alice.sieve.log may reveal additional details)"
            ),
        },
    ),
    Sample(
        why="a proxy handed it to a backend, 2.2",
        line=(
            _BSD + "lmtp(12130): tGU+OS8WBGtkcAAAg+zDdQ: Sent message to <alice@recipient.example> at "
            "192.0.2.11:24: 250 2.0.0 <alice@recipient.example> tImBIrYV81iUQgAAlB2uAQ Saved (1/1 at 156 "
            "ms)"
        ),
        expect=_ALICES
        | {
            "verb": "deliver",
            "status": "sent",
            "relay_host": "192.0.2.11",
            "reply_text": "250 2.0.0 <alice@recipient.example> tImBIrYV81iUQgAAlB2uAQ Saved",
            "relay_ip": "192.0.2.11",
            "relay_port": 24,
            "reply_code": 250,
            "enhanced_status": "2.0.0",
            "reason": "<alice@recipient.example> tImBIrYV81iUQgAAlB2uAQ Saved",
        },
    ),
    Sample(
        why="a backend refused, 2.3; its name, not its address",
        line=(
            _ISO + "lmtp(12130): lmtp-server: conn 192.0.2.25:33341 [4]: rcpt alice@recipient.example: Failed "
            "to send message to <alice@recipient.example> at store.recipient.example:24: 452 4.2.2 "
            "<alice@recipient.example> Quota exceeded (1/2 at 15 ms)"
        ),
        expect={
            "verb": "deliver",
            "service": "lmtp",
            "status": "failed",
            "recipient": "alice@recipient.example",
            "relay_host": "store.recipient.example",
            "reply_text": "452 4.2.2 <alice@recipient.example> Quota exceeded",
            "relay_port": 24,
            "reply_code": 452,
            "enhanced_status": "4.2.2",
            "reason": "<alice@recipient.example> Quota exceeded",
        },
    ),
    Sample(
        why="a proxy to an IPv6 backend, the user and session in the head",
        line=(
            _ISO + "lmtp(alice@recipient.example)<12130><tGU+OS8WBGtkcAAAg+zDdQ>: Sent message to "
            "<alice@recipient.example> at 2001:db8::11:24: 250 2.0.0 OK (1/1 at 8 ms)"
        ),
        expect=_ALICES
        | {
            "verb": "deliver",
            "status": "sent",
            "relay_host": "2001:db8::11",
            "reply_text": "250 2.0.0 OK",
            "relay_ip": "2001:db8::11",
            "relay_port": 24,
            "reply_code": 250,
            "enhanced_status": "2.0.0",
            "reason": "OK",
        },
    ),
    Sample(
        why="what a person sent, taken by the mail server: its reply may hold anything, and is no delivery",
        line=_ISO + "submission(alice@recipient.example)<28790><Ing8jUyj1rpNb0xJ>: Successfully relayed message: "
        "from=<alice@recipient.example>, size=528, id=4jY2TD5qvxzJJQK, nrcpt=1, "
        "reply=`250 2.0.0 Ok: queued as 4jY2TD5qvxzJJQK'",
        expect="noise",
    ),
    Sample(
        why="for one recipient, and refused",
        line=_ISO + "submission(alice@recipient.example)<28790><Ing8jUyj1rpNb0xJ>: Failed to relay message: "
        "from=<alice@recipient.example>, to=<x@sender.example>, size=528, rcpt=0/1, reply=`550 5.1.1 no such user'",
        expect="noise",
    ),
    Sample(
        why="Sieve about its own storage",
        line=(
            _ISO + _ALICE + "Warning: sieve: file storage: Explicitly specified active script path "
            "`/srv/sieve/alice.sieve' is ignored; storage path `/srv/sieve/alice.sieve' is not a "
            "directory"
        ),
        expect="noise",
    ),
    Sample(
        why="the duplicate database about itself",
        line=(
            _ISO
            + _ALICE
            + "Error: lmtp-server: conn 192.0.2.25:33341 [4]: rcpt alice@recipient.example: duplicate db: "
            "transaction: file_dotlock_open(/srv/mail/alice/.dovecot.lda-dupes) failed: No such file or "
            "directory"
        ),
        expect="noise",
    ),
    Sample(
        why="a failed system call",
        line=(
            _ISO + "lda(root)<1026><>: Error: chdir(/root/) failed: Permission denied (euid=65534(nobody) "
            "egid=65534(nogroup) missing +x perm: /root, dir owned by 0:0 mode=0700)"
        ),
        expect="noise",
    ),
    Sample(
        why="tracing",
        line=_ISO + _ALICE + "Debug: auth-master: userdb lookup(alice@recipient.example): Started userdb lookup",
        expect="noise",
    ),
    Sample(
        why="the master process",
        line=_ISO + "master: Dovecot v2.3.19.1 (9b53102964) starting up for lmtp (core dumps disabled)",
        expect="noise",
    ),
    Sample(
        why="a log-in",
        line=(
            _ISO + "imap-login: Login: user=<alice@recipient.example>, method=PLAIN, rip=192.0.2.77, "
            "lip=192.0.2.25, mpid=28790, TLS, session=<Ing8jUyj1rpNb0xJ>"
        ),
        expect="noise",
    ),
    Sample(
        why="the end of a reader's session",
        line=(
            _ISO + "imap(alice@recipient.example)<28790><Ing8jUyj1rpNb0xJ>: Disconnected: Logged out in=636 "
            "out=7911 deleted=0 expunged=0"
        ),
        expect="noise",
    ),
    Sample(
        why="a reader's session, before 2.3",
        line=(_BSD + "pop3(alice@recipient.example): Disconnected: Logged out top=0/0, retr=0/0, del=0/3, size=4321"),
        expect="noise",
    ),
    Sample(
        why="deleted for good by a mail program",
        line=_ISO + _READER + "expunge: box=INBOX, uid=7, msgid=<m1@sender.example>, size=1234",
        expect=_CHANGED | {"verb": "expunge", "action": "expunge", "folder": "INBOX"},
    ),
    Sample(
        why="copied: the folder it came from stands in the statement, the one it went to in `box`",
        line=_ISO + _READER + "copy from INBOX: box=Trash, uid=7, msgid=<m1@sender.example>, size=1234",
        expect=_CHANGED | {"verb": "file", "action": "copy", "from_folder": "INBOX", "folder": "Trash"},
    ),
    Sample(
        why="2.4: the folder stands before the statement",
        line=_ISO + _READER + "Mailbox Trash: copy from INBOX: uid=7, msgid=<m1@sender.example>, size=1234",
        expect=_CHANGED | {"verb": "file", "action": "copy", "from_folder": "INBOX", "folder": "Trash"},
    ),
    Sample(
        why="2.4, a folder name with a colon, and `box` as well",
        line=(
            _ISO + _READER + "Mailbox Lists: old: expunge: box=Lists: old, uid=7, msgid=<m1@sender.example>, size=1234"
        ),
        expect=_CHANGED | {"verb": "expunge", "action": "expunge", "folder": "Lists: old"},
    ),
    Sample(
        why="2.3 without `box`: the folder is not known",
        line=_ISO + _READER + "expunge: uid=7, msgid=<m1@sender.example>, size=1234",
        expect=_CHANGED | {"verb": "expunge", "action": "expunge"},
    ),
    Sample(
        why="2.2: no session",
        line=(
            _BSD + "imap(alice@recipient.example): copy from INBOX: box=Trash, uid=7, msgid=<m1@sender.example>, "
            "size=1234"
        ),
        expect={name: value for name, value in _CHANGED.items() if name != "session_id"}
        | {"verb": "file", "action": "copy", "from_folder": "INBOX", "folder": "Trash"},
    ),
    Sample(
        why="the words of 1.x, which the manual still shows",
        line=_BSD + "imap(alice): copy -> Trash: uid=908, msgid=<m1@sender.example>",
        expect={
            "verb": "file",
            "service": "imap",
            "recipient": "alice",
            "folder": "Trash",
            "mailbox_uid": 908,
            "action": "copy",
            "message_id": "m1@sender.example",
        },
    ),
    Sample(
        why="the flag Deleted was set: the message is still there",
        line=_ISO + _READER + "delete: box=INBOX, uid=7, msgid=<m1@sender.example>, size=1234",
        expect=_CHANGED | {"verb": "mark", "action": "delete", "folder": "INBOX"},
    ),
    Sample(
        why="every detail; commas in From and Subject",
        line=(
            _ISO + _READER + "flag_change: box=INBOX, uid=7, msgid=<m1@sender.example>, size=1234, vsize=1260, "
            'from="News, daily" <news@sender.example>, subject=hello, world, flags=(\\Seen $Junk)'
        ),
        expect=_CHANGED
        | {
            "verb": "mark",
            "action": "flag_change",
            "folder": "INBOX",
            "header_from": '"News, daily" <news@sender.example>',
            "subject": "hello, world",
            "status": "\\seen $junk",
        },
    ),
    Sample(
        why="a Message-ID that is too long for the plugin: cut, and told as it was cut",
        line=_ISO + _READER + "expunge: box=INBOX, uid=7, msgid=<m1-" + "a" * 73 + "..., size=1234",
        expect=_CHANGED
        | {"verb": "expunge", "action": "expunge", "folder": "INBOX", "message_id": "m1-" + "a" * 73 + "..."},
    ),
    Sample(
        why="a Message-ID that imitates the details: which message it was is not stated",
        line=_ISO + _READER + "expunge: box=INBOX, uid=7, msgid=<m1@sender.example>, size=1, size=1234",
        expect=_SEEN | {"verb": "expunge", "action": "expunge", "folder": "INBOX"},
    ),
    Sample(
        why="a subject that imitates the details",
        line=(
            _ISO + _READER + "expunge: box=INBOX, uid=7, msgid=<m2@sender.example>, size=5, from=a@sender.example, "
            "subject=x, msgid=<m1@sender.example>, size=1234"
        ),
        expect=_SEEN | {"verb": "expunge", "action": "expunge", "folder": "INBOX"},
    ),
    Sample(
        why="the same of a message that is copied",
        line=_ISO + _READER + "copy from INBOX: box=Trash, uid=7, msgid=<m1@sender.example>, size=1, size=1234",
        expect=_SEEN | {"verb": "file", "action": "copy", "from_folder": "INBOX", "folder": "Trash"},
    ),
    Sample(
        why="no Message-ID, and a size that was not in the cache",
        line=_ISO + _READER + "expunge: box=INBOX, uid=7, msgid=, size=error",
        expect=_SEEN | {"verb": "expunge", "action": "expunge", "folder": "INBOX"},
    ),
    Sample(
        why="a uid that is not known, a folder with a comma",
        line=_ISO + _READER + "save: box=Lists, old, uid=error, msgid=<m1@sender.example>, size=1234",
        expect={name: value for name, value in _CHANGED.items() if name != "mailbox_uid"}
        | {"verb": "file", "action": "save", "folder": "Lists, old"},
    ),
    Sample(
        why="fetched and deleted over POP3",
        line=(
            _ISO + "pop3(alice@recipient.example)<28790><Ing8jUyj1rpNb0xJ>: expunge: box=INBOX, uid=7, "
            "msgid=<m1@sender.example>, size=1234"
        ),
        expect=_CHANGED | {"verb": "expunge", "action": "expunge", "folder": "INBOX", "service": "pop3"},
    ),
    Sample(
        why="an administrator's command, with its severity",
        line=(
            _BSD + "doveadm(alice@recipient.example): Info: expunge: box=Trash, uid=7, msgid=<m1@sender.example>, "
            "size=1234"
        ),
        expect={name: value for name, value in _CHANGED.items() if name != "session_id"}
        | {"verb": "expunge", "action": "expunge", "folder": "Trash", "service": "doveadm"},
    ),
    Sample(
        why="replication names its session and no process",
        line=(
            _ISO + "dsync-local(alice@recipient.example)<Ing8jUyj1rpNb0xJ>: expunge: box=INBOX, uid=7, "
            "msgid=<m1@sender.example>, size=1234"
        ),
        expect=_CHANGED | {"verb": "expunge", "action": "expunge", "folder": "INBOX", "service": "dsync-local"},
    ),
    Sample(
        why="old mail expires while new mail is delivered: the line is about another message",
        line=_ISO + _ALICE + "autoexpunge: box=Trash, uid=7, msgid=<m0@sender.example>, size=1234",
        expect=_ALICES
        | {
            "verb": "expunge",
            "action": "autoexpunge",
            "folder": "Trash",
            "mailbox_uid": 7,
            "size_bytes": 1234,
            "message_id": "m0@sender.example",
        },
    ),
    Sample(
        why="the plugin in the delivery itself: a remark, for Sieve or Dovecot say where it was stored",
        line=_ISO + _ALICE + "save: box=INBOX, uid=7, msgid=<m1@sender.example>, size=1234",
        expect=_MESSAGE | {"verb": "note", "action": "save", "folder": "INBOX", "mailbox_uid": 7, "size_bytes": 1234},
    ),
    Sample(
        why="the plugin in the delivery, 2.2",
        line=(
            _BSD + "lmtp(28772, alice@recipient.example): tGU+OS8WBGtkcAAAg+zDdQ: save: box=INBOX, uid=7, "
            "msgid=<m1@sender.example>, size=1234"
        ),
        expect=_MESSAGE | {"verb": "note", "action": "save", "folder": "INBOX", "mailbox_uid": 7, "size_bytes": 1234},
    ),
    Sample(
        why="the plugin in a delivery agent that names no session, 2.2",
        line=_BSD + "lda(alice@recipient.example): save: box=INBOX, uid=7, msgid=<m1@sender.example>, size=1234",
        expect={name: value for name, value in _CHANGED.items() if name != "session_id"}
        | {"verb": "file", "action": "save", "folder": "INBOX", "service": "lda"},
    ),
    Sample(
        why="the plugin in the delivery of a message whose Message-ID it cut",
        line=_ISO + _ALICE + "save: box=INBOX, uid=7, msgid=<m1-" + "a" * 73 + "..., size=1234",
        expect=_ALICES | {"verb": "note", "action": "save", "folder": "INBOX", "mailbox_uid": 7, "size_bytes": 1234},
    ),
    Sample(
        why="a folder went with all that was in it: no message is named",
        line=_ISO + _READER + "Mailbox deleted: Archive",
        expect="noise",
    ),
    Sample(
        why="the same, 2.4",
        line=_ISO + _READER + "Mailbox Archive: Mailbox deleted",
        expect="noise",
    ),
    Sample(
        why="a folder got another name",
        line=_ISO + _READER + "Mailbox renamed: Archive -> Old",
        expect="noise",
    ),
    Sample(
        why="a reader's move set a script off, which names no message",
        line=_ISO + _READER + "sieve: pipe action: piped message to program `learn-spam'",
        expect="noise",
    ),
    Sample(
        why="replication about itself",
        line=_ISO + "dsync-local(alice@recipient.example)<Ing8jUyj1rpNb0xJ>: Error: Remote command returned error 75",
        expect="noise",
    ),
    Sample(
        why="a log-in, 2.4",
        line=(
            _ISO + "imap-login: Logged in: user=<alice@recipient.example>, method=PLAIN, rip=192.0.2.77, "
            "lip=192.0.2.25, mpid=28790, TLS, session=<Ing8jUyj1rpNb0xJ>"
        ),
        expect="noise",
    ),
    Sample(
        why="a stranger's name that imitates a delivery: it is printed where a name stands",
        line=(
            _ISO + "imap-login: Aborted login (auth failed, 1 attempts in 2 secs): user=<x>, lmtp(alice@recipient."
            "example)<1><y>: msgid=<m1@sender.example>: saved mail to INBOX>, method=PLAIN, rip=192.0.2.66, "
            "lip=192.0.2.25, session=<Ing8jUyj1rpNb0xJ>"
        ),
        expect="noise",
    ),
    Sample(
        why="a stranger was refused",
        line=_ISO + "auth: passwd-file(alice,192.0.2.66,<Ing8jUyj1rpNb0xJ>): unknown user",
        expect="noise",
    ),
    Sample(
        why="a stranger was refused by a worker; his password imitates a delivery",
        line=(
            _ISO
            + "auth-worker(4711): conn unix:auth-worker (pid=4700,uid=108): auth-worker<1>: sql(alice,192.0.2.66): "
            "Password mismatch (given password: x): msgid=<m1@sender.example>: saved mail to INBOX)"
        ),
        expect="noise",
    ),
    Sample(
        why="a stranger's name that ends the head: what follows is none of the words",
        line=_ISO + "auth: plain(x): msgid=<m1@sender.example>: saved mail to INBOX,192.0.2.66): unknown user",
        expect="reject",
    ),
    Sample(
        why="a name with a letter that is not allowed",
        line=(
            _ISO + "auth: login(?,192.0.2.66,<Ing8jUyj1rpNb0xJ>): Username character disallowed by "
            "auth_username_chars: 0x3c (username: <x>)"
        ),
        expect="noise",
    ),
    Sample(
        why="a process before the log-in, about a proxied connection",
        line=_ISO + "imap-login: proxy(alice@recipient.example,192.0.2.11:143): Started proxying to <192.0.2.11>",
        expect="noise",
    ),
    Sample(
        why="any process may be told to stop",
        line=_ISO + "anvil: Warning: Killed with signal 15 (by pid=1 uid=0 code=kill)",
        expect="noise",
    ),
    Sample(
        why="any process may fail to read the settings",
        line=_ISO + "stats: Fatal: Error reading configuration: Timeout reading config from /run/dovecot/config",
        expect="noise",
    ),
    Sample(
        why="the master process reads its settings again",
        line=_ISO + "master: Warning: SIGHUP received - reloading configuration",
        expect="noise",
    ),
    Sample(
        why="a helper about the settings",
        line=_ISO + "config: Warning: please set ssl_dh=</etc/dovecot/dh.pem",
        expect="noise",
    ),
    Sample(
        why="a reader's program says what it is, in words of its own",
        line=_ISO + _READER + "ID sent: name=Program, version=1: saved mail to INBOX",
        expect="noise",
    ),
    Sample(
        why="a process before the log-in, but nothing it says",
        line=_ISO + "imap-login: the quick brown fox",
        expect="reject",
    ),
    Sample(
        why="an unknown word of the plugin",
        line=_ISO + _READER + "archive: box=INBOX, uid=7, msgid=<m1@sender.example>, size=1234",
        expect="reject",
    ),
    Sample(
        why="a known word of the plugin without its details",
        line=_ISO + _READER + "expunge: everything",
        expect="reject",
    ),
    Sample(
        why="a statement that is not known",
        line=_ISO + _ALICE + _SIEVE + "something new happened",
        expect="reject",
    ),
    Sample(
        why="a folder without its quotes is no form of Sieve's",
        line=_ISO + _ALICE + _SIEVE + "stored mail into mailbox INBOX",
        expect="reject",
    ),
    Sample(
        why="Dovecot's own file",
        line="Nov 23 10:32:15 lmtp(28772): Info: Connect from local",
        expect={"verb": "connect", "service": "lmtp"},
    ),
    Sample(
        why="Dovecot's own file, a message",
        line=(
            "Nov 23 10:32:15 lmtp(alice@recipient.example)<28772><tGU+OS8WBGtkcAAAg+zDdQ>: Info: sieve: "
            "msgid=<m1@sender.example>: stored mail into mailbox 'INBOX'"
        ),
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="Dovecot's own file, stamps with a year; 2.2",
        line=(
            "2026-11-23 10:32:15 lmtp(28772, alice@recipient.example): Info: tGU+OS8WBGtkcAAAg+zDdQ: "
            "msgid=<m1@sender.example>: saved mail to INBOX"
        ),
        expect=_MESSAGE | {"verb": "store", "folder": "INBOX"},
    ),
    Sample(
        why="Dovecot's own file, the master process",
        line="2026-11-23 10:32:15 master: Warning: Killed with signal 15 (by pid=1 uid=0 code=kill)",
        expect="noise",
    ),
)


FORMAT = Format(
    name="dovecot",
    title="Dovecot (LMTP, LDA, Pigeonhole Sieve; IMAP and POP3 with mail_log)",
    family="mailbox",
    reference=(
        "Dovecot source: src/lib-lda, src/lda, src/lmtp, src/plugins/mail-log; Pigeonhole source: src/lib-sieve, "
        "src/plugins/lda-sieve"
    ),
    claims=_claims,
    shapes=_shapes,
    rare=_rare,
    frame=_frame,
    # A session id with its suffix is one delivery to one recipient and never used again: nothing opens or closes it.
    unit=Unit(kind="store", by="session_id", longest_seconds=3_600.0, offered_as="session_id"),
    shows=(
        "into which folder each recipient's copy was stored, and why it could not be",
        "what the recipient's Sieve script did: filed, forwarded, answered, rejected, discarded",
        "to which backend a proxy handed the message, and the backend's reply",
        "what mail programs, administrators and replication did to a stored message (with the plugin mail_log)",
    ),
    cannot_show=(
        "what was done to stored messages where the plugin mail_log is off: a POP3 session only counts what it deleted",
        "the messages that went with a deleted folder",
        "which rule of a Sieve script decided",
        "a Message-ID beyond its first 200 characters; in the lines of mail_log, beyond its first 77",
    ),
    samples=_SAMPLES,
)
