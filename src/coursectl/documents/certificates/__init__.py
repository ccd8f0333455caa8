"""Certificates: facts in words, words in their sizes, sheets in files."""

from __future__ import annotations

from coursectl.documents.certificates.forms import Form, ProgramPart, Sheet, Signature
from coursectl.documents.certificates.printer import Rendered, one_certificate, render_certificates
from coursectl.documents.certificates.word import WordCertificate, WordSignature, render_word_certificates
from coursectl.documents.certificates.words import signature_of

__all__ = [
    "Form",
    "ProgramPart",
    "Rendered",
    "Sheet",
    "Signature",
    "WordCertificate",
    "WordSignature",
    "one_certificate",
    "render_certificates",
    "render_word_certificates",
    "signature_of",
]
