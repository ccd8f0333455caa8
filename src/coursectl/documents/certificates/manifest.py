"""The list of what was printed, in order: what a stack of paper is checked against, and where it goes on after a jam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path

from coursectl import tables
from coursectl.documents.facts import EditionFacts
from coursectl.documents.templates import fill, template_file, written_by
from coursectl.documents.typeset import Typesetter
from coursectl.documents.wording import Voice, words_of

_TEMPLATE = "certificates/manifest.typ.j2"
_COLUMNS = ("order", "name", "serial", "file", "page")


@dataclass(frozen=True)
class ManifestRow:
    """One sheet: its place in the order, from 1, and on which page of which file it is; none where nobody knows."""

    order: int
    name: str
    serial: str
    file: str
    page: int | None


def manifest(
    rows: Sequence[ManifestRow], edition: EditionFacts, *, paper: str, templates: Sequence[Path], at: datetime
) -> tuple[bytes, bytes]:
    """The list as CSV and as PDF, in the language of `edition`. Raises BadTemplate and NoGlyph."""
    say = Voice(edition.language, templates)
    with words_of(say.language):
        headers = [say.words["manifest"][column] for column in _COLUMNS]
        title = f"{say.words['manifest']['title']}{say.words['colon']} {say.edition(edition)}"
    cells = [[one.order, one.name, one.serial, one.file, one.page] for one in rows]
    values = {
        "rows": rows, "groups": _by_file(rows), "headers": headers, "title": title, "edition": edition, "paper": "us-letter" if paper == "letter" else paper,
        "say": say, "w": say.words,
    }  # fmt: skip
    source = fill("pdf", _TEMPLATE, templates, values)
    place = partial(written_by, "pdf", _TEMPLATE, templates, values)
    with Typesetter(templates) as typesetter:
        made = typesetter.pdf(
            source, facts=tuple(rows), at=at, template=template_file(_TEMPLATE, templates), written_by=place
        )
    return tables.table_bytes(".csv", title, headers, cells), made


def _by_file(rows: Sequence[ManifestRow]) -> list[tuple[str, list[ManifestRow]]]:
    """The sheets of each file under its name; all under none where each has a file of its own."""
    files = [(file, list(own)) for file, own in groupby(rows, key=lambda one: one.file)]
    return files if len(files) < len(rows) else [("", list(rows))]
