"""What the fields of each source's JSON mean: the same name means different things from one to the next.

Sources: the vendors' webhook references as named beside each table (field notes A1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from correlator.evidence.fields import LABELLED, Fact, Field, Piece
from correlator.evidence.jsons import Leaf, Node, find_json
from correlator.evidence.labels import meaning_of
from correlator.evidence.lines import Block
from correlator.evidence.prose import read_prose
from correlator.evidence.values import facts_of, is_nothing

_Meaning = tuple[Field, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One source: `needs` are keys that tell it, any set of them; `fields` maps the end of a path to its meaning."""

    name: str
    needs: tuple[frozenset[str], ...]
    fields: Mapping[str, _Meaning]


def _adapter(name: str, needs: str, /, **fields: str) -> Adapter:
    meanings: dict[str, _Meaning] = {}
    for kind, paths in fields.items():
        field, _, rank = kind.rpartition("_") if kind[-1].isdigit() else (kind, "", "0")
        meanings |= {path: (Field[field.upper()], int(rank)) for path in paths.split()}
    return Adapter(name=name, needs=tuple(frozenset(each.split("+")) for each in needs.split()), fields=meanings)


ADAPTERS = (
    # mailchimp.com/developer/transactional/docs/webhooks: `msg.ts` is the call, `smtp_events` the delivery
    _adapter(
        "Mandrill",
        "smtp_events msg+_id+ts smtp_events+_id",
        time="smtp_events.ts",
        time_3="ts",
        time_5="msg.ts",
        sending="smtp_events.source_ip",
        receiving="smtp_events.destination_ip",
        reply="smtp_events.diag diag",
        recipient="email",
        header_from="sender",
        subject="subject",
        status="state event",
        reply_5="bounce_description reject.reason",
    ),
    # docs.sendgrid.com, Event Webhook reference: `ip` is the sending IP except in opens and clicks
    _adapter(
        "SendGrid",
        "sg_event_id sg_message_id",
        time="timestamp",
        recipient="email",
        message_id="smtp-id",
        reply="response reason",
        sending="ip",
        dated_id="sg_message_id",
        status="event status",
        helo="",
        subject="subject",
        return_path_5="from",
    ),
    # docs.sendgrid.com, Email Activity API
    _adapter(
        "SendGrid activity",
        "msg_id+from_email msg_id+to_email outbound_ip+to_email",
        header_from="from_email",
        recipient="to_email",
        subject="subject",
        sending="outbound_ip",
        time="events.processed events.timestamp",
        time_3="last_event_time",
        receiving="events.mx",
        reply="events.reason reason",
        dated_id="msg_id",
        status="status events.event_name",
    ),
    # docs.aws.amazon.com/ses, event and notification contents
    _adapter(
        "Amazon SES",
        "mail+notificationType mail+eventType mail+delivery mail+bounce mail+destination",
        time="delivery.timestamp bounce.timestamp deliveryDelay.timestamp",
        time_4="mail.timestamp",
        dated_id="mail.messageId",
        header_from="mail.commonHeaders.from",
        return_path="mail.source",
        recipient="delivery.recipients bouncedRecipients.emailAddress",
        recipient_3="mail.destination",
        reply="delivery.smtpResponse bouncedRecipients.diagnosticCode delayedRecipients.diagnosticCode",
        sending="delivery.reportingMTA bounce.reportingMTA",
        receiving="delivery.remoteMtaIp bounce.remoteMtaIp",
        subject="commonHeaders.subject",
        message_id="commonHeaders.messageId",
        status="bouncedRecipients.status",
    ),
    # documentation.mailgun.com, event structure: `timestamp` is a float
    _adapter(
        "Mailgun",
        "event-data delivery-status envelope+delivery-status",
        time="timestamp",
        recipient="recipient",
        return_path="envelope.sender",
        sending="envelope.sending-ip",
        recipient_3="envelope.targets",
        receiving="delivery-status.mx-host",
        reply="delivery-status.message delivery-status.description",
        status="delivery-status.code event",
        message_id="headers.message-id",
        header_from="headers.from",
        subject="headers.subject",
        status_3="reason",
        ignored="signature.timestamp",
    ),
    # developers.sparkpost.com, webhook events: `ip_address` is the receiver except in opens and clicks
    _adapter(
        "SparkPost",
        "msys msg_from+rcpt_to rcpt_to+sending_ip",
        time="timestamp",
        time_5="injection_time",
        return_path="msg_from",
        recipient="rcpt_to",
        sending="sending_ip",
        receiving="ip_address",
        reply="raw_reason",
        reply_5="reason",
        header_from="friendly_from",
        subject="subject",
        status="type error_code",
    ),
    # postmarkapp.com/developer/webhooks: MessageID is Postmark's own
    _adapter(
        "Postmark",
        "RecordType",
        time="DeliveredAt BouncedAt",
        time_5="ReceivedAt",
        recipient="Recipient Email",
        reply="Details",
        reply_5="Description",
        status="Type Name",
        header_from="From",
        subject="Subject",
    ),
    # legacydocs.hubspot.com, email events: milliseconds
    _adapter(
        "HubSpot",
        "emailCampaignId portalId+recipient smtpId+created",
        time="created",
        recipient="recipient",
        message_id="smtpId",
        reply="response",
        header_from="from",
        subject="subject",
        status="type dropReason",
    ),
    # developers.brevo.com, transactional webhooks: `date` is local, `ts_event` counts
    _adapter(
        "Brevo",
        "message-id+sending_ip ts_event message-id+ts",
        time="ts_event",
        time_3="ts ts_epoch",
        message_id="message-id",
        recipient="email",
        sending="sending_ip",
        reply="reason",
        status="event",
        subject="subject",
        header_from="sender_email",
    ),
    # docs.kumomta.com, log record: `peer_address` is the receiver on delivery
    _adapter(
        "KumoMTA",
        "egress_source egress_pool peer_address+sender",
        time="timestamp",
        time_5="created",
        return_path="sender",
        recipient="recipient",
        sending="source_address.address",
        receiving="peer_address.addr peer_address.name",
        reply="response.content",
        status="response.code type",
        dated_id="id",
    ),
    # developers.marketo.com, activities: no addresses at all
    _adapter(
        "Marketo",
        "activityDate+leadId activityDate+activityTypeId",
        time="activityDate",
        recipient="Email",
        reply="Details",
        status="Category",
    ),
)
_ENGAGEMENT = frozenset(
    [
        "open",
        "opened",
        "click",
        "clicked",
        "clickthrough",
        "amp_open",
        "initial_open",
        "amp_click",
        "amp_initial_open",
        "unsubscribe",
        "list_unsubscribe",
        "group_unsubscribe",
        "uniqueopened",
        "unique_opened",
        "proxy_open",
        "subscriptionchange",
    ]
)
_KIND_OF_EVENT = frozenset(("event", "type", "eventtype", "event_type", "recordtype", "event_name"))
_MOST_RECORDS = 20_000


def read_json(text: str) -> list[tuple[Node, list[Block]]]:
    """Finds the JSON of a text and reads each object of it that speaks of a message."""
    return [(node, blocks) for node in find_json(text) if (blocks := _blocks(_records(node)))]


def _blocks(records: list[Node]) -> list[Block]:
    """Reads the records of one list; those of a reader's opens and clicks only where there are no others."""
    common = next((adapter for record in records if (adapter := _adapter_of(record))), None)
    adapters = [_adapter_of(record) or common for record in records]
    engaged = [_is_engagement(record) for record in records]
    blocks = [_block(*each) for each in zip(records, adapters, engaged, strict=True)]
    return [block for block, reader in zip(blocks, engaged, strict=True) if not reader] or blocks


def _records(node: Node, depth: int = 0) -> list[Node]:
    """Gives the objects that speak of one message each: the node itself, or those of the list that it wraps."""
    if not node.keys:
        inner = [item for item in node.items if isinstance(item, Node)]
        return (
            [record for item in inner[:_MOST_RECORDS] for record in _records(item, depth + 1)]
            if depth < _DEEPEST_WRAP
            else inner
        )
    if (wrapped := _wrapped_text(node)) is not None:
        return _records(wrapped, depth + 1)
    lists = [
        item
        for item in node.items
        if isinstance(item, Node) and not item.keys and any(isinstance(i, Node) and i.keys for i in item.items)
    ]
    own = [key for key, item in node.pairs() if isinstance(item, Leaf) and _is_telling(key)]
    inside = len(lists) == 1 and any(isinstance(item, Node) and _adapter_of(item) for item in lists[0].items)
    if len(lists) == 1 and not own and (inside or _adapter_of(node) is None) and depth < _DEEPEST_WRAP:
        return _records(lists[0], depth + 1)
    return [node]


_DEEPEST_WRAP = 6


def _is_telling(key: str) -> bool:
    meaning = meaning_of(key)
    return meaning is not None and meaning[0] not in (Field.IGNORED, Field.STATUS, Field.TIME, Field.NOTES)


def _wrapped_text(node: Node) -> Node | None:
    """Gives the object inside the `Message` of an Amazon SNS envelope, whose text is JSON once more."""
    for key, item in node.pairs():
        if key == "Message" and isinstance(item, Leaf) and item.value.lstrip().startswith("{"):
            inner = find_json(item.value)
            return _moved(inner[0], item) if inner else None
    return None


def _moved(node: Node, onto: Leaf) -> Node:
    items: list[Leaf | Node] = [
        _moved(item, onto) if isinstance(item, Node) else Leaf(item.value, onto.start, onto.end, exact=False)
        for item in node.items
    ]
    return Node(onto.start, onto.end, node.keys, items)


def _leaves(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    """Gives the values with their paths; `{"name": n, "value": v}` counts as `{n: v}`."""
    pairs = dict(node.pairs())
    name, value = pairs.get("name"), pairs.get("value")
    if isinstance(name, Leaf) and isinstance(value, Leaf) and len(pairs) == 2:
        yield (*path, name.value), value
        return
    keys = node.keys + [""] * (len(node.items) - len(node.keys))
    for key, item in zip(keys, node.items, strict=True):
        here = (*path, key) if key else path
        if isinstance(item, Leaf):
            yield here, item
        else:
            yield from _leaves(item, here)


def _keys(node: Node) -> frozenset[str]:
    found = set(node.keys)
    for item in node.items:
        if isinstance(item, Node):
            found |= _keys(item)
    return frozenset(found)


def _adapter_of(node: Node) -> Adapter | None:
    keys = _keys(node)
    return next((adapter for adapter in ADAPTERS if any(need <= keys for need in adapter.needs)), None)


def _block(record: Node, adapter: Adapter | None, engaged: bool) -> Block:  # noqa: FBT001 - zipped
    block = Block(start=record.start, end=record.end)
    for path, leaf in _leaves(record):
        meaning = _generic(path) if adapter is None else _special(adapter, path)
        if is_nothing(leaf.value) and not (meaning and meaning[0] is Field.RETURN_PATH):
            continue
        if meaning is None:
            if adapter is None:
                block.pieces.append(Piece(start=leaf.start, end=leaf.end))
            continue
        block.facts += _facts(leaf, meaning, path, block)
    if engaged:
        block.facts = [fact for fact in block.facts if fact.field not in _ENGAGED_ONLY]
    return block


# in opens and clicks, times and IPs are those of a reader's browser and no evidence of delivery
_ENGAGED_ONLY = frozenset(
    (Field.TIME, Field.SENDING_IP, Field.SENDING_HOST, Field.RECEIVING_IP, Field.RECEIVING_HOST, Field.STATUS)
)


def _is_engagement(record: Node) -> bool:
    return any(
        path[-1:] and path[-1].lower() in _KIND_OF_EVENT and leaf.value.lower() in _ENGAGEMENT
        for path, leaf in _leaves(record)
    )


def _special(adapter: Adapter, path: tuple[str, ...]) -> _Meaning | None:
    for length in range(min(3, len(path)), 0, -1):
        found = adapter.fields.get(".".join(path[-length:]))
        if found:
            return found
    return None


def _generic(path: tuple[str, ...]) -> _Meaning | None:
    for length in (2, 1):
        if len(path) >= length and (found := meaning_of(" ".join(path[-length:]))):
            return found
    return None


def _facts(leaf: Leaf, meaning: _Meaning, path: tuple[str, ...], block: Block) -> list[Fact]:
    kind, rank = meaning
    if kind is Field.IGNORED:
        return []
    facts: list[Fact] = []
    if kind is not Field.NOTES:
        facts = facts_of(kind, leaf.value, leaf.start, rank=LABELLED + rank, label=".".join(path).lower())
    if not facts:
        facts, pieces = read_prose(leaf.value, leaf.start)
        block.pieces += pieces if leaf.exact else []
    return facts if leaf.exact else [replace(fact, start=leaf.start, end=leaf.end) for fact in facts]
