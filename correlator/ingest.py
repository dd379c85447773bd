"""Log files into the embedded store: read once, however often they are named, renamed, rotated or grown."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from os import cpu_count
from pathlib import Path
from typing import NamedTuple, Protocol

from correlator.ingested import Ingested, LogRead
from grammars import TimeBasis
from queries.basis import Settled, agreed_zone, machine_zone
from queries.blocks import Digest, Stretch, digest
from queries.pages import Pages
from queries.presence import Presence
from queries.sources import LogFile
from queries.stores.embedded.shelf import Source
from queries.stores.embedded.writer import MovedError, StoreWriter

_STRETCH = 1 << 22  # bytes that one process reads at once
_WORTH_HELP = 3 * _STRETCH  # of less, starting other processes takes longer than they save
_MOST_HELPERS = 32


@dataclass(frozen=True, slots=True)
class Task:
    """A log that has something new: what is known of it, and the file that holds it."""

    entry: LogFile
    source: Source


class Progress(Protocol):
    """Is told how many bytes of text were stored."""

    def __call__(self, done: int) -> None:
        """Takes note of so many bytes more."""
        ...


def seen_of(path: str) -> str:
    """Gives what tells whether a file has changed since: its path, size and time of change."""
    found = Path(path).stat()
    return f"{path}\0{found.st_size}\0{found.st_mtime_ns}"


def tasks_of(
    writer: StoreWriter, files: Sequence[LogFile], settled: Mapping[str, Settled], seen: Mapping[str, str]
) -> Iterator[Task]:
    """Gives the logs that hold something which is not stored yet; `seen` tells in which state each file was met."""
    for entry in files:
        found = writer.known(entry.pages.read, len(entry.pages), entry.host)
        basis, proof = settled[entry.name]
        known = found or Source(host=entry.host, changed=entry.changed, basis=basis, name=entry.name)
        if basis.zone != known.basis.zone:
            known = writer.rederive(known, basis)
        if len(entry.pages) <= known.size:
            writer.rename(known, entry.name, seen.get(entry.name, ""))
            continue
        yield Task(
            entry,
            replace(
                known,
                name=entry.name,
                changed=entry.changed,
                remark=entry.remark,
                seen=seen.get(entry.name, ""),
                basis=basis,
                proof=proof,
                is_given=basis.zone_basis is TimeBasis.ZONE_GIVEN,
            ),
        )


class Store:
    """Reads logs on from where the store has them, by several processes where there is much to read."""

    def __init__(self, writer: StoreWriter, progress: Progress, helpers: int | None = None) -> None:
        self.done = Ingested()
        self.left: list[Task] = []
        """Logs that another writer read on meanwhile."""
        self._writer = writer
        self._progress = progress
        self._count = min(helpers if helpers is not None else cpu_count() or 1, _MOST_HELPERS)

    def take(self, tasks: Iterable[Task]) -> None:
        """Stores some logs.  Raises StoreError; what was stored before is kept, and a repeat goes on from there."""
        tasks = list(tasks)
        size = sum(len(task.entry.pages) - task.source.read_to for task in tasks)
        with ExitStack() as stack:
            submit: Callable[..., Future[Digest]] = _at_once
            if size > _WORTH_HELP and self._count > 1:
                submit = stack.enter_context(ProcessPoolExecutor(self._count)).submit
            waiting: deque[_Waiting] = deque()
            for task in tasks:
                log = _Log(task)
                for stretch in _stretches(self._writer, task):
                    waiting.append(_Waiting(log, stretch, submit(digest, stretch)))
                    while len(waiting) > 2 * self._count:
                        self._put(waiting.popleft())
            while waiting:
                self._put(waiting.popleft())

    def _put(self, waiting: "_Waiting") -> None:
        log, stretch = waiting.log, waiting.stretch
        if log.is_left:
            return
        made = waiting.made.result()
        fresh = Presence()
        fresh.add(made.presence)
        try:
            log.source = self._writer.put(log.source, stretch, made, log.task.entry.pages.read)
        except MovedError:
            log.is_left = True
            self.left.append(log.task)
            return
        source = log.source
        self.done.add(
            source.name, LogRead(source.basis, source.presence, source.lines), fresh, stretch.end - stretch.fresh
        )
        self._progress(stretch.end - stretch.fresh)


class _Log:
    """One log while it is stored; `is_left` where another writer got ahead, so that it must be begun again."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.source = task.source
        self.is_left = False


class _Waiting(NamedTuple):
    log: _Log
    stretch: Stretch
    made: "Future[Digest]"


def _at_once(do: Callable[[Stretch], Digest], stretch: Stretch) -> "Future[Digest]":
    made: Future[Digest] = Future()
    made.set_result(do(stretch))
    return made


def _stretches(writer: StoreWriter, task: Task) -> Iterator[Stretch]:
    """Whole lines, some megabytes at once, from where the store has the log."""
    source, pages = task.source, task.entry.pages
    if len(pages) <= source.size:
        return
    start, held = writer.begin(source) if source.id else (0, b"")
    at = source.read_to
    while at < len(pages):
        text, end = _whole_lines(pages, at)
        if end == at:
            return  # the file was cut meanwhile
        yield Stretch(held + text, start, end, at, source.basis, source.host, writer.key)
        start = at = end
        held = b""


def _whole_lines(pages: Pages, start: int) -> tuple[bytes, int]:
    """Some text that ends with a line, and where it ends; of a line that is longer than all of it, the beginning."""
    text = pages.read(start, start + _STRETCH)
    end = text.rfind(b"\n") + 1
    if end:
        return text[:end], start + end
    if start + len(text) >= len(pages):
        return text, start + len(text)
    behind = pages.line_end(start)
    return text + b"\n", min(behind + 1, len(pages))


def reconsider(writer: StoreWriter) -> None:
    """Reads logs anew whose zone is another one by what the others prove now: a log that proves none takes theirs."""
    sources = writer.sources()
    shared = agreed_zone(source.proof for source in sources if source.proof is not None)
    for source in sources:
        if source.is_given or source.proof is not None:
            continue
        was_shared = source.basis.zone_basis is TimeBasis.ZONE_PROVEN
        if shared is not None and str(source.basis.zone) != str(shared):
            writer.rederive(source, replace(source.basis, zone=shared, zone_basis=TimeBasis.ZONE_PROVEN))
        elif shared is None and was_shared:
            writer.rederive(source, replace(source.basis, zone=machine_zone(), zone_basis=TimeBasis.ZONE_ASSUMED))
