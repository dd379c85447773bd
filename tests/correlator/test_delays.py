"""Where the time went: parts that the lines prove, that add up, and what no line explains."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlator.delays import Delay
from correlator.render.lateness import lateness_of, spell
from tests.correlator.stories import (
    BUNDLE,
    CLIENT,
    QUEUE,
    Row,
    _answer,
    accepted,
    answer_to,
    delivery,
    named,
    opened,
    queued,
    refused,
    removed,
    stored,
    to_store,
    whole,
)

JANE = "jane@recipient.example"
GREY = f"450 4.2.0 <{JANE}>: Recipient address rejected: Greylisted, see http://postgrey.example/help"
NO_STORE = "connect to store1.recipient.example[203.0.113.40]:24: Connection refused"
SLOW_STORE = "host store1.recipient.example[203.0.113.40] said: 451 4.3.0 Busy (in reply to end of DATA command)"
AT_HUB = {"queue_id": "8B7B21234B", "host": "hub1"}
DOWN = {"relay": "none", "dsn": "4.4.1", "status": "deferred", "agent": "lmtp"}
PUT_OFF = (f"smtpd: connect from {CLIENT}", refused(GREY), f"smtpd: disconnect from {CLIENT} ehlo=1 rcpt=0/1")
AGAIN = f"qmgr: {QUEUE}: from=<news@sender.example>, size=1200, nrcpt=1 (queue active)"


def told(found: Row) -> list[tuple[str, int, str]]:
    """The parts of the one recipient: where, whole seconds, why."""
    (recipient,) = found["matches"][0]["recipients"]
    return [(each["where"], round(each["seconds"]), each["why"]) for each in recipient["delays"]]


def test_greylisted_over_night_then_a_store_that_is_down() -> None:
    """The sender came again after hours; then hub1 waited for the mailbox server."""
    to_hub = delivery(JANE, "250 2.0.0 Ok: queued as 8B7B21234B", relay="hub1.recipient.example[203.0.113.30]:25")
    at_hub = accepted(1, "8B7B21234B", "hub1", client="mx1.recipient.example[203.0.113.10]")
    log = (
        *(*PUT_OFF, f"+31800 smtpd: connect from {CLIENT}", *accepted()[1:], *at_hub, to_hub, removed()),
        delivery(JANE, NO_STORE, **DOWN, **AT_HUB),
        "+540 " + to_store(JANE, "S1", delay="541", **AT_HUB),
        *(stored(JANE, "S1"), removed("8B7B21234B", "hub1")),
    )
    assert told(answer_to(*log)) == [("before acceptance", 31_800, GREY), ("queue of hub1", 540, NO_STORE)]


def test_greylisted_then_refused_for_good() -> None:
    """The time between the tries is told whatever the last one led to."""
    no = refused(f"550 5.1.1 <{JANE}>: Recipient address rejected: User unknown in virtual mailbox table")
    assert told(answer_to(*PUT_OFF, f"+900 smtpd: connect from {CLIENT}", no)) == [("before acceptance", 900, GREY)]


def test_several_tries_of_ours() -> None:
    """Each reason once, with the number of times; the retry's own line ends the wait."""
    log = (
        *(*accepted(), delivery(JANE, NO_STORE, **DOWN)),
        *(f"+300 {AGAIN}", delivery(JANE, NO_STORE, **DOWN)),
        *(f"+600 {AGAIN}", delivery(JANE, SLOW_STORE, **{**DOWN, "dsn": "4.3.0"})),
        *(f"+1200 {AGAIN}", to_store(JANE, "S1", delay="2100"), stored(JANE, "S1"), removed()),
    )
    reply = SLOW_STORE.partition("said: ")[2].partition(" (in reply")[0]
    assert told(answer_to(*log)) == [
        ("queue of mx1", 900, f"{NO_STORE}; 2 times"),
        ("queue of mx1", 1200, reply),
    ]


@pytest.mark.parametrize(
    ("delays", "parts"),
    [
        ("0.1/100/20/30", [("queue of mx1", 100), ("connecting from mx1", 20), ("handing over from mx1", 30)]),
        ("0.1/0/0/150", [("handing over from mx1", 150)]),
        ("0.1/0/0/9000", [("handing over from mx1", 150)]),  # a clock that was set: no more than the lines are apart
        ("0.1/0/0/1" + "0" * 400, [("queue of mx1", 150)]),  # no number
    ],
)
def test_the_parts_of_one_try(delays: str, parts: list[tuple[str, int]]) -> None:
    """Postfix counts the wait for a turn, the connection and the transmission apart."""
    handed = to_store(JANE, "S1", delay="150").replace("delays=0.1/0/0/0.1", f"delays={delays}")
    log = (*accepted(), "+150 " + handed, stored(JANE, "S1"), removed())
    assert [part[:2] for part in told(answer_to(*log))] == parts


def test_a_slow_filter() -> None:
    """What the filter took is the transmission to it: it answers once it has looked."""
    to_filter = delivery(
        JANE, "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 9A7B21234A", delay="70",
        relay="127.0.0.1[127.0.0.1]:10024",
    ).replace("delays=0.1/0/0/0.1", "delays=0.1/0/0/70")  # fmt: skip
    verdict = f"amavis: (90-01) Passed CLEAN, [192.0.2.7]:4711 <news@sender.example> -> <{JANE}>, Queue-ID: {QUEUE}"
    log = (*accepted(), f"+70 {verdict}, mail_id: x1, Hits: 1, size: 1200, 70000 ms", to_filter, removed())
    assert [part[:2] for part in told(answer_to(*log))] == [("filter", 70)]


def test_held_until_somebody_released_it() -> None:
    """The hold queue is a place of its own, with the reason of the hold."""
    hold = (
        f"cleanup: {QUEUE}: hold: header Subject: x from {CLIENT}; from=<news@sender.example> to=<{JANE}>: look first"
    )
    log = (
        *(*opened(), *named(), hold, f"+7200 postsuper: {QUEUE}: released from hold", *queued()),
        *(to_store(JANE, "S1", delay="7201"), stored(JANE, "S1"), removed()),
    )
    ((where, seconds, why),) = told(answer_to(*log))
    assert (where, seconds) == ("hold queue of mx1", 7200)
    assert why.startswith("held")
    assert why.endswith("until it was released")


def test_a_slow_sender() -> None:
    """From the id to the queue: the sender's pace, or a check before the queue."""
    log = (*opened(), *named(), "+200 " + queued()[0], to_store(JANE, "S1"), stored(JANE, "S1"), removed())
    assert [part[:2] for part in told(answer_to(*log))] == [("receiving at mx1", 200)]


def test_the_lines_of_the_wait_are_gone() -> None:
    """Postfix counts from the arrival; the lines here begin later: the rest is named, not dropped."""
    log = (*queued(), to_store(JANE, "S1", delay="5000"), stored(JANE, "S1"), removed())
    ((where, seconds, why),) = told(answer_to(*log))
    assert (where, seconds) == ("not explained by the logs", 5000)
    assert "queue of mx1" in why


@pytest.mark.parametrize(("pause", "word"), [(40, "at least 40 s ahead of that of mx1"), (0, None)])
def test_two_clocks_that_cannot_both_be_right(pause: int, word: str | None) -> None:
    """hub1 had the message only after mx1 was done with it: a clock, and no time of the message."""
    hub = "hub1.recipient.example[203.0.113.30]:25"
    mx1 = whole([*accepted(), delivery(JANE, "250 2.0.0 Ok: queued as 8B7B21234B", relay=hub), removed()])
    first, *rest = accepted(1, "8B7B21234B", "hub1", client="mx1.recipient.example[203.0.113.10]")
    hub1 = whole([f"+{pause} {first}", *rest, to_store(JANE, "S1", **AT_HUB), stored(JANE, "S1")])
    parts = told(_answer(mx1 + hub1, BUNDLE, (), UTC))
    if word is None:
        assert parts == []
    else:
        ((where, seconds, why),) = parts
        assert (where, seconds) == ("clock of hub1", 0)
        assert word in why


TIMED = (
    "Timestamp: 2026-11-23T{}\nReturn-Path: news@sender.example\nSending IP: 192.0.2.7\nReceiving IP: 203.0.113.10\n"
)


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("10:24:00Z", 1500),
        ("10:48:30Z", None),  # less than a minute: senders' clocks are no better
        ("10:24:00", None),  # no zone: the time is not known that well
    ],
)
def test_time_at_the_sender(stated: str, seconds: int | None) -> None:
    """The text names a time, the logs cover it, and our first line is of later."""
    others = [f"+100 qmgr: 3F7B21234{number:X}: removed" for number in range(15)]
    log = (
        *(
            "smtp: 3F7B21234F: to=<x@recipient.example>, relay=203.0.113.10[203.0.113.10]:25, status=deferred (x)",
            *others,
        ),
        *(*accepted(), to_store(JANE, "S1"), stored(JANE, "S1"), removed()),
    )
    found = answer_to(*log, bundle=TIMED.format(stated).replace("Receiving IP: 203.0.113.10\n", ""))
    sender = [part for part in told(found) if part[0] == "sender"]
    if seconds is None:
        assert sender == []
    else:
        assert sender[0][1] == pytest.approx(seconds, abs=5)
        assert "the text states 2026-11-23T10:24:00Z" in sender[0][2]


_STEPS = st.lists(st.tuples(st.integers(0, 5000), st.sampled_from([NO_STORE, SLOW_STORE, None])), max_size=6)


@given(steps=_STEPS)
def test_the_parts_add_up(steps: list[tuple[int, str | None]]) -> None:
    """Whatever happened in the queue (failed tries, holds that were released), nothing is lost or counted twice."""
    lines = list(accepted())
    for pause, reason in steps:
        if reason is None:
            lines += [f"postsuper: {QUEUE}: placed on hold", f"+{pause} postsuper: {QUEUE}: released from hold", AGAIN]
        else:
            lines += [delivery(JANE, reason, **DOWN), f"+{pause} {AGAIN}"]
    lines += [to_store(JANE, "S1"), stored(JANE, "S1"), removed()]
    took = sum(pause for pause, _ in steps)
    assert sum(part[1] for part in told(answer_to(*lines))) == pytest.approx(took, abs=len(lines))


# ---------------------------------------------------------------- in words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "1 s"), (59.6, "1 min"), (61, "1 min 1 s"), (540, "9 min"), (31_800, "8 h 50 min"), (3601, "1 h"),
        (90_000, "1 d 1 h"), (86_400, "1 d"),
    ],
)  # fmt: skip
def test_lengths_of_time(seconds: float, words: str) -> None:
    """The two largest units."""
    assert spell(seconds) == words


def part(where: str, seconds: float, why: str = "x") -> Delay:
    """A part."""
    return Delay(where=where, seconds=seconds, why=why)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([], None),
        ([part("queue of mx1", 100)], None),
        ([part("clock of hub1", 0, "40 s ahead")], None),
        (
            [part("before acceptance", 31_800, GREY), part("queue of hub1", 540, NO_STORE)],
            f"8 h 59 min late: 8 h 50 min before acceptance (greylisted), 9 min in the queue of hub1 ({NO_STORE})",
        ),
        (
            [
                part("queue of mx1", 30),
                part("filter", 31),
                part("hold queue of mx1", 600),
                part("clock of hub1", 0, "off"),
            ],
            "11 min 1 s late: 10 min in the hold queue of mx1 (x), 1 min 1 s elsewhere; clock of hub1: off",
        ),
        ([part("sender", 1500, "so it is")], "25 min passed before it reached us: so it is"),
    ],
)
def test_lateness(parts: list[Delay], words: str | None) -> None:
    """Said where it was more than a few minutes; parts under a minute are summed up."""
    assert lateness_of(parts) == words
