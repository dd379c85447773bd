"""Reads sentences: what each address, IP, host, reply and time in them is, by the words around it."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from correlator.evidence.expressions import expression
from correlator.evidence.fields import GUESSED, TOLD, Fact, Field, Piece
from correlator.evidence.silence import find_never_sent
from correlator.evidence.times import find_stamps
from correlator.evidence.tokens import Token, addresses, hosts, ips
from correlator.evidence.zones import ZONE
from queries.paths import is_machine_made

_KIND = (
    r"(?:[\w-]{1,20}\s+){0,2}?(?:servers?|hosts?|mtas?|ips?|ip address(?:es)?|address(?:es)?|machines?|relays?"
    r"|gateways?|mx(?:es)?|mailers?|side|systems?)\b"
)
_ADDRESS_CUES = (
    (Field.IGNORED, r"contact|reach|reply\s+to|write\s+to|e-?mail\s+(?:me|us)|call|questions?|ticket|cc\b|copy"),
    (
        Field.RETURN_PATH,
        (
            r"return[- ]?path|envelope(?:[- ](?:from|sender|address))?|mail\s+from|bounces?(?:\s+address)?"
            r"|reverse[- ]path|x-mailfrom|rp\b"
        ),
    ),
    (Field.HEADER_FROM, r"header[- ]from|from\s+header|friendly[- ]from"),
    (
        Field.RECIPIENT,
        (
            r"to|recipients?|(?:inactive|suppressed|affected|following)\s+(?:e-?mail\s+)?addresses"
            r"|rcpt(?:\s+to)?|for"
            r"|mailbox(?:es)?|users?|addressees?|customers?|colleagues?|employees?|subscribers?|lead|person|copies"
            r"|an(?=[\s<\"']{1,3}$)|para|empf(?:ä|a|ae)nger|destinataire|destinatario"
        ),
    ),
    (Field.SENDING, r"from|senders?|sent\s+by|behalf\s+of|by|von|depuis|desde|de(?=[\s<\"']{1,3}$)|absender|remitente"),
)
_MACHINE_CUES = (
    (
        Field.SENDING,
        (rf"our\s+{_KIND}|(?:sending|senders?|source|outbound)(?:\s+{_KIND})?"
            r"|from|von|depuis|desde|via|through|using|originat\w*|egress|out\s+of|mail\s+system\s+at\s+host"),
    ),
    (
        Field.RECEIVING,
        (rf"(?:your|their)\s+{_KIND}|(?:recipients?(?:'s)?|receiving|destination|remote)(?:\s+{_KIND})?|to|into|mx|inbound"
            r"|(?:accepted|answered|returned|replied|reported|issued|given|taken|refused|rejected)\s+by"),
    ),
)  # fmt: skip
_WEAK_MACHINE = expression(r"(?i)\b(?:server|host|relay|at|by|on)\b")
_AFTER_SENDING = expression(
    r"(?i)[\s,]*[([]?\s*(?:(?:is|was|which is|being)\s+)?(?:our|the)?\s*(?:sending|source|outbound|sender|from)\b"
)
_AFTER_RECEIVING = expression(
    r"(?i)[\s,]*[([]?\s*(?:(?:is|was|which is|being)\s+)?(?:your|the|their)?\s*(?:receiving|destination|recipient"
    r"|mx|remote|your|inbound)\b|\s+(?:answered|replied|responded|accepted|said|took|rejected|refused|deferred"
    r"|returned|greylisted|bounced)\b"
)
_NAMED = expression(
    r"(?i)\b(?:(?P<path>return[- ]?path|bounce address|envelope[- ](?:from|sender|address)|mail from"
    r"|reverse[- ]path)|(?:recipient|addressee|rcpt to)(?: address)?)"
    r"[^.@;:\n]{0,40}\b(?:is|was|:)\s*[\"'<(]{0,2}$"
)
_ADJACENT = expression(r"\w[\s:=(\[<\"']{1,4}(?:(?:is|was|of|the|at)[\s:]{1,2})?$")
_CLOSE = 24
_WEAK_SENDER = 5
_AND = expression(r"(?i)[\s,;/<>*-]*(?:and|or|&|plus|as well as)?[\s,;/<>*-]*")
_ASKED = expression(r"(?i)\b(?:ticket|case|request|incident|opened|reported|asked|replied|updated|wrote)\b[^.\n]*$")
_BESIDE = expression(r"(?i)[\s,:=]*[(\[]?\s*(?:ip(?:\s+address)?[\s:=]*)?[(\[<]?\s*")
_REPLY = expression(
    r"(?i)(?:\bhost [^\s\[\]]{1,255}\[[0-9a-f.:]{2,45}\](?::\d{1,5})? said: )?"
    r"(?<![\w.:/=@-])[245][0-5]\d(?=[ -][245]\.\d{1,3}\.\d{1,3}\b"
    r"|[ -]{1,3}(?:ok\b|queued|message|accept|request|mailbox"
    r"|user|recipient|relay|service|temporar|try|too|spam|block|no such|unable|sorry|deliver|mail|permanent"
    r"|transaction|smtpthread|greylist|unknown|reject|sender|resources|<))"
    r"|(?<![\w.])(?:ok:?\s+)?(?:\d{1,9} bytes )?queued\s+as\s+(?=[0-9A-Za-z]{5,32}\b)"
)
_REPLY_ENDS = expression(
    r"[.!?]\s+(?=[A-Z])|\?\s{1,3}(?=\w)|[.;,]?\s{1,3}(?=\d{4}-\d\d-\d\d[T ]\d\d:\d\d)"
    r"|,\s+(?:and|but|so|which|can|could|please|then|yet|thus|at)\b|\n|\s\(?(?=at \d{1,2}:\d\d)|$|\""
)
_ID_ENDS = expression(
    r"(?i)queued\s+as[:\s]+<?[0-9A-Za-z]{5,32}>?|\bgsmtp\b|Queued mail for delivery|Message accepted for delivery"
    r"|\bSaved\b|in reply to [A-Z ]{1,30}\)"
)
_UNFINISHED = expression(r"(?i)(?:\bas|id=|\bfrom|\bto|\bthe|\bfor|[\[(,:<=-]|internalid=\d*,?)\s*$")
_FOLDED = expression(r"[ \t]{2,}\S")
_CONTINUED_CODE = expression(r"\s*[245]\d\d[ -]")
_QUEUE_ID = expression(
    r"(?i)\b(?P<whose>our\s+(?:own\s+|local\s+)?)?queue[- ]?ids?\b(?:\s+(?:is|was|of|on your side|there"
    r"|in the reply))?[\s:=#\"'(]{1,4}(?P<id>(?=[A-Za-z-]*\d)[0-9A-Za-z][0-9A-Za-z-]{5,40})\b"
)
_MESSAGE_ID = expression(
    r"(?i)\b(?:(?:message|msg|mail|e-mail)[-_ ]?ids?\b|id(?=[\s:=]{0,3}<))(?:\s+(?:header|is|was"
    r"|of))?[\s:=\"'(]{0,4}(?:<(?P<a>[^<>\s]{3,400})>|(?P<b>[^\s<>\"',;()]{1,256}@[^\s<>\"',;()]{1,255}))"
)
_SUBJECT = expression(
    r"(?i)\b(?:subject(?: line)?(?:\s+(?:is|was|of))?|titled|entitled)[:\s]{0,3}[\"'](?P<s>[^\"\n]{2,200}?)[\"'](?!\w)"
)
_HELO = expression(
    r"\b(?:HELO|EHLO)(?:\s+name)?(?:\s+(?:is|was|of|as"
    r"|with))?[\s:=\"'(]{1,3}(?P<h>[A-Za-z0-9][A-Za-z0-9.-]{1,250}[A-Za-z0-9])"
)
_ALL_TIMES = expression(
    r"\b(?i:(?:all\s+(?:the\s+)?)?(?:times?|timestamps?|dates)(?:\s+(?:above|below|shown|given|listed|here"
    r"|stamps?))?\s+(?:(?:are|is)\s+|(?=in\s))"
    r"(?:all\s+)?(?:(?:shown|given|listed|displayed|expressed)\s+)?(?:in\s+)?(?:the\s+)?)"
    rf"(?P<z>{ZONE})"
)
_ATTRIBUTION = expression(
    r"(?im)^\s*(?:on|am|le|el)\s[^\n]{6,200}\n?[^\n]{0,120}(?:wrote|schrieb|a ecrit|escribio)\s?:\s*$"
)
_SENTENCE = expression(r"[.!?](?:\s+|$)(?=[A-Z\"'(]|$)|\n")
_LONE_ID = expression(
    r"\s*(?:<(?P<m>(?=[^@\s]*\d)[^<>@\s]{1,200}@[^<>@\s]{1,200})>"
    r"|(?P<q>(?=\S*\d)(?:[0-9A-F]{8,15}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,16}z[0-9B-Zb-z]{2,8}"
    r"|[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})))\s*"
)
_LONGEST_SENTENCE = 150
_WINDOW = 90
_LONGEST_REPLY = 1_200
_AROUND_TIME = 20


class _Held(NamedTuple):
    field: Field
    value: str
    start: int
    end: int
    rank: int = TOLD


def read_prose(text: str, offset: int) -> tuple[list[Fact], list[Piece]]:
    """Reads a paragraph that stands at `offset` of the page: its facts, and the sentences without any."""
    found, masked = _wholes(text)
    if lone := _lone(text):
        found, masked = lone, _masked(text, lone)
    tokens = _tokens(masked)
    found += _roles(masked, tokens)
    masked = _masked(masked, [token for token, _ in tokens])
    for stamp in find_stamps(_masked(masked, [Token("", *m.span()) for m in _ATTRIBUTION.finditer(text)])):
        asked = _ASKED.search(text, max(0, stamp.start - _WINDOW), stamp.start)
        rank = TOLD + 5 if asked else TOLD  # when somebody wrote about it is not when it was sent
        found.append(_Held(Field.TIME, text[stamp.start : stamp.end], stamp.start, stamp.end, rank))
    found.sort(key=lambda held: held.start)
    facts = [Fact(field=f.field, value=f.value, start=offset + f.start, end=offset + f.end, rank=f.rank) for f in found]
    named = [token for token, kind in tokens if kind != "host"]
    return facts, list(_unused(text, offset, found, named))


def _masked(text: str, gone: Sequence[Token | _Held]) -> str:
    parts: list[str] = []
    at = 0
    for piece in sorted(gone, key=lambda piece: piece.start):
        if piece.end > at:
            start = max(at, piece.start)
            parts += (text[at:start], "\x01" * (piece.end - start))
            at = piece.end
    return "".join((*parts, text[at:]))


def _wholes(text: str) -> tuple[list[_Held], str]:
    """Reads what would confuse the rest: replies, ids, subjects; gives them and the text with them masked."""
    found = list(_replies(text))
    masked = _masked(text, found)
    for pattern, field, names in (
        (_MESSAGE_ID, Field.MESSAGE_ID, "ab"),
        (_SUBJECT, Field.SUBJECT, "s"),
        (_HELO, Field.HELO, "h"),
    ):
        for match in pattern.finditer(masked):
            name = next(name for name in names if match.group(name))
            found.append(_Held(field, match.group(name), *match.span(name)))
    for match in _QUEUE_ID.finditer(masked):
        field = Field.DATED_ID if match.group("whose") else Field.QUEUE_ID
        found.append(_Held(field, match.group("id"), *match.span("id")))
    found += [_Held(Field.ZONE, match.group("z"), *match.span("z")) for match in _ALL_TIMES.finditer(masked)]
    if silent := find_never_sent(masked):
        start, end = _sentence_around(text, *silent)
        found.append(_Held(Field.NEVER_SENT, text[start:end], start, end))
    return found, _masked(masked, [held for held in found if held.field is not Field.NEVER_SENT])


def _sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Gives the sentence of some words, at most a few lines of it."""
    before = [match.end() for match in _SENTENCE.finditer(text, max(0, start - _LONGEST_SENTENCE), start)]
    after = _SENTENCE.search(text, end, end + _LONGEST_SENTENCE)
    begin = before[-1] if before else max(0, start - _LONGEST_SENTENCE)
    return begin, after.start() if after else min(len(text), end + _LONGEST_SENTENCE)


def _replies(text: str) -> Iterator[_Held]:
    at = 0
    while match := _REPLY.search(text, at):
        end = _end_of_reply(text, match.start(), match.end())
        yield _Held(Field.REPLY, text[match.start() : end], match.start(), end)
        at = max(end, match.end())


def _end_of_reply(text: str, start: int, code_end: int) -> int:
    limit = min(len(text), start + _LONGEST_REPLY)
    mark = text[start - 1] if start else ""
    closing = {'"': '"', "'": "'", "(": ")"}.get(mark)
    if closing and (close := text.find(closing, code_end, limit)) > 0 and mark != "(":
        return close
    if mark == "(" and (bracket := _closing_bracket(text, start, limit)):
        return bracket
    if named := _ID_ENDS.search(text, start, limit):
        first_end = _REPLY_ENDS.search(text, code_end, limit)
        if (
            first_end is None
            or named.start() <= first_end.start()
            or _UNFINISHED.search(text[start : first_end.start()])
        ):
            return named.end()
    for stop in _REPLY_ENDS.finditer(text, code_end, limit):
        at = stop.start()
        if stop.group() == "\n" and (
            _UNFINISHED.search(text, start, at) or _CONTINUED_CODE.match(text, at + 1) or _FOLDED.match(text, at + 1)
        ):
            continue
        return len(text[:at].rstrip(" .")) if stop.group()[:1] in ".!?" else at
    return limit


def _closing_bracket(text: str, start: int, limit: int) -> int | None:
    depth = 1
    for at in range(start, limit):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return None


_Tokens = list[tuple[Token, str]]


def _tokens(text: str) -> _Tokens:
    found = [(token, "address") for token in addresses(text)]
    rest = _masked(text, [token for token, _ in found])
    numbers = [(token, "ip") for token in ips(rest)]
    names = [(token, "host") for token in hosts(_masked(rest, [token for token, _ in numbers]))]
    return sorted(found + numbers + names, key=lambda pair: pair[0].start)


def _roles(text: str, tokens: _Tokens) -> Iterator[_Held]:
    before: tuple[Token, str, Field | None] | None = None
    loose: list[tuple[Token, str]] = []
    for number, (token, kind) in enumerate(tokens):
        role = _inherited(text, before, token, kind) or _role(text, before[0].end if before else 0, tokens, number)
        before = (token, kind, role)
        if role is None:
            loose.append((token, kind))
        elif (held := _held(token, kind, role)) is not None:
            yield held
    yield from _guessed(text, loose, tokens)


def _inherited(text: str, before: tuple[Token, str, Field | None] | None, token: Token, kind: str) -> Field | None:
    if before is None or before[2] is None:
        return None
    last, last_kind, role = before
    if {kind, last_kind} == {"ip", "host"} and _BESIDE.fullmatch(text, last.end, token.start):
        return role
    if (
        kind == last_kind == "address"
        and token.start - last.end < _AROUND_TIME
        and _AND.fullmatch(text, last.end, token.start)
    ):
        return role
    return None


def _cue(table: tuple[tuple[Field, str], ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?P<{field.name}>\b(?:{words})(?!\w))" for field, words in table), re.IGNORECASE)


_ADDRESS_CUE, _MACHINE_CUE = _cue(_ADDRESS_CUES), _cue(_MACHINE_CUES)


def _role(text: str, since: int, tokens: _Tokens, number: int) -> Field | None:
    token, kind = tokens[number]
    window = text[max(since, token.start - _WINDOW) : token.start]
    window = window[window.rfind(". ") + 1 :]
    if kind == "address":
        return _role_of_address(window, bounced=text.startswith(">: ", token.end))
    return _role_of_machine(window, _after(text, tokens, number))


def _role_of_address(window: str, *, bounced: bool) -> Field | None:
    if named := _NAMED.search(window):
        return Field.RETURN_PATH if named.group("path") else Field.RECIPIENT
    if cue := _last_cue(_ADDRESS_CUE, window):
        return cue
    # a bounce begins with the recipient: `<bob@example.com>: host mx said ...`
    return Field.RECIPIENT if bounced and window.endswith("<") else None


def _role_of_machine(window: str, after: str) -> Field | None:
    before = _last_cue(_MACHINE_CUE, window)
    if before and _last_cue(_MACHINE_CUE, window[-_CLOSE:]) is before and _ADJACENT.search(window):
        return before
    if _AFTER_SENDING.match(after):
        return Field.SENDING
    if _AFTER_RECEIVING.match(after):
        return Field.RECEIVING
    return before or (Field.RECEIVING if _WEAK_MACHINE.search(window) else None)


def _last_cue(cues: re.Pattern[str], window: str) -> Field | None:
    names = [match.lastgroup for match in cues.finditer(window)]
    return Field[names[-1]] if names and names[-1] else None


def _after(text: str, tokens: _Tokens, number: int) -> str:
    """Gives the words behind a host or IP, and behind the IP or host that stands beside it."""
    (token, kind), rest = tokens[number], tokens[number + 1 : number + 3]
    if rest and {kind, rest[0][1]} == {"ip", "host"} and _BESIDE.fullmatch(text, token.end, rest[0][0].start):
        token, rest = rest[0][0], rest[1:]
    upto = rest[0][0].start if rest else len(text)
    return text[token.end : min(upto, token.end + _WINDOW)].lstrip(")]>")


def _held(token: Token, kind: str, role: Field) -> _Held | None:
    match role, kind:
        case (Field.SENDING, "address"):
            # "from X" in a sentence about transport: the envelope, unless a firmer return-path turns up
            return _Held(Field.RETURN_PATH, *token, TOLD + (2 if is_machine_made(token.value) else _WEAK_SENDER))
        case (Field.SENDING, "ip"):
            return _Held(Field.SENDING_IP, *token)
        case (Field.SENDING, _):
            return _Held(Field.SENDING_HOST, *token)
        case (Field.RECEIVING, "ip"):
            return _Held(Field.RECEIVING_IP, *token)
        case (Field.RECEIVING, _):
            return _Held(Field.RECEIVING_HOST, *token)
        case (Field.IGNORED, _):
            return None
    return _Held(role, *token)


def _lone(text: str) -> list[_Held]:
    """Takes a text that is nothing but one id for that id."""
    found = _LONE_ID.fullmatch(text)
    if found is None:
        return []
    field, name = (Field.MESSAGE_ID, "m") if found.group("m") else (Field.QUEUE_ID, "q")
    return [_Held(field, found.group(name), *found.span(name), GUESSED)]


def _guessed(text: str, loose: _Tokens, tokens: _Tokens) -> Iterator[_Held]:
    """Takes addresses and IPs that stand without any words for what they most likely are."""
    numbers = [token for token, kind in loose if kind == "ip"]
    bare = _masked(text, [token for token, _ in tokens])
    for token, kind in loose:
        if kind == "address" and is_machine_made(token.value):
            yield _Held(Field.RETURN_PATH, *token, GUESSED)
        elif kind == "address" and _stands_alone(bare, token):
            yield _Held(Field.RECIPIENT, *token, GUESSED)
    named = len(numbers) == 1 and _IP_BEFORE.search(text, max(0, numbers[0].start - _CLOSE), numbers[0].start)
    if numbers and (named or len(numbers) == 2 or _stands_alone(bare, numbers[0])):
        for field, token in zip((Field.SENDING_IP, Field.RECEIVING_IP), numbers, strict=False):
            yield _Held(field, *token, GUESSED)


_IP_BEFORE = expression(r"\b[Ii][Pp](?: address)?[\s:=]{1,3}[\[(]?\Z")


def _stands_alone(bare: str, token: Token) -> bool:
    start, end = bare.rfind("\n", 0, token.start) + 1, bare.find("\n", token.end)
    line = bare[start : end if end >= 0 else len(bare)]
    stamps = find_stamps(line) if len(line) < _WINDOW * 4 else []
    left = _masked(line, [Token("", stamp.start, stamp.end) for stamp in stamps])
    return not re.search(r"[A-Za-z]{2}", left)


def _unused(text: str, offset: int, found: list[_Held], named: Sequence[Token]) -> Iterator[Piece]:
    """Gives the sentences that state nothing, and of the others the addresses and IPs that were taken for nothing."""
    at, number = 0, 0
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    for end in (*ends, len(text)):
        while number < len(found) and found[number].end <= at:
            number += 1
        held = number < len(found) and found[number].start < end
        if not held and end > at:
            yield Piece(start=offset + at, end=offset + end)
        elif held:
            for token in named:
                if at <= token.start < end and not any(f.start < token.end and token.start < f.end for f in found):
                    yield Piece(start=offset + token.start, end=offset + token.end)
        at = end
