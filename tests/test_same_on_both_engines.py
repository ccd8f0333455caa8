"""The same command lines on a file and on a cluster's node: the same exit codes, the same answers, word for word."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster import new_cluster

EXAMPLE = Path(__file__).parents[1] / "examples" / "icim-37"
LIST = "name,country,email\n" + "".join(f"Person {n:02},UY,p{n:02}@x.example\n" for n in range(12))
FAULTY = "name,country\nAna,Atlantis\n,UY\n"

COMMANDS = (
    "init",
    "init",
    "status",
    "edition show",
    "import icim-37 --dry-run",
    "import icim-37",
    "import icim-37",
    "status -e ICIM-37",
    "edition use ICIM-37",
    "course add RMC --title Regional",
    "course add RMC --title Regional",
    "course list --json",
    "course edit ICIM --title pt=Curso",
    "edition add ICIM-60 --start 2026-03-09 --end 2026-03-20 --seats 2",
    "edition edit ICIM-37 --seats 1",
    "edition edit ICIM-37 --seats 60",
    "edition list --csv",
    "edition show ICIM-37",
    "edition show ICIM-99",
    "org add es=Instituto --acronym IL --country AR",
    "org list --json",
    "topic add Climate --code climate -e ICIM-37",
    "topic list",
    "session add More --day 2 --start 20:00 --end 21:00",
    "session add Clash --day 2 --start 20:30 --end 21:00 --room A",
    "session cancel 5 --because Strike",
    "session list --json",
    "person list --json",
    "person show nobody",
    "expert add Zoe --country UY",
    "expert remove Zoe",
    "expert list",
    "enroll Zulma --country UY --email zulma@x.example",
    "enroll Zulma --country UY --email zulma@x.example",
    "enroll --from list.csv",
    "enroll --from list.csv -e ICIM-60",
    "enroll --from faulty.csv",
    "roster list --json",
    "roster withdraw 7 --because Stays",
    "roster replace 5 Luis --email luis@x.example",
    "roster show 1",
    "roster confirm 999",
    "attend mark --day 3 --all excused --replace",
    "attend show",
    "undo",
    "undo",
    "undo 1",
    "history totals --json",
    "history editions",
    "history countries --csv",
    "history figures add -e ICIM-37 --measure trained_so_far --value 801 --publisher IOM",
    "history figures --json",
    "edition close",
    "edition close --apply --yes",
    "enroll Late --country UY",
    "certificate issue --on 2015-03-21 --dry-run",
    "certificate issue --on 2015-03-21",
    "certificate issue --on 2015-03-21",
    "certificate list --json",
    "render roster --format html --lang es",
    "log --json",
    "undo --dry-run",
    "undo",
    "store export archive",
    "nothing",
)  # fmt: skip


@pytest.fixture
def node(tmp_path) -> Iterator[str]:
    """One rqlite node that holds nothing."""
    cluster = new_cluster(tmp_path)
    del cluster.nodes[1:]
    try:
        cluster.start_alone()
        yield cluster.url
    finally:
        cluster.stop()


def alike(text: str, store: str) -> str:
    """What an answer says, without what is another each time: the store's name, instants, numbers made of them."""
    text = text.replace(store, "STORE")
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+Z)?)?", "INSTANT", text)
    return re.sub(r"\b(\d{6}|\d{15,19})\b", "NUMBER", text)


def answers(cli, monkeypatch, folder: Path, store: str) -> list[tuple[str, int, str, str]]:
    folder.mkdir()
    shutil.copytree(EXAMPLE, folder / "icim-37")
    (folder / "list.csv").write_text(LIST, encoding="utf-8")
    (folder / "faulty.csv").write_text(FAULTY, encoding="utf-8")
    monkeypatch.chdir(folder)
    told = []
    for line in COMMANDS:
        answer = cli("--store", store, "--as", "office", *line.split())
        told.append((line, answer.code, alike(answer.out, store), alike(answer.err, store)))
    return told


def test_a_file_and_a_node_answer_alike(cli, monkeypatch, tmp_path, node):
    on_file = answers(cli, monkeypatch, tmp_path / "file", str(tmp_path / "file" / "coursectl.db"))
    on_node = answers(cli, monkeypatch, tmp_path / "node", node)

    for one, other in zip(on_file, on_node, strict=True):
        assert one == other
    assert {code for _, code, _, _ in on_file} >= {0, 2, 3, 4, 5}
    page = next((tmp_path / "file").glob("**/*.html")).relative_to(tmp_path / "file")
    assert (tmp_path / "file" / page).read_bytes() == (tmp_path / "node" / page).read_bytes()
