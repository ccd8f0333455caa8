"""Published figures from a file: every fault by row and column, or all of the figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from coursectl.errors import N_, BadTable, Fault
from coursectl.history.figures import TEXTS, KnownEdition, NewFigure, problems
from coursectl.tables import Column, Row, Table, read_table

COLUMNS = (
    Column("course", ("Curso", "Cours", "Código")),
    Column("edition", ("Edición", "Edição", "Édition", "N.º de edición")),
    Column("year", ("Año", "Ano", "Année")),
    Column("measure", ("Medida", "Mesure", "Indicador", "Indicateur"), required=True),
    Column("value", ("Valor", "Valeur", "Cifra", "Chiffre", "Figure"), required=True),
    Column("qualifier", ("Calificador", "Qualificador", "Qualificatif")),
    Column("who", ("Quiénes", "Quem", "Qui")),
    Column("stage", ("Etapa", "Étape")),
    Column("includes_edition", ("Includes edition", "Incluye edición", "Inclui edição", "Inclut édition")),
    Column("said_by", ("Said by", "Dicho por", "Dito por", "Dit par")),
    Column("publisher", ("Publicado por", "Editor", "Publié par")),
    Column("said_on", ("Said on", "On", "Date", "Fecha", "Data")),
    Column("source", ("Fuente", "Fonte", "URL", "Link")),
    Column("note", ("Nota", "Remarque", "Observaciones", "Observações")),
    Column("words", ("Palabras", "Palavras", "Mots", "Cita", "Quote")),
)


def read_figures(path: Path, course: str, editions: Mapping[int, KnownEdition]) -> list[NewFigure]:
    """The figures in a file about a course with these editions (by number; those to be made in the same batch included).

    Raises BadTable with every fault, and what `read_table` raises.
    """
    faults: list[Fault] = []
    table = read_table(path, COLUMNS, faults=faults)
    read = [_read_figure(table, row, course, editions, faults) for row in table.rows]
    if faults:
        raise BadTable(path.name, sorted(faults, key=lambda fault: fault.row or 0))
    return read


def _read_figure(
    table: Table, row: Row, course: str, editions: Mapping[int, KnownEdition], faults: list[Fault]
) -> NewFigure:
    """The figure of a row; what is wrong with it is appended to `faults`."""
    said = row.values
    if said["course"] and said["course"].casefold() != course.casefold():
        faults.append(table.fault(row, "course", N_("the figures of this file are about {course}"), course=course))
    edition = _read_edition(table, row, course, editions, faults)
    year = _whole_number(table, row, "year", faults)
    value = _whole_number(table, row, "value", faults)
    if not said["value"]:
        faults.append(table.fault(row, "value", N_("a figure needs a whole number")))
    figure = NewFigure(
        measure=_word(said["measure"]),
        value=value or 0,
        edition_id=edition.id if edition else None,
        year=year if year is not None or edition is None else edition.year,
        qualifier=_word(said["qualifier"]) or "exact",
        stage=_word(said["stage"]) or None,
        includes_edition=_word(said["includes_edition"]) or None,
        said_on=said["said_on"] or None,
        **{name: said[name] or None for name in TEXTS},
    )
    # A row whose edition or year can't be read has no place, and that is said already.
    unplaced = (said["edition"] and edition is None) or (said["year"] and year is None)
    checked = replace(figure, edition_id=0) if unplaced else figure
    # The clauses name the value themselves.
    faults += [
        Fault(row.number, table.headers.get(field, field) if field else None, "", reason, tuple(facts.items()))
        for field, reason, facts in problems(checked)
    ]
    return figure


def _read_edition(
    table: Table, row: Row, course: str, editions: Mapping[int, KnownEdition], faults: list[Fault]
) -> KnownEdition | None:
    said = row.values["edition"]
    if not said:
        return None
    number = said[len(course) + 1 :] if said.casefold().startswith(f"{course}-".casefold()) else said
    if not re.fullmatch(r"[0-9]{1,6}", number):
        faults.append(table.fault(row, "edition", N_("no number of an edition; write it like 37")))
    elif int(number) not in editions:
        reason = N_("the store has no edition {reference}; add it with: coursectl edition add {reference}")
        faults.append(table.fault(row, "edition", reason, reference=f"{course}-{int(number)}"))
    else:
        return editions[int(number)]
    return None


def _whole_number(table: Table, row: Row, field: str, faults: list[Fault]) -> int | None:
    said = row.values[field]
    if not said:
        return None
    if not re.fullmatch(r"-?[0-9]{1,15}", said):
        faults.append(table.fault(row, field, N_("no whole number; write it in digits only, like 1000")))
        return None
    return int(said)


def _word(said: str) -> str:
    """`More than` and `more-than` are `more_than`."""
    return said.casefold().replace(" ", "_").replace("-", "_")
