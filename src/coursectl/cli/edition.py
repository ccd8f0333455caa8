"""`coursectl edition …`"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from coursectl import editions, locale
from coursectl.cli import closing, quotas, retaining
from coursectl.cli.changes import label_of, show_edited
from coursectl.cli.command import DryRun, command, group, read_number
from coursectl.cli.designs import colors_line
from coursectl.cli.edition_options import (
    ConfirmBy,
    Country,
    End,
    NominationsBy,
    Place,
    Said,
    SaidAnew,
    Seats,
    Start,
    TimeZone,
    Venue,
    Year,
)
from coursectl.cli.enrolled import few
from coursectl.cli.here import here
from coursectl.cli.modality import MODALITIES
from coursectl.cli.show import Column, from_countries, say, show_done, show_list, show_one
from coursectl.editions import Edition, NewEdition
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.workflows import preparing

app = group(_("Editions: one holding of a course, numbered."))
retaining.register(app)


@dataclass(frozen=True)
class InUse:
    """The edition that commands are about when they don't say, for one user and one store."""

    store: str
    edition: str | None


_FIRST = 3  # sessions to name of many

Reference = Annotated[str, typer.Argument(metavar="EDITION", help=_("The edition, like ICIM-37."))]
MaybeReference = Annotated[
    str | None, typer.Argument(metavar="EDITION", help=_("The edition, like ICIM-37. Default: the one in use."))
]


@command(
    app,
    "add",
    _("Add an edition of a course."),
    example="coursectl edition add ICIM-37 --start 2015-03-09 --end 2015-03-21 --place 'Mar del Plata' --country AR --seats 30",
)
def add(
    edition: Reference,
    said: SaidAnew,
    dry_run: DryRun = False,
) -> None:
    wanted = said.wanted(editions.read_reference(edition)[1])
    added = preparing.add_edition(here().store, edition, wanted, said.hands(), here().act(dry_run=dry_run))
    sentence = _("{edition} is added. Work on it with: coursectl edition use {edition}")
    show_done(added, _told(sentence, added), dry_run=dry_run)


@command(
    app,
    "edit",
    _("Change what you name of an edition, and leave the rest; an empty text clears."),
    example="coursectl edition edit ICIM-37 --seats 32",
)
def edit(
    said: Said,
    edition: MaybeReference = None,
    dry_run: DryRun = False,
) -> None:
    ref = here().edition(edition, deciding=True)
    done = preparing.edit_edition(here().store, ref, said.wanted(ref.number), said.hands(), here().act(dry_run=dry_run))
    sentence = _("{edition} is changed.") if done.changed else _("{edition} is like that already; nothing was changed.")
    show_edited(
        done,
        "\n".join([_told(sentence, done), *_waiting(done)]),
        lambda: _whole(editions.get_edition(here().store, ref), preparing.list_hands(here().store, ref)),
        changed=done.changed,
        dry_run=dry_run,
        after=_whole(done, done.hands),
    )


@command(
    app,
    "copy",
    _("Make the next edition from an earlier one: modules, topics, sessions on the new dates, organizations, quotas."),
    example="coursectl edition copy ICIM-37 ICIM-38 --start 2016-03-07",
)
def copy(
    edition: Reference,
    new: Annotated[str, typer.Argument(metavar="NEW", help=_("The edition to make, like ICIM-38."))],
    start: Start = None,
    end: End = None,
    year: Year = None,
    place: Place = None,
    venue: Venue = None,
    country: Country = None,
    time_zone: TimeZone = None,
    seats: Seats = None,
    nominations_by: NominationsBy = None,
    confirm_by: ConfirmBy = None,
    dry_run: DryRun = False,
) -> None:
    from coursectl.workflows import copying

    wanted = NewEdition(
        editions.read_reference(new)[1], None, read_number(year, "--year"), place, venue, country, start, end, time_zone,
        read_number(seats, "--seats"), nominations_by=nominations_by, confirm_by=confirm_by,
    )  # fmt: skip
    source = here().edition(edition, deciding=True)
    done = copying.copy_edition(here().store, source, new, wanted, here().act(dry_run=dry_run))
    sentence = _(
        "{edition} is made from {source}. Modules: {modules}, topics: {topics}, sessions: {sessions} (of which count: {counting}), quotas: {quotas}. People are not copied. Work on it with: coursectl edition use {edition}"
    ).format(
        edition=done.reference, source=done.source, modules=done.modules, topics=done.topics, sessions=done.sessions,
        counting=done.counting, quotas=done.quotas,
    )  # fmt: skip
    if done.kept:
        kept = ", ".join(label_of(name) for name in done.kept)
        sentence += "\n" + _("{edition} was there already, and keeps what it had: {kept}.").format(
            edition=done.reference, kept=kept
        )
    show_done(done, sentence, dry_run=dry_run)
    if done.on_weekends:
        first = ", ".join(f"{one.number} ({one.date})" for one in done.weekends[:_FIRST])
        more = ", …" if done.on_weekends > _FIRST else ""
        told = _(
            "Sessions on a Saturday or Sunday now, {count} in all: {which}. See: coursectl session list -e {edition}"
        )
        say(told.format(count=done.on_weekends, which=first + more, edition=done.reference))


@command(app, "list", _("List the editions."), example="coursectl edition list")
def list_(
    course: Annotated[str | None, typer.Option("--course", metavar="CODE", help=_("Only of this course."))] = None,
) -> None:
    columns = (
        Column[Edition](_("Edition"), lambda edition: edition.reference),
        Column[Edition](_("Year"), lambda edition: edition.year, right=True),
        Column[Edition](_("Start"), lambda edition: edition.start),
        Column[Edition](_("End"), lambda edition: edition.end),
        Column[Edition](_("Place"), lambda edition: edition.place),
        Column[Edition](_("Country"), lambda edition: edition.country),
        Column[Edition](_("Seats"), lambda edition: edition.seats, right=True),
        Column[Edition](_("Closed"), lambda edition: edition.closed_on),
    )
    show_list(
        editions.list_editions(
            here().store, editions.get_course(here().store, course, level="weak").code if course else None
        ),
        columns,
        empty=_("No edition yet. Add one with: coursectl edition add ICIM-37 --start DATE --end DATE"),
    )


@command(app, "show", _("Show an edition with its figures."), example="coursectl edition show ICIM-37 --json")
def show(edition: MaybeReference = None) -> None:
    from coursectl.workflows import overview

    found = overview.get_overview(here().store, here().edition(edition))
    show_one(
        found,
        (
            (_("Edition"), found.reference),
            (_("Title"), locale.pick(found.title, here().language, found.languages)),
            (_("Place"), ", ".join(part for part in (found.venue, found.place, found.country) if part)),
            (
                _("Dates"),
                " – ".join(day or "…" for day in (found.start, found.end)) if found.start or found.end else found.year,
            ),
            (_("Modality"), _(MODALITIES[found.modality])),
            (_("Time zone"), found.time_zone),
            (_("Languages"), found.languages),
            (_("Seats"), found.seats),
            (_("Waiting list"), found.waiting_list),
            (_("Promotes itself"), found.auto_promote or None),
            (_("Nominations by"), found.nominations_by),
            (_("Confirm by"), found.confirm_by),
            (_("Target share of women"), None if found.women_share is None else f"{found.women_share * 100:g} %"),
            (_("Target share of men"), None if found.men_share is None else f"{found.men_share * 100:g} %"),
            (_("Costs covered"), locale.pick(found.costs, here().language, found.languages) or None),
            (_("Contact"), found.contact),
            (_("Trainees"), from_countries(found.trainees, found.trainee_countries)),
            (_("Experts"), from_countries(found.experts, found.expert_countries)),
            (_("Organizer"), found.organizers),
            (_("Host"), found.hosts),
            (_("Partners"), found.partners),
            (_("Sponsors"), found.sponsors),
            (_("Modules"), found.modules),
            (_("Sessions"), found.sessions),
            (_("Contact hours"), found.contact_hours),
            (_("Attendance needed"), f"{found.attendance_minimum * 100:g} %"),
            (_("Free absences"), found.free_absences),
            (_("Topics"), "\n".join(locale.pick(topic, here().language, found.languages) for topic in found.topics)),
            (_("New topics"), "\n".join(locale.pick(topic, here().language) for topic in found.new_topics)),
            (_("Signatories"), "\n".join(found.signatories)),
            (_("Certificates"), found.certificates),
            (_("Design"), found.design),
            (_("Colors"), colors_line(found.colors)),
            (_("Closed"), found.closed_on),
            (_("Note"), found.note),
        ),
    )


@command(
    app,
    "use",
    _("Choose the edition that commands are about when they don't say."),
    example="coursectl edition use ICIM-37",
)
def use(
    edition: MaybeReference = None,
    none: Annotated[bool, typer.Option("--none", help=_("Choose none."))] = False,
    dry_run: DryRun = False,
) -> None:
    if none and edition is not None:
        raise Usage(N_("Name an edition, or say --none: not both."))
    ref = None if none else here().edition(edition)
    if not dry_run:
        here().use_edition(ref.reference if ref else None)
    sentence = _("{edition} is in use.") if ref else _("No edition is in use now.")
    chosen = InUse(here().store_name, ref.reference if ref else None)
    show_done(chosen, sentence.format(edition=chosen.edition), dry_run=dry_run)


closing.register(app)
quotas.register(app)


def _whole(edition: Edition, hands: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """All that `edition edit` changes, by field."""
    return {**edition.__dict__, **hands}


def _waiting(done: preparing.EditionDone) -> list[str]:
    """Who got a seat that this made, or how those who wait get one."""
    if done.promoted:
        names = few([one.name for one in done.promoted])
        return [_("Accepted from the waiting list: {names}.").format(names=names)]
    if not done.may_come:
        return []
    sentence = ngettext(
        "{count} person who waits has room now. To give them the seat: coursectl roster promote {count} -e {edition}",
        "{count} people who wait have room now. To give them the seats: coursectl roster promote {count} -e {edition}",
        done.may_come,
    )
    return [sentence.format(count=done.may_come, edition=done.reference)]


def _told(sentence: str, done: preparing.EditionDone) -> str:
    new = _("New organization: {organization}.")
    named = (locale.pick(name, here().language) for name in done.new_organizations)
    return "\n".join([sentence.format(edition=done.reference), *(new.format(organization=name) for name in named)])
