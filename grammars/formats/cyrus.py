"""Cyrus IMAP: what its `lmtpd`, Sieve included, does with a message, and its audit log; 2.5 and 3.0 to 3.10.

Sources of truth, in the Cyrus source: `imap/lmtpd.c` (delivered), `imap/lmtp_sieve.c` (what a script did),
`imap/duplicate.c` (suppressed copies), `imap/mailbox.c` (`auditlog: append` and its like), `imap/lmtpengine.c`
(connections, and the `SESSIONID=` of its replies), `imap/mboxname.c` (internal names of mailboxes).

A line names the session, or the person, or neither: no field says that two lines are about the same copy.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Fields, Format, Origin, Sample, Shape, Unit
from grammars.core.lexemes import combine, one_of, rest
from grammars.core.words import Verb

# ---------------------------------------------------------------- who speaks

# Names of services in cyrus.conf as shipped: the tag where no `syslog_prefix` is set.
_BARE = frozenset(
    """lmtp lmtpunix lmtpd lmtpproxyd imap imaps pop3 pop3s timsieved ctl_cyrusdb ctl_deliver ctl_mboxlist cyr_expire
    cyrmaster idled notifyd squatter sync_client sync_server tls_prune""".split()
)

# Their lines are about themselves, databases or a log-in, never about a message on its way.
_HOUSEKEEPERS = frozenset(
    """master cyrmaster ctl_cyrusdb ctl_deliver ctl_mboxlist ctl_conversationsdb cyr_expire cyr_synclog idled notify
    notifyd squatter sync_client sync_server sync_reset syncserver tls_prune tlsprune checkpoint delprune deleteprune
    expunge_prune expire sieve timsieved managesieve mupdate fud reconstruct quota""".split()
)


def _claims(tag: str) -> Origin | None:
    """`cyrus/service`, as Debian and `syslog_prefix: cyrus` write it, or the bare name of a service that is Cyrus's."""
    head, slash, program = tag.rpartition("/")
    if slash:
        return Origin(program, head) if head.lower().startswith("cyrus") and program else None
    return Origin(tag) if tag in _BARE else None


# ---------------------------------------------------------------- tokens


def _through_last(text: str) -> pp.ParserElement:
    """All up to and including the last `text`: the Message-ID before it is the sender's, and may imitate it."""
    before = pp.ZeroOrMore(pp.CharsNotIn(text[0]) | (~pp.Literal(text) + text[0]))
    return combine(pp.OneOrMore(before + text))


_NO_ID = frozenset({"", "(null)", "<nomsgid>", "nomsgid"})  # what Cyrus prints where the message has none
_SESSION = "sessionid=<" + pp.CharsNotIn("> ")("session_id") + ">"

# What readers and programs do to mailboxes; what they do to one message is read apart.
_AUDITED = (
    *("acl", "create", "delete", "rename", "modseq", "touched", "traffic", "unlink", "unlinkarchive", "proxy"),
    *("setquota", "newquota", "rmquota", "partitionmove", "archive", "unarchive", "mailbox", "login", "ok"),
)

# The beginnings of what the libraries under every service say about themselves.
_TROUBLE = (
    *("IOERROR", "DBERROR", "DBMSG", "SYSERROR", "SYNCERROR", "NOTIFY(", "IDLE: ", "SQUAT ", "USAGE ", "FATAL: "),
    *("Fatal error", "TLS ", "SSL ", "starttls: ", "[lmtpd] ", "login: ", "badlogin: ", "accepted connection"),
    *("connection from ", "lmtp connection ", "refused connection", "command: ", "LMTP session stats : ", "executed"),
    *("process ", "telling master ", "getting ready", "about to exec", "skiplist: ", "twoskip: ", "mystore: "),
    *("duplicate_prune: ", "seen_db: ", "seen_done", "open: user ", "fetching user_deny.db", "autocreate"),
    *("autosubscribe: ", "autosieve", "created stage directory ", "couldn't ", "cannot ", "Unexpected data in "),
    *("timed out waiting ", "error reaping ", "Annotation callout ", "Setting flags ", "Setting system "),
    *("append_run_annotator: ", "Removing local file ", "conversations_", "Conversations", "mailbox: longlock"),
    *("sieve fcc ", "sieve SRS ", "sieve: send_rejection: ", "sieve: jmapquery error: ", "sieve_register_"),
    *("Illegal script name ", "entered wildmat ", "statuscache: ", "statuscache ", "sasl_", "SASL ", "DIGEST-MD5 "),
    *("counts: retr=", "client id sessionid=<", "client id: ", "Expunged ", "Expired ", "Repacking mailbox "),
    *("unable to init duplicate ", "lmtpd: unable to ", "inittls: ", "no session id", "User ", "verify_user("),
)

# ---------------------------------------------------------------- what the grammar alone cannot say


def _state_id(fields: Fields, raw: str) -> None:
    fields.pop("message_id", None)
    bare = raw[1:-1] if raw[:1] == "<" and raw[-1:] == ">" else raw
    if raw not in _NO_ID and bare:
        fields["message_id"] = bare


def _state_mailbox(fields: Fields, name: str) -> bool:
    """Whose mailbox it is, and which folder: `domain!user.jane^doe.Junk`, a dot in a name being a `^`.

    A folder that is nobody's own has no owner in its name.  Gives whether a person's is named.
    """
    domain, mark, inner = name.rpartition("!")
    separator, caret = (".", True) if inner.startswith("user.") else ("/", False)
    parts = inner.split(separator)
    if caret:
        parts = [part.replace("^", ".") for part in parts]
    elif not mark and "@" in parts[-1]:
        parts[-1], _, domain = parts[-1].rpartition("@")
    if len(parts) < 2 or parts[0] != "user" or not all(parts):
        fields["folder"] = name
        return False
    fields["recipient"] = f"{parts[1]}@{domain}" if domain else parts[1]
    fields["folder"] = _decoded("/".join(parts[2:])) or "INBOX"
    return True


def _decoded(folder: str) -> str:
    """Modified UTF-7 (RFC 3501 section 5.1.3) as text; what is none stays as it is."""
    if "&" not in folder:
        return folder
    pieces = folder.split("&")
    try:
        return pieces[0] + "".join(_shifted(piece) for piece in pieces[1:])
    except UnicodeError:
        return folder


def _shifted(piece: str) -> str:
    code, dash, plain = piece.partition("-")
    if not dash:
        raise UnicodeError
    return ("+" + code.replace(",", "/") + "-").encode("ascii").decode("utf-7") + plain if code else "&" + plain


def _delivered(fields: Fields) -> None:
    _state_id(fields, fields["message_id"].removesuffix(" to mailbox: "))
    _state_mailbox(fields, fields["folder"])


def _suppressed(fields: Fields) -> None:
    """`to MAILBOX id ID date DATE (delivery)`: ID and DATE are the sender's; one that imitates the other is not read.

    The copy went nowhere; a suppressed redirect (`(redirect)`, the id ends with the address) is one of several actions.
    """
    target, text = fields.pop("folder"), fields.pop("reason")
    text, _, action = text.removesuffix(")").rpartition(" (")
    name, found, date = text.partition(" date ")
    fields["action"] = f"duplicate {action}".lower()
    if action == "delivery":
        fields["verb"] = Verb.DISCARD
        if target.startswith(("user.", "user/")) or "!user." in target:
            _state_mailbox(fields, target)
    elif target.startswith(".") and target.endswith(".sieve."):
        fields["recipient"] = target[1:].removesuffix(".sieve.")
    if found and " date " in date:
        return
    if action == "redirect":
        name, found, address = name.rpartition(">-")
        name = name + ">" if found else ""
        if found and address:
            fields["forward_address"] = address
    _state_id(fields, name)


def _redirected(fields: Fields) -> None:
    fields["action"] = "redirect"
    _state_id(fields, fields["message_id"].removesuffix(" to: "))


def _discarded(fields: Fields) -> None:
    fields["action"] = "discard"
    _state_id(fields, fields.pop("reason"))


def _refused(fields: Fields) -> None:
    fields["action"] = "reject"
    _state_id(fields, fields.pop("reason"))


def _answered(fields: Fields) -> None:
    """`ID to: ADDRESS`, both the sender's text: where the border is not certain neither is stated."""
    text: str = fields.pop("reason")
    name, found, address = text.partition(" to: ")
    if not found or " to: " in address:
        return
    _state_id(fields, name)
    fields["reverse_path"] = address.removeprefix("<").removesuffix(">")


def _about(fields: Fields) -> None:
    """`USER id ID[: remark]`: an id that is well-formed ends at its bracket, any other is not told from the remark."""
    text: str = fields["reason"]
    end = text.find(">")
    if text.startswith("<") and "<" not in text[1:end] and " " not in text[:end]:
        _state_id(fields, text[: end + 1])


def _about_discard(fields: Fields) -> None:
    fields["action"] = "reject"
    _state_id(fields, fields.pop("reason"))
    fields["reason"] = "discarded reject to <>"


_AUDIT_VERBS = {
    "redirect": Verb.FORWARD,
    "discard": Verb.DISCARD,
    "lmtp reject": Verb.REJECT,
    "discard-reject": Verb.DISCARD,
    "reject": Verb.BOUNCE,
    "vacation response": Verb.REPLY,
}


def _audited(fields: Fields) -> None:
    """`message-id=ID[ target=<ADDRESS>][ userid=<USER>]`: read from the right, for the id is the sender's."""
    text: str = fields.pop("reason").removeprefix("message-id=")
    verb = fields["verb"] = _AUDIT_VERBS[fields["action"]]
    head, found, user = text.rpartition(" userid=<")
    if found and head.endswith(">") and user.count(">") == 1 and fields["action"] != "discard":
        text = head
        fields["recipient"] = user[:-1]
    if verb in {Verb.FORWARD, Verb.BOUNCE, Verb.REPLY}:
        text, _, address = text.rpartition(" target=<")
        if text and address.endswith(">"):
            fields["forward_address" if verb is Verb.FORWARD else "reverse_path"] = address[:-1].strip("<>")
    fields["action"] = fields["action"].removeprefix("lmtp ").removeprefix("discard-")
    _state_id(fields, text)


def _appended(fields: Fields) -> None:
    """`mailbox=<…> uniqueid=<…> … messageid=ID size=<N>`; 2.5 names no id and no size."""
    _state_mailbox(fields, fields["folder"])
    raw: str = fields.pop("reason", "")
    text, found, size = raw.rpartition(" size=<")
    if found and size.endswith(">") and size[:-1].isdecimal() and len(size) < 19:
        fields["size_bytes"] = int(size[:-1])
    _state_id(fields, text if found else raw)


def _expunged(fields: Fields) -> None:
    _state_mailbox(fields, fields["folder"])


# ---------------------------------------------------------------- line forms


def _deliveries() -> list[Shape]:
    """What `lmtpd` itself does with one copy."""
    target = pp.SkipTo(" id ")("folder")
    return [
        Shape(
            name="delivered",
            verb=Verb.STORE,
            build=_delivered,
            grammar="Delivered: " + _through_last(" to mailbox: ")("message_id") + rest("folder"),
        ),
        Shape(
            name="suppressed",
            verb=Verb.NOTE,
            build=_suppressed,
            grammar="dupelim: eliminated duplicate message to " + target + " id " + rest("reason"),
        ),
    ]


def _script_actions() -> list[Shape]:
    """What a Sieve script did: the person is named only where the line says `for`."""
    return [
        Shape(
            name="redirected",
            verb=Verb.FORWARD,
            build=_redirected,
            grammar="sieve redirected: " + _through_last(" to: ")("message_id") + rest("forward_address"),
        ),
        Shape(name="discarded", verb=Verb.DISCARD, build=_discarded, grammar="sieve discarded: " + rest("reason")),
        Shape(name="refused", verb=Verb.REJECT, build=_refused, grammar="sieve LMTP rejected: " + rest("reason")),
        Shape(name="rejected", verb=Verb.BOUNCE, build=_answered, grammar="sieve rejected: " + rest("reason")),
        Shape(name="answered", verb=Verb.REPLY, build=_answered, grammar="sieve autoresponded: " + rest("reason")),
        Shape(
            name="rejected_report",
            verb=Verb.DISCARD,
            build=_about_discard,
            grammar="sieve: discarded reject to <> for " + pp.SkipTo(" id ")("recipient") + " id " + rest("reason"),
        ),
        Shape(
            name="script_failed",
            verb=Verb.NOTE,
            build=_about,
            grammar="sieve runtime error for " + pp.SkipTo(" id ")("recipient") + " id " + rest("reason"),
        ),
        Shape(
            name="script_unreadable",
            verb=Verb.NOTE,
            grammar="sieve parse error for " + pp.SkipTo(": line ")("recipient") + ": " + rest("reason"),
        ),
        Shape(
            name="script_remark",
            verb=Verb.NOTE,
            build=_about,
            grammar="sieve log: userid=" + pp.SkipTo(" messageid=")("recipient") + " messageid=" + rest("reason"),
        ),
        Shape(name="invitation", verb=Verb.NOTE, build=_about, grammar="sieve iMIP processed: " + rest("reason")),
    ]


_AUDIT = "auditlog: "


def _mailbox_field() -> pp.ParserElement:
    return pp.SkipTo(" mailbox=<") + " mailbox=<" + pp.SkipTo("> uniqueid=<")("folder") + "> uniqueid=<"


def _audit_actions() -> list[Shape]:
    """The same, as the audit log (`auditlog: yes`) has it: with the session, and mostly with the person."""
    actions = one_of(("redirect", "discard", "LMTP reject", "discard-reject", "reject", "vacation response"))
    of_message = pp.SkipTo(" messageid=") + " messageid=" + rest("reason")
    return [
        Shape(
            name="audited_action",
            verb=Verb.NOTE,
            build=_audited,
            grammar=_AUDIT + actions("action") + pp.Opt(":") + " " + _SESSION + " " + rest("reason"),
        ),
        Shape(
            name="audited_append",
            verb=Verb.STORE,
            build=_appended,
            grammar=_AUDIT + "append" + pp.Opt(":") + " " + _SESSION + _mailbox_field() + (of_message | rest),
        ),
    ]


def _audit_noise() -> Shape:
    """What the audit log says of mailboxes; a suppressed copy has a line of its own beside it."""
    return Shape(name="audit", grammar=_AUDIT + one_of((*_AUDITED, "duplicate", "processed iMIP")) + pp.Opt(rest))


def _noise() -> Shape:
    return Shape(name="trouble", grammar=one_of(_TROUBLE) + pp.Opt(rest))


def _lmtp_shapes() -> list[Shape]:
    return [*_deliveries(), *_script_actions(), *_audit_actions(), _audit_expunge(), _audit_noise(), _noise()]


def _audit_expunge() -> Shape:
    """A message was taken out of a mailbox: by its owner, or by a program."""
    return Shape(
        name="audited_expunge",
        verb=Verb.EXPUNGE,
        build=_expunged,
        grammar=_AUDIT + "expunge" + pp.Opt(":") + " " + _SESSION + _mailbox_field() + rest,
    )


def _reader_shapes() -> list[Shape]:
    """IMAP, POP3 and the like: of messages they say what was taken out or put in, in the audit log."""
    put = Shape(
        name="audited_append",
        verb=Verb.MOVE,
        build=_appended,
        grammar=_AUDIT
        + "append"
        + pp.Opt(":")
        + " "
        + _SESSION
        + _mailbox_field()
        + ((pp.SkipTo(" messageid=") + " messageid=" + rest("reason")) | rest),
    )
    return [_audit_expunge(), put, _audit_noise(), _noise()]


def _shapes(program: str) -> Sequence[Shape]:
    if program in _HOUSEKEEPERS:
        return [Shape(name="housekeeping", grammar=rest)]
    return _lmtp_shapes() if program.startswith(("lmtp", "deliver")) else _reader_shapes()


# ---------------------------------------------------------------- samples

_DEBIAN = "2026-11-23T10:32:15.979706+00:00 hub1 cyrus/lmtpunix[4242]: "
_PLAIN = "Nov 23 10:32:15 hub1 lmtpunix[4242]: "
_READER = "Nov 23 10:32:15 hub1 cyrus/imap[4243]: "
_ID = {"message_id": "m1@sender.example"}
_WHO = "hub1-1795429935-4242-1-8230172634"
_MARK = f"sessionid=<{_WHO}>"
_JANE = {"recipient": "jane"}
_JANES = {"recipient": "jane@recipient.example"}
_APPEND = (
    f"auditlog: append {_MARK} mailbox=<recipient.example!user.jane.Junk> uniqueid=<8f1c> uid=<12> modseq=<77> "
    "sysflags=<> guid=<0a1b2c> messageid=<m1@sender.example> size=<1432>"
)
_FORGED = "<x to mailbox: user.jane sieve discarded: y>"

_SAMPLES = (
    Sample(
        why="stored in the inbox; Debian's tag",
        line=_DEBIAN + "Delivered: <m1@sender.example> to mailbox: user.jane",
        expect={"verb": "store", "folder": "INBOX", **_JANE, **_ID},
    ),
    Sample(
        why="stored in a folder below another; a tag without prefix",
        line=_PLAIN + "Delivered: <m1@sender.example> to mailbox: user.jane.Lists.News",
        expect={"verb": "store", "folder": "Lists/News", **_JANE, **_ID},
    ),
    Sample(
        why="virtual domains; a dot in the local part is a caret; a folder in modified UTF-7",
        line=_PLAIN + "Delivered: <m1@sender.example> to mailbox: recipient.example!user.jane^doe.Entw&APw-rfe",
        expect={"verb": "store", "folder": "Entwürfe", "recipient": "jane.doe@recipient.example", **_ID},
    ),
    Sample(
        why="a name that is no modified UTF-7 stays as it is",
        line=_PLAIN + "Delivered: <m1@sender.example> to mailbox: user.jane.A&B",
        expect={"verb": "store", "folder": "A&B", **_JANE, **_ID},
    ),
    Sample(
        why="an ampersand in a folder's name",
        line=_PLAIN + "Delivered: <m1@sender.example> to mailbox: user.jane.R&-D",
        expect={"verb": "store", "folder": "R&D", **_JANE, **_ID},
    ),
    Sample(
        why="the administrator's way of writing it",
        line=_PLAIN + "Delivered: <m1@sender.example> to mailbox: user/jane.doe/Junk@recipient.example",
        expect={"verb": "store", "folder": "Junk", "recipient": "jane.doe@recipient.example", **_ID},
    ),
    Sample(
        why="a shared folder is nobody's",
        line=_PLAIN + "Delivered: <m1@sender.example> to mailbox: shared.sales",
        expect={"verb": "store", "folder": "shared.sales", **_ID},
    ),
    Sample(
        why="no Message-ID",
        line=_PLAIN + "Delivered: (null) to mailbox: user.jane",
        expect={"verb": "store", "folder": "INBOX", **_JANE},
    ),
    Sample(
        why="a Message-ID that imitates the rest of the line",
        line=_PLAIN + f"Delivered: {_FORGED} to mailbox: user.jane.Junk",
        expect={"verb": "store", "folder": "Junk", "message_id": _FORGED[1:-1], **_JANE},
    ),
    Sample(
        why="a suppressed copy, the mailbox named (2.5, 3.0)",
        line=_PLAIN
        + "dupelim: eliminated duplicate message to recipient.example!user.jane id <m1@sender.example> "
        + "date Mon, 23 Nov 2026 10:32:00 +0000 (delivery)",
        expect={"verb": "discard", "action": "duplicate delivery", "folder": "INBOX", **_JANES, **_ID},
    ),
    Sample(
        why="a suppressed copy, only the mailbox's unique id named (3.6)",
        line=_DEBIAN
        + "dupelim: eliminated duplicate message to 8f1c-0a1b id <m1@sender.example> "
        + "date Mon, 23 Nov 2026 10:32:00 +0000 (delivery)",
        expect={"verb": "discard", "action": "duplicate delivery", **_ID},
    ),
    Sample(
        why="a suppressed copy, no date (2.3)",
        line=_PLAIN
        + "dupelim: eliminated duplicate message to recipient.example!user.jane id <m1@sender.example> (delivery)",
        expect={"verb": "discard", "action": "duplicate delivery", "folder": "INBOX", **_JANES, **_ID},
    ),
    Sample(
        why="a Message-ID that imitates the date: which is which is not certain",
        line=_PLAIN
        + "dupelim: eliminated duplicate message to recipient.example!user.jane id <m2@sender.example> date x> "
        + "date Mon, 23 Nov 2026 10:32:00 +0000 (delivery)",
        expect={"verb": "discard", "action": "duplicate delivery", "folder": "INBOX", **_JANES},
    ),
    Sample(
        why="a redirect that was done before",
        line=_DEBIAN
        + "dupelim: eliminated duplicate message to .jane@recipient.example.sieve. "
        + "id <m1@sender.example>-bob@elsewhere.example date Mon, 23 Nov 2026 10:32:00 +0000 (redirect)",
        expect={
            "verb": "note",
            "action": "duplicate redirect",
            "recipient": "jane@recipient.example",
            "forward_address": "bob@elsewhere.example",
            **_ID,
        },
    ),
    Sample(
        why="a Sieve redirect",
        line=_DEBIAN + "sieve redirected: <m1@sender.example> to: bob@elsewhere.example",
        expect={"verb": "forward", "action": "redirect", "forward_address": "bob@elsewhere.example", **_ID},
    ),
    Sample(
        why="a Sieve discard: whose script it was is not said",
        line=_DEBIAN + "sieve discarded: <m1@sender.example>",
        expect={"verb": "discard", "action": "discard", **_ID},
    ),
    Sample(
        why="a Sieve discard of a message without Message-ID",
        line=_DEBIAN + "sieve discarded: <nomsgid>",
        expect={"verb": "discard", "action": "discard"},
    ),
    Sample(
        why="a Sieve reject: a report went to the sender",
        line=_DEBIAN + "sieve rejected: <m1@sender.example> to: news@sender.example",
        expect={"verb": "bounce", "reverse_path": "news@sender.example", **_ID},
    ),
    Sample(
        why="a sender's address that imitates the line: nothing is certain but that it was rejected",
        line=_DEBIAN + 'sieve rejected: <m1@sender.example> to: "a to: b"@sender.example',
        expect={"verb": "bounce"},
    ),
    Sample(
        why="a Sieve reject that LMTP's client has to report",
        line=_DEBIAN + "sieve LMTP rejected: <m1@sender.example>",
        expect={"verb": "reject", "action": "reject", **_ID},
    ),
    Sample(
        why="a rejected report is thrown away",
        line=_DEBIAN + "sieve: discarded reject to <> for jane id <m1@sender.example>",
        expect={"verb": "discard", "action": "reject", "reason": "discarded reject to <>", **_JANE, **_ID},
    ),
    Sample(
        why="an automatic answer (3.12)",
        line=_DEBIAN + "sieve autoresponded: <m1@sender.example> to: news@sender.example",
        expect={"verb": "reply", "reverse_path": "news@sender.example", **_ID},
    ),
    Sample(
        why="a script failed; the message is kept",
        line=_DEBIAN + "sieve runtime error for jane id <m1@sender.example>: Fileinto: Mailbox does not exist",
        expect={
            "verb": "note",
            "reason": "<m1@sender.example>: Fileinto: Mailbox does not exist",
            **_JANE,
            **_ID,
        },
    ),
    Sample(
        why="a script that cannot be read",
        line=_DEBIAN + "sieve parse error for jane: line 3: syntax error",
        expect={"verb": "note", "reason": "line 3: syntax error", **_JANE},
    ),
    Sample(
        why="a script's own remark",
        line=_DEBIAN + "sieve log: userid=jane messageid=<m1@sender.example> text=seen",
        expect={"verb": "note", "reason": "<m1@sender.example> text=seen", **_JANE, **_ID},
    ),
    Sample(
        why="an invitation was put into the calendar",
        line=_DEBIAN + "sieve iMIP processed: <m1@sender.example>: No update required",
        expect={"verb": "note", "reason": "<m1@sender.example>: No update required", **_ID},
    ),
    Sample(
        why="the audit log: stored, with the session of the reply",
        line=_DEBIAN + _APPEND,
        expect={"verb": "store", "folder": "Junk", "session_id": _WHO, "size_bytes": 1432, **_JANES, **_ID},
    ),
    Sample(
        why="the audit log of 2.5 has no Message-ID",
        line=_PLAIN
        + f"auditlog: append {_MARK} mailbox=<recipient.example!user.jane> uniqueid=<8f1c> uid=<12> guid=<0a1b2c>",
        expect={"verb": "store", "folder": "INBOX", "session_id": _WHO, **_JANES},
    ),
    Sample(
        why="the audit log: redirected, the person named",
        line=_DEBIAN
        + f"auditlog: redirect {_MARK} message-id=<m1@sender.example> target=<bob@elsewhere.example> userid=<jane>",
        expect={
            "verb": "forward",
            "action": "redirect",
            "session_id": _WHO,
            "forward_address": "bob@elsewhere.example",
            **_JANE,
            **_ID,
        },
    ),
    Sample(
        why="the audit log: a Message-ID that imitates target and person",
        line=_DEBIAN
        + f"auditlog: reject {_MARK} message-id=<m1 target=<x@y.example> userid=<bob>> "
        + "target=<news@sender.example> userid=<jane>",
        expect={
            "verb": "bounce",
            "action": "reject",
            "session_id": _WHO,
            "reverse_path": "news@sender.example",
            "message_id": "m1 target=<x@y.example> userid=<bob>",
            **_JANE,
        },
    ),
    Sample(
        why="the audit log: discarded; the person is not named",
        line=_DEBIAN + f"auditlog: discard {_MARK} message-id=<m1@sender.example>",
        expect={"verb": "discard", "action": "discard", "session_id": _WHO, **_ID},
    ),
    Sample(
        why="the audit log: refused in LMTP",
        line=_DEBIAN + f"auditlog: LMTP reject {_MARK} message-id=<m1@sender.example> userid=<jane>",
        expect={"verb": "reject", "action": "reject", "session_id": _WHO, **_JANE, **_ID},
    ),
    Sample(
        why="the audit log: a suppressed copy, said in full by the line before",
        line=_DEBIAN
        + f"auditlog: duplicate {_MARK} action=<delivery> message-id=<m1@sender.example> user=<8f1c> date=<x>",
        expect="noise",
    ),
    Sample(
        why="the audit log: taken out of the mailbox by a reader",
        line=_READER
        + f"auditlog: expunge {_MARK} mailbox=<recipient.example!user.jane.Junk> uniqueid=<8f1c> uid=<12> modseq=<78> "
        + "sysflags=<\\Deleted> guid=<0a1b2c> size=<1432>",
        expect={"verb": "expunge", "folder": "Junk", "session_id": _WHO, **_JANES},
    ),
    Sample(
        why="taken out during a delivery",
        line=_DEBIAN
        + f"auditlog: expunge {_MARK} mailbox=<recipient.example!user.jane> uniqueid=<8f1c> uid=<12> guid=<0a1b2c>",
        expect={"verb": "expunge", "folder": "INBOX", "session_id": _WHO, **_JANES},
    ),
    Sample(
        why="the audit log: what a reader put into a folder was not delivered there",
        line=_READER + _APPEND,
        expect={"verb": "move", "folder": "Junk", "session_id": _WHO, "size_bytes": 1432, **_JANES, **_ID},
    ),
    Sample(
        why="the audit log about mailboxes",
        line=_READER
        + f"auditlog: create {_MARK} mailbox=<recipient.example!user.jane.Junk> uniqueid=<8f1c> uidvalidity=<1>",
        expect="noise",
    ),
    Sample(why="traffic of a delivery", line=_DEBIAN + f"auditlog: traffic {_MARK} bytes_in=<1>", expect="noise"),
    Sample(
        why="a log-in",
        line=_READER + "login: client.recipient.example [192.0.2.77] jane plaintext+TLS User logged in",
        expect="noise",
    ),
    Sample(why="a connection", line=_DEBIAN + "accepted connection", expect="noise"),
    Sample(
        why="who may not have mail: the MTA logs the refusal with the address",
        line=_DEBIAN + "verify_user(bob) failed: Mailbox does not exist",
        expect="noise",
    ),
    Sample(
        why="a housekeeper",
        line="Nov 23 10:32:15 hub1 cyrus/master[4]: process type:SERVICE name:lmtpunix pid:4242 exited, status 75",
        expect="noise",
    ),
    Sample(why="our tag, but nothing Cyrus says", line=_DEBIAN + "the quick brown fox", expect="reject"),
    Sample(why="a reader's tag, but nothing Cyrus says", line=_READER + "the quick brown fox", expect="reject"),
)


FORMAT = Format(
    name="cyrus",
    title="Cyrus IMAP (lmtpd, Sieve, audit log)",
    family="mailbox",
    reference="Cyrus source: imap/lmtpd.c, lmtp_sieve.c, duplicate.c, mailbox.c, lmtpengine.c",
    claims=_claims,
    shapes=_shapes,
    # No line bears an id of one copy (a session may hold several messages and persons): each line stands alone.
    unit=Unit(kind="store", by="local_id"),
    overlaps=frozenset({"postfix"}),  # whose claim takes any `…/lmtp`; this one is asked first
    shows=(
        "into which folder of whose mailbox a message was stored",
        "that a Sieve script redirected, rejected, discarded or answered a message",
        "that a copy was suppressed because its Message-ID had come before",
        "the session that the reply to the mail server names, with `auditlog: yes`",
    ),
    cannot_show=(
        "whose script redirected or discarded, without the audit log (discards not even with it)",
        "that a mailbox was full or missing: the mail server logs the refusal",
        "vacation answers before 3.12",
        "whose copy was suppressed, from 3.2 on: the line has the mailbox's unique id",
        "which rule of a Sieve script decided",
    ),
    samples=_SAMPLES,
)
