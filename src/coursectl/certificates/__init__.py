"""Certificates: who may have one, the numbers, the register in which nothing is lost, and what each of them prints.

Owns the tables certificate, certificate_event, certificate_snapshot and certificate_live.
"""

from __future__ import annotations

from coursectl.certificates.codes import Code, Foreign, code_of, read_scanned, read_typed, squeezed
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
from coursectl.certificates.verifying import Registered, find_registered, find_serials, says, without

__all__ = [
    "ERASED",
    "KINDS",
    "STATES",
    "AlreadyIssued",
    "Certificate",
    "CertificateEntry",
    "CertificateEvent",
    "Code",
    "FactsMoved",
    "Foreign",
    "IssueUndone",
    "Issued",
    "IssuedCertificate",
    "NobodyEligible",
    "NotEligible",
    "NotPrintable",
    "Printable",
    "Registered",
    "SerialTaken",
    "code_of",
    "erase_statements",
    "find_registered",
    "find_serials",
    "get_certificate",
    "hash_of",
    "issue",
    "list_certificates",
    "list_for_printing",
    "list_holders",
    "live_of_issue",
    "read_scanned",
    "read_typed",
    "says",
    "squeezed",
    "undo_issue",
    "void_statements",
    "without",
]
