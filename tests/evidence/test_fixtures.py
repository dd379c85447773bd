"""Every pasted text in `fixtures/evidence` reads as its golden file says."""

import quopri
import re
from base64 import b64decode
from contextlib import suppress
from email.header import decode_header, make_header
from html import unescape
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from correlator.evidence import read_evidence
from correlator.evidence.claims import Bundle, Span
from correlator.evidence.cleaning import clean
from correlator.evidence.tokens import addresses, hosts, ips
from tests.evidence.golden import FIXTURES, NOW, made, read, texts

_RESERVED = [
    ip_network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "127.0.0.0/8")
]
# names of events and fields that look like hosts: `email.delivered`, `mail.source`
_FIELD = re.compile(r"(?:e?mail|delivery|bounce|transactionalsendevents|aws|filter-\d|spring)\.|.*\.filter-?\d")
_NO_HOSTS = frozenset(
    (
        "header.from", "header.d", "smtp.mailfrom", "smtp.helo", "winmail.dat", "original.eml", "export.csv",
        "icon.png", "resolver.adr.recipnotfound",
    )
)  # fmt: skip
_TABLE = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.stem)
def test_a_fixture_reads_as_its_golden_file(path: Path) -> None:
    """What a text states is written beside it, and nothing else comes out."""
    assert made(path) == path.with_suffix(".json").read_text("utf-8")


def _spans(bundle: Bundle) -> list[tuple[str, Span]]:
    single = (
        "sending_ip",
        "sending_host",
        "receiving_ip",
        "receiving_host",
        "header_from",
        "subject",
        "helo",
        "never_sent",
    )
    found = [(text.value, text.span) for name in single if (text := getattr(bundle, name))]
    found += [(text.value, text.span) for text in (*bundle.recipients, *bundle.message_ids)]
    if bundle.return_path:
        found.append((bundle.return_path.raw, bundle.return_path.span))
    return found + [(reply.raw, reply.span) for reply in bundle.replies]


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.stem)
def test_a_span_holds_what_was_read_from_it(path: Path) -> None:
    """The stretch of the sender's own text that a claim points to holds the claim."""
    text = read(path)
    for bundle in read_evidence(text, now=NOW):
        for value, span in _spans(bundle):
            shown = [clean(each).text for each in _as_decoded(text[span.start : span.end])]
            flat = [" ".join(there.replace('""', '"').split()).lower() for there in shown]
            assert any(value.lower() in each for each in flat) or any(
                ip.value == value for there in shown for ip in ips(there)
            ), (value, shown)


def _as_decoded(raw: str) -> list[str]:
    """Gives a stretch of a sender's text in each way that it may be encoded: JSON, MIME, RFC 2047."""
    found = [raw, raw.replace("_", " ")]
    if "\\" in raw:
        found.append(raw.encode().decode("unicode_escape"))
    if re.fullmatch(r"[A-Za-z0-9+/=\s]+", raw):
        with suppress(ValueError):
            data = b64decode("".join(raw.split()))
            found += [data.decode("latin-1"), data.decode("utf-16-le", "ignore"), data.decode("utf-8", "replace")]
    for charset in ("utf-8", "latin-1"):
        plain = quopri.decodestring(raw.encode()).decode(charset, "replace")
        found += [plain, unescape(plain)]
    if "=?" in raw:
        with suppress(LookupError, UnicodeDecodeError):
            found.append(str(make_header(decode_header(re.sub(r"\?=\s+=\?", "?==?", raw)))))
            found.append(str(make_header(decode_header(raw))))
    return found


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.stem)
def test_quoting_changes_nothing(path: Path) -> None:
    """A text that was answered to, each line behind `> `, states the same."""
    quoted = "".join(f"> {line}" for line in read(path).splitlines(keepends=True))
    assert _statement(quoted) == _statement(read(path))


def _statement(text: str) -> list[object]:
    out: list[object] = []
    for bundle in read_evidence(text, now=NOW):
        values = [value for value, _ in _spans(bundle)]
        out.append((values, [(time.raw, time.candidates) for time in bundle.times], bundle.assumed))
    return out


@pytest.mark.parametrize("path", texts(), ids=lambda path: path.stem)
def test_only_reserved_names_are_used(path: Path) -> None:
    """Fixtures name nobody: documentation addresses (RFC 5737, RFC 3849) and `.example` (RFC 2606) only."""
    text = clean(read(path)).text
    for ip in ips(text):
        assert any(ip_address(ip.value) in net for net in _RESERVED if net.version == ip_address(ip.value).version), ip
    for address in addresses(text):
        assert re.search(r"(?:\.|@|=)example$", address.value.lower()), address
    for host in hosts(text):
        assert host.value.endswith(".example") or host.value in _NO_HOSTS or _FIELD.match(host.value), host


def test_the_page_of_kinds_names_each_fixture() -> None:
    """`docs/evidence.md` has one row per kind of text, numbered, with a fixture that exists; no fixture is left out."""
    rows = re.findall(
        r"^\| (\d+) \|.*\[`([\w-]+)`\]\(\.\./fixtures/evidence/\2\.txt\) \|$", _TABLE.read_text("utf-8"), re.MULTILINE
    )
    numbers = [int(number) for number, _ in rows]
    assert numbers == sorted(set(numbers))
    assert all(name.startswith(f"{int(number):02d}-") for number, name in rows)
    assert [name for _, name in rows] == [path.stem for path in texts()]
    assert all((FIXTURES / f"{name}.json").exists() for _, name in rows)
