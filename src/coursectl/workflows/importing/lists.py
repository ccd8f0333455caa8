"""`topics.csv` and `experts.csv`: rows, read and checked into statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from coursectl import editions, enrollment, locale, people, program
from coursectl.editions import Course, EditionRef
from coursectl.errors import N_, BadInput, BadTable, Fault
from coursectl.people import NewOrganization, NewPerson
from coursectl.program import NewExpert, NewTopic
from coursectl.program.session_file import COLUMNS as SESSION_COLUMNS
from coursectl.store import Statement, Store
from coursectl.tables import Column, Row, Table, read_table

_TITLES = tuple(column for column in SESSION_COLUMNS if column.name.startswith("title_"))
TOPIC_COLUMNS = (
    Column("code", ("código", "clave"), required=True),
    Column("title", ("topic", "título", "tema", "titre", "thème")),
    *_TITLES,
    Column("editions", ("edition", "ediciones", "edición", "edições", "edição", "éditions", "édition")),
)
_PLAIN = (
    "name",
    "given_name",
    "family_name",
    "honorific",
    "sex",
    "country",
    "organization",
    "post",
    "email",
    "language",
)
EXPERT_COLUMNS = (
    *(
        Column(name, enrollment.HEADERS[name] + (("Nombre", "Nome", "Nom") if name == "name" else ()), name == "name")
        for name in _PLAIN
    ),
    *(
        Column(f"post_{language}", tuple(f"{word} ({language})" for word in ("post", "cargo", "poste")))
        for language in locale.DOCUMENT_LANGUAGES
    ),
)


def topics_statements(store: Store, course: Course, path: Path, language: str) -> tuple[int, list[Statement]]:
    """How many topics the file has, and what writes those that are new or otherwise called. Raises BadTable.

    The column `title` is in `language`.
    """
    faults: list[Fault] = []
    table = read_table(path, TOPIC_COLUMNS, faults=faults)
    topics = {row.number: NewTopic(_texts(row, "title", language), row.values["code"]) for row in table.rows}
    faults += _topic_faults(store, course, table, topics)
    refs = {edition.number: edition.ref for edition in editions.list_editions(store, course.code, level="strong")}
    covered = {row.number: list(_covered(table, row, refs, faults)) for row in table.rows}
    if faults:
        raise BadTable(path.name, sorted(faults, key=lambda fault: fault.row or 0))
    planned = program.topics_statements(store, course.id, list(topics.values()))
    statements = list(planned.statements)
    ids = dict(zip(topics, planned.ids, strict=True))
    for number in sorted({number for numbers in covered.values() for number in numbers}):
        about = [ids[row] for row, numbers in covered.items() if number in numbers]
        statements += program.cover_statements(store, refs[number], about)
    return len(topics), statements


def _topic_faults(store: Store, course: Course, table: Table, topics: Mapping[int, NewTopic]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for row in table.rows:
        code = row.values["code"].lower()
        if code in first:
            yield table.fault(row, "code", N_("row {other} has the same code"), other=first[code])
        first.setdefault(code, row.number)
        try:
            program.topics_statements(store, course.id, [topics[row.number]])
        except BadInput as error:
            yield table.fault(row, "code", error.args[0], **error.facts)


def _covered(table: Table, row: Row, refs: Mapping[int, EditionRef], faults: list[Fault]) -> Iterator[int]:
    """The editions that the column `editions` names."""
    for words in re.split(r"[\s,;]+", row.values["editions"]):
        number = words.removeprefix(f"{next(iter(refs.values())).course}-") if refs else words
        if locale.is_whole_number(number) and int(number) in refs:
            yield int(number)
        elif words:
            faults.append(table.fault(row, "editions", N_("course.toml has no edition {number}"), number=words))


def experts_statements(store: Store, ref: EditionRef, path: Path, language: str) -> tuple[int, list[Statement]]:
    """How many experts the file has, and what writes those that are new or have another post. Raises BadTable.

    The column `post` is in `language`.
    """
    faults: list[Fault] = []
    table = read_table(path, EXPERT_COLUMNS, faults=faults)
    persons = [_person(table, row, faults) for row in table.rows]
    matched = people.match_people(store, persons)
    told = {(fault.row, fault.column) for fault in faults}
    unmatched = [_unmatched(table, fault) for fault in matched.faults]
    faults += [fault for fault in unmatched if (fault.row, fault.column) not in told]
    if faults:
        raise BadTable(path.name, sorted(faults, key=lambda fault: fault.row or 0))
    offices = people.match_organizations(store, [
        NewOrganization.named(row.values["organization"], near=person.country)
        for row, person in zip(table.rows, persons, strict=True) if row.values["organization"]
    ])  # fmt: skip
    ids = iter(offices.ids)
    planned = program.experts_statements(store, ref, [
        NewExpert(known.id, person.country, next(ids) if row.values["organization"] else None, _texts(row, "post", language))
        for row, person, known in zip(table.rows, persons, matched.people, strict=True)
    ])  # fmt: skip
    return len(persons), [*matched.statements, *offices.statements, *planned.statements]


def _person(table: Table, row: Row, faults: list[Fault]) -> NewPerson:
    said = row.values
    country = locale.find_country(said["country"]) if said["country"] else None
    sex = locale.read_word("sex", said["sex"]) if said["sex"] else None
    language = locale.find_language(said["language"]) if said["language"] else None
    if not said["name"]:
        faults.append(table.fault(row, "name", N_("the name is missing")))
    if said["country"] and country is None:
        faults.append(table.fault(row, "country", N_("no country has this name")))
    if said["sex"] and sex is None:
        faults.append(table.fault(row, "sex", N_("use F or M, or a word for it")))
    if said["language"] and language is None:
        faults.append(table.fault(row, "language", N_("no language has this name")))
    if said["email"] and not people.is_email(said["email"]):
        faults.append(table.fault(row, "email", N_("this is no e-mail address")))
    return NewPerson(
        name=said["name"], given_name=said["given_name"] or None, family_name=said["family_name"] or None,
        honorific=said["honorific"] or None, sex=sex, email=said["email"] or None, language=language, country=country,
    )  # fmt: skip


def _unmatched(table: Table, fault: people.MatchFault) -> Fault:
    """A place in the list is a row to the reader of a file."""
    facts, reason = dict(fault.facts), fault.reason
    if "before" in facts:
        reason = N_("row {before} is the same person")
        facts["before"] = table.rows[int(str(facts["before"])) - 1].number
    return table.fault(table.rows[fault.place], fault.field, reason, **facts)


def _texts(row: Row, name: str, language: str) -> dict[str, str]:
    """The text of a field in each language; that of its bare column is in `language`."""
    texts = {language: row.values[name]} | {tag: row.values[f"{name}_{tag}"] for tag in locale.DOCUMENT_LANGUAGES if row.values[f"{name}_{tag}"]}  # fmt: skip
    return {tag: text for tag, text in texts.items() if text}
