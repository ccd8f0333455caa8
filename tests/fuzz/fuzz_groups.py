"""What the coverage-guided harness feeds, by groups: bytes in, rows or values or a refusal out. It needs no atheris itself."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from fuzz_files import FORMS, hostile_pictures, seed, table_as
from fuzz_ground import CORPUS
from fuzz_parsers import PARSERS, outcome

from coursectl.attendance import sheets
from coursectl.editions import read_picture
from coursectl.enrollment.files import read_roster
from coursectl.history.reading import read_figures
from coursectl.tables import read_table
from coursectl.workflows.importing.course_file import read_course_file

# Each looks into a folder of time zones or of words, which takes longer than all the others together.
SLOW = {"documents.catalogs:read_catalog", "documents.wording:read_words", "editions.wanted:tidy"}
_PLACE = Path(tempfile.mkdtemp(prefix="coursectl-fuzz-"))


def parsers(content: bytes) -> None:
    """Every parser, the same text for all. What is no UTF-8 comes as it does in an argument."""
    text = content.decode("utf-8", errors="surrogateescape")
    for name, parser in PARSERS.items():
        if name not in SLOW:
            outcome(parser, text)


def tables(content: bytes) -> None:
    """The readers of lists, without a store."""
    ending = ".xlsx" if content.startswith(b"PK") else ".json" if content[:1] in (b"[", b"{") else ".csv"
    path = _file(ending, content)
    outcome(lambda path: read_roster(path, "2026-03-02"), path)
    outcome(lambda path: sheets._read(path, None, []), path)
    outcome(lambda path: read_table(path, sheets.COLUMNS), path)
    outcome(lambda path: read_figures(path, "RMC", {}), path)


def courses(content: bytes) -> None:
    """The reader of course.toml."""
    outcome(read_course_file, _file(".toml", content))


def pictures(content: bytes) -> None:
    """The reader of crests and signatures."""
    outcome(read_picture, _file(".svg", content))


GROUPS: dict[str, Callable[[bytes], None]] = {one.__name__: one for one in (parsers, tables, courses, pictures)}


def corpus(group: str) -> Iterator[tuple[str, bytes]]:
    """The inputs that a group begins with, by their names: those that were kept, and the seeds of the mutations."""
    for path in sorted((CORPUS / group).glob("*")):
        yield path.name, path.read_bytes()
    if group == "tables":
        for name in ("folder/roster.csv", "folder/attendance.csv", "folder/figures.csv", "marks.csv"):
            yield from ((f"{name} as {form}", table_as(name, form)) for form in FORMS)
    elif group == "courses":
        yield "course.toml", seed("folder/course.toml")
    elif group == "pictures":
        yield "crest.svg", seed("folder/crest.svg")
        yield from ((name, content) for name, content in hostile_pictures().items() if len(content) < 1_000)


def _file(ending: str, content: bytes) -> Path:
    path = _PLACE / f"input{ending}"
    path.write_bytes(content)
    return path
