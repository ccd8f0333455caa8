"""The program: topics and modules, sessions and who teaches in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from coursectl import program
from coursectl.editions import EditionRef, get_edition_ref
from coursectl.errors import Ambiguous, BadInput, ExitCode, NotFound, Refused
from coursectl.people import MailboxTaken, NewOrganization, NewPerson, PersonRef, add_person
from coursectl.program import Frame, NewChair, NewExpert, NewModule, NewSession, NewTopic, SessionChange
from coursectl.store import Act, Statement, Store, insert, new_id


@pytest.fixture
def edition(store: Store, icim37: Any) -> EditionRef:
    return get_edition_ref(store, "ICIM-37")


@pytest.fixture
def earlier(store: Store, act: Act, icim37: Any) -> EditionRef:
    row = {"id": new_id(), "course_id": icim37.course, "number": 36, "year": 2014}
    store.apply(act.operation("edition add", insert("edition", [row])))
    return get_edition_ref(store, "ICIM-36")


@pytest.fixture
def valeria(store: Store, act: Act, edition: EditionRef) -> PersonRef:
    return program.add_expert(store, edition, NewPerson("Valeria Montenegro", country="AR"), act).person


def slot(
    title: str = "Human rights", date: str = "2015-03-09", start: str = "09:00", end: str = "10:30", **more: Any
) -> NewSession:
    return NewSession(date, start, end, {"en": title}, **more)


def operations(store: Store) -> list[str]:
    return [row["command"] for row in store.read("SELECT command FROM op ORDER BY rowid")]


def said(error: pytest.ExceptionInfo[Any]) -> str:
    return str(error.value)


# Topics


def test_a_topic_is_added_to_the_course_and_covered_by_the_edition(store, act, edition):
    done = program.add_topic(
        store, edition.course_id, "ICIM", "Migration & Climate", act, language="en", edition=edition
    )

    assert (done.code, done.title, done.added, done.covered) == (
        "migration-climate",
        {"en": "Migration & Climate"},
        True,
        True,
    )
    assert program.list_topics(store, edition.course_id) == [
        program.Topic(done.id, "migration-climate", {"en": "Migration & Climate"}, ("ICIM-37",))
    ]


def test_a_topic_without_an_edition_is_only_of_the_course(store, act, edition):
    done = program.add_topic(
        store, edition.course_id, "ICIM", "Salud", act, language="es", titles={"en": "Health"}, code="health"
    )

    assert (done.edition, done.covered, done.title) == (None, False, {"es": "Salud", "en": "Health"})
    assert [topic.editions for topic in program.list_topics(store, edition.course_id)] == [()]


@pytest.mark.parametrize("named", ["environment", "ENVIRONMENT", "Migration and Environment", "Migración y ambiente"])
def test_a_topic_that_is_there_is_covered_by_another_edition_by_its_code_or_title(store, act, edition, earlier, named):
    titles = {"es": "Migración y ambiente"}
    add = program.add_topic
    first = add(
        store,
        edition.course_id,
        "ICIM",
        "Migration and environment",
        act,
        language="en",
        titles=titles,
        code="environment",
    )

    done = add(store, edition.course_id, "ICIM", named, act, language="en", edition=earlier)

    assert (done.id, done.added, done.covered) == (first.id, False, True)
    assert program.get_topic(store, edition.course_id, "ICIM", "environment").editions == ("ICIM-36",)


def test_covering_a_topic_twice_changes_nothing_and_leaves_no_operation(store, act, edition):
    add = program.add_topic
    add(store, edition.course_id, "ICIM", "Health", act, language="en", edition=edition)
    before = operations(store)

    done = add(store, edition.course_id, "ICIM", "Health", act, language="en", edition=edition)

    assert (done.added, done.covered, operations(store)) == (False, False, before)


def test_the_code_of_another_topic_is_refused_with_its_title(store, act, edition):
    add = program.add_topic
    add(store, edition.course_id, "ICIM", "Human rights of migrants", act, language="en", code="human-rights")

    with pytest.raises(program.TopicExists) as from_title:
        add(
            store,
            edition.course_id,
            "ICIM",
            "Human Rights!",
            act,
            language="en",
            titles={"en": "Rights of humans"},
            code="human-rights",
        )
    with pytest.raises(program.TopicExists) as from_name:
        add(store, edition.course_id, "ICIM", "Rights", act, language="en", code="human-rights")
    with pytest.raises(program.TopicExists) as derived:
        program.add_topic(store, edition.course_id, "ICIM", "human: rights", act, language="en")

    sentence = (
        "The code human-rights is taken by the topic 'Human rights of migrants' already. Give another one with --code."
    )
    assert {said(error) for error in (from_title, from_name, derived)} == {sentence}


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ({"es": "Migración, ambiente y cambio climático"}, "migracion-ambiente-y-cambio-climatico"),
        ({"es": "Año", "en": "Year"}, "year"),
        ({"en": "x" * 100}, "x" * 60),
        ({"en": "word " * 30}, "-".join(["word"] * 12)),
    ],
)
def test_a_code_is_made_from_the_title(title, code):
    assert program.topic_code(title) == code


def test_a_title_without_latin_letters_needs_a_code(store, act, edition):
    with pytest.raises(BadInput) as error:
        program.add_topic(store, edition.course_id, "ICIM", "移民", act, language="zh")
    assert said(error) == "This title gives no code; say one with --code, in letters and digits."
    done = program.add_topic(store, edition.course_id, "ICIM", "移民", act, language="zh", code="migration")
    assert done.code == "migration"


@pytest.mark.parametrize("code", ["a b", "-a", "", "x" * 61, "ñandú"])
def test_codes_are_plain(store, edition, code):
    with pytest.raises(BadInput, match="can't be a topic's code"):
        program.topics_statements(store, edition.course_id, [NewTopic({"en": "Health"}, code)])


def test_a_topic_needs_a_title(store, edition):
    with pytest.raises(BadInput, match=r"A topic needs a title\."):
        program.topics_statements(store, edition.course_id, [NewTopic({"en": ""}, "health")])


def test_topics_come_in_bulk_and_a_second_time_change_nothing(store, act, edition):
    wanted = [
        NewTopic({"en": "Health"}, "health"),
        NewTopic({"en": "Data"}, "data"),
        NewTopic({"en": "Health"}, "HEALTH"),
    ]
    first = program.topics_statements(store, edition.course_id, wanted)
    store.apply(act.operation("import", first.statements))

    again = program.topics_statements(store, edition.course_id, wanted)

    assert first.ids[0] == first.ids[2]
    assert (len(first.new), again.ids, again.new, again.changed, again.statements) == (
        2,
        first.ids,
        frozenset(),
        frozenset(),
        (),
    )


def test_a_topic_in_bulk_with_another_title_is_changed(store, act, edition):
    first = program.topics_statements(store, edition.course_id, [NewTopic({"en": "Helth"}, "health")])
    store.apply(act.operation("import", first.statements))

    second = program.topics_statements(store, edition.course_id, [NewTopic({"en": "Health"}, "health")])
    store.apply(act.operation("import", second.statements))

    assert second.changed == frozenset(first.ids)
    assert [topic.title for topic in program.list_topics(store, edition.course_id)] == [{"en": "Health"}]


def test_editing_a_topic_merges_titles_by_language_and_may_change_its_code(store, act, edition):
    program.add_topic(store, edition.course_id, "ICIM", "Health", act, language="en")
    edit = program.edit_topic

    done, changed = edit(store, edition.course_id, "ICIM", "health", act, title={"es": "Salud"}, code="salud")
    _same, again = edit(store, edition.course_id, "ICIM", "salud", act, title={"es": "Salud"})

    assert (done.title, done.code, changed, again) == ({"en": "Health", "es": "Salud"}, "salud", True, False)
    assert program.get_topic(store, edition.course_id, "ICIM", "salud").title == {"en": "Health", "es": "Salud"}


def test_a_topic_is_not_edited_into_another_ones_code_nor_out_of_all_titles(store, act, edition):
    for title in ("Health", "Data"):
        program.add_topic(store, edition.course_id, "ICIM", title, act, language="en")

    with pytest.raises(program.TopicExists):
        program.edit_topic(store, edition.course_id, "ICIM", "health", act, code="DATA")
    with pytest.raises(BadInput, match="needs a title"):
        program.edit_topic(store, edition.course_id, "ICIM", "health", act, title={"en": ""})
    with pytest.raises(NotFound, match="ICIM has no topic 'wealth'"):
        program.edit_topic(store, edition.course_id, "ICIM", "wealth", act, code="x")


def test_new_is_what_no_earlier_edition_covers_by_itself_or_by_a_session(store, act, edition, earlier):
    for title, covering in (("Health", earlier), ("Data", earlier), ("Data", edition), ("Climate", edition)):
        program.add_topic(store, edition.course_id, "ICIM", title, act, language="en", edition=covering)
    program.add_topic(store, edition.course_id, "ICIM", "Diasporas", act, language="en")
    program.add_session(store, edition, slot(topics=("diasporas",)), act)

    listed = program.list_edition_topics(store, edition)

    assert [(topic.code, topic.new, topic.sessions) for topic in listed] == [
        ("data", False, 0), ("climate", True, 0), ("diasporas", True, 1)
    ]  # fmt: skip
    assert [topic.code for topic in program.new_topics(store, edition)] == ["climate", "diasporas"]
    assert program.new_topics(store, earlier) == []


def test_nothing_is_new_where_no_earlier_edition_has_a_known_topic(store, act, edition, earlier):
    program.add_topic(store, edition.course_id, "ICIM", "Climate", act, language="en", edition=edition)

    assert [(topic.code, topic.new) for topic in program.list_edition_topics(store, edition)] == [("climate", False)]


def test_a_cancelled_session_covers_no_topic(store, act, edition):
    program.add_topic(store, edition.course_id, "ICIM", "Climate", act, language="en")
    program.add_session(store, edition, slot(topics=("climate",)), act)
    assert [topic.code for topic in program.list_edition_topics(store, edition)] == ["climate"]

    program.cancel_session(store, edition, 1, act, reason="rain")

    assert program.list_edition_topics(store, edition) == []


# Modules


def test_modules_take_the_next_numbers_and_a_second_time_change_nothing(store, act, edition):
    wanted = [NewModule({"en": "Processes"}), NewModule({"en": "Protection"}, {"en": "To protect"})]
    modules = program.add_modules(store, edition, wanted, act)
    again = program.modules_statements(store, edition, [replace(one, number=n) for n, one in enumerate(wanted, 1)])

    assert [(module.number, module.title, module.objectives) for module in modules] == [
        (1, {"en": "Processes"}, {}), (2, {"en": "Protection"}, {"en": "To protect"})
    ]  # fmt: skip
    assert again == program.Planned(tuple(module.id for module in modules), frozenset(), frozenset(), ())


def test_a_module_of_a_stored_number_is_changed(store, act, edition):
    program.add_modules(store, edition, [NewModule({"en": "Proceses"}, {"en": "To know"})], act)
    before = operations(store)

    changed = program.add_modules(store, edition, [NewModule({"en": "Processes"}, number=1)], act)
    program.add_modules(store, edition, [NewModule({"en": "Processes"}, number=1)], act)

    assert [(module.title, module.objectives) for module in changed] == [({"en": "Processes"}, {"en": "To know"})]
    assert operations(store) == [*before, "module add ICIM-37"]


def test_modules_need_titles_and_positive_numbers(store, edition):
    with pytest.raises(BadInput, match="needs a title"):
        program.modules_statements(store, edition, [NewModule({})])
    with pytest.raises(BadInput, match="1 or more, not 0"):
        program.modules_statements(store, edition, [NewModule({"en": "x"}, number=0)])


# Sessions


def test_a_session_is_added_with_all_that_it_has(store, act, edition, valeria):
    chair = add_person(store, NewPerson("Rodolfo Lagomarsino", honorific="Emb."), act)
    program.add_modules(store, edition, [NewModule({"en": "Processes"})], act)
    program.add_topic(store, edition.course_id, "ICIM", "Climate", act, language="en")
    wanted = slot(
        module=1,
        room="Room A",
        topics=("CLIMATE",),
        experts=(valeria,),
        chairs=(NewChair(chair.ref, {"en": "Ambassador"}),),
    )

    session = program.add_session(store, edition, wanted, act)

    assert session == program.Session(
        id=session.id, edition="ICIM-37", number=1, date="2015-03-09", start="09:00", end="10:30", minutes=90, kind="lecture",
        counts=True, title={"en": "Human rights"}, room="Room A", module=1, topics=("climate",), experts=(valeria,),
        chairs=(program.Chair(chair.id, "Rodolfo Lagomarsino", "Emb.", {"en": "Ambassador"}, None, None),), cancelled=False,
        cancel_reason=None,
    )  # fmt: skip
    assert program.list_sessions(store, edition) == [session]
    assert program.get_session(store, edition, 1) == session


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        ("lecture", True),
        ("panel", True),
        ("workshop", True),
        ("visit", True),
        ("exam", True),
        ("ceremony", False),
        ("break", False),
    ],
)
def test_a_session_counts_as_its_kind_does_unless_said_otherwise(store, act, edition, kind, counts):
    as_kind = program.add_session(store, edition, slot("a", kind=kind), act)
    otherwise = program.add_session(store, edition, slot("b", kind=kind, counts=not counts), act)

    assert (as_kind.counts, otherwise.counts) == (counts, not counts)


@pytest.mark.parametrize(
    ("wanted", "sentence", "code"),
    [
        (slot(date="2015-03-22"), "2015-03-22 is outside of ICIM-37, which is from 2015-03-09 to 2015-03-21.", ExitCode.REFUSED),
        (slot(date="2015-03-08"), "2015-03-08 is outside of ICIM-37, which is from 2015-03-09 to 2015-03-21.", ExitCode.REFUSED),
        (slot(start="10:00", end="09:00"), "A session that starts at 10:00 can't end at 09:00; it ends later on the same day.", ExitCode.BAD_INPUT),
        (slot(start="23:00", end="00:30"), "A session that starts at 23:00 can't end at 00:30; it ends later on the same day.", ExitCode.BAD_INPUT),
        (slot(start="09:00", end="09:00"), "A session that starts at 09:00 can't end at 09:00; it ends later on the same day.", ExitCode.BAD_INPUT),
        (slot(module=2), "ICIM-37 has no module 2; it has: –.", ExitCode.NOT_FOUND),
        (slot(topics=("x",)), "ICIM has no topic 'x'. Add it with: coursectl topic add TITLE --code x", ExitCode.NOT_FOUND),
        (slot(title=""), "A session needs a title.", ExitCode.BAD_INPUT),
        (slot(kind="party"), "'party' is no kind of session. Use one of: lecture, panel, workshop, visit, exam, ceremony, break.", ExitCode.BAD_INPUT),
        (
            slot(experts=(PersonRef(7, "Ana Pérez"),)),
            'Ana Pérez is no expert of ICIM-37. Add them first: coursectl expert add "Ana Pérez" -e ICIM-37',
            ExitCode.REFUSED,
        ),
    ],
)  # fmt: skip
def test_a_session_that_does_not_fit_is_refused_in_one_sentence(store, act, edition, wanted, sentence, code):
    before = operations(store)

    with pytest.raises((Refused, BadInput, NotFound)) as error:
        program.add_session(store, edition, wanted, act)

    assert (said(error), error.value.exit_code) == (sentence, code)
    assert (program.list_sessions(store, edition), operations(store)) == ([], before)


def test_a_room_holds_one_session_at_a_time(store, act, edition):
    program.add_session(store, edition, slot(room="Room A"), act)

    with pytest.raises(program.RoomTaken) as error:
        program.add_session(store, edition, slot("Data", start="10:00", end="11:00", room="ROOM A"), act)

    assert said(error) == (
        "ROOM A is taken on 2015-03-09 from 09:00 to 10:30 by session 1 (Human rights). If that is meant, say --clash-ok."
    )
    assert program.add_session(store, edition, slot("b", start="10:30", end="11:00", room="Room A"), act).number == 2
    assert program.add_session(store, edition, slot("c", room="Room B"), act).number == 3
    assert program.add_session(store, edition, slot("d", date="2015-03-10", room="Room A"), act).number == 4
    assert program.add_session(store, edition, slot("e", room="Room A"), act, clash_ok=True).number == 5


def test_an_expert_is_in_one_session_at_a_time(store, act, edition, valeria):
    program.add_session(store, edition, slot(room="Room A", experts=(valeria,)), act)

    with pytest.raises(program.ExpertElsewhere) as error:
        program.add_session(
            store, edition, slot("Data", start="10:00", end="11:00", room="Room B", experts=(valeria,)), act
        )

    assert said(error) == (
        "Valeria Montenegro teaches on 2015-03-09 from 09:00 to 10:30 in session 1 (Human rights). If that is meant, say --clash-ok."
    )
    program.add_session(
        store, edition, slot("Data", start="10:00", end="11:00", room="Room B", experts=(valeria,)), act, clash_ok=True
    )


def test_a_cancelled_session_leaves_its_room_and_experts_free(store, act, edition, valeria):
    program.add_session(store, edition, slot(room="Room A", experts=(valeria,)), act)
    program.cancel_session(store, edition, 1, act, reason="ill")

    session = program.add_session(store, edition, slot("Data", room="Room A", experts=(valeria,)), act)
    again = program.add_session(store, edition, slot(date="2015-03-10"), act)

    assert (session.number, again.number) == (2, 3)


def test_the_same_session_is_not_added_twice_but_again_after_it_was_cancelled(store, act, edition):
    program.add_session(store, edition, slot(), act)
    with pytest.raises(program.SessionExists) as error:
        program.add_session(store, edition, slot("HUMAN RIGHTS", end="11:00"), act)
    assert said(error) == "ICIM-37 has this session already, with this title at this time: number 1."
    program.cancel_session(store, edition, 1, act, reason="ill")

    assert program.add_session(store, edition, slot(), act).number == 2


def test_sessions_come_in_bulk_with_numbers_in_their_order_and_a_second_time_change_nothing(store, act, edition):
    wanted = [slot("b", date="2015-03-10"), slot("a"), slot("c", start="11:00", end="12:00")]
    done = program.add_sessions(store, edition, wanted, act)
    before = operations(store)

    again = program.add_sessions(store, edition, [*wanted], act)

    assert sorted((one.number, one.title["en"]) for one in done.added) == [(1, "b"), (2, "a"), (3, "c")]
    assert [one.number for one in program.list_sessions(store, edition)] == [2, 3, 1]
    assert (again, operations(store)) == (program.SessionsAdded("ICIM-37", (), 3), before)


def test_what_was_cancelled_is_not_imported_again(store, act, edition):
    program.add_sessions(store, edition, [slot()], act)
    program.cancel_session(store, edition, 1, act, reason="ill")

    assert program.add_sessions(store, edition, [slot()], act) == program.SessionsAdded("ICIM-37", (), 1)


def test_clashes_within_one_import_are_found_and_named_by_title(store, act, edition):
    with pytest.raises(program.RoomTaken, match="by session “a”"):
        program.add_sessions(store, edition, [slot("a", room="X"), slot("b", room="x")], act)
    assert program.list_sessions(store, edition) == []


def test_a_dry_run_says_the_number_and_writes_nothing(store, act, edition):
    program.add_session(store, edition, slot(), act)
    dry = replace(act, dry_run=True)
    who = add_person(store, NewPerson("Who"), act).ref

    session = program.add_session(store, edition, slot("b", room="Room A", chairs=(NewChair(who),)), dry)

    assert (session.number, session.minutes, session.room, session.chairs[0].name) == (2, 90, "Room A", "Who")
    assert len(program.list_sessions(store, edition)) == 1


# What the batch itself refuses, whatever was read before


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        (slot(date="2015-04-01"), "session_inside_edition"),
        (slot("other", room="Room A"), "room_free"),
        (slot("other", experts="valeria"), "expert_free"),
        (slot("other", date="2015-03-10", experts="stranger"), "expert_of_edition"),
        (slot(), "session_new"),
    ],
)
def test_the_batch_refuses_what_a_stale_frame_lets_through(store, act, edition, valeria, wanted, rule):
    stranger = add_person(store, NewPerson("Ana Pérez"), act).ref
    program.add_session(store, edition, slot(room="Room A", experts=(valeria,)), act)
    experts = {"valeria": (valeria,), "stranger": (stranger,), (): ()}[wanted.experts]
    stale = Frame(edition, experts=(valeria, stranger))

    plan = program.sessions_statements(stale, [replace(wanted, experts=experts)])
    broken = [
        statement.rule
        for statement in plan.statements
        if "expect" in statement.sql and _fails(store, act, plan.statements, statement)
    ]

    assert broken == [rule]
    with pytest.raises(Refused) as error:
        store.apply(act.operation("session add ICIM-37", plan.statements))
    assert (
        said(error)
        == "The program of ICIM-37 was changed by somebody else just now. Look at it, then type the command again."
    )


def _fails(store: Store, act: Act, statements: tuple[Statement, ...], rule: Statement) -> bool:
    """Whether this assertion alone, after what is written, refuses the batch."""
    writing = [one for one in statements if "expect" not in one.sql]
    try:
        store.apply(replace(act.operation("try", [*writing, rule]), dry_run=True))
    except Refused:
        return True
    return False


def test_numbers_are_given_inside_the_batch(store, act, edition):
    frame = program.get_frame(store, edition)
    for title in ("a", "b"):
        plan = program.sessions_statements(frame, [slot(title), slot(title + "2")])
        store.apply(act.operation("session import ICIM-37", plan.statements))

    assert [(one.number, one.title["en"]) for one in program.list_sessions(store, edition)] == [
        (1, "a"),
        (2, "a2"),
        (3, "b"),
        (4, "b2"),
    ]


# Changing sessions


def test_an_edit_changes_what_is_said_and_leaves_the_rest(store, act, edition, valeria):
    program.add_modules(store, edition, [NewModule({"en": "Processes"})], act)
    for title in ("Climate", "Data"):
        program.add_topic(store, edition.course_id, "ICIM", title, act, language="en")
    chair = NewChair(add_person(store, NewPerson("Helena Couto"), act).ref, {"en": "Director"})
    whole = slot(module=1, room="A", topics=("climate", "data"), experts=(valeria,), chairs=(chair,))
    before = program.add_session(store, edition, whole, act)

    after, changed = program.edit_session(
        store, edition, 1, SessionChange(room="B", start="09:30", title={"es": "Derechos"}), act
    )

    assert changed
    assert after == replace(before, room="B", start="09:30", minutes=60, title={"en": "Human rights", "es": "Derechos"})
    cleared, _ = program.edit_session(
        store, edition, 1, SessionChange(room="", module=0, topics=("data",), experts=(), chairs=()), act
    )
    assert cleared == replace(after, room=None, module=None, topics=("data",), experts=(), chairs=())


def test_an_edit_that_changes_nothing_leaves_no_operation(store, act, edition):
    session = program.add_session(store, edition, slot(), act)
    before = operations(store)

    assert program.edit_session(store, edition, 1, SessionChange(start="09:00"), act) == (session, False)
    assert operations(store) == before


def test_a_new_kind_brings_its_counting_unless_it_was_set_by_hand(store, act, edition):
    program.add_session(store, edition, slot("a"), act)
    program.add_session(store, edition, slot("b", kind="ceremony", counts=True), act)
    edit = program.edit_session

    assert edit(store, edition, 1, SessionChange(kind="break"), act)[0].counts is False
    assert edit(store, edition, 1, SessionChange(kind="lecture", counts=False), act)[0].counts is False
    assert edit(store, edition, 2, SessionChange(kind="break"), act)[0].counts is True


def test_an_edit_is_held_to_the_same_rules(store, act, edition, valeria):
    program.add_session(store, edition, slot("a", room="A", experts=(valeria,)), act)
    program.add_session(store, edition, slot("b", start="11:00", end="12:00", room="A", experts=(valeria,)), act)
    edit = program.edit_session

    for change, refusal in (
        (SessionChange(start="10:00"), program.RoomTaken),
        (SessionChange(start="10:00", room="B"), program.ExpertElsewhere),
        (SessionChange(date="2015-03-25"), program.OutsideEdition),
        (SessionChange(end="10:00"), program.EndsTooEarly),
        (SessionChange(module=9), program.NoModule),
        (SessionChange(experts=(PersonRef(3, "X"),)), program.NotAnExpert),
    ):
        with pytest.raises(refusal):
            edit(store, edition, 2, change, act)
    assert edit(store, edition, 2, SessionChange(start="10:00"), act, clash_ok=True)[1]


def test_a_clash_that_was_allowed_does_not_keep_a_title_from_being_corrected(store, act, edition):
    program.add_session(store, edition, slot("a", room="A"), act)
    program.add_session(store, edition, slot("b", room="A"), act, clash_ok=True)

    session, changed = program.edit_session(store, edition, 2, SessionChange(title={"en": "c"}), act)

    assert (session.title, changed) == ({"en": "c"}, True)


def test_a_dry_edit_says_what_it_would_be(store, act, edition):
    program.add_session(store, edition, slot(), act)

    session, changed = program.edit_session(store, edition, 1, SessionChange(room="B"), replace(act, dry_run=True))

    assert (session.room, changed, program.get_session(store, edition, 1).room) == ("B", True, None)


def test_a_cancelled_session_may_be_edited_and_stays_cancelled(store, act, edition):
    program.add_session(store, edition, slot("a", room="A"), act)
    program.cancel_session(store, edition, 1, act, reason="ill")
    program.add_session(store, edition, slot("b", room="A"), act)

    dry, _ = program.edit_session(store, edition, 1, SessionChange(end="10:00"), replace(act, dry_run=True))
    session, _ = program.edit_session(store, edition, 1, SessionChange(end="10:00"), act)

    assert (session.cancelled, session.cancel_reason, session.end, dry) == (True, "ill", "10:00", session)


def test_editing_a_session_that_somebody_has_changed_is_refused(store, act, edition):
    program.add_session(store, edition, slot(room="A"), act)
    stale = program.get_frame(store, edition)
    program.edit_session(store, edition, 1, SessionChange(room="B"), act)

    with pytest.raises(Refused, match="Session 1 of ICIM-37 was changed by somebody else just now"):
        program.edit_session(store, edition, 1, SessionChange(room="C"), act, frame=stale)


def test_cancelling_needs_a_reason_and_happens_once(store, act, edition):
    program.add_session(store, edition, slot(), act)
    with pytest.raises(BadInput, match="Say why"):
        program.cancel_session(store, edition, 1, act, reason=" ")

    done = program.cancel_session(store, edition, 1, act, reason=" rain ")

    assert (done.cancelled, done.cancel_reason) == (True, "rain")
    assert (program.list_sessions(store, edition), program.list_sessions(store, edition, cancelled=True)) == (
        [],
        [done],
    )
    with pytest.raises(Refused, match="Session 1 of ICIM-37 is cancelled already"):
        program.cancel_session(store, edition, 1, act, reason="rain")


def test_an_unknown_session_is_said_with_where_to_look(store, edition):
    with pytest.raises(NotFound) as error:
        program.get_session(store, edition, 3)
    assert said(error) == "ICIM-37 has no session 3. Its numbers are in: coursectl session list -e ICIM-37"
    with pytest.raises(NotFound):
        program.edit_session(store, edition, 3, SessionChange(room="A"), Act("x", "2015-01-01T00:00:00Z"))


@pytest.mark.parametrize(
    "change",
    [
        lambda store, edition, act: program.add_session(store, edition, slot("b"), act),
        lambda store, edition, act: program.add_sessions(store, edition, [slot("b")], act),
        lambda store, edition, act: program.cancel_session(store, edition, 1, act, reason="ill"),
        lambda store, edition, act: program.edit_session(store, edition, 1, SessionChange(end="11:00"), act),
        lambda store, edition, act: program.edit_session(store, edition, 1, SessionChange(counts=False), act),
    ],
)
def test_contact_time_does_not_change_after_the_edition_is_closed(store, act, edition, change: Callable[..., object]):
    program.add_session(store, edition, slot(), act)
    close = Statement("UPDATE edition SET closed_on = '2015-03-21' WHERE id = :id", {"id": edition.id})
    store.apply(act.operation("edition close ICIM-37", [close]))

    with pytest.raises(Refused, match="ICIM-37 is closed"):
        change(store, edition, act)
    assert program.edit_session(store, edition, 1, SessionChange(title={"en": "Rights"}), act)[1]


def test_an_edition_without_dates_takes_sessions_of_any_date(store, act, earlier):
    assert program.add_session(store, earlier, slot(date="2014-01-01"), act).number == 1


# Days


def test_a_day_is_a_date_or_the_nth_day_from_monday_to_friday():
    read = program.read_day
    assert [read(day, "2015-03-09", "2015-03-21", "ICIM-37") for day in ("1", "5", "6", "10", "2015-03-21")] == [
        "2015-03-09", "2015-03-13", "2015-03-16", "2015-03-20", "2015-03-21"
    ]  # fmt: skip
    with pytest.raises(BadInput) as error:
        read("11", "2015-03-09", "2015-03-21", "ICIM-37")
    assert said(error) == (
        "ICIM-37 has no working day 11: from 2015-03-09 to 2015-03-21 there are 10. Other days go by their date."
    )
    with pytest.raises(BadInput, match="Day 1 can't be counted: ICIM-36 has no dates yet"):
        read("1", None, None, "ICIM-36")
    with pytest.raises(BadInput, match="can't be read as a date"):
        read("next Monday", None, None, "ICIM-36")


def test_days_are_those_with_a_session_that_counts(store, act, edition):
    for number, (date, kind) in enumerate(
        [("2015-03-11", "lecture"), ("2015-03-09", "ceremony"), ("2015-03-10", "visit")]
    ):
        program.add_session(store, edition, slot(str(number), date=date, kind=kind), act)
    sessions = program.list_sessions(store, edition)

    assert program.list_days(store, edition) == [program.Day(1, "2015-03-10"), program.Day(2, "2015-03-11")]
    assert [one.date for one in program.sessions_of_day(sessions, "2")] == ["2015-03-11"]
    assert [one.date for one in program.sessions_of_day(sessions, "2015-03-09")] == ["2015-03-09"]
    with pytest.raises(NotFound, match="There is no day 3; days are 1 to 2"):
        program.sessions_of_day(sessions, "3")
    with pytest.raises(NotFound, match="no session that counts is planned yet"):
        program.sessions_of_day([], "1")


# Experts


def test_an_expert_is_a_person_with_post_organization_and_country(store, act, edition):
    new = NewPerson("Valeria Montenegro", honorific="Lic.", sex="female", email="v@iom.example", country="AR")
    done = program.add_expert(
        store, edition, new, act, organization=NewOrganization.named("IOM"), post={"en": "Coordinator"}
    )
    program.add_session(store, edition, slot(experts=(done.person,)), act)
    program.add_session(store, edition, slot("b", date="2015-03-10", end="10:00", experts=(done.person,)), act)
    program.cancel_session(store, edition, 2, act, reason="ill")

    [expert] = program.list_experts(store, edition)

    assert (done.added, done.changed, done.new_person, done.new_organization) == (True, False, True, True)
    assert expert == program.Expert(
        id=expert.id, edition="ICIM-37", person=done.person, honorific="Lic.", sex="female", email="v@iom.example", country="AR",
        organization_id=expert.organization_id, organization={"und": "IOM"}, acronym={}, post={"en": "Coordinator"}, sessions=1, minutes=90,
    )  # fmt: skip


def test_adding_an_expert_again_changes_what_is_said_and_nothing_else(store, act, edition):
    add = program.add_expert
    person = NewPerson("Valeria Montenegro", country="AR")
    first = add(store, edition, person, act, post={"en": "Coordinator"})
    before = operations(store)

    same = add(store, edition, person, act)
    assert (same.added, same.changed, operations(store)) == (False, False, before)
    changed = add(store, edition, person, act, post={"en": "Director"})

    assert (changed.added, changed.changed, changed.person) == (False, True, first.person)
    assert [(expert.post, expert.country) for expert in program.list_experts(store, edition)] == [
        ({"en": "Director"}, "AR")
    ]


def test_experts_come_in_bulk_once_each(store, act, edition):
    people = [add_person(store, NewPerson(name), act) for name in ("Ana", "Luis")]
    wanted = [NewExpert(people[0].id, "AR"), NewExpert(people[1].id, post={"en": "x"}), NewExpert(people[0].id)]
    plan = program.experts_statements(store, edition, wanted)
    store.apply(act.operation("import", plan.statements))

    assert (plan.ids[0] == plan.ids[2], len(plan.new)) == (True, 2)
    assert program.experts_statements(store, edition, wanted).statements == ()


def test_an_expert_is_found_by_mail_id_name_or_words_of_it(store, act, edition):
    add = program.add_expert
    ana = add(store, edition, NewPerson("Ana María Pérez", email="ana@x.example", country="AR"), act).person
    add(store, edition, NewPerson("Ana Gómez", country="CL"), act)

    for who in ("ANA@x.example", str(ana.id), "ana maria perez", "Pérez"):
        assert program.get_expert(store, edition, who).person == ana
    with pytest.raises(Ambiguous) as error:
        program.get_expert(store, edition, "Ana")
    assert said(error) == "'Ana' fits several: Ana María Pérez, Ana Gómez. Say which, by e-mail or number."
    for who in ("Luis", "", "—"):
        with pytest.raises(NotFound):
            program.get_expert(store, edition, who)


def test_the_mailbox_of_somebody_else_makes_nobody_an_expert(store, act, edition):
    add_person(store, NewPerson("Ana Pérez", email="a@x.example"), act)
    with pytest.raises(MailboxTaken):
        program.add_expert(store, edition, NewPerson("Luis Sosa", email="a@x.example"), act)
    assert program.list_experts(store, edition) == []


def test_an_expert_with_sessions_stays_until_they_are_others(store, act, edition, valeria):
    program.add_session(store, edition, slot(experts=(valeria,)), act)
    program.add_session(store, edition, slot("b", date="2015-03-10", experts=(valeria,)), act)

    with pytest.raises(program.ExpertTeaches) as error:
        program.remove_expert(store, edition, "Valeria", act)
    assert said(error) == (
        "Valeria Montenegro teaches in ICIM-37: session 1, 2. Give those to others first: coursectl session edit NUMBER --expert NAME"
    )

    program.cancel_session(store, edition, 2, act, reason="ill")
    program.edit_session(store, edition, 1, SessionChange(experts=()), act)
    program.remove_expert(store, edition, "Valeria", act)

    assert program.list_experts(store, edition) == []


def test_two_records_of_one_person_are_one_expert(store, act, edition, valeria):
    twin = add_person(store, NewPerson("V. Montenegro"), act)
    plan = program.experts_statements(store, edition, [NewExpert(twin.id)])
    store.apply(act.operation("import", plan.statements))
    program.add_session(store, edition, slot(experts=(valeria, twin.ref)), act)
    merge = Statement("UPDATE person SET merged_into = :into WHERE id = :id", {"into": valeria.id, "id": twin.id})
    store.apply(act.operation("person merge", [merge]))

    assert [(one.person, one.sessions, one.minutes) for one in program.list_experts(store, edition)] == [
        (valeria, 1, 90)
    ]
    assert program.get_session(store, edition, 1).experts == (valeria,)
