"""Sympa: the syslog lines of its daemons (`sympa_msg`, `bulk`, `wwsympa`, …); 6.2.

Sources of truth, in the Sympa source: `src/lib/Sympa/Log.pm` (level, caller, text), `Sympa/Spindle/ProcessIncoming.pm`,
`DoMessage.pm`, `AuthorizeMessage.pm`, `ToList.pm`, `ToModeration.pm`, `ToEditor.pm`, `ToHeld.pm`, `ProcessOutgoing.pm`,
`Sympa/Bulk.pm`, `Sympa/Mailer.pm`, `Sympa/Request/Handler/reject.pm`, `distribute.pm`.

Objects are printed with their class: `Sympa::Message <id>`, where the id is the name of a spool file, and
`Sympa::List <name@domain>`.  Senders and Message-IDs are the sender's text.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Fields, Format, Sample, Shape, Unit, claims_programs
from grammars.core.lexemes import combine, digits, one_of, rest
from grammars.core.words import Verb

# ---------------------------------------------------------------- tokens

_LEVEL = one_of(("err", "info", "notice", "trace"))
_NAME = pp.Word(pp.alphas + "_", pp.alphanums + "_:")
_STEP = _NAME + "#" + digits + " > "
_CALLER = _NAME + (pp.Literal("() ") | ("#" + digits + " ") | pp.Literal(" "))

# `notice Sympa::Spindle::ToList::_twist() `; an error names the whole way: `err main::#243 > Sympa::Spindle::spin#83 `.
_HEAD = _LEVEL + " " + pp.ZeroOrMore(_STEP) + _CALLER

_MESSAGE = "Sympa::Message <" + pp.CharsNotIn("<>/ ")("local_id") + pp.Opt("/" + pp.CharsNotIn("<>")) + ">"
_TEMPLATE = pp.Literal("Sympa::Message::Template <")
_LIST = pp.Opt("Sympa::List <") + pp.CharsNotIn("<> ")("recipient") + pp.Opt(">")

# Callers that never speak of a message's fate.
_ASIDE = (
    *("Conf::", "Sympa::Alarm", "Sympa::Aliases", "Sympa::Archive", "Sympa::Auth", "Sympa::CLI", "Sympa::Commands"),
    *("Sympa::ConfDef", "Sympa::Config", "Sympa::Crash", "Sympa::DataSource", "Sympa::Database", "Sympa::Family"),
    *("Sympa::HTML", "Sympa::LDAP", "Sympa::Language", "Sympa::List::", "Sympa::LockedFile", "Sympa::Log"),
    *("Sympa::Message::", "Sympa::ModDef", "Sympa::Process::", "Sympa::Regexps", "Sympa::Report", "Sympa::Robot"),
    *("Sympa::Scenario", "Sympa::Session", "Sympa::Spindle::Process" + "Archive", "Sympa::Spindle::ProcessAuth"),
    *("Sympa::Spindle::ProcessAutomatic", "Sympa::Spindle::ProcessBounce", "Sympa::Spindle::ProcessDigest"),
    *("Sympa::Spindle::ProcessRequest", "Sympa::Spindle::ProcessTask", "Sympa::Spindle::ProcessTemplate"),
    *("Sympa::Spindle::ResendArchive", "Sympa::Spindle::StoreArchive", "Sympa::Spindle::ToAlarm"),
    *(
        "Sympa::Spindle::ToArchive",
        "Sympa::Spindle::ToAuth",
        "Sympa::Spindle::ToDigest",
        "Sympa::Spindle::ToListmaster",
    ),
    *("Sympa::Spindle::Transform", "Sympa::Spindle::DoCommand", "Sympa::Spindle::DispatchRequest"),
    *("Sympa::Spool::Listmaster", "Sympa::Spool::Archive", "Sympa::Spool::Digest", "Sympa::Spool::Task"),
    *("Sympa::Task", "Sympa::Template", "Sympa::Ticket", "Sympa::Tools", "Sympa::Topic", "Sympa::Tracking"),
    *("Sympa::Upgrade", "Sympa::User", "Sympa::WWW", "SympaSOAP", "tools::", "tt2::"),
)

# ---------------------------------------------------------------- what the grammar alone cannot say


def _state_id(fields: Fields, raw: str) -> None:
    bare = raw[1:-1] if raw[:1] == "<" and raw[-1:] == ">" else raw
    if bare:
        fields["message_id"] = bare


def _state_sender(fields: Fields, sender: str) -> None:
    if sender and " " not in sender:
        fields["header_from"] = sender


def _taken(fields: Fields) -> None:
    """`ENVELOPE; message_id=ID; sender=SENDER`: stated where each mark stands once."""
    text: str = fields.pop("reason")
    if text.count("; message_id=") != 1 or text.count("; sender=") != 1:
        return
    path, _, text = text.partition("; message_id=")
    name, found, sender = text.partition("; sender=")
    if found:
        fields["reverse_path"] = path.removeprefix("<").removesuffix(">")
        _state_id(fields, name)
        _state_sender(fields, sender)


def _routed(fields: Fields) -> None:
    _state_id(fields, fields.pop("reason"))


def _accepted(fields: Fields) -> None:
    """`SENDER accepted (0.10 seconds, 2 sessions, 12 subscribers), message ID=ID, size=N`."""
    text: str = fields.pop("reason")
    fields["action"] = "list_post"
    sender, _, tail = text.partition(" accepted (")
    counts, _, named = tail.partition("), message ID=")
    if text.count(" accepted (") != 1 or text.count("), message ID=") != 1:
        return
    _state_sender(fields, sender)
    members = counts.rpartition(", ")[2].removesuffix(" subscribers")
    if members.isdecimal() and len(members) < 19:
        fields["recipient_count"] = int(members)
    name, _, size = named.rpartition(", size=")
    _state_id(fields, name)
    if size.isdecimal() and len(size) < 19:
        fields["size_bytes"] = int(size)


_KEY = frozenset("0123456789abcdef")


def _confirmed(fields: Fields) -> None:
    """`SENDER kept for authentication with key KEY (0.10 seconds)`: the key is the last word before the bracket."""
    text: str = fields.pop("reason")
    sender, _, tail = text.rpartition(" kept for authentication with key ")
    key = tail.partition(" ")[0]
    fields["action"] = "confirmation"
    _state_sender(fields, sender)
    if key and set(key) <= _KEY:
        fields["quarantine_id"] = key


def _to_editors(fields: Fields) -> None:
    fields["action"] = "moderation"
    _state_sender(fields, fields.pop("reason").rpartition(" sent to editors")[0])


def _rejected(fields: Fields) -> None:
    """`SENDER rejected(template) because sender not allowed`, `SENDER rejected because too large (…)`."""
    text: str = fields.pop("reason")
    sender, _, why = text.rpartition(" because ")
    _state_sender(fields, sender.rpartition(" rejected")[0])
    fields["reason"] = why


def _ignored(fields: Fields) -> None:
    text: str = fields.pop("reason")
    sender, found, virus = text.rpartition(" ignored, virus ")
    if found:
        _state_sender(fields, sender)
        fields["reason"] = "virus " + virus.removesuffix(" found")


_REQUESTS = {"reject": Verb.BOUNCE, "distribute": Verb.RELEASE}


def _moderated(fields: Fields) -> None:
    fields["verb"] = _REQUESTS[fields["action"]]
    fields["action"] = "moderator"


# ---------------------------------------------------------------- line forms


def _on_the_way_in() -> list[Shape]:
    sent = pp.OneOrMore(pp.SkipTo(" sent to editors") + " sent to editors")
    kept = " kept for authentication with key "
    for_list = pp.Opt("list ") + _LIST + " from "
    known = ", ignoring message Sympa::Message <"  # the last one: the Message-ID before it is the sender's
    return [
        Shape(
            name="taken",
            verb=Verb.NAME,
            build=_taken,
            grammar=_HEAD + "Processing " + _MESSAGE + "; envelope_sender=" + rest("reason"),
        ),
        Shape(
            name="routed",
            verb=Verb.NOTE,
            build=_routed,
            grammar=_HEAD
            + "Processing message "
            + _MESSAGE
            + " for "
            + _LIST
            + " with priority "
            + digits
            + ", "
            + rest("reason"),
        ),
        Shape(
            name="accepted",
            verb=Verb.FORWARD,
            build=_accepted,
            grammar=_HEAD
            + "Message "
            + _MESSAGE
            + " for "
            + for_list
            + pp.FollowedBy(pp.SkipTo("), message ID="))
            + rest("reason"),
        ),
        Shape(
            name="moderated",
            verb=Verb.HOLD,
            build=_to_editors,
            grammar=_HEAD
            + "Key "
            + pp.Word(pp.alphanums)("quarantine_id")
            + " of message "
            + _MESSAGE
            + " for "
            + for_list
            + combine(sent + pp.Opt(rest))("reason"),
        ),
        Shape(
            name="held",
            verb=Verb.HOLD,
            build=_confirmed,
            grammar=_HEAD
            + "Message "
            + _MESSAGE
            + " for "
            + for_list
            + pp.FollowedBy(pp.SkipTo(kept))
            + rest("reason"),
        ),
        Shape(
            name="rejected",
            verb=Verb.BOUNCE,
            build=_rejected,
            grammar=_HEAD
            + "Message "
            + pp.Opt(_MESSAGE + " ")
            + "for "
            + for_list
            + pp.FollowedBy(pp.SkipTo(" because "))
            + rest("reason"),
        ),
        Shape(
            name="to_editors",
            verb=Verb.HOLD,
            build=_to_editors,
            grammar=_HEAD + "Message " + _MESSAGE + " for " + for_list + combine(sent)("reason"),
        ),
        Shape(
            name="infected",
            verb=Verb.DISCARD,
            build=_ignored,
            grammar=_HEAD
            + "Message for "
            + _LIST
            + " from "
            + pp.FollowedBy(pp.SkipTo(" ignored, virus "))
            + rest("reason"),
        ),
        Shape(
            name="known",
            verb=Verb.DISCARD,
            grammar=_HEAD
            + pp.Literal("Found known Message-ID")("reason")
            + " "
            + pp.OneOrMore(pp.SkipTo(known) + known)
            + pp.CharsNotIn("<>/ ")("local_id")
            + pp.Opt("/" + pp.CharsNotIn("<>"))
            + ">"
            + " which would cause a loop",
        ),
    ]


def _further() -> list[Shape]:
    """What a moderator asked for, what goes to the mail server, and what is said of no certain message."""
    requests = one_of(("REJECT", "DISTRIBUTE"))
    refused = one_of(("Ignoring message which would cause a loop", "No sender found in message", "Unknown list ",
                      "List ", "Robot ", "Found command ", "Unable to send message ", "Failed to "))  # fmt: skip
    return [
        Shape(
            name="decided",
            verb=Verb.NOTE,
            build=_moderated,
            grammar=_HEAD
            + requests("action")
            + " "
            + pp.CharsNotIn(" ")("recipient")
            + " "
            + pp.Word(pp.alphanums)("quarantine_id")
            + " from "
            + pp.CharsNotIn(" ")
            + " accepted"
            + pp.Opt(rest),
        ),
        Shape(
            name="spooled",
            verb=Verb.NOTE,
            grammar=_HEAD + "Message " + _MESSAGE + combine(" is stored into bulk spool as <" + rest)("reason"),
        ),
        Shape(
            name="sending",
            verb=Verb.NOTE,
            grammar=_HEAD
            + one_of(("Start sending message", "Done sending message"))("reason")
            + " "
            + _MESSAGE
            + (pp.Literal(" to ") | pp.Literal(" for "))
            + _LIST
            + " (priority "
            + rest,
        ),
        Shape(name="remark", verb=Verb.NOTE, grammar=_HEAD + combine(refused + pp.Opt(rest))("reason")),
    ]


def _noise() -> list[Shape]:
    own = (
        _HEAD
        + one_of(("Processing ", "Message ", "Start sending message ", "Done sending message "))
        + _TEMPLATE
        + rest
    )
    return [
        Shape(name="own_mail", grammar=own),
        Shape(
            name="debug",
            grammar=pp.Opt("###### TRACE MESSAGE ######:  ")
            + one_of(("debug", "debug2", "debug3", "trace"))
            + " "
            + rest,
        ),
        Shape(name="aside", grammar=_LEVEL + " " + pp.ZeroOrMore(_STEP) + one_of(_ASIDE) + rest),
        Shape(name="daemon", grammar=_LEVEL + " main::" + ~pp.Literal("#") + rest),
        Shape(name="not_decided", grammar=_HEAD + one_of(("REJECT ", "DISTRIBUTE ")) + pp.SkipTo(" refused, ") + rest),
    ]


def _shapes(_program: str) -> Sequence[Shape]:
    return [*_on_the_way_in(), *_further(), *_noise()]


# ---------------------------------------------------------------- samples

_SYSLOG = "Nov 23 10:32:15 hub1 sympa_msg[4863]: "
_IN = "notice Sympa::Spindle::ProcessIncoming::_twist() "
_OBJECT = "Sympa::Message <news@lists.example.1795429440.125706>"
_NEWS = "Sympa::List <news@lists.example>"
_LOCAL: Fields = {"local_id": "news@lists.example.1795429440.125706"}
_ON_LIST: Fields = _LOCAL | {"recipient": "news@lists.example"}
_ID = {"message_id": "m1@sender.example"}
_SENDER = {"header_from": "jane@sender.example"}
_KEPT = (
    "notice Sympa::Spindle::ToHeld::_twist() Message " + _OBJECT + " for " + _NEWS + " from jane@sender.example kept "
)

_SAMPLES = (
    Sample(
        why="taken from the spool",
        line=_SYSLOG
        + _IN
        + f"Processing {_OBJECT}; envelope_sender=jane@sender.example; message_id=m1@sender.example; "
        + "sender=jane@sender.example",
        expect={"verb": "name", "reverse_path": "jane@sender.example", **_LOCAL, **_ID, **_SENDER},
    ),
    Sample(
        why="a Message-ID that imitates the sender: neither is certain",
        line=_SYSLOG + _IN + f"Processing {_OBJECT}; envelope_sender=a@b; message_id=x; sender=y; sender=z",
        expect={"verb": "name", **_LOCAL},
    ),
    Sample(
        why="for a list",
        line=_SYSLOG
        + "info Sympa::Spindle::DoMessage::_twist() "
        + f"Processing message {_OBJECT} for {_NEWS} with priority 5, <m1@sender.example>",
        expect={"verb": "note", **_ON_LIST, **_ID},
    ),
    Sample(
        why="posted to the members",
        line=_SYSLOG
        + f"info Sympa::Spindle::ToList::_twist() Message {_OBJECT} for {_NEWS} from jane@sender.example accepted "
        + "(0.10 seconds, 2 sessions, 12 subscribers), message ID=m1@sender.example, size=1164",
        expect={
            "verb": "forward",
            "action": "list_post",
            "recipient_count": 12,
            "size_bytes": 1164,
            **_ON_LIST,
            **_ID,
            **_SENDER,
        },
    ),
    Sample(
        why="posted; the Message-ID imitates the rest: it is not stated",
        line=_SYSLOG
        + f"info Sympa::Spindle::ToList::_twist() Message {_OBJECT} for {_NEWS} from jane@sender.example accepted "
        + "(0.10 seconds, 2 sessions, 12 subscribers), message ID=x), message ID=y, size=1164",
        expect={"verb": "forward", "action": "list_post", **_ON_LIST},
    ),
    Sample(
        why="held for the moderators",
        line=_SYSLOG
        + f"info Sympa::Spindle::ToModeration::_twist() Key 0a1b2c of message {_OBJECT} for list {_NEWS} "
        + "from jane@sender.example sent to editors (0.10 seconds)",
        expect={"verb": "hold", "action": "moderation", "quarantine_id": "0a1b2c", **_ON_LIST, **_SENDER},
    ),
    Sample(
        why="sent to the moderators by mail: no key",
        line=_SYSLOG
        + f"info Sympa::Spindle::ToEditor::_twist() Message {_OBJECT} for list {_NEWS} from jane@sender.example "
        + "sent to editors",
        expect={"verb": "hold", "action": "moderation", **_ON_LIST, **_SENDER},
    ),
    Sample(
        why="held until the sender confirms it",
        line=_SYSLOG + _KEPT + "for authentication with key 0a1b2c (0.10 seconds)",
        expect={"verb": "hold", "action": "confirmation", "quarantine_id": "0a1b2c", **_ON_LIST, **_SENDER},
    ),
    Sample(
        why="refused by the list's scenario",
        line=_SYSLOG
        + f"notice Sympa::Spindle::AuthorizeMessage::_twist() Message {_OBJECT} for {_NEWS} from jane@sender.example "
        + "rejected(message_report) because sender not allowed",
        expect={"verb": "bounce", "reason": "sender not allowed", **_ON_LIST, **_SENDER},
    ),
    Sample(
        why="too large: no id",
        line=_SYSLOG
        + f"info Sympa::Spindle::DoMessage::_twist() Message for {_NEWS} from jane@sender.example rejected because too "
        + "large (9000 > 5000)",
        expect={
            "verb": "bounce",
            "reason": "too large (9000 > 5000)",
            "recipient": "news@lists.example",
            **_SENDER,
        },
    ),
    Sample(
        why="a virus: it is thrown away",
        line=_SYSLOG + _IN + "Message for news@lists.example from jane@sender.example ignored, virus Eicar-Test found",
        expect={"verb": "discard", "reason": "virus Eicar-Test", "recipient": "news@lists.example", **_SENDER},
    ),
    Sample(
        why="it was here before; an error names the way to its caller",
        line=_SYSLOG
        + "err main::#243 > Sympa::Spindle::spin#83 > Sympa::Spindle::DoMessage::_twist#90 "
        + f"Found known Message-ID <m1@sender.example>, ignoring message {_OBJECT} which would cause a loop",
        expect={"verb": "discard", "reason": "Found known Message-ID", **_LOCAL},
    ),
    Sample(
        why="a moderator refused it",
        line=_SYSLOG
        + "info Sympa::Request::Handler::reject::_twist() REJECT news 0a1b2c from boss@lists.example accepted "
        + "(0.10 seconds)",
        expect={"verb": "bounce", "action": "moderator", "recipient": "news", "quarantine_id": "0a1b2c"},
    ),
    Sample(
        why="a moderator let it pass",
        line=_SYSLOG
        + "info Sympa::Request::Handler::distribute::_twist() DISTRIBUTE news 0a1b2c from boss@lists.example accepted",
        expect={"verb": "release", "action": "moderator", "recipient": "news", "quarantine_id": "0a1b2c"},
    ),
    Sample(
        why="into the spool of what goes out, under a new id",
        line=_SYSLOG + f"notice Sympa::Bulk::store() Message {_OBJECT} is stored into bulk spool as <5.5.1.2.x_z,3,4>",
        expect={"verb": "note", "reason": " is stored into bulk spool as <5.5.1.2.x_z,3,4>", **_LOCAL},
    ),
    Sample(
        why="given to the mail server; the id has its flags behind it",
        line="Nov 23 10:32:15 hub1 bulk[4865]: notice Sympa::Mailer::store() Done sending message "
        f"Sympa::Message <5.5.1.2.x_s,4863,851/s> for {_NEWS} (priority 5) in 0 seconds since scheduled",
        expect={
            "verb": "note",
            "reason": "Done sending message",
            "local_id": "5.5.1.2.x_s,4863,851",
            "recipient": "news@lists.example",
        },
    ),
    Sample(
        why="no such list; which message is not said",
        line=_SYSLOG + "err main::#243 > Sympa::Spindle::ProcessIncoming::_twist#241 List sympa does not exist",
        expect={"verb": "note", "reason": "List sympa does not exist"},
    ),
    Sample(
        why="Sympa's own notices",
        line=_SYSLOG
        + "notice Sympa::Spindle::ProcessTemplate::_twist() Processing Sympa::Message::Template "
        + "<news@lists.example.1.2,3>; envelope_sender=<>; message_id=x",
        expect="noise",
    ),
    Sample(
        why="tracing",
        line="Nov 23 10:32:15 hub1 task_manager[4]: debug2 Sympa::List::get_robots()",
        expect="noise",
    ),
    Sample(
        why="about a database",
        line=_SYSLOG + "notice Sympa::Database::connect() Connection to database established",
        expect="noise",
    ),
    Sample(
        why="a moderator came too late",
        line=_SYSLOG
        + "info Sympa::Request::Handler::reject::_twist() REJECT news 0a1b2c from boss@lists.example refused, "
        + "auth failed",
        expect="noise",
    ),
    Sample(
        why="an error that is not known",
        line=_SYSLOG + "err main::#243 > Sympa::Spindle::ProcessIncoming::_twist#241 The quick brown fox",
        expect="reject",
    ),
    Sample(why="a daemon's start", line=_SYSLOG + "info main:: Sympa 6.2.70 started", expect="noise"),
    Sample(why="our tag, but nothing Sympa says", line=_SYSLOG + "the quick brown fox", expect="reject"),
)


FORMAT = Format(
    name="sympa",
    title="Sympa (list manager)",
    family="list",
    reference="Sympa source: src/lib/Sympa/Log.pm, Spindle/*.pm, Bulk.pm, Mailer.pm, Request/Handler/*.pm",
    claims=claims_programs(
        *("sympa", "sympa_msg", "sympa_automatic", "wwsympa", "sympa_soap_server", "sympasoap"),
        *("bulk", "bounced", "archived", "task_manager"),
    ),
    shapes=_shapes,
    unit=Unit(kind="list", by="local_id"),
    shows=(
        "that a list posted a message to its members, how many they were, or refused it, and why",
        "that a message waits for a moderator or for its sender's confirmation, under which key, and what became of it",
    ),
    cannot_show=(
        "who the members are: the mail server's log has their deliveries",
        "whether the sender was told of a refusal (a scenario may be `quiet`)",
        "which message caused a loop or was for no list",
    ),
    samples=_SAMPLES,
)
