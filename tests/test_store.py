"""The store: batches whole or not at all, rules in the database, an audit that misses nothing, undo."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from coursectl.errors import BadInput, NotFound, OutOfReach, Refused
from coursectl.store import (
    Act,
    LocalStore,
    Statement,
    Store,
    create_store,
    expect_changed,
    expect_true,
    insert,
    new_id,
    new_ids,
    open_store,
    update,
)
from coursectl.store import undo as undo_engine
from coursectl.store.contract import _UNIQUE_RULES, broken_rule
from coursectl.store.migrations import load, newest, split


def rows_of(store: Store, table: str) -> list[dict[str, object]]:
    return store.read(f"SELECT * FROM {table} ORDER BY 1")


def person(name: str, **more: object) -> dict[str, object]:
    return {"id": new_id(), "name": name, "name_key": name.lower(), **more}


def add_person(store: Store, act: Act, name: str) -> int:
    row = person(name)
    store.apply(act.operation("person add", insert("person", [row])))
    return int(str(row["id"]))


# Ids ---------------------------------------------------------------------------------------------------------------


def test_ids_ascend_and_fit_in_63_bits():
    ids = new_ids(5000)

    assert ids == sorted(set(ids))
    assert ids[-1] < 2**63


# Batches -----------------------------------------------------------------------------------------------------------


def test_a_batch_is_logged_and_every_row_audited(store, act):
    row = person("Ana Pérez")

    store.apply(act.operation("person add", insert("person", [row])))

    (op,) = rows_of(store, "op")
    assert (op["actor"], op["command"], op["at"], op["undo"]) == ("coordinator", "person add", act.now, "replay")
    (audit,) = rows_of(store, "audit")
    assert (audit["op_id"], audit["tbl"], audit["pk"], audit["kind"], audit["old"]) == (
        op["id"],
        "person",
        row["id"],
        "insert",
        None,
    )
    assert json.loads(str(audit["new"]))["name"] == "Ana Pérez"
    assert rows_of(store, "now_op") == []
    assert rows_of(store, "expect") == []


def test_a_batch_whose_last_statement_breaks_a_rule_leaves_nothing(store, act):
    statements = [
        *insert("person", [person("Ana")]),
        Statement("INSERT INTO seat_count (edition_id, kind, key) VALUES (1, '', '')", rule="edition_there"),
    ]

    with pytest.raises(Refused) as refused:
        store.apply(act.operation("two things", statements))

    assert refused.value.facts["rule"] == "edition_there"
    assert rows_of(store, "person") == []
    assert rows_of(store, "op") == []


def test_a_write_outside_an_operation_is_refused(store, store_path):
    connection = sqlite3.connect(store_path)
    with pytest.raises(sqlite3.IntegrityError, match=r"audit\.op_id"):
        connection.execute("INSERT INTO person (id, name, name_key) VALUES (1, 'Ana', 'ana')")
    connection.close()


def test_a_batch_sent_twice_is_recognised_and_changes_nothing(store, act):
    operation = act.operation("person add", insert("person", [person("Ana")]))

    first, second = store.apply(operation), store.apply(operation)

    assert (first.repeated, second.repeated) == (False, True)
    assert len(rows_of(store, "person")) == 1
    assert len(rows_of(store, "op")) == 1


@pytest.mark.parametrize(
    "other", [{"actor": "another office"}, {"command": "topic add"}, {"at": "2015-03-09T12:00:00.001Z"}]
)
def test_another_operation_of_the_same_number_is_refused_and_not_lost_in_silence(store, act, other):
    first = act.operation("course add", insert("course", [{"id": 1, "code": "ICIM", "title": "{}"}]))
    store.apply(first)
    second = dataclasses.replace(
        first, statements=tuple(insert("course", [{"id": 2, "code": "RMC", "title": "{}"}])), **other
    )

    for attempt in (second, dataclasses.replace(second, dry_run=True)):
        with pytest.raises(Refused, match="got the same number") as refused:
            store.apply(attempt)
        assert refused.value.rule == "op_once"

    assert [row["code"] for row in store.read("SELECT code FROM course", level="strong")] == ["ICIM"]
    assert store.apply(first).repeated


def test_an_operation_whose_clock_was_behind_is_recognised_when_it_comes_again(store, act):
    store.apply(act.operation("course add", insert("course", [{"id": 1, "code": "ICIM", "title": "{}"}])))
    late = dataclasses.replace(act, now="2014-01-01T00:00:00.000Z").operation(
        "course add", insert("course", [{"id": 2, "code": "RMC", "title": "{}"}])
    )

    assert [store.apply(late).repeated, store.apply(late).repeated] == [False, True]


def test_a_dry_run_tries_every_rule_and_writes_nothing(store, act):
    dry = dataclasses.replace(act, dry_run=True)

    applied = store.apply(dry.operation("person add", insert("person", [person("Ana")])))

    assert applied.dry_run
    assert rows_of(store, "person") == rows_of(store, "op") == rows_of(store, "audit") == []
    with pytest.raises(Refused):
        store.apply(dry.operation("person add", insert("person", [person(" ")])))


def test_the_log_does_not_turn_round_when_the_clock_does(store, act):
    add_person(store, act, "Ana")
    add_person(store, dataclasses.replace(act, now="2014-01-01T00:00:00.000Z"), "Luis")

    assert [op["at"] for op in rows_of(store, "op")] == [act.now, act.now]


def test_inserting_nothing_is_no_statement():
    assert insert("person", []) == []


def test_values_come_back_as_they_went_in(store, act):
    text = "Zoë \"O'Hara\" 🙂 العربية 漢字 $.x {{7}} '); DROP TABLE person; --"
    row = person(text, birth_year=1970, email=None, note="a\nb")

    store.apply(act.operation("person add", insert("person", [row])))

    (stored,) = rows_of(store, "person")
    assert {key: stored[key] for key in row} == row


# Rules -------------------------------------------------------------------------------------------------------------


def test_an_update_from_values_that_are_no_longer_there_is_refused(store, act):
    ana = add_person(store, act, "Ana")
    changed = Refused("somebody was faster")
    statements = update("person", ana, {"name": "Anna"}, {"name": "Ana Pérez"}, changed)

    with pytest.raises(Refused, match="somebody was faster"):
        store.apply(act.operation("person edit", statements))

    assert rows_of(store, "person")[0]["name"] == "Ana"


def test_an_expectation_that_does_not_hold_is_its_refusal(store, act):
    statements = [expect_true("SELECT count(*) = 1 FROM person", {}, "one_person", Refused("there is nobody"))]

    with pytest.raises(Refused, match="there is nobody"):
        store.apply(act.operation("look", statements))


def test_an_expectation_about_nothing_does_not_hold(store, act):
    statements = [expect_true("SELECT name = 'Ana' FROM person", {}, "is_ana", Refused("nobody is Ana"))]

    with pytest.raises(Refused, match="nobody is Ana"):
        store.apply(act.operation("look", statements))


def test_expecting_a_change_holds_where_one_row_changed(store, act):
    ana = add_person(store, act, "Ana")
    change = Statement("UPDATE person SET note = 'x' WHERE id = :id", {"id": ana})

    store.apply(act.operation("person edit", [change, expect_changed("there", Refused("nobody"))]))

    assert rows_of(store, "person")[0]["note"] == "x"


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        ("rule:append_only", "append_only"),
        ("CHECK constraint failed: seats_left", "seats_left"),
        ("CHECK constraint failed: expected", "own"),
        ("UNIQUE constraint failed: enrollment.edition_id, enrollment.person_id", "enrollment_once"),
        ("UNIQUE constraint failed: index 'person_once'", "own"),
        ("FOREIGN KEY constraint failed", "own"),
    ],
)
def test_the_broken_rule_is_named_by_the_engine_or_else_by_the_statement(message, rule):
    assert broken_rule(message, Statement("", rule="own")) == rule


def test_a_rule_that_nobody_explained_is_still_a_refusal_with_its_name(store, act):
    with pytest.raises(Refused, match="person_has_a_name"):
        store.apply(act.operation("person add", insert("person", [person("")])))


@pytest.mark.parametrize("table", ["op", "audit"])
@pytest.mark.parametrize(
    "sql", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}", "INSERT OR REPLACE INTO {t} SELECT * FROM {t}"]
)
def test_the_log_is_append_only(store, act, table, sql):
    add_person(store, act, "Ana")
    before = rows_of(store, table)
    column = "actor" if table == "op" else "tbl"

    with pytest.raises(Refused, match=r"append_only|op_once"):
        store.apply(act.operation("forge", [Statement(sql.format(t=table, c=column))]))

    assert rows_of(store, table) == before


def checks(sql: str) -> list[str | None]:
    """The name of each CHECK of a CREATE TABLE, None for one without; words in comments and literals are no CHECKs."""
    words = re.findall(r"--[^\n]*|'(?:[^']|'')*'|\w+|[^\w\s]", sql)
    code = [word for word in words if not word.startswith(("--", "'"))]
    return [
        code[at - 1] if code[at - 2].upper() == "CONSTRAINT" else None
        for at, word in enumerate(code)
        if word.upper() == "CHECK"
    ]


def test_a_check_is_found_with_its_name_and_without():
    sql = "CREATE TABLE t (a TEXT DEFAULT 'CHECK (x)' CHECK (a), -- CHECK (b)\n b INT CONSTRAINT b_known check (b > 0))"

    assert checks(sql) == [None, "b_known"]


def test_every_check_has_a_name_of_its_own_since_it_says_which_rule_was_broken(store):
    tables = store.read("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    names = [name for table in tables for name in checks(table["sql"])]

    assert len(names) > 40
    assert None not in names
    assert len(set(names)) == len(names)


def test_every_unique_has_a_rule_since_it_names_only_its_columns(store):
    """What SQLite says of a clash is put together from the index, and each of these must lead to a rule; none is stale."""
    indexes = store.read(
        "SELECT t.name AS tbl, i.name AS name, i.origin AS origin FROM sqlite_master AS t JOIN pragma_index_list(t.name) AS i"
        " WHERE t.type = 'table' AND i.\"unique\" AND t.name NOT LIKE 'sqlite_%' AND t.name NOT IN ('picture', 'print_source', 'seat_count')"
    )
    said = {"op.id"}
    for index in indexes:
        columns = [
            row["name"] for row in store.read("SELECT name FROM pragma_index_info(:name)", {"name": index["name"]})
        ]
        said.add(
            f"index '{index['name']}'" if None in columns else ", ".join(f"{index['tbl']}.{one}" for one in columns)
        )

    assert said == set(_UNIQUE_RULES)


def test_a_clash_on_each_kind_of_unique_is_named(store, act, icim37):
    row = {"id": new_id(), "course_id": icim37.course, "number": 37}
    with pytest.raises(Refused) as clash:
        store.apply(act.operation("edition add", insert("edition", [row])))
    assert clash.value.facts["rule"] == "edition_once"

    offices = [{"id": new_id(), "name": "{}", "name_key": "dnm"}]
    store.apply(act.operation("org add", insert("organization", offices)))
    with pytest.raises(Refused) as clash:
        store.apply(act.operation("org add", insert("organization", [{**offices[0], "id": new_id()}])))
    assert clash.value.facts["rule"] == "organization_once"


# Undo --------------------------------------------------------------------------------------------------------------


def everything(store: Store) -> dict[str, list[dict[str, object]]]:
    tables = [row["name"] for row in store.read("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: rows_of(store, name) for name in tables if name not in ("op", "audit", "sqlite_sequence")}


def test_undo_puts_back_what_an_operation_inserted_changed_and_deleted(store, act):
    ana, luis = add_person(store, act, "Ana"), add_person(store, act, "Luis")
    before = everything(store)
    statements = [
        *insert("person", [person("Rosa")]),
        *update("person", ana, {"name": "Ana"}, {"name": "Ana Pérez"}, Refused("")),
        Statement("DELETE FROM person WHERE id = :id", {"id": luis}),
    ]
    store.apply(act.operation("three things", statements))

    undo_engine.undo_by_replay(store, undo_engine.get_last_operation(store, "coordinator"), act)

    assert everything(store) == before


def test_undo_of_an_undo_does_it_again(store, act):
    ana = add_person(store, act, "Ana")
    done = everything(store)
    undo_engine.undo_by_replay(store, undo_engine.get_last_operation(store, "coordinator"), act)
    assert rows_of(store, "person") == []

    undoing = undo_engine.list_operations(store, 1)[0]
    undo_engine.undo_by_replay(store, undoing, act)

    assert everything(store) == done
    assert rows_of(store, "person")[0]["id"] == ana


def test_undo_twice_is_refused(store, act):
    add_person(store, act, "Ana")
    operation = undo_engine.get_last_operation(store, "coordinator")
    undo_engine.undo_by_replay(store, operation, act)

    again = undo_engine.get_operation(store, str(operation.id))

    with pytest.raises(Refused, match="was undone already"):
        undo_engine.undo_by_replay(store, again, act)


def test_undo_of_a_row_that_changed_since_names_the_later_change(store, act):
    ana = add_person(store, act, "Ana")
    first = undo_engine.get_last_operation(store, "coordinator")
    luisa = dataclasses.replace(act, actor="luisa")
    store.apply(
        luisa.operation("person edit", update("person", ana, {"name": "Ana"}, {"name": "Ana Pérez"}, Refused("")))
    )

    with pytest.raises(undo_engine.ChangedSince, match="'person edit' \\(luisa"):
        undo_engine.undo_by_replay(store, first, act)

    assert rows_of(store, "person")[0]["name"] == "Ana Pérez"


def test_once_the_later_change_is_undone_the_first_can_be(store, act):
    ana = add_person(store, act, "Ana")
    first = undo_engine.get_last_operation(store, "coordinator")
    store.apply(
        act.operation("person edit", update("person", ana, {"name": "Ana"}, {"name": "Ana Pérez"}, Refused("")))
    )
    undo_engine.undo_by_replay(store, undo_engine.get_last_operation(store, "coordinator"), act)

    undo_engine.undo_by_replay(store, first, act)

    assert rows_of(store, "person") == []


def test_undo_of_what_something_else_rests_on_is_refused(store, act, icim37):
    course = next(op for op in undo_engine.list_operations(store) if op.command == "course add")

    with pytest.raises(Refused, match="rests on it"):
        undo_engine.undo_by_replay(store, course, act)


def test_an_operation_that_says_so_cannot_be_undone(store, act):
    store.apply(act.operation("erase", insert("person", [person("Ana")]), undo="refused"))

    with pytest.raises(undo_engine.NotUndoable):
        undo_engine.undo_by_replay(store, undo_engine.get_last_operation(store, "coordinator"), act)


def test_a_dry_undo_writes_nothing(store, act):
    add_person(store, act, "Ana")
    dry = dataclasses.replace(act, dry_run=True)

    undo_engine.undo_by_replay(store, undo_engine.get_last_operation(store, "coordinator"), dry)

    assert len(rows_of(store, "person")) == 1


def test_the_last_operation_is_the_actors_own(store, act):
    add_person(store, act, "Ana")
    add_person(store, dataclasses.replace(act, actor="luisa"), "Luis")

    assert undo_engine.get_last_operation(store, "coordinator").actor == "coordinator"
    with pytest.raises(NotFound):
        undo_engine.get_last_operation(store, "nobody")


def test_an_operation_is_found_by_its_last_digits(store, act):
    add_person(store, act, "Ana")
    operation = undo_engine.get_last_operation(store, "coordinator")

    assert undo_engine.get_operation(store, operation.number) == operation
    assert undo_engine.get_operation(store, f"…{operation.number}") == operation
    with pytest.raises(NotFound):
        undo_engine.get_operation(store, "1" + str(operation.id))
    with pytest.raises(BadInput):
        undo_engine.get_operation(store, "%")


# The file ----------------------------------------------------------------------------------------------------------


def test_a_store_in_daily_use_survives_a_power_cut(store, store_path):
    assert store.read("PRAGMA journal_mode") == [{"journal_mode": "wal"}]
    assert store.read("PRAGMA synchronous") == [{"synchronous": 2}]
    assert store.read("PRAGMA foreign_keys") == [{"foreign_keys": 1}]


def test_init_never_writes_over_a_file(store_path, act):
    before = store_path.read_bytes()

    with pytest.raises(Refused, match="is there already"):
        create_store(str(store_path), act.now)

    assert store_path.read_bytes() == before


def test_init_in_a_folder_that_is_not_there_says_so(tmp_path, act):
    with pytest.raises(BadInput, match="There is no folder"):
        create_store(str(tmp_path / "nowhere" / "x.db"), act.now)


def test_a_store_that_is_not_there_says_how_to_make_one(tmp_path):
    with pytest.raises(OutOfReach, match="coursectl init"):
        open_store(str(tmp_path / "x.db"))


def test_a_folder_is_no_store(tmp_path):
    with pytest.raises(OutOfReach, match="is a folder"):
        open_store(str(tmp_path))


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at" * 40, b""])
def test_another_kind_of_file_is_no_store(tmp_path, content):
    path = tmp_path / "x.db"
    path.write_bytes(content)

    with pytest.raises(OutOfReach, match="not a store of coursectl"):
        open_store(str(path))


def test_another_programs_database_is_no_store(tmp_path):
    path = tmp_path / "x.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE migration (number INTEGER)")
    connection.close()

    with pytest.raises(OutOfReach, match="not a store of coursectl"):
        open_store(str(path))


def test_a_damaged_store_says_so(store_path, act):
    opened = open_store(str(store_path))
    opened.apply(
        act.operation("person add", insert("person", [person(f"Ana {n}", note="x" * 900) for n in range(200)]))
    )
    opened.read("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
    data = bytearray(store_path.read_bytes())
    for page in range(20, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    store_path.write_bytes(data)

    with pytest.raises(OutOfReach, match="is damaged"), closing(open_store(str(store_path))) as damaged:
        damaged.read("SELECT * FROM person")


def test_a_store_that_another_program_holds_says_so(store_path, act):
    other = sqlite3.connect(store_path)
    other.execute("BEGIN IMMEDIATE")
    opened = LocalStore(store_path, wait=0.05)

    with pytest.raises(OutOfReach, match="is locked by another program"):
        add_person(opened, act, "Ana")

    opened.close()
    other.close()


# Migrations --------------------------------------------------------------------------------------------------------


def schema_of(path: Path) -> set[tuple[str, str, str]]:
    connection = sqlite3.connect(path)
    found = set(connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))
    connection.close()
    return found


@pytest.fixture
def with_a_second_step(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    shutil.copytree(Path(sys.modules["coursectl.store.migrations"].__file__ or "").parent, folder)
    (folder / f"{newest() + 1:04}_phone.sql").write_text("ALTER TABLE organization ADD COLUMN phone TEXT;\n")
    return folder


def test_an_older_store_is_brought_up_to_date_with_its_rows_and_triggers(store_path, act, with_a_second_step):
    old = open_store(str(store_path))
    add_person(old, act, "Ana")
    old.close()

    migrated = LocalStore(store_path, folder=with_a_second_step)
    row = {"id": new_id(), "name": "{}", "name_key": "dnm", "phone": "+54"}
    migrated.apply(act.operation("org add", insert("organization", [row])))

    assert [person["name"] for person in rows_of(migrated, "person")] == ["Ana"]
    assert json.loads(str(rows_of(migrated, "audit")[-1]["new"]))["phone"] == "+54"
    migrated.close()


def test_a_migrated_store_has_the_schema_of_a_fresh_one(store_path, tmp_path, with_a_second_step, act):
    LocalStore(store_path, folder=with_a_second_step).close()
    fresh = tmp_path / "fresh.db"
    connection = sqlite3.connect(fresh, isolation_level=None)
    from coursectl.store import schema

    schema.migrate(connection, act.now, load(with_a_second_step))
    connection.close()

    assert schema_of(store_path) == schema_of(fresh)


def test_an_older_program_refuses_a_newer_store(store_path, with_a_second_step):
    LocalStore(store_path, folder=with_a_second_step).close()

    with pytest.raises(OutOfReach, match="written by a newer coursectl"):
        open_store(str(store_path))


def test_a_migration_that_fails_leaves_the_store_as_it_was(store_path, with_a_second_step):
    before = schema_of(store_path)
    (with_a_second_step / "0009_broken.sql").write_text("CREATE TABLE person (id INTEGER);\n")

    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        LocalStore(store_path, folder=with_a_second_step)

    assert schema_of(store_path) == before


def test_a_script_is_cut_where_statements_end():
    assert split("CREATE TABLE a (b TEXT DEFAULT ';');\n-- c;\nSELECT\n 1;\n") == (
        "CREATE TABLE a (b TEXT DEFAULT ';');",
        "-- c;\nSELECT\n 1;",
    )


# Processes ---------------------------------------------------------------------------------------------------------

_WRITER = """
import sys
from coursectl.store import Act, insert, new_id, open_store
store = open_store(sys.argv[1])
for n in range(25):
    act = Act(sys.argv[2], "2015-03-09T12:00:00.000Z")
    store.apply(act.operation("person add", insert("person", [{"id": new_id(), "name": f"{sys.argv[2]} {n}", "name_key": "x"}])))
"""


def test_processes_that_write_at_once_lose_nothing(store, store_path):
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(store_path), f"writer {n}"]) for n in range(8)]

    assert [writer.wait(60) for writer in writers] == [0] * 8
    assert len(rows_of(store, "person")) == 200
    assert len(rows_of(store, "op")) == 200
    assert [row["seq"] for row in rows_of(store, "audit")] == list(range(1, 201))


# The tests themselves -----------------------------------------------------------------------------------------------

_SKIPPING = """
import pytest

def test_skips_itself():
    pytest.skip("not here")

@pytest.mark.skip(reason="not at all")
def test_is_skipped(): ...

def test_passes(): ...
"""


@pytest.mark.parametrize(("never", "code"), [("", 0), ("1", 1)])
def test_where_ci_says_so_a_skipped_test_fails(tmp_path, never, code):
    (tmp_path / "test_skipping.py").write_text(_SKIPPING)
    for name in ("conftest.py", "cluster.py"):
        shutil.copy(Path(__file__).parent / name, tmp_path / name)
    surroundings = {**os.environ, "COURSECTL_NEVER_SKIP": never}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "test_skipping.py"]

    done = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False)

    assert done.returncode == code, done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 failed, 1 passed, 1 error" if never else "1 passed, 2 skipped")
