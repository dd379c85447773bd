"""A fate as our own site sees it: which next hop is ours, and whose mail is meant to be dropped."""

from correlator.fate import RecipientFate
from correlator.rules import next_hop, words_of
from correlator.words import Fate, Holder, Owner, Reason
from grammars import Event, Verb
from queries.site import Site


def seen_by_site(fate: RecipientFate, site: Site) -> RecipientFate:
    """Gives a fate with what the site file knows; the fate itself stays what the lines prove."""
    found = fate
    if fate.children:
        found = fate._replace(children=tuple(seen_by_site(child, site) for child in fate.children))
    event = fate.deciding
    sink = next((name for name in (fate.recipient, fate.final_recipient) if name and site.is_sink(name)), None)
    if fate.fate is Fate.DROPPED and sink is not None:
        return _at_sink(found, sink)
    whose = _owner_of(event, site) if event is not None and event.verb is Verb.DELIVER else None
    if whose is None or event is None or fate.outcome.owner is not Owner.NEXT_HOP:
        return found
    if fate.fate is Fate.RELAYED and fate.outcome.code is Reason.HANDED_OVER:
        return _inside(found, whose, event)
    return found._replace(outcome=found.outcome._replace(owner=Owner.US))


def _owner_of(event: Event, site: Site) -> str | None:
    """What a sentence calls the next hop, where it is ours."""
    system = site.system_at(event.relay_ip)
    if system is not None:
        return system.title
    hosts = site.hosts_at(event.relay_ip) if event.relay_ip else frozenset()
    named = site.host_named(event.relay_host) if event.relay_host else None
    name = named.name if named is not None else " or ".join(sorted(hosts))
    return f"our server {name}" if name else None


def _inside(fate: RecipientFate, whose: str, event: Event) -> RecipientFate:
    """Handed to a system of ours whose log is missing: it has not left the house."""
    outcome = fate.outcome._replace(
        owner=Owner.US,
        holder=Holder.US,
        sentence=f"Handed to {whose} ({next_hop(event)}), which answered: {words_of(event)}",
        because=(f"the log of {whose} is not loaded, or does not show this message",),
    )
    return fate._replace(outcome=outcome)


def _at_sink(fate: RecipientFate, sink: str) -> RecipientFate:
    outcome = fate.outcome._replace(
        owner=Owner.NOBODY,
        sentence=f"{fate.outcome.sentence}; mail to {sink} is meant to be dropped, by the site file",
    )
    return fate._replace(outcome=outcome)
