"""What may be said of a message whose lines stop before anything was decided."""

from correlator.decisive import is_probe
from correlator.rules import Outcome
from correlator.words import Fate, Holder, Owner, Reason, Stage
from grammars import Verb
from queries.leg import Leg


def open_end(leg: Leg) -> Outcome:
    """What may be said of a message whose lines stop before anything was decided."""
    if leg.has(Verb.QUEUE, Verb.RELEASE) and not leg.has(Verb.REMOVE) and not any(map(is_probe, leg.events)):
        return Outcome(
            fate=Fate.DEFERRED, stage=Stage.QUEUE, owner=Owner.US, holder=Holder.US, code=Reason.IN_QUEUE,
            sentence="Accepted into our queue; no delivery to this recipient was logged yet",
            because=("the lines end while the message is in our queue",),
        )  # fmt: skip
    if leg.has(Verb.OPEN) and was_left(leg):
        return Outcome(
            fate=Fate.NOT_ACCEPTED, stage=Stage.RCPT, owner=Owner.SENDER, holder=Holder.SENDER, code=Reason.QUIT_EARLY,
            sentence="The client ended the session before it sent the message",
        )  # fmt: skip
    if any(map(is_probe, leg.events)):
        return _unknown("Our own server asked whether the address exists; no message was sent", "a probe is not mail")
    return _unknown(
        "The lines at hand do not say what became of it",
        "lines of this message are missing: none says that it was queued, delivered or refused",
    )


def scanned_only(leg: Leg) -> Outcome:
    """What may be said where only a filter's lines are at hand, and it did not keep the message back."""
    word = next(
        (
            f" ({event.action} {event.reason or ''})".replace(" )", ")")
            for event in leg.events
            if event.action and event.verb is not Verb.NAME
        ),
        "",
    )
    return Outcome(
        fate=Fate.UNKNOWN, stage=Stage.CONTENT, owner=Owner.UNKNOWN, holder=Holder.UNKNOWN, code=Reason.FILTER,
        sentence=f"Scanned by {leg.format}{word}; what the mail server then did is not in these logs",
        because=("the mail server's lines about this message are not in these logs",),
    )  # fmt: skip


def _unknown(sentence: str, because: str) -> Outcome:
    return Outcome(
        fate=Fate.UNKNOWN, stage=Stage.QUEUE, owner=Owner.UNKNOWN, holder=Holder.UNKNOWN, code=Reason.INCOMPLETE,
        sentence=sentence, because=(because,),
    )  # fmt: skip


def was_left(leg: Leg) -> bool:
    """Whether the counts at the end of the session say that no message was sent in it."""
    counts = next((line.commands for line in leg.session if line.verb is Verb.DISCONNECT and line.commands), None)
    return counts is not None and not _message_was_sent(counts)


def _message_was_sent(counts: str) -> bool:
    """Whether `data=1` or `bdat=1` stands among the counts of commands that smtpd accepted."""
    return any(_count_of(name, counts) not in {"", "0"} for name in ("data", "bdat"))


def accepted_recipients(leg: Leg) -> int | None:
    """How many recipients the session of a message had accepted; None where no line says it, or it had several."""
    counts = next((line.commands for line in leg.session if line.verb is Verb.DISCONNECT and line.commands), "")
    alone = all(_count_of(name, counts) in {"0", "1"} for name in ("mail", "data", "bdat"))
    accepted = _count_of("rcpt", counts)
    return int(accepted) if alone and accepted.isdecimal() and accepted != "0" else None


def _count_of(command: str, counts: str) -> str:
    """How many of one command were accepted: `1` of `rcpt=1/2`."""
    fields = dict(part.partition("=")[::2] for part in counts.split())
    return fields.get(command, "0").partition("/")[0]
