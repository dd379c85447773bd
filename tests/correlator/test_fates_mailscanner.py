"""Stories of MailScanner: Postfix puts all mail aside, and what may go on is queued under a new id."""

import pytest

from tests.correlator.stories import (
    BUNDLE,
    CLIENT,
    ENVELOPE,
    QUEUE,
    answer_to,
    delivery,
    fates,
    left,
    named,
    opened,
    queued,
    removed,
    right,
    sieve,
    stored,
    to_store,
    told,
)

JANE = "jane@recipient.example"
JOE = "joe@recipient.example"
TRAP = "spam@recipient.example"
OURS = f"{QUEUE}.A12F3"
"""MailScanner's id of the message: Postfix's, and a checksum."""
NEXT = "5F7B21234B"
"""The id under which MailScanner queues it anew."""

DATA_SENT = left("ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5")
HELD = (
    *opened(),
    f"cleanup: {QUEUE}: hold: header Received: from x (x [192.0.2.7])??by mx1 from {CLIENT}; {ENVELOPE}",
    *named(),
    DATA_SENT,
    "mailscanner: New Batch: Scanning 1 messages, 1200 bytes",
)
ASIDE = (
    *opened(),
    *named(),
    f"cleanup: {QUEUE}: milter-discard: END-OF-MESSAGE from {CLIENT}: milter triggers DISCARD action; {ENVELOPE}",
    DATA_SENT,
)
"""The same with MailScanner's own milter."""

STORED = right(JANE, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX")
SPAM = "spam, SpamAssassin (not cached, score=8.2, required 6, BAYES_99 3.50, GTUBE 4.70)"
HAM = "not spam, SpamAssassin (not cached, score=-1.1, required 6, SPF_PASS -0.00)"


def checked(report: str) -> str:
    """What SpamAssassin thinks of it."""
    return f"mailscanner: Message {OURS} from 192.0.2.7 (news@sender.example) to recipient.example is {report}"


def acted(*actions: str) -> str:
    """What the site does with spam."""
    return f"mailscanner: Spam Actions: message {OURS} actions are {','.join(actions)}"


def requeued(to: str = NEXT) -> str:
    """It goes on under a new id."""
    return f"mailscanner: Requeue: {OURS} to {to}"


def arrived(count: int = 1, queue_id: str = NEXT) -> tuple[str, ...]:
    """The new queue file, and its delivery; no line of Postfix names the old id."""
    return (
        "mailscanner: Uninfected: Delivered 1 messages",
        *queued(count, queue_id),
        to_store(JANE, "S1", queue_id=queue_id),
        stored(JANE, "S1"),
        removed(queue_id),
    )


INFECTED = (
    f"mailscanner: Clamd::INFECTED:: Eicar-Signature :: ./{OURS}/eicar.com",
    "mailscanner: Virus Scanning: Clamd found 1 infections",
    f"mailscanner: Infected message {OURS} came from 192.0.2.7",
)
SAVED = f"mailscanner: Saved entire message to /var/spool/MailScanner/quarantine/20261123/{OURS}"

# ---------------------------------------------------------------- goes on


def test_held_scanned_delivered() -> None:
    """The hold is not the end: the new id's lines are part of the story, and the verdict is told."""
    log = (*HELD, checked(HAM), requeued(), *arrived())
    assert told(*log) == [STORED]
    (found,) = answer_to(*log)["matches"]
    (jane,) = found["recipients"]
    assert (jane["reason"]["score"], jane["reason"]["threshold"]) == (-1.1, 6.0)
    timeline = [line["raw"] for line in jane["timeline"]]
    assert any("hold: header" in line for line in timeline)
    assert any("Requeue" in line for line in timeline)
    assert any(f"{NEXT}: to=" in line for line in timeline)


def test_asked_by_the_new_id() -> None:
    """Whoever has the new id finds the same message from its beginning."""
    found = answer_to(*HELD, requeued(), *arrived(), bundle=f"queued as {NEXT}\nTo: {JANE}\n")
    assert [each["fate"] for each in found["matches"][0]["recipients"]] == ["delivered"]
    assert found["matches"][0]["message"]["client_ip"] == "192.0.2.7"


def test_every_recipient_of_the_new_id() -> None:
    """Postfix's hold names one of the recipients; the deliveries under the new id name all."""
    log = (*HELD, requeued(), *queued(2, NEXT), to_store(JANE, "S1", queue_id=NEXT), stored(JANE, "S1"))
    assert fates(*log, delivery(JOE, "250 ok", queue_id=NEXT), removed(NEXT)) == {JANE: "delivered", JOE: "relayed"}


def test_spam_that_is_tagged() -> None:
    """Delivered all the same: marked, and with a copy in the quarantine."""
    log = (*HELD, checked(SPAM), "mailscanner: Spam Checks: Found 1 spam messages", acted("store", "deliver", "header"))
    assert told(*log, requeued(), *arrived()) == [{**STORED, "flags": ["copy_quarantined", "modified"]}]


def test_cleaned() -> None:
    """What was infected is taken out and stored, and the rest goes on."""
    log = (*HELD, *INFECTED, SAVED, requeued(), "mailscanner: Cleaned: Delivered 1 cleaned messages")
    assert told(*log, *arrived()) == [{**STORED, "flags": ["copy_quarantined", "modified"]}]


def test_disarmed() -> None:
    """Dangerous HTML was made harmless."""
    line = f"mailscanner: Content Checks: Detected and have disarmed web bug tags in HTML message in {OURS} from x"
    assert told(*HELD, line, requeued(), *arrived()) == [{**STORED, "flags": ["modified"]}]


@pytest.mark.parametrize(
    ("line", "flag"),
    [
        (f"mailscanner: Message {OURS} from 192.0.2.7 (news@sender.example) is whitelisted", "allowlisted"),
        (checked("too big for spam checks (271000 > 200000 bytes)"), "scan_skipped"),
    ],
)
def test_not_checked(line: str, flag: str) -> None:
    """A list of ours or its size spared it the check."""
    assert told(*HELD, line, requeued(), *arrived()) == [{**STORED, "flags": [flag]}]


def test_queued_anew_and_out_of_sight() -> None:
    """No longer held, and not proven anywhere else."""
    (found,) = told(*HELD, requeued())
    because = [f"the mail server's lines about {NEXT} are not in these logs"]
    assert found == right(JANE, "unknown", "queue us unknown", "filter", because=because)


def test_the_scanner_has_not_looked_yet() -> None:
    """As before: what it does is not in these logs."""
    (found,) = told(*HELD, checked(SPAM))
    assert (found["fate"], found["code"]) == ("unknown", "held")


# ---------------------------------------------------------------- kept back


def test_stored() -> None:
    """Spam that is stored and not delivered: MailWatch releases it by MailScanner's id."""
    (found,) = told(*HELD, checked(SPAM), acted("store"))
    assert found == right(
        JANE, "quarantined", "content us us", "spam", quarantine_id=OURS,
        sentence=f"Accepted at 10:24:00 UTC, then held by MailScanner as spam, quarantine id {OURS}",
    )  # fmt: skip
    (match,) = answer_to(*HELD, checked(SPAM), acted("store"))["matches"]
    assert match["recipients"][0]["reason"]["score"] == 8.2


def test_deleted() -> None:
    """Spam that is destroyed."""
    (found,) = told(*HELD, checked(SPAM), acted("delete"))
    assert found == right(JANE, "dropped", "content us nobody", "spam")


def test_infected_and_stored() -> None:
    """A virus: the whole message lies in the quarantine."""
    (found,) = told(*HELD, *INFECTED, SAVED)
    assert found == right(JANE, "quarantined", "content us us", "virus", quarantine_id=OURS)


def test_banned_and_stored() -> None:
    """An attachment that is not let in."""
    name = f"mailscanner: Filename Checks: Windows/DOS Executable ({OURS} setup.exe)"
    (found,) = told(*HELD, name, SAVED)
    assert found == right(JANE, "quarantined", "content us us", "banned", quarantine_id=OURS)


def test_stored_and_sent_to_somebody_else() -> None:
    """What goes on is another's copy: its recipient did not get it."""
    log = (*HELD, acted("store", "forward", TRAP), requeued(), *queued(1, NEXT))
    found = told(*log, to_store(TRAP, "S1", queue_id=NEXT), stored(TRAP, "S1"), removed(NEXT))
    assert found == [right(JANE, "quarantined", "content us us", "spam", quarantine_id=OURS)]


def test_sent_to_somebody_else() -> None:
    """Nothing kept: that copy's way is the way of the message."""
    log = (*HELD, acted("forward", TRAP), requeued(), *queued(1, NEXT))
    (found,) = told(*log, to_store(TRAP, "S1", queue_id=NEXT), stored(TRAP, "S1"), removed(NEXT))
    child = right(TRAP, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX")
    assert found == right(JANE, "forwarded", "content us unknown", "spam", final=True, children=[child])


def test_refused_by_a_rule_on_senders() -> None:
    """Destroyed, and its sender told."""
    line = f"mailscanner: Reject message {OURS} from news@sender.example with report /etc/MailScanner/r.txt"
    assert fates(*HELD, line) == {JANE: "bounced"}


# ---------------------------------------------------------------- MailScanner's own milter


def test_back_from_the_milter_s_queue() -> None:
    """Discarded for Postfix, queued by MailScanner, and given back to this machine: joined by Message-ID and time."""
    client = "localhost[127.0.0.1]"
    back = (f"qmqpd: connect from {client}", f"qmqpd: 6F7B21234C: client={client}", *named("6F7B21234C"))
    log = (*ASIDE, checked(HAM), requeued(), *back, *arrived(queue_id="6F7B21234C"))
    why = "resubmitted: mx1 to mx1 by Message-ID, envelope and time, not by an id"
    assert told(*log) == [{**STORED, "because": [why]}]


def test_stored_behind_the_milter() -> None:
    """Discarded for Postfix; the scanner's lines say that it is kept."""
    (found,) = told(*ASIDE, checked(SPAM), acted("store"))
    assert found == right(JANE, "quarantined", "content us us", "spam", quarantine_id=OURS)


def test_given_back_and_out_of_sight() -> None:
    """It was not destroyed, whatever Postfix's milter said."""
    assert fates(*ASIDE, requeued()) == {JANE: "unknown"}


# ---------------------------------------------------------------- what proves nothing


def test_another_message_s_scan() -> None:
    """The same id on another host, or a day later, is another message."""
    line = acted("delete")
    assert fates(*HELD, f"mx2/{line}") == {JANE: "unknown"}
    assert fates(*HELD, f"+90000 {line}") == {JANE: "unknown"}


def test_requeued_in_a_ring() -> None:
    """Lines that lead back to where they came from end."""
    ring = f"mailscanner: Requeue: {NEXT}.A12F3 to {QUEUE}"
    assert fates(*HELD, requeued(), *queued(1, NEXT), ring) == {JANE: "deferred"}


def test_only_the_scanner_s_log() -> None:
    """What it kept is proven; what it let go on is the mail server's to tell."""
    bundle = BUNDLE + f"To: {JANE}\n"
    to = f"mailscanner: Non-delivery of Spam: message {OURS} from news@sender.example to {JANE} with subject x"
    assert fates(checked(SPAM), to, acted("store"), bundle=bundle) == {JANE: "quarantined"}
    to = f"mailscanner: Delivery of Spam: message {OURS} from news@sender.example to {JANE} with subject x"
    assert fates(checked(SPAM), to, acted("deliver"), requeued(), bundle=bundle) == {JANE: "unknown"}


def test_the_mailbox_server_names_no_session() -> None:
    """The new id has no Message-ID of its own: the one that the old id had joins the mailbox server's line."""
    place = {"agent": "pipe", "relay": "dovecot", "queue_id": NEXT}
    lda = sieve(JANE, "S1", "stored mail into mailbox 'INBOX'", host="mx1")
    log = (*HELD, requeued(), *queued(1, NEXT), lda, delivery(JANE, "delivered via dovecot service", **place))
    assert fates(*log, removed(NEXT)) == {JANE: "delivered"}
