"""Tokens that formats share: paths, hosts, addresses, ids, replies.  White space is never skipped."""

import re
from collections.abc import Iterable

import pyparsing as pp

from grammars.core.selfdating import QUEUE_ID_LETTERS


def combine(grammar: pp.ParserElement) -> pp.ParserElement:
    """Several tokens as one text.  `pp.Combine` by itself copies them all, lest they skip blanks; none of ours does."""
    return pp.Combine(grammar, adjacent=False)


digits = combine(~pp.Word(pp.nums, exact=19) + pp.Word(pp.nums))
"""A whole number that fits into 64 bits, as every number of a log does."""

two_digits = pp.Word(pp.nums, exact=2)
"""A part of a clock or date."""

word = pp.Word(pp.alphas + "_-", pp.alphanums + "_-")
rest = pp.CharsNotIn("\n")
"""Whatever stands to the end of the line, at least one character."""

_quoted = pp.Literal('"') + pp.ZeroOrMore(pp.CharsNotIn('"\\') | (pp.Literal("\\") + pp.CharsNotIn("", exact=1))) + '"'
_strict = pp.Literal("<") + pp.ZeroOrMore(pp.CharsNotIn('<>"\\') | _quoted) + ">"
_loose = pp.Literal("<") + pp.SkipTo(">") + ">"


def address(name: str) -> pp.ParserElement:
    """An address in angle brackets, the null address `<>` included, named with its brackets on.

    A quoted local part may hold anything (RFC 5321 section 4.1.2), a closing bracket too.
    """
    return combine(_strict | _loose)(name)


def strict_address(name: str) -> pp.ParserElement:
    """As `address`, but well-formed: whatever stands in quotes cannot end it."""
    return combine(_strict)(name)


def address_before(name: str, *followers: str) -> pp.ParserElement:
    """As `address`, where the line goes on with one of `followers`: unquoted brackets inside do no harm then."""
    goals = pp.MatchFirst([pp.Literal(">" + text) for text in followers])
    strict = _strict + pp.FollowedBy(pp.MatchFirst([pp.Literal(text) for text in followers]))
    return combine(strict | ("<" + pp.SkipTo(goals) + ">"))(name)


def anonymous_address() -> pp.ParserElement:
    """As `address`, without a name."""
    return combine(_strict | _loose)


_short = pp.Word("0123456789ABCDEF", min=6) + ~pp.Char(pp.alphanums)
_long = pp.Word(QUEUE_ID_LETTERS, min=12) + ~pp.Char(pp.alphanums)


def queue_id(name: str) -> pp.ParserElement:
    """A Postfix queue id: short (hexadecimal) or long (see `selfdating`); never a word such as `warning`."""
    return combine(_short | _long)(name)


def peer(prefix: str) -> pp.ParserElement:
    """`name[address]:port`, name and port optional, as Postfix prints a peer: `<prefix>_name`, `_ip`, `_port`."""
    return (
        pp.Opt(pp.CharsNotIn(" []")(f"{prefix}_name"))
        + "["
        + pp.CharsNotIn("] ")(f"{prefix}_ip")
        + "]"
        + pp.Opt(":" + digits.copy()(f"{prefix}_port"))
    )


def one_of(names: Iterable[str]) -> pp.ParserElement:
    """A choice of literals, the longest first, so that none hides another."""
    return pp.MatchFirst([pp.Literal(name) for name in sorted(names, key=len, reverse=True)])


_REPLY = re.compile(r"(?:([2-5][0-9]{2})(?:[ -]|\Z))?(?:([245]\.[0-9]++\.[0-9]++)(?: |\Z))?([\s\S]*+)")


def split_reply(reply: str) -> tuple[int | None, str | None, str]:
    """Splits an SMTP reply, or what a log kept of it, into reply code, enhanced status and text.

    RFC 5321 section 4.2, RFC 3463 section 2.
    """
    found = _REPLY.match(reply)
    if found is None:  # never: the pattern fits the empty text
        return None, None, reply
    code, status, text = found.groups()
    return int(code) if code else None, status, text
