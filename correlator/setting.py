"""What is known besides the sender's text and the lines: the site, the moment, and the logs that were not named."""

from dataclasses import dataclass
from typing import NamedTuple

from grammars import Instant
from queries.site import NO_SITE, Site


class Beside(NamedTuple):
    """A log that was not named, beside `of`, which was: when its lines are from, and the option that would add it."""

    path: str
    of: str
    option: str
    first: Instant
    last: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and when a question is asked; `now` is None where the moment must not count.

    `site_file` is where the facts about the site stand.
    """

    site: Site = NO_SITE
    site_file: str | None = None
    now: Instant | None = None
    beside: tuple[Beside, ...] = ()


NO_SETTING = Setting()
"""Nothing is known but the text and the lines."""
