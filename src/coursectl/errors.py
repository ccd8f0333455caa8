"""What can go wrong, and how it is said.

Every mistake that a user can make is a class here or in the room that finds it. The class carries its exit code and
its wording; an instance carries the facts. The wording is an English gettext message with named fields: it is marked
with `N_` where it is written and translated where it is shown, so a rule never needs to know the reader's language.
Anything that is no CourseError is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command tells the shell."""

    DONE = 0
    BUG = 1
    USAGE = 2
    NOT_FOUND = 3
    REFUSED = 4
    BAD_INPUT = 5
    OUT_OF_REACH = 6


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a message for the catalogs without translating it yet."""
    return message


def untranslated(message: str) -> str:
    """The translation that changes nothing: English is the source."""
    return message


class Word(str):
    """A word of the program's own in a sentence, a status or a kind: shown in the reader's language as the sentence is."""

    __slots__ = ()


def told(facts: Mapping[str, object], translate: Callable[[str], str]) -> dict[str, object]:
    """Facts as a sentence shows them: words of ours, and errors that are the reason for another, in its language."""

    def shown(value: object) -> object:
        if isinstance(value, CourseError):
            return value.sentence(translate)
        return translate(value) if isinstance(value, Word) else value

    return {name: shown(value) for name, value in facts.items()}


class CourseError(Exception):
    """A user's mistake or a refusal, told in one sentence: what is wrong, where, and what to do."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUG
    wording: ClassVar[str] = ""

    def __init__(self, wording: str | None = None, /, **facts: object) -> None:
        super().__init__(wording, facts)
        self._wording = wording if wording is not None else self.wording
        self.facts = facts

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        """The sentence to show, in the language that `translate` gives."""
        return translate(self._wording).format(**told(self.facts, translate))

    def __str__(self) -> str:
        return self.sentence()


class Usage(CourseError):
    """The command line says something that can't be meant."""

    exit_code = ExitCode.USAGE


class Ambiguous(Usage):
    """A name fits several; the sentence lists them."""

    wording = N_("{name!r} fits several: {choices}. Say which, by e-mail or number.")


class NotFound(CourseError):
    """What was named isn't there."""

    exit_code = ExitCode.NOT_FOUND


class Refused(CourseError):
    """A rule of the store or of a room says no. `rule` is the rule's name, as in docs/data-model.md."""

    exit_code = ExitCode.REFUSED
    rule: ClassVar[str] = ""
    wording = N_("Refused by the rule {rule!r}.")


class BadInput(CourseError):
    """A value, a file or a table that can't be used as it is."""

    exit_code = ExitCode.BAD_INPUT


class OutOfReach(CourseError):
    """The store can't be opened, read or written."""

    exit_code = ExitCode.OUT_OF_REACH


class SomeDone(CourseError):
    """A command of several operations ended in the middle."""

    wording = N_("{count} operations were written before that, each whole, and stay: coursectl log")

    def __init__(self, count: int) -> None:
        one = N_("1 operation was written before that, whole, and stays: coursectl log") if count == 1 else None
        super().__init__(one, count=count)


_LEFT = "left"


def leave_word(error: BaseException, word: CourseError) -> None:
    """Note on what ends a command, and is no CourseError (Ctrl-C, a bug), what it leaves behind; the first word counts."""
    vars(error).setdefault(_LEFT, word)


def word_left(error: BaseException) -> CourseError | None:
    """What it leaves behind, where that was noted; else nothing that is half-written."""
    word = vars(error).get(_LEFT)
    return word if isinstance(word, CourseError) else None


@dataclass(frozen=True)
class Fault:
    """One bad cell or row of a file: `row` as the reader's spreadsheet numbers it, `reason` an untranslated wording."""

    row: int | None
    column: str | None
    value: str
    reason: str
    facts: tuple[tuple[str, object], ...] = ()

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        """`row 14, "País": 'Atlantis': no country has this name`."""
        place = []
        if self.row is not None:
            place.append(translate(N_("row {row}")).format(row=self.row))
        if self.column is not None:
            place.append(f'"{self.column}"')
        reason = translate(self.reason).format(**told(dict(self.facts), translate))
        shown = f"{self.value!r}: {reason}" if self.value else reason
        return f"{', '.join(place)}: {shown}" if place else shown


class BadTable(BadInput):
    """A file with faults: all of them, each with its row and column. Nothing of the file was written.

    `remarks` are told too, and aren't faults.
    """

    wording = N_("{file}: {count} faults, nothing was written.")

    def __init__(self, file: str, faults: Iterable[Fault], remarks: Iterable[Fault] = ()) -> None:
        self.faults = tuple(faults)
        self.remarks = tuple(remarks)
        one = N_("{file}: 1 fault, nothing was written.") if len(self.faults) == 1 else None
        super().__init__(one, file=file, count=len(self.faults))

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        lines = [super().sentence(translate), *(f"  {fault.sentence(translate)}" for fault in self.faults)]
        return "\n".join([*lines, *(remark.sentence(translate) for remark in self.remarks)])
