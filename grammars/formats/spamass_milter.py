"""spamass-milter: hands messages from the MTA to SpamAssassin.  What it decides, only the MTA's lines show.

Source of truth: spamass-milter 0.4.0, every `debug()`, `syslog()` and `throw_error()` of `spamass-milter.cpp`.
Without `-d` it says little; with it, it prints its walk through each message, without any id of the message.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Format, Sample, Shape, Unit, claims_programs
from grammars.core.lexemes import combine, one_of, rest
from grammars.core.words import Verb

# Which lines say that something went wrong with one message; none of them names it.
_TROUBLE = (
    "Could not extract score from <", "Failed to add spambucket to recipients", "Thrown error: ", "Unknown error",
    "popenv failed(",
)  # fmt: skip

# Its own start and end, its settings, and what `-d` adds.
_SERVICE = (
    "SpamAssassin: ", "spamass-milter ", "smfi_getpriv failed!", "smfi_register failed", "smfi_register succeeded",
    "smfi_setpriv failed!", 'Could not retrieve sendmail macro "', 'Could not parse "', "Could not open pidfile: ",
    "Setting debug level to 0x", 'Invalid debug token "', "daemon() failed: ", "Adding ", "Parsing ignore list",
    "Ignore authenticated senders", "Remote address: ", "Rejecting", "SA score: ", "Total of ", "Received header for ",
    "NULL context in mlfi_close!", "auth_authen=", "auth_type=", "calling ", "queueid=", "remembering ",
    "sender authenticated (",
    "sendmail output: ", "spamc gets ", "user: ", "polling fds ", "poll ", "read ", "wrote ", "waitpid ",
    "mlfi_", "::", 'output "', 'input  "', "f_nc: <", "u_or_i: ", "c_nc_p: <", "r_f: ",
)  # fmt: skip


def _not_removed_shape() -> Shape:
    """`-b` could not take a recipient off a message; of which one it does not say: nothing may be found by it."""
    return Shape(
        name="not_removed",
        verb=Verb.NOTE,
        grammar=combine("Failed to remove recipient " + rest)("reason"),
    )


def _trouble_shape() -> Shape:
    return Shape(name="trouble", grammar=one_of(_TROUBLE) + pp.Opt(rest))


def _service_shape() -> Shape:
    counted = pp.Word(pp.nums) + " recipients; spamc gets default username "
    ignored = pp.Word(pp.nums + ".") + " is in our ignore list - accepting message"
    scores = pp.ZeroOrMore(pp.Literal(" ")) + one_of(("hits=", "score="))
    network = pp.CharsNotIn(" :") + ": bad CIDR value"
    return Shape(
        name="service",
        grammar=(one_of(_SERVICE) | counted | ignored | scores | network) + pp.Opt(rest),
    )


def _shapes(_program: str) -> Sequence[Shape]:
    return [_not_removed_shape(), _trouble_shape(), _service_shape()]


_FRAME = "Nov 23 10:32:15 mx1 spamass-milter[613]: "

_SAMPLES = (
    Sample(
        why="a recipient that stays on a message that goes to the bucket; the address may imitate the rest",
        line=_FRAME + "Failed to remove recipient <jane@recipient.example> from the envelope",
        expect={
            "verb": "note",
            "reason": "Failed to remove recipient <jane@recipient.example> from the envelope",
        },
    ),
    Sample(
        why="a message could not be handed to spamc: which, it does not say",
        line=_FRAME + "Thrown error: poll says my write pipe is busted",
        expect="noise",
    ),
    Sample(why="the start", line=_FRAME + "spamass-milter 0.4.0 starting", expect="noise"),
    Sample(
        why="libmilter, under the name it was registered with", line=_FRAME + "SpamAssassin: mi_stop=1", expect="noise"
    ),
    Sample(
        why="Postfix does not tell it all that it asks for",
        line=_FRAME + 'Could not retrieve sendmail macro "i"!.  Please add it to confMILTER_MACROS_ENVFROM for better '
        "spamassassin results",
        expect="noise",
    ),
    Sample(why="with -d: its walk", line=_FRAME + "mlfi_envfrom: enter", expect="noise"),
    Sample(
        why="with -d: what it decides, for a message that it does not name", line=_FRAME + "Rejecting", expect="noise"
    ),
    Sample(
        why="with -d: a client that is left alone",
        line=_FRAME + "192.0.2.7 is in our ignore list - accepting message",
        expect="noise",
    ),
    Sample(why="with -d: the score, indented", line=_FRAME + "    score=23", expect="noise"),
    Sample(
        why="with -d: pieces of the message itself", line=_FRAME + 'output "4jY2TD5qvxzJJQK: removed"', expect="noise"
    ),
    Sample(why="our tag, but nothing it says", line=_FRAME + "the quick brown fox", expect="reject"),
)

FORMAT = Format(
    name="spamass_milter",
    title="spamass-milter",
    family="filter",
    reference="spamass-milter 0.4.0 source: every debug(), syslog() and throw_error()",
    claims=claims_programs("spamass-milter"),
    shapes=_shapes,
    unit=Unit(kind="scan", by="local_id"),
    shows=("that it ran; recipients that it could not take off a message that it sent to the spam bucket",),
    cannot_show=(
        "what it decided: a refusal (-r) stands in the MTA's lines, score and rules in spamd's",
        "that it put a message into a spam bucket (-b): the MTA's lines name the bucket, and the recipient no more",
        "which messages it did not look at (-i, -I, the size limit of spamc)",
    ),
    samples=_SAMPLES,
)
