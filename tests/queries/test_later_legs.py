"""What is done to stored messages is kept apart: only who asks for it finds it."""

from datetime import UTC, datetime

import pytest

from grammars import Instant, KeyKind
from grammars.core.words import SECOND
from queries.basis import settle_basis
from queries.leg import LATER, Key
from queries.question import Question
from queries.sources import log_file
from queries.stores.files import FilesStore
from queries.stores.searched import SearchedStore

NOW = Instant(int(datetime(2026, 11, 25, tzinfo=UTC).timestamp()) * SECOND)
SESSION = "tGU+OS8WBGtkcAAAg+zDdQ"
STAMP = "2026-11-23T10:32:15.979706+00:00 hub1 dovecot: "
LOG = (
    f"{STAMP}lmtp(jane)<7><{SESSION}>: sieve: msgid=<m1@sender.example>: stored mail into mailbox 'INBOX'\n"
    f"{STAMP}lmtp(jane)<7><{SESSION}>: autoexpunge: box=Trash, uid=1, msgid=<m0@sender.example>, size=7\n"
    f"{STAMP}imap(jane)<9><Ing8jUyj1rpNb0xJ>: expunge: box=INBOX, uid=7, msgid=<m1@sender.example>, size=7\n"
)


def kinds(kind: type[FilesStore | SearchedStore], *keys: Key) -> list[str]:
    """The kinds of the legs that a store gives for some keys."""
    entry = log_file("mail.log", LOG.encode(), NOW)
    store = kind([entry], settle_basis([entry], zone=None, machine_zone=UTC, now=NOW))
    return [leg.kind for leg in store.find(Question(keys=frozenset(keys))).legs]


@pytest.mark.parametrize("kind", [FilesStore, SearchedStore])
@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (KeyKind.MESSAGE_ID, "m1@sender.example", ["store"]),
        (KeyKind.MESSAGE_ID, "m0@sender.example", []),
        (KeyKind.ADDRESS, "jane", ["store"]),
        (KeyKind.SESSION_ID, SESSION, ["store"]),
        (KeyKind.SESSION_ID, "Ing8jUyj1rpNb0xJ", []),
        (KeyKind.LATER, "m1@sender.example", [LATER]),
        (KeyKind.LATER, "m0@sender.example", [LATER]),
    ],
)
def test_found_by_its_own_key(
    kind: type[FilesStore | SearchedStore], key: KeyKind, value: str, expected: list[str]
) -> None:
    """A busy mailbox does not crowd out messages on their way, and no delivery takes in what expired during it."""
    assert kinds(kind, Key(key, value)) == expected
