"""The site file: what may stand in it, where it is found, and what is said where it is wrong."""

import json
import re
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlator.errors import UsageError
from correlator.sitefile import SiteFile, find_site_file, read_site
from correlator.userfolders import config_folder
from grammars.core.words import DAY
from queries.site import NO_SITE, Role
from tests.correlator.commandline import ROOT, clerk

EXAMPLE = ROOT / "docs" / "examples" / "site.toml"


def test_the_example_is_a_site_file() -> None:
    """Every kind of fact stands in it, and docs/site.md shows this very file."""
    text = EXAMPLE.read_text("utf-8")
    site = read_site(text).site
    assert site.is_complete
    assert site.domains == ("recipient.example", "recipient.test")
    assert site.retention == 30 * DAY
    assert site.fold("smtp-in-1.recipient.example") == "mx1"
    assert site.hosts_at("203.0.113.25") == {"mx1", "mx2"}
    assert site.hosts_at("2001:db8:0:0::25") == {"mx1"}
    assert str(site.hosts[0].zone) == "Europe/Berlin"
    balancer = site.system_at("198.51.100.3")
    assert balancer is not None
    assert balancer.role is Role.PROXY
    gateway = site.system_of("proofpoint")
    assert gateway is not None
    assert gateway.title == "our filter gateway"
    assert site.is_sink("X@void.recipient.example")
    assert not site.is_sink("jane@recipient.example")
    page = (ROOT / "docs" / "site.md").read_text("utf-8")
    assert re.findall(r"^```toml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE) == [text]
    assert set(read_site(text).origins) == set(SiteFile().to_json()["origins"])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "must begin with version = 1"),
        ("version = 2", 1, "must begin with version = 1"),
        ('version = 1\n# domain = "x"\ndomain = ["recipient.example"]', 3, "unknown key 'domain'"),
        ('version = 1\ndomains = "recipient.example"', 2, "domains must be a list of texts"),
        ("version = 1\ndomains = [1]", 2, "domains must be a text"),
        ("version = 1\n\ncomplete = 1", 3, "complete must be true or false"),
        ('version = 1\nretention_days = "30d"', 2, "retention_days must be a number of days"),
        ("version = 1\nretention_days = true", 2, "retention_days must be a number of days"),
        ('version = 1\ndelimiter = "x"', 2, "delimiter must be the marks"),
        ('version = 1\n[hosts.mx1]\nalias = ["mail"]', 3, "unknown key 'alias' in hosts.mx1"),
        ('version = 1\n[hosts.mx1]\nzone = "UTC"\n[hosts.mx2]\nzone = "Nowhere"', 5, "Nowhere: no such zone"),
        ('version = 1\n[hosts.mx1]\naddresses = ["203.0.113.256"]', 3, "203.0.113.256: no IP address"),
        ('version = 1\n[hosts]\nmx1 = { zone = "UTC", address = [] }', 3, "unknown key 'address' in hosts.mx1"),
        ("version = 1\nhosts.mx1.zones = 1", 2, "unknown key 'zones' in hosts.mx1"),
        ('version = 1\n[hosts]\n"mx1.recipient.example" = 4', 3, "hosts.mx1.recipient.example must be a table"),
        ("version = 1\nhosts = []", 2, "hosts must be tables"),
        ('version = 1\n[hosts.mx1]\n[hosts.mx2]\naliases = ["MX1."]', 3, "mx1 is a name of both mx1 and mx2"),
        ('version = 1\n[hosts."mail.a.example"]\n[hosts."mail.b.example"]', 3, "mail is a name of both"),
        ('version = 1\n[filters.gw]\nproduct = "sendgrid"', 3, "unknown product 'sendgrid'"),
        ("version = 1\n[hosts.mx1]\n[backups.mx1]", 3, "mx1 is the name of another machine too"),
    ],
)
def test_an_error_names_its_line_and_what_is_known(text: str, line: int, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)) as caught:
        read_site(text, "site.toml")
    assert str(caught.value).startswith(f"site.toml:{line}: ")
    assert caught.value.exit_status == 2
    assert caught.value.remedy


def test_text_that_is_no_toml() -> None:
    with pytest.raises(UsageError, match="line 2") as caught:
        read_site("version = 1\n[hosts\n")
    assert "docs/site.md" in caught.value.remedy


_LINES = st.sampled_from(
    [f"{key} = {value}" for key in ("domains", "sinks", "aliases", "zone", "addresses", "product", "delimiter", "x")
     for value in ('""', '"UTC"', '["192.0.2.1"]', "[[]]", "3", "true", "{ a = 1 }", "1979-05-27", '"../etc"')]
    + ["[hosts.mx1]", '[hosts.""]', "[[hosts]]", "[filters.gw]", "[hosts.mx1.zone]", "complete = true", "]", "#"]
)  # fmt: skip


@given(st.lists(_LINES, max_size=6))
def test_any_file_is_read_or_refused_with_a_remedy(lines: list[str]) -> None:
    refused = None
    try:
        read_site("\n".join(["version = 1", *lines]), "site.toml")
    except UsageError as error:
        refused = error
    assert refused is None or (str(refused).startswith("site.toml:") and refused.remedy)


def test_unknown_keys_say_which_are_known() -> None:
    with pytest.raises(UsageError) as caught:
        read_site("version = 1\n[hosts.mx1]\nalias = []")
    assert caught.value.remedy == "known are aliases, zone, addresses"


# ---------------------------------------------------------------- where it is


def test_the_places_in_their_order(tmp_path: Path) -> None:
    """The option, the variable, the working directory, the user's own folder; the first that there is."""
    here, home = tmp_path / "here", tmp_path / "home"
    own = home / ".config" / "mailroom-clerk" / "site.toml"
    for path in (here / "site.toml", own):
        path.parent.mkdir(parents=True)
        path.touch()
    environment = {"HOME": str(home)}
    assert find_site_file("a.toml", here, {**environment, "CLERK_SITE": "b.toml"}) == Path("a.toml")
    assert find_site_file(None, here, {**environment, "CLERK_SITE": "b.toml"}) == Path("b.toml")
    assert find_site_file(None, here, environment) == here / "site.toml"
    assert find_site_file(None, tmp_path, environment) == own
    assert find_site_file(None, tmp_path, {"HOME": str(tmp_path)}) is None
    assert config_folder({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}) == Path("/x/mailroom-clerk")


def test_without_a_file_nothing_is_known() -> None:
    assert SiteFile().site is NO_SITE
    assert NO_SITE.hosts_at("192.0.2.1") == frozenset()
    assert NO_SITE.system_at("192.0.2.1") is None
    assert NO_SITE.is_our_domain("recipient.example") is None
    assert NO_SITE.fold("MX1.recipient.example") == "mx1"


# ---------------------------------------------------------------- the command


def test_the_command_prints_facts_and_where_they_stand(tmp_path: Path) -> None:
    run = clerk("site", "--site", str(EXAMPLE), folder=tmp_path)
    assert run.returncode == 0
    assert f"Site file: {EXAMPLE}" in run.stdout
    assert re.search(r"^retention_days +line \d+ +30$", run.stdout, re.MULTILINE)
    assert re.search(
        r"^  mx1 +aliases mail, mx1.recipient.example, smtp-in-1; zone Europe/Berlin;", run.stdout, re.MULTILINE
    )


def test_the_json_is_the_effective_file(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('version = 1\n[hosts.mx1]\nzone = "UTC"\n')
    facts = json.loads(clerk("site", "--json", folder=tmp_path).stdout)
    assert facts["version"] == 1
    assert facts["hosts"] == {"mx1": {"aliases": [], "zone": "UTC", "addresses": []}}
    assert facts["delimiter"] == "+"
    assert facts["file"] == "site.toml"
    assert facts["origins"]["hosts"] == "site.toml:2"
    assert facts["origins"]["delimiter"] == "default"


def test_no_site_file(tmp_path: Path) -> None:
    run = clerk("site", folder=tmp_path)
    assert run.returncode == 0
    assert "No site file" in run.stdout


def test_a_wrong_site_file_stops_every_answer(tmp_path: Path) -> None:
    """A fact that is misspelt would be missing without a word."""
    (tmp_path / "site.toml").write_text("version = 1\nsink = []\n")
    for command in (("site",), ("ask", "--log", "mail.log")):
        run = clerk(*command, folder=tmp_path)
        assert run.returncode == 2
        assert "site.toml:2: unknown key 'sink'" in run.stderr
        assert "known are version, complete, domains," in run.stderr
    missing = clerk("site", more={"CLERK_SITE": "nowhere.toml"}, folder=tmp_path)
    assert missing.returncode == 2
    assert "nowhere.toml: No such file" in missing.stderr


def test_control_characters_of_a_site_file_are_not_printed(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('version = 1\ndomains = ["a\\u001b[31m.example"]\n')
    assert "\x1b" not in clerk("site", folder=tmp_path).stdout


def test_zones_of_hosts() -> None:
    assert read_site('version = 1\n[hosts.mx1]\nzone = "UTC"').site.hosts[0].zone is UTC
