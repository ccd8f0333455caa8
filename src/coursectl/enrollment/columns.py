"""What an office has said of the columns of a list: kept for every list that is laid out alike, and used without asking.

Owns the table `column_map`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from coursectl.errors import N_, Refused
from coursectl.store import Statement, Store, Value, as_json, insert, new_id, update
from coursectl.tables import Heading

_PURPOSE = "enroll"


class ColumnsChanged(Refused):
    """Somebody else has just said otherwise of the same columns."""

    rule = "column_map_once"
    wording = N_("Somebody else has just said what these columns mean. Type the command again.")


def remembered_columns(store: Store) -> dict[str, Mapping[str, str]]:
    """What columns mean, by the layout of the file: `{"quien | procedencia": {"quien": "name"}}`."""
    rows = store.read(
        "SELECT layout, columns FROM column_map WHERE purpose = :purpose", {"purpose": _PURPOSE}, level="strong"
    )
    return {row["layout"]: json.loads(row["columns"]) for row in rows}


def remember_statements(store: Store, heading: Heading) -> list[Statement]:
    """What keeps the meanings that were given by hand, in the place of earlier ones; nothing where they are kept already."""
    if not heading.mapping or heading.remembered:
        return []
    said = as_json(dict(sorted(heading.mapping.items())))
    kept = store.read(
        "SELECT id, columns FROM column_map WHERE purpose = :purpose AND layout = :layout",
        {"purpose": _PURPOSE, "layout": heading.layout},
        level="strong",
    )
    if not kept:
        row: dict[str, Value] = {"id": new_id(), "purpose": _PURPOSE, "layout": heading.layout, "columns": said}
        return list(
            insert("column_map", [row], rule=ColumnsChanged.rule, refusals={ColumnsChanged.rule: ColumnsChanged()})
        )
    if kept[0]["columns"] == said:
        return []
    old = {"columns": kept[0]["columns"]}
    return list(update("column_map", kept[0]["id"], old, {"columns": said}, ColumnsChanged()))
