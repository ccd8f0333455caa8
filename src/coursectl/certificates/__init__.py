"""Certificates: who may have one, the numbers, the register in which nothing is lost, and what each of them prints.

Owns the tables certificate, certificate_event, certificate_snapshot and certificate_live.
"""

from __future__ import annotations

from coursectl.certificates.ending import Voided, void
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
    AlreadyEnded,
    AlreadyIssued,
    FactsMoved,
    NobodyEligible,
    NotEligible,
    NotPrintable,
    PrintedStays,
    SerialTaken,
)
from coursectl.certificates.lines import RegisterLine, list_lines
from coursectl.certificates.printings import PRINTED, Printing, list_printings, printing_statements
from coursectl.certificates.register import (
    ERASED,
    UNDO_REASON,
    Certificate,
    CertificateEntry,
    CertificateEvent,
    CertificatePrinting,
    IssueUndone,
    Printable,
    find_certificate,
    get_certificate,
    hash_of,
    list_certificates,
    list_for_printing,
    list_holders,
    live_of_issue,
    undo_issue,
    void_statements,
)
from coursectl.certificates.replacing import REASONS, NothingDiffers, Replaced, replace

__all__ = [
    "ERASED",
    "KINDS",
    "PRINTED",
    "REASONS",
    "STATES",
    "UNDO_REASON",
    "AlreadyEnded",
    "AlreadyIssued",
    "Certificate",
    "CertificateEntry",
    "CertificateEvent",
    "CertificatePrinting",
    "FactsMoved",
    "HolderOfToday",
    "IssueUndone",
    "Issued",
    "IssuedCertificate",
    "NobodyEligible",
    "NotEligible",
    "NotPrintable",
    "NothingDiffers",
    "Printable",
    "PrintedStays",
    "Printing",
    "RegisterLine",
    "Replaced",
    "SerialTaken",
    "Voided",
    "erase_statements",
    "find_certificate",
    "get_certificate",
    "hash_of",
    "issue",
    "list_certificates",
    "list_for_printing",
    "list_holders",
    "list_holders_of_today",
    "list_lines",
    "list_printings",
    "list_without",
    "live_of_issue",
    "not_to_be_handed_out",
    "printing_statements",
    "replace",
    "undo_issue",
    "void",
    "void_statements",
]
