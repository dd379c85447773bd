"""From the bytes of a saved text to its characters: what spreadsheets and trace exports really write."""

_BEGINNING = 4096
_MANY = 0.3  # of every other byte: text of Latin letters in UTF-16 has nearly all of them zero
_TEXT_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1b")
_MOST_CONTROLS = 0.02


def decode_text(raw: bytes) -> str | None:
    """Gives the text of a file, or None where it is none.

    UTF-8 or UTF-16, with or without a mark (Microsoft's trace reports come without one); Windows'
    Latin letters where it is no UTF-8.
    """
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", "replace")
    wide = _wide(raw[:_BEGINNING])
    if wide is not None:
        text = raw.decode(wide, "replace").removeprefix("\ufeff")
        return text if _is_plain(text[:_BEGINNING].encode("utf-8", "replace")) else None
    if not _is_plain(raw[:_BEGINNING]):
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = error.end == len(raw) or error.reason == "unexpected end of data"
        latin = not cut and b"\xc3" not in raw[:_BEGINNING]
        return raw.decode("cp1252", "replace") if latin else raw.decode("utf-8-sig", "replace")


def _is_plain(beginning: bytes) -> bool:
    controls = sum(byte < ord(" ") and byte not in _TEXT_CONTROLS for byte in beginning)
    return b"\0" not in beginning and controls <= len(beginning) * _MOST_CONTROLS + 1


def _wide(beginning: bytes) -> str | None:
    """Which half of each pair of bytes is zero: none without UTF-16, the second of little-endian letters."""
    pairs = len(beginning) // 2
    if pairs < 2:
        return None
    first, second = beginning[: pairs * 2 : 2].count(0), beginning[1 : pairs * 2 : 2].count(0)
    if second > pairs * _MANY and first * 4 < second:
        return "utf-16-le"
    return "utf-16-be" if first > pairs * _MANY and second * 4 < first else None
