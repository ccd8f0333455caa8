"""`coursectl status` and bare `coursectl`: from nothing to an edition that is done, along the steps that it prints."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

from coursectl import certificates, enrollment, program

FILES = {
    "coursectl session import": "day,start,end,title,topics,experts\n1,9:00,10:30,Lecture,asylum,Silvia Zárate\n2,9:00,10:30,Workshop,,\n",
    "coursectl enroll": "name,country,organization,email\nAna Luz,PE,MIGR,ana@x.example\nRosa Luz,UY,DNM,rosa@x.example\n",
}
# What somebody types for the words in capitals, by the command they are in.
VALUES = {
    "coursectl course add": {"CODE": "RMC", "TITLE": "Regional Course"},
    "coursectl edition add": {"--start DATE": "--start 2026-03-02", "--end DATE": "--end 2026-03-06", "--seats N": "--seats 10"},
    "coursectl edition edit": {
        "--start DATE": "--start 2026-03-02", "--end DATE": "--end 2026-03-06", "PLACE": "Asunción", "--country CODE": "--country PY",
        "--seats N": "--seats 10", "NAME | POST | ORG": "Helena Couto | Director | IOM",
    },
    "coursectl topic add": {"TITLE": "asylum"},
    "coursectl expert add": {"NAME": "'Silvia Zárate'", "--country CODE": "--country UY", "--org ORG": "--org UdelaR"},
    "coursectl session import": {"FILE": "file.csv"},
    "coursectl enroll": {"FILE": "file.csv"},
    "coursectl render attendance-sheet": {"DIR": "out"},
    "coursectl render certificates": {"DIR": "out"},
}  # fmt: skip


def typed(step: str) -> list[str]:
    """The step as somebody types it, with the words in capitals replaced."""
    words = " ".join(step.split()[:3])
    command = words if words in VALUES else " ".join(step.split()[:2])
    for capitals, value in VALUES.get(command, {}).items():
        step = step.replace(capitals, value.replace("Regional Course", "'Regional Course'"))
    Path("file.csv").write_text(FILES.get(command, ""), encoding="utf-8")
    program, *arguments = shlex.split(step)
    assert program == "coursectl"
    return arguments


def next_steps(cli):
    said = cli("--json")
    assert said.code == 0, said.err
    return [step["command"] for step in said.json["next"]]


def follow(cli):
    """Type the first step; it must work. Returns its command path."""
    arguments = typed(next_steps(cli)[0])
    said = cli(*arguments)
    assert said.code == 0, (arguments, said.err)
    return " ".join(arguments[:2])


def test_each_first_step_leads_on_from_nothing_to_certificates(cli):
    followed = [follow(cli) for _step in range(8)]

    assert followed == [
        "init", "course add", "edition add", "edition edit", "topic add", "expert add", "session import", "enroll --from",
    ]  # fmt: skip
    assert next_steps(cli) == [
        "coursectl edition edit RMC-1 --signatory 'NAME | POST | ORG'",
        "coursectl render attendance-sheet -e RMC-1 --out DIR",
        "coursectl attend mark --day 1 --all present -e RMC-1",
    ]
    assert follow(cli) == "edition edit"
    assert follow(cli) == "render attendance-sheet"
    assert cli(*typed(next_steps(cli)[1])).code == 0
    assert next_steps(cli) == [
        "coursectl attend mark 2 --all present -e RMC-1",
        "coursectl edition close RMC-1",
    ]
    assert follow(cli) == "attend mark"
    assert follow(cli) == "edition close"  # proposes, and says how it is written
    assert cli("edition", "close", "RMC-1", "--apply").code == 0
    assert follow(cli) == "certificate issue"
    assert follow(cli) == "render certificates"
    assert list(Path("out").glob("RMC-*.pdf"))
    done = next_steps(cli)
    assert done == [
        "coursectl render certificates -e RMC-1 --out DIR",
        "coursectl history totals -e RMC-1",
        "coursectl edition add RMC-2 --start DATE --end DATE --seats N",
    ]
    for step in done[1:]:
        assert cli(*typed(step)).code == 0, step
    assert next_steps(cli) == ["coursectl edition use RMC-2"]
    follow(cli)
    assert cli("status", "--json").json["edition"]["reference"] == "RMC-2"


def test_every_step_of_a_bare_edition_works_in_any_order(cli, store_path):
    cli("course", "add", "RMC", "--title", "Regional Course")
    cli("edition", "add", "RMC-1", "--start", "2026-03-02", "--end", "2026-03-06")

    steps = next_steps(cli)
    assert len(steps) == 7
    for step in (steps[1], steps[6], steps[0], steps[2], steps[3], steps[5], steps[4]):
        said = cli(*typed(step))
        assert said.code == 0, (step, said.err)


def test_without_a_store_it_says_how_to_begin(cli):
    assert cli().out.splitlines() == [
        "Next  no store yet: coursectl init",
        "      or an example to look at first: coursectl demo",
    ]
    assert cli("status", "--json").json == {
        "store": None,
        "edition": None,
        "next": [
            {"missing": "no store yet", "command": "coursectl init"},
            {"missing": "or an example to look at first", "command": "coursectl demo"},
        ],
        "places": None,
    }


def test_a_store_that_was_named_and_is_not_there_is_told(cli, monkeypatch):
    said = cli("status", "--store", "typo.db")
    assert (said.code, said.out, "typo.db" in said.err) == (6, "", True)
    monkeypatch.setenv("COURSECTL_STORE", "other.db")
    said = cli()
    assert (said.code, said.out, "other.db" in said.err) == (6, "", True)


def test_an_empty_store_asks_for_a_course(cli, store_path):
    assert cli().out.splitlines() == [
        f"Store  {store_path}",
        "Next   no course yet: coursectl course add CODE --title TITLE",
        "       or a whole folder at once: coursectl import FOLDER",
    ]


def test_the_example_at_a_glance(cli, example):
    assert cli("status", "-e", "37").out.splitlines() == [
        f"Store         {example}",
        "Edition       ICIM-37  2015-03-09 – 2015-03-21",
        "Trainees      28 from 15 countries",
        "Seats         30",
        "Program       38 sessions, 60 contact hours, 23 experts",
        "Certificates  0",
        "Next          not closed yet: coursectl edition close ICIM-37",
    ]
    assert cli().out.splitlines()[-1] == "Next   no edition is in use: coursectl edition use ICIM-37"


def test_status_is_bare_coursectl(cli, example):
    assert cli("status").out == cli().out


def test_an_edition_in_use_that_is_gone_is_told_and_one_is_proposed(cli, store_path):
    cli("course", "add", "RMC", "--title", "Regional Course")
    cli("edition", "add", "RMC-1")
    cli("edition", "add", "RMC-2")
    cli("edition", "use", "RMC-2")
    cli("undo")

    said = cli()

    assert (said.code, said.err) == (0, "There is no edition RMC-2. There are: RMC-1.\n")
    assert said.out.splitlines()[1:] == ["Next   no edition is in use: coursectl edition use RMC-1"]
    assert cli("status", "-e", "RMC-2").code == 3


def test_an_environment_that_names_no_edition_is_told(cli, store_path, monkeypatch):
    monkeypatch.setenv("COURSECTL_EDITION", "nonsense")

    said = cli()

    assert (said.code, said.err) == (5, "'nonsense' is no edition. Write it like ICIM-37, or 37.\n")


def test_the_language_of_titles_is_the_one_asked_for_and_falls_back(cli, example):
    titles = {
        tag: cli("edition", "show", "37", "--json", "--lang", tag).json["title"]
        for tag in ("es", "ES", "Spanish", "es-AR")
    }
    assert set(titles.values()) == {"Curso Interamericano sobre Migraciones Internacionales"}
    own = titles["es"]  # the edition's first language, as in its documents
    assert cli("edition", "show", "37", "--json", "--lang", "qu").json["title"] == own
    assert cli("status", "-e", "37", "--json", "--lang", "es").json["edition"]["title"] == titles["es"]
    assert cli("status", "--lang", "klingonese").code == 2


def test_one_country_is_said_in_the_singular(cli, store_path):
    cli("course", "add", "RMC", "--title", "Regional Course")
    cli("edition", "add", "RMC-1", "--seats", "5")
    cli("enroll", "Ana Luz", "--country", "PE", "--org", "MIGR", "--email", "ana@x.example")

    assert "Trainees      1 from 1 country" in cli().out.splitlines()


# Words for the catalogs -------------------------------------------------------------------------------------------------


def marked_messages():
    """Every text that gettext's tools find in the source: the literals in _("…"), N_("…") and ngettext("…", "…", n)."""
    found = set()
    for path in (Path(__file__).parents[2] / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name in ("_", "N_", "gettext", "ngettext", "translate"):
                    found |= {
                        arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                    }
    return found


def test_every_word_that_is_translated_where_it_is_shown_is_marked_for_the_catalogs():
    words = {
        *enrollment.STATUSES, *enrollment.CATEGORIES, "female", "male", "other", "not_stated", *program.KINDS,
        *certificates.KINDS, *certificates.STATES, certificates.ERASED,
    }  # fmt: skip

    assert words - marked_messages() == set()


def test_what_is_missing_is_marked_for_the_catalogs(cli, example):
    """What status says in words of its own, as its JSON has it untranslated."""
    said = cli("status", "-e", "37", "--json").json["next"] + cli("status", "-e", "36", "--json").json["next"]

    words = {step["missing"] for step in said}
    assert len(words) >= 8
    assert words - marked_messages() == set()


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "src" / "coursectl" / "cli").glob("*.py")), ids=lambda path: path.stem
)
def test_no_sentence_is_put_together_inside_gettext(path):
    """`_(f"…")` and `_("…".format())` are in no catalog."""
    source = path.read_text(encoding="utf-8")

    assert not re.search(r"(?<![A-Za-z0-9_])N?_\(\s*f[\"']", source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_"):
            assert not isinstance(node.args[0], ast.JoinedStr | ast.Call | ast.BinOp)


def test_from_the_call_to_the_letters_of_acceptance(cli, icim37):
    call = "coursectl render letters call -e ICIM-37 --out DIR"
    nominate = "coursectl roster nominate NAME --by ORG -e ICIM-37"
    acceptance = "coursectl render letters acceptance -e ICIM-37 --out DIR"
    propose = "coursectl roster propose -e ICIM-37"

    def steps():
        own = (call, nominate, acceptance, propose, "coursectl enroll --from FILE -e ICIM-37")
        return [step for step in next_steps(cli) if step in own]

    assert (
        cli(
            "edition",
            "edit",
            "ICIM-37",
            "--start",
            "2099-03-02",
            "--end",
            "2099-03-06",
            "--nominations-by",
            "2098-12-15",
            "--confirm-by",
            "2099-02-01",
        ).code
        == 0
    )
    assert steps() == [call, nominate]
    cli("edition", "edit", "ICIM-37", "--signatory", "Helena Couto | Director")
    assert cli("render", "letters", "call", "-e", "ICIM-37", "--out", "letters").code == 0
    cli("roster", "nominate", "Ana Paz", "--by", "DNM", "--country", "AR", "-e", "ICIM-37")
    assert steps() == [nominate, propose]
    cli("roster", "accept", "Ana Paz", "-e", "ICIM-37")
    assert steps() == [acceptance]
    cli("roster", "confirm", "Ana Paz", "-e", "ICIM-37")
    assert steps() == []
    cli("roster", "withdraw", "Ana Paz", "-e", "ICIM-37")
    cli("edition", "edit", "ICIM-37", "--nominations-by", "2015-01-15")
    assert steps() == ["coursectl enroll --from FILE -e ICIM-37"]
