"""procmail: its log file (`LOGFILE`, with `LOGABSTRACT` and `VERBOSE`), and what it says to syslog; 3.22 to 3.24.

Sources of truth, in the procmail source: `src/mailfold.c` (`logabstract`, the three lines of a message),
`src/misc.c` (`nlog`, and what ended in `Terminate`), `src/pipes.c`, `src/foldinfo.c`; `src/procmail.c` and
`src/from.c` (syslog); procmailrc(5).

A record is `From sender date`, ` Subject: …` where there is one, and `  Folder: name<tabs>size`: each is
written by itself, so two deliveries at once may mix theirs.  Then no record is made of them.  The file
names no recipient: it is mostly one person's own.
"""

from collections.abc import Sequence
from itertools import pairwise

import pyparsing as pp

from grammars.core.format import Fields, Format, Sample, Shape, Unit, claims_programs
from grammars.core.lexemes import combine, digits, one_of, rest
from grammars.core.records import JOINT, Records, any_ctime, ctime
from grammars.core.words import Verb

# ---------------------------------------------------------------- words

# What stands for the folder where nothing was stored: procmail ended in failure.
_FAILED = ("**Bounced**", "**Requeued**", "**Lost**")

# Beginnings of what it says about itself: to syslog, or without a stamp into its file.
_TROUBLE = (
    *("Acquiring kernel-lock", "Assigning ", "Assuming identity ", "Autoforwarding mailbox found", "Bad substitution "),
    *("Bounced", "Bypassed locking ", "Closing brace unexpected", "Conflicting ", "Couldn't ", "Deadlock attempted "),
    *("Deferred ", "Denying special privileges for ", "Descriptor ", "Duplicate key found", "Enforcing stricter "),
    *("Error while writing to ", "Exceeded LINEBUF", "Excessive output quenched ", "Excessively long ", "Executing "),
    *("Extraneous ", "Failed ", "Forced unlock denied ", "Forcing lock on ", "HOST mismatched ", "Incomplete recipe"),
    *("Insufficient privileges", "Internal error", "Invalid regexp ", "Kernel-", "LMTP child failed", "LMTP support "),
    *("Lock failure on ", "Locking ", "Lost ", "Match on ", "Missing ", "No match on ", "No permission to execute "),
    *("No space left to finish writing ", "Non-zero exitcode ", "Notified comsat", "Opening ", "Out of memory"),
    *("Processing continued", "Program failure ", "Quota exceeded while writing ", "Rcfile: ", "Reiterating "),
    *(
        "Renamed bogus ",
        "Renaming bogus ",
        "Rescue of unfiltered data ",
        "Score: ",
        "Setting ",
        "Skipped ",
        "Suspicious rcfile",
    ),
    *("Terminating prematurely", "Timeout, ", "Truncated file to former size", "Truncating "),
    *("Unable to ", "Unexpected EOF", "Unlocking ", "Unrecognised options", "Couldn't determine implicit "),
    *("setuid(", "setgid("),
    *("Attempt to fake stamp by ", "Attempt to execute ", "Assignment to variable ", "PATH ", "LOGFILE ", "MAILDIR "),
)

_CUT = 60
"""Characters of a folder's name that the file keeps: a name of that length may go on (`MAXfoldlen`)."""

_PROGRAMS = ("/bin/", "/sbin/", "/libexec/")

# ---------------------------------------------------------------- records

_SUBJECT, _FOLDER = " subject:", "  Folder: "


def _is_dated(line: str) -> bool:
    """Whether a line is the first of a record: its last 24 characters are a date."""
    stamp = line[-24:]
    return line.startswith("From ") and line[-25:-24] == " " and stamp[13:14] == ":" and stamp[20:].isdecimal()


def _span(before: str, lines: Sequence[str]) -> int:
    """Three lines, or two where there is no subject; not where another delivery wrote among them.

    Lines of a record that stand alone before or behind are the sign of that.
    """
    if not _is_dated(lines[0]) or _is_dated(before) or before.lower().startswith(_SUBJECT):
        return 1
    size = 2 if len(lines) > 1 and lines[1].lower().startswith(_SUBJECT) else 1
    if len(lines) <= size or not lines[size].startswith(_FOLDER):
        return 1
    behind = lines[size + 1] if len(lines) > size + 1 else ""
    mixed = behind.startswith(_FOLDER) or behind.lower().startswith(_SUBJECT)
    return 1 if mixed else size + 1


# ---------------------------------------------------------------- tokens

_END = pp.Literal(JOINT) | pp.StringEnd()
_NOT_STAMP = ~(" " + any_ctime() + _END) + pp.CharsNotIn(JOINT, exact=1)


def _sender() -> pp.ParserElement:
    """The envelope sender, which is the sender's text: up to the date that ends the line."""
    return combine(pp.OneOrMore(_NOT_STAMP))


def _frame() -> pp.ParserElement:
    """`From sender  Mon Nov 23 10:32:15 2026`, and what belongs to it."""
    return "From " + _sender() + " " + ctime() + _END + pp.Opt(rest)


def _unstamped() -> pp.ParserElement:
    """`procmail: …` of `VERBOSE=yes` and of errors; now and then with the process and the time."""
    process = "[" + digits + "] " + any_ctime()
    return "procmail: " + (process | (one_of(_TROUBLE) + pp.Opt(rest)))


# ---------------------------------------------------------------- what the grammar alone cannot say


def _began(fields: Fields) -> None:
    """The null sender stands in such lines as MAILER-DAEMON."""
    sender = fields["reverse_path"].strip()
    fields["reverse_path"] = "" if sender == "MAILER-DAEMON" else sender


def _record(fields: Fields) -> None:
    _began(fields)
    subject = fields.pop("subject", "").strip()
    if subject:
        fields["subject"] = subject
    folder: str = fields.pop("folder", "")
    if folder in _FAILED:
        fields["verb"], fields["reason"] = Verb.FAIL_STORE, folder
    elif folder == "/dev/null":
        fields["verb"], fields["action"], fields["reason"] = Verb.DISCARD, "dev_null", folder
    elif "/new/" in folder:
        fields["verb"], fields["folder"] = Verb.STORE, folder.rpartition("/new/")[0]
    elif " " in folder or any(place in folder for place in _PROGRAMS):
        _program(fields, folder)
    elif folder and len(folder) < _CUT:
        fields["verb"], fields["folder"] = Verb.STORE, folder
    elif folder:
        fields["reason"] = folder


def _program(fields: Fields, command: str) -> None:
    """`| command`, or `! address`, which is a command too: the mail program, its flags, and the address."""
    fields["action"], fields["reason"] = "program", command.strip()
    words = command.split()
    is_mailer = words[0].rpartition("/")[2].partition(".")[0] in {"sendmail", "exim", "exim4"}
    after = [word for flag, word in pairwise(words) if not word.startswith("-") and flag != "-f"]
    if is_mailer and after and "-t" not in words and len(command) < _CUT:
        fields["verb"], fields["action"] = Verb.FORWARD, "forward"
        if len(after) == 1:
            fields["forward_address"] = after[0]


# ---------------------------------------------------------------- line forms


def _shapes(_program: str) -> Sequence[Shape]:
    begin = "From " + _sender()("reverse_path") + " " + any_ctime()
    subject = pp.CaselessLiteral(" subject:") + pp.Opt(pp.CharsNotIn(JOINT)("subject"))
    folder = pp.Literal(_FOLDER) + pp.Opt(pp.CharsNotIn("\t" + JOINT)("folder"))
    size = pp.Word("\t") + pp.Opt(pp.Word(" ")) + digits.copy()("size_bytes")
    person = '"' + pp.CharsNotIn('"')("recipient") + '"'
    refusals = one_of(("Unknown user", "Insufficient privileges to deliver to"))
    return [
        Shape(
            name="record",
            verb=Verb.NOTE,
            build=_record,
            grammar=begin + pp.Opt(JOINT + subject) + JOINT + folder + size,
        ),
        Shape(name="begun", verb=Verb.NOTE, build=_began, grammar=begin),
        Shape(name="refused", verb=Verb.NOTE, grammar=refusals("reason") + " " + person),
        Shape(name="trouble", grammar=one_of(_TROUBLE) + pp.Opt(rest)),
    ]


# ---------------------------------------------------------------- samples

_BEGIN = "From news@sender.example  Mon Nov 23 10:32:15 2026"
_HELLO = _BEGIN + JOINT + " Subject: hello"
_SYSLOG = "Nov 23 10:32:15 hub1 procmail[77]: "
_FROM = {"reverse_path": "news@sender.example"}
_MAIL: Fields = _FROM | {"subject": "hello", "size_bytes": 164}


def _in(folder: str) -> str:
    return _HELLO + JOINT + "  Folder: " + folder + "\t\t\t\t\t    164"


_SAMPLES = (
    Sample(
        why="stored in a mailbox file",
        line=_in("/var/mail/jane"),
        expect={"verb": "store", "folder": "/var/mail/jane", **_MAIL},
    ),
    Sample(
        why="stored in a maildir: the file's name is not the folder's",
        line=_in(".Junk/new/1795566869.17194_0.vm"),
        expect={"verb": "store", "folder": ".Junk", **_MAIL},
    ),
    Sample(
        why="thrown away",
        line=_in("/dev/null"),
        expect={"verb": "discard", "action": "dev_null", "reason": "/dev/null", **_MAIL},
    ),
    Sample(
        why="given to a program, as recipes are written",
        line=_in(" cat >/dev/null"),
        expect={"verb": "note", "action": "program", "reason": "cat >/dev/null", **_MAIL},
    ),
    Sample(
        why="given to a program without arguments",
        line=_in("/usr/local/bin/ticket"),
        expect={"verb": "note", "action": "program", "reason": "/usr/local/bin/ticket", **_MAIL},
    ),
    Sample(
        why="sent on",
        line=_in("/usr/sbin/sendmail -oi bob@elsewhere.example"),
        expect={
            "verb": "forward",
            "action": "forward",
            "reason": "/usr/sbin/sendmail -oi bob@elsewhere.example",
            "forward_address": "bob@elsewhere.example",
            **_MAIL,
        },
    ),
    Sample(
        why="an answer goes to whom its own header names",
        line=_in(" formail -r | sendmail -t"),
        expect={"verb": "note", "action": "program", "reason": "formail -r | sendmail -t", **_MAIL},
    ),
    Sample(
        why="a name that may have been cut: where it ends is not certain",
        line=_in("/srv/mail/a-very-long-directory-name-that-goes-on-and-on-and"),
        expect={"verb": "note", "reason": "/srv/mail/a-very-long-directory-name-that-goes-on-and-on-and", **_MAIL},
    ),
    Sample(
        why="procmail failed, and told the mail server to return it",
        line=_in("**Bounced**"),
        expect={"verb": "fail_store", "reason": "**Bounced**", **_MAIL},
    ),
    Sample(
        why="nothing was stored: the script set an exit code",
        line=_BEGIN + JOINT + "  Folder: \t\t\t\t\t\t\t\t      0",
        expect={"verb": "note", "size_bytes": 0, **_FROM},
    ),
    Sample(
        why="a report has no sender; a subject without a blank",
        line="From MAILER-DAEMON  Mon Nov 23 10:32:15 2026"
        + JOINT
        + " SUBJECT:x"
        + JOINT
        + "  Folder: inbox\t\t\t\t\t\t\t      9",
        expect={"verb": "store", "folder": "inbox", "reverse_path": "", "subject": "x", "size_bytes": 9},
    ),
    Sample(
        why="a subject that imitates a folder line",
        line=_BEGIN + JOINT + " Subject:   Folder: /dev/null 100" + JOINT + "  Folder: inbox\t\t      9",
        expect={"verb": "store", "folder": "inbox", "subject": "Folder: /dev/null 100", "size_bytes": 9, **_FROM},
    ),
    Sample(
        why="a sender that imitates the date",
        line='From "a  Mon Nov 23 10:32:15 2020"@sender.example  Mon Nov 23 10:32:15 2026'
        + JOINT
        + "  Folder: inbox\t\t      9",
        expect={
            "verb": "store",
            "folder": "inbox",
            "reverse_path": '"a  Mon Nov 23 10:32:15 2020"@sender.example',
            "size_bytes": 9,
        },
    ),
    Sample(why="the first line alone: what became of it is not said", line=_BEGIN, expect={"verb": "note", **_FROM}),
    Sample(
        why="syslog: nobody of that name",
        line=_SYSLOG + 'Unknown user "jane"',
        expect={"verb": "note", "reason": "Unknown user", "recipient": "jane"},
    ),
    Sample(why="syslog: about itself", line=_SYSLOG + 'Suspicious rcfile "/home/jane/.procmailrc"', expect="noise"),
    Sample(why="tracing has no stamp and no fate", line='procmail: No match on "^Subject:.*null"', expect="noise"),
    Sample(why="tracing with a stamp", line="procmail: [17217] Wed Nov 25 00:34:30 2026", expect="noise"),
    Sample(why="a folder without its record has no time", line="  Folder: inbox\t\t\t\t\t\t\t      9", expect="reject"),
    Sample(why="our tag, but nothing procmail says", line=_SYSLOG + "the quick brown fox", expect="reject"),
)


FORMAT = Format(
    name="procmail",
    title="procmail (its log file, and syslog)",
    family="mailbox",
    reference="procmail source: src/mailfold.c, misc.c, pipes.c; procmailrc(5)",
    claims=claims_programs("procmail"),
    shapes=_shapes,
    frame=_frame,
    records=Records(marks=("From ",), span=_span),
    unstamped=_unstamped,
    unit=Unit(kind="store", by="local_id"),  # no line bears an id: each record stands alone
    shows=(
        "into which folder a message was stored, or that it was thrown away",
        "that it was given to a program, or sent on, and to whom",
    ),
    cannot_show=(
        "whose mail it was: the file names no recipient",
        "copies (`:0c`): only the last folder is named",
        "what a program did with it; whether a bare name is a folder or a program",
        "a folder's name beyond 60 characters",
        "records of deliveries that wrote at the same moment",
    ),
    samples=_SAMPLES,
)
