from __future__ import annotations

import contextlib
import datetime
import subprocess
import sys

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

import coursectl.locale
from coursectl.errors import BadInput
from coursectl.locale import (
    LANGUAGES,
    counted_like,
    country_name,
    find_country,
    find_language,
    fold,
    format_date,
    format_date_range,
    format_day,
    format_hours,
    format_number,
    gettext,
    is_country,
    is_language,
    join_words,
    messages,
    ngettext,
    ordinal,
    parse_date,
    parse_time,
    pick,
    read_word,
    set_language,
    sort_key,
    tool_language,
)
from coursectl.locale.country_words import ALPHA_2, ALSO_CALLED, WITHDRAWN, WITHDRAWN_ALPHA_3
from coursectl.locale.demonyms import DEMONYMS

MARCH_9 = datetime.date(2015, 3, 9)
FOUR = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(autouse=True)
def _english_again():
    yield
    set_language("en", {})


# The tool's language


@pytest.mark.parametrize(
    ("tag", "environ", "spoken"),
    [
        ("es", {"COURSECTL_LANG": "fr"}, "es"),
        ("pt-BR", {}, "pt"),
        ("ES_ar", {}, "es"),
        (None, {"COURSECTL_LANG": "fr", "LC_ALL": "es_AR.UTF-8"}, "fr"),
        (None, {"LC_ALL": "pt_BR.UTF-8", "LC_MESSAGES": "es_AR", "LANG": "fr_FR"}, "pt"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "es_AR", "LANG": "fr_FR"}, "es"),
        (None, {"LANG": "fr_FR@euro"}, "fr"),
        (None, {"LANG": "C.UTF-8"}, "en"),
        (None, {"COURSECTL_LANG": "tlh", "LANG": "es_AR"}, "en"),
        ("quechua", {}, "en"),
    ],
)
def test_the_tool_speaks_what_is_asked_for_else_the_locale_else_english(tag, environ, spoken):
    set_language(tag, environ)

    assert tool_language() == spoken


def test_without_any_setting_the_tool_speaks_a_language_of_its_own():
    set_language(None, {})

    assert tool_language() in LANGUAGES


@FOUR
def test_a_sentence_without_translation_stays_english(language, monkeypatch):
    monkeypatch.setattr(messages, "_loaded", {})
    set_language(language, {})

    assert gettext("Nobody will ever translate this.") == "Nobody will ever translate this."
    assert gettext("") == ""
    assert [ngettext("one untranslated", "many untranslated", n) for n in (0, 1, 2)] in (
        ["many untranslated", "one untranslated", "many untranslated"],
        ["one untranslated", "one untranslated", "many untranslated"],
    )


def test_sentences_come_from_the_catalog_beside_the_package(tmp_path, monkeypatch):
    folder = tmp_path / "coursectl" / "catalogs" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = Catalog("es")
    catalog.add("Done.", "Hecho.")
    catalog.add(("one", "many"), ("una", "muchas"))
    with (folder / "coursectl.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(messages, "__file__", str(tmp_path / "coursectl" / "locale" / "messages.py"))
    monkeypatch.setattr(messages, "_loaded", {})

    set_language("es-AR", {})

    assert [gettext("Done."), ngettext("one", "many", 1), ngettext("one", "many", 2)] == ["Hecho.", "una", "muchas"]


def test_saying_sentences_needs_neither_babel_nor_tables_of_countries():
    code = (
        "import sys, coursectl.locale as l; l.gettext('x'); l.set_language('en', {});"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('babel', 'gettext')"
        " or m.startswith('coursectl.locale.')))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.strip() == "['coursectl.locale.messages']"


def test_countries_given_by_code_need_no_babel():
    code = (
        "import sys; from coursectl.locale import find_country, is_country, fold, read_word, is_language;"
        "assert find_country('ar') == 'AR' and is_country('MX') and is_language('pt-BR') and fold('Ñ') == 'n';"
        "assert read_word('sex', 'mujer') == 'female'; print('babel' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.strip() == "False"


def test_the_door_has_what_it_lists_and_nothing_else():
    assert [name for name in coursectl.locale.__all__ if not hasattr(coursectl.locale, name)] == []
    assert not hasattr(coursectl.locale, "no_such_thing")


# Texts in several languages


@pytest.mark.parametrize(
    ("text", "language", "fallback", "picked"),
    [
        ({"es": "Curso", "en": "Course"}, "es", (), "Curso"),
        ({"pt": "Curso", "en": "Course"}, "pt-BR", (), "Curso"),
        ({"pt-BR": "Curso", "en": "Course"}, "pt", (), "Curso"),
        ({"es": "Curso", "en": "Course"}, "fr", ("pt", "es"), "Curso"),
        ({"es": "Curso", "en": "Course"}, "fr", (), "Course"),
        ({"es": "Curso", "pt": "O curso"}, "fr", (), "Curso"),
        ({"es": "", "en": "Course"}, "es", (), "Course"),
        ({"es": ""}, "es", (), ""),
        ({}, "es", ("en",), ""),
    ],
)
def test_a_text_is_picked_in_the_language_or_the_nearest_that_there_is(text, language, fallback, picked):
    assert pick(text, language, fallback) == picked


# Countries


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("AR", "AR"),
        (" ar ", "AR"),
        ("SU", "SU"),
        ("MEX", "MX"),
        ("usa", "US"),
        ("yug", "YU"),
        ("México", "MX"),
        ("MEXICO", "MX"),
        ("Méjico", "MX"),
        ("Brasil", "BR"),
        ("Brazil", "BR"),
        ("Brésil", "BR"),
        ("Haití", "HT"),
        ("Haïti", "HT"),
        ("Bolivia", "BO"),
        ("Estado Plurinacional de Bolivia", "BO"),
        ("Bolivia (Estado Plurinacional de)", "BO"),
        ("Bolivia, Plurinational State of", "BO"),
        ("República Dominicana", "DO"),
        ("Rep. Dominicana", "DO"),
        ("The Dominican Republic", "DO"),
        ("Dominica", "DM"),
        ("EE.UU.", "US"),
        ("EE. UU.", "US"),
        ("U.S.A.", "US"),
        ("E.U.A.", "US"),
        ("Estados Unidos de América", "US"),
        ("UK", "GB"),
        ("Países Bajos", "NL"),
        ("Holanda", "NL"),
        ("Venezuela (República Bolivariana de)", "VE"),
        ("República Bolivariana de Venezuela", "VE"),
        ("St. Lucia", "LC"),
        ("Saint Lucia", "LC"),
        ("Sta. Lucía", "LC"),
        ("Sainte-Lucie", "LC"),
        ("St Kitts & Nevis", "KN"),
        ("Saint Vincent and the Grenadines", "VC"),
        ("Trinidad & Tobago", "TT"),
        ("Bahamas, The", "BS"),
        ("República del Ecuador", "EC"),
        ("República Oriental del Uruguay", "UY"),
        ("República Argentina", "AR"),
        ("Congo", "CG"),
        ("Congo (República Democrática del)", "CD"),
        ("Korea, Republic of", "KR"),
        ("República Popular Democrática de Corea", "KP"),
        ("República de Guinea", "GN"),
        ("Guinea Ecuatorial", "GQ"),
        ("Falkland Islands (Malvinas)", "FK"),
        ("Côte d'Ivoire", "CI"),
        ("Unión Soviética", "SU"),
        ("Yugoslavia", "YU"),
        ("Kosovo", "XK"),
        ("argentino", "AR"),
        ("Brasileira", "BR"),
        ("HAITIAN", "HT"),
        ("costarricense", "CR"),
        ("Swaziland", "SZ"),
        ("República Checa", "CZ"),
        ("Birmania", "BU"),
    ],
)
def test_a_country_is_found_by_its_codes_and_its_names_in_four_languages(words, code):
    assert find_country(words) == code


@pytest.mark.parametrize(
    "words",
    ["", " ", "Atlantis", "XX", "QQQ", "República", "U", "Corea (otra)", "República de Congo y Corea", "(", "🇦🇷"],
)
def test_what_names_no_country_finds_none(words):
    assert find_country(words) is None


@FOUR
def test_every_country_is_found_by_the_name_that_is_printed_for_it(language):
    lost = {
        code: name
        for code in sorted(ALPHA_2 | set(WITHDRAWN))
        if find_country(name := country_name(code, language)) != code
    }

    assert lost == {}


def test_every_other_name_and_every_withdrawn_code_finds_its_country():
    lost = [
        (code, name) for code, names in ALSO_CALLED.items() for name in names.split("|") if find_country(name) != code
    ]
    lost += [(code, alpha_3) for alpha_3, code in WITHDRAWN_ALPHA_3.items() if find_country(alpha_3) != code]

    assert lost == []


def test_what_people_are_called_means_their_country_and_no_other():
    lost = [(code, word) for code, words in DEMONYMS.items() for word in words.split("|") if find_country(word) != code]

    assert lost == []


@given(st.text())
def test_any_words_can_be_looked_up_as_a_country(words):
    found = find_country(words)

    assert found is None or is_country(found)


def test_codes_are_countries_in_capitals_and_withdrawn_ones_too():
    codes = ["AR", "XK", "SU", "YU", "CS", "DD", "AN", "ZR", "TP", "BU"]

    assert [code for code in codes if not is_country(code)] == []
    assert [code for code in ("ar", "UK", "EU", "UN", "ZZ", "ARG", "") if is_country(code)] == []


def test_country_names_are_those_of_the_language_or_its_base():
    assert [country_name("DO", language) for language in ("en", "es", "pt-BR", "fr", "es-AR")] == [
        "Dominican Republic",
        "República Dominicana",
        "República Dominicana",
        "République dominicaine",
        "República Dominicana",
    ]
    assert [country_name("SU", language) for language in ("en", "es", "pt", "fr", "de")] == [
        "Soviet Union",
        "Unión Soviética",
        "União Soviética",
        "Union soviétique",
        "Soviet Union",
    ]
    assert [country_name("BO", "tlh"), country_name("QQ", "es")] == ["Bolivia", "QQ"]


# Languages


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("es", "es"),
        ("PT_br", "pt-BR"),
        ("zh-hant", "zh-Hant"),
        ("es-419", "es-419"),
        ("español", "es"),
        ("Spanish", "es"),
        ("Castellano", "es"),
        ("portugués", "pt"),
        ("português", "pt"),
        ("portugués de Brasil", "pt-BR"),
        ("FRANCÉS", "fr"),
        ("inglês", "en"),
        ("anglais", "en"),
        ("Kreyòl ayisyen", "ht"),
        ("criollo haitiano", "ht"),
        ("guaraní", "gn"),
        ("klingonish", None),
        ("xx", None),
        ("", None),
    ],
)
def test_a_language_is_found_by_tag_or_by_name_in_four_languages(words, tag):
    assert find_language(words) == tag


def test_tags_are_languages_when_the_language_exists():
    assert [tag for tag in ("es", "pt-BR", "ht", "zh-Hant-TW", "es-419") if not is_language(tag)] == []
    assert [tag for tag in ("qq", "español", "es_AR", "es-", "", "e") if is_language(tag)] == []


# Dates


def dates(write):
    return [write(language) for language in LANGUAGES]


def test_dates_are_written_day_first_in_the_words_of_the_language():
    assert dates(lambda language: format_date(MARCH_9, language)) == [
        "9 March 2015",
        "9 de marzo de 2015",
        "9 de março de 2015",
        "9 mars 2015",
    ]


def test_days_are_written_with_their_weekday():
    assert dates(lambda language: format_day(MARCH_9, language)) == [
        "Monday 9 March 2015",
        "lunes 9 de marzo de 2015",
        "segunda-feira, 9 de março de 2015",
        "lundi 9 mars 2015",
    ]


def test_the_first_of_a_month_is_an_ordinal_in_french_and_in_brazil():
    first = datetime.date(2015, 3, 1)

    assert [format_date(first, language) for language in ("en", "es", "pt", "pt-BR", "pt-PT", "fr")] == [
        "1 March 2015",
        "1 de marzo de 2015",
        "1º de março de 2015",
        "1º de março de 2015",
        "1 de março de 2015",
        "1er mars 2015",
    ]
    assert format_day(first, "fr") == "dimanche 1er mars 2015"
    assert format_date_range(first, datetime.date(2015, 3, 12), "fr") == "du 1er au 12 mars 2015"
    assert format_date_range(first, datetime.date(2015, 4, 1), "pt") == "de 1º de março a 1º de abril de 2015"


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        (
            MARCH_9,
            datetime.date(2015, 3, 20),
            ["9–20 March 2015", "del 9 al 20 de marzo de 2015", "de 9 a 20 de março de 2015", "du 9 au 20 mars 2015"],
        ),
        (
            MARCH_9,
            datetime.date(2015, 4, 20),
            [
                "9 March – 20 April 2015",
                "del 9 de marzo al 20 de abril de 2015",
                "de 9 de março a 20 de abril de 2015",
                "du 9 mars au 20 avril 2015",
            ],
        ),
        (
            datetime.date(2014, 3, 30),
            MARCH_9,
            [
                "30 March 2014 – 9 March 2015",
                "del 30 de marzo de 2014 al 9 de marzo de 2015",
                "de 30 de março de 2014 a 9 de março de 2015",
                "du 30 mars 2014 au 9 mars 2015",
            ],
        ),
        (MARCH_9, MARCH_9, ["9 March 2015", "el 9 de marzo de 2015", "em 9 de março de 2015", "le 9 mars 2015"]),
    ],
)
def test_a_range_says_once_what_both_dates_share(start, end, written):
    assert dates(lambda language: format_date_range(start, end, language)) == written


def test_other_languages_are_written_as_babel_has_them():
    assert [
        format_date(MARCH_9, "de"),
        format_day(MARCH_9, "de-AT"),
        format_date_range(MARCH_9, datetime.date(2015, 3, 20), "de"),
        ordinal(37, "de"),
        join_words(["a", "b", "c"], "de"),
    ] == ["9. März 2015", "Montag, 9. März 2015", "9.–20. März 2015", "37.", "a, b und c"]  # fmt: skip


# Ordinals, numbers, lists of words


def test_ordinals_of_an_edition():
    assert [ordinal(37, language) for language in LANGUAGES] == ["37th", "37.ª", "37ª", "37e"]
    assert [ordinal(37, language, "masculine") for language in LANGUAGES] == ["37th", "37.º", "37º", "37e"]
    assert [ordinal(1, "fr"), ordinal(1, "fr", "masculine"), ordinal(21, "fr")] == ["1re", "1er", "21e"]


def test_english_ordinals_end_as_they_are_spoken():
    numbers = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 100, 101, 111, 112, 113]

    assert [ordinal(n, "en") for n in numbers] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd"),
        *("100th", "101st", "111th", "112th", "113th"),
    ]


def test_numbers_and_hours_have_the_separators_of_the_language():
    assert [format_number(12345.5, language) for language in LANGUAGES] == [
        "12,345.5",
        "12.345,5",
        "12.345,5",
        "12\u202f345,5",
    ]
    assert [format_number(90, "es", 1), format_number(0.5, "en", 0), format_number(89.96, "pt", 1)] == [
        "90,0",
        "0",
        "90,0",
    ]
    assert [format_hours(3600, "es"), format_hours(3270, "en"), format_hours(3270, "es"), format_hours(100, "fr")] == [
        "60",
        "54.5",
        "54,5",
        "1,67",
    ]


def test_words_are_joined_as_the_language_joins_them():
    assert [join_words(["a", "b", "c"], language) for language in LANGUAGES] == [
        "a, b and c",
        "a, b y c",
        "a, b e c",
        "a, b et c",
    ]
    assert [join_words(words, "es") for words in ([], ["a"], ["a", "b"])] == ["", "a", "a y b"]


@pytest.mark.parametrize(
    ("last", "joint"),
    [
        ("Italia", "e"),
        ("Íñigo", "e"),
        ("hijos", "e"),
        ("Yves", "e"),
        ("hielo", "y"),
        ("Iowa", "y"),
        ("Yolanda", "y"),
        ("Perú", "y"),
    ],
)
def test_spanish_says_e_before_the_sound_of_i(last, joint):
    assert join_words(["Brasil", last], "es") == f"Brasil {joint} {last}"


# Folding and order


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Muñoz  Peña-Díaz", "munoz pena diaz"),
        ("  D’Angelo, O'Brien ", "d angelo o brien"),
        ("Łódź Straße Søren Đorđe İstanbul", "lodz strasse soren dorde istanbul"),
        ("ﬁn Ⅷ N.º", "fin viii n o"),
        ("family_name", "family name"),
        ("soft\u00adhyphen zero\u200dwidth ❤️", "softhyphen zerowidth"),
        ("محمد", "محمد"),
        ("हिन्दी", "हिनदी"),
        ("李雷 Ивано́в", "李雷 иванов"),
        ("🎓✓…", ""),
        ("", ""),
    ],
)
def test_folding_keeps_letters_and_digits_only(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_any_text_can_be_folded_and_folding_twice_changes_nothing(text):
    once = fold(text)

    assert (fold(once), once.strip(), fold(text.upper()) == fold(text.upper().lower())) == (once, once, True)


def test_spanish_names_are_ordered_with_the_enye_after_n_and_accents_last():
    names = ["Oa", "Ñandú", "Nz", "Núñez", "nuñez", "Nuñez", "Na", "de la Cruz", "N\u0303ato"]

    assert sorted(names, key=lambda name: sort_key(name, "es")) == [
        *("de la Cruz", "Na", "Nuñez", "nuñez", "Núñez", "Nz", "Ñandú", "N\u0303ato", "Oa"),
    ]
    assert sorted(["Oa", "Ñandú", "Nz", "Na"], key=lambda name: sort_key(name, "pt")) == ["Na", "Ñandú", "Nz", "Oa"]


@given(st.text(), st.text())
def test_different_names_never_tie(one, other):
    assert (sort_key(one, "es") == sort_key(other, "es")) is (one == other)


# Cells


@pytest.mark.parametrize(
    "words", ["2015-03-09", " 2015-03-09 ", "2015-03-09 00:00", "2015-03-09 00:00:00", "2015-03-09T00:00:00.000"]
)
def test_a_date_is_iso_or_what_spreadsheets_make_of_it(words):
    assert parse_date(words) == MARCH_9


@pytest.mark.parametrize(
    "words",
    [
        "",
        "09/03/2015",
        "9-3-2015",
        "9 de marzo",
        "9/3/15",
        "2015-3-9",
        "9 de nada de 2015",
        "20150309",
        "2015-W11-1",
        "2015-03-09 14:30",
        "２０１５-03-09",
    ],
)
def test_other_dates_are_refused_with_the_form_to_use(words):
    with pytest.raises(BadInput) as refused:
        parse_date(words)

    assert str(refused.value) == f"{words!r} can't be read as a date; write it as year-month-day, like 2015-03-09."


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("25/03/2015", (2015, 3, 25)), ("25.3.2015", (2015, 3, 25)), ("3/25/2015", (2015, 3, 25)), ("9/9/2015", (2015, 9, 9)),
        ("2015/03/09", (2015, 3, 9)), ("25-03-2015 00:00", (2015, 3, 25)), ("9 de marzo de 2015", (2015, 3, 9)),
        ("lunes 9 de marzo de 2015", (2015, 3, 9)), ("Lunes, 9 de Marzo del 2015", (2015, 3, 9)), ("1º de março de 2015", (2015, 3, 1)),
        ("1er mars 2015", (2015, 3, 1)), ("9 mars 2015", (2015, 3, 9)), ("March 9, 2015", (2015, 3, 9)), ("9-mar-2015", (2015, 3, 9)),
        ("Monday, March 9th, 2015", (2015, 3, 9)), ("12 août 2015", (2015, 8, 12)), ("10 set. 2015", (2015, 9, 10)),
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it_where_only_one_can_be_meant(words, date):
    assert parse_date(words) == datetime.date(*date)


@given(st.dates(datetime.date(1000, 1, 1)))
def test_no_local_date_is_read_as_another(date):
    for form in ("{0.day}/{0.month}/{0.year}", "{0.month}/{0.day}/{0.year}"):
        try:
            assert parse_date(form.format(date)) == date
        except BadInput:
            assert max(date.day, date.month) <= 12
            assert date.day != date.month


@given(st.text(), st.sampled_from([parse_date, parse_time]))
def test_any_words_are_a_date_and_a_time_or_are_refused(words, parse):
    with contextlib.suppress(BadInput):
        parse(words)


@FOUR
def test_every_date_as_documents_print_it_is_read_back(language):
    for day in range(0, 366, 7):
        date = datetime.date(2015, 1, 1) + datetime.timedelta(day)
        assert (parse_date(format_date(date, language)), parse_date(format_day(date, language))) == (date, date)


def test_a_date_that_no_calendar_has_is_refused():
    with pytest.raises(
        BadInput, match=r"^No calendar has the date '2015-02-30'; write year-month-day, like 2015-03-09\.$"
    ):
        parse_date("2015-02-30")


@given(st.dates())
def test_every_date_written_in_iso_is_read_back(date):
    assert parse_date(date.isoformat()) == date


@pytest.mark.parametrize(
    ("words", "time"),
    [
        ("9.30", "09:30"), ("14.00", "14:00"), ("15h30", "15:30"), ("15 h 30", "15:30"), ("9h", "09:00"), ("9 h", "09:00"),
        ("15H30", "15:30"), ("14:30 hs", "14:30"), ("14:30hs.", "14:30"), ("14:30 h", "14:30"), ("15h30min", "15:30"),
        ("9:00 am", "09:00"), ("9:00 PM", "21:00"), ("9:00 a. m.", "09:00"), ("9:00 p.m.", "21:00"), ("2 pm", "14:00"),
        ("2pm", "14:00"), ("12:00 am", "00:00"), ("12:15 pm", "12:15"), ("14:30 pm", "14:30"), ("9 hrs", "09:00"),
        ("9:00:00 AM", "09:00"),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(words, time):
    assert parse_time(words) == time


@pytest.mark.parametrize(
    ("words", "time"),
    [("9:00", "09:00"), ("09:00:00", "09:00"), (" 14:30 ", "14:30"), ("0:05", "00:05"), ("23:59", "23:59")],
)
def test_a_time_is_hours_and_minutes(words, time):
    assert parse_time(words) == time


@pytest.mark.parametrize(
    "words",
    ["", "9", "24:00", "9:60", "9.3", "09:00:30", "15:00 am", "0:30 pm", "9 a", "am", "9:00 xm", "9h60", "9:", "1500"],
)
def test_other_times_are_refused_with_the_form_to_use(words):
    with pytest.raises(BadInput) as refused:
        parse_time(words)

    assert str(refused.value) == (
        f"{words!r} can't be read as a time; write hours and minutes of the 24-hour clock, like 09:00 or 14:30."
    )


@pytest.mark.parametrize(
    ("kind", "words", "code"),
    [
        ("sex", "F", "female"),
        ("sex", "Mujer", "female"),
        ("sex", "femenino", "female"),
        ("sex", "M", "male"),
        ("sex", "h", "male"),
        ("sex", "not_stated", "not_stated"),
        ("sex", "?", None),
        ("category", "FUNCIONARIA", "official"),
        ("category", "funcionário", "official"),
        ("category", "Fonctionnaire", "official"),
        ("category", "académica", "academic"),
        ("category", "international_staff", "international_staff"),
        ("category", "Observador/a", None),
        ("category", "observadora", "observer"),
        ("session_kind", "Clase", "lecture"),
        ("session_kind", "conferencia", "lecture"),
        ("session_kind", "panel", "panel"),
        ("session_kind", "Taller", "workshop"),
        ("session_kind", "visita", "visit"),
        ("session_kind", "Examen", "exam"),
        ("session_kind", "Cérémonie", "ceremony"),
        ("session_kind", "receso", "break"),
        ("attendance", "P", "present"),
        ("attendance", "✓", "present"),
        ("attendance", " ✔️ ", "present"),
        ("attendance", "1", "present"),
        ("attendance", "falta", "absent"),
        ("attendance", "0", "absent"),
        ("attendance", "Tarde", "late"),
        ("attendance", "J", "excused"),
        ("attendance", "justifié", "excused"),
        ("attendance", "", None),
        ("yes_no", "Sí", "yes"),
        ("yes_no", "oui", "yes"),
        ("yes_no", "não", "no"),
        ("yes_no", "FALSE", "no"),
        ("yes_no", "maybe", None),
    ],
)
def test_words_of_cells_stand_for_codes(kind, words, code):
    assert read_word(kind, words) == code


def test_no_word_stands_for_two_codes():
    from coursectl.locale.cells import _WORDS, _matched

    meanings: dict[tuple[str, str], set[str]] = {}
    for kind, codes in _WORDS.items():
        for code, words in codes.items():
            for word in words.split("|"):
                meanings.setdefault((kind, _matched(word)), set()).add(code)

    assert {word: codes for word, codes in meanings.items() if len(codes) > 1} == {}


def test_a_noun_after_a_fraction_is_as_after_a_whole_number_that_the_rules_of_plurals_know():
    numbers = (0, 1, 2, 60, 0.5, 1.5, 54.5)

    assert {
        language: [counted_like(n, language) for n in numbers] for language in ("en", "es", "pt-BR", "fr", "ru")
    } == {
        "en": [0, 1, 2, 60, 100, 100, 100],
        "es": [0, 1, 2, 60, 100, 100, 100],
        "pt-BR": [0, 1, 2, 60, 1, 1, 100],
        "fr": [0, 1, 2, 60, 1, 1, 100],
        "ru": [0, 1, 2, 60, 2, 2, 2],
    }
