"""What is known of our own site, as plain text: each fact, and the line of the file it stands on."""

from collections.abc import Iterator, Mapping
from typing import Any

from correlator.render.safe import safe


def render_site(facts: Mapping[str, Any]) -> str:
    """Gives the effective site file; `facts` are those of its JSON form."""
    file = facts["file"]
    head = f"Site file: {file}" if file else "No site file: everything here is a default, and nothing depends on it"
    places = {key: _place(origin) for key, origin in facts["origins"].items()}
    rows = [(key, value, places[key]) for key, value in facts.items() if key in places]
    lines = [line for key, value, origin in rows for line in _fact(key, value, origin)]
    return "\n".join(safe(line) for line in [head, "", *lines])


def _place(origin: str) -> str:
    """The line of the file, whose name stands above."""
    _, colon, line = origin.rpartition(":")
    return f"line {line}" if colon else origin


def _fact(key: str, value: object, origin: str) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield f"{key:<16}{origin:<10}{_word(value)}"
        return
    yield f"{key:<16}{origin:<10}{len(value)}"
    for name, facts in value.items():
        told = "; ".join(f"{word} {_word(fact)}" for word, fact in facts.items() if fact)
        yield f"  {name:<14}{'':<10}{told}"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in (None, "", {}) else str(value)
