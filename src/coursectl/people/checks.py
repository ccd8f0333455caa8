"""Looking whether people and organizations are still found by what they are called."""

from __future__ import annotations

from collections.abc import Iterator

from coursectl.errors import N_
from coursectl.people.persons import email_key, name_key
from coursectl.store import Row, Store
from coursectl.store.checks import REPORT, Check, Finding, done

_SOME = 20_000


def check_keys(store: Store) -> Check:
    """Compare the keys that people are matched by with their names and e-mails of today."""
    people = list(_all_people(store))
    wrong = (
        Finding(_KEY, {"name": row["name"], "id": row["id"]})
        for row in people
        if row["name_key"] != name_key(row["name"]) or row["email_key"] != email_key(row["email"])
    )
    return done("keys", len(people), wrong, REPORT)


_KEY = N_("{name} ({id}) isn't found by the name or e-mail of today: the key is another")


def _all_people(store: Store) -> Iterator[Row]:
    last = 0
    while rows := store.read(
        "SELECT id, name, email, name_key, email_key FROM person WHERE id > :last ORDER BY id LIMIT :some",
        {"last": last, "some": _SOME},
    ):
        yield from rows
        last = rows[-1]["id"]
