"""The log says what was typed: every command that writes is logged under its own path."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coursectl.cli.app import COMMANDS, load

EXAMPLE = Path(__file__).parents[2] / "examples" / "icim-37"

ISSUED = ("edition close ICIM-37 --apply", "certificate issue")
# By command, the lines that are typed, the last of them the one that is looked at. `{…}` are files and numbers, see below.
TYPED = {
    "course add": ["course add NEW --title Another"],
    "course edit": ["course edit ICIM --title en=Renamed"],
    "edition add": ["edition add ICIM-41"],
    "edition edit": ["edition edit ICIM-37 --seats 40"],
    "edition copy": ["edition copy ICIM-37 ICIM-38 --start 2019-03-04"],
    "edition close": ["edition close ICIM-37 --apply"],
    "edition quota": ["edition quota ICIM-37 --country AR --max 9"],
    "edition group": ["edition group ICIM-37 CARICOM JM TT"],
    "edition retention": ["edition retention ICIM-37 --until 2030-12-31"],
    "org add": ["org add Another --acronym AO"],
    "org edit": ["org add Another --acronym AO", "org edit AO --website https://ao.example"],
    "topic add": ["topic add Zebras --code zebras"],
    "topic edit": ["topic add Zebras --code zebras", "topic edit zebras --title en=Renamed"],
    "session add": ["session add Evening --day 1 --start 19:00 --end 20:00"],
    "session edit": ["session edit 3 --room Elsewhere"],
    "session cancel": ["session cancel 3 --because Illness"],
    "session import": ["session import {sessions}"],
    "person add": ["person add Somebody --email s@x.example"],
    "person edit": ["person edit mdangelo@dnm-ar.example --phone 11"],
    "person apart": ["person apart mdangelo@dnm-ar.example jiturralde@mrec-ar.example"],
    "person merge": ["{two}", "person merge a@x.example b@x.example --keep first"],
    "person split": ["{two}", "person merge a@x.example b@x.example --keep first", "person split b@x.example"],
    "person erase": ["person add Somebody --email s@x.example", "person erase s@x.example --yes"],
    "expert add": ["expert add Newcomer --country CL"],
    "expert remove": ["expert add Newcomer --country CL", "expert remove Newcomer"],
    "enroll": ["enroll Newcomer --country CL --email n@x.example"],
    "roster nominate": ["roster nominate Newcomer --by DNM --country AR"],
    "roster accept": ["{nominated}", "roster accept n@x.example"],
    "roster waitlist": ["{nominated}", "roster waitlist n@x.example"],
    "roster promote": ["{nominated}", "roster waitlist n@x.example", "roster promote"],
    "roster decline": ["{nominated}", "roster decline n@x.example"],
    "roster propose": ["{nominated}", "roster propose --apply"],
    "roster confirm": ["roster confirm 1"],
    "roster withdraw": ["roster withdraw 1"],
    "roster replace": ["roster replace 1 Newcomer --email n@x.example"],
    "roster edit": ["roster edit 1 --post Director"],
    "attend mark": ["attend mark 3 --all absent --replace"],
    "attend import": ["attend mark 3 --all absent --replace", "attend import {attendance}"],
    "assess add": ["assess add FINAL --kind exam"],
    "assess edit": ["assess add FINAL --kind exam", "assess edit FINAL --points 20"],
    "assess mark": ["assess add FINAL --kind exam", "assess mark FINAL 1 90%"],
    "assess import": ["assess add FINAL --kind exam", "assess import {results} --code FINAL"],
    "hold add": ["hold add 1 --because Book"],
    "hold lift": ["hold add 1 --because Book", "hold lift 1"],
    "certificate rule": ["certificate rule completion --minimum 75"],
    "certificate grant": ["certificate grant 2 --because Illness"],
    "certificate issue": ["edition close ICIM-37 --apply", "certificate issue"],
    "certificate void": [*ISSUED, "certificate void ICIM-{year}-0001 --because Mistake"],
    "certificate replace": [*ISSUED, "certificate replace ICIM-{year}-0001 --because lost"],
    "certificate export": [*ISSUED, "certificate export --out {register}"],
    "render certificates": ["edition close ICIM-37 --apply", "certificate issue", "render certificates"],
    "history figures add": ["history figures add --measure participants --value 7 --source Bulletin"],
    "history figures retract": ["history figures add --measure participants --value 7 --source Bulletin", "history figures retract {figure}"],
    "import": ["import {folder}"],
    "store merge": ["store merge {other}"],
    "store restore": ["store backup --to {backup}", "store restore {backup} --yes"],
    "undo": ["org add Another", "undo"],
}  # fmt: skip
# What leaves nothing in this store's log: what is about files, or about the user's own choice; and the demo, which runs others.
UNLOGGED = {"demo", "edition use", "init", "store backup", "store copy", "store export", "store migrate"}


def _writing(command, path):
    if not hasattr(command, "commands"):
        return {path} if any("--dry-run" in one.opts for one in command.params) else set()
    return set().union(*(_writing(one, f"{path} {name}") for name, one in command.commands.items()))


def test_every_command_that_writes_is_looked_at():
    assert set().union(*(_writing(load(name), name) for name in COMMANDS)) == {*TYPED, *UNLOGGED}


def test_the_others_are_logged_as_nothing(cli, example, tmp_path):
    before = cli("log", "--json").json

    for line in (
        "edition use ICIM-37",
        f"store backup --to {tmp_path}",
        f"store copy {example} {tmp_path / 'c.db'}",
        f"store export {tmp_path / 'x'}",
        "store migrate",
    ):
        assert cli(*line.split()).code == 0, line

    assert cli("log", "--json").json == before


@pytest.mark.parametrize("path", TYPED)
def test_the_log_begins_with_the_command_that_was_typed(cli, example, tmp_path, path):
    assert cli("edition", "use", "ICIM-37").code == 0
    assert cli("edition", "edit", "--waiting-list", "--seats", "30").code == 0
    meant = {
        "sessions": tmp_path / "sessions.csv",
        "attendance": EXAMPLE / "attendance.csv",
        "folder": tmp_path / "folder",
        "other": tmp_path / "other.db",
        "backup": tmp_path / "backups",
        "results": tmp_path / "results.csv",
        "register": tmp_path / "register.csv",
        "year": datetime.now(UTC).year,
    }
    meant["backup"].mkdir()
    meant["results"].write_text("number;score\n1;90 %\n", "utf-8")
    meant["sessions"].write_text("day;start;end;title\n2015-03-10;19:00;20:00;Evening\n", "utf-8")
    if path == "import":
        shutil.copytree(EXAMPLE, meant["folder"])
        course = meant["folder"] / "course.toml"
        course.write_text(course.read_text("utf-8").replace("seats = 30", "seats = 31"), "utf-8")
    if path == "store merge":
        shutil.copy(example, meant["other"])
        assert cli("org", "add", "Of theirs", "--store", str(meant["other"])).code == 0

    for line in TYPED[path]:
        for typed in {
            "{two}": ["person add First --email a@x.example", "person add Other --email b@x.example"],
            "{nominated}": ["enroll Newcomer --country CL --email n@x.example --status nominated"],
        }.get(line, [line]):
            if "{figure}" in typed:
                meant["figure"] = next(
                    one["id"] for one in cli("history", "figures", "--json").json if one["value"] == 7
                )
            if "restore" in typed:
                meant["backup"] = next(meant["backup"].iterdir())
            answer = cli(*(word.format(**meant) for word in typed.split()))
            assert answer.code == 0, (typed, answer.err)

    logged = cli("log", "--limit", "1", "--json").json[0]["command"]
    assert logged == path or logged.startswith(f"{path} ")
