"""Copying a whole store to another place: a file into a cluster, a cluster to a file, a file to another."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from coursectl.errors import N_
from coursectl.store import address, backups, migrations, open_store
from coursectl.store.connecting import make_plain
from coursectl.store.contract import Store, StoreOutOfReach
from coursectl.store.exchange.places import beside, counts, near, put, refuse_filled
from coursectl.store.local import LocalStore
from coursectl.store.trouble import DamagedStore


@dataclass(frozen=True)
class Copied:
    """A copy of a store, counted on both sides."""

    source: str
    target: str
    schema: int
    operations: int
    changes: int


def open_source(source: str) -> Store:
    """The store to be copied. Raises NotFound, BadInput for a folder or another kind of file, OutOfReach."""
    if not address.is_url(source):
        try:
            backups.refuse_other(Path(source))
        except backups.DamagedBackup as damage:
            raise DamagedStore(_DAMAGED, store=source, detail=damage.facts["detail"]) from damage
    return open_store(source, read_only=True)


def copy(source: Store, target: str, *, dry_run: bool = False) -> Copied:
    """Copy the whole store to a new file, or into a cluster that holds nothing yet, and count on both sides.

    Raises Refused where something is there, OutOfReach where the copy can't be made or isn't what was copied.
    """
    refuse_filled(target)
    copied = counts(source)
    if not dry_run:
        with beside(near(target)) as draft:
            file = draft / "copy.db"
            source.copy_to(file.absolute())
            with closing(LocalStore(file, keep_older=False)) as opened:
                copied = counts(opened)
            make_plain(file)
            try:
                backups.check(file)
            except backups.DamagedBackup as error:
                raise DamagedStore(_DAMAGED, store=source.name, detail=error.facts["detail"]) from error
            put(file, target)
        with closing(open_store(target, read_only=True)) as there:
            if counts(there) != copied:
                raise StoreOutOfReach(N_("The copy {store} isn't what was copied. Look with: coursectl store check"), store=target)  # fmt: skip
    return Copied(source.name, target, migrations.newest(), *copied)


_DAMAGED = N_("{store} is damaged ({detail}). Don't write to it; restore the last backup.")
