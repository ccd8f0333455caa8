"""Word files to edit, from Word templates: docxtpl fills them, in the sandbox that fills all other templates.

A template is found like the others, by its path: `letters/acceptance.docx` where there is one for the kind, else
`letters/letters.docx`; the user's folders first.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coursectl.documents import apart
from coursectl.documents.templates import BadTemplate, environment, template_folders
from coursectl.errors import N_, BadInput, Usage

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

LARGEST = 100 * 2**20  # bytes that a template may unpack to
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first day of ZIP: the same facts give the same bytes


class NoWord(BadInput):
    """The extra that makes Word files isn't installed."""

    wording = N_("Word files need one more package. Install it with: pip install 'coursectl[word]'")


def word_file(
    names: tuple[str, str],
    values: Mapping[str, Any],
    templates: Sequence[Path],
    *,
    at: datetime,
    several: bool,
    title: str,
    language: str,
) -> bytes:
    """The Word template of (folder, kind), filled. The template gets `letters`, and `letter`, the first of them.

    `several`: it has to go through `letters` itself. Raises NoWord, BadTemplate, Usage (a template for one letter only).
    """
    details = (names, dict(values), tuple(templates), at, several, title, language)
    if apart.are_foreign(templates):
        path = f"{names[0]}/{_template(*names, templates).name}"
        made: bytes = apart.ask("word", *details, path=path, templates=templates)
        return made
    return fill_word(*details)


def fill_word(
    names: tuple[str, str],
    values: Mapping[str, Any],
    templates: Sequence[Path],
    at: datetime,
    several: bool,
    title: str,
    language: str,
) -> bytes:
    """The same in this process, whoever made the template."""
    path = _template(*names, templates)
    document = _opened(path)
    sandbox = environment("docx", template_folders(templates))
    sandbox.turns = 0
    one = values["letters"][0]
    if several and "letters" not in _read(path, lambda: document.get_undeclared_template_variables(sandbox)):
        raise Usage(
            N_(
                "Template {template} is for one letter: it doesn't go through all letters. Leave out --one-file, or copy the built-in one."
            ),
            template=str(path),
        )
    _read(path, lambda: document.render({**values, "letter": one}, sandbox, autoescape=True))
    _stamp(document, title, language, at)
    made = io.BytesIO()
    document.save(made)
    return _same_every_time(made.getvalue())


def _template(folder: str, kind: str, templates: Sequence[Path]) -> Path:
    for place in template_folders(templates):
        for name in (kind, folder):
            if (found := place / folder / f"{name}.docx").is_file():
                return found
    raise BadTemplate(N_("Template {template} is in no templates folder."), template=f"{folder}/{folder}.docx")


def _opened(path: Path) -> DocxTemplate:
    try:
        from docxtpl import DocxTemplate
    except ImportError as error:
        raise NoWord from error
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise BadTemplate(N_("Template {template} is too large for a Word file."), template=str(path))
        document = DocxTemplate(path)
        document.init_docx()
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:  # SyntaxError: lxml's
        raise BadTemplate(N_("Template {template} is no Word file (.docx)."), template=str(path)) from error
    return document


def _read(path: Path, fill: Any) -> Any:
    """What `fill` gives. Raises BadTemplate for what is wrong in the template."""
    from jinja2 import TemplateError

    try:
        return fill()
    except (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, SyntaxError, TypeError, ValueError) as error:  # fmt: skip
        raise BadTemplate(
            N_("Template {template}: {reason}. Correct the template, or remove your copy of it."),
            template=str(path),
            reason=str(error).rstrip(".") or type(error).__name__,
        ) from error


def _stamp(document: DocxTemplate, title: str, language: str, at: datetime) -> None:
    """Title, language and day of the file: what the spelling check goes by, and what a reader with a screen reader hears."""
    from docx.oxml.ns import qn

    docx = document.docx
    properties = docx.core_properties
    properties.title, properties.language = title, language
    properties.created = properties.modified = at.replace(tzinfo=None)
    for spoken in docx.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), language)


def _same_every_time(data: bytes) -> bytes:
    """The file with no trace of when it was written."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as anew:
        for name in packed.namelist():
            part = zipfile.ZipInfo(name, LONG_AGO)
            part.compress_type = zipfile.ZIP_DEFLATED
            anew.writestr(part, packed.read(name))
    return made.getvalue()
