"""The times of one message: stamps gathered from its facts, settled together, and what had to be assumed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import NamedTuple

from correlator.evidence.claims import Interval, TimeClaim, ZoneBasis
from correlator.evidence.expressions import expression
from correlator.evidence.fields import LOGGED, TOLD, Fact, Field, Piece
from correlator.evidence.page import Page
from correlator.evidence.times import Stamp, find_stamps
from correlator.evidence.timing import Anchor, Setting, candidates, contradiction, in_inferred_zone, inferred_zone
from correlator.evidence.zones import zones_named
from grammars.core.selfdating import (
    exim_id,
    gmail_reply,
    mailchimp_message_id,
    marketo_message_id,
    message_id_of_postfix,
    mimecast_thread,
    postfix_queue_id,
    sendgrid_message_id,
    sendmail_queue_id,
    ses_id,
)  # fmt: skip
from grammars.core.words import DAY, HOUR, Instant

_CLOCKS: tuple[tuple[str, Callable[[str], Instant | None]], ...] = (
    ("queue id", postfix_queue_id), ("queue id", sendmail_queue_id), ("Exim id", exim_id), ("SES id", ses_id),
    ("Gmail reply", gmail_reply),
    ("Message-ID", marketo_message_id), ("Message-ID", mailchimp_message_id), ("Message-ID", message_id_of_postfix),
    ("SendGrid id", sendgrid_message_id), ("Mimecast id", mimecast_thread),
)  # fmt: skip
_WORTH_SAYING = ("no year given", "no date given", "the date is", "counted back", "the latest")
_MOST_TIMES = 40
_MOST_STAMPS = 400  # of one message, the firmest first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    fact: Fact
    stamp: Stamp
    raw: str


class Times(NamedTuple):
    """The time claims of one message, what was assumed to read them, and texts that were no time after all."""

    claims: tuple[TimeClaim, ...]
    assumed: tuple[str, ...]
    pieces: tuple[Piece, ...]


def anchors_in(texts: list[str], now: Instant) -> tuple[Anchor, ...]:
    """Gives the moments that ids among `texts` carry, the first of each kind of id first; none from the future."""
    found: dict[Anchor, None] = {}
    for text in texts:
        for title, decode in _CLOCKS:
            instant = decode(text)
            if instant is not None and instant <= now + DAY:
                found.setdefault(Anchor(instant=instant, title=title))
    return tuple(found)


def read_times(facts: list[Fact], page: Page, setting: Setting) -> Times:
    """Settles the times among `facts`."""
    told = [fact for fact in facts if fact.field is Field.TIME][:_MOST_STAMPS]
    placed = _with_dates([each for fact in told for each in _stamps(fact)][:_MOST_STAMPS])[:_MOST_TIMES]
    noted = next(
        (fact.value.rstrip(" .") for fact in facts if fact.field is Field.ZONE and zones_named(fact.value)),
        setting.noted,
    )
    setting = replace(setting, noted=noted)
    silent = [
        each.stamp
        for each in placed
        if not each.stamp.zone and not each.fact.hint and each.stamp.count is None and each.stamp.back is None
    ]
    if setting.anchors and not noted and setting.given is None:
        setting = replace(setting, inferred=inferred_zone(silent, setting))
    placed, passed_over = without_chat_heads(placed, page.text)
    claims: dict[tuple[Interval, ...], TimeClaim] = {}
    assumed: dict[str, None] = {}
    pieces = [Piece(start=each.fact.start, end=each.fact.end) for each in passed_over]
    for each in placed:
        meant = candidates(each.stamp, each.fact.hint, setting)
        if not meant:
            pieces.append(Piece(start=each.fact.start, end=each.fact.end))
            continue
        if (other := _contradicted(each, meant, setting)) is not None:
            meant = (*meant, *other[0])
            assumed[other[1]] = None
        assumed |= dict.fromkeys(_assumptions(each, meant, setting))
        claims.setdefault(
            meant, TimeClaim(raw=each.raw, span=page.span(each.fact.start, each.fact.end), candidates=meant)
        )
    precise = sorted(claims.values(), key=lambda claim: claim.candidates[0].last - claim.candidates[0].first > HOUR)
    return Times(claims=tuple(precise), assumed=tuple(assumed), pieces=tuple(pieces))


def _stamps(fact: Fact) -> list[_Placed]:
    stamps = find_stamps(fact.value, labelled=fact.rank < LOGGED)
    return [
        _Placed(fact=fact, stamp=stamp, raw=" ".join(fact.value[stamp.start : stamp.end].split())) for stamp in stamps
    ]


def _with_dates(placed: list[_Placed]) -> list[_Placed]:
    """Gives each clock without a date the date that stands alone under another label; firmest first."""
    placed = sorted(placed, key=lambda each: (each.fact.rank, each.fact.start))
    lone = [each for each in placed if each.stamp.day and not each.stamp.clock]
    dated = lone or [each for each in placed if each.stamp.day]
    used: set[int] = set()
    out: list[_Placed] = []
    for each in placed:
        if not each.stamp.clock or each.stamp.day or not dated:
            out.append(each)
            continue
        near = min(dated, key=lambda other: abs(other.fact.start - each.fact.start))
        used |= {id(near)} if near in lone else set()
        hint = each.fact.hint or near.fact.hint
        raw = f"{near.raw} {each.raw}" if near in lone else each.raw
        stamp = replace(each.stamp, day=near.stamp.day, zone=each.stamp.zone or near.stamp.zone)
        out.append(replace(each, fact=replace(each.fact, hint=hint), stamp=stamp, raw=raw))
    return [each for each in out if id(each) not in used]


_HEAD = expression(r"[\s\[\](),:|-]*(?:[A-Z][\w.'-]{0,30}(?:[ ]{1,3}\(?[A-Z][\w.'-]{0,30}\)?){0,4})?[\s\[\](),:|-]*")
_LONGEST_HEAD = 120


def without_chat_heads(placed: list[_Placed], text: str) -> tuple[list[_Placed], list[_Placed]]:
    """Sets aside the times at which somebody wrote in a chat or a ticket, where the evidence has times of its own.

    Such a time stands in a line that holds nothing else but a name.
    """
    firm = any(each.fact.rank < TOLD and each.stamp.day and each.stamp.clock for each in placed)
    heads = [each for each in placed if firm and each.fact.rank >= TOLD and _is_head(each.fact, text)]
    return [each for each in placed if each not in heads], heads


def _is_head(fact: Fact, text: str) -> bool:
    start = text.rfind("\n", 0, fact.start) + 1
    end = text.find("\n", fact.end)
    end = len(text) if end < 0 else end
    if end - start > _LONGEST_HEAD:
        return False
    return _HEAD.fullmatch(text[start : fact.start] + text[fact.end : end]) is not None


def _contradicted(
    each: _Placed, meant: tuple[Interval, ...], setting: Setting
) -> tuple[tuple[Interval, ...], str] | None:
    if meant[0].basis is not ZoneBasis.STATED or each.stamp.count is not None:
        return None
    found = contradiction(each.stamp, each.fact.hint, setting)
    if not found:
        return None
    other = in_inferred_zone(each.stamp, found, setting.now)
    return other, f"{each.raw}: the stated zone does not fit the {found[1].title}'s own clock; {found[0].title} would"


def _assumptions(each: _Placed, meant: tuple[Interval, ...], setting: Setting) -> list[str]:
    out = []
    first = meant[0]
    if first.basis is ZoneBasis.INFERRED:
        out.append(f"no zone given; {first.because.partition(';')[0]}")
    elif first.basis is ZoneBasis.TRIED or "no zone given" in first.because:
        out.append(
            "no zone given; every plausible one was tried: UTC, then those of North America, Europe, India,"
            " Japan and Australia"
        )
    elif first.basis is ZoneBasis.GIVEN:
        out.append("times without a zone were read in the zone that you gave")
    elif len(titles := _titles(meant)) > 1:
        out.append(f"{each.stamp.zone or each.fact.hint} may mean {' or '.join(titles)}")
    for mark in ("read as month/day", "read as day/month"):
        if any(mark in interval.because for interval in meant):
            out.append("day and month may stand in either order; both were tried")
            break
    out += [part for part in first.because.split("; ")[1:] if part.startswith(_WORTH_SAYING)]
    if setting.always_standard and "UTC-6 all year" in first.because:
        out.append(first.because)
    zone, _, source = each.fact.hint.partition(" by ")
    if source and not each.stamp.zone and each.stamp.count is None:
        out.append(f"no zone given; {zone} {source}")
    return out


def _titles(meant: tuple[Interval, ...]) -> list[str]:
    stated = [
        interval.because.partition(";")[0].rpartition(", ")[2]
        for interval in meant
        if interval.basis is ZoneBasis.STATED
    ]
    return list(dict.fromkeys(stated))


def setting_for(now: Instant, given: tzinfo | None, text: str) -> Setting:
    """Gives what a whole text says about its times: who wrote it decides what `CST` means."""
    lower = text.lower()
    salesforce = any(
        word in lower for word in ("salesforce", "sfmc", "marketing cloud", "exacttarget", "subscriberkey")
    )
    return Setting(
        now=now,
        given=given,
        always_standard=salesforce,
        noted="CST" if "subscriberkey" in lower and given is None else "",
    )
