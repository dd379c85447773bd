"""From what was pasted to what can be read: marks of quoting, mark-up, defanging and broken lines undone.

Tags are taken out by a pattern and not by `html.parser`: that one needs quadratic time on
malformed text in the Pythons we run on (CVE-2025-6069), and a sender's text may be hostile.
"""

import re
from html import unescape

from correlator.evidence.expressions import expression
from correlator.evidence.labels import knows
from correlator.evidence.mimesource import opened
from correlator.evidence.page import Page, chained, page_of

_ODD = expression("[^\\n\\t\\x20-\\x7e]+")
_SAME = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)), None) | {
    0x09: "\t", 0x0A: "\n", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n",
    **dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys((0xAD, 0x061C, 0x180E, 0xFEFF, *range(0x200B, 0x2010))),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2060, 0x2070))),
    **dict.fromkeys((0x2018, 0x2019, 0x201A, 0x201B, 0x2032), "'"),
    **dict.fromkeys((0x201C, 0x201D, 0x201E, 0x201F, 0x2033, 0xAB, 0xBB), '"'),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212), "-"),
    **dict.fromkeys((0x2022, 0x25CF, 0x25E6, 0xB7, 0x2023, 0x25AA), "*"),
    **dict.fromkeys((0x2192, 0x21D2, 0x279C), "->"),
    **dict.fromkeys((0x2502, 0x2503, 0xFF5C), "|"),
    0x2024: ".", 0x3002: ".", 0x2026: "...", 0x2039: "<", 0x203A: ">", 0xFE55: ":", 0x2236: ":",
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF5C},
}  # fmt: skip
_IN_JSON = dict.fromkeys((0x201C, 0x201D, 0x201E, 0x201F, 0xAB, 0xBB), "'")  # a `"` would end the string
_LINE_ENDS = expression(r"\r\n?")
_HIDDEN = expression(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
_MARKUP = expression(r"(?i)<(?:!doctype|html|body|table|div|p|br|td|tr|span|ul|li|b|strong|pre|font)\b[^<>]{0,2000}>")
_UNSEEN = expression(r"(?i)<(?:!--|(?:style|script|title)\b)")
_INSIDE_CELL = expression(r"(?<=>)[ \t]*\n\s*(?=<)|(?<![>\n])[ \t]*\n\s*(?=</)")
_TAG = expression(r"<(/?)([a-zA-Z!?][a-zA-Z0-9]{0,15})(?:[\s/][^<>]{0,2000})?>")
_ENTITY = expression(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_ENCODED = expression(r"&(?:lt|gt|nbsp|amp|quot|#\d{1,7});")
_CELL_ENDS, _LINE_TAGS = (
    frozenset(("td", "th")),
    frozenset(["br", "p", "div", "tr", "li", "table", "ul", "ol", "h1", "h2", "h3", "h4", "hr", "pre", "dt", "dd"]),
)
_TAGS = _CELL_ENDS | _LINE_TAGS | frozenset(
    [
        "html", "body", "head", "tbody", "thead", "tfoot", "span", "a", "b", "i", "u", "em", "strong", "font",
        "code", "tt", "small", "big", "img", "center", "dl", "meta", "link", "o", "style", "blockquote"
    ]
)  # fmt: skip
_BREAK = expression(r"(?i)<br\s{0,3}/?>(?=((?:[^<]|<(?!/?(?:t[dhr]|table|br|p|div|li)\b)){0,200})</t[dh]>)")
_LONGEST_CELL = 400
_ELEMENT = expression(r"<([A-Za-z][\w.-]{1,40})>([^<>\n]{0,1000})</\1>|(?<=\n)[ \t]*</?[A-Za-z]\w{2,30}>[ \t]*(?=\n)")
_QUOTE = expression(r"(?m)^(?:[ \t]*+>)+[ \t]?")
_LINK = expression(
    r"\[([^\[\]\n]{1,300})\]\((?:mailto:|https?://)[^()\s]{1,400}\)|<mailto:[^<>|\s]{1,300}\|([^<>|\s]{1,300})>"
)
_MAILTO = expression(r"(?i)(<?)\bmailto:(?://)?(?=[^\s])")
_TWICE = expression(r"(?<![A-Za-z0-9._+=/-])([A-Za-z0-9._+=/-]{1,200}+@[A-Za-z0-9.-]{1,200}+)[ \t]?<\1>")
_STARRED = expression(r"(?m)^([ \t]*)\*(\w[^*\n]{1,80})\*")
_WIKI = expression(
    r"\{(?:noformat|code|quote|monospaced)(?::[\w=|#]{0,40})?\}|\{\{(?=[^{}\n]{1,200}\}\})|(?<=[^{}\n\"'])\}\}(?!\s*[,\]}])"
)
_BOLD = expression(r"\*\*(?=\S)|(?<=\S)\*\*|__(?=[A-Z])|(?<=[:\w])__(?=\s|$)|`")
_DOT = expression(r"(?i)[ \t]?(?:\[\.\]|\(\.\)|\{\.\}|[\[({]dot[\])}]|\\\.)[ \t]?")
_AT = expression(r"(?i)[ \t]?(?:\[@\]|\(@\)|\{@\}|[\[({]at[\])}])[ \t]?")
_COLON = expression(r"\[:\]")
_HXXP = expression(r"(?i)\bhxxp(s?)\b")
_SOFT = expression(r"=[ \t]*\n|=([0-9A-F]{2})")
_IN_BRACKETS = expression(r"<([^<>\s]{1,400})((?:[ \t]*\n[ \t]*[^<>\s]{1,400}){1,3})>")
_AT_LINE_END = expression(
    r"(?<![A-Za-z0-9._+=@-])([A-Za-z0-9._+=@-]{3,300}+)[ \t]*+\n[ \t]*+([A-Za-z0-9._+=@-]{2,300}+)"
)
_JOINED = expression(r"[A-Za-z0-9._+=-]{1,300}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}\.?")
_IS_IP = expression(r"\d{1,3}(?:\.\d{1,3}){3}\.?")


def clean(text: str) -> Page:
    """Gives the readable form of a pasted text, with the place of every character kept."""
    page = opened(_plain(page_of(text)), _without_tags)
    if page.regions:
        page = _plain(page)  # what was encoded till now
    elif "=3D" in text:
        page = page.replace(_SOFT, _decoded)
    if _ELEMENT.search(page.text):
        page = page.replace(_ELEMENT, _element)
    if _MARKUP.search(page.text):
        page = _without_tags(page)
    if _ENCODED.search(page.text):
        page = page.replace(_ENTITY, lambda found: unescape(found.group()).translate(_SAME))
    page = page.replace(_LINK, lambda found: found.group(1) or f"<{found.group(2)}>")
    page = page.replace(_MAILTO, lambda found: found.group(1))
    page = page.replace(_BOLD, lambda _: "")
    if "{" in page.text and '":' not in page.text:
        page = page.replace(_WIKI, lambda _: "")
    page = page.replace(_STARRED, lambda found: found.group(1) + found.group(2))
    return _joined(_refanged(page).replace(_TWICE, lambda found: found.group(1)))


def _plain(page: Page) -> Page:
    """Gives a page with one kind of line end, blank and quotation mark, and without marks of quoting."""
    if "\r" in page.text:
        page = page.replace(_LINE_ENDS, lambda _: "\n")
    page = page.replace(_HIDDEN, lambda _: "")
    same = _SAME | _IN_JSON if '":' in page.text else _SAME
    page = page.replace(_ODD, lambda found: found.group().translate(same))
    return page.replace(_QUOTE, lambda _: "")


def harmless(text: str) -> str:
    """Gives a decoded string without controls, invisible characters and halves of surrogate pairs."""
    return text if text.isascii() and text.isprintable() else text.translate(_SAME)


def _decoded(found: re.Match[str]) -> str:
    code = int(found.group(1), 16) if found.group(1) else 0
    return chr(code) if 0x20 <= code < 0x7F else ""


def _without_tags(page: Page) -> Page:
    page = _without_unseen(page)
    if "<pre" not in page.text.lower():
        page = page.replace(_INSIDE_CELL, lambda _: " ")  # such a line break is none on the screen
    page = page.replace(_BREAK, _break)
    return page.replace(_TAG, _tag)


def _break(found: re.Match[str]) -> str | None:
    """Gives a blank for the one line break of a table's cell, whose second line is no label of its own."""
    before = found.string[max(0, found.start() - _LONGEST_CELL) : found.start()].lower()
    cell = max(before.rfind("<td"), before.rfind("<th"))
    alone = cell >= 0 and not any(tag in before[cell:] for tag in ("<br", "<p", "<div", "<li", "</t"))
    return " " if alone and ":" not in found.group(1) else None


def _element(found: re.Match[str]) -> str | None:
    """Gives `<sendingIp>x</sendingIp>` as a labelled line."""
    if found.group(1) is None:
        return ""
    return f"\n{found.group(1)}: {found.group(2)}\n" if knows(found.group(1)) else None


def _without_unseen(page: Page) -> Page:
    """Takes out comments, styles and scripts; one that never ends stays."""
    text, lower = page.text, page.text.lower()
    kept: list[Page] = []
    at = since = 0
    while found := _UNSEEN.search(text, at):
        closing = "-->" if found.group().startswith("<!") else f"</{found.group()[1:].lower()}>"
        end = lower.find(closing, found.end())
        if end < 0:
            break
        kept.append(page.cut(since, found.start()))
        at = since = end + len(closing)
    return chained([*kept, page.cut(since, len(text))], page) if kept else page


def _tag(found: re.Match[str]) -> str | None:
    name = found.group(2).lower()
    if name not in _TAGS and not name.startswith("!"):
        return None
    if name in _CELL_ENDS:
        return "\t" if found.group(1) else ""
    return "\n" if name in _LINE_TAGS and (found.group(1) or name in ("br", "hr", "tr", "p", "div", "li")) else ""


def _refanged(page: Page) -> Page:
    page = page.replace(_DOT, lambda _: ".")
    page = page.replace(_AT, lambda _: "@")
    page = page.replace(_COLON, lambda _: ":")
    return page.replace(_HXXP, lambda found: f"http{found.group(1)}")


def _joined(page: Page) -> Page:
    """Mends addresses that a mail client broke over the end of a line."""
    page = page.replace(_IN_BRACKETS, _within_brackets)
    for _ in range(2):  # a long VERP address may be broken twice
        page = page.replace(_AT_LINE_END, _over_line_end)
    return page


def _within_brackets(found: re.Match[str]) -> str | None:
    whole = re.sub(r"\s+", "", found.group())
    return whole if whole.count("@") == 1 and not whole.startswith("<http") else None


def _over_line_end(found: re.Match[str]) -> str | None:
    head, tail = found.groups()
    whole = head + tail
    if whole.count("@") != 1 or not _JOINED.fullmatch(whole) or _IS_IP.fullmatch(head):
        return None
    if "@" in head:
        open_end = head[-1] in "@-" or tail[0] in ".-" or (head[-1] == "." and "." in tail)
        return whole if open_end else None
    broken = head[-1] in ".=+_-" or tail[0] in ".=+@-"
    return whole if broken and any(char.isdigit() or char in "=+" for char in head) else None
