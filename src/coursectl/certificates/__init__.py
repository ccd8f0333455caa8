"""Certificates: who may have one, the numbers, the register in which nothing is lost, and what each of them prints.

Owns the tables certificate, certificate_event, certificate_snapshot, certificate_live, certificate_rule, certificate_exception
and hold.
"""

from __future__ import annotations

from coursectl.certificates.checking import Checked, NotHandedOut, check, not_to_be_handed_out
from coursectl.certificates.erasing import erase_statements
from coursectl.certificates.exceptions import Granted, grant, read_exceptions, take_back
from coursectl.certificates.holds import Hold, HoldsDone, lift_holds, list_holds, place_hold
from coursectl.certificates.issuing import Issued, IssuedCertificate, issue
from coursectl.certificates.kinds import (
    KINDS,
    STATES,
    AlreadyIssued,
    FactsMoved,
    NobodyEligible,
    NotEligible,
    NothingProvisional,
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
    "STATES",
    "AlreadyIssued",
    "Certificate",
    "CertificateEntry",
    "CertificateEvent",
    "Checked",
    "FactsMoved",
    "Granted",
    "Hold",
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
    "NothingProvisional",
    "Printable",
    "Rule",
    "Scored",
    "SerialTaken",
    "Standing",
    "Verdict",
    "check",
    "enough",
    "erase_statements",
    "explained",
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
    "list_holds",
    "list_rules",
    "live_of_issue",
    "measure_of",
    "not_to_be_handed_out",
    "place_hold",
    "reaches",
    "read_exceptions",
    "reason_of",
    "remove_rule",
    "set_rule",
    "take_back",
    "undo_issue",
    "void_statements",
]
