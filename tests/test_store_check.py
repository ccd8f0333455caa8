"""Looking whether a store is whole: what is broken on purpose is found, named, and told how to mend."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cluster import plain_copy
from coursectl.store import open_store
from coursectl.store.checks import check_rules, in_batches
from coursectl.workflows import checking


@pytest.fixture
def closed(example, cli):
    """The example after its last day: closed, certificates issued, one issue undone."""
    for line in (
        ("edition", "close", "ICIM-37", "--apply", "--yes"),
        ("certificate", "issue", "-e", "ICIM-37"),
        ("certificate", "issue", "-e", "ICIM-37", "--kind", "instruction"),
        ("undo", "--yes"),
    ):
        assert cli(*line).code == 0
    shutil.rmtree("coursectl-backups", ignore_errors=True)  # what the undo kept
    return example


def break_it(path: Path, *statements: str) -> None:
    """Do to the file what no command does: triggers out of the way, references unchecked."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        connection.execute("BEGIN")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")


def found(path: Path, *, deep: bool = False, read_only: bool = False) -> dict[str, list[str]]:
    """The findings by check."""
    with closing(open_store(path, read_only=read_only)) as store:
        checked = checking.check_store(store, deep=deep)
    told = {
        check.name: [one.wording.format(**one.facts) for one in check.findings]
        for check in checked.checks
        if check.count
    }
    assert checked.ok is (told == {})
    return told


def test_a_store_that_was_worked_with_is_whole(closed):
    assert found(closed, deep=True) == {}


def test_an_empty_store_is_whole(store_path):
    assert found(store_path, deep=True) == {}


BREAKS = {
    "a reference": (
        ["UPDATE session SET module_id = 7 WHERE number = 1"],
        {"foreign keys": ["session {id} points at a row of module that isn't there"]},
    ),
    "a module of another edition": (
        ["UPDATE module SET edition_id = (SELECT id FROM edition WHERE number = 36) WHERE number = 1",
         "UPDATE session SET module_id = NULL WHERE module_id = (SELECT id FROM module WHERE number = 1) AND number <> 2",
         "UPDATE session SET module_id = (SELECT id FROM module WHERE number = 1) WHERE number = 2"],
        {"belonging": ["session {second} and the module that it points at belong to different editions, courses or people"]},
    ),
    "marks in another edition's sessions": (
        ["UPDATE enrollment SET edition_id = (SELECT id FROM edition WHERE number = 36), status = 'declined', number = NULL"
         " WHERE id IN (SELECT enrollment_id FROM attendance WHERE id = (SELECT min(id) FROM attendance))",
         "UPDATE seat_count SET taken = 27 WHERE taken = 28",
         "DELETE FROM attendance WHERE enrollment_id = (SELECT enrollment_id FROM attendance WHERE id = (SELECT min(id) FROM attendance))"
         " AND id <> (SELECT min(id) FROM attendance)"],
        {"belonging": ["attendance {mark} and the session that it points at belong to different editions, courses or people"]},
    ),
    "a certificate that is live for somebody else": (
        ["UPDATE certificate_live SET person_id = 7 WHERE certificate_id = (SELECT id FROM certificate WHERE n = 1)"],
        {"belonging": ["certificate_live {certificate} and the certificate that it points at belong to different editions, courses or people"]},
    ),
    "a chain of merges": (
        ["UPDATE person SET merged_into = (SELECT max(id) FROM person) WHERE id = (SELECT min(id) FROM person)",
         "UPDATE person SET merged_into = (SELECT max(id) FROM person WHERE merged_into IS NULL AND id < (SELECT max(id) FROM person))"
         " WHERE id = (SELECT max(id) FROM person)"],
        {"merges": ["{oldest} ({oldest_id}) is merged into {newest}, who is merged into somebody, too"]},
    ),
    "a trigger": (["CREATE TRIGGER spy AFTER INSERT ON person BEGIN SELECT 1; END"], {"schema": ["the trigger spy isn't one of coursectl's"]}),
    "an index": (["DROP INDEX person_by_name"], {"schema": ["the index person_by_name is missing"]}),
    "another index": (
        ["DROP INDEX person_by_name", "CREATE INDEX person_by_name ON person (name)"],
        {"schema": ["the index person_by_name isn't what coursectl makes"]},
    ),
    "a batch": (["INSERT INTO expect VALUES (1)"], {"batches": ["expect holds a row that every batch clears"]}),
    "a part": (
        ["INSERT INTO op_part SELECT id, 1, 3 FROM op ORDER BY id LIMIT 1"],
        {"parts": ["of operation {op} (import course ICIM), 1 of 3 parts are there"]},
    ),
    "the audit": (["DELETE FROM audit WHERE seq = 5"], {"audit": ["{n} changes are numbered 1 to {high}: some are missing"]}),
    "the end of the audit": (
        ["DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)"],
        {"audit": ["the next change would follow number {high}, the last one is {lower}"]},
    ),
    "a clock": (["UPDATE op SET at = '1999' WHERE id = (SELECT max(op_id) FROM audit)"], {"log": ["operation {last} says 1999, and the one before it {before}"]}),
    "a counter": (
        ["UPDATE seat_count SET taken = taken - 1 WHERE taken > 0"],
        {"seats": ["ICIM-37 counts {less} seats taken of 30; 28 enrollments hold one, and it has 30"]},
    ),
    "a limit": (
        ["UPDATE seat_count SET max = 99 WHERE taken > 0"],
        {"seats": ["ICIM-37 counts 28 seats taken of 99; 28 enrollments hold one, and it has 30"]},
    ),
    "a live certificate": (
        ["DELETE FROM certificate_live WHERE certificate_id = (SELECT id FROM certificate WHERE n = 1)"],
        {"live certificates": ["the list of live certificates and the events of {serial} don't agree"]},
    ),
    "a certificate": (
        ["DELETE FROM certificate_snapshot WHERE certificate_id = (SELECT id FROM certificate WHERE n = 2)",
         "DELETE FROM certificate_live WHERE certificate_id = (SELECT id FROM certificate WHERE n = 2)",
         "DELETE FROM certificate_event WHERE certificate_id = (SELECT id FROM certificate WHERE n = 2)",
         "DELETE FROM certificate WHERE n = 2"],
        {"register": ["the register of ICIM, series {year}, has {fewer} certificates, and the last one is number {all}"]},
    ),
    "an issue": (
        ["DELETE FROM certificate_live WHERE certificate_id = (SELECT id FROM certificate WHERE n = 1)",
         "DELETE FROM certificate_event WHERE certificate_id = (SELECT id FROM certificate WHERE n = 1)"],
        {"events": ["certificate {serial} is in the register, and its issue isn't"]},
    ),
    "a snapshot": (
        ["UPDATE certificate_snapshot SET content = replace(content, 'ICIM', 'ICIN') WHERE certificate_id = (SELECT id FROM certificate WHERE n = 1)"],
        {"snapshots": ["what certificate {serial} prints isn't what was issued: its hash is another"]},
    ),
    "a snapshot that is gone": (
        ["DELETE FROM certificate_snapshot WHERE certificate_id = (SELECT id FROM certificate WHERE n = 1)"],
        {"snapshots": ["what certificate {serial} prints isn't there"]},
    ),
    "a picture": (["UPDATE picture SET data = X'00'"], {"pictures": ["the picture {picture} isn't what it was when it was kept"]}),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_is_found_and_nothing_else(closed, name):
    statements, expected = BREAKS[name]
    facts = facts_of(closed)

    break_it(closed, *statements)

    assert found(closed) == {check: [one.format(**facts) for one in told] for check, told in expected.items()}


def test_a_trigger_that_is_gone_is_missed(closed):
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("DROP TRIGGER op_no_delete")

    assert found(closed) == {"schema": ["the trigger op_no_delete is missing"]}


@pytest.mark.parametrize("read_only", [False, True])
def test_a_row_that_breaks_a_rule_of_its_table_is_found_in_a_store_that_is_only_read_too(closed, read_only):
    """SQLite's own check knows no CHECK where a file is opened to be read only."""
    break_it(closed, "UPDATE topic SET title = '{' WHERE code = (SELECT min(code) FROM topic)")
    with closing(sqlite3.connect(closed)) as connection:
        (topic,) = connection.execute("SELECT id FROM topic ORDER BY code LIMIT 1").fetchone()

    told = found(closed, read_only=read_only)

    assert told == {"rules": [f"the rule topic_title_json of topic is broken by 1, first by {topic}"]}


def test_an_index_that_lacks_a_row_is_found(closed):
    """What a plain look at the pages doesn't see: each of them is in order."""
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = sql || ' WHERE 0' WHERE name = 'person_by_name'")
        connection.commit()
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("REINDEX person_by_name")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, ' WHERE 0', '') WHERE name = 'person_by_name'")
        connection.commit()

    told = found(closed)

    assert list(told) == ["integrity"]
    assert "row 1 missing from index person_by_name" in told["integrity"]


def test_parts_that_were_taken_back_are_nothing_to_finish(example, cli):
    assert cli("edition", "edit", "ICIM-37", "--seats", "31").code == 0
    break_it(example, "INSERT INTO op_part SELECT id, 1, 3 FROM op WHERE id = (SELECT max(id) FROM op)")
    assert list(found(example)) == ["parts"]

    assert cli("undo").code == 0
    assert found(example) == {}

    assert cli("undo", cli("log", "--json").json[0]["number"]).code == 0
    assert list(found(example)) == ["parts"]


def test_tables_that_a_replicating_program_keeps_in_the_store_are_nothing_wrong(closed):
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)")

    assert found(closed, deep=True) == {}


def test_a_strange_table_is_told_and_is_no_hindrance(closed):
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("CREATE TABLE spreadsheet (cell TEXT)")

    assert found(closed, deep=True) == {"schema": ["the table spreadsheet isn't one of coursectl's"]}


def test_a_table_that_is_gone_is_told_by_each_check_that_needs_it(closed):
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("ALTER TABLE certificate_live RENAME COLUMN kind TO sort")
        connection.execute("DROP TABLE picture")

    told = found(closed)

    assert told["schema"][0] == "the table picture is missing"
    assert told["belonging"] == ["this can't be looked at in a store like that: no such column: certificate_live.kind"]
    assert "no such table: picture" in told["pictures"][0]


def test_the_rules_that_are_tried_are_all_that_the_tables_have(store):
    tables = store.read("SELECT sql FROM sqlite_master WHERE type = 'table'")
    rules = [check_rules(row["sql"] or "") for row in tables]

    assert sum(map(len, rules)) == sum((row["sql"] or "").count("CHECK (") for row in tables) > 50
    assert check_rules("CREATE TABLE t (a TEXT CONSTRAINT plain CHECK (a NOT IN (')', 'it''s (') AND (a > 0)), b)") == {
        "plain": "a NOT IN (')', 'it''s (') AND (a > 0)"
    }


def test_rows_in_a_damaged_order_come_to_an_end(store):
    """A query that turns back to an id that was there would go round for ever."""
    turning_back = "SELECT value AS id FROM json_each('[3, 5, 2]') WHERE :last >= 0 AND :some > 0"

    assert [row["id"] for row in in_batches(store, turning_back, 3)] == [3, 5, 2, 3, 5, 2]


def facts_of(path: Path) -> dict[str, object]:
    """What the sentences above name."""
    with closing(sqlite3.connect(path)) as connection:

        def one(sql: str) -> object:
            return connection.execute(sql).fetchone()[0]

        high = one("SELECT max(seq) FROM audit")
        certificates = one("SELECT count(*) FROM certificate")
        return {
            "id": one("SELECT id FROM session WHERE number = 1"),
            "second": one("SELECT id FROM session WHERE number = 2"),
            "mark": one("SELECT min(id) FROM attendance"),
            "certificate": one("SELECT id FROM certificate WHERE n = 1"),
            "oldest": one("SELECT name FROM person ORDER BY id LIMIT 1"),
            "oldest_id": one("SELECT min(id) FROM person"),
            "newest": one("SELECT name FROM person ORDER BY id DESC LIMIT 1"),
            "op": str(one("SELECT min(id) FROM op"))[-6:],
            "n": high - 1,
            "high": high,
            "lower": high - 1,
            "last": str(one("SELECT max(op_id) FROM audit"))[-6:],
            "before": one("SELECT at FROM op WHERE id = (SELECT op_id FROM audit WHERE op_id <> (SELECT max(op_id) FROM audit) ORDER BY seq DESC LIMIT 1)"),
            "less": 27,
            "serial": one("SELECT serial FROM certificate WHERE n = 1"),
            "year": one("SELECT max(year) FROM certificate"),
            "fewer": certificates - 1,
            "all": certificates,
            "picture": str(one("SELECT hash FROM picture"))[:12],
        }  # fmt: skip


def test_the_deep_check_sees_a_row_that_was_changed_behind_the_audit_and_a_key_that_lost_its_name(closed):
    break_it(
        closed,
        "UPDATE person SET name = 'Nobody' WHERE id = (SELECT min(id) FROM person)",
        "DELETE FROM attendance WHERE id = (SELECT min(id) FROM attendance)",
    )

    told = found(closed, deep=True)

    assert {check: len(findings) for check, findings in told.items()} == {"rows": 2, "keys": 1}
    assert told["keys"][0].startswith("Nobody (")
    assert {finding.partition(" ")[0] for finding in told["rows"]} == {"person", "attendance"}


def test_the_deep_check_takes_an_image_that_is_none_for_a_change(closed):
    break_it(
        closed,
        "UPDATE audit SET new = '{' WHERE seq = (SELECT max(seq) FROM audit WHERE tbl = 'topic' AND new IS NOT NULL)",
    )

    told = found(closed, deep=True)

    assert list(told) == ["rows"]
    assert [finding.partition(" ")[0] for finding in told["rows"]] == ["topic"]


def test_the_deep_check_knows_rows_that_were_written_before_their_table_had_a_column(closed):
    """A migration adds a column; the audit's older images lack it, and all of them are still looked at."""
    break_it(
        closed,
        "UPDATE audit SET new = json_remove(new, '$.note') WHERE tbl = 'attendance'",
        "UPDATE attendance SET mark = 'absent' WHERE id = (SELECT max(id) FROM attendance WHERE mark = 'present')",
    )
    with closing(sqlite3.connect(closed)) as connection:
        (changed,) = connection.execute("SELECT max(id) FROM attendance WHERE mark = 'absent'").fetchone()

    assert found(closed, deep=True) == {"rows": [f"attendance {changed} isn't what the audit says that it became"]}


def test_many_findings_are_counted_and_the_first_are_told(closed, cli):
    break_it(closed, "UPDATE attendance SET session_id = id")

    answer = cli("store", "check", "--json")

    references = next(check for check in answer.json["checks"] if check["name"] == "foreign keys")
    assert (answer.code, references["count"], len(references["findings"])) == (5, 1000, 20)


# The command ----------------------------------------------------------------------------------------------------------


def test_a_whole_store_is_told_with_what_was_looked_at(closed, cli):
    answer = cli("store", "check", "--json")

    assert (answer.code, answer.json["ok"], answer.json["store"], answer.json["notes"]) == (0, True, str(closed), [])
    assert answer.err == "Nothing is wrong.\n"
    assert {check["name"]: check["count"] for check in answer.json["checks"]} == dict.fromkeys(
        ["integrity", "schema", "foreign keys", "rules", "belonging", "batches", "parts", "audit", "log", "seats",
         "live certificates", "merges", "register", "events", "snapshots", "sources", "pictures"], 0
    )  # fmt: skip
    looked = {check["name"]: check["looked_at"] for check in answer.json["checks"]}
    assert looked["register"] == looked["snapshots"] == 50
    assert looked["audit"] > 1000


def test_something_wrong_is_exit_code_5_with_the_way_to_mend_it(closed, cli):
    kept = cli("store", "backup", "--json").json["file"]
    break_it(closed, "INSERT INTO expect VALUES (1)")

    answer = cli("store", "check")

    assert answer.code == 5
    assert "1 thing is wrong:" in answer.out
    assert "- expect holds a row that every batch clears" in answer.out
    assert f"coursectl store restore {kept}" in answer.out
    assert "Nothing is wrong" not in answer.err


def overwritten(content: bytearray, rng: random.Random) -> bytearray:
    for _ in range(3):
        page = rng.randrange(1, len(content) // 4096) * 4096
        content[page : page + 100] = rng.randbytes(100)
    return content


def with_a_page_of_zeros(content: bytearray, rng: random.Random) -> bytearray:
    page = rng.randrange(1, len(content) // 4096) * 4096
    content[page : page + 4096] = bytes(4096)
    return content


def with_a_page_twice(content: bytearray, rng: random.Random) -> bytearray:
    one, other = (page * 4096 for page in rng.sample(range(1, len(content) // 4096), 2))
    content[one : one + 4096] = content[other : other + 4096]
    return content


def cut_between_pages(content: bytearray, rng: random.Random) -> bytearray:
    return content[: rng.randrange(1, len(content) // 4096) * 4096]


def cut_anywhere(content: bytearray, rng: random.Random) -> bytearray:
    return content[: rng.randrange(4096, len(content) - 4096)]


def without_its_first_page(content: bytearray, rng: random.Random) -> bytearray:
    content[:4096] = bytes(4096)
    return content


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "damage",
    [overwritten, with_a_page_of_zeros, with_a_page_twice, cut_between_pages, cut_anywhere, without_its_first_page],
)
def test_a_damaged_file_is_told_and_never_a_traceback(closed, cli, damage, seed):
    kept = cli("store", "backup", "--json").json["file"]
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    closed.write_bytes(damage(bytearray(closed.read_bytes()), random.Random(seed + 20)))

    answer = cli("store", "check", "--deep")

    assert answer.code == 5
    assert "The file itself is damaged. Don't write to it; put the last good backup in its place:" in answer.out
    assert f"coursectl store restore {kept}" in answer.out
    assert "Nothing is wrong" not in answer.err


def test_where_no_backup_is_the_way_to_mend_names_none(closed, cli):
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    closed.write_bytes(without_its_first_page(bytearray(closed.read_bytes()), random.Random(0)))

    answer = cli("store", "check", "--json")

    (integrity,) = answer.json["checks"]
    assert (answer.code, answer.json["ok"], integrity["name"], integrity["count"]) == (5, False, "integrity", 1)
    assert integrity["mend"].endswith("coursectl store restore BACKUP")


@pytest.mark.parametrize("lost", [100, 4_194_304], ids=["its head", "nearly all"])
def test_a_store_whose_beginning_is_lost_is_damaged_and_the_advice_comes_once(closed, cli, lost):
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    kept = cli("store", "backup", "--json").json["file"]
    content = closed.read_bytes()
    closed.write_bytes(bytes(min(lost, len(content))) + content[lost:])

    answer = cli("store", "check")

    assert answer.code == 5
    assert "init" not in answer.out + answer.err
    assert f"- {closed} is damaged (file is not a database)\n" in answer.out
    assert (answer.out + answer.err).count("store restore") == 1
    assert f"coursectl store restore {kept}" in answer.out


def test_whatever_is_asked_of_a_store_whose_head_is_lost_it_is_damaged(closed, cli):
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    closed.write_bytes(bytes(100) + closed.read_bytes()[100:])

    assert cli("status").err == (
        f"{closed} is damaged (file is not a database). Don't write to it; restore the last backup.\n"
    )


def test_a_damaged_page_hides_nothing_that_can_be_looked_at(closed, cli):
    """The checks go on after the one that meets the damage."""
    break_it(closed, "INSERT INTO expect VALUES (1)")
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'picture'").fetchone()
    content = bytearray(closed.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = bytes(4096)
    closed.write_bytes(content)

    checks = cli("store", "check", "--json").json["checks"]

    assert {check["name"] for check in checks if check["count"]} >= {"integrity", "batches", "pictures"}
    assert len(checks) == 17


CONFLICTS = [
    "coursectl (1).db",
    "coursectl (Ana's conflicted copy 2015-03-09).db",
    "coursectl (SFConflict ana@dnm.example 2015-03-09-12-00-00).db",
    "coursectl 2.db",
    "coursectl-LAPTOP.db",
    "coursectl.sync-conflict-20150309-120000-ABCDEFG.db",
    "coursectl_conflict-20150309-120000.db",
]
NO_CONFLICTS = [
    "coursectl-20150309T120000Z-2.db",
    "coursectl-before-schema-2-20150309T120000Z.db",
    "coursectl-damaged-20150309T120000Z.db",
    "coursectl-new.txt",
    "other.db",
]


def test_what_lies_beside_the_store_is_told(closed, cli):
    for name in (*CONFLICTS, *NO_CONFLICTS):
        shutil.copy(closed, closed.with_name(name))
    closed.with_name("coursectl.db-wal").touch()
    assert [note.partition(" looks like ")[0] for note in cli("store", "check", "--json").json["notes"]] == CONFLICTS
    closed.with_name("coursectl.db-wal").write_bytes(b"a log")

    answer = cli("store", "check", "--json")

    log, *copies = answer.json["notes"]
    assert (answer.code, log.partition(" is there: ")[0]) == (0, "coursectl.db-wal")
    assert [note.partition(" looks like ")[0] for note in copies] == CONFLICTS


def test_a_store_that_isnt_there_is_out_of_reach_and_not_broken(cli):
    assert cli("store", "check", "--store", "nowhere.db").code == 6
    assert cli("store", "check", "--store", "nowhere/coursectl.db").code == 6


@pytest.mark.parametrize("content", [b"", b"Dear colleagues, " * 400])
def test_a_file_that_never_was_a_store_is_out_of_reach_and_not_broken(tmp_path, cli, content):
    (tmp_path / "letter.db").write_bytes(content)

    answer = cli("store", "check", "--store", tmp_path / "letter.db")

    assert (answer.code, answer.out) == (6, "")
    assert "is not a store of coursectl" in answer.err


def test_a_store_that_may_only_be_read_is_checked(closed, cli):
    assert cli("store", "check", "--read-only").code == 0


def test_a_cluster_is_checked_alike(cluster, cli, example, tmp_path):
    cluster.hold(plain_copy(example, tmp_path / "plain.db"))
    answer = cli("store", "check", "--deep", "--json", "--store", cluster.url)
    assert (answer.code, answer.err.splitlines()) == (0, [*answer.json["notes"], "Nothing is wrong."])
    assert [note.partition(":")[0] for note in answer.json["notes"]] == [
        "What was looked at is what the cluster answers"
    ]
    assert {check["name"]: check["count"] for check in answer.json["checks"]} == dict.fromkeys(
        ["integrity", "schema", "foreign keys", "rules", "belonging", "batches", "parts", "audit", "log", "seats",
         "live certificates", "merges", "register", "events", "snapshots", "sources", "pictures", "rows", "keys"], 0
    )  # fmt: skip
    assert next(check["looked_at"] for check in answer.json["checks"] if check["name"] == "audit") > 1000


def test_the_weekly_check_that_the_pages_advise_sees_a_changed_letter(closed, cli):
    pages = [Path(__file__).parents[1] / "docs" / name for name in ("survival.md", "shared-store.md")]
    advised = {line.split("#")[0].strip() for page in pages for line in page.read_text().splitlines() if line.startswith("coursectl store check") and "every week" in line}  # fmt: skip
    break_it(closed, "UPDATE person SET honorific = 'Dra' WHERE id = (SELECT min(id) FROM person)")

    assert advised == {"coursectl store check --deep"}
    assert cli("store", "check", "--store", closed).code == 0
    assert cli(*advised.pop().split()[1:], "--store", closed).code == 5
