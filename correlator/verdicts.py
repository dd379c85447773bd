"""From a message's tries to the rows that are searched: one for each recipient, and for each end behind a forward."""

from collections.abc import Iterable, Iterator

from correlator.attempts import Tries, fates_of_tries
from correlator.fate import RecipientFate
from correlator.ours import seen_by_site
from queries.leg import Leg, fold_host
from queries.site import NO_SITE, Site
from queries.verdict import Verdict

_MOST_ROWS = 1_000  # of one message; whoever asks for it by its id sees all of them


def verdicts_of(tries: Tries, site: Site = NO_SITE) -> tuple[Verdict, ...]:
    """Gives the rows of one message, the same as an answer about it says."""
    fates = [seen_by_site(fate, site) for fate in fates_of_tries(tries, site, is_brief=True)]
    about = _about(tries)
    rows = zip(range(_MOST_ROWS), _with_children(fates), strict=False)
    return tuple(_row(number, fate, about) for number, fate in rows)


def _with_children(fates: Iterable[RecipientFate]) -> Iterator[RecipientFate]:
    for fate in fates:
        yield fate
        yield from _with_children(fate.children)


def _about(tries: Tries) -> dict[str, object]:
    """What all rows of a message share."""
    arrival = tries.last.arrival
    legs = [leg for journey in tries.journeys for leg in journey.legs]
    return {
        "id": arrival.id,
        "time": arrival.first,
        "reverse_path": arrival.sender,
        "client_ip": arrival.client_ip,
        "client_name": arrival.client_name,
        "helo": arrival.helo,
        "host": arrival.host,
        "hosts": tuple(sorted({name for leg in legs if (name := fold_host(leg.host))})),
        "message_id": arrival.message_id or _first(leg.message_id for leg in legs),
        "queue_ids": tuple(dict.fromkeys(_queue_ids(legs))),
        "size_bytes": arrival.size_bytes,
        "header_from": _first(event.header_from for leg in legs for event in leg.events),
        "subject": _first(subject for leg in legs for subject in sorted(leg.subjects)),
    }


def _queue_ids(legs: Iterable[Leg]) -> Iterator[str]:
    """The ids of the mail servers, in the order of the way; those that only a filter's lines name come last."""
    ordered = sorted(legs, key=lambda leg: (leg.kind != "queue", leg.first))
    names = (leg.local_id if leg.kind == "queue" else leg.events[0].queue_id for leg in ordered)
    return (name for name in names if name)


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _row(number: int, fate: RecipientFate, about: dict[str, object]) -> Verdict:
    outcome, deciding, scan = fate.outcome, fate.deciding, fate.scan
    return Verdict(
        ordinal=number,
        fate=outcome.fate.value,
        is_final=fate.is_final,
        is_open=not fate.is_final,
        stage=outcome.stage.value,
        owner=outcome.owner.value,
        holder=outcome.holder.value,
        reason_code=outcome.code.value,
        reason_text=(deciding.reason or deciding.reply_text or "") if deciding is not None else "",
        recipient=fate.recipient,
        final_recipient=fate.final_recipient,
        score=scan.score if scan else None,
        handed_to=fate.handed_to,
        **about,  # type: ignore[arg-type]
    )
