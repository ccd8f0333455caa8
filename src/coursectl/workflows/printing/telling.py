"""What is to be told of letters that were written: texts in another language than theirs, days that are over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from coursectl import locale, people
from coursectl.documents import facts
from coursectl.editions import Edition, Signatory
from coursectl.errors import N_
from coursectl.locale import Text
from coursectl.workflows.printing.orders import Borrowed, Late
from coursectl.workflows.printing.voice import Voice


class Borrowing:
    """Notes the texts that letters have in another language than their own. `edition` is a reference, for the commands."""

    def __init__(self, edition: Edition, signatories: Sequence[Signatory]) -> None:
        self._edition, self._signatories = edition, signatories
        self._noted: dict[tuple[str, str, str], tuple[str, dict[str, None]]] = {}

    @property
    def all(self) -> tuple[Borrowed, ...]:
        """Each once, in the order in which letters met them."""
        return tuple(
            Borrowed(what, tuple(of), wanted, printed, command)
            for (what, wanted, printed), (command, of) in self._noted.items()
        )

    def title_of_course(self, text: Text, voice: Voice) -> str:
        """The text in the voice, and so below."""
        return self._said(N_("title of the course"), text, voice, self._course("title"))

    def profile(self, text: Text, voice: Voice) -> str:
        return self._said(N_("profile"), text, voice, self._course("audience"))

    def costs(self, text: Text, voice: Voice) -> str:
        return self._said(N_("costs covered"), text, voice, self._of_edition("costs"))

    def title_of_session(self, number: int, text: Text, voice: Voice) -> str:
        command = f'coursectl session edit {number} -e {self._edition.reference} --title "{{tag}}=…"'
        return self._said(N_("title of sessions"), text, voice, command, str(number))

    def post_of_expert(self, name: str, text: Text, voice: Voice) -> str:
        command = f'coursectl expert add "{name}" -e {self._edition.reference} --post "{{tag}}=…"'
        return self._said(N_("post of experts"), text, voice, command, name)

    def name_of_group(self, code: str, text: Text, voice: Voice) -> str:
        command = f'coursectl edition group {self._edition.reference} {code} --title "{{tag}}=…"'
        return self._said(N_("name of groups of countries"), text, voice, command, code)

    def post_of_signatory(self, one: Signatory, voice: Voice) -> str:
        return self._said(N_("post of who signs"), one.post, voice, self._signing(one, f"{one.name} | {{tag}}=…"))

    def behalf_of_signatory(self, one: Signatory, voice: Voice) -> str:
        office = people.organization_label(one.acronym or {}, one.organization or {}, "en")
        line = f"{one.name} | {{tag}}=… | {office} | {{tag}}=…"
        return self._said(N_("on whose behalf is signed"), one.on_behalf_of, voice, self._signing(one, line))

    def _said(self, what: str, text: Text, voice: Voice, command: str, of: str = "") -> str:
        printed = locale.pick_tag(text, voice.language, voice.fallback)
        if printed and _base(printed) not in ("und", _base(voice.language)):
            wanted = voice.language
            _command, which = self._noted.setdefault((what, wanted, printed), (command.replace("{tag}", wanted), {}))
            which |= {of: None} if of else {}
        return voice.text(text)

    def _course(self, option: str) -> str:
        return f'coursectl course edit {self._edition.course} --{option} "{{tag}}=…"'

    def _of_edition(self, option: str) -> str:
        return f'coursectl edition edit {self._edition.reference} --{option} "{{tag}}=…"'

    def _signing(self, one: Signatory, line: str) -> str:
        """Who isn't named doesn't sign any more, so all are."""
        lines = [line if other is one else other.name for other in self._signatories]
        return f"coursectl edition edit {self._edition.reference}" + "".join(f' --signatory "{each}"' for each in lines)


def _base(tag: str) -> str:
    return tag.partition("-")[0].lower()


def list_late(edition: Edition, letters: Sequence[facts.LetterFacts]) -> tuple[Late, ...]:
    """The days that letters name or ask for, and that are over on the day that they are dated."""
    found: dict[Late, None] = {}
    for one in letters:
        found |= dict.fromkeys(_late(edition.reference, one))
    return tuple(found)


def _late(reference: str, one: facts.LetterFacts) -> Iterator[Late]:
    asked = one.kind == "reserve" or (one.kind == "acceptance" and not one.confirmed)
    days: Sequence[tuple[bool, date | None, str, str]] = (
        (one.kind == "call", one.nominations_by, N_("deadline for nominations"), "--nominations-by DATE"),
        (asked, one.confirm_by, N_("confirm by"), "--confirm-by DATE"),
    )
    for meant, day, what, option in days:
        if meant and day and day < one.written_on:
            yield Late(what, day.isoformat(), f"coursectl edition edit {reference} {option}")
    if one.materials_by and one.materials_by < one.written_on:
        yield Late(N_("materials by"), one.materials_by.isoformat(), "--materials-by DATE")
    if one.kind != "regret" and one.edition.end < one.written_on:
        yield Late(N_("end of the course"), one.edition.end.isoformat(), "--date DATE")
