"""Reads SMTP dialogues (RFC 5321 section 3) that a sender pastes: who got which reply, and which is the message's.

Read are what a terminal shows (telnet, `openssl s_client`), the marks of swaks and of `C:`/`S:`,
what Python's smtplib prints, and the rows of Exchange's SmtpSend protocol log.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from correlator.evidence.expressions import expression
from correlator.evidence.fields import LOGGED, Fact, Field, Piece
from correlator.evidence.lines import Block
from correlator.evidence.replies import ids_in
from correlator.evidence.tokens import addresses
from correlator.evidence.values import facts_of

_MAIL = expression(r"(?im)\bmail from: ?<[^<>\s]{0,320}>")
_MARK = expression(r"[ \t]*(?P<mark><[-~]|<{1,3}(?=[ \t]+\S)|-> ?|~>|>(?=[ \t])|===|C:|S:)[ \t]*")
_REPLY = expression(r"([2-5]\d\d)([ -]|$)")
_VERB = expression(
    r"(?i)(?:(?P<helo>EHLO|HELO|LHLO)[ \t]+(?P<name>\S{1,255})|MAIL FROM:[ \t]*<(?P<from>[^<>\s]{0,320})>"
    r"|RCPT TO:[ \t]*<(?P<to>[^<>\s]{1,320})>|(?P<data>DATA)\s*$|BDAT\s+\d+(?P<last>\s+LAST)?|(?P<other>STARTTLS"
    r"|AUTH\b|RSET|NOOP"
    r"|QUIT|VRFY|EXPN|HELP|XCLIENT|XFORWARD))"
)
_ABOUT = expression(
    r"(?i)\s*(?:(?:===|\*\*\*|\$|#)?\s*(?:trying|connected to|connection (?:to|closed)|escape character"
    r"|connected\(|---|telnet|openssl"
    r"|swaks|nc|ncat|gnutls-cli|tls started|starting tls|verif\w+|depth=|ssl|session|cipher|protocol)\b"
    r"|CONNECTED\(|---$|===|\*\*\*)"
)
_TO_HOST = expression(
    r"(?i)(?:trying|connected to|telnet|ncat?|-connect"
    r"|--server)[ =]\[?(?P<host>[A-Za-z0-9][A-Za-z0-9._:-]{1,253}?[A-Za-z0-9])\]?"
    r"(?:[: ]\d{1,5})?(?=\.{0,3}(?:[\s,)\]]|$))\.{0,3}(?:\s*[(\[](?P<ip>[0-9a-fA-F.:]{2,45})[)\]])?"
)
_HEADER = expression(r"(?i)(?P<name>message-id|from|subject|date):[ \t]*(?P<value>[^\n]{1,1000})")
_PRINTED = expression(r"\s*(?P<kind>send|reply|data|connect):\s(?P<rest>.*)$")
_LITERAL = expression(r"b?(?P<quote>['\"])(?P<said>.*?)(?:\\r\\n)?(?P=quote)\s*$")
_PEER = expression(r"\(?'(?P<host>[^'\s]{1,255})',\s*\d{1,5}\)?")
_ROW = expression(
    r"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z,[^,\n]{0,200},(?P<session>[0-9A-F]{16}),\d{1,6},"
)
_ROW_PARTS = expression(
    r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z),[^,]*,(?P<session>[0-9A-F]{16}),\d{1,6},(?P<local>[^,]*),(?P<remote>[^,]*),"
    r"(?P<event>[+<>*-]),(?:\"(?P<quoted>(?:[^\"]|\"\"){0,2000})\"|(?P<data>.*?)),(?P<context>[^,\n]*)$"
)
_ROW_ID = expression(r"InternetMessageId <(?P<id>[^<>\s]{3,400})>")
_NAMES = expression(r"<([^<>\s]{3,320})>")
_MOST_LINES = 20_000
_MOST_RECIPIENTS = 1_000  # of one message
_LOOK_BACK = 60


class Session(NamedTuple):
    """Where a dialogue stands in a text, what it says of all its recipients, and one record per fate."""

    start: int
    end: int
    blocks: tuple[Block, ...]
    records: tuple[Block, ...]


class _Said(NamedTuple):
    """One line of a dialogue: `who` is C, S, `?` for what is told about it, or `D` for a line of the message."""

    who: str
    text: str
    at: int
    end: int
    time: Fact | None = None


@dataclass(slots=True)
class _Transaction:
    common: list[Fact]
    recipients: list[tuple[Fact, _Said | None]] = field(default_factory=list)
    named: set[int] = field(default_factory=set)  # numbers of the recipients whose reply names them
    numbers: dict[str, int] = field(default_factory=dict)  # of the recipients, by address
    final: _Said | None = None
    started: bool = False


@dataclass(slots=True)
class _Machine:
    """Matches replies to commands in order, pipelined or not (RFC 2920).

    `broken`: something was left out when it was pasted, so that the order tells nothing; then a
    reply counts only for the recipient that it names, or for the message by our id in it.
    """

    waiting: deque[tuple[str, int]] = field(default_factory=deque)
    transactions: list[_Transaction] = field(default_factory=list)
    connection: list[Fact] = field(default_factory=list)
    head_over: bool = False
    broken: bool = False

    def current(self) -> _Transaction:
        if not self.transactions:
            self.transactions.append(_Transaction([]))
        return self.transactions[-1]


def find_sessions(text: str, start: int, end: int) -> list[Session]:
    """Finds the dialogues of a text."""
    found: list[Session] = []
    at = start
    while mail := _MAIL.search(text, at, end):
        session, stop = _session_at(text, mail.start(), at, end)
        at = max(mail.end(), stop)
        if session is not None:
            found.append(session)
    return found


def _session_at(text: str, mail: int, floor: int, end: int) -> tuple[Session | None, int]:
    """Reads the dialogue around a line; gives where the reading ended, too."""
    line = text.rfind("\n", floor, mail) + 1 or floor
    first = text[line : _line_end(text, line, end)]
    rows = _ROW.match(first)
    if rows:
        return _of_rows(text, floor, end)
    printed = _PRINTED.match(first)
    begin = _beginning(text, line, floor, is_one=_is_printed if printed else _is_said)
    said = list(_printed(text, begin, end) if printed else _shown(text, begin, end))
    stop = _last(said, begin)
    return _session(begin, stop, _ended(_run(said))), stop


def _last(said: list[_Said], start: int) -> int:
    return max((each.end for each in said), default=start)


def _line_end(text: str, at: int, end: int) -> int:
    stop = text.find("\n", at, end)
    return end if stop < 0 else stop


def _beginning(text: str, line: int, floor: int, *, is_one: Callable[[str], bool]) -> int:
    """Gives where the lines above one of a dialogue begin that belong to it, too."""
    begin = line
    for _ in range(_LOOK_BACK):
        above = max(text.rfind("\n", floor, max(begin - 1, floor)) + 1, floor)
        if above >= begin or not is_one(text[above : begin - 1]):
            break
        begin = above
    return begin


def _is_printed(line: str) -> bool:
    return _PRINTED.match(line) is not None


def _is_said(line: str) -> bool:
    bare = _MARK.sub("", line, count=1)
    return bool(_MARK.match(line) or _REPLY.match(bare.strip()) or _VERB.match(bare.strip()) or _ABOUT.match(line))


def _shown(text: str, start: int, end: int) -> Iterator[_Said]:
    """Reads what a terminal or swaks shows; ends where the text is no dialogue any more."""
    in_data = False
    at = start
    for _ in range(_MOST_LINES):
        if at >= end:
            return
        stop = _line_end(text, at, end)
        mark = _MARK.match(text, at, stop)
        begin = mark.end() if mark else at + len(text[at:stop]) - len(text[at:stop].lstrip(" \t"))
        sign = mark.group("mark").strip() if mark else ""
        line = text[begin:stop].rstrip()
        server = sign.startswith("<") or sign == "S:"
        reply = _REPLY.match(line)
        if in_data and not server:
            in_data = line != "."
            yield _Said("D", line, begin, stop)
        elif reply and not (sign and not server):
            in_data = reply.group(1) == "354" or (in_data and not server)
            yield _Said("S", line, begin, stop)
        elif _VERB.match(line) and not server:
            yield _Said("C", line, begin, stop)
        elif sign or _ABOUT.match(text, at, stop):
            yield _Said("?", line, begin, stop)
        elif line:
            return
        at = stop + 1


def _printed(text: str, start: int, end: int) -> Iterator[_Said]:
    """Reads what smtplib prints at debug level 1."""
    in_data = False
    at = start
    for _ in range(_MOST_LINES):
        stop = _line_end(text, at, end)
        found = _PRINTED.match(text, at, stop) if at < end else None
        if found is None:
            return
        kind, rest = found.group("kind"), found.group("rest")
        literal = _LITERAL.match(rest)
        begin = found.start("rest") + (literal.start("said") if literal else 0)
        said = literal.group("said") if literal else rest
        if kind == "reply" and literal:
            in_data = said.startswith("354")
            yield _Said("S", said.rstrip(), begin, stop)
        elif kind == "send" and literal and in_data:
            yield from _lines_printed(said, begin)
        elif kind == "send" and literal:
            yield _Said("C", said, begin, stop)
        else:
            yield _Said("?", rest, found.start("rest"), stop)
        at = stop + 1


def _lines_printed(said: str, begin: int) -> Iterator[_Said]:
    at = 0
    for line in said.split("\\r\\n")[:_MOST_LINES]:
        yield _Said("D", line, begin + at, begin + at + len(line))
        at += len(line) + len("\\r\\n")


def _run(said: list[_Said]) -> _Machine:
    machine = _Machine()
    for each in said:
        if each.who == "C":
            _command(machine, each)
        elif each.who == "S":
            _reply(machine, each)
        elif each.who == "D":
            _of_message(machine, each)
        else:
            _about(machine, each)
    return machine


def _command(machine: _Machine, said: _Said) -> None:
    found = _VERB.match(said.text)
    if found is None:
        return
    if found.group("helo"):
        machine.connection += _facts(Field.HELO, found.group("name"), said.at + found.start("name"))
        machine.waiting.append(("helo", 0))
    elif found.group("from") is not None:
        pending = [] if machine.transactions and machine.transactions[-1].started else machine.current().common
        transaction = _Transaction(pending, started=True)
        transaction.common += _facts(Field.RETURN_PATH, found.group("from"), said.at + found.start("from"))
        if machine.transactions and not machine.transactions[-1].started:
            machine.transactions.pop()
        machine.transactions.append(transaction)
        machine.waiting.append(("mail", 0))
    elif found.group("to"):
        _recipient(machine, said, found)
    elif found.group("data") or found.group("last"):
        machine.waiting.append(("data" if found.group("data") else "message", 0))
        machine.head_over = False
    else:
        machine.waiting.append(("other", 0))


def _recipient(machine: _Machine, said: _Said, found: re.Match[str]) -> None:
    transaction = machine.current()
    address = next(addresses(found.group("to")), None)
    if address is None or len(transaction.recipients) >= _MOST_RECIPIENTS:
        machine.waiting.append(("other", 0))
        return
    number = len(transaction.recipients)
    fact = Fact(
        field=Field.RECIPIENT, value=address.value, start=said.at + found.start("to") + address.start,
        end=said.at + found.start("to") + address.end, rank=LOGGED, label="session",
    )  # fmt: skip
    transaction.recipients.append((fact, None))
    transaction.numbers[address.value.lower()] = number
    machine.waiting.append(("rcpt", number))


def _facts(kind: Field, value: str, start: int) -> list[Fact]:
    if not value and kind is Field.RETURN_PATH:
        return [Fact(field=kind, value="", start=start, end=start, rank=LOGGED, label="session")]
    return facts_of(kind, value, start, rank=LOGGED, label="session")


def _reply(machine: _Machine, said: _Said) -> None:
    found = _REPLY.match(said.text)
    if found is None or found.group(2) == "-":
        return
    code = found.group(1)
    if machine.transactions and _is_named(machine, said, code):
        return
    if not machine.waiting:
        if code == "220":
            machine.connection += _banner(said)
        else:
            machine.broken = machine.broken or code[0] not in "23"
        return
    command, number = machine.waiting[0]
    if code[0] == "3" and command != "data":
        machine.broken = machine.broken or (code == "354")
        return  # a step of AUTH
    machine.waiting.popleft()
    if not machine.transactions:
        return
    transaction = machine.current()
    if command == "rcpt" and number < len(transaction.recipients):
        transaction.recipients[number] = (transaction.recipients[number][0], said)
    elif command == "data" and code[0] == "3":
        machine.waiting.appendleft(("message", 0))
    elif command in ("data", "message") or (command == "mail" and code[0] in "45"):
        transaction.final = said


def _is_named(machine: _Machine, said: _Said, code: str) -> bool:
    """Takes a reply that says itself what it answers: the message by our id, or one recipient by its address."""
    transaction = machine.current()
    if code[0] == "2" and ids_in(said.text):
        transaction.final = said
        machine.broken = machine.broken or not machine.waiting or machine.waiting[0][0] != "message"
        machine.waiting.clear()
        return True
    about = {transaction.numbers.get(name.lower(), -1) for name in _NAMES.findall(said.text)} - {-1}
    number = about.pop() if len(about) == 1 else -1
    if code[0] not in "45" or number < 0 or ("rcpt", number) not in machine.waiting:
        return False
    transaction.recipients[number] = (transaction.recipients[number][0], said)
    transaction.named.add(number)
    machine.broken = machine.broken or machine.waiting[0] != ("rcpt", number)
    machine.waiting.remove(("rcpt", number))
    return True


def _banner(said: _Said) -> list[Fact]:
    name = said.text[4:].split(None, 1)[0] if said.text[4:].split() else ""
    facts = facts_of(Field.RECEIVING, name, said.at + 4, rank=LOGGED + 1, label="session")
    return [fact for fact in facts if fact.field is Field.RECEIVING_HOST]


def _of_message(machine: _Machine, said: _Said) -> None:
    machine.head_over = machine.head_over or not said.text
    found = None if machine.head_over else _HEADER.match(said.text)
    if found:
        kind = {
            "message-id": Field.MESSAGE_ID, "from": Field.HEADER_FROM, "subject": Field.SUBJECT, "date": Field.TIME
        }[found.group("name").lower()]  # fmt: skip
        rank = LOGGED + (4 if kind is Field.TIME else 0)
        label = "date" if kind is Field.TIME else "session"
        machine.current().common += facts_of(
            kind, found.group("value"), said.at + found.start("value"), rank=rank, label=label
        )


def _about(machine: _Machine, said: _Said) -> None:
    found = _TO_HOST.search(said.text) or _PEER.search(said.text)
    for name, value in found.groupdict().items() if found else ():
        if found and value:
            bare = value.partition(":")[0] if value.count(":") == 1 else value
            start = said.at + found.start(name)
            machine.connection += facts_of(Field.RECEIVING, bare, start, rank=LOGGED, label="session")


def _ended(machine: _Machine) -> _Machine:
    """Marks a dialogue in which commands other than the last were left without a reply."""
    machine.broken = machine.broken or any(command in ("helo", "mail", "rcpt") for command, _ in machine.waiting)
    return machine


def _session(start: int, end: int, machine: _Machine) -> Session | None:
    records: list[Block] = []
    for transaction in machine.transactions:
        records += _fates(_certain(transaction, machine), start, end)
    if not records:
        return None
    for record in records:
        record.facts += machine.connection
    whole = Block(start=start, end=end)
    if len(records) == 1:
        return Session(start, end, tuple(records), ())
    return Session(start, end, (whole,), tuple(records))


def _certain(transaction: _Transaction, machine: _Machine) -> _Transaction:
    """Gives what is sure of a dialogue with gaps: without them, all of it."""
    if not machine.broken:
        return transaction
    unsure = [
        (fact, reply) for n, (fact, reply) in enumerate(transaction.recipients)
        if reply and reply.text[:1] in "45" and n not in transaction.named
    ]  # fmt: skip
    recipients = [
        (fact, reply if n in transaction.named else None) for n, (fact, reply) in enumerate(transaction.recipients)
    ]
    final = transaction.final if transaction.final and ids_in(transaction.final.text) and not unsure else None
    return _Transaction(transaction.common, recipients, final=final, started=True)


def _fates(transaction: _Transaction, start: int, end: int) -> list[Block]:
    """Gives one block for those who were accepted, and one for each reply that refused others."""
    fates: dict[str, Block] = {}
    refused = transaction.final if transaction.final and not transaction.recipients else None
    for fact, reply in transaction.recipients:
        last = reply if reply and reply.text[:1] in "45" else transaction.final
        key = last.text.lower().replace(fact.value.lower(), "*") if last else ""
        block = fates.setdefault(key, Block(start=start, end=end, facts=list(transaction.common)))
        block.facts.append(fact)
        if last:
            block.facts += facts_of(Field.REPLY, last.text, last.at, rank=LOGGED, label="session")
            if last.time:
                block.facts.append(last.time)
    if refused:
        fates[""] = Block(
            start=start,
            end=end,
            facts=[*transaction.common, *facts_of(Field.REPLY, refused.text, refused.at, rank=LOGGED, label="session")],
        )
    for block in fates.values():
        block.alone = len(fates) > 1
    return list(fates.values())


def _of_rows(text: str, floor: int, end: int) -> tuple[Session | None, int]:
    """Reads the rows of Exchange's SmtpSend protocol log, each dialogue by its session-id."""
    machines: dict[str, _Machine] = {}
    begin: int | None = None
    stop = floor
    for number, found in enumerate(_ROW.finditer(text, floor, end)):
        if number >= _MOST_LINES or (begin is not None and text[stop : found.start()].strip()):
            break
        line_end = _line_end(text, found.start(), end)
        parts = _ROW_PARTS.match(text, found.start(), line_end)
        begin = found.start() if begin is None else begin
        stop = line_end
        if parts:
            _row(machines.setdefault(parts.group("session"), _Machine()), parts)
    records: list[Block] = []
    for machine in map(_ended, machines.values()):
        for transaction in machine.transactions:
            fates = _fates(_certain(transaction, machine), begin or floor, stop)
            for record in fates:
                record.facts += machine.connection
            records += fates
    if begin is None or not records:
        return None, stop
    head = _heading(text, floor, begin)
    pieces = [Piece(start=head, end=begin)] if head < begin else []
    if len(records) == 1:
        records[0].pieces += pieces
        return Session(head, stop, tuple(records), ()), stop
    return Session(head, stop, (Block(start=head, end=stop, pieces=pieces),), tuple(records)), stop


def _heading(text: str, floor: int, begin: int) -> int:
    """Gives where the `#Fields:` lines above the rows begin."""
    head = begin
    while head > floor:
        above = max(text.rfind("\n", floor, head - 1) + 1, floor)
        if above >= head or not text[above:head].startswith("#"):
            break
        head = above
    return head


def _row(machine: _Machine, parts: re.Match[str]) -> None:
    if not machine.connection and parts.group("local"):
        for name, kind in (("local", Field.SENDING), ("remote", Field.RECEIVING)):
            value = parts.group(name).strip("[]").rpartition(":")[0]
            machine.connection += facts_of(kind, value, parts.start(name), rank=LOGGED, label="session")
    name = "quoted" if parts.group("quoted") is not None else "data"
    line, at = parts.group(name).strip(), parts.start(name)
    times = facts_of(Field.TIME, parts.group("time"), parts.start("time"), rank=LOGGED, label="session")
    said = _Said("S", line, at, at + len(line), times[0] if times else None)
    event = parts.group("event")
    named = _ROW_ID.search(parts.string, parts.start(), parts.end())
    if named and event == "*":
        transaction = machine.current()
        if transaction.started:
            machine.transactions.append(transaction := _Transaction([]))
        transaction.common += _facts(Field.MESSAGE_ID, named.group("id"), named.start("id"))
    elif event == ">":
        _command(machine, said)
    elif event == "<":
        _reply(machine, said)
