"""Single rules of the reader that a whole fixture would hide."""

import pytest

from correlator.evidence import read_evidence
from correlator.evidence.claims import Bundle
from correlator.evidence.fields import Field
from correlator.evidence.labels import meaning_of
from correlator.evidence.silence import find_never_sent, is_never_sent
from correlator.evidence.tokens import addresses, hosts, ips
from grammars.core.event import rfc3339
from tests.evidence.golden import NOW


def _one(text: str) -> Bundle:
    bundles = read_evidence(text, now=NOW)
    assert len(bundles) == 1
    return bundles[0]


@pytest.mark.parametrize(
    ("field", "labels"),
    [
        (
            Field.TIME,
            "Timestamp|Time|DATE|Sent|Delivered at|event_time|Log time|timeLogged|DeliveredAt|Last-Attempt-Date",
        ),
        (
            Field.RETURN_PATH,
            "Return-Path|return path|Envelope-From|Envelope sender|MAIL FROM|Bounce address|x-mailfrom|rp",
        ),
        (Field.SENDING, "Sending IP|Sender IP|source_ip|Outbound IP|From IP|sendingIp|Reporting-MTA|dlvSourceIp"),
        (Field.RECEIVING, "Receiving IP|MX IP|Destination IP|Remote IP|Recipient server|Remote-MTA|remoteMtaIp|relay"),
        (Field.RECIPIENT, "Recipient|To|RCPT TO|Email|Final-Recipient|rcpt_to|Delivered-To|Recipient(s)"),
        (Field.MESSAGE_ID, "Message-ID|messageId|Message id|smtp-id|Msg-ID|Internet Message ID"),
        (Field.REPLY, "SMTP reply|SMTP response|Remote response|Diagnostic-Code|Server said|smtpResponse|diag"),
        (Field.HELO, "HELO|EHLO|helo name"),
        (Field.SUBJECT, "Subject|Betreff|subject_line"),
        (Field.HEADER_FROM, "From|Header From|Friendly-From"),
    ],
)
def test_what_labels_name(field: Field, labels: str) -> None:
    """The words of people, of vendors' exports and of mail headers name the same fields."""
    for label in labels.split("|"):
        meaning = meaning_of(label)
        assert meaning is not None, label
        assert meaning[0] is field, label


@pytest.mark.parametrize(
    "label", ["Retrun-Path", "Return-Pth", "Reciving IP", "Sendinng IP", "Timestmp", "Recipent", "Message-DI"]
)
def test_a_slip_in_a_label_is_forgiven(label: str) -> None:
    """One letter too many, too few, or swapped with its neighbour."""
    assert meaning_of(label) is not None


@pytest.mark.parametrize("label", ["Dote", "Fram", "Weather", "Favourite colour", "Regards", "Hello"])
def test_other_words_are_no_labels(label: str) -> None:
    """Short words are never guessed at, and long ones only near a label."""
    assert meaning_of(label) is None


@pytest.mark.parametrize(
    "text",
    [
        "The recipient is on our suppression list.",
        "This address was suppressed.",
        "The message was not sent because of a previous bounce.",
        "It has been skipped by the campaign.",
        "The contact has opted out.",
        "The mail was held by us for review.",
        "We did not attempt delivery, it never left our system.",
    ],
)
def test_a_sender_says_that_it_did_not_send(text: str) -> None:
    """Suppressed, skipped, held, opted out, not sent: each is kept in the sender's own words."""
    claim = _one(text).never_sent
    assert claim is not None
    assert text[claim.span.start : claim.span.end].strip(" .") == claim.value.strip(" .")


@pytest.mark.parametrize(
    "text",
    [
        "The message was not suppressed.",
        "It was sent without being held by our filter.",
        "To unsubscribe click here.",
        "It was held by your quarantine.",
        "The message could not be delivered.",
    ],
)
def test_a_denial_or_a_bounce_is_no_such_claim(text: str) -> None:
    """A denied suppression, a footer, our own quarantine and a failed delivery are not "never sent"."""
    assert find_never_sent(text) is None


def test_status_words() -> None:
    """One-word states of vendors say it, too; `delivered` does not."""
    assert all(is_never_sent(word) for word in ("Suppressed", "dropped", "NOT SENT", "InactiveRecipient", "on-hold"))
    assert not any(is_never_sent(word) for word in ("delivered", "bounced", "deferred", "sent", ""))


def test_the_same_name_of_other_vendors() -> None:
    """SparkPost's `ip_address` is the receiver, SendGrid's `ip` the sender; in a click each is the reader's."""
    spark = _one('{"type":"delivery","msg_from":"a@b.example","rcpt_to":"c@d.example","ip_address":"203.0.113.25"}')
    assert (spark.sending_ip, spark.receiving_ip and spark.receiving_ip.value) == (None, "203.0.113.25")
    grid = _one('{"event":"delivered","sg_event_id":"1","email":"c@d.example","ip":"192.0.2.77"}')
    assert (grid.sending_ip and grid.sending_ip.value, grid.receiving_ip) == ("192.0.2.77", None)
    click = _one('{"event":"click","sg_event_id":"1","email":"c@d.example","ip":"198.51.100.9","timestamp":1795429445}')
    assert (click.sending_ip, click.times) == (None, ())


def test_vendors_own_ids_are_no_message_ids() -> None:
    """The ids of Postmark, Mandrill and SendGrid are theirs; only `smtp-id` is that of RFC 5322 section 3.6.4."""
    postmark = '{"RecordType":"Delivery","MessageID":"11111111-2222-3333-4444-555555555555","Recipient":"c@d.example"}'
    assert _one(postmark).message_ids == ()
    grid = _one('{"sg_event_id":"1","sg_message_id":"abcdefghijklmnop.0","smtp-id":"<77@shop.example>"}')
    assert [text.value for text in grid.message_ids] == ["77@shop.example"]


def test_a_signature_is_no_recipient() -> None:
    """An address that stands alone in a line is a recipient only where the text says nothing else."""
    assert [text.value for text in _one("bob@recipient.example").recipients] == ["bob@recipient.example"]
    assert _one("Sending IP: 192.0.2.77\nTime: 10:24 UTC\n\nJane\njane@esp.example").recipients == ()


def test_nothing_is_dropped_silently() -> None:
    """What no rule could use comes back as it stood."""
    bundle = _one("Sending IP: 192.0.2.77\nWeather: fine\nThe cat sat on the mat. Shoe size: 43")
    assert [text.value for text in bundle.not_understood] == [
        "Weather: fine",
        "The cat sat on the mat",
        "Shoe size: 43",
    ]


def test_a_second_value_of_a_field_is_listed() -> None:
    """Of two different return-paths the firmer wins, and the other is listed."""
    bundle = _one("Envelope-From: b@news.example\nSender: c@news.example\nReturn-Path: a@news.example")
    assert bundle.return_path is not None
    assert bundle.header_from is not None
    assert (bundle.return_path.raw, bundle.header_from.value) == ("b@news.example", "c@news.example")
    assert [text.value for text in bundle.not_understood] == ["a@news.example"]


def test_tokens() -> None:
    """IPs, addresses and hosts are told from times, versions, ports and one another."""
    text = "::ffff:192.0.2.77 [IPv6:2001:db8::1] fe80::1%eth0 10:24:15 192.0.2.1. 1.2.3.4.5 203.0.113.9:25"
    text += " 192.000.002.001 999.1.1.1"
    assert [ip.value for ip in ips(text)] == [
        "192.0.2.77",
        "2001:db8::1",
        "fe80::1",
        "192.0.2.1",
        "203.0.113.9",
        "192.0.2.1",
    ]
    found = [
        address.value for address in addresses("<a@b.example>, 'c@d.example' mailto=e@f.example @g h@ i@[192.0.2.1]")
    ]
    assert found[:2] == ["a@b.example", "c@d.example"]
    assert "i@[192.0.2.1]" in found
    assert [host.value for host in hosts("MX1.b.example. a@b.example 1.2.3.4 x.y v1.2")] == ["mx1.b.example"]


def test_addresses_without_a_role_are_told_though_their_sentence_is_used() -> None:
    bundle = _one("s1@news.example to bob@recipient.example was refused 2026-11-23 09:30 UTC, x@news.example.")
    assert [claim.value for claim in bundle.recipients] == ["bob@recipient.example"]
    assert [text.value for text in bundle.not_understood] == ["s1@news.example", "x@news.example"]


def test_what_stands_behind_a_labelled_time_is_read_and_no_number_of_a_reply_is_a_time() -> None:
    reply = "250 2.0.0 OK  1795420864 a1-20020a05600c4e0100b003a.123 - gsmtp"
    bundle = _one(f"Time: 2026-11-22 10:00 UTC to bob@recipient.example {reply}")
    assert [claim.raw for claim in bundle.times] == ["2026-11-22 10:00 UTC"]
    assert [claim.value for claim in bundle.recipients] == ["bob@recipient.example"]
    assert len(bundle.replies) == 1


def test_words_between_two_times_do_not_end_a_labelled_time() -> None:
    (time,) = _one("Times: 2026-11-22 10:00 UTC and 2026-11-22 12:00 UTC").times
    assert time.raw == "2026-11-22 10:00 UTC and 2026-11-22 12:00 UTC"


@pytest.mark.parametrize(
    ("text", "raw", "first"),
    [
        ("Window: 23 Nov 10:00-12:00 GMT", "23 Nov 10:00-12:00 GMT", "2026-11-23T10:00"),
        ("Time: 23 Nov 2026 10:00-05:00", "23 Nov 2026 10:00-05:00", "2026-11-23T15:00"),
        ("Time: 23 Nov 2026 02:24:15-08:00 PST", "23 Nov 2026 02:24:15-08:00", "2026-11-23T10:24:15"),
        ("Sie ging am 23.11. um 16:02 Uhr MEZ raus", "23.11. um 16:02 Uhr MEZ", "2026-11-23T15:02"),
        ("Sie ging am 23.11. gegen 16 Uhr MEZ raus", "23.11. gegen 16 Uhr MEZ", "2026-11-23T15:00"),
        ("Refused with 554 5.7.1 blocked. 2026-11-23T12:00:01Z", "2026-11-23T12:00:01Z", "2026-11-23T12:00:01"),
    ],
)
def test_times_as_people_write_them(text: str, raw: str, first: str) -> None:
    (time,) = _one(text).times
    assert time.raw == raw
    assert rfc3339(time.candidates[0].first, 0).startswith(first)


@pytest.mark.parametrize(
    "text",
    [
        "Unsere Mail an bob@recipient.example von news@sender.example kam nicht an",
        "El correo para bob@recipient.example desde news@sender.example no llego",
    ],
)
def test_roles_in_other_languages(text: str) -> None:
    bundle = _one(text)
    assert bundle.return_path is not None
    assert ([claim.value for claim in bundle.recipients], bundle.return_path.raw) == (
        ["bob@recipient.example"],
        "news@sender.example",
    )


def test_the_only_ip_of_a_sentence_is_the_sender_s() -> None:
    bundle = _one("from news@sender.example to bob@recipient.example, IP 192.0.2.7, 2026-11-21 10:00:00 UTC")
    assert bundle.sending_ip is not None
    assert bundle.sending_ip.value == "192.0.2.7"
