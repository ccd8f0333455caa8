"""A person is erased: nothing that identifies them is left in the store, and everything that counts them is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from coursectl import history
from coursectl.editions import get_edition_ref
from coursectl.errors import CourseError, Refused
from coursectl.people import (
    MailboxTaken,
    NewPerson,
    add_person,
    edit_person,
    find_people,
    get_person,
    plan_merge,
    split_person,
)
from coursectl.people.matching import match_people
from coursectl.people.merging import CantBeOne
from coursectl.store import Statement, insert, new_id, open_store
from coursectl.store.erasing import COMMAND
from coursectl.workflows import checking
from coursectl.workflows.erasing import ErasedAlready, HasSigned, erase_person
from coursectl.workflows.holding import get_holding
from coursectl.workflows.retention import get_retention
from coursectl.workflows.undoing import undo

NAME, LATER, EMAIL = "Zulema Quintañón Ybarz", "Zulema Quintañón de Ybarz", "zulema.quintanon@dnm.example"
TYPED = (
    NAME,
    LATER,
    EMAIL,
    "zulema quintanon",
    "Jefa Ñandutí",
    "celiaca-xyz",
    "motivo-xyz",
    "Zulema Q.",
    "zq@otra.example",
    "+54 911 4321",
)


@pytest.fixture
def zulema(cli, example):
    """Somebody who was enrolled, marked, certified, renamed, moved, merged and spoken of, beside the example's people."""
    for command in (
        ("edition", "use", "ICIM-37"),
        ("edition", "edit", "ICIM-37", "--seats", "40"),
        ("enroll", NAME, "--email", EMAIL, "--country", "AR", "--post", "Jefa Ñandutí"),
        ("attend", "mark", "--day", "2015-03-10", "--present", EMAIL),
        ("person", "edit", EMAIL, "--name", LATER, "--phone", "+54 911 4321", "--birth-year", "1979", "--note", "motivo-xyz"),
        ("person", "add", "Zulema Q.", "--email", "zq@otra.example", "--yes"),
        ("person", "merge", EMAIL, "zq@otra.example", "--keep", "first"),
    ):  # fmt: skip
        answer = cli(*command)
        assert answer.code == 0, (command, answer.err)
    store = open_store(str(example))
    yield store
    store.close()


@pytest.fixture
def issued(cli, zulema):
    """The same with a certificate."""
    answer = cli("certificate", "issue", "-e", "ICIM-37", "--kind", "participation", "--only", EMAIL)
    assert answer.code == 0, answer.err
    return zulema


def figures(store):
    scope = history.get_scope(store)
    totals = history.totals(store, scope)
    return (
        totals,
        history.list_editions(store, scope),
        store.read("SELECT count(*) AS n, max(seq) AS last FROM audit")[0],
        store.read("SELECT id, serial, n, year, person_id FROM certificate ORDER BY id"),
        store.read("SELECT * FROM attendance ORDER BY id"),
        store.read(
            "SELECT id, edition_id, person_id, status, number, country, sex, category FROM enrollment ORDER BY id"
        ),
        store.read("SELECT * FROM seat_count ORDER BY 1, 2, 3"),
    )


def said_of(store, *words):
    """Where in any table one of the words stands."""
    tables = [
        row["name"]
        for row in store.read("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    ]
    return [
        (table, word)
        for table in tables
        for row in store.read(f"SELECT * FROM {table}")
        for word in words
        if any(isinstance(value, str) and word in value for value in row.values())
    ]


def test_nothing_of_the_person_is_left_and_all_that_counts_is(issued, act):
    counted = figures(issued)
    lines = issued.read("SELECT seq, op_id, tbl, pk, kind FROM audit ORDER BY seq")
    assert said_of(issued, *TYPED)
    person = get_person(issued, EMAIL)

    done = erase_person(issued, EMAIL, act)

    assert said_of(issued, *TYPED) == []
    assert (done.person.id, done.entries, done.enrollments, done.certificates) == (person.id, 2, 1, 1)
    assert done.person.name == f"N. N. {str(person.id)[-6:]}"
    after = figures(issued)
    assert after[0] == counted[0]
    assert after[1] == counted[1]
    assert after[3:] == counted[3:]
    assert (
        issued.read(
            "SELECT seq, op_id, tbl, pk, kind FROM audit WHERE seq <= :last ORDER BY seq", {"last": lines[-1]["seq"]}
        )
        == lines
    )
    assert issued.read("SELECT undo FROM op WHERE command = :command", {"command": COMMAND}) == [{"undo": "refused"}]
    checked = checking.check_store(issued, deep=True)
    assert checked.ok, [check for check in checked.checks if check.count]


def test_what_is_said_beside_marks_and_certificates_leaves_the_log_too(issued, act):
    """Of these lines the log knows the person only through another one."""
    [certificate] = issued.read("SELECT id AS certificate_id FROM certificate")
    mark = issued.read(
        "SELECT attendance.id FROM attendance JOIN enrollment ON enrollment.id = enrollment_id"
        " JOIN person ON person.id = person_id WHERE name = :name LIMIT 1",
        {"name": LATER},
    )[0]
    event = {"id": new_id(), "state": "void", "at": act.now, "reason": "motivo-xyz", **certificate}
    noted = "UPDATE attendance SET note = 'Zulema Q. salió antes' WHERE id = :id"
    issued.apply(act.operation("x", [*insert("certificate_event", [event]), Statement(noted, mark)]))
    told = {("audit", "Zulema Q."), ("attendance", "Zulema Q."), ("certificate_event", "motivo-xyz")}
    assert told <= set(said_of(issued, *TYPED))

    erase_person(issued, EMAIL, act)

    assert said_of(issued, *TYPED) == []


@pytest.mark.only_files
@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_no_byte_of_the_name_is_left_in_the_files(issued, example, act, journal):
    issued.read(f"PRAGMA journal_mode = {journal}")
    issued._connection.execute(
        "PRAGMA secure_delete = OFF"
    )  # some SQLites wipe by themselves what others leave in free pages

    def bytes_of_the_store():
        return b"".join(path.read_bytes() for path in example.parent.glob("coursectl.db*"))

    assert all(word.encode() in bytes_of_the_store() for word in (NAME, LATER, EMAIL))
    done = erase_person(issued, EMAIL, act)

    assert done.scrubbed
    left = bytes_of_the_store()
    assert [word for word in TYPED if word.encode() in left] == []


@pytest.mark.only_files
def test_while_somebody_reads_the_file_cannot_be_cleaned_and_later_it_can(issued, example, act):
    with closing(sqlite3.connect(example)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM person").fetchone()
        done = erase_person(issued, EMAIL, act)
        assert done.scrubbed is False
        assert said_of(issued, *TYPED) == []
    again = erase_person(issued, str(done.person.id), act)

    assert (again.scrubbed, again.person) == (True, done.person)
    left = b"".join(path.read_bytes() for path in example.parent.glob("coursectl.db*"))
    assert [word for word in TYPED if word.encode() in left] == []


def test_a_dry_run_erases_nothing_and_says_what_would_stay(issued, act):
    before = figures(issued)
    done = erase_person(issued, EMAIL, replace(act, dry_run=True))

    assert figures(issued) == before
    assert get_person(issued, EMAIL).name == LATER
    assert (done.scrubbed, len(done.remains.certificates)) == (None, 1)
    assert erase_person(issued, EMAIL, act).person.name == done.person.name


def test_the_certificate_stays_in_the_register_and_cannot_be_printed(cli, issued, act):
    [serial] = [row["serial"] for row in issued.read("SELECT serial FROM certificate")]
    erase_person(issued, EMAIL, act)

    shown = cli("certificate", "show", serial, "--json").json
    assert (shown["serial"], shown["state"], shown["snapshot"], shown["name"]) == (serial, "issued", None, "(erased)")


def test_no_earlier_operation_on_the_person_is_undone_and_the_erasing_neither(zulema, act):
    numbers = [row["id"] for row in zulema.read("SELECT DISTINCT op.id FROM op JOIN audit ON op_id = op.id WHERE tbl IN ('person', 'enrollment', 'attendance') AND coalesce(new, old) LIKE '%Zulema%'")]  # fmt: skip
    assert len(numbers) >= 4
    erase_person(zulema, EMAIL, act)
    on_the_person = {
        row["id"] for row in zulema.read("SELECT id FROM op WHERE command = :command", {"command": COMMAND})
    }

    for number in (*numbers, *on_the_person):
        with pytest.raises(Refused) as raised:
            undo(zulema, str(number), act)
        assert "erased" in raised.value.sentence() or "isn't kept anywhere" in raised.value.sentence()
    assert said_of(zulema, *TYPED) == []


def test_what_came_after_the_erasing_can_be_undone(cli, zulema, act):
    erase_person(zulema, EMAIL, act)
    [number] = [str(row["number"]) for row in zulema.read("SELECT max(number) AS number FROM enrollment")]
    assert cli("roster", "withdraw", number, "-e", "ICIM-37").code == 0

    assert cli("undo").code == 0


def test_who_is_erased_is_nobody_any_more(zulema, act):
    gone = erase_person(zulema, EMAIL, act).person

    assert find_people(zulema, EMAIL) == find_people(zulema, LATER) == []
    assert match_people(zulema, [NewPerson(gone.name, country="AR")]).new
    assert match_people(zulema, [NewPerson(LATER, email=EMAIL, country="AR")]).new
    other = add_person(zulema, NewPerson("Eva Luz"), act)
    for refused in (
        lambda: edit_person(zulema, str(gone.id), NewPerson("Zulema"), act),
        lambda: plan_merge(zulema, str(other.id), str(gone.id)),
        lambda: plan_merge(zulema, str(gone.id), str(other.id)),
        lambda: split_person(zulema, str(gone.id), act),
    ):
        with pytest.raises(CourseError) as raised:
            refused()
        assert not isinstance(raised.value, MailboxTaken)
        assert type(raised.value) is not Refused
    with pytest.raises(CantBeOne):
        plan_merge(zulema, str(other.id), str(gone.id))


ATTACKS = (
    "UPDATE audit SET new = '{{}}'",
    "UPDATE audit SET old = NULL, new = NULL WHERE tbl = 'person'",
    "UPDATE audit SET pk = pk + 1",
    "DELETE FROM audit",
    "DELETE FROM certificate_snapshot",
    "UPDATE certificate_snapshot SET content = '{{}}'",
    "UPDATE certificate_event SET reason = 'x'",
    "UPDATE certificate_event SET state = 'void'",
    "UPDATE op SET actor = 'x'",
    "DELETE FROM op",
)


@pytest.mark.parametrize("sql", ATTACKS)
@pytest.mark.parametrize("batch", ["none", "other", "erase"])
def test_nothing_else_gets_through_the_guards(issued, act, sql, batch):
    """Not without an operation, not in another one, and not in one that calls itself the erasing of somebody."""
    sql = sql.format()
    before = issued.read("SELECT * FROM audit ORDER BY seq"), issued.read("SELECT * FROM certificate_snapshot")
    command, undo_how = {"none": ("x", "replay"), "other": ("x", "refused"), "erase": (COMMAND, "refused")}[batch]
    statements = [Statement(sql)]
    if batch == "none":
        statements = [Statement("DELETE FROM now_op"), *statements]

    with pytest.raises(Refused) as raised:
        issued.apply(act.operation(command, statements, undo=undo_how))

    assert raised.value.facts.get("rule") == "append_only"
    assert (
        issued.read("SELECT * FROM audit ORDER BY seq"),
        issued.read("SELECT * FROM certificate_snapshot"),
    ) == before


def test_while_somebody_is_erased_only_their_lines_become_what_they_must(issued, act):
    """Even in the true operation, another person's lines, and another text in this one's, are refused."""
    from coursectl import people

    person = get_person(issued, EMAIL)
    entries = people.list_entries(issued, person.id)
    for sql in (
        "UPDATE audit SET new = json_set(new, '$.name', 'X') WHERE tbl = 'person' AND pk = :id",
        "UPDATE audit SET new = NULL WHERE tbl = 'person' AND pk = :id",
        "UPDATE audit SET new = json_replace(new, '$.name', 'N. N. 000000') WHERE tbl = 'person' AND pk <> :id",
        "DELETE FROM certificate_snapshot WHERE certificate_id NOT IN (SELECT id FROM certificate WHERE person_id = :id)",
        "UPDATE certificate_event SET at = 'x' WHERE certificate_id IN (SELECT id FROM certificate WHERE person_id = :id)",
    ):
        if "NOT IN" in sql and not issued.read("SELECT 1 FROM certificate WHERE person_id <> :id", {"id": person.id}):
            continue
        statements = [*people.erase_statements(entries, act.today), Statement(sql, {"id": person.id})]
        with pytest.raises(Refused) as raised:
            issued.apply(act.operation(COMMAND, statements, undo="refused"))
        assert raised.value.facts.get("rule") == "append_only", sql
    assert get_person(issued, EMAIL) == person


def test_nobody_is_marked_as_erased_who_is_not(zulema, act):
    person = get_person(zulema, EMAIL)

    with pytest.raises(Refused) as raised:
        zulema.apply(
            act.operation(
                "x", [Statement("UPDATE person SET erased_on = '2015-03-09' WHERE id = :id", {"id": person.id})]
            )
        )
    assert raised.value.facts["rule"] == "erased_whole"
    erase_person(zulema, EMAIL, act)
    for change in ("name = 'Zulema'", "email = 'z@x.example'", "erased_on = NULL", "birth_year = 1979"):
        with pytest.raises(Refused) as raised:
            zulema.apply(
                act.operation("x", [Statement(f"UPDATE person SET {change} WHERE id = :id", {"id": person.id})])
            )
        assert raised.value.facts["rule"] == "stays_erased"


def test_who_has_signed_certificates_of_others_is_not_erased(cli, issued, act):
    [signer] = [
        row["name"] for row in issued.read("SELECT name FROM signatory JOIN person ON person.id = person_id LIMIT 1")
    ]
    before = figures(issued)

    with pytest.raises(HasSigned) as raised:
        erase_person(issued, signer, act)
    assert raised.value.sentence() == (
        f"{signer} has signed certificates of ICIM-37, which other people hold; who has signed is not erased. Nothing was changed."
    )
    assert figures(issued) == before


def test_texts_of_others_that_name_the_person_are_told_and_stay(cli, zulema, act):
    assert cli("edition", "edit", "ICIM-37", "--note", f"Room for {NAME}, who comes late").code == 0
    done = erase_person(zulema, EMAIL, act)

    edition = get_edition_ref(zulema, "ICIM-37")
    assert [(one.table, one.id, one.field, one.history) for one in done.remains.mentions] == [
        ("edition", edition.id, "note", False)
    ]


def test_erased_twice_is_refused_where_nothing_can_be_cleaned(zulema, act):
    gone = erase_person(zulema, EMAIL, act).person
    with pytest.raises(ErasedAlready):
        erase_person(zulema, str(gone.id), replace(act, dry_run=True))


def test_the_command_asks_for_yes_and_says_what_is_out_of_reach(cli, issued):
    refused = cli("person", "erase", EMAIL)
    assert (refused.code, refused.out) == (4, "")
    assert refused.err == (
        f"Erasing {LATER} ({EMAIL}) can't be undone, so nothing was done yet. Look with --dry-run; to do it, add --yes.\n"
    )
    done = cli("person", "erase", EMAIL, "--yes")
    assert (done.code, done.err) == (0, "")
    assert "What was printed, exported or sent stays as it is." in done.out
    assert "Printed certificates: ICIM-" in done.out
    assert ("The log of each node" in done.out) is (issued.engine == "rqlite")
    log = cli("log", "--json")
    assert all(word not in log.out for word in TYPED)


# Everything about one person ----------------------------------------------------------------------------------------------


def test_everything_about_a_person_is_exported(cli, issued, tmp_path):
    held = cli("person", "export", "zulema").json

    assert held["person"]["name"] == LATER
    assert [row["name"] for row in held["tables"]["person"]] == [LATER, "Zulema Q."]
    assert [row["edition"] for row in held["tables"]["enrollment"]] == ["ICIM-37"]
    assert held["tables"]["attendance"][0]["mark"] == "present"
    assert held["tables"]["certificate_snapshot"][0]["content"]["holder"]["name"] == LATER
    assert {change["tbl"] for change in held["changes"]} >= {
        "person",
        "enrollment",
        "attendance",
        "certificate",
        "certificate_event",
    }
    assert held["changes"][0]["new"]["name"] == NAME
    assert all(isinstance(row["id"], str) for row in held["tables"]["enrollment"])
    assert held["mentions"] == []

    file = tmp_path / "held.json"
    assert cli("person", "export", "zulema", "--to", file).code == 0
    assert LATER in file.read_text("utf-8")
    assert cli("person", "export", "zulema", "--to", file).code == 4


def test_what_is_held_of_who_is_erased_identifies_nobody(issued, act):
    gone = erase_person(issued, EMAIL, act).person
    held = repr(get_holding(issued, str(gone.id)))

    assert [word for word in TYPED if word in held] == []
    assert "certificate" in held


# How long they are kept ---------------------------------------------------------------------------------------------------


def test_retention_says_whose_time_is_over_and_erases_nobody(cli, zulema, act):
    before = zulema.read("SELECT * FROM person ORDER BY id")
    assert get_retention(zulema, "2099-01-01").due == ()
    assert cli("edition", "retention", "ICIM-37", "--until", "2020-12-31").out == (
        "Personal data of ICIM-37 are to be kept until 2020-12-31.\n"
    )
    assert (
        cli("edition", "retention", "ICIM-37", "--until", "2020-12-31").out
        == "ICIM-37 is like that already; nothing was changed.\n"
    )

    assert get_retention(zulema, "2020-12-31").due == ()
    due = get_retention(zulema, "2021-01-01").due
    assert LATER in [one.person.name for one in due]
    assert {(one.retain_until, one.editions) for one in due} == {("2020-12-31", ("ICIM-37",))}
    assert zulema.read("SELECT * FROM person ORDER BY id") == before

    erase_person(zulema, EMAIL, act)
    assert len(get_retention(zulema, "2021-01-01").due) == len(due) - 1
    assert cli("edition", "retention", "ICIM-37", "--until", "soon").code == 5
    assert cli("edition", "retention", "--until", "2020-12-31").code == 2
    listed = cli("edition", "retention")
    assert (listed.code, "2020-12-31" in listed.out) == (0, True)
    assert cli("edition", "retention", "ICIM-37", "--until", "").code == 0
    assert get_retention(zulema, "2021-01-01").due == ()


def test_who_has_a_part_in_an_edition_that_is_kept_is_kept(cli, zulema):
    assert cli("edition", "retention", "ICIM-37", "--until", "2020-12-31").code == 0
    assert cli("expert", "add", LATER, "--email", EMAIL, "-e", "ICIM-38", "--country", "AR").code == 0

    assert LATER not in [one.person.name for one in get_retention(zulema, "2021-01-01").due]


@pytest.mark.only_files
def test_nothing_comes_back_from_a_copy_that_another_office_has(cli, issued, example, act, tmp_path):
    copy = tmp_path / "office-2.db"
    issued.copy_to(copy)
    serial = issued.read("SELECT serial FROM certificate")[0]["serial"]
    for number in range(2):  # there they go on: another mark, another certificate
        there = ("--store", str(copy))
        assert cli("person", "edit", EMAIL, "--language", ("pt", "fr")[number], *there).code == 0
    assert cli("certificate", "issue", "-e", "ICIM-37", "--kind", "participation", *there).code == 0
    gone = erase_person(issued, EMAIL, act).person

    merged = cli("store", "merge", copy)
    assert (merged.code, merged.err) == (0, "")

    assert said_of(issued, *TYPED) == []
    assert get_person(issued, str(gone.id)).ref == gone
    assert issued.read("SELECT count(*) AS n FROM certificate WHERE serial = :serial", {"serial": serial}) == [{"n": 1}]
    assert checking.check_store(issued, deep=True).ok


# Somebody whose adding was undone ------------------------------------------------------------------------------------------


@pytest.fixture
def gone(cli, store):
    """The id of somebody who was added and enrolled, with all of it undone: only the log still knows them."""
    for command in (
        ("course", "add", "ICIM", "--title", "es=Curso"),
        ("edition", "add", "ICIM-37", "--start", "2015-03-09", "--end", "2015-03-20"),
        ("person", "add", NAME, "--email", EMAIL, "--note", "motivo-xyz"),
        ("enroll", NAME, "--email", EMAIL, "--country", "AR", "--post", "Jefa Ñandutí", "-e", "ICIM-37"),
        ("undo",),
        ("undo",),
    ):
        answer = cli(*command)
        assert answer.code == 0, (command, answer.err)
    assert store.read("SELECT * FROM person") == store.read("SELECT * FROM enrollment") == []
    return store.read("SELECT DISTINCT pk FROM audit WHERE tbl = 'person'")[0]["pk"]


@pytest.mark.parametrize("called", ["id", NAME, "quintañón YBARZ, zulema", EMAIL])
def test_who_is_only_in_the_log_any_more_is_erased_from_it(store, act, gone, called):
    lines = store.read("SELECT seq, op_id, tbl, pk, kind FROM audit ORDER BY seq")
    assert {table for table, _word in said_of(store, *TYPED)} == {"audit"}

    done = erase_person(store, str(gone) if called == "id" else called, act)

    assert said_of(store, *TYPED) == []
    assert (done.person.id, done.person.name, done.entries) == (gone, f"N. N. {str(gone)[-6:]}", 1)
    after = store.read("SELECT seq, op_id, tbl, pk, kind FROM audit ORDER BY seq")
    assert (after[:-1], after[-1]["kind"]) == (lines, "insert")
    assert checking.check_store(store, deep=True).ok
    with pytest.raises(ErasedAlready):
        erase_person(store, str(gone), replace(act, dry_run=True))


@pytest.mark.only_files
@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_no_byte_of_who_is_only_in_the_log_is_left(store, store_path, act, gone, journal):
    store.read(f"PRAGMA journal_mode = {journal}")

    def bytes_of_the_store():
        return b"".join(path.read_bytes() for path in store_path.parent.glob("coursectl.db*"))

    assert all(word.encode() in bytes_of_the_store() for word in (NAME, EMAIL, "Jefa Ñandutí"))
    assert erase_person(store, str(gone), act).scrubbed

    left = bytes_of_the_store()
    assert [word for word in TYPED if word.encode() in left] == []


def test_who_was_erased_from_the_log_comes_back_by_no_undo(store, act, gone):
    undoings = [str(row["id"]) for row in store.read("SELECT id FROM op WHERE undoes IS NOT NULL ORDER BY id DESC")]
    erase_person(store, str(gone), act)

    for number in undoings:
        with pytest.raises(Refused) as raised:
            undo(store, number, act)
        assert "erased" in raised.value.sentence()
    assert said_of(store, *TYPED) == []


def test_a_dry_run_leaves_the_log_as_it_is(store, act, gone):
    before = store.read("SELECT * FROM audit ORDER BY seq")
    done = erase_person(store, str(gone), replace(act, dry_run=True))

    assert (done.person.id, done.scrubbed) == (gone, None)
    assert (store.read("SELECT * FROM audit ORDER BY seq"), store.read("SELECT * FROM person")) == (before, [])


def test_an_undo_that_is_taken_back_in_between_is_seen_when_erasing(store, act, gone):
    from coursectl import people

    statements = people.erase_gone_statements(gone, act.today)
    [adding] = store.read("SELECT op_id FROM audit WHERE tbl = 'person' AND kind = 'delete' AND pk = :id", {"id": gone})
    undo(store, str(adding["op_id"]), act)

    with pytest.raises(Refused) as raised:
        store.apply(act.operation(COMMAND, statements, undo="refused"))
    assert (
        raised.value.sentence()
        == "Somebody else has just written about this person. Look, then type the command again."
    )
    assert get_person(store, EMAIL).name == NAME


def test_what_the_log_holds_of_who_is_gone_is_exported(cli, store, gone):
    held = cli("person", "export", gone).json

    assert (held["person"]["id"], held["person"]["name"], held["tables"]) == (str(gone), NAME, {})
    assert [(line["tbl"], line["kind"]) for line in held["changes"]] == [
        ("person", "insert"), ("enrollment", "insert"), ("enrollment", "delete"), ("person", "delete"),
    ]  # fmt: skip
    assert held["changes"][1]["new"]["post"] == "Jefa Ñandutí"


def test_two_who_are_gone_and_had_one_name_are_told_apart_by_their_ids(cli, store, gone):
    assert cli("person", "add", NAME, "--email", "otra@dnm.example").code == 0
    assert cli("undo").code == 0
    other = store.read("SELECT max(pk) AS pk FROM audit WHERE tbl = 'person'")[0]["pk"]

    refused = cli("person", "erase", NAME, "--yes")
    assert (refused.code, refused.err) == (
        2,
        f"'{NAME}' fits several: {NAME} ({EMAIL}) ({gone}); {NAME} (otra@dnm.example) ({other})."
        " Say which, by e-mail or id.\n",
    )
    assert cli("person", "erase", other, "--yes").code == 0
    assert said_of(store, "otra@dnm.example") == []
    assert said_of(store, EMAIL)


def test_an_id_that_nobody_has_is_told_so_without_proposing_to_add_it(cli, store, gone):
    cli("person", "add", "Luis Soto")
    unknown = 1234567890123456
    for command in (
        ("show",),
        ("erase", "--yes"),
        ("export",),
        ("merge", "Luis Soto"),
        ("edit", "--phone", "1"),
        ("split",),
    ):
        answer = cli("person", *command, unknown)
        assert (answer.code, answer.err) == (
            3, f"Nobody has the id {unknown}. The ids of all: coursectl person list --json\n"
        ), command  # fmt: skip
    for command in (("show",), ("merge", "Luis Soto")):
        answer = cli("person", *command, gone)
        assert (answer.code, answer.err) == (
            3,
            f"Nobody has the id {gone} any more: their adding was undone. To do it again, see: coursectl log;"
            f" to remove from the log who they were: coursectl person erase {gone}\n",
        )
    answer = cli("person", "show", "7")
    assert (answer.code, answer.err) == (
        3,
        "'7' is no person's id, and participant numbers don't count here. Name them by e-mail, id or name;"
        " see: coursectl person list\n",
    )
