"""`clerk coverage`: what the logs cover, and what is missing for a full answer, from the store or from log files."""

import json
import shutil
from collections.abc import Iterable, Sequence

from correlator.covered import Counted, covered
from correlator.errors import InputError
from correlator.loading import Loaded, load, now
from correlator.naming import LogName
from correlator.opening import open_store
from correlator.render.covered import covered_json, covered_text
from correlator.render.mask import Mask
from correlator.render.safe import complain
from correlator.sitefile import load_site
from grammars import Reader, Reject
from queries.presence import Presence

_WIDTH = 100


def run_coverage(
    logs: Sequence[LogName], *, days: int, as_json: bool, mask: bool, store: str | None, site: str | None
) -> str:
    """Gives what to print of what the logs cover."""
    known = load_site(site).site
    if logs:
        loaded = load(logs, None, site=known)
        for remark in loaded.remarks:
            complain(f"clerk: {remark}")
        counted: Counted = [
            (entry.name, loaded.bases[entry.name], presence)
            for entry, presence in zip(loaded.files, _presences(loaded), strict=True)
        ]
        found = covered(counted, known, loaded.store().host_of, now())
    else:
        opened = open_store(store, known)
        found = covered(list(opened.presences()), known, opened.host_of, now(), opened.forgotten())
    if not found.rows:
        raise InputError(
            "E203", "no line about mail is there", "see what the lines are taken for: clerk parse FILE | head"
        )
    if as_json:
        return json.dumps(covered_json(found, Mask() if mask else None))
    return covered_text(found, days=days, width=shutil.get_terminal_size((_WIDTH, 24)).columns, mask=mask)


def _presences(loaded: Loaded) -> Iterable[Presence]:
    """Counts every line of each file."""
    for entry in loaded.files:
        presence, reader, half_line = Presence(), Reader(loaded.bases[entry.name], host=entry.host), entry.half_line
        for line in entry.lines():
            for record in reader.read_all(line.text, line):
                if not (line.place.offset == half_line and isinstance(record.reading, Reject)):
                    presence.count(record.reading, line.text)
        presence.sum_up()
        yield presence
