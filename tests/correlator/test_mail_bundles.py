"""Stories asked with mail: a report, a bounce, a head, a dialogue; each finds the message that it speaks of."""

import pytest

from tests.correlator.stories import QUEUE, accepted, fates, left, opened, refused, removed, stored, to_store

JANE = "jane@recipient.example"
KEPT = (*accepted(), to_store(JANE, "S1"), stored(JANE, "S1"), removed())
_CARRIER = (
    "From: MAILER-DAEMON@mail.sender.example\nTo: other@sender.example\nSubject: Report\n"
    "Message-ID: <report@sender.example>\nDate: Tue, 24 Nov 2026 18:00:00 +0000\nMIME-Version: 1.0\n"
)


def _report(action: str, diagnostic: str) -> str:
    return (
        f"{_CARRIER}Content-Type: multipart/report; boundary=rr\n\n--rr\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mail.sender.example\nArrival-Date: Mon, 23 Nov 2026 10:24:00 +0000\n\n"
        f"Final-Recipient: rfc822; {JANE}\nAction: {action}\nStatus: {diagnostic[4:9]}\n"
        f"Diagnostic-Code: smtp; {diagnostic}\n\n--rr\nContent-Type: text/rfc822-headers\n\n"
        "Return-Path: <news@sender.example>\n\n--rr--\n"
    )


_REPORT = _report("relayed", f"250 2.0.0 Ok: queued as {QUEUE}")
_DIALOGUE = (
    "=== Connected to mx1.recipient.example.\n<-  220 mx1.recipient.example ESMTP Postfix\n"
    " -> EHLO mail.sender.example\n"
    "<-  250 mx1.recipient.example\n -> MAIL FROM:<news@sender.example>\n<-  250 2.1.0 Ok\n"
    f" -> RCPT TO:<{JANE}>\n<-  250 2.1.5 Ok\n -> DATA\n<-  354 go\n -> Subject: x\n ->\n -> .\n"
    f"<-  250 2.0.0 Ok: queued as {QUEUE}\n"
)
_HEAD = (
    "Received: from mail.sender.example (mail.sender.example [192.0.2.7])\n\tby mx1.recipient.example (Postfix)"
    f" with ESMTPS id {QUEUE}\n\tfor <{JANE}>; Mon, 23 Nov 2026 10:24:00 +0000 (UTC)\n"
    "Received-SPF: pass client-ip=192.0.2.7; envelope-from=news@sender.example;\nFrom: news@sender.example\n"
)


@pytest.mark.parametrize("bundle", [_REPORT, _DIALOGUE, _HEAD], ids=["report", "dialogue", "head"])
def test_the_id_in_a_mail_finds_the_message(bundle: str) -> None:
    """The reply of our server in a report and in a dialogue, and our hop in a head, name our queue id."""
    assert fates(*KEPT, bundle=bundle) == {JANE: "delivered"}


def test_a_bounce_finds_the_refusal() -> None:
    """A report of a refusal has no id of ours: return-path, recipient and time must do, not those of the carrier."""
    reply = "550 5.1.1 <jane@recipient.example>: Recipient address rejected: User unknown in relay recipient table"
    lines = (*opened()[:1], refused(reply), left("ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4"))
    assert fates(*lines, bundle=_report("failed", reply)) == {JANE: "rejected"}
