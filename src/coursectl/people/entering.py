"""People entered and corrected by hand: nobody twice, and no mailbox for two unless somebody says that they share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from coursectl.errors import N_, CourseError, Refused
from coursectl.people.alike import DUPLICATES, Decide
from coursectl.people.matching import (
    SEVERAL,
    MailboxTaken,
    MatchFault,
    PersonExists,
    WhoIsIt,
    match_people,
)
from coursectl.people.persons import (
    STORED,
    NewPerson,
    Person,
    check_person,
    columns_of,
    described,
    email_key,
    get_person,
    name_key,
    person_of,
    person_row,
    row_without_id,
)
from coursectl.store import Act, Statement, Store, Value, expect_true, insert, update
from coursectl.tables import clean


class PersonChanged(Refused):
    """Somebody changed the person between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("{name} was changed by somebody else just now. Look, then type the command again.")


class StaysErased(Refused):
    """Who was erased gets no name again."""

    rule = "stays_erased"
    wording = N_("{name} was erased; nothing about them is written any more.")


_NAMESAKE = N_(
    "{known} is known already. Look with: coursectl person show {about}. To add somebody else of this name, say so with --yes."
)


def add_person(store: Store, new: NewPerson, act: Act, *, anyway: bool = False) -> Person:
    """Add a person. With `anyway`, also a namesake who can't be told from a known one, and one who shares a mailbox.

    Raises PersonExists, WhoIsIt, MailboxTaken, BadInput.
    """
    if anyway:
        return _add(store, new, act, lambda _email, _id: [])
    check_person(row_without_id(new))
    _refuse_known(store, new)
    return _add(store, new, act, _mailbox_rule)


def _add(store: Store, new: NewPerson, act: Act, rule: Callable[[str | None, int], list[Statement]]) -> Person:
    row = person_row(new)
    exists = PersonExists(name=row["name"], email=row["email"])
    inserting = insert("person", [row], rule="person_once", refusals={"person_once": exists})
    store.apply(act.operation("person add", [*rule(row["email"], row["id"]), *inserting]))
    return person_of(row)


@dataclass(frozen=True)
class Entered:
    """A person as they are known now. `linked`: they were known, and got what was lacking."""

    person: Person
    linked: bool


def enter_person(store: Store, new: NewPerson, act: Act, on_duplicate: str, ask: Decide | None = None) -> Entered:
    """Add a person, or take them for one who is known. `on_duplicate` is a word of DUPLICATES, or "ask".

    `link`: who is known, or looks like one who is, is that one, and gets what was lacking. `new`: only an e-mail or the same
    name with the same e-mail is in the way. `fail` and `ask`: who is known is refused; `ask` decides who only looks like
    somebody. Raises PersonExists, WhoIsIt, MailboxTaken, BadInput.
    """
    matched = match_people(store, [new], DUPLICATES.get(on_duplicate, ask))
    of_the_mailbox = [fault for fault in matched.faults if fault.field in ("email", "birth_year")]
    if on_duplicate == "new" and not of_the_mailbox and not matched.new:
        return Entered(_add(store, new, act, _mailbox_rule), linked=False)
    for fault in matched.faults:
        raise _of_adding(fault)
    person_id = matched.people[0].id
    if person_id not in matched.new and on_duplicate != "link" and _is_exactly(store, new):
        raise _exists(get_person(store, str(person_id)), new)
    if matched.statements or act.dry_run:
        store.apply(act.operation("person add", matched.statements))
    if person_id in matched.new:
        return Entered(replace(person_of(person_row(new)), id=person_id), linked=False)
    return Entered(get_person(store, str(person_id)), linked=True)


def _is_exactly(store: Store, new: NewPerson) -> bool:
    return not match_people(store, [new]).new


def edit_person(store: Store, who: str, change: NewPerson, act: Act, *, anyway: bool = False) -> tuple[Person, bool]:
    """Change what is said of a person and leave the rest. Returns the person and whether anything changed.

    The name follows its parts where it was made of them. Certificates that were issued keep the name that was printed.
    With `anyway` the person may share a mailbox. Raises NotFound, Ambiguous, BadInput, PersonExists, MailboxTaken.
    """
    person = get_person(store, who)
    old: dict[str, Value] = {name: getattr(person, name) for name in STORED}
    said = {name: value for name, value in columns_of(change).items() if getattr(change, name) is not None}
    if change.name is None and person.name == _in_parts(old):
        said["name"] = _in_parts({**old, **said}) or person.name
    new = {name: value for name, value in said.items() if value != old[name]}
    if not new:
        return person, False
    check_person({**old, **new})
    after = replace(person, **cast(dict[str, Any], new))
    rules: list[Statement] = []
    if "name" in new:
        old["name_key"], new["name_key"] = name_key(person.name), name_key(after.name)
    if "email" in new:
        old["email_key"], new["email_key"] = email_key(person.email), email_key(after.email)
        if not anyway and new["email_key"] != old["email_key"]:
            _refuse_mailbox(store, after)
            rules = _mailbox_rule(after.email, person.id)
    refusals: dict[str, CourseError] = {
        "person_once": PersonExists(name=after.name, email=after.email),
        StaysErased.rule: StaysErased(name=person.name),
    }
    changing = update("person", person.id, old, new, PersonChanged(name=person.name), refusals)
    store.apply(act.operation("person edit", [*rules, *changing]))
    return after, True


def _in_parts(row: dict[str, Value]) -> str:
    return clean(" ".join(str(row[part]) for part in ("given_name", "family_name") if row[part]))


def _refuse_known(store: Store, new: NewPerson) -> None:
    """Who is known isn't added again: the rule for one person is that for ten thousand."""
    matched = match_people(store, [new])
    for fault in matched.faults:
        raise _of_adding(fault)
    if not matched.new:
        raise _exists(get_person(store, str(matched.people[0].id)), new)


def _exists(known: Person, new: NewPerson) -> PersonExists:
    if known.email and email_key(known.email) == email_key(new.email):
        return PersonExists(name=known.name, email=known.email)
    return PersonExists(_NAMESAKE, known=described(known), about=known.email or known.id)


def _of_adding(fault: MatchFault) -> CourseError:
    """What is told where a person is added by hand, who may be somebody else all the same."""
    if fault.kind is MailboxTaken:
        return MailboxTaken(**dict(fault.facts))
    if fault.reason != SEVERAL:
        return fault.error()
    return WhoIsIt(
        N_("Several people are called {name}: {people}. To add another one of this name, say so with --yes."),
        **dict(fault.facts),
    )


def _refuse_mailbox(store: Store, person: Person) -> None:
    if not person.email:
        return
    owners = store.read(
        "SELECT name FROM person WHERE email_key = :key AND merged_into IS NULL AND id <> :id ORDER BY id",
        {"key": email_key(person.email), "id": person.id},
        level="strong",
    )
    for owner in owners:
        raise MailboxTaken(email=person.email, owner=owner["name"])


def _mailbox_rule(email: str | None, person_id: int) -> list[Statement]:
    """Nobody else has the e-mail at the moment of writing either."""
    if not email:
        return []
    condition = "SELECT NOT EXISTS (SELECT 1 FROM person WHERE email_key = :key AND merged_into IS NULL AND id <> :id)"
    refusal = MailboxTaken(
        N_("{email} was given to somebody else just now. Look, then type the command again."), email=email
    )
    return [expect_true(condition, {"key": email_key(email), "id": person_id}, MailboxTaken.rule, refusal)]
