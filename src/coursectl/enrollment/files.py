"""Rosters as offices send them: tables read, all faults found, then everybody enrolled, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from coursectl import tables
from coursectl.editions import EditionRef
from coursectl.enrollment.aside import bad_rows_aside, put_aside
from coursectl.enrollment.cells import age_day, read_enrollment
from coursectl.enrollment.columns import remember_statements, remembered_columns
from coursectl.enrollment.differing import Differing, Said, compare
from coursectl.enrollment.enrolling import Enrolled, EnrolledList, enroll_all, once
from coursectl.enrollment.headers import HEADERS
from coursectl.enrollment.identity import refuse_identity
from coursectl.enrollment.planning import NewEnrollment, Plan, Problem, plan_enrollments
from coursectl.enrollment.statuses import AWAY, STATUSES
from coursectl.errors import N_, BadInput, BadTable, Fault, Refused, untranslated
from coursectl.locale import fold
from coursectl.people import TWINS, Decide, DecideOffice, NewPerson, match_people
from coursectl.store import Act, Statement, Store
from coursectl.tables import Column, Note, Row, Table

_TWINS = N_(
    "{name} is in the file twice with other data, also in row {before}: {mine} here, {theirs} there. Correct the file; if they "
    "are two people, say --on-duplicate new"
)
_NOT_READ = N_("this column isn't known and was not read; say what it is with --map")
_SILENT = ("number", "reason")
# What `roster list --csv` and `roster export` write beside what a list is read for.
_OWN = frozenset(
    ("id", "edition", "person", "enrolled_at", "organization_id", "organization_name", "organization_acronym", "replaces",
     "wait_order", "over_quota", "nominated_by_id", "waiting", "erased", "late")
)  # fmt: skip
_NAMES = ("name", "first_or_full", "inverted_name", "family_name", "given_name")


@dataclass(frozen=True)
class RosterFile:
    """What a roster file says: `wanted` with their `rows`, the faults of the others, the columns that nobody reads.

    `suspects` are rows with faults that may have more of them: whose name and e-mail can be read. `meant` is what the
    columns mean: `Nombre` is the first name beside a family name.
    """

    table: Table
    rows: tuple[Row, ...]
    wanted: tuple[NewEnrollment, ...]
    faults: tuple[Fault, ...]
    ignored: tuple[str, ...]
    suspects: tuple[tuple[Row, NewPerson], ...] = ()
    meant: Mapping[str, str] = field(default_factory=dict)

    def said(self) -> list[Said]:
        """What each row says of whom, for those who are known already."""
        headers = {self.meant[name]: header for name, header in self.table.headers.items() if name in self.meant}
        return [
            Said(row.number, one, {self.meant[name] for name in self.meant if row.values[name]}, headers)
            for row, one in zip(self.rows, self.wanted, strict=True)
        ]

    def only(self, keep: Callable[[Row], bool]) -> RosterFile:
        """The same with only those of its rows that are to be kept."""
        pairs = [(row, one) for row, one in zip(self.rows, self.wanted, strict=True) if keep(row)]
        return replace(self, rows=tuple(row for row, _ in pairs), wanted=tuple(one for _, one in pairs))

    def refused(self, faults: Iterable[Fault]) -> BadTable:
        """The error about its faults; it tells the columns that weren't read, which may explain them but are no faults."""
        return BadTable(self.table.path.name, faults, [Fault(None, header, "", _NOT_READ) for header in self.ignored])

    def refuse(self, problems: Sequence[Problem]) -> BadTable:
        """The error about problems of `wanted`."""
        return self.refused(self.faults_of(problems))

    def faults_of(self, problems: Iterable[Problem]) -> list[Fault]:
        """Problems of `wanted` as faults of their rows."""
        return [self._fault(problem) for problem in problems]

    def _fault(self, problem: Problem) -> Fault:
        facts, reason = dict(problem.facts), problem.reason
        if "before" in facts:  # a place in the list; the reader of a file knows rows
            reason = _TWINS if reason == TWINS else N_("{name} is in the file twice, also in row {before}")
            facts["before"] = self.rows[int(str(facts["before"])) - 1].number
        return _fault(self.table, self.rows[problem.place], problem.field, reason, facts)


@dataclass(frozen=True)
class FileEnrolled:
    """What became of a file: the list, the columns that nobody read, and the file of the bad rows, if there is one.

    Of those who were in the edition before something was written of who is `changed`; who is `kept` stays as they are, though the
    file says otherwise; the others are `unchanged`. `not_taken_back` are those of all three who have withdrawn or declined: a list
    takes nobody back. `differing` are the rows that said something else than the store, `updated` how many enrollments now say
    what the file says. `remembered` is what
    was said of its columns an earlier time. `sheet` is the one of a workbook that was read, `other_sheets` weren't; `left_out` are
    the rows under the list that are nobody.
    """

    file: str
    edition: str
    enrolled: tuple[Enrolled, ...]
    unchanged: tuple[Enrolled, ...]
    waitlisted: tuple[Enrolled, ...]
    organizations_created: tuple[str, ...]
    seats_left: int | None
    skipped: int
    skipped_file: str | None
    not_taken_back: tuple[Enrolled, ...]
    ignored_columns: tuple[str, ...]
    differing: tuple[Differing, ...] = ()
    updated: int = 0
    remembered: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    left_out: tuple[Note, ...] = ()
    changed: tuple[Enrolled, ...] = ()
    kept: tuple[Enrolled, ...] = ()

    @property
    def before(self) -> tuple[Enrolled, ...]:
        """Those who were in the edition before."""
        return (*self.unchanged, *self.changed, *self.kept)

    @classmethod
    def of(cls, done: EnrolledList, file: RosterFile, beside: _Beside) -> FileEnrolled:
        """What became of the good rows of a file."""
        waiting = tuple(one for one in done.enrolled if one.status == "waitlisted")
        otherwise = {one.person.id for one in beside.differing}
        written = {one.person.id for one in beside.differing if any(each.written for each in one.differences)}
        return cls(
            file=file.table.path.name,
            edition=done.edition,
            enrolled=tuple(one for one in done.enrolled if one.status != "waitlisted"),
            unchanged=tuple(one for one in done.unchanged if one.person.id not in otherwise),
            changed=(
                *done.changed,
                *(replace(one, unchanged=False) for one in done.unchanged if one.person.id in written),
            ),
            kept=tuple(one for one in done.unchanged if one.person.id in otherwise - written),
            waitlisted=(*waiting, *done.waitlisted),
            organizations_created=done.organizations_created,
            seats_left=done.seats_left,
            skipped=0,
            skipped_file=None,
            not_taken_back=tuple(one for one in done.before if one.status in AWAY and one.id not in beside.said_away),
            ignored_columns=file.ignored,
            differing=tuple(beside.differing),
            updated=beside.updated,
            remembered=remembered(file.table),
            sheet=file.table.heading.sheet,
            other_sheets=file.table.heading.other_sheets,
            left_out=file.table.heading.notes,
        )


def read_roster(
    path: Path,
    on: str,
    mapping: Mapping[str, str] | None = None,
    layouts: Mapping[str, Mapping[str, str]] | None = None,
    sheet: str | None = None,
    defaults: Mapping[str, str] | None = None,
) -> RosterFile:
    """What a roster says: CSV, TSV, XLSX, ODS or JSON with headers in English, Spanish, Portuguese or French.

    `mapping` gives fields to headers by hand, `{"Apellidos": "family_name"}`, `layouts` are those of before, by the headers of
    a file, `sheet` the one of a workbook to read; `defaults` are everybody's whose cell says nothing, by field; `on` is the day on which ages are looked at. Raises NotFound and BadInput where the file can't be read as a table, where it is empty,
    and where it holds numbers of passports.
    """
    faults: list[Fault] = []
    table = tables.read_table(path, COLUMNS, mapping, faults, layouts, sheet=sheet, notes=True)
    refuse_identity(table)
    return understood(table, faults, on, defaults or {})


COLUMNS = tuple(Column(name, headers, joined=name == "needs") for name, headers in HEADERS.items())
"""The columns of a roster."""


def understood(table: Table, faults: list[Fault], on: str, defaults: Mapping[str, str]) -> RosterFile:
    """What the rows of a table say. Raises BadInput where there are none."""
    path = table.path
    if not table.rows and not faults:
        raise BadInput(N_("{file} has headers but no rows."), file=str(path))
    meant = meanings(table.headers)
    seen: dict[str, int] = {}
    rows: list[Row] = []
    wanted: list[NewEnrollment] = []
    suspects: list[tuple[Row, NewPerson]] = []
    for row in table.rows:
        said = {meant[name]: row.values[name] for name in meant if row.values[name]}
        one, bad = read_enrollment({**defaults, **said}, on, STATUSES)
        found = [_fault(table, row, cell.field, cell.reason, dict(cell.facts)) for cell in bad]
        if email := (one.person.email or "").casefold():
            if email in seen:
                found.append(_fault(table, row, "email", N_("row {other} has the same e-mail"), {"other": seen[email]}))
            elif found and one.person.full_name:
                suspects.append((row, one.person))
            seen.setdefault(email, row.number)
        faults += found
        if not found:
            rows.append(row)
            wanted.append(one)
    ignored = tuple(header for header in table.unknown if header not in _OWN)
    return RosterFile(table, tuple(rows), tuple(wanted), tuple(faults), ignored, tuple(suspects), meant)


def enroll_file(
    store: Store,
    edition: EditionRef,
    path: Path,
    act: Act,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    waiting_list: bool = False,
    skip_bad: bool = False,
    bad_rows: Path | None = None,
    update: bool = False,
    defaults: Mapping[str, str] | None = None,
    near: Decide | None = None,
    office: DecideOffice | None = None,
    translate: Callable[[str], str] = untranslated,
) -> FileEnrolled:
    """Enroll everybody in a file, in one batch, or nobody where a row is bad.

    With `skip_bad` the bad rows are written to the file `bad_rows` (CSV; None: a new one beside the list), each with its
    reasons by `translate`, and the others are enrolled. Who is in the edition already stays as they are, and what the file
    says otherwise is told; with `update` it is written. `defaults` are everybody's, by field, where the file says nothing.
    `near` decides of who only looks like somebody who is known, `office` of organizations. A `mapping` is kept for the next
    file with these headers. `sheet` names the one of a workbook that is read. Raises BadTable with all faults, Refused where
    `bad_rows` is there already, and what `read_roster` and `enroll_all` raise.
    """
    _refuse_to_replace(bad_rows)
    near, office = once(near), once(office)
    file = read_roster(path, age_day(store, edition, act.today), mapping, remembered_columns(store), sheet, defaults)
    faults: Sequence[Fault] = ()
    if file.faults or skip_bad:
        plan = plan_enrollments(store, edition, file.wanted, act, waiting_list=waiting_list, near=near, office=office)
        faults = _all_faults(store, file, plan.problems)
    if faults and not skip_bad:
        raise file.refused(faults)
    bad = {fault.row for fault in faults}
    good = file.only(lambda row: row.number not in bad)
    beside = _Beside(store, good, update=update)
    aside = bad_rows_aside(file.table, faults, bad_rows, translate)
    with put_aside(None if act.dry_run else aside):
        done = enroll_all(
            store, edition, good.wanted, act,
            waiting_list=waiting_list, refuse=good.refuse, also=beside.statements, correcting=update, near=near, office=office,
        )  # fmt: skip
    told = FileEnrolled.of(done, file, beside)
    return replace(told, skipped=len(bad), skipped_file=str(aside.path) if aside else None)


def _all_faults(store: Store, file: RosterFile, problems: Sequence[Problem]) -> list[Fault]:
    """What is wrong with the rows in themselves and with the store in view, in their order."""
    found = (*file.faults, *file.faults_of(problems), *_mailboxes_taken(store, file))
    return sorted(found, key=lambda fault: fault.row or 0)


class _Beside:
    """What a list says otherwise than the store, found when it is planned, and what is written beside the enrollments."""

    def __init__(self, store: Store, file: RosterFile, *, update: bool) -> None:
        self.differing: list[Differing] = []
        self.said_away: set[int] = set()
        self.updated = 0
        self._store, self._file, self._update = store, file, update

    def statements(self, plan: Plan) -> list[Statement]:
        """What writes the corrections and what was said of the columns."""
        wanted = self._file.wanted
        self.differing, writing = compare(self._store, plan, self._file.said(), update=self._update)
        self.updated = sum(one.of_enrollment for one in self.differing) if self._update else 0
        self.said_away = {one.id for place, one in plan.standing.items() if wanted[place].status in AWAY}
        return [*writing, *remember_statements(self._store, self._file.table.heading)]


def remembered(table: Table) -> dict[str, str]:
    """What was said an earlier time, by the headers as this file writes them."""
    if not table.heading.remembered:
        return {}
    said = {fold(header) or header: header for header in table.heading.headers}
    return {said[header]: name for header, name in table.heading.mapping.items() if header in said}


def _mailboxes_taken(store: Store, file: RosterFile) -> list[Fault]:
    """What else is wrong with rows that are bad anyway, so that nobody corrects a list twice: e-mails of other people."""
    matched = match_people(store, [person for _row, person in file.suspects])
    return [
        _fault(file.table, file.suspects[fault.place][0], fault.field, fault.reason, dict(fault.facts))
        for fault in matched.faults
        if fault.field == "email"
    ]


def _fault(table: Table, row: Row, field: str, reason: str, facts: Mapping[str, object]) -> Fault:
    """A fault of a cell; a name may stand in columns that are called otherwise."""
    columns = _NAMES if field == "name" else (field,)
    column = next((name for name in columns if name in table.headers), field)
    return table.fault(row, column, reason, **facts)


def meanings(headers: Mapping[str, str]) -> dict[str, str]:
    """The field that each column of this file means. `Nombre` is the first name beside a family name, else the whole name."""
    meant = {name: name for name in headers if name not in _SILENT}
    in_parts = "family_name" in headers or "inverted_name" in headers
    if "first_or_full" in headers:
        if in_parts:
            meant["first_or_full"] = "given_name"
        elif "given_name" in headers and fold(headers["first_or_full"]) == "nom":
            meant["first_or_full"] = "family_name"
        else:
            meant["first_or_full"] = "name"
    if in_parts and "given_name" not in headers and fold(headers.get("name", "")) == "name":
        meant["name"] = "given_name"
    return meant


def _refuse_to_replace(path: Path | None) -> None:
    if path is not None and path.exists():
        raise Refused(N_("{file} is there already; name another file for the bad rows."), file=str(path))
