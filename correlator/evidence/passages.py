"""Which reader reads which stretch of a text: the parts of mail sources by their roles, the rest by its forms."""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from correlator.evidence.adapters import read_json
from correlator.evidence.bounces import find_bounces, find_copies
from correlator.evidence.fields import GUESSED, LOGGED, TOLD, Fact, Field, Piece
from correlator.evidence.grouping import Draft, begins_another, drafts_of, is_letterhead
from correlator.evidence.heads import find_checked, find_heads, read_head
from correlator.evidence.lines import Block, read_lines
from correlator.evidence.maillogs import NO_ATTEMPT
from correlator.evidence.page import Page, Role
from correlator.evidence.replies import ids_in
from correlator.evidence.reports import find_reports
from correlator.evidence.sessions import find_sessions
from correlator.evidence.tables import find_tables

_Found = tuple[int, int, list[Block], list[Block]]  # where, paragraphs, records
_OF_ATTEMPTS = frozenset(("last-attempt-date", "arrival-date", "bounce", "session"))
_SAYS_WHICH = frozenset((Field.QUEUE_ID, Field.MESSAGE_ID))
_OF_A_HAND_OVER = frozenset(
    (Field.REPLY, Field.RETURN_PATH, Field.SENDING_IP, Field.RECEIVING_IP, Field.RECEIVING_HOST, Field.NEVER_SENT)
)
_FEWEST_KINDS = 2  # a newsletter may name one: the address of its writer, the IP of a log-in


def read_page(page: Page) -> list[Draft]:
    """Gives what a page states, one draft per message."""
    spans = [(*page.where(region), region) for region in page.regions]
    taken = [(start, end) for start, end, _ in spans if start < end]
    around = _drafts(*_read_all(page.text, _gaps(taken, len(page.text))))
    of_mails: list[Draft] = []
    for _, group in groupby(spans, key=lambda span: span[2].mail):
        of_mails += _drafts(*_read_mail(page.text, [(start, end, region.role) for start, end, region in group]))
    return _put_together(around, of_mails)


def _drafts(blocks: list[Block], records: list[Block]) -> list[Draft]:
    return drafts_of(blocks, records) if blocks or records else []


def _put_together(around: list[Draft], of_mails: list[Draft]) -> list[Draft]:
    """Joins what stands around a mail source to it, unless it speaks of another message."""
    if not of_mails or not around:
        return around or of_mails
    telling = [draft for draft in around if draft.facts]
    first = of_mails[0]
    if len(of_mails) == 1 and len(telling) == 1 and not begins_another(list(first.facts), telling[0].facts):
        timed = any(fact.field is Field.TIME for fact in first.facts)
        extra = tuple(f for f in telling[0].facts if not (timed and f.field is Field.TIME and f.rank >= TOLD))
        telling = []
    else:
        extra = ()
    pieces = tuple(piece for draft in around if draft not in telling for piece in draft.pieces)
    of_mails[0] = replace(first, facts=first.facts + extra, pieces=first.pieces + pieces)
    return telling + of_mails


def _read_mail(text: str, parts: list[tuple[int, int, Role]]) -> tuple[list[Block], list[Block]]:
    blocks: list[Block] = []
    records: list[Block] = []
    body = _read_all(text, [(start, end) for start, end, role in parts if role is Role.BODY])
    heads = [read_head(text, start, end) for start, end, role in parts if role is Role.HEAD]
    is_letter = _speaks_of_another(heads, body)
    for start, end, role in parts:
        if role is Role.RETURNED:
            blocks.append(read_head(text, start, end, returned=True))
        elif role is Role.REPORT:
            for report in find_reports(text, start, end):
                records += report.records
        elif role is Role.LETTER:
            more = _read_all(text, [(start, end)])
            blocks += more[0]
            records += more[1]
        elif role is Role.ASIDE or role is (Role.HEAD if is_letter else Role.BODY):
            blocks.append(Block(start=start, end=end, pieces=[Piece(start=start, end=end)]))
    if is_letter:
        return blocks + body[0], records + body[1]
    _set_times_aside(blocks, records)
    return blocks + heads, records


def _set_times_aside(blocks: list[Block], records: list[Block]) -> None:
    """Sets aside times that are worse than others here: in words, in a returned head, beside which one has no zone."""
    _without_times_of_no_attempt([*records, *blocks])
    times = [fact for each in (*records, *blocks) for fact in each.facts if fact.field is Field.TIME]
    if any(fact.rank < TOLD and fact.label in _OF_ATTEMPTS for fact in times):
        _without(blocks, lambda fact: fact.rank >= TOLD)
    elif any(fact.rank == TOLD and fact.label in ("received", "date") for fact in times):
        _without(blocks, lambda fact: fact.label == "created date")


def _without(blocks: list[Block], is_worse: Callable[[Fact], bool]) -> None:
    for block in blocks:
        worse = [fact for fact in block.facts if fact.field is Field.TIME and is_worse(fact)]
        if worse:
            block.facts = [fact for fact in block.facts if fact.field is not Field.TIME or not is_worse(fact)]
            block.pieces += [Piece(start=fact.start, end=fact.end) for fact in worse]


def _without_times_of_no_attempt(blocks: list[Block]) -> None:
    """Keeps, of a log with attempts to deliver in it, the times of those lines: the others tell of the way before."""
    times = [fact for block in blocks for fact in block.facts if fact.field is Field.TIME and fact.label == "log line"]
    if any(fact.rank == LOGGED for fact in times):
        for block in blocks:
            block.facts = [
                fact for fact in block.facts
                if fact.field is not Field.TIME or fact.rank != NO_ATTEMPT or fact.label != "log line"
            ]  # fmt: skip


def _speaks_of_another(heads: list[Block], body: tuple[list[Block], list[Block]]) -> bool:
    """Whether a body names a message by what only mail servers know of it, and that message is not the mail's own."""
    facts = [fact for block in (*body[0], *body[1]) for fact in block.facts]
    own = {fact.value.lower() for head in heads for fact in head.facts if fact.field is Field.MESSAGE_ID}
    if own & {fact.value.lower() for fact in facts if fact.field is Field.MESSAGE_ID}:
        return False
    if any(fact.field in _SAYS_WHICH or (fact.field is Field.REPLY and ids_in(fact.value)) for fact in facts):
        return True
    kinds = {fact.field for fact in facts if fact.rank < GUESSED and fact.field in _OF_A_HAND_OVER}
    return len(kinds) >= _FEWEST_KINDS


def _read_all(text: str, stretches: list[tuple[int, int]]) -> tuple[list[Block], list[Block]]:
    """Reads what has a form of its own first, and what is left line by line."""
    blocks: list[Block] = []
    records: list[Block] = []
    for start, end in stretches:
        more = _read_stretch(text, start, end)
        blocks += more[0]
        records += more[1]
    blocks.sort(key=lambda block: block.start)
    _set_times_aside(blocks, records)
    telling = [record for record in records if record.facts]
    return blocks, telling or records


def _read_stretch(text: str, start: int, end: int) -> tuple[list[Block], list[Block]]:
    blocks: list[Block] = []
    records: list[Block] = []
    taken: list[tuple[int, int]] = []
    carried = start
    for find in _FINDERS:
        for a, b in _gaps_between(taken, start, end):
            for at, upto, more, rows in find(text, a, b):
                taken.append((at, upto))
                blocks += more
                records += rows
                carried = max(carried, at) if find in _CARRIED else carried
    for a, b in _gaps_between(taken, start, end):
        blocks += [_aside(each) if b <= carried and is_letterhead(each) else each for each in read_lines(text, a, b)]
    return blocks, records


def _aside(block: Block) -> Block:
    """Gives the head of a letter that carries a bounce, a report or a dialogue as what it is: no evidence."""
    return Block(start=block.start, end=block.end, pieces=[Piece(start=block.start, end=block.end)])


def _json(text: str, start: int, end: int) -> list[_Found]:
    return [
        (start + node.start, start + node.end, [], [block.moved(start) for block in found])
        for node, found in read_json(text[start:end])
    ]


def _reports(text: str, start: int, end: int) -> list[_Found]:
    return [(report.start, report.end, [], list(report.records)) for report in find_reports(text, start, end)]


def _heads(text: str, start: int, end: int) -> list[_Found]:
    found = [*find_checked(text, start, end), *find_heads(text, start, end)]
    return [(head.start, head.end, [head.block], []) for head in found]


def _copies(text: str, start: int, end: int) -> list[_Found]:
    return [(each.start, each.end, list(each.blocks), []) for each in find_copies(text, start, end)]


def _bounces(text: str, start: int, end: int) -> list[_Found]:
    return [(each.start, each.end, list(each.blocks), list(each.records)) for each in find_bounces(text, start, end)]


def _sessions(text: str, start: int, end: int) -> list[_Found]:
    return [(each.start, each.end, list(each.blocks), list(each.records)) for each in find_sessions(text, start, end)]


def _tables(text: str, start: int, end: int) -> list[_Found]:
    return [
        (start + table.start, start + table.end, [], [row.moved(start) for row in table.rows])
        for table in find_tables(text[start:end])
    ]


_FINDERS: tuple[Callable[[str, int, int], list[_Found]], ...] = (
    _copies, _json, _sessions, _reports, _bounces, _heads, _tables
)  # fmt: skip
_CARRIED = frozenset((_copies, _sessions, _reports, _bounces))


def _gaps(taken: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    return _gaps_between(taken, 0, length)


def _gaps_between(taken: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    bounds = [start, *(at for pair in sorted(taken, key=itemgetter(0)) for at in pair), end]
    return [(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=True) if a < b]
