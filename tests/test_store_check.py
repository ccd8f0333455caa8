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
from coursectl.workflows import checking


@pytest.fixture
def closed(example, cli):
    """The example after its last day: closed, certificates issued, one issue undone."""
    for line in (
        ("edition", "close", "ICIM-37", "--apply", "--yes"),
        ("certificate", "issue", "-e", "ICIM-37"),
        ("certificate", "issue", "-e", "ICIM-37", "--kind", "instruction"),
        ("undo",),
    ):
        assert cli(*line).code == 0
    return example


def break_it(path: Path, *statements: str) -> None:
    """Do to the file what no command does: triggers out of the way, references unchecked."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        connection.execute("BEGIN")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")


def found(path: Path, *, deep: bool = False) -> dict[str, list[str]]:
    """The findings by check."""
    with closing(open_store(path)) as store:
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
        {"register": ["the register of ICIM in {year} has {fewer} certificates, and the last one is number {all}"]},
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


def facts_of(path: Path) -> dict[str, object]:
    """What the sentences above name."""
    with closing(sqlite3.connect(path)) as connection:

        def one(sql: str) -> object:
            return connection.execute(sql).fetchone()[0]

        high = one("SELECT max(seq) FROM audit")
        certificates = one("SELECT count(*) FROM certificate")
        return {
            "id": one("SELECT id FROM session WHERE number = 1"),
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
        ["integrity", "foreign keys", "schema", "batches", "parts", "audit", "log", "seats", "live certificates",
         "register", "events", "snapshots", "pictures"], 0
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


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_file_is_told_and_never_a_traceback(closed, cli, seed):
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    content = bytearray(closed.read_bytes())
    rng = random.Random(seed)
    for _ in range(3):
        page = rng.randrange(4096, len(content) - 4096) // 4096 * 4096
        content[page : page + 100] = bytes(rng.randrange(256) for _ in range(100))
    closed.write_bytes(content)

    answer = cli("store", "check")

    assert answer.code == 5
    assert "The file itself is damaged. Don't write to it; put the last good backup in its place:" in answer.out
    assert "coursectl store restore" in answer.out


def test_a_file_that_was_cut_short_is_told(closed, cli):
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    content = closed.read_bytes()
    closed.write_bytes(content[: len(content) // 2 // 4096 * 4096])

    assert cli("store", "check").code == 5


def test_what_lies_beside_the_store_is_told(closed, cli):
    shutil.copy(closed, closed.with_name("coursectl (Ana's conflicted copy 2015-03-09).db"))
    shutil.copy(closed, closed.with_name("coursectl-LAPTOP.db"))
    closed.with_name("coursectl.db-wal").touch()
    closed.with_name("other.db").touch()

    answer = cli("store", "check", "--json")

    assert (answer.code, [note.partition(" looks")[0].partition(" is there")[0] for note in answer.json["notes"]]) == (
        0,
        ["coursectl.db-wal", "coursectl (Ana's conflicted copy 2015-03-09).db", "coursectl-LAPTOP.db"],
    )


def test_a_store_that_isnt_there_is_out_of_reach_and_not_broken(cli):
    assert cli("store", "check", "--store", "nowhere.db").code == 6


def test_a_store_that_may_only_be_read_is_checked(closed, cli):
    assert cli("store", "check", "--read-only").code == 0


def test_a_cluster_is_checked_alike(cluster, cli, example, tmp_path):
    cluster.hold(plain_copy(example, tmp_path / "plain.db"))
    answer = cli("store", "check", "--deep", "--json", "--store", cluster.url)
    assert (answer.code, answer.err) == (0, "Nothing is wrong.\n")
    assert sum(check["count"] for check in answer.json["checks"]) == 0
    assert len(answer.json["checks"]) == 15
