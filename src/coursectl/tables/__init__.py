"""Lists of people, sessions and marks, read from the files that offices have and written so that they open safely.

Reading knows CSV in its many dialects, Excel, OpenDocument and JSON; it finds the headers, in four languages, and
gives rows of clean text numbered as the reader's spreadsheet numbers them. What a cell means is the caller's affair.
"""

from __future__ import annotations

from coursectl.tables.endings import Note
from coursectl.tables.reading import LEFT_OUT, Column, Heading, Row, Table, read_table
from coursectl.tables.text import clean
from coursectl.tables.writing import (
    csv_text,
    refuse_to_replace,
    refuse_unknown_ending,
    table_bytes,
    write_csv,
    write_csv_file,
    write_table,
)

__all__ = [
    "LEFT_OUT",
    "Column",
    "Heading",
    "Note",
    "Row",
    "Table",
    "clean",
    "csv_text",
    "read_table",
    "refuse_to_replace",
    "refuse_unknown_ending",
    "table_bytes",
    "write_csv",
    "write_csv_file",
    "write_table",
]
