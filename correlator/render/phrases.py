"""Lines in a few words of plain English, for timelines."""

from collections.abc import Callable

from correlator.rules import is_permanent
from grammars import Event, Verb


def what_of(event: Event) -> str:
    """Says in a few words what one line says; the words of the log are quoted as they are."""
    if event.format in _LISTS and event.verb in _LIST_TELLERS:
        return _LIST_TELLERS[event.verb](event)
    if event.auth and not event.rules:
        return _authentication(event)
    return _TELLERS.get(event.verb, _plain)(event)


def _plain(event: Event) -> str:
    words = event.reason or event.reply_text or event.action or ""
    if event.dkim_domain and words != event.reason:
        words = f"{words or 'a signature'}, of {event.dkim_domain}"
    whose = f" for {event.recipient}" if event.recipient else ""
    verb = ("given to a program" if event.action == "program" else event.verb.value.replace("_", " ")) + whose
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
    done = "refused" if is_permanent(event) else "put off"
    return f"{done} {event.recipient or 'the session'}: {event.reply_text or event.reason or ''}".rstrip(": ")


def _would_reject(event: Event) -> str:
    return (
        f"would refuse {event.recipient or 'the session'} (a dry run): {event.reply_text or event.reason or ''}".rstrip(
            ": "
        )
    )


def _rule(done: str) -> Callable[[Event], str]:
    """A rule that acts on the whole message, whichever recipient its line names."""

    def tell(event: Event) -> str:
        who = "milter" if (event.action or "").startswith("milter") else "rule"
        words = f": {event.reason}" if event.reason else ""
        return f"{done} by an administrator" if event.program == "postsuper" else f"{done} by a {who}{words}"

    return tell


def _break(event: Event) -> str:
    if event.action == "canceled":
        return "never completed, id gone"
    return f"{event.action or 'lost connection'} after {(event.stage or '?').upper()}"


def _expire(event: Event) -> str:
    return (
        "set to expire by an administrator" if event.program == "postsuper" else "given up after too long in the queue"
    )


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


def _requeue(event: Event) -> str:
    by = " by an administrator" if event.program == "postsuper" else ""
    return f"put back into the queue {f'as {event.next_queue_id}' if event.next_queue_id else 'under a new id'}{by}"


def _scan(event: Event) -> str:
    score = f", score {event.score:g}" if event.score is not None else ""
    limit = f" of {event.threshold:g}" if event.threshold is not None and score else ""
    words = event.reason or event.action or (f"rules {', '.join(event.rules)}" if event.rules else "")
    return f"{event.verb.value} {words}".rstrip() + score + limit


_ADVICE = {Verb.REJECT: ", to be refused", Verb.DEFER: ", to be put off"}


def _authentication(event: Event) -> str:
    """`SPF softfail (news@sender.example)`: the result, whom it is about, and what a policy service advised."""
    results = ", ".join(f"{method.upper()} {result}" for method, result in (event.auth or {}).items())
    whom = event.header_from or event.reverse_path or event.helo or event.reason
    return f"{results}{f' ({whom})' if whom else ''}{_ADVICE.get(event.verb, '')}"


def _file(event: Event) -> str:
    source = f" from {event.from_folder}" if event.from_folder else ""
    return f"{event.recipient}: {event.action or event.verb.value}{source} to {event.folder or 'a folder'}"


def _in_folder(event: Event) -> str:
    words = (event.action or event.verb.value).replace("_", " ")
    flags = f", now {event.status}" if event.status else ""
    return f"{event.recipient}: {words} in {event.folder or 'a folder'}{flags}"


def _because(event: Event) -> str:
    return f": {event.reason}" if event.reason else ""


def _posted(event: Event) -> str:
    members = f"{event.recipient_count} members" if event.recipient_count else "the members"
    return f"given by the list {event.recipient or ''} to the mail server for {members}".replace("  ", " ")


_LISTS = frozenset({"mailman", "sympa"})
_LIST_TELLERS: dict[Verb, Callable[[Event], str]] = {
    Verb.HOLD: lambda event: f"held by the list {event.recipient or ''}{_because(event)}",
    Verb.RELEASE: lambda _: "let pass by a moderator",
    Verb.DISCARD: lambda event: f"destroyed by the list {event.recipient or ''}{_because(event)}",
    Verb.BOUNCE: lambda event: f"returned to the sender by the list {event.recipient or ''}{_because(event)}",
    Verb.FORWARD: _posted,
    Verb.PASS: lambda _: "let pass by the list's rules",
}


def _discard(event: Event) -> str:
    if event.action == "dev_null":
        return "written to /dev/null"
    if (event.action or "").startswith("duplicate"):
        return f"{event.recipient or 'a copy'} not stored again: the same Message-ID had come before"
    if event.session_id or event.service in {"lmtp", "lda"}:
        return f"{event.recipient or 'the mailbox'}: a Sieve script discards it, unless it is stored by name"
    return _scan(event) if event.local_id else _rule("destroyed")(event)


_TELLERS: dict[Verb, Callable[[Event], str]] = {
    Verb.CONNECT: lambda event: f"connect from {_peer(event)}",
    Verb.DISCONNECT: lambda event: f"disconnect from {_peer(event)}",
    Verb.BREAK_OFF: _break,
    Verb.OPEN: _open,
    Verb.NAME: lambda event: f"Message-ID {event.message_id or 'none'}",
    Verb.QUEUE: _queue,
    Verb.REJECT: _reject,
    Verb.WOULD_REJECT: _would_reject,
    Verb.DISCARD: _discard,
    Verb.HOLD: _rule("held"),
    Verb.RELEASE: lambda event: f"released{f' from {event.program}' if event.mail_id else ' from hold'}",
    Verb.REDIRECT: _rule("sent elsewhere"),
    Verb.EXPIRE: _expire,
    Verb.REQUEUE: _requeue,
    Verb.FAIL_STORE: lambda event: (
        f"not stored in {event.folder or 'the mailbox'}: {event.reason or 'no reason given'}"
    ),
    Verb.REPLY: lambda event: f"automatic answer sent to {event.reverse_path or 'the sender'}",
    Verb.DELIVER: _deliver,
    Verb.STORE: lambda event: f"{event.recipient or 'a copy'} stored in {event.folder or 'the mailbox'}",
    Verb.FORWARD: lambda event: (
        f"{event.recipient or 'a copy'} sent on to {event.forward_address or 'another address'}"
    ),
    Verb.REMOVE: lambda event: (
        "deleted by an administrator" if event.program == "postsuper" else "done, left the queue"
    ),
    Verb.NOTIFY: lambda event: f"report to the sender: {event.next_queue_id}",
    Verb.PASS: _scan,
    Verb.SCAN: _scan,
    Verb.QUARANTINE: _scan,
    Verb.FILE: _file,
    Verb.MOVE: _file,
    Verb.MARK: _in_folder,
    Verb.EXPUNGE: _in_folder,
}
