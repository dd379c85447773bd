"""Plesk's own parts around Postfix: its milter, its filters and its delivery agent.  What they decide, others say.

Plesk Obsidian, Onyx and 12.5: `psa-pc-remote` is the milter that calls the handlers of a message (`limit-out`,
`check-quota`, `spf`, …), whose refusals Postfix logs (`milter-reject`); `postfix-local`, run by the transport
`plesk_virtual`, gives a message on to Dovecot, whose line says where it was stored.

Source of truth: Plesk is not open.  Lines as its support pages and its users' reports show them: "How outgoing
messages limit works" (support.plesk.com 213389069), sendmailanalyzer issue 33.
"""

from collections.abc import Sequence

import pyparsing as pp

from grammars.core.format import Format, Origin, Sample, Shape, Unit
from grammars.core.lexemes import anonymous_address, one_of, queue_id, rest, strict_address
from grammars.core.words import Verb

_MILTER = "psa-pc-remote"
_ANSWERS = ("PASS", "SKIP", "REJECT", "DEFER", "Error", "STOP")


def _claims(tag: str) -> Origin | None:
    """The milter uses its path for a name: `/usr/lib64/plesk-9.0/psa-pc-remote`."""
    name = tag.rpartition("/")[2] if tag.endswith(f"/plesk-9.0/{_MILTER}") else tag
    return Origin(name) if name in {_MILTER, "postfix-local", "check-quota"} else None


def _envelope_shape() -> Shape:
    """The message that the milter was shown."""
    envelope = queue_id("queue_id") + ": from=" + strict_address("reverse_path") + " to=" + strict_address("recipient")
    return Shape(name="envelope", verb=Verb.NOTE, grammar=envelope)


def _handler_shape() -> Shape:
    """What a handler answered; which message it was about, the line does not say."""
    words = ("handlers_stderr: ", "_mh_fork(): ", *(f"{answer} during " for answer in _ANSWERS))
    return Shape(name="handler", grammar=one_of(words) + rest)


def _handler_of_shape() -> Shape:
    """The same of a message that is named; what came of it, Postfix says."""
    handler = pp.Word(pp.alphas, pp.alphanums + "_-") + ": "
    return Shape(name="handler_of", grammar=queue_id("queue_id") + ": " + handler + rest)


def _start_shape() -> Shape:
    return Shape(name="start", grammar="Starting " + rest)


def _handed_on_shape() -> Shape:
    """Before the mailbox's own filters and Dovecot: nothing is stored yet, and no id is named."""
    address = pp.CharsNotIn(", ") | anonymous_address()
    envelope = "from=" + pp.Opt(address) + ", to=" + address.copy() + ", dirname=" + rest
    return Shape(name="handed_on", grammar="postfix-local: " + envelope)


def _shapes(_program: str) -> Sequence[Shape]:
    return [_envelope_shape(), _handler_shape(), _handler_of_shape(), _start_shape(), _handed_on_shape()]


# ---------------------------------------------------------------- samples

_FRAME = "Nov 23 10:32:15 mx1 "
_LIB = "/usr/lib64/plesk-9.0/psa-pc-remote[5977]: "

_SAMPLES = (
    Sample(
        why="the milter is shown a message",
        line=_FRAME + "psa-pc-remote[5977]: 4F2A1B3C9D: from=<news@sender.example> to=<jane@recipient.example>",
        expect={
            "verb": "note",
            "queue_id": "4F2A1B3C9D",
            "reverse_path": "news@sender.example",
            "recipient": "jane@recipient.example",
        },
    ),
    Sample(why="a handler's answer", line=_FRAME + _LIB + "PASS during call 'limit-out' handler", expect="noise"),
    Sample(
        why="a refusal: Postfix's own line says whose",
        line=_FRAME + "/usr/lib/plesk-9.0/psa-pc-remote[5977]: REJECT during call 'limit-out' handler",
        expect="noise",
    ),
    Sample(why="what it wrote", line=_FRAME + _LIB + "handlers_stderr: SKIP", expect="noise"),
    Sample(
        why="the same with the message's id",
        line=_FRAME + "psa-pc-remote[5977]: 4F2A1B3C9D: py-limit-out: stderr: PASS",
        expect="noise",
    ),
    Sample(why="a handler", line=_FRAME + "check-quota[29665]: Starting the check-quota filter...", expect="noise"),
    Sample(
        why="the delivery agent: what it gave on is not yet stored",
        line=_FRAME + "postfix-local[19924]: postfix-local: from=news@sender.example, to=jane@recipient.example, "
        "dirname=/var/qmail/mailnames",
        expect="noise",
    ),
    Sample(
        why="our tag, but nothing it says", line=_FRAME + "postfix-local[19924]: the quick brown fox", expect="reject"
    ),
)

FORMAT = Format(
    name="plesk",
    title="Plesk's milter and delivery agent",
    family="filter",
    reference="support.plesk.com 213389069; lines of users' reports",
    claims=_claims,
    shapes=_shapes,
    unit=Unit(kind="scan", by="queue_id", longest_seconds=60.0, offered_as=None),
    shows=("that its milter was shown a message, with sender and recipient",),
    cannot_show=("what a handler decided: Postfix's own line says so", "what was stored: Dovecot's line says so"),
    samples=_SAMPLES,
)
