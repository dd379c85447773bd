"""Texts that say the message was never sent, and texts that say nothing of the kind."""

import pytest

from correlator.evidence import read_evidence
from tests.evidence.golden import NOW


@pytest.mark.parametrize(
    "text",
    [
        "We skipped this address because it bounced before.",
        "bob@recipient.example: not sent: duplicate",
        "The mail to bob@recipient.example is on hold for approval.",
        "The campaign is still awaiting approval.",
        "The campaign was never activated.",
        "This address is on our suppression list, so no email was sent.",
        "bob@recipient.example has opted out.",
        "The recipient is on our unsubscribe list.",
        "The recipient was marked as inactive.",
        "He was excluded from the send.",
        "Die Nachricht wurde nicht versendet.",
        "The message never left our platform.",
        "Status: Suppressed",
        "Event: dropped",
        "Status: Bounced Address",
        "Result: Held",
        "Reason: 554 5.7.1 [internal] recipient address suppressed due to customer policy",
    ],
)
def test_it_was_never_sent(text: str) -> None:
    """The sender's own words that it did not send become a claim, in these words."""
    (bundle,) = read_evidence(text, now=NOW)
    assert bundle.never_sent is not None
    assert bundle.never_sent.value.lower() in " ".join(text.lower().split())
    assert not bundle.replies


@pytest.mark.parametrize(
    "text",
    [
        "The address is not on our suppression list.",
        "It was not suppressed.",
        "If the address had been suppressed, you would see it here.",
        "Please check whether it was held in our queue.",
        "Status: Delivered",
        "Status: Blocked",
        "Status: not_delivered",
        "Event: spam complaint",
        "Reply: 550 5.7.1 Message blocked",
        "The client quit after RCPT, nothing sent",
    ],
)
def test_it_may_have_been_sent(text: str) -> None:
    """A denial, a condition, and a refusal by the receiver are no such words."""
    assert all(bundle.never_sent is None for bundle in read_evidence(text, now=NOW))


@pytest.mark.parametrize(
    ("event", "unsent"),
    [
        ('{"event":"dropped","sg_event_id":"1","email":"b@r.example"}', True),
        ('{"event":"bounce","type":"blocked","sg_event_id":"1","email":"bob@recipient.example"}', False),
        ('{"RecordType":"Bounce","Type":"Blocked","Email":"bob@recipient.example"}', False),
        ('{"RecordType":"SpamComplaint","Type":"SpamComplaint","Email":"bob@recipient.example"}', False),
        ('{"event":"blocked","ts_event":1795429445,"email":"b@r.example"}', True),
        ('{"event":"hard_bounce","ts_event":1795429445,"email":"bob@recipient.example"}', False),
        ('{"event":"blocked","mj_campaign_id":1,"email":"b@r.example"}', True),
        ('{"event":"unsub","mj_campaign_id":1,"email":"bob@recipient.example"}', False),
        ('{"type":"email_dropped","email_id":"1","email_from":"a@b.example"}', False),
        ('{"event":"unsubscribed","delivery-status":{},"recipient":"bob@recipient.example"}', False),
        (
            '{"event":"failed","reason":"suppress-bounce","delivery-status":{},"recipient":"bob@recipient.example"}',
            True,
        ),
        ('{"event":"failed","reason":"bounce","delivery-status":{},"recipient":"bob@recipient.example"}', False),
        (
            '{"eventType":"Reject","mail":{"destination":["b@r.example"]},"reject":{"reason":"Bad content"}}',
            True,
        ),
        ('{"type":"DROPPED","emailCampaignId":1,"recipient":"b@r.example"}', True),
        (
            '{"event":"reject","_id":"1","ts":1795429445,"msg":{"email":"b@r.example","state":"rejected"}}',
            True,
        ),
    ],
)
def test_each_platform_has_its_own_words(event: str, unsent: bool) -> None:
    """`dropped` and `blocked` mean the sender's decision on one platform, the receiver's on another."""
    (bundle,) = read_evidence(event, now=NOW)
    assert (bundle.never_sent is not None) == unsent
