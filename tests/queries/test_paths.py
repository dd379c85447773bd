"""The envelope sender, unwrapped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.paths import canonical_addresses, domain_of, is_null_sender, tenant_of, verp_recipient


@pytest.mark.parametrize(
    ("address", "inner"),
    [
        ("prvs=1234567890=bob@x.example", "bob@x.example"),
        ("prvs=bob=1234567890@x.example", "bob@x.example"),  # the tag may stand on either side
        ("prvs=deadbeef12=abc@x.example", "abc@x.example"),
        ("btv1==123ABC==bob@x.example", "bob@x.example"),
        ("msprvs1=20415AbCdEf=bounces-77@x.example", "bounces-77@x.example"),
        (
            "SRS0=i7nL=JM=em-sj-77.mktomail.example=123-ABC-456.0.1@fwd.example",
            "123-abc-456.0.1@em-sj-77.mktomail.example",
        ),
        ("SRS0+i7nL=JM=x.example=bob@fwd.example", "bob@x.example"),
        ("SRS1=abcd=fwd.example==i7nL=JM=x.example=bob@second.example", "bob@x.example"),
        ("SRS0=rAU6=JM=x.example=prvs=1234567890=bob@fwd.example", "bob@x.example"),
        ("bob+SRS=44ldt=IX=brand.example=news@rcpt.example", "news@brand.example"),
        ("Bob@X.EXAMPLE.", "bob@x.example"),
        ("<Bob@x.example>", "bob@x.example"),
        ('"bob"@x.example', "bob@x.example"),
        ("bob@b\u00fccher.example", "bob@xn--bcher-kva.example"),
    ],
)
def test_what_was_wrapped_is_unwrapped(address: str, inner: str) -> None:
    """BATV and SRS in all their forms lead back to the address that was wrapped."""
    assert inner in canonical_addresses(address)


def test_the_original_form_is_kept() -> None:
    """A log may hold the wrapped form as well: it stays in the set."""
    assert "prvs=1234567890=bob@x.example" in canonical_addresses("prvs=1234567890=bob@x.example")


def test_the_short_exchange_form_holds_no_address() -> None:
    """`bounces+SRS=hash=day` cannot be inverted; nothing is made up."""
    assert canonical_addresses("bounces+SRS=44ldt=IX@rcpt.example") == {"bounces+srs=44ldt=ix@rcpt.example"}


@pytest.mark.parametrize("text", ["", "<>", "< >", "null", "NULL", "empty", "<null>", "MAILER-DAEMON", '"<>"'])
def test_the_null_sender_has_many_names(text: str) -> None:
    """Every way to say `<>` is the one empty address, which is compared like any other and is no wildcard."""
    assert is_null_sender(text)
    assert canonical_addresses(text) == {""}


def test_tenant() -> None:
    """A Marketo account is found through any wrapping and in any case; other numbers are no account."""
    assert tenant_of("568-ABC-770.0.46459@em-sj-77.mktomail.example") == "568-abc-770"
    assert tenant_of("SRS0=x=y=em-sj-77.mktomail.example=123-ABC-456.0.1@fwd.example") == "123-abc-456"
    assert tenant_of("1568-ABC-770.0@x.example") is None
    assert tenant_of("bob@x.example") is None


def test_verp() -> None:
    """A VERP local part yields the recipient; a wrapped address is no VERP."""
    assert verp_recipient("list-bounces+alice=recipient.example@lists.example") == "alice@recipient.example"
    assert verp_recipient("prvs=1234567890=bob@x.example") is None
    assert verp_recipient("bob@x.example") is None


def test_domain() -> None:
    """The domain is lower case, without the dot of the root, and empty for the null sender."""
    assert domain_of("Bob@X.Example.") == "x.example"
    assert domain_of("<>") == ""


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_not(text: str) -> None:
    """No text makes it raise, and the canonical set is never empty and folded already."""
    forms = canonical_addresses(text)
    assert forms
    assert tenant_of(text) is None or len(tenant_of(text) or "") == 11
    verp_recipient(text)
