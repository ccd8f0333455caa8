"""Where an export or a new store is to be: nothing is there that would be lost, and what is made beside it is put there whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from coursectl.errors import N_, BadInput, Refused
from coursectl.store import address, backups, open_store, rqlite
from coursectl.store.contract import Store
from coursectl.store.drafts import told_writing, unfinished
from coursectl.store.local import LocalStore

NO_FOLDER = N_("There is no folder {folder}. Make it first, or choose another place.")


class StoreThere(Refused):
    """Something is in the place where a store is to be made, and isn't overwritten."""

    rule = "store_is_new"
    wording = N_("{store} holds a store already; nothing was changed. Name another place.")


def refuse_filled(target: str) -> None:
    """The place is free, or what is there is a store without a single operation. It is only looked at."""
    if address.is_url(target):
        if rqlite.is_empty(address.parse(target)):
            return
    elif not os.path.lexists(target):
        folder = Path(target).parent
        if not folder.is_dir():
            raise BadInput(NO_FOLDER, folder=str(folder))
        return
    elif Path(target).is_dir():
        raise BadInput(N_("{folder} is a folder; name a new file in it."), folder=target)
    else:
        _refuse_other(target)
    with closing(open_store(target, read_only=True)) as store:
        _refuse_used(store)


def _refuse_other(target: str) -> None:
    """A file that is no store may be anything, and worth keeping."""
    try:
        backups.refuse_other(Path(target))
    except BadInput:
        raise Refused(N_("{store} is there already; nothing was changed."), store=target) from None


def counts(store: Store) -> tuple[int, int]:
    """How many operations and changes the store holds."""
    (row,) = store.read(
        "SELECT (SELECT count(*) FROM op) AS operations, (SELECT count(*) FROM audit) AS changes", level="strong"
    )
    return row["operations"], row["changes"]


def near(target: str) -> Path:
    """The file beside which the new store is prepared; for a cluster, here."""
    return Path(tempfile.gettempdir()) / "cluster" if address.is_url(target) else Path(target)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A folder for what isn't finished, on the same disk, that only its owner may look into. Raises OutOfReach."""
    folder = path.absolute().parent
    with told_writing(folder), unfinished(folder) as draft:
        yield draft


def put(copy: Path, target: str) -> None:
    """Put the finished store where it is to be. Raises StoreThere where somebody was faster, OutOfReach."""
    if address.is_url(target):
        refuse_filled(target)  # another office may have been faster than the building of the copy
        rqlite.load(address.parse(target), copy)
    elif os.path.lexists(target):
        with closing(LocalStore(Path(target))) as store:
            store.replace_with(copy, first=lambda: _refuse_used(store))
    else:
        backups.put_in_place(copy, Path(target), None)


def _refuse_used(store: Store) -> None:
    if counts(store) != (0, 0):
        raise StoreThere(store=store.name)
