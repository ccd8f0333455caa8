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
from coursectl.documents.certificates.forms import Form, Logo, ProgramPart, Sheet, Signature
from coursectl.documents.certificates.printer import Rendered, one_certificate, render_certificates
from coursectl.documents.certificates.words import signature_of

__all__ = [
    "Form",
    "Logo",
    "NoDesign",
    "ProgramPart",
    "Rendered",
    "Sheet",
    "Signature",
    "design_template",
    "gather_sources",
    "key_of",
    "list_designs",
    "one_certificate",
    "render_certificates",
    "signature_of",
    "versions",
]
