"""Lines that a collector lost: an absence is not certain then, a found message without an end says so."""

import pytest

from tests.correlator.commandline import clerk, written
from tests.correlator.stories import BUNDLE, Row, accepted, answer_to, delivery, queued, removed

OTHER = BUNDLE.replace("news@sender", "other@sender").replace("192.0.2.7", "192.0.2.9")
STORY = (*accepted(), delivery("jane@recipient.example", "250 2.0.0 ok"), removed())
DROPPED = "+30 journald: Suppressed 2034 messages from postfix@-.service"
SAID = "mx1's collector dropped 2034 lines of postfix at 2026-11-23T10:24:30Z, says mail.log:8"


def _told(*lines: str, bundle: str = OTHER) -> tuple[str, list[str], list[list[list[str]]]]:
    answer = answer_to(*lines, bundle=bundle)
    coverage: Row = answer["coverage"]
    assert coverage["complete"] is not bool(coverage["missing"])
    return answer["finding"], coverage["missing"], [source["gaps"] for source in coverage["sources"]]


def test_without_a_loss_absence_is_certain() -> None:
    """The same story as below, of which nothing was lost."""
    assert _told(*STORY) == ("not_found", [], [[]])


def test_a_message_may_be_among_the_lines_that_were_lost() -> None:
    """Nothing of it is found, but lines of its server and its time are gone: nobody can tell."""
    gap = ["2026-11-23T10:14:30Z", "2026-11-23T10:24:30Z"]
    assert _told(*STORY, DROPPED) == ("cannot_tell", [SAID], [[gap]])
    answer = answer_to(*STORY, DROPPED, bundle=OTHER)
    assert answer["because"] == [SAID]
    assert answer["next_steps"][0].startswith("look in another copy of that log")


@pytest.mark.parametrize(
    "line",
    [
        "+30 journald: Suppressed 2034 messages from cron.service",  # another program's
        "+30 journald: Suppressed 2034 messages from dovecot.service",  # no server that receives
        "+30 journald: Journal started",
        "+660 journald: Suppressed 2034 messages from postfix@-.service",  # long after
        "+30 rsyslogd: imuxsock[pid: 7]: 9 messages lost due to rate-limiting (2 allowed within 5 seconds)",  # later
    ],
)
def test_lines_that_cannot_be_of_the_message(line: str) -> None:
    """A loss of others, or at another time, leaves the absence certain."""
    assert _told(*STORY, line)[0] == "not_found"


def test_a_loss_that_goes_on() -> None:
    """It begins to drop: how many is said later, if ever."""
    begins = "rsyslogd: imuxsock[pid: 7] from <mx1:postfix/smtpd>: begin to drop messages due to rate-limiting"
    finding, missing, _ = _told(begins, *STORY)
    assert finding == "cannot_tell"
    assert missing == [
        "mx1's collector dropped lines of postfix/smtpd at 2026-11-23T10:24:00Z (due to rate-limiting), says mail.log:1"
    ]


def test_a_loss_of_another_server_is_none_of_this_one() -> None:
    """Each host has a collector of its own; which server received it the text says."""
    two = (
        *STORY,
        *accepted(queue_id="5A7B21234B", host="mx2"),
        "+30 mx2/journald: Suppressed 9 messages from postfix@-.service",
    )
    assert _told(*two, bundle=f"{OTHER}Receiving Host: mx1.recipient.example\n")[0] == "not_found"
    assert _told(*two, bundle=f"{OTHER}Receiving Host: mx2.recipient.example\n")[0] == "cannot_tell"


def test_a_central_collector_lost_lines_of_whoever_wrote_to_it() -> None:
    """It has no lines of mail of its own: all hosts in its file may be concerned."""
    finding, missing, _ = _told(*STORY, "+30 loghub/rsyslogd: imtcp: 9 messages lost due to rate-limiting")
    assert (finding, len(missing)) == ("cannot_tell", 1)
    assert missing[0].startswith("loghub's collector dropped 9 lines at 2026-11-23T10:24:30Z")


def test_many_losses_are_told_in_few_words() -> None:
    """A collector that drops all the time fills no page."""
    many = [f"+1 journald: Suppressed {number} messages from postfix@-.service" for number in range(1, 10)]
    _, missing, _ = _told(*STORY, *many)
    assert missing[0].startswith("mx1's collector dropped 1 line of postfix at ")
    assert missing[3:] == ["6 more losses of lines at that time"]


# ---------------------------------------------------------------- a message that was found


def test_a_message_with_its_end_lacks_nothing() -> None:
    """Whatever was lost around it: each of its lines that matters is there."""
    finding, missing, gaps = _told(*STORY, DROPPED, bundle=BUNDLE)
    assert finding == "found"
    assert missing == ["no log of mx.example.net[198.51.100.9]:25, which took the message on"]
    assert gaps == [[["2026-11-23T10:14:30Z", "2026-11-23T10:24:30Z"]]]


def test_a_message_without_an_end_may_have_had_one() -> None:
    """It was queued, and then no line of it: the lines that were lost may have told."""
    finding, missing, _ = _told(
        *accepted(), "+30 journald: Suppressed 9 messages from postfix@-.service", bundle=BUNDLE
    )
    assert finding == "found"
    assert missing == ["mx1's collector dropped 9 lines of postfix at 2026-11-23T10:24:30Z, says mail.log:6"]


def test_a_loss_before_the_message_took_none_of_its_lines() -> None:
    """The open end is not for lack of lines."""
    lost = "journald: Suppressed 9 messages from postfix@-.service"
    lines = (lost, *[f"+900 {line}" if not at else line for at, line in enumerate(accepted())], *queued())
    assert _told(*lines, bundle=BUNDLE.replace("10:24:00", "10:39:00"))[1] == []


def test_on_the_command_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The answer in words says it where it says what the logs cover."""
    folder = tmp_path_factory.mktemp("loss")
    written(folder / "mail.log", *STORY, DROPPED)
    run = clerk("ask", "--log", "mail.log", text=OTHER, folder=folder)
    assert run.returncode == 3
    assert f"missing: {SAID}" in run.stdout
    assert "1 gap, 0 of 8 lines unread" in run.stdout
