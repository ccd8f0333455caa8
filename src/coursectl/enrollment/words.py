"""What the fields of a list are called, in the languages of the tool."""

from __future__ import annotations

from coursectl import locale
from coursectl.enrollment.exporting import HEADINGS

_MORE = {
    "inverted_name": ("Surnames, given names", "Apellidos, nombres", "Sobrenomes, prenomes", "Nom de famille, prénoms")
}


def field_word(field: str, language: str) -> str:
    """`given names` for `given_name`; the field itself where it has no word."""
    words = {**HEADINGS, **_MORE}.get(field)
    if words is None:
        return field
    word = words[locale.LANGUAGES.index(language) if language in locale.LANGUAGES else 0]
    return word[0].lower() + word[1:]
