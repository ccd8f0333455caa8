"""Organizations: ministries, agencies, universities, partners; with a name and an acronym per language."""

from __future__ import annotations

import difflib
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from coursectl import locale
from coursectl.errors import N_, Ambiguous, BadInput, CourseError, NotFound, Refused
from coursectl.locale import Text
from coursectl.people.persons import is_name, text_key
from coursectl.store import Act, Row, Statement, Store, Value, as_json, insert, new_id, update
from coursectl.tables import clean

_MANY = 8  # how many organizations a sentence lists
_NEAR = 0.9  # of one: a letter or two of a long name
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
    words = text_key(search or "").split()
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
    words = clean(who)
    found = (
        [one for one in everybody if str(one.id) == words]
        or _Known(everybody).fitting(NewOrganization.named(words))
        or [one for one in everybody if words and set(text_key(words).split()) <= set(" ".join(_names(one)).split())]
    )
    if len(found) == 1:
        return found[0]
    if found:
        choices = "; ".join(_told_apart(one) for one in found[:_MANY]) + (" …" if len(found) > _MANY else "")
        raise Ambiguous(
            N_("{name!r} fits several: {choices}. Say which, by its whole name or id."), name=who, choices=choices
        )
    if near := _names_like(words, everybody):
        raise NotFound(N_("No organization is called {who!r}. Did you mean: {near}?"), who=who, near="; ".join(near))
    raise NotFound(N_("No organization is called {who!r}. Add it with: coursectl org add {who!r}"), who=who)


def organizations_like(store: Store, wanted: NewOrganization) -> list[Organization]:
    """Organizations of the same country, or of none, whose names are nearly the same: perhaps it is one of them."""
    keys = [text_key(text) for text in wanted.name.values() if text]
    return [
        one
        for one in _all(store)
        if (wanted.country is None or one.country in (None, wanted.country))
        and any(_nearly(key, text_key(text)) for key in keys for text in one.name.values())
    ]


def match_organizations(store: Store, wanted: Sequence[NewOrganization]) -> MatchedOrganizations:
    """Find each of the wanted organizations in the store, or make it.

    An office is its name and its country: ministries of several countries share names and acronyms. An acronym or a
    name in any language finds it. Raises BadInput for one without a name.
    """
    known = _Known(_all(store))
    matched: dict[int, Organization] = {}
    new: list[Organization] = []
    # Who may be found by less than the whole name comes last: another of the list may bring just that name.
    last = [place for place, one in enumerate(wanted) if not known.has_name(one) and known.find(one)]
    for place in (*(place for place in range(len(wanted)) if place not in set(last)), *last):
        found = known.find(wanted[place])
        if found is None:
            found = _made(wanted[place])
            new.append(found)
            known.add(found)
        matched[place] = found
    exists = OrganizationExists(N_("Somebody else has just added one of these organizations. Type the command again."))
    statements = insert(
        "organization", [_row(one) for one in new], rule="organization_once", refusals={"organization_once": exists}
    )
    return MatchedOrganizations(
        tuple(matched[place] for place in range(len(wanted))), frozenset(one.id for one in new), tuple(statements)
    )


def add_organization(store: Store, new: NewOrganization, act: Act, *, anyway: bool = False) -> Organization:
    """Add an organization; `Name (ACR)` is a name and an acronym. With `anyway`, also one nearly called as another.

    Raises OrganizationExists, BadInput.
    """
    new = _taken_apart(new)
    made = _made(new)
    if not anyway:
        _refuse_known(store, new, made)
    exists = OrganizationExists(name=locale.pick(made.name, "en"))
    statements = insert("organization", [_row(made)], rule="organization_once", refusals={"organization_once": exists})
    store.apply(act.operation("org add", statements))
    return made


def edit_organization(
    store: Store, who: str, change: NewOrganization, act: Act, *, anyway: bool = False
) -> tuple[Organization, bool]:
    """Change what is said and leave the rest; texts are merged by language. Returns it and whether anything changed.

    With `anyway` it may be called as another one of its country is. Raises NotFound, Ambiguous, BadInput, OrganizationExists.
    """
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
    if not anyway:
        _refuse_name_of_another(store, before, after)
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


def _refuse_known(store: Store, new: NewOrganization, made: Organization) -> None:
    for known in _Known(_all(store)).fitting(new):
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
    others = _Known([one for one in _all(store) if one.id != before.id])
    for known in others.fitting(NewOrganization(renamed, country=after.country)):
        raise OrganizationExists(
            N_("Another one is called so: {known}. If both are to be called so, say so with --yes."),
            known=_told_apart(known),
        )


class _Known:
    """The organizations of the store by everything they are called."""

    def __init__(self, organizations: Sequence[Organization]) -> None:
        self._by_name: dict[str, list[Organization]] = defaultdict(list)
        self._by_acronym: dict[str, list[Organization]] = defaultdict(list)
        for one in organizations:
            self.add(one)

    def add(self, one: Organization) -> None:
        for key in {text_key(text) for text in one.name.values()}:
            self._by_name[key].append(one)
        for key in {text_key(text) for text in one.acronym.values()}:
            self._by_acronym[key].append(one)

    def has_name(self, wanted: NewOrganization) -> bool:
        """Whether any has one of its names."""
        return any(text_key(text) in self._by_name for text in wanted.name.values() if text)

    def fitting(self, wanted: NewOrganization) -> list[Organization]:
        """All that are called so: by a name, else by an acronym that stands alone, or with nearly their name."""
        names = [text_key(text) for text in wanted.name.values() if text]
        called = [one for key in names for one in self._by_name.get(key, ())]
        called = called or [one for key in names for one in self._by_acronym.get(key, ())]
        called = called or self._of_acronym(names, [text_key(text) for text in wanted.acronym.values() if text])
        if wanted.country:
            called = [one for one in called if one.country in (None, wanted.country)]
            called.sort(key=lambda one: one.country is None)
        return list({one.id: one for one in called}.values())

    def _of_acronym(self, names: Sequence[str], acronyms: Sequence[str]) -> list[Organization]:
        """Those of one of the acronyms whose name was mistyped: within a country two offices may share three letters."""
        return [
            one
            for acronym in acronyms
            for one in self._by_acronym.get(acronym, ())
            if any(_nearly(name, text_key(text)) for name in names for text in one.name.values())
        ]

    def find(self, wanted: NewOrganization) -> Organization | None:
        fitting = self.fitting(wanted)
        if wanted.near:
            fitting = [one for one in fitting if one.country == wanted.near] or fitting
        if wanted.country:
            return fitting[0] if fitting else None
        of_no_country = [one for one in fitting if one.country is None]
        certain = of_no_country or (fitting if len(fitting) == 1 else [])
        return certain[0] if certain else None


def _nearly(one: str, other: str) -> bool:
    """Whether a slip of the pen can be the difference of two keys."""
    return difflib.SequenceMatcher(None, one, other).quick_ratio() >= _NEAR and (
        difflib.SequenceMatcher(None, one, other).ratio() >= _NEAR
    )


def _all(store: Store) -> list[Organization]:
    return [_organization(row) for row in store.read(_ORGANIZATIONS + " ORDER BY id", level="strong")]


def _organization(row: Row) -> Organization:
    return Organization(**{**row, "name": json.loads(row["name"]), "acronym": json.loads(row["acronym"])})


def _made(new: NewOrganization) -> Organization:
    made = Organization(
        new_id(),
        _clean(new.name),
        _clean(new.acronym),
        *(clean(value or "") or None for value in (new.kind, new.country, new.website)),
    )
    _check(made)
    return made


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


def _row(one: Organization) -> dict[str, Value]:
    return {
        "id": one.id,
        "name": as_json(dict(one.name)),
        "acronym": as_json(dict(one.acronym)),
        "kind": one.kind,
        "country": one.country,
        "website": one.website,
        "name_key": text_key(locale.pick(one.name, "en")),
    }


def _names(one: Organization) -> list[str]:
    return [text_key(text) for text in (*one.name.values(), *one.acronym.values())]


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


def _told_apart(one: Organization) -> str:
    return f"{locale.pick(one.name, 'en')} ({', '.join(filter(None, (one.country, str(one.id))))})"
