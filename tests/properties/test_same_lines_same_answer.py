"""A leg is a pure function of its set of lines: however they come, the answer is the same."""

from functools import cache
from itertools import chain
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.properties.altered import (
    Logs,
    answers,
    cut,
    questions,
    recorded,
    rotated,
    without_order,
    without_places,
)
from tests.scenarios.runs import Json

RUN = "rspamd"
_CUTS = st.lists(st.integers(0, 5_000), max_size=3)
_FEW = settings(max_examples=6)


@cache
def _plain(form: str) -> dict[str, Json]:
    told = answers(recorded(RUN, form).store(RUN), questions(RUN))
    return {name: without_places(answer) for name, answer in told.items()}


def _same_as_plain(logs: Logs, form: str, every: int = 3, start: int = 0, *, ordered: bool = True) -> None:
    compared = without_places if ordered else without_order
    for name, answer in answers(logs.store(RUN), questions(RUN, every=every, start=start)).items():
        assert compared(answer) == compared(_plain(form)[name]), name


@_FEW
@given(order=st.permutations(range(3)), form=st.sampled_from(("iso", "3164")))
def test_order_of_files(order: list[int], form: str) -> None:
    """Files may be named in any order."""
    files = list(recorded(RUN, form).files.items())
    _same_as_plain(Logs(files=dict(files[number] for number in order)), form)


@_FEW
@given(cuts=st.tuples(_CUTS, _CUTS, _CUTS), form=st.sampled_from(("iso", "3164")), start=st.integers(0, 2))
@example(cuts=([116], [], []), form="iso", start=0)  # two lines of one second with equal words, in two pieces
@example(cuts=([116], [], []), form="3164", start=0)
@example(cuts=([1961, 1554], [4113], [323]), form="3164", start=0)
@example(cuts=([235], [109, 986, 1069], [405]), form="3164", start=2)  # a piece wholly within one second
@example(cuts=([2461, 32, 1029], [1347, 58, 2036], [1, 3534]), form="3164", start=2)
@example(cuts=([170, 1756, 331], [1799, 427, 43], [92, 126, 1376]), form="3164", start=2)
def test_cut_into_several_files(cuts: tuple[list[int], ...], form: str, start: int) -> None:
    """A log may be rotated at any line, even within one second and one message."""
    files = recorded(RUN, form).files.items()
    pieces = [rotated(name, cut(lines, at)) for (name, lines), at in zip(files, cuts, strict=True)]
    logs = Logs(files=dict(chain.from_iterable(piece.items() for piece in pieces)))
    _same_as_plain(logs, form, start=start, ordered=False)


@_FEW
@given(at=_CUTS, seed=st.integers(0, 99), form=st.sampled_from(("iso", "3164")))
def test_copies(at: list[int], seed: int, form: str) -> None:
    """The same file, or a part of it, may be given again under another name."""
    logs = recorded(RUN, form)
    name = Random(seed).choice(list(logs.files))  # noqa: S311 - a choice, not a secret
    piece = cut(logs.files[name], at)[0]
    _same_as_plain(logs.with_files({f"copy-{name}": logs.files[name], f"part-{name}": piece}), form)


@_FEW
@given(seed=st.integers(0, 9_999))
def test_order_of_lines(seed: int) -> None:
    """Where stamps have microseconds, lines may stand in any order, of several hosts in one file."""
    logs = recorded(RUN, "iso")
    lines = list(chain.from_iterable(logs.files.values()))
    Random(seed).shuffle(lines)  # noqa: S311
    _same_as_plain(Logs(files={"all.log": tuple(lines)}), "iso", ordered=False)


def test_both_forms_together() -> None:
    """A host's log with RFC 3164 stamps beside the same with ISO stamps is one log; the finer stamps count."""
    both = recorded(RUN, "iso").with_files(recorded(RUN, "3164").files)
    _same_as_plain(both, "iso", every=1)


def test_both_forms_agree() -> None:
    """Coarser stamps change no fate."""
    fine, coarse = _plain("iso"), _plain("3164")
    for name, answer in fine.items():
        said = [[node["fate"], node["folder"]] for node in answer["matches"][0]["recipients"]]
        assert [[node["fate"], node["folder"]] for node in coarse[name]["matches"][0]["recipients"]] == said, name
