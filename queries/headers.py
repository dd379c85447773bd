"""Header fields as logs and people write them, in the form in which they are compared."""

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
