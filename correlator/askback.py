"""The few lines to send back to the sender: what is still needed to find a message, and nothing that was given.

They hold words of the sender's own text only: no host, no log and no address of our site.
"""

from collections.abc import Iterator

from correlator.evidence.claims import Bundle, Reply, TimeClaim, ZoneBasis
from grammars.core.words import SECOND

HEADING = "Send this back to the sender:"

_LONGEST = 120  # characters of a quoted value
_MOST_NAMES = 3
_LEAST_REFUSAL = 400
_REPLY = "the complete SMTP reply that our server gave you, with the id in it (such as: 250 2.0.0 Ok: queued as ...)"
_TIME = "when you handed it over to our server, to the second and with the time zone"


def lines_for(bundle: Bundle) -> tuple[str, ...]:
    """Gives the lines of the request, ready to paste; none where the text leaves nothing to ask for."""
    wanted = tuple(_wanted(bundle))
    if bundle.never_sent is not None:
        return _resend(bundle, wanted)
    if not wanted:
        return ()
    return (
        "Hello,",
        f"to find {_named(bundle)} in our logs we still need from you:",
        *(f"- {what}" for what in wanted),
        "Thank you.",
    )


def _resend(bundle: Bundle, wanted: tuple[str, ...]) -> tuple[str, ...]:
    said = _short(bundle.never_sent.value) if bundle.never_sent else ""
    again = "please give us:" if wanted else "please tell us when you did."
    return (
        "Hello,",
        f'as we read your text, {_named(bundle)} was never sent ("{said}"), so our logs cannot show it.',
        f"Please lift what holds it back, and send it again. If it still does not arrive, {again}",
        *(f"- {what}" for what in wanted),
        "Thank you.",
    )


def _wanted(bundle: Bundle) -> Iterator[str]:
    identified = any(reply.ids for reply in bundle.replies)
    lacking = False
    for what in _envelope(bundle, identified=identified):
        lacking = True
        yield what
    if not lacking and not identified and not bundle.message_ids:
        yield "its Message-ID"


def _envelope(bundle: Bundle, *, identified: bool) -> Iterator[str]:
    if not identified and not any(_is_refusal(reply) for reply in bundle.replies):
        yield f"{_REPLY}{_instead(bundle.replies[0].raw) if bundle.replies else ''}"
    if bundle.never_sent is not None or not bundle.times:
        yield _TIME
    elif not any(_is_exact(claim) for claim in bundle.times):
        yield f"{_TIME}{_instead(bundle.times[0].raw)}"
    if bundle.return_path is None:
        yield "the return-path (the envelope sender, SMTP MAIL FROM)"
    if bundle.sending_ip is None:
        yield "the IP address that you sent it from"
    if not bundle.recipients:
        yield "the recipient's address"


def _is_refusal(reply: Reply) -> bool:
    """A refusal names no id: there is nothing more to ask for."""
    return reply.code is not None and reply.code >= _LEAST_REFUSAL


def _is_exact(claim: TimeClaim) -> bool:
    if not claim.candidates:
        return False
    first = claim.candidates[0]
    settled = first.basis in {ZoneBasis.STATED, ZoneBasis.GIVEN, ZoneBasis.INFERRED}
    return settled and len(claim.candidates) == 1 and first.last - first.first <= 2 * SECOND


def _instead(given: str) -> str:
    return f' (you gave: "{_short(given)}")'


def _named(bundle: Bundle) -> str:
    """Calls the message by what the sender said of it."""
    parts = ["the message"]
    if bundle.subject is not None:
        parts.append(f'"{_short(bundle.subject.value)}"')
    if bundle.recipients:
        names = [_short(claim.value) for claim in bundle.recipients]
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        parts.append(f"to {', '.join(names[:_MOST_NAMES])}{more}")
    if bundle.times:
        parts.append(f"of {_short(bundle.times[0].raw)}")
    return " ".join(parts)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 3]}..."
