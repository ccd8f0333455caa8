"""Which sheets were printed or exported, when and with what: rows are added, never changed or deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coursectl.store import Act, Statement, Store, Value, as_json, insert, new_id

PRINTED = "printed"
EXPORTED = "exported"


def printing_statements(
    edition_id: int | None,
    certificate_ids: Sequence[int],
    what: str,
    act: Act,
    *,
    op_id: int,
    made_with: Mapping[str, str] | None = None,
) -> list[Statement]:
    """What records that these certificates were printed or exported, in this order, by the operation `op_id`.

    `made_with` names the versions of what made the file. One row a sheet: a certificate that is printed twice has two.
    """
    if not certificate_ids:
        return []
    printing: dict[str, Value] = {
        "id": new_id(),
        "op_id": op_id,
        "edition_id": edition_id,
        "at": act.now,
        "what": what,
        "made_with": as_json(dict(made_with or {})),
    }
    sheets: list[dict[str, Value]] = [
        {"printing_id": printing["id"], "position": position, "certificate_id": one}
        for position, one in enumerate(certificate_ids, start=1)
    ]
    return [*insert("printing", [printing]), *insert("printed_sheet", sheets)]


def list_printed(store: Store, certificate_ids: Sequence[int], what: str | None = None) -> frozenset[int]:
    """Which of these certificates were ever printed or exported; with `what`, only the one or the other."""
    rows = store.read(
        "SELECT DISTINCT certificate_id FROM printed_sheet JOIN printing ON printing.id = printing_id"
        " WHERE certificate_id IN (SELECT value FROM json_each(:ids)) AND (:what IS NULL OR what = :what)",
        {"ids": as_json(list(certificate_ids)), "what": what},
        level="strong",
    )
    return frozenset(row["certificate_id"] for row in rows)
