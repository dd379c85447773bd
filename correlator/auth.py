"""What the lines prove of SPF, DKIM and DMARC for a message as it arrived."""

from collections.abc import Iterator

from correlator.link import HandoffKind, Journey
from grammars import Event

# Who is asked first: programs that test one thing, then those that test it among others or in coarser words.
_ORDER = ("policyd_spf", "opendkim", "opendmarc", "amavis")
_LOOKS = (HandoffKind.POLICY, HandoffKind.SCAN, HandoffKind.VERDICT)


def auth_of(journey: Journey) -> dict[str, str]:
    """Gives the results in the words of RFC 8601 section 2.7, by method: `spf`, `dkim`, `dmarc`.

    Only what was said of the message where it arrived: behind a filter of ours the client is our own.  A method
    of which two equal witnesses say different things is left out.
    """
    said = [event for event in _witnesses(journey) if event.auth]
    found = {method: _agreed(said, method) for method in ("spf", "dkim", "dmarc")}
    return {method: result for method, result in found.items() if result is not None}


def _witnesses(journey: Journey) -> Iterator[Event]:
    arrival = journey.arrival
    yield from arrival.events
    for each in journey.handoffs_from(arrival, *_LOOKS):
        yield from each.target.events


def _agreed(said: list[Event], method: str) -> str | None:
    """What the first who speak of a method say; a look at the sender address counts before one at the HELO name."""
    about = [event for event in said if event.auth and method in event.auth]
    if not about:
        return None
    best = min(_rank(event) for event in about)
    results = {event.auth[method] for event in about if event.auth and _rank(event) == best}
    return results.pop() if len(results) == 1 else None


def _rank(event: Event) -> tuple[int, bool]:
    place = _ORDER.index(event.format) if event.format in _ORDER else len(_ORDER)
    return place, event.action == "helo"
