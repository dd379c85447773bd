"""A log that says one thing twice as often costs twice as much to ask about, not four times: calls are counted."""

import sys
from datetime import UTC
from types import FrameType

import pytest

from correlator.ask import ask
from correlator.evidence import read_evidence
from correlator.render.answer_json import render_answer
from correlator.render.text import render_text
from queries.basis import settle_basis
from queries.sources import log_file
from tests.hostile.forgeries import STORES
from tests.hostile.repeats import EVIDENCE, KINDS, log_of
from tests.scenarios.runs import NOW

_FEW = 32
_MOST_LINES_OF_TEXT = 1500


def _calls(kind: str, most: int, store: str) -> int:
    """How many calls it takes to ask, and to render the answer in both forms."""
    entry = log_file("mail.log", log_of(kind, most), NOW)
    (bundle,) = read_evidence(EVIDENCE, now=NOW, zone=None)
    calls = 0

    def count(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        bases = settle_basis([entry], zone=None, machine_zone=UTC, now=NOW)
        answer = ask(bundle, STORES[store]([entry], bases))
        render_answer(answer)
        text = render_text(answer)
    finally:
        sys.setprofile(before)
    assert text.count("\n") < _MOST_LINES_OF_TEXT
    return calls


# Very many messages or scans, of which so many are followed and no more: below that number each looks at the others.
_OF_MANY = {
    "amavis_scans", "breaks", "dovecot_sessions", "lives", "messages_of_session", "opens", "rspamd_tasks",
    "same_message_id", "same_message_id_in_circles", "screened", "senders", "sessions", "tries",
}  # fmt: skip


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in _OF_MANY])
def test_repetition_costs_no_more_than_its_length(kind: str, store: str) -> None:
    """The third step is twice as long as the second: of quadratic work it would cost four times as much."""
    _calls(kind, _FEW // 2, store)  # what is made once is made
    first, second, third = (_calls(kind, _FEW * times, store) for times in (1, 2, 4))
    assert third - second < 3 * (second - first), (first, second, third)


def test_the_counter_sees_quadratic_work() -> None:
    """Each line compared with each other one."""
    calls = 0

    def count(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    counts = []
    for most in (_FEW, 2 * _FEW, 4 * _FEW):
        calls = 0
        before = sys.getprofile()
        sys.setprofile(count)
        try:
            [abs(one - other) for one in range(most) for other in range(most)]
        finally:
            sys.setprofile(before)
        counts.append(calls)
    first, second, third = counts
    assert third - second >= 3 * (second - first)
