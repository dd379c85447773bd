"""Reads delivery status notifications (RFC 3464): one block per recipient, with what the report says of the message."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from correlator.evidence.expressions import expression
from correlator.evidence.fieldlines import FieldLine, read_fields
from correlator.evidence.fields import Fact, Field, Piece
from correlator.evidence.lines import Block
from correlator.evidence.values import facts_of

_MESSAGE = {
    "reporting-mta": (Field.SENDING, 0),
    "arrival-date": (Field.TIME, 4),
    "original-envelope-id": (Field.DATED_ID, 0),
    "x-postfix-queue-id": (Field.DATED_ID, 0),
    "x-postfix-sender": (Field.RETURN_PATH, 0),
    "x-original-message-id": (Field.MESSAGE_ID, 0),
    "original-message-id": (Field.MESSAGE_ID, 0),  # of a read receipt (RFC 8098)
}
_RECIPIENT = {
    "final-recipient": (Field.RECIPIENT, 0),
    "remote-mta": (Field.RECEIVING, 0),
    "last-attempt-date": (Field.TIME, 0),
}
_SILENT = frozenset(
    (
        "received-from-mta", "dsn-gateway", "will-retry-until", "final-log-id", "x-display-name", "action", "status",
        "diagnostic-code", "original-recipient", "x-postfix-queue-expiration", "x-supplementary-info",
    )
)  # fmt: skip
_BEGINS_ANOTHER = frozenset(("final-recipient", "original-recipient"))
_FIRST = expression(r"(?im)^[ \t]*(?:reporting-mta|arrival-date|original-recipient|final-recipient):[ \t]*\S")
_LINE = expression(r"[ \t]*([A-Za-z][A-Za-z-]{2,40}):")
_NAMES = frozenset((*_MESSAGE, *_RECIPIENT, *_SILENT))
_TYPE = expression(r"(?i)\s*([\w-]{1,30})\s*;\s*")
_CODE = expression(r"(?<![\w.:/-])[2-5][0-5]\d(?:[ -]|: )")
_STATUS = expression(r"[245]\.\d{1,3}\.\d{1,3}")
_OF_A_REMOTE = expression(r"[245]\d\d[ -]")
_ACCEPTED = frozenset(("relayed", "delivered", "expanded"))
_BOTH_ENDS = expression(r"\(TCP\|([0-9a-fA-F.:]{2,45})\|\d{1,5}\|([0-9a-fA-F.:]{2,45})\|\d{1,5}\)")
_NAMED_HOST = expression(
    r"(?i)\b(?:connect to|host|connection with|conversation with|via|timed out with) "
    r"(?P<host>[A-Za-z0-9_.-]{1,255})\[(?P<ip>[0-9a-fA-F.:]{2,45})\]"
    r"|\[(?P<host2>[A-Za-z0-9_.-]{1,255})\.? (?P<ip2>[0-9.]{7,15}):"
)


class Report(NamedTuple):
    """Where a report stands in a text, and one block per recipient or set of recipients with one fate."""

    start: int
    end: int
    records: tuple[Block, ...]


@dataclass(slots=True)
class _Group:
    start: int
    end: int
    fields: list[FieldLine] = field(default_factory=list)
    unknown: list[Piece] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return any(each.name == name for each in self.fields)


def find_reports(text: str, start: int, end: int) -> list[Report]:
    """Finds the reports of a text; each begins with the fields of the message, or with those of a recipient."""
    reports: list[Report] = []
    at = start
    while found := _FIRST.search(text, at, end):
        groups: list[_Group] = []
        here = found.start()
        while (group := _group_at(text, here, end)) is not None:
            of_another = group.has("reporting-mta") or not (
                group.has("final-recipient") or group.has("original-recipient")
            )
            if groups and of_another:
                break
            groups.append(group)
            here = group.end
        at = max(found.end(), groups[-1].end if groups else found.end())
        if groups and (report := _report(text, groups)):
            reports.append(report)
    return reports


def _group_at(text: str, at: int, end: int) -> _Group | None:
    """Reads the lines up to a blank one, if they are fields of a report; two blank lines may stand before them."""
    while at < end and text[at] in " \t\n" and not _LINE.match(text, at):
        at += 1
    at = text.rfind("\n", 0, at) + 1 if at < end else at
    stop = at
    while stop < end:
        line_end = text.find("\n", stop, end)
        line_end = end if line_end < 0 else line_end
        line = text[stop:line_end]
        named = _LINE.match(line)
        if not line.strip() or (stop == at and (named is None or not _is_known(named.group(1)))):
            break
        stop = min(line_end + 1, end)
    group = _Group(at, stop)
    for each in read_fields(text, at, stop):
        if _is_known(each.name):
            group.fields.append(each)
        else:
            group.unknown.append(Piece(start=each.begin, end=each.end))
    return group if group.fields else None


def _is_known(name: str) -> bool:
    return name.lower() in _NAMES or name.lower().startswith("x-")


def _report(text: str, groups: list[_Group]) -> Report | None:
    common: list[Fact] = []
    fates: dict[tuple[str, ...], Block] = {}
    for group in groups:
        split = list(_per_recipient(group))
        for fields in split:
            of_message = [each for each in fields if each.name in _MESSAGE]
            common += [fact for each in of_message for fact in _facts(text, each, _MESSAGE[each.name])]
            if any(each.name in ("final-recipient", "original-recipient") for each in fields):
                _add(fates, text, fields)
    if not fates:
        return None
    for block in fates.values():
        block.facts += common
        block.alone = len(fates) > 1
        as_told_by_the_recipients_server(block)
    next(iter(fates.values())).pieces += [piece for group in groups for piece in group.unknown]
    return Report(groups[0].start, groups[-1].end, tuple(fates.values()))


_OF_THE_NEXT_HOP = frozenset((Field.RECEIVING_HOST, Field.RECEIVING_IP, Field.REPLY, Field.STATUS))


def as_told_by_the_recipients_server(block: Block) -> None:
    """Reads a bounce anew whose own server is in the domain of the recipient: it took the message, then gave up.

    Then that server is the receiving one, its queue id is the id of ours, and the server that
    refused stands behind it: the sender itself got no such reply.
    """
    domains = {fact.value.rpartition("@")[2].lower() for fact in block.facts if fact.field is Field.RECIPIENT}
    hosts = {fact.value for fact in block.facts if fact.field is Field.SENDING_HOST}
    if not domains or not hosts or not all(f".{host}".endswith(f".{domain}") for host in hosts for domain in domains):
        return
    behind = [fact for fact in block.facts if fact.field in _OF_THE_NEXT_HOP]
    block.pieces += [Piece(start=fact.start, end=fact.end) for fact in behind]
    turned = {Field.SENDING_HOST: Field.RECEIVING_HOST, Field.DATED_ID: Field.QUEUE_ID}
    block.facts = [
        replace(fact, field=turned.get(fact.field, fact.field)) if _turns(fact) else fact
        for fact in block.facts
        if fact not in behind
    ]


def _turns(fact: Fact) -> bool:
    return fact.field is Field.SENDING_HOST or (fact.field is Field.DATED_ID and fact.label == "x-postfix-queue-id")


def _per_recipient(group: _Group) -> Iterator[list[FieldLine]]:
    """Cuts fields that were pasted without blank lines: a recipient's begin with its address, original one first."""
    part: list[FieldLine] = []
    for each in group.fields:
        names = [other.name for other in part]
        again = each.name in names and each.name in _BEGINS_ANOTHER
        if again or (each.name == "original-recipient" and {"final-recipient", "action"} <= set(names)):
            yield part
            part = []
        part.append(each)
    yield part


def _add(fates: dict[tuple[str, ...], Block], text: str, fields: list[FieldLine]) -> None:
    """Adds one recipient to those with the same fate."""
    values = {each.name: " ".join(text[each.start : each.end].split()).lower() for each in fields}
    address = values.get("final-recipient", "").rpartition(";")[2].strip()
    diagnostic = (
        values.get("diagnostic-code", "").replace(address, "*") if address else values.get("diagnostic-code", "")
    )
    key = (values.get("action", ""), values.get("status", "")[:8], values.get("remote-mta", ""), diagnostic)
    block = fates.setdefault(key, Block(start=fields[0].begin, end=fields[-1].end))
    block.end = max(block.end, fields[-1].end)
    replied = False
    for each in fields:
        if each.name in _RECIPIENT:
            both = _BOTH_ENDS.search(text, each.start, each.end)
            named = each._replace(end=both.start()) if both else each
            block.facts += _facts(text, named, _RECIPIENT[each.name])
            block.facts += _both_ends(each, both)
        elif each.name == "diagnostic-code":
            replied = _diagnose(block, text, each)
        elif each.name == "original-recipient":
            _original(block, text, each, values)
    for each in fields:
        if each.name == "status" and (replied or values.get("action") in _ACCEPTED):
            code = _STATUS.match(text, each.start, each.end)
            block.facts += _facts(text, each._replace(end=code.end()), (Field.STATUS, 0)) if code else []


def _facts(text: str, each: FieldLine, meaning: tuple[Field, int]) -> list[Fact]:
    start = each.start
    if found := _TYPE.match(text, start, each.end):
        start = found.end() if meaning[0] is not Field.TIME else start
    value = text[start : each.end].replace("\n", " ") if meaning[0] is Field.TIME else text[start : each.end]
    return facts_of(meaning[0], value, start, rank=meaning[1], label=each.name)


def _diagnose(block: Block, text: str, each: FieldLine) -> bool:
    """Takes a diagnostic for a reply only if it is one of SMTP: other types are the sender's own words."""
    found = _TYPE.match(text, each.start, each.end)
    start = found.end() if found else each.start
    block.facts += _hosts(text, start, each.end)
    kind = found.group(1).lower() if found else "smtp"
    is_smtp = kind == "smtp" or (kind == "x-notes" and _OF_A_REMOTE.match(text, start, each.end))
    if is_smtp and _CODE.search(text, start, each.end):
        block.facts += facts_of(Field.REPLY, text[start : each.end], start, rank=0, label=each.name)
        return True
    block.pieces.append(Piece(start=each.begin, end=each.end))
    return False


def _original(block: Block, text: str, each: FieldLine, values: dict[str, str]) -> None:
    """The address before the sender's own aliases: our server saw the final one, where there is one."""
    if "final-recipient" not in values:
        block.facts += _facts(text, each, (Field.RECIPIENT, 0))
    elif (
        values["original-recipient"].rpartition(";")[2].strip() != values["final-recipient"].rpartition(";")[2].strip()
    ):
        block.pieces.append(Piece(start=each.begin, end=each.end))


def _both_ends(each: FieldLine, found: re.Match[str] | None) -> list[Fact]:
    """Reads `(TCP|local|port|remote|port)`, which Oracle's and Apple's servers add."""
    if found is None:
        return []
    return [
        fact
        for kind, group in ((Field.SENDING, 1), (Field.RECEIVING, 2))
        for fact in facts_of(kind, found.group(group), found.start(group), rank=0, label=each.name)
    ]


def _hosts(text: str, start: int, end: int) -> list[Fact]:
    """Reads the server that a diagnostic names: `connect to mx[192.0.2.1]:25: ...`."""
    found = _NAMED_HOST.search(text, start, end)
    if found is None:
        return []
    names = ("host", "ip") if found.group("host") else ("host2", "ip2")
    return [
        fact
        for name in names
        for fact in facts_of(Field.RECEIVING, found.group(name), found.start(name), rank=1, label="diagnostic-code")
    ]
