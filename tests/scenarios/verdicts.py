"""An answer held against the truth: right, undecided, or wrong, with the words to say why."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from tests.scenarios.runs import End, Json, Sent

_MINUTES = 180  # seconds: how far the receipt of a message may be from the sender's own time of the try


class Word(Enum):
    """How one answer stands to the truth."""

    RIGHT = "right"
    UNDECIDED = "undecided"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was said of one true end, and how that stands to the truth."""

    word: Word
    said: str
    truth: str
    recipient: str


def judge(sent: Sent, answer: Json, about: str | None = None, *, several: bool = False) -> tuple[Verdict, ...]:
    """Gives a verdict for each true end of a message that a bundle asks about.

    `about` limits it to one recipient; `several` says that the bundle fits another message as well, so
    that any of the matches may be the right one, and naming the other one first is no mistake.
    """
    if not sent.in_log:
        word = Word.WRONG if answer["finding"] == "found" else Word.RIGHT
        return (Verdict(word=word, said=answer["finding"], truth="in no log", recipient="-"),)
    tops = [end for end in sent.ends if about is None or _same(end.recipient, about)]
    match = _chosen(sent, answer, several=several)
    verdicts = tuple(_of_end(sent, answer, match, top, leaf) for top in tops for leaf in top.leaves())
    if several and match is None and answer["matches"]:
        return tuple(replace(verdict, word=Word.UNDECIDED) for verdict in verdicts)
    return verdicts


def _chosen(sent: Sent, answer: Json, *, several: bool) -> Json | None:
    matches: list[Json] = answer["matches"]
    if several:
        return next((match for match in matches if is_of(match, sent)), None)
    return matches[0] if matches else None


def _of_end(sent: Sent, answer: Json, match: Json | None, top: End, leaf: End) -> Verdict:
    truth = leaf.fate if leaf.folder is None else f"{leaf.fate} in {leaf.folder}"

    def verdict(word: Word, said: str) -> Verdict:
        return Verdict(word=word, said=said, truth=truth, recipient=leaf.recipient)

    finding = answer["finding"]
    if finding == "not_found":
        return verdict(Word.RIGHT if sent.is_silent else Word.WRONG, "not_found")
    if finding == "cannot_tell":
        return verdict(Word.UNDECIDED if _is_honest(answer) else Word.WRONG, "cannot_tell")
    if match is None or is_of(match, sent) is False:
        return verdict(Word.RIGHT if sent.is_silent else Word.WRONG, f"found another message: {_title(match)}")
    node = _node(match, top, leaf)
    if node is None:
        others = [found for found in answer["matches"] if found is not match and is_of(found, sent)]
        node = next((found for other in others if (found := _node(other, top, leaf))), None)
    return verdict(*_compare(sent, node, leaf))


def _is_honest(answer: Json) -> bool:
    """Who cannot tell must name the messages it may be, or what is missing."""
    return bool(answer["matches"] or answer["coverage"]["missing"] or answer["because"])


def _compare(sent: Sent, node: Json | None, leaf: End) -> tuple[Word, str]:
    if node is None:
        return Word.UNDECIDED, "nothing of this recipient"
    fate, folder = node["fate"], node["folder"]
    said = fate if folder is None else f"{fate} in {folder}"
    if fate in {leaf.fate, *leaf.accept}:
        agrees = folder is None or leaf.folder is None or _plain_folder(folder) == _plain_folder(leaf.folder)
        return (Word.RIGHT if agrees else Word.WRONG), said
    if sent.is_silent and fate in {"unknown", "not_accepted"}:
        return Word.RIGHT, said
    if fate == "unknown" or node["confidence"] < 0.5:
        return Word.UNDECIDED, f"{said} at {node['confidence']}"
    taken = {"delivered", "junked", "quarantined", "dropped", "bounced", "relayed", "forwarded", "expanded"}
    if fate == "relayed" and leaf.fate in taken:
        return Word.UNDECIDED, said
    return Word.WRONG, f"{said}: {node['sentence']}"


def _plain_folder(name: str) -> str:
    return re.sub(r"^inbox[./](?=.)", "", name.strip().strip("./").replace(".", "/").lower())


def _title(match: Json | None) -> str:
    return "none" if match is None else json.dumps(match["message"])


# ---------------------------------------------------------------- which message, which recipient


def is_of(match: Json, sent: Sent) -> bool | None:
    """Whether a match is the message meant; None where the log does not say enough to tell."""
    message, path = match["message"], sent.raw["return_path"]
    if sent.ids & set(re.findall(r"\w+", json.dumps(match))):
        return True
    if message["message_id"]:
        if sent.message_id.lower() not in message["message_id"].lower():  # forged ones hold the true one
            return False
        if not sent.ids:
            return True
    if message["reverse_path"] is not None and _plain(message["reverse_path"]) != _plain(path):
        return False
    return _near(message, sent)


def _near(message: Json, sent: Sent) -> bool | None:
    """Same client, and received when the sender tried."""
    ours = sent.raw["receiving_ip"]  # where the log of the server that took it in is missing, it came from that server
    if message["client_ip"] not in {None, ours, sent.raw["sending_ip"], *_clients(sent)}:
        return False
    received = datetime.fromisoformat(message["received"])
    tries = [sent.raw["t_inject"], *(attempt["time"] for attempt in sent.raw["attempts"])]
    near = any(abs((received - datetime.fromisoformat(each)).total_seconds()) < _MINUTES for each in tries)
    return (True if message["reverse_path"] and not sent.ids else None) if near else False


def _clients(sent: Sent) -> list[str]:
    return [attempt["client_ip"] for attempt in sent.raw["attempts"] if "client_ip" in attempt]


def _node(match: Json, top: End, leaf: End) -> Json | None:
    """What a match says of one true end: of the recipient, or of a member below it."""
    heads: list[Json] = match["recipients"]
    node = next((head for head in heads if top.recipient.lower() in _names(head)), None)
    node = node or next((head for head in heads if _plain(top.recipient) in map(_plain, _names(head))), None)
    if node is None and len(heads) == 1 and not _names(heads[0]):
        node = heads[0]  # a session that was refused before it named anybody
    if node is None:
        node = next((each for head in heads for each in _walk(head) if leaf.recipient.lower() in _names(each)), None)
    if node is None:
        return None
    if top is leaf:
        return _whole(node, leaf)
    ends = [each for each in _walk(node) if not each["children"]]
    below = next((each for each in ends if _plain(leaf.recipient) in map(_plain, _names(each))), None)
    if below is None and not node["children"] and len(top.leaves()) == 1 and node["fate"] not in _PARENTS:
        return node  # an alias: the recipient has the fate of the mailbox it leads to
    return below


_PARENTS = frozenset({"forwarded", "expanded"})


def _whole(node: Json, leaf: End) -> Json | None:
    """A recipient that truly had one end: a forward or list with one end below it says that of it."""
    if node["fate"] not in _PARENTS or leaf.fate in _PARENTS or not node["children"]:
        return node
    ends = [each for each in _walk(node) if not each["children"]]
    return ends[0] if len(ends) == 1 else None


def _walk(node: Json) -> Iterator[Json]:
    yield node
    for child in node["children"]:
        yield from _walk(child)


def _names(node: Json) -> set[str]:
    return {name.lower() for name in (node["recipient"], node["final_recipient"]) if name}


def _plain(address: str) -> str:
    local, at, domain = address.lower().strip("<>").rpartition("@")
    return local.partition("+")[0] + at + domain


def _same(left: str, right: str) -> bool:
    return left.lower() == right.lower()


# ---------------------------------------------------------------- cited lines


def false_citations(answer: Json, lines: dict[str, list[str]]) -> list[str]:
    """Gives every cited line that does not stand where the answer says it does."""
    nodes = [node for match in answer["matches"] for head in match["recipients"] for node in _walk(head)]
    entries = [entry for node in nodes for entry in node["timeline"]]
    return [f"{entry['file']}:{entry['line']}" for entry in entries if not _is_true(entry, lines)]


def _is_true(entry: Json, lines: dict[str, list[str]]) -> bool:
    found, number = lines.get(entry["file"], []), int(entry["line"])
    return 0 < number <= len(found) and found[number - 1] == str(entry["raw"])
