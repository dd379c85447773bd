"""The answer as the contract's JSON object (`clerk.answer/1`)."""

from collections.abc import Callable
from typing import Any

from correlator.after import Later
from correlator.answer import Answer, Matched
from correlator.auth import auth_of
from correlator.coverage import CoverageFinding
from correlator.evidence.claims import Bundle
from correlator.fate import RecipientFate
from correlator.link import Journey
from correlator.match import arrival_span
from correlator.render.coverage_json import source_json
from correlator.render.phrases import what_of
from grammars import Event, Place
from grammars.core.event import rfc3339
from grammars.core.records import JOINT

Json = dict[str, Any]
LineNumber = Callable[[Place], int]


def render_answer(answer: Answer, *, of_several: bool = False) -> Json:
    """Gives one answer; `of_several` adds which bundle of the text it is for."""
    found = {
        "schema": "clerk.answer/1",
        "finding": answer.finding.value,
        "because": list(answer.because),
        "evidence": _evidence(answer.bundle, answer.receiving_name),
        "coverage": _coverage(answer.coverage, answer.site_file),
        "matches": [_matched(matched, answer.line_number) for matched in answer.matches],
        "next_steps": list(answer.next_steps),
        "cut": answer.cut,
    }
    if of_several:
        span = answer.bundle.span
        found["bundle"] = {"n": answer.bundle.number, "span": [span.start, span.end]}
    return found


# ---------------------------------------------------------------- evidence

_TEXTS = (
    "sending_ip",
    "sending_host",
    "receiving_ip",
    "receiving_host",
    "header_from",
    "subject",
    "helo",
    "never_sent",
)


def _evidence(bundle: Bundle, receiving_name: str | None) -> Json:
    claims = {**_times(bundle), **_envelope(bundle), **_replies(bundle)}
    claims |= {name: claim.value for name in _TEXTS if (claim := getattr(bundle, name)) is not None}
    if receiving_name is not None:
        claims.setdefault("receiving_host", receiving_name)
    return {
        "claims": claims,
        "assumed": list(bundle.assumed),
        "not_understood": [piece.value for piece in bundle.not_understood],
    }


def _times(bundle: Bundle) -> Json:
    intervals = [interval for claim in bundle.times for interval in claim.candidates]
    times = [
        {"from": rfc3339(each.first), "to": rfc3339(each.last), "basis": each.basis.value, "because": each.because}
        for each in intervals
    ]
    best = {"time": [rfc3339(intervals[0].first, 0), rfc3339(intervals[0].last, 0)]} if intervals else {}
    return {**best, "times": times}


def _envelope(bundle: Bundle) -> Json:
    path = {"return_path": bundle.return_path.raw} if bundle.return_path is not None else {}
    recipients = _listed("recipient", [claim.value for claim in bundle.recipients])
    return {**path, **recipients, **_listed("message_id", [claim.value for claim in bundle.message_ids])}


def _replies(bundle: Bundle) -> Json:
    ids = [each for reply in bundle.replies for each in reply.ids]
    named: Json = {"remote_id": {"kind": ids[0].kind, "value": ids[0].value}} if ids else {}
    if product := next((reply.product for reply in bundle.replies if reply.product), None):
        named["reply_from"] = product
    return {**_listed("reply", [reply.raw for reply in bundle.replies]), **named}


def _listed(name: str, values: list[str]) -> Json:
    """The first value under its name; all of them under the plural where there are several."""
    if not values:
        return {}
    plural = "replies" if name == "reply" else f"{name}s"
    return {name: values[0], **({plural: values} if len(values) > 1 else {})}


# ---------------------------------------------------------------- coverage


def _coverage(finding: CoverageFinding, site_file: str | None) -> Json:
    return {
        "asked": [text for window in finding.asked[:1] for text in (rfc3339(window.first, 0), rfc3339(window.last, 0))],
        "complete": finding.complete,
        "site_file": site_file,
        "sources": [source_json(source) for source in finding.sources],
        "missing": list(finding.missing),
    }


# ---------------------------------------------------------------- matches


def _matched(matched: Matched, line_number: LineNumber) -> Json:
    confidence = matched.match.confidence
    return {
        "id": matched.arrival.id,
        "confidence": round(confidence, 4),
        "because": list(matched.match.because),
        "message": message_json(matched.match.tries.last),
        "recipients": [recipient_json(fate, confidence, line_number) for fate in matched.recipients],
    }


def message_json(journey: Journey) -> Json:
    """Gives what the logs say of a message as it arrived."""
    arrival = journey.arrival
    return {
        "message_id": arrival.message_id,
        "reverse_path": arrival.reverse_path,
        "client_ip": arrival.client_ip,
        "client_name": arrival.client_name,
        "helo": arrival.helo,
        "size_bytes": arrival.size_bytes,
        "received": rfc3339(arrival_span(arrival)[0], 3),
        "queue_id": arrival.local_id,
        "auth": auth_of(journey),
    }


_INFERENCE = 0.9  # how sure one inferred handoff leaves us: judgement, not measured


def recipient_json(fate: RecipientFate, confidence: float, line_number: LineNumber) -> Json:
    """Gives one recipient's fate and the lines that prove it."""
    outcome = fate.outcome
    return {
        "recipient": fate.recipient,
        "final_recipient": fate.final_recipient,
        "fate": outcome.fate.value,
        "final": fate.is_final,
        "folder": fate.folder,
        "stage": outcome.stage.value,
        "owner": outcome.owner.value,
        "holder": outcome.holder.value,
        "flags": sorted(flag.value for flag in fate.flags),
        "confidence": round(confidence * _INFERENCE ** len(fate.inferred), 4),
        "sentence": outcome.sentence,
        "reason": _reason(fate),
        "handed_to": fate.handed_to,
        "reply": fate.reply,
        "quarantine_id": fate.quarantine_id,
        "held_until": None,
        "because": [*outcome.because, *fate.inferred, *fate.remarks],
        "attempts": [_attempt(event) for event in fate.attempts],
        "delays": [{"where": each.where, "seconds": each.seconds, "why": each.why} for each in fate.delays],
        "after": [_later(later, line_number) for later in fate.after],
        "children": [recipient_json(child, confidence, line_number) for child in fate.children],
        "timeline": [entry_json(event, line_number) for event in fate.timeline],
    }


def _reason(fate: RecipientFate) -> Json:
    scan, deciding = fate.scan, fate.deciding
    return {
        "code": fate.outcome.code.value,
        "text": (deciding.reason or deciding.reply_text or "") if deciding is not None else "",
        "score": scan.score if scan else None,
        "threshold": scan.threshold if scan else None,
        "rules": list(scan.rules or ()) if scan else [],
    }


def _attempt(event: Event) -> Json:
    time = rfc3339(event.instant, event.digits)
    return {"time": time, "client_ip": event.client_ip, "reply": event.reply_text or event.action}


def _later(later: Later, line_number: LineNumber) -> Json:
    """One thing done to the stored copy; `because` says why it may have been done to another."""
    told = {"what": f"{later.what} {later.by}", "folder": later.folder, "because": list(later.because)}
    return {**entry_json(later.event, line_number), **told}


def entry_json(event: Event, line_number: LineNumber) -> Json:
    """Gives one line of a timeline."""
    found: Json = {
        "time": rfc3339(event.instant, event.digits),
        "host": event.host,
        "program": event.program,
        "what": what_of(event),
    }
    if event.line is not None:
        place = event.line.place
        found |= {"file": place.file, "line": line_number(place), "raw": event.line.text.replace(JOINT, "\n")}
    return found
