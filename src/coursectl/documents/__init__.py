"""From facts to files: syllabus, attendance sheet, lists of people, certificates, letters, badges.

    render("syllabus", facts, format="pdf", at=instant)        one document's bytes
    render_certificates(facts, merged=True, at=instant)        certificates, one file each or one to print
    render_letters(facts, format="docx", at=instant)           letters, one file each or one for all
    write_files(folder, [(name, data), …], force=False)        bytes to disk, safely named, all or nothing

Facts are plain values (`facts.py`), templates are files (`templates/`, or the user's folders before it), PDF is made by
Typst. Nothing here knows the store, and nothing that a person typed can become markup.
"""

from __future__ import annotations

from coursectl.documents.addressing import Addressing
from coursectl.documents.certificates import (
    NoDesign,
    Rendered,
    design_template,
    gather_sources,
    key_of,
    list_designs,
    render_certificates,
    render_word_certificates,
    versions,
)
from coursectl.documents.facts import (
    Addressee,
    AttendanceSheetFacts,
    CertificateFacts,
    CertificateKind,
    DirectoryFacts,
    EditionFacts,
    Expert,
    Half,
    Kept,
    LabelFacts,
    LabelPerson,
    LabelSheet,
    LetterFacts,
    LetterKind,
    LogisticsFacts,
    LogisticsPerson,
    Look,
    ModuleFacts,
    Party,
    Picture,
    Places,
    RegisterEntry,
    RegisterFacts,
    Role,
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
from coursectl.documents.letters import Letter, MadeLetters, render_letters
from coursectl.documents.origins import (
    DESIGNED,
    PARTS,
    WORDS,
    TemplateOrigin,
    commented,
    find_template,
    list_fields,
    list_templates,
    read_source,
)
from coursectl.documents.register import RegisterRow
from coursectl.documents.rendering import Facts, render
from coursectl.documents.template_checks import Breakage, CheckedTemplates, check_templates
from coursectl.documents.templates import WORD, BadTemplate, DocumentForms, list_documents
from coursectl.documents.typeset import NoGlyph
from coursectl.documents.word import NoWord
from coursectl.documents.wording import list_languages, read_words

__all__ = [
    "DESIGNED",
    "PARTS",
    "WORD",
    "WORDS",
    "Addressee",
    "Addressing",
    "AttendanceSheetFacts",
    "BadTemplate",
    "Breakage",
    "CertificateFacts",
    "CertificateKind",
    "CheckedTemplates",
    "DirectoryFacts",
    "DocumentForms",
    "EditionFacts",
    "Expert",
    "Facts",
    "FileExists",
    "Half",
    "Kept",
    "LabelFacts",
    "LabelPerson",
    "LabelSheet",
    "Letter",
    "LetterFacts",
    "LetterKind",
    "LogisticsFacts",
    "LogisticsPerson",
    "Look",
    "MadeLetters",
    "ModuleFacts",
    "NoDesign",
    "NoGlyph",
    "NoWord",
    "NotWritable",
    "Party",
    "Picture",
    "Places",
    "RegisterEntry",
    "RegisterFacts",
    "RegisterRow",
    "Rendered",
    "Role",
    "RosterFacts",
    "RosterPerson",
    "SessionFacts",
    "Sex",
    "SheetColumn",
    "SheetDay",
    "SheetRow",
    "Signatory",
    "SyllabusFacts",
    "TemplateOrigin",
    "TopicFacts",
    "check_templates",
    "commented",
    "design_template",
    "find_template",
    "gather_sources",
    "key_of",
    "list_designs",
    "list_documents",
    "list_fields",
    "list_languages",
    "list_templates",
    "read_source",
    "read_words",
    "render",
    "render_certificates",
    "render_letters",
    "render_word_certificates",
    "safe_name",
    "versions",
    "write_file",
    "write_files",
]
