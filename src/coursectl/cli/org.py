"""`coursectl org …`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl import locale, people
from coursectl.cli.changes import show_edited
from coursectl.cli.command import CountryOption, DryRun, command, group, read_texts
from coursectl.cli.here import here
from coursectl.cli.show import Column, show_done, show_list, show_one
from coursectl.locale import gettext as _
from coursectl.people import NewOrganization, Organization

app = group(_("Organizations: ministries, agencies, universities, partners."))

Acronym = Annotated[
    list[str] | None,
    typer.Option(
        "--acronym", metavar="TEXT", help=_("Acronym; once a language: --acronym en=UNHCR --acronym es=ACNUR")
    ),
]
Kind = Annotated[
    str | None,
    typer.Option(
        "--kind", metavar="KIND", help=_("ministry, agency, university, international, or a word of your own.")
    ),
]
Website = Annotated[str | None, typer.Option("--website", metavar="URL", help=_("Address on the web."))]
Logo = Annotated[
    str | None,
    typer.Option(
        "--logo", metavar="FILE", help=_("Its logo, for certificates: SVG, PNG or JPEG; an empty text takes it away.")
    ),
]
Who = Annotated[str, typer.Argument(metavar="ORG", help=_("Acronym, name or id."))]


@command(
    app,
    "add",
    _("Add an organization; a name once a language: en=… es=…"),
    example='coursectl org add es="Dirección Nacional de Migraciones" --acronym DNM --kind agency --country AR',
)
def add(
    name: Annotated[
        list[str], typer.Argument(metavar="NAME...", help=_("Its name; in several languages: en='…' es='…'"))
    ],
    acronym: Acronym = None,
    kind: Kind = None,
    country: CountryOption = None,
    website: Website = None,
    dry_run: DryRun = False,
) -> None:
    language = here().language
    new = NewOrganization(
        read_texts(name, language) or {}, read_texts(acronym, language) or {}, kind, _country(country), website
    )
    added = people.add_organization(here().store, new, here().act(dry_run=dry_run), anyway=here().options.yes)
    show_done(added, _("{name} is added.").format(name=locale.pick(added.name, language)), dry_run=dry_run)


@command(
    app,
    "edit",
    _("Change what you name of an organization, and leave the rest."),
    example="coursectl org edit DNM --name en='National Migration Directorate'",
)
def edit(
    org: Who,
    name: Annotated[
        list[str] | None, typer.Option("--name", metavar="TEXT", help=_("Name; once a language: --name es=…"))
    ] = None,
    acronym: Acronym = None,
    kind: Kind = None,
    country: CountryOption = None,
    website: Website = None,
    logo: Logo = None,
    dry_run: DryRun = False,
) -> None:
    from coursectl.workflows import logos

    language = here().language
    change = NewOrganization(
        read_texts(name, language) or {}, read_texts(acronym, language) or {}, kind, _country(country), website
    )
    after, changed = logos.edit_organization(
        here().store, org, change, here().act(dry_run=dry_run), logo=logo, anyway=here().options.yes
    )
    sentence = _("{name} is changed.") if changed else _("{name} is like that already; nothing was changed.")
    said = sentence.format(name=locale.pick(after.name, language))
    show_edited(after, said, lambda: people.get_organization(here().store, org), changed=changed, dry_run=dry_run)


@command(
    app,
    "list",
    _("List organizations; those whose names have all your words."),
    example="coursectl org list migraciones --country AR",
)
def list_(
    search: Annotated[str | None, typer.Argument(metavar="WORDS", help=_("Words of the name, or the acronym."))] = None,
    kind: Kind = None,
    country: CountryOption = None,
) -> None:
    columns = (
        Column[Organization](_("Acronym"), lambda org: org.acronym),
        Column[Organization](_("Name"), lambda org: org.name),
        Column[Organization](_("Kind"), lambda org: org.kind),
        Column[Organization](_("Country"), lambda org: org.country),
    )
    found = people.list_organizations(here().store, search, kind, _country(country), here().language)
    show_list(found, columns, empty=_("None. Add one with: coursectl org add NAME --acronym ACRONYM"))


@command(app, "show", _("Show an organization."), example="coursectl org show DNM")
def show(org: Who) -> None:
    found = people.get_organization(here().store, org)
    show_one(
        found,
        (
            (_("Name"), _by_language(found.name)),
            (_("Acronym"), _by_language(found.acronym)),
            (_("Kind"), found.kind),
            (_("Country"), found.country),
            (_("Website"), found.website),
            (_("Logo"), _("yes") if found.logo else _("none")),
            (_("Id"), found.id),
        ),
    )


def _by_language(text: locale.Text) -> str:
    """A line for each language; `und` stands for a language that nobody stated."""
    return "\n".join(words if tag == "und" else f"{tag}: {words}" for tag, words in text.items())


def _country(words: str | None) -> str | None:
    return words if not words else locale.find_country(words) or words
