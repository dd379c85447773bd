"""A draft of the site file holds what lines prove, marks guesses as such, and is a site file."""

from datetime import UTC

import pytest

from correlator.ingest import Said
from correlator.ingest import Store as Into
from correlator.render.sitedraft import render_draft
from correlator.settler import Settler
from correlator.sitefile import read_site
from correlator.suggesting import Draft, Hint, draft
from grammars import Instant
from queries.basis import settle
from queries.conditions import EVERYTHING
from queries.site import NO_SITE
from queries.sources import log_file
from queries.stores.embedded.writer import StoreWriter
from queries.stores.sqlite import SqliteStore
from queries.verdict import Verdict
from tests.scenarios.runs import NOW, log_files


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    """A draft from a recorded run, of which the gateway's log is also kept under another name of that host."""
    path = tmp_path_factory.mktemp("store") / "s.sqlite"
    files = log_files("rspamd-31", "iso")
    gateway = next(each for each in files if each.name.startswith("mx1"))
    text = gateway.pages.read(0, len(gateway.pages)).replace(b" mx1 ", b" mail-in ")
    files = (*files, log_file("central.log", text, NOW))
    writer = StoreWriter(path, UTC)
    settled = settle(files, zone=UTC, machine_zone=UTC, now=NOW)
    Into(writer, lambda _: None).add(files, settled, {}, Said())
    writer.close()
    Settler(path, UTC, NO_SITE).run()
    store = SqliteStore(path, UTC)
    rows = store.search(EVERYTHING, limit=1000).rows
    return draft(store.newest_legs(100), rows, [source.host for source in store.coverage()])


def test_what_lines_prove(drafted: Draft) -> None:
    """Domains with mailboxes, hosts with their addresses, two names of one machine."""
    assert [hint.name for hint in drafted.domains] == ["recipient.example"]
    addresses = {hint.name: hint.values for hint in drafted.hosts}
    assert set(addresses) == {"hub1", "mx1", "mail-in"}
    assert "127.0.2.25" in addresses["hub1"]
    assert [(hint.name, hint.values) for hint in drafted.aliases] == [("mail-in", ("mx1",))]


def test_it_is_a_site_file(drafted: Draft) -> None:
    """It is read as one, with the facts that are sure."""
    site = read_site(render_draft(drafted)).site
    assert site.domains == ("recipient.example",)
    assert {host.name for host in site.hosts} == {"hub1", "mail-in"}
    assert next(host for host in site.hosts if host.name == "mail-in").aliases == ("mx1",)
    assert site.systems == ()


def _row(number: int, client: str, helo: str) -> Verdict:
    return Verdict(
        id=f"{number:064x}",
        ordinal=0,
        time=Instant(number),
        fate="relayed",
        is_final=False,
        stage="handoff",
        owner="next_hop",
        holder="next_hop",
        reason_code="handed_over",
        is_open=True,
        reverse_path=f"news@shop{number}.example",
        recipient="bob@recipient.example",
        client_ip=client,
        helo=helo,
        handed_to="evil\x1b[31m\nhost[192.0.2.9]",
        host="mx1",
    )


def test_what_stands_in_front_is_a_guess() -> None:
    """One client with many names hands connections on, one with a single name takes messages; both stand behind a #."""
    rows = [_row(number, "192.0.2.7", f"host{number}.example") for number in range(20)]
    rows += [_row(number, "192.0.2.8", "gateway.example") for number in range(20, 40)]
    found = draft((), rows, ["mx1"])
    assert [hint.values for hint in found.proxies] == [("192.0.2.7",)]
    assert [hint.values for hint in found.filters] == [("192.0.2.8",)]
    text = render_draft(found)
    assert read_site(text).site.systems == ()
    assert '# addresses = ["192.0.2.7"]' in text


def test_logged_text_stays_in_its_comment() -> None:
    """Names of next hops are whatever a log says: no control character, no line of their own."""
    hint = Hint("evil\x1b[31m\nversion = 2", "mx1 handed it 3 messages")
    found = Draft(domains=(), hosts=(), aliases=(), proxies=(), filters=(), next_hops=(hint,))
    text = render_draft(found)
    assert "\x1b" not in text
    assert read_site(text).site.domains == ()
