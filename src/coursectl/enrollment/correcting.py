"""Correcting an enrollment: what was written down wrongly of somebody's place, without moving them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from coursectl.editions import EditionRef, countries_then, open_edition_rule
from coursectl.enrollment.roster import Enrollment, get_enrollment
from coursectl.enrollment.seats import asked_of, full_told
from coursectl.enrollment.statuses import FULL, CountryNotStated, NoSeatLeft
from coursectl.errors import N_, BadInput, CourseError, Refused
from coursectl.people import DecideOffice, NewOrganization, Organization, match_organizations
from coursectl.store import Act, Statement, Store, Value, update


@dataclass(frozen=True)
class Correction:
    """What is said of an enrollment. None leaves a field as it is, "" clears it."""

    country: str | None = None
    organization: NewOrganization | Literal[""] | None = None
    nominated_by: NewOrganization | Literal[""] | None = None
    post: str | None = None
    sex: str | None = None
    category: str | None = None
    funder: str | None = None
    priority: int | Literal[""] | None = None
    reserve: bool | None = None
    publish: bool | Literal[""] | None = None
    needs: str | None = None


@dataclass(frozen=True)
class Corrected:
    """Who was corrected, which fields are different now, and what these were and are, offices by what they are called.

    `organizations_created` are those that the store hadn't known.
    """

    edition: str
    name: str
    changed: tuple[str, ...]
    organizations_created: tuple[str, ...]
    before: Mapping[str, object] = field(metadata={"hidden": True})
    after: Mapping[str, object] = field(metadata={"hidden": True})


class EnrollmentChanged(Refused):
    """Somebody changed the enrollment between the reading and the writing."""

    rule = "unchanged_since_read"
    wording = N_("{name} in {edition} was changed by somebody else just now. Look, then type the command again.")


def correct(
    store: Store,
    edition: EditionRef,
    who: str,
    correction: Correction,
    act: Act,
    office: DecideOffice | None = None,
) -> Corrected:
    """Change what the correction says of an enrollment, and leave the rest. `office` decides of organizations.

    A closed edition keeps its countries and categories, which are in its figures. Raises NotFound, Ambiguous, BadInput,
    CountryNotStated, QuotaFull, EditionClosed, EnrollmentChanged, WhichOrganization.
    """
    one = get_enrollment(store, edition, who)
    if correction.country:
        then = countries_then(store, edition, [correction.country])
        correction = replace(correction, country=then.get(correction.country, correction.country))
    offices, created, statements = _offices(store, correction, correction.country or one.country, office)
    old = _columns(one)
    wanted = _wanted(correction, {column: office.id for column, office in offices.items()})
    new = {name: value for name, value in wanted.items() if value != old[name]}
    if new.get("country", one.country) is None and new.get("category", one.category) != "international_staff":
        raise CountryNotStated(name=one.name)
    if new:
        changed = EnrollmentChanged(name=one.name, edition=edition.reference)
        full = NoSeatLeft(FULL, edition=edition.reference)
        refusals: dict[str, CourseError] = {full.rule: full}
        settled = [open_edition_rule(edition)] if {"country", "category", "sex"} & set(new) else []
        with full_told(store, edition, [asked_of({**old, **new})], seated=True):
            store.apply(
                act.operation(
                    f"roster edit {edition.reference}",
                    [*settled, *statements, *update("enrollment", one.id, old, new, changed, refusals)],
                )
            )
    labels = {column: office.label for column, office in offices.items()}
    after = {_FIELDS.get(name, name): labels.get(name, value) for name, value in new.items()}
    before = {name: getattr(one, name) for name in after}
    flags = {name: bool(after[name]) for name in ("reserve", "publish") if after.get(name) is not None}
    return Corrected(edition.reference, one.name, tuple(new), created, before, {**after, **flags})


_FIELDS = {"organization_id": "organization"}  # what an enrollment calls its columns


def _offices(
    store: Store, correction: Correction, country: str | None, decide: DecideOffice | None
) -> tuple[Mapping[str, Organization], tuple[str, ...], tuple[Statement, ...]]:
    """The organizations that are named, by column, the labels of those that are new, and what makes them."""
    named = {
        column: office
        for column, office in (("organization_id", correction.organization), ("nominated_by", correction.nominated_by))
        if isinstance(office, NewOrganization)
    }
    if not named:
        return {}, (), ()
    of_country = [replace(one, country=one.country or country) for one in named.values()]
    matched = match_organizations(store, of_country, decide).settled()
    created = dict.fromkeys(one.label for one in matched.organizations if one.id in matched.new)
    return dict(zip(named, matched.organizations, strict=True)), tuple(created), matched.statements


def _columns(one: Enrollment) -> dict[str, Value]:
    return {
        "country": one.country, "organization_id": one.organization_id, "nominated_by": one.nominated_by_id, "post": one.post,
        "sex": one.sex, "category": one.category, "funder": one.funder, "priority": one.priority, "reserve": int(one.reserve),
        "publish": None if one.publish is None else int(one.publish), "needs": one.needs,
    }  # fmt: skip


def _wanted(correction: Correction, offices: Mapping[str, int]) -> dict[str, Value]:
    if correction.category == "":
        raise BadInput(N_("Everybody has a category: official, academic, international_staff or observer."))
    said = {
        "organization_id": correction.organization,
        "nominated_by": correction.nominated_by,
        **{name: getattr(correction, name) for name in ("country", "post", "sex", "category", "funder", "priority", "reserve", "publish", "needs")},
    }  # fmt: skip
    wanted: dict[str, Value] = {}
    for column, value in said.items():
        if value is None:
            continue
        if column in offices:
            wanted[column] = offices[column]
        elif isinstance(value, bool):
            wanted[column] = int(value)
        else:
            wanted[column] = None if value == "" else value
    return wanted
