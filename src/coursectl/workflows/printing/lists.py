"""The facts of the lists of people: the attendance sheet, which is signed, and the roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from coursectl import enrollment, locale, program
from coursectl.documents import facts
from coursectl.editions import Edition
from coursectl.enrollment import Enrollment
from coursectl.errors import N_, Refused
from coursectl.people import filed_under
from coursectl.program import Session
from coursectl.store import Store
from coursectl.store.undo import get_changes
from coursectl.workflows.printing.orders import Order
from coursectl.workflows.printing.people import list_people, participants
from coursectl.workflows.printing.voice import PROGRAM_TABLES, Voice, edition_in, instant, sex

ROWS_A_PAGE = 17  # of an attendance sheet
BLANK_ROWS = 5
_ROSTER_TABLES = ("enrollment",)


class NobodyListed(Refused):
    """Nobody takes part, or everybody asked not to be in the directory."""

    rule = "somebody_there"
    wording = N_("{reference} has nobody for its directory: no participants, or none who may be in it.")


def sheet_facts(
    store: Store, edition: Edition, voice: Voice, order: Order
) -> tuple[facts.AttendanceSheetFacts, datetime]:
    """What the sheet says, and when that was changed last. Raises Refused where there is no session to sign for."""
    sessions = [session for session in program.list_sessions(store, edition.ref) if session.counts]
    if not sessions:
        raise Refused(
            N_(
                "{reference} has no session to sign for. Enter the program: coursectl session import FILE -e {reference}"
            ),
            reference=edition.reference,
        )
    at = instant(get_changes(store, edition.id, _ROSTER_TABLES + PROGRAM_TABLES).last_at, edition)
    rows = tuple(
        facts.SheetRow(one.number, one.name, voice.country(one.country), _office(one, voice))
        for one in enrollment.list_trainees(store, edition.ref, language=voice.language)
    )
    days = tuple(
        facts.SheetDay(date.fromisoformat(day), _columns([one for one in sessions if one.date == day], order.by, voice))
        for day in dict.fromkeys(session.date for session in sessions)
    )
    gathered = facts.AttendanceSheetFacts(
        edition=edition_in(store, edition, voice),
        days=days,
        rows=rows,
        by=order.by,
        blank_rows=_blank_rows(len(rows)),
        as_of=at.date(),
    )
    return gathered, at


def roster_facts(store: Store, edition: Edition, voice: Voice, _order: Order) -> tuple[facts.RosterFacts, datetime]:
    """Who takes part, by country and number, and when that was changed last."""
    at = instant(get_changes(store, edition.id, _ROSTER_TABLES).last_at, edition)
    people = [
        facts.RosterPerson(
            number=one.number,
            name=one.name,
            country_name=voice.country(one.country),
            treatment=locale.honorific_in(one.honorific, voice.language),
            post=one.post or "",
            office=_office(one, voice),
            category=one.category,
            sex=sex(one.sex),
        )
        for one in enrollment.list_trainees(store, edition.ref, language=voice.language)
    ]
    people.sort(key=lambda one: (locale.sort_key(one.country_name, voice.language), one.number or 0))
    return facts.RosterFacts(edition_in(store, edition, voice), tuple(people), at.date()), at


def directory_facts(
    store: Store, edition: Edition, voice: Voice, order: Order
) -> tuple[facts.DirectoryFacts, datetime]:
    """Who takes part, by country, with the e-mails of those who agreed; who said no isn't in it.

    Raises NobodyToPrint where nobody is left.
    """
    at = instant(get_changes(store, edition.id, _ROSTER_TABLES).last_at, edition)
    there = participants(store, edition)
    listed = [one for one in there if one.publish is not False]
    if not listed:
        raise NobodyListed(reference=edition.reference)
    people = [
        facts.RosterPerson(
            number=one.number,
            name=one.bare(capitals=order.capitals),
            country_name=voice.country(one.country),
            treatment=locale.honorific_in(one.honorific, voice.language),
            post=one.post if isinstance(one.post, str) else voice.text(one.post),
            office=voice.organization(one.organization, one.acronym),
            sex=sex(one.sex),
            email=one.email if one.publish else "",
        )
        for one in sorted(
            listed,
            key=lambda one: (
                locale.sort_key(voice.country(one.country), voice.language),
                locale.sort_key(filed_under(one.name, one.family_name, one.given_name), voice.language),
            ),
        )
    ]
    gathered = facts.DirectoryFacts(
        edition_in(store, edition, voice),
        tuple(people),
        at.date(),
        without_email=sum(one.publish is None and bool(one.email) for one in listed),
        left_out=len(there) - len(listed),
    )
    return gathered, at


def logistics_facts(
    store: Store, edition: Edition, voice: Voice, order: Order
) -> tuple[facts.LogisticsFacts, datetime]:
    """Who has to be met, lodged and fed: the participants, unless other roles are asked for. Raises NobodyToPrint."""
    at = instant(get_changes(store, edition.id, (*_ROSTER_TABLES, *PROGRAM_TABLES)).last_at, edition)
    people = tuple(
        facts.LogisticsPerson(
            number=one.number,
            name=one.bare(capitals=order.capitals),
            role=one.role,
            treatment=locale.honorific_in(one.honorific, voice.language),
            sex=sex(one.sex),
            country_name=voice.country(one.country),
            office=voice.organization(one.organization, one.acronym),
            phone=one.phone,
            email=one.email,
            needs=one.needs,
        )
        for one in list_people(store, edition, replace(order, roles=order.roles or ("participant",)))
    )
    return facts.LogisticsFacts(edition_in(store, edition, voice), people, at.date()), at


def _blank_rows(people: int) -> int:
    """Rows for who comes without being on the list: five, or two to four where those still fill the last page."""
    room = -people % ROWS_A_PAGE
    if not people:
        return ROWS_A_PAGE
    return min(BLANK_ROWS, room) if room > 1 else BLANK_ROWS


def _columns(sessions: Sequence[Session], by: str, voice: Voice) -> tuple[facts.SheetColumn, ...]:
    if by == "session":
        return tuple(facts.SheetColumn(None, voice.text(one.title), one.start, one.end) for one in sessions)
    halves: dict[facts.Half, list[Session]] = {}
    for session in sessions:
        halves.setdefault("morning" if program.half_day(session) == "am" else "afternoon", []).append(session)
    return tuple(facts.SheetColumn(half, "", own[0].start, own[-1].end) for half, own in halves.items())


def _office(one: Enrollment, voice: Voice) -> str:
    return voice.organization(one.organization_name, one.organization_acronym)
