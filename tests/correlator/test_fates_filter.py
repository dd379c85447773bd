"""Stories of filters, rules and administrators: 250, and then not where the sender thinks."""

import pytest

from tests.correlator.stories import (
    BUNDLE,
    CLIENT,
    ENVELOPE,
    QUEUE,
    accepted,
    answer_to,
    delivery,
    fates,
    left,
    named,
    opened,
    queued,
    removed,
    right,
    stored,
    to_store,
    told,
)

JANE = "jane@recipient.example"
JOE = "joe@recipient.example"
BACK = "5F7B21234B"
"""The id under which amavis gives the message back."""

AMAVIS = {"relay": "127.0.0.1[127.0.0.1]:10024"}
DISCARDED = "250 2.7.0 Ok, discarded, id=90-01 - spam"
PASSED = f"250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as {BACK}"
AT = "Accepted at 10:24:00 UTC"
STORED = right(JANE, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX")


def amavis(verdict: str, *to: str, tail: str = "", score: str = "23.5") -> str:
    """Amavis's line about the message: `verdict` is `Blocked SPAM {DiscardedInbound}`."""
    people = ",".join(f"<{each}>" for each in to or (JANE,))
    return (
        f"amavis: (90-01) {verdict}, [192.0.2.7]:4711 [192.0.2.7] <news@sender.example> -> {people}{tail}, "
        f"Queue-ID: {QUEUE}, Message-ID: <m1@sender.example>, mail_id: abcDEF123456, Hits: {score}, size: 1200, 95 ms"
    )


def spam_tag(to: str = JANE) -> str:
    """The line that states the limit."""
    return (
        f"amavis: (90-01) SPAM-TAG, <news@sender.example> -> <{to}>, Yes, score=23.5 tagged_above=-999 required=15 "
        "tests=[GTUBE=20, HTML_MESSAGE=3.5]"
    )


def given_back(count: int = 1) -> tuple[str, ...]:
    """Amavis gives the message back to Postfix."""
    client = "localhost[127.0.0.1]"
    return (
        f"smtpd: connect from {client}",
        f"smtpd: {BACK}: client={client}, orig_queue_id={QUEUE}, orig_client={CLIENT}",
        *named(BACK), *queued(count, BACK), f"smtpd: disconnect from {client} ehlo=1 mail=1 rcpt={count} data=1 quit=1",
    )  # fmt: skip


QUARANTINE = ", quarantine: spam-abcDEF123456"


# ---------------------------------------------------------------- amavis


def test_discarded_and_quarantined() -> None:
    """Rule `filter_quarantined`: `250 Ok, discarded` with a quarantine location is held, not lost."""
    log = (*accepted(), spam_tag(), amavis("Blocked SPAM {DiscardedInbound,Quarantined}", tail=QUARANTINE))
    (found,) = told(*log, delivery(JANE, DISCARDED, **AMAVIS), removed())
    assert found == right(
        JANE, "quarantined", "content us us", "spam", quarantine_id="spam-abcDEF123456", reply=DISCARDED,
        sentence=f"{AT}, then held by amavis as spam (score 23.5 of 15), quarantine id spam-abcDEF123456",
    )  # fmt: skip


@pytest.mark.parametrize("action", ["DiscardedInbound", "NoBounceInbound"])
def test_discarded_and_nothing_kept(action: str) -> None:
    """Rule `filter_dropped`: without a quarantine location it is gone; a suppressed bounce is no bounce."""
    log = (*accepted(), amavis(f"Blocked INFECTED (Eicar) {{{action}}}", score="-"))
    (found,) = told(*log, delivery(JANE, "250 2.7.0 Ok, discarded, id=90-01 - INFECTED: Eicar", **AMAVIS), removed())
    sentence = "Accepted at 10:24:00 UTC, then destroyed by amavis as a virus; nobody was told"
    assert found == right(JANE, "dropped", "content us nobody", "virus", sentence=sentence)


def test_discarded_and_the_filter_is_silent() -> None:
    """Without amavis's own line nobody can tell held from destroyed."""
    (found,) = told(*accepted(), delivery(JANE, DISCARDED, **AMAVIS), removed())
    because = ["the filter's own line, which tells quarantined from destroyed, is not in these logs"]
    there = "127.0.0.1:10024"
    assert found == right(JANE, "unknown", "content us unknown", "spam", because=because, handed_to=there)


def test_bounced_by_the_filter() -> None:
    """Rule `filter_bounced`: amavis sent the report itself."""
    log = (
        *accepted(),
        amavis("Blocked BANNED (x.exe) {BouncedInbound,Quarantined}", tail=", quarantine: banned-abcDEF123456"),
    )
    (found,) = told(*log, delivery(JANE, "250 2.5.0 Ok, id=90-01, BOUNCE", **AMAVIS), removed())
    assert found == right(JANE, "bounced", "content us nobody", "banned", quarantine_id="banned-abcDEF123456")


def test_rejected_behind_our_250() -> None:
    """An after-queue filter cannot refuse any more: Postfix bounces, and the filter's class is the reason."""
    words = (
        "host 127.0.0.1[127.0.0.1] said: 554 5.7.0 Reject, id=90-01 - BANNED: x.exe (in reply to end of DATA command)"
    )
    log = (*accepted(), amavis("Blocked BANNED (x.exe) {RejectedInbound}"))
    notice = f"bounce: {QUEUE}: sender non-delivery notification: 9F7B21234F"
    (found,) = told(*log, delivery(JANE, words, status="bounced", dsn="5.7.0", **AMAVIS), notice, removed())
    assert found == right(JANE, "bounced", "content us nobody", "banned")
    assert found["sentence"].endswith("; the sender was sent a report")


def test_tempfailed() -> None:
    """The filter could not decide: it waits in our queue, and the filter is ours to mend."""
    words = "host 127.0.0.1[127.0.0.1] said: 451 4.5.0 Error in processing, id=90-01 (in reply to end of DATA command)"
    log = (*accepted(), amavis("Blocked TEMPFAIL {TempFailedInbound}", score="-"))
    (found,) = told(*log, delivery(JANE, words, status="deferred", dsn="4.5.0", **AMAVIS))
    assert found == right(JANE, "deferred", "content us us", "filter")


def test_passed_and_a_copy_kept() -> None:
    """`Passed SPAM … Quarantined`: delivered, and a copy lies in quarantine; a tag changed the message."""
    log = (
        *accepted(),
        *given_back(),
        amavis("Passed SPAM {RelayedTaggedInbound,Quarantined}", tail=QUARANTINE),
        delivery(JANE, PASSED, **AMAVIS),
    )
    (found,) = told(*log, removed(), to_store(JANE, "S1", queue_id=BACK), stored(JANE, "S1"), removed(BACK))
    assert found == {**STORED, "flags": ["copy_quarantined", "modified"]}


@pytest.mark.parametrize("named_back", [DISCARDED, PASSED])
def test_passed_for_one_and_blocked_for_another(named_back: str) -> None:
    """One message, two lines, two fates; a reply may name the passed copy's id for the blocked recipient too."""
    log = (
        *accepted(2), *given_back(),
        amavis("Passed SPAM {RelayedInbound,DiscardedInbound,Quarantined}", JANE),
        amavis("Blocked SPAM {RelayedInbound,DiscardedInbound,Quarantined}", JOE, tail=QUARANTINE),
        delivery(JANE, PASSED, **AMAVIS), delivery(JOE, named_back, **AMAVIS), removed(),
        to_store(JANE, "S1", queue_id=BACK), stored(JANE, "S1"), removed(BACK),
    )  # fmt: skip
    assert fates(*log) == {JANE: "delivered", JOE: "quarantined"}


def test_scan_skipped() -> None:
    """Too big to be scanned."""
    note = "amavis: (90-01) spam_scan: not wasting time on SA, message longer than 524288 bytes: 1000+600000"
    log = (
        *accepted(),
        note,
        *given_back(),
        amavis("Passed CLEAN {RelayedInbound}", score="-"),
        delivery(JANE, PASSED, **AMAVIS),
    )
    (found,) = told(*log, removed(), to_store(JANE, "S1", queue_id=BACK), stored(JANE, "S1"), removed(BACK))
    assert found == {**STORED, "flags": ["scan_skipped"]}


def test_an_outside_host_is_no_filter_of_ours() -> None:
    """Another system's reply may hold `, id=` too: it was handed over."""
    (found,) = told(*accepted(), delivery(JANE, "250 2.0.0 Thanks, id=12345-6"), removed())
    assert (found["fate"], found["handed_to"]) == ("relayed", "mx.example.net[198.51.100.9]:25")


RELEASE = f"+900 amavis: (rel-xyzXYZ123456) Quarantined message release: abcDEF123456 <news@sender.example> -> <{JANE}>"
WAS_HELD = (
    *accepted(), amavis("Blocked SPAM {DiscardedInbound,Quarantined}", tail=QUARANTINE),
    delivery(JANE, DISCARDED, **AMAVIS), removed(), RELEASE,
)  # fmt: skip


def test_quarantined_then_released() -> None:
    """The later chapter wins: let out by an administrator, and delivered."""
    again, client = "6F7B21234C", "localhost[127.0.0.1]"
    log = (
        *WAS_HELD, f"smtpd: connect from {client}", f"smtpd: {again}: client={client}",
        f"cleanup: {again}: resent-message-id=<abcDEF123456-xyzXYZ123456@mx1.recipient.example>", *named(again),
        *queued(1, again), to_store(JANE, "S1", queue_id=again), stored(JANE, "S1"), removed(again),
    )  # fmt: skip
    (found,) = told(*log)
    assert found == STORED


def test_released_and_out_of_sight() -> None:
    """Released, and the lines end: no longer held, and not proven anywhere else."""
    (found,) = told(*WAS_HELD)
    because = ["the lines of the message that was let out of the quarantine are missing"]
    assert found == right(JANE, "unknown", "content us unknown", "filter", because=because)


@pytest.mark.parametrize(
    ("verdict", "tail", "fate"),
    [
        ("Blocked SPAM {DiscardedInbound,Quarantined}", QUARANTINE, "quarantined"),
        ("Blocked SPAM {DiscardedInbound}", "", "dropped"),
        ("Passed CLEAN {RelayedInbound}", "", "unknown"),
        ("Blocked SPAM {RejectedInbound}", "", "unknown"),
    ],
)
def test_only_the_filter_s_log(verdict: str, tail: str, fate: str) -> None:
    """What the filter kept back is proven by its own line; what it let go or refused is the mail server's to tell."""
    (found,) = told(amavis(verdict, tail=tail))
    assert (found["fate"], bool(found["because"])) == (fate, fate == "unknown")


# ---------------------------------------------------------------- rules and milters


def header(action: str, words: str = "") -> str:
    """One header check."""
    return f"cleanup: {QUEUE}: {action}: header Subject: Offer from {CLIENT}; {ENVELOPE}{': ' + words if words else ''}"


END = f"{QUEUE}: {{action}}: END-OF-MESSAGE from {CLIENT}: {{words}}; {ENVELOPE}"
DATA_SENT = left("ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5")


def test_header_discard() -> None:
    """Rule `discarded`: 250, no queue, gone."""
    (found,) = told(*opened(), header("discard", "no offers"), *named(), DATA_SENT)
    sentence = "Accepted at 10:24:00 UTC, then destroyed by a rule of ours (no offers); nobody was told"
    assert found == right(JANE, "dropped", "content us nobody", "discard_rule", sentence=sentence)


def test_header_discard_3_10() -> None:
    """From 3.10 the end is logged too: the rule stays the reason."""
    (found,) = told(*opened(), header("discard", "no offers"), f"cleanup: {QUEUE}: removed (discarded)", DATA_SENT)
    assert found == right(JANE, "dropped", "content us nobody", "discard_rule")
    assert "no offers" in found["sentence"]


def test_removed_discarded_alone() -> None:
    """`removed (discarded)` alone still says that our 250 was a lie."""
    (found,) = told(*opened(), *named(), f"cleanup: {QUEUE}: removed (discarded)", DATA_SENT)
    assert found == right(None, "dropped", "content us nobody", "discard_rule")


def test_milter_discard() -> None:
    """A milter discards for everybody."""
    line = "cleanup: " + END.format(action="milter-discard", words="milter triggers DISCARD action")
    (found,) = told(*opened(), *named(), line, DATA_SENT)
    assert found == right(JANE, "dropped", "content us nobody", "filter")


def test_milter_discard_of_what_the_filter_kept() -> None:
    """Amavis as a milter has Postfix discard what it put into its quarantine: its own line knows better."""
    line = "cleanup: " + END.format(action="milter-discard", words="milter triggers DISCARD action")
    scan = amavis("Blocked SPAM {DiscardedInbound,Quarantined}", tail=QUARANTINE)
    (found,) = told(*opened(), *named(), scan, line, DATA_SENT)
    assert found == right(JANE, "quarantined", "content us us", "spam", quarantine_id="spam-abcDEF123456")
    (found,) = told(*opened(), *named(), amavis("Blocked SPAM {DiscardedInbound}"), line, DATA_SENT)
    assert found == right(JANE, "dropped", "content us nobody", "spam")


@pytest.mark.parametrize("words", ["milter triggers HOLD action", "Suspicious attachment"])
def test_milter_hold(words: str) -> None:
    """Rule `held`: from 3.10 the milter's own words stand there."""
    (found,) = told(*opened(), *named(), "cleanup: " + END.format(action="milter-hold", words=words), DATA_SENT)
    assert found == right(JANE, "quarantined", "content us us", "held")
    assert words in found["sentence"]


def test_access_discard_after_the_id() -> None:
    """access(5) DISCARD at RCPT affects all recipients of the message."""
    line = (
        f"smtpd: {QUEUE}: discard: RCPT from {CLIENT}: <{JANE}>: Recipient address triggers DISCARD action; {ENVELOPE}"
    )
    (found,) = told(*opened(), line, *named(), DATA_SENT)
    assert found == right(JANE, "dropped", "rcpt us nobody", "discard_rule")


def test_access_discard_and_the_client_left() -> None:
    """A rule that would discard destroys nothing where no message came."""
    line = (
        f"smtpd: {QUEUE}: discard: RCPT from {CLIENT}: <{JANE}>: Recipient address triggers DISCARD action; {ENVELOPE}"
    )
    (found,) = told(*opened(), line, left("ehlo=1 mail=1 rcpt=2 quit=1 commands=5"))
    assert found == right(JANE, "not_accepted", "rcpt sender sender", "quit_early")


def test_access_hold() -> None:
    """access(5) HOLD affects all recipients of the message."""
    held = f"smtpd: {QUEUE}: hold: RCPT from {CLIENT}: <{JANE}>: Recipient address triggers HOLD action; {ENVELOPE}"
    (found,) = told(*opened(), held, *named(), DATA_SENT)
    assert found == right(JANE, "quarantined", "rcpt us us", "held")


@pytest.mark.parametrize("action", ["discard", "hold", "redirect"])
def test_access_rule_before_the_id(action: str) -> None:
    """At the first recipient there is no id yet: the line says NOQUEUE, and belongs to the message that follows."""
    text = f"<{JANE}>: Recipient address triggers {action.upper()} box@recipient.example"
    log = (f"smtpd: connect from {CLIENT}", f"smtpd: NOQUEUE: {action}: RCPT from {CLIENT}: {text}; {ENVELOPE}",
           f"smtpd: {QUEUE}: client={CLIENT}", *named())  # fmt: skip
    if action == "redirect":
        log += (*queued(), to_store("box@recipient.example", "S1", orig=JANE), stored("box@recipient.example", "S1"))
    (found,) = told(*log, DATA_SENT)
    assert found["fate"] == {"discard": "dropped", "hold": "quarantined", "redirect": "forwarded"}[action]


def test_redirect() -> None:
    """header_checks REDIRECT: everybody's copy goes to one other address; the child has that address's fate."""
    box = "box@recipient.example"
    log = (*opened(), header("redirect", box), *named(), *queued(2), to_store(box, "S1", orig=JANE), stored(box, "S1"))
    (found,) = told(*log, removed())
    child = right(box, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX")
    assert found == right(JANE, "forwarded", "content us unknown", "policy", final=True, children=[child])
    assert found["sentence"] == f"Accepted at 10:24:00 UTC, then sent to {box} instead, by a rule of ours"


@pytest.mark.parametrize(
    ("action", "flags"),
    [("warning", []), ("info", []), ("filter", []), ("prepend", ["modified"]), ("replace", ["modified"])],
)
def test_rules_that_let_it_pass(action: str, flags: list[str]) -> None:
    """WARN, INFO, FILTER decide nothing; PREPEND and REPLACE change the message."""
    (found,) = told(
        *opened(), header(action, "X-Offer: yes"), *named(), *queued(), to_store(JANE, "S1"), stored(JANE, "S1")
    )
    assert found == {**STORED, "flags": flags}


# ---------------------------------------------------------------- hold queue, administrators


HELD = (*opened(), header("hold", "look at it"), *named(), DATA_SENT)


def test_hold_on_received_is_for_a_scanner() -> None:
    """MailScanner holds every message, and queues it under a new id that no line of Postfix names."""
    line = f"cleanup: {QUEUE}: hold: header Received: from x (x [192.0.2.7])??by mx1 from {CLIENT}; {ENVELOPE}"
    (found,) = told(*opened(), line, *named(), DATA_SENT)
    assert (found["fate"], found["holder"], found["final"]) == ("unknown", "unknown", False)


def test_header_hold() -> None:
    """Nobody released it yet."""
    (found,) = told(*HELD)
    how = "held in our queue by a rule of ours (look at it); it waits there until somebody releases it"
    sentence = f"{AT}, then {how}"
    assert found == right(JANE, "quarantined", "content us us", "held", sentence=sentence)


def test_held_released_delivered() -> None:
    """The later chapter wins, and the timeline keeps both."""
    log = (*HELD, f"+600 postsuper: {QUEUE}: released from hold", *queued())
    (found,) = told(*log, to_store(JANE, "S1"), stored(JANE, "S1"), removed())
    assert found == STORED


def test_held_and_released() -> None:
    """Released, and nothing more yet: it is in our queue."""
    (found,) = told(*HELD, f"+600 postsuper: {QUEUE}: released from hold")
    because = ["the lines end while the message is in our queue"]
    assert found == right(JANE, "deferred", "queue us us", "in_queue", because=because)


def test_held_and_deleted() -> None:
    """Rule `deleted`: postsuper -d."""
    (found,) = told(*HELD, f"+600 postsuper: {QUEUE}: removed")
    sentence = "Accepted at 10:24:00 UTC, then deleted from our queue by an administrator; nobody was told"
    assert found == right(JANE, "dropped", "queue us nobody", "admin_deleted", sentence=sentence)


def test_deleted_after_one_delivery() -> None:
    """Who has the message keeps it; the deletion is about the one who still waited."""
    log = (
        *accepted(2),
        to_store(JANE, "S1"),
        stored(JANE, "S1"),
        delivery(JOE, "connect to x: timed out", status="deferred"),
    )
    assert fates(*log, f"postsuper: {QUEUE}: removed") == {JANE: "delivered", JOE: "dropped"}


def test_held_by_hand() -> None:
    """Postsuper -h after a first try."""
    log = (
        *accepted(),
        delivery(JANE, "connect to x[198.51.100.9]:25: timed out", status="deferred", relay="none", dsn="4.4.1"),
    )
    (found,) = told(*log, f"postsuper: {QUEUE}: placed on hold")
    assert found == right(JANE, "quarantined", "queue us us", "held")


def test_requeued() -> None:
    """Postsuper -r: a new id, the same message; who was served before is not asked again."""
    again = "6F7B21234C"
    log = (
        *accepted(2), to_store(JOE, "S2"), stored(JOE, "S2"),
        delivery(JANE, "connect to x[198.51.100.9]:25: refused", status="deferred", relay="none", dsn="4.4.1"),
        f"postsuper: {QUEUE}: requeued", f"+40 pickup: {again}: uid=102 from=<news@sender.example> orig_id={QUEUE}",
        *named(again), *queued(1, again), to_store(JANE, "S1", queue_id=again), stored(JANE, "S1"), removed(again),
    )  # fmt: skip
    assert fates(*log) == {JOE: "delivered", JANE: "delivered"}


def test_redirect_by_a_milter_s_bucket_is_another_address() -> None:
    """spamass-milter -b leaves no line of its own: nothing is claimed of the one it was addressed to."""
    log = (*accepted(), to_store("bucket@recipient.example", "S1"), stored("bucket@recipient.example", "S1"), removed())
    assert fates(*log) == {"bucket@recipient.example": "delivered"}


@pytest.mark.parametrize(("reason", "flags"), [("client whitelist", ["allowlisted"]), ("triplet found", [])])
def test_allowlisted(reason: str, flags: list[str]) -> None:
    """The policy service says that a list of ours let the client skip the test; a known triplet is no list."""
    start, *rest = accepted()
    who = "client_name=mail.sender.example, client_address=192.0.2.7, sender=news@sender.example"
    passed = f"postgrey: action=pass, reason={reason}, {who}, recipient={JANE}"
    (found,) = told(start, passed, *rest, to_store(JANE, "S1"), stored(JANE, "S1"), removed())
    assert found == {**STORED, "flags": flags}


# ---------------------------------------------------------------- amavis before the queue (smtpd_proxy_filter)


def _scanned(verdict: str, *to: str, tail: str = "", number: str = "90-01") -> str:
    """Amavis's line inside the session: there is no queue id yet."""
    line = amavis(verdict, *to, tail=tail).replace(f"Queue-ID: {QUEUE}, ", "")
    return line.replace("(90-01)", f"({number})", 1)


def _proxied(scan: str, reply: str, *between: str, action: str = "accept") -> tuple[str, ...]:
    start = (f"smtpd: connect from {CLIENT}", f"smtpd: NOQUEUE: client={CLIENT}")
    end = f"smtpd: disconnect from {CLIENT} ehlo=1 mail=1 rcpt=2 data=1 quit=1 commands=6"
    return (*start, *between, scan, f"smtpd: proxy-{action}: END-OF-MESSAGE: {reply}; {ENVELOPE}", end)


def test_refused_before_the_queue() -> None:
    """The reply names amavis's id: its line is part of the story, and says for whom it was."""
    scan = _scanned("Blocked SPAM {RejectedInbound}", JANE, JOE)
    found = answer_to(*_proxied(scan, "554 5.7.0 Reject, id=90-01 - spam", action="reject"))
    (match,) = found["matches"]
    assert [(each["recipient"], each["fate"]) for each in match["recipients"]] == [
        (JANE, "rejected"),
        (JOE, "rejected"),
    ]
    jane = match["recipients"][0]
    assert (jane["reason"]["code"], jane["reason"]["score"]) == ("spam", 23.5)
    assert any("amavis[90]" in line["raw"] for line in jane["timeline"])


def test_discarded_before_the_queue() -> None:
    """250 was said, and amavis kept it: the verdict of the line that the reply names."""
    scan = _scanned("Blocked SPAM {DiscardedInbound,Quarantined}", JANE, JOE, tail=QUARANTINE)
    log = _proxied(scan, "250 2.7.0 Ok, discarded, id=90-01 - spam")
    assert fates(*log) == {JANE: "quarantined", JOE: "quarantined"}


def test_passed_before_the_queue() -> None:
    """The reply names the id behind amavis, and so does amavis's line."""
    client = "localhost[127.0.0.1]"
    taken = (f"smtpd: {BACK}: client={client}", *named(BACK), *queued(1, BACK))
    scan = _scanned("Passed CLEAN {RelayedInbound}").replace("95 ms", f"queued_as: {BACK}, 95 ms")
    log = (*_proxied(scan, PASSED, *taken), to_store(JANE, "S1", queue_id=BACK), stored(JANE, "S1"), removed(BACK))
    (found,) = answer_to(*log)["matches"][0]["recipients"]
    assert found["fate"] == "delivered"
    assert any("Passed CLEAN" in line["raw"] for line in found["timeline"])


def test_another_scan_is_not_its() -> None:
    """The same id hours before, on another host, or of another sender: amavis numbers its messages anew each day."""
    reply = "250 2.7.0 Ok, discarded, id=90-01 - spam"
    other = _scanned("Blocked SPAM {DiscardedInbound,Quarantined}", tail=QUARANTINE)
    _, _, scan, *rest = (*_proxied(other, reply),)
    assert scan == other
    start = (f"smtpd: connect from {CLIENT}", f"smtpd: NOQUEUE: client={CLIENT}")
    assert fates(f"mx2/{other}", *start, *rest) == {JANE: "unknown"}
    assert fates(other.replace("news@", "other@"), *start, *rest) == {JANE: "unknown"}
    later = BUNDLE.replace("10:24:00", "12:24:00")
    assert fates(other, "+7200 " + start[0], start[1], *rest, bundle=later) == {JANE: "unknown"}
