"""Which organizations are meant: one rule for the options of commands, the cells of lists and whoever signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from coursectl import locale
from coursectl.errors import N_, BadInput, CourseError, Refused
from coursectl.people.offices import ELSEWHERE, NEARLY, SEVERAL, Known, NewOrganization, Organization, told_apart
from coursectl.people.organizations import OrganizationExists, made, read_all, row_of
from coursectl.store import Statement, Store, insert

_MANY = 8  # how many organizations a sentence lists


class WhichOrganization(Refused):
    """It can't be told which organization is meant; the sentence is the fault's."""

    rule = "organization_told_apart"


@dataclass(frozen=True)
class OfficeFault:
    """Why the `place`-th of the wanted organizations (from 0) can't be told: an untranslated reason for a row and a column."""

    place: int
    reason: str
    facts: tuple[tuple[str, object], ...]
    kind: type[CourseError] = WhichOrganization

    def error(self) -> CourseError:
        """The same as an error, for one command: WhichOrganization or BadInput."""
        return self.kind(_OF_ONE.get(self.reason, self.reason), **dict(self.facts))


@dataclass(frozen=True)
class MatchedOrganizations:
    """Each wanted organization, in order; which of them are new; what writes them; and which can't be told.

    What can't be told stands among them only to keep the places.
    """

    organizations: tuple[Organization, ...]
    new: frozenset[int]
    statements: tuple[Statement, ...]
    faults: tuple[OfficeFault, ...] = ()

    def settled(self) -> MatchedOrganizations:
        """The same, where all can be told. Raises WhichOrganization, BadInput."""
        for fault in self.faults:
            raise fault.error()
        return self

    @property
    def ids(self) -> tuple[int, ...]:
        """Their ids, in order."""
        return tuple(one.id for one in self.organizations)


_OF_ONE = {
    ELSEWHERE: N_("{name} is {known}. Write the id if that one is meant; to add another one, say so with --yes."),
    SEVERAL: N_(
        "{name} fits several: {known}. Write the id of the one that is meant; to add another one, say so with --yes."
    ),
    NEARLY: N_("{name} looks like {known}. Write it like that; if it is another one, say so with --yes."),
}

OfficeDecision = int | Literal["new", "fail"]
DecideOffice = Callable[[NewOrganization, Sequence[Organization]], OfficeDecision]
"""What is to be done with an organization that may be one of these: the id of the one that is meant, new, or fail."""

OFFICES: Mapping[str, DecideOffice] = {"new": lambda _one, _found: "new", "fail": lambda _one, _found: "fail"}
"""The decisions that need nobody to be asked, by their words."""


def match_organizations(
    store: Store, wanted: Sequence[NewOrganization], decide: DecideOffice | None = None
) -> MatchedOrganizations:
    """Find each of the wanted organizations in the store, or make it.

    An office is its name and its country: ministries of several countries share names and acronyms. An acronym or a
    name in any language finds it, and so does its id. Of one that would be new `decide` decides, where its acronym is an office's
    of another country, where its name fits several, and where it is nearly one's of its country, and one without a name is a
    fault; None: it is new, and one without a name raises BadInput.
    """
    known = Known(read_all(store))
    choosing = _Choosing(known, decide)
    matched: dict[int, Organization] = {}
    new: list[Organization] = []
    # Who may be found by less than the whole name comes last: another of the list may bring just that name.
    last = [place for place, one in enumerate(wanted) if not known.has_name(one) and known.find(one)]
    for place in (*(place for place in range(len(wanted)) if place not in set(last)), *last):
        found = known.find(wanted[place]) or choosing.chosen(place, wanted[place])
        if found is None:
            found = choosing.made(place, wanted[place])
            new.append(found)
            known.add(found)
        matched[place] = found
    new = [one for one in new if one.id]
    exists = OrganizationExists(N_("Somebody else has just added one of these organizations. Type the command again."))
    statements = insert(
        "organization", [row_of(one) for one in new], rule="organization_once", refusals={"organization_once": exists}
    )
    return MatchedOrganizations(
        tuple(matched[place] for place in range(len(wanted))),
        frozenset(one.id for one in new),
        tuple(statements),
        tuple(choosing.faults),
    )


class _Choosing:
    """Which organization of the store is meant by one that isn't found, each asked about once."""

    def __init__(self, known: Known, decide: DecideOffice | None) -> None:
        self.faults: list[OfficeFault] = []
        self._stored, self._decide = known.everybody, decide
        self._known: Known | None = None
        self._decided: dict[tuple[object, ...], OfficeDecision] = {}

    def chosen(self, place: int, wanted: NewOrganization) -> Organization | None:
        """The one that is meant; None: a new one is to be made. Where it can't be told, that is a fault."""
        if self._decide is None:
            return None
        self._known = self._known or Known(self._stored)
        reason, found = self._known.doubt(wanted)
        if not found:
            return None
        key = (*sorted(wanted.name.items()), *sorted(wanted.acronym.items()), wanted.country)
        if key not in self._decided:
            self._decided[key] = self._decide(wanted, found)
        decision = self._decided[key]
        if decision == "new":
            return None
        if decision == "fail":
            named = "; ".join(told_apart(one) for one in found[:_MANY])
            facts = (("name", locale.pick(wanted.name, "en")), ("known", named))
            self.faults.append(OfficeFault(place, reason, facts))
            return found[0]
        return next(one for one in found if one.id == decision)

    def made(self, place: int, wanted: NewOrganization) -> Organization:
        """A new one; one that can't be made is a fault, and has no id."""
        try:
            return made(wanted)
        except BadInput as error:
            if self._decide is None:
                raise
            self.faults.append(OfficeFault(place, str(error.args[0]), tuple(error.facts.items()), BadInput))
            return Organization(0, wanted.name, wanted.acronym, wanted.kind, wanted.country, wanted.website)
