"""The language that the tool speaks, and its catalogs."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = ("en", "es", "pt", "fr")
"""What the tool speaks, source language first."""

DOCUMENT_LANGUAGES = (*LANGUAGES, "ar", "zh", "ru")
"""What documents are in: with these, all official languages of the United Nations. An office may add catalogs of others."""

# One process speaks to one person, so the language is the process's and not an argument of every sentence.
_spoken = "en"
_loaded: dict[str, NullTranslations] = {}


def set_language(tag: str | None, environ: Mapping[str, str]) -> None:
    """Choose the tool's language: `tag`, else COURSECTL_LANG, else the locale. What it doesn't speak becomes English."""
    global _spoken
    wanted = (environ.get(name) for name in ("COURSECTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    named = tag or next(filter(None, wanted), None) or _language_of_windows()
    base = _base(named)
    _spoken = base if base in LANGUAGES else "en"


def unspoken(environ: Mapping[str, str]) -> str | None:
    """What COURSECTL_LANG asks for, where the tool doesn't speak it. The computer's locale is nobody's wish."""
    named = environ.get("COURSECTL_LANG") or "en"
    return None if _base(named) in (*LANGUAGES, "c", "posix") else named


def _base(named: str) -> str:
    return named.replace("_", "-").replace(".", "-").partition("-")[0].casefold()


def tool_language() -> str:
    """The language that the tool speaks now: one of LANGUAGES."""
    return _spoken


def gettext(message: str) -> str:
    """The sentence in the tool's language, or as it is where its catalog has none."""
    if _spoken == "en" or not message:
        return message
    return _catalog(_spoken).gettext(message)


def translated(message: str, language: str) -> str:
    """The sentence in one of LANGUAGES, whatever the tool speaks; as it is in English, and where the catalog has none."""
    return message if language == "en" or not message else _catalog(language).gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """`one` or `many`, whichever the tool's language uses for `n` things."""
    if _spoken == "en":
        return one if n == 1 else many
    return _catalog(_spoken).ngettext(one, many, n)


def in_every_language(message: str) -> list[str]:
    """The sentence in all languages that the tool speaks, in the order of LANGUAGES."""
    return [message, *(_catalog(language).gettext(message) for language in LANGUAGES[1:])]


def _catalog(language: str) -> NullTranslations:
    if language not in _loaded:
        from gettext import translation
        from pathlib import Path

        catalogs = Path(__file__).parent.parent / "catalogs"
        _loaded[language] = translation("coursectl", str(catalogs), [language], fallback=True)
    return _loaded[language]


def _language_of_windows() -> str:
    """The display language of Windows, where no environment variable tells it; empty elsewhere."""
    if sys.platform != "win32":
        return ""
    import ctypes  # pragma: no cover - only Windows comes here
    from locale import windows_locale  # pragma: no cover

    return windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")  # pragma: no cover
