"""What collectors say of themselves changes what is covered, never what became of a message."""

from functools import cache
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.altered import Lines, Logs, answers, questions, recorded, without_places
from tests.scenarios.runs import Json

RUN = "rspamd"
_REMARKS = (
    "systemd-journald[2]: Suppressed 2034 messages from postfix@-.service",
    "rsyslogd: imjournal: 1201 messages lost due to rate-limiting (20000 allowed within 600 seconds)",
    "rsyslogd: imuxsock[pid: 7] from <mx1:postfix/qmgr>: begin to drop messages due to rate-limiting",
    "syslog-ng[3]: Log statistics; processed='center(received)=9', dropped='dst.file(d_mail)=3'",
    "syslogd: last message repeated 3 times",
    'rsyslogd: [origin software="rsyslogd"] start',
)


@cache
def _plain() -> dict[str, Json]:
    return {
        name: without_places(told) for name, told in answers(recorded(RUN, "iso").store(RUN), questions(RUN)).items()
    }


def _among(lines: Lines, seed: int) -> Lines:
    """The lines with remarks among them, each with the stamp and the host of the line before it."""
    choice = Random(seed)  # noqa: S311 - a choice, not a secret
    made = list(lines)
    for _ in range(8):
        at = choice.randrange(len(made))
        stamp, host, _ = made[at].split(" ", 2)
        made.insert(at + 1, f"{stamp} {choice.choice((host, host, 'loghub'))} {choice.choice(_REMARKS)}")
    return tuple(made)


def _with_remarks(seed: int) -> Logs:
    """The recorded logs; rspamd's own file has no collector."""
    files = recorded(RUN, "iso").files
    return Logs(files={name: lines if "rspamd.log" in name else _among(lines, seed) for name, lines in files.items()})


@settings(max_examples=6)
@given(seed=st.integers(0, 9_999), start=st.integers(0, 2))
def test_losses_change_no_fate(seed: int, start: int) -> None:
    """Matches, fates, reasons and timelines stay; only what is covered, and what to do about it, is told otherwise."""
    for name, told in answers(_with_remarks(seed).store(RUN), questions(RUN, every=3, start=start)).items():
        answer, plain = without_places(told), _plain()[name]
        assert answer["matches"] == plain["matches"], name
        assert answer["finding"] == plain["finding"] == "found", name
        assert set(plain["coverage"]["missing"]) <= set(answer["coverage"]["missing"]), name


_NEVER = {name: text.replace("Return-Path: ", "Return-Path: never-") for name, text in questions(RUN, every=9).items()}


@settings(max_examples=6)
@given(seed=st.integers(0, 9_999))
def test_a_message_that_did_not_come_is_at_most_doubted(seed: int) -> None:
    """No loss makes another message the one that was asked about."""
    before = answers(recorded(RUN, "iso").store(RUN), _NEVER)
    for name, told in answers(_with_remarks(seed).store(RUN), _NEVER).items():
        answer, plain = without_places(told), without_places(before[name])
        assert answer["matches"] == plain["matches"], name
        assert answer["finding"] in {plain["finding"], "cannot_tell"}, name
