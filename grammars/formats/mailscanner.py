"""MailScanner (4.x and 5.x): works through the mail that the server put aside for it, and queues anew what may go on.

Postfix puts mail aside by a header check on Received (HOLD), or gives it to MailScanner's own milter, MSMilter, which
has the server discard it.  Source of truth, in the MailScanner source: every `InfoLog`, `NoticeLog` and `WarnLog` of
`Message.pm` (`IsSpam`, `HandleHamAndSpam`, `DisarmHTML`), `MessageBatch.pm`, `Quarantine.pm`, `PFDiskStore.pm`,
`MSDiskStore.pm`, `Postfix.pm`, `MSMail.pm`, `SA.pm`, `SweepContent.pm`, `SweepOther.pm` and `SweepViruses.pm`, and of
the program `MSMilter`; `MailWatch.pm` of MailWatch.
"""

import re
from collections.abc import Sequence
from functools import cache

import pyparsing as pp

from grammars.core.format import Fields, Format, Sample, Shape, Unit, claims_programs
from grammars.core.lexemes import combine, digits, one_of, rest
from grammars.core.lower import lower
from grammars.core.words import Verb

# ---------------------------------------------------------------- tokens

# The server's id; to a short one, which is used again, MailScanner adds a checksum of the file (`PostfixKey`).
_ID = combine(pp.Word(pp.alphanums + "-", min=6) + pp.Opt("." + pp.Word(pp.alphanums, exact=5)))("local_id")
_CLIENT = pp.CharsNotIn("() ")("client_ip")
# What a sender could imitate the rest of a line with (blanks, brackets, quotes) is no part of a plain address.
_SENDER = pp.CharsNotIn('() "<>')("reverse_path")
_MESSAGE = "Message " + _ID + " from " + _CLIENT
_NAME = pp.Word(pp.alphanums + "._-")
_PATH = combine(pp.OneOrMore("/" + _NAME))("folder")


# ---------------------------------------------------------------- what the grammar alone cannot say


def _named(fields: Fields) -> None:
    """States the id under which the mail server knows the message."""
    fields["queue_id"] = fields["local_id"].partition(".")[0]


def _checked(fields: Fields) -> None:
    """`is REPORT`: the words of the report are those of the site's language, its form is not."""
    _named(fields)
    fields.setdefault("reverse_path", "")
    head, _, tests = fields.pop("reply_text").partition("SpamAssassin (")
    head = head.strip(" ,")
    action = next((word for word in ("not spam", "spam") if head.startswith(word)), None)
    if action is not None:
        fields["action"] = action
        head = head.removeprefix(action).strip(" ,")
    if head:
        fields["reason"] = head
    _state_tests(fields, tests.removesuffix(")").split(", "))


def _state_tests(fields: Fields, tests: Sequence[str]) -> None:
    """`not cached, score=8.2, required 6, autolearn=spam, BAYES_99 3.50`: the score is the first number set."""
    numbers = [_number(test.partition("=")[2]) for test in tests]
    at = next((at for at, number in enumerate(numbers) if number is not None), None)
    if at is None:
        return
    fields["score"] = numbers[at]
    limit = _number(tests[at + 1].rpartition(" ")[2]) if at + 1 < len(tests) else None
    if limit is not None:
        fields["threshold"] = limit
    rules = [test.partition(" ")[0] for test in tests[at + 2 :] if "=" not in test]
    if any(rules):
        fields["rules"] = [rule for rule in rules if rule]


def _number(text: str) -> float | None:
    return float(text) if _number_pattern().fullmatch(text) else None


@cache
def _number_pattern() -> "re.Pattern[str]":
    return re.compile(lower(pp.Opt("-") + digits + pp.Opt("." + pp.Word(pp.nums))))


def _acted(fields: Fields) -> None:
    """The actions on spam: without `deliver` its recipients do not get it, whoever else does."""
    _named(fields)
    actions = fields.get("status", "").split(",")
    stored = any(action.startswith("store") for action in actions)
    if stored:
        fields["quarantine_id"] = fields["local_id"]
    if "deliver" in actions:
        fields["verb"] = Verb.PASS
    elif "forward" in actions:
        fields["verb"] = Verb.REDIRECT
        takers = [action for action in actions if "@" in action]
        if len(takers) == 1:
            fields["forward_address"] = takers[0]
    elif stored:
        fields["verb"] = Verb.QUARANTINE
    elif "bounce" in actions:  # whether a report is sent, a setting and the score decide
        fields["verb"] = Verb.SCAN


def _saved(fields: Fields) -> None:
    """`/var/spool/MailScanner/quarantine/20261123/4F7B21234A.A12F3`: MailWatch releases it by the last part."""
    if "folder" in fields:
        fields["local_id"] = fields.pop("folder").rpartition("/")[2]
    _named(fields)
    fields["quarantine_id"] = fields["local_id"]


def _found(fields: Fields) -> None:
    _named(fields)
    if "reason" in fields:
        fields["reason"] = fields["reason"].strip() or fields["action"]


def _delivery(fields: Fields) -> None:
    _named(fields)
    fields.setdefault("reverse_path", "")
    names = [name for name in fields.pop("recipients").split(",") if name]
    if len(names) == 1:
        fields["recipient"] = names[0]
    elif names:
        fields["recipients"] = [{"recipient": name} for name in names]


def _remark(fields: Fields) -> None:
    _named(fields)
    fields["reason"] = f"{fields.pop('start')} {fields.get('reason', '').strip(' ,')}".strip()


# ---------------------------------------------------------------- line forms


def _checked_shape() -> Shape:
    sender = " (" + pp.Opt(_SENDER) + ") to " + pp.CharsNotIn(" ()") + " is "
    return Shape(name="checked", verb=Verb.SCAN, build=_checked, grammar=_MESSAGE + sender + rest("reply_text"))


def _allowed_shape() -> Shape:
    sender = " (" + pp.Opt(_SENDER) + ") is "
    words = one_of(("whitelisted", "allowlisted"))("action")
    return Shape(name="allowed", verb=Verb.PASS, build=_named, grammar=_MESSAGE + sender + words)


def _unclear_shape() -> Shape:
    """The same where the sender's address may imitate the rest: what stands before it is stated."""
    return Shape(name="unclear", verb=Verb.SCAN, build=_named, grammar=_MESSAGE + " (" + rest)


def _watermark_shape() -> Shape:
    """A report of non-delivery that answers no message of ours, and is destroyed for that."""
    no_mark = pp.Literal("no (or invalid) watermark or sender address")("reason")
    deleted = " has " + no_mark + ", " + pp.Literal("deleted")("action")
    return Shape(name="watermark", verb=Verb.DISCARD, build=_named, grammar=_MESSAGE + deleted)


def _acted_shape() -> Shape:
    return Shape(
        name="acted",
        verb=Verb.DISCARD,
        build=_acted,
        grammar=one_of(("Spam", "MCP"))("reason")
        + " "
        + pp.Literal("Actions")("action")
        + ": message "
        + _ID
        + " actions are "
        + pp.Opt(pp.CharsNotIn(" ")("status")),
    )


def _requeued_shape() -> Shape:
    to = " to " + pp.Word(pp.alphanums + "-", min=6)("next_queue_id")
    return Shape(name="requeued", verb=Verb.REQUEUE, build=_named, grammar="Requeue: " + _ID + to)


def _saved_entire_shape() -> Shape:
    """In the quarantine: instead of going on, or beside what goes on without what was found."""
    action = pp.Literal("Saved entire message")("action")
    return Shape(name="saved_entire", verb=Verb.QUARANTINE, build=_saved, grammar=action + " to " + _PATH)


def _saved_part_shape() -> Shape:
    """A name that imitates the end leaves something behind what would be the path."""
    action = pp.Literal("Saved infected")("action")
    part = action + ' "' + pp.SkipTo('" to /') + '" to ' + _PATH
    return Shape(name="saved_part", verb=Verb.QUARANTINE, build=_saved, grammar=part)


def _saved_original_shape() -> Shape:
    """Kept as it was before MailScanner changed it."""
    action = pp.Literal("Quarantining modified message")("action")
    return Shape(name="saved_original", verb=Verb.QUARANTINE, build=_saved, grammar=action + " for " + _ID)


def _infected_shape() -> Shape:
    action = pp.Literal("Infected message")("action")
    return Shape(name="infected", verb=Verb.SCAN, build=_named, grammar=action + " " + _ID + " came from " + _CLIENT)


def _virus_shape() -> Shape:
    """A virus by name, in a file of the message."""
    scanner = pp.Word(pp.alphanums + "-") + "::"
    found = pp.Literal("INFECTED")("action") + ":: " + pp.CharsNotIn(" ")("reason") + " :: ./" + _ID + "/" + rest
    return Shape(name="virus", verb=Verb.SCAN, build=_named, grammar=scanner + found)


def _attachment_shape() -> Shape:
    """A rule on the name or the type of an attachment."""
    checks = one_of(("Filename Checks", "Filetype Checks"))("action")
    found = pp.CharsNotIn("(")("reason") + "(" + _ID + " " + rest
    return Shape(name="attachment", verb=Verb.SCAN, build=_found, grammar=checks + ": " + found)


def _renamed_shape() -> Shape:
    checks = one_of(("Filename Checks", "Filetype Checks"))("action")
    return Shape(name="renamed", verb=Verb.MODIFY, build=_named, grammar=checks + ": " + _ID + " renamed " + rest)


def _size_shape() -> Shape:
    """The name of the attachment stands before the id: one that imitates it leaves something behind."""
    check = pp.Literal("Attachment size check")("action")
    found = ": " + digits + " " + pp.Char("<>") + " " + digits.copy() + " (" + pp.SkipTo(") in ") + ") in " + _ID
    return Shape(name="size", verb=Verb.SCAN, build=_named, grammar=check + found)


def _content_shape() -> Shape:
    checks = pp.Literal("Content Checks")("action") + ": Detected " + pp.Opt("and " + pp.Word(pp.alphas) + " ")
    return Shape(
        name="content",
        verb=Verb.SCAN,
        build=_found,
        grammar=checks + pp.SkipTo(" in ")("reason") + " in " + _ID,
    )


def _disarmed_shape() -> Shape:
    checks = pp.Literal("Content Checks")("action") + ": Detected and have disarmed "
    tags = pp.SkipTo(" tags in HTML message in ")("reason") + " tags in HTML message in "
    return Shape(name="disarmed", verb=Verb.MODIFY, build=_named, grammar=checks + tags + _ID + " from " + pp.Opt(rest))


def _delivery_head() -> pp.ParserElement:
    return one_of(("Non-delivery", "Delivery"))("action") + " of " + pp.Word(pp.alphas) + ": message " + _ID


def _delivery_shape() -> Shape:
    """Whom the actions on spam or on other mail let have it; their own line says what they were."""
    envelope = " from " + pp.Opt(_SENDER) + " to " + pp.CharsNotIn(' ()"<>')("recipients")
    subject = " with subject" + pp.Opt(" " + pp.Opt(rest("subject")))
    return Shape(name="delivery", verb=Verb.SCAN, build=_delivery, grammar=_delivery_head() + envelope + subject)


def _unclear_delivery_shape() -> Shape:
    """The same where the sender's address may imitate the rest."""
    return Shape(name="unclear_delivery", verb=Verb.SCAN, build=_named, grammar=_delivery_head() + " from " + rest)


def _rejected_shape() -> Shape:
    """Destroyed, and a report sent to its sender."""
    action = pp.Literal("Reject message")("action")
    return Shape(
        name="rejected",
        verb=Verb.BOUNCE,
        build=_named,
        grammar=action + " " + _ID + " from " + _SENDER + " with report " + rest,
    )


def _remark_shape() -> Shape:
    starts = (
        "SpamAssassin cache hit for message", "Warning: skipping message", "Valid RET hash found in Message",
        "Valid Watermark HASH found in Message", "Custom Spam Scanner for message", "Archived message", "Message",
        "<A> tag found in message", "HTML-IFrame tag found in message", "HTML-Form tag found in message",
        "HTML-Script tag found in message", "HTML Img tag found in message", "HTML-Object tag found in message",
    )  # fmt: skip
    attempt = combine("Making attempt " + digits + " at processing message")
    start = (one_of(starts) | attempt)("start")
    return Shape(name="remark", verb=Verb.NOTE, build=_remark, grammar=start + " " + _ID + pp.Opt(rest("reason")))


def _logged_shape() -> Shape:
    """MailWatch keeps a row of its own of each message."""
    return Shape(
        name="logged", grammar=_ID + ": " + one_of(("Logged to MailWatch SQL", "MailWatch SQL ")) + pp.Opt(rest)
    )


def _work_shape() -> Shape:
    """Batches, scanners and the program itself; what names a message behind a text of its sender is not read."""
    starts = (
        '"Always Looked Up Last" took ', "About to ", "Attachment size check: ", "Authenticated user auto ", "Batch ",
        "Can't ", "Cannot ", "Cleaned: Delivered ", "Commercial scanner ", "Completed ", "Config: ", "Connected to ",
        "Content Checks: ", "Could not ", "Creating ", "Debug: ", "Delete bayes lockfile ", "Deleted ",
        "Disinfection: ", "Does not make sense to ", "ERROR ", "Enabling SpamAssassin ", "Expired ", "Failed to ",
        "File checker ", "Filename Checks: ", "Filetype Checks: ", "Found ", "I have found ", "Illegal value for ",
        "Initialising ", "MCP Checks: ", "MCP Actions: ", "MSMail: ", "MSMilter Daemon ", "MailScanner ",
        "MailWatch: ", "Milter closing", "New Batch: ", "Notices: Warned about ", "Other Checks: ", "Pipe creation ",
        "Postfix ", "Process did not exit cleanly", "Read ", "Reading configuration file ", "Rebuilding ", "Saved ",
        "Sender Warnings: ", "Sender was authenticated", "Silent: Delivered ", "Skipping ", "Spam Actions: (",
        "Spam Actions: Notify ", "Spam Checks: ", "SpamAssassin ", "Started SQL Logging child", "Starting ",
        "Syntax error", "Unable to ", "Uninfected: Delivered ", "Unscanned: Delivered ", "Using ", "User's home ",
        "Virus Scanning: ", "Virus and Content Scanning: ", "Will not bounce ", "Your ",
    )  # fmt: skip
    return Shape(name="work", grammar=one_of(starts) + pp.Opt(rest))


def _speed_shape() -> Shape:
    return Shape(name="speed", grammar=pp.SkipTo(" completed at ") + " completed at " + digits + " bytes per second")


def _allowing_shape() -> Shape:
    """Before what is found: the name behind it is the sender's text."""
    what = one_of(("Allowing ", "Forwarding "))
    return Shape(name="allowing", grammar=one_of(("Filename Checks: ", "Filetype Checks: ")) + what + rest)


def _shapes(_program: str) -> Sequence[Shape]:
    return [
        _checked_shape(),
        _allowed_shape(),
        _unclear_shape(),
        _watermark_shape(),
        _acted_shape(),
        _requeued_shape(),
        _saved_entire_shape(),
        _saved_part_shape(),
        _saved_original_shape(),
        _infected_shape(),
        _virus_shape(),
        _renamed_shape(),
        _allowing_shape(),
        _attachment_shape(),
        _size_shape(),
        _disarmed_shape(),
        _content_shape(),
        _delivery_shape(),
        _unclear_delivery_shape(),
        _rejected_shape(),
        _remark_shape(),
        _logged_shape(),
        _work_shape(),
        _speed_shape(),
    ]


# ---------------------------------------------------------------- samples

_FRAME = "Nov 23 10:32:15 mx1 MailScanner[13669]: "
_OUR = "4F7B21234A.A12F3"
_ABOUT = {"local_id": _OUR, "queue_id": "4F7B21234A"}
_KEPT = {**_ABOUT, "quarantine_id": _OUR}
_WHO = f"Message {_OUR} from 192.0.2.7 (news@sender.example) to recipient.example is "
_FROM = {**_ABOUT, "client_ip": "192.0.2.7", "reverse_path": "news@sender.example"}
_PLACE = "/var/spool/MailScanner/quarantine/20261123/"

_SAMPLES = (
    Sample(
        why="spam, with what SpamAssassin counted",
        line=_FRAME + _WHO + "spam, SpamAssassin (not cached, score=8.25, required 6, autolearn=spam, "
        "BAYES_99 3.50, HTML_MESSAGE 0.00)",
        expect={
            **_FROM,
            "verb": "scan",
            "action": "spam",
            "score": 8.25,
            "threshold": 6.0,
            "rules": ["BAYES_99", "HTML_MESSAGE"],
        },
    ),
    Sample(
        why="no spam; blocklists stand before; scores may be below zero; names of rules alone",
        line=_FRAME + _WHO + "not spam, SBL+XBL, SpamAssassin (cached, score=-1.1, required 6, SPF_PASS)",
        expect={
            **_FROM,
            "verb": "scan",
            "action": "not spam",
            "reason": "SBL+XBL",
            "score": -1.1,
            "threshold": 6.0,
            "rules": ["SPF_PASS"],
        },
    ),
    Sample(
        why="in the site's language; a long id has no checksum; the null sender",
        line=_FRAME + "Message 4jY2TD5qvxzJJQK from 2001:db8::7 () to recipient.example,b.example is "
        "Spam, SpamAssassin (nicht zwischen gespeichert, Wertung=11.11, benoetigt 4, DCC_CHECK 1.10)",
        expect={
            "verb": "scan",
            "local_id": "4jY2TD5qvxzJJQK",
            "queue_id": "4jY2TD5qvxzJJQK",
            "client_ip": "2001:db8::7",
            "reverse_path": "",
            "reason": "Spam",
            "score": 11.11,
            "threshold": 4.0,
            "rules": ["DCC_CHECK"],
        },
    ),
    Sample(
        why="on a blocklist of the site's own: nothing was counted",
        line=_FRAME + _WHO + "spam (blacklisted)",
        expect={**_FROM, "verb": "scan", "action": "spam", "reason": "(blacklisted)"},
    ),
    Sample(
        why="not looked at",
        line=_FRAME + _WHO + "too big for spam checks (271000 > 200000 bytes)",
        expect={**_FROM, "verb": "scan", "reason": "too big for spam checks (271000 > 200000 bytes)"},
    ),
    Sample(
        why="SpamAssassin did not answer",
        line=_FRAME + _WHO + "not spam, SpamAssassin (timed out)",
        expect={**_FROM, "verb": "scan", "action": "not spam"},
    ),
    Sample(
        why="let through by a list of the site's",
        line=_FRAME + f"Message {_OUR} from 192.0.2.7 (news@sender.example) is whitelisted",
        expect={**_FROM, "verb": "pass", "action": "whitelisted"},
    ),
    Sample(
        why="a sender's address imitates the verdict: neither it nor what follows is stated",
        line=_FRAME + f'Message {_OUR} from 192.0.2.7 ("x) to a.example is not spam ("@b.example) to c.example is spam',
        expect={**_ABOUT, "verb": "scan", "client_ip": "192.0.2.7"},
    ),
    Sample(
        why="a report that answers no message of ours",
        line=_FRAME + f"Message {_OUR} from 192.0.2.7 has no (or invalid) watermark or sender address, deleted",
        expect={
            **_ABOUT,
            "verb": "discard",
            "client_ip": "192.0.2.7",
            "action": "deleted",
            "reason": "no (or invalid) watermark or sender address",
        },
    ),
    Sample(
        why="kept, and not delivered",
        line=_FRAME + f"Spam Actions: message {_OUR} actions are store",
        expect={**_KEPT, "verb": "quarantine", "action": "actions", "reason": "Spam", "status": "store"},
    ),
    Sample(
        why="destroyed",
        line=_FRAME + f"Spam Actions: message {_OUR} actions are delete",
        expect={**_ABOUT, "verb": "discard", "action": "actions", "reason": "Spam", "status": "delete"},
    ),
    Sample(
        why="delivered, with a copy kept and a header",
        line=_FRAME + f"Spam Actions: message {_OUR} actions are store,deliver,header",
        expect={**_KEPT, "verb": "pass", "action": "actions", "reason": "Spam", "status": "store,deliver,header"},
    ),
    Sample(
        why="kept, and sent to somebody else",
        line=_FRAME + f"Spam Actions: message {_OUR} actions are store,forward,spam@recipient.example",
        expect={
            **_KEPT,
            "verb": "redirect",
            "action": "actions",
            "reason": "Spam",
            "status": "store,forward,spam@recipient.example",
            "forward_address": "spam@recipient.example",
        },
    ),
    Sample(
        why="whether the sender is told, this line does not say",
        line=_FRAME + f"MCP Actions: message {_OUR} actions are bounce",
        expect={**_ABOUT, "verb": "scan", "action": "actions", "reason": "MCP", "status": "bounce"},
    ),
    Sample(
        why="goes on under a new id",
        line=_FRAME + f"Requeue: {_OUR} to 5F7B21234B",
        expect={**_ABOUT, "verb": "requeue", "next_queue_id": "5F7B21234B"},
    ),
    Sample(
        why="in the quarantine, whole",
        line=_FRAME + "Saved entire message to " + _PLACE + _OUR,
        expect={**_KEPT, "verb": "quarantine", "action": "saved entire message"},
    ),
    Sample(
        why="in the quarantine, one file of it",
        line=_FRAME + 'Saved infected "eicar.com" to ' + _PLACE + _OUR,
        expect={**_KEPT, "verb": "quarantine", "action": "saved infected"},
    ),
    Sample(
        why="a file's name imitates the place: no id is stated",
        line=_FRAME + 'Saved infected "x" to /q/6F7B21234C.A12F3" to ' + _PLACE + _OUR,
        expect="noise",
    ),
    Sample(
        why="kept as it was before it was changed",
        line=_FRAME + f"Quarantining modified message for {_OUR}",
        expect={**_KEPT, "verb": "quarantine", "action": "quarantining modified message"},
    ),
    Sample(
        why="infected",
        line=_FRAME + f"Infected message {_OUR} came from 192.0.2.7",
        expect={**_ABOUT, "verb": "scan", "action": "infected message", "client_ip": "192.0.2.7"},
    ),
    Sample(
        why="with what",
        line=_FRAME + f"Clamd::INFECTED:: Eicar-Signature :: ./{_OUR}/eicar.com",
        expect={**_ABOUT, "verb": "scan", "action": "infected", "reason": "Eicar-Signature"},
    ),
    Sample(
        why="a name that is not let in",
        line=_FRAME + f"Filename Checks: Windows/DOS Executable ({_OUR} setup.exe)",
        expect={**_ABOUT, "verb": "scan", "action": "filename checks", "reason": "Windows/DOS Executable"},
    ),
    Sample(
        why="a name that is changed",
        line=_FRAME + f"Filename Checks: {_OUR} renamed setup.exe to __setup",
        expect={**_ABOUT, "verb": "modify", "action": "filename checks"},
    ),
    Sample(
        why="a name that is let in, and imitates one that is not",
        line=_FRAME + f"Filename Checks: Allowing {_OUR} x (6F7B21234C.A12F3 y)",
        expect="noise",
    ),
    Sample(
        why="an attachment that is too large",
        line=_FRAME + f"Attachment size check: 90000 > 80000 (parts) in {_OUR}",
        expect={**_ABOUT, "verb": "scan", "action": "attachment size check"},
    ),
    Sample(
        why="its name imitates the end: no id is stated",
        line=_FRAME + f"Attachment size check: 90000 > 80000 (a) in 6F7B21234C.A12F3) in {_OUR}",
        expect="noise",
    ),
    Sample(
        why="what the HTML must not hold",
        line=_FRAME + f"Content Checks: Detected and blocked encrypted message in {_OUR}",
        expect={**_ABOUT, "verb": "scan", "action": "content checks", "reason": "encrypted message"},
    ),
    Sample(
        why="made harmless, and goes on",
        line=_FRAME
        + f"Content Checks: Detected and have disarmed web bug, phishing tags in HTML message in {_OUR} from "
        "news@sender.example",
        expect={**_ABOUT, "verb": "modify", "action": "content checks", "reason": "web bug, phishing"},
    ),
    Sample(
        why="for whom it was; the subject is the sender's",
        line=_FRAME + f"Non-delivery of Spam: message {_OUR} from news@sender.example to jane@recipient.example,"
        "joe@recipient.example with subject Offer to you with subject x",
        expect={
            **_ABOUT,
            "verb": "scan",
            "action": "non-delivery",
            "reverse_path": "news@sender.example",
            "recipients": [{"recipient": "jane@recipient.example"}, {"recipient": "joe@recipient.example"}],
            "subject": "Offer to you with subject x",
        },
    ),
    Sample(
        why="a sender's address imitates the recipients: neither is stated",
        line=_FRAME
        + f'Delivery of Spam: message {_OUR} from "x to joe@recipient.example with subject y"@sender.example '
        "to jane@recipient.example with subject z",
        expect={**_ABOUT, "verb": "scan", "action": "delivery"},
    ),
    Sample(
        why="no subject",
        line=_FRAME
        + f"Delivery of Nonspam: message {_OUR} from news@sender.example to jane@recipient.example with subject ",
        expect={
            **_ABOUT,
            "verb": "scan",
            "action": "delivery",
            "reverse_path": "news@sender.example",
            "recipient": "jane@recipient.example",
        },
    ),
    Sample(
        why="a rule on senders: destroyed, with a report",
        line=_FRAME
        + f"Reject message {_OUR} from news@sender.example with report /etc/MailScanner/rejection.report.txt",
        expect={**_ABOUT, "verb": "bounce", "action": "reject message", "reverse_path": "news@sender.example"},
    ),
    Sample(
        why="a remark",
        line=_FRAME + f"Making attempt 2 at processing message {_OUR}",
        expect={**_ABOUT, "verb": "note", "reason": "Making attempt 2 at processing message"},
    ),
    Sample(
        why="another",
        line=_FRAME + f"<A> tag found in message {_OUR} from news@sender.example",
        expect={**_ABOUT, "verb": "note", "reason": "<A> tag found in message from news@sender.example"},
    ),
    Sample(why="MailWatch's row", line=_FRAME + f"{_OUR}: Logged to MailWatch SQL", expect="noise"),
    Sample(why="a batch names none", line=_FRAME + "New Batch: Scanning 1 messages, 1863 bytes", expect="noise"),
    Sample(why="how many went on", line=_FRAME + "Uninfected: Delivered 1 messages", expect="noise"),
    Sample(
        why="how fast",
        line=_FRAME + "Virus Processing completed at 2049 bytes per second",
        expect="noise",
    ),
    Sample(
        why="the milter",
        line="Nov 23 10:32:15 mx1 MSMilter[31821]: MailWatch: Read 3 whitelist entries",
        expect="noise",
    ),
    Sample(why="our tag, but nothing MailScanner says", line=_FRAME + "the quick brown fox", expect="reject"),
)

FORMAT = Format(
    name="mailscanner",
    title="MailScanner",
    family="filter",
    reference="MailScanner source: Message.pm, MessageBatch.pm, Quarantine.pm, PFDiskStore.pm, SweepContent.pm",
    claims=claims_programs("MailScanner", "MSMilter"),
    shapes=_shapes,
    unit=Unit(kind="scan", by="local_id", longest_seconds=3600.0),
    shows=(
        "the verdict on each message: score, limit, the rules that counted",
        "what was done with spam: delivered, stored, destroyed, sent to somebody else",
        "what was found and put into the quarantine, under the id by which MailWatch releases it",
        "the id under which a message was queued anew",
    ),
    cannot_show=(
        "the recipients, where Log Delivery And Non-Delivery is off",
        "what became of an infected message that is neither stored nor queued anew",
        "a release by MailWatch: it sends a new message",
    ),
    samples=_SAMPLES,
)
