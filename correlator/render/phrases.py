"""Lines in a few words of plain English, for timelines."""

from collections.abc import Callable

from grammars import Event, Verb


def what_of(event: Event) -> str:
    """Says in a few words what one line says; the words of the log are quoted as they are."""
    return _TELLERS.get(event.verb, _plain)(event)


def _plain(event: Event) -> str:
    words = event.reason or event.reply_text or event.action or ""
    whose = f" for {event.recipient}" if event.recipient else ""
    verb = event.verb.value.replace("_", " ") + whose
    return f"{verb}: {words}" if words and words != event.verb.value else verb


def _peer(event: Event) -> str:
    name, ip = event.client_name, event.client_ip
    return f"{name}[{ip}]" if name and ip else ip or name or "unknown"


def _open(event: Event) -> str:
    if event.orig_queue_id:
        return f"back as {event.queue_id}, before {event.orig_queue_id}"
    return f"id {event.queue_id} given, from {_peer(event)}" if event.client_ip else f"id {event.queue_id} given"


def _queue(event: Event) -> str:
    count = event.recipient_count
    return f"accepted as {event.queue_id}, {count} recipient{'' if count == 1 else 's'}"


def _reject(event: Event) -> str:
    return f"refused {event.recipient or 'the session'}: {event.reply_text or event.reason or ''}".rstrip(": ")


def _deliver(event: Event) -> str:
    status = {"sent": "handed", "deferred": "kept", "bounced": "given up"}.get(event.status or "", event.status or "")
    if event.status != "sent":
        return f"{event.recipient} {status}: {event.reply_text or event.reason or ''}".rstrip(": ")
    hop = f" to {event.relay_host}" if event.relay_host else ""
    if event.next_queue_id is not None:
        return f"{event.recipient} {status}{hop}, queued there as {event.next_queue_id}"
    if event.session_id is not None:
        return f"{event.recipient} {status}{hop}, session {event.session_id}"
    return f"{event.recipient} {status}{hop}: {event.reply_text or event.reason or ''}".rstrip(": ")


def _scan(event: Event) -> str:
    score = f", score {event.score:g}" if event.score is not None else ""
    limit = f" of {event.threshold:g}" if event.threshold is not None and score else ""
    return f"{event.verb.value} {event.reason or event.action or ''}".rstrip() + score + limit


_TELLERS: dict[Verb, Callable[[Event], str]] = {
    Verb.CONNECT: lambda event: f"connect from {_peer(event)}",
    Verb.DISCONNECT: lambda event: f"disconnect from {_peer(event)}",
    Verb.BREAK_OFF: lambda event: f"{event.action or 'lost connection'} after {(event.stage or '?').upper()}",
    Verb.OPEN: _open,
    Verb.NAME: lambda event: f"Message-ID {event.message_id or 'none'}",
    Verb.QUEUE: _queue,
    Verb.REJECT: _reject,
    Verb.DELIVER: _deliver,
    Verb.STORE: lambda event: f"{event.recipient} stored in {event.folder or 'the mailbox'}",
    Verb.FORWARD: lambda event: f"{event.recipient} sent on to {event.forward_address or 'another address'}",
    Verb.REMOVE: lambda event: "deleted by an administrator" if event.program == "postsuper" else "done, left the queue",
    Verb.NOTIFY: lambda event: f"report to the sender: {event.next_queue_id}",
    Verb.PASS: _scan,
    Verb.SCAN: _scan,
    Verb.QUARANTINE: _scan,
}
