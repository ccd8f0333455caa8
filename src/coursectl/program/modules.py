"""Modules: the ordered parts of an edition's program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput, Refused
from coursectl.locale import Text
from coursectl.program.planned import Planned, planned
from coursectl.store import Act, Row, Statement, Store, Value, as_json, insert, new_id, update


class ModuleExists(Refused):
    """The edition has a module of this number."""

    rule = "module_once"
    wording = N_("Somebody added modules to {edition} just now. Look at them, then type the command again.")


class ModuleChanged(Refused):
    """Somebody changed the module between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("Module {number} of {edition} was changed by somebody else just now. Type the command again.")


@dataclass(frozen=True)
class Module:
    """An ordered part of an edition's program."""

    id: int
    number: int
    title: Text
    objectives: Text


@dataclass(frozen=True)
class NewModule:
    """A module as somebody describes it. Without a number it takes the next; empty objectives mean: not said."""

    title: Text
    objectives: Text = field(default_factory=dict)
    number: int | None = None


def list_modules(store: Store, edition: EditionRef) -> list[Module]:
    """The modules of an edition, in order."""
    return [
        Module(row["id"], row["number"], json.loads(row["title"]), json.loads(row["objectives"]))
        for row in _rows(store, edition)
    ]


def modules_statements(store: Store, edition: EditionRef, wanted: Sequence[NewModule]) -> Planned:
    """What brings the modules to what is wanted: a module of a stored number is changed where it differs.

    Raises BadInput for a module without a title.
    """
    stored = {row["number"]: row for row in _rows(store, edition)}
    ids: list[int] = []
    rows: list[dict[str, Value]] = []
    changes: dict[int, list[Statement]] = {}
    following = max(stored, default=0)
    for module in wanted:
        following = module.number if module.number is not None else following + 1
        columns = _columns(module)
        if old := stored.get(following):
            new = {name: value for name, value in columns.items() if value != old[name]}
            ids.append(old["id"])
            if new:
                refusal = ModuleChanged(number=following, edition=edition.reference)
                changes[old["id"]] = update("module", old["id"], old, new, refusal)
        else:
            ids.append(new_id())
            rows.append(
                {"id": ids[-1], "edition_id": edition.id, "number": following, "objectives": "{}"} | columns,
            )
    refusals = {"module_once": ModuleExists(edition=edition.reference)}
    statements = [
        *insert("module", rows, rule="module_once", refusals=refusals),
        *(s for c in changes.values() for s in c),
    ]
    return planned(ids, (int(row["id"] or 0) for row in rows), changes, statements)


def add_modules(store: Store, edition: EditionRef, wanted: Sequence[NewModule], act: Act) -> list[Module]:
    """Add modules, or bring those of the same numbers to what is wanted; all of the edition's modules are returned.

    Raises BadInput, ModuleExists.
    """
    plan = modules_statements(store, edition, wanted)
    if plan.statements:
        store.apply(act.operation(f"module add {edition.reference}", plan.statements))
    return list_modules(store, edition)


def _rows(store: Store, edition: EditionRef) -> list[Row]:
    return store.read(
        "SELECT id, number, title, objectives FROM module WHERE edition_id = :edition ORDER BY number",
        {"edition": edition.id},
        level="strong",
    )


def _columns(module: NewModule) -> dict[str, Value]:
    if not any(module.title.values()):
        raise BadInput(N_("A module needs a title."))
    if module.number is not None and module.number < 1:
        raise BadInput(N_("A module's number is 1 or more, not {number}."), number=module.number)
    columns: dict[str, Value] = {"title": as_json(dict(module.title))}
    return columns | ({"objectives": as_json(dict(module.objectives))} if module.objectives else {})
