"""What `enroll` and `roster nominate` answer: what became of whom, what the store says otherwise, and who is called alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from coursectl import editions, enrollment, people
from coursectl.cli.changes import label_of
from coursectl.cli.here import here
from coursectl.cli.otherwise import MANY, filled, in_words, otherwise
from coursectl.cli.show import say, show_done
from coursectl.editions import EditionRef
from coursectl.enrollment import Corrected, Enrolled, EnrolledList, FileEnrolled, Moved
from coursectl.errors import N_
from coursectl.locale import gettext as _
from coursectl.locale import ngettext


def answer_people(done: EnrolledList, *, several: bool, dry_run: bool) -> None:
    """Answer a command that names people; one alone is the whole answer."""
    everybody = (*done.enrolled, *done.waitlisted, *done.before)
    changed = bool(done.enrolled or done.waitlisted or done.changed)
    each = [told(replace(one, organization_created=None)) for one in everybody]
    if several:
        answer(done, "\n".join([*each, *new_organizations(done)]), changed=changed, dry_run=dry_run)
        return
    made = new_organizations(done) if len(done.organizations_created) > 1 else _new(done.organizations_created)
    answer(everybody[0], " ".join([*each, *made]), changed=changed, dry_run=dry_run)


def tell_of_deadline(ref: EditionRef, today: str, people: Iterable[Enrolled]) -> None:
    """Say to who nominates people that the call is over, where it is."""
    if all(one.status != "nominated" for one in people):
        return
    day = editions.get_edition(here().store, ref).nominations_by
    if day and today > day:
        sentence = _("The call for {edition} ended on {day}; who comes now is marked as late.")
        say(sentence.format(edition=ref.reference, day=day))


def answer(result: object, sentence: str, *, changed: bool, dry_run: bool) -> None:
    """Answer a write. A dry run of what changes nothing says the same as the command, and in JSON that it was one."""
    show_done(result, sentence, dry_run=dry_run and (changed or here().options.json))


def told(one: Enrolled) -> str:
    """What became of one person, in a few sentences."""
    facts = {"name": one.person.name, "edition": one.edition, "number": one.number}
    if one.unchanged or one.already:
        return " ".join(
            (
                _already(one),
                *filled([one]),
                *([taking_back([one])] if one.status in enrollment.AWAY else otherwise(one)),
            )
        )
    if one.quota_full is not None:
        sentence = _("{what} has all its places in {edition}: {name} is on the waiting list.").format(
            what=one.quota_full, **facts
        )
    else:
        wording = _FULL if one.status == "waitlisted" and one.seats_left == 0 else _TOLD[one.status]
        sentence = _(wording).format(seats=seats(one.seats_left), **facts)
    new = _new([one.organization_created] if one.organization_created else [])
    return " ".join((sentence, *_written(one), *otherwise(one), *new, *filled([one]), *called_alike([one])))


def _already(one: Enrolled) -> str:
    """That they are in the edition, and nothing else of them was changed."""
    if one.unchanged:
        numbered = N_("{name} is in {edition} already ({status}, number {number}); nothing was changed.")
        unnumbered = N_("{name} is in {edition} already ({status}); nothing was changed.")
    else:
        numbered = N_("{name} is in {edition} already ({status}, number {number}).")
        unnumbered = N_("{name} is in {edition} already ({status}).")
    return _(numbered if one.number else unnumbered).format(
        name=one.person.name, edition=one.edition, status=_(one.status), number=one.number
    )


def _new(names: Iterable[str]) -> list[str]:
    return [_("New organization: {organization}.").format(organization=name) for name in names]


def _written(one: Enrolled) -> list[str]:
    """What was written with a move: `Written with it: priority: 2 -> 5.`"""
    values = "; ".join(
        f"{label_of(each.field)}: {in_words(each.store)} -> {in_words(each.file)}" for each in one.written
    )
    return [_("Written with it: {values}.").format(values=values)] if values else []


def called_alike(everybody: Iterable[Enrolled]) -> list[str]:
    """The line about those who are new and have the name of somebody known, who was taken for another without asking."""
    lines = []
    for one in everybody:
        if one.namesakes:
            known = "; ".join(", ".join((other.name, *people.known_of(other))) for other in one.namesakes)
            command = f"coursectl person merge {one.namesakes[0].email or one.namesakes[0].id} {one.person.id}"
            wording = _("Somebody else of this name is known: {known}. If it is the same person: {command}")
            lines.append(wording.format(known=known, command=command))
    return lines


def taking_back(away: Sequence[Enrolled]) -> str:
    """What to type for those who had withdrawn or declined and are to come."""
    who: dict[str, list[str]] = {}
    for one in away:
        who.setdefault(enrollment.way_back(one.status), []).append(enrollment.who_is(one.number, one.person.name))
    commands = [f"coursectl roster {verb} {' '.join(names)} -e {away[0].edition}" for verb, names in who.items()]
    return _("To take them back: {command}").format(command="; ".join(commands))


_TOLD = {
    "accepted": N_("{name} is accepted in {edition} as number {number}{seats}."),
    "confirmed": N_("{name} is confirmed in {edition} as number {number}{seats}."),
    "nominated": N_("{name} is nominated for {edition}{seats}."),
    "waitlisted": N_("{name} is on the waiting list of {edition}{seats}."),
    "withdrawn": N_("{name} has withdrawn from {edition}{seats}."),
    "declined": N_("{name} is declined in {edition}{seats}."),
}
_FULL = N_("{edition} is full: {name} is on its waiting list.")


def seats(left: int | None) -> str:
    """` (2 seats left)`, or nothing where seats have no limit."""
    if left is None:
        return ""
    return ngettext(" ({count} seat left)", " ({count} seats left)", left).format(count=left)


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
