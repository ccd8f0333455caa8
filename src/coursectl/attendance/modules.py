"""Hours and rates by person and by module: a table of both, and the sessions that everything in it is measured by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursectl import enrollment, program
from coursectl.attendance.rates import Book, Credit, credits_of, open_book
from coursectl.editions import EditionRef
from coursectl.locale import Text
from coursectl.program import Session
from coursectl.store import Store


@dataclass(frozen=True)
class ModuleShare:
    """How much of one module somebody attended, in minutes. `module` None: sessions that belong to none."""

    module: int | None
    minutes: int
    of_minutes: int
    rate: float | None


@dataclass(frozen=True)
class PersonRate:
    """One trainee's attendance, in all and by module. `free` of the `excused` sessions are taken out."""

    number: int | None
    name: str
    status: str
    minutes: int
    of_minutes: int
    rate: float | None
    excused: int
    free: int
    unmarked: int
    modules: tuple[ModuleShare, ...]


@dataclass(frozen=True)
class ModuleRate:
    """The attendance of all trainees in one module. `sessions` are the numbers of those that are measured, `minutes_held` their
    minutes; `without_marks` those that nobody has a mark in, which rates leave out. `rate` is that of all trainees together.
    """

    module: int | None
    title: Text
    sessions: tuple[int, ...]
    without_marks: tuple[int, ...]
    minutes_held: int
    minutes: int
    of_minutes: int
    rate: float | None


@dataclass(frozen=True)
class RateTable:
    """Hours and rates of an edition's trainees, by person and by module."""

    edition: str
    people: tuple[PersonRate, ...]
    modules: tuple[ModuleRate, ...]


def rate_table(store: Store, edition: EditionRef) -> RateTable:
    """The table of all trainees, each once, and all modules that have a session that counts."""
    book = open_book(store, edition)
    roster = enrollment.each_once(enrollment.list_roster(store, edition, enrollment.TRAINEE))
    credits = [credits_of(book.of(one), book.recorded, book.rule) for one in roster]
    modules = _modules(book.sessions)
    people = [_person(book, one, own, modules) for one, own in zip(roster, credits, strict=True)]
    titles = {module.number: module.title for module in program.list_modules(store, edition)}
    return RateTable(
        edition.reference,
        tuple(people),
        tuple(_module(book, number, titles, sessions, credits) for number, sessions in modules.items()),
    )


def _modules(sessions: Sequence[Session]) -> dict[int | None, list[Session]]:
    """The sessions by module, in the modules' order; what belongs to none comes last."""
    found: dict[int | None, list[Session]] = {}
    for session in sorted(sessions, key=lambda one: (one.module is None, one.module or 0)):
        found.setdefault(session.module, []).append(session)
    return found


def _person(
    book: Book,
    one: enrollment.Enrollment,
    own: Mapping[int, Credit],
    modules: Mapping[int | None, Sequence[Session]],
) -> PersonRate:
    share = book.share(one)
    shares = tuple(_share(number, sessions, own) for number, sessions in modules.items())
    return PersonRate(
        one.number, one.name, one.status, share.minutes, share.of_minutes, share.rate, share.excused, share.free,
        share.unmarked, shares,
    )  # fmt: skip


def _share(number: int | None, sessions: Sequence[Session], own: Mapping[int, Credit]) -> ModuleShare:
    there = [own[session.id] for session in sessions if session.id in own]
    return ModuleShare(number, *_sums(there))


def _sums(credits: Sequence[Credit]) -> tuple[int, int, float | None]:
    minutes, of_minutes = sum(one.minutes for one in credits), sum(one.of_minutes for one in credits)
    return minutes, of_minutes, minutes / of_minutes if of_minutes else None


def _module(
    book: Book,
    number: int | None,
    titles: Mapping[int, Text],
    sessions: Sequence[Session],
    credits: Sequence[Mapping[int, Credit]],
) -> ModuleRate:
    measured = [session for session in sessions if session.id in book.recorded]
    sums = _sums([own[session.id] for own in credits for session in measured])
    return ModuleRate(
        number,
        titles.get(number, {}) if number is not None else {},
        tuple(session.number for session in measured),
        tuple(session.number for session in sessions if session.id not in book.recorded),
        sum(session.minutes for session in measured),
        *sums,
    )
