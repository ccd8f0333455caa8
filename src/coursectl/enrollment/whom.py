"""A list of people who are in the edition already: whom a move is about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from coursectl import tables
from coursectl.editions import EditionRef
from coursectl.enrollment.headers import HEADERS
from coursectl.enrollment.roster import choose, list_roster
from coursectl.enrollment.statuses import STATUSES
from coursectl.errors import N_, Ambiguous, BadTable, CourseError, Fault, NotFound
from coursectl.store import Store
from coursectl.tables import Column, Row, Table

_COLUMNS = ("number", "email", "name", "first_or_full", "inverted_name", "given_name", "family_name")


def read_whom(store: Store, edition: EditionRef, path: Path, mapping: Mapping[str, str] | None = None) -> list[str]:
    """How each row names a participant: by number, else by e-mail, else by name; what else the file says isn't read.
    `mapping` gives columns to headers by hand.

    Raises NotFound and BadInput where the file can't be read as a table, and BadTable for all rows that name nobody of the
    edition, or several.
    """
    roster = list_roster(store, edition, STATUSES, level="strong")
    faults: list[Fault] = []
    # What else a list says isn't read, but a row of headers is known by it: `Nombre | País`.
    columns = [Column(name, headers, joined=name not in _COLUMNS) for name, headers in HEADERS.items()]
    table = tables.read_table(path, columns, mapping, faults)
    whom: list[str] = []
    for row in table.rows:
        values = {name: row.values.get(name, "") for name in _COLUMNS}
        whole = values["name"] or values["inverted_name"] or values["first_or_full"]
        parts = f"{values['given_name'] or values['first_or_full']} {values['family_name']}".strip()
        name = parts if values["family_name"] else whole
        said = (("number", values["number"]), ("email", values["email"]), ("name", name))
        field, who = next((pair for pair in said if pair[1]), ("name", ""))
        if not who:
            faults.append(table.fault(row, "name", N_("nobody is named: give the number, the e-mail or the name")))
            continue
        try:
            choose(roster, edition, who)
        except (NotFound, Ambiguous) as error:
            faults.append(_fault(table, row, field, error, edition))
        whom.append(who)
    if faults:
        raise BadTable(path.name, faults)
    return whom


def _fault(table: Table, row: Row, field: str, error: CourseError, edition: EditionRef) -> Fault:
    """What is wrong with a row that means nobody, or several; a name may stand in columns that are called otherwise."""
    column = next((one for one in (field, *_COLUMNS) if row.values.get(one)), field)
    reason = N_("nobody in {edition} fits") if isinstance(error, NotFound) else N_("fits several people: {choices}")
    facts = {"choices": error.facts["choices"]} if isinstance(error, Ambiguous) else {"edition": edition.reference}
    return table.fault(row, column, reason, **facts)
