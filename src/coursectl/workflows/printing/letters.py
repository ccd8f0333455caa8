"""Letters: to whom each kind goes, what it can say, and its files.

| kind       | goes to |
|------------|---------|
| call       | the organizations that are named, else those with places in the call, else everybody in one general letter |
| acceptance | who is accepted and hasn't confirmed; `again`: also who has |
| regret     | whom the course declined: who was accepted and declined themselves needs no regret |
| reserve    | who is on the waiting list, or nominated and marked as reserve |
| invitation | experts |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256

from coursectl import documents, editions, enrollment, locale, people, program
from coursectl.documents import facts
from coursectl.editions import Edition
from coursectl.enrollment import Enrollment
from coursectl.errors import N_, Refused, Usage, Word
from coursectl.store import Store
from coursectl.workflows.printing.labels import PAPERS
from coursectl.workflows.printing.orders import NotReady, Order, PrintedLetters, Progress
from coursectl.workflows.printing.particulars import (
    Offered,
    Terms,
    read_agreed,
    read_declined_from,
    read_offered,
    read_others,
    read_terms,
)
from coursectl.workflows.printing.people import Somebody, language_of
from coursectl.workflows.printing.voice import Voice, edition_in, sex

KINDS: tuple[facts.LetterKind, ...] = ("call", "acceptance", "regret", "reserve", "invitation")
_STATUSES: Mapping[str, tuple[str, ...]] = {
    "acceptance": ("accepted",),
    "regret": ("declined",),
    "reserve": ("waitlisted", "nominated"),
}


_UNKNOWN = N_(
    "{reference} doesn't know who said no, the course or they: {names}. To write to them, name them with --to."
)
_NOT_CHOSEN = ("nominated", "waitlisted")  # whose "no" is the course's


class NobodyToWriteTo(Refused):
    """Nobody gets a letter of the kind; the sentence says who would."""

    rule = "somebody_to_write_to"


class NotTheirLetter(Refused):
    """Somebody is named who isn't where such a letter finds people."""

    rule = "letter_fits"
    wording = N_(
        "{name} is {status} in {edition}, so no {kind} letter is written to them. To write it all the same: --status {code}"
    )


_ERASED = N_("{name} of {edition} was erased; no letter is written to whoever isn't known any more.")

_NOBODY: Mapping[str, str] = {
    "acceptance": N_(
        "Nobody in {reference} is accepted and hasn't confirmed yet, so there is no letter to write. With --again those who have confirmed get one too."
    ),
    "regret": N_("Nobody in {reference} was declined by the course, so there is no letter to write."),
    "reserve": N_("Nobody in {reference} is on the waiting list or in reserve, so there is no letter to write."),
    "invitation": N_("{reference} has no experts. Add them with: coursectl expert add NAME -e {reference}"),
}


@dataclass(frozen=True)
class _To:
    """One addressee: the person or organization, in which language, and what only their letter has."""

    language: str
    number: str = ""
    somebody: Somebody | None = None
    organization: people.Organization | None = None
    status: str = ""


def read_kind(words: str) -> facts.LetterKind:
    """The kind of letter. Raises Usage."""
    known: dict[str, facts.LetterKind] = {kind: kind for kind in KINDS}
    if words not in known:
        raise Usage(N_("There is no letter {kind!r}. There are: {known}."), kind=words, known=", ".join(KINDS))
    return known[words]


def print_letters(store: Store, edition: Edition, order: Order, progress: Progress | None) -> PrintedLetters:
    """Write the letters of the order: a file each, or one for all.

    Raises NotReady (no place, nobody who signs), NobodyToWriteTo, NotTheirLetter, and what names and templates have to say.
    """
    kind = read_kind(order.kind or "")
    _check(order, kind)
    writer = _Letters(store, edition, order, kind)
    gathered = [writer.letter(to) for to in _ADDRESSEES[kind](store, edition, order)]
    at = datetime.combine(order.written_on or date.fromisoformat(edition.start or ""), time(), UTC)
    made = documents.render_letters(
        gathered, one_file=order.merged, format=order.format, paper=PAPERS[order.paper][0], templates=order.templates,
        at=at, progress=progress,
    )  # fmt: skip
    paths = documents.write_files(
        order.folder, ((f"{one.name}.{order.format}", one.data) for one in made), force=order.force
    )
    files = tuple(path.name for path in paths)
    return PrintedLetters(
        order.document, edition.reference, str(order.folder), files,
        kind=kind, letters=len(gathered), lacking=writer.lacking(gathered), unasked=_unasked(store, edition, order),
    )  # fmt: skip


def _check(order: Order, kind: str) -> None:
    if order.paper not in PAPERS:
        raise Usage(N_("There is no paper {paper!r}. Use one of: {known}."), paper=order.paper, known=", ".join(PAPERS))
    if order.statuses and kind not in _STATUSES:
        raise Usage(N_("--status is for acceptance, regret and reserve; a {kind} goes to others."), kind=Word(kind))
    if order.again and kind != "acceptance":
        raise Usage(N_("--again is for letters of acceptance."))
    if order.materials_by and kind != "invitation":
        raise Usage(N_("--materials-by is for invitations."))


# To whom -----------------------------------------------------------------------------------------------------------------


def _candidates(store: Store, edition: Edition, order: Order) -> Iterator[_To]:
    kind = order.kind or ""
    chosen = enrollment.chosen_statuses(order.statuses)
    statuses = chosen or (*_STATUSES[kind], *(("confirmed",) if order.again else ()))
    agreed = read_agreed(store, edition.id)

    def fits(one: Enrollment) -> bool:
        if one.status not in statuses:
            return False
        return bool(chosen) or kind != "reserve" or one.status == "waitlisted" or agreed[one.id].reserve

    if order.only:
        them = enrollment.get_enrollments(store, edition.ref, order.only)
        for one in them:
            if one.erased:
                raise NotTheirLetter(_ERASED, name=one.name, edition=edition.reference)
            if not fits(one):
                raise NotTheirLetter(
                    name=one.name, status=Word(one.status), edition=edition.reference, kind=Word(kind), code=one.status
                )  # fmt: skip
    else:
        listed = enrollment.list_named(store, edition.ref, statuses, level="strong")
        them = [one for one in listed if fits(one)]
        if kind == "regret" and not chosen:
            before = read_declined_from(store, edition.id)
            unknown = [one.name for one in them if before.get(one.id) is None]
            them = [one for one in them if before.get(one.id) in _NOT_CHOSEN]
            if unknown and not them:
                raise NobodyToWriteTo(_UNKNOWN, reference=edition.reference, names=", ".join(unknown))
    unwanted = {one.id for one in enrollment.get_enrollments(store, edition.ref, order.leave_out)}
    them = [one for one in them if one.id not in unwanted]
    if not them:
        raise _nobody(edition, kind, chosen, again=order.again)
    for one in them:
        somebody = Somebody(
            one.person.id, "participant", one.name, one.number, one.honorific or "", one.given_name, one.family_name,
            one.sex, one.language, one.country, one.organization_name or {}, one.organization_acronym or {},
            one.post or "",
        )  # fmt: skip
        number = str(one.number) if one.number is not None else _short(one.id)
        yield _To(language_of(one.language, edition, order), number, somebody, status=one.status)


def _unasked(store: Store, edition: Edition, order: Order) -> tuple[str, ...]:
    """Who has declined and gets no regret, since nobody knows who said no. Who is named or of a status that is named, does."""
    if order.kind != "regret" or order.only or order.statuses:
        return ()
    before = read_declined_from(store, edition.id)
    return tuple(one.name for one in enrollment.list_named(store, edition.ref, ["declined"]) if before[one.id] is None)


def _nobody(edition: Edition, kind: str, chosen: Sequence[str] | None, *, again: bool = False) -> NobodyToWriteTo:
    if chosen:
        return NobodyToWriteTo(
            N_("Nobody in {reference} is {statuses}, so there is no letter to write."),
            reference=edition.reference,
            statuses=", ".join(chosen),
        )
    if again:
        return NobodyToWriteTo(
            N_("Nobody in {reference} is accepted or confirmed, so there is no letter to write."),
            reference=edition.reference,
        )
    return NobodyToWriteTo(_NOBODY[kind], reference=edition.reference)


def _experts(store: Store, edition: Edition, order: Order) -> Iterator[_To]:
    """The experts who are named, or all, in the order in which they were added."""
    listed = program.list_experts(store, edition.ref)
    erased = people.list_erased(store, [one.person.id for one in listed])
    everybody = [one for one in listed if one.person.id not in erased]
    emails = {one.person.id: one.email for one in everybody}
    wanted, unwanted = ({_expert_id(everybody, edition, who, emails) for who in whom} for whom in (order.only, order.leave_out))  # fmt: skip
    them = [one for one in everybody if (not wanted or one.person.id in wanted) and one.person.id not in unwanted]
    if not them:
        raise _nobody(edition, "invitation", None)
    others = read_others(store, edition.id)
    for one in them:
        more = others[one.person.id]
        somebody = Somebody(
            one.person.id, "expert", one.person.name, None, one.honorific or "", more.given_name, more.family_name,
            more.sex, more.language, one.country, one.organization or {}, one.acronym or {}, one.post,
        )  # fmt: skip
        yield _To(language_of(more.language, edition, order), _short(one.person.id), somebody)


def _expert_id(
    everybody: Sequence[program.Expert], edition: Edition, who: str, emails: Mapping[int, str | None]
) -> int:
    by_email = [one.person.id for one in everybody if one.email and one.email.casefold() == who.strip().casefold()]
    if len(by_email) == 1:
        return by_email[0]
    found = program.find_among([one.person for one in everybody], who, emails)
    if found is None:
        raise program.NoExpert(name=who, edition=edition.reference)
    return found.id


def _organizations(store: Store, edition: Edition, order: Order) -> Iterator[_To]:
    """The organizations that are named, else those that the call offers places; else everybody."""
    language = language_of(None, edition, order)
    invited = [
        str(one.organization_id) for one in read_offered(store, edition.id) if one.organization_id and one.nominations
    ]
    them = {one.id: one for one in (people.get_organization(store, who) for who in order.only or invited)}
    unwanted = {people.get_organization(store, who).id for who in order.leave_out}
    if not them:
        yield _To(language)
    for one in them.values():
        if one.id not in unwanted:
            yield _To(language, _short(one.id), organization=one)


_ADDRESSEES: Mapping[str, Callable[[Store, Edition, Order], Iterator[_To]]] = {
    "call": _organizations,
    "acceptance": _candidates,
    "regret": _candidates,
    "reserve": _candidates,
    "invitation": _experts,
}


def _short(identity: int) -> str:
    """Five letters for who has no number: the same in every letter, whoever comes or goes."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else
    return "".join(alphabet[byte % 32] for byte in sha256(str(identity).encode()).digest()[:5])


# What it says --------------------------------------------------------------------------------------------------------------


class _Letters:
    """Makes the facts of letters; what those in one language share is gathered once."""

    def __init__(self, store: Store, edition: Edition, order: Order, kind: facts.LetterKind) -> None:
        self._store, self._edition, self._order, self._kind = store, edition, order, kind
        self._terms: Terms = read_terms(store, edition.id)
        self._course = editions.get_course(store, edition.course)
        self._signatories = editions.list_signatories(store, edition.id)
        _check_ready(edition, bool(self._signatories))
        self._offered = read_offered(store, edition.id) if kind == "call" else []
        self._sessions = program.list_sessions(store, edition.ref) if kind == "invitation" else []
        self._voices: dict[str, Voice] = {}
        self._heads: dict[str, facts.EditionFacts] = {}

    def letter(self, to: _To) -> facts.LetterFacts:
        """The facts of one letter."""
        language = to.language
        if language not in self._voices:
            self._voices[language] = Voice(language, self._edition.languages)
            self._heads[language] = edition_in(self._store, self._edition, self._voices[language])
        voice, order = self._voices[language], self._order
        return facts.LetterFacts(
            kind=self._kind,
            edition=self._heads[language],
            number=to.number,
            reference=order.reference,
            written_on=order.written_on or date.fromisoformat(self._edition.start or ""),
            signatory=self._signatory(voice),
            addressee=self._addressee(to, voice),
            audience=voice.text(self._course.audience),
            languages=tuple(locale.language_name(one, language) for one in self._edition.languages),
            costs=voice.text(self._terms.costs),
            contact=self._terms.contact,
            places=self._places(to, voice),
            seats=self._edition.seats if self._kind == "call" else None,
            nominations_by=self._terms.nominations_by,
            confirm_by=self._terms.confirm_by,
            confirmed=to.status == "confirmed",
            waiting=to.status == "waitlisted",
            sessions=tuple(self._taught(to, voice)),
            materials_by=order.materials_by,
            crest=self._picture(self._course.crest, voice.text(self._course.title)),
        )

    def lacking(self, letters: Sequence[facts.LetterFacts]) -> tuple[str, ...]:
        """What these letters usually say, and can't: names of the facts."""
        needed: Mapping[str, tuple[tuple[str, str], ...]] = {
            "call": (
                ("nominations_by", N_("deadline for nominations")), ("audience", N_("profile")), ("offers", N_("places")),
                ("costs", N_("costs covered")), ("contact", N_("contact")),
            ),
            "acceptance": (("confirm_by", N_("confirm by")), ("costs", N_("costs covered")), ("contact", N_("contact"))),
            "regret": (),
            "reserve": (("contact", N_("contact")),),
            "invitation": (("sessions", N_("sessions")), ("contact", N_("contact"))),
        }  # fmt: skip
        return tuple(name for field, name in needed[self._kind] if not all(getattr(one, field) for one in letters))

    def _signatory(self, voice: Voice) -> facts.Signatory:
        one = self._signatories[0]
        name = f"{one.honorific or ''} {one.name}".strip()
        return facts.Signatory(
            name,
            voice.text(one.post),
            voice.organization(one.organization, one.acronym),
            voice.text(one.on_behalf_of),
            self._picture(one.signature, name),
        )

    def _picture(self, picture_hash: str | None, alt: str) -> facts.Picture | None:
        if picture_hash is None:
            return None
        picture = editions.get_picture(self._store, picture_hash)
        return facts.Picture(picture.media_type, picture.data, alt)

    def _addressee(self, to: _To, voice: Voice) -> facts.Addressee | None:
        if to.organization is not None:
            one = to.organization
            return facts.Addressee(
                organization=voice.organization(one.name, one.acronym), country_name=voice.country(one.country)
            )
        if to.somebody is None:
            return None
        somebody = to.somebody
        post = somebody.post if isinstance(somebody.post, str) else voice.text(somebody.post)
        return facts.Addressee(
            somebody.bare(capitals=self._order.capitals), somebody.honorific, sex(somebody.sex), post,
            voice.organization(somebody.organization, somebody.acronym), voice.country(somebody.country),
        )  # fmt: skip

    def _places(self, to: _To, voice: Voice) -> tuple[facts.Places, ...]:
        """The organization's own places, else its country's, else everybody's, by name."""
        own = to.organization
        if own is not None:
            mine = [one for one in self._offered if one.organization_id == own.id] or [
                one for one in self._offered if one.country and one.country == own.country
            ]
            return tuple(self._place(one, voice) for one in mine)
        named = [self._place(one, voice) for one in self._offered]
        return tuple(sorted(named, key=lambda one: locale.sort_key(one.name, voice.language)))

    def _place(self, one: Offered, voice: Voice) -> facts.Places:
        name = voice.country(one.country) if one.country else voice.text(one.name)
        return facts.Places(name, one.nominations or None, one.most)

    def _taught(self, to: _To, voice: Voice) -> Iterator[facts.SessionFacts]:
        person = to.somebody.person_id if to.somebody else None
        for one in self._sessions:
            if person in {expert.id for expert in one.experts}:
                yield facts.SessionFacts(
                    one.number, date.fromisoformat(one.date), one.start, one.end, one.kind, voice.text(one.title),
                    one.minutes, one.counts, one.module, one.room or "", modality=one.modality,
                )  # fmt: skip


def _check_ready(edition: Edition, signed: bool) -> None:
    needed = (
        (edition.place or edition.venue or edition.country, N_("the place"), "--place PLACE"),
        (signed, N_("who signs"), '--signatory "NAME | POST"'),
    )
    missing = [(name, option) for value, name, option in needed if not value]
    if missing:
        raise NotReady(edition.reference, [name for name, _ in missing], [option for _, option in missing])
