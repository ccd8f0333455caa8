"""Templates: where they lie, and the sandboxes that fill them.

A template is found by its path below a templates folder, `syllabus/syllabus.typ.j2`, in the user's folders first, then
in the installed package, then in the checkout that this file lies in. Four sandboxes fill them, one for each form. Each
turns every value into a literal of its form, so that nothing a person typed can become markup: Typst string literals
with all ASCII punctuation escaped (quotes alone are not enough: an author who forgets a `#` would run user text), HTML
escapes, Markdown escapes, plain text. Undefined names are errors. Comments are `{/* … */}`: `{#` is Typst code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from coursectl.errors import N_, BadInput, NotFound, Usage

if TYPE_CHECKING:
    from markupsafe import Markup

    from coursectl.documents.facts import RosterPerson
    from coursectl.documents.sandbox import Sandbox

SUFFIXES = {"pdf": "typ", "html": "html", "txt": "txt", "md": "md"}
WORD = "docx"  # whose templates are Word files themselves
TABLES = {
    "logistics": ("csv", "xlsx"),
    "register": ("csv", "xlsx"),
}  # documents that are made for a spreadsheet too, without a template
UNSAFE_IN_TYPST = re.compile(r"[^0-9A-Za-z \u00a1-\u1fff\u2030-\ud7ff\uf900-\U0010ffff]")
# Controls and what else is no character of a text: C0, C1, what turns the direction of all that follows on the line,
# surrogates, byte order mark, non-characters.
NOT_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
BREAKS = re.compile("[\t\n\r\x85\u2028\u2029]+")
MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&$#])")
MARKDOWN_START = re.compile(r"^(?=[-+=])|^(\d+)(?=[.)](?: |$))")


class BadTemplate(BadInput):
    """A template that can't be filled; the sentence names it, the line, and what is wrong there."""


class Sealed(tuple[Path, ...]):
    """Templates folders that hold all there is: nothing is taken from anywhere else."""

    __slots__ = ()


@dataclass(frozen=True)
class DocumentForms:
    """A document that can be rendered, and the formats that have a template."""

    name: str
    formats: tuple[str, ...]


def template_folders(templates: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The folders to look in, in order: the user's, the installed package's, the checkout's; those that exist; sealed ones alone."""
    if isinstance(templates, Sealed):
        return tuple(templates)
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent.parent
    candidates = [*templates, package / "templates"]
    if (checkout / "pyproject.toml").is_file():  # beside an installed package lies somebody else's folder
        candidates.append(checkout / "templates")
    return tuple(folder for folder in candidates if folder.is_dir())


def list_documents(templates: Sequence[Path] = ()) -> tuple[DocumentForms, ...]:
    """Every document with a template, by name, and its formats."""
    found: dict[str, set[str]] = {}
    for folder in template_folders(templates):
        for path in (*folder.glob("*/*.j2"), *folder.glob("*/*.docx")):
            form = _form_of(path)
            if form:
                found.setdefault(path.parent.name, set()).add(form)
    for name in TABLES.keys() & found.keys():
        found[name].update(TABLES[name])
    forms = (*SUFFIXES, WORD, *dict.fromkeys(form for several in TABLES.values() for form in several))
    return tuple(DocumentForms(name, tuple(form for form in forms if form in found[name])) for name in sorted(found))


def _form_of(path: Path) -> str | None:
    """The format that `NAME/NAME.SUFFIX.j2` or `NAME/NAME.docx` is the template of; None for parts and bases."""
    if path.name == f"{path.parent.name}.{WORD}":
        return WORD
    for form, suffix in SUFFIXES.items():
        if path.name == f"{path.parent.name}.{suffix}.j2" and path.parent.name != "base":
            return form
    return None


def template_path(document: str, form: str, templates: Sequence[Path] = ()) -> str:
    """`syllabus/syllabus.typ.j2`. Raises NotFound (no such document) and Usage (not in that format)."""
    documents = {entry.name: entry.formats for entry in list_documents(templates)}
    if document not in documents:
        raise NotFound(
            N_("There is no document {document!r}. There are: {documents}."),
            document=document,
            documents=", ".join(documents),
        )
    if form not in documents[document]:
        raise Usage(
            N_("{document} is not made as {form}. Its formats are: {formats}."),
            document=document,
            form=form,
            formats=", ".join(documents[document]),
        )
    return f"{document}/{document}.{SUFFIXES[form]}.j2" if form in SUFFIXES else f"{document}/{document}.{form}"


def template_file(path: str, templates: Sequence[Path] = ()) -> str:
    """The file that a template is read from, to tell its author where to look."""
    return str(next((folder / path for folder in template_folders(templates) if (folder / path).is_file()), path))


def is_built_in(path: str, templates: Sequence[Path] = ()) -> bool:
    """Whether a template is the product's own, and no folder of the user's has another."""
    return not any((folder / path).is_file() for folder in templates)


def plain_text(value: str) -> str:
    """`value` in one line, without what is no text: controls, turns of direction, lone surrogates, byte order marks."""
    return NOT_TEXT.sub("", BREAKS.sub(" ", value))


def typst_literal(value: object) -> Markup:
    """A value as Typst code. `Markup` (blocks and macros of the template itself) passes."""
    from markupsafe import Markup

    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return Markup('"' + UNSAFE_IN_TYPST.sub(_code_point, plain_text(value)) + '"')  # noqa: S704 - all is escaped
    if value is None or isinstance(value, bool):
        return Markup({None: "none", True: "true", False: "false"}[value])  # noqa: S704
    if isinstance(value, int | float):
        return Markup(f"({value!r})")  # noqa: S704 - in brackets: "#40h" is a syntax error
    raise _unprintable(value)


def _unprintable(value: object) -> Exception:
    """Why a value can't be printed; an undefined name knows best itself."""
    from jinja2 import Undefined, UndefinedError

    if isinstance(value, Undefined):
        try:
            str(value)
        except UndefinedError as error:
            return error
    return NotPrintable(type(value).__name__)


def _code_point(match: re.Match[str]) -> str:
    return f"\\u{{{ord(match[0]):x}}}"


def markdown_text(value: object) -> Markup:
    """A value as Markdown that shows it and does nothing else."""
    from markupsafe import Markup

    if isinstance(value, Markup):
        return value
    escaped = MARKDOWN.sub(r"\\\1", plain_text(_words_only(value)))
    return Markup(MARKDOWN_START.sub(r"\1\\", escaped))  # noqa: S704 - all is escaped


def html_text(value: object) -> Markup:
    """A value as HTML text or attribute value."""
    from markupsafe import Markup, escape

    return value if isinstance(value, Markup) else escape(plain_text(_words_only(value)))


def word_text(value: object) -> Markup:
    """A value as the text of a Word file. Braces stay: a document is filled once."""
    return html_text(value)


def raw_text(value: object) -> Markup:
    """A value as plain text."""
    from markupsafe import Markup

    return Markup(plain_text(_words_only(value)))  # noqa: S704 - the form has no markup


def _words_only(value: object) -> str:
    if isinstance(value, str | int | float):
        return str(value)
    raise _unprintable(value)


class NotPrintable(TypeError):
    """A template prints something that is no text or number, None or a list, say."""

    def __str__(self) -> str:
        return f"a value of type {self.args[0]} can't be printed"


FINALIZERS: Mapping[str, Callable[[object], Markup]] = {
    "pdf": typst_literal,
    "html": html_text,
    "txt": raw_text,
    "md": markdown_text,
    "docx": word_text,
}


@lru_cache(maxsize=8)
def environment(form: str, folders: tuple[Path, ...], *, marked: bool = False) -> Sandbox:
    """The sandbox of one format over these folders; `marked` for looking up where a line comes from."""
    from coursectl.documents.sandbox import Sandbox

    return Sandbox(
        folders,
        FINALIZERS[form],
        marked=marked,
        paragraphs=paragraphs,
        capitalize_first=capitalize_first,
        by_country=by_country,
    )


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a longer text: lines that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def capitalize_first(text: str) -> str:
    """The text with a capital at its beginning, and nothing else changed."""
    return text[:1].upper() + text[1:]


def by_country(people: Iterable[RosterPerson]) -> list[tuple[str, list[RosterPerson]]]:
    """People under their countries, in the order in which they come: sorting by name is the matter of a language."""
    groups: dict[str, list[RosterPerson]] = {}
    for person in people:
        groups.setdefault(person.country_name, []).append(person)
    return list(groups.items())


def fill(form: str, path: str, templates: Sequence[Path], values: Mapping[str, object]) -> str:
    """The template at `path`, filled.

    Raises BadTemplate: syntax error, undefined name, forbidden or failing call, a loop without end, no UTF-8.
    """
    return _filled(environment(form, template_folders(templates)), path, values)


def written_by(
    form: str, path: str, templates: Sequence[Path], values: Mapping[str, object], line: int, column: int
) -> tuple[str, int] | None:
    """Which template, and which of its lines, wrote that place of the filled source. It is filled again to find out."""
    from coursectl.documents.sandbox import place_of

    folders = template_folders(templates)
    place = place_of(_filled(environment(form, folders, marked=True), path, values), line, column)
    return place and (template_file(place[0], templates), place[1])


def referenced(path: str, templates: Sequence[Path]) -> list[str | None]:
    """The templates that the one at `path` extends, includes and imports, None for one that is named only as it is filled.

    Raises BadTemplate where it can't be read.
    """
    from jinja2 import TemplateSyntaxError, meta

    sandbox = environment("pdf", template_folders(templates))
    file = template_file(path, templates)
    try:
        return list(meta.find_referenced_templates(sandbox.parse(Path(file).read_text("utf-8"), path, file)))
    except TemplateSyntaxError as error:
        raise _bad_template(file, error.lineno, str(error.message)) from error
    except UnicodeDecodeError as error:
        raise BadTemplate(N_("Template {template} is no UTF-8 text. Save it as UTF-8."), template=file) from error


def _filled(sandbox: Sandbox, path: str, values: Mapping[str, object]) -> str:
    from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

    sandbox.turns = 0
    try:
        return sandbox.get_template(path).render(values)
    except TemplateNotFound as error:
        place = _template_line(error.__traceback__)
        raise _bad_template(*place, f"{error.name!r} is in no templates folder") from error
    except TemplateSyntaxError as error:
        raise _bad_template(error.filename or path, error.lineno, str(error.message)) from error
    except (
        TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        file, line = _template_line(error.__traceback__)
        if not file and isinstance(error, RecursionError | MemoryError):  # while it was being read
            file, line = path, 1
        if not file:
            raise  # not the template's fault but ours
        raise _bad_template(file, line, str(error) or "there is not enough memory for it") from error


def _bad_template(template: str, line: int, reason: str) -> BadTemplate:
    return BadTemplate(
        N_("Template {template}, line {line}: {reason}. Correct the template, or remove your copy of it."),
        template=template,
        line=line,
        reason=reason.rstrip("."),
    )


def _template_line(traceback: TracebackType | None) -> tuple[str, int]:
    """File and line of the last template in a traceback, into which Jinja2 writes template lines; ("", 0) for none."""
    places = [(file, line) for file, line in _frames(traceback) if file.endswith(".j2")]
    return places[-1] if places else ("", 0)


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
