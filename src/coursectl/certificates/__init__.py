"""Certificates: who may have one, the numbers, the register in which nothing is lost, and what each of them prints.

Owns the tables certificate, certificate_event, certificate_snapshot, certificate_live, certificate_rule, certificate_exception
and hold.
"""

from __future__ import annotations

from coursectl.certificates.checking import Checked, NotHandedOut, check, not_to_be_handed_out
from coursectl.certificates.ending import Voided, void
from coursectl.certificates.erasing import erase_statements
from coursectl.certificates.exceptions import Granted, grant, read_exceptions, take_back
from coursectl.certificates.holders import HolderOfToday, list_holders_of_today, list_without
from coursectl.certificates.holds import Hold, HoldsDone, lift_holds, list_holds, place_hold
from coursectl.certificates.issuing import Issued, IssuedCertificate, issue
from coursectl.certificates.kinds import (
    KINDS,
    STATES,
    AlreadyEnded,
    AlreadyIssued,
    FactsMoved,
    NobodyEligible,
    NotEligible,
    NothingProvisional,
    NotPrintable,
    PrintedStays,
    SerialTaken,
)
from coursectl.certificates.lines import RegisterLine, list_lines
from coursectl.certificates.printings import PRINTED, printing_statements
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
from coursectl.certificates.rules import COMPLETION, NewRule, Rule, get_rule, list_rules, remove_rule, set_rule
from coursectl.certificates.standing import (
    Measure,
    Scored,
    Standing,
    Verdict,
    enough,
    explained,
    lacking,
    measure_of,
    reaches,
    reason_of,
)

__all__ = [
    "COMPLETION",
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
    "Checked",
    "FactsMoved",
    "Granted",
    "Hold",
    "HolderOfToday",
    "HoldsDone",
    "IssueUndone",
    "Issued",
    "IssuedCertificate",
    "Measure",
    "NewRule",
    "NobodyEligible",
    "NotEligible",
    "NotHandedOut",
    "NotPrintable",
    "NothingDiffers",
    "NothingProvisional",
    "Printable",
    "PrintedStays",
    "RegisterLine",
    "Replaced",
    "Rule",
    "Scored",
    "SerialTaken",
    "Standing",
    "Verdict",
    "Voided",
    "check",
    "enough",
    "erase_statements",
    "explained",
    "find_certificate",
    "get_certificate",
    "get_rule",
    "grant",
    "hash_of",
    "issue",
    "lacking",
    "lift_holds",
    "list_certificates",
    "list_for_printing",
    "list_holders",
    "list_holders_of_today",
    "list_holds",
    "list_lines",
    "list_rules",
    "list_without",
    "live_of_issue",
    "measure_of",
    "not_to_be_handed_out",
    "place_hold",
    "printing_statements",
    "reaches",
    "read_exceptions",
    "reason_of",
    "remove_rule",
    "replace",
    "set_rule",
    "take_back",
    "undo_issue",
    "void",
    "void_statements",
]
