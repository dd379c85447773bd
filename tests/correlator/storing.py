"""Logs in a folder, the store that they are ingested into, and what both say of the same messages."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from correlator.ingest import STRETCH, Said, Store, reconsider
from correlator.ingested import Ingested
from correlator.ingesting import expanded, take
from correlator.loading import load
from correlator.naming import parse_log_name
from queries.blocks import BLOCK
from queries.stores.embedded.writer import StoreWriter
from queries.stores.protocol import Store as AnyStore
from queries.stores.sqlite import SqliteStore
from tests.scenarios.runs import FIXTURES, ask_json, bundles_of, messages

RUN = FIXTURES / "amavis"
QUESTIONS = tuple(next(iter(bundles_of(sent)))[2] for sent in messages("amavis")[3:60:8])
"""What is asked: one text for each of some messages of the recorded run, of several ends."""


def recorded(host: str, form: str = "3164") -> list[bytes]:
    """The lines of a recorded log, with their ends."""
    return (RUN / f"{host}-{form}.log").read_bytes().splitlines(keepends=True)


def ingest(
    store: Path, *names: str | Path, said: Said | None = None, stretch: int = STRETCH, block: int = BLOCK
) -> Ingested:
    """Does what `clerk ingest NAMES` does, in this process."""
    writer = StoreWriter(store, UTC, block)
    try:
        into = Store(writer, lambda _: None, helpers=1, stretch=stretch)
        take(into, writer, expanded([parse_log_name(str(name)) for name in names]), said or Said())
        reconsider(writer, (said or Said()).site)
    finally:
        writer.close()
    return into.done


def answers(store: AnyStore) -> list[Any]:
    """What a store says of every question, and what it covers."""
    return [*(ask_json(text, store) for text in QUESTIONS), *map(repr, store.coverage())]


def stored(store: Path) -> list[Any]:
    """The answers from the store."""
    return answers(SqliteStore(store, UTC))


def read(*names: str | Path) -> list[Any]:
    """The answers of `--log NAMES`."""
    return answers(load([parse_log_name(str(name)) for name in names], None).store())


def without_names(told: Sequence[Any], names: Iterable[str | Path]) -> str:
    """Answers as text in which every log has the same name: for logs that were moved since they were stored."""
    text = repr(told)
    for name in names:
        text = text.replace(str(name), "LOG")
    return text


def texts(store: Path) -> list[tuple[str | None, int, bytes]]:
    """The stored text of every log, in order of its text, with its host and its number of lines."""
    writer = StoreWriter(store, UTC)
    try:
        return sorted(
            ((found.host, found.lines, writer.log_of(found).pages.read(0, found.size)) for found in writer.sources()),
            key=lambda each: each[2],
        )
    finally:
        writer.close()
