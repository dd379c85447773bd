"""Lines in, events out: the log formats and what they are made of.

>>> from grammars import Basis, Event, Reader
>>> reader = Reader(Basis(newest=1_795_000_000_000_000))
>>> event = reader.read("2026-11-23T10:32:15.9Z mx1 postfix/qmgr[7]: 4jY2TD5qvxzJJQK: removed")
>>> isinstance(event, Event) and (event.verb.value, event.queue_id)
('remove', '4jY2TD5qvxzJJQK')
"""

from grammars.core.clock import Basis, KnownHost
from grammars.core.event import Event, Foreign, Line, Noise, Place, Reading, Reject
from grammars.core.folding import Record
from grammars.core.format import Format, Origin, Sample, Shape, Unit
from grammars.core.words import Instant, KeyKind, TimeBasis, Verb
from grammars.registry import Reader, find_formats

__all__ = [
    "Basis",
    "Event",
    "Foreign",
    "Format",
    "Instant",
    "KeyKind",
    "KnownHost",
    "Line",
    "Noise",
    "Origin",
    "Place",
    "Reader",
    "Reading",
    "Record",
    "Reject",
    "Sample",
    "Shape",
    "TimeBasis",
    "Unit",
    "Verb",
    "find_formats",
]
