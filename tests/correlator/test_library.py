"""The library takes the same names as the command line, and a site."""

from pathlib import Path

import pytest

import correlator
from correlator.errors import UsageError
from correlator.sitefile import read_site
from tests.correlator.commandline import STORY, written
from tests.correlator.stories import BUNDLE, whole


def test_names_and_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path, a name with host and zone, a site as a value or as a file; the working directory's is not looked for."""
    monkeypatch.chdir(tmp_path)
    log = written(tmp_path / "mail.log")
    log.write_text(whole(STORY).replace(" mx1 ", " localhost "))
    (tmp_path / "site.toml").write_text("version = 1\nnonsense = 1\n")
    (tmp_path / "own.toml").write_text('version = 1\n[hosts.mx7]\naliases = ["localhost"]\n')
    site = read_site((tmp_path / "own.toml").read_text()).site
    hosts = [
        {source.host for source in answer.coverage.sources}
        for answer in (
            *correlator.ask_logs(BUNDLE, [log]),
            *correlator.ask_logs(BUNDLE, ["mx5@UTC=mail.log"], rotated=True, year=2026),
            *correlator.ask_logs(BUNDLE, [log], site=site),
            *correlator.ask_logs(BUNDLE, [log], site="own.toml"),
        )
    ]
    assert hosts == [{"localhost"}, {"mx5"}, {"mx7"}, {"mx7"}]
    with pytest.raises(UsageError, match="unknown key 'nonsense'"):
        correlator.ask_logs(BUNDLE, [log], site="site.toml")
