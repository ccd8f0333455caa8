"""Comparing and ordering words as people do: without accents, case or punctuation."""

from __future__ import annotations

# Letters that Unicode doesn't take apart although people write them with plain ones.
_PLAIN = {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}

# A letter after every letter that a Spanish name can hold: ñ sorts as n + this, so after nz and before o.
_AFTER_Z = "\u9fff"


def fold(text: str) -> str:
    """The text for matching: compatibility forms, marks and case dropped, punctuation as spaces, spaces collapsed.

    `Muñoz  Peña-Díaz` gives `munoz pena diaz`. Any string is accepted, and folding twice changes nothing.
    """
    return " ".join(text.translate(_FOLDED).split())


def sort_key(text: str, language: str) -> tuple[str, str, str]:
    """The key that sorts names alphabetically: accents count only between names alike without them; Spanish ñ follows n."""
    primary = text
    if language.partition("-")[0] == "es":
        from unicodedata import normalize

        primary = normalize("NFC", text).replace("ñ", "n" + _AFTER_Z).replace("Ñ", "n" + _AFTER_Z)
    return fold(primary), text.casefold(), text


class _Foldings(dict[int, str]):
    """What each character folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_FOLDED = _Foldings()


def _fold_character(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else " "
    from unicodedata import normalize

    before, after = "", character
    while before != after:  # some characters need a second round: ẛ, K, ligatures of capitals
        before, after = after, "".join(_PLAIN.get(c, c) for c in normalize("NFKD", normalize("NFKD", after).casefold()))
    return "".join(map(_kept, after))


def _kept(character: str) -> str:
    """The character if it is a letter, a digit or a vowel sign; nothing for marks and invisible ones; else a space."""
    from unicodedata import category, combining

    kind = category(character)
    if combining(character) or kind == "Cf" or 0xFE00 <= ord(character) <= 0xFE0F:
        return ""
    return character if (character.isalnum() and kind != "Lm") or kind in ("Mc", "Mn") else " "
