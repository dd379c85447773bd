"""Verdicts and conditions to try stores with: made up, with everything that senders write into logs."""

from ipaddress import ip_network

from hypothesis import strategies as st

from grammars import Instant
from queries.conditions import And, Condition, Contains, Equals, InNetwork, Not, Or, Prefix, Range, Suffix
from queries.fields import FATES, FIELDS, HOLDERS, OWNERS, STAGES, FieldType
from queries.verdict import Verdict

START = 1_795_564_800_000_000  # 2026-11-25
DAY = 86_400_000_000

ADDRESSES = (
    "",
    "bob@example.com",
    "Bob@Example.COM",
    "bob+news@example.com",
    "bob%_@example.com",
    'b"ob@example.com',
    '"bob"@example.com',
    "b\\ob@example.com",
    "alice@sub.example.com",
    "junkie",
    "bounce@esp.example",
    "bounce+bob=example.com@esp.example",
    "bounces-bob=example.com@esp.example",
    "prvs=1234567890=bounce@esp.example",
    "SRS0=i7nL=JM=esp.example=bounce@fwd.example",
    "SRS1=abcd=fwd.example==i7nL=JM=esp.example=bounce@second.example",
    "mailer-daemon",
    "jürgen@bücher.example",
    "jurgen@xn--bcher-kva.example",
    "\u212aelvin@example.com",  # the Kelvin sign, whose small letter is an ASCII k
    "a@b@example.com",
    "bob@example.com.",
    "' OR 1=1 --@example.com",
)
IPS = ("192.0.2.7", "192.0.2.77", "198.51.100.1", "2001:db8::1", "2001:DB8:0::1", "::ffff:192.0.2.7", "local")
NAMES = ("mail.shop.example", "MAIL.shop.example.", "mx%.example", 'a"b', "bücher.example", "[192.0.2.7]", "x\\y")
HOSTS = ("mx1", "mx1.example.com", "MX1", "hub1.example.com", "192.0.2.25", "straße")
IDS = ("4jY2B3D7z", "4jy2B3D7z", "A1B2C3D4E5", "a_b%c", "A1B2")
TEXTS = (
    "",
    "Your order 100%",
    "=?utf-8?q?Gr=C3=BC=C3=9Fe?=",
    "ORDER  twice",
    "user_unknown",
    "a\\b",
    "straße",
    "Ends...",
)
MIDS = ("1@shop.example", "1@Shop.example", "%@x", "<odd>", "é@x.example")


def maybe(values: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    """One of some values, now and then none, now and then anything."""
    anything = st.text(st.characters(exclude_characters="\0\n", codec="utf-8"), max_size=8)
    return st.one_of(st.none(), st.sampled_from(values), st.sampled_from(values), anything)


VERDICTS = st.builds(
    Verdict,
    id=st.integers(0, 7).map(lambda number: f"{number:08x}{'0123456789abcdef' * 3}{number:08x}"),
    ordinal=st.integers(0, 3),
    time=st.integers(START - 40 * DAY, START + 40 * DAY).map(Instant),
    fate=st.sampled_from(FATES),
    is_final=st.booleans(),
    stage=st.sampled_from(STAGES),
    owner=st.sampled_from(OWNERS),
    holder=st.sampled_from(HOLDERS),
    reason_code=st.sampled_from(("spam", "user_unknown", "stored")),
    reason_text=maybe(TEXTS).map(lambda text: text or ""),
    is_open=st.booleans(),
    reverse_path=maybe(ADDRESSES),
    recipient=maybe(ADDRESSES),
    final_recipient=maybe(ADDRESSES),
    client_ip=maybe(IPS),
    client_name=maybe(NAMES),
    helo=maybe(NAMES),
    host=maybe(HOSTS),
    hosts=st.lists(st.sampled_from(HOSTS), max_size=3).map(tuple),
    message_id=maybe(MIDS),
    queue_ids=st.lists(st.sampled_from(IDS), max_size=3).map(tuple),
    size_bytes=st.none() | st.integers(0, 10_000_000),
    score=st.none() | st.floats(-100, 100),
    header_from=maybe(ADDRESSES),
    subject=maybe(TEXTS),
    handed_to=maybe(NAMES),
)


def _texts(name: str) -> tuple[str, ...]:
    searched = FIELDS[name]
    by_type = {
        FieldType.ADDRESS: ADDRESSES,
        FieldType.IP: IPS,
        FieldType.NAME: NAMES,
        FieldType.HOST: HOSTS,
        FieldType.TEXT: TEXTS,
        FieldType.WORD: searched.words,
    }
    by_name = {"mid": MIDS, "qid": IDS, "id": (f"{1:08x}", "0123456789abcdef")}
    return by_name.get(name) or by_type[searched.type]


@st.composite
def text_leaves(draw: st.DrawFn) -> Condition:
    """Equals, Prefix, Suffix or Contains with a form, or a piece of one, of some text of the field."""
    name = draw(st.sampled_from([field.name for field in FIELDS.values() if field.type not in _NUMERIC]))
    forms = sorted(map(str, FIELDS[name].forms(draw(st.sampled_from(_texts(name))))))
    form = draw(st.sampled_from(forms))
    start = draw(st.integers(0, len(form)))
    end = draw(st.integers(start, len(form)))
    kinds: tuple[type[Equals | Prefix | Suffix | Contains], ...] = (Equals, Prefix, Suffix, Contains)
    kind = draw(st.sampled_from(kinds))
    piece = {Equals: form, Prefix: form[:end], Suffix: form[start:], Contains: form[start:end]}[kind]
    odd = draw(st.sampled_from((piece, piece, piece, piece.upper(), "%", "_", '"', "\\", "'")))
    return kind(name, odd)


_NUMERIC = (FieldType.SIZE, FieldType.NUMBER, FieldType.TIME)
_NETWORKS = ("192.0.2.0/24", "192.0.2.64/26", "192.0.0.0/8", "0.0.0.0/0", "192.0.2.7/32", "2001:db8::/32", "::/0")
_ENDS = {
    "size": st.none() | st.integers(0, 10_000_000),
    "score": st.none() | st.floats(-100, 100),
    "time": st.none() | st.integers(START - 40 * DAY, START + 40 * DAY) | st.just(10**30),
}
RANGES = st.sampled_from(sorted(_ENDS)).flatmap(lambda name: st.builds(Range, st.just(name), _ENDS[name], _ENDS[name]))
LEAVES = text_leaves() | RANGES | st.sampled_from(_NETWORKS).map(ip_network).map(InNetwork)


def _joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, max_size=3).map(tuple)
    return several.map(And) | several.map(Or) | parts.map(Not)


CONDITIONS = st.recursive(LEAVES, _joined, max_leaves=6)
