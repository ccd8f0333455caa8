"""Undoing an operation in the way that it declares: backwards from its audit, or by a verb of its room."""

from __future__ import annotations

from dataclasses import dataclass

from coursectl import certificates
from coursectl.errors import N_
from coursectl.store import Act, Store
from coursectl.store import undo as undo_engine


@dataclass(frozen=True)
class Undone:
    """What was undone, and how, in words."""

    id: int
    number: str
    command: str
    actor: str
    at: str
    how: str


def undo(store: Store, number: str | None, act: Act) -> Undone:
    """Take back the operation with this number, or the actor's last one.

    Raises NotFound, and Refused with the reason where it can't be taken back.
    """
    operation = undo_engine.get_operation(store, number) if number else undo_engine.get_last_operation(store, act.actor)
    how = N_("What it wrote is as it was before.")
    if operation.undo == "inverse":
        certificates.undo_issue(store, operation.id, act)
        how = N_("The certificates are void; their numbers stay in the register and are not given again.")
    else:
        undo_engine.undo_by_replay(store, operation, act)
    return Undone(
        operation.id, operation.number, operation.command, operation.actor, operation.at[:19].replace("T", " "), how
    )
