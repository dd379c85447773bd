"""Stories of texts that give From and subject, and no envelope: found only where logs carry these."""

from tests.correlator.stories import CLIENT, ENVELOPE, QUEUE, answer_to

_TEXT = "From: Shop <shop@brand.example>\nSubject: Your invoice 4711\nSent: 2026-11-23 10:24 UTC\n"
_CHECK = f"from {CLIENT}; {ENVELOPE}"


def _message(*extra: str) -> list[str]:
    return [
        f"smtpd: connect from {CLIENT}",
        f"smtpd: {QUEUE}: client={CLIENT}",
        *(f"cleanup: {QUEUE}: {line}" for line in extra),
        f"cleanup: {QUEUE}: message-id=<77@sender.example>",
        f"qmgr: {QUEUE}: from=<news@sender.example>, size=900, nrcpt=1 (queue active)",
        (
            f"local: {QUEUE}: to=<jane@recipient.example>, relay=local, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0,"
            " status=sent (delivered to mailbox)"
        ),
        f"qmgr: {QUEUE}: removed",
    ]


def test_a_subject_in_a_header_check_finds_the_message() -> None:
    """Postfix's header_checks log the subject; it is no proof, so the answer is not called certain."""
    found = answer_to(*_message(f"warning: header Subject: Your invoice 4711 {_CHECK}"), bundle=_TEXT)
    assert found["finding"] == "found"
    assert found["matches"][0]["because"][0] == "same subject"
    assert found["matches"][0]["confidence"] <= 0.9
    assert found["matches"][0]["recipients"][0]["fate"] == "delivered"


def test_a_subject_in_an_encoded_word_is_the_same() -> None:
    """Postfix logs headers as they are on the wire (RFC 2047)."""
    line = f"warning: header Subject: =?UTF-8?B?WW91ciBpbnZvaWNlIDQ3MTE=?= {_CHECK}"
    assert answer_to(*_message(line), bundle=_TEXT)["finding"] == "found"


def test_a_from_header_in_a_header_check_finds_the_message() -> None:
    """The From address is not the envelope's, and a header check logs it."""
    text = "From: shop@brand.example\nSent: 2026-11-23 10:24:00 UTC\n"
    found = answer_to(*_message(f"warning: header From: Shop <shop@brand.example> {_CHECK}"), bundle=text)
    assert found["finding"] == "found"
    assert "same From address" in found["matches"][0]["because"]


def test_a_from_address_that_is_the_envelope_too_finds_the_message() -> None:
    """People's mail has the same address in both places."""
    found = answer_to(*_message(), bundle="From: news@sender.example\nSent: 2026-11-23 10:24:00 UTC\n")
    assert found["finding"] == "found"
    assert "the return-path is the From address of the text" in found["matches"][0]["because"]


def test_another_subject_is_another_message() -> None:
    """Same time, other subject: not taken for the one asked for."""
    found = answer_to(*_message(f"warning: header Subject: Lunch? {_CHECK}"), bundle=_TEXT)
    assert found["finding"] == "cannot_tell"
    assert not found["matches"]


def test_what_logs_do_not_carry_is_asked_for() -> None:
    """Without header lines nothing can be told, and the lines to send back name exactly what is missing."""
    found = answer_to(*_message(), bundle=_TEXT)
    assert found["finding"] == "cannot_tell"
    assert found["because"][0].startswith("the text gives only what stands in the message's header")
    request = found["next_steps"][-1]
    assert request.startswith("Send this back to the sender:\n")
    for word in ("SMTP reply", "return-path", "IP address", "recipient's address"):
        assert word in request


def test_a_message_that_was_never_sent_is_not_another_one_to_the_same_person() -> None:
    """Jane got mail at that time; the suppressed one is not it."""
    text = "Recipient: jane@recipient.example\nTime: 2026-11-23T10:24:00Z\nStatus: suppressed\n"
    found = answer_to(*_message(), bundle=text)
    assert (found["finding"], found["matches"]) == ("not_found", [])
    assert "never sent" in found["because"][0]


def test_a_never_sent_message_that_an_id_names_was_sent() -> None:
    """The sender's system errs, too: our own id in the reply proves that it came."""
    text = f"Recipient: jane@recipient.example\nStatus: suppressed\nReply: 250 2.0.0 Ok: queued as {QUEUE}\n"
    assert answer_to(*_message(), bundle=text)["finding"] == "found"


def test_an_id_of_amazon_ses_finds_its_message_id() -> None:
    """The event names the local part only; the Message-ID on the wire has Amazon's domain behind it."""
    ses = "0100019aafd4ceef-0a0b0c0d-1234-5678-9abc-def012345678-000000"
    lines = [line.replace("<77@sender.example>", f"<{ses}@email.amazonses.com>") for line in _message()]
    text = f'{{"eventType":"Send","mail":{{"messageId":"{ses}","destination":["jane@recipient.example"]}}}}'
    found = answer_to(*lines, bundle=text)
    assert found["finding"] == "found"
    assert found["matches"][0]["because"][0] == "same Message-ID"
