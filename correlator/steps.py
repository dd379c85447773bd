"""What to do next: the few things that would settle what is still open."""

from collections.abc import Iterator, Sequence

from correlator.after import Later
from correlator.answer import Matched
from correlator.askback import HEADING, lines_for
from correlator.coverage import NO_TIME, CoverageFinding
from correlator.evidence.claims import Bundle
from correlator.fate import RecipientFate
from correlator.words import Fate, FindingWord, Owner, Reason
from correlator.wrongdoor import Door
from grammars.core.event import rfc3339


def next_steps(
    bundle: Bundle,
    finding: FindingWord,
    matches: Sequence[Matched],
    coverage: CoverageFinding,
    doors: Sequence[Door] = (),
) -> tuple[str, ...]:
    """Gives the next steps in the order of their use, each once."""
    if finding is FindingWord.FOUND:
        fates = matches[0].recipients
        steps = [*_of_relayed(fates), *(step for fate in fates for step in _of_fate(fate))]
    elif not matches and any(door.is_certain for door in doors):
        steps = [door.step for door in doors if door.step]
    else:
        steps = [door.step for door in doors if door.step and not matches]
        steps += _of_open_question(bundle, matches, coverage)
    return tuple(dict.fromkeys(steps))


def _of_relayed(fates: Sequence[RecipientFate]) -> Iterator[str]:
    """One step for each system whose log would show more."""
    by_taker: dict[str, list[str]] = {}
    for fate in (leaf for top in fates for leaf in top.leaves()):
        if fate.fate is Fate.RELAYED:
            by_taker.setdefault(fate.handed_to or "the next system", []).append(fate.recipient or "the recipient")
    for taker, names in by_taker.items():
        yield f"add the log of {taker} and ask again: it took the copy for {', '.join(names)}"


def _of_fate(fate: RecipientFate) -> Iterator[str]:
    for child in fate.children:
        yield from _of_fate(child)
    name = fate.recipient or "the recipient"
    outcome = fate.outcome
    if fate.after and (fate.after[-1].is_move or fate.after[-1].is_end):
        yield _of_later(name, fate.after[-1])
        return
    match outcome.fate:
        case Fate.QUARANTINED:
            place = f" (quarantine id {fate.quarantine_id})" if fate.quarantine_id else ""
            yield f"look at the held message for {name}{place}, and release it if it is wanted"
        case Fate.JUNKED:
            yield f"{name}: look in the folder {fate.folder}, and mark the message as not junk"
        case Fate.UNKNOWN:
            yield from outcome.because
        case Fate.DEFERRED if outcome.owner is Owner.SENDER:
            yield f"the sender has to try {name} again; ask again once it did"
        case Fate.REJECTED | Fate.BOUNCED if outcome.code is Reason.USER_UNKNOWN:
            yield f"tell the sender that there is no mailbox {name}, or create it"
        case Fate.BOUNCED if outcome.code is Reason.MAILBOX_FULL:
            yield f"{name}: make room in the mailbox, then ask the sender to send again"
        case _:
            return


def _of_gateway(bundle: Bundle, coverage: CoverageFinding) -> Iterator[str]:
    """Names the product that gave the reply, where none of its logs is at hand."""
    loaded = {source.format.partition("_")[0] for source in coverage.sources}
    for reply in bundle.replies:
        makers = {each.kind.partition("_")[0] for each in reply.ids} or {
            (reply.product or "").partition(" ")[0].lower()
        }
        if reply.product and not makers & loaded:
            named = f", which names the message {reply.ids[0].value}" if reply.ids else ""
            yield f"look in the log of {reply.product}: it gave the reply{named}"


def _of_later(name: str, later: Later) -> str:
    time = rfc3339(later.event.instant, 0)[:-1].replace("T", " ")
    if later.is_end:
        return f"{name}: the message arrived, and was {later.what} {later.by} ({time} UTC); look for it in a backup"
    place = f"look in the folder {later.folder}" if later.folder else "look in the other folders"
    return f"{name}: {place}; it was {later.what} {later.by} ({time} UTC)"


def _of_open_question(bundle: Bundle, matches: Sequence[Matched], coverage: CoverageFinding) -> Iterator[str]:
    if not matches and bundle.never_sent is None:
        yield from (f"add what is missing: {remark}" for remark in coverage.missing if remark != NO_TIME)
        yield from _of_gateway(bundle, coverage)
    if request := lines_for(bundle):
        yield "\n".join((HEADING, *request))
