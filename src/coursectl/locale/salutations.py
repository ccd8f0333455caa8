"""How a letter addresses somebody: `Sra.`, `Estimada Sra. Pérez:`, `Madame,`."""

from __future__ import annotations

from coursectl.locale.languages import base_language

_TREATMENTS = {
    "en": {"female": "Ms.", "male": "Mr."},
    "es": {"female": "Sra.", "male": "Sr."},
    "pt": {"female": "Sra.", "male": "Sr."},
    "fr": {"female": "Madame", "male": "Monsieur"},
}
# Whoever's sex isn't stated is addressed in words that fit everybody. French letters don't say the name.
_LINES = {
    "en": {"female": "Dear {treatment} {name},", "male": "Dear {treatment} {name},", "": "Dear {treatment} {name},"},
    "es": {
        "female": "Estimada {treatment} {name}:",
        "male": "Estimado {treatment} {name}:",
        "": "De nuestra consideración, {treatment} {name}:",
    },
    "pt": {
        "female": "Prezada {treatment} {name},",
        "male": "Prezado {treatment} {name},",
        "": "Com os nossos cumprimentos, {treatment} {name},",
    },
    "fr": {"female": "{treatment},", "male": "{treatment},", "": "Madame, Monsieur,"},
}


def treatment(honorific: str | None, sex: str | None, language: str) -> str:
    """What stands before a name: their own honorific, else the usual one of their sex; "" where nobody knows."""
    return honorific or _TREATMENTS.get(base_language(language), _TREATMENTS["en"]).get(sex or "", "")


def salutation(name: str, honorific: str | None, sex: str | None, language: str) -> str:
    """The first line of a letter to somebody; `name` is their family name, or the whole where they have no other."""
    lines = _LINES.get(base_language(language), _LINES["en"])
    line = lines.get(sex or "", lines[""])
    return " ".join(line.format(treatment=treatment(honorific, sex, language), name=name).split())
