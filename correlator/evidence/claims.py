"""What a sender's text states: claims, each with the exact span of text it came from.

A *bundle* is what the text says about one message.  Nothing in the text is ignored silently:
each piece is a claim or is listed under `not_understood`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from grammars.core.words import Instant


class ZoneBasis(StrEnum):
    """Why a time of the sender was read in the zone it was read in."""

    STATED = "stated"
    GIVEN = "given"  # by the user, for times in the text that state none
    INFERRED = "zone_inferred"  # an id in the bundle that carries its own clock settles it
    TRIED = "zone_tried"  # nothing settles it: one of the plausible zones
    RELATIVE = "relative"


class Span(NamedTuple):
    """Where in the sender's text a claim stands: character offsets, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch of time that a stated time may mean, both ends included, and why."""

    first: Instant
    last: Instant
    basis: ZoneBasis
    because: str


class TimeClaim(NamedTuple):
    """One time in the text; several candidates where zone or order of day and month is open."""

    raw: str
    span: Span
    candidates: tuple[Interval, ...]


class ReturnPath(NamedTuple):
    """The envelope sender as the text gives it (without brackets), and the addresses it may stand for.

    `canonical` holds the lower-cased forms to compare with: the address itself and what BATV
    (`prvs=`) and SRS unwrap to.  `tenant` is the part of the local part that names one sender
    of a shared platform (`568-abc-770`), `recipient` the address that a VERP local part holds.
    `raw` is "" for the null sender.
    """

    raw: str
    span: Span
    canonical: frozenset[str]
    domain: str
    tenant: str | None = None
    recipient: str | None = None


class RemoteId(NamedTuple):
    """An id of our own that the sender's SMTP reply names; `kind` is one of REMOTE_ID_KINDS."""

    kind: str
    value: str


REMOTE_ID_KINDS = (
    "postfix_queue_id",
    "amavis_log_id",
    "dovecot_session_id",
    "exchange_internal_id",
    "exim_id",
    "sendmail_queue_id",
    "cisco_mid",
    "proofpoint_sid",
    "mimecast_id",
    "google_id",
    "kumomta_id",
    "exchange_session_id",
    "pmg_session",
    "opensmtpd_id",
    "qmail_qp",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The SMTP reply that the sender got: code and enhanced status where it has them, and our ids in it.

    `product` is what gave it, as far as the text tells.
    """

    raw: str
    span: Span
    code: int | None
    enhanced_status: str | None
    text: str
    ids: tuple[RemoteId, ...]
    product: str | None = None


class Text(NamedTuple):
    """A claim that is just its text: an address, an IP, a host name, a subject."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What one text, or one part of it, states about one message."""

    number: int
    span: Span
    times: tuple[TimeClaim, ...] = ()
    return_path: ReturnPath | None = None
    sending_ip: Text | None = None
    sending_host: Text | None = None
    receiving_ip: Text | None = None
    receiving_host: Text | None = None
    header_from: Text | None = None
    subject: Text | None = None
    recipients: tuple[Text, ...] = ()
    message_ids: tuple[Text, ...] = ()
    replies: tuple[Reply, ...] = ()
    helo: Text | None = None
    never_sent: Text | None = None  # the sender's own words that it did not send (suppressed, held, skipped)
    assumed: tuple[str, ...] = ()
    not_understood: tuple[Text, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether the text makes no claim that could be looked up."""
        return not any(
            (
                self.times,
                self.return_path,
                self.sending_ip,
                self.sending_host,
                self.receiving_ip,
                self.receiving_host,
                self.header_from,
                self.subject,
                self.recipients,
                self.message_ids,
                self.replies,
                self.never_sent,
            )
        )
