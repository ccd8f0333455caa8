"""Language tags (BCP 47) and the names of languages."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from coursectl.locale.folding import fold
from coursectl.locale.messages import LANGUAGES

if TYPE_CHECKING:
    from babel import Locale

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?(?:-[a-z0-9]{5,8})*", re.I
)

_ALSO_CALLED = {
    "castellano": "es",
    "castelhano": "es",
    "castilian": "es",
    "castillan": "es",
    "creole": "ht",
    "créole": "ht",
    "kreyòl": "ht",
    "kreyòl ayisyen": "ht",
    "haitiano": "ht",
    "haïtien": "ht",
    "portugués brasileño": "pt-BR",
    "português brasileiro": "pt-BR",
    "portugais du brésil": "pt-BR",
    "brazilian portuguese": "pt-BR",
    "quichua": "qu",
    "kichwa": "qu",
    "aymara": "ay",
    "guarani": "gn",
    "mandarin": "zh",
    "русский": "ru",
    "العربية": "ar",
    "中文": "zh",
    "汉语": "zh",
}


def is_language(tag: str) -> bool:
    """Whether this is a BCP 47 tag of a language that exists, in any case: `es`, `pt-BR`, `zh-Hant`."""
    parts = _TAG.fullmatch(tag)
    if parts is None:
        return False
    language = parts["language"].lower()
    return language in LANGUAGES or language in locale_of("en").languages


def find_language(words: str) -> str | None:
    """The tag that this is (`pt_br` gives `pt-BR`) or that this name has in English, Spanish, Portuguese or French."""
    tag = words.strip().replace("_", "-")
    if is_language(tag):
        return _cased(tag)
    return _languages_by_name().get(fold(words))


def language_name(tag: str, language: str) -> str:
    """What a language is called in another: `español`, `Portuguese`; its tag where nothing is known of it."""
    names = locale_of(language).languages
    name: str = names.get(tag.replace("-", "_")) or names.get(base_language(tag)) or tag
    return name


@cache
def locale_of(language: str) -> Locale:
    """Babel's data for a tag, or for its base language, or English's."""
    from babel import Locale, UnknownLocaleError

    for tag in (language, language.partition("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")


def base_language(language: str) -> str:
    """`pt` of `pt-BR`."""
    return language.partition("-")[0].lower()


def _cased(tag: str) -> str:
    """The tag in the case that BCP 47 recommends."""
    first, *others = tag.split("-")
    return "-".join([first.lower(), *(_cased_part(part) for part in others)])


def _cased_part(part: str) -> str:
    return part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower()


@cache
def _languages_by_name() -> dict[str, str]:
    found = {fold(name): tag for name, tag in _ALSO_CALLED.items()}
    for language in LANGUAGES:
        for tag, name in locale_of(language).languages.items():
            found.setdefault(fold(name), tag.replace("_", "-"))
    return found
