"""Looking whether a store is whole: what the engine itself can say, and what the tables owe each other.

A check looks and changes nothing. It says what it has looked at, what it has found, and how that is mended.
"""

from __future__ import annotations

from coursectl.store.checks import history, references, shape
from coursectl.store.checks.findings import REPORT, RESTORE, SHOWN, Check, Checks, Finding, done, in_batches
from coursectl.store.checks.integrity import begin_integrity
from coursectl.store.checks.shape import check_rules
from coursectl.store.contract import Store

__all__ = [
    "REPORT",
    "RESTORE",
    "SHOWN",
    "Check",
    "Checks",
    "Finding",
    "begin_integrity",
    "check_rules",
    "checks",
    "deep_checks",
    "done",
    "in_batches",
]


def checks(store: Store) -> Checks:
    """What the store itself can be asked, in the order in which it is told; its integrity, which takes longest, aside."""
    return {
        "schema": lambda: shape.look_at_schema(store),
        "foreign keys": lambda: references.look_at_foreign_keys(store),
        "rules": lambda: shape.look_at_rules(store),
        "belonging": lambda: references.look_at_belonging(store),
        "batches": lambda: history.look_at_batches(store),
        "parts": lambda: history.look_at_parts(store),
        "audit": lambda: history.look_at_audit(store),
        "log": lambda: history.look_at_log(store),
        "seats": lambda: references.look_at_seats(store),
        "live certificates": lambda: references.look_at_live(store),
    }


def deep_checks(store: Store) -> Checks:
    """What takes long: every row against the last thing that the audit says about it."""
    return {"rows": lambda: history.look_at_rows(store)}
