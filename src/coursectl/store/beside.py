"""What lies beside a store's file and says something about it, and what a file was that can't be opened."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from coursectl.errors import N_
from coursectl.store.checks import Finding
from coursectl.store.connecting import APPLICATION_ID


def notes(path: Path) -> list[Finding]:
    """What lies beside a store's file and ought to be known: a log that a crash has left, another computer's copy."""
    try:
        beside = sorted(other.name for other in path.parent.iterdir() if other.name != path.name)
    except OSError:  # the folder isn't there, or may not be looked into: opening the store says so
        return []
    journals = [
        name for name in beside if name in (f"{path.name}-wal", f"{path.name}-journal") and _holds(path.parent / name)
    ]
    copies = [name for name in beside if name.endswith(path.suffix) and name.startswith(path.stem)]
    return [
        *(Finding(_JOURNAL, {"file": name}) for name in journals),
        *(Finding(_COPY, {"file": name}) for name in copies if _is_conflict(name[len(path.stem) : -len(path.suffix) or None])),
    ]  # fmt: skip


def notes_of_cluster() -> list[Finding]:
    """What isn't looked at in a cluster, which keeps its files itself."""
    return [Finding(_CLUSTER)]


def _holds(path: Path) -> bool:
    """Whether there is anything in it: an empty log is nothing to take care of."""
    with suppress(OSError):
        return path.stat().st_size > 0
    return False


_CLUSTER = N_(
    "What was looked at is what the cluster answers: its leader's copy. The files of its nodes, and what lies beside them, weren't."
)
_JOURNAL = N_(
    "{file} is there: somebody has the store open, or a program was stopped; the next command takes over what it holds. Never delete it, and never copy the store without it."
)
_COPY = N_(
    "{file} looks like a copy that a syncing program made of a conflict: two computers wrote. Look into it: coursectl log --store {file}"
)

# What Dropbox, Nextcloud, Google Drive, Seafile, Syncthing, ownCloud, iCloud and OneDrive put behind the name, the last one
# the computer's own name; and what we put there ourselves, an instant and the reason for it.
_CONFLICT = re.compile(r" \(.*\)| \d+|\.sync-conflict-.*|_conflict-.*|-\S+")
_OURS = re.compile(r"-(before-.+-|damaged-)?\d{8}T\d{6}Z(-\d+)?")


def _is_conflict(rest: str) -> bool:
    """`coursectl (Ana's conflicted copy 2015-03-09).db`, `coursectl-LAPTOP.db`, `coursectl 2.db`; none of our own copies."""
    return _CONFLICT.fullmatch(rest) is not None and _OURS.fullmatch(rest) is None


def was_store(path: Path) -> bool:
    """Whether a file that SQLite can't make sense of has been a store: it begins like one, or holds what one begins with."""
    with suppress(OSError), path.open("rb") as file:
        begins = file.read(4 * 1024 * 1024)
        return begins[68:72] == APPLICATION_ID.to_bytes(4, "big") or b"rule:append_only" in begins
    return False
