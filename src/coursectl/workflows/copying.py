"""Making next year's edition from this year's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from coursectl import editions, program
from coursectl.editions import Edition, EditionRef, NewEdition
from coursectl.errors import N_, BadInput
from coursectl.program import CopiedProgram
from coursectl.store import Act, Statement, Store


@dataclass(frozen=True)
class EditionCopied:
    """The edition that was made, and what it has of the other. `on_weekends`: sessions that fall on a Saturday or Sunday."""

    source: str
    reference: str
    start: str | None
    end: str | None
    modules: int
    topics: int
    sessions: int
    on_weekends: int
    quotas: int


def copy_edition(store: Store, source: EditionRef, reference: str, wanted: NewEdition, act: Act) -> EditionCopied:
    """Add the edition `reference` with what `wanted` says and, where it says nothing, what the source has.

    Modules, topics and the grid of sessions come along on the new dates, and so do organizations in their roles, groups of
    countries and quotas; people don't. Raises BadInput where a session would fall outside the dates, and what adding an
    edition raises.
    """
    course, _number = editions.read_reference(reference)
    old = editions.get_edition(store, source)
    dated, later = _dates(old, wanted)
    programs: list[CopiedProgram] = []

    def extra(edition_id: int) -> list[Statement]:
        programs.append(program.copy_program(store, source, edition_id, later))
        _check_inside(reference, dated, programs[0])
        return [*editions.copied_statements(store, source, edition_id), *programs[0].statements]

    typed = act.typed(f"edition copy {source.reference} {reference}")
    added = editions.add_edition(store, course or source.course, _filled(dated, old), typed, extra)
    (copied,) = programs
    quotas = store.read("SELECT count(*) AS n FROM quota WHERE edition_id = :id", {"id": source.id})[0]["n"]
    return EditionCopied(
        source.reference, added.reference, added.start, added.end, copied.modules, copied.topics, len(copied.days),
        copied.on_weekends, quotas,
    )  # fmt: skip


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


def _filled(wanted: NewEdition, old: Edition) -> NewEdition:
    """What the source says where nothing is said; its days, its year and its deadlines are its own."""
    own = NewEdition(
        wanted.number, place=old.place, venue=old.venue, country=old.country, time_zone=old.time_zone, seats=old.seats,
        waiting_list=old.waiting_list, languages=old.languages, attendance_minimum=old.attendance_minimum, excused=old.excused,
        women_share=old.women_share, men_share=old.men_share, costs=old.costs or None, contact=old.contact,
        auto_promote=old.auto_promote,
    )  # fmt: skip
    said = {name: value for name, value in wanted.__dict__.items() if value is not None}
    return replace(own, **said)


def _check_inside(reference: str, wanted: NewEdition, copied: CopiedProgram) -> None:
    outside = [day for day in copied.days if (wanted.end and day > wanted.end) or (wanted.start and day < wanted.start)]
    if outside:
        raise BadInput(
            N_("{count} sessions would fall outside {reference}, the last on {day}. Give it more days with --end."),
            count=len(outside), reference=reference, day=max(outside),
        )  # fmt: skip
