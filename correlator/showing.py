"""`clerk show`: from an id to the message that it names, from the store or from log files."""

import json
from collections.abc import Sequence

from correlator.finding import find_by_id, is_prefix
from correlator.loading import load
from correlator.naming import LogName
from correlator.opening import open_store
from correlator.render.mask import Mask
from correlator.render.safe import complain
from correlator.render.shown import candidate_json, candidates_text, shown_json, shown_raw, shown_text
from correlator.shown import shown
from correlator.sitefile import load_site
from queries.basis import machine_zone

_FOUND, _NOT_FOUND, _SEVERAL = 0, 1, 3


def run_show(
    name: str, logs: Sequence[LogName], *, raw: bool, as_json: bool, mask: bool, store: str | None, site: str | None
) -> tuple[str, int]:
    """Gives what to print of the message that an id means, and the exit status; several are listed."""
    known = load_site(site)
    loaded = load(logs, None, site=known.site) if logs else None
    asked = open_store(store, known.site) if loaded is None else loaded.store()
    found = find_by_id(asked, name, known.site)
    if not found:
        complain(f"clerk: no message has the id {name}")
        if is_prefix(name):
            complain("  of large logs no line is read for the digits of an id alone: name a queue id, or a Message-ID")
        return "", _NOT_FOUND
    if len(found) > 1:
        journeys = Mask().masked(found) if mask else found
        complain(f"clerk: {len(found)} messages have the id {name}; ask for one of them")
        listed = [candidate_json(journey) for journey in journeys]
        return json.dumps(listed) if as_json else candidates_text(journeys, machine_zone()), _SEVERAL
    one = shown(found[0], asked, known.site)
    if mask:
        one = Mask().masked(one)
    if raw:
        return shown_raw(one), _FOUND
    return json.dumps(shown_json(one)) if as_json else shown_text(one, asked.coverage(), machine_zone()), _FOUND
