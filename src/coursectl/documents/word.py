"""Word files to edit, from Word templates: docxtpl fills them, in the sandbox that fills all other templates.

A template is found like the others, by its path: `letters/acceptance.docx` where there is one for the kind, else
`letters/letters.docx`; the user's folders first; or it is the file that is named.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from coursectl.documents import apart
from coursectl.documents.codes import DOTS, LEAST
from coursectl.documents.facts import Picture
from coursectl.documents.templates import BadTemplate, plain_text, sandbox_over, template_folders
from coursectl.documents.word_package import no_word_file, read_package
from coursectl.errors import N_, BadInput, Usage

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first day of ZIP: the same facts give the same bytes
HEIGHTS = {"crest": 21, "signature": 15, "code": 18}  # of pictures, in millimeters, by the name of their field
WIDEST = 60  # millimeters
SHARP = 300  # dots per inch, of a picture that Word can't read as it is
LONGEST_TITLE = 255  # letters that Word keeps of one
TAG = re.compile(r"<[^>]+>")


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
    file: Path | None = None,
) -> bytes:
    """The Word template of (folder, kind), or `file`, filled. The template gets all `letters`, say, and `letter`, the first.

    `several`: it has to go through all itself. Raises NoWord, BadTemplate, Usage (a template for one only).
    """
    path = file or find_word_template(*names, templates)
    printable = {name: _illustrated(value, lambda picture, _: _in_dots(picture)) for name, value in values.items()}
    details = (path, names[0], printable, tuple(templates), at, several, title, language)
    if file is not None or apart.are_foreign(templates):
        made: bytes = apart.ask("word", *details, path=str(path), templates=templates)
        return made
    return fill_word(*details)


def fill_word(
    path: Path,
    all_of: str,
    values: Mapping[str, Any],
    templates: Sequence[Path],
    at: datetime,
    several: bool,
    title: str,
    language: str,
) -> bytes:
    """The same in this process, whoever made the template."""
    document = _opened(path)
    sandbox = sandbox_over("docx", templates)
    sandbox.turns = 0
    if several and all_of not in _read(path, lambda: document.get_undeclared_template_variables(sandbox)):
        raise Usage(_FOR_ONE[all_of], template=str(path))
    shown = {name: _illustrated(value, _placed(document)) for name, value in values.items()}
    one = {all_of[:-1]: shown[all_of][0]}
    _read(path, lambda: document.render({**shown, **one}, sandbox, autoescape=True))
    _stamp(document, title, language, at)
    made = io.BytesIO()
    document.save(made)
    return _same_every_time(made.getvalue())


_FOR_ONE = {
    "letters": N_(
        "Template {template} is for one letter: it doesn't go through all letters. Leave out --one-file, or copy the built-in one."
    ),
    "certificates": N_(
        "Template {template} is for one certificate: it doesn't go through all certificates. Leave out --merged, or copy the built-in one."
    ),
}


def find_word_template(folder: str, kind: str, templates: Sequence[Path]) -> Path:
    """The file of the document, or of this kind of it. Raises BadTemplate."""
    for place in template_folders(templates):
        for name in (kind, folder):
            if (found := place / folder / f"{name}.docx").is_file():
                return found
    raise BadTemplate(N_("Template {template} is in no templates folder."), template=f"{folder}/{folder}.docx")


def paragraphs_of(path: Path) -> list[str]:
    """The texts of a Word file, a paragraph each, those of tables among them. Raises NoWord and BadTemplate."""
    from docx.oxml.ns import qn  # comes with docxtpl

    body = _opened(path).docx.element.body
    texts = ["".join(text.text or "" for text in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))]
    return [text for text in texts if text]


def undeclared(path: Path, templates: Sequence[Path]) -> set[str]:
    """The names that a Word template uses and doesn't make itself. Raises NoWord and BadTemplate."""
    document = _opened(path)
    sandbox = sandbox_over("docx", templates)
    found: set[str] = _read(path, lambda: document.get_undeclared_template_variables(sandbox))
    return found


def with_remarks(path: Path, remarks: Sequence[str]) -> bytes:
    """The file with paragraphs before its own that are for who changes it: they are left out of what is made."""
    document = _opened(path).docx
    first = document.element.body[0]
    for text in ("{%p if false %}", *remarks, "{%p endif %}"):
        paragraph = document.add_paragraph()
        paragraph.style = document.styles["Normal"]
        paragraph.add_run(text).italic = True
        first.addprevious(paragraph._p)
    made = io.BytesIO()
    document.save(made)
    return _same_every_time(made.getvalue())


def _opened(path: Path) -> DocxTemplate:
    try:
        from docxtpl import DocxTemplate
    except ImportError as error:
        raise NoWord from error
    package = read_package(path)
    try:
        document = DocxTemplate(package)
        document.init_docx()
    except (
        OSError,
        zipfile.BadZipFile,
        LookupError,
        ValueError,
        SyntaxError,
        AttributeError,
    ) as error:  # SyntaxError: lxml's
        raise no_word_file(path) from error
    return document


def _read(path: Path, fill: Callable[[], Any]) -> Any:
    """What `fill` gives. Raises BadTemplate for what is wrong in the template, with the words of its paragraph."""
    from jinja2 import TemplateError

    try:
        return fill()
    except BadInput:
        raise
    except (TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, SyntaxError, TypeError, ValueError) as error:  # fmt: skip
        reason = str(error).rstrip(".") or type(error).__name__
        if paragraph := _paragraph_of(error):
            raise BadTemplate(
                N_(
                    'Template {template}, "{paragraph}": {reason}. Correct the template, or remove your copy of it.'
                ),
                template=str(path), paragraph=paragraph, reason=reason,
            ) from error  # fmt: skip
        raise BadTemplate(
            N_("Template {template}: {reason}. Correct the template, or remove your copy of it."),
            template=str(path),
            reason=reason,
        ) from error


def _paragraph_of(error: BaseException) -> str:
    """The words of the paragraph at which it happened; docxtpl gives each a line of its own. Empty where that isn't known."""
    source, line = "", getattr(error, "lineno", None)
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        known = frame.f_locals.get("src_xml")
        source = known if isinstance(known, str) else source
        line = traceback.tb_lineno if frame.f_code.co_filename == "<template>" else line
        traceback = traceback.tb_next
    lines = re.sub(r"\n?<w:p([ >])", r"\n<w:p\1", source).splitlines()
    if not isinstance(line, int) or not 0 < line <= len(lines):
        return ""
    words = TAG.sub("", lines[line - 1]).strip()
    return words if len(words) <= 100 else f"{words[:100]}…"


class WordPicture:
    """A picture where a template names it. The template gets no more of it than that."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    def __html__(self) -> str:
        return self._make()


def _illustrated(value: Any, change: Callable[[Picture, str], Any], name: str = "") -> Any:
    """The value with each of its pictures changed; `change` also gets the name of the field that a picture stands in."""
    if isinstance(value, Picture):
        return change(value, name)
    if isinstance(value, list | tuple):
        return type(value)(_illustrated(one, change, name) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        own = {field.name: getattr(value, field.name) for field in fields(value)}
        new = {field: _illustrated(one, change, field) for field, one in own.items() if _may_have_pictures(one)}
        return replace(value, **new) if new else value
    return value


def _may_have_pictures(value: object) -> bool:
    return isinstance(value, Picture | list | tuple) or is_dataclass(value)


def _placed(document: DocxTemplate) -> Callable[[Picture, str], WordPicture]:
    """What a picture is in this document, where a template names it."""
    return lambda picture, field: WordPicture(lambda: _drawing(picture, document, _height_of(picture, field)))


def _height_of(picture: Picture, field: str) -> float:
    """Millimeters; a code of many modules is larger, so that each of them can be read."""
    usual = HEIGHTS.get(field, 20)
    return max(usual, int.from_bytes(picture.data[20:24], "big") / DOTS * LEAST) if field == "code" else usual


def _drawing(picture: Picture, document: DocxTemplate, height: float) -> str:
    """The picture as Word's drawing, with its words for who can't see it. Raises BadTemplate for one that can't be read."""
    from xml.sax.saxutils import quoteattr  # brings half of the net's libraries

    from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
    from docx.shared import Mm
    from docxtpl import InlineImage

    data = picture.data
    try:
        image = document.docx.part.package.get_or_add_image_part(io.BytesIO(data)).image
        width = height * image.px_width * image.vert_dpi / (image.px_height * image.horz_dpi)
        height_fitting = height * min(1, WIDEST / width)
        drawn = str(InlineImage(document, io.BytesIO(data), height=Mm(height_fitting)))
    except (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError, ZeroDivisionError) as error:
        raise BadInput(
            N_("The picture {alt!r} can't be read as one: it is empty or damaged."), alt=picture.alt
        ) from error
    return drawn.replace("<wp:docPr ", f"<wp:docPr descr={quoteattr(picture.alt)} ", 1)


@lru_cache(maxsize=8)
def _in_dots(picture: Picture) -> Picture:
    """A drawing (SVG) in dots, which every Word shows; others as they are."""
    from coursectl.documents.typeset import Typesetter

    if picture.media_type in ("image/png", "image/jpeg", "image/gif"):
        return picture
    with Typesetter() as typesetter:
        return Picture("image/png", typesetter.png(picture, ppi=SHARP, height=HEIGHTS["crest"]), picture.alt)


def _stamp(document: DocxTemplate, title: str, language: str, at: datetime) -> None:
    """Title, language and day of the file: what the spelling check goes by, and what a reader with a screen reader hears."""
    from docx.oxml.ns import qn

    docx = document.docx
    properties = docx.core_properties
    properties.title, properties.language = plain_text(title)[:LONGEST_TITLE], language
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
