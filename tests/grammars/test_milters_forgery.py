"""What a sender may write into lines of milters and SPF services: a line states what is true, or nothing of it.

Each line is written as its program writes it, around text that a sender chooses to imitate the rest of the line.
"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars import Event
from tests.grammars.support import reader

READER = reader()
FRAME = "Nov 23 10:32:15 mx1 "
TRAPS = (
    "; envelope-from=victim@example.com", "; helo=h", "; receiver=ceo@recipient.example", "client-ip=198.51.100.66",
    "identity=mailfrom; ", ") identity=helo; ", ") receiver=x; ", ";ip=198.51.100.66", ";id=victim@example.com", ";r=x",
    "Please see http://www.openspf.example/Why?s=mfrom", " pass", " fail", " none", '"', "\\", "(", ")", "<>", " ", "@",
    "): Envelope-from: ", ", IP Address: 198.51.100.66", ", Recipient: ceo@recipient.example", "a", "b.example", ",",
    "mid=<y>", "_", "size=1", "SPF(helo): ", "4jY2TD5qvxzJJQL: ", "Message rejected due to: ",
)  # fmt: skip
text = st.lists(st.sampled_from(TRAPS), max_size=5).map("".join)
RESULTS = ["Pass", "Fail", "Softfail", "Neutral", "None", "Temperror", "Permerror"]
CLIENT = "192.0.2.7"


def stated(line: str) -> dict[str, object]:
    """What a line states, or nothing where it is not read."""
    reading = READER.read(FRAME + line)
    return vars(reading) if isinstance(reading, Event) else {}


def assert_true_or_silent(found: dict[str, object], truth: dict[str, object]) -> None:
    """Every field that is stated has its true value."""
    for name, value in truth.items():
        assert found.get(name, value) == value, (name, found)


@settings(max_examples=150)
@given(helo=text, sender=text, recipient=text, explanation=text, result=st.sampled_from(RESULTS))
@pytest.mark.parametrize("form", ["mailfrom", "helo", "results"])
def test_headers_of_policyd_spf(
    form: str, helo: str, sender: str, recipient: str, explanation: str, result: str
) -> None:
    """Received-SPF and Authentication-Results as spf-engine writes them."""
    who = f"client-ip={CLIENT}; helo={helo}; envelope-from={sender or '<>'}; receiver={recipient}"
    line = {
        "mailfrom": f"Received-SPF: {result} (mailfrom) identity=mailfrom; {who} ",
        "helo": f"Received-SPF: {result} ({explanation}) identity=helo; {who} ",
        "results": f"Authentication-Results: mx1; spf={result.lower()} ({explanation}) smtp.mailfrom={sender} ({who})",
    }[form]
    found = stated(f"policyd-spf[7]: prepend {line}")
    truth = {"client_ip": CLIENT, "helo": helo, "reverse_path": "" if sender in {"", "<>"} else sender}
    assert_true_or_silent(found, {**truth, "auth": {"spf": result.lower()}, "recipient": recipient.strip()})


@settings(max_examples=150)
@given(explanation=text, identity=text, recipient=text)
def test_refusals_of_policyd_spf(explanation: str, identity: str, recipient: str) -> None:
    """The domain explains, and its link may name anybody."""
    link = f"http://www.openspf.example/Why?s=mfrom;id={identity};ip={CLIENT};r={recipient}"
    found = stated(f"policyd-spf[7]: : 550 5.7.23 Message rejected due to: {explanation}. Please see {link}")
    assert_true_or_silent(found, {"client_ip": CLIENT, "reverse_path": identity, "recipient": recipient})


def quoted(value: str) -> str:
    """As Mail::SPF writes a value (`received_spf_header`)."""
    if re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", value):
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'


@settings(max_examples=200)
@given(helo=text, sender=text.filter(bool), result=st.sampled_from(RESULTS))
def test_headers_of_the_perl_program(helo: str, sender: str, result: str) -> None:
    """The explanation quotes the sender unquoted, the pairs quoted."""
    why = f"x: {CLIENT} is authorized to use '{sender}' in 'mfrom' identity (mechanism 'all' matched)"
    pairs = f"receiver=mx1; identity=mailfrom; envelope-from={quoted(sender)}; helo={quoted(helo)}; client-ip={CLIENT}"
    found = stated(f"postfix/policy-spf[7]: Policy action=PREPEND Received-SPF: {result.lower()} ({why}) {pairs}")
    truth = {"client_ip": CLIENT, "reverse_path": sender, "auth": {"spf": result.lower()}}
    assert_true_or_silent(found, {**truth, **({"helo": helo} if helo else {})})


@settings(max_examples=150)
@given(sender=text, recipient=text)
def test_looks_of_the_perl_program(sender: str, recipient: str) -> None:
    """With $VERBOSE."""
    who = f"Envelope-from: {sender}, IP Address: {CLIENT}, Recipient: {recipient}"
    found = stated(f"postfix/policy-spf[7]: SPF pass (Mechanism '{sender}' matched): {who}")
    assert_true_or_silent(found, {"client_ip": CLIENT, "reverse_path": sender, "recipient": recipient.strip()})


@settings(max_examples=150)
@given(helo=text, result=st.sampled_from(["pass", "fail", "none"]))
def test_spf_of_opendmarc(helo: str, result: str) -> None:
    """The HELO name stands before the result."""
    found = stated(f"opendmarc[7]: 4jY2TD5qvxzJJQK: SPF(helo): {helo} {result}")
    assert_true_or_silent(found, {"queue_id": "4jY2TD5qvxzJJQK", "auth": {"spf": result}, "reason": helo})


@settings(max_examples=150)
@given(domain=text.filter(bool), result=st.sampled_from(["pass", "fail", "none"]))
def test_dmarc_of_opendmarc(domain: str, result: str) -> None:
    """The domain of the From header stands before the result."""
    found = stated(f"opendmarc[7]: 4jY2TD5qvxzJJQK: {domain} {result}")
    methods = found.get("auth") or {}
    assert methods in ({}, {"dmarc": result}, {"spf": result})  # a domain may look like the start of an SPF line
    assert found.get("queue_id") in {None, "4jY2TD5qvxzJJQK"}


@settings(max_examples=150)
@given(header=text)
def test_message_ids_of_spamd(header: str) -> None:
    """As `parse_msgids` and `check` clean them."""
    inner = re.sub(r"\s+", " ", header.strip())
    inner = re.sub(r"[<>]", "?", re.sub(r"[^\x21-\x7e]", "?", inner))
    shown = f"<{inner}>" if inner else "(unknown)"
    safe = re.sub(r"[\x00-\x20\s,]", "_", shown)
    facts = f"scantime=0.1,size=300,user=x,uid=1,required_score=5.0,rhost=h,raddr=127.0.0.1,rport=1,mid={safe}"
    begin = stated(f"spamd[7]: spamd: processing message {shown} for x:1")
    result = stated(f"spamd[7]: spamd: result: . 0 - NO_RELAYS {facts},autolearn=no")
    assert begin.get("message_id") == (inner or None)
    assert result.get("message_id", inner) == inner
    assert (result["size_bytes"], result["threshold"], result["rules"]) == (300, 5.0, ["NO_RELAYS"])
