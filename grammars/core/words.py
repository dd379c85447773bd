"""Closed lists and id types that every format and everything above it share."""

from enum import StrEnum
from typing import NewType

Instant = NewType("Instant", int)
"""A moment: microseconds since 1970-01-01T00:00:00 UTC."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Verb(StrEnum):
    """What one line says that its program did.  The product's own word stands in `action` or `status`."""

    # an SMTP or LMTP session
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    BREAK_OFF = "break_off"  # the peer vanished, timed out, or was cut off
    AUTHENTICATE = "authenticate"
    SCREEN = "screen"  # a test of the client before any mail command (postscreen)

    # one message enters a system
    OPEN = "open"  # a local id was given to a coming message; it is not accepted yet
    NAME = "name"  # its Message-ID was read
    QUEUE = "queue"  # it is durably accepted and in the queue
    ACCEPT = "accept"  # it was let in by a rule, and the line says so

    # a rule, a filter or a mailbox decides
    REJECT = "reject"  # refused in the session; reply_code tells 4xx from 5xx
    WOULD_REJECT = "would_reject"  # a dry run: the message went on
    DISCARD = "discard"  # accepted, then destroyed without a report
    HOLD = "hold"  # kept until somebody releases it
    QUARANTINE = "quarantine"  # put away by a filter; not passed on
    PASS = "pass"  # a filter let it through, changed or not
    BOUNCE = "bounce"  # the filter or store took it and reported failure to the sender
    DEFER = "defer"  # a filter could not decide and asked for a retry
    REDIRECT = "redirect"  # the recipients were replaced
    COPY = "copy"  # a recipient was added
    MODIFY = "modify"
    WARN = "warn"
    SCAN = "scan"  # a verdict without an action that this line proves

    # one message leaves a system
    DELIVER = "deliver"  # one recipient's delivery attempt; `status` is its result
    ATTEMPT = "attempt"  # one server of the next hop failed; another may be tried
    STORE = "store"  # stored in the folder that `folder` names
    FAIL_STORE = "fail_store"  # the store could not keep it
    FORWARD = "forward"  # sent on to another address
    REPLY = "reply"  # an automatic answer was sent
    NOTIFY = "notify"  # a delivery status notification was made
    EXPIRE = "expire"  # given up after too long in the queue
    REMOVE = "remove"  # the local id is gone
    RELEASE = "release"
    REQUEUE = "requeue"

    # after the fate
    MOVE = "move"  # put into a folder; whether it was taken from another is not in the line
    FILE = "file"  # a copy was put into a folder: of what is in `from_folder`, or an upload
    MARK = "mark"  # its flags changed
    EXPUNGE = "expunge"  # deleted from its folder for good

    # about the log itself
    LOSE = "lose"  # lines of others were lost, or held back, by what collects them

    NOTE = "note"  # a remark about a message that decides nothing


AFTER_FATE = frozenset({Verb.MOVE, Verb.FILE, Verb.MARK, Verb.EXPUNGE})
"""What people and programs do to a stored message; no fate depends on it."""


class TimeBasis(StrEnum):
    """How the instant of a line was found."""

    STATED = "stated"  # the stamp has date, time and zone
    ZONE_GIVEN = "zone_given"  # the user named the zone
    ZONE_PROVEN = "zone_proven"  # ids in the log that carry their own clock settle it
    ZONE_ASSUMED = "zone_assumed"  # nothing says it; this machine's zone was taken
    YEAR_INFERRED = "year_inferred"  # the stamp has no year (and its zone is known)


class KeyKind(StrEnum):
    """What kind of identifier a key is; two keys join only if their kinds are equal."""

    QUEUE_ID = "queue_id"
    LOCAL_ID = "local_id"
    SESSION_ID = "session_id"
    MESSAGE_ID = "message_id"
    LATER = "later"  # a Message-ID, in a line about what was done to the stored message
    QUARANTINE_ID = "quarantine_id"
    ADDRESS = "address"  # any envelope address, folded
    CLIENT_IP = "client_ip"
    AUTHOR = "author"  # the address in the From header, folded
    SUBJECT = "subject"  # the beginning of the Subject header, folded
