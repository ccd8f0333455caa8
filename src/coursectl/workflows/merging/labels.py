"""What people call a row of a store: `ICIM-37`, `Ana Pérez (ana@dnm.example)`, `ICIM-37 session 3`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from coursectl import locale
from coursectl.errors import N_
from coursectl.locale import gettext as _
from coursectl.store import Row, Value
from coursectl.workflows.merging.tables import Kind

_WORDS = {
    "course": N_("course"),
    "organization": N_("organization"),
    "person": N_("person"),
    "edition": N_("edition"),
    "country_group": N_("group of countries"),
    "quota": N_("quota"),
    "person_apart": N_("two people who aren't one"),
    "column_map": N_("meaning of columns"),
    "edition_party": N_("partner"),
    "signatory": N_("signatory"),
    "module": N_("module"),
    "topic": N_("topic"),
    "edition_topic": N_("topic of an edition"),
    "session": N_("session"),
    "session_topic": N_("topic of a session"),
    "session_person": N_("person in a session"),
    "expert": N_("expert"),
    "enrollment": N_("enrollment"),
    "attendance": N_("mark"),
    "certificate_rule": N_("rule for certificates"),
    "certificate_exception": N_("exception for a certificate"),
    "hold": N_("hold"),
    "assessment": N_("assessment"),
    "assessment_result": N_("result of an assessment"),
    "published_figure": N_("published figure"),
    "picture": N_("picture"),
    "certificate": N_("certificate"),
    "certificate_event": N_("event of a certificate"),
    "certificate_snapshot": N_("printed certificate"),
    "print_source": N_("template of a certificate"),
    "printing": N_("printing or export"),
    "printed_sheet": N_("sheet in a printing or export"),
}


def word(table: str) -> str:
    """What people call a row of the table, in the tool's language."""
    return _(_WORDS[table])


_COLUMNS = {
    "acronym": N_("acronym"),
    "attendance_minimum": N_("least attendance"),
    "audience": N_("audience"),
    "birth_year": N_("year of birth"),
    "category": N_("category"),
    "closed_on": N_("closed on"),
    "country": N_("country"),
    "date": N_("date"),
    "email": N_("e-mail"),
    "end_date": N_("last day"),
    "end_time": N_("end"),
    "honorific": N_("form of address"),
    "language": N_("language"),
    "mark": N_("mark"),
    "merged_into": N_("the same person as"),
    "modality": N_("modality"),
    "module_id": N_("module"),
    "name": N_("name"),
    "nationality": N_("nationality"),
    "nominated_by": N_("nominated by"),
    "note": N_("note"),
    "number": N_("number"),
    "objectives": N_("objectives"),
    "organization_id": N_("organization"),
    "person_id": N_("person"),
    "phone": N_("phone"),
    "place": N_("place"),
    "post": N_("post"),
    "reason": N_("reason"),
    "room": N_("room"),
    "seats": N_("seats"),
    "sex": N_("sex"),
    "start_date": N_("first day"),
    "start_time": N_("start"),
    "status": N_("status"),
    "title": N_("title"),
    "venue": N_("venue"),
}


def column_word(column: str) -> str:
    """What people call a column, `title (en)` too, in the tool's language; its own name where there is no word for it."""
    name, space, language = column.partition(" ")
    return _(_COLUMNS.get(name, name)) + space + language


class Labels:
    """The words for the rows of one store, as they become known, parents first."""

    def __init__(self) -> None:
        self._by_table: dict[str, dict[object, str]] = defaultdict(dict)
        self._more: dict[str, dict[object, str]] = defaultdict(dict)

    def learn(self, kind: Kind, row: Row) -> str:
        """The words for the row; remembered for those that point at it."""
        self._by_table[kind.table][row["id"]] = label = self._label(kind, row)
        if kind.table == "organization":
            self._more[kind.table][row["id"]] = organization(row)
        return label

    def of(self, table: str, row_id: object) -> str:
        """The words that were learned."""
        return self._by_table[table].get(row_id, "")

    def more_of(self, table: str, row_id: object) -> str:
        """More words for the row, where another one has the same."""
        return self._more[table].get(row_id) or self.of(table, row_id)

    def value(self, kind: Kind, column: str, value: Value) -> Value:
        """What a column says, in words where it points at another row."""
        return self.of(kind.refs[column], value) or None if column in kind.refs else value

    def _label(self, kind: Kind, row: Row) -> str:
        match kind.table:
            case "course" | "topic":
                return str(row["code"])
            case "organization":
                return text(row["acronym"]) or text(row["name"])
            case "person":
                return person(row)
            case "edition":
                return f"{self.of('course', row['course_id'])}-{row['number']}"
            case "published_figure":
                return f"{self.of('course', row['course_id'])} {row['measure']} {row['value']}"
        parents = [self.of(table, row[column]) for column, table in list(kind.refs.items())[:2]]
        number = row.get("position") or row.get("number")
        own = [word(kind.table), *([str(number)] if number else [])]
        return " ".join([*filter(None, parents), *own])


def told_apart(row: Row) -> str:
    """What two things of one number are told apart by."""
    when = " ".join(str(row[name]) for name in ("date", "start_time") if row.get(name))
    return " ".join(part for part in (when, text(row.get("title") or "{}")) if part)


def person(row: Row) -> str:
    """`Ana Pérez (ana@dnm.example)`"""
    about = row["email"] or row["nationality"]
    return f"{row['name']} ({about})" if about else str(row["name"])


def organization(row: Row) -> str:
    """`DNM, Dirección Nacional de Migraciones, AR`"""
    return ", ".join(dict.fromkeys(filter(None, (text(row["acronym"]), text(row["name"]), row["country"]))))


def person_and_more(row: Row, appears: Iterable[str]) -> str:
    """Somebody with all that tells them from another of the name: `Ana Pérez (PE, 1980, ICIM-37)`."""
    about = [row["email"], row["nationality"], row["birth_year"], *sorted(appears)]
    told = ", ".join(str(one) for one in about if one)
    return f"{row['name']} ({told})" if told else str(row["name"])


def text(texts: str) -> str:
    """A text in the tool's language, or in another that it has."""
    return locale.pick(json.loads(texts), locale.tool_language())
