"""A course over several editions with invented people and the published figures, straight into the tables."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from coursectl import history
from coursectl.history import NewFigure, Scope
from coursectl.locale import fold
from coursectl.store import Act, Statement, Store, insert, new_id

PUBLISHED = (
    (36, NewFigure("participants", 28, who="participants", stage="announced", publisher="IOM (French version at CCME)")),
    (36, NewFigure("participant_countries", 16, who="participants", stage="announced", publisher="IOM (French version at CCME)")),
    (37, NewFigure("participants", 28, who="officials", stage="announced", publisher="IOM")),
    (37, NewFigure("trained_so_far", 800, qualifier="more_than", who="officials", stage="announced", publisher="IOM",
                   note="government officials")),
    (38, NewFigure("trained_so_far", 800, qualifier="more_than", who="officials", stage="announced", publisher="IOM", words="over 800")),
    (39, NewFigure("participants", 30, who="officials", stage="announced", publisher="IOM")),
    (39, NewFigure("experts", 20, who="experts", stage="announced", publisher="IOM")),
    (39, NewFigure("trained_so_far", 850, qualifier="nearly", who="officials", stage="announced", publisher="IOM")),
    (40, NewFigure("participants", 22, who="officials", stage="announced", publisher="IOM")),
    (40, NewFigure("trained_so_far", 1000, qualifier="nearly", who="officials", stage="announced",
                   said_by="IOM's regional director for South America", publisher="IOM")),
)  # fmt: skip
"""Published figures of the real course, by edition."""


@dataclass
class Course:
    """A course being filled: each method writes at once and answers with an id."""

    store: Store
    act: Act
    code: str = "ICIM"
    id: int = 0
    editions: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.id = self.add("course", code=self.code, title=json.dumps({"en": f"Course {self.code}"}))

    def write(self, *statements: Statement) -> None:
        self.store.apply(self.act.operation("test", statements))

    def add(self, table: str, **row: Any) -> int:
        row = {"id": new_id(), **row}
        self.write(*insert(table, [row]))
        return int(row["id"])

    def edition(self, number: int, **more: Any) -> int:
        row = {"course_id": self.id, "number": number, "year": 1978 + number} | more
        self.editions[number] = self.add("edition", **row)
        return self.editions[number]

    def person(self, name: str = "Ana", **more: Any) -> int:
        return self.add("person", name=name, name_key=fold(name), **more)

    def trainee(self, edition: int, person: int | None = None, status: str = "completed", country: str | None = "AR", **more: Any) -> int:  # fmt: skip
        """An enrollment; of a new person, unless one is given."""
        return self.add("enrollment", edition_id=self.editions[edition], person_id=person or self.person(), status=status,
                        country=country, enrolled_at=self.act.now, **more)  # fmt: skip

    def topic(self, code: str, *editions: int) -> int:
        topic = self.add(
            "topic", course_id=self.id, code=code, title=json.dumps({"en": code.title(), "es": f"{code} es"})
        )
        for number in editions:
            self.add("edition_topic", edition_id=self.editions[number], topic_id=topic)
        return topic

    def session(
        self, edition: int, number: int, *topics: int, start: str = "09:00", end: str = "10:30", **more: Any
    ) -> int:
        row = {"edition_id": self.editions[edition], "number": number, "date": "2015-03-09", "start_time": start, "end_time": end,
               "kind": "lecture", "counts": 1, "title": "{}"} | more  # fmt: skip
        session = self.add("session", **row)
        for topic in topics:
            self.add("session_topic", session_id=session, topic_id=topic)
        return session

    def certificate(self, edition: int, n: int, *states: str) -> None:
        person, op = self.person(), self.store.read("SELECT id FROM op LIMIT 1")[0]["id"]
        certificate = self.add("certificate", course_id=self.id, edition_id=self.editions[edition], person_id=person, kind="completion", series="2015",
                               year=2015, n=n, serial=f"{self.code}-{n}", issued_on="2015-03-21", op_id=op)  # fmt: skip
        for state in states:
            self.add("certificate_event", certificate_id=certificate, state=state, at=self.act.now)

    def figures(self, *wanted: tuple[int | None, NewFigure]) -> None:
        """Published figures, each with the number of its edition."""
        for number, figure in wanted:
            history.add_figure(
                self.store, self.through(number) if number else Scope(self.id, self.code), figure, self.act
            )

    def through(self, number: int) -> Scope:
        from coursectl import editions

        return history.get_scope(self.store, through=editions.get_edition_ref(self.store, f"{self.code}-{number}"))

    def totals(self, through: int | None = None) -> history.Totals:
        return history.totals(
            self.store, self.through(through) if through else history.get_scope(self.store, self.code)
        )


def real_course(store: Store, act: Act) -> Course:
    """ICIM with its editions 36 to 40, IOM, and what was published of them; no records."""
    course = Course(store, act)
    for number in range(36, 41):
        course.edition(number)
    course.add("organization", name='{"en": "International Organization for Migration"}', name_key="iom",
               acronym='{"en": "IOM", "es": "OIM"}')  # fmt: skip
    course.figures(*PUBLISHED)
    return course
