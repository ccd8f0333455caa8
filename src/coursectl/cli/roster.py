"""`coursectl roster …`"""

from __future__ import annotations

from typing import Annotated

import typer

from coursectl import enrollment, locale
from coursectl.cli import nominating, roster_export, roster_moves
from coursectl.cli.command import CountryOption, DryRun, EditionOption, OrgOption, command, group
from coursectl.cli.duplicate import OnDuplicate, decide, decide_office
from coursectl.cli.enroll import BirthYear, Email, Honorific, LanguageOption, Post, Sex
from coursectl.cli.enrolled import answer, told
from coursectl.cli.here import here
from coursectl.cli.roster_moves import Because
from coursectl.cli.show import Column, local_minute, say, show_list, show_one
from coursectl.enrollment import Enrollment
from coursectl.locale import gettext as _

app = group(_("The participants of an edition, from nomination to the first morning."))

Who = Annotated[str, typer.Argument(metavar="WHO", help=_("Participant number, e-mail or name."))]


@command(
    app,
    "list",
    _("List the participants, by number."),
    example="coursectl roster list -e ICIM-37 --country AR",
)
def list_(
    edition: EditionOption = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", metavar="STATUS", help=_("Only this status; may be repeated."))
    ] = None,
    country: CountryOption = None,
    all_: Annotated[bool, typer.Option("--all", help=_("Also who has declined or withdrawn."))] = False,
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort", metavar="ORDER", help=_("number, name, country, organization or status. Default: number")
        ),
    ] = None,
) -> None:
    ref, language = here().edition(edition), here().language
    statuses = enrollment.chosen_statuses(status, everybody=all_ and not status)
    rows = enrollment.list_roster(
        here().store,
        ref,
        statuses,
        country=enrollment.read_country(country),
        language=language,
        order=enrollment.chosen_order(sort),
    )
    columns = (
        Column[Enrollment](_("No."), lambda one: one.number, right=True),
        Column[Enrollment](_("Name"), _named),
        Column[Enrollment](_("Country"), lambda one: one.country),
        Column[Enrollment](_("Organization"), lambda one: one.organization),
        Column[Enrollment](_("Status"), _standing),
        Column[Enrollment](_("E-mail"), lambda one: one.email),
    )
    empty = _("Nobody is in {edition} yet. Enroll a list with: coursectl enroll --from FILE -e {edition}")
    if status or country:
        empty = _("Nobody of that kind is in {edition}. See everybody with: coursectl roster list --all -e {edition}")
    show_list(rows, columns, empty=empty.format(edition=ref.reference))
    for name, numbers in enrollment.several_seats(rows):
        say(
            _("{name} has several seats: {numbers}. They are counted once, but the seat is free only when one is withdrawn: coursectl roster withdraw {last} -e {edition}").format(
                name=name, numbers=", ".join(map(str, numbers)), last=numbers[-1], edition=ref.reference
            )
        )  # fmt: skip


def _named(one: Enrollment) -> str:
    """`Ana Pérez`, or `Ana Pérez (= 7)` for who is also the participant number 7, after a merge."""
    others = [str(place.number) if place.number else _(place.status) for place in one.also]
    return f"{one.name} (= {', '.join(others)})" if others else one.name


def _standing(one: Enrollment) -> str:
    """`accepted`, `waitlisted (2)` for the second who waits, `confirmed (guest)` for who sits beside the quotas."""
    marks = [str(one.waiting)] if one.waiting else []
    marks += [_("guest")] if one.over_quota else []
    marks += [_("late")] if one.late and one.status == "nominated" else []
    return f"{_(one.status)} ({', '.join(marks)})" if marks else _(one.status)


@command(app, "show", _("Show one enrollment."), example="coursectl roster show 12 -e ICIM-37")
def show(who: Who, edition: EditionOption = None) -> None:
    language = here().language
    one = enrollment.get_enrollment(here().store, here().edition(edition), who, language=language)
    show_one(
        one,
        (
            (_("Name"), f"{one.honorific} {one.name}" if one.honorific else one.name),
            (_("Edition"), one.edition),
            (_("No."), one.number),
            (_("Status"), _(one.status)),
            (_("On the waiting list"), one.waiting),
            (_("Reason"), one.reason),
            (_("Nominated by"), one.nominated_by),
            (_("Priority"), one.priority),
            (_("Reserve"), one.reserve or None),
            (_("Nominated after the deadline"), one.late or None),
            (_("Beside the quotas"), one.over_quota),
            (_("Country"), one.country and locale.country_name(one.country, language)),
            (_("Organization"), one.organization_name),
            (_("Post"), one.post),
            (_("Category"), _(one.category)),
            (_("Funder"), one.funder),
            (_("Sex"), one.sex and _(one.sex)),
            (_("E-mail"), one.email),
            (_("Phone"), one.phone),
            (_("Language"), one.language),
            (_("Year of birth"), one.birth_year),
            (_("Nationality"), one.nationality and locale.country_name(one.nationality, language)),
            (_("In the directory"), one.publish),
            (_("Needs"), one.needs),
            (_("In place of"), one.replaces and one.replaces.name),
            (_("Enrolled"), local_minute(one.enrolled_at)),
        ),
    )


@command(
    app,
    "replace",
    _("A ministry sends somebody else: NEW takes OLD's seat, country and organization."),
    example='coursectl roster replace 12 "Luis Gómez" --email luis@dnm.example -e ICIM-37',
)
def replace(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_("Who withdraws: number, e-mail or name."))],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help=_("Who comes: a full name, or the e-mail of who is known."))
    ],
    edition: EditionOption = None,
    country: CountryOption = None,
    org: OrgOption = None,
    email: Email = None,
    sex: Sex = None,
    post: Post = None,
    honorific: Honorific = None,
    language: LanguageOption = None,
    birth_year: BirthYear = None,
    because: Because = None,
    on_duplicate: OnDuplicate = None,
    dry_run: DryRun = False,
) -> None:
    options = {
        "country": country,
        "organization": org,
        "email": email,
        "sex": sex,
        "post": post,
        "honorific": honorific,
        "language": language,
        "birth_year": birth_year,
    }
    act, store, ref = here().act(dry_run=dry_run), here().store, here().edition(edition, deciding=True)
    said = {"name": new} | {field: value for field, value in options.items() if value}
    wanted = enrollment.describe(store, said, enrollment.age_day(store, ref, act.today))
    reason = because or _("The office sends somebody else.")
    done = enrollment.replace_trainee(
        store, ref, old, wanted, act, reason=reason, near=decide(on_duplicate),
        office=decide_office(),
    )  # fmt: skip
    answer(done, f"{told(done.replaced)} {told(done.enrolled)}", changed=True, dry_run=dry_run)


roster_moves.register(app)
nominating.register(app)
roster_export.add_to(app)
