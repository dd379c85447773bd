"""What a mailbox server did with one recipient's copy: the set of its lines decides, not the last one.

A Sieve script may store, forward, discard and answer at once; `discard` only cancels the
implicit keep (RFC 5228 section 2.10.2), so a stored copy wins.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from correlator.rules import Outcome, decide
from correlator.words import Fate, Holder, Owner, Reason, Stage, listed
from grammars import Event, Verb

_JUNK = frozenset((
    "junk", "spam", "bulk", "junk-e-mail", "junk-email", "junkmail", "spamverdacht", "unerwünscht", "unsolicited",
    "correo-no-deseado", "courrier-indésirable", "indésirables", "pourriel", "posta-indesiderata", "lixo-eletrônico",
    "skräppost", "søppelpost", "uønsket-mail", "roskaposti", "spamfolder", "spambox", "probably-spam", "\\junk",
))  # fmt: skip


def is_junk(folder: str, ours: Iterable[str] = ()) -> bool:
    """Whether a folder is for junk, by its last name (`INBOX/Spam`, `Junk E-mail`) or its special use (RFC 6154).

    `ours` are the names that the site gives such folders besides, whole or the last part.
    """
    last = folder.replace(".", "/").rstrip("/").rpartition("/")[2]
    if {folder.lower(), last.strip().lower()} & {name.lower() for name in ours}:
        return True
    return last.strip().lower().replace(" ", "-").replace("_", "-") in _JUNK or folder.lower().endswith("\\junk")


class StoreVerdict(NamedTuple):
    """What became of one copy in a mailbox server, the folder if it was stored, and the line that decided."""

    outcome: Outcome
    folder: str | None
    deciding: Event


def is_redirect(event: Event) -> bool:
    """Whether a mailbox rule sent the message on."""
    return event.verb is Verb.FORWARD


def decide_store(
    events: Iterable[Event], junk: frozenset[str] = frozenset(), first_copy: Event | None = None
) -> StoreVerdict | None:
    """Gives what a mailbox server's lines decide for one recipient; None where they decide nothing.

    `junk` names folders that are for junk at this site; `first_copy` stored an earlier message with the
    same Message-ID for the same person.
    """
    lines = list(events)
    stored = [event for event in lines if event.verb is Verb.STORE]
    if stored:
        return _stored(stored, lines, junk)
    if first_copy is not None and any(_is_suppressed(event) for event in lines):
        return _stored_before(first_copy, junk)
    for fits, judge in _WITHOUT_COPY:
        found = [event for event in lines if fits(event)]
        if found:
            return StoreVerdict(judge(found), None, found[-1])
    return _proxied(lines)


def _is_suppressed(event: Event) -> bool:
    """Whether a mailbox server (not a script) destroyed a copy because of its Message-ID."""
    return event.verb is Verb.DISCARD and (event.action or "").startswith("duplicate")


def _stored_before(first_copy: Event, junk: frozenset[str]) -> StoreVerdict:
    folder = first_copy.folder
    fate, owner = (Fate.JUNKED, Owner.RECIPIENT) if _in_junk(first_copy, junk) else (Fate.DELIVERED, Owner.NOBODY)
    sentence = f"A copy with the same Message-ID was stored before {_where(folder)}; this one was not stored again"
    outcome = _outcome(fate, owner, Holder.MAILBOX, Reason.DUPLICATE_OF, sentence)
    return StoreVerdict(outcome, folder, first_copy)


def _stored(stored: list[Event], lines: list[Event], junk: frozenset[str]) -> StoreVerdict:
    """Of several folders the first that is not junk counts: there the person can see it."""
    kept = next((event for event in stored if not _in_junk(event, junk)), stored[0])
    folder = kept.folder
    others = [event.folder for event in stored if event.folder and event.folder != folder]
    rest = f"; another copy in {', '.join(others)}" if others else ""
    rest += "; a copy was sent on" if any(event.verb is Verb.FORWARD for event in lines) else ""
    if _in_junk(kept, junk):
        sentence = f"Stored in the folder {folder}, by a filter or a rule of the mailbox{rest}"
        outcome = _outcome(Fate.JUNKED, Owner.RECIPIENT, Holder.MAILBOX, _code(kept), sentence)
    else:
        outcome = _outcome(
            Fate.DELIVERED, Owner.NOBODY, Holder.MAILBOX, Reason.STORED, f"Stored {_where(folder)}{rest}"
        )
    return StoreVerdict(outcome, folder, kept)


def _in_junk(event: Event, junk: frozenset[str]) -> bool:
    """By the folder's name, or by the special use under which the script asked for it."""
    return is_junk(event.folder or "", junk) or (event.status or "").endswith("\\junk")


def _where(folder: str | None) -> str:
    if not folder:
        return "in the mailbox"
    return "in the inbox" if folder.upper() == "INBOX" else f"in the folder {folder}"


def _script(event: Event) -> str:
    """Whose rules acted: those servers have Sieve, a delivery agent has rules of its own."""
    return f"a {event.format} rule" if event.format in _OWN_RULES else "a Sieve script"


def _code(event: Event) -> Reason:
    return Reason.MAILBOX_RULE if event.format in _OWN_RULES else Reason.SIEVE


_OWN_RULES = frozenset({"procmail", "maildrop"})


def _rejected(found: list[Event]) -> Outcome:
    words = f" ({found[-1].reason})" if found[-1].reason else ""
    sentence = f"Accepted, then returned to the sender by a Sieve script{words}"
    return _outcome(Fate.BOUNCED, Owner.RECIPIENT, Holder.NOBODY, Reason.SIEVE, sentence)


def _forwarded(found: list[Event]) -> Outcome:
    targets = listed(dict.fromkeys(event.forward_address or "another address" for event in found))
    sentence = f"Sent on to {targets} by {_script(found[-1])}; no copy was kept"
    return _outcome(Fate.FORWARDED, Owner.RECIPIENT, Holder.UNKNOWN, _code(found[-1]), sentence)


def _discarded(found: list[Event]) -> Outcome:
    """Whose script it is stands nowhere in the log, so whose move it is does not either (design section 9)."""
    if found[-1].action == "dev_null":
        return _to_nowhere(found[-1])
    silent = found[-1].reason is not None
    why = " instead of a report to the sender, who may not be told" if silent else ""
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.MAILBOX,
        owner=Owner.UNKNOWN,
        holder=Holder.NOBODY,
        code=Reason.SIEVE,
        sentence=f"Accepted, then destroyed by a Sieve script{why}; nobody was told",
        because=("the log does not say whether the script is the person's own or the site's",),
    )


def _to_nowhere(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.MAILBOX,
        owner=Owner.UNKNOWN,
        holder=Holder.NOBODY,
        code=Reason.DEV_NULL,
        sentence=f"Accepted, then written to nowhere (/dev/null) by {_script(event)}; nobody was told",
        because=("the log does not say whether the rule is the person's own or the site's",),
    )


def _given_away(found: list[Event]) -> Outcome:
    """A rule gave it to a program: what that did is out of sight."""
    command = found[-1].reason or "a program"
    return Outcome(
        fate=Fate.UNKNOWN,
        stage=Stage.MAILBOX,
        owner=Owner.RECIPIENT,
        holder=Holder.UNKNOWN,
        code=Reason.COMMAND,
        sentence=f"Given to a program by {_script(found[-1])} ({command}); what that did with it is not logged",
        because=("what the program did with the message stands in no log that is read here",),
    )


def _duplicate(found: list[Event]) -> Outcome:
    """The script sends on and keeps nothing; an equal Message-ID had been sent on before, so this one was not."""
    target = found[-1].forward_address or "another address"
    sentence = (
        f"Accepted, then destroyed by a Sieve script, which had already sent a message with this Message-ID to {target}"
    )
    return _outcome(Fate.DROPPED, Owner.NOBODY, Holder.NOBODY, Reason.SIEVE, sentence)


def _suppressed(_: list[Event]) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.MAILBOX,
        owner=Owner.UNKNOWN,
        holder=Holder.NOBODY,
        code=Reason.DUPLICATE_OF,
        sentence="Accepted, then destroyed by the mailbox server as a duplicate: its Message-ID had come before",
        because=("the line that stored the first copy is not in these logs",),
    )


def _refused(_: list[Event]) -> Outcome:
    sentence = "Refused by a Sieve script; the server that handed it over has to tell the sender"
    return _outcome(Fate.BOUNCED, Owner.RECIPIENT, Holder.NOBODY, Reason.SIEVE, sentence)


_WITHOUT_COPY: tuple[tuple[Callable[[Event], bool], Callable[[list[Event]], Outcome]], ...] = (
    (lambda event: event.verb is Verb.BOUNCE, _rejected),
    (lambda event: event.verb is Verb.REJECT, _refused),
    (is_redirect, _forwarded),
    (_is_suppressed, _suppressed),
    (lambda event: event.verb is Verb.DISCARD, _discarded),
    (lambda event: (event.reason or "").startswith("discarded duplicate forward to "), _duplicate),
    (lambda event: event.action == "duplicate redirect", _duplicate),
    (lambda event: event.verb is Verb.NOTE and event.action == "program", _given_away),
)
"""What a script may do with a message of which no copy is stored, in the order in which it counts."""


def _proxied(lines: list[Event]) -> StoreVerdict | None:
    """A proxy in front of the mailbox servers: its backend took the message, or did not."""
    sent = [event for event in lines if event.verb is Verb.DELIVER]
    outcome = decide(sent[-1]) if sent else None
    return StoreVerdict(outcome, None, sent[-1]) if outcome is not None else None


def _outcome(fate: Fate, owner: Owner, holder: Holder, code: Reason, sentence: str) -> Outcome:
    return Outcome(fate=fate, stage=Stage.MAILBOX, owner=owner, holder=holder, code=code, sentence=sentence)
