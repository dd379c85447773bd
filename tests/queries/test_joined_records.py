"""Files in which a product writes several lines for one message: joined, searched and cited as they are."""

import gzip

import pytest

from grammars import Basis, Instant, KeyKind
from grammars.core.records import JOINT
from queries.leg import Key
from queries.question import Question
from queries.recoding import joins_lines, recoding_of
from queries.sources import LogFile, log_file
from queries.stores.files import FilesStore
from queries.stores.searched import SearchedStore

NEWEST = Instant(1_798_675_200_000_000)
RECORD = "From {sender}  Mon Nov 23 10:24:00 2026\n Subject: hello\n  Folder: inbox\t\t\t      9\n"
TEXT = 'procmail: No match on "x"\n' + RECORD.format(sender="news@sender.example") + "a line of the owner\n"
TEXT += RECORD.format(sender="else@sender.example")


def log(text: str = TEXT) -> LogFile:
    """The text as a log file."""
    return log_file("procmail.log", text.encode(), NEWEST)


@pytest.mark.parametrize("packed", [False, True])
def test_line_numbers_stay(packed: bool) -> None:
    """A record stands in its first line; what follows keeps its number."""
    raw = gzip.compress(TEXT.encode()) if packed else TEXT.encode()
    found = [(first, last) for first, last, _ in log_file("procmail.log", raw, NEWEST).records()]
    assert found == [(1, 1), (2, 4), (5, 5), (6, 8), *found[4:]]
    assert len(list(log().lines())) == 6  # the last record has no end yet: the file may grow


def test_windows_line_ends() -> None:
    """The CR is no part of a line."""
    (line,) = [line for _, _, line in log(TEXT.replace("\n", "\r\n")).records() if JOINT in line.text][:1]
    assert "\r" not in line.text


@pytest.mark.parametrize(
    "text",
    ["", "From nobody\n", "Date: today\nFrom: x\n", "Nov 23 10:24:00 mx1 procmail[7]: x\n", "  Folder: inbox\t 9\n"],
)
def test_other_texts_are_left_alone(text: str) -> None:
    """Where no record begins nothing is joined."""
    assert not joins_lines(recoding_of(text.encode()))


@pytest.mark.parametrize("store", [FilesStore, SearchedStore])
def test_a_record_is_found_by_its_sender(store: type[FilesStore] | type[SearchedStore]) -> None:
    """Both ways of reading files find it, and its first line."""
    kept = store([log()], {"procmail.log": Basis(newest=NEWEST)})
    question = Question(keys=frozenset({Key(KeyKind.ADDRESS, "else@sender.example")}))
    (leg,) = kept.find(question).legs
    (event,) = leg.events
    assert (event.folder, event.reverse_path) == ("inbox", "else@sender.example")
    assert event.line is not None
    assert kept.line_number(event.line.place) == 6
