"""What the site file says of a machine's names makes its lines one again; what it says of others changes nothing."""

from functools import cache
from random import Random

import pytest

from correlator.ask import ask
from correlator.evidence import read_evidence
from correlator.render.answer_json import render_answer
from correlator.setting import Setting
from correlator.sitefile import read_site
from queries.basis import settle_basis
from queries.site import Site
from queries.sources import log_file
from queries.stores.files import FilesStore
from queries.stores.protocol import Store
from queries.stores.searched import SearchedStore
from tests.properties.altered import fates, questions, recorded
from tests.scenarios.runs import NOW, Json, zone_of

RUN = "amavis"
NAMES = ("mx1", "MX1.recipient.example", "gateway", "smtp-in.recipient.example")
ALIASES = read_site('version = 1\n[hosts.mx1]\naliases = ["gateway", "smtp-in.recipient.example"]\n').site
OTHERS = read_site(
    'version = 1\ndomains = ["recipient.example", "esp.example"]\nretention_days = 400\n'
    '[hosts.other]\naliases = ["elsewhere"]\nzone = "Asia/Tokyo"\naddresses = ["203.0.113.200"]\n'
    '[proxies.lb]\naddresses = ["203.0.113.201"]\n[filters.gw]\naddresses = ["203.0.113.202"]\nproduct = "google"\n'
).site


@cache
def several_names(seed: int) -> str:
    """The log of mx1, each line under any of its names."""
    random = Random(seed)  # noqa: S311
    lines = recorded(RUN, "iso").files["mx1-iso.log"]
    return "\n".join(line.replace(" mx1 ", f" {random.choice(NAMES)} ", 1) for line in lines) + "\n"


def told(store: Store, site: Site) -> dict[str, list[Json]]:
    """The fates of the run's messages."""
    found = {}
    for name, text in questions(RUN).items():
        (bundle,) = read_evidence(text, now=NOW)
        found[name] = fates(render_answer(ask(bundle, store, None, (), Setting(site=site, now=NOW))))
    return found


def store_with(site: Site, mx1: str, *, searched: bool = False) -> Store:
    """A store over the run's logs, with another text for mx1."""
    hub1 = "\n".join(recorded(RUN, "iso").files["hub1-iso.log"]) + "\n"
    files = [log_file(name, text.encode(), NOW) for name, text in (("mx1.log", mx1), ("hub1.log", hub1))]
    bases = settle_basis(files, zone=zone_of(RUN), machine_zone=zone_of(RUN), now=NOW, known_host=site.known_host)
    return SearchedStore(files, bases) if searched else FilesStore(files, bases)


@cache
def plain() -> dict[str, list[Json]]:
    """The fates by the logs as they were recorded."""
    return told(store_with(Site(), "\n".join(recorded(RUN, "iso").files["mx1-iso.log"]) + "\n"), Site())


@pytest.mark.parametrize("searched", [False, True], ids=["read", "searched"])
def test_a_machine_of_many_names(searched: bool) -> None:
    """Without the site file the lines fall apart; with it every fate is what it was."""
    assert told(store_with(ALIASES, several_names(1), searched=searched), ALIASES) == plain()
    assert told(store_with(Site(), several_names(1)), Site()) != plain()


def test_facts_about_other_machines() -> None:
    mx1 = "\n".join(recorded(RUN, "iso").files["mx1-iso.log"]) + "\n"
    assert told(store_with(OTHERS, mx1), OTHERS) == plain()
