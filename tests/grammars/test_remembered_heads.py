"""What a reader remembers of earlier lines changes nothing: each line is read as a new reader would read it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars import Basis, Event, Instant, Line, Place, Reader, Reject, TimeBasis
from grammars.core.clock import Era, KnownHost
from grammars.core.event import Reading
from tests.grammars.support import NEWEST

OPENINGS = (
    *(
        "Nov 23 10:24:07",
        "Nov  3 10:24:07",
        "Nov 3 10:24:07",
        "Feb 30 10:24:07",
        "<22>Nov 23 10:24:07",
        "no stamp at al",
    ),
    *("2026-11-23T10:24:07.123456+01:00", "2026-11-23T10:24:07Z", "2026-11-23 10:24:07,123", "Nov 23 10:24:07.5"),
    *("2026-11-23T10:24:07.1Z 2026-11-23T10:24:07.1Z", "<22>1 2026-11-23T10:24:07Z", "", "Nov 23 10:24:60"),
)
HEADS = (
    *(
        " mx1 postfix/qmgr[7]: ",
        " mx1 postfix/qmgr[8]: ",
        " mx2 postfix/qmgr[7]: ",
        " mx1 postfix/qmgr[7]:",
        " mx1 x[7]: ",
    ),
    *(
        " mx1 dovecot: ",
        " mx1 <mail.info> postfix/qmgr[7]: ",
        " mx1 postfix/qmgr 7 - - ",
        " postfix/qmgr[7]: ",
        ": ",
        " ",
    ),
    *(" mx1: postfix/qmgr[7]: ", " mx1 postfix/qmgr: "),
)
MESSAGES = (
    *("4jY2TD5qvxzJJQK: removed", "[ID 197553 mail.info] 4jY2TD5qvxzJJQK: removed", "[", "", ": ", "nonsense"),
    *("4jY2TD5qvxzJJQK: removed#012", "lmtp(7): Connect from 192.0.2.25", " 4jY2TD5qvxzJJQK: removed"),
)
LINES = st.tuples(st.sampled_from(OPENINGS), st.sampled_from(HEADS), st.sampled_from(MESSAGES)).map("".join)


def _known(host: str) -> KnownHost | None:
    return KnownHost(name="hub1") if host == "mx2" else None


BASES = {
    "plain": Basis(newest=NEWEST),
    "known_hosts": Basis(newest=NEWEST, known_host=_known),
    "eras": Basis(
        newest=NEWEST, eras=(Era(first=0, newest=Instant(NEWEST - 366 * 86_400 * 10**6)), Era(first=3, newest=NEWEST))
    ),
}


def _told(reading: Reading) -> object:
    return (reading.to_json(), reading.digits) if isinstance(reading, Event) else reading


@pytest.mark.parametrize("basis", BASES.values(), ids=BASES)
@given(texts=st.lists(LINES, min_size=2, max_size=12))
def test_a_line_is_read_as_by_a_new_reader(basis: Basis, texts: list[str]) -> None:
    """Stamps, hosts, tags and messages in any combination and order, each of them met before or not."""
    reader = Reader(basis)
    for at, text in enumerate([*texts, *texts]):
        line = Line(text, Place("mail.log", at % 6))
        assert _told(reader.read(text, line)) == _told(Reader(basis).read(text, line)), text


def _fields(reading: Reading) -> dict[str, Any]:
    assert isinstance(reading, Event)
    return vars(reading)


def test_an_event_owns_its_fields() -> None:
    """What is done to one event shows in none that comes from the same process later."""
    reader = Reader(BASES["plain"])
    text = OPENINGS[0] + HEADS[0] + MESSAGES[0]
    for _ in range(3):
        fields = _fields(reader.read(text))
        assert fields["host"] == "mx1"
        fields.clear()


def test_a_remembered_stamp_keeps_its_reason() -> None:
    """Why a stamp means its instant is remembered with it."""
    reader = Reader(BASES["plain"])
    for opening, basis in (("Nov 23 10:24:07", TimeBasis.ZONE_ASSUMED), ("2026-11-23T10:24:07Z", TimeBasis.STATED)):
        for _ in range(3):
            reading = reader.read(opening + HEADS[0] + MESSAGES[0])
            assert isinstance(reading, Event)
            assert reading.basis is basis
    assert isinstance(reader.read("Feb 30 10:24:07" + HEADS[0] + MESSAGES[0]), Reject)


def test_what_is_remembered_is_bounded() -> None:
    """A stranger who may log under any tag fills no memory."""
    reader = Reader(BASES["plain"])
    for pid in range(25_000):
        reader.read(f"Nov 23 10:24:07 mx1 postfix/qmgr[{pid}]: 4jY2TD5qvxzJJQK: removed")
    reader.read(f"Nov 23 10:24:07 {'m' * 1000} postfix/qmgr[1]: 4jY2TD5qvxzJJQK: removed")
    heads = reader._hands.heads
    assert len(heads) <= 10_000
    assert max(map(len, heads)) <= 200
