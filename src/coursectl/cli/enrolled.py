"""What `enroll` and `roster nominate` answer: what became of whom, what the store says otherwise, and who is called alike."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace

from coursectl import enrollment, people
from coursectl.cli.changes import label_of
from coursectl.cli.here import here
from coursectl.cli.show import show_done, shown
from coursectl.enrollment import Corrected, Difference, Differing, Enrolled, EnrolledList, FileEnrolled, Moved
from coursectl.errors import N_
from coursectl.locale import gettext as _
from coursectl.locale import ngettext


def answer_people(done: EnrolledList, *, several: bool, dry_run: bool) -> None:
    """Answer a command that names people; one alone is the whole answer."""
    everybody = (*done.enrolled, *done.waitlisted, *done.unchanged)
    changed = bool(done.enrolled or done.waitlisted)
    each = [told(replace(one, organization_created=None)) for one in everybody]
    if several:
        answer(done, "\n".join([*each, *new_organizations(done)]), changed=changed, dry_run=dry_run)
        return
    made = new_organizations(done) if len(done.organizations_created) > 1 else _new(done.organizations_created)
    answer(everybody[0], " ".join([*each, *made]), changed=changed, dry_run=dry_run)


def answer(result: object, sentence: str, *, changed: bool, dry_run: bool) -> None:
    """Answer a write. A dry run of what changes nothing says the same as the command, and in JSON that it was one."""
    show_done(result, sentence, dry_run=dry_run and (changed or here().options.json))


def told(one: Enrolled) -> str:
    """What became of one person, in a few sentences."""
    facts = {"name": one.person.name, "edition": one.edition, "number": one.number}
    if one.unchanged:
        standing = N_("{name} is in {edition} already ({status}, number {number}); nothing was changed.")
        unnumbered = N_("{name} is in {edition} already ({status}); nothing was changed.")
        sentence = _(standing if one.number else unnumbered).format(status=_(one.status), **facts)
        return " ".join((sentence, *([_taking_back(one)] if one.status in enrollment.AWAY else _otherwise(one))))
    if one.quota_full is not None:
        sentence = _("{what} has all its places in {edition}: {name} is on the waiting list.").format(
            what=one.quota_full, **facts
        )
    else:
        wording = _FULL if one.status == "waitlisted" and one.seats_left == 0 else _TOLD[one.status]
        sentence = _(wording).format(seats=_seats(one.seats_left), **facts)
    made = _new(filter(None, [one.organization_created]))
    return " ".join((sentence, *_written(one), *_otherwise(one), *made, *_called_alike([one])))


def _new(names: Iterable[str]) -> list[str]:
    return [_("New organization: {organization}.").format(organization=name) for name in names]


def _written(one: Enrolled) -> list[str]:
    """What was written with a move: `Written with it: priority: 2 -> 5.`"""
    values = "; ".join(f"{label_of(each.field)}: {_value(each.store)} -> {_value(each.file)}" for each in one.written)
    return [_("Written with it: {values}.").format(values=values)] if values else []


def _otherwise(one: Enrolled) -> list[str]:
    """What was said of somebody otherwise than the store has it, and what to type to change it."""
    if not one.differences:
        return []
    values = "; ".join(
        _("{column}: {store} in the store, {file} said").format(
            column=each.column, store=_value(each.store), file=_value(each.file)
        )
        for each in one.differences
    )
    who, of_place = (
        enrollment.who_is(one.number, one.person.name),
        [each for each in one.differences if not each.personal],
    )
    ways = []
    if of_place:
        ways.append(f"coursectl roster edit {who} {' '.join(map(_typed, of_place))} -e {one.edition}")
    if personal := [each for each in one.differences if each.personal]:
        ways.append(f"coursectl person edit {one.person.id} {' '.join(map(_typed, personal))}")
    return [
        _("What was said otherwise: {values}.").format(values=values),
        _("To write it: {command}").format(command="; ".join(ways)),
    ]


def _typed(one: Difference) -> str:
    """The option that says it."""
    words = str(one.file)
    return one.column if one.file is True else f"{one.column} {words if words.isalnum() else shlex.quote(words)}"


def _called_alike(everybody: Iterable[Enrolled]) -> list[str]:
    """The line about those who are new and have the name of somebody known, who was taken for another without asking."""
    lines = []
    for one in everybody:
        if one.namesakes:
            known = "; ".join(", ".join((other.name, *people.known_of(other))) for other in one.namesakes)
            command = f"coursectl person merge {one.namesakes[0].email or one.namesakes[0].id} {one.person.id}"
            wording = _("Somebody else of this name is known: {known}. If it is the same person: {command}")
            lines.append(wording.format(known=known, command=command))
    return lines


def _taking_back(one: Enrolled) -> str:
    """What to type for somebody who had withdrawn and is to come."""
    who = enrollment.who_is(one.number, one.person.name)
    wording = _("To take them back: coursectl roster {verb} {who} -e {edition}")
    return wording.format(verb=enrollment.way_back(one.status), who=who, edition=one.edition)


_TOLD = {
    "accepted": N_("{name} is accepted in {edition} as number {number}{seats}."),
    "confirmed": N_("{name} is confirmed in {edition} as number {number}{seats}."),
    "nominated": N_("{name} is nominated for {edition}{seats}."),
    "waitlisted": N_("{name} is on the waiting list of {edition}{seats}."),
    "withdrawn": N_("{name} has withdrawn from {edition}{seats}."),
    "declined": N_("{name} is declined in {edition}{seats}."),
}
_FULL = N_("{edition} is full: {name} is on its waiting list.")
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
_CODES = frozenset((*_STATUS_WORDS, *_CATEGORY_WORDS, *_SEX_WORDS))


def _seats(left: int | None) -> str:
    """` (2 seats left)`, or nothing where seats have no limit."""
    if left is None:
        return ""
    return ngettext(" ({count} seat left)", " ({count} seats left)", left).format(count=left)


def account(done: FileEnrolled) -> str:
    """What became of a file, in a few lines."""
    count = len(done.enrolled)
    lines = [
        ngettext(
            "{edition}: {count} person of {file} is enrolled{seats}.",
            "{edition}: {count} people of {file} are enrolled{seats}.",
            count,
        ).format(edition=done.edition, count=count, file=done.file, seats=_seats(done.seats_left))
    ]
    if done.waitlisted:
        names = few([one.person.name for one in done.waitlisted])
        lines.append(_("On the waiting list: {names}.").format(names=names))
    if done.unchanged:
        lines.append(
            ngettext(
                "{count} was in it already: unchanged.", "{count} were in it already: unchanged.", len(done.unchanged)
            ).format(count=len(done.unchanged))
        )
    if done.not_taken_back:
        names = few([one.person.name for one in done.not_taken_back])
        lines.append(_("Not taken back, they have withdrawn or declined: {names}.").format(names=names))
        lines.append(_taking_back(done.not_taken_back[0]))
    lines += [*new_organizations(done), *_differences(done), *_called_alike((*done.enrolled, *done.waitlisted))]
    if done.skipped_file:
        lines.append(
            ngettext(
                "{count} bad row is in {file}, with its reasons.",
                "{count} bad rows are in {file}, with their reasons.",
                done.skipped,
            ).format(count=done.skipped, file=done.skipped_file)
        )
    return "\n".join(lines)


def _differences(done: FileEnrolled) -> list[str]:
    """What the list says of people otherwise than the store, and what became of it."""
    lines = []
    if done.updated:
        lines.append(
            ngettext(
                "{count} enrollment now says what the list says.",
                "{count} enrollments now say what the list says.",
                done.updated,
            ).format(count=done.updated)
        )
    elif done.differing:
        lines.append(_("What the list says otherwise was not written over what is there:"))
    for row in done.differing[:MANY]:
        lines += [_difference(row, one) for one in row.differences]
    if len(done.differing) > MANY:
        lines.append(_("  … and {count} more.").format(count=len(done.differing) - MANY))
    if not done.updated and any(row.of_enrollment for row in done.differing):
        lines.append(_("To write it: the same command with --update"))
    if any(one.personal for row in done.differing for one in row.differences):
        lines.append(_("Of a person, no list writes it over: coursectl person edit"))
    return lines


def _difference(row: Differing, one: Difference) -> str:
    sentence = _("  row {row}, {name}, {column}: {store} in the store, {file} in the list")
    values = {"store": _value(one.store), "file": _value(one.file)}
    return sentence.format(row=row.row, name=row.person.name, column=one.column, **values)


def _value(value: object) -> str:
    """A value of a list in words: codes that are words of ours are translated, nothing is a dash."""
    return "–" if value is None else shown(_(value) if isinstance(value, str) and value in _CODES else value)


def new_organizations(done: EnrolledList | FileEnrolled | Moved | Corrected) -> list[str]:
    """The line about organizations that nobody knew, where there are any."""
    names = few(done.organizations_created)
    return [_("New organizations: {names}.").format(names=names)] if names else []


def few(names: Sequence[str]) -> str:
    """The first names of a list, each once, and how many more there are."""
    once = list(dict.fromkeys(names))
    shown, more = "; ".join(once[:MANY]), len(once) - MANY
    return (
        shown
        if more <= 0
        else ngettext("{names} and {count} more", "{names} and {count} more", more).format(names=shown, count=more)
    )


MANY = 30  # names in a sentence
