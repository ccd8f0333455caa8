"""Whom the rows of a list from outside are about: marks, results of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from coursectl.enrollment.roster import Enrollment
from coursectl.enrollment.statuses import TRAINEE
from coursectl.errors import N_, Fault, Word
from coursectl.locale import fold
from coursectl.tables import Column, Row, Table

HAD_A_PLACE = (*TRAINEE, "no_show", "withdrawn")
"""Of whom something can be noted: who holds a place, and who gave one back after having been there."""


def column(name: str, headers: str, *, required: bool = False) -> Column:
    """A column with its headers, which `|` stands between."""
    return Column(name, tuple(headers.split("|")), required=required)


NUMBER = column(
    "number",
    "N.º|No.|N°|Nr.|Num|Número|Numéro|Participant number|Número de participante|Número do participante"
    "|Numéro de participant|Participante N.º",
)
WHO = (
    NUMBER,
    column(
        "name",
        "Nombre|Nome|Nom|Full name|Nombre completo|Nome completo|Nom complet|Participant|Participante|Nombre y apellidos"
        "|Nombre y apellido|Nombres y apellidos|Apellidos y nombres|Apellidos y nombre|Apellido y nombre|Nome e sobrenome"
        "|Nom et prénom",
    ),
    column("given_name", "Given name|First name|Nombres|Prénom|Prenome"),
    column("family_name", "Family name|Last name|Surname|Apellidos|Apellido|Sobrenome|Nom de famille"),
    column("email", "E-mail|Mail|Correo|Correo electrónico|Courriel|Endereço eletrônico"),
)
"""The columns that say who a row is about; one of them is enough."""


def row_finder(table: Table, roster: Sequence[Enrollment], nobody: str) -> Callable[[Row], Enrollment | Fault]:
    """What finds the participant of a row by number, e-mail and name, which must agree where several are given.

    `nobody` is the wording for a row that names nobody.
    """
    by_number = {str(one.number): one for one in roster if one.number is not None}
    by_email: dict[str, list[Enrollment]] = {}
    by_name: dict[tuple[str, ...], list[Enrollment]] = {}
    for one in roster:
        by_name.setdefault(_words(one.name), []).append(one)
        if one.email:
            by_email.setdefault(one.email.casefold(), []).append(one)

    def candidates(row: Row) -> Iterator[tuple[str, list[Enrollment]]]:
        number, email, words = row.values["number"], row.values.get("email", ""), _words(_name(row))
        if number:
            found = by_number.get(number.lstrip("0"))
            yield "number", [found] if found else []
        if email:
            yield "email", by_email.get(email.casefold(), [])
        if words:
            yield "name" if row.values.get("name") else "family_name", by_name.get(words, [])

    def find(row: Row) -> Enrollment | Fault:
        said = list(candidates(row))
        if not said:
            return Fault(row.number, None, "", nobody)
        for field, fitting in said:
            if not fitting:
                return table.fault(row, field, N_("nobody in the edition has this {field}"), field=field)
        common = [one for one in said[0][1] if all(one in fitting for _, fitting in said)]
        if not common:
            reason = N_("not the one with this {field}, who is {person}")
            return table.fault(row, said[-1][0], reason, field=said[0][0], person=said[0][1][0].name)
        if len(common) > 1:
            return table.fault(row, said[0][0], N_("fits several: {choices}; add the number"), choices=_choices(common))
        if common[0].status not in HAD_A_PLACE:
            return table.fault(
                row, said[0][0], N_("has no place in the edition ({status})"), status=Word(common[0].status)
            )
        return common[0]

    return find


def _name(row: Row) -> str:
    return " ".join(row.values.get(name, "") for name in ("given_name", "name", "family_name"))


def _words(name: str) -> tuple[str, ...]:
    """A name for comparing: `Pérez, Ana` is `Ana Pérez`."""
    return tuple(sorted(fold(name).split()))


def _choices(people: Sequence[Enrollment]) -> str:
    return ", ".join(f"{one.number or '–'} {one.name}" for one in people)
