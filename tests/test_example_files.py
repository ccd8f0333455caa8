"""The example's files, read with csv and tomllib alone, state what is known of the 37th edition."""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

FOLDER = Path(__file__).parents[1] / "examples" / "icim-37"
LANGUAGES = {"en", "es", "pt", "fr"}
PARTNERS = ["UNHCR", "OHCHR", "IPPDH", "SIMN"]

Row = dict[str, str]


def rows_of(name: str, *, delimiter: str = ",", encoding: str = "utf-8") -> list[Row]:
    """All rows of one file; a row with too few or too many cells fails."""
    with (FOLDER / name).open(encoding=encoding, newline="") as file:
        rows = list(csv.DictReader(file, delimiter=delimiter, strict=True))
    assert all(None not in row and None not in row.values() for row in rows), name
    return rows


def minutes_after_midnight(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def length(session: Row) -> int:
    return minutes_after_midnight(session["end"]) - minutes_after_midnight(session["start"])


def listed(cell: str, separator: str | None = ";") -> list[str]:
    return [part.strip() for part in cell.split(separator)] if cell else []


@pytest.fixture(scope="module")
def course() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "course.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def edition(course: dict[str, Any]) -> dict[str, Any]:
    return next(edition for edition in course["editions"] if edition["number"] == 37)


@pytest.fixture(scope="module")
def acronyms(course: dict[str, Any]) -> list[str]:
    return [organization["acronym"]["en"] for organization in course["organizations"]]


@pytest.fixture(scope="module")
def topics() -> list[Row]:
    return rows_of("topics.csv")


@pytest.fixture(scope="module")
def sessions() -> list[Row]:
    return rows_of("sessions.csv")


@pytest.fixture(scope="module")
def experts() -> list[Row]:
    return rows_of("experts.csv")


@pytest.fixture(scope="module")
def roster() -> list[Row]:
    return rows_of("roster.csv", delimiter=";", encoding="utf-8-sig")


@pytest.fixture(scope="module")
def attendance() -> list[Row]:
    return rows_of("attendance.csv", delimiter=";", encoding="utf-8-sig")


@pytest.fixture(scope="module")
def half_days(sessions: list[Row]) -> dict[str, int]:
    """Contact minutes of each half-day, by the heading of its column: ``D1 am``."""
    counting = [session for session in sessions if session["counts"] == "yes"]
    days = sorted({session["day"] for session in counting})
    minutes: Counter[str] = Counter()
    for session in counting:
        half = "am" if session["start"] < "13:00" else "pm"
        minutes[f"D{days.index(session['day']) + 1} {half}"] += length(session)
    return dict(minutes)


# ---------------------------------------------------------------------------------------------- course.toml


def test_the_course_and_its_editions_are_stated(course):
    assert {key: course["course"][key] for key in ("code", "first_year", "serial", "attendance", "crest")} == {
        "code": "ICIM",
        "first_year": 1979,
        "serial": "{course}-{year}-{number}",
        "attendance": 80,
        "crest": "crest.svg",
    }
    assert course["course"]["title"]["es"] == "Curso Interamericano sobre Migraciones Internacionales"
    assert [(edition["number"], edition["year"]) for edition in course["editions"]] == [
        (36, 2014),
        (37, 2015),
        (38, 2016),
        (39, 2017),
        (40, 2018),
    ]


def test_the_37th_edition_is_two_weeks_in_mar_del_plata_and_says_that_its_dates_are_assumed(edition):
    names = ("start", "end", "place", "country", "time_zone", "seats", "languages", "organizer", "host", "partners")
    assert {name: edition[name] for name in names} == {
        "start": date(2015, 3, 9),
        "end": date(2015, 3, 21),
        "place": "Mar del Plata",
        "country": "AR",
        "time_zone": "America/Argentina/Buenos_Aires",
        "seats": 30,
        "languages": ["es"],
        "organizer": "IOM",
        "host": "MREC",
        "partners": PARTNERS,
    }
    assert (edition["start"].strftime("%A"), edition["end"].strftime("%A")) == ("Monday", "Saturday")
    assert "Dates" in edition["note"]
    assert "assumed" in edition["note"]
    assert "invented" in edition["note"]


def test_whatever_certificates_print_is_there_in_four_languages(course, edition):
    in_four_languages = [
        *(course["course"][key] for key in ("title", "objectives", "methodology", "audience")),
        *(organization[key] for organization in course["organizations"] for key in ("name", "acronym")),
        *(authority["post"] for authority in course["authorities"]),
        *(module["title"] for module in edition["modules"]),
    ]

    assert [words for words in in_four_languages if set(words) != LANGUAGES or not all(words.values())] == []
    assert [set(module["objectives"]) for module in edition["modules"]] == [{"en", "es"}] * 6


def test_the_acronyms_of_the_partners_are_those_of_each_language(course, acronyms):
    assert len(set(acronyms)) == len(acronyms)
    by_english = {organization["acronym"]["en"]: organization["acronym"] for organization in course["organizations"]}
    assert by_english["UNHCR"] == {"en": "UNHCR", "es": "ACNUR", "pt": "ACNUR", "fr": "HCR"}
    assert by_english["OHCHR"] == {"en": "OHCHR", "es": "ACNUDH", "pt": "ACNUDH", "fr": "HCDH"}
    assert by_english["IOM"] == {"en": "IOM", "es": "OIM", "pt": "OIM", "fr": "OIM"}


def test_every_organization_and_authority_that_course_toml_refers_to_is_in_it(course, edition, acronyms):
    keys = [authority["key"] for authority in course["authorities"]]
    signatories = edition["signatories"]

    assert {edition["organizer"], edition["host"], *edition["partners"]} <= set(acronyms)
    assert {authority["organization"] for authority in course["authorities"]} <= set(acronyms)
    assert {signatory["on_behalf_of"] for signatory in signatories if "on_behalf_of" in signatory} <= set(acronyms)
    assert len(set(keys)) == len(keys)
    assert [signatory["authority"] for signatory in signatories] == ["regional-director", "consular-affairs"]
    assert {signatory["authority"] for signatory in signatories} <= set(keys)


def test_the_crest_is_drawn_with_paths_alone(course):
    crest = ElementTree.parse(FOLDER / course["course"]["crest"])
    tags = {element.tag.rpartition("}")[2] for element in crest.iter()}

    assert tags == {"svg", "path"}


# ----------------------------------------------------------------------------------------------- topics.csv


def test_migration_environment_and_climate_change_alone_is_new_in_the_37th(topics):
    in_36 = {topic["title_en"] for topic in topics if "36" in topic["editions"].split()}
    in_37 = {topic["title_en"] for topic in topics if "37" in topic["editions"].split()}

    assert in_37 - in_36 == {"Migration, environment and climate change"}
    assert in_36 - in_37 == {"Migration and health", "Remittances and development", "Ties with communities abroad"}
    assert (len(topics), len(in_36), len(in_37)) == (16, 15, 13)


def test_the_topics_announced_for_the_37th_are_among_its_topics(topics):
    assert {
        "Human rights of migrants",
        "International protection of migrants",
        "Legal aspects of public migration management",
        "Migration, environment and climate change",
        "Programs of international migration",
        "Regional integration processes and current policies",
    } <= {topic["title_en"] for topic in topics if "37" in topic["editions"].split()}


def test_topics_have_a_code_of_their_own_and_a_title_in_four_languages(topics):
    assert len({topic["code"] for topic in topics}) == len(topics)
    assert [topic for topic in topics if not all(topic.values())] == []


# --------------------------------------------------------------------------------------------- sessions.csv


def test_ten_working_days_of_six_hours_and_a_closing_day_without_any(sessions):
    minutes = {session["day"]: 0 for session in sessions}
    for session in sessions:
        minutes[session["day"]] += length(session) if session["counts"] == "yes" else 0

    working_days = [f"2015-03-{day:02}" for day in (9, 10, 11, 12, 13, 16, 17, 18, 19, 20)]
    assert minutes == {**dict.fromkeys(working_days, 360), "2015-03-21": 0}
    assert sum(minutes.values()) == 60 * 60


def test_sessions_stand_in_order_and_no_two_overlap(sessions):
    spans = [(session["day"], session["start"], session["end"]) for session in sessions]

    assert [span for span in spans if span[1] >= span[2]] == []
    assert [(one, other) for one, other in pairwise(spans) if (one[0], one[2]) > (other[0], other[1])] == []


def test_breaks_and_ceremonies_alone_count_for_nothing_and_belong_to_no_module(sessions):
    kinds = Counter(session["kind"] for session in sessions)
    aside = [session["kind"] in {"break", "ceremony"} for session in sessions]

    assert set(kinds) == {"lecture", "panel", "workshop", "visit", "exam", "ceremony", "break"}
    assert [session["counts"] == "no" for session in sessions] == aside
    assert [session["module"] == "" for session in sessions] == aside
    assert all(session["title_es"] and session["title_en"] and session["room"] for session in sessions)


def test_the_six_modules_follow_one_another(sessions, edition):
    numbers = [int(session["module"]) for session in sessions if session["module"]]

    assert numbers == sorted(numbers)
    assert sorted(set(numbers)) == list(range(1, len(edition["modules"]) + 1)) == [1, 2, 3, 4, 5, 6]


def test_two_authorities_chair_the_opening(sessions, course):
    keys = {authority["key"] for authority in course["authorities"]}
    ceremonies = [
        (session["day"], session["title_en"], session["chairs"])
        for session in sessions
        if session["kind"] == "ceremony"
    ]

    assert ceremonies == [
        ("2015-03-09", "Opening ceremony", "consular-affairs;regional-director"),
        ("2015-03-21", "Closing ceremony and award of certificates", "regional-director;coordinator"),
    ]
    assert {key for session in sessions for key in listed(session["chairs"])} <= keys


def test_every_topic_of_the_37th_is_taught_and_no_other(sessions, topics):
    assert {code for session in sessions for code in listed(session["topics"], None)} == {
        topic["code"] for topic in topics if "37" in topic["editions"].split()
    }


def test_every_expert_teaches_and_nobody_else_does(sessions, experts):
    assert {name for session in sessions for name in listed(session["experts"])} == {e["name"] for e in experts}
    assert all(len(set(names)) == len(names) for names in (listed(session["experts"]) for session in sessions))


# ---------------------------------------------------------------------------------------------- experts.csv


def test_23_experts_come_from_7_countries(experts):
    assert Counter(expert["country"] for expert in experts) == {
        "AR": 9,
        "BR": 3,
        "CL": 3,
        "UY": 3,
        "CR": 2,
        "MX": 2,
        "IT": 1,
    }
    assert len({expert["name"] for expert in experts}) == len({expert["email"] for expert in experts}) == 23
    assert [e for e in experts if e["name"] != f"{e['given_name']} {e['family_name']}" or not all(e.values())] == []


def test_each_partner_has_an_expert_and_every_acronym_is_known(experts, acronyms):
    from_where = Counter(expert["organization"] for expert in experts)

    assert {partner: from_where[partner] for partner in PARTNERS} == {"UNHCR": 2, "OHCHR": 2, "IPPDH": 2, "SIMN": 1}
    assert {name for name in from_where if " " not in name} <= set(acronyms)


def test_no_authority_is_an_expert_or_a_trainee(course, experts, roster):
    teaching_or_taught = {expert["name"] for expert in experts} | {printed_name(official) for official in roster}

    assert {authority["name"] for authority in course["authorities"]} & teaching_or_taught == set()
    assert {expert["name"] for expert in experts} & {printed_name(official) for official in roster} == set()


# ----------------------------------------------------------------------------------------------- roster.csv


def printed_name(official: Row) -> str:
    return f"{official['Nombres']} {official['Apellidos']}".strip()


@pytest.mark.parametrize("name", ["roster.csv", "attendance.csv"])
def test_lists_of_people_are_as_a_spanish_excel_writes_them(name):
    data = (FOLDER / name).read_bytes()

    assert data.startswith(b"\xef\xbb\xbfN.\xc2\xba;")
    assert data.count(b"\r\n") == data.count(b"\n") == 29
    assert data.endswith(b"\r\n")


def test_28_officials_come_from_15_countries(roster):
    assert [official["N.º"] for official in roster] == [str(number) for number in range(1, 29)]
    assert Counter(official["País"] for official in roster) == {
        "Argentina": 3,
        "Bolivia": 2,
        "Brasil": 3,
        "Chile": 2,
        "Colombia": 2,
        "Costa Rica": 1,
        "Ecuador": 2,
        "El Salvador": 1,
        "Guatemala": 1,
        "Haití": 2,
        "México": 2,
        "Paraguay": 2,
        "Perú": 2,
        "República Dominicana": 2,
        "Uruguay": 1,
    }


def test_brazilians_have_portuguese_haitians_french_and_the_others_spanish(roster):
    other_languages = {"Brasil": "portugués", "Haití": "francés"}

    assert [official["Idioma"] for official in roster] == [other_languages.get(o["País"], "español") for o in roster]


def test_women_and_men_are_at_least_two_fifths_each(roster):
    sexes = Counter((official["Sexo"], official["Categoría"]) for official in roster)

    assert sexes == {("F", "Funcionaria"): 15, ("M", "Funcionario"): 13}
    assert min(sexes.values()) >= 0.4 * len(roster)


def test_e_mail_addresses_are_invented_and_distinct_and_one_is_missing(roster, experts):
    officials = [official["Correo electrónico"] for official in roster if official["Correo electrónico"]]
    everybody = officials + [expert["email"] for expert in experts]

    assert len(officials) == 27
    assert len(set(everybody)) == len(everybody)
    assert [
        email for email in everybody if not (email.isascii() and email.islower() and email.endswith(".example"))
    ] == []


def test_one_official_has_one_name_and_nothing_else_is_missing(roster):
    assert [o["Apellidos"] for o in roster if not o["Nombres"]] == ["Zareymakú"]
    may_be_blank = {"Nombres", "Correo electrónico"}
    assert [o for o in roster if not all(cell for column, cell in o.items() if column not in may_be_blank)] == []
    assert all(1950 <= int(official["Año de nacimiento"]) <= 1995 for official in roster)


def test_names_hold_what_trips_programs_up(roster):
    names = [printed_name(official) for official in roster]

    assert len(set(names)) == 28
    for part in ("D’", "da Silva e ", "dos ", "von ", "de la ", " y ", "-", "ñ", "Ñ", "Ó"):
        assert any(part in name for name in names), part
    assert max(len(name) for name in names) == 78


def test_brazilian_and_haitian_offices_are_spelled_as_in_course_toml(roster, course):
    codes = {"Brasil": "BR", "Haití": "HT"}
    spelled = {
        (organization.get("country"), f"{organization['name'][language]} ({organization['acronym'][language]})")
        for organization in course["organizations"]
        for language in LANGUAGES
    }

    offices = {(codes[official["País"]], official["Institución"]) for official in roster if official["País"] in codes}
    assert len(offices) == 5
    assert offices <= spelled


def test_an_office_is_its_name_and_its_country(roster):
    offices = {(official["Institución"], official["País"]) for official in roster}
    names = Counter(name for name, _ in offices)

    assert {name: count for name, count in names.items() if count > 1} == {
        "Dirección General de Migración (DGM)": 2,
        "Dirección General de Migración y Extranjería (DGME)": 2,
        "Ministerio de Relaciones Exteriores": 3,
        "Ministerio del Interior": 2,
    }


# ------------------------------------------------------------------------------------------- attendance.csv


def test_the_sheets_name_the_people_of_the_roster_in_its_order(attendance, roster):
    assert [(row["N.º"], row["Nombre"]) for row in attendance] == [(o["N.º"], printed_name(o)) for o in roster]


def test_the_columns_are_the_half_days_that_have_contact_hours(attendance, half_days):
    assert list(attendance[0]) == [
        "N.º",
        "Nombre",
        *(f"D{day} {half}" for day in range(1, 11) for half in ("am", "pm")),
    ]
    assert half_days == {
        **dict.fromkeys(list(attendance[0])[2:], 180),
        "D1 am": 90,
        "D1 pm": 270,
        "D5 am": 240,
        "D5 pm": 120,
    }


def test_marks_are_present_absent_excused_and_late_by_minutes(attendance, half_days):
    marks = Counter(row[column] for row in attendance for column in half_days)

    assert marks == {"P": 534, "A": 11, "E": 9, "L10": 5, "L25": 1}


def attended(row: Row, half_days: dict[str, int], *, excused: bool = False, late: bool = True) -> int:
    """Minutes attended; the excused may count as present, and the late as absent for the whole half-day."""
    minutes = 0
    for column, length_of_half_day in half_days.items():
        mark = row[column]
        if mark == "P" or (mark == "E" and excused):
            minutes += length_of_half_day
        elif mark.startswith("L") and late:
            minutes += length_of_half_day - int(mark[1:])
    return minutes


@pytest.mark.parametrize("excused", [False, True])
@pytest.mark.parametrize("late", [False, True])
def test_27_of_28_reach_four_fifths_however_the_excused_and_the_late_count(attendance, half_days, excused, late):
    short = [
        row["N.º"] for row in attendance if attended(row, half_days, excused=excused, late=late) * 100 < 80 * 60 * 60
    ]

    assert short == ["2"]


def test_one_is_exactly_at_the_rule_and_one_at_70_percent(attendance, half_days):
    assert attended(attendance[14], half_days) == 48 * 60
    assert attended(attendance[1], half_days) == 42 * 60


# ---------------------------------------------------------------------------------------------- figures.csv

COLUMNS = [
    "course",
    "edition",
    "year",
    "measure",
    "value",
    "qualifier",
    "who",
    "stage",
    "includes_edition",
    "said_by",
    "publisher",
    "note",
    "words",
]


def test_the_published_figures_are_these_and_no_others():
    figures = rows_of("figures.csv")

    assert list(figures[0]) == COLUMNS
    said = ("edition", "year", "measure", "value", "qualifier", "who", "includes_edition", "words")
    assert [tuple(figure[column] for column in said) for figure in figures] == [
        ("36", "2014", "participants", "28", "exact", "participants", "yes", ""),
        ("36", "2014", "participant_countries", "16", "exact", "participants", "yes", ""),
        ("37", "2015", "participants", "28", "exact", "officials", "yes", ""),
        ("37", "2015", "participant_countries", "15", "exact", "officials", "yes", ""),
        ("37", "2015", "experts", "23", "exact", "experts", "yes", ""),
        ("37", "2015", "expert_countries", "7", "exact", "experts", "yes", ""),
        ("37", "2015", "trained_so_far", "800", "more_than", "officials", "unknown", ""),
        ("38", "2016", "participant_countries", "16", "exact", "participants", "yes", ""),
        ("38", "2016", "trained_so_far", "800", "more_than", "officials", "unknown", "over 800"),
        ("39", "2017", "participants", "30", "exact", "officials", "yes", ""),
        ("39", "2017", "participant_countries", "18", "exact", "officials", "yes", ""),
        ("39", "2017", "experts", "20", "exact", "experts", "yes", ""),
        ("39", "2017", "trained_so_far", "850", "nearly", "officials", "unknown", ""),
        ("40", "2018", "participants", "22", "exact", "officials", "yes", ""),
        ("40", "2018", "participant_countries", "17", "exact", "officials", "yes", ""),
        ("40", "2018", "trained_so_far", "1000", "nearly", "officials", "unknown", ""),
    ]
    assert {(figure["course"], figure["stage"]) for figure in figures} == {("ICIM", "announced")}
    assert [figure["said_by"] for figure in figures if figure["said_by"]] == [
        "IOM's regional director for South America"
    ]


def test_what_was_announced_of_the_37th_is_what_the_lists_hold(roster, experts):
    announced = {f["measure"]: int(f["value"]) for f in rows_of("figures.csv") if f["edition"] == "37"}
    del announced["trained_so_far"]

    assert announced == {
        "participants": len(roster),
        "participant_countries": len({official["País"] for official in roster}),
        "experts": len(experts),
        "expert_countries": len({expert["country"] for expert in experts}),
    }


def test_the_people_are_declared_invented_where_a_reader_looks():
    assert "**Invented**: every trainee, every expert" in (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "# Invented: every person named here" in (FOLDER / "course.toml").read_text(encoding="utf-8")
    assert "36th" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_letter_with_its_accent_is_one_character():
    for path in sorted(FOLDER.iterdir()):
        text = path.read_text(encoding="utf-8-sig")
        assert unicodedata.is_normalized("NFC", text), path.name
