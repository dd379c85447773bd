"""The closed lists of the contract: fate, stage, owner, holder, flags, reasons, findings."""

from collections.abc import Iterable
from enum import StrEnum


class Fate(StrEnum):
    """What became of a message for one recipient, as far as the lines prove it."""

    DELIVERED = "delivered"
    JUNKED = "junked"
    QUARANTINED = "quarantined"
    DROPPED = "dropped"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    RELAYED = "relayed"
    FORWARDED = "forwarded"
    EXPANDED = "expanded"
    NOT_ACCEPTED = "not_accepted"
    UNKNOWN = "unknown"


FINAL = frozenset({Fate.DELIVERED, Fate.JUNKED, Fate.DROPPED, Fate.REJECTED, Fate.BOUNCED})
"""Fates that no later line changes; `forwarded` and `expanded` are as final as their children."""


class Stage(StrEnum):
    """Where the fate was decided."""

    CONNECT = "connect"
    HELO = "helo"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    CONTENT = "content"
    QUEUE = "queue"
    HANDOFF = "handoff"
    MAILBOX = "mailbox"


class Owner(StrEnum):
    """Whose move it is."""

    US = "us"
    RECIPIENT = "recipient"
    SENDER = "sender"
    NEXT_HOP = "next_hop"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class Holder(StrEnum):
    """Who has the message now."""

    SENDER = "sender"
    US = "us"
    NEXT_HOP = "next_hop"
    MAILBOX = "mailbox"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class Flag(StrEnum):
    """What else is true of the message beside its fate."""

    COPY_QUARANTINED = "copy_quarantined"
    MODIFIED = "modified"
    ATTACHMENT_REMOVED = "attachment_removed"
    SCAN_SKIPPED = "scan_skipped"
    ALLOWLISTED = "allowlisted"
    AUTO_REPLIED = "auto_replied"
    CATCH_ALL = "catch_all"


class Reason(StrEnum):
    """Why; printed by `clerk formats --json --lists`, changed only by addition."""

    ADMIN_DELETED = "admin_deleted"
    AUTHENTICATION = "authentication"
    BANNED = "banned"
    BLOCKLIST = "blocklist"
    COMMAND = "command"
    CONNECTION_LOST = "connection_lost"
    DEV_NULL = "dev_null"
    DISCARD_RULE = "discard_rule"
    DISCARD_TRANSPORT = "discard_transport"
    DUPLICATE_OF = "duplicate_of"
    EXPIRED = "expired"
    FILTER = "filter"
    FORWARDED = "forwarded"
    GREYLISTED = "greylisted"
    HANDED_OVER = "handed_over"
    HELD = "held"
    INCOMPLETE = "incomplete"
    IN_QUEUE = "in_queue"
    LIST = "list"
    MAILBOX_FULL = "mailbox_full"
    MAILBOX_RULE = "mailbox_rule"
    NEXT_HOP = "next_hop"
    POLICY = "policy"
    PROTOCOL = "protocol"
    QUIT_EARLY = "quit_early"
    REDIRECTED = "redirected"
    SIEVE = "sieve"
    SIZE = "size"
    SPAM = "spam"
    STORED = "stored"
    UNREACHABLE = "unreachable"
    USER_UNKNOWN = "user_unknown"
    VIRUS = "virus"


class FindingWord(StrEnum):
    """What a whole answer says."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    CANNOT_TELL = "cannot_tell"


def listed(names: Iterable[str]) -> str:
    """Gives names as a sentence holds them: of very many the first, and how many more."""
    every = list(names)
    shown = ", ".join(every[:_MOST_NAMES])
    return f"{shown} and {len(every) - _MOST_NAMES:,} more" if len(every) > _MOST_NAMES else shown


_MOST_NAMES = 20
