"""The one table of searchable fields: how each is written, what it means, and how it is taken from a verdict.

A field gives the *forms* of what a verdict holds: the texts, numbers or instants that a condition
compares.  Texts are folded here, once for every store, so that `Bob+news@Example.com` is found as
`bob@example.com`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from queries.headers import fold_subject
from queries.leg import fold_host, without_detail
from queries.paths import canonical_addresses, verp_recipient
from queries.verdict import Verdict

Value = str | int | float
"""What is compared: a folded text, a number, or an instant."""


class FieldType(StrEnum):
    """How the values of a field are written and compared."""

    ADDRESS = "address"  # a mailbox, or a domain; folded, with and without what was wrapped around it
    NAME = "name"  # of a machine, as the peer or the DNS gives it; folded
    HOST = "host"  # one of ours: its short name, folded, or its full one
    IP = "ip"  # an address or a network, in any spelling
    ID = "id"  # exact, capitals too
    WORD = "word"  # of a closed list
    TEXT = "text"  # holds these words; folded
    NUMBER = "number"
    SIZE = "size"  # bytes; k, M and G are 1024 each time
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One searchable field.

    `take` gives what a verdict holds, as logged, the value to show first.  `ecs` is its name in the
    Elastic Common Schema, or below `clerk.` where that has none, and `es_type` its type there.
    `words` is the closed list of a WORD.  `is_countable` says whether counts by it make sense.
    """

    name: str
    type: FieldType
    meaning: str
    take: Callable[[Verdict], tuple[Value | None, ...]]
    ecs: str
    es_type: str
    words: tuple[str, ...] = ()
    is_countable: bool = False

    def values(self, verdict: Verdict) -> frozenset[Value]:
        """Gives every form of what a verdict holds."""
        return frozenset(form for held in self.take(verdict) if held is not None for form in self.forms(held))

    def forms(self, held: Value) -> frozenset[Value]:
        """Gives the forms under which one value is found."""
        return forms_of(self.type, held) if isinstance(held, str) else frozenset((held,))

    def shown(self, verdict: Verdict) -> Value | None:
        """Gives the value that stands for a verdict in lists and counts, texts as logged."""
        return self.take(verdict)[0]

    def label(self, held: Value | None) -> Value | None:
        """Gives the one name under which equal values are counted."""
        if not isinstance(held, str) or self.type not in _FOLDED:
            return held
        return fold_ip(held) if self.type is FieldType.IP else held.lower()


_FOLDED = frozenset({FieldType.ADDRESS, FieldType.NAME, FieldType.HOST, FieldType.IP})


# ---------------------------------------------------------------- forms


@lru_cache(maxsize=65536)
def forms_of(field_type: FieldType, text: str) -> frozenset[Value]:
    """Gives the forms under which one text is found; the text itself in lower case is one of an address's."""
    match field_type:
        case FieldType.ADDRESS:
            return _address_forms(text)
        case FieldType.HOST:
            return frozenset((text.lower(), fold_host(text) or ""))
        case FieldType.NAME:
            return frozenset((text.lower(), text.lower().rstrip(".")))
        case FieldType.IP:
            return frozenset((fold_ip(text),))
        case FieldType.TEXT:
            return frozenset((fold_subject(text),))
        case _:
            return frozenset((text,))


def _address_forms(text: str) -> frozenset[Value]:
    """The address, what BATV and SRS wrapped, each without its detail, and the base of a VERP address."""
    found = {text.lower()} | canonical_addresses(text)
    found |= {_verp_base(each) for each in found}
    return frozenset(found | {without_detail(each) for each in found})


def _verp_base(address: str) -> str:
    """`news@esp.example` of `news-bob=example.com@esp.example`; other addresses as they are."""
    named = verp_recipient(address)
    local, at, domain = address.rpartition("@")
    start = local.lower().find(named.lower().replace("@", "=")) if named else 0
    base = local[:start].rstrip("+-.=") if start > 0 else ""
    return f"{base}{at}{domain}" if base else address


def fold_ip(text: str) -> str:
    """Gives an IP address in its one canonical spelling (RFC 5952), IPv4 inside IPv6 as IPv4; other text folded."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return text.strip().lower()
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(inner or found)


# ---------------------------------------------------------------- closed lists
# correlator/words.py decides them; what is below must not look up, and a test holds both equal.

FATES = (
    "delivered", "junked", "quarantined", "dropped", "rejected", "deferred", "bounced", "relayed", "forwarded",
    "expanded", "not_accepted", "unknown",
)  # fmt: skip
STAGES = ("connect", "helo", "mail", "rcpt", "data", "content", "queue", "handoff", "mailbox")
OWNERS = ("us", "recipient", "sender", "next_hop", "nobody", "unknown")
HOLDERS = ("sender", "us", "next_hop", "mailbox", "nobody", "unknown")


# ---------------------------------------------------------------- the table

_ALL = (
    Field(
        name="from",
        type=FieldType.ADDRESS,
        meaning="envelope sender; finds its VERP, BATV and SRS forms too; <> is the null sender",
        take=lambda row: (row.reverse_path,),
        ecs="clerk.reverse_path",
        es_type="keyword",
        is_countable=True,
    ),
    Field(
        name="to",
        type=FieldType.ADDRESS,
        meaning="recipient, before or after rewriting; bob@ is bob of any domain, and finds bob+x@ too",
        take=lambda row: (row.recipient, row.final_recipient),
        ecs="clerk.recipient",
        es_type="keyword",
        is_countable=True,
    ),
    Field(
        name="author",
        type=FieldType.ADDRESS,
        meaning="address in the From header, where a log states it",
        take=lambda row: (row.header_from,),
        ecs="email.from.address",
        es_type="keyword",
        is_countable=True,
    ),
    Field(
        name="subject",
        type=FieldType.TEXT,
        meaning="words of the Subject header, where a log states it",
        take=lambda row: (row.subject,),
        ecs="email.subject",
        es_type="keyword",
    ),
    Field(
        name="ip",
        type=FieldType.IP,
        meaning="address that sent it to us, or a network",
        take=lambda row: (row.client_ip,),
        ecs="client.ip",
        es_type="ip",
        is_countable=True,
    ),
    Field(
        name="client",
        type=FieldType.NAME,
        meaning="name of that address in the DNS, as our server saw it",
        take=lambda row: (row.client_name,),
        ecs="client.domain",
        es_type="keyword",
        is_countable=True,
    ),
    Field(
        name="helo",
        type=FieldType.NAME,
        meaning="name that the client gave itself",
        take=lambda row: (row.helo,),
        ecs="clerk.helo",
        es_type="keyword",
        is_countable=True,
    ),
    Field(
        name="mid",
        type=FieldType.ID,
        meaning="Message-ID, with or without <>",
        take=lambda row: (row.message_id,),
        ecs="email.message_id",
        es_type="keyword",
    ),
    Field(
        name="qid",
        type=FieldType.ID,
        meaning="queue id on any of our hosts; capitals count",
        take=lambda row: row.queue_ids or (None,),
        ecs="email.local_id",
        es_type="keyword",
    ),
    Field(
        name="id",
        type=FieldType.ID,
        meaning="clerk's own id of the message, or how it begins",
        take=lambda row: (row.id,),
        ecs="clerk.id",
        es_type="keyword",
    ),
    Field(
        name="host",
        type=FieldType.HOST,
        meaning="server of ours that it passed",
        take=lambda row: (row.host, *row.hosts),
        ecs="host.name",
        es_type="keyword",
        is_countable=True,
    ),
    Field(
        name="fate",
        type=FieldType.WORD,
        meaning="what became of it",
        take=lambda row: (row.fate,),
        ecs="clerk.fate",
        es_type="keyword",
        words=FATES,
        is_countable=True,
    ),
    Field(
        name="stage",
        type=FieldType.WORD,
        meaning="where that was decided",
        take=lambda row: (row.stage,),
        ecs="clerk.stage",
        es_type="keyword",
        words=STAGES,
        is_countable=True,
    ),
    Field(
        name="owner",
        type=FieldType.WORD,
        meaning="whose move it is",
        take=lambda row: (row.owner,),
        ecs="clerk.owner",
        es_type="keyword",
        words=OWNERS,
        is_countable=True,
    ),
    Field(
        name="holder",
        type=FieldType.WORD,
        meaning="who has the message now",
        take=lambda row: (row.holder,),
        ecs="clerk.holder",
        es_type="keyword",
        words=HOLDERS,
        is_countable=True,
    ),
    Field(
        name="reason",
        type=FieldType.TEXT,
        meaning="why: a reason code, or words of the log's own text",
        take=lambda row: (row.reason_code, row.reason_text),
        ecs="clerk.reason",
        es_type="keyword",
        is_countable=True,
    ),
    Field(
        name="size",
        type=FieldType.SIZE,
        meaning="bytes of the message; 10k, 1M and 2G count by 1024",
        take=lambda row: (row.size_bytes,),
        ecs="clerk.size_bytes",
        es_type="long",
    ),
    Field(
        name="score",
        type=FieldType.NUMBER,
        meaning="spam score that a filter gave it",
        take=lambda row: (row.score,),
        ecs="clerk.score",
        es_type="double",
    ),
    Field(
        name="time",
        type=FieldType.TIME,
        meaning="when it arrived",
        take=lambda row: (row.time,),
        ecs="@timestamp",
        es_type="date",
    ),
)

FIELDS = {field.name: field for field in _ALL}
"""Every searchable field by the name that the search language has for it."""

SINCE, UNTIL = "since", "until"
"""Two more spellings of `time`: from then on, and up to its end."""
