"""Bytes of saved texts, as programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlator.evidence import read_evidence
from correlator.evidence.decoding import decode_text
from tests.evidence.golden import FIXTURES, NOW, as_json, read

_TEXT = "Empfänger: alice@recipient.example\r\nDatum: 23.11.2026 10:24:15 UTC\r\n"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_way_to_save_a_text(code: str) -> None:
    """The same characters come out, with and without a byte order mark."""
    assert decode_text(_TEXT.encode(code)) == _TEXT


@pytest.mark.parametrize("code", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_trace_report_without_mark_reads_the_same(code: str) -> None:
    """Microsoft's reports are UTF-16 without a mark."""
    text = read(FIXTURES / "169-exchange-trace-reports.txt")
    decoded = decode_text(text.encode(code))
    assert decoded is not None
    found = [as_json(bundle) for bundle in read_evidence(decoded, now=NOW)]
    assert found == [as_json(bundle) for bundle in read_evidence(text, now=NOW)]


@pytest.mark.parametrize(
    "raw", [b"\x1f\x8b\x08\x00\x00\x00\x00", b"PK\x03\x04\x14\x00\x06\x00", b"\x89PNG\r\n\x1a\n\x00"]
)
def test_what_is_no_text_is_said_to_be_none(raw: bytes) -> None:
    """A compressed file, a spreadsheet, a picture."""
    assert decode_text(raw) is None


def test_a_text_cut_inside_of_a_letter_stays_utf_8() -> None:
    """Half a letter at the end does not make Latin-1 of the rest."""
    assert (decode_text("grün".encode()[:3]) or "").startswith("gr")


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    """No bytes make it raise."""
    decode_text(raw)
