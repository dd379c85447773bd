"""SMTP replies and the ids in them."""

import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlator.evidence.claims import REMOTE_ID_KINDS
from correlator.evidence.replies import read_reply


@pytest.mark.parametrize(
    ("text", "code", "enhanced", "ids"),
    [
        ("250 2.0.0 Ok: queued as 4jY29K0sf8z3cHk", 250, "2.0.0", [("postfix_queue_id", "4jY29K0sf8z3cHk")]),
        ("250 Ok: queued as BE7B04336", 250, None, [("postfix_queue_id", "BE7B04336")]),
        ("250 2.0.0 Ok: 4711 bytes queued as BE7B04336", 250, "2.0.0", [("postfix_queue_id", "BE7B04336")]),
        (
            "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as AB6AE3D6E",
            250,
            "2.0.0",
            [("postfix_queue_id", "AB6AE3D6E")],
        ),
        (
            "250 2.6.0 Ok, id=20909-22-2, from MTA([127.0.0.1]:11025): 250 2.0.0 Ok: queued as AB6AE3D6E",
            250,
            "2.6.0",
            [("postfix_queue_id", "AB6AE3D6E"), ("amavis_log_id", "20909-22-2")],
        ),
        ("250 2.7.0 Ok, discarded, id=03491-01 - spam", 250, "2.7.0", [("amavis_log_id", "03491-01")]),
        (
            "250 2.0.0 <bob@r.example> 2M0zKjYqZWNzHgAAqJ0X1w Saved",
            250,
            "2.0.0",
            [("dovecot_session_id", "2M0zKjYqZWNzHgAAqJ0X1w")],
        ),
        (
            "250 2.6.0 <x@y.example> [InternalId=105849469029151, Hostname=AS8.example] Queued mail for delivery",
            250,
            "2.6.0",
            [("exchange_internal_id", "105849469029151")],
        ),
        ("250 ok:  Message 64111812 accepted", 250, None, [("cisco_mid", "64111812")]),
        ("250 2.0.0 25nc6w82mk-1 Message accepted for delivery", 250, "2.0.0", [("proofpoint_sid", "25nc6w82mk-1")]),
        (
            "250 2.0.0 kA50s0cL029158 Message accepted for delivery",
            250,
            "2.0.0",
            [("sendmail_queue_id", "kA50s0cL029158")],
        ),
        (
            "250 SmtpThread-230451-1550091842414@mta-2.mimecast.lan Received OK [z7qZw5BPd1zlDYHka4589ru.us222]",
            250,
            None,
            [
                ("mimecast_id", "z7qZw5BPd1zlDYHka4589ru.us222"),
                ("mimecast_id", "SmtpThread-230451-1550091842414@mta-2.mimecast.lan"),
            ],
        ),
        (
            "250 2.0.0 OK  1461095248 m143si2210036ioe.159 - gsmtp",
            250,
            "2.0.0",
            [("google_id", "m143si2210036ioe.159")],
        ),
        ("250 OK id=1RwtK9-0004SS-Fm", 250, None, [("exim_id", "1RwtK9-0004SS-Fm")]),
        ("250 OK id=1tBz6n-00000003aBc-1xYz", 250, None, [("exim_id", "1tBz6n-00000003aBc-1xYz")]),
        (
            "250 OK ids=8a5475ccbbc611eda12250ebf67f93bd",
            250,
            None,
            [("kumomta_id", "8a5475ccbbc611eda12250ebf67f93bd")],
        ),
        ("550 5.1.1 User unknown", 550, "5.1.1", []),
        ("421 Too many connections", 421, None, []),
    ],
)
def test_each_product_has_its_id(text: str, code: int, enhanced: str | None, ids: list[tuple[str, str]]) -> None:
    """The reply of each accepting product gives its code, its enhanced status and its id."""
    reply = read_reply(text)
    assert (reply.code, reply.enhanced_status) == (code, enhanced)
    assert [(each.kind, each.value) for each in reply.ids] == ids
    assert {each.kind for each in reply.ids} <= set(REMOTE_ID_KINDS)


@pytest.mark.parametrize("dress", ["smtp; {}", "smtp;{}", '"{}"', "'{}'", "  {}\n", "status=sent ({})", "said: {}"])
def test_dress_is_taken_off(dress: str) -> None:
    """Prefixes and quotes around a reply change neither its code nor its id."""
    reply = read_reply(dress.format("250 2.0.0 Ok: queued as BE7B04336"))
    assert (reply.code, [each.value for each in reply.ids]) == (250, ["BE7B04336"])


def test_lines_are_joined() -> None:
    """A reply of several lines becomes one, with blanks."""
    reply = read_reply("450-4.2.1 The user you are trying\r\n450 4.2.1 to contact is busy")
    assert reply.text == "450-4.2.1 The user you are trying 450 4.2.1 to contact is busy"
    assert (reply.code, reply.enhanced_status) == (450, "4.2.1")


def test_who_answered() -> None:
    """`host H[ip] said` and `relay=` name the server; `in reply to` the command."""
    reply = read_reply(
        "host mx1.r.example[203.0.113.25] said: 450 4.2.0 <b@r.example>: Greylisted (in reply to RCPT TO command)"
    )
    assert (reply.host, reply.ip, reply.rejected_at) == ("mx1.r.example", "203.0.113.25", "rcpt to")
    assert read_reply("relay=mx1.r.example[203.0.113.25]:25, status=sent (250 ok)").ip == "203.0.113.25"
    assert read_reply("host 203.0.113.25[203.0.113.25] said: 550 no").host is None


@given(st.text(max_size=500))
def test_any_text_is_a_reply(text: str) -> None:
    """No text makes it raise."""
    read_reply(text)


# ---------------------------------------------------------------- the table of docs/replies.md

_TABLE = Path(__file__).resolve().parents[2] / "docs" / "replies.md"
_ROW = re.compile(r"^\| (\d+) \| `([^`]+)` \| ([^|]*)\|([^|]*)\|$", re.MULTILINE)


def _rows() -> list[tuple[str, str, str, list[str]]]:
    rows = _ROW.findall(_TABLE.read_text("utf-8"))
    return [(number, reply, product.strip(), re.findall(r"`([^`]+)`", ids)) for number, reply, product, ids in rows]


def test_the_table_is_numbered() -> None:
    """Every row is read by this test, and none is left out."""
    lines = [line for line in _TABLE.read_text("utf-8").splitlines() if line.startswith("| ") and "---" not in line]
    assert [int(row[0]) for row in _rows()] == list(range(1, len(lines)))


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0])
@pytest.mark.parametrize(
    "dress",
    ["{}", "smtp;{}", "smtp; {}", '"{}"', "status=sent ({})", "host mx1.recipient.example[203.0.113.25] said: {}"],
)
def test_each_reply_of_the_table_reads_as_it_says(row: tuple[str, str, str, list[str]], dress: str) -> None:
    """Product, ids, code and status are the same in any dress."""
    _, text, product, ids = row
    reply = read_reply(dress.format(text))
    assert (reply.product or "") == product
    assert [f"{each.kind} {each.value}" for each in reply.ids] == ids
    assert {each.kind for each in reply.ids} <= set(REMOTE_ID_KINDS)
    assert reply.code == int(text[:3])
    assert (reply.enhanced_status or "") == (text.split()[1] if re.match(r"\d{3} [245]\.\d", text) else "")


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0])
@pytest.mark.parametrize("width", [30, 45, 72])
def test_a_reply_that_was_wrapped_between_words_is_the_same(row: tuple[str, str, str, list[str]], width: int) -> None:
    """Mail programs break long lines; the words come together again."""
    _, text, product, ids = row
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    reply = read_reply("\n  ".join(lines))
    assert [f"{each.kind} {each.value}" for each in reply.ids] == ids
    assert (reply.product or "") == product


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0])
def test_a_cut_reply_states_no_other_id(row: tuple[str, str, str, list[str]]) -> None:
    """Wherever a mark of a cut stands, the id is the whole one or none."""
    _, text, _, ids = row
    for at in range(len(text)):
        found = {f"{each.kind} {each.value}" for each in read_reply(text[:at] + "...").ids}
        assert found <= set(ids), text[:at]
