"""What an organization is called: which of them are meant by a name, and which are called nearly so. Rules only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from coursectl import locale
from coursectl.errors import N_
from coursectl.locale import Text
from coursectl.people.persons import text_key
from coursectl.tables import clean

_NEAR = 0.9  # of one: a letter or two of a long name
_NAME_AND_ACRONYM = re.compile(r"(?P<name>.*\S)\s*\((?P<acronym>[^()\s\x22\x27][^()\x22\x27]{0,19})\)")

ELSEWHERE = N_("{name} is {known}. Write the id if that one is meant; to add another one, say so with --yes")
SEVERAL = N_(
    "{name} fits several: {known}. Write the id of the one that is meant; to add another one, say so with --yes"
)
NEARLY = N_("{name} looks like {known}. Write it like that; if it is another one, say so with --yes")


@dataclass(frozen=True)
class Organization:
    """An organization. `kind` is a word of the office's own: ministry, agency, university, international, …"""

    id: int
    name: Text
    acronym: Text
    kind: str | None
    country: str | None
    website: str | None
    logo: str | None = None  # the hash of a picture

    @property
    def label(self) -> str:
        """Its acronym or else its name, in whichever language there is."""
        return organization_label(self.acronym, self.name, "en")


@dataclass(frozen=True)
class NewOrganization:
    """An organization as somebody describes it. None means: not said; "" clears.

    `near` is a country that tells offices of one name apart without being the office's own: an expert from Brazil may
    work for an institute in Argentina.
    """

    name: Text = field(default_factory=dict)
    acronym: Text = field(default_factory=dict)
    kind: str | None = None
    country: str | None = None
    website: str | None = None
    near: str | None = None
    logo: str | None = None  # the hash of a picture in the store

    @classmethod
    def named(
        cls, words: str, country: str | None = None, language: str = "und", *, near: str | None = None
    ) -> NewOrganization:
        """An organization by what a cell or an option calls it: `DNM`, `Ministerio del Interior`, `Name (ACR)`.

        `und` is the BCP 47 tag for a language that nobody stated.
        """
        words = clean(words)
        if match := _NAME_AND_ACRONYM.fullmatch(words):
            return cls({language: match["name"]}, {language: match["acronym"]}, country=country, near=near)
        return cls({language: words}, country=country, near=near)


def organization_label(acronym: Text, name: Text, language: str) -> str:
    """The acronym, or else the name, in the language."""
    return locale.pick(acronym, language) or locale.pick(name, language)


def nearly_called(organizations: Iterable[Organization], wanted: NewOrganization) -> list[Organization]:
    """Those of the same country, or of none, whose names are nearly the same."""
    keys = [text_key(text) for text in wanted.name.values() if text]
    return [
        one
        for one in organizations
        if (wanted.country is None or one.country in (None, wanted.country))
        and any(nearly(key, text_key(text)) for key in keys for text in one.name.values())
    ]


class Known:
    """The organizations of the store by everything they are called."""

    def __init__(self, organizations: Sequence[Organization]) -> None:
        self.everybody = tuple(organizations)
        self._by_id = {str(one.id): one for one in organizations}
        self._by_name: dict[str, list[Organization]] = defaultdict(list)
        self._by_acronym: dict[str, list[Organization]] = defaultdict(list)
        for one in organizations:
            self.add(one)

    def add(self, one: Organization) -> None:
        for key in {text_key(text) for text in one.name.values()}:
            self._by_name[key].append(one)
        for key in {text_key(text) for text in one.acronym.values()}:
            self._by_acronym[key].append(one)

    def has_name(self, wanted: NewOrganization) -> bool:
        """Whether any has one of its names."""
        return any(text_key(text) in self._by_name for text in wanted.name.values() if text)

    def fitting(self, wanted: NewOrganization) -> list[Organization]:
        """All that are called so: by a name, else by an acronym that stands alone, or with nearly their name."""
        names = [text_key(text) for text in wanted.name.values() if text]
        called = [one for key in names for one in self._by_name.get(key, ())]
        called = called or [one for key in names for one in self._by_acronym.get(key, ())]
        called = called or self._of_acronym(names, [text_key(text) for text in wanted.acronym.values() if text])
        if wanted.country:
            called = [one for one in called if one.country in (None, wanted.country)]
            called.sort(key=lambda one: one.country is None)
        return list({one.id: one for one in called}.values())

    def doubt(self, wanted: NewOrganization) -> tuple[str, list[Organization]]:
        """Those that one may be who isn't found, and why.

        Ministries of two countries are called alike, so a whole name says nothing across borders; an acronym does.
        """
        if not wanted.country and (several := self.fitting(wanted)):
            return SEVERAL, several
        texts = [text for text in wanted.name.values() if text]
        elsewhere = [
            one
            for one in (self.fitting(replace(wanted, country=None)) if wanted.country else ())
            if any(map(_is_short, texts)) or {*map(text_key, texts)} & {text_key(text) for text in _acronyms(one)}
        ]
        if elsewhere:
            return ELSEWHERE if len(elsewhere) == 1 else SEVERAL, elsewhere
        return NEARLY, nearly_called(self.everybody, wanted)

    def _of_acronym(self, names: Sequence[str], acronyms: Sequence[str]) -> list[Organization]:
        """Those of one of the acronyms whose name was mistyped: within a country two offices may share three letters."""
        return [
            one
            for acronym in acronyms
            for one in self._by_acronym.get(acronym, ())
            if any(nearly(name, text_key(text)) for name in names for text in one.name.values())
        ]

    def find(self, wanted: NewOrganization) -> Organization | None:
        for text in wanted.name.values():
            if text in self._by_id:
                return self._by_id[text]
        fitting = self.fitting(wanted)
        if wanted.near:
            fitting = [one for one in fitting if one.country == wanted.near] or fitting
        if wanted.country:
            return fitting[0] if fitting else None
        of_no_country = [one for one in fitting if one.country is None]
        certain = of_no_country or (fitting if len(fitting) == 1 else [])
        return certain[0] if certain else None


def _is_short(text: str) -> bool:
    """Whether it is an acronym, by how it is written: DNM, UdelaR no, Cancillería no."""
    return len(text.split()) == 1 and text.isupper()


def nearly(one: str, other: str) -> bool:
    """Whether a slip of the pen can be the difference of two keys; another number is none."""
    if one == other:
        return True
    if 2 * min(len(one), len(other)) < _NEAR * (len(one) + len(other)) or _figures(one) != _figures(other):
        return False
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity(one, other, score_cutoff=_NEAR) >= _NEAR


def _figures(key: str) -> list[str]:
    return [word for word in key.split() if not word.isalpha()]


def _acronyms(one: Organization) -> list[str]:
    """Its acronyms, and names that are nothing else."""
    return [*one.acronym.values(), *filter(_is_short, one.name.values())]


def names_of(one: Organization) -> list[str]:
    """Everything that it is called, for matching."""
    return [text_key(text) for text in (*one.name.values(), *one.acronym.values())]


def told_apart(one: Organization) -> str:
    """Its name, with the country and the id."""
    return f"{locale.pick(one.name, 'en')} ({', '.join(filter(None, (one.country, str(one.id))))})"
