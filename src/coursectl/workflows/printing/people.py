"""Who is in an edition, in which role, and how their names are printed: for badges, cards, lists and letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coursectl import documents, editions, enrollment, locale, people, program
from coursectl.documents import facts
from coursectl.editions import Edition
from coursectl.errors import N_, Ambiguous, NotFound, Refused, Usage
from coursectl.locale import Text
from coursectl.people import filed_under
from coursectl.store import Store
from coursectl.workflows.printing.orders import Order
from coursectl.workflows.printing.particulars import Particulars, canonical_ids, read_agreed, read_others

ROLES: tuple[facts.Role, ...] = ("participant", "expert", "organizer")
"""In the order of lists. Organizers are who sign, open or preside without teaching or taking part."""


class NobodyToPrint(Refused):
    """There is nobody of these roles, or none of them is wanted."""

    rule = "somebody_there"
    wording = N_(
        "{reference} has nobody to print: there is nobody in these roles, or --only and --except leave nobody."
    )


@dataclass(frozen=True)
class Somebody:
    """One person of an edition in one role. `country` is a code; texts are in all their languages."""

    person_id: int
    role: facts.Role
    name: str
    number: int | None = None
    honorific: str = ""
    given_name: str | None = None
    family_name: str | None = None
    sex: str | None = None
    language: str | None = None
    country: str | None = None
    organization: Text = field(default_factory=dict)
    acronym: Text = field(default_factory=dict)
    post: Text | str = ""
    phone: str = ""
    email: str = ""
    needs: str = ""
    publish: bool | None = None

    def printed(self, language: str, *, capitals: bool) -> str:
        """`Dra. Ana Pérez`, or `Dra. Ana PÉREZ`; who is called Mr. elsewhere is M. in French."""
        treatment = locale.honorific_in(self.honorific, language)
        return locale.with_honorific(treatment, self.bare(capitals=capitals), language)

    def bare(self, *, capitals: bool) -> str:
        """The name without treatment."""
        if not capitals:
            return self.name
        return surname_in_capitals(self.name, self.family_name, self.given_name, self.language)

    @property
    def unsplit(self) -> bool:
        """Whether nobody knows which part of the name is the surname. A name of one word has none."""
        return " " in self.name.strip() and not _surnames(self.name, self.family_name)


def list_unsplit(store: Store, edition: Edition, order: Order) -> tuple[str, ...]:
    """Of the people on a document with surnames in capitals: whose surname isn't known."""
    if not order.capitals:
        return ()
    if order.document == "directory":
        them = [one for one in participants(store, edition) if one.publish is not False]
    else:
        roles = order.roles or (("participant",) if order.document == "logistics" else ())
        them = list_people(store, edition, replace(order, roles=roles))
    return tuple(one.name for one in them if one.unsplit)


def read_roles(words: Sequence[str]) -> tuple[facts.Role, ...]:
    """The roles that are asked for; none named: all. Raises Usage."""
    known: dict[str, facts.Role] = {role: role for role in ROLES}
    for word in words:
        if word not in known:
            raise Usage(N_("{role!r} is no role. Use one of: {known}."), role=word, known=", ".join(ROLES))
    return tuple(role for role in ROLES if role in words) or ROLES


def list_people(store: Store, edition: Edition, order: Order) -> list[Somebody]:
    """Who is wanted: of the roles, those whom `only` names (nobody named: all), without those whom `leave_out` names.

    Participants by number, then experts and organizers by name; everybody once. Raises NobodyToPrint, NotFound, Ambiguous.
    """
    roles = read_roles(order.roles)
    there = [one for one in _everybody(store, edition, roles) if one.role in roles]
    wanted = {_choose(there, edition, who).person_id for who in order.only}
    unwanted = {_choose(there, edition, who).person_id for who in order.leave_out}
    chosen = [one for one in there if (not wanted or one.person_id in wanted) and one.person_id not in unwanted]
    if not chosen:
        raise NobodyToPrint(reference=edition.reference)
    return chosen


def _everybody(store: Store, edition: Edition, roles: Iterable[facts.Role]) -> list[Somebody]:
    found: dict[int, Somebody] = {}
    for one in participants(store, edition):
        found.setdefault(one.person_id, one)
    if set(roles) & {"expert", "organizer"}:
        others = read_others(store, edition.id)
        for one in (*_experts(store, edition, others), *_organizers(store, edition, others)):
            found.setdefault(one.person_id, one)
    erased = people.list_erased(store, list(found))  # nothing is printed of them
    return [one for one in found.values() if one.person_id not in erased]


def participants(store: Store, edition: Edition) -> list[Somebody]:
    """The trainees, by number, with what was agreed with them."""
    agreed = read_agreed(store, edition.id)
    return [
        Somebody(
            one.person.id, "participant", one.name, one.number, one.honorific or "", one.given_name, one.family_name,
            one.sex, one.language, one.country, one.organization_name or {}, one.organization_acronym or {},
            one.post or "", one.phone or "", one.email or "", agreed[one.id].needs, agreed[one.id].publish,
        )
        for one in enrollment.list_trainees(store, edition.ref)
    ]  # fmt: skip


def _experts(store: Store, edition: Edition, others: Mapping[int, Particulars]) -> list[Somebody]:
    found = []
    for one in program.list_experts(store, edition.ref):
        more = others[one.person.id]
        found.append(
            Somebody(
                one.person.id, "expert", one.person.name, None, one.honorific or "", more.given_name, more.family_name,
                more.sex, more.language, one.country, one.organization or {}, one.acronym or {}, one.post,
                more.phone or "", more.email or "",
            )
        )  # fmt: skip
    return _by_name(found, edition)


def _organizers(store: Store, edition: Edition, others: Mapping[int, Particulars]) -> list[Somebody]:
    """Who sign, then who open and preside; a person who does both is described as a signatory."""
    today = canonical_ids(store, edition.id)
    chairs = [chair for session in program.list_sessions(store, edition.ref) for chair in session.chairs]
    known = [
        (today[one.person_id], one.name, one.honorific, one.organization, one.acronym, one.post)
        for one in editions.list_signatories(store, edition.id)
    ] + [(one.id, one.name, one.honorific, one.organization, one.acronym, one.post) for one in chairs]
    found = []
    for person_id, name, honorific, organization, acronym, post in known:
        more = others[person_id]
        found.append(
            Somebody(
                person_id, "organizer", name, None, honorific or "", more.given_name, more.family_name, more.sex,
                more.language, None, organization or {}, acronym or {}, post, more.phone or "", more.email or "",
            )
        )  # fmt: skip
    return _by_name(found, edition)


def _by_name(people: list[Somebody], edition: Edition) -> list[Somebody]:
    """By surname where it is known; treatments don't count."""
    language = next(iter(edition.languages), "en")

    return sorted(
        people,
        key=lambda one: locale.sort_key(filed_under(one.name, one.family_name, one.given_name), language),
    )


def _choose(people: Sequence[Somebody], edition: Edition, who: str) -> Somebody:
    """Who is meant by a participant's number, an e-mail, the whole name or some of its words."""
    fitting = _fitting(people, who.strip())
    if not fitting:
        raise NotFound(N_("Nobody of {edition} who would be printed fits {who!r}."), edition=edition.reference, who=who)
    if len(fitting) > 1:
        raise Ambiguous(name=who, choices="; ".join(map(_described, fitting)))
    return fitting[0]


def _fitting(people: Sequence[Somebody], who: str) -> list[Somebody]:
    if who.isdecimal():
        return [one for one in people if str(one.number) == who.lstrip("0")]
    if "@" in who:
        return [one for one in people if one.email.casefold() == who.casefold()]
    wanted = locale.fold(who)
    words = set(wanted.split())
    exact = [one for one in people if locale.fold(one.name) == wanted]
    return exact or [one for one in people if words and words <= set(locale.fold(one.name).split())]


def _described(one: Somebody) -> str:
    """`14 Ana Pérez <ana@dnm.example>`"""
    number = "" if one.number is None else f"{one.number} "
    return f"{number}{one.name}" + (f" <{one.email}>" if one.email else "")


def language_of(person_language: str | None, edition: Edition, order: Order) -> str:
    """The language of a person's paper: --lang, else theirs, else the edition's first, where documents speak it."""
    if order.language:
        return order.language
    spoken = documents.list_languages(order.templates)
    for words in (person_language, *edition.languages):
        tag = locale.find_language(words) if words else None
        if tag and (tag in spoken or tag.partition("-")[0] in spoken):
            return tag
    return locale.tool_language()


def surname_in_capitals(name: str, family_name: str | None, given_name: str | None, language: str | None) -> str:
    """`Ana PÉREZ QUIROGA`. A name whose surname isn't known, or doesn't stand in it, stays as it is.

    Where the surname stands twice (`Nguyen Van Nguyen`), the given name tells which is meant, else the last.
    """
    places = _surnames(name, family_name)
    if not places:
        return name
    written = unicodedata.normalize("NFC", name)
    given = unicodedata.normalize("NFC", (given_name or "").strip())
    first = bool(given) and written.endswith(given) and not written.startswith(given)
    start, end = (places[0] if first else places[-1]).span()
    return written[:start] + _capitals(written[start:end], language) + written[end:]


def _surnames(name: str, family_name: str | None) -> list[re.Match[str]]:
    """Where the surname stands in the name."""
    family = unicodedata.normalize("NFC", (family_name or "").strip())
    written = unicodedata.normalize("NFC", name)
    return list(re.finditer(rf"(?<!\w){re.escape(family)}(?!\w)", written)) if family else []


def _capitals(words: str, language: str | None) -> str:
    """As a person would write them: dotted in Turkish, and Georgian has none in running text."""
    if (language or "").partition("-")[0] in ("tr", "az"):
        words = words.replace("i", "İ")
    return "".join(letter if "\u10d0" <= letter <= "\u10ff" else letter.upper() for letter in words)
