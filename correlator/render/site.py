"""What is known of our own site, as plain text: each fact, and the line of the file it stands on."""

from collections.abc import Iterator, Mapping
from typing import Any

from correlator.render.safe import safe


def render_site(facts: Mapping[str, Any]) -> str:
    """Gives the effective site file; `facts` are those of its JSON form."""
    file = facts["file"]
    head = f"Site file: {file}" if file else "No site file: everything here is a default, and nothing depends on it"
    rows = [(key, value, facts["origins"][key]) for key, value in facts.items() if key in facts["origins"]]
    lines = [line for key, value, origin in rows for line in _fact(key, value, origin)]
    return "\n".join(safe(line) for line in [head, "", *lines])


def _fact(key: str, value: object, origin: str) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield f"{key:<16}{_word(value):<40}  {origin}"
        return
    yield f"{key:<16}{len(value)}{'':<39}  {origin}"
    for name, facts in value.items():
        told = "; ".join(f"{word} {_word(fact)}" for word, fact in facts.items() if fact)
        yield f"  {name:<14}{told}"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in (None, "", {}) else str(value)
