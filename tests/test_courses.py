"""Courses, their texts, their serial numbers and their crests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursectl import editions
from coursectl.editions import Course, NewCourse
from coursectl.editions.courses import CourseChanged, CourseExists, check_share, merged
from coursectl.errors import BadInput, NotFound
from coursectl.store import Act
from edition_samples import BAD_PICTURES, CREST, PNG, whole

ICIM = NewCourse(
    "ICIM",
    {"en": "International Migration", "es": "Migraciones Internacionales"},
    {"en": "To train officials."},
    first_year=1977,
    serial_pattern="{course}/{year}/{number}",
    attendance_minimum=0.75,
)


@pytest.fixture
def icim(store, act):
    return editions.add_course(store, ICIM, act)


def operations(store):
    return [row["command"] for row in store.read("SELECT command FROM op ORDER BY at, id")]


def test_a_course_is_what_was_said_of_it(store, icim):
    assert icim == Course(
        icim.id, "ICIM", {"en": "International Migration", "es": "Migraciones Internacionales"}, {"en": "To train officials."}, {}, {},
        1977, "{course}/{year}/{number}", 0.75, None, 0,
    )  # fmt: skip
    assert editions.get_course(store, "icim") == editions.get_course(store) == icim
    assert operations(store) == ["course add ICIM"]


def test_a_course_that_says_little_has_the_usual_rest(store, act):
    made = editions.add_course(store, NewCourse("RMC", {"es": "Curso"}), act)

    assert made == Course(made.id, "RMC", {"es": "Curso"}, {}, {}, {}, None, "{course}-{year}-{number}", 0.8, None, 0)


def test_a_dry_run_shows_the_course_that_would_be_and_writes_nothing(store, store_path, act):
    before = whole(store_path)
    dry = Act(act.actor, act.now, dry_run=True)

    said = editions.add_course(store, ICIM, dry)

    assert said == Course(
        said.id,
        "ICIM",
        dict(ICIM.title),
        dict(ICIM.objectives),
        {},
        {},
        1977,
        "{course}/{year}/{number}",
        0.75,
        None,
        0,
    )
    assert whole(store_path) == before


def test_a_dry_run_of_an_edit_shows_the_change_and_writes_nothing(store, store_path, act, icim):
    before = whole(store_path)

    said, changed = editions.edit_course(
        store, NewCourse("ICIM", {"pt": "Migração"}), Act(act.actor, act.now, dry_run=True)
    )

    assert (said.title, changed) == (
        {"en": "International Migration", "es": "Migraciones Internacionales", "pt": "Migração"},
        True,
    )
    assert (said.first_year, said.attendance_minimum, said.objectives) == (1977, 0.75, {"en": "To train officials."})
    assert whole(store_path) == before


def test_a_code_is_taken_in_whatever_case(store, act, icim):
    with pytest.raises(CourseExists, match="There is a course icim already"):
        editions.add_course(store, NewCourse("icim", {"en": "Another"}), act)
    assert operations(store) == ["course add ICIM"]


def test_two_who_add_the_same_course_at_once_get_one(store, act):
    _id, statements = editions.course_statements(store, ICIM)  # planned before the other one wrote
    editions.add_course(store, ICIM, act)

    with pytest.raises(CourseExists):
        store.apply(act.operation("course add ICIM", statements))


def test_a_change_in_between_is_refused_and_not_written_over(store, act, icim):
    _id, statements = editions.course_statements(store, NewCourse("ICIM", first_year=1978))
    editions.edit_course(store, NewCourse("ICIM", first_year=1980), act)

    with pytest.raises(CourseChanged, match="ICIM was changed by somebody else"):
        store.apply(act.operation("course edit ICIM", statements))
    assert editions.get_course(store).first_year == 1980


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("title", {"pt": "Migrações"}, {**ICIM.title, "pt": "Migrações"}),
        ("title", {"en": "  New \x1b[31m name "}, {**ICIM.title, "en": "New [31m name"}),
        ("title", {"es": ""}, {"en": "International Migration"}),
        ("objectives", {"en": ""}, {}),
        ("methodology", {"es": "Clases"}, {"es": "Clases"}),
        ("audience", {"es": "Funcionarios"}, {"es": "Funcionarios"}),
        ("first_year", 1980, 1980),
        ("first_year", "", None),
        ("serial_pattern", "{year}-{edition}-{number}", "{year}-{edition}-{number}"),
        ("serial_pattern", "", "{course}-{year}-{number}"),
        ("attendance_minimum", 1, 1.0),
        ("attendance_minimum", 0, 0.0),
        ("attendance_minimum", "", 0.8),
    ],
)
def test_editing_one_field_keeps_the_others(store, act, icim, field, value, stored):
    edited, changed = editions.edit_course(store, NewCourse("icim", **{field: value}), act)

    assert changed
    assert edited == Course(**{**icim.__dict__, field: stored})
    assert editions.get_course(store) == edited
    assert operations(store) == ["course add ICIM", "course edit ICIM"]


@pytest.mark.parametrize(
    "same",
    [
        NewCourse("ICIM"),
        NewCourse("ICIM", {"es": "Migraciones Internacionales"}),
        NewCourse("ICIM", {"fr": ""}, first_year=1977, attendance_minimum=0.75, crest=""),
    ],
)
def test_an_edit_that_changes_nothing_leaves_no_operation(store, act, icim, same):
    assert editions.edit_course(store, same, act) == (icim, False)
    assert operations(store) == ["course add ICIM"]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (NewCourse("1C", {"en": "T"}), "'1C' can't be a course's code"),
        (NewCourse("I C", {"en": "T"}), "'I C' can't be a course's code"),
        (NewCourse("../../x", {"en": "T"}), "'../../x' can't be a course's code"),
        (NewCourse("", {"en": "T"}), "'' can't be a course's code"),
        (NewCourse("C" * 33, {"en": "T"}), "can't be a course's code"),
        (NewCourse("RMC"), "A course needs a title"),
        (NewCourse("RMC", {}), "A course needs a title"),
        (NewCourse("RMC", {"en": " \t"}), "A course needs a title"),
        (NewCourse("RMC", {"en": "T"}, first_year=99), "99 can't be the year of a course"),
        (NewCourse("RMC", {"en": "T"}, first_year=10**30), "can't be the year of a course"),
        (NewCourse("RMC", {"en": "T"}, attendance_minimum=1.01), "from 0 to 100, not 101"),
        (NewCourse("RMC", {"en": "T"}, attendance_minimum=-0.1), "from 0 to 100, not -10"),
        (NewCourse("RMC", {"en": "T"}, attendance_minimum=float("nan")), "from 0 to 100, not nan"),
        (NewCourse("RMC", {"en": "T"}, serial_pattern="{year}"), "can't be a pattern of serial numbers"),
        (NewCourse("RMC", {"en": "T"}, serial_pattern="{number}-{number}"), "it needs {number} once"),
        (NewCourse("RMC", {"en": "T"}, serial_pattern="{number:0}"), "can't be a pattern of serial numbers"),
        (NewCourse("RMC", {"en": "T"}, serial_pattern="{number:10}"), "can't be a pattern of serial numbers"),
        (NewCourse("RMC", {"en": "T"}, serial_pattern="{number:>3}"), "can't be a pattern of serial numbers"),
        (NewCourse("RMC", {"en": "T"}, serial_pattern="{edition}{number}"), "numbers of two editions read alike"),
        (NewCourse("RMC", {"en": "T"}, serial_pattern="{number:03}0{edition}"), "numbers of two editions read alike"),
        (NewCourse("RMC", {"en": "T"}, serial_pattern="{year}{number}{0.__class__}"), "can't be a pattern of serial"),
    ],
)
def test_what_no_course_can_be(store, act, wanted, sentence):
    with pytest.raises(BadInput) as told:
        editions.add_course(store, wanted, act)
    assert sentence in str(told.value)
    assert operations(store) == []


def test_a_course_keeps_a_title(store, act, icim):
    with pytest.raises(BadInput, match="A course needs a title"):
        editions.edit_course(store, NewCourse("ICIM", {"en": "", "es": ""}), act)


def test_a_course_that_is_not_there_is_told_with_those_that_are(store, act):
    with pytest.raises(NotFound, match=r"The store has no course yet\. Add one with: coursectl course add"):
        editions.get_course(store)
    with pytest.raises(NotFound, match="There is no course NIL: the store has none yet"):
        editions.get_course(store, "NIL")

    editions.add_course(store, NewCourse("RMC", {"en": "R"}), act)
    editions.add_course(store, NewCourse("ICIM", {"en": "I"}), act)

    with pytest.raises(NotFound, match=r"There is no course NIL\. There are: ICIM, RMC\."):
        editions.get_course(store, "NIL")
    with pytest.raises(NotFound, match=r"There are several courses \(ICIM, RMC\)\. Say which\."):
        editions.get_course(store)
    assert [course.code for course in editions.list_courses(store)] == ["ICIM", "RMC"]


def test_a_crest_is_kept_once_and_taken_away_by_nothing(store, act, icim, tmp_path):
    crest = tmp_path / "crest ñ.svg"
    crest.write_bytes(CREST)

    with_crest, changed = editions.edit_course(store, NewCourse("ICIM"), act, crest)
    again = editions.edit_course(store, NewCourse("ICIM"), act, crest)

    assert changed
    assert again == (with_crest, False)
    picture = editions.get_picture(store, with_crest.crest)
    assert (picture.media_type, picture.data) == ("image/svg+xml", CREST)
    without, _changed = editions.edit_course(store, NewCourse("ICIM", crest=""), act)
    assert without == icim


def test_a_course_is_added_with_its_crest(store, act, tmp_path):
    (tmp_path / "crest.png").write_bytes(PNG)

    made = editions.add_course(store, NewCourse("RMC", {"en": "R"}), act, tmp_path / "crest.png")

    assert editions.get_picture(store, made.crest).media_type == "image/png"


@pytest.mark.parametrize("kind", BAD_PICTURES)
def test_a_file_that_is_no_picture_is_refused(tmp_path, kind):
    (tmp_path / "crest.svg").write_bytes(BAD_PICTURES[kind])

    with pytest.raises(BadInput, match=r"crest\.svg is no picture that can be printed: use SVG, PNG, JPEG or GIF"):
        editions.read_picture(tmp_path / "crest.svg")


@pytest.mark.parametrize(
    ("start", "media_type"), [(PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a", "image/gif")]
)
def test_pictures_are_known_by_their_bytes_and_not_by_their_names(tmp_path, start, media_type):
    (tmp_path / "crest.txt").write_bytes(start)

    assert editions.read_picture(tmp_path / "crest.txt").media_type == media_type


def test_a_picture_too_large_or_missing_or_a_folder_is_told(tmp_path):
    (tmp_path / "large.png").write_bytes(PNG + bytes(5 * 1024 * 1024))

    with pytest.raises(BadInput, match=r"large\.png is too large for a crest, a logo or a signature: 5 MB at most"):
        editions.read_picture(tmp_path / "large.png")
    with pytest.raises(NotFound, match=r"There is no file .*none\.png"):
        editions.read_picture(tmp_path / "none.png")
    with pytest.raises(BadInput, match=r"can't be read: Is a directory|can't be read: Permission denied"):
        editions.read_picture(tmp_path)


def test_a_picture_of_the_largest_size_is_taken(tmp_path):
    (tmp_path / "large.png").write_bytes(PNG + bytes(5 * 1024 * 1024 - len(PNG)))

    assert len(editions.read_picture(tmp_path / "large.png").data) == 5 * 1024 * 1024


def test_a_picture_that_the_store_lacks_is_not_found(store):
    with pytest.raises(NotFound, match=r"The store has no picture abcdefabcdef\."):
        editions.get_picture(store, "abcdef" * 6)


texts = st.dictionaries(st.sampled_from(["en", "es", "pt-BR"]), st.text(max_size=8))


@given(texts, texts)
def test_merging_texts_takes_the_new_ones_and_leaves_the_other_languages(old, new):
    both = merged(old, new)

    assert all(both.values())
    assert {tag: both.get(tag) for tag in new} == {tag: merged({}, {tag: new[tag]}).get(tag) for tag in new}
    assert {tag: both.get(tag) for tag in old.keys() - new.keys()} == {
        tag: merged({}, {tag: old[tag]}).get(tag) for tag in old.keys() - new.keys()
    }
    assert merged(both, {}) == both


@given(st.floats())
def test_a_share_is_from_0_to_1(share):
    if 0 <= share <= 1:
        assert check_share(share) is None
    else:
        with pytest.raises(BadInput):
            check_share(share)
