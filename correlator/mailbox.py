"""What a mailbox server did with one recipient's copy: the set of its lines decides, not the last one.

A Sieve script may store, forward, discard and answer at once; `discard` only cancels the
implicit keep (RFC 5228 section 2.10.2), so a stored copy wins.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from correlator.rules import Outcome, decide
from correlator.words import Fate, Holder, Owner, Reason, Stage
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


def decide_store(events: Iterable[Event], junk: frozenset[str] = frozenset()) -> StoreVerdict | None:
    """Gives what a mailbox server's lines decide for one recipient; None where they decide nothing.

    `junk` names folders that are for junk at this site.
    """
    lines = list(events)
    stored = [event for event in lines if event.verb is Verb.STORE]
    if stored:
        return _stored(stored, lines, junk)
    for fits, judge in _WITHOUT_COPY:
        found = [event for event in lines if fits(event)]
        if found:
            return StoreVerdict(judge(found), None, found[-1])
    return _proxied(lines)


def _stored(stored: list[Event], lines: list[Event], junk: frozenset[str]) -> StoreVerdict:
    """Of several folders the first that is not junk counts: there the person can see it."""
    kept = next((event for event in stored if not _in_junk(event, junk)), stored[0])
    folder = kept.folder
    others = [event.folder for event in stored if event.folder and event.folder != folder]
    rest = f"; another copy in {', '.join(others)}" if others else ""
    rest += "; a copy was sent on" if any(event.verb is Verb.FORWARD for event in lines) else ""
    if _in_junk(kept, junk):
        sentence = f"Stored in the folder {folder}, by a filter or a rule of the mailbox{rest}"
        outcome = _outcome(Fate.JUNKED, Owner.RECIPIENT, Holder.MAILBOX, Reason.SIEVE, sentence)
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


def _rejected(found: list[Event]) -> Outcome:
    words = f" ({found[-1].reason})" if found[-1].reason else ""
    sentence = f"Accepted, then returned to the sender by a Sieve script{words}"
    return _outcome(Fate.BOUNCED, Owner.RECIPIENT, Holder.NOBODY, Reason.SIEVE, sentence)


def _forwarded(found: list[Event]) -> Outcome:
    targets = ", ".join(event.forward_address or "another address" for event in found)
    sentence = f"Sent on to {targets} by a Sieve script; no copy was kept"
    return _outcome(Fate.FORWARDED, Owner.RECIPIENT, Holder.UNKNOWN, Reason.SIEVE, sentence)


def _discarded(found: list[Event]) -> Outcome:
    """Whose script it is stands nowhere in the log, so whose move it is does not either (design section 9)."""
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


def _duplicate(found: list[Event]) -> Outcome:
    """The script sends on and keeps nothing; an equal Message-ID had been sent on before, so this one was not."""
    target = found[-1].forward_address or "another address"
    sentence = (
        f"Accepted, then destroyed by a Sieve script, which had already sent a message with this Message-ID to {target}"
    )
    return _outcome(Fate.DROPPED, Owner.NOBODY, Holder.NOBODY, Reason.SIEVE, sentence)


_WITHOUT_COPY: tuple[tuple[Callable[[Event], bool], Callable[[list[Event]], Outcome]], ...] = (
    (lambda event: event.verb is Verb.BOUNCE, _rejected),
    (lambda event: event.verb is Verb.FORWARD, _forwarded),
    (lambda event: event.verb is Verb.DISCARD, _discarded),
    (lambda event: (event.reason or "").startswith("discarded duplicate forward to "), _duplicate),
)
"""What a script may do with a message of which no copy is stored, in the order in which it counts."""


def _proxied(lines: list[Event]) -> StoreVerdict | None:
    """A proxy in front of the mailbox servers: its backend took the message, or did not."""
    sent = [event for event in lines if event.verb is Verb.DELIVER]
    outcome = decide(sent[-1]) if sent else None
    return StoreVerdict(outcome, None, sent[-1]) if outcome is not None else None


def _outcome(fate: Fate, owner: Owner, holder: Holder, code: Reason, sentence: str) -> Outcome:
    return Outcome(fate=fate, stage=Stage.MAILBOX, owner=owner, holder=holder, code=code, sentence=sentence)
