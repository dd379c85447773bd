"""The command line: `clerk`.  It reads and prints; everything else is elsewhere, and loaded when used."""

import atexit
import gc
import os
import sys
from typing import Annotated

import typer

from correlator.options import SiteOption, StoreOption
from correlator.storecli import store_app

app = typer.Typer(
    name="clerk",
    help="Paste the sender's evidence, read what your mail servers did with the message.",
    epilog="Example: clerk ask bundle.txt --log /var/log/mail.log",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(store_app)


def _say_version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the flag over
    if wanted:
        from correlator.version import version_line  # noqa: PLC0415 - help must start fast

        typer.echo(version_line())
        raise typer.Exit


@app.callback()
def clerk(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print version and commit, and leave.", is_eager=True, callback=_say_version),
    ] = False,
) -> None:
    """Paste the sender's evidence, read what your mail servers did with the message."""


Zone = Annotated[str | None, typer.Option(help="Zone of log stamps that state none, such as Europe/Berlin or UTC+1.")]

FormatOption = Annotated[
    str | None, typer.Option("--format", help="Read with this format only (see: clerk formats).", metavar="NAME")
]

LogOption = Annotated[
    list[str] | None,
    typer.Option(
        "--log",
        help="A log to read instead of the store; may be repeated. HOST= before it names the machine.",
        metavar="[HOST[@ZONE]=]PATH",
    ),
]

MaskOption = Annotated[
    bool, typer.Option("--mask", help="Hide local parts and subjects, each behind a name that this output keeps.")
]

YearOption = Annotated[
    int | None,
    typer.Option("--year", min=1980, max=9998, help="Year of a log's last line, where its stamps state none."),
]


@app.command(epilog="Example: clerk ingest /var/log/mail.log*")
def ingest(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Logs: files (plain, gz, bz2, xz, zst), folders, patterns, - for standard input. HOST= before one "
            "names the machine, HOST@ZONE= its zone too.",
            metavar="[HOST[@ZONE]=]PATH...",
        ),
    ],
    zone: Zone = None,
    host: Annotated[str | None, typer.Option(help="The machine whose logs these are.", metavar="NAME")] = None,
    year: YearOption = None,
    format: FormatOption = None,  # noqa: A002 - the option's name
    follow: Annotated[
        bool,
        typer.Option(
            "--follow",
            help="Go on with what comes to the files, also when they are rotated, truncated or made anew; Ctrl-C ends.",
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read, and store nothing.")] = False,
    store: StoreOption = None,
    site: SiteOption = None,
) -> None:
    """Store logs, so that questions need no files. Safe to repeat: nothing is stored twice."""
    from correlator.commands import run_ingest_command  # noqa: PLC0415 - help must start fast

    sys.exit(
        run_ingest_command(
            paths,
            store=store,
            zone=zone,
            host=host,
            year=year,
            only=format,
            site=site,
            follow=follow,
            dry_run=dry_run,
        )
    )


@app.command(epilog="Example: clerk ask bundle.txt --log /var/log/mail.log --log hub.log")
def ask(
    bundle: Annotated[
        str, typer.Argument(help="A file with the sender's text; - or nothing: paste it, end with Ctrl-D.")
    ] = "-",
    log: Annotated[
        list[str] | None,
        typer.Option(
            help="A log to answer from; may be repeated: a file, a folder, - for standard input, journal: for this "
            "machine's journal, journal:PATH for another. HOST= before it names the machine, HOST@ZONE= its zone too. "
            "Without it the store answers, or if there is none the logs in the usual places.",
            metavar="[HOST[@ZONE]=]PATH",
        ),
    ] = None,
    rotated: Annotated[bool, typer.Option("--rotated", help="Take the rotated files beside each log too.")] = False,
    to: Annotated[str | None, typer.Option(help="Answer for this recipient only.", metavar="ADDRESS")] = None,
    zone: Zone = None,
    year: YearOption = None,
    bundle_zone: Annotated[str | None, typer.Option(help="Zone of times in the sender's text that state none.")] = None,
    show_zone: Annotated[
        str | None,
        typer.Option(help="Zone to show beside UTC in the text; default: this machine's, UTC: none.", metavar="ZONE"),
    ] = None,
    window: Annotated[
        str, typer.Option(help="How far from the stated time to look where only address and time are known.")
    ] = "30m",
    limit: Annotated[int, typer.Option(min=1, help="How many messages to list where several fit.")] = 5,
    max_bundles: Annotated[int, typer.Option(min=1, help="How many messages of one text to answer.")] = 100,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per message asked about.")] = False,
    mask: MaskOption = False,
    store: StoreOption = None,
    site: SiteOption = None,
) -> None:
    """Say what became of the message that a sender's text speaks of, per recipient, with the lines that prove it."""
    from correlator.commands import run_ask  # noqa: PLC0415 - help must start fast

    sys.exit(
        run_ask(
            bundle,
            log or [],
            to=to,
            zone=zone,
            bundle_zone=bundle_zone,
            show_zone=show_zone,
            window=window,
            limit=limit,
            max_bundles=max_bundles,
            as_json=json,
            rotated=rotated,
            year=year,
            store=store,
            site=site,
            mask=mask,
        )
    )


@app.command(epilog="Example: clerk show 7f3a91c2")
def show(
    id: Annotated[  # noqa: A002 - the argument's name
        str, typer.Argument(help="At least 8 hex digits of a message's id, a queue id, or a Message-ID.", metavar="ID")
    ],
    log: LogOption = None,
    raw: Annotated[bool, typer.Option("--raw", help="Print the message's log lines as they are.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
    mask: MaskOption = False,
    store: StoreOption = None,
    site: SiteOption = None,
) -> None:
    """Show one message: its recipients' fates, its timeline, and how its way is proven."""
    from correlator.commands import run_show_command  # noqa: PLC0415 - help must start fast

    sys.exit(run_show_command(id, log or [], raw=raw, as_json=json, mask=mask, store=store, site=site))


@app.command(epilog="Example: clerk coverage --days 30")
def coverage(
    log: LogOption = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many of the last days to show.")] = 14,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
    mask: MaskOption = False,
    store: StoreOption = None,
    site: SiteOption = None,
) -> None:
    """Show what the logs cover: hosts by days, gaps, lines that were not read, and whose logs are missing."""
    from correlator.commands import run_coverage_command  # noqa: PLC0415 - help must start fast

    sys.exit(run_coverage_command(log or [], days=days, as_json=json, mask=mask, store=store, site=site))


@app.command(epilog="Example: clerk parse /var/log/mail.log | head")
def parse(
    paths: Annotated[list[str], typer.Argument(help="Log files; - is standard input.")],
    format: FormatOption = None,  # noqa: A002 - the option's name
    zone: Zone = None,
    mask: MaskOption = False,
) -> None:
    """Print what each line of a log states, as one JSON object per line."""
    from correlator.commands import run_parse  # noqa: PLC0415 - help must start fast

    sys.exit(run_parse(paths, only=format, zone=zone, mask=mask))


@app.command(epilog="Example: clerk formats --json")
def formats(
    json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
    lists: Annotated[bool, typer.Option("--lists", help="Print the closed lists of words instead.")] = False,
) -> None:
    """List the log formats that are read, what each can show and what it cannot."""
    from correlator.commands import run_formats  # noqa: PLC0415 - help must start fast

    sys.exit(run_formats(as_json=json, lists=lists))


_SEARCH_EPILOG = """Example: clerk search 'to:bob@ fate:rejected since:7d'

\b
from:news@shop.example  envelope sender, also wrapped in VERP, BATV or SRS; from:<>
to:bob@                 bob and bob+x of any domain
to:@example.com         of a domain; to:*.example.com of its subdomains
ip:192.0.2.0/24         client's address, or network; client: and helo: its names
mid: qid: id: host:     Message-ID, queue id, clerk's id, server of ours
fate:rejected           delivered, junked, quarantined, dropped, deferred, ...
stage: owner: holder:   where it was decided, whose move it is, who has it
reason:greylisted       a code, or words of the log; subject:"your order"
size:>1M score:5..10    > >= < <= or a range
since:2h until:10:30    2h, 3d, today, yesterday, 2026-11-01, 2026-11-01T10:00
time:2026-11-01..2026-11-07

\b
Joined by and (or nothing), or, not and brackets; -fate:junked is not.
A * may stand at either end: client:*.shop.example. In quotes it is a letter.
A bare word is taken for what it looks like, and clerk says for what.
More: docs/search.md"""


@app.command(epilog=_SEARCH_EPILOG)
def search(
    query: Annotated[str, typer.Argument(help="What to search for, in quotes; without it, everything.")] = "",
    since: Annotated[str | None, typer.Option(help="From then on: 2h, 3d, yesterday, 2026-11-01.", metavar="T")] = None,
    until: Annotated[str | None, typer.Option(help="Up to the end of that day or minute.", metavar="T")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many rows to show.")] = 50,
    sort: Annotated[
        str,
        typer.Option(
            help="time, size, score, from, to or fate; a - before it: the newest, largest first.", metavar="F"
        ),
    ] = "-time",
    fields: Annotated[str | None, typer.Option(help="Columns to show, with commas between.", metavar="A,B,C")] = None,
    count_by: Annotated[
        str | None, typer.Option(help="Count the rows by a field instead, such as fate.", metavar="FIELD")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per row, and a summary.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV that a spreadsheet may open.")] = False,
    mask: MaskOption = False,
    store: Annotated[
        str | None, typer.Option(help="Where the index is; else CLERK_STORE, else the user's own.", metavar="URL")
    ] = None,
) -> None:
    """Search the index: one row per message and recipient, with its fate."""
    from correlator.loading import now  # noqa: PLC0415 - help must start fast
    from correlator.opening import open_store  # noqa: PLC0415
    from correlator.searching import SearchOptions, run_search  # noqa: PLC0415
    from queries.basis import machine_zone  # noqa: PLC0415

    options = SearchOptions(
        since=since,
        until=until,
        limit=limit,
        sort=sort,
        fields=fields,
        count_by=count_by,
        as_json=json,
        as_csv=csv,
        mask=mask,
    )
    sys.exit(run_search(open_store(store), query, options, now=now(), zone=machine_zone()))


@app.command(epilog="Example: clerk site --json")
def site(
    suggest: Annotated[bool, typer.Option("--suggest", help="Draft a site file from what the store has seen.")] = False,
    site: SiteOption = None,
    store: StoreOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what is known of our own site: hosts, addresses, domains, and where each fact stands."""
    from correlator.commands import run_site, run_suggest  # noqa: PLC0415 - help must start fast

    sys.exit(run_suggest(store, as_json=json) if suggest else run_site(site, as_json=json))


def main() -> None:
    """Run the command line; errors come as one line that says what to do."""
    from correlator.errors import ClerkError, StoreUnusableError, bug_report  # noqa: PLC0415 - help must start fast
    from correlator.render.safe import complain  # noqa: PLC0415

    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a terminal that lacks a letter
    gc.set_threshold(300_000, 50, 50)  # what a command makes lives to its end: looking for garbage costs a sixth
    atexit.register(gc.freeze)  # and then goes with the process: to look through it once more costs a fifth
    try:
        app()
    except ClerkError as error:
        complain(f"clerk: {error} [{error.code}]")
        complain(f"  {error.remedy}")
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output left: nothing to say to it
        sys.exit(0)
    except Exception as error:
        from queries.stores.protocol import StoreError  # noqa: PLC0415 - help must start fast

        if isinstance(error, StoreError):
            complain(f"clerk: {error} [E301]")
            complain(f"  {error.remedy}")
            sys.exit(StoreUnusableError.exit_status)
        if os.environ.get("CLERK_TRACEBACK"):
            raise
        for line in bug_report(error):
            complain(line)
        sys.exit(ClerkError.exit_status)
