"""What else the lines prove beside a fate: flags, the filter's score."""

from collections.abc import Sequence
from typing import NamedTuple

from correlator.words import Flag
from grammars import Event, Verb


class Score(NamedTuple):
    """What a filter counted: the score, the limit at which it acts, and the rules that hit."""

    score: float | None
    threshold: float | None
    rules: tuple[str, ...]


# ---------------------------------------------------------------- the filter's score


def score_of(scans: Sequence[Event]) -> Score | None:
    """The score of the last line that has one; limit and rules may stand in another line of the same filter."""
    scored = [event for event in scans if event.score is not None]
    if not scored:
        return None
    same = [event for event in scans if event.format == scored[-1].format]
    limits = [event.threshold for event in same if event.threshold is not None]
    rules = [event.rules for event in same if event.rules]
    return Score(
        score=scored[-1].score,
        threshold=limits[-1] if limits else None,
        rules=tuple(rules[-1]) if rules else (),
    )


# ---------------------------------------------------------------- flags


def flags_of(scans: Sequence[Event], lines: Sequence[Event]) -> frozenset[Flag]:
    """The flags that a leg's lines and the lines about it prove."""
    goes_on = any(event.verb is Verb.REQUEUE for event in scans)
    return frozenset(
        flag
        for flag, proved in (
            (Flag.COPY_QUARANTINED, any(_keeps_copy(event, goes_on=goes_on) for event in scans)),
            (Flag.MODIFIED, any(map(_modifies, (*scans, *lines))) or (goes_on and any(map(_rewrites, scans)))),
            (Flag.SCAN_SKIPPED, any(_skips(event) for event in scans)),
            (Flag.ALLOWLISTED, any(map(_allows, lines)) or any(event.action in _LISTED for event in scans)),
        )
        if proved
    )


def _modifies(event: Event) -> bool:
    """A header or body rule of Postfix changed it, or amavis tagged it; `filter` only names another way."""
    tagged = event.verb is Verb.PASS and "relayedtagged" in (event.status or "")
    return tagged or (event.verb is Verb.MODIFY and event.action != "filter")


def _keeps_copy(event: Event, *, goes_on: bool) -> bool:
    """Whether it lies in a quarantine too: it was let through, or what was found in it was taken out."""
    return event.quarantine_id is not None and (event.verb is Verb.PASS or (goes_on and event.verb is Verb.QUARANTINE))


def _rewrites(event: Event) -> bool:
    """MailScanner marks spam that it delivers, in a header at least, and takes out of a message what it stores."""
    marked = event.verb is Verb.PASS and event.action == "actions"
    return event.format == "mailscanner" and (marked or event.verb is Verb.QUARANTINE)


def _skips(event: Event) -> bool:
    too_big = (event.reason or "").startswith(("spam_scan: not wasting time on ", "too big for spam checks "))
    return too_big or (event.verb is Verb.PASS and (event.reason or "").startswith("UNCHECKED"))


def _allows(event: Event) -> bool:
    """An allowlist let the client skip a test: postscreen's, or postgrey's (`client whitelist`)."""
    screened = event.verb is Verb.SCREEN and event.action in _LISTED
    return screened or (event.verb is Verb.PASS and "whitelist" in (event.reason or ""))


_LISTED = frozenset({"allowlisted", "whitelisted"})
