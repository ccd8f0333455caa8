"""An edition with invented people, straight into the tables: what certificates are made from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from coursectl.editions import EditionRef
from coursectl.locale import fold
from coursectl.store import Act, Statement, Store, insert, new_id

COURSE_TITLE = {
    "en": "Inter-American Course on International Migration",
    "es": "Curso Interamericano sobre Migraciones Internacionales",
}


@dataclass
class Sample:
    """An edition of ICIM being filled: each method writes at once and answers with an id."""

    store: Store
    act: Act
    ref: EditionRef
    number: int = 0
    sessions: list[int] = field(default_factory=list)

    def write(self, *statements: Statement) -> None:
        self.store.apply(self.act.operation("test", statements))

    def add(self, table: str, **row: Any) -> int:
        row = {"id": new_id(), **row}
        self.write(*insert(table, [row]))
        return int(row["id"])

    def person(self, name: str, **more: Any) -> int:
        return self.add("person", name=name, name_key=fold(name), **more)

    def organization(self, name: str, acronym: str, **more: Any) -> int:
        names = {"name": json.dumps({"en": name}), "acronym": json.dumps({"en": acronym})}
        return self.add("organization", name_key=fold(name), **names, **more)

    def trainee(
        self, name: str, status: str = "completed", country: str = "AR", sex: str | None = None, **more: Any
    ) -> int:
        """An enrolled person; returns the id of the enrollment."""
        self.number += 1
        return self.add(
            "enrollment", edition_id=self.ref.id, person_id=self.person(name, **more), status=status, number=self.number,
            country=country, sex=sex, enrolled_at=self.act.now,
        )  # fmt: skip

    def session(self, title: str, day: int = 9, start: str = "09:00", end: str = "10:30", **more: Any) -> int:
        self.sessions.append(new_id())
        row = {
            "id": self.sessions[-1], "edition_id": self.ref.id, "number": len(self.sessions), "date": f"2015-03-{day:02}",
            "start_time": start, "end_time": end, "kind": "lecture", "counts": 1, "title": json.dumps({"es": title}),
        } | more  # fmt: skip
        self.write(*insert("session", [row]))
        return self.sessions[-1]

    def mark(self, enrollment: int, session: int, mark: str) -> int:
        return self.add("attendance", enrollment_id=enrollment, session_id=session, mark=mark)

    def expert(self, name: str, sessions: Sequence[int] = (), country: str = "UY", **more: Any) -> int:
        """Somebody who teaches these sessions; returns the id of the person."""
        person = self.person(name, **more)
        self.add("expert", edition_id=self.ref.id, person_id=person, country=country)
        for session in sessions:
            self.add("session_person", session_id=session, person_id=person, role="expert")
        return person

    def signatory(self, name: str, position: int = 1, **more: Any) -> int:
        person = self.person(name, honorific=more.pop("honorific", None))
        return self.add("signatory", edition_id=self.ref.id, person_id=person, position=position, **more)


def bare_sample(store: Store, act: Act, code: str = "ICIM", number: int = 37, **edition: Any) -> Sample:
    """A course with an edition of which nothing is known but its number."""
    course, edition_id = new_id(), new_id()
    store.apply(
        act.operation(
            "test",
            [
                *insert("course", [{"id": course, "code": code, "title": json.dumps(COURSE_TITLE)}]),
                *insert("edition", [{"id": edition_id, "course_id": course, "number": number, **edition}]),
            ],
        )
    )
    return Sample(store, act, EditionRef(edition_id, f"{code}-{number}", course, code, number))


def ready_sample(store: Store, act: Act, code: str = "ICIM", number: int = 37, **edition: Any) -> Sample:
    """An edition that has all that certificates need: place, dates and somebody who signs; and nobody in it."""
    known = {
        "year": 2015, "place": "Mar del Plata", "country": "AR", "start_date": "2015-03-09", "end_date": "2015-03-21",
        "languages": '["es","en"]',
    }  # fmt: skip
    sample = bare_sample(store, act, code, number, **(known | edition))
    sample.signatory("Marta Ibarra", post='{"es":"Directora","en":"Director"}', honorific="Dra.")
    return sample


def names(certificates: Iterable[Any]) -> list[tuple[str, str]]:
    """Serial and name of each."""
    return [(one.serial, one.name) for one in certificates]
