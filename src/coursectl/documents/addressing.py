"""How somebody is addressed, in letters and in tables for mail merge: one rule, with the words of the language's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coursectl import locale
from coursectl.documents.wording import Words, list_languages, read_words, words_of

_SEXES = ("female", "male")


@dataclass(frozen=True)
class Addressed:
    """`treatment`: `Dra.`, the usual `Sr.`, or "" where nobody knows. `form`: neutral, female or male, as the letter agrees."""

    treatment: str
    salutation: str
    form: str


def address(
    words: Words, language: str, name: str, family_name: str | None, honorific: str | None, sex: str | None
) -> Addressed:
    """By treatment and surname, where both are known, else by the whole name: `Estimada Dra. Pérez:`, `Dear Ana Pérez,`.

    `words` are the letters' of the language. Who has no treatment and whose sex nobody knows is addressed in neutral words.
    """
    told = locale.told_sex(honorific, sex)
    form = told if told in _SEXES else "neutral"
    usual = locale.usual_sex(honorific) or told
    treatment = locale.honorific_in(honorific, language) or (words["treatment"][usual] if usual in _SEXES else "")
    called = locale.with_honorific(treatment, family_name or name, language) if treatment else name
    return Addressed(treatment, words["salutation"][form].format(name=called), form)


class Addressing:
    """The same by language, for who has no documents to write: a language without words speaks English."""

    def __init__(self, templates: Sequence[Path] = ()) -> None:
        self._templates = templates
        self._words: dict[str, Words] = {}

    def __call__(
        self, language: str, name: str, family_name: str | None, honorific: str | None, sex: str | None
    ) -> tuple[str, str]:
        """Treatment and salutation. Raises BadTemplate."""
        known = list_languages(self._templates)
        spoken = language if {language, language.partition("-")[0]} & set(known) else "en"
        if spoken not in self._words:
            self._words[spoken] = read_words(spoken, self._templates)
        with words_of(spoken):
            addressed = address(self._words[spoken]["letters"], spoken, name, family_name, honorific, sex)
        return addressed.treatment, addressed.salutation
