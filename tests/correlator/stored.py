"""Stores to look after: filled from logs of several months, whose every line is known."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from correlator.ask import AskOptions, ask
from correlator.evidence import read_evidence
from correlator.ingest import Said
from correlator.ingesting import run_ingest
from correlator.naming import LogName
from correlator.render.answer_json import render_answer
from grammars import Instant
from queries.stores.embedded.checking import check
from queries.stores.embedded.export import events_of
from queries.stores.embedded.index import Index
from queries.stores.embedded.upkeep import opened
from queries.stores.reports import Flaw
from queries.stores.sqlite import SqliteStore

MONTHS = (9, 10, 11)  # of 2026
FORGOTTEN = "jane@recipient.example"


def instant(*moment: int) -> Instant:
    """Gives the instant of a moment in UTC."""
    return Instant(int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000)  # type: ignore[misc,arg-type]


def mail(number: int, at: datetime, recipient: str) -> str:
    """The lines of one message."""
    queue_id, stamps = f"4F7B2{number:05X}", iter(at + timedelta(seconds=each) for each in range(9))
    path = f"news-{recipient.replace('@', '=')}@sender.example" if number % 3 == 0 else f"n{number}@sender.example"
    texts = (
        "smtpd[7]: connect from mail.sender.example[192.0.2.7]",
        f"smtpd[7]: {queue_id}: client=mail.sender.example[192.0.2.7]",
        f"cleanup[8]: {queue_id}: message-id=<{number}@sender.example>",
        f"qmgr[9]: {queue_id}: from=<{path}>, size=1000, nrcpt=1 (queue active)",
        f"local[10]: {queue_id}: to=<{recipient}>, relay=local, delay=1, dsn=2.0.0, status=sent (delivered to mailbox)",
        f"qmgr[9]: {queue_id}: removed",
        "smtpd[7]: disconnect from mail.sender.example[192.0.2.7]",
    )
    return "".join(f"{next(stamps).isoformat(timespec='microseconds')} mx1 postfix/{text}\n" for text in texts)


def log_of_month(month: int, messages: int = 400) -> str:
    """A log that fills its month; every tenth message is to the one who will be forgotten."""
    begin = datetime(2026, month, 1, 0, 30, tzinfo=UTC)
    step = timedelta(days=28) / messages
    return "".join(
        mail(
            month * 10_000 + each, begin + each * step, FORGOTTEN if each % 10 == 0 else f"user{each}@recipient.example"
        )
        for each in range(messages)
    )


def ingest(store: Path, *logs: Path, only: str | None = None) -> None:
    """Stores logs as `clerk ingest` does, read with one format `only`."""
    names = [LogName(path=str(log)) for log in logs]
    run_ingest(names, store_name=str(store), said=Said(zone=UTC, only=only), say=lambda _: None)


def filled(folder: Path, *, apart: bool = False) -> Path:
    """A store of three months: of one log, or of a log each."""
    texts = [log_of_month(month) for month in MONTHS]
    logs = {f"mail-{month}.log": text for month, text in zip(MONTHS, texts, strict=True)}
    for name, text in (logs if apart else {"mail.log": "".join(texts)}).items():
        (folder / name).write_text(text)
    store = folder / "store" / "clerk.sqlite"
    ingest(store, *sorted(folder.glob("mail*.log")))
    return store


def flaws(store: Path) -> tuple[Flaw, ...]:
    """What is wrong with a store."""
    return check(store, UTC).flaws


def exported(store: Path) -> list[tuple[str, int, str, dict[str, Any]]]:
    """Every event of a store."""
    with opened(store, write=False) as connection:
        return [
            (Path(found.file).name, found.first, found.raw, found.record.reading.to_json())  # type: ignore[union-attr]
            for found in events_of(connection, UTC)
        ]


def answer(store: Path, bundle: str, now: Instant) -> dict[str, Any]:
    """The answer that a store gives."""
    (only,) = read_evidence(bundle, now=now, zone=None)
    with closing(SqliteStore(store, UTC)) as asked:
        return render_answer(ask(only, asked, AskOptions()))


def bundle_of(month: int, number: int) -> str:
    """What the sender of one of the messages says of it."""
    return f"Message-ID: <{month * 10_000 + number}@sender.example>\n"


def rows(store: Path, statement: str) -> list[Any]:
    """What a statement gives, or does."""
    with closing(sqlite3.connect(store)) as connection, connection:
        return connection.execute(statement).fetchall()


def is_indexed(store: Path, value: str) -> bool:
    """Whether the index leads anywhere by a value."""
    with opened(store, write=False) as connection:
        key = connection.execute("select value from meta where name = 'key'").fetchone()[0]
        return bool(Index(connection, key).with_value(value))
