"""The steps of an import, in order. Each is one operation of the log, and importing again changes nothing.

All of them are tried on a copy of the store first: what is wrong in any file is told together, and nothing of the others
is left behind.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from coursectl import attendance, editions, enrollment, history, people, program
from coursectl.editions import EditionRef
from coursectl.errors import N_, BadInput, BadTable, CourseError, ExitCode, Fault, NotFound, Refused, untranslated
from coursectl.people import NewOrganization
from coursectl.program import NewChair
from coursectl.store import Act, LocalStore, Statement, Store
from coursectl.workflows.importing import lists, rehearsal
from coursectl.workflows.importing.course_file import Authority, CourseFile, read_course_file
from coursectl.workflows.importing.course_writer import CourseWriter

Progress = Callable[[int, int], object]


class BadFolder(BadInput):
    """Several files of a folder have faults: what each of them would say alone."""

    def __init__(self, errors: Sequence[CourseError]) -> None:
        self.errors = tuple(errors)
        super().__init__("")

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        return "\n".join(error.sentence(translate) for error in self.errors)


class StoppedHalfway(Refused):
    """What had been tried could not be written any more, because somebody changed the store in between."""

    rule = "import_whole"
    wording = N_(
        "{file} could not be imported any more: {reason} What came before it is in the store ({done}). "
        "To go on, import the folder again; to go back: coursectl log, then coursectl undo."
    )

    def __init__(self, file: str, done: Sequence[str], cause: CourseError) -> None:
        super().__init__(file=file, done=", ".join(done))
        self._cause = cause
        self.exit_code: ExitCode = cause.exit_code  # type: ignore[misc]

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        return translate(self.wording).format(**self.facts, reason=self._cause.sentence(translate))


@dataclass(frozen=True)
class Step:
    """What one file brought: how many things it has, and whether anything was new."""

    file: str
    what: str
    count: int
    changed: bool


@dataclass(frozen=True)
class Imported:
    """What a folder brought, and whether anything was new. `edition` is the one that its program and people belong to."""

    course: str
    edition: str | None
    changed: bool
    steps: tuple[Step, ...]


def import_folder(store: Store, folder: Path, act: Act, progress: Progress | None = None) -> Imported:
    """Import `course.toml` and whichever of the CSV files the folder has.

    Raises NotFound for a folder without course.toml, BadInput or BadTable for what is wrong in one file, BadFolder for
    several files with what is wrong in each; nothing is written then. Raises StoppedHalfway where somebody else changed
    the store between the trial and the writing.
    """
    check_folder(folder)
    steps = _Steps(folder)
    shown = progress or (lambda _done, _of: None)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "rehearsal.db"
        store.copy_to(copy)
        trial = LocalStore(copy)
        try:
            imported = steps.rehearse(
                trial, replace(act, dry_run=False), Path(scratch), lambda done, of: shown(done, 2 * of)
            )
        finally:
            trial.close()
    return imported if act.dry_run else steps.run(store, act, lambda done, of: shown(of + done, 2 * of))


def check_folder(folder: Path) -> None:
    """Raises NotFound, or BadInput for a file, where it is no folder."""
    if not folder.is_dir():
        wording = N_("{folder} is a file; name the folder that it is in.") if folder.exists() else N_("There is no folder {folder}.")  # fmt: skip
        raise (BadInput if folder.exists() else NotFound)(wording, folder=str(folder))


class _Steps:
    """The files of one folder and the steps that they make."""

    def __init__(self, folder: Path) -> None:
        self._course: CourseFile = read_course_file(folder / "course.toml")
        files = (
            ("topics.csv", self._topics),
            ("experts.csv", self._experts),
            ("sessions.csv", self._sessions),
            ("roster.csv", self._roster),
            ("attendance.csv", self._attendance),
            ("figures.csv", self._figures),
        )
        self._present = [(folder / name, step) for name, step in files if (folder / name).exists()]

    def run(self, store: Store, act: Act, progress: Progress) -> Imported:
        """Take the steps one after the other. Raises StoppedHalfway where one can't be taken after others."""
        taken: list[Step] = []
        for number, (path, step) in enumerate([(self._course.path, self._course_file), *self._present], 1):
            try:
                taken.append(step(store, act, path))
            except CourseError as error:
                done = [one.file for one in taken if one.changed]
                if not done:
                    raise
                raise StoppedHalfway(path.name, done, error) from error
            progress(number, len(self._present) + 1)
        return self._imported(taken)

    def rehearse(self, store: Store, act: Act, scratch: Path, progress: Progress) -> Imported:
        """Take them in a store that is thrown away, to find what is wrong in all files. Raises as `import_folder`.

        Of a file with faults what is right is taken, so that the files that name its rows can be looked at as well.
        """
        found = rehearsal.Found()
        course, faults = self._take_course(store, act)
        if faults:
            found.add(self._course.path, BadTable(self._course.path.name, faults))
        taken = [course]
        for number, (path, step) in enumerate(self._present, 1):
            progress(number, len(self._present) + 1)
            try:
                taken.append(step(store, act, path))
            except CourseError as error:
                found.add(path, error)
                rest = rehearsal.without_bad_rows(path, error, scratch)
                if rest is not None:
                    with suppress(CourseError):
                        step(store, act, rest)
        progress(len(self._present) + 1, len(self._present) + 1)
        if len(found.errors) > 1:
            raise BadFolder(found.errors)
        for alone in found.errors:
            raise alone
        return self._imported(taken)

    def _imported(self, taken: Sequence[Step]) -> Imported:
        code, main = self._course.course.code, self._course.main
        changed = any(step.changed for step in taken)
        return Imported(code, f"{code}-{main}" if main else None, changed, tuple(taken))

    def _main(self, store: Store) -> EditionRef:
        if self._course.main is None:
            raise BadInput(N_("course.toml names no edition, so its program and people can't be placed."))
        return editions.get_edition_ref(store, f"{self._course.course.code}-{self._course.main}", level="strong")

    def _language(self, store: Store) -> str:
        """The language of texts that don't say theirs: the first of the edition."""
        main = self._course.main
        return "en" if main is None else next(iter(editions.get_edition(store, self._main(store)).languages), "en")

    def _take_course(self, store: Store, act: Act, *, whole: bool = False) -> tuple[Step, Sequence[Fault]]:
        """Write what is right in course.toml, and say what is wrong in it; if it must be `whole`, rather nothing."""
        writer = CourseWriter(store, self._course)
        statements = writer.statements()
        code = self._course.course.code
        if statements and not (whole and writer.faults):
            store.apply(act.operation(f"import course {code}", statements))
        step = Step(self._course.path.name, "editions", len(self._course.editions), bool(statements))
        return step, writer.faults

    def _course_file(self, store: Store, act: Act, path: Path) -> Step:
        step, faults = self._take_course(store, act, whole=True)
        if faults:
            raise BadTable(path.name, faults)
        return step

    def _topics(self, store: Store, act: Act, path: Path) -> Step:
        course = editions.get_course(store, self._course.course.code)
        count, statements = lists.topics_statements(store, course, path, self._language(store))
        step = Step(path.name, "topics", count, bool(statements))
        return _apply(store, act, f"import topics {course.code}", statements, step)

    def _experts(self, store: Store, act: Act, path: Path) -> Step:
        ref = self._main(store)
        count, statements = lists.experts_statements(store, ref, path, self._language(store))
        step = Step(path.name, "experts", count, bool(statements))
        return _apply(store, act, f"import experts {ref.reference}", statements, step)

    def _sessions(self, store: Store, act: Act, path: Path) -> Step:
        ref = self._main(store)
        frame = program.get_frame(store, ref)
        chairs = {one.key: one for one in self._course.authorities}
        read = program.read_sessions(
            path, frame, lambda who: _chair(store, chairs, who), language=self._language(store)
        )
        planned = program.sessions_statements(frame, read.sessions)
        opening = [editions.open_edition_rule(ref)] if planned.statements else []
        step = Step(path.name, "sessions", len(read.sessions), bool(planned.statements))
        return _apply(store, act, f"import sessions {ref.reference}", [*opening, *planned.statements], step)

    def _roster(self, store: Store, act: Act, path: Path) -> Step:
        ref = self._main(store)
        done = enrollment.enroll_file(store, ref, path, act.typed(f"import roster {ref.reference}"))
        fresh = len(done.enrolled) + len(done.waitlisted)
        return Step(path.name, "participants", fresh + len(done.before), bool(fresh or done.changed))

    def _attendance(self, store: Store, act: Act, path: Path) -> Step:
        ref = self._main(store)
        done = attendance.import_marks(store, ref, path, act.typed(f"import attendance {ref.reference}"))
        return Step(path.name, "marks", done.marks, bool(done.changed))

    def _figures(self, store: Store, act: Act, path: Path) -> Step:
        scope = history.get_scope(store, self._course.course.code)
        course = editions.get_course(store, self._course.course.code)
        figures = history.read_figures(path, course.code, history.known_editions(store, scope))
        _ids, statements = history.figures_statements(store, course.id, figures)
        step = Step(path.name, "figures", len(figures), bool(statements))
        return _apply(store, act, f"import figures {course.code}", statements, step)


def _apply(store: Store, act: Act, command: str, statements: list[Statement], step: Step) -> Step:
    if statements:
        store.apply(act.operation(command, statements))
    return step


def _chair(store: Store, authorities: Mapping[str, Authority], who: str) -> NewChair:
    """Who chairs: an authority of course.toml by key, or anybody the store knows."""
    authority = authorities.get(who)
    if authority is None:
        return NewChair(people.get_person(store, who).ref)
    matched = people.match_person(store, authority.person)
    office = (
        people.match_organizations(store, [NewOrganization.named(authority.organization)]).organizations[0]
        if authority.organization
        else None
    )
    return NewChair(matched.people[0], authority.post, office.id if office else None)
