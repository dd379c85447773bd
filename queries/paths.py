"""The envelope sender: what BATV, SRS and VERP made of an address, undone.

One rewriting is often wrapped in another (a forwarder signs what a list had signed), so each
address is unwrapped until nothing is left to unwrap.  The hash of an SRS address is never
checked: only its maker can.
"""

import re
from functools import lru_cache

_TENANT = re.compile(r"([0-9]{3}-[A-Za-z]{3}-[0-9]{3})\.")
_TAG = re.compile(r"[0-9A-Fa-f]{9,}")
_SRS0 = re.compile(r"(?i)srs0[-+=][^=@]{1,64}=[^=@]{1,8}=([^=@]{1,253})=(.{1,256})")
_SRS1 = re.compile(r"(?i)srs1[-+=][^=@]{1,64}=[^=@]{1,253}=([-+=].{1,256})")
_EXCHANGE = re.compile(r"(?i)[^@]{1,256}\+srs=[^=@]{1,64}=[^=@]{1,8}=([^=@]{1,253})=(.{1,256})")
_VERP = re.compile(r"[^=@+]{0,128}[+-]{1,2}([^=@]{1,128})=([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_PLAIN_VERP = re.compile(r"[^=@]{1,64}?[-+.]([^=@+.-][^=@+]{0,127})=([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_NULL = frozenset(
    ("", "null", "empty", "none", "null sender", "nullsender", "<null>", "empty sender", "mailer-daemon", "blank")
)
_MOST_LAYERS = 8


def is_null_sender(text: str) -> bool:
    """Whether a value names the null reverse path of RFC 5321 section 4.5.5."""
    bare = text.strip(" \t\"'()[]").lower()
    return bare == "<>" or bare.strip("<> ") in _NULL


@lru_cache(maxsize=65536)
def canonical_addresses(address: str) -> frozenset[str]:
    """Gives the lower-cased addresses to compare `address` with: itself, and what BATV and SRS unwrap to.

    Null sender: the one empty string.  Sources: draft-levine-smtp-batv (`prvs=`), Barracuda
    (`btv1==`), SparkPost (`msprvs1=`), the SRS paper (`SRS0`, `SRS1`), and Microsoft's page
    "Sender Rewriting Scheme (SRS) in Microsoft 365" (`+SRS=`; its other form, `bounces+SRS=`, holds no address).
    """
    current = _folded(address)
    found = {current}
    for _ in range(_MOST_LAYERS):
        inner = _unwrapped(current)
        if inner is None or inner in found:
            break
        found.add(inner)
        current = inner
    return frozenset(found)


@lru_cache(maxsize=65536)
def tenant_of(address: str) -> str | None:
    """Gives the account of a shared platform that the local part names, in lower case, or None.

    Marketo: the Munchkin account id `568-ABC-770.` before everything else.
    """
    for form in sorted(canonical_addresses(address)):
        found = _TENANT.match(form)
        if found:
            return found.group(1)
    return None


def domain_of(address: str) -> str:
    """Gives the domain in lower case, "" where there is none."""
    return _folded(address).rpartition("@")[2] if "@" in address else ""


def verp_recipient(address: str) -> str | None:
    """Gives the recipient that a VERP local part holds (`list-bounces+bob=example.com@...`), or None."""
    for form in sorted(canonical_addresses(address), key=len):
        local = form.rpartition("@")[0]
        if _is_wrapped(local):
            continue
        found = _VERP.fullmatch(local) or _PLAIN_VERP.fullmatch(local)
        if found:
            return f"{found.group(1)}@{found.group(2)}"
    return None


def is_machine_made(address: str) -> bool:
    """Whether the local part looks like a program's (a bounce address, not a person's)."""
    local = address.rpartition("@")[0].lower()
    digits = sum(char.isdigit() for char in local)
    words = ("bounce", "prvs=", "srs0", "srs1", "btv1=", "msprvs1=", "return", "envelope", "mailer-daemon")
    return any(word in local for word in words) or "=" in local or digits >= 8 or bool(_TENANT.match(local))


def _folded(address: str) -> str:
    if is_null_sender(address):
        return ""
    local, at, domain = address.strip().strip("<>").rpartition("@")
    if len(local) > 2 and local[0] == local[-1] == '"' and not re.search(r'[\s@"\\]', local[1:-1]):
        local = local[1:-1]
    return f"{local.lower()}{at}{ascii_domain(domain.lower().rstrip('.'))}"


def ascii_domain(domain: str) -> str:
    """Gives a domain as it stands in the DNS (RFC 3490 section 4); what cannot stand there is given back as it is."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _is_wrapped(local: str) -> bool:
    return local.startswith(("prvs=", "msprvs1=", "btv1==", "srs0", "srs1")) or "+srs=" in local


def _unwrapped(address: str) -> str | None:
    local, at, domain = address.rpartition("@")
    if not at or not local or len(local) > 512:
        return None
    if (user := _without_tag(local)) is not None:
        return f"{user}@{domain}"
    if found := _SRS1.fullmatch(local):
        return f"srs0{found.group(1)}@{domain}"
    if found := _SRS0.fullmatch(local) or _EXCHANGE.fullmatch(local):
        return f"{found.group(2)}@{found.group(1)}"
    return None


def _without_tag(local: str) -> str | None:
    if local.startswith("prvs="):
        first, _, second = local[5:].partition("=")
        if not second:
            return None
        # the draft puts the tag first, some software last; the tag is the side that is nothing but hex digits
        return first if _TAG.fullmatch(second) and not _TAG.fullmatch(first) else second
    if local.startswith("msprvs1="):
        return local[8:].partition("=")[2] or None
    if local.startswith("btv1=="):
        return local[6:].partition("==")[2] or None
    return None
