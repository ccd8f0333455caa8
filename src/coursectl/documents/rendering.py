"""One document from its facts: find the template, fill it, typeset it if it is to be a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from coursectl.documents.ceremony import CeremonyFacts, HandoverFacts
from coursectl.documents.certificates import one_certificate
from coursectl.documents.facts import (
    AttendanceSheetFacts,
    CertificateFacts,
    DirectoryFacts,
    LabelFacts,
    LogisticsFacts,
    RegisterFacts,
    RosterFacts,
    SyllabusFacts,
)
from coursectl.documents.labels import labels_of
from coursectl.documents.register import register_table, rows_of
from coursectl.documents.spreadsheet import logistics_table
from coursectl.documents.templates import TABLES, fill, template_file, template_path, written_by
from coursectl.documents.typeset import Typesetter
from coursectl.documents.wording import Voice

Facts: TypeAlias = (
    SyllabusFacts
    | AttendanceSheetFacts
    | RosterFacts
    | CertificateFacts
    | DirectoryFacts
    | LogisticsFacts
    | LabelFacts
    | RegisterFacts
    | HandoverFacts
    | CeremonyFacts
)


def render(document: str, facts: Facts, *, format: str = "pdf", templates: Sequence[Path] = (), at: datetime) -> bytes:
    """The document's bytes: a PDF, or UTF-8 text (HTML, Markdown, plain, CSV), or a workbook.

    `at` (with time zone) is when the facts are from: it is stamped on a PDF, so that the same facts give the same bytes.
    Raises NotFound (no such document), Usage (not in that format), BadTemplate, NoGlyph, BadInput (no such language).
    """
    path = template_path(document, format, templates)
    if isinstance(facts, CertificateFacts):
        return one_certificate(facts, templates=templates, at=at)
    say = Voice(facts.edition.language, templates)
    if isinstance(facts, LogisticsFacts) and format in TABLES[document]:
        return logistics_table(facts, say, format)
    if isinstance(facts, RegisterFacts) and format in TABLES[document]:
        return register_table(facts, say, format)
    values: dict[str, object] = {"facts": facts, "edition": facts.edition, "say": say, "w": say.words}
    if isinstance(facts, LabelFacts):
        values["labels"] = labels_of(facts, templates)
    if isinstance(facts, RegisterFacts):
        values["rows"] = rows_of(facts, say)
    source = fill(format, path, templates, values)
    if format != "pdf":
        return source.encode()
    with Typesetter(templates) as typesetter:
        return typesetter.pdf(
            source,
            facts=facts,
            at=at,
            template=template_file(path, templates),
            written_by=partial(written_by, format, path, templates, values),
        )
