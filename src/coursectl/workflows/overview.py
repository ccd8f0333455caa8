"""An edition at a glance, from all rooms: what it has, what is missing, what to type next."""

from __future__ import annotations

from dataclasses import dataclass

from coursectl import attendance, certificates, editions, enrollment, program
from coursectl.editions import EditionRef
from coursectl.errors import N_
from coursectl.locale import Text
from coursectl.store import Store


@dataclass(frozen=True)
class EditionOverview:
    """What others build on: an edition's facts and figures. Countries are those represented; hours are contact hours."""

    reference: str
    number: int
    course: str
    title: Text
    year: int | None
    place: str | None
    venue: str | None
    country: str | None
    start: str | None
    end: str | None
    time_zone: str
    languages: tuple[str, ...]
    seats: int | None
    waiting_list: bool
    trainees: int
    trainee_countries: int
    experts: int
    expert_countries: int
    organizers: tuple[Text, ...]
    hosts: tuple[Text, ...]
    partners: tuple[Text, ...]
    modules: int
    topics: tuple[Text, ...]
    new_topics: tuple[Text, ...]
    sessions: int
    contact_hours: float
    attendance_minimum: float
    signatories: tuple[str, ...]
    certificates: int
    closed_on: str | None
    note: str | None


@dataclass(frozen=True)
class NextStep:
    """Something that is missing, and the command that brings it."""

    missing: str
    command: str


@dataclass(frozen=True)
class Status:
    """Where an edition stands and what comes next, the next step first."""

    store: str
    edition: EditionOverview | None
    next: tuple[NextStep, ...]


def get_overview(store: Store, ref: EditionRef) -> EditionOverview:
    """The edition at a glance."""
    edition = editions.get_edition(store, ref)
    sessions = program.list_sessions(store, ref)
    experts = program.list_experts(store, ref)
    trainees = enrollment.list_trainees(store, ref)
    parties = editions.list_parties(store, ref.id)
    named = {
        role: tuple(party.acronym or party.name for party in parties if party.role == role) for role in editions.ROLES
    }
    return EditionOverview(
        reference=ref.reference,
        number=ref.number,
        course=ref.course,
        title=edition.title,
        year=edition.year,
        place=edition.place,
        venue=edition.venue,
        country=edition.country,
        start=edition.start,
        end=edition.end,
        time_zone=edition.time_zone,
        languages=edition.languages,
        seats=edition.seats,
        waiting_list=edition.waiting_list,
        trainees=len(trainees),
        trainee_countries=len({trainee.country for trainee in trainees if trainee.country}),
        experts=len(experts),
        expert_countries=len({expert.country for expert in experts if expert.country}),
        organizers=named["organizer"],
        hosts=named["host"],
        partners=named["partner"],
        modules=len(program.list_modules(store, ref)),
        topics=tuple(topic.title for topic in program.list_edition_topics(store, ref)),
        new_topics=tuple(topic.title for topic in program.new_topics(store, ref)),
        sessions=sum(1 for session in sessions if session.counts),
        contact_hours=program.contact_minutes(sessions) / 60,
        attendance_minimum=edition.attendance_minimum,
        signatories=tuple(signatory.name for signatory in editions.list_signatories(store, ref.id)),
        certificates=sum(1 for one in certificates.list_certificates(store, ref) if one.state == "issued"),
        closed_on=edition.closed_on,
        note=edition.note,
    )


def get_status(store: Store, ref: EditionRef | None) -> Status:
    """The edition in use, what it lacks, and the commands for it; without one, how to begin."""
    if ref is None:
        return Status(store.name, None, tuple(_first_steps(store)))
    overview = get_overview(store, ref)
    return Status(store.name, overview, tuple(_next_steps(store, ref, overview)))


def _first_steps(store: Store) -> list[NextStep]:
    if not editions.list_courses(store):
        return [
            NextStep(N_("no course yet"), "coursectl course add CODE --title TITLE"),
            NextStep(N_("or a whole folder at once"), "coursectl import FOLDER"),
        ]
    known = editions.list_editions(store)
    if not known:
        code = editions.list_courses(store)[0].code
        return [NextStep(N_("no edition yet"), f"coursectl edition add {code}-1 --start DATE --end DATE --seats N")]
    return [NextStep(N_("no edition is in use"), f"coursectl edition use {known[-1].reference}")]


def _next_steps(store: Store, ref: EditionRef, overview: EditionOverview) -> list[NextStep]:
    edition = overview.reference
    steps = [
        (not overview.start or not overview.end, N_("no dates"), f"coursectl edition edit {edition} --start DATE --end DATE"),
        (not overview.place, N_("no place"), f"coursectl edition edit {edition} --place PLACE --country CODE"),
        (overview.seats is None, N_("no number of seats"), f"coursectl edition edit {edition} --seats N"),
        (not overview.sessions, N_("no program"), f"coursectl session import FILE -e {edition}"),
        (not overview.experts, N_("no experts"), f"coursectl expert add NAME -e {edition} --country CODE --org ORG"),
        (not overview.trainees, N_("nobody is enrolled"), f"coursectl enroll --from FILE -e {edition}"),
        (not overview.signatories, N_("nobody signs the certificates"), f"coursectl edition edit {edition} --signatory 'NAME | POST | ORG'"),
    ]  # fmt: skip
    found = [NextStep(missing, command) for lacks, missing, command in steps if lacks]
    if overview.trainees and overview.sessions:
        found += _last_steps(store, ref, overview)
    return found


def _last_steps(store: Store, ref: EditionRef, overview: EditionOverview) -> list[NextStep]:
    edition = overview.reference
    if overview.certificates:
        return [NextStep(N_("certificates to print"), f"coursectl render certificates -e {edition} --out DIR")]
    if overview.closed_on:
        return [NextStep(N_("certificates to issue"), f"coursectl certificate issue -e {edition}")]
    if not attendance.recorded(store, ref):
        return [
            NextStep(N_("sheets to sign"), f"coursectl render attendance-sheet -e {edition} --out DIR"),
            NextStep(N_("no attendance yet"), f"coursectl attend mark --day 1 --all present -e {edition}"),
        ]
    return [NextStep(N_("not closed yet"), f"coursectl edition close {edition}")]
