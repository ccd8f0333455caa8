"""The figures that coursectl promises, as ratios to a yardstick measured in the same run.

    python benchmarks/run.py            # all of them, about three minutes
    python benchmarks/run.py start      # only those with "start" in their name

Each round runs the yardstick and then the command, so that whatever slows the machine slows both; the ratio is that of
the medians. Exit code 1 says that a goal is missed. Measure on a quiet machine.
"""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursectl.tables import write_table

HERE = Path(__file__).parent
TYPER = [sys.executable, "-c", "import typer"]
BARE = [sys.executable, str(HERE / "bare_certificates.py"), "1000"]
ROUNDS = 21


@dataclass(frozen=True)
class Goal:
    """A command, what it is measured against, and how many times as long (or, without a yardstick, seconds) it may take."""

    name: str
    command: Callable[[int], Sequence[str]]
    most: float
    yardstick: Sequence[str] | None = None
    rounds: int = ROUNDS
    memory: int | None = None  # MB at most


def coursectl(*arguments: str) -> list[str]:
    """The command line as it is installed beside this Python."""
    return [str(Path(sys.executable).with_name("coursectl")), *arguments]


def seconds(command: Sequence[str]) -> float:
    """Wall-clock seconds of one run, its start-up included."""
    began = time.perf_counter()
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    took = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return took


def peak_memory(command: Sequence[str]) -> int:
    """The command's own peak resident memory in MB, measured by a process that runs nothing else."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    said = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, text=True).stdout
    return int(said) // (1024 if sys.platform != "darwin" else 1024 * 1024)


def measure(goal: Goal) -> bool:
    """Measure a goal, print its row, and say whether it is reached."""
    bases, times = [], []
    for number in range(goal.rounds):
        if goal.yardstick:
            bases.append(seconds(goal.yardstick))
        times.append(seconds(goal.command(number)))
    median = statistics.median(times)
    figure = median / statistics.median(bases) if bases else median
    unit = "×" if bases else " s"
    reached = figure <= goal.most
    row = f"{goal.name:<46} {figure:6.2f}{unit:<2} (at most {goal.most:g}{unit})  median {median * 1000:7.0f} ms of {goal.rounds}"
    if goal.memory:
        used = peak_memory(goal.command(goal.rounds))
        reached = reached and used <= goal.memory
        row += f"  peak {used} MB (at most {goal.memory})"
    print(row, "" if reached else "MISSED", flush=True)
    return reached


def make_list(path: Path, rows: int, mail: str = "official") -> None:
    """A list of invented officials as a ministry would send it, in Spanish."""
    countries = ("AR", "BO", "BR", "CL", "CO", "CR", "CU", "DO", "EC", "SV", "GT", "HN", "HT", "MX", "PE")
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["Nombre", "Apellido", "País", "Institución", "Correo electrónico", "Sexo"])
        for n in range(rows):
            country = countries[n % len(countries)]
            table.writerow(
                [f"Nombre{n}", f"Apellido{n} Núñez", country, f"DNM-{country}", f"{mail}{n}@office.example", "F"]
            )


def prepare(folder: Path) -> None:
    """The demo's store; a course of 1,000 with certificates; and an empty course of 20,000 seats with a list of 10,000."""
    subprocess.run(coursectl("demo", str(folder / "demo")), check=True, stdout=subprocess.DEVNULL)
    make_list(folder / "thousand.csv", 1000)
    make_list(folder / "list.csv", 10_000)
    signed = ("--signatory", "Elena Bravo | Regional Director | IOM", "--signatory", "Marcos Díaz | Ambassador | MREC")
    held = ("--start", "2016-03-07", "--end", "2016-03-18", "--place", "Mar del Plata", "--country", "AR")
    for store, seats in (("thousand.db", "1000"), ("list.db", "20000")):
        os.environ["COURSECTL_STORE"] = str(folder / store)
        for line in (
            ("init",),
            ("course", "add", "ICIM", "--title", "Inter-American Course on International Migration"),
            ("edition", "add", "ICIM-38", *held, "--seats", seats, *signed, "--languages", "es"),
            ("session", "add", "Opening class", "--day", "1", "--start", "9:00", "--end", "17:00", "-e", "ICIM-38"),
        ):
            seconds(coursectl(*line))
    os.environ["COURSECTL_STORE"] = str(folder / "thousand.db")
    for line in (
        ("enroll", "--from", str(folder / "thousand.csv"), "-e", "ICIM-38"),
        ("attend", "mark", "1", "--all", "present", "-e", "ICIM-38"),
        ("edition", "close", "ICIM-38", "--apply", "--yes"),
        ("certificate", "issue", "-e", "ICIM-38", "--yes"),
    ):
        seconds(coursectl(*line))
    os.environ["COURSECTL_STORE"] = str(folder / "demo" / "coursectl.db")


def prepare_many(folder: Path) -> None:
    """A store that knows 100,000 people, whom half of a list of 10,000 are among; and a list of 10,000 as XLSX."""
    make_list(folder / "hundred.csv", 100_000)
    half = (folder / "hundred.csv").read_text("utf-8").splitlines()[:5001]
    make_list(folder / "new.csv", 5000, mail="new")
    new = (folder / "new.csv").read_text("utf-8").replace("Apellido", "Otro").splitlines()[1:]
    (folder / "mixed.csv").write_text("\n".join([*half, *new]) + "\n", "utf-8")
    store, held = (
        str(folder / "many.db"),
        ("--start", "2017-03-06", "--end", "2017-03-17", "--place", "Lima", "--country", "PE"),
    )
    Path(store).write_bytes((folder / "list.db").read_bytes())
    seconds(coursectl("edition", "add", "ICIM-39", *held, "--seats", "200000", "--store", store))
    seconds(coursectl("enroll", "--from", str(folder / "hundred.csv"), "-e", "ICIM-39", "--store", store))
    with (folder / "list.csv").open(newline="", encoding="utf-8") as file:
        headers, *rows = csv.reader(file)
    write_table(folder / "list.xlsx", "List", headers, rows)


def prepare_issue(folder: Path) -> None:
    """An edition of 10,000 who completed it, without certificates."""
    closed = str(folder / "closed.db")
    Path(closed).write_bytes((folder / "list.db").read_bytes())
    for line in (
        ("enroll", "--from", str(folder / "list.csv"), "-e", "ICIM-38"),
        ("attend", "mark", "1", "--all", "present", "-e", "ICIM-38"),
        ("edition", "close", "ICIM-38", "--apply", "--yes"),
    ):
        seconds(coursectl(*line, "--store", closed))


def goals(folder: Path) -> list[Goal]:
    """What is promised."""

    def write(number: int) -> list[str]:
        return coursectl("session", "edit", "2", "--room", f"Room {number}", "-e", "ICIM-37")

    def enroll_list(number: int) -> list[str]:
        fresh = folder / f"list-{number}.db"
        fresh.write_bytes((folder / "list.db").read_bytes())
        return coursectl("enroll", "--from", str(folder / "list.csv"), "-e", "ICIM-38", "--store", str(fresh))

    def enroll_into(store: str, name: str) -> Callable[[int], list[str]]:
        def command(number: int) -> list[str]:
            fresh = folder / f"{number}-{store}"
            fresh.write_bytes((folder / store).read_bytes())
            return coursectl("enroll", "--from", str(folder / name), "-e", "ICIM-38", "--store", str(fresh))

        return command

    def merged(number: int) -> list[str]:
        out = str(folder / f"merged-{number}")
        return coursectl(
            "render", "certificates", "--merged", "-e", "ICIM-38", "--out", out, "--store", str(folder / "thousand.db")
        )

    def issue_all(number: int) -> list[str]:
        fresh = folder / f"issue-{number}.db"
        fresh.write_bytes((folder / "closed.db").read_bytes())
        return coursectl("certificate", "issue", "-e", "ICIM-38", "--store", str(fresh))

    return [
        Goal("start: --version", lambda _: coursectl("--version"), 0.4, TYPER),
        Goal("start: --help", lambda _: coursectl("--help"), 1.2, TYPER),
        Goal("read: roster list of the demo", lambda _: coursectl("roster", "list", "-e", "ICIM-37"), 3.2, TYPER),
        Goal("write: session edit --room", write, 4.0, TYPER),
        Goal("print: 1,000 certificates --merged", merged, 4.0, BARE, rounds=5, memory=350),
        Goal("issue: 10,000 certificates at once", issue_all, 2.0, rounds=5),
        Goal("list: enroll --from, 10,000 rows", enroll_list, 3.0, rounds=5),
        Goal("list: 10,000 rows of XLSX", enroll_into("list.db", "list.xlsx"), 3.0, rounds=5),
        Goal(
            "list: 10,000 people among 100,000 known", enroll_into("many.db", "mixed.csv"), 15.0, rounds=3, memory=300
        ),
    ]


def main() -> int:
    """Prepare stores in a temporary folder, measure, and say whether every goal was reached."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["COURSECTL_CONFIG"] = str(folder / "config")
        # Whatever pip installs is compiled; a checkout would be compiled anew by each run where this is set.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        prepare(folder)
        if wanted in "list: 10,000" or wanted.startswith("list"):
            prepare_many(folder)
        if wanted in "issue: 10,000 certificates":
            prepare_issue(folder)
        results = [measure(goal) for goal in goals(folder) if wanted in goal.name]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
