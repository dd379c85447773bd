"""From the facts about one message to its bundle: the firmest statement of each field wins."""

import re
from collections.abc import Iterable
from dataclasses import replace

from correlator.evidence.claims import Bundle, RemoteId, Reply, ReturnPath, Span, Text
from correlator.evidence.expressions import expression
from correlator.evidence.fields import GUESSED, TOLD, Fact, Field, Piece
from correlator.evidence.grouping import Draft
from correlator.evidence.moments import anchors_in, read_times
from correlator.evidence.page import Page
from correlator.evidence.products import product_of
from correlator.evidence.replies import read_reply
from correlator.evidence.timing import Setting
from queries.paths import canonical_addresses, domain_of, tenant_of, verp_recipient

_MOST_PIECES = 60
_LONGEST_PIECE = 200
_WORTH = expression(r"\w.*\w", re.DOTALL)
_WEAK_SENDER = 5
_TELLING = 20  # letters of a reply: a shorter one may be part of any other
_MOST_REPLIES = 200
_SAYS_NOT_WHO = frozenset((Field.TIME, Field.REPLY, Field.ZONE, Field.QUEUE_ID))
_TIERS = (3, 10, 20, 30)
_SHAPES = (
    ("exim_id", expression(r"[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})")),
    ("sendmail_queue_id", expression(r"[0-9A-Za-x]{8}\d{6,}(?<=[A-Za-z].{13})")),
    ("proofpoint_sid", expression(r"[0-9A-Za-z]{10}-\d{1,3}")),
    ("exchange_internal_id", expression(r"\d{11,20}")),
    ("cisco_mid", expression(r"\d{5,10}")),
    ("kumomta_id", expression(r"[0-9a-f]{32}")),
    ("postfix_queue_id", expression(r"[0-9A-Za-z]{5,40}")),
)


def build(draft: Draft, number: int, page: Page, setting: Setting) -> Bundle:
    """Gives the bundle that a draft amounts to."""
    facts = sorted(draft.facts, key=lambda fact: (fact.rank, fact.start))
    replies = _replies(facts, page)
    message_ids = _distinct(_of(facts, Field.MESSAGE_ID), page)
    path, passed_over = _return_path(facts, page)
    dated = [fact.value for fact in _of(facts, Field.DATED_ID)]
    ids = [each.value for reply in replies for each in reply.ids] + [reply.text for reply in replies]
    texts = [*ids, *(text.value for text in message_ids), *dated, *([path.raw] if path else [])]
    times = read_times(facts, page, replace(setting, anchors=anchors_in(texts, setting.now)))
    bundle = Bundle(
        number=number,
        span=page.span(draft.start, draft.end),
        times=times.claims,
        return_path=path,
        sending_ip=_first(facts, Field.SENDING_IP, page),
        sending_host=_first(facts, Field.SENDING_HOST, page),
        receiving_ip=_first(facts, Field.RECEIVING_IP, page) or _answering(replies, "ip"),
        receiving_host=_first(facts, Field.RECEIVING_HOST, page) or _answering(replies, "host"),
        header_from=_first(facts, Field.HEADER_FROM, page) or (_text(passed_over, page) if passed_over else None),
        subject=_first(facts, Field.SUBJECT, page),
        recipients=_recipients(facts, page),
        message_ids=message_ids,
        replies=replies,
        helo=_first(facts, Field.HELO, page),
        never_sent=_first(facts, Field.NEVER_SENT, page),
        assumed=(*times.assumed, *_guesses(facts, path)),
    )
    return replace(bundle, not_understood=_leftovers((*draft.pieces, *times.pieces, *_overruled(facts, bundle)), page))


def _of(facts: Iterable[Fact], field: Field) -> list[Fact]:
    return [fact for fact in facts if fact.field is field]


def _text(fact: Fact, page: Page) -> Text:
    return Text(value=" ".join(fact.value.split()), span=page.span(fact.start, fact.end))


def _first(facts: list[Fact], field: Field, page: Page) -> Text | None:
    return next((_text(fact, page) for fact in facts if fact.field is field), None)


def _distinct(facts: list[Fact], page: Page) -> tuple[Text, ...]:
    kept: dict[str, Text] = {}
    for fact in facts:
        kept.setdefault(fact.value.lower(), _text(fact, page))
    return tuple(kept.values())


def _tier(fact: Fact) -> int:
    return sum(fact.rank >= bound for bound in _TIERS)


def _return_path(facts: list[Fact], page: Page) -> tuple[ReturnPath | None, Fact | None]:
    """Gives the firmest envelope sender, and a weaker one that differs: most likely the address in the From header."""
    found = _of(facts, Field.RETURN_PATH)
    if not found:
        return None, None
    raw = found[0].value
    forms = canonical_addresses(raw)
    path = ReturnPath(
        raw=raw,
        span=page.span(found[0].start, found[0].end),
        canonical=forms,
        domain=domain_of(raw),
        tenant=tenant_of(raw),
        recipient=verp_recipient(raw),
    )
    weaker = [fact for fact in found if fact.rank % 10 == _WEAK_SENDER and not canonical_addresses(fact.value) & forms]
    return path, weaker[0] if weaker else None


def _recipients(facts: list[Fact], page: Page) -> tuple[Text, ...]:
    found = _of(facts, Field.RECIPIENT)
    if any(fact.rank < GUESSED and fact.field not in _SAYS_NOT_WHO for fact in facts):
        found = [fact for fact in found if fact.rank < GUESSED]  # an address alone in a line is a signature then
    best = min((_tier(fact) for fact in found), default=0)
    return _distinct([fact for fact in found if _tier(fact) == best], page)


def _replies(facts: list[Fact], page: Page) -> tuple[Reply, ...]:
    found: dict[str, Reply] = {}
    for fact in _of(facts, Field.REPLY)[:_MOST_REPLIES]:
        reply = _reply(fact, page)
        found.setdefault(reply.text.lower(), reply)
    replies = _without_repeats(list(found.values()))
    if any(reply.ids for reply in replies):
        # of a whole SMTP session only the answer to the message itself names it
        told = {fact.value for fact in _of(facts, Field.REPLY) if fact.rank >= TOLD}
        replies = [reply for reply in replies if reply.ids or (reply.code or 0) >= 300 or reply.raw not in told]
    known = {each.value for reply in replies for each in reply.ids}
    for fact in _of(facts, Field.QUEUE_ID):
        if fact.value not in known:
            known.add(fact.value)
            replies.append(_bare(fact, page))
    lone = _of(facts, Field.STATUS)[:_MOST_REPLIES]
    if not replies and _of(facts, Field.NEVER_SENT):
        lone = []  # the code is one of the sender's own
    return tuple(_with_status(replies, lone, page))


def _without_repeats(replies: list[Reply]) -> list[Reply]:
    """Leaves out what says again, in more words or fewer, what a firmer one says: a bounce's letter and its report."""
    kept: list[Reply] = []
    for reply in replies[:_MOST_REPLIES]:
        text = reply.text.lower()
        if not any(_says_the_same(text, other.text.lower()) for other in kept if other.ids == reply.ids):
            kept.append(reply)
    return kept + replies[_MOST_REPLIES:]


def _says_the_same(text: str, firmer: str) -> bool:
    return (len(text) >= _TELLING and text in firmer) or (len(firmer) >= _TELLING and firmer in text)


def _reply(fact: Fact, page: Page) -> Reply:
    read = read_reply(fact.value)
    return Reply(
        raw=" ".join(fact.value.split()),
        span=page.span(fact.start, fact.end),
        code=read.code,
        enhanced_status=read.enhanced_status,
        text=" ".join(read.text.split()),
        ids=read.ids,
        product=read.product,
    )


def _bare(fact: Fact, page: Page) -> Reply:
    kind = next((kind for kind, shape in _SHAPES if shape.fullmatch(fact.value)), "postfix_queue_id")
    ids = (RemoteId(kind=kind, value=fact.value),)
    return Reply(
        raw=fact.value,
        span=page.span(fact.start, fact.end),
        code=None,
        enhanced_status=None,
        text=fact.value,
        ids=ids,
        product=product_of("", ids),
    )


def _with_status(replies: list[Reply], lone: list[Fact], page: Page) -> list[Reply]:
    """Adds a code that stands under a label of its own to the reply that lacks one, else to a reply of its own."""
    for fact in lone:
        read = read_reply(fact.value)
        if read.code is None and read.enhanced_status is None:
            continue
        if not replies:
            replies = [_reply(fact, page)]
            continue
        number = _nearest(replies, page.span(fact.start, fact.end))
        target = replies[number]
        same = read.code is None or target.code is None or read.code == target.code
        if same:
            replies[number] = replace(
                target, code=target.code or read.code, enhanced_status=target.enhanced_status or read.enhanced_status
            )
    return replies


def _nearest(replies: list[Reply], span: Span) -> int:
    return min(range(len(replies)), key=lambda number: abs(replies[number].span.start - span.start))


def _answering(replies: tuple[Reply, ...], what: str) -> Text | None:
    for reply in replies:
        read = read_reply(reply.raw)
        value = read.ip if what == "ip" else read.host
        if value:
            return Text(value=value, span=reply.span)
    return None


def _guesses(facts: list[Fact], path: ReturnPath | None) -> tuple[str, ...]:
    out: dict[str, None] = {}
    for fact in facts:
        if fact.field is Field.RETURN_PATH and fact.rank == TOLD + _WEAK_SENDER and path and fact.value == path.raw:
            out[f"“from {fact.value}” was taken for the return-path"] = None
        if fact.field in (Field.SENDING_IP, Field.RECEIVING_IP) and fact.rank >= GUESSED:
            out["the text does not say which IP sends and which receives: the first was taken for the sending one"] = (
                None
            )
    return tuple(out)


_SINGLE = (Field.SENDING_IP, Field.RECEIVING_IP, Field.SUBJECT, Field.RETURN_PATH, Field.HEADER_FROM)


def _overruled(facts: list[Fact], bundle: Bundle) -> list[Piece]:
    """Gives labelled values that lost against a firmer one and differ from it."""
    kept = {
        Field.SENDING_IP: bundle.sending_ip, Field.RECEIVING_IP: bundle.receiving_ip,
        Field.SUBJECT: bundle.subject, Field.HEADER_FROM: bundle.header_from,
    }  # fmt: skip
    out = []
    for fact in facts:
        winner = kept.get(fact.field)
        lost = winner is not None and " ".join(fact.value.split()).lower() != winner.value.lower()
        if fact.field is Field.RETURN_PATH and bundle.return_path:
            lost = not canonical_addresses(fact.value) & bundle.return_path.canonical and (
                bundle.header_from is None or fact.value != bundle.header_from.value
            )
        if lost:
            out.append(Piece(start=fact.start, end=fact.end))
    return out


def _leftovers(pieces: Iterable[Piece], page: Page) -> tuple[Text, ...]:
    out: dict[str, Text] = {}
    for piece in sorted(pieces, key=lambda piece: piece.start):
        text = page.text[piece.start : piece.end]
        core = text.strip(" \t\n|*#>-=_.:,;\x01")
        if len(out) >= _MOST_PIECES or not _WORTH.search(core):
            continue
        start = piece.start + text.index(core)
        value = " ".join(core[: _LONGEST_PIECE * 2].split())[:_LONGEST_PIECE]
        out.setdefault(value, Text(value=value, span=page.span(start, start + len(core))))
    return tuple(out.values())
