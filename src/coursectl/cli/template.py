"""`coursectl template …`: which templates there are, copies to change, and what breaks in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from coursectl import documents
from coursectl.cli.command import DryRun, command, group
from coursectl.cli.designs import Templates, folders
from coursectl.cli.here import here
from coursectl.cli.show import Column, progress, say, show_done, show_list, show_one, show_text
from coursectl.documents import Breakage, CheckedTemplates, FileExists, TemplateOrigin
from coursectl.errors import N_, ExitCode
from coursectl.locale import gettext as _
from coursectl.locale import ngettext

app = group(_("Templates of documents: list them, copy one to change it, check what breaks."))

Name = Annotated[
    str, typer.Argument(metavar="NAME", help=_("The document, like certificate; or words, in a language by --lang."))
]
FormatOption = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help=_("pdf, docx, html, txt or md. Default: the first there is."))
]
Design = Annotated[
    str, typer.Option("--design", metavar="DESIGN", help=_("Of a document with several designs. Default: classic."))
]


@command(
    app,
    "list",
    _("Every template: of which document, in which format, and whether it is built in or yours."),
    example="coursectl template list",
)
def list_(templates: Templates = None) -> None:
    columns: list[Column[TemplateOrigin]] = [
        Column(_("Document"), lambda one: one.name),
        Column(_("Format"), lambda one: one.format),
        Column(_("From"), _from),
        Column(_("File"), lambda one: one.file),
    ]
    show_list(documents.list_templates(folders(templates)), columns, empty=_("There are no templates."))


def _from(one: TemplateOrigin) -> str:
    if one.overrides:
        return _("yours, instead of the built-in one")
    return _("yours") if one.own else _("built-in")


@command(
    app,
    "show",
    _("Show a template as it is; of a Word file, its paragraphs."),
    example="coursectl template show certificate",
)
def show(name: Name, format: FormatOption = "", design: Design = "", templates: Templates = None) -> None:
    found = _found(name, format, design, templates)
    source = documents.read_source(found)
    if here().options.json:
        show_one({**vars(found), "source": source}, [])
    else:
        show_text(source.removesuffix("\n"))


@dataclass(frozen=True)
class CopiedTemplate:
    """Where the copy of a template is, and of which file it is one."""

    template: str
    format: str
    source: str
    file: str


@command(
    app,
    "copy",
    _("Copy a template to change it, to where it is found: the folder templates beside the store."),
    example="coursectl template copy certificate\ncoursectl template copy words --lang es",
)
def copy(
    name: Name,
    format: FormatOption = "",
    design: Design = "",
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help=_("Another templates folder, for --templates."))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Write over files that are there."))] = False,
    templates: Templates = None,
    dry_run: DryRun = False,
) -> None:
    found = _found(name, format, design, templates)
    folder = to or Path(here().store_name).parent / "templates"
    path = folder / found.path
    copied = documents.commented(found, _remarks(found, folder, beside=to is None))
    if not dry_run:
        _write(path, copied, force=force)
    done = CopiedTemplate(found.name, found.format, found.file, str(path))
    sentence = _("{file} is yours to change. Check it with: {command}")
    show_done(done, sentence.format(file=path, command=_check(found, folder, beside=to is None)), dry_run=dry_run)


def _write(path: Path, copied: bytes, *, force: bool) -> None:
    try:
        documents.write_file(path.parent, path.name, copied, force=force)
    except FileExists as error:
        raise FileExists(
            N_("{path} exists already and is different. Give --force to replace it, or another folder with --to."),
            path=path,
        ) from error


def _found(name: str, format: str, design: str, templates: Path | None) -> TemplateOrigin:
    language = here().options.lang or ""
    return documents.find_template(name, format, design=design, language=language, templates=folders(templates))


def _check(found: TemplateOrigin, folder: Path, *, beside: bool) -> str:
    words = "" if found.name == documents.WORDS else f" {found.name}"
    return f"coursectl template check{words}" + ("" if beside else f' --templates "{folder}"')


def _remarks(found: TemplateOrigin, folder: Path, *, beside: bool) -> list[str]:
    """What staff should know who open the copy."""
    check = _("Check it after each change, with the worst data there is: {command}").format(
        command=_check(found, folder, beside=beside)
    )
    way_back = _("To have the built-in one again, remove this file.")
    if found.name == documents.WORDS:
        return [_("Words of documents: a copy of yours."), *_how_words_work(), check, way_back]
    which = _("This is your copy of the template of {name} ({format}); these remarks aren't printed.")
    lines = [which.format(name=found.name, format=found.format), *_how(found.format), check, way_back]
    if fields := documents.list_fields(found):
        lines += ["", _("The fields that there are, explained in docs/documents.md:"), *fields]
    return lines


def _how_words_work() -> list[str]:
    return [
        _(
            "Each entry has a key (msgctxt), the text in English (msgid) and what documents say (msgstr): change the last alone."
        ),
        _(
            "Keep what is in {…}: it is filled in. msgstr[0], msgstr[1] … are for one, for several, as the language counts."
        ),
        _(
            "Remove the entries that you don't change: these words then come from the built-in file, also when they get better."
        ),
        _("An entry that is empty or marked as fuzzy isn't used. Editors of such files (Poedit) open this one."),
    ]


def _how(format: str) -> list[str]:
    if format == documents.WORD:
        return [
            _("Change fonts, sizes, colors, margins and pictures as you like, and the text that is outside of braces."),
            _("What is in braces is filled in. Move it as a whole, and type it anew rather than change a part of it."),
        ]
    return [
        _("Change sizes, colors, margins, the order and the text as you like. What is in {{ … }} is filled in;"),
        _("what is in {% … %} repeats a part or leaves it out. Pictures need words for who can't see them (alt)."),
    ]


@command(
    app,
    "check",
    _("Fill templates with the worst data there is and say what breaks; exit code 5 where something does."),
    example="coursectl template check certificate",
)
def check(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help=_("The document, like certificate. Default: all."))
    ] = None,
    templates: Templates = None,
) -> None:
    users = folders(templates)
    wanted = _wanted(name, users) if name else None
    language = here().options.lang
    with progress(_("Check")) as advance:
        found = documents.check_templates(
            wanted, languages=[language] if language else (), templates=users, progress=advance
        )
    if here().options.json:
        show_one(_plain(found), [])
    else:
        for breakage in found.breakages:
            show_text(_sentence(breakage))
    if not found.ok:
        raise typer.Exit(ExitCode.BAD_INPUT)
    if found.untried:
        say(_("There is no data to try these with: {templates}.").format(templates=", ".join(found.untried)))
    if found.unset:
        say(
            _("No PDF was made in {languages}: no font has its letters. Install them with: {command}").format(
                languages=", ".join(found.unset), command="pip install 'coursectl[cjk]'"
            )
        )
    sentence = ngettext(
        "Nothing breaks: {documents} document of {templates} templates was made.",
        "Nothing breaks: {documents} documents of {templates} templates were made.",
        found.documents,
    )
    say(sentence.format(documents=found.documents, templates=len(found.templates)))


def _wanted(name: str, templates: Sequence[Path]) -> str | None:
    """The document to check, none for all: words, and what several share, are in all of them."""
    if name == documents.WORDS:
        return None
    found = documents.find_template(name, templates=templates)
    if found.name == documents.DESIGNED and name == found.path:
        return found.path
    if found.path.startswith(f"{documents.DESIGNED}/"):
        return documents.DESIGNED
    return None if found.name == documents.PARTS else found.name


def _sentence(one: Breakage) -> str:
    """`- Template …: … (a name of 200 letters; en, es)`"""
    what = one.what.sentence(_)
    data = "; ".join(filter(None, (_(one.data) if one.data else "", ", ".join(one.languages))))
    return f"- {what} ({data})" if data else f"- {what}"


def _plain(found: CheckedTemplates) -> dict[str, object]:
    return {
        "ok": found.ok,
        "templates": found.templates,
        "documents": found.documents,
        "untried": found.untried,
        "unset": found.unset,
        "breakages": [
            {
                "template": one.template, "format": one.format, "file": one.file, "what": one.what.sentence(_),
                "data": _(one.data) if one.data else "", "languages": one.languages, "times": one.times,
            }
            for one in found.breakages
        ],
    }  # fmt: skip
