"""Who of the store could be meant by a name or an e-mail: one question to it, however many are looked for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from coursectl.people.alike import Candidate
from coursectl.people.persons import COUNTRIES, PERSONS, Person
from coursectl.store import Row, Store, Value, as_json

# Who is called so or has such an e-mail, or has had it before they were merged into somebody: each with that person.
_CANDIDATES = (
    PERSONS.replace("SELECT id,", "SELECT person.id,").replace(
        " FROM person", f", {COUNTRIES}, called, mailbox FROM named JOIN person ON person.id = named.id"
    )
    + " AND erased_on IS NULL ORDER BY person.id"
)
_NAMED = (
    "WITH named (id, called, mailbox) AS ("
    "SELECT coalesce(merged_into, id), name_key, NULL FROM person WHERE name_key IN (SELECT value FROM json_each(:names))"
    # As the index has them: with OR, or without these conditions, every person of the store would be looked at.
    " UNION SELECT id, NULL, email_key FROM person WHERE email_key IN (SELECT value FROM json_each(:emails))"
    " AND email_key IS NOT NULL AND merged_into IS NULL"
    " UNION SELECT merged_into, NULL, email_key FROM person WHERE merged_into IS NOT NULL"
    " AND email_key IN (SELECT value FROM json_each(:emails))) "
)
_OF_MANY = _NAMED + _CANDIDATES
# The same for one person, which is what people type all day: without lists as JSON it takes half the time.
_OF_ONE_PERSON = _OF_MANY.replace("IN (SELECT value FROM json_each(:names))", "= :names").replace(
    "IN (SELECT value FROM json_each(:emails))", "= :emails"
)


def find_candidates(
    store: Store, wanted: Sequence[Row]
) -> tuple[dict[str, list[Candidate]], dict[str, list[Candidate]]]:
    """Who could be meant by the rows of `row_without_id`, by e-mail and by name."""
    params: dict[str, Value]
    if len(wanted) == 1:
        sql, params = _OF_ONE_PERSON, {"names": wanted[0]["name_key"], "emails": wanted[0]["email_key"] or ""}
    else:
        names = sorted({row["name_key"] for row in wanted})
        emails = sorted({row["email_key"] or "" for row in wanted})
        sql, params = _OF_MANY, {"names": as_json(names), "emails": as_json(emails)}
    by_email: dict[str, list[Candidate]] = defaultdict(list)
    by_name: dict[str, list[Candidate]] = defaultdict(list)
    for row in store.read(sql, params, level="strong"):
        called, mailbox = row.pop("called"), row.pop("mailbox")
        (by_email[mailbox] if mailbox else by_name[called]).append(_candidate(row))
    return by_email, by_name


def get_candidates(store: Store, ids: Iterable[int]) -> dict[int, Candidate]:
    """The people with these ids."""
    chosen = PERSONS.replace(" FROM person", f", {COUNTRIES} FROM person")
    rows = store.read(
        f"{chosen} AND id IN (SELECT value FROM json_each(:ids))", {"ids": as_json(sorted(set(ids)))}, level="strong"
    )
    return {row["id"]: _candidate(row) for row in rows}


def _candidate(row: Row) -> Candidate:
    countries = {country for country in json.loads(row.pop("countries")) if country}
    person = Person(**row)
    return Candidate(person, frozenset(countries | ({person.nationality} if person.nationality else set())))
