"""`coursectl store info|backup|restore|migrate`: what they say, and the exit codes."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from coursectl.store import LocalStore, migrations

HEX = r"\d{8}T\d{6}Z"


@pytest.fixture
def one_course(cli, store_path):
    """A store with a course, made by command."""
    assert cli("course", "add", "X", "--title", "T", "--as", "ana").code == 0
    return store_path


def backed_up(cli) -> str:
    return cli("store", "backup", "--json").json["file"]


def codes(cli) -> list[str]:
    return [course["code"] for course in cli("course", "list", "--json").json]


# Info ---------------------------------------------------------------------------------------------------------------------


def test_info_tells_programs_what_the_store_is(cli, one_course):
    file = backed_up(cli)

    told = cli("store", "info", "--json").json

    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["last_operation"].pop("at"))
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["last_backup"].pop("at"))
    told["backups"][0].pop("at")
    assert told == {
        "store": str(one_course), "engine": "sqlite", "place": "disk", "place_detail": "", "size": told["size"],
        "schema": migrations.newest(), "program_schema": migrations.newest(), "journal": "wal",
        "sqlite": sqlite3.sqlite_version,
        "rows": {
            "course": 1, "edition": 0, "organization": 0, "person": 0, "session": 0, "expert": 0, "enrollment": 0,
            "attendance": 0, "certificate": 0, "published_figure": 0, "op": 1, "audit": 1,
        },
        "last_operation": {"actor": "ana", "command": "course add X"},
        "backup_folder": str(one_course.parent / "coursectl-backups"),
        "last_backup": {"file": file, "size": Path(file).stat().st_size, "there": True},
        "backups": [{"file": file, "size": Path(file).stat().st_size, "there": True}], "nodes": [],
    }  # fmt: skip
    assert told["size"] >= one_course.stat().st_size


def test_info_tells_people_what_the_store_is(cli, one_course):
    lines = cli("store", "info").out.splitlines()

    assert [line.split("  ")[0] for line in lines] == [
        "Store", "Kind", "Place", "Size", "Schema", "Journal", "SQLite", "Rows", "Last operation", "Last backup",
    ]  # fmt: skip
    assert lines[-1].endswith(
        f"none in {one_course.parent / 'coursectl-backups'}. Make one with: coursectl store backup"
    )
    assert re.search(r"  \d+ \w+ 20\d\d, \d\d:\d\d:\d\d UTC, ana: course add X$", lines[-2])
    assert lines[7].endswith("  course 1, op 1, audit 1")


def test_info_of_an_empty_store_says_that_nothing_was_done(cli, store_path):
    assert re.search(r"Last operation +none yet\n", cli("store", "info").out)


def test_info_names_an_operation_that_was_undone_by_the_digits_of_the_log(cli, one_course):
    number = cli("log", "--json").json[0]["number"]
    assert cli("undo", "--as", "ana").code == 0

    assert cli("store", "info", "--json").json["last_operation"]["command"] == f"undo {number}"


def test_sizes_and_times_are_in_the_users_language_and_say_their_zone(cli, one_course, monkeypatch):
    monkeypatch.setenv("COURSECTL_LANG", "es")
    backed_up(cli)

    told = cli("store", "info").out

    assert re.search(r" \d+,\d kB\n", told)
    assert len(re.findall(r" \d+ de [a-z]+ de 20\d\d, \d\d:\d\d:\d\d UTC, ", told)) == 2


def test_info_knows_the_last_backup_in_each_place_and_what_was_made_by_itself_is_none(cli, one_course):
    for folder in ("stick", "drawer"):
        Path(folder).mkdir()
    cli("store", "backup", "--to", "stick")
    on_the_stick = cli("store", "backup", "--to", "stick", "--json").json["file"]
    in_the_drawer = cli("store", "backup", "--to", "drawer/mine.db", "--json").json["file"]
    assert cli("store", "restore", in_the_drawer).code == 0

    told = cli("store", "info", "--json").json

    assert sorted(one["file"] for one in told["backups"]) == sorted(
        str(Path(file).resolve()) for file in (on_the_stick, in_the_drawer)
    )
    shutil.rmtree("stick")  # it is pulled out
    assert next(line.strip() for line in cli("store", "info").out.splitlines() if str(Path("stick").resolve()) in line).endswith(" (not to be seen now)")  # fmt: skip
    assert cli("store", "info", "--json", "--store", "drawer/mine.db").json["backups"] == []


def test_info_says_in_which_kind_of_place_the_store_is(cli, one_course):
    folder = one_course.parent / "Dropbox"
    folder.mkdir()
    one_course.rename(folder / "x.db")

    assert re.search(r"Place +a synced folder \(Dropbox\)\n", cli("store", "info", "--store", folder / "x.db").out)


# Backup -------------------------------------------------------------------------------------------------------------------


def test_a_backup_is_named_with_its_size_and_the_way_back(cli, one_course):
    answer = cli("store", "backup")

    folder = re.escape(str(one_course.parent / "coursectl-backups"))
    said = re.fullmatch(
        rf"The backup ({folder}/coursectl-{HEX}\.db) is made and checked: [\d.]+ kB, 1 operation\. To restore it: coursectl store restore \1\n",
        answer.out,
    )
    assert (answer.code, answer.err) == (0, "")
    assert said is not None
    assert codes(lambda *more: cli(*more, "--store", said[1])) == ["X"]


def test_keep_says_how_many_gave_way(cli, one_course):
    for _ in range(3):
        backed_up(cli)

    assert cli("store", "backup", "--keep", "2").out.endswith(".db\n2 older ones were removed.\n")
    assert len(list((one_course.parent / "coursectl-backups").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--to", "no/such/"], 5, "There is no folder no/such; no backup was made. Plug in the drive that it is on, or make the folder first.\n"),
        (["--to", "coursectl.db"], 4, "coursectl.db is there already; nothing was changed. Name a folder, or a new file.\n"),
        (["--to", "x.db", "--keep", "2"], 2, "--keep needs a folder, and x.db is none. Name a folder with --to, or leave --keep out.\n"),
    ],
)  # fmt: skip
def test_a_place_that_cant_be_meant_is_told(cli, one_course, arguments, code, sentence):
    answer = cli("store", "backup", *arguments)

    assert (answer.code, answer.out, answer.err) == (code, "", sentence)
    assert [path.name for path in Path().iterdir()] == ["coursectl.db"]


def test_keep_takes_no_nothing(cli, one_course):
    assert cli("store", "backup", "--keep", "0").code == 2
    assert not Path("coursectl-backups").exists()


def test_a_dry_run_of_a_backup_names_the_file_and_makes_none(cli, one_course):
    answer = cli("store", "backup", "--dry-run", "--to", "there.db")

    assert answer.out == f"Would be done, nothing was written: {one_course} is copied to there.db.\n"
    assert cli("store", "backup", "--dry-run", "--to", "there.db", "--json").json == {
        "store": str(one_course), "file": "there.db", "dry_run": True,
    }  # fmt: skip
    assert [path.name for path in Path().iterdir()] == ["coursectl.db"]


# Restore ------------------------------------------------------------------------------------------------------------------


def test_a_restore_says_what_is_there_now_and_where_the_rest_is_kept(cli, one_course):
    file = backed_up(cli)

    answer = cli("store", "restore", file)

    assert (answer.code, answer.err) == (0, "")
    said = re.fullmatch(
        rf"{re.escape(str(one_course))} is as {re.escape(file)} has it: 1 operation, the last of \d+ \w+ 20\d\d, [:\d]+ UTC\."
        rf" What was there before is kept in (.*/coursectl-before-restore-{HEX}\.db)\.\n",
        answer.out,
    )
    assert said is not None
    assert codes(lambda *more: cli(*more, "--store", said[1])) == ["X"]


def test_a_restore_into_a_cluster_reminds_of_who_wrote_meanwhile(cli, one_course, cluster):
    file = backed_up(cli)
    assert cli("store", "copy", file, cluster.url).code == 0
    answer = cli("store", "restore", file, "--store", cluster.url)
    assert answer.code == 0
    assert answer.out.rstrip().endswith(
        "Who wrote there while it was replaced should look whether it is there: coursectl log"
    )


def test_a_restore_over_something_newer_needs_a_yes(cli, one_course):
    file = backed_up(cli)
    cli("course", "add", "Y", "--title", "T")

    refused = cli("store", "restore", file)

    assert (refused.code, refused.out) == (4, "")
    assert re.fullmatch(
        r".* holds 1 operation, of 20\d\d.*, that .* lacks: restoring it would take it back\. To do it all the same, add --yes; .*\n",
        refused.err,
    )
    assert codes(cli) == ["X", "Y"]
    done = cli("store", "restore", file, "--yes", "--json").json
    assert (done["lost"], done["aside"]) == (1, None)
    assert codes(cli) == ["X"]
    assert codes(lambda *more: cli(*more, "--store", done["kept"])) == ["X", "Y"]


def test_a_dry_run_of_a_restore_is_refused_where_the_restore_would_be(cli, one_course):
    file = backed_up(cli)
    cli("course", "add", "Y", "--title", "T")

    assert cli("store", "restore", file, "--dry-run").code == 4
    assert cli("store", "restore", file, "--dry-run", "--yes").out.startswith("Would be done, nothing was written: ")
    assert codes(cli) == ["X", "Y"]


def test_the_log_has_the_restore_and_undo_says_what_to_do_instead(cli, one_course):
    cli("store", "restore", backed_up(cli), "--as", "admin")
    (newest, _) = cli("log", "--json").json

    answer = cli("undo", newest["number"])

    assert (newest["command"], newest["actor"], newest["undo"]) == ("store restore", "admin", "refused")
    assert (answer.code, answer.err) == (
        4,
        "'store restore' can't be undone. What was there before is kept in a file, which its answer named; "
        "to have it back: coursectl store restore FILE\n",
    )


@pytest.mark.parametrize(("name", "code"), [("no such.db", 3), ("notes.txt", 5), (".", 5)])
def test_what_is_no_backup_is_told_in_a_sentence(cli, one_course, name, code):
    Path("notes.txt").write_text("Notes.\n")

    answer = cli("store", "restore", name, "--yes")

    assert (answer.code, answer.out, answer.err.count("\n")) == (code, "", 1)
    assert answer.err.startswith(("There is no file", "notes.txt is no backup", ". is a folder"))
    assert codes(cli) == ["X"]


def test_a_store_that_was_lost_comes_back(cli, one_course):
    file = backed_up(cli)
    one_course.unlink()

    assert cli("store", "restore", file).code == 0
    assert codes(cli) == ["X"]


def test_a_store_that_was_torn_comes_back_and_is_put_aside(cli, one_course):
    file = backed_up(cli)
    one_course.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)

    answer = cli("store", "restore", file)

    assert re.search(rf" The damaged store is kept as .*/coursectl-damaged-{HEX}\.db\.\n$", answer.out)
    assert codes(cli) == ["X"]


@pytest.mark.parametrize("command", [["restore", "x.db"], ["migrate"]])
def test_read_only_is_read_only(cli, one_course, command):
    shutil.copy(backed_up(cli), "x.db")

    answer = cli("store", *command, "--read-only")

    assert (answer.code, answer.out) == (4, "")
    assert "is opened read-only, so nothing was written" in answer.err


# Permissions --------------------------------------------------------------------------------------------------------------

_AS_NOBODY = """
import contextlib, io, os, sys
from coursectl.cli.app import run
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    run(["store", "backup", "--store", sys.argv[1], "--to", sys.argv[1] + ".copy.db"])
    run(["store", "restore", sys.argv[1] + ".copy.db", "--store", sys.argv[1]])
    run(["store", "restore", "/no/such.db", "--store", sys.argv[1]])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.exit(run(sys.argv[2:]))
"""


@pytest.fixture
def shelf(one_course):
    """A folder that everybody may enter, with a store and a backup of it, which nobody may change."""
    folder = Path(tempfile.mkdtemp())
    with closing(LocalStore(one_course)) as store:
        store.copy_to(folder / "office.db")
        store.copy_to(folder / "backup.db")
    for name in ("office.db", "backup.db"):
        (folder / name).chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("command", [["backup"], ["restore", "backup.db"]])
def test_where_nothing_may_be_written_it_says_so_and_leaves_everything(shelf, tmp_path, one_course, command):
    shutil.copy(one_course, tmp_path / "own.db")
    before = (shelf / "office.db").read_bytes()
    arguments = [str(shelf / part) if part == "backup.db" else part for part in command]

    done = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, str(tmp_path / "own.db"), "store", *arguments, "--store", str(shelf / "office.db")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (
        6,
        "",
        f"A copy of the store can't be written to {shelf / 'coursectl-backups'} (Permission denied); nothing was changed. "
        "Make room, or ask for write permission.\n",
    )
    assert (shelf / "office.db").read_bytes() == before
    assert sorted(path.name for path in shelf.iterdir()) == ["backup.db", "office.db"]


# Migrate ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def old_store(tmp_path, store_path):
    """The store here is one that the first version of the program made."""
    from coursectl.store import connecting, schema

    steps = tmp_path / "first"
    steps.mkdir()
    shutil.copy(migrations.FOLDER / "0001_first.sql", steps)
    store_path.unlink()
    with closing(sqlite3.connect(store_path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {connecting.APPLICATION_ID}")
        schema.migrate(connection, "2014-01-01T00:00:00.000Z", migrations.load(steps))
    return store_path


def test_a_store_of_this_schema_needs_nothing(cli, one_course):
    sentence = f"{one_course} has this program's schema, {migrations.newest()}; nothing is to be done.\n"

    assert cli("store", "migrate").out == sentence
    assert cli("store", "migrate", "--dry-run").out == sentence
    assert not Path("coursectl-backups").exists()


def test_an_older_store_is_brought_up_to_date_when_asked_and_kept_before(cli, old_store):
    newest = migrations.newest()
    planned = cli("store", "migrate", "--dry-run", "--json").json
    assert planned == {"store": str(old_store), "before": 1, "schema": newest, "kept": None, "dry_run": True}

    answer = cli("store", "migrate")

    assert (answer.code, answer.err) == (0, "")
    assert re.fullmatch(
        rf"{re.escape(str(old_store))} is brought from schema 1 to {newest}\. What was there before is kept in .*/coursectl-before-schema-{newest}-{HEX}\.db\.\n",
        answer.out,
    )


def test_any_command_that_brings_an_older_store_up_to_date_says_so(cli, old_store):
    answer = cli("course", "list", "--json")

    assert answer.json == []
    assert re.fullmatch(
        rf"{re.escape(str(old_store))} was brought from schema 1 to {migrations.newest()}; older versions of coursectl can't open it any more\. What was there before is kept in .*\.db\.\n",
        answer.err,
    )
    assert cli("course", "list", "--json").err == ""


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_a_newer_store_is_refused(cli, one_course, dry_run):
    with closing(sqlite3.connect(one_course)) as connection:
        connection.execute("INSERT INTO migration VALUES (9999, 'future', '2030-01-01')")
        connection.commit()

    answer = cli("store", "migrate", *dry_run)

    assert (answer.code, answer.out) == (6, "")
    assert answer.err == (
        f"{one_course} was written by a newer coursectl (its schema is 9999, this program knows {migrations.newest()}). "
        "Install the newer version: pip install -U coursectl\n"
    )
