"""What a piece of a sender's text can state, before pieces are put together."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple


class Field(Enum):
    """The kind of a fact.  Those after HELO help to read the others and are no claims themselves."""

    TIME = auto()
    RETURN_PATH = auto()
    SENDING_IP = auto()
    SENDING_HOST = auto()
    RECEIVING_IP = auto()
    RECEIVING_HOST = auto()
    HEADER_FROM = auto()
    SUBJECT = auto()
    RECIPIENT = auto()
    MESSAGE_ID = auto()
    REPLY = auto()
    NEVER_SENT = auto()
    HELO = auto()
    QUEUE_ID = auto()  # a bare id of the accepting server
    STATUS = auto()  # a lone SMTP code or enhanced status
    ZONE = auto()  # the zone of times that state none
    DATED_ID = auto()  # the sender's own id, of use only for the clock in it
    SENDING = auto()  # in tables of labels: an IP or a host of the sending side
    RECEIVING = auto()  # likewise of the receiving side
    IGNORED = auto()  # a known label that states nothing to search with
    NOTES = auto()  # free text under a label: read as prose
    # in records of known sources only:
    EVENT = auto()  # a word for what happened, which the source defines
    SAME = auto()  # the sender's own id of a message: records with equal ones are one message
    SENDER = auto()  # the sender as its platform names it: the envelope only if a machine made it
    AMAZON = auto()  # a sending host if it is Amazon's, else that of whoever sent a report
    EXCHANGE = auto()  # a sending IP only where the record is of mail that came in
    DIRECTION = auto()  # 1 came in, 2 went out
    JSON = auto()  # JSON inside of a cell


LABELLED, LOGGED, TOLD, GUESSED = 0, 10, 20, 30
"""How firmly a fact was stated; a firmer one wins.  Labels add their own rank (0 to 9) to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One statement: `value` is clean; `start`, `end` are offsets in the page; `label` as squeezed."""

    field: Field
    value: str
    start: int
    end: int
    rank: int = LABELLED
    label: str = ""
    hint: str = ""  # a zone that the label names, as in `Time (UTC)`; `UTC by X` if X is where it stands


class Piece(NamedTuple):
    """A stretch of the page that no rule could use."""

    start: int
    end: int
