"""What can be said of an edition: the options of `coursectl edition add` and `edit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from coursectl.cli.command import read_number, read_share, read_texts
from coursectl.cli.designs import Color, known_design
from coursectl.cli.duplicate import decide_office
from coursectl.cli.here import here
from coursectl.cli.options import Options
from coursectl.editions import NewEdition, read_colors
from coursectl.locale import gettext as _
from coursectl.workflows import preparing

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
FreeAbsences = Annotated[
    str | None,
    typer.Option(
        "--free-absences",
        metavar="N",
        help=_("How many excused absences of each don't count, where the others count as absent; an empty text: none."),
    ),
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
        help=_("in_person, online or hybrid; a session may have its own."),
    ),
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("A remark."))]
Organizer = Annotated[
    list[str] | None, typer.Option("--organizer", metavar="ORG", help=_("Who organizes it. May be repeated."))
]
Host = Annotated[list[str] | None, typer.Option("--host", metavar="ORG", help=_("Who hosts it. May be repeated."))]
Partner = Annotated[list[str] | None, typer.Option("--partner", metavar="ORG", help=_("A partner. May be repeated."))]
Sponsor = Annotated[list[str] | None, typer.Option("--sponsor", metavar="ORG", help=_("A sponsor. May be repeated."))]
DesignNow = Annotated[
    str | None,
    typer.Option(
        "--design",
        metavar="NAME",
        help=_(
            "Design of its certificates: classic, modern, plain, or one of your templates; an empty text: the course's."
        ),
    ),
]
Design = Annotated[
    str | None,
    typer.Option(
        "--design",
        metavar="NAME",
        help=_("Design of its certificates: classic, modern, plain, or one of your templates. Default: the course's."),
    ),
]
LogoConsent = Annotated[
    list[str] | None,
    typer.Option(
        "--logo-consent",
        metavar="LINE",
        help=_(
            "Who agreed that an organization's logo is printed, and when: 'IOM: letter of 2015-02-01'; nothing after the colon "
            "takes it back. May be repeated."
        ),
    ),
]
SignatoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--signatory",
        metavar="LINE",
        help=_(
            "Who signs certificates, up to four: 'Name | Post | Organization', and perhaps '| on behalf of whom | "
            "picture of the signature'. Post and on behalf of once a language: 'es=…; en=…'."
        ),
    ),
]


@dataclass(frozen=True)
class Said(Options):
    """What is said of an edition that is there: what isn't said stays."""

    start: Start = None
    end: End = None
    year: Year = None
    title: Title = None
    place: Place = None
    venue: Venue = None
    country: Country = None
    time_zone: TimeZone = None
    seats: Seats = None
    waiting_list: WaitingList = None
    languages: Languages = None
    attendance: AttendanceNow = None
    excused: ExcusedNow = None
    nominations_by: NominationsBy = None
    confirm_by: ConfirmBy = None
    women_share: WomenShare = None
    men_share: MenShare = None
    costs: Costs = None
    contact: Contact = None
    auto_promote: AutoPromoteNow = None
    modality: Modality = None
    free_absences: FreeAbsences = None
    note: Note = None
    organizer: Organizer = None
    host: Host = None
    partner: Partner = None
    sponsor: Sponsor = None
    signatory: SignatoryOption = None
    design: DesignNow = None
    color: Color = None
    logo_consent: LogoConsent = None

    def wanted(self, number: int) -> NewEdition:
        """The edition as it is to be. Raises Usage for what is no number."""
        spoken = here().language
        return NewEdition(
            number, read_texts(self.title, spoken), read_number(self.year, "--year"), self.place, self.venue, self.country,
            self.start, self.end, self.time_zone, read_number(self.seats, "--seats"), self.waiting_list, _tags(self.languages),
            read_share(self.attendance, "--attendance"), self.excused, self.note, self.nominations_by, self.confirm_by,
            read_share(self.women_share, "--women-share"), read_share(self.men_share, "--men-share"),
            read_texts(self.costs, spoken), self.contact, self.auto_promote, self.modality,
            read_number(self.free_absences, "--free-absences"), known_design(self.design), read_colors(self.color),
        )  # fmt: skip

    def hands(self) -> preparing.Hands:
        """Who holds it, and who signs."""
        named = {"organizer": self.organizer, "host": self.host, "partner": self.partner, "sponsor": self.sponsor}
        signing = self.signatory
        lines = (
            None if signing is None else [preparing.read_signatory(line, here().language) for line in signing if line]
        )
        return preparing.Hands(
            {role: names for role, names in named.items() if names is not None},
            lines,
            decide_office(),
            dict(map(preparing.read_consent, self.logo_consent or ())),
        )


@dataclass(frozen=True)
class SaidAnew(Said):
    """What is said of a new edition: the help names what goes without saying."""

    attendance: Attendance = None
    excused: Excused = None
    auto_promote: AutoPromote = None
    design: Design = None


def _tags(words: str | None) -> tuple[str, ...] | None:
    """`es, pt fr` → its tags; names of languages may have spaces where commas stand between them."""
    if words is None:
        return None
    marked = words.replace(";", ",")
    return tuple(tag.strip() for tag in (marked.split(",") if "," in marked else marked.split()) if tag.strip())
