"""What Dovecot's processes say of themselves: every phrase is read from its own process, and only from there."""

import pytest

from grammars import Event, Noise, Reject
from grammars.core.phrases import lines_of
from grammars.phrases.dovecot import AUTH, COMMON, HELPERS, LOGIN, MASTER, SESSIONS, TOOLS
from tests.grammars.support import reader

READER = reader()
FRAME = "Nov 23 10:32:15 hub1 dovecot: "
STRANGER = "lmtp(alice)<1><y>: msgid=<m1@sender.example>: saved mail to INBOX"
SAID = {
    "anvil": COMMON,
    "pop3-login": LOGIN,
    "auth": AUTH,
    "master": MASTER,
    "stats": HELPERS,
    "imap(alice)<1><y>": SESSIONS,
    "doveadm(alice)": TOOLS,
}


def _lines(who: str, free: str) -> list[str]:
    return [f"{FRAME}{who}: {phrase.replace('*', free)}" for phrase in lines_of(SAID[who])]


@pytest.mark.parametrize("who", SAID)
def test_a_phrase_is_noise(who: str) -> None:
    """A phrase that another one hides, or that no line reaches, would show here."""
    lines = _lines(who, "x")
    assert len(lines) > 30
    assert [line for line in lines if not isinstance(READER.read(line), Noise)] == []


@pytest.mark.parametrize("who", SAID)
def test_a_forged_delivery_inside_a_phrase_states_nothing(who: str) -> None:
    """Names, reasons and passwords are a stranger's text: at worst a line is not read."""
    assert [line for line in _lines(who, STRANGER) if isinstance(READER.read(line), Event)] == []


@pytest.mark.parametrize(
    "who", [*SAID, "imap-login", "auth-worker(7)", "imap-hibernate(alice)<1><y>", "dsync-local(alice)"]
)
def test_what_is_no_phrase_is_no_noise(who: str) -> None:
    """No process is noise by its name: neither unknown words nor a delivery that it quotes."""
    for words in ("the quick brown fox", "Error: the quick brown fox", STRANGER):
        assert isinstance(READER.read(f"{FRAME}{who}: {words}"), Reject), words
