"""Time as such means nothing: all clocks moved together change no fate, and an id given again is another message."""

from datetime import datetime, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.altered import answers, fates, joined, questions, recorded, shifted
from tests.scenarios.runs import Json

RUN = "amavis-21"  # short queue ids: they hold no clock that would contradict the moved stamps


@cache
def _plain() -> dict[str, Json]:
    return answers(recorded(RUN, "iso").store(RUN), questions(RUN))


@settings(max_examples=8)
@given(by=st.timedeltas(timedelta(days=-300), timedelta(hours=10)))
def test_all_clocks_moved(by: timedelta) -> None:
    """Logs and question moved by the same offset: the same messages, the same fates, the same confidence."""
    by = timedelta(seconds=int(by.total_seconds()))
    store = shifted(recorded(RUN, "iso"), by).store(RUN)
    for name, answer in answers(store, questions(RUN, every=3, shift=by)).items():
        plain = _plain()[name]
        assert fates(answer) == fates(plain), name
        assert [match["confidence"] for match in answer["matches"]] == [
            match["confidence"] for match in plain["matches"]
        ], name


@settings(max_examples=8)
@given(days=st.integers(6, 60), start=st.integers(0, 2))
def test_ids_used_again(days: int, start: int) -> None:
    """The same queue ids, process ids and addresses some days later are other messages; both are answered right."""
    by = timedelta(days=-days)
    now = recorded(RUN, "iso")
    store = joined(shifted(now, by), now).store(RUN)
    for shift in (timedelta(), by):
        for name, answer in answers(store, questions(RUN, every=3, start=start, shift=shift)).items():
            assert fates(answer) == fates(_plain()[name]), (name, shift)
            _assert_within_hours(name, answer, shift)


def _assert_within_hours(name: str, answer: Json, shift: timedelta) -> None:
    """No line of the other life of an id stands in the timeline."""
    first = _plain()[name]["matches"][0]["message"]["received"]
    meant = datetime.fromisoformat(first) + shift
    for node in answer["matches"][0]["recipients"]:
        for entry in node["timeline"]:
            assert abs(datetime.fromisoformat(entry["time"]) - meant) < timedelta(hours=3), (name, entry)
