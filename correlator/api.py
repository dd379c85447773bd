"""The library's door: reading a sender's text and asking log files, each one call."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from correlator.answer import Answer
from correlator.ask import AskOptions, ask
from correlator.coverage import times_of
from correlator.evidence import read_evidence
from correlator.evidence.claims import Bundle
from correlator.loading import load, now
from correlator.naming import parse_log_names
from correlator.render.answer_json import render_answer
from correlator.render.text import render_text
from correlator.setting import Setting
from correlator.sitefile import SiteFile, load_site
from queries.site import Site


def read_bundles(text: str, *, zone: tzinfo | None = None) -> tuple[Bundle, ...]:
    """Gives what a sender's text states, one bundle per message that it speaks of.

    `zone` is the zone of times in the text that state none; without it, it is inferred or all
    plausible ones are tried, and the bundle says so.  A text without any claim gives one bundle
    that is empty (`is_empty`).
    """
    return read_evidence(text, now=now(), zone=zone)


def ask_logs(
    text: str,
    logs: Sequence[str | Path],
    *,
    zone: tzinfo | None = None,
    options: AskOptions | None = None,
    site: Site | str | Path | None = None,
    rotated: bool = False,
    year: int | None = None,
) -> tuple[Answer, ...]:
    """Answers each message that a sender's text speaks of from log files, without an index.

    Logs are named as on the command line: `[HOST[@ZONE]=]PATH`, `journal:`, folders; with `rotated`
    the rotated files beside each are read too.  `zone` is the zone of log stamps that state none;
    without it, ids in the logs that carry their own clock settle it, else this machine's zone is
    assumed, and the answer says so.  `year` is that of the last line of logs whose stamps have none.
    `site` is what is known of our own servers, or the path of a site file; none is looked for.
    Raises correlator.errors.InputError where no log can be read, UsageError where a name or the site
    file cannot be meant.
    """
    bundles = read_bundles(text)
    known = SiteFile(site=site) if isinstance(site, Site) else load_site(str(site)) if site is not None else SiteFile()
    names = parse_log_names(str(log) for log in logs)
    loaded = load(names, zone, year=year, site=known.site, rotated=rotated, times=times_of(bundles))
    store = loaded.store()
    setting = Setting(site=known.site, site_file=known.path, now=now(), beside=loaded.beside)
    return tuple(ask(bundle, store, options, loaded.remarks, setting) for bundle in bundles)


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Gives an answer as the JSON object that `clerk ask --json` prints (schema `clerk.answer/1`)."""
    return render_answer(answer)


def answer_to_text(answer: Answer, *, zone: tzinfo = UTC) -> str:
    """Gives an answer as `clerk ask` prints it: plain text, safe for a terminal; `zone` is shown beside UTC."""
    return render_text(answer, zone=zone)
