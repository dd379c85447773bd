"""Finds what was done to the stored copies of a message, and writes it beside their fates."""

from collections.abc import Iterable, Iterator, Sequence

from correlator.after import StoredCopy, after_of, names_of
from correlator.decisive import local_part
from correlator.fate import RecipientFate, in_order
from correlator.words import Fate
from grammars import Event, Instant, KeyKind, Verb
from grammars.core.words import DAY, SECOND
from queries.leg import LATER, Key, fold_address
from queries.question import Question, Window
from queries.stores.protocol import Store

_LONGEST = 3_660 * DAY  # people keep mail for years
_ONE_DELIVERY = 2 * SECOND


def with_after(fates: Sequence[RecipientFate], store: Store) -> tuple[RecipientFate, ...]:
    """Gives fates with what was done to their copies later; everything else of them is as it was."""
    copies = [copy for fate in fates for copy in _copies(fate)]
    if not copies:
        return tuple(fates)
    lines = _later_lines(copies, store)
    if not lines:
        return tuple(fates)
    ids = frozenset(Key(KeyKind.MESSAGE_ID, copy.message_id) for copy in copies)
    stored = [event for leg in store.find(Question(keys=ids)).legs for event in leg.events if event.verb is Verb.STORE]
    return tuple(_told(fate, lines, stored) for fate in fates)


def later_lines_about(message_ids: Iterable[str], store: Store) -> tuple[Event, ...]:
    """Gives every line about what was done to a stored message with one of some Message-IDs, in their order."""
    keys = frozenset(Key(KeyKind.LATER, name) for each in message_ids for name in names_of(each))
    return _lines_of(Question(keys=keys), store) if keys else ()


def _later_lines(copies: Sequence[StoredCopy], store: Store) -> tuple[Event, ...]:
    keys = frozenset(Key(KeyKind.LATER, name) for copy in copies for name in names_of(copy.message_id))
    first = min(copy.stored for copy in copies)
    window = Window(first=Instant(first - SECOND), last=Instant(first + _LONGEST))
    return _lines_of(Question(keys=keys, window=window, near=first), store)


def _lines_of(question: Question, store: Store) -> tuple[Event, ...]:
    return in_order(*(leg.events for leg in store.find(question).legs if leg.kind == LATER))


def _told(fate: RecipientFate, lines: Sequence[Event], stored: Sequence[Event]) -> RecipientFate:
    children = tuple(_told(child, lines, stored) for child in fate.children)
    copy = _copy_of(fate)
    if copy is None:
        return fate._replace(children=children)
    twins = [event.instant for event in stored if _is_twin(event, fate.deciding, copy)]
    return fate._replace(children=children, after=after_of(copy, lines, twins))


def _copies(fate: RecipientFate) -> Iterator[StoredCopy]:
    copy = _copy_of(fate)
    if copy is not None:
        yield copy
    for child in fate.children:
        yield from _copies(child)


def _copy_of(fate: RecipientFate) -> StoredCopy | None:
    """The copy of a fate that ends in a mailbox; None where no line tells which message it is, or whose mailbox."""
    event = fate.deciding
    if event is None or fate.fate not in {Fate.DELIVERED, Fate.JUNKED}:
        return None
    owners = _owners(event)
    message_id = event.message_id or next((line.message_id for line in fate.timeline if line.message_id), None)
    if not owners or message_id is None:
        return None
    mine = [line for line in fate.timeline if _is_same_delivery(line, event)]
    return StoredCopy(owners=owners, message_id=message_id, stored=event.instant, folders=_folders(mine))


def _owners(event: Event) -> frozenset[str]:
    """The names under which the mailbox's readers log in, as far as the line that stored the copy tells."""
    address = fold_address(event.recipient or "")
    if not address:
        return frozenset()
    if event.verb is Verb.STORE:
        return frozenset({address})
    if event.program == "local":  # the mailbox of a user of this machine: Postfix local(8)
        return frozenset({address, local_part(address)})
    return frozenset({address} if event.program == "virtual" else ())


def _folders(lines: Sequence[Event]) -> dict[str, int | None]:
    """Where the copy was put, and under which number, where mail_log tells."""
    folders: dict[str, int | None] = {line.folder: None for line in lines if line.verb is Verb.STORE and line.folder}
    for line in lines:
        if line.verb is Verb.NOTE and line.mailbox_uid is not None:
            name = line.folder or (next(iter(folders)) if len(folders) == 1 else None)
            if name in folders:
                folders[name] = line.mailbox_uid
    return folders


def _is_twin(event: Event, own: Event | None, copy: StoredCopy) -> bool:
    """Whether another message with the Message-ID of a copy was stored in the same mailbox."""
    same_id = event.message_id == copy.message_id and fold_address(event.recipient or "") in copy.owners
    return same_id and (own is None or not _is_same_delivery(event, own))


def _is_same_delivery(line: Event, stored: Event) -> bool:
    """By the session; old delivery agents name none, so the time must do."""
    if line.format != stored.format or line.recipient != stored.recipient:
        return False
    if line.session_id is not None or stored.session_id is not None:
        return line.session_id == stored.session_id
    return abs(line.instant - stored.instant) <= _ONE_DELIVERY
