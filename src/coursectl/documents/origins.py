"""Which templates there are, where each comes from, and copies of them that an office changes."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursectl.documents.ceremony import CeremonyFacts, HandoverFacts
from coursectl.documents.certificates import Form, ManifestRow, Page, Sheet, list_designs
from coursectl.documents.facts import (
    AttendanceSheetFacts,
    DirectoryFacts,
    EditionFacts,
    LabelFacts,
    LogisticsFacts,
    RegisterFacts,
    RosterFacts,
    SyllabusFacts,
)
from coursectl.documents.labels import Label
from coursectl.documents.letters import Letter
from coursectl.documents.register import RegisterRow
from coursectl.documents.templates import (
    SUFFIXES,
    WORD,
    BadTemplate,
    list_documents,
    template_folders,
)
from coursectl.documents.wording import list_languages
from coursectl.errors import N_, NotFound, Usage

WORDS = "words"
PARTS = "base"
DESIGNED = "certificates"  # the document that has designs, a template each
SHARED = tuple(f"{DESIGNED}/{name}.typ.j2" for name in ("base", "manifest", "page"))  # beside the designs
MANIFEST = SHARED[1]
_FORMS = {suffix: form for form, suffix in SUFFIXES.items()}
FACTS: dict[str, type] = {
    "syllabus": SyllabusFacts,
    "attendance-sheet": AttendanceSheetFacts,
    "roster": RosterFacts,
    "directory": DirectoryFacts,
    "logistics": LogisticsFacts,
    "register": RegisterFacts,
    "handover-list": HandoverFacts,
    "ceremony-order": CeremonyFacts,
    "badges": LabelFacts,
    "table-cards": LabelFacts,
}


@dataclass(frozen=True)
class TemplateOrigin:
    """A template: of which document, for which format (or language, of words), its path, and the file that is used.

    `own`: it is the user's. `overrides`: there is a built-in one of the same path, which it replaces.
    """

    name: str
    format: str
    path: str
    file: str
    own: bool
    overrides: bool


def list_templates(templates: Sequence[Path] = ()) -> tuple[TemplateOrigin, ...]:
    """Every template that documents are made from: of each document and format, what they share, the words."""
    found = [
        _origin(entry.name, form, path, templates)
        for entry in list_documents(templates)
        for form in (*SUFFIXES, WORD)
        if form in entry.formats
        for path in _paths_of(entry.name, form, templates)
    ]
    parts = {f"{PARTS}/{file.name}" for folder in template_folders(templates) for file in folder.glob(f"{PARTS}/*.j2")}
    parts |= {*SHARED}
    found += [_origin(PARTS, _FORMS[path.split(".")[1]], path, templates) for path in sorted(parts)]
    found += [_origin(WORDS, tag, _path_of(WORDS, tag), templates) for tag in list_languages(templates)]
    return tuple(found)


def find_template(
    name: str, format: str = "", *, design: str = "", language: str = "", templates: Sequence[Path] = ()
) -> TemplateOrigin:
    """The template that is meant, by its document or its path: `certificate` and `certificates` are one. Raises NotFound and Usage."""
    known = list_templates(templates)
    if (named := next((one for one in known if one.path == name), None)) is not None:
        return named
    names = tuple(dict.fromkeys(one.name for one in known))
    document = next((one for one in (name, f"{name}s") if one in names), None)
    if document is None:
        raise NotFound(
            N_("There is no template {name!r}. There are: {known}."),
            name=name, known=", ".join(names),
        )  # fmt: skip
    if document == WORDS and not language:
        raise Usage(N_("Words are of a language: say which with --lang."))
    wanted = language if document == WORDS else format
    fitting = [one for one in known if one.name == document and (not wanted or one.format == wanted)]
    if not fitting:
        raise Usage(
            N_("There is no template of {name} for {format}. There are: {known}."),
            name=document,
            format=wanted,
            known=", ".join(dict.fromkeys(one.format for one in known if one.name == document)),
        )
    return _of_design(fitting, design)


def _of_design(fitting: Sequence[TemplateOrigin], design: str) -> TemplateOrigin:
    """Of the templates of a document that of the design: `certificates/modern.typ.j2`. Raises NotFound."""
    if not design:
        return fitting[0]
    found = next((one for one in fitting if one.path.partition("/")[2].partition(".")[0] == design), None)
    if found is None:
        raise NotFound(N_("There is no design {design!r} of {name}."), design=design, name=fitting[0].name)
    return found


def _paths_of(name: str, form: str, templates: Sequence[Path]) -> list[str]:
    """The templates of a document in a form: one, or those of its designs; what stands before all of them where it is the user's."""
    path = _path_of(name, form)
    if name != DESIGNED or form == WORD:
        return [path]
    own = [path] if any((folder / path).is_file() for folder in templates) else []
    return [*own, *(f"{DESIGNED}/{design}.typ.j2" for design in list_designs(templates))]


def _path_of(name: str, form: str) -> str:
    if name == WORDS:
        return f"lang/{form}.po"
    return f"{name}/{name}.{form}" if form == WORD else f"{name}/{name}.{SUFFIXES[form]}.j2"


def _origin(name: str, form: str, path: str, templates: Sequence[Path]) -> TemplateOrigin:
    users = set(templates)
    places = [folder for folder in template_folders(templates) if (folder / path).is_file()]
    own = places[0] in users
    return TemplateOrigin(name, form, path, str(places[0] / path), own, own and not users >= set(places))


def read_source(template: TemplateOrigin) -> str:
    """The template as text; of a Word file, its paragraphs. Raises BadTemplate."""
    if template.format == WORD:
        from coursectl.documents.word import paragraphs_of

        return "\n".join(paragraphs_of(Path(template.file)))
    try:
        return Path(template.file).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadTemplate(
            N_("Template {template} is no UTF-8 text. Save it as UTF-8."), template=template.file
        ) from error
    except OSError as error:
        raise BadTemplate(
            N_("Template {template} can't be read: {reason}."), template=template.file, reason=error.strerror
        ) from error


def commented(template: TemplateOrigin, remarks: Sequence[str]) -> bytes:
    """A copy that begins with remarks for who changes it, which aren't printed. Raises BadTemplate and NoWord."""
    if template.format == WORD:
        from coursectl.documents.word import with_remarks

        return with_remarks(Path(template.file), remarks)
    source = read_source(template)
    if template.name == WORDS:
        entries = _said_in_english(source) if template.format == "en" else source
        return ("".join(f"# {line}".rstrip() + "\n" for line in remarks) + entries).encode()
    inside = "\n".join(f"    {line}".rstrip() for line in remarks).replace("*/}", "* /}")
    return f"{{/*\n{inside}\n*/}}\n{source}".encode()


def _said_in_english(source: str) -> str:
    """The words of English, which are their own translation, with what is to be changed where all languages have it."""
    several = _ENGLISH_PLURAL.sub(r"msgid \1msgid_plural \2msgstr[0] \1msgstr[1] \2", source)
    return _ENGLISH.sub(r"msgid \1msgstr \1", several)


_TEXT = r'((?:".*"\n)+)'
_ENGLISH = re.compile(rf'^msgid {_TEXT}msgstr ""\n(?!")', re.MULTILINE)
_ENGLISH_PLURAL = re.compile(rf'^msgid {_TEXT}msgid_plural {_TEXT}msgstr\[0\] ""\nmsgstr\[1\] ""\n', re.MULTILINE)


def roots_of(template: TemplateOrigin) -> dict[str, object]:
    """The names that the template gets, and what each is; none of a part whose names are those of whatever includes it."""
    match template.name:
        case "certificates" if template.format == WORD:
            from coursectl.documents.certificates import WordCertificate

            return {"certificate": WordCertificate, "certificates": WordCertificate}
        case "certificates":
            return _SHEETS
        case "letters" if template.format == WORD:
            return {"letter": Letter, "letters": Letter}
        case "letters":
            return {"letters": Letter, **dict.fromkeys(("paper", "title", "author", "language", "right_to_left"), str)}
        case "base":
            return (_MANIFEST if template.path == MANIFEST else _SHEETS) if template.path in SHARED else {}
        case "words":
            return {}
    roots: dict[str, object] = {
        "facts": FACTS.get(template.name, object),
        "edition": object,
        "say": object,
        "w": object,
    }
    more: dict[str, dict[str, object]] = {
        "badges": {"labels": Label},
        "table-cards": {"labels": Label},
        "register": {"rows": RegisterRow},
    }
    return {**roots, **more.get(template.name, {})}


_SHEETS: dict[str, object] = {
    "forms": Form, "sheets": Sheet, "page": Page, "colors": object,
    **dict.fromkeys(("reverse", "title", "author", "language"), str),
}  # fmt: skip
_MANIFEST: dict[str, object] = {
    "rows": ManifestRow, "groups": ManifestRow, "edition": EditionFacts, "say": object, "w": object,
    **dict.fromkeys(("headers", "title", "paper", "total"), str),
}  # fmt: skip


def list_fields(template: TemplateOrigin) -> list[str]:
    """The fields there are, a line for each thing: `Form: language, title, awarded …`."""
    roots = roots_of(template)
    seen: dict[type, None] = {}
    for kind in roots.values():
        _see(kind, seen)
    named = [", ".join(roots)] if roots else []
    return [*named, *(f"{one.__name__}: {', '.join(field.name for field in dataclasses.fields(one))}" for one in seen)]


def _see(kind: object, seen: dict[type, None]) -> None:
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind not in seen:
        seen[kind] = None
        for hint in typing.get_type_hints(kind).values():
            for inner in _within(hint):
                _see(inner, seen)


def _within(hint: object) -> Iterator[object]:
    yield hint
    for argument in typing.get_args(hint):
        yield from _within(argument)
