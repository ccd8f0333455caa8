"""History: what is claimed, what is named and what was counted stand beside each other and are never added up."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursectl import history, locale
from coursectl.errors import Ambiguous, BadInput, BadTable, NotFound, Refused
from coursectl.history import Countries, CountryRow, EditionRow, Headcount, KnownEdition, NewFigure, Scope, TopicRow
from coursectl.store import Act, Store, open_store, undo
from history_samples import Course, real_course

NOW = "2015-03-09T12:00:00.000Z"
FIGURES = Path(__file__).parent.parent / "examples" / "icim-37" / "figures.csv"
CLAIM = NewFigure("trained_so_far", 800, qualifier="more_than", who="officials", stage="announced", publisher="IOM")
COUNT = NewFigure("participants", 28, who="officials", stage="announced", publisher="IOM")


@pytest.fixture
def course(store: Store, act: Act) -> Course:
    """ICIM with no edition."""
    return Course(store, act)


@pytest.fixture
def real(store: Store, act: Act) -> Course:
    """ICIM 36 to 40 with the published figures; 27 of 28 completed the 37th."""
    made = real_course(store, act)
    for n in range(27):
        made.trainee(37, country="AR" if n else "BR")
    made.trainee(37, status="not_completed", country="HT")
    return made


# Totals -----------------------------------------------------------------------------------------------------------------


def test_the_totals_of_the_37th_edition_say_who_claimed_what_and_what_is_named(real: Course) -> None:
    found = real.totals(37)

    sentence = (
        "When the 37th edition opened in 2015, IOM spoke of more than 800 officials trained; our records name 27 who completed it, "
        "and published headcounts exist for 3 other editions."
    )
    assert found == history.Totals(
        course="ICIM",
        through="ICIM-37",
        trained=history.Trained(
            800, "more_than", "ICIM-37", "IOM, 2015 (government officials)", sentence, "officials", "announced", "unknown", None, "IOM",
            2015, None, None, "government officials",
        ),
        named=27,
        participations=27,
        headcount=28,
        headcounts=(
            Headcount("ICIM-36", 28, "exact", "participants", "announced", counted=True),
            Headcount("ICIM-37", 28, "exact", "officials", "announced", counted=False),
        ),
        editions=2,
        edition_numbers=(36, 37),
        recorded=("ICIM-37",),
        unknown=(),
        countries=2,
        experts=0,
        contact_hours=0.0,
        certificates=0,
        sentence=sentence,
    )  # fmt: skip


def test_the_latest_claim_is_that_of_the_last_edition_asked_for(real: Course) -> None:
    assert [(found.value, found.qualifier, found.through, found.source)
            for number in (37, 38, 39, 40) if (found := real.totals(number).trained)] == [
        (800, "more_than", "ICIM-37", "IOM, 2015 (government officials)"),
        (800, "more_than", "ICIM-38", "IOM, 2016"),
        (850, "nearly", "ICIM-39", "IOM, 2017"),
        (1000, "nearly", "ICIM-40", "IOM's regional director for South America, IOM, 2018"),
    ]  # fmt: skip


def test_the_claim_of_a_later_edition_speaks_of_the_records_of_an_earlier_one(real: Course) -> None:
    assert real.totals().sentence == (
        "When the 40th edition opened in 2018, IOM's regional director for South America spoke of nearly 1,000 officials trained; "
        "our records name 27 who completed the 37th edition, and published headcounts exist for 3 other editions."
    )


def test_editions_without_records_or_headcount_are_unknown(real: Course) -> None:
    assert (real.totals().unknown, real.totals().headcount) == (("ICIM-38",), 28 + 30 + 22)


def test_a_claim_of_an_earlier_edition_than_asked_is_said_to_be_one(real: Course) -> None:
    real.edition(41)

    assert real.totals(41).sentence == (
        "No total is known that was published at the 41st edition. When the 40th edition opened in 2018, IOM's regional director for "
        "South America spoke of nearly 1,000 officials trained; our records name 27 who completed the 37th edition, and published "
        "headcounts exist for 3 other editions."
    )


def test_before_the_first_claim_there_is_none(real: Course) -> None:
    found = real.totals(36)

    assert (found.trained, found.named, found.headcount, found.editions) == (None, 0, 28, 1)
    assert found.sentence == (
        "No published total is known up to the 36th edition; our records name nobody who completed it or an edition before it, and "
        "published headcounts exist for 3 editions."
    )


def test_a_store_with_nothing_says_what_to_type(store: Store) -> None:
    found = history.totals(store, history.get_scope(store))

    assert found == history.Totals(
        None, None, None, 0, 0, 0, (), 0, (), (), (), 0, 0, 0.0, 0,
        "Nothing is known yet: enroll people with coursectl enroll, or add what was published with coursectl history figures add.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (CLAIM, "When the 37th edition opened in 2015, IOM spoke of more than 800 officials trained"),
        (replace(CLAIM, stage=None), "At the 37th edition in 2015, IOM spoke of more than 800 officials trained"),
        (replace(CLAIM, qualifier="exact"), "When the 37th edition opened in 2015, IOM spoke of 800 officials trained"),
        (replace(CLAIM, qualifier="about"), "When the 37th edition opened in 2015, IOM spoke of about 800 officials trained"),
        (replace(CLAIM, qualifier="nearly", who=None), "When the 37th edition opened in 2015, IOM spoke of nearly 800 people trained"),
        (replace(CLAIM, qualifier="at_least", who="Participants"), "When the 37th edition opened in 2015, IOM spoke of at least 800 participants trained"),
        (replace(CLAIM, who="women"), "When the 37th edition opened in 2015, IOM spoke of more than 800 trained (women)"),
        (replace(CLAIM, publisher=None, source="a leaflet"), "When the 37th edition opened in 2015, a published source spoke of more than 800 officials trained"),
    ],
)  # fmt: skip
def test_a_claim_is_told_with_its_qualifier_its_speaker_and_its_stage(
    course: Course, figure: NewFigure, said: str
) -> None:
    course.edition(37)
    course.figures((37, figure))

    assert course.totals().sentence == f"{said}; our records name nobody yet who completed an edition."


@pytest.mark.parametrize(
    ("stage", "said"), [("announced", "When the 37th edition opened, IOM"), ("certified", "At the 37th edition, IOM")]
)
def test_an_edition_without_a_year_is_told_without_one(course: Course, stage: str, said: str) -> None:
    course.edition(37, year=None)
    course.figures((37, replace(CLAIM, stage=stage)))

    assert course.totals().sentence.startswith(said)


def test_a_claim_about_a_year_belongs_to_the_last_edition_up_to_then(course: Course) -> None:
    for number in (36, 37, 38):
        course.edition(number)
    course.figures((None, replace(CLAIM, year=2015)))

    assert course.totals(36).trained is None
    said = course.totals(38)
    assert said.trained is not None
    assert (said.trained.through, said.trained.year) == (None, 2015)
    assert said.sentence == "In 2015, IOM spoke of more than 800 officials trained; our records name nobody who completed it or an edition before it."  # fmt: skip


def test_a_claim_from_before_any_edition_is_known_all_the_same(course: Course) -> None:
    course.figures((None, replace(CLAIM, year=1990)))

    assert course.totals().sentence == "In 1990, IOM spoke of more than 800 officials trained; our records name nobody yet who completed an edition."  # fmt: skip


def test_of_two_claims_at_one_edition_the_later_said_counts(course: Course) -> None:
    course.edition(37)
    course.figures((37, replace(CLAIM, value=850, said_on="2015-03-20")), (37, replace(CLAIM, said_on="2015-03-09")))

    trained = course.totals().trained
    assert trained is not None
    assert (trained.value, trained.source) == (850, "IOM, 2015-03-20")


def test_records_of_an_edition_that_nobody_has_completed_yet_name_nobody(course: Course) -> None:
    course.edition(37)
    course.figures((37, CLAIM))
    course.trainee(37, status="accepted")

    assert course.totals(37).sentence == (
        "When the 37th edition opened in 2015, IOM spoke of more than 800 officials trained; our records name nobody yet who completed it."
    )


def test_people_of_several_editions_are_named_once(course: Course) -> None:
    course.edition(36)
    course.edition(37)
    ana = course.person("Ana")
    course.trainee(36, ana)
    course.trainee(37, ana)

    found = course.totals()
    assert (found.named, found.participations) == (1, 2)
    assert found.sentence == "No published total is known; our records name 1 who completed one of 2 editions."


def test_merged_people_count_once_as_trainees_and_as_experts(course: Course) -> None:
    course.edition(36)
    course.edition(37)
    ana = course.person("Ana")
    twin = course.person("Anna", merged_into=ana)
    course.trainee(36, ana)
    course.trainee(37, twin)
    for person in (ana, twin):
        course.add("expert", edition_id=course.editions[37], person_id=person)

    found = course.totals()
    assert (found.named, found.participations, found.experts) == (1, 2, 1)
    assert [(row.people, row.participations) for row in history.list_countries(course.store, course.through(37), "en").rows] == [(1, 2)]  # fmt: skip


def test_contact_hours_are_those_of_sessions_that_count_and_certificates_those_that_are_valid(course: Course) -> None:
    course.edition(37)
    course.session(37, 1)
    course.session(37, 2, counts=0)
    course.session(37, 3, cancelled=1)
    course.certificate(37, 1, "issued")
    course.certificate(37, 2, "issued", "void")

    found = course.totals()
    assert (found.contact_hours, found.certificates) == (1.5, 1)


def test_of_several_headcounts_of_an_edition_the_furthest_stage_and_the_lowest_exact_one_counts(course: Course) -> None:
    course.edition(37)
    course.figures(
        (37, replace(COUNT, value=26, publisher="A", stage="attended")),
        (37, replace(COUNT, value=25, publisher="B", stage="attended")),
        (37, replace(COUNT, value=20, publisher="C", stage="certified", qualifier="about")),
        (37, replace(COUNT, value=10, publisher="D", stage=None)),
        (37, replace(COUNT, value=10, publisher="E")),
    )

    assert course.totals().headcounts == (Headcount("ICIM-37", 25, "exact", "officials", "attended", counted=True),)


def test_a_headcount_that_is_not_exact_is_shown_and_not_summed(course: Course) -> None:
    course.edition(37)
    course.figures((37, replace(COUNT, qualifier="about")))

    found = course.totals()
    assert found.headcounts == (Headcount("ICIM-37", 28, "about", "officials", "announced", counted=False),)
    assert (found.headcount, found.sentence) == (
        0,
        "No published total is known; our records name nobody yet who completed an edition, and a published headcount exists for 1 edition.",
    )


def test_several_courses_are_summed_from_records_and_no_claim_is_made_for_them_all(real: Course) -> None:
    other = Course(real.store, real.act, "OTHER")
    other.edition(1)
    other.trainee(1)

    found = history.totals(real.store, history.get_scope(real.store))
    assert (found.course, found.trained, found.named, found.editions) == (None, None, 28, 6)
    assert found.sentence == (
        "What was published is of one course (name it with --course); our records name 28 who completed one or more of 2 editions, "
        "and published headcounts exist for 3 other editions."
    )
    assert other.totals().sentence == "No published total is known; our records name 1 who completed the 1st edition."


def test_the_tool_language_chooses_the_ordinal_and_the_acronym_of_the_speaker(real: Course) -> None:
    locale.set_language("es", {})

    sentence = real.totals(37).sentence
    assert "37.ª" in sentence
    assert "OIM" in sentence


def test_a_scope_is_the_edition_s_course_or_the_named_or_the_only_one_or_all(store: Store, act: Act) -> None:
    assert history.get_scope(store) == Scope()
    first = Course(store, act)
    assert history.get_scope(store) == Scope(first.id, "ICIM")
    second = Course(store, act, "OTHER")
    assert history.get_scope(store) == Scope()
    assert history.get_scope(store, "other") == Scope(second.id, "OTHER")
    with pytest.raises(NotFound, match="There is no course NONE"):
        history.get_scope(store, "NONE")


# By edition, country and topic --------------------------------------------------------------------------------------------


def test_an_edition_shows_records_before_what_was_published_and_the_unknown_as_unknown(real: Course) -> None:
    real.add("expert", edition_id=real.editions[37], person_id=real.person("Luz"))

    rows = history.list_editions(real.store, Scope(real.id, "ICIM"))

    assert [row.reference for row in rows] == ["ICIM-36", "ICIM-37", "ICIM-38", "ICIM-39", "ICIM-40"]
    assert rows[:3] == [
        EditionRow("ICIM-36", 36, 2014, None, None, None, 28, "published", None, None, None, None, 28, "exact", 16, None, None),
        EditionRow("ICIM-37", 37, 2015, None, None, None, 28, "records", 28, 27, 3, 1, 28, "exact", None, None, 0),
        EditionRow("ICIM-38", 38, 2016, None, None, None, None, "unknown", None, None, None, None, None, None, None, None, None),
    ]  # fmt: skip
    assert (rows[3].experts, rows[3].published_experts) == (None, 20)


def test_a_difference_between_records_and_headcount_is_shown(real: Course) -> None:
    real.trainee(39)

    row = history.list_editions(real.store, Scope(real.id, "ICIM"))[3]
    assert (row.participants, row.source, row.headcount, row.difference) == (1, "records", 30, 29)


def test_countries_count_unique_people_and_participations_and_say_what_they_cannot_speak_for(real: Course) -> None:
    luis = real.person("Luis")
    real.trainee(36, luis, country="BR")
    real.trainee(37, luis, country="BR")
    real.trainee(37, country=None, category="international_staff")
    real.trainee(39, status="confirmed")

    assert history.list_countries(real.store, Scope(real.id, "ICIM"), "es") == Countries(
        (
            CountryRow("AR", "Argentina", 26, 26, 1),
            CountryRow("BR", "Brasil", 2, 3, 2),
            CountryRow(None, "", 1, 1, 1),
        ),
        unrecorded=("ICIM-38", "ICIM-40"),
        unfinished=("ICIM-39",),
    )


def test_countries_of_one_edition_only_leave_the_earlier_ones_out(real: Course) -> None:
    real.trainee(36, country="YU")

    assert history.list_countries(real.store, real.through(36), "en").rows == (CountryRow("YU", "Yugoslavia", 1, 1, 1),)
    only = history.list_countries(real.store, real.through(37), "en", edition_only=True)
    assert [row.country for row in only.rows] == ["AR", "BR"]
    assert only.unrecorded == ()


def test_topics_say_when_they_were_first_and_last_taught_and_what_is_new(course: Course) -> None:
    for number in (36, 37, 38):
        course.edition(number)
    course.topic("law", 36)
    environment = course.topic("environment")
    borders = course.topic("borders", 37)
    course.topic("never")
    course.session(37, 1, environment, borders)
    course.session(37, 2, environment, counts=0)
    course.session(36, 1, environment, cancelled=1)

    expected = [
        TopicRow("borders", {"en": "Borders", "es": "borders es"}, "ICIM-37", 2015, "ICIM-37", 2015, 1, 1, 1.5, new=True),
        TopicRow("environment", {"en": "Environment", "es": "environment es"}, "ICIM-37", 2015, "ICIM-37", 2015, 1, 2, 1.5, new=True),
        TopicRow("law", {"en": "Law", "es": "law es"}, "ICIM-36", 2014, "ICIM-36", 2014, 1, 0, 0.0, new=False),
    ]  # fmt: skip
    assert history.list_topics(course.store, course.through(37)) == expected
    assert history.list_topics(course.store, Scope(course.id, "ICIM")) == expected
    assert [(row.code, row.new) for row in history.list_topics(course.store, course.through(38))] == [
        ("borders", False),
        ("environment", False),
        ("law", False),
    ]


def test_nothing_is_new_in_the_first_edition_whose_topics_are_known(course: Course) -> None:
    course.edition(36)
    course.edition(37)
    course.topic("law", 37)

    assert [row.new for row in history.list_topics(course.store, course.through(37))] == [False]


# Published figures --------------------------------------------------------------------------------------------------------


def test_a_figure_is_added_with_the_year_of_its_edition_and_what_it_includes(course: Course, act: Act) -> None:
    course.edition(37)

    figure, is_new = history.add_figure(course.store, course.through(37), replace(COUNT, said_on="2015-03-10", words=" 28 \n officials "), act)  # fmt: skip

    assert is_new
    assert figure == history.PublishedFigure(
        figure.id, "ICIM", "ICIM-37", 2015, "participants", 28, "exact", "officials", "announced", "yes", "28 officials", None, "IOM",
        "2015-03-10", None, None,
    )  # fmt: skip
    assert history.list_figures(course.store) == [figure]
    assert history.get_figure(course.store, figure.number) == figure
    assert undo.list_operations(course.store, 1)[0].command == "history figures add ICIM-37"


def test_the_same_figure_twice_changes_nothing(course: Course, act: Act) -> None:
    course.edition(37)
    figure, _ = history.add_figure(course.store, course.through(37), COUNT, act)
    operations = len(undo.list_operations(course.store, 100))

    assert history.add_figure(course.store, course.through(37), replace(COUNT, note="again"), act) == (figure, False)
    assert len(undo.list_operations(course.store, 100)) == operations


@pytest.mark.parametrize("edition", [37, None])
def test_a_dry_run_shows_the_figure_and_writes_nothing(course: Course, act: Act, edition: int | None) -> None:
    course.edition(37)
    scope = course.through(37) if edition else Scope(course.id, "ICIM")

    figure, is_new = history.add_figure(course.store, scope, replace(CLAIM, year=2015), replace(act, dry_run=True))

    assert is_new
    assert (figure.edition, figure.year, figure.includes_edition) == ("ICIM-37" if edition else None, 2015, "unknown")
    assert history.list_figures(course.store) == []


def test_a_figure_that_somebody_adds_at_the_same_time_is_refused_by_the_store(course: Course, act: Act) -> None:
    new = replace(COUNT, edition_id=course.edition(37), year=2015)
    _ids, statements = history.figures_statements(course.store, course.id, [new, new])
    assert len(statements) == 1
    course.write(*statements)

    with pytest.raises(Refused, match="added by somebody else just now"):
        course.write(*history_statements_as_read_before(course, new))


def history_statements_as_read_before(course: Course, new: NewFigure) -> list[history.figures.Statement]:
    """The statements of an office that read before the other's figure came."""
    other = Course(course.store, course.act, "EMPTY")
    _ids, statements = history.figures_statements(course.store, other.id, [new])
    return [replace(statements[0], params={**statements[0].params, "course_id": course.id})]


def test_a_retracted_figure_is_gone_and_undo_brings_it_back(course: Course, act: Act) -> None:
    course.edition(37)
    course.figures((37, COUNT), (37, CLAIM), (None, replace(CLAIM, year=2000)))
    before = history.list_figures(course.store)

    retracted = history.retract_figure(course.store, str(before[-1].id), act)
    assert history.list_figures(course.store) == before[:-1]
    assert retracted == before[-1]

    undo.undo_by_replay(course.store, undo.get_last_operation(course.store, act.actor), act)
    assert history.list_figures(course.store) == before
    history.retract_figure(course.store, str(before[0].id), replace(act, dry_run=True))
    assert history.list_figures(course.store) == before


def test_figures_are_found_by_the_end_of_their_number(course: Course) -> None:
    course.edition(37)
    course.add("published_figure", course_id=course.id, edition_id=course.editions[37], measure="experts", value=1, qualifier="exact", id=1000007)  # fmt: skip
    course.add("published_figure", course_id=course.id, edition_id=course.editions[37], measure="experts", value=2, qualifier="exact", id=2000007)  # fmt: skip

    assert history.get_figure(course.store, "2000007").value == 2
    with pytest.raises(Ambiguous, match="'000007' fits several: 1000007, 2000007"):
        history.get_figure(course.store, "000007")
    with pytest.raises(NotFound, match="No figure has the number 5"):
        history.get_figure(course.store, "5")
    with pytest.raises(BadInput, match="'x' is no figure's number"):
        history.get_figure(course.store, "x")


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        (replace(COUNT, publisher=" "), "A figure needs a source: who said it, who published it, or where it stands (said_by, publisher or source)."),
        (replace(COUNT, value=-1), "A figure can't be below zero: -1."),
        (replace(COUNT, value=10**12), "Nobody can have counted so many: 1000000000000."),
        (replace(COUNT, measure=""), "A figure needs a measure; use one of: participants, participant_countries, experts, expert_countries, trained_so_far."),
        (replace(COUNT, measure="heads"), "'heads' is no measure; use one of: participants, participant_countries, experts, expert_countries, trained_so_far."),
        (replace(COUNT, qualifier="roughly"), "'roughly' is no qualifier; use one of: exact, about, nearly, more_than, at_least."),
        (replace(COUNT, stage="hoped"), "'hoped' is no stage; use one of: announced, attended, certified."),
        (replace(COUNT, includes_edition="maybe"), "'maybe' is no includes_edition; use one of: yes, no, unknown."),
        (replace(COUNT, year=20155), "20155 can't be the year of a figure."),
        (replace(COUNT, said_on="10/3/2015"), "'10/3/2015' is no date; write it as year-month-day, like 2015-03-09."),
    ],
)  # fmt: skip
def test_what_is_no_figure_is_refused_in_a_sentence(course: Course, act: Act, figure: NewFigure, sentence: str) -> None:
    course.edition(37)

    with pytest.raises(history.BadFigure) as refused:
        history.add_figure(course.store, course.through(37), figure, act)
    assert str(refused.value) == sentence


def test_a_figure_about_no_edition_needs_its_course_and_its_year(course: Course, act: Act) -> None:
    with pytest.raises(history.BadFigure, match="needs the year that it is about"):
        history.add_figure(course.store, Scope(course.id, "ICIM"), CLAIM, act)
    with pytest.raises(NotFound, match="A figure belongs to a course"):
        history.add_figure(course.store, Scope(), CLAIM, act)


def test_blank_words_of_a_figure_are_words_not_said(course: Course, act: Act) -> None:
    course.edition(37)
    blank = replace(COUNT, qualifier="", stage="", includes_edition="", said_on="", note="", who="")

    figure, _ = history.add_figure(course.store, course.through(37), blank, act)
    assert (figure.qualifier, figure.stage, figure.includes_edition, figure.said_on, figure.note, figure.who) == ("exact", None, "yes", None, None, None)  # fmt: skip


def test_the_example_s_figures_are_read_and_imported_once(course: Course) -> None:
    for number in range(36, 41):
        course.edition(number)
    known = history.known_editions(course.store, Scope(course.id, "ICIM"))

    figures = history.read_figures(FIGURES, "ICIM", known)
    ids, statements = history.figures_statements(course.store, course.id, figures)
    course.write(*statements)

    assert (len(ids), len(history.list_figures(course.store))) == (16, 16)
    assert figures[6] == NewFigure(
        "trained_so_far", 800, course.editions[37], 2015, "more_than", "officials", "announced", "unknown", publisher="IOM",
        note="government officials of Latin America and the Caribbean",
    )  # fmt: skip
    assert history.figures_statements(course.store, course.id, figures) == ([], [])


def test_a_file_may_leave_the_year_to_the_edition_and_name_editions_by_their_references(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(
        "Edición;Medida;Valor;qualifier;Fuente\nICIM-37;Trained so far;800;more than;x\n;experts;3;;x\n37;experts;3;;x\n"
    )
    path.write_text(path.read_text().replace("Fuente", "Fuente;year").replace(";;x\n37", ";;x;1999\n37"))

    assert history.read_figures(path, "ICIM", {37: KnownEdition(7, 2015)}) == [
        NewFigure("trained_so_far", 800, 7, 2015, "more_than", source="x"),
        NewFigure("experts", 3, None, 1999, source="x"),
        NewFigure("experts", 3, 7, 2015, source="x"),
    ]


def test_a_file_with_faults_tells_them_all_by_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(
        "course,edition,year,measure,value,qualifier,publisher\n"
        "ICIM,41,,experts,3,,IOM\n"
        "OTHER,37,,experts,3,,IOM\n"
        "ICIM,last,,experts,3,,IOM\n"
        "ICIM,37,soon,experts,-3,,IOM\n"
        "ICIM,37,,heads,,roughly,\n"
        "ICIM,37,,,1.000,,IOM\n"
        "ICIM,,,experts,3,,IOM\n"
        "ICIM,37,,experts,3,,IOM,torn\n"
    )

    with pytest.raises(BadTable) as refused:
        history.read_figures(path, "ICIM", {37: KnownEdition(7, 2015)})
    measures = "participants, participant_countries, experts, expert_countries, trained_so_far"
    assert str(refused.value).split("\n") == [
        "figures.csv: 13 faults, nothing was written.",
        "  row 2, \"edition\": '41': the store has no edition ICIM-41; add it with: coursectl edition add ICIM-41",
        "  row 3, \"course\": 'OTHER': the figures of this file are about ICIM",
        "  row 4, \"edition\": 'last': no number of an edition; write it like 37",
        "  row 5, \"year\": 'soon': no whole number; write it in digits only, like 1000",
        '  row 5, "value": a figure can\'t be below zero: -3',
        '  row 6, "value": a figure needs a whole number',
        f"  row 6, \"measure\": 'heads' is no measure; use one of: {measures}",
        "  row 6, \"qualifier\": 'roughly' is no qualifier; use one of: exact, about, nearly, more_than, at_least",
        "  row 6: a figure needs a source: who said it, who published it, or where it stands (said_by, publisher or source)",
        "  row 7, \"value\": '1.000': no whole number; write it in digits only, like 1000",
        f'  row 7, "measure": a figure needs a measure; use one of: {measures}',
        '  row 8, "year": a figure about no edition needs the year that it is about',
        "  row 9: 'torn': the row has 8 cells and the table 7 columns; put a cell with a delimiter in quotation marks",
    ]


# Properties ---------------------------------------------------------------------------------------------------------------

EDITION = st.integers(1, 4)
ENROLLMENTS = st.lists(
    st.tuples(EDITION, st.integers(0, 4), st.sampled_from(("completed", "accepted", "withdrawn"))), max_size=8
)
PUBLISHED_FIGURES = st.lists(
    st.tuples(
        EDITION,
        st.builds(
            NewFigure,
            measure=st.sampled_from(("participants", "trained_so_far")),
            value=st.integers(0, 2000),
            qualifier=st.sampled_from(history.QUALIFIERS),
            stage=st.sampled_from((None, *history.STAGES)),
            publisher=st.sampled_from(("IOM", "the host")),
        ),
    ),
    max_size=6,
)


@pytest.fixture(scope="session")
def empty(_empty_store: Path) -> Path:
    """The file of an empty store, to be copied."""
    return _empty_store


@contextmanager
def filled(
    empty: Path, enrollments: list[tuple[int, int, str]], figures: list[tuple[int, NewFigure]]
) -> Iterator[Course]:
    """A course with four editions and five people, one of them merged into another, and these enrollments and figures."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(shutil.copy(empty, Path(folder) / "coursectl.db"))
        course = Course(store, Act("test", NOW))
        for number in range(1, 5):
            course.edition(number)
        people = [course.person(f"Person {n}") for n in range(4)]
        people.append(course.person("Person 3 again", merged_into=people[3]))
        for number, person, status in {
            (number, person): (number, person, status) for number, person, status in enrollments
        }.values():
            course.trainee(number, people[person], status)
        course.figures(*figures)
        yield course
        store.close()


properties = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@properties
@given(enrollments=ENROLLMENTS, figures=PUBLISHED_FIGURES, claim=st.integers(0, 5000), at=EDITION)
def test_a_claim_never_changes_what_is_named_or_counted(
    empty: Path,
    enrollments: list[tuple[int, int, str]],
    figures: list[tuple[int, NewFigure]],
    claim: int,
    at: int,
) -> None:
    with filled(empty, enrollments, figures) as course:
        before = course.totals()
        course.figures((at, replace(CLAIM, value=claim)))
        after = course.totals()

    assert replace(after, trained=None, sentence="") == replace(before, trained=None, sentence="")


@properties
@given(enrollments=ENROLLMENTS, figures=PUBLISHED_FIGURES, at=EDITION)
def test_one_more_who_completed_never_lowers_what_is_named(
    empty: Path, enrollments: list[tuple[int, int, str]], figures: list[tuple[int, NewFigure]], at: int
) -> None:
    with filled(empty, enrollments, figures) as course:
        before = course.totals()
        course.trainee(at)
        after = course.totals()

    assert (after.named, after.participations) == (before.named + 1, before.participations + 1)


@properties
@given(enrollments=ENROLLMENTS, figures=PUBLISHED_FIGURES)
def test_totals_grow_with_the_editions_and_stay_within_their_sources(
    empty: Path, enrollments: list[tuple[int, int, str]], figures: list[tuple[int, NewFigure]]
) -> None:
    with filled(empty, enrollments, figures) as course:
        by_edition = [course.totals(number) for number in range(1, 5)]
        everything = course.totals()

    for earlier, later in pairwise(by_edition):
        assert earlier.named <= later.named
        assert earlier.participations <= later.participations
        assert earlier.headcount <= later.headcount
        assert earlier.editions <= later.editions
    assert replace(by_edition[-1], through=None, trained=None, sentence="") == replace(
        everything, trained=None, sentence=""
    )
    assert everything.named <= min(4, everything.participations)
    highest = {number: max(f.value for n, f in figures if n == number) for number, _figure in figures}
    assert everything.headcount <= sum(highest.values())
