"""Whether a file lies on another machine's disk, where SQLite's locks cannot be relied on."""

import os
import re
from pathlib import Path

_NETWORK = frozenset({
    "9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs",
    "nfs4", "ocfs2", "orangefs", "pvfs2", "smb3", "smbfs",
})  # fmt: skip
_FUSE = frozenset(
    {"fuse.ceph", "fuse.curlftpfs", "fuse.glusterfs", "fuse.mfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"}
)
_MOUNTS = Path("/proc/self/mountinfo")


def network_of(path: Path) -> str | None:
    """Gives the kind of network file system that a file lies on; None for a local disk, or where nobody can tell."""
    try:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    kind = file_system_of(os.path.realpath(path), mounts)
    return kind if kind in _NETWORK | _FUSE else None


def file_system_of(path: str, mounts: str) -> str | None:
    """Gives the kind of the file system that an absolute path lies on, by the text of `/proc/self/mountinfo`.

    proc_pid_mountinfo(5): the mount point is the fifth word, with blanks as octal escapes; the kind follows
    a lone hyphen.  Of mounts on one point the last one is seen.
    """
    longest, kind = -1, None
    for line in mounts.splitlines():
        words, _, behind = line.partition(" - ")
        parts = words.split(" ")
        if len(parts) < _WORDS or not behind:
            continue
        point = _ESCAPE.sub(lambda found: chr(int(found[1], 8)), parts[4])
        if len(point) >= longest and (path + "/").startswith(point.rstrip("/") + "/"):
            longest, kind = len(point), behind.split(" ")[0]
    return kind


_WORDS = 6
_ESCAPE = re.compile(r"\\([0-7]{3})")
