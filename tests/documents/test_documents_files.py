"""Writing: safe names, whole files or none, nothing overwritten unasked."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursectl.documents import FileExists, NotWritable, files, safe_name, write_file
from coursectl.documents.files import _not_writable
from coursectl.errors import ExitCode


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("ICIM-2015-0042 Ana Pérez.pdf", "ICIM-2015-0042 Ana Pérez.pdf"),
        ("../../x.pdf", "x.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("/etc/passwd", "etc passwd"),
        ("C:\\Windows\\x.pdf", "C Windows x.pdf"),
        ('a<b>:"|?*.pdf', "a b.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul"),
        ("com1 .txt", "_com1.txt"),
        ("Console.pdf", "Console.pdf"),
        ("trailing. . ", "trailing"),
        (".hidden", "hidden"),
        ("", "document"),
        ("...", "document"),
        ("a\x00b\u202egnp.pdf", "a b gnp.pdf"),
        ("\ud800x", "x"),
        ("An\u0303o.pdf", "Año.pdf"),
        ("Acta. Reunión de ministras y ministros", "Acta. Reunión de ministras y ministros"),
    ],
)
def test_names_are_safe_everywhere(name, safe):
    assert safe_name(name) == safe


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_every_system_takes(name):
    safe = safe_name(name)

    assert 0 < len(safe.encode()) <= 180 + 9
    assert not set(safe) & set('<>:"/\\|?*\x00\n')
    assert safe == safe.strip(" ")
    assert not safe.endswith(".")
    assert safe_name(safe) == safe


def test_a_long_name_is_cut_at_a_letter_and_keeps_its_extension():
    assert safe_name("ñ" * 200 + ".pdf") == "ñ" * 88 + ".pdf"


def test_a_file_is_written_into_a_folder_that_is_made(tmp_path):
    path = write_file(tmp_path / "a ñ" / "b", "x.pdf", b"data", force=False)

    assert (path, path.read_bytes(), list(path.parent.iterdir())) == (path, b"data", [path])
    assert path == tmp_path / "a ñ" / "b" / "x.pdf"


def test_a_name_leads_nowhere_else(tmp_path):
    assert write_file(tmp_path / "in", "../../x.pdf", b"data").parent == tmp_path / "in"


def test_a_file_with_other_content_stays_unless_forced(tmp_path):
    path = write_file(tmp_path, "x.pdf", b"old")

    with pytest.raises(FileExists) as refused:
        write_file(tmp_path, "x.pdf", b"new")

    assert path.read_bytes() == b"old"
    assert refused.value.exit_code is ExitCode.REFUSED
    assert refused.value.sentence() == (
        f"{path} exists already and is different. Give --force to replace it, or another folder with --out."
    )
    assert write_file(tmp_path, "x.pdf", b"new", force=True).read_bytes() == b"new"


def test_a_file_with_the_same_content_is_left_as_it_is(tmp_path):
    path = write_file(tmp_path, "x.pdf", b"data")
    os.utime(path, (1, 1))

    write_file(tmp_path, "x.pdf", b"data", force=True)

    assert path.stat().st_mtime == 1


def test_a_folder_in_the_way_is_told(tmp_path):
    (tmp_path / "x.pdf").mkdir()

    with pytest.raises(NotWritable) as refused:
        write_file(tmp_path, "x.pdf", b"data", force=True)

    assert refused.value.sentence() == f"{tmp_path / 'x.pdf'} is a folder, so no file of that name can be written."


@pytest.mark.parametrize("below", [(), ("deeper",)])
def test_a_file_in_the_place_of_the_folder_is_told(tmp_path, below):
    (tmp_path / "out").write_text("x")
    folder = tmp_path.joinpath("out", *below)

    with pytest.raises(NotWritable) as refused:
        write_file(folder, "x.pdf", b"data")

    assert refused.value.sentence() == f"{folder} is not a folder. Name one with --out."


def test_a_disk_without_room_is_told_and_leaves_nothing():
    # /dev/full refuses every write for want of room, but takes no new files: what it says is put to words here.
    with pytest.raises(OSError, match="No space") as full, Path("/dev/full").open("wb", buffering=0) as device:
        device.write(b"data")

    assert _not_writable(Path("x.pdf"), Path(), full.value).sentence() == (
        "x.pdf can't be written: the disk is full. Make room and try again."
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied"),
            "x.pdf can't be written: permission denied. Close it if a viewer has it open, or check the folder.",
        ),
        (OSError(errno.EROFS, "Read-only file system"), "x.pdf can't be written: Read-only file system."),
    ],
)
def test_what_the_system_refuses_is_one_sentence(error, sentence):
    assert _not_writable(Path("x.pdf"), Path(), error).sentence() == sentence


def test_a_failed_write_keeps_the_old_file_and_leaves_no_temporary_one(tmp_path):
    path = write_file(tmp_path / "out", "x.pdf", b"old")

    with pytest.raises(TypeError):
        write_file(tmp_path / "out", "x.pdf", "no bytes", force=True)  # type: ignore[arg-type]

    assert (list(path.parent.iterdir()), path.read_bytes()) == ([path], b"old")


def test_a_name_that_the_system_finds_too_long_is_told(tmp_path):
    folder = tmp_path / ("x" * 300)

    with pytest.raises(NotWritable, match="File name too long"):
        write_file(folder, "x.pdf", b"data")


def test_what_a_killed_process_has_left_is_cleared_away_and_what_others_are_making_is_not(tmp_path):
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    names = {
        "killed": f".{files._machine()}-{gone.stdout.strip()}-00000000.tmp",
        "alive": f".{files._machine()}-{os.getpid()}-00000000.tmp",
        "elsewhere": ".00000000-1-00000000.tmp",
        "long ago": ".00000000-2-00000000.tmp",
        "no number": ".a-b-c.tmp",
    }
    for name in names.values():
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.new").write_bytes(b"half")
    os.utime(tmp_path / names["long ago"], (0, 0))

    write_file(tmp_path, "a.pdf", b"%PDF")

    left = {what for what, name in names.items() if (tmp_path / name).exists()}
    assert left == {"alive", "elsewhere", "no number"}
