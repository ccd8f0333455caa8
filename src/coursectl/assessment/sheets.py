"""Results from files, as Microsoft Forms, Google Forms and spreadsheets have them. All or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursectl.assessment.defining import Assessment, get_assessment
from coursectl.assessment.results import Key, read_results, results_statements
from coursectl.assessment.scores import read_score, shown
from coursectl.editions import EditionRef
from coursectl.enrollment import STATUSES, WHO, column, list_roster, row_finder
from coursectl.errors import N_, BadInput, BadTable, Fault
from coursectl.store import Act, Store
from coursectl.tables import Row, Table, read_table

SCORE = column(
    "score",
    "Total points|Points|Total score|Grade|Mark|Result|Puntuación|Puntaje|Puntos|Puntos totales|Total de puntos|Calificación"
    "|Nota|Resultado|Pontuação|Pontos|Total de pontos|Total points scored|Note|Score total|Nombre de points|Total des points"
    "|Résultat",
    required=True,
)
CODE = column("code", "Código|Clave|Seudónimo|Código anónimo|Code anonyme|Anonymous code|ID")
_BY_NAME, _ANONYMOUS = (*WHO, SCORE), (CODE, SCORE)
_NOBODY = ("anonymous", "anónimo", "anônimo", "anonyme")  # what Microsoft Forms writes for who didn't sign in
_LONGEST = 100  # letters of a code


@dataclass(frozen=True)
class ImportedResults:
    """What came of a file: how many results it has, how many are new or changed, what columns say nothing."""

    edition: str
    assessment: str
    results: int
    changed: int
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class _Entry:
    """A result as the file has it."""

    row: Row
    key: Key
    points: float


def import_results(
    store: Store,
    edition: EditionRef,
    path: Path,
    code: str,
    act: Act,
    *,
    anonymous: bool = False,
    replace: bool = False,
    mapping: Mapping[str, str] | None = None,
) -> ImportedResults:
    """Read the results of the assessment `code` from a file and write them. A row without a score isn't a result.

    With `anonymous` each row has the code that somebody wrote, instead of who they are. Importing a file again changes
    nothing; another score for who has one is a fault unless it is to `replace` it. Raises BadTable with every fault,
    NotFound or BadInput for the file and the assessment, EditionClosed for a required one, ScoredMeanwhile.
    """
    one = get_assessment(store, edition, code)
    faults: list[Fault] = []
    table = read_table(path, _ANONYMOUS if anonymous else _BY_NAME, mapping, faults)
    rows = [row for row in table.rows if row.values["score"]]
    _refuse_shares(table, rows, one)
    whose = _codes(table) if anonymous else _people(store, edition, table)
    entries = list(_entries(table, rows, one, whose, faults))
    stored = read_results(store, [one.id])[one.id]
    wanted = _wanted(table, entries, one, {} if replace else stored, faults)
    if faults:
        raise BadTable(path.name, sorted(faults, key=lambda fault: fault.row or 0))
    new = {key: points for key, points in wanted.items() if stored.get(key) != points}
    if new:
        old = {key: stored.get(key) for key in new}
        store.apply(act.operation(f"assess import {edition.reference}", results_statements(edition, one, new, old)))
    return ImportedResults(edition.reference, one.code, len(wanted), len(new), table.unknown)


def _refuse_shares(table: Table, rows: Sequence[Row], one: Assessment) -> None:
    """Cells that Excel shows as 90 % hold 0.9: taken for points, everybody would have failed."""
    cells = [row.values["score"].replace(",", ".") for row in rows]
    if one.of_points >= 5 and any("." in cell for cell in cells) and all(_is_share(cell) for cell in cells):
        raise BadInput(
            N_(
                '{file}: the scores in "{column}" are from 0 to 1, so they are percentages that the spreadsheet only shows as such. Write them as text, like 90 %, or as points of {points}.'
            ),
            file=str(table.path), column=table.headers["score"], points=shown(one.of_points),
        )  # fmt: skip


def _is_share(cell: str) -> bool:
    try:
        return 0 <= float(cell) <= 1
    except ValueError:
        return False


def _people(store: Store, edition: EditionRef, table: Table) -> Callable[[Row], Key | Fault]:
    find = row_finder(
        table,
        list_roster(store, edition, STATUSES, level="strong"),
        N_("whose result? a number, an e-mail or a name is missing; results without names are read with --anonymous"),
    )

    def whose(row: Row) -> Key | Fault:
        if row.values["email"].casefold() in _NOBODY:
            row = Row(row.number, {**row.values, "email": ""}, row.extra)
        found = find(row)
        return found if isinstance(found, Fault) else (found.id, None)

    return whose


def _codes(table: Table) -> Callable[[Row], Key | Fault]:
    def whose(row: Row) -> Key | Fault:
        code = row.values["code"]
        if not code:
            return table.fault(row, "code", N_("the code is missing"))
        if len(code) > _LONGEST:
            return table.fault(row, "code", N_("a code has at most {most} letters"), most=_LONGEST)
        return None, code

    return whose


def _entries(
    table: Table, rows: Sequence[Row], one: Assessment, whose: Callable[[Row], Key | Fault], faults: list[Fault]
) -> Iterator[_Entry]:
    for row in rows:
        key, points = whose(row), read_score(row.values["score"], one.of_points, one.code)
        if isinstance(key, Fault):
            faults.append(key)
        if isinstance(points, tuple):
            faults.append(table.fault(row, "score", points[0], **points[1]))
        if not isinstance(key, Fault) and not isinstance(points, tuple):
            yield _Entry(row, key, points)


def _wanted(
    table: Table, entries: Sequence[_Entry], one: Assessment, stored: Mapping[Key, float], faults: list[Fault]
) -> dict[Key, float]:
    """The points by whose they are. Two that contradict each other are a fault, and so is one that contradicts the store."""
    first: dict[Key, _Entry] = {}
    for entry in entries:
        other, was = first.setdefault(entry.key, entry), stored.get(entry.key)
        if other.points != entry.points:
            reason = N_("contradicts row {row}, which has {points}")
            faults.append(table.fault(entry.row, "score", reason, row=other.row.number, points=shown(other.points)))
        elif was is not None and was != entry.points and other is entry:
            reason = N_("has {was} of {of} already; to write over it, add --replace")
            faults.append(table.fault(entry.row, "score", reason, was=shown(was), of=shown(one.of_points)))
    return {key: entry.points for key, entry in first.items()}
