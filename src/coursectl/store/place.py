"""What kind of place a file is in: this computer's disk, a network share, a folder that a program syncs to a cloud.

SQLite's write-ahead log needs memory that all who have the file open share, so on a network share it loses writes
(https://sqlite.org/wal.html, "must be on the same host computer"); and a program that syncs copies the file and its log at
different moments. In both places a store keeps a rollback journal instead. In a synced folder that isn't enough: two
computers that write offline make two stores, which no journal brings together.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["disk", "network", "cloud"]


@dataclass(frozen=True)
class Place:
    """Where a file is; `what` is the kind of share, or the program that syncs."""

    kind: Kind
    what: str = ""


@dataclass(frozen=True)
class Mount:
    """A mounted file system: where, of which type, and whether the system itself calls it remote."""

    point: str
    type: str
    remote: bool = False


_NETWORK = frozenset(
    [
        "9p",
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "drvfs",
        "gfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "prl_fs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
        "webdav",
        "webdavfs",
    ]
)
_NETWORK_FUSE = frozenset(
    [
        "afp",
        "ceph",
        "curlftpfs",
        "davfs2",
        "dislocker-network",
        "gcsfuse",
        "glusterfs",
        "goofys",
        "gvfsd-fuse",
        "nfs",
        "rclone",
        "s3fs",
        "smb",
        "smbnetfs",
        "sshfs",
        "vmhgfs-fuse",
    ]
)

_CLOUD_FOLDERS = (
    (re.compile(r"OneDrive( - .+)?|OneDrive-.+", re.I), "OneDrive"),
    (re.compile(r"Dropbox( \(.+\))?", re.I), "Dropbox"),
    (
        re.compile(r"Google ?Drive( \(.+\))?|GoogleDrive-.+|My Drive|Mi unidad|Meu Drive|Mon Drive", re.I),
        "Google Drive",
    ),
    (re.compile(r"iCloud ?Drive|com~apple~CloudDocs|Mobile Documents", re.I), "iCloud"),
    (re.compile(r"CloudStorage"), "CloudStorage"),
    (re.compile(r"Nextcloud\d*", re.I), "Nextcloud"),
    (re.compile(r"ownCloud", re.I), "ownCloud"),
    (re.compile(r"Seafile", re.I), "Seafile"),
    (re.compile(r"pCloud ?Drive", re.I), "pCloud"),
    (re.compile(r"MEGA(sync)?"), "MEGA"),
    (re.compile(r"Box( Sync)?|Box-Box"), "Box"),
    (re.compile(r"Yandex\.Disk", re.I), "Yandex.Disk"),
    (re.compile(r"SynologyDrive", re.I), "Synology Drive"),
)
# What such programs leave in the folders that they sync, whatever these are called.
_CLOUD_MARKS = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".stfolder": "Syncthing",
    ".owncloudsync.log": "ownCloud",
    ".nextcloudsync.log": "Nextcloud",
    ".tmp.drivedownload": "Google Drive",
    ".SynologyWorkingDirectory": "Synology Drive",
}
_CLOUD_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")


def kind_of(path: Path, mounts: Iterable[Mount] | None = None, environ: Mapping[str, str] | None = None) -> Place:
    """The kind of place that `path` is in, whether or not the file is there yet.

    `mounts` and `environ` are this system's, unless they are given. What can't be found out counts as the disk.
    """
    try:
        real = Path(os.path.realpath(path))
    except OSError:  # this folder was deleted under our feet
        return Place("disk")
    if program := _syncing(real, os.environ if environ is None else environ):
        return Place("cloud", program)
    if str(real).startswith(("\\\\", "//")):  # \\server\share on Windows
        return Place("network", "SMB")
    mount = _mount_of(real, _mounts() if mounts is None else mounts)
    if mount is not None and (mount.remote or _is_network(mount.type)):
        return Place("network", mount.type.removeprefix("fuse."))
    return Place("disk")


def _is_network(kind: str) -> bool:
    return kind in _NETWORK or (kind.startswith("fuse.") and kind[5:] in _NETWORK_FUSE)


def _syncing(path: Path, environ: Mapping[str, str]) -> str | None:
    for folder in path.parents:
        for pattern, program in _CLOUD_FOLDERS:
            if pattern.fullmatch(folder.name):
                return program
        for mark, program in _CLOUD_MARKS.items():
            if os.path.exists(folder / mark):  # noqa: PTH110 - Path.exists raises where the folder may not be looked into
                return program
    for variable in _CLOUD_VARIABLES:
        if (folder_named := environ.get(variable)) and path.is_relative_to(os.path.realpath(folder_named)):
            return "OneDrive"
    return None


def _mount_of(path: Path, mounts: Iterable[Mount]) -> Mount | None:
    """The mount that the path is under: the deepest, and of two at one point the later, which lies over the other."""
    found: Mount | None = None
    for mount in mounts:
        if path.is_relative_to(mount.point) and (found is None or len(mount.point) >= len(found.point)):
            found = mount
    return found


_ESCAPED = re.compile(r"\\([0-7]{3})")


def _mounts() -> Iterator[Mount]:
    if sys.platform == "linux":
        try:
            table = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return
        for line in table.splitlines():
            _device, point, kind, *_rest = line.split(" ")
            yield Mount(_ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), point), kind)
        return
    # Elsewhere there is no file to read; psutil knows each system's own call. On Linux its import would cost every command.
    import importlib

    psutil = importlib.import_module("psutil")
    for part in psutil.disk_partitions(all=True):
        yield Mount(part.mountpoint, part.fstype, "remote" in part.opts.split(","))
