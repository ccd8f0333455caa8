"""What the engine itself can say: SQLite reads each page and looks for each row in each index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import Thread

from coursectl.store.checks.findings import RESTORE, SHOWN, Check, Finding, done, one_number
from coursectl.store.contract import Store
from coursectl.store.local import LocalStore
from coursectl.store.schema import TABLES


def begin_integrity(store: Store) -> Callable[[], Check]:
    """Begin to read all of the store's file, beside the other checks; what is returned waits for the answer and gives it.

    SQLite reads each page and looks for each row in each index. A thread with a connection of its own does it: as long
    as all the rest takes, it is a gain. A cluster is asked when the answer is wanted.
    """
    if not isinstance(store, LocalStore):
        return lambda: _integrity_by_table(store)
    said: list[Check | BaseException] = []

    def look() -> None:
        try:
            with closing(LocalStore(Path(store.name), read_only=True)) as own:
                said.append(_integrity(own))
        except BaseException as error:
            said.append(error)

    thread = Thread(target=look, daemon=True)  # Ctrl-C doesn't wait for it
    thread.start()

    def answer() -> Check:
        while thread.is_alive():
            thread.join(0.2)  # without a limit, Windows wouldn't hear Ctrl-C
        if isinstance(said[0], BaseException):
            raise said[0]
        return said[0]

    return answer


def _integrity(store: Store) -> Check:
    said = [str(row["integrity_check"]) for row in store.read(f"PRAGMA integrity_check({SHOWN})")]
    return _said(store, said)


def _integrity_by_table(store: Store) -> Check:
    """Table by table: a node that is silent for long would be taken for one that hangs."""
    tables = [row["name"] for row in store.read(TABLES)]
    said = [str(row["integrity_check"]) for name in tables for row in store.read(f"PRAGMA integrity_check('{name}')")]
    return _said(store, said)


def _said(store: Store, said: Sequence[str]) -> Check:
    pages = one_number(store, "SELECT page_count FROM pragma_page_count")
    findings = [Finding("{said}", {"said": line}) for line in said if line != "ok"]
    return done("integrity", pages, findings, RESTORE)
