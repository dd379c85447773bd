"""postgrey: greylisting for Postfix, a policy server that speaks once per recipient.

Source of truth: postgrey 1.37, `mylog_action` (the one function that prints decisions) and
`smtpd_access_policy` (which reasons exist); the rest is Net::Server's and the database's own.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Fields, Format, Sample, Shape, Unit, claims_programs
from grammars.core.lexemes import combine, digits, one_of, queue_id, rest, word
from grammars.core.words import Verb

# What it told Postfix, in ours.
_ACTIONS = {"greylist": Verb.DEFER, "pass": Verb.PASS}

_NEXT = ", recipient="


def _decision(fields: Fields) -> None:
    """The action decides; sender and recipient are the client's text and stand unquoted.

    Where `, recipient=` is found twice, the border between the two cannot be told: neither is stated.
    The null sender is an empty attribute, and empty attributes are not printed.
    """
    fields["verb"] = _ACTIONS.get(fields["action"], Verb.NOTE)
    address = fields.pop("client_ip", "").partition("/")[0]
    if address:
        fields["client_ip"] = address
    sender, found, recipient = fields.pop("reverse_path", "").partition(_NEXT)
    if found and _NEXT not in recipient:
        fields["reverse_path"] = sender.removeprefix(", sender=")
        fields["recipient"] = recipient


def _decision_shape() -> Shape:
    reason = combine(pp.SkipTo(one_of((", delay=", ", client_"))))
    return Shape(
        name="decision",
        verb=Verb.NOTE,
        build=_decision,
        grammar=pp.Opt(queue_id("queue_id") + ": ")
        + "action="
        + word("action")
        + ", "
        + pp.Opt("reason=" + reason("reason") + ", ")
        + pp.Opt("delay=" + digits + ", ")
        + pp.Opt("client_name=" + pp.CharsNotIn(", ")("client_name") + ", ")
        + pp.Opt("client_address=" + pp.CharsNotIn(", ")("client_ip"))
        + pp.Opt(pp.FollowedBy(one_of((", sender=", _NEXT))) + rest("reverse_path")),
    )


def _service_shape() -> Shape:
    """Net::Server's start and end, and what a reload says."""
    stamp = combine(digits + "/" + digits + "/" + digits + "-" + digits + ":" + digits + ":" + digits)
    starts = (
        "Process Backgrounded",
        "Resolved [",
        "Binding to ",
        "Binding open file descriptors",
        "Setting uid to ",
        "Setting gid to ",
        "Re-exec server during HUP",
        "HUP received: ",
        "Exiting!",
        "Server closing!",
        "Couldn't ",
        "Group Not Defined",
        "User Not Defined",
        "Using default listen value",
        "whitelisted: ",
        "unrecognized request type: ",
        "ignoring garbage: ",
        "WARNING: ",
        "FATAL: ",
        "warning: ",
        "fatal: ",
    )
    server = stamp + " " + one_of(("postgrey", "Postgrey", "Server closing!", "Process Backgrounded"))
    return Shape(name="service", grammar=(server | one_of(starts)) + pp.Opt(rest))


def _database_shape() -> Shape:
    starts = (
        "cleaning up old ",
        "cleaning main database finished",
        "cleaning clients database finished",
        "rm /",
        "correcting date for first seen in the future!",
    )
    return Shape(name="database", grammar=one_of(starts) + pp.Opt(rest))


def _shapes(_program: str) -> Sequence[Shape]:
    return [_decision_shape(), _service_shape(), _database_shape()]


_CLIENT = {"client_ip": "192.0.2.7", "client_name": "mail.sender.example"}
_PAIR = {"reverse_path": "news@sender.example", "recipient": "alice@recipient.example"}
_FRAME = "Nov 23 10:32:19 mx1 postgrey[612]: "
_TAIL = "client_name=mail.sender.example, client_address=192.0.2.7"

_SAMPLES = (
    Sample(
        why="a first try is put off",
        line=_FRAME
        + "action=greylist, reason=new, "
        + _TAIL
        + ", sender=news@sender.example, recipient=alice@recipient.example",
        expect={"verb": "defer", "action": "greylist", "reason": "new", **_CLIENT, **_PAIR},
    ),
    Sample(
        why="a retry that came too early; the reason has brackets",
        line=_FRAME
        + "action=greylist, reason=early-retry (290s missing), "
        + _TAIL
        + "/32, sender=news@sender.example, recipient=alice@recipient.example",
        expect={"verb": "defer", "action": "greylist", "reason": "early-retry (290s missing)", **_CLIENT, **_PAIR},
    ),
    Sample(
        why="a retry that waited long enough, with how long it waited",
        line=_FRAME
        + "action=pass, reason=triplet found, delay=304, "
        + _TAIL
        + ", sender=news@sender.example, recipient=alice@recipient.example",
        expect={"verb": "pass", "action": "pass", "reason": "triplet found", **_CLIENT, **_PAIR},
    ),
    Sample(
        why="an older release names the queue id; the client has no name; IPv6 with a prefix length",
        line=_FRAME
        + "4F2A1B3C9D: action=pass, reason=client AWL, client_name=unknown, client_address=2001:db8::7/128, "
        + "sender=news@sender.example, recipient=alice@recipient.example",
        expect={
            "verb": "pass",
            "action": "pass",
            "reason": "client AWL",
            "queue_id": "4F2A1B3C9D",
            "client_ip": "2001:db8::7",
            **_PAIR,
        },
    ),
    Sample(
        why="the null sender is not printed",
        line=_FRAME + "action=greylist, reason=new, " + _TAIL + ", recipient=alice@recipient.example",
        expect={
            "verb": "defer",
            "action": "greylist",
            "reason": "new",
            **_CLIENT,
            "reverse_path": "",
            "recipient": "alice@recipient.example",
        },
    ),
    Sample(
        why="a sender imitates the recipient: neither can be told",
        line=_FRAME
        + "action=greylist, reason=new, "
        + _TAIL
        + ", sender=x, recipient=forged@recipient.example@sender.example, recipient=alice@recipient.example",
        expect={"verb": "defer", "action": "greylist", "reason": "new", **_CLIENT},
    ),
    Sample(
        why="an action that the table does not know decides nothing",
        line=_FRAME + "action=dunno, " + _TAIL + ", sender=news@sender.example, recipient=alice@recipient.example",
        expect={"verb": "note", "action": "dunno", **_CLIENT, **_PAIR},
    ),
    Sample(
        why="the start, with a stamp of its own",
        line=_FRAME + "2026/11/23-10:32:08 postgrey (type Net::Server::Multiplex) starting! pid(612)",
        expect="noise",
    ),
    Sample(
        why="the start: addresses",
        line=_FRAME + "Resolved [localhost]:10023 to [127.0.0.1]:10023, IPv4",
        expect="noise",
    ),
    Sample(why="the database", line=_FRAME + "cleaning up old logs...", expect="noise"),
    Sample(why="the database's log files", line=_FRAME + "rm /var/lib/postgrey/log.0000000001", expect="noise"),
    Sample(why="our tag, but nothing postgrey says", line=_FRAME + "the quick brown fox", expect="reject"),
)

FORMAT = Format(
    name="postgrey",
    title="postgrey",
    family="filter",
    reference="postgrey source: mylog_action, smtpd_access_policy, do_maintenance",
    claims=claims_programs("postgrey"),
    shapes=_shapes,
    unit=Unit(kind="policy_check", by="local_id"),
    shows=("which first tries were put off, and which retries were let pass",),
    cannot_show=(
        "the reply the client got (Postfix logs it)",
        "whether a client that was put off came back through another address outside its network",
        "sender and recipient, where the sender's text imitates the line",
    ),
    samples=_SAMPLES,
)
