"""From a label's value to facts: each kind of field takes what it can hold, and nothing else."""

import re
from collections.abc import Iterator

from correlator.evidence.expressions import expression
from correlator.evidence.fields import Fact, Field
from correlator.evidence.silence import find_never_sent, is_never_sent
from correlator.evidence.times import find_stamps
from correlator.evidence.tokens import addresses, hosts, ips, message_id
from correlator.evidence.zones import zones_named
from queries.paths import is_null_sender

_NOTHING = expression(
    r"(?i)[\s\-_.?*]*|n/?a|none|unknown|null|nil|not (?:available|known|provided|recorded|logged|applicable)"
    r"|\(?(?:empty|blank|none)\)?|-+|tbd|undefined"
)
_SENDERS = {"SENDING": (Field.SENDING_IP, Field.SENDING_HOST), "RECEIVING": (Field.RECEIVING_IP, Field.RECEIVING_HOST)}
_ID = expression(r"(?<![\w@.-])(?=[A-Za-z-]*\d)[A-Za-z0-9][A-Za-z0-9-]{5,63}(?![\w@.-])")
_CODE = expression(r"\s*[\"'(<]?(?:[2-5][0-5]\d(?:[ -]|$)|[245]\.\d{1,3}\.\d{1,3}\b)")
_CODE_INSIDE = expression(r"(?<![\w.:])[245][0-5]\d[ -](?:[245]\.\d{1,3}\.\d{1,3}\b|(?i:ok\b|queued|message))")
_LONE_CODE = expression(r"\s*(?:[2-5][0-5]\d)?\s*(?:[245]\.\d{1,3}\.\d{1,3})?\s*(?:\(?[A-Za-z ]{0,30}\)?)?\s*")
_SMTP_WORDS = expression(
    r"(?i)\bqueued|\bmessage accepted|\bgsmtp\b|\bsaid:|\bsmtp;|\brejected\b|\bunknown user|\buser unknown"
    r"|\bgreylist|\bblocked\b|\bid=|\bmailbox\b|\brefused\b|\bdeferred\b|\bok\b"
)
_HELO = expression(r"\s*(\[?[A-Za-z0-9][A-Za-z0-9.:_-]{0,253}\]?)")
_TIME_BEHIND = expression(
    r"(?i)(?:queued as [0-9A-Z]{5,40}|gsmtp|for delivery|Saved)\b[^\n]{0,60}?(?P<tail>[\s(,;-]+(?:at|on"
    r"|@)\s+.{0,20}\d.*)$"
)
_LONGEST_VALUE = 4_000


def is_nothing(value: str) -> bool:
    """Whether a value only says that there is none."""
    return _NOTHING.fullmatch(value.strip()) is not None


def facts_of(field: Field, value: str, start: int, *, rank: int, label: str, hint: str = "") -> list[Fact]:
    """Reads the value of a label; `start` is its place in the page.  Empty where it cannot be this field's value."""
    short = value[:_LONGEST_VALUE]

    def fact(kind: Field, text: str, begin: int, end: int) -> Fact:
        return Fact(field=kind, value=text, start=start + begin, end=start + end, rank=rank, label=label, hint=hint)

    return [fact(*found) for found in _found(field, short)]


_Found = tuple[Field, str, int, int]


def _found(field: Field, value: str) -> Iterator[_Found]:
    match field:
        case Field.RETURN_PATH | Field.HEADER_FROM | Field.RECIPIENT:
            return _mail_party(field, value)
        case Field.SENDING | Field.RECEIVING:
            return _machine(field, value)
        case Field.TIME:
            return ((field, value[s.start : s.end], s.start, s.end) for s in find_stamps(value, labelled=True))
        case Field.ZONE:
            return _whole(field, value) if zones_named(value) else iter(())
        case Field.MESSAGE_ID | Field.DATED_ID:
            return _message_id(field, value)
        case Field.QUEUE_ID:
            return _queue_id(value)
        case Field.REPLY:
            return _reply(value)
        case Field.STATUS:
            return _status(value)
        case Field.HELO:
            return ((field, found.group(1), *found.span(1)) for found in [_HELO.match(value)] if found)
        case _:
            return _whole(field, value)


def _whole(field: Field, value: str) -> Iterator[_Found]:
    text = value.strip()
    if text:
        begin = value.index(text)
        yield field, text, begin, begin + len(text)


def _mail_party(field: Field, value: str) -> Iterator[_Found]:
    """An address; or, since `from` and `to` name machines as often, an IP or a host."""
    if field is Field.RETURN_PATH and is_null_sender(value):
        text = value.strip() or value
        begin = value.index(text)
        yield field, "", begin, begin + len(text)
        return
    found = [(field, token.value, token.start, token.end) for token in addresses(value)]
    if found:
        yield from found if field is Field.RECIPIENT else found[:1]
    else:
        yield from _machine(Field.RECEIVING if field is Field.RECIPIENT else Field.SENDING, value)


def _machine(field: Field, value: str) -> Iterator[_Found]:
    ip_field, host_field = _SENDERS[field.name]
    ip = next(ips(value), None)
    if ip:
        yield ip_field, ip.value, ip.start, ip.end
    for host in hosts(value):
        yield host_field, host.value, host.start, host.end
        return


def _message_id(field: Field, value: str) -> Iterator[_Found]:
    token = message_id(value)
    if token and (field is Field.DATED_ID or "@" in token.value or len(token.value) >= 12):
        yield field, token.value, token.start, token.end


def _queue_id(value: str) -> Iterator[_Found]:
    found = _ID.search(value)
    if found:
        yield Field.QUEUE_ID, found.group(), *found.span()


def _reply(value: str) -> Iterator[_Found]:
    if _LONE_CODE.fullmatch(value) and not re.search(r"\d", value):
        yield from _status(value)
    elif tail := _TIME_BEHIND.search(value):
        yield from _whole(Field.REPLY, value[: tail.start("tail")])
        for stamp in find_stamps(value[tail.start("tail") :]):
            yield (
                Field.TIME,
                value[tail.start("tail") :][stamp.start : stamp.end],
                tail.start("tail") + stamp.start,
                tail.start("tail") + stamp.end,
            )
    elif "[internal]" in value and (found := find_never_sent(value)):  # Momentum's mark of a reply of its own making
        yield Field.NEVER_SENT, value[found[0] : found[1]], *found
    elif _CODE.match(value) or _SMTP_WORDS.search(value) or re.search(r"(?<!\d)[245]\d\d[ -]", value):
        yield from _whole(Field.REPLY, value)
    elif found := find_never_sent(value):
        yield Field.NEVER_SENT, value[found[0] : found[1]], *found


def _status(value: str) -> Iterator[_Found]:
    text = value.strip()
    if is_never_sent(text):
        yield from _whole(Field.NEVER_SENT, value)
    elif found := find_never_sent(value):
        yield Field.NEVER_SENT, value[found[0] : found[1]], *found
    elif _CODE.match(value) and not _LONE_CODE.fullmatch(value):
        yield from _whole(Field.REPLY, value)
    elif _LONE_CODE.fullmatch(value):
        yield from _whole(Field.STATUS, value)
    elif inner := _CODE_INSIDE.search(value):  # `Delivered (250 2.0.0 Ok: queued as ...)`
        reply = value[inner.start() :].rstrip(" )")
        yield Field.REPLY, reply, inner.start(), inner.start() + len(reply)
