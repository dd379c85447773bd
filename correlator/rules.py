"""The rule table: from the line that decides to the fate, its stage, owner, holder and sentence.

Rules are tried in order; the first that fits decides.  Each names the source of what it claims.
`sent` is not a delivery: only agents that write into a mailbox deliver (Postfix local(8),
virtual(8)); what another system took is `relayed` until that system's log goes on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from correlator.words import Fate, Holder, Owner, Reason, Stage
from grammars import Event, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one line decides for one recipient."""

    fate: Fate
    stage: Stage
    owner: Owner
    holder: Holder
    code: Reason
    sentence: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table.  `source` says where what it claims is written down."""

    name: str
    when: Callable[[Event], bool]
    decide: Callable[[Event], Outcome]
    source: str


def decide(event: Event) -> Outcome | None:
    """Gives what a line decides for the recipient it speaks of, or None where it decides nothing."""
    return next((rule.decide(event) for rule in RULES if rule.when(event)), None)


# ---------------------------------------------------------------- reading a line's words


def is_permanent(event: Event) -> bool:
    """Whether a refusal is for good.  RFC 5321 section 4.2.1; RFC 3463 section 2 where the code was not logged."""
    if event.reply_code is not None:
        return event.reply_code >= 500
    if (event.action or "").endswith("rate limit"):
        return False  # Postfix smtpd answers 450 or 421, which it does not log
    return not (event.enhanced_status or "5").startswith("4")


def stage_of(event: Event) -> Stage:
    """The stage of a refusal or rule; what looks at the message itself is `content`."""
    if event.program == "cleanup" or (event.action or "").startswith("milter") and event.stage == "data":
        return Stage.CONTENT
    try:
        return Stage(event.stage or "rcpt")
    except ValueError:
        return Stage.RCPT


_CODES: tuple[tuple[Reason, "re.Pattern[str]"], ...] = tuple(
    (code, re.compile(pattern, re.IGNORECASE))
    for code, pattern in (
        (Reason.GREYLISTED, r"gr[ae]y-?list"),
        (Reason.VIRUS, r"virus|infected|malware"),
        (Reason.BANNED, r"banned"),
        (Reason.BLOCKLIST, r"blocked using|blacklist|blocklist|reputation|listed (?:at|by|in)"),
        (Reason.AUTHENTICATION, r"\b(?:spf|dkim|dmarc)\b"),
        (Reason.SPAM, r"spam|gtube|bulk"),
        (Reason.MAILBOX_FULL, r"quota|mailbox (?:is )?full|over ?quota"),
        (Reason.SIZE, r"size limit|too (?:big|large)|message size"),
        (Reason.USER_UNKNOWN, r"user unknown|unknown user|no such user|mailbox unavailable|does not exist"),
    )
)

_STATUS_CODES = {
    "1.1": Reason.USER_UNKNOWN,
    "1.6": Reason.USER_UNKNOWN,
    "2.1": Reason.POLICY,
    "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.SIZE,
    "3.4": Reason.SIZE,
    "7.26": Reason.AUTHENTICATION,
}


def reason_of(event: Event) -> Reason:
    """The kind of reason a refusal gives, by its enhanced status (RFC 3463) and the usual words."""
    status = (event.enhanced_status or "").partition(".")[2]
    if status in _STATUS_CODES:
        return _STATUS_CODES[status]
    text = f"{event.reason or ''} {event.reply_text or ''}"
    for code, pattern in _CODES:
        if pattern.search(text):
            return code
    if event.program == "cleanup" or (event.action or "").startswith("milter"):
        return Reason.FILTER
    return Reason.PROTOCOL if status.startswith("5.") else Reason.POLICY


_OWNERS = {
    Reason.USER_UNKNOWN: Owner.SENDER,
    Reason.SIZE: Owner.SENDER,
    Reason.PROTOCOL: Owner.SENDER,
    Reason.AUTHENTICATION: Owner.SENDER,
    Reason.MAILBOX_FULL: Owner.RECIPIENT,
    Reason.UNREACHABLE: Owner.US,
}


def words_of(event: Event) -> str:
    """The reply or reason of a line, as a person would quote it."""
    return event.reply_text or event.reason or event.status or event.action or event.verb.value


# ---------------------------------------------------------------- the rows


def _refused(event: Event) -> Outcome:
    code = reason_of(event)
    return Outcome(
        fate=Fate.REJECTED,
        stage=stage_of(event),
        owner=_OWNERS.get(code, Owner.US),
        holder=Holder.SENDER,
        code=code,
        sentence=f"Refused {_at(event)}: {words_of(event)}",
    )


def _put_off(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DEFERRED,
        stage=stage_of(event),
        owner=Owner.SENDER,
        holder=Holder.SENDER,
        code=reason_of(event),
        sentence=f"Put off {_at(event)}: {words_of(event)}; the sender has to try again",
    )


def _at(event: Event) -> str:
    stage = stage_of(event)
    return "for its content" if stage is Stage.CONTENT else f"at {stage.value.upper()}"


def _discarded(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=stage_of(event),
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=Reason.DISCARD_RULE,
        sentence=f"Accepted, then destroyed by a rule of ours ({words_of(event)}); nobody was told",
    )


def _held(event: Event) -> Outcome:
    by_hand = event.program == "postsuper"
    return Outcome(
        fate=Fate.QUARANTINED,
        stage=Stage.QUEUE if by_hand else stage_of(event),
        owner=Owner.US,
        holder=Holder.US,
        code=Reason.HELD,
        sentence="Held in our queue by an administrator" if by_hand else f"Held in our queue ({words_of(event)})",
    )


def _deleted(_: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.QUEUE,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=Reason.ADMIN_DELETED,
        sentence="Deleted from our queue by an administrator",
    )


def _expired(_: Event) -> Outcome:
    return Outcome(
        fate=Fate.BOUNCED,
        stage=Stage.QUEUE,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=Reason.EXPIRED,
        sentence="Given up after too long in our queue; reported to the sender",
    )


def _broken(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.NOT_ACCEPTED,
        stage=stage_of(event),
        owner=Owner.SENDER,
        holder=Holder.SENDER,
        code=Reason.CONNECTION_LOST,
        sentence=f"The session broke off before we took the message ({event.action or 'lost connection'})",
    )


def _discard_agent(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.QUEUE,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=Reason.DISCARD_TRANSPORT,
        sentence=f"Accepted, then destroyed by our discard transport ({event.reason or 'no reason given'})",
    )


def _null_device(_: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.MAILBOX,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=Reason.DEV_NULL,
        sentence="Accepted, then written to nowhere by an alias of ours",
    )


def _local_delivery(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DELIVERED,
        stage=Stage.MAILBOX,
        owner=Owner.NOBODY,
        holder=Holder.MAILBOX,
        code=Reason.STORED,
        sentence=f"Stored by our own server ({event.reason})",
    )


def _command(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.RELAYED,
        stage=Stage.HANDOFF,
        owner=Owner.US,
        holder=Holder.UNKNOWN,
        code=Reason.COMMAND,
        sentence=f"Handed to a program ({event.reason}); what it did is not in these logs",
        because=("the log of the program that took it is not loaded",),
    )


def _waiting(event: Event) -> Outcome:
    code = reason_of(event) if event.reply_code else Reason.UNREACHABLE
    return Outcome(
        fate=Fate.DEFERRED,
        stage=Stage.HANDOFF,
        owner=Owner.NEXT_HOP if event.reply_code else Owner.US,
        holder=Holder.US,
        code=code,
        sentence=f"Waits in our queue: {words_of(event)}",
    )


def _bounced(event: Event) -> Outcome:
    code = reason_of(event)
    return Outcome(
        fate=Fate.BOUNCED,
        stage=Stage.HANDOFF if event.reply_code else Stage.QUEUE,
        owner=_OWNERS.get(code, Owner.US),
        holder=Holder.NOBODY,
        code=code,
        sentence=f"Accepted, then given up: {words_of(event)}; reported to the sender",
    )


def _relayed(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.RELAYED,
        stage=Stage.HANDOFF,
        owner=Owner.NEXT_HOP,
        holder=Holder.NEXT_HOP,
        code=Reason.HANDED_OVER,
        sentence=f"Handed to {next_hop(event)}, which answered: {words_of(event)}",
        because=(f"the log of {next_hop(event)} is not loaded, or does not show this message",),
    )


def next_hop(event: Event) -> str:
    """The next system that a delivery line names, as a person would write it."""
    host, ip, port = event.relay_host, event.relay_ip, event.relay_port
    name = f"{host}[{ip}]" if host and ip and host != ip else host or ip or "the next system"
    return f"{name}:{port}" if port else name


def _filter_class(event: Event) -> Reason:
    text = (event.reason or "").lower()
    for word, code in (("infected", Reason.VIRUS), ("virus", Reason.VIRUS), ("banned", Reason.BANNED), ("spam", Reason.SPAM)):
        if word in text:
            return code
    return Reason.FILTER


def _score(event: Event) -> str:
    if event.score is None:
        return ""
    limit = f" of {event.threshold:g}" if event.threshold is not None else ""
    return f", score {event.score:g}{limit}"


def _quarantined(event: Event) -> Outcome:
    place = f", quarantine id {event.quarantine_id}" if event.quarantine_id else ""
    return Outcome(
        fate=Fate.QUARANTINED,
        stage=Stage.CONTENT,
        owner=Owner.US,
        holder=Holder.US,
        code=_filter_class(event),
        sentence=f"Accepted, then held by {event.program} ({event.reason or 'no class given'}{_score(event)}){place}",
    )


def _filter_dropped(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.CONTENT,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=_filter_class(event),
        sentence=f"Accepted, then destroyed by {event.program} ({event.reason or 'no class given'}{_score(event)}); nobody was told",
    )


def _filter_bounced(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.BOUNCED,
        stage=Stage.CONTENT,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=_filter_class(event),
        sentence=f"Accepted, then returned to the sender by {event.program} ({event.reason or 'no class given'})",
    )


def _delivers(event: Event, *statuses: str) -> bool:
    return event.verb is Verb.DELIVER and event.status in statuses


def _says(event: Event, *starts: str) -> bool:
    return (event.reason or "").startswith(starts)


def _is_filter(event: Event) -> bool:
    return event.local_id is not None and event.verb is not Verb.DELIVER


RULES: tuple[Rule, ...] = (
    Rule(name="filter_quarantined", when=lambda e: e.verb is Verb.QUARANTINE, decide=_quarantined,
         source="amavisd: amavis 2.13 RELEASE_NOTES, brace actions; field notes gateways 1.1"),
    Rule(name="filter_dropped", when=lambda e: e.verb is Verb.DISCARD and _is_filter(e), decide=_filter_dropped,
         source="amavisd: Discarded without a quarantine location"),
    Rule(name="filter_bounced", when=lambda e: e.verb is Verb.BOUNCE and _is_filter(e), decide=_filter_bounced,
         source="amavisd: Bounced means that it sent a report itself"),
    Rule(name="refused", when=lambda e: e.verb is Verb.REJECT and is_permanent(e), decide=_refused,
         source="RFC 5321 section 4.2.1"),
    Rule(name="put_off", when=lambda e: e.verb is Verb.REJECT, decide=_put_off, source="RFC 5321 section 4.2.1"),
    Rule(name="discarded", when=lambda e: e.verb is Verb.DISCARD, decide=_discarded,
         source="Postfix access(5), header_checks(5) DISCARD; milter SMFIR_DISCARD"),
    Rule(name="held", when=lambda e: e.verb is Verb.HOLD, decide=_held, source="Postfix access(5) HOLD, postsuper(1) -h"),
    Rule(name="deleted", when=lambda e: e.verb is Verb.REMOVE and e.program == "postsuper", decide=_deleted,
         source="postsuper(1) -d"),
    Rule(name="expired", when=lambda e: e.verb is Verb.EXPIRE and e.program != "postsuper", decide=_expired,
         source="Postfix qmgr(8), maximal_queue_lifetime"),
    Rule(name="broken_off", when=lambda e: e.verb is Verb.BREAK_OFF, decide=_broken,
         source="RFC 5321 section 4.1.1.4: only a 250 after the final dot moves responsibility"),
    Rule(name="discard_agent", when=lambda e: _delivers(e, "sent") and e.program == "discard", decide=_discard_agent,
         source="Postfix discard(8)"),
    Rule(name="null_device", decide=_null_device, source="Postfix local(8), aliases(5)",
         when=lambda e: _delivers(e, "sent") and _says(e, "delivered to file: /dev/null", "discarded")),
    Rule(name="local_delivery", decide=_local_delivery, source="Postfix local(8), virtual(8)",
         when=lambda e: _delivers(e, "sent") and _says(e, "delivered to mailbox", "delivered to maildir", "delivered to file")),
    Rule(name="command", decide=_command, source="Postfix local(8), pipe(8)",
         when=lambda e: _delivers(e, "sent") and _says(e, "delivered to command", "delivered via ")),
    Rule(name="waiting", when=lambda e: _delivers(e, "deferred", "softbounce"), decide=_waiting,
         source="Postfix bounce(5), soft_bounce"),
    Rule(name="bounced", when=lambda e: _delivers(e, "bounced"), decide=_bounced, source="Postfix bounce(8); RFC 3464 section 2.3.3"),
    Rule(name="relayed", when=lambda e: _delivers(e, "sent", "relayed"), decide=_relayed,
         source="RFC 5321 section 2.1; RFC 3464 section 2.3.3: relayed is not delivered"),
)
