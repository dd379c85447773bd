"""The shapes of addresses, IPs, host names and Message-IDs, each with a pattern of linear time."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import NamedTuple

from correlator.evidence.expressions import expression


class Token(NamedTuple):
    """A value and where it stands in the text it was found in."""

    value: str
    start: int
    end: int


_LOCAL = r"[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]"  # RFC 5321 section 4.1.2, and RFC 6531 beyond ASCII
_ADDRESS = expression(
    rf"(?<!{_LOCAL})(?<!@)(?:{_LOCAL}{{1,256}}+|\"(?:[^\"\\\n]|\\.){{1,64}}\")@"
    r"(?:\[(?:IPv6:)?[0-9A-Fa-f.:]{3,45}\]|[\w-]{1,63}+(?:\.[\w-]{1,63}+){0,12})"
)
_IP = expression(
    r"(?<![\w.:@-])(?:\[?(?:(?i:ipv6):)?"
    r"(?P<six>(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{2,39}+(?:\.\d{1,3}){0,3})"
    r"(?:%\w{1,16})?\]?|(?P<four>\d{1,3}(?:\.\d{1,3}){3}))(?!\.?\w|@|-\w)",
)
_HOST = expression(
    r"(?<![\w.@=/-])[A-Za-z0-9_][A-Za-z0-9_-]{0,62}+(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62}){1,12}(?![\w@-]|\.\w)"
)
_TOP = expression(r"[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{2,59}")
_BRACKETED = expression(r"<([^<>\s]{1,512})>")
_BARE_ID = expression(r"[^\s<>\"',;()\[\]]{6,512}+")


def addresses(text: str) -> Iterator[Token]:
    """Finds mail addresses, without brackets and without the marks that prose puts around them."""
    for found in _ADDRESS.finditer(text):
        value, start = found.group(), found.start()
        for lead in ("'", "*", "|", "{", "`", "/", "="):
            if value.startswith(lead) and len(value) > 1:
                value, start = value[1:], start + 1
        if not value.startswith("@"):
            yield Token(value, start, start + len(value))


def ips(text: str) -> Iterator[Token]:
    """Finds IP addresses, bare: no brackets, no `IPv6:`, no scope; the value in its usual form."""
    for found in _IP.finditer(text):
        name = "six" if found.group("six") else "four"
        value = plain_ip(found.group(name))
        if value is not None:
            yield Token(value, *found.span(name))


def plain_ip(text: str) -> str | None:
    """Gives an IP in its usual form, or None where the text is none (`999.1.1.1`)."""
    try:
        ip = ip_address(text)
    except ValueError:
        try:  # 192.000.002.077: people and spreadsheets pad
            ip = ip_address(".".join(str(int(part)) for part in text.split(".")))
        except ValueError:
            return None
    mapped = getattr(ip, "ipv4_mapped", None)
    return str(mapped or ip)


def hosts(text: str) -> Iterator[Token]:
    """Finds host names of two labels or more that are no part of an address."""
    for found in _HOST.finditer(text):
        if _TOP.fullmatch(found.group().rpartition(".")[2]):
            yield Token(found.group().lower(), *found.span())


def message_id(text: str) -> Token | None:
    """Gives the first Message-ID of a value: in angle brackets, or the first bare word of six letters or more."""
    found = _BRACKETED.search(text)
    if found is not None and not found.group(1).startswith("http"):
        return Token(found.group(1), *found.span(1))
    bare = _BARE_ID.search(text)
    return Token(bare.group(), *bare.span()) if bare else None
