"""Lines that belong together though no id says so, and lines that do not though an id seems to."""
# ruff: noqa: E501 - log lines are as long as they are

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from correlator.attempts import chain_tries, fates_of_tries
from correlator.link import HandoffKind, Journey, journey_of
from grammars import KeyKind
from queries.leg import Key, Leg
from queries.question import Question
from queries.stores.protocol import Store
from tests.properties.altered import Logs
from tests.scenarios.runs import ask_json, store_of

_ENVELOPE = "from=<a@x.example> to=<{to}> proto=ESMTP helo=<x.example>"


def _lines(text: str) -> tuple[str, ...]:
    """Gives log lines of the house: `seconds program[pid]: message` in short form."""
    start = datetime(2026, 11, 20, 12, tzinfo=UTC)
    made = []
    for line in text.strip().splitlines():
        offset, _, rest = line.strip().partition(" ")
        stamp = (start + timedelta(seconds=float(offset))).isoformat(timespec="microseconds")
        made.append(f"{stamp} mx1 postfix/{rest}")
    return tuple(made)


def _store(text: str) -> Store:
    return Logs(files={"mx1.log": _lines(text)}).store("amavis")


def _legs(store: Store, kind: KeyKind, value: str) -> tuple[Leg, ...]:
    return store.find(Question(keys=frozenset({Key(kind, value)}))).legs


def _words(leg: Leg) -> list[str]:
    return [event.verb.value for event in leg.events]


def _from_x(store: Store) -> tuple[Leg, ...]:
    return _legs(store, KeyKind.ADDRESS, "a@x.example")


# ---------------------------------------------------------------- before the id is given


@pytest.mark.parametrize(
    ("rule", "verb"),
    [("discard", "discard"), ("hold", "hold"), ("redirect", "redirect"), ("filter", "modify"), ("warn", "warn")],
)
def test_rule_before_the_id(rule: str, verb: str) -> None:
    """What a rule said before the id was given belongs to the id that follows, though no other line names the envelope."""
    words = {"redirect": "triggers REDIRECT b@r.example", "filter": "triggers FILTER smtp:[127.0.0.1]:10024"}
    store = _store(
        f"""
        0 smtpd[7]: connect from x.example[192.0.2.1]
        0.1 smtpd[7]: NOQUEUE: {rule}: RCPT from x.example[192.0.2.1]: <a@r.example>: Recipient address {words.get(rule, "why")}; {_ENVELOPE.format(to="a@r.example")}
        0.2 smtpd[7]: 0A1B2C3D4E: client=x.example[192.0.2.1]
        0.3 smtpd[7]: disconnect from x.example[192.0.2.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
        """
    )
    (leg,) = _from_x(store)
    assert leg.local_id == "0A1B2C3D4E"
    assert _words(leg) == [verb, "open"]


def test_refusal_of_another_envelope() -> None:
    """A recipient refused for one envelope is not the next envelope's of the same connection."""
    store = _store(
        f"""
        0 smtpd[7]: connect from x.example[192.0.2.1]
        0.1 smtpd[7]: NOQUEUE: reject: RCPT from x.example[192.0.2.1]: 550 5.1.1 <a@r.example>: Recipient address rejected: User unknown in local recipient table; {_ENVELOPE.format(to="a@r.example")}
        0.2 smtpd[7]: 0A1B2C3D4E: client=x.example[192.0.2.1]
        0.3 cleanup[8]: 0A1B2C3D4E: message-id=<1@x.example>
        0.4 qmgr[9]: 0A1B2C3D4E: from=<other@x.example>, size=10, nrcpt=1 (queue active)
        0.5 smtpd[7]: disconnect from x.example[192.0.2.1] ehlo=1 mail=2 rcpt=1/2 data=1 rset=1 quit=1 commands=6/7
        """
    )
    (refused,) = _from_x(store)
    assert (refused.kind, _words(refused)) == ("session", ["reject"])


def test_refusals_around_an_accepted_recipient() -> None:
    """Recipients refused before and after an accepted one are of the same message."""
    refusal = "550 5.1.1 <{to}>: Recipient address rejected: User unknown in local recipient table; " + _ENVELOPE
    first, last = refusal.format(to="n1@r.example"), refusal.format(to="n2@r.example")
    store = _store(
        f"""
        0 smtpd[7]: connect from x.example[192.0.2.1]
        0.1 smtpd[7]: NOQUEUE: reject: RCPT from x.example[192.0.2.1]: {first}
        0.2 smtpd[7]: 0A1B2C3D4E: client=x.example[192.0.2.1]
        0.3 smtpd[7]: 0A1B2C3D4E: reject: RCPT from x.example[192.0.2.1]: {last}
        0.4 cleanup[8]: 0A1B2C3D4E: message-id=<1@x.example>
        0.5 qmgr[9]: 0A1B2C3D4E: from=<a@x.example>, size=10, nrcpt=1 (queue active)
        0.6 smtpd[7]: disconnect from x.example[192.0.2.1] ehlo=1 mail=1 rcpt=1/3 data=1 quit=1 commands=5/7
        """
    )
    (leg,) = _from_x(store)
    assert _words(leg) == ["reject", "open", "reject", "name", "queue"]


def test_postscreen_serves_several_at_once() -> None:
    """One postscreen process speaks to many clients: a refusal keeps its own client's connection."""
    store = _store(
        f"""
        0 postscreen[7]: CONNECT from [192.0.2.1]:1001 to [203.0.113.25]:25
        0.1 postscreen[7]: CONNECT from [192.0.2.2]:1002 to [203.0.113.25]:25
        0.2 postscreen[7]: NOQUEUE: reject: RCPT from [192.0.2.1]:1001: 550 5.7.1 Service unavailable; client [192.0.2.1] blocked using dnsbl.example; {_ENVELOPE.format(to="a@r.example").replace(" proto", ", proto").replace("> to", ">, to").replace(" helo", ", helo")}
        0.3 postscreen[7]: DISCONNECT [192.0.2.1]:1001
        """
    )
    (leg,) = _from_x(store)
    assert {event.client_ip for event in leg.session} == {"192.0.2.1"}


def test_rotation_within_a_second() -> None:
    """With stamps of one second, a message whose lines stand in two rotated files stays whole, whatever the names."""
    lines = (
        "Nov 20 12:00:00 mx1 postfix/smtpd[7]: 0A1B2C3D4E: client=x.example[192.0.2.1]",
        "Nov 20 12:00:01 mx1 postfix/cleanup[8]: 0A1B2C3D4E: message-id=<1@x.example>",
        "Nov 20 12:00:01 mx1 postfix/qmgr[9]: 0A1B2C3D4E: from=<a@x.example>, size=10, nrcpt=1 (queue active)",
        "Nov 20 12:00:01 mx1 postfix/local[9]: 0A1B2C3D4E: to=<b@r.example>, relay=local, delay=1, dsn=2.0.0, status=sent (delivered to mailbox)",
        "Nov 20 12:00:01 mx1 postfix/qmgr[9]: 0A1B2C3D4E: removed",
    )
    for at in range(1, len(lines)):
        store = Logs(files={"mail.log": lines[at:], "mail.log.1": lines[:at]}).store("amavis")
        (leg,) = _legs(store, KeyKind.QUEUE_ID, "0A1B2C3D4E")
        assert _words(leg) == ["open", "name", "queue", "deliver", "remove"], at


# ---------------------------------------------------------------- tries


def test_one_recipient_put_off() -> None:
    """Of two recipients one is put off and brought again alone: each has the fate of its own last try."""
    grey = (
        f"450 4.2.0 <late@r.example>: Recipient address rejected: Greylisted; {_ENVELOPE.format(to='late@r.example')}"
    )
    delivered = "relay=local, delay=0.1, dsn=2.0.0, status=sent (delivered to mailbox)"
    store = _store(
        f"""
        0 smtpd[7]: connect from x.example[192.0.2.1]
        0.1 smtpd[7]: 0A1B2C3D4E: client=x.example[192.0.2.1]
        0.2 smtpd[7]: 0A1B2C3D4E: reject: RCPT from x.example[192.0.2.1]: {grey}
        0.4 cleanup[8]: 0A1B2C3D4E: message-id=<1@x.example>
        0.5 qmgr[9]: 0A1B2C3D4E: from=<a@x.example>, size=10, nrcpt=1 (queue active)
        0.6 local[9]: 0A1B2C3D4E: to=<soon@r.example>, {delivered}
        0.7 qmgr[9]: 0A1B2C3D4E: removed
        400 smtpd[7]: connect from x.example[192.0.2.1]
        400.1 smtpd[7]: 0A1B2C3D4F: client=x.example[192.0.2.1]
        400.4 cleanup[8]: 0A1B2C3D4F: message-id=<1@x.example>
        400.5 qmgr[9]: 0A1B2C3D4F: from=<a@x.example>, size=10, nrcpt=1 (queue active)
        400.6 local[9]: 0A1B2C3D4F: to=<late@r.example>, {delivered}
        400.7 qmgr[9]: 0A1B2C3D4F: removed
        """
    )
    (tries,) = chain_tries(_journeys(_from_x(store), store))
    told = {fate.recipient: (fate.fate.value, len(fate.attempts)) for fate in fates_of_tries(tries)}
    assert told == {"soon@r.example": ("delivered", 0), "late@r.example": ("delivered", 1)}


def _journeys(legs: Iterable[Leg], store: Store) -> list[Journey]:
    found = [journey_of(leg, store) for leg in legs]
    return list({journey.arrival.id: journey for journey in found}.values())


def test_policy_service_is_no_message() -> None:
    """What a policy service logs about a try is part of that try, never a message that competes with it."""
    refused = f"450 4.2.0 <a@r.example>: Recipient address rejected: Greylisted; {_ENVELOPE.format(to='a@r.example')}"
    lines = _lines(
        f"""
        0 smtpd[7]: connect from x.example[192.0.2.1]
        0.2 smtpd[7]: NOQUEUE: reject: RCPT from x.example[192.0.2.1]: {refused}
        0.3 smtpd[7]: disconnect from x.example[192.0.2.1] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4
        """
    )
    asked = (
        "2026-11-20T12:00:00.100000+00:00 mx1 postgrey[612]: action=greylist, reason=new, client_name=x.example, "
        "client_address=192.0.2.1, sender=a@x.example, recipient=a@r.example"
    )
    store = Logs(files={"mx1.log": (lines[0], asked, *lines[1:])}).store("amavis")
    for leg in _from_x(store):
        journey = journey_of(leg, store)
        assert (journey.arrival.kind, len(journey.legs)) == ("session", 2)
    answer = ask_json("Timestamp: 2026-11-20T12:00:00+00:00\nReturn-Path: a@x.example\n", store)
    assert [[node["fate"] for node in match["recipients"]] for match in answer["matches"]] == [["deferred"]]


# ---------------------------------------------------------------- journeys


@pytest.mark.parametrize("queue_id", ["DF9E198A3B8", "681FD98A38A", "6988798A389"])
def test_release_from_quarantine(queue_id: str) -> None:
    """From each of its legs, a message that was held and let go is one journey from its arrival to the mailbox."""
    store = store_of("amavis-41x", "iso")
    for leg in _legs(store, KeyKind.QUEUE_ID, queue_id):
        journey = journey_of(leg, store)
        assert journey.arrival.local_id == "DF9E198A3B8"
        assert any(each.kind is HandoffKind.RELEASE for each in journey.handoffs)
        assert any(each.kind == "store" for each in journey.legs)


def test_every_leg_leads_to_the_same_journey() -> None:
    """Whichever of its legs is found first, the journey is the same."""
    store = store_of("amavis", "iso")
    for sent in _legs(store, KeyKind.CLIENT_IP, "127.0.7.2"):
        journey = journey_of(sent, store)
        for leg in journey.legs:
            if leg.kind in {"queue", "store", "scan"} and leg.reverse_path != "":
                other = journey_of(leg, store)
                assert other.arrival.id == journey.arrival.id, (leg.kind, leg.local_id)


def _crowd(message_id: str) -> Store:
    """Three thousand messages with one return-path and one recipient, five a second."""
    text: list[str] = []
    for number in range(3_000):
        at, queue_id = number * 0.2, f"{0xA00000 + number:X}F"
        text += (
            f"{at} smtpd[7]: {queue_id}: client=x.example[192.0.2.1]",
            f"{at + 0.01} cleanup[8]: {queue_id}: message-id=<{message_id.format(number)}@x.example>",
            f"{at + 0.02} qmgr[9]: {queue_id}: from=<a@x.example>, size=10, nrcpt=1 (queue active)",
            f"{at + 0.03} local[9]: {queue_id}: to=<b@r.example>, relay=local, dsn=2.0.0, status=sent (delivered to mailbox)",
            f"{at + 0.04} qmgr[9]: {queue_id}: removed",
        )
    store = _store("\n".join(text))
    store.coverage()
    return store


def test_crowded_key_is_bounded() -> None:
    """A Message-ID that thousands of messages have does not make a journey long."""
    crowd = _crowd("same")
    leg = _from_x(crowd)[1_500]
    journey = journey_of(leg, crowd)
    assert [each.id for each in journey.legs] == [leg.id]


def test_crowd_is_no_absence() -> None:
    """Where many messages fit so equally that each is unlikely, nobody says that none is there."""
    text = "Timestamp: 2026-11-20T12:05:00+00:00\nReturn-Path: a@x.example\nRecipient: b@r.example\n"
    answer = ask_json(text, _crowd("m{}"))
    assert answer["finding"] == "cannot_tell"
    assert answer["matches"]
    assert answer["cut"]


# ---------------------------------------------------------------- filters on hosts of their own


def test_filter_on_another_host() -> None:
    """A filter on a host of its own names the id that another host gave; the Message-ID proves it to be the same."""
    lines = _lines(
        """
        0 smtpd[7]: 0A1B2C3D4E: client=x.example[192.0.2.1]
        0.1 cleanup[8]: 0A1B2C3D4E: message-id=<1@x.example>
        0.2 qmgr[9]: 0A1B2C3D4E: from=<a@x.example>, size=10, nrcpt=1 (queue active)
        0.9 smtp[9]: 0A1B2C3D4E: to=<b@r.example>, relay=flt1[192.0.2.30]:10024, delay=0.7, delays=0/0/0/0.7, dsn=2.7.0, status=sent (250 2.7.0 Ok, discarded, id=4711-03 - spam)
        1 qmgr[9]: 0A1B2C3D4E: removed
        """
    )
    verdict = (
        "2026-11-20T12:00:00.800000+00:00 flt1 amavis[4711]: (4711-03) Blocked SPAM {DiscardedInbound,Quarantined}, "
        "[192.0.2.1]:3316 <a@x.example> -> <b@r.example>, quarantine: spam-oPePQQfdeb32, Queue-ID: 0A1B2C3D4E, "
        "Message-ID: <1@x.example>, mail_id: oPePQQfdeb32, Hits: 24, size: 533, 216 ms"
    )
    store = Logs(files={"mx1.log": lines, "flt1.log": (verdict,)}).store("amavis")
    answer = ask_json("Timestamp: 2026-11-20T12:00:00+00:00\nReturn-Path: a@x.example\n", store)
    (node,) = answer["matches"][0]["recipients"]
    assert (node["fate"], node["quarantine_id"]) == ("quarantined", "spam-oPePQQfdeb32")


# ---------------------------------------------------------------- lives of one id


def test_lines_after_the_end() -> None:
    """A line that comes shortly after `removed` is of the same message; a new `client=` begins another."""
    store = _store(
        """
        0 smtpd[7]: 0A1B2C3D4E: client=x.example[192.0.2.1]
        0.1 cleanup[8]: 0A1B2C3D4E: message-id=<1@x.example>
        0.2 qmgr[9]: 0A1B2C3D4E: from=<a@x.example>, size=10, nrcpt=1 (queue active)
        0.3 qmgr[9]: 0A1B2C3D4E: removed
        0.4 local[9]: 0A1B2C3D4E: to=<b@r.example>, relay=local, delay=0.1, dsn=2.0.0, status=sent (delivered to mailbox)
        5 smtpd[7]: 0A1B2C3D4E: client=x.example[192.0.2.1]
        5.1 cleanup[8]: 0A1B2C3D4E: message-id=<2@x.example>
        """
    )
    first, second = _legs(store, KeyKind.QUEUE_ID, "0A1B2C3D4E")
    assert _words(first) == ["open", "name", "queue", "remove", "deliver"]
    assert (_words(second), second.message_id) == (["open", "name"], "2@x.example")


def test_process_id_used_again_within_a_second() -> None:
    """Stamps of one second, one process, two connections: each message keeps its own connection."""
    lines = (
        "Nov 20 12:00:00 mx1 postfix/smtpd[7]: connect from x.example[192.0.2.1]",
        "Nov 20 12:00:00 mx1 postfix/smtpd[7]: 0A1B2C3D4E: client=x.example[192.0.2.1]",
        "Nov 20 12:00:00 mx1 postfix/smtpd[7]: disconnect from x.example[192.0.2.1] ehlo=1 mail=1 rcpt=1 quit=1 commands=4",
        "Nov 20 12:00:00 mx1 postfix/smtpd[7]: connect from y.example[192.0.2.2]",
        "Nov 20 12:00:00 mx1 postfix/smtpd[7]: 0A1B2C3D4F: client=y.example[192.0.2.2]",
        "Nov 20 12:00:00 mx1 postfix/smtpd[7]: lost connection after DATA from y.example[192.0.2.2]",
        "Nov 20 12:00:00 mx1 postfix/smtpd[7]: disconnect from y.example[192.0.2.2] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4",
    )
    store = Logs(files={"mx1.log": lines}).store("amavis")
    for queue_id, client, count in (("0A1B2C3D4E", "192.0.2.1", 2), ("0A1B2C3D4F", "192.0.2.2", 3)):
        (leg,) = _legs(store, KeyKind.QUEUE_ID, queue_id)
        assert {event.client_ip for event in leg.session} == {client}
        assert len(leg.session) == count


def test_equal_refusals_in_one_second() -> None:
    """Two connections refused with the very same words in one second are two, and both are found."""
    refused = f"NOQUEUE: reject: RCPT from x.example[192.0.2.1]: 450 4.2.0 <a@r.example>: Greylisted; {_ENVELOPE.format(to='a@r.example')}"
    connection = (
        "Nov 20 12:00:00 mx1 postfix/smtpd[7]: connect from x.example[192.0.2.1]",
        f"Nov 20 12:00:00 mx1 postfix/smtpd[7]: {refused}",
        "Nov 20 12:00:00 mx1 postfix/smtpd[7]: disconnect from x.example[192.0.2.1] ehlo=1 mail=1 rcpt=0/1 commands=2/3",
    )
    store = Logs(files={"mx1.log": connection * 2}).store("amavis")
    assert len(_from_x(store)) == 2
