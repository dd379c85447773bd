"""Stories of procmail and maildrop behind Postfix: their own files name no id and no person."""

import pytest

from tests.correlator.stories import Row, accepted, answer_to, delivery, fates, removed, right, told

JANE, JOE, FAR = "jane@recipient.example", "joe@recipient.example", "bob@elsewhere.example"
SENDER = "news@sender.example"
COMMAND = "delivered to command: /usr/bin/procmail -a $EXTENSION"
NOT_BY_ID = "recorded: mx1 to another by sender and time, not by an id"
NOT_SAID = "the log does not say whether the rule is the person's own or the site's"


def to_procmail(to: str = JANE, **more: str) -> str:
    """local(8) ran procmail."""
    return delivery(to, COMMAND, **{"agent": "local", "relay": "local", "delay": "0.3", **more})


def to_maildrop(to: str = JANE, **more: str) -> str:
    """pipe(8) ran maildrop."""
    words = "delivered via maildrop service"
    return delivery(to, words, **{"agent": "pipe", "relay": "maildrop", "delay": "0.3", **more})


def abstract(folder: str, second: int = 0, sender: str = SENDER, subject: str | None = "hello") -> str:
    """What procmail writes of one message."""
    named = "" if subject is None else f" Subject: {subject}\n"
    return f"From {sender}  Mon Nov 23 10:24:{second:02d} 2026\n{named}  Folder: {folder}\t\t\t    1164\n"


def record(name: str, mark: str = "File", second: int = 0, subject: str = "hello") -> str:
    """What maildrop writes of one message."""
    head = f"Date: Mon Nov 23 10:24:{second:02d} 2026\nFrom: News <{SENDER}>\nSubj: {subject}\n"
    return f"{head}{mark}: {name:<65} (1164)\n\n"


def after_procmail(*abstracts: str) -> list[Row]:
    """The answer where procmail took jane's copy and its file holds this."""
    return told(*accepted(), to_procmail(), removed(), others=(("procmail.log", "".join(abstracts)),))


def after_maildrop(*records: str) -> list[Row]:
    """The answer where maildrop took jane's copy and its file holds this."""
    return told(*accepted(), to_maildrop(), removed(), others=(("maildrop.log", "".join(records)),))


STORED = right(JANE, "delivered", "mailbox nobody mailbox", "stored", because=[NOT_BY_ID])


@pytest.mark.parametrize("subject", ["hello", None, "  Folder: /dev/null\t\t 100", "x\x1e  Folder: /dev/null\t\t 9"])
def test_procmail_stored_it(subject: str | None) -> None:
    """With a subject, without one, and with two that imitate the next line."""
    (found,) = after_procmail(abstract("/var/mail/jane", subject=subject))
    assert found == {**STORED, "folder": "/var/mail/jane", "sentence": "Stored in the folder /var/mail/jane"}


@pytest.mark.parametrize("folder", ["Mail/Junk", ".Junk/new/1795566869.17194_0.vm", "/home/jane/Mail/spam"])
def test_procmail_junked_it(folder: str) -> None:
    """A file or a maildir for junk."""
    (found,) = after_procmail(abstract(folder))
    assert (found["fate"], found["code"], found["owner"]) == ("junked", "mailbox_rule", "recipient")


def test_procmail_threw_it_away() -> None:
    """`/dev/null` is nowhere."""
    (found,) = after_procmail(abstract("/dev/null"))
    assert found == right(JANE, "dropped", "mailbox unknown nobody", "dev_null", because=[NOT_SAID, NOT_BY_ID])


def test_procmail_sent_it_on() -> None:
    """The copy's own way is not in these logs."""
    (found,) = after_procmail(abstract(f"/usr/sbin/sendmail -oi {FAR}"))
    assert (found["fate"], [each["recipient"] for each in found["children"]]) == ("forwarded", [FAR])
    assert found["sentence"] == f"Sent on to {FAR} by a procmail rule; no copy was kept"


def test_procmail_gave_it_to_a_program() -> None:
    """What that did is not logged."""
    (found,) = after_procmail(abstract(" /home/jane/bin/ticket"))
    because = ["what the program did with the message stands in no log that is read here", NOT_BY_ID]
    assert found == right(JANE, "unknown", "mailbox recipient unknown", "command", because=because)


def test_procmail_failed() -> None:
    """The mail server's own line says what became of it."""
    log = (*accepted(), delivery(JANE, "Command died with status 67", agent="local", status="bounced", dsn="5.3.0"))
    assert fates(*log, removed(), others=(("procmail.log", abstract("**Bounced**")),)) == {JANE: "bounced"}


LATE, OTHER = abstract("/dev/null", second=40), abstract("/dev/null", sender="else@sender.example")


@pytest.mark.parametrize("elsewhere", [LATE, OTHER, "", "From nobody\n", "  Folder: /dev/null\t\t 9\n"])
def test_no_record_of_it(elsewhere: str) -> None:
    """Another moment, another sender, or nothing that could be it: it is out of sight."""
    (found,) = after_procmail(elsewhere, 'procmail: Match on "^x"\n')
    assert (found["fate"], found["code"]) == ("relayed", "command")


def test_two_records_at_once() -> None:
    """Two of the same sender in one second: which it is cannot be told."""
    (found,) = after_procmail(abstract("inbox"), abstract("/dev/null", subject="another"))
    assert found["fate"] == "relayed"


def test_two_persons_at_once() -> None:
    """One record, two deliveries: whose it was cannot be told."""
    log = (*accepted(2), to_procmail(), to_procmail(JOE), removed())
    assert fates(*log, others=(("procmail.log", abstract("/dev/null")),)) == {JANE: "relayed", JOE: "relayed"}


@pytest.mark.parametrize("order", ["ABabxy", "AaBbxy", "ABbxay", "AaBxby", "AaBbyx"])
def test_mixed_records_are_none(order: str) -> None:
    """Two deliveries wrote line by line at the same moment: no line is given to the other's record."""
    lines = dict(zip("Aax", abstract("inbox", subject="one").splitlines(), strict=True))
    other = abstract("/dev/null", sender="else@sender.example", subject="two").splitlines()
    lines |= dict(zip("Bby", other, strict=True))
    (found,) = after_procmail("".join(lines[letter] + "\n" for letter in order))
    assert found["fate"] == "relayed"


def test_records_one_after_another() -> None:
    """The same lines in their order are two records."""
    other = abstract("/dev/null", sender="else@sender.example", subject="two")
    (found,) = after_procmail(abstract("inbox") + other)
    assert found["fate"] == "delivered"


def test_a_sender_forges_no_record() -> None:
    """A quoted local part that imitates a date: the last one counts."""
    path = '"x  Mon Nov 23 10:24:00 2026"@sender.example'
    bundle = f"Timestamp: 2026-11-23T10:24:00Z\nReturn-Path: {path}\nSending IP: 192.0.2.7\n"
    log = (*accepted(path=path), to_procmail(), removed())
    others = (("procmail.log", abstract("inbox", second=1, sender=path)),)
    assert fates(*log, bundle=bundle, others=others) == {JANE: "delivered"}


def test_maildrop_stored_it() -> None:
    """The From header is the envelope sender here."""
    (found,) = after_maildrop(record("/home/jane/Maildir"))
    assert found == {**STORED, "folder": "/home/jane/Maildir"}


def test_maildrop_made_a_copy() -> None:
    """`cc` and `to`: two records of one message."""
    (found,) = after_maildrop(record("/home/jane/copies"), record("/home/jane/Maildir"))
    assert found["sentence"] == "Stored in the folder /home/jane/copies; another copy in /home/jane/Maildir"


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("/home/jane/Maildir/.Junk", "junked"),
        ("/dev/null", "dropped"),
        ("|ticket", "unknown"),
        (f"!{FAR}", "forwarded"),
    ],
)
def test_maildrop(name: str, fate: str) -> None:
    """A junk folder, nowhere, a program, another address."""
    (found,) = after_maildrop(record(name, subject="File: x (1)"))
    assert found["fate"] == fate


def test_maildrop_failed_and_then_stored_it() -> None:
    """Over quota at first: the failure's record is of the try that failed."""
    tried = delivery(JANE, "temporary failure. Command output: maildrop: maildir over quota.", agent="pipe",
                     relay="maildrop", status="deferred", dsn="4.3.0")  # fmt: skip
    log = (*accepted(), tried, "+300 " + to_maildrop(), removed())
    text = record("/home/jane/Maildir", "!Err") + record("/home/jane/Maildir").replace("10:24:00", "10:29:01")
    assert fates(*log, others=(("maildrop.log", text),)) == {JANE: "delivered"}


def test_only_the_agents_file() -> None:
    """Without the mail server's log the record stands alone: nobody is named."""
    (found,) = told(bundle="Timestamp: 2026-11-23T10:24:00Z\nReturn-Path: news@sender.example\n",
                    others=(("procmail.log", abstract("inbox")),))  # fmt: skip
    assert (found["recipient"], found["fate"]) == (None, "delivered")


def test_the_file_is_cited_by_its_lines() -> None:
    """Line numbers are those of the file, though three lines are one record."""
    text = 'procmail: Match on "^x"\n' + abstract("inbox")
    found = answer_to(*accepted(), to_procmail(), removed(), others=(("procmail.log", text),))
    (cited,) = [each for each in found["matches"][0]["recipients"][0]["timeline"] if each["file"] == "procmail.log"]
    assert (cited["line"], cited["program"], cited["what"]) == (2, "procmail", "a copy stored in inbox")
    assert cited["raw"] == abstract("inbox").rstrip("\n")


@pytest.mark.parametrize(
    ("folder", "words"),
    [("/dev/null", "written to /dev/null"), (" ticket", "given to a program: ticket")],
)
def test_the_timeline_in_words(folder: str, words: str) -> None:
    """A line that names nobody is told without a name."""
    found = answer_to(*accepted(), to_procmail(), removed(), others=(("procmail.log", abstract(folder)),))
    assert words in [each["what"] for each in found["matches"][0]["recipients"][0]["timeline"]]


# ---------------------------------------------------------------- Plesk


def test_plesk_s_agent_gives_it_to_dovecot() -> None:
    """Its transport ran, and Dovecot's line, without process and session, says where the message was stored."""
    place = {"agent": "pipe", "relay": "plesk_virtual"}
    prefix = f"dovecot: service=lda, user={JANE}, ip=[]. sieve: msgid=<m1@sender.example>: "
    handed = delivery(JANE, "delivered via plesk_virtual service", **place)
    (found,) = told(*accepted(), prefix + "stored mail into mailbox 'INBOX.Spam'", handed, removed())
    assert (found["fate"], found["folder"]) == ("junked", "INBOX.Spam")
    assert fates(*accepted(), prefix + "stored mail into mailbox 'INBOX'", handed, removed()) == {JANE: "delivered"}
    assert fates(*accepted(), handed, removed()) == {JANE: "relayed"}
