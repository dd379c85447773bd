"""What logs cover, as part of the JSON objects of several commands."""

from typing import Any

from grammars.core.event import rfc3339
from queries.ledger import Coverage


def source_json(source: Coverage) -> dict[str, Any]:
    """Gives what one host's lines of one format cover."""
    return {
        "host": source.host,
        "format": source.format,
        "first": rfc3339(source.first, 0),
        "last": rfc3339(source.last, 0),
        "lines": source.lines,
        "lines_read": source.lines_read,
        "unread": source.unread,
        "foreign": source.foreign,
        "gaps": [[rfc3339(start, 0), rfc3339(end, 0)] for start, end in source.holes],
        "zone": source.zone,
        "zone_basis": source.basis.value,
        "files": list(source.files),
    }
