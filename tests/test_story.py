"""A whole edition, run by commands alone, as a coordinator would type them. The people are invented."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

OFFICIALS = (
    # name, e-mail, country, office, sex
    ("Ana Lucía Ferreyra", "ana@dnm-ar.example", "Argentina", "Dirección Nacional de Migraciones (DNM)", "F"),
    ("João Batista Moreira", "joao@pf-br.example", "Brasil", "Polícia Federal (PF)", "M"),
    ("Marie-Josée Célestin", "marie@onm-ht.example", "Haïti", "Office National de la Migration (ONM)", "F"),
    ("Nampa", "nampa@migracion-py.example", "PY", "Dirección General de Migraciones (DGM)", "M"),
)


@pytest.fixture
def run(cli):
    """Run a command that must do its work, and give its answer."""

    def call(*arguments):
        answer = cli(*arguments)
        assert answer.code == 0, (arguments, answer.err)
        return answer

    return call


def test_an_edition_from_the_first_command_to_the_printed_certificate(run, cli):
    # January: the course and its next edition.
    run("init")
    assert "no course yet: coursectl course add" in run().out
    run(
        "course", "add", "RMC", "--title", "es=Curso Regional de Migraciones", "--title", "en=Regional Migration Course"
    )
    run(
        "edition", "add", "RMC-4", "--start", "2026-03-02", "--end", "2026-03-04", "--place", "Asunción", "--country", "Paraguay",
        "--seats", "4", "--languages", "es", "--time-zone", "America/Asuncion", "--waiting-list", "--organizer", "OIM", "--partner", "ACNUR",
        "--signatory", "Helena Duarte | Directora Regional | OIM",
    )  # fmt: skip
    run("edition", "use", "RMC-4")

    # The program: three days, two sessions a day, six hours each.
    run(
        "org",
        "edit",
        "ACNUR",
        "--name",
        "es=Alto Comisionado de las Naciones Unidas para los Refugiados",
        "--acronym",
        "ACNUR",
    )
    run(
        "expert",
        "add",
        "Silvia Zárate",
        "--country",
        "UY",
        "--org",
        "Universidad de la República",
        "--post",
        "Profesora",
    )
    run("topic", "add", "Protección internacional", "--code", "protection")
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        run("session", "add", f"Mañana del {day}", "--day", day, "--start", "9:00", "--end", "12:00", "--topic", "protection", "--expert", "Silvia Zárate", "--room", "Aula 1")  # fmt: skip
        run(
            "session",
            "add",
            f"Tarde del {day}",
            "--day",
            day,
            "--start",
            "14:00",
            "--end",
            "17:00",
            "--kind",
            "workshop",
        )
    run("session", "add", "Café", "--day", "1", "--start", "12:00", "--end", "12:30", "--kind", "break")
    assert run("edition", "show", "--json").json["contact_hours"] == 18.0

    # February: the ministries nominate; the edition fills up, and one more waits.
    for name, email, country, office, sex in OFFICIALS:
        answer = run(
            "enroll", name, "--country", country, "--org", office, "--email", email, "--sex", sex, "--json"
        ).json
        assert (answer["status"], answer["edition"]) == ("accepted", "RMC-4")
    full = cli("enroll", "Rosa Quispe", "--country", "BO", "--org", "DIGEMIG", "--email", "rosa@bo.example")
    assert full.code == 4
    assert "4 of 4 seats are taken" in full.err
    waiting = run(
        "enroll",
        "Rosa Quispe",
        "--country",
        "BO",
        "--org",
        "DIGEMIG",
        "--email",
        "rosa@bo.example",
        "--waiting-list",
        "--json",
    )
    assert waiting.json["status"] == "waitlisted"
    assert [(one["number"], one["name"], one["country"]) for one in run("roster", "list", "--json").json if one["status"] == "accepted"] == [
        (1, "Ana Lucía Ferreyra", "AR"), (2, "João Batista Moreira", "BR"), (3, "Marie-Josée Célestin", "HT"), (4, "Nampa", "PY"),
    ]  # fmt: skip

    # A withdrawal; who waits moves up. A ministry sends somebody else.
    run("roster", "withdraw", "joao@pf-br.example", "--because", "Otra misión")
    run("roster", "accept", "rosa@bo.example")
    run("roster", "replace", "Nampa", "Tomasa Benítez", "--email", "tomasa@migracion-py.example", "--sex", "F")
    run("roster", "confirm", "1", "3")
    statuses = {one["name"]: one["status"] for one in run("roster", "list", "--all", "--json").json}
    assert statuses == {
        "Ana Lucía Ferreyra": "confirmed", "João Batista Moreira": "withdrawn", "Marie-Josée Célestin": "confirmed",
        "Nampa": "withdrawn", "Rosa Quispe": "accepted", "Tomasa Benítez": "accepted",
    }  # fmt: skip

    # March: sheets go out, marks come in. Somebody misses two days and a half.
    run("render", "attendance-sheet", "--out", "print", "--lang", "es")
    run("attend", "mark", "--day", "1", "--all", "present", "--late", "3:10m")
    run("attend", "mark", "--day", "2", "--all", "present", "--absent", "Rosa Quispe")
    run("attend", "mark", "--day", "3", "--am", "--all", "present", "--absent", "rosa@bo.example")
    run("attend", "mark", "--day", "3", "--pm", "--all", "present", "--absent", "rosa@bo.example")
    mistaken = run("attend", "mark", "6", "--absent", "1")
    assert "RMC-4" in mistaken.out
    run("undo")

    # The last day: outcomes are proposed, then written.
    proposed = {one["name"]: (one["outcome"], one["reason"]) for one in run("edition", "close", "RMC-4", "--json").json}
    assert proposed["Ana Lucía Ferreyra"] == ("completed", "18.0 of 18 h = 100 %, needs 80 %")
    assert proposed["Rosa Quispe"] == ("not_completed", "6.0 of 18 h = 33 %, needs 80 %")
    run("edition", "close", "RMC-4", "--apply")
    refused = cli("enroll", "Somebody Late", "--country", "CL", "--email", "late@cl.example")
    assert (refused.code, "is closed" in refused.err) == (4, True)

    # Certificates, printed.
    issued = run("certificate", "issue", "--on", "2026-03-04")
    assert "RMC-2026-0001" in issued.out
    assert run("certificate", "issue", "--on", "2026-03-04").code == 0
    register = run("certificate", "list", "--json").json
    assert [(one["serial"], one["name"], one["state"]) for one in register] == [
        ("RMC-2026-0001", register[0]["name"], "issued"), ("RMC-2026-0002", register[1]["name"], "issued"),
        ("RMC-2026-0003", register[2]["name"], "issued"),
    ]  # fmt: skip
    assert {one["name"] for one in register} == {"Ana Lucía Ferreyra", "Marie-Josée Célestin", "Tomasa Benítez"}
    run("render", "certificates", "--out", "print")
    printed = sorted(path.name for path in Path("print").glob("RMC-2026-*.pdf"))
    assert len(printed) == 3
    text = subprocess.run(
        ["pdftotext", "-layout", Path("print") / printed[0], "-"], capture_output=True, text=True, check=True
    ).stdout
    assert register[0]["name"] in text
    assert "Asunción" in text
    assert "RMC-2026-0001" in text

    # And the director asks.
    totals = run("history", "totals", "--json").json
    assert (totals["trained"], totals["named"], totals["participations"]) == (None, 3, 3)
    assert [row["command"].split()[0] for row in run("log", "--limit", "1", "--json").json] == ["render"]
