"""How late a message was, in one sentence: the whole, and the parts that matter."""

from collections.abc import Sequence
from itertools import pairwise

from correlator.delays import BEFORE_ACCEPTANCE, SENDER, UNEXPLAINED, Delay
from correlator.render.safe import shorten
from correlator.rules import reason_in
from correlator.words import Reason

_LATE = 180.0  # seconds: below it nobody asks where the time went; --json always has the parts
_MOST_PARTS = 4
_SMALL = 60.0  # seconds: shorter parts are summed up


def lateness_of(delays: Sequence[Delay]) -> str | None:
    """Says how long it took and where the time went, or None where that was a few minutes at most."""
    ours = [part for part in delays if part.where != SENDER and part.seconds]
    before = [part for part in delays if part.where == SENDER and part.seconds >= _LATE]
    whole = sum(part.seconds for part in ours)
    said = [_late(ours, whole)] if whole >= _LATE else []
    said += [f"{spell(part.seconds)} passed before it reached us: {part.why}" for part in before]
    said += [f"{part.where}: {part.why}" for part in delays if not part.seconds and said]
    return "; ".join(said) or None


def _late(parts: Sequence[Delay], whole: float) -> str:
    largest = sorted(parts, key=lambda part: -part.seconds)[:_MOST_PARTS]
    told = [part for part in parts if part in largest and part.seconds >= _SMALL]
    rest = whole - sum(part.seconds for part in told)
    words = [f"{spell(part.seconds)} {_place(part.where)} ({_why(part)})" for part in told]
    if rest >= _SMALL:
        words.append(f"{spell(rest)} elsewhere")
    return f"{spell(whole)} late: {', '.join(words)}"


def _place(where: str) -> str:
    if where in {BEFORE_ACCEPTANCE, UNEXPLAINED} or where.startswith(_VERBS):
        return where
    return f"in {where}" if where == "quarantine" else f"in the {where}"


_VERBS = ("receiving ", "connecting ", "handing ")


def _why(part: Delay) -> str:
    words = " ".join(part.why.split())
    return "greylisted" if reason_in(words) is Reason.GREYLISTED else shorten(words, 90)


_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def spell(seconds: float) -> str:
    """Gives a length of time in its two largest units, such as `8 h 50 min`; at least one second."""
    left = max(round(seconds), 1)
    for (unit, size), (below, part) in pairwise(_UNITS):
        if left >= size:
            whole, rest = divmod(left, size)
            return f"{whole} {unit} {rest // part} {below}" if rest >= part else f"{whole} {unit}"
    return f"{left} s"
