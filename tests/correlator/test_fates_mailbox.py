"""Stories of the mailbox server: the set of its lines decides, not the last one."""

import pytest

from tests.correlator.stories import (
    Row,
    accepted,
    delivery,
    fates,
    queued,
    removed,
    right,
    sieve,
    stored,
    to_store,
    told,
)

JANE = "jane@recipient.example"
STORED = right(JANE, "delivered", "mailbox nobody mailbox", "stored", folder="INBOX")
DISCARD = "discard action: Marked message to be discarded if not explicitly delivered (discard action)"
NOT_SAID = ["the log does not say whether the script is the person's own or the site's"]
FAR = "j@elsewhere.example"
COPY = right(
    FAR, "relayed", "handoff next_hop next_hop", "handed_over", handed_to="mx.example.net[198.51.100.9]:25",
    because=["the log of mx.example.net[198.51.100.9]:25 is not loaded, or does not show this message",
             "redirect: store1 to store1 by Message-ID, recipient and time, not by an id"],
)  # fmt: skip


def at_store(*words: str) -> list[Row]:
    """The answer where the script of jane's mailbox did this."""
    return told(*accepted(), *(sieve(JANE, "S1", each) for each in words), to_store(JANE, "S1"), removed())


def copy_sent_on() -> tuple[str, ...]:
    """The redirected copy leaves the mailbox server."""
    new = "store1/cleanup: 5F7B21234B: message-id=<m1@sender.example>"
    return (new, *queued(1, "5F7B21234B", "store1"), delivery(FAR, "250 Ok", queue_id="5F7B21234B", host="store1"))


def test_stored_in_the_inbox() -> None:
    """The plain case, with the reply that our queue got."""
    (found,) = at_store("stored mail into mailbox 'INBOX'")
    assert found == {**STORED, "sentence": "Stored in the inbox", "reply": f"250 2.0.0 <{JANE}> S1 Saved"}


def test_saved_without_sieve() -> None:
    """Dovecot without the plugin."""
    line = f"store1/dovecot: lmtp({JANE})<31><S1>: msgid=<m1@sender.example>: saved mail to Archive/2026"
    (found,) = told(*accepted(), line, to_store(JANE, "S1"), removed())
    assert found == {**STORED, "folder": "Archive/2026"}


@pytest.mark.parametrize(
    "words",
    [
        "fileinto action: stored mail into mailbox 'Junk'",
        "fileinto action: stored mail into mailbox 'INBOX.Spam'",
        "fileinto action: stored mail into mailbox [SPECIAL-USE \\Junk]",
        "fileinto action: stored mail into mailbox [SPECIAL-USE \\Junk] (Ungelesen)",
        "fileinto action: stored mail into mailbox 'Junk E-mail'",
    ],
)
def test_junked(words: str) -> None:
    """A junk folder by name or by special use: the person can change it."""
    (found,) = at_store(words)
    assert found == right(JANE, "junked", "mailbox recipient mailbox", "sieve", folder=found["folder"])


def test_two_folders() -> None:
    """Stored twice: the copy that the person sees decides, the other is named."""
    (found,) = at_store(
        "fileinto action: stored mail into mailbox 'Junk'", "fileinto action: stored mail into mailbox 'Lists'"
    )
    assert found == {**STORED, "folder": "Lists", "sentence": "Stored in the folder Lists; another copy in Junk"}


def test_discard() -> None:
    """Accepted and gone; whose script it was is not known, so whose move it is is not either."""
    (found,) = at_store(DISCARD)
    expected = right(JANE, "dropped", "mailbox unknown nobody", "sieve", because=NOT_SAID)
    assert found == {
        **expected,
        "sentence": "Accepted at 10:24:00 UTC, then destroyed by a Sieve script; nobody was told",
    }


@pytest.mark.parametrize(
    "words", [(DISCARD, "stored mail into mailbox 'INBOX'"), ("stored mail into mailbox 'INBOX'", DISCARD)]
)
def test_discard_and_stored(words: tuple[str, str]) -> None:
    """`discard` only cancels the implicit keep."""
    (found,) = at_store(*words)
    assert found == STORED


def test_reject() -> None:
    """Sieve reject: accepted, then returned to the sender by the person's rule."""
    (found,) = at_store("rejected message from <news@sender.example> (reject)")
    assert found == right(JANE, "bounced", "mailbox recipient nobody", "sieve")


def test_reject_without_a_sender() -> None:
    """Nobody may be told, so it is destroyed."""
    (found,) = at_store("not sending reject message to <>")
    assert (found["fate"], found["because"]) == ("dropped", NOT_SAID)


def test_redirect() -> None:
    """Redirect without a copy: forwarded, and the child has the other address's fate."""
    (found,) = told(
        *accepted(), sieve(JANE, "S1", f"forwarded to <{FAR}>"), *copy_sent_on(), to_store(JANE, "S1"), removed()
    )
    assert found == right(JANE, "forwarded", "mailbox next_hop unknown", "sieve", final=False, children=[COPY])


def test_redirect_with_a_copy() -> None:
    """Redirect and keep: delivered, and the forward is a child."""
    log = (
        *accepted(),
        sieve(JANE, "S1", f"forwarded to <{FAR}>"),
        stored(JANE, "S1"),
        *copy_sent_on(),
        to_store(JANE, "S1"),
    )
    (found,) = told(*log, removed())
    assert found == {**STORED, "children": [COPY], "sentence": "Stored in the inbox; a copy was sent on"}


def test_redirect_whose_way_is_not_here() -> None:
    """The copy's own lines are missing: it is out of sight, not lost."""
    (found,) = at_store(f"forwarded to <{FAR}>")
    assert (found["fate"], found["children"][0]["fate"]) == ("forwarded", "relayed")


def test_duplicate_forward() -> None:
    """An equal Message-ID had been sent on before; this one was destroyed."""
    (found,) = at_store(f"discarded duplicate forward to <{FAR}>")
    assert found == right(JANE, "dropped", "mailbox nobody nobody", "sieve")
    assert FAR in found["sentence"]


def test_vacation() -> None:
    """An automatic answer changes no fate."""
    (found,) = at_store("sent vacation response to <news@sender.example>", "stored mail into mailbox 'INBOX'")
    assert found == {**STORED, "flags": ["auto_replied"]}


def test_failed_fileinto_falls_back() -> None:
    """What could not be filed is kept in the inbox."""
    (found,) = at_store(
        "failed to store into mailbox 'X': Mailbox doesn't exist: X", "stored mail into mailbox 'INBOX'"
    )
    assert found == STORED


def test_proxy_before_the_mailbox_servers() -> None:
    """A Dovecot proxy handed it to its backend, whose log is not here."""
    words = f"Sent message to <{JANE}> at 203.0.113.41:24: 250 2.0.0 <{JANE}> T1 Saved (1/1 at 9 ms)"
    line = f"store1/dovecot: lmtp({JANE})<31><S1>: {words}"
    (found,) = told(*accepted(), line, to_store(JANE, "S1"), removed())
    assert (found["fate"], found["handed_to"]) == ("relayed", "203.0.113.41:24")


def test_two_mailboxes_of_one_message() -> None:
    """Each session is one person's."""
    joe = "joe@recipient.example"
    log = (
        *accepted(2),
        stored(JANE, "S1"),
        sieve(joe, "S1:R2", DISCARD),
        to_store(JANE, "S1"),
        to_store(joe, "S1:R2"),
        removed(),
    )
    assert fates(*log) == {JANE: "delivered", joe: "dropped"}


@pytest.mark.parametrize("words", ["stored mail into mailbox 'INBOX'", ": saved mail to INBOX"])
def test_message_id_forges_no_storage(words: str) -> None:
    """The Message-ID is the sender's text and stands before Dovecot's own statement."""
    forged = f"<x>: sieve: msgid=<y>: {words}"
    line = f"store1/dovecot: lmtp({JANE})<31><S1>: sieve: msgid={forged}: {DISCARD}"
    assert fates(*accepted(), line, to_store(JANE, "S1"), removed()) == {JANE: "dropped"}
