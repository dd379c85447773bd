"""GNU Mailman: its own logs; 2.1 (smtp, post, vette, smtp-failure, …) and 3 (mailman.log, smtp.log, bounce.log).

Sources of truth, in the source of 2.1: `Mailman/Logging/StampedLogger.py` (frame), `Mailman/Defaults.py`
(`SMTP_LOG_…`), `Mailman/Handlers/Hold.py`, `Mailman/ListAdmin.py`, `Mailman/Queue/IncomingRunner.py`,
`Mailman/Handlers/SMTPDirect.py`; of 3: `config/schema.cfg` (`[logging.…]`), `chains/*.py`, `app/moderator.py`,
`mta/deliver.py`, `mta/base.py`.

Message-ID, sender and subject are the sender's text, printed as they are, line ends inside a header too: such a
line begins with a blank.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Fields, Format, Origin, Sample, Shape, Unit
from grammars.core.lexemes import combine, digits, one_of, rest
from grammars.core.records import JOINT, Records, month_stamp
from grammars.core.words import Verb

# ---------------------------------------------------------------- who speaks


def _claims(tag: str) -> Origin | None:
    return Origin("mailman") if tag in {"mailman", "mailman3"} else None


def _frame() -> pp.ParserElement:
    """`Nov 23 10:32:15 2026 (1234) text`; 2.1 puts a name before the process where one talks to its own file."""
    name = pp.Opt(pp.Word(pp.alphas))
    return month_stamp() + " " + name + "(" + digits("pid") + ")" + pp.Opt(":") + " " + rest("message")


def _is_stamped(line: str) -> bool:
    head = line[20:48]
    return line[15:16] == " " and line[16:20].isdecimal() and head[:1] == " " and "(" in head and ")" in head


def _begins_another(line: str) -> bool:
    """Whether a line may be of another log that stands in the same file: it begins with a date, or as records do."""
    return line.startswith((*_MONTHS, "<", "{", "[")) or line[:4].isdecimal()


def _span(_before: str, lines: Sequence[str]) -> int:
    """What has no stamp belongs to the line before: lists of reasons, tracebacks."""
    if not _is_stamped(lines[0]):
        return 1
    return next((at for at, line in enumerate(lines) if at and _begins_another(line)), len(lines))


def _unstamped() -> pp.ParserElement:
    """Lines of the web server inside Mailman 3 (gunicorn), which logs into the same file in forms of its own."""
    when = "[" + pp.CharsNotIn("[]" + JOINT) + "] "
    said = "[" + digits + "] [" + pp.Word(pp.alphas) + "] "
    return when + (said | pp.Literal('"')) + rest


_MONTHS = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())

# ---------------------------------------------------------------- words

_MODERATED = {": discarded posting:": Verb.DISCARD, ": refused posting:": Verb.BOUNCE}
_CHAINS = {"ACCEPT: ": Verb.PASS, "REJECT: ": Verb.BOUNCE, "OWNER: ": Verb.NOTE}

# What cannot be told apart from other senders' text behind it: the id and what went wrong with its delivery.
_FAILURES = ("recipients refused: ", "response exception: ", "low level smtp error: ")
_OLD_FAILURES = ("All recipients refused: ", "Low level smtp error: ", "SMTP session failure: ")

# About members, queues and the programs: no message's fate.
_NOISE = (
    *("Traceback ", "Uncaught runner exception: ", "Uncaught exception, bounce file", "Master ", "master ", "Member "),
    *("Disabling delivery for ", "Probe bounce received ", "Residual bounce received ", "Removed ", "Bounce message "),
    *("VERPed bounce message ", "bounce message ", "processing ", "Processing ", "Sending ", "Sent ", "Skipping VERP "),
    *(
        "Connecting to ",
        "Starttls",
        "logging in",
        "while connecting to SMTP",
        "Using agent: ",
        "VERPing ",
        "envsender: ",
    ),
    *("IndividualDelivery to: ", "Available AUTH mechanisms", "('", "Peer: (", "Cannot connect to SMTP server "),
    *("unknown sub-address: ", "Address verification: ", "Can't get list names", "LMTP ", "delaying ", "Delaying "),
    *("hold autoresponse limit hit: ", "Automatic response limit discard: ", "No command, message discarded"),
    *("Task runner ", "Using ", "Exception in ", "HyperArch", "No cached copy ", "Cached copy ", "Unable to "),
    *("Invalid regexp ", "Bad ", "bad ", "Ignoring ", "Ignored ", "DMARC lookup ", "Failed ", "Failure to ", "[-----"),
    *("Archive file access failure", "lost data files", "Private archive", "cgi script", "Hostile ", "passing data "),
    *("Database url: ", "Header ", "Loading ", "Starting ", "Stopping ", "Reopening ", "mailmanctl ", "qrunner "),
)
_ABOUT_MEMBERS = (
    *("new ", "deleted ", "pending ", "held subscription ", "held unsubscription ", "changed ", "bounce message "),
    *("bounce ", "probe bounce ", "auto-unsubscribed ", "disabling ", "sending ", "deleting ", "subscribe ", "join "),
)

# ---------------------------------------------------------------- what the grammar alone cannot say


def _state_id(fields: Fields, raw: str) -> None:
    bare = raw.strip()
    bare = bare[1:-1] if bare[:1] == "<" and bare[-1:] == ">" else bare
    if bare and bare != "n/a" and JOINT not in bare:
        fields["message_id"] = bare


def _state_sender(fields: Fields, sender: str) -> None:
    if sender and " " not in sender and JOINT not in sender:
        fields["header_from"] = sender


def _held(fields: Fields) -> None:
    """`SENDER held, message-id=ID: REASON`: where sender or id imitate what follows, they are not stated."""
    text: str = fields.pop("reason")
    sender, _, tail = text.partition(" held, message-id=")
    if text.count(" held, message-id=") != 1:
        return
    _state_sender(fields, sender)
    if tail.startswith("n/a: "):
        fields["reason"] = _one_line(tail.removeprefix("n/a: "))
    elif tail.count(">: ") == 1:
        raw, _, reason = tail.partition(">: ")
        _state_id(fields, raw + ">")
        fields["reason"] = _one_line(reason)
    if not fields.get("reason", "x"):
        del fields["reason"]


def _one_line(text: str) -> str:
    return " ".join(text.replace(JOINT, " ").split())


def _by_handler(fields: Fields) -> None:
    """`ID`, and in lines of their own list, handler and reason: the last ones, for the id may hold a line end."""
    first, *lines = fields.pop("reason").split(JOINT)
    named = dict(line.strip().removesuffix(",").partition(": ")[::2] for line in lines)
    if named.get("list"):
        fields["recipient"] = named["list"]
    if len(lines) <= _LINES_OF_REASON or "reason" in named:
        _state_id(fields, first.removesuffix("'"))
    reason = named.get("reason") or named.get("handler")
    if reason:
        fields["reason"] = reason


_LINES_OF_REASON = 2


def _moderated(fields: Fields) -> None:
    """A moderator's decision about a held message: the list, and the header's sender and subject."""
    fields["verb"] = _MODERATED[fields["action"]]
    fields["action"] = "moderator"
    lines = fields.pop("reason", "").split(JOINT)
    for name, mark in (("header_from", "\tFrom: "), ("subject", "\tSubject: "), ("reason", "\tReason: ")):
        found = next((line.removeprefix(mark).strip() for line in lines if line.startswith(mark)), "")
        if found:
            fields[name] = found


def _chain(fields: Fields) -> None:
    fields["verb"] = _CHAINS[fields["status"].upper()]
    fields["action"] = fields.pop("status").removesuffix(": ")
    _state_id(fields, fields.pop("reason"))


def _discarded(fields: Fields) -> None:
    """`ID; ['reason', …]`: the list of reasons is the last."""
    text: str = fields.pop("reason")
    name, found, reasons = text.rpartition("; [")
    _state_id(fields, name if found else text)
    if found and reasons.removesuffix("]") not in {"", "n/a"}:
        fields["reason"] = reasons.removesuffix("]")


def _posted(fields: Fields) -> None:
    """`SENDER, size=N, message-id=ID, success`: stated where each mark stands once."""
    text: str = fields.pop("reason")
    fields["action"] = "list_post"
    text, _, result = text.rpartition(", ")
    fields["status"] = result if result == "success" else "failures"
    if text.count(", size=") == 1 and text.count(", message-id=") == 1:
        sender, _, text = text.partition(", size=")
        size, _, name = text.partition(", message-id=")
        _state_sender(fields, sender)
        _state_id(fields, name)
        if size.isdecimal() and len(size) < 19:
            fields["size_bytes"] = int(size)


def _sent(fields: Fields) -> None:
    fields["action"] = "list_post"
    _state_id(fields, fields["message_id"])


def _posted_by_3(fields: Fields) -> None:
    """`SENDER, N bytes[, N failures]`."""
    _sent(fields)
    parts = fields.pop("reason").split(", ")
    fields["status"] = "failures" if parts[-1].endswith(" failures") else "success"
    if len(parts) == (3 if fields["status"] == "failures" else 2):
        _state_sender(fields, parts[0])
        size = parts[1].removesuffix(" bytes")
        if size.isdecimal() and len(size) < 19:
            fields["size_bytes"] = int(size)


def _failed(fields: Fields) -> None:
    """The code and the words of the mail server that would not take a member's copy."""
    fields["status"] = "failed"
    code = fields.pop("action")
    fields["reply_text"] = _one_line(fields["reply_text"])
    if len(code) == 3:
        fields["reply_code"] = int(code)
    if not fields["reply_text"]:
        del fields["reply_text"]


def _old_failure(fields: Fields) -> None:
    text: str = fields["reason"]
    words, found, name = text.rpartition(", msgid: ")
    if found:
        _state_id(fields, name)
    fields["reason"] = _one_line(words if found else text)


def _remark(fields: Fields) -> None:
    fields["reason"] = _one_line(fields["reason"])


# ---------------------------------------------------------------- line forms

_STRICT_ID = combine("<" + pp.CharsNotIn("<> " + JOINT) + ">")
_LIST = pp.CharsNotIn(" :" + JOINT)


def _vette() -> list[Shape]:
    return [
        Shape(
            name="chain",
            verb=Verb.NOTE,
            build=_chain,
            grammar=one_of(_CHAINS)("status") + rest("reason"),
        ),
        Shape(name="discarded", verb=Verb.DISCARD, build=_discarded, grammar="DISCARD: " + rest("reason")),
        Shape(
            name="held",
            verb=Verb.HOLD,
            build=_held,
            grammar=pp.Opt("HOLD: ") + _LIST("recipient") + " post from " + rest("reason"),
        ),
        Shape(
            name="approved",
            verb=Verb.RELEASE,
            build=lambda fields: _state_id(fields, fields.pop("reason")),
            grammar=pp.Opt(_LIST("recipient") + ": ") + "held message approved, message-id: " + rest("reason"),
        ),
        Shape(
            name="discarded_by_handler",
            verb=Verb.DISCARD,
            build=_by_handler,
            grammar="Message discarded, msgid: " + rest("reason"),
        ),
        Shape(
            name="rejected_by_handler",
            verb=Verb.BOUNCE,
            build=_by_handler,
            grammar="Message rejected, msgid: " + rest("reason"),
        ),
        Shape(
            name="moderated",
            verb=Verb.NOTE,
            build=_moderated,
            grammar=_LIST("recipient")
            + one_of((": Discarded posting:", ": Refused posting:"))("action")
            + pp.Opt(rest("reason")),
        ),
    ]


def _outgoing() -> list[Shape]:
    code = pp.Opt("-") + pp.Word(pp.nums)
    member = pp.CharsNotIn(" " + JOINT)("recipient")
    return [
        Shape(
            name="sent",
            verb=Verb.FORWARD,
            build=_sent,
            grammar=_STRICT_ID("message_id")
            + " smtp to "
            + _LIST("recipient")
            + " for "
            + digits.copy()("recipient_count")
            + " recips, completed in "
            + rest,
        ),
        Shape(
            name="posted",
            verb=Verb.FORWARD,
            build=_posted,
            grammar="post to " + _LIST("recipient") + " from " + ~(pp.CharsNotIn(" ") + " anonymized") + rest("reason"),
        ),
        Shape(
            name="anonymized",
            verb=Verb.NOTE,
            grammar="post to " + _LIST("recipient") + " from " + combine(pp.CharsNotIn(" ") + " anonymized")("reason"),
        ),
        Shape(
            name="posted_by_3",
            verb=Verb.FORWARD,
            build=_posted_by_3,
            grammar=_STRICT_ID("message_id") + " post to " + _LIST("recipient") + " from " + rest("reason"),
        ),
        Shape(
            name="failed",
            verb=Verb.DELIVER,
            build=_failed,
            grammar=pp.Opt(_STRICT_ID("message_id") + " ")
            + "delivery to "
            + member
            + " failed with code "
            + combine(code)("action")
            + pp.Char(":,")
            + pp.Opt(" ")
            + rest("reply_text"),
        ),
        Shape(
            name="trouble_sending",
            verb=Verb.NOTE,
            build=_remark,
            grammar=_STRICT_ID("message_id") + " " + combine(one_of(_FAILURES) + rest)("reason"),
        ),
        Shape(
            name="old_trouble_sending",
            verb=Verb.NOTE,
            build=_old_failure,
            grammar=combine(one_of(_OLD_FAILURES) + rest)("reason"),
        ),
        Shape(
            name="given_up",
            verb=Verb.NOTE,
            build=lambda fields: _state_id(fields, fields.pop("reason")),
            grammar="Discarding message with persistent temporary failures: " + rest("reason"),
        ),
        Shape(
            name="shunted",
            verb=Verb.NOTE,
            build=_remark,
            grammar=combine(one_of(("SHUNTING", "Skipping and preserving unparseable message: ")) + pp.Opt(rest))(
                "reason"
            ),
        ),
    ]


def _shapes(_program: str) -> Sequence[Shape]:
    about_members = _LIST + ": " + one_of(_ABOUT_MEMBERS)
    unclear = _STRICT_ID + pp.Opt(" ") + one_of(("to: ", "subaddress: ", "unknown sub-address: ", "-owner message "))
    return [
        *_vette(),
        *_outgoing(),
        Shape(name="about_members", grammar=about_members + pp.Opt(rest)),
        Shape(name="routing", grammar=unclear + pp.Opt(rest)),
        Shape(name="runner", grammar=pp.Word(pp.alphas) + " runner " + rest),
        Shape(name="noise", grammar=one_of(_NOISE) + pp.Opt(rest)),
    ]


# ---------------------------------------------------------------- samples

_FILE = "Nov 23 10:32:15 2026 (1234) "
_ID = {"message_id": "m1@sender.example"}
_LISTED = {"recipient": "news"}
_LISTED_3 = {"recipient": "news@lists.example"}
_SENDER = {"header_from": "jane@sender.example"}

_SAMPLES = (
    Sample(
        why="held, 2.1",
        line=_FILE
        + "news post from jane@sender.example held, message-id=<m1@sender.example>: Post by non-member to a "
        + "members-only list",
        expect={"verb": "hold", "reason": "Post by non-member to a members-only list", **_LISTED, **_SENDER, **_ID},
    ),
    Sample(
        why="held, 3",
        line=_FILE
        + "HOLD: news@lists.example post from jane@sender.example held, message-id=<m1@sender.example>: "
        + "The message is not from a list member",
        expect={"verb": "hold", "reason": "The message is not from a list member", **_LISTED_3, **_SENDER, **_ID},
    ),
    Sample(
        why="held, no Message-ID",
        line=_FILE + "news post from jane@sender.example held, message-id=n/a: Message has implicit destination",
        expect={"verb": "hold", "reason": "Message has implicit destination", **_LISTED, **_SENDER},
    ),
    Sample(
        why="a sender and an id that imitate the line: neither is certain",
        line=_FILE + 'news post from "x held, message-id=<y>: z"@sender.example held, message-id=<m1>: a>: real',
        expect={"verb": "hold", **_LISTED},
    ),
    Sample(
        why="a moderator let it pass",
        line=_FILE + "held message approved, message-id: <m1@sender.example>",
        expect={"verb": "release", **_ID},
    ),
    Sample(
        why="a moderator threw it away: the list, the header's sender and subject",
        line=_FILE
        + "news@lists.example: Discarded posting:"
        + JOINT
        + "\tFrom: jane@sender.example"
        + JOINT
        + "\tSubject: hello",
        expect={"verb": "discard", "action": "moderator", "subject": "hello", **_LISTED_3, **_SENDER},
    ),
    Sample(
        why="a moderator refused it",
        line=_FILE
        + "news: Refused posting:"
        + JOINT
        + "\tFrom: jane@sender.example"
        + JOINT
        + "\tSubject: hello"
        + JOINT
        + "\tReason: off topic",
        expect={
            "verb": "bounce",
            "action": "moderator",
            "subject": "hello",
            "reason": "off topic",
            **_LISTED,
            **_SENDER,
        },
    ),
    Sample(
        why="a handler threw it away, 2.1",
        line=_FILE
        + "Message discarded, msgid: <m1@sender.example>"
        + JOINT
        + "        list: news,"
        + JOINT
        + "        handler: SpamDetect",
        expect={"verb": "discard", "reason": "SpamDetect", **_LISTED, **_ID},
    ),
    Sample(
        why="a handler refused it, 2.1",
        line=_FILE
        + "Message rejected, msgid: <m1@sender.example>"
        + JOINT
        + "        list: news,"
        + JOINT
        + "        handler: Moderate,"
        + JOINT
        + "        reason: You are not allowed to post",
        expect={"verb": "bounce", "reason": "You are not allowed to post", **_LISTED, **_ID},
    ),
    Sample(
        why="a Message-ID with a line end inside imitates the list",
        line=_FILE
        + "Message discarded, msgid: <m1"
        + JOINT
        + "        list: boss,"
        + JOINT
        + " x@sender.example>"
        + JOINT
        + "        list: news,"
        + JOINT
        + "        handler: SpamDetect",
        expect={"verb": "discard", "reason": "SpamDetect", **_LISTED},
    ),
    Sample(
        why="accepted, 3: it goes to the members now",
        line=_FILE + "ACCEPT: <m1@sender.example>",
        expect={"verb": "pass", "action": "accept", **_ID},
    ),
    Sample(
        why="refused by a rule, 3",
        line=_FILE + "REJECT: <m1@sender.example>",
        expect={"verb": "bounce", "action": "reject", **_ID},
    ),
    Sample(
        why="for the owners, 3",
        line=_FILE + "OWNER: <m1@sender.example>",
        expect={"verb": "note", "action": "owner", **_ID},
    ),
    Sample(
        why="thrown away by a rule, 3",
        line=_FILE + "DISCARD: <m1@sender.example>; ['The sender is banned']",
        expect={"verb": "discard", "reason": "'The sender is banned'", **_ID},
    ),
    Sample(
        why="thrown away, no reason kept",
        line=_FILE + "DISCARD: <m1@sender.example>; [n/a]",
        expect={"verb": "discard", **_ID},
    ),
    Sample(
        why="given to the mail server for the members, 2.1",
        line=_FILE + "<m1@sender.example> smtp to news for 12 recips, completed in 0.094 seconds",
        expect={"verb": "forward", "action": "list_post", "recipient_count": 12, **_LISTED, **_ID},
    ),
    Sample(
        why="the same by its other log",
        line=_FILE + "post to news from jane@sender.example, size=3414, message-id=<m1@sender.example>, success",
        expect={
            "verb": "forward",
            "action": "list_post",
            "status": "success",
            "size_bytes": 3414,
            **_LISTED,
            **_SENDER,
            **_ID,
        },
    ),
    Sample(
        why="some members were refused; the sender imitates the rest",
        line=_FILE
        + 'post to news from "a, size=1, message-id=<x>"@b, size=3, message-id=<m1@sender.example>, 2 failures',
        expect={"verb": "forward", "action": "list_post", "status": "failures", **_LISTED},
    ),
    Sample(
        why="anonymized",
        line=_FILE + "post to news from jane@sender.example anonymized",
        expect={"verb": "note", "reason": "jane@sender.example anonymized", **_LISTED},
    ),
    Sample(
        why="posted, 3",
        line=_FILE + "<m1@sender.example> post to news@lists.example from jane@sender.example, 1164 bytes",
        expect={
            "verb": "forward",
            "action": "list_post",
            "status": "success",
            "size_bytes": 1164,
            **_LISTED_3,
            **_SENDER,
            **_ID,
        },
    ),
    Sample(
        why="posted, 3; some members were refused",
        line=_FILE + "<m1@sender.example> post to news@lists.example from jane@sender.example, 1164 bytes, 2 failures",
        expect={
            "verb": "forward",
            "action": "list_post",
            "status": "failures",
            "size_bytes": 1164,
            **_LISTED_3,
            **_SENDER,
            **_ID,
        },
    ),
    Sample(
        why="one member was refused, 2.1",
        line=_FILE + "delivery to bob@elsewhere.example failed with code 550: 5.1.1 User unknown",
        expect={
            "verb": "deliver",
            "status": "failed",
            "recipient": "bob@elsewhere.example",
            "reply_code": 550,
            "reply_text": "5.1.1 User unknown",
        },
    ),
    Sample(
        why="one member was refused, 3",
        line=_FILE
        + "<m1@sender.example> delivery to bob@elsewhere.example failed with code 550, b'5.1.1 User unknown'",
        expect={
            "verb": "deliver",
            "status": "failed",
            "recipient": "bob@elsewhere.example",
            "reply_code": 550,
            "reply_text": "b'5.1.1 User unknown'",
            **_ID,
        },
    ),
    Sample(
        why="the mail server took nothing, 3: it is tried again",
        line=_FILE + "<m1@sender.example> low level smtp error: Connection refused",
        expect={"verb": "note", "reason": "low level smtp error: Connection refused", **_ID},
    ),
    Sample(
        why="the mail server took nothing, 2.1",
        line=_FILE + "Low level smtp error: Connection refused, msgid: <m1@sender.example>",
        expect={"verb": "note", "reason": "Low level smtp error: Connection refused", **_ID},
    ),
    Sample(
        why="the last members are given up",
        line=_FILE + "Discarding message with persistent temporary failures: <m1@sender.example>",
        expect={"verb": "note", **_ID},
    ),
    Sample(
        why="a message that broke a runner; which is not said",
        line=_FILE + "SHUNTING: 1795429440.5+0a1b2c",
        expect={"verb": "note", "reason": "SHUNTING: 1795429440.5+0a1b2c"},
    ),
    Sample(
        why="a traceback",
        line=_FILE + "Traceback (most recent call last):" + JOINT + '  File "x.py", line 1' + JOINT + "ValueError: x",
        expect="noise",
    ),
    Sample(why="about a member", line=_FILE + "news: new bob@elsewhere.example, admin mass sub", expect="noise"),
    Sample(
        why="which queue it goes to, 3",
        line=_FILE + "<m1@sender.example> to: news@lists.example, list: news, sub: None, dom: lists.example",
        expect="noise",
    ),
    Sample(
        why="a file of 2.1 that names the program",
        line="Nov 23 10:32:15 2026 qrunner(1234): Master qrunner started",
        expect="noise",
    ),
    Sample(why="a runner's start, 3", line=_FILE + "pipeline runner started.", expect="noise"),
    Sample(
        why="the web server inside, 3",
        line='[25/Nov/2026:01:32:51 +0000] "POST /3.1/lists/news@lists.example/held/1 HTTP/1.1" 204 0 "-" "x"',
        expect="noise",
    ),
    Sample(why="our frame, but nothing Mailman says", line=_FILE + "the quick brown fox", expect="reject"),
)


FORMAT = Format(
    name="mailman",
    title="GNU Mailman 2.1 and 3 (its own logs)",
    family="list",
    reference="Mailman 2.1 source: Hold.py, ListAdmin.py, SMTPDirect.py; Mailman 3: chains/, app/moderator.py, mta/",
    claims=_claims,
    shapes=_shapes,
    frame=_frame,
    unstamped=_unstamped,
    records=Records(marks=_MONTHS, span=_span),
    unit=Unit(kind="list", by="local_id"),  # no line bears an id but the message's own: each stands alone
    shows=(
        "that a list held a message for its moderator, and why; that it was let pass, refused or thrown away",
        "that a list gave it to the mail server for its members, and which members the server refused",
    ),
    cannot_show=(
        "who the members are: the mail server's log has their deliveries",
        "which held message a moderator refused or threw away, but by list, sender and subject",
        "members who get it in a digest",
    ),
    samples=_SAMPLES,
)
