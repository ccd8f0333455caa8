"""The participants' list as a file: in the form that a list is read in, so that nothing is lost; and as a table for mail merge."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from coursectl import locale, tables
from coursectl.editions import Edition, EditionRef, get_edition
from coursectl.enrollment.roster import list_named
from coursectl.errors import N_
from coursectl.locale import Text
from coursectl.people import NewOrganization, organization_label
from coursectl.store import Row, Store

HEADINGS: Mapping[str, tuple[str, str, str, str]] = {
    "number": ("No.", "N.º", "N.º", "N°"),
    "honorific": ("Title", "Tratamiento", "Tratamento", "Civilité"),
    "name": ("Full name", "Nombre completo", "Nome completo", "Nom complet"),
    "given_name": ("Given names", "Nombres", "Prenomes", "Prénoms"),
    "family_name": ("Surnames", "Apellidos", "Sobrenomes", "Nom de famille"),
    "sex": ("Sex", "Sexo", "Sexo", "Sexe"),
    "country": ("Country", "País", "País", "Pays"),
    "organization": ("Organization", "Institución", "Instituição", "Organisme"),
    "post": ("Post", "Cargo", "Cargo", "Poste"),
    "email": ("E-mail", "Correo electrónico", "Endereço eletrônico", "Courriel"),
    "category": ("Category", "Categoría", "Categoria", "Catégorie"),
    "status": ("Status", "Estado de la inscripción", "Situação", "Statut"),
    "priority": ("Priority", "Prioridad", "Prioridade", "Priorité"),
    "reserve": ("Reserve", "Suplente", "Suplente", "Suppléant"),
    "nominated_by": ("Nominated by", "Propuesto por", "Indicado por", "Proposé par"),
    "funder": ("Funder", "Financiador", "Financiamento", "Financement"),
    "publish": ("May be published", "Autoriza publicar", "Autoriza a publicação", "Autorise la publication"),
    "needs": ("Needs", "Necesidades", "Necessidades", "Besoins"),
    "language": ("Language", "Idioma", "Língua", "Langue"),
    "birth_year": ("Year of birth", "Año de nacimiento", "Ano de nascimento", "Année de naissance"),
    "nationality": ("Nationality", "Nacionalidad", "Nacionalidade", "Nationalité"),
    "phone": ("Phone", "Teléfono", "Telefone", "Téléphone"),
}
"""Headers of an exported list by field, in English, Spanish, Portuguese and French: `enroll --from` reads each of them."""

MERGE_HEADINGS: Mapping[str, tuple[str, str, str, str]] = {
    "number": ("Number", "Número", "Número", "Numéro"),
    "treatment": ("Treatment", "Tratamiento", "Tratamento", "Civilité"),
    "salutation": ("Salutation", "Saludo", "Saudação", "Formule d'appel"),
    "name": ("Name", "Nombre", "Nome", "Nom"),
    "family_name": ("Family name", "Apellidos", "Sobrenome", "Nom de famille"),
    "post": ("Post", "Cargo", "Cargo", "Poste"),
    "organization": ("Organization", "Institución", "Instituição", "Organisme"),
    "country": ("Country", "País", "País", "Pays"),
    "email": ("E-mail", "Correo electrónico", "E-mail", "Courriel"),
    "course": ("Course", "Curso", "Curso", "Cours"),
    "edition": ("Edition", "Edición", "Edição", "Édition"),
    "dates": ("Dates", "Fechas", "Datas", "Dates"),
    "place": ("Place", "Lugar", "Local", "Lieu"),
    "status": ("Status", "Estado", "Situação", "Statut"),
    "language": ("Language", "Idioma", "Língua", "Langue"),
}
"""Headers of a table for mail merge, in the same languages."""


Address: TypeAlias = Callable[[str, str, str | None, str | None, str | None], tuple[str, str]]
"""Treatment and salutation, by language, name, family name, honorific and sex."""


@dataclass(frozen=True)
class Exported:
    """The file that was written: how many people are in it, and for what it is."""

    file: str
    edition: str
    people: int
    merge: bool


def export_roster(
    store: Store,
    edition: EditionRef,
    path: Path,
    statuses: Sequence[str] | None = None,
    *,
    language: str = "en",
    address: Address | None = None,
    force: bool = False,
) -> Exported:
    """Write the participants' list to a file: XLSX, ODS, CSV, TSV or JSON, as its name ends. JSON has fields and codes, else headers
    and words are in `language`, or in English where the tool doesn't speak it.

    `statuses`: only these; None: everybody who has neither declined nor withdrawn. With `address` a table for letters, each
    row in the language of its person, who is addressed as it says. Raises Refused where the file is there, unless `force`; and as `tables.write_table`.
    """
    tables.refuse_to_replace(path, force=force)
    held = get_edition(store, edition)
    rows = _rows(store, edition, statuses, language)
    headings = MERGE_HEADINGS if address else HEADINGS
    spoken = base if (base := language.partition("-")[0]) in locale.LANGUAGES else "en"
    codes = path.suffix.lower() == ".json"
    if address:
        lines = [_letter(row, held, language, spoken, address) for row in rows]
    else:
        lines = [_line(row, spoken if spoken == "en" else language, spoken, codes=codes) for row in rows]
    tables.write_table(
        path,
        edition.reference,
        [words[locale.LANGUAGES.index(spoken)] for words in headings.values()],
        [[line[name] for name in headings] for line in lines],
        tuple(headings),
    )
    return Exported(str(path), edition.reference, len(lines), address is not None)


_MORE = """
SELECT enrollment.id, priority, reserve, publish, needs, nominator.name AS nominator_name,
  nominator.acronym AS nominator_acronym
FROM enrollment LEFT JOIN organization AS nominator ON nominator.id = nominated_by
WHERE edition_id = :edition_id
"""


def _rows(store: Store, edition: EditionRef, statuses: Sequence[str] | None, language: str) -> list[Row]:
    """Everything of everybody, by column."""
    more = {row["id"]: row for row in store.read(_MORE, {"edition_id": edition.id})}
    return [vars(one) | more[one.id] for one in list_named(store, edition, statuses, language=language)]


def _line(row: Row, language: str, spoken: str, *, codes: bool) -> Mapping[str, object]:
    """A row of a list; a cell holds what a person reads, or a code where `codes`."""

    def word(code: str | None) -> str | None:
        return code if codes or code is None else locale.translated(code, spoken)

    def country(code: str | None) -> str | None:
        return code if codes or code is None else locale.country_name(code, language)

    def answer(said: int | None) -> bool | str | None:
        return None if said is None else bool(said) if codes else locale.translated("yes" if said else "no", spoken)

    nominator = row["nominator_name"] and json.loads(row["nominator_name"])
    return row | {
        "sex": word(row["sex"]),
        "country": country(row["country"]),
        "nationality": country(row["nationality"]),
        "category": word(row["category"]),
        "status": word(row["status"]),
        "organization": _office(row["organization_name"], row["organization_acronym"], language),
        "nominated_by": _office(nominator, json.loads(row["nominator_acronym"] or "{}"), language),
        "reserve": answer(row["reserve"] or None),
        "publish": answer(row["publish"]),
    }


_WORDS = (N_("yes"), N_("no"))


def _office(name: Text | None, acronym: Text | None, language: str) -> str | None:
    """`Name (ACRONYM)`, where that is read as it is meant; else the acronym, or the name."""
    if not name:
        return None
    label = organization_label(acronym or {}, name, language)
    written = locale.pick(name, language)
    if label == written:
        return label
    both = NewOrganization.named(f"{written} ({label})")
    return f"{written} ({label})" if both.acronym == {"und": label} and both.name == {"und": written} else label


def _letter(row: Row, held: Edition, language: str, headers: str, address: Address) -> Mapping[str, object]:
    """What a letter to somebody needs, in their language: their own, else the edition's first, else the one asked for.

    The status, by which an office chooses whom to write to, is in the language of the headers.
    """
    spoken = row["language"] or (held.languages[0] if held.languages else language)
    treatment, salutation = address(spoken, row["name"], row["family_name"], row["honorific"], row["sex"])
    return {
        "number": row["number"],
        "treatment": treatment,
        "salutation": salutation,
        "name": row["name"],
        "family_name": (row["family_name"] or row["name"]).upper(),
        "post": row["post"],
        "organization": row["organization_name"] and locale.pick(row["organization_name"], spoken),
        "country": row["country"] and locale.country_name(row["country"], spoken),
        "email": row["email"],
        "course": locale.pick(held.title, spoken),
        "edition": locale.ordinal(held.number, spoken),
        "dates": _dates(held, spoken),
        "place": held.place,
        "status": locale.translated(row["status"], headers),
        "language": spoken,
    }


def _dates(held: Edition, language: str) -> str | None:
    if not held.start or not held.end:
        return None
    start, end = map(datetime.date.fromisoformat, (held.start, held.end))
    return locale.format_date_range(start, end, language)
