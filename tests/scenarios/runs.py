"""The recorded runs of the lab, and what truly became of each message in them.

`fixtures/scenarios/<run>/truth.json` was read off the mailboxes, queues and quarantine after the
run, by no code of ours.  Everything here is computed from it and from the recorded logs.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from correlator.ask import AskOptions, ask
from correlator.evidence import read_evidence
from correlator.render.answer_json import render_answer
from grammars.core.words import SECOND, Instant
from queries.basis import settle_basis
from queries.sources import LogFile, log_file
from queries.stores.files import FilesStore
from queries.stores.protocol import Store

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "scenarios"
FORMS = ("iso", "3164")
NOW = Instant(int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()) * SECOND)
"""When the questions are asked: the day after the last recorded run."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What truly became of one recipient's copy; `accept` are fates that the logs cannot tell from it."""

    recipient: str
    fate: str
    folder: str | None = None
    accept: frozenset[str] = frozenset()
    children: tuple["End", ...] = ()

    def leaves(self) -> tuple["End", ...]:
        """The ends below it, or itself."""
        return tuple(leaf for child in self.children for leaf in child.leaves()) if self.children else (self,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message of a run, as its sender knows it, and its true ends; `raw` is the whole truth as recorded."""

    run: str
    raw: Json
    ends: tuple[End, ...]

    @property
    def name(self) -> str:
        """Run, scenario and token: names the message in a failure."""
        return f"{self.run} {self.raw['tag']} {self.raw['token'].rpartition('-')[2]}"

    @property
    def ids(self) -> frozenset[str]:
        """The queue ids that the receiving server's replies named."""
        replies = " ".join(attempt["response"] for attempt in self.raw["attempts"])
        return frozenset((*self.raw.get("their_ids", ()), *re.findall(r"queued as (\w+)", replies)))

    @property
    def message_id(self) -> str:
        """The Message-ID, without brackets."""
        return str(self.raw["message_id"]).strip("<>")

    @property
    def in_log(self) -> bool:
        """Whether any log of the run can show it."""
        return bool(self.raw.get("in_log", True))

    @property
    def is_silent(self) -> bool:
        """Whether the sender gave up on the announced SIZE: our server saw a connection and nothing more."""
        attempts = self.raw["attempts"]
        return bool(attempts) and all("exceeds size limit" in attempt["response"] for attempt in attempts)

    @property
    def last_attempt(self) -> datetime:
        """When the sender's last try ended."""
        attempts = self.raw["attempts"]
        return datetime.fromisoformat(attempts[-1]["time"] if attempts else self.raw["t_inject"]).astimezone(UTC)

    @property
    def reply(self) -> str:
        """The reply that the sender got last."""
        return str(self.raw["attempts"][-1]["response"]) if self.raw["attempts"] else ""


# ---------------------------------------------------------------- the truth


def runs() -> tuple[str, ...]:
    """Gives the names of the recorded runs."""
    return tuple(sorted(found.parent.name for found in FIXTURES.glob("*/truth.json")))


@cache
def messages(run: str) -> tuple[Sent, ...]:
    """Gives the messages of a run, in the order in which they were sent."""
    truth = json.loads((FIXTURES / run / "truth.json").read_text(encoding="utf-8"))
    return tuple(Sent(run=run, raw=entry, ends=_ends(entry)) for entry in truth)


def _ends(entry: Json) -> tuple[End, ...]:
    if "fates" in entry:
        return tuple(_end(node) for node in entry["fates"])
    return tuple(_end_of_recipient(entry, address) for address in entry["rcpts"])


def _end(node: Json) -> End:
    return End(
        recipient=node["recipient"],
        fate=node["fate"],
        folder=node.get("folder"),
        accept=frozenset(node.get("accept", ())),
        children=tuple(_end(child) for child in node.get("children", ())),
    )


def _end_of_recipient(entry: Json, address: str) -> End:
    """Older runs tell fates by local part; a recipient of none is a list, whose members are the other names."""
    expected, domain = entry["expected"], address.partition("@")[2]
    if _mailbox(address) in expected:
        return _end_of_mailbox(entry, _mailbox(address), address)
    named = {_mailbox(other) for other in entry["rcpts"]}
    members = tuple(_end_of_mailbox(entry, name, f"{name}@{domain}") for name in expected if name not in named)
    return End(recipient=address, fate="expanded", children=members)


def _end_of_mailbox(entry: Json, name: str, address: str) -> End:
    folders, fate = entry["mailboxes"].get(name), entry["expected"][name]
    folder = folders[0] if folders and fate in {"delivered", "junked"} else None
    return End(recipient=address, fate=fate, folder=folder)


def _mailbox(address: str) -> str:
    return address.partition("@")[0].partition("+")[0].lower()


# ---------------------------------------------------------------- the logs


def zone_of(run: str) -> tzinfo:
    """Gives the zone in which a run's stamps without a zone were written."""
    meta = FIXTURES / run / "meta.json"
    return ZoneInfo(json.loads(meta.read_text(encoding="utf-8"))["zone"]) if meta.exists() else UTC


@cache
def log_files(run: str, form: str) -> tuple[LogFile, ...]:
    """Gives the logs of a run with stamps of one form, under names without a path."""
    paths = [*sorted((FIXTURES / run).glob(f"*-{form}.log")), *sorted((FIXTURES / run).glob("rspamd.log"))]
    return tuple(log_file(path.name, path.read_bytes(), NOW) for path in paths)


def store_over(files: tuple[LogFile, ...], zone: tzinfo) -> Store:
    """Gives a store that reads some files whole; stamps without a zone are read in `zone`."""
    bases = settle_basis(files, zone=zone, machine_zone=UTC, now=NOW)
    return FilesStore(files, bases)


@cache
def store_of(run: str, form: str) -> Store:
    """Gives the store over a run's logs; read once."""
    return store_over(log_files(run, form), zone_of(run))


def text_of(entry: LogFile) -> str:
    """Gives the whole text of a log."""
    return entry.pages.read(0, len(entry.pages)).decode("utf-8", "surrogateescape")


@cache
def log_lines(run: str, form: str) -> dict[str, list[str]]:
    """Gives the lines of each log file, as an editor would number them."""
    return {entry.name: text_of(entry).split("\n") for entry in log_files(run, form)}


# ---------------------------------------------------------------- questions


def ask_json(text: str, store: Store, options: AskOptions | None = None) -> Json:
    """Gives the answer to a text that speaks of one message, as the command line prints it in JSON."""
    (bundle,) = read_evidence(text, now=NOW)
    return render_answer(ask(bundle, store, options))


def table_bundle(sent: Sent) -> str:
    """What senders usually give: time, return-path and both addresses."""
    path = sent.raw["return_path"] or "<>"
    stamp = sent.last_attempt.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    addresses = f"Sending IP: {sent.raw['sending_ip']}\nReceiving IP: {sent.raw['receiving_ip']}\n"
    return f"Timestamp: {stamp}\nReturn-Path: {path}\n{addresses}"


def bundles_of(sent: Sent) -> Iterator[tuple[str, str | None, str, bool]]:
    """Gives the recorded bundles: kind, the recipient it is about (None: all), text, whether several messages fit."""
    recorded = sent.raw.get("bundles")
    if recorded is None:
        yield "table", None, table_bundle(sent), False
        return
    for bundle in recorded:
        yield bundle["kind"], bundle.get("recipient"), bundle["text"], bool(bundle.get("ambiguous"))


@cache
def answer_of(run: str, form: str, text: str) -> Json:
    """Gives the answer to one text over a run's own logs; asked once."""
    return ask_json(text, store_of(run, form))
