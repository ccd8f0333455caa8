"""Quotas: how many places a country, a group of countries or a nominating organization has in an edition.

A maximum is a rule of the store; minimums and the target that the call names are policy, which proposing and status report.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coursectl import locale
from coursectl.editions.countries import countries_then
from coursectl.editions.held import EditionRef
from coursectl.editions.minimums import refuse_minimums_above
from coursectl.errors import N_, BadInput, NotFound, Refused
from coursectl.locale import Text
from coursectl.store import Act, Row, Statement, Store, Value, as_json, expect_changed, insert, new_id, update
from coursectl.tables import clean

Limit = int | Literal[""] | None
"""A number of places; "" clears it, None leaves it."""


@dataclass(frozen=True)
class QuotaOf:
    """Whom a quota is for: one of a country's code, a group's code, or an organization's id with its label."""

    country: str | None = None
    group: str | None = None
    organization_id: int | None = None
    label: str = ""


@dataclass(frozen=True)
class CountryGroup:
    """A named group of countries of one edition, by their alpha-2 codes."""

    id: int
    code: str
    title: Text
    countries: tuple[str, ...]


@dataclass(frozen=True)
class QuotaSet:
    """What a quota is now. All None: it is gone."""

    label: str
    minimum: int | None
    maximum: int | None
    target: int | None
    changed: bool


@dataclass(frozen=True)
class QuotasSet:
    """What the quotas that a command named are now."""

    edition: str
    quotas: tuple[QuotaSet, ...]
    changed: bool


class QuotaBelowTaken(Refused):
    """More places are taken than the new maximum allows."""

    rule = "seats_left"
    wording = N_(
        "{label} can't have a maximum of {maximum} in {edition}: more are taken. Look with: coursectl edition quota {edition}"
    )


class QuotaChanged(Refused):
    """Somebody changed the quota or the group between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("The quotas of {edition} were changed by somebody else just now. Look, then type the command again.")


def list_groups(store: Store, ref: EditionRef) -> list[CountryGroup]:
    """The groups of countries of an edition, by code."""
    rows = store.read(
        "SELECT id, code, title, countries FROM country_group WHERE edition_id = :edition ORDER BY code",
        {"edition": ref.id},
        level="strong",
    )
    return [
        CountryGroup(row["id"], row["code"], json.loads(row["title"]), tuple(json.loads(row["countries"])))
        for row in rows
    ]


def get_group(store: Store, ref: EditionRef, code: str) -> CountryGroup:
    """The group of that code, in any case. Raises NotFound with those that there are."""
    groups = list_groups(store, ref)
    for group in groups:
        if group.code.casefold() == clean(code).casefold():
            return group
    known = ", ".join(group.code for group in groups)
    raise NotFound(
        N_("{edition} has no group of countries {code!r}. There are: {known}.")
        if known
        else N_("{edition} has no group of countries yet. Make one with: coursectl edition group {edition} CODE COUNTRY…"),
        edition=ref.reference, code=code, known=known,
    )  # fmt: skip


def set_quotas(
    store: Store, ref: EditionRef, of: Sequence[QuotaOf], minimum: Limit, maximum: Limit, target: Limit, act: Act
) -> QuotasSet:
    """Set what is said of the quotas, the same of each, and leave the rest; make those that there aren't. All or none.

    Raises NotFound for a group, BadInput for whom is named twice, for a minimum above the maximum and for minimums above the
    seats, QuotaBelowTaken, QuotaChanged.
    """
    said = {"minimum": minimum, "maximum": maximum, "target": target}
    new = {name: None if value == "" else value for name, value in said.items() if value is not None}
    stored = store.read("SELECT * FROM quota WHERE edition_id = :edition", {"edition": ref.id}, level="strong")
    planned = [_planned(key, one, stored, new) for one, key in _keys(store, ref, of)]
    kept = {one.stored["id"] for one in planned if one.stored}
    _check(planned)
    others = [row for row in stored if row["id"] not in kept]
    if "minimum" in new:
        rows = [*others, *({**one.key, **one.limits} for one in planned)]
        seats = store.read("SELECT seats FROM edition WHERE id = :id", {"id": ref.id}, level="strong")[0]["seats"]
        refuse_minimums_above(store, ref.id, ref.reference, seats, rows)
    statements = [statement for one in planned if one.changed for statement in _statements(ref, one)]
    if statements:
        store.apply(act.operation(f"edition quota {ref.reference}", statements))
    quotas = (QuotaSet(one.label, **one.limits, changed=bool(one.changed)) for one in planned)
    return QuotasSet(ref.reference, tuple(quotas), bool(statements))


def remove_quotas(store: Store, ref: EditionRef, of: Sequence[QuotaOf], act: Act) -> QuotasSet:
    """Take quotas away, all or none. Raises NotFound where there is none, BadInput for whom is named twice, QuotaChanged."""
    stored = store.read("SELECT * FROM quota WHERE edition_id = :edition", {"edition": ref.id}, level="strong")
    refused = QuotaChanged(edition=ref.reference)
    statements: list[Statement] = []
    quotas: list[QuotaSet] = []
    for one, key in _keys(store, ref, of):
        found = _planned(key, one, stored, {})
        if found.stored is None:
            raise NotFound(N_("{edition} has no quota of {label}."), edition=ref.reference, label=found.label)
        gone = Statement("DELETE FROM quota WHERE id = :id", {"id": found.stored["id"]})
        statements += [gone, expect_changed(refused.rule, refused)]
        quotas.append(QuotaSet(found.label, None, None, None, changed=True))
    store.apply(act.operation(f"edition quota {ref.reference}", statements))
    return QuotasSet(ref.reference, tuple(quotas), True)


@dataclass(frozen=True)
class _Planned:
    """A quota as it is stored, if it is, and as it is to be. `changed`: what is different; all of it, where it is new."""

    key: Row
    label: str
    stored: Row | None
    limits: dict[str, int | None]
    changed: dict[str, Value]


def _keys(store: Store, ref: EditionRef, of: Sequence[QuotaOf]) -> list[tuple[QuotaOf, Row]]:
    """Whom the quotas are for, each with the columns that say so. Raises NotFound, and BadInput for whom is named twice."""
    keys: list[tuple[QuotaOf, Row]] = []
    then = countries_then(store, ref, {one.country for one in of if one.country})
    for one in of:
        group = get_group(store, ref, one.group).id if one.group else None
        key: Row = {
            "country": one.country and then.get(one.country, one.country),
            "group_id": group,
            "organization_id": one.organization_id,
        }
        if key in [known for _one, known in keys]:
            raise BadInput(N_("{label} is named twice."), label=_label(one))
        keys.append((one, key))
    return keys


def _label(of: QuotaOf) -> str:
    return of.label or of.group or of.country or ""


def _planned(key: Row, of: QuotaOf, rows: Sequence[Row], new: dict[str, int | None]) -> _Planned:
    stored = next((row for row in rows if all(row[name] == value for name, value in key.items())), None)
    limits = {name: (stored or {}).get(name) for name in ("minimum", "maximum", "target")} | new
    changed = {name: value for name, value in limits.items() if stored is None or stored[name] != value}
    return _Planned(key, _label(of), stored, limits, {**changed})


def _statements(ref: EditionRef, one: _Planned) -> list[Statement]:
    below = QuotaBelowTaken(label=one.label, maximum=one.limits["maximum"], edition=ref.reference)
    refused = QuotaChanged(edition=ref.reference)
    if one.stored is not None:
        return update("quota", one.stored["id"], one.stored, one.changed, refused, {below.rule: below})
    row = {"id": new_id(), "edition_id": ref.id, **one.key, **one.limits}
    return insert("quota", [row], rule=below.rule, refusals={below.rule: below, "quota_once": refused})


def _check(planned: Sequence[_Planned]) -> None:
    """Raise BadInput for what no quota can be."""
    for one in planned:
        for value in one.limits.values():
            if value is not None and not 0 <= value <= _MOST:
                raise BadInput(N_("A number of places is from 0 to {most}, not {value}."), most=_MOST, value=value)
        minimum, maximum = one.limits["minimum"], one.limits["maximum"]
        if minimum is not None and maximum is not None and minimum > maximum:
            raise BadInput(
                N_("{label} can't have a minimum of {minimum} and a maximum of {maximum}."),
                label=one.label, minimum=minimum, maximum=maximum,
            )  # fmt: skip


_MOST = 10_000


def set_group(
    store: Store, ref: EditionRef, code: str, countries: Sequence[str], title: Text | None, act: Act
) -> tuple[CountryGroup, bool]:
    """Make a group of countries, or change what is said of it. `countries` are codes or names; none leaves them.

    Returns the group and whether anything changed. Raises BadInput for a country that isn't known or is named twice and for
    a new group without countries, QuotaBelowTaken where a quota of the group is exceeded by its new countries, QuotaChanged.
    """
    code = clean(code)
    if not code:
        raise BadInput(N_("A group of countries needs a code, like CARICOM."))
    codes = _countries(countries)
    then = countries_then(store, ref, codes)
    codes = tuple(then.get(one, one) for one in codes)
    stored = next((one for one in list_groups(store, ref) if one.code.casefold() == code.casefold()), None)
    if stored is None and not codes:
        raise BadInput(N_("Which countries? Name them: coursectl edition group {edition} {code} JM TT BB"), edition=ref.reference, code=code)  # fmt: skip
    refused = QuotaChanged(edition=ref.reference)
    if stored is None:
        group = CountryGroup(new_id(), code, title or {}, codes)
        row: Row = {
            "id": group.id,
            "edition_id": ref.id,
            "code": code,
            "title": as_json(dict(group.title)),
            "countries": as_json(list(codes)),
        }
        statements = insert("country_group", [row], refusals={"country_group_once": refused})
    else:
        group = CountryGroup(stored.id, stored.code, {**stored.title, **(title or {})}, codes or stored.countries)
        old: dict[str, Value] = {"title": as_json(dict(stored.title)), "countries": as_json(list(stored.countries))}
        new: dict[str, Value] = {"title": as_json(dict(group.title)), "countries": as_json(list(group.countries))}
        changed = {name: value for name, value in new.items() if value != old[name]}
        below = QuotaBelowTaken(
            N_("With these countries more places of {label} would be taken in {edition} than its quota allows."),
            label=code,
            edition=ref.reference,
        )
        statements = update("country_group", stored.id, old, changed, refused, {below.rule: below}) if changed else []
    if statements:
        store.apply(act.operation(f"edition group {ref.reference}", statements))
    return group, bool(statements)


def remove_group(store: Store, ref: EditionRef, code: str, act: Act) -> CountryGroup:
    """Take a group away. Raises NotFound, and Refused where a quota is for it."""
    group = get_group(store, ref, code)
    if store.read("SELECT 1 FROM quota WHERE group_id = :id", {"id": group.id}, level="strong"):
        raise Refused(
            N_("{code} has a quota in {edition}. Take it away first: coursectl edition quota {edition} --group {code} --remove"),
            code=group.code, edition=ref.reference,
        )  # fmt: skip
    gone = Statement("DELETE FROM country_group WHERE id = :id", {"id": group.id})
    refused = QuotaChanged(edition=ref.reference)
    store.apply(act.operation(f"edition group {ref.reference}", [gone, expect_changed(refused.rule, refused)]))
    return group


def _countries(words: Sequence[str]) -> tuple[str, ...]:
    codes: list[str] = []
    for word in words:
        code = locale.find_country(word)
        if code is None:
            raise BadInput(N_("No country is called {country!r}. Use its two-letter code, or its name."), country=word)
        if code in codes:
            raise BadInput(N_("{country} is named twice."), country=locale.country_name(code, "en"))
        codes.append(code)
    return tuple(codes)
