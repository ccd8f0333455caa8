"""Certificates: facts in words, words in their sizes, sheets in files."""

from __future__ import annotations

from coursectl.documents.certificates.forms import Form, ProgramPart, Sheet, SheetCode, Signature
from coursectl.documents.certificates.printer import Rendered, one_certificate, render_certificates
from coursectl.documents.certificates.words import signature_of

__all__ = [
    "Form",
    "ProgramPart",
    "Rendered",
    "Sheet",
    "SheetCode",
    "Signature",
    "one_certificate",
    "render_certificates",
    "signature_of",
]
