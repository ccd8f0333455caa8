"""Erasing a person: the one change that append-only tables let through, and nothing else.

What identifies somebody is a list of columns here. The triggers of `audit` and the register compute from it what a line
becomes when its person is erased, and let an UPDATE pass only where it writes exactly that, of a person who is erased, in
an operation `person erase` that can't be undone. So a plain UPDATE is refused as ever, and so is one that comes with a
batch of its own and wants to write anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from coursectl.store.contract import Statement, as_json

COMMAND = "person erase"

# The name becomes a text that is neutral in every language, with a number by which people can speak of them.
_NUMBER = "substr(CAST({id} AS TEXT), -6)"


def neutral_name(person_id: int) -> str:
    """What an erased person is called, as the SQL below has it."""
    return f"N. N. {str(person_id)[-6:]}"


# By table: what each column that identifies somebody becomes, as SQL; {id} is the row's id, {old} what was there.
CLEARED: dict[str, dict[str, str]] = {
    "person": {
        "name": f"'N. N. ' || {_NUMBER}",
        "name_key": f"'n n ' || {_NUMBER}",
        **dict.fromkeys(
            ("given_name", "family_name", "honorific", "birth_year", "nationality", "email", "email_key", "phone", "language", "note"),
            "NULL",
        ),
    },
    "enrollment": {
        **dict.fromkeys(("post", "funder", "reason", "needs"), "NULL"),
        "over_quota": "iif({old} IS NULL, NULL, '—')",  # that there was a reason, counts
    },
    "attendance": {"note": "NULL"},
    "expert": {"post": "'{}'"},
    "session_person": {"post": "'{}'"},
    "signatory": {"post": "'{}'", "on_behalf_of": "'{}'", "signature": "NULL"},
    "certificate_event": {"reason": "NULL"},
    "certificate_exception": {"reason": "NULL"},
    "hold": dict.fromkeys(("reason", "lifted_because"), "NULL"),
    "assessment_result": {"note": "NULL"},
}  # fmt: skip

# Whose a row of the table is, from its image in the audit. What it hangs on may be gone, but its audit isn't.
_WHOSE = {
    "person": "{pk}",
    **dict.fromkeys(
        ("enrollment", "expert", "session_person", "signatory", "certificate_exception", "hold"),
        "{image} ->> '$.person_id'",
    ),
    **dict.fromkeys(
        ("attendance", "assessment_result"),
        "(SELECT coalesce(it.new, it.old) ->> '$.person_id' FROM audit AS it WHERE it.tbl = 'enrollment'"
        " AND it.pk = {image} ->> '$.enrollment_id' LIMIT 1)",
    ),
    "certificate_event": "(SELECT certificate.person_id FROM certificate WHERE certificate.id = {image} ->> '$.certificate_id')",
}


def sets(table: str) -> str:
    """What an UPDATE of the table sets to clear a row."""
    return ", ".join(
        f"{column} = {_filled(value, 'id', column)}" for column, value in CLEARED[table].items()
    )  # every column of it


def _filled(value: str, row_id: str, old: str) -> str:
    return value.replace("{id}", row_id).replace("{old}", old)


def clear(table: str, condition: str, people: Sequence[int]) -> Statement:
    """Clear the rows of the table of which the condition over `json_each(:people)` is true."""
    return Statement(f"UPDATE {table} SET {sets(table)} WHERE {condition}", {"people": as_json(list(people))})


def cleared(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the table without what identifies its person; the person's own row is another matter."""
    plain = {"NULL": None, "'{}'": "{}"}
    return {
        name: plain.get(CLEARED[table][name], value and "—") if name in CLEARED.get(table, {}) else value
        for name, value in row.items()
    }


# What a line of the audit says of its row, with the table's name: within a query over another line it is still this one's.
_LINE = "coalesce(audit.new, audit.old)"

OF_THEM = "IN (SELECT value FROM json_each(:people))"


def clear_audit(people: Sequence[int]) -> Statement:
    """Clear what the audit says of these people. Its lines, their order and their operations stay."""
    after = {side: _image(side, "tbl", "pk") for side in ("old", "new")}
    tables = ", ".join(f"'{table}'" for table in CLEARED)
    return Statement(
        f"UPDATE audit SET old = {after['old']}, new = {after['new']} WHERE tbl IN ({tables})"
        f" AND {_whose('tbl', 'pk', _LINE)} {OF_THEM}"
        f" AND (old IS NOT {after['old']} OR new IS NOT {after['new']})",
        {"people": as_json(list(people))},
    )


def _image(image: str, table: str, pk: str) -> str:
    """SQL for what an image of a row becomes."""
    cases = "".join(
        f" WHEN '{name}' THEN json_replace({image}"
        + "".join(f", '$.{column}', {_filled(value, pk, f'''{image} ->> '$.{column}' ''')}" for column, value in columns.items())
        + ")"
        for name, columns in CLEARED.items()
    )  # fmt: skip
    return f"CASE {table}{cases} ELSE {image} END"


def _whose(table: str, pk: str, image: str) -> str:
    cases = "".join(
        f" WHEN '{name}' THEN {whose.replace('{pk}', pk).replace('{image}', image)}" for name, whose in _WHOSE.items()
    )
    return f"CASE {table}{cases} END"


_NAMES = f"{_LINE} ->> '$.{{}}' {OF_THEM}"
LINES_OF_THEM = (
    f"((tbl IN ({', '.join(map(repr, CLEARED))}) AND {_whose('tbl', 'pk', _LINE)} {OF_THEM})"
    f" OR (tbl = 'certificate' AND {_NAMES.format('person_id')})"
    f" OR (tbl = 'person_apart' AND ({_NAMES.format('one_id')} OR {_NAMES.format('other_id')})))"
)
"""The condition of the audit's lines about any of `json_each(:people)`, whether the rows are still there or not."""


# The triggers -----------------------------------------------------------------------------------------------------------


def _is_erased(person: str) -> str:
    """Whether this very batch is the erasing of the person."""
    return (
        "EXISTS (SELECT 1 FROM now_op JOIN op ON op.id = now_op.op_id JOIN person ON person.id = "
        f"{person} WHERE op.command = '{COMMAND}' AND op.undo = 'refused' AND person.erased_on IS NOT NULL)"
    )


def _same(columns: Sequence[str]) -> str:
    return " AND ".join(f"new.{column} IS old.{column}" for column in columns)


# What a guarded table lets through, by event. NULL must never count as yes: whoever uses it asks coalesce(…, 0).
LET_THROUGH: dict[tuple[str, str], str] = {
    ("audit", "update"): (
        f"{_same(('seq', 'op_id', 'tbl', 'pk', 'kind'))}"
        f" AND new.old IS {_image('old.old', 'old.tbl', 'old.pk')} AND new.new IS {_image('old.new', 'old.tbl', 'old.pk')}"
        f" AND {_is_erased(_whose('old.tbl', 'old.pk', 'coalesce(old.new, old.old)'))}"
    ),
    ("certificate_event", "update"): (
        f"{_same(('id', 'certificate_id', 'state', 'at', 'superseded_by'))} AND new.reason IS NULL"
        f" AND {_is_erased('(SELECT person_id FROM certificate WHERE certificate.id = old.certificate_id)')}"
    ),
    ("certificate_snapshot", "delete"): _is_erased(
        "(SELECT person_id FROM certificate WHERE certificate.id = old.certificate_id)"
    ),
}

_PERSON = CLEARED["person"]
_IS_CLEAR = " AND ".join(f"new.{column} IS {_filled(value, 'new.id', '')}" for column, value in _PERSON.items())

PERSON_TRIGGERS = (
    # Whoever is marked as erased is: nothing that identifies them is left on the row.
    f"CREATE TRIGGER person_erased_whole BEFORE UPDATE OF erased_on ON person WHEN new.erased_on IS NOT NULL AND NOT ({_IS_CLEAR}) "
    "BEGIN SELECT RAISE(ABORT, 'rule:erased_whole'); END",
    # And stays it: no edit, no undo and no merge brings anything back.
    "CREATE TRIGGER person_stays_erased BEFORE UPDATE ON person WHEN old.erased_on IS NOT NULL"
    f" AND NOT (new.erased_on IS old.erased_on AND new.merged_into IS old.merged_into AND {_IS_CLEAR}) "
    "BEGIN SELECT RAISE(ABORT, 'rule:stays_erased'); END",
)
