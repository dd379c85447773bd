"""What all tests share: one zone, small and repeatable random runs, warnings that are errors."""

import os
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # `tests.grammars.golden` is a module of the source tree, not of the installation

os.environ["TZ"] = "UTC"
time.tzset()

settings.register_profile(
    "house",
    max_examples=60,
    deadline=None,  # shared machines: a slow example proves nothing
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.register_profile("ci", settings.get_profile("house"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")
