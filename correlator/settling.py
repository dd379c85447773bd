"""Verdicts of all the messages in a stretch of time: from the legs around it, where these hold the whole way.

Most messages come and go within minutes, so the legs of a quarter of an hour more on each side hold all
of their lines.  Whatever may go on elsewhere is followed through the store, as a question about it is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from correlator.ask import with_other_tries
from correlator.attempts import Tries, chain_tries
from correlator.link import (
    ASIDE,
    BESIDE_WAY,
    Handoff,
    Journey,
    arrival_of,
    find_handoffs,
    journey_of,
    lasting_keys,
    release_keys,
    search_keys,
)
from correlator.verdicts import verdicts_of
from correlator.words import Fate, Holder
from grammars import Instant, KeyKind, Unit, Verb
from grammars.core.words import MINUTE, SECOND
from queries.leg import LATER, Key, Leg, fold_host
from queries.question import Question, Window
from queries.site import NO_SITE, Site
from queries.stitch import is_closed
from queries.stores.protocol import Store
from queries.verdict import Verdict

MARGIN = 15 * MINUTE
"""How far around a stretch legs are taken, in microseconds."""

IsElsewhere = Callable[[Key], bool]
"""Whether lines with a key may stand outside of the legs at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The legs of a stretch of time and its margins; `window` is the stretch itself, `pool` all of it."""

    legs: Sequence[Leg]
    window: Window
    pool: Window
    is_elsewhere: IsElsewhere


class Settled(NamedTuple):
    """The rows of one message, and the ids of its other legs, under which parts of it may have stood alone."""

    rows: tuple[Verdict, ...]
    inside: tuple[str, ...]


def settle(around: Around, store: Store, units: Mapping[str, Unit], site: Site = NO_SITE) -> Iterator[Settled]:
    """Gives the rows of each message that has a line in the stretch."""
    for tries in chain_tries(_journeys(around, store, units, site)):
        if any(around.window.touches(leg.first, leg.last) for journey in tries.journeys for leg in journey.legs):
            yield settled_of(tries, site)


def settled_of(tries: Tries, site: Site) -> Settled:
    """Gives what is kept of one message."""
    own = {leg.id for journey in tries.journeys for leg in journey.legs} - {tries.last.arrival.id}
    return Settled(verdicts_of(tries, site), tuple(sorted(own)))


def _journeys(around: Around, store: Store, units: Mapping[str, Unit], site: Site) -> Iterator[Journey]:
    known: set[str] = set()
    legs = _complete([leg for leg in around.legs if leg.kind != LATER], around, store, units)
    for seed, part, handoffs in _parts(legs, find_handoffs(legs, site)):
        if _is_whole(part, around, units):
            journey = Journey(arrival=arrival_of(seed, handoffs), legs=part, handoffs=tuple(handoffs))
        elif any(around.window.touches(leg.first, leg.last) for leg in part):
            journey = journey_of(seed, store, site)
        else:
            continue
        if journey.arrival.id not in known and is_message(journey):
            known.add(journey.arrival.id)
            yield journey


def _complete(legs: Sequence[Leg], around: Around, store: Store, units: Mapping[str, Unit]) -> list[Leg]:
    """Gives legs whole, of which other lines stand far away: messages that wait in a queue for hours."""
    parts = [
        leg
        for leg in legs
        if leg.local_id is not None
        and not is_closed(leg, units[leg.format])
        and any(around.is_elsewhere(key) for key in leg.offers)
    ]
    if not parts:
        return list(legs)
    keys = frozenset(key for leg in parts for key in leg.offers if key.value == leg.local_id)
    whole: dict[_Place, list[Leg]] = defaultdict(list)
    for leg in store.find(Question(keys=keys, window=around.pool)).legs:
        whole[_place(leg)].append(leg)
    found = {each.id: each for part in parts for each in whole[_place(part)] if _holds(each, part)}
    held = {part.id for part in parts if any(_holds(each, part) for each in whole[_place(part)])}
    return sorted((*(leg for leg in legs if leg.id not in held), *found.values()), key=lambda leg: (leg.first, leg.id))


_Place = tuple[str | None, str | None, str, str | None]


def _place(leg: Leg) -> _Place:
    return fold_host(leg.host), leg.instance, leg.kind, leg.local_id


def _holds(whole: Leg, part: Leg) -> bool:
    return whole.first <= part.first and part.last <= whole.last


def is_message(journey: Journey) -> bool:
    """Whether it is more than a look at a message that is not in the logs: a check, or a list's own remark."""
    return any(leg.kind not in {"policy_check", "list"} for leg in journey.legs)


def _parts(legs: Sequence[Leg], handoffs: Sequence[Handoff]) -> Iterator[tuple[Leg, tuple[Leg, ...], list[Handoff]]]:
    """The legs of each message, the first of them, and the handoffs between them; reports lie beside the way."""
    above: dict[str, str] = {leg.id: leg.id for leg in legs}

    def root(name: str) -> str:
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    for each in handoffs:
        if each.kind not in ASIDE:
            above[root(each.source.id)] = root(each.target.id)
    parts: dict[str, list[Leg]] = defaultdict(list)
    for leg in legs:
        parts[root(leg.id)].append(leg)
    inside: dict[str, list[Handoff]] = defaultdict(list)
    beside: dict[str, dict[str, Leg]] = defaultdict(dict)
    for each in handoffs:
        name = root(each.source.id)
        if each.kind in BESIDE_WAY:
            beside[name][each.target.id] = each.target
            inside[name].append(each)
        elif each.kind not in ASIDE:
            inside[name].append(each)
    for name, part in parts.items():
        own = {leg.id for leg in part}
        more = [leg for leg in beside[name].values() if leg.id not in own]
        yield part[0], tuple(sorted([*part, *more], key=lambda leg: (leg.first, leg.id))), inside[name]


def _is_whole(part: Sequence[Leg], around: Around, units: Mapping[str, Unit]) -> bool:
    """Whether no line of the message can stand elsewhere."""
    pool = around.pool
    if part[0].first - MARGIN // 3 < pool.first or max(leg.last for leg in part) + MARGIN // 3 > pool.last:
        return False
    offered = {key for leg in part for key in leg.offers}
    wanted = {key for leg in part for key in leg.wants if key.kind is KeyKind.QUEUE_ID} - offered
    wanted |= {key for leg in part for key in (*lasting_keys(leg), *release_keys(leg))}
    wanted |= {key for leg in part if not is_closed(leg, units[leg.format]) for key in leg.offers}
    if any(leg.has(Verb.RELEASE) for leg in part):
        wanted |= {key for leg in part for key in search_keys(leg)}
    return not any(around.is_elsewhere(key) for key in wanted)


def is_put_off(settled: Settled) -> bool:
    """Whether the sender was told, or left, to come again, so that a later try may decide."""
    return any(row.fate in _PUT_OFF and row.holder == Holder.SENDER for row in settled.rows)


_PUT_OFF = frozenset({Fate.DEFERRED, Fate.NOT_ACCEPTED})


def settle_tries(name: str, time: Instant, path: Key, store: Store, site: Site = NO_SITE) -> Settled | None:
    """Gives what is kept of a message that was put off, now that there may be another try; None where it is gone.

    `name` is the id of the leg with which it came at `time`, `path` the key of its return-path.
    """
    around = Question(keys=frozenset({path}), window=Window(first=time, last=Instant(time + SECOND)))
    leg = next((leg for leg in store.find(around).legs if leg.id == name), None)
    if leg is None:
        return None
    journeys = with_other_tries([journey_of(leg, store, site)], store, site)
    chains = (tries for tries in chain_tries(journeys) if any(each.arrival.id == name for each in tries.journeys))
    return next((settled_of(tries, site) for tries in chains), None)
