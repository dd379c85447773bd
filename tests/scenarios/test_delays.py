"""The recorded runs: one machine wrote all their logs, so every second of a delay has its place."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.scenarios.runs import FORMS, Json, answer_of, bundles_of, messages, runs


def _recipients(found: Json) -> Iterator[Json]:
    for each in found["recipients"]:
        yield each
        yield from (child for child in each["children"] if child["timeline"])


def _length(recipient: Json) -> float:
    times = [datetime.fromisoformat(line["time"]) for line in recipient["timeline"]]
    return (max(times) - min(times)).total_seconds()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("run", runs())
def test_every_second_has_its_place(run: str, form: str) -> None:
    """Nothing is unexplained, no clock is off, no part is longer than the whole, and long ways have parts."""
    long = 0
    for sent in messages(run):
        for kind, _, text, _ in bundles_of(sent):
            if kind != "table":
                continue
            for matched in answer_of(run, form, text)["matches"][:1]:
                for recipient in _recipients(matched):
                    parts = {part["where"]: part["seconds"] for part in recipient["delays"]}
                    whole = _length(recipient)
                    ours = sum(seconds for where, seconds in parts.items() if where != "sender")
                    assert not [where for where in parts if where.startswith(("not explained", "clock"))], sent.name
                    assert ours <= whole + 1, sent.name
                    long += whole > 10 and ours > whole / 2
    assert long
