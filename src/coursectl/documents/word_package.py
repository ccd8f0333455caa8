"""What a Word file may hold to be a template: no macros, nothing that Word fetches from elsewhere, no more than it should."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from coursectl.documents.templates import BadTemplate
from coursectl.errors import N_

LARGEST = 100 * 2**20  # bytes that a template may unpack to
MOST_PARTS = 2000
ACTIVE = re.compile(r"vbaProject|vbaData|activeX|\.bin$", re.IGNORECASE)
EXTERNAL = re.compile(rb"<Relationship\b[^>]*\bTargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
KIND = re.compile(rb"\bType\s*=\s*[\"'][^\"']*/([A-Za-z]+)[\"']")
FETCHING = re.compile(rb"<w:instrText[^>]*>[^<]*\b(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT)\b", re.IGNORECASE)
ATTACHED = re.compile(rb"<w:attachedTemplate\b[^>]*/>")


def read_package(path: Path) -> io.BytesIO:
    """The Word file without the template that Word once made it from. Raises BadTemplate.

    A link on a web page stays: it is followed only by who clicks on it.
    """
    try:
        if not path.is_file():
            raise BadTemplate(N_("Template {template} is no file."), template=str(path))
        with zipfile.ZipFile(path) as packed:
            return _cleaned(path, packed)
    except BadTemplate:
        raise
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise no_word_file(path) from error


def no_word_file(path: Path) -> BadTemplate:
    """What is said of a file that is something else, or broken."""
    return BadTemplate(N_("Template {template} is no Word file (.docx)."), template=str(path))


def _cleaned(path: Path, packed: zipfile.ZipFile) -> io.BytesIO:
    parts = packed.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST:
        raise BadTemplate(N_("Template {template} is too large for a Word file."), template=str(path))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as clean:
        for part in parts:
            if ACTIVE.search(part.filename):
                raise BadTemplate(
                    N_("Template {template} has macros or other programs in it. Save it as a Word file without them."),
                    template=str(path),
                )
            data = packed.read(part)
            clean.writestr(part.filename, _looked_at(path, part.filename, data))
    made.seek(0)
    return made


def _looked_at(path: Path, name: str, data: bytes) -> bytes:
    """The part, harmless. Raises BadTemplate."""
    if name.endswith((".xml", ".rels")):
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise no_word_file(path)
        if found := FETCHING.search(data):
            raise _fetches(path, found[1].decode())
    if name.endswith(".rels"):
        for link in EXTERNAL.findall(data):
            kind = KIND.search(link)
            told = kind[1].decode() if kind else "?"
            if told == "attachedTemplate":
                data = data.replace(link, b"")
            elif told != "hyperlink":
                raise _fetches(path, told)
    return ATTACHED.sub(b"", data) if name == "word/settings.xml" else data


def _fetches(path: Path, what: str) -> BadTemplate:
    return BadTemplate(
        N_("Template {template} has Word fetch something from outside of it ({what}). Put it into the file itself."),
        template=str(path),
        what=what,
    )
