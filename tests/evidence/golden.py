"""The fixtures of the evidence reader: what each pasted text must read as.

`python -m tests.evidence.golden` shows each difference and asks before it writes one.
"""

import json
import sys
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any

from correlator.evidence import read_evidence
from correlator.evidence.claims import Bundle, Interval, Reply, Text
from grammars.core.event import rfc3339
from grammars.core.words import SECOND, Instant

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "evidence"
NOW = Instant(int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()) * SECOND)
_TEXTS = (
    "sending_ip",
    "sending_host",
    "receiving_ip",
    "receiving_host",
    "header_from",
    "subject",
    "helo",
    "never_sent",
)


def texts() -> list[Path]:
    """Gives every fixture, in order of its number."""
    return sorted(FIXTURES.glob("*.txt"), key=lambda path: int(path.stem.partition("-")[0]))


def read(path: Path) -> str:
    """Gives the text of a fixture as it was pasted, line ends untouched."""
    return path.read_bytes().decode("utf-8")


def as_json(bundle: Bundle) -> dict[str, Any]:
    """Gives what a bundle states, without empty fields and without places."""
    path = bundle.return_path
    out: dict[str, Any] = {
        "times": [{"raw": time.raw, "means": [_interval(each) for each in time.candidates]} for time in bundle.times],
        "return_path": None if path is None else _path(path.raw, path.canonical, path.tenant, path.recipient),
        **{name: _value(getattr(bundle, name)) for name in _TEXTS},
        "recipients": [text.value for text in bundle.recipients],
        "message_ids": [text.value for text in bundle.message_ids],
        "replies": [_reply(reply) for reply in bundle.replies],
        "assumed": list(bundle.assumed),
        "not_understood": [text.value for text in bundle.not_understood],
    }
    return {name: value for name, value in out.items() if value not in (None, [])}


def _value(text: Text | None) -> str | None:
    return text.value if text else None


def _path(raw: str, canonical: frozenset[str], tenant: str | None, recipient: str | None) -> dict[str, Any]:
    more = {name: value for name, value in (("tenant", tenant), ("recipient", recipient)) if value}
    return {"raw": raw, "canonical": sorted(canonical), **more}


def _interval(interval: Interval) -> str:
    return f"{rfc3339(interval.first)} .. {rfc3339(interval.last)} {interval.basis.value}: {interval.because}"


def _reply(reply: Reply) -> dict[str, Any]:
    ids = [f"{each.kind} {each.value}" for each in reply.ids]
    out = {"code": reply.code, "enhanced_status": reply.enhanced_status, "text": reply.text, "ids": ids}
    return {name: value for name, value in out.items() if value not in (None, [])}


def made(path: Path) -> str:
    """Gives the golden file's text as it would be written today."""
    bundles = [as_json(bundle) for bundle in read_evidence(read(path), now=NOW)]
    return json.dumps(bundles, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Shows each difference, and writes what the reader of it accepts."""
    refused = 0
    for path in texts():
        golden = path.with_suffix(".json")
        before, after = golden.read_text("utf-8") if golden.exists() else "", made(path)
        if before == after:
            continue
        sys.stdout.writelines(
            unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), golden.name, golden.name)
        )
        if input(f"write {golden.name}? [y/n] ").strip().lower() == "y":
            golden.write_text(after, "utf-8")
        else:
            refused += 1
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
