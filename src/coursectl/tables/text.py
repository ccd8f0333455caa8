"""The text of a cell: cleaned of what nobody sees, and kept from being taken for a formula."""

from __future__ import annotations

import re
from unicodedata import category, normalize

# Spreadsheets run a text cell that begins so, some of them also with the full-width signs of East Asian keyboards. A
# leading apostrophe tells them that it is text.
_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_ESCAPED = re.compile(r"''*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")

# Characters that change the order of others or are only there by copying: bidi embeddings, overrides and isolates, zero-width
# space, word joiner, soft hyphen, byte order mark. Joiners and direction marks stay: names in Persian and Arabic need them.
_INVISIBLE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\u00ad\ufeff")


def clean(text: str) -> str:
    """The text in NFC on one line: white space collapsed, control characters and invisible ones removed."""
    if not text.isprintable():
        text = "".join(character for character in text if _stays(character))
    return normalize("NFC", " ".join(text.split()))


def _stays(character: str) -> bool:
    return character.isspace() or (category(character) not in ("Cc", "Cs") and character not in _INVISIBLE)


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _ESCAPED.match(text) else text
