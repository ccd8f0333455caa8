"""Countries: ISO 3166-1 alpha-2 codes, withdrawn ones included, and their names.

Names are CLDR's, of the language of the document. A country is found by code, by any of those names in English, Spanish,
Portuguese and French, by the other names that `country_words` lists, or by what its people are called.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from coursectl.locale.country_words import ALPHA_2, ALSO_CALLED, SUCCEEDED, WITHDRAWN, WITHDRAWN_ALPHA_3, WITHDRAWN_IN
from coursectl.locale.demonyms import DEMONYMS
from coursectl.locale.folding import fold
from coursectl.locale.languages import base_language, locale_of
from coursectl.locale.messages import LANGUAGES

# Words that names have or lack without becoming another name.
_SMALL_WORDS = frozenset("and y e et the el la los las le les l of de del da do das dos du des d".split())  # noqa: SIM905
_SHORT_FORMS = {
    "st": "saint",
    "ste": "sainte",
    "sta": "santa",
    "sto": "santo",
    "rep": "republica",
    "republic": "republica",
    "republique": "republica",
    "dem": "democratica",
    "is": "islas",
}
# What stands before names that are also known without it.
_FORMS_OF_STATE = frozenset({"republica", "estado", "state", "etat", "reino", "kingdom", "royaume", "commonwealth"})
# Several states bear these; cutting the rest off would choose one of them.
_SHARED = frozenset(
    {"corea", "korea", "coree", "coreia", "congo", "guinea", "guine", "guinee", "china", "samoa", "sudan"}
)


def is_country(code: str) -> bool:
    """Whether this is an alpha-2 code of ISO 3166-1, now or formerly (SU, YU, AN…), in capitals. XK counts, as everywhere."""
    return code in ALPHA_2 or code in WITHDRAWN


def find_country(words: str) -> str | None:
    """The alpha-2 code of the country that this code (two or three letters, any case) or this name means."""
    code = words.strip().upper()
    return code if is_country(code) else _find_by_name(words)


def country_in(code: str, year: int | None) -> str:
    """The code that the country has in the year: BU is MM after 1989; None: today's. One that fell apart stays what it is."""
    withdrawn, successor = SUCCEEDED.get(code, (9999, code))
    return successor if year is None or year > withdrawn else code


def country_name(code: str, language: str) -> str:
    """The country's short name in the language, as CLDR has it; the code itself where there is no such country."""
    if code in WITHDRAWN:
        base = base_language(language)
        if base in WITHDRAWN_IN:
            return WITHDRAWN_IN[base][code]
        return WITHDRAWN[code][LANGUAGES.index(base) if base in LANGUAGES else 0]
    if code not in ALPHA_2:
        return code
    return str(locale_of(language).territories.get(code) or locale_of("en").territories[code])


@cache
def _find_by_name(words: str) -> str | None:
    names = _countries_by_name()
    return next((names[key] for key in _keys(words) if key in names), None)


def _keys(words: str) -> Iterator[str]:
    """What to look for, best first: the name as it stands, turned round, without its form of state, without its tail."""
    whole = _key(words)
    yield whole
    head, tail = _head_and_tail(words)
    if tail:
        yield _key(f"{tail} {head}")
    form, _, name = whole.partition(" ")
    if form in _FORMS_OF_STATE and name not in _SHARED:
        yield name
    if tail and _key(head) not in _SHARED:
        yield _key(head)


def _head_and_tail(words: str) -> tuple[str, str]:
    """`Venezuela` and `República Bolivariana de`, as lists of states write them, in parentheses or after a comma."""
    for mark in ("(", ","):
        head, found, tail = words.partition(mark)
        if found and head.strip():
            return head, tail
    return words, ""


def _key(name: str) -> str:
    """The name folded, small words dropped, usual short forms made long, letters of an acronym joined (`EE. UU.`, `U.S.A.`)."""
    words: list[str] = []
    letters = ""
    for word in [*fold(name).split(), ""]:
        if len(word) == 1:
            letters += word
            continue
        if letters:
            words.append(letters)
            letters = ""
        words.append(_SHORT_FORMS.get(word, word))
    kept = [word for word in words if word and word not in _SMALL_WORDS]
    return " ".join(kept or words).strip()


@cache
def _countries_by_name() -> dict[str, str]:
    found = {_key(name): code for code, names in ALSO_CALLED.items() for name in names.split("|")}
    for code, names in WITHDRAWN.items():
        found.update({_key(name): code for name in names})
    for language in LANGUAGES:
        for code, name in locale_of(language).territories.items():
            if code in ALPHA_2:
                found.setdefault(_key(name), code)
    for code, words in DEMONYMS.items():
        for word in words.split("|"):
            found.setdefault(_key(word), code)
    return _three_letter_codes() | found


def _three_letter_codes() -> dict[str, str]:
    from babel.core import get_global

    aliases = get_global("territory_aliases")
    current = {alpha_3.lower(): codes[0] for alpha_3, codes in aliases.items() if len(alpha_3) == 3 and len(codes) == 1}
    withdrawn = {alpha_3.lower(): code for alpha_3, code in WITHDRAWN_ALPHA_3.items()}
    return {alpha_3: code for alpha_3, code in (current | withdrawn).items() if alpha_3.isalpha() and is_country(code)}
