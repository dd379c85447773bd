"""What a mailbox server did with one recipient's copy: the set of its lines decides, not the last one.

A Sieve script may store, forward, discard and answer at once; `discard` only cancels the
implicit keep (RFC 5228 section 2.10.2), so a stored copy wins.
"""

from collections.abc import Iterable

from correlator.rules import Outcome, words_of
from correlator.words import Fate, Holder, Owner, Reason, Stage
from grammars import Event, Verb

_JUNK = frozenset(
    """junk spam bulk junk-e-mail junk-email junkmail spamverdacht unerwünscht unsolicited correo-no-deseado
    courrier-indésirable indésirables pourriel posta-indesiderata lixo-eletrônico skräppost søppelpost uønsket-mail
    roskaposti spamfolder spambox probably-spam \\junk""".split()
)


def is_junk(folder: str) -> bool:
    """Whether a folder is for junk, by its last name (`INBOX/Spam`, `Junk E-mail`) or special use (RFC 6154 `\\Junk`)."""
    last = folder.replace(".", "/").rstrip("/").rpartition("/")[2]
    return last.strip().lower().replace(" ", "-").replace("_", "-") in _JUNK or folder.lower().endswith("\\junk")


def decide_store(events: Iterable[Event]) -> tuple[Outcome | None, str | None]:
    """Gives what a mailbox server's lines decide for one recipient, and the folder; None where they decide nothing."""
    lines = list(events)
    stored = [event for event in lines if event.verb is Verb.STORE]
    if stored:
        return _stored(stored, lines)
    for verb, decide in ((Verb.BOUNCE, _rejected), (Verb.FORWARD, _forwarded), (Verb.DISCARD, _discarded)):
        found = [event for event in lines if event.verb is verb]
        if found:
            return decide(found[-1]), None
    return None, None


def _stored(stored: list[Event], lines: list[Event]) -> tuple[Outcome, str | None]:
    """Of several folders the first that is not junk counts: there the person can see it."""
    kept = next((event for event in stored if not is_junk(event.folder or "")), stored[0])
    folder = kept.folder
    if folder is not None and is_junk(folder):
        sentence = f"Stored in the folder {folder}, by a filter or a rule of the mailbox"
        return _outcome(Fate.JUNKED, Owner.RECIPIENT, Holder.MAILBOX, Reason.SIEVE, sentence), folder
    where = "in the inbox" if (folder or "").upper() == "INBOX" else f"in the folder {folder}" if folder else "in the mailbox"
    rest = "; a copy was sent on" if any(event.verb is Verb.FORWARD for event in lines) else ""
    return _outcome(Fate.DELIVERED, Owner.NOBODY, Holder.MAILBOX, Reason.STORED, f"Stored {where}{rest}"), folder


def _rejected(event: Event) -> Outcome:
    sentence = f"Accepted, then returned to the sender by a Sieve script ({words_of(event)})"
    return _outcome(Fate.BOUNCED, Owner.RECIPIENT, Holder.NOBODY, Reason.SIEVE, sentence)


def _forwarded(event: Event) -> Outcome:
    target = event.forward_address or "another address"
    return _outcome(Fate.FORWARDED, Owner.RECIPIENT, Holder.UNKNOWN, Reason.SIEVE, f"Sent on to {target} by a Sieve script; no copy was kept")


def _discarded(_: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.MAILBOX,
        owner=Owner.UNKNOWN,
        holder=Holder.NOBODY,
        code=Reason.SIEVE,
        sentence="Accepted, then destroyed by a Sieve script; nobody was told",
        because=("the log does not say whether the script is the person's own or the site's",),
    )


def _outcome(fate: Fate, owner: Owner, holder: Holder, code: Reason, sentence: str) -> Outcome:
    return Outcome(fate=fate, stage=Stage.MAILBOX, owner=owner, holder=holder, code=code, sentence=sentence)
