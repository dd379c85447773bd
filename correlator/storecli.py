"""The command line of `clerk store`."""

import sys
from typing import Annotated

import typer

from correlator.options import JsonOption, SiteOption, StoreOption

store_app = typer.Typer(
    name="store",
    help="Look after the store that clerk ingest fills: check it, make it small, let it forget.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@store_app.command(epilog="Example: clerk store check --json")
def check(store: StoreOption = None, json: JsonOption = False) -> None:
    """Say whether the store is sound, else what is wrong and what to do; exit status 6 then."""
    from correlator.storecommands import run_check  # noqa: PLC0415 - help must start fast

    sys.exit(run_check(store, as_json=json))


@store_app.command(epilog="Example: clerk store stats --json")
def stats(store: StoreOption = None, json: JsonOption = False) -> None:
    """Say how large the store is, and what it holds: logs, lines, months."""
    from correlator.storecommands import run_stats  # noqa: PLC0415 - help must start fast

    sys.exit(run_stats(store, as_json=json))


@store_app.command(epilog="Example: clerk store keep 90")
def keep(
    days: Annotated[str, typer.Argument(help="How many days, or forever.", metavar="DAYS|forever")],
    store: StoreOption = None,
) -> None:
    """Set how long lines are kept; each clerk ingest drops the months that are older as a whole."""
    from correlator.storecommands import run_keep  # noqa: PLC0415 - help must start fast

    sys.exit(run_keep(store, days))


@store_app.command(epilog="Example: clerk store prune --older-than 90")
def prune(
    older_than: Annotated[
        int, typer.Option("--older-than", min=0, max=99_999, help="How many days are kept.", metavar="DAYS")
    ],
    store: StoreOption = None,
) -> None:
    """Drop the months that are older as a whole, now and once; see clerk store keep."""
    from correlator.storecommands import run_prune  # noqa: PLC0415 - help must start fast

    sys.exit(run_prune(store, older_than))


@store_app.command(epilog="Example: clerk store forget jane@recipient.example")
def forget(
    what: Annotated[
        str,
        typer.Argument(help="An address, or a log by its name or number in clerk store stats.", metavar="ADDRESS|LOG"),
    ],
    store: StoreOption = None,
) -> None:
    """Take every line that holds an address out of the store for good, or a whole log."""
    from correlator.storecommands import run_forget  # noqa: PLC0415 - help must start fast

    sys.exit(run_forget(store, what))


@store_app.command(epilog="Example: clerk store compact --store /srv/mail/clerk.sqlite")
def compact(store: StoreOption = None) -> None:
    """Make the file as small as it can be; answers stay the same."""
    from correlator.storecommands import run_compact  # noqa: PLC0415 - help must start fast

    sys.exit(run_compact(store))


@store_app.command(epilog="Example: clerk store rebuild --site site.toml")
def rebuild(store: StoreOption = None, site: SiteOption = None) -> None:
    """Read every stored line anew, by the grammars of this version and the present site file."""
    from correlator.storecommands import run_rebuild  # noqa: PLC0415 - help must start fast

    sys.exit(run_rebuild(store, site))


@store_app.command(epilog="Example: clerk store settle --site site.toml")
def settle(store: StoreOption = None, site: SiteOption = None) -> None:
    """Make the verdicts that clerk search needs and that are missing; clerk ingest does so by itself."""
    from correlator.storecommands import run_settle  # noqa: PLC0415 - help must start fast

    sys.exit(run_settle(store, site))


@store_app.command(epilog="Example: clerk store export --ndjson | gzip > events.ndjson.gz")
def export(
    ndjson: Annotated[bool, typer.Option("--ndjson", help="As one JSON object per line: the only form there is.")],  # noqa: ARG001
    store: StoreOption = None,
    site: SiteOption = None,
) -> None:
    """Print every event with its log, line number and text, log by log, as clerk parse does."""
    from correlator.storecommands import run_export  # noqa: PLC0415 - help must start fast

    sys.exit(run_export(store, site))


@store_app.command(epilog="Example: clerk store share --group mail")
def share(
    group: Annotated[
        str | None, typer.Option(help="Group whose members may read; else the file's own.", metavar="NAME")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Let a group read the store, also while it is written to; only its owner writes."""
    from correlator.storecommands import run_share  # noqa: PLC0415 - help must start fast

    sys.exit(run_share(store, group))


@store_app.command(epilog="Example: clerk store private --store /srv/mail/clerk.sqlite")
def private(store: StoreOption = None) -> None:
    """Let its owner alone read the store, as it was made."""
    from correlator.storecommands import run_private  # noqa: PLC0415 - help must start fast

    sys.exit(run_private(store))
