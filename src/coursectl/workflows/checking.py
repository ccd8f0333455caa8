"""Checking a store: all that its rooms can be asked, each check told with what it looked at and what it found."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coursectl.certificates import checks as register_checks
from coursectl.editions.checks import check_pictures
from coursectl.errors import CourseError
from coursectl.people.checks import check_keys
from coursectl.store import Store, StoreOutOfReach, address, backups
from coursectl.store import checks as store_checks
from coursectl.store.checks import RESTORE, Check, Finding
from coursectl.store.local import DamagedStore

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Checked:
    """A store and its checks. `ok`: nothing is wrong. `restore` is the command that puts the newest backup in its place."""

    store: str
    ok: bool
    checks: tuple[Check, ...]
    restore: str


def check_store(store: Store, *, deep: bool = False, progress: Progress = lambda _done, _all: None) -> Checked:
    """Look at all of the store. `deep` compares every row with the audit and every key with its name, which takes long.

    A file that is damaged is a finding and no error. Raises StoreOutOfReach where it can't be read for another reason.
    """
    wanted: list[Callable[[], Check]] = [*store_checks.checks(store), *register_checks.checks(store), lambda: check_pictures(store)]  # fmt: skip
    if deep:
        wanted += [*store_checks.deep_checks(store), lambda: check_keys(store)]
    checks: list[Check] = []
    for number, check in enumerate(wanted):
        progress(number, len(wanted))
        try:
            checks.append(check())
        except DamagedStore as damage:
            checks.append(_damaged(damage))
            break
    progress(len(wanted), len(wanted))
    return _told(store.name, checks, _restore(_backups_of(store)))


def check_damaged(name: str, damage: DamagedStore) -> Checked:
    """What there is to tell of a store that is too damaged to be opened."""
    return _told(name, [_damaged(damage)], _restore(backups.list_backups_of(name)))


def look_beside(name: str) -> list[Finding]:
    """What lies beside the store's file and ought to be known; to be asked before it is opened, which makes a log of its own."""
    return [] if address.is_url(name) else store_checks.notes(Path(name))


def _damaged(damage: CourseError) -> Check:
    return Check("integrity", 0, (Finding("{said}", {"said": damage}),), 1, RESTORE)


def _told(name: str, checks: list[Check], restore: str) -> Checked:
    return Checked(name, not any(check.count for check in checks), tuple(checks), restore)


def _backups_of(store: Store) -> list[backups.Kept]:
    try:
        return backups.list_backups(store)
    except StoreOutOfReach:
        return []


def _restore(kept: list[backups.Kept]) -> str:
    """The command that puts the newest backup in place."""
    newest = max(kept, key=lambda one: one.at, default=None)
    return f"coursectl store restore {shlex.quote(newest.file) if newest else 'BACKUP'}"
