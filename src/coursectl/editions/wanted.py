"""An edition as somebody describes it, and what none can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from coursectl import locale
from coursectl.editions.courses import check_share, check_year, said_in
from coursectl.editions.looks import check_design, tidy_colors
from coursectl.errors import N_, BadInput
from coursectl.locale import Text
from coursectl.store import Row, Value, as_json
from coursectl.tables import clean

MODALITIES = ("in_person", "online", "hybrid")

Cleared: TypeAlias = Literal[""]
"""What empties a field that isn't a text."""


class NoModality(BadInput):
    """A way to take part that there isn't."""

    wording = N_("{modality!r} is no modality. Use one of: {known}.")


@dataclass(frozen=True)
class NewEdition:
    """An edition as somebody describes it. None means: not said; "" clears, as no languages do.

    The year needs no saying where the dates are known. A cleared `attendance_minimum` is the course's again, a cleared
    time zone UTC, a cleared `excused` absent, a cleared `modality` in_person, cleared `free_absences` none, a cleared `design`
    the course's.
    """

    number: int
    title: Text | None = None
    year: int | Cleared | None = None
    place: str | None = None
    venue: str | None = None
    country: str | None = None
    start: str | None = None
    end: str | None = None
    time_zone: str | None = None
    seats: int | Cleared | None = None
    waiting_list: bool | None = None
    languages: tuple[str, ...] | None = None
    attendance_minimum: float | Cleared | None = None
    excused: str | None = None
    note: str | None = None
    nominations_by: str | None = None
    confirm_by: str | None = None
    women_share: float | Cleared | None = None
    men_share: float | Cleared | None = None
    costs: Text | None = None
    contact: str | None = None
    auto_promote: bool | None = None
    modality: str | None = None
    free_absences: int | Cleared | None = None
    design: str | None = None
    colors: Mapping[str, str] | None = None  # by role; "" takes one away


COLUMNS = {"start": "start_date", "end": "end_date"}
EMPTY: Row = {
    "year": None, "title": "{}", "place": None, "venue": None, "country": None, "start_date": None, "end_date": None,
    "time_zone": "UTC", "seats": None, "waiting_list": 0, "languages": "[]", "attendance_minimum": None,
    "excused": "absent", "note": None, "closed_on": None, "nominations_by": None, "confirm_by": None, "women_share": None,
    "men_share": None, "costs": "{}", "contact": None, "auto_promote": 0,
    "modality": "in_person", "free_absences": None, "design": None, "colors": "{}",
}  # fmt: skip
_MOST_SEATS = 1_000_000
_MOST_ABSENCES = 1000


def tidy(wanted: NewEdition) -> NewEdition:
    """The same, as it is stored: dates in their one form, codes for countries, tags for languages, texts clean.

    Raises BadInput for what can't be read.
    """
    return replace(
        wanted,
        start=_day(wanted.start),
        end=_day(wanted.end),
        country=_country(wanted.country),
        languages=None if wanted.languages is None else tuple(dict.fromkeys(map(_language, wanted.languages))),
        time_zone=_time_zone(wanted.time_zone),
        place=_cleaned(wanted.place),
        venue=_cleaned(wanted.venue),
        note=_cleaned(wanted.note),
        nominations_by=_day(wanted.nominations_by),
        confirm_by=_day(wanted.confirm_by),
        contact=_cleaned(wanted.contact),
        modality=read_modality(wanted.modality) if wanted.modality else wanted.modality,
        colors=None if wanted.colors is None else tidy_colors(wanted.colors),
    )


def read_modality(words: str) -> str:
    """The modality that a word means in en, es, pt or fr. Raises NoModality."""
    modality = locale.read_word("modality", words)
    if modality is None:
        raise NoModality(modality=words, known=", ".join(MODALITIES))
    return modality


def _cleaned(text: str | None) -> str | None:
    return None if text is None else clean(text)


def columns_of(wanted: NewEdition) -> dict[str, Value]:
    columns: dict[str, Value] = {}
    for name, value in wanted.__dict__.items():
        if name == "number" or value is None:
            continue
        column = COLUMNS.get(name, name)
        match value:
            case "":
                columns[column] = EMPTY[column]
            case bool():
                columns[column] = int(value)
            case tuple():
                columns[column] = as_json(list(value))
            case str() | int() | float():
                columns[column] = value
            case _:
                columns[column] = as_json(said_in(value))
    return columns


def check(wanted: NewEdition, row: Row, reference: str) -> None:
    """What no edition can be, said before the store says it less well."""
    if wanted.number < 1:
        raise BadInput(N_("An edition's number is 1 or more, not {number}."), number=wanted.number)
    start, end = row["start_date"], row["end_date"]
    if start and end and end < start:
        raise BadInput(
            N_("{reference} can't end on {end}, before it starts on {start}."),
            reference=reference,
            start=start,
            end=end,
        )
    if isinstance(wanted.seats, int) and not 0 <= wanted.seats <= _MOST_SEATS:
        raise BadInput(N_("The number of seats is 0 or more, not {seats}."), seats=wanted.seats)
    if wanted.excused and wanted.excused not in ("absent", "present", "exempt"):
        raise BadInput(
            N_("Excused absences count as one of: absent, present, exempt; not {value!r}."), value=wanted.excused
        )
    if isinstance(wanted.free_absences, int) and not 0 <= wanted.free_absences <= _MOST_ABSENCES:
        raise BadInput(
            N_("The number of free absences is from 0 to {most}, not {number}."),
            most=_MOST_ABSENCES,
            number=wanted.free_absences,
        )
    check_design(wanted.design)
    check_year(wanted.year)
    check_share(wanted.attendance_minimum)
    women, men = row["women_share"] or 0, row["men_share"] or 0
    if not (0 <= women <= 1 and 0 <= men <= 1 and women + men <= 1):
        raise BadInput(N_("The target shares of women and men are from 0 to 100 %, and not more than 100 % together."))
    opens, confirms = row["nominations_by"], row["confirm_by"]
    if confirms and start and confirms > start:
        raise BadInput(
            N_("{reference} starts on {start}: nobody can confirm until {day}."),
            reference=reference, start=start, day=confirms,
        )  # fmt: skip
    if opens and end and opens > end:
        raise BadInput(
            N_("{reference} ends on {end}: nobody can be nominated until {day}."),
            reference=reference, end=end, day=opens,
        )  # fmt: skip


def year_of(row: Row, wanted: NewEdition, reference: str) -> Value:
    """The year that the edition is of: as said, or stored, where the dates agree; else that of its first day."""
    years = [int(day[:4]) for day in (row["start_date"], row["end_date"]) if day]
    year: int | None = row["year"]
    if not years or (year is not None and min(years) <= year <= max(years)):
        return year
    if wanted.year:
        raise BadInput(
            N_("{reference} can't be of {year}: it is held from {start} to {end}."),
            reference=reference, year=year, start=row["start_date"] or "…", end=row["end_date"] or "…",
        )  # fmt: skip
    return years[0]


def _day(words: str | None) -> str | None:
    return locale.parse_date(words).isoformat() if words else words


def _country(words: str | None) -> str | None:
    found = locale.find_country(words) if words else words
    if found is None and words:
        raise BadInput(N_("No country is called {country!r}. Use its two-letter code, or its name."), country=words)
    return found


def _language(words: str) -> str:
    found = locale.find_language(words)
    if found is None:
        raise BadInput(N_("{tag!r} is no language. Use tags like es, pt, fr, en."), tag=words)
    return found


def _time_zone(name: str | None) -> str | None:
    """The zone's name as the IANA database writes it: some systems take it in any case, and others then don't find it."""
    if not name:
        return name
    from zoneinfo import available_timezones

    known = available_timezones()
    if name in known:
        return name
    wanted = "_".join(name.split()).casefold()
    found = next((zone for zone in sorted(known) if zone.casefold() == wanted), None)
    if found is None:
        raise BadInput(
            N_("{name!r} is no time zone. Use a name like America/Argentina/Buenos_Aires or Europe/Paris."), name=name
        )
    return found
