"""Certificates: facts in words, words in their sizes, sheets in files."""

from __future__ import annotations

from coursectl.documents.certificates.designs import (
    NoDesign,
    design_template,
    gather_sources,
    key_of,
    list_designs,
    versions,
)
from coursectl.documents.certificates.forms import Form, Logo, ProgramPart, Sheet, SheetCode, Signature
from coursectl.documents.certificates.manifest import ManifestRow, manifest
from coursectl.documents.certificates.page import PAPERS, Page, read_offset, read_paper
from coursectl.documents.certificates.preflight import check_sheets
from coursectl.documents.certificates.printer import (
    Rendered,
    calibration_page,
    one_certificate,
    render_certificates,
)
from coursectl.documents.certificates.remarks import RULES, Remark
from coursectl.documents.certificates.word import WordCertificate, WordSecond, WordSignature, render_word_certificates
from coursectl.documents.certificates.words import signature_of

__all__ = [
    "PAPERS",
    "RULES",
    "Form",
    "Logo",
    "ManifestRow",
    "NoDesign",
    "Page",
    "ProgramPart",
    "Remark",
    "Rendered",
    "Sheet",
    "SheetCode",
    "Signature",
    "WordCertificate",
    "WordSecond",
    "WordSignature",
    "calibration_page",
    "check_sheets",
    "design_template",
    "gather_sources",
    "key_of",
    "list_designs",
    "manifest",
    "one_certificate",
    "read_offset",
    "read_paper",
    "render_certificates",
    "render_word_certificates",
    "signature_of",
    "versions",
]
