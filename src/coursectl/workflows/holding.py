"""All that is held about one person, as plain values: what somebody may ask for who is in the store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from coursectl import people
from coursectl.people import Person
from coursectl.store import Params, Store, as_json
from coursectl.store.erasing import LINES_OF_THEM, OF_THEM
from coursectl.workflows.mentions import Mention, list_mentions, names_of

_EDITION = "(SELECT code || '-' || number FROM edition JOIN course ON course.id = edition.course_id WHERE edition.id = {}) AS edition"

# By table, the rows that are the person's, with the names of what they are about.
_HELD = {
    "person": f"SELECT * FROM person WHERE id {OF_THEM} ORDER BY id",
    "person_apart": f"SELECT * FROM person_apart WHERE one_id {OF_THEM} OR other_id {OF_THEM} ORDER BY id",
    "enrollment": f"SELECT enrollment.*, {_EDITION.format('edition_id')},"
    " (SELECT coalesce(acronym, name) FROM organization WHERE organization.id = organization_id) AS organization"
    f" FROM enrollment WHERE person_id {OF_THEM} ORDER BY id",
    "attendance": "SELECT attendance.*, session.number AS session, session.date, session.start_time, "
    f"{_EDITION.format('session.edition_id')} FROM attendance JOIN session ON session.id = session_id"
    f" JOIN enrollment ON enrollment.id = enrollment_id WHERE person_id {OF_THEM} ORDER BY attendance.id",
    "expert": f"SELECT expert.*, {_EDITION.format('edition_id')} FROM expert WHERE person_id {OF_THEM} ORDER BY id",
    "session_person": "SELECT session_person.*, session.number AS session, session.date, "
    f"{_EDITION.format('session.edition_id')} FROM session_person JOIN session ON session.id = session_id"
    f" WHERE person_id {OF_THEM} ORDER BY session_person.id",
    "signatory": f"SELECT signatory.*, {_EDITION.format('edition_id')} FROM signatory WHERE person_id {OF_THEM} ORDER BY id",
    "assessment_result": "SELECT assessment_result.*, assessment.code AS assessment, of_points, "
    f"{_EDITION.format('assessment.edition_id')} FROM assessment_result JOIN assessment ON assessment.id = assessment_id"
    f" JOIN enrollment ON enrollment.id = enrollment_id WHERE person_id {OF_THEM} ORDER BY assessment_result.id",
    "hold": f"SELECT hold.*, {_EDITION.format('edition_id')} FROM hold WHERE person_id {OF_THEM} ORDER BY id",
    "certificate_exception": f"SELECT certificate_exception.*, {_EDITION.format('edition_id')} FROM certificate_exception"
    f" WHERE person_id {OF_THEM} ORDER BY id",
    "certificate": f"SELECT certificate.*, {_EDITION.format('edition_id')} FROM certificate WHERE person_id {OF_THEM} ORDER BY id",
    "certificate_event": "SELECT certificate_event.* FROM certificate_event JOIN certificate ON certificate.id = certificate_id"
    f" WHERE person_id {OF_THEM} ORDER BY certificate_event.id",
    "certificate_snapshot": "SELECT certificate_snapshot.* FROM certificate_snapshot JOIN certificate ON certificate.id = certificate_id"
    f" WHERE person_id {OF_THEM} ORDER BY certificate_id",
    "printed_sheet": "SELECT printed_sheet.*, printing.at, printing.what FROM printed_sheet JOIN printing ON printing.id = printing_id"
    f" JOIN certificate ON certificate.id = certificate_id WHERE person_id {OF_THEM} ORDER BY printing.id, position",
}
_TEXTS = frozenset({"post", "on_behalf_of", "content", "organization", "old", "new"})  # JSON within the row


@dataclass(frozen=True)
class Holding:
    """All that is held about a person: by table the rows that are theirs, every change to them, and where else they are named.

    Ids are text. In `changes`, `old` and `new` are what the row was and became.
    """

    person: Person
    tables: dict[str, list[dict[str, Any]]]
    changes: list[dict[str, Any]]
    mentions: tuple[Mention, ...]


def get_holding(store: Store, who: str) -> Holding:
    """All that is held about the person that `who` means, with entries that were merged into them.

    Of somebody whose row is gone it is what the log says, and `person` is who they were at last. Raises NotFound, Ambiguous.
    """
    person, there = people.get_known(store, who)
    entries = people.list_entries(store, person.id) if there else [person.id]
    theirs: Params = {"people": as_json(entries)}
    rows = {table: store.read(query, theirs) for table, query in _HELD.items()}
    tables = {table: [_plain(row) for row in found] for table, found in rows.items() if found}
    mentions = tuple(list_mentions(store, entries, names_of(store, entries)))
    return Holding(person, tables, _changes(store, theirs), mentions)


def _changes(store: Store, theirs: Params) -> list[dict[str, Any]]:
    """Every line of the audit about them, the first first; of rows that are gone, too."""
    rows = store.read(
        "SELECT seq, op_id, op.at, op.actor, op.command, tbl, pk, kind, old, new"
        f" FROM audit JOIN op ON op.id = audit.op_id WHERE {LINES_OF_THEM} ORDER BY seq",
        theirs,
    )
    return [_plain(row) for row in rows]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return _plain(value)
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and (name in ("id", "pk", "merged_into", "replaces") or name.endswith("_id"))
    ):
        return str(value)
    if name in _TEXTS and isinstance(value, str) and value.startswith("{"):
        return _value("", json.loads(value))
    return value
