"""How much two people look like one, as a score and in words. Rules only: no store, and nobody is joined by them.

Names are compared word by word, whatever their order: accents, particles and a comma count for nothing; a word may be an
initial, mistyped, or written in another alphabet. What else is known of the two (year of birth, e-mail, country) speaks
for it or against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from coursectl import locale
from coursectl.errors import N_

# Words that some lists write and others leave out.
PARTICLES = frozenset("de del la las los el y e da das do dos di du des van von der den al el bin ibn ben".split())  # noqa: SIM905

ALIKE = 80
"""From this score on (of 100) two are shown as perhaps one."""

SAME_NAME = N_("the same name")
ORDER = N_("the words in another order")
LEFT_OUT = N_("a word of the name left out")
EVERYDAY = N_("all words of the shorter name are in the longer one")
INITIAL = N_("an initial")
MISTYPED = N_("a word spelled a little differently")
TRANSCRIBED = N_("transcribed from another alphabet, or differently")
RARE = N_("a rare name")
SAME_EMAIL = N_("the same e-mail")
LIKE_EMAIL = N_("the same e-mail name elsewhere")
OTHER_EMAIL = N_("another e-mail")
SAME_PHONE = N_("the same telephone")
SAME_YEAR = N_("born in the same year")
OTHER_YEAR = N_("born in another year")
SAME_COUNTRY = N_("of the same country")
OTHER_COUNTRY = N_("of another country")
OTHER_SEX = N_("of another sex")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two look like one: 0 to 100, and why, in words of `N_`."""

    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a person is compared by. `words` are those of `name_words`; `phone` is its last digits.

    `written` are the words in their own letters, where those aren't Latin.
    """

    words: tuple[str, ...]
    birth_year: int | None = None
    email: str | None = None
    phone: str | None = None
    countries: frozenset[str] = frozenset()
    sex: str | None = None
    written: tuple[str, ...] = ()


def likeness(one: Traits, other: Traits, namesakes: float | None = None) -> Likeness:
    """How much the two look like one person. The order of the two makes no difference.

    `namesakes`: how many others of this name are to be expected by chance, where that is known: a rare name says more.
    """
    named = _names(one.words, other.words)
    if named is None:
        return _NOTHING
    share, reasons = named
    score, why = _FOR_A_NAME * share, list(reasons)
    if namesakes is None and EVERYDAY in why:  # among many it is shown where the name is rare, or more is the same
        score = _EVERYDAY_AMONG_FEW
    for points, reason in _beside_the_name(one, other):
        score += points
        if reason:
            why.append(reason)
    if namesakes is not None:
        score += 10 if namesakes < 0.1 else 0 if namesakes < 1 else -8
        why += [RARE] if namesakes < 0.1 else []
    elif min(len(one.words), len(other.words)) > 2:  # a long name is seldom two people's
        score += 6
    return Likeness(max(0, min(99 if why != [SAME_NAME] else 100, round(score))), tuple(why))


_NOTHING = Likeness(0, ())
_FOR_LEFT_OUT = (0.0, 0.1, 0.25, 0.4)  # by how many words
_FOR_EVERYDAY_NAME = (0.1, 0.15)  # by how many words are left out of it
_EVERYDAY_AMONG_FEW = 72.0  # points: with the same country two are shown, unless something speaks against it
_FOR_A_NAME = 75.0


def _beside_the_name(one: Traits, other: Traits) -> Iterator[tuple[int, str]]:
    if one.email and other.email:
        yield _emails(one.email, other.email)
    if one.phone and one.phone == other.phone:
        yield 15, SAME_PHONE
    if one.birth_year and other.birth_year:
        yield (20, SAME_YEAR) if one.birth_year == other.birth_year else (-40, OTHER_YEAR)
    if one.countries and other.countries:
        yield (8, SAME_COUNTRY) if one.countries & other.countries else (-25, OTHER_COUNTRY)
    if one.sex in _TOLD and other.sex in _TOLD and one.sex != other.sex:
        yield -30, OTHER_SEX


_TOLD = ("female", "male")


def _emails(one: str, other: str) -> tuple[int, str]:
    if one == other:
        return 45, SAME_EMAIL
    local = one.partition("@")[0]
    if len(local) > 5 and local == other.partition("@")[0]:
        return 10, LIKE_EMAIL
    return -7, OTHER_EMAIL


# Names --------------------------------------------------------------------------------------------------------------------


def name_words(key: str) -> tuple[str, ...]:
    """The words of a name for comparing: in Latin letters, without particles, in their order. `key` is a `name_key`."""
    words = key.split() if key.isascii() else _latin(key).split()
    return tuple(word for word in words if word not in PARTICLES) or tuple(words)


@lru_cache(maxsize=200_000)
def _latin(key: str) -> str:
    """The key with what isn't Latin transcribed, letter by letter."""
    from anyascii import anyascii

    return locale.fold(anyascii(key))


def _names(one: Sequence[str], other: Sequence[str]) -> tuple[float, tuple[str, ...]] | None:
    """The share of likeness of two names, up to 1, and why; None where they are two people's."""
    if one == other:
        return 1.0, (SAME_NAME,)
    short, long = sorted((sorted(one), sorted(other)), key=lambda words: (len(words), words))
    if short == long:
        return 0.99, (ORDER,)
    free = list(long)
    rest = []
    for word in short:
        if word in free:
            free.remove(word)
        else:
            rest.append(word)
    if len(rest) > 1 and len(rest) == len(short) and min(map(len, rest)) == 1:
        return None
    total, why, mistyped = float(len(short) - len(rest)), list[str](), 0
    for word in rest:
        value, reason, nearest = max((*word_likeness(word, other), other) for other in free)
        if not value:
            return None
        mistyped += reason == MISTYPED
        total += value
        why.append(reason)
        free.remove(nearest)
    if mistyped > 1 or (free and len(short) < 2):
        return None
    if not free:
        return total / len(short), tuple(dict.fromkeys(why)) or (SAME_NAME,)
    if not rest and (len(free) == 1 or _is_everyday_name(short, one if len(one) > len(other) else other)):
        return 1 - _FOR_EVERYDAY_NAME[len(free) - 1], (EVERYDAY,)
    return total / len(short) - _FOR_LEFT_OUT[min(len(free), 3)], tuple(dict.fromkeys((*why, LEFT_OUT)))


def _is_everyday_name(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether these two of four words are a given name and the first surname: Efraín Teófilo Quispe Mendoza is Efraín Quispe.

    Also where the list has the surnames first; and of the given names it may be the second.
    """
    if len(long) != 4 or len(short) != 2:
        return False
    places = {long.index(word) for word in short}
    return places in ({0, 2}, {1, 2}, {0, 3})


@lru_cache(maxsize=300_000)
def word_likeness(one: str, other: str) -> tuple[float, str]:
    """How much two words of a name are one (0: not at all), and why."""
    if one == other:
        return 1.0, ""
    if _FIGURE.search(one) or _FIGURE.search(other):  # another figure is no slip
        return 0.0, ""
    short, long = sorted((one, other), key=len)
    if len(short) == 1:
        return (0.85, INITIAL) if long.startswith(short) else (0.0, "")
    if _of_another_sex(short, long):
        return 0.0, ""
    if sounds(one) == sounds(other):
        return 0.94, TRANSCRIBED
    if _mistyped(short, long):
        return 0.88, MISTYPED
    if len(short) > 3 and bones(one) == bones(other) and _near(sounds(one), sounds(other), len(long) // 4):
        return 0.9, TRANSCRIBED
    return 0.0, ""


_FIGURE = re.compile(r"\d")


def _mistyped(short: str, long: str) -> bool:
    """One slip in a word; two only in a very long one, since Petrov and Pavlov are two families."""
    return _near(short, long, 0 if len(long) < 4 else 1 if len(long) < 12 else 2)


def _near(one: str, other: str, most: int) -> bool:
    """Whether at most so many letters are left out, added, changed, or turned round with the next."""
    from rapidfuzz.distance import OSA

    return most > 0 and OSA.distance(one, other, score_cutoff=most) <= most


def _of_another_sex(short: str, long: str) -> bool:
    """María and Mario, Gabriel and Gabriela: the last letter is no slip of the finger."""
    if len(short) == len(long):
        return short[:-1] == long[:-1] and {short[-1], long[-1]} == {"a", "o"}
    return len(long) == len(short) + 1 and long == short + "a" and short[-1] not in "aeiou"


# How one sound is written in one list and in another: Yuri, Iouri, Juri; Rachid, Rashid; Khaled, Jalid.
_SOUNDS = (
    ("tsch", "s"), ("shch", "s"), ("sch", "s"), ("tch", "s"), ("dzh", "i"), ("dj", "i"), ("zh", "i"), ("kh", ""), ("gh", "g"),
    ("ph", "f"), ("sh", "s"), ("ch", "s"), ("ck", "k"), ("qu", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ts", "s"),
    ("tz", "s"), ("x", "ks"), ("c", "k"), ("q", "k"), ("z", "s"), ("w", "b"), ("v", "b"), ("y", "i"), ("j", "i"), ("h", ""),
    ("e", "i"), ("o", "u"),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1+")
_SOUNDED = re.compile("|".join(written for written, _sound in _SOUNDS))
_SOUND = dict(_SOUNDS)


@lru_cache(maxsize=200_000)
def sounds(word: str) -> str:
    """How the word sounds, roughly: what two transcriptions of one name have in common."""
    return _TWICE.sub(r"\1", _SOUNDED.sub(lambda found: _SOUND[found[0]], word)) or word[:1]


@lru_cache(maxsize=200_000)
def bones(word: str) -> str:
    """The consonants of how it sounds: what is left when vowels are heard differently."""
    return _TWICE.sub(r"\1", re.sub("[aiu]", "", sounds(word))) or word[:1]


# Finding who is worth comparing -------------------------------------------------------------------------------------------


def meeting_points(traits: Traits) -> set[str]:
    """Where two who look like one meet: nobody who meets at none of them is compared.

    Two words by their consonants; of short names also one word, the year, and how the other one begins or ends, since a
    slip of the finger spares one of both; and the e-mail.
    """
    words = traits.words
    hard = [bones(word) for word in words[:6] if len(word) > 1]
    points = {f"{min(pair)} {max(pair)}" for pair in combinations(hard, 2)}
    if len(words) <= 2 or len(hard) < 3:
        points |= set(_of_short(words, traits.birth_year))
    if traits.email:
        points.add(traits.email)
    return points


def _of_short(words: Sequence[str], year: int | None) -> Iterator[str]:
    if len(words) == 1:
        yield f"= {sounds(words[0])}"
    for at, word in enumerate(words):
        for other in (*words[:at], *words[at + 1 :]):
            yield f"{bones(word)} {year} {sounds(other)[0]}_"
            yield f"{bones(word)} {year} _{sounds(other)[-1]}"


def phone_key(phone: str | None) -> str | None:
    """The last eight digits: with and without the country's number it is the same telephone."""
    digits = "".join(filter(str.isdigit, phone or ""))
    return digits[-8:] if len(digits) >= 7 else None


def told_countries(codes: Iterable[str | None]) -> frozenset[str]:
    """The countries that are known."""
    return frozenset(code for code in codes if code)
