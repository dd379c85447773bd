"""A message by its id: a prefix of a journey's or a leg's id, a queue id or another local id, or a Message-ID."""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from correlator.link import Journey, journeys_of
from grammars import Instant, KeyKind
from grammars.core.words import SECOND
from queries.headers import message_id_forms
from queries.leg import LATER, Key, Leg
from queries.question import Question, Window
from queries.site import NO_SITE, Site
from queries.stores.protocol import Store

LEAST_DIGITS = 8
_PREFIX = re.compile(rf"[0-9a-f]{{{LEAST_DIGITS},64}}")
_MOST_JOURNEYS = 20
_AROUND = SECOND
_ID_KINDS = (KeyKind.QUEUE_ID, KeyKind.LOCAL_ID, KeyKind.SESSION_ID, KeyKind.QUARANTINE_ID)

Places = Sequence[tuple[Key | None, Instant]]
"""Where messages may be found: a key that one of the legs has, None where it has none, and when it arrived."""


@runtime_checkable
class KnowsIds(Protocol):
    """A store that knows messages by their ids, those of their arrival; ids of other legs it need not know."""

    def places_of_id(self, prefix: str) -> Places:
        """Gives where the journeys are whose ids begin with some hex digits; more than fit do no harm."""
        ...


@runtime_checkable
class GivesAll(Protocol):
    """A store that gives legs which no key leads to."""

    def legs_within(self, window: Window | None) -> Iterable[Leg]:
        """Gives the legs of some time; None: all of them, where there are not too many."""
        ...


def is_prefix(name: str) -> bool:
    """Whether a name may be the beginning of a journey's or a leg's id."""
    return bool(_PREFIX.fullmatch(name.lower()))


def find_by_id(store: Store, name: str, site: Site = NO_SITE) -> tuple[Journey, ...]:
    """Gives every message that an id may mean, in the order of their arrival, up to 20."""
    legs = _with_id(store, name) if is_prefix(name) else []
    legs = legs or _with_key(store, name)
    journeys = journeys_of(legs, store, site, _MOST_JOURNEYS)
    return tuple(sorted(journeys, key=lambda journey: (journey.arrival.first, journey.arrival.id)))


def _with_id(store: Store, name: str) -> list[Leg]:
    prefix = name.lower()
    found: dict[str, Leg] = {}
    for key, instant in store.places_of_id(prefix) if isinstance(store, KnowsIds) else ():
        window = Window(first=Instant(instant - _AROUND), last=Instant(instant + _AROUND))
        legs = (
            _within(store, window) if key is None else store.find(Question(keys=frozenset({key}), window=window)).legs
        )
        found.update((leg.id, leg) for leg in legs if leg.id.startswith(prefix))
    return list(found.values()) or [leg for leg in _within(store, None) if leg.id.startswith(prefix)]


def _within(store: Store, window: Window | None) -> Iterable[Leg]:
    return store.legs_within(window) if isinstance(store, GivesAll) else ()


def _with_key(store: Store, name: str) -> list[Leg]:
    """The legs whose own id it is; where there are none, those that speak of it."""
    bare = name.strip().strip("<>")
    if "@" in bare:
        keys = frozenset(Key(KeyKind.MESSAGE_ID, form) for form in message_id_forms(bare))
    else:
        keys = frozenset(Key(kind, bare) for kind in _ID_KINDS)
    legs = [leg for leg in store.find(Question(keys=keys)).legs if leg.kind != LATER]
    own = [leg for leg in legs if leg.local_id == bare]
    return own or legs
