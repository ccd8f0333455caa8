"""Letters: what each can say, what is to be told about them, and their files. To whom they go: addressees.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from coursectl import documents, editions, locale, program
from coursectl.documents import facts
from coursectl.editions import Edition
from coursectl.errors import N_, Usage, Word
from coursectl.store import Store
from coursectl.workflows.printing.addressees import ADDRESSEES, STATUSES, To, list_unasked
from coursectl.workflows.printing.labels import PAPERS
from coursectl.workflows.printing.orders import NotReady, Order, PrintedLetters, Progress
from coursectl.workflows.printing.particulars import Offered, Terms, read_offered, read_terms
from coursectl.workflows.printing.telling import Borrowing, list_late
from coursectl.workflows.printing.voice import Voice, edition_in, sex

KINDS: tuple[facts.LetterKind, ...] = ("call", "acceptance", "regret", "reserve", "invitation")


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
    gathered = [writer.letter(to) for to in ADDRESSEES[kind](store, edition, order)]
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
        kind=kind, letters=len(gathered), lacking=writer.lacking(gathered), unasked=list_unasked(store, edition, order),
        borrowed=writer.borrowing.all, unsplit=tuple(writer.unsplit), late=list_late(edition, gathered),
    )  # fmt: skip


def _check(order: Order, kind: str) -> None:
    if order.paper not in PAPERS:
        raise Usage(N_("There is no paper {paper!r}. Use one of: {known}."), paper=order.paper, known=", ".join(PAPERS))
    if order.statuses and kind not in STATUSES:
        raise Usage(N_("--status is for acceptance, regret and reserve; a {kind} goes to others."), kind=Word(kind))
    if order.again and kind != "acceptance":
        raise Usage(N_("--again is for letters of acceptance."))
    if order.materials_by and kind != "invitation":
        raise Usage(N_("--materials-by is for invitations."))


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
        self.unsplit: dict[str, None] = {}  # in order, each once
        self.borrowing = Borrowing(edition, self._signatories)
        self._voices: dict[str, Voice] = {}
        self._heads: dict[str, facts.EditionFacts] = {}

    def letter(self, to: To) -> facts.LetterFacts:
        """The facts of one letter."""
        language = to.language
        if language not in self._voices:
            self._voices[language] = Voice(language, self._edition.languages)
            self._heads[language] = self._head(self._voices[language])
        voice, order = self._voices[language], self._order
        return facts.LetterFacts(
            kind=self._kind,
            edition=self._heads[language],
            number=to.number,
            reference=order.reference,
            written_on=order.written_on or date.fromisoformat(self._edition.start or ""),
            signatory=self._signatory(voice),
            addressee=self._addressee(to, voice),
            audience=self.borrowing.profile(self._course.audience, voice) if self._kind == "call" else "",
            languages=tuple(locale.language_name(one, language) for one in self._edition.languages),
            costs=self._costs(voice),
            contact=self._terms.contact,
            places=self._places(to, voice),
            seats=self._edition.seats if self._kind == "call" else None,
            nominations_by=self._terms.nominations_by,
            confirm_by=self._terms.confirm_by,
            confirmed=to.status == "confirmed",
            waiting=to.status == "waitlisted",
            candidate=to.candidate,
            sessions=tuple(self._taught(to, voice)),
            materials_by=order.materials_by,
            crest=self._picture(self._course.crest, voice.text(self._course.title)),
        )

    def _head(self, voice: Voice) -> facts.EditionFacts:
        self.borrowing.title_of_course(self._course.title, voice)
        return edition_in(self._store, self._edition, voice)

    def _costs(self, voice: Voice) -> str:
        """What letters of this kind say of them."""
        said = self._kind in ("call", "acceptance", "invitation")
        return self.borrowing.costs(self._terms.costs, voice) if said else ""

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
            self.borrowing.post_of_signatory(one, voice),
            voice.organization(one.organization, one.acronym),
            self.borrowing.behalf_of_signatory(one, voice),
            self._picture(one.signature, name),
        )

    def _picture(self, picture_hash: str | None, alt: str) -> facts.Picture | None:
        if picture_hash is None:
            return None
        picture = editions.get_picture(self._store, picture_hash)
        return facts.Picture(picture.media_type, picture.data, alt)

    def _addressee(self, to: To, voice: Voice) -> facts.Addressee | None:
        if to.organization is not None:
            one = to.organization
            return facts.Addressee(
                organization=voice.organization(one.name, one.acronym), country_name=voice.country(one.country)
            )
        if to.somebody is None:
            return None
        somebody = to.somebody
        if self._order.capitals and somebody.unsplit:
            self.unsplit[somebody.name] = None
        post = somebody.post
        if not isinstance(post, str):
            post = self.borrowing.post_of_expert(somebody.name, post, voice)
        return facts.Addressee(
            somebody.bare(capitals=self._order.capitals), somebody.honorific, sex(somebody.sex), post,
            voice.organization(somebody.organization, somebody.acronym), voice.country(somebody.country),
            somebody.family_name or "",
        )  # fmt: skip

    def _places(self, to: To, voice: Voice) -> tuple[facts.Places, ...]:
        """The organization's own places, then its country's, of which they are; a general letter has everybody's, by name."""
        own = to.organization
        if own is not None:
            mine = [one for one in self._offered if one.organization_id == own.id]
            around = [one for one in self._offered if one.country and one.country == own.country]
            most = min((one.most for one in (*mine, *around) if one.most is not None), default=None)
            return (
                *(self._place(one if one.most is None else replace(one, most=most), voice) for one in mine),
                *(self._place(one, voice) for one in around),
            )
        named = [self._place(one, voice) for one in self._offered]
        return tuple(sorted(named, key=lambda one: locale.sort_key(one.name, voice.language)))

    def _place(self, one: Offered, voice: Voice) -> facts.Places:
        if one.country:
            name = voice.country(one.country)
        elif one.group:
            name = self.borrowing.name_of_group(one.group, one.name, voice)
        else:
            name = voice.text(one.name)
        return facts.Places(name, one.nominations or None, one.most)

    def _taught(self, to: To, voice: Voice) -> Iterator[facts.SessionFacts]:
        person = to.somebody.person_id if to.somebody else None
        for one in self._sessions:
            if person in {expert.id for expert in one.experts}:
                yield facts.SessionFacts(
                    one.number, date.fromisoformat(one.date), one.start, one.end, one.kind,
                    self.borrowing.title_of_session(one.number, one.title, voice),
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
