"""The register of certificates in words: a row for each number, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from coursectl import tables
from coursectl.documents.facts import RegisterEntry, RegisterFacts
from coursectl.documents.wording import Voice, Words, words_of

_COLUMNS = ("serial", "name", "country", "kind", "issued_on", "state", "notes")
_BECAUSE = ("misspelled", "lost", "damaged")  # reasons that are the program's own words


@dataclass(frozen=True)
class RegisterRow:
    """A row of the register in words; `code` is its state as a code, by which pages are summed up."""

    serial: str
    name: str
    country: str
    kind: str
    issued_on: str
    state: str
    notes: str
    code: str


def rows_of(facts: RegisterFacts, say: Voice) -> tuple[RegisterRow, ...]:
    """The rows in the document's language."""
    with words_of(say.language):
        return tuple(_row(entry, say) for entry in facts.entries)


def register_table(facts: RegisterFacts, say: Voice, format: str) -> bytes:
    """The register for a spreadsheet. No cell is a formula."""
    with words_of(say.language):
        headers = [say.words["register"][column] for column in _COLUMNS]
        rows = [[getattr(row, column) for column in _COLUMNS] for row in rows_of(facts, say)]
        title = f"{facts.edition.reference} {say.words['register']['title']}"
    return tables.table_bytes(f".{format}", title, headers, rows)


def _row(entry: RegisterEntry, say: Voice) -> RegisterRow:
    words = say.words["register"]
    return RegisterRow(
        serial=entry.serial,
        name=entry.name or words["erased"],
        country=entry.country_name,
        kind=words["kinds"].get(entry.kind, entry.kind),
        issued_on=entry.issued_on.isoformat(),
        state=words["states"][entry.state],
        notes=_shortened(". ".join(_notes(entry, say, words))),
        code=entry.state,
    )


_LONGEST = (
    400  # letters of the notes: what is longer would fill a page of the register, and stands in the register itself
)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _notes(entry: RegisterEntry, say: Voice, words: Words) -> list[str]:
    """What it replaces, why it was issued against the rules, why it isn't valid any more and what is instead."""
    notes = []
    if entry.replaces:
        notes.append(words["duplicate_of" if entry.duplicate else "replaces"].format(serial=entry.replaces))
    if entry.exception:
        notes.append(words["exception"].format(reason=entry.exception.rstrip(".")))
    if entry.state != "issued":
        on = say.date(entry.state_on) if entry.state_on else ""
        told = words["superseded" if entry.superseded_by else "ended"].format(date=on, serial=entry.superseded_by)
        notes.append(f"{told}{say.words['colon']} {_reason(entry.reason, words)}" if entry.reason else told)
    return notes


def _reason(reason: str, words: Words) -> str:
    word, colon, more = reason.rstrip(".").partition(": ")
    return f"{words['because'][word]}{colon}{more}" if word in _BECAUSE else reason.rstrip(".")
