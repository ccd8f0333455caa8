"""What the words of a roster mean: the same for the cells of a file and for the options of a command."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from coursectl import locale
from coursectl.editions import EditionRef
from coursectl.enrollment.headers import HEADERS
from coursectl.enrollment.planning import NewEnrollment
from coursectl.enrollment.statuses import ENTRY, STATUSES
from coursectl.errors import N_, BadInput, Fault, Usage, untranslated
from coursectl.people import NewOrganization, NewPerson, get_person, is_email
from coursectl.store import Store
from coursectl.tables import clean

OPTIONS: Mapping[str, str] = {
    **{name: f"--{name.replace('_', '-')}" for name in HEADERS}, "name": "NAME", "organization": "--org", "nominated_by": "--by"
}  # fmt: skip
"""The options of commands that say the same of one person, by field."""

OF_EVERYBODY = ("country", "nominated_by", "organization", "category", "language", "funder", "status")
"""What may be said of everybody in a list at once, where its rows don't say it."""

_STATUS_WORDS = {
    "accepted": "accepted|aceptado|aceptada|admitido|admitida|aceito|aceita|accepté|acceptée|admis|admise",
    "confirmed": "confirmed|confirmado|confirmada|confirmé|confirmée",
    "nominated": "nominated|nominado|nominada|postulado|postulada|propuesto|propuesta|candidato|candidata|indicado"
    "|indicada|nommé|nommée|candidat|candidate|proposé|proposée",
    "waitlisted": "waitlisted|waiting list|em espera|lista de espera|en lista de espera|en espera|em lista de espera|liste d'attente"
    "|en liste d'attente|sur liste d'attente",
    "declined": "declined|declinado|declinada|declinó|declinou|recusou|recusado|recusada|a décliné|décliné|déclinée",
    "withdrawn": "withdrawn|retirado|retirada|se retiró|desistiu|desistente|désisté|désistée|retiré|retirée",
    "no_show": "no show|no_show|no se presentó|ausente|não compareceu|non venu|non venue|absent|absente",
    "completed": "completed|finalizó|completó|completado|completada|concluiu|concluído|concluída|terminé|terminée|achevé|achevée",
    "not_completed": "not completed|not_completed|no finalizó|no completó|no completado|no completada|não concluiu|não concluído"
    "|não concluída|non terminé|non terminée|non achevé|non achevée",
}
_RESERVE_WORDS = {
    "yes": "suplente|suplentes|reserva|reserve|alternate|substitute|suppléant|suppléante|réserve|remplaçant|remplaçante",
    "no": "titular|titulares|principal|main|titulaire|efetivo|efetiva|efectivo|efectiva",
}

YOUNGEST, OLDEST = 10, 100  # years, in the year of the edition; what is beyond them is a slip of the finger


@dataclass(frozen=True)
class BadCell:
    """What is wrong with a value: its field and an untranslated wording."""

    field: str
    reason: str
    facts: tuple[tuple[str, object], ...] = ()


class BadValue(BadInput):
    """An option of a command that can't be used, told like a cell of a file."""

    def __init__(self, fault: Fault) -> None:
        super().__init__("", fault=fault)
        self._fault = fault

    def sentence(self, translate: Callable[[str], str] = untranslated) -> str:
        return self._fault.sentence(translate)


def read_enrollment(
    values: Mapping[str, str], on: str, statuses: Sequence[str] = ENTRY
) -> tuple[NewEnrollment, list[BadCell]]:
    """What the words say, and what is wrong with some of them. `values` are by the fields of `HEADERS`; missing is empty.

    `on` is the day on which ages are looked at (`age_day`). `statuses` are those that somebody may be enrolled with.
    """
    said = {name: text for name, text in values.items() if text}
    bad: list[BadCell] = []
    read = {name: _read(name, said.get(name, ""), bad) for name in _READERS}
    if read["status"] not in (None, *statuses):
        bad.append(BadCell("status", _READERS["status"][1]))
    birth_year = _birth_year(said.get("birth_year", ""), on, bad)
    names = _names(said)
    if not any(names.values()):
        bad.append(BadCell("name", N_("who is it? There is no name")))
    elif all(part.replace(" ", "").isdecimal() for part in names.values() if part):
        bad.append(BadCell("name", N_("a number is no name; write the full name")))
    person = NewPerson(
        **names,
        honorific=said.get("honorific"),
        sex=read["sex"],
        birth_year=birth_year,
        nationality=read["nationality"],
        email=read["email"],
        phone=said.get("phone"),
        language=read["language"],
    )
    wanted = NewEnrollment(
        person=person,
        country=read["country"],
        organization=NewOrganization.named(said["organization"], read["country"]) if "organization" in said else None,
        post=said.get("post"),
        sex=read["sex"],
        category=read["category"] or "official",
        status=read["status"] or "accepted",
        funder=said.get("funder"),
        priority=_priority(said.get("priority", ""), bad),
        reserve=_answer(read["reserve"]),
        nominated_by=NewOrganization.named(said["nominated_by"], read["country"]) if "nominated_by" in said else None,
        publish=_answer(read["publish"]),
        needs=said.get("needs"),
    )
    return wanted, bad


def describe(store: Store, options: Mapping[str, str], on: str) -> NewEnrollment:
    """Who is meant by the options of a command, by the fields of `HEADERS`; `name` may be the e-mail of a known person.

    Raises BadValue for an option that can't be used, NotFound where nobody has the e-mail.
    """
    said = dict(options)
    if "@" in said["name"]:
        known = get_person(store, said["name"])
        said |= {"name": known.name, "email": said.get("email") or known.email or ""}
    wanted, bad = read_enrollment({field: clean(words) for field, words in said.items()}, on)
    for cell in bad:
        raise BadValue(Fault(None, OPTIONS[cell.field], said[cell.field], cell.reason, cell.facts))
    return wanted


def describe_all(store: Store, names: Sequence[str], options: Mapping[str, str], on: str) -> list[NewEnrollment]:
    """Several people who have the same options. Raises as `describe`, and Usage where words may be parts of one name."""
    if len(names) > 1:
        for name in names:
            if "@" not in name and len(name.split()) < 2:
                raise Usage(
                    N_(
                        "Is {name!r} a whole name? Put quotation marks around each: {quoted}; and enroll who has one name "
                        "only by a command of their own."
                    ),
                    name=name,
                    quoted=f'"{" ".join(names[:2])}"',
                )
    return [describe(store, {"name": name, **options}, on) for name in names]


def read_country(words: str | None) -> str | None:
    """The alpha-2 code of the country that an option names. Raises BadValue."""
    code = locale.find_country(words) if words else None
    if words and code is None:
        raise BadValue(Fault(None, "--country", words, _READERS["country"][1]))
    return code


def read_values(said: Mapping[str, str]) -> dict[str, str | None]:
    """The codes that words mean, by field; None where they mean none, and texts as they are."""
    return {name: _READERS[name][0](words) if name in _READERS else words for name, words in said.items()}


def read_option(name: str, words: str | None) -> str | None:
    """What an option says of sex or category; "" clears. Raises BadValue."""
    if not words:
        return words
    reader, reason = _READERS[name]
    found = reader(clean(words))
    if found is None:
        raise BadValue(Fault(None, f"--{name}", words, reason))
    return found


def of_everybody(said: Mapping[str, str]) -> dict[str, str]:
    """Of options those that are everybody's in a list, by field, read as far as they are codes. Raises BadValue, Usage."""
    found = {
        name: read_option(name, said[name]) or said[name] if name in _READERS else clean(said[name])
        for name in OF_EVERYBODY
        if name in said
    }
    if found.get("status", ENTRY[0]) not in ENTRY:
        raise Usage(N_("--status is accepted, confirmed or nominated."))
    return found


@cache
def _statuses() -> dict[str, str]:
    return {locale.fold(word): status for status in STATUSES for word in _STATUS_WORDS[status].split("|")}


@cache
def _reserves() -> dict[str, str]:
    return {locale.fold(word): answer for answer, words in _RESERVE_WORDS.items() for word in words.split("|")}


_READERS: Mapping[str, tuple[Callable[[str], str | None], str]] = {
    "country": (
        lambda words: locale.find_country(words),
        N_("no country is called so; write its name in English, Spanish, Portuguese or French, or its two-letter code"),
    ),
    "nationality": (
        lambda words: locale.find_country(words),
        N_("no country is called so; write its name in English, Spanish, Portuguese or French, or its two-letter code"),
    ),
    "sex": (
        lambda words: locale.read_word("sex", words),
        N_("this is no sex that can be read; write F, M, other or not stated"),
    ),
    "category": (
        lambda words: locale.read_word("category", words),
        N_("there is no such category; write official, academic, international staff or observer"),
    ),
    "language": (
        lambda words: locale.find_language(words),
        N_("no language is called so; write its name or its tag, like es, pt, fr or en"),
    ),
    "status": (
        lambda words: _statuses().get(locale.fold(words)),
        N_("nobody can be enrolled with this status; write accepted, confirmed or nominated"),
    ),
    "reserve": (
        lambda words: _reserves().get(locale.fold(words)) or locale.read_word("yes_no", words),
        N_("say yes for who is in reserve, or no"),
    ),
    "publish": (
        lambda words: locale.read_word("yes_no", words),
        N_("say yes for who agreed to be published, or no"),
    ),
    "email": (
        lambda words: words if is_email(words) else None,
        N_("this is not one e-mail address; write it like ana@dnm.example"),
    ),
}


def _read(name: str, words: str, bad: list[BadCell]) -> str | None:
    if not words:
        return None
    reader, reason = _READERS[name]
    found = reader(words)
    if found is None:
        bad.append(BadCell(name, reason))
    return found


def _answer(word: str | None) -> bool | None:
    return None if word is None else word == "yes"


def _priority(words: str, bad: list[BadCell]) -> int | None:
    """The place in the order of who nominates: `1`, `2.ª`, `3º`."""
    if not words:
        return None
    number = _ORDINAL.fullmatch(words)
    if number is None or not int(number[1]):
        bad.append(BadCell("priority", N_("this is no priority; write a whole number from 1")))
        return None
    return int(number[1])


_ORDINAL = re.compile(r"([0-9]{1,6})(?:[.]?[ªºao°]|st|nd|rd|th|er|re|e|ème)?[.]?")


def _birth_year(words: str, on: str, bad: list[BadCell]) -> int | None:
    if not words:
        return None
    year, then = _year_in(words), int(on[:4])
    if year is not None and YOUNGEST <= then - year <= OLDEST:
        return year
    facts = (("year", then), ("oldest", then - OLDEST), ("latest", then - YOUNGEST))
    bad.append(BadCell("birth_year", _NO_YEAR if year is None else _NOT_THEN, facts))
    return None


_NO_YEAR = N_("this is no year of birth; write four digits, between {oldest} and {latest}, or nothing")
_NOT_THEN = N_("who takes part in {year} was born between {oldest} and {latest}; correct the year, or leave it empty")


def _year_in(words: str) -> int | None:
    """The year that four digits or a date say; nothing else of a date is kept."""
    if date := _BIRTH_DATE.fullmatch(words):
        return int(date[1] or date[2])
    if len(words) == 4 and words.isascii() and words.isdecimal():
        return int(words)
    try:
        return locale.parse_date(words).year
    except BadInput:
        return None


def age_day(store: Store, edition: EditionRef, today: str) -> str:
    """The day on which ages are looked at: the edition's first, or one of its year; today where neither is known."""
    rows = store.read("SELECT start_date, year FROM edition WHERE id = :id", {"id": edition.id}, level="strong")
    start, year = (rows[0]["start_date"], rows[0]["year"]) if rows else (None, None)
    return start or (f"{year:04}-01-01" if year else today)


_BIRTH_DATE = re.compile(r"([0-9]{4})[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4})")


def _names(said: Mapping[str, str]) -> dict[str, str | None]:
    """The names as they were given: whole, or in parts. `Pérez, Ana` in one column is taken apart at its comma."""
    family, given, name = said.get("family_name"), said.get("given_name"), said.get("name")
    inverted = said.get("inverted_name", "")
    if inverted and not family:
        family, comma, given = (part.strip() or None for part in inverted.partition(","))
        if not comma:
            family, name = None, inverted
    return {"name": name, "given_name": given, "family_name": family}
