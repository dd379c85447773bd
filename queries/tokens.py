"""What a line can be found by in an index: the values of its keys, each as a short keyed hash.

A token says nothing of the kind of its key: whoever finds lines by one verifies them against what was
asked.  So a collision costs a look, never a wrong answer, and nobody reads addresses out of an index.
"""

import base64
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any

from grammars import Event, Verb
from queries.headers import subject_key
from queries.leg import Key, fold_address
from queries.paths import canonical_addresses
from queries.stitch import BY_RULE, IN_SESSION

_BYTES = 5  # 40 bits: among ten million values, one look-up in a hundred thousand meets another's value
LENGTH = 8
"""Characters of one token: lower-case letters and digits."""

LOSS = "\0loss"
"""The value under which lines are found that tell of lines lost."""

_OF_CONNECTION = IN_SESSION | BY_RULE


def hashes_of(values: Iterable[str], key: bytes) -> str:
    """Gives the tokens of some values, in that order, with blanks between."""
    made = b"".join(
        blake2b(value.encode("utf-8", "surrogateescape"), digest_size=_BYTES, key=key).digest() for value in values
    )
    text = base64.b32encode(made).decode().lower()
    return " ".join(text[at : at + LENGTH] for at in range(0, len(text), LENGTH))


def value_of(key: Key) -> str:
    """Gives the value that a key is indexed by: without case, since addresses are compared so."""
    return key.value.lower()


def mark_of(event: Event) -> str:
    """Gives the value by which the lines of one server process are found."""
    return f"{event.program}[{event.pid}]".lower()


class Values:
    """What some lines are found by.  Taken as it stands, and made comparable once: most values stand in many lines."""

    def __init__(self) -> None:
        plain: set[str] = set()
        addresses: set[str] = set()
        self._paths: set[str] = set()
        self._subjects: set[str] = set()
        self._plain, self._addresses = plain, addresses
        self._made: set[str] = set()
        self._of: dict[str, Callable[[Any], None]] = {
            **dict.fromkeys(_PLAIN, plain.add),
            **dict.fromkeys(_ADDRESSES, addresses.add),
            "reverse_path": self._paths.add,
            "subject": self._subjects.add,
            "recipients": self._add_recipients,
        }

    def add(self, event: Event, *, by_pid: bool) -> None:
        """Takes the values of one line; `by_pid`: its format tells messages apart by the process that writes them."""
        of = self._of
        for name, value in event.__dict__.items():
            if name in of:
                of[name](value)
        if event.verb in _OF_CONNECTION and event.pid is not None:
            self._made.add(mark_of(event))
        if by_pid and event.pid is not None:
            self._made.add(str(event.pid))
        if event.verb is Verb.LOSE:
            self._made.add(LOSS)

    def _add_recipients(self, value: Iterable[Mapping[str, Any]]) -> None:
        self._addresses.update(str(each["recipient"]) for each in value)

    def comparable(self) -> list[str]:
        """Gives every value in the form in which it is asked for, in order."""
        found = set(self._made)
        found.update(value.lower() for value in self._plain)
        found.update(subject_key(value).lower() for value in self._subjects)
        for path in self._paths:
            found |= canonical_addresses(path)
        for address in self._addresses:
            found.add(fold_address(address))
            if "<" in address:  # a From header with a name
                found |= canonical_addresses(address.rpartition("<")[2].partition(">")[0].strip())
        return sorted(found)


_PLAIN = (
    "queue_id", "next_queue_id", "orig_queue_id", "session_id", "local_id", "quarantine_id", "mail_id", "message_id",
    "client_ip", "orig_client_ip", "relay_ip", "server_ip", "program",
)  # fmt: skip
_ADDRESSES = ("recipient", "orig_recipient", "header_from")
