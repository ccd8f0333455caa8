"""A store as text and back, and copied whole: nothing is lost, and what was tampered with builds nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster import blank_file, plain_copy
from conftest import NOW
from coursectl.store import Act, LocalStore, create_store, exchange, insert, migrations, new_id, open_store, schema
from coursectl.store.connecting import APPLICATION_ID

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_stat1' ORDER BY name"


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, SQLite's own counter included, with the types of its values."""
    with closing(sqlite3.connect(path)) as connection:
        rows = {
            name: [
                tuple((type(value), value) for value in row)
                for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1")
            ]
            for (name,) in connection.execute(TABLES).fetchall()
        }
        rows["schema"] = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY type, name"
        ).fetchall()
        rows["mark"] = connection.execute("PRAGMA application_id").fetchall()
        return rows


@pytest.fixture
def closed(example, cli):
    """The example after its last day, certificates and all."""
    for line in (("edition", "close", "ICIM-37", "--apply", "--yes"), ("certificate", "issue", "-e", "ICIM-37")):
        assert cli(*line).code == 0
    return example


def test_a_store_that_is_rebuilt_equals_the_one_that_was_exported(closed, cli):
    exported = cli("store", "export", "archive", "--json")
    assert (exported.code, exported.json["folder"], exported.json["rows"]["attendance"]) == (0, "archive", 1064)

    rebuilt = cli("import", "archive", "--store", "rebuilt.db", "--json")
    assert (rebuilt.code, rebuilt.json["store"], rebuilt.json["rows"]) == (0, "rebuilt.db", exported.json["rows"])
    assert content(Path("rebuilt.db")) == content(closed)
    assert cli("store", "check", "--deep", "--store", "rebuilt.db").code == 0

    assert cli("store", "export", "again", "--store", "rebuilt.db").code == 0
    for file in Path("archive").iterdir():
        if file.name != "manifest.json":
            assert (Path("again") / file.name).read_bytes() == file.read_bytes()
    first, second = (json.loads((Path(folder) / "manifest.json").read_text("utf-8")) for folder in ("archive", "again"))
    assert {**first, "made_at": ""} == {**second, "made_at": ""}


def test_the_rebuilt_store_goes_on_where_the_other_one_was(closed, cli):
    cli("store", "export", "archive")
    cli("import", "archive", "--store", "rebuilt.db")
    assert cli("undo", "--yes", "--store", "rebuilt.db").code == 0
    assert cli("person", "add", "Ana Pérez", "--store", "rebuilt.db").code == 0
    assert cli("store", "check", "--deep", "--store", "rebuilt.db").code == 0


NASTY = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.sampled_from(["a\x00b", "'", '"', "\\", "\u2028", "\u202e", "=1+1", "𝒜", "\n", "\r\n", "é", "x" * 5000]),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    # SQLite's JSON ends a text at NUL, which no text of a user keeps; so a name needs something before it.
    st.lists(NASTY.filter(lambda name: name.partition("\x00")[0].strip(" ") != ""), min_size=1, max_size=4),
    st.integers(1, 2**63 - 1),
    st.floats(0, 1),
    st.binary(min_size=1, max_size=50),
)
def test_any_value_survives(tmp_path_factory, names, number, share, data):
    folder = tmp_path_factory.mktemp("any")
    act = Act("o'Brien\u202e", NOW)
    with closing(create_store(folder / "a.db", NOW)) as store:
        people = [
            {"id": number - place, "name": name, "name_key": name}
            for place, name in enumerate(names)
            if number - place > 0
        ]
        course = {"id": number, "code": "X", "title": "{}", "attendance_minimum": share}
        store.apply(act.operation("person add", [*insert("person", people), *insert("course", [course])]))
        exchange.export(store, folder / "out", NOW, "test")
    with closing(sqlite3.connect(folder / "a.db")) as connection:
        connection.execute("INSERT INTO picture VALUES ('h', 'image/png', ?)", (data,))
        connection.commit()
    with closing(open_store(folder / "a.db")) as store:
        shutil.rmtree(folder / "out")
        exchange.export(store, folder / "out", NOW, "test")

    exchange.rebuild(folder / "out", str(folder / "b.db"))

    assert content(folder / "b.db") == content(folder / "a.db")


def an_older_store(path: Path, folder: Path) -> None:
    """A store of the first schema, and that schema's steps in the folder."""
    folder.mkdir()
    shutil.copy(migrations.FOLDER / "0001_first.sql", folder)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        schema.migrate(connection, NOW, migrations.load(folder))


def test_an_export_of_the_first_schema_is_brought_up_to_date(tmp_path, cli):
    first = tmp_path / "first"
    an_older_store(tmp_path / "old.db", first)
    with closing(LocalStore(tmp_path / "old.db", folder=first)) as store:
        store.apply(
            Act("a", NOW).operation("x", insert("person", [{"id": new_id(), "name": "Ana", "name_key": "ana"}]))
        )
        exchange.export(store, tmp_path / "old", NOW, "0.0")

    answer = cli("import", tmp_path / "old", "--store", "new.db", "--json")

    assert (answer.json["schema_before"], answer.json["schema"]) == (1, migrations.newest())
    assert [one["name"] for one in cli("person", "list", "--json", "--store", "new.db").json] == ["Ana"]
    assert cli("store", "check", "--deep", "--store", "new.db").code == 0


# What is there is left as it is ---------------------------------------------------------------------------------------


def test_nothing_is_overwritten(closed, cli, tmp_path):
    before = content(closed)
    cli("store", "export", "archive")
    (Path("full") / "x").mkdir(parents=True)
    Path("empty").mkdir()

    assert cli("store", "export", "full").err == "full is there already; nothing was changed. Name a new folder.\n"
    assert cli("store", "export", "archive").code == 4
    assert cli("store", "export", "empty").code == 0
    assert cli("store", "export", "no/where").code == 5
    again = cli("import", "archive")
    assert (again.code, again.err) == (
        4,
        f"{closed.name} holds a store already; nothing was changed. Name another place.\n",
    )
    assert content(closed) == before


def test_an_empty_store_is_filled(closed, cli):
    cli("store", "export", "archive")
    cli("init", "--store", "new.db")
    assert cli("import", "archive", "--store", "new.db").code == 0
    assert content(Path("new.db")) == content(closed)


def test_dry_runs_say_what_would_be_and_write_nothing(closed, cli):
    assert cli("store", "export", "archive", "--dry-run", "--json").json["rows"]["attendance"] == 1064
    assert cli("store", "copy", closed, "copy.db", "--dry-run").code == 0
    cli("store", "export", "archive")
    assert cli("import", "archive", "--store", "new.db", "--dry-run").code == 0
    assert sorted(path.name for path in Path().iterdir() if not path.name.startswith("coursectl.db")) == ["archive"]


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_an_older_store_in_the_place_is_only_looked_at(closed, cli, tmp_path, dry_run):
    cli("store", "export", "archive")
    an_older_store(Path("older.db"), tmp_path / "first")
    before = Path("older.db").read_bytes()

    assert cli("store", "copy", closed, "older.db", *dry_run).code == 6
    assert cli("import", "archive", "--store", "older.db", *dry_run).code == 6

    assert Path("older.db").read_bytes() == before
    assert not Path("coursectl-backups").exists()


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_a_table_of_somebody_else_is_named_before_anything_is_written(closed, cli, dry_run):
    with closing(sqlite3.connect(closed)) as connection:
        connection.execute('CREATE TABLE "../my notes" (x)')
    answer = cli("store", "export", "archive", *dry_run)
    assert (answer.code, answer.err, Path("archive").exists()) == (
        4,
        f"{closed} holds the table '../my notes', which isn't coursectl's and couldn't be read back. "
        "Remove it, or keep the store as it is: coursectl store backup\n",
        False,
    )


def test_a_text_that_is_damaged_is_told_and_leaves_no_half_of_an_export(closed, cli):
    with closing(sqlite3.connect(closed)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE person SET name = CAST(x'ff41' AS TEXT)")
        connection.commit()
    answer = cli("store", "export", "archive")
    assert (answer.code, answer.err.startswith(f"{closed} is damaged (Could not decode to UTF-8")) == (6, True)
    assert not Path("archive").exists()
    assert not list(Path().glob(".coursectl-*"))


def test_only_its_owner_may_read_an_export(closed, cli):
    cli("store", "export", "archive")
    assert oct(Path("archive").stat().st_mode & 0o777) == "0o700"
    assert {oct(file.stat().st_mode & 0o777) for file in Path("archive").iterdir()} == {"0o600"}


# What was tampered with -----------------------------------------------------------------------------------------------


def manifest(change) -> None:
    path = Path("archive/manifest.json")
    read = json.loads(path.read_text("utf-8"))
    change(read)
    path.write_text(json.dumps(read), "utf-8")


def of(read, name: str) -> dict[str, object]:
    return next(table for table in read["tables"] if table["name"] == name)


def reworded(name: str, old: bytes, new: bytes) -> None:
    """Change a file and the manifest with it, as somebody who knows how would."""
    path = Path(f"archive/{name}.jsonl")
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    manifest(lambda read: of(read, name).update(sha256=sha256(path.read_bytes()).hexdigest()))


NO_MANIFEST = "archive/manifest.json isn't the manifest of an export, or was changed. Make the export again: coursectl store export"
TAMPERED = {
    "a value": (
        lambda: Path("archive/person.jsonl").write_bytes(Path("archive/person.jsonl").read_bytes().replace(b"ez", b"es", 1)),
        "  'person.jsonl': it was changed: its hash isn't the manifest's",
    ),
    "a line more": (
        lambda: Path("archive/course.jsonl").write_bytes(Path("archive/course.jsonl").read_bytes() * 2),
        "  'course.jsonl': it has 2 lines, and the manifest says 1",
    ),
    "a file less": (lambda: Path("archive/person.jsonl").unlink(), "  'person.jsonl': it can't be read (No such file or directory)"),
    "no JSON": (lambda: Path("archive/course.jsonl").write_bytes(b"[1]\n"), "  row 1: this line of course.jsonl isn't a row of that table"),
    "a path": (lambda: manifest(lambda read: of(read, "person").update(file="../../etc/passwd")), NO_MANIFEST),
    "a table": (lambda: manifest(lambda read: of(read, "person").update(name="people")), NO_MANIFEST),
    "a table less": (lambda: manifest(lambda read: read["tables"].pop()), NO_MANIFEST),
    "a column": (lambda: manifest(lambda read: of(read, "person")["columns"].update(x="TEXT")), NO_MANIFEST),
    "another form": (lambda: manifest(lambda read: read.update(format="other coursectl-export")), NO_MANIFEST),
    "a schema of words": (lambda: manifest(lambda read: read.update(schema="2")), NO_MANIFEST),
    "no schema": (lambda: manifest(lambda read: read.update(schema=0)), NO_MANIFEST),
    "half a manifest": (
        lambda: Path("archive/manifest.json").write_bytes(Path("archive/manifest.json").read_bytes()[:300]),
        NO_MANIFEST,
    ),
    "a deep manifest": (
        lambda: Path("archive/manifest.json").write_text('"coursectl-export"' + "[" * 100_000),
        NO_MANIFEST,
    ),
    "rows without end": (lambda: manifest(lambda read: of(read, "person").update(rows=float("inf"))), NO_MANIFEST),
    "more rows than there are": (
        lambda: manifest(lambda read: of(read, "course").update(rows=10**18)),
        "  'course.jsonl': it has 1 lines, and the manifest says 1000000000000000000",
    ),
    "a counter that is used up": (lambda: manifest(lambda read: read["sequences"].update(audit=2**63 - 1)), NO_MANIFEST),
    "a counter of something else": (lambda: manifest(lambda read: read["sequences"].update(person=1)), NO_MANIFEST),
    "half a letter": (
        lambda: reworded("course", b'"code":"', rb'"code":"\ud800'),
        "  row 1: this line of course.jsonl isn't a row of that table",
    ),
    "half a letter in bytes": (
        lambda: reworded("course", b'"code":"', b'"code":"\xed\xa0\x80'),
        "  row 1: this line of course.jsonl isn't a row of that table",
    ),
    "a number of 64 bits": (
        lambda: reworded("course", b'"id":', b'"id":9'),
        "  row 1: this line of course.jsonl isn't a row of that table",
    ),
    "a pipe": (
        lambda: (Path("archive/person.jsonl").unlink(), os.mkfifo("archive/person.jsonl")),
        "  'person.jsonl': it can't be read (Invalid argument)",
    ),
    "a step that isn't ours": (
        lambda: reworded("migration", b'"number":3', b'"number":9'),
        "archive can't be a store: migration.number [1, 2, 4, 9]. Make the export again.",
    ),
    "a word for a number": (
        lambda: reworded("edition", b'"number":37', b'"number":"x"'),
        "archive can't be a store: cannot store TEXT value in INTEGER column edition.number. Make the export again.",
    ),
    "a broken rule": (
        lambda: reworded("edition", b'"number":37', b'"number":-37'),
        "archive can't be a store: CHECK constraint failed: edition_number_positive. Make the export again.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_is_told_and_builds_nothing(closed, cli, name):
    cli("store", "export", "archive")
    tamper, told = TAMPERED[name]
    tamper()

    answer = cli("import", "archive", "--store", "new.db")

    assert (answer.code, answer.out) == (5, "")
    assert answer.err.splitlines()[-1] == told
    assert not list(Path().glob("new.db*"))
    assert not list(Path().glob(".coursectl-*"))


def test_an_export_without_a_manifest_that_can_be_read_is_known_as_one(closed, cli):
    """It isn't a course's folder without a course.toml, nor is it the store that is missing."""
    cli("store", "export", "archive")
    mend = "Copy the whole folder again, or make the export again: coursectl store export\n"

    Path("archive/manifest.json").write_bytes(b"")
    assert cli("import", "archive", "--store", "new.db").err == NO_MANIFEST + "\n"
    Path("archive/manifest.json").unlink()
    missing = cli("import", "archive", "--store", "new.db")
    assert (missing.code, missing.err) == (
        5, f"archive looks like an export, but its manifest archive/manifest.json is missing. {mend}",
    )  # fmt: skip
    Path("archive/manifest.json").mkdir()
    assert cli("import", "archive", "--store", "new.db").err.startswith(
        "archive looks like an export, but its manifest archive/manifest.json can't be read: "
    )
    file = cli("import", "archive/op.jsonl", "--store", "new.db")
    assert (file.code, file.err) == (5, "archive/op.jsonl is a file; name the folder that it is in.\n")
    assert not Path("new.db").exists()


def test_a_link_that_leads_out_of_the_export_isnt_followed(closed, cli, tmp_path):
    cli("store", "export", "archive")
    shutil.move("archive/person.jsonl", tmp_path / "elsewhere")
    Path("archive/person.jsonl").symlink_to(tmp_path / "elsewhere")
    assert cli("import", "archive", "--store", "new.db").code == 5


def test_a_row_that_points_nowhere_builds_nothing(closed, cli):
    cli("store", "export", "archive")
    rows = Path("archive/certificate_snapshot.jsonl").read_bytes()
    ident = json.loads(rows.splitlines()[0])["certificate_id"]
    reworded("certificate_snapshot", str(ident).encode(), b"7")

    answer = cli("import", "archive", "--store", "new.db")

    assert (answer.code, answer.out, Path("new.db").exists()) == (5, "", False)
    assert answer.err == ("archive can't be a store: certificate_snapshot → certificate. Make the export again.\n")


def test_faults_without_number_are_told_up_to_twenty(closed, cli):
    cli("store", "export", "archive")
    Path("archive/person.jsonl").write_bytes(b"x\n" * 100_000)
    told = cli("import", "archive", "--store", "new.db").err.splitlines()
    assert told == [
        "archive: 20 faults, nothing was written.",
        *(f"  row {row}: this line of person.jsonl isn't a row of that table" for row in range(1, 21)),
    ]


def test_an_export_of_a_newer_program_is_told(closed, cli):
    cli("store", "export", "archive")
    manifest(lambda read: read.update(schema=99))
    answer = cli("import", "archive", "--store", "new.db")
    assert (answer.code, answer.err.startswith("archive/manifest.json was written by a newer coursectl")) == (6, True)


# Copies ---------------------------------------------------------------------------------------------------------------


def test_a_copy_is_the_same_store_in_one_plain_file(closed, cli):
    answer = cli("store", "copy", closed, "copy.db", "--json")

    assert (answer.code, answer.json["target"], answer.json["operations"]) == (0, "copy.db", len(cli("log", "--json", "--limit", "99").json))  # fmt: skip
    assert content(Path("copy.db")) == content(closed)
    assert sorted(path.name for path in Path().glob("copy.db*")) == ["copy.db"]
    again = cli("store", "copy", closed, "copy.db")
    assert (again.code, again.err) == (4, "copy.db holds a store already; nothing was changed. Name another place.\n")


@pytest.mark.parametrize(
    ("source", "target", "code", "sentence"),
    [
        ("nope.db", "new.db", 3, "There is no file nope.db."),
        ("folder", "new.db", 5, "folder is a folder; name a file in it."),
        ("notes.txt", "new.db", 5, "notes.txt is no store of coursectl."),
        ("{closed}", "folder", 5, "folder is a folder; name a new file in it."),
        ("{closed}", "notes.txt", 4, "notes.txt is there already; nothing was changed."),
    ],
)
def test_a_copy_that_cant_be_is_told_in_the_words_of_a_copy(closed, cli, source, target, code, sentence):
    Path("folder").mkdir()
    Path("notes.txt").write_text("notes")

    answer = cli("store", "copy", source.format(closed=closed), target)

    assert (answer.code, answer.out, answer.err) == (code, "", f"{sentence}\n")
    assert (Path("notes.txt").read_text(), Path("new.db").exists()) == ("notes", False)


def test_an_office_moves_into_a_cluster_and_out_again(closed, cli, cluster, tmp_path):
    cluster.hold(blank_file(tmp_path / "none.db"))
    moved = cli("store", "copy", closed, cluster.url)
    assert (moved.code, moved.err) == (0, "")
    assert cli("store", "check", "--deep", "--store", cluster.url).code == 0
    assert cli("person", "add", "Ana Pérez", "--store", cluster.url).code == 0
    assert cli("undo", "--store", cluster.url).code == 0

    out = cli("store", "copy", cluster.url, "out.db")
    assert out.code == 0
    ours, theirs = content(closed), content(Path("out.db"))
    for name in set(ours) - {"op", "audit", "sqlite_sequence"}:
        assert theirs[name] == ours[name]
    assert len(theirs["op"]) == len(ours["op"]) + 2

    again = cli("store", "copy", closed, cluster.url)
    assert (again.code, again.err) == (
        4,
        f"{cluster.url} holds a store already; nothing was changed. Name another place.\n",
    )


def test_a_cluster_is_exported_and_rebuilt_like_a_file(closed, cli, cluster, tmp_path):
    cluster.hold(plain_copy(closed, tmp_path / "plain.db"))
    assert cli("store", "export", "archive", "--store", cluster.url).code == 0
    assert cli("import", "archive", "--store", "rebuilt.db").code == 0
    assert content(Path("rebuilt.db")) == content(closed)

    cluster.hold(blank_file(tmp_path / "none.db"))
    assert cli("import", "archive", "--store", cluster.url).code == 0
    assert cli("store", "check", "--deep", "--store", cluster.url).code == 0


@pytest.mark.parametrize("how", ["folder", "loop"])
def test_a_manifest_that_cannot_be_read_is_told_and_not_passed_over(cli, tmp_path, how):
    """Without its tables beside it the folder looks like one of a course; what is wrong is its manifest all the same."""
    folder = tmp_path / "archive"
    folder.mkdir()
    manifest = folder / "manifest.json"
    if how == "folder":
        manifest.mkdir()
    else:
        manifest.symlink_to(manifest)
    answer = cli("import", folder, "--store", "new.db")

    assert (answer.code, answer.out, Path("new.db").exists()) == (5, "", False)
    assert answer.err.startswith(f"{folder} looks like an export, but its manifest {manifest} can't be read: ")
