"""Words by which a sender says that it never sent the message."""

import re

from correlator.evidence.expressions import expression

_NOT_SENT = expression(
    r"(?i)\b(?:"
    r"suppress(?:ed|ion[ -](?:list|group))"
    r"|(?:was|were|is|been|got|be|has|it|status:?|event:?|and)\s+(?:skipped|unsubscribed|opted[ -]out)"
    r"|unsubscribed\s+(?:address|recipient|contact|from)|has\s+opted\s+out|opted[ -]out\s+of|inactive\s?recipient"
    r"|(?:was|were|is|are|has|have|did|been|do|does)\s*n(?:o|'|ever\b)?t?\s+(?:been\s+|be\s+|actually\s+|yet\s+"
    r"|even\s+)?(?:sent|send|attempt(?:ed)?|transmitted|dispatched|mailed)"
    r"|(?:not|never)\s+(?:been\s+)?(?:sent|attempted|dispatched|transmitted|mailed)\b|never\s+left\s+(?:our|the)"
    r"|(?:was|were|is|been|being|currently)\s+(?:on\s+hold|held)\s+(?:by\s+us|back|in\s+our|on\s+our|at\s+our"
    r"|for\s+(?:review|approval)|until|pending)"
    r"|held\s+(?:in\s+our|on\s+our|by\s+our)|(?:put|placed|is|was)\s+on\s+hold"
    r"|no\s+(?:delivery\s+)?attempt\s+was\s+made|no\s+(?:e-?mail|message|mail)\s+was\s+(?:ever\s+)?sent"
    r"|nothing\s+(?:has\s+|ever\s+)?left\s+(?:our|the)\b|we\s+skipped|e-?mail\s+skipped"
    r"|(?:has|was|is|had)\s+(?:not|never)\s+(?:been\s+)?(?:activated|approved|released|launched)"
    r"|(?:awaiting|pending|waiting\s+for)\s+(?:an?\s+|your\s+|our\s+)?approval|still\s+(?:in\s+draft|a\s+draft)"
    r"|marked\s+as\s+inactive|excluded\s+from\s+(?:the|this|our)\s+(?:send|mailing|campaign)"
    r"|on\s+(?:our|the|your)\s+(?:unsubscribe|do[ -]not[ -](?:mail|send|email)|opt[ -]out)\s+list"
    r"|nicht\s+(?:versendet|verschickt|gesendet)"
    r")"
)
_DENIED = expression(
    r"(?i)(?:\bnot|n't|\bnever|\bno|\bwithout(?: being)?|\bneither)\s+(?:\w{1,12}\s+){0,2}$"
    r"|\b(?:if|unless|whether|in case)\s+(?:[\w-]{1,16}\s+){0,6}$"
)
_WORDS = frozenset(
    (
        "suppressed", "skipped", "held", "unsubscribed", "notsent", "unsent", "onhold", "dropped",
        "optedout", "inactive", "bouncedaddress", "inactiverecipient", "neversent",
        "excluded", "cancelled", "canceled", "paused",
    )
)  # fmt: skip
_BEFORE = 80


def find_never_sent(text: str) -> tuple[int, int] | None:
    """Gives the words that say the message was suppressed, skipped, held or not sent; never a denial of it."""
    for found in _NOT_SENT.finditer(text):
        if not _DENIED.search(text, max(0, found.start() - _BEFORE), found.start()):
            return found.span()
    return None


def is_never_sent(status: str) -> bool:
    """Whether the value of a status field says so, as one word (SendGrid `dropped`, Postmark `InactiveRecipient`)."""
    return re.sub(r"[^a-z]+", "", status.lower()) in _WORDS
