"""The leg: all that one system did with one message under one local id."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from grammars import Event, Instant, KeyKind, Verb
from queries.headers import subject_key
from queries.paths import canonical_addresses


class Key(NamedTuple):
    """A typed identifier; systems find each other by equal keys.

    The scope in which a value is unique (host, time) is verified afterwards, since the side
    that wants a key seldom knows it.
    """

    kind: KeyKind
    value: str


@lru_cache(maxsize=4096)
def fold_host(host: str | None) -> str | None:
    """Gives the name under which a host is compared: lower case, first label; addresses stay whole."""
    if host is None:
        return None
    lowered = host.lower().rstrip(".")
    label = lowered.partition(".")[0]
    return lowered if label.isdecimal() or ":" in lowered else label


@lru_cache(maxsize=4096)
def fold_address(address: str) -> str:
    """Gives the form in which addresses are compared.

    RFC 5321 section 2.4 lets local parts keep their case; people do not.
    """
    return address.strip().strip("<>").rstrip(".").lower()


DELIMITER = "+"
"""What parts an address from its detail where nothing else is known (RFC 5233 section 1)."""


def without_detail(address: str, delimiters: str = DELIMITER) -> str:
    """Gives an address without the detail of its local part: what follows the first of `delimiters`.

    As Postfix does (`split_addr`): never the whole local part, nor what makes `owner-list` and
    `list-request` of a list.  An address with no domain is given back as it is.
    """
    local, at, domain = address.rpartition("@")
    ends = [found for mark in delimiters if (found := local.find(mark)) >= 0]
    if not ends or min(ends) == 0 or ("-" in delimiters and _of_list(local.lower())):
        return address
    return local[: min(ends)] + at + domain


def _of_list(local: str) -> bool:
    return local.startswith("owner-") or local.endswith("-request") or local == "mailer-daemon"


LATER = "later"
"""The kind of legs that hold one line each about what was done to a stored message."""


@dataclass(frozen=True, kw_only=True)
class Leg:
    """All that one system did with one message under one local id (or in one refused session).

    `events` are in the order of time, then of their place in the file.  `session` holds the
    lines of the connection it came in (connect, disconnect), which it may share with others.
    `id` is a hash of where the leg is and how it opens: the same lines give the same id.
    """

    id: str
    host: str | None
    instance: str | None
    kind: str
    format: str
    local_id: str | None
    events: tuple[Event, ...]
    session: tuple[Event, ...] = ()
    offers: frozenset[Key]
    wants: frozenset[Key]

    @property
    def first(self) -> Instant:
        """When its first line was written."""
        return self.events[0].instant

    @property
    def last(self) -> Instant:
        """When its last line was written."""
        return self.events[-1].instant

    @cached_property
    def reverse_path(self) -> str | None:
        """The envelope sender; the queue manager's word counts before what a client's line repeats."""
        lines = (*self.saying(Verb.QUEUE), *self.events)
        return next((event.reverse_path for event in lines if event.reverse_path is not None), None)

    @cached_property
    def message_id(self) -> str | None:
        """The Message-ID, of the line that names it first; a Resent-Message-ID only if there is no other."""
        named = [event for event in self.events if event.message_id is not None]
        first = next((event for event in named if event.action != "resent"), named[0] if named else None)
        return None if first is None else first.message_id

    @cached_property
    def opening(self) -> Event | None:
        """The line that says from whom the message came."""
        named = [event for event in (*self.events, *self.session) if event.client_ip is not None]
        return next((event for event in named if event.verb is Verb.OPEN), named[0] if named else None)

    @cached_property
    def client_ip(self) -> str | None:
        """The address of the true client: the one behind a re-injection, where the line names it."""
        opening = self.opening
        return None if opening is None else opening.orig_client_ip or opening.client_ip

    @cached_property
    def client_name(self) -> str | None:
        """The name of the true client, as `client_ip`."""
        opening = self.opening
        if opening is None:
            return None
        return opening.orig_client_name if opening.orig_client_ip else opening.client_name

    @cached_property
    def helo(self) -> str | None:
        """The name that the client gave itself."""
        return next((event.helo for event in self.events if event.helo), None)

    @cached_property
    def size_bytes(self) -> int | None:
        """The size of the message, as the queue manager or a filter counted it."""
        return next((event.size_bytes for event in self.events if event.size_bytes is not None), None)

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Every recipient address that its lines name, folded."""
        return frozenset(fold_address(name) for event in self.events for name in recipients_of(event))

    @cached_property
    def sender(self) -> str | None:
        """The envelope sender; where a mailbox server's or a list's record has none, the address in its From header."""
        if self.reverse_path is not None or self.kind not in {"store", "list"}:
            return self.reverse_path
        header = next((event.header_from for event in self.events if event.header_from), "")
        address = header.rpartition("<")[2].partition(">")[0].strip()
        return address if "@" in address and " " not in address else None

    @cached_property
    def keys(self) -> frozenset[Key]:
        """Every key under which it is found: ids offered and wanted, envelope addresses, the client's address.

        What is done to stored messages is found by their Message-ID alone, and only by who asks for it:
        the other questions are about messages on their way.
        """
        if self.kind == LATER:
            return self.offers
        addresses = self.addresses | (canonical_addresses(self.sender) if self.sender else frozenset())
        clients = {
            ip for event in (*self.events, *self.session) for ip in (event.client_ip, event.orig_client_ip) if ip
        }
        return (
            self.offers
            | self.wants
            | {Key(KeyKind.ADDRESS, address) for address in addresses}
            | {Key(KeyKind.CLIENT_IP, ip) for ip in clients}
            | {Key(KeyKind.AUTHOR, author) for author in self.authors}
            | {Key(KeyKind.SUBJECT, subject_key(subject)) for subject in self.subjects}
        )

    @cached_property
    def authors(self) -> frozenset[str]:
        """The addresses of the From header, folded, where lines state it."""
        return frozenset(fold_address(event.header_from) for event in self.events if event.header_from)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The subjects that its lines state, as logged."""
        return frozenset(event.subject for event in self.events if event.subject)

    def has(self, *verbs: Verb) -> bool:
        """Whether any of its lines says one of `verbs`."""
        return not self._by_verb.keys().isdisjoint(verbs)

    def saying(self, verb: Verb) -> Sequence[Event]:
        """Its lines that say a verb, in order."""
        return self._by_verb.get(verb, ())

    @cached_property
    def _by_verb(self) -> dict[Verb, list[Event]]:
        found: dict[Verb, list[Event]] = {}
        for event in self.events:
            found.setdefault(event.verb, []).append(event)
        return found


def recipients_of(event: Event) -> tuple[str, ...]:
    """Gives the recipient addresses that one line names, before and after rewriting."""
    single, original, listed = event.recipient, event.orig_recipient, event.recipients
    names = ((single, original) if single else (original,)) if original else (single,) if single else ()
    return names + tuple(str(entry["recipient"]) for entry in listed) if listed else names
