"""How a list would be read: what each column means, what isn't read and why, and the first rows as they are understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coursectl import tables
from coursectl.enrollment.columns import remembered_columns
from coursectl.enrollment.files import COLUMNS, meanings, remembered, understood
from coursectl.enrollment.identity import NOT_HELD, is_identity
from coursectl.enrollment.planning import NewEnrollment
from coursectl.errors import N_, Fault, untranslated
from coursectl.locale import fold
from coursectl.people import organization_label
from coursectl.store import Store
from coursectl.tables import LEFT_OUT, Note, Table

_FIRST = 5  # rows that are shown

_UNKNOWN = N_("this column isn't known; say what it is with --map")
_AS_SAID = N_("left out, as was said with --map")
_GIVEN = N_("numbers are given by the edition")
_REASONS = N_("the reasons of a file of bad rows")


@dataclass(frozen=True)
class PreviewedColumn:
    """A header, and the field that it is read for; or why it isn't read."""

    header: str
    field: str | None
    why: str | None = None


@dataclass(frozen=True)
class PreviewedRow:
    """A row as it is understood: values by field, codes where they are codes."""

    row: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Preview:
    """What a file is taken for. `rows`: how many are read; `totals`: rows that only count the others; `faults` are sentences.

    `left_out` are all rows under the list that are nobody; `sheet` is the one of a workbook that is read, `other_sheets` aren't;
    `defaults` are everybody's whose row says nothing.
    """

    file: str
    header_row: int
    columns: tuple[PreviewedColumn, ...]
    rows: int
    first: tuple[PreviewedRow, ...]
    faults: tuple[str, ...]
    totals: tuple[int, ...] = ()
    remembered: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    left_out: tuple[Note, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)


def preview_file(
    store: Store,
    path: Path,
    on: str,
    translate: Callable[[str], str] = untranslated,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    defaults: Mapping[str, str] | None = None,
) -> Preview:
    """How `enroll_file` would read a file; nothing is written. Raises NotFound and BadInput where it is no table."""
    faults: list[Fault] = []
    table = tables.read_table(path, COLUMNS, mapping, faults, remembered_columns(store), sheet=sheet, notes=True)
    file = understood(table, faults, on, defaults or {})
    told = sorted(file.faults, key=lambda fault: fault.row or 0)
    return Preview(
        file=path.name,
        header_row=table.heading.row,
        columns=tuple(_columns(table, translate)),
        rows=len(table.rows),
        first=tuple(
            PreviewedRow(row.number, _values(one))
            for row, one in list(zip(file.rows, file.wanted, strict=True))[:_FIRST]
        ),
        faults=tuple(fault.sentence(translate) for fault in told),
        totals=tuple(note.row for note in table.heading.notes if note.counts),
        remembered=remembered(table),
        sheet=table.heading.sheet,
        other_sheets=table.heading.other_sheets,
        left_out=table.heading.notes,
        defaults=defaults or {},
    )


def _columns(table: Table, translate: Callable[[str], str]) -> list[PreviewedColumn]:
    meant = meanings(table.headers)
    found = []
    for header in table.heading.headers:
        name = table.heading.fields.get(header)
        meaning = meant.get(name or "")
        if meaning and not (is_identity(header) and "name" not in meaning):
            found.append(PreviewedColumn(header, meaning))
        else:
            found.append(PreviewedColumn(header, None, translate(_why(table, header, name))))
    return found


def _why(table: Table, header: str, name: str | None) -> str:
    if table.heading.mapping.get(fold(header) or header) == LEFT_OUT:
        return _AS_SAID
    if is_identity(header):
        return NOT_HELD
    return {"number": _GIVEN, "reason": _REASONS}.get(name or "", _UNKNOWN)


def _values(one: NewEnrollment) -> dict[str, str]:
    """What there is to say of somebody, in the order of the commonest lists."""
    person, answers = one.person, {None: None, True: "yes", False: "no"}
    values: dict[str, object] = {
        "name": person.full_name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "honorific": person.honorific,
        "country": one.country,
        "organization": one.organization and organization_label(one.organization.acronym, one.organization.name, "und"),
        "post": one.post,
        "email": person.email,
        "sex": one.sex,
        "category": one.category,
        "status": one.status,
        "priority": one.priority,
        "reserve": answers[one.reserve],
        "nominated_by": one.nominated_by and organization_label(one.nominated_by.acronym, one.nominated_by.name, "und"),
        "funder": one.funder,
        "publish": answers[one.publish],
        "needs": one.needs,
        "language": person.language,
        "birth_year": person.birth_year,
        "nationality": person.nationality,
        "phone": person.phone,
    }
    return {name: str(value) for name, value in values.items() if value is not None}
