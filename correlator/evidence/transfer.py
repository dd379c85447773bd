"""Undoes transfer encodings and character sets of mail (RFC 2045, RFC 2047), with the place of every character kept."""

import codecs
import re
from array import array
from base64 import b64decode
from binascii import Error
from dataclasses import replace

from correlator.evidence.expressions import expression
from correlator.evidence.page import Page

_SAFE_CHARSET = expression(
    r"(?i)(?:us-?)?ascii|utf-?(?:8|16|32)(?:-?[lb]e)?|iso-?8859-?\d{1,2}|latin-?1|(?:windows-|cp)125\d|koi8-[ru]"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc-(?:jp|kr)|iso-2022-(?:jp|kr)|macintosh"
)  # others of Python's codecs (`idna`, `punycode`) are not linear, or are none of mail
_LIKE_ASCII = expression(r"(?i)utf-?8|(?:us-?)?ascii|iso-?8859|latin|windows|cp125|koi8|macintosh|euc")
_BLANK = expression(r"[^A-Za-z0-9+/=_-]+")
_NO_BASE64 = expression(r"[^A-Za-z0-9+/]")
_SOFT_BREAK = expression(r"=[ \t]*\n")
_ESCAPES = expression(r"(?:=[0-9A-Fa-f]{2})+")
_WORD = expression(r"=\?([\w-]{1,40})(?:\*[\w-]{1,20})?\?([bBqQ])\?([^?\n]{0,4000})\?=")
_BETWEEN_WORDS = expression(r"(\?=)[ \t]*\n?[ \t]+(?==\?[\w-]{1,40}\?[bBqQ]\?)")
_GROUP = 4  # letters of base64 that make up to three bytes


def charset_of(name: str) -> str:
    """Gives a character set that may be decoded; UTF-8 where the named one is unknown."""
    return name if _SAFE_CHARSET.fullmatch(name) else "utf-8"


def from_base64(page: Page, charset: str) -> Page:
    """Gives the text of a part in base64; what follows a letter that is none of it is left out."""
    letters = page.replace(_BLANK, lambda _: "")
    broken = _NO_BASE64.search(letters.text)
    length = (broken.start() if broken else len(letters.text)) // _GROUP * _GROUP
    rest = letters.text[length : length + _GROUP]
    padded = re.fullmatch(r"[A-Za-z0-9+/]{2,3}={0,2}", rest)
    body = letters.text[:length] + (rest.rstrip("=").ljust(_GROUP, "=") if padded else "")
    try:
        data = b64decode(body)
    except (Error, ValueError):
        return letters.cut(0, 0)
    last = len(letters.text) - 1
    starts = array("L", (letters.starts[min(n // 3 * _GROUP, last)] for n in range(len(data))))
    ends = array("L", (letters.ends[min(n // 3 * _GROUP + _GROUP - 1, last)] for n in range(len(data))))
    return _page_of_bytes(data, starts, ends, charset_of(charset))


def _page_of_bytes(data: bytes, starts: "array[int]", ends: "array[int]", charset: str) -> Page:
    """Gives the text of bytes of which each has its place."""
    text, upto = _decoded(data, charset)
    from_, to = array("L"), array("L")
    before = 0
    for end in upto:
        from_.append(starts[min(before, len(data) - 1)])
        to.append(ends[max(end, 1) - 1])
        before = end
    return Page(text=text, starts=from_, ends=to)


def _decoded(data: bytes, charset: str) -> tuple[str, "array[int]"]:
    """Gives the text, and for each of its characters how many bytes were read when it was complete."""
    if data.isascii() and not re.match(r"(?i)utf-?(?:16|32)|iso-2022", charset):
        return data.decode("ascii"), array("L", range(1, len(data) + 1))
    decoder = codecs.getincrementaldecoder(charset)(errors="replace")
    parts: list[str] = []
    ends = array("L")
    for number in range(len(data)):
        text = decoder.decode(data[number : number + 1])
        if text:
            parts.append(text)
            ends.extend([number + 1] * len(text))
    text = decoder.decode(b"", final=True)
    ends.extend([len(data)] * len(text))
    return "".join((*parts, text)), ends


def from_quoted_printable(page: Page, charset: str) -> Page:
    """Gives the text of a quoted-printable part."""
    name = charset_of(charset)
    page = page.replace(_SOFT_BREAK, lambda _: "")
    if not _LIKE_ASCII.match(name):
        page = page.replace(_ESCAPES, lambda found: bytes.fromhex(found.group().replace("=", "")).decode("latin-1"))
        return _page_of_bytes(page.text.encode("latin-1", "replace"), page.starts, page.ends, name)
    return page.replace(_ESCAPES, lambda found: bytes.fromhex(found.group().replace("=", "")).decode(name, "replace"))


def with_words_decoded(page: Page) -> Page:
    """Gives a head with its encoded words decoded; the blanks between two of them are none (RFC 2047 section 6.2)."""
    if "=?" not in page.text:
        return page
    return page.replace(_BETWEEN_WORDS, lambda found: found.group(1)).replace(_WORD, decoded_word)


def decoded_word(found: re.Match[str]) -> str | None:
    """Gives what an encoded word says, on one line; None where it says nothing that can be read."""
    charset, encoding, raw = found.groups()
    if encoding in "bB":
        try:
            data = b64decode(raw.rstrip("=") + "=" * (-len(raw.rstrip("=")) % _GROUP))
        except (Error, ValueError):
            return None
        return _flat(data.decode(charset_of(charset), "replace"))
    text = raw.replace("_", " ")
    return _flat(
        _ESCAPES.sub(
            lambda code: bytes.fromhex(code.group().replace("=", "")).decode(charset_of(charset), "replace"), text
        )
    )


def _flat(text: str) -> str:
    """Keeps a decoded word from beginning a header line of its own."""
    return " ".join(text.split()) if "\n" in text or "\r" in text else text


def in_plain(page: Page, encoding: str, charset: str) -> Page:
    """Gives the text of a part."""
    if encoding == "base64":
        return from_base64(page, charset)
    if encoding == "quoted-printable":
        return from_quoted_printable(page, charset)
    return replace(page, regions=())
