"""Lists for a spreadsheet, as CSV or XLSX. They have no template: their columns are their facts."""

from __future__ import annotations

from coursectl import tables
from coursectl.documents.facts import LogisticsFacts
from coursectl.documents.wording import Voice, words_of

_COLUMNS = ("number", "name", "role", "country", "office", "phone", "email", "needs")


def logistics_table(facts: LogisticsFacts, say: Voice, format: str) -> bytes:
    """The list of who has to be met, lodged and fed. No cell is a formula."""
    with words_of(say.language):
        headers = [say.words["logistics"][column] for column in _COLUMNS]
        roles = say.words["role"]
        rows = [
            [
                one.number, f"{one.treatment} {one.name}".strip(),
                roles[one.role][one.sex if one.sex in ("female", "male") else "neutral"], one.country_name, one.office,
                one.phone, one.email, one.needs,
            ]
            for one in facts.people
        ]  # fmt: skip
        title = f"{facts.edition.reference} {say.words['logistics']['title']}"
    return tables.table_bytes(f".{format}", title, headers, rows)
