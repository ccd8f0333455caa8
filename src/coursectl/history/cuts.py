"""The history by edition, by country and by topic."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from coursectl import locale
from coursectl.history.figures import PublishedFigure, list_figures
from coursectl.history.scope import COUNTED, IN_SCOPE, MERGED, Scope
from coursectl.history.totals import chosen
from coursectl.locale import Text
from coursectl.store import Row, Store


@dataclass(frozen=True)
class EditionRow:
    """What is known of one edition. Unknown is None, never 0.

    `participants` is the number to show and `source` says whose it is: "records" (then it is the trainees), "published"
    (the headcount, with its qualifier), or "unknown". `difference`: headcount less trainees, where there are both.
    """

    reference: str
    number: int
    year: int | None
    place: str | None
    start: str | None
    end: str | None
    participants: int | None
    source: str
    trainees: int | None
    completed: int | None
    countries: int | None
    experts: int | None
    headcount: int | None
    headcount_qualifier: str | None
    published_countries: int | None
    published_experts: int | None
    difference: int | None


@dataclass(frozen=True)
class CountryRow:
    """A country that completed enrollments represented; None: international staff, who represent none."""

    country: str | None
    name: str
    people: int
    participations: int
    editions: int


@dataclass(frozen=True)
class Countries:
    """The countries, and the editions that they can't speak for: without records, or with nobody who completed yet."""

    rows: tuple[CountryRow, ...]
    unrecorded: tuple[str, ...]
    unfinished: tuple[str, ...]


@dataclass(frozen=True)
class TopicRow:
    """A topic: first and last taught when, in how many editions, sessions and contact hours; new in the edition asked for.

    A session that has several topics counts for each of them.
    """

    code: str
    title: Text
    first: str
    first_year: int | None
    last: str
    last_year: int | None
    editions: int
    sessions: int
    hours: float
    new: bool


_EDITIONS = f"""
WITH {IN_SCOPE}, {COUNTED}
SELECT scope.reference, scope.number, scope.year, place, start_date AS start, end_date AS "end",
  trainees, coalesce(completed, 0) AS completed, coalesce(countries, 0) AS countries,
  nullif((SELECT count(DISTINCT canonical_id) FROM expert JOIN canonical USING (person_id) WHERE edition_id = scope.id), 0) AS experts
FROM scope JOIN edition USING (id) LEFT JOIN counted ON counted.edition_id = scope.id ORDER BY scope.course, scope.number
"""


def list_editions(store: Store, scope: Scope) -> list[EditionRow]:
    """The editions with their figures, by course and number; records and published figures beside each other."""
    published = {
        measure: chosen(list_figures(store, scope, measure=measure))
        for measure in ("participants", "participant_countries", "experts")
    }
    return [_edition_row(row, published) for row in store.read(_EDITIONS, scope.params)]


def _edition_row(row: Row, published: dict[str, dict[str, PublishedFigure]]) -> EditionRow:
    found = {measure: figures.get(row["reference"]) for measure, figures in published.items()}
    headcount, countries, experts = found["participants"], found["participant_countries"], found["experts"]
    trainees = row["trainees"]
    known = row if trainees else {**row, "completed": None, "countries": None}
    return EditionRow(
        **known,
        participants=trainees or (headcount.value if headcount else None),
        source="records" if trainees else "published" if headcount else "unknown",
        headcount=headcount.value if headcount else None,
        headcount_qualifier=headcount.qualifier if headcount else None,
        published_countries=countries.value if countries else None,
        published_experts=experts.value if experts else None,
        difference=headcount.value - trainees if headcount and trainees else None,
    )


_COUNTRIES = f"""
WITH {IN_SCOPE}, {MERGED},
part AS (
  SELECT DISTINCT country, coalesce(one_id, person_id) AS one, edition_id
  FROM enrollment NOT INDEXED JOIN scope ON scope.id = edition_id LEFT JOIN merged USING (person_id)
  WHERE status = 'completed' AND (:only IS NULL OR edition_id = :only)
)
SELECT country, count(DISTINCT one) AS people, count(*) AS participations, count(DISTINCT edition_id) AS editions
FROM part GROUP BY country
"""


def list_countries(store: Store, scope: Scope, language: str, *, edition_only: bool = False) -> Countries:
    """The countries of those who completed, by name in the language; `edition_only`: in the scope's last edition alone.

    A person who represented two countries counts in both.
    """
    only = scope.through.id if edition_only and scope.through else None
    rows = [
        CountryRow(**row, name=locale.country_name(row["country"], language) if row["country"] else "")
        for row in store.read(_COUNTRIES, {**scope.params, "only": only})
    ]
    rows.sort(key=lambda row: (row.country is None, locale.sort_key(row.name, language)))
    held = [row for row in list_editions(store, scope) if only is None or row.number == scope.params["number"]]
    return Countries(
        tuple(rows),
        unrecorded=tuple(row.reference for row in held if not row.trainees),
        unfinished=tuple(row.reference for row in held if row.trainees and not row.completed),
    )


_TOPICS = f"""
WITH {IN_SCOPE},
taught AS (
  SELECT session.edition_id, topic_id, count(*) AS sessions, sum(iif(counts, minutes, 0)) AS minutes
  FROM session_topic JOIN session ON session.id = session_id WHERE NOT cancelled GROUP BY session.edition_id, topic_id
),
covered AS (SELECT edition_id, topic_id FROM edition_topic UNION SELECT edition_id, topic_id FROM taught)
SELECT topic.id, topic.code, topic.title, scope.course_id, scope.number, scope.reference, scope.year,
  coalesce(sessions, 0) AS sessions, coalesce(minutes, 0) AS minutes
FROM covered JOIN scope ON scope.id = covered.edition_id JOIN topic ON topic.id = covered.topic_id
  LEFT JOIN taught ON taught.edition_id = covered.edition_id AND taught.topic_id = covered.topic_id
ORDER BY scope.course, topic.position, topic.code, scope.number
"""


def list_topics(store: Store, scope: Scope) -> list[TopicRow]:
    """The topics covered in the scope, in the course's order.

    Covered: listed for an edition, or a topic of one of its sessions that isn't cancelled. New: covered in the edition that
    the scope ends with (or the last with known topics) and in none before, where an earlier edition's topics are known.
    """
    by_topic: dict[int, list[Row]] = {}
    for row in store.read(_TOPICS, scope.params):
        by_topic.setdefault(row["id"], []).append(row)
    known: dict[int, set[int]] = {}
    for rows in by_topic.values():
        known.setdefault(rows[0]["course_id"], set()).update(row["number"] for row in rows)
    return [_topic_row(rows, known[rows[0]["course_id"]], scope) for rows in by_topic.values()]


def _topic_row(rows: list[Row], known: Iterable[int], scope: Scope) -> TopicRow:
    first, last = rows[0], rows[-1]
    asked = scope.through.number if scope.through else max(known)
    return TopicRow(
        code=first["code"],
        title=json.loads(first["title"]),
        first=first["reference"],
        first_year=first["year"],
        last=last["reference"],
        last_year=last["year"],
        editions=len(rows),
        sessions=sum(row["sessions"] for row in rows),
        hours=round(sum(row["minutes"] for row in rows) / 60, 2),
        new=first["number"] == asked and min(known) < asked,
    )
