"""A store in a folder that is encrypted: it works as anywhere, and the disk shows nothing of what is in it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SECRET = "Ximena Huamán Quispe"


@dataclass
class Vault:
    """A folder as the disk has it, and as whoever has the password sees it."""

    disk: Path
    open: Path
    password: Path

    def mount(self) -> None:
        """Open it."""
        subprocess.run(
            ["gocryptfs", "-q", "-nosyslog", "-passfile", str(self.password), str(self.disk), str(self.open)],
            check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,  # it stays, and would keep a pipe open
        )  # fmt: skip

    def unmount(self) -> None:
        """Close it."""
        subprocess.run(["fusermount3", "-u", str(self.open)], check=True, capture_output=True)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """An encrypted folder, open."""
    if shutil.which("gocryptfs") is None or shutil.which("fusermount3") is None or not Path("/dev/fuse").exists():
        pytest.skip("gocryptfs, fuse3 or /dev/fuse is missing: apt install gocryptfs fuse3")
    made = Vault(tmp_path / "disk", tmp_path / "vault", tmp_path / "password")
    made.disk.mkdir()
    made.open.mkdir()
    made.password.write_text("a long sentence that only the office knows\n")
    subprocess.run(["gocryptfs", "-init", "-q", "-nosyslog", "-scryptn", "10", "-passfile", str(made.password), str(made.disk)], check=True, capture_output=True)  # fmt: skip
    made.mount()
    try:
        yield made
    finally:
        if made.open.is_mount():
            made.unmount()


def all_bytes(folder: Path) -> bytes:
    """Whatever lies in the folder, names of files included."""
    return b"".join(str(file).encode() + file.read_bytes() for file in folder.rglob("*") if file.is_file())


def fill(cli, store: Path) -> None:
    for line in (
        ("init",),
        ("course", "add", "ICIM", "--title", "T"),
        ("edition", "add", "ICIM-37", "--seats", "30"),
        ("enroll", SECRET, "--country", "PE", "-e", "ICIM-37"),
    ):
        assert cli(*line, "--store", store).code == 0


def test_the_disk_shows_no_name(cli, vault):
    store = vault.open / "coursectl.db"
    fill(cli, store)
    assert cli("store", "backup", "--store", store).code == 0
    assert SECRET.encode() in all_bytes(vault.open)

    assert SECRET.encode() not in all_bytes(vault.disk)
    assert b"coursectl" not in all_bytes(vault.disk).replace(str(vault.disk).encode(), b"")
    vault.unmount()
    assert list(vault.open.iterdir()) == []


def test_the_disk_shows_nothing_of_certificates_and_backups(cli, vault):
    store = vault.open / "coursectl.db"
    fill(cli, store)
    title = "Curso sobre fronteras y refugio"
    for line in (
        ("course", "edit", "ICIM", "--title", f"es={title}"),
        (
            "edition",
            "edit",
            "ICIM-37",
            "--start",
            "2015-03-09",
            "--end",
            "2015-03-21",
            "--place",
            "Mar del Plata",
            "--signatory",
            "Elena Bravo | Director",
        ),
        ("roster", "accept", "1", "-e", "ICIM-37"),
        ("roster", "confirm", "1", "-e", "ICIM-37"),
        ("edition", "close", "ICIM-37", "--complete", "all", "--because", "Attended", "--apply", "--yes"),
        ("certificate", "issue", "-e", "ICIM-37"),
        ("store", "backup"),
        ("render", "certificates", "-e", "ICIM-37", "--out", vault.open / "printed"),
    ):
        done = cli(*line, "--store", store)
        assert done.code == 0, (line, done.err)
    (printed,) = (vault.open / "printed").rglob("*.pdf")

    assert title.encode() in all_bytes(vault.open)
    assert printed.read_bytes().startswith(b"%PDF")
    for shown in (title, SECRET, "certificate", "%PDF", "SQLite format 3", printed.name):
        assert shown.encode() not in all_bytes(vault.disk).replace(str(vault.disk).encode(), b"")


def test_it_is_whole_when_it_is_opened_again(cli, vault):
    store = vault.open / "coursectl.db"
    fill(cli, store)
    vault.unmount()
    assert cli("status", "--store", store).code == 6
    vault.mount()

    assert cli("store", "check", "--deep", "--store", store).code == 0
    assert [one["name"] for one in cli("roster", "list", "-e", "ICIM-37", "--json", "--store", store).json] == [SECRET]


def test_a_writer_that_is_killed_in_it_leaves_a_whole_store(cli, vault):
    store = vault.open / "coursectl.db"
    fill(cli, store)
    endless = (
        "import sys, itertools\nfrom coursectl.cli.app import run\nprint('ready', flush=True)\n"
        "for n in itertools.count():\n    run(['person', 'add', f'Person {n}', '--store', sys.argv[1], '--quiet'])\n"
    )
    writing = subprocess.Popen([sys.executable, "-c", endless, str(store)], stdout=subprocess.PIPE, text=True)
    assert writing.stdout is not None
    assert writing.stdout.readline() == "ready\n"
    time.sleep(1.2)
    writing.send_signal(signal.SIGKILL)
    writing.wait()
    writing.stdout.close()

    assert cli("store", "check", "--deep", "--store", store).code == 0
    assert len(cli("person", "list", "--json", "--store", store).json) > 1
