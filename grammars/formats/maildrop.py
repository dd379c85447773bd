"""maildrop: its log file (`logfile` in the filter); 1.8 to 3.1.

Sources of truth, in the maildrop source: `maildrop/log.C` (the four lines of a message, and an empty one),
`maildrop/deliver.C` (what is a folder, a program, an address); maildropfilter(7).  maildrop itself writes
nothing to syslog: its errors go to the mail server, which logs them with its own line.

From and subject are the header's, 72 characters of them; a file names neither envelope nor recipient.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Fields, Format, Sample, Shape, Unit, claims_programs
from grammars.core.lexemes import one_of, rest
from grammars.core.records import JOINT, Records, any_ctime, ctime
from grammars.core.words import Verb

_WIDTH = 72
"""Characters between `File: ` and the end of the size: a longer name is cut (`log.C`)."""

# Beginnings of what it says to its standard error, which a pipe may bring into a log.
_TROUBLE = (
    *("Attempting ", "Changing to ", "Delivering to ", "Delivery complete.", "Flock()ing ", "Appending to "),
    *("Filtering through ", "Executing system command ", "Timeout quota exceeded.", "maildir over quota.", "signal 0x"),
    *("error writing to ", "error reading from ", "filter terminated prematurely.", "select() error.", "authlib: "),
    *("time out on maildir directory.", "Missing ', \", or `.", "hasaddr"),
)

# ---------------------------------------------------------------- records

_LINES = ("Date: ", "From: ", "Subj: ")
_ENDS = ("File: ", "!Err: ")


def _span(_before: str, lines: Sequence[str]) -> int:
    """Four lines and an empty one, written in one piece."""
    if len(lines) < 4 or not all(line.startswith(mark) for line, mark in zip(lines, _LINES, strict=False)):
        return 1
    if not lines[3].startswith(_ENDS):
        return 1
    return 5 if len(lines) > 4 and not lines[4] else 4


def _frame() -> pp.ParserElement:
    """`Date: Mon Nov 23 10:32:15 2026`, and what belongs to it."""
    return "Date: " + ctime() + JOINT + rest


def _unstamped() -> pp.ParserElement:
    return (
        pp.Opt(pp.Literal("/usr/bin/") | pp.Literal("/usr/local/bin/")) + "maildrop: " + one_of(_TROUBLE) + pp.Opt(rest)
    )


# ---------------------------------------------------------------- what the grammar alone cannot say


def _record(fields: Fields) -> None:
    """`File: name<blanks>(size)`: a name of the whole width may go on."""
    failed = fields.pop("status") == "!err: "
    _state_header(fields)
    name, found, size = fields.pop("folder").rstrip().rpartition("(")
    if not found or not size.endswith(")") or not size[:-1].isdecimal() or len(size) > 19:
        return
    fields["size_bytes"] = int(size[:-1])
    cut = len(name.rstrip()) >= _WIDTH - len(size) - 2
    name = name.strip()
    if failed:
        fields["verb"], fields["reason"] = Verb.FAIL_STORE, name or "no folder"
    elif name == "/dev/null":
        fields["verb"], fields["action"], fields["reason"] = Verb.DISCARD, "dev_null", name
    elif name.startswith("|"):
        fields["action"], fields["reason"] = "program", name[1:].strip()
    elif name.startswith("!"):
        _forward(fields, name[1:].split(), cut=cut)
    elif name and not cut:
        fields["verb"], fields["folder"] = Verb.STORE, name
    elif name:
        fields["reason"] = name


def _forward(fields: Fields, addresses: Sequence[str], *, cut: bool) -> None:
    fields["verb"], fields["action"], fields["reason"] = Verb.FORWARD, "forward", "!" + " ".join(addresses)
    if len(addresses) == 1 and not cut:
        fields["forward_address"] = addresses[0]


def _state_header(fields: Fields) -> None:
    for name in ("header_from", "subject"):
        text = fields.pop(name, "").strip()
        if text:
            fields[name] = text


# ---------------------------------------------------------------- line forms


def _shapes(_program: str) -> Sequence[Shape]:
    line = pp.CharsNotIn(JOINT)
    return [
        Shape(
            name="record",
            verb=Verb.NOTE,
            build=_record,
            grammar="Date: "
            + any_ctime()
            + JOINT
            + "From: "
            + pp.Opt(line.copy()("header_from"))
            + JOINT
            + "Subj: "
            + pp.Opt(line.copy()("subject"))
            + JOINT
            + one_of(_ENDS)("status")
            + line.copy()("folder")
            + pp.Opt(JOINT),
        ),
        Shape(name="trouble", grammar=pp.Opt("maildrop: ") + one_of(_TROUBLE) + pp.Opt(rest)),
    ]


# ---------------------------------------------------------------- samples

_HEAD = JOINT.join(("Date: Mon Nov 23 10:32:15 2026", "From: News <news@sender.example>", "Subj: hello", ""))
_HEADER: Fields = {"header_from": "News <news@sender.example>", "subject": "hello", "size_bytes": 113}


def _in(name: str, mark: str = "File: ") -> str:
    return _HEAD + mark + f"{name[:66]:<67}"[:67] + "(113)" + JOINT


_LONG = "/srv/mail/a-very-long-directory-name-that-goes-on-and-on-and-on-an"

_SAMPLES = (
    Sample(
        why="stored in a mailbox file",
        line=_in("/var/mail/jane"),
        expect={"verb": "store", "folder": "/var/mail/jane", **_HEADER},
    ),
    Sample(
        why="stored in a junk folder",
        line=_in("/home/jane/Maildir/.Junk"),
        expect={"verb": "store", "folder": "/home/jane/Maildir/.Junk", **_HEADER},
    ),
    Sample(
        why="thrown away",
        line=_in("/dev/null"),
        expect={"verb": "discard", "action": "dev_null", "reason": "/dev/null", **_HEADER},
    ),
    Sample(
        why="given to a program",
        line=_in("|cat >/dev/null"),
        expect={"verb": "note", "action": "program", "reason": "cat >/dev/null", **_HEADER},
    ),
    Sample(
        why="sent on",
        line=_in("!bob@elsewhere.example"),
        expect={
            "verb": "forward",
            "action": "forward",
            "reason": "!bob@elsewhere.example",
            "forward_address": "bob@elsewhere.example",
            **_HEADER,
        },
    ),
    Sample(
        why="sent on to two",
        line=_in("!bob@elsewhere.example ann@elsewhere.example"),
        expect={
            "verb": "forward",
            "action": "forward",
            "reason": "!bob@elsewhere.example ann@elsewhere.example",
            **_HEADER,
        },
    ),
    Sample(
        why="it could not be stored: the mail server keeps or returns it",
        line=_in("/home/jane/Maildir", "!Err: "),
        expect={"verb": "fail_store", "reason": "/home/jane/Maildir", **_HEADER},
    ),
    Sample(
        why="a name as long as the line: where it ends is not certain",
        line=_in(_LONG),
        expect={"verb": "note", "reason": _LONG, **_HEADER},
    ),
    Sample(
        why="a subject that imitates the folder's line; no sender",
        line="Date: Mon Nov 23 10:32:15 2026"
        + JOINT
        + "From: "
        + JOINT
        + "Subj: File: /dev/null  (1)"
        + JOINT
        + "File: inbox      (33)",
        expect={"verb": "store", "folder": "inbox", "subject": "File: /dev/null  (1)", "size_bytes": 33},
    ),
    Sample(
        why="a folder's line of no known form",
        line=_HEAD + "File: inbox",
        expect={"verb": "note", **{name: value for name, value in _HEADER.items() if name != "size_bytes"}},
    ),
    Sample(why="an error in a log", line="Nov 23 10:32:15 hub1 maildrop[7]: maildir over quota.", expect="noise"),
    Sample(why="the same without a stamp", line="/usr/bin/maildrop: maildir over quota.", expect="noise"),
    Sample(why="a date without its record", line="Date: Mon Nov 23 10:32:15 2026", expect="reject"),
    Sample(
        why="our tag, but nothing maildrop says",
        line="Nov 23 10:32:15 hub1 maildrop[7]: the quick brown fox",
        expect="reject",
    ),
)


FORMAT = Format(
    name="maildrop",
    title="maildrop (its log file)",
    family="mailbox",
    reference="maildrop source: maildrop/log.C, deliver.C; maildropfilter(7)",
    claims=claims_programs("maildrop"),
    shapes=_shapes,
    frame=_frame,
    records=Records(marks=("Date: ",), span=_span),
    unstamped=_unstamped,
    unit=Unit(kind="store", by="local_id"),  # no line bears an id: each record stands alone
    shows=(
        "into which folder a message was stored, or that it was thrown away or could not be stored",
        "that it was given to a program, or sent on, and to whom",
    ),
    cannot_show=(
        "whose mail it was, and the envelope: the file has neither",
        "what a program did with it",
        "a folder's name beyond some 60 characters",
        "what the filter's own `log` commands write",
    ),
    samples=_SAMPLES,
)
