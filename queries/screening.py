"""What postscreen said of a client before it handed the connection to an SMTP server.

postscreen passes the open socket on and says no more; the server's lines begin with `connect from`
the same client, as a rule without its port.  So the two are joined by client, host and time: the
connections of one client are handed on in the order in which they came.
"""

from collections import defaultdict
from collections.abc import Sequence

from grammars import Event, Verb
from grammars.core.words import MINUTE
from queries.leg import fold_host

SCREENER = "postscreen"
LONGEST_WAIT = MINUTE  # the server looks up the client's name before its first line

_Connection = Sequence[Event]


def screened_before(connections: Sequence[_Connection]) -> dict[int, tuple[Event, ...]]:
    """Gives, by the number of an SMTP server's connection, postscreen's lines about it."""
    waiting: dict[tuple[str | None, str | None], list[_Connection]] = defaultdict(list)
    found: dict[int, tuple[Event, ...]] = {}
    for number in sorted(range(len(connections)), key=lambda at: _arrival(connections[at])):
        connection = connections[number]
        client = (fold_host(connection[0].host), connection[0].client_ip)
        if is_handed_over(connection):
            waiting[client].append(connection)
        elif connection[0].verb is Verb.CONNECT and connection[0].program != SCREENER:
            before = _take(waiting[client], connection[0])
            if before is not None:
                found[number] = tuple(before)
    return found


def is_handed_over(connection: _Connection) -> bool:
    """Whether postscreen let the client through: it says goodbye to those that it keeps."""
    first = connection[0]
    if first.program != SCREENER or first.client_ip is None:
        return False
    return not any(event.verb in {Verb.DISCONNECT, Verb.REJECT} for event in connection)


def _arrival(connection: _Connection) -> tuple[int, bool]:
    """When postscreen let go of the client, or the server took it; within one second the former comes first."""
    is_server = connection[0].program != SCREENER
    return (connection[0] if is_server else connection[-1]).instant, is_server


def _take(waiting: list[_Connection], connect: Event) -> _Connection | None:
    """Takes the connection that was handed over first; one with another port, or too old, is not it."""
    waiting[:] = [each for each in waiting if connect.instant - each[-1].instant <= LONGEST_WAIT]
    port = connect.client_port
    fitting = [at for at, each in enumerate(waiting) if port is None or each[0].client_port in {port, None}]
    return waiting.pop(fitting[0]) if fitting else None
