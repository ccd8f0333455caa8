"""`coursectl edition …`"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from coursectl import editions, locale
from coursectl.cli import closing, quotas, retaining
from coursectl.cli.changes import label_of, show_edited
from coursectl.cli.command import DryRun, command, group, read_number, read_share, read_texts
from coursectl.cli.duplicate import decide_office
from coursectl.cli.here import here
from coursectl.cli.modality import MODALITIES
from coursectl.cli.show import Column, from_countries, say, show_done, show_list, show_one
from coursectl.editions import Edition, NewEdition
from coursectl.errors import N_, Usage
from coursectl.locale import gettext as _
from coursectl.workflows import preparing

app = group(_("Editions: one holding of a course, numbered."))
retaining.register(app)


@dataclass(frozen=True)
class InUse:
    """The edition that commands are about when they don't say, for one user and one store."""

    store: str
    edition: str | None


Reference = Annotated[str, typer.Argument(metavar="EDITION", help=_("The edition, like ICIM-37."))]
MaybeReference = Annotated[
    str | None, typer.Argument(metavar="EDITION", help=_("The edition, like ICIM-37. Default: the one in use."))
]
Start = Annotated[str | None, typer.Option("--start", metavar="DATE", help=_("First day, like 2015-03-09."))]
End = Annotated[str | None, typer.Option("--end", metavar="DATE", help=_("Last day."))]
Year = Annotated[str | None, typer.Option("--year", metavar="YEAR", help=_("Year, where the days aren't known."))]
Title = Annotated[
    list[str] | None,
    typer.Option("--title", metavar="TEXT", help=_("Its own title, if not the course's; once a language: es=…")),
]
Place = Annotated[str | None, typer.Option("--place", metavar="PLACE", help=_("City."))]
Venue = Annotated[str | None, typer.Option("--venue", metavar="VENUE", help=_("Hotel, school or hall."))]
Country = Annotated[
    str | None, typer.Option("--country", metavar="COUNTRY", help=_("Country of the place: two-letter code or name."))
]
TimeZone = Annotated[
    str | None, typer.Option("--time-zone", metavar="ZONE", help=_("Like America/Argentina/Buenos_Aires."))
]
Seats = Annotated[str | None, typer.Option("--seats", metavar="N", help=_("How many officials can take part."))]
WaitingList = Annotated[
    bool | None,
    typer.Option("--waiting-list/--no-waiting-list", help=_("Whether a full edition keeps a waiting list.")),
]
Languages = Annotated[
    str | None, typer.Option("--languages", metavar="TAGS", help=_("Working languages, first the main one: es,pt,fr."))
]
Attendance = Annotated[
    str | None,
    typer.Option(
        "--attendance", metavar="PERCENT", help=_("Contact hours that completion needs. Default: the course's.")
    ),
]
Excused = Annotated[
    str | None,
    typer.Option(
        "--excused", metavar="RULE", help=_("Excused absences count as: absent (default), present, or exempt.")
    ),
]
AttendanceNow = Annotated[
    str | None,
    typer.Option(
        "--attendance",
        metavar="PERCENT",
        help=_("Contact hours that completion needs; an empty text: as many as the course's."),
    ),
]
ExcusedNow = Annotated[
    str | None,
    typer.Option("--excused", metavar="RULE", help=_("Excused absences count as: absent, present, or exempt.")),
]
AutoPromoteNow = Annotated[
    bool | None,
    typer.Option(
        "--auto-promote/--no-auto-promote", help=_("Whether the next on the waiting list gets a seat that falls free.")
    ),
]
NominationsBy = Annotated[
    str | None, typer.Option("--nominations-by", metavar="DATE", help=_("The last day to nominate."))
]
ConfirmBy = Annotated[str | None, typer.Option("--confirm-by", metavar="DATE", help=_("The last day to confirm."))]
WomenShare = Annotated[
    str | None, typer.Option("--women-share", metavar="PERCENT", help=_("The share of women that is aimed at."))
]
MenShare = Annotated[
    str | None, typer.Option("--men-share", metavar="PERCENT", help=_("The share of men that is aimed at."))
]
Costs = Annotated[
    list[str] | None,
    typer.Option("--costs", metavar="TEXT", help=_("What the course covers, for letters; once a language: es=…")),
]
Contact = Annotated[str | None, typer.Option("--contact", metavar="TEXT", help=_("Whom to ask, for letters."))]
AutoPromote = Annotated[
    bool | None,
    typer.Option(
        "--auto-promote/--no-auto-promote",
        help=_("Whether the next on the waiting list gets a seat that falls free. Default: no"),
    ),
]
Modality = Annotated[
    str | None,
    typer.Option(
        "--modality",
        metavar="MODALITY",
        help=_("in_person, online or hybrid; a session may have its own. Default: in_person."),
    ),
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("A remark."))]
Organizer = Annotated[
    list[str] | None, typer.Option("--organizer", metavar="ORG", help=_("Who organizes it. May be repeated."))
]
Host = Annotated[list[str] | None, typer.Option("--host", metavar="ORG", help=_("Who hosts it. May be repeated."))]
Partner = Annotated[list[str] | None, typer.Option("--partner", metavar="ORG", help=_("A partner. May be repeated."))]
Sponsor = Annotated[list[str] | None, typer.Option("--sponsor", metavar="ORG", help=_("A sponsor. May be repeated."))]
SignatoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--signatory",
        metavar="LINE",
        help=_(
            "Who signs certificates, up to four: 'Name | Post | Organization', and perhaps '| on behalf of whom | "
            "picture of the signature'."
        ),
    ),
]


@command(
    app,
    "add",
    _("Add an edition of a course."),
    example="coursectl edition add ICIM-37 --start 2015-03-09 --end 2015-03-21 --place 'Mar del Plata' --country AR --seats 30",
)
def add(
    edition: Reference,
    start: Start = None,
    end: End = None,
    year: Year = None,
    title: Title = None,
    place: Place = None,
    venue: Venue = None,
    country: Country = None,
    time_zone: TimeZone = None,
    seats: Seats = None,
    waiting_list: WaitingList = None,
    languages: Languages = None,
    attendance: Attendance = None,
    excused: Excused = None,
    nominations_by: NominationsBy = None,
    confirm_by: ConfirmBy = None,
    women_share: WomenShare = None,
    men_share: MenShare = None,
    costs: Costs = None,
    contact: Contact = None,
    auto_promote: AutoPromote = None,
    modality: Modality = None,
    note: Note = None,
    organizer: Organizer = None,
    host: Host = None,
    partner: Partner = None,
    sponsor: Sponsor = None,
    signatory: SignatoryOption = None,
    dry_run: DryRun = False,
) -> None:
    number = editions.read_reference(edition)[1]
    wanted = NewEdition(
        number, read_texts(title, here().language), read_number(year, "--year"), place, venue, country, start, end, time_zone,
        read_number(seats, "--seats"), waiting_list, _tags(languages), read_share(attendance, "--attendance"), excused, note,
        nominations_by, confirm_by, read_share(women_share, "--women-share"), read_share(men_share, "--men-share"),
        read_texts(costs, here().language), contact, auto_promote, modality,
    )  # fmt: skip
    hands = _hands(organizer, host, partner, sponsor, signatory)
    added = preparing.add_edition(here().store, edition, wanted, hands, here().act(dry_run=dry_run))
    sentence = _("{edition} is added. Work on it with: coursectl edition use {edition}")
    show_done(added, _told(sentence, added), dry_run=dry_run)


@command(
    app,
    "edit",
    _("Change what you name of an edition, and leave the rest; an empty text clears."),
    example="coursectl edition edit ICIM-37 --seats 32",
)
def edit(
    edition: MaybeReference = None,
    start: Start = None,
    end: End = None,
    year: Year = None,
    title: Title = None,
    place: Place = None,
    venue: Venue = None,
    country: Country = None,
    time_zone: TimeZone = None,
    seats: Seats = None,
    waiting_list: WaitingList = None,
    languages: Languages = None,
    attendance: AttendanceNow = None,
    excused: ExcusedNow = None,
    nominations_by: NominationsBy = None,
    confirm_by: ConfirmBy = None,
    women_share: WomenShare = None,
    men_share: MenShare = None,
    costs: Costs = None,
    contact: Contact = None,
    auto_promote: AutoPromoteNow = None,
    modality: Modality = None,
    note: Note = None,
    organizer: Organizer = None,
    host: Host = None,
    partner: Partner = None,
    sponsor: Sponsor = None,
    signatory: SignatoryOption = None,
    dry_run: DryRun = False,
) -> None:
    ref = here().edition(edition, deciding=True)
    wanted = NewEdition(
        ref.number, read_texts(title, here().language), read_number(year, "--year"), place, venue, country, start, end, time_zone,
        read_number(seats, "--seats"), waiting_list, _tags(languages), read_share(attendance, "--attendance"), excused, note,
        nominations_by, confirm_by, read_share(women_share, "--women-share"), read_share(men_share, "--men-share"),
        read_texts(costs, here().language), contact, auto_promote, modality,
    )  # fmt: skip
    hands = _hands(organizer, host, partner, sponsor, signatory)
    done = preparing.edit_edition(here().store, ref, wanted, hands, here().act(dry_run=dry_run))
    sentence = _("{edition} is changed.") if done.changed else _("{edition} is like that already; nothing was changed.")
    show_edited(
        done,
        _told(sentence, done),
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
        say(_("Sessions on a Saturday or Sunday now: {count}. See: coursectl session list -e {edition}").format(count=done.on_weekends, edition=done.reference))  # fmt: skip


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
            (_("Title"), found.title),
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
            (_("Costs covered"), found.costs or None),
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
            (_("Topics"), "\n".join(locale.pick(topic, here().language) for topic in found.topics)),
            (_("New topics"), "\n".join(locale.pick(topic, here().language) for topic in found.new_topics)),
            (_("Signatories"), "\n".join(found.signatories)),
            (_("Certificates"), found.certificates),
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


def _told(sentence: str, done: preparing.EditionDone) -> str:
    new = _("New organization: {organization}.")
    named = (locale.pick(name, here().language) for name in done.new_organizations)
    return "\n".join([sentence.format(edition=done.reference), *(new.format(organization=name) for name in named)])


def _tags(words: str | None) -> tuple[str, ...] | None:
    """`es, pt fr` → its tags; names of languages may have spaces where commas stand between them."""
    if words is None:
        return None
    marked = words.replace(";", ",")
    return tuple(tag.strip() for tag in (marked.split(",") if "," in marked else marked.split()) if tag.strip())


def _hands(
    organizer: list[str] | None,
    host: list[str] | None,
    partner: list[str] | None,
    sponsor: list[str] | None,
    signatory: list[str] | None,
) -> preparing.Hands:
    named = {"organizer": organizer, "host": host, "partner": partner, "sponsor": sponsor}
    lines = (
        None if signatory is None else [preparing.read_signatory(line, here().language) for line in signatory if line]
    )
    return preparing.Hands({role: names for role, names in named.items() if names is not None}, lines, decide_office())
