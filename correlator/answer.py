"""The answer to one bundle, in one value: renderers add nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from correlator.coverage import CoverageFinding
from correlator.evidence.claims import Bundle
from correlator.fate import RecipientFate
from correlator.match import Match
from correlator.words import FindingWord
from grammars import Place
from queries.leg import Leg


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """One message that the bundle may mean, and what became of it."""

    match: Match
    recipients: tuple[RecipientFate, ...]

    @property
    def arrival(self) -> Leg:
        """The leg that took the message in, of the try that decides."""
        return self.match.tries.last.arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the mailroom clerk did with the message that a bundle speaks of."""

    bundle: Bundle
    finding: FindingWord
    because: tuple[str, ...]
    coverage: CoverageFinding
    matches: tuple[Matched, ...]
    next_steps: tuple[str, ...]
    cut: bool
    line_number: Callable[[Place], int]
    receiving_name: str | None = None
    site_file: str | None = None
