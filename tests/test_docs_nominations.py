"""The page about nominations is run: its commands, line by line, in the order in which they stand. All people are invented."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import openpyxl

PAGE = Path(__file__).parents[1] / "docs" / "nominations.md"
BEFORE = (
    'course add ICIM --title "Inter-American Course"',
    "edition add ICIM-38 --start 2016-03-07 --end 2016-03-18",
    "edition use ICIM-38",
)


def lines_of(page):
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [line for kind, block in blocks if not kind for line in block.splitlines() if line]


def write_book(name, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(name)


def test_the_page_runs_as_it_is_written(cli, store_path):
    for line in BEFORE:
        assert cli(*shlex.split(line)).code == 0, line
    write_book(
        "nominations.xlsx",
        [["Nombre", "Apellidos", "País", "Organismo que postula", "Suplente"], ["Rosa", "Paz", "AR", "DNM", "no"],
         ["João", "Lima", "BR", "Polícia Federal", "no"], ["Joy", "Reid", "JM", "PICA", "no"], ["Amir", "Ali", "TT", "MNS", "no"]],
    )  # fmt: skip
    write_book("answers.xlsx", [["Name", "Country"], ["Ana Pérez", "AR"]])
    lines = lines_of(PAGE)

    failed = []
    for line in lines:
        if "decided.xlsx" in line:
            shutil.copy("proposal.xlsx", "decided.xlsx")
        answer = cli(*shlex.split(line)[1:])
        if answer.code != 0:
            failed.append((line, answer.err))

    assert failed == []
    assert {line.split()[0] for line in lines} == {"coursectl"}
    assert {one["name"]: one["status"] for one in cli("roster", "list", "-e", "ICIM-38", "--all", "--json").json} == {
        "Ana Pérez": "confirmed", "Luis Soto": "withdrawn", "Rosa Paz": "accepted", "João Lima": "declined",
        "Joy Reid": "accepted", "Amir Ali": "accepted", "Eva Ruiz": "accepted",
    }  # fmt: skip
    assert [one["label"] for one in cli("edition", "quota", "ICIM-39", "--json").json] == [
        "Argentina", "Brazil", "Comunidad del Caribe", "DNM",
    ]  # fmt: skip


def test_a_quota_of_an_organization_that_is_not_known_is_not_found(cli, store_path):
    for line in BEFORE:
        cli(*shlex.split(line))

    answer = cli("edition", "quota", "ICIM-38", "--org", "DNM", "--max", "4")

    assert (answer.code, answer.out, answer.err.split(".")[0]) == (3, "", "No organization is called 'DNM'")
