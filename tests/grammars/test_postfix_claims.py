"""Whose a syslog tag is: Postfix has many instances and services, and other products have slashes too."""

import pytest

from grammars import find_formats

POSTFIX = next(entry for entry in find_formats() if entry.name == "postfix")


@pytest.mark.parametrize(
    ("tag", "origin"),
    [
        ("postfix/smtpd", ("smtpd", "postfix", None)),
        ("postfix/submission/smtpd", ("smtpd", "postfix", "submission")),
        ("postfix/10025/smtpd", ("smtpd", "postfix", "10025")),
        ("postfix/submission-haproxy/smtpd", ("smtpd", "postfix", "submission-haproxy")),
        ("postfix-203.0.113.23/smtpd", ("smtpd", "postfix-203.0.113.23", None)),
        ("postfix-smo/submission/smtpd", ("smtpd", "postfix-smo", "submission")),
        ("postfix/sender-cleanup/cleanup", ("cleanup", "postfix", "sender-cleanup")),
        ("haproxy/postscreen", ("postscreen", "haproxy", None)),
        ("haproxy/smtpd", ("smtpd", "haproxy", None)),
        ("mx-out/smtpd", ("smtpd", "mx-out", None)),
        ("mx-out/lmtp", ("lmtp", "mx-out", None)),
        ("postfix/amavis/smtp", ("smtp", "postfix", "amavis")),
        ("postfix/master", ("master", "postfix", None)),
        ("postfix/postfix-script", ("postfix-script", "postfix", None)),
    ],
)
def test_tags_of_postfix(tag: str, origin: tuple[str, str, str | None]) -> None:
    """The program is the last component, the instance the first, a service what stands between."""
    assert POSTFIX.claims(tag) == origin


@pytest.mark.parametrize(
    "tag",
    [
        *("cyrus/lmtp", "cyrus/master", "cyrus/lmtpunix", "cyrus-imapd/master", "dovecot/lmtp", "sympa/bounce"),
        *("opendkim/verify", "amavis/smtp", "nginx/error", "haproxy/master", "mailman/pipe", "mailman/bounce"),
        *("smtpd", "master", "/smtpd", "postfix", "postfix/", "postfix/opendkim", "postfix/policyd-spf", "sshd"),
    ],
)
def test_tags_of_others(tag: str) -> None:
    """A daemon's name alone proves nothing where another product has a program of that name."""
    assert POSTFIX.claims(tag) is None
