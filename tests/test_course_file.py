"""course.toml is read whole: everything wrong in it is told at once, with its place, its value and the reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursectl.errors import BadInput, BadTable, CourseError
from coursectl.workflows.demo import example_folder
from coursectl.workflows.importing.course_file import KEYS, TABLES, read_course_file

HEAD = 'course = { code = "X", title = "T" }\n'


def read(text, encoding="utf-8"):
    path = Path("course.toml")
    path.write_bytes(text.encode(encoding))
    return read_course_file(path)


def faults_of(text):
    """Each fault as (place, value, sentence)."""
    try:
        faults = read(text).faults
    except BadTable as error:
        faults = error.faults
    return [(one.column, one.value, one.sentence().rpartition(": ")[2]) for one in faults]


def test_the_example_has_no_faults_and_says_what_it_says():
    file = read_course_file(example_folder() / "course.toml")

    assert file.faults == ()
    assert (file.course.code, file.course.attendance_minimum, file.main, len(file.organizations)) == (
        "ICIM",
        0.8,
        37,
        15,
    )
    assert [one.key for one in file.authorities] == ["consular-affairs", "regional-director", "coordinator"]
    assert [one.edition.number for one in file.editions] == [36, 37, 38, 39, 40]
    held = file.editions[1]
    assert (held.edition.start, held.edition.end, held.edition.languages) == ("2015-03-09", "2015-03-21", ("es",))
    assert held.parties == {
        "organizer": ("IOM",), "host": ("MREC",), "partner": ("UNHCR", "OHCHR", "IPPDH", "SIMN"),
    }  # fmt: skip
    assert [module.number for module in held.modules] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_file_may_be_saved_as_any_editor_saves_it(encoding):
    text = '[course]\ncode = "X"\ntitle = { es = "Migración y niñez" }\n'

    assert read(text, encoding).course.title == {"es": "Migración y niñez"}


FAULTS = {
    "": [("course", "", "this is missing")],
    "[course]": [("[course] code", "", "this is missing"), ("[course] title", "", "this is missing")],
    "[course]\ncode='X'\ntitle=' '": [("[course] title", "", "this is missing")],
    "[course]\ncode='X'\ntitle={es=''}": [("[course] title", "", "this is missing")],
    "course = 3": [("course", "3", "this must be a table, under a line [course]")],
    "[course]\ncode=3\ntitle='T'": [("[course] code", "3", "this must be a text in quotation marks")],
    "[course]\ncode='X'\ntitle={es=3}": [("[course] title", "3", "this must be a text in quotation marks")],
    "[course]\ncode='X'\n[course.title]\nes='T'\nfirst_year=1979": [
        ("[course] title", "first_year", "this is no language: each text goes under its own, like es or en".rpartition(": ")[2])],
    HEAD + "[curse]": [("curse", "", "no such key; did you mean course?")],
    "[course]\ncode='X'\ntitle='T'\nfirst_yaer=1979": [("[course] first_yaer", "", "no such key; did you mean first_year?")],
    "[course]\ncode='X'\ntitle='T'\nSerial='x'": [("[course] Serial", "", "no such key; did you mean serial?")],
    "[course]\ncode='X'\ntitle='T'\nseats=3": [("[course] seats", "", "this key belongs under [[editions]]")],
    "[course]\ncode='X'\ntitle='T'\nqqq=3": [("[course] qqq", "",
        "code, title, objectives, methodology, audience, first_year, serial, attendance, crest, design, colors")],
    "[course]\ncode='X'\ntitle='T'\nattendance=0.8": [
        ("[course] attendance", "0.8", "this is a percentage from 1 to 100, like 80, or 0 where none is needed")],
    "[course]\ncode='X'\ntitle='T'\nattendance=nan": [
        ("[course] attendance", "nan", "this is a percentage from 1 to 100, like 80, or 0 where none is needed")],
    "[course]\ncode='X'\ntitle='T'\ncrest='../../etc/passwd'": [
        ("[course] crest", "../../etc/passwd", "this must be the name of a file in the same folder")],
    HEAD + "organizations = ['A']": [("[[organizations]] 1", "A", "this must be a table, under a line [[…]]")],
    HEAD + "[[organizations]]\nacronym='A'": [("[[organizations]] 1 name", "", "this is missing")],
    HEAD + "[[organizations]]\nname='A'\ncountry='Atlantis'": [
        ("[[organizations]] 1 country", "Atlantis", "no country has this name")],
    HEAD + "[[authorities]]\nname='A'": [("[[authorities]] 1 key", "", "this is missing")],
    HEAD + "[[authorities]]\nkey='k'": [("[[authorities]] 1 name", "", "this is missing")],
    HEAD + "[[authorities]]\nkey='k'\nname='A'\nsex='Q?7'\nemail='a@b'\nlanguage='Quenyish'": [
        ("[[authorities]] 1 sex", "Q?7", "use F or M, or a word for it"),
        ("[[authorities]] 1 language", "Quenyish", "no language has this name"),
        ("[[authorities]] 1 email", "a@b", "this is no e-mail address")],
    HEAD + "[[authorities]]\nkey='k'\nname='A'\n[[authorities]]\nkey='k'\nname='B'": [
        ("[[authorities]] key", "k", "several have it; each needs its own")],
    HEAD + "[[editions]]\nyear=2015": [("[[editions]] 1 number", "", "this is missing")],
    HEAD + "[[editions]]\nnumber=true": [
        ("[[editions]] 1 number", "true", "this must be a whole number without quotation marks")],
    HEAD + "[[editions]]\nnumber=0": [("[[editions]] 1 number", "0", "an edition's number is from 1 to 9999")],
    HEAD + "[[editions]]\nnumber=99999999999999999999": [
        ("[[editions]] 1 number", "99999999999999999999", "an edition's number is from 1 to 9999")],
    HEAD + "[[editions]]\nnumber=1\n[[editions]]\nnumber=1": [
        ("[[editions]] number", "1", "several have it; each needs its own")],
    HEAD + "[[editions]]\nnumber=1\nwaiting_list='yes'": [
        ("[[editions]] 1 waiting_list", "yes", "this must be true or false, without quotation marks")],
    HEAD + "[[editions]]\nnumber=1\nlanguages=['es', 'Quenyish', 3]": [
        ("[[editions]] 1 languages", "Quenyish", "no language has this name"),
        ("[[editions]] 1 languages", "3", "no language has this name")],
    HEAD + "[[editions]]\nnumber=1\npartners=['UNHCR', 3, '']": [
        ("[[editions]] 1 partners", "3", "this must be the name or acronym of an organization"),
        ("[[editions]] 1 partners", "", "this must be the name or acronym of an organization")],
    HEAD + "[[editions]]\nnumber=1\nmodules=['x']": [
        ("[[editions]] 1 [[modules]] 1", "x", "this must be a table, under a line [[…]]")],
    HEAD + "[[editions]]\nnumber=1\n[[editions.modules]]\nobjectives='O'": [
        ("[[editions]] 1 [[modules]] 1 title", "", "this is missing")],
    HEAD + "[[editions]]\nnumber=1\n[[editions.signatories]]\npost='P'": [
        ("[[editions]] 1 [[signatories]] 1 authority", "", "this is missing")],
    HEAD + "[[editions]]\nnumber=1\n[[editions.signatories]]\nauthority='directer'\n[[authorities]]\nkey='director'\nname='A'": [
        ("[[editions]] 1 [[signatories]] 1 authority", "directer", "no authority has this key; did you mean director?")],
    HEAD + "[[editions]]\nnumber=1\n[[editions.signatories]]\nauthority='k'": [
        ("[[editions]] 1 [[signatories]] 1 authority", "k", "–")],
}  # fmt: skip


@pytest.mark.parametrize(("text", "faults"), FAULTS.items())
def test_a_fault_is_told_with_its_place_its_value_and_the_reason(text, faults):
    assert faults_of(text) == faults


def test_a_day_that_is_none_is_a_fault_of_its_key():
    file = read(HEAD + "[[editions]]\nnumber=1\nstart='31/02/2015'\nend=2015-03-21")

    assert [(one.column, one.value) for one in file.faults] == [("[[editions]] 1 start", "31/02/2015")]
    assert (file.editions[0].edition.start, file.editions[0].edition.end) == (None, date(2015, 3, 21).isoformat())


def test_all_faults_of_a_file_are_told_and_what_is_right_is_kept():
    file = read(
        HEAD
        + "[[authorities]]\nkey='k'\nnmae='A'\n[[editions]]\nnumber=7\nseets=30\ncountry='Atlantis'\nplace='Lima'\n"
        "[[editions.modules]]\n[[editions.modules]]\ntitle='Two'\n"
    )

    assert [one.column for one in file.faults] == [
        "[[authorities]] 1 nmae", "[[authorities]] 1 name", "[[editions]] 1 seets", "[[editions]] 1 [[modules]] 1 title",
        "[[editions]] 1 country",
    ]  # fmt: skip
    assert [one.key for one in file.authorities] == ["k"]
    held = file.editions[0]
    assert (held.edition.number, held.edition.place, [one.title for one in held.modules]) == (
        7, "Lima", [{"en": "1"}, {"en": "Two"}],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[course", "course.toml, line 1: this is no TOML: expected ']' at the end of a table declaration."),
        ("[course]\ncode = ICIM\n", "course.toml, line 2: this is no TOML: invalid value."),
        ("[course]\ncode = 'A'\ncode = 'B'\n", "course.toml, line 3: this is no TOML: cannot overwrite a value."),
        ('[course]\ncode = """A\nB\n', "course.toml, line 3: this is no TOML: unterminated string."),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text, said):
    with pytest.raises(BadInput) as raised:
        read(text)

    assert (str(raised.value), type(raised.value)) == (said, BadInput)


def test_a_file_that_cannot_be_read_is_told():
    Path("course.toml").mkdir()

    with pytest.raises(BadInput, match=r"^course\.toml can't be read: Is a directory\.$"):
        read_course_file(Path("course.toml"))


VALUES = st.one_of(
    st.booleans(), st.integers(), st.floats().map(repr), st.text(st.sampled_from("aé €,;{}[]%"), max_size=8), st.dates(),
    st.lists(st.text("ab", max_size=2), max_size=2),
)  # fmt: skip


def as_toml(value):
    match value:
        case bool():
            return str(value).lower()
        case str() | list():
            return repr(value)
        case _:
            return str(value)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(list(KEYS)),
    st.dictionaries(st.sampled_from(sorted({k for t in KEYS.values() for k in t} | {*TABLES, "zz"})), VALUES),
)
def test_whatever_a_key_holds_the_answer_is_a_course_file_or_a_sentence(table, values):
    text = "\n".join([table, *(f"{key} = {as_toml(value)}" for key, value in values.items())])

    try:
        answer = read(text).faults
    except CourseError as error:
        answer = error.sentence()

    assert answer or isinstance(answer, tuple)
