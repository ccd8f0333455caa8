"""What kind of place a store is in, and what follows from it."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest

from coursectl.store.place import Mount, Place, kind_of

DISK = [Mount("/", "ext4"), Mount("/proc", "proc"), Mount("/srv/share", "nfs4"), Mount("/srv/share/local", "ext4"), Mount("/mnt/usb", "vfat"), Mount("/mnt/my share", "cifs")]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/home/ana/coursectl.db", Place("disk")),
        ("/srv/share/coursectl.db", Place("network", "nfs4")),
        ("/srv/share/a/b/coursectl.db", Place("network", "nfs4")),
        ("/srv/shared/coursectl.db", Place("disk")),
        ("/srv/share/local/coursectl.db", Place("disk")),
        ("/mnt/usb/coursectl.db", Place("disk")),
        ("/mnt/my share/coursectl.db", Place("network", "cifs")),
        ("/home/ana/Dropbox/coursectl.db", Place("cloud", "Dropbox")),
        ("/home/ana/Dropbox (OIM)/x/coursectl.db", Place("cloud", "Dropbox")),
        ("/home/ana/OneDrive - Ministerio del Interior/coursectl.db", Place("cloud", "OneDrive")),
        ("/Users/ana/Library/CloudStorage/Box-Box/coursectl.db", Place("cloud", "Box")),
        ("/Users/ana/Library/Mobile Documents/com~apple~CloudDocs/coursectl.db", Place("cloud", "iCloud")),
        ("/home/ana/Nextcloud/coursectl.db", Place("cloud", "Nextcloud")),
        ("/home/ana/Mi unidad/coursectl.db", Place("cloud", "Google Drive")),
        ("/home/ana/dropbox-notes/coursectl.db", Place("disk")),
        ("/home/ana/Dropbox.db", Place("disk")),
    ],
)
def test_the_place_follows_from_the_mounts_and_the_names_of_folders(path, place):
    assert kind_of(Path(path), DISK, {}) == place


def test_of_two_mounts_at_one_point_the_later_lies_over_the_other():
    assert kind_of(Path("/m/x.db"), [Mount("/m", "nfs"), Mount("/m", "ext4")], {}) == Place("disk")
    assert kind_of(Path("/m/x.db"), [Mount("/m", "ext4"), Mount("/m", "fuse.sshfs")], {}) == Place("network", "sshfs")


def test_a_drive_that_the_system_calls_remote_is_a_share():
    assert kind_of(Path("/z/x.db"), [Mount("/z", "NTFS", remote=True)], {}) == Place("network", "NTFS")


@pytest.mark.parametrize(
    ("mark", "program"), [(".dropbox", "Dropbox"), (".stfolder", "Syncthing"), (".nextcloudsync.log", "Nextcloud")]
)
def test_a_folder_of_another_name_is_known_by_what_the_program_leaves_in_it(tmp_path, mark, program):
    (tmp_path / "Cursos" / "ICIM").mkdir(parents=True)
    assert kind_of(tmp_path / "Cursos" / "ICIM" / "coursectl.db", [], {}) == Place("disk")
    (tmp_path / "Cursos" / mark).touch()
    assert kind_of(tmp_path / "Cursos" / "ICIM" / "coursectl.db", [], {}) == Place("cloud", program)


def test_where_windows_says_that_onedrive_is(tmp_path):
    (tmp_path / "work").mkdir(exist_ok=True)
    inside, outside = tmp_path / "work" / "x.db", tmp_path / "x.db"
    environ = {"OneDriveCommercial": str(tmp_path / "work")}
    assert (kind_of(inside, [], environ), kind_of(outside, [], environ)) == (Place("cloud", "OneDrive"), Place("disk"))


def test_a_link_into_a_synced_folder_is_in_it(tmp_path):
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "Dropbox" / "x.db").touch()
    (tmp_path / "x.db").symlink_to(tmp_path / "Dropbox" / "x.db")
    assert kind_of(tmp_path / "x.db", [], {}) == Place("cloud", "Dropbox")


# Synced folders -------------------------------------------------------------------------------------------------------


def journal(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def test_a_store_isnt_made_in_a_synced_folder_unless_one_insists(cli, tmp_path):
    (tmp_path / "Dropbox").mkdir()
    name = str(tmp_path / "Dropbox" / "coursectl.db")
    refused = cli("init", "--store", name)
    assert (refused.code, refused.out, refused.err) == (
        4,
        "",
        f"{name} would be in a folder that Dropbox syncs: two computers that write there make two stores, and one of them is lost. "
        "Name a file outside with --store; to make it there all the same, add --yes.\n",
    )
    assert not Path(name).exists()

    made = cli("init", "--store", name, "--yes")
    assert made.code == 0
    assert made.err.startswith(f"{name} is in a folder that Dropbox syncs.")
    assert journal(Path(name)) == "delete"


def test_a_store_that_was_moved_into_a_synced_folder_leaves_wal_and_says_so_each_time(cli, tmp_path, store_path):
    assert journal(store_path) == "wal"
    (tmp_path / "OneDrive").mkdir()
    moved = tmp_path / "OneDrive" / "coursectl.db"
    shutil.move(store_path, moved)

    listed = cli("course", "list", "--store", moved)
    assert (listed.code, listed.err.splitlines()[0]) == (
        0,
        f"{moved} is in a folder that OneDrive syncs. Two computers that write there make two stores, and one of them is lost: "
        "move it to this computer's disk, and share it by a network share or a cluster.",
    )
    assert (journal(moved), [file.name for file in moved.parent.iterdir()]) == ("delete", ["coursectl.db"])
    assert "syncs" not in cli("course", "list", "--store", moved, "--quiet").err

    shutil.move(moved, store_path)
    assert cli("course", "add", "X", "--title", "T", "--store", store_path).code == 0
    assert journal(store_path) == "wal"


# A network share ------------------------------------------------------------------------------------------------------


@pytest.fixture
def share(tmp_path):
    """A folder of this computer, mounted over the network by sshfs: real requests through a real socket."""
    server = next(
        (path for path in ("/usr/lib/openssh/sftp-server", "/usr/libexec/sftp-server") if Path(path).exists()), None
    )
    if server is None or shutil.which("sshfs") is None or not Path("/dev/fuse").exists():
        pytest.skip("sshfs, sftp-server or /dev/fuse is missing: apt install sshfs openssh-sftp-server")
    remote, mounted = tmp_path / "remote", tmp_path / "mounted"
    remote.mkdir()
    mounted.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                subprocess.run([server], stdin=connection, stdout=connection, check=False)

        threading.Thread(target=serve, daemon=True).start()
        subprocess.run(
            ["sshfs", "-o", f"directport={port}", f"127.0.0.1:{remote}", str(mounted)], check=True, timeout=30
        )
    try:
        yield mounted
    finally:
        subprocess.run(
            ["fusermount3" if shutil.which("fusermount3") else "fusermount", "-u", "-z", str(mounted)], check=True
        )


def test_on_a_network_share_the_store_keeps_a_rollback_journal(cli, share):
    name = str(share / "coursectl.db")
    made = cli("init", "--store", name)
    assert (made.code, made.err) == (
        0,
        f"{name} is on a network share (sshfs): it keeps a rollback journal, which is slower and safe there. For several offices: a cluster.\n",
    )
    assert cli("course", "add", "X", "--title", "T", "--store", name).code == 0
    assert [one["code"] for one in cli("course", "list", "--json", "--store", name).json] == ["X"]
    assert "network share (sshfs)" in cli("status", "--store", name).err
    assert (journal(share / "coursectl.db"), [file.name for file in share.iterdir()]) == ("delete", ["coursectl.db"])


def test_a_store_that_is_copied_to_a_share_leaves_wal(cli, share, store_path):
    shutil.copy(store_path, share / "coursectl.db")
    assert journal(store_path) == "wal"
    assert cli("course", "add", "X", "--title", "T", "--store", share / "coursectl.db").code == 0
    assert journal(share / "coursectl.db") == "delete"


# Read-only ------------------------------------------------------------------------------------------------------------


def test_read_only_refuses_every_write_and_answers_every_question(cli, store_path):
    cli("course", "add", "X", "--title", "T")
    before = store_path.read_bytes()
    refused = cli("course", "add", "Y", "--title", "T", "--read-only")
    assert (refused.code, refused.out, refused.err) == (
        4,
        "",
        "coursectl.db is opened read-only, so nothing was written. Type the command again without --read-only.\n".replace(
            "coursectl.db", str(store_path)
        ),
    )
    assert [one["code"] for one in cli("course", "list", "--json", "--read-only").json] == ["X"]
    assert cli("--read-only", "init", "--store", "new.db").code == 4
    assert store_path.read_bytes() == before
    assert not Path("new.db").exists()


@pytest.mark.parametrize("line", [("init", "--yes"), ("status",)], ids=" ".join)
def test_a_folder_whose_name_steers_the_terminal_is_shown_without_obeying_it(cli, store_path, line):
    folder = Path("Dropbox", "a\x1b[31mred\u202e")
    folder.mkdir(parents=True)
    store = folder / "coursectl.db"
    if line[0] == "status":
        shutil.copy(store_path, store)

    said = cli(*line, "--store", store)

    assert (said.code, "\x1b" in said.out + said.err, "\u202e" in said.out + said.err) == (0, False, False)
    assert "a␛[31mred<U+202E>" in said.err


def test_nothing_is_written_in_wal_where_it_isnt_safe_while_somebody_else_has_the_store_open(cli, store_path):
    """The mode can't be changed then; reading goes on."""
    folder = Path("Dropbox")
    folder.mkdir()
    store = Path(shutil.move(store_path, folder / "coursectl.db"))
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        assert other.execute("PRAGMA journal_mode = wal").fetchone() == ("wal",)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM person").fetchall()
        shutil.copy(store, "backup.db")

        assert cli("person", "list", "--json", "--store", store).json == []
        sentence = f"{store} isn't on a disk of this computer (Dropbox), and while another program has it open it can't be given the journal that is safe there; nothing was written. Close the other program, then type the command again.\n"
        for line in (("person", "add", "Ana"), ("store", "restore", "backup.db", "--yes")):
            refused = cli(*line, "--store", store, "--quiet")
            assert (refused.code, refused.out, refused.err) == (6, "", sentence)
    assert cli("person", "add", "Ana", "--store", store).code == 0

    with closing(sqlite3.connect(store)) as after:
        assert after.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert after.execute("SELECT name FROM person").fetchall() == [("Ana",)]
