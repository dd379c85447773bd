"""What the commands do: read at the edge, call the pure parts, print."""

import json
import re
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import tzinfo
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from correlator.errors import EvidenceError, InputError, UsageError
from correlator.loading import Loaded, load, now
from correlator.naming import JOURNAL, STDIN, LogName, find_zone, parse_log_names
from correlator.opening import has_store, open_store
from correlator.render.safe import complain, safe, tell
from correlator.setting import Setting
from correlator.sitefile import load_site
from correlator.usual import PLACES, usual_logs
from correlator.words import Fate, FindingWord, Flag, Holder, Owner, Reason, Stage
from grammars import Event, Foreign, Format, Noise, Reader, Reading, Record, Verb, find_formats
from queries.basis import machine_zone
from queries.sources import open_file
from queries.stores.protocol import Store

if TYPE_CHECKING:
    from correlator.answer import Answer

_EXIT = {FindingWord.FOUND: 0, FindingWord.NOT_FOUND: 1, FindingWord.CANNOT_TELL: 3}
_WORST = (0, 1, 3)


def run_ask(
    bundle: str,
    logs: Sequence[str],
    *,
    to: str | None,
    zone: str | None,
    bundle_zone: str | None,
    window: str,
    limit: int,
    max_bundles: int,
    as_json: bool,
    show_zone: str | None = None,
    rotated: bool = False,
    year: int | None = None,
    store: str | None = None,
    site: str | None = None,
    mask: bool = False,
    root: Path = Path("/"),
) -> int:
    """Answers every message that a text speaks of; gives the exit status, the worst of them.

    `root` is where the usual logs are looked for if none is named.
    """
    from correlator.ask import AskOptions, ask  # noqa: PLC0415 - not needed by the other commands
    from correlator.coverage import times_of  # noqa: PLC0415
    from correlator.evidence import read_evidence  # noqa: PLC0415
    from correlator.render.answer_json import render_answer  # noqa: PLC0415
    from correlator.render.text import render_text  # noqa: PLC0415

    options = AskOptions(limit=limit, window=duration(window), to=to)
    reader_zone = zone_named(show_zone) or machine_zone()
    known = load_site(site)
    names = parse_log_names(logs)
    from_store = not names and (bool(store) or has_store())
    taken = () if names or from_store else _usual(root)
    text = _bundle_text(bundle, names)
    bundles = read_evidence(text, now=now(), zone=zone_named(bundle_zone))
    if all(each.is_empty for each in bundles):
        raise EvidenceError(
            "E101",
            "no claim could be read from the text",
            "paste the sender's time, return-path, sending IP or SMTP reply",
        )
    if from_store:
        logs_read: Store = open_store(store, known.site)
        loaded = Loaded(files=(), bases={}, remarks=())
    else:
        loaded = load(
            names or taken,
            zone_named(zone),
            year=year,
            site=known.site,
            rotated=rotated,
            bundle=bundle,
            times=times_of(bundles[:max_bundles]),
        )
        logs_read = loaded.store()
    _refuse_unread(loaded, logs_read.coverage())
    setting = Setting(site=known.site, site_file=known.path, now=now(), beside=loaded.beside)
    statuses = []
    said = (_UNNAMED.format(_listed(taken)),) if taken else ()
    for each in (replace(each, assumed=(*each.assumed, *said)) for each in bundles[:max_bundles]):
        answer = ask(each, logs_read, options, loaded.remarks, setting)
        status = _EXIT[answer.finding]
        if from_store and not as_json:
            answer = _with_hint(answer)
        if mask:
            from correlator.render.mask import Mask  # noqa: PLC0415 - few ask for it

            answer = Mask().masked(answer)
        if as_json:
            tell(json.dumps(render_answer(answer, of_several=len(bundles) > 1)))
        else:
            tell(render_text(answer, of=len(bundles), zone=reader_zone))
        statuses.append(status)
    if len(bundles) > max_bundles:
        typer.echo(f"clerk: {len(bundles) - max_bundles} more messages in the text; see --max-bundles", err=True)
    return max(statuses, key=_WORST.index)


def _with_hint(answer: "Answer") -> "Answer":
    """Says how to see more of a message that the store holds."""
    if answer.finding is not FindingWord.FOUND:
        return answer
    return replace(answer, next_steps=(f"clerk show {answer.matches[0].arrival.id[:8]}", *answer.next_steps))


_UNNAMED = "no log was named, so {} was read"


def _listed(names: Sequence[LogName]) -> str:
    return ", ".join("the journal" if name.path == JOURNAL else name.path for name in names)


def _usual(root: Path) -> tuple[LogName, ...]:
    """The logs to read where none is named: those of the usual places, else the journal, and says so."""
    found = usual_logs(root)
    if not found and shutil.which("journalctl") is not None:
        found = (LogName(path=JOURNAL),)
    if not found:
        raise InputError(
            "E202",
            f"no log was named, and there is none in the usual places ({PLACES})",
            "add --log FILE; a log of another machine may be copied here, or piped: ssh mx1 cat ... | --log mx1=-",
        )
    complain(f"clerk: no log was named; reading {_listed(found)}")
    return found


def _refuse_unread(loaded: Loaded, coverage: Sequence[object]) -> None:
    if not coverage:
        names = ", ".join(entry.name for entry in loaded.files)
        raise InputError(
            "E203", f"no line of {names} could be read", "see what the lines are taken for: clerk parse FILE | head"
        )


def _bundle_text(bundle: str, logs: Sequence[LogName]) -> str:
    if bundle == "-" and any(name.path == STDIN for name in logs):
        raise typer.BadParameter("BUNDLE and --log cannot both be standard input")
    try:
        if bundle != "-":
            with BufferedReader(open_file(Path(bundle))) as file:
                raw = file.read(_LONGEST_TEXT + 1)
        else:
            if sys.stdin.isatty():
                typer.echo("Paste the sender's text, then press Ctrl-D:", err=True)
            raw = sys.stdin.buffer.read(_LONGEST_TEXT + 1)
    except OSError as error:
        raise EvidenceError(
            "E102", f"{bundle}: {error.strerror}", "name a readable file, or - to paste the text"
        ) from error
    if len(raw) > _LONGEST_TEXT:
        most = f"{_LONGEST_TEXT // 1_000_000} MB"
        raise EvidenceError(
            "E104",
            f"{bundle}: holds more than {most}",
            "give the part that is about the message; a log goes behind --log",
        )
    from correlator.evidence.decoding import decode_text  # noqa: PLC0415 - not needed by the other commands

    text = decode_text(raw)
    if text is None:
        raise EvidenceError("E103", f"{bundle}: is not text", "save the sender's message as text, or paste it")
    return text


_LONGEST_TEXT = 32_000_000  # bytes; a letter, a ticket or an export has far less


def run_ingest_command(
    paths: Sequence[str],
    *,
    store: str | None,
    zone: str | None,
    host: str | None,
    year: int | None,
    only: str | None,
    site: str | None,
    follow: bool,
    dry_run: bool,
) -> int:
    """Stores logs; gives the exit status: 130 where the user has interrupted it."""
    from correlator.ingest import Said  # noqa: PLC0415 - not needed by the other commands
    from correlator.ingesting import run_follow, run_ingest  # noqa: PLC0415

    if follow and dry_run:
        raise typer.BadParameter("--follow and --dry-run cannot both be meant")
    names = [replace(name, host=name.host or host) for name in parse_log_names(paths)]
    _formats_named(only)
    said = Said(zone=zone_named(zone), year=year, only=only, site=load_site(site).site)
    if follow:
        tell(run_follow(names, store_name=store, said=said, is_stopped=_stop_signals()))
        return 0
    try:
        run_ingest(names, store_name=store, said=said, say=tell, is_dry=dry_run)
    except KeyboardInterrupt:
        complain("clerk: stopped; what was stored so far is kept, and a repeat goes on from there")
        return _INTERRUPTED
    return 0


_INTERRUPTED = 130  # as shells say it of a program that Ctrl-C ended


def _stop_signals() -> Callable[[], bool]:
    """Takes note of Ctrl-C and of a polite request to end; gives what says whether one came."""
    stopped: list[int] = []
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda number, _: stopped.append(number))
    return lambda: bool(stopped)


def run_show_command(
    name: str, logs: Sequence[str], *, raw: bool, as_json: bool, mask: bool, store: str | None, site: str | None
) -> int:
    """Prints one message by its id; gives the exit status."""
    from correlator.showing import run_show  # noqa: PLC0415 - not needed by the other commands

    text, status = run_show(name, parse_log_names(logs), raw=raw, as_json=as_json, mask=mask, store=store, site=site)
    if text:
        tell(text)
    return status


def run_coverage_command(
    logs: Sequence[str], *, days: int, as_json: bool, mask: bool, store: str | None, site: str | None
) -> int:
    """Prints what the logs cover; gives the exit status."""
    from correlator.covering import run_coverage  # noqa: PLC0415 - not needed by the other commands

    tell(run_coverage(parse_log_names(logs), days=days, as_json=as_json, mask=mask, store=store, site=site))
    return 0


# ---------------------------------------------------------------- parse, formats


def _formats_named(only: str | None) -> list[Format]:
    formats = [entry for entry in find_formats() if only is None or entry.name == only]
    if not formats:
        known = ", ".join(entry.name for entry in find_formats())
        raise typer.BadParameter(f"{safe(only or '')}: no such format; there are {known}", param_hint="--format")
    return formats


def run_parse(paths: Sequence[str], *, only: str | None, zone: str | None, mask: bool = False) -> int:
    """Prints one JSON object per line of the files."""
    formats = _formats_named(only)
    loaded = load([LogName(path=path) for path in dict.fromkeys(paths)], zone_named(zone))
    understood, key = 0, secrets.token_bytes(16)
    for entry in loaded.files:
        reader = Reader(loaded.bases[entry.name], formats=formats)
        for first, last, line in entry.records():
            where = {"file": entry.name, "line": first} | ({"lines": [first, last]} if last > first else {})
            for record in reader.read_all(line.text, line):
                understood += isinstance(record.reading, (Event, Noise))
                told = reading_json(record.reading)
                if mask:
                    told = _masked(told, key)
                tell(json.dumps({**where, **told, **repeat_json(record)}))
    for remark in (*loaded.remarks, *(entry.remark for entry in loaded.files if entry.remark)):
        complain(f"clerk: {remark}")
    if not understood:
        raise InputError(
            "E203", f"no line of {', '.join(paths)} could be read", "see which formats there are: clerk formats"
        )
    return 0


def _masked(told: dict[str, Any], key: bytes) -> dict[str, Any]:
    """One line's reading with local parts and subjects hidden; each line by what it holds, all by one key."""
    from correlator.render.mask import Mask  # noqa: PLC0415 - few ask for it

    return Mask(key).masked(told)


def repeat_json(record: Record) -> dict[str, int]:
    """Gives how many times a line stands for its message, where it is more than once."""
    return {"repeat": record.repeat} if record.repeat > 1 else {}


def reading_json(reading: Reading) -> dict[str, Any]:
    """Gives one line's reading as the contract's JSON fields."""
    if isinstance(reading, Event):
        return {"format": reading.format, "event": reading.to_json()}
    if isinstance(reading, Noise):
        return {"format": reading.format, "noise": True}
    if isinstance(reading, Foreign):
        return {"format": None, "foreign": True, "program": reading.program}
    return {"format": None, "reject": {"reason": reading.reason, "column": reading.column}}


def run_formats(*, as_json: bool, lists: bool) -> int:
    """Prints the formats, or the closed lists."""
    if lists:
        tell(json.dumps(closed_lists(), indent=1))
        return 0
    rows = [_format_json(entry) for entry in find_formats()]
    if as_json:
        tell(json.dumps(rows, indent=1))
        return 0
    from tabulate import tabulate  # noqa: PLC0415 - only tables need it

    table = [(row["name"], row["title"], row["family"], "; ".join(row["shows"])) for row in rows]
    tell(
        tabulate(
            table, headers=("name", "product", "family", "shows"), tablefmt="plain", maxcolwidths=[None, None, None, 60]
        )
    )
    return 0


def _format_json(entry: Any) -> dict[str, Any]:  # noqa: ANN401
    verbs = {sample.expect["verb"] for sample in entry.samples if isinstance(sample.expect, dict)}
    return {
        "name": entry.name,
        "title": entry.title,
        "family": entry.family,
        "verbs": sorted(verbs),
        "shows": list(entry.shows),
        "cannot_show": list(entry.cannot_show),
        "reference": entry.reference,
    }


def closed_lists() -> dict[str, list[str]]:
    """Gives every closed list of the contract, by name."""
    from correlator.evidence.claims import REMOTE_ID_KINDS  # noqa: PLC0415
    from correlator.link import HandoffKind  # noqa: PLC0415

    words = {
        "verb": Verb,
        "fate": Fate,
        "stage": Stage,
        "owner": Owner,
        "holder": Holder,
        "flag": Flag,
        "reason.code": Reason,
        "finding": FindingWord,
        "handoff.kind": HandoffKind,
    }
    return {
        **{name: [each.value for each in listed] for name, listed in words.items()},
        "remote_id.kind": list(REMOTE_ID_KINDS),
    }


# ---------------------------------------------------------------- site


def run_site(named: str | None, *, as_json: bool) -> int:
    """Prints the site file that is in force, and where each fact came from."""
    found = load_site(named)
    facts = found.to_json()
    if as_json:
        tell(json.dumps(facts, indent=1))
        return 0
    from correlator.render.site import render_site  # noqa: PLC0415 - only this command needs it

    tell(render_site(facts))
    return 0


def run_suggest(store: str | None, *, as_json: bool) -> int:
    """Prints a draft of the site file, from what the store has seen."""
    from correlator.render.sitedraft import render_draft  # noqa: PLC0415 - only this command needs it
    from correlator.suggesting import draft  # noqa: PLC0415 - as above
    from queries.conditions import EVERYTHING  # noqa: PLC0415 - as above

    opened = open_store(store)
    rows = opened.search(EVERYTHING, limit=_SEEN).rows
    found = draft(opened.newest_legs(_BLOCKS_SEEN), rows, [source.host for source in opened.coverage()])
    tell(json.dumps(asdict(found), indent=1) if as_json else render_draft(found).rstrip())
    return 0


_SEEN = 50_000  # of the newest verdicts
_BLOCKS_SEEN = 128  # of the newest lines: some 16 MB


# ---------------------------------------------------------------- options


def zone_named(name: str | None) -> tzinfo | None:
    """Gives the zone of an option: a name of the zone database, `UTC`, or an offset such as `+02:00` or `UTC-6`."""
    try:
        return find_zone(name)
    except UsageError as error:
        raise typer.BadParameter(safe(f"{error}; {error.remedy}")) from error


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def duration(text: str) -> int:
    """Gives a duration such as `90s`, `30m`, `2h`, `1d` in microseconds."""
    found = re.fullmatch(r"(\d{1,6})([smhd])", text.strip())
    if found is None:
        raise typer.BadParameter(f"{safe(text)}: write a number and s, m, h or d, such as 30m", param_hint="--window")
    return int(found.group(1)) * _UNITS[found.group(2)] * 1_000_000
