"""The library's door: reading a sender's text and asking log files, each one call."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from correlator.answer import Answer
from correlator.ask import AskOptions, ask
from correlator.evidence import read_evidence
from correlator.evidence.claims import Bundle
from correlator.loading import load, now
from correlator.render.answer_json import render_answer
from correlator.render.text import render_text


def read_bundles(text: str, *, zone: tzinfo | None = None) -> tuple[Bundle, ...]:
    """Gives what a sender's text states, one bundle per message that it speaks of.

    `zone` is the zone of times in the text that state none; without it, it is inferred or all
    plausible ones are tried, and the bundle says so.  A text without any claim gives one bundle
    that is empty (`is_empty`).
    """
    return read_evidence(text, now=now(), zone=zone)


def ask_logs(
    text: str, logs: Sequence[str | Path], *, zone: tzinfo | None = None, options: AskOptions | None = None
) -> tuple[Answer, ...]:
    """Answers each message that a sender's text speaks of from log files, without an index.

    `zone` is the zone of log stamps that state none; without it, ids in the logs that carry their
    own clock settle it, else this machine's zone is assumed, and the answer says so.
    Raises correlator.errors.InputError where no log can be read.
    """
    loaded = load([str(log) for log in logs], zone)
    store = loaded.store()
    return tuple(ask(bundle, store, options, loaded.remarks) for bundle in read_bundles(text))


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Gives an answer as the JSON object that `clerk ask --json` prints (schema `clerk.answer/1`)."""
    return render_answer(answer)


def answer_to_text(answer: Answer, *, zone: tzinfo = UTC) -> str:
    """Gives an answer as `clerk ask` prints it: plain text, safe for a terminal; `zone` is shown beside UTC."""
    return render_text(answer, zone=zone)
