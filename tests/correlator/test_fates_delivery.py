"""Stories of the queue, of other systems, of aliases and lists."""

import pytest

from tests.correlator.stories import (
    QUEUE,
    accepted,
    answer_to,
    delivery,
    fates,
    named,
    queued,
    refused,
    removed,
    right,
    rspamd,
    sieve,
    stored,
    to_store,
    told,
)

JANE = "jane@recipient.example"
JOE = "joe@recipient.example"
OUT = "jane@elsewhere.example"
REFUSED = {"relay": "none", "dsn": "4.4.1", "status": "deferred"}
HUB = "hub1.recipient.example[203.0.113.30]:25"
NOWHERE = "connect to mx.example.net[198.51.100.9]:25: Connection timed out"
LOCAL = {"agent": "local", "relay": "local"}
NOTICE = f"bounce: {QUEUE}: sender non-delivery notification: 9F7B21234F"
STORED = right(JANE, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX")
AT = "Accepted at 10:24:00 UTC"


# ---------------------------------------------------------------- handed over


def test_relayed_outside() -> None:
    """Rule `relayed`: another system took it, and what it did stands in its own log."""
    (found,) = told(*accepted(), delivery(JANE, "250 2.0.0 OK 1795 abc - gsmtp"), removed())
    hop = "mx.example.net[198.51.100.9]:25"
    assert found == right(
        JANE, "relayed", "handoff next_hop next_hop", "handed_over", handed_to=hop,
        reply="250 2.0.0 OK 1795 abc - gsmtp",
        because=[f"the log of {hop} is not loaded, or does not show this message"],
    )  # fmt: skip


def test_relayed_to_a_host_whose_log_does_not_show_it() -> None:
    """hub1's log is there, but not this id: no more is known than before."""
    log = (
        *accepted(),
        delivery(JANE, "250 2.0.0 Ok: queued as 8A8A8A8A8A", relay=HUB),
        removed(),
    )
    other = accepted(1, "7A7A7A7A7A", "hub1", path="other@sender.example")
    (found,) = told(*log, *other)
    assert (found["fate"], found["handed_to"]) == ("relayed", "hub1.recipient.example[203.0.113.30]:25")


def test_followed_over_two_hosts() -> None:
    """hub1's log goes on where mx1's ends."""
    hub = {"queue_id": "8A8A8A8A8A", "host": "hub1"}
    log = (
        *accepted(), *accepted(1, "8A8A8A8A8A", "hub1", "mx1.recipient.example[203.0.113.25]"),
        delivery(JANE, "250 2.0.0 Ok: queued as 8A8A8A8A8A", relay=HUB), removed(),
        to_store(JANE, "S1", **hub), stored(JANE, "S1", "Junk"), removed("8A8A8A8A8A", "hub1"),
    )  # fmt: skip
    (found,) = told(*log)
    assert found == right(JANE, "junked", "mailbox recipient mailbox", "sieve", folder="Junk")


def test_lmtp_without_the_store_s_log() -> None:
    """`Saved` is what LMTP says whatever the script did: the mailbox server's log decides."""
    (found,) = told(*accepted(), to_store(JANE, "S1"), removed())
    hop = "store1.recipient.example[203.0.113.40]:24"
    because = [f"the log of {hop} is not loaded, or does not show this message"]
    assert found == right(JANE, "relayed", "handoff next_hop next_hop", "handed_over", handed_to=hop, because=because)


# ---------------------------------------------------------------- our own agents


@pytest.mark.parametrize(
    ("agent", "words"),
    [("local", "delivered to maildir"), ("local", "delivered to mailbox"), ("virtual", "delivered to maildir"),
     ("local", "delivered to file: /var/archive/box")],
)  # fmt: skip
def test_local_delivery(agent: str, words: str) -> None:
    """Rule `local_delivery`: our own agent wrote it; into which folder stands nowhere."""
    (found,) = told(*accepted(), delivery(JANE, words, agent=agent, relay=agent), removed())
    sentence = f"Stored in the mailbox by our own server ({words})"
    assert found == right(JANE, "delivered", "mailbox nobody mailbox", "stored", sentence=sentence)


@pytest.mark.parametrize("words", ["delivered to file: /dev/null", "discarded"])
def test_null_device(words: str) -> None:
    """Rule `null_device`: an alias to nowhere; a system address without an alias."""
    (found,) = told(*accepted(), delivery(JANE, words, **LOCAL), removed())
    assert found == right(JANE, "dropped", "mailbox us nobody", "dev_null")


def test_discard_transport() -> None:
    """Rule `discard_agent`: `status=sent` by discard(8)."""
    (found,) = told(*accepted(), delivery(JANE, "no such person", agent="discard", relay="none"), removed())
    sentence = f"{AT}, then destroyed by our discard transport (no such person); nobody was told"
    assert found == right(JANE, "dropped", "queue us nobody", "discard_transport", sentence=sentence)


@pytest.mark.parametrize(
    ("agent", "relay", "words", "program"),
    [("local", "local", "delivered to command: /usr/bin/procmail", "/usr/bin/procmail"),
     ("pipe", "dovecot", "delivered via dovecot service", "dovecot service"),
     ("pipe", "maildrop", "delivered via maildrop service (ok)", "maildrop service (ok)")],
)  # fmt: skip
def test_command(agent: str, relay: str, words: str, program: str) -> None:
    """Rule `command`: a program took it; only its own log knows what it did."""
    (found,) = told(*accepted(), delivery(JANE, words, agent=agent, relay=relay), removed())
    because = ["the log of the program that took it is not loaded, or does not show this message"]
    assert found == right(JANE, "relayed", "handoff us unknown", "command", handed_to=program, because=because)


def test_pipe_with_the_agent_s_log() -> None:
    """The delivery agent's own line decides, joined by Message-ID, person and time."""
    words = "fileinto action: stored mail into mailbox 'Lists'"
    lda = f"mx1/dovecot: lda({JANE})<77><S7>: sieve: msgid=<m1@sender.example>: {words}"
    (found,) = told(
        *accepted(), lda, delivery(JANE, "delivered via dovecot service", agent="pipe", relay="dovecot"), removed()
    )
    joined = ["stored: mx1 to mx1 by Message-ID, recipient and time, not by an id"]
    assert found == {**STORED, "folder": "Lists", "because": joined}


_NEW = "5A5A5A5A5A"
_TO_FILTER = {"agent": "pipe", "relay": "spamassassin"}


def _given_back(*, to: str = JANE, path: str = "news@sender.example", message: str = "m1@sender.example") -> list[str]:
    words = "Host or domain name not found"
    return [
        f"pickup: {_NEW}: uid=114 from=<{path}>", f"cleanup: {_NEW}: message-id=<{message}>",
        *queued(1, _NEW, path=path), delivery(to, words, status="bounced", queue_id=_NEW, relay="none", dsn="5.4.4"),
    ]  # fmt: skip


def test_pipe_to_a_filter_that_gives_it_back() -> None:
    """Postfix's simple content filter: what becomes of the new message is the fate, joined by inference."""
    piped = delivery(JANE, "delivered via spamassassin service", **_TO_FILTER)
    (found,) = told(*accepted(), piped, *_given_back())
    assert found["fate"] == "bounced"
    assert found["because"] == ["resubmitted: mx1 to mx1 by Message-ID, envelope and time, not by an id"]


def test_pipe_to_a_filter_with_several_recipients() -> None:
    """One call of the filter takes both; each follows its own line."""
    piped = [delivery(name, "delivered via spamassassin service", **_TO_FILTER) for name in (JANE, JOE)]
    joe = delivery(JOE, "delivered to mailbox", queue_id=_NEW, **LOCAL)
    assert fates(*accepted(2), *piped, *_given_back(), joe) == {JANE: "bounced", JOE: "delivered"}


@pytest.mark.parametrize(
    "other", [{"to": OUT}, {"path": "bounces@elsewhere.example"}, {"message": "m2@sender.example"}]
)
def test_what_a_program_sends_by_itself_is_no_resubmission(other: dict[str, str]) -> None:
    """To somebody else, from somebody else, or another message."""
    piped = delivery(JANE, "delivered via spamassassin service", **_TO_FILTER)
    assert fates(*accepted(), piped, *_given_back(**other)) == {JANE: "relayed"}


# ---------------------------------------------------------------- the queue


def test_waiting_for_an_unreachable_host() -> None:
    """Rule `waiting`: no answer at all; it lies with us."""
    (found,) = told(*accepted(), delivery(JANE, NOWHERE, **REFUSED))
    assert found == right(
        JANE, "deferred", "handoff us us", "unreachable", sentence=f"{AT}, and waits in our queue: {NOWHERE}"
    )


@pytest.mark.parametrize(
    ("reply", "owner", "code"),
    [("451 4.7.1 Greylisting in action", "next_hop", "greylisted"),
     ("452 4.2.2 Mailbox full", "recipient", "mailbox_full"),
     ("421 4.7.0 Too many from you", "next_hop", "policy")],
)  # fmt: skip
def test_waiting_after_an_answer(reply: str, owner: str, code: str) -> None:
    """The next system's 4xx: its move, or its user's."""
    said = f"host mx.example.net[198.51.100.9] said: {reply} (in reply to RCPT TO command)"
    (found,) = told(*accepted(), delivery(JANE, said, status="deferred", dsn=reply[4:9]))
    assert found == right(JANE, "deferred", f"handoff {owner} us", code, reply=reply)


def test_soft_bounce() -> None:
    """soft_bounce keeps what was refused for good: a setting of ours."""
    said = "host mx.example.net[198.51.100.9] said: 550 5.1.1 No such user (in reply to RCPT TO command)"
    (found,) = told(*accepted(), delivery(JANE, said, status="SOFTBOUNCE", dsn="4.1.1"))
    assert found == right(JANE, "deferred", "handoff us us", "user_unknown")
    assert "soft_bounce" in found["sentence"]


def test_still_in_the_queue() -> None:
    """Accepted, and the lines end."""
    (found,) = told(*accepted())
    because = ["the lines end while the message is in our queue"]
    assert found == right(None, "deferred", "queue us us", "in_queue", because=because)


def test_deferred_then_delivered() -> None:
    """The later chapter wins; the time lost is said."""
    log = (
        *accepted(),
        delivery(JANE, NOWHERE, **REFUSED),
        "+3600 " + to_store(JANE, "S1", delay="3601"),
        stored(JANE, "S1"),
    )
    (found,) = told(*log, removed())
    assert found == STORED
    (delay,) = answer_to(*log, removed())["matches"][0]["recipients"][0]["delays"]
    assert delay == {"where": "queue of mx1", "seconds": 3600.0, "why": NOWHERE}


def test_expired() -> None:
    """Rule `expired`: given up, by the reason of the last try; who was served is not bounced."""
    log = (
        *accepted(2), to_store(JOE, "S2"), stored(JOE, "S2"), delivery(JANE, NOWHERE, **REFUSED),
        f"+90000 qmgr: {QUEUE}: from=<news@sender.example>, status=expired, returned to sender", NOTICE, removed(),
    )  # fmt: skip
    joe, jane = told(*log)
    assert joe["fate"] == "delivered"
    sentence = (
        f"{AT}, then given up after too long in our queue; the last try failed: {NOWHERE}; the sender was sent a report"
    )
    assert jane == right(JANE, "bounced", "queue us nobody", "expired", sentence=sentence)


def test_expired_for_the_next_system_s_sake() -> None:
    """The next system kept saying 4xx: its move."""
    said = "host mx.example.net[198.51.100.9] said: 452 4.2.2 Mailbox full (in reply to RCPT TO command)"
    end = f"qmgr: {QUEUE}: from=<news@sender.example>, status=force-expired, returned to sender"
    (found,) = told(*accepted(), delivery(JANE, said, status="deferred", dsn="4.2.2"), end, removed())
    assert (found["fate"], found["owner"], found["code"]) == ("bounced", "recipient", "expired")


@pytest.mark.parametrize(
    ("reply", "owner", "code"),
    [("550 5.1.1 No such user", "sender", "user_unknown"), ("552 5.2.2 Quota exceeded", "recipient", "mailbox_full"),
     ("554 5.7.1 Blocked using bl.example", "next_hop", "blocklist"),
     ("552 5.3.4 Message too big", "sender", "size")],
)  # fmt: skip
def test_bounced(reply: str, owner: str, code: str) -> None:
    """Rule `bounced`: given up after our 250, for the next system's reason."""
    said = f"host mx.example.net[198.51.100.9] said: {reply} (in reply to RCPT TO command)"
    (found,) = told(*accepted(), delivery(JANE, said, status="bounced", dsn=reply[4:9].strip()), NOTICE, removed())
    assert found == right(JANE, "bounced", f"handoff {owner} nobody", code, reply=reply)
    assert found["sentence"] == f"{AT}, then given up: {reply}; the sender was sent a report"


FORWARD = "jane@elsewhere.example"
PASSED_ON = (
    "the next system checked the sender's domain against our server, since we passed the message on: rewrite the "
    "return-path (SRS), leave signed parts as they are, or have it trust our ARC seal"
)


@pytest.mark.parametrize(
    "reply",
    ["550 5.7.26 Unauthenticated email from sender.example is not accepted due to the domain's DMARC policy",
     "550 5.7.23 SPF validation failed", "421 4.7.26 This mail has been rate limited, SPF did not pass"],
)  # fmt: skip
def test_our_forward_is_refused_for_authentication(reply: str) -> None:
    """We sent it on from our own address: that the next system then doubts the sender is for us to mend."""
    status = "bounced" if reply[0] == "5" else "deferred"
    said = f"host mx.elsewhere.example[198.51.100.9] said: {reply} (in reply to end of DATA command)"
    dsn = reply.split()[1]
    (found,) = told(*accepted(), delivery(FORWARD, said, status=status, dsn=dsn, orig=JANE))
    place = "handoff us nobody" if status == "bounced" else "handoff us us"
    fate = right(JANE, status, place, "authentication", final_recipient=FORWARD, because=[PASSED_ON])
    assert found == fate


def test_our_own_filter_refuses_for_authentication() -> None:
    """It is not passed on there: the sender's domain is at fault."""
    said = "host 127.0.0.1[127.0.0.1] said: 550 5.7.1 SPF fail (in reply to end of DATA command)"
    (found,) = told(
        *accepted(), delivery(JANE, said, status="bounced", dsn="5.7.1", relay="127.0.0.1[127.0.0.1]:10024")
    )
    assert (found["owner"], found["because"]) == ("sender", [])


def test_quota_bounce_by_lmtp() -> None:
    """The mailbox server said 552: the recipient has to make room; the store's own line changes nothing."""
    reply = f"552 5.2.2 <{JANE}> Quota exceeded"
    said = f"host store1.recipient.example[203.0.113.40] said: {reply} (in reply to end of DATA command)"
    log = (
        *accepted(),
        sieve(JANE, "S1", "failed to store into mailbox 'INBOX': Quota exceeded (mailbox for user is full)"),
    )
    (found,) = told(*log, delivery(JANE, said, status="bounced", dsn="5.2.2", agent="lmtp"), NOTICE, removed())
    assert found == right(JANE, "bounced", "handoff recipient nobody", "mailbox_full")


def test_bounced_without_an_answer() -> None:
    """Our own agent found no such person."""
    (found,) = told(
        *accepted(), delivery(JANE, 'unknown user: "jane"', status="bounced", dsn="5.1.1", **LOCAL), removed()
    )
    assert found == right(JANE, "bounced", "queue sender nobody", "user_unknown")
    assert found["sentence"].endswith("; no report to the sender is in these logs")


def test_bounced_and_no_sender_to_tell() -> None:
    """The null sender gets no report."""
    bundle = f"Timestamp: 2026-11-23T10:24:00Z\nReturn-Path: <>\nSending IP: 192.0.2.7\nRecipient: {JANE}\n"
    (found,) = told(
        *accepted(path=""),
        delivery(JANE, 'unknown user: "jane"', status="bounced", dsn="5.1.1", **LOCAL),
        bundle=bundle,
    )
    assert found["sentence"].endswith("; nobody was told, for the message names no sender")


@pytest.mark.parametrize("notice_first", [False, True], ids=["up to 3.10", "3.11"])
def test_the_report_is_another_message(*, notice_first: bool) -> None:
    """What becomes of the report to the sender is not the message's fate, whichever line about it comes first."""
    report = "9F7B21234F"
    name = f"cleanup: {report}: message-id=<20261123102401.{report}@mx1.recipient.example>"
    log = (
        *accepted(), delivery(JANE, 'unknown user: "jane"', status="bounced", dsn="5.1.1", **LOCAL),
        *((NOTICE, name) if notice_first else (name, NOTICE)),
        *queued(1, report, path=""), removed(),
        delivery("news@sender.example", "250 2.0.0 Ok: queued as 1A1A1A1A1A", queue_id=report), removed(report),
    )  # fmt: skip
    assert fates(*log) == {JANE: "bounced"}


def test_the_report_came_back() -> None:
    """The sender does not know, then."""
    report = "9F7B21234F"
    (found,) = told(
        *accepted(), delivery(JANE, 'unknown user: "jane"', status="bounced", dsn="5.1.1", **LOCAL), NOTICE,
        *queued(1, report, path=""), delivery("news@sender.example", NOWHERE, queue_id=report, relay="none",
                                              status="bounced", dsn="5.4.4"),
    )  # fmt: skip
    assert found["sentence"].endswith("; the report to the sender could not be delivered")


def test_null_sender_delivered() -> None:
    """A report that comes to us is mail like any other."""
    bundle = f"Timestamp: 2026-11-23T10:24:00Z\nReturn-Path: <>\nSending IP: 192.0.2.7\nRecipient: {JANE}\n"
    assert fates(*accepted(path=""), to_store(JANE, "S1"), stored(JANE, "S1"), removed(), bundle=bundle) == {
        JANE: "delivered"
    }


# ---------------------------------------------------------------- aliases, forwards, lists


def test_virtual_alias_to_one_mailbox() -> None:
    """An address map is no forward: the recipient has that mailbox's fate."""
    (found,) = told(*accepted(), to_store(JANE, "S1", orig="info@recipient.example"), stored(JANE, "S1"), removed())
    assert found == {**STORED, "recipient": "info@recipient.example", "final_recipient": JANE}


def test_address_extension() -> None:
    """`jane+news@` lands in the mailbox of `jane@`."""
    to = "jane+news@recipient.example"
    (found,) = told(*accepted(), to_store(to, "S1"), stored(JANE, "S1"), removed())
    assert found == {**STORED, "recipient": to, "final_recipient": JANE}


def test_address_extension_named_plain_by_the_filter() -> None:
    """Rspamd names recipients without their extension: that is nobody else."""
    to = "jane+news@recipient.example"
    scan = rspamd("(no action): [1.00/15.00] [X(1.00){}]", JANE)
    assert fates(*accepted(), scan, to_store(to, "S1"), stored(JANE, "S1"), removed()) == {to: "delivered"}


def test_list_with_mixed_fates() -> None:
    """Rule of the contract: a list has no fate of its own; the members' do not colour each other."""
    team = "team@recipient.example"
    said = (
        "host store1.recipient.example[203.0.113.40] said: 552 5.2.2 Quota exceeded (in reply to end of DATA command)"
    )
    log = (*accepted(), to_store(JANE, "S1", orig=team), stored(JANE, "S1"),
           delivery(JOE, said, status="bounced", dsn="5.2.2", agent="lmtp", orig=team), NOTICE, removed())  # fmt: skip
    (found,) = told(*log)
    children = [STORED, right(JOE, "bounced", "handoff recipient nobody", "mailbox_full")]
    assert found == right(team, "expanded", "queue recipient unknown", "list", final=True, children=children)


def test_list_of_local_aliases() -> None:
    """local(8) sends a list on under one new id."""
    team, new = "team@recipient.example", "5F7B21234B"
    log = (
        *accepted(), *named(new), delivery(team, f"forwarded as {new}", **LOCAL), removed(), *queued(2, new),
        to_store(JANE, "S1", queue_id=new, orig=team), stored(JANE, "S1"),
        to_store(JOE, "S2", queue_id=new, orig=team), stored(JOE, "S2", "Junk"), removed(new),
    )  # fmt: skip
    (found,) = told(*log)
    assert (found["fate"], found["owner"]) == ("expanded", "recipient")
    assert {each["recipient"]: each["fate"] for each in found["children"]} == {JANE: "delivered", JOE: "junked"}


def forwarded(end: str, *more: str) -> tuple[str, ...]:
    """Jane's `.forward`; `end` is the delivery line of the new id."""
    new = "5F7B21234B"
    return (
        *accepted(),
        *more,
        *named(new),
        delivery(JANE, f"forwarded as {new}", **LOCAL),
        removed(),
        *queued(1, new),
        end,
        removed(new),
    )


def test_forwarded_outside() -> None:
    """A `.forward` sends it away; the child has the other address's fate."""
    (found,) = told(*forwarded(delivery(OUT.replace("jane", "j"), "250 Ok", queue_id="5F7B21234B", orig=JANE)))
    child = right(
        "j@elsewhere.example", "relayed", "handoff next_hop next_hop", "handed_over",
        handed_to="mx.example.net[198.51.100.9]:25",
        because=["the log of mx.example.net[198.51.100.9]:25 is not loaded, or does not show this message"],
    )  # fmt: skip
    assert found == right(JANE, "forwarded", "mailbox next_hop unknown", "list", final=False, children=[child])


def test_forwarded_to_a_colleague() -> None:
    """Another person's mailbox: a forward too."""
    (found,) = told(*forwarded(to_store(JOE, "S1", queue_id="5F7B21234B", orig=JANE)), stored(JOE, "S1"))
    assert (found["fate"], found["final"], found["children"]) == ("forwarded", True, [{**STORED, "recipient": JOE}])


def test_forwarded_and_kept() -> None:
    """A stored copy beside a forward: delivered, and the forward is a child."""
    log = forwarded(
        delivery("j@elsewhere.example", "250 Ok", queue_id="5F7B21234B", orig=JANE),
        delivery(JANE, "delivered to maildir", **LOCAL),
    )
    (found,) = told(*log)
    assert (found["fate"], found["owner"], found["holder"]) == ("delivered", "nobody", "mailbox")
    assert [(each["recipient"], each["fate"]) for each in found["children"]] == [("j@elsewhere.example", "relayed")]


def test_alias_to_itself_and_others() -> None:
    """Info → info and joe: info's own copy decides, joe's is a child."""
    log = (
        *accepted(),
        to_store(JANE, "S1"),
        stored(JANE, "S1"),
        to_store(JOE, "S2", orig=JANE),
        stored(JOE, "S2"),
        removed(),
    )
    (found,) = told(*log)
    assert (found["fate"], [(each["recipient"], each["fate"]) for each in found["children"]]) == (
        "delivered",
        [(JOE, "delivered")],
    )


def test_forwarded_and_the_new_id_is_missing() -> None:
    """The lines of the new id are not here: open, and said."""
    (found,) = told(*accepted(), delivery(JANE, "forwarded as 5F7B21234B", **LOCAL), removed())
    assert (found["fate"], found["final"], found["because"]) == (
        "forwarded", False, ["the lines of the message that was sent on are missing"],
    )  # fmt: skip


def test_put_off_for_one_and_later_taken_in_the_same_session() -> None:
    """A later acceptance of the same recipient under the same id wins."""
    early = refused(f"450 4.2.0 <{JANE}>: Recipient address rejected: Greylisted")
    log = accepted()
    assert fates(log[0], early, *log[1:], to_store(JANE, "S1"), stored(JANE, "S1"), removed()) == {JANE: "delivered"}
