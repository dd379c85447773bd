"""Events to legs: a leg is a pure function of its set of lines.

Order, chunking and repetition of the lines change nothing: lines are first made one where
several collectors kept the same line, then ordered by (instant, file, offset), then gathered
by (host, instance, local id) and cut into lives where an id was used again.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import groupby, pairwise
from typing import NamedTuple, TypeAlias

from grammars import Event, Format, Instant, KeyKind, Unit, Verb, find_formats
from grammars.core.selfdating import postfix_queue_id
from grammars.core.words import AFTER_FATE, HOUR, SECOND
from queries.leg import LATER, Key, Leg, fold_host
from queries.screening import SCREENER, screened_before

_TRAIL = 60 * SECOND  # lines such as a bounce notification may come this long after `removed`
_UNQUEUED = HOUR  # a message that was neither queued nor held is over: no SMTP session is idle for so long
_SESSION = HOUR  # the same process id after a longer silence is another session


Spans: TypeAlias = Mapping[str, tuple[Instant, Instant]]
"""The instants of the first and the last event of files, by name."""


def stitch(
    events: Iterable[Event], formats: Sequence[Format] | None = None, spans: Spans | None = None
) -> tuple[Leg, ...]:
    """Gives the legs of a set of events, in the order of their first lines.

    `spans` are those of whole files, where only some of their events are given.
    """
    units = {entry.name: entry.unit for entry in (find_formats() if formats is None else formats)}
    ordered = unite(events, spans or {})
    groups: dict[tuple[str | None, str | None, str, str], list[Event]] = defaultdict(list)
    sessions: dict[tuple[object, ...], list[Event]] = defaultdict(list)
    alone: list[Event] = []
    later: list[Event] = []
    for event in ordered:
        if event.verb in AFTER_FATE:  # its session is a reader's, not the message's
            later.append(event)
            continue
        unit = units[event.format]
        local_id = id_of(event, unit)
        if local_id:
            groups[fold_host(event.host), event.instance, event.format, local_id].append(event)
        if is_of_session(event, unit):
            sessions[_server_of(event)].append(event)
        elif not local_id:
            alone.append(event)
    lives = [life for key, lines in groups.items() for life in _lives(lines, key[3], units[key[2]])]
    place = {id(event): number for number, event in enumerate(ordered)}
    legs = _with_sessions(lives, [part for lines in sessions.values() for part in _parts(lines)], units, place)
    legs += [_leg((event,), units) for event in alone if event.verb is not Verb.ATTEMPT]
    legs += [_later(event, units[event.format]) for event in later]
    return tuple(sorted(_apart(legs), key=lambda leg: (leg.first, leg.id)))


def id_of(event: Event, unit: Unit) -> str | None:
    """Gives the local id by which a line is gathered with others, or None where it has none."""
    value = getattr(event, unit.by)
    return None if value is None else str(value)


def is_closed(leg: Leg, unit: Unit) -> bool:
    """Whether no line of a leg can stand far away: it has begun and ended, or was never taken."""
    verbs = {event.verb for event in leg.events}
    if not unit.opens or (verbs & unit.closes and verbs & (unit.opens | {Verb.NAME})):
        return True
    is_over = any(event.verb in {Verb.DISCONNECT, Verb.BREAK_OFF} for event in leg.session)
    return is_over and not verbs & _TAKEN


_TAKEN = frozenset({Verb.QUEUE, Verb.HOLD, Verb.DELIVER, Verb.DISCARD, Verb.REDIRECT, Verb.REQUEUE})


def _apart(legs: Iterable[Leg]) -> Iterator[Leg]:
    """Gives legs that open with the very same words in the same second ids of their own, the nth the nth everywhere."""
    met: Counter[str] = Counter()
    for leg in legs:
        met[leg.id] += 1
        again = met[leg.id]
        yield leg if again == 1 else replace(leg, id=sha256(f"{leg.id}\0{again}".encode()).hexdigest())


# What an SMTP server says about one connection, with or without a message's id.
IN_SESSION = frozenset(
    {
        Verb.CONNECT,
        Verb.DISCONNECT,
        Verb.BREAK_OFF,
        Verb.OPEN,
        Verb.REJECT,
        Verb.WOULD_REJECT,
        Verb.SCREEN,
        Verb.DISCARD,
        Verb.HOLD,
        Verb.ACCEPT,
        Verb.AUTHENTICATE,
    }
)
# What a rule did to a message that has no id yet; it goes on, and gets one.
BY_RULE = frozenset({Verb.REDIRECT, Verb.COPY, Verb.MODIFY, Verb.WARN, Verb.NOTE})


def is_of_session(event: Event, unit: Unit) -> bool:
    """Whether a line belongs to a connection: those of a server whose ids open, and what frames any connection."""
    if event.pid is None or unit.kind == "policy_check":
        return False
    if event.verb in _FRAME:
        return True
    return bool(unit.opens) and (event.verb in IN_SESSION or (event.verb in BY_RULE and not id_of(event, unit)))


def _server_of(event: Event) -> tuple[object, ...]:
    """Who speaks to one client at a time: a server process, or for postscreen, which serves all at once, one client."""
    client = (event.client_ip, event.client_port) if event.program == SCREENER else ()
    return fold_host(event.host), event.format, event.program, event.instance, event.service, event.pid, *client


# ---------------------------------------------------------------- one line, several collectors


_Rows: TypeAlias = Sequence[Sequence[Event]]


def unite(events: Iterable[Event], spans: Spans | None = None) -> list[Event]:
    """Makes lines one that several files hold, and orders what is left; `spans` as for `stitch`.

    The nth line of one moment that states something in one file is the nth such line in any
    other file of the same host, as far as both stamps tell moments; the more precise one is kept.
    """
    moments: dict[tuple[object, ...], list[_Found]] = defaultdict(list)
    seconds: dict[str | None, tuple[int, int]] = {}  # the first and the last of each file
    for number, event in enumerate(events):
        second = event.instant // SECOND
        file, offset = (event.line.place.file, event.line.place.offset) if event.line else (None, number)
        if file not in seconds:
            whole = (spans or {}).get(file or "", (event.instant, event.instant))
            seconds[file] = whole[0] // SECOND, whole[1] // SECOND
        first, last = seconds[file]
        seconds[file] = min(first, second), max(last, second)
        moments[event.format, second, fold_host(event.host)].append(_Found(file, offset, event))
    kept: list[Event] = []
    for found in moments.values():
        places = {(each.file, each.offset) for each in found}
        if len(places) == len(found) and len({file for file, _ in places}) == 1:
            kept += (each.event for each in found)  # one file's lines, each met once: most are
        else:
            kept += _united(found, seconds)
    return _in_order(kept, spans or {})


class _Found(NamedTuple):
    """An event, and where it was found."""

    file: str | None
    offset: int
    event: Event


def _united(found: Iterable[_Found], seconds: Mapping[str | None, tuple[int, int]]) -> Iterator[Event]:
    """The lines of one moment and host, those that say the same in several files as one."""
    alike: dict[str, dict[str | None, dict[int, Event]]] = defaultdict(lambda: defaultdict(dict))
    for file, offset, event in found:
        alike[_statement(event)][file][offset] = event
    for files in alike.values():
        yield from _as_one(_rows(files, seconds))


def _rows(files: Mapping[str | None, Mapping[int, Event]], seconds: Mapping[str | None, tuple[int, int]]) -> _Rows:
    """The same words of one second, file by file; where one file ends and another begins in that second, as one row."""
    rows: list[list[Event]] = []
    spans: list[tuple[int, int]] = []  # of the files of each row
    for file, lines in sorted(files.items(), key=lambda item: (seconds[item[0]], str(item[0]))):
        mine, (first, last) = [lines[offset] for offset in sorted(lines)], seconds[file]
        before = next((at for at, (begun, end) in enumerate(spans) if begun < end == first), None)
        if before is None:
            rows.append(mine)
            spans.append((first, last))
        else:
            rows[before] += mine
            spans[before] = spans[before][0], last
    return rows


def _as_one(rows: _Rows) -> list[Event]:
    """Makes one row of the rows in which several files keep the same words of one second.

    Stamps with a fraction tell moments apart; those of whole seconds, the nth may be any nth.
    """
    if len(rows) == 1:
        return list(rows[0])
    digits = min((event.digits for row in rows for event in row if event.digits), default=0)
    moments: dict[int, list[list[Event]]] = defaultdict(list)
    for row in rows:
        fine = [event for event in row if event.digits]
        for moment, events in groupby(fine, key=lambda event: event.instant // 10 ** (6 - digits)):
            moments[moment].append(list(events))
    kept = [event for same in moments.values() for event in _longest(same)]
    coarse = _longest([[event for event in row if not event.digits] for row in rows])
    return kept + coarse[len(kept) :]


def _longest(rows: _Rows) -> list[Event]:
    """The nth of each row is one line; the more precise stamp is kept."""
    longest = max(map(len, rows))
    return [
        max((row[ordinal] for row in rows if len(row) > ordinal), key=lambda event: event.digits)
        for ordinal in range(longest)
    ]


def _in_order(events: list[Event], known: Spans) -> list[Event]:
    """By instant, then file, then place; of two files the older one comes first.

    The older is the one that begins earlier, then the one that ends earlier, since a rotated piece may lie
    within one second.  Only then do names count.
    """
    spans: dict[str, tuple[int, int]] = {}
    for event in events:
        if event.line:
            file = event.line.place.file
            first, last = spans.get(file) or known.get(file, (event.instant, event.instant))
            spans[file] = min(event.instant, first), max(event.instant, last)
    ages = {file: (*span, _generation(file), file) for file, span in spans.items()}
    nowhere = (0, 0, 0, "")

    def key(event: Event) -> tuple[int, tuple[int, int, int, str], int]:
        place = event.line.place if event.line else None
        return (event.instant, ages[place.file], place.offset) if place else (event.instant, nowhere, 0)

    return sorted(events, key=key)


_NUMBER = re.compile(r"\.(\d{1,4})(?:\.[a-z0-9]{2,4})?\Z")


def _generation(file: str) -> int:
    """Where a file stands among its rotated siblings, by its name: `mail.log.2.gz` is older than `mail.log.1`."""
    numbered = _NUMBER.search(file)
    return -int(numbered[1]) if numbered else 0


def _statement(event: Event) -> str:
    return str([(name, value) for name, value in vars(event).items() if name != "host"])


# ---------------------------------------------------------------- lives of one id


def _lives(lines: list[Event], local_id: str, unit: Unit) -> list[list[Event]]:
    """Cuts the lines of one local id where it was given to another message."""
    if unit.offered_as == "queue_id" and postfix_queue_id(local_id) is not None:
        return [lines]  # a long id is unique: it holds its own microsecond
    lives = [[lines[0]]]
    verbs = {lines[0].verb}  # of the last life: an id may have a million lines
    for before, event in pairwise(lines):
        if _begins_another(verbs, before, event, unit):
            lives.append([])
            verbs = set()
        lives[-1].append(event)
        verbs.add(event.verb)
    return lives


def _begins_another(verbs: set[Verb], before: Event, event: Event, unit: Unit) -> bool:
    pause = event.instant - before.instant
    if pause > unit.longest_seconds * SECOND:
        return True
    if event.verb in unit.opens:
        return bool(verbs & (unit.opens | unit.closes))
    if verbs & unit.closes:
        return event.verb in _STARTS or pause > _TRAIL
    if not unit.opens:
        return False
    if verbs & {Verb.QUEUE, Verb.HOLD}:
        return False
    return pause > _UNQUEUED or (
        event.verb is Verb.NAME and pause > SECOND and bool(verbs & {Verb.REJECT, Verb.DISCARD})
    )


_STARTS = frozenset({Verb.NAME, Verb.QUEUE})  # a report that the system wrote itself has no `client=` line


# ---------------------------------------------------------------- sessions


def _parts(lines: list[Event]) -> list[list[Event]]:
    """Cuts the lines of one server process into connections."""
    parts: list[list[Event]] = [[]]
    for event in lines:
        current = parts[-1]
        if current and (
            event.verb is Verb.CONNECT
            or event.instant - current[-1].instant > _SESSION
            or current[-1].verb is Verb.DISCONNECT
        ):
            parts.append([])
        parts[-1].append(event)
    return parts


class _Transaction(NamedTuple):
    """Refusals of one envelope in one connection, before any id was given."""

    refusals: tuple[Event, ...]
    session: tuple[Event, ...]


def _with_sessions(
    lives: list[list[Event]], parts: list[list[Event]], units: Mapping[str, Unit], place: Mapping[int, int]
) -> list[Leg]:
    """Gives each life the connection it came in, and makes legs of refused or broken connections."""
    of_event = {id(event): number for number, life in enumerate(lives) for event in life}
    session_of: dict[int, tuple[Event, ...]] = {}
    alone: list[_Transaction] = []
    adoptions = _Adoptions(lives, place)
    screened = screened_before(parts)
    for ordinal, part in enumerate(parts):
        frame = tuple(event for event in part if event.verb in _FRAME and not event.queue_id)
        frame = screened.get(ordinal, ()) + frame
        inside = sorted({of_event[id(event)] for event in part if id(event) in of_event})
        if frame:
            session_of.update(dict.fromkeys(inside, frame))
        homeless = [event for event in part if id(event) not in of_event and event.verb not in _FRAME]
        left = adoptions.without(homeless, inside) if homeless and inside else homeless
        alone += _transactions(left, frame, broken_only=not inside)
    legs = [_leg(tuple(life), units, session_of.get(number, ())) for number, life in enumerate(adoptions.lives())]
    return legs + [_leg(each.refusals, units, each.session, kind="session") for each in alone]


_FRAME = frozenset({Verb.CONNECT, Verb.DISCONNECT, Verb.AUTHENTICATE, Verb.SCREEN, Verb.BREAK_OFF})


class _Adoptions:
    """What a rule said before the id was given, added to the message of the same envelope, if one follows at once.

    A refused recipient is one of several; where the rule lets the message go on, the next id of
    the connection is its, even if no other line names the envelope.
    """

    def __init__(self, lives: list[list[Event]], place: Mapping[int, int]) -> None:
        self._lives = lives
        self._place = place
        self._paths: dict[int, str | None] = {}  # the first envelope sender that a life's lines name
        self._adopted: dict[int, list[Event]] = defaultdict(list)

    def without(self, homeless: Iterable[Event], inside: Iterable[int]) -> list[Event]:
        """Gives those of a connection's lines that belong to none of the lives inside it."""
        opened = sorted(
            (self._place[id(line)], number)
            for number in inside
            for line in self._lives[number]
            if line.verb is Verb.OPEN
        )
        return [event for event in homeless if not self._is_adopted(event, opened)]

    def _is_adopted(self, event: Event, opened: Sequence[tuple[int, int]]) -> bool:
        goes_on = event.verb in _GOES_ON
        if not goes_on and (event.verb is not Verb.REJECT or event.stage != "rcpt"):
            return False
        following = bisect_right(opened, (self._place[id(event)], len(self._lives)))
        if following == len(opened):
            return False
        number = opened[following][1]
        if number not in self._paths:
            named = (line.reverse_path for line in self._lives[number] if line.reverse_path is not None)
            self._paths[number] = next(named, None)
        path = self._paths[number]
        if event.reverse_path != path if path is not None else not goes_on:
            return False
        self._paths[number] = event.reverse_path
        self._adopted[number].append(event)
        return True

    def lives(self) -> Iterator[list[Event]]:
        """Gives the lives with what was added to them, in order."""
        for number, life in enumerate(self._lives):
            added = self._adopted.get(number)
            yield sorted((*life, *added), key=lambda line: self._place[id(line)]) if added else life


_GOES_ON = BY_RULE | {Verb.WOULD_REJECT, Verb.HOLD, Verb.DISCARD}


def _transactions(left: list[Event], frame: tuple[Event, ...], *, broken_only: bool) -> list[_Transaction]:
    by_path: dict[str | None, list[Event]] = defaultdict(list)
    for event in left:
        if event.verb in {Verb.REJECT, Verb.DISCARD, Verb.HOLD, Verb.ACCEPT, Verb.OPEN}:
            by_path[event.reverse_path].append(event)
    made = [_Transaction(tuple(events), frame) for events in by_path.values()]
    broken = tuple(event for event in frame if event.verb is Verb.BREAK_OFF)
    if not made and broken and broken_only:
        made = [_Transaction(broken, tuple(event for event in frame if event.verb is not Verb.BREAK_OFF))]
    return made


# ---------------------------------------------------------------- the leg


def _leg(
    events: tuple[Event, ...], units: Mapping[str, Unit], session: tuple[Event, ...] = (), kind: str | None = None
) -> Leg:
    opening = events[0]
    unit = units[opening.format]
    local_id = next((found for event in events if (found := id_of(event, unit))), None)
    if kind is not None:
        local_id = None
    host = opening.host
    own = Key(KeyKind(unit.offered_as), local_id) if local_id and unit.offered_as else None
    message_ids = {Key(KeyKind.MESSAGE_ID, event.message_id) for event in events if event.message_id}
    return Leg(
        id=_leg_id(opening, unit, local_id),
        host=host,
        instance=opening.instance,
        kind=kind or unit.kind,
        format=opening.format,
        local_id=local_id,
        events=events,
        session=session,
        offers=frozenset(({own} if own else set()) | message_ids),
        wants=frozenset(key for event in events for key in named_keys(event) if key != own),
    )


def _later(event: Event, unit: Unit) -> Leg:
    return Leg(
        id=_leg_id(event, unit, None),
        host=event.host,
        instance=event.instance,
        kind=LATER,
        format=event.format,
        local_id=None,
        events=(event,),
        offers=frozenset({Key(KeyKind.LATER, event.message_id)} if event.message_id else ()),
        wants=frozenset(),
    )


def _leg_id(opening: Event, unit: Unit, local_id: str | None) -> str:
    where = (fold_host(opening.host) or "", opening.instance or "", unit.kind, local_id or "")
    text = ""
    if local_id is None or unit.offered_as is None or postfix_queue_id(local_id) is None:
        text = opening.line.text if opening.line else _statement(opening)
    return sha256("\0".join((*where, text)).encode("utf-8", "surrogatepass")).hexdigest()


def named_keys(event: Event) -> list[Key]:
    """Gives the ids that one line names, its own one included; Message-IDs are left out."""
    pairs = (
        (KeyKind.QUEUE_ID, event.queue_id),
        (KeyKind.QUEUE_ID, event.next_queue_id),
        (KeyKind.QUEUE_ID, event.orig_queue_id),
        (KeyKind.SESSION_ID, event.session_id),
        (KeyKind.LOCAL_ID, event.local_id),
        (KeyKind.QUARANTINE_ID, event.quarantine_id),
        (KeyKind.QUARANTINE_ID, event.mail_id),
    )
    return [Key(kind, value) for kind, value in pairs if value]
