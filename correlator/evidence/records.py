"""Reads one value of a known source's record: what it states depends on the event that the record tells of."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum, auto
from typing import TypeVar

from correlator.evidence.fields import GUESSED, LABELLED, Fact, Field, Piece
from correlator.evidence.jsons import Leaf, Node, find_json
from correlator.evidence.labels import squeezed
from correlator.evidence.prose import read_prose
from correlator.evidence.sources import Adapter, Meaning
from correlator.evidence.values import facts_of, is_nothing
from queries.paths import is_machine_made


class Mood(Enum):
    """What kind of event a record, or a part of it, tells of."""

    PLAIN = auto()  # a try to hand the message over, or nothing is said
    EARLY = auto()  # before any try: replies and IPs are those of the sender's own systems
    ENGAGED = auto()  # what a reader did: times and IPs are those of a browser
    UNSENT = auto()  # the sender did not try: the reasons are its own


_MACHINES = frozenset((Field.SENDING_IP, Field.SENDING_HOST, Field.RECEIVING_IP, Field.RECEIVING_HOST))
_WITHOUT = {
    Mood.PLAIN: frozenset[Field](),
    Mood.EARLY: _MACHINES | {Field.REPLY, Field.STATUS},
    Mood.ENGAGED: _MACHINES | {Field.REPLY, Field.STATUS, Field.TIME},
    Mood.UNSENT: _MACHINES | {Field.REPLY, Field.STATUS},
}
_EARLIER = 4  # how much less a time says that is before the try
_TELLING_WORDS = 3  # a reason of so many words says more than the event's name
_LEAST = 9  # the highest rank of a label


def mood_of(words: Iterable[str], adapter: Adapter) -> Mood | None:
    """Gives what the words for an event say; None where there are none."""
    named = {squeezed(word) for word in words}
    if not named:
        return None
    for mood, known in ((Mood.UNSENT, adapter.unsent), (Mood.ENGAGED, adapter.engaged), (Mood.EARLY, adapter.early)):
        if named & known:
            return mood
    return Mood.PLAIN


def facts_from(leaf: Leaf, path: tuple[str, ...], adapter: Adapter, mood: Mood) -> tuple[list[Fact], list[Piece]]:
    """Reads one value of a record; `path` is the way to it."""
    facts: list[Fact] = []
    pieces: list[Piece] = []
    for meaning in adapter.meanings(path):
        found, left = _read(leaf, meaning, path, adapter, mood)
        facts += found
        pieces += left
    kept = [_ranked(fact, mood) for fact in facts if fact.field not in _WITHOUT[mood]]
    if leaf.exact:
        return kept, pieces
    return [replace(fact, start=leaf.start, end=leaf.end) for fact in kept], []


def _ranked(fact: Fact, mood: Mood) -> Fact:
    if mood is Mood.EARLY and fact.field is Field.TIME:
        return replace(fact, rank=min(fact.rank + _EARLIER, _LEAST))
    return fact


def _read(
    leaf: Leaf, meaning: Meaning, path: tuple[str, ...], adapter: Adapter, mood: Mood
) -> tuple[list[Fact], list[Piece]]:
    kind, rank = meaning
    label = ".".join(path).lower()
    if kind is Field.IGNORED or (is_nothing(leaf.value) and kind is not Field.RETURN_PATH):
        return [], []
    if kind is Field.JSON:
        return _inside(leaf, adapter, mood), []
    if kind is Field.EVENT:
        rank = 1 if leaf.value[:1].isalpha() else GUESSED  # a number says less than any words
        return ([_whole(leaf, Field.NEVER_SENT, label, rank)] if squeezed(leaf.value) in adapter.unsent else []), []
    if kind in (Field.SAME, Field.DIRECTION):
        return [_whole(leaf, kind, label if kind is Field.DIRECTION else adapter.name, 0)], []
    if kind is Field.REPLY and mood is Mood.UNSENT:
        told = len(leaf.value.split()) >= _TELLING_WORDS and not leaf.value.strip()[:1].isdigit()
        return ([_whole(leaf, Field.NEVER_SENT, label, 0)] if told else []), []
    if kind is Field.NOTES:
        return read_prose(leaf.value, leaf.start)
    kind, rank = _narrowed(kind, rank, leaf.value)
    hint = adapter.zone if kind is Field.TIME else ""
    facts = facts_of(kind, leaf.value, leaf.start, rank=LABELLED + rank, label=label, hint=hint)
    if kind is Field.IGNORED or facts:
        return facts if kind is not Field.IGNORED else [], []
    return read_prose(leaf.value, leaf.start)


def _narrowed(kind: Field, rank: int, value: str) -> tuple[Field, int]:
    if kind is Field.SENDER:
        return (Field.RETURN_PATH, rank) if is_machine_made(value) else (Field.HEADER_FROM, min(rank + 5, _LEAST))
    if kind is Field.AMAZON:
        return (Field.SENDING if "amazonses" in value.lower() else Field.IGNORED), rank
    return (Field.SENDING, rank) if kind is Field.EXCHANGE else (kind, rank)


def _whole(leaf: Leaf, kind: Field, label: str, rank: int) -> Fact:
    return Fact(field=kind, value=leaf.value, start=leaf.start, end=leaf.end, rank=LABELLED + rank, label=label)


def _inside(leaf: Leaf, adapter: Adapter, mood: Mood) -> list[Fact]:
    """Reads JSON inside of a cell, whose quotes are doubled."""
    facts: list[Fact] = []
    for node in find_json(leaf.value.replace('""', '"'))[:1]:
        for path, inner in leaves(node):
            moved = Leaf(inner.value, leaf.start, leaf.end, exact=False)
            facts += facts_from(moved, path, adapter, mood)[0]
    return facts


def joint_id(values: Mapping[str, Leaf], adapter: Adapter) -> list[Fact]:
    """Gives the id that several values of a record make together, where it has them all."""
    parts = [values[key] for key in sorted(adapter.together) if key in values and values[key].value.strip()]
    if not adapter.together or len(parts) < len(adapter.together):
        return []
    value = " ".join(part.value for part in parts)
    return [
        Fact(field=Field.SAME, value=value, start=parts[0].start, end=parts[0].end, label=f"{adapter.name} together")
    ]


def leaves(node: Node, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Leaf]]:
    """Gives the values with their paths; `{"name": n, "value": v}` counts as `{n: v}`."""
    found: list[tuple[tuple[str, ...], Leaf]] = []
    named = named_value(node)
    if named is not None:
        return [((*path, named[0]), named[1])]
    for key, item in entries(node):
        here = (*path, key) if key else path
        found += [(here, item)] if isinstance(item, Leaf) else leaves(item, here)
    return found


def named_value(node: Node) -> tuple[str, Leaf] | None:
    """Gives `n` and the value of `{"name": n, "value": v}`."""
    if len(node.keys) != 2:
        return None
    pairs = dict(node.pairs())
    name, value = pairs.get("name"), pairs.get("value")
    return (name.value, value) if isinstance(name, Leaf) and isinstance(value, Leaf) else None


def entries(node: Node) -> list[tuple[str, Leaf | Node]]:
    """Gives the items of an object or a list, those without a key under an empty one."""
    keys = node.keys + [""] * (len(node.items) - len(node.keys))
    return list(zip(keys, node.items, strict=True))


_Each = TypeVar("_Each")


def without_readers(records: list[tuple[_Each, bool]]) -> list[_Each]:
    """Leaves out records of what readers did, unless there are no others; each comes with whether it is one."""
    return [record for record, reader in records if not reader] or [record for record, _ in records]


def settled(facts: list[Fact], adapter: Adapter) -> list[Fact]:
    """Takes out the submitting client's address of a message trace where the message went out, not in."""
    clients = {label for label, meanings in adapter.fields.items() if meanings[0][0] is Field.EXCHANGE}
    if not clients:
        return facts
    out = any(
        fact.field is Field.RECEIVING_IP or (fact.field is Field.DIRECTION and fact.value.strip() not in _CAME_IN)
        for fact in facts
    )
    gone = {label.lower() for label in clients}
    return [
        fact
        for fact in facts
        if fact.field is not Field.DIRECTION and not (out and squeezed(fact.label.rpartition(".")[2]) in gone)
    ]


_CAME_IN = frozenset(("1", "Incoming", "Inbound"))
