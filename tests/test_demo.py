"""The demo: a whole edition in a folder of its own; it deletes nothing but demos, and survives being killed."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pypdf
import pytest

from coursectl import certificates
from coursectl.editions import get_edition_ref
from coursectl.locale import sort_key
from coursectl.store import open_store
from coursectl.workflows import demo as making
from coursectl.workflows.demo import example_folder, make_demo

ROOT = Path(__file__).parent.parent
MADE = ["certificates", "coursectl.db", "documents"]


def names(folder="."):
    return sorted(path.name for path in Path(folder).iterdir())


def listing(folder):
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A demo made at a terminal in a folder with a space, an ñ and an apostrophe: where, in which environment, what was said."""
    place = tmp_path_factory.mktemp("año nuevo")
    shell = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment = os.environ | shell | {"COURSECTL_CONFIG": str(place / "config"), "COURSECTL_LANG": "en"}
    terminal, side = pty.openpty()
    process = subprocess.Popen(
        ["coursectl", "demo", "mi ñandú's demo"],
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=side,
        text=True,
    )
    os.close(side)
    drawn = read_to_the_end(terminal)
    said = process.communicate()[0]
    assert process.returncode == 0
    return place, environment, said, drawn


def read_to_the_end(terminal):
    drawn = b""
    with (
        os.fdopen(terminal, "rb", buffering=0) as lines,
        contextlib.suppress(OSError),
    ):  # Linux: the other side is closed
        while chunk := lines.read(4096):
            drawn += chunk
    return drawn.decode()


def folder_of(made):
    return made[0] / "mi ñandú's demo"


def test_every_command_that_it_proposes_runs_as_it_is_written_where_the_demo_was_run(made):
    place, environment, said, _drawn = made
    commands = [line.strip() for line in said.split("Try next:")[1].splitlines() if line.strip()]

    shell = subprocess.run(
        ["sh", "-ec", "\n".join(f"{command} >/dev/null; echo ran" for command in commands)],
        cwd=place, env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert commands[0] == f"cd {shlex.quote(folder_of(made).name)}"
    assert (len(commands), shell.returncode, shell.stdout) == (9, 0, "ran\n" * 9)
    told = [re.sub(r"\d{4}-\d\d-\d\d", "DAY", line) for line in shell.stderr.splitlines()]
    assert told == [
        "ICIM-37 doesn't know this, so the letters don't say it: contact.",
        "The letters are dated DAY, and this is over by then: end of the course (DAY). Say another day with: --date DATE",
    ]
    made_there = [listing(folder_of(made) / folder) for folder in ("letters", "badges")]
    assert (len(made_there[0]), made_there[1]) == (23, ["ICIM-37-badges-es.pdf"])


def test_the_bar_of_its_progress_is_drawn_on_the_terminal_and_not_in_the_answer(made):
    _place, _environment, said, drawn = made

    assert ("Making the demo" in drawn, "21/21" in drawn, said.startswith("ICIM-37: ")) == (True, True, True)
    assert "Making the demo" not in said


def test_it_writes_every_document_and_a_certificate_for_everybody(made):
    files = listing(folder_of(made))

    assert [name for name in files if name.startswith("documents/")] == sorted(
        [f"documents/ICIM-37-{name}-{language}.{form}" for name, form in (
            ("syllabus", "pdf"), ("syllabus", "html"), ("attendance-sheet", "pdf"), ("attendance-sheet", "html"), ("roster", "pdf"),
        ) for language in ("es", "en")] + [
            f"documents/ICIM-37-certificates{name}" for name in (".pdf", "-manifest.csv", "-manifest.pdf")
        ]
    )  # fmt: skip
    assert len([name for name in files if name.startswith("certificates/")]) == 27 + 1 + 23 + 2
    assert [name for name in files if "/" not in name] == [".coursectl-demo", "coursectl.db"]
    assert len(pypdf.PdfReader(folder_of(made) / "documents/ICIM-37-certificates.pdf").pages) == 51


def test_the_register_and_the_file_to_print_are_in_the_order_of_family_names(made):
    opened = open_store(str(folder_of(made) / "coursectl.db"))
    listed = certificates.list_certificates(opened, get_edition_ref(opened, "ICIM-37"))
    filed = {
        row["name"]: sort_key(f"{row['family_name']} {row['given_name']}" if row["family_name"] else row["name"], "es")
        for row in opened.read("SELECT name, family_name, given_name FROM person")
    }
    opened.close()

    completed = [one.name for one in listed if one.kind == "completion"]
    assert [name for name in completed if name in ("Yokasta Altagracia Peña del Rosario", "Rosa Elvira de la Cruz Huamán", "Zareymakú")] == [
        "Rosa Elvira de la Cruz Huamán", "Yokasta Altagracia Peña del Rosario", "Zareymakú",
    ]  # fmt: skip
    for kind in ("completion", "instruction"):
        names = [one.name for one in listed if one.kind == kind]
        assert names == sorted(names, key=filed.__getitem__)
    pages = [
        page.extract_text() for page in pypdf.PdfReader(folder_of(made) / "documents/ICIM-37-certificates.pdf").pages
    ]
    assert [one.serial for one, page in zip(listed, pages, strict=True) if one.serial in page] == [
        one.serial for one in listed
    ]


def test_a_folder_that_is_there_is_left_alone_and_the_command_to_rebuild_it_is_told(made, cli):
    folder = folder_of(made)
    before = {name: (folder / name).stat().st_mtime_ns for name in listing(folder)}

    answer = cli("demo", folder)

    assert (answer.code, answer.out, answer.err) == (4, "", (
        f"{folder} is there already; nothing was changed. Name another folder, or rebuild it: "
        f"coursectl demo {shlex.quote(str(folder))} --force\n"
    ))  # fmt: skip
    assert {name: (folder / name).stat().st_mtime_ns for name in listing(folder)} == before


@pytest.mark.parametrize(
    "name", ["mine/thesis.docx", "mine/.git/config", "mine/coursectl.db", "mine/documents/list.pdf", "mine/empty/"]
)
@pytest.mark.parametrize("force", [True, False])
def test_a_folder_that_no_demo_made_is_never_touched(act, name, force):
    mine = Path(name)
    (mine if name.endswith("/") else mine.parent).mkdir(parents=True)
    if not name.endswith("/"):
        mine.write_text("mine")

    with pytest.raises(making.NotADemo if force else making.FolderThere) as raised:
        make_demo(Path("mine"), act, force=force)

    assert (raised.value.exit_code, mine.exists()) == (4, True)
    assert not force or str(raised.value) == (
        f"mine holds more than a demo ({name.removeprefix('mine/').rstrip('/')}), so --force doesn't delete it. Name another folder."
    )


def test_force_keeps_a_demo_to_which_somebody_added_work(act):
    Path("demo/documents").mkdir(parents=True)
    Path("demo/.coursectl-demo").write_text("coursectl.db\ndocuments/syllabus.pdf")
    Path("demo/coursectl.db").write_text("demo")
    Path("demo/documents/syllabus.pdf").write_text("demo")
    for name in ("a.pdf", "b.pdf", "c.pdf", "d.pdf"):
        Path("demo/documents", name).write_text("mine")

    with pytest.raises(making.NotADemo) as raised:
        make_demo(Path("demo"), act, force=True)

    assert str(raised.value) == (
        "demo holds more than a demo (documents/a.pdf, documents/b.pdf, documents/c.pdf), so --force doesn't delete it. "
        "Name another folder."
    )
    assert len(listing("demo")) == 7


def test_force_does_not_follow_a_link_nor_replace_a_file_nor_the_folder_one_is_in(act, monkeypatch):
    Path("file").write_text("mine")
    Path("real").mkdir()
    Path("link").symlink_to("real")
    Path("here").mkdir()
    Path("here/.coursectl-demo").write_text("")

    said = {}
    for name in ("file", "link"):
        with pytest.raises(making.NotADemo) as raised:
            make_demo(Path(name), act, force=True)
        said[name] = str(raised.value)
    monkeypatch.chdir("here")
    with pytest.raises(making.NotADemo) as raised:
        make_demo(Path(), act, force=True)

    assert said == {
        name: f"{name} is no folder, so --force doesn't replace it. Name another." for name in ("file", "link")
    }
    assert str(raised.value) == "You are in ., so it can't be replaced. Go out of it first."
    assert names("..") == ["file", "here", "link", "real"]


@pytest.mark.parametrize("name", ["file/demo", "x" * 300])
def test_a_place_where_no_folder_can_be_is_told_in_a_sentence(cli, name):
    Path("file").write_text("mine")

    answer = cli("demo", name)

    assert (answer.code, answer.out, answer.err.count("\n")) == (5, "", 1)
    assert answer.err.startswith(f"{name} can't be made: ")
    assert names() == ["file"]


def test_a_demo_that_was_killed_half_way_is_no_demo_and_the_next_one_clears_its_rest_away(act):
    process = subprocess.Popen([sys.executable, "-m", "coursectl", "demo", "demo"])
    while not (begun := list(Path().glob(".demo-demo-*/coursectl.db"))) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (len(begun), Path("demo").exists()) == (1, False)
    Path(".demo-demo-mine").mkdir()

    make_demo(Path("demo"), act, force=True)

    assert names() == [".demo-demo-mine", "demo"]
    assert names("demo") == [making.MARK, *MADE]
    assert set(Path("demo", making.MARK).read_text("utf-8").splitlines()) == set(listing("demo"))


def test_a_demo_that_fails_leaves_the_earlier_one_as_it_was(act):
    Path("demo").mkdir()
    Path("demo/.coursectl-demo").write_text("coursectl.db")
    Path("demo/coursectl.db").write_text("earlier")

    seen = []

    def the_user_stops_it_at_the_very_end(done, of):
        seen.append((done, of))
        if done == of:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(Path("demo"), act, force=True, progress=the_user_stops_it_at_the_very_end)

    assert (names(), listing("demo")) == (["demo"], [".coursectl-demo", "coursectl.db"])
    assert Path("demo/coursectl.db").read_text() == "earlier"
    assert seen[0] == (0, 21)
    assert seen == sorted(seen)


def test_a_demo_without_its_example_leaves_nothing_behind(cli, monkeypatch, tmp_path):
    import coursectl

    shorter = tmp_path / "site" / "coursectl"
    shorter.mkdir(parents=True)
    monkeypatch.setattr(coursectl, "__file__", str(shorter / "__init__.py"))

    answer = cli("demo", "demo")

    assert (answer.code, answer.err) == (
        3, "The example's files are missing from this installation. Install coursectl again.\n",
    )  # fmt: skip
    assert names() == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built by the build backend itself: no network, no isolation."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_templates_examples_migrations_catalogs_and_the_mark_of_types(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())

    source = ROOT / "src" / "coursectl"
    wanted = {f"coursectl/{path.relative_to(source).as_posix()}" for path in source.rglob("*") if path.suffix in (".py", ".sql", ".mo") or path.name == "py.typed"}  # fmt: skip
    for folder in ("templates", "examples"):
        wanted |= {
            f"coursectl/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / folder).rglob("*") if path.is_file()
        }
    assert {"coursectl/py.typed", "coursectl/store/migrations/0001_first.sql", "coursectl/templates/base/report.typ.j2",
            "coursectl/examples/icim-37/course.toml"} <= wanted  # fmt: skip
    assert wanted - held == set()
    assert [name for name in held if name.endswith(".pyc")] == []


def test_an_installed_wheel_makes_the_demo_in_an_empty_folder(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    place = tmp_path / "empty"
    place.mkdir()
    code = "import sys, coursectl; from coursectl.__main__ import main; print(coursectl.__file__); sys.argv[:] = ['coursectl', 'demo']; main()"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site"), "COURSECTL_CONFIG": str(tmp_path / "config")},
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(str(tmp_path / "site" / "coursectl"))
    assert names(place / "coursectl-demo") == [".coursectl-demo", *MADE]
    assert (example_folder() / "course.toml").is_file()


def test_the_printed_page_of_an_attendance_sheet_repeats_its_day_above_and_who_is_responsible_below(made):
    page = (folder_of(made) / "documents/ICIM-37-attendance-sheet-es.html").read_text("utf-8")
    tables = page.split("<table>")[1:]

    assert len(tables) == 10
    assert all("de marzo de 2015" in one.split("</thead>")[0] for one in tables)
    assert all("Responsable de la planilla" in one.split("<tfoot>")[1].split("</tfoot>")[0] for one in tables)


def test_a_single_objective_is_a_paragraph(made):
    page = (folder_of(made) / "documents/ICIM-37-syllabus-es.html").read_text("utf-8")

    assert "<h2>Objetivos</h2>\n<p>Fortalecer las capacidades" in page
