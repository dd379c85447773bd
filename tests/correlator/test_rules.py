"""The rule table: documented, sourced, and told in a story each."""

import re
from pathlib import Path

import pytest

from correlator.mailbox import is_junk
from correlator.rules import RULES, Rule
from correlator.words import Fate
from tests.correlator.stories import QUEUE, accepted, answer_to, fates, removed, stored, to_store, told

ROOT = Path(__file__).resolve().parents[2]
JANE = "jane@recipient.example"


def test_the_page_shows_the_table() -> None:
    """docs/fates.md has exactly the rows of RULES, in their order."""
    page = (ROOT / "docs" / "fates.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{rule.name}` | {rule.says} | {rule.source} |" for rule in RULES]


def _stories() -> str:
    return "".join(path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("test_fates_*.py")))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_a_story(rule: Rule) -> None:
    """Each row is told at least once."""
    assert re.search(rf"Rules? [^\n]*`{rule.name}`", _stories())


@pytest.mark.parametrize("fate", list(Fate))
def test_every_fate_has_a_story(fate: Fate) -> None:
    """So is each word of the closed list."""
    assert f'"{fate.value}"' in _stories()


def test_every_rule_has_a_source() -> None:
    """A claim without a source is an opinion."""
    assert all(re.search(r"RFC \d+ section|Postfix|amavisd", rule.source) for rule in RULES)


@pytest.mark.parametrize("folder", ["Junk", "INBOX.Spam", "INBOX/Junk E-mail", "Spamverdacht", "\\Junk", "junk_email"])
def test_junk_folders(folder: str) -> None:
    """By the last part of the name, whatever the separator."""
    assert is_junk(folder)


@pytest.mark.parametrize("folder", ["INBOX", "Junkyard", "Anti-Spam list", "Spam/Reviewed", ""])
def test_folders_that_are_not_junk(folder: str) -> None:
    """A telling part of a name is not enough."""
    assert not is_junk(folder)


DELIVERED = (to_store(JANE, "S1"), stored(JANE, "S1"), removed())


def test_expiry_asked_for_by_hand_decides_nothing_yet() -> None:
    """`postsuper -e` only marks the message; the queue manager gives it up, and says so."""
    assert fates(*accepted(), f"postsuper: {QUEUE}: expired", *DELIVERED) == {JANE: "delivered"}


def test_timeline_keeps_every_chapter() -> None:
    """The connection, the queue and the mailbox stand in the order of time."""
    (found,) = answer_to(*accepted(), *DELIVERED)["matches"][0]["recipients"]
    words = [line["what"] for line in found["timeline"]]
    assert words[0].startswith("connect from")
    assert words[-1] == "done, left the queue"
    assert f"{JANE} stored in INBOX" in words


def test_no_delay_worth_a_word() -> None:
    """Less than a minute is nobody's question."""
    (found,) = answer_to(*accepted(), *DELIVERED)["matches"][0]["recipients"]
    assert found["delays"] == []


def test_the_same_answer_for_lines_of_one_message_in_another_file_order() -> None:
    """A recipient's fate does not hang on which of two people is named first."""
    joe = "joe@recipient.example"
    first = (to_store(JANE, "S1"), stored(JANE, "S1"))
    second = (to_store(joe, "S2"), stored(joe, "S2", "Junk"))
    one = {each["recipient"]: each["fate"] for each in told(*accepted(2), *first, *second, removed())}
    other = {each["recipient"]: each["fate"] for each in told(*accepted(2), *second, *first, removed())}
    assert one == other == {JANE: "delivered", joe: "junked"}
