"""Attendance: marks, the rates that follow from them, and sheets that come back as files.

Owns the table attendance. One mark is one enrollment in one session; who signs by the day or half-day is marked in each
of its sessions that count.
"""

from __future__ import annotations

from coursectl.attendance.erasing import erase_statements
from coursectl.attendance.exporting import ExportedMarks, export_marks
from coursectl.attendance.marking import Marked, NamedMark, OtherMark, ShownMark, list_marks, mark, read_late
from coursectl.attendance.modules import ModuleRate, ModuleShare, PersonRate, RateTable, rate_table
from coursectl.attendance.rates import (
    LATE,
    PRESENT,
    Book,
    Credit,
    ExcusedRule,
    Mark,
    Rate,
    Share,
    credits_of,
    list_rates,
    list_unrecorded,
    open_book,
    rate_of,
    recorded,
    shares_of,
)
from coursectl.attendance.sheets import ImportedMarks, import_marks
from coursectl.attendance.slots import Slot, list_slot_sessions

__all__ = [
    "LATE",
    "PRESENT",
    "Book",
    "Credit",
    "ExcusedRule",
    "ExportedMarks",
    "ImportedMarks",
    "Mark",
    "Marked",
    "ModuleRate",
    "ModuleShare",
    "NamedMark",
    "OtherMark",
    "PersonRate",
    "Rate",
    "RateTable",
    "Share",
    "ShownMark",
    "Slot",
    "credits_of",
    "erase_statements",
    "export_marks",
    "import_marks",
    "list_marks",
    "list_rates",
    "list_slot_sessions",
    "list_unrecorded",
    "mark",
    "open_book",
    "rate_of",
    "rate_table",
    "read_late",
    "recorded",
    "shares_of",
]
