"""What `course.toml` says, as the statements of one batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from coursectl import editions, locale, people, program
from coursectl.editions import EditionRef, NewCourse, NewEdition, NewSignatory
from coursectl.errors import BadInput, BadTable, CourseError, Fault, NotFound
from coursectl.people import NewOrganization
from coursectl.store import Statement, Store
from coursectl.workflows.importing.course_file import CourseFile, EditionOf, SignatoryOf

_Wanted = TypeVar("_Wanted", NewCourse, NewEdition)
_Made = tuple[int, list[Statement]]
_COURSE_KEYS = {"first_year": "first_year", "serial_pattern": "serial", "attendance_minimum": "attendance",
                "design": "design", "colors": "colors"}  # fmt: skip
_EDITION_KEYS = {
    "start": "start", "end": "end", "year": "year", "time_zone": "time_zone", "seats": "seats", "excused": "excused",
    "modality": "modality", "free_absences": "free_absences", "design": "design", "colors": "colors",
}  # fmt: skip


class CourseWriter:
    """Turns `course.toml` into statements; ids are known before anything is written. What the rooms refuse is in `faults`."""

    def __init__(self, store: Store, file: CourseFile) -> None:
        self.faults: list[Fault] = list(file.faults)
        self._store = store
        self._file = file
        self._organizations: dict[str, int] = {}
        self._people: dict[str, int] = {}

    def statements(self) -> list[Statement]:
        """What brings the store to what the file says, of all that isn't a fault.

        Raises BadTable where the course itself can't be, so that nothing can be placed.
        """
        crest, pictures = self._picture(self._file.crest, "[course] crest")
        course_id, changes = self._course(replace(self._file.course, crest=crest))
        statements = [*(pictures if changes else []), *changes]
        statements += self._match_organizations()
        statements += self._match_people()
        for number, one in enumerate(self._file.editions, 1):
            statements += self._edition(course_id, one, f"[[editions]] {number}")
        return statements

    def _course(self, wanted: NewCourse) -> _Made:
        def make(course: NewCourse) -> _Made:
            return editions.course_statements(self._store, course)

        blank = NewCourse(wanted.code, wanted.title)
        try:
            make(blank)
        except BadInput as error:
            fault = _fault("[course] code", wanted.code, error)
            raise BadTable(self._file.path.name, [*self.faults, fault]) from error
        return self._without_faults(wanted, blank, _COURSE_KEYS, "[course]", make)

    def _edition(self, course_id: int, one: EditionOf, place: str) -> Iterator[Statement]:
        code, number = self._file.course.code, one.edition.number

        def make(edition: NewEdition) -> _Made:
            return editions.edition_statements(self._store, course_id, code, edition)

        edition_id, changes = self._without_faults(one.edition, NewEdition(number), _EDITION_KEYS, place, make)
        yield from changes
        ref = EditionRef(edition_id, f"{code}-{number}", course_id, code, number)
        parties = {role: [self._organization(name) for name in names] for role, names in one.parties.items()}
        yield from editions.parties_statements(self._store, edition_id, parties)
        yield from self._signatories(ref, one.signatories, place)
        yield from program.modules_statements(self._store, ref, one.modules).statements

    def _without_faults(
        self, wanted: _Wanted, blank: _Wanted, keys: Mapping[str, str], place: str, make: Callable[[_Wanted], _Made]
    ) -> _Made:
        """What `make` makes of what is wanted; what it refuses is a fault of its key, and left out.

        The rooms tell the first thing that is wrong; so each key is tried alone, and then what doesn't go together.
        """
        try:
            return make(wanted)
        except BadInput as error:
            refused = error
        bad = {}
        for name, key in keys.items():
            try:
                make(replace(blank, **{name: getattr(wanted, name)}))
            except BadInput as error:
                bad[name] = _fault(f"{place} {key}", str(getattr(wanted, name)), error)
        self.faults += bad.values() or [_fault(place, "", refused)]
        unsaid: dict[str, Any] = dict.fromkeys(bad or keys)
        return make(replace(wanted, **unsaid))

    def _match_organizations(self) -> list[Statement]:
        """Those that the file describes, and those that it only names."""
        described = self._file.organizations
        called = {
            locale.fold(text): number
            for number, one in enumerate(described)
            for text in (*one.name.values(), *one.acronym.values())
        }
        named = [name for one in self._file.editions for names in one.parties.values() for name in names]
        named += [one.organization for one in self._file.authorities if one.organization]
        others = [name for name in dict.fromkeys(named) if locale.fold(name) not in called]
        matched = people.match_organizations(
            self._store, [*described, *(NewOrganization.named(name) for name in others)]
        )
        self._organizations = {key: matched.ids[number] for key, number in called.items()}
        self._organizations |= {
            locale.fold(name): matched.ids[len(described) + number] for number, name in enumerate(others)
        }
        return list(matched.statements)

    def _match_people(self) -> list[Statement]:
        authorities = self._file.authorities
        matched = people.match_people(self._store, [one.person for one in authorities])
        for fault in matched.faults:
            place = f'[[authorities]] "{authorities[fault.place].key}" {fault.field}'
            self.faults.append(Fault(None, place, "", fault.reason, fault.facts))
        known = zip(authorities, matched.people, strict=True)
        bad = {fault.place for fault in matched.faults}
        self._people = {one.key: person.id for place, (one, person) in enumerate(known) if place not in bad}
        return list(matched.statements)

    def _organization(self, name: str) -> int:
        return self._organizations[locale.fold(name)]

    def _signatories(self, ref: EditionRef, signing: tuple[SignatoryOf, ...], place: str) -> list[Statement]:
        if not signing:
            return []
        statements: list[Statement] = []
        wanted = []
        for position, one in enumerate(signing, 1):
            signature, pictures = self._picture(one.signature, f"{place} [[signatories]] {position} signature")
            statements += pictures
            if one.authority in self._people:
                wanted.append(self._signatory(one, signature))
        try:
            changes = editions.signatories_statements(self._store, ref.id, wanted)
        except BadInput as error:
            self.faults.append(_fault(f"{place} [[signatories]]", "", error))
            return []
        return [*statements, *changes] if changes else []

    def _signatory(self, one: SignatoryOf, signature: str | None) -> NewSignatory:
        authority = next(other for other in self._file.authorities if other.key == one.authority)
        return NewSignatory(
            self._people[one.authority], one.post or authority.post,
            self._organization(authority.organization) if authority.organization else None,
            self._behalf(one.on_behalf_of), signature,
        )  # fmt: skip

    def _picture(self, path: Path | None, place: str) -> tuple[str | None, Sequence[Statement]]:
        """The hash of the picture in a file, and what keeps it."""
        if path is None:
            return None, ()
        try:
            picture = editions.read_picture(path)
        except (BadInput, NotFound) as error:
            self.faults.append(_fault(place, path.name, error))
            return None, ()
        return picture.hash, editions.picture_statements(picture)

    def _behalf(self, text: Mapping[str, str]) -> Mapping[str, str]:
        """On whose behalf, in words; the acronym or name of an organization of the file stands for its names."""
        words = next(iter(text.values()), "")
        described = [
            one
            for one in self._file.organizations
            if locale.fold(words) in {locale.fold(t) for t in (*one.name.values(), *one.acronym.values())}
        ]
        return described[0].name if words and described else text


def _fault(place: str, value: str, error: CourseError) -> Fault:
    return Fault(None, place, value, error.args[0] or error.wording, tuple(error.facts.items()))
