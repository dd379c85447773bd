"""One message by its id: as text, as the contract's JSON, or as the very lines of the logs."""

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo

from correlator.link import Handoff, Journey
from correlator.match import arrival_span
from correlator.render.answer_json import Json, entry_json, message_json, recipient_json
from correlator.render.safe import safe, safe_lines, shorten
from correlator.render.text import fates_text, one_line, place_of, span_text, stamp, timeline_of, timeline_text
from correlator.render.zone import ReaderZone
from correlator.shown import Shown
from grammars.core.event import rfc3339
from grammars.core.records import JOINT
from queries.ledger import Coverage
from queries.leg import Key, Leg

_ID = 8
_INDENT = "  "


def short_id(journey: Journey) -> str:
    """Gives the beginning of a journey's id, as people write it."""
    return journey.arrival.id[:_ID]


# ---------------------------------------------------------------- text


def shown_text(found: Shown, sources: Sequence[Coverage], zone: tzinfo = UTC) -> str:
    """Gives the message, its recipients, the timeline, and the legs and handoffs with the lines that prove them."""
    reader = ReaderZone(zone)
    parts = [
        _message(found.journey, reader),
        fates_text(found.recipients, found.line_number, reader),
        timeline_text(timeline_of(found.recipients), found.line_number, reader, sources),
        "\n".join(["Legs", *_legs(found.journey.legs)]),
        "\n".join(["Handoffs", *_handoffs(found)]) if found.journey.handoffs else "",
    ]
    return safe_lines("\n\n".join(part for part in parts if part)) + "\n"


def _message(journey: Journey, reader: ReaderZone) -> str:
    arrival = journey.arrival
    received = arrival_span(arrival)[0]
    client = f"{arrival.client_name}[{arrival.client_ip}]" if arrival.client_name else arrival.client_ip
    rows = (
        ("received", stamp(received) + (reader.beside(received) or " UTC") + f" by {arrival.host or '-'}"),
        ("return-path", "<> (the null sender)" if arrival.reverse_path == "" else arrival.reverse_path),
        ("client", client),
        ("HELO", arrival.helo),
        ("Message-ID", arrival.message_id),
        ("size", None if arrival.size_bytes is None else f"{arrival.size_bytes:,} bytes"),
        ("local id", arrival.local_id),
    )
    lines = [f"{_INDENT}{label + ' ':<14}{one_line(value)}" for label, value in rows if value]
    return "\n".join([f"Message {short_id(journey)}", *lines])


def _legs(legs: Sequence[Leg]) -> Iterator[str]:
    width = max(len(leg.host or "-") for leg in legs)
    for number, leg in enumerate(legs, 1):
        who = f"{leg.host or '-':<{width}}  {leg.format} {leg.kind}"
        name = leg.local_id or "(no id)"
        yield f"{_INDENT}{number:>2}  {who:<{width + 20}} {name:<25} {span_text(leg.first, leg.last)}"


def _handoffs(found: Shown) -> Iterator[str]:
    numbers = {leg.id: number for number, leg in enumerate(found.journey.legs, 1)}
    for each in found.journey.handoffs:
        way = f"{numbers[each.source.id]} → {numbers[each.target.id]}"
        place = place_of(each.event, found.line_number)
        yield f"{_INDENT}{way:<8} {each.kind.value:<13} {each.strength.value:<9} {place}"


def candidates_text(journeys: Sequence[Journey], zone: tzinfo = UTC) -> str:
    """Gives a line for each message that an id may mean: its id, when it came, and from whom."""
    reader = ReaderZone(zone)
    return safe_lines("\n".join(_candidate(journey, reader) for journey in journeys))


def _candidate(journey: Journey, reader: ReaderZone) -> str:
    arrival = journey.arrival
    path = "(no sender named)" if arrival.reverse_path is None else arrival.reverse_path or "<>"
    when = stamp(arrival.first) + (reader.beside(arrival.first) or " UTC")
    return f"{_INDENT}{short_id(journey)}  {when}  {arrival.host or '-'}  {shorten(one_line(path), 60)}"


# ---------------------------------------------------------------- the lines themselves


def shown_raw(found: Shown) -> str:
    """Gives the message's log lines as they are, in order, each behind its file and number."""
    return "\n".join(_raw(found))


def _raw(found: Shown) -> Iterator[str]:
    for event in found.lines():
        if event.line is None:
            continue
        place = event.line.place
        for more, text in enumerate(event.line.text.split(JOINT)):
            yield safe(f"{place.file}:{found.line_number(place) + more}: {text}")


# ---------------------------------------------------------------- JSON


def shown_json(found: Shown) -> Json:
    """Gives one element of an answer's `matches`, with the legs and handoffs that it rests on."""
    journey = found.journey
    return {
        "id": journey.arrival.id,
        "confidence": 1.0,
        "because": ["asked for by its id"],
        "message": message_json(journey),
        "recipients": [recipient_json(fate, 1.0, found.line_number) for fate in found.recipients],
        "legs": [_leg_json(leg) for leg in journey.legs],
        "handoffs": [_handoff_json(each, found) for each in journey.handoffs],
    }


def candidate_json(journey: Journey) -> Json:
    """Gives one of several messages that an id may mean."""
    return {"id": journey.arrival.id, "message": message_json(journey)}


def _leg_json(leg: Leg) -> Json:
    return {
        "id": leg.id,
        "host": leg.host,
        "instance": leg.instance,
        "kind": leg.kind,
        "local_id": leg.local_id,
        "first": rfc3339(leg.first, leg.events[0].digits),
        "last": rfc3339(leg.last, leg.events[-1].digits),
        "wants": [_key_json(key) for key in sorted(leg.wants)],
        "offers": [_key_json(key) for key in sorted(leg.offers)],
    }


def _key_json(key: Key) -> Json:
    return {"kind": key.kind.value, "value": key.value}


def _handoff_json(each: Handoff, found: Shown) -> Json:
    return {
        "from": each.source.id,
        "to": each.target.id,
        "kind": each.kind.value,
        "strength": each.strength.value,
        "because": entry_json(each.event, found.line_number),
    }
