"""Every fact of the site file changes an answer; a fact that is missing changes none."""

import pickle
from datetime import UTC
from typing import Any

import pytest

from correlator.ask import AskOptions, ask
from correlator.evidence import read_evidence
from correlator.render.answer_json import render_answer
from correlator.setting import Setting
from correlator.sitefile import read_site
from grammars import Instant
from queries.basis import settle_basis
from queries.leg import without_detail
from queries.site import NO_SITE, Site
from queries.sources import log_file
from queries.stores.files import FilesStore
from queries.stores.searched import SearchedStore
from tests.correlator.stories import (
    BUNDLE,
    CLIENT,
    NOW,
    START,
    accepted,
    delivery,
    refused,
    removed,
    stored,
    to_store,
    whole,
)

JANE, SESSION = "jane@recipient.example", "tGU+OS8WBGtkcAAAg+zDdQ"
STORED = (*accepted(), to_store(JANE, SESSION), stored(JANE, SESSION), removed())
RECEIVING = "Receiving IP: 203.0.113.25\n"


def asked(
    site: str, text: str, *, bundle: str = BUNDLE, zone: Any = None, large: bool = False, now: Instant | None = NOW
) -> dict[str, Any]:
    """The answer from a log, with a site file (without its first line)."""
    known = read_site(f"version = 1\n{site}").site if site else NO_SITE
    entry = log_file("mail.log", text.encode(), NOW)
    known_host = known.known_host if known.hosts else None
    bases = settle_basis([entry], zone=zone, machine_zone=UTC, now=NOW, known_host=known_host)
    store = SearchedStore([entry], bases) if large else FilesStore([entry], bases)
    (only,) = read_evidence(bundle, now=NOW, zone=None)
    return render_answer(ask(only, store, AskOptions(), (), Setting(site=known, now=now)))


def first(found: dict[str, Any]) -> dict[str, Any]:
    """The first recipient of the best match."""
    assert found["matches"], found["because"]
    recipient: dict[str, Any] = found["matches"][0]["recipients"][0]
    return recipient


# ---------------------------------------------------------------- one machine, several names


TWO_NAMES = whole(STORED).replace(" mx1 postfix/lmtp", " mail.recipient.example postfix/lmtp")


@pytest.mark.parametrize("large", [False, True])
def test_aliases_make_one_machine_of_several_names(large: bool) -> None:
    """The queue id's lines stand under two names; only the site file knows that they are one leg."""
    apart = asked("", TWO_NAMES, large=large)
    assert first(apart)["fate"] != "delivered"
    found = asked('[hosts.mx1]\naliases = ["mail.recipient.example"]', TWO_NAMES, large=large)
    assert first(found)["fate"] == "delivered"
    assert {entry["host"] for entry in first(found)["timeline"]} == {"mx1", "store1"}
    assert {(source["host"], source["format"]) for source in found["coverage"]["sources"]} == {
        ("mx1", "postfix"),
        ("store1", "dovecot"),
    }


@pytest.mark.parametrize("large", [False, True])
def test_an_alias_in_a_peers_line_proves_an_address(large: bool) -> None:
    """hub1 took mail from `smtp.recipient.example[203.0.113.25]`, which is mx1 by the site file alone."""
    from_mx1 = accepted(host="hub1", queue_id="5F7B21234B", client="smtp.recipient.example[203.0.113.25]")
    text = whole([*STORED, *from_mx1])
    bundle = f"{BUNDLE}Receiving IP: 203.0.113.25\n"
    assert "receiving_host" not in asked("", text, bundle=bundle, large=large)["evidence"]["claims"]
    found = asked('[hosts.mx1]\naliases = ["smtp.recipient.example"]', text, bundle=bundle, large=large)
    assert found["evidence"]["claims"]["receiving_host"] == "mx1"


def test_two_machines_of_one_short_name_are_kept_apart() -> None:
    """`mail.a.example` and `mail.b.example` compare as `mail` until the site file tells them apart."""
    site = '[hosts.mxa]\naliases = ["mail.a.example"]\n[hosts.mxb]\naliases = ["mail.b.example"]'
    text = (
        whole(STORED).replace(" mx1 postfix/lmtp", " mail.b.example postfix/lmtp").replace(" mx1 ", " mail.a.example ")
    )
    assert first(asked("", text))["fate"] == "delivered"
    assert first(asked(site, text))["fate"] != "delivered"


def test_the_receiving_host_may_be_named_by_an_alias() -> None:
    bundle = f"{BUNDLE}Receiving host: smtp.recipient.example\n".replace("news@", "letters@")
    text = whole([*STORED, "+1 smtpd: connect from unknown[192.0.2.9]"])
    assert "no log of smtp.recipient.example" in str(asked("", text, bundle=bundle)["coverage"]["missing"])
    known = asked('[hosts.mx1]\naliases = ["smtp.recipient.example"]', text, bundle=bundle)
    assert "smtp.recipient.example" not in str(known["coverage"]["missing"])


# ---------------------------------------------------------------- zones


def shifted(hours: int) -> str:
    """The story with stamps of the given zone that do not name it."""
    return (
        whole(STORED).replace("T10:", f"T{10 + hours:02}:").replace("Z mx1 ", " mx1 ").replace("Z store1 ", " store1 ")
    )


def test_the_zone_of_a_host() -> None:
    found = asked('[hosts.mx1]\nzone = "Europe/Berlin"\n[hosts.store1]\nzone = "Europe/Berlin"', shifted(1))
    assert found["matches"][0]["message"]["received"].startswith("2026-11-23T10:24:00")
    sources = {(each["host"], each["zone"], each["zone_basis"]) for each in found["coverage"]["sources"]}
    assert sources == {("mx1", "Europe/Berlin", "zone_given"), ("store1", "Europe/Berlin", "zone_given")}


def test_a_central_log_of_hosts_in_several_zones() -> None:
    """One file, two zones: each line is read in the zone of its own host, by every store."""
    text = shifted(1).replace("T11:", "T10:").replace(" store1 ", " store1 ")
    lines = [line.replace("T10:", "T05:") if " store1 " in line else line for line in text.splitlines()]
    site = '[hosts.mx1]\nzone = "UTC"\n[hosts.store1]\nzone = "UTC-5"'
    for large in (False, True):
        found = asked(site, "\n".join(lines) + "\n", large=large)
        times = [entry["time"] for entry in first(found)["timeline"]]
        assert first(found)["fate"] == "delivered"
        assert all(time.startswith("2026-11-23T10:24:0") for time in times), times


def test_a_zone_given_on_the_command_line_comes_first() -> None:
    found = asked('[hosts.mx1]\nzone = "Asia/Tokyo"', shifted(0), zone=UTC)
    assert found["matches"][0]["message"]["received"].startswith("2026-11-23T10:24:00")


def test_what_is_known_of_hosts_travels_between_processes() -> None:
    known = read_site('version = 1\n[hosts.mx1]\naliases = ["mail"]\nzone = "UTC"').site
    entry = log_file("mail.log", shifted(0).encode(), NOW)
    for zone in (None, UTC):
        (basis,) = settle_basis([entry], zone=zone, machine_zone=UTC, now=NOW, known_host=known.known_host).values()
        assert pickle.loads(pickle.dumps(basis)).of_host("mail")[0] == "mx1"  # noqa: S301 - our own


def test_ids_that_prove_another_zone_come_before_the_site_file() -> None:
    """A long queue id holds its own clock: a wrong zone in the site file moves no message."""
    long_id = "4jY2TD5qvxzJJQK"  # made at 2026-09-28T18:33:08Z
    from grammars.core.event import rfc3339  # noqa: PLC0415
    from grammars.core.selfdating import postfix_queue_id  # noqa: PLC0415

    made = postfix_queue_id(long_id)
    assert made is not None
    stamp = rfc3339(made, 6)[:-1]
    text = "".join(
        f"{stamp} {line[line.index(' mx1') + 1 :]}\n" for line in whole(accepted(queue_id=long_id)).splitlines()
    )
    found = asked('[hosts.mx1]\nzone = "Asia/Tokyo"', text, bundle=f"Reply: 250 2.0.0 Ok: queued as {long_id}\n")
    (source,) = found["coverage"]["sources"]
    assert (source["zone"], source["zone_basis"]) == ("UTC", "zone_proven")


# ---------------------------------------------------------------- addresses


OTHER = BUNDLE.replace("news@", "letters@").replace("192.0.2.7", "192.0.2.77") + RECEIVING


def test_the_hosts_behind_a_public_address() -> None:
    """A receiving IP that no line shows: with the site file the logs of its host are enough to say `not_found`."""
    text = whole([*STORED, "+1 smtpd: connect from unknown[192.0.2.9]"])
    unknown = asked("", text, bundle=OTHER)
    assert unknown["finding"] == "cannot_tell"
    assert "nothing in the logs shows that 203.0.113.25" in unknown["because"][0]
    known = asked('[hosts.mx1]\naddresses = ["203.0.113.25"]', text, bundle=OTHER)
    assert (known["finding"], known["coverage"]["complete"]) == ("not_found", True)
    assert known["evidence"]["claims"]["receiving_host"] == "mx1"


def test_all_hosts_behind_one_address_must_be_there() -> None:
    text = whole([*STORED, "+1 smtpd: connect from unknown[192.0.2.9]"])
    site = '[hosts.mx1]\naddresses = ["203.0.113.25"]\n[hosts.mx2]\naddresses = ["203.0.113.25"]'
    found = asked(site, text, bundle=OTHER)
    assert found["finding"] == "cannot_tell"
    assert found["because"] == ["no log of mx2, which stands behind the receiving IP 203.0.113.25"]
    assert found["evidence"]["claims"]["receiving_host"] == "mx1 or mx2"
    here = asked(site, text, bundle=BUNDLE + RECEIVING)
    assert "arrived at mx1, which has the receiving IP" in here["matches"][0]["because"]


# ---------------------------------------------------------------- proxies, filters, backups


BEHIND = whole(STORED).replace("mail.sender.example[192.0.2.7]", "unknown[198.51.100.3]")


def test_a_proxy_hides_the_sender() -> None:
    """Its address in the place of the sender's does not speak against the message."""
    apart = asked("", BEHIND)
    assert "but came from 198.51.100.3, not from 192.0.2.7" in apart["matches"][0]["because"]
    found = asked('[proxies.lb]\naddresses = ["198.51.100.0/28"]', BEHIND)
    assert "198.51.100.3" not in " ".join(found["matches"][0]["because"])
    assert found["matches"][0]["confidence"] > apart["matches"][0]["confidence"]


def test_behind_a_proxy_the_sending_ip_proves_no_absence() -> None:
    """A session that was cut off would stand in the log under the proxy's address alone."""
    text = whole([*STORED, "+1 smtpd: connect from unknown[192.0.2.9]"])
    assert asked("", text, bundle=GONE)["finding"] == "not_found"
    found = asked('[proxies.lb]\naddresses = ["198.51.100.3"]', text, bundle=GONE)
    assert found["finding"] == "cannot_tell"
    assert found["because"][0].endswith("and our proxy lb may hide the sender's")


def test_a_filter_before_our_servers_may_have_kept_it() -> None:
    """Unless the text says that one of our servers received it, or the filter's log is there."""
    text = whole([*STORED, "+1 smtpd: connect from unknown[192.0.2.9]"])
    hosts = '[hosts.mx1]\naddresses = ["203.0.113.25"]\n'
    found = asked(FILTER + hosts, text, bundle=GONE)
    assert (found["finding"], found["because"]) == (
        "cannot_tell",
        ["no log of our filter gateway, which may have taken it"],
    )
    assert asked(FILTER + hosts, text, bundle=OTHER)["finding"] == "not_found"
    loaded = text + whole(["gateway/smtpd: connect from unknown[192.0.2.9]"])
    for claim in ("", "Receiving IP: 198.51.100.3\n"):
        assert "our filter gateway" not in str(
            asked(FILTER + hosts, loaded, bundle=GONE + claim)["coverage"]["missing"]
        )


FILTER = '[filters.gateway]\naddresses = ["198.51.100.3"]\n'


def test_a_message_that_came_through_our_filter() -> None:
    """Its log is named as missing; a receiving IP that is the filter's is where it arrived."""
    found = asked(FILTER, BEHIND, bundle=BUNDLE + "Receiving IP: 198.51.100.3\n")
    assert "came through our filter gateway, which has the receiving IP" in found["matches"][0]["because"]
    assert "no log of our filter gateway, through which it came" in found["coverage"]["missing"]


def test_a_reply_of_the_filter_does_not_speak_against_what_it_passed_on() -> None:
    bundle = f"{BUNDLE}Reply: 250 2.0.0 4a5b6c7d8e-1 Message accepted for delivery\n"
    against = [text for text in asked("", BEHIND, bundle=bundle)["matches"][0]["because"] if "the reply names" in text]
    assert against
    known = asked(FILTER + 'product = "proofpoint"', BEHIND, bundle=bundle)
    assert not [text for text in known["matches"][0]["because"] if "the reply names" in text]


def test_a_refusal_of_what_a_backup_mx_brings_is_not_the_senders() -> None:
    text = whole([refused("550 5.1.1 <jane@recipient.example>: Recipient address rejected: User unknown")])
    text = text.replace(CLIENT, "mx-b.recipient.example[198.51.100.3]")
    assert first(asked("", text))["fate"] == "rejected"
    found = first(asked('[backups.mx-b]\naddresses = ["198.51.100.3"]', text))
    assert (found["fate"], found["owner"]) == ("unknown", "us")
    assert found["because"] == ["the log of mx-b (198.51.100.3), which handed the message on, is not loaded"]
    proxy = first(asked('[proxies.lb]\naddresses = ["198.51.100.3"]', text))
    assert proxy["fate"] == "rejected", "a proxy hands our own reply on"


RELAYED = whole([*accepted(), delivery(JANE, "250 ok"), removed()])


def test_relayed_to_our_own_filter() -> None:
    """It has not left the house: our move, and the log that is missing is named."""
    out = first(asked("", RELAYED))
    assert (out["fate"], out["owner"], out["holder"]) == ("relayed", "next_hop", "next_hop")
    found = first(asked('[filters.gateway]\naddresses = ["198.51.100.9"]', RELAYED))
    assert (found["fate"], found["owner"], found["holder"]) == ("relayed", "us", "us")
    assert found["sentence"] == "Handed to our filter gateway (mx.example.net[198.51.100.9]:25), which answered: 250 ok"
    assert found["because"] == ["the log of our filter gateway is not loaded, or does not show this message"]


@pytest.mark.parametrize("fact", ['addresses = ["198.51.100.9"]', 'aliases = ["mx.example.net"]'])
def test_relayed_to_a_server_of_ours(fact: str) -> None:
    found = first(asked(f"[hosts.hub1]\n{fact}", RELAYED))
    assert (found["fate"], found["owner"]) == ("relayed", "us")
    assert found["sentence"].startswith("Handed to our server hub1 (")


def test_a_refusal_by_our_own_filter_is_our_move() -> None:
    text = whole([*accepted(), delivery(JANE, "host said: 451 4.3.0 Try later", status="deferred", dsn="4.3.0")])
    found = first(asked('[filters.gateway]\naddresses = ["198.51.100.9"]', text))
    assert (found["fate"], found["owner"]) == ("deferred", "us")


# ---------------------------------------------------------------- addresses of people, folders, sinks


@pytest.mark.parametrize(
    ("address", "delimiters", "plain"),
    [
        ("jane+news@recipient.example", "+", "jane@recipient.example"),
        ("jane-news@recipient.example", "+", "jane-news@recipient.example"),
        ("jane-news@recipient.example", "-", "jane@recipient.example"),
        ("jane-news+x@recipient.example", "+-", "jane@recipient.example"),
        ("jane+news@recipient.example", "", "jane+news@recipient.example"),
        ("+news@recipient.example", "+", "+news@recipient.example"),
        ("owner-staff@recipient.example", "-", "owner-staff@recipient.example"),
        ("staff-request@recipient.example", "-", "staff-request@recipient.example"),
        ("jane", "+", "jane"),
    ],
)
def test_the_detail_of_an_address(address: str, delimiters: str, plain: str) -> None:
    assert without_detail(address, delimiters) == plain


def test_the_delimiter_of_the_site() -> None:
    """The session failed, so Message-ID, person and time must join: `jane-news@` ends in the mailbox of jane."""
    failed = "lmtp(jane@recipient.example)<31><s1>: sieve: msgid=<m1@sender.example>: stored mail into mailbox 'INBOX'"
    text = whole(
        [
            *accepted(),
            delivery("jane-news@recipient.example", "250 2.0.0 ok", agent="lmtp"),
            f"store1/dovecot: {failed}",
        ]
    )
    assert first(asked("", text))["fate"] == "relayed"
    assert first(asked('delimiter = "-"', text))["fate"] == "delivered"


@pytest.mark.parametrize("name", ["Werbung", "werbung", "INBOX.Werbung"])
def test_junk_folders_of_the_site(name: str) -> None:
    text = whole([*accepted(), to_store(JANE, SESSION), stored(JANE, SESSION, "INBOX.Werbung"), removed()])
    assert first(asked("", text))["fate"] == "delivered"
    found = first(asked(f'junk_folders = ["{name}"]', text))
    assert (found["fate"], found["folder"], found["owner"]) == ("junked", "INBOX.Werbung", "recipient")


@pytest.mark.parametrize("sink", ["noreply@recipient.example", "@recipient.example", "devnull@recipient.example"])
def test_a_drop_at_an_intended_sink(sink: str) -> None:
    dropped = delivery(
        "devnull@recipient.example", "delivered to file: /dev/null", agent="local", relay="local",
        orig="noreply@recipient.example",
    )  # fmt: skip
    text = whole([*accepted(), dropped, removed()])
    assert first(asked("", text))["owner"] == "us"
    found = first(asked(f'sinks = ["{sink}"]', text))
    assert (found["fate"], found["owner"]) == ("dropped", "nobody")
    assert "is meant to be dropped, by the site file" in found["sentence"]
    other = first(asked('sinks = ["other@recipient.example"]', text))
    assert other["owner"] == "us"


# ---------------------------------------------------------------- retention


def test_a_time_past_retention_is_said_to_be() -> None:
    bundle = OTHER.replace("2026-11-23", "2026-10-23").replace(RECEIVING, "")
    now = Instant(START + 5 * 86_400_000_000)
    found = asked("retention_days = 30", whole(STORED), bundle=bundle, now=now)
    assert "which is older than your retention of 30 days" in found["because"][0]
    assert "retention" not in str(asked("retention_days = 60", whole(STORED), bundle=bundle, now=now)["because"])
    assert "retention" not in str(asked("retention_days = 30", whole(STORED), bundle=bundle, now=None)["because"])


# ---------------------------------------------------------------- the wrong door


VENDORS = [
    ("Reply: 250 2.0.0 OK  1795429440 a1b2c3d4e5f6a7b8c9.123 - gsmtp\n", "Google"),
    ("Reply: 250 2.0.0 4a5b6c7d8e-1 Message accepted for delivery\n", "Proofpoint"),
    ("Receiving host: recipient-example.mail.protection.outlook.com\n", "Microsoft 365"),
    ("Receiving host: mxa-001.gslb.pphosted.com\n", "Proofpoint"),
]
GONE = "Timestamp: 2026-11-23T10:24:00Z\nReturn-Path: letters@sender.example\nSending IP: 192.0.2.77\n"


def test_an_address_that_is_not_ours() -> None:
    """Certain only where the site file says that it is complete."""
    bundle = GONE + "Receiving IP: 203.0.113.99\n"
    own = '[hosts.mx1]\naddresses = ["203.0.113.25"]'
    doubted = asked(own, whole(STORED), bundle=bundle)
    assert doubted["finding"] == "cannot_tell"
    assert any("nothing in the logs shows that 203.0.113.99" in text for text in doubted["because"])
    certain = asked(f"complete = true\n{own}", whole(STORED), bundle=bundle)
    assert certain["finding"] == "not_found"
    assert certain["because"] == ["203.0.113.99 is not one of our servers: ask who runs it"]
    assert certain["next_steps"] == ["ask who runs 203.0.113.99: that server answered the sender"]


@pytest.mark.parametrize(("claim", "owner"), VENDORS)
def test_a_server_of_somebody_else(claim: str, owner: str) -> None:
    """Its owner took the message; that log comes next."""
    doubted = asked("", whole(STORED), bundle=GONE + claim)
    assert doubted["finding"] == "cannot_tell"
    assert (
        f"the message was taken by {owner}, whose log to ask next; nothing in the logs shows" in doubted["because"][0]
    )
    assert f"{owner} answered the sender" in doubted["next_steps"][0]
    certain = asked("complete = true", whole(STORED), bundle=GONE + claim)
    assert certain["finding"] == "not_found"
    assert certain["because"][0].endswith(f"the message was taken by {owner}, whose log to ask next")


def test_the_vendor_may_be_our_own_filter() -> None:
    site = 'complete = true\n[filters.gateway]\naddresses = ["198.51.100.3"]\nproduct = "proofpoint"'
    for claim, missing in (
        (VENDORS[1][0], "no log of our filter gateway, whose reply stands in the text"),
        (VENDORS[3][0], "no log of mxa-001.gslb.pphosted.com"),
        ("Receiving IP: 198.51.100.3\n", "no log of our filter gateway (198.51.100.3)"),
    ):
        found = asked(site, whole(STORED), bundle=GONE + claim)
        assert found["finding"] == "cannot_tell", claim
        assert not any("taken by Proofpoint" in text or "is not one of" in text for text in found["because"])
        assert any(text.startswith(missing) for text in found["because"])


def test_the_reply_of_a_product_whose_log_is_not_loaded() -> None:
    """Its server took the message: nothing that other logs lack proves that it did not come."""
    text = whole([*STORED, "+1 smtpd: connect from unknown[192.0.2.9]"])
    assert asked("", text, bundle=GONE)["finding"] == "not_found"
    found = asked("", text, bundle=f"{GONE}Reply: 250 OK id=1abCDe-000Fgh-2I\n")
    assert found["finding"] == "cannot_tell"
    assert found["because"] == ["no log of a server of Exim, whose reply stands in the text"]


def test_a_domain_that_is_not_ours() -> None:
    site = 'domains = ["recipient.example"]'
    text = whole([*STORED, "+1 smtpd: connect from unknown[192.0.2.9]"])
    found = asked(site, text, bundle=f"{GONE}Recipient: jane@elsewhere.example\n")
    assert found["finding"] == "not_found", "the logs cover the time, whatever domain it was for"
    assert found["because"][1].startswith("elsewhere.example is not one of our domains")
    thin = asked(site, text, bundle=f"{GONE}Recipient: jane@elsewhere.example\n".replace("T10:", "T09:"))
    assert thin["finding"] == "cannot_tell"
    assert thin["because"][0].startswith("elsewhere.example is not one of our domains")
    certain = asked(f"complete = true\n{site}", whole(STORED), bundle=f"{GONE}Recipient: jane@elsewhere.example\n")
    assert certain["finding"] == "not_found"
    ours = asked(f"complete = true\n{site}", whole(STORED), bundle=f"{GONE}Recipient: jane@Recipient.Example\n")
    assert "not one of our domains" not in str(ours["because"])


def test_a_message_in_our_logs_is_found_whatever_the_door_says() -> None:
    bundle = f"{BUNDLE}Receiving IP: 203.0.113.99\nRecipient: {JANE}\n"
    found = asked("complete = true", whole(STORED), bundle=bundle)
    assert found["finding"] == "found"
    assert not any("not one of our servers" in step for step in found["next_steps"])


def test_a_site_without_facts_changes_nothing() -> None:
    for bundle in (BUNDLE, GONE, OTHER):
        assert asked("", whole(STORED), bundle=bundle) == asked("complete = false", whole(STORED), bundle=bundle)
    assert Site() == NO_SITE
