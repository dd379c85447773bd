"""The evidence reader: what a sender's text states about the messages that it asks after."""

from dataclasses import replace
from datetime import tzinfo

from correlator.evidence.building import build
from correlator.evidence.claims import Bundle
from correlator.evidence.cleaning import clean
from correlator.evidence.moments import setting_for
from correlator.evidence.passages import read_page
from grammars.core.words import Instant

__all__ = ["MOST_CHARACTERS", "Bundle", "read_evidence"]

MOST_CHARACTERS = 1_000_000
"""How much of a text is read: some five thousand rows.  Whoever has more has a log, not a bundle."""


def read_evidence(text: str, *, now: Instant, zone: tzinfo | None = None) -> tuple[Bundle, ...]:
    """Gives what a text states, one bundle per message, numbered from 1; at least one, which may be empty.

    `now` is the caller's clock: years that are left out and words such as `yesterday` count from
    it, and no time later than it is believed.  `zone` is that of times which state none; without
    it, what the ids in the text prove, else every plausible one.  Never raises on content.
    """
    page = clean(text[:MOST_CHARACTERS])
    setting = setting_for(now, zone, page.text)
    drafts = read_page(page)
    bundles = [build(draft, number, page, setting) for number, draft in enumerate(drafts, 1)]
    telling = [bundle for bundle in bundles if not bundle.is_empty]
    if not telling:
        whole = page.span(0, len(page.text))
        left = tuple(piece for bundle in bundles for piece in bundle.not_understood)
        telling = [Bundle(number=1, span=whole, not_understood=left)]
    numbered = [replace(bundle, number=number) for number, bundle in enumerate(telling, 1)]
    if len(text) > MOST_CHARACTERS:
        said = f"only the first {MOST_CHARACTERS:,} of {len(text):,} characters were read"
        numbered[-1] = replace(numbered[-1], assumed=(*numbered[-1].assumed, said))
    return tuple(numbered)
