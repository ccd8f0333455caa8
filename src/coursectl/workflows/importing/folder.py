"""The steps of an import, in order. Each is one operation of the log, and importing again changes nothing.

All of them are tried on a copy of the store first, so a fault in the last file leaves nothing of the first behind.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from coursectl import attendance, editions, enrollment, history, locale, people, program
from coursectl.editions import EditionRef, NewSignatory
from coursectl.errors import N_, BadInput, BadTable, CourseError, Fault, NotFound
from coursectl.people import NewOrganization, NewPerson
from coursectl.program import NewChair, NewExpert, NewTopic
from coursectl.store import Act, LocalStore, Statement, Store
from coursectl.tables import Column, Row, Table, read_table
from coursectl.workflows.importing.course_file import Authority, CourseFile, SignatoryOf, read_course_file

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Step:
    """What one file brought: how many things it has, and whether anything was new."""

    file: str
    what: str
    count: int
    changed: bool


@dataclass(frozen=True)
class Imported:
    """What a folder brought. `edition` is the one that its program and people belong to."""

    course: str
    edition: str | None
    steps: tuple[Step, ...]

    @property
    def changed(self) -> bool:
        """Whether anything was new."""
        return any(step.changed for step in self.steps)


def import_folder(store: Store, folder: Path, act: Act, progress: Progress | None = None) -> Imported:
    """Import `course.toml` and whichever of the CSV files the folder has.

    Raises NotFound for a folder without course.toml, BadInput or BadTable for what can't be read; nothing is written then.
    """
    if not folder.is_dir():
        raise NotFound(N_("There is no folder {folder}."), folder=str(folder))
    steps = _Steps(folder)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "rehearsal.db"
        store.copy_to(copy)
        rehearsal = LocalStore(copy)
        try:
            imported = steps.run(
                rehearsal, replace(act, dry_run=False), lambda done, of: progress and progress(done, 2 * of)
            )
        finally:
            rehearsal.close()
    if act.dry_run:
        return imported
    return steps.run(store, act, lambda done, of: progress and progress(of + done, 2 * of))


class _Steps:
    """The files of one folder, read once, and the steps that they make."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._course = read_course_file(folder / "course.toml")
        self._files = (
            ("topics.csv", self._topics),
            ("experts.csv", self._experts),
            ("sessions.csv", self._sessions),
            ("roster.csv", self._roster),
            ("attendance.csv", self._attendance),
            ("figures.csv", self._figures),
        )

    def run(self, store: Store, act: Act, progress: Callable[[int, int], object]) -> Imported:
        present = [(name, step) for name, step in self._files if (self._folder / name).exists()]
        steps = [self._course_file(store, act)]
        for number, (name, step) in enumerate(present, 1):
            progress(number, len(present) + 1)
            steps.append(step(store, act, self._folder / name))
        progress(len(present) + 1, len(present) + 1)
        main = self._course.main
        return Imported(self._course.course.code, f"{self._course.course.code}-{main}" if main else None, tuple(steps))

    def _main(self, store: Store) -> EditionRef:
        if self._course.main is None:
            raise BadInput(N_("course.toml names no edition, so its program and people can't be placed."))
        return editions.get_edition_ref(store, f"{self._course.course.code}-{self._course.main}")

    def _course_file(self, store: Store, act: Act) -> Step:
        writer = _CourseWriter(store, self._course)
        statements = writer.statements()
        if statements:
            store.apply(act.operation(f"import course {self._course.course.code}", statements))
        return Step("course.toml", N_("editions"), len(self._course.editions), bool(statements))

    def _topics(self, store: Store, act: Act, path: Path) -> Step:
        course = editions.get_course(store, self._course.course.code)
        titles = [Column(f"title_{language}") for language in locale.LANGUAGES]
        table = read_table(path, [Column("code", required=True), *titles, Column("editions")])
        planned = program.topics_statements(store, course.id, [
            NewTopic({language: row.values[f"title_{language}"] for language in locale.LANGUAGES if row.values[f"title_{language}"]},
                     row.values["code"])
            for row in table.rows
        ])  # fmt: skip
        statements = list(planned.statements)
        for ref, ids in self._covered(
            store, table, dict(zip((row.number for row in table.rows), planned.ids, strict=True))
        ):
            statements += program.cover_statements(store, ref, ids)
        return _apply(
            store,
            act,
            f"import topics {course.code}",
            statements,
            Step(path.name, N_("topics"), len(table.rows), False),
        )

    def _covered(self, store: Store, table: Table, ids: Mapping[int, int]) -> Iterator[tuple[EditionRef, list[int]]]:
        """The editions that the column `editions` names, each with the topics that it covers."""
        refs = {edition.number: edition.ref for edition in editions.list_editions(store, self._course.course.code)}
        covered: dict[int, list[int]] = {}
        faults = []
        for row in table.rows:
            for words in row.values["editions"].split():
                if words.isdigit() and int(words) in refs:
                    covered.setdefault(int(words), []).append(ids[row.number])
                else:
                    faults.append(table.fault(row, "editions", N_("there is no edition {number}"), number=words))
        if faults:
            raise BadTable(table.path.name, faults)
        return ((refs[number], topics) for number, topics in sorted(covered.items()))

    def _experts(self, store: Store, act: Act, path: Path) -> Step:
        ref = self._main(store)
        posts = [Column(f"post_{language}") for language in locale.LANGUAGES]
        table = read_table(path, [*(Column(name, required=name == "name") for name in _EXPERT), *posts])
        faults: list[Fault] = []
        persons = [_person(table, row, faults) for row in table.rows]
        matched = people.match_people(store, persons)
        faults += [
            Fault(table.rows[fault.place].number, fault.field, "", fault.reason, fault.facts)
            for fault in matched.faults
        ]
        if faults:
            raise BadTable(path.name, sorted(faults, key=lambda fault: fault.row or 0))
        offices = people.match_organizations(
            store, [NewOrganization.named(row.values["organization"], near=person.country) for row, person in zip(table.rows, persons, strict=True) if row.values["organization"]]
        )  # fmt: skip
        ids = iter(offices.ids)
        planned = program.experts_statements(store, ref, [
            NewExpert(known.id, person.country, next(ids) if row.values["organization"] else None, _posts(row))
            for row, person, known in zip(table.rows, persons, matched.people, strict=True)
        ])  # fmt: skip
        statements = [*matched.statements, *offices.statements, *planned.statements]
        return _apply(
            store,
            act,
            f"import experts {ref.reference}",
            statements,
            Step(path.name, N_("experts"), len(table.rows), False),
        )

    def _sessions(self, store: Store, act: Act, path: Path) -> Step:
        ref = self._main(store)
        frame = program.get_frame(store, ref)
        chairs = {one.key: one for one in self._course.authorities}
        read = program.read_sessions(path, frame, lambda who: _chair(store, chairs, who), language="en")
        planned = program.sessions_statements(frame, read.sessions)
        step = Step(path.name, N_("sessions"), len(read.sessions), False)
        return _apply(store, act, f"import sessions {ref.reference}", list(planned.statements), step)

    def _roster(self, store: Store, act: Act, path: Path) -> Step:
        done = enrollment.enroll_file(store, self._main(store), path, act)
        fresh = len(done.enrolled) + len(done.waitlisted)
        return Step(path.name, N_("participants"), fresh + len(done.unchanged), bool(fresh))

    def _attendance(self, store: Store, act: Act, path: Path) -> Step:
        done = attendance.import_marks(store, self._main(store), path, act)
        return Step(path.name, N_("marks"), done.marks, bool(done.changed))

    def _figures(self, store: Store, act: Act, path: Path) -> Step:
        scope = history.get_scope(store, self._course.course.code)
        course = editions.get_course(store, self._course.course.code)
        figures = history.read_figures(path, course.code, history.known_editions(store, scope))
        _ids, statements = history.figures_statements(store, course.id, figures)
        return _apply(
            store,
            act,
            f"import figures {course.code}",
            statements,
            Step(path.name, N_("published figures"), len(figures), False),
        )


_EXPERT = ("name", "given_name", "family_name", "honorific", "sex", "country", "organization", "email", "language")


def _apply(store: Store, act: Act, command: str, statements: list[Statement], step: Step) -> Step:
    if not statements:
        return step
    store.apply(act.operation(command, statements))
    return replace(step, changed=True)


def _person(table: Table, row: Row, faults: list[Fault]) -> NewPerson:
    said = row.values
    country = locale.find_country(said["country"]) if said["country"] else None
    sex = locale.read_word("sex", said["sex"]) if said["sex"] else None
    language = locale.find_language(said["language"]) if said["language"] else None
    if said["country"] and country is None:
        faults.append(table.fault(row, "country", N_("no country has this name")))
    if said["sex"] and sex is None:
        faults.append(table.fault(row, "sex", N_("use F or M, or a word for it")))
    if said["language"] and language is None:
        faults.append(table.fault(row, "language", N_("no language has this name")))
    if said["email"] and not people.is_email(said["email"]):
        faults.append(table.fault(row, "email", N_("this is no e-mail address")))
    return NewPerson(
        name=said["name"], given_name=said["given_name"] or None, family_name=said["family_name"] or None,
        honorific=said["honorific"] or None, sex=sex, email=said["email"] or None, language=language, country=country,
    )  # fmt: skip


def _posts(row: Row) -> dict[str, str]:
    return {language: row.values[f"post_{language}"] for language in locale.LANGUAGES if row.values[f"post_{language}"]}


def _chair(store: Store, authorities: Mapping[str, Authority], who: str) -> NewChair:
    """Who chairs: an authority of course.toml by key, or anybody the store knows."""
    authority = authorities.get(who)
    if authority is None:
        return NewChair(people.get_person(store, who).ref)
    person = people.match_people(store, [authority.person]).people[0]
    office = (
        people.match_organizations(store, [NewOrganization.named(authority.organization)]).organizations[0]
        if authority.organization
        else None
    )
    return NewChair(person, authority.post, office.id if office else None)


class _CourseWriter:
    """Turns `course.toml` into the statements of one batch; ids are known before anything is written."""

    def __init__(self, store: Store, file: CourseFile) -> None:
        self._store = store
        self._file = file
        self._organizations: dict[str, int] = {}
        self._people: dict[str, int] = {}

    def statements(self) -> list[Statement]:
        crest = editions.read_picture(self._file.crest) if self._file.crest else None
        course = replace(self._file.course, crest=crest.hash if crest else None)
        course_id, statements = editions.course_statements(self._store, course)
        if crest and statements:
            statements = [*editions.picture_statements(crest), *statements]
        statements += self._match_organizations()
        statements += self._match_people()
        for one in self._file.editions:
            edition_id, changes = editions.edition_statements(self._store, course_id, course.code, one.edition)
            ref = EditionRef(
                edition_id, f"{course.code}-{one.edition.number}", course_id, course.code, one.edition.number
            )
            statements += changes
            parties = {role: [self._organization(name) for name in names] for role, names in one.parties.items()}
            statements += editions.parties_statements(self._store, edition_id, parties)
            statements += self._signatories(ref, one.signatories)
            statements += program.modules_statements(self._store, ref, one.modules).statements
        return statements

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
        matched = people.match_people(self._store, [one.person for one in self._file.authorities])
        for fault in matched.faults:
            raise BadInput(fault.reason, **dict(fault.facts))
        self._people = {one.key: person.id for one, person in zip(self._file.authorities, matched.people, strict=True)}
        return list(matched.statements)

    def _organization(self, name: str) -> int:
        return self._organizations[locale.fold(name)]

    def _signatories(self, ref: EditionRef, signing: tuple[SignatoryOf, ...]) -> list[Statement]:
        authorities = {one.key: one for one in self._file.authorities}
        statements: list[Statement] = []
        wanted = []
        for one in signing:
            if one.authority not in authorities:
                raise _no_authority(ref, one.authority)
            authority = authorities[one.authority]
            picture = editions.read_picture(one.signature) if one.signature else None
            statements += editions.picture_statements(picture) if picture else []
            wanted.append(NewSignatory(
                self._people[one.authority], one.post or authority.post,
                self._organization(authority.organization) if authority.organization else None,
                self._behalf(one.on_behalf_of), picture.hash if picture else None,
            ))  # fmt: skip
        changes = editions.signatories_statements(self._store, ref.id, wanted) if wanted else []
        return [*statements, *changes] if changes else []

    def _behalf(self, text: Mapping[str, str]) -> Mapping[str, str]:
        """On whose behalf, in words; the acronym or name of an organization of the file stands for its names."""
        words = next(iter(text.values()), "")
        described = [
            one
            for one in self._file.organizations
            if locale.fold(words) in {locale.fold(t) for t in (*one.name.values(), *one.acronym.values())}
        ]
        return described[0].name if words and described else text


def _no_authority(ref: EditionRef, key: str) -> CourseError:
    return BadInput(
        N_("course.toml: {edition} is to be signed by {key!r}, but no authority has this key."),
        edition=ref.reference,
        key=key,
    )
