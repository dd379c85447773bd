"""One message to be shown: what became of it, and what it rests on."""

from collections.abc import Callable
from dataclasses import dataclass

from correlator.aftermath import with_after
from correlator.attempts import chain_tries, fates_of_tries
from correlator.fate import RecipientFate, in_order
from correlator.link import Journey
from correlator.ours import seen_by_site
from grammars import Event, Place
from queries.site import Site
from queries.stores.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message, its recipients' fates, and the legs and handoffs of its way."""

    journey: Journey
    recipients: tuple[RecipientFate, ...]
    line_number: Callable[[Place], int]

    def lines(self) -> tuple[Event, ...]:
        """Every line of its legs, their connections and what was done to its copies later, in order."""
        legs = [part for leg in self.journey.legs for part in (leg.session, leg.events)]
        later = [tuple(each.event for each in fate.after) for top in self.recipients for fate in _all(top)]
        return in_order(*legs, *later)


def _all(fate: RecipientFate) -> list[RecipientFate]:
    return [fate, *(each for child in fate.children for each in _all(child))]


def shown(journey: Journey, store: Store, site: Site) -> Shown:
    """Derives the fates of a message from its journey."""
    (tries,) = chain_tries([journey])
    fates = tuple(seen_by_site(fate, site) for fate in fates_of_tries(tries, site))
    return Shown(journey=journey, recipients=with_after(fates, store), line_number=store.line_number)
