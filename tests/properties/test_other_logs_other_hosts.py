"""What else the logs hold, or lack, never turns one fate into another."""

from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.altered import Logs, answers, fates, joined, questions, recorded, renamed
from tests.scenarios.runs import Json, Sent, ask_json, bundles_of, messages, runs
from tests.scenarios.verdicts import Verdict, Word, judge

_FINAL = ("delivered", "junked", "dropped", "rejected", "bounced", "not_found", "found another")


@cache
def _whole(run: str) -> dict[str, Json]:
    return answers(recorded(run, "iso").store(run), questions(run))


# ---------------------------------------------------------------- a host's log is missing


# Messages known to be answered wrongly without one host's log; the list may only shrink.


def _left(run: str, missing: str) -> Logs:
    files = recorded(run, "iso").files
    return Logs(files={name: lines for name, lines in files.items() if not name.startswith(missing)})


def _asked(sent: Sent) -> list[str]:
    return [text for _, about, text, several in bundles_of(sent) if about is None and not several]


_MISSING = [
    (run, host) for run in runs() for host in ("mx1", "hub1", "rspamd") if host != "rspamd" or run.startswith(host)
]


@pytest.mark.parametrize(("run", "missing"), _MISSING)
def test_without_the_log_of_one_host(run: str, missing: str) -> None:
    """Without one host's log a fate is the same or undecided; it is never another final one, nor `not_found`."""
    logs = _left(run, missing)
    assert logs.files.keys() != recorded(run, "iso").files.keys()
    store = logs.store(run)
    wrong: list[tuple[str, Verdict]] = []
    for sent in messages(run):
        for text in _asked(sent):
            verdicts = judge(sent, ask_json(text, store))
            wrong += [
                (sent.name, each) for each in verdicts if each.word is Word.WRONG and each.said.startswith(_FINAL)
            ]
    told = [f"{name}, {each.recipient}: said {each.said}; truth: {each.truth}" for name, each in wrong]
    assert not told, "\n".join((f"{run} without {missing}", *told))


# ---------------------------------------------------------------- other lines are there


_FOREIGN = (
    "2026-11-23T10:33:00.000001+00:00 mx1 kernel: [1234.5] eth0: link up",
    "2026-11-23T10:33:01.000001+00:00 mx1 sshd[811]: Failed password for root from 192.0.2.99 port 4711 ssh2",
    "2026-11-23T10:33:01.000001+00:00 hub1 CRON[99]: (root) CMD (true)",
    "not a log line at all",
    "",
)


@settings(max_examples=10)
@given(
    seed=st.integers(0, 9_999),
    share=st.sampled_from((0.05, 0.3, 1.0)),
    other=st.sampled_from(("amavis-41x", "rspamd-42x")),
)
def test_unrelated_lines(seed: int, share: float, other: str) -> None:
    """Lines of other messages, whole or in part, and of other programs change no fate."""
    random = Random(seed)  # noqa: S311
    more = {
        f"more-{name}": tuple(line for line in lines if random.random() < share)
        for name, lines in recorded(other, "iso").files.items()
    }
    logs = recorded("amavis", "iso").with_files({**more, "foreign.log": _FOREIGN})
    for name, answer in answers(logs.store("amavis"), questions("amavis", every=4, start=seed % 4)).items():
        assert fates(answer) == fates(_whole("amavis")[name]), name


_OTHER_SITE = {
    "mx1": "mx9",
    "hub1": "hub9",
    "recipient.example": "elsewhere.example",
    "esp.example": "esp9.example",
    "mktomail.example": "mktomail9.example",
    "sendgrid.example": "sendgrid9.example",
    "127.0.7.": "127.0.8.",
    "127.0.1.25": "127.0.9.25",
    "127.0.2.25": "127.0.9.26",
}


@pytest.mark.parametrize("run", ["amavis", "amavis-41x"])
def test_two_hosts_with_equal_ids(run: str) -> None:
    """Two sites whose servers gave the same queue ids, process ids and session ids in the same second do not mix."""
    here = recorded(run, "iso")
    there = renamed(here, _OTHER_SITE, lambda name: name.replace("1-", "9-"))
    for name, answer in answers(joined(here, there).store(run), questions(run)).items():
        assert fates(answer) == fates(_whole(run)[name]), name
