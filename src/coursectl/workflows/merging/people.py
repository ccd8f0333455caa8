"""Who of one store is who of another: certain, or only possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from coursectl.people import names_fit
from coursectl.store import Row, Store

Contexts = Mapping[int, frozenset[tuple[object, ...]]]
"""Where people appear, by id: who signs in the same place of the same edition under the same name is the same."""

_ROLES = """
SELECT person_id, 'signatory' AS role, code, edition.number, position AS detail
FROM signatory JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id
UNION ALL SELECT person_id, 'expert', code, edition.number, NULL
FROM expert JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id
UNION ALL SELECT person_id, 'official', code, edition.number, enrollment.country
FROM enrollment JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id
"""


def contexts(store: Store) -> Contexts:
    """Where each person of the store signs, teaches, or for which country they take part."""
    found: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    for row in store.read(_ROLES, level="strong"):
        found[row["person_id"]].add((row["role"], row["code"].casefold(), row["number"], row["detail"]))
    return {ident: frozenset(roles) for ident, roles in found.items()}


class People:
    """The people of the store at hand, to find others' among them."""

    def __init__(self, rows: Iterable[Row], roles: Contexts) -> None:
        self._roles = roles
        self._by_id = {row["id"]: row for row in rows}
        self._by_email: dict[str, list[Row]] = defaultdict(list)
        self._by_name: dict[str, list[Row]] = defaultdict(list)
        for row in self._by_id.values():
            if row["merged_into"] is None:
                self._by_name[row["name_key"]].append(row)
                if row["email_key"]:
                    self._by_email[row["email_key"]].append(row)

    def find(self, other: Row, roles: frozenset[tuple[object, ...]]) -> Row | None:
        """The one who is certainly the same, by a name that fits and one thing more.

        That is the id (one store was once a copy of the other), the e-mail, the country, or a role in an edition.
        """
        same_id = self._by_id.get(other["id"])
        if same_id is not None and names_fit(same_id["name"], other["name"]):
            return self._canonical(same_id)
        fitting = [
            one for one in self._by_email.get(other["email_key"] or "", []) if names_fit(one["name"], other["name"])
        ]
        if not fitting:
            namesakes = [one for one in self._by_name.get(other["name_key"], []) if not _told_apart(one, other)]
            fitting = [
                one
                for one in namesakes
                if _same_country(one, other) or self._roles.get(one["id"], roles - roles) & roles
            ]
        return fitting[0] if len(fitting) == 1 else None

    def possible(self, other: Row) -> list[Row]:
        """Those of the same name who may be somebody else."""
        return self._by_name.get(other["name_key"], [])

    def _canonical(self, row: Row) -> Row:
        return self._by_id.get(row["merged_into"], row)


def _same_country(one: Row, other: Row) -> bool:
    return one["nationality"] is not None and one["nationality"] == other["nationality"]


def _told_apart(one: Row, other: Row) -> bool:
    """Whether the e-mail, the country or the year of birth says that they are two."""
    return any(
        one[column] is not None and other[column] is not None and one[column] != other[column]
        for column in ("email_key", "nationality", "birth_year")
    )
