"""One contract for every store: same lines in, same legs, order, ledger and line numbers out.

The store that reads every line is the measure.  `stores.FACTORIES` holds the others.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grammars import Instant, KeyKind
from grammars.core.words import HOUR
from queries.leg import Key, Leg
from queries.question import Question, Window
from queries.stores.files import FilesStore
from queries.stores.protocol import Found, Store
from tests.properties.altered import recorded
from tests.queries.stores import (
    CORPORA,
    FACTORIES,
    every_key,
    files_store,
    legs_of,
    moments_of,
    text_of_lines,
    told_of_leg,
    told_of_losses,
    written,
)
from tests.scenarios.runs import ask_json, bundles_of, messages, zone_of

_UNLIMITED = 10_000


class Pair(NamedTuple):
    """The measure, another store over the same logs, and what to ask."""

    measure: FilesStore
    other: Store
    keys: list[Key]
    moments: list[Instant]
    kinds: list[str]


@pytest.fixture(scope="module", params=[(corpus, store) for corpus in CORPORA for store in FACTORIES], ids="-".join)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A corpus in two stores."""
    corpus, store = request.param
    return _pair(corpus, store, tmp_path_factory.mktemp("contract"), seed=1)


def _pair(corpus_name: str, store: str, folder: Path, seed: int) -> Pair:
    corpus = CORPORA[corpus_name]()
    paths = written(folder / "logs", corpus.texts)
    other = FACTORIES[store](paths, corpus.zone, folder, seed)
    measure = files_store(paths, corpus.zone, folder, seed)
    assert isinstance(measure, FilesStore)
    kinds = sorted({leg.kind for leg in legs_of(measure)})
    return Pair(measure, other, every_key(measure), moments_of(measure), kinds)


_INVENTED = (
    Key(KeyKind.QUEUE_ID, "4NoSuch0Id"),
    Key(KeyKind.MESSAGE_ID, "nobody@nowhere.example"),
    Key(KeyKind.ADDRESS, ""),
    Key(KeyKind.ADDRESS, "e"),
    Key(KeyKind.ADDRESS, "ALICE@RECIPIENT.EXAMPLE"),
    Key(KeyKind.CLIENT_IP, "192.0.2"),
    Key(KeyKind.QUEUE_ID, ""),
    Key(KeyKind.SESSION_ID, '" or 1=1 --'),
    Key(KeyKind.SUBJECT, "t\0*"),
    Key(KeyKind.LOCAL_ID, "\udcff"),
)


@st.composite
def _questions(draw: st.DrawFn, pair: Pair) -> Question:
    keys = draw(st.lists(st.sampled_from(pair.keys), min_size=1, max_size=4))
    if draw(st.booleans()):
        keys.append(draw(st.sampled_from(_INVENTED)))
    window = None
    if draw(st.booleans()):
        first = draw(st.sampled_from(pair.moments))
        length = draw(st.sampled_from((0, 1, 1_000_000, 60_000_000, HOUR, 48 * HOUR)))
        window = Window(first=first, last=Instant(first + length))
    near = draw(st.none() | st.sampled_from(pair.moments))
    kinds = draw(st.none() | st.sets(st.sampled_from(pair.kinds), max_size=2).map(frozenset))
    return Question(keys=frozenset(keys), window=window, near=near, kinds=kinds)


def _told(found: Found, store: Store) -> list[dict[str, Any]]:
    return [told_of_leg(leg, store) for leg in found.legs]


_GENERATED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@_GENERATED
@given(data=st.data())
def test_the_same_legs(pair: Pair, data: st.DataObject) -> None:
    """Every leg that a question matches, whole, in order, each line with its number; and neither says that it cut."""
    question = data.draw(_questions(pair))
    whole, found = pair.measure.find(question, _UNLIMITED), pair.other.find(question, _UNLIMITED)
    given_ids = {leg.id for leg in found.legs}
    expected = [leg for leg in whole.legs if leg.id in given_ids or _is_inside(leg, question.window)]
    assert _told(found, pair.other) == [told_of_leg(leg, pair.measure) for leg in expected]
    assert not found.cut
    assert not whole.cut


def _is_inside(leg: Leg, window: Window | None) -> bool:
    """Whether all of it is in the window; of a leg that reaches out of it, the line with the key may stand outside."""
    return window is None or (window.first <= leg.first and leg.last <= window.last)


@_GENERATED
@given(data=st.data(), limit=st.integers(1, 12))
def test_no_silence_about_more(pair: Pair, data: st.DataObject, limit: int) -> None:
    """Where there are more than are asked for, some of them are given, in order, and it is said that there are more.

    A store without an index of whole legs may stop looking before it knows that there are no more.
    """
    question = replace(data.draw(_questions(pair)), window=None)
    whole, found = pair.measure.find(question, _UNLIMITED), pair.other.find(question, limit)
    ids = [leg.id for leg in whole.legs]
    given_ids = [leg.id for leg in found.legs]
    assert given_ids == [each for each in ids if each in given_ids]
    assert len(found.legs) <= limit
    assert bool(found.legs) == bool(ids)
    assert found.cut or given_ids == ids


def test_every_key(pair: Pair) -> None:
    """Each key alone, asked of the same store one after the other."""
    for key in pair.keys:
        question = Question(keys=frozenset({key}))
        found, whole = pair.other.find(question), pair.measure.find(question)
        assert _told(found, pair.other) == _told(whole, pair.measure), key


def test_the_same_ledger(pair: Pair) -> None:
    """Hosts, formats, spans, gaps, counts, zones and the files they come from."""
    assert list(_ledger(pair.other)) == list(_ledger(pair.measure))
    assert sorted(pair.other.remarks()) == sorted(pair.measure.remarks())


def _ledger(store: Store) -> Iterator[object]:
    for row in store.coverage():
        yield replace(row, files=tuple(sorted(row.files)))


@_GENERATED
@given(data=st.data())
def test_the_same_losses(pair: Pair, data: st.DataObject) -> None:
    """What collectors say they lost, near any time."""
    first = data.draw(st.sampled_from(pair.moments))
    length = data.draw(st.sampled_from((0, 60_000_000, 6 * HOUR)))
    windows = [Window(first=first, last=Instant(first + length))]
    assert told_of_losses(pair.other.losses(windows)) == told_of_losses(pair.measure.losses(windows))


def test_the_same_hosts(pair: Pair) -> None:
    """Which host has an address, for each address that lines name."""
    events = [event for leg in legs_of(pair.measure) for event in (*leg.events, *leg.session)]
    ips = {ip for event in events for ip in (event.client_ip, event.relay_ip, event.server_ip) if ip}
    for ip in sorted({*ips, "192.0.2.254", "::1", ""}):
        assert pair.other.host_of(ip) == pair.measure.host_of(ip), ip


@pytest.mark.parametrize("store", [name for name in FACTORIES if name != "searched"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(corpus=st.sampled_from(("reused-ids", "rotated", "losses", "odd-bytes")), seed=st.integers(0, 9_999))
def test_any_order_and_pieces(store: str, corpus: str, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """However its logs came in, in which order and pieces, and how often: the same legs and ledger."""
    pair = _pair(corpus, store, tmp_path_factory.mktemp("order"), seed)
    question = Question(keys=frozenset(pair.keys))
    assert _told(pair.other.find(question), pair.other) == _told(pair.measure.find(question), pair.measure)
    test_the_same_ledger(pair)


@pytest.mark.parametrize(("run", "form"), [("amavis", "3164"), ("rspamd-42x", "iso"), ("amavis-53-reused", "iso")])
@pytest.mark.parametrize("store", [name for name in FACTORIES if name != "searched"])
def test_the_same_answers(run: str, form: str, store: str, tmp_path: Path) -> None:
    """Recorded questions are answered alike: matches, fates, timelines, reasons and what is covered."""
    texts = {name: text_of_lines(lines) for name, lines in recorded(run, form).files.items()}
    paths = written(tmp_path, texts)
    measure, other = (make(paths, zone_of(run), tmp_path, 3) for make in (files_store, FACTORIES[store]))
    for sent in messages(run)[::2]:
        for kind, _, text, _ in bundles_of(sent):
            assert ask_json(text, other) == ask_json(text, measure), f"{sent.name} {kind}"
