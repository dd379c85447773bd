"""Claims against messages: which one the sender means, and how sure that is.

Record linkage after Fellegi and Sunter (1969): each claim agrees, disagrees or says nothing, and
adds the logarithm of how much likelier that is for the right message than for a chance one.  The
confidence is normalised over all candidates and over "none of these".
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from correlator.attempts import Tries, same_network
from correlator.evidence.claims import Bundle, Interval, Reply, ReturnPath, ZoneBasis
from grammars import Event, Instant, Verb
from grammars.core.words import HOUR, MINUTE, SECOND
from queries.headers import fold_subject, message_id_forms
from queries.leg import Leg, fold_address, fold_host, without_detail
from queries.paths import canonical_addresses, domain_of, tenant_of
from queries.site import NO_SITE, HostsOf, Site

# Weights in bits.  Agreement: minus the logarithm of how often a chance message agrees.
_REPLY_ID, _NO_REPLY_ID = 25.0, -12.0
_REPLY_TEXT = 12.0
_MESSAGE_ID, _OTHER_MESSAGE_ID = 20.0, -12.0
_UNWRAPPED_PATH = 9.0
_PATH, _TENANT, _OTHER_PATH, _OTHER_DOMAIN = 14.0, 4.0, -11.0, -12.0
_OTHER_TENANT = -24.0  # other customers of a platform share its machines, its domain and often the recipient
_RECIPIENT, _OTHER_RECIPIENT = 7.0, -23.0  # a list's mail to others has the same path, client and time
_CLIENT, _NEIGHBOUR, _OTHER_CLIENT = 5.0, 3.0, -4.0
_OTHER_CLIENT_BESIDE_OWN = -16.0  # and the machine stated was there at the time
_OUR_HOST, _OTHER_HOST = 1.0, -5.0
_NO_SERVER = -5.0
_SERVER_LEGS = frozenset({"queue", "session"})
_SUBJECT, _OTHER_SUBJECT = 10.0, -4.0
_AUTHOR, _OTHER_AUTHOR = 6.0, -5.0
_OUTCOME = 4.0
_NONE_OF_THESE = 8.0
_BESIDE = 2.0  # not in the very second that was stated, as most are
_FAR_OFF = -3.0  # bits of a time that is half an hour off
_HOURS_OFF = -6.0
_SLACK = 5 * SECOND  # lines are written, and senders stamp, moments before or after the event


class Agreement(NamedTuple):
    """What one claim says about one candidate: bits for it (or against), and why in words."""

    bits: float
    because: str
    is_time: bool = False
    is_guess: bool = False  # agrees with one reading of a time that states no zone, or no date
    is_header: bool = False  # of the message's header, which any sender may write
    is_proof: bool = False  # an id, or the reply that we gave: no other message has it
    is_recipient: bool = False  # says nothing of who sent it
    is_outcome: bool = False  # accepted or not, as the sender was told
    is_other_client: bool = False  # came from another machine than stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One message that the bundle may mean."""

    tries: Tries
    agreements: tuple[Agreement, ...]
    confidence: float

    @property
    def is_open(self) -> bool:
        """Whether nothing but the time speaks against it, and that not by much: it may be the one, unproven."""
        return all(each.bits >= (_FAR_OFF if each.is_time else 0) for each in self.agreements)

    @property
    def is_elsewhen(self) -> bool:
        """Whether it came at another time than stated, and no id says that it is the one all the same."""
        named = any(each.bits >= _MESSAGE_ID for each in self.agreements)
        return not named and any(each.is_time and each.bits < 0 for each in self.agreements)

    @property
    def is_named(self) -> bool:
        """Whether an id, the quoted reply or the very return-path names the message."""
        return any(each.bits >= _REPLY_TEXT and not each.is_time for each in self.agreements)

    @property
    def because(self) -> tuple[str, ...]:
        """The reasons, the weightiest first; what speaks against it begins with "but"."""
        ordered = sorted(self.agreements, key=lambda each: -abs(each.bits))
        return tuple(each.because if each.bits >= 0 else f"but {each.because}" for each in ordered)


def rank(bundle: Bundle, candidates: Sequence[Tries], hosts_of: HostsOf, site: Site = NO_SITE) -> tuple[Match, ...]:
    """Ranks candidates by how well the claims fit; `hosts_of` tells which hosts stand behind an address."""
    scored = [(tries, tuple(_agreements(bundle, tries, hosts_of, site))) for tries in candidates]
    if any(_is_nameless_session(bundle, tries) for tries in candidates):
        scored = [(tries, tuple(map(_beside_own, agreements))) for tries, agreements in scored]
    totals = [sum(each.bits for each in agreements) for _, agreements in scored]
    top = max([_NONE_OF_THESE, *totals])
    shares = [2.0 ** max(total - top, -60.0) for total in totals]
    whole = sum(shares) + 2.0 ** max(_NONE_OF_THESE - top, -60.0)
    matches = [
        Match(tries=tries, agreements=agreements, confidence=min(share / whole, _most(agreements)))
        for (tries, agreements), share in zip(scored, shares, strict=True)
    ]
    return tuple(
        sorted(
            matches, key=lambda match: (-match.confidence, match.tries.last.arrival.first, match.tries.last.arrival.id)
        )
    )


def _is_nameless_session(bundle: Bundle, tries: Tries) -> bool:
    """Whether it is a session of the machine stated that ended, at the time stated, before it named a sender."""
    arrival, claimed = tries.last.arrival, bundle.sending_ip
    if claimed is None or arrival.client_ip != claimed.value or arrival.kind != "session" or arrival.reverse_path:
        return False
    times = [interval for claim in bundle.times for interval in claim.candidates]
    return any(
        interval.first - MINUTE <= arrival.last and arrival.first <= interval.last + MINUTE for interval in times
    )


def _beside_own(agreement: Agreement) -> Agreement:
    """Anybody may write another's return-path; nobody has another's address: another machine counts as less then."""
    if not agreement.is_other_client:
        return agreement
    because = f"{agreement.because}, of which a session ended at that time before it named a sender"
    return agreement._replace(bits=_OTHER_CLIENT_BESIDE_OWN, because=because)


def _most(agreements: Sequence[Agreement]) -> float:
    """How sure a match can be: less where little but the time speaks for it, or where a fact speaks against it.

    A sender writes to the same person every day, from the same address: without an id or a quoted reply, a message of
    another hour, or one that was answered otherwise, may be another one of theirs.
    """
    firm = any(each.bits > _OUR_HOST and not each.is_time and not each.is_header for each in agreements)
    header = any(each.bits > 0 and each.is_header for each in agreements)
    sender = any(each.bits > _OUR_HOST and not each.is_time and not each.is_recipient for each in agreements)
    most = _HEADERS_ONLY if header and not firm else 1.0
    if any(each.is_proof for each in agreements):
        return most
    facts = sum(each.bits > _OUR_HOST and not each.is_time for each in agreements)
    guessed = any(each.is_guess for each in agreements) and facts < _FACTS_BESIDE_A_GUESS
    if guessed or not sender or any(each.is_time and each.bits <= _HOURS_OFF for each in agreements):
        most = min(most, _HEADERS_ONLY)
    if any(each.is_outcome and each.bits < 0 for each in agreements):
        most = min(most, _OTHERWISE if most < 1.0 else _HEADERS_ONLY)
    return most


_HEADERS_ONLY = 0.9
_OTHERWISE = 0.7
_FACTS_BESIDE_A_GUESS = 2


def _agreements(bundle: Bundle, tries: Tries, hosts_of: HostsOf, site: Site) -> Iterator[Agreement]:
    arrivals = [journey.arrival for journey in tries.journeys]
    legs = [leg for journey in tries.journeys for leg in journey.legs]
    yield from _by_reply(bundle.replies, arrivals, legs, site)
    yield from _by_message_id([claim.value for claim in bundle.message_ids], legs)
    yield from _by_path(bundle.return_path, arrivals)
    yield from _by_recipient([claim.value for claim in bundle.recipients], arrivals, legs, site.delimiter)
    if bundle.sending_ip is not None:
        yield from _by_client(bundle.sending_ip.value, arrivals, site)
    if bundle.receiving_ip is not None:
        yield from _by_host(bundle.receiving_ip.value, arrivals, hosts_of, site)
    if bundle.header_from is not None:
        yield from _by_author(fold_address(bundle.header_from.value), legs, arrivals)
    if bundle.subject is not None:
        yield from _by_subject(bundle.subject.value, legs)
    if arrivals[-1].kind not in _SERVER_LEGS:
        yield Agreement(bits=_NO_SERVER, because="only a filter's or a mailbox's lines are at hand, not the server's")
    yield from _by_time([interval for claim in bundle.times for interval in claim.candidates], arrivals)


# ---------------------------------------------------------------- one claim each


def _by_reply(
    replies: Sequence[Reply], arrivals: Sequence[Leg], legs: Sequence[Leg], site: Site
) -> Iterator[Agreement]:
    named = {found.value for reply in replies for found in reply.ids}
    if named:
        found = _by_named_id(named, legs)
        if found.bits > 0 or not any(_took_it_first(leg, site) for leg in arrivals):
            yield found
        return
    said = {_plain_reply(event.reply_text) for leg in arrivals for event in leg.events if event.reply_text}
    for reply in replies:
        text = _plain_reply(reply.raw)
        if any(line and (line in text or text in line) for line in said if len(line) > 12 and len(text) > 12):
            yield Agreement(
                bits=_REPLY_TEXT, because="the reply that the sender quotes is the one we gave", is_proof=True
            )
            return
    if replies:
        yield from _by_outcome(replies[-1], arrivals[-1])


def _by_named_id(named: set[str], legs: Sequence[Leg]) -> Agreement:
    here = [leg for leg in legs if leg.local_id is not None and leg.local_id in named]
    if here:
        host = here[0].host or "our server"
        because = f"{host}'s id {here[0].local_id} stands in the sender's reply"
        return Agreement(bits=_REPLY_ID, because=because, is_proof=True)
    return Agreement(bits=_NO_REPLY_ID, because=f"the reply names the id {min(named)}, which is not this message's")


def _by_outcome(reply: Reply, arrival: Leg) -> Iterator[Agreement]:
    """What the sender was told, without a text that could be compared: accepted, refused, or cut off."""
    broken = any(event.verb is Verb.BREAK_OFF for event in (*arrival.events, *arrival.session))
    if reply.code is None:
        if _BROKEN.search(reply.raw):
            because = "the session broke off, as the sender saw it" if broken else "this session did not break off"
            yield Agreement(bits=_OUTCOME if broken else -_OUTCOME, because=because, is_outcome=True)
        return
    taken, told = arrival.has(*_TAKEN_IN), reply.code < 400
    if taken and told:
        yield Agreement(bits=1.0, because="we accepted it, as the sender was told")
    elif taken or told:
        because = "the sender was told otherwise than this message's sender was"
        yield Agreement(bits=-_OUTCOME, because=because, is_outcome=True)


_TAKEN_IN = (Verb.QUEUE, Verb.HOLD, Verb.DISCARD)
_BROKEN = re.compile(r"lost connection|timed? ?out|connection (?:reset|closed|dropped)|broken pipe", re.IGNORECASE)


def _plain_reply(text: str) -> str:
    """A reply as both sides keep it: without codes, blanks and case."""
    words = text.lower().split()
    return "".join(word for word in words if not word.replace(".", "").replace("-", "").isdecimal())


def _by_message_id(claimed: Sequence[str], legs: Sequence[Leg]) -> Iterator[Agreement]:
    known = {leg.message_id.lower() for leg in legs if leg.message_id}
    if not claimed or not known:
        return
    if any(form.lower() in known for value in claimed for form in message_id_forms(value)):
        yield Agreement(bits=_MESSAGE_ID, because="same Message-ID", is_proof=True)
    elif any("@" in value for value in claimed):
        yield Agreement(bits=_OTHER_MESSAGE_ID, because="another Message-ID")


def _by_path(claim: ReturnPath | None, arrivals: Sequence[Leg]) -> Iterator[Agreement]:
    known = [leg.reverse_path for leg in arrivals if leg.reverse_path is not None]
    if claim is None or not known:
        return
    if not claim.raw:
        agree = any(not path for path in known)
        because = "the null sender, as stated" if agree else "not the null sender"
        yield Agreement(bits=_TENANT if agree else _OTHER_DOMAIN, because=because)
    elif any(fold_address(path) == fold_address(claim.raw) for path in known):
        yield Agreement(bits=_PATH, because="same return-path")
    elif any(claim.canonical & canonical_addresses(path) for path in known):
        yield Agreement(bits=_UNWRAPPED_PATH, because="same return-path but for its wrapping (BATV, SRS)")
    elif claim.tenant is not None and any(tenant_of(path) == claim.tenant for path in known):
        yield Agreement(bits=_TENANT + _OTHER_PATH, because=f"another message of the same sender {claim.tenant}")
    elif claim.tenant is not None and all(tenant_of(path) for path in known):
        yield Agreement(bits=_OTHER_TENANT, because=f"another sender of the same platform, not {claim.tenant}")
    elif any(domain_of(path) == claim.domain for path in known):
        yield Agreement(bits=_OTHER_PATH, because="another return-path of the same domain")
    else:
        yield Agreement(bits=_OTHER_DOMAIN, because="another return-path")


def _by_recipient(
    claimed: Sequence[str], arrivals: Sequence[Leg], legs: Sequence[Leg], delimiters: str
) -> Iterator[Agreement]:
    known = {address for leg in legs for address in leg.addresses}
    if not claimed or not known:
        return
    wanted = {fold_address(value) for value in claimed}
    plain = {without_detail(value, delimiters) for value in known}
    if wanted & known or any(without_detail(value, delimiters) in plain for value in wanted):
        yield Agreement(bits=_RECIPIENT, because="the recipient is one of its recipients", is_recipient=True)
    elif not any(_has_unnamed(leg) for leg in arrivals):
        yield Agreement(bits=_OTHER_RECIPIENT, because="went to other recipients")


def _has_unnamed(arrival: Leg) -> bool:
    """Whether it was queued for more recipients than its lines name: lines are missing, or a milter took some off."""
    count = next((event.recipient_count for event in arrival.events if event.recipient_count is not None), 0)
    return count > len(arrival.addresses)


def _took_it_first(leg: Leg, site: Site) -> bool:
    """Whether a filter or backup MX of ours took the message and gave it on: the sender saw that system's reply."""
    system = site.system_at(leg.client_ip)
    return system is not None and system.takes_mail


def _by_client(claimed: str, arrivals: Sequence[Leg], site: Site) -> Iterator[Agreement]:
    """A system of ours that stands in front hides the sender's address: then it says nothing."""
    seen = {leg.client_ip for leg in arrivals if leg.client_ip is not None}
    known = {client for client in seen if client == claimed or site.system_at(client) is None}
    if not known:
        return
    if claimed in known:
        yield Agreement(bits=_CLIENT, because=f"came from {claimed}")
    elif any(same_network(claimed, client) for client in known):
        yield Agreement(bits=_NEIGHBOUR, because=f"came from {min(known)}, in the same network as {claimed}")
    else:
        because = f"came from {min(known)}, not from {claimed}"
        yield Agreement(bits=_OTHER_CLIENT, because=because, is_other_client=True)


def _by_host(claimed: str, arrivals: Sequence[Leg], hosts_of: HostsOf, site: Site) -> Iterator[Agreement]:
    before = site.system_at(claimed)
    if before is not None and any(site.system_at(leg.client_ip) is before for leg in arrivals):
        yield Agreement(bits=_OUR_HOST, because=f"came through {before.title}, which has the receiving IP")
        return
    named = hosts_of(claimed)
    if not named:
        return  # a public address in front of our hosts is not in our logs: no evidence against
    here = next((host for leg in arrivals if (host := fold_host(leg.host)) in named), None)
    if here is not None:
        yield Agreement(bits=_OUR_HOST, because=f"arrived at {here}, which has the receiving IP")
    else:
        where = " or ".join(sorted(named))
        yield Agreement(bits=_OTHER_HOST, because=f"arrived elsewhere than at {where}, which has the receiving IP")


def _by_subject(claimed: str, legs: Sequence[Leg]) -> Iterator[Agreement]:
    known = {fold_subject(subject) for leg in legs for subject in leg.subjects} - {""}
    wanted = fold_subject(claimed)
    if not known or not wanted:
        return
    if any(_same_subject(wanted, subject) for subject in known):
        yield Agreement(bits=_SUBJECT, because="same subject", is_header=True)
    else:
        yield Agreement(bits=_OTHER_SUBJECT, because="another subject")


def _same_subject(one: str, other: str) -> bool:
    """Whether they are equal, or one is the other cut off."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _CUT_OFF and long.startswith(short))


_CUT_OFF = 16  # characters: a shorter beginning is shared by too many


def _by_author(claimed: str, legs: Sequence[Leg], arrivals: Sequence[Leg]) -> Iterator[Agreement]:
    """The From header where lines state it; else the envelope, which is often the same in mail that people write."""
    known = {author for leg in legs for author in leg.authors}
    if claimed in known:
        yield Agreement(bits=_AUTHOR, because="same From address", is_header=True)
    elif known:
        near = domain_of(claimed) in {domain_of(author) for author in known}
        yield Agreement(bits=0.0 if near else _OTHER_AUTHOR, because="another From address")
    elif any(leg.reverse_path and fold_address(leg.reverse_path) == claimed for leg in arrivals):
        yield Agreement(bits=_AUTHOR, because="the return-path is the From address of the text")


# ---------------------------------------------------------------- time


def _by_time(intervals: Sequence[Interval], arrivals: Sequence[Leg]) -> Iterator[Agreement]:
    """The best pair of a stated time and a try counts."""
    pairs = [(interval, leg) for interval in intervals for leg in arrivals]
    if pairs:
        yield max((_time_agreement(*pair) for pair in pairs), key=lambda each: each.bits)


def _time_agreement(interval: Interval, leg: Leg) -> Agreement:
    bits, because = _time_bits(interval, *arrival_span(leg))
    guess = _GUESS if interval.basis in {ZoneBasis.TRIED, ZoneBasis.RELATIVE} and bits > 0 else 0.0
    left = max(bits - guess, min(bits, 0.0))
    return Agreement(bits=left, because=because, is_time=True, is_guess=guess > 0)


_GUESS = 1.5  # the zone was tried, not stated


def _time_bits(interval: Interval, first: Instant, last: Instant) -> tuple[float, str]:
    apart = max(interval.first - last, first - interval.last, 0)
    length = interval.last - interval.first
    if apart <= _SLACK:
        closeness = 10.0 if length <= 2 * SECOND else 7.0 if length <= 2 * MINUTE else 4.0 if length <= HOUR else 1.0
        return closeness - (_BESIDE + apart / _SLACK if apart else 0.0), "at the time stated"
    if apart <= MINUTE:
        return 6.0 - 4 * apart / MINUTE, f"{apart / SECOND:.0f} s from the time stated"
    if apart <= 10 * MINUTE:
        return 1.0 - apart / (10 * MINUTE), f"{apart / MINUTE:.0f} min from the time stated"
    if apart <= 30 * MINUTE:
        return -3.0, f"{apart / MINUTE:.0f} min from the time stated"
    return _HOURS_OFF if apart <= 14 * HOUR else -8.0, f"{apart / HOUR:.1f} h from the time stated"


def arrival_span(leg: Leg) -> tuple[Instant, Instant]:
    """When a message was being received: from the connection to the line that took, held or refused it."""
    opened = [event.instant for event in leg.events if event.verb is Verb.OPEN]
    start = opened[0] if opened else leg.first
    taken = [event.instant for event in leg.events if event.verb in _TAKEN]
    return Instant(start), Instant(max([start, *taken[:1], *_refusals(leg.events)]))


_TAKEN = frozenset({Verb.QUEUE, Verb.HOLD, Verb.DISCARD, Verb.BREAK_OFF})


def _refusals(events: Iterable[Event]) -> list[Instant]:
    return [event.instant for event in events if event.verb is Verb.REJECT]
