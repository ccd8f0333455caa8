"""What an edition takes over from an earlier one: the organizations in their roles, groups of countries, quotas."""

from __future__ import annotations

from coursectl.editions.held import EditionRef
from coursectl.store import Row, Statement, Store, insert, new_id


def copied_statements(store: Store, source: EditionRef, edition_id: int) -> list[Statement]:
    """What gives an edition that has none yet the parties, the groups of countries and the quotas of another one."""

    def rows(table: str) -> list[Row]:
        return store.read(f"SELECT * FROM {table} WHERE edition_id = :edition ORDER BY id", {"edition": source.id}, level="strong")  # fmt: skip

    of_source = rows("country_group")
    groups = {row["id"]: new_id() for row in of_source}
    parties = [row | {"id": new_id(), "edition_id": edition_id} for row in rows("edition_party")]
    named = [row | {"id": groups[row["id"]], "edition_id": edition_id} for row in of_source]
    quotas = [
        row | {"id": new_id(), "edition_id": edition_id, "group_id": groups.get(row["group_id"])}
        for row in rows("quota")
    ]
    return [*insert("edition_party", parties), *insert("country_group", named), *insert("quota", quotas)]
