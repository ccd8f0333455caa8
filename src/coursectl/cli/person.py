"""`coursectl person …`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from coursectl import locale, people
from coursectl.cli.command import CountryOption, DryRun, command, group, read_number
from coursectl.cli.here import here
from coursectl.cli.show import Column, say, show_done, show_list, show_one
from coursectl.errors import N_, BadInput
from coursectl.locale import gettext as _
from coursectl.people import NewPerson, Person

if TYPE_CHECKING:
    from coursectl.history import Held, Part

app = group(_("People: each one once, whatever they do."))

Who = Annotated[str, typer.Argument(metavar="WHO", help=_("E-mail, id, or a name that fits one person."))]
Given = Annotated[str | None, typer.Option("--given", metavar="NAME", help=_("Given names."))]
Family = Annotated[str | None, typer.Option("--family", metavar="NAME", help=_("Family names."))]
Honorific = Annotated[str | None, typer.Option("--honorific", metavar="WORD", help=_("Treatment, like Dra. or Amb."))]
Sex = Annotated[str | None, typer.Option("--sex", metavar="SEX", help=_("female, male, other, or not_stated."))]
BirthYear = Annotated[str | None, typer.Option("--birth-year", metavar="YEAR", help=_("Year of birth."))]
Nationality = Annotated[
    str | None, typer.Option("--nationality", metavar="COUNTRY", help=_("Two-letter code or name."))
]
Email = Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help=_("E-mail address."))]
Phone = Annotated[str | None, typer.Option("--phone", metavar="NUMBER", help=_("Telephone."))]
Language = Annotated[
    str | None, typer.Option("--language", metavar="TAG", help=_("The person's language: es, pt, fr, en."))
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("A remark."))]


@command(
    app,
    "add",
    _("Add a person."),
    example='coursectl person add "Ana Pérez" --email ana@dnm.example --nationality AR --sex female',
)
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The name as it is to be printed."))],
    given: Given = None,
    family: Family = None,
    honorific: Honorific = None,
    sex: Sex = None,
    birth_year: BirthYear = None,
    nationality: Nationality = None,
    email: Email = None,
    phone: Phone = None,
    language: Language = None,
    note: Note = None,
    dry_run: DryRun = False,
) -> None:
    new = NewPerson(
        name, given, family, honorific, _sex(sex), read_number(birth_year, "--birth-year"), _country(nationality), email, phone,
        _tag(language), note,
    )  # fmt: skip
    person = people.add_person(here().store, new, here().act(dry_run=dry_run), anyway=here().options.yes)
    show_done(person, _("{name} is added.").format(name=person.name), dry_run=dry_run)


@command(
    app,
    "edit",
    _("Change what you name of a person, and leave the rest."),
    example="coursectl person edit ana@dnm.example --name 'Ana María Pérez'",
)
def edit(
    who: Who,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help=_("The name as it is to be printed."))
    ] = None,
    given: Given = None,
    family: Family = None,
    honorific: Honorific = None,
    sex: Sex = None,
    birth_year: BirthYear = None,
    nationality: Nationality = None,
    email: Email = None,
    phone: Phone = None,
    language: Language = None,
    note: Note = None,
    dry_run: DryRun = False,
) -> None:
    change = NewPerson(
        name, given, family, honorific, _sex(sex), read_number(birth_year, "--birth-year"), _country(nationality), email, phone,
        _tag(language), note,
    )  # fmt: skip
    person, changed = people.edit_person(
        here().store, who, change, here().act(dry_run=dry_run), anyway=here().options.yes
    )
    sentence = _("{name} is changed.") if changed else _("{name} is like that already; nothing was changed.")
    show_done(person, sentence.format(name=person.name), dry_run=dry_run and changed)


@command(
    app,
    "list",
    _("List people; those whose name or e-mail has all your words."),
    example="coursectl person list pérez --country AR",
)
def list_(
    search: Annotated[str | None, typer.Argument(metavar="WORDS", help=_("Words of the name or e-mail."))] = None,
    country: CountryOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", help=_("How many at most."), min=1)] = 100,
) -> None:
    columns = (
        Column[Person](_("Name"), lambda person: person.name),
        Column[Person](_("Treatment"), lambda person: person.honorific),
        Column[Person](_("E-mail"), lambda person: person.email),
        Column[Person](_("Nationality"), lambda person: person.nationality),
        Column[Person](_("Language"), lambda person: person.language),
        Column[Person](_("Born"), lambda person: person.birth_year, right=True),
    )
    found = people.list_people(here().store, search, _country(country), here().language)
    show_list(found[:limit], columns, empty=_("Nobody. Add people with: coursectl enroll, or coursectl person add"))
    if len(found) > limit:
        say(_("{shown} of {count} people are shown. For more: --limit {count}").format(shown=limit, count=len(found)))


@command(
    app,
    "show",
    _("Show a person, their editions and their certificates."),
    example="coursectl person show ana@dnm.example",
)
def show(who: Who) -> None:
    from coursectl import history

    person = history.person_record(here().store, who)
    show_one(
        person,
        (
            (_("Name"), person.name),
            (_("Given names"), person.given_name),
            (_("Family names"), person.family_name),
            (_("Treatment"), person.honorific),
            (_("Sex"), _(person.sex) if person.sex else None),
            (_("Born"), person.birth_year),
            (_("Nationality"), person.nationality),
            (_("E-mail"), person.email),
            (_("Telephone"), person.phone),
            (_("Language"), person.language),
            (_("Note"), person.note),
            (_("Editions"), "\n".join(map(_part_line, person.editions))),
            (_("Certificates"), "\n".join(map(_held_line, person.certificates))),
            (_("Id"), person.id),
        ),
    )


_ROLES = {
    "trainee": N_("trainee"), "enrollment": N_("enrollment"), "expert": N_("expert"), "chair": N_("chair"),
    "moderator": N_("moderator"), "speaker": N_("speaker"), "signatory": N_("signatory"),
}  # fmt: skip


def _part_line(part: Part) -> str:
    """`ICIM-37: trainee, completed, AR`"""
    said = (_(_ROLES[part.role]), _(part.status) if part.status else None, part.country)
    return f"{part.edition}: {', '.join(filter(None, said))}"


def _held_line(held: Held) -> str:
    """`ICIM-2015-0001: completion, issued, 2015-03-20`"""
    return f"{held.serial}: {_(held.kind)}, {_(held.state)}, {held.issued_on}"


def _sex(words: str | None) -> str | None:
    if not words:
        return words
    found = locale.read_word("sex", words)
    if found is None:
        raise BadInput(
            N_("{words!r} is no sex that can be recorded. Use female, male, other or not_stated."), words=words
        )
    return found


def _country(words: str | None) -> str | None:
    return words if not words else locale.find_country(words) or words


def _tag(words: str | None) -> str | None:
    return words if not words else locale.find_language(words) or words
