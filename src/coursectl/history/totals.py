"""How many were trained, says who: claims, records and headcounts beside each other, and never added up.

Rules, for headcounts of one edition that several sources give: an exact figure before a qualified one; the furthest stage
(certified, attended, announced); of those the lowest, so that a sum is never above what the sources allow.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from coursectl import locale
from coursectl.history import speech
from coursectl.history.figures import STAGES, PublishedFigure, list_figures
from coursectl.history.scope import COUNTED, IN_SCOPE, MERGED, Scope
from coursectl.store import Row, Store


@dataclass(frozen=True)
class Trained:
    """The latest published cumulative figure. `through`: the edition at which it was said; `sentence`: for a speech."""

    value: int
    qualifier: str
    through: str | None
    source: str
    sentence: str
    who: str | None
    stage: str | None
    includes_edition: str
    said_by: str | None
    publisher: str | None
    year: int | None
    said_on: str | None
    words: str | None
    note: str | None


@dataclass(frozen=True)
class Headcount:
    """What was published of one edition's participants. `counted`: exact, and no records of the edition win over it."""

    edition: str
    value: int
    qualifier: str
    who: str | None
    stage: str | None
    counted: bool


@dataclass(frozen=True)
class Totals:
    """What is known of a course (or of all: None) up to and with the edition `through` (None: the last).

    From records: `named` people and `participations` with a completed enrollment, the `countries` they represented,
    `experts`, `contact_hours`, `certificates` that are valid. `headcount` is the sum of the `headcounts` counted.
    `recorded` and `unknown` are the editions with records of trainees, and with neither records nor a headcount.
    """

    course: str | None
    through: str | None
    trained: Trained | None
    named: int
    participations: int
    headcount: int
    headcounts: tuple[Headcount, ...]
    editions: int
    edition_numbers: tuple[int, ...]
    recorded: tuple[str, ...]
    unknown: tuple[str, ...]
    countries: int
    experts: int
    contact_hours: float
    certificates: int
    sentence: str


def totals(store: Store, scope: Scope) -> Totals:
    """The totals of a scope, each source by itself."""
    held = _held(store, scope.whole)
    within = [row for row in held if scope.through is None or row["number"] <= scope.through.number]
    counts = _counts(store, scope)
    recorded = {row["reference"] for row in held if row["trainees"]}
    published = headcounts(list_figures(store, scope.whole, measure="participants"), recorded)
    headcounts_within = tuple(published[row["reference"]] for row in within if row["reference"] in published)
    claim = _latest_claim(store, scope, held)
    known = speech.Known(
        claim=claim,
        through=scope.through.number if scope.through else None,
        named=counts["named"],
        completed_in=tuple(row["number"] for row in within if row["completed"]),
        recorded=tuple(row["number"] for row in within if row["trainees"]),
        headcounts=len(published.keys() - recorded),
        one_course=scope.course_id is not None or not held,
    )
    sentence = speech.sentence(known)
    return Totals(
        course=scope.course,
        through=scope.through.reference if scope.through else None,
        trained=_trained(claim, sentence) if claim else None,
        named=counts["named"],
        participations=counts["participations"],
        headcount=sum(headcount.value for headcount in headcounts_within if headcount.counted),
        headcounts=headcounts_within,
        editions=len(within),
        edition_numbers=tuple(row["number"] for row in within),
        recorded=tuple(row["reference"] for row in within if row["trainees"]),
        unknown=tuple(row["reference"] for row in within if not row["trainees"] and row["reference"] not in published),
        countries=counts["countries"],
        experts=counts["experts"],
        contact_hours=round(counts["minutes"] / 60, 2),
        certificates=counts["certificates"],
        sentence=sentence,
    )


def headcounts(figures: Iterable[PublishedFigure], recorded: Iterable[str]) -> dict[str, Headcount]:
    """The headcount of each edition that has one, by reference; `recorded` are the editions with records of their own."""
    wins = set(recorded)
    return {
        edition: Headcount(edition, figure.value, figure.qualifier, figure.who, figure.stage,
                           counted=figure.qualifier == "exact" and edition not in wins)
        for edition, figure in chosen(figures).items()
    }  # fmt: skip


def chosen(figures: Iterable[PublishedFigure]) -> dict[str, PublishedFigure]:
    """One figure for each edition, by the rules above. The figures are all of one measure."""
    by_edition: dict[str, list[PublishedFigure]] = {}
    for figure in figures:
        if figure.edition:
            by_edition.setdefault(figure.edition, []).append(figure)
    return {edition: min(candidates, key=_preference) for edition, candidates in by_edition.items()}


def _preference(figure: PublishedFigure) -> tuple[bool, int, int, int]:
    stage = STAGES.index(figure.stage) if figure.stage else -1
    return figure.qualifier != "exact", -stage, figure.value, figure.id


_HELD = f"""
WITH {IN_SCOPE}, {COUNTED}
SELECT scope.*, coalesce(trainees, 0) AS trainees, coalesce(completed, 0) AS completed
FROM scope LEFT JOIN counted ON edition_id = scope.id ORDER BY course, number
"""

_COUNTS = f"""
WITH {IN_SCOPE}, {MERGED},
completed AS (
  SELECT coalesce(one_id, person_id) AS canonical_id, edition_id, country
  FROM enrollment NOT INDEXED JOIN scope ON scope.id = edition_id LEFT JOIN merged USING (person_id) WHERE status = 'completed'
)
SELECT
  (SELECT count(DISTINCT canonical_id) FROM completed) AS named,
  (SELECT count(*) FROM (SELECT DISTINCT canonical_id, edition_id FROM completed)) AS participations,
  (SELECT count(DISTINCT country) FROM completed) AS countries,
  (SELECT count(DISTINCT canonical_id) FROM expert JOIN canonical USING (person_id) JOIN scope ON scope.id = edition_id) AS experts,
  (SELECT coalesce(sum(minutes), 0) FROM session JOIN scope ON scope.id = edition_id WHERE counts AND NOT cancelled) AS minutes,
  (SELECT count(*) FROM certificate JOIN certificate_state ON certificate_id = certificate.id AND state = 'issued'
     JOIN scope ON scope.id = certificate.edition_id) AS certificates
"""


def _held(store: Store, scope: Scope) -> list[Row]:
    return store.read(_HELD, scope.params)


def _counts(store: Store, scope: Scope) -> Row:
    return store.read(_COUNTS, scope.params)[0]


def _latest_claim(store: Store, scope: Scope, held: list[Row]) -> speech.Claim | None:
    """The last cumulative figure said at an edition of the scope, or in a year before the next one.

    A claim belongs to one course: there is none where several are asked about.
    """
    if scope.course_id is None:
        return None
    numbers = {row["reference"]: row["number"] for row in held}
    last = scope.through.number if scope.through else None
    placed = [
        (_place(figure, numbers, held), figure) for figure in list_figures(store, scope, measure="trained_so_far")
    ]
    candidates = [(place, figure) for place, figure in placed if last is None or place <= last]
    if not candidates:
        return None
    _place_said, figure = max(
        candidates,
        key=lambda candidate: (candidate[0], candidate[1].year or 0, candidate[1].said_on or "", candidate[1].id),
    )
    return speech.Claim(figure, _speaker(store, figure), numbers.get(figure.edition or ""))


def _place(figure: PublishedFigure, numbers: dict[str, int], held: list[Row]) -> int:
    """The number of the edition at which it was said; for a figure of a year only, of the last edition up to then."""
    if figure.edition:
        return numbers[figure.edition]
    return max((row["number"] for row in held if (row["year"] or 9999) <= (figure.year or 0)), default=0)


def _speaker(store: Store, figure: PublishedFigure) -> str | None:
    """Who said it; an acronym that the store knows in several languages (IOM, OIM) in the tool's."""
    if figure.said_by or not figure.publisher:
        return figure.said_by
    rows = store.read(
        "SELECT acronym FROM organization WHERE EXISTS (SELECT 1 FROM json_each(acronym) WHERE value = :publisher)"
        " ORDER BY id LIMIT 1",
        {"publisher": figure.publisher},
    )
    return locale.pick(json.loads(rows[0]["acronym"]), locale.tool_language()) if rows else figure.publisher


def _trained(claim: speech.Claim, sentence: str) -> Trained:
    figure = claim.figure
    return Trained(
        figure.value, figure.qualifier, figure.edition, figure.citation, sentence, figure.who, figure.stage,
        figure.includes_edition, figure.said_by, figure.publisher, figure.year, figure.said_on, figure.words, figure.note,
    )  # fmt: skip
