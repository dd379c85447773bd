"""Reads JSON of senders' platforms: which objects are records, and what each value in one states."""

from collections.abc import Iterator
from dataclasses import replace

from correlator.evidence.fields import LABELLED, Fact, Field, Piece
from correlator.evidence.jsons import Leaf, Node, find_json
from correlator.evidence.labels import meaning_of
from correlator.evidence.lines import Block
from correlator.evidence.prose import read_prose
from correlator.evidence.records import (
    Mood,
    entries,
    facts_from,
    joint_id,
    leaves,
    mood_of,
    named_value,
    settled,
    without_readers,
)
from correlator.evidence.sources import Adapter, Meaning, source_of
from correlator.evidence.values import facts_of, is_nothing

_MOST_RECORDS = 20_000
_DEEPEST_WRAP = 6
_MOST_VALUES = 4_000  # of one record; the rest is listed as not understood


def read_json(text: str) -> list[tuple[Node, list[Block]]]:
    """Finds the JSON of a text and reads each object of it that speaks of a message."""
    return [(node, blocks) for node in find_json(text) if (blocks := _blocks(_records(node)))]


def _blocks(records: list[Node]) -> list[Block]:
    """Reads the records of one list; those of a reader's opens and clicks only where there are no others."""
    own = [source_of(_keys(record)) for record in records]
    common = next((adapter for adapter in own if adapter), None)
    found = []
    for record, source in zip(records, own, strict=True):
        adapter = source or common
        found.append(_unknown(record) if adapter is None else _known(record, adapter))
    return without_readers(found)


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
        return _records(wrapped, depth + 1) if depth < _DEEPEST_WRAP else [wrapped]
    lists = [
        item
        for item in node.items
        if isinstance(item, Node) and not item.keys and any(isinstance(i, Node) and i.keys for i in item.items)
    ]
    own = [key for key, item in node.pairs() if isinstance(item, Leaf) and _is_telling(key)]
    inside = len(lists) == 1 and any(isinstance(item, Node) and source_of(_keys(item)) for item in lists[0].items)
    if len(lists) == 1 and not own and (inside or source_of(_keys(node)) is None) and depth < _DEEPEST_WRAP:
        return _records(lists[0], depth + 1)
    return [node]


def _is_telling(key: str) -> bool:
    meaning = meaning_of(key)
    return meaning is not None and meaning[0] not in (Field.IGNORED, Field.STATUS, Field.TIME, Field.NOTES)


def _wrapped_text(node: Node) -> Node | None:
    """Gives the object inside the `Message` of an Amazon SNS envelope, whose text is JSON once more."""
    for key, item in node.pairs():
        if key in ("Message", "message") and isinstance(item, Leaf) and item.value.lstrip().startswith("{"):
            inner = find_json(item.value)
            return _moved(inner[0], item) if inner else None
    return None


def _moved(node: Node, onto: Leaf) -> Node:
    items: list[Leaf | Node] = [
        _moved(item, onto) if isinstance(item, Node) else Leaf(item.value, onto.start, onto.end, exact=False)
        for item in node.items
    ]
    return Node(onto.start, onto.end, node.keys, items)


def _keys(node: Node) -> frozenset[str]:
    found = set(node.keys)
    for item in node.items:
        if isinstance(item, Node):
            found |= _keys(item)
    return frozenset(found)


# ---------------------------------------------------------------- records of a source that is known


def _known(record: Node, adapter: Adapter) -> tuple[Block, bool]:
    """Reads a record, and tells whether it is of what a reader did."""
    walk = _Walk(adapter, Block(start=record.start, end=record.end))
    walk.part(record, (), Mood.PLAIN)
    top = {key: item for key, item in entries(record) if isinstance(item, Leaf)}
    walk.block.facts = settled(walk.block.facts, adapter) + joint_id(top, adapter)
    return walk.block, walk.moods == {Mood.ENGAGED}


class _Walk:
    """Through one record: what it states, and what kinds of events it tells of."""

    def __init__(self, adapter: Adapter, block: Block) -> None:
        self.adapter = adapter
        self.block = block
        self.moods: set[Mood] = set()
        self.values = 0

    def part(self, node: Node, path: tuple[str, ...], mood: Mood) -> None:
        """Reads a part of a record; what it says of its event counts for it and the parts inside of it."""
        meanings = self.adapter.meanings
        own = mood_of(
            [item.value for here, item in _direct(node, path) if (Field.EVENT, 0) in meanings(here)], self.adapter
        )
        if own is not None:
            self.moods.add(own)
        for here, leaf in _direct(node, path):
            self.values += 1
            if self.values > _MOST_VALUES:
                if self.values == _MOST_VALUES + 1:
                    self.block.pieces.append(Piece(start=leaf.start, end=self.block.end))
                return
            facts, pieces = facts_from(leaf, here, self.adapter, own or mood)
            self.block.facts += facts
            self.block.pieces += pieces
        if named_value(node) is None:
            for key, item in entries(node):
                if isinstance(item, Node):
                    self.part(item, (*path, key) if key else path, own or mood)


def _direct(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    named = named_value(node)
    if named is not None:
        yield (*path, named[0]), named[1]
        return
    for key, item in entries(node):
        if isinstance(item, Leaf):
            yield ((*path, key) if key else path), item


# ---------------------------------------------------------------- records of any other source

_ENGAGEMENT = frozenset(
    (
        "open", "opened", "click", "clicked", "clickthrough", "amp_open", "initial_open", "amp_click",
        "amp_initial_open", "unsubscribe", "list_unsubscribe", "group_unsubscribe", "uniqueopened", "unique_opened",
        "proxy_open", "subscriptionchange", "complaint", "complained", "spamreport", "spam_complaint",
    )
)  # fmt: skip
_KIND_OF_EVENT = frozenset(("event", "type", "eventtype", "event_type", "recordtype", "event_name"))
# in opens and clicks, times and IPs are those of a reader's browser and no evidence of delivery
_ENGAGED_ONLY = frozenset(
    (Field.TIME, Field.SENDING_IP, Field.SENDING_HOST, Field.RECEIVING_IP, Field.RECEIVING_HOST, Field.STATUS)
)


def _unknown(record: Node) -> tuple[Block, bool]:
    block = Block(start=record.start, end=record.end)
    engaged = False
    for path, leaf in leaves(record):
        engaged |= path[-1:] != () and path[-1].lower() in _KIND_OF_EVENT and leaf.value.lower() in _ENGAGEMENT
        meaning = _generic(path)
        if is_nothing(leaf.value) and not (meaning and meaning[0] is Field.RETURN_PATH):
            continue
        if meaning is None:
            block.pieces.append(Piece(start=leaf.start, end=leaf.end))
            continue
        block.facts += _facts(leaf, meaning, path, block)
    if engaged:
        block.facts = [fact for fact in block.facts if fact.field not in _ENGAGED_ONLY]
    return block, engaged


def _generic(path: tuple[str, ...]) -> Meaning | None:
    for length in (2, 1):
        if len(path) >= length and (found := meaning_of(" ".join(path[-length:]))):
            return found
    return None


def _facts(leaf: Leaf, meaning: Meaning, path: tuple[str, ...], block: Block) -> list[Fact]:
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
