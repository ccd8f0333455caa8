"""A text in several languages as a person types it: `es=Directora Regional; en=Regional Director`, or bare."""

from __future__ import annotations

import re
from collections.abc import Iterable

from coursectl.errors import N_, Usage
from coursectl.locale.languages import find_language

_TAG = r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*"
_TAGGED = re.compile(rf"\s*({_TAG})\s*=(.*)", re.DOTALL)
_BETWEEN = re.compile(rf";(?=\s*{_TAG}\s*=)")  # a semicolon of the text itself isn't followed by es=


def read_texts(values: Iterable[str], language: str) -> dict[str, str]:
    """A text by language from `es=Curso …` and the like; one that is bare is in `language`.

    Raises Usage for what is no language, and where one is given twice.
    """
    texts: dict[str, str] = {}
    for value in values:
        tag, text = _tagged(value, language)
        if tag in texts:
            raise Usage(
                N_("{language} is said twice: {first!r} and {second!r}. Say each language once, like es=…"),
                language=tag, first=texts[tag], second=text,
            )  # fmt: skip
        texts[tag] = text
    return texts


def split_texts(words: str) -> list[str]:
    """`es=Directora; en=Director` → `es=Directora`, `en=Director`."""
    return [part.strip() for part in _BETWEEN.split(words)]


def _tagged(value: str, language: str) -> tuple[str, str]:
    if not (match := _TAGGED.fullmatch(value)):
        return language, value
    tag = find_language(match[1])
    if tag is None:
        raise Usage(
            N_("There is no language {tag!r}, in {value!r}. Write es=…, en=…, or say first what it is in: {language}={value}"),
            tag=match[1], value=value, language=language,
        )  # fmt: skip
    return tag, match[2].strip()
