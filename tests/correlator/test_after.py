"""Stories of what people and programs do to a stored copy: it stands in `after`, and never in the fate."""

from datetime import UTC
from typing import Any

import pytest

from correlator.ask import ask
from correlator.evidence import read_evidence
from correlator.render.text import render_text
from queries.basis import settle_basis
from queries.sources import log_file
from queries.stores.files import FilesStore
from queries.stores.searched import SearchedStore
from tests.correlator.stories import (
    BUNDLE,
    NOW,
    accepted,
    answer_to,
    delivery,
    named,
    opened,
    queued,
    removed,
    sieve,
    stored,
    to_store,
    told,
    whole,
)

JANE, BOB = "jane@recipient.example", "bob@recipient.example"
ID = "<m1@sender.example>"
IMAP, POP3 = "by the person's mail program (IMAP)", "by the person's mail program (POP3)"
DELIVERED = (*accepted(), stored(JANE, "S1"), to_store(JANE, "S1"), removed())
LONG = "a" * 90 + "@sender.example"
"""A Message-ID of which mail_log keeps the first 77 bytes."""


def imap(words: str, user: str = JANE, session: str = "R1", service: str = "imap", pause: int = 60) -> str:
    """One line of mail_log, a minute after the line before."""
    return f"+{pause} store1/dovecot: {service}({user})<91><{session}>: {words}"


def copy(source: str, target: str, uid: int = 1, message_id: str = ID, **more: Any) -> str:
    """Copied from one folder to another."""
    return imap(f"copy from {source}: box={target}, uid={uid}, msgid={message_id}, size=1200", **more)


def expunge(folder: str, uid: int = 1, message_id: str = ID, word: str = "expunge", **more: Any) -> str:
    """Expunged, or marked so."""
    return imap(f"{word}: box={folder}, uid={uid}, msgid={message_id}, size=1200", **more)


def later(*lines: str, before: tuple[str, ...] = DELIVERED, bundle: str = BUNDLE) -> list[tuple[Any, ...]]:
    """What was done to jane's copy: words, by whom, folder, and why it may be another's; fates are as without it."""
    log = (*before, *lines)
    assert told(*log, bundle=bundle) == told(*before, bundle=bundle)
    (found,) = answer_to(*log, bundle=bundle)["matches"][0]["recipients"]
    return [(*each["what"].partition(" by ")[::2], each["folder"], *each["because"]) for each in found["after"]]


def test_moved() -> None:
    """IMAP MOVE is logged as a copy and an expunge."""
    assert later(copy("INBOX", "Trash"), expunge("INBOX", pause=0)) == [("moved to Trash", IMAP[3:], "Trash")]


def test_moved_within_one_second() -> None:
    """The two lines of a move have one stamp, and stand in two rotated files: whichever is read first, it was moved."""
    head = f"Nov 23 10:30:00 store1 dovecot: imap({JANE})<91><R1>: "
    texts = {
        "mail.log": whole(DELIVERED),
        "a.log": f"{head}expunge: box=INBOX, uid=1, msgid={ID}, size=1\n",
        "b.log": f"{head}copy from INBOX: box=Trash, uid=1, msgid={ID}, size=1\n",
    }
    (bundle,) = read_evidence(BUNDLE, now=NOW)
    for names in (("mail.log", "a.log", "b.log"), ("mail.log", "b.log", "a.log")):
        files = [log_file(name, texts[name].encode(), NOW) for name in names]
        store = FilesStore(files, settle_basis(files, zone=None, machine_zone=UTC, now=NOW))
        assert [later.what for later in ask(bundle, store).matches[0].recipients[0].after] == ["moved to Trash"]


def test_moved_twice_and_deleted() -> None:
    """The chain of folders is followed to its end."""
    lines = (
        *(copy("INBOX", "Archive"), expunge("INBOX", pause=0)),
        *(copy("Archive", "Trash", session="R2"), expunge("Archive", session="R2", pause=0)),
        *(expunge("Trash", word="delete", session="R3"), expunge("Trash", session="R3")),
    )
    assert [each[0] for each in later(*lines)] == ["moved to Archive", "moved to Trash", "expunged from Trash"]


def test_copied() -> None:
    """Both copies stay."""
    assert later(copy("INBOX", "Lists")) == [("copied to Lists", IMAP[3:], "Lists")]


def test_copied_then_expunged_another_day() -> None:
    """Old mail programs copy, mark and expunge; the last may come much later."""
    lines = (copy("INBOX", "Lists"), expunge("INBOX", word="delete", pause=1))
    assert later(*lines, expunge("INBOX", session="R2", pause=86_400)) == [("moved to Lists", IMAP[3:], "Lists")]


def test_rescued_from_junk() -> None:
    """The fate freezes when it is stored: junked, and moved into the inbox later."""
    before = (
        *accepted(),
        sieve(JANE, "S1", "fileinto action: stored mail into mailbox 'Junk'"),
        to_store(JANE, "S1"),
    )
    (found,) = answer_to(*before, copy("Junk", "INBOX"), expunge("Junk"))["matches"][0]["recipients"]
    assert (found["fate"], found["folder"], found["final"]) == ("junked", "Junk", True)
    assert [each["what"] for each in found["after"]] == [f"moved to INBOX {IMAP}"]


def test_deleted_at_once() -> None:
    """Never moved, only deleted; delivered all the same."""
    assert later(expunge("INBOX")) == [("expunged from INBOX", IMAP[3:], "INBOX")]


def test_of_another_mailbox() -> None:
    """The same Message-ID in bob's mailbox is bob's copy."""
    assert later(copy("INBOX", "Trash", user=BOB), expunge("INBOX", user=BOB)) == []


def test_two_recipients() -> None:
    """Each copy has its own later life."""
    found = answer_to(
        *accepted(2), stored(JANE, "S1"), stored(BOB, "S1:R2"), to_store(JANE, "S1"), to_store(BOB, "S1:R2"),
        removed(), expunge("INBOX", user=BOB),
    )["matches"][0]["recipients"]  # fmt: skip
    assert {each["recipient"]: len(each["after"]) for each in found} == {JANE: 0, BOB: 1}


def test_before_it_was_stored() -> None:
    """An older message with this Message-ID was deleted before: not this one."""
    old = ("store1/dovecot: imap(jane@recipient.example)<9><R0>: expunge: box=INBOX, uid=1, msgid=<m1@sender.example>",)
    (found,) = answer_to(*old, "+600 " + DELIVERED[0], *DELIVERED[1:])["matches"][0]["recipients"]
    assert found["after"] == []


TWIN = sieve(JANE, "S0", "stored mail into mailbox 'INBOX'")


def test_twins() -> None:
    """Two messages with one Message-ID in one mailbox: the line does not say which, so the answer does not either."""
    doubt = "another message with this Message-ID is in this mailbox; it may be about that one"
    before = (TWIN, "+5 " + DELIVERED[0], *DELIVERED[1:])
    assert later(expunge("INBOX", uid=2), before=before) == [("expunged from INBOX", IMAP[3:], "INBOX", doubt)]


@pytest.mark.parametrize(("uid", "words"), [(2, ["expunged from INBOX"]), (1, [])])
def test_twins_with_numbers(uid: int, words: list[str]) -> None:
    """Where mail_log tells the number at the delivery, it tells twins apart."""
    save = f"store1/dovecot: lmtp({JANE})<31><S1>: save: box=INBOX, uid=2, msgid={ID}, size=1200"
    before = (TWIN, "+5 " + DELIVERED[0], *DELIVERED[1:-3], save, *DELIVERED[-3:])
    found = later(expunge("INBOX", uid=uid), before=before)
    assert [each[0] for each in found] == words
    assert all(len(each) == 3 for each in found)


def test_number_told_by_an_old_delivery_agent() -> None:
    """2.2 names no session: the line is no act of a reader, and its number still tells copies apart."""
    before = (
        *accepted(),
        f"store1/dovecot: lda({JANE}): sieve: msgid={ID}: stored mail into mailbox 'INBOX'",
        delivery(JANE, "delivered via dovecot service", agent="pipe", relay="dovecot"),
        removed(),
    )
    save = f"store1/dovecot: lda({JANE}): save: box=INBOX, uid=2, msgid={ID}, size=1200"
    assert later(save, expunge("INBOX", uid=1), before=before) == []
    assert len(later(save, expunge("INBOX", uid=2), before=before)) == 1


def test_the_number_goes_with_the_copy() -> None:
    """After a move the number in the new folder counts."""
    lines = (copy("INBOX", "Trash", uid=44), expunge("INBOX"), expunge("Trash", uid=43), expunge("Trash", uid=44))
    assert [each[0] for each in later(*lines)] == ["moved to Trash", "expunged from Trash"]


def test_from_a_folder_it_never_came_into() -> None:
    """A move that is not logged breaks the chain: said, not hidden."""
    doubt = "no line shows how it came into Old"
    assert later(expunge("Old")) == [("expunged from Old", IMAP[3:], "Old", doubt)]


def test_special_use_has_no_name() -> None:
    """Stored in the folder for junk, whatever its name: no doubt about the name then."""
    before = (*accepted(), sieve(JANE, "S1", "fileinto action: stored mail into mailbox [SPECIAL-USE \\Junk]"),
              to_store(JANE, "S1"))  # fmt: skip
    assert later(expunge("Spamverdacht"), before=before) == [("expunged from Spamverdacht", IMAP[3:], "Spamverdacht")]


def test_pop3() -> None:
    """Fetched and deleted."""
    assert later(expunge("INBOX", service="pop3")) == [("expunged from INBOX", POP3[3:], "INBOX")]


def test_pop3_without_the_plugin() -> None:
    """The end of a session counts deletions and names none: nothing is said of this message."""
    assert later(imap("Disconnected: Logged out top=0/0, retr=1/1300, del=1/1, size=1200", service="pop3")) == []


def test_without_a_message_id() -> None:
    """A site may leave it out of the line: nothing joins it."""
    assert later(imap("expunge: box=INBOX, uid=1, size=1200")) == []


@pytest.mark.parametrize(
    ("line", "by"),
    [
        (expunge("INBOX", service="doveadm"), "an administrator's command (doveadm)"),
        (expunge("INBOX", word="autoexpunge"), "the server's rule for old mail (autoexpunge)"),
        (f"+9 store1/dovecot: dsync-local({JANE})<R7>: expunge: box=INBOX, uid=1, msgid={ID}", "replication (dsync)"),
    ],
)
def test_by_whom(line: str, by: str) -> None:
    """Not everything is done by the person."""
    assert later(line) == [("expunged from INBOX", by, "INBOX")]


def test_replicated() -> None:
    """The same mailbox on another server is no second copy."""
    assert later(f"+9 store2/dovecot: dsync-server({JANE}): save: box=INBOX, uid=1, msgid={ID}, size=1200") == []


def test_replicated_deletion() -> None:
    """Replication repeats on one server what was done on the other: said once."""
    again = f"+9 store2/dovecot: dsync-server({JANE}): expunge: box=INBOX, uid=1, msgid={ID}, size=1200"
    assert [each[0] for each in later(expunge("INBOX"), again)] == ["expunged from INBOX"]


def test_old_mail_expires_during_another_delivery() -> None:
    """The line has the session of a delivery, and is about another message."""
    other = f"store1/dovecot: lmtp({JANE})<31><S1>: autoexpunge: box=Trash, uid=9, msgid=<old@sender.example>, size=7"
    assert later(before=(*DELIVERED[:-2], other, *DELIVERED[-2:])) == []


def test_marks() -> None:
    """Read, marked for deletion, and not."""
    lines = (
        *(f"flag_change: box=INBOX, uid=1, msgid={ID}, size=1, flags=(\\Seen)",) * 2,
        f"flag_change: box=INBOX, uid=1, msgid={ID}, size=1, flags=(\\Answered \\Seen)",
        f"delete: box=INBOX, uid=1, msgid={ID}, size=1",
        f"undelete: box=INBOX, uid=1, msgid={ID}, size=1",
        f"flag_change: box=INBOX, uid=1, msgid={ID}, size=1",
    )
    words = ["marked read", "marked answered, read", "marked for deletion", "no longer marked for deletion"]
    assert [each[0] for each in later(*map(imap, lines))] == [*words, "flags changed"]


def test_uploaded_again() -> None:
    """A mail program saved a copy of its own."""
    assert [each[0] for each in later(imap(f"save: box=Sent, uid=1, msgid={ID}, size=1"))] == ["saved in Sent"]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (f"imap({JANE}): copy from INBOX: box=Trash, uid=1, msgid={ID}, size=1",
         f"imap({JANE}): expunge: box=INBOX, uid=1, msgid={ID}, size=1", "moved to Trash"),
        (f"imap({JANE})<9><R1>: Mailbox Trash: copy from INBOX: uid=1, msgid={ID}, size=1",
         f"imap({JANE})<9><R1>: Mailbox INBOX: expunge: uid=1, msgid={ID}, size=1", "moved to Trash"),
        (f"imap({JANE}): copy -> Trash: uid=1, msgid={ID}",
         f"imap({JANE}): expunged: uid=1, msgid={ID}", "moved to Trash"),
        (f"imap({JANE})<9><R1>: copy from INBOX: uid=1, msgid={ID}, size=1",
         f"imap({JANE})<9><R1>: expunge: uid=1, msgid={ID}, size=1", "moved to a folder that the line does not name"),
    ],
)  # fmt: skip
def test_releases(first: str, second: str, words: str) -> None:
    """2.2, 2.4, 1.x, and 2.3 where the site does not log the folder."""
    found = later(f"+60 store1/dovecot: {first}", f"store1/dovecot: {second}")
    assert [each[0] for each in found] == [words]


def test_long_message_id() -> None:
    """mail_log cuts it; what is left is compared, and that is said."""
    before = tuple(line.replace("m1@sender.example", LONG) for line in DELIVERED)
    doubt = "the line has only the first part of the Message-ID"
    cut = f"<{LONG}>"[:77] + "..."
    found = later(copy("INBOX", "Trash", message_id=cut), expunge("INBOX", message_id=cut), before=before)
    assert found == [("moved to Trash", IMAP[3:], "Trash", doubt)]


@pytest.mark.parametrize("message_id", [f"{ID}, size=1", f"x, msgid={ID}", f"{ID}, from=y"])
def test_forged_details(message_id: str) -> None:
    """Another message in the mailbox imitates the details of this one: its end is not this one's."""
    assert later(expunge("INBOX", message_id=message_id)) == []


def test_mailbox_of_postfix() -> None:
    """local(8) wrote it; the mailbox is the user's of that name."""
    before = (*accepted(), delivery(JANE, "delivered to maildir", agent="local", relay="local"), removed())
    assert [each[0] for each in later(expunge("INBOX", user="jane"), before=before)] == ["expunged from INBOX"]
    assert later(expunge("INBOX", user="bob"), before=before) == []


def test_forwarded_copy() -> None:
    """Redirected to bob on the same server: what bob did stands beside bob's fate, the child."""
    new = "5F7B21234B"
    log = (
        *accepted(), sieve(JANE, "S1", f"forwarded to <{BOB}>"), *opened(new, "store1"), *named(new, "store1"),
        *queued(1, new, "store1"), stored(BOB, "S2"), to_store(BOB, "S2", queue_id=new, host="store1"),
        to_store(JANE, "S1"), removed(), expunge("INBOX", user=BOB),
    )  # fmt: skip
    (found,) = answer_to(*log)["matches"][0]["recipients"]
    assert (found["fate"], found["after"]) == ("forwarded", [])
    assert [each["what"] for each in found["children"][0]["after"]] == [f"expunged from INBOX {IMAP}"]


def test_never_delivered() -> None:
    """Not stored, so nothing of it can be moved: an equal Message-ID in the mailbox is another message."""
    before = (*accepted(), delivery(JANE, "550 5.1.1 no such user", status="bounced", dsn="5.1.1"), removed())
    assert later(expunge("INBOX"), before=before) == []


def test_only_the_end_is_here() -> None:
    """The arrival is in no log: somebody deleted it, so it was in the mailbox; how it came there stays open."""
    bundle = f"{BUNDLE}Message-ID: {ID}\n"
    found = answer_to("smtpd: connect from x.example[198.51.100.1]", expunge("INBOX"), bundle=bundle)
    assert found["finding"] == "cannot_tell"
    assert found["because"][0] == (
        f"a message with this Message-ID was in the mailbox of {JANE}, where it was moved, marked or deleted later; "
        "the lines of its delivery are not in these logs"
    )


@pytest.mark.parametrize(
    ("lines", "steps"),
    [
        ((), []),
        ((copy("INBOX", "Trash"), expunge("INBOX")),
         [f"{JANE}: look in the folder Trash; it was moved to Trash {IMAP} (2026-11-23 10:25:00 UTC)"]),
        ((expunge("INBOX"),),
         [(f"{JANE}: the message arrived, and was expunged from INBOX {IMAP} (2026-11-23 10:25:00 UTC); "
          "look for it in a backup")]),
        ((expunge("Old"),), []),
    ],
)  # fmt: skip
def test_next_steps(lines: tuple[str, ...], steps: list[str]) -> None:
    """Where to look for it now, if that is sure."""
    assert answer_to(*DELIVERED, *lines)["next_steps"] == steps


def test_cites_its_line() -> None:
    """Every entry names the line that says so."""
    found = answer_to(*DELIVERED, copy("INBOX", "Trash"), expunge("INBOX"))["matches"][0]["recipients"][0]["after"]
    lines = whole((*DELIVERED, copy("INBOX", "Trash"), expunge("INBOX"))).split("\n")
    assert [lines[each["line"] - 1] == each["raw"] for each in found] == [True]
    assert [each["time"] for each in found] == [found[0]["raw"].partition(" ")[0]]


@pytest.mark.parametrize("kind", [FilesStore, SearchedStore])
def test_as_text(kind: type[FilesStore | SearchedStore]) -> None:
    """In the text it stands under the fate; days later with its date; both stores find it."""
    log = whole((*DELIVERED, copy("INBOX", "Trash"), expunge("INBOX"), expunge("Trash", pause=5 * 86_400)))
    entry = log_file("mail.log", log.encode(), NOW)
    (bundle,) = read_evidence(BUNDLE, now=NOW)
    store = kind([entry], settle_basis([entry], zone=None, machine_zone=UTC, now=NOW))
    text = " ".join(render_text(ask(bundle, store)).split())
    assert f"later: moved to Trash 10:25:00 {IMAP} mail.log:9 " in text
    assert f"later: expunged from Trash 2026-11-28 10:26:01 {IMAP} mail.log:11 " in text
