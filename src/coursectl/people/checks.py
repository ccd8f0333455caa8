"""Looking whether people are still found by what they are called, and whether those who are one are led to one."""

from __future__ import annotations

from collections.abc import Iterator

from coursectl.errors import N_
from coursectl.people.persons import email_key, name_key
from coursectl.store import Store
from coursectl.store.checks import REPORT, Check, Checks, Finding, done, in_batches

_SOME = 20_000  # people at once


def checks(store: Store) -> Checks:
    """What the people can be asked."""
    return {"merges": lambda: _merges(store)}


def deep_checks(store: Store) -> Checks:
    """What takes long: everybody's keys against their name and e-mail."""
    return {"keys": lambda: _keys(store)}


def _merges(store: Store) -> Check:
    """Who was merged leads to somebody who wasn't: reads go one step, so a chain would count a person twice."""
    rows = store.read(
        "SELECT person.name, person.id, other.name AS other FROM person JOIN person AS other ON other.id = person.merged_into"
        " WHERE other.merged_into IS NOT NULL ORDER BY person.id"
    )
    merged = store.read("SELECT count(*) AS n FROM person WHERE merged_into IS NOT NULL")[0]["n"]
    return done("merges", merged, (Finding(_CHAIN, row) for row in rows), REPORT)


_CHAIN = N_("{name} ({id}) is merged into {other}, who is merged into somebody, too")


def _keys(store: Store) -> Check:
    """The keys that people are matched by are those of their names and e-mails as they are computed today."""
    looked_at = 0

    def wrong() -> Iterator[Finding]:
        nonlocal looked_at
        for row in in_batches(store, _ALL, _SOME):
            looked_at += 1
            if row["name_key"] != name_key(row["name"]) or row["email_key"] != email_key(row["email"]):
                yield Finding(_KEY, {"name": row["name"], "id": row["id"]})

    findings = list(wrong())
    return done("keys", looked_at, findings, REPORT)


_KEY = N_("{name} ({id}) isn't found by the name or e-mail of today: the key is another")
_ALL = "SELECT id, name, email, name_key, email_key FROM person WHERE id > :last ORDER BY id LIMIT :some"
