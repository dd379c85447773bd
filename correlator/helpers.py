"""Work shared out to processes of this machine, where there is enough of it."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeAlias

_MOST = 32

Submit: TypeAlias = Callable[..., "Future[Any]"]
"""Runs a function with some arguments somewhere, as `Executor.submit` does."""


def helper_count(wanted: int | None = None) -> int:
    """Gives how many processes share some work: as many as wanted, else as there are cores; not too many."""
    return min(wanted if wanted is not None else os.cpu_count() or 1, _MOST)


@contextmanager
def helping(count: int, prepare: Callable[[], None] | None = None) -> Iterator[Submit]:
    """Gives what shares work out to so many processes, each prepared first; for one, all is done here, at once."""
    if count <= 1:
        yield _at_once
        return
    with ProcessPoolExecutor(count, initializer=prepare) as pool:
        yield pool.submit


def _at_once(do: Callable[..., Any], *arguments: object) -> "Future[Any]":
    made: Future[Any] = Future()
    made.set_result(do(*arguments))
    return made
