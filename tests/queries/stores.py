"""Logs for the contract of stores, and every store over them.

A store is made by a factory from files on disk; another kind of store joins by one more factory.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from random import Random
from typing import Any, TypeAlias
from unittest.mock import patch

from correlator.errors import InputError
from correlator.ingest import Said
from correlator.ingesting import run_ingest
from correlator.naming import LogName
from grammars import Event, Instant
from grammars.core.words import SECOND
from queries.basis import settle_basis
from queries.leg import Key, Leg
from queries.losses import Loss
from queries.sources import read_log_file
from queries.stores.files import FilesStore
from queries.stores.protocol import Store
from queries.stores.searched import SearchedStore
from queries.stores.sqlite import SqliteStore
from tests.properties.altered import Lines, cut, recorded, rotated
from tests.scenarios.runs import NOW, zone_of

Texts: TypeAlias = Mapping[str, bytes]
Factory: TypeAlias = Callable[[Sequence[Path], tzinfo, Path, int], Store]
"""Makes a store over some files: their zone, a folder of its own, and what decides in which order they come."""


# ---------------------------------------------------------------- stores


def written(folder: Path, texts: Texts) -> tuple[Path, ...]:
    """Writes logs, as old as the recorded runs."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        _write(folder / name, text)
    return tuple(folder / name for name in texts)


def _write(path: Path, text: bytes) -> None:
    path.write_bytes(text)
    os.utime(path, ns=(NOW * 1000, NOW * 1000))


def files_store(paths: Sequence[Path], zone: tzinfo, _folder: Path, _seed: int) -> Store:
    """The store that reads every line: what it says is right."""
    files = [read_log_file(path) for path in paths]
    return FilesStore(files, settle_basis(files, zone=zone, machine_zone=UTC, now=NOW))


def searched_store(paths: Sequence[Path], zone: tzinfo, _folder: Path, _seed: int) -> Store:
    """The store for large files."""
    files = [read_log_file(path) for path in paths]
    return SearchedStore(files, settle_basis(files, zone=zone, machine_zone=UTC, now=NOW))


def sqlite_store(paths: Sequence[Path], zone: tzinfo, folder: Path, seed: int) -> Store:
    """The embedded store, its logs ingested in any order, some in pieces as they grow, some twice."""
    choice = Random(seed)  # noqa: S311 - a choice, not a secret
    texts = {path: path.read_bytes() for path in paths}
    database = folder / f"store-{seed}.sqlite"
    for grown in _growing(paths, texts, choice):
        for path, size in grown.items():
            _write(path, texts[path][:size])
        _ingest([*grown], zone, database)
    return SqliteStore(database, UTC)


def _growing(paths: Sequence[Path], texts: Mapping[Path, bytes], choice: Random) -> list[dict[Path, int]]:
    """Rounds of ingesting: which files, and how much of each is there by then."""
    rounds: list[dict[Path, int]] = []
    for path in choice.sample(list(paths), len(paths)):
        size = len(texts[path])
        stops = sorted(choice.randrange(size) for _ in range(choice.randrange(4))) if size else []
        rounds += [{path: stop} for stop in (*stops, size)]
        if choice.random() < 0.3:
            rounds.append({path: size})
    return [*rounds, dict.fromkeys(paths, 0) | {path: len(text) for path, text in texts.items()}]


def _ingest(paths: Sequence[Path], zone: tzinfo, database: Path) -> None:
    names = [LogName(path=str(path)) for path in paths if path.stat().st_size]
    if names:
        with patch("correlator.ingest.now", lambda: NOW), suppress(InputError):  # some piece may hold no mail
            run_ingest(names, store_name=str(database), said=Said(zone=zone), say=lambda _: None)


FACTORIES: Mapping[str, Factory] = {"searched": searched_store, "sqlite": sqlite_store}
"""Every store but the one whose answers are the measure."""


# ---------------------------------------------------------------- logs


@dataclass(frozen=True, slots=True)
class Corpus:
    """Some logs and the zone of their stamps."""

    texts: Texts
    zone: tzinfo = UTC


def text_of_lines(lines: Lines) -> bytes:
    """Gives lines as a file holds them."""
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def _texts(files: Mapping[str, Lines]) -> Texts:
    return {name: text_of_lines(lines) for name, lines in files.items() if lines}


def _run(run: str, form: str = "iso") -> Corpus:
    return Corpus(_texts(recorded(run, form).files), zone_of(run))


def _rotated_pieces() -> Corpus:
    """Each file in pieces, of one a line stands in two of them."""
    files = recorded("amavis-53-reused", "iso").files
    pieces = {name: cut(lines, (30, 31, 97)) for name, lines in files.items()}
    made = {name: lines for name, each in pieces.items() for name, lines in rotated(name, each).items()}
    return Corpus(_texts(made), zone_of("amavis-53-reused"))


def _copies() -> Corpus:
    """A host's file, the central file of all hosts with coarser stamps, and parts of both once more."""
    files = recorded("rspamd-52-readers", "iso").files
    coarse = recorded("rspamd-52-readers", "3164").files
    central = [line for name, lines in coarse.items() for line in lines if name != "rspamd.log"]
    everything = sorted(line for name, lines in files.items() for line in lines if name != "rspamd.log")
    more = {"central.log": tuple(central), "syslog": tuple(everything[50:400])}
    return Corpus(_texts({**files, **more}), zone_of("rspamd-52-readers"))


def _disordered() -> Corpus:
    """Files whose lines stand in any order."""
    choice = Random(7)  # noqa: S311 - a choice, not a secret
    files = recorded("rspamd-52-readers", "iso").files
    return Corpus(
        _texts({name: tuple(choice.sample(lines, len(lines))) for name, lines in files.items()}),
        zone_of("rspamd-52-readers"),
    )


_LOST = (
    "rsyslogd: imjournal: 1201 messages lost due to rate-limiting (20000 allowed within 600 seconds)",
    "systemd-journald[2]: Suppressed 2034 messages from postfix@-.service",
    "syslog-ng[3]: Log statistics; processed='center(received)=9', dropped='dst.file(d_mail)=3'",
)


def _with_losses() -> Corpus:
    """Files with lines about lines that were lost, with lines that nothing reads, and a line that is cut."""
    files = recorded("amavis-53-reused", "iso").files
    made: dict[str, Lines] = {}
    for name, lines in files.items():
        altered = list(lines)
        for number, said in enumerate(_LOST):
            stamp, host, _ = altered[20 + 25 * number].split(" ", 2)
            altered.insert(21 + 25 * number, f"{stamp} {host} {said}")
        altered.insert(10, "no stamp, no host, nothing")
        altered.insert(11, altered[12].split(":")[0] + ": whatever this is")
        made[name] = tuple(altered)
    return Corpus(_texts(made), zone_of("amavis-53-reused"))


_PATH = "from=<"


def _rewritten_paths() -> Corpus:
    """Return-paths that SRS, BATV and VERP have rewritten, in turn; in capitals too."""
    files = recorded("rspamd-52-readers", "iso").files
    forms = (
        "from=<SRS0=HHH=TT=sender.example=alice@fwd.example>",
        "from=<prvs=1234567890=Bob@sender.example>",
        "from=<list-bounces+carol=recipient.example@lists.example>",
        "from=<SRS1=HHH=hop.example==HHH=TT=sender.example=dave@fwd.example>",
        "from=<Erin@SENDER.example>",
    )
    made = {
        name: tuple(
            line.partition(_PATH)[0] + forms[number % len(forms)] + line.partition(_PATH)[2].partition(">")[2]
            if _PATH in line
            else line
            for number, line in enumerate(lines)
        )
        for name, lines in files.items()
    }
    return Corpus(_texts(made), zone_of("rspamd-52-readers"))


def _odd_bytes() -> Corpus:
    """Line ends of Windows, bytes that are no UTF-8, NUL bytes, empty lines, and no line end at the end."""
    files = _texts(recorded("amavis-53-reused", "3164").files)
    made = {name: text.replace(b"\n", b"\r\n") for name, text in files.items()}
    odd = {
        name: text.replace(b"recipient.example", "recipi\xe9nt.example".encode("latin-1"))
        for name, text in files.items()
    }
    first, second = made
    nul = odd[second][:4000] + b"\n\0\0\0\0" + odd[second][4000:].rstrip(b"\n")
    return Corpus({first: made[first], second: nul}, zone_of("amavis-53-reused"))


CORPORA: Mapping[str, Callable[[], Corpus]] = {
    "amavis": lambda: _run("amavis"),
    "amavis-3164": lambda: _run("amavis-51-readers", "3164"),
    "rspamd": lambda: _run("rspamd-31"),
    "reused-ids": lambda: _run("amavis-53-reused"),
    "rotated": _rotated_pieces,
    "copies": _copies,
    "disordered": _disordered,
    "losses": _with_losses,
    "rewritten": _rewritten_paths,
    "odd-bytes": _odd_bytes,
}


# ---------------------------------------------------------------- what is compared


def told_of_leg(leg: Leg, store: Store) -> dict[str, Any]:
    """All that a leg says, with the numbers of its lines."""
    names = ("id", "host", "instance", "kind", "format", "local_id")
    keys = {"offers": sorted(leg.offers), "wants": sorted(leg.wants), "keys": sorted(leg.keys)}
    events = {name: [told_of_line(event, store) for event in getattr(leg, name)] for name in ("events", "session")}
    return {name: getattr(leg, name) for name in names} | keys | events


def told_of_line(event: Event, store: Store) -> dict[str, Any]:
    """All that an event says, and where its line stands."""
    place = event.line.place if event.line else None
    where = (place.file, place.offset, store.line_number(place)) if place else None
    text = event.line.text if event.line else None
    return {
        **vars(event),
        "instant": event.instant,
        "digits": event.digits,
        "host": event.host,
        "place": where,
        "text": text,
    }


def told_of_losses(losses: Sequence[Loss]) -> list[str]:
    """Losses in an order that does not depend on the store."""
    return [str(loss) for loss in losses]


def every_key(store: FilesStore) -> list[Key]:
    """Every key under which the lines of some files are found."""
    found: dict[Key, int] = defaultdict(int)
    for leg in legs_of(store):
        for key in leg.keys:
            found[key] += 1
    return sorted(found)


def legs_of(store: Store) -> tuple[Leg, ...]:
    """Every leg of some files."""
    assert isinstance(store, FilesStore)
    return store.legs_within(None)


def moments_of(store: FilesStore) -> list[Instant]:
    """The ends of legs, and moments just beside them."""
    ends = {end for leg in legs_of(store) for end in (leg.first, leg.last)}
    return sorted({Instant(end + by) for end in ends for by in (-SECOND, -1, 0, 1, SECOND)})
