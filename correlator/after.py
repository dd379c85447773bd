"""What people and programs did to a copy after its fate: moved, copied, marked, expunged.

Nothing here changes a fate.  A line belongs to a copy if it names its Message-ID, in the mailbox of
the same owner, after the copy was stored; a number (`mailbox_uid`) that is another's rules it out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from grammars import Event, Instant, Verb
from grammars.core.words import SECOND
from queries.leg import fold_address

_LONGEST_ID = 80  # bytes of a header that mail_log keeps: Dovecot, mail-log-plugin.c, HEADER_LOG_LEN


class StoredCopy(NamedTuple):
    """One copy in one mailbox: whose, which message, since when, and in which folders.

    `owners` are the folded names under which its readers log in.  `folders` holds each folder with
    the copy's number in it, where a line states one; it is empty where the log does not say where
    the copy was put.
    """

    owners: frozenset[str]
    message_id: str
    stored: Instant
    folders: dict[str, int | None]


class Later(NamedTuple):
    """One thing that was done to a copy: what, to or in which folder, by whom, and the line that says so.

    `because` says why it may have been done to something else.
    """

    what: str
    by: str
    folder: str | None
    event: Event
    because: tuple[str, ...] = ()

    @property
    def is_move(self) -> bool:
        """Whether it surely put the copy into another folder."""
        return self.what.startswith("moved to ") and not self.because

    @property
    def is_end(self) -> bool:
        """Whether it surely took the copy out of its folder for good."""
        return self.what.startswith("expunged from ") and not self.because


def names_of(message_id: str) -> frozenset[str]:
    """Gives the forms in which a mailbox's log may name a message: whole, or cut after 77 bytes."""
    cut = {
        raw.encode()[: _LONGEST_ID - 3].decode("utf-8", "ignore").removeprefix("<") + "..."
        for raw in (f"<{message_id}>", message_id)
        if len(raw.encode()) > _LONGEST_ID
    }
    return frozenset({message_id, *cut})


def after_of(copy: StoredCopy, lines: Iterable[Event], twins: Sequence[Instant] = ()) -> tuple[Later, ...]:
    """Gives what was done to a copy, by lines in their order.

    `twins` tells when other messages with the same Message-ID were stored in the same mailbox.
    """
    names = names_of(copy.message_id)
    since = copy.stored // SECOND * SECOND  # stamps of whole seconds
    chain = _Chain(copy, twins)
    for event in lines:
        if event.message_id in names and event.instant >= since and fold_address(event.recipient or "") in copy.owners:
            chain.add(event)
    return tuple(step.told() for step in chain.steps)


@dataclass(slots=True, kw_only=True)
class _Step:
    words: str  # with `{}` for the folder
    folder: str | None
    event: Event
    source: str | None = None
    because: list[str] = field(default_factory=list)

    def told(self) -> Later:
        return Later(
            what=self.words.format(self.folder or "a folder that the line does not name"),
            by=_by(self.event),
            folder=self.folder,
            event=self.event,
            because=tuple(self.because),
        )


_MOVED, _COPIED, _EXPUNGED = "moved to {}", "copied to {}", "expunged from {}"
_PUT = {"copy": _COPIED, "save": "saved in {}"}
_DELETED, _UNDELETED = "marked for deletion", "no longer marked for deletion"


class _Chain:
    """The folders that hold the copy, line by line, and what was done."""

    def __init__(self, copy: StoredCopy, twins: Sequence[Instant]) -> None:
        self.steps: list[_Step] = []
        self._folders = {_fold(name): uid for name, uid in copy.folders.items()}
        self._twins = twins
        # a special use, `\Junk`, is no name: the folder that has it may be called anything
        self._is_known = bool(copy.folders) and not any(name.startswith("\\") for name in copy.folders)

    def add(self, event: Event) -> None:
        """Adds what one line says, unless it is about another copy, or about the delivery itself."""
        if event.service in _STORES and event.verb is not Verb.EXPUNGE:
            if event.folder is not None and self._folders.get(_fold(event.folder), 0) is None:
                self._folders[_fold(event.folder)] = event.mailbox_uid
            return
        if event.verb in {Verb.FILE, Verb.MOVE}:
            self._file(event)
            return
        uid = self._folders.get(_fold(event.folder))
        if uid is not None and event.mailbox_uid is not None and uid != event.mailbox_uid:
            return
        if event.verb is Verb.EXPUNGE:
            self._expunge(event, uid)
        else:
            self._mark(event, uid)

    def _file(self, event: Event) -> None:
        """A copy, or what a mail program put there; where no folder is named that it came from, nothing was moved."""
        if event.from_folder is None and _is_replication(event):
            return  # the same copy on another server
        swapped = [step for step in self.steps if step.words == _EXPUNGED and _is_swapped(step.event, event)]
        if swapped:
            self.steps.remove(swapped[-1])
        words = _COPIED if event.from_folder is not None else _PUT.get(event.action or "", "put into {}")
        words = _MOVED if swapped else words
        because = self._doubts(event, event.from_folder, None)
        self.steps.append(
            _Step(words=words, folder=event.folder, event=event, source=event.from_folder, because=because)
        )
        if event.folder is not None:
            self._folders[_fold(event.folder)] = event.mailbox_uid

    def _expunge(self, event: Event, uid: int | None) -> None:
        """What was copied elsewhere before it is expunged was moved."""
        if self._is_known and _is_replication(event) and _fold(event.folder) not in self._folders:
            return  # what was done before, on the other server
        self._forget_mark(event)
        copied = [step for step in self.steps if step.words == _COPIED and _may_be_source(step, event)]
        if copied:
            copied[-1].words = _MOVED
        else:
            because = self._doubts(event, event.folder, uid)
            self.steps.append(_Step(words=_EXPUNGED, folder=event.folder, event=event, because=because))
        self._folders.pop(_fold(event.folder), None)

    def _forget_mark(self, event: Event) -> None:
        """A mail program marks before it expunges: one thing, not two."""
        marks = [step for step in self.steps if step.words == _DELETED and step.folder == event.folder]
        if marks:
            self.steps.remove(marks[-1])

    def _mark(self, event: Event, uid: int | None) -> None:
        words = _words_of_mark(event)
        before = [step.words for step in self.steps if step.folder == event.folder]
        if before and before[-1] == words:
            return
        because = self._doubts(event, event.folder, uid)
        self.steps.append(_Step(words=words, folder=event.folder, event=event, because=because))

    def _doubts(self, event: Event, folder: str | None, uid: int | None) -> list[str]:
        doubts = []
        if self._is_known and folder is not None and _fold(folder) not in self._folders:
            doubts.append(f"no line shows how it came into {folder}")
        if uid is None and any(stored <= event.instant for stored in self._twins):
            doubts.append("another message with this Message-ID is in this mailbox; it may be about that one")
        if (event.message_id or "").endswith("..."):
            doubts.append("the line has only the first part of the Message-ID")
        return doubts


def _may_be_source(step: _Step, event: Event) -> bool:
    """Whether what is expunged is what was copied; where the line names no folder, the session must be the same."""
    if event.folder is not None and step.source is not None:
        return _fold(step.source) == _fold(event.folder)
    return step.event.session_id == event.session_id and step.event.pid == event.pid


def _is_swapped(expunged: Event, copied: Event) -> bool:
    """Whether a move was read the wrong way round: its two lines, of one instant, may stand in two files."""
    same_time = expunged.instant == copied.instant and expunged.session_id == copied.session_id
    return same_time and copied.from_folder is not None and _fold(expunged.folder) == _fold(copied.from_folder)


def _fold(folder: str | None) -> str:
    """INBOX may be written in any case (RFC 3501 section 5.1)."""
    return "" if folder is None else "INBOX" if folder.upper() == "INBOX" else folder


_FLAGS = {"\\seen": "read", "\\answered": "answered", "\\flagged": "flagged", "$junk": "junk", "junk": "junk"}
"""Flags that people know: RFC 3501 section 2.3.2, and keywords of the IANA registry."""


def _words_of_mark(event: Event) -> str:
    if event.action in {"delete", "deleted"}:
        return _DELETED
    if event.action == "undelete":
        return _UNDELETED
    if event.status is None:
        return "flags changed"
    known = [_FLAGS[flag] for flag in event.status.split() if flag in _FLAGS]
    return f"marked {', '.join(dict.fromkeys(known))}" if known else "flags changed"


_STORES = frozenset({"lmtp", "lda"})
"""Services that deliver; old ones name no session, so that what they say is not part of the delivery's leg."""


def _is_replication(event: Event) -> bool:
    return (event.service or "").startswith("dsync")


def _by(event: Event) -> str:
    if event.action == "autoexpunge":
        return "by the server's rule for old mail (autoexpunge)"
    if _is_replication(event):
        return "by replication (dsync)"
    program = event.service or event.program or "an unnamed program"
    return _ACTORS.get(program, f"by {program}")


_ACTORS = {
    "imap": "by the person's mail program (IMAP)",
    "pop3": "by the person's mail program (POP3)",
    "doveadm": "by an administrator's command (doveadm)",
    "lmtp": "by the mail server",
    "lda": "by the mail server",
}
