"""Lines that a sender made our servers write change the fate of no other message, and stand in none's timeline."""

import pytest

from tests.hostile.forgeries import Attack, attacked, forged, seeded, store_over_attacked, victims
from tests.properties.altered import recorded
from tests.scenarios.runs import runs

# Of each run one form of stamp per store, and every nth question: by hand all are asked (see __main__).
_SHARES = [("3164", "whole", 2), ("iso", "searched", 16)]


@pytest.mark.parametrize(("form", "kind", "every"), _SHARES)
@pytest.mark.parametrize("run", runs())
def test_no_fate_is_forged(run: str, form: str, kind: str, every: int) -> None:
    """Sixty hostile sessions between the lines of a run; what may happen at most is that less is said."""
    attack = attacked(run, form, seeded("ci", run, form), sessions=60)
    assert len(attack.hostile) > 300
    told = list(forged(attack, store_over_attacked(attack, run, kind), run, form, every=every))
    assert not told, "\n".join(told)


@pytest.mark.parametrize("run", ["amavis", "amavis-53-reused", "rspamd"])
def test_a_next_hop_that_names_ids_of_ours(run: str) -> None:
    """Whoever takes our mail writes the reply: one that names a victim's id takes that message from nobody."""
    logs = recorded(run, "iso")
    lines: list[str] = []
    for number, victim in enumerate(victims(run)):
        stamp = next((line.split(" ", 1)[0] for line in victim.lines if line.startswith("20")), None)
        for queue_id in victim.queue_ids if stamp is not None else ():
            own = f"{stamp} hub1 postfix/%s[99]: F{number:05X}{len(lines):05X}: "
            relay = "relay=mx.evil.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0"
            lines += [
                own % "cleanup" + "message-id=<evil@evil.example>",
                own % "qmgr" + f"from=<{victim.return_path}>, size=748, nrcpt=1 (queue active)",
                own % "smtp" + f"to=<x@evil.example>, {relay}, status=sent (250 Ok: queued as {queue_id})",
            ]
    attack = Attack(logs.with_files({"evil.log": tuple(lines)}), frozenset(lines))
    told = list(forged(attack, store_over_attacked(attack, run, "whole"), run, "iso"))
    assert not told, "\n".join(told)
