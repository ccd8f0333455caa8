"""Organizations: ministries, agencies, universities, partners; with a name and an acronym per language."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from coursectl import locale
from coursectl.errors import N_, Ambiguous, BadInput, CourseError, NotFound, Refused
from coursectl.locale import Text
from coursectl.people.offices import Known, NewOrganization, Organization, names_of, nearly_called, told_apart
from coursectl.people.persons import is_name, text_key
from coursectl.store import Act, Row, Statement, Store, Value, as_json, insert, new_id, update
from coursectl.tables import clean

_MANY = 8  # how many organizations a sentence lists


class OrganizationExists(Refused):
    """There is an organization of this name in this country."""

    rule = "organization_once"
    wording = N_("{name} is known already. Look with: coursectl org show {name!r}")


class OrganizationChanged(Refused):
    """Somebody changed the organization between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("{name} was changed by somebody else just now. Look, then type the command again.")


_ORGANIZATIONS = "SELECT id, name, acronym, kind, country, website, logo FROM organization"


def list_organizations(
    store: Store, search: str | None = None, kind: str | None = None, country: str | None = None, language: str = "en"
) -> list[Organization]:
    """Organizations whose names or acronyms contain all words of `search`, of a kind, of a country; by name."""
    words = text_key(search or "").split()
    found = [
        one
        for one in read_all(store)
        if (kind is None or one.kind == kind) and (country is None or one.country == country)
        and all(word in " ".join(names_of(one)) for word in words)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (locale.sort_key(locale.pick(one.name, language), language), one.id))


def get_organization(store: Store, who: str) -> Organization:
    """The organization that `who` means: id, acronym or name in any language. Raises Ambiguous, NotFound."""
    everybody = read_all(store)
    words = clean(who)
    found = (
        [one for one in everybody if str(one.id) == words]
        or Known(everybody).fitting(NewOrganization.named(words))
        or [one for one in everybody if words and set(text_key(words).split()) <= set(" ".join(names_of(one)).split())]
    )
    if len(found) == 1:
        return found[0]
    if found:
        choices = "; ".join(told_apart(one) for one in found[:_MANY]) + (" …" if len(found) > _MANY else "")
        raise Ambiguous(
            N_("{name!r} fits several: {choices}. Say which, by its whole name or id."), name=who, choices=choices
        )
    if near := _names_like(words, everybody):
        raise NotFound(N_("No organization is called {who!r}. Did you mean: {near}?"), who=who, near="; ".join(near))
    raise NotFound(N_("No organization is called {who!r}. Add it with: coursectl org add {who!r}"), who=who)


def organizations_like(store: Store, wanted: NewOrganization) -> list[Organization]:
    """Organizations of the same country, or of none, whose names are nearly the same: perhaps it is one of them."""
    return nearly_called(read_all(store), wanted)


def add_organization(store: Store, new: NewOrganization, act: Act, *, anyway: bool = False) -> Organization:
    """Add an organization; `Name (ACR)` is a name and an acronym. With `anyway`, also one nearly called as another.

    Raises OrganizationExists, BadInput.
    """
    new = _taken_apart(new)
    one = made(new)
    if not anyway:
        _refuse_known(store, new, one)
    exists = OrganizationExists(name=locale.pick(one.name, "en"))
    statements = insert("organization", [row_of(one)], rule="organization_once", refusals={"organization_once": exists})
    store.apply(act.operation("org add", statements))
    return one


def edit_organization(
    store: Store,
    who: str,
    change: NewOrganization,
    act: Act,
    *,
    anyway: bool = False,
    before_it: Sequence[Statement] = (),
) -> tuple[Organization, bool]:
    """Change what is said and leave the rest; texts are merged by language. Returns it and whether anything changed.

    `before_it` is written in the same batch, if anything changes. With `anyway` it may be called as another one of its country is. Raises NotFound, Ambiguous, BadInput, OrganizationExists.
    """
    before = get_organization(store, who)
    after = Organization(
        before.id,
        _merged(before.name, change.name),
        _merged(before.acronym, change.acronym),
        *(_said(getattr(before, name), getattr(change, name)) for name in ("kind", "country", "website", "logo")),
    )
    _check(after)
    if after == before:
        return before, False
    if not anyway:
        _refuse_name_of_another(store, before, after)
    old, new = row_of(before), row_of(after)
    changed = {name: value for name, value in new.items() if value != old[name]}
    label = locale.pick(before.name, "en")
    refusals: dict[str, CourseError] = {"organization_once": OrganizationExists(name=locale.pick(after.name, "en"))}
    changes = update("organization", before.id, old, changed, OrganizationChanged(name=label), refusals)
    store.apply(act.operation("org edit", [*before_it, *changes]))
    return after, True


def _refuse_known(store: Store, new: NewOrganization, made: Organization) -> None:
    for known in Known(read_all(store)).fitting(new):
        raise OrganizationExists(
            N_(
                "{name} is known already: {known}. Look with: coursectl org show {about!r}. To add another one, say so with --yes."
            ),
            name=locale.pick(made.name, "en"),
            known=_described(known),
            about=known.label,
        )
    if near := organizations_like(store, new):
        raise OrganizationExists(
            N_("{name} is nearly called as: {known}. If it is another one, say so with --yes."),
            name=locale.pick(made.name, "en"),
            known="; ".join(_described(one) for one in near),
        )


def _refuse_name_of_another(store: Store, before: Organization, after: Organization) -> None:
    renamed = {language: text for language, text in after.name.items() if before.name.get(language) != text}
    others = Known([one for one in read_all(store) if one.id != before.id])
    for known in others.fitting(NewOrganization(renamed, country=after.country)):
        raise OrganizationExists(
            N_("Another one is called so: {known}. If both are to be called so, say so with --yes."),
            known=told_apart(known),
        )


def read_all(store: Store) -> list[Organization]:
    """Every organization of the store."""
    return [_organization(row) for row in store.read(_ORGANIZATIONS + " ORDER BY id", level="strong")]


def _organization(row: Row) -> Organization:
    return Organization(**{**row, "name": json.loads(row["name"]), "acronym": json.loads(row["acronym"])})


def made(new: NewOrganization) -> Organization:
    """A new one as it is described. Raises BadInput."""
    one = Organization(
        new_id(),
        _clean(new.name),
        _clean(new.acronym),
        *(clean(value or "") or None for value in (new.kind, new.country, new.website, new.logo)),
    )
    _check(one)
    return one


def _check(one: Organization) -> None:
    if not one.name:
        raise BadInput(N_("An organization needs a name."))
    for text in one.name.values():
        if not is_name(text):
            raise BadInput(N_("{name!r} is no name. An organization needs a name."), name=text)
    if one.country and not locale.is_country(one.country):
        raise BadInput(
            N_("No country is called {country!r}. Use its two-letter code, or its name."), country=one.country
        )


def row_of(one: Organization) -> dict[str, Value]:
    """The row of its table."""
    return {
        "id": one.id,
        "name": as_json(dict(one.name)),
        "acronym": as_json(dict(one.acronym)),
        "kind": one.kind,
        "country": one.country,
        "website": one.website,
        "logo": one.logo,
        "name_key": text_key(locale.pick(one.name, "en")),
    }


def _names_like(words: str, organizations: Sequence[Organization]) -> list[str]:
    texts = {text_key(text): text for one in organizations for text in (*one.name.values(), *one.acronym.values())}
    return [texts[key] for key in difflib.get_close_matches(text_key(words), list(texts), n=3, cutoff=0.7)]


def _taken_apart(new: NewOrganization) -> NewOrganization:
    """With the acronyms that stand in brackets after its names, where none was said."""
    if new.acronym:
        return new
    named = [(language, NewOrganization.named(text, language=language)) for language, text in new.name.items()]
    return replace(
        new,
        name={language: one.name[language] for language, one in named},
        acronym={language: one.acronym[language] for language, one in named if one.acronym},
    )


def _clean(text: Text) -> dict[str, str]:
    cleaned = {language: clean(words) for language, words in text.items()}
    return {language: words for language, words in cleaned.items() if words}


def _merged(old: Text, new: Text) -> Mapping[str, str]:
    return _clean({**old, **new})


def _said(old: str | None, new: str | None) -> str | None:
    return old if new is None else clean(new) or None


def _described(one: Organization) -> str:
    return f"{locale.pick(one.name, 'en')} ({one.country or one.id})"
