"""Results: who scored what, and what the tests before and after say of a course."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursectl import enrollment
from coursectl.assessment.defining import Assessment, get_assessment, list_assessments, results_rule
from coursectl.assessment.scores import Reason, passes, percent_of, read_score, shown
from coursectl.editions import EditionRef
from coursectl.enrollment import HAD_A_PLACE, Enrollment
from coursectl.errors import N_, BadInput, Refused, Usage, Word
from coursectl.locale import Text
from coursectl.store import Act, Statement, Store, as_json, expect_true, new_id


class ScoredOtherwise(Refused):
    """Another score is there, and nobody said to write over it."""

    rule = "score_as_said"
    wording = N_("{name} has {was} of {of} in {code} already, not {said}. To write over it, add --replace.")


class ScoredMeanwhile(Refused):
    """Somebody entered results, or the roster was changed, between the reading and the writing."""

    rule = "scores_as_read"
    wording = N_(
        "Results of {code}, or the roster of {edition}, were changed by somebody else just now. Type the command again."
    )


class NotAssessed(Refused):
    """Only who holds a place, or held one, has results."""

    rule = "assessed_have_a_place"
    wording = N_("{name} has no place in {edition} ({status}). First: coursectl roster accept {who} -e {edition}")


@dataclass(frozen=True)
class Result:
    """One result: of a participant, or of whoever wrote this `code` on the sheet. `passed` None: it has no pass mark."""

    number: int | None
    name: str | None
    code: str | None
    points: float
    of_points: float
    percent: float
    passed: bool | None


@dataclass(frozen=True)
class Scored:
    """One score that was entered. `was` is the score before, None where there was none; `changed`: whether anything is new."""

    edition: str
    assessment: str
    name: str
    points: float
    of_points: float
    was: float | None
    changed: bool


@dataclass(frozen=True)
class Totals:
    """An assessment with what came of it: how many `results`, their mean in percent, how many `passed`; of `trainees`."""

    code: str
    title: Text
    kind: str
    held_on: str | None
    of_points: float
    pass_mark: float | None
    required: bool
    results: int
    mean: float | None
    passed: int | None
    trainees: int


@dataclass(frozen=True)
class BeforeAndAfter:
    """The means in percent of the tests before and after a course, over all who took them; and `both_…` of those who took both.

    Of anonymous results, whoever wrote the same code took both.
    """

    edition: str
    before: float | None
    before_results: int
    after: float | None
    after_results: int
    both: int
    both_before: float | None
    both_after: float | None


Key = tuple[int | None, str | None]
"""Whose a result is: an enrollment's, or a code's."""


def read_results(store: Store, assessments: Sequence[int]) -> dict[int, dict[Key, float]]:
    """The points by assessment, and by whose they are."""
    rows = store.read(
        "SELECT assessment_id, enrollment_id, code, points FROM assessment_result"
        " WHERE assessment_id IN (SELECT value FROM json_each(:ids))",
        {"ids": as_json(list(assessments))},
        level="strong",
    )
    found: dict[int, dict[Key, float]] = defaultdict(dict)
    for row in rows:
        found[row["assessment_id"]][row["enrollment_id"], row["code"]] = row["points"]
    return found


def points_of(results: Mapping[Key, float], one: Enrollment) -> float | None:
    """A participant's points; of who has several places by a merge, the best."""
    places = (one.id, *(place.id for place in one.also))
    own = [results[place, None] for place in places if (place, None) in results]
    return max(own, default=None)


def list_results(store: Store, edition: EditionRef, code: str) -> list[Result]:
    """The results of an assessment, in the order of the roster; anonymous ones by code at the end. Raises NotFound."""
    one = get_assessment(store, edition, code)
    results = read_results(store, [one.id])[one.id]
    roster = enrollment.each_once(enrollment.list_roster(store, edition, enrollment.STATUSES))
    named = [(who, points_of(results, who)) for who in roster]
    codes = sorted((code, points) for (_, code), points in results.items() if code is not None)
    return [
        *(_result(one, points, who.number, who.name, None) for who, points in named if points is not None),
        *(_result(one, points, None, None, code) for code, points in codes),
    ]


def _result(one: Assessment, points: float, number: int | None, name: str | None, code: str | None) -> Result:
    percent = float(percent_of(points, one.of_points))
    return Result(number, name, code, points, one.of_points, percent, _passed(one, points))


def _passed(one: Assessment, points: float) -> bool | None:
    return None if one.pass_mark is None else passes(points, one.of_points, one.pass_mark)


def list_totals(store: Store, edition: EditionRef) -> list[Totals]:
    """All assessments of an edition with what came of them."""
    assessments = list_assessments(store, edition)
    results = read_results(store, [one.id for one in assessments])
    trainees = enrollment.count_trainees(store, edition).trainees
    return [_totals(one, list(results[one.id].values()), trainees) for one in assessments]


def _totals(one: Assessment, points: Sequence[float], trainees: int) -> Totals:
    mean = _mean([float(percent_of(own, one.of_points)) for own in points])
    passed = None if one.pass_mark is None else sum(passes(own, one.of_points, one.pass_mark) for own in points)
    return Totals(
        one.code, one.title, one.kind, one.held_on, one.of_points, one.pass_mark, one.required, len(points), mean, passed,
        trainees,
    )  # fmt: skip


def before_and_after(store: Store, edition: EditionRef) -> BeforeAndAfter:
    """What the tests before and after the course say; of who took several of a kind, the mean of theirs."""
    assessments = list_assessments(store, edition)
    results = read_results(store, [one.id for one in assessments])
    roster = enrollment.list_roster(store, edition, enrollment.STATUSES, level="strong")
    person = {one.id: one.person.id for one in roster}
    taken: dict[str, dict[object, list[float]]] = {"pre": defaultdict(list), "post": defaultdict(list), "exam": {}}
    for one in assessments:
        if one.kind != "exam":
            for (place, code), points in results[one.id].items():
                whose: object = code.casefold() if code is not None else person.get(place or 0)
                taken[one.kind][whose].append(float(percent_of(points, one.of_points)))
    before, after = ({who: _mean(own) or 0.0 for who, own in taken[kind].items()} for kind in ("pre", "post"))
    both = before.keys() & after.keys()
    return BeforeAndAfter(
        edition.reference,
        _mean(list(before.values())), len(before), _mean(list(after.values())), len(after), len(both),
        _mean([before[who] for who in both]), _mean([after[who] for who in both]),
    )  # fmt: skip


def _mean(figures: Sequence[float]) -> float | None:
    return sum(figures) / len(figures) if figures else None


def mark(
    store: Store, edition: EditionRef, code: str, who: str, score: str, act: Act, *, replace: bool = False
) -> Scored:
    """Enter one result by hand. The same score again changes nothing.

    Raises NotFound and Ambiguous (assessment, person), NotAssessed, BadInput for no score, ScoredOtherwise unless `replace`.
    """
    one = get_assessment(store, edition, code)
    enrolled = enrollment.get_enrollment(store, edition, who)
    if enrolled.status not in HAD_A_PLACE:
        raise NotAssessed(name=enrolled.name, edition=edition.reference, status=Word(enrolled.status), who=enrolled.who)
    points = read_score(score, one.of_points, one.code)
    if isinstance(points, tuple):
        raise _no_score(score, points)
    was = read_results(store, [one.id])[one.id].get((enrolled.id, None))
    if was is not None and was != points and not replace:
        raise ScoredOtherwise(
            name=enrolled.name, was=shown(was), of=shown(one.of_points), code=one.code, said=shown(points)
        )
    if was != points:
        statements = results_statements(edition, one, {(enrolled.id, None): points}, {(enrolled.id, None): was})
        store.apply(act.operation(f"assess mark {edition.reference}", statements))
    return Scored(edition.reference, one.code, enrolled.name, points, one.of_points, was, was != points)


def _no_score(score: str, reason: Reason) -> BadInput | Usage:
    return BadInput(N_("{score!r}: {reason}."), score=score, reason=BadInput(reason[0], **reason[1]))


def results_statements(
    edition: EditionRef, one: Assessment, new: Mapping[Key, float], old: Mapping[Key, float | None]
) -> list[Statement]:
    """What writes these results, while those that are there are the `old` ones and everybody has a place."""
    refusal = ScoredMeanwhile(edition=edition.reference, code=one.code)
    rows = [
        {"id": new_id(), "a": one.id, "e": place, "c": code, "p": points, "w": old.get((place, code))}
        for (place, code), points in new.items()
    ]
    given = as_json(rows)
    places = sorted({place for place, _code in new if place is not None})
    statements = [
        results_rule(edition, one),
        expect_true(
            "SELECT count(*) = :n FROM enrollment WHERE id IN (SELECT value FROM json_each(:ids)) AND edition_id = :edition"
            f" AND status IN ({_HAD_A_PLACE})",
            {"ids": as_json(places), "edition": edition.id, "n": len(places)},
            refusal.rule,
            refusal,
        ),
        expect_true(
            "SELECT NOT EXISTS (SELECT 1 FROM json_each(:rows) AS given LEFT JOIN assessment_result AS there"
            " ON there.assessment_id = given.value ->> '$.a' AND there.enrollment_id IS given.value ->> '$.e'"
            " AND there.code IS given.value ->> '$.c' WHERE there.points IS NOT given.value ->> '$.w')",
            {"rows": given},
            refusal.rule,
            refusal,
        ),
    ]
    if places:
        statements.append(Statement(_UPSERT_NAMED, {"rows": given}))
    if len(places) < len(rows):
        statements.append(Statement(_UPSERT_CODES, {"rows": given}))
    return statements


_HAD_A_PLACE = ", ".join(f"'{status}'" for status in HAD_A_PLACE)
_UPSERT_NAMED = (
    "INSERT INTO assessment_result (id, assessment_id, enrollment_id, points)"
    " SELECT value ->> '$.id', value ->> '$.a', value ->> '$.e', value ->> '$.p' FROM json_each(:rows)"
    " WHERE value ->> '$.e' IS NOT NULL"
    " ON CONFLICT (assessment_id, enrollment_id) WHERE enrollment_id IS NOT NULL DO UPDATE SET points = excluded.points"
)
_UPSERT_CODES = (
    "INSERT INTO assessment_result (id, assessment_id, code, points)"
    " SELECT value ->> '$.id', value ->> '$.a', value ->> '$.c', value ->> '$.p' FROM json_each(:rows)"
    " WHERE value ->> '$.c' IS NOT NULL"
    " ON CONFLICT (assessment_id, code) WHERE code IS NOT NULL DO UPDATE SET points = excluded.points"
)
