"""Thinner and worse bundles than senders should give, made from the truth of a recorded run."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.scenarios.runs import Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way to ask badly: `text` gives the bundle, or None where it does not apply to a message.

    `least` is the share of recipients that must get the true fate all the same; `off` by how many
    seconds the time stated is not the true one.
    """

    name: str
    text: Callable[[Sent], str | None]
    least: float
    one_recipient: bool = False
    off: int = 0

    def fits_another(self, sent: Sent, others: Iterable[Sent]) -> bool:
        """Whether what the bundle states is as true of another message, or truer: nobody can tell the two apart."""
        text = self.text(sent)
        mine = _without_time(text)
        stated = sent.last_attempt + timedelta(seconds=self.off)
        reach = abs(self.off) + _BESIDE if _has_time(text) else _LONG
        return any(
            other is not sent
            and _without_time(self.text(other)) == mine
            and abs((other.last_attempt - stated).total_seconds()) <= reach
            for other in others
        )


_BESIDE = 5  # seconds: senders stamp, and lines are written, moments before or after the event
_LONG = 10 * 86_400


def _without_time(text: str | None) -> str | None:
    return text and re.sub(r"(?m)^Timestamp: .*\n", "", text).lower()


def _has_time(text: str | None) -> bool:
    return "Timestamp: " in (text or "")


def _stamp(moment: datetime, zone: str = "+00:00") -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + zone


def _text(**fields: str | None) -> str:
    return "".join(f"{name.replace('_', ' ').capitalize()}: {value}\n" for name, value in fields.items() if value)


def _path(sent: Sent) -> str:
    return sent.raw["return_path"] or "<>"


def _usual(
    sent: Sent,
    *,
    time: str | None = None,
    path: str | None = None,
    recipient: str | None = None,
    reply: str | None = None,
) -> str:
    """The usual table, with one thing changed or added."""
    return _text(
        timestamp=time or _stamp(sent.last_attempt),
        return_path=path or _path(sent),
        recipient=recipient,
        sending_ip=sent.raw["sending_ip"],
        receiving_ip=sent.raw["receiving_ip"],
        smtp_response=reply,
    )


def _first(sent: Sent) -> str:
    return str(sent.raw["rcpts"][0])


# ---------------------------------------------------------------- things left out


def _no_path(sent: Sent) -> str:
    ips = {"sending_ip": sent.raw["sending_ip"], "receiving_ip": sent.raw["receiving_ip"]}
    return _text(timestamp=_stamp(sent.last_attempt), recipient=_first(sent), **ips)


def _no_sending_ip(sent: Sent) -> str:
    return _text(timestamp=_stamp(sent.last_attempt), return_path=_path(sent), receiving_ip=sent.raw["receiving_ip"])


def _only_reply(sent: Sent) -> str | None:
    return _text(smtp_response=sent.reply) if sent.reply.startswith("250") else None


def _only_refusal(sent: Sent) -> str | None:
    return _text(smtp_response=sent.reply) if re.search(r" said: [45]\d\d", sent.reply) else None


def _recipient_and_time(sent: Sent) -> str:
    return _text(timestamp=_stamp(sent.last_attempt), recipient=_first(sent))


def _only_message_id(sent: Sent) -> str:
    return _text(message_id=sent.raw["message_id"])


def _only_path(sent: Sent) -> str | None:
    return _text(return_path=sent.raw["return_path"]) if sent.raw["return_path"] else None


# ---------------------------------------------------------------- times that are not quite right


def _to_the_minute(sent: Sent) -> str:
    return _usual(sent, time=sent.last_attempt.strftime("%Y-%m-%d %H:%M UTC"))


def _local_without_zone(hours: int) -> Callable[[Sent], str]:
    def text(sent: Sent) -> str:
        local = sent.last_attempt + timedelta(hours=hours)
        reply = sent.reply if sent.reply.startswith("250") else None
        return _usual(sent, time=local.strftime("%Y-%m-%d %H:%M:%S"), reply=reply)

    return text


def _zone_wrong(hours: int) -> Callable[[Sent], str]:
    def text(sent: Sent) -> str:
        return _usual(sent, time=_stamp(sent.last_attempt + timedelta(hours=hours)))

    return text


def _off_by(seconds: int) -> Callable[[Sent], str]:
    def text(sent: Sent) -> str:
        return _usual(sent, time=_stamp(sent.last_attempt + timedelta(seconds=seconds)))

    return text


# ---------------------------------------------------------------- addresses in other forms


def _lower_path(sent: Sent) -> str | None:
    path = sent.raw["return_path"]
    return _usual(sent, path=path.lower()) if path != path.lower() else None


def _batv(sent: Sent) -> str | None:
    path = sent.raw["return_path"]
    return _usual(sent, path=f"prvs=4936b0f21c={path}") if _is_plain(path) else None


def _srs(sent: Sent) -> str | None:
    path = sent.raw["return_path"]
    if not _is_plain(path):
        return None
    local, _, domain = path.partition("@")
    return _usual(sent, path=f"SRS0=Xy7a=4B={domain}={local}@forwarder.example")


def _is_plain(path: str) -> bool:
    return bool(path) and not path.lower().startswith(("prvs=", "srs")) and '"' not in path


def _with_detail(sent: Sent) -> str:
    local, at, domain = _first(sent).partition("@")
    return _usual(sent, recipient=f"{local.partition('+')[0]}+news{at}{domain}")


KINDS = (
    Kind(name="no return-path", text=_no_path, least=0.78, one_recipient=True),
    Kind(name="no sending IP", text=_no_sending_ip, least=0.89),
    Kind(name="only the reply", text=_only_reply, least=0.96),
    Kind(name="only a refusal", text=_only_refusal, least=0.00),
    Kind(name="only recipient and time", text=_recipient_and_time, least=0.62, one_recipient=True),
    Kind(name="only the Message-ID", text=_only_message_id, least=0.78),
    Kind(name="only the return-path", text=_only_path, least=0.80),
    Kind(name="time to the minute", text=_to_the_minute, least=0.82, off=-60),
    Kind(name="local time of UTC-6, no zone", text=_local_without_zone(-6), least=0.92),
    Kind(name="local time of UTC+1, no zone", text=_local_without_zone(1), least=0.92),
    Kind(name="zone wrong by -6 h", text=_zone_wrong(-6), least=0.82),
    Kind(name="zone wrong by +1 h", text=_zone_wrong(1), least=0.82),
    Kind(name="90 s late", text=_off_by(90), least=0.86, off=90),
    Kind(name="90 s early", text=_off_by(-90), least=0.86, off=-90),
    Kind(name="return-path in lower case", text=_lower_path, least=0.93),
    Kind(name="return-path with a BATV tag", text=_batv, least=0.93),
    Kind(name="return-path wrapped by SRS", text=_srs, least=0.93),
    Kind(name="recipient with detail", text=_with_detail, least=0.91, one_recipient=True),
)
