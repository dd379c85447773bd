"""What a line can be found by in an index: the values of its keys, each as a short keyed hash.

A token says nothing of the kind of its key: whoever finds lines by one verifies them against what was
asked.  So a collision costs a look, never a wrong answer, and nobody reads addresses out of an index.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from grammars import Event, Unit, Verb
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


def values_of(event: Event, unit: Unit) -> Iterator[str]:
    """Gives every value that one line is found by."""
    for name, value in vars(event).items():
        values = _VALUES.get(name)
        if values is not None:
            yield from values(value)
    if event.verb is Verb.LOSE:
        yield LOSS
    if event.pid is not None:
        if event.verb in _OF_CONNECTION:
            yield mark_of(event)
        if unit.by == "pid":
            yield str(event.pid)


def _plain(value: str) -> tuple[str, ...]:
    return (value.lower(),)


def _address(value: str) -> Iterable[str]:
    yield fold_address(value)
    if "<" in value:  # a From header with a name
        yield from canonical_addresses(value.rpartition("<")[2].partition(">")[0].strip())


def _subject(value: str) -> tuple[str, ...]:
    return (subject_key(value).lower(),)


def _each_recipient(value: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (fold_address(str(each["recipient"])) for each in value)


_VALUES: Mapping[str, Callable[[Any], Iterable[str]]] = {
    **dict.fromkeys((
        "queue_id", "next_queue_id", "orig_queue_id", "session_id", "local_id", "quarantine_id", "mail_id",
        "message_id", "client_ip", "orig_client_ip", "relay_ip", "server_ip", "program",
    ), _plain),
    **dict.fromkeys(("recipient", "orig_recipient", "header_from"), _address),
    "reverse_path": canonical_addresses,
    "subject": _subject,
    "recipients": _each_recipient,
}  # fmt: skip
