"""Lines that a sender made our servers write change the fate of no other message, and stand in none's timeline."""

import pytest

from tests.hostile.forgeries import STORES, attacked, forged, seeded, store_over_attacked
from tests.scenarios.runs import FORMS, runs

_EVERY = {"whole": 1, "searched": 6}  # the searched store takes longer for each question


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("run", runs())
def test_no_fate_is_forged(run: str, form: str, kind: str) -> None:
    """Sixty hostile sessions between the lines of a run; what may happen at most is that less is said."""
    attack = attacked(run, form, seeded("ci", run, form), sessions=60)
    assert len(attack.hostile) > 300
    told = list(forged(attack, store_over_attacked(attack, run, kind), run, form, every=_EVERY[kind]))
    assert not told, "\n".join(told)
