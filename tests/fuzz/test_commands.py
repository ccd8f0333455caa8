"""Every command, typed by somebody who means no good: an answer or a sentence, never a traceback, never half a write."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from fuzz_ground import TIMES, Ground, commands
from fuzz_targets import READS, WRITES
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import naughty
from naughty import NAUGHTY

FAULTS = 0  # several things can be wrong with a line, each told on its own

# The demo is a whole edition, which tests/test_demo.py makes, and a check of templates makes hundreds of documents, which
# tests/cli/test_template.py does; all the rest is tried.
TRIED = {" ".join(path): command for path, command in commands() if path not in (("demo",), ("template", "check"))}
# What prints takes a tenth of a second or more for each document.
SLOW = {name for name in TRIED if name.startswith("render ")} | {"store backup", "store check", "store export"}

# An argument of a program holds no NUL. What is no text of the terminal comes as lone surrogates.
NASTY = (
    *(text.replace("\0", "") for text in NAUGHTY),
    "--x", "-", "--", "-e", "--edition", "--json=1", "-é", "\udce9", "a\udc80b", "Ana;DROP\x1b[2J\x07", "\u202eanA",
    "Ana\nPérez", "'", '"', "x" * 100_000, "{0} {name!r} %s", "{{ x }}", "#panic()", "<b>", "=1+1", "../..",
)  # fmt: skip

# What is right, or all but right, by what the help calls it: so that something is reached behind the first question.
DATES = ("2015-03-09", "2015-03-21", "9.3.2015", "2015-02-30", "today", "1", *naughty.DATES)
NUMBERS = ("0", "1", "3", "37", "-1", "1e9", "9" * 30, "٣", *naughty.NUMBERS)
PEOPLE = ("3", "99", "ana", "a", "Helena Margarida Couto Brandão", "x@example.org", "1,2", "1,1", "2:90", "2:x")
EDITIONS = ("ICIM-37", "37", "icim 36", "36", "ICIM-38", "ICIM-", "X-1", *naughty.NUMBERS)
TEXTS = ("Ana Pérez", "es=Curso", "en=A=B", "xx=Curso", "es=", "Migration")
COUNTRIES = ("AR", "ar", "Brasil", "XX", "Côte d'Ivoire", "SU")
COUNTRY, DATE, EDITION, NUMBER, PERSON, TIME = COUNTRIES, DATES, EDITIONS, NUMBERS, PEOPLE, ("9:00", "09:30", "24:00", *naughty.DATES)  # fmt: skip
RIGHT: dict[str, tuple[str, ...]] = {
    "ADDRESS": ("x@example.org", "x@", "@", "a b@example.org", "ñ@例え.jp"),
    "CATEGORY": ("official", "observer", "official,observer"),
    "CODE": ("ICIM", "icim", "processes", "data", "X"),
    "COUNTRY": COUNTRY,
    "DATE": DATE,
    "DAY": ("1", "2", "last", *DATE),
    "EDITION": EDITION,
    "EMAIL": ("x@example.org", "x@", "@"),
    "FORMAT": ("pdf", "html", "txt", "typ", "all", "pdf,html"),
    "HEADER=FIELD": ("Nombre=name", "name=name", "=name", "x=", "País=country", "x=x"),
    "HOW": ("day", "session", "half-day"),
    "KIND": ("lecture", "break", "participation", "completion", "instruction", "ministry", "call", "acceptance", "invitation"),
    "LANGUAGE": ("es", "pt-BR", "español", "xx"),
    "LINE": ("Helena Duarte | Directora | DNM", "| |", "|||||", "A|B|C|D|E|F"),
    "MARK": ("present", "absent", "late", "excused"),
    "MEASURE": ("participants", "editions", "officials", "headcount", "cumulative"),
    "N": NUMBER,
    "NAME": TEXTS,
    "NEW": TEXTS,
    "NUMBER": NUMBER,
    "OLD": PERSON,
    "ORDER": ("name", "country", "number"),
    "ORG": ("IOM", "OIM", "UNHCR", "International Organization for Migration"),
    "PAPER": ("a4", "letter", "a5"),
    "PATTERN": ("{course}-{year}-{number}", "{number}", "{number:>99999}", "{course.__class__}", "{number!r}", "{"),
    "PERCENT": ("80", "80 %", "82,5", "101", "-1", "1e9"),
    "ROLE": ("participant", "expert", "organizer", "guest"),
    "RULE": ("absent", "present", "not_counted"),
    "SERIAL": ("ICIM-2015-001", "ICIM-2015-1", "icim-2015-001"),
    "SESSION": NUMBER,
    "SEX": ("female", "male", "f", "M"),
    "SIZE": ("90x54", "86x55", "4x3in", "1x1"),
    "STATE": ("issued", "void", "superseded"),
    "STATUS": ("accepted", "confirmed", "nominated,accepted", "withdrawn"),
    "TAG": ("es", "pt-BR", "ES", "xx"),
    "TAGS": ("es", "es,pt", "es,es", ",", "xx"),
    "TEXT": TEXTS,
    "TIME": TIME,
    "TITLE": TEXTS,
    "TITLE|CODE": TEXTS,
    "TOPIC": ("processes", "data", "migration"),
    "WHO": PERSON,
    "WHOM": PERSON,
    "WORD": ("Dr.", "exact", "about", "at_least", "officials", "announced", "yes", "no"),
    "WORDS": ("migra", "ana", "%", "_"),
    "YEAR": ("2015", "1979", "0", "99999", "-1", "MMXV"),
    "ZONE": ("UTC", "America/Argentina/Buenos_Aires", "Mars/Olympus", "../../etc/passwd"),
}  # fmt: skip
GLOBAL = (
    ["--json"],
    ["--csv"],
    ["--quiet"],
    ["--yes"],
    ["--read-only"],
    ["--stale"],
    ["--lang", "pt"],
    ["--lang", "xx\x1b[2J"],
    ["--as", "x\x1b]0;y\x07\u202e"],
    ["--as", ""],
)


def values(name: str, parameter: Any, folder: Path) -> st.SearchStrategy[str]:
    """What is typed for a parameter of the command `name`: as often right as not. Only below `folder` is anything written."""
    key = (name, next((one for one in parameter.opts if one.startswith("--")), parameter.name))
    if key in WRITES:
        return st.builds(lambda text: str(folder / "out" / _as_file_name(text)), _NASTY)
    if key in READS:
        files = ["coursectl.db", "empty.csv", "bytes.xlsx", "folder", "work", "none.csv", "x" * 300]
        return st.sampled_from([*(str(folder / file) for file in files), *(one for one in NASTY if "://" not in one)])
    shown = (parameter.metavar or "").rstrip(".…").removesuffix(",").split(":")[0]
    right = RIGHT.get(shown)
    return st.one_of(st.sampled_from(right), _NASTY) if right else _NASTY


_NASTY = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=12), st.text("0123456789-:.,+=/@{}[]()<>'\"%#$\\| aé", max_size=9)
)


def _as_file_name(text: str) -> str:
    return f"n{text}".replace("/", "_").replace("\0", "_")


@st.composite
def lines(draw: st.DrawFn, name: str, folder: Path) -> list[str]:
    """A command line of the command `name`: all that it must have, some of what it may, and at times what it mustn't."""
    parameters = TRIED[name].params
    options = [one for one in parameters if one.opts[0].startswith("-")]
    some = draw(st.lists(st.sampled_from(options), max_size=4)) if options else []
    line: list[str] = []
    for option in (*(one for one in options if one.required), *some):
        flag = draw(st.sampled_from([*option.opts, *option.secondary_opts]))
        if getattr(option, "is_flag", False):
            line.append(flag)
            continue
        value = draw(values(name, option, folder))
        line += [f"{flag}={value}"] if flag.startswith("--") and draw(st.booleans()) else [flag, value]
    words: list[str] = []
    for argument in parameters:
        if argument not in options and (argument.required or draw(st.booleans())):
            words += [draw(values(name, argument, folder)) for _ in range(draw(st.integers(1, 3)) if argument.nargs == -1 else 1)]  # fmt: skip
    if any(word.startswith("-") for word in words) and draw(st.booleans()):
        words = ["--", *words]
    if draw(st.integers(0, 9)) == 0:
        words.append(draw(_NASTY))
    return [*(draw(st.sampled_from(GLOBAL)) if draw(st.booleans()) else []), *name.split(), *line, *words]


@pytest.fixture
def ground(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """The example, and beside it what can be given for a file."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    template = tmp_path / "template.db"
    example.rename(template)
    (tmp_path / "empty.csv").touch()
    (tmp_path / "bytes.xlsx").write_bytes(bytes(range(256)))
    (tmp_path / "folder").mkdir()
    return Ground(template, tmp_path)


def _swept(folder: Path) -> None:
    """The folder as the first line found it, for each to be tried alone: the store is its ground's care."""
    for left in (*(folder / "work").iterdir(), folder / "out", folder / "config", *folder.glob("backups*")):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink(missing_ok=True)
    (folder / "out").mkdir()


@pytest.mark.parametrize("name", TRIED)
def test_no_line_breaks_a_command(name: str, ground: Ground) -> None:
    @settings(
        max_examples=(3 if name in SLOW else 10) * TIMES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(line=lines(name, ground.folder))
    def holds(line: list[str]) -> None:
        _swept(ground.folder)
        ground.try_(*line, lines=FAULTS)

    holds()
