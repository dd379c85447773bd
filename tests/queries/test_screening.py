"""postscreen's lines belong to the SMTP session that it hands the connection to."""

from random import Random

import pytest

from grammars import Event, Instant, KeyKind, Line, Place
from queries.basis import machine_zone, settle_basis
from queries.leg import Key, Leg
from queries.question import Question
from queries.sources import log_file
from queries.stitch import stitch
from queries.stores.searched import SearchedStore
from tests.grammars.support import reader

NOW = Instant(1_795_515_840_000_000)  # a day later
SERVER_1, SERVER_2 = "203.0.113.25", "203.0.113.26"


def screened(port: int, *words: str, client: str = "192.0.2.7", server: str = SERVER_1) -> list[str]:
    """One connection to postscreen."""
    client = f"[{client}]:{port}"
    return [
        f"postscreen[3]: CONNECT from {client} to [{server}]:25",
        *(f"postscreen[3]: {each} {client}" for each in words),
    ]


def session(pid: int, queue_id: str, port: str = "", client: str = "192.0.2.7") -> list[str]:
    """One SMTP session with a message in it."""
    client = f"mail.sender.example[{client}]{port}"
    return [
        f"smtpd[{pid}]: connect from {client}",
        f"smtpd[{pid}]: {queue_id}: client={client}",
        f"smtpd[{pid}]: disconnect from {client} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5",
    ]


def lines_of(*parts: list[str], pause: float = 0.1, file: str = "mail.log") -> list[tuple[str, Place]]:
    """Whole lines, each `pause` seconds after the last, with their places."""
    made: list[tuple[str, Place]] = []
    for number, text in enumerate(text for part in parts for text in part):
        minute, second = divmod(number * pause, 60)
        stamp = f"2026-11-23T10:{int(minute):02d}:{second:09.6f}Z"
        made.append((f"{stamp} mx1 postfix/{text}", Place(file, number * 200)))
    return made


def legs_of(lines: list[tuple[str, Place]]) -> tuple[Leg, ...]:
    """The legs of some lines."""
    source = reader()
    readings = [source.read(text, Line(text, place)) for text, place in lines]
    return stitch(reading for reading in readings if isinstance(reading, Event))


def servers(legs: tuple[Leg, ...]) -> dict[str | None, list[str | None]]:
    """By id of the message, to which of our addresses the client connected, as its session says."""
    return {leg.local_id: [event.server_ip for event in leg.session if event.server_ip] for leg in legs}


@pytest.mark.parametrize("word", ["PASS OLD", "PASS NEW", "ALLOWLISTED", "WHITELISTED"])
def test_the_session_that_follows(word: str) -> None:
    """Whoever is let through is handed over, by whatever word."""
    legs = legs_of(lines_of(screened(4711, word), session(7, "4F7B21234")))
    assert servers(legs) == {"4F7B21234": [SERVER_1]}


def test_in_the_order_of_arrival() -> None:
    """Two connections of one client at once: the first that was let through is the first that the server meets."""
    both = [*screened(4711, "PASS OLD"), *screened(4712, "PASS OLD", server=SERVER_2)]
    legs = legs_of(lines_of(both, session(7, "4F7B21234"), session(8, "4F7B21235")))
    assert servers(legs) == {"4F7B21234": [SERVER_1], "4F7B21235": [SERVER_2]}


def test_the_port_decides() -> None:
    """With smtpd_client_port_logging the server names the port too."""
    both = [*screened(4711, "PASS OLD"), *screened(4712, "PASS OLD", server=SERVER_2)]
    legs = legs_of(lines_of(both, session(7, "4F7B21234", ":4712"), session(8, "4F7B21235", ":4711")))
    assert servers(legs) == {"4F7B21234": [SERVER_2], "4F7B21235": [SERVER_1]}


def test_who_was_kept_is_not_handed_over() -> None:
    """Postscreen says goodbye to those whom it does not pass on, even if they passed its deep tests."""
    kept = screened(4711, "PASS NEW", "DISCONNECT")
    busy = [*screened(4712), "postscreen[3]: reject: connect from [192.0.2.7]:4712: all screening ports busy"]
    legs = legs_of(lines_of(kept, busy, session(7, "4F7B21234")))
    assert servers(legs)["4F7B21234"] == []


def test_another_client_another_host_another_minute() -> None:
    """Same client, same host, at once: else it is somebody else's session."""
    mine = session(7, "4F7B21234")
    assert servers(legs_of(lines_of(screened(4711, "PASS OLD", client="192.0.2.8"), mine))) == {"4F7B21234": []}
    assert servers(legs_of(lines_of(screened(4711, "PASS OLD"), mine, pause=61))) == {"4F7B21234": []}
    together = lines_of(screened(4711, "PASS OLD"), mine)
    elsewhere = [
        (text.replace(" mx1 postfix/postscreen", " mx2 postfix/postscreen"), place) for text, place in together
    ]
    assert servers(legs_of(elsewhere)) == {"4F7B21234": []}


def test_another_instance() -> None:
    """The service may have a syslog_name of its own, which the server behind it has not."""
    together = lines_of(screened(4711, "PASS OLD"), session(7, "4F7B21234"))
    proxied = [(text.replace("postfix/postscreen", "haproxy/postscreen"), place) for text, place in together]
    assert servers(legs_of(proxied)) == {"4F7B21234": [SERVER_1]}


def test_shuffled_split_repeated() -> None:
    """However the lines come, the sessions are the same."""
    parts = [
        part
        for number in range(20)
        for part in (
            screened(4000 + number, "PASS OLD", server=(SERVER_1, SERVER_2)[number % 2]),
            session(number, f"4F7B2{number:05d}"),
        )
    ]
    plain = lines_of(*parts)
    wanted = servers(legs_of(plain))
    assert [len(found) for found in wanted.values()] == [1] * 20
    for seed in range(20):
        random = Random(seed)  # noqa: S311
        other = [*plain, *(line for line in plain if random.random() < 0.3)]
        random.shuffle(other)
        assert servers(legs_of(other)) == wanted
    at = [
        (text, Place("mail.log.1" if number < 31 else "mail.log", place.offset))
        for number, (text, place) in enumerate(plain)
    ]
    assert servers(legs_of(at)) == wanted


def test_a_searched_log_gives_the_same() -> None:
    """The store that reads only what it must finds postscreen's lines of a leg, and of its client's other legs."""
    parts = [
        part
        for number in range(12)
        for part in (
            screened(4000 + number, "PASS OLD", server=(SERVER_1, SERVER_2)[number % 2]),
            session(number, f"4F7B2{number:05d}"),
        )
    ]
    lines = lines_of(*parts)
    entry = log_file("mail.log", "".join(f"{text}\n" for text, _ in lines).encode(), NOW)
    bases = settle_basis([entry], zone=None, machine_zone=machine_zone(), now=NOW)
    wanted = servers(legs_of(lines))
    for queue_id, found in wanted.items():
        key = Key(KeyKind.QUEUE_ID, queue_id or "")
        legs = SearchedStore([entry], bases).find(Question(keys=frozenset({key}))).legs
        assert servers(legs) == {queue_id: found}
