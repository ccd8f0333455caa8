"""Attendance: marks, the rates that follow from them, and sheets that come back as files.

Owns the table attendance. One mark is one enrollment in one session; who signs by the day or half-day is marked in each
of its sessions that count.
"""

from __future__ import annotations

from coursectl.attendance.erasing import erase_statements
from coursectl.attendance.marking import Marked, NamedMark, OtherMark, ShownMark, list_marks, mark, read_late
from coursectl.attendance.rates import Mark, Rate, Share, list_rates, list_unrecorded, rate_of, recorded, shares_of
from coursectl.attendance.sheets import ImportedMarks, import_marks
from coursectl.attendance.slots import Slot, list_slot_sessions

__all__ = [
    "ImportedMarks",
    "Mark",
    "Marked",
    "NamedMark",
    "OtherMark",
    "Rate",
    "Share",
    "ShownMark",
    "Slot",
    "erase_statements",
    "import_marks",
    "list_marks",
    "list_rates",
    "list_slot_sessions",
    "list_unrecorded",
    "mark",
    "rate_of",
    "read_late",
    "recorded",
    "shares_of",
]
