"""Thin and bad bundles: the answer is right, or honestly undecided, and never wrong."""

from collections import Counter
from functools import cache
from typing import Any

import pytest

from tests.scenarios.runs import Sent, answer_of, messages
from tests.scenarios.thin import KINDS, Kind
from tests.scenarios.verdicts import Verdict, Word, judge

# One form of stamp for each run: what the form changes is tested with whole bundles.
_FORM_OF = {"amavis": "3164", "amavis-41x": "iso", "rspamd": "iso", "rspamd-42x": "3164"}


@cache
def _verdicts(kind: Kind, run: str) -> list[tuple[Sent, Verdict]]:
    found = []
    for sent in messages(run):
        text = kind.text(sent)
        if text is not None:
            about = sent.raw["rcpts"][0] if kind.one_recipient else None
            several = kind.fits_another(sent, messages(run))
            answer = answer_of(run, _FORM_OF[run], text)
            found += [(sent, verdict) for verdict in judge(sent, answer, about, several=several)]
    return found


def _each(column: str, values: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(column, values, ids=lambda value: getattr(value, "name", value))


@_each("kind", KINDS)
@_each("run", list(_FORM_OF))
def test_never_wrong(run: str, kind: Kind) -> None:
    """No thin bundle gets another message, another fate, another folder, or `not_found`."""
    wrong = [
        f"{sent.name} ({_FORM_OF[run]}), {verdict.recipient}: said {verdict.said}; truth: {verdict.truth}"
        for sent, verdict in _verdicts(kind, run)
        if verdict.word is Word.WRONG
    ]
    assert not wrong, "\n".join((kind.name, *wrong))


@_each("kind", KINDS)
def test_enough_decided(kind: Kind) -> None:
    """Of each kind a fair share of recipients gets the true fate: who always says `cannot_tell` fails here."""
    words: Counter[Word] = Counter()
    for run in _FORM_OF:
        words.update(verdict.word for _, verdict in _verdicts(kind, run))
    share = words[Word.RIGHT] / words.total()
    assert share >= kind.least, f"{kind.name}: {share:.3f} of {words.total()} decided, expected at least {kind.least}"
