"""What holds for any text at all, and for any order and dress of the same statements."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from correlator.evidence import MOST_CHARACTERS, read_evidence
from correlator.evidence.claims import Bundle
from tests.evidence.golden import NOW, as_json, read, texts

_LINES = (
    "Timestamp: 2026-11-23 10:24:15 UTC",
    "Return-Path: 568-ABC-770.0.46459@em-sj-77.mktomail.example",
    "Sending IP: 192.0.2.77",
    "Receiving IP: 203.0.113.25",
    "Recipient: alice@recipient.example",
    "Message-ID: <77@shop.example>",
    "SMTP reply: 250 2.0.0 Ok: queued as BE7B04336F",
    "Subject: Hello: world",
    "HELO: out1.esp.example",
)
_WORDS = st.sampled_from(
    [
        "Timestamp", "Return-Path", "Sending IP", ":", "=", "|", "\t", "\n", "\n\n", "> ", "192.0.2.77",
        "<a@b.example>", "{", "}", "[", "]", '"', "'",
        ",", "250 2.0.0 Ok: queued as", "BE7B04336F", "2026-11-23", "10:24", "CST", "yesterday", "<td>", "</tr>",
        "&lt;", "(at)", "[.]", "to", "from", "your server",
        "prvs=", "SRS0=", "\u200b", "\x00", "\u202e", "\ud800", "=\n", "---", "- ", "Message 2:", "1795429445",
        "host x[", "said:",
    ]
)  # fmt: skip


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    """No text makes it raise, and something always comes back."""
    assert is_sound(read_evidence(text, now=NOW), text)


@settings(max_examples=150)
@given(st.lists(_WORDS, max_size=60))
def test_any_heap_of_its_own_words_is_read(words: list[str]) -> None:
    """Labels, marks and values in senseless order do not make it raise either."""
    text = " ".join(words)
    assert is_sound(read_evidence(text, now=NOW), text)
    text = "".join(words)
    assert is_sound(read_evidence(text, now=NOW), text)


def is_sound(bundles: tuple[Bundle, ...], text: str) -> bool:
    """Whether bundles are numbered, point into the text, and show no control character."""
    values = [bundle.not_understood for bundle in bundles]
    for bundle in bundles:
        assert 0 <= bundle.span.start <= bundle.span.end <= len(text)
        for piece in bundle.not_understood:
            assert len(piece.value) <= 200
            assert 0 <= piece.span.start <= piece.span.end <= len(text)
        for shown in _strings(bundle):
            assert not any(
                ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) < 0xE000 for char in shown
            ), shown
    return [bundle.number for bundle in bundles] == list(range(1, len(bundles) + 1)) and bool(values)


def _strings(bundle: Bundle) -> list[str]:
    out: list[str] = []
    heap: list[object] = [as_json(bundle)]
    while heap:
        item = heap.pop()
        if isinstance(item, str):
            out.append(item)
        elif isinstance(item, dict):
            heap += item.values()
        elif isinstance(item, list):
            heap += item
    return out


@given(st.permutations(_LINES))
def test_the_order_of_labels_changes_nothing(lines: list[str]) -> None:
    """Labelled lines state the same in any order."""
    bundles = read_evidence("\n".join(lines), now=NOW)
    assert [as_json(bundle) for bundle in bundles] == [
        as_json(bundle) for bundle in read_evidence("\n".join(_LINES), now=NOW)
    ]


@given(
    st.sampled_from([": ", " : ", ":", "=", " = ", " - ", "\t", " | ", " .... ", "  ", ":\t", " => "]),
    st.sampled_from([str.upper, str.lower, str.title, str]),
)
def test_marks_and_case_of_labels_change_nothing(mark: str, case: type[str]) -> None:
    """Labelled lines state the same behind any mark and in any case."""
    lines = [line.partition(": ") for line in _LINES]
    text = "\n".join(f"{case(label)}{mark}{value}" for label, _, value in lines)
    found = read_evidence(text, now=NOW)
    assert [as_json(bundle) for bundle in found] == [
        as_json(bundle) for bundle in read_evidence("\n".join(_LINES), now=NOW)
    ]


@given(st.sampled_from(texts()), st.integers(1, 40))
def test_a_text_cut_anywhere_is_read(path: object, part: int) -> None:
    """What was pasted in part does not make it raise."""
    text = read(path)  # type: ignore[arg-type]
    cut = text[: len(text) * part // 40]
    assert is_sound(read_evidence(cut, now=NOW), cut)


_EVENT = '{"sg_event_id":"1","smtp-id":"<x@y.example>","email":"a%d@b.example","response":"250 queued as ABC%05dE"},'
_EARLY = '{"sg_event_id":"1","smtp-id":"<x@y.example>","email":"a1@b.example","event":"processed"},'
_HOSTILE = {
    "blanks": " " * 400_000,
    "angle brackets": "<" * 300_000,
    "tags": "<td>" * 100_000,
    "comments": "<!--" * 100_000 + "<td>",
    "labels": "Return-Path: " * 40_000,
    "label per line": "Return-Path:\n" * 30_000,
    "colons": "a:" * 200_000,
    "addresses": "to a@b.example " * 20_000,
    "ips": "192.0.2.7 " * 30_000,
    "digits": "1" * 400_000,
    "dots": "1." * 200_000,
    "dashes": "1-" * 200_000,
    "words": "a " * 200_000,
    "times": "10:24 " * 50_000,
    "braces": '{"a":' * 60_000,
    "brackets": '[{"a":[' * 50_000,
    "quotes": '","' * 100_000,
    "csv": "to,time\n" + '"a@b.example,"2026\n' * 15_000,
    "table": "to|time\n" + "a@b.example|2026-11-23 10:24\n" * 8_000,
    "replies": "250 2.0.0 Ok: queued as " * 15_000,
    "broken lines": "a@b.\n" * 60_000,
    "srs": "Return-Path: " + "SRS0=a=b=c=" * 20_000 + "@x.example",
    "quoted": "> " * 150_000,
    "html entities": "&lt;" * 80_000,
    "hosts": "a." * 150_000,
    "colon groups": "a:b:" * 100_000,
    "not sent": "was not " * 50_000,
    "log line": "postfix/smtp[1]: " + "relay=a[" * 900,
    "deep json": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "deep list in a record": '[{"event":' + "[" * 100_000,
    "long array of times": '{"sg_event_id":"a","timestamp":[' + '"10:24","2026-11-01",' * 20_000 + "]}",
    "long array of statuses": '{"delivery-status":{"code":[' + "250," * 50_000 + '],"message":["250 ok"]}}',
    "array of objects": "[" + '{"email":"a@b.example"},' * 20_000,
    "one id, many replies": "[" + "".join(_EVENT % (number, number) for number in range(3_000)) + _EARLY * 3_000 + "]",
    "rows": "type,timeLogged,orig,rcpt,dsnDiag\n" + "d,1795429445,b@a.example,a@b.example,smtp;250 ok\n" * 100_000,
    "headings only": "to\ttime\tsubject\n" * 20_000,
    "empty rows": "to\ttime\tip\n" + "\n" * 100_000,
    "breaks in cells": "<table>" + "<td>a<br>b</td>" * 20_000,
    "wiki marks": "{{a" * 100_000,
    "platform's lines": "Delivered: a@b.example -> " * 10_000,
    "conditions": "if " * 100_000 + "suppressed",
    "json in cells": "leadId,activityDate,attributes\n"
    + '1,2026-11-23T10:24:05Z,"{""Email"":""a@b.example""}"\n' * 3_000,
    "blocks": "Timestamp: 2026-11-23 10:24:15Z\nReturn-Path: a@b.example\n\n" * 5_000,
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_texts_come_to_an_end(name: str) -> None:
    """Texts made to exhaust a pattern are read to the end; one that is not would hold the tests up for hours."""
    assert read_evidence(_HOSTILE[name], now=NOW)


_KEYS = st.sampled_from(
    [
        "event", "type", "eventType", "msg", "ts", "timestamp", "email", "smtp-id", "sg_event_id", "mail", "delivery",
        "recipients", "smtpResponse", "Message", "event-data", "delivery-status", "name", "value", "RecordType",
        "attributes", "activityDate", "leadId", "_id", "smtp_events", "diag", "reason", "FromIP", "data", "email_id",
    ]
)  # fmt: skip
_VALUES = st.one_of(
    st.sampled_from(
        [
            "delivered", "dropped", "open", "a@b.example", "<x@y.example>", "250 2.0.0 Ok: queued as BE7B04336F",
            "2026-11-23T10:24:05Z", "192.0.2.7", '{"event":"open"}', "suppress-bounce", "", "\u202e\x00",
        ]
    ),
    st.integers(0, 2_000_000_000),
    st.none(),
    st.text(max_size=20),
)  # fmt: skip
_JSON = st.recursive(
    _VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6), max_leaves=25
)


@settings(max_examples=150)
@given(_JSON)
def test_any_json_of_their_words_is_read(value: object) -> None:
    """Keys and values of senders' platforms in senseless shapes do not make it raise."""
    text = json.dumps(value)
    assert is_sound(read_evidence(text, now=NOW), text)


@settings(max_examples=100)
@given(
    st.lists(_KEYS | st.sampled_from(["mail.timestamp", "Mail Event", "Internal Message ID", "rcpt"]), min_size=1),
    st.lists(st.lists(_VALUES.map(str), max_size=8), max_size=6),
    st.sampled_from(",;\t|"),
)
def test_any_table_of_their_words_is_read(headings: list[str], rows: list[list[str]], mark: str) -> None:
    """Nor do rows of any length below any headings."""
    text = "\n".join(mark.join(cells) for cells in [headings, *rows])
    assert is_sound(read_evidence(text, now=NOW), text)


@given(st.permutations(range(3)))
def test_the_order_of_events_changes_nothing_but_the_order_of_bundles(order: list[int]) -> None:
    """Webhooks arrive in any order: the delivery is the delivery."""
    events = (
        '{"sg_event_id":"1","smtp-id":"<x@y.example>","email":"a@b.example","event":"processed","timestamp":1795429443}',
        (
            '{"sg_event_id":"2","smtp-id":"<x@y.example>","email":"a@b.example","event":"delivered","timestamp":1795429445,'
            '"response":"250 2.0.0 Ok: queued as BE7B04336F"}'
        ),
        (
            '{"sg_event_id":"3","smtp-id":"<x@y.example>","email":"a@b.example","event":"open","timestamp":1795439445,'
            '"ip":"198.51.100.9"}'
        ),
    )
    (bundle,) = read_evidence("[" + ",".join(events[number] for number in order) + "]", now=NOW)
    assert [claim.raw for claim in bundle.times] == ["1795429445", "1795429443"]
    assert bundle.sending_ip is None


def test_a_text_without_end_is_cut_and_the_cut_is_said() -> None:
    """Of ten million characters the first million is read, and the answer says so."""
    text = "Sending IP: 192.0.2.77\n" + "x" * 10_000_000
    bundle = read_evidence(text, now=NOW)[0]
    assert bundle.sending_ip is not None
    assert f"{MOST_CHARACTERS:,}" in bundle.assumed[-1]
