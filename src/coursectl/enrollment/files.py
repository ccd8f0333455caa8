"""Rosters as offices send them: tables read, all faults found, then everybody enrolled, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from coursectl import tables
from coursectl.editions import EditionRef
from coursectl.enrollment.cells import HEADERS, read_enrollment
from coursectl.enrollment.enrolling import Enrolled, enroll_all
from coursectl.enrollment.planning import NewEnrollment, Problem, plan_enrollments
from coursectl.errors import N_, BadInput, BadTable, CourseError, Fault, Refused, untranslated
from coursectl.locale import fold
from coursectl.store import Act, Store
from coursectl.tables import Column, Row, Table

_SILENT = ("number", "reason")
_PASSPORT = ("passport", "pasaport", "passaport", "passeport")


@dataclass(frozen=True)
class RosterFile:
    """What a roster file says: `wanted` with their `rows`, the faults of the others, the columns that nobody reads."""

    table: Table
    rows: tuple[Row, ...]
    wanted: tuple[NewEnrollment, ...]
    faults: tuple[Fault, ...]
    ignored: tuple[str, ...]

    def only(self, keep: Callable[[Row], bool]) -> RosterFile:
        """The same with only those of its rows that are to be kept."""
        pairs = [(row, one) for row, one in zip(self.rows, self.wanted, strict=True) if keep(row)]
        return replace(self, rows=tuple(row for row, _ in pairs), wanted=tuple(one for _, one in pairs))

    def faults_of(self, problems: Iterable[Problem]) -> list[Fault]:
        """Problems of `wanted` as faults of their rows."""
        return [self._fault(problem) for problem in problems]

    def _fault(self, problem: Problem) -> Fault:
        facts, reason = dict(problem.facts), problem.reason
        if "before" in facts:  # a place in the list; the reader of a file knows rows
            reason = N_("{name} is in the file twice, also in row {before}")
            facts["before"] = self.rows[int(str(facts["before"])) - 1].number
        return self.table.fault(self.rows[problem.place], problem.field, reason, **facts)


@dataclass(frozen=True)
class FileEnrolled:
    """What became of a file: the list, the columns that nobody read, and the file of the bad rows, if there is one."""

    file: str
    edition: str
    enrolled: tuple[Enrolled, ...]
    unchanged: tuple[Enrolled, ...]
    waitlisted: tuple[Enrolled, ...]
    organizations_created: tuple[str, ...]
    seats_left: int | None
    skipped: int
    skipped_file: str | None
    ignored_columns: tuple[str, ...]


def read_roster(path: Path, on: str, mapping: Mapping[str, str] | None = None) -> RosterFile:
    """What a roster says: CSV, TSV, XLSX, ODS or JSON with headers in English, Spanish, Portuguese or French.

    `mapping` gives fields to headers by hand, `{"Apellidos": "family_name"}`; `on` is today's date. Raises NotFound and
    BadInput where the file can't be read as a table, where it is empty, and where it holds passports.
    """
    faults: list[Fault] = []
    columns = [Column(name, headers) for name, headers in HEADERS.items()]
    table = tables.read_table(path, columns, mapping, faults)
    _refuse_passports(table)
    if not table.rows and not faults:
        raise BadInput(N_("{file} has headers but no rows."), file=str(path))
    meant = _meanings(table.headers)
    seen: dict[str, int] = {}
    rows: list[Row] = []
    wanted: list[NewEnrollment] = []
    for row in table.rows:
        one, bad = read_enrollment({meant[name]: row.values[name] for name in meant}, on)
        found = [table.fault(row, cell.field, cell.reason, **dict(cell.facts)) for cell in bad]
        if email := (one.person.email or "").casefold():
            if email in seen:
                found.append(table.fault(row, "email", N_("row {other} has the same e-mail"), other=seen[email]))
            seen.setdefault(email, row.number)
        faults += found
        if not found:
            rows.append(row)
            wanted.append(one)
    ignored = tuple(header for header in table.unknown if header)
    return RosterFile(table, tuple(rows), tuple(wanted), tuple(faults), ignored)


def enroll_file(
    store: Store,
    edition: EditionRef,
    path: Path,
    act: Act,
    *,
    mapping: Mapping[str, str] | None = None,
    waiting_list: bool = False,
    skip_bad: Path | None = None,
    translate: Callable[[str], str] = untranslated,
) -> FileEnrolled:
    """Enroll everybody in a file, in one batch, or nobody where a row is bad.

    With `skip_bad` the bad rows are written to that file (CSV), each with its reasons by `translate`, and the others are
    enrolled. Raises BadTable with all faults, and what `read_roster` and `enroll_all` raise.
    """
    _refuse_to_replace(skip_bad)
    file = read_roster(path, act.today, mapping)
    faults: Sequence[Fault] = ()
    if file.faults or skip_bad:
        problems = plan_enrollments(store, edition, file.wanted, act).problems
        faults = sorted((*file.faults, *file.faults_of(problems)), key=lambda fault: fault.row or 0)
    if faults and skip_bad is None:
        raise BadTable(path.name, faults)
    bad = {fault.row for fault in faults}
    good = file.only(lambda row: row.number not in bad)

    def refuse(problems: Sequence[Problem]) -> CourseError:
        return BadTable(path.name, good.faults_of(problems))

    with _bad_rows_put_aside(file.table, faults, None if act.dry_run else skip_bad, translate):
        done = enroll_all(store, edition, good.wanted, act, waiting_list=waiting_list, refuse=refuse)
    return FileEnrolled(
        file=path.name,
        edition=done.edition,
        enrolled=done.enrolled,
        unchanged=done.unchanged,
        waitlisted=done.waitlisted,
        organizations_created=done.organizations_created,
        seats_left=done.seats_left,
        skipped=len(bad),
        skipped_file=str(skip_bad) if bad else None,
        ignored_columns=file.ignored,
    )


def _meanings(headers: Mapping[str, str]) -> dict[str, str]:
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


def _refuse_passports(table: Table) -> None:
    for header in table.unknown:
        if any(word in fold(header) for word in _PASSPORT):
            raise BadInput(
                N_(
                    '{file} has a column "{header}". Passport data is personal data that coursectl must not hold; '
                    "delete the column, then type the command again."
                ),
                file=str(table.path),
                header=header,
            )


def _refuse_to_replace(path: Path | None) -> None:
    if path is not None and path.exists():
        raise Refused(N_("{file} is there already; name another file for the bad rows."), file=str(path))


@contextmanager
def _bad_rows_put_aside(
    table: Table, faults: Sequence[Fault], path: Path | None, translate: Callable[[str], str]
) -> Iterator[None]:
    """Write the bad rows first, so that nobody is enrolled when they can't be kept; and not for a list that is refused."""
    if path is None or not faults:
        yield
        return
    reasons: dict[int | None, list[str]] = {}
    for fault in faults:
        reasons.setdefault(fault.row, []).append(replace(fault, row=None).sentence(translate))
    cells = {row.number: table.cells(row) for row in table.rows}
    headers = [*table.headers.values(), *table.unknown]
    lines = [
        [*(cells.get(number or 0, {}).get(header, "") for header in headers), "; ".join(told)]
        for number, told in reasons.items()
    ]
    tables.write_csv_file(path, [*headers, translate(N_("Reason"))], lines)
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise
