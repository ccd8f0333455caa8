"""What an edition takes over from an earlier one: the organizations in their roles, groups of countries, quotas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields

from coursectl.editions.held import EditionRef
from coursectl.editions.wanted import COLUMNS, EMPTY, NewEdition
from coursectl.store import Row, Statement, Store, Value, insert, new_id


@dataclass(frozen=True)
class CopiedHands:
    """What writes the copied parties, groups and quotas, how many quotas these are, and of which kinds there were some already."""

    statements: tuple[Statement, ...]
    quotas: int
    kept: tuple[str, ...]


def own_fields(store: Store, ref: EditionRef) -> Mapping[str, Value]:
    """What an edition says of itself, by the names of `NewEdition`; what is empty, or as in every new edition, is left out."""
    row = store.read("SELECT * FROM edition WHERE id = :id", {"id": ref.id}, level="strong")[0]
    columns = {
        field.name: COLUMNS.get(field.name, field.name) for field in fields(NewEdition) if field.name != "number"
    }
    return {name: row[column] for name, column in columns.items() if row[column] != EMPTY[column]}


def own_look(store: Store, ref: EditionRef) -> tuple[str | None, dict[str, str]]:
    """The design and the colors of an edition's certificates, where they aren't the course's."""
    row = store.read("SELECT design, colors FROM edition WHERE id = :id", {"id": ref.id}, level="strong")[0]
    return row["design"], json.loads(row["colors"])


def copy_hands(store: Store, source: EditionRef, edition_id: int) -> CopiedHands:
    """The parties, groups of countries and quotas of an edition for another one, which keeps what it has of them."""

    def rows(table: str, edition: int) -> list[Row]:
        return store.read(f"SELECT * FROM {table} WHERE edition_id = :edition ORDER BY id", {"edition": edition}, level="strong")  # fmt: skip

    there = {table: rows(table, edition_id) for table in ("edition_party", "country_group", "quota")}
    roles = {row["role"] for row in there["edition_party"]}
    # Who agreed to a logo agreed to it for that edition.
    parties = [
        _of(row, edition_id, logo_consent=None) for row in rows("edition_party", source.id) if row["role"] not in roles
    ]
    by_code = {row["code"].casefold(): row["id"] for row in there["country_group"]}
    groups: dict[int, int] = {}
    named = []
    for row in rows("country_group", source.id):
        known = by_code.get(row["code"].casefold())
        groups[row["id"]] = new_id() if known is None else known
        if known is None:
            named.append(_of(row, edition_id, id=groups[row["id"]]))
    quotas = [_of(row, edition_id, group_id=groups.get(row["group_id"])) for row in rows("quota", source.id)]
    set_there = {_whose(row) for row in there["quota"]}
    new = [row for row in quotas if _whose(row) not in set_there]
    kept = [*dict.fromkeys(row["role"] for row in there["edition_party"])]
    kept += [name for name, table in (("groups", "country_group"), ("quotas", "quota")) if there[table]]
    statements = [*insert("edition_party", parties), *insert("country_group", named), *insert("quota", new)]
    return CopiedHands(tuple(statements), len(new), tuple(kept))


def _of(row: Row, edition_id: int, **more: Value) -> Row:
    return row | {"id": new_id(), "edition_id": edition_id} | more


def _whose(row: Row) -> tuple[Value, ...]:
    return row["country"], row["group_id"], row["organization_id"]
