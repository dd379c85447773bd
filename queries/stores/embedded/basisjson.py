"""How a source's stamps are read, as the embedded store keeps it."""

import json
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from grammars import Basis, Instant, TimeBasis
from grammars.core.clock import Era


def zone_to_json(zone: tzinfo) -> str | int | None:
    """Gives a zone's name, or its offset in seconds; None for rules without a name, which are this machine's."""
    if isinstance(zone, ZoneInfo):
        return zone.key
    if isinstance(zone, timezone):
        return int((zone.utcoffset(None) or timedelta()).total_seconds())
    return None


def zone_from_json(kept: str | int | None, machine: tzinfo) -> tzinfo:
    """Gives what `zone_to_json` was made of; a name that this machine does not know reads as the machine's zone."""
    if kept is None:
        return machine
    if isinstance(kept, int):
        return timezone(timedelta(seconds=kept)) if kept else UTC
    try:
        return ZoneInfo(kept)
    except (OSError, ValueError, KeyError):
        return machine


def basis_to_json(basis: Basis) -> str:
    """Gives a basis as JSON text, without what is known of hosts: that is the site file's."""
    return json.dumps(
        {
            "zone": zone_to_json(basis.zone),
            "zone_basis": basis.zone_basis.value,
            "newest": basis.newest,
            "eras": [[era.first, era.newest, era.fold] for era in basis.eras],
        }
    )


def basis_from_json(text: str, machine: tzinfo) -> Basis:
    """Gives what `basis_to_json` was made of."""
    kept: Mapping[str, Any] = json.loads(text)
    return Basis(
        zone=zone_from_json(kept["zone"], machine),
        zone_basis=TimeBasis(kept["zone_basis"]),
        newest=Instant(kept["newest"]),
        eras=tuple(Era(first=first, newest=Instant(newest), fold=fold) for first, newest, fold in kept["eras"]),
    )
