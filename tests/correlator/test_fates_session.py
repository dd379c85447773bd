"""Stories of the SMTP session: what was refused, put off, broken off, or only asked."""

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
    refused,
    removed,
    right,
    rspamd,
    stored,
    to_store,
    told,
)

JANE = "jane@recipient.example"
JOE = "joe@recipient.example"
CONNECT = f"smtpd: connect from {CLIENT}"
UNKNOWN_USER = "Recipient address rejected: User unknown in relay recipient table"
SENT = (*accepted(), to_store(JANE, "S1"), stored(JANE, "S1"), removed())


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("words", "stage", "owner", "code"),
    [
        (f"550 5.1.1 <{JANE}>: {UNKNOWN_USER}", "rcpt", "sender", "user_unknown"),
        (f"552 5.2.2 <{JANE}>: Recipient address rejected: Mailbox full", "rcpt", "recipient", "mailbox_full"),
        (f"554 5.7.1 <{JANE}>: Recipient address rejected: Access denied", "rcpt", "us", "policy"),
        ("554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using bl.example", "rcpt", "us", "blocklist"),
        (f"550 5.7.23 <{JANE}>: Recipient address rejected: SPF fail", "rcpt", "sender", "authentication"),
        ("552 5.3.4 Message size exceeds fixed limit", "mail", "sender", "size"),
        ("553 5.1.8 <news@sender.example>: Sender address rejected: Domain not found", "mail", "sender", "policy"),
        ("504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname", "helo", "sender", "protocol"),
        ("550 5.7.25 Client host rejected: cannot find your hostname, [192.0.2.7]", "connect", "sender", "policy"),
        ("550 5.7.1 <[192.0.2.7]>: Client host rejected: reputation", "connect", "us", "blocklist"),
    ],
)  # fmt: skip
def test_refused(words: str, stage: str, owner: str, code: str) -> None:
    """Rule `refused`: 5xx is for good, the sender keeps the message; whose move it is depends on who is at fault."""
    (found,) = told(CONNECT, refused(words, stage=stage.upper()), left("ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4"))
    expected = right(JANE, "rejected", f"{stage} {owner} sender", code)
    assert found == {**expected, "sentence": f"Refused at {stage.upper()}: {words}", "reply": words}


@pytest.mark.parametrize("word", ["virus", "spam", "spf", "greylist", "quota"])
def test_the_client_s_own_text_is_no_reason(word: str) -> None:
    """An address that holds a telling word does not give the reason."""
    to = f"{word}-reports@recipient.example"
    (found,) = told(CONNECT, refused(f"554 5.7.1 <{to}>: Recipient address rejected: Access denied", to=to))
    assert found == right(to, "rejected", "rcpt us sender", "policy")


def test_refused_one_of_two() -> None:
    """A refusal at RCPT is one recipient's: the message goes on for the other."""
    log = (*opened(), refused(f"550 5.1.1 <{JOE}>: {UNKNOWN_USER}", to=JOE, prefix=QUEUE), *named(), *queued())
    rows = told(*log, to_store(JANE, "S1"), stored(JANE, "S1"), removed())
    assert rows == [
        right(JANE, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX"),
        right(JOE, "rejected", "rcpt sender sender", "user_unknown"),
    ]


def test_one_bad_recipient_of_ten() -> None:
    """Nine are delivered; the one refused before the id was given is not coloured by them, nor by a later hold."""
    people = [f"p{number}@recipient.example" for number in range(9)]
    log = (
        CONNECT, refused(f"550 5.1.1 <{JOE}>: {UNKNOWN_USER}", to=JOE), f"smtpd: {QUEUE}: client={CLIENT}", *named(),
        *queued(9), *(to_store(each, each[:2]) for each in people), *(stored(each, each[:2]) for each in people),
        removed(),
    )  # fmt: skip
    assert fates(*log) == {**dict.fromkeys(people, "delivered"), JOE: "rejected"}


def test_refused_recipient_keeps_its_refusal() -> None:
    """A milter's hold, a header check's discard, an administrator's deletion are about those who were taken."""
    start = (*opened(), refused(f"550 5.1.1 <{JOE}>: {UNKNOWN_USER}", to=JOE, prefix=QUEUE), *named())
    for line in (
        f"cleanup: {QUEUE}: milter-hold: END-OF-MESSAGE from {CLIENT}: milter triggers HOLD action; {ENVELOPE}",
        f"cleanup: {QUEUE}: discard: header Subject: x from {CLIENT}; {ENVELOPE}",
        f"postsuper: {QUEUE}: removed",
    ):
        assert fates(*start, line)[JOE] == "rejected"


def test_refused_at_the_end_for_all() -> None:
    """A refusal after the final dot covers every recipient, whomever its line names."""
    log = (
        *opened(), *named(),
        rspamd("(reject): [17.50/15.00] [GTUBE(15.00){}]", JANE, JOE),
        f"cleanup: {QUEUE}: milter-reject: END-OF-MESSAGE from {CLIENT}: 5.7.1 Not wanted; {ENVELOPE}",
        left("ehlo=1 mail=1 rcpt=2 data=0/1 quit=1 commands=5/6"),
    )  # fmt: skip
    jane, joe = told(*log)
    assert jane == right(
        JANE, "rejected", "content us sender", "spam", sentence="Refused at the end of the message: 5.7.1 Not wanted"
    )
    assert joe["fate"] == "rejected"


def test_refused_at_data_after_accepted_recipients() -> None:
    """Smtpd may still refuse at DATA what it took at RCPT."""
    words = "550 5.5.3 <DATA>: Data command rejected: Multi-recipient bounce"
    (found,) = told(
        *opened(), refused(words, prefix=QUEUE, stage="DATA"), left("ehlo=1 mail=1 rcpt=2 data=0/1 commands=4/5")
    )
    assert found == right(JANE, "rejected", "data sender sender", "protocol")


def test_header_check_reject() -> None:
    """header_checks REJECT: content, by a rule of ours."""
    line = f"cleanup: {QUEUE}: reject: header Subject: WIN from {CLIENT}; {ENVELOPE}: 5.7.1 no lotteries"
    (found,) = told(*opened(), line, *named(), left("ehlo=1 mail=1 rcpt=1 data=0/1 quit=1 commands=4/5"))
    assert found == right(
        JANE, "rejected", "content us sender", "filter", sentence="Refused for its content: 5.7.1 no lotteries"
    )


def test_canceled_after_a_refusal() -> None:
    """From 3.10 cleanup notes that the id is gone: the refusal stays the reason."""
    line = f"cleanup: {QUEUE}: milter-reject: END-OF-MESSAGE from {CLIENT}: 5.7.1 virus found; {ENVELOPE}"
    (found,) = told(*opened(), *named(), line, f"cleanup: {QUEUE}: removed (canceled)")
    assert found == right(JANE, "rejected", "content us sender", "virus")


def test_proxy_reject() -> None:
    """A before-queue filter refused it: `proxy-reject` at the end looked at the content."""
    line = f"smtpd: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=09-01 - spam; {ENVELOPE}"
    (found,) = told(
        CONNECT, f"smtpd: NOQUEUE: client={CLIENT}", line, left("ehlo=1 mail=1 rcpt=1 data=0/1 quit=1 commands=4/5")
    )
    assert found == right(JANE, "rejected", "content us sender", "spam")


def test_proxy_accept_followed() -> None:
    """A before-queue filter passed it on: the fate is found behind it, for every recipient."""
    back = "localhost[127.0.0.1]"
    log = (
        CONNECT, f"smtpd: NOQUEUE: client={CLIENT}", *accepted(2, "5F7B21234B", client=back),
        f"smtpd: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 5F7B21234B; {ENVELOPE}",
        left("ehlo=1 mail=1 rcpt=2 data=1 quit=1 commands=6"),
        to_store(JANE, "S1", queue_id="5F7B21234B"), stored(JANE, "S1"),
        to_store(JOE, "S2", queue_id="5F7B21234B"), stored(JOE, "S2", "Junk"), removed("5F7B21234B"),
    )  # fmt: skip
    assert fates(*log) == {JANE: "delivered", JOE: "junked"}


def test_proxy_accept_not_followed() -> None:
    """Rule `proxy_accepted`: without the lines behind the filter nothing is known."""
    line = f"smtpd: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok; {ENVELOPE}"
    (found,) = told(
        CONNECT, f"smtpd: NOQUEUE: client={CLIENT}", line, left("ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5")
    )
    because = ["the lines behind our before-queue filter, which took it, are not in these logs"]
    assert found == right(JANE, "unknown", "content us unknown", "filter", because=because)


def test_postscreen_refusal() -> None:
    """Postscreen 550: refused by a block list before smtpd saw it."""
    words = "550 5.7.1 Service unavailable; client [192.0.2.7] blocked using bl.example"
    envelope = f"from=<news@sender.example>, to=<{JANE}>, proto=ESMTP, helo=<h>"
    line = f"postscreen: NOQUEUE: reject: RCPT from [192.0.2.7]:4711: {words}; {envelope}"
    (found,) = told("postscreen: CONNECT from [192.0.2.7]:4711 to [203.0.113.25]:25", line)
    assert found == right(JANE, "rejected", "rcpt us sender", "blocklist")


# ---------------------------------------------------------------- put off


@pytest.mark.parametrize(
    ("words", "owner", "code"),
    [
        (f"450 4.2.0 <{JANE}>: Recipient address rejected: Greylisted, see http://x.example", "sender", "greylisted"),
        (f"451 4.3.0 <{JANE}>: Temporary lookup failure", "us", "policy"),
        ("452 4.3.1 Insufficient system storage", "us", "policy"),
        (f"450 4.1.1 <{JANE}>: unverified address: Address verification in progress", "sender", "policy"),
        (f"450 4.2.2 <{JANE}>: Recipient address rejected: over quota", "sender", "mailbox_full"),
    ],
)  # fmt: skip
def test_put_off(words: str, owner: str, code: str) -> None:
    """Rule `put_off`: 4xx, the sender keeps it and has to come again; a failure of our own system is our move."""
    (found,) = told(CONNECT, refused(words), left("ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4"))
    sentence = f"Put off at RCPT: {words}; the sender has to try again"
    assert found == right(JANE, "deferred", f"rcpt {owner} sender", code, sentence=sentence, reply=words)


def test_postscreen_asks_for_another_try() -> None:
    """Postscreen `450 4.3.2` after its deep tests: not a refusal, and not our trouble."""
    line = (
        "postscreen: NOQUEUE: reject: RCPT from [192.0.2.7]:4711: 450 4.3.2 Service currently unavailable; "
        f"from=<news@sender.example>, to=<{JANE}>, proto=ESMTP, helo=<mail.sender.example>"
    )
    (found,) = told(
        "postscreen: CONNECT from [192.0.2.7]:4711 to [203.0.113.25]:25", line, "postscreen: PASS NEW [192.0.2.7]:4711"
    )
    assert found == right(JANE, "deferred", "rcpt sender sender", "policy")


@pytest.mark.parametrize(
    ("line", "stage"),
    [
        (f"smtpd: warning: Connection concurrency limit exceeded: 51 from {CLIENT} for service smtp", "connect"),
        (f"smtpd: warning: Connection rate limit exceeded: 61 from {CLIENT} for service smtp", "connect"),
        (f"smtpd: warning: Message delivery request rate limit exceeded: 9 from {CLIENT} for service smtp", "mail"),
        (f"smtpd: warning: Recipient address rate limit exceeded: 9 from {CLIENT} for service smtp", "rcpt"),
    ],
)
def test_rate_limits_are_for_now(line: str, stage: str) -> None:
    """Anvil's limits answer 421 or 450, which is logged nowhere."""
    (found,) = told(CONNECT, line, left("ehlo=1 mail=0/1 commands=1/2"))
    assert found == right(None, "deferred", f"{stage} sender sender", "policy")


@pytest.mark.parametrize("words", ["too many connections", "all server ports busy"])
def test_postscreen_is_busy(words: str) -> None:
    """Postscreen answers 421 and logs no code."""
    (found,) = told("postscreen: CONNECT from [192.0.2.7]:4711 to [203.0.113.25]:25",
                    f"postscreen: NOQUEUE: reject: CONNECT from [192.0.2.7]:4711: {words}")  # fmt: skip
    assert (found["fate"], found["stage"]) == ("deferred", "connect")


GREYLIST = ', forced: soft reject "greylisted"; score=nan (set by greylist)'


def test_milter_soft_reject() -> None:
    """Rspamd `soft reject` becomes 4.7.1 at the end: put off for its content, and the filter's line says why."""
    log = (
        *opened(), *named(),
        rspamd("(soft reject): [4.10/15.00] [X(4.10){}]", JANE, forced=GREYLIST),
        f"cleanup: {QUEUE}: milter-reject: END-OF-MESSAGE from {CLIENT}: 4.7.1 Try again later; {ENVELOPE}",
    )  # fmt: skip
    (found,) = told(*log)
    assert found == right(JANE, "deferred", "content sender sender", "greylisted")


def test_milter_is_down() -> None:
    """milter_default_action=tempfail: the sender waits for us."""
    words = "451 4.7.1 Service unavailable - try again later"
    line = f"smtpd: NOQUEUE: milter-reject: RCPT from {CLIENT}: {words}; {ENVELOPE}"
    (found,) = told(CONNECT, line)
    assert found == right(JANE, "deferred", "rcpt us sender", "filter")


GREYLISTED = refused(f"450 4.2.0 <{JANE}>: Recipient address rejected: Greylisted")


def test_greylisted_and_never_again() -> None:
    """4xx and then nothing: the sender still has it."""
    (found,) = told(CONNECT, GREYLISTED)
    assert found == right(JANE, "deferred", "rcpt sender sender", "greylisted")


def test_greylisted_with_the_policy_service_s_line() -> None:
    """Postgrey's line is about the same try: one message, not two that fit."""
    who = "client_name=mail.sender.example, client_address=192.0.2.7, sender=news@sender.example"
    found = answer_to(CONNECT, f"postgrey: action=greylist, reason=new, {who}, recipient={JANE}", GREYLISTED)
    assert len(found["matches"]) == 1


def test_greylisted_then_accepted() -> None:
    """The later chapter wins; the first try stands under `attempts`, and the time lost under `delays`."""
    log = (
        CONNECT,
        GREYLISTED,
        left("ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4"),
        f"+400 smtpd: connect from {CLIENT}",
        *SENT[1:],
    )
    (found,) = told(*log)
    joined = ["earlier tries are joined by return-path, recipient and sender, not by an id"]
    assert found == right(
        JANE, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX", attempts=1, because=joined
    )
    (delay,) = answer_to(*log)["matches"][0]["recipients"][0]["delays"]
    assert (delay["where"], round(delay["seconds"])) == ("before acceptance", 400)
    assert "Greylisted" in delay["why"]


def test_reject_warning_refuses_nothing() -> None:
    """warn_if_reject: a dry run."""
    line = f"smtpd: NOQUEUE: reject_warning: RCPT from {CLIENT}: 550 5.7.1 <{JANE}>: Access denied; {ENVELOPE}"
    (found,) = told(CONNECT, line, *SENT[1:])
    assert found == right(JANE, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX")


# ---------------------------------------------------------------- broken off


@pytest.mark.parametrize("prefix", ["", f"{QUEUE}: "])
@pytest.mark.parametrize(
    ("words", "stage"), [("lost connection after DATA (195 bytes)", "data"), ("timeout after END-OF-MESSAGE", "data"),
                         ("lost connection after RCPT", "rcpt"), ("too many errors after RCPT", "rcpt")],
)  # fmt: skip
def test_broken_off(prefix: str, words: str, stage: str) -> None:
    """Rule `broken_off`: an id is no acceptance; from 3.10 the line names the id, before it does not."""
    log = (*opened(), f"smtpd: {prefix}{words} from {CLIENT}", left("ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4"))
    (found,) = told(*log)
    assert found == right(None, "not_accepted", f"{stage} sender sender", "connection_lost")


def test_timeout_after_we_took_it() -> None:
    """The queue manager has it: our 250 may be lost, the message is not."""
    log = (*opened(), *named(), *queued(), f"smtpd: {QUEUE}: timeout after END-OF-MESSAGE from {CLIENT}", *SENT[-3:])
    (found,) = told(*log)
    assert found == right(JANE, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX")


def test_canceled() -> None:
    """Postfix 3.10: `removed (canceled)` is a message that was begun and never taken."""
    (found,) = told(
        *opened(), *named(), f"cleanup: {QUEUE}: removed (canceled)", left("ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4")
    )
    assert found == right(None, "not_accepted", "data sender sender", "connection_lost")


def test_client_quits_after_rcpt() -> None:
    """The counts at the end say that no message came."""
    (found,) = told(*opened(), left("ehlo=1 mail=1 rcpt=1 quit=1 commands=4"))
    assert found == right(None, "not_accepted", "rcpt sender sender", "quit_early")


def test_begun_and_nothing_more() -> None:
    """Without the end of the session nothing decides, and the answer says so."""
    (found,) = told(*opened(), *named())
    because = ["lines of this message are missing: none says that it was queued, delivered or refused"]
    assert found == right(None, "unknown", "queue unknown unknown", "incomplete", because=because)


def test_refused_and_broken_off() -> None:
    """One recipient was refused, the others were not yet taken: those whom no line names stand as nobody's row."""
    log = (
        *opened(), refused(f"550 5.1.1 <{JOE}>: {UNKNOWN_USER}", to=JOE, prefix=QUEUE),
        f"smtpd: lost connection after RCPT from {CLIENT}", left("ehlo=1 mail=1 rcpt=2/3 commands=4/5"),
    )  # fmt: skip
    assert fates(*log) == {JOE: "rejected", None: "not_accepted"}


def test_rule_hangs_up() -> None:
    """Rule `hung_up`: access(5) HANGUP ends the session without an answer; that is our doing."""
    line = f"smtpd: NOQUEUE: hangup: RCPT from {CLIENT}: <{JANE}>: Recipient address rejected: no; {ENVELOPE}"
    (found,) = told(CONNECT, line, left("ehlo=1 mail=1 rcpt=0/1 commands=2/3"))
    assert (found["fate"], found["owner"], found["code"]) == ("not_accepted", "us", "policy")


# ---------------------------------------------------------------- not mail, not proof


def test_probe_is_not_mail() -> None:
    """Address verification does not deliver: the message that caused it has its own fate."""
    probe = "6F7B21234C"
    log = (
        f"cleanup: {probe}: message-id=<20261123102400.{probe}@mx1.recipient.example>",
        *queued(1, probe, path="double-bounce@mx1.recipient.example"),
        delivery(JANE, "250 2.1.5 Ok", status="deliverable", queue_id=probe), removed(probe), *SENT,
    )  # fmt: skip
    assert fates(*log) == {JANE: "delivered"}


def test_probe_alone() -> None:
    """A probe alone is never a delivery."""
    probe = "6F7B21234C"
    log = (*queued(1, probe), delivery(JANE, "250 2.1.5 Ok", status="deliverable", queue_id=probe), removed(probe))
    (found,) = told(*log)
    assert (found["fate"], found["because"]) == ("unknown", ["a probe is not mail"])


def test_tls_lines_decide_nothing() -> None:
    """TLS lines are noise."""
    tls = f"smtpd: Anonymous TLS connection established from {CLIENT}: TLSv1.3 with cipher X (256/256 bits)"
    (found,) = told(SENT[0], tls, *SENT[1:])
    assert found == right(JANE, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX")


FORGERIES = (
    f"to=<{JANE}>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)",
    f"{QUEUE}: removed",
    "stored mail into mailbox 'INBOX'",
)


@pytest.mark.parametrize("words", FORGERIES)
def test_helo_forges_no_fate(words: str) -> None:
    """What a client says in HELO is its text."""
    line = (
        f"smtpd: NOQUEUE: reject: RCPT from {CLIENT}: 554 5.7.1 <{JANE}>: Relay access denied; "
        f"from=<news@sender.example> to=<{JANE}> proto=ESMTP helo=<{words.replace('<', '').replace('>', '')}>"
    )
    assert fates(CONNECT, line) == {JANE: "rejected"}


@pytest.mark.parametrize("words", FORGERIES)
def test_subject_forges_no_fate(words: str) -> None:
    """A logged subject is the sender's text."""
    line = f"cleanup: {QUEUE}: warning: header Subject: {words} from {CLIENT}; {ENVELOPE}"
    bounce = delivery(JANE, "unknown user", status="bounced", dsn="5.1.1", agent="local", relay="local")
    assert fates(*opened(), line, *named(), *queued(), bounce) == {JANE: "bounced"}


@pytest.mark.parametrize("words", FORGERIES)
def test_address_forges_no_fate(words: str) -> None:
    """So is a quoted local part."""
    to = f'"{words}"@recipient.example'.replace("<", "(").replace(">", ")")
    assert fates(CONNECT, refused(f"550 5.1.1 <{to}>: {UNKNOWN_USER}", to=to)) == {to: "rejected"}


@pytest.mark.parametrize(
    "words", ["delivered to mailbox", "delivered to command: x", "forwarded as 1234567890AB", "discarded"]
)
def test_remote_reply_forges_no_delivery(words: str) -> None:
    """Another system may answer with the words of our own agents: it is handed over, no more."""
    (found,) = told(*accepted(), delivery(JANE, f"250 2.0.0 {words}"), removed())
    assert (found["fate"], found["handed_to"]) == ("relayed", "mx.example.net[198.51.100.9]:25")


# ---------------------------------------------------------------- what only a warning tells

AGAIN = f"for {JANE} -- message not accepted, try again later"


@pytest.mark.parametrize(
    ("line", "fate", "code"),
    [
        (f"cleanup: warning: {QUEUE}: message rejected: hopcount exceeded", "rejected", "filter"),
        (f"cleanup: warning: {QUEUE}: queue file size limit exceeded", "rejected", "size"),
        (f"smtpd: warning: {QUEUE}: queue file size limit exceeded", "rejected", "size"),
        (f"cleanup: warning: {QUEUE}: virtual_alias_maps map lookup problem {AGAIN}", "deferred", "filter"),
    ],
)
def test_refused_by_a_warning(line: str, fate: str, code: str) -> None:
    """What cleanup could not take is refused at the end of DATA, and no line says with which reply."""
    (found,) = told(*opened(), *named(), line, left("ehlo=1 mail=1 rcpt=1 data=0/1 quit=1 commands=4/5"))
    assert (found["fate"], found["stage"], found["code"]) == (fate, "data", code)


def test_too_many_logins_refuse_no_message() -> None:
    """The AUTH command is put off; what the client sends without a login goes on."""
    limit = f"smtpd: warning: AUTH command rate limit exceeded: 6 from {CLIENT} for service submission"
    assert fates(CONNECT, limit, *SENT[1:]) == {JANE: "delivered"}


def test_a_cut_delivery_line_decides_nothing() -> None:
    """Cut before its status, the line says that somebody was tried; not what came of it."""
    cut = f"smtp: {QUEUE}: to=<{JANE}>, relay=mx.example.net[198.51.100.9]:25, delay=1.2, dsn=5.7.1, status=bou"
    assert fates(*accepted(), cut) == {JANE: "deferred"}
    assert fates(*accepted(), cut, removed()) == {JANE: "unknown"}


def test_a_corrupt_queue_file_waits_for_us() -> None:
    """The queue manager put it aside: nobody will deliver it by itself."""
    line = f'qmgr: warning: saving corrupt file "{QUEUE}" from queue "active" to queue "corrupt"'
    (found,) = told(*accepted(), line)
    assert (found["fate"], found["owner"]) == ("quarantined", "us")


# ---------------------------------------------------------------- postscreen before smtpd

SCREENED = "postscreen: CONNECT from [192.0.2.7]:4711 to [203.0.113.25]:25"
AT_OURS = BUNDLE + "Receiving IP: 203.0.113.25\n"


@pytest.mark.parametrize(("word", "flags"), [("PASS OLD", []), ("ALLOWLISTED", ["allowlisted"])])
def test_postscreen_names_the_receiving_address(word: str, flags: list[str]) -> None:
    """Its lines belong to the session that it hands on: which of our addresses the client came to is known."""
    found = answer_to(SCREENED, f"postscreen: {word} [192.0.2.7]:4711", *SENT, bundle=AT_OURS)
    (match,) = found["matches"]
    assert "arrived at mx1, which has the receiving IP" in match["because"]
    (jane,) = match["recipients"]
    assert (jane["fate"], jane["flags"]) == ("delivered", flags)
    assert jane["timeline"][0]["raw"].endswith(SCREENED.removeprefix("postscreen: "))


def test_postscreen_450_then_accepted() -> None:
    """Told to come again after the deep tests, and five minutes later let through: one message, two tries."""
    envelope = f"from=<news@sender.example>, to=<{JANE}>, proto=ESMTP, helo=<mail.sender.example>"
    reply = "450 4.3.2 Service currently unavailable"
    told_to_wait = (
        "postscreen: CONNECT from [192.0.2.7]:4700 to [203.0.113.25]:25",
        f"postscreen: NOQUEUE: reject: RCPT from [192.0.2.7]:4700: {reply}; {envelope}",
        "postscreen: PASS NEW [192.0.2.7]:4700",
        "postscreen: DISCONNECT [192.0.2.7]:4700",
    )
    found = answer_to(*told_to_wait, f"+300 {SCREENED}", "postscreen: PASS OLD [192.0.2.7]:4711", *SENT)
    (match,) = found["matches"]
    (jane,) = match["recipients"]
    assert jane["fate"] == "delivered"
    assert [each["reply"] for each in jane["attempts"]] == [reply]
    assert sum("postscreen" in line["raw"] for line in jane["timeline"]) == 6
