"""Certificates: who may have one, the numbers, the register in which nothing is lost, and what each of them prints.

Owns the tables certificate, certificate_event, certificate_snapshot, certificate_live and print_source.
"""

from __future__ import annotations

from coursectl.certificates.erasing import erase_statements
from coursectl.certificates.issuing import Issued, IssuedCertificate, issue
from coursectl.certificates.kinds import (
    KINDS,
    STATES,
    AlreadyIssued,
    FactsMoved,
    NobodyEligible,
    NotEligible,
    NotPrintable,
    SerialTaken,
)
from coursectl.certificates.register import (
    ERASED,
    Certificate,
    CertificateEntry,
    CertificateEvent,
    IssueUndone,
    Printable,
    get_certificate,
    hash_of,
    list_certificates,
    list_for_printing,
    list_holders,
    live_of_issue,
    undo_issue,
    void_statements,
)
from coursectl.certificates.sources import Making, SourcesGone, get_making, keep_statement

__all__ = [
    "ERASED",
    "KINDS",
    "STATES",
    "AlreadyIssued",
    "Certificate",
    "CertificateEntry",
    "CertificateEvent",
    "FactsMoved",
    "IssueUndone",
    "Issued",
    "IssuedCertificate",
    "Making",
    "NobodyEligible",
    "NotEligible",
    "NotPrintable",
    "Printable",
    "SerialTaken",
    "SourcesGone",
    "erase_statements",
    "get_certificate",
    "get_making",
    "hash_of",
    "issue",
    "keep_statement",
    "list_certificates",
    "list_for_printing",
    "list_holders",
    "live_of_issue",
    "undo_issue",
    "void_statements",
]
