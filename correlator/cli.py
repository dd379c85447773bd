"""The command line: `clerk`.  It reads and prints; everything else is elsewhere, and loaded when used."""

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
    store: StoreOption = None,
    site: SiteOption = None,
) -> None:
    """Store logs, so that questions need no files. Safe to repeat: nothing is stored twice."""
    from correlator.commands import run_ingest_command  # noqa: PLC0415 - help must start fast

    sys.exit(run_ingest_command(paths, store=store, zone=zone, host=host, year=year, site=site))


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
        )
    )


@app.command(epilog="Example: clerk parse /var/log/mail.log | head")
def parse(
    paths: Annotated[list[str], typer.Argument(help="Log files; - is standard input.")],
    format: Annotated[str | None, typer.Option(help="Read with this format only (see: clerk formats).")] = None,  # noqa: A002 - the option's name
    zone: Zone = None,
) -> None:
    """Print what each line of a log states, as one JSON object per line."""
    from correlator.commands import run_parse  # noqa: PLC0415 - help must start fast

    sys.exit(run_parse(paths, only=format, zone=zone))


@app.command(epilog="Example: clerk formats --json")
def formats(
    json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
    lists: Annotated[bool, typer.Option("--lists", help="Print the closed lists of words instead.")] = False,
) -> None:
    """List the log formats that are read, what each can show and what it cannot."""
    from correlator.commands import run_formats  # noqa: PLC0415 - help must start fast

    sys.exit(run_formats(as_json=json, lists=lists))


@app.command(epilog="Example: clerk site --json")
def site(
    site: SiteOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print the effective site file as JSON.")] = False,
) -> None:
    """Print what is known of our own site: hosts, addresses, domains, and where each fact stands."""
    from correlator.commands import run_site  # noqa: PLC0415 - help must start fast

    sys.exit(run_site(site, as_json=json))


def main() -> None:
    """Run the command line; errors come as one line that says what to do."""
    from correlator.errors import ClerkError, StoreUnusableError, bug_report  # noqa: PLC0415 - help must start fast
    from correlator.render.safe import complain  # noqa: PLC0415

    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a terminal that lacks a letter
    gc.set_threshold(100_000, 50, 50)  # what a command makes lives to its end: looking for garbage costs a sixth
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
