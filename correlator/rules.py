"""The rule table: from the line that decides to the fate, its stage, owner, holder and sentence.

Rules are tried in order; the first that fits decides.  Each names the source of what it claims.
`sent` is not a delivery: only agents that write into a mailbox deliver (Postfix local(8),
virtual(8)); what another system took is `relayed` until that system's log goes on.

A sentence that begins with the word "Accepted" is given the time of the acceptance by the walk.
"""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from ipaddress import ip_address
from typing import NamedTuple

from correlator.words import Fate, Holder, Owner, Reason, Stage
from grammars import Event, Verb


class Outcome(NamedTuple):
    """What one line decides for one recipient."""

    fate: Fate
    stage: Stage
    owner: Owner
    holder: Holder
    code: Reason
    sentence: str
    because: tuple[str, ...] = ()


class Rule(NamedTuple):
    """One row of the table: `says` is the row for people, `source` where what it claims is written down.

    It fits a line that says one of `verbs`, and for which `when` holds.
    """

    name: str
    says: str
    verbs: AbstractSet[Verb]
    decide: Callable[[Event], Outcome]
    source: str
    when: Callable[[Event], bool] = lambda _: True


def decide(event: Event) -> Outcome | None:
    """Gives what a line decides for the recipient it speaks of, or None where it decides nothing."""
    return next((rule.decide(event) for rule in _OF_VERB[event.verb] if rule.when(event)), None)


def decides(event: Event) -> bool:
    """Whether a line decides anything for the recipient it speaks of."""
    return any(rule.when(event) for rule in _OF_VERB[event.verb])


# ---------------------------------------------------------------- reading a line's words


def is_permanent(event: Event) -> bool:
    """Whether a refusal is for good.  RFC 5321 section 4.2.1; RFC 3463 section 2 where the code was not logged."""
    if event.reply_code is not None:
        return event.reply_code >= 500
    if event.enhanced_status is not None:
        return not event.enhanced_status.startswith("4")
    return _FOR_NOW.search(event.reason or "") is None


# Lines that name no code, of replies that are 421, 450 or 451: Postfix smtpd.c (anvil), postscreen.c, cleanup_map1n.c.
_FOR_NOW = re.compile(
    r"rate limit exceeded$|concurrency limit exceeded$|too many connections$|ports (?:are )?busy$|try again later$",
    re.IGNORECASE,
)


def stage_of(event: Event) -> Stage:
    """The stage of a refusal or rule; what looks at the message itself is `content`."""
    if event.verb is Verb.BREAK_OFF:
        return _session_stage(event.stage or "data")
    if _is_at_end(event) or (event.program == "cleanup" and event.stage is None):
        return Stage.CONTENT
    return _session_stage(event.stage or "rcpt")


def _is_at_end(event: Event) -> bool:
    """Whether a filter had seen the whole message.

    smtpd(8) asks milters up to the command DATA, cleanup(8) at the end of the message: smtpd.c, cleanup_milter.c.
    """
    action = event.action or ""
    asked = action.startswith("proxy") or (action.startswith("milter") and event.program == "cleanup")
    return event.stage == "data" and asked


def _session_stage(word: str) -> Stage:
    return Stage(word) if word in {"connect", "helo", "mail", "rcpt", "data"} else _OTHER_STAGES.get(word, Stage.RCPT)


_OTHER_STAGES = {"unknown": Stage.CONNECT, "etrn": Stage.HELO, "rset": Stage.MAIL, "noop": Stage.MAIL}

# The usual words of refusals, in the order in which they count.
_CODES: tuple[tuple[Reason, "re.Pattern[str]"], ...] = tuple(
    (code, re.compile(pattern, re.IGNORECASE))
    for code, pattern in (
        (Reason.GREYLISTED, r"gr[ae]y-?list"),
        (Reason.VIRUS, r"virus|infected|malware"),
        (Reason.BANNED, r"banned"),
        (Reason.BLOCKLIST, r"blocked using|black-?list|block-?list|deny-?list|reputation|listed (?:at|by|in)"),
        (Reason.AUTHENTICATION, r"\b(?:spf|dkim|dmarc)\b"),
        (Reason.SPAM, r"spam|gtube|\bbulk\b"),
        (Reason.MAILBOX_FULL, r"quota|mailbox (?:is )?full|over ?quota"),
        (Reason.SIZE, r"size limit|too (?:big|large)\b|message size"),
        (Reason.USER_UNKNOWN, r"user unknown|unknown user|no such user|mailbox unavailable|does not exist"),
    )
)

# RFC 3463 section 3, RFC 7372, RFC 7505: what a status says whatever its words are.
_STATUS_CODES = {
    **dict.fromkeys(("1.1", "1.2", "1.6", "1.10"), Reason.USER_UNKNOWN),
    "1.3": Reason.PROTOCOL,
    "2.1": Reason.POLICY,
    "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.SIZE,
    "3.4": Reason.SIZE,
    **dict.fromkeys(("4.1", "4.2", "4.4", "4.6", "4.7"), Reason.UNREACHABLE),
    **dict.fromkeys(("7.20", "7.21", "7.22", "7.23", "7.24", "7.26"), Reason.AUTHENTICATION),
}

_IN_PROGRESS = re.compile(r"verification in progress", re.IGNORECASE)


# Fixed words of policyd-spf, postfix-policyd-spf-perl and OpenDMARC; what follows them is the sender's text, and may
# name any other reason.
_AUTHENTICATION = re.compile(
    r"(?:^|rejected: )(?:Message (?:rejected|deferred) due to: |rejected by DMARC policy for |SPF-Result="
    r"|Please see https?://(?:www\.)?openspf\.)"
)


def reason_of(event: Event) -> Reason:
    """The kind of reason a refusal gives, by its enhanced status (RFC 3463) and the usual words."""
    status, text = _class_of(event), _rule_words(event)
    if _AUTHENTICATION.search(text):
        return Reason.AUTHENTICATION
    named = reason_in(text)
    if named is Reason.GREYLISTED or _IN_PROGRESS.search(text):
        return named or Reason.POLICY  # an address that is still being checked is not yet unknown
    if status in _STATUS_CODES:
        return _STATUS_CODES[status]
    if named is not None:
        return named
    if event.program == "cleanup" or (event.action or "").startswith(("milter", "proxy")):
        return Reason.FILTER
    return Reason.PROTOCOL if status.startswith("5.") else Reason.POLICY


def reason_in(text: str) -> Reason | None:
    """The kind of reason that the usual words name, or None."""
    return next((code for code, pattern in _CODES if pattern.search(text)), None)


def _class_of(event: Event) -> str:
    """Subject and detail of the enhanced status: `1.1` of 5.1.1."""
    return (event.enhanced_status or "").partition(".")[2]


def _rule_words(event: Event) -> str:
    """The words of a refusal without the address or name in front of them, which is the client's own text."""
    text = event.reason or event.reply_text or ""
    return text.rpartition(">: ")[2] if text.startswith("<") else text


_OWNERS = {
    Reason.USER_UNKNOWN: Owner.SENDER,
    Reason.SIZE: Owner.SENDER,
    Reason.PROTOCOL: Owner.SENDER,
    Reason.AUTHENTICATION: Owner.SENDER,
    Reason.GREYLISTED: Owner.SENDER,
    Reason.MAILBOX_FULL: Owner.RECIPIENT,
    Reason.UNREACHABLE: Owner.US,
}

# RFC 3463 section 3.2, RFC 7372 section 3.3, RFC 7505: the sender's own address or name in the DNS is at fault.
_SENDERS_FAULT = frozenset({"1.7", "1.8", "7.25", "7.27"})
_SENDERS_NAME = re.compile(r"cannot find your|domain not found|need fully-qualified|host not found", re.IGNORECASE)


def owner_of(event: Event, code: Reason) -> Owner:
    """Whose move a refusal is: the sender's where the sender is at fault; else ours, for the rule is ours."""
    if _class_of(event) in _SENDERS_FAULT or _SENDERS_NAME.search(_rule_words(event)):
        return Owner.SENDER
    return _OWNERS.get(code, Owner.US)


def words_of(event: Event) -> str:
    """The reply or reason of a line, as a person would quote it."""
    return event.reply_text or event.reason or event.status or event.action or event.verb.value


# ---------------------------------------------------------------- before we took it


def _refused(event: Event) -> Outcome:
    code = reason_of(event)
    return Outcome(
        fate=Fate.REJECTED,
        stage=stage_of(event),
        owner=owner_of(event, code),
        holder=Holder.SENDER,
        code=code,
        sentence=f"Refused {_at(event)}: {words_of(event)}",
    )


def _put_off(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DEFERRED,
        stage=stage_of(event),
        owner=Owner.US if _is_our_trouble(event) else Owner.SENDER,
        holder=Holder.SENDER,
        code=reason_of(event),
        sentence=f"Put off {_at(event)}: {words_of(event)}; the sender has to try again",
    )


def _is_our_trouble(event: Event) -> bool:
    """RFC 3463 section 3.4: X.3.* is our system's state (4.3.2 asks for a later try); or a milter is down."""
    status = _class_of(event)
    down = (event.action or "").startswith("milter") and "Service unavailable" in (event.reason or "")
    return down or status in {"3.0", "3.1", "3.5"}


def _at(event: Event) -> str:
    """Where it was refused; a filter that had seen all of it need not have minded the content, unless it says so."""
    stage = stage_of(event)
    if stage is not Stage.CONTENT:
        return f"at {stage.value.upper()}"
    unsaid = _is_at_end(event) and reason_of(event) not in _OF_CONTENT
    return "at the end of the message" if unsaid else "for its content"


_OF_CONTENT = frozenset({Reason.SPAM, Reason.VIRUS, Reason.BANNED})


def _broken(event: Event) -> Outcome:
    stage = stage_of(event)
    return Outcome(
        fate=Fate.NOT_ACCEPTED,
        stage=stage,
        owner=Owner.SENDER,
        holder=Holder.SENDER,
        code=Reason.CONNECTION_LOST,
        sentence=_BREAKS.get(event.action or "", _BREAKS["lost connection"]).format(stage=stage.value.upper()),
    )


_BREAKS = {
    "lost connection": "The connection was lost after {stage}, before we took the message",
    "timeout": "The sender's server fell silent after {stage}, and we hung up before we took the message",
    "too many errors": "We ended the session after too many errors, before we took the message",
    "canceled": "The message was begun and never completed: we did not take it",
}


def _hung_up(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.NOT_ACCEPTED,
        stage=stage_of(event),
        owner=Owner.US,
        holder=Holder.SENDER,
        code=Reason.POLICY,
        sentence=f"A rule of ours hung up {_at(event)} without an answer ({words_of(event)})",
    )


# ---------------------------------------------------------------- rules, milters and administrators


def _is_milter(event: Event) -> bool:
    return (event.action or "").startswith("milter")


def _by_rule(event: Event) -> str:
    who = "by our mail filter" if _is_milter(event) else "by a rule of ours"
    return f"{who} ({event.reason})" if event.reason else who


def _discarded(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=stage_of(event),
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=Reason.FILTER if _is_milter(event) else Reason.DISCARD_RULE,
        sentence=f"Accepted, then destroyed {_by_rule(event)}; nobody was told",
    )


def _held(event: Event) -> Outcome:
    if (event.reason or "").startswith("Received:"):
        return _held_for_scanner()
    by_hand = event.program == "postsuper"
    who = "by an administrator" if by_hand else _by_rule(event)
    return Outcome(
        fate=Fate.QUARANTINED,
        stage=Stage.QUEUE if by_hand else stage_of(event),
        owner=Owner.US,
        holder=Holder.US,
        code=Reason.HELD,
        sentence=f"Accepted, then held in our queue {who}; it waits there until somebody releases it",
    )


def _held_for_scanner() -> Outcome:
    """Every message has Received: a rule on it holds all mail for a scanner, which queues it anew (MailScanner)."""
    return Outcome(
        fate=Fate.UNKNOWN,
        stage=Stage.QUEUE,
        owner=Owner.US,
        holder=Holder.UNKNOWN,
        code=Reason.HELD,
        sentence="Accepted, then put into our hold queue by a rule on Received, as for MailScanner; "
        "what the scanner did with it is not in these logs",
        because=("if it no longer waits (postqueue -p), ask with the new id that the scanner's log names",),
    )


def _deleted(_: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.QUEUE,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=Reason.ADMIN_DELETED,
        sentence="Accepted, then deleted from our queue by an administrator; nobody was told",
    )


def redirected(event: Event, target: str) -> Outcome:
    """What a REDIRECT rule decides for everybody to whom the message was addressed."""
    return Outcome(
        fate=Fate.FORWARDED,
        stage=stage_of(event),
        owner=Owner.US,
        holder=Holder.UNKNOWN,
        code=Reason.POLICY,
        sentence=f"Accepted, then sent to {target} instead, by a rule of ours",
    )


# ---------------------------------------------------------------- deliveries


def _discard_agent(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.QUEUE,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=Reason.DISCARD_TRANSPORT,
        sentence=f"Accepted, then destroyed by our discard transport ({words_of(event)}); nobody was told",
    )


def _null_device(_: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.MAILBOX,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=Reason.DEV_NULL,
        sentence="Accepted, then written to /dev/null by an alias of ours; nobody was told",
    )


def _local_delivery(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DELIVERED,
        stage=Stage.MAILBOX,
        owner=Owner.NOBODY,
        holder=Holder.MAILBOX,
        code=Reason.STORED,
        sentence=f"Stored in the mailbox by our own server ({event.reason})",
    )


def _command(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.RELAYED,
        stage=Stage.HANDOFF,
        owner=Owner.US,
        holder=Holder.UNKNOWN,
        code=Reason.COMMAND,
        sentence=f"Handed to a program of ours ({command_of(event)}); what it did is not in these logs",
        because=("the log of the program that took it is not loaded, or does not show this message",),
    )


def command_of(event: Event) -> str:
    """The program that took a message: the command, or the service of master.cf."""
    text = event.reason or ""
    return text.removeprefix("delivered to command: ").removeprefix("delivered via ")


def _waiting(event: Event) -> Outcome:
    code = reason_of(event) if event.reply_code else Reason.UNREACHABLE
    kept = " (soft_bounce keeps it there after a refusal for good)" if event.status == "softbounce" else ""
    return Outcome(
        fate=Fate.DEFERRED,
        stage=Stage.HANDOFF,
        owner=Owner.US if kept else _owner_of_failure(event, code),
        holder=Holder.US,
        code=code,
        sentence=f"Accepted, and waits in our queue{kept}: {words_of(event)}",
        because=_passed_on(event, code),
    )


def _bounced(event: Event) -> Outcome:
    code = reason_of(event)
    return Outcome(
        fate=Fate.BOUNCED,
        stage=Stage.HANDOFF if event.reply_code else Stage.QUEUE,
        owner=_owner_of_failure(event, code),
        holder=Holder.NOBODY,
        code=code,
        sentence=f"Accepted, then given up: {words_of(event)}",
        because=_passed_on(event, code),
    )


def _owner_of_failure(event: Event, code: Reason) -> Owner:
    """A refusal by another system is that system's move, unless it says whose else."""
    answered_elsewhere = _is_answered_elsewhere(event)
    if answered_elsewhere and code is Reason.AUTHENTICATION:
        return Owner.US
    if code is Reason.GREYLISTED:
        return Owner.NEXT_HOP if answered_elsewhere else Owner.US  # our queue tries again by itself
    return _OWNERS.get(code, Owner.NEXT_HOP if answered_elsewhere else Owner.US)


def _is_answered_elsewhere(event: Event) -> bool:
    return event.reply_code is not None and not is_our_own(event)


def _passed_on(event: Event, code: Reason) -> tuple[str, ...]:
    """RFC 7960 section 3.2: who passes mail on is not whom the sender's domain names, and may break its signature."""
    passed_on = code is Reason.AUTHENTICATION and _is_answered_elsewhere(event)
    return (_PASSED_ON,) if passed_on else ()


_PASSED_ON = (
    "the next system checked the sender's domain against our server, since we passed the message on: rewrite the "
    "return-path (SRS), leave signed parts as they are, or have it trust our ARC seal"
)


def is_our_own(event: Event) -> bool:
    """Whether the next hop is surely ours: a filter on this machine, or the mailbox server behind lmtp(8)."""
    if event.program == "lmtp" or not event.relay_ip:
        return True
    try:
        return ip_address(event.relay_ip).is_loopback
    except ValueError:
        return False


def _expired(_: Event) -> Outcome:
    return Outcome(
        fate=Fate.BOUNCED,
        stage=Stage.QUEUE,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=Reason.EXPIRED,
        sentence="Accepted, then given up after too long in our queue",
    )


def expired_after(expired: Outcome, deferral: Event) -> Outcome:
    """An expiry is the move of whoever kept the message from going on, and says what did."""
    kept = _waiting(deferral)
    return expired._replace(owner=kept.owner, sentence=f"{expired.sentence}; the last try failed: {words_of(deferral)}")


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


def _proxy_accepted(event: Event) -> Outcome:
    why = "the lines behind our before-queue filter, which took it, are not in these logs"
    return Outcome(
        fate=Fate.UNKNOWN,
        stage=Stage.CONTENT,
        owner=Owner.US,
        holder=Holder.UNKNOWN,
        code=Reason.FILTER,
        sentence=f"Taken by our before-queue filter, which answered: {words_of(event)}",
        because=(why,),
    )


def next_hop(event: Event) -> str:
    """The next system that a delivery line names, as a person would write it."""
    host, ip, port = event.relay_host, event.relay_ip, event.relay_port
    name = f"{host}[{ip}]" if host and ip and host != ip else host or ip or "the next system"
    return f"{name}:{port}" if port else name


# ---------------------------------------------------------------- filters that act by themselves


def filter_class(event: Event) -> Reason:
    """What a filter found, by its own word."""
    text = (event.reason or "").lower()
    classes = {"infected": Reason.VIRUS, "virus": Reason.VIRUS, "banned": Reason.BANNED, "spam": Reason.SPAM}
    return next((code for word, code in classes.items() if word in text), Reason.FILTER)


_CLASS_WORDS = {Reason.VIRUS: "a virus", Reason.BANNED: "a banned attachment", Reason.SPAM: "spam"}


def _found(event: Event) -> str:
    """`by amavis as spam (score 23.5 of 15)`; a class without a word of ours as it stands."""
    name = _CLASS_WORDS.get(filter_class(event), event.reason or "a message it does not let through")
    if event.score is None:
        return f"by {event.program} as {name}"
    limit = f" of {event.threshold:g}" if event.threshold is not None else ""
    return f"by {event.program} as {name} (score {event.score:g}{limit})"


def _quarantined(event: Event) -> Outcome:
    place = f", quarantine id {event.quarantine_id}" if event.quarantine_id else ""
    return Outcome(
        fate=Fate.QUARANTINED,
        stage=Stage.CONTENT,
        owner=Owner.US,
        holder=Holder.US,
        code=filter_class(event),
        sentence=f"Accepted, then held {_found(event)}{place}",
    )


def _filter_dropped(event: Event) -> Outcome:
    return Outcome(
        fate=Fate.DROPPED,
        stage=Stage.CONTENT,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=filter_class(event),
        sentence=f"Accepted, then destroyed {_found(event)}; nobody was told",
    )


def _filter_bounced(event: Event) -> Outcome:
    copy = f"; a copy is kept, quarantine id {event.quarantine_id}" if event.quarantine_id else ""
    return Outcome(
        fate=Fate.BOUNCED,
        stage=Stage.CONTENT,
        owner=Owner.US,
        holder=Holder.NOBODY,
        code=filter_class(event),
        sentence=f"Accepted, then returned to the sender {_found(event)}{copy}",
    )


# ---------------------------------------------------------------- the table


def _agent_says(event: Event, *starts: str) -> bool:
    """Whether a delivery agent of ours says so itself; the same words in another system's reply prove nothing."""
    return event.status == "sent" and event.reply_text is None and (event.reason or "").startswith(starts)


def _is_scan(event: Event) -> bool:
    """Whether a filter itself speaks; an MTA's line may name the filter's id, in the reply that it quotes."""
    return event.local_id is not None and event.reply_text is None


# fmt: off
RULES: tuple[Rule, ...] = (
    Rule(name="filter_quarantined", decide=_quarantined,
         says="a filter took it with 250 and put it into its quarantine",
         verbs={Verb.QUARANTINE, Verb.REDIRECT},
         when=lambda e: e.verb is Verb.QUARANTINE or e.quarantine_id is not None,
         source="amavisd 2.13 RELEASE_NOTES: Discarded or NoBounce, with a quarantine location; "
         "MailScanner.conf: Spam Actions, Quarantine Infections"),
    Rule(name="filter_dropped", decide=_filter_dropped,
         says="a filter took it with 250 and kept nothing",
         verbs={Verb.DISCARD},
         when=_is_scan,
         source="amavisd 2.13 RELEASE_NOTES: Discarded or NoBounce, without a quarantine location"),
    Rule(name="filter_bounced", decide=_filter_bounced,
         says="a filter took it and sent a report itself",
         verbs={Verb.BOUNCE},
         when=_is_scan,
         source="amavisd 2.13 RELEASE_NOTES: Bounced"),
    Rule(name="refused", decide=_refused,
         says="5xx in the session",
         verbs={Verb.REJECT},
         when=lambda e: not _is_scan(e) and is_permanent(e),
         source="RFC 5321 section 4.2.1; RFC 3463 section 2"),
    Rule(name="put_off", decide=_put_off,
         says="4xx in the session: greylisting, rate limits, a scanner's tempfail, postscreen's 450",
         verbs={Verb.REJECT},
         when=lambda e: not _is_scan(e),
         source="RFC 5321 section 4.2.1; Postfix postscreen(8), anvil(8)"),
    Rule(name="discarded", decide=_discarded,
         says="250, then DISCARD by an access rule, a header check or a milter; `removed (discarded)`",
         verbs={Verb.DISCARD},
         source="Postfix access(5), header_checks(5); milter SMFIR_DISCARD"),
    Rule(name="held", decide=_held,
         says="HOLD by an access rule, a header check, a milter or `postsuper -h`, and no release; "
         "by a check on Received (MailScanner) the scanner's lines decide, and without them the fate is unknown",
         verbs={Verb.HOLD},
         source="Postfix access(5), header_checks(5), postsuper(1)"),
    Rule(name="deleted", decide=_deleted,
         says="`postsuper -d`",
         verbs={Verb.REMOVE},
         when=lambda e: e.program == "postsuper",
         source="Postfix postsuper(1)"),
    Rule(name="expired", decide=_expired,
         says="too long in the queue (`expired`, `force-expired`)",
         verbs={Verb.EXPIRE},
         when=lambda e: e.program != "postsuper",
         source="Postfix qmgr(8), maximal_queue_lifetime"),
    Rule(name="hung_up", decide=_hung_up,
         says="HANGUP by an access rule",
         verbs={Verb.BREAK_OFF},
         when=lambda e: e.action == "hangup",
         source="Postfix access(5)"),
    Rule(name="broken_off", decide=_broken,
         says="lost connection, timeout, too many errors, `removed (canceled)`",
         verbs={Verb.BREAK_OFF},
         source="RFC 5321 section 4.1.1.4: only our 250 after the final dot makes it ours"),
    Rule(name="proxy_accepted", decide=_proxy_accepted,
         says="a before-queue filter took it, and the lines behind it are missing",
         verbs={Verb.ACCEPT},
         when=lambda e: e.action == "proxy-accept",
         source="Postfix SMTPD_PROXY_README"),
    Rule(name="discard_agent", decide=_discard_agent,
         says="the discard transport",
         verbs={Verb.DELIVER},
         when=lambda e: e.status == "sent" and e.program == "discard",
         source="Postfix discard(8)"),
    Rule(name="null_device", decide=_null_device,
         says="`/dev/null`, or a system address without an alias",
         verbs={Verb.DELIVER},
         when=lambda e: _agent_says(e, "delivered to file: /dev/null", "discarded", "undeliverable postmaster"),
         source="Postfix local(8), aliases(5)"),
    Rule(name="local_delivery", decide=_local_delivery,
         says="a delivery agent of ours wrote it into a mailbox",
         verbs={Verb.DELIVER},
         when=lambda e: _agent_says(e, "delivered to mailbox", "delivered to maildir", "delivered to file"),
         source="Postfix local(8), virtual(8)"),
    Rule(name="command", decide=_command,
         says="a program of ours took it, and its log does not go on",
         verbs={Verb.DELIVER},
         when=lambda e: _agent_says(e, "delivered to command", "delivered via "),
         source="Postfix local(8), pipe(8)"),
    Rule(name="waiting", decide=_waiting,
         says="the last try was put off, and it waits in our queue",
         verbs={Verb.DELIVER},
         when=lambda e: e.status in {"deferred", "softbounce"},
         source="Postfix bounce(5), soft_bounce"),
    Rule(name="bounced", decide=_bounced,
         says="given up after our 250",
         verbs={Verb.DELIVER},
         when=lambda e: e.status == "bounced",
         source="Postfix bounce(8); RFC 3464 section 2.3.3"),
    Rule(name="relayed", decide=_relayed,
         says="another system took it, and its log does not go on",
         verbs={Verb.DELIVER},
         when=lambda e: e.status in {"sent", "relayed"},
         source="RFC 5321 section 2.1; RFC 3464 section 2.3.3: relayed is not delivered"),
)
# fmt: on

_OF_VERB = {verb: tuple(rule for rule in RULES if verb in rule.verbs) for verb in Verb}
