"""Who of one store is who of another: certain, or only possible."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256

from coursectl.people import names_fit
from coursectl.store import Row, Store

Role = tuple[object, ...]
Contexts = Mapping[int, frozenset[Role]]
"""Where people appear, by id: who signs in the same place of the same edition under the same name is the same."""

_ROLES = """
SELECT person_id, 'signatory' AS role, code, edition.number, position AS detail
FROM signatory JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id
UNION ALL SELECT person_id, 'expert', code, edition.number, NULL
FROM expert JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id
UNION ALL SELECT person_id, 'official', code, edition.number, enrollment.country
FROM enrollment JOIN edition ON edition.id = edition_id JOIN course ON course.id = course_id
UNION ALL SELECT person_id, 'session', code, edition.number, role
FROM session_person JOIN session ON session.id = session_id JOIN edition ON edition.id = edition_id
JOIN course ON course.id = course_id
"""
_NOWHERE: frozenset[Role] = frozenset()


def contexts(store: Store) -> Contexts:
    """Where each person of the store signs, teaches, has a part in a session, or for which country they take part."""
    found: dict[int, set[Role]] = defaultdict(set)
    for row in store.read(_ROLES, level="strong"):
        found[row["person_id"]].add((row["role"], row["code"].casefold(), row["number"], row["detail"]))
    return {ident: frozenset(roles) for ident, roles in found.items()}


def editions_of(roles: Contexts, row: Row) -> set[str]:
    """`ICIM-37`: the editions in which somebody appears."""
    return {f"{code}-{number}".upper() for _role, code, number, *_detail in roles.get(row["id"], _NOWHERE)}


def other_id(row: Row) -> int:
    """The id under which somebody comes in whose own is another person's here.

    It follows from their id and name, so that the same store, merged again, finds them. The upper bits stay: they are time.
    """
    digest = sha256(f"{row['id']} {row['name_key']}".encode()).digest()
    low_bits = (1 << 21) - 1
    return (int(row["id"]) & ~low_bits) | (int.from_bytes(digest[:8], "big") & low_bits)


class Pairing:
    """The people of two stores: `pairs` are ours by the id of theirs."""

    def __init__(self, ours: Sequence[Row], theirs: Sequence[Row], our_roles: Contexts, their_roles: Contexts) -> None:
        self._our_roles, self._their_roles = our_roles, their_roles
        self._used: set[int] = set()
        self.pairs: dict[int, Row] = {}
        self._by_id = {row["id"]: row for row in ours}
        self._by_other_id = {other_id(row): row for row in ours}
        self._by_email = _grouped((row for row in ours if row["email_key"]), "email_key")
        self._by_name = _grouped(ours, "name_key")
        # The surest first, for all of them: who is certainly one can't be taken for another.
        self._pair(theirs, self._same_id)
        apart = [row for row in theirs if row["merged_into"] is None]  # who was merged is found by the id alone
        self._pair(apart, self._same_email_and_name)
        self._pair(apart, self._same_email)
        self._pair(apart, self._same_name)

    def possible(self, other: Row) -> list[Row]:
        """Those of the same name, or of the same e-mail, who may be somebody else."""
        found = [*self._by_name.get(other["name_key"], []), *self._by_email.get(other["email_key"] or "", [])]
        return list({row["id"]: row for row in found}.values())

    def _pair(self, theirs: Iterable[Row], candidates: Callable[[Row], Iterable[Row]]) -> None:
        """Pair those who have one candidate whom nobody else of theirs has."""
        left = [row for row in theirs if row["id"] not in self.pairs]
        found = {row["id"]: [one for one in candidates(row) if one["id"] not in self._used] for row in left}
        wanted = Counter(one["id"] for ones in found.values() for one in ones)
        for ident, ones in found.items():
            if len(ones) == 1 and wanted[ones[0]["id"]] == 1:
                self.pairs[ident] = ones[0]
                self._used.add(ones[0]["id"])

    def _same_id(self, other: Row) -> list[Row]:
        """One store was once a copy of the other, or they were merged before."""
        same = (self._by_id.get(other["id"]), self._by_id.get(other_id(other)), self._by_other_id.get(other["id"]))
        fitting = [
            one for one in same if one is not None and (_is_like(one, other) or is_erased(one) or is_erased(other))
        ]
        return fitting[:1]

    def _same_email_and_name(self, other: Row) -> list[Row]:
        return [one for one in self._of_email(other) if one["name_key"] == other["name_key"]]

    def _same_email(self, other: Row) -> list[Row]:
        return [one for one in self._of_email(other) if names_fit(one["name"], other["name"])]

    def _of_email(self, other: Row) -> list[Row]:
        return self._by_email.get(other["email_key"] or "", [])

    def _same_name(self, other: Row) -> list[Row]:
        """Those of the name who are of the same country, or have the same role in the same edition."""
        roles = self._their_roles.get(other["id"], _NOWHERE)
        return [
            one
            for one in self._by_name.get(other["name_key"], [])
            if not _told_apart(one, other)
            and (_same_country(one, other) or self._our_roles.get(one["id"], _NOWHERE) & roles)
        ]


def is_erased(row: Row) -> bool:
    """Whether nothing is known of the person any more but the id."""
    return row["erased_on"] is not None


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """The rows by what the column says; who was merged is found as whoever they were merged into."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["merged_into"] is None:
            found[row[column]].append(row)
    return found


def _is_like(one: Row, other: Row) -> bool:
    same_email = one["email_key"] is not None and one["email_key"] == other["email_key"]
    return same_email or one["name_key"] == other["name_key"] or names_fit(one["name"], other["name"])


def _same_country(one: Row, other: Row) -> bool:
    return one["nationality"] is not None and one["nationality"] == other["nationality"]


def _told_apart(one: Row, other: Row) -> bool:
    """Whether the e-mail, the country or the year of birth says that they are two."""
    return any(
        one[column] is not None and other[column] is not None and one[column] != other[column]
        for column in ("email_key", "nationality", "birth_year")
    )
