"""The README is run: its daily work, line by line, in the order in which a coordinator would read it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import openpyxl

ROOT = Path(__file__).parent.parent


def _blocks() -> list[str]:
    return re.findall(r"^```\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def _daily_work() -> list[list[str]]:
    lines = [line for block in _blocks() for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.split()[0] == "coursectl"]


def _write_roster(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["Nombre y apellido", "País", "Institución", "Correo electrónico", "Sexo"],
        ["Rosa Huamán Quispe", "Perú", "MIGRACIONES", "rosa@migraciones.example", "F"],
        ["João da Silva", "Brasil", "Polícia Federal", "joao@pf.example", "M"],
    ):
        book.active.append(row)
    book.save(path)


def test_the_daily_work_of_the_readme_runs_as_it_is_written(cli):
    _write_roster(Path("roster.xlsx"))
    lines = _daily_work()

    failed = [(line, answer.err) for line in lines if (answer := cli(*line)).code != 0]

    assert failed == []
    assert len(lines) > 25
    assert sorted(row["name"] for row in cli("roster", "list", "--json").json) == [
        "Eva Ruiz",
        "João da Silva",
        "Luis Soto",
        "Rosa Huamán Quispe",
    ]
    assert {row["kind"] for row in cli("certificate", "list", "--json").json} == {"completion"}


def test_the_two_set_up_commands_are_marked_for_the_run_of_all_checks():
    readme = (ROOT / "README.md").read_text("utf-8")

    assert [re.search(rf"<!-- {name} -->\n```\n(.+)\n```\n", readme).group(1)[:24] for name in ("demo", "tests")] == [
        "python3 -m venv .venv &&",
        "python3 -m venv .venv &&",
    ]


def test_the_pages_and_pictures_that_the_documentation_links_to_exist():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
    links = [(page, target) for page in pages for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))]

    assert [(page.name, target) for page, target in links if not (page.parent / target).exists()] == []
