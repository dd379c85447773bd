"""A store that others may read: as two real users, with and without a writer; and disks that are not this machine's."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from queries.stores.embedded import database, mounts
from queries.stores.embedded.database import open_database
from queries.stores.embedded.mounts import file_system_of
from queries.stores.embedded.sharing import make_private, share
from queries.stores.protocol import StoreError
from tests.correlator.stored import answer, bundle_of, filled, flaws, instant, log_of_month

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
NOW = instant(2026, 12, 15)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no file groups")

as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user"
)


@pytest.fixture
def store() -> Iterator[Path]:
    """A store in a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="clerk-shared-"))
    folder.chmod(0o755)
    yield filled(folder)
    shutil.rmtree(folder)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_modes_of_files(store: Path) -> None:
    """Private at first; shared with a group to read; private again."""
    assert (_mode(store), _mode(store.parent)) == (0o600, 0o700)
    assert share(store, None) == ()
    assert (_mode(store), _mode(store.parent)) == (0o640, 0o2750)
    assert [path.name for path in store.parent.iterdir()] == [store.name]
    make_private(store)
    assert (_mode(store), _mode(store.parent)) == (0o600, 0o700)


def test_a_folder_with_other_things_is_left_as_it_is(store: Path) -> None:
    """A home directory must not be opened by a slip."""
    other = store.parent / "letters.txt"
    other.touch()
    (remark,) = share(store, None)
    assert str(store.parent) in remark
    assert _mode(store.parent) == 0o700


def test_a_group_that_there_is_not(store: Path) -> None:
    """Is said."""
    with pytest.raises(StoreError, match="no such group"):
        share(store, "no-such-group-here")


def test_a_store_in_use_cannot_be_shared_at_once(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its journal can only be changed by the one who has it alone."""
    monkeypatch.setattr(database, "_BUSY", 0.1)
    reader = open_database(store, write=False)
    reader.execute("begin")
    reader.execute("select * from meta").fetchall()
    with pytest.raises(StoreError, match="another process"):
        share(store, None)
    reader.close()
    share(store, None)


def _ask_as_nobody(store: Path) -> str:
    """What a user who may read, and not write, is told: the finding, or why there is none.

    A child that becomes this user: its modules are loaded, since it may not be able to read Python's own files.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            try:
                told = answer(store, bundle_of(10, 7), NOW)["finding"]
            except StoreError as error:
                told = f"{error}; {error.remedy}"
            except BaseException as error:  # noqa: BLE001 - the parent tells it
                told = repr(error)
            os.write(write, told.encode())
        finally:
            os._exit(0)
    os.close(write)
    with open(read, "rb") as pipe:  # noqa: PTH123 - no path
        told = pipe.read().decode()
    os.waitpid(child, 0)
    return told


def _share_with_nobody(store: Path) -> None:
    for path in (store, store.parent):
        os.chown(path, -1, NOBODY)
    share(store, None)


@as_root
def test_another_user_asks_with_and_without_a_writer(store: Path) -> None:
    """Refused while the store is private; answered once it is shared, before, while and after it is written to."""
    assert answer(store, bundle_of(10, 7), NOW)["finding"] == "found"
    assert "clerk store share" in _ask_as_nobody(store)
    store.parent.chmod(0o755)
    assert "may not be opened by you" in _ask_as_nobody(store)
    store.chmod(0o644)
    assert "clerk store share" in _ask_as_nobody(store)
    _share_with_nobody(store)
    assert _ask_as_nobody(store) == "found"
    log = store.parent.parent / "more.log"
    log.write_text("".join(log_of_month(month, 6000) for month in (4, 5, 6)))
    command = [
        sys.executable,
        "-c",
        "from correlator.cli import main; main()",
        "ingest",
        "--store",
        str(store),
        str(log),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as writer:
        asked = 0
        while writer.poll() is None or not asked:
            assert _ask_as_nobody(store) == "found"
            asked += 1
    assert writer.returncode == 0
    assert asked > 1
    assert _ask_as_nobody(store) == "found"
    assert (store.stat().st_gid, _mode(store)) == (NOBODY, 0o640)
    make_private(store)
    assert "may not be opened by you" in _ask_as_nobody(store)


@as_root
def test_a_reader_of_a_store_left_half_written(store: Path) -> None:
    """A killed writer's journal can only be rolled back by one who may write: the reader is told so."""
    assert answer(store, bundle_of(10, 7), NOW)["finding"] == "found"
    _share_with_nobody(store)
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('pragma cache_size = 1'); c.execute('begin'); c.execute('create table big(x)'); "
        "c.execute('with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) "
        "insert into big select zeroblob(1000) from n'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(store)], check=False)
    assert (store.parent / (store.name + "-journal")).exists()
    assert "clerk store check" in _ask_as_nobody(store)
    assert flaws(store) == ()
    assert _ask_as_nobody(store) == "found"


# ---------------------------------------------------------------- network file systems

_MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:26 / /proc rw - proc proc rw
31 22 0:50 / /srv/mail rw shared:2 - nfs4 filer:/mail rw,vers=4.2
32 31 8:2 / /srv/mail/local rw - xfs /dev/sdb rw
33 22 0:51 / /home/ann\040lee rw - fuse.sshfs ann@mx1: rw
34 22 0:52 / /over rw - nfs filer:/a rw
35 34 8:3 / /over rw - ext4 /dev/sdc rw
broken line
36 22 0:53 / /win rw master:4 propagate_from:2 - cifs //server/share rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/clerk/clerk.sqlite", "ext4"),
        ("/srv/mail/clerk.sqlite", "nfs4"),
        ("/srv/mailing/clerk.sqlite", "ext4"),
        ("/srv/mail/local/clerk.sqlite", "xfs"),
        ("/home/ann lee/clerk.sqlite", "fuse.sshfs"),
        ("/over/clerk.sqlite", "ext4"),
        ("/win/clerk.sqlite", "cifs"),
    ],
)
def test_what_a_path_lies_on(path: str, kind: str) -> None:
    """The deepest mount counts, of several on one point the last."""
    assert file_system_of(path, _MOUNTS) == kind


def test_a_network_file_system_is_refused(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do instead; nothing is made there."""
    told = tmp_path / "mountinfo"
    told.write_text(f"22 1 0:50 / / rw - ext4 /dev/sda1 rw\n31 22 0:50 / {store.parent} rw - nfs4 filer:/mail rw\n")
    monkeypatch.setattr(mounts, "_MOUNTS", told)
    for write in (False, True):
        with pytest.raises(StoreError, match="network file system") as error:
            open_database(store, write=write)
        assert "local disk" in error.value.remedy
    with pytest.raises(StoreError, match="network file system"):
        open_database(store.parent / "new.sqlite", write=True)
    assert not (store.parent / "new.sqlite").exists()
