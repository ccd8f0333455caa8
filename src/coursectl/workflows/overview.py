"""An edition at a glance, from all rooms: what it has, what is missing, what to type next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from coursectl import attendance, certificates, editions, enrollment, program
from coursectl.editions import Edition, EditionRef
from coursectl.errors import N_
from coursectl.locale import Text
from coursectl.store import Store
from coursectl.workflows.places import Places, get_places


@dataclass(frozen=True)
class EditionOverview:
    """What others build on: an edition's facts and figures.

    Countries are those represented; `sessions` are those that count, and contact hours are theirs; `certificates` those
    that are neither void nor superseded.
    """

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
    sponsors: tuple[Text, ...]
    modules: int
    topics: tuple[Text, ...]
    new_topics: tuple[Text, ...]
    sessions: int
    contact_hours: float
    attendance_minimum: float
    excused: str
    signatories: tuple[str, ...]
    certificates: int
    closed_on: str | None
    note: str | None
    nominations_by: str | None = None
    confirm_by: str | None = None
    women_share: float | None = None
    men_share: float | None = None
    costs: Text = field(default_factory=dict)
    contact: str | None = None
    auto_promote: bool = False
    modality: str = "in_person"
    free_absences: int | None = None
    design: str = editions.DEFAULT_DESIGN
    colors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NextStep:
    """Something that is missing, and the command that brings it."""

    missing: str
    command: str


@dataclass(frozen=True)
class Status:
    """Where an edition stands and what comes next, the next step first. `store` is None where there is none yet.

    `places` are those of an edition that isn't closed.
    """

    store: str | None
    edition: EditionOverview | None
    next: tuple[NextStep, ...]
    places: Places | None = None


def get_overview(store: Store, ref: EditionRef) -> EditionOverview:
    """The edition at a glance."""
    edition = editions.get_edition(store, ref)
    sessions = program.list_sessions(store, ref)
    experts = program.list_experts(store, ref)
    trainees = enrollment.count_trainees(store, ref)
    parties = editions.list_parties(store, ref.id)
    named = {
        role: tuple(party.acronym or party.name for party in parties if party.role == role) for role in editions.ROLES
    }
    return EditionOverview(
        **{name: getattr(edition, name) for name in _OF_THE_EDITION},
        trainees=trainees.trainees,
        trainee_countries=trainees.trainee_countries,
        experts=len(experts),
        expert_countries=len({expert.country for expert in experts if expert.country}),
        organizers=named["organizer"],
        hosts=named["host"],
        partners=named["partner"],
        sponsors=named["sponsor"],
        modules=len(program.list_modules(store, ref)),
        topics=tuple(topic.title for topic in program.list_edition_topics(store, ref)),
        new_topics=tuple(topic.title for topic in program.new_topics(store, ref)),
        sessions=sum(1 for session in sessions if session.counts),
        contact_hours=program.contact_minutes(sessions) / 60,
        signatories=tuple(signatory.name for signatory in editions.list_signatories(store, ref.id)),
        certificates=sum(1 for one in certificates.list_certificates(store, ref) if one.state == "issued"),
    )


_OF_THE_EDITION = {field.name for field in fields(EditionOverview)} & {field.name for field in fields(Edition)}


def first_status() -> Status:
    """Where somebody stands who has no store yet."""
    steps = (
        NextStep(N_("no store yet"), "coursectl init"),
        NextStep(N_("or an example to look at first"), "coursectl demo"),
    )
    return Status(None, None, steps)


def get_status(store: Store, ref: EditionRef | None, language: str = "en", *, today: str = "") -> Status:
    """The edition in use on `today` (ISO 8601), what it lacks, and the commands for it; without one, how to begin."""
    if ref is None:
        return Status(store.name, None, tuple(_first_steps(store)))
    overview = get_overview(store, ref)
    places = None if overview.closed_on else get_places(store, ref, language, today=today)
    return Status(store.name, overview, tuple(_next_steps(store, ref, overview, places, today)), places)


def _first_steps(store: Store) -> list[NextStep]:
    courses = editions.list_courses(store)
    if not courses:
        return [
            NextStep(N_("no course yet"), "coursectl course add CODE --title TITLE"),
            NextStep(N_("or a whole folder at once"), "coursectl import FOLDER"),
        ]
    known = editions.list_editions(store)
    if not known:
        command = f"coursectl edition add {courses[0].code}-1 --start DATE --end DATE --seats N"
        return [NextStep(N_("no edition yet"), command)]
    return [NextStep(N_("no edition is in use"), f"coursectl edition use {editions.latest_edition(known).reference}")]


def _next_steps(
    store: Store, ref: EditionRef, overview: EditionOverview, places: Places | None, today: str
) -> list[NextStep]:
    edition = overview.reference
    calling = _calls(overview, today)
    steps = [
        (not overview.start or not overview.end, N_("no dates"), f"coursectl edition edit {edition} --start DATE --end DATE"),
        (not overview.place, N_("no place"), f"coursectl edition edit {edition} --place PLACE --country CODE"),
        (overview.seats is None, N_("no number of seats"), f"coursectl edition edit {edition} --seats N"),
        (not overview.topics, N_("no topics"), f"coursectl topic add TITLE -e {edition}"),
        (not overview.experts, N_("no experts"), f"coursectl expert add NAME --country CODE --org ORG -e {edition}"),
        (not overview.sessions, N_("no program"), f"coursectl session import FILE -e {edition}"),
        (not overview.trainees and not calling, N_("nobody is enrolled"), f"coursectl enroll --from FILE -e {edition}"),
        (not overview.signatories, N_("nobody signs the certificates"), f"coursectl edition edit {edition} --signatory 'NAME | POST | ORG'"),
    ]  # fmt: skip
    found = [NextStep(missing, command) for lacks, missing, command in steps if lacks]
    found += _call_steps(store, ref) if calling else []
    found += _nominations(store, ref, places)
    if overview.trainees and overview.sessions:
        found += _closing_steps(store, ref) if overview.closed_on is None else _last_steps(store, ref)
    return found


def _calls(overview: EditionOverview, today: str) -> bool:
    """Whether people can still be put forward in time, and nobody is chosen yet."""
    return bool(overview.nominations_by and today <= overview.nominations_by and not overview.trainees) and (
        overview.closed_on is None
    )


def _call_steps(store: Store, ref: EditionRef) -> list[NextStep]:
    """What opens the call: its letters, until somebody is put forward; and the nominations."""
    nominate = NextStep(N_("nominations"), f"coursectl roster nominate NAME --by ORG -e {ref.reference}")
    if enrollment.list_roster(store, ref, enrollment.STATUSES):
        return [nominate]
    letters = NextStep(N_("the call to send"), f"coursectl render letters call -e {ref.reference} --out DIR")
    return [letters, nominate]


def _nominations(store: Store, ref: EditionRef, places: Places | None) -> list[NextStep]:
    """What is between the call and the first morning: nominations, free seats that somebody waits for, unmet policy."""
    if places is None:
        return []
    steps = [
        (places.nominated, N_("nominations to accept or decline"), f"coursectl roster propose -e {ref.reference}"),
        (places.below_minimum, N_("quotas below their minimum"), f"coursectl edition quota {ref.reference}"),
        (any(share.below for share in places.shares), N_("a share of women or men below its target"), f"coursectl roster list -e {ref.reference}"),
        (enrollment.can_promote(store, ref), N_("free seats that people wait for"), f"coursectl roster promote -e {ref.reference}"),
        (places.unanswered, N_("letters of acceptance to send"), f"coursectl render letters acceptance -e {ref.reference} --out DIR"),
    ]  # fmt: skip
    return [NextStep(missing, command) for lacks, missing, command in steps if lacks]


def _closing_steps(store: Store, ref: EditionRef) -> list[NextStep]:
    """What stands between an edition with people and a program, and its outcomes."""
    edition = ref.reference
    if not attendance.recorded(store, ref):
        return [
            NextStep(N_("sheets to sign"), f"coursectl render attendance-sheet -e {edition} --out DIR"),
            NextStep(N_("no attendance yet"), f"coursectl attend mark --day 1 --all present -e {edition}"),
        ]
    unmarked = attendance.list_unrecorded(store, ref)[:1]
    steps = [
        NextStep(
            N_("sessions without attendance"), f"coursectl attend mark {session.number} --all present -e {edition}"
        )
        for session in unmarked
    ]
    return [*steps, NextStep(N_("not closed yet"), f"coursectl edition close {edition}")]


def _last_steps(store: Store, ref: EditionRef) -> list[NextStep]:
    """What comes after the outcomes: certificates for all who completed, and then the next edition."""
    edition = ref.reference
    completed = {one.person.id for one in enrollment.list_named(store, ref, ("completed",))}
    live = [one for one in certificates.list_certificates(store, ref) if one.state == "issued"]
    steps = []
    if completed - certificates.list_holders(store, ref, "completion"):
        steps.append(NextStep(N_("certificates to issue"), f"coursectl certificate issue -e {edition}"))
    elif live:
        steps.append(NextStep(N_("certificates to print"), f"coursectl render certificates -e {edition} --out DIR"))
    if steps and not live:
        return steps
    steps.append(NextStep(N_("what it adds up to"), f"coursectl history totals -e {edition}"))
    following = f"{ref.course}-{ref.number + 1}"
    if all(one.number <= ref.number for one in editions.list_editions(store, ref.course)):
        steps.append(
            NextStep(N_("the next edition"), f"coursectl edition add {following} --start DATE --end DATE --seats N")
        )
    return steps
