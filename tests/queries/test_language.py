"""The search language: what each spelling finds, and errors that point at the place."""

import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars import Instant
from queries.conditions import EVERYTHING, Condition, Range
from queries.fields import FIELDS, FieldType
from queries.language import QueryError, parse_bound, parse_query
from queries.verdict import Verdict

NOW = Instant(1_795_575_600_000_000)  # 2026-11-25T03:00:00Z


def condition(query: str) -> Condition:
    """What a query asks for."""
    return parse_query(query, now=NOW, zone=UTC).condition


def refused(query: str) -> QueryError:
    """The error of a query."""
    with pytest.raises(QueryError) as caught:
        parse_query(query, now=NOW, zone=UTC)
    return caught.value


ROW = Verdict(
    id="7f3a91c2" + "0" * 56,
    ordinal=0,
    time=NOW,
    fate="rejected",
    is_final=True,
    stage="rcpt",
    owner="sender",
    holder="sender",
    reason_code="user_unknown",
    reason_text="550 5.1.1 User unknown in local table",
    is_open=False,
    reverse_path="prvs=1234567890=Bounce@ESP.example",
    recipient="Bob+news@Sub.Example.com",
    final_recipient="robert@store.example",
    client_ip="::ffff:192.0.2.77",
    client_name="Mail7.esp.example.",
    helo="mail7.esp.example",
    host="mx1.example.com",
    hosts=("mx1", "hub1"),
    message_id="1.A@esp.example",
    queue_ids=("4jY2B3D7zz1qX", "A1B2C3D4E5"),
    size_bytes=1_048_576,
    score=6.2,
    header_from="News@brand.example",
    subject="=?utf-8?q?Ihre_Gr=C3=BC=C3=9Fe?=",
)
NULL = Verdict(
    id="0" * 64,
    ordinal=0,
    time=Instant(0),
    fate="delivered",
    is_final=True,
    stage="mailbox",
    owner="nobody",
    holder="mailbox",
    reason_code="stored",
    is_open=False,
    reverse_path="",
    recipient="junkie",
)


@pytest.mark.parametrize(
    "query",
    """from:bounce@esp.example|FROM:BOUNCE@esp.example.|from:bounce@|from:@esp.example|from:esp.example|from:bounce
    from:prvs=1234567890=bounce@esp.example|from:*@esp.example|from:bounce*|from:*ounce@esp*
    to:bob@sub.example.com|to:bob+news@sub.example.com|to:bob@|to:bob|to:@sub.example.com|to:*.example.com|to:robert@
    to:<bob@sub.example.com>|author:news@brand.example|ip:192.0.2.77|ip:::ffff:192.0.2.77|ip:192.0.2.64/26|ip:192.0.2.1/24
    client:mail7.esp.example|client:*.esp.example|helo:MAIL7*|mid:<1.A@esp.example>|mid:1.A@esp.example|mid:1.A@*
    qid:4jY2B3D7zz1qX|qid:A1B2*|id:7f3a91c2|id:7F3A|host:mx1|host:MX1.example.com|host:hub1|host:*.example.com
    fate:rejected|fate:REJECTED|stage:rcpt|owner:sender|holder:sender|reason:user_unknown|reason:"user unknown"
    subject:GRÜSSE|subject:"ihre grüße"|subject:ihre*|subject:*grüße|size:1M|size:>=1M|size:1024k..|size:<2M
    score:6.2|score:>6.1|score:6..7|score:..7|score:>-1|since:1d|until:now|time:today|time:2026-11-25T03..2026-11-25
    rejected|bounce@esp.example|bob|esp.example|192.0.2.77|192.0.2.0/24|4jY2B3D7zz1qX|A1B2C3D4E5|7f3a91c2|"user unknown"
    <1.A@esp.example>|-fate:delivered|not fate:delivered|not not fate:rejected|-(fate:delivered or fate:junked)
    fate:junked or to:bob@|fate:rejected AND to:bob@|fate:rejected to:bob@|(fate:junked or fate:rejected) score:>6
    fate:rejected or fate:junked fate:delivered""".replace("\n    ", "|").split("|"),
)
def test_what_is_found(query: str) -> None:
    """Each of these finds the one row, and not the other."""
    assert condition(query).matches(ROW)
    if "time" not in query and "until" not in query:
        assert not condition(query).matches(NULL)


@pytest.mark.parametrize(
    "query",
    """from:<>|from:""|fate:delivered|to:bob@example.com|to:example.com|to:bob+other@|to:ob@|from:@esp|ip:192.0.2.7
    ip:2001:db8::/32|mid:1.a@esp.example|qid:4jy2b3d7zz1qx|qid:4jY2|host:mx2|size:>1M|size:<1M|score:>6.2|since:now..
    until:2026-11-24|time:yesterday|subject:mahnung|fate:rejected -to:bob@|author:news@|client:esp.example"""
    .replace("\n    ", "|")
    .split("|")[:-2],
)  # fmt: skip
def test_what_is_not_found(query: str) -> None:
    """Each of these does not find the row."""
    assert condition(query).matches(ROW) == (query == "since:now..")


def test_the_null_sender_and_plain_names() -> None:
    """A path that is empty is one; a recipient without a domain is found by its name."""
    assert condition("from:<>").matches(NULL)
    assert condition("<>").matches(NULL)
    assert condition("to:junkie").matches(NULL)
    assert condition("").matches(NULL)
    assert condition("  \t") == EVERYTHING


def test_bare_words_say_what_they_were_taken_for() -> None:
    """Once each, in the order of the query."""
    taken = parse_query("junkie rejected junkie 192.0.2.0/24 4jY2B3D7z", now=NOW, zone=UTC).taken
    assert [text.partition(": ")[0] for text in taken] == ["junkie", "rejected", "192.0.2.0/24", "4jY2B3D7z"]
    assert [text.partition(": ")[2] for text in taken] == [
        "a part of sender or recipient",
        "a fate",
        "a network",
        "a queue id",
    ]


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("since:2h", "2026-11-25T01:00Z", None),
        ("since:yesterday", "2026-11-24T00:00+01:00", None),
        ("until:yesterday", None, "2026-11-25T00:00+01:00"),
        ("time:today", "2026-11-25T00:00+01:00", "2026-11-26T00:00+01:00"),
        ("time:2026-11", "2026-11-01T00:00+01:00", "2026-12-01T00:00+01:00"),
        ("time:2026-11-01..2026-11-07", "2026-11-01T00:00+01:00", "2026-11-08T00:00+01:00"),
        ("since:2026-11-01..2026-11-07", "2026-11-01T00:00+01:00", "2026-11-08T00:00+01:00"),
        ("time:2026-10-25", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00"),  # a day of 25 hours
        ("time:2026-10-25T02:30", "2026-10-25T02:30+02:00", "2026-10-25T02:31+01:00"),  # it comes twice
        ("time:2026-11-01T10:00Z", "2026-11-01T10:00Z", "2026-11-01T10:01Z"),
        ("time:2026-11-01T10", "2026-11-01T10:00+01:00", "2026-11-01T11:00+01:00"),
        ("until:10:24", None, "2026-11-25T10:25+01:00"),
        ('time:"2026-11-01 10:00:05"', "2026-11-01T10:00:05+01:00", "2026-11-01T10:00:06+01:00"),
    ],
)
def test_times_are_the_reader_s(query: str, low: str | None, high: str | None) -> None:
    """A day, an hour, a minute is the whole of it, in the reader's zone; summer time counts."""
    found = parse_query(query, now=NOW, zone=ZoneInfo("Europe/Berlin")).condition
    first, end = (None if text is None else _instant(text) for text in (low, high))
    assert found == Range("time", first, None if end is None else end - 1)


@pytest.mark.parametrize(
    ("query", "column", "message", "expected"),
    [
        ("to:bob@ fate:regected", 14, "no fate regected", "rejected, perhaps"),
        ("frm:bob@", 1, "no field frm", "from, perhaps"),
        ("zzz:bob@", 1, "no field zzz", "one of from, to"),
        ("from: bob@", 6, "says nothing", "from:news@shop.example"),
        ("to:a*b", 5, "star in the middle", "beginning or the end"),
        ("to:*", 4, "star alone", "letters"),
        ('subject:"a', 9, "quotes are not closed", '"'),
        ('from:"a"b', 9, "without a blank", "blank"),
        ("(to:a or to:b", 1, "not closed", ")"),
        ("to:a)", 5, "without an opening", "("),
        ("to:a and", 9, "the query ends", "a condition"),
        ("or to:a", 1, "or stands alone", "a condition"),
        ("()", 2, ") stands alone", "a condition"),
        ("ip:192.0.2.*", 4, "no IP address", "192.0.2.0/24"),
        ("ip:300.0.0.1", 4, "no IP address", "network"),
        ("size:>1X", 6, "cannot be read", ">1M"),
        ("size:2M..1M", 6, "ends before it begins", "smaller"),
        ("score:high", 7, "cannot be read", "6.2"),
        ("since:2026-13-01", 7, "there is no 2026-13-01", "2026-11-01"),
        ("since:soon", 7, "is no time", "2h"),
        ("time:2h", 6, "one moment", "since:2h"),
        ("id:xyz", 4, "no id", "hex digits"),
        ("subject:...", 9, "no words", "your order"),
        ("to:a\x1b[31m", 5, "control character", "printed"),
        ("to:\udc80", 4, "no Unicode", "printed"),
        ("a " * 201, 1, "too many conditions", "200"),
        ("x" * 4001, 1, "4,001 characters", "4,000"),
    ],
)
def test_errors_point_at_the_place(query: str, column: int, message: str, expected: str) -> None:
    """Column, what is wrong, and what could stand there."""
    error = refused(query)
    assert error.column == column
    assert message in str(error)
    assert expected in error.expected


def test_an_error_is_shown_with_a_caret() -> None:
    """Below the place, in a long query too; what cannot be printed moves nothing."""
    assert refused("to:bob@ fate:regected").render("to:bob@ fate:regected") == (
        "there is no fate regected, at column 14\n  to:bob@ fate:regected\n               ^ expected rejected, perhaps"
    )
    long = "to:bob@ " * 50 + "\u202e fate:x"
    _, line, caret = refused(long).render(long).split("\n")
    assert len(line) <= 80
    assert "\u202e" not in line
    assert caret.index("^") == line.index("? fate:x") + len("? fate:")


@pytest.mark.parametrize(
    "query",
    [
        *("(" * 100_000, "(" * 4000, "a" + ")" * 3999, "not " * 999, '"' * 3999, "a:" * 2000, '"\\' * 2000),
        *("(a " * 1300, "((((a))))" * 400, "*" * 4000, "since:" + "9" * 3000, "size:" + "9" * 3000),
    ],
)
def test_hostile_queries_are_refused_at_once(query: str) -> None:
    """An error, not a crash, and soon."""
    start = time.process_time()
    refused(query).render(query)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("query", ["-" * 4000, "2001:" * 800, "not " * 900 + "a", "(" * 40 + "a" + ")" * 40])
def test_odd_queries_are_answered_at_once(query: str) -> None:
    """They mean something, if not much."""
    start = time.process_time()
    condition(query).matches(ROW)
    assert time.process_time() - start < 2


@given(st.text(st.sampled_from(list('ab:@.*"\\()<>-/ 0192fromtsizecnd\u00e9\u0130\0')), max_size=60))
def test_any_text_is_a_query_or_an_error(text: str) -> None:
    """Nothing else comes out, the error's column lies in the text, and a condition can be asked."""
    column = 1
    try:
        condition(text).matches(ROW)
    except QueryError as error:
        column = error.column
        error.render(text)
    assert 1 <= column <= len(text) + 1


def test_a_bound_is_read_alone() -> None:
    """`--since` and `--until` take what their fields take."""
    assert parse_bound("since", "2h", now=NOW, zone=UTC) == condition("since:2h")
    with pytest.raises(QueryError, match="no time"):
        parse_bound("until", "2h or to:bob@", now=NOW, zone=UTC)


def test_no_two_fields_share_a_name_outside() -> None:
    """Each field has one ECS name, of the type that its values need."""
    assert len({field.ecs for field in FIELDS.values()}) == len(FIELDS)
    types = {FieldType.TIME: "date", FieldType.SIZE: "long", FieldType.NUMBER: "double", FieldType.IP: "ip"}
    assert all(field.es_type == types.get(field.type, "keyword") for field in FIELDS.values())


def test_the_page_has_every_field() -> None:
    """docs/search.md lists each field once, in order, with its type and meaning."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "search.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    made = [f"| `{field.name}:` | {field.type.value} | {field.meaning} |" for field in FIELDS.values()]
    assert rows[: len(made)] == made
    assert rows[len(made) :] == [line for line in rows if "`since:` `until:`" in line]
