"""Which blocks of a text speak of the same message: from blocks to one draft per message."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from correlator.evidence.claims import RemoteId
from correlator.evidence.fields import LOGGED, TOLD, Fact, Field, Piece
from correlator.evidence.lines import Block
from correlator.evidence.replies import ids_in
from queries.paths import canonical_addresses

_LETTER_HEADS = frozenset(
    [
        "from",
        "to",
        "sent",
        "date",
        "subject",
        "cc",
        "bcc",
        "reply-to",
        "von",
        "an",
        "gesendet",
        "betreff",
        "datum",
        "de",
        "para",
        "enviado",
        "asunto",
        "importance",
        "attachments",
        "received",
        "when",
        "priority",
    ]
)
_EVIDENCE = frozenset(
    (
        Field.RETURN_PATH,
        Field.SENDING_IP,
        Field.RECEIVING_IP,
        Field.MESSAGE_ID,
        Field.REPLY,
        Field.QUEUE_ID,
        Field.RECEIVING_HOST,
    )
)
_STRONG = _EVIDENCE | {Field.TIME, Field.RECIPIENT, Field.SENDING_HOST}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that a text states about one message."""

    start: int
    end: int
    facts: tuple[Fact, ...]
    pieces: tuple[Piece, ...]
    alone: bool = False


_OF_ONE_RECIPIENT = frozenset(
    (Field.REPLY, Field.STATUS, Field.QUEUE_ID, Field.RECIPIENT, Field.RECEIVING_IP, Field.RECEIVING_HOST)
)


def drafts_of(blocks: list[Block], records: list[Block]) -> list[Draft]:
    """Gives one draft per message.  `records` are rows and objects, `blocks` the paragraphs around them."""
    blocks = _without_letterhead(blocks, records)
    if not records:
        return [_draft(group) for group in _grouped([part for block in blocks for part in _split(block)])]
    groups = _merged_records(records)
    if len(groups) == 1:
        return [_draft([*groups[0], *blocks])]
    context = [fact for block in blocks for fact in block.facts]
    drafts = [_with_context(_draft(group), context) for group in groups]
    pieces = tuple(piece for block in blocks for piece in block.pieces)
    drafts[0] = replace(drafts[0], pieces=drafts[0].pieces + pieces)
    return drafts


def _draft(group: list[Block]) -> Draft:
    return Draft(
        start=min(block.start for block in group),
        end=max(block.end for block in group),
        facts=tuple(fact for block in group for fact in block.facts),
        pieces=tuple(piece for block in group for piece in block.pieces),
        alone=any(block.alone for block in group),
    )


def _with_context(draft: Draft, context: list[Fact]) -> Draft:
    """Lends a row what the text around the table says of all rows, where the row says nothing itself."""
    has = {fact.field for fact in draft.facts} | (_OF_ONE_RECIPIENT if draft.alone else set())
    return replace(draft, facts=draft.facts + tuple(fact for fact in context if fact.field not in has))


def _merged_records(records: list[Block]) -> list[list[Block]]:
    """Joins rows of one message: with an id in common, or differing in nothing but recipient or reply."""
    groups: list[list[Block]] = []
    known: dict[tuple[object, ...], list[Block]] = {}
    for record in records:
        keys = _identities(record)
        group = next((known[key] for key in keys if key in known), None)
        if group is None:
            group = []
            groups.append(group)
        for key in keys:
            known.setdefault(key, group)
        group.append(record)
    return [part for group in groups for part in _by_transaction(group)]


def _identities(record: Block) -> list[tuple[object, ...]]:
    if record.alone:
        return []
    keys: list[tuple[object, ...]] = [("id", value) for value in sorted(_values(record, Field.MESSAGE_ID))]
    keys += sorted({(fact.label, fact.value) for fact in record.facts if fact.field is Field.SAME})
    paths, times = _values(record, Field.RETURN_PATH), _values(record, Field.TIME)
    return keys or ([("path", *sorted(paths), *sorted(times))] if paths and times else [])


def _by_transaction(group: list[Block]) -> list[list[Block]]:
    """Parts copies of one message that the receiver took one by one: its replies name another id for each."""
    by_recipient: dict[frozenset[str], list[Block]] = {}
    for record in group:
        by_recipient.setdefault(_recipients(record), []).append(record)
    by_id: dict[frozenset[str], list[Block]] = {}
    nameless: list[Block] = []
    for records in by_recipient.values():
        named = frozenset(each.value for record in records for each in _ids_told(record))
        if named:
            by_id.setdefault(named, []).extend(records)
        else:
            nameless += records
    if len(by_id) < 2:
        return [group]
    parts: dict[str, list[list[Block]]] = {}
    for part in by_id.values():
        for recipient in {name for record in part for name in _recipients(record)}:
            parts.setdefault(recipient, []).append(part)
    lone: list[Block] = []
    for record in nameless:
        sharing = [part for name in sorted(_recipients(record)) for part in parts.get(name, ())[:_MOST_SHARED]]
        for part in sharing[:_MOST_SHARED]:
            part.append(record)
        lone += [] if sharing else [record]
    return [*by_id.values(), *([lone] if lone else [])]


_MOST_SHARED = 20


def _recipients(record: Block) -> frozenset[str]:
    """The recipients that the record speaks of most plainly: an event's own before those of the whole message."""
    found = [fact for fact in record.facts if fact.field is Field.RECIPIENT]
    best = min((fact.rank for fact in found), default=0)
    return frozenset(fact.value.lower() for fact in found if fact.rank == best)


def _ids_told(record: Block) -> Iterator[RemoteId]:
    for fact in record.facts:
        if fact.field is Field.REPLY:
            yield from ids_in(fact.value)


def _values(block: Block, field: Field) -> set[str]:
    return {fact.value.lower() for fact in block.facts if fact.field is field}


def _labelled(facts: Iterable[Fact], field: Field) -> list[Fact]:
    return [fact for fact in facts if fact.field is field and fact.rank < LOGGED]


def _split(block: Block) -> list[Block]:
    """Cuts a paragraph in which the same labels come round again with another message's values."""
    if any(fact.label == "log line" for fact in block.facts):
        return _split_log(block)
    firsts = [fact for fact in block.facts if fact.label and fact.field in _STRONG]
    if not firsts:
        return [block]
    starts = [fact.start for fact in firsts if fact.label == firsts[0].label and fact.field is firsts[0].field]
    starts = _one_per_round(block, starts, firsts[0])
    if len(starts) < 2:
        return [block]
    bounds = [*zip(starts, [*starts[1:], block.end + 1], strict=True)]
    parts = _parts(block, [(0 if number == 0 else start, end) for number, (start, end) in enumerate(bounds)])
    differ = any(
        len({frozenset(_values(part, field)) for part in parts if _values(part, field)}) > 1
        for field in (Field.RETURN_PATH, Field.MESSAGE_ID)
    )
    return parts if differ else [block]


def _one_per_round(block: Block, starts: list[int], first: Fact) -> list[int]:
    """Leaves out repeats with nothing between them (a list of recipients under one label)."""
    others = [fact.start for fact in block.facts if fact.label != first.label]
    kept = starts[:1]
    for start in starts[1:]:
        if any(kept[-1] < other < start for other in others):
            kept.append(start)
    return kept


def _parts(block: Block, bounds: list[tuple[int, int]]) -> list[Block]:
    facts, pieces = sorted(block.facts, key=_start), sorted(block.pieces, key=_start)
    return [
        Block(
            start=max(block.start, start),
            end=min(block.end, end),
            facts=facts[bisect_left(facts, start, key=_start) : bisect_left(facts, end, key=_start)],
            pieces=pieces[bisect_left(pieces, start, key=_start) : bisect_left(pieces, end, key=_start)],
            headed=block.headed and start <= block.start,
        )
        for start, end in bounds
    ]


def _start(each: Fact | Piece) -> int:
    return each.start


def _split_log(block: Block) -> list[Block]:
    """Sorts log lines by the sender's own queue id, which the line begins with."""
    starts = [fact.start for fact in block.facts if fact.field is Field.TIME and fact.label == "log line"]
    parts = _parts(block, list(zip([0, *starts], [*starts, block.end + 1], strict=True)))
    by_id: dict[frozenset[str], Block] = {}
    out: list[Block] = []
    for part in parts:
        ids = frozenset(_values(part, Field.DATED_ID))
        if not ids or ids not in by_id:
            if part.facts or part.pieces:
                out.append(part)
            if ids:
                by_id[ids] = part
        else:
            same = by_id[ids]
            same.facts += part.facts
            same.pieces += part.pieces
            same.end = max(same.end, part.end)
    return out or [block]


def _grouped(blocks: list[Block]) -> list[list[Block]]:
    """Joins paragraphs until one begins another message."""
    groups: list[list[Block]] = []
    known = _Marks([])
    for block in blocks:
        marks = _Marks(block.facts)
        if groups and not known.differs(marks, headed=block.headed):
            groups[-1].append(block)
            known.add(marks)
        else:
            groups.append([block])
            known = marks
    return groups


def begins_another(before: Sequence[Fact], after: Sequence[Fact]) -> bool:
    """Whether facts speak of another message than those before them."""
    return _Marks(before).differs(_Marks(after), headed=False)


class _Marks:
    """By what facts tell which message they speak of."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.is_strong = any(fact.field in _STRONG for fact in facts)
        self.ids = {fact.value.lower() for fact in facts if fact.field in (Field.MESSAGE_ID, Field.DATED_ID)}
        self.paths = _paths(_labelled(facts, Field.RETURN_PATH))
        self.labels = {fact.label for fact in _labelled(facts, Field.TIME)}
        self.fields = {fact.field for fact in facts}

    def add(self, other: "_Marks") -> None:
        """Adds what more facts of the same message tell."""
        self.is_strong = self.is_strong or other.is_strong
        self.ids |= other.ids
        self.paths |= other.paths
        self.labels |= other.labels
        self.fields |= other.fields

    def differs(self, after: "_Marks", *, headed: bool) -> bool:
        """Whether `after` begins another message; `headed`: a heading says so."""
        if not self.is_strong or not after.is_strong:
            return False
        if headed:
            return True
        if self.ids and after.ids:
            return not self.ids & after.ids
        if self.paths and after.paths and not self.paths & after.paths:
            return True
        return bool(self.labels & after.labels) and len(after.fields) > 1


def _paths(facts: list[Fact]) -> set[str]:
    return {form or "<>" for fact in facts for form in canonical_addresses(fact.value)}


def _without_letterhead(blocks: list[Block], records: list[Block]) -> list[Block]:
    """Sets aside the head of the letter that carries the evidence, where the evidence has a time of its own."""
    out: list[Block] = []
    for number, block in enumerate(blocks):
        if is_letterhead(block) and _is_evident(
            [*blocks[number + 1 : number + 1 + _LOOK_AHEAD], *records[:_LOOK_AHEAD]]
        ):
            out.append(replace(block, facts=[], pieces=[Piece(start=block.start, end=block.end)]))
        else:
            out.append(block)
    return out


def is_letterhead(block: Block) -> bool:
    """Whether a paragraph is the head of a letter as mail programs show it, and no more."""
    fields = {fact.field for fact in block.facts}
    labels = {fact.label for fact in block.facts if fact.rank < TOLD}
    return (
        bool(labels)
        and labels <= _LETTER_HEADS
        and not fields & _EVIDENCE
        and bool(fields & {Field.HEADER_FROM, Field.SUBJECT})
    )


_LOOK_AHEAD = 200


def _is_evident(blocks: list[Block]) -> bool:
    facts = [fact for block in blocks if not is_letterhead(block) for fact in block.facts]
    return any(fact.field is Field.TIME for fact in facts) and any(fact.field in _EVIDENCE for fact in facts)
