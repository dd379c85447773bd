"""Stories of milters and SPF: their lines tell why, and what a message was worth; the mail server's tell its fate."""

from typing import Any

import pytest

from tests.correlator.stories import (
    CLIENT,
    ENVELOPE,
    QUEUE,
    Row,
    accepted,
    answer_to,
    delivery,
    left,
    named,
    opened,
    queued,
    removed,
    right,
    told,
)

JANE = "jane@recipient.example"
BUCKET = "spam@recipient.example"
OTHER = "5F7B21234B"
"""The id of another message."""

STORED = right(JANE, "delivered", "mailbox nobody mailbox", "stored")
GREYLISTED = "451 4.7.1 Greylisting in action, please come back in 00:05:00"
WHY = "Please see http://www.openspf.net/Why?s=mfrom;id=news@sender.example;ip=192.0.2.7;r=recipient.example"
WHO = "client-ip=192.0.2.7; helo=mail.sender.example; envelope-from=news@sender.example; receiver=recipient.example "
ONE = left("ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5")
REMARK = "the score is spamd's, whose lines are joined by Message-ID, host and time, not by an id"


def stored(queue_id: str = QUEUE) -> tuple[str, ...]:
    """Into the mailbox, by our own agent."""
    place = {"agent": "virtual", "relay": "virtual", "queue_id": queue_id}
    return (delivery(JANE, "delivered to maildir", **place), removed(queue_id))


def spamd(*, spam: bool = False, host: str = "mx1") -> tuple[str, ...]:
    """The three lines of one check."""
    verdict = "identified spam (9.3/5.0)" if spam else "clean message (1.3/5.0)"
    result = "Y 9 - BAYES_99,HTML_MESSAGE" if spam else ". 1 - HTML_MESSAGE"
    where = "user=nobody,uid=65534,required_score=5.0,rhost=localhost,raddr=127.0.0.1,rport=46152"
    facts = f"scantime=0.1,size=1300,{where},mid=<m1@sender.example>,autolearn=no"
    return (
        f"{host}/spamd: spamd: processing message <m1@sender.example> for nobody:65534",
        f"{host}/spamd: spamd: {verdict} for nobody:65534 in 0.1 seconds, 1300 bytes.",
        f"{host}/spamd: spamd: result: {result} {facts}",
    )


def at_the_end(words: str, action: str = "reject") -> str:
    """What a milter made Postfix answer to the message."""
    return f"cleanup: {QUEUE}: milter-{action}: END-OF-MESSAGE from {CLIENT}: {words}; {ENVELOPE}"


def looked_at(*lines: str, queue_id: str = QUEUE) -> tuple[str, ...]:
    """Lines of milters that name the id: `opendkim: DKIM verification successful`."""
    return tuple(line.replace(": ", f": {queue_id}: ", 1) for line in lines)


def reason(found: Row, of: str | None = JANE) -> Row:
    """Why, for one recipient of the best match."""
    (only,) = [each for each in found["matches"][0]["recipients"] if each["recipient"] == of]
    reason: Row = only["reason"]
    return reason


def auth(found: Row) -> Any:
    """What was proven of the sender."""
    return found["matches"][0]["message"]["auth"]


def said(found: Row, program: str) -> list[str]:
    """What the timeline says that a program said, in words."""
    timeline = found["matches"][0]["recipients"][0]["timeline"]
    return [entry["what"] for entry in timeline if entry["program"] == program]


# ---------------------------------------------------------------- refusals


def test_dmarc_reject() -> None:
    """OpenDMARC refuses for the domain's policy: the sender's authentication is at fault, and its lines say which."""
    checks = looked_at(
        "opendkim: bad signature data",
        "opendmarc: SPF(mailfrom): sender.example fail",
        "opendmarc: sender.example fail",
    )
    log = (*opened(), *named(), *checks, at_the_end("5.7.1 rejected by DMARC policy for sender.example"))
    found = answer_to(*log, left("ehlo=1 mail=1 rcpt=1 data=0/1 quit=1 commands=4/5"))
    (only,) = told(*log, left("ehlo=1 mail=1 rcpt=1 data=0/1 quit=1 commands=4/5"))
    assert only == right(
        JANE, "rejected", "content sender sender", "authentication",
        sentence="Refused at the end of the message: 5.7.1 rejected by DMARC policy for sender.example",
    )  # fmt: skip
    assert auth(found) == {"spf": "fail", "dkim": "fail", "dmarc": "fail"}
    assert said(found, "opendmarc") == ["SPF fail (sender.example)", "DMARC fail (sender.example)"]


@pytest.mark.parametrize(
    ("line", "stage", "sentence"),
    [(f"smtpd: NOQUEUE: milter-reject: RCPT from {CLIENT}: 550 5.7.1 Command rejected; {ENVELOPE}", "rcpt", "at RCPT"),
     (f"smtpd: {QUEUE}: milter-reject: DATA from {CLIENT}: 550 5.7.1 Command rejected; {ENVELOPE}", "data", "at DATA"),
     (at_the_end("5.7.1 Command rejected"), "content", "at the end of the message"),
     (at_the_end("5.7.1 Spam message rejected"), "content", "for its content")],
)  # fmt: skip
def test_where_a_milter_refused(line: str, stage: str, sentence: str) -> None:
    """The line says how far the message had come; `Command rejected` is what Postfix says for a silent milter."""
    (only,) = told(*opened(), line)
    assert (only["stage"], only["owner"]) == (stage, "us")
    assert only["sentence"].startswith(f"Refused {sentence}: ")


@pytest.mark.parametrize("domain", ["greylist.example", "virus.example", "spam.quota.example"])
def test_the_domain_of_a_refusal_is_no_reason(domain: str) -> None:
    """The sender names it, and could name any other reason with it."""
    (only,) = told(*opened(), *named(), at_the_end(f"5.7.1 rejected by DMARC policy for {domain}"))
    assert (only["fate"], only["code"], only["owner"]) == ("rejected", "authentication", "sender")


def test_refused_as_spam() -> None:
    """spamass-milter refuses, spamd tells score and rules; that they belong together is inferred, and said so."""
    log = (*opened(), *named(), *spamd(spam=True), at_the_end("5.7.1 Blocked by SpamAssassin"))
    (only,) = told(*log)
    assert only == right(JANE, "rejected", "content us sender", "spam", because=[REMARK])
    found = reason(answer_to(*log))
    assert (found["score"], found["threshold"], found["rules"]) == (9.3, 5.0, ["BAYES_99", "HTML_MESSAGE"])


def test_refused_as_spam_in_words_of_the_site() -> None:
    """With -R the reply may say anything; the filter's own word for it still counts."""
    (only,) = told(*opened(), *named(), *spamd(spam=True), at_the_end("5.7.1 Go away"))
    assert (only["fate"], only["stage"], only["code"]) == ("rejected", "content", "spam")


def test_spf_fail_refused() -> None:
    """Refused at RCPT; the policy service's line joins by client, sender and time, and fills in the result."""
    answer = f"spf: : 550 5.7.23 Message rejected due to: SPF fail - not authorized. {WHY}"
    text = f"550 5.7.23 <{JANE}>: Recipient address rejected: Message rejected due to: SPF fail - not authorized. {WHY}"
    log = (
        f"smtpd: connect from {CLIENT}", answer, f"smtpd: NOQUEUE: reject: RCPT from {CLIENT}: {text}; {ENVELOPE}",
        left("ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4"),
    )  # fmt: skip
    found = answer_to(*log)
    assert len(found["matches"]) == 1
    (only,) = told(*log)
    assert only == right(JANE, "rejected", "rcpt sender sender", "authentication", reply=text)
    assert auth(found) == {"spf": "fail"}
    assert said(found, "policyd-spf") == ["SPF fail (news@sender.example), to be refused"]


def test_spf_fail_refused_by_the_milter() -> None:
    """Refused at MAIL by pyspf-milter: no recipient is known; the name in its line is the client's, not the HELO."""
    text = f"Message rejected due to: SPF fail - not authorized. {WHY}"
    envelope = "from=<news@sender.example> proto=ESMTP helo=<h.sender.example>"
    log = (
        f"smtpd: connect from {CLIENT}", f"pyspf: 5.7.23 {text}",
        f"smtpd: NOQUEUE: milter-reject: MAIL from {CLIENT}: 550 5.7.23 {text}; {envelope}",
    )  # fmt: skip
    (only,) = told(*log)
    assert (only["fate"], only["stage"], only["owner"], only["code"]) == (
        "rejected",
        "mail",
        "sender",
        "authentication",
    )
    assert auth(answer_to(*log)) == {"spf": "fail"}


@pytest.mark.parametrize(
    "words",
    [
        "SPF-Result=greylist.example: Time-out on DNS 'TXT' lookup",
        "Please see http://www.openspf.org/Why?s=mfrom;id=virus%40sender.example",
    ],
)
def test_spf_of_the_perl_program(words: str) -> None:
    """Its replies have no fixed word but a link; the identity in them is the sender's."""
    text = f"550 5.7.1 <{JANE}>: Recipient address rejected: {words}"
    (only,) = told(f"smtpd: connect from {CLIENT}", f"smtpd: NOQUEUE: reject: RCPT from {CLIENT}: {text}; {ENVELOPE}")
    assert (only["stage"], only["code"], only["owner"]) == ("rcpt", "authentication", "sender")


def test_greylisted_by_a_milter() -> None:
    """milter-greylist: the sender has to come again."""
    (only,) = told(
        f"smtpd: connect from {CLIENT}",
        f"smtpd: {QUEUE}: milter-reject: RCPT from {CLIENT}: {GREYLISTED}; {ENVELOPE}",
        left("ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4"),
    )
    assert only == right(JANE, "deferred", "rcpt sender sender", "greylisted", reply=GREYLISTED)


def test_held_for_dmarc() -> None:
    """With HoldQuarantinedMessages a policy of quarantine holds it in our queue."""
    checks = looked_at("opendmarc: sender.example fail")
    log = (*opened(), *named(), *checks, at_the_end("milter triggers HOLD action", "hold"))
    assert told(*log) == [right(JANE, "quarantined", "content us us", "held")]
    assert auth(answer_to(*log)) == {"dmarc": "fail"}


# ---------------------------------------------------------------- verdicts beside a fate


def test_tagged_and_delivered() -> None:
    """A verdict is no fate: called spam, and stored all the same."""
    log = (*opened(), *named(), *spamd(spam=True), *queued(), *stored())
    assert told(*log) == [{**STORED, "because": [REMARK]}]
    assert reason(answer_to(*log))["score"] == 9.3
    verdict, rules = "scan identified spam, score 9.3 of 5", "scan rules BAYES_99, HTML_MESSAGE"
    assert said(answer_to(*log), "spamd")[1:] == [verdict, rules]


def test_softfail_saved_by_a_signature() -> None:
    """SPF softfail, DKIM pass, DMARC pass: delivered, and `auth` has all three; the exact word for SPF counts."""
    spf = f"spf: : prepend Received-SPF: Softfail (mailfrom) identity=mailfrom; {WHO}"
    checks = looked_at(
        "opendkim: mail.sender.example [192.0.2.7] not internal",
        "opendkim: DKIM verification successful",
        "opendmarc: SPF(mailfrom): sender.example fail",
        "opendmarc: sender.example pass",
    )
    log = (f"smtpd: connect from {CLIENT}", spf, *opened()[1:], *named(), *checks, *queued(), *stored())
    found = answer_to(*log)
    assert told(*log) == [STORED]
    assert auth(found) == {"spf": "softfail", "dkim": "pass", "dmarc": "pass"}
    assert said(found, "policyd-spf") == ["SPF softfail (news@sender.example)"]
    assert said(found, "opendkim") == ["note: not internal", "DKIM pass (DKIM verification successful)"]


def test_not_scanned_for_its_size() -> None:
    """Large messages are skipped by spamc: the line names none, and nothing is claimed."""
    log = (*opened(), *named(), "spamd: spamd: skipped large message in 0.0 seconds", *queued(), *stored())
    assert told(*log) == [STORED]
    found = reason(answer_to(*log))
    assert (found["score"], found["threshold"], found["rules"]) == (None, None, [])


def test_a_scan_that_came_to_nothing() -> None:
    """A check that timed out has no score; the fate is the mail server's."""
    timeout = "+4 spamd: spamd: timeout: (4 second timeout while trying to PROCESS)"
    log = (*opened(), *named(), spamd()[0], timeout, *queued(), *stored())
    assert told(*log) == [STORED]
    assert said(answer_to(*log), "spamd")[1] == "note: timeout: (4 second timeout while trying to PROCESS)"


def test_only_the_filter_is_here() -> None:
    """A verdict of spamd decides no fate; without the mail server's lines it is unknown."""
    (only,) = told(*spamd(spam=True), bundle="Message-ID: <m1@sender.example>\n")
    assert (only["fate"], only["code"]) == ("unknown", "filter")


def test_only_the_policy_service_is_here() -> None:
    """It advises a refusal; whether Postfix followed is not in these lines."""
    answer = f"spf: 550 5.7.23 Message rejected due to: SPF fail - not authorized. {WHY}"
    (only,) = told(answer)
    assert only["fate"] == "unknown"


def test_sent_to_a_bucket() -> None:
    """spamass-milter -b: the recipients are taken off, and only the count of the queue remembers them."""
    log = (*opened(), *named(), *spamd(spam=True), *queued(2), ONE)
    to_bucket = delivery(BUCKET, "delivered to maildir", agent="virtual", relay="virtual")
    bucket, them = told(*log, to_bucket, removed())
    assert bucket["fate"] == "delivered"
    why = "1 accepted, 2 queued, and only the one added has a delivery: a milter took off the rest"
    assert them == right(
        None, "quarantined", "content us us", "spam", because=[why],
        sentence=f"Accepted at 10:24:00 UTC, then called spam, and sent to {BUCKET} instead of its recipients",
    )  # fmt: skip


def test_a_delivery_line_that_is_lost() -> None:
    """Two accepted, two queued, one delivery: that a line is missing is likelier than a bucket."""
    log = (*opened(), *named(), *spamd(spam=True), *queued(2), ONE.replace("rcpt=1", "rcpt=2"))
    to_joe = delivery("joe@recipient.example", "delivered to maildir", agent="virtual", relay="virtual")
    assert [each["recipient"] for each in told(*log, to_joe, removed())] == ["joe@recipient.example"]


def test_a_bucket_that_no_verdict_proves() -> None:
    """Without spamd's lines nobody can tell a bucket from a mailbox: only the delivery is told."""
    to_bucket = delivery(BUCKET, "delivered to maildir", agent="virtual", relay="virtual")
    assert [each["recipient"] for each in told(*accepted(2), to_bucket, removed())] == [BUCKET]


# ---------------------------------------------------------------- forgery


def another(mid: str, client: str = "bad.example.net[198.51.100.66]") -> tuple[str, ...]:
    """The lines of an attacker's message with a Message-ID of its choice, at the same moment."""
    return (
        f"smtpd: {OTHER}: client={client}", f"cleanup: {OTHER}: message-id={mid}",
    )  # fmt: skip


def scores(*lines: str) -> set[float | None]:
    """The scores that the answer gives for the message asked about."""
    found = answer_to(*lines, bundle="Message-ID: <m1@sender.example>\nReturn-Path: news@sender.example\n")
    best = found["matches"][0]
    assert best["message"]["queue_id"] == QUEUE
    return {each["reason"]["score"] for each in best["recipients"]}


def test_two_messages_of_one_message_id() -> None:
    """An attacker's message has the Message-ID of another at the same time: the verdict is nobody's."""
    log = (*opened(), *named(), *another("<m1@sender.example>"), *spamd(spam=True), *queued(), *stored())
    assert scores(*log) == {None}


def test_a_message_id_that_only_spamd_reads_so() -> None:
    """Comments are taken away by spamd, not by Postfix: the forged id is then in two scans, and neither counts."""
    forged = another("(x) <m1@sender.example>")
    log = (*opened(), *named(), *spamd(), *forged, *spamd(spam=True), *queued(), *stored())
    assert scores(*log) == {None}


def test_a_forged_message_id_of_one_too_large_to_scan() -> None:
    """The other message was skipped for its size: one that was scanned is smaller, and does not fit."""
    large = (f"qmgr: {QUEUE}: from=<news@sender.example>, size=700000, nrcpt=1 (queue active)",)
    log = (*opened(), *named(), *another("(x) <m1@sender.example>"), *spamd(spam=True), *large, *stored())
    assert scores(*log) == {None}


@pytest.mark.parametrize("host", ["mx2", "filter1"])
def test_a_scan_on_another_host(host: str) -> None:
    """The Message-ID alone joins nothing across hosts."""
    assert scores(*opened(), *named(), *spamd(spam=True, host=host), *queued(), *stored()) == {None}


def test_a_scan_at_another_time() -> None:
    """Nor does a later one, of a copy sent again."""
    pause = "+30 mx1/spamd: spamd: connection from x"
    assert scores(*opened(), *named(), *queued(), *stored(), pause, *spamd(spam=True)) == {None}


def test_lines_of_the_next_check_without_its_first() -> None:
    """The line that begins the next check is lost: its verdict would be taken for this message's, so none is."""
    assert scores(*opened(), *named(), *spamd(), *spamd(spam=True)[1:], *queued(), *stored()) == {None}


def test_the_own_scan_is_found() -> None:
    """The counterpart of these: one message, one scan."""
    assert scores(*opened(), *named(), *spamd(spam=True), *queued(), *stored()) == {9.3}


def test_a_queue_id_used_again() -> None:
    """Short ids are reused: opendkim's line belongs to the life it fell into."""
    later = (
        "+7200 smtpd: connect from bad.example.net[198.51.100.66]",
        f"smtpd: {QUEUE}: client=bad.example.net[198.51.100.66]",
    )
    log = (*opened(), *named(), *looked_at("opendkim: DKIM verification successful"), *queued(), *stored(), *later)
    checks = looked_at("opendkim: bad signature data")
    path = "x@bad.example.net"
    again = (f"cleanup: {QUEUE}: message-id=<x@bad.example.net>", *checks, *queued(path=path), *stored())
    assert auth(answer_to(*log, *again)) == {"dkim": "pass"}


def test_spf_of_another_client() -> None:
    """A client elsewhere that claims the same sender fails: that is not this message's result."""
    failed = "spf: : prepend Received-SPF: Fail (mailfrom) identity=mailfrom; " + WHO.replace(
        "192.0.2.7", "198.51.100.66"
    )
    passed = f"spf: : prepend Received-SPF: Pass (mailfrom) identity=mailfrom; {WHO}"
    log = (f"smtpd: connect from {CLIENT}", failed, passed, *opened()[1:], *named(), *queued(), *stored())
    assert auth(answer_to(*log)) == {"spf": "pass"}


def test_witnesses_that_disagree() -> None:
    """Two of equal standing: neither is told."""
    checks = looked_at("opendmarc: sender.example pass", "opendmarc: sender.example fail")
    assert auth(answer_to(*opened(), *named(), *checks, *queued(), *stored())) == {}
