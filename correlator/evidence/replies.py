"""What an SMTP reply says: code, enhanced status, and the ids by which the accepting server knows the message.

The forms of the ids come from the products' own sources and from replies in public logs
(field notes: Postfix smtpd.c, amavisd, Dovecot lmtp-local.c, Exchange, Exim, sendmail, Cisco,
Proofpoint, Mimecast, Gmail, KumoMTA, Proxmox,
OpenSMTPD smtp_session.c, qmail-smtpd.c).  They are written in pyparsing and run as patterns.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from correlator.evidence.claims import RemoteId
from correlator.evidence.expressions import expression
from correlator.evidence.products import product_of
from correlator.evidence.tokens import ips


class SmtpReply(NamedTuple):
    """One reply; `host` and `ip` are those of the server that answered, `rejected_at` is the command it answered."""

    code: int | None
    enhanced_status: str | None
    text: str
    ids: tuple[RemoteId, ...]
    host: str | None = None
    ip: str | None = None
    rejected_at: str | None = None
    product: str | None = None


_CODE = expression(r"(?<![\w.:/=-])([2-5][0-5]\d)(?=[ -]|$|[\t#\"])(?![ -]\d{1,4}[-/:]\d)")
_CODE_AND_COLON = expression(r"([245][0-5]\d): ")  # as Yahoo writes it
_ENHANCED = expression(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?![\w.])")
_CONTINUED = expression(r"\s*\r?\n\s*|\s{2,}(?=[2-5]\d\d[- ])")
_PREFIX = expression(
    r"(?i)^(?:[\s\"'(<\[]*(?:smtp;|x-postfix;|x-[a-z]{1,20};|status=\w{1,20}\s|dsn=[\d.]{5,9},?|said:|answered:?"
    r"|response:?|reply:?|[a-z]+:(?=\s*[2-5]\d\d[ -])))+\s*"
)
_SAID = expression(
    r"(?i)\bhost (?P<host>[^\s\[\]]{1,255})\[(?P<ip>[0-9a-fA-F.:]{2,45})\](?::\d{1,5})? (?:said|refused)"
)
_RELAY = expression(r"(?i)\b(?:relay|mx)=(?P<host>[^\s\[\],;]{1,255})(?:\[(?P<ip>[0-9a-fA-F.:]{2,45})\])?(?::\d{1,5})?")
_IN_REPLY = expression(r"\(in reply to (?:end of )?([A-Za-z ]{1,20}?)(?: command)?\)")
_LONGEST = 8_000  # RFC 5321 section 4.5.3.1.5 allows 512 per line
_ALONE = r"(?:(?<![A-Za-z0-9_-])|(?=>))"  # an id begins at the beginning of a word
_QUOTES = "\"'` \t"


def read_reply(text: str) -> SmtpReply:
    """Reads one reply as a sender shows it: behind `smtp;` or `host H said:`, in quotes, or of several lines."""
    flat = _flattened(text)
    code, enhanced = _CODE_AND_COLON.match(flat) or _CODE.search(flat), _ENHANCED.search(flat)
    asked = _IN_REPLY.search(flat)
    said = _SAID.search(flat) or _RELAY.search(flat)
    host, ip = (said.group("host"), said.group("ip")) if said else (None, None)
    if host and (as_ip := next(ips(host), None)):
        host, ip = None, ip or as_ip.value
    ids = ids_in(flat)
    return SmtpReply(
        code=int(code.group(1)) if code else None,
        enhanced_status=enhanced.group(1) if enhanced else None,
        text=flat,
        ids=ids,
        product=product_of(flat, ids),
        host=host.lower().rstrip(".") if host else None,
        ip=ip,
        rejected_at=asked.group(1).strip().lower() if asked else None,
    )


def _flattened(text: str) -> str:
    flat = _CONTINUED.sub(" ", text[:_LONGEST].strip(_QUOTES + "\r\n"))
    return _PREFIX.sub("", flat).strip(_QUOTES)


@lru_cache(maxsize=8192)
def ids_in(text: str) -> tuple[RemoteId, ...]:
    """Gives the ids of the accepting server in a reply's text, in the order of the table."""
    found: dict[RemoteId, None] = {}
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            if _is_plausible(kind, match.group("id")):
                found.setdefault(RemoteId(kind=kind, value=match.group("id")))
    return tuple(found)


def _is_plausible(kind: str, value: str) -> bool:
    if kind == "sendmail_queue_id":
        return any(char.isdigit() for char in value)
    return any(char.isdigit() for char in value) or kind in ("dovecot_session_id", "mimecast_id")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    from grammars.core.lower import lower  # noqa: PLC0415 - brings pyparsing: 100 ms that a text without reply need not pay

    return tuple((kind, re.compile(_ALONE + lower(grammar))) for kind, grammar in _grammars())


def _grammars() -> Iterator[tuple[str, "pp.ParserElement"]]:  # type: ignore[name-defined]  # noqa: F821
    import pyparsing as pp  # noqa: PLC0415 - see `_patterns`

    letters = pp.alphanums
    end = ~pp.Char(letters) + ~pp.Literal("..")  # an id that was cut short is none
    blank = pp.Word(" ")
    queue_id = pp.Word(letters, min=5)("id") + end
    queued = pp.Literal("queued") | pp.Literal("Queued")
    yield "postfix_queue_id", queued + blank + "as" + pp.Opt(":") + blank + pp.Opt("<") + queue_id
    tail = pp.Combine(pp.Word(pp.nums) + pp.ZeroOrMore("-" + pp.Word(pp.nums)))("id")
    yield (
        "amavis_log_id",
        pp.Literal("id=")
        + pp.FollowedBy(pp.Word(pp.nums, min=2) + "-" + pp.Word(pp.nums))
        + tail
        + end
        + ~pp.Literal("-"),
    )
    session = pp.Word(letters + "+/=", min=16)("id")
    yield "dovecot_session_id", pp.Literal("> ") + session + " Saved"
    internal = pp.Word(pp.nums)("id") + pp.FollowedBy(pp.Char(",]"))
    yield "exchange_internal_id", pp.Literal("InternalId=") + internal
    moment = pp.Word(pp.nums + "-") + "T" + pp.Word(pp.nums + ":.") + "Z "
    host = pp.Word(letters + "-.", min=8) + " "
    yield "exchange_session_id", pp.Literal("[") + host + moment + pp.Word("0123456789ABCDEF", exact=16)("id") + "]"
    dash = pp.Literal("-")
    exim = (
        (pp.Word(letters, exact=6) + dash + pp.Word(letters, exact=11) + dash + pp.Word(letters, exact=4))
        | (pp.Word(letters, exact=6) + dash + pp.Word(letters, exact=6) + dash + pp.Word(letters, exact=2))
    )  # fmt: skip
    yield "exim_id", pp.Literal("id=") + pp.Combine(exim)("id") + ~pp.Char(letters + "-")
    accepted = blank + "Message accepted for delivery"
    yield "sendmail_queue_id", pp.Combine(pp.Word(letters, exact=8) + pp.Word(pp.nums, min=6))("id") + accepted
    yield "cisco_mid", pp.Literal("Message ") + pp.Word(pp.nums)("id") + " accepted"
    yield "proofpoint_sid", pp.Combine(pp.Word(letters, exact=10) + "-" + pp.Word(pp.nums))("id") + accepted
    yield (
        "mimecast_id",
        pp.Literal("[")
        + pp.Combine(pp.Word(letters + "-_", min=20) + "." + pp.Word(pp.alphas) + pp.Word(pp.nums))("id")
        + "]",
    )
    domain = pp.Word(letters + "-") + pp.ZeroOrMore("." + pp.Word(letters + "-"))
    yield "mimecast_id", pp.Combine("SmtpThread-" + pp.Word(letters + "-") + "@" + domain)("id") + end
    gsmtp = pp.Combine(pp.Word(letters + "-_", min=10) + "." + pp.Word(pp.nums))("id")
    yield "google_id", gsmtp + " - gsmtp"
    session = pp.Word("0123456789ABCDEF", min=14)("id") + ")"
    filtered = pp.Literal("OK (") | "BLOCKED (" | "Rejected for policy reasons ("
    yield "pmg_session", filtered + session
    yield "opensmtpd_id", pp.Word("0123456789abcdef", exact=8)("id") + accepted
    yield "qmail_qp", pp.Literal("ok ") + pp.Word(pp.nums, exact=10) + " qp " + pp.Word(pp.nums)("id") + end
    yield "kumomta_id", pp.Literal("ids=") + pp.Word("0123456789abcdef", min=32)("id") + end
