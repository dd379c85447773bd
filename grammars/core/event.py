"""What one line states: `Event`, and the three other classes a line can have."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from grammars.core.words import Instant, TimeBasis, Verb

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Place(NamedTuple):
    """Where a line was found: the file as it was named, and the byte offset of the line's start in its text."""

    file: str
    offset: int


class Line(NamedTuple):
    """One record as found: its text without the line end, and where it stands."""

    text: str
    place: Place


def rfc3339(instant: Instant, digits: int = 6) -> str:
    """Gives an instant as RFC 3339 in UTC with `digits` digits of the second's fraction."""
    moment = _EPOCH + timedelta(microseconds=instant)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{instant % 1_000_000:06d}"[: 20 + digits] + "Z" if digits else text + "Z"


class Event:
    """What one line states about one message, recipient or session, in the field's words.

    Only what the line states is set: `vars(event)` is exactly that, and an attribute the line
    does not state reads as None.  Names and meanings are those of the event fields of the
    command line's contract.  Not frozen: events are made by the million.
    """

    __slots__ = ("__dict__", "basis", "digits", "format", "instant", "line")

    instant: Instant  # when, by the stamp of the line
    digits: int  # how many digits of the second's fraction the stamp had
    basis: TimeBasis
    format: str  # name of the format that read it
    line: Line | None  # where it came from, where the reader was told

    host: str | None = None
    program: str | None = None
    instance: str | None = None
    service: str | None = None
    pid: int | None = None
    verb: Verb = Verb.NOTE
    queue_id: str | None = None
    next_queue_id: str | None = None
    message_id: str | None = None
    reverse_path: str | None = None
    recipient: str | None = None
    orig_recipient: str | None = None
    client_ip: str | None = None
    client_name: str | None = None
    client_port: int | None = None
    server_ip: str | None = None
    server_port: int | None = None
    helo: str | None = None
    relay_host: str | None = None
    relay_ip: str | None = None
    relay_port: int | None = None
    size_bytes: int | None = None
    recipient_count: int | None = None
    delay_seconds: float | None = None
    delays: str | None = (
        None  # `a/b/c/d`: of it before the queue manager, in the active queue, connecting, transmitting
    )
    status: str | None = None
    stage: str | None = None
    reply_code: int | None = None
    enhanced_status: str | None = None
    reply_text: str | None = None
    folder: str | None = None
    from_folder: str | None = None  # from which it was copied or moved into `folder`
    mailbox_uid: int | None = None  # its number in `folder` (the UID of RFC 3501 section 2.3.1.1)
    header_from: str | None = None
    subject: str | None = None
    dkim_domain: str | None = None
    action: str | None = None
    score: float | None = None
    threshold: float | None = None
    rules: list[str] | None = None
    reason: str | None = None
    quarantine_id: str | None = None
    local_id: str | None = None
    orig_queue_id: str | None = None
    orig_client_ip: str | None = None
    orig_client_name: str | None = None
    origin_ip: str | None = None
    auth: dict[str, str] | None = None
    session_id: str | None = None
    sasl_username: str | None = None
    recipients: list[dict[str, Any]] | None = None
    commands: str | None = None  # the counts of commands at the end of a session: `rcpt=0/1 data=1`
    forward_address: str | None = None  # to whom a mailbox rule sent the message on
    mail_id: str | None = None  # amavis: the long-lived id of a message
    lost_lines: int | None = None  # how many lines of others were lost
    lost_total: int | None = None  # the same, counted since the collector started
    lost_from: str | None = None  # whose lines: a unit, a program, a process; of a total, which counter
    lost_seconds: float | None = None  # the time within which they were lost

    def __init__(  # noqa: PLR0917 - by position it is built a tenth faster
        self,
        fields: dict[str, Any],
        instant: Instant,
        digits: int,
        basis: TimeBasis,
        format: str,  # noqa: A002 - the word of the contract
        line: Line | None = None,
    ) -> None:
        self.__dict__ = fields
        self.instant = instant
        self.digits = digits
        self.basis = basis
        self.format = format
        self.line = line

    def __repr__(self) -> str:
        return f"Event({self.to_json()!r})"

    def to_json(self) -> dict[str, Any]:
        """Gives the event as the contract's JSON object: stated fields only."""
        return {"time": rfc3339(self.instant, self.digits), "time_basis": self.basis.value, **vars(self)}


class Noise(NamedTuple):
    """A line understood to say nothing about a message."""

    format: str


class Foreign(NamedTuple):
    """A well-framed line of a program that no grammar claims."""

    program: str


class Reject(NamedTuple):
    """A line that no grammar reads: why, and the column (from 1) where reading stopped."""

    reason: str
    column: int
    format: str | None = None


Reading: TypeAlias = Event | Noise | Foreign | Reject
