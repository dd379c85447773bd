"""The recipe of CONTRIBUTING.md: its toy format works as pasted, and no other file has to change."""

import json
from pathlib import Path

import pytest

from tests.packaging.toy_format import FIXTURE, FORMAT, clerk, copy_tree, files_of, follow_recipe, run


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which the recipe was followed."""
    folder = tmp_path_factory.mktemp("toy") / "tree"
    copy_tree(folder)
    before = files_of(folder)
    follow_recipe(folder)
    changed = {path for path, content in files_of(folder).items() if before.get(path) != content}
    assert changed == {FORMAT, FIXTURE / "log.txt", FIXTURE / "golden.jsonl"}
    return folder


def test_the_toy_keeps_the_contract_of_formats(copy: Path) -> None:
    """The toy's own tests, and those that hold the other formats' samples against it."""
    wanted = "stampd or claims_a_sample or exactly_its_event"
    report = run(
        copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/grammars/test_formats_contract.py", "-k", wanted
    )
    assert " passed" in report
    assert "stampd" in run(copy, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", "tests/grammars")


def test_the_toy_is_listed_and_read(copy: Path) -> None:
    """`clerk formats` and `clerk parse` know it unasked."""
    names = [entry["name"] for entry in json.loads(clerk(copy, "formats", "--json"))]
    assert "stampd" in names
    rows = [json.loads(row) for row in clerk(copy, "parse", str(FIXTURE / "log.txt")).splitlines()]
    assert [row["event"]["verb"] for row in rows if "event" in row] == ["pass", "reject"]
    assert [row["reject"]["reason"] for row in rows if "reject" in row] == ["no line form of stampd fits"]


def test_the_docs_do_not_need_it(copy: Path) -> None:
    """A format that is in no table yet makes no page stale."""
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/packaging/test_docs.py", "-k", "formats or links")
