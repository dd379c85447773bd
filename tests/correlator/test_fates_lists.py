"""Stories of mailing lists behind Postfix: Mailman 2.1 and 3, Sympa; with their logs, and without."""

import re
from datetime import UTC, tzinfo

import pytest

from tests.correlator.stories import (
    BUNDLE,
    Row,
    accepted,
    answer_to,
    delivery,
    fates,
    queued,
    removed,
    right,
    told,
    whole,
)  # fmt: skip

NEWS, JOE, ANN = "news@lists.example", "joe@recipient.example", "ann@elsewhere.example"
ID = "<m1@sender.example>"
POST = "5F7B21234B"

MAILMAN_2 = delivery(
    NEWS, "delivered to command: /usr/lib/mailman/mail/mailman post news", agent="local", relay="local"
)
MAILMAN_3 = delivery(NEWS, "250 Ok", agent="lmtp", relay="127.0.0.1[127.0.0.1]:8024")
BY_PIPE = delivery(NEWS, "delivered via mailman service", agent="pipe", relay="mailman")
SYMPA = delivery(NEWS, f"delivered to command: /usr/lib/sympa/bin/queue {NEWS}", agent="local", relay="local")
WAYS = pytest.mark.parametrize("way", [MAILMAN_2, MAILMAN_3, BY_PIPE])

POSTED_BY = "posted: mx1 to mx1 by Message-ID, the list's return-path and time, not by an id"
SAID_BY = "list: mx1 to another by Message-ID, list and time, not by an id"
SAID_HERE = "list: mx1 to mx1 by Message-ID, list and time, not by an id"


def mailman(*lines: str, second: int = 1) -> tuple[tuple[str, str], ...]:
    """Mailman's own file: all its lines of one second."""
    stamp = f"Nov 23 10:24:{second:02d} 2026 (1234) "
    return (("mailman.log", "".join(f"{stamp}{line}\n" for line in lines)),)


def posted(path: str = "news-bounces@lists.example", *to: str, queue_id: str = POST) -> tuple[str, ...]:
    """The list's message to its members: a new id, the old Message-ID, a return-path of the list."""
    members = to or (JOE, ANN)
    return (
        f"mx1/smtpd: {queue_id}: client=localhost[127.0.0.1]",
        f"mx1/cleanup: {queue_id}: message-id={ID}",
        *queued(len(members), queue_id, path=path),
        *(arrives(member, queue_id) for member in members),
        removed(queue_id),
    )


def arrives(member: str, queue_id: str) -> str:
    """A member of ours has it in the mailbox; another's server took it."""
    if member == JOE:
        return delivery(JOE, "delivered to mailbox", agent="local", relay="local", queue_id=queue_id)
    return delivery(member, "250 Ok", queue_id=queue_id)


def sympa(caller: str, words: str) -> str:
    """One line of sympa_msg."""
    return f"mx1/sympa: info Sympa::{caller}::_twist() {words}"


OBJECT = "Sympa::Message <news@lists.example.1795429440.125706>"
LIST = "Sympa::List <news@lists.example>"
TAKEN = sympa(
    "Spindle::ProcessIncoming",
    f"Processing {OBJECT}; envelope_sender=news@sender.example; message_id=m1@sender.example; "
    "sender=news@sender.example",
)
IN_LIST = sympa("Spindle::DoMessage", f"Processing message {OBJECT} for {LIST} with priority 5, {ID}")


@WAYS
@pytest.mark.parametrize("path", ["news-bounces@lists.example", "News-bounces+joe=recipient.example@lists.example"])
def test_expanded_without_the_lists_log(way: str, path: str) -> None:
    """The mail server alone shows it: the list's message has the old Message-ID and a return-path of the list."""
    (found,) = told(*accepted(), way, removed(), *posted(path))
    assert (found["recipient"], found["fate"], found["because"]) == (NEWS, "expanded", [POSTED_BY])
    assert {each["recipient"]: each["fate"] for each in found["children"]} == {JOE: "delivered", ANN: "relayed"}


def test_expanded_with_the_lists_log() -> None:
    """Its own lines and its post agree."""
    lines = (f"ACCEPT: {ID}", f"{ID} post to {NEWS} from news@sender.example, 1164 bytes")
    (found,) = told(*accepted(), MAILMAN_3, removed(), *posted(), others=mailman(*lines))
    assert (found["fate"], len(found["children"])) == ("expanded", 2)


def test_verp_is_one_message_for_each_member() -> None:
    """One queue id for each member."""
    first = posted("news-bounces+joe=recipient.example@lists.example", JOE)
    second = posted("news-bounces+ann=elsewhere.example@lists.example", ANN, queue_id="5F7B21234C")
    (found,) = told(*accepted(), MAILMAN_2, removed(), *first, *second)
    assert {each["recipient"]: each["fate"] for each in found["children"]} == {JOE: "delivered", ANN: "relayed"}


def test_posted_and_the_way_on_is_not_here() -> None:
    """The list says that it posted; who got it is out of sight."""
    line = f"{ID} smtp to news for 12 recips, completed in 0.094 seconds"
    (found,) = told(*accepted(), MAILMAN_2, removed(), others=mailman(line))
    assert (found["fate"], found["final"], found["children"]) == ("expanded", False, [])
    assert "12 members" in found["sentence"]


HELD_2 = f"news post from news@sender.example held, message-id={ID}: Post by non-member to a members-only list"
HELD_3 = f"HOLD: {NEWS} post from news@sender.example held, message-id={ID}: The message is not from a list member"


@pytest.mark.parametrize(("way", "line"), [(MAILMAN_2, HELD_2), (MAILMAN_3, HELD_3), (BY_PIPE, HELD_3)])
def test_held_for_the_moderator(way: str, line: str) -> None:
    """Quarantined: a moderator has to let it pass."""
    (found,) = told(*accepted(), way, removed(), others=mailman(line))
    assert found == right(NEWS, "quarantined", "content us us", "held", final=False, because=[SAID_BY])
    assert "held by the list news@lists.example until a moderator lets it pass (" in found["sentence"]


def test_held_then_approved_and_posted() -> None:
    """The later chapter wins."""
    text = mailman(HELD_3)[0][1] + mailman(f"held message approved, message-id: {ID}", second=30)[0][1]
    first, *rest = posted()
    (found,) = told(*accepted(), MAILMAN_3, removed(), "+40 " + first, *rest, others=(("mailman.log", text),))
    assert (found["fate"], len(found["children"])) == ("expanded", 2)


def test_held_then_approved_days_later() -> None:
    """A moderator may take days."""
    later = f"Nov 26 10:24:00 2026 (1234) held message approved, message-id: {ID}\n"
    first, *rest = posted()
    (found,) = told(
        *accepted(), MAILMAN_3, removed(), "+259205 " + first, *rest,
        others=(("mailman.log", mailman(HELD_3)[0][1] + later),),
    )  # fmt: skip
    assert (found["fate"], len(found["children"])) == ("expanded", 2)


def test_approved_and_nothing_more() -> None:
    """Let pass; where it went then no line shows."""
    text = mailman(HELD_3)[0][1] + mailman(f"held message approved, message-id: {ID}", second=30)[0][1]
    (found,) = told(*accepted(), MAILMAN_3, removed(), others=(("mailman.log", text),))
    assert (found["fate"], found["code"]) == ("unknown", "list")


@pytest.mark.parametrize(("word", "fate"), [("Discarded", "dropped"), ("Refused", "bounced")])
def test_held_then_decided_by_the_moderator(word: str, fate: str) -> None:
    """The moderator's line names list, sender and subject only: the one held message of these."""
    decided = f"{NEWS}: {word} posting:\n\tFrom: news@sender.example\n\tSubject: hello"
    text = mailman(HELD_3)[0][1] + mailman(decided, second=30)[0][1]
    (found,) = told(*accepted(), MAILMAN_3, removed(), others=(("mailman.log", text),))
    assert (found["fate"], found["code"]) == (fate, "list")
    assert "its moderator" in found["sentence"]


def test_a_moderators_line_that_fits_two() -> None:
    """Two held messages of one sender: neither is said to be thrown away."""
    other = HELD_3.replace("m1@", "m2@")
    decided = f"{NEWS}: Discarded posting:\n\tFrom: news@sender.example\n\tSubject: hello"
    text = mailman(HELD_3, other)[0][1] + mailman(decided, second=30)[0][1]
    assert fates(*accepted(), MAILMAN_3, removed(), others=(("mailman.log", text),)) == {NEWS: "quarantined"}


@pytest.mark.parametrize(
    ("line", "fate"),
    [
        (f"DISCARD: {ID}; ['The sender is banned']", "dropped"),
        (f"REJECT: {ID}", "bounced"),
        (f"Message discarded, msgid: {ID}\n        list: news,\n        handler: SpamDetect", "dropped"),
        (
            f"Message rejected, msgid: {ID}\n        list: news,\n        handler: Moderate,\n        reason: no",
            "bounced",
        ),
        (f"ACCEPT: {ID}", "unknown"),
    ],
)
def test_the_rules_of_a_list(line: str, fate: str) -> None:
    """Destroyed, returned, or let pass and out of sight."""
    (found,) = told(*accepted(), MAILMAN_3, removed(), others=mailman(line))
    assert (found["fate"], found["code"], found["because"][-1]) == (fate, "list", SAID_BY)


def test_two_lists_and_a_line_that_names_none() -> None:
    """Mailman 3 says ACCEPT, REJECT and DISCARD without the list: which of two it was cannot be told."""
    other = delivery("talk@lists.example", "250 Ok", agent="lmtp", relay="127.0.0.1[127.0.0.1]:8024")
    log = (*accepted(2), MAILMAN_3, other, removed())
    assert fates(*log, others=mailman(f"DISCARD: {ID}; [n/a]")) == {NEWS: "relayed", "talk@lists.example": "relayed"}


def test_two_lists_each_with_its_own_line() -> None:
    """A line that names its list is that list's."""
    other = delivery("talk@lists.example", "250 Ok", agent="lmtp", relay="127.0.0.1[127.0.0.1]:8024")
    log = (*accepted(2), MAILMAN_3, other, removed(), *posted("talk-bounces@lists.example"))
    assert fates(*log, others=mailman(HELD_3)) == {NEWS: "quarantined", "talk@lists.example": "expanded"}


def test_without_any_word_of_the_list() -> None:
    """A program took it: that is all that is known."""
    (found,) = told(*accepted(), MAILMAN_2, removed())
    assert (found["fate"], found["code"]) == ("relayed", "command")


def test_the_same_message_sent_on_by_another_is_no_post() -> None:
    """A return-path that is not the list's proves nothing."""
    (found,) = told(*accepted(), MAILMAN_2, removed(), *posted("newsletter-bounces@lists.example"))
    assert found["fate"] == "relayed"


def test_a_post_that_came_back_from_the_filter_is_one() -> None:
    """The list's message goes through a filter and comes back under a third id: its members stand once."""
    again = "5F7B21234C"
    to_filter = delivery(JOE, f"250 2.0.0 Ok: queued as {again}", agent="smtp", relay="127.0.0.1[127.0.0.1]:10024",
                         queue_id=POST)  # fmt: skip
    log = (
        f"mx1/smtpd: {POST}: client=localhost[127.0.0.1]",
        f"mx1/cleanup: {POST}: message-id={ID}",
        *queued(1, POST, path="news-bounces@lists.example"),
        *posted("news-bounces@lists.example", JOE, queue_id=again),
        to_filter,
        removed(POST),
    )
    (found,) = told(*accepted(), MAILMAN_2, removed(), *log)
    assert [(each["recipient"], each["fate"]) for each in found["children"]] == [(JOE, "delivered")]


def test_the_members_question_finds_the_list() -> None:
    """Whoever asks with the id of the list's own message sees where it came from."""
    bundle = BUNDLE + f"SMTP response: 250 2.0.0 Ok: queued as {POST}\n"
    found = answer_to(*accepted(), MAILMAN_2, removed(), *posted(), bundle=bundle)
    (top,) = found["matches"][0]["recipients"]
    assert (top["recipient"], top["fate"]) == (NEWS, "expanded")


def of_sympa(*lines: str) -> Row:
    """The answer where Sympa took it and said this."""
    (found,) = told(*accepted(), SYMPA, TAKEN, IN_LIST, *lines, removed())
    return found


ACCEPTED = sympa(
    "Spindle::ToList",
    f"Message {OBJECT} for {LIST} from news@sender.example accepted (0.1 seconds, 1 sessions, 2 subscribers), "
    "message ID=m1@sender.example, size=1164",
)
KEY = sympa(
    "Spindle::ToModeration",
    f"Key 0a1b2c of message {OBJECT} for list {LIST} from news@sender.example sent to editors (0.1",
)


@pytest.mark.parametrize("path", ["news-owner@lists.example", "bounce+joe==recipient.example==news@lists.example"])
def test_sympa_posted_it(path: str) -> None:
    """Both kinds of return-path that Sympa uses."""
    found = of_sympa(ACCEPTED, *posted(path))
    assert (found["fate"], len(found["children"])) == ("expanded", 2)


def test_sympa_holds_it() -> None:
    """The key is what a moderator names."""
    found = of_sympa(KEY)
    assert found == right(
        NEWS, "quarantined", "content us us", "held", final=False, because=[SAID_HERE], quarantine_id="0a1b2c"
    )


def test_sympa_waits_for_the_sender() -> None:
    """It is the sender's move."""
    words = (
        f"Message {OBJECT} for {LIST} from news@sender.example kept for authentication with key 0a1b2c (0.1 seconds)"
    )
    found = of_sympa(sympa("Spindle::ToHeld", words))
    assert (found["fate"], found["owner"]) == ("quarantined", "sender")


@pytest.mark.parametrize(("word", "fate"), [("REJECT", "bounced"), ("DISTRIBUTE", "unknown")])
def test_sympa_and_its_moderator(word: str, fate: str) -> None:
    """The moderator's word names the key."""
    found = of_sympa(
        KEY, sympa("Request::Handler::x", f"{word} news 0a1b2c from boss@lists.example accepted (0.1 seconds)")
    )
    assert found["fate"] == fate


def test_sympa_refused_it() -> None:
    """A scenario does not let the sender post."""
    words = f"Message {OBJECT} for {LIST} from news@sender.example rejected(x) because sender not allowed"
    found = of_sympa(sympa("Spindle::AuthorizeMessage", words))
    assert (found["fate"], found["code"]) == ("bounced", "list")
    assert "sender not allowed" in found["sentence"]


def test_sympa_threw_it_away() -> None:
    """The Message-ID was here before."""
    words = f"Found known Message-ID {ID}, ignoring message {OBJECT} which would cause a loop"
    assert of_sympa(f"mx1/sympa: err main::#2 > Sympa::Spindle::DoMessage::_twist#9 {words}")["fate"] == "dropped"


def test_a_message_id_forges_no_post() -> None:
    """The sender's Message-ID says that the list posted it; the list holds it."""
    forged = "<m1), message ID=x>"
    log = (
        "mx1/smtpd: connect from mail.sender.example[192.0.2.7]",
        "mx1/smtpd: 4F7B21234A: client=mail.sender.example[192.0.2.7]",
        f"mx1/cleanup: 4F7B21234A: message-id={forged}",
        *queued(),
    )
    line = f"HOLD: {NEWS} post from news@sender.example held, message-id={forged}: no"
    assert fates(*log, MAILMAN_3, removed(), others=mailman(line)) == {NEWS: "quarantined"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (HELD_3, "held by the list news@lists.example: The message is not from a list member"),
        (
            f"{ID} smtp to news for 12 recips, completed in 1",
            "given by the list news to the mail server for 12 members",
        ),
        (f"ACCEPT: {ID}", "let pass by the list's rules"),
    ],
)
def test_the_timeline_in_words(line: str, words: str) -> None:
    """Who acted is the list, not a rule of the mail server."""
    found = answer_to(*accepted(), MAILMAN_3, removed(), others=mailman(line))
    assert words in [each["what"] for each in found["matches"][0]["recipients"][0]["timeline"]]


@pytest.mark.parametrize(("zone", "fate"), [(None, "quarantined"), (UTC, "relayed")])
def test_a_lists_file_two_hours_early(zone: tzinfo | None, fate: str) -> None:
    """Its stamps name no zone: where it was guessed it may be wrong; where the user gave it, it is another message."""
    text = mailman(HELD_3)[0][1].replace("10:24", "08:24")
    (found,) = told(*accepted(), MAILMAN_3, removed(), others=(("mailman.log", text),), zone=zone)
    assert found["fate"] == fate


def test_other_logs_in_the_same_file() -> None:
    """Lines of syslog behind Mailman's are no part of its record."""
    syslog = re.sub(r"2026-11-23T(\S{8})\S*", r"Nov 23 \1", whole((*accepted(), MAILMAN_3, removed())))
    (found,) = told(others=(("all.log", mailman(f"DISCARD: {ID}; [n/a]")[0][1] + syslog),))
    assert found["fate"] == "dropped"
