"""People whose row is gone, since their adding was undone, while the log still says who they were."""

from __future__ import annotations

import json
from collections.abc import Sequence

from coursectl.errors import N_, Ambiguous, Refused
from coursectl.people.persons import Person, described, email_key, find_people, get_person, id_of, name_key, person_of
from coursectl.store import Params, Row, Statement, Store, as_json, expect_true, insert
from coursectl.store.erasing import neutral_name

_LAST_IMAGES = """
SELECT pk AS id, coalesce(new, old) AS image FROM audit
WHERE seq IN (SELECT max(seq) FROM audit WHERE tbl = 'person' AND {} GROUP BY pk) AND pk NOT IN (SELECT id FROM person)
ORDER BY pk
"""
_CALLED = (
    "(coalesce(new, old) ->> '$.name_key' = :name OR old ->> '$.name_key' = :name"
    " OR coalesce(new, old) ->> '$.email_key' = :email OR old ->> '$.email_key' = :email)"
)


def get_known(store: Store, who: str) -> tuple[Person, bool]:
    """The person that `who` means, and whether their row is there; else somebody whose row is gone, as they were at last.

    Who is gone is known by the id, by an e-mail, or by the whole name. Raises NotFound and Ambiguous.
    """
    if find_people(store, who):
        return get_person(store, who), True
    found = _find_gone(store, who)
    if len(found) > 1:
        choices = "; ".join(f"{described(one)} ({one.id})" for one in found)
        raise Ambiguous(N_("{name!r} fits several: {choices}. Say which, by e-mail or id."), name=who, choices=choices)
    return (found[0], False) if found else (get_person(store, who), True)


def _find_gone(store: Store, who: str) -> Sequence[Person]:
    number = id_of(who)
    by_id: Params = {"id": number}
    rows = store.read(_LAST_IMAGES.replace("{}", "pk = :id"), by_id, level="strong") if number else []
    if not rows and name_key(who):
        called: Params = {"name": name_key(who), "email": email_key(who)}
        rows = store.read(_LAST_IMAGES.replace("{}", _CALLED), called, level="strong")
    return [person_of({**json.loads(row["image"]), "id": row["id"]}) for row in rows]


class BackMeanwhile(Refused):
    """Somebody has taken the undo back just now."""

    rule = "unchanged_since_read"
    wording = N_("Somebody else has just written about this person. Look, then type the command again.")


def erase_gone_statements(person_id: int, today: str) -> list[Statement]:
    """Put an erased person where nobody is any more, so that nothing brings back who was there: no undo, no other office."""
    name = neutral_name(person_id)
    row: Row = {"id": person_id, "name": name, "name_key": name_key(name), "erased_on": today}
    return [
        expect_true(
            "NOT EXISTS (SELECT 1 FROM person WHERE id IN (SELECT value FROM json_each(:people)))",
            {"people": as_json([person_id])},
            BackMeanwhile.rule,
            BackMeanwhile(),
        ),
        *insert("person", [row]),
    ]
