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


def _told(run: str, form: str) -> Iterator[tuple[str, Json]]:
    for sent in messages(run):
        for kind, _, text, _ in bundles_of(sent):
            for matched in answer_of(run, form, text)["matches"][:1] if kind == "table" else ():
                yield from ((sent.name, recipient) for recipient in _recipients(matched))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("run", runs())
def test_every_second_has_its_place(run: str, form: str) -> None:
    """Nothing is unexplained, no clock is off, and the parts are not longer than the whole."""
    for name, recipient in _told(run, form):
        parts = {part["where"]: part["seconds"] for part in recipient["delays"]}
        ours = sum(seconds for where, seconds in parts.items() if where != "sender")
        assert not [where for where in parts if where.startswith(("not explained", "clock"))], name
        assert ours <= _length(recipient) + 1, name


@pytest.mark.parametrize("form", FORMS)
def test_long_ways_have_parts(form: str) -> None:
    """The run in which messages were greylisted, deferred, held and released."""
    found = {part["where"] for _, recipient in _told("amavis-41x", form) for part in recipient["delays"]}
    assert {"before acceptance", "queue of mx1", "hold queue of mx1", "quarantine"} <= found
