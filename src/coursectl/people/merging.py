"""Two entries that are one person: merged, and split again. No row of another table is touched.

Who is merged keeps their own row, which names the one they are from now on; every reading goes through `canonical`. So
nothing is lost by it, and the way back is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from coursectl.errors import N_, Ambiguous, CourseError, NotFound, Refused, untranslated
from coursectl.people.entering import PersonChanged
from coursectl.people.matching import PersonExists
from coursectl.people.persons import STORED, Person, PersonRef, described, email_key, get_person, name_key
from coursectl.store import Act, Row, Statement, Store, Value, expect_changed, expect_true, insert, new_id, update
from coursectl.store.triggers import SEATED

Keep = Literal["first", "second"]


class CantBeOne(Refused):
    """The two can't be merged."""

    rule = "merged_once"
    wording = N_("Both are {name} ({id}) already; nobody is merged with themselves.")


_ERASED = N_("{name} was erased; who they were isn't known any more, so nobody is merged with them.")
_APART = N_(
    "It was said that {one} and {other} are two people. Take that back first (see: coursectl log), if they are one after all."
)
_MEANWHILE = N_("One of the two was merged or erased by somebody else just now. Look, then type the command again.")


@dataclass(frozen=True)
class Conflict:
    """What the two don't agree in: `what` is a field, or a kind of place; `where` is the edition or the session, if it is one.

    What each of the two has there is `first` and `second`.
    """

    what: str
    where: str | None
    first: str
    second: str


@dataclass(frozen=True)
class TwoPlaces:
    """Two places in one edition, the number and the status of each; `seats` is how many seats of the edition they hold."""

    edition: str
    numbers: tuple[int | None, int | None]
    statuses: tuple[str, str]
    seats: int


@dataclass(frozen=True)
class Merging:
    """Two who are to be one: `second` is merged into `first`. `filled` are fields that only the second one has."""

    first: Person
    second: Person
    conflicts: tuple[Conflict, ...]
    filled: tuple[str, ...]
    places: tuple[TwoPlaces, ...]


@dataclass(frozen=True)
class Merged:
    """Who is one now. `kept`: whose values stand where the two differ; None where they don't."""

    person: Person
    merged: PersonRef
    filled: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    kept: str | None
    places: tuple[TwoPlaces, ...] = ()


class Conflicts(Refused):
    """The two differ, and nobody has said whose values are to stand."""

    rule = "conflicts_decided"
    wording = N_(
        "{first} and {second} differ:{listed}\nSay whose values are to stand, with --keep first or --keep second. Nothing is lost by it: places, marks and certificates of both stay."
    )


class _Listed(CourseError):
    """The conflicts, a line each, as a part of a sentence."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__()
        self.conflicts = tuple(conflicts)

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        shown = [f"\n  {told(one, translate)}" for one in self.conflicts[:_SHOWN]]
        return "".join(shown) + ("\n  …" if len(self.conflicts) > _SHOWN else "")


_SHOWN = 20

LABELS = {
    "given_name": N_("given names"),
    "family_name": N_("family names"),
    "honorific": N_("treatment"),
    "sex": N_("sex"),
    "birth_year": N_("year of birth"),
    "nationality": N_("nationality"),
    "email": N_("e-mail"),
    "phone": N_("telephone"),
    "language": N_("language"),
    "note": N_("note"),
    "enrollment": N_("two places in one edition"),
    "attendance": N_("two marks in one session"),
    "certificate": N_("two certificates of one kind"),
    "expert": N_("twice an expert of one edition"),
    "session_person": N_("twice in one session"),
}


def told(conflict: Conflict, translate: Callable[[str], str]) -> str:
    """`year of birth: 1980 / 1981`, `two marks in one session (ICIM-37, 5): present / absent`"""
    where = f" ({conflict.where})" if conflict.where else ""
    return f"{translate(LABELS[conflict.what])}{where}: {translate(conflict.first)} / {translate(conflict.second)}"


# What both of two people have where one has one, by the kind of place. `mine` and `theirs` are their rows.
_BOTH: Mapping[str, str] = {
    "enrollment": "SELECT code || '-' || edition.number AS place, mine.status AS first, theirs.status AS second,"
    " mine.number AS first_number, theirs.number AS second_number"
    " FROM enrollment AS mine JOIN enrollment AS theirs ON theirs.edition_id = mine.edition_id"
    " JOIN edition ON edition.id = mine.edition_id JOIN course ON course.id = course_id",
    "attendance": "SELECT code || '-' || edition.number || ', ' || session.number AS place,"
    " iif(one.mark = other.mark, one.minutes_late || ' min', one.mark) AS first,"
    " iif(one.mark = other.mark, other.minutes_late || ' min', other.mark) AS second"
    " FROM enrollment AS mine JOIN enrollment AS theirs ON theirs.edition_id = mine.edition_id"
    " JOIN attendance AS one ON one.enrollment_id = mine.id"
    " JOIN attendance AS other ON other.enrollment_id = theirs.id AND other.session_id = one.session_id"
    " AND (other.mark <> one.mark OR other.minutes_late <> one.minutes_late)"
    " JOIN session ON session.id = one.session_id"
    " JOIN edition ON edition.id = mine.edition_id JOIN course ON course.id = course_id",
    "certificate": "SELECT code || '-' || edition.number AS place, one.serial AS first, other.serial AS second"
    " FROM certificate_live AS mine JOIN certificate_live AS theirs ON theirs.edition_id = mine.edition_id AND theirs.kind = mine.kind"
    " JOIN certificate AS one ON one.id = mine.certificate_id JOIN certificate AS other ON other.id = theirs.certificate_id"
    " JOIN edition ON edition.id = mine.edition_id JOIN course ON course.id = edition.course_id",
    "expert": "SELECT code || '-' || edition.number AS place, coalesce(mine.country, '—') AS first, coalesce(theirs.country, '—') AS second"
    " FROM expert AS mine JOIN expert AS theirs ON theirs.edition_id = mine.edition_id"
    " JOIN edition ON edition.id = mine.edition_id JOIN course ON course.id = course_id",
    "session_person": "SELECT code || '-' || edition.number || ', ' || session.number AS place, mine.role AS first, theirs.role AS second"
    " FROM session_person AS mine JOIN session_person AS theirs ON theirs.session_id = mine.session_id AND theirs.role = mine.role"
    " JOIN session ON session.id = mine.session_id"
    " JOIN edition ON edition.id = session.edition_id JOIN course ON course.id = course_id",
}
_OWN = "(SELECT person_id FROM canonical WHERE canonical_id = :{})"
_OF_BOTH = f" WHERE mine.person_id IN {_OWN.replace('{}', 'first')} AND theirs.person_id IN {_OWN.replace('{}', 'second')} ORDER BY 1"


def plan_merge(store: Store, first: str, second: str) -> Merging:
    """Who the two are, and what they don't agree in. Raises NotFound, Ambiguous, and CantBeOne."""
    into, other = get_person(store, first), get_person(store, second)
    if into.id == other.id:
        raise CantBeOne(name=into.name, id=into.id)
    _refuse_erased(store, into, other)
    if store.read(_SAID_APART, _pair(into.id, other.id), level="strong"):
        raise CantBeOne(_APART, one=described(into), other=described(other))
    conflicts = [
        Conflict(name, None, str(getattr(into, name)), str(getattr(other, name)))
        for name in STORED
        if name != "name" and None not in (getattr(into, name), getattr(other, name)) and _differ(name, into, other)
    ]
    places: list[TwoPlaces] = []
    for what, query in _BOTH.items():
        rows = store.read(query + _OF_BOTH, {"first": into.id, "second": other.id}, level="strong")
        conflicts += [Conflict(what, row["place"], row["first"], row["second"]) for row in rows]
        places += [_two_places(row) for row in rows if what == "enrollment"]
    filled = tuple(name for name in STORED if getattr(into, name) is None and getattr(other, name) is not None)
    return Merging(into, other, tuple(conflicts), filled, tuple(places))


def _two_places(row: Row) -> TwoPlaces:
    statuses = row["first"], row["second"]
    seats = sum(status in SEATED for status in statuses)
    return TwoPlaces(row["place"], (row["first_number"], row["second_number"]), statuses, seats)


def _differ(name: str, one: Person, other: Person) -> bool:
    if name == "email":
        return email_key(one.email) != email_key(other.email)
    return bool(getattr(one, name) != getattr(other, name))


def merge_people(store: Store, plan: Merging, act: Act, keep: Keep | None = None) -> Merged:
    """Make the second of the two the first one. `keep`: whose values stand where they differ, those of the name too.

    Raises Conflicts where they differ and nobody has said whose values stand, PersonChanged, CantBeOne.
    """
    first, second = plan.first, plan.second
    if plan.conflicts and keep is None:
        raise Conflicts(first=described(first), second=described(second), listed=_Listed(plan.conflicts))
    values = {name: getattr(second, name) for name in plan.filled}
    if keep == "second":
        values |= {name: getattr(second, name) for name in STORED if getattr(second, name) is not None}
    changed = {name: value for name, value in values.items() if value != getattr(first, name)}
    store.apply(act.operation("person merge", [*_joining(first, second), *_changing(first, changed)]))
    return Merged(
        replace(first, **changed),
        second.ref,
        plan.filled,
        plan.conflicts,
        keep if plan.conflicts else None,
        plan.places,
    )


def _joining(first: Person, second: Person) -> list[Statement]:
    """The second one is the first from now on, and so is who was the second: reads go one step."""
    both = _pair(first.id, second.id)
    meanwhile = CantBeOne(_MEANWHILE)
    here = {"first": first.id, "second": second.id}
    return [
        expect_true(
            "SELECT count(*) = 2 FROM person WHERE id IN (:one, :other) AND merged_into IS NULL AND erased_on IS NULL",
            both,
            CantBeOne.rule,
            meanwhile,
        ),
        expect_true(f"SELECT NOT EXISTS ({_SAID_APART})", both, CantBeOne.rule, meanwhile),
        Statement("UPDATE person SET merged_into = :first WHERE merged_into = :second OR id = :second", here),
    ]


def _changing(person: Person, changed: Mapping[str, Any]) -> list[Statement]:
    if not changed:
        return []
    old: dict[str, Value] = {name: getattr(person, name) for name in changed}
    new: dict[str, Value] = dict(changed)
    if "name" in new:
        old["name_key"], new["name_key"] = name_key(person.name), name_key(str(new["name"]))
    if "email" in new:
        old["email_key"], new["email_key"] = email_key(person.email), email_key(cast(str | None, new["email"]))
    exists = PersonExists(name=new.get("name", person.name), email=new.get("email", person.email))
    return update("person", person.id, old, new, PersonChanged(name=person.name), {"person_once": exists})


def _refuse_erased(store: Store, *people: Person) -> None:
    for person in people:
        if store.read("SELECT 1 FROM person WHERE id = :id AND erased_on IS NOT NULL", {"id": person.id}):
            raise CantBeOne(_ERASED, name=person.name)


# Apart -------------------------------------------------------------------------------------------------------------------

_SAID_APART = (
    "SELECT 1 FROM person_apart JOIN canonical AS one ON one.person_id = one_id JOIN canonical AS other ON other.person_id = other_id"
    " WHERE (one.canonical_id = :one AND other.canonical_id = :other) OR (one.canonical_id = :other AND other.canonical_id = :one)"
)


@dataclass(frozen=True)
class Apart:
    """Two who are two people. `changed` is False where it was said before."""

    one: PersonRef
    other: PersonRef
    changed: bool


def keep_apart(store: Store, one: str, other: str, act: Act) -> Apart:
    """Remember that the two aren't one, so that nobody is asked again. Raises NotFound, Ambiguous, CantBeOne."""
    first, second = sorted((get_person(store, one), get_person(store, other)), key=lambda person: person.id)
    if first.id == second.id:
        raise CantBeOne(
            N_("Both are {name} ({id}); to make two of them again: coursectl person split"),
            name=first.name,
            id=first.id,
        )
    both = _pair(first.id, second.id)
    if store.read(_SAID_APART, both, level="strong"):
        return Apart(first.ref, second.ref, changed=False)
    row = {"id": new_id(), "one_id": first.id, "other_id": second.id}
    said = Refused(N_("Somebody else has just said so, too."))
    store.apply(
        act.operation("person apart", insert("person_apart", [row], rule="apart_once", refusals={"apart_once": said}))
    )
    return Apart(first.ref, second.ref, changed=True)


def _pair(one: int, other: int) -> dict[str, Value]:
    return {"one": one, "other": other}


# Split -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """Who is somebody of their own again, and from whom they were split."""

    person: PersonRef
    was: PersonRef
    also: tuple[PersonRef, ...]


_MERGED_HERE = (
    "SELECT person.id, person.name, merged_into, email FROM person"
    " WHERE merged_into IS NOT NULL AND erased_on IS NULL AND {} ORDER BY person.id"
)


def split_person(store: Store, who: str, act: Act) -> Split:
    """Take back the merge that made `who` somebody else; what was changed of that one since stays.

    Who had been merged into `who` before goes with them; whoever they were merged into stays as they are, merged or not.

    `who` is who was merged, or the one they were merged into where only one was. Raises NotFound, Ambiguous, Refused.
    """
    found = _merged(store, who)
    out, into = found["id"], found["merged_into"]
    # The merge that was theirs: later ones may have taken them along, with the one whom they were merged into.
    merge = store.read(
        "SELECT op_id, new ->> '$.merged_into' AS after FROM audit WHERE tbl = 'person' AND pk = :id AND kind = 'update'"
        " AND old ->> '$.merged_into' IS NULL AND new ->> '$.merged_into' IS NOT NULL ORDER BY seq DESC LIMIT 1",
        {"id": out},
        level="strong",
    )[0]
    along = store.read(_TAKEN_ALONG, {"op": merge["op_id"], "id": out, "into": into}, level="strong")
    back = [
        {"pk": out, "before": None, "after": into},
        *({"pk": row["id"], "before": out, "after": into} for row in along),
    ]
    was = get_person(store, str(into))
    restoring = _restoring(store, merge["op_id"], was) if merge["after"] == into else []
    store.apply(act.operation("person split", [*_parting(back, was), *restoring]))
    return Split(PersonRef(out, found["name"]), was.ref, tuple(PersonRef(row["id"], row["name"]) for row in along))


_TAKEN_ALONG = (
    "SELECT DISTINCT person.id, name FROM audit JOIN person ON person.id = pk WHERE op_id = :op AND tbl = 'person'"
    " AND kind = 'update' AND old ->> '$.merged_into' = :id AND merged_into = :into ORDER BY person.id"
)


def _merged(store: Store, who: str) -> Row:
    number = int(who) if who.isascii() and who.isdigit() else 0
    keys: dict[str, Value] = {"id": min(number, 2**63 - 1), "email": email_key(who) or "", "name": name_key(who)}
    rows = store.read(
        _MERGED_HERE.replace("{}", "(id = :id OR email_key = :email OR name_key = :name)"), keys, level="strong"
    )
    if not rows:
        into = get_person(store, who)
        rows = store.read(_MERGED_HERE.replace("{}", "merged_into = :into"), {"into": into.id}, level="strong")
        if not rows:
            raise NotFound(N_("Nobody was merged into {name}; there is nothing to split."), name=described(into))
    if len(rows) > 1:
        choices = "; ".join(f"{row['name']} ({row['email'] or row['id']}, {row['id']})" for row in rows)
        raise Ambiguous(N_("{name!r} fits several: {choices}. Say which, by e-mail or id."), name=who, choices=choices)
    return rows[0]


def _parting(back: Sequence[Row], was: Person) -> list[Statement]:
    changed = PersonChanged(name=was.name)
    exists = PersonExists(N_("{name} can't be split: somebody else has their name and e-mail now."), name=was.name)
    return [
        statement
        for row in back
        for statement in (
            Statement(
                "UPDATE person SET merged_into = :before WHERE id = :id AND merged_into IS :after AND erased_on IS NULL",
                {"before": row["before"], "id": row["pk"], "after": row["after"]},
                None,
                {"person_once": exists},
            ),
            expect_changed("unchanged_since_read", changed),
        )
    ]


def _restoring(store: Store, merge: int, was: Person) -> list[Statement]:
    """What the merge has written to the other one goes, unless somebody has changed it since."""
    rows = store.read(
        "SELECT key AS field, audit.old ->> ('$.' || key) AS before, value AS after FROM audit, json_each(new)"
        " WHERE op_id = :op AND tbl = 'person' AND pk = :id AND audit.old ->> ('$.' || key) IS NOT value",
        {"op": merge, "id": was.id},
        level="strong",
    )
    back = {
        row["field"]: row["before"]
        for row in rows
        if row["field"] in STORED and getattr(was, row["field"]) == row["after"]
    }
    return _changing(was, back)
