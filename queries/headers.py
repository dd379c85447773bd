"""Header fields as logs and people write them, in the form in which they are compared."""

import re
from functools import lru_cache

SUBJECT_LENGTH = 40
"""How much of a subject is compared as a key: logs cut longer ones off, each at its own place."""


@lru_cache(maxsize=4096)
def fold_subject(subject: str) -> str:
    """Gives a subject decoded (RFC 2047), in lower case, with single blanks, and without the mark of a cut."""
    text = _decoded(subject) if "=?" in subject else subject
    return " ".join(text.split()).casefold().removesuffix("...").removesuffix("…").rstrip()


def subject_key(subject: str) -> str:
    """Gives the part of a subject that messages are looked up by."""
    return fold_subject(subject)[:SUBJECT_LENGTH].rstrip()


def _decoded(text: str) -> str:
    from email.errors import HeaderParseError  # noqa: PLC0415 - the package costs 20 ms, and few subjects need it
    from email.header import decode_header  # noqa: PLC0415 - as above

    try:
        parts = decode_header(text)
        return "".join(
            part if isinstance(part, str) else part.decode(name or "ascii", "replace") for part, name in parts
        )
    except (HeaderParseError, LookupError, ValueError):
        return text


_SES_REGIONS = (
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-west-1", "eu-west-2", "eu-west-3",
    "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    "ap-southeast-3", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "sa-east-1", "af-south-1", "me-south-1",
    "me-central-1", "il-central-1",
)  # fmt: skip
_SES_ID = re.compile(r"01[0-9a-f]{14}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-[0-9]{6}")


def message_id_forms(value: str) -> tuple[str, ...]:
    """Gives the Message-IDs that a platform's own id of a message becomes on the wire; else the value alone.

    Amazon SES puts `email.amazonses.com` or `REGION.amazonses.com` behind it (field notes A1, A3).
    """
    if not _SES_ID.fullmatch(value):
        return (value,)
    return (value, *(f"{value}@{host}.amazonses.com" for host in ("email", *_SES_REGIONS)))
