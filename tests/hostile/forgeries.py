"""Recorded runs with hostile sessions in them, and what must not change: the fate of every other message."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from random import Random

from grammars.core.selfdating import postfix_queue_id
from queries.basis import settle_basis
from queries.sources import LogFile, log_file
from queries.stores.files import FilesStore
from queries.stores.protocol import Store
from queries.stores.searched import SearchedStore
from tests.hostile.daemons import Said, session
from tests.hostile.payloads import Lines, Victim, payload
from tests.properties.altered import Logs, answers, fates, questions, recorded
from tests.scenarios.runs import NOW, Json, Sent, ask_json, messages, zone_of

STORES: dict[str, type[FilesStore] | type[SearchedStore]] = {"whole": FilesStore, "searched": SearchedStore}


# ---------------------------------------------------------------- victims


@cache
def victims(run: str) -> tuple[Victim, ...]:
    """Gives the messages of a run as an attacker may know them."""
    lines = [line for lines in recorded(run, "iso").files.values() for line in lines]
    return tuple(_victim(sent, lines) for sent in messages(run) if sent.in_log and not sent.is_silent)


def _victim(sent: Sent, lines: list[str]) -> Victim:
    about = [line for line in lines if sent.message_id in line or any(each in line for each in sent.ids)]
    found = {word for line in about for word in re.findall(r"(?<=: )[0-9A-Za-z]{10,16}(?=: )", line)}
    return Victim(
        message_id=sent.message_id,
        return_path=sent.raw["return_path"] or "",
        recipient=sent.ends[0].recipient if sent.ends else "",
        queue_ids=tuple(sorted({*sent.ids, *found})),
        lines=tuple(about),
    )


# ---------------------------------------------------------------- hostile lines among the others


@dataclass(frozen=True, slots=True)
class Attack:
    """Logs with hostile lines in them, and those lines."""

    logs: Logs
    hostile: frozenset[str]


_SYSLOG_STAMP = re.compile(r"^(\d{4}-\S+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (\w+) ")
_OWN_STAMP = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) #")


def attacked(run: str, form: str, random: Random, sessions: int) -> Attack:
    """Puts that many hostile sessions between the lines of a run; each stamp is that of the line before it."""
    logs = recorded(run, form)
    names = sorted(logs.files)
    added: dict[str, list[tuple[int, str]]] = {name: [] for name in names}
    known = victims(run)
    for _ in range(sessions):
        victim = random.choice(known)
        name = random.choice(names)
        at = random.randrange(len(logs.files[name]))
        free = _free_process(logs.files[name], at, random)
        if free is not None:
            at = free[0]
        pid = free[1] if free is not None else 900_000 + random.randrange(90_000)
        for said in session(lambda victim=victim: _field(victim, random), random, pid=pid, id_stem=_stem(victim)):  # type: ignore[misc]
            line = _written(logs.files[name][at], said)
            if line is not None:
                added[name].append((at, line))
    hostile = frozenset(line for lines in added.values() for _, line in lines)
    return Attack(Logs(files={name: _merged(logs.files[name], added[name]) for name in names}), hostile)


def _field(victim: Victim, random: Random) -> str:
    return payload(victim, random) if random.random() < 0.7 else random.choice(("x", "mx.evil.example", ""))


def _free_process(lines: Lines, at: int, random: Random) -> tuple[int, int] | None:
    """The next place where an SMTP server has ended a session: the attacker may be its next client."""
    if random.random() < 0.5:
        return None
    for number in range(at, min(at + 60, len(lines))):
        found = re.search(r"postfix/smtpd\[(\d+)\]: disconnect from ", lines[number])
        if found is not None:
            return number, int(found[1])
    return None


def _stem(victim: Victim) -> str | None:
    """The clock of a long queue id: hostile messages come at about the same time."""
    long = next((each for each in victim.queue_ids if postfix_queue_id(each) is not None), None)
    return long[:9] + "B" if long is not None else None


def _written(before: str, said: Said) -> str | None:
    """The line as the collector of that file writes it; None where that program does not write there."""
    own = _OWN_STAMP.match(before)
    if said.own:
        return f"{own[1]} #{said.tag} {said.words}" if own is not None else None
    found = _SYSLOG_STAMP.match(before)
    return f"{found[1]} {found[2]} {said.tag}: {said.words}" if found is not None else None


def _merged(lines: Lines, added: list[tuple[int, str]]) -> Lines:
    behind: dict[int, list[str]] = {}
    for at, line in added:
        behind.setdefault(at, []).append(line)
    return tuple(each for number, line in enumerate(lines) for each in (line, *behind.get(number, ())))


# ---------------------------------------------------------------- what must not change


def store_over_attacked(attack: Attack, run: str, kind: str) -> Store:
    """Gives a store of one kind over attacked logs."""
    files: tuple[LogFile, ...] = tuple(
        log_file(name, ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass"), NOW)
        for name, lines in attack.logs.files.items()
    )
    bases = settle_basis(files, zone=zone_of(run), machine_zone=UTC, now=NOW)
    return STORES[kind](files, bases)


@cache
def quiet(run: str, form: str) -> Mapping[str, Json]:
    """The answers about each message of a run without hostile lines."""
    return answers(recorded(run, form).store(run), questions(run))


def forged(attack: Attack, store: Store, run: str, form: str, *, every: int = 1, start: int = 0) -> Iterator[str]:
    """Names each message whose answer hostile lines changed to another fate, or that cites one of them."""
    for name, text in questions(run, every=every, start=start).items():
        answer = ask_json(text, store)
        before, after = fates(quiet(run, form)[name]), fates(answer)
        if not _is_same_or_less(before, after) or answer["finding"] == "not_found" != quiet(run, form)[name]["finding"]:
            yield f"{name}: {_short(before)} became {_short(after)} ({answer['because']})"
        cited = [line for line in _cited(answer["matches"][:1]) if line in attack.hostile]
        if cited and before and before[0]["message_id"] == after[0]["message_id"]:
            yield f"{name}: cites {cited}"


def _short(told: list[Json]) -> str:
    return "; ".join(
        f"{match['message_id']}: " + ", ".join(f"{each['recipient']} {each['fate']}" for each in match["recipients"])
        for match in told
    )


def _is_same_or_less(before: list[Json], after: list[Json]) -> bool:
    """Whether nothing is said of a recipient that was not said without the hostile lines, but for `unknown`."""
    if not after or not before:
        return True
    if before[0]["message_id"] != after[0]["message_id"]:
        return False
    known = {node["recipient"]: node for node in before[0]["recipients"]}
    return all(
        node["recipient"] in known and _node_same_or_less(known[node["recipient"]], node)
        for node in after[0]["recipients"]
    )


def _node_same_or_less(before: Json, after: Json) -> bool:
    if after["fate"] == "unknown" or after == before:
        return True
    return bool(
        after["fate"] == before["fate"]
        and {**after, "children": 0} == {**before, "children": 0}
        and len(after["children"]) == len(before["children"])
        and all(map(_node_same_or_less, before["children"], after["children"]))
    )


def _cited(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("raw"), str):
            yield value["raw"]
        for part in value.values():
            yield from _cited(part)
    elif isinstance(value, list):
        for part in value:
            yield from _cited(part)


def seeded(*parts: object) -> Random:
    """A generator of repeatable choices."""
    return Random(" ".join(map(str, parts)))  # noqa: S311 - repeatable randomness is the point
