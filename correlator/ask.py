"""The one place where reasoning meets a store: from a bundle to its answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from correlator.aftermath import later_lines_about, with_after
from correlator.answer import Answer, Matched
from correlator.attempts import Tries, chain_tries, fates_of_tries, put_off_recipients
from correlator.coverage import CoverageFinding, examine, times_of
from correlator.delays import before_us
from correlator.evidence.claims import REMOTE_ID_KINDS, Bundle, Interval, ZoneBasis
from correlator.fate import RecipientFate
from correlator.link import BESIDE, Journey, journey_of, journeys_of
from correlator.match import Match, rank
from correlator.ours import seen_by_site
from correlator.rules import Outcome
from correlator.setting import NO_SETTING, Beside, Setting
from correlator.steps import next_steps
from correlator.words import Fate, FindingWord, Holder, Owner, Reason
from correlator.wrongdoor import Door, wrong_doors
from grammars import Instant, KeyKind
from grammars.core.words import DAY, HOUR, MINUTE
from queries.headers import message_id_forms, subject_key
from queries.ledger import Coverage
from queries.leg import Key, Leg, fold_address, fold_host
from queries.losses import Loss
from queries.paths import canonical_addresses
from queries.question import Question, Window
from queries.site import HostsOf, Site
from queries.stores.protocol import Store

_ID_KINDS = {
    **dict.fromkeys(REMOTE_ID_KINDS, KeyKind.LOCAL_ID),
    **dict.fromkeys(("postfix_queue_id", "exim_id", "sendmail_queue_id"), KeyKind.QUEUE_ID),
    "dovecot_session_id": KeyKind.SESSION_ID,
    "exchange_session_id": KeyKind.SESSION_ID,
}
_LEGS_OF_MESSAGE = 8  # legs of one message that hold one key, at most as a rule
_MOST_OF_HOT_KEY = 16  # messages that are followed where one return-path or id has very many
_MOST_TRIES = 40  # of one return-path
_WORTH_NAMING = 0.02
_FAR = 15 * HOUR  # a time whose zone is not what it seems


class AskOptions(NamedTuple):
    """What the user set.

    `limit` is how many messages are listed where several fit, `window` how far, in microseconds, a
    message may be from the stated time where nothing but address and time is known; `to` asks for
    one recipient only.
    """

    limit: int = 5
    window: int = 30 * MINUTE
    to: str | None = None


def ask(
    bundle: Bundle,
    store: Store,
    options: AskOptions | None = None,
    remarks: Sequence[str] = (),
    setting: Setting = NO_SETTING,
) -> Answer:
    """Finds the message that a bundle means and says what became of it, per recipient.

    `remarks` names sources that could not be used at all; they stand under `missing`.
    """
    options = options or AskOptions()
    site, hosts_of = setting.site, _hosts_of(store, setting.site)
    sources = store.coverage()
    doors = wrong_doors(bundle, site, hosts_of, {source.format for source in sources})
    candidates, cut = _candidates(bundle, store, options, site)
    ranked = rank(bundle, candidates, hosts_of, site)
    if bundle.never_sent is not None:
        ranked = tuple(match for match in ranked if match.is_named)  # another message to the same person is not it
    likely = [match for match in ranked if match.confidence >= _WORTH_NAMING]
    likely = likely or [match for match in ranked if match.is_open]  # each is unlikely, yet nothing rules it out
    losses = store.losses(times_of((bundle,)))
    coverage = examine(
        bundle, sources, hosts_of, (*remarks, *store.remarks()), setting, losses=losses, line_number=store.line_number
    )
    if coverage.doubts:  # the one that was meant may be where no log is
        likely = [_less_sure(match) for match in likely]
    stated = _stated(bundle) if coverage.complete else None
    matches = tuple(_matched(match, bundle, options, store, setting.site, stated) for match in likely[: options.limit])
    finding, because = _finding(bundle, matches, coverage, doors, site, cut=cut, fitting=len(likely))
    if not matches and bundle.never_sent is None and (seen := _seen_later(bundle, store)):
        because = seen if finding is FindingWord.NOT_FOUND else (*seen, *because)
        finding = FindingWord.CANNOT_TELL
    behind = hosts_of(bundle.receiving_ip.value) if bundle.receiving_ip else frozenset()
    return Answer(
        bundle=bundle,
        finding=finding,
        because=because,
        coverage=_once_found(coverage, matches, sources, setting, store) if finding is FindingWord.FOUND else coverage,
        matches=matches,
        next_steps=next_steps(bundle, finding, matches, coverage, doors),
        cut=cut or len(likely) > len(matches),
        line_number=store.line_number,
        receiving_name=" or ".join(sorted(behind)) or None,
        site_file=setting.site_file,
    )


_UNCOVERED = 0.9  # at most, if the time stated is not covered and the message is of another


def _less_sure(match: Match) -> Match:
    return replace(match, confidence=min(match.confidence, _UNCOVERED)) if match.is_elsewhen else match


def _once_found(
    coverage: CoverageFinding, matches: Sequence[Matched], sources: Sequence[Coverage], setting: Setting, store: Store
) -> CoverageFinding:
    """What is missing once a message is found; of another time than stated, that time is still not covered."""
    found = coverage.of_found(_unseen(matches, sources, setting), _losses_in(matches[0], store), store.line_number)
    return replace(found, doubts=coverage.doubts) if matches[0].match.is_elsewhen else found


def _hosts_of(store: Store, site: Site) -> HostsOf:
    """What the site file says stands behind an address, else what lines prove."""

    def find(ip: str) -> frozenset[str]:
        stated, proven = site.hosts_at(ip), store.host_of(ip)
        return stated or (frozenset() if proven is None else frozenset({proven}))

    return find


# ---------------------------------------------------------------- candidates


def _candidates(bundle: Bundle, store: Store, options: AskOptions, site: Site) -> tuple[tuple[Tries, ...], bool]:
    """Every message that one of the claims' keys names; by address and time only if no better key finds any."""
    for search in _searches(bundle, options):
        legs, cut = _find(store, search, bundle)
        if legs:
            legs += _nameless_sessions(legs, search, bundle, store, options)
            return chain_tries(with_other_tries(journeys_of(legs, store, site), store, site)), cut
    return (), False


def _nameless_sessions(
    legs: Sequence[Leg], search: "_Search", bundle: Bundle, store: Store, options: AskOptions
) -> list[Leg]:
    """Sessions of the machine stated that named no sender, where only others' machines used the return-path.

    Anybody may use it, and the sender's own message may be the one whose session broke.
    """
    by_path = all(key.kind is KeyKind.ADDRESS for key in search.keys)
    if bundle.sending_ip is None or not by_path or any(leg.client_ip == bundle.sending_ip.value for leg in legs):
        return []
    keys = frozenset({Key(KeyKind.CLIENT_IP, bundle.sending_ip.value)})
    found = [
        leg
        for window in _windows(bundle, options.window)
        for leg in store.find(Question(keys=keys, window=window), _MOST_OF_HOT_KEY * _LEGS_OF_MESSAGE).legs
        if leg.kind == "session" and leg.reverse_path is None
    ]
    found.sort(key=lambda leg: (_from_stated(leg, bundle), leg.first, leg.id))
    return found[:_LEGS_OF_MESSAGE]


class _Search(NamedTuple):
    """Keys, where to look for them, and how many of the messages found are followed to their ends.

    Those with most of the keys come first, then the nearest in time.
    """

    keys: frozenset[Key]
    windows: tuple[Window | None, ...]
    most: int = 60


def _searches(bundle: Bundle, options: AskOptions) -> Iterator[_Search]:
    """The better keys first; the next are tried only if these find nothing."""
    ids = {Key(_ID_KINDS[each.kind], each.value) for reply in bundle.replies for each in reply.ids}
    ids |= {Key(KeyKind.MESSAGE_ID, form) for claim in bundle.message_ids for form in message_id_forms(claim.value)}
    path = bundle.return_path
    named = {Key(KeyKind.ADDRESS, address) for address in path.canonical} if path is not None and path.raw else set()
    weak = {Key(KeyKind.ADDRESS, fold_address(claim.value)) for claim in bundle.recipients}
    if bundle.sending_ip is not None:
        weak.add(Key(KeyKind.CLIENT_IP, bundle.sending_ip.value))
    weak |= set(_header_keys(bundle))
    far, near = tuple(_windows(bundle, _FAR)), tuple(_windows(bundle, options.window))
    searches = (
        _Search(frozenset(ids), (None,)),
        _Search(frozenset(named), near if _is_settled(bundle) else (), _MOST_OF_HOT_KEY),
        _Search(frozenset(named), far),
        _Search(frozenset(named), (None,)),
        _Search(frozenset(weak), near or (None,)),
        _Search(frozenset(weak), far),
    )
    yield from (search for search in searches if search.keys and search.windows)


def _is_settled(bundle: Bundle) -> bool:
    """Whether the zone of each time is stated, given or proven, not merely tried."""
    intervals = [interval for claim in bundle.times for interval in claim.candidates]
    return all(interval.basis is not ZoneBasis.TRIED for interval in intervals)


def _header_keys(bundle: Bundle) -> Iterator[Key]:
    """What stands in the message's header: filters and header checks log it, an MTA's envelope lines do not."""
    if bundle.header_from is not None:
        author = fold_address(bundle.header_from.value)
        yield Key(KeyKind.AUTHOR, author)
        yield Key(KeyKind.ADDRESS, author)  # of mail that people write, the envelope often is the same
    if bundle.subject is not None and (subject := subject_key(bundle.subject.value)):
        yield Key(KeyKind.SUBJECT, subject)


def _windows(bundle: Bundle, slack: int) -> Iterator[Window]:
    for claim in bundle.times:
        for interval in claim.candidates:
            yield Window(first=Instant(interval.first - slack), last=Instant(interval.last + slack))


def _find(store: Store, search: _Search, bundle: Bundle) -> tuple[list[Leg], bool]:
    keys, most = search.keys, search.most
    near = next((each.first for claim in bundle.times for each in claim.candidates), None)
    questions = [Question(keys=keys, window=window, near=near) for window in search.windows]
    found = [store.find(question, most * _LEGS_OF_MESSAGE) for question in questions]
    legs = {leg.id: leg for each in found for leg in each.legs}

    def fitting(leg: Leg) -> tuple[bool, bool, int, int, Instant, str]:
        """What looked at a message comes after what had it: one message may have been looked at by many."""
        other, beside = _has_other_path(leg, bundle), leg.kind in BESIDE
        return other, beside, -len(keys & leg.keys), _from_stated(leg, bundle), leg.first, leg.id

    best = sorted(legs.values(), key=fitting)
    messages = [leg for leg in best if leg.kind not in BESIDE] or best
    cut = len(messages) > most or any(each.cut for each in found)
    return best[: _MOST_OF_HOT_KEY if cut else most], cut


def _has_other_path(leg: Leg, bundle: Bundle) -> bool:
    if bundle.return_path is None or leg.reverse_path is None:
        return False
    return bundle.return_path.canonical.isdisjoint(canonical_addresses(leg.reverse_path))


def _from_stated(leg: Leg, bundle: Bundle) -> int:
    intervals = [interval for claim in bundle.times for interval in claim.candidates]
    return min((max(each.first - leg.last, leg.first - each.last, 0) for each in intervals), default=0)


def with_other_tries(journeys: list[Journey], store: Store, site: Site) -> list[Journey]:
    """Gives some journeys with the tries before and after a refusal for now, which have the same return-path."""
    known = {journey.arrival.id: journey for journey in journeys}
    inside = {leg.id for journey in journeys for leg in journey.legs}
    by_path: dict[str, list[Leg]] = {}
    for journey in journeys:
        if journey.arrival.reverse_path:
            by_path.setdefault(fold_address(journey.arrival.reverse_path), []).append(journey.arrival)
    for path, arrivals in by_path.items():
        tries = [leg for leg in _of_path(path, arrivals, store) if leg.kind in _TRIES and leg.id not in inside]
        for leg in tries:
            if put_off_recipients(leg) or any(put_off_recipients(arrival) for arrival in arrivals):
                other = journey_of(leg, store, site)
                known.setdefault(other.arrival.id, other)
    return list(known.values())


_TRIES = frozenset({"session", "queue"})


def _of_path(path: str, arrivals: Sequence[Leg], store: Store) -> tuple[Leg, ...]:
    """The legs of one return-path within the days that a sender tries again, those near the arrivals known.

    Of what was taken there are earlier tries only.
    """
    first, last = min(leg.first for leg in arrivals), max(leg.last for leg in arrivals)
    later = 5 * DAY if any(put_off_recipients(leg) for leg in arrivals) else 0
    window = Window(first=Instant(first - 5 * DAY), last=Instant(last + later))
    return store.find(
        Question(keys=frozenset({Key(KeyKind.ADDRESS, path)}), window=window, near=first), _MOST_TRIES
    ).legs


# ---------------------------------------------------------------- one message


def _matched(  # noqa: PLR0917 - what a match is looked at with, each once
    match: Match, bundle: Bundle, options: AskOptions, store: Store, site: Site, stated: Interval | None
) -> Matched:
    fates = [seen_by_site(fate, site) for fate in fates_of_tries(match.tries, site)]
    if stated is not None:
        earlier = before_us(stated, match.tries.journeys[0].arrival.first)
        fates = [fate._replace(before_us=earlier) for fate in fates]
    inner = _inner_client(match.tries.last.arrival, bundle, _hosts_of(store, site), site)
    if inner is not None:
        fates = [_without_beginning(fate, inner) for fate in fates]
    if options.to is not None:
        fates = [fate for fate in fates if _is_for(fate, fold_address(options.to))]
    asked = [fold_address(claim.value) for claim in bundle.recipients]
    fates.sort(key=lambda fate: not any(_is_for(fate, address) for address in asked))
    return Matched(match=match, recipients=with_after(fates, store))


def _stated(bundle: Bundle) -> Interval | None:
    """The time in the text, where there is one only, read in one way only."""
    readings = [interval for claim in bundle.times for interval in claim.candidates]
    certain = len(readings) == 1 and readings[0].basis in {ZoneBasis.STATED, ZoneBasis.GIVEN}
    return readings[0] if certain else None


def _is_for(fate: RecipientFate, address: str) -> bool:
    names = {fold_address(name) for name in (fate.recipient, fate.final_recipient) if name}
    return address in names or any(_is_for(child, address) for child in fate.children)


def _inner_client(arrival: Leg, bundle: Bundle, hosts_of: HostsOf, site: Site) -> str | None:
    """The host of ours that handed the message to the first leg found, where the true arrival is not in the logs.

    A proxy is none: it only hands our reply on.
    """
    client = arrival.client_ip
    if client is None or (bundle.sending_ip is not None and bundle.sending_ip.value == client):
        return None
    system = site.system_at(client)
    if system is not None:
        return f"{system.name} ({client})" if system.takes_mail else None
    if bundle.receiving_ip is not None and bundle.receiving_ip.value == client:
        return client
    named = hosts_of(client)
    return client if named and fold_host(arrival.host) not in named else None


_NEVER_TAKEN = frozenset({Fate.REJECTED, Fate.NOT_ACCEPTED})


def _without_beginning(fate: RecipientFate, client: str) -> RecipientFate:
    """A refusal of our own server by our own server is not the sender's refusal: the server before it decides."""
    if not (fate.fate in _NEVER_TAKEN or (fate.fate is Fate.DEFERRED and fate.outcome.holder is Holder.SENDER)):
        return fate
    outcome = Outcome(
        fate=Fate.UNKNOWN,
        stage=fate.outcome.stage,
        owner=Owner.US,
        holder=Holder.UNKNOWN,
        code=Reason.INCOMPLETE,
        sentence=f"{fate.outcome.sentence}; what our server {client} then told the sender is not in these logs",
        because=(f"the log of {client}, which handed the message on, is not loaded",),
    )
    return fate._replace(outcome=outcome)


# ---------------------------------------------------------------- the finding


def _unseen(matches: Sequence[Matched], sources: Sequence[Coverage], setting: Setting) -> tuple[str, ...]:
    """The systems that took the message before or after, and logs beside that may tell the end of what is open."""
    before = setting.site.system_at(matches[0].arrival.client_ip)
    unseen = before is not None and fold_host(before.name) not in {fold_host(source.host) for source in sources}
    came = (f"no log of {before.title}, through which it came",) if before and unseen and before.takes_mail else ()
    takers = [fate.handed_to for top in matches[0].recipients for fate in top.leaves() if fate.handed_to]
    went = (f"no log of {taker}, which took the message on" for taker in dict.fromkeys(takers))
    return (*came, *went, *_later(matches[0], setting.beside))


def _later(matched: Matched, beside: Sequence[Beside]) -> list[str]:
    """The rotated files with later lines than the last that was found, where a fate is still open."""
    waiting = [leaf for top in matched.recipients for leaf in top.leaves() if leaf.fate in _OPEN]
    last = max((event.instant for leaf in waiting for event in leaf.timeline), default=None)
    if last is None:
        return []
    return [f"{each.path}, which may tell the rest: {each.option}" for each in beside if each.last > last]


def _losses_in(matched: Matched, store: Store) -> tuple[Loss, ...]:
    """The losses of lines during the message's way, where its lines do not reach an end."""
    hosts = {fold_host(source.host) for source in store.coverage()}
    leaves = [leaf for top in matched.recipients for leaf in top.leaves()]
    open_ends = [leaf for leaf in leaves if leaf.fate in _OPEN or _taker(leaf) in hosts]
    times = [event.instant for leaf in open_ends for event in leaf.timeline]
    if not times:
        return ()
    return store.losses([Window(first=min(times), last=Instant(max(times) + _NEXT_LINE))])


_NEXT_LINE = 10 * MINUTE  # the line that is missing would stand behind the last one that is there

_OPEN = frozenset({Fate.DEFERRED, Fate.QUARANTINED, Fate.NOT_ACCEPTED, Fate.UNKNOWN})


def _taker(fate: RecipientFate) -> str | None:
    """The folded name of the host that took a copy on, of which nothing more was found."""
    taker = fate.handed_to if fate.fate is Fate.RELAYED else None
    return "" if taker is None else fold_host(taker.partition("[")[0])


def _finding(
    bundle: Bundle,
    matches: Sequence[Matched],
    coverage: CoverageFinding,
    doors: Sequence[Door],
    site: Site,
    *,
    cut: bool,
    fitting: int,
) -> tuple[FindingWord, tuple[str, ...]]:
    if matches and matches[0].match.confidence >= 0.5:
        return FindingWord.FOUND, matches[0].match.because
    if matches:
        return FindingWord.CANNOT_TELL, (_of_several(matches, fitting, cut=cut),)
    if bundle.never_sent is not None:
        return FindingWord.NOT_FOUND, (
            f'the sender\'s own text says that it was never sent: "{bundle.never_sent.value}"',
        )
    if (unshown := _unshown(bundle)) is not None:
        return FindingWord.CANNOT_TELL, (unshown, *coverage.missing)
    signs = tuple(door.because for door in doors)
    if any(door.is_certain for door in doors):
        return FindingWord.NOT_FOUND, signs
    if any(door.is_doubt for door in doors):
        return FindingWord.CANNOT_TELL, (*signs, *coverage.missing)
    hidden = _hidden(bundle, site)
    if hidden is not None:
        return FindingWord.CANNOT_TELL, (hidden, *signs, *coverage.missing)
    if cut:
        because = "more lines hold what the text names than could be followed; none of those followed fits"
        return FindingWord.CANNOT_TELL, (because, *coverage.missing)
    if coverage.complete:
        return FindingWord.NOT_FOUND, ("the logs cover the time asked, and no message in them fits", *signs)
    return FindingWord.CANNOT_TELL, (*signs, *coverage.missing)


def _of_several(matches: Sequence[Matched], fitting: int, *, cut: bool) -> str:
    listed = len(matches)
    if fitting == 1 and not cut:
        against = [why for why in matches[0].match.because if why.startswith("but ")]
        return f"one message comes near{', ' + against[0] if against else ', and too little was given to be sure'}"
    count = f"{'at least ' if cut else ''}{fitting} messages may be the one"
    shown = f", {listed} of {fitting} are listed (--limit)" if listed < fitting else ""
    return f"{count}{shown}: too little was given to tell them apart"


def _unshown(bundle: Bundle) -> str | None:
    """Why the logs need not show the message even if it came, by what the text gives."""
    if _only_headers(bundle):
        return "the text gives only what stands in the message's header, and these logs show the envelope"
    if not _would_show(bundle):
        return "a session that ends early leaves only the sending IP in a log, and the text names none"
    return None


def _only_headers(bundle: Bundle) -> bool:
    """Whether the text says nothing that a mail server logs of every message."""
    envelope = (bundle.return_path, bundle.recipients, bundle.message_ids, bundle.replies)
    machines = (bundle.sending_ip, bundle.sending_host)
    return bool(bundle.header_from or bundle.subject) and not any((*envelope, *machines))


def _would_show(bundle: Bundle) -> bool:
    """Whether any claim would be in a log even if the session ended before it named anything."""
    ids = any(reply.ids for reply in bundle.replies)
    return ids or any((bundle.sending_ip, bundle.sending_host))


def _hidden(bundle: Bundle, site: Site) -> str | None:
    """Why nothing that the text states need be in a log if the session ended before it named anything."""
    if any(reply.ids for reply in bundle.replies):
        return None
    if bundle.sending_ip is None and bundle.sending_host is None:
        return "a session that ends early leaves only the sending IP in a log, and the text names none"
    proxy = next((system for system in site.systems if not system.takes_mail), None)
    if proxy is None:
        return None
    return f"a session that ends early leaves only an IP in a log, and {proxy.title} may hide the sender's"


def _seen_later(bundle: Bundle, store: Store) -> tuple[str, ...]:
    """Its arrival is in no log at hand, yet somebody moved or deleted it in a mailbox: so it was there."""
    lines = later_lines_about([claim.value for claim in bundle.message_ids], store)
    owners = dict.fromkeys(event.recipient for event in lines if event.recipient)
    return tuple(
        f"a message with this Message-ID was in the mailbox of {owner}, where it was moved, marked or deleted later; "
        "the lines of its delivery are not in these logs"
        for owner in owners
    )
