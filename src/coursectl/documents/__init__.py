"""From facts to files: syllabus, attendance sheet, participants' list, certificates.

    render("syllabus", facts, format="pdf", at=instant)        one document's bytes
    render_certificates(facts, merged=True, at=instant)        certificates, one file each or one to print
    write_files(folder, [(name, data), …], force=False)        bytes to disk, safely named, all or nothing

Facts are plain values (`facts.py`), templates are files (`templates/`, or the user's folders before it), PDF is made by
Typst. Nothing here knows the store, and nothing that a person typed can become markup.
"""

from __future__ import annotations

from coursectl.documents.certificates import Rendered, render_certificates
from coursectl.documents.facts import (
    AttendanceSheetFacts,
    CertificateFacts,
    CertificateKind,
    EditionFacts,
    Expert,
    Half,
    ModuleFacts,
    Party,
    Picture,
    RosterFacts,
    RosterPerson,
    SessionFacts,
    Sex,
    SheetColumn,
    SheetDay,
    SheetRow,
    Signatory,
    SyllabusFacts,
    TopicFacts,
)
from coursectl.documents.files import FileExists, NotWritable, safe_name, write_file, write_files
from coursectl.documents.rendering import Facts, render
from coursectl.documents.templates import BadTemplate, DocumentForms, list_documents
from coursectl.documents.typeset import NoGlyph

__all__ = [
    "AttendanceSheetFacts",
    "BadTemplate",
    "CertificateFacts",
    "CertificateKind",
    "DocumentForms",
    "EditionFacts",
    "Expert",
    "Facts",
    "FileExists",
    "Half",
    "ModuleFacts",
    "NoGlyph",
    "NotWritable",
    "Party",
    "Picture",
    "Rendered",
    "RosterFacts",
    "RosterPerson",
    "SessionFacts",
    "Sex",
    "SheetColumn",
    "SheetDay",
    "SheetRow",
    "Signatory",
    "SyllabusFacts",
    "TopicFacts",
    "list_documents",
    "render",
    "render_certificates",
    "safe_name",
    "write_file",
    "write_files",
]
