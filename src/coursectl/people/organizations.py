"""Organizations: ministries, agencies, universities, partners; with a name and an acronym per language."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coursectl import locale
from coursectl.errors import N_, Ambiguous, BadInput, CourseError, NotFound, Refused
from coursectl.locale import Text
from coursectl.store import Act, Row, Statement, Store, Value, as_json, insert, new_id, update
from coursectl.tables import clean

_NAME_AND_ACRONYM = re.compile(r"(?P<name>.*\S)\s*\((?P<acronym>[^()\s\x22\x27][^()\x22\x27]{0,19})\)")


class OrganizationExists(Refused):
    """There is an organization of this name in this country."""

    rule = "organization_once"
    wording = N_("{name} is known already. Look with: coursectl org show {name!r}")


class OrganizationChanged(Refused):
    """Somebody changed the organization between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("{name} was changed by somebody else just now. Look, then type the command again.")


@dataclass(frozen=True)
class Organization:
    """An organization. `kind` is a word of the office's own: ministry, agency, university, international, …"""

    id: int
    name: Text
    acronym: Text
    kind: str | None
    country: str | None
    website: str | None

    @property
    def label(self) -> str:
        """Its acronym or else its name, in whichever language there is."""
        return organization_label(self.acronym, self.name, "en")


@dataclass(frozen=True)
class NewOrganization:
    """An organization as somebody describes it. None means: not said; "" clears.

    `near` is a country that tells offices of one name apart without being the office's own: an expert from Brazil may
    work for an institute in Argentina.
    """

    name: Text = field(default_factory=dict)
    acronym: Text = field(default_factory=dict)
    kind: str | None = None
    country: str | None = None
    website: str | None = None
    near: str | None = None

    @classmethod
    def named(
        cls, words: str, country: str | None = None, language: str = "und", *, near: str | None = None
    ) -> NewOrganization:
        """An organization by what a cell or an option calls it: `DNM`, `Ministerio del Interior`, `Name (ACR)`.

        `und` is the BCP 47 tag for a language that nobody stated.
        """
        words = clean(words)
        if match := _NAME_AND_ACRONYM.fullmatch(words):
            return cls({language: match["name"]}, {language: match["acronym"]}, country=country, near=near)
        return cls({language: words}, country=country, near=near)


@dataclass(frozen=True)
class MatchedOrganizations:
    """Each wanted organization, in order; which of them are new; and what writes them."""

    organizations: tuple[Organization, ...]
    new: frozenset[int]
    statements: tuple[Statement, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """Their ids, in order."""
        return tuple(one.id for one in self.organizations)


_ORGANIZATIONS = "SELECT id, name, acronym, kind, country, website FROM organization"


def organization_label(acronym: Text, name: Text, language: str) -> str:
    """The acronym, or else the name, in the language."""
    return locale.pick(acronym, language) or locale.pick(name, language)


def list_organizations(
    store: Store, search: str | None = None, kind: str | None = None, country: str | None = None, language: str = "en"
) -> list[Organization]:
    """Organizations whose names or acronyms contain all words of `search`, of a kind, of a country; by name."""
    words = locale.fold(search or "").split()
    found = [
        one
        for one in _all(store)
        if (kind is None or one.kind == kind) and (country is None or one.country == country)
        and all(word in " ".join(_names(one)) for word in words)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (locale.sort_key(locale.pick(one.name, language), language), one.id))


def get_organization(store: Store, who: str) -> Organization:
    """The organization that `who` means: id, acronym or name in any language. Raises Ambiguous, NotFound."""
    everybody = _all(store)
    if who.strip().isascii() and who.strip().isdigit():
        found = [one for one in everybody if one.id == int(who)]
    else:
        wanted = NewOrganization.named(who)
        found = _Known(everybody).fitting(wanted) or [
            one
            for one in everybody
            if set(locale.fold(who).split()) <= set(" ".join(_names(one)).split()) and locale.fold(who)
        ]
    if len(found) == 1:
        return found[0]
    if found:
        raise Ambiguous(name=who, choices="; ".join(_described(one) for one in found[:8]))
    raise NotFound(N_("No organization is called {who!r}. Add it with: coursectl org add {who!r}"), who=who)


def match_organizations(store: Store, wanted: Sequence[NewOrganization]) -> MatchedOrganizations:
    """Find each of the wanted organizations in the store, or make it.

    An office is its name and its country: ministries of several countries share names and acronyms. An acronym or a
    name in any language finds it. Raises BadInput for one without a name.
    """
    known = _Known(_all(store))
    matched: list[Organization] = []
    new: list[Organization] = []
    for one in wanted:
        found = known.find(one)
        if found is None:
            found = _made(one)
            new.append(found)
            known.add(found)
        matched.append(found)
    exists = OrganizationExists(N_("Somebody else has just added one of these organizations. Type the command again."))
    statements = insert(
        "organization", [_row(one) for one in new], rule="organization_once", refusals={"organization_once": exists}
    )
    return MatchedOrganizations(tuple(matched), frozenset(one.id for one in new), tuple(statements))


def add_organization(store: Store, new: NewOrganization, act: Act) -> Organization:
    """Add an organization. Raises OrganizationExists, BadInput."""
    made = _made(new)
    exists = OrganizationExists(name=locale.pick(made.name, "en"))
    if any(
        locale.fold(locale.pick(made.name, "en")) in _names(one) and one.country == made.country for one in _all(store)
    ):
        raise exists
    statements = insert("organization", [_row(made)], rule="organization_once", refusals={"organization_once": exists})
    store.apply(act.operation("org add", statements))
    return made


def edit_organization(store: Store, who: str, change: NewOrganization, act: Act) -> tuple[Organization, bool]:
    """Change what is said and leave the rest; texts are merged by language. Returns it and whether anything changed."""
    before = get_organization(store, who)
    after = Organization(
        before.id,
        _merged(before.name, change.name),
        _merged(before.acronym, change.acronym),
        *(_said(getattr(before, name), getattr(change, name)) for name in ("kind", "country", "website")),
    )
    _check(after)
    if after == before:
        return before, False
    old, new = _row(before), _row(after)
    changed = {name: value for name, value in new.items() if value != old[name]}
    label = locale.pick(before.name, "en")
    refusals: dict[str, CourseError] = {"organization_once": OrganizationExists(name=locale.pick(after.name, "en"))}
    store.apply(
        act.operation(
            "org edit", update("organization", before.id, old, changed, OrganizationChanged(name=label), refusals)
        )
    )
    return after, True


class _Known:
    """The organizations of the store by everything they are called."""

    def __init__(self, organizations: Sequence[Organization]) -> None:
        self._by_name: dict[str, list[Organization]] = defaultdict(list)
        self._by_acronym: dict[str, list[Organization]] = defaultdict(list)
        for one in organizations:
            self.add(one)

    def add(self, one: Organization) -> None:
        for key in {locale.fold(text) for text in one.name.values()}:
            self._by_name[key].append(one)
        for key in {locale.fold(text) for text in one.acronym.values()}:
            self._by_acronym[key].append(one)

    def fitting(self, wanted: NewOrganization) -> list[Organization]:
        """All that are called so: by a name, or by an acronym where only one word was given."""
        names = [locale.fold(text) for text in wanted.name.values() if text]
        named = [one for key in names for one in self._by_name.get(key, ())]
        called = named or [one for key in names for one in self._by_acronym.get(key, ())]
        if wanted.country:
            called = [one for one in called if one.country in (None, wanted.country)]
            called.sort(key=lambda one: one.country is None)
        return list({one.id: one for one in called}.values())

    def find(self, wanted: NewOrganization) -> Organization | None:
        fitting = self.fitting(wanted)
        if wanted.near:
            fitting = [one for one in fitting if one.country == wanted.near] or fitting
        if wanted.country:
            return fitting[0] if fitting else None
        of_no_country = [one for one in fitting if one.country is None]
        certain = of_no_country or (fitting if len(fitting) == 1 else [])
        return certain[0] if certain else None


def _all(store: Store) -> list[Organization]:
    return [_organization(row) for row in store.read(_ORGANIZATIONS + " ORDER BY id", level="strong")]


def _organization(row: Row) -> Organization:
    return Organization(**{**row, "name": json.loads(row["name"]), "acronym": json.loads(row["acronym"])})


def _made(new: NewOrganization) -> Organization:
    made = Organization(
        new_id(),
        _clean(new.name),
        _clean(new.acronym),
        *(value or None for value in (new.kind, new.country, new.website)),
    )
    _check(made)
    return made


def _check(one: Organization) -> None:
    if not one.name:
        raise BadInput(N_("An organization needs a name."))
    if one.country and not locale.is_country(one.country):
        raise BadInput(
            N_("No country is called {country!r}. Use its two-letter code, or its name."), country=one.country
        )


def _row(one: Organization) -> dict[str, Value]:
    return {
        "id": one.id,
        "name": as_json(dict(one.name)),
        "acronym": as_json(dict(one.acronym)),
        "kind": one.kind,
        "country": one.country,
        "website": one.website,
        "name_key": locale.fold(locale.pick(one.name, "en")),
    }


def _names(one: Organization) -> list[str]:
    return [locale.fold(text) for text in (*one.name.values(), *one.acronym.values())]


def _clean(text: Text) -> dict[str, str]:
    cleaned = {language: clean(words) for language, words in text.items()}
    return {language: words for language, words in cleaned.items() if words}


def _merged(old: Text, new: Text) -> Mapping[str, str]:
    return _clean({**old, **new})


def _said(old: str | None, new: str | None) -> str | None:
    return old if new is None else clean(new) or None


def _described(one: Organization) -> str:
    return f"{locale.pick(one.name, 'en')} ({one.country or one.id})"
