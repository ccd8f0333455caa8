"""Certificates: who may have one, the numbers, the register in which nothing is lost, and what each of them prints.

Owns the tables certificate, certificate_event, certificate_snapshot and certificate_live.
"""

from __future__ import annotations

from coursectl.certificates.erasing import erase_statements
from coursectl.certificates.holders import (
    HolderOfToday,
    list_holders_of_today,
    list_without,
    not_to_be_handed_out,
)
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
from coursectl.certificates.printings import PRINTED, Printing, list_printings, printing_statements
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

__all__ = [
    "ERASED",
    "KINDS",
    "PRINTED",
    "STATES",
    "AlreadyIssued",
    "Certificate",
    "CertificateEntry",
    "CertificateEvent",
    "FactsMoved",
    "HolderOfToday",
    "IssueUndone",
    "Issued",
    "IssuedCertificate",
    "NobodyEligible",
    "NotEligible",
    "NotPrintable",
    "Printable",
    "Printing",
    "SerialTaken",
    "erase_statements",
    "get_certificate",
    "hash_of",
    "issue",
    "list_certificates",
    "list_for_printing",
    "list_holders",
    "list_holders_of_today",
    "list_printings",
    "list_without",
    "live_of_issue",
    "not_to_be_handed_out",
    "printing_statements",
    "undo_issue",
    "void_statements",
]
