"""Every file that a command reads, broken on its way or made to do harm: read, or refused in a sentence; never half a write.

What is drawn is drawn from a seed: the cases are the same in every run, and a failure says how to have its own again.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from fuzz_files import FOLDER, hostile_courses, hostile_pictures, hostile_tables, mutated
from fuzz_ground import TIMES, Ground, Said, broken, call, contents
from fuzz_targets import COURSE, FUZZED, IN_FOLDER, PICTURES, TABLES, Target

from naughty import NAUGHTY

SEED = os.environ.get("COURSECTL_FUZZ_SEED", "1")
FAULTS = 0  # of a file, each told on its own line
TEMPLATES = Path(__file__).parents[2] / "templates"


def cases(about: str, count: int) -> Iterator[tuple[str, random.Random]]:
    """As many sources of chance, each with what is told of it where something goes wrong."""
    for number in range(count * TIMES):
        again = f"COURSECTL_FUZZ_SEED={SEED} COURSECTL_FUZZ_TIMES={TIMES}"
        yield f"number {number} of {about}; to have it again: {again}", random.Random(f"{SEED}:{about}:{number}")


@contextlib.contextmanager
def told(case: str) -> Iterator[None]:
    """Say which case it was where something goes wrong."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"The case: {case}")
        raise


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())


@pytest.fixture(scope="session")
def grounds(tmp_path_factory: pytest.TempPathFactory, _empty_store: Path) -> dict[str, Path]:
    """An empty store, one with the course and nobody in it yet, and one that has all of the seeds' folder."""
    folder = tmp_path_factory.mktemp("grounds")
    made = {"empty": _empty_store}
    news = ("sessions.csv", "roster.csv", "attendance.csv", "figures.csv")
    for name, left_out in (("course", news), ("whole", ())):
        files, made[name] = folder / f"{name}-files", folder / f"{name}.db"
        shutil.copytree(FOLDER, files, ignore=shutil.ignore_patterns(*left_out))
        shutil.copyfile(_empty_store, made[name])
        assert call("--store", made[name], "import", files).code == 0
        assert (
            call(
                "--store", made[name], "assess", "add", "FINAL", "--kind", "exam", "--points", "20", "-e", "RMC-4"
            ).code
            == 0
        )
    return made


# Tables, course.toml, pictures ---------------------------------------------------------------------------------------------


def home_of(target: Target) -> str:
    """The ground on which all of a target's file is news."""
    return {"import": "empty", "enroll": "course", "session": "course"}.get(target.command[0], "whole")


def try_(ground: Ground, target: Target, content: bytes, ending: str) -> Said:
    Path("bad.csv").unlink(missing_ok=True)
    return ground.try_(*target.placed(content, ending, ground.folder), lines=FAULTS)


@pytest.mark.parametrize("target", FUZZED.values(), ids=FUZZED)
def test_a_good_file_is_read_in_every_format(target, grounds, tmp_path):
    for ending, content in target.seeds():
        for name in sorted({home_of(target), "whole"}):
            said = try_(Ground(grounds[name], tmp_path), target, content, ending)
            assert said.code == 0, (target.name, ending, name, said.err)


@pytest.mark.parametrize("target", FUZZED.values(), ids=FUZZED)
def test_a_broken_file_is_read_or_refused(target, grounds, tmp_path):
    seeds = target.seeds()
    names = sorted({home_of(target), "whole"})
    for case, chance in cases(target.name, 12 + 5 * len(seeds)):
        ending, content = chance.choice(seeds)
        bytes_ = mutated(content, chance) if chance.random() < 0.9 else chance.randbytes(chance.randint(0, 400))
        with told(case):
            try_(Ground(grounds[chance.choice(names)], tmp_path), target, bytes_, ending)


@pytest.mark.parametrize("target", [*TABLES, *IN_FOLDER], ids=lambda target: target.name)
def test_a_table_that_is_made_to_do_harm_is_read_or_refused(target, grounds, tmp_path):
    ground = Ground(grounds[home_of(target)], tmp_path)
    each = 1 if TIMES > 1 else 3  # by default each file meets a third of the importers, which share a reader
    for case, (ending, content) in list(hostile_tables(target.seed).items())[
        list(FUZZED).index(target.name) % each :: each
    ]:
        with told(case):
            try_(ground, target, content, ending)


def test_a_course_that_is_made_to_do_harm_is_read_or_refused(grounds, tmp_path):
    ground = Ground(grounds["empty"], tmp_path)
    for case, content in hostile_courses().items():
        with told(case):
            try_(ground, COURSE, content, "toml")


@pytest.mark.parametrize("target", PICTURES, ids=lambda target: target.name)
def test_a_picture_that_is_made_to_do_harm_is_read_or_refused(target, grounds, tmp_path):
    ground = Ground(grounds[home_of(target)], tmp_path)
    for case, content in hostile_pictures().items():
        with told(case):
            try_(ground, target, content, "svg")


# Stores ------------------------------------------------------------------------------------------------------------------

ODD = (None, -1, 0, 2**62, 1.5, float("inf"), "{}", "[]", '{"es": 3}', '{"": "x"}', "2015-02-30", *NAUGHTY)


def broken_store(source: Path, path: Path, chance: random.Random) -> None:
    """A copy of the store with broken bytes, or one in whose rows somebody has written who minds no rule."""
    shutil.copyfile(source, path)
    if chance.random() < 0.4:
        path.write_bytes(mutated(path.read_bytes(), chance))
        return
    if chance.random() < 0.1:
        path.write_bytes(chance.randbytes(chance.randint(0, 9000)))
        return
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        filled = [name for (name,) in tables.fetchall() if connection.execute(f"SELECT 1 FROM {name}").fetchone()]
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for _ in range(chance.randint(1, 4)):
            table = chance.choice(sorted(filled))
            columns = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
            row = f"(SELECT rowid FROM {table} LIMIT 1 OFFSET {chance.randint(0, 3)})"
            with contextlib.suppress(sqlite3.Error):  # a key that is there already
                connection.execute(
                    f"UPDATE {table} SET {chance.choice(columns)} = ? WHERE rowid = {row}",
                    (chance.choice((b"\xff\0", *ODD)),),
                )
        for _, sql in triggers:
            connection.execute(sql)


@pytest.mark.parametrize(
    "line",
    [
        "status",
        "store check --deep",
        "roster list -e RMC-4",
        "attend show -e RMC-4",
        "history totals",
        "enroll Zoe -e RMC-4 --country AR",
        "undo --yes",
        "store export out",
        "render roster -e RMC-4 --format txt --out out",
    ],
)
def test_stores_that_are_broken_are_used_or_told(line, grounds, tmp_path):
    path = tmp_path / "broken.db"
    for case, chance in cases(line, 10):
        clear(tmp_path)
        broken_store(grounds["whole"], path, chance)
        before = readable(path)
        with told(case):
            said = call("--store", path, *line.split())
            assert list(broken(said, FAULTS)) == [], said.err[:2000]
            # A store that somebody has written to against its rules promises nothing.
            if said.code and call("--store", path, "store", "check").code == 0:
                assert readable(path) == before


@pytest.mark.parametrize("line", ["store merge", "store merge --dry-run"])
@pytest.mark.parametrize("name", ["empty", "whole"])
def test_stores_that_are_broken_are_merged_by_the_rules_or_refused(name, line, grounds, tmp_path):
    for case, chance in cases(f"{name} {line}", 14):
        clear(tmp_path)
        broken_store(grounds["whole"], tmp_path / "broken.db", chance)
        with told(case):
            Ground(grounds[name], tmp_path).try_(*line.split(), tmp_path / "broken.db", lines=FAULTS)


@pytest.mark.parametrize("line", ["store restore {} --yes", "store copy {} copy.db"])
def test_stores_that_are_broken_are_taken_over_as_they_are_or_refused(line, grounds, tmp_path):
    path = tmp_path / "broken.db"
    for case, chance in cases(line, 14):
        clear(tmp_path)
        broken_store(grounds["whole"], path, chance)
        ground = Ground(grounds["whole"], tmp_path)
        with told(case):
            said = call("--store", ground.path, *line.format(path).split())
            assert list(broken(said, FAULTS)) == [], said.err[:2000]
            taken = Path("copy.db") if "copy" in line else ground.path
            if said.code:
                assert contents(ground.path) == ground.untouched
                assert not Path("copy.db").exists()
            elif call("--store", path, "store", "check").code == 0:
                assert call("--store", taken, "store", "check").code == 0


def readable(path: Path) -> dict[str, str] | bytes:
    """What is in a store's file, by tables where it has them."""
    try:
        return contents(path)
    except (sqlite3.Error, UnicodeDecodeError):
        return path.read_bytes()


def clear(folder: Path) -> None:
    """Remove what the case before has left."""
    for left in (*folder.glob("broken.db*"), *folder.glob("coursectl-backups*"), *folder.glob("work/*")):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


# Exports -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def exported(grounds: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "export"
    assert call("--store", grounds["whole"], "store", "export", folder).code == 0
    return folder


def broken_export(folder: Path, chance: random.Random) -> bool:
    """Break one file of an export. Whether it is forged: its hash and its count were put right by whoever did it."""
    path = chance.choice(sorted(path for path in folder.iterdir() if path.stat().st_size))
    lines = path.read_bytes().splitlines(keepends=True)
    if path.suffix == ".jsonl" and chance.random() < 0.6:
        at = chance.randrange(len(lines))
        row = json.loads(lines[at])
        row[chance.choice(sorted(row))] = chance.choice(ODD)
        lines[at] = json.dumps(row).encode() + b"\n"
        path.write_bytes(b"".join(lines))
    else:
        path.write_bytes(mutated(path.read_bytes(), chance))
    forged = path.suffix == ".jsonl" and chance.random() < 0.7
    if forged:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        table = next(one for one in manifest["tables"] if one["file"] == path.name)
        content = path.read_bytes()
        table |= {"sha256": sha256(content).hexdigest(), "rows": len(list(io.BytesIO(content)))}
        (folder / "manifest.json").write_text(json.dumps(manifest))
    return forged


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_exports_that_are_broken_are_rebuilt_or_refused(options, exported, grounds, tmp_path):
    folder = tmp_path / "export"
    for case, chance in cases(f"exports {options}", 30):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(exported, folder)
        forged = broken_export(folder, chance)
        ground = Ground(grounds["empty"], tmp_path)
        with told(case):
            said = call("--store", ground.path, "import", folder, *options)
            problems = (
                list(ground.broken(said, options, FAULTS)) if said.code or not forged else list(broken(said, FAULTS))
            )
            assert problems == [], said.err[:2000]
            if forged and not said.code:  # what no rule refuses is built as it says, and the check may find it wrong
                assert list(broken(call("--store", ground.path, "store", "check", "--deep"), FAULTS)) == []


# Templates ---------------------------------------------------------------------------------------------------------------

DOCUMENTS = ("syllabus", "roster", "attendance-sheet")


def test_templates_that_are_broken_print_or_are_told_with_their_line(grounds, tmp_path):
    folder, ground = tmp_path / "templates-of-theirs", Ground(grounds["whole"], tmp_path)
    for case, chance in cases("templates", 70):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree("out", ignore_errors=True)
        document = chance.choice(DOCUMENTS)
        form = chance.choice(("pdf", "html", "txt", "txt", "md")) if document != "attendance-sheet" else "html"
        suffix = "typ" if form == "pdf" else form
        theirs = [path.relative_to(TEMPLATES) for path in (*TEMPLATES.glob(f"{document}/*.{suffix}.j2"), *TEMPLATES.glob(f"base/*.{suffix}.j2"), *TEMPLATES.glob("lang/es.po"))]  # fmt: skip
        path = chance.choice(sorted(theirs))
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_bytes(mutated((TEMPLATES / path).read_bytes(), chance))
        line = f"render {document} -e RMC-4 --lang es --out out --format {form} --templates"
        with told(case):
            said = ground.try_(*line.split(), folder, lines=FAULTS)
            assert Path("out").is_dir() == (said.code == 0)


# Configuration -----------------------------------------------------------------------------------------------------------


def test_configuration_that_is_broken_stands_in_nobodys_way(grounds, tmp_path, monkeypatch):
    ground = Ground(grounds["whole"], tmp_path)
    monkeypatch.setenv("COURSECTL_CONFIG", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    seed = json.dumps({"edition_in_use": {str(ground.path): "RMC-4", "else.db": "X-1"}}).encode()
    for case, chance in cases("configuration", 30):
        (tmp_path / "config" / "config.json").write_bytes(mutated(seed, chance))
        with told(case):
            for line in ("status", "roster list", "edition use RMC-4", "edition use"):
                ground.try_(*line.split())
