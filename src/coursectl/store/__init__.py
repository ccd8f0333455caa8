"""Where everything is kept: the contract, the engines, and the log with its undo.

Rooms get a `Store` and never open one. Which engine it is, only this door knows.
"""

from __future__ import annotations

from pathlib import Path

from coursectl.errors import N_
from coursectl.store.contract import (
    Act,
    AlreadyUndone,
    Applied,
    Level,
    Operation,
    Params,
    Row,
    Statement,
    Store,
    Value,
    as_json,
    expect_changed,
    expect_true,
    insert,
    update,
)
from coursectl.store.ids import new_id, new_ids
from coursectl.store.local import LocalStore, StoreOutOfReach

__all__ = [
    "Act",
    "AlreadyUndone",
    "Applied",
    "Level",
    "LocalStore",
    "Operation",
    "Params",
    "Row",
    "Statement",
    "Store",
    "StoreOutOfReach",
    "Value",
    "as_json",
    "create_store",
    "expect_changed",
    "expect_true",
    "insert",
    "new_id",
    "new_ids",
    "open_store",
    "update",
]


def open_store(target: str | Path) -> Store:
    """The store that the user names. Raises StoreOutOfReach where it can't be used."""
    return LocalStore(_file(target))


def create_store(target: str | Path, now: str) -> Store:
    """A new, empty store where the user says. Raises Refused where a file is in the way, BadInput for no folder."""
    return LocalStore.create(_file(target), now)


def _file(target: str | Path) -> Path:
    if "://" in str(target):
        raise StoreOutOfReach(
            N_("{store} is a URL, and this coursectl keeps its stores in files. Name a file with --store."),
            store=target,
        )
    return Path(target)
