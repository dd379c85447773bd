"""Every message of every recorded run: the right message first, the true fate, and only true lines cited."""

from collections import Counter
from typing import Any

import pytest

from tests.scenarios.runs import FORMS, Sent, answer_of, bundles_of, log_lines, messages, runs
from tests.scenarios.verdicts import Word, false_citations, judge

LEAST_FOLLOWED = 0.9
"""Share of recipients whose end must be named, not only never named wrongly."""


def _cases() -> list[Any]:
    return [
        pytest.param(sent, form, id=f"{form} {sent.name}") for form in FORMS for run in runs() for sent in messages(run)
    ]


@pytest.mark.parametrize(("sent", "form"), _cases())
def test_never_wrong(sent: Sent, form: str) -> None:
    """No recorded bundle gets a fate, folder or message that is not the true one; every cited line is true."""
    for kind, about, text, several in bundles_of(sent):
        answer = answer_of(sent.run, form, text)
        for verdict in judge(sent, answer, about, several=several):
            assert verdict.word is not Word.WRONG, (
                f"{sent.name} ({form}, {kind}), {verdict.recipient}: said {verdict.said}; truth: {verdict.truth}"
            )
        untrue = false_citations(answer, log_lines(sent.run, form))
        assert not untrue, f"{sent.name} ({form}, {kind}) cites lines that do not stand there: {untrue}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("run", runs())
def test_nearly_all_decided(run: str, form: str) -> None:
    """Nearly every recipient of a run gets the true fate: who always says `cannot_tell` fails here."""
    words: Counter[Word] = Counter()
    open_ones: list[str] = []
    for sent in messages(run):
        for kind, about, text, several in bundles_of(sent):
            for verdict in judge(sent, answer_of(run, form, text), about, several=several):
                words[verdict.word] += 1
                if verdict.word is not Word.RIGHT:
                    told = f"said {verdict.said}; truth: {verdict.truth}"
                    open_ones.append(f"{sent.name} ({kind}), {verdict.recipient}: {told}")
    assert words[Word.RIGHT] >= LEAST_FOLLOWED * words.total(), "\n".join((f"{dict(words)}", *open_ones))
