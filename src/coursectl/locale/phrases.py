"""Small pieces of sentences in a document's language: a text among several, ordinals, numbers, lists of words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from coursectl.locale.folding import fold
from coursectl.locale.languages import base_language, locale_of

if TYPE_CHECKING:
    from decimal import Decimal

Text = Mapping[str, str]
"""A text in several languages, keyed by BCP 47 tag. A blank entry counts as missing."""

_AND = {"en": "and", "es": "y", "pt": "e", "fr": "et"}
_COMMA = {"ar": "، ", "fa": "، ", "ur": "، ", "zh": "，", "ja": "、"}
_SEMICOLON = {"ar": "؛ ", "fa": "؛ ", "ur": "؛ ", "zh": "；", "ja": "；"}
_WITHOUT_SPACES = frozenset({"zh", "ja"})


def pick(text: Text, language: str, fallback: Sequence[str] = ()) -> str:
    """The text in the language, else in a near one (`pt-BR`, `pt`), in a fallback, in English, in any; "" if there is none."""
    return text.get(pick_tag(text, language, fallback), "")


def pick_tag(text: Text, language: str, fallback: Sequence[str] = ()) -> str:
    """In which language `pick` gives the text; "" if there is none."""
    for wanted in (language, *fallback, "en"):
        for tag in _near_tags(text, wanted):
            if text.get(tag):
                return tag
    return next((tag for tag, words in text.items() if words), "")


def _near_tags(text: Text, language: str) -> Iterator[str]:
    base = base_language(language)
    yield language
    yield base
    yield from (tag for tag in text if base_language(tag) == base)


def ordinal(n: int, language: str, gender: str = "feminine") -> str:
    """`37th`, `37.ª`, `37ª`, `37e`: the place `n` in a row, of a feminine or masculine noun (an edition is feminine).

    Arabic, Chinese and Russian have it in the words around the number, `第37届`, `37-й курс`: there it is `37`.
    """
    feminine = gender == "feminine"
    match base_language(language):
        case "en":
            return f"{n}{_english_ending(n)}"
        case "es":
            return f"{n}.ª" if feminine else f"{n}.º"
        case "pt":
            return f"{n}ª" if feminine else f"{n}º"
        case "fr":
            return f"{n}e" if n != 1 else "1re" if feminine else "1er"
        case "ar" | "zh" | "ru":
            return str(n)
    return f"{n}."


def _english_ending(n: int) -> str:
    if n % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def format_number(value: int | float | Decimal, language: str, digits: int | None = None) -> str:
    """A number with the language's separators, with exactly `digits` decimals, or as many as it has (three at most)."""
    from babel.numbers import format_decimal

    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=locale_of(language))


def format_hours(minutes: int, language: str) -> str:
    """Minutes as hours: `60`, `54.5`, `54,5`; at most two decimals."""
    from decimal import Decimal

    from babel.numbers import format_decimal

    return format_decimal(Decimal(minutes) / 60, format="#,##0.##", locale=locale_of(language))


_FRACTIONS_LIKE_TWO = frozenset({"be", "cs", "hr", "pl", "ru", "sk", "sl", "sr", "uk"})


def counted_like(number: float, language: str) -> int:
    """The whole number after which a noun has the form that it has after `number`: a rule of plurals knows no fractions.

    `54,5 часа` like `2 часа`; `1,5 heure` like `1 heure`; elsewhere as after a hundred (CLDR's plural rules).
    """
    if number == int(number):
        return int(number)
    base = base_language(language)
    if base in _FRACTIONS_LIKE_TWO:
        return 2
    return 1 if base in ("fr", "pt") and number < 2 else 100


def join_words(items: Sequence[str], language: str) -> str:
    """`a, b and c` in the language. Spanish says e before the sound of i: `Brasil e Italia`."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    base = base_language(language)
    if base not in _AND:
        from babel.lists import format_list

        return format_list(words, locale=locale_of(language))
    joint = "e" if base == "es" and _sounds_like_i(words[-1]) else _AND[base]
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def comma(language: str) -> str:
    """What stands between the parts of a list, its space included."""
    return _COMMA.get(base_language(language), ", ")


def semicolon(language: str) -> str:
    """What stands between parts that may hold commas, its space included."""
    return _SEMICOLON.get(base_language(language), "; ")


def side_by_side(first: str, second: str, language: str) -> str:
    """Two pieces of a sentence, one after the other: Chinese has no spaces between its words."""
    between = "" if base_language(language) in _WITHOUT_SPACES else " "
    return between.join(part for part in (first, second) if part)


def _sounds_like_i(word: str) -> bool:
    """Whether a Spanish word begins with the sound of i, and not with a diphthong: Italia, hijos, Yves; not hielo, Iowa."""
    letters = fold(word).removeprefix("h")
    return letters[:1] in ("i", "y") and letters[1:2] not in ("a", "e", "i", "o", "u")
