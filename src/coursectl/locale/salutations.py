"""What a treatment says: the usual one of a sex (`Mr.`, `Sra.`) in any language, and the sex that others tell (`Dra.`, `Licda.`)."""

from __future__ import annotations

from coursectl.locale.folding import fold
from coursectl.locale.languages import base_language

_USUAL: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {"female": ("Ms.", "Mrs.", "Miss"), "male": ("Mr.",)},
    "es": {"female": ("Sra.", "Srta.", "Señora", "Señorita"), "male": ("Sr.", "Señor")},
    "pt": {"female": ("Sra.", "Srta.", "Senhora"), "male": ("Sr.", "Senhor")},
    "fr": {"female": ("Mme", "Madame", "Mlle"), "male": ("M.", "Monsieur")},
    "ar": {"female": ("السيدة", "الآنسة"), "male": ("السيد",)},
    "ru": {"female": ("г-жа", "госпожа"), "male": ("г-н", "господин")},
}
"""The usual treatments of each language, the one that is printed first."""

_SEX_OF_USUAL = {fold(word): sex for sexes in _USUAL.values() for sex, words in sexes.items() for word in words}
# Whoever is Dr. or Lic. may be a woman: these words tell nothing.
_TELLS = {
    "female": "dra licda lcda profa arqa inga mtra dona dna doctora doutora profesora professora embajadora embaixadora ministra directora diretora ambassadrice",
    "male": "licdo lcdo mtro don embajador embaixador",
}  # fmt: skip
_SEX_OF = _SEX_OF_USUAL | {word: sex for sex, words in _TELLS.items() for word in words.split()}


def usual_sex(honorific: str | None) -> str | None:
    """`male` of Mr., Sr., M. and the like, `female` of theirs; None of what says more than the sex."""
    return _SEX_OF_USUAL.get(fold(honorific or ""))


def told_sex(honorific: str | None, sex: str | None) -> str | None:
    """The sex that is known, else the one that the treatment tells: Dra. a woman's, Lic. nobody's."""
    if sex is not None:
        return sex
    return next((_SEX_OF[word] for word in fold(honorific or "").split() if word in _SEX_OF), None)


def with_honorific(honorific: str, name: str, language: str) -> str:
    """`Dra. Ana Pérez`, `李女士`: a Chinese treatment stands after the name."""
    if base_language(language) == "zh" and honorific and not honorific.isascii():
        return f"{name}{honorific}"
    return f"{honorific} {name}".strip()


def honorific_in(honorific: str | None, language: str) -> str:
    """The treatment for a document in a language: a usual one as it is said there, `Mr.` → `M.`; others as they are.

    A usual one is left out where the language's own isn't known.
    """
    sex = usual_sex(honorific)
    if not honorific or sex is None:
        return honorific or ""
    own = _USUAL.get(base_language(language), {}).get(sex, ("",))
    return honorific if fold(honorific) in map(fold, own) else own[0]
