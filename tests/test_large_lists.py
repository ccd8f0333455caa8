"""Files that would take all memory are refused before they do, by one sentence."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from coursectl.tables import write_table

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory isn't counted so")

ROW = "<row>" + '<c t="inlineStr"><is><t>Ana</t></is></c>' * 6 + "</row>"
NUMBERED = (
    '<row r="{0}">'
    + "".join(f'<c r="{letter}{{0}}" t="inlineStr"><is><t>Ana</t></is></c>' for letter in "ABCDEF")
    + "</row>"
)


def enroll(path: Path) -> tuple[int, str, int]:
    """The exit code, the error, and the peak memory in MB of enrolling a list, in a process of its own."""
    code = (
        "import re, sys; from pathlib import Path; from coursectl.cli.app import run; code = run(sys.argv[1:]);"
        # Not getrusage: what the process that started this one had at its most counts there too.
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "enroll", "--from", str(path), "-e", "ICIM-37"], capture_output=True, text=True
    )
    return done.returncode, done.stderr, int(done.stdout.splitlines()[-1]) // 1024


def workbook(path: Path, rows: str, times: int) -> None:
    """A workbook of ours whose rows are others, packed as well as they can be."""
    write_table(path.with_name("small.xlsx"), "1", ["Nombre", "País"], [["Ana", "AR"]])
    with (
        zipfile.ZipFile(path.with_name("small.xlsx")) as small,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as large,
    ):
        for name in small.namelist():
            content = small.read(name)
            with large.open(name, "w", force_zip64=True) as part:
                if "sheet1" not in name:
                    part.write(content)
                    continue
                head, _, tail = content.partition(b"</sheetData>")
                part.write(head)
                for block in range(times):
                    part.write("".join(rows.format(block * 1000 + n + 2) for n in range(1000)).encode())
                part.write(b"</sheetData>" + tail)


@pytest.mark.parametrize("rows", [NUMBERED, ROW], ids=["numbered", "not numbered"])
def test_a_spreadsheet_of_200_mb_is_refused_before_it_takes_memory(icim37, rows):
    workbook(Path("large.xlsx"), rows, 860)

    code, said, memory = enroll(Path("large.xlsx"))

    assert (code, said) == (
        5, "large.xlsx has more than 5000000 cells, too many for a list; cut it into several files.\n",
    )  # fmt: skip
    assert memory < 250


def test_a_bomb_is_not_unpacked(icim37):
    with zipfile.ZipFile("bomb.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        with bomb.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(700):
                part.write(bytes(1 << 20))

    code, said, memory = enroll(Path("bomb.xlsx"))

    assert (code, said) == (5, "bomb.xlsx unpacks to more than 512 MB, which no list needs; it isn't opened.\n")
    assert memory < 250


def test_a_file_of_200_mb_is_not_read(icim37):
    with Path("large.csv").open("wb") as file:
        file.write(b"Nombre,Pa\xc3\xads\n")
        file.truncate(200 << 20)

    code, said, memory = enroll(Path("large.csv"))

    assert (code, said) == (5, "large.csv is too large for a list: 64 MB at most.\n")
    assert memory < 250
