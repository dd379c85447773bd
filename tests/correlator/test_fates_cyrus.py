"""Stories of Cyrus IMAP behind Postfix: its lines bear no id, so joined by session, or by what else they say."""

import pytest

from tests.correlator.stories import BUNDLE, Row, accepted, answer_to, delivery, fates, queued, removed, right, told

JANE, JOE, FAR = "jane@recipient.example", "joe@recipient.example", "bob@elsewhere.example"
SESSION = "hub1-1795429440-60-1-99"
MARK = f"sessionid=<{SESSION}>"
ID = "<m1@sender.example>"
NOT_BY_ID = "stored: mx1 to mx1 by Message-ID, recipient and time, not by an id"
NOT_SAID = "the log does not say whether the script is the person's own or the site's"


def to_cyrus(to: str = JANE, words: str = f"250 2.1.5 Ok SESSIONID=<{SESSION}>", **more: str) -> str:
    """Handed over by lmtp(8), through a socket."""
    return delivery(to, words, **{"agent": "lmtp", "relay": "mx1[private/lmtp]", "dsn": "2.1.5", **more})


def store(words: str, host: str = "mx1") -> str:
    """One line of lmtpd."""
    return f"{host}/cyrus: {words}"


def delivered(mailbox: str = "user.jane", message_id: str = ID) -> str:
    """What lmtpd logs of a stored copy."""
    return store(f"Delivered: {message_id} to mailbox: {mailbox}")


def suppressed(mailbox: str = "8f1c") -> str:
    """What lmtpd logs of a copy that came before."""
    return store(f"dupelim: eliminated duplicate message to {mailbox} id {ID} date Mon, 23 Nov 2026 (delivery)")


def audited(words: str) -> str:
    """One line of the audit log."""
    return store(f"auditlog: {words}")


def at_cyrus(*lines: str) -> list[Row]:
    """The answer where lmtpd logged this for jane's copy."""
    return told(*accepted(), *lines, to_cyrus(), removed())


STORED = right(JANE, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX", final_recipient=None)


def test_stored_in_the_inbox() -> None:
    """Message-ID, person and moment tell which delivery it was: an inference, and said."""
    (found,) = at_cyrus(delivered())
    assert found == {**STORED, "because": [NOT_BY_ID], "sentence": "Stored in the inbox"}


def test_the_audit_log_names_the_session() -> None:
    """With `auditlog: yes` both sides name the session: nothing is inferred by it."""
    line = f"append {MARK} mailbox=<user.jane> uniqueid=<8f1c> uid=<1> messageid={ID} size=<1300>"
    (found,) = at_cyrus(audited(line))
    assert found == STORED


def test_both_logs_are_one_copy() -> None:
    """The plain line and the audit line say the same."""
    line = f"append {MARK} mailbox=<user.jane> uniqueid=<8f1c> uid=<1> messageid={ID} size=<1300>"
    (found,) = at_cyrus(audited(line), delivered())
    assert found["sentence"] == "Stored in the inbox"


def test_another_session_is_another_copy() -> None:
    """The same Message-ID in a session that the reply does not name."""
    other = f"append sessionid=<other> mailbox=<user.jane.Junk> uniqueid=<8f1c> uid=<1> messageid={ID} size=<1300>"
    (found,) = at_cyrus(audited(other))
    assert (found["fate"], found["handed_to"]) == ("relayed", "mx1")


@pytest.mark.parametrize("mailbox", ["user.jane.Junk", "recipient.example!user.jane.Spam", "user/jane/Junk"])
def test_junked(mailbox: str) -> None:
    """A junk folder, in the three ways of writing it."""
    (found,) = at_cyrus(delivered(mailbox))
    assert (found["fate"], found["folder"]) == ("junked", mailbox.replace("/", ".").rpartition(".")[2])


def test_two_persons_of_one_message() -> None:
    """Each line names its person."""
    log = (*accepted(2), delivered(), delivered("user.joe.Junk"), to_cyrus(), to_cyrus(JOE), removed())
    assert fates(*log) == {JANE: "delivered", JOE: "junked"}


def test_a_person_under_another_name() -> None:
    """One delivery, one line: it is the same copy, and the mailbox's owner is named."""
    (found,) = at_cyrus(delivered("user.jdoe"))
    assert (found["fate"], found["final_recipient"], found["because"]) == ("delivered", "jdoe", [NOT_BY_ID])


def test_two_persons_and_a_third_name() -> None:
    """Whose of two copies went to a third name cannot be told."""
    log = (*accepted(2), delivered("user.jdoe"), to_cyrus(), to_cyrus(JOE), removed())
    assert fates(*log) == {JANE: "relayed", JOE: "relayed"}


def test_discard() -> None:
    """The line names nobody; there is one delivery."""
    (found,) = at_cyrus(store(f"sieve discarded: {ID}"))
    assert found == right(JANE, "dropped", "mailbox unknown nobody", "sieve", because=[NOT_SAID, NOT_BY_ID])


def test_discard_for_the_one_who_is_left() -> None:
    """Of two persons the other has a line of his own."""
    log = (*accepted(2), store(f"sieve discarded: {ID}"), delivered("user.joe"), to_cyrus(), to_cyrus(JOE), removed())
    assert fates(*log) == {JANE: "dropped", JOE: "delivered"}


def test_discard_for_one_of_two() -> None:
    """Nothing tells for whom: neither is said to have lost it."""
    log = (*accepted(2), store(f"sieve discarded: {ID}"), to_cyrus(), to_cyrus(JOE), removed())
    assert fates(*log) == {JANE: "relayed", JOE: "relayed"}


def test_two_unnamed_actions_and_one_who_is_left() -> None:
    """Joe's copy may have been sent on too: what jane's script did is not certain."""
    lines = (store(f"sieve discarded: {ID}"), store(f"sieve redirected: {ID} to: {FAR}"), delivered("user.joe"))
    assert fates(*accepted(2), *lines, to_cyrus(), to_cyrus(JOE), removed()) == {JANE: "relayed", JOE: "delivered"}


def test_redirect() -> None:
    """Sent on, and the copy's own way."""
    copy = ("mx1/cleanup: 5F7B21234B: message-id=<m1@sender.example>", *queued(1, "5F7B21234B"))
    line = audited(f"redirect {MARK} message-id={ID} target=<{FAR}> userid=<jane>")
    (found,) = told(*accepted(), line, *copy, delivery(FAR, "250 Ok", queue_id="5F7B21234B"), to_cyrus(), removed())
    assert (found["fate"], [each["fate"] for each in found["children"]]) == ("forwarded", ["relayed"])


def test_redirect_said_twice_is_one() -> None:
    """The plain line and the audit line: one child."""
    line = audited(f"redirect {MARK} message-id={ID} target=<{FAR}> userid=<jane>")
    (found,) = at_cyrus(store(f"sieve redirected: {ID} to: {FAR}"), line)
    assert [each["recipient"] for each in found["children"]] == [FAR]
    assert found["sentence"] == f"Sent on to {FAR} by a Sieve script; no copy was kept"


def test_reject_with_a_report() -> None:
    """Accepted, then returned by the person's rule."""
    (found,) = at_cyrus(store(f"sieve rejected: {ID} to: news@sender.example"))
    assert (found["fate"], found["owner"]) == ("bounced", "recipient")


def test_reject_in_lmtp() -> None:
    """The mail server has to report it: its own line decides."""
    log = (
        store(f"sieve LMTP rejected: {ID}"),
        to_cyrus(JANE, "host mx1[private/lmtp] said: 550 5.7.1 no news (in reply to end of DATA command)",
                 status="bounced", dsn="5.7.1"),
    )  # fmt: skip
    (found,) = told(*accepted(), *log, removed())
    assert (found["fate"], found["holder"]) == ("bounced", "nobody")


def test_over_quota() -> None:
    """The mailbox is full: it waits with us, and it is the person's move."""
    words = f"host mx1[private/lmtp] said: 452 4.2.2 Over quota SESSIONID=<{SESSION}> (in reply to end of DATA command)"
    (found,) = told(*accepted(), to_cyrus(JANE, words, status="deferred", dsn="4.2.2"))
    assert found == right(JANE, "deferred", "handoff recipient us", "mailbox_full", final=False)


def test_vacation() -> None:
    """An automatic answer changes no fate (3.12)."""
    (found,) = at_cyrus(delivered(), store(f"sieve autoresponded: {ID} to: news@sender.example"))
    assert (found["fate"], found["flags"]) == ("delivered", ["auto_replied"])


SECOND_ID = "5F7B21234B"


def second_copy(*lines: str, pause: str = "+100 ") -> tuple[str, ...]:
    """The same message once more, under another queue id."""
    first, *rest = accepted(1, SECOND_ID)
    return (pause + first, *rest, *lines, to_cyrus(queue_id=SECOND_ID), removed(SECOND_ID))


def of_second(*log: str) -> Row:
    """What became of the copy that came second."""
    bundle = BUNDLE + f"SMTP response: 250 2.0.0 Ok: queued as {SECOND_ID}\n"
    found = answer_to(*log, bundle=bundle)
    (row,) = found["matches"][0]["recipients"]
    return {name: row[name] for name in ("fate", "folder", "sentence")} | {"code": row["reason"]["code"]}


@pytest.mark.parametrize("mailbox", ["8f1c", "user.jane"])
@pytest.mark.parametrize("pause", ["+100 ", "+90000 "])
def test_a_second_copy_was_suppressed(mailbox: str, pause: str) -> None:
    """The first copy is seen: the person has the message; a day between them does not matter."""
    first = (*accepted(), delivered(), to_cyrus(), removed())
    assert of_second(*first, *second_copy(suppressed(mailbox), pause=pause)) == {
        "fate": "delivered",
        "folder": "INBOX",
        "code": "duplicate_of",
        "sentence": "A copy with the same Message-ID was stored before in the inbox; this one was not stored again",
    }


def test_the_first_copy_keeps_its_fate() -> None:
    """A suppressed second copy does not colour the first."""
    log = (*accepted(), delivered("user.jane.Junk"), to_cyrus(), removed(), *second_copy(suppressed()))
    bundle = BUNDLE + "SMTP response: 250 2.0.0 Ok: queued as 4F7B21234A\n"
    (found,) = answer_to(*log, bundle=bundle)["matches"][0]["recipients"]
    assert (found["fate"], found["folder"]) == ("junked", "Junk")


def test_the_first_copy_is_not_in_the_logs() -> None:
    """Destroyed for its Message-ID: nothing shows that the person ever had one."""
    (found,) = at_cyrus(suppressed("user.jane"))
    assert found == right(
        JANE, "dropped", "mailbox unknown nobody", "duplicate_of",
        because=["the line that stored the first copy is not in these logs", NOT_BY_ID],
    )  # fmt: skip


def test_the_first_copy_was_another_persons() -> None:
    """Joe's copy is no comfort to jane."""
    log = (*accepted(), delivered("user.joe"), to_cyrus(JOE), removed(), *second_copy(suppressed("user.jane")))
    assert of_second(*log)["fate"] == "dropped"


@pytest.mark.parametrize("words", ["to mailbox: user.jane", "x> to mailbox: user.jane"])
def test_message_id_forges_no_storage(words: str) -> None:
    """The Message-ID is the sender's text and stands before what lmtpd says, or at the end of a line without more."""
    forged = f"<m1@sender.example {words}>"
    log = (
        "mx1/smtpd: connect from mail.sender.example[192.0.2.7]",
        "mx1/smtpd: 4F7B21234A: client=mail.sender.example[192.0.2.7]",
        f"mx1/cleanup: 4F7B21234A: message-id={forged}",
        *queued(),
    )
    (found,) = told(*log, store(f"sieve discarded: {forged}"), to_cyrus(), removed())
    assert found["fate"] == "dropped"


def test_what_readers_do_is_no_fate() -> None:
    """A client that files the message away stores nothing for the mail server."""
    line = f"auditlog: append {MARK} mailbox=<user.jane.Junk> uniqueid=<8f1c> uid=<1> messageid={ID} size=<1300>"
    reader = f"mx1/cyrusimap: {line}"
    assert fates(*accepted(), reader, to_cyrus(), removed()) == {JANE: "relayed"}


def test_a_remark_alone_decides_nothing() -> None:
    """A script failed, and the line that says where the message went is missing."""
    assert fates(*accepted(), store(f"sieve runtime error for jane id {ID}: no"), to_cyrus()) == {JANE: "relayed"}
