"""The files of deploy/ run: their certificates, users and flags make a cluster that speaks TLS and asks who you are."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest

from cluster import PATIENCE, free_ports, need_rqlited

DEPLOY = Path(__file__).parents[1] / "deploy"
NAMES = ("node1", "node2", "node3")


def unit_flags(role: str | None = None) -> list[str]:
    """The command line of the systemd unit, after the program: as one of the first three nodes, or as what `role` says."""
    unit = (DEPLOY / "systemd" / "rqlited.service").read_text("utf-8")
    command = re.search(r"^ExecStart=(.*?[^\\])$", unit, re.MULTILINE | re.DOTALL)
    assert command is not None
    if role is None:
        role = dict(re.findall(r"^([A-Z_]+)=(.*)$", (DEPLOY / "systemd" / "node.env.example").read_text("utf-8"), re.MULTILINE))["ROLE"]  # fmt: skip
    return command[1].replace("\\\n", " ").replace("$ROLE", role).split()[1:]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """What the script makes for three nodes on this machine, and for a stranger."""
    folder = tmp_path_factory.mktemp("certs")
    for authority in ("ours", "strangers"):
        script = [str(DEPLOY / "make-certificates.sh"), str(folder / authority), *(f"{name},localhost,127.0.0.1" for name in NAMES)]  # fmt: skip
        subprocess.run(script, check=True, capture_output=True)
    return folder


def start(
    program: str, folder: Path, certificates: Path, name: str, ports: list[int], join: str, flags: list[str]
) -> subprocess.Popen[bytes]:
    """A node on this machine, by a command line of the unit."""
    http, raft = ports
    told = {
        "${NODE_ID}": name,
        "${LISTEN}:4001": f"127.0.0.1:{http}",
        "${LISTEN}:4002": f"127.0.0.1:{raft}",
        "${NODE_NAME}:4001": f"localhost:{http}",
        "${NODE_NAME}:4002": f"localhost:{raft}",
        "${NODE_NAME}": "node1" if name not in NAMES else name,
        "${CERTS}": str(certificates / "ours"),
        "${JOIN}": join,
        "/etc/rqlite/users.json": str(folder / "users.json"),
        "/var/lib/rqlite": str(folder / name),
    }
    for variable, value in told.items():
        flags = [flag.replace(variable, value) for flag in flags]
    assert not [flag for flag in flags if "$" in flag]
    with (folder / f"{name}.log").open("ab") as log:
        return subprocess.Popen([program, *flags], stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def start_three(
    program: str, folder: Path, certificates: Path, ports: list[int], role: str | None = None
) -> list[subprocess.Popen[bytes]]:
    """The three of the unit: for the first time, or in another role, in which a node doesn't join itself."""
    rafts = [f"localhost:{port}" for port in ports[1::2]]
    return [
        start(
            program,
            folder,
            certificates,
            name,
            ports[2 * number : 2 * number + 2],
            ",".join(raft for raft in rafts if role is None or raft != rafts[number]),
            unit_flags(role),
        )
        for number, name in enumerate(NAMES)
    ]


@pytest.fixture(scope="module")
def secured(certificates, tmp_path_factory):
    """A cluster started with the flags of the unit, and the users of the example. Gives its nodes' addresses."""
    program = need_rqlited()
    folder = tmp_path_factory.mktemp("secured")
    users = folder / "users.json"
    users.write_text((DEPLOY / "users.json.example").read_text("utf-8"), "utf-8")
    ports = free_ports(6)
    processes = start_three(program, folder, certificates, ports)
    addresses = [f"localhost:{port}" for port in ports[::2]]
    try:
        for address in addresses:
            _wait(address, certificates)
        yield addresses
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _wait(address: str, certificates: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if ask(address, certificates, "/readyz", "office:CHANGE-ME-3") == 200:
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, f"{address} isn't ready"
        time.sleep(0.1)


def fetch(
    address: str, certificates: Path, path: str, login: str | None, *, method: str = "GET", body: bytes | None = None
) -> bytes:
    """What the node answers. Raises HTTPError."""
    request = urllib.request.Request(f"https://{address}{path}", data=body, method=method)
    if login is not None:
        request.add_header("Authorization", f"Basic {b64encode(login.encode()).decode()}")
    trust = ssl.create_default_context(cafile=certificates / "ours" / "ca.crt")
    with urllib.request.urlopen(request, timeout=5, context=trust) as answer:
        return bytes(answer.read())


def ask(address: str, certificates: Path, path: str, login: str | None, **more: object) -> int:
    """The status that the node answers with."""
    try:
        fetch(address, certificates, path, login, **more)
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code)
    return 200


def test_the_cluster_of_the_units_is_a_store_for_an_office(secured, certificates, cli, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSECTL_STORE_PASSWORD", "CHANGE-ME-3")
    url = f"rqlites://office@{','.join(secured)}/?ca={certificates / 'ours' / 'ca.crt'}"
    (tmp_path / "kept").mkdir()
    for line in (
        ("init",),
        ("course", "add", "ICIM", "--title", "T"),
        ("course", "list"),
        ("store", "info"),
        ("store", "check"),
        ("store", "backup", "--to", tmp_path / "kept"),
        ("undo",),
    ):
        answer = cli(*line, "--store", url)
        assert answer.code == 0, (line, answer.err)
    assert [(node["voter"], node["reachable"]) for node in cli("store", "info", "--json", "--store", url).json["nodes"]] == [(True, True)] * 3  # fmt: skip

    kept = next((tmp_path / "kept").iterdir())
    refused = cli("store", "restore", kept, "--yes", "--store", url)
    assert (refused.code, "doesn't let 'office' do this: the password is right" in refused.err) == (6, True)
    assert not Path("coursectl-backups").exists()  # it knew before it made anything
    for user, password in (("admin", "CHANGE-ME-3"), ("nobody", "CHANGE-ME-1")):
        monkeypatch.setenv("COURSECTL_STORE_PASSWORD", password)
        unknown = cli("store", "restore", kept, "--yes", "--store", url.replace("office@", f"{user}@"))
        assert (unknown.code, f" doesn't know '{user}' with this password. " in unknown.err) == (6, True)
    monkeypatch.setenv("COURSECTL_STORE_PASSWORD", "CHANGE-ME-1")
    restored = cli("store", "restore", kept, "--yes", "--store", url.replace("office@", "admin@"))
    assert restored.code == 0, restored.err


def test_who_may_only_read_cant_write(secured, certificates, cli, monkeypatch):
    monkeypatch.setenv("COURSECTL_STORE_PASSWORD", "CHANGE-ME-1")
    ca = certificates / "ours" / "ca.crt"
    cli("init", "--store", f"rqlites://admin@{secured[0]}/?ca={ca}")
    monkeypatch.setenv("COURSECTL_STORE_PASSWORD", "CHANGE-ME-4")
    url = f"rqlites://reader@{secured[0]}/?ca={ca}"

    assert cli("course", "list", "--store", url).code == 0
    refused = cli("course", "add", "X", "--title", "T", "--store", url)
    assert (refused.code, refused.err.startswith(f"{secured[0]} doesn't let 'reader' do this: ")) == (6, True)


def test_nobody_gets_in_without_name_password_and_trust(secured, certificates, cli, monkeypatch):
    ca = certificates / "ours" / "ca.crt"
    assert [ask(address, certificates, "/db/query?q=SELECT+1", None) for address in secured] == [401] * 3
    assert ask(secured[0], certificates, "/db/query?q=SELECT+1", "office:wrong") == 401
    assert (
        ask(secured[0], certificates, "/remove", "office:CHANGE-ME-3", method="DELETE", body=b'{"id":"node3"}') == 401
    )
    assert ask(secured[0], certificates, "/db/load", "office:CHANGE-ME-3", method="POST", body=b"x") == 401

    nameless = cli("status", "--store", f"rqlites://{secured[0]}/?ca={ca}")
    assert (nameless.code, nameless.err) == (
        6,
        f"{secured[0]} doesn't let anybody without a name do this. Put the user into the store's URL: rqlite://USER@…\n",
    )
    monkeypatch.setenv("COURSECTL_STORE_PASSWORD", "CHANGE-ME-3")
    for trust in ("", f"?ca={certificates / 'strangers' / 'ca.crt'}"):
        stranger = cli("status", "--store", f"rqlites://office@{secured[0]}/{trust}")
        assert (stranger.code, stranger.err.startswith(f"{secured[0]} shows a certificate that isn't trusted (")) == (
            6,
            True,
        )
    plain = cli("status", "--store", f"rqlite://office@{secured[0]}/?wait=1")
    assert (plain.code, plain.err.count("\n")) == (6, 1)


def test_a_stranger_with_another_authority_cant_join_the_nodes(secured, certificates, tmp_path):
    program = need_rqlited()
    http, raft = free_ports(2)
    strangers = certificates / "strangers"
    rafts = [
        node["addr"] for node in json.loads(fetch(secured[0], certificates, "/nodes", "office:CHANGE-ME-3")).values()
    ]
    assert len(rafts) == 3
    command = [
        program, "-fk", "-node-id", "stranger", "-http-addr", f"localhost:{http}", "-raft-addr", f"localhost:{raft}",
        "-node-ca-cert", strangers / "ca.crt", "-node-cert", strangers / "node1.crt", "-node-key", strangers / "node1.key",
        "-join", ",".join(rafts), "-join-attempts", "1", tmp_path / "stranger",
    ]  # fmt: skip
    done = subprocess.run(list(map(str, command)), capture_output=True, timeout=60, check=False)
    assert done.returncode != 0
    assert len(json.loads(fetch(secured[0], certificates, "/nodes", "office:CHANGE-ME-3"))) == 3


def test_a_read_only_node_answers_lists_near_an_office_and_is_taken_out_again(
    secured, certificates, cli, monkeypatch, tmp_path
):
    program, ca = need_rqlited(), certificates / "ours" / "ca.crt"
    monkeypatch.setenv("COURSECTL_STORE_PASSWORD", "CHANGE-ME-1")
    voters = f"rqlites://admin@{','.join(secured)}/?ca={ca}"
    cli("init", "--store", voters)
    assert cli("course", "add", "FAR", "--title", "T", "--store", voters).code == 0
    (tmp_path / "users.json").write_text((DEPLOY / "users.json.example").read_text("utf-8"), "utf-8")
    ports = free_ports(2)
    join = ",".join(node["addr"] for node in json.loads(fetch(secured[0], certificates, "/nodes", "office:CHANGE-ME-3")).values())  # fmt: skip
    process = start(program, tmp_path, certificates, "reader1", ports, join, unit_flags("-raft-non-voter"))
    try:
        near = f"rqlites://admin@localhost:{ports[0]}/?wait=1&ca={ca}"
        deadline = time.monotonic() + PATIENCE
        while "FAR" not in (there := cli("course", "list", "--stale", "--store", near)).out:
            assert time.monotonic() < deadline, there.err
            time.sleep(0.1)
        # What it can't decide itself goes on to the leader: a write too.
        assert cli("course", "edit", "FAR", "--title", "Far", "--store", near).code == 0
        nodes = {
            node["node"]: node["voter"] for node in cli("store", "info", "--json", "--store", voters).json["nodes"]
        }
        assert nodes == {"node1": True, "node2": True, "node3": True, "reader1": False}
    finally:
        process.kill()
        process.wait()
        fetch(secured[0], certificates, "/remove", "admin:CHANGE-ME-1", method="DELETE", body=b'{"id": "reader1"}')
    assert {node["node"] for node in cli("store", "info", "--json", "--store", voters).json["nodes"]} == set(NAMES)


def test_two_nodes_that_lost_their_disks_fetch_the_store_from_the_third(certificates, cli, monkeypatch, tmp_path):
    """With the role that nodes have after their first start. As -bootstrap-expect they may begin an empty cluster instead."""
    program, ports = need_rqlited(), free_ports(6)
    (tmp_path / "users.json").write_text((DEPLOY / "users.json.example").read_text("utf-8"), "utf-8")
    monkeypatch.setenv("COURSECTL_STORE_PASSWORD", "CHANGE-ME-3")
    url = f"rqlites://office@{','.join(f'localhost:{port}' for port in ports[::2])}/?ca={certificates / 'ours' / 'ca.crt'}"
    processes = start_three(program, tmp_path, certificates, ports)
    try:
        for port in ports[::2]:
            _wait(f"localhost:{port}", certificates)
        for line in (("init",), ("course", "add", "KEPT", "--title", "T")):
            assert cli(*line, "--store", url).code == 0
        third = url.replace(f"localhost:{ports[0]},localhost:{ports[2]},", "")
        deadline = time.monotonic() + PATIENCE
        while "KEPT" not in cli("course", "list", "--stale", "--store", third).out:
            assert time.monotonic() < deadline
        for process in processes:
            process.kill()
            process.wait()
        for name in NAMES[:2]:
            shutil.rmtree(tmp_path / name)
        processes = start_three(program, tmp_path, certificates, ports, role="")
        for port in ports[::2]:
            _wait(f"localhost:{port}", certificates)
        told = cli("course", "list", "--store", url + "&wait=60")
        assert (told.code, "KEPT" in told.out) == (0, True), told.err
        assert cli("course", "add", "NEXT", "--title", "T", "--store", url).code == 0
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_systemd_takes_the_unit(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is missing: apt install systemd")
    unit = (DEPLOY / "systemd" / "rqlited.service").read_text("utf-8")
    (tmp_path / "rqlited.service").write_text(unit.replace("/usr/local/bin/rqlited", sys.executable), "utf-8")
    told = subprocess.run(["systemd-analyze", "verify", "--man=no", tmp_path / "rqlited.service"], capture_output=True, text=True, check=False)  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")


def test_keys_are_their_owners_alone_and_a_second_run_keeps_the_authority(certificates, tmp_path):
    for name in ("ca.key", *(f"{name}.key" for name in NAMES)):
        assert oct((certificates / "ours" / name).stat().st_mode & 0o777) == "0o600"
    script = [str(DEPLOY / "make-certificates.sh"), str(tmp_path / "certs"), "node1"]
    subprocess.run(script, check=True, capture_output=True)
    authority = (tmp_path / "certs" / "ca.crt").read_bytes()
    subprocess.run([*script[:-1], "node4,10.0.0.4"], check=True, capture_output=True)
    assert (tmp_path / "certs" / "ca.crt").read_bytes() == authority
    shown = subprocess.run(["openssl", "x509", "-in", tmp_path / "certs" / "node4.crt", "-noout", "-ext", "subjectAltName"], check=True, capture_output=True, text=True).stdout  # fmt: skip
    assert "DNS:node4, IP Address:10.0.0.4" in shown


def test_compose_and_unit_start_nodes_with_the_same_flags():
    compose = (DEPLOY / "compose.yaml").read_text("utf-8")
    of_unit = {flag for flag in unit_flags() if flag.startswith("-")}
    for service in compose.split("\n  node")[1:]:
        assert {
            flag.partition("=")[0] for flag in re.findall(r"^      - (-[a-z-]+(?:=\S+)?)", service, re.MULTILINE)
        } == of_unit


def test_no_example_is_taken_for_a_secret():
    users = json.loads((DEPLOY / "users.json.example").read_text("utf-8"))
    assert all(user["password"].startswith("CHANGE-ME") for user in users)
    assert {user["username"]: user["perms"] for user in users}["office"] == [
        "query",
        "execute",
        "status",
        "ready",
        "backup",
    ]
