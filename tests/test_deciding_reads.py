"""What a command reads before it writes is the newest (`strong`), whatever --stale says: a recording store is asked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coursectl.store import LocalStore

EXAMPLE = Path(__file__).parents[1] / "examples" / "icim-37"
PROGRAM = "day,start,end,title\n1,20:00,20:30,One more\n"
LIST = "name,country,email\n" + "".join(f"Person {n:02},UY,p{n:02}@x.example\n" for n in range(20))

WRITES = (
    ("course", "add", "RMC", "--title", "Regional course"),
    ("course", "edit", "ICIM", "--title", "pt=Curso"),
    ("edition", "add", "ICIM-60", "--start", "2026-03-09", "--end", "2026-03-20", "--seats", "30"),
    ("edition", "add", "60", "--start", "2026-03-09", "--end", "2026-03-20", "--organizer", "IOM"),
    ("edition", "edit", "ICIM-37", "--seats", "177"),
    ("edition", "edit", "37", "--partner", "IOM"),
    ("edition", "edit", "ICIM-37", "--place", "Buenos Aires"),
    ("edition", "close", "ICIM-37", "--apply", "--yes"),
    ("org", "add", "es=Instituto del Litoral", "--acronym", "IL", "--country", "AR"),
    ("org", "edit", "IOM", "--country", "CH"),
    ("topic", "add", "Climate", "--code", "climate", "-e", "ICIM-37"),
    ("topic", "add", "Climate", "--code", "climate", "--course", "ICIM"),
    ("topic", "edit", "environment", "--title", "pt=Clima", "--course", "ICIM"),
    ("topic", "edit", "environment", "--code", "climate", "-e", "ICIM-37"),
    ("session", "add", "One more", "--day", "2", "--start", "20:00", "--end", "21:00", "-e", "ICIM-37"),
    ("session", "edit", "5", "--room", "Room B", "-e", "ICIM-37"),
    ("session", "cancel", "5", "--because", "Strike", "-e", "ICIM-37"),
    ("session", "import", "program.csv", "-e", "ICIM-37"),
    ("person", "add", "Ana Pérez", "--email", "ana@x.example"),
    ("person", "edit", "mdangelo@dnm-ar.example", "--note", "Vegetarian"),
    ("expert", "add", "Valeria Montenegro", "--country", "AR", "--org", "IOM", "-e", "ICIM-37"),
    ("expert", "add", "Zoe Zárate", "--country", "UY", "-e", "37"),
    ("enroll", "Zoe Zárate", "-e", "ICIM-37", "--country", "UY", "--email", "zoe@x.example"),
    ("enroll", "Zoe Zárate", "Zulma Zapata", "-e", "37", "--country", "UY"),
    ("enroll", "--from", "list.csv", "-e", "ICIM-37"),
    ("roster", "withdraw", "7", "--because", "Stays in office", "-e", "ICIM-37"),
    ("roster", "confirm", "7", "8", "9", "-e", "ICIM-37"),
    ("roster", "replace", "5", "Luis Gómez", "--email", "luis@x.example", "-e", "ICIM-37"),
    ("attend", "mark", "--day", "3", "--all", "excused", "--replace", "-e", "ICIM-37"),
    ("attend", "import", "attendance.csv", "-e", "ICIM-37"),
    ("attend", "mark", "5", "--all", "excused", "--replace", "-e", "ICIM-37"),
    ("assess", "add", "FINAL", "--kind", "exam", "--pass-mark", "60", "--required", "-e", "ICIM-37"),
    ("assess", "edit", "PRE", "--points", "50", "-e", "ICIM-37"),
    ("assess", "mark", "PRE", "7", "90 %", "-e", "ICIM-37"),
    ("assess", "import", "results.csv", "--code", "PRE", "-e", "ICIM-37"),
    ("hold", "add", "8", "--because", "Book", "-e", "ICIM-37"),
    ("hold", "lift", "7", "-e", "ICIM-37"),
    ("certificate", "rule", "completion", "--minimum", "75", "--session", "3", "-e", "ICIM-37"),
    ("certificate", "rule", "own", "--remove", "-e", "ICIM-37"),
    ("certificate", "grant", "8", "--because", "Illness", "-e", "ICIM-37"),
    ("certificate", "grant", "7", "--take-back", "-e", "ICIM-37"),
    ("history", "figures", "add", "-e", "ICIM-37", "--measure", "trained_so_far", "--value", "801", "--publisher", "IOM"),
    ("history", "figures", "add", "--course", "ICIM", "-e", "37", "--measure", "participants", "--value", "81", "--publisher", "x"),
    ("history", "figures", "add", "--course", "ICIM", "--year", "2015", "--measure", "participants", "--value", "81", "--publisher", "x"),
    ("undo",),
    ("import", "other"),
    ("store", "merge", "office-2.db", "--yes"),
)  # fmt: skip
ISSUED = ("certificate", "issue", "-e", "ICIM-37", "--on", "2015-03-21", "--kind", "participation")
PREPARED = {
    ("certificate", "issue", "-e", "ICIM-37", "--on", "2015-03-21"): (
        "edition",
        "close",
        "ICIM-37",
        "--apply",
        "--yes",
    ),
    ("certificate", "void", "ICIM-2015-0001", "--because", "Mistake"): ISSUED,
    ("certificate", "replace", "ICIM-2015-0001", "--because", "lost"): ISSUED,
    ("certificate", "replace", "ICIM-2015-0001", "--because", "other", "--reason", "Program", "--renew"): ISSUED,
    ("certificate", "export", "--out", "register.csv", "-e", "ICIM-37"): ISSUED,
    ("expert", "remove", "Zoe Zárate", "-e", "ICIM-37"): ("expert", "add", "Zoe Zárate", "-e", "ICIM-37"),
}


@pytest.fixture
def _ground(example, cli):
    """The example with what the commands read beside it, and something to undo."""
    Path("program.csv").write_text(PROGRAM, encoding="utf-8")
    Path("list.csv").write_text(LIST, encoding="utf-8")
    shutil.copy(EXAMPLE / "attendance.csv", "attendance.csv")
    shutil.copytree(EXAMPLE, "other")
    Path("other/figures.csv").unlink()
    course = Path("other/course.toml")
    course.write_text(course.read_text("utf-8").replace('code = "ICIM"', 'code = "RMC"'), encoding="utf-8")
    shutil.copy(example, "office-2.db")
    assert cli("edition", "edit", "ICIM-37", "--seats", "60").code == 0
    Path("results.csv").write_text("number,score\n7,90 %\n", encoding="utf-8")
    assert cli("assess", "add", "PRE", "--kind", "pre", "-e", "ICIM-37").code == 0
    assert cli("hold", "add", "7", "--because", "Bill", "-e", "ICIM-37").code == 0
    assert cli("certificate", "rule", "own", "--for", "completion", "-e", "ICIM-37").code == 0
    assert cli("certificate", "grant", "7", "--because", "Illness", "-e", "ICIM-37").code == 0
    assert cli("person", "add", "Berta Brava", "--store", "office-2.db").code == 0
    assert cli("attend", "mark", "--day", "4", "--all", "excused", "--replace", "-e", "ICIM-37").code == 0


def weak_reads(cli, example, monkeypatch, command) -> tuple[int, list[str]]:
    """How many operations the command writes, and what it reads before the last of them at another level than `strong`."""
    events: list[tuple[str, str]] = []
    read, apply = LocalStore.read, LocalStore.apply

    def recorded_read(self, sql, params=None, *, level="weak"):
        if Path(self.name) == example and not sql.startswith("PRAGMA"):
            events.append((level, sql))
        return read(self, sql, params, level=level)

    def recorded_apply(self, operation):
        if Path(self.name) == example:
            events.append(("apply", operation.command))
        return apply(self, operation)

    with monkeypatch.context() as patched:
        patched.setattr(LocalStore, "read", recorded_read)
        patched.setattr(LocalStore, "apply", recorded_apply)
        answer = cli(*command)
    assert answer.code == 0, answer.err
    writes = [position for position, (what, _) in enumerate(events) if what == "apply"]
    before = events[: max(writes, default=0)]
    return len(writes), [sql for level, sql in before if level not in ("strong", "apply")]


@pytest.mark.usefixtures("_ground")
@pytest.mark.parametrize("command", WRITES, ids=" ".join)
def test_what_is_read_before_a_write_is_the_newest(cli, example, monkeypatch, command):
    writes, weak = weak_reads(cli, example, monkeypatch, command)
    assert writes >= 1
    assert weak == []


@pytest.mark.usefixtures("_ground")
@pytest.mark.parametrize(("command", "before"), PREPARED.items(), ids=lambda words: " ".join(words[:2]))
def test_so_it_is_where_something_must_be_there_first(cli, example, monkeypatch, command, before):
    assert cli(*before).code == 0
    writes, weak = weak_reads(cli, example, monkeypatch, command)
    assert writes >= 1
    assert weak == []
