"""The rival that an admin could write in an afternoon: a mail log's messages, stitched into SQLite, in one process.

    python benchmarks/rival.py mail.log messages.sqlite

Queue ids of Postfix, verdicts of amavis and what Dovecot stored are joined by regular expressions: one
row for each recipient, with five indexes.  It keeps no lines, knows one clock and one instance to a host,
takes a queue id for unique until it is used again, and reads everything anew each time.
"""

import gc
import re
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HEADER = re.compile(r"(\w{3} [ \d]\d [\d:]{8}|\d{4}-\S+) (\S+) ([^\[: ]+)(?:\[\d+\])?: (.*)")
ID = r"(?P<id>[0-9A-F]{6,15}|[0-9A-Za-z]{12,20}): "
CLIENT = re.compile(ID + r"client=(?P<name>[^\[]*)\[(?P<ip>[^\]]*)\](?:.*?orig_queue_id=(?P<orig>\w+))?")
MESSAGE_ID = re.compile(ID + r"message-id=<?(?P<message>[^>]*)")
SENDER = re.compile(ID + r"from=<(?P<sender>[^>]*)>, size=(?P<size>\d+)")
DELIVERY = re.compile(
    ID
    + r"to=<(?P<to>[^>]*)>,.*? relay=(?P<relay>[^,]*),.*? dsn=(?P<dsn>[^,]*), status=(?P<status>\w+) \((?P<reply>.*)\)"
)
QUEUED_AS = re.compile(r"queued as (\w+)")
REFUSED = re.compile(
    r"NOQUEUE: reject: \w+ from [^\[]*\[(?P<ip>[^\]]*)\]: (?P<reply>.*?)(?:; from=<(?P<sender>[^>]*)>)?"
    r"(?: to=<(?P<to>[^>]*)>)?(?: proto=.*)?$"
)
VERDICT = re.compile(
    r"\([^)]*\) (?P<what>(?:Passed|Blocked) [\w-]+).*? Queue-ID: (?P<id>\w+),.*?(?:Hits: (?P<hits>[-\d.]+))?"
)
STORED = re.compile(r"lmtp\((?P<user>[^)]*)\).*?: msgid=<?(?P<message>[^>]*)>?: (?P<what>.*)")

COLUMNS = (
    "time, host, queue_id, message_id, sender, recipient, client_ip, size, status, dsn, relay, reply, verdict, stored"
)


@dataclass(slots=True)
class Message:
    """What one queue id is about."""

    time: str
    host: str
    id: str
    client: str | None = None
    parent: "Message | None" = None
    message: str | None = None
    sender: str | None = None
    size: int | None = None
    verdict: str | None = None
    deliveries: list[tuple[str, ...]] = field(default_factory=list)


class Log:
    """The messages of a log, as they come."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.refused: list[tuple[object, ...]] = []
        self._open: dict[tuple[str, str], Message] = {}
        self._newest: dict[str, Message] = {}
        self._stored: dict[tuple[str, str], str] = {}

    def _of(self, time: str, host: str, name: str, *, is_new: bool = False) -> Message:
        found = self._open.get((host, name))
        if found is None or is_new:
            found = self._open[host, name] = self._newest[name] = Message(time, host, name)
            self.messages.append(found)
        return found

    def read(self, line: str) -> None:
        """Takes one line."""
        head = HEADER.match(line)
        if head is None:
            return
        time, host, program, text = head.groups()
        service = program.rpartition("/")[2]
        if service == "smtpd":
            self._smtpd(time, host, text)
        elif service == "cleanup" and (found := MESSAGE_ID.match(text)):
            self._of(time, host, found["id"]).message = found["message"]
        elif service == "qmgr" and (found := SENDER.match(text)):
            message = self._of(time, host, found["id"])
            message.sender, message.size = found["sender"], int(found["size"])
        elif service in {"smtp", "lmtp", "local", "virtual", "pipe", "error", "discard"}:
            if found := DELIVERY.match(text):
                self._of(time, host, found["id"]).deliveries.append(
                    found.group("to", "status", "dsn", "relay", "reply")
                )
        elif service == "amavis" and (found := VERDICT.match(text)):
            self._of(time, host, found["id"]).verdict = f"{found['what']} {found['hits'] or ''}"
        elif service == "dovecot" and (found := STORED.match(text)):
            self._stored[found["message"], found["user"].lower()] = found["what"]

    def _smtpd(self, time: str, host: str, text: str) -> None:
        if found := CLIENT.match(text):
            message = self._of(time, host, found["id"], is_new=True)
            message.client = found["ip"]
            message.parent = self._newest.get(found["orig"]) if found["orig"] else None
        elif found := REFUSED.match(text):
            row = time, host, None, None, found["sender"], found["to"], found["ip"], None
            self.refused.append((*row, "rejected", None, None, found["reply"], None, None))

    def rows(self) -> Iterator[tuple[object, ...]]:
        """One for each recipient of a message that came from outside, with where it ended."""
        yield from self.refused
        next_of = {message.id: message for message in self.messages}
        inner = {
            name for message in self.messages for each in message.deliveries for name in QUEUED_AS.findall(each[4])
        }
        for message in self.messages:
            if message.parent is not None or message.id in inner:
                continue
            who = message.time, message.host, message.id, message.message, message.sender
            for delivery in message.deliveries or [("", "", "", "", "")]:
                end, verdict = self._end(delivery, next_of)
                to, status, dsn, relay, reply = end
                stored = self._stored.get((message.message or "", to.lower()))
                more = status, dsn, relay, reply, message.verdict or verdict, stored
                yield (*who, delivery[0], message.client, message.size, *more)

    @staticmethod
    def _end(delivery: tuple[str, ...], next_of: dict[str, Message]) -> tuple[tuple[str, ...], str | None]:
        verdict = None
        for _ in range(10):
            onward = QUEUED_AS.search(delivery[4])
            message = next_of.get(onward[1]) if onward else None
            if message is None or not message.deliveries:
                break
            verdict = verdict or message.verdict
            delivery = next((each for each in message.deliveries if each[0] == delivery[0]), message.deliveries[-1])
        return delivery, verdict


def main(log: Path, store: Path) -> None:
    """Reads a log into a new database."""
    gc.disable()
    made = Log()
    with log.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            made.read(line)
    database = sqlite3.connect(store)
    database.execute(f"create table message ({COLUMNS})")
    marks = ", ".join("?" * len(COLUMNS.split(", ")))
    database.executemany(f"insert into message values ({marks})", made.rows())  # noqa: S608 - question marks
    for name in ("queue_id", "message_id", "sender", "recipient", "client_ip"):
        database.execute(f"create index by_{name} on message ({name})")
    database.commit()
    print(database.execute("select count(*) from message").fetchone()[0], "rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
