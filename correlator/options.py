"""Options that several commands have."""

from typing import Annotated

import typer

SiteOption = Annotated[
    str | None,
    typer.Option(
        "--site",
        help="File of facts about our own servers; else CLERK_SITE, ./site.toml or that of the user's configuration.",
        metavar="FILE",
    ),
]

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="The store: a file, or sqlite:///FILE; else CLERK_STORE, or clerk.sqlite in the user's data folder.",
        metavar="STORE",
    ),
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
