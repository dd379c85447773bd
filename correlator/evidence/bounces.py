"""Reads the letters that mail servers write about messages they could not deliver, as people paste them.

Such a letter says per recipient which server answered what.  Its own sentences, and its own
server's address, are no evidence; a reply counts only where another server gave it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from correlator.evidence.expressions import expression
from correlator.evidence.fields import LOGGED, Fact, Field, Piece
from correlator.evidence.heads import read_head
from correlator.evidence.labels import meaning_of
from correlator.evidence.linegrammar import Mark, read_label
from correlator.evidence.lines import Block, read_lines
from correlator.evidence.reports import as_told_by_the_recipients_server
from correlator.evidence.tokens import addresses
from correlator.evidence.values import facts_of

_MARKS = (
    r"this is the mail system at host|this message was created automatically by (?:the )?mail|hi\. this is the"
    r"|i'm sorry to have to inform you|i'm afraid i wasn't able to deliver|the original message was received at"
    r"|-{3,} ?(?:the following addresses|transcript of session)|sorry, we were unable to deliver your message"
    r"|a message that you (?:have )?sent could not be delivered|your message was successfully delivered to"
    r"|delivery has failed to these recipients|your message to \S{3,320} couldn't be delivered"
    r"|your message wasn't delivered to \S{3,320}|your message \S{0,3}couldn't be delivered to"
    r"|there was a(?: temporary)? problem (?:while )?deliver\w* your message|diagnostic information for administrators"
    r"|(?P<title>\W{0,3}(?:address not found|message blocked|delivery incomplete|message not delivered"
    r"|nachricht blockiert|nachricht nicht zugestellt|adresse nicht gefunden|zustellung unvollst.{1,2}ndig"
    r"|message bloqu.{1,2}|adresse introuvable|message non distribu.{1,2}|distribution incompl.{1,2}te)\W{0,3}$)"
    r"|fehler bei der nachrichtenzustellung|ihre nachricht an \S{3,320} (?:konnte nicht|wurde)|diagnoseinformationen f"
    r"|die nachricht wurde nicht zugestellt|.{1,2}chec de la remise|votre message .{0,4}\S{3,320} n'a pas pu"
    r"|informations de diagnostic pour|votre message n'a pas .{1,3}t. (?:remis|distribu)|was not delivered to:"
    r"|your message[ \t]*\n[ \t]*\n[ \t]*subject:"
    r"|no ha sido posible entregar|error de entrega a los siguientes"
)
_LETTER = expression(rf"(?im)^[ \t*#]{{0,9}}(?:{_MARKS})")
_BEGINS = expression(
    r"(?im)^[ \t]*(?:this is the mail system at host|hi\. this is the \S{1,30} program at"
    r"|this message was created automatically by)"
)
_UNDER_TITLE = expression(
    r"(?i)your message|the response|ihre nachricht|die antwort|votre message|la r.{1,2}ponse|there was a"
)
_TITLE_TO_TEXT = 400  # letters within which a letter's own words follow its title
_COPY = expression(
    r"(?im)^[ \t]*(?:-{2,} ?(?:below this line is a copy of the message"
    r"|this is a copy of (?:the|your) message[^\n]{0,80}"
    r"|(?:the )?body of (?:the|your) (?:original )?message[^\n]{0,60}|original message(?: follows)?"
    r"|included is a copy of[^\n]{0,60}|undelivered message)[^\n]{0,20}"
    r"|(?P<head>-{2,} ?(?:this is a copy of )?(?:the )?headers? of (?:the|your) (?:original )?message[^\n]{0,60}"
    r"|-{2,} ?message header follows[^\n]{0,20}"
    r"|original[- ]message[- ]headers?:?|urspr.{1,2}ngliche nachrichtenkopfzeilen:?"
    r"|en-t.{1,2}tes du message d'origine ?:?|encabezados de mensajes? originales?:?))[ \t]*$"
)
_RULE = expression(r"[ \t]*-{3,}[^\n]*")
_BLANK_LINE = expression(r"\n[ \t]*\n")
_ADDRESS = r"[^\s<>()\[\]:;,\"]{1,256}@[A-Za-z0-9._-]{1,255}[A-Za-z0-9]"
_ENTRY = expression(
    rf"[ \t]*(?:(?P<name>[^<>()@:\n]{{1,80}}?)[ \t]*(?P<open>[(<]))?<?(?P<address>{_ADDRESS})[>)]{{0,2}}[ \t]*"
    rf"(?:\((?:expanded from|ultimately generated from|generated from)[^()\n]{{0,330}}\)?)?[ \t]*(?P<mark>:|$)"
)
_GOES_ON = expression(r"(?i)\s*(?:remote (?:server|host) (?:returned|said)|#?[245]\d\d[ -]|host \S|smtp error)")
_SAYS_HOST = expression(
    r"(?i)\b(?:host|connect to|connection with|conversation with|delivery via|via|timed out with)\s+"
    r"(?P<host>[A-Za-z0-9_.-]{1,255}?)\.?\s?\[(?P<ip>[0-9a-f.:]{2,45})\]"
    r"|\[(?P<host2>[A-Za-z0-9_.-]{1,255}?)\.? (?P<ip2>\d{1,3}(?:\.\d{1,3}){3}):"
)
_QMAIL_IP = expression(
    r"(?i)^\s*(?:connected to )?(?P<ip>\d{1,3}(?:\.\d{1,3}){3})(?= (?:does not like|failed after|but ))"
    r"|giving up on (?P<up>\d{1,3}(?:\.\d{1,3}){3})",
    re.MULTILINE,
)
_LONE_HOST = expression(r"(?m)^[ \t]*(?P<host>[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+){1,10})[ \t]*$")
_REPLY = expression(
    r"(?i)(?:\bhost \S{1,255}\s?\[[0-9a-f.:]{2,45}\](?::\d{1,5})? said:\s)?(?<![\w.:/=@#-])[245][0-5]\d(?=[ \n-]|: )"
)
_QUOTED = expression(
    r"(?is)\b(?:remote (?:server|host) (?:returned|said)|reported error|the response was|reason)\W{1,4}(?P<quote>')?"
)
_OWN = expression(r"#\s?(?:<)?(?:[245]\d\d\b|[^\n]{0,120}#[245]\.\d)")
_REPLY_ENDS = expression(r"(?i)\n\s*giving up on |\n\s*i'm not going to try again|##|'\s*$|\n[ \t]*\n|\)\s*$|\Z")
_SENDER = expression(
    r"(?im)(?:mail system at host|qmail-send program at|generating server ?:|generierender server ?:"
    r"|serveur de g.{1,2}n.{1,2}ration ?:"
    r"|servidor de generaci.{1,2}n ?:|dsn generated by ?:)[ \t]*(?P<host>[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9])"
)
_SENT_BY = expression(rf"(?i)\ba message (?:that was )?sent by\s{{1,9}}<?(?P<address>{_ADDRESS})>?")
_RECEIVED_AT = expression(r"(?im)the original message was received at (?P<time>[^\n]{8,60})")
_TALKING_TO = expression(r"(?im)while talking to (?P<host>[A-Za-z0-9._-]{3,255}?)\.?:")
_TRANSCRIPT_REPLY = expression(r"(?m)^[ \t]*<{1,3}[ \t](?P<reply>[45]\d\d[ -][^\n]{3,1000})")
_TO_WHOM = expression(
    rf"(?i)\b(?:your message (?:wasn't|couldn't be|has not been) delivered to|delivering your message to"
    rf"|your message to"
    rf"|ihre nachricht an|nachricht wurde nicht an|votre message .{{0,2}}"
    rf"|votre message n'a pas .{{1,3}}t. remis .)\s*<?(?P<address>{_ADDRESS})"
)
_RESPONSE = expression(
    r"(?im)^[ \t]*(?:because:?|the response (?:from the remote server )?was"
    r"|die antwort (?:des remote-?servers )?lautete?|la r.{1,2}ponse[^\n:]{0,40}) ?:?[ \t]*$"
)
_HOPS = expression(r"(?im)^[ \t]*(?:message hops|nachrichtenhops)[ \t]*$")
_LONGEST_ENTRY = 2_500
_MOST_ENTRIES = 400


class Letter(NamedTuple):
    """Where a bounce stands in a text, what it says of the message, and what of each recipient."""

    start: int
    end: int
    blocks: tuple[Block, ...]
    records: tuple[Block, ...]


@dataclass(slots=True)
class _Reading:
    text: str
    common: Block
    records: list[Block] = field(default_factory=list)
    used: list[tuple[int, int]] = field(default_factory=list)
    over: int = -1  # where the letter's last statement ends: what stands below may be a person's own words


def find_copies(text: str, start: int, end: int) -> list[Letter]:
    """Finds the copy of the message below a bounce: its head is the message's, its body is no evidence."""
    letter = _first(text, start, end)
    copy = _COPY.search(text, letter.end(), end) if letter else None
    if copy is None:
        return []
    at = copy.end()
    while at < end and (
        not text[at : _line_end(text, at, end)].strip() or _RULE.fullmatch(text, at, _line_end(text, at, end))
    ):
        at = _line_end(text, at, end) + 1
    at = min(at, end)
    stop = _BLANK_LINE.search(text, at, end)
    head = read_head(text, at, stop.start() if stop else end, returned=True)
    if stop is None or copy.group("head"):
        return [Letter(copy.start(), stop.start() if stop else end, (head,), ())]
    body = Block(start=stop.end(), end=end, pieces=[Piece(start=stop.end(), end=end)])
    return [Letter(copy.start(), end, (head, body), ())]


def find_bounces(text: str, start: int, end: int) -> list[Letter]:
    """Finds the letter of a mail server in a text; whatever follows its first line belongs to it."""
    found = _first(text, start, end)
    if found is None:
        return []
    starts = [found.start(), *(each.start() for each in _BEGINS.finditer(text, found.end(), end))]
    letters = [_letter(text, a, b) for a, b in pairwise([*starts, end])]
    for letter in letters[1:]:
        letter.blocks[0].headed = True
    return letters


def _first(text: str, start: int, end: int) -> re.Match[str] | None:
    """Finds the first words of a letter; a title such as `Address not found` is none without what belongs below it."""
    for found in _LETTER.finditer(text, start, end):
        if not found.group("title") or _UNDER_TITLE.search(text, found.end(), min(end, found.end() + _TITLE_TO_TEXT)):
            return found
    return None


def _letter(text: str, start: int, end: int) -> Letter:
    reading = _Reading(text, Block(start=start, end=end))
    _common(reading, start, end)
    for entry in _entries(text, start, end):
        if not any(a <= entry.at < b for a, b in reading.used):
            _take(reading, entry)
    _response(reading, start, end)
    _hops(reading, start, end)
    _transcript(reading, start, end)
    blocks = [reading.common, *_rest(reading, start, end)]
    records = _by_fate(reading.records)
    if len(records) < 2:
        for record in records:
            reading.common.facts += record.facts
            reading.common.pieces += record.pieces
        as_told_by_the_recipients_server(reading.common)
        records = []
    return Letter(start, end, tuple(blocks), tuple(records))


def _common(reading: _Reading, start: int, end: int) -> None:
    for pattern, kind, name, rank in (
        (_SENDER, Field.SENDING, "host", 0),
        (_RECEIVED_AT, Field.TIME, "time", 4),
        (_SENT_BY, Field.RETURN_PATH, "address", 0),
    ):
        if found := pattern.search(reading.text, start, end):
            reading.common.facts += _read(kind, found.group(name), found.start(name), rank)
            reading.used.append(_lines_of(reading.text, *found.span()))


def _lines_of(text: str, start: int, end: int) -> tuple[int, int]:
    return text.rfind("\n", 0, start) + 1, _line_end(text, end, len(text))


def _read(kind: Field, value: str, start: int, rank: int = 0) -> list[Fact]:
    return facts_of(kind, value, start, rank=LOGGED + rank, label="bounce")


class _Entry(NamedTuple):
    """One recipient's paragraph: `body` is what follows its address."""

    address: str
    at: int  # where the address stands
    start: int
    body: int
    end: int


def _entries(text: str, start: int, end: int) -> Iterator[_Entry]:
    """Finds the paragraphs that begin with a recipient's address."""
    at, count = start, 0
    while at < end and count < _MOST_ENTRIES:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        found = _entry_at(text, at, stop)
        if found is None:
            at = stop + 1
            continue
        upto = _entry_end(text, found.end(), end, _indent(text, at, stop))
        yield _Entry(found.group("address"), found.start("address"), at, found.end(), upto)
        count += 1
        at = upto + 1


def _entry_at(text: str, at: int, stop: int) -> re.Match[str] | None:
    found = _ENTRY.match(text, at, stop)
    if found is None or (found.end() < stop and found.group("mark") != ":"):
        two = _ENTRY.match(text, at, min(stop + 200, len(text))) if "(expanded" in text[at:stop] else None
        return two if two and two.group("mark") == ":" else None
    if found.group("name") and found.group("mark") == ":" and found.end() < stop:
        return None  # `From: x`
    return found


def _indent(text: str, at: int, stop: int) -> int:
    return stop - at - len(text[at:stop].lstrip(" \t"))


def _entry_end(text: str, at: int, end: int, indent: int) -> int:
    """Gives where an entry ends: at a blank line, or where the next one begins, which is not indented further."""
    limit = min(end, at + _LONGEST_ENTRY)
    seen = bool(text[at : _line_end(text, at, limit)].strip())
    line = min(_line_end(text, at, limit) + 1, limit)
    while line < limit:
        stop = _line_end(text, line, limit)
        if not text[line:stop].strip():
            if seen or not _GOES_ON.match(text, stop + 1, limit):
                return line - 1
        elif _indent(text, line, stop) <= indent and _entry_at(text, line, stop) is not None:
            return line - 1
        seen = seen or bool(text[line:stop].strip())
        line = stop + 1
    return limit


def _line_end(text: str, at: int, end: int) -> int:
    stop = text.find("\n", at, end)
    return end if stop < 0 else stop


def _take(reading: _Reading, entry: _Entry) -> None:
    block = Block(start=entry.start, end=entry.end)
    block.facts += _read(Field.RECIPIENT, entry.address, entry.at)
    _answer(reading, block, entry.body, entry.end)
    reading.records.append(block)
    _use(reading, entry.start, entry.end)


def _use(reading: _Reading, start: int, end: int) -> None:
    reading.used.append((start, end))
    reading.over = max(reading.over, end)


def _answer(reading: _Reading, block: Block, start: int, end: int) -> None:
    """Reads who answered, and what; the sender's own server's words are set aside."""
    text = reading.text
    for pattern in (_SAYS_HOST, _QMAIL_IP):
        if found := pattern.search(text, start, end):
            for name, value in found.groupdict().items():
                if value:
                    block.facts += _read(Field.RECEIVING, value, found.start(name))
            break
    else:
        if found := _LONE_HOST.search(text, start, end):
            block.facts += _read(Field.RECEIVING, found.group("host"), found.start("host"))
    own, reply = _OWN.search(text, start, end), _REPLY.search(text, start, end)
    quoted = _QUOTED.search(text, start, end)
    if reply is None or (own and own.start() < reply.start() and quoted is None):
        block.pieces += [Piece(start=start, end=end)] if text[start:end].strip() else []
        return
    stop = _reply_end(text, reply.start(), end)
    said = text[reply.start() : stop].rstrip()
    if said.endswith("'") and said.count("'") % 2:
        said = said[:-1]
    if said.endswith(">") and said.count(">") > said.count("<"):
        said = said[:-1]  # `<mx #5.7.1 smtp;554 ...>`
    block.facts += _read(Field.REPLY, said, reply.start())


def _reply_end(text: str, start: int, end: int) -> int:
    before = text[max(0, start - 1) : start]
    for found in _REPLY_ENDS.finditer(text, start, end):
        mark = found.group().strip()
        if (mark == "'" and before != "'") or (mark == ")" and not _opened_before(text[start : found.start()])):
            continue
        return found.start()
    return end


def _opened_before(inside: str) -> bool:
    """Whether a closing bracket belongs to one that stands before the reply: `(reason: 550 ...)`."""
    return inside.count(")") >= inside.count("(")


def _response(reading: _Reading, start: int, end: int) -> None:
    """Reads Gmail's and Domino's letters: the paragraph below `The response was:` or `because:`."""
    text = reading.text
    if any(fact.field is Field.REPLY for record in reading.records for fact in record.facts):
        return
    asked = _RESPONSE.search(text, start, end)
    named = _TO_WHOM.search(text, start, end)
    block = Block(start=start, end=end)
    if named and not reading.records:
        address = next(addresses(named.group("address").rstrip(".")), None)
        if address:
            block.facts += _read(Field.RECIPIENT, address.value, named.start("address"))
            reading.used.append(_lines_of(text, *named.span()))
    if asked:
        begin = asked.end()
        while begin < end and text[begin] in " \t\n":
            begin += 1
        blank = _BLANK_LINE.search(text, begin, end)
        stop = min(blank.start() if blank else end, begin + _LONGEST_ENTRY)
        _answer(reading, block, begin, stop)
        _use(reading, begin, stop)
    if len(reading.records) == 1:
        reading.records[0].facts += block.facts
        reading.records[0].pieces += block.pieces
    elif block.facts or block.pieces:
        reading.records.append(block)


def _hops(reading: _Reading, start: int, end: int) -> None:
    """Sets the table of Exchange Online's own hops aside: none of them is the hand-over."""
    if found := _HOPS.search(reading.text, start, end):
        blank = _BLANK_LINE.search(reading.text, found.end() + 1, end)
        stop = blank.start() if blank else end
        reading.common.pieces.append(Piece(start=found.start(), end=stop))
        _use(reading, found.start(), stop)


def _transcript(reading: _Reading, start: int, end: int) -> None:
    """Reads sendmail's transcript; its replies count only where no recipient's entry gives one."""
    found = _TALKING_TO.search(reading.text, start, end)
    if found is None:
        return
    several = len(_TALKING_TO.findall(reading.text[start:end])) > 1
    stop = end
    if not several:
        for record in reading.records or [reading.common]:
            record.facts += _read(Field.RECEIVING, found.group("host"), found.start("host"))
    replied = any(fact.field is Field.REPLY for record in reading.records for fact in record.facts)
    said = _TRANSCRIPT_REPLY.search(reading.text, found.end(), end)
    if said and not replied and not several and len(reading.records) <= 1:
        target = reading.records[0] if reading.records else reading.common
        target.facts += _read(Field.REPLY, said.group("reply"), said.start("reply"))
    reading.common.pieces.append(Piece(start=reading.text.rfind("\n", 0, found.start()) + 1, end=stop))
    _use(reading, found.start(), stop)


def _by_fate(records: list[Block]) -> list[Block]:
    """Joins what is said of one recipient, then the recipients of whom the same is said."""
    by_address: dict[str, Block] = {}
    for record in records:
        address = next((fact.value.lower() for fact in record.facts if fact.field is Field.RECIPIENT), "")
        same = by_address.setdefault(address, record)
        if same is not record:
            same.facts += record.facts
            same.pieces += record.pieces
    fates: dict[tuple[str, ...], Block] = {}
    for address, record in by_address.items():
        key = tuple(
            " ".join(fact.value.lower().replace(address or "\0", "*").split())
            for fact in record.facts
            if fact.field is not Field.RECIPIENT
        )
        same = fates.setdefault(key, record)
        if same is not record:
            same.facts += record.facts
            same.pieces += record.pieces
    out = list(fates.values())
    for record in out:
        record.alone = len(out) > 1
    return out


def _rest(reading: _Reading, start: int, end: int) -> Iterator[Block]:
    """Reads the labelled lines of what is left, and what follows the letter; its own sentences are set aside."""
    text = reading.text
    if start <= reading.over < end:
        yield from read_lines(text, reading.over, end)
        end = reading.over
    bounds = [start, *(at for pair in _apart(reading.used) for at in pair), end]
    for a, b in zip(bounds[::2], bounds[1::2], strict=True):
        at = a
        while at < b:
            stop = _line_end(text, at, b)
            run = at
            while run < b and _is_labelled(text, run, _line_end(text, run, b)):
                run = _line_end(text, run, b) + 1
            if run > at:
                yield from read_lines(text, at, min(run - 1, b))
                at = run
                continue
            if text[at:stop].strip():
                reading.common.pieces.append(Piece(start=at, end=stop))
            at = stop + 1


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _is_labelled(text: str, start: int, end: int) -> bool:
    found = read_label(text, start, end)
    return found is not None and found[1] is Mark.SURE and meaning_of(found[0].label) is not None
