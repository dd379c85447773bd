"""Logs and bundles as disks, pipes, editors and attackers leave them: cut, mixed, doubled, in wrong encodings."""

from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]


def _places(raw: bytes, random: Random, most: int = 20) -> list[int]:
    return sorted(random.randrange(len(raw) + 1) for _ in range(random.randint(1, most)))


def _flipped(raw: bytes, random: Random) -> bytes:
    changed = bytearray(raw)
    for at in _places(raw[:-1], random, 200):
        changed[at] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(raw: bytes, random: Random) -> bytes:
    first, last = sorted((random.randrange(len(raw)), random.randrange(len(raw))))
    return raw[first:last]


def _holed(raw: bytes, random: Random) -> bytes:
    first, last = sorted((random.randrange(len(raw)), random.randrange(len(raw))))
    return raw[:first] + raw[last:]


def _put_in(raw: bytes, random: Random, texts: tuple[bytes, ...]) -> bytes:
    for at in reversed(_places(raw, random)):
        raw = raw[:at] + random.choice(texts) + raw[at:]
    return raw


_ODD = (
    b"\0", b"\0" * 4096, b"\r", b"\x1b[31m", b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80",
    "\u202e\u2066\u200b\ufeff\x85\u2028".encode(), b"\\ud800", b"&#xD800;", b"=?utf-8?b?/////w==?=", b"{", b"[" * 3000,
    b"<" * 3000, b"(" * 3000, b'"' * 3001, b"9" * 5000, b"#012", b"%s%n{0}{a.b}", b" " * 5000, b"=" * 3000, b"\x0b\x0c",
    "²٣７".encode(), b"message repeated 99999999999999999999 times: [ x]", b"<22>Nov 23 10:32:15 " * 500,
)  # fmt: skip


def _odd(raw: bytes, random: Random) -> bytes:
    return _put_in(raw, random, _ODD)


def _lines_mixed(raw: bytes, random: Random) -> bytes:
    lines = raw.split(b"\n")
    random.shuffle(lines)
    return b"\n".join(lines)


def _lines_doubled(raw: bytes, random: Random) -> bytes:
    return b"\n".join(line for line in raw.split(b"\n") for _ in range(random.choice((1, 1, 1, 2, 3))))


def _lines_joined(raw: bytes, random: Random) -> bytes:
    return b"".join(line + random.choice((b"\n", b"\n", b"", b"\r", b"\r\n", b" ")) for line in raw.split(b"\n"))


def _swapped(raw: bytes, random: Random) -> bytes:
    at = _places(raw, random, 4)
    parts = [raw[first:last] for first, last in zip([0, *at], [*at, len(raw)], strict=True)]
    random.shuffle(parts)
    return b"".join(parts)


def _encoded(raw: bytes, random: Random) -> bytes:
    text = raw.decode("utf-8", "replace")
    name = random.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252", "utf-8-sig", "cp037"))
    return text.encode(name, "replace")[random.choice((0, 0, 1, 2)) :]


MUTATIONS: dict[str, Mutation] = {
    "bits flipped": _flipped,
    "cut": _cut,
    "a hole": _holed,
    "odd bytes": _odd,
    "lines mixed": _lines_mixed,
    "lines doubled": _lines_doubled,
    "line ends changed": _lines_joined,
    "pieces swapped": _swapped,
    "another encoding": _encoded,
}


def mutated(raw: bytes, random: Random) -> bytes:
    """Applies one to three mutations."""
    for name in random.choices(tuple(MUTATIONS), k=random.randint(1, 3)):
        raw = MUTATIONS[name](raw, random) if raw else raw
    return raw
