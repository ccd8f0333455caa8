"""`coursectl person …`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from coursectl import locale, people
from coursectl.cli import erasing_person
from coursectl.cli.asking import ask, can_ask
from coursectl.cli.changes import show_edited
from coursectl.cli.command import CountryOption, DryRun, command, group, read_number
from coursectl.cli.duplicate import OnDuplicate, ask_who, read_on_duplicate
from coursectl.cli.here import here
from coursectl.cli.show import Column, progress, say, show_done, show_list, show_one
from coursectl.errors import N_, BadInput, Usage
from coursectl.locale import gettext as _
from coursectl.locale import ngettext
from coursectl.people import NewPerson, Pair, Person
from coursectl.people.merging import Keep, Merged, Merging, TwoPlaces, told

if TYPE_CHECKING:
    from coursectl.history import Held, Part

app = group(_("People: each one once, whatever they do."))

Who = Annotated[str, typer.Argument(metavar="WHO", help=_("E-mail, id, or a name that fits one person."))]
Given = Annotated[str | None, typer.Option("--given", metavar="NAME", help=_("Given names."))]
Family = Annotated[str | None, typer.Option("--family", metavar="NAME", help=_("Family names."))]
Honorific = Annotated[str | None, typer.Option("--honorific", metavar="WORD", help=_("Treatment, like Dra. or Amb."))]
Sex = Annotated[str | None, typer.Option("--sex", metavar="SEX", help=_("female, male, other, or not_stated."))]
BirthYear = Annotated[str | None, typer.Option("--birth-year", metavar="YEAR", help=_("Year of birth."))]
Nationality = Annotated[
    str | None, typer.Option("--nationality", metavar="COUNTRY", help=_("Two-letter code or name."))
]
Email = Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help=_("E-mail address."))]
Phone = Annotated[str | None, typer.Option("--phone", metavar="NUMBER", help=_("Telephone."))]
Language = Annotated[
    str | None, typer.Option("--language", metavar="TAG", help=_("The person's language: es, pt, fr, en."))
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("A remark."))]
Other = Annotated[
    str, typer.Argument(metavar="OTHER", help=_("The other one: e-mail, id, or a name that fits one person."))
]


@command(
    app,
    "add",
    _("Add a person."),
    example='coursectl person add "Ana Pérez" --email ana@dnm.example --nationality AR --sex female',
)
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The name as it is to be printed."))],
    given: Given = None,
    family: Family = None,
    honorific: Honorific = None,
    sex: Sex = None,
    birth_year: BirthYear = None,
    nationality: Nationality = None,
    email: Email = None,
    phone: Phone = None,
    language: Language = None,
    note: Note = None,
    on_duplicate: OnDuplicate = None,
    dry_run: DryRun = False,
) -> None:
    new = NewPerson(
        name, given, family, honorific, _sex(sex), read_number(birth_year, "--birth-year"), _country(nationality), email, phone,
        _tag(language), note,
    )  # fmt: skip
    act = here().act(dry_run=dry_run)
    if here().options.yes and on_duplicate is None:
        person = people.add_person(here().store, new, act, anyway=True)
        show_done(person, _("{name} is added.").format(name=person.name), dry_run=dry_run)
        return
    entered = people.enter_person(here().store, new, act, read_on_duplicate(on_duplicate), ask_who)
    sentence = _("{name} is known already, and is taken for the same.") if entered.linked else _("{name} is added.")
    show_done(entered.person, sentence.format(name=entered.person.name), dry_run=dry_run)


@command(
    app,
    "edit",
    _("Change what you name of a person, and leave the rest."),
    example="coursectl person edit ana@dnm.example --name 'Ana María Pérez'",
)
def edit(
    who: Who,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help=_("The name as it is to be printed."))
    ] = None,
    given: Given = None,
    family: Family = None,
    honorific: Honorific = None,
    sex: Sex = None,
    birth_year: BirthYear = None,
    nationality: Nationality = None,
    email: Email = None,
    phone: Phone = None,
    language: Language = None,
    note: Note = None,
    dry_run: DryRun = False,
) -> None:
    change = NewPerson(
        name, given, family, honorific, _sex(sex), read_number(birth_year, "--birth-year"), _country(nationality), email, phone,
        _tag(language), note,
    )  # fmt: skip
    person, changed = people.edit_person(
        here().store, who, change, here().act(dry_run=dry_run), anyway=here().options.yes
    )
    sentence = _("{name} is changed.") if changed else _("{name} is like that already; nothing was changed.")
    said = sentence.format(name=person.name)
    show_edited(person, said, lambda: people.get_person(here().store, who), changed=changed, dry_run=dry_run)


@command(
    app,
    "list",
    _("List people; those whose name or e-mail has all your words."),
    example="coursectl person list pérez --country AR",
)
def list_(
    search: Annotated[str | None, typer.Argument(metavar="WORDS", help=_("Words of the name or e-mail."))] = None,
    country: CountryOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", help=_("How many at most."), min=1)] = 100,
) -> None:
    columns = (
        Column[Person](_("Name"), lambda person: person.name),
        Column[Person](_("Treatment"), lambda person: person.honorific),
        Column[Person](_("E-mail"), lambda person: person.email),
        Column[Person](_("Nationality"), lambda person: person.nationality),
        Column[Person](_("Language"), lambda person: person.language),
        Column[Person](_("Born"), lambda person: person.birth_year, right=True),
    )
    found = people.list_people(here().store, search, _country(country), here().language)
    show_list(found[:limit], columns, empty=_("Nobody. Add people with: coursectl enroll, or coursectl person add"))
    if len(found) > limit:
        say(_("{shown} of {count} people are shown. For more: --limit {count}").format(shown=limit, count=len(found)))


@command(
    app,
    "show",
    _("Show a person, their editions and their certificates."),
    example="coursectl person show ana@dnm.example",
)
def show(who: Who) -> None:
    from coursectl import history

    person = history.person_record(here().store, who)
    show_one(
        person,
        (
            (_("Name"), person.name),
            (_("Given names"), person.given_name),
            (_("Family names"), person.family_name),
            (_("Treatment"), person.honorific),
            (_("Sex"), _(person.sex) if person.sex else None),
            (_("Born"), person.birth_year),
            (_("Nationality"), person.nationality),
            (_("E-mail"), person.email),
            (_("Telephone"), person.phone),
            (_("Language"), person.language),
            (_("Note"), person.note),
            (_("Editions"), "\n".join(map(_part_line, person.editions))),
            (_("Certificates"), "\n".join(map(_held_line, person.certificates))),
            (_("Id"), person.id),
        ),
    )


@command(
    app,
    "duplicates",
    _("List who looks like somebody else, with a score of 100 and the reasons."),
    example="coursectl person duplicates",
)
def duplicates(
    least: Annotated[
        int, typer.Option("--least", metavar="SCORE", help=_("Show those from this score on."), min=1, max=100)
    ] = 80,
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", help=_("How many at most."), min=1)] = 100,
) -> None:
    with progress(_("Comparing")) as advance:
        found = people.list_duplicates(here().store, least=least, progress=advance)
    columns = (
        Column[Pair](_("Score"), lambda pair: pair.score, right=True),
        Column[Pair](_("One"), lambda pair: _one_of(pair, 0)),
        Column[Pair](_("Other"), lambda pair: _one_of(pair, 1)),
        Column[Pair](_("Why"), lambda pair: ", ".join(map(_, pair.reasons))),
    )
    show_list(found[:limit], columns, empty=_("Nobody looks like somebody else."))
    if len(found) > limit:
        say(_("{shown} of {count} pairs are shown. For more: --limit {count}").format(shown=limit, count=len(found)))
    if found:
        say(_("One person: coursectl person merge ONE OTHER. Two people: coursectl person apart ONE OTHER"))


def _one_of(pair: Pair, at: int) -> str:
    """`Ana Pérez (ana@x.example, 1980, 1234567890123456)`"""
    ref = (pair.one, pair.other)[at]
    about = filter(None, (pair.emails[at], str(pair.birth_years[at] or ""), str(ref.id)))
    return f"{ref.name} ({', '.join(about)})"


@command(
    app,
    "apart",
    _("Remember that two who look like one person are two."),
    example="coursectl person apart ana@dnm.example luis@dnm.example",
)
def apart(who: Who, other: Other, dry_run: DryRun = False) -> None:
    done = people.keep_apart(here().store, who, other, here().act(dry_run=dry_run))
    sentence = (
        _("{one} and {other} are two people; nobody is asked about them any more.")
        if done.changed
        else _("{one} and {other} are two people; that was said before.")
    )
    show_done(done, sentence.format(one=done.one.name, other=done.other.name), dry_run=dry_run and done.changed)


@command(
    app,
    "merge",
    _("Make one person of two entries: the other one is WHO from now on. Nothing of either is lost."),
    example="coursectl person merge ana@dnm.example luis@dnm.example --keep first",
)
def merge(
    who: Who,
    other: Other,
    keep: Annotated[
        str | None,
        typer.Option("--keep", metavar="WORD", help=_("Whose values stand where the two differ: first, or second.")),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    if keep not in (None, "first", "second"):
        raise Usage(N_("--keep takes first or second, not {word!r}."), word=keep)
    plan = people.plan_merge(here().store, who, other)
    chosen = cast("Keep | None", keep) or _ask_which(plan)
    done = people.merge_people(here().store, plan, here().act(dry_run=dry_run), chosen)
    show_done(done, "\n".join(_merged_lines(done)), dry_run=dry_run)


def _ask_which(plan: Merging) -> Keep | None:
    """Whose values are to stand, from whoever sits there; None where the two don't differ or nobody can be asked."""
    if not plan.conflicts or not can_ask():
        return None
    first, second = (
        f"{word}: {people.described(one)}" for word, one in (("first", plan.first), ("second", plan.second))
    )
    lines = [f"  {told(one, _)}" for one in plan.conflicts]
    chosen = ask("\n".join((_("They differ. Whose values are to stand?"), *lines)), [first, second])
    return None if chosen is None else "first" if chosen == first else "second"


def _merged_lines(done: Merged) -> list[str]:
    lines = [_("{merged} is {name} from now on.").format(merged=done.merged.name, name=people.described(done.person))]
    if done.conflicts:
        count = len(done.conflicts)
        sentence = ngettext("They differ in {count} thing:", "They differ in {count} things:", count)
        lines += [sentence.format(count=count), *(f"  {told(one, _)}" for one in done.conflicts)]
    lines += map(_two_places_line, done.places)
    if any(one.what == "attendance" for one in done.conflicts):
        lines.append(
            _("Of two marks in one session present counts before late, late before excused, excused before absent.")
        )
    return [*lines, _("To take it back: coursectl undo, or coursectl person split {id}").format(id=done.merged.id)]


def _two_places_line(places: TwoPlaces) -> str:
    """`Two places in ICIM-37: 7 (accepted) and 12 (accepted); counted once, but the seat …`"""
    first, second = (
        f"{number or '—'} ({_(status)})" for number, status in zip(places.numbers, places.statuses, strict=True)
    )
    facts = {"edition": places.edition, "first": first, "second": second}
    free = [number for number, status in zip(places.numbers, places.statuses, strict=True) if status in _CAN_WITHDRAW]
    if places.seats < 2:
        return _("Two places in {edition}: {first} and {second}. The person is counted once.").format(**facts)
    if not free:
        return _(
            "Two places in {edition}: {first} and {second}. The person is counted once; two seats were taken."
        ).format(**facts)
    return _(
        "Two places in {edition}: {first} and {second}. The person is counted once, but the seat counts twice until one is withdrawn: coursectl roster withdraw {free} -e {edition}"
    ).format(**facts, free=free[-1])


_CAN_WITHDRAW = ("accepted", "confirmed")


@command(
    app,
    "split",
    _("Take a merge back: who was merged is somebody of their own again."),
    example="coursectl person split luis@dnm.example",
)
def split(who: Who, dry_run: DryRun = False) -> None:
    done = people.split_person(here().store, who, here().act(dry_run=dry_run))
    sentence = _(
        "{name} ({id}) is a person of their own again, apart from {was}. What came after the merge stays with {was}."
    )
    said = sentence.format(name=done.person.name, id=done.person.id, was=done.was.name)
    show_done(done, said, dry_run=dry_run)


erasing_person.register(app)


_ROLES = {
    "trainee": N_("trainee"), "enrollment": N_("enrollment"), "expert": N_("expert"), "chair": N_("chair"),
    "moderator": N_("moderator"), "speaker": N_("speaker"), "signatory": N_("signatory"),
}  # fmt: skip


def _part_line(part: Part) -> str:
    """`ICIM-37: trainee, completed, AR, attended 96 %`"""
    attended = None if part.rate is None else _("attended {rate:.0f} %").format(rate=100 * part.rate)
    places = _("{count} places").format(count=part.places) if part.places > 1 else None
    said = (_(_ROLES[part.role]), _(part.status) if part.status else None, part.country, attended, places)
    return f"{part.edition}: {', '.join(filter(None, said))}"


def _held_line(held: Held) -> str:
    """`ICIM-2015-0001: completion, issued, 2015-03-20`"""
    return f"{held.serial}: {_(held.kind)}, {_(held.state)}, {held.issued_on}"


def _sex(words: str | None) -> str | None:
    if not words:
        return words
    found = locale.read_word("sex", words)
    if found is None:
        raise BadInput(
            N_("{words!r} is no sex that can be recorded. Use female, male, other or not_stated."), words=words
        )
    return found


def _country(words: str | None) -> str | None:
    return words if not words else locale.find_country(words) or words


def _tag(words: str | None) -> str | None:
    return words if not words else locale.find_language(words) or words
