"""Dates as documents write them: in words, day first."""

from __future__ import annotations

import datetime

from coursectl.locale.languages import base_language, locale_of

# Day, month and year in CLDR's letters. English is day-first in every document of ours: a date is read in many countries.
_LONG = {
    "en": "d MMMM y", "es": "d 'de' MMMM 'de' y", "pt": "d 'de' MMMM 'de' y", "fr": "d MMMM y", "ar": "d MMMM y",
    "zh": "y年M月d日", "ru": "d MMMM y 'года'",
}  # fmt: skip
_WITHOUT_YEAR = {
    "en": "d MMMM", "es": "d 'de' MMMM", "pt": "d 'de' MMMM", "fr": "d MMMM", "ar": "d MMMM", "zh": "M月d日", "ru": "d MMMM",
}  # fmt: skip
_WEEKDAY = {
    "en": "EEEE {}", "es": "EEEE {}", "pt": "EEEE, {}", "fr": "EEEE {}", "ar": "EEEE {}", "zh": "{}EEEE", "ru": "EEEE, {}",
}  # fmt: skip
# The English range is set with an en dash, between spaces where a side has more than the day.
_RANGE = {
    "en": "{} – {}", "es": "del {} al {}", "pt": "de {} a {}", "fr": "du {} au {}", "ar": "من {} إلى {}", "zh": "{}至{}",
    "ru": "с {} по {}",
}  # fmt: skip
_RANGE_OF_DAYS = _RANGE | {"en": "{}–{}"}
_SINGLE_DAY = {"en": "{}", "es": "el {}", "pt": "em {}", "fr": "le {}", "ar": "في {}", "zh": "{}", "ru": "{}"}
# Arabic has two sets of names of months. The United Nations write both, so that all Arab countries read their own; CLDR has
# one of them for each country.
_ARABIC_MONTHS = (
    "كانون الثاني/يناير", "شباط/فبراير", "آذار/مارس", "نيسان/أبريل", "أيار/مايو", "حزيران/يونيه", "تموز/يوليه", "آب/أغسطس",
    "أيلول/سبتمبر", "تشرين الأول/أكتوبر", "تشرين الثاني/نوفمبر", "كانون الأول/ديسمبر",
)  # fmt: skip


def format_date(date: datetime.date, language: str) -> str:
    """`9 March 2015`, `9 de marzo de 2015`, `9 de março de 2015`, `9 mars 2015`, `2015年3月9日`; in Latin digits everywhere."""
    return _written(date, language, _LONG.get(base_language(language), "long"))


def format_day(date: datetime.date, language: str) -> str:
    """The date with its weekday: `Monday 9 March 2015`, `lunes 9 de marzo de 2015`."""
    base = base_language(language)
    if base not in _LONG:
        return _written(date, language, "full")
    return _written(date, language, _WEEKDAY[base].format(_LONG[base]))


def format_date_range(start: datetime.date, end: datetime.date, language: str) -> str:
    """When something is held, to stand in a sentence: `9–20 March 2015`, `del 9 al 20 de marzo de 2015`.

    What both dates share is said once. A single day is `9 March 2015`, `el 9 de marzo de 2015`.
    """
    base = base_language(language)
    if base not in _LONG:
        from babel.dates import format_interval

        return format_interval(start, end, "yMMMd", locale=locale_of(language))
    if start == end:
        return _SINGLE_DAY[base].format(format_date(start, language))
    if base == "zh":
        return _chinese_range(start, end, language)
    last = format_date(end, language)
    if (start.year, start.month) == (end.year, end.month):
        return _RANGE_OF_DAYS[base].format(_written(start, language, "d"), last)
    first = _WITHOUT_YEAR[base] if start.year == end.year else _LONG[base]
    return _RANGE[base].format(_written(start, language, first), last)


def _chinese_range(start: datetime.date, end: datetime.date, language: str) -> str:
    """The year comes first, so the end leaves out what both dates share: `2015年3月9日至20日`."""
    shared = (start.year == end.year) + ((start.year, start.month) == (end.year, end.month))
    last = (_LONG["zh"], _WITHOUT_YEAR["zh"], "d日")[shared]
    return _RANGE["zh"].format(format_date(start, language), _written(end, language, last))


def _written(date: datetime.date, language: str, pattern: str) -> str:
    from babel.dates import format_date as babel_date

    if date.day == 1:
        pattern = _with_first(pattern, language)
    if language == "ar":
        pattern = pattern.replace("MMMM", f"'{_ARABIC_MONTHS[date.month - 1]}'")
    return babel_date(date, pattern, locale=locale_of(language))


def _with_first(pattern: str, language: str) -> str:
    """The first of a month is an ordinal in French and in Brazil: `1er mars`, `1º de março`."""
    base = base_language(language)
    ending = "er" if base == "fr" else "º" if base == "pt" and language != "pt-PT" else ""
    return pattern.replace("d", f"d'{ending}'", 1) if ending else pattern
