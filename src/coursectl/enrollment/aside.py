"""The bad rows of a list, put aside in a file of their own, to be corrected and enrolled later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from coursectl import tables
from coursectl.errors import N_, Fault
from coursectl.tables import Table


@dataclass(frozen=True)
class Aside:
    """A file of bad rows: where it goes, and what is in it. `there`: the same file is there already."""

    path: Path
    headers: Sequence[str]
    lines: Sequence[Sequence[str]]
    there: bool


def bad_rows_aside(
    table: Table, faults: Sequence[Fault], path: Path | None, translate: Callable[[str], str]
) -> Aside | None:
    """The rows that have faults, each with its reasons in one more column; None where all are good.

    `path` None: a file beside the list.
    """
    if not faults:
        return None
    reasons: dict[int | None, list[str]] = {}
    for fault in faults:
        reasons.setdefault(fault.row, []).append(replace(fault, row=None).sentence(translate))
    cells = {row.number: table.cells(row) for row in table.rows}
    columns = [*table.headers.values(), *table.unknown]
    lines = [
        [*(cells.get(number or 0, {}).get(column, "") for column in columns), "; ".join(told)]
        for number, told in reasons.items()
    ]
    headers = [*columns, translate(N_("Reason"))]
    if path is not None:
        return Aside(path, headers, lines, there=False)
    return Aside(*_place_beside(table.path, headers, lines))


@contextmanager
def put_aside(aside: Aside | None) -> Iterator[None]:
    """Write the bad rows first, so that nobody is enrolled when they can't be kept; and not for a list that is refused."""
    if aside is None or aside.there:
        yield
        return
    tables.write_csv_file(aside.path, aside.headers, aside.lines)
    try:
        yield
    except BaseException:
        aside.path.unlink(missing_ok=True)
        raise


def _place_beside(
    path: Path, headers: Sequence[str], lines: Sequence[Sequence[str]]
) -> tuple[Path, Sequence[str], Sequence[Sequence[str]], bool]:
    """`roster-bad.csv` beside `roster.xlsx`, or the next that is free; and whether it is there and has the same rows.

    So the same list a second time leaves no second file, whatever is wrong with its rows by then, and nobody's corrections are
    written over.
    """
    rows = _without_reasons(tables.csv_text(headers, lines))
    for number in count(1):
        place = path.with_name(f"{path.stem}-bad{'' if number == 1 else f'-{number}'}.csv")
        if not place.exists():
            return place, headers, lines, False
        if rows is not None and _rows_of(place) == rows:
            return place, headers, lines, True
    raise AssertionError  # pragma: no cover - numbers don't end


def _rows_of(place: Path) -> list[list[str]] | None:
    """The rows of a file that is there, if it can be read as one of bad rows."""
    try:
        return _without_reasons(place.read_text("utf-8-sig", errors="replace"))
    except OSError:  # a folder, or somebody else's: its name is taken, and that is all
        return None


def _without_reasons(text: str) -> list[list[str]] | None:
    """The rows of such a file but for the last cell of each; None for what is no such file."""
    import csv
    import io

    try:
        return [cells[:-1] for cells in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error:
        return None
