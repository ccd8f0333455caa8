"""Languages, countries, dates and words: what the tool says, what documents print, what cells of lists mean.

Two languages are kept apart: the tool speaks `tool_language()` to the person at the keyboard; documents are in the
language that each function is given: there are more of those (`DOCUMENT_LANGUAGES`). Every command says sentences, few need the rest: so the rest is imported when it is
first asked for, and Babel when a name or a number has to be written.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from coursectl.locale.messages import (
    DOCUMENT_LANGUAGES,
    LANGUAGES,
    gettext,
    in_every_language,
    ngettext,
    set_language,
    tool_language,
    translated,
    unspoken,
)

if TYPE_CHECKING:
    from coursectl.locale.cells import WordKind, is_whole_number, parse_date, parse_time, read_word
    from coursectl.locale.countries import country_in, country_name, find_country, is_country
    from coursectl.locale.dates import format_date, format_date_range, format_day
    from coursectl.locale.folding import fold, sort_key
    from coursectl.locale.languages import find_language, is_language, language_name
    from coursectl.locale.phrases import (
        Text,
        comma,
        counted_like,
        format_hours,
        format_number,
        join_words,
        ordinal,
        pick,
        pick_tag,
        semicolon,
        side_by_side,
    )
    from coursectl.locale.salutations import honorific_in, told_sex, usual_sex, with_honorific
    from coursectl.locale.texts import read_texts, split_texts

__all__ = [
    "DOCUMENT_LANGUAGES",
    "LANGUAGES",
    "Text",
    "WordKind",
    "comma",
    "counted_like",
    "country_in",
    "country_name",
    "find_country",
    "find_language",
    "fold",
    "format_date",
    "format_date_range",
    "format_day",
    "format_hours",
    "format_number",
    "gettext",
    "honorific_in",
    "in_every_language",
    "is_country",
    "is_language",
    "is_whole_number",
    "join_words",
    "language_name",
    "ngettext",
    "ordinal",
    "parse_date",
    "parse_time",
    "pick",
    "pick_tag",
    "read_texts",
    "read_word",
    "semicolon",
    "set_language",
    "side_by_side",
    "sort_key",
    "split_texts",
    "told_sex",
    "tool_language",
    "translated",
    "unspoken",
    "usual_sex",
    "with_honorific",
]

_ROOMS = {
    "cells": ("WordKind", "is_whole_number", "parse_date", "parse_time", "read_word"),
    "countries": ("country_in", "country_name", "find_country", "is_country"),
    "dates": ("format_date", "format_date_range", "format_day"),
    "folding": ("fold", "sort_key"),
    "languages": ("find_language", "is_language", "language_name"),
    "phrases": (
        "Text",
        "comma",
        "counted_like",
        "format_hours",
        "format_number",
        "join_words",
        "ordinal",
        "pick",
        "pick_tag",
        "semicolon",
        "side_by_side",
    ),
    "salutations": ("honorific_in", "told_sex", "usual_sex", "with_honorific"),
    "texts": ("read_texts", "split_texts"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(name)
    found: object = getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
    globals()[name] = found
    return found
