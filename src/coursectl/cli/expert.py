"""`coursectl expert …`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl import locale, program
from coursectl.cli.command import CountryOption, DryRun, EditionOption, OrgOption, command, group, read_texts
from coursectl.cli.duplicate import decide_office
from coursectl.cli.here import here
from coursectl.cli.show import Column, show_done, show_list
from coursectl.errors import N_, BadInput
from coursectl.locale import gettext as _
from coursectl.people import NewOrganization, NewPerson, organization_label
from coursectl.program import Expert, ExpertDone

app = group(_("Experts: who teaches in an edition."))


@command(
    app,
    "add",
    _("Make a person an expert of the edition; of one who is it already, change what you name."),
    example='coursectl expert add "Valeria Montenegro" --country AR --org IOM --post "Project Coordinator" -e ICIM-37',
)
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The name as it is to be printed."))],
    country: CountryOption = None,
    org: OrgOption = None,
    email: Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help=_("E-mail address."))] = None,
    honorific: Annotated[
        str | None, typer.Option("--honorific", metavar="WORD", help=_("Treatment, like Dra. or Amb."))
    ] = None,
    sex: Annotated[
        str | None, typer.Option("--sex", metavar="SEX", help=_("female, male, other, or not_stated."))
    ] = None,
    given: Annotated[str | None, typer.Option("--given", metavar="NAME", help=_("Given names."))] = None,
    family: Annotated[str | None, typer.Option("--family", metavar="NAME", help=_("Family names."))] = None,
    spoken: Annotated[
        str | None, typer.Option("--language", metavar="TAG", help=_("The person's language: es, pt, fr, en."))
    ] = None,
    post: Annotated[
        list[str] | None,
        typer.Option("--post", metavar="TEXT", help=_("Post; once a language: --post es=… --post en=…")),
    ] = None,
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    person = NewPerson(
        name, given_name=given, family_name=family, honorific=honorific, sex=_sex(sex), email=email,
        language=spoken and (locale.find_language(spoken) or spoken), country=_country(country),
    )  # fmt: skip
    done = program.add_expert(
        here().store, here().edition(edition, deciding=True), person, here().act(dry_run=dry_run),
        organization=NewOrganization.named(org, near=person.country) if org else None, post=read_texts(post, here().language), office=decide_office(),
    )  # fmt: skip
    show_done(done, _added(done), dry_run=dry_run and (done.added or done.changed))


@command(app, "list", _("List the experts of the edition."), example="coursectl expert list -e ICIM-37")
def list_(edition: EditionOption = None) -> None:
    ref = here().edition(edition)
    language = here().language
    columns = (
        Column[Expert](_("Name"), lambda expert: " ".join(filter(None, (expert.honorific, expert.person.name)))),
        Column[Expert](_("Post"), lambda expert: expert.post),
        Column[Expert](
            _("Organization"),
            lambda expert: organization_label(expert.acronym or {}, expert.organization or {}, language),
        ),
        Column[Expert](_("Country"), lambda expert: expert.country),
        Column[Expert](_("Sessions"), lambda expert: expert.sessions, right=True),
        Column[Expert](_("Hours"), lambda expert: round(expert.minutes / 60, 2), right=True),
    )
    empty = _('{edition} has no expert yet. Add one with: coursectl expert add "NAME" --country COUNTRY -e {edition}')
    show_list(program.list_experts(here().store, ref), columns, empty=empty.format(edition=ref.reference))


@command(
    app,
    "remove",
    _("Take an expert out of the edition; the person stays."),
    example='coursectl expert remove "Valeria Montenegro" -e ICIM-37',
)
def remove(
    who: Annotated[str, typer.Argument(metavar="WHO", help=_("E-mail, or a name that fits one expert."))],
    edition: EditionOption = None,
    dry_run: DryRun = False,
) -> None:
    expert = program.remove_expert(
        here().store, here().edition(edition, deciding=True), who, here().act(dry_run=dry_run)
    )
    sentence = _("{edition}: {name} is no expert of it any more.")
    show_done(expert, sentence.format(edition=expert.edition, name=expert.person.name), dry_run=dry_run)


def _added(done: ExpertDone) -> str:
    if done.added:
        sentence = _("{edition}: {name} is an expert of it now.")
    elif done.changed:
        sentence = _("{edition}: what you said of {name} is changed.")
    else:
        sentence = _("{edition}: {name} is an expert of it already; nothing was changed.")
    said = [sentence.format(edition=done.edition, name=done.person.name)]
    if done.new_organization and (done.added or done.changed):
        new = _("New organization: {organization}.")
        said.append(new.format(organization=locale.pick(done.organization or {}, here().language)))
    return " ".join(said)


def _country(words: str | None) -> str | None:
    found = locale.find_country(words) if words else None
    if words and found is None:
        raise BadInput(N_("No country is called {country!r}. Use its two-letter code, or its name."), country=words)
    return found


def _sex(words: str | None) -> str | None:
    found = locale.read_word("sex", words) if words else None
    if words and found is None:
        raise BadInput(
            N_("{words!r} is no sex that can be recorded. Use female, male, other or not_stated."), words=words
        )
    return found
