"""By hand: `python -m tests.hostile --lines 1000000 --seed N` names each fate that forged lines changed."""

import argparse
import sys
from itertools import count

from tests.hostile.forgeries import attacked, forged, seeded, store_over_attacked
from tests.scenarios.runs import FORMS, runs


def main() -> int:
    """Gives 1 where a fate was forged."""
    options = argparse.ArgumentParser(prog="python -m tests.hostile")
    options.add_argument("--lines", type=int, default=100_000, help="hostile lines to make")
    options.add_argument("--seed", type=int, default=0, help="another seed, other lines")
    chosen = options.parse_args()
    made = found = 0
    for turn in count():
        for run in runs():
            for form in FORMS:
                attack = attacked(run, form, seeded(chosen.seed, turn, run, form), sessions=120)
                made += len(attack.hostile)
                for told in forged(attack, store_over_attacked(attack, run, "whole"), run, form):
                    found += 1
                    sys.stdout.write(f"{turn} {run} {form} {told}\n")
                if made >= chosen.lines:
                    sys.stdout.write(f"{made} hostile lines, {found} answers changed\n")
                    return 1 if found else 0
    raise AssertionError("count never ends")


if __name__ == "__main__":
    sys.exit(main())
