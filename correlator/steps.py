"""What to do next: the few things that would settle what is still open."""

from collections.abc import Iterator, Sequence

from correlator.after import Later
from correlator.answer import Matched
from correlator.askback import HEADING, lines_for
from correlator.coverage import NO_TIME, CoverageFinding
from correlator.evidence.claims import Bundle
from correlator.fate import RecipientFate
from correlator.rules import Outcome
from correlator.words import Fate, FindingWord, Holder, Owner, Reason, listed
from correlator.wrongdoor import Door
from grammars import Instant
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
        end = _end_of(coverage)
        steps = [*_of_relayed(fates), *(step for fate in fates for step in _of_fate(fate, end))]
    elif not matches and any(door.is_certain for door in doors):
        steps = [door.step for door in doors if door.step]
    else:
        steps = [door.step for door in doors if door.step and not matches]
        steps += _of_open_question(bundle, matches, coverage)
    return tuple(dict.fromkeys(steps))


def _end_of(coverage: CoverageFinding) -> str:
    """Until when the logs go: what they do not show may have come later."""
    last = max((source.last for source in coverage.sources), default=None)
    return "" if last is None else f"; these logs end {_stamp(last)}"


def _stamp(instant: Instant) -> str:
    return f"{rfc3339(instant, 0)[:-1].replace('T', ' ')} UTC"


def _of_relayed(fates: Sequence[RecipientFate]) -> Iterator[str]:
    """One step for each system whose log would show more."""
    by_taker: dict[str, list[str]] = {}
    for fate in (leaf for top in fates for leaf in top.leaves()):
        if fate.fate is Fate.RELAYED:
            by_taker.setdefault(fate.handed_to or "the next system", []).append(fate.recipient or "the recipient")
    for taker, names in by_taker.items():
        yield f"add the log of {taker} and ask again: it took the copy for {listed(names)}"


def _of_fate(fate: RecipientFate, end: str) -> Iterator[str]:
    for child in fate.children:
        yield from _of_fate(child, end)
    name = fate.recipient or "the recipient"
    if fate.after and (fate.after[-1].is_move or fate.after[-1].is_end):
        yield _of_later(name, fate.after[-1])
    elif fate.fate in _OPEN:
        yield from _of_open(name, fate, end)
    else:
        yield from _of_end(name, fate)


_OPEN = frozenset({Fate.QUARANTINED, Fate.UNKNOWN, Fate.DEFERRED, Fate.NOT_ACCEPTED})


def _of_open(name: str, fate: RecipientFate, end: str) -> Iterator[str]:
    """What would end what has not ended yet; `end` says until when the logs go."""
    match fate.fate:
        case Fate.QUARANTINED:
            place = f" (quarantine id {fate.quarantine_id})" if fate.quarantine_id else ""
            yield f"look at the held message for {name}{place}, and release it if it is wanted{end}"
        case Fate.UNKNOWN if fate.handed_to is not None:
            yield f"add the log of the filter at {fate.handed_to}, or look in its quarantine, for {name}"
        case Fate.UNKNOWN if fate.outcome.owner is not Owner.UNKNOWN:
            yield from fate.outcome.because
        case Fate.DEFERRED | Fate.NOT_ACCEPTED if fate.outcome.owner is Owner.SENDER:
            yield f"the sender has to try {name} again; ask again once it did{end}"
        case Fate.DEFERRED if fate.outcome.holder is Holder.US:
            yield f"{name}: our queue tries again by itself (postqueue -p shows it); see why the last try failed{end}"


def _of_end(name: str, fate: RecipientFate) -> Iterator[str]:
    """What to do about an end that is not the one wanted."""
    code = fate.outcome.code
    match fate.fate:
        case Fate.JUNKED:
            yield f"{name}: look in the folder {fate.folder}, and mark the message as not junk"
        case Fate.REJECTED | Fate.BOUNCED if code is Reason.USER_UNKNOWN:
            yield f"tell the sender that there is no mailbox {name}, or create it"
        case Fate.BOUNCED if code is Reason.MAILBOX_FULL:
            yield f"{name}: make room in the mailbox, then ask the sender to send again"
        case Fate.DROPPED | Fate.REJECTED:
            yield from _of_our_doing(name, fate.outcome)


def _of_our_doing(name: str, outcome: Outcome) -> Iterator[str]:
    """What a rule or filter of ours destroyed or refused: how it came to that, and that it has to come anew."""
    if outcome.fate is Fate.DROPPED and outcome.owner in _OURS:
        yield f"{name}: {_OF_DROPPED.get(outcome.code, _BY_A_FILTER)}; it is gone, so the sender has to send again"
    elif outcome.owner is Owner.US:
        change = _OF_REFUSED.get(outcome.code, _BY_A_RULE)
        yield f"{name}: if it was wanted, {change}, then ask the sender to send again"


_OURS = frozenset({Owner.US, Owner.UNKNOWN})
_BY_A_FILTER = "if it was wanted, see that the filter lets such mail through"
_BY_A_RULE = "change the rule that refused it"
_OF_DROPPED = {
    Reason.DISCARD_TRANSPORT: "see why the transport map destroys mail for this address",
    Reason.DEV_NULL: "see why the address leads to /dev/null",
    Reason.DISCARD_RULE: "see which access map or header check destroys such mail",
    Reason.ADMIN_DELETED: "ask who deleted it from the queue",
    Reason.SIEVE: "look at the Sieve script that discards it",
    Reason.VIRUS: "the filter found a virus in it; if that was wrong, see that it lets such mail through",
}
_OF_REFUSED = {
    Reason.BLOCKLIST: "let the sender's address pass before the blocklist is asked",
    Reason.SPAM: "see that the spam filter lets such mail through",
}


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
    time = _stamp(later.event.instant)
    if later.is_end:
        return f"{name}: the message arrived, and was {later.what} {later.by} ({time}); look for it in a backup"
    place = f"look in the folder {later.folder}" if later.folder else "look in the other folders"
    return f"{name}: {place}; it was {later.what} {later.by} ({time})"


_REPLIED = ", whose reply stands in the text"


def _of_missing(remark: str) -> str:
    """A step for each kind of remark on what is missing; the remark itself says which, and why."""
    if remark.startswith("no log of ") and not remark.endswith(" is at hand"):
        return f"add the {remark.removeprefix('no ')}"
    for words, step in _STEPS.items():
        if words in remark:
            return f"{step}: {remark}"
    return f"add what is missing: {remark}"


_STEPS = {
    ", not all of ": "add the logs of that time",
    "has no line from": "add the logs of that time",
    "is one of these servers": "add the log of the server that has this address, or name it in the site file",
}


def _of_open_question(bundle: Bundle, matches: Sequence[Matched], coverage: CoverageFinding) -> Iterator[str]:
    if not matches and bundle.never_sent is None:
        gateways = tuple(_of_gateway(bundle, coverage))
        told = [remark for remark in coverage.lacking + coverage.doubts if not (gateways and remark.endswith(_REPLIED))]
        yield from (_of_missing(remark) for remark in told if remark != NO_TIME)
        if coverage.lost:
            yield "look in another copy of that log (the journal, a central log server): its collector lost lines"
        yield from gateways
    if request := lines_for(bundle):
        yield "\n".join((HEADING, *request))
