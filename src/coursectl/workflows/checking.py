"""Checking a store: all that its rooms can be asked, each check told with what it looked at and what it found."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coursectl.certificates import checks as register_checks
from coursectl.editions.checks import check_pictures
from coursectl.errors import N_, CourseError
from coursectl.people import checks as people_checks
from coursectl.store import Store, StoreOutOfReach, address, backups, beside
from coursectl.store import checks as store_checks
from coursectl.store.checks import RESTORE, Check, Checks, Finding
from coursectl.store.trouble import DamagedStore

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
    integrity = store_checks.begin_integrity(store)
    wanted = {**_wanted(store, deep), "integrity": integrity}
    found: dict[str, Check] = {}
    for number, (name, check) in enumerate(wanted.items()):
        progress(number, len(wanted))
        found[name] = _answer(name, check, lambda: _is_broken(found, integrity))
    progress(len(wanted), len(wanted))
    whole_file = found.pop("integrity")
    return _told(store.name, [whole_file, *found.values()], _restore(_backups_of(store)))


def _wanted(store: Store, deep: bool) -> Checks:
    pictures = {"pictures": lambda: check_pictures(store)}
    wanted = {**store_checks.checks(store), **people_checks.checks(store), **register_checks.checks(store), **pictures}
    return {**wanted, **store_checks.deep_checks(store), **people_checks.deep_checks(store)} if deep else wanted


def _answer(name: str, check: Callable[[], Check], is_broken: Callable[[], bool]) -> Check:
    """What the check says. What can't be read because the store isn't what it was is said in its place, and no bug."""
    try:
        return check()
    except DamagedStore as damage:
        return _damaged(damage, name)
    except CourseError:
        raise
    except Exception as error:
        if not is_broken():
            raise
        return Check(name, 0, (Finding(_UNREADABLE, {"reason": str(error)}),), 1, RESTORE)


_UNREADABLE = N_("this can't be looked at in a store like that: {reason}")


def _is_broken(found: dict[str, Check], integrity: Callable[[], Check]) -> bool:
    """Whether pages or tables are known not to be what they were."""
    if "schema" in found and found["schema"].count:
        return True
    try:
        return integrity().count > 0
    except DamagedStore:
        return True


def check_damaged(name: str, damage: DamagedStore) -> Checked:
    """What there is to tell of a store that is too damaged to be opened.

    Raises the damage itself where nothing says that the file ever was a store.
    """
    kept = backups.list_backups_of(name)
    if not kept and not beside.was_store(Path(name)):
        raise damage
    if "detail" not in damage.facts:  # with backups of that name beside it, it was a store, whatever it begins with now
        damage = DamagedStore(store=name, detail=str(damage.__cause__ or ""))
    return _told(name, [_damaged(damage, "integrity")], _restore(kept))


def look_beside(name: str) -> list[Finding]:
    """What lies beside the store's file and ought to be known; to be asked before it is opened, which makes a log of its own."""
    return beside.notes_of_cluster() if address.is_url(name) else beside.notes(Path(name))


def _damaged(damage: CourseError, name: str) -> Check:
    """The damage as a finding. What to do comes once, from the check: the sentence of the store says it too."""
    if isinstance(damage, DamagedStore) and "detail" in damage.facts:
        return Check(name, 0, (Finding(_DAMAGED, damage.facts),), 1, RESTORE)
    return Check(name, 0, (Finding("{said}", {"said": damage}),), 1, RESTORE)


_DAMAGED = N_("{store} is damaged ({detail})")


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
