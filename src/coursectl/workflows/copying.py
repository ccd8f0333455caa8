"""Making next year's edition from this year's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from coursectl import editions, enrollment, program
from coursectl.editions import CopiedHands, Edition, EditionRef, NewEdition
from coursectl.errors import N_, BadInput, Refused
from coursectl.program import CopiedProgram, Weekend
from coursectl.store import Act, Statement, Store, Value, expect_true


@dataclass(frozen=True)
class EditionCopied:
    """The edition that was made, and what it has of the other. `counting` of the sessions count towards contact hours.

    `on_weekends`: how many sessions fall on a Saturday or Sunday, and `weekends` which. `kept`: what the edition had already, where it was there, and kept.
    """

    source: str
    reference: str
    start: str | None
    end: str | None
    modules: int
    topics: int
    sessions: int
    counting: int
    on_weekends: int
    quotas: int
    kept: tuple[str, ...] = ()
    weekends: tuple[Weekend, ...] = ()


class EditionFilled(Refused):
    """The edition to copy to has a program or people."""

    rule = "edition_once"
    wording = N_(
        "{reference} is there already and has a program or people; only an edition without them is filled. Copy to another number, or change it with: coursectl edition edit {reference}"
    )


def copy_edition(store: Store, source: EditionRef, reference: str, wanted: NewEdition, act: Act) -> EditionCopied:
    """Make the edition `reference` of what `wanted` says and, where it says nothing, of what the source has.

    Modules, topics and the grid of sessions come along on the new dates, and so do organizations in their roles, groups of
    countries and quotas; people don't. An edition that is there without sessions and people is filled: what it has stays,
    unless `wanted` says otherwise. Raises BadInput where a session would fall outside the dates and for another course,
    EditionFilled, and what adding and changing an edition raise.
    """
    course = editions.get_course(store, editions.read_reference(reference)[0] or source.course)
    if course.id != source.course_id:
        raise BadInput(
            N_("{source} is an edition of {course}, whose topics are its own; it can't become one of {other}."),
            source=source.reference, course=source.course, other=course.code,
        )  # fmt: skip
    there = _find_stub(store, course.code, wanted.number)
    own = editions.own_fields(store, there) if there else {}
    old = editions.get_edition(store, source)
    dated, later = _dates(old, _with_own_dates(wanted, own))
    filled = _filled(dated, old, *editions.own_look(store, source))
    kept = {name for name in own if getattr(wanted, name) is None}
    own_stays: dict[str, Any] = dict.fromkeys(kept - {"start", "end"})
    filled = replace(filled, **own_stays)
    new = f"{course.code}-{wanted.number}"
    copied = _Copied(store, source, new, dated, later)
    act = act.typed(f"edition copy {source.reference} {new}")
    if there is None:
        made = editions.add_edition(store, course.code, filled, act, copied.statements)
    else:
        guarded = [_still_a_stub(there), editions.open_edition_rule(there)]
        made, _changed = editions.edit_edition(
            store, there, filled, act, lambda edition_id: [*guarded, *copied.statements(edition_id)]
        )
    if "year" in kept and made.year != own["year"]:
        kept.remove("year")  # it is that of the new days
    return EditionCopied(
        source.reference, new, made.start, made.end, copied.program.modules, copied.program.topics, len(copied.program.days),
        copied.program.counting, len(copied.program.on_weekends), copied.hands.quotas,
        (*(name for name in own if name in kept), *copied.program.kept, *copied.hands.kept), copied.program.on_weekends,
    )  # fmt: skip


class _Copied:
    """What is copied into one edition, worked out when its id is known."""

    program: CopiedProgram
    hands: CopiedHands

    def __init__(self, store: Store, source: EditionRef, reference: str, dated: NewEdition, later: timedelta) -> None:
        self._store, self._source, self._later = store, source, later
        self._reference, self._dated = reference, dated

    def statements(self, edition_id: int) -> list[Statement]:
        """What writes it. Raises BadInput where a session would fall outside the dates."""
        self.program = program.copy_program(self._store, self._source, edition_id, self._later)
        self.hands = editions.copy_hands(self._store, self._source, edition_id)
        _check_inside(self._reference, self._dated, self.program)
        return [*self.hands.statements, *self.program.statements]


def _find_stub(store: Store, course: str, number: int) -> EditionRef | None:
    """The edition of that number, if there is one, which has to be without sessions and people. Raises EditionFilled."""
    for edition in editions.list_editions(store, course, level="strong"):
        if edition.number == number:
            sessions = program.list_sessions(store, edition.ref, cancelled=True)
            if sessions or enrollment.list_roster(store, edition.ref, enrollment.STATUSES, level="strong"):
                raise EditionFilled(reference=edition.reference)
            return edition.ref
    return None


def _still_a_stub(there: EditionRef) -> Statement:
    """The edition must be without sessions and people when the batch is applied."""
    return expect_true(
        "SELECT NOT EXISTS (SELECT 1 FROM session WHERE edition_id = :id)"
        " AND NOT EXISTS (SELECT 1 FROM enrollment WHERE edition_id = :id)",
        {"id": there.id},
        EditionFilled.rule,
        EditionFilled(reference=there.reference),
    )


def _with_own_dates(wanted: NewEdition, own: Mapping[str, Value]) -> NewEdition:
    """The days that are said, or else those that the edition has already."""
    start, end = (own.get(name) for name in ("start", "end"))
    return replace(
        wanted,
        start=wanted.start or (str(start) if start else None),
        end=wanted.end or (str(end) if end else None),
    )


def _dates(old: Edition, wanted: NewEdition) -> tuple[NewEdition, timedelta]:
    """The wanted edition with its last day, where only the first is said; and how much later everything is."""
    tidy = editions.tidy(wanted)
    if not old.start:
        return tidy, timedelta(0)
    if not tidy.start:
        raise BadInput(
            N_("When does it start? {source} started on {start}; give the new first day with --start."),
            source=old.reference, start=old.start,
        )  # fmt: skip
    later = date.fromisoformat(tidy.start) - date.fromisoformat(old.start)
    if not tidy.end and old.end:
        tidy = replace(tidy, end=(date.fromisoformat(old.end) + later).isoformat())
    return tidy, later


def _filled(wanted: NewEdition, old: Edition, design: str | None, colors: Mapping[str, str]) -> NewEdition:
    """What the source says where nothing is said; its days, its year and its deadlines are its own.

    `design` and `colors` are the source's own, where it hasn't the course's.
    """
    source = NewEdition(
        wanted.number, place=old.place, venue=old.venue, country=old.country, time_zone=old.time_zone, seats=old.seats,
        waiting_list=old.waiting_list, languages=old.languages, attendance_minimum=old.attendance_minimum, excused=old.excused,
        women_share=old.women_share, men_share=old.men_share, costs=old.costs or None, contact=old.contact,
        auto_promote=old.auto_promote, modality=old.modality, free_absences=old.free_absences, design=design, colors=colors or None,
    )  # fmt: skip
    said = {name: value for name, value in wanted.__dict__.items() if value is not None}
    return replace(source, **said)


def _check_inside(reference: str, wanted: NewEdition, copied: CopiedProgram) -> None:
    outside = [
        day
        for day in copied.days.values()
        if (wanted.end and day > wanted.end) or (wanted.start and day < wanted.start)
    ]
    if outside:
        raise BadInput(
            N_("Sessions that would fall outside {reference}: {count}, the last on {day}. Give it more days with --end."),
            count=len(outside), reference=reference, day=max(outside),
        )  # fmt: skip
