"""What was said of people who are known already: what of it filled a gap, what was written, and what was not."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from coursectl import enrollment
from coursectl.cli.show import shown
from coursectl.enrollment import Difference, Differing, Enrolled, FileEnrolled
from coursectl.errors import N_
from coursectl.locale import gettext as _
from coursectl.locale import ngettext, tool_language

MANY = 30  # names in a sentence, lines of a kind

_STATUS_WORDS = (
    N_("nominated"),
    N_("waitlisted"),
    N_("accepted"),
    N_("confirmed"),
    N_("declined"),
    N_("withdrawn"),
    N_("no_show"),
    N_("completed"),
    N_("not_completed"),
)
_CATEGORY_WORDS = (N_("official"), N_("academic"), N_("international_staff"), N_("observer"))
_SEX_WORDS = (N_("female"), N_("male"), N_("other"), N_("not_stated"))
_CODES = frozenset((*_STATUS_WORDS, *_CATEGORY_WORDS, *_SEX_WORDS, N_("yes"), N_("no")))


def filled(everybody: Iterable[Enrolled]) -> list[str]:
    """A line about each known person of whom something was lacking that was said now."""
    lines = []
    for one in everybody:
        if one.filled:
            fields = ", ".join(enrollment.field_word(field, tool_language()) for field in one.filled)
            lines.append(_("Filled in of {name}: {fields}.").format(name=one.person.name, fields=fields))
    return lines


def otherwise(one: Enrolled) -> list[str]:
    """What was said of somebody otherwise than the store has it, and what to type to change it."""
    if not one.differences:
        return []
    values = "; ".join(
        _("{column}: {store} in the store, {file} said").format(
            column=each.column, store=in_words(each.store), file=in_words(each.file)
        )
        for each in one.differences
    )
    of_place = [each for each in one.differences if not each.personal]
    ways = []
    if of_place:
        who = enrollment.who_is(one.number, one.person.name)
        ways.append(f"coursectl roster edit {who} {' '.join(map(_typed, of_place))} -e {one.edition}")
    if personal := [each for each in one.differences if each.personal]:
        ways.append(_of_person(one.person.id, personal))
    return [
        _("What was said otherwise: {values}.").format(values=values),
        _("To write it: {command}").format(command="; ".join(ways)),
    ]


def differences(done: FileEnrolled) -> list[str]:
    """What a list says of people otherwise than the store: first what of it was written, then what was not, and what writes it."""
    lines = []
    if done.updated:
        lines.append(
            ngettext(
                "{count} enrollment now says what the list says:",
                "{count} enrollments now say what the list says:",
                done.updated,
            ).format(count=done.updated)
        )
        lines += few_of(
            _each(done.differing, _("  row {row}, {name}, {column}: {file}, before: {store}"), written=True)
        )
    unwritten = [one for row in done.differing for one in row.differences if not one.written]
    if unwritten:
        lines.append(_("What the list says otherwise was not written over what is there:"))
        sentence = _("  row {row}, {name}, {column}: {store} in the store, {file} in the list")
        lines += few_of(_each(done.differing, sentence, written=False))
    if not all(one.personal for one in unwritten):
        lines.append(_("To write it: the same command with --update"))
    if any(one.personal for one in unwritten):
        lines.append(_("Of a person, no list writes it over. To write it:"))
        lines += few_of(
            f"  {_of_person(row.person.id, personal)}"
            for row in done.differing
            if (personal := [one for one in row.differences if one.personal])
        )
    return lines


def _each(rows: Sequence[Differing], sentence: str, *, written: bool) -> Iterator[str]:
    for row in rows:
        for one in row.differences:
            if one.written is written:
                said = {"store": in_words(one.store), "file": in_words(one.file)}
                yield sentence.format(row=row.row, name=row.person.name, column=one.column, **said)


def few_of(lines: Iterable[str]) -> list[str]:
    """The first lines, and how many more there are."""
    every = list(lines)
    more = [_("  … and {count} more.").format(count=len(every) - MANY)] if len(every) > MANY else []
    return every[:MANY] + more


def _of_person(person: int, personal: Iterable[Difference]) -> str:
    return f"coursectl person edit {person} {' '.join(map(_typed, personal))}"


def _typed(one: Difference) -> str:
    """The option that says it."""
    option, words = enrollment.OPTIONS[one.field], str(one.file)
    return option if one.file is True else f"{option} {words if words.isalnum() else shlex.quote(words)}"


def in_words(said: object) -> str:
    """A value of a list in words: codes that are words of ours are translated, nothing is a dash."""
    return "–" if said is None else shown(_(said) if isinstance(said, str) and said in _CODES else said)
