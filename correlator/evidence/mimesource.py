"""Takes the source of a mail apart (RFC 2045, 2046, 3464): which parts state something, and whose head is whose.

A mail source is a head (`From:`, `Received:`, `Content-Type:` ...) and what its MIME fields say
of the body.  Three kinds are told apart, since their heads mean different things: a bounce (its
own head is no evidence, the head that it gives back is), a letter with the message attached (the
same), and a mail that may be either the message or a letter about it: its body decides.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from correlator.evidence.expressions import expression
from correlator.evidence.page import Page, Region, Role, joined
from correlator.evidence.transfer import in_plain, with_words_decoded

_FIELD = expression(r"([A-Za-z][A-Za-z0-9-]{0,60}):(?=[ \t\n]|$|[<\"\w])")
_FOLDED = expression(r"[ \t]")
_ENVELOPE = expression(r"From \S{1,320} .{10,60}")  # the first line of a message in an mbox
_ADDRESSED = frozenset(
    ("from", "to", "subject", "date", "received", "message-id", "return-path", "delivered-to", "sender")
)
_MIME = frozenset(("mime-version", "content-type", "content-transfer-encoding"))
_PARAMETER = expression(r";\s{0,200}([a-z-]{1,30})\*?=(?:\"([^\"\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_TYPE = expression(r"\s*([\w-]{1,40})/([\w.+-]{1,80})")
_DAEMON = expression(r"(?i)\b(?:mailer-daemon|postmaster|mail delivery (?:sub)?system|microsoft ?outlook)\b")
_READ_AS_TEXT = frozenset(("csv", "json", "x-json", "tab-separated-values", "x-log", "ndjson"))
_READ = frozenset(("text", "message", "multipart"))
_FEWEST_FIELDS = 3
_DEEPEST = 8
_MOST_PARTS = 200
_MOST_MISSES = 40
_LONGEST_HEAD = 400_000
_SHOWN = 80  # letters of a part that is not read


class _Head(NamedTuple):
    fields: dict[str, str]  # the first of each name, and the last of `Content-Type` where it stands twice
    end: int  # behind the last line of it
    body: int


@dataclass(slots=True)
class _Mail:
    """One mail: its head, its texts in order, and the mails within it."""

    head: Page
    fields: dict[str, str]
    leaves: list[tuple[str, Page]] = field(default_factory=list)
    inner: "list[_Mail]" = field(default_factory=list)

    @property
    def is_bounce(self) -> bool:
        """Whether it tells of another message that could not be delivered, or was."""
        if any(kind == "report" for kind, _ in self.leaves):
            return True
        silent = self.fields.get("return-path", "").strip() == "<>" or "auto-replied" in self.fields.get(
            "auto-submitted", ""
        )
        return "x-failed-recipients" in self.fields or (silent and bool(_DAEMON.search(self.fields.get("from", ""))))


@dataclass(slots=True)
class _Budget:
    parts: int = _MOST_PARTS
    misses: int = _MOST_MISSES


_Strip = Callable[[Page], Page]


def opened(page: Page, without_tags: _Strip) -> Page:
    """Gives the page with each mail source in it decoded, and the parts of those as regions."""
    if ":" not in page.text or not _may_hold_a_source(page.text):
        return page
    layout = _Layout(without_tags)
    budget = _Budget()
    at = 0
    for start, head, end in _sources(page, budget):
        layout.pages.append(page.cut(at, start))
        layout.add(_mail(page.cut(start, end), head, budget, 0))
        at = end
    if not layout.regions:
        return page
    layout.pages.append(page.cut(at, len(page.text)))
    return joined(layout.pages, tuple(layout.regions))


def _may_hold_a_source(text: str) -> bool:
    lower = text.lower()
    return any(f"{name}:" in lower for name in _MIME)


def _sources(page: Page, budget: _Budget) -> Iterator[tuple[int, _Head, int]]:
    """Finds the mail sources of a text: at its beginning, or anywhere one whose parts can be seen."""
    text, at = page.text, 0
    first = True
    while at < len(text) and budget.misses > 0:
        head = _head_at(text, at)
        if head is None:
            line_end = _next_line(text, at)
            first = first and not text[at:line_end].strip()
            at = line_end
            continue
        found = _extent(text, head, budget, first=first)
        if found is not None:
            yield at, head._replace(end=head.end - at, body=head.body - at), found
        first = False
        at = max(found or head.end, at + 1)


def _next_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _head_at(text: str, at: int) -> _Head | None:
    """Reads the head that begins at a line; None where no header field does."""
    fields: dict[str, str] = {}
    name, value_at = "", at
    line = at
    while line < len(text):
        end = text.find("\n", line)
        end = len(text) if end < 0 else end
        found = _FIELD.match(text, line, end)
        if found or line == end or (name and not _FOLDED.match(text, line)):
            _keep(fields, name, text[value_at:line])
            name = ""
        if found:
            name, value_at = found.group(1).lower(), found.end()
        elif line == end or not (name and _FOLDED.match(text, line)):
            if line == at and _ENVELOPE.fullmatch(text, line, end):
                line = end + 1
                continue
            break
        line = end + 1
    if name:
        _keep(fields, name, text[value_at : min(line, len(text))])
    if not fields:
        return None
    stop = min(line, len(text))
    return _Head(fields, stop, _next_line(text, stop) if stop < len(text) and text[stop] == "\n" else stop)


def _keep(fields: dict[str, str], name: str, value: str) -> None:
    if name:
        fields.setdefault(name, value[:4000])


def _extent(text: str, head: _Head, budget: _Budget, *, first: bool) -> int | None:
    """Gives where the mail of a head ends; None where the head is that of no mail source."""
    names = head.fields.keys()
    if len(names & _ADDRESSED) < _FEWEST_FIELDS or not names & _MIME or text[head.end : head.body] != "\n":
        return None
    boundary = _boundary(head.fields)
    if boundary:
        opening = text.find(f"--{boundary}", head.body - 1)
        if opening < 0:
            budget.misses -= 1
            return None
        closing = text.find(f"\n--{boundary}--", opening)
        return len(text) if closing < 0 else _next_line(text, closing + 1)
    return len(text) if first and text[head.body :].strip() else None


def _boundary(fields: dict[str, str]) -> str | None:
    value = fields.get("content-type", "")
    if not value.strip().lower().startswith("multipart/"):
        return None
    return _parameters(value).get("boundary")


def _parameters(value: str) -> dict[str, str]:
    return {found.group(1).lower(): found.group(2) or found.group(3) for found in _PARAMETER.finditer(value)}


def _mail(page: Page, head: _Head, budget: _Budget, depth: int) -> _Mail:
    mail = _Mail(with_words_decoded(page.cut(0, head.end)), head.fields)
    _take_part(page.cut(head.body, len(page.text)), head.fields, mail, budget, depth)
    return mail


def _take_part(body: Page, fields: dict[str, str], mail: _Mail, budget: _Budget, depth: int) -> None:
    """Adds what one part holds to the mail."""
    budget.parts -= 1
    if depth > _DEEPEST or budget.parts < 0:
        mail.leaves.append(("other", body.cut(0, min(len(body.text), _SHOWN))))
        return
    value = fields.get("content-type", "text/plain")
    found = _TYPE.match(value)
    major, minor = (found.group(1).lower(), found.group(2).lower()) if found else ("text", "plain")
    boundary = _boundary(fields)
    if major == "multipart" and boundary:
        parts = list(_parts(body, boundary, budget.parts))
        for part in _best(parts) if minor == "alternative" else parts:
            if _is_read(part.fields):
                _take_part(part.body, part.fields, mail, budget, depth + 1)
            else:
                mail.leaves.append(("other", part.head))
        return
    plain = _plain(body, fields, value)
    if major == "message" and minor in ("rfc822", "global"):
        _take_inner(plain, mail, budget, depth)
    elif major == "message" and minor in ("delivery-status", "global-delivery-status"):
        mail.leaves.append(("report", plain))
    elif (major, minor) in (("text", "rfc822-headers"), ("message", "global-headers"), ("message", "rfc822-headers")):
        mail.leaves.append(("returned", with_words_decoded(plain)))
    else:
        mail.leaves.append(("html" if minor == "html" else "text", plain))


def _is_read(fields: dict[str, str]) -> bool:
    """Whether a part is text, or may hold some; `winmail.dat`, pictures and documents are not."""
    found = _TYPE.match(fields.get("content-type", "text/plain"))
    return found is None or found.group(1).lower() in _READ or found.group(2).lower() in _READ_AS_TEXT


def _plain(body: Page, fields: dict[str, str], value: str) -> Page:
    encoding = fields.get("content-transfer-encoding", "").strip().lower()
    return in_plain(body, encoding, _parameters(value).get("charset", "utf-8"))


def _take_inner(page: Page, mail: _Mail, budget: _Budget, depth: int) -> None:
    start = len(page.text) - len(page.text.lstrip("\n"))
    inner = page.cut(start, len(page.text))
    head = _head_at(inner.text, 0)
    if head is None:
        mail.leaves.append(("text", inner))
    else:
        mail.inner.append(_mail(inner, head, budget, depth + 1))


class _Part(NamedTuple):
    fields: dict[str, str]
    head: Page
    body: Page


def _parts(page: Page, boundary: str, most: int) -> Iterator[_Part]:
    """Cuts a multipart body at its delimiter lines; one that never closes ends with the text."""
    text = page.text
    delimiter = re.compile(rf"(?m)^--{re.escape(boundary)}(--)?[ \t]*$")
    start: int | None = None
    for found in delimiter.finditer(text):
        if start is not None:
            yield _part(page, start, found.start())
            most -= 1
        if most <= 0:
            yield _Part({"content-type": "application/octet-stream"}, page.cut(*found.span()), page.cut(0, 0))
        if found.group(1) or most <= 0:
            return
        start = min(found.end() + 1, len(text))
    if start is not None:
        yield _part(page, start, len(text))


def _part(page: Page, start: int, end: int) -> _Part:
    head = _head_at(page.text[start : min(end, start + _LONGEST_HEAD)], 0)
    if head is None:
        begin = start + 1 if page.text.startswith("\n", start) else start
        return _Part({}, page.cut(start, start), page.cut(min(begin, end), end))
    return _Part(head.fields, page.cut(start, start + head.end), page.cut(min(start + head.body, end), end))


def _best(parts: list[_Part]) -> list[_Part]:
    """Gives the plain text of alternatives, unless it is empty; they all say the same (RFC 2046 section 5.1.4)."""
    for part in parts:
        kind = part.fields.get("content-type", "text/plain").strip().lower()
        if kind.startswith("text/plain") and part.body.text.strip():
            return [part]
    return parts[-1:]


class _Layout:
    """Puts the parts of mails one after another, each with its role."""

    def __init__(self, without_tags: _Strip) -> None:
        self.pages: list[Page] = []
        self.regions: list[Region] = []
        self.number = 0
        self.without_tags = without_tags

    def add(self, mail: _Mail, *, same: bool = False) -> None:
        """Adds a mail; `same`: it belongs to the mail that it is attached to, which tells of no other."""
        self.number += not same
        number = self.number
        if mail.is_bounce:
            self._put(mail.head, Role.ASIDE, number)
            self._texts(mail, Role.LETTER, number)
            for inner in mail.inner:
                self._put(inner.head, Role.RETURNED, number)
                for _, page in inner.leaves:
                    self._put(page, Role.ASIDE, number)
        elif mail.inner:
            self._put(mail.head, Role.ASIDE, number)
            self._texts(mail, Role.LETTER, number)
            for inner in mail.inner:
                self.add(inner, same=len(mail.inner) == 1)
        else:
            self._put(mail.head, Role.HEAD, number)
            self._texts(mail, Role.BODY, number)

    def _texts(self, mail: _Mail, role: Role, number: int) -> None:
        for kind, page in mail.leaves:
            self._put(self.without_tags(page) if kind == "html" else page, _OF_KIND.get(kind, role), number)

    def _put(self, page: Page, role: Role, number: int) -> None:
        if page.text.strip():
            self.pages.append(page)
            self.regions.append(Region(start=page.starts[0], end=page.ends[-1], role=role, mail=number))


_OF_KIND = {"report": Role.REPORT, "returned": Role.RETURNED, "other": Role.ASIDE}
