"""Where everything is kept: the contract, the engines, and the log with its undo.

Rooms get a `Store` and never open one. Which engine it is, only this door knows.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from coursectl.errors import N_, Refused
from coursectl.store import address
from coursectl.store.contract import (
    MIGRATE,
    Act,
    AlreadyUndone,
    Applied,
    Engine,
    Level,
    Operation,
    Params,
    ReadOnlyStore,
    Row,
    Statement,
    Store,
    StoreOutOfReach,
    Value,
    as_json,
    expect_changed,
    expect_true,
    insert,
    update,
)
from coursectl.store.founding import check_new
from coursectl.store.ids import new_id, new_ids
from coursectl.store.local import LocalStore
from coursectl.store.place import Place, kind_of

__all__ = [
    "MIGRATE",
    "Act",
    "AlreadyUndone",
    "Applied",
    "Engine",
    "InSyncedFolder",
    "Level",
    "LocalStore",
    "Operation",
    "Params",
    "Place",
    "ReadOnlyStore",
    "Row",
    "Statement",
    "Store",
    "StoreOutOfReach",
    "Value",
    "address",
    "as_json",
    "check_new_store",
    "create_store",
    "expect_changed",
    "expect_true",
    "insert",
    "new_id",
    "new_ids",
    "open_store",
    "place_of",
    "update",
]


def open_store(target: str | Path, *, read_only: bool = False, stale: bool = False, dry_run: bool = False,
               by: Callable[[], Act] | None = None) -> Store:  # fmt: skip
    """The store that the user names: a file, or a cluster by its URL.

    `read_only`: every write is refused. `stale`: listings may come from any node of a cluster, even one that is cut off.
    `dry_run`: a file that is older than this program is refused, not brought up to date; else `by` tells who does that.
    Raises StoreOutOfReach where it can't be used, Usage where the URL can't be meant.
    """
    if address.is_url(target):
        from coursectl.store.rqlite import RqliteStore

        return RqliteStore(address.parse(str(target)), read_only=read_only, stale=stale)
    return LocalStore(Path(target), read_only=read_only, dry_run=dry_run, by=by)


class InSyncedFolder(Refused):
    """A store in a folder that is synced to a cloud loses writes as soon as two computers have it."""

    rule = "no_synced_folder"
    wording = N_(
        "{store} would be in a folder that {what} syncs: two computers that write there make two stores, and one of them is lost. Name a file outside with --store; to make it there all the same, add --yes."
    )


def place_of(target: str | Path) -> Place:
    """The kind of place that the store is in; a cluster takes care of itself."""
    return Place("disk") if address.is_url(target) else kind_of(Path(target))


def check_new_store(target: str | Path, *, anyway: bool = False) -> None:
    """Whether a new store can be made where the user says; nothing is made. Raises what `create_store` raises."""
    if not anyway and (place := place_of(target)).kind == "cloud":
        raise InSyncedFolder(store=str(target), what=place.what)
    if not address.is_url(target):
        check_new(Path(target))
        return
    from coursectl.store import rqlite

    if not rqlite.is_empty(where := address.parse(str(target))):
        with closing(rqlite.RqliteStore(where, read_only=True)) as there:
            raise Refused(N_("{store} is there already; nothing was changed."), store=there.name)


def create_store(target: str | Path, now: str, *, anyway: bool = False) -> Store:
    """A new, empty store where the user says.

    Raises Refused where a store is in the way, InSyncedFolder unless `anyway`, BadInput for no folder.
    """
    if not anyway and (place := place_of(target)).kind == "cloud":
        raise InSyncedFolder(store=str(target), what=place.what)
    if address.is_url(target):
        from coursectl.store.rqlite import RqliteStore

        return RqliteStore.create(address.parse(str(target)), now)
    return LocalStore.create(Path(target), now)
