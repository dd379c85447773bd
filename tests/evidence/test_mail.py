"""What holds for mail as evidence: encodings change nothing, carriers and bodies state nothing, all comes to an end."""

import quopri
from base64 import b64encode, encodebytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from correlator.evidence import read_evidence
from correlator.evidence.claims import Bundle
from tests.evidence.golden import NOW, as_json, read, texts
from tests.evidence.test_properties import is_sound

_MAIL = [path for path in texts() if 101 <= int(path.stem[:3].rstrip("-")) <= 139]
_HEAD = (
    "From: Support <s@esp.example>\nTo: it@recipient.example\nSubject: x\nMessage-ID: <own@esp.example>\n"
    "MIME-Version: 1.0\n"
)
_MULTI = f"{_HEAD}Content-Type: multipart/mixed; boundary=b\n\n"
_LETTER = (
    "Timestamp: 2026-11-23 10:24:15 UTC\nReturn-Path: <b@news.example>\nSubject: Gr\xfc\xdfe\n"
    "Recipient: alice@recipient.example\nSMTP reply: 250 2.0.0 Ok: queued as BE7B04336F\n"
)
_WORDS = st.sampled_from(
    [
        "Content-Type: multipart/mixed; boundary=b\n", "--b\n", "--b--\n", "\n", "\n\n", "MIME-Version: 1.0\n",
        "From: a@b.example\n", "To: c@d.example\n", "Subject: =?utf-8?Q?a=0AMessage-ID:_=1B?=\n", "Date: x\n",
        "Content-Type: message/rfc822\n", "Content-Type: message/delivery-status\n",
        "Content-Transfer-Encoding: base64\n", "Content-Type: text/html; charset=utf-16\n", "QUFB", "====", "=3D=\n",
        "Content-Transfer-Encoding: quoted-printable\n", "Reporting-MTA: dns; a.example\n", "> ", "\r", "\x00",
        "Final-Recipient: rfc822; a@b.example\n", "Action: failed\n", "Status: 5.1.1\n", " folded\n",
        "Diagnostic-Code: smtp; 550 5.1.1 no\n", "MAIL FROM:<a@b.example>\n", "RCPT TO:<a@b.example>\n", "DATA\n",
        "354 go\n", ".\n", "250 2.0.0 Ok: queued as BE7B04336F\n", "550 <a@b.example> no\n", "<- ", " -> ",
        "send: 'mail FROM:<a@b.example>\\r\\n'\n", "reply: b'250 ok\\r\\n'\n", "<a@b.example>:\n", "a@b.example\n",
        "Received: from a (b [192.0.2.1]) by c.example; Mon, 23 Nov 2026 10:24:15 +0000\n",
        "Received-SPF: pass client-ip=192.0.2.1\n", "This is the mail system at host a.example\n", "\ud800",
        "--- Below this line is a copy of the message.\n", "Generating server: a.example\n", "Message Hops\n",
        "... while talking to a.example.:\n", "The response was:\n", "<style>", "<!--", "<td>", "&#0;",
        "@4000000065f0a1b2c3d4e5f6 delivery 1: success: 192.0.2.1_a/Remote_host_said:_250_ok/\n",
        "2026-11-23T10:24:12.651Z,I,08DE1A2B3C4D5E6F,7,192.0.2.77:50911,203.0.113.25:25,>,MAIL FROM:<o@b.example>,\n",
    ]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(_WORDS, max_size=60))
def test_any_heap_of_the_words_of_mail_is_read(words: list[str]) -> None:
    """Boundaries, fields, replies and marks in senseless order do not make it raise."""
    text = "".join(words)
    assert is_sound(read_evidence(text, now=NOW), text)


@given(st.sampled_from(_MAIL), st.integers(0, 60), st.integers(0, 60))
def test_any_part_of_a_mail_is_read(path: object, one: int, other: int) -> None:
    """What was pasted without its beginning or its end does not make it raise."""
    text = read(path)  # type: ignore[arg-type]
    cut = text[len(text) * min(one, other) // 60 : len(text) * max(one, other) // 60]
    assert is_sound(read_evidence(cut, now=NOW), cut)


def _statements(text: str) -> list[dict[str, object]]:
    return [{**as_json(bundle), "not_understood": []} for bundle in read_evidence(text, now=NOW)]


@pytest.mark.parametrize("path", _MAIL, ids=lambda path: path.stem)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_change_nothing(path: object, end: str) -> None:
    """LF, CRLF and bare CR all occur in collections of bounces."""
    text = read(path).replace("\r\n", "\n").replace("\r", "\n")  # type: ignore[arg-type]
    assert _statements(text.replace("\n", end)) == _statements(text)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize("form", ["single", "mixed", "attached"])
def test_the_encoding_of_a_letter_changes_nothing(form: str, encoding: str, charset: str) -> None:
    """A letter states the same in any transfer encoding and character set, alone, as a part, or attached."""
    data = _LETTER.encode(charset)
    body = encodebytes(data).decode() if encoding == "base64" else quopri.encodestring(data).decode("latin-1")
    part = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n{body}\n"
    source = {
        "single": _HEAD + part,
        "mixed": f"{_MULTI}--b\n{part}--b--\n",
        "attached": f"{_MULTI}--b\nContent-Type: message/rfc822\n\n{_HEAD}{part}--b--\n",
    }[form]
    assert _statements(source) == _statements(_LETTER)


def _bounce(body: str) -> str:
    return (
        "From: MAILER-DAEMON@out1.esp.example\nTo: b@news.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; boundary=rr\n\n--rr\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; out1.esp.example\nArrival-Date: Mon, 23 Nov 2026 10:20:00 +0000\n\n"
        "Final-Recipient: rfc822; alice@recipient.example\nAction: failed\nStatus: 5.7.1\n"
        "Remote-MTA: dns; mx1.recipient.example\nDiagnostic-Code: smtp; 554 5.7.1 Spam message rejected\n\n"
        "--rr\nContent-Type: message/rfc822\n\nMessage-ID: <77@shop.example>\nFrom: news@shop.example\n\n"
        f"{body}\n--rr--\n"
    )


_IN_BODY = (*_LETTER.splitlines(keepends=True), _bounce("x"), "MAIL FROM:<m@m.example>\n", "\n")


@given(st.lists(st.sampled_from(_IN_BODY)))
def test_the_body_of_a_returned_message_states_nothing(lines: list[str]) -> None:
    """Whoever wrote the message cannot make its bounce state anything else, whatever the body says."""
    body = "".join(lines).replace("--rr", "-rr")
    assert _statements(_bounce(body)) == _statements(_bounce("x"))


@given(st.permutations(("Action: failed", "Status: 5.7.1", "Remote-MTA: dns; mx1.recipient.example")))
def test_the_order_of_the_fields_of_a_recipient_changes_nothing(fields: list[str]) -> None:
    """RFC 3464 section 2.3 fixes none."""
    before = "Action: failed\nStatus: 5.7.1\nRemote-MTA: dns; mx1.recipient.example"
    text = _bounce("x")
    assert before in text
    assert _statements(text.replace(before, "\n".join(fields))) == _statements(text)


def test_a_gap_in_a_dialogue_gives_no_reply_to_the_wrong_recipient() -> None:
    """Where lines were left out, a refusal that names nobody is nobody's."""
    text = (
        "EHLO a.example\nMAIL FROM:<a@b.example>\nRCPT TO:<x@r.example>\nRCPT TO:<y@r.example>\n"
        "250 2.1.0 Ok\n550 5.1.1 no\n"
    )
    bundles = read_evidence(text, now=NOW)
    assert [claim.value for bundle in bundles for claim in bundle.recipients] == ["x@r.example", "y@r.example"]
    assert not any(bundle.replies for bundle in bundles)


def test_what_is_nested_too_deeply_is_left_out() -> None:
    """Mail in mail in mail: the depth has a bound, and what lies below it states nothing."""
    deep = _HEAD + _LETTER
    for _ in range(30):
        deep = f"{_HEAD}Content-Type: message/rfc822\n\n{deep}"
    bundles = read_evidence(deep, now=NOW)
    assert not any(bundle.replies for bundle in bundles)


def _nested(count: int) -> str:
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(count))
    return _HEAD + heads + "x\n" + "".join(f"--b{n}--\n" for n in reversed(range(count)))


def _base64_of_base64(count: int) -> str:
    text = "x" * 2_000
    for _ in range(count):
        body = encodebytes(text.encode()).decode()
        text = f"{_HEAD}Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{body}"
    return text


_HOSTILE = {
    "ten megabytes": _MULTI + "--b\n\nx\n" * 1_400_000,
    "parts": _MULTI + "--b\n\nx\n" * 100_000,
    "header lines": "X-A: b\n" * 20_000,
    "header lines of a mail": _HEAD + "X-A: b\n" * 100_000 + "\nx",
    "hops": "Received: from a ([192.0.2.1]) by c.example; Mon, 23 Nov 2026 10:24:15 +0000\n" * 5_000,
    "folds": _HEAD + "X-A: b\n" + " c\n" * 100_000 + "\nx",
    "heads without parts": _MULTI * 2_000,
    "nesting": _nested(10_000),
    "mail in mail": f"{_HEAD}Content-Type: message/rfc822\n\n" * 5_000,
    "base64 of base64": _base64_of_base64(12),
    "base64": f"{_HEAD}Content-Transfer-Encoding: base64\n\n" + "QUFB\n" * 40_000,
    "a long word": "Subject: =?utf-8?B?" + "QUFB" * 250_000 + "?=\nMIME-Version: 1.0\nReceived: from x by y; z\n",
    "many words": _HEAD + "Subject: " + "=?utf-8?Q?a?= " * 70_000 + "\n\nx",
    "a word that never ends": _HEAD + "Subject: " + "=?utf-8?Q?a" * 90_000 + "\n\nx",
    "open tags": f"{_HEAD}Content-Type: text/html\n\n" + "<td>" * 240_000,
    "angle brackets": f"{_HEAD}Content-Type: text/html\n\n" + "<" * 300_000,
    "comments": f"{_HEAD}Content-Type: text/html\n\n" + "<!-- x -->" * 90_000,
    "open comments": f"{_HEAD}Content-Type: text/html\n\n" + "<!-- x" * 30_000,
    "parameters": f"{_HEAD}Content-Type: multipart/mixed" + "; a=b" * 100_000 + "\n\nx",
    "recipients": "Reporting-MTA: dns; a.example\n\n" + "Final-Recipient: rfc822; a@b.example\nAction: x\n\n" * 8_000,
    "entries": "This is the mail system at host a\n\n" + "<a@b.example>: host x[192.0.2.1] said: 550\n\n" * 9_000,
    "lone addresses": "This is the mail system at host a.example\n\n" + "a@b.example\n" * 20_000,
    "commands": "MAIL FROM:<a@b.example>\n" * 10_000,
    "refusals": "MAIL FROM:<a@b.example>\n" + "RCPT TO:<a@b.example>\n550 <a@b.example> no\n" * 10_000,
    "data": "MAIL FROM:<a@b.example>\nDATA\n354 go\n" + "Subject: x\n" * 20_000,
    "printed": "send: 'mail FROM:<a@b.example>\\r\\n'\nreply: b'354'\nsend: b'" + "Subject: x\\r\\n" * 20_000 + "'\n",
    "rows": "2026-11-23T10:24:12.6Z,I,08DE1A2B3C4D5E6F,7,192.0.2.7:5,203.0.113.2:25,>,MAIL FROM:<o@b>,\n" * 4_000,
    "encoded carriage returns": f"{_HEAD}Content-Transfer-Encoding: base64\n\n" + b64encode(b"\r" * 300_000).decode(),
}  # fmt: skip


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_mail_comes_to_an_end(name: str) -> None:
    """Mail made to exhaust the reader is read to the end; one that is not would hold the tests up for hours."""
    bundles: tuple[Bundle, ...] = read_evidence(_HOSTILE[name], now=NOW)
    assert bundles


_HOP = (
    "Received: from out1.esp.example (out1.esp.example [192.0.2.7])\n\tby {by} (Postfix) with ESMTPS id {id};\n\t{at}\n"
)
_FIRST = _HOP.format(by="mx1.recipient.example", id="BE7B04336F", at="Mon, 23 Nov 2026 10:24:15 +0000")
_SECOND = _HOP.format(by="mx9.recipient.example", id="C0DE04336F", at="Mon, 23 Nov 2026 10:24:19 +0000")
_CHECKED = "Received-SPF: pass client-ip=192.0.2.7; helo=out1.esp.example\n"
_FORGED = "Received-SPF: pass client-ip=198.51.100.66; helo=forged.example\n"
_END = "From: news@shop.example\nMessage-ID: <77@shop.example>\nMIME-Version: 1.0\n"


@pytest.mark.parametrize(
    ("head", "host", "ids"),
    [
        (_CHECKED + _FIRST + _END, "mx1.recipient.example", ["BE7B04336F"]),
        (_FIRST + _END, None, []),
        (_FORGED + _FIRST + _END, None, []),
        (_CHECKED + _SECOND + _FIRST + _END, None, []),
        (_CHECKED + _FIRST + _FORGED + _END, "mx1.recipient.example", ["BE7B04336F"]),
    ],
    ids=["checked", "not checked", "another client", "two such hops", "a second check below"],
)
def test_a_hop_is_the_hand_over_only_where_it_can_be_told(head: str, host: str | None, ids: list[str]) -> None:
    """It is the one hop whose client the uppermost check names; else no host and no id of ours is claimed."""
    (bundle,) = read_evidence(head, now=NOW)
    assert (bundle.receiving_host.value if bundle.receiving_host else None) == host
    assert [each.value for reply in bundle.replies for each in reply.ids] == ids


@pytest.mark.parametrize(
    ("diagnostic", "is_ours"),
    [
        ("smtp; 550 5.1.1 no such user", True),
        ("smtp; 250 2.0.0 Ok: queued as BE7B04336F", True),
        ("smtp; The recipient server did not accept our requests to connect.", False),
        ("X-Postfix; connect to mx1.recipient.example[203.0.113.25]:25: Connection refused", False),
        ("x-unix; 550 mail.local: unknown name", False),
        ("X-Notes; User x not listed in Domino Directory", False),
    ],
)
def test_a_diagnostic_is_a_reply_only_if_another_server_gave_it(diagnostic: str, *, is_ours: bool) -> None:
    """RFC 3464 section 2.3.6: the type says whose words they are; a status alone makes no reply either."""
    text = _bounce("x").replace("smtp; 554 5.7.1 Spam message rejected", diagnostic)
    (bundle,) = read_evidence(text, now=NOW)
    assert bool(bundle.replies) == is_ours


@pytest.mark.parametrize(
    "form",
    [
        (
            "Received: from our relay\nMessage-ID: <77@shop.example>\nSubject: Hello\nTime: 2026-11-23 10:24:15 UTC\n"
            "Recipient: alice@recipient.example\nStatus: 250 2.0.0 Ok: queued as BE7B04336F\n"
        ),
        (
            "Return-Path: b@news.example\nReceived-SPF: pass client-ip=192.0.2.77\nDKIM-Signature: v=1\n"
            "Delivered at: 2026-11-23 10:24:15 UTC\nSMTP reply: 250 2.0.0 Ok: queued as BE7B04336F\n"
        ),
    ],
    ids=["names without blanks", "fields, then labels"],
)
def test_a_form_that_looks_like_a_head_is_read_as_a_form(form: str) -> None:
    """Labelled lines among header fields keep their meaning: the time and the reply are not lost in a fold."""
    (bundle,) = read_evidence(form, now=NOW)
    assert [each.value for reply in bundle.replies for each in reply.ids] == ["BE7B04336F"]
    assert [time.raw for time in bundle.times] == ["2026-11-23 10:24:15 UTC"]


def test_a_clock_at_the_beginning_of_a_line_is_no_label() -> None:
    """`at 2026-11-23 10:24:15` is a time, not the label `at 2026-11-23 10`."""
    (bundle,) = read_evidence("It was taken from 192.0.2.7\nat 2026-11-23 10:24:15 UTC.", now=NOW)
    assert [time.raw for time in bundle.times] == ["2026-11-23 10:24:15 UTC"]


def test_a_bounce_of_the_recipients_own_server_names_our_queue_id() -> None:
    """Our gateway took it, could not hand it on, and told the sender: it is the receiver, and its queue id is ours."""
    text = (
        "Reporting-MTA: dns; mx1.recipient.example\nX-Postfix-Queue-ID: BE7B04336F\n"
        "X-Postfix-Sender: rfc822; b@news.example\nArrival-Date: Mon, 23 Nov 2026 10:24:15 +0000 (UTC)\n\n"
        "Final-Recipient: rfc822; alice@recipient.example\nAction: failed\nStatus: 5.2.2\n"
        "Remote-MTA: dns; store1.recipient.example\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full\n"
    )
    (bundle,) = read_evidence(text, now=NOW)
    assert bundle.sending_host is None
    assert bundle.receiving_host
    assert bundle.receiving_host.value == "mx1.recipient.example"
    assert [each.value for reply in bundle.replies for each in reply.ids] == ["BE7B04336F"]
    assert not any(reply.code for reply in bundle.replies)
    assert {"store1.recipient.example", "552 5.2.2 Mailbox full"} <= {piece.value for piece in bundle.not_understood}


def test_a_read_receipt_names_the_message() -> None:
    """A disposition notification (RFC 8098) has fields as a delivery report has, and the Message-ID."""
    text = (
        "Reporting-UA: pc7.recipient.example; Mailer 1.0\nFinal-Recipient: rfc822;alice@recipient.example\n"
        "Original-Message-ID: <77@shop.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n"
    )
    (bundle,) = read_evidence(text, now=NOW)
    assert [claim.value for claim in bundle.message_ids] == ["77@shop.example"]
    assert [claim.value for claim in bundle.recipients] == ["alice@recipient.example"]
    assert any("displayed" in piece.value for piece in bundle.not_understood)


_POSTFIX = (
    "This is the mail system at host {host}.\n\n"
    "<{who}@recipient.example>: host {mx}.recipient.example[{ip}] said: {reply}\n"
    "    Try again (in reply to RCPT TO command)\n"
)
_ONE = _POSTFIX.format(host="out1.esp.example", who="a", mx="mx1", ip="203.0.113.25", reply="450 4.7.1")
_TWO = _POSTFIX.format(host="out2.esp.example", who="b", mx="mx2", ip="203.0.113.26", reply="550 5.1.1")


def test_two_letters_are_two_bounces() -> None:
    """Each keeps its own server, recipient and reply."""
    found = read_evidence(f"{_ONE}\n{_TWO}", now=NOW)
    senders = [each.sending_host.value for each in found if each.sending_host]
    assert senders == ["out1.esp.example", "out2.esp.example"]
    assert [[claim.value for claim in each.recipients] for each in found] == [
        ["a@recipient.example"],
        ["b@recipient.example"],
    ]
    assert [[reply.code for reply in each.replies] for each in found] == [[450], [550]]


def test_what_a_person_writes_below_a_bounce_is_read() -> None:
    """An answer below the quoted letter of a server states what its sentences say."""
    quoted = "".join(f"> {line}\n" for line in _ONE.splitlines())
    said = "It was sent 2026-11-23 10:24:15 UTC with return path b@news.example and Message-ID <77@shop.example>.\n"
    (bundle,) = read_evidence(f"Hi,\n\nwe got this:\n\n{quoted}\n{said}\nRegards\n", now=NOW)
    assert bundle.return_path
    assert bundle.return_path.raw == "b@news.example"
    assert [claim.value for claim in bundle.message_ids] == ["77@shop.example"]
    assert [time.raw for time in bundle.times] == ["2026-11-23 10:24:15 UTC"]
    assert [reply.code for reply in bundle.replies] == [450]
