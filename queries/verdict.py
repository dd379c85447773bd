"""The verdict: what became of one message for one recipient, as one flat row that can be searched."""

from dataclasses import dataclass

from grammars import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One message and one recipient: a cache of what the lines prove, which the lines alone decide.

    `id` is that of the leg with which the message arrived, 64 hex digits; `ordinal` tells its
    recipients apart.  `time` is when it arrived.  Texts are as logged; None is what no line states,
    and a `reverse_path` of "" is the null sender.  `fate`, `stage`, `owner`, `holder` and
    `reason_code` are words of the closed lists.  `host` is where it arrived; `hosts` are those of the
    whole journey, folded, and `queue_ids` its ids there.  `is_open` says that later lines may still
    change the row.
    """

    id: str
    ordinal: int
    time: Instant
    fate: str
    is_final: bool
    stage: str
    owner: str
    holder: str
    reason_code: str
    reason_text: str = ""
    is_open: bool
    reverse_path: str | None = None
    recipient: str | None = None
    final_recipient: str | None = None
    client_ip: str | None = None
    client_name: str | None = None
    helo: str | None = None
    host: str | None = None
    hosts: tuple[str, ...] = ()
    message_id: str | None = None
    queue_ids: tuple[str, ...] = ()
    size_bytes: int | None = None
    score: float | None = None
    header_from: str | None = None
    subject: str | None = None
    handed_to: str | None = None
