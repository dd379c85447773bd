"""Which product gave an SMTP reply: by the ids in it, else by words that only that product says.

Sources: the products' own sources and manuals, and replies in public logs (field notes, gateways 2 and A6).
Texts that any administrator may set, and names of block lists that any server may use, are left out.
"""

from collections.abc import Iterable

from correlator.evidence.claims import RemoteId
from correlator.evidence.expressions import expression

_BY_ID = {
    "amavis_log_id": "amavis",
    "dovecot_session_id": "Dovecot",
    "exchange_internal_id": "Exchange",
    "exchange_session_id": "Exchange Online",
    "exim_id": "Exim",
    "sendmail_queue_id": "sendmail or FortiMail",
    "cisco_mid": "Cisco Secure Email Gateway",
    "proofpoint_sid": "Proofpoint",
    "mimecast_id": "Mimecast",
    "google_id": "Gmail or Google Workspace",
    "kumomta_id": "KumoMTA",
    "pmg_session": "Proxmox Mail Gateway",
    "opensmtpd_id": "OpenSMTPD",
    "qmail_qp": "qmail",
    "postfix_queue_id": "Postfix",
}
_BY_WORDS = tuple(
    (product, expression(words))
    for product, words in (
        ("Cloudflare Email Routing", r"developers\.cloudflare\.com/email-routing|Upstream error"),
        ("Mimecast", r"(?i)\bmimecast\.com\b"),
        ("Proofpoint", r"(?i)\bproofpoint\.com\b|\.pphosted\.com\b|Local Policy Violation - DMARC Reject"),
        ("Gmail or Google Workspace", r"(?i)\bgsmtp\b|support\.google\.com/(?:mail|a)\b"),
        ("Exchange Online", r"(?i)\.protection\.outlook\.|\(S3\d{3}\)|\b5\.7\.515\b|\b4\.7\.650\b|\bAS\(\d{3,9}\)"),
        ("Exchange", r"TRANSPORT\.RULES\.|QUEUE\.(?:Expired|TransportAgent|Admin)|RESOLVER\.ADR\.|Content Filtering\."),
        ("Exchange", r"Queued mail for delivery"),
        ("Barracuda", r"permanent failure for one or more recipients \(|blocked using Barracuda Reputation"),
        ("postgrey", r"Greylisted, see http\S{1,80}postgrey"),
        ("rspamd", r"5\.7\.1 Spam message rejected|5\.7\.1 Gtube pattern|4\.7\.1 Try again later"),
        ("spamass-milter", r"Blocked by SpamAssassin"),
        ("Proxmox Mail Gateway", r"Rejected for policy reasons|Service is unavailable \(try later\)"),
        (
            "Postfix",
            (
                r"User unknown in (?:local|virtual|relay)|Server configuration error|Relay access denied"
                r"|Service unavailable; (?:Client host|Sender address) \[|\bHelo command rejected: "
            ),
        ),
    )
)


def product_of(text: str, ids: Iterable[RemoteId]) -> str | None:
    """Gives the product that gave a reply; None where several may say the same."""
    kinds = [each.kind for each in ids]
    if "amavis_log_id" in kinds and "postfix_queue_id" in kinds:
        return "Postfix with amavis"
    if "from MTA(" in text and kinds == ["postfix_queue_id"]:
        return "Postfix with amavis"
    if kinds:
        return _BY_ID.get(kinds[0])
    return next((product for product, words in _BY_WORDS if words.search(text)), None)
