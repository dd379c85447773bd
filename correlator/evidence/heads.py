"""Reads the head of a message (RFC 5322, RFC 5321 section 4.4): whose hop was the hand-over, where that can be told.

Of a chain of Received fields only one is the hand-over to the recipient's server.  It is told by
the address that the recipient's own server checked (`Received-SPF`, `Authentication-Results`);
without such a field every hop's time is kept, and no hop is guessed to be ours.
"""

import re
from dataclasses import replace
from typing import NamedTuple

from correlator.evidence.cleaning import harmless
from correlator.evidence.expressions import expression
from correlator.evidence.fieldlines import FieldLine, read_fields
from correlator.evidence.fields import TOLD, Fact, Field, Piece
from correlator.evidence.labels import meaning_of
from correlator.evidence.lines import Block
from correlator.evidence.tokens import hosts, ips
from correlator.evidence.transfer import decoded_word
from correlator.evidence.values import facts_of

_MEANINGS = {
    "return-path": (Field.RETURN_PATH, 0),
    "x-mailfrom": (Field.RETURN_PATH, 1),
    "x-envelope-from": (Field.RETURN_PATH, 1),
    "x-envelope-sender": (Field.RETURN_PATH, 1),
    "x-return-path": (Field.RETURN_PATH, 1),
    "from": (Field.HEADER_FROM, 0),
    "message-id": (Field.MESSAGE_ID, 0),
    "subject": (Field.SUBJECT, 0),
    "delivered-to": (Field.RECIPIENT, 0),
    "x-original-to": (Field.RECIPIENT, 0),
    "envelope-to": (Field.RECIPIENT, 0),
    "x-envelope-to": (Field.RECIPIENT, 0),
    "x-failed-recipients": (Field.RECIPIENT, 0),
    "to": (Field.RECIPIENT, 4),  # whom the letter is addressed to: not always whom the envelope was
    "x-marketoid": (Field.DATED_ID, 0),
    "x-ses-outgoing": (Field.DATED_ID, 0),
    "x-sg-id": (Field.DATED_ID, 0),
}
_ARRIVAL = "x-ms-exchange-crosstenant-originalarrivaltime"
_SILENT = expression(
    r"x-.*|arc-.*|list-.*|content-.*|dkim-.*|domainkey-.*|authentication-.*|received(?:-spf)?|mime-version|date|cc|bcc"
    r"|references|in-reply-to|reply-to|sender|thread-.*|accept-language|feedback-id|auto-submitted|precedence"
    r"|importance|priority|user-agent|organization|errors-to|delivered-by|dl-.*|require-recipient-.*|status"
)
_FIRST = expression(
    r"(?im)^[ \t]*(?:received:[ \t]+(?:from|by|\(qmail)\b|received-spf:[ \t]|(?:arc-)?authentication-results:[ \t]"
    r"|x-ms-exchange-[\w-]{3,60}:|dkim-signature:|mime-version:)"
)
_LABELLED = expression(
    r"[ \t]*([A-Za-z][A-Za-z]{0,20}(?: [A-Za-z]{1,20}){1,3}):(?=[ \t])"
)  # no field: a name has no blank
_NAME = expression(r"[ \t]*([A-Za-z][A-Za-z0-9-]{1,60}):(?=[ \t]|$|<|\w)(?!//)")
_CHECKED_IP = expression(
    r"(?i)\bclient-ip=[\[<\"]?([0-9a-f.:]{3,45})|\bsender ip is ([0-9a-f.:]{3,45})|\bdesignates ([0-9a-f.:]{3,45}) as"
)
_MAILFROM = expression(r"(?i)\b(?:smtp\.mailfrom|envelope-from)=[\"<]?([^\s;\"<>()]{1,256}@[^\s;\"<>()]{1,255})")
_HELO = expression(r"(?i)\b(?:smtp\.)?helo=[\"<]?([A-Za-z0-9][A-Za-z0-9._-]{0,253})")
_BY = expression(r"(?:^|[\s)])by\s+(?=[A-Za-z0-9\[])")
_FOR = expression(r"\sfor\s+<?([^\s<>;()]{1,256}@[^\s<>;()]{1,255}?)>?(?=[\s;]|$)")
_FROM = expression(r"from\s+\[?([A-Za-z0-9][A-Za-z0-9._:-]{0,253})")
_GREETED = expression(r"(?:\((?:HELO|EHLO) |[\s(]helo=)\[?([A-Za-z0-9][A-Za-z0-9._-]{0,253})")
_ID = (
    expression(r"\(Postfix[^()]{0,60}\)\s+with\s+\w+\s+id\s+([0-9A-Za-z]{6,40})(?=[\s;]|$)"),
    expression(r"\sid\s+([0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4}))(?=[\s;]|$)"),
    expression(r"\(8\.\d{1,2}\.\d{1,2}[^()]{0,60}\)\s+with\s+\w+\s+id\s+([0-9A-Za-x]{8}\d{6})(?=[\s;]|$)"),
)
_SHOWN = expression(
    r"(?im)^[ \t]*SPF:?[ \t]*'?(?:pass|fail|softfail|neutral|none|temperror"
    r"|permerror)'? with IP (?P<ip>[0-9a-f.:]{3,45})[^\n]{0,80}$"
)
_FEWEST = 3
_LONGEST = 400_000
_WORD = expression(r"=\?([\w-]{1,40})(?:\*[\w-]{1,20})?\?([bBqQ])\?([^?\n]{0,4000})\?=")
_WORDS = expression(
    r"=\?[\w-]{1,40}(?:\*[\w-]{1,20})?\?[bBqQ]\?[^?\n]{0,4000}\?=(?:\s{1,4}=\?[\w-]{1,40}(?:\*[\w-]{1,20})?\?[bBqQ]\?[^?\n]{0,4000}\?=){0,200}"
)


class Head(NamedTuple):
    """Where a head stands in a text, and what it states."""

    start: int
    end: int
    block: Block


class _Hop(NamedTuple):
    field: FieldLine
    client: str  # the address that the machine of this hop saw
    stamp: int  # where its time begins


def find_heads(text: str, start: int, end: int) -> list[Head]:
    """Finds message heads that were pasted into a text: runs of header fields that only servers write."""
    heads: list[Head] = []
    at = start
    while found := _FIRST.search(text, at, end):
        begin = _run_start(text, found.start(), at)
        stop = _run_end(text, found.start(), end)
        at = max(stop, found.end())
        fields = list(read_fields(text, begin, min(stop, begin + _LONGEST)))
        if len(fields) >= _FEWEST and not any(_is_of_a_form(text, each) for each in fields):
            heads.append(Head(begin, stop, read_head(text, begin, stop)))
    return heads


def _is_of_a_form(text: str, each: FieldLine) -> bool:
    """Whether a line is no header field but one of a form that somebody filled in: `Time: ...`, `Response: ...`."""
    if each.name in _MEANINGS or (_SILENT.fullmatch(each.name) and each.name != "status"):
        return False
    meaning = meaning_of(each.name)
    said = each.name != "status" or any(char.isdigit() for char in text[each.start : each.end])
    return meaning is not None and meaning[0] is not Field.IGNORED and said


def find_checked(text: str, start: int, end: int) -> list[Head]:
    """Finds the line of Gmail's page "Show original" that says which address its server checked."""
    found = _SHOWN.search(text, start, end)
    ip = next(ips(found.group("ip").rstrip(".")), None) if found else None
    if found is None or ip is None:
        return []
    place = found.start("ip")
    fact = Fact(field=Field.SENDING_IP, value=ip.value, start=place, end=place + ip.end, label="spf")
    return [Head(found.start(), found.end(), Block(start=found.start(), end=found.end(), facts=[fact]))]


def _run_start(text: str, at: int, floor: int) -> int:
    """Gives where the fields above a line begin; a line that is no field and no fold ends the search."""
    begin = at
    while begin > floor:
        line = text.rfind("\n", 0, begin - 1) + 1
        if line < floor or not _NAME.match(text, line, begin - 1):
            break
        begin = line
    return begin


def _run_end(text: str, at: int, end: int) -> int:
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        labelled = _LABELLED.match(text, at, stop)
        if not text[at:stop].strip() or (labelled and meaning_of(labelled.group(1))):
            return at
        at = stop + 1
    return end


def read_head(text: str, start: int, end: int, *, returned: bool = False) -> Block:
    """Reads the fields of a head.  `returned`: the sender's side gave it back, so no hop in it is the hand-over."""
    block = Block(start=start, end=end)
    fields = list(read_fields(text, start, end))
    for each in fields:
        if each.name in _MEANINGS:
            block.facts += _facts(text, each, *_MEANINGS[each.name])
        elif each.name == _ARRIVAL:
            block.facts += _time(text, each.start, each, 0)
        elif each.name != "received" and not _SILENT.fullmatch(each.name):
            block.pieces.append(Piece(start=each.begin, end=each.end))
    hops = [hop for each in fields if each.name == "received" if (hop := _hop(text, each))]
    checked = None if returned else _checked(text, fields)
    handed = [hop for hop in hops if checked and hop.client == checked[0]]
    if checked:
        block.facts += checked[1]
    if len(handed) == 1:
        block.facts += _hand_over(text, handed[0])
        block.pieces += [Piece(start=hop.stamp, end=hop.field.end) for hop in hops if hop not in handed]
        return block
    rank = TOLD if returned else 2  # weaker than what the sender's server says of its attempts
    for hop in hops[:1] if returned else hops:
        block.facts += _time(text, hop.stamp, hop.field, rank)
    for each in fields:
        if each.name == "date":
            block.facts += _time(text, each.start, each, rank)
    return block


def _facts(text: str, each: FieldLine, kind: Field, rank: int) -> list[Fact]:
    value = text[each.start : each.end]
    if kind in (Field.SUBJECT, Field.HEADER_FROM) and "=?" in value:
        value = _WORDS.sub(_decoded_run, value)
        facts = facts_of(kind, value, each.start, rank=rank, label=each.name)
        return [replace(fact, start=each.start, end=each.end) for fact in facts]
    return facts_of(kind, value, each.start, rank=rank, label=each.name)


def _decoded_run(found: re.Match[str]) -> str:
    return harmless("".join(decoded_word(word) or word.group() for word in _WORD.finditer(found.group())))


def _time(text: str, start: int, each: FieldLine, rank: int) -> list[Fact]:
    return facts_of(Field.TIME, text[start : each.end].replace("\n", " "), start, rank=rank, label=each.name)


def _hop(text: str, each: FieldLine) -> _Hop | None:
    semicolon = text.rfind(";", each.start, each.end)
    if semicolon < 0:
        return None
    by = _BY.search(text, each.start, semicolon)
    giver = text[each.start : by.start() if by else semicolon]
    client = next(ips(giver), None) if giver.startswith("from") else None
    return _Hop(each, client.value if client else "", semicolon + 1)


def _checked(text: str, fields: list[FieldLine]) -> tuple[str, list[Fact]] | None:
    """Gives the client that the recipient's server checked, by the uppermost field that names one."""
    for wanted in ("received-spf", "authentication-results", "arc-authentication-results"):
        for each in fields:
            found = _CHECKED_IP.search(text, each.start, each.end) if each.name == wanted else None
            ip = next(ips(found.group(found.lastindex or 0).rstrip(".:")), None) if found else None
            if found and ip:
                place = found.start(found.lastindex or 0)
                facts = [Fact(field=Field.SENDING_IP, value=ip.value, start=place, end=place + ip.end, label=each.name)]
                for kind, pattern, rank in ((Field.RETURN_PATH, _MAILFROM, 2), (Field.HELO, _HELO, 0)):
                    if more := pattern.search(text, each.start, each.end):
                        facts += facts_of(kind, more.group(1), more.start(1), rank=rank, label=each.name)
                return ip.value, facts
    return None


def _hand_over(text: str, hop: _Hop) -> list[Fact]:
    """Reads the hop by which the message came to the recipient's own server."""
    each = hop.field
    facts = _time(text, hop.stamp, each, 0)
    by = _BY.search(text, each.start, hop.stamp)
    if given := _FROM.match(text, each.start, hop.stamp):
        for host in hosts(given.group(1)):
            facts.append(_fact(Field.SENDING_HOST, host.value, given.start(1), given.end(1), each))
    if greeted := _GREETED.search(text, each.start, hop.stamp):
        facts.append(_fact(Field.HELO, greeted.group(1), *greeted.span(1), each))
    if by:
        upto = min(hop.stamp, by.end() + 255)
        for host in hosts(text[by.end() : upto].split(None, 1)[0] if by.end() < upto else ""):
            facts.append(_fact(Field.RECEIVING_HOST, host.value, by.end(), by.end() + host.end, each))
    for pattern in _ID:
        if found := pattern.search(text, each.start, hop.stamp - 1):
            facts.append(_fact(Field.QUEUE_ID, found.group(1), *found.span(1), each))
            break
    if addressed := _FOR.search(text, each.start, hop.stamp - 1):
        facts += facts_of(Field.RECIPIENT, addressed.group(1), addressed.start(1), rank=0, label=each.name)
    return facts


def _fact(kind: Field, value: str, start: int, end: int, each: FieldLine) -> Fact:
    return Fact(field=kind, value=value, start=start, end=end, label=each.name)
