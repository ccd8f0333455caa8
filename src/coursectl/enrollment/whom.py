"""A list of people who are in the edition already: whom a move is about."""

from __future__ import annotations

from pathlib import Path

from coursectl import tables
from coursectl.enrollment.headers import HEADERS
from coursectl.errors import N_, BadTable, Fault
from coursectl.tables import Column

_COLUMNS = ("number", "email", "name", "first_or_full", "inverted_name", "given_name", "family_name")


def read_whom(path: Path) -> list[str]:
    """How each row names a participant: by number, else by e-mail, else by name; what else the file says isn't read.

    Raises NotFound and BadInput where the file can't be read as a table, and BadTable for rows that name nobody.
    """
    faults: list[Fault] = []
    # What else a list says isn't read, but a row of headers is known by it: `Nombre | País`.
    columns = [Column(name, headers, joined=name not in _COLUMNS) for name, headers in HEADERS.items()]
    table = tables.read_table(path, columns, None, faults)
    whom: list[str] = []
    for row in table.rows:
        values = {name: row.values.get(name, "") for name in _COLUMNS}
        whole = values["name"] or values["inverted_name"] or values["first_or_full"]
        parts = f"{values['given_name'] or values['first_or_full']} {values['family_name']}".strip()
        name = parts if values["family_name"] else whole
        if who := values["number"] or values["email"] or name:
            whom.append(who)
        else:
            faults.append(table.fault(row, "name", N_("nobody is named: give the number, the e-mail or the name")))
    if faults:
        raise BadTable(path.name, faults)
    return whom
